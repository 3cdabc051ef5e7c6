"""Products of whole amounts with decimal numbers, compared exactly; numpy in, numpy out."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[Any]

_CLOSE: Final = 1e-12
"""Three roundings of float64 stay far below this share of the figures that they round."""

_EXACT_IN_FLOAT: Final = 2**53
_WIDE: Final = 10**17
"""Figures beyond this are kept as Python integers."""


def decimal_of(x: float) -> Fraction:
    """The decimal that a cell showed: the shortest one that reads back as this float."""
    return Fraction(Decimal(repr(float(x))))


def product(amount: int, *factors: float) -> Fraction:
    """An amount times decimal numbers, exactly."""
    above, below = amount, 1
    for factor in factors:
        given = decimal_of(factor)
        above, below = above * given.numerator, below * given.denominator
    return Fraction(above, below)


def rounded(x: Fraction) -> int:
    """The nearest whole number, halves away from zero."""
    size = (2 * abs(x.numerator) + x.denominator) // (2 * x.denominator)
    return size if x >= 0 else -size


def products(amount: Whole, quantity: Floats, periods: Floats) -> npt.NDArray[Any]:
    """``amount × quantity × periods``, each the nearest whole number, exactly.

    Products of whole numbers that float64 holds are taken as they are; the others are made of fractions.
    """
    near = amount.astype(np.float64) * quantity * periods
    whole = (quantity == np.floor(quantity)) & (periods == np.floor(periods)) & (np.abs(amount) < _EXACT_IN_FLOAT)
    sure = whole & (np.abs(near) < _EXACT_IN_FLOAT) & (np.abs(periods) >= 1)
    found = np.where(sure, near, 0.0).astype(np.int64)
    rest = np.flatnonzero(~sure)
    made = [rounded(product(int(amount[i]), quantity[i], periods[i])) for i in rest.tolist()]
    if max(map(abs, made), default=0) > _WIDE:
        found = found.astype(object)
    found[rest] = made
    return found


def misses(amount: Whole, quantity: Floats, periods: Floats, shown: Whole, share: Fraction, floor: int) -> Bools:
    """Where ``amount × quantity × periods`` differs from ``shown`` by more than a share of ``shown`` and a floor.

    Args:
        amount: Whole numbers (分).
        quantity: Decimal numbers.
        periods: Decimal numbers.
        shown: Whole numbers (分) that the product is held against.
        share: The tolerance as a share of ``shown``.
        floor: The tolerance in 分 where that share is smaller.

    Returns:
        A mask; rows too close to the tolerance for float64 are decided with exact fractions.
    """
    near = amount.astype(np.float64) * quantity * periods
    given = shown.astype(np.float64)
    excess = np.abs(near - given) - np.maximum(float(share) * np.abs(given), float(floor))
    out = np.asarray(excess > 0, bool)
    for i in np.flatnonzero(np.abs(excess) <= _CLOSE * (np.abs(near) + np.abs(given) + floor)):
        gap = abs(product(int(amount[i]), quantity[i], periods[i]) - int(shown[i]))
        out[i] = gap > max(share * abs(int(shown[i])), Fraction(floor))
    return out
