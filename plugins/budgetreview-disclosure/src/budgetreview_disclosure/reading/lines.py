"""Characters into printed lines, and lines into the pieces that stand apart in them."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from budgetreview_disclosure.reading.page import Box, Char

_APART: Final = 1.6
"""A blank wider than this many character heights separates two pieces of a line."""
_COLUMN: Final = 0.75
"""A blank wider than this may separate two columns of a table without ruling lines."""
_BLANK: Final = 0.45
"""A blank wider than this many character heights is kept as one space."""


@attrs.frozen
class Piece:
    """Characters of a line that stand together."""

    text: str
    box: Box


@attrs.frozen
class TextLine:
    """A printed line.

    Attributes:
        text: Its pieces, joined by one space.
        size: Median height of its characters.
        fine: Its pieces where a narrower blank separates, too: the columns of a table without ruling lines.
    """

    text: str
    box: Box
    pieces: tuple[Piece, ...]
    size: float
    fine: tuple[Piece, ...] = ()


def box_of(chars: Sequence[Char]) -> Box:
    """The smallest box around characters."""
    return (min(c.x0 for c in chars), min(c.top for c in chars), max(c.x1 for c in chars), max(c.bottom for c in chars))


def rows_of(chars: Iterable[Char]) -> list[list[Char]]:
    """Characters grouped by the line they stand on, from the top down, each from left to right."""
    rows: list[list[Char]] = []
    bases: list[float] = []
    for c in sorted(chars, key=lambda c: (c.base, c.x0)):
        if rows and abs(c.base - bases[-1]) <= 0.35 * min(c.size, rows[-1][-1].size) + 0.5:
            rows[-1].append(c)
            bases[-1] += (c.base - bases[-1]) / len(rows[-1])
        else:
            rows.append([c])
            bases.append(c.base)
    for row in rows:
        row.sort(key=lambda c: c.x0)
    return rows


def text_of(row: Sequence[Char]) -> str:
    """The text of one line; a wide blank is one space."""
    out = [row[0].text]
    for before, c in pairwise(row):
        if c.x0 - before.x1 > _BLANK * max(c.size, 1.0):
            out.append(" ")
        out.append(c.text)
    return "".join(out)


def lines_of(chars: Iterable[Char]) -> list[TextLine]:
    """The printed lines of the characters given, from the top down."""
    found = []
    for row in rows_of(chars):
        size = median(c.size for c in row)
        made = _pieces(row, _APART * size)
        fine = _pieces(row, _COLUMN * size)
        found.append(
            TextLine(" ".join(p.text for p in made), box_of(row), made, size, fine if len(fine) > len(made) else made)
        )
    return found


def _pieces(row: list[Char], apart: float) -> tuple[Piece, ...]:
    pieces: list[list[Char]] = [[row[0]]]
    for before, c in pairwise(row):
        if c.x0 - before.x1 > apart:
            pieces.append([])
        pieces[-1].append(c)
    return tuple(Piece(text_of(p), box_of(p)) for p in pieces)
