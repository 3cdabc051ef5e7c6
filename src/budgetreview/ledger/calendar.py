"""The calendar of a year's review: what is awaited by when, what is late, and what lacks which date.

The mechanism says what a year awaits; how many days or months each has comes from the parameters of the rules, for the
place, its level and the day, as in a review. Nothing here asks for today's date or opens a ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, Literal

import attrs

from budgetreview.agenda import Body, Cadence, Duty, Turn
from budgetreview.authority import Authority
from budgetreview.errors import Text, UsageError
from budgetreview.fiscal import MONTHS, add_months
from budgetreview.loop import Loop
from budgetreview.mechanism import STAGES, Profile, Review
from budgetreview.parameters import DatedValue, Status
from budgetreview.rule import Rule, covers
from budgetreview.tables import EVENTS

State = Literal[
    "late", "due", "planned", "planned_late", "done", "done_late", "done_early", "tentative", "undated", "unset",
]  # fmt: skip
STATES: Final[Mapping[str, Text]] = {
    "late": Text("期限已过，无办理日期", "past its day, no date known"),
    "due": Text("未到期", "still to come"),
    "planned": Text("已排期", "planned"),
    "planned_late": Text("排期不在期限内", "planned out of time"),
    "done": Text("已办", "done"),
    "done_late": Text("已办，晚于期限", "done, late"),
    "done_early": Text("已办，早于规定月份", "done, before its months"),
    "tentative": Text("推算", "tentative"),
    "undated": Text("不能定期限", "cannot be dated"),
    "unset": Text("没有天数", "no days set"),
}
"""What may be said of something that is awaited."""

_EARLIEST, _LATEST = -1, 3
"""Dates of a fiscal year lie from the year before it to the third after it."""

Dates = Mapping[str, Sequence[date]]


@attrs.frozen
class Entry:
    """Something that the year awaits.

    Attributes:
        duty: What it is.
        turn: Its number where the same comes several times, as with two adjustments; else 1.
        bodies: Who acts, at this level.
        state: A word of :data:`STATES`.
        counted: How its last day is found, in words.
        authority: What that rests on.
        status: What kind of figure it is: of the law, of a place, or this program's own measure.
        base: The day from which it is counted, None where it is counted from none or that is not known.
        first: The first day of its window, where it has one.
        due: Its last day.
        done: The days on which it happened or is planned.
        needed: How often it is asked for.
        missing: Events whose date is not known and without which it has no last day.
    """

    duty: Duty
    state: State
    counted: Text
    turn: int = 1
    bodies: tuple[Body, ...] = ()
    authority: tuple[Authority, ...] = ()
    status: Status = "statutory"
    base: date | None = None
    first: date | None = None
    due: date | None = None
    done: tuple[date, ...] = ()
    needed: int = 1
    missing: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """A name that stays the same whatever is known: ``draft``, ``adjustment-2``."""
        return self.duty.key if self.turn == 1 else f"{self.duty.key}-{self.turn}"


@attrs.frozen
class Calendar:
    """A year of an entity as its mechanism sees it on a day.

    Attributes:
        entity: Its code.
        fiscal_year: The year of the budget.
        level: Its level of government.
        as_of: The day.
        profile: The mechanism.
        dates: The days known, by event.
        entries: Everything awaited, in the order of stages, then of the profile.
        cadence: What comes round, with the turns of the year; only what the place itself has.
    """

    entity: str
    fiscal_year: int
    level: str
    as_of: date
    profile: Profile
    dates: Dates
    entries: tuple[Entry, ...]
    cadence: tuple[tuple[Cadence, tuple[Turn, ...]], ...]

    @property
    def late(self) -> tuple[Entry, ...]:
        """What is past its day without a date, the oldest first."""
        return _by_day(e for e in self.entries if e.state == "late")

    @property
    def coming(self) -> tuple[Entry, ...]:
        """What is still to come, the nearest first."""
        return _by_day(e for e in self.entries if e.state in {"due", "planned", "planned_late"})

    @property
    def missing(self) -> dict[str, tuple[Entry, ...]]:
        """For each date that is not known what waits for it."""
        waiting = [e for e in self.entries if e.missing]
        events = dict.fromkeys(m for e in waiting for m in e.missing)
        return {m: tuple(e for e in waiting if m in e.missing) for m in events}

    @property
    def stages(self) -> tuple[tuple[str, Review | None, tuple[Entry, ...]], ...]:
        """The stages with a review or with something awaited, in order of time."""
        found = ((s, self.profile.review(s), tuple(e for e in self.entries if e.duty.stage == s)) for s in STAGES)
        return tuple((s, review, own) for s, review, own in found if review is not None or own)


def _by_day(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda e: e.due or date.max))


@attrs.frozen
class CasesDue:
    """How many cases of the place and year have the same last day and still await something."""

    due: date
    cases: int


def cases_due(rows: Iterable[Mapping[str, Any]], loop: Loop) -> tuple[CasesDue, ...]:
    """The last days of the cases of a ledger that have not ended, in order."""
    ended = {s.key for s in loop.steps if s.ends}
    days = Counter(r["due"] for r in rows if r["due"] is not None and r["state"] not in ended)
    return tuple(CasesDue(date.fromisoformat(day), n) for day, n in sorted(days.items()))


def calendar(
    profile: Profile, rules: Iterable[Rule], *, entity: str, fiscal_year: int, level: str, as_of: date, dates: Dates
) -> Calendar:
    """The calendar of a year.

    Args:
        profile: The mechanism.
        rules: All rules that are installed, also those that are off by default: a duty holds whether or not a review
            looks at it.
        entity: The code of the place.
        fiscal_year: The year of the budget.
        level: The place's level of government.
        as_of: The day of which it is said what is late.
        dates: The days known, by event of the table ``calendar``; days after ``as_of`` are plans.

    Raises:
        UsageError: An event that does not exist, a date far from the year, or a profile that names a parameter that
            the rule does not have or that is no whole number.
    """
    for event, days in dates.items():
        plausible(event, days, fiscal_year)
    known = {event: tuple(sorted(set(dates[event]))) for event in EVENTS if dates.get(event)}
    clerk = _Clerk({r.code: r for r in rules}, entity, fiscal_year, level, as_of, known)
    ordered = sorted(profile.duties, key=lambda d: STAGES.index(d.stage))
    entries = [e for duty in ordered for e in clerk.entries(duty)]
    own = tuple(
        (c, c.turns(fiscal_year))
        for c in profile.cadence
        if not c.authority or any(covers(a.territory, entity) for a in c.authority)
    )
    return Calendar(entity, fiscal_year, level, as_of, profile, known, _estimated(clerk, entries), own)


def plausible(event: str, days: Sequence[date], fiscal_year: int) -> None:
    """Refuse an event that there is none of, and a day that is far from its fiscal year: most likely mistyped.

    Raises:
        UsageError: saying which years are expected.
    """
    if event not in EVENTS:
        known = "、".join(f"{k}（{v}）" for k, v in EVENTS.items())
        raise UsageError(
            Text(f"没有事项 {event}；可用：{known}", f"no event {event}; known: {', '.join(EVENTS)}")
        )
    latest = 0 if event == "session_opened" else _LATEST
    for day in days:
        if not fiscal_year + _EARLIEST <= day.year <= fiscal_year + latest:
            first, last = fiscal_year + _EARLIEST, fiscal_year + latest
            raise UsageError(Text(
                f"{EVENTS[event]} {day}：不像 {fiscal_year} 年度的日期，应在 {first} 年至 {last} 年之间；"
                "请核对年度（--year）和日期",
                f"{event} {day} is no date of fiscal year {fiscal_year}: expected {first} to {last}; check --year and "
                "the date",
            ))  # fmt: skip


@attrs.frozen
class _Clerk:
    """What is known of the place, and how a duty becomes entries of its calendar."""

    rules: Mapping[str, Rule]
    entity: str
    fiscal_year: int
    level: str
    as_of: date
    dates: Mapping[str, tuple[date, ...]]

    def entries(self, duty: Duty) -> list[Entry]:
        """None where the rule does not speak of the place; several where what it counts from came several times."""
        rule = self.rules.get(duty.rule)
        if rule is None:
            without = Text(f"规则 {duty.rule} 未装载", f"the rule {duty.rule} is not loaded")
            return [Entry(duty, "unset", without, bodies=self._bodies(duty))]
        lacking = [p for p in duty.parameters if p not in rule.parameters]
        if lacking:
            raise UsageError(Text(
                f"机制的事项 {duty.key}：规则 {rule.code} 没有参数 {'、'.join(lacking)}；"
                f"有：{'、'.join(rule.parameters)}",
                f"duty {duty.key} of the profile: the rule {rule.code} has no parameter {', '.join(lacking)}; it has: "
                f"{', '.join(rule.parameters)}",
            ))  # fmt: skip
        rule = attrs.evolve(rule, on_where_enabled=False)  # a duty holds whether or not a review looks at it
        speaks = self.level in rule.levels and rule.speaks_of(self.entity, self.as_of) is not False
        if not speaks or not rule.holds_on(self.as_of):
            return []
        figures = {p: rule.parameters[p].at(self.as_of, self.entity, self.level) for p in duty.parameters}
        optional = {duty.last_month} if duty.months is not None else set()
        if any(v is None for p, v in figures.items() if p not in optional):
            return [self._unset(duty)]
        authority, status = _grounds(duty, rule, figures)
        numbers = {p: _number(duty, p, v) for p, v in figures.items() if v is not None}
        counted = _counted(duty, numbers, self.fiscal_year)
        entry = Entry(duty, "undated", counted, bodies=self._bodies(duty), authority=authority, status=status)
        return self._dated(entry, numbers)

    def _bodies(self, duty: Duty) -> tuple[Body, ...]:
        return tuple(b for b in duty.bodies if self.level in b.levels)

    def _unset(self, duty: Duty) -> Entry:
        why = Text("全国没有统一规定，装载的规则包也没有设定", "no national figure, and no loaded package sets one")
        return Entry(duty, "unset", why, bodies=self._bodies(duty))

    def _dated(self, entry: Entry, figures: Mapping[str, int]) -> list[Entry]:
        duty = entry.duty
        if duty.times is not None:
            return self._in_the_year(entry, figures[duty.times])
        if duty.before is None and duty.after is None:
            one = self._in_window(entry, figures)
            return [] if duty.occasional and one.state == "late" else [one]
        since = duty.before or duty.after or ""
        days, done = self.dates.get(since, ()), self.dates.get(duty.event, ())
        lacking = tuple(e for e in (since, duty.given) if e is not None and not self.dates.get(e))
        if lacking:
            return [attrs.evolve(entry, done=done, missing=lacking)]
        found: list[Entry] = []
        for i, base in enumerate(days):
            # One base: the last date counts, as in the rules; several: they pair in order of date.
            own = done[-1:] if len(days) == 1 else done[i : i + 1]
            due = _last_day(duty, figures, base)
            one = attrs.evolve(entry, turn=i + 1, base=base, due=due, done=own)
            found.append(attrs.evolve(one, state=self._state(one)))
        return found

    def _in_the_year(self, entry: Entry, needed: int) -> list[Entry]:
        if not needed:
            return []
        year = self.fiscal_year
        first, due = date(year, 1, 1), date(year, MONTHS, 31)
        inside = tuple(d for d in self.dates.get(entry.duty.event, ()) if d.year == year)
        one = attrs.evolve(entry, first=first, due=due, done=inside, needed=needed)
        return [attrs.evolve(one, state=self._state(one))]

    def _in_window(self, entry: Entry, figures: Mapping[str, int]) -> Entry:
        duty = entry.duty
        year, last = self.fiscal_year + duty.later, figures[duty.last_month or ""]
        first = figures[duty.first_month] if duty.first_month is not None else 1
        start, due = date(year, first, 1), _month_end(year, last)
        done = self.dates.get(duty.event, ())
        inside = tuple(d for d in done if start <= d <= due)
        began = start if duty.first_month is not None else None
        one = attrs.evolve(entry, first=began, due=due, done=inside[-1:] or done[-1:])
        return attrs.evolve(one, state=self._state(one))

    def _state(self, entry: Entry) -> State:
        """What is to be said of something whose last day is known."""
        due = entry.due or date.max
        happened = [d for d in entry.done if d <= self.as_of]
        if len(happened) >= entry.needed:
            day = happened[entry.needed - 1]
            early = entry.first is not None and day < entry.first
            return "done_early" if early else "done_late" if day > due else "done"
        if self.as_of > due:
            return "late"
        if len(entry.done) >= entry.needed:
            day = entry.done[entry.needed - 1]
            return "planned_late" if day > due or (entry.first is not None and day < entry.first) else "planned"
        return "due"


def _grounds(
    duty: Duty, rule: Rule, figures: Mapping[str, DatedValue | None]
) -> tuple[tuple[Authority, ...], Status]:
    """What the figures rest on: a value's own authority, else the duty's, else the rule's."""
    values = [v for v in figures.values() if v is not None]
    own = tuple(dict.fromkeys(a for v in values for a in v.authority))
    status = next((v.status for v in values if v.status == "heuristic"), values[0].status if values else rule.status)
    narrow = own if any(v.territory is not None or v.origin != rule.pack for v in values) else ()
    return narrow or duty.authority or own or rule.authority, status


def _number(duty: Duty, name: str, found: DatedValue) -> int:
    if isinstance(found.value, int):
        return found.value
    raise UsageError(Text(
        f"机制的事项 {duty.key}：规则 {duty.rule} 的参数 {name} 不是天数、月数、月份或次数",
        f"duty {duty.key} of the profile: the parameter {name} of {duty.rule} is no number of days, months or times",
    ))  # fmt: skip


def _last_day(duty: Duty, figures: Mapping[str, int], base: date) -> date:
    if duty.months is None:
        days = timedelta(days=figures[duty.days] if duty.days is not None else 0)
        return base - days if duty.before is not None else base + days
    due = add_months(base, figures[duty.months])
    until = figures.get(duty.last_month or "")
    return due if until is None else min(due, _month_end(base.year, until))


def _month_end(year: int, month: int) -> date:
    return add_months(date(year, month, 1), 1) - timedelta(days=1)


def _counted(duty: Duty, figures: Mapping[str, int], fiscal_year: int) -> Text:
    """How the last day is found: ``大会开幕前30日``."""
    if duty.times is not None:
        often = figures[duty.times]
        return Text(f"{fiscal_year}年内{often}次", f"{'once' if often == 1 else f'{often} times'} in {fiscal_year}")
    if duty.before is None and duty.after is None:
        year, last = fiscal_year + duty.later, figures[duty.last_month or ""]
        first = figures.get(duty.first_month or "")
        if first is None:
            return Text(f"{year}年{last}月底前", f"by month {last} of {year}")
        return Text(f"{year}年{first}月至{last}月", f"months {first} to {last} of {year}")
    event = duty.before or duty.after or ""
    zh, en = EVENTS[event], event.replace("_", " ")
    if duty.months is not None:
        months = figures[duty.months]
        until = figures.get(duty.last_month or "")
        return Text(
            f"{zh}后{months}个月内" + ("" if until is None else f"，且不迟于当年{until}月底"),
            f"within {months} months of {en}" + ("" if until is None else f", not past month {until} of that year"),
        )
    if duty.days is None:
        return Text(f"不迟于{zh}", f"not after {en}")
    days = figures[duty.days]
    if duty.before is not None:
        return Text(f"{zh}前{days}日", f"{days} days before {en}")
    return Text(f"{zh}后{days}日内", f"within {days} days of {en}")


def _estimated(clerk: _Clerk, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Where what it counts from has no date but a last day of its own, that day stands in: a tentative date.

    One step only, none from this program's own measures, and none once that day is past: whoever is late moves what
    follows by as much.
    """
    known = [e for e in entries if e.state == "due" and e.status != "heuristic" and not e.duty.occasional]
    firm = {e.duty.event: e.due for e in known if e.due is not None and not e.done}

    def tentative(e: Entry) -> Entry:
        stand_in = firm.get(e.missing[0]) if len(e.missing) == 1 else None
        if stand_in is None or e.done or e.status == "heuristic":
            return e
        (guess,) = attrs.evolve(clerk, dates={**clerk.dates, e.missing[0]: (stand_in,)}).entries(e.duty)
        # Before an event that must itself come by then: once the day is past, no date of the event can mend it.
        past = e.duty.before is not None and guess.due is not None and clerk.as_of > guess.due
        return attrs.evolve(e, state="late" if past else "tentative", due=guess.due)

    return tuple(map(tentative, entries))
