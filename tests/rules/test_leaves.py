"""Rows that only add up the rows below them are no budget lines of their own."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.tables_by_hand import table

from budgetreview.rules.leaves import is_subtotal
from budgetreview.table import Source
from budgetreview.values import Exact, Keys


def lines(rows, unit=1, **more):
    codes, amounts = zip(*rows, strict=True)
    columns = {
        "function_code": Keys.of(codes),
        "amount": Exact.of([a or 0 for a in amounts], np.array([a is not None for a in amounts])),
        **more,
    }
    return table("lines", columns, sources=(Source("a.xlsx", "明细", unit=unit, given=frozenset(columns)),))


def test_a_class_and_a_heading_above_their_items_are_subtotals() -> None:
    found = is_subtotal(lines([("201", 30), ("20101", 30), ("2010101", 10), ("2010102", 20)]), "function_code")
    assert found.yes.tolist() == [True, True, False, False]
    assert not found.open.any()


def test_a_row_that_does_not_add_up_is_a_line() -> None:
    found = is_subtotal(lines([("20101", 31), ("2010101", 10), ("2010102", 20)]), "function_code")
    assert found.no.all()


def test_rounding_does_not_make_a_subtotal_a_line() -> None:
    rows = [("20101", 30_100), ("2010101", 10_000), ("2010102", 20_000)]
    assert is_subtotal(lines(rows, unit=100), "function_code").yes.tolist() == [True, False, False]
    assert is_subtotal(lines(rows, unit=10), "function_code").no.all()


def test_lines_of_another_agency_are_not_below_it() -> None:
    given_lines = lines([("20101", 10), ("2010101", 10)], agency=Keys.of(["101", "102"]))
    assert is_subtotal(given_lines, "function_code").no.all()


def test_an_unknown_amount_leaves_it_open() -> None:
    found = is_subtotal(lines([("20101", 30), ("2010101", None), ("2010102", 20)]), "function_code")
    assert found.open.tolist() == [True, False, False]


def test_without_amounts_every_row_is_a_line() -> None:
    assert is_subtotal(lines([("20101", None), ("2010101", None)]), "function_code").no.all()


CODES = st.sampled_from(["201", "202", "20101", "20102", "20201", "2010101", "2010102", "2010201", "2020101"])


@given(st.lists(st.tuples(CODES, st.integers(0, 3), st.sampled_from(["101", "102", None])), min_size=1, max_size=14))
def test_it_agrees_with_a_slow_look_at_every_pair(rows: list[tuple[str, int, str | None]]) -> None:
    def slow(i: int) -> bool:
        code, amount, agency = rows[i]
        for below in {3: (5, 7), 5: (7,)}.get(len(code), ()):
            under = [a for c, a, g in rows if len(c) == below and c.startswith(code) and g == agency]
            if under and sum(under) == amount:
                return True
        return False

    given_lines = lines([(c, a) for c, a, _ in rows], agency=Keys.of([g for _, _, g in rows]))
    assert is_subtotal(given_lines, "function_code").yes.tolist() == [slow(i) for i in range(len(rows))]
