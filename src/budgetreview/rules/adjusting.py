"""Whether an adjustment of the budget went through the standing committee (E05, K08)."""

from __future__ import annotations

import numpy as np

from budgetreview.rule import Context
from budgetreview.table import Table
from budgetreview.values import Exact, Truth
from budgetreview.wording import EPOCH


def day_of(context: Context) -> int:
    """The as-of date in days since 1970."""
    return (context.as_of - EPOCH).days


def adjustment_approved(calendar: Table, context: Context) -> Truth:
    """For each entity and year, whether an adjustment was approved by the as-of date.

    The meeting counts; where the plan itself is under review (stage ``adjustment``), handing it in counts as well.
    An entity without any row in the calendar is unknown.
    """
    proposed = ("adjustment_submitted",) if context.stage == "adjustment" else ()
    events = ("adjustment_meeting", *proposed)
    done = calendar.by().any(calendar.key("event").isin(events) & (calendar.whole("date") <= day_of(context)))
    told = np.zeros(len(calendar.periods), bool)
    told[calendar.period] = True
    return done.only(told)


def not_yet_approved(calendar: Table, context: Context) -> Truth:
    """For each entity and year, whether its budget is known to be approved only after the as-of date."""
    first = calendar.by().least(calendar.whole("date"), calendar.key("event").is_("budget_approved"))
    later = (first > day_of(context)).yes
    return Truth.known(later)


def sure_part(x: Exact) -> Exact:
    """The known part of a figure; 0 where it is not given (only for exceptions that have to be stated)."""
    return x.or_else(0)
