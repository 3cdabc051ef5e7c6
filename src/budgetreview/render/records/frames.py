"""Findings and coverage as data frames: a row a finding, a row a rule, typed columns.

Money is ``Decimal`` with two places, in 元. ``measure`` and ``limit`` are texts, since their unit differs from row to
row (``unit`` names it) and money must stay exact. Nested values are JSON texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import polars as pl

from budgetreview.errors import Text
from budgetreview.finding import UNIT_OF
from budgetreview.money import yuan
from budgetreview.recording import Block
from budgetreview.recording.columns import Column
from budgetreview.render import records
from budgetreview.render.records import fields
from budgetreview.render.records.fields import in_order
from budgetreview.render.records.layout import dump
from budgetreview.render.visible import whole
from budgetreview.report import CoverageTable, Findings, Report
from budgetreview.rule import Severity
from budgetreview.wording import in_json

BLOCK: Final = 10_000
"""Findings put into columns at a time."""
MONEY: Final = pl.Decimal(38, 2)
_SEVERITIES: Final = tuple(s.value for s in Severity)
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


def findings(found: Findings) -> pl.DataFrame:
    """One row a finding, the fields of CONTRACT section 5."""
    return pl.concat([empty(), *blocks(found)])


def empty() -> pl.DataFrame:
    """The same columns without a row."""
    return pl.DataFrame(schema=FINDINGS)


def blocks(found: Findings) -> Iterator[pl.DataFrame]:
    """The same in blocks of rows, so that many findings are never all there."""
    held: dict[str, list[Any]] = {name: [] for name in FINDINGS}
    for run in found.runs():
        parts = [(mine, _columns(block, found.waivers)) for mine, block in run]
        for name in held:
            held[name] += in_order([(mine, columns[name]) for mine, columns in parts])
        if len(held["rule"]) >= BLOCK:
            yield _frame({name: column[:BLOCK] for name, column in held.items()})
            held = {name: column[BLOCK:] for name, column in held.items()}
    if held["rule"]:
        yield _frame(held)


def _columns(block: Block, waived: Mapping[str, str]) -> dict[str, Sequence[Any]]:
    """The findings of a block as columns."""
    rule, n = block.rule, len(block)
    periods = block.table.periods
    measured = block.measure or block.limit
    messages, questions = (
        ([said.zh] * n, [said.en] * n) if isinstance(said, Text) else said for said in (block.messages, block.questions)
    )
    return {
        "fingerprint": block.fingerprints,
        "facts": block.facts,
        "rule": [rule.code] * n,
        "severity": [_SEVERITIES[rank] for rank in block.ranks],
        "table": [block.table.name] * n,
        "line_id": block.line_ids,
        "row": block.rows,
        "entity": [periods[p].entity for p in block.period],
        "fiscal_year": [periods[p].fiscal_year for p in block.period],
        "book": block.books,
        "agency": block.agencies,
        "project": block.projects,
        "subject": fields.subjects(block),
        "amount": block.amounts,
        "measure": _figures(block.measure, n),
        "limit": _figures(block.limit, n),
        "unit": [None if measured is None else UNIT_OF.get(measured.kind)] * n,
        "values": fields.values(block),
        "formula": [rule.formula] * n,
        "parameters": [fields.parameters(block)] * n,
        "message_zh": messages[0],
        "message_en": messages[1],
        "question_zh": questions[0],
        "question_en": questions[1],
        "authority": [fields.authority(block)] * n,
        "source": fields.sources(block),
        "waived": [waived.get(p) for p in block.fingerprints] if waived else [None] * n,
        "lines": fields.lines(block),
        "lines_total": [None if found is None else found[1] for found in block.lines],
    }


def _figures(column: Column | None, n: int) -> Sequence[str | None]:
    """A measure or limit as text: as JSON has it, without quotation marks."""
    return [None] * n if column is None else column.each(partial(_bare, column.kind))


def _bare(kind: str, value: float | str | bool | None) -> str | None:  # noqa: FBT001 - a mark is a value too
    said = in_json(kind, value)
    return said if said is None or isinstance(said, str) else dump(said)


def _frame(columns: Mapping[str, list[Any]]) -> pl.DataFrame:
    return pl.DataFrame([_series(name, values) for name, values in columns.items()])


def _series(name: str, values: list[Any]) -> pl.Series:
    dtype = FINDINGS[name]
    if dtype == pl.String:
        try:
            return pl.Series(name, values, pl.String)
        except UnicodeEncodeError:
            return pl.Series(name, [None if v is None else whole(v) for v in values], pl.String)
    if dtype == MONEY:
        return pl.Series(name, [None if v is None else yuan(v) for v in values], pl.String).cast(MONEY)
    return pl.Series(name, values, dtype)


def _framed(rows: list[records.Record], schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    try:
        return pl.DataFrame(rows, schema=schema, orient="row")
    except UnicodeEncodeError:
        rows = [{k: whole(v) if isinstance(v, str) else v for k, v in r.items()} for r in rows]
        return pl.DataFrame(rows, schema=schema, orient="row")


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
    """A record with sentences split by language and what is nested as JSON text."""
    flat: records.Record = {}
    for name, value in record.items():
        if name == "title":
            flat[f"{name}_zh"], flat[f"{name}_en"] = value["zh"], value["en"]
        elif isinstance(value, dict | list):
            flat[name] = dump(value)
        else:
            flat[name] = value
    return flat
