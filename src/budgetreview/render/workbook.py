"""``xlsx``: findings, questions by agency, coverage, inputs and notices, as typed sheets that can be filtered.

Every text is written as text: nothing from a budget becomes a formula or a link. Amounts are numbers in the unit that
the header names. The file's own dates are the review's as-of date, so the same report gives the same bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import IO, Any, Final

import attrs
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from budgetreview.errors import Problem
from budgetreview.mechanism import STAGE_NAMES
from budgetreview.money import FEN
from budgetreview.render import phrases, records, summary, words
from budgetreview.render.figures import money, shown, unit_name
from budgetreview.render.json import dump
from budgetreview.render.visible import shortened, visible
from budgetreview.report import Finding, Report, RuleResult
from budgetreview.rule import Rule
from budgetreview.submission import Input
from budgetreview.wording import Figure, word

LONGEST: Final = 32_767
"""Characters that a cell can hold."""
ROWS: Final = 1_048_575
"""Rows under the header that a sheet can hold."""
EXACT: Final = 10**15
"""From here on a spreadsheet cannot hold the 分 exactly; the amount is written as text."""

_FILL: Final = {"red": "#FDECEC", "orange": "#FFF1E0", "yellow": "#FFF8D6", "blue": "#E8F2FC"}
_INK: Final = {"red": "#9B1C1C", "orange": "#8F4700", "yellow": "#665200", "blue": "#0B4F8A"}


@attrs.frozen
class _Column:
    """One column of a sheet: its header, width, and how a row fills it."""

    header: str
    width: int
    value: Callable[[Any], Any]
    style: str = "text"


def xlsx(report: Report, out: IO[bytes], lang: str, unit: str) -> None:
    """Write the workbook."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })  # fmt: skip
    book.set_properties({
        "title": words.pick(words.REPORT["title"], lang), "author": f"budgetreview {report.engine}",
        "created": datetime.combine(report.as_of, time()),
    })  # fmt: skip
    sheets = _Sheets(book, report, lang, unit)
    sheets.overview()
    sheets.findings()
    sheets.questions()
    sheets.coverage()
    sheets.inputs()
    book.close()
    out.write(buffer.getvalue())


class _Sheets:
    def __init__(self, book: xlsxwriter.Workbook, report: Report, lang: str, unit: str) -> None:
        self.book = book
        self.report = report
        self.lang = lang
        self.unit = unit
        decimals = "#,##0.00" if FEN[unit] == FEN["元"] else "#,##0.00####"
        base = {"valign": "top"}
        self.formats: dict[str, Format] = {
            "text": book.add_format(base),
            "wrap": book.add_format({**base, "text_wrap": True}),
            "money": book.add_format({**base, "num_format": decimals}),
            "int": book.add_format({**base, "num_format": "0"}),
            "number": book.add_format({**base, "num_format": "General"}),
            "share": book.add_format({**base, "num_format": "0.00##%"}),
            "head": book.add_format({**base, "bold": True, "text_wrap": True, "bg_color": "#E5E9EE", "bottom": 1}),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "good": book.add_format({"bold": True, "font_color": "#175A35"}),
            "gaps": book.add_format({"bold": True, "font_color": _INK["yellow"], "bg_color": _FILL["yellow"]}),
            "bad": book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#9B1C1C"}),
            **{s: book.add_format({**base, "bg_color": _FILL[s], "font_color": _INK[s], "bold": True}) for s in _FILL},
        }

    def word(self, key: str) -> str:
        return words.pick(words.REPORT[key], self.lang)

    def answer(self, key: str) -> str:
        return words.pick(words.ANSWER[key], self.lang)

    # --- one sheet each

    def overview(self) -> None:
        r, lang = self.report, self.lang
        sheet = self.book.add_worksheet(self.word("overview"))
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 90)
        self._put(sheet, 0, 0, self.word("title"), "title")
        because = summary.incomplete_because(r)
        if because:
            self._put(sheet, 1, 0, self.word("incomplete"), "bad")
        else:
            self._put(sheet, 1, 0, self.word(summary.outcome(r)), "good" if not summary.unjudged(r) else "gaps")
        lines: list[tuple[str, Any]] = [("", t[lang]) for t in because]
        if summary.judged_nothing(r):
            lines.append(("", self.word("nothing_judged")))
        elif not len(r.findings):
            lines.append(("", self.word("nothing_found")))
        lines += [
            ("", summary.verdict(r)[lang]),
            (self.word("stage"), STAGE_NAMES[r.stage][lang]),
            (self.word("as_of"), r.as_of.isoformat()),
            (self.word("profile"), phrases.profile(r, lang)),
            (self.word("entities"), phrases.places(r, lang, 100)),
            (self.word("engine"), f"budgetreview {r.engine}"),
            (self.word("packs"), phrases.packs(r, lang)),
            (self.word("without"), phrases.joined(r.without, lang)),
            (self.word("off"), " ".join(r.off)),
        ]
        lines += [(words.severity(s.value, lang), n) for s, n in summary.by_severity(r).items()]
        lines.append((self.answer("waived"), summary.waived(r)))
        lines += [(s.rule.code, hint[lang]) for s in r.results if (hint := summary.base_rate(s)) is not None]
        shown_lines = [(k, v) for k, v in lines if v != ""]
        for n, (key, value) in enumerate(shown_lines, start=2):
            self._put(sheet, n, 0, key)
            self._put(sheet, n, 1, value, "int" if isinstance(value, int) else "wrap")

    def findings(self) -> None:
        lang = self.lang
        rules = {r.rule.code: r.rule for r in self.report.results}
        columns = [
            _Column(self.word("rule"), 8, lambda f: f.rule),
            _Column(self.word("title_of"), 22, lambda f: f.title[lang], "wrap"),
            _Column(self.word("severity"), 10, lambda f: f.severity, "severity"),
            _Column(self.word("nature"), 16, lambda f: _nature(f, rules[f.rule], lang)),
            _Column(self.word("entity"), 10, lambda f: f.entity),
            _Column(self.word("fiscal_year"), 8, lambda f: f.fiscal_year, "int"),
            _Column(self.word("book"), 16, lambda f: f.book and word(f.book, lang)),
            _Column(self.word("agency"), 12, lambda f: f.agency),
            _Column(self.word("agency_name"), 20, lambda f: f.labels.get("agency_name")),
            _Column(self.word("project"), 14, lambda f: f.project),
            _Column(self.word("project_name"), 28, lambda f: f.labels.get("project_name"), "wrap"),
            _Column(self.word("line_id"), 14, lambda f: f.line_id),
            _Column(f"{self.word('amount')}（{unit_name(self.unit, lang)}）", 18, lambda f: f.amount, "money"),
            _Column(self.word("message"), 60, lambda f: f.message[lang], "wrap"),
            _Column(self.word("question"), 50, lambda f: f.question[lang], "wrap"),
            _Column(self.word("measure"), 16, lambda f: f.measure, "figure"),
            _Column(self.word("limit"), 16, lambda f: f.limit, "figure"),
            _Column(self.word("unit"), 8, self._unit_of),
            _Column(self.word("figures"), 44, lambda f: _figures(f, rules[f.rule], lang, self.unit), "wrap"),
            _Column(self.word("formula"), 30, lambda f: f.formula, "wrap"),
            _Column(self.word("authority"), 28, lambda f: phrases.laws(rules[f.rule], lang), "wrap"),
            _Column(self.word("file"), 22, lambda f: f.source.name),
            _Column(self.word("sheet"), 14, lambda f: f.source.sheet),
            _Column(self.word("cell"), 8, lambda f: f.source.cell or f.source.column),
            _Column(self.word("lines"), 24, lambda f: phrases.lines(f, lang), "wrap"),
            _Column(self.word("waived"), 20, lambda f: f.waived, "wrap"),
            _Column(self.word("fingerprint"), 20, lambda f: f.fingerprint),
            _Column(self.word("facts"), 20, lambda f: f.facts),
        ]
        self._sheet(self.word("findings"), columns, list(self.report.findings), freeze=3)

    def questions(self) -> None:
        lang = self.lang
        rows = [(g, f) for g in summary.by_agency(self.report) for f in g.findings]
        columns = [
            _Column(self.word("entity"), 10, lambda r: r[0].entity),
            _Column(self.word("agency"), 14, lambda r: r[0].agency or self.word("no_agency")),
            _Column(self.word("agency_name"), 24, lambda r: r[0].name),
            _Column(self.word("severity"), 10, lambda r: r[1].severity, "severity"),
            _Column(self.word("question"), 60, lambda r: r[1].question[lang], "wrap"),
            _Column(self.word("message"), 60, lambda r: r[1].message[lang], "wrap"),
            _Column(f"{self.word('amount')}（{unit_name(self.unit, lang)}）", 18, lambda r: r[1].amount, "money"),
            _Column(self.word("source"), 34, lambda r: summary.where(r[1].source), "wrap"),
            _Column(self.word("rule"), 8, lambda r: r[1].rule),
            _Column(self.word("fingerprint"), 20, lambda r: r[1].fingerprint),
        ]
        self._sheet(self.word("by_agency"), columns, rows, freeze=3)

    def coverage(self) -> None:
        lang = self.lang
        rows = list(zip(self.report.results, self.report.coverage, strict=True))
        grey = {r.rule.code: summary.why_unjudged(r, lang) for r in summary.unjudged(self.report)}
        columns = [
            _Column(self.word("rule"), 8, lambda r: r[0].rule.code),
            _Column(self.word("title_of"), 30, lambda r: r[0].rule.title[lang], "wrap"),
            _Column(self.word("outcome"), 14, lambda r: words.say(words.OUTCOME, r[0].outcome, lang)),
            *(
                _Column(self.answer(key), 12, lambda r, key=key: getattr(r[1], key), "int")  # type: ignore[misc]
                for key in words.ANSWER
            ),
            _Column(self.word("per"), 12, lambda r: words.say(words.PER, r[0].rule.per, lang)),
            _Column(self.word("missing"), 50, lambda r: grey.get(r[0].rule.code), "wrap"),
            _Column(self.word("severity"), 10, lambda r: r[0].severity, "severity"),
            _Column(self.word("status"), 12, lambda r: words.say(words.STATUS, r[0].rule.status, lang)),
            _Column(self.word("authority"), 30, lambda r: phrases.laws(r[0].rule, lang), "wrap"),
            _Column(self.word("parameters"), 30, lambda r: _parameters(r[0]), "wrap"),
            _Column(self.word("packs"), 12, lambda r: r[0].rule.pack),
            _Column(self.word("formula"), 40, lambda r: r[0].rule.formula, "wrap"),
        ]  # fmt: skip
        self._sheet(self.word("coverage"), columns, rows, freeze=2)

    def inputs(self) -> None:
        lang = self.lang
        rows: list[tuple[str, Input | Problem]] = []
        for i in self.report.inputs:
            rows += [("file", i), *(("problem", p) for p in i.problems), *(("notice", n) for n in i.notices)]
        rows += [("notice", n) for n in self.report.notices]
        columns = [
            _Column(self.word("kind"), 10, lambda r: self.word(r[0])),
            _Column(self.word("file"), 30, lambda r: r[1].name),
            _Column(self.word("sheet"), 18, lambda r: r[1].sheet),
            _Column(self.word("cell"), 8, lambda r: getattr(r[1], "cell", None)),
            _Column(self.word("table"), 12, lambda r: getattr(r[1], "table", None)),
            _Column(self.word("rows"), 10, lambda r: getattr(r[1], "rows", None), "int"),
            _Column(self.word("amount_column"), 14, lambda r: getattr(r[1], "amount_column", None)),
            _Column(self.word("message"), 70, lambda r: r[1].text[lang] if isinstance(r[1], Problem) else None, "wrap"),
            _Column(self.word("sha256"), 66, lambda r: getattr(r[1], "sha256", None)),
        ]
        self._sheet(self.word("inputs"), columns, rows)

    def _unit_of(self, f: Finding) -> str | None:
        if f.unit == "yuan":
            return unit_name(self.unit, self.lang)
        return None if f.unit is None else words.say(words.UNITS, f.unit, self.lang)

    # --- cells

    def _sheet(self, name: str, columns: Sequence[_Column], rows: Sequence[Any], freeze: int = 0) -> None:
        sheet = self.book.add_worksheet(name)
        kept = rows[:ROWS]
        for k, column in enumerate(columns):
            sheet.set_column(k, k, column.width)
            self._put(sheet, 0, k, column.header, "head")
        for n, row in enumerate(kept, start=1):
            for k, column in enumerate(columns):
                self._put(sheet, n, k, column.value(row), column.style)
        if len(rows) > len(kept):
            left = len(rows) - len(kept)
            self._put(sheet, ROWS, 0, f"另有 {left + 1} 行超出工作表上限 / {left + 1} more rows do not fit", "bad")
        sheet.freeze_panes(1, freeze)
        sheet.autofilter(0, 0, max(len(kept), 1), len(columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _put(self, sheet: Worksheet, row: int, column: int, value: Any, style: str = "text") -> None:
        """One cell; texts always as texts."""
        if value is None or value == "":
            return
        if style == "money":
            self._money(sheet, row, column, value)
        elif style == "figure":
            self._figure(sheet, row, column, value)
        elif style == "severity":
            sheet.write_string(row, column, words.say(words.SEVERITY, value, self.lang), self.formats[value])
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.formats["int"])
        else:
            text = shortened(visible(str(value)), LONGEST)
            sheet.write_string(row, column, text, self.formats[style])

    def _money(self, sheet: Worksheet, row: int, column: int, fen: int) -> None:
        if abs(fen) < EXACT:
            sheet.write_number(row, column, fen / FEN[self.unit], self.formats["money"])
        else:
            sheet.write_string(row, column, money(fen, self.unit), self.formats["text"])

    def _figure(self, sheet: Worksheet, row: int, column: int, figure: Figure) -> None:
        value = figure.value
        if figure.kind == "money" and value is not None:
            self._money(sheet, row, column, int(value))
        elif figure.kind not in {"date", "mark"} and isinstance(value, int | float) and math.isfinite(value):
            sheet.write_number(row, column, value, self.formats["share" if figure.kind == "share" else "number"])
        elif records.figure(figure) is not None:
            self._put(sheet, row, column, shown(figure, self.lang, self.unit))


def _nature(f: Finding, rule: Rule, lang: str) -> str:
    return words.say(words.NATURE, words.nature(rule, f.severity), lang)


def _figures(f: Finding, rule: Rule, lang: str, unit: str) -> str:
    return "\n".join(f"{name} {value}" for name, value in phrases.figures(f, rule, lang, unit))


def _parameters(r: RuleResult) -> str | None:
    return dump(dict(sorted(r.parameters.items()))) if r.parameters else None
