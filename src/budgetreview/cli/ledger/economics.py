"""``ledger economics``: what each rule cost and brought, in a table that tells which one to look at again."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import click

from budgetreview.cli import language
from budgetreview.cli.ledger import boards, register
from budgetreview.cli.options import inputs, settings
from budgetreview.errors import Text, UsageError
from budgetreview.ledger.economics import HINTS, LEAST_DECIDED, LEAST_PRECISION, Economics, Tally
from budgetreview.plugins import load_rules
from budgetreview.render.board import Board, Cell, Chart, Column, Sheet
from budgetreview.wording import percent

SCHEMA: Final = "budgetreview-economics/1"
_COUNTS: Final[Mapping[str, Text]] = {
    "reviews": Text("运行次数", "reviews"),
    "found": Text("发现", "found"),
    "confirmed": Text("认定", "confirmed"),
    "dismissed": Text("认定正常", "dismissed"),
    "waived": Text("豁免中", "waived"),
    "undecided": Text("待判断", "undecided"),
    "open": Text("未办结", "open"),
}


@click.command()
@click.option("--year", type=int, help="只看这一年 / this calendar year only")
@click.option("--from", "start", callback=settings.day, metavar="YYYY-MM-DD", help="首日，默认台账之始 / first day")
@click.option("--to", "end", callback=settings.day, metavar="YYYY-MM-DD", help="末日，默认基准日 / last day")
@click.option("--as-of", callback=settings.day, metavar="YYYY-MM-DD", help="基准日，默认今天 / the day: today")
@click.option("--rule", metavar="CODE", help="规则代码或开头 / a rule's code or its beginning")
@click.option("--at-least", "least", type=int, default=LEAST_DECIDED, show_default=True,
              help="判断满多少件才提示（本程序的约定） / decisions for a hint (our convention)")  # fmt: skip
@click.option("--below", default=percent(LEAST_PRECISION), show_default=True, metavar="SHARE",
              help="认定率低于多少才提示（本程序的约定） / share that brings a hint (our convention)")  # fmt: skip
@click.option("--timings", multiple=True, type=inputs.PATH, metavar="FILE.csv",
              help="各规则的耗时：列 code、seconds，可多个 / seconds of each rule: columns code, seconds")  # fmt: skip
@boards.options
@register.at
def economics(address: str | None, output: Path | None, format_: str | None, **said: Any) -> None:
    """规则的得失：每条规则发现、认定、认定正常、豁免、未办结多少 / per rule and year: precision and cost."""
    from budgetreview.ledger import past
    from budgetreview.ledger.economics import economics as counted

    chosen = boards.format_of(format_, output)
    below, seconds = _share(said["below"]), _seconds(said["timings"])
    book = register.opened(address)
    as_of = register.day(said["as_of"], ("基准日", "as of"))
    happened = past.read(book)
    start, end = _span(said["year"], said["start"], said["end"], as_of, happened.first)
    found = counted(happened, start, end, least=said["least"], below=below, seconds=seconds)
    made = _Made(found, happened.name, str(happened.head), said["rule"] or "", language.of_reports())
    boards.send(made.board(), made.data(), chosen, output, end, rows=made.sheet("rules"))


def _share(said: str) -> float:
    text = said.strip().replace("％", "%")
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        raise UsageError(Text(f"--below {said}：应为比例，如 20% 或 0.2",
                              f"--below {said}: a share is expected, such as 20% or 0.2")) from None  # fmt: skip


def _span(year: int | None, start: date | None, end: date | None, as_of: date, first: date | None) -> tuple[date, date]:
    """First and last day.

    Raises:
        UsageError: ``--year`` beside ``--from`` or ``--to``, or all of it lies after the as-of date.
    """
    if year is not None:
        if start is not None or end is not None:
            raise UsageError(Text("--year 与 --from、--to 不能同时使用", "--year excludes --from and --to"))
        try:
            start, end = date(year, 1, 1), date(year, 12, 31)
        except ValueError:
            raise UsageError(Text(f"没有 {year} 年", f"there is no year {year}")) from None
    begin = start or min(first or as_of, as_of)
    if begin > as_of:
        raise UsageError(Text(f"期间自{begin}起，在基准日{as_of}之后，还没有可以统计的",
                              f"the span begins on {begin}, after {as_of}: there is nothing to count yet"))  # fmt: skip
    return begin, min(end or as_of, as_of)


def _seconds(paths: tuple[Path, ...]) -> dict[str, float]:
    """Seconds by rule, added up over the files.

    Raises:
        UsageError: A file cannot be read, lacks a column, or has something that is no number of seconds.
    """
    out: dict[str, float] = {}
    for path in paths:
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise UsageError(Text(f"{path.name} 无法读取：{why}", f"{path.name} cannot be read: {why}")) from None
        for i, row in enumerate(rows, start=2):
            code, raw = (row.get("code") or row.get("rule") or "").strip(), (row.get("seconds") or "").strip()
            try:
                value = float(raw)
            except ValueError:
                value = math.nan
            if not code or not math.isfinite(value) or value < 0:
                raise UsageError(Text(
                    f"{path.name} 第{i}行：应有 code（规则代码）和 seconds（秒数），现为“{code}”“{raw}”",
                    f"{path.name}, record {i}: code and seconds expected, read '{code}' and '{raw}'",
                ))  # fmt: skip
            out[code] = out.get(code, 0.0) + value
    return out


class _Made:
    """The table in one language."""

    def __init__(self, found: Economics, name: str, head: str, rule: str, lang: str) -> None:
        self.found = found
        self.name = name
        self.head = head
        self.lang = lang
        self.lines = [x for x in found.lines if x.rule.startswith(rule)]
        self.titles = {r.code: r.title for r in load_rules(select=("all",))}
        years = sorted({y for x in self.lines for y in x.years})
        self.years = years if len(years) > 1 else []

    def say(self, zh: str, en: str) -> str:
        """Whichever is in the reader's language."""
        return zh if self.lang == "zh" else en

    @property
    def basis(self) -> Text:
        """By what measure a rule gets a hint, and whose measure it is."""
        least, below = self.found.least, percent(self.found.below)
        return Text(
            "提示口径（本程序的约定，可用 --at-least、--below 改动，不是法定或官方标准）："
            f"已判断不少于{least}件且认定率低于{below}的，提示可考虑停用或修订",
            "basis of the hint (a convention of this program, set by --at-least and --below; no law or office sets "
            f"it): at least {least} decided and precision below {below}",
        )

    def board(self) -> Board:
        """For people."""
        found, say = self.found, self.say
        look = [x for x in self.lines if x.hint == "look"]
        few = sum(x.hint == "few" for x in self.lines)
        warnings = []
        if not self.lines:
            warnings.append(say("这段时间台账里没有审查报告，也没有案件：没有可以统计的，不等于规则没有问题。",
                                "The ledger has no review and no case in this span: nothing to count is not nothing "
                                "wrong."))  # fmt: skip
        codes = "、".join(x.rule for x in look) if self.lang == "zh" else ", ".join(x.rule for x in look)
        tiles = [
            (say("规则数", "rules"), f"{len(self.lines)}", ""),
            (say("可考虑停用或修订", "to look at again"), f"{len(look)}", codes),
            (say("判断太少，不作提示", "too few decided"), f"{few}", ""),
        ]
        sheets = [self.sheet("totals"), *([self.sheet("years")] if self.years else [])]
        return Board(
            say("规则得失", "Economics of the rules"), self.lang,
            (
                (say("台账", "ledger"), self.name),
                (say("期间", "span"), say(f"{found.start}至{found.end}", f"{found.start} to {found.end}")),
                (say("链头", "head"), self.head),
            ),
            tuple(warnings), tuple(tiles) if self.lines else (), tuple(sheets), tuple(self._notes()),
        )  # fmt: skip

    def _notes(self) -> list[str]:
        said = [self.basis[self.lang]]
        said += [
            self.say(
                "认定率＝认定÷（认定＋认定正常）；没有人判断过的，认定率未知，不是零。",
                "Precision is confirmed / (confirmed + dismissed); where nobody decided it is unknown, not zero.",
            ),
            self.say(
                "判断计入作出判断的那一年；一件案件在一段时间里判断多次的，以最后一次为准，所以各年相加可以多于全期。"
                "交办、核验、移送审计等没有先认定就办理的，按认定计。",
                "A decision counts in the year in which it was made, the last one where there were several, so the "
                "years may add up to more than the whole. What was assigned, verified or carried to the audit counts "
                "as confirmed.",
            ),
            self.say(
                "豁免中、待判断、未办结是期末的件数。运行次数为零的规则在这段时间没有用过，与“没有发现”不同。",
                "Waived, undecided and open are counts at the end. A rule that ran in no review was not used, which "
                "is not the same as nothing found.",
            ),
            self.say(
                "认定率低，先看界限、数据和豁免；依法必须审查的规则应修订，不宜因认定率低而停用。",
                "Where precision is low, look first at threshold, data and waivers; what the law asks for is mended, "
                "not switched off.",
            ),
        ]
        if any(x.seconds is None for x in self.lines):
            said.append(self.say(
                "耗时未知：审查报告不写运行时间（同一输入须得到相同字节）；要列出，请用 --timings 给出实测。",
                "Seconds are unknown: a report has none, as the same input must give the same bytes; hand them in with "
                "--timings.",
            ))  # fmt: skip
        return said

    def _title(self, code: str) -> str:
        title = self.titles.get(code)
        return title[self.lang] if title is not None else self.say("（未装载的规则）", "(not installed)")

    def sheet(self, key: str) -> Sheet:
        """``totals`` (a row a rule), ``years`` (a row a rule and year), or ``rules`` (both, for programs)."""
        say = self.say
        counts = tuple(Column(k, t[self.lang], "count") for k, t in _COUNTS.items())
        rule, year = Column("rule", say("规则", "rule")), Column("year", say("年", "year"))
        precision = Column("precision", say("认定率", "precision"), "share")
        name, last = Column("title", say("名称", "title")), (
            Column("seconds", say("耗时（秒）", "seconds"), "seconds"), Column("hint", say("提示", "hint")),
        )  # fmt: skip
        totals = [
            (x.rule, self._title(x.rule), *_cells(x.whole), x.seconds, HINTS[x.hint][self.lang]) for x in self.lines
        ]
        if key == "totals":
            look = [x.rule for x in self.lines if x.hint == "look"]
            said = say(f"可考虑停用或修订：{'、'.join(look) or '无'}。",
                       f"To look at again: {', '.join(look) or 'none'}.")  # fmt: skip
            return Sheet("rules", say("各规则", "By rule"), (rule, name, *counts, precision, *last), tuple(totals),
                         said, (), (Chart("bars", ("confirmed", "dismissed")),))  # fmt: skip
        of_years = [(x.rule, y, *_cells(t)) for x in self.lines for y, t in sorted(x.years.items())]
        if key == "years":
            rows = tuple((r, str(y), *rest) for r, y, *rest in of_years)
            return Sheet("years", say("各规则分年", "By rule and year"), (rule, year, *counts, precision), rows)
        rows = tuple((x.rule, None, *_cells(x.whole), x.seconds, x.hint) for x in self.lines)
        rows += tuple((r, str(y), *rest, None, None) for r, y, *rest in of_years)
        return Sheet("rules", "", (rule, year, *counts, precision, *last), rows)

    def data(self) -> dict[str, Any]:
        """For programs."""
        found = self.found
        return {
            "schema": SCHEMA, "ledger": {"name": self.name, "head": self.head},
            "from": found.start.isoformat(), "to": found.end.isoformat(),
            "hint": {"at_least": found.least, "below": found.below,
                     "basis": {"zh": self.basis.zh, "en": self.basis.en}},
            "rules": [
                {"rule": x.rule, **_plain(x.whole), "seconds": x.seconds, "hint": x.hint,
                 "years": [{"year": y, **_plain(t)} for y, t in sorted(x.years.items())]}
                for x in self.lines
            ],
        }  # fmt: skip


def _cells(t: Tally) -> tuple[Cell, ...]:
    return (*(getattr(t, k) for k in _COUNTS), t.precision)


def _plain(t: Tally) -> dict[str, Any]:
    return {**{k: getattr(t, k) for k in _COUNTS}, "precision": t.precision}
