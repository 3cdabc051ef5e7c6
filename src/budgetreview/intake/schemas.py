"""What the values of each column may be: one statement, and the pandera schemas made of it.

Coercion reads cells and names those it cannot read; what a column may hold is asked here. Whole columns are held
against the statement first, a smallest and a largest number or the distinct words for all; where one does not pass,
pandera says which cells. pandera gets eager frames (on a lazy one it skips the checks of data), and its switches in
the environment (``PANDERA_VALIDATION_ENABLED``, ``PANDERA_VALIDATION_DEPTH``) do not reach these validations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from budgetreview.errors import Problem
from budgetreview.intake.coerce import CODE_PATTERN, DIGITS_PATTERN, STORED, Typed, bad_cell, more_cells
from budgetreview.intake.part import LISTED
from budgetreview.money import LARGEST
from budgetreview.tables import TABLES, Column

if TYPE_CHECKING:
    import pandera.polars as pa

_SHORT: Final = 1_000
"""Columns up to this length are asked as they are, longer ones by their distinct words."""
FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2100
DIGIT_CODES: Final = frozenset({"entity", "function_code", "dept_economic_code", "gov_economic_code"})
"""Codes of digits only."""


@attrs.frozen
class Allowed:
    """The values that a column may hold: a range of numbers, fixed words, or texts of one shape.

    Attributes:
        low: The smallest number.
        high: The largest.
        words: All words there are.
        pattern: The shape of texts, a regular expression.
    """

    low: int | None = None
    high: int | None = None
    words: frozenset[str] | None = None
    pattern: str | None = None

    def holds(self, column: pl.Series) -> bool:
        """Whether all values of a column are allowed; an unknown value is."""
        if self.low is not None and self.high is not None:
            least, most = column.min(), column.max()
            return least is None or (self.low <= int(str(least)) and int(str(most)) <= self.high)
        if self.words is None and self.pattern is None:
            return True
        said = column if len(column) <= _SHORT else column.unique()
        if self.words is not None:
            return self.words.issuperset(w for w in said.to_list() if w is not None)
        return bool(said.str.contains(str(self.pattern)).all())


def allowed(column: Column) -> Allowed:
    """What a column may hold after coercion."""
    match column.kind:
        case "year":
            return Allowed(FIRST_YEAR, LAST_YEAR)
        case "count":
            return Allowed(0, LARGEST)
        case "money":
            return Allowed(-LARGEST, LARGEST)
        case "word":
            return Allowed(words=frozenset(column.words))
        case "code":
            return Allowed(pattern=DIGITS_PATTERN if column.name in DIGIT_CODES else CODE_PATTERN)
        case _:
            return Allowed()


def _checks(column: Column) -> list[pa.Check]:
    import pandera.polars as pa

    limits = allowed(column)
    if limits.low is not None and limits.high is not None:
        return [pa.Check.in_range(limits.low, limits.high)]
    if limits.words is not None:
        return [pa.Check.isin(sorted(limits.words))]
    return [pa.Check.str_matches(limits.pattern)] if limits.pattern is not None else []


@cache
def schema(table: str) -> pa.DataFrameSchema:
    """The schema of a table after coercion: types, ranges, words and the shape of codes. Columns may be absent."""
    import pandera.polars as pa

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
        own = [i for i in own if not accepts(table, {c.name: c for c in typed[i].frame.iter_columns()})]
        frames = [typed[i].frame.select([c for c in typed[i].frame.columns if c in spec]) for i in own]
        ends = np.cumsum([len(f) for f in frames])
        if not own:
            continue
        for column, rows in _failures(table, pl.concat(frames, how="diagonal")):
            at = np.searchsorted(ends, rows, side="right")
            for k in np.unique(at):
                start = int(ends[k - 1]) if k else 0
                found[own[k]] += _problems(typed[own[k]], column, (rows[at == k] - start).tolist())
    return found


def accepts(table: str, columns: Mapping[str, pl.Series]) -> bool:
    """Whether all columns (or the distinct words of some) hold only what they may."""
    spec = TABLES[table].columns
    return all(allowed(spec[name]).holds(column) for name, column in columns.items() if name in spec)


def _failures(table: str, frame: pl.DataFrame) -> list[tuple[str, npt.NDArray[np.int64]]]:
    """Columns with rows that the schema refuses."""
    from pandera.config import ValidationDepth, config_context
    from pandera.errors import SchemaErrors

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
