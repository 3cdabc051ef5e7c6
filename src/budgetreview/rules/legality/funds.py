"""Whether each fund, the state-capital book and each insurance live within their means, and hand over what they owe."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import attrs

from budgetreview.rule import Assessment, Severity
from budgetreview.rules.legality.family import Share, added, book
from budgetreview.rules.rounding import figure_span
from budgetreview.table import Table
from budgetreview.values import Exact, Numbers, Ratio

_FUND_INCOME: Final = ("revenue", "carry_in", "transfers_in", "bonds")
_FUND_OUTLAY: Final = ("expenditure", "moved_out")


@book.rule("L04", reads=tuple(f"funds.{c}" for c in (*_FUND_INCOME, *_FUND_OUTLAY)), per="fund")
def fund_spends_more_than_it_has(funds: Table) -> Assessment:
    """A government fund pays out and moves out more than it takes in and carries in."""
    income, outlay = added(funds, _FUND_INCOME), added(funds, _FUND_OUTLAY)
    figures = len(_FUND_INCOME) + len(_FUND_OUTLAY)
    room = figure_span(funds) * Fraction(figures, 2)
    return Assessment.of(
        funds,
        condition=outlay - income > room,
        measure=outlay,
        limit=income,
        values={
            **{c: funds.money(c) for c in (*_FUND_INCOME, *_FUND_OUTLAY)},
            "tolerance": room,
        },
        amount=outlay - income,
        about="expenditure",
    )


@book.rule("L05", reads=("totals.own_expenditure", "totals.moved_out", "totals.total_in"), per="book")
def state_capital_in_deficit(totals: Table) -> Assessment:
    """The state-capital book spends and moves out more than its total income."""
    spent, moved, income = totals.money("own_expenditure"), totals.money("moved_out"), totals.money("total_in")
    return Assessment.of(
        totals,
        condition=spent + moved > income,
        measure=spent + moved,
        limit=income,
        values={"own_expenditure": spent, "moved_out": moved, "total_in": income},
        amount=spent + moved - income,
        about="own_expenditure",
    )


@book.rule("L06", reads=("totals.own_revenue", "totals.moved_out"), per="book")
def state_capital_moves_nothing(totals: Table) -> Assessment:
    """The state-capital book has revenue and moves none of it to the general book."""
    revenue, moved = totals.money("own_revenue"), totals.money("moved_out")
    return Assessment.of(
        totals,
        applies=revenue > 0,
        condition=moved.equals(0),
        measure=moved,
        limit=0,
        values={"own_revenue": revenue, "moved_out": moved},
        amount=revenue,
        about="moved_out",
    )


@book.rule("L07", reads=("totals.own_revenue", "totals.moved_out"), per="book", parameters=Share)
def state_capital_moves_little(totals: Table, p: Share) -> Assessment:
    """The state-capital book moves a smaller share of its revenue to the general book than policy asks."""
    revenue, moved = totals.money("own_revenue"), totals.money("moved_out")
    ratio = Ratio(moved, revenue)
    return Assessment.of(
        totals,
        applies=revenue > 0,
        condition=ratio < p.share,
        measure=ratio,
        limit=p.share,
        values={"own_revenue": revenue, "moved_out": moved},
        amount=moved,
        about="moved_out",
    )


_MONTHS: Final = 12


@book.rule("L08", reads=("funds.revenue", "funds.expenditure"), per="fund")
def insurance_gap_in_the_year(funds: Table) -> Assessment:
    """An insurance spends more in the year than its income of the year, subsidies included."""
    revenue, spent = funds.money("revenue"), funds.money("expenditure")
    return Assessment.of(
        funds,
        condition=spent > revenue,
        measure=spent,
        limit=revenue,
        values={"revenue": revenue, "expenditure": spent},
        amount=spent - revenue,
        about="expenditure",
    )


@attrs.frozen
class MonthsLeft:
    """Months of benefits that a balance should cover."""

    low: int
    fair: int


@book.rule("L09", reads=("funds.balance", "funds.expenditure"), per="fund", parameters=MonthsLeft)
def insurance_balance_short(funds: Table, p: MonthsLeft) -> Assessment:
    """The accumulated balance of an insurance pays for too few months of benefits."""
    balance, spent = funds.money("balance"), funds.money("expenditure")
    months = Ratio(Exact.of(balance.values.astype(object) * _MONTHS, balance.known), spent)
    shown, known = months.floats()
    return Assessment.of(
        funds,
        applies=spent > 0,
        steps=[(months < p.low, Severity.ORANGE), (months < p.fair, Severity.YELLOW)],
        measure=Numbers(shown, known, "months"),
        limit=p.fair,
        values={"balance": balance, "expenditure": spent},
        amount=balance,
        about="balance",
    )
