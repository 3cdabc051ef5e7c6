"""Sums of rounded figures: equal, within rounding, different (READINGS, "Tolerance")."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.tables_by_hand import table

from budgetreview.rules.rounding import compare, figure_span, presentation_unit
from budgetreview.table import Source
from budgetreview.values import Exact

WAN_TWO_DECIMALS = Source("a.xlsx", "总表", unit=10_000, given=frozenset({"total_in"}))
TO_THE_FEN = Source("b.xlsx", "总表", unit=1, given=frozenset({"total_in"}))


def test_each_row_has_the_presentation_unit_of_its_own_sheet() -> None:
    totals = table("totals", {"total_in": Exact.of([1, 2])}, source=[0, 1], sources=(WAN_TWO_DECIMALS, TO_THE_FEN))
    assert presentation_unit(totals).values.tolist() == [10_000, 1]


def test_figures_given_to_the_fen_leave_no_room() -> None:
    totals = table("totals", {"total_in": Exact.of([1, 2])}, source=[0, 1], sources=(WAN_TWO_DECIMALS, TO_THE_FEN))
    assert figure_span(totals).values.tolist() == [10_000, 0]


def test_half_a_unit_for_each_figure_is_rounding_and_one_fen_more_is_not() -> None:
    shown = Exact.of([100_000, 115_000, 115_001, 84_999])
    found = compare(shown, Exact.of([100_000] * 4), Exact.of([30_000] * 4))
    assert found.equal.yes.tolist() == [True, False, False, False]
    assert found.within.yes.tolist() == [False, True, False, False]
    assert found.different.yes.tolist() == [False, False, True, True]


def test_an_unknown_figure_is_neither_equal_nor_different() -> None:
    found = compare(Exact.of([5], np.array([False])), Exact.of([5]), Exact.of([0]))
    assert found.equal.open.all()
    assert found.within.open.all()
    assert found.different.open.all()


def test_a_sum_that_is_at_least_so_much_decides_when_the_total_is_below_it() -> None:
    at_least = Exact(np.array([100]), np.array([True]), np.array([False]))
    assert compare(Exact.of([99]), at_least, Exact.of([0])).different.yes.all()
    assert compare(Exact.of([101]), at_least, Exact.of([0])).different.open.all()


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=12), st.sampled_from([100, 10_000, 1_000_000]))
def test_rounding_alone_never_makes_a_total_differ_from_its_parts(parts: list[int], unit: int) -> None:
    def to_unit(x: int) -> int:
        return (abs(x) * 2 + unit) // (2 * unit) * unit * (1 if x >= 0 else -1)

    found = compare(
        Exact.of([to_unit(sum(parts))]), Exact.of([sum(map(to_unit, parts))]), Exact.of([unit * (len(parts) + 1)])
    )
    assert found.different.no.all()
