"""How much money is kept back: reserve, working capital, stabilisation fund, and what is carried on."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.rule import Assessment
from budgetreview.rules.legality.family import Share, added, book
from budgetreview.rules.readings import age
from budgetreview.rules.rounding import compare, figure_span
from budgetreview.table import Table
from budgetreview.values import Numbers, Ratio


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
    above = share > p.most
    return Assessment.of(
        totals,
        applies=base > 0,
        condition=(share < p.least) | above,
        measure=share,
        limit=Numbers(np.where(above.yes, float(p.most), float(p.least)), np.ones(len(totals), bool), "share"),
        values={"reserve": reserve, "own_expenditure": base},
        amount=reserve,
        about="reserve",
    )


@book.rule("L11", reads=("totals.working_capital", "totals.own_expenditure"), per="book", parameters=Share)
def working_capital_above_limit(totals: Table, p: Share) -> Assessment:
    """The budget working capital is above its lawful share of own-level general expenditure."""
    capital, base = totals.money("working_capital"), totals.money("own_expenditure")
    ratio = Ratio(capital, base)
    return Assessment.of(
        totals,
        applies=base > 0,
        condition=ratio > p.share,
        measure=ratio,
        limit=p.share,
        values={"working_capital": capital, "own_expenditure": base},
        amount=capital,
        about="working_capital",
    )


_STABILISATION_BASE: Final = ("own_expenditure", "transfers_general", "transfers_special")


@book.rule(
    "L12",
    reads=("totals.stabilisation_balance", *(f"totals.{c}" for c in _STABILISATION_BASE)),
    per="book",
    parameters=Share,
)
def stabilisation_fund_large(totals: Table, p: Share) -> Assessment:
    """The stabilisation fund is large beside own-level expenditure with transfers down."""
    balance, base = totals.money("stabilisation_balance"), added(totals, _STABILISATION_BASE)
    ratio = Ratio(balance, base)
    return Assessment.of(
        totals,
        applies=base > 0,
        condition=ratio > p.share,
        measure=ratio,
        limit=p.share,
        values={"stabilisation_balance": balance, **{c: totals.money(c) for c in _STABILISATION_BASE}},
        amount=balance,
        about="stabilisation_balance",
    )


@attrs.frozen
class CarryAge:
    """The age up to which money carried over still counts as carry-over."""

    age: int


@book.rule(
    "L21",
    reads=("totals.carry_in", "carryover", "carryover_year"),
    per="book",
    parameters=CarryAge,
)
def surplus_carried_on(totals: Table, lines: Table, p: CarryAge) -> Assessment:
    """More is carried in than the lines carry over for their projects: the rest looks like a surplus."""
    carried = totals.money("carry_in")
    young = age(lines, "carryover_year") <= p.age
    entity = lines.by()
    explained = entity.sum(lines.money("carryover"), young).take(totals.period)
    span = entity.sum(figure_span(lines), young).take(totals.period).or_else(0) + figure_span(totals)
    held = compare(carried, explained, span)
    return Assessment.of(
        totals,
        applies=carried > 0,
        condition=held.gap > held.tolerance,
        measure=held.gap,
        limit=held.tolerance,
        values={"carry_in": carried, "carried_by_lines": explained, "tolerance": held.tolerance},
        amount=held.gap,
        about="carry_in",
    )
