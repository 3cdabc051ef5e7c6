"""What local law asks and no rule of the core looks at: the functions; words, law and figures are in ``rules.toml``."""

from __future__ import annotations

from fractions import Fraction
from importlib.resources import files
from typing import Final

import attrs
import numpy as np

import budgetreview as br

PACK: Final = "local-law"
book: Final = br.RuleBook.from_toml(files(__package__) / "rules.toml", pack=PACK)

_CALENDAR: Final = ("calendar.event", "calendar.date")


@attrs.frozen
class Major:
    """From which share of the year's investment, and down to which rank, a project is a major one."""

    share: Fraction
    rank: int


@book.rule(
    "BJ01",
    reads=("amount", "project", "is_investment", "is_key", "prior_approved"),
    per="project",
    parameters=Major,
)
def new_major_project_not_listed(lines: br.Table, p: Major) -> br.Assessment:
    """A large and newly arranged investment project that is not singled out as key spending."""
    project = lines.by("project")
    amount, invested = lines.money("amount"), lines.mark("is_investment")
    mine = project.sum(amount, invested)
    total = lines.by().sum(amount, invested).take(project.period)
    share = br.Ratio(mine, total)
    # A line of an unknown amount, or of an unknown project, may change every place of its year.
    doubtful = ~invested.no & ~(amount.known & lines.known("project"))
    settled = ~lines.by().any(br.Truth.known(doubtful | invested.open)).yes
    rank = project.rank(mine, project.any(invested)).only(settled[project.period])
    return br.Assessment.of(
        project,
        applies=project.any(invested) & project.all(lines.money("prior_approved").equals(0)) & ~mine.equals(0),
        condition=((share >= p.share) | (rank <= p.rank)) & ~project.any(lines.mark("is_key")),
        measure=share,
        limit=p.share,
        values={"project_investment": mine, "total_investment": total, "rank_in_year": rank},
        members=invested,
        amount=mine,
        about="is_key",
    )


@attrs.frozen
class Window:
    """The first and the last month of a window."""

    first_month: int
    last_month: int


@attrs.frozen
class Until:
    """The last month of the year."""

    last_month: int


@attrs.frozen
class Days:
    """A deadline in days."""

    days: int


@book.rule("HEN01", reads=_CALENDAR, per="entity", parameters=Window)
def briefing_outside_fourth_quarter(calendar: br.Table, p: Window) -> br.Assessment:
    """The congress was not briefed on the draft in the fourth quarter of the year before."""
    return _all_outside(calendar, "budget_briefing", _inside(calendar, -1, p.first_month, p.last_month))


@book.rule("HEN02", reads=_CALENDAR, per="entity", parameters=Until)
def session_outside_first_quarter(calendar: br.Table, p: Until) -> br.Assessment:
    """The session on the budget was not opened in the first quarter of the year."""
    return _all_outside(calendar, "session_opened", _inside(calendar, 0, 1, p.last_month))


def _all_outside(calendar: br.Table, event: str, inside: br.Truth) -> br.Assessment:
    """No date of the event lies inside; without any, nothing is judged."""
    entity, mine = calendar.by(), calendar.key("event").is_(event)
    latest = entity.most(calendar.whole("date"), mine)
    return br.Assessment.of(
        entity,
        condition=(~entity.any(mine & inside)).only(entity.any(mine).yes),
        values={event: latest, "fiscal_year": _year_of(calendar)},
        about="date",
        lacks={f"calendar.{event}": ~latest.known},
    )


@book.rule("ZJ01", reads=_CALENDAR, per="entity", parameters=Until)
def adjustment_after_october(calendar: br.Table, p: Until) -> br.Assessment:
    """An adjustment plan was handed in after the month by which it should come."""
    entity, mine = calendar.by(), calendar.key("event").is_("adjustment_submitted")
    latest = entity.most(calendar.whole("date"), mine)
    late = entity.any(mine & _after(calendar, p.last_month))
    return br.Assessment.of(
        entity,
        condition=late.only(entity.any(mine).yes),
        values={"adjustment_submitted": latest, "fiscal_year": _year_of(calendar)},
        about="date",
        lacks={"calendar.adjustment_submitted": ~latest.known},
    )


@book.rule("HEN03", reads=_CALENDAR, per="entity", parameters=Days)
def budget_filed_late(calendar: br.Table, p: Days) -> br.Assessment:
    """The approved budget was filed with the standing committee above late."""
    return _filed(calendar, "budget_filed", "budget_approved", p.days)


@book.rule("HEN04", reads=_CALENDAR, per="entity", parameters=Days)
def adjustment_filed_late(calendar: br.Table, p: Days) -> br.Assessment:
    """The approved adjustment was filed with the standing committee above late."""
    return _filed(calendar, "adjustment_filed", "adjustment_meeting", p.days)


def _filed(calendar: br.Table, done: str, since: str, most: int) -> br.Assessment:
    """Something that must be done within so many days after an event; the last date of each counts."""
    ended, begun = _last(calendar, done), _last(calendar, since)
    passed = attrs.evolve(ended - begun, kind="days")
    return br.Assessment.of(
        calendar.by(),
        condition=passed > most,
        measure=passed,
        limit=most,
        values={since: begun, done: ended},
        about="date",
        lacks={f"calendar.{since}": ~begun.known, f"calendar.{done}": ~ended.known},
    )


def _last(calendar: br.Table, event: str) -> br.Exact:
    """The last date of an event; unknown where a row that is or may be the event has no date or no name."""
    entity, word, date = calendar.by(), calendar.key("event"), calendar.whole("date")
    found = entity.most(date, word.is_(event))
    unsure = entity.any(br.Truth.known(~word.is_(event).no & ~(date.known & word.known))).yes
    return found.only(~unsure)


def _year_of(calendar: br.Table) -> br.Exact:
    """The fiscal year of each entity and year."""
    years = [p.fiscal_year for p in calendar.periods]
    return br.Exact.of([y or 0 for y in years], np.array([y is not None for y in years], bool), "year")


def _after(calendar: br.Table, last: int) -> br.Truth:
    """Rows dated after a month of the fiscal year; unknown where the date or the year is."""
    date, due = calendar.whole("date"), _year_of(calendar).take(calendar.period)
    month = date.values.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    yes, known = month >= (due.values - 1970) * 12 + last, date.known & due.known
    return br.Truth(yes & known, ~yes & known)


def _inside(calendar: br.Table, later: int, first: int, last: int) -> br.Truth:
    """Rows dated in the months of the fiscal year plus ``later``; unknown where the date or the year is."""
    date, due = calendar.whole("date"), _year_of(calendar).take(calendar.period)
    month = date.values.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    year, number = month // 12 + 1970, month % 12 + 1
    yes = (year == due.values + later) & (number >= first) & (number <= last)
    known = date.known & due.known
    return br.Truth(yes & known, ~yes & known)
