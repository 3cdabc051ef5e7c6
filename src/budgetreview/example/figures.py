"""Amounts of the example: whole hundreds of yuan, so that 万元 with two decimals loses nothing."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

import numpy as np

Row = dict[str, Any]
Tables = dict[str, dict[str, list[Any]]]
"""Tables by name, columns by canonical name, one value a row: money in 元, None where a cell is blank."""

STEP: Final = 100
"""Every amount is a multiple of this, in 元."""
WAN: Final = 10_000
"""元 in one 万元."""


def money(value: float | Fraction) -> int:
    """An amount in 元, rounded to whole hundreds."""
    return round(Fraction(value) / STEP) * STEP


def around(wan: float, spread: float, rng: np.random.Generator) -> int:
    """An amount near so many 万元, uneven as budgets are."""
    return money(wan * 10_000 * (1 + spread * (2 * rng.random() - 1)) + STEP * int(rng.integers(1, 97)))


def share(amount: int, part: Fraction) -> int:
    """A part of an amount, in whole hundreds."""
    return money(amount * part)


def columns(rows: list[Row]) -> dict[str, list[Any]]:
    """Rows as columns; what a row does not name is blank."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def total(rows: list[Row], column: str) -> int:
    """The sum of a column, blanks left out."""
    return sum(row.get(column) or 0 for row in rows)
