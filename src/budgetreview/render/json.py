"""``json`` and ``jsonl``: the records of a report for programs, the same bytes for the same report."""

from __future__ import annotations

import json
from typing import IO, Any, Final

from budgetreview.render import records
from budgetreview.render.visible import utf8
from budgetreview.report import Report

_compact: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_quoted: Final = json.JSONEncoder(ensure_ascii=False).encode


def dump(value: Any) -> str:
    """A nested value on one line, as other formats put it into a cell."""
    return _compact(value)


def json_document(report: Report, out: IO[bytes]) -> None:
    """The whole report as one object, two spaces a level, findings written one after the other."""
    head = json.dumps(records.head(report), ensure_ascii=False, allow_nan=False, indent=2)
    out.write(utf8(head.removesuffix("\n}")))
    out.write(b',\n  "findings": [')
    separator = b"\n    "
    for f in report.findings:
        out.write(separator + utf8(_indented(records.finding(f), "\n    ")))
        separator = b",\n    "
    out.write(b"]\n}\n" if separator == b"\n    " else b"\n  ]\n}\n")


def _indented(value: Any, margin: str) -> str:
    """What ``json.dumps`` with an indent of two spaces gives, several times faster: that one is written in Python."""
    if isinstance(value, str):
        return _quoted(value)
    inner = margin + "  "
    if isinstance(value, dict):
        if not value:
            return "{}"
        pairs = [f"{_quoted(k)}: {_indented(v, inner)}" for k, v in value.items()]
        return f"{{{inner}{f',{inner}'.join(pairs)}{margin}}}"
    if isinstance(value, list):
        return f"[{inner}{f',{inner}'.join([_indented(v, inner) for v in value])}{margin}]" if value else "[]"
    return "null" if value is None else dump(value)


def json_lines(report: Report, out: IO[bytes]) -> None:
    """One record a line: first the report without findings, then each finding."""
    out.write(utf8(dump(records.head(report))) + b"\n")
    for f in report.findings:
        out.write(utf8(dump(records.finding(f))) + b"\n")
