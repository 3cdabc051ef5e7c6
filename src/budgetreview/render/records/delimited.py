"""``csv`` and ``parquet``: the findings, and beside them ``STEM.coverage.EXT`` with a row a rule."""

from __future__ import annotations

from typing import IO

import polars as pl

from budgetreview.render.records import frames
from budgetreview.render.visible import FORMULA, no_formula
from budgetreview.report import Report


def csv_findings(report: Report, out: IO[bytes]) -> None:
    """Findings as UTF-8 csv with a byte order mark; text that a spreadsheet would run is neutralised."""
    _csv(frames.empty(), out)
    for block in frames.blocks(report.findings):
        _csv(block, out, header=False)


def csv_coverage(report: Report, out: IO[bytes]) -> None:
    """Rules as csv in the same form."""
    _csv(frames.rules(report), out)


def parquet_findings(report: Report, out: IO[bytes]) -> None:
    """Findings as parquet: typed columns, text exactly as in JSON."""
    frames.findings(report.findings).write_parquet(out)


def parquet_coverage(report: Report, out: IO[bytes]) -> None:
    """Rules as parquet."""
    frames.rules(report).write_parquet(out)


def _csv(frame: pl.DataFrame, out: IO[bytes], *, header: bool = True) -> None:
    texts = [n for n, t in frame.schema.items() if t == pl.String]
    odd = [n for n in texts if frame[n].str.contains(FORMULA).any()]
    safe = frame.with_columns(
        pl.Series(n, [None if v is None else no_formula(v) for v in frame[n]], pl.String) for n in odd
    )
    safe.write_csv(out, include_bom=header, include_header=header)
