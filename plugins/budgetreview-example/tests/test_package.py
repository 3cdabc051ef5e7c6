"""The package is loaded through its entry point, keeps every promise, and changes nothing outside its own place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import budgetreview as br
from budgetreview import testing

import budgetreview_example as county

DAY = date(2026, 1, 10)
LINES = """
line  entity   agency  basic      unit_price  standard_value  dept_economic_code  proposed  basis
A-1   {place}     101  项目支出      1050.00         1000.00               30217  60000.00  -
A-2   {place}     101  项目支出      1050.01         1000.00               30201  60000.00  会议纪要
"""
CODES = ("EX", "Z01", "Z13")
Load = Callable[..., br.RuleSet]


def findings(rules: br.RuleSet, place: str) -> set[tuple[str, str]]:
    report = br.review(testing.submission({"lines": LINES.format(place=place)}), rules, as_of=DAY)
    return {(f.rule, f.severity.value) for f in report.findings}


def test_it_keeps_every_promise(pack_conformance: tuple[Any, ...]) -> None:
    assert [(check.code, check.found) for check in pack_conformance if not check.passed] == []


def test_installing_the_package_adds_its_rules_under_its_name(pack_rules: br.RuleSet) -> None:
    assert {r.code for r in pack_rules if r.pack == county.PACK} == {"EX01", "EX02", "EX11"}


def test_at_home_its_rules_run_its_tolerance_holds_and_a_missing_basis_is_red(load_pack: Load) -> None:
    assert findings(load_pack(select=CODES), county.HOME) == {("EX01", "orange"), ("Z01", "red"), ("Z13", "orange")}
    lines = testing.submission({"lines": LINES.format(place=county.HOME)})
    report = br.review(lines, load_pack(select=("Z13",)), as_of=DAY)
    assert [f.line_id for f in report.findings] == ["A-2"], "exactly 5 % above the standard passes here"


def test_elsewhere_nothing_changes(load_pack: Load) -> None:
    lines = testing.submission({"lines": LINES.format(place="110105")})
    with_it, without = (
        br.review(lines, rules, as_of=DAY)
        for rules in (load_pack(select=("Z01", "Z13")), testing.rules_of("core", select=("Z01", "Z13")))
    )
    assert list(with_it.findings) == list(without.findings)
    own = br.review(lines, load_pack(select=("EX",)), as_of=DAY)
    assert {(c.flagged, c.clear, c.not_assessed) for c in own.coverage} == {(0, 0, 0)}


def test_before_the_circular_the_national_tolerance_holds(load_pack: Load) -> None:
    lines = testing.submission({"lines": LINES.format(place=county.HOME)})
    assert len(br.review(lines, load_pack(select=("Z13",)), as_of=date(2025, 12, 31)).findings) == 2


def test_its_mechanism_looks_at_revenue_too_and_asks_for_the_training_plan(load_pack: Load) -> None:
    profile = load_pack().profiles["example-12345"]
    review = profile.review("pre")
    assert "revenue" in profile.focuses
    assert review is not None
    assert [d.zh for d in review.documents] == ["年度培训计划"]


def test_its_layout_reads_the_countys_own_export(load_pack: Load, tmp_path: Path) -> None:
    rules = load_pack(select=("EX",))
    text = "序,编制单位,项目,经济科目,财政安排,文件依据\n1,101,培训,30216,25.5,\n2,102,接待,30217,6,县政府会议纪要\n"
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    report = br.review(br.read(tmp_path / "export.csv", layout=rules.layouts["example-export"]), rules, as_of=DAY)
    found = {(f.rule, f.line_id or f.agency, f.amount) for f in report.findings}
    assert found == {("EX01", "102", 6_000_000), ("EX02", "1", 25_500_000)}, "万元 are read as 万元"


def test_its_code_is_known_and_the_national_ones_stay(load_pack: Load) -> None:
    function = load_pack().codes["function"]
    assert function.name("2299988", 2026) == "青石县特色产业扶持（虚构）"
    assert function.name("2010101", 2026) == "行政运行"
