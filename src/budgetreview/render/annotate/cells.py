"""One sheet's XML: the format numbers of some cells changed, cells that are not there added, a drawing of notes named.

The cells of a sheet may be fifty megabytes: they are walked by row, and only rows with a flagged cell are looked into.
What is not to be changed is not touched, in the order and the spelling of the program that wrote it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import attrs

from budgetreview.errors import Text, UsageError
from budgetreview.intake.limits import column_letter
from budgetreview.render.annotate.package import LINKS
from budgetreview.render.annotate.splice import Edits, Element, parse, with_attribute

_BEFORE_NOTES: Final = frozenset(re.findall(
    r"\w+",
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios "
    "autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations "
    "hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches "
    "ignoredErrors smartTags drawing"
))  # fmt: skip
"""What the schema puts before ``legacyDrawing``."""

_ROOT: Final = re.compile(rb"<((?:[\w.-]+:)?)worksheet[\s>]")
_NO_TAGS: Final = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_R: Final = re.compile(rb"\sr\s*=\s*[\"']([^\"']*)[\"']")
_S: Final = re.compile(rb"\ss\s*=\s*[\"'](\d+)[\"']")
_SPANS: Final = re.compile(rb"\sspans\s*=\s*[\"'](\d+):(\d+)[\"']")
_HT: Final = re.compile(rb"\sht\s*=\s*[\"']([\d.]+)[\"']")
_ADDRESS: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_PIXELS: Final = 4 / 3
_NARROW: Final = 8.43

Cell = tuple[int, int]
"""Row and column, both from 1."""
Colour = Callable[[int, str], int]
"""Gives the format number of a cell of one format number in a colour."""


def cell_of(address: str) -> Cell | None:
    """Row and column of an A1 address."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def address_of(cell: Cell) -> str:
    """The A1 address of a row and column."""
    return f"{column_letter(cell[1] - 1)}{cell[0]}"


@attrs.frozen
class _Row:
    number: int
    start: int
    head: int
    tail: int
    end: int


class Sheet:
    """A sheet as it stands in its part."""

    def __init__(self, data: bytes, part: str) -> None:
        self._data = data
        self._part = part
        root = _ROOT.search(data)
        if root is None:
            raise UsageError(Text(
                f"部件 {part} 不是工作表，不能批注", f"the part {part} is no worksheet and cannot be annotated"
            ))  # fmt: skip
        self.prefix = root[1].decode()
        self._seen = _NO_TAGS.sub(lambda m: b" " * len(m[0]), data) if _has_other(data) else data
        self._cells_at()
        empty = f"<{self.prefix}sheetData/>".encode()
        self._shift = self._data_end - self._data_start - len(empty)
        self._outside = data[: self._data_start] + empty + data[self._data_end :]
        self._tree = parse(self._outside, part)
        self._merged = list(self._merges())

    def _cells_at(self) -> None:
        p = re.escape(self.prefix).encode()
        opened = re.search(rb"<" + p + rb"sheetData(?=[\s/>])[^>]*>", self._seen)
        if opened is None:
            raise UsageError(Text(
                f"工作表 {self._part} 没有单元格数据", f"the sheet {self._part} has no cells"
            ))  # fmt: skip
        self._data_start = opened.start()
        if opened[0].endswith(b"/>"):
            self._first, self._last, self._data_end = opened.end(), opened.end(), opened.end()
            return
        closed = re.compile(rb"</" + p + rb"sheetData\s*>").search(self._seen, opened.end())
        if closed is None:
            raise UsageError(Text(f"工作表 {self._part} 不完整", f"the sheet {self._part} is not whole"))
        self._first, self._last, self._data_end = opened.end(), closed.start(), closed.end()

    # --- what stands around the cells

    def _at(self, outside: int) -> int:
        return outside if outside <= self._data_start else outside + self._shift

    def _child(self, name: str) -> Element | None:
        return next((c for c in self._tree.children if c.tag == self.prefix + name), None)

    def _merges(self) -> Iterator[tuple[int, int, int, int]]:
        merges = self._child("mergeCells")
        for one in merges.children if merges is not None else ():
            first, _, last = one.get("ref").partition(":")
            a, b = cell_of(first), cell_of(last or first)
            if a is not None and b is not None:
                yield (a[0], a[1], b[0], b[1])

    def corner(self, cells: Iterable[Cell]) -> dict[Cell, Cell]:
        """For each cell the one that shows it: the top left one where cells are merged, else itself."""
        wanted = sorted(cells)
        out = {c: c for c in wanted}
        for top, left, bottom, right in self._merged:
            at = bisect_left(wanted, (top, left))
            while at < len(wanted) and wanted[at][0] <= bottom:
                if left <= wanted[at][1] <= right:
                    out[wanted[at]] = (top, left)
                at += 1
        return out

    @property
    def drawing(self) -> str | None:
        """The link to the drawing of the sheet's notes and buttons."""
        found = self._child("legacyDrawing")
        return None if found is None else found.get("id")

    # --- measures for notes

    def widths(self) -> list[tuple[int, int, int]]:
        """First and last column of each width in pixels that is not the usual one; hidden ones are 0."""
        cols = self._child("cols")
        return [
            (int(c.get("min", "1")), int(c.get("max", "1")),
             0 if c.get("hidden") in {"1", "true"} else _width(float(c.get("width", str(_NARROW)))))
            for c in (cols.children if cols is not None else ())
        ]  # fmt: skip

    def usual(self) -> tuple[int, int]:
        """Pixels of a column and a row of which nothing else is said."""
        how = self._child("sheetFormatPr")
        wide = float(how.get("defaultColWidth", str(_NARROW))) if how is not None else _NARROW
        high = float(how.get("defaultRowHeight", "15")) if how is not None else 15.0
        return _width(wide), round(high * _PIXELS)

    def heights(self) -> Mapping[int, int]:
        """Pixels of rows that say how high they are."""
        out: dict[int, int] = {}
        for row in self._rows():
            high = _HT.search(self._seen, row.start, row.head)
            if high is not None:
                out[row.number] = round(float(high[1]) * _PIXELS)
        return out

    # --- the change

    def marked(self, styles: Mapping[Cell, str], coloured: Colour, drawing: str | None) -> bytes:
        """The sheet with a format for some cells, and the link to the drawing of its notes if it is to get one.

        Args:
            styles: The colour of each cell.
            coloured: Gives the format number of a cell of one format number in a colour.
            drawing: The link, for a sheet that has none yet.
        """
        edits = Edits()
        by_row: dict[int, dict[int, str]] = {}
        for cell, colour in styles.items():
            by_row.setdefault(cell[0], {})[cell[1]] = colour
        columns = self._column_styles()
        missing = sorted(by_row)
        found: dict[int, _Row] = {}
        after: list[tuple[int, int]] = []
        for row in self._rows():
            if row.number in by_row and row.number not in found:
                found[row.number] = row
            after.append((row.number, row.start))
        for number in missing:
            if number in found:
                self._row(found[number], by_row[number], columns, coloured, edits)
        numbers = [n for n, _ in after]
        new: dict[int, list[bytes]] = {}
        for number in missing:
            if number not in found:
                at = bisect_left(numbers, number)
                place = after[at][1] if at < len(after) else self._last
                new.setdefault(place, []).append(self._new_row(number, by_row[number], columns, coloured))
        for spot, rows in new.items():
            if self._first == self._last == self._data_end:  # <sheetData/>
                p = self.prefix
                edits.replace(self._data_start, self._data_end,
                              f"<{p}sheetData>".encode() + b"".join(rows) + f"</{p}sheetData>".encode())  # fmt: skip
            else:
                edits.insert(spot, b"".join(rows))
        if drawing is not None:
            before = [c.end for c in self._tree.children if c.name in _BEFORE_NOTES]
            edits.insert(self._at(max(before)),
                         f'<{self.prefix}legacyDrawing xmlns:r="{LINKS}" r:id="{drawing}"/>'.encode())  # fmt: skip
        return edits.apply(self._data)

    def _rows(self) -> Iterator[_Row]:
        p = re.escape(self.prefix).encode()
        close = f"</{self.prefix}row".encode()
        number = 0
        for tag in re.compile(rb"<" + p + rb"row(?=[\s/>])[^>]*>").finditer(self._seen, self._first, self._last):
            said = _R.search(tag[0])
            number = int(said[1]) if said is not None and said[1].isdigit() else number + 1
            if tag[0].endswith(b"/>"):
                yield _Row(number, tag.start(), tag.end(), tag.end(), tag.end())
                continue
            tail = self._seen.find(close, tag.end(), self._last)
            if tail < 0:
                raise UsageError(Text(f"工作表 {self._part} 不完整", f"the sheet {self._part} is not whole"))
            yield _Row(number, tag.start(), tag.end(), tail, self._seen.index(b">", tail) + 1)

    def _row(self, row: _Row, wanted: Mapping[int, str], columns: list[tuple[int, int, int]], coloured: Colour,
             edits: Edits) -> None:  # fmt: skip
        p = self.prefix
        head = self._data[row.start : row.head]
        own = _S.search(head) if re.search(rb"\scustomFormat\s*=\s*[\"'](?:1|true)", head) else None
        left = dict(sorted(wanted.items()))
        column = 0
        new: dict[int, list[bytes]] = {}
        for tag in re.compile(rb"<" + re.escape(p).encode() + rb"c(?=[\s/>])[^>]*>").finditer(
            self._seen, row.head, row.tail
        ):
            said = _R.search(tag[0])
            place = cell_of(said[1].decode()) if said is not None else None
            column = place[1] if place is not None else column + 1
            for earlier in [c for c in left if c < column]:
                colour = left.pop(earlier)
                made = self._cell((row.number, earlier), own, columns, colour, coloured)
                new.setdefault(tag.start(), []).append(made)
            if column in left:
                style = _S.search(tag[0])
                number = coloured(int(style[1]) if style is not None else 0, left.pop(column))
                edits.replace(tag.start(), tag.end(), with_attribute(tag[0], "s", str(number)))
            if not left:
                break
        rest = [self._cell((row.number, c), own, columns, colour, coloured) for c, colour in left.items()]
        for place_, cells in new.items():
            edits.insert(place_, b"".join(cells))
        spans = _SPANS.search(head)
        wider = spans is not None and not all(int(spans[1]) <= c <= int(spans[2]) for c in wanted)
        plain = head[: spans.start()] + head[spans.end() :] if spans is not None and wider else head
        if rest and row.head == row.end:
            plain = plain[:-2] + b">" + b"".join(rest) + f"</{p}row>".encode()
        elif rest:
            edits.insert(row.tail, b"".join(rest))
        if plain != head:
            edits.replace(row.start, row.head, plain)

    def _new_row(self, number: int, wanted: Mapping[int, str], columns: list[tuple[int, int, int]],
                 coloured: Colour) -> bytes:  # fmt: skip
        cells = (self._cell((number, c), None, columns, wanted[c], coloured) for c in sorted(wanted))
        return f'<{self.prefix}row r="{number}">'.encode() + b"".join(cells) + f"</{self.prefix}row>".encode()

    def _cell(self, cell: Cell, own: re.Match[bytes] | None, columns: list[tuple[int, int, int]], colour: str,
              coloured: Colour) -> bytes:  # fmt: skip
        """A cell that was not there, in the format that its row or column gives to empty cells."""
        style = int(own[1]) if own is not None else next((s for a, b, s in columns if a <= cell[1] <= b), 0)
        return f'<{self.prefix}c r="{address_of(cell)}" s="{coloured(style, colour)}"/>'.encode()

    def _column_styles(self) -> list[tuple[int, int, int]]:
        cols = self._child("cols")
        return [
            (int(c.get("min", "1")), int(c.get("max", "1")), int(c.get("style", "0")))
            for c in (cols.children if cols is not None else ())
        ]


def _has_other(data: bytes) -> bool:
    """Whether there is anything in which the text of a tag could be no tag."""
    return b"<![CDATA[" in data or b"<!--" in data or data.find(b"<?", len(b"\xef\xbb\xbf<?")) >= 0


def _width(characters: float) -> int:
    """Pixels of a column that is so many characters wide."""
    return int(characters * 7 + 5) if characters >= 1 else round(characters * 12)
