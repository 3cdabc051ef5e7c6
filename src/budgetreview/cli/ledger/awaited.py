"""The calendar of a year for people (text), for office software (a sheet) and for programs (JSON)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import attrs

from budgetreview.authority import CERTAINTY, Authority
from budgetreview.cli.output.columns import table
from budgetreview.errors import Text
from budgetreview.mechanism import LEVEL_NAMES, STAGE_NAMES, STATUS_NAMES, Review
from budgetreview.render.visible import no_formula, one_line
from budgetreview.render.words.entity import with_level
from budgetreview.tables import EVENTS

if TYPE_CHECKING:
    from budgetreview.ledger.calendar import Calendar, CasesDue, Entry

_SESSION: Final = "session_opened"
_SOON: Final = 5
"""How many of the things still to come stand at the top."""


def text(found: Calendar, cases: Sequence[CasesDue] | None, lang: str) -> str:
    """The calendar for people."""
    zh = lang == "zh"
    place = with_level(found.entity, LEVEL_NAMES[found.level][lang], lang)
    out = [
        f"{place} {found.fiscal_year}年度审查日程，截至 {found.as_of}" if zh
        else f"{place}: review of the {found.fiscal_year} budget, as of {found.as_of}",
        f"{found.profile.title[lang]}{'：' if zh else ': '}{STATUS_NAMES[found.profile.status][lang]}",
    ]  # fmt: skip
    days = [f"{_event(e, lang)} {'、'.join(map(str, d)) if zh else ', '.join(map(str, d))}"
            for e, d in found.dates.items()]  # fmt: skip
    label = "已知日期：" if zh else "dates known: "
    out += [label + (("；" if zh else "; ").join(days) or ("没有" if zh else "none")), ""]
    if not found.entries:
        out.append("这个机制没有列出日程事项（[duties]）" if zh else "this mechanism lists nothing awaited ([duties])")
    out += _late(found, cases, lang)
    coming = [e for e in found.coming if not e.done][:_SOON]
    if coming:
        out += ["", "接下来：" if zh else "Next:"]
        out += [_line(e, lang) for e in coming]
    for stage, review, entries in found.stages:
        out += ["", *_stage(found, stage, review, entries, lang)]
    if found.cadence:
        out += ["", "== 季度、半年、年度工作 ==" if zh else "== Every quarter, half-year and year =="]
        for cadence, turns in found.cadence:
            ends = [str(t.due or t.end) for t in turns]
            when = ("期末" if zh else "ends") if cadence.days is None else ("期限" if zh else "due")
            none = ("；没有文件规定完成日期" if zh else "; no document sets a day") if cadence.days is None else ""
            ends_said = ("、" if zh else ", ").join(ends)
            out.append(f"{cadence.title[lang]}  {when} {ends_said}{none}  {_cited(cadence.authority, lang)}".rstrip())
    return "\n".join([*out, *_missing(found, lang)])


def _late(found: Calendar, cases: Sequence[CasesDue] | None, lang: str) -> list[str]:
    zh = lang == "zh"
    late = found.late
    out = [f"逾期{len(late)}项（期限已过，台账和命令行中没有办理日期）：" if zh
           else f"Late: {len(late)} (past their day, no date in the ledger or on the command line)"]  # fmt: skip
    if not late:
        out = ["逾期0项" if zh else "Late: none"]
    out += [_line(e, lang) for e in late]
    wrong = [e for e in found.entries if e.state in {"done_late", "done_early", "planned_late"}]
    if wrong:
        out += ["", f"办理或排期不在期限内{len(wrong)}项：" if zh else f"Done or planned out of time: {len(wrong)}"]
        out += [_line(e, lang) for e in wrong]
    if cases is not None:
        overdue = sum(c.cases for c in cases if c.due < found.as_of)
        said = f"台账中本年度逾期未办结的案件{overdue}件"
        out.append(said if zh else f"cases of the year past their deadline: {overdue}")
        ahead = [c for c in cases if c.due >= found.as_of][:_SOON]
        listed = [f"{c.due}（{c.cases}件）" if zh else f"{c.due} ({c.cases})" for c in ahead]
        if listed:
            out.append("案件将到期：" + "、".join(listed) if zh else f"cases coming due: {', '.join(listed)}")
    return out


def _line(e: Entry, lang: str) -> str:
    zh = lang == "zh"
    done = f"（{'、'.join(map(str, e.done))}）" if zh else f" ({', '.join(map(str, e.done))})"
    who = "、".join(b.title.zh for b in e.bodies) if zh else ", ".join(b.title.en for b in e.bodies)
    return f"  {e.due}  {e.duty.title[lang]}{done if e.done else ''}  {e.counted[lang]}{_own(e, lang)}  {who}".rstrip()


def _stage(found: Calendar, stage: str, review: Review | None, entries: Sequence[Entry], lang: str) -> list[str]:
    """One stage: who reviews, with what, and everything awaited."""
    zh = lang == "zh"
    title = review.title[lang] if review is not None else STAGE_NAMES[stage][lang]
    out = [f"== {title} =="]
    if review is not None:
        out += [f"{b.title[lang]}  {_cited(b.authority, lang)}" for b in review.bodies if found.level in b.levels]
        out += [f"- {d[lang]}" for d in review.documents]
        out += [f"{'期限：' if zh else 'deadline: '}{d.title[lang]}  {_cited(d.authority, lang)}"
                for d in review.deadlines if found.level in d.levels and d.days is None]  # fmt: skip
    header = ("最后一天", "状态", "办理日期", "事项", "怎样计算", "依据") if zh else (
        "last day", "state", "done", "what", "counted", "rests on")  # fmt: skip
    shown = [e for e in entries if e.state != "unset"]
    if shown:
        out.append(table(header, [_row(e, lang) for e in shown]))
    return out


def _row(e: Entry, lang: str) -> tuple[str, ...]:
    from budgetreview.ledger.calendar import STATES

    state = STATES[e.state][lang]
    if e.missing:
        lacking = [_event(m, lang) for m in e.missing]
        state += f"（缺{'、'.join(lacking)}日期）" if lang == "zh" else f" (no date of {', '.join(lacking)})"
    if e.needed > 1:
        state += f"（{len(e.done)}/{e.needed}）"
    said = (str(e.due or "-"), state, " ".join(map(str, e.done)) or "-", e.duty.title[lang], e.counted[lang],
            _rests_on(e, lang))  # fmt: skip
    return tuple(map(one_line, said))


def _own(e: Entry, lang: str) -> str:
    """Said wherever a day is shown that no law sets."""
    if e.status != "heuristic":
        return ""
    return "（天数为本程序判断口径）" if lang == "zh" else " (the days are our own measure)"


def _rests_on(e: Entry, lang: str) -> str:
    return _cited(e.authority, lang) + _own(e, lang)


def _missing(found: Calendar, lang: str) -> list[str]:
    """What cannot be dated: for want of a date, or because nobody set the days."""
    zh = lang == "zh"
    out: list[str] = []
    if found.missing:
        out += ["", "因日期未知，下列事项不能定期限：" if zh else "Without a last day, for want of a date:"]
        for event, waiting in found.missing.items():
            titles = ("、" if zh else ", ").join(e.duty.title[lang] for e in waiting)
            out.append(f"  缺{EVENTS[event]}（{event}）：{titles}" if zh else f"  no date of {event}: {titles}")
        event = next(iter(found.missing))
        how = "--session-date YYYY-MM-DD" if event == _SESSION else f"--date {event}=YYYY-MM-DD"
        out.append(
            f"  补上日期：{how}，或登记到台账：ledger date {found.entity} {found.fiscal_year} {event} YYYY-MM-DD" if zh
            else f"  give it with {how}, or note it: ledger date {found.entity} {found.fiscal_year} {event} YYYY-MM-DD"
        )  # fmt: skip
    unset = [e for e in found.entries if e.state == "unset"]
    if unset:
        out += ["", "没有可用的天数：" if zh else "No days set:"]
        for rule, why in dict.fromkeys((e.duty.rule, e.counted) for e in unset):
            titles = ("、" if zh else ", ").join(e.duty.title[lang] for e in unset if e.duty.rule == rule)
            out.append(f"  {titles}（{rule}）：{why.zh}" if zh else f"  {titles} ({rule}): {why.en}")
    return out


def _event(event: str, lang: str) -> str:
    return EVENTS[event] if lang == "zh" else event.replace("_", " ")


def _cited(authority: Iterable[Authority], lang: str) -> str:
    left, right = ("〔", "〕") if lang == "zh" else (" [", "]")
    said = [f"{a.document if a.mark == 'I' else a.cite(lang)}{left}{CERTAINTY[a.mark][lang]}{right}" for a in authority]
    return ("、" if lang == "zh" else "; ").join(said)


def document(found: Calendar, cases: Sequence[CasesDue] | None) -> dict[str, Any]:
    """The calendar for programs: days as text, unknown null."""
    return {
        "entity": found.entity,
        "fiscal_year": found.fiscal_year,
        "level": found.level,
        "as_of": str(found.as_of),
        "profile": {"key": found.profile.key, "status": found.profile.status},
        "dates": {event: [str(d) for d in days] for event, days in found.dates.items()},
        "stages": [
            {
                "stage": stage,
                "title": attrs.asdict(review.title if review is not None else STAGE_NAMES[stage]),
                "bodies": [attrs.asdict(b.title) for b in review.bodies if found.level in b.levels] if review else [],
                "documents": [attrs.asdict(d) for d in review.documents] if review else [],
                "entries": [_entry(e) for e in entries],
            }
            for stage, review, entries in found.stages
        ],
        "cadence": [
            {"key": c.key, "period": c.period, "title": attrs.asdict(c.title), "authority": _plain(c.authority),
             "turns": [{"title": attrs.asdict(t.title), "start": str(t.start), "end": str(t.end), "due": _day(t.due)}
                       for t in turns]}
            for c, turns in found.cadence
        ],
        "late": [e.key for e in found.late],
        "missing": {event: [e.key for e in waiting] for event, waiting in found.missing.items()},
        "cases_due": None if cases is None else [{"due": str(c.due), "cases": c.cases} for c in cases],
    }  # fmt: skip


def _entry(e: Entry) -> dict[str, Any]:
    return {
        "key": e.key, "event": e.duty.event, "title": attrs.asdict(e.duty.title), "state": e.state,
        "first": _day(e.first), "due": _day(e.due), "done": [str(d) for d in e.done], "needed": e.needed,
        "base": _day(e.base), "counted": attrs.asdict(e.counted), "bodies": [attrs.asdict(b.title) for b in e.bodies],
        "rule": e.duty.rule, "parameters": list(e.duty.parameters), "status": e.status,
        "authority": _plain(e.authority), "missing": list(e.missing),
    }  # fmt: skip


def _plain(authority: Iterable[Authority]) -> list[dict[str, Any]]:
    return [attrs.asdict(a, filter=lambda _, value: value is not None) for a in authority]


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)


_COLUMNS: Final = (
    Text("阶段", "stage"), Text("事项", "what"), Text("最后一天", "last day"), Text("状态", "state"),
    Text("办理日期", "done"), Text("怎样计算", "counted"), Text("由谁", "who"), Text("依据", "rests on"),
    Text("缺少的日期", "dates missing"),
)  # fmt: skip


def sheet(found: Calendar, lang: str) -> str:
    """The calendar as a sheet, a row an entry."""
    from budgetreview.ledger.calendar import STATES

    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([name[lang] for name in _COLUMNS])
    for stage, review, entries in found.stages:
        title = review.title if review is not None else STAGE_NAMES[stage]
        for e in entries:
            cells = (
                title[lang], e.duty.title[lang], _day(e.due) or "", STATES[e.state][lang], " ".join(map(str, e.done)),
                e.counted[lang], "；".join(b.title[lang] for b in e.bodies), _rests_on(e, lang),
                " ".join(_event(m, lang) for m in e.missing),
            )  # fmt: skip
            rows.writerow([no_formula(c) for c in cells])
    for cadence, turns in found.cadence:
        for t in turns:
            none = Text("没有文件规定完成日期", "no document sets a day")[lang] if t.due is None else ""
            cells = (
                Text("周期", "cadence")[lang], f"{t.title[lang]} {cadence.title[lang]}", _day(t.due) or "", none, "",
                Text(f"期末 {t.end}", f"ends {t.end}")[lang], "", _cited(cadence.authority, lang), "",
            )  # fmt: skip
            rows.writerow([no_formula(c) for c in cells])
    return out.getvalue()
