"""The exact sums behind a report's pictures."""

from __future__ import annotations

import numpy as np

from budgetreview import outline
from budgetreview.outline import Sum
from budgetreview.table import Period, Source, Table
from budgetreview.values import Exact, Keys


def _lines(**columns: object) -> Table:
    n = len(next(iter(columns.values())))  # type: ignore[arg-type]
    return Table(
        "lines", columns, np.zeros(n, np.int64), (Period("430702", 2026),), np.zeros(n, np.int32),  # type: ignore[arg-type]
        (Source("a.xlsx"),), np.arange(n) + 1, np.arange(n) + 1,
    )  # fmt: skip


def _money(*fen: int | None) -> Exact:
    return Exact.of([f or 0 for f in fen], np.array([f is not None for f in fen]))


NO_SUBTOTAL = np.ones(4, bool)


def test_a_sum_leaves_blank_cells_out_and_counts_them() -> None:
    """Unknown is not zero: the sum says how many cells it rests on and how many it lacks."""
    found = outline.spending(
        _lines(function_code=Keys.of(["2010101", "2010301", "2050201", None]), amount=_money(100, None, 7, 1)), NO_SUBTOTAL
    )
    assert [(s.key, s.lines, s.sums["amount"]) for s in found] == [
        (None, 1, Sum(1, 1, 0)), ("201", 2, Sum(100, 1, 1)), ("205", 1, Sum(7, 1, 0)),
    ]  # fmt: skip
    assert "executed" not in found[0].sums


def test_revenue_and_lines_that_only_sum_up_others_stay_out() -> None:
    """Spending is what is spent, once."""
    lines = _lines(
        function_code=Keys.of(["201", "2010101", "2010301", "101"]), amount=_money(30, 10, 20, 99),
        side=Keys.of(["expenditure", None, "expenditure", "revenue"]),
    )  # fmt: skip
    (found,) = outline.spending(lines, np.array([False, True, True, True]))
    assert (found.lines, found.sums["amount"]) == (2, Sum(30, 2, 0))


def test_books_are_added_up_apart() -> None:
    """A fund's spending on education is not the general budget's."""
    lines = _lines(
        function_code=Keys.of(["2050101"] * 4), amount=_money(1, 2, 4, 8), book=Keys.of(["general", "government_fund", "general", None])
    )
    assert {s.book: s.sums["amount"].fen for s in outline.spending(lines, NO_SUBTOTAL)} == {
        None: 8, "general": 5, "government_fund": 2,
    }  # fmt: skip


def test_no_line_no_sum() -> None:
    """An empty table draws nothing."""
    assert outline.spending(Table.empty("lines", ()), np.zeros(0, bool)) == ()


def test_without_function_codes_agencies_are_added_up() -> None:
    """A budget of another country has no function codes of ours; its agencies tell where the money goes."""
    lines = _lines(
        agency=Keys.of(["001", "002", "001", None]), agency_name=Keys.of(["甲局", "乙局", "甲局", None]), amount=_money(1, 2, 4, 8)
    )
    found = outline.spending(lines, NO_SUBTOTAL)
    assert [(s.by, s.key, s.name, s.sums["amount"].fen) for s in found] == [
        ("agency", None, None, 8), ("agency", "001", "甲局", 5), ("agency", "002", "乙局", 2),
    ]  # fmt: skip
