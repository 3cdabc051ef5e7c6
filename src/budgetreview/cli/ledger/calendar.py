"""``ledger calendar``: a year's review as a calendar: what is awaited by when, what is late, what lacks a date."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from budgetreview.cli import language
from budgetreview.cli.ledger import register
from budgetreview.cli.ledger.awaited import document, sheet, text
from budgetreview.cli.options import inputs, settings
from budgetreview.cli.output.destination import refuse_inputs, writable
from budgetreview.cli.output.written import deliver, ready
from budgetreview.codes import entity_code, entity_level, entity_named, known_place
from budgetreview.errors import Text, UsageError
from budgetreview.fiscal import parse_date
from budgetreview.mechanism import LEVEL_NAMES
from budgetreview.plugins import load_rules
from budgetreview.render import files
from budgetreview.render.visible import visible
from budgetreview.tables import EVENTS

if TYPE_CHECKING:
    from budgetreview.ledger import Ledger
    from budgetreview.ledger.calendar import Calendar, CasesDue

_SESSION: Final = "session_opened"


def _dates(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> list[tuple[str, date]]:
    """``EVENT=DAY``; an event by its word or its Chinese name."""
    words = {**{k: k for k in EVENTS}, **{zh: k for k, zh in EVENTS.items()}}
    found: list[tuple[str, date]] = []
    for said in value:
        event, equals, day = said.replace("＝", "=").partition("=")
        read = parse_date(day)
        if not equals or read is None:
            msg = (
                f"{said!r}：应为 事项=日期，如 budget_approved=2026-01-23 / expected EVENT=DAY, such as "
                "budget_approved=2026-01-23"
            )
            raise click.BadParameter(msg)
        if event.strip() not in words:
            known = "、".join(f"{k}（{zh}）" for k, zh in EVENTS.items())
            msg = f"没有事项 {event.strip()} / no such event; {known}"
            raise click.BadParameter(msg)
        found.append((words[event.strip()], read))
    return found


@click.command()
@click.option("--entity", required=True, metavar="CODE|地名", help="区划代码或地名 / the place")
@click.option("--year", type=click.IntRange(2000, 2100), required=True, help="预算年度 / fiscal year")
@click.option("--session-date", callback=settings.day, metavar="YYYY-MM-DD",
              help="人代会召开日期 / the day the session opens")  # fmt: skip
@click.option("--date", "dates", multiple=True, callback=_dates, metavar="EVENT=YYYY-MM-DD",
              help="其他已知日期，如 budget_approved=2026-01-23 / other dates known")  # fmt: skip
@click.option("--as-of", callback=settings.day, metavar="YYYY-MM-DD", help="基准日，默认今天 / the day: today")
@click.option("--profile", default=inputs.PROFILE, show_default=True, metavar="KEY|FILE", help="机制 / mechanism")
@click.option("--level", type=click.Choice(tuple(LEVEL_NAMES)), help="政府级次 / level of government")
@click.option("--rules", "rule_files", type=inputs.PATH, multiple=True, metavar="FILE",
              help="规则文件，其中的期限一并采用 / rule files, whose figures count too")  # fmt: skip
@click.option("--without", multiple=True, callback=settings.codes, metavar="PACK",
              help="不装载的规则包 / package to leave out")  # fmt: skip
@click.option("--ics", type=inputs.PATH, metavar="FILE.ics", help="另存为日历文件 / a calendar file as well")
@click.option("--format", "format_", type=click.Choice(("text", "json", "csv")), default="text", show_default=True,
              help="格式 / format")  # fmt: skip
@click.option("--output", type=inputs.PATH, metavar="FILE", help="文件，默认打印 / a file, else printed")
@register.at
def calendar(
    address: str | None, entity: str, year: int, session_date: date | None, dates: list[tuple[str, date]], **said: Any
) -> None:
    """审查日程：从人代会日期推算各项期限，列出逾期和缺的日期 / a year's deadlines, what is late, what lacks a date."""
    from budgetreview.ledger.calendar import calendar as made
    from budgetreview.ledger.calendar import cases_due

    book = _book(address)
    sources = [*said["rule_files"], *inputs.toml_files(said["profile"])]
    sources += [Path(address)] if address and "://" not in address else []
    ready(said["output"], sources)
    if said["ics"] is not None:
        _ics_ready(said["ics"], said["output"], sources)
    place = entity_named(entity)
    level = said["level"] or entity_level(place)
    if level is None:
        raise UsageError(Text(
            f"区划代码 {place} 看不出政府级次；应为六位或九位数字，如 430702，或用 --level 指明",
            f"the code {place} has the form of no level; expected six or nine digits such as 430702, or name the level "
            "with --level",
        ))  # fmt: skip
    if not known_place(place):
        language.tell(f"注意：区划表（2023年）里没有 {place}，按{LEVEL_NAMES[level].zh}计算",
                      f"notice: {place} is not in the table of places (2023); taken as {level}")  # fmt: skip
    as_of = register.day(said["as_of"], ("基准日", "as of"))
    rules = load_rules(select=("all",), without=said["without"], files=said["rule_files"])
    given = dates if session_date is None else [(_SESSION, session_date), *dates]
    known = _known(given, _of_ledger(book, place, year))
    found = made(inputs.profile(rules, said["profile"]), rules, entity=place, fiscal_year=year, level=level,
                 as_of=as_of, dates=known)  # fmt: skip
    cases = None if book is None else cases_due(book.cases(entity=place, fiscal_year=year, on=as_of), book.loop)
    if said["format_"] == "json":
        deliver(json.dumps(document(found, cases), ensure_ascii=False, indent=2) + "\n", said["output"])
    elif said["format_"] == "csv":
        mark = "\ufeff" if said["output"] is not None else ""
        deliver(mark + sheet(found, language.of_reports()), said["output"])
    else:
        deliver(visible(text(found, cases, language.of_messages())) + "\n", said["output"])
    if said["ics"] is not None:
        _save_ics(found, cases or (), said["ics"])


def _book(address: str | None) -> Ledger | None:
    """The ledger, if one is named."""
    if not address:
        return None
    from budgetreview.ledger import open as open_ledger

    return open_ledger(address)


def _ics_ready(target: Path, output: Path | None, sources: Sequence[Path]) -> None:
    """Refuse a calendar file that cannot be written, before any work is done.

    Raises:
        UsageError: It is an input, or the file of ``--output``.
        OutputError: It cannot be written.
    """
    if target.suffix.lower() != ".ics":
        raise UsageError(Text(f"--ics {target}：文件名应以 .ics 结尾", f"--ics {target}: the name should end in .ics"))
    refuse_inputs("--ics", target, [*sources, *([output] if output is not None else [])])
    writable(target)


def _save_ics(found: Calendar, cases: Sequence[CasesDue], target: Path) -> None:
    from budgetreview.ledger.ics import to_ics

    def fill(out: IO[bytes]) -> None:
        out.write(to_ics(found, language.of_reports(), cases))

    files.save({target: fill})
    language.tell(f"已写入 {target}", f"written: {target}")


def _of_ledger(book: Ledger | None, entity: str, year: int) -> dict[str, date]:
    """The days that the ledger has of the year."""
    rows = book.dates() if book is not None else []
    own = [r for r in rows if entity_code(r["entity"]) == entity and r["fiscal_year"] == year]
    return {r["event"]: date.fromisoformat(r["date"]) for r in own}


def _known(given: Sequence[tuple[str, date]], noted: Mapping[str, date]) -> dict[str, list[date]]:
    """What was said wins over what the ledger has, aloud."""
    known: dict[str, list[date]] = {}
    for event, day in given:
        known.setdefault(event, []).append(day)
    if len(set(known.get(_SESSION, ()))) > 1:
        listed = sorted({str(d) for d in known[_SESSION]})
        raise UsageError(Text(f"人代会召开日期给了不止一个：{'、'.join(listed)}",
                              f"more than one day for the session: {', '.join(listed)}"))  # fmt: skip
    for event, day in noted.items():
        if event in known and day not in known[event]:
            language.tell(f"注意：{EVENTS[event]}：台账登记为 {day}，这里按命令行所给日期计算",
                          f"notice: {event}: the ledger has {day}; the command line wins")  # fmt: skip
        known.setdefault(event, [day])
    return dict(sorted(known.items(), key=lambda pair: list(EVENTS).index(pair[0])))
