"""The boxes of a sheet's comments: ``vmlDrawing``, the old drawing language that comments still need.

Such a part holds buttons and pictures too, and programs write it in ways that are not quite XML; so nothing in it is
parsed. Boxes are added at its end, and those of comments that are gone are cut out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import attrs

from budgetreview.errors import Text, UsageError
from budgetreview.render.annotate.cells import Cell
from budgetreview.render.visible import half_widths

KIND: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SPACES: Final = {
    "v": "urn:schemas-microsoft-com:vml", "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}  # fmt: skip
_CLUSTER: Final = 1024
"""Numbers of shapes come in clusters of so many; a drawing names the clusters that it uses."""
_IDMAP: Final = re.compile(rb"(<o:idmap\b[^>]*\bdata\s*=\s*[\"'])([\d,\s]*)")
_NUMBER: Final = re.compile(rb"_x0000_s(\d+)")
_END: Final = re.compile(rb"</(?:[\w.-]+:)?xml\s*>\s*\Z")
_ROOT: Final = re.compile(rb"<(?:[\w.-]+:)?xml\b[^>]*>")
_SHAPE: Final = re.compile(rb"<v:shape\s[^>]*>.*?</v:shape>\s*", re.DOTALL)
_ROW_COLUMN: Final = re.compile(rb"<x:Row>\s*(\d+)\s*</x:Row>\s*<x:Column>\s*(\d+)\s*</x:Column>")
_ANCHOR: Final = re.compile(rb"<x:Anchor>((?:\s*\d+\s*,){6})\s*(\d+)\s*,\s*\d+\s*</x:Anchor>")
_LAST_ROW: Final = 1_048_576
_LAST_COLUMN: Final = 16_384
_WIDTH: Final = 300
_PER_LINE: Final = 46
"""Half-width characters of 9 pt on a line of that many pixels."""
_LINE: Final = 16
_TALLEST: Final = 560
_TYPE: Final = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


@attrs.frozen
class Measures:
    """How wide and high the columns and rows of a sheet are, in pixels; what is not named is as usual."""

    widths: Iterable[tuple[int, int, int]]
    heights: Mapping[int, int]
    usual: tuple[int, int]

    def width(self, column: int) -> int:
        """Of a column from 1."""
        return next((w for a, b, w in self.widths if a <= column <= b), self.usual[0])

    def height(self, row: int) -> int:
        """Of a row from 1."""
        return self.heights.get(row, self.usual[1])


def clusters(data: bytes) -> Iterator[int]:
    """The clusters that a drawing uses."""
    for found in _IDMAP.finditer(data):
        yield from (int(n) for n in found[2].replace(b",", b" ").split())
    yield from (int(n[1]) // _CLUSTER for n in _NUMBER.finditer(data))


def strip(data: bytes, cells: set[Cell]) -> bytes:
    """The drawing without the boxes of comments at these cells."""

    def kept(found: re.Match[bytes]) -> bytes:
        place = _ROW_COLUMN.search(found[0])
        if b'ObjectType="Note"' not in found[0] or place is None:
            return found[0]
        return b"" if (int(place[1]) + 1, int(place[2]) + 1) in cells else found[0]

    return _SHAPE.sub(kept, data) if cells else data


def cells(data: bytes) -> set[Cell]:
    """The cells whose comments have a box."""
    found = (_ROW_COLUMN.search(s[0]) for s in _SHAPE.finditer(data) if b'ObjectType="Note"' in s[0])
    return {(int(place[1]) + 1, int(place[2]) + 1) for place in found if place is not None}


def grown(data: bytes, notes: Mapping[Cell, str], measures: Measures) -> bytes:
    """The drawing with the boxes of these cells made higher by what is added to their text."""

    def higher(found: re.Match[bytes]) -> bytes:
        place, anchor = _ROW_COLUMN.search(found[0]), _ANCHOR.search(found[0])
        cell = (int(place[1]) + 1, int(place[2]) + 1) if place is not None else (0, 0)
        if anchor is None or cell not in notes or b'ObjectType="Note"' not in found[0]:
            return found[0]
        more = min(_TALLEST, (lines(notes[cell]) + 2) * _LINE) // max(1, measures.usual[1]) + 1
        bottom = min(int(anchor[2]) + more, _LAST_ROW - 1)
        return found[0][: anchor.start(2)] + str(bottom).encode() + found[0][anchor.end(2) :]

    return _SHAPE.sub(higher, data) if notes else data


def empty() -> bytes:
    """A drawing without anything."""
    spaces = " ".join(f'xmlns:{p}="{uri}"' for p, uri in _SPACES.items())
    return f"<xml {spaces}></xml>".encode()


def added(data: bytes, part: str, notes: Mapping[Cell, str], measures: Measures, free: int) -> tuple[bytes, int]:
    """The drawing with a box for each note.

    Args:
        data: The drawing.
        part: Its name, for the message.
        notes: The text of each cell's note.
        measures: Of the sheet.
        free: The first cluster that no drawing of the workbook uses.

    Returns:
        The drawing, and the first cluster that is free now.

    Raises:
        UsageError: It is no drawing that can be added to.
    """
    root, end = _ROOT.search(data), _END.search(data)
    if root is None or end is None:
        raise UsageError(Text(
            f"工作簿的批注图形（{part}）无法识别，不能批注；请用 Excel 或 WPS 打开后另存再试",
            f"the drawing of the workbook's comments ({part}) is not understood; save it again in Excel or WPS",
        ))  # fmt: skip
    spaces = "".join(
        f' xmlns:{p}="{uri}"' for p, uri in _SPACES.items() if f'xmlns:{p}="{uri}"'.encode() not in root[0]
    )
    used = (len(notes) + _CLUSTER - 2) // (_CLUSTER - 1)
    numbers = [free + i for i in range(used)]
    boxes = "".join(
        _box(cell, notes[cell], measures, (free + i // (_CLUSTER - 1)) * _CLUSTER + 1 + i % (_CLUSTER - 1), spaces)
        for i, cell in enumerate(sorted(notes))
    )
    kind = "" if b'"_x0000_t202"' in data.replace(b'"#_x0000_t202"', b"") else _declared(_TYPE, "shapetype", spaces)
    said = ",".join(map(str, numbers)).encode()
    idmap = _IDMAP.search(data, 0, end.start())
    if idmap is not None:
        before = idmap[2].strip()
        head = data[: idmap.start(2)] + before + (b"," if before else b"") + said + data[idmap.end(2) : end.start()]
    else:
        layout = f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{said.decode()}"/></o:shapelayout>'
        head = data[: root.end()] + _declared(layout, "shapelayout", spaces).encode() + data[root.end() : end.start()]
    return head + kind.encode() + boxes.encode() + data[end.start() :], free + used


def _declared(said: str, name: str, spaces: str) -> str:
    return said.replace(f":{name} ", f":{name}{spaces} ", 1)


def _box(cell: Cell, note: str, measures: Measures, number: int, spaces: str) -> str:
    row, column = cell
    high = min(_TALLEST, lines(note) * _LINE + 14)
    left, right = _span(column + 1, 12, _WIDTH, measures.width, _LAST_COLUMN)
    top, bottom = _span(max(1, row - 1), 8, high, measures.height, _LAST_ROW)
    anchor = ", ".join(map(str, (*left, *top, *right, *bottom)))
    return (
        f'<v:shape{spaces} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
        f'margin-top:2pt;width:{_WIDTH * 3 // 4}pt;height:{high * 3 // 4}pt;z-index:{number % _CLUSTER};'
        'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row>"
        f"<x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    )


def _span(first: int, offset: int, size: int, of: Callable[[int], int], last: int) -> tuple[tuple[int, int], ...]:
    """Where a box begins and ends along one side: (column or row from 0, pixels into it), twice."""
    first = min(first, last - 24)  # at the edge of the sheet the box stands before its cell
    at, left = first, size + min(offset, max(0, of(first) - 1))
    while at < last and left >= of(at):
        left -= of(at)
        at += 1
    return (first - 1, min(offset, max(0, of(first) - 1))), (at - 1, left)


def lines(note: str) -> int:
    """How many lines a note takes; Chinese characters are two wide."""
    total = 0
    for line in note.split("\n"):
        total += max(1, -(-half_widths(line) // _PER_LINE))
    return total
