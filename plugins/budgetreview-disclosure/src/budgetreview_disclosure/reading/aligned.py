"""Tables printed without ruling lines: columns found by the blank strips between their texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from budgetreview_disclosure.amounts import is_nothing, read_number
from budgetreview_disclosure.document import Place
from budgetreview_disclosure.reading.grid import Grid, GridCell
from budgetreview_disclosure.reading.tables import is_caption
from budgetreview_disclosure.titles import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from budgetreview_disclosure.reading.lines import Piece
    from budgetreview_disclosure.reading.prose import Printed

_STRIP: Final = 2.0
"""Points of blank that separate two columns."""
_FEWEST_ROWS: Final = 2
_BODY = re.compile(
    r"(?:合计|总计|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]|\d{3}(?:\d\d){0,2}$|收入(?:总计|合计)|本年收入合计)"
)


def table_rows(lines: Sequence[Printed]) -> int:
    """How many of the lines that follow a title are a table's: header and rows, up to the first running text.

    Returns:
        0 where they are no table: fewer than two rows with a number in a column of its own.
    """
    end = rows = 0
    for i, p in enumerate(lines):
        pieces = p.line.fine
        numbers = [q for q in pieces if read_number(q.text) is not None]
        if len(pieces) > 1 and numbers:
            rows += 1
            end = i + 1
        elif len(pieces) == 1 and (len(p.line.text) > 40 or re.search(r"[。；]", p.line.text)):  # noqa: PLR2004 - running text
            break
        elif len(pieces) > 1:
            end = i + 1
    return end if rows >= _FEWEST_ROWS else 0


def grid_of(lines: Sequence[Printed]) -> Grid | None:
    """The grid of the lines of a table without ruling lines; None where no columns can be told."""
    kept = [p for p in lines if not is_caption(p.line.text) or len(p.line.fine) > 2]  # noqa: PLR2004
    first = next((i for i, p in enumerate(kept) if _is_body(p.line.fine)), None)
    if first is None or first == 0:
        return None
    strips = _columns([q for p in kept[first:] if len(p.line.fine) > 1 for q in p.line.fine])
    if len(strips) < 2:  # noqa: PLR2004
        return None
    doubts: list[str] = []
    cells: list[GridCell] = []
    row = 0
    header = kept[:first]
    for p in header:
        in_order = len(p.line.fine) == len(strips)
        for n, q in enumerate(p.line.fine):
            over = [k for k, (a, b) in enumerate(strips) if min(b, q.box[2]) - max(a, q.box[0]) > 0]
            if in_order:
                over = [n]  # names to the left, numbers to the right of a column: only the order tells
            elif not over:
                doubts.append(f"表格没有表线，表头“{q.text}”属于哪一栏不能确定")
                over = [min(range(len(strips)), key=lambda k: abs(sum(strips[k]) - q.box[0] - q.box[2]))]
            cells.append(_cell(p, q, row, over[0], over[-1] + 1))
        row += 1
    if len(header) > 1 and any(len(p.line.fine) != len(strips) for p in header[:-1]):
        doubts.append("表格没有表线，多层表头各栏的归属不能确定")
    body, more = _body(kept[first:], strips, row)
    cells += body
    count = max((c.row + 1 for c in cells), default=row)
    return Grid(tuple(cells), count, 0.01, tuple(dict.fromkeys([*doubts, *more])))


def _is_body(pieces: Sequence[Piece]) -> bool:
    texts = [plain(q.text) for q in pieces]
    amounts = [t for t in texts if read_number(t) is not None and not re.fullmatch(r"(?:19|20)\d\d|\d{1,2}", t)]
    return bool(amounts) or (bool(texts) and _BODY.match(texts[0]) is not None and len(texts) > 1)


def _columns(pieces: Sequence[Piece]) -> list[tuple[float, float]]:
    """The strips of the page that body texts stand in, between blank strips that no text crosses."""
    strips: list[tuple[float, float]] = []
    for a, b in sorted((q.box[0], q.box[2]) for q in pieces):
        if strips and a <= strips[-1][1] + _STRIP:
            strips[-1] = (strips[-1][0], max(strips[-1][1], b))
        else:
            strips.append((a, b))
    return strips


def _body(lines: Sequence[Printed], strips: list[tuple[float, float]], row: int) -> tuple[list[GridCell], list[str]]:
    cells: list[GridCell] = []
    doubts: list[str] = []
    for p in lines:
        pieces = p.line.fine
        if _is_body(pieces) or len(pieces) > 1:
            taken: dict[int, str] = {}
            for q in pieces:
                k = _strip_of(q, strips)
                if k in taken and (read_number(q.text) is not None or read_number(taken[k]) is not None):
                    doubts.append(f"“{taken[k]}”与“{q.text}”落在同一栏，不能确定")
                taken[k] = q.text
                cells.append(_cell(p, q, row, k, k + 1))
            row += 1
        elif cells and pieces and not is_nothing(pieces[0].text):  # the rest of a name broken over lines
            k = _strip_of(pieces[0], strips)
            last = next(
                (i for i in range(len(cells) - 1, -1, -1) if cells[i].row == row - 1 and int(cells[i].x0) == k), None
            )
            if last is None:
                cells.append(_cell(p, pieces[0], row, k, k + 1))
                row += 1
            else:
                old = cells[last]
                cells[last] = GridCell(old.text + pieces[0].text, old.x0, old.x1, old.row, 1, old.place, old.indent)
    return cells, doubts


def _strip_of(piece: Piece, strips: Sequence[tuple[float, float]]) -> int:
    return max(range(len(strips)), key=lambda k: min(strips[k][1], piece.box[2]) - max(strips[k][0], piece.box[0]))


def _cell(p: Printed, q: Piece, row: int, start: int, end: int) -> GridCell:
    box = p.place.box
    place = p.place
    if box is not None and abs((box[2] - box[0]) - (p.line.box[2] - p.line.box[0])) < 1:  # the page is not turned
        shift = box[0] - p.line.box[0]
        place = Place(page=p.page, box=(round(q.box[0] + shift, 1), box[1], round(q.box[2] + shift, 1), box[3]))
    return GridCell(q.text, float(start), float(end), row, 1, place, q.box[0])
