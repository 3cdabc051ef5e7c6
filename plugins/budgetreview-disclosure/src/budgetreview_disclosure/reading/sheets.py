"""A workbook (.xlsx, .xls) as a document: every visible sheet a table, or several under their titles."""

from __future__ import annotations

import hashlib
import io
import re
from typing import TYPE_CHECKING

from budgetreview import IntakeError, Problem, Text
from budgetreview_disclosure.document import Document, Place
from budgetreview_disclosure.reading.blocks import Block, Line, document_of, refuse_bombs
from budgetreview_disclosure.reading.grid import Grid, GridCell
from budgetreview_disclosure.reading.word import letters
from budgetreview_disclosure.titles import read_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from budgetreview.readers import Claim

_MOST_CELLS = 2_000_000
_PROSE = 40
_FORMS = 3
_MOST_BYTES = 4 << 20
"""What is published is small; a large workbook is a submission and is not read twice."""
Merged = dict[tuple[int, int], tuple[int, int]]


def read_sheets(path: Path) -> Document:
    """Reads a workbook; hidden sheets are left out.

    Args:
        path: The file.

    Raises:
        IntakeError: It is broken, protected by a password, or far too large.
    """
    import python_calamine as calamine

    data = path.read_bytes()
    if data.startswith(b"PK"):
        refuse_bombs(path)
    blocks: list[Line | Block] = []
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for meta in book.sheets_metadata:
            if meta.typ != calamine.SheetTypeEnum.WorkSheet or meta.visible != calamine.SheetVisibleEnum.Visible:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            _check_size(path, meta.name, sheet.total_height * sheet.total_width)
            rows = sheet.to_python(skip_empty_area=False)
            texts = [[printed(value) for value in row] for row in rows]
            ranges = sheet.merged_cell_ranges or []
            blocks += _blocks(meta.name, texts, dict(ranges))
    except IntakeError:
        raise
    except calamine.PasswordError as exc:
        zh, en = "工作簿有密码，请去掉密码后再试", "The workbook has a password; take it off"
        raise _refused(path, "sheets-encrypted", zh, en) from exc
    except Exception as exc:  # the library answers a broken file in many ways
        raise _refused(path, "sheets-broken", f"不是完好的工作簿：{exc}", f"Not an intact workbook: {exc}") from exc
    return document_of(blocks, path.name, hashlib.sha256(data).hexdigest())


def claimed(path: Path) -> Claim:
    """Whether a workbook is what a department publishes, and no submission to be reviewed line by line.

    Surely, where it has a department's 财政拨款收支总表 with its two sides among three or more of the forms: no bureau
    hands its lines over in that form. Perhaps, where any of its sheets is one of the forms.
    """
    if path.stat().st_size > _MOST_BYTES:
        return "no"
    try:
        document = read_sheets(path)
    except IntakeError:
        return "no"
    forms = [table for table in document.tables if table.kind is not None and table.panels]
    sided = any(t.kind == "grant_balance" and {"revenue", "expenditure"} <= {p.side for p in t.panels} for t in forms)
    return "yes" if sided and len(forms) >= _FORMS else "perhaps" if forms else "no"


def _check_size(path: Path, name: str, cells: int) -> None:
    if cells > _MOST_CELLS:
        raise _refused(path, "sheet-too-large", f"工作表“{name}”过大", f"Sheet {name} is too large")


def _refused(path: Path, kind: str, zh: str, en: str) -> IntakeError:
    return IntakeError([Problem(kind, Text(zh, en), path.name)])


def printed(value: object) -> str:
    """A cell's value as text: a number without the noise of binary fractions, nothing for an empty cell."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else repr(value)  # noqa: PLR2004
    return re.sub(r"\s*\n\s*", "", str(value)).strip()


def _blocks(name: str, texts: Sequence[Sequence[str]], merged: Merged) -> Iterator[Line | Block]:
    """A sheet's tables, cut where a title opens another one behind a blank row; text without a table is narrative."""
    starts = [
        row for row, line in enumerate(texts)
        if row and _is_title(line) and not any(texts[row - 1]) and any(any(above) for above in texts[:row])
    ]  # fmt: skip
    for start, stop in zip([0, *starts], [*starts, len(texts)], strict=True):
        filled = [(row, column) for row in range(start, stop) for column, text in enumerate(texts[row]) if text]
        if not filled:
            continue
        columns = {column for _, column in filled}
        if len(columns) == 1 or all(len(texts[row][column]) > _PROSE for row, column in filled):
            for row, column in filled:
                yield Line(texts[row][column], Place(sheet=name, cell=f"{letters(column)}{row + 1}"))
            continue
        grid = _grid(name, texts, merged, filled[0][0], filled[-1][0])
        yield Block(grid, Place(sheet=name, cell=f"{letters(filled[0][1])}{filled[0][0] + 1}"))


def _is_title(line: Sequence[str]) -> bool:
    filled = [text for text in line if text]
    title = read_title(filled[0]) if len(filled) == 1 else None
    return title is not None and title.kind is not None


def _grid(name: str, texts: Sequence[Sequence[str]], merged: Merged, top: int, bottom: int) -> Grid:
    """The cells from one row to another; rows without any text are left out."""
    cells = []
    covered: set[tuple[int, int]] = set()
    kept = [row for row in range(top, bottom + 1) if any(texts[row])]
    number = {row: at for at, row in enumerate(kept)}
    for row in kept:
        for column, text in enumerate(texts[row]):
            if (row, column) in covered:
                continue
            last, right = merged.get((row, column), (row, column))
            height = sum(row <= one <= last for one in kept)
            covered |= {(r, c) for r in range(row, last + 1) for c in range(column, right + 1)}
            place = Place(sheet=name, cell=f"{letters(column)}{row + 1}")
            cells.append(GridCell(text, float(column), float(right + 1), number[row], height, place))
    return Grid(tuple(cells), len(kept))
