"""A report as plain records: dicts, lists, texts and numbers, exactly as CONTRACT section 5 lists them.

Every other format is made from the report or from these records, so that no two formats tell different stories.
Beyond the contract, a finding also has ``formula``, ``parameters`` and ``waived``, a rule ``across``, ``error``,
``status`` and ``version``, and the report ``notices`` that belong to no single input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from budgetreview.authority import Authority
from budgetreview.errors import Problem, Text
from budgetreview.money import yuan
from budgetreview.report import SCHEMA, Finding, Place, Report, RuleResult
from budgetreview.rule import Rule
from budgetreview.submission import Input
from budgetreview.tables import ACROSS_YEARS
from budgetreview.wording import Figure

Record = dict[str, Any]


def report(r: Report) -> Record:
    """The whole report."""
    return {**head(r), "findings": [finding(f) for f in r.findings]}


def head(r: Report) -> Record:
    """The report without its findings, the first record of ``jsonl``."""
    return {
        "schema": SCHEMA,
        "engine": r.engine,
        "packs": dict(sorted(r.packs.items())),
        "profile": dict(r.profile),
        "stage": r.stage,
        "as_of": r.as_of.isoformat(),
        "levels": dict(sorted(r.levels.items())),
        "periods": [[p.entity, p.fiscal_year] for p in r.periods],
        "inputs": [input_(i) for i in r.inputs],
        "notices": [problem(n) for n in r.notices],
        "without": list(r.without),
        "off": list(r.off),
        **({} if r.asked is None else {"asked": dict(r.asked)}),
        "complete": r.complete,
        "rules": list(rules(r)),
    }


def rules(r: Report) -> Iterator[Record]:
    """One record a rule: what it did and what it could not judge."""
    for result in r.results:
        yield _rule(result, r.waived_of(result.rule.code))


def _rule(result: RuleResult, waived: int) -> Record:
    rule = result.rule
    return {
        "code": rule.code,
        "pack": rule.pack,
        "title": text(rule.title),
        "severity": result.severity.value,
        "status": rule.status,
        "version": rule.version,
        "outcome": result.outcome,
        "per": rule.per,
        "across": _across(rule),
        "flagged": result.flagged,
        "waived": waived,
        "clear": result.clear,
        "not_assessed": result.not_assessed,
        "not_applicable": result.not_applicable,
        "missing": list(result.missing),
        "not_assessed_in": list(result.not_assessed_in),
        "not_assessed_units": result.grey_prints(),
        "parameters": dict(sorted(result.parameters.items())),
        "error": result.error,
    }


def _across(rule: Rule) -> list[str]:
    """Over what the rule's answers reach: what it says itself, and tables that serve more than one entity and year."""
    named = {*rule.tables, *rule.optional_tables}
    also = [word for word, tables in (("years", ACROSS_YEARS), ("standards", {"standards"})) if named & tables]
    return sorted({*rule.across, *also})


def input_(i: Input) -> Record:
    """One sheet, file or frame that was read."""
    return {
        "name": i.name,
        "sha256": i.sha256,
        "sheet": i.sheet,
        "table": i.table,
        "rows": i.rows,
        "amount_column": i.amount_column,
        "notices": [problem(n) for n in i.notices],
        "problems": [problem(p) for p in i.problems],
    }


def problem(p: Problem) -> Record:
    """A problem or notice with its place."""
    return {"kind": p.kind, "name": p.name, "sheet": p.sheet, "cell": p.cell, "message": text(p.text)}


def finding(f: Finding) -> Record:
    """One finding."""
    record: Record = {
        "fingerprint": f.fingerprint,
        "facts": f.facts,
        "rule": f.rule,
        "severity": f.severity.value,
        "table": f.table,
        "line_id": f.line_id,
        "row": f.row,
        "entity": f.entity,
        "fiscal_year": f.fiscal_year,
        "book": f.book,
        "agency": f.agency,
        "project": f.project,
        "subject": dict(f.subject),
        "amount": None if f.amount is None else yuan(f.amount),
        "measure": figure(f.measure),
        "limit": figure(f.limit),
        "unit": f.unit,
        "values": figures(f.values),
        "formula": f.formula,
        "parameters": figures(f.parameters),
        "message": text(f.message),
        "question": text(f.question),
        "authority": [authority(a) for a in f.authority],
        "source": place(f.source),
        "waived": f.waived,
    }
    if f.lines is not None:
        record["lines"] = list(f.lines)
        record["lines_total"] = f.lines_total
    return record


def text(t: Text) -> Record:
    """A sentence in both languages."""
    return {"zh": t.zh, "en": t.en}


def authority(a: Authority) -> Record:
    """Document and article."""
    return {"document": a.document, "article": a.article}


def place(p: Place) -> Record:
    """Input, sheet and cell; ``column`` where cells have no address; of a document page and box."""
    record: Record = {"name": p.name, "sheet": p.sheet, "cell": p.cell}
    if p.column is not None:
        record["column"] = p.column
    if p.page is not None:
        record["page"] = p.page
    if p.box is not None:
        record["box"] = list(p.box)
    return record


def figure(f: Figure | None) -> Any:
    """A figure as JSON has it; unknown is None.

    Raises:
        ValueError: It is no finite number.
    """
    return None if f is None else f.json()


def figures(named: Mapping[str, Figure]) -> Record:
    """Figures by name."""
    return {n: figure(f) for n, f in named.items()}
