"""A sheet or text file as it was read, before anyone knows what its columns mean."""

from __future__ import annotations

import attrs
import polars as pl

from budgetreview.errors import Problem


@attrs.frozen(eq=False)
class Grid:
    """The cells of one sheet or text file, all as text.

    A number cell is written as the shortest decimal of Excel's 15 significant digits (``2010101``, ``12.5``), a date
    cell as ``2026-01-10``, a yes/no cell as ``TRUE`` / ``FALSE``; an empty or blank-only cell is null.

    Attributes:
        name: The input as the report names it (relative, ``/`` as separator).
        sheet: The sheet's name, None for text files.
        cells: One String column per sheet column, in order; row 0 is row 1 of the sheet (csv: record 1).
        merged: Merged ranges as 0-based (first row, first column, last row, last column), inclusive.
        hidden: Whether the sheet is hidden.
        sha256: Of the file's bytes.
        problems: What is wrong with cells or records, each with its address.
    """

    name: str
    sheet: str | None
    cells: pl.DataFrame
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    sha256: str | None = None
    problems: tuple[Problem, ...] = ()
