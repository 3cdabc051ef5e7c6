"""What a column may hold is said once: whole columns are accepted by it exactly where pandera finds nothing."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from budgetreview.intake.coerce import STORED
from budgetreview.intake.schemas import _failures, accepts
from budgetreview.money import LARGEST
from budgetreview.tables import TABLES, Column

VALUES: dict[str, list[Any]] = {
    "year": [None, 1948, 1949, 2026, 2100, 2101],
    "count": [None, -1, 0, 5, LARGEST, LARGEST + 1],
    "money": [None, -LARGEST - 1, -LARGEST, 0, LARGEST, LARGEST + 1],
    "word": [None, "general", "否", "甲", "recurrent", "expenditure", ""],
    "code": [None, "2010101", "430702", "A-1", "一", " 1", "1 ", "2010101\n", "１", ""],
    "text": [None, "", "甲", "x" * 50],
    "number": [None, -1.5, 0.0, 1e12],
    "share": [None, -0.5, 1.0],
    "date": [None, 0, 20_000],
    "mark": [None, True, False],
}
COLUMNS = list(TABLES["lines"].columns.values())


@pytest.mark.parametrize("column", COLUMNS, ids=lambda c: c.name)
def test_a_value_is_accepted_where_pandera_finds_nothing(column: Column) -> None:
    for value in VALUES[column.kind]:
        cells = pl.Series(column.name, [None, value, value], dtype=STORED[column.kind])
        assert accepts("lines", {column.name: cells}) == (not _failures("lines", cells.to_frame())), value
