"""The rules on single lines in pandera on polars: what a schema refuses is what a rule flags.

A schema knows right and wrong only. What it refuses it names with the row; how many lines are clear and to how many a
rule does not apply is counted beside it, in one select.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from benchmarks.answers import OF_LINE_RULES, Answer, Answers
from benchmarks.peers.with_polars import LINES, SHARED, Test, read


def _passes(test: Test) -> Callable[[Any], pl.LazyFrame]:
    flagged = test.condition if test.applies is None else test.applies & test.condition
    kept = ~flagged.fill_null(value=False)
    return lambda data: data.lazyframe.select(kept)


def schema() -> pa.DataFrameSchema:
    """All rules on single lines as checks of the whole frame."""
    return pa.DataFrameSchema(checks=[pa.Check(_passes(t), name=c) for c, t in LINES.items()])


def only_lines(path: Path) -> Answers:
    """File to findings of the rules on single lines."""
    return line_rules(read(path, OF_LINE_RULES))


def line_rules(lines: pl.DataFrame) -> Answers:
    """The rules on single lines on columns in memory."""
    lines = lines.with_columns(**SHARED)
    try:
        schema().validate(lines, lazy=True)
        refused = pl.DataFrame(schema={"check": pl.String, "index": pl.Int64})
    except SchemaErrors as error:
        refused = error.failure_cases.select("check", pl.col("index").cast(pl.Int64))
    rows = {c: part["index"].unique() for (c,), part in refused.group_by("check")}
    counts = lines.select(e for c, t in LINES.items() for e in _counts(c, t)).row(0, named=True)
    nothing = pl.Series([], dtype=pl.Int64)
    return {
        c: Answer.of(lines["line_id"].gather(rows.get(c, nothing)), counts[f"{c} clear"], counts[f"{c} away"], len(lines))
        for c in LINES
    }  # fmt: skip


def _counts(code: str, test: Test) -> tuple[pl.Expr, pl.Expr]:
    if test.applies is None:
        return (~test.condition).sum().alias(f"{code} clear"), pl.lit(0).alias(f"{code} away")
    clear = (~test.condition & test.applies.fill_null(value=True)).sum()
    return clear.alias(f"{code} clear"), (~test.applies).sum().alias(f"{code} away")
