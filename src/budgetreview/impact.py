"""What a package would change before anybody adopts it: the same submissions reviewed with and without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import attrs
import numpy as np

from budgetreview.engine import review
from budgetreview.errors import Text
from budgetreview.finding import Finding
from budgetreview.report import Report, RuleResult
from budgetreview.rule import RuleSet, Severity
from budgetreview.submission import Submission

State = Literal["new", "lost", "changed"]
STATES: Final[tuple[State, ...]] = ("new", "lost", "changed")
COUNTS: Final = ("flagged", "clear", "not_assessed", "not_applicable")


@attrs.frozen(eq=False)
class Difference:
    """One finding that only one of the two reviews has, or that says something else in the other.

    Attributes:
        state: ``new`` only with the package, ``lost`` only without it, ``changed``: the same finding with other
            figures, another limit or another severity.
        finding: As it is with the package, or, if lost, as it was without.
        before: For ``changed``: as it is without the package.
    """

    state: State
    finding: Finding
    before: Finding | None = None

    @property
    def moved(self) -> int | None:
        """The money at stake, or, for a changed finding, by how much it differs; None where it is not known."""
        if self.before is None:
            return self.finding.amount
        if self.finding.amount is None or self.before.amount is None:
            return None
        return abs(self.finding.amount - self.before.amount)


@attrs.frozen
class Tally:
    """How many findings are new, lost and changed, and their money in 分; ``unknown``: findings without an amount."""

    new: int = 0
    lost: int = 0
    changed: int = 0
    money_new: int = 0
    money_lost: int = 0
    unknown: int = 0

    def plus(self, d: Difference) -> Tally:
        """One finding more."""
        amount = d.finding.amount
        known = amount or 0
        return Tally(
            self.new + (d.state == "new"),
            self.lost + (d.state == "lost"),
            self.changed + (d.state == "changed"),
            self.money_new + (known if d.state == "new" else 0),
            self.money_lost + (known if d.state == "lost" else 0),
            self.unknown + (amount is None and d.state != "changed"),
        )


@attrs.frozen(eq=False)
class RuleImpact:
    """What becomes of one rule.

    Attributes:
        code: The rule.
        pack: Its package.
        title: Its title.
        tally: Its findings that differ.
        before: Its outcome and counts without the package, None where it does not run.
        after: The same with the package.
    """

    code: str
    pack: str
    title: Text
    tally: Tally
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None

    @property
    def coverage_changed(self) -> bool:
        """Whether the rule looked at or could judge something else than before."""
        return self.before != self.after


@attrs.frozen(eq=False)
class Side:
    """One of the two reviews: findings, their money in 分, whether it is complete, and how long the rules took."""

    packs: Mapping[str, str]
    complete: bool
    findings: int
    money: int
    seconds: float


@attrs.frozen(eq=False)
class Impact:
    """What changes from the review without a package to the review with it.

    Attributes:
        before: The review without.
        after: The review with.
        rules: The rules with a difference, by code.
        entities: Differences by entity; None: the entity is not known.
        differences: Every finding that differs, by rule and place.
    """

    before: Side
    after: Side
    rules: tuple[RuleImpact, ...]
    entities: Mapping[str | None, Tally]
    differences: tuple[Difference, ...]

    @property
    def tally(self) -> Tally:
        """All differences together."""
        total = Tally()
        for d in self.differences:
            total = total.plus(d)
        return total

    def gravest_new(self) -> Severity | None:
        """The gravest severity of what is new or graver, None if nothing is."""
        found = [
            d.finding.severity
            for d in self.differences
            if d.state == "new"
            or (d.before is not None and d.finding.severity.rank < d.before.severity.rank)
        ]
        return min(found, key=lambda s: s.rank, default=None)


def impact(
    submission: Submission,
    before: RuleSet,
    after: RuleSet,
    *,
    settings: Mapping[str, str] | None = None,
    **how: Any,
) -> Impact:
    """Review a submission with two rule sets and say what differs.

    Args:
        submission: What is reviewed.
        before: The rules as they are.
        after: The rules with what is to be adopted.
        settings: Parameter values set by the user; each goes to the rule set that has the rule.
        **how: The other options of ``review``: ``stage``, ``as_of``, ``level``, ``profile``, ``jobs``.

    Raises:
        UsageError: An unknown stage or level.
        ParameterError: A setting names no rule of either set, or lies outside its limits.
    """
    given = settings or {}
    known = {f"{r.code}.{p}" for r in before for p in r.parameters}
    old = review(submission, before, settings={k: v for k, v in given.items() if k in known}, **how)
    new = review(submission, after, settings=given, **how)
    return compared(old, new)


def compared(old: Report, new: Report) -> Impact:
    """What differs between two reviews of one submission."""
    was, now = {r.rule.code: r for r in old.results}, {r.rule.code: r for r in new.results}
    rules: list[RuleImpact] = []
    entities: dict[str | None, Tally] = {}
    everything: list[Difference] = []
    for code in sorted({*was, *now}):
        found = _differences(code, old, new, code in was, code in now)
        tally = Tally()
        for d in found:
            tally = tally.plus(d)
            entities[d.finding.entity] = entities.get(d.finding.entity, Tally()).plus(d)
        everything += found
        before, after = _coverage(was.get(code)), _coverage(now.get(code))
        if found or before != after:
            rule = (now.get(code) or was[code]).rule
            rules.append(RuleImpact(code, rule.pack, rule.title, tally, before, after))
    ordered = {e: entities[e] for e in sorted(entities, key=lambda e: (e is None, e or ""))}
    return Impact(_side(old), _side(new), tuple(rules), ordered, tuple(everything))


def _differences(code: str, old: Report, new: Report, ran: bool, runs: bool) -> list[Difference]:  # noqa: FBT001
    before, after = _marks(code, old, ran), _marks(code, new, runs)
    if before == after:
        return []
    at_new = [i for i, p in enumerate(after) if before.get(p) != after[p]]
    at_old = [i for i, p in enumerate(before) if p not in after or before[p] != after[p]]
    shown = {f.fingerprint: f for f in new.findings.at(code, at_new)} if at_new else {}
    gone = {f.fingerprint: f for f in old.findings.at(code, at_old)} if at_old else {}
    out = [
        Difference("changed" if print_ in gone else "new", finding, gone.get(print_))
        for print_, finding in shown.items()
    ]
    return out + [Difference("lost", finding) for print_, finding in gone.items() if print_ not in shown]


def _marks(code: str, report: Report, there: bool) -> dict[str, tuple[str, int]]:  # noqa: FBT001
    """Fingerprint to facts and severity, in the order of the findings."""
    if not there:
        return {}
    prints, facts = report.findings.prints(code), report.findings.facts(code)
    ranks = report.findings.ranks(code)
    return {p: (f, int(r)) for p, f, r in zip(prints, facts, np.asarray(ranks).tolist(), strict=True)}


def _coverage(result: RuleResult | None) -> dict[str, object] | None:
    if result is None:
        return None
    return {"outcome": result.outcome, **{n: getattr(result, n) for n in COUNTS}, "missing": list(result.missing)}


def _side(report: Report) -> Side:
    money = sum(a for r in report.results for a in report.findings.amounts(r.rule.code) if a is not None)
    return Side(
        report.packs, report.complete, len(report.findings), money, sum(r.seconds for r in report.results)
    )
