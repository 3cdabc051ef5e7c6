"""For authors of rules: cases as data, and laws that every rule keeps.

A case file (TOML) names a rule and lists cases. Each case gives small tables as text, columns separated by two or more
blanks, ``-`` for a blank cell, money in 元, and which units the rule must flag, clear, not assess, or not apply to::

    rule = "Z13"

    [[case]]
    name = "one 分 above the standard"
    lines = '''
    line  unit_price  standard_value
    A-1      1200.01         1200.00
    A-2      1200.00         1200.00
    '''
    flagged = ["A-1"]
    clear = ["A-2"]

Units are named by their line id, the values of their group or row key joined by ``/`` (``101``,
``general/土地基金``), or, for a whole entity and year, by the entity's code. Where a table has no column for them,
the entity is 430702, the year 2026 and the book general.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np

from budgetreview.amount import totals_with_amount, with_amount
from budgetreview.codes import load_tables
from budgetreview.engine import review
from budgetreview.judging import Bench
from budgetreview.recompute import evaluate
from budgetreview.report import Report
from budgetreview.rule import Assessment, Context, Rule, RuleSet
from budgetreview.submission import Submission
from budgetreview.table import Data, Groups, Table
from budgetreview.tables import TABLES
from budgetreview.values import Exact, Ints, Keys, Numbers, Truth

ENTITY: Final = "430702"
YEAR: Final = 2026
AS_OF: Final = date(2026, 1, 10)
ANSWERS: Final = ("flagged", "clear", "not_assessed", "not_applicable")


@attrs.frozen
class Case:
    """One case of a case file."""

    rule: str
    name: str
    tables: Mapping[str, str]
    expected: Mapping[str, tuple[str, ...]]
    severity: Mapping[str, str]
    settings: Mapping[str, str]
    stage: str | None
    as_of: date
    level: str | None
    unit: str
    missing: tuple[str, ...]


def cases(path: Path) -> list[Case]:
    """Read a case file.

    Raises:
        ValueError: A case has a key that means nothing.
    """
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {"name", "stage", "as_of", "level", "unit", "settings", "severity", "missing", *ANSWERS, *TABLES}
    found = []
    for raw in data["case"]:
        odd = sorted(set(raw) - known)
        if odd:
            msg = f"{path.name}: {raw.get('name')}: unknown keys {', '.join(odd)}"
            raise ValueError(msg)
        found.append(
            Case(
                rule=data["rule"],
                name=raw["name"],
                tables={t: raw[t] for t in TABLES if t in raw},
                expected={a: tuple(raw.get(a, ())) for a in ANSWERS},
                severity=raw.get("severity", {}),
                settings={f"{data['rule']}.{k}": str(v) for k, v in raw.get("settings", {}).items()},
                stage=raw.get("stage"),
                as_of=raw.get("as_of", AS_OF),
                level=raw.get("level"),
                unit=raw.get("unit", "元"),
                missing=tuple(raw.get("missing", ())),
            )
        )
    return found


def columns(name: str, text: str) -> dict[str, list[str | None]]:
    """A table written as text, column by column, with the usual entity, year and book filled in.

    Raises:
        ValueError: A row has more or fewer cells than the header.
    """
    rows = [re.split(r"\s{2,}|\t", line.strip()) for line in text.strip().splitlines() if line.strip()]
    header = [{"line": "line_id"}.get(h, h) for h in rows[0]]
    for row in rows[1:]:
        if len(row) != len(header):
            msg = f"{name}: {row} has {len(row)} cells, the header {header} has {len(header)}"
            raise ValueError(msg)
    found: dict[str, list[str | None]] = {
        h: [None if row[i] == "-" else row[i] for row in rows[1:]] for i, h in enumerate(header)
    }
    n = len(rows) - 1
    usual = {"entity": ENTITY, "fiscal_year": str(YEAR), **({"book": "general"} if name in {"lines", "totals"} else {})}
    for column, value in usual.items():
        if column in TABLES[name].columns and column not in found:
            found[column] = [value] * n
    return found


def submission(tables: Mapping[str, str], unit: str = "元") -> Submission:
    """A submission of tables written as text."""
    return Submission(**{n: columns(n, t) for n, t in tables.items()}, unit=unit)


def bench(given: Submission, *, stage: str, as_of: date, level: str | None = None) -> Bench:
    """What the engine hands to rules, for one submission."""
    report_levels = review(given, RuleSet(()), stage=stage, as_of=as_of, level=level).levels
    levels = tuple(report_levels.get(p.entity or "") or level for p in given.periods)
    lines, chosen = with_amount(given.table("lines"), stage)
    beside = given.totals_rows.get("lines")
    totals = None if beside is None else totals_with_amount(beside, chosen)
    return Bench(given, lines, Context(stage, as_of, levels, {str(k): v for k, v in load_tables().items()}, totals))


def answers(rule: Rule, given: Submission, *, stage: str, as_of: date, level: str | None = None) -> dict[str, str]:
    """What a rule says of each unit: its name to one of the four answers."""
    said: dict[str, str] = {}
    for a, judged in bench(given, stage=stage, as_of=as_of, level=level).assessments(rule):
        for answer in ANSWERS:
            for i in np.flatnonzero(getattr(judged, answer)):
                said[unit_name(a, int(i), given)] = answer
    return said


def unit_name(a: Assessment, i: int, given: Submission) -> str:
    """How a case file names a unit."""
    table = a.units.table
    period = given.periods[int(a.units.period[i])]
    many_years = len({p.fiscal_year for p in given.periods}) > 1
    many_entities = len({p.entity for p in given.periods}) > 1
    if isinstance(a.units, Groups):
        parts = [a.units.key(n).text(i) or "-" for n in a.units.names]
    elif table.name == "lines":
        return _cell(table, "line_id", i)
    else:
        key = TABLES[table.name].key or _ROW_KEY.get(table.name, ())
        parts = [_cell(table, k, i) for k in key if k not in {"entity", "fiscal_year"}]
    for extra in a.subject.values():
        parts.append(extra if isinstance(extra, str) else (extra.text(i) or "-") if isinstance(extra, Keys) else "?")
    place = [str(period.entity)] if many_entities or not parts else []
    return "/".join([*place, *([str(period.fiscal_year)] if many_years else []), *parts])


_ROW_KEY: Final[Mapping[str, tuple[str, ...]]] = {
    "transfers": ("kind", "region", "project"),
    "targets": ("project", "level3"),
    "calendar": ("event",),
    "payments": ("agency", "project", "month"),
    "cases": ("rule", "agency"),
    "standards": ("code",),
}


def _cell(table: Table, name: str, i: int) -> str:
    data = table.columns.get(name)
    if isinstance(data, Keys):
        return data.text(i) or "-"
    return str(int(data.values[i])) if isinstance(data, Exact) and data.known[i] else "-"


def run_case(rule: Rule, case: Case) -> None:
    """Check one case.

    Raises:
        AssertionError: An answer, a severity or a missing input differs from what the case says.
    """
    given = submission(case.tables, case.unit)
    stage = case.stage or rule.stages[0]
    report = review(given, RuleSet((rule,)), stage=stage, as_of=case.as_of, level=case.level, settings=case.settings)
    result = report.results[0]
    assert result.outcome in {"ran", "no_data"}, f"{case.name}: {result.outcome}: {result.error}"
    ruled = result.rule
    said = answers(ruled, given, stage=stage, as_of=case.as_of, level=case.level) if result.outcome == "ran" else {}
    for answer in ANSWERS:
        expected = dict.fromkeys(case.expected[answer], answer)
        if result.outcome == "no_data":
            assert not case.expected["flagged"], f"{case.name}: no data"
            assert not case.expected["clear"], f"{case.name}: no data"
        else:
            found = {u: s for u, s in said.items() if u in expected}
            assert found == expected, f"{case.name}: expected {answer} {sorted(expected)}, the rule says {said}"
    flagged = sorted(u for u, s in said.items() if s == "flagged")
    assert flagged == sorted(case.expected["flagged"]), f"{case.name}: flagged {flagged}"
    assert result.flagged == len(case.expected["flagged"]), f"{case.name}: {result.flagged} findings"
    findings = list(report.findings)
    assert len(findings) == result.flagged, f"{case.name}: {len(findings)} records for {result.flagged} flagged units"
    for f in findings:
        for text in (f.message.zh, f.message.en, f.question.zh, f.question.en):
            assert "{" not in text, f"{case.name}: unfilled place in {text!r}"
        record = {n: v.json() for n, v in {**f.parameters, **f.values}.items()}
        assert evaluate(f.formula, record) is True, f"{case.name}: {f.formula} does not hold for {record}"
    severities = {f.line_id or "/".join(map(str, f.subject.values())): f.severity.value for f in findings}
    for unit, severity in case.severity.items():
        got = (
            severities.get(unit) if unit in severities else (findings[0].severity.value if len(findings) == 1 else None)
        )
        assert got == severity, f"{case.name}: {unit} is {got}, expected {severity}"
    assert set(case.missing) <= set(result.missing), f"{case.name}: missing {result.missing}"


def check_rule(rule: Rule, given: Submission, *, as_of: date = AS_OF, seed: int = 0) -> None:
    """Check the laws that every rule keeps, on one submission.

    The same batch gives the same answers; row order means nothing; blanking cells never turns a flagged or grey unit
    clear; inputs are untouched.

    Raises:
        AssertionError: A law is broken.
    """
    random = np.random.default_rng(seed)
    stage = rule.stages[0]
    before = {n: _bytes(t) for n, t in given.tables.items()}
    first = answers(rule, given, stage=stage, as_of=as_of)
    assert first == answers(rule, given, stage=stage, as_of=as_of), f"{rule.code}: two runs differ"
    mixed = _with(given, {n: _ordered(t, random.permutation(len(t))) for n, t in given.tables.items()})
    assert first == answers(rule, mixed, stage=stage, as_of=as_of), f"{rule.code}: row order matters"
    for name in rule.reads + rule.uses:
        table, _, column = name.rpartition(".")
        target = given.tables.get(table or "lines")
        if target is None or column not in target.columns or column in _BLANK_MEANS:
            continue
        keep = random.random(len(target)) < 0.5  # noqa: PLR2004 - half of the cells
        blanked = attrs.evolve(
            target, columns={**target.columns, column: _only(target.columns[column], keep)}, groups={}, mapped={}
        )
        after = answers(rule, _with(given, {(table or "lines"): blanked}), stage=stage, as_of=as_of)
        for unit, said in first.items():
            if said in {"flagged", "not_assessed"} and unit in after:
                assert after[unit] != "clear", f"{rule.code}: blanking {name} cleared {unit}, which was {said}"
    assert before == {n: _bytes(t) for n, t in given.tables.items()}, f"{rule.code} changed its input"


_BLANK_MEANS: Final = frozenset(
    {"agency", "basis_expires", "due", "end_year", "parent_id", "periods", "prior_current", "priority", "project"}
)
"""Columns where a blank says something of its own (READINGS), or moves a line out of its group."""


def _with(given: Submission, tables: Mapping[str, Table]) -> Submission:
    return Submission.of({**given.tables, **tables}, given.periods, given.inputs, given.totals_rows)


def _ordered(table: Table, order: Ints) -> Table:
    return attrs.evolve(
        table,
        columns={n: d.take(order) for n, d in table.columns.items()},
        period=table.period[order],
        source=table.source[order],
        row=table.row[order],
        record=table.record[order],
        groups={},
        mapped={},
    )


def _only(data: Data, keep: Any) -> Data:
    return data.only(keep)


def _bytes(table: Table) -> dict[str, bytes]:
    out = {}
    for name, data in table.columns.items():
        if isinstance(data, Truth):
            out[name] = data.yes.tobytes() + data.no.tobytes()
        elif isinstance(data, Keys):
            out[name] = data.codes.tobytes()
        elif isinstance(data, Numbers):
            out[name] = data.values.tobytes() + data.known.tobytes()
        else:
            out[name] = data.values.tobytes() + data.known.tobytes()
    return out


def reviewed(tables: Mapping[str, str], rules: Sequence[Rule], **options: Any) -> Report:
    """A review of tables written as text."""
    return review(submission(tables), RuleSet(tuple(rules)), **{"as_of": AS_OF, **options})


__all__ = ["Case", "answers", "cases", "check_rule", "columns", "reviewed", "run_case", "submission"]
