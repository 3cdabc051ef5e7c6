"""``sarif`` 2.1.0: findings for code-scanning viewers and other tools that read this format.

A budget has no lines of code: the file is the physical location, the sheet and cell the logical one. Severities become
levels (red ``error``, orange and yellow ``warning``, blue ``note``); the severity itself stands in ``properties``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any, Final
from urllib.parse import quote

from budgetreview.errors import Problem
from budgetreview.render import records
from budgetreview.render.summary import incomplete_because
from budgetreview.render.visible import utf8, whole
from budgetreview.report import Finding, Place, Report, RuleResult

VERSION: Final = "2.1.0"
SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVEL: Final[Mapping[str, str]] = {"red": "error", "orange": "warning", "yellow": "warning", "blue": "note"}
PRINT: Final = "budgetreview/v1"


def sarif(report: Report, out: IO[bytes], lang: str) -> None:
    """Write the log: one run, its rules, results, inputs and what went wrong."""
    text = json.dumps(log(report, lang), ensure_ascii=False, allow_nan=False, indent=2)
    out.write(utf8(text) + b"\n")


def log(report: Report, lang: str) -> records.Record:
    """The log as plain records."""
    names = list(dict.fromkeys(i.name for i in report.inputs))
    files = {name: k for k, name in enumerate(names)}
    index = {r.rule.code: k for k, r in enumerate(report.results)}
    hashes = {i.name: i.sha256 for i in report.inputs}
    head = records.head(report)
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [{
            "tool": {
                "driver": {
                    "name": "budgetreview",
                    "semanticVersion": report.engine,
                    "language": "zh-CN" if lang == "zh" else "en",
                    "rules": [_rule(r, lang) for r in report.results],
                },
                "extensions": [{"name": p, "version": v} for p, v in sorted(report.packs.items())],
            },
            "invocations": [{
                "executionSuccessful": report.complete,
                "toolExecutionNotifications": [
                    *({"level": "error", "message": {"text": _plain(t[lang])}} for t in incomplete_because(report)),
                    *(_notification(p, "error", files, lang) for i in report.inputs for p in i.problems),
                    *(_notification(n, "note", files, lang) for i in report.inputs for n in i.notices),
                    *(_notification(n, "note", files, lang) for n in report.notices),
                ],
            }],
            "artifacts": [
                {"location": {"uri": _uri(n)}, **({"hashes": {"sha-256": h}} if (h := hashes[n]) is not None else {})}
                for n in names
            ],
            "language": "zh-CN" if lang == "zh" else "en",
            "columnKind": "utf16CodeUnits",
            "results": [_result(f, index[f.rule], files, lang) for f in report.findings],
            "properties": {k: head[k] for k in ("schema", "stage", "as_of", "profile", "levels", "complete")},
        }],
    }  # fmt: skip


def _rule(r: RuleResult, lang: str) -> records.Record:
    rule = r.rule
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title[lang]},
        "fullDescription": {"text": rule.page["flags"][lang]},
        "defaultConfiguration": {"level": LEVEL[rule.severity.value]},
        "properties": {
            "pack": rule.pack,
            "status": rule.status,
            "focus": list(rule.focus),
            "formula": rule.formula,
            "authority": [a.cite(lang) for a in rule.authority],
            "outcome": r.outcome,
            "flagged": r.flagged,
            "clear": r.clear,
            "not_assessed": r.not_assessed,
            "not_applicable": r.not_applicable,
            "missing": list(r.missing),
        },
    }


def _result(f: Finding, rule: int, files: Mapping[str, int], lang: str) -> records.Record:
    record = records.finding(f)
    kept = ("severity", "facts", "table", "line_id", "row", "entity", "fiscal_year", "book", "agency", "project",
            "subject", "amount", "measure", "limit", "unit", "values", "parameters")  # fmt: skip
    result: records.Record = {
        "ruleId": f.rule,
        "ruleIndex": rule,
        "level": LEVEL[f.severity.value],
        "message": {"text": _plain(f"{f.message[lang]}{'。' if lang == 'zh' else '. '}{f.question[lang]}")},
        "locations": [_location(f.source, files)],
        "partialFingerprints": {PRINT: f.fingerprint},
        "properties": {k: record[k] for k in kept},
    }
    if f.waived is not None:
        result["suppressions"] = [{"kind": "external", "justification": f.waived}]
    return result


def _location(place: Place | Problem, files: Mapping[str, int]) -> records.Record:
    location: records.Record = {}
    if place.name:
        artifact: dict[str, Any] = {"uri": _uri(place.name)}
        if place.name in files:
            artifact["index"] = files[place.name]
        location["physicalLocation"] = {"artifactLocation": artifact}
    spot = "!".join(p for p in (place.sheet, place.cell or getattr(place, "column", None)) if p)
    if spot:
        kind = "cell" if place.cell else "sheet"
        location["logicalLocations"] = [{"name": place.cell or spot, "fullyQualifiedName": spot, "kind": kind}]
    return location


def _notification(p: Problem, level: str, files: Mapping[str, int], lang: str) -> records.Record:
    found: records.Record = {"level": level, "message": {"text": _plain(p.text[lang])}, "properties": {"kind": p.kind}}
    location = _location(p, files)
    if location:
        found["locations"] = [location]
    return found


def _plain(text: str) -> str:
    """A text in which a viewer finds no placeholder ``{0}`` and no link ``[text](target)`` (3.11.5, 3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("[", r"\[").replace("]", r"\]")


def _uri(name: str) -> str:
    return quote(whole(name), safe="/")
