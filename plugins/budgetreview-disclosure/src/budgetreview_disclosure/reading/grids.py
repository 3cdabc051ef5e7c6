"""Ruling lines into grids, and characters into their cells."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

import attrs

from budgetreview_disclosure.amounts import read_number
from budgetreview_disclosure.reading.grid import Grid, GridCell
from budgetreview_disclosure.reading.lines import box_of, rows_of, text_of
from budgetreview_disclosure.reading.page import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from budgetreview_disclosure.reading.page import Box, Char, Sheet

_SNAP: Final = 2.5
"""Ruling lines no farther apart than this are one line."""
_JOIN: Final = 4.0
"""A gap up to this long in a ruling line is none."""
_MARGIN: Final = 6.5
"""Blank that word processors keep inside a cell on each side, at most."""
_COVER: Final = 0.6
"""Share of a cell's side that a ruling line must cover."""


@attrs.frozen
class Ruled:
    """A ruled area of a page with its grid, and the heights at which its rows begin and end."""

    box: Box
    grid: Grid
    levels: tuple[float, ...] = ()


def ruled_areas(sheet: Sheet) -> list[Ruled]:
    """The ruled tables of a page, from the top down; frames around a single text are none."""
    across, down = _merged(sheet.across), _merged(sheet.down)
    found = []
    for rows, columns in _connected(across, down):
        area = _area(sheet, rows, columns)
        if area is not None:
            found.append(area)
    found.sort(key=lambda a: (a.box[1], a.box[0]))
    return [a for a in found if not any(a is not b and _inside(a.box, b.box) for b in found)]


def _inside(a: Box, b: Box) -> bool:
    return a[0] >= b[0] - 1 and a[1] >= b[1] - 1 and a[2] <= b[2] + 1 and a[3] <= b[3] + 1


def _merged(lines: Iterable[Line]) -> list[Line]:
    """Lines at nearly one place and touching, as one."""
    groups: list[list[Line]] = []
    for line in sorted(lines):
        if groups and line.at - groups[-1][-1].at <= 1.0 and line.at - groups[-1][0].at <= _SNAP:
            groups[-1].append(line)
        else:
            groups.append([line])
    merged = []
    for group in groups:
        start = end = None
        members: list[Line] = []
        for line in sorted(group, key=lambda g: g.start):
            if end is not None and line.start <= end + _JOIN:
                end = max(end, line.end)
                members.append(line)
                continue
            if start is not None and end is not None:
                merged.append(Line(_middle(members), start, end))
            start, end, members = line.start, line.end, [line]
        if start is not None and end is not None:
            merged.append(Line(_middle(members), start, end))
    return merged


def _middle(lines: Sequence[Line]) -> float:
    total = sum(max(ln.end - ln.start, 0.1) for ln in lines)
    return sum(ln.at * max(ln.end - ln.start, 0.1) for ln in lines) / total


def _connected(across: list[Line], down: list[Line]) -> list[tuple[list[Line], list[Line]]]:
    """Lines that touch one another, as groups."""
    parent = list(range(len(across) + len(down)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for j, v in enumerate(down):
        for i, h in enumerate(across):
            if h.start - _JOIN <= v.at <= h.end + _JOIN and v.start - _JOIN <= h.at <= v.end + _JOIN:
                parent[root(len(across) + j)] = root(i)
    groups: dict[int, tuple[list[Line], list[Line]]] = {}
    for i, h in enumerate(across):
        groups.setdefault(root(i), ([], []))[0].append(h)
    for j, v in enumerate(down):
        groups.setdefault(root(len(across) + j), ([], []))[1].append(v)
    return [g for g in groups.values() if len(g[0]) > 1 and len(g[1]) > 1]


def _edges(places: Iterable[float], snap: float) -> list[float]:
    edges: list[list[float]] = []
    for at in sorted(places):
        if edges and at - edges[-1][-1] <= snap:
            edges[-1].append(at)
        else:
            edges.append([at])
    return [sum(e) / len(e) for e in edges]


def _area(sheet: Sheet, rows: list[Line], columns: list[Line]) -> Ruled | None:
    left = min([v.at for v in columns] + [h.start for h in rows])
    right = max([v.at for v in columns] + [h.end for h in rows])
    top = min([h.at for h in rows] + [v.start for v in columns])
    bottom = max([h.at for h in rows] + [v.end for v in columns])
    xs = _edges([v.at for v in columns] + [left, right], 3 * _SNAP / 2)
    ys = _edges([h.at for h in rows] + [top, bottom], _SNAP)
    if len(xs) < 3 or len(ys) < 2:  # noqa: PLR2004 - one column: a frame around text, no table
        return None
    chars = [c for c in sheet.chars if left - 1 <= (c.x0 + c.x1) / 2 <= right + 1 and top - 1 <= _mid(c) <= bottom + 1]
    owner = _joined(xs, ys, rows, columns)
    texts: dict[int, list[Char]] = {}
    width = len(xs) - 1
    for c in chars:
        i = min(max(bisect_right(ys, _mid(c)) - 1, 0), len(ys) - 2)
        j = min(max(bisect_right(xs, (c.x0 + c.x1) / 2) - 1, 0), width - 1)
        texts.setdefault(owner[i * width + j], []).append(c)
    _mend_overflow(texts, owner, xs, ys)
    _mend_numbers(texts, owner, xs, ys)
    spans: dict[int, list[int]] = {}
    for k, o in enumerate(owner):
        spans.setdefault(o, []).append(k)
    cells = []
    for o, members in spans.items():
        i0, i1 = min(members) // width, max(members) // width
        j0, j1 = min(m % width for m in members), max(m % width for m in members)
        box = (xs[j0], ys[i0], xs[j1 + 1], ys[i1 + 1])
        cells.append(_cell(sheet, texts.get(o, []), box, i0, i1 - i0 + 1))
    grid = _unstacked(sheet, Grid(tuple(sorted(cells, key=lambda c: (c.row, c.x0))), len(ys) - 1, snap=6.0), texts)
    return Ruled((left, top, right, bottom), grid, tuple(ys))


def _mid(c: Char) -> float:
    return (c.top + c.bottom) / 2


def _joined(xs: list[float], ys: list[float], rows: list[Line], columns: list[Line]) -> list[int]:
    """For each smallest cell, the first smallest cell of the printed cell that it is a part of."""
    width, height = len(xs) - 1, len(ys) - 1
    owner = list(range(width * height))

    def root(k: int) -> int:
        while owner[k] != k:
            owner[k] = owner[owner[k]]
            k = owner[k]
        return k

    def unite(a: int, b: int) -> None:
        a, b = root(a), root(b)
        owner[max(a, b)] = min(a, b)

    for j in range(1, width):
        here = [v for v in columns if abs(v.at - xs[j]) <= 2 * _SNAP]
        for i in range(height):
            if not _covered(ys[i], ys[i + 1], here):
                unite(i * width + j - 1, i * width + j)
    for i in range(1, height):
        here = [h for h in rows if abs(h.at - ys[i]) <= 2 * _SNAP]
        for j in range(width):
            if not _covered(xs[j], xs[j + 1], here):
                unite((i - 1) * width + j, i * width + j)
    return [root(k) for k in range(width * height)]


def _covered(start: float, end: float, lines: list[Line]) -> bool:
    need = _COVER * (end - start)
    return sum(max(0.0, min(end, ln.end) - max(start, ln.start)) for ln in lines) >= need


def _cell(sheet: Sheet, chars: list[Char], box: Box, row: int, rows: int) -> GridCell:
    if not chars:
        return GridCell("", box[0], box[2], row, rows, sheet.place(box))
    text, torn = cell_text(chars, box)
    inked = box_of(chars)
    first = rows_of(c for c in chars if c.angle == 0)
    indent = first[0][0].x0 - box[0] if first else None
    last = max((c for c in chars if c.angle == 0), key=lambda c: (round(c.base), c.x1), default=None)
    full = last is not None and box[2] - last.x1 < 2.0 * last.size
    return GridCell(text, box[0], box[2], row, rows, sheet.place(inked), indent, torn, full)


def cell_text(chars: list[Char], box: Box) -> tuple[str, bool]:
    """A cell's text, and whether it is torn: two numbers where one belongs.

    A number broken over lines is put together; a line that breaks though it had room left is another number.
    """
    sideways = [c for c in chars if c.angle]
    if sideways and len(sideways) * 2 > len(chars):
        return _sideways(sideways), False
    lines = rows_of(chars)
    texts = [text_of(line) for line in lines]
    if len(texts) == 1:
        return texts[0], False
    joined = "".join(texts)
    if re.fullmatch(r"[\d,.\s\-()（）%]+", joined):
        grouped = re.fullmatch(r"[-(（]?\d{1,3}(?:,\d{3})+(?:\.\d+)?[)）]?", joined) is not None
        return joined, not grouped and any(_had_room(line, box) for line in lines[:-1])
    return _with_blanks(texts), False


def _with_blanks(texts: list[str]) -> str:
    out = texts[0]
    for text in texts[1:]:
        latin = re.search(r"[A-Za-z]$", out) and re.match(r"[A-Za-z]", text)
        out += (" " if latin else "") + text
    return out


def _had_room(line: list[Char], box: Box) -> bool:
    """Whether a line breaks though one more character would have fitted between the usual margins of a cell."""
    width = line[-1].x1 - line[0].x0
    return box[2] - box[0] - width > width / len(line) + 2 * _MARGIN


def _sideways(chars: list[Char]) -> str:
    up = sum(c.angle == 1 for c in chars) * 2 >= len(chars)
    columns: list[list[Char]] = []
    for c in sorted(chars, key=lambda c: c.x0 + c.x1):
        if columns and abs((c.x0 + c.x1) - (columns[-1][0].x0 + columns[-1][0].x1)) < c.x1 - c.x0:
            columns[-1].append(c)
        else:
            columns.append([c])
    order = columns if up else columns[::-1]
    return "".join(c.text for column in order for c in sorted(column, key=lambda c: -c.bottom if up else c.top))


def _mend_overflow(texts: dict[int, list[Char]], owner: list[int], xs: list[float], ys: list[float]) -> None:
    """A name too long for its cell runs over the line under it: what stands on the line belongs to the cell above."""
    width = len(xs) - 1
    for i in range(1, len(ys) - 1):
        for j in range(width):
            a, b = owner[(i - 1) * width + j], owner[i * width + j]
            if a == b or b != i * width + j or not texts.get(a) or not texts.get(b):
                continue
            above, below = rows_of(texts[a]), rows_of(texts[b])
            last, first = above[-1], below[0]
            size = first[0].size
            over = ys[i] - min(c.top for c in first)
            under = max(c.bottom for c in first) - ys[i + 1]
            if not 0.2 * size < over < 0.8 * size or under > 0.1 * size:
                continue
            spacing = first[0].base - last[0].base
            right = xs[max(k for k in range(width) if owner[(i - 1) * width + k] == a) + 1]
            if spacing > 1.8 * size or right - last[-1].x1 > 1.3 * size or read_number(text_of(first)) is not None:
                continue
            texts[a] = texts[a] + first
            texts[b] = [c for line in below[1:] for c in line]


def _mend_numbers(texts: dict[int, list[Char]], owner: list[int], xs: list[float], ys: list[float]) -> None:
    """A number printed over a ruling line goes, whole, to the cell that holds more of it.

    Only where its characters run on without a gap and the pieces are no numbers of their own kind.
    """
    width = len(xs) - 1
    for i in range(len(ys) - 1):
        for j in range(width - 1):
            a, b = owner[i * width + j], owner[i * width + j + 1]
            if a == b or a not in texts or b not in texts:
                continue
            if (a // width, b // width) != (i, i):
                continue
            left, right = rows_of(texts[a]), rows_of(texts[b])
            if len(left) != 1 or len(right) != 1:
                continue
            end, begin = left[0][-1], right[0][0]
            if begin.x0 - end.x1 > 0.08 * end.size or not (_digit(end.text) and _digit(begin.text)):
                continue
            whole = text_of([*left[0], *right[0]])
            if not re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+\.\d{1,2}", whole):
                continue
            if _proper(text_of(left[0])) and _proper(text_of(right[0])):
                continue
            target, source = (a, b) if len(left[0]) >= len(right[0]) else (b, a)
            texts[target] = [*left[0], *right[0]]
            texts[source] = []


def _proper(text: str) -> bool:
    return re.fullmatch(r"\d{1,3}(?:,\d{3})*\.\d\d|\d+\.\d\d|\d{3,7}", text) is not None


def _digit(text: str) -> bool:
    return text in "0123456789.,"


def _unstacked(sheet: Sheet, grid: Grid, texts: dict[int, list[Char]]) -> Grid:
    """Rows printed without lines between them (only frame and columns are ruled), taken apart by their baselines."""
    del texts
    stacked = {}
    for row in range(grid.count):
        cells = [c for c in grid.cells if c.row == row and c.rows == 1 and c.text]
        boxes = {id(c): _chars_in(sheet, c) for c in cells}
        counts = [_numbers(rows_of(chars)) for chars in boxes.values()]
        if max(counts, default=0) > 1 and sum(n > 1 for n in counts) * 2 >= len(cells):
            stacked[row] = boxes
    if not stacked:
        return grid
    return _apart(sheet, grid, stacked)


def _chars_in(sheet: Sheet, cell: GridCell) -> list[Char]:
    box = cell.place.box
    if box is None or sheet.turn:
        return []
    return [
        c
        for c in sheet.chars
        if box[0] - 0.2 <= c.x0 and c.x1 <= box[2] + 0.2 and box[1] - 0.2 <= c.top and c.bottom <= box[3] + 0.2
    ]


def _numbers(lines: list[list[Char]]) -> int:
    """How many lines of a cell are numbers or codes of their own.

    1 where any line is something else, or where they can be one number broken over lines: not all with the same
    decimals.
    """
    texts = [text_of(line) for line in lines]
    read = [read_number(t) for t in texts]
    if len(lines) < 2 or any(n is None for n in read):  # noqa: PLR2004
        return 1
    decimals = {n.decimals for n in read if n is not None}
    alike = len(decimals) == 1 and decimals != {0}
    return len(lines) if alike or all(re.fullmatch(r"\d{3}(?:\d\d){0,2}", t) for t in texts) else 1


def _apart(sheet: Sheet, grid: Grid, stacked: dict[int, dict[int, list[Char]]]) -> Grid:
    out: list[GridCell] = []
    shift = 0
    doubts: tuple[str, ...] = grid.doubts
    for row in range(grid.count):
        here = [c for c in grid.cells if c.row == row]
        if row not in stacked:
            out += [attrs.evolve(c, row=c.row + shift) for c in here]
            continue
        boxes = stacked[row]
        bases = _edges((c.base for chars in boxes.values() for c in chars), 4.0)
        # A name broken over two lines has a line that no number shares: then which row it is of is a guess.
        numbered = _edges((c.base for chars in boxes.values() if _numbers(rows_of(chars)) > 1 for c in chars), 4.0)
        if len(bases) != len(numbered):
            doubts = (*doubts, "数行之间没有表线，且有名称折行，行与行的界线不明确")
            bases = numbered
        for c in here:
            lines = rows_of(boxes.get(id(c), []))
            for line in lines:
                k = min(range(len(bases)), key=lambda n: abs(bases[n] - line[0].base))
                box = box_of(line)
                out.append(GridCell(text_of(line), c.x0, c.x1, row + shift + k, 1, sheet.place(box), box[0] - c.x0))
        shift += len(bases) - 1
    return Grid(tuple(out), grid.count + shift, grid.snap, doubts)
