"""Family T: the calendar of a review, its deadlines and publication (domain.md 8.3, 8.12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import attrs
import numpy as np

from budgetreview.rule import Assessment, Context
from budgetreview.rules import events
from budgetreview.rules.events import days, first_date, happened, last_date
from budgetreview.rules.laws import family
from budgetreview.rules.readings import fiscal_year
from budgetreview.table import Groups, Table
from budgetreview.values import Bools, Exact, Truth
from budgetreview.wording import EPOCH

book: Final = family("timeline")

_CALENDAR: Final = ("calendar.event", "calendar.date")
_ABOVE_TOWNSHIP: Final = ("province", "city", "county")


@attrs.frozen
class Days:
    """A deadline in days."""

    days: int


def _handed_in(calendar: Table, submitted: str, meeting: str, least: int) -> Assessment:
    """A submission that must come so many days before the meeting it is for; the closest pair decides."""
    entity, pair = calendar.by(), events.rounds(calendar, submitted, meeting)
    between = days(pair.ended, pair.begun)
    late = between < least
    return Assessment.of(
        entity,
        condition=Truth(late.yes, late.no & pair.whole),
        measure=between,
        limit=least,
        values={submitted: pair.begun, meeting: pair.ended},
        about="date",
        lacks={f"calendar.{e}": ~happened(calendar, e).yes for e in (submitted, meeting)},
    )


@book.rule("T01", reads=_CALENDAR, per="entity", parameters=Days)
def draft_handed_in_late(calendar: Table, p: Days) -> Assessment:
    """The preliminary draft was handed in fewer days before the session than the law asks."""
    return _handed_in(calendar, "draft_submitted", "session_opened", p.days)


@attrs.frozen
class OpinionDays:
    """Days before the session, or after receipt, for opinion and answer; each only where a place sets it."""

    opinion_before: int | None
    opinion_within: int | None
    answer_before: int | None
    answer_within: int | None


_OPINION: Final = ("opinion_issued", "opinion_answered")


@book.rule("T02", reads=_CALENDAR, per="duty", parameters=OpinionDays)
def opinion_or_answer_late(calendar: Table, p: OpinionDays) -> Assessment:
    """The committee's opinion, or the answer to it, came later than the place's own rules ask."""
    units = events.duties(calendar, _OPINION)
    opened = last_date(calendar, "session_opened")
    done = events.in_turn([first_date(calendar, "opinion_issued"), last_date(calendar, "opinion_answered")])
    received = events.in_turn([first_date(calendar, "draft_submitted"), first_date(calendar, "opinion_issued")])
    session = events.in_turn([opened, opened])
    before = _where_set([p.opinion_before, p.answer_before], units)
    within = _where_set([p.opinion_within, p.answer_within], units)
    early = (days(session, done) < before) & Truth.known(before.known)
    slow = (days(done, received) > within) & Truth.known(within.known)
    unset = not (before.known | within.known).any()
    return Assessment.of(
        units,
        applies=Truth.always(len(units)) if unset else Truth.known(before.known | within.known),
        condition=Truth.unknown(len(units)) if unset else early | slow,
        measure=days(session, done),
        limit=before,
        values={"done": done, "session_opened": session, "received": received, "before": before, "within": within},
        subject={"event": events.names(units, _OPINION)},
        about="date",
        lacks={
            **events.lacking(units, (_OPINION,), (done,)),
            "calendar.session_opened": ~session.known & before.known,
            "calendar.draft_submitted": ~received.known & within.known,
            "parameter:opinion_before": np.full(len(units), unset),
        },
    )


def _where_set(limits: Sequence[int | None], units: Groups) -> Exact:
    filled = events.spread([0 if x is None else x for x in limits], units)
    return filled.only(np.tile([x is not None for x in limits], len(units) // len(limits)))


@attrs.frozen
class Duty:
    """Something that must be done within so many days after an event.

    Attributes:
        done: The event that fulfils it.
        since: The event from which the days count.
        limit: The largest number of days.
    """

    done: str
    since: str
    limit: int


def _within(calendar: Table, listed: Sequence[Duty], dates: Sequence[tuple[Exact, Exact]]) -> Assessment:
    """Duties that must be done within so many days; one unit a duty.

    Args:
        calendar: The table ``calendar``.
        listed: The duties.
        dates: For each of them the dates since when and when done.
    """
    done_events, since_events = [d.done for d in listed], [d.since for d in listed]
    units = events.duties(calendar, done_events)
    since, done = (events.in_turn([pair[i] for pair in dates]) for i in (0, 1))
    passed, limit = days(done, since), events.spread([d.limit for d in listed], units)
    return Assessment.of(
        units,
        condition=passed > limit,
        measure=passed,
        limit=limit,
        values={"since_event": events.names(units, since_events), "since": since, "done": done, "most_days": limit},
        subject={"event": events.names(units, done_events)},
        about="date",
        lacks=events.lacking(units, (done_events, since_events), (done, since)),
    )


def _last_dates(calendar: Table, listed: Sequence[Duty]) -> list[tuple[Exact, Exact]]:
    """For replies and publications the last date counts (READINGS): of what came before and of what was done."""
    return [(last_date(calendar, d.since), last_date(calendar, d.done)) for d in listed]


@book.rule("T03", reads=_CALENDAR, per="duty", parameters=Days)
def departments_replied_late(calendar: Table, p: Days) -> Assessment:
    """The finance department approved the departments' budgets late."""
    listed = [Duty("departments_replied", "budget_approved", p.days)]
    return _within(calendar, listed, _last_dates(calendar, listed))


@book.rule("T04", reads=_CALENDAR, per="duty", parameters=Days)
def units_replied_late(calendar: Table, p: Days) -> Assessment:
    """The departments approved their units' budgets late."""
    listed = [Duty("units_replied", "departments_replied", p.days)]
    return _within(calendar, listed, _last_dates(calendar, listed))


@book.rule("T05", reads=_CALENDAR, per="duty", parameters=Days)
def published_late(calendar: Table, p: Days) -> Assessment:
    """The budget of the government, or the departments' budgets, were published late."""
    listed = [
        Duty("budget_published", "budget_approved", p.days),
        Duty("department_published", "departments_replied", p.days),
    ]
    return _within(calendar, listed, _last_dates(calendar, listed))


@attrs.frozen
class TransferDays:
    """Days for general and special transfers, and the words of those that the law sets apart."""

    general: int
    special: int
    apart: tuple[str, ...]


@book.rule(
    "T06",
    reads=_CALENDAR,
    uses=("transfers.kind", "transfers.issued", "transfers.project", "transfers.basis"),
    per="duty",
    optional=("transfers",),
    parameters=TransferDays,
)
def transfers_issued_late(calendar: Table, transfers: Table, context: Context, p: TransferDays) -> Assessment:
    """Transfers to the level below were issued late after the budget was approved."""
    listed = [
        Duty("transfers_general_issued", "budget_approved", p.general),
        Duty("transfers_special_issued", "budget_approved", p.special),
    ]
    approved = last_date(calendar, "budget_approved")
    found = [
        _issued(calendar, transfers, duty.done, kind, p.apart)
        for duty, kind in zip(listed, ("general", "special"), strict=True)
    ]
    a = _within(calendar, listed, [(approved, issued) for issued, _ in found])
    apart = Truth.known(np.column_stack([only for _, only in found]).ravel())
    return attrs.evolve(a, applies=context.level_is(a.units, *_ABOVE_TOWNSHIP) & ~apart)


def _issued(calendar: Table, transfers: Table, event: str, kind: str, words: tuple[str, ...]) -> tuple[Exact, Bools]:
    """When the last transfer of a kind was issued, and where all of that kind are set apart by the law.

    The table ``transfers`` decides where it has dates, because it can tell those set apart; else the calendar.
    """
    below, issued = transfers.by(), transfers.whole("issued")
    absent = transfers.absent("issued")
    mine = transfers.key("kind").is_(kind)
    named = [transfers.key(c).where(lambda text: any(w in text for w in words)).yes for c in ("project", "basis")]
    apart = np.logical_or.reduce(named)
    counted = Truth(mine.yes & ~apart, mine.no | apart)
    last = below.most(issued, counted)
    open_ended = below.any(Truth.known(~counted.no & (~issued.known | counted.open))).yes
    theirs = below.any(Truth.known(~mine.no & (True if absent is None else ~absent))).yes
    stated = last_date(calendar, event)
    dates = Exact(
        np.where(theirs, last.values, stated.values),
        np.where(theirs, last.known, stated.low),
        np.where(theirs, last.known & ~open_ended, stated.high),
        "date",
    )
    return dates, theirs & ~below.any(Truth.known(~counted.no)).yes


@book.rule("T07", reads=_CALENDAR, per="entity", parameters=Days)
def adjustment_handed_in_late(calendar: Table, p: Days) -> Assessment:
    """An adjustment plan was handed in fewer days before the meeting than the law asks."""
    return _handed_in(calendar, "adjustment_submitted", "adjustment_meeting", p.days)


@book.rule("T08", reads=_CALENDAR, per="entity", parameters=Days)
def accounts_handed_in_late(calendar: Table, p: Days) -> Assessment:
    """The final accounts were handed in fewer days before the meeting than the law asks."""
    return _handed_in(calendar, "accounts_submitted", "accounts_meeting", p.days)


@attrs.frozen
class Months:
    """The first and the last month of a window."""

    first_month: int
    last_month: int


def _in_window(calendar: Table, event: str, p: Months, later: int | None) -> Truth:
    """Whether some date of the event lies in the months, in the fiscal year plus ``later`` (None: in any year)."""
    dates = calendar.whole("date")
    year, month = events.year_and_month(dates)
    inside = (month >= p.first_month) & (month <= p.last_month)
    known = dates.known
    if later is not None:
        due = fiscal_year(calendar)
        inside &= year == due.values + later
        known = known & due.known
    return calendar.by().any(calendar.key("event").is_(event) & Truth(inside & known, ~inside & known))


@book.rule("T09", reads=_CALENDAR, per="entity", parameters=Months)
def midyear_report_outside_window(calendar: Table, context: Context, p: Months) -> Assessment:
    """The report on execution so far was not heard between June and September."""
    entity, report = calendar.by(), last_date(calendar, "midyear_report")
    return Assessment.of(
        entity,
        applies=context.level_is(entity, *_ABOVE_TOWNSHIP),
        condition=(~_in_window(calendar, "midyear_report", p, None)).only(happened(calendar, "midyear_report").yes),
        values={"midyear_report": report},
        about="date",
        lacks={"calendar.midyear_report": ~report.known},
    )


@attrs.frozen
class Rectification:
    """Months after the audit report, and the last month of its year where a place sets one."""

    months: int
    last_month: int | None


@book.rule("T10", reads=_CALENDAR, per="entity", parameters=Rectification)
def rectification_report_late(calendar: Table, context: Context, p: Rectification) -> Assessment:
    """The report on the rectification of audit findings was not heard in time."""
    entity = calendar.by()
    audit, report = first_date(calendar, "audit_report"), first_date(calendar, "rectification_report")
    due = events.months_later(audit, p.months)
    if p.last_month is not None:
        year, _ = events.year_and_month(audit)
        ends = [_day(date(int(y) + p.last_month // 12, p.last_month % 12 + 1, 1)) - 1 for y in year]
        due = attrs.evolve(due, values=np.minimum(due.values, np.array(ends, np.int64)))
    today = Exact.of(np.full(len(entity), _day(context.as_of)), kind="date")
    heard = happened(calendar, "rectification_report")
    return Assessment.of(
        entity,
        applies=context.level_is(entity, *_ABOVE_TOWNSHIP),
        condition=((report > due) & heard) | (~heard & (today > due)),
        measure=days(report.or_else(today), audit),
        limit=days(due, audit),
        values={"audit_report": audit, "rectification_report": report, "due": due, "as_of": today},
        about="date",
        lacks={"calendar.audit_report": ~audit.known, "calendar.rectification_report": ~report.known},
    )


def _day(day: date) -> int:
    return (day - EPOCH).days


@book.rule("T11", reads=_CALENDAR, per="entity", parameters=Months)
def accounts_outside_window(calendar: Table, context: Context, p: Months) -> Assessment:
    """The final accounts were not brought before the committee between June and September of the next year."""
    entity, meeting = calendar.by(), last_date(calendar, "accounts_meeting")
    return Assessment.of(
        entity,
        applies=context.level_is(entity, *_ABOVE_TOWNSHIP),
        condition=(~_in_window(calendar, "accounts_meeting", p, 1)).only(happened(calendar, "accounts_meeting").yes),
        values={"accounts_meeting": meeting, "fiscal_year": fiscal_year(entity)},
        about="date",
        lacks={"calendar.accounts_meeting": ~meeting.known},
    )


@book.rule("T12", reads=_CALENDAR, per="entity")
def session_opened_unanswered(calendar: Table, context: Context) -> Assessment:
    """The session opened although the committee's opinion had not been answered."""
    entity = calendar.by()
    issued, answered = first_date(calendar, "opinion_issued"), last_date(calendar, "opinion_answered")
    opened = first_date(calendar, "session_opened")
    today = Exact.of(np.full(len(entity), _day(context.as_of)), kind="date")
    given, replied = happened(calendar, "opinion_issued"), happened(calendar, "opinion_answered")
    asked = Truth(given.yes, np.zeros(len(entity), bool))
    return Assessment.of(
        entity,
        applies=context.level_is(entity, *_ABOVE_TOWNSHIP),
        condition=asked & (((answered > opened) & replied) | (~replied & (today >= opened))),
        values={
            "opinion_issued": issued, "opinion_answered": answered, "session_opened": opened, "as_of": today,
        },
        about="date",
        lacks={
            "calendar.opinion_issued": ~given.yes,
            "calendar.opinion_answered": ~answered.known,
            "calendar.session_opened": ~opened.known,
        },
    )  # fmt: skip


@book.rule("T13", reads=_CALENDAR, per="entity", parameters=Days)
def audit_report_apart_from_accounts(calendar: Table, context: Context, p: Days) -> Assessment:
    """The audit report was heard on other days than the final accounts."""
    entity = calendar.by()
    audit, meeting = first_date(calendar, "audit_report"), first_date(calendar, "accounts_meeting")
    apart = days(audit, meeting)
    return Assessment.of(
        entity,
        applies=context.level_is(entity, *_ABOVE_TOWNSHIP),
        condition=(apart > p.days) | (-apart > p.days),
        measure=abs(apart),
        limit=p.days,
        values={"audit_report": audit, "accounts_meeting": meeting},
        about="date",
        lacks={"calendar.audit_report": ~audit.known, "calendar.accounts_meeting": ~meeting.known},
    )


@attrs.frozen
class AccountsDays:
    """Days for replies, publication and filing of the final accounts, and for publishing an adjustment."""

    departments: int
    units: int
    published: int
    filed: int
    adjustment: int


@book.rule("T14", reads=_CALENDAR, per="duty", parameters=AccountsDays)
def accounts_replied_or_published_late(calendar: Table, context: Context, p: AccountsDays) -> Assessment:
    """Final accounts were replied, published or filed late, or an adjustment was published late."""
    listed = [
        Duty("accounts_departments_replied", "accounts_meeting", p.departments),
        Duty("accounts_units_replied", "accounts_departments_replied", p.units),
        Duty("accounts_published", "accounts_meeting", p.published),
        Duty("accounts_filed", "accounts_meeting", p.filed),
    ]
    published = Duty("adjustment_published", "adjustment_meeting", p.adjustment)
    dates = [*_last_dates(calendar, listed), _each_published(calendar, published)]
    a = _within(calendar, [*listed, published], dates)
    due = context.stage == "final"
    stage = np.tile([due] * len(listed) + [True], len(calendar.periods))
    return attrs.evolve(a, applies=Truth.known(stage))


def _each_published(calendar: Table, duty: Duty) -> tuple[Exact, Exact]:
    """Adjustments and their publications pair in order of date; where their numbers differ the last dates count."""
    pair = events.rounds(calendar, duty.since, duty.done, longest=True)
    since, done = last_date(calendar, duty.since), last_date(calendar, duty.done)
    return _either(pair.begun.only(pair.whole), since), _either(pair.ended.only(pair.whole), done)


def _either(first: Exact, second: Exact) -> Exact:
    """The first date where it is known, else the second."""
    known = first.known
    return Exact(
        np.where(known, first.values, second.values), known | second.low, known | second.high, first.kind,
        max(first.bound, second.bound),
    )  # fmt: skip


@attrs.frozen
class Reports:
    """How many reports a year."""

    debt_reports: int
    assets_reports: int


_REPORTS: Final = ("debt_report", "assets_report")


@book.rule("T15", reads=_CALENDAR, per="duty", parameters=Reports)
def yearly_report_missing(calendar: Table, context: Context, p: Reports) -> Assessment:
    """The yearly report on government debt or on state assets was not made in the year."""
    units = events.duties(calendar, _REPORTS)
    year, _ = events.year_and_month(calendar.whole("date"))
    due = fiscal_year(calendar)
    known = calendar.whole("date").known & due.known
    inside = Truth((year == due.values) & known, (year != due.values) & known)
    entity, words = calendar.by(), calendar.key("event")
    found = events.in_turn([entity.count(words.is_(e) & inside) for e in _REPORTS])
    own = fiscal_year(units)
    over = Exact.of(np.full(len(units), context.as_of.year), kind="year") > own
    needed = attrs.evolve(events.spread([p.debt_reports, p.assets_reports], units), kind="count")
    return Assessment.of(
        units,
        applies=context.level_is(units, *_ABOVE_TOWNSHIP),
        condition=(found < needed) & over,
        measure=found,
        limit=needed,
        values={"reports": found, "needed": needed, "fiscal_year": own},
        subject={"event": events.names(units, _REPORTS)},
        about="date",
        lacks=events.lacking(units, (_REPORTS,), (found,)),
    )
