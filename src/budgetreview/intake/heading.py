"""Which table a sheet is and where its header stands.

A sheet is known by its name, else by its headers. A header may stand below title rows and fill up to three rows,
merged or not; they are joined with ``·``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

import attrs

from budgetreview.intake.grid import Grid
from budgetreview.intake.headers import dictionary, look_up, plain, unit_of
from budgetreview.layout import TableLayout
from budgetreview.tables import TABLES

SCANNED: Final = 40
"""Rows from the top in which a header is looked for."""
LEAST: Final = 2
"""Known headers that make a sheet without a telling name a table."""
_DEEPEST: Final = 3
CORNER: Final = re.compile(r"(?:金额)?单位[:：]?(?:人民币)?(百万元|亿元|千元|万元|元)")
"""A cell that names the unit of its sheet."""
CODE_PARTS: Final = ("类", "款", "项")
"""Headers of the three columns of one classification code."""
_SHEET_NUMBER: Final = re.compile(r"^(?:附?表)?[\d.、\-_—一二三四五六七八九十()]*(?:[、.:_\-]|(?<=\d)|(?<=\)))+")
_SHEET_TAIL: Final = re.compile(r"[\d_()\-]+$")
_NUMBERISH: Final = re.compile(r"[+-]?[\d,]*\.?\d+%?")
_NEEDED: Final = {
    "targets": {"level1", "level2", "level3", "value"}, "agencies": {"agency", "agency_name"},
    "calendar": {"event", "date"}, "standards": {"value"},
}  # fmt: skip


@attrs.frozen
class Found:
    """Where the header of a sheet is, and as which table it makes most sense."""

    table: str
    top: int
    last: int
    texts: tuple[str | None, ...]
    score: int


@cache
def table_named(text: str) -> str | None:
    """The table that a sheet or file name says: its name in either language, numbers of sheets aside."""
    whole = plain(text)
    ways = {
        whole,
        _SHEET_NUMBER.sub("", whole),
        _SHEET_TAIL.sub("", _SHEET_NUMBER.sub("", whole)),
        _SHEET_TAIL.sub("", whole),
    }
    ways |= {w.removesuffix("表") for w in ways}
    for spec in TABLES.values():
        if ways & {spec.name, *(plain(z) for z in spec.zh)}:
            return spec.name
    return None


def _joined(
    rows: list[tuple[str | None, ...]], merged: Sequence[tuple[int, int, int, int]], top: int, last: int
) -> list[str | None]:
    """The header rows ``top`` to ``last`` joined column by column; merged cells and gaps beside a heading filled."""
    width = len(rows[0])
    grid = [[rows[r][c] for c in range(width)] for r in range(top, last + 1)]
    inside = set()
    for r0, c0, r1, c1 in merged:
        if r0 > last or r1 < top:
            continue
        for r in range(max(r0, top), min(r1, last) + 1):
            for c in range(c0, min(c1 + 1, width)):
                inside.add((r, c))
                grid[r - top][c] = rows[r0][c0]
    for r in range(len(grid) - 1):
        run: str | None = None
        for c in range(width):
            if grid[r][c] is not None:
                run = grid[r][c] if (top + r, c) not in inside else None
            elif run is not None and any(grid[k][c] is not None for k in range(r + 1, len(grid))):
                grid[r][c] = run
            else:
                run = None
    out: list[str | None] = []
    for c in range(width):
        parts: list[str] = []
        for line in grid:
            text = line[c]
            if text is not None and (not parts or plain(text) != plain(parts[-1])):
                parts.append(text.strip())
        out.append("·".join(parts) if parts else None)
    return out


def find_header(grid: Grid, tables: Sequence[str], layout: TableLayout | None, *, least: int) -> Found | None:
    """The header: of all rows (and up to three joined) the one with most known headers."""
    rows = grid.cells.head(SCANNED + _DEEPEST).rows()
    fixed = layout.header_row if layout else None
    best: Found | None = None
    for table in tables:
        known = {plain(k) for k in layout.columns} if layout else set()
        for deep in range(1, _DEEPEST + 1):
            for top in range(min(len(rows), SCANNED)):
                last = top + deep - 1
                if last >= len(rows) or (fixed is not None and last != fixed - 1):
                    continue
                if deep > 1 and (
                    _is_title(rows[top]) or any(_has_numbers(r) or not any(r) for r in rows[top + 1 : last + 1])
                ):
                    continue
                texts = _joined(rows, grid.merged, top, last)
                score = _score(table, texts, known)
                if score and (best is None or score > best.score):
                    best = Found(table, top, last, tuple(texts), score)
    if best is None or best.score < least:
        return None
    return _with_parts(grid, rows, _extended(grid, rows, best))


def _is_title(row: tuple[str | None, ...]) -> bool:
    """Whether a row is a title or a corner and no heading: one text, or one that names the unit of the sheet."""
    texts = {v for v in row if v}
    return len(texts) < LEAST or any(CORNER.match(plain(v)) for v in texts)


def _score(table: str, texts: Sequence[str | None], extra: set[str]) -> int:
    """How many distinct known columns headers name."""
    spec = dictionary(table)
    found: set[str] = set()
    for text in texts:
        if text is None or _NUMBERISH.fullmatch(text):
            continue
        bare = unit_of(plain(text))[0]
        if bare in spec:
            found.add(spec[bare][0][0])
        elif plain(text) in extra or bare in extra:
            found.add(bare)
        elif "·" in bare or len(bare) < 40:  # noqa: PLR2004 - sentences are no headers
            header = look_up(table, text)
            found.update(header.columns[:1])
    return len(found)


def _has_numbers(row: tuple[str | None, ...]) -> bool:
    return any(v is not None and _NUMBERISH.fullmatch(v.strip()) for v in row)


def _extended(grid: Grid, rows: list[tuple[str | None, ...]], found: Found) -> Found:
    """The header with the rows that its merged cells reach into, up and down: who merged them meant one header."""
    top, last = found.top, found.last
    for r0, _, r1, _ in sorted(grid.merged):
        if r0 <= found.last and r1 >= found.top and r0 != r1 and r1 - r0 < _DEEPEST and r1 < len(rows):
            top, last = min(top, r0), max(last, r1)
    if (top, last) == (found.top, found.last) or any(_has_numbers(r) for r in rows[found.last + 1 : last + 1]):
        return found
    return Found(found.table, top, last, tuple(_joined(rows, grid.merged, top, last)), found.score)


def _with_parts(grid: Grid, rows: list[tuple[str | None, ...]], found: Found) -> Found:
    """The header with the row below it that names the parts of a code: 类 | 款 | 项 under 科目编码."""
    if found.last + 1 >= len(rows):
        return found
    below = [plain(v) if v else "" for v in rows[found.last + 1]]
    if not any(tuple(below[i : i + 3]) == CODE_PARTS for i in range(len(below) - 2)) or _has_numbers(tuple(below)):
        return found
    return attrs.evolve(found, last=found.last + 1, texts=tuple(_joined(rows, grid.merged, found.top, found.last + 1)))


def enough(found: Found) -> bool:
    """Whether headers alone make a table: an amount, or what the table is about."""
    spec = TABLES[found.table].columns
    named = {c for t in found.texts if t for c in look_up(found.table, t).columns}
    needed = _NEEDED.get(found.table) or {c for c in named if spec[c].kind == "money"}
    return bool(named & needed)


def best_table(headers: Sequence[str]) -> str | None:
    """The table that column names fit best; ``lines`` of equals; None where they fit none."""
    best = max(list(TABLES)[:-1], key=lambda t: _score(t, headers, set()))
    found = Found(best, 0, 0, tuple(headers), _score(best, headers, set()))
    return best if found.score >= LEAST and enough(found) else None
