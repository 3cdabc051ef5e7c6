"""A table as a grid of texts, before anybody asks what it says: what every reader hands to ``tables.py``."""

from __future__ import annotations

import attrs

from budgetreview_disclosure.document import Place


@attrs.frozen
class GridCell:
    """One cell, however many rows and columns it covers.

    Attributes:
        text: As printed, line breaks inside taken out.
        x0: Left edge; points in a PDF, the column's number in a workbook or Word table.
        x1: Right edge; in a workbook the number of the column after the last one covered.
        row: First row, from 0.
        rows: How many rows it covers.
        place: Where it stands.
        indent: Left blank before the text, in points or characters; None where it is not known.
        torn: The cell holds two numbers where one belongs, or pieces of which nobody can tell.
        full: The text's last line reaches the cell's right edge, so that it may go on over a page break.
    """

    text: str
    x0: float
    x1: float
    row: int
    rows: int
    place: Place
    indent: float | None = None
    torn: bool = False
    full: bool = False


@attrs.frozen
class Grid:
    """Rows of cells.

    Attributes:
        cells: Any order; blank ones may be left out.
        count: Number of rows.
        snap: Edges no farther apart than this are the same edge.
        doubts: Why the grid itself is not sure, in Chinese.
    """

    cells: tuple[GridCell, ...]
    count: int
    snap: float = 0.01
    doubts: tuple[str, ...] = ()
