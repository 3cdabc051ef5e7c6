"""The package adds what the city says in public, invents nothing, and changes nothing elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import budgetreview_changde as changde

import budgetreview as br
from budgetreview import testing

DAY = date(2026, 1, 10)
SETTINGS = {
    "G01.first_amount": "500元", "G01.first_per": "代表", "G01.first_count": "100",
    "G01.second_amount": "5000元", "G01.second_per": "联络站", "G01.second_count": "20",
    "G01.third_amount": "5万元", "G01.third_per": "乡镇", "G01.third_count": "2",
}  # fmt: skip


def test_the_floor_is_off_and_the_presence_check_is_on() -> None:
    rules = testing.rules_of("changde", select=())
    assert [r.code for r in rules if r.pack == "changde"] == ["G02"]
    assert "G01" in rules.off


def test_no_figure_of_the_floor_is_shipped_and_nothing_is_called_statutory() -> None:
    """The article gives neither unit nor base nor period, so neither does the package."""
    for rule in changde.budgetreview_rules():
        assert rule.status == "policy"
        assert all(not p.values for p in rule.parameters.values())


def test_a_county_that_set_its_units_is_told_what_the_floor_was_made_of() -> None:
    lines = "entity  line  function_code  project_name  proposed\n430721  A-1  2010108  代表活动  1000.00"
    rules = testing.rules_of("changde", select=("G01",))
    report = br.review(testing.submission({"lines": lines}), rules, as_of=DAY, settings=SETTINGS)
    (finding,) = report.findings
    assert "25" in finding.message.zh
    assert "每代表" in finding.message.zh
    assert "每乡镇" in finding.message.zh


def test_elsewhere_nothing_changes() -> None:
    lines = testing.submission({"lines": "entity  line  function_code  proposed\n430121  A-1  2050201  1.00"})
    with_it = br.review(lines, testing.rules_of("changde", select=()), as_of=DAY)
    without = br.review(lines, testing.rules_of("core", select=()), as_of=DAY)
    assert list(with_it.findings) == list(without.findings)


def test_the_mechanism_keeps_its_name_and_reading_and_gains_cadence_and_linkage() -> None:
    mine, shipped = testing.rules_of("changde").profiles["changde-12345"], br.Profile.shipped("changde-12345")
    assert (mine.status, mine.parts, mine.reviews, mine.loop.steps) == (
        "reading", shipped.parts, shipped.reviews, shipped.loop.steps,
    )  # fmt: skip
    assert [(c.period, c.title.zh) for c in mine.cadence] == [
        ("quarter", "季度专项调研"), ("half", "半年分析通报"), ("year", "年度综合评价"),
    ]  # fmt: skip
    assert len(mine.links) == 6, "六贯通"
    assert {a.mark for c in mine.cadence for a in c.authority} == {"K"}, "no published text was seen"
    assert {a.mark for x in mine.links for a in x.authority} == {"S"}


def test_its_deadlines_are_those_of_the_law_because_the_city_published_none() -> None:
    mine, shipped = testing.rules_of("changde").profiles["changde-12345"], br.Profile.shipped("changde-12345")
    assert [(t.after, t.months, t.stages) for t in mine.loop.deadlines] == [
        (t.after, t.months, t.stages) for t in shipped.loop.deadlines
    ]


def test_the_readme_names_every_page_and_says_what_is_not_certain() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    for page in testing.rules_of("changde").profiles["changde-12345"].pages:
        assert page.address in readme
    assert "未公开" in readme
