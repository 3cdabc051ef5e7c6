"""What stands on one page of a PDF: its characters and its ruling lines, in the coordinates of the page as seen.

Only this module speaks to the PDF library. Points are counted from the upper left of the page as displayed (crop box
and /Rotate applied). A page whose text runs sideways is turned for reading; :meth:`Sheet.place` turns boxes back.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import attrs
import pypdfium2.raw as pdfium

from budgetreview_disclosure.document import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdfium2 import PdfDocument, PdfPage

Box = tuple[float, float, float, float]
"""``(x0, top, x1, bottom)``"""

MOST_CHARACTERS: Final = 60_000
"""More characters than any printed page can hold."""
MOST_OBJECTS: Final = 150_000
MOST_SEGMENTS: Final = 300_000
_THIN: Final = 3.0
"""A filled rectangle up to this many points thick is a ruling line."""
_SHORTEST: Final = 2.0
_SLANT: Final = 1.0
_DEEPEST: Final = 5
_LATE_RADICALS: Final = {"⻅": "见", "⻆": "角", "⻋": "车", "⻓": "长", "⻔": "门", "⻚": "页", "⻛": "风", "⻝": "食", "⻢": "马", "⻥": "鱼", "⻨": "麦", "⻩": "黄", "⺠": "民", "⻄": "西", "⻘": "青", "⺟": "母", "⻉": "贝", "⻜": "飞", "⻬": "齐", "⻰": "龙"}  # fmt: skip  # noqa: E501


class Char(NamedTuple):
    """A printed character; ``angle`` is the direction it runs in, in quarter turns anticlockwise (0 = to the right)."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    angle: int

    @property
    def size(self) -> float:
        """Height of the character's line."""
        return self.bottom - self.top


class Line(NamedTuple):
    """A straight ruling line: at ``at``, from ``start`` to ``end`` along the other direction."""

    at: float
    start: float
    end: float


class TooDenseError(Exception):
    """A page holds more than a printed page can."""


@attrs.frozen
class Sheet:
    """A page as read.

    Attributes:
        number: From 1.
        width: Of the page as read (turned where its text runs sideways).
        height: Likewise.
        turn: Quarter turns anticlockwise by which its text ran.
        pictures: Share of the page that pictures cover, for pages without text.
        unmapped: Characters whose meaning the PDF does not give.
    """

    number: int
    width: float
    height: float
    chars: tuple[Char, ...]
    across: tuple[Line, ...]
    down: tuple[Line, ...]
    turn: int = 0
    pictures: float = 0.0
    unmapped: int = 0

    def place(self, box: Box) -> Place:
        """A box of the page as read, as a place on the page as displayed."""
        x0, top, x1, bottom = box
        if self.turn == 1:  # read after turning clockwise
            x0, top, x1, bottom = top, self.width - x1, bottom, self.width - x0
        elif self.turn == 2:  # noqa: PLR2004 - half a turn
            x0, top, x1, bottom = self.width - x1, self.height - bottom, self.width - x0, self.height - top
        elif self.turn == 3:  # noqa: PLR2004 - read after turning anticlockwise
            x0, top, x1, bottom = self.height - bottom, x0, self.height - top, x1
        return Place(page=self.number, box=(round(x0, 1), round(top, 1), round(x1, 1), round(bottom, 1)))


def read_sheet(pdf: PdfDocument, index: int) -> Sheet:
    """Reads one page.

    Args:
        pdf: The open document.
        index: From 0.

    Raises:
        TooDenseError: More characters or lines than a printed page can hold.
    """
    page = pdf[index]
    try:
        return _read(page, index + 1)
    finally:
        page.close()


def _read(page: PdfPage, number: int) -> Sheet:
    left, low, right, high = _frame(page)
    rotation = page.get_rotation() // 90 % 4
    width, height = right - left, high - low
    if rotation % 2:
        width, height = height, width
    show = _shown(rotation, (left, low, right, high))
    chars, unmapped = _characters(page, show, rotation)
    turn = _direction(chars)
    if turn:
        show = _turned(turn, show, width, height)
        chars, unmapped = _characters(page, show, rotation, turn)
        if turn % 2:
            width, height = height, width
    across, down, pictures = _rulings(page, show, width * height)
    inside = tuple(c for c in chars if 0 < c.x0 + c.x1 < 2 * width and 0 < c.top + c.bottom < 2 * height)
    return Sheet(number, width, height, inside, across, down, turn, pictures, unmapped)


_Show = Callable[[float, float], tuple[float, float]]
"""From the PDF's own coordinates (from the lower left, unturned) to those of the page as read."""


def _shown(rotation: int, frame: Box) -> _Show:
    left, low, right, high = frame
    return (
        lambda x, y: (x - left, high - y),
        lambda x, y: (y - low, x - left),
        lambda x, y: (right - x, y - low),
        lambda x, y: (high - y, right - x),
    )[rotation]


def _turned(turn: int, show: _Show, width: float, height: float) -> _Show:
    def turned(x: float, y: float) -> tuple[float, float]:
        seen_x, seen_y = show(x, y)
        if turn == 1:
            return height - seen_y, seen_x
        return (width - seen_x, height - seen_y) if turn == 2 else (seen_y, width - seen_x)  # noqa: PLR2004

    return turned


def _frame(page: PdfPage) -> Box:
    left, low, right, high = page.get_cropbox()
    full = page.get_mediabox()
    left, low, right, high = max(left, full[0]), max(low, full[1]), min(right, full[2]), min(high, full[3])
    return (left, low, right, high) if right > left and high > low else full


def _characters(page: PdfPage, show: _Show, rotation: int, turn: int = 0) -> tuple[list[Char], int]:
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > MOST_CHARACTERS:
            raise TooDenseError
        found: list[Char] = []
        unmapped = 0
        raw = text.raw
        box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        for i in range(count):
            code = pdfium.FPDFText_GetUnicode(raw, i)
            if code <= 32 or code in {160, 0x3000} or 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - blanks
                unmapped += code == 0
                continue
            if pdfium.FPDFText_HasUnicodeMapError(raw, i) == 1 or 0xE000 <= code <= 0xF8FF or code == 0xFFFD:  # noqa: PLR2004
                unmapped += 1
            pdfium.FPDFText_GetLooseCharBox(raw, i, box)
            pdfium.FPDFText_GetCharOrigin(raw, i, x, y)
            angle = pdfium.FPDFText_GetCharAngle(raw, i)
            ax, ay = show(box.left, box.bottom)
            bx, by = show(box.right, box.top)
            _, base = show(x.value, y.value)
            quarter = (-round(angle / (math.pi / 2)) - rotation - turn) % 4  # the library counts clockwise
            found.append(
                Char(_plain(code), min(ax, bx), min(ay, by), max(ax, bx), max(ay, by), base, quarter),
            )
        return found, unmapped
    finally:
        text.close()


def _plain(code: int) -> str:
    """The character; radicals that some printers write instead of the character itself are put right."""
    character = chr(code)
    if 0x2F00 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF:  # noqa: PLR2004 - Kangxi radicals, compatibility forms
        return unicodedata.normalize("NFKC", character)
    return _LATE_RADICALS.get(character, character)


def _direction(chars: list[Char]) -> int:
    """The direction most characters run in; 0 unless more than two thirds agree on another."""
    if not chars:
        return 0
    counts = [0, 0, 0, 0]
    for c in chars:
        counts[c.angle] += 1
    most = counts.index(max(counts))
    return most if counts[most] * 3 > len(chars) * 2 else 0


def _rulings(page: PdfPage, show: _Show, area: float) -> tuple[tuple[Line, ...], tuple[Line, ...], float]:
    across: list[Line] = []
    down: list[Line] = []
    pictures = 0.0
    objects = segments = 0
    for handle, matrix in _objects(page.raw, None, 0):
        objects += 1
        if objects > MOST_OBJECTS:
            raise TooDenseError
        kind = pdfium.FPDFPageObj_GetType(handle)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures += _share(handle, matrix, area)
        if kind != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        segments += pdfium.FPDFPath_CountSegments(handle)
        if segments > MOST_SEGMENTS:
            raise TooDenseError
        _path(handle, matrix, show, across, down)
    return tuple(across), tuple(down), min(1.0, pictures)


_Matrix = tuple[float, float, float, float, float, float]


def _objects(page: object, matrix: _Matrix | None, depth: int) -> Iterator[tuple[object, _Matrix | None]]:
    form = depth > 0
    count = pdfium.FPDFFormObj_CountObjects(page) if form else pdfium.FPDFPage_CountObjects(page)
    for i in range(count):
        handle = pdfium.FPDFFormObj_GetObject(page, i) if form else pdfium.FPDFPage_GetObject(page, i)
        if not handle:
            continue
        if pdfium.FPDFPageObj_GetType(handle) == pdfium.FPDF_PAGEOBJ_FORM:
            if depth < _DEEPEST:
                yield from _objects(handle, _times(_matrix(handle), matrix), depth + 1)
            continue
        yield handle, matrix


def _matrix(handle: object) -> _Matrix:
    m = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(handle, m):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _times(first: _Matrix, second: _Matrix | None) -> _Matrix:
    if second is None:
        return first
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _share(handle: object, matrix: _Matrix | None, area: float) -> float:
    a, b, c, d, _, _ = _times(_matrix(handle), matrix)
    return abs(a * d - b * c) / area if area else 0.0


def _path(
    handle: object,
    matrix: _Matrix | None,
    show: _Show,
    across: list[Line],
    down: list[Line],
) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(handle, fill, stroke) or not (fill.value or stroke.value):
        return
    a, b, c, d, e, f = _times(_matrix(handle), matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    runs: list[list[tuple[float, float]]] = []
    for i in range(pdfium.FPDFPath_CountSegments(handle)):
        segment = pdfium.FPDFPath_GetPathSegment(handle, i)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = show(a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind == pdfium.FPDF_SEGMENT_MOVETO or not runs:
            runs.append([point])
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            runs[-1].append(point)
        else:  # a curve is no ruling line
            runs.append([point])
        if pdfium.FPDFPathSegment_GetClose(segment) and len(runs[-1]) > 1:
            runs[-1].append(runs[-1][0])
    for run in runs:
        _ruling(run, across, down, stroked=bool(stroke.value))


def _ruling(run: list[tuple[float, float]], across: list[Line], down: list[Line], *, stroked: bool) -> None:
    if len(run) < 2:  # noqa: PLR2004 - a point
        return
    xs, ys = [p[0] for p in run], [p[1] for p in run]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    if len(run) > 2 and x1 - x0 <= _THIN and y1 - y0 > _SHORTEST:  # noqa: PLR2004
        down.append(Line((x0 + x1) / 2, y0, y1))
        return
    if len(run) > 2 and y1 - y0 <= _THIN and x1 - x0 > _SHORTEST:  # noqa: PLR2004
        across.append(Line((y0 + y1) / 2, x0, x1))
        return
    if not stroked:
        return  # a filled area is a background, no ruling
    for (ax, ay), (bx, by) in pairwise(run):
        if abs(ax - bx) <= _SLANT and abs(ay - by) > _SHORTEST:
            down.append(Line((ax + bx) / 2, min(ay, by), max(ay, by)))
        elif abs(ay - by) <= _SLANT and abs(ax - bx) > _SHORTEST:
            across.append(Line((ay + by) / 2, min(ax, bx), max(ax, bx)))
