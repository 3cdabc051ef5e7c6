"""Products of amounts with decimals: the decision is exact, whatever float64 makes of the decimals."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.kernels import product

AMOUNTS = st.integers(0, 10**15)
DECIMALS = st.decimals(0, 1000, places=3).map(float)
SHARE, FLOOR = Fraction(1, 100), 10_000


def slowly(amount: int, quantity: float, periods: float, shown: int) -> bool:
    gap = abs(amount * Fraction(Decimal(repr(quantity))) * Fraction(Decimal(repr(periods))) - shown)
    return gap > max(SHARE * shown, FLOOR)


def quickly(amount: int, quantity: float, periods: float, shown: int) -> bool:
    one = np.array
    return bool(product.misses(one([amount]), one([quantity]), one([periods]), one([shown]), SHARE, FLOOR)[0])


@given(AMOUNTS, DECIMALS, DECIMALS, AMOUNTS)
def test_any_figures_are_decided_as_by_fractions(amount: int, quantity: float, periods: float, shown: int) -> None:
    assert quickly(amount, quantity, periods, shown) == slowly(amount, quantity, periods, shown)


@given(AMOUNTS, DECIMALS, DECIMALS, st.integers(-2, 2), st.sampled_from([-1, 1]))
def test_figures_at_the_tolerance_are_decided_as_by_fractions(
    amount: int, quantity: float, periods: float, off: int, side: int
) -> None:
    exact = product.product(amount, quantity, periods)
    edge = max(exact / (1 + side * SHARE), Fraction(0)) if exact > 100 * FLOOR else max(exact + side * FLOOR, Fraction(0))
    shown = max(product.rounded(edge) + off, 0)
    assert quickly(amount, quantity, periods, shown) == slowly(amount, quantity, periods, shown)


def test_a_decimal_is_what_the_cell_showed() -> None:
    assert product.decimal_of(0.1) == Fraction(1, 10)


def test_halves_are_rounded_away_from_zero() -> None:
    assert [product.rounded(Fraction(n, 2)) for n in (-3, -1, 0, 1, 3)] == [-2, -1, 0, 1, 2]


@given(st.lists(st.tuples(AMOUNTS | st.just(2**62), DECIMALS | st.integers(0, 2**54).map(float), DECIMALS), max_size=8))
def test_products_are_those_of_fractions_whether_whole_or_not(listed: list[tuple[int, float, float]]) -> None:
    amount = np.array([a for a, _, _ in listed], np.int64)
    quantity, periods = (np.array([row[i] for row in listed], np.float64) for i in (1, 2))
    found = product.products(amount, quantity, periods).tolist()
    assert found == [product.rounded(product.product(*row)) for row in listed]
