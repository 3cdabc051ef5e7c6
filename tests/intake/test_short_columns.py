"""A short column is read in another way than a long one, for speed only: both say the same of every cell."""

from __future__ import annotations

import polars as pl
import pytest

from budgetreview.intake.coerce import coerce_column
from budgetreview.intake.encode import encode
from budgetreview.intake.part import Part
from budgetreview.intake.schemas import allowed
from budgetreview.tables import TABLES
from budgetreview.values import Keys

CELLS = (
    "是", "否", "", " - ", None, "√", "不知道", "12", "１２", "3.5", "(3,420)", "5%", "0.4", "1.5", "2026", "2026年度", "二〇二六",
    "2026-01-10", "2026年1月10日", "一月", "基本支出", "项目支出", "一般公共预算", "财政拨款", "1", "111", "支出", "2010101", "201 0101",
    "类款项", "常德市武陵区", "430702000", "\u3000县教育局\u3000", "\x1f", "\u200b", "名称\u00a0", "——", "1e5", "-0.0",
)  # fmt: skip
LONG = 1_100
"""More than are read in the short way."""


def read(name: str, cells: list[str | None]) -> tuple[list[object], list[bool], object]:
    """The values of a column, which cells were not understood, and the column as rules see it."""
    column = TABLES["lines"].columns[name]
    part = Part(path="", name="frame", table="lines", frame=pl.DataFrame(), sheet_unit="元")
    made = coerce_column(pl.Series(name, cells, dtype=pl.String), column, part, "元")
    bad = [False] * len(cells) if made.bad is None else made.bad.to_list()
    return made.values.to_list(), bad, encode(made.values, column.kind)


@pytest.mark.parametrize("name", sorted(TABLES["lines"].columns))
def test_every_kind_of_column_says_the_same_short_and_long(name: str) -> None:
    n = len(CELLS)
    short, short_bad, data = read(name, list(CELLS))
    long, long_bad, much = read(name, list(CELLS) * (LONG // n + 1))
    assert long[:n] == short
    assert long_bad[:n] == short_bad
    if isinstance(data, Keys):
        assert isinstance(much, Keys)
        assert tuple(data.words) == tuple(much.words)
        assert data.codes.tolist() == much.codes[:n].tolist()
        assert data.codes.dtype == much.codes.dtype
        return
    for field in ("values", "low", "high", "yes", "no"):
        if hasattr(data, field):
            few, many = getattr(data, field), getattr(much, field)
            assert few.tolist() == many[:n].tolist(), field
            assert few.dtype == many.dtype, field
            assert not few.flags.writeable, field


@pytest.mark.parametrize("name", ["book", "side", "function_code", "agency", "start_year", "proposed"])
def test_what_a_column_may_hold_is_asked_alike_of_short_and_long_ones(name: str) -> None:
    limits = allowed(TABLES["lines"].columns[name])
    words: list[list[object]] = [
        ["general", "none"], ["expenditure", None], ["2010101", None], ["20 1"], ["一"], [None, None], ["2010101\n"],
    ]  # fmt: skip
    numbers: list[list[object]] = [[2026, None], [1948], [10**17, -(10**17)], [10**17 + 1]]
    for cells in numbers if limits.low is not None else words:
        dtype = pl.Int64 if limits.low is not None else pl.String
        assert limits.holds(pl.Series(cells, dtype=dtype)) == limits.holds(pl.Series(cells * LONG, dtype=dtype)), cells
