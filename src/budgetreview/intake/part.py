"""One sheet, file or frame whose table and columns are known, but whose cells are still as they were read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from budgetreview.errors import Problem, Text
from budgetreview.layout import TableLayout

DOCUMENTS: Final = "documents"
"""The path that all documents of a batch are: a broken one of them does not stop the others."""

LISTED: Final = 20
"""Cells listed one by one for a column; what is beyond is counted."""


def _frozen(given: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(given))


@attrs.frozen
class Options:
    """What the caller says about inputs that do not say it themselves (CONTRACT, options of ``check``)."""

    unit: str | None = None
    entity: str | None = None
    year: int | None = None
    round: bool = False


@attrs.frozen(eq=False)
class Part:
    """A sheet, file or frame read as one table.

    Attributes:
        path: The argument that it came from.
        name: The input as the report names it.
        sheet: The sheet, None for files without sheets.
        sha256: Of the file's bytes; None for frames.
        table: The table that it is.
        frame: Its rows; columns under their known names, others under their own headers.
        totals: Its 合计, 小计 and 其中 rows, same columns.
        headers: Column to the header as written.
        letters: Column to its A1 letters.
        records: For each row of ``frame`` its row (csv: record) number, None for parquet and frames.
        total_records: The same for ``totals``.
        units: Money column to the unit it is in.
        sheet_unit: The unit of the sheet as a whole.
        entity: What the title or the layout says, for rows that name no entity.
        year: What the title or the layout says, for rows that name no fiscal year.
        layout: How it was to be read, None for tables that speak for themselves.
    """

    path: str
    name: str
    table: str
    frame: pl.DataFrame
    sheet: str | None = None
    sha256: str | None = None
    totals: pl.DataFrame | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict, converter=_frozen)
    letters: Mapping[str, str] = attrs.field(factory=dict, converter=_frozen)
    records: npt.NDArray[np.int64] | None = None
    total_records: npt.NDArray[np.int64] | None = None
    units: Mapping[str, str] = attrs.field(factory=dict, converter=_frozen)
    sheet_unit: str = "元"
    entity: str | None = None
    year: int | None = None
    layout: TableLayout | None = None
    notices: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    def cell(self, column: str, row: int) -> str | None:
        """The A1 address of a cell by column and place in ``frame``; None where the input has no cells."""
        if self.records is None or column not in self.letters:
            return None
        return f"{self.letters[column]}{int(self.records[row])}"

    def problem(self, kind: str, zh: str, en: str, cell: str | None = None) -> Problem:
        """A problem or notice of this part."""
        return Problem(kind, Text(zh, en), self.name, self.sheet, cell)

    def place(self, column: str, row: int) -> str:
        """Where a value is, for a sentence: its cell, else column and row number."""
        return self.cell(column, row) or f"{self.headers.get(column, column)}[{row + 1}]"
