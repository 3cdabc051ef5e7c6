"""Case files: small tables and what a rule must say of each unit in them."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import attrs

from budgetreview.engine import review
from budgetreview.recompute import evaluate
from budgetreview.rule import Rule, RuleSet
from budgetreview.tables import TABLES
from budgetreview.testing.asking import ANSWERS, SAID, answers
from budgetreview.testing.written import submission

AS_OF: Final = date(2026, 1, 10)


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


class CaseError(AssertionError):
    """A rule answers otherwise than its case says; carries the case, what was expected and what was said."""

    def __init__(
        self, case: Case, expected: Mapping[str, str], said: Mapping[str, str], missing: Sequence[str] = ()
    ) -> None:
        super().__init__(self._told(case, expected, said, missing))
        self.case = case
        self.expected = dict(expected)
        self.said = dict(said)

    @staticmethod
    def _told(case: Case, expected: Mapping[str, str], said: Mapping[str, str], missing: Sequence[str]) -> str:
        """A row a unit: what the case expects, what the rule said; ``!`` where they differ."""
        rows: list[tuple[str, ...]] = [("", "单位 unit", "应为 expected", "实为 got")]
        for unit in (*expected, *(u for u in said if u not in expected)):
            want, got = expected.get(unit), said.get(unit)
            wrong = want != got if want else got == "flagged"
            rows.append(("!" if wrong else "", unit, *(f"{SAID[a].zh} {SAID[a].en}" for a in (want, got))))
        widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = ["  ".join(c + " " * (w - _width(c)) for c, w in zip(row, widths, strict=True)) for row in rows]
        if missing:
            lines.append(f"缺少的列 missing columns: {', '.join(missing)}")
        return "\n".join([f"{case.rule}: {case.name}", *(line.rstrip() for line in lines)])


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


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


def run_case(rule: Rule, case: Case) -> None:
    """Check one case.

    Raises:
        CaseError: An answer differs from what the case says.
        AssertionError: A severity or a missing input does, or a finding does not recompute.
    """
    given = submission(case.tables, case.unit)
    stage = case.stage or rule.stages[0]
    report = review(given, RuleSet((rule,)), stage=stage, as_of=case.as_of, level=case.level, settings=case.settings)
    result = report.results[0]
    assert result.outcome in {"ran", "no_data"}, f"{case.name}: {result.outcome}: {result.error}"
    ruled = result.rule
    said = answers(ruled, given, stage=stage, as_of=case.as_of, level=case.level) if result.outcome == "ran" else {}
    expected = {unit: answer for answer in ANSWERS for unit in case.expected[answer]}
    if result.outcome == "no_data":
        wanted = {u: a for u, a in expected.items() if a in {"flagged", "clear"}}
        if wanted:
            raise CaseError(case, wanted, {}, result.missing)
    elif any(said.get(u) != a for u, a in expected.items()) or any(
        a == "flagged" and expected.get(u) != a for u, a in said.items()
    ):
        raise CaseError(case, expected, said, result.missing)
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
