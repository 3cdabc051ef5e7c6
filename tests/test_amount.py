"""Which column a rule means by "the amount": chosen once for each input and stage, never line by line."""

from __future__ import annotations

from datetime import date

import pytest

import budgetreview as br
from budgetreview.amount import with_amount

FULL = {"requested": 1, "reviewed": 2, "proposed": 3, "approved": 4, "current": 5, "executed": 6}


def chosen(stage, rows, header=tuple(FULL)):
    frame = {name: [row[i] for row in rows] for i, name in enumerate(header)}
    report = br.review(br.Submission(lines=frame), [], stage=stage, as_of=date(2026, 1, 10))
    return report.inputs[0].amount_column


@pytest.mark.parametrize(
    ("stage", "column"),
    [("pre", "requested"), ("preliminary", "proposed"), ("plenary", "proposed"), ("execution", "current"),
     ("adjustment", "current"), ("final", "executed")],
)  # fmt: skip
def test_each_stage_looks_at_its_own_column(stage, column):
    assert chosen(stage, [tuple(FULL.values())]) == column


@pytest.mark.parametrize(
    ("stage", "row", "column"),
    [
        ("final", (1, 2, 3, 4, None, None), "approved"),
        ("preliminary", (1, 2, None, 4, 5, 6), "reviewed"),
        ("preliminary", (None, None, None, 4, 5, 6), None),
        ("pre", (None, 2, 3, 4, 5, 6), "proposed"),
        ("pre", (None, 2, None, 4, 5, 6), None),
    ],
)
def test_a_column_that_is_wholly_empty_gives_way_to_the_next_on_its_left(stage, row, column):
    assert chosen(stage, [row]) == column


def test_one_value_is_enough_for_a_column_to_be_chosen_and_its_blanks_stay_unknown():
    assert chosen("final", [(1, 2, 3, 4, 5, None), (1, 2, 3, 4, 5, 6)]) == "executed"


def test_two_sheets_of_one_workbook_choose_each_for_itself(tmp_path):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(str(tmp_path / "c.xlsx")) as book:
        for sheet, header in (("lines", "proposed"), ("预算明细", "requested")):
            page = book.add_worksheet(sheet)
            page.write_row(0, 0, ["line_id", header])
            page.write_row(1, 0, [sheet, 5])
    report = br.review(br.read(tmp_path / "c.xlsx"), [], stage="preliminary", as_of=date(2026, 1, 10))
    assert {i.sheet: i.amount_column for i in report.inputs} == {"lines": "proposed", "预算明细": "requested"}


def test_a_part_takes_the_column_that_was_settled_for_the_whole() -> None:
    """A county that left the stage's column wholly blank is not judged by another column than its neighbours."""
    lines = br.Submission(lines={"line_id": ["1"], "requested": [100], "proposed": [None]}).table("lines")
    source = (lines.sources[0].name, lines.sources[0].sheet)
    alone, chosen = with_amount(lines, "preliminary")
    assert chosen == {source: "requested"}
    assert alone.money("amount").known.all()
    part, chosen = with_amount(lines, "preliminary", {source: "proposed"})
    assert chosen == {source: "proposed"}
    assert not part.money("amount").known.any()
    none, chosen = with_amount(lines, "preliminary", {})
    assert chosen == {}
    assert not none.money("amount").known.any()
