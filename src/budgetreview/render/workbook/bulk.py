"""Many rows of a workbook at once, as the text of its sheets.

XlsxWriter makes the workbook: sheets, headers, widths, formats, filters, print setup. It writes cell by cell, which for
a million cells takes longer than the review; so the rows of long lists are put into its sheets here, in its own formats
and among its own texts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import attrs

from budgetreview.money import FEN
from budgetreview.render.annotate.cells import address_of
from budgetreview.render.annotate.package import Package
from budgetreview.render.annotate.splice import text, with_attribute
from budgetreview.render.visible import half_widths, shortened, visible
from budgetreview.render.words.figures import money

LONGEST: Final = 32_767
"""Characters that a cell can hold."""
ROWS: Final = 1_048_575
"""Rows under the header that a sheet can hold."""
EXACT: Final = 10**15
"""From here on a spreadsheet cannot hold the 分 exactly; the amount is written as text."""
_LINE: Final = 15
_TALLEST: Final = 240
"""Points of a line, and the most that a row of a list gets."""
_DAYS: Final = 25_569
"""Days from a spreadsheet's day 0 to 1970."""
_BLOCK: Final = 4096
_STRINGS: Final = "xl/sharedStrings.xml"

Value = tuple[str, Any]
"""The format of a cell and what it holds: a text, a whole number, a number, or a date as days since 1970."""


@attrs.frozen
class Column:
    """One column of a list: its header, its width, and the value of a row.

    A value is None for an empty cell, a text or a number in the column's own format, or a format and a value.
    """

    header: str
    width: int
    value: Callable[[Any], Any]
    style: str = "text"
    grows: bool = True
    """Whether a long text makes its row higher."""


def amount(fen: int | None, unit: str) -> Value | None:
    """Money as a number, or as text where a number would not hold it."""
    if fen is None:
        return None
    return ("money", fen / FEN[unit]) if abs(fen) < EXACT else ("text", money(fen, unit))


def day(days: int) -> Value:
    """A date given as days since 1970."""
    return ("date", days + _DAYS)


def serial(date: dt.date) -> int:
    """A date as a spreadsheet counts it."""
    return date.toordinal() - dt.date(1970, 1, 1).toordinal() + _DAYS


class Bulk:
    """A workbook that gets its rows."""

    def __init__(self, data: bytes, formats: Mapping[str, int]) -> None:
        self._package = Package(data)
        self._formats = formats
        self._strings: dict[str, int] = {}
        self._new: list[str] = []
        there = self._package.read(_STRINGS)
        self._first = there.count(b"<si>")

    def _string(self, said: str) -> int:
        """The number of a text among the workbook's texts."""
        known = self._strings.get(said)
        if known is None:
            known = self._first + len(self._new)
            self._strings[said] = known
            self._new.append(f'<si><t xml:space="preserve">{text(shortened(visible(said), LONGEST))}</t></si>')
        return known

    def fill(self, part: str, columns: Sequence[Column], rows: Iterable[Any]) -> None:
        """Put rows under the header of a sheet; what XlsxWriter wrote below the header goes."""
        data = self._package.read(part)
        end = data.index(b"</sheetData>")
        below = data.find(b'<row r="2"')
        start = below if 0 <= below < end else end
        writers = [self._writer(c, address_of((1, k))[:-1]) for k, c in enumerate(columns, 1)]
        out: list[str] = []
        n = 1
        left = iter(rows)
        while block := list(islice(left, _BLOCK)):
            numbers = range(n + 1, n + 1 + len(block))
            tall = [1] * len(block)
            cells = [write(block, numbers, tall) for write in writers]
            for number, lines, *said in zip(numbers, tall, *cells, strict=True):
                high = f' ht="{min(_TALLEST, lines * _LINE)}" customHeight="1"' if lines > 1 else ""
                out.append(f'<row r="{number}"{high}>{"".join(said)}</row>')
            n = numbers[-1]
        head = data[:start]
        place = head.index(b"<dimension ref=")
        close = head.index(b"/>", place)
        corner = address_of((n, len(columns)))
        head = head[:place] + with_attribute(head[place : close + 2], "ref", f"A1:{corner}") + head[close + 2 :]
        self._package.write(part, head + "".join(out).encode() + data[end:])

    def _writer(self, column: Column, letter: str) -> Callable[[Sequence[Any], range, list[int]], list[str]]:
        """Writes the cells of one column for some rows, and notes how many lines the rows take."""
        value, own, formats = column.value, self._formats[column.style], self._formats
        whole = formats["int"]
        wraps = column.style == "wrap" and column.grows
        width = column.width - 2
        known: dict[str, tuple[int, int]] = {}
        strings = self._string

        def write(block: Sequence[Any], numbers: range, tall: list[int]) -> list[str]:
            out: list[str] = []
            for i, (row, n) in enumerate(zip(block, numbers, strict=True)):
                got, style = value(row), own
                if got is None or got == "":
                    out.append("")
                    continue
                if type(got) is tuple:
                    style, got = formats[got[0]], got[1]
                if type(got) is str:
                    entry = known.get(got)
                    if entry is None:
                        lines = sum(1 + half_widths(line) // width for line in got.split("\n")) if wraps else 1
                        entry = known[got] = (strings(got), lines)
                    if wraps and entry[1] > 1:
                        tall[i] = max(tall[i], entry[1])
                    out.append(f'<c r="{letter}{n}" s="{style}" t="s"><v>{entry[0]}</v></c>')
                else:
                    style = whole if type(got) is int and style == own else style
                    out.append(f'<c r="{letter}{n}" s="{style}"><v>{got!r}</v></c>')
            return out

        return write

    def finished(self) -> Package:
        """The workbook with all rows."""
        data = self._package.read(_STRINGS)
        end = data.index(b"</sst>")
        data = data[:end] + "".join(self._new).encode() + data[end:]
        start = data.index(b"<sst")
        close = data.index(b">", start) + 1
        head = with_attribute(data[start:close], "uniqueCount", str(self._first + len(self._new)))
        self._package.write(_STRINGS, data[:start] + head + data[close:])
        return self._package
