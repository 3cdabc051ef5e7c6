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

With ``budgetreview_pack = "NAME"`` in pytest's settings every case under ``tests/cases`` is a test of its own
(:mod:`budgetreview.pytest_plugin`).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np

from budgetreview.amount import totals_with_amount, with_amount
from budgetreview.codes import load_tables
from budgetreview.engine import review
from budgetreview.errors import Text
from budgetreview.judging import Bench
from budgetreview.plugins import CORE, Pack, installed, load_rules
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


_SAID: Final[Mapping[str | None, Text]] = {
    "flagged": Text("标出", "flagged"),
    "clear": Text("未见问题", "clear"),
    "not_assessed": Text("无法判断", "not assessed"),
    "not_applicable": Text("不适用", "not applicable"),
    None: Text("—", "-"),
}


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
            rows.append(("!" if wrong else "", unit, *(f"{_SAID[a].zh} {_SAID[a].en}" for a in (want, got))))
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
    "evidence": ("agency", "project"),
    "statistics": ("indicator",),
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


def check_rule(rule: Rule, given: Submission, *, as_of: date = AS_OF, seed: int = 0) -> None:
    """Check the laws that every rule keeps, on one submission.

    The same batch gives the same answers; row order means nothing; blanking cells never turns a flagged or grey unit
    clear; inputs are untouched.

    Raises:
        AssertionError: A law is broken.
    """
    for law, said in broken_laws(rule, given, stage=rule.stages[0], as_of=as_of, seed=seed):
        msg = f"{law}: {said.zh} / {said.en}"
        raise AssertionError(msg)


def broken_laws(
    rule: Rule, given: Submission, *, stage: str, as_of: date, level: str | None = None, seed: int = 0
) -> Iterator[tuple[str, Text]]:
    """The laws of :func:`check_rule` that a rule breaks on one submission, each by its name and what was seen.

    Args:
        rule: The rule.
        given: The submission.
        stage: The review.
        as_of: Its day.
        level: Level of government of all entities.
        seed: Of the order tried and the cells blanked.
    """
    random = np.random.default_rng(seed)
    before = {n: _bytes(t) for n, t in given.tables.items()}
    # Rules share the tables cut to their scope, so that is where one could spoil the next one's input.
    shared = bench(given, stage=stage, as_of=as_of, level=level)
    scope = shared._scope(rule)  # noqa: SLF001
    views = [shared.view(t, scope).table for t in (*rule.tables, *rule.optional_tables)]
    seen = [_bytes(v) for v in views]
    for _ in shared.assessments(rule):
        pass
    spoilt = seen != [_bytes(v) for v in views]

    def asked(submission: Submission) -> dict[str, str]:
        return answers(rule, submission, stage=stage, as_of=as_of, level=level)

    first = asked(given)
    if first != asked(given):
        yield "not-deterministic", Text(f"{rule.code} 两次运行的回答不同", f"{rule.code} answers two runs differently")
    mixed = _with(given, {n: _ordered(t, random.permutation(len(t))) for n, t in given.tables.items()})
    if first != asked(mixed):
        yield (
            "order-matters",
            Text(f"{rule.code} 的回答随行序而变", f"{rule.code} answers otherwise when rows are mixed"),
        )
    for name in rule.reads + rule.uses:
        table, _, column = name.rpartition(".")
        target = given.tables.get(table or "lines")
        if target is None or column in _BLANK_MEANS:
            continue
        # "The amount" stands in the column that the stage chooses.
        chosen = {column}
        if (table or "lines", column) == ("lines", "amount"):
            chosen = set(with_amount(target, stage)[1].values())
        chosen &= set(target.columns)
        if not chosen:
            continue
        keep = random.random(len(target)) < 0.5  # noqa: PLR2004 - half of the cells
        cut = {c: _only(target.columns[c], keep) for c in sorted(chosen)}
        blanked = attrs.evolve(target, columns={**target.columns, **cut}, groups={}, mapped={})
        after = asked(_with(given, {(table or "lines"): blanked}))
        for unit, said in first.items():
            if said in {"flagged", "not_assessed"} and after.get(unit) == "clear":
                yield "blank-clears", Text(
                    f"{rule.code}：抹去 {name} 后，{unit} 由“{_SAID[said].zh}”变成“未见问题”",
                    f"{rule.code}: blanking {name} cleared {unit}, which was {_SAID[said].en}",
                )
    if spoilt or before != {n: _bytes(t) for n, t in given.tables.items()}:
        yield "input-changed", Text(f"{rule.code} 改动了输入", f"{rule.code} changed its input")


def rules_of(name: str, *, select: Sequence[str] = ("all",), **options: Any) -> RuleSet:
    """The rules of one installed package beside the core and what it extends; whatever else is installed is left out.

    Args:
        name: The package's entry point.
        select: Codes or prefixes that run, by default every rule; empty: those that are on by default.
        **options: Further options of ``load_rules``.

    Raises:
        PackError: The package is missing or broken.
    """
    return load_rules(packs=packs_of(name), require=(name,), select=select, **options)


def packs_of(name: str) -> tuple[Pack, ...]:
    """One installed package, the core, and what the package extends."""
    found = installed()
    wanted, more = {CORE}, [name]
    while more:
        wanted.add(more.pop())
        more += [e for p in found if p.name in wanted for e in _extends(p) if e not in wanted]
    return tuple(p for p in found if p.name in wanted)


def _extends(pack: Pack) -> tuple[str, ...]:
    hook = getattr(pack.plugin, "budgetreview_about", None)
    try:
        return tuple(hook().extends) if callable(hook) else ()
    except Exception:  # noqa: BLE001 - loading says what is wrong with it
        return ()


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


__all__ = [
    "Case",
    "CaseError",
    "answers",
    "broken_laws",
    "cases",
    "check_rule",
    "columns",
    "packs_of",
    "reviewed",
    "rules_of",
    "run_case",
    "submission",
]
