"""What a review returns: findings, and for every rule what it looked at and could not judge."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs
import numpy as np
import numpy.typing as npt

from budgetreview.authority import Authority
from budgetreview.errors import Notice, Text
from budgetreview.rule import Rule, Severity
from budgetreview.submission import Input
from budgetreview.table import Groups, Period, Table
from budgetreview.tables import NO_BOOK, TABLES
from budgetreview.values import Exact, Ints, Keys, Values
from budgetreview.wording import Figure, figure, fill

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

SCHEMA: Final = "budgetreview/1"
MOST_LINES: Final = 100
"""A finding about a group names at most this many of its lines."""

_SEVERITIES: Final = tuple(Severity)
Shown = Values | Fraction | int | str | None
"""A column of figures, one for each flagged unit, or one figure for all of them."""

Outcome = Literal["ran", "no_data", "not_in_stage", "not_in_force", "failed"]


@attrs.frozen
class Place:
    """Where a finding points: input, sheet and cell, or the column where cells have no address."""

    name: str
    sheet: str | None = None
    cell: str | None = None
    column: str | None = None


@attrs.frozen
class Finding:
    """One thing to ask about, with its numbers, its authority and its cell (CONTRACT section 5)."""

    fingerprint: str
    facts: str
    rule: str
    severity: Severity
    table: str
    line_id: str | None
    row: int | None
    entity: str | None
    fiscal_year: int | None
    book: str | None
    agency: str | None
    project: str | None
    subject: Mapping[str, str | int]
    amount: int | None
    measure: Figure | None
    limit: Figure | None
    values: Mapping[str, Figure]
    parameters: Mapping[str, Figure]
    formula: str
    message: Text
    question: Text
    source: Place
    title: Text
    lines: tuple[str, ...] | None = None
    lines_total: int | None = None
    waived: str | None = None
    authority: tuple[Authority, ...] = ()
    labels: Mapping[str, str] = attrs.field(factory=dict)
    """Names for people: agency_name, project_name; they enter neither fingerprint nor facts."""

    @property
    def unit(self) -> str | None:
        """The unit of measure and limit in CONTRACT's words."""
        figure = self.measure or self.limit
        return None if figure is None else UNIT_OF.get(figure.kind)


UNIT_OF: Final[Mapping[str, str]] = {
    "money": "yuan",
    "share": "share",
    "days": "days",
    "months": "months",
    "count": "count",
    "year": "count",
    "score": "score",
    "number": "score",
}


@attrs.frozen(eq=False)
class Flagged:
    """The flagged units of one rule under one set of parameter values, before they become findings."""

    units: Table | Groups
    at: Ints
    ranks: npt.NDArray[np.int8]
    measure: Shown
    limit: Shown
    kind: str
    """What a measure or limit is that is one number for all units."""
    values: Mapping[str, Shown]
    parameters: Mapping[str, Figure]
    about: str | None
    subject: Mapping[str, Shown]
    amount: Exact | None
    members: Ints | None
    """Rows of the grouped table that belong to flagged groups and are named, in order."""
    authority: tuple[Authority, ...] = ()
    """What a package's change of severity rests on, besides the rule's own authority."""

    @property
    def severity(self) -> tuple[Severity, ...]:
        """The severity of each flagged unit."""
        return tuple(_SEVERITIES[r] for r in self.ranks)

    def figure(self, shown: Shown, k: int) -> Figure | None:
        """What is shown of the ``k``-th flagged unit."""
        if shown is None:
            return None
        if isinstance(shown, Fraction) and self.kind in {"score", "number", "months"}:
            return Figure(self.kind, float(shown))
        return figure(shown, k, self.kind)


@attrs.frozen(eq=False)
class RuleResult:
    """What one rule did in a review. Counts are of the units it looked at and add up."""

    rule: Rule
    outcome: Outcome
    severity: Severity
    flagged: int = 0
    clear: int = 0
    not_assessed: int = 0
    not_applicable: int = 0
    missing: tuple[str, ...] = ()
    parameters: Mapping[str, object] = attrs.field(factory=dict)
    error: str | None = None
    seconds: float = 0.0
    parts: tuple[Flagged, ...] = ()

    @property
    def assessed(self) -> int:
        """How many units the rule could judge."""
        return self.flagged + self.clear


@attrs.frozen
class Coverage:
    """A row of ``report.coverage``."""

    code: str
    pack: str
    outcome: Outcome
    per: str
    flagged: int
    waived: int
    clear: int
    not_assessed: int
    not_applicable: int
    missing: tuple[str, ...]
    seconds: float


class Findings(Sequence[Finding]):
    """All findings by rule code, then position in the input; made into records when they are asked for."""

    def __init__(self, results: Sequence[RuleResult], waived: Mapping[str, str] | None = None) -> None:
        self._results = results
        self._waived = waived or {}
        self._made: dict[str, tuple[Finding, ...]] = {}

    def of(self, code: str) -> tuple[Finding, ...]:
        """The findings of one rule."""
        if code not in self._made:
            found = [f for r in self._results if r.rule.code == code for f in _records(r)]
            if self._waived:
                found = [attrs.evolve(f, waived=self._waived.get(f.fingerprint)) for f in found]
            self._made[code] = tuple(found)
        return self._made[code]

    def __len__(self) -> int:
        return sum(r.flagged for r in self._results)

    def __iter__(self) -> Iterator[Finding]:
        for r in self._results:
            yield from self.of(r.rule.code)

    def __getitem__(self, i: Any) -> Any:
        return list(self)[i]

    def to_polars(self) -> pl.DataFrame:
        """One row a finding, the fields of CONTRACT section 5."""
        from budgetreview.render import frames

        return frames.findings(self)

    def to_arrow(self) -> pa.Table:
        """The same as an Arrow table (needs pyarrow)."""
        return self.to_polars().to_arrow()

    def to_pandas(self) -> pd.DataFrame:
        """The same as a pandas frame (needs pandas and pyarrow)."""
        return self.to_polars().to_pandas()


class CoverageTable(Sequence[Coverage]):
    """A row a rule: what it flagged, cleared, could not assess, and what was missing."""

    def __init__(self, rows: Sequence[Coverage]) -> None:
        self._rows = tuple(rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, i: Any) -> Any:
        return self._rows[i]

    def __str__(self) -> str:
        return "\n".join(
            f"{r.code}  {r.outcome}  flagged {r.flagged}  clear {r.clear}  not assessed {r.not_assessed}  "
            f"not applicable {r.not_applicable}" + (f"  missing {', '.join(r.missing)}" if r.missing else "")
            for r in self._rows
        )

    def to_polars(self) -> pl.DataFrame:
        """One row a rule."""
        from budgetreview.render import frames

        return frames.coverage(self)


@attrs.frozen(eq=False)
class Report:
    """The whole result of one review."""

    engine: str
    packs: Mapping[str, str]
    profile: Mapping[str, str]
    stage: str
    as_of: date
    levels: Mapping[str, str]
    inputs: tuple[Input, ...]
    results: tuple[RuleResult, ...]
    findings: Findings
    without: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    waived: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def complete(self) -> bool:
        """False: a rule failed, none had data, or an input was unreadable."""
        return (
            not any(i.problems for i in self.inputs)
            and not any(r.outcome == "failed" for r in self.results)
            and any(r.outcome == "ran" for r in self.results)
        )

    def waived_of(self, code: str) -> int:
        """How many findings of a rule are waived."""
        return sum(f.waived is not None for f in self.findings.of(code)) if self.waived else 0

    @property
    def coverage(self) -> CoverageTable:
        """A row a rule."""
        return CoverageTable(
            [
                Coverage(
                    r.rule.code,
                    r.rule.pack,
                    r.outcome,
                    r.rule.per,
                    r.flagged,
                    self.waived_of(r.rule.code),
                    r.clear,
                    r.not_assessed,
                    r.not_applicable,
                    r.missing,
                    r.seconds,
                )
                for r in self.results
            ]
        )

    def gravest(self) -> Severity | None:
        """The gravest severity of any finding that is not waived."""
        if self.waived:
            ranks = [f.severity.rank for f in self.findings if f.waived is None]
        else:
            ranks = [int(p.ranks.min()) for r in self.results for p in r.parts if len(p.ranks)]
        return list(Severity)[min(ranks)] if ranks else None


_LINE_IDENTITY: Final = ("agency", "project", "function_code", "dept_economic_code", "gov_economic_code", "fund_source")
_ROW_IDENTITY: Final[Mapping[str, tuple[str, ...]]] = {
    "transfers": ("kind", "region", "project"),
    "payments": ("agency", "project", "payee", "purpose"),
    "targets": ("project", "level1", "level2", "level3"),
    "calendar": ("event",),
    "cases": ("rule", "agency", "project"),
    "standards": ("code",),
}


def _text(table: Table, name: str, row: int) -> str | None:
    data = table.columns.get(name)
    return data.text(row) if isinstance(data, Keys) else None


def _identity(table: Table, row: int) -> dict[str, str]:
    """What says which row this is, whatever file, sheet or place it stands in."""
    if table.name == "lines":
        given = _text(table, "given_id", row)
        if given is not None:
            return {"line_id": given}
        found = {c: t for c in _LINE_IDENTITY if (t := _text(table, c, row)) is not None}
        if "project" not in found and (name := _text(table, "project_name", row)) is not None:
            found["project_name"] = name
        return found
    names = _ROW_IDENTITY.get(table.name) or tuple(
        k for k in TABLES[table.name].key if k not in {"entity", "fiscal_year"}
    )
    return {c: t for c in names if (t := _text(table, c, row)) is not None}


def _line_subject(table: Table, row: int) -> dict[str, str | int]:
    for name in ("project", "project_name", "agency", "function_code"):
        text = _text(table, name, row)
        if text is not None:
            return {name: text}
    line_id = _text(table, "line_id", row)
    return {"line_id": line_id} if line_id is not None else {}


def digest(payload: object) -> str:
    """Sixteen hexadecimal digits of a canonical JSON text."""
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _cell(table: Table, row: int, about: str | None) -> Place:
    source = table.sources[int(table.source[row])]
    if about is None:
        return Place(source.name, source.sheet)
    letters = source.columns.get(about)
    if source.addressed and letters is not None:
        return Place(source.name, source.sheet, f"{letters}{int(table.record[row])}")
    return Place(source.name, source.sheet, None, about if not source.addressed else None)


def _records(result: RuleResult) -> list[Finding]:
    made: list[tuple[int, Finding]] = []
    for part in result.parts:
        made += _part_records(result.rule, part)
    made.sort(key=lambda m: m[0])
    findings = [f for _, f in made]
    seen: dict[str, list[int]] = {}
    for i, f in enumerate(findings):
        seen.setdefault(f.fingerprint, []).append(i)
    for print_, where in seen.items():
        if len(where) > 1:
            for k, i in enumerate(sorted(where, key=lambda i: findings[i].facts), start=1):
                if k > 1:
                    findings[i] = attrs.evolve(findings[i], fingerprint=f"{print_}#{k}")
    return findings


def _part_records(rule: Rule, part: Flagged) -> Iterator[tuple[int, Finding]]:
    table = part.units.table
    grouped = isinstance(part.units, Groups)
    named = _named_lines(part) if grouped and table.name == "lines" else {}
    for k, unit in enumerate(part.at):
        first = int(part.units.first[unit])
        inside = first < len(table)
        period: Period = table.periods[int(part.units.period[unit])]
        extra = {n: _plain(f) for n, v in part.subject.items() if (f := part.figure(v, k)) is not None}
        if grouped:
            keys = _group_keys(part.units, int(unit))
            subject: dict[str, str | int] = {**keys, **extra}
            identity: dict[str, str | int] = subject
            if not subject and period.fiscal_year is not None:
                subject = {"fiscal_year": period.fiscal_year}
        else:
            own = _identity(table, first)
            identity = {**own, **extra}
            subject = {**(_line_subject(table, first) if table.name == "lines" else own), **extra}
        book = _book(rule, table, first, identity, grouped=grouped, inside=inside)
        values = {n: figure(v, k) for n, v in part.values.items() if v is not None}
        limit, measure = part.figure(part.limit, k), part.figure(part.measure, k)
        figures = {**part.parameters, **values}
        figures |= {n: Figure("text", str(t)) for n, t in subject.items() if n not in figures}
        if measure is not None:
            figures.setdefault("measure", measure)
        if limit is not None:
            figures.setdefault("limit", limit)
        ids = named.get(int(unit))
        single = inside and not grouped
        labels = {
            n: t
            for n in ("agency_name", "project_name")
            if inside and (not grouped or n.split("_")[0] in subject) and (t := _text(table, n, first)) is not None
        }
        for n, t in labels.items():
            figures.setdefault(n, Figure("text", t))
        amount = part.amount
        yield (
            first if inside else -1,
            Finding(
                fingerprint=digest([rule.code, period.entity, period.fiscal_year, book, identity]),
                facts=digest([{n: v.json() for n, v in values.items()}, limit.json() if limit else None]),
                rule=rule.code,
                severity=_SEVERITIES[part.ranks[k]],
                table=table.name,
                line_id=_text(table, "line_id", first) if single and table.name == "lines" else None,
                row=int(table.row[first]) if single else None,
                entity=period.entity,
                fiscal_year=period.fiscal_year,
                book=book,
                agency=_text(table, "agency", first) if single else _str(subject.get("agency")),
                project=_text(table, "project", first) if single else _str(subject.get("project")),
                subject=subject,
                amount=int(amount.values[unit]) if amount is not None and amount.known[unit] else None,
                measure=measure,
                limit=limit,
                values=values,
                parameters=part.parameters,
                formula=rule.formula,
                message=Text(fill(rule.message.zh, figures, "zh"), fill(rule.message.en, figures, "en")),
                question=Text(fill(rule.question.zh, figures, "zh"), fill(rule.question.en, figures, "en")),
                source=_cell(table, first, part.about) if inside else Place(period.path),
                title=rule.title,
                authority=(*rule.authority, *part.authority),
                lines=None if ids is None else tuple(ids[:MOST_LINES]),
                lines_total=None if ids is None else len(ids),
                labels=labels,
            ),
        )


def _group_keys(units: Table | Groups, unit: int) -> dict[str, str]:
    names = units.names if isinstance(units, Groups) else ()
    return {n: t for n in names if isinstance(units, Groups) and (t := units.key(n).text(unit)) is not None}


def _str(value: object) -> str | None:
    return None if value is None else str(value)


def _plain(figure: Figure) -> str | int:
    value = figure.json()
    return value if isinstance(value, int) else str(value)


def _book(
    rule: Rule, table: Table, first: int, subject: Mapping[str, object], *, grouped: bool, inside: bool
) -> str | None:
    if "book" in subject:
        return str(subject["book"])
    if not grouped and inside:
        book = _text(table, "book", first)
        return None if book == NO_BOOK else book
    return rule.books[0] if len(rule.books) == 1 else None


def _named_lines(part: Flagged) -> dict[int, list[str]]:
    """The ids of the lines that each flagged group is about, in order."""
    if part.members is None or not isinstance(part.units, Groups):
        return {}
    ids = part.units.table.columns.get("line_id")
    if not isinstance(ids, Keys):
        return {}
    index = part.units.index[part.members]
    order = np.argsort(index, kind="stable")
    rows, groups = part.members[order], index[order]
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]]) if len(groups) else np.zeros(0, int)
    out: dict[int, list[str]] = {}
    for s, e in zip(starts, np.append(starts[1:], len(groups))[: len(starts)], strict=True):
        out[int(groups[s])] = [ids.words[ids.codes[r]] for r in rows[s:e] if ids.codes[r] >= 0]
    return out
