"""The tables as pandera schemas, made from the one statement of all columns.

Coercion reads cells and names those it cannot read; the schemas then hold the values against what a column may
hold. pandera gets eager frames (on a lazy one it skips the checks of data), and its switches in the environment
(``PANDERA_VALIDATION_ENABLED``, ``PANDERA_VALIDATION_DEPTH``) do not reach these validations.
"""

from __future__ import annotations

from functools import cache
from typing import Final

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
_DIGIT_CODES: Final = frozenset({"entity", "function_code", "dept_economic_code", "gov_economic_code"})


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
            return [pa.Check.str_matches(DIGITS_PATTERN if column.name in _DIGIT_CODES else CODE_PATTERN)]
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


def validate(typed: Typed) -> list[Problem]:
    """Hold a coerced table against its schema.

    Returns:
        A problem for each cell that is outside what its column may hold, at most 20 a column and then a count.
    """
    spec = TABLES[typed.part.table].columns
    known = typed.frame.select([c for c in typed.frame.columns if c in spec])
    try:
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema(typed.part.table).validate(known, lazy=True)
    except SchemaErrors as errors:
        return _problems(typed, errors.failure_cases)
    return []


def _problems(typed: Typed, cases: pl.DataFrame) -> list[Problem]:
    part, spec = typed.part, TABLES[typed.part.table].columns
    found: list[Problem] = []
    for name in cases["column"].unique(maintain_order=True).to_list():
        rows = cases.filter(pl.col("column") == name)["index"].unique().sort().to_list()
        found += [bad_cell(part, spec[name], part.frame[name][int(row)], int(row)) for row in rows[:LISTED]]
        if len(rows) > LISTED:
            found.append(more_cells(part, name, len(rows)))
    return found
