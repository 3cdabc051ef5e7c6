"""``xlsx``: overview, findings, questions by agency, matrix, coverage, inputs, as typed sheets that can be filtered.

Every text is written as text: nothing from a budget becomes a formula or a link. Amounts are numbers in the unit that
the header names. The file's own dates are the review's as-of date, so the same report gives the same bytes.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from itertools import islice
from typing import IO, Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from budgetreview.errors import Problem
from budgetreview.mechanism import STAGE_NAMES
from budgetreview.money import FEN
from budgetreview.render import records, summary, words
from budgetreview.render.annotate.splice import parse
from budgetreview.render.summary import heat
from budgetreview.render.visible import shortened, visible
from budgetreview.render.words import phrases
from budgetreview.render.words.entity import named
from budgetreview.render.words.figures import shown, unit_name
from budgetreview.render.words.labels import PAGE
from budgetreview.render.words.sentences import Sentences
from budgetreview.render.workbook.bulk import LONGEST, ROWS, Bulk, Column, Value, amount, day, serial
from budgetreview.report import Finding, Report, RuleResult
from budgetreview.rule import Rule, Severity
from budgetreview.submission import Input
from budgetreview.wording import Figure, word

_FILL: Final = {"red": "#FDECEC", "orange": "#FFF1E0", "yellow": "#FFF8D6", "blue": "#E8F2FC"}
_INK: Final = {"red": "#9B1C1C", "orange": "#8F4700", "yellow": "#665200", "blue": "#0B4F8A"}
_SHADES: Final = ("#FFFFFF", "#FCE3D4", "#F6B48F", "#E57F4F")
_A4: Final = 9
_PRINTED: Final = 11
"""Columns of a finding that are printed."""
_LISTS: Final = "xl/worksheets/sheet{}.xml"

_List = tuple[int, Sequence[Column], Iterable[Any]]
"""A sheet that is a list: its number, columns and rows."""


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
    sheets.matrix()
    sheets.coverage()
    sheets.inputs()
    sheets.pattern()
    book.close()
    data = buffer.getvalue()
    bulk = Bulk(data, sheets.numbers(data))
    for number, columns, rows in sheets.lists:
        bulk.fill(_LISTS.format(number), columns, islice(rows, ROWS))
    bulk.finished().save(out)


class _Sheets:
    def __init__(self, book: xlsxwriter.Workbook, report: Report, lang: str, unit: str) -> None:
        self.book = book
        self.report = report
        self.lang = lang
        self.unit = unit
        self.say = Sentences(report, lang, unit)
        self.lists: list[_List] = []
        self.first: Worksheet | None = None
        self.all = list(report.findings)
        self.open = [(g, f) for g in summary.by_agency(report, self.all) for f in g.findings]
        decimals = "#,##0.00" if FEN[unit] == FEN["元"] else "#,##0.00####"
        base = {"valign": "top"}
        self.formats: dict[str, Format] = {
            "text": book.add_format(base),
            "wrap": book.add_format({**base, "text_wrap": True}),
            "money": book.add_format({**base, "num_format": decimals}),
            "int": book.add_format({**base, "num_format": "0"}),
            "count": book.add_format({**base, "num_format": "#,##0", "align": "left"}),
            "number": book.add_format({**base, "num_format": "General"}),
            "share": book.add_format({**base, "num_format": "0.00##%"}),
            "date": book.add_format({**base, "num_format": "yyyy-mm-dd", "align": "left"}),
            "head": book.add_format({**base, "bold": True, "text_wrap": True, "bg_color": "#E5E9EE", "bottom": 1}),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "good": book.add_format({"bold": True, "font_color": "#175A35"}),
            "gaps": book.add_format({"bold": True, "font_color": _INK["yellow"], "bg_color": _FILL["yellow"]}),
            "bad": book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#9B1C1C"}),
            "cell": book.add_format({"border": 1, "border_color": "#BFC5CC", "align": "center", "valign": "vcenter",
                                     "text_wrap": True}),
            **{f"shade{n}": book.add_format({"border": 1, "border_color": "#BFC5CC", "align": "center", "bold": True,
                                             "valign": "vcenter", "text_wrap": True, "bg_color": colour})
               for n, colour in enumerate(_SHADES)},
            **{s: book.add_format({**base, "bg_color": _FILL[s], "font_color": _INK[s], "bold": True}) for s in _FILL},
        }  # fmt: skip

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
            (self.word("as_of"), r.as_of),
            (self.word("profile"), phrases.profile(r, lang)),
            (self.word("entities"), phrases.places(r, lang, 100)),
            (self.word("engine"), f"budgetreview {r.engine}"),
            (self.word("packs"), phrases.packs(r, lang)),
            (self.word("without"), phrases.joined(r.without, lang)),
            (self.word("off"), " ".join(r.off)),
        ]
        lines += [(words.severity(s.value, lang), n) for s, n in summary.by_severity(r).items()]
        lines.append((words.pick(PAGE["waived_besides"], lang), summary.waived(r)))
        if len(r.findings) > ROWS:
            more = len(r.findings) - ROWS
            lines.append(("", f"发现页放不下全部：另有 {more} 项，请用 csv 或 json" if lang == "zh"
                          else f"the sheet of findings cannot hold all: {more} more; use csv or json"))  # fmt: skip
        lines += [(s.rule.code, hint[lang]) for s in r.results if (hint := summary.base_rate(s)) is not None]
        shown_lines = [(k, v) for k, v in lines if v != ""]
        for n, (key, value) in enumerate(shown_lines, start=2):
            self._put(sheet, n, 0, key)
            if value is r.as_of:
                sheet.write_number(n, 1, serial(r.as_of), self.formats["date"])
            elif isinstance(value, int):
                sheet.write_number(n, 1, value, self.formats["count"])
            else:
                self._put(sheet, n, 1, value, "wrap")
        self._printed(sheet)

    def findings(self) -> None:
        lang = self.lang
        rules = {r.rule.code: r.rule for r in self.report.results}
        natures = {
            (code, s): words.say(words.NATURE, words.nature(rule, s), lang)
            for code, rule in rules.items() for s in Severity
        }  # fmt: skip
        laws = {code: phrases.laws(rule, lang) for code, rule in rules.items()}
        severities = self._severities()
        columns = [
            Column(self.word("rule"), 8, lambda f: f.rule),
            Column(self.word("title_of"), 20, lambda f: f.title[lang], "wrap"),
            Column(self.word("severity"), 10, lambda f: severities[f.severity]),
            Column(self.word("agency_name"), 20, lambda f: f.labels.get("agency_name"), "wrap"),
            Column(self.word("project_name"), 24, lambda f: f.labels.get("project_name"), "wrap"),
            Column(self._amount(), 18, lambda f: amount(f.amount, self.unit)),
            Column(self.word("message"), 48, self.say.message, "wrap"),
            Column(self.word("question"), 44, self.say.question, "wrap"),
            Column(self.word("authority"), 26, lambda f: laws[f.rule], "wrap"),
            Column(self.word("sheet"), 16, lambda f: f.source.sheet, "wrap"),
            Column(self.word("cell"), 8, lambda f: f.source.cell or f.source.column or summary.page(f.source, lang)),
            Column(self.word("nature"), 16, lambda f: natures[f.rule, f.severity]),
            Column(self.word("entity"), 18, lambda f: f.entity and named(f.entity, lang)),
            Column(self.word("entity_code"), 10, lambda f: f.entity),
            Column(self.word("fiscal_year"), 8, lambda f: f.fiscal_year, "int"),
            Column(self.word("book"), 16, lambda f: f.book and word(f.book, lang)),
            Column(self.word("agency"), 12, lambda f: f.agency),
            Column(self.word("project"), 14, lambda f: f.project),
            Column(self.word("line_id"), 14, lambda f: f.line_id),
            Column(self.word("measure"), 16, lambda f: self._figure(f.measure)),
            Column(self.word("limit"), 16, lambda f: self._figure(f.limit)),
            Column(self.word("unit"), 8, self._unit_of),
            Column(self.word("figures"), 44, lambda f: _figures(f, rules[f.rule], lang, self.unit), "wrap",
                   grows=False),
            Column(self.word("formula"), 30, lambda f: f.formula, "wrap", grows=False),
            Column(self.word("file"), 22, lambda f: f.source.name),
            Column(self.word("lines"), 24, lambda f: phrases.lines(f, lang), "wrap"),
            Column(self.word("waived"), 20, lambda f: f.waived, "wrap"),
            Column(self.word("fingerprint"), 20, lambda f: f.fingerprint),
            Column(self.word("facts"), 20, lambda f: f.facts),
        ]  # fmt: skip
        self.first = self._list(self.word("findings"), columns, self.all, len(self.all), 3)
        if self.all:  # on paper the columns that people read; the others are for sorting and for programs
            self.first.print_area(0, 0, min(len(self.all), ROWS), _PRINTED - 1)

    def questions(self) -> None:
        lang = self.lang
        rows = self.open
        severities = self._severities()
        columns = [
            Column(self.word("entity"), 18, lambda r: r[0].entity and named(r[0].entity, lang)),
            Column(self.word("agency"), 14, lambda r: r[0].agency or self.word("no_agency")),
            Column(self.word("agency_name"), 24, lambda r: r[0].name, "wrap"),
            Column(self.word("severity"), 10, lambda r: severities[r[1].severity]),
            Column(self.word("question"), 60, lambda r: self.say.question(r[1]), "wrap"),
            Column(self.word("message"), 60, lambda r: self.say.message(r[1]), "wrap"),
            Column(self._amount(), 18, lambda r: amount(r[1].amount, self.unit)),
            Column(self.word("source"), 34, lambda r: summary.where(r[1].source), "wrap"),
            Column(self.word("rule"), 8, lambda r: r[1].rule),
            Column(self.word("fingerprint"), 20, lambda r: r[1].fingerprint),
        ]
        self._list(self.word("by_agency"), columns, rows, len(rows), 3)

    def matrix(self) -> None:
        """The mechanism's map: reviews and focuses down, books and sides across."""
        zh = self.lang == "zh"
        sheet = self.book.add_worksheet("审查矩阵" if zh else "Matrix")
        counts = Counter((f.rule, f.book) for _, f in self.open)
        found = heat.heat(self.report, counts, self.lang)
        if found is None:
            said = "审查机制不随程序提供，没有矩阵" if zh else "the mechanism does not ship with the program: no matrix"
            self._put(sheet, 0, 0, said)
            return
        self._put(
            sheet, 0, 0,
            "数字：本次审查的发现数 · ✓ 已判断，未标出 · ? 缺少数据 · – 本次未审查 · 点：没有规则 · ✕ 规则运行失败；"
            "下一行：作出判断的规则数／相关规则数（未审查的只有后者）" if zh
            else "number: findings · ✓ judged, nothing flagged · ? lacks data · – not reviewed now · dot: no rule "
            "· ✕ rules failed; below: rules that judged / rules that look here (the latter alone if not reviewed)",
        )  # fmt: skip
        cell, head = self.formats["cell"], self.formats["head"]
        sheet.write_string(2, 0, words.pick(words.REPORT["stage"], self.lang), head)
        sheet.write_string(2, 1, self.word("focus"), head)
        across = [f"{book}\n{side}" for book in found.books for side in found.sides]
        for k, said in enumerate(across, 2):
            sheet.write_string(2, k, said, head)
        for n, row in enumerate(found.rows, 3):
            sheet.set_row(n, 32)
            sheet.write_string(n, 0, row.stage, self.formats["good"] if row.now else self.formats["text"])
            sheet.write_string(n, 1, row.focus, self.formats["text"])
            for k, square in enumerate(row.squares, 2):
                said = f"{square.mark}\n{square.small}" if square.small else square.mark
                sheet.write_string(n, k, said, self.formats[f"shade{square.shade}"] if square.shade else cell)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 26)
        sheet.set_column(2, 1 + len(across), 16)
        sheet.set_row(2, 32)
        sheet.freeze_panes(3, 2)
        self._printed(sheet)

    def coverage(self) -> None:
        lang = self.lang
        rows = list(zip(self.report.results, self.report.coverage, strict=True))
        grey = {r.rule.code: summary.why_unjudged(r, lang) for r in summary.unjudged(self.report)}
        severities = self._severities()
        columns = [
            Column(self.word("rule"), 8, lambda r: r[0].rule.code),
            Column(self.word("title_of"), 30, lambda r: r[0].rule.title[lang], "wrap"),
            Column(self.word("outcome"), 14, lambda r: words.say(words.OUTCOME, r[0].outcome, lang)),
            *(
                Column(self.answer(key), 12, lambda r, key=key: getattr(r[1], key), "int")  # type: ignore[misc]
                for key in words.ANSWER
            ),
            Column(self.word("per"), 12, lambda r: words.say(words.PER, r[0].rule.per, lang)),
            Column(self.word("missing"), 50, lambda r: grey.get(r[0].rule.code), "wrap"),
            Column(self.word("severity"), 10, lambda r: severities[r[0].severity]),
            Column(self.word("status"), 12, lambda r: words.say(words.STATUS, r[0].rule.status, lang)),
            Column(self.word("authority"), 30, lambda r: phrases.laws(r[0].rule, lang), "wrap"),
            Column(self.word("parameters"), 30, lambda r: self._parameters(r[0]), "wrap"),
            Column(self.word("packs"), 12, lambda r: r[0].rule.pack),
            Column(self.word("formula"), 40, lambda r: r[0].rule.formula, "wrap"),
        ]  # fmt: skip
        self._list(self.word("coverage"), columns, rows, len(rows), 2)

    def inputs(self) -> None:
        lang = self.lang
        rows: list[tuple[str, Input | Problem]] = []
        for i in self.report.inputs:
            rows += [("file", i), *(("problem", p) for p in i.problems), *(("notice", n) for n in i.notices)]
        rows += [("notice", n) for n in self.report.notices]
        columns = [
            Column(self.word("kind"), 10, lambda r: self.word(r[0])),
            Column(self.word("file"), 30, lambda r: r[1].name),
            Column(self.word("sheet"), 18, lambda r: r[1].sheet),
            Column(self.word("cell"), 8, lambda r: getattr(r[1], "cell", None)),
            Column(self.word("table"), 12, lambda r: getattr(r[1], "table", None)),
            Column(self.word("rows"), 10, lambda r: getattr(r[1], "rows", None), "int"),
            Column(self.word("amount_column"), 14, lambda r: getattr(r[1], "amount_column", None)),
            Column(self.word("message"), 70, lambda r: r[1].text[lang] if isinstance(r[1], Problem) else None, "wrap"),
            Column(self.word("sha256"), 66, lambda r: getattr(r[1], "sha256", None)),
        ]
        self._list(self.word("inputs"), columns, rows, len(rows))

    # --- values

    def _parameters(self, r: RuleResult) -> str | None:
        return "\n".join(f"{n} = {v}" for n, v in phrases.settings(r, self.lang, self.unit)) or None

    def _amount(self) -> str:
        return phrases.note(self.word("amount"), unit_name(self.unit, self.lang), self.lang)

    def _severities(self) -> Mapping[Severity, Value]:
        return {s: (s.value, words.say(words.SEVERITY, s.value, self.lang)) for s in Severity}

    def _unit_of(self, f: Finding) -> str | None:
        if f.unit == "yuan":
            return unit_name(self.unit, self.lang)
        return None if f.unit is None else words.say(words.UNITS, f.unit, self.lang)

    def _figure(self, figure: Figure | None) -> Value | None:
        value = None if figure is None else figure.value
        if figure is None or value is None:
            return None
        if figure.kind == "money":
            return amount(int(value), self.unit)
        if figure.kind == "date":
            return day(int(value))
        if figure.kind != "mark" and isinstance(value, int | float) and math.isfinite(value):
            return ("share" if figure.kind == "share" else "number", value)
        return ("text", shown(figure, self.lang, self.unit)) if records.figure(figure) is not None else None

    # --- sheets

    def _list(
        self, name: str, columns: Sequence[Column], rows: Iterable[Any], count: int, freeze: int = 0
    ) -> Worksheet:
        """A sheet with its header; its rows come when the workbook is made."""
        sheet = self.book.add_worksheet(name)
        for k, column in enumerate(columns):
            sheet.set_column(k, k, column.width)
            self._put(sheet, 0, k, column.header, "head")
        sheet.freeze_panes(1, freeze)
        sheet.autofilter(0, 0, max(min(count, ROWS), 1), len(columns) - 1)
        sheet.repeat_rows(0)
        self._printed(sheet)
        self.lists.append((len(self.book.worksheets()), columns, rows))
        return sheet

    def _printed(self, sheet: Worksheet) -> None:
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")

    def pattern(self) -> None:
        """Write one empty cell of every format below the findings' header: that is where their numbers are read."""
        if self.first is not None:
            for k, one in enumerate(self.formats.values()):
                self.first.write_blank(1, k, None, one)

    def numbers(self, data: bytes) -> Mapping[str, int]:
        """The numbers of the formats in the workbook as it was made."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheet = archive.read(_LISTS.format(2))
        row = sheet[sheet.index(b'<row r="2"') : sheet.index(b"</sheetData>")]
        styles = [c.get("s", "0") for c in parse(row, "row 2").children]
        return {name: int(s) for name, s in zip(self.formats, styles, strict=True)}

    def _put(self, sheet: Worksheet, row: int, column: int, value: str, style: str = "text") -> None:
        """One cell with a text."""
        if value:
            sheet.write_string(row, column, shortened(visible(str(value)), LONGEST), self.formats[style])


def _figures(f: Finding, rule: Rule, lang: str, unit: str) -> str:
    return "\n".join(f"{name} {value}" for name, value in phrases.figures(f, rule, lang, unit))
