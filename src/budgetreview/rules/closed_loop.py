"""Family C: the closed loop, whether what was found was mended in time and stays mended (domain.md 8.8).

The loop's cases come as the table ``cases``, one row a case, from whatever register an office keeps.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import attrs
import numpy as np

from budgetreview.fiscal import add_months
from budgetreview.kernels import group as kernel
from budgetreview.rule import Assessment, Context
from budgetreview.rules.laws import family
from budgetreview.table import Groups, Table
from budgetreview.values import Exact, Ints, Truth
from budgetreview.wording import EPOCH

book: Final = family("closed_loop")

_ENDED: Final = ("dismissed", "closed", "carried_to_audit")


@attrs.frozen
class Deadline:
    """How long a case without a deadline of its own may stay open."""

    months: int


@book.rule(
    "C01",
    reads=("cases.state",),
    uses=("cases.due", "cases.found", "cases.rule", "cases.agency", "cases.project"),
    per="case",
    parameters=Deadline,
)
def rectification_overdue(cases: Table, context: Context, p: Deadline) -> Assessment:
    """A case is past its deadline and not closed."""
    due = cases.whole("due").or_else(_after(cases.whole("found"), p.months))
    today = Exact.of(np.full(len(cases), (context.as_of - EPOCH).days), kind="date")
    late = attrs.evolve(today - due, kind="days")
    state = cases.key("state")
    return Assessment.of(
        cases,
        condition=~state.isin(_ENDED) & (late > 0),
        measure=late,
        values={"as_of": today, "deadline": due, "state": state},
        about="state",
        lacks={"cases.due": ~due.known},
    )


def _after(days: Exact, months: int) -> Exact:
    """The same dates some months later."""
    unique, back = np.unique(days.values, return_inverse=True)
    later = [(add_months(EPOCH + timedelta(days=int(d)), months) - EPOCH).days for d in unique]
    return Exact.of(np.array(later, np.int64)[back] if later else days.values, days.known, "date")


@attrs.frozen
class Years:
    """In how many years the same fault must have been found."""

    years: int


@book.rule(
    "C02",
    reads=("cases.rule", "cases.agency"),
    uses=("cases.state",),
    per="fault",
    parameters=Years,
)
def same_fault_again(cases: Table, p: Years) -> Assessment:
    """The same rule has flagged the same agency in several years; years are counted across the submission."""
    faults = cases.by("rule", "agency")
    held = faults.any(~cases.key("state").is_("dismissed"))
    if cases.blank("state").yes.all() or not cases.has("state"):
        held = Truth.always(faults.n)
    entity, year = _places(faults)
    same, first = kernel.combine([entity, *(faults.key(n).codes.astype(np.int64) for n in faults.names)])
    sure = kernel.counts(held.yes, same, len(first))[same]
    possible = kernel.counts(~held.no, same, len(first))[same]
    latest = np.full(int(entity.max(initial=0)) + 1, np.iinfo(np.int64).min)
    np.maximum.at(latest, entity, year)
    years = Exact.of(sure, kind="count")
    return Assessment.of(
        faults,
        applies=Truth.known(year == latest[entity]) & held,
        condition=Truth(sure >= p.years, possible < p.years),
        measure=years,
        limit=p.years,
        values={"years_found": years, "rule": faults.key("rule"), "agency": faults.key("agency")},
        about="rule",
    )


def _places(groups: Groups) -> tuple[Ints, Ints]:
    """For each group the number of its entity, whatever the year, and its year."""
    periods = groups.table.periods
    names = sorted({p.entity or p.path for p in periods})
    entity = np.array([names.index(p.entity or p.path) for p in periods], np.int64)
    year = np.array([p.fiscal_year or 0 for p in periods], np.int64)
    return entity[groups.period], year[groups.period]
