"""Family T: the calendar of a review, its deadlines and publication (domain.md 8.3)."""

from __future__ import annotations

from typing import Final

import attrs

from budgetreview.rule import Assessment, Context
from budgetreview.rules.laws import family
from budgetreview.table import Table
from budgetreview.values import Exact

book: Final = family("timeline")


def _first(calendar: Table, event: str) -> Exact:
    """The earliest date of an event for each entity and year; unknown where none is given."""
    return calendar.by().least(calendar.whole("date"), calendar.key("event").is_(event))


def _days(later: Exact, earlier: Exact) -> Exact:
    return attrs.evolve(later - earlier, kind="days")


@attrs.frozen
class Days:
    """A deadline in days."""

    days: int


@book.rule("T01", reads=("calendar.event", "calendar.date"), per="entity", parameters=Days)
def draft_handed_in_late(calendar: Table, context: Context, p: Days) -> Assessment:
    """The preliminary draft was handed in fewer days before the session than the law asks."""
    entity = calendar.by()
    submitted, opened = _first(calendar, "draft_submitted"), _first(calendar, "session_opened")
    days = _days(opened, submitted)
    return Assessment.of(
        entity,
        applies=~context.level_is(entity, "township"),
        condition=days < p.days,
        measure=days,
        limit=p.days,
        values={"draft_submitted": submitted, "session_opened": opened},
        about="date",
        lacks={"calendar.draft_submitted": ~submitted.known, "calendar.session_opened": ~opened.known},
    )
