"""What a review returns: findings, and for every rule what it looked at and could not judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import attrs
import numpy as np
import numpy.typing as npt

from budgetreview import recording
from budgetreview.errors import Notice
from budgetreview.finding import Finding, Place
from budgetreview.mechanism import Profile
from budgetreview.outline import Outline
from budgetreview.recording import BLOCK, Block, Flagged, Shown
from budgetreview.rule import Rule, Severity
from budgetreview.submission import Input
from budgetreview.table import Period
from budgetreview.values import Bools, Ints

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = [
    "SCHEMA", "Coverage", "CoverageTable", "Finding", "Findings", "Flagged", "Outcome", "Place", "Report", "RuleResult",
    "Shown",
]  # fmt: skip

T = TypeVar("T")

SCHEMA: Final = "budgetreview/1"
ENGINE: Final = "0.1.0"

Outcome = Literal["ran", "no_data", "not_in_stage", "not_in_force", "failed"]


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
    greys: tuple[Flagged, ...] = ()
    """Units that could not be judged, where they are few enough to be named."""
    not_assessed_in: tuple[int, ...] = ()
    """Numbers of the report's entities and years where units could not be judged and are not named."""

    def grey_prints(self) -> list[str]:
        """Fingerprints of the units that could not be judged; with equal ones named once."""
        found: set[str] = set()
        for part in self.greys:
            found.update(Block(self.rule, part, np.arange(len(part.at))).fingerprints)
        return sorted(found)

    @property
    def looked_at(self) -> int:
        """How many units the rule speaks of; a rule of another place has only units that it does not apply to."""
        return self.flagged + self.clear + self.not_assessed

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


@attrs.frozen(eq=False)
class _Order:
    """The flagged units of one rule in the order of their findings: for each the part it is in and its place there."""

    result: RuleResult
    part: Ints
    k: Ints

    @classmethod
    def of(cls, result: RuleResult) -> _Order:
        none = np.zeros(0, np.int64)
        places = np.concatenate([none, *(p.places for p in result.parts)])
        period = np.concatenate([none, *(p.units.period[p.at] for p in result.parts)])
        order = np.lexsort((period, places))  # units that stand at no row come by entity and year
        part = np.concatenate([none, *(np.full(len(p.at), i, np.int64) for i, p in enumerate(result.parts))])
        k = np.concatenate([none, *(np.arange(len(p.at)) for p in result.parts)])
        return cls(result, part[order], k[order])

    def __len__(self) -> int:
        return len(self.k)

    def by_part(self, at: Ints) -> Iterator[tuple[Flagged, Ints, Ints]]:
        """For each part some of whose units are at the places ``at``: which elements of ``at``, and which units."""
        for i, part in enumerate(self.result.parts):
            mine = np.flatnonzero(self.part[at] == i)
            if len(mine):
                yield part, mine, self.k[at[mine]]


Run = list[tuple[Ints, Block]]
"""Some findings of one rule in a row: blocks of units, and for each the places of its units in the row."""


class Findings(Sequence[Finding]):
    """All findings by rule code, then position in the input; made into records when they are asked for.

    A review may flag a million lines: nothing here keeps the records, and what a summary needs (how many, how grave,
    how much money, which are waived) is had without making them.
    """

    def __init__(self, results: Sequence[RuleResult], waived: Mapping[str, str] | None = None) -> None:
        self._results = {r.rule.code: r for r in results}
        self._waived = waived or {}
        self._orders: dict[str, _Order] = {}
        self._prints: dict[str, list[str]] = {}

    def _order(self, code: str) -> _Order:
        if code not in self._orders:
            self._orders[code] = _Order.of(self._results[code])
        return self._orders[code]

    @property
    def waivers(self) -> Mapping[str, str]:
        """Reasons of waivers by fingerprint."""
        return self._waived

    def prints(self, code: str) -> list[str]:
        """Fingerprints of one rule's findings; of equal ones the k-th by facts gets ``#k``."""
        if code not in self._prints:
            self._prints[code] = _numbered(self._order(code))
        return self._prints[code]

    def facts(self, code: str) -> list[str]:
        """Hashes of what was seen, of one rule's findings."""
        order = self._order(code)
        return _gathered(order, np.arange(len(order)), lambda block: block.facts)

    def runs(self) -> Iterator[Run]:
        """All findings in order as columns, at most :data:`BLOCK` at a time, for formats that write no records."""
        for code in self._with_findings():
            n = len(self._order(code))
            for start in range(0, n, BLOCK):
                yield self._run(code, np.arange(start, min(start + BLOCK, n)), self.prints(code))

    def _run(self, code: str, at: Ints, prints: Sequence[str] | None) -> Run:
        order = self._order(code)
        rule = order.result.rule
        return [
            (mine, Block(rule, part, ks, None if prints is None else [prints[i] for i in at[mine].tolist()]))
            for part, mine, ks in order.by_part(at)
        ]

    def of(self, code: str) -> tuple[Finding, ...]:
        """The findings of one rule, in order."""
        return tuple(self._stream(code)) if code in self._results else ()

    def _stream(self, code: str) -> Iterator[Finding]:
        n = len(self._order(code))
        for start in range(0, n, BLOCK):
            yield from self.at(code, range(start, min(start + BLOCK, n)))

    def at(self, code: str, places: Sequence[int] | Ints) -> list[Finding]:
        """The findings of one rule at some places, from 0."""
        return self._made(code, np.asarray(places, np.int64), self.prints(code))

    def units(self, code: str) -> list[tuple[str | int | None, ...]]:
        """What names the units that one rule flagged, in order and without making findings.

        Entity, year and the id of a line; of others what their subject says, and of a group of lines how many they are.
        """
        order = self._order(code)
        return _gathered(order, np.arange(len(order)), recording.units)

    def shown(self, code: str, places: Sequence[int] | Ints) -> list[Finding]:
        """The same for people to look at, cheaply: equal fingerprints may lack the number that tells them apart."""
        return self._made(code, np.asarray(places, np.int64), self.prints(code) if self._waived else None)

    def _made(self, code: str, at: Ints, prints: list[str] | None) -> list[Finding]:
        out: dict[int, Finding] = {}
        for mine, block in self._run(code, at, prints):
            out.update(zip(mine.tolist(), recording.findings(block, self._waived), strict=True))
        return [out[i] for i in range(len(at))]

    def ranks(self, code: str) -> npt.NDArray[np.int8]:
        """The severity of each finding of one rule, as its rank."""
        order = self._order(code)
        out = np.zeros(len(order), np.int8)
        for part, mine, ks in order.by_part(np.arange(len(order))):
            out[mine] = part.ranks[ks]
        return out

    def amounts(self, code: str) -> list[int | None]:
        """The money of each finding of one rule in 分, None where it is not known."""
        order = self._order(code)
        out: list[int | None] = [None] * len(order)
        for part, mine, ks in order.by_part(np.arange(len(order))):
            amounts = part.amounts
            known = amounts.known[ks]
            for i, value in zip(mine[known].tolist(), amounts.values[ks][known].tolist(), strict=True):
                out[i] = value
        return out

    def books(self, code: str) -> list[str | None]:
        """The book of each finding of one rule, None where it is about no single book."""
        order = self._order(code)
        return _gathered(order, np.arange(len(order)), lambda block: block.books)

    def entities(self) -> frozenset[str]:
        """The entities that any finding speaks of."""
        found = set()
        for result in self._results.values():
            for part in result.parts:
                periods = part.units.table.periods
                found |= {periods[i].entity for i in np.unique(part.units.period[part.at]).tolist()}
        return frozenset(e for e in found if e)

    def waived(self, code: str) -> Bools:
        """Which findings of one rule are waived."""
        if not self._waived:
            return np.zeros(len(self._order(code)), bool)
        return np.array([p in self._waived for p in self.prints(code)], bool)

    def __len__(self) -> int:
        return sum(r.flagged for r in self._results.values())

    def __iter__(self) -> Iterator[Finding]:
        for code in self._with_findings():
            yield from self._stream(code)

    def _with_findings(self) -> list[str]:
        return [code for code, result in self._results.items() if result.parts]

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            return self._range(range(*i.indices(len(self))))
        place = range(len(self))[i]  # an index out of range is refused here
        return self._range(range(place, place + 1))[0]

    def _range(self, wanted: range) -> list[Finding]:
        out: dict[int, Finding] = {}
        before = 0
        places = np.asarray(wanted, np.int64)
        for code in self._results:
            after = before + len(self._order(code))
            mine = places[(places >= before) & (places < after)]
            if len(mine):
                out.update(zip(mine.tolist(), self.at(code, mine - before), strict=True))
            before = after
        return [out[i] for i in wanted]

    def to_polars(self) -> pl.DataFrame:
        """One row a finding, the fields of CONTRACT section 5."""
        from budgetreview.render.records import frames

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
        from budgetreview.render.records import frames

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
    periods: tuple[Period, ...] = ()
    outline: Outline = attrs.field(factory=Outline)
    """Exact sums of the budget for pictures; no format for programs holds them."""
    mechanism: Profile | None = None
    """The mechanism of the review, where it was handed over as a whole."""
    asked: Mapping[str, Any] | None = None
    """What the command line asked for, so that the review can be replayed; None for a review in Python."""
    taken_over: int = 0
    """Of how many entities and years answers were taken over from a previous review; no format holds it."""
    judged: Any = attrs.field(default=None, repr=False)
    """What a later review of nearly the same submission builds on (:class:`budgetreview.judging.Earlier`)."""

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
        return int(self.findings.waived(code).sum()) if self.waived else 0

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
        found = self.findings
        ranks = [found.ranks(c)[~found.waived(c)] for c in (r.rule.code for r in self.results if r.flagged)]
        gravest = [int(r.min()) for r in ranks if len(r)]
        return list(Severity)[min(gravest)] if gravest else None


def _gathered(order: _Order, at: Ints, column: Callable[[Block], Sequence[T]]) -> list[T]:
    """A column of some findings of a rule, in their order."""
    out: dict[int, T] = {}
    for part, mine, ks in order.by_part(at):
        out.update(zip(mine.tolist(), column(Block(order.result.rule, part, ks)), strict=True))
    return [out[i] for i in range(len(at))]


def _numbered(order: _Order) -> list[str]:
    """Fingerprints; the facts are only made of findings that share one."""
    prints: list[str] = []
    for start in range(0, len(order), BLOCK):
        at = np.arange(start, min(start + BLOCK, len(order)))
        prints += _gathered(order, at, lambda block: block.fingerprints)
    if len(set(prints)) == len(prints):
        return prints
    same: dict[str, list[int]] = {}
    for i, fingerprint in enumerate(prints):
        same.setdefault(fingerprint, []).append(i)
    shared = [i for where in same.values() if len(where) > 1 for i in where]
    facts = dict(zip(shared, _gathered(order, np.array(shared), lambda block: block.facts), strict=True))
    for fingerprint, where in same.items():
        if len(where) > 1:
            for k, i in enumerate(sorted(where, key=facts.__getitem__)):
                if k:
                    prints[i] = f"{fingerprint}#{k + 1}"
    return prints
