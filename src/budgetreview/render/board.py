"""A few tables with their pictures, on their way to people: markdown, one html file, a workbook, csv.

A picture never holds a figure that its table does not. What is unknown is None and is said to be unknown.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any, Final, Literal

import attrs

from budgetreview.money import FEN
from budgetreview.render.visible import half_widths, no_formula, one_line, shortened, visible
from budgetreview.render.words import phrases
from budgetreview.render.words.figures import money, unit_name

Kind = Literal["text", "count", "money", "share", "seconds"]
Cell = str | int | float | None
UNIT: Final = "万元"
"""The unit in which people read the money."""
MOST_BARS: Final = 15
MOST_ROWS: Final = 200
"""Rows of a table on a page or in markdown; the workbook and JSON have all."""
_OPEN: Final = 12
"""A table of at most so many rows is unfolded."""
_SCRIPTS: Final = ("vendor/echarts.common.min.js", "board.js")
_STYLES: Final = ("report.css", "board.css")
_WIDEST: Final = 60
_SHEET_NAME: Final = 31
_FORMATS: Final[dict[Kind, str]] = {
    "text": "@", "count": "#,##0", "money": "#,##0.00####", "share": "0.0%", "seconds": "0.00",
}  # fmt: skip


@attrs.frozen
class Column:
    """A column: its name for programs, its title, and what stands in it (money in 分)."""

    key: str
    title: str
    kind: Kind = "text"


@attrs.frozen
class Chart:
    """What is drawn of a table.

    Attributes:
        kind: ``bars`` (lying) or ``lines`` (over time).
        columns: The keys of the columns drawn; the first column of the table gives the labels.
    """

    kind: Literal["bars", "lines"]
    columns: tuple[str, ...]


@attrs.frozen
class Sheet:
    """A table and its picture.

    Attributes:
        key: Its name for programs.
        title: Its title.
        columns: What stands where.
        rows: Cells; the first is the label.
        said: One sentence: what to see in it.
        notes: What is left out, and what must not be read into it.
        charts: What is drawn.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    said: str = ""
    notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()

    def pictured(self, chart: Chart) -> bool:
        """Whether there is anything to draw."""
        return any(row[i] for row in self.rows for i, c in enumerate(self.columns) if c.key in chart.columns)


@attrs.frozen
class Board:
    """All of it.

    Attributes:
        title: What it is.
        lang: ``zh`` or ``en``.
        facts: Labels and values below the title.
        warnings: What the reader must know before any figure.
        tiles: Label, figure and what it means, for the first screen.
        sheets: The tables.
        notes: How it was counted.
    """

    title: str
    lang: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    tiles: tuple[tuple[str, str, str], ...]
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...]


def shown(cell: Cell, kind: Kind, lang: str) -> str:
    """A cell for people."""
    if cell is None:
        return "—" if kind == "text" else ("未知" if lang == "zh" else "unknown")
    if kind == "money":
        return money(int(cell), UNIT)
    if kind == "share":
        return f"{float(cell):.1%}"
    if kind == "seconds":
        return f"{float(cell):,.2f}"
    return f"{cell:,}" if kind == "count" else shortened(one_line(str(cell)), 400)


def head(column: Column, lang: str) -> str:
    """A column's title, with the unit of money."""
    return phrases.note(column.title, unit_name(UNIT, lang), lang) if column.kind == "money" else column.title


def markdown(board: Board) -> str:
    """The board as a document."""
    return "\n".join(_markdown(board)) + "\n"


def _markdown(board: Board) -> Iterator[str]:
    colon = phrases.colon(board.lang)
    yield f"# {_plain(board.title)}"
    yield ""
    yield from (f"- {label}{colon}{_plain(value)}" for label, value in board.facts)
    for warning in board.warnings:
        yield f"\n> {_plain(warning)}"
    if board.tiles:
        yield ""
        yield from (f"- **{label} {figure}** {_plain(note)}".rstrip() for label, figure, note in board.tiles)
    for sheet in board.sheets:
        yield f"\n## {_plain(sheet.title)}\n"
        if sheet.said:
            yield f"{_plain(sheet.said)}\n"
        yield "| " + " | ".join(_plain(head(c, board.lang)) for c in sheet.columns) + " |"
        yield "|" + "|".join(" --- " if c.kind == "text" else " ---: " for c in sheet.columns) + "|"
        for row in sheet.rows[:MOST_ROWS]:
            cells = zip(row, sheet.columns, strict=True)
            yield "| " + " | ".join(_plain(shown(v, c.kind, board.lang)) for v, c in cells) + " |"
        for note in (*_cut(sheet, board.lang), *sheet.notes):
            yield f"\n{_plain(note)}"
    if board.notes:
        yield "\n## " + ("口径" if board.lang == "zh" else "How it was counted") + "\n"
        yield from (f"- {_plain(n)}" for n in board.notes)


_MARKS: Final = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|#"})


def _plain(text: str) -> str:
    """Text that markdown takes as text."""
    return one_line(text).translate(_MARKS)


def _cut(sheet: Sheet, lang: str) -> tuple[str, ...]:
    more = len(sheet.rows) - MOST_ROWS
    if more <= 0:
        return ()
    return (f"另有 {more:,} 行，见 xlsx 或 JSON" if lang == "zh" else f"{more:,} more rows are in xlsx and JSON",)


def html(board: Board) -> str:
    """The board as one file that opens offline; nothing in it is fetched."""
    from markupsafe import Markup

    from budgetreview.render.page import sealed
    from budgetreview.render.page.packed import inline

    scripts, styles = [sealed.read(n) for n in _SCRIPTS], [sealed.read(n) for n in _STYLES]
    charts = {s.key: [f"{s.key}-{i}" for i, c in enumerate(s.charts) if s.pictured(c)] for s in board.sheets}
    data = {
        f"{s.key}-{i}": _drawn(s, c, board.lang) for s in board.sheets for i, c in enumerate(s.charts) if s.pictured(c)
    }
    return sealed.template("board.html.jinja").render(
        b=board, lang="zh-CN" if board.lang == "zh" else "en", zh=board.lang == "zh", colon=phrases.colon(board.lang),
        shown=lambda cell, column: shown(cell, column.kind, board.lang), head=lambda c: head(c, board.lang),
        cut=lambda sheet: _cut(sheet, board.lang), most=MOST_ROWS, few=_OPEN, charts=charts,
        styles=sealed.own(styles), scripts=sealed.own(scripts),
        data=Markup(inline({"charts": data, "lang": board.lang})),  # noqa: S704 - inline leaves nothing that could end the element
        style_hashes=sealed.hashes(styles), script_hashes=sealed.hashes(scripts),
    )  # fmt: skip


def _drawn(sheet: Sheet, chart: Chart, lang: str) -> dict[str, Any]:
    """For the script: labels, and for each series its values and what to call them."""
    rows = sheet.rows if chart.kind == "lines" else sheet.rows[:MOST_BARS]
    places = [(i, c) for i, c in enumerate(sheet.columns) if c.key in chart.columns]
    series = [
        {"name": head(c, lang), "data": [_length(row[i], c.kind) for row in rows],
         "text": [shown(row[i], c.kind, lang) for row in rows]}
        for i, c in places
    ]  # fmt: skip
    return {"kind": chart.kind, "labels": [shown(row[0], "text", lang) for row in rows], "series": series}


def _length(cell: Cell, kind: Kind) -> float | int | None:
    """For the eye only; the table has the figure."""
    if cell is None or isinstance(cell, str):
        return None
    return round(cell / FEN[UNIT], 4) if kind == "money" else cell


def as_csv(sheet: Sheet) -> str:
    """One table for programs: money in yuan, shares as numbers, unknown empty; nothing that a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([c.key for c in sheet.columns])
    for row in sheet.rows:
        writer.writerow([_raw(v, c.kind) for v, c in zip(row, sheet.columns, strict=True)])
    return out.getvalue()


def _raw(cell: Cell, kind: Kind) -> str:
    if cell is None:
        return ""
    if kind == "money":
        return money(int(cell), "元").replace(",", "")
    return no_formula(visible(cell)) if isinstance(cell, str) else str(cell)


def xlsx(board: Board, out: IO[bytes], day: date) -> None:
    """The board as a workbook: the facts, and a sheet for each table.

    Args:
        board: What to write.
        out: Where to.
        day: The file's own date, so that the same board gives the same bytes.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(out, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })  # fmt: skip
    book.set_properties({"title": board.title, "created": datetime.combine(day, time())})
    bold, wrap = book.add_format({"bold": True, "text_wrap": True, "bottom": 1}), book.add_format({"text_wrap": True})
    formats = {k: book.add_format({"num_format": f}) for k, f in _FORMATS.items()}
    front = book.add_worksheet("说明" if board.lang == "zh" else "About")
    front.set_column(0, 0, 24)
    front.set_column(1, 1, 90)
    lines = [(board.title, ""), *board.facts, *(("!", w) for w in board.warnings)]
    lines += [(label, f"{figure} {note}".strip()) for label, figure, note in board.tiles]
    lines += [("", n) for n in board.notes]
    for i, (label, value) in enumerate(lines):
        front.write_string(i, 0, visible(label), bold)
        front.write_string(i, 1, visible(value), wrap)
    for sheet in board.sheets:
        page = book.add_worksheet(sheet.title[:_SHEET_NAME])
        page.freeze_panes(1, 1)
        for j, c in enumerate(sheet.columns):
            page.write_string(0, j, head(c, board.lang), bold)
            widths = [half_widths(shown(row[j], c.kind, board.lang)) for row in sheet.rows[:MOST_ROWS]]
            page.set_column(j, j, min(_WIDEST, max([half_widths(head(c, board.lang)), *widths]) + 2))
            for i, cell in enumerate((row[j] for row in sheet.rows), start=1):
                if cell is None or isinstance(cell, str):
                    text = visible(cell) if isinstance(cell, str) else shown(None, c.kind, board.lang)
                    page.write_string(i, j, text, formats["text"])
                else:
                    number = cell / FEN[UNIT] if c.kind == "money" else cell
                    page.write_number(i, j, number, formats[c.kind])
        if sheet.rows:
            page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
        for k, note in enumerate((sheet.said, *sheet.notes)):
            page.write_string(len(sheet.rows) + 2 + k, 0, visible(note))
    book.close()
