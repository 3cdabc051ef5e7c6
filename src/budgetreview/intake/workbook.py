# ruff: noqa: PLR2004 - byte values and digits
"""Read a workbook (.xlsx, .xlsm, .xls, .ods) into grids, a sheet a grid, after it has been measured.

Number cells become text at Excel's own 15 significant digits, as the shortest plain decimal; cells are never seen
as binary fractions again. Hidden rows and columns are read, hidden sheets are marked, chart sheets, macros and
links to other workbooks are ignored.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl
import python_calamine as calamine

from budgetreview.errors import IntakeError
from budgetreview.intake.abreast import abreast
from budgetreview.intake.biff import OLE_MAGIC, measure_xls
from budgetreview.intake.grid import Grid
from budgetreview.intake.guard import RefusedError, SheetMeasure, measure_ods, measure_xlsx, open_package
from budgetreview.intake.limits import problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from budgetreview.errors import Problem

_BATCH = 100_000
"""Cells that are turned to columns at once: so many that the processor's cache holds them."""
_LEAST_ROWS = 500
_FEW = 1_000
"""Rows of a sheet that is read cell by cell."""
_WHOLE = 10**15
"""Whole numbers below have at most 15 digits."""


def read_workbook(path: Path, name: str, sha256: str | None = None) -> list[Grid]:
    """All sheets of a workbook, in the workbook's order.

    Args:
        path: Where it lies.
        name: How the report names it.
        sha256: Of its bytes, handed through.

    Raises:
        IntakeError: If the workbook as a whole cannot be read: encrypted, damaged, a bomb, a cell too far out,
            or without any sheet of cells.
    """
    try:
        data = path.read_bytes()
        measures = _measure(data, name)
    except RefusedError as refused:
        raise IntakeError([refused.problem]) from None
    except OSError as error:
        raise IntakeError([unreadable(name, error)]) from None
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = [
            _grid(book, sheet, name, sha256, measures.get(sheet.name))
            for sheet in book.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of the native reader is no Exception
        if isinstance(error, calamine.PasswordError):
            raise IntakeError(
                [
                    problem(
                        "encrypted",
                        "工作簿已加密，请去掉打开密码后另存再提交。",
                        "the workbook is encrypted; remove its password.",
                        name=name,
                    )
                ]
            ) from None
        raise IntakeError(
            [
                problem(
                    "broken-workbook",
                    f"工作簿无法读取（{error}）；请用 Excel 或 WPS 打开后另存为 .xlsx 再提交。",
                    f"the workbook cannot be read ({error}); open it in Excel or WPS and save it as .xlsx.",
                    name=name,
                )
            ]
        ) from None
    if not found:
        # A damaged list of sheets looks to the reader like a workbook without any; so does one of charts alone.
        raise IntakeError(
            [
                problem(
                    "no-sheet",
                    "工作簿中没有可读取的工作表；请用 Excel 或 WPS 打开，确认有数据表后另存为 .xlsx 再提交。",
                    "the workbook has no sheet that could be read; open it in Excel or WPS, see that it has one with "
                    "data, and save it as .xlsx.",
                    name=name,
                )
            ]
        )
    return found


def unreadable(name: str, error: OSError) -> Problem:
    """The problem of a file that the system does not let us read."""
    if isinstance(error, FileNotFoundError):
        return problem(
            "not-found",
            "找不到该文件或文件夹；请检查路径。",
            "there is no such file or folder; check the path.",
            name=name,
        )
    if isinstance(error, PermissionError):
        return problem(
            "no-permission",
            "没有读取权限；请授予读取权限或复制到可读的位置。",
            "it may not be read; grant the right to read it or copy it to where you may.",
            name=name,
        )
    return problem(
        "not-a-file",
        f"无法读取（{error.strerror}）；应为文件或文件夹。",
        f"it cannot be read ({error.strerror}); expected a file or a folder.",
        name=name,
    )


def _measure(data: bytes, name: str) -> dict[str, SheetMeasure]:
    if data[:8] == OLE_MAGIC:
        return measure_xls(data, name)
    if data[:4] == b"PK\x03\x04":
        package = open_package(io.BytesIO(data), name)
        parts = {p.filename for p in package.infolist()}
        if "content.xml" in parts or "encrypted-package" in parts:
            return measure_ods(package, name)
        return measure_xlsx(package, name)
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")):
        raise RefusedError(
            problem(
                "not-a-workbook",
                "文件内容是网页或 XML，只是扩展名像工作簿；请用 Excel 或 WPS 打开后另存为 .xlsx。",
                "the file is a web page or XML that only is named like a workbook; "
                "open it in Excel or WPS and save it as .xlsx.",
                name=name,
            )
        )
    raise RefusedError(
        problem(
            "not-a-workbook",
            "不是 .xlsx、.xls 或 .ods 工作簿（文件头不符）；请用 Excel 或 WPS 另存为 .xlsx。",
            "not an .xlsx, .xls or .ods workbook (by its first bytes); save it as .xlsx in Excel or WPS.",
            name=name,
        )
    )


def _grid(
    book: calamine.CalamineWorkbook,
    meta: calamine.SheetMetadata,
    name: str,
    sha256: str | None,
    measure: SheetMeasure | None,
) -> Grid:
    sheet = book.get_sheet_by_name(meta.name)
    merged = tuple((r0, c0, r1, c1) for (r0, c0), (r1, c1) in sheet.merged_cell_ranges or ())
    return Grid(
        name=name,
        sheet=meta.name,
        cells=_cells(sheet),
        merged=merged,
        hidden=meta.visible != calamine.SheetVisibleEnum.Visible,
        sha256=sha256,
        problems=tuple(_bad_cells(measure, name, meta.name)) if measure is not None else (),
    )


def _bad_cells(measure: SheetMeasure, name: str, sheet: str) -> list[Problem]:
    found: list[Problem] = []
    for kind, cell, read in measure.bad:
        if kind == "error-cell":
            what = f" {read}" if read else ""
            found.append(
                problem(
                    kind,
                    f"单元格为错误值{what}，应为数字或文字；请改正公式或填入数值。",
                    f"the cell is an error{what}; expected a number or text: correct the formula or enter the value.",
                    name=name,
                    sheet=sheet,
                    cell=cell,
                )
            )
        else:
            found.append(
                problem(
                    kind,
                    "公式单元格没有保存计算结果；请用 Excel 或 WPS 打开、重新计算后保存。",
                    "a formula without a stored result; open the workbook in Excel or WPS, recalculate and save.",
                    name=name,
                    sheet=sheet,
                    cell=cell,
                )
            )
    for kind, count in sorted(measure.more.items()):
        zh, en = (
            ("错误值", "error") if kind == "error-cell" else ("没有计算结果的公式", "formula without a stored result")
        )
        found.append(
            problem(
                kind,
                f"另有 {count} 个{zh}单元格未逐一列出。",
                f"{count} more cells are each an {en}, not listed."
                if kind == "error-cell"
                else f"{count} more cells are each a {en}, not listed.",
                name=name,
                sheet=sheet,
            )
        )
    return found


def _cells(sheet: calamine.CalamineSheet) -> pl.DataFrame:
    """The sheet as text columns, row 0 being row 1 whatever the first filled one is."""
    if sheet.start is None:
        return pl.DataFrame()
    top, left = sheet.start
    rows = sheet.iter_rows()
    batch = max(_LEAST_ROWS, _BATCH // max(sheet.width, 1))
    columns: list[_Column] = []
    texts: list[pl.Series] = []
    if sheet.height <= _FEW:
        texts = [_few(cells) for cells in zip(*rows, strict=True)]
    while listed := list(islice(rows, batch)):
        columns = columns or [_Column() for _ in listed[0]]
        for column, cells in zip(columns, zip(*listed, strict=True), strict=True):
            column.add(cells)
    texts = texts or abreast(_Column.texts, columns, sheet.height)
    body = pl.DataFrame({f"{left + i}": column for i, column in enumerate(texts)})
    # iter_rows starts at the first filled cell in some formats and at row 1 in others; height tells which.
    missing = sheet.total_height - body.height
    if 0 < missing <= top:
        body = pl.concat(
            [pl.DataFrame({c: pl.Series([None] * missing, dtype=pl.String) for c in body.columns}), body], rechunk=True
        )
    if left:
        body = pl.DataFrame({f"{i}": pl.Series([None] * body.height, dtype=pl.String) for i in range(left)}).hstack(
            body
        )
    return body


class _Column:
    """The cells of one column, numbers and texts apart, as they come in batches."""

    def __init__(self) -> None:
        # a number stands for so many cells that have nothing of the kind
        self.numbers: list[pl.Series | int] = []
        self.words: list[pl.Series | int] = []

    def add(self, cells: Sequence[Any]) -> None:
        """Take the next cells, of any kinds."""
        types = list(map(type, cells))
        kinds = set(types)
        if not kinds <= {str, float}:
            cells = _worded(cells, kinds)
            types = list(map(type, cells))
            kinds = set(types)
        if float not in kinds:
            self._put(len(cells), pl.Series(cells, dtype=pl.String))
        elif str not in kinds:
            self._put(pl.Series(cells, dtype=pl.Float64), len(cells))
        elif types.count(str) == cells.count(""):
            self._put(pl.Series([None if v == "" else v for v in cells], dtype=pl.Float64), len(cells))
        else:
            self._put(
                pl.Series([v if type(v) is float else None for v in cells], dtype=pl.Float64),
                pl.Series([v if type(v) is str else None for v in cells], dtype=pl.String),
            )

    def _put(self, numbers: pl.Series | int, words: pl.Series | int) -> None:
        self.numbers.append(numbers)
        self.words.append(words)

    def texts(self) -> pl.Series:
        """All cells as text, blank ones null."""
        if all(isinstance(n, int) for n in self.numbers):
            return _blank_to_null(_joined(self.words, pl.String))
        numbers = _decimals(_joined(self.numbers, pl.Float64))
        if all(isinstance(w, int) for w in self.words):
            return numbers
        return numbers.zip_with(numbers.is_not_null(), _blank_to_null(_joined(self.words, pl.String)))


def _few(cells: Sequence[Any]) -> pl.Series:
    """The cells of a short column as text, blank ones null; one by one, which is quicker than polars."""
    kinds = set(map(type, cells))
    if not kinds <= {str, float}:
        cells = _worded(cells, kinds)
    listed = [(v or None) if type(v) is str else _decimal(v) for v in cells]
    texts = pl.Series(listed, dtype=pl.String)
    return _blank_to_null(texts) if any(v.isspace() for v in listed if v) else texts


def _decimal(value: float) -> str:
    """As :func:`number_text`, which is asked only where Python's own shortest text is another."""
    if value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    text = repr(value)
    return text if len(text) <= 16 and "e" not in text and math.isfinite(value) else number_text(value)


def _joined(pieces: Sequence[pl.Series | int], dtype: Any) -> pl.Series:
    """Pieces of a column as one; a number stands for so many nulls."""
    none = pl.Series([None], dtype=dtype)
    return pl.concat([none.new_from_index(0, p) if isinstance(p, int) else p for p in pieces], rechunk=True)


def _worded(cells: Sequence[Any], kinds: set[type]) -> Sequence[Any]:
    """Cells that are neither text nor number, as text; the others as they are."""
    if bool in kinds:
        cells = ["TRUE" if v is True else "FALSE" if v is False else v for v in cells]
    if dt.date in kinds:
        cells = [v.isoformat() if type(v) is dt.date else v for v in cells]
    if not kinds <= {str, float, bool, dt.date}:
        cells = [v if type(v) in (str, float) else _plain(v) for v in cells]
    return cells


def _blank_to_null(texts: pl.Series) -> pl.Series:
    """Blank cells as null."""
    blank = texts.str.strip_chars().str.len_bytes() == 0
    return texts.set(blank, None) if blank.any() else texts


def _decimals(numbers: pl.Series) -> pl.Series:
    """Floats as the shortest plain decimal of 15 significant digits, without exponent.

    What a float's shortest text has at most 15 digits of is that text; only the others are rounded, once each. Whole
    numbers, the most of all, need no float's text.
    """
    whole = numbers.cast(pl.Int64, strict=False)
    if ((numbers.abs() < _WHOLE) & (whole.cast(pl.Float64) == numbers)).all():
        return whole.cast(pl.String)
    numbers = numbers.set(numbers == 0.0, 0.0)  # minus zero is zero
    text = numbers.cast(pl.String)
    told = pl.DataFrame({"t": text}).select(
        pl.col("t").str.strip_suffix(".0"),
        ((pl.col("t").str.len_bytes() > 16) | pl.col("t").str.contains("[eEnN]")).alias("long"),
    )
    long = numbers.filter(told["long"]).unique()
    frame = told.select("t")
    if len(long):
        exact = long.to_list()
        table = pl.DataFrame(
            {"n": long.cast(pl.String), "exact": [number_text(v) for v in exact]},
            schema={"n": pl.String, "exact": pl.String},
        ).unique("n")
        frame = (
            text.to_frame("n")
            .with_columns(frame.to_series().alias("t"))
            .join(table, on="n", how="left", maintain_order="left")
            .select(pl.coalesce("exact", "t").alias("t"))
        )
    return frame.to_series()


def number_text(value: float) -> str:
    """One number as the shortest plain decimal of 15 significant digits: ``1e16`` is ``10000000000000000``."""
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    text = format(Decimal(f"{value:.15g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(value: object) -> str:
    """A cell that is neither text nor number."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return number_text(value) if abs(value) >= 10**15 else str(value)
    if isinstance(value, dt.datetime):
        if (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0):
            return value.date().isoformat()
        return value.isoformat(sep=" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        seconds = value.total_seconds()
        minutes, rest = divmod(round(abs(seconds)), 60)
        return f"{'-' if seconds < 0 else ''}{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
    return "" if value is None else str(value)
