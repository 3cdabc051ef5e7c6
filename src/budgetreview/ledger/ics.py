"""The calendar as a file that Outlook, phones and office systems read (iCalendar, RFC 5545).

Every entry is a whole day. Its UID stays the same whatever becomes known later, so that a newer file replaces what an
older one brought; the time stamp is the day of which the calendar speaks, so that the same calendar is the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from budgetreview.authority import CERTAINTY, Authority
from budgetreview.codes import place_name
from budgetreview.errors import Text
from budgetreview.ledger.calendar import STATES, Calendar, CasesDue, Entry
from budgetreview.mechanism import STAGE_NAMES
from budgetreview.tables import EVENTS

if TYPE_CHECKING:
    import icalendar

_PRODUCT: Final = "-//budgetreview//ledger calendar//ZH"
_HOST: Final = "budgetreview"


def to_ics(calendar: Calendar, lang: str = "zh", cases: Sequence[CasesDue] = ()) -> bytes:
    """The calendar as an ``.ics`` file.

    What has no day is not in it; a tentative day is marked so.

    Args:
        calendar: The calendar.
        lang: ``zh`` or ``en``.
        cases: Last days of cases, as a ledger has them.
    """
    import icalendar

    found = icalendar.Calendar()
    found.add("prodid", _PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("x-wr-calname", _title(calendar, lang))
    bases = {base for d in calendar.profile.duties for base in (d.before, d.after)}
    for event, days in calendar.dates.items():
        if event in bases or all(event != e.duty.event for e in calendar.entries):
            for number, day in enumerate(days, start=1):
                found.add_component(_known(calendar, event, number, day, lang))
    for entry in calendar.entries:
        if entry.due is not None:
            found.add_component(_awaited(calendar, entry, entry.due, lang))
    for cadence, turns in calendar.cadence:
        for turn in turns:
            zh, en = f"{turn.title.zh}{cadence.title.zh}", f"{cadence.title.en}, {turn.title.en}"
            if turn.due is None:
                zh, en = f"{zh}：期末", f"{en}: end of the period"
            about = _cited(cadence.authority, lang)
            if turn.due is None:
                about.insert(0, Text("没有文件规定完成日期，列在期末", "no document sets a day")[lang])
            key = f"cadence-{cadence.key}-{turn.number}"
            found.add_component(_event(calendar, key, turn.due or turn.end, Text(zh, en)[lang], about))
    for due in cases:
        said = Text(f"{due.cases}件案件到期", f"{due.cases} cases due")[lang]
        found.add_component(_event(calendar, f"cases-{due.due}", due.due, said, []))
    return bytes(found.to_ical())


def _title(calendar: Calendar, lang: str) -> str:
    place = place_name(calendar.entity) or calendar.entity
    return Text(f"{place}{calendar.fiscal_year}年度预算审查日程",
                f"{place}: review of the {calendar.fiscal_year} budget")[lang]  # fmt: skip


def _known(calendar: Calendar, event: str, number: int, day: date, lang: str) -> icalendar.Event:
    """A day that others count from, such as the opening of the session."""
    key = f"date-{event}" if number == 1 else f"date-{event}-{number}"
    return _event(calendar, key, day, Text(EVENTS[event], event.replace("_", " "))[lang], [])


def _awaited(calendar: Calendar, entry: Entry, due: date, lang: str) -> icalendar.Event:
    duty = entry.duty
    summary = Text(f"{duty.title.zh}（最后一天）", f"{duty.title.en} (last day)")[lang]
    about = [entry.counted[lang], *(b.title[lang] for b in entry.bodies), *_cited(entry.authority, lang)]
    if entry.status == "heuristic":
        about.append(Text("天数为本程序的判断口径，并非法定", "the days are this program's own measure, not law")[lang])
    if entry.state == "tentative":
        about.append(Text("推算：所依据的日期尚未确定，按其最后一天推算",
                          "tentative: counted from the last day of what has no date yet")[lang])  # fmt: skip
    done = "、".join(map(str, entry.done)) if lang == "zh" else ", ".join(map(str, entry.done))
    state = STATES[entry.state][lang] + (f" {done}" if done else "")
    about.append(Text(f"截至{calendar.as_of}：{state}", f"as of {calendar.as_of}: {state}")[lang])
    made = _event(calendar, entry.key, due, summary, about, tentative=entry.state == "tentative")
    made.add("categories", [STAGE_NAMES[duty.stage][lang]])
    return made


def _cited(authority: Sequence[Authority], lang: str) -> list[str]:
    left, right = ("〔", "〕") if lang == "zh" else (" [", "]")
    return [f"{a.cite(lang)}{left}{CERTAINTY[a.mark][lang]}{right}" for a in authority]


def _event(
    calendar: Calendar, key: str, day: date, summary: str, about: Sequence[str], *, tentative: bool = False
) -> icalendar.Event:
    import icalendar

    made = icalendar.Event()
    made.add("uid", f"{key}.{calendar.fiscal_year}.{calendar.entity}@{_HOST}")
    made.add("dtstamp", datetime.combine(calendar.as_of, time(), UTC))
    made.add("dtstart", day)
    made.add("dtend", day + timedelta(days=1))
    made.add("summary", f"{place_name(calendar.entity) or calendar.entity} {summary}")
    if about:
        made.add("description", "\n".join(about))
    made.add("status", "TENTATIVE" if tentative else "CONFIRMED")
    made.add("transp", "TRANSPARENT")
    return made
