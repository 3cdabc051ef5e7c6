"""What changed between two reports, and what may not be called resolved."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from budgetreview import render
from budgetreview.diff import Difference, compare, load
from budgetreview.engine import review
from budgetreview.errors import IntakeError
from budgetreview.plugins import load_rules
from budgetreview.report import Report
from budgetreview.rule import Severity
from budgetreview.submission import Submission

AS_OF = date(2026, 1, 10)


def county(**changes: Any) -> dict[str, list[Any]]:
    """Three lines; the first is dearer than its standard (Z13), the second gives no basis (Z01)."""
    lines: dict[str, list[Any]] = {
        "line_id": ["L1", "L2", "L3"], "entity": ["430702"] * 3, "fiscal_year": [2026] * 3, "book": ["general"] * 3,
        "agency": ["101", "101", "102"], "project": ["P1", "P2", "P3"], "project_name": ["甲", "乙", "丙"],
        "basic": [False] * 3, "basis": ["文件", None, "文件"], "proposed": [1000, 2000, 3000],
        "prior_approved": [900, 1800, 2000], "unit_price": [100, 50, 60], "standard_value": [99, 50, 60],
    }  # fmt: skip
    return lines | changes


def reviewed(lines: dict[str, list[Any]], codes: tuple[str, ...] = ("Z01", "Z13"), **how: Any) -> Report:
    how = {"as_of": AS_OF} | how
    return review(Submission(lines=lines), load_rules(select=codes), **how)


def states(d: Difference) -> dict[tuple[str, str], str]:
    return {(m.finding["rule"], m.finding["line_id"]): m.state for m in d.matches}


def test_the_same_report_changes_nothing() -> None:
    """Everything persists, nothing is graver, nothing is said to have changed."""
    d = compare(reviewed(county()), reviewed(county()))
    assert states(d) == {("Z01", "L2"): "persisting", ("Z13", "L1"): "persisting"}
    assert (d.rules, d.terms, d.gravest_new()) == ((), (), None)


def test_a_mended_cell_resolves_its_finding() -> None:
    """The price is now the standard: resolved; the other finding persists."""
    d = compare(reviewed(county()), reviewed(county(unit_price=[99, 50, 60])))
    assert states(d) == {("Z13", "L1"): "resolved", ("Z01", "L2"): "persisting"}


def test_a_blanked_cell_resolves_nothing() -> None:
    """Without its price the line cannot be judged; the report names the reason."""
    d = compare(reviewed(county()), reviewed(county(unit_price=[None, 50, 60])))
    assert states(d)["Z13", "L1"] == "not_judged"
    (match,) = d.of("not_judged")
    assert match.why is not None
    assert "unit_price" in match.why.en


def test_another_grey_line_does_not_hide_what_is_resolved() -> None:
    """One line is mended, another one blanked: only the blanked one is unknown."""
    before = reviewed(county(unit_price=[100, 60, 60]))
    d = compare(before, reviewed(county(unit_price=[99, None, 60])))
    assert states(d)["Z13", "L1"] == "resolved"
    assert states(d)["Z13", "L2"] == "not_judged"


def test_a_missing_column_resolves_nothing() -> None:
    """The later file has no standards at all: the rule has no data."""
    lines = county()
    del lines["standard_value"]
    d = compare(reviewed(county()), reviewed(lines))
    assert states(d)["Z13", "L1"] == "not_judged"
    assert [r.code for r in d.rules] == ["Z13"]
    assert "ran → no data" in d.rules[0].what.en


def test_a_rule_left_out_resolves_nothing() -> None:
    """Not selected, ignored, or of a package that is gone."""
    d = compare(reviewed(county()), reviewed(county(unit_price=[99, 50, 60]), codes=("Z01",)))
    assert states(d)["Z13", "L1"] == "not_judged"
    assert "only in the earlier report" in d.rules[0].what.en


def test_another_threshold_or_stage_resolves_nothing() -> None:
    """A finding that is gone because the ruler changed is not mended."""
    looser = reviewed(county(), settings={"Z13.tolerance": "0.5"})
    d = compare(reviewed(county()), looser)
    assert states(d)["Z13", "L1"] == "not_judged"
    assert "tolerance" in d.rules[0].what.en
    d = compare(reviewed(county()), reviewed(county(unit_price=[99, 50, 60]), stage="plenary"))
    assert states(d)["Z13", "L1"] == "not_judged"


def test_another_place_or_year_resolves_nothing() -> None:
    """A batch that no longer holds the county says nothing of it."""
    d = compare(reviewed(county()), reviewed(county(entity=["430703"] * 3)))
    gone = {m.finding["rule"] for m in d.of("not_judged")}
    assert gone == {"Z01", "Z13"}
    assert not d.of("resolved")


def test_other_figures_are_a_change() -> None:
    """The same line, another price: changed, with both figures."""
    d = compare(reviewed(county()), reviewed(county(unit_price=[120, 50, 60])))
    (match,) = d.of("changed")
    assert match.before is not None and match.after is not None  # noqa: PT018
    assert (match.before["values"]["unit_price"], match.after["values"]["unit_price"]) == ("100.00", "120.00")


def test_what_is_new_counts_for_the_status() -> None:
    """New, or no longer waived; a waived one does not count."""
    clean = reviewed(county(unit_price=[99, 50, 60], basis=["文件"] * 3))
    assert compare(clean, reviewed(county())).gravest_new() is Severity.ORANGE
    report = reviewed(county())
    everything = {f.fingerprint: "经同意" for f in report.findings}
    waived = reviewed(county(), waived=everything)
    assert compare(clean, waived).gravest_new() is None
    assert compare(waived, report).gravest_new() is Severity.ORANGE


def test_order_and_jobs_mean_nothing() -> None:
    """Reports with the findings in another order give the same difference."""
    a, b = reviewed(county()), reviewed(county(unit_price=[120, 51, 60]))
    from budgetreview.render import records

    shuffled = records.report(b)
    shuffled["findings"].reverse()
    one, two = compare(a, b), compare(a, shuffled)
    assert [(m.state, m.finding["fingerprint"]) for m in one.matches] == [(m.state, m.finding["fingerprint"]) for m in two.matches]


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Report, str], Path]:
    def save(report: Report, name: str) -> Path:
        return render.write(report, tmp_path / name)[0]

    return save


def test_json_and_jsonl_load_alike(saved: Callable[[Report, str], Path]) -> None:
    """Either file gives the same records."""
    report = reviewed(county())
    assert load(saved(report, "a.json")) == load(saved(report, "a.jsonl"))
    nothing = reviewed(county(unit_price=[99, 50, 60], basis=["文件"] * 3))
    assert load(saved(nothing, "b.json")) == load(saved(nothing, "b.jsonl"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "UTF-8?"), (b"not json", "neither JSON"), (b"[]", "no report"), (b"{}", "no report"), (b"", "no report"),
        (b'{"schema": "budgetreview/9"}', "budgetreview/9"), (b'{"schema": "budgetreview/1"}', "missing"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    """The sentence names the file and what is wrong with it."""
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(IntakeError, match=r"a\.json") as error:
        load(path)
    assert said in error.value.problems[0].text.en


def test_a_report_cut_short_is_refused(saved: Callable[[Report, str], Path], tmp_path: Path) -> None:
    """Half a finding, or the same finding twice, is no report."""
    document = json.loads(saved(reviewed(county()), "a.json").read_text(encoding="utf-8"))
    short = tmp_path / "short.json"
    short.write_text(json.dumps({**document, "findings": [{"rule": "Z13"}]}), encoding="utf-8")
    with pytest.raises(IntakeError, match="cut short"):
        load(short)
    short.write_text(json.dumps({**document, "findings": document["findings"] * 2}), encoding="utf-8")
    with pytest.raises(IntakeError, match="twice"):
        load(short)


def test_a_line_that_is_gone_or_out_of_the_rules_sight_resolves_nothing() -> None:
    """The line is deleted, or its document's last day is blanked: nobody judged it again."""
    lines = county(basis_expires=["2024-12-31", "2028-12-31", "2028-12-31"])
    before = reviewed(lines, ("Z02",))
    assert states(compare(before, before)) == {("Z02", "L1"): "persisting"}
    blanked = reviewed(lines | {"basis_expires": [None, "2028-12-31", "2028-12-31"]}, ("Z02",))
    assert states(compare(before, blanked)) == {("Z02", "L1"): "not_judged"}
    deleted = reviewed({c: v[1:] for c, v in lines.items()}, ("Z02",))
    (match,) = compare(before, deleted).matches
    assert match.state == "not_judged"
    assert match.why is not None
    mended = reviewed(lines | {"basis_expires": ["2027-12-31", "2028-12-31", "2028-12-31"]}, ("Z02",))
    assert states(compare(before, mended)) == {("Z02", "L1"): "resolved"}


def test_a_waiver_that_came_or_went_is_a_change_that_is_named() -> None:
    open_ = reviewed(county())
    (waived,) = (f.fingerprint for f in open_.findings if f.rule == "Z01")
    other = reviewed(county(), waived={waived: "有文件"})
    for before, after, said in ((open_, other, "现已豁免"), (other, open_, "原有豁免，现已没有")):
        d = compare(before, after)
        (match,) = d.of("changed")
        assert match.why is not None
        assert match.why.zh == said
