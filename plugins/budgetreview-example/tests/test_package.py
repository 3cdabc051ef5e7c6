"""The package is loaded through its entry point, and changes nothing outside its own county."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import budgetreview_example as county

import budgetreview as br
from budgetreview import testing

DAY = date(2026, 1, 10)
LINES = """
line  entity   agency  basic      unit_price  standard_value  dept_economic_code  proposed  basis
A-1   {place}     101  项目支出      1050.00         1000.00               30217  60000.00  -
A-2   {place}     101  项目支出      1050.01         1000.00               30201  60000.00  会议纪要
"""
CODES = ("EX01", "EX02", "Z01", "Z13")


def findings(place: str) -> set[tuple[str, str]]:
    rules = br.load_rules(require={"core", county.PACK}, select=CODES)
    report = br.review(testing.submission({"lines": LINES.format(place=place)}), rules, as_of=DAY)
    return {(f.rule, f.severity.value) for f in report.findings}


def test_installing_the_package_adds_its_rules_under_its_name() -> None:
    rules = br.load_rules(require={county.PACK})
    assert {r.code for r in rules if r.pack == county.PACK} == {"EX01", "EX02"}


def test_at_home_its_rules_run_its_tolerance_holds_and_a_missing_basis_is_red() -> None:
    assert findings(county.HOME) == {("EX01", "orange"), ("Z01", "red"), ("Z13", "orange")}
    rules = br.load_rules(require={county.PACK}, select=("Z13",))
    report = br.review(testing.submission({"lines": LINES.format(place=county.HOME)}), rules, as_of=DAY)
    assert [f.line_id for f in report.findings] == ["A-2"], "exactly 5 % above the standard passes here"


def test_elsewhere_nothing_changes() -> None:
    lines = testing.submission({"lines": LINES.format(place="430702")})
    with_it, without = (
        br.review(lines, br.load_rules(select=("Z01", "Z13"), without=left_out), as_of=DAY)
        for left_out in ((), (county.PACK,))
    )
    assert list(with_it.findings) == list(without.findings)
    own = br.review(lines, br.load_rules(select=("EX",)), as_of=DAY)
    assert [(c.flagged, c.clear, c.not_assessed) for c in own.coverage] == [(0, 0, 0), (0, 0, 0)]


def test_before_the_circular_the_national_tolerance_holds() -> None:
    rules = br.load_rules(require={county.PACK}, select=("Z13",))
    lines = testing.submission({"lines": LINES.format(place=county.HOME)})
    assert len(br.review(lines, rules, as_of=date(2025, 12, 31)).findings) == 2


def test_its_mechanism_looks_at_revenue_too_and_asks_for_the_training_plan() -> None:
    profile = br.load_rules(require={county.PACK}).profiles["qingshi-12345"]
    review = profile.review("pre")
    assert "revenue" in profile.focuses
    assert review is not None
    assert [d.zh for d in review.documents] == ["年度培训计划"]


def test_its_layout_reads_the_countys_own_export(tmp_path: Path) -> None:
    layout = br.load_rules(require={county.PACK}).layouts["qingshi-export"]
    text = "序,编制单位,项目,经济科目,财政安排,文件依据\n1,101,培训,30216,25.5,\n2,102,接待,30217,6,县政府会议纪要\n"
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    rules = br.load_rules(require={county.PACK}, select=("EX",))
    report = br.review(br.read(tmp_path / "export.csv", layout=layout), rules, as_of=DAY)
    found = {(f.rule, f.line_id or f.agency, f.amount) for f in report.findings}
    assert found == {("EX01", "102", 6_000_000), ("EX02", "1", 25_500_000)}, "万元 are read as 万元"


def test_its_code_is_known_and_the_national_ones_stay() -> None:
    function = br.load_rules(require={county.PACK}).codes["function"]
    assert function.name("2299988", 2026) == "青石县特色产业扶持（虚构）"
    assert function.name("2010101", 2026) == "行政运行"
