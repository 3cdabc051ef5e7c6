"""What a package hands over that reads files the core does not read: published documents in PDF or Word.

A reader turns files into rows of the core's tables (``statements``, ``lines`` …) as texts, and says page by page where
each row stands. The core keeps no library for such files; it asks the reader of the package that is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import attrs

from budgetreview.errors import Problem, Text

PLACES: tuple[str, ...] = ("page", "box", "sheet", "cell")
"""Columns that say where a row stands: a page from 1, its box ``x0 top x1 bottom`` in points from the upper left."""


@attrs.frozen
class Given:
    """A file that a reader is asked to read.

    Attributes:
        name: As the report names it; problems and notices bear it.
        path: Where it lies; never to be printed.
        sha256: Of its bytes.
    """

    name: str
    path: Path
    sha256: str


@attrs.frozen
class Opened:
    """What a reader found in one file.

    Attributes:
        tables: By table name, columns by their canonical names, all of one length; every value is a text or None, money
            in 元 as a decimal. The columns of :data:`PLACES` may stand beside those of the table.
        notices: What the reader of the report should know, such as every check that could not be made.
        problems: Why the file could not be read; then it brings no rows.
    """

    tables: Mapping[str, Mapping[str, Sequence[str | None]]] = attrs.field(factory=dict)
    notices: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


@attrs.frozen
class Note:
    """A note for a copy of a document: where, how grave, and what it says."""

    page: int
    box: tuple[float, float, float, float] | None
    severity: str
    text: str


Claim = Literal["yes", "perhaps", "no"]
"""Whether a workbook is a document: surely; only where the core finds no table of its own in it; or not at all."""


@attrs.frozen
class Reader:
    """Reads files of some endings, and those workbooks that it knows for its own.

    Attributes:
        key: Its name, such as ``disclosure``.
        title: What it reads, for people.
        suffixes: Endings in lower case with the dot, such as ``.pdf``.
        read: All files of these endings at once (checks may hold one against another) and the number of processes; the
            answers in the order of the files. A file that cannot be read is an answer with problems, never an error.
        annotate: Writes a copy of a document with notes: path, notes, path of the copy. None: it cannot.
        claims: Asked about every workbook, since a submission and a published document have the same ending. None: it
            reads no workbooks.
    """

    key: str
    title: Text
    suffixes: tuple[str, ...]
    read: Callable[[Sequence[Given], int], Sequence[Opened]]
    annotate: Callable[[Path, Sequence[Note], Path], None] | None = None
    claims: Callable[[Path], Claim] | None = None
