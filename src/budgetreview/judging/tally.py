"""A rule's answers added up: counts of each entity and year, flagged units, and units that could not be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np

from budgetreview.judging.answers import Judged, blamed
from budgetreview.judging.counts import spans
from budgetreview.judging.figures import flagged, some, unjudged
from budgetreview.judging.plan import Plan
from budgetreview.judging.terms import Terms
from budgetreview.report import Flagged, RuleResult
from budgetreview.rule import Assessment, Severity
from budgetreview.values import Bools, Ints

_SEVERITIES: Final = tuple(Severity)
MOST_GREY: Final = 1000
"""A report names at most this many units of a rule that it could not judge; else only their entities and years."""


class Tally:
    """Counts and flagged units of one rule, added up over its sets of parameter values and over places."""

    def __init__(self, n: int) -> None:
        """Nothing counted yet.

        Args:
            n: Entities and years of the review.
        """
        nothing = np.zeros(n, np.int64)
        self.flagged = self.clear = self.not_assessed = self.not_applicable = nothing
        """How many units of each entity and year; never changed in place."""
        self.grey = nothing
        """How many of those that could not be judged can be told by their names."""
        self.seen = np.zeros(n, bool)
        """Which entities and years brought a unit, for rules that do not judge lines."""
        self.missing: dict[str, Bools] = {}
        """Inputs that were absent or blank where the answer is not known, each with its entities and years."""
        self.parts: list[Flagged] = []
        self.greys: list[Flagged] = []
        self.seconds = 0.0

    def join(self, other: Tally) -> None:
        """Add what was counted of other entities."""
        self.flagged = self.flagged + other.flagged
        self.clear = self.clear + other.clear
        self.not_assessed = self.not_assessed + other.not_assessed
        self.not_applicable = self.not_applicable + other.not_applicable
        self.grey = self.grey + other.grey
        self.seen = self.seen | other.seen
        for name, where in other.missing.items():
            self.miss(name, where)
        self.parts += other.parts
        self.greys += other.greys
        self.seconds += other.seconds

    def add(self, plan: Plan, a: Assessment, judged: Judged, terms: Terms, handed: Mapping[str, Any]) -> None:
        """Add what a rule says on some terms.

        Args:
            plan: How it was asked.
            a: What it returned.
            judged: The four answers.
            terms: Its parameter values and severity.
            handed: What it was handed.
        """
        units = spans(a.units)
        if plan.rule.per != "line":
            self.seen = self.seen | (units.sizes() > 0)
        self.clear = self.clear + units.count(judged.clear)
        self.not_applicable = self.not_applicable + units.count(judged.not_applicable)
        unknown = units.count(judged.not_assessed)
        if unknown.any():
            self.not_assessed = self.not_assessed + unknown
            for name, where in blamed(a, judged.not_assessed, plan.needed, handed):
                self.miss(name, where)
            self._add_greys(a, judged.not_assessed, unknown)
        at = np.flatnonzero(judged.flagged)
        if len(at):
            self.flagged = self.flagged + np.bincount(units.period[at], minlength=units.n)
            self.parts.append(flagged(plan.rule, a, at, terms))

    def miss(self, name: str, where: Bools) -> None:
        """Note that an input was absent or blank in some entities and years."""
        self.missing[name] = self.missing[name] | where if name in self.missing else where

    def _add_greys(self, a: Assessment, unknown: Bools, counts: Ints) -> None:
        """Count the units that could not be judged, and keep those of entities that a report may name them for."""
        self.grey = self.grey + counts
        few = (counts > 0) & (counts <= MOST_GREY)
        if few.any():
            named = unknown if few[counts > 0].all() else unknown & few[a.units.period]
            self.greys.append(unjudged(a, np.flatnonzero(named)))


def result(plan: Plan, tally: Tally) -> RuleResult:
    """What a rule says in the report."""
    rule, not_applicable = plan.rule, int(tally.not_applicable.sum())
    if plan.elsewhere:
        return RuleResult(
            rule, "ran", rule.severity, not_applicable=not_applicable, parameters=plan.shown, seconds=tally.seconds
        )
    if plan.no_data:
        return RuleResult(
            rule, "no_data", rule.severity, not_assessed=int(tally.not_assessed.sum()), not_applicable=not_applicable,
            missing=plan.missing, parameters=plan.shown, seconds=tally.seconds,
        )  # fmt: skip
    unset = plan.unset_in
    not_assessed = int(tally.not_assessed.sum())
    if rule.per != "line":
        # entities that brought nothing to look at, and those that the rule does not speak of, count as one unit each
        bare = plan.lacking & plan.spoken_of & ~plan.with_rows & ~unset
        not_assessed += int(np.count_nonzero(bare & ~tally.seen))
        not_applicable += int(np.count_nonzero(~plan.spoken_of & ~tally.seen))
    greys, unnamed = _greys(tally.greys, tally.grey, plan.lacking | ~plan.spoken_of | unset)
    names = sorted({*tally.missing, *(plan.missing if plan.lacking.any() else ())})
    return RuleResult(
        rule,
        "ran",
        _gravest(plan, tally),
        int(tally.flagged.sum()),
        int(tally.clear.sum()),
        not_assessed,
        not_applicable,
        tuple(names),
        plan.shown,
        seconds=tally.seconds,
        parts=tuple(tally.parts),
        greys=greys,
        not_assessed_in=unnamed,
    )


def _gravest(plan: Plan, tally: Tally) -> Severity:
    """The gravest step: as the rule states it or a package changed it, whatever was found this time."""
    ranks = [int(part.ranks.min()) for part in tally.parts]
    ranks += [terms.rank(plan.rule) for terms, _ in plan.terms if not terms.unset(plan.rule)]
    return _SEVERITIES[min(ranks)] if ranks else plan.rule.severity


def _greys(parts: Sequence[Flagged], found: Ints, unnamed: Bools) -> tuple[tuple[Flagged, ...], tuple[int, ...]]:
    """The grey units that a report names one by one, and the entities and years where it cannot.

    At most :data:`MOST_GREY` for a rule, those of the entities with the fewest first: a ledger of earlier findings
    must know which of them this review could not judge.
    """
    if not found.any():
        return (), tuple(np.flatnonzero(unnamed).tolist())
    counts = np.where(unnamed, 0, found)
    order = np.lexsort((np.arange(len(counts)), counts))
    named = np.zeros(len(counts), bool)
    named[order] = np.cumsum(counts[order]) <= MOST_GREY
    named &= counts > 0
    kept: list[Flagged] = []
    for part in parts if named.any() else ():
        mine = np.flatnonzero(named[part.units.period[part.at]])
        if len(mine):
            subject = {n: some(v, mine) for n, v in part.subject.items()}
            kept.append(attrs.evolve(part, at=part.at[mine], ranks=part.ranks[mine], subject=subject))
    gaps = unnamed | ((counts > 0) & ~named)
    return tuple(kept), tuple(np.flatnonzero(gaps).tolist())
