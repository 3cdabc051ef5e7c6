"""``json`` and ``jsonl``: the records of a report for programs, the same bytes for the same report."""

from __future__ import annotations

import json
from typing import IO

from budgetreview.render import records
from budgetreview.render.records import fields
from budgetreview.render.records.layout import COMPACT, INDENTED, dump
from budgetreview.render.visible import utf8
from budgetreview.report import Report

__all__ = ["dump", "json_document", "json_lines"]


def json_document(report: Report, out: IO[bytes]) -> None:
    """The whole report as one object, two spaces a level, findings written one after the other."""
    head = json.dumps(records.head(report), ensure_ascii=False, allow_nan=False, indent=2)
    out.write(utf8(head.removesuffix("\n}")))
    out.write(b',\n  "findings": [')
    before = "\n    "
    for run in report.findings.runs():
        said = fields.written(run, report.findings.waivers, INDENTED)
        out.write(utf8(before + ",\n    ".join(said)))
        before = ",\n    "
    out.write(b"]\n}\n" if before == "\n    " else b"\n  ]\n}\n")


def json_lines(report: Report, out: IO[bytes]) -> None:
    """One record a line: first the report without findings, then each finding."""
    out.write(utf8(dump(records.head(report))) + b"\n")
    for run in report.findings.runs():
        out.write(utf8("".join(f"{said}\n" for said in fields.written(run, report.findings.waivers, COMPACT))))
