"""The entries of family L, and what several of its chapters share."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import attrs

from budgetreview.rules.laws import family
from budgetreview.table import Table
from budgetreview.values import Exact

book: Final = family("legality")


@attrs.frozen
class Share:
    """One share that a figure is held against."""

    share: Fraction


def added(table: Table, names: tuple[str, ...]) -> Exact:
    """The sum of several columns of money, row by row."""
    total = table.money(names[0])
    for name in names[1:]:
        total = total + table.money(name)
    return total
