"""Family L: legality and balance of the four books (domain.md 8.2)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import attrs

from budgetreview.rule import Assessment
from budgetreview.rules.laws import family
from budgetreview.table import Table
from budgetreview.values import Ratio

book: Final = family("legality")


@attrs.frozen
class ReserveRange:
    """Least and largest lawful share of the reserve."""

    least: Fraction
    most: Fraction


@book.rule("L10", reads=("totals.reserve", "totals.own_expenditure"), per="book", parameters=ReserveRange)
def reserve_outside_range(totals: Table, p: ReserveRange) -> Assessment:
    """The reserve lies outside its lawful share of own-level general expenditure."""
    reserve, base = totals.money("reserve"), totals.money("own_expenditure")
    share = Ratio(reserve, base)
    return Assessment.of(
        totals,
        applies=base > 0,
        condition=(share < p.least) | (share > p.most),
        measure=share,
        limit=p.least,
        values={"reserve": reserve, "own_expenditure": base},
        amount=reserve,
        about="reserve",
    )
