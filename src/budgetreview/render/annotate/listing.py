"""The sheet of findings that is added to the workbook: every finding once, with a link to its cell.

Texts are inline and always texts; there is no formula and no link out of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import attrs

from budgetreview.mechanism import STAGE_NAMES
from budgetreview.money import FEN
from budgetreview.render import summary, words
from budgetreview.render.annotate.cells import address_of
from budgetreview.render.annotate.marks import Marked
from budgetreview.render.annotate.package import MAIN
from budgetreview.render.annotate.splice import attribute, text
from budgetreview.render.annotate.styles import Styles
from budgetreview.render.visible import half_widths, shortened, visible
from budgetreview.render.words import phrases
from budgetreview.render.words.figures import money, unit_name
from budgetreview.render.words.sentences import Sentences
from budgetreview.report import Report
from budgetreview.rule import Severity
from budgetreview.tables import OWN_SHEET

KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
NAME: Final = {"zh": "预算审查发现", "en": "Budget review findings"}
HEAD: Final = 4
"""The row of the headers; the list begins below it."""
LINKS: Final = 65_000
"""The most links of a sheet (Excel's limit is 65,530)."""
_ROWS: Final = 1_048_576 - HEAD - 1
_LONGEST: Final = 32_767
_EXACT: Final = 10**15
_AMOUNT: Final = 6
"""The column of the amount."""
_LINE: Final = 15
_TITLE: Final = 22
_TALLEST: Final = 405
"""Points of a line, of the title, and the most that a row can be high (Excel's limit is 409)."""


@attrs.frozen
class _Column:
    zh: str
    en: str
    width: int


_COLUMNS: Final = (
    _Column("单元格", "Cell", 24), _Column("严重程度", "Severity", 19), _Column("规则", "Rule", 7),
    _Column("名称", "Title", 20), _Column("对象", "Subject", 26), _Column("金额", "Amount", 17),
    _Column("说明", "Message", 42), _Column("询问", "Question", 38), _Column("依据", "Authority", 26),
    _Column("备注", "Note", 20),
)  # fmt: skip


def sheet(report: Report, found: Sequence[Marked], styles: Styles, lang: str, unit: str,
          notes: Callable[[Marked], str]) -> bytes:  # fmt: skip
    """The sheet's XML.

    Args:
        report: The review.
        found: The findings, in the order of the list.
        styles: Of the workbook, for the formats of the sheet.
        lang: ``zh`` or ``en``.
        unit: Of amounts.
        notes: What is to be said about where a finding stands.
    """
    zh = lang == "zh"
    plain, wrap = styles.own(line=True), styles.own(line=True, wrap=True)
    link, amount = styles.own(line=True, link=True, wrap=True), styles.own(line=True, money=True)
    fills = {c: styles.own(line=True, wrap=True, bold=True, fill=c) for c in (*(s.value for s in Severity), "waived")}
    head = styles.own(line=True, wrap=True, bold=True, fill="head")
    in_unit = unit_name(unit, lang)
    title, loose = styles.own(bold=True, size=14), styles.own()
    rows = [
        _row(1, [_text(1, NAME[lang] + OWN_SHEET, title, 1)], _TITLE),
        _row(2, [_text(1, _about(report, len(found), lang), loose if report.complete else fills["red"], 2)]),
        _row(3, [_text(i, said, fills[key], 3) for i, key, said in _legend(lang)], 2 * _LINE),
        _row(HEAD, [
            _text(i, phrases.note(c.zh if zh else c.en, in_unit if i == _AMOUNT else "", lang), head, HEAD)
            for i, c in enumerate(_COLUMNS, 1)
        ]),
    ]  # fmt: skip
    links: list[str] = []
    say = Sentences(report, lang, unit)
    entity = len(summary.entities(report)) > 1
    laws = {r.rule.code: phrases.laws(r.rule, lang) for r in report.results if r.flagged}
    spoken: Mapping[str, str] = {s.value: words.severity(s.value, lang) for s in Severity}
    for n, m in enumerate(found[:_ROWS], HEAD + 1):
        f = m.finding
        key = f.severity.value if f.waived is None else "waived"
        state = spoken[f.severity.value] if f.waived is None else ("已豁免" if zh else "waived")
        linked = m.cell is not None and m.sheet is not None and len(links) < LINKS
        said = [
            _place(m), state, f.rule, f.title[lang], summary.about(f, lang, entity=entity), "",
            say.message(f), say.question(f), laws[f.rule], notes(m),
        ]  # fmt: skip
        formats = [link if linked else wrap, fills[key], plain, *[wrap] * 7]
        cells = [_text(i, t, s, n) for i, (t, s) in enumerate(zip(said, formats, strict=True), 1)]
        cells[_AMOUNT - 1] = _money(_AMOUNT, f.amount, unit, amount, n)
        rows.append(_row(n, cells, _height(said)))
        if linked:
            links.append(_link(n, m))
    if len(found) > _ROWS:
        left = len(found) - _ROWS
        more = f"另有 {left} 项超出工作表上限，见审查报告" if zh else f"{left} more do not fit a sheet: see the report"
        rows.append(_row(HEAD + _ROWS + 1, [_text(1, more, fills["red"], HEAD + _ROWS + 1)]))
    last = max(HEAD + len(found[:_ROWS]), HEAD + 1)
    return _whole("".join(rows), links, last).encode()


def _whole(rows: str, links: Sequence[str], last: int) -> str:
    cols = "".join(f'<col min="{i}" max="{i}" width="{c.width}" customWidth="1"/>' for i, c in enumerate(_COLUMNS, 1))
    corner = f"A{HEAD}:{address_of((last, len(_COLUMNS)))}"
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}">'
        '<sheetPr><tabColor rgb="FF9B1C1C"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{address_of((last, len(_COLUMNS)))}"/>'
        f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{HEAD}" topLeftCell="A{HEAD + 1}" '
        'activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{cols}</cols><sheetData>{rows}</sheetData>'
        f'<autoFilter ref="{corner}"/>'
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
    )


def _about(report: Report, count: int, lang: str) -> str:
    """One line on what was reviewed and whether the review is whole."""
    zh = lang == "zh"
    said = [
        f"{STAGE_NAMES[report.stage][lang]}", f"{'基准日' if zh else 'as of'} {report.as_of.isoformat()}",
        f"{count} 项发现" if zh else f"{count} findings", summary.verdict(report)[lang],
    ]  # fmt: skip
    if not report.complete:
        because = phrases.joined((t[lang] for t in summary.incomplete_because(report)), lang)
        said.insert(0, phrases.note(words.pick(words.REPORT["incomplete"], lang), because, lang))
    said.append(
        "由 budgetreview 添加本页、颜色和批注；其余内容未改动。发现是询问，不是结论" if zh
        else "budgetreview added this sheet, the colours and the comments and changed nothing else; findings ask"
    )  # fmt: skip
    return " · ".join(said)


def _legend(lang: str) -> list[tuple[int, str, str]]:
    """What the colours mean, each in a column wide enough."""
    said = [(s.value, words.severity(s.value, lang)) for s in Severity]
    said.append(("waived", "灰色（已豁免）" if lang == "zh" else "grey (waived)"))
    return [(column, *one) for column, one in zip((1, 2, 4, 5, 6), said, strict=True)]


def _place(m: Marked) -> str:
    if m.cell is not None and m.sheet is not None:
        return f"{m.sheet}!{address_of(m.cell)}"
    return m.finding.source.sheet or "—"


def _link(row: int, m: Marked) -> str:
    if m.cell is None or m.sheet is None:  # pragma: no cover - the caller has looked
        raise AssertionError
    sheet = m.sheet.replace("'", "''")
    target = f"'{sheet}'!{address_of(m.cell)}"
    return f'<hyperlink ref="A{row}" location="{attribute(target)}" display="{attribute(_place(m))}"/>'


def _row(number: int, cells: Sequence[str], high: int = _LINE) -> str:
    return f'<row r="{number}" ht="{high}" customHeight="1">{"".join(cells)}</row>'


def _height(said: Sequence[str]) -> int:
    """Points that the tallest of a row's wrapped texts takes; not every program finds that out when it opens a file."""
    tallest = max(_lines(text, column.width) for text, column in zip(said, _COLUMNS, strict=True))
    return min(_TALLEST, tallest * _LINE)


def _lines(said: str, width: int) -> int:
    return sum(1 + half_widths(line) // (width - 2) for line in said.split("\n"))


def _text(column: int, said: str | None, style: int, row: int) -> str:
    at = address_of((row, column))
    if not said:
        return f'<c r="{at}" s="{style}"/>'
    kept = text(shortened(visible(said), _LONGEST))
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'


def _money(column: int, fen: int | None, unit: str, style: int, row: int) -> str:
    if fen is None:
        return _text(column, None, style, row)
    if abs(fen) >= _EXACT:
        return _text(column, money(fen, unit), style, row)
    return f'<c r="{address_of((row, column))}" s="{style}"><v>{fen / FEN[unit]!r}</v></c>'
