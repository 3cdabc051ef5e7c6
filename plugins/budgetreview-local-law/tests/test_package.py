"""The package is loaded through its entry point, says what every article became, and changes nothing elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import budgetreview_local_law as local
import pytest

import budgetreview as br
from budgetreview import testing
from budgetreview.ledger.calendar import calendar

DAY = date(2026, 1, 10)
README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
CALENDAR = """
entity   event             date
{place}  draft_submitted   2025-12-05
{place}  opinion_issued    2026-01-05
{place}  opinion_answered  2026-01-14
{place}  session_opened    2026-01-15
"""


def asked(place: str, **options: object) -> dict[str, list[str | None]]:
    """Which timeline rules found something for a place."""
    rules = testing.rules_of("local-law", select=(), **options)
    report = br.review(testing.submission({"calendar": CALENDAR.format(place=place)}), rules, as_of=DAY)
    found: dict[str, list[str | None]] = {}
    for f in report.findings:
        found.setdefault(f.rule, []).append(f.authority[0].article)
    return found


def test_every_article_and_its_rule_stand_in_the_readme() -> None:
    rows = [tuple(c.strip() for c in line.split("|")[1:4]) for line in README.splitlines() if line.startswith("| ")]
    assert sorted(rows[1:]) == local.articles()


def test_every_value_and_rule_rests_on_an_article_that_was_read_and_names_its_place() -> None:
    for change in local.budgetreview_parameters():
        assert change.territory
        assert all(a.mark == "S" and a.article for a in change.authority), change
    for rule in local.budgetreview_rules():
        assert rule.status == "local", "a place's law is never called statutory for the country"
        assert rule.territory
        assert all(a.mark == "S" and a.article for a in rule.authority), rule.code


@pytest.mark.parametrize(
    ("place", "rules"),
    [
        ("110000", {"T01"}),
        ("370200", {"T02"}),
        ("310000", {"T02"}),
        ("500000", {"T02"}),
        ("430700", set()),
        ("110101", set()),
    ],
)
def test_the_division_code_chooses_the_law(place: str, rules: set[str]) -> None:
    assert set(asked(place)) == rules


def test_left_out_by_name_nothing_of_it_remains() -> None:
    rules = br.load_rules(without=("local-law",), select=("T01",))
    report = br.review(testing.submission({"calendar": CALENDAR.format(place="110000")}), rules, as_of=DAY)
    assert len(report.findings) == 0
    assert rules.without == ("local-law",)


def test_a_place_may_be_chosen_by_its_name(tmp_path: Path) -> None:
    text = "事项,日期\n初审意见印发,2026-01-05\n初审意见反馈,2026-01-14\n大会开幕,2026-01-15\n"
    (tmp_path / "日程.csv").write_text(text, encoding="utf-8")
    rules = testing.rules_of("local-law", select=())
    report = br.review(br.read(tmp_path / "日程.csv", entity="青岛市", year=2026), rules, as_of=DAY)
    assert {(f.rule, f.entity) for f in report.findings} == {("T02", "370200")}


@pytest.mark.parametrize("name", local.PLACES)
def test_every_place_has_a_mechanism_of_its_name_that_cites_its_own_law(name: str) -> None:
    profile = testing.rules_of("local-law").profiles[name]
    cited = {a.document for r in profile.reviews for line in (*r.deadlines, *r.bodies) for a in line.authority}
    own = {d for d, _, _ in local.articles()}
    assert cited & own
    assert not profile.parts, "only Changde's reading explains digits"
    assert not profile.cadence, "Changde's rhythm of the year is not theirs"


@pytest.mark.parametrize(
    ("place", "level", "profile", "last_days"),
    [
        ("110000", "province", "beijing", {"draft": "2025-12-06", "midyear": "2026-07-31"}),
        ("310000", "province", "shanghai", {"opinion_before": "2026-01-05", "answer_before": "2026-01-15"}),
        ("310101001", "township", "shanghai", {"draft": "2026-01-05"}),
        ("330102001", "township", "zhejiang", {"draft": "2026-01-05", "adjustment_month": "2026-10-31"}),
        ("410000", "province", "henan", {"briefing": "2025-12-31", "session": "2026-03-31", "draft": "2025-12-21"}),
        ("430702", "county", "changde-12345", {"draft": "2025-12-21"}),
    ],
)
def test_the_calendar_of_a_place_counts_with_the_places_own_days(
    place: str, level: str, profile: str, last_days: dict[str, str]
) -> None:
    rules = testing.rules_of("local-law", select=("all",))
    found = calendar(
        rules.profiles[profile], rules, entity=place, fiscal_year=2026, level=level, as_of=date(2025, 10, 1),
        dates={"session_opened": [date(2026, 1, 20)]},
    )  # fmt: skip
    assert {e.key: str(e.due) for e in found.entries if e.key in last_days} == last_days


def test_the_mechanism_and_the_rules_name_the_same_days() -> None:
    """Days stand twice, for people in the profile and for findings in the changes; they must not drift apart."""
    deadlines = {"days", "opinion_before", "answer_before", "opinion_within", "answer_within"}
    changed = {
        (a.document, a.article, c.value.value)
        for c in local.budgetreview_parameters()
        if c.value is not None and c.parameter in deadlines
        for a in c.authority
    }
    profiles = testing.rules_of("local-law").profiles
    lines = [line for name in local.PLACES for review in profiles[name].reviews for line in review.deadlines]
    articles = {(document, article) for document, article, _ in changed}
    said = {
        (a.document, a.article, line.days)
        for line in lines
        for a in line.authority
        if line.days is not None and (a.document, a.article) in articles
    }
    assert said == changed


def test_a_finding_against_a_places_figure_names_the_places_article() -> None:
    """45 days are Beijing's, not the Budget Law's: the finding cites both, elsewhere the Budget Law alone."""
    rules = testing.rules_of("local-law", select=("T01",))
    for place, days, cited in (("110000", 45, ["预算法", "北京市预算审查监督条例"]), ("430700", 30, ["预算法"])):
        calendar = CALENDAR.format(place=place).replace("2025-12-05", "2025-12-20")
        (finding,) = br.review(testing.submission({"calendar": calendar}), rules, as_of=DAY).findings
        assert f"不足{days}天" in finding.message.zh
        assert [a.document for a in finding.authority] == cited
