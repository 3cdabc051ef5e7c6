"""How much of the fiscal year has passed, and what lags behind it (E03, K09)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from budgetreview.fiscal import MONTHS, months_elapsed
from budgetreview.rule import Context
from budgetreview.table import Table
from budgetreview.values import Exact, Ratio, Truth


def payment_month(payments: Table) -> Exact:
    """The month of its fiscal year in which each payment was made: as stated, else by its date.

    Unknown where the stated month is not that of the date: one of the two is wrong, and nobody can say which.
    """
    stated, day = payments.whole("month"), payments.whole("date")
    calendar = day.values.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    years = np.array([p.fiscal_year or 0 for p in payments.periods] + [0], np.int64)[payments.period]
    known = day.known & (years > 0)
    month = np.clip(calendar - (years - 1970) * MONTHS + 1, 0, MONTHS + 1)
    dated = Exact.of(month, known, "count")
    return stated.or_else(dated).only(~stated.differs(dated).yes)


def months_passed(units: Table, payments: Table, context: Context) -> tuple[Exact, Exact]:
    """Full months of the fiscal year on the as-of date, where payments are there up to their last month.

    Returns:
        The least and the most that it may be for each line; they differ where the month of some payment is not known.
    """
    years = [p.fiscal_year for p in units.periods]
    passed = np.array([0 if y is None else months_elapsed(y, context.as_of) for y in years], np.int64)
    known = np.array([y is not None for y in years], bool)
    low, high = passed.copy(), passed.copy()
    if len(payments):
        by = payments.by()
        month = payment_month(payments)
        last = by.most(month)
        paid = np.zeros(len(years), bool)
        paid[payments.period] = True
        low = np.where(paid, np.minimum(passed, np.where(last.known, last.values, 0)), passed)
        unsure = by.any(Truth(~month.known, month.known)).yes
        high = np.where(unsure, passed, low)
    return (
        Exact.of(low[units.period], known[units.period], "count"),
        Exact.of(high[units.period], known[units.period], "count"),
    )


def behind(executed: Exact, current: Exact, months: tuple[Exact, Exact], gap: Fraction) -> Truth:
    """Whether the share executed is lower than the share of the year that has passed, by more than ``gap``."""
    rate = Ratio(executed, current)
    yes, no = np.zeros(len(rate), bool), np.zeros(len(rate), bool)
    low, high = months
    for month in range(MONTHS + 1):
        slow = rate < Fraction(month, MONTHS) - gap
        yes |= slow.yes & low.known & (low.values == month)
        no |= slow.no & high.known & (high.values == month)
    return Truth(yes, no)
