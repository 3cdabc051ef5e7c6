"""Findings and coverage as data frames: a row a finding, a row a rule, typed columns.

Money is ``Decimal`` with two places, in 元. ``measure`` and ``limit`` are texts, since their unit differs from row to
row (``unit`` names it) and money must stay exact. Nested values are JSON texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, Final

import polars as pl

from budgetreview.render import records
from budgetreview.render.json import dump
from budgetreview.render.visible import whole
from budgetreview.report import CoverageTable, Finding, Report

BLOCK: Final = 10_000
"""Findings put into columns at a time."""
MONEY: Final = pl.Decimal(38, 2)
FINDINGS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "fingerprint": pl.String,
    "facts": pl.String,
    "rule": pl.String,
    "severity": pl.String,
    "table": pl.String,
    "line_id": pl.String,
    "row": pl.Int64,
    "entity": pl.String,
    "fiscal_year": pl.Int64,
    "book": pl.String,
    "agency": pl.String,
    "project": pl.String,
    "subject": pl.String,
    "amount": MONEY,
    "measure": pl.String,
    "limit": pl.String,
    "unit": pl.String,
    "values": pl.String,
    "formula": pl.String,
    "parameters": pl.String,
    "message_zh": pl.String,
    "message_en": pl.String,
    "question_zh": pl.String,
    "question_en": pl.String,
    "authority": pl.String,
    "source": pl.String,
    "waived": pl.String,
    "lines": pl.String,
    "lines_total": pl.Int64,
}
_COUNTS: Final = ("flagged", "waived", "clear", "not_assessed", "not_applicable")
RULES: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "code": pl.String,
    "pack": pl.String,
    "title_zh": pl.String,
    "title_en": pl.String,
    "severity": pl.String,
    "status": pl.String,
    "version": pl.Int64,
    "outcome": pl.String,
    "per": pl.String,
    **dict.fromkeys(_COUNTS, pl.Int64),
    "missing": pl.String,
    "parameters": pl.String,
    "error": pl.String,
}


def findings(found: Iterable[Finding]) -> pl.DataFrame:
    """One row a finding, the fields of CONTRACT section 5."""
    return pl.concat([pl.DataFrame(schema=FINDINGS), *blocks(found)])


def blocks(found: Iterable[Finding]) -> Iterator[pl.DataFrame]:
    """The same in blocks of rows, so that many findings are never all there as records."""
    for some in batched(found, BLOCK):
        yield _framed([_flat(records.finding(f)) for f in some], FINDINGS)


def _framed(rows: list[records.Record], schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    try:
        return pl.DataFrame(rows, schema=schema, orient="row")
    except UnicodeEncodeError:
        rows = [{k: whole(v) if isinstance(v, str) else v for k, v in r.items()} for r in rows]
        return pl.DataFrame(rows, schema=schema, orient="row")


def batched(found: Iterable[Finding], n: int) -> Iterator[list[Finding]]:
    """Lists of at most ``n``."""
    rest = iter(found)
    while some := list(islice(rest, n)):
        yield some


def rules(report: Report) -> pl.DataFrame:
    """One row a rule, as files have it beside the findings."""
    return _framed([_flat(r) for r in records.rules(report)], RULES)


def coverage(rows: CoverageTable) -> pl.DataFrame:
    """One row a rule with the seconds it took, for Python; files leave the seconds out."""
    schema: dict[str, Any] = {
        "code": pl.String, "pack": pl.String, "outcome": pl.String, "per": pl.String,
        **dict.fromkeys(_COUNTS, pl.Int64), "missing": pl.List(pl.String), "seconds": pl.Float64,
    }  # fmt: skip
    listed = [{n: getattr(r, n) for n in schema} | {"missing": list(r.missing)} for r in rows]
    return pl.DataFrame(listed, schema=schema)


def _flat(record: records.Record) -> records.Record:
    """A record with sentences split by language, money as decimals and what is nested as JSON text."""
    flat: records.Record = {}
    for name, value in record.items():
        if name in {"title", "message", "question"}:
            flat[f"{name}_zh"], flat[f"{name}_en"] = value["zh"], value["en"]
        elif name == "amount":
            flat[name] = None if value is None else Decimal(value)
        elif name in {"measure", "limit"}:
            flat[name] = value if value is None or isinstance(value, str) else dump(value)
        elif isinstance(value, dict | list):
            flat[name] = dump(value)
        else:
            flat[name] = value
    return flat
