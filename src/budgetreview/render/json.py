"""``json`` and ``jsonl``: the records of a report for programs, the same bytes for the same report."""

from __future__ import annotations

import json
from typing import IO, Any

from budgetreview.render import records
from budgetreview.report import Report


def dump(value: Any) -> str:
    """A nested value on one line, as other formats put it into a cell."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def json_document(report: Report, out: IO[bytes]) -> None:
    """The whole report as one object, two spaces a level, findings written one after the other."""
    head = json.dumps(records.head(report), ensure_ascii=False, allow_nan=False, indent=2)
    out.write(head.removesuffix("\n}").encode())
    out.write(b',\n  "findings": [')
    separator = b"\n    "
    for f in report.findings:
        body = json.dumps(records.finding(f), ensure_ascii=False, allow_nan=False, indent=2)
        out.write(separator + body.replace("\n", "\n    ").encode())
        separator = b",\n    "
    out.write(b"]\n}\n" if separator == b"\n    " else b"\n  ]\n}\n")


def json_lines(report: Report, out: IO[bytes]) -> None:
    """One record a line: first the report without findings, then each finding."""
    out.write(dump(records.head(report)).encode() + b"\n")
    for f in report.findings:
        out.write(dump(records.finding(f)).encode() + b"\n")
