"""A Word file (.docx) as a document: paragraphs and tables in their order, merged cells kept."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from budgetreview import IntakeError, Problem, Text
from budgetreview_disclosure.document import Document, Place
from budgetreview_disclosure.reading.blocks import Block, Line, document_of, refuse_bombs
from budgetreview_disclosure.reading.grid import Grid, GridCell

if TYPE_CHECKING:
    from pathlib import Path

    from docx.table import Table


def read_word(path: Path) -> Document:
    """Reads a Word file.

    A Word file has no pages before it is set: a place names the table (表3, with the cell) or the paragraph (段12).
    Numbers that Word counts itself (automatic numbering) are no text and are not read.

    Args:
        path: The file.

    Raises:
        IntakeError: It is broken, no Word file, or unpacks to far too much.
    """
    import docx
    from docx.table import Table

    refuse_bombs(path)
    try:
        source = docx.Document(str(path))
    except Exception as exc:  # the library answers a broken file in many ways
        text = Text(f"不是完好的 Word 文件：{exc}", f"Not an intact Word file: {exc}")
        raise IntakeError([Problem("word-broken", text, path.name)]) from exc
    blocks: list[Line | Block] = []
    tables = paragraphs = 0
    for part in source.iter_inner_content():
        if isinstance(part, Table):
            tables += 1
            grid = grid_of(part, f"表{tables}")
            if grid.cells:
                blocks.append(Block(grid, Place(sheet=f"表{tables}", cell="A1")))
        else:
            paragraphs += 1
            place = Place(sheet=f"段{paragraphs}")
            blocks += [Line(printed, place) for printed in part.text.split("\n") if printed.strip()]
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return document_of(blocks, path.name, sha256)


def grid_of(table: Table, name: str) -> Grid:
    """A Word table's cells; one that covers several rows or columns is one cell."""
    seen: dict[object, list[int]] = {}
    texts: dict[object, str] = {}
    rows = list(table.rows)
    for number, row in enumerate(rows):
        column = row.grid_cols_before
        for cell in row.cells:
            box = seen.setdefault(cell._tc, [number, column, number, column])  # noqa: SLF001 - the cell's identity
            box[2], box[3] = number, max(box[3], column)
            texts.setdefault(cell._tc, cell.text)  # noqa: SLF001
            column += 1
    cells = [
        GridCell(
            re.sub(r"\s*\n\s*", "", texts[key]).strip(), float(left), float(right + 1), top, bottom - top + 1,
            Place(sheet=name, cell=f"{letters(left)}{top + 1}"),
        )
        for key, (top, left, bottom, right) in seen.items()
    ]  # fmt: skip
    return Grid(tuple(cells), len(rows))


def letters(column: int) -> str:
    """The letters of a column counted from 0, as a workbook names it."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
