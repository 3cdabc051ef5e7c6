"""The workbook of the example: untidy as a bureau's, and read back without loss."""

from __future__ import annotations

import pytest

from budgetreview.example import clean, workbook, write
from budgetreview.intake import read
from budgetreview.submission import Submission
from budgetreview.table import Table
from budgetreview.values import Keys, Truth


def _values(table: Table, column: str) -> list[object]:
    data = table.columns.get(column)
    if data is None:
        return [None] * len(table)
    if isinstance(data, Keys):
        return [data.text(i) for i in range(len(data))]
    if isinstance(data, Truth):
        return [True if y else False if n else None for y, n in zip(data.yes, data.no, strict=True)]
    return [v if k else None for v, k in zip(data.values.tolist(), data.known.tolist(), strict=True)]


def _rows(table: Table, columns: list[str]) -> list[tuple[object, ...]]:
    rows = list(zip(*(_values(table, c) for c in columns), strict=True))
    return sorted(rows, key=lambda r: str(r[0])) if table.name == "lines" else rows


@pytest.mark.parametrize("stage", ["preliminary", "execution", "rectify"])
def test_what_was_written_is_read_back_in_every_column(tmp_path, stage):
    given = Submission(**clean(2026, stage))
    workbook.write(clean(2026, stage), tmp_path / "county.xlsx")
    back = read(tmp_path / "county.xlsx")
    assert not back.problems
    assert set(back.tables) == set(given.tables)
    for name, table in given.tables.items():
        columns = [c for c in table.columns if c not in {"entity", "fiscal_year"}]
        columns.sort(key=lambda c: c != "line_id")
        assert _rows(back.tables[name], columns) == _rows(table, columns), name


def test_entity_and_year_are_known_from_the_table_of_totals_and_the_titles(tmp_path):
    write(tmp_path / "county.xlsx")
    assert [(p.entity, p.fiscal_year) for p in read(tmp_path / "county.xlsx").periods] == [("430799", 2026)]


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    write(tmp_path / "a.xlsx")
    write(tmp_path / "b.xlsx")
    write(tmp_path / "c.xlsx", seed=2)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert (tmp_path / "a.xlsx").read_bytes() != (tmp_path / "c.xlsx").read_bytes()


def test_the_workbook_has_what_makes_a_bureaus_workbook_hard_to_read(tmp_path):
    write(tmp_path / "county.xlsx")
    notices = {n.kind for n in read(tmp_path / "county.xlsx").notices}
    assert {"hidden-sheet", "total-rows", "sheet-not-recognised"} <= notices
