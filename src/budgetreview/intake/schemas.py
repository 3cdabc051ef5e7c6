"""The tables as pandera schemas, made from the one statement of all columns.

Coercion reads cells and names those it cannot read; the schemas then hold the values against what a column may
hold. pandera gets eager frames (on a lazy one it skips the checks of data), and its switches in the environment
(``PANDERA_VALIDATION_ENABLED``, ``PANDERA_VALIDATION_DEPTH``) do not reach these validations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrors

from budgetreview.errors import Problem
from budgetreview.intake.coerce import CODE_PATTERN, DIGITS_PATTERN, STORED, Typed, bad_cell, more_cells
from budgetreview.intake.part import LISTED
from budgetreview.money import LARGEST
from budgetreview.tables import TABLES, Column

FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2100
DIGIT_CODES: Final = frozenset({"entity", "function_code", "dept_economic_code", "gov_economic_code"})


def _checks(column: Column) -> list[pa.Check]:
    match column.kind:
        case "year":
            return [pa.Check.in_range(FIRST_YEAR, LAST_YEAR)]
        case "count":
            return [pa.Check.in_range(0, LARGEST)]
        case "money":
            return [pa.Check.in_range(-LARGEST, LARGEST)]
        case "word":
            return [pa.Check.isin(list(column.words))]
        case "code":
            return [pa.Check.str_matches(DIGITS_PATTERN if column.name in DIGIT_CODES else CODE_PATTERN)]
        case _:
            return []


@cache
def schema(table: str) -> pa.DataFrameSchema:
    """The schema of a table after coercion: types, ranges, words and the shape of codes. Columns may be absent."""
    columns = {
        c.name: pa.Column(STORED[c.kind], _checks(c), nullable=True, required=False, description=c.label)
        for c in TABLES[table].columns.values()
    }
    return pa.DataFrameSchema(columns, name=table, strict=False)


def validate(typed: Sequence[Typed]) -> list[list[Problem]]:
    """Hold coerced parts against the schemas of their tables, each table once for all parts.

    Returns:
        For each part a problem for each cell that is outside what its column may hold, at most 20 a column and
        then a count.
    """
    found: list[list[Problem]] = [[] for _ in typed]
    for table in {t.part.table for t in typed}:
        own = [i for i, t in enumerate(typed) if t.part.table == table and len(t.frame)]
        spec = TABLES[table].columns
        frames = [typed[i].frame.select([c for c in typed[i].frame.columns if c in spec]) for i in own]
        ends = np.cumsum([len(f) for f in frames])
        for column, rows in _failures(table, pl.concat(frames, how="diagonal") if frames else pl.DataFrame()):
            at = np.searchsorted(ends, rows, side="right")
            for k in np.unique(at):
                start = int(ends[k - 1]) if k else 0
                found[own[k]] += _problems(typed[own[k]], column, (rows[at == k] - start).tolist())
    return found


def accepts(table: str, columns: Mapping[str, pl.Series]) -> bool:
    """Whether the schema of a table accepts columns (or the distinct words of some), each of a length of its own.

    Every check is of single values, and those of numbers are ranges: the smallest and the largest stand for all.
    """
    spec = TABLES[table].columns
    witnesses: dict[int, list[pl.Series]] = {}
    for name, column in columns.items():
        if name not in spec:
            continue
        if not _checks(spec[name]):
            witness = column.clear()
        elif column.dtype == pl.String:
            witness = column.drop_nulls()
        else:
            witness = pl.Series([column.min(), column.max()], dtype=column.dtype).drop_nulls()
        longest = 2 ** len(witness).bit_length()
        witnesses.setdefault(longest, []).append(witness.extend_constant(None, longest - len(witness)).alias(name))
    return not any(_failures(table, pl.DataFrame(alike)) for alike in witnesses.values())


def _failures(table: str, frame: pl.DataFrame) -> list[tuple[str, npt.NDArray[np.int64]]]:
    """Columns with rows that the schema refuses."""
    try:
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema(table).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        names = cases["column"].unique(maintain_order=True).to_list()
        rows = [cases.filter(pl.col("column") == n)["index"].unique().sort().cast(pl.Int64).to_numpy() for n in names]
        return list(zip(names, rows, strict=True))
    return []


def _problems(typed: Typed, column: str, rows: list[int]) -> list[Problem]:
    part, spec = typed.part, TABLES[typed.part.table].columns[column]
    found = [bad_cell(part, spec, part.frame[column][row], row) for row in rows[:LISTED]]
    return found + ([more_cells(part, column, len(rows))] if len(rows) > LISTED else [])
