"""Dates of the calendar, event by event: first and last ones, rounds in order of date, duties and their units.

An event row without a date happened on a day that is not known; a row without an event may be any event. Both leave
every date that they could change open, so that nothing is cleared on half a calendar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from budgetreview.table import Groups, Table
from budgetreview.values import Bools, Exact, Ints, Keys, Truth


def first_date(calendar: Table, event: str) -> Exact:
    """The earliest date of an event for each entity and year; unknown where none is given."""
    found = calendar.by().least(calendar.whole("date"), calendar.key("event").is_(event))
    sure = ~unsettled(calendar, event)
    return Exact(found.values, found.known & sure, found.known, "date", found.bound)


def last_date(calendar: Table, event: str) -> Exact:
    """The latest date of an event for each entity and year; unknown where none is given."""
    found = calendar.by().most(calendar.whole("date"), calendar.key("event").is_(event))
    sure = ~unsettled(calendar, event)
    return Exact(found.values, found.known, found.known & sure, "date", found.bound)


def happened(calendar: Table, event: str) -> Truth:
    """Whether the calendar of an entity and year has the event at all, dated or not."""
    return calendar.by().any(calendar.key("event").is_(event))


def unsettled(calendar: Table, event: str) -> Bools:
    """Entities and years with rows that are, or may be, the event on a day that is not known."""
    possible = ~calendar.key("event").is_(event).no
    undated = possible & ~calendar.whole("date").known
    unnamed = possible & ~calendar.key("event").known
    return calendar.by().any(Truth.known(undated | unnamed)).yes


def days(later: Exact, earlier: Exact) -> Exact:
    """Calendar days from the earlier date to the later."""
    return attrs.evolve(later - earlier, kind="days")


@attrs.frozen(eq=False)
class Rounds:
    """Two events that belong together, paired in order of date: a submission and its meeting.

    Attributes:
        begun: Of the pair with the fewest (or most) days between, the date of the first event.
        ended: The date of the second event.
        whole: Where every date of either event found its partner.
    """

    begun: Exact
    ended: Exact
    whole: Bools


def rounds(calendar: Table, begin: str, end: str, *, longest: bool = False) -> Rounds:
    """For each entity and year the pair of two events with the fewest days between them.

    Args:
        calendar: The table ``calendar``.
        begin: The event that begins a round.
        end: The event that ends it.
        longest: The pair with the most days instead.
    """
    n = len(calendar.periods)
    starts, ends = _in_order(calendar, begin), _in_order(calendar, end)
    _, here, there = np.intersect1d(starts.place, ends.place, assume_unique=True, return_indices=True)
    period, first, second = starts.period[here], starts.date[here], ends.date[there]
    gap = second - first
    order = np.lexsort((first, -gap if longest else gap, period))
    chosen = order[np.flatnonzero(np.diff(period[order], prepend=-1))]
    a, b, known = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, bool)
    a[period[chosen]], b[period[chosen]], known[period[chosen]] = first[chosen], second[chosen], True
    settled = ~unsettled(calendar, begin) & ~unsettled(calendar, end)
    paired = np.bincount(starts.period, minlength=n) == np.bincount(ends.period, minlength=n)
    known &= settled
    return Rounds(Exact.of(a, known, "date"), Exact.of(b, known, "date"), paired & settled)


@attrs.frozen(eq=False)
class _Dates:
    """The distinct dates of one event: entity and year, date, and a number for entity, year and place in order."""

    period: Ints
    date: Ints
    place: Ints


def _in_order(calendar: Table, event: str) -> _Dates:
    date = calendar.whole("date")
    rows = np.flatnonzero(calendar.key("event").is_(event).yes & date.known)
    pairs = np.unique(np.column_stack([calendar.period[rows], date.values[rows]]), axis=0).astype(np.int64)
    period, dates = pairs[:, 0], pairs[:, 1]
    starts = np.flatnonzero(np.diff(period, prepend=-1))
    sizes = np.diff(np.append(starts, len(period)))
    rank = np.arange(len(period)) - np.repeat(starts, sizes)
    return _Dates(period, dates, period * (len(calendar) + 1) + rank)


def duties(calendar: Table, events: Sequence[str]) -> Groups:
    """One unit for each entity and year and each of the events, in this order."""
    k, n = len(events), len(calendar.periods)
    place = {e: i for i, e in enumerate(events)}
    words = calendar.key("event")
    which = np.array([place.get(w, -1) for w in words.words] + [-1], np.int64)[words.codes]
    index = np.where(which >= 0, calendar.period * k + which, -1)
    first = np.full(n * k, len(calendar), np.int64)
    inside = np.flatnonzero(index >= 0)
    np.minimum.at(first, index[inside], inside)
    return Groups(calendar, (), index, first, np.repeat(np.arange(n), k))


def names(units: Groups, events: Sequence[str]) -> Keys:
    """The event of each unit of :func:`duties`."""
    return Keys.of(list(events) * (len(units) // len(events)))


def in_turn(columns: Sequence[Exact]) -> Exact:
    """One value for each entity and year and event, from one column an event."""
    values, low, high = (
        np.column_stack(parts).ravel()
        for parts in ([c.values for c in columns], [c.low for c in columns], [c.high for c in columns])
    )
    return Exact(values, low, high, columns[0].kind, max(c.bound for c in columns))


def spread(values: Sequence[int], units: Groups) -> Exact:
    """A number an event, the same for every entity and year."""
    return Exact.of(np.tile(np.array(values, np.int64), len(units) // len(values)), kind="days")


def lacking(units: Groups, events: Sequence[Sequence[str]], known: Sequence[Exact]) -> Mapping[str, Bools]:
    """Which events are missing for which unit, as a report names them.

    Args:
        units: Of :func:`duties`.
        events: Parallel lists of events, one name a unit in turn (e.g. the duties, and what they count from).
        known: The dates of each list.
    """
    found: dict[str, Bools] = {}
    for listed, dates in zip(events, known, strict=True):
        for i, event in enumerate(listed):
            mask = (np.arange(len(units)) % len(listed) == i) & ~dates.known
            label = f"calendar.{event}"
            found[label] = found[label] | mask if label in found else mask
    return found


def months_later(dates: Exact, months: int) -> Exact:
    """The same day so many months later, the last day of the month where it has no such day."""
    day = dates.values.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    within = (day - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months
    last = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64) - 1
    moved = target.astype("datetime64[D]").astype(np.int64) + np.minimum(within, last)
    return Exact(moved, dates.low, dates.high, "date")


def year_and_month(dates: Exact) -> tuple[Ints, Ints]:
    """The years and months (1 to 12) of dates; meaningless where a date is unknown."""
    months = dates.values.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // 12 + 1970, months % 12 + 1
