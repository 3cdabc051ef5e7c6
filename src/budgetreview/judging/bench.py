"""The tables of one review made ready, and each rule asked about them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import attrs
import numpy as np

from budgetreview.amount import totals_with_amount, with_amount
from budgetreview.codes import load_tables
from budgetreview.errors import RuleError
from budgetreview.judging.answers import Judged, judge
from budgetreview.judging.counts import spans
from budgetreview.judging.pieces import EVERYBODYS, PIECE, Cutter, Piece, divided
from budgetreview.judging.plan import Plan, planned, settled, shown
from budgetreview.judging.presence import Presence, needed
from budgetreview.judging.tally import Tally, result
from budgetreview.judging.terms import Terms
from budgetreview.report import RuleResult
from budgetreview.rule import Assessment, Context, Rule
from budgetreview.submission import Submission
from budgetreview.table import Period, Table
from budgetreview.values import Bools, Truth

Progress = Callable[[int, int], None]
Amounts = Mapping[tuple[str, str | None], str]
"""The column that a rule means by "the amount", for each input and sheet."""

Answer = Tally | RuleResult
"""What a rule says; a result where there was nothing to ask, or the rule failed."""


@attrs.frozen(eq=False)
class Judgement:
    """How a rule was asked, and what it said."""

    rule: Rule
    plan: Plan | RuleResult
    tally: Answer

    @property
    def result(self) -> RuleResult:
        """What the report says of the rule."""
        if isinstance(self.plan, RuleResult):
            return self.plan
        return self.tally if isinstance(self.tally, RuleResult) else result(self.plan, self.tally)


class Bench:
    """The tables of one review and everything that its rules share."""

    def __init__(
        self, submission: Submission, lines: Table, context: Context, amounts: Amounts | None = None, most: int = PIECE
    ) -> None:
        """Tables made ready for rules; see :meth:`of`.

        Args:
            submission: What was read.
            lines: Its lines with the column ``amount``.
            context: What rules may know besides.
            amounts: The amount column of each input and sheet.
            most: Lines of a piece; an entity is never divided.
        """
        self._submission = submission
        self._lines = lines
        self.context = context
        self.amounts: Amounts = amounts or {}
        self._most = most
        self._whole = Piece(self.table, context, None)
        self._presence = Presence(self.table, submission.periods)

    @classmethod
    def of(
        cls,
        submission: Submission,
        *,
        stage: str,
        as_of: date,
        levels: tuple[str | None, ...],
        codes: Mapping[str, Any] | None = None,
        amounts: Amounts | None = None,
        most: int = PIECE,
    ) -> Bench:
        """What a review hands to its rules.

        Args:
            submission: What was read.
            stage: A word of CONTRACT section 1.
            as_of: The as-of date.
            levels: Level of government of each entity and year, None where unknown.
            codes: Classification tables by system; None: those of the core.
            amounts: The amount column of each input and sheet, where it is settled already.
            most: Lines of a piece; an entity is never divided.
        """
        lines, chosen = with_amount(submission.table("lines"), stage, amounts)
        beside = submission.totals_rows.get("lines")
        totals = None if beside is None else totals_with_amount(beside, chosen)
        tables = dict(codes or {}) or {str(k): v for k, v in load_tables().items()}
        return cls(submission, lines, Context(stage, as_of, levels, tables, totals), chosen, most)

    @property
    def periods(self) -> tuple[Period, ...]:
        """All entities and years."""
        return self._submission.periods

    @property
    def levels(self) -> tuple[str | None, ...]:
        """Level of government of each entity and year."""
        return self.context.levels

    @property
    def lines(self) -> Table:
        """The lines with the column ``amount``."""
        return self._lines

    def table(self, name: str) -> Table:
        """A table of the submission; the lines with the column ``amount``."""
        return self._lines if name == "lines" else self._submission.table(name)

    def lacking(self, rule: Rule) -> tuple[str, ...]:
        """Columns of its main table that a rule needs and no source has."""
        main = self.table(rule.tables[0])
        own = {"entity", "fiscal_year"}
        wanted = {c for t, c in needed(rule) if c is not None and t == main.name}
        return tuple(sorted(c for c in wanted if not (main.has(c) or c in own)))

    def views(self, rule: Rule) -> tuple[Table, ...]:
        """The tables that a rule is handed, shared with all rules of its scope."""
        plan = settled(rule, self.periods, self.context, self._presence)
        return tuple(self._whole.view(t, plan.scope).table for t in (*rule.tables, *rule.optional_tables))

    def forget(self) -> None:
        """Let go of what rules shared; whoever asks again gets the same again."""
        self._whole = Piece(self.table, self.context, None)

    # asking rules

    def run(self, rule: Rule) -> RuleResult:
        """One rule's result; whatever the rule raises is recorded as a failure of the rule, never of the budget."""
        return self.run_all((rule,))[0]

    def run_all(
        self, rules: Sequence[Rule], jobs: int = 1, progress: Progress | None = None
    ) -> tuple[RuleResult, ...]:
        """The results of several rules; the same whatever ``jobs``."""
        return tuple(j.result for j in self.judge(rules, jobs, progress))

    def judge(
        self, rules: Sequence[Rule], jobs: int = 1, progress: Progress | None = None, among: Bools | None = None
    ) -> list[Judgement]:
        """What several rules say; the same whatever ``jobs``.

        Args:
            rules: In the order of the judgements.
            jobs: Threads.
            progress: Called with rules done and rules in all.
            among: The entities and years to look at, all years of an entity; None: all. Only for rules that compare
                no entities.
        """
        plans = [self.plan(rule) for rule in rules]
        masks = divided(self._lines, self.periods, self._most, among)
        tallies: list[list[Answer | None]]
        if len(masks) == 1:
            step = _steps(len(rules), len(rules), progress)
            piece = self._whole if among is None else Cutter(self.table, self.context, self.periods).piece(among)
            with ThreadPoolExecutor(jobs) as pool:
                each = pool.map if jobs > 1 else map
                tallies = [list(each(lambda plan: step(self._asked(plan, piece)), plans))]
        else:
            alone = [not (isinstance(plan, Plan) and "entities" in plan.rule.across) for plan in plans]
            step = _steps(len(rules), sum(len(masks) if one else 1 for one in alone), progress)
            cutter = Cutter(self.table, self.context, self.periods)

            def of_piece(mine: Bools) -> list[Answer | None]:
                piece = cutter.piece(mine)
                asked = [step(self._asked(p, piece)) if one else None for p, one in zip(plans, alone, strict=True)]
                piece.forget()
                return asked

            with ThreadPoolExecutor(jobs) as pool:
                tallies = list((pool.map if jobs > 1 else map)(of_piece, masks))
            tallies.append([
                None if one else step(self._asked(p, self._whole)) for p, one in zip(plans, alone, strict=True)
            ])  # fmt: skip
        return [
            Judgement(rule, plan, _joined([t for row in tallies if (t := row[i]) is not None], len(self.periods)))
            for i, (rule, plan) in enumerate(zip(rules, plans, strict=True))
        ]

    def plan(self, rule: Rule) -> Plan | RuleResult:
        """How a rule is asked; a result where there is nothing to ask, or the rule fails beforehand."""
        try:
            return planned(rule, self.periods, self.context, self._presence)
        except Exception as error:  # noqa: BLE001 - a rule of anybody's package may raise anything
            return self._failed(rule, error)

    def _failed(self, rule: Rule, error: Exception) -> RuleResult:
        said = f"{type(error).__name__}: {error}"
        values = shown(rule, self.periods, self.context)
        return RuleResult(rule, "failed", rule.severity, error=said, parameters=values)

    def _asked(self, plan: Plan | RuleResult, piece: Piece) -> Answer:
        """What a rule says of a piece; whatever it raises is its failure."""
        if isinstance(plan, RuleResult):
            return plan
        started = time.perf_counter()
        try:
            tally = self._tally(plan, piece)
        except Exception as error:  # noqa: BLE001 - a rule of anybody's package may raise anything
            return self._failed(plan.rule, error)
        tally.seconds = time.perf_counter() - started
        return tally

    def _tally(self, plan: Plan, piece: Piece) -> Tally:
        rule, n = plan.rule, len(self.periods)
        tally = Tally(n)
        mine = np.ones(n, bool) if piece.mine is None else piece.mine
        by_line = rule.per == "line"
        if plan.elsewhere:
            tally.not_applicable = spans(piece.table(plan.main)).sizes() if by_line else mine.astype(np.int64)
            return tally
        view = piece.view(plan.main, plan.scope)
        if by_line and view.outside is not None:
            tally.not_applicable = view.outside
        if plan.no_data:
            tally.not_assessed = spans(view.table).sizes() if by_line else (plan.spoken_of & mine).astype(np.int64)
            return tally
        for terms, members in plan.terms:
            theirs = mine if members is None else mine & members
            unset = terms.unset(rule)
            if unset:
                asked = plan.spoken_of & theirs
                if asked.any():
                    units = spans(view.table).sizes() * asked if by_line else asked.astype(np.int64)
                    tally.not_assessed = tally.not_assessed + units
                    for name in unset:
                        tally.miss(f"parameter:{name}", asked)
            elif members is None or theirs.any():
                tally.add(plan, *self._assessed(plan, terms, members, piece))
        return tally

    def _assessed(
        self, plan: Plan, terms: Terms, members: Bools | None, piece: Piece
    ) -> tuple[Assessment, Judged, Terms, dict[str, Any]]:
        """Call the rule's function once and judge its answers.

        Raises:
            RuleError: The function returned something else than an assessment.
        """
        rule = plan.rule
        handed: dict[str, Any] = {}
        scopes: dict[str, Truth | None] = {}
        for name in (*rule.tables, *rule.optional_tables):
            view = piece.view(name, plan.scope)
            table, truth = view.table, view.scope
            if members is not None and len(table) and name not in EVERYBODYS:
                keep = members[table.period]
                table, truth = table.subset(keep), None if truth is None else truth.take(np.flatnonzero(keep))
            reads, uses = rule.columns_of(name)
            handed[name] = table.restricted((*reads, *uses, "book", "side"))
            scopes[name] = truth
        if "p" in rule.takes:
            handed["p"] = terms.record(rule)
        if "context" in rule.takes:
            handed["context"] = piece.context
        a: Any = rule.function(**handed)
        if not isinstance(a, Assessment):
            msg = f"{rule.code} returned {type(a).__name__}, not an Assessment"
            raise RuleError(msg)
        if piece.mine is not None:
            members = piece.mine if members is None else members & piece.mine
        judged = judge(a, scopes[a.units.table.name], plan.lacking, members, plan.needed)
        return a, judged.within(a.units.period, plan.spoken_of, plan.scope.places), terms, handed

    def assessments(self, rule: Rule) -> Iterator[tuple[Assessment, Judged]]:
        """The rule's answers unit by unit, one pair for each set of parameter values, whatever stage and day are."""
        plan = settled(rule, self.periods, self.context, self._presence)
        for terms, members in plan.terms:
            if not terms.unset(rule):
                a, judged, *_ = self._assessed(plan, terms, members, self._whole)
                yield a, judged


def _steps(rules: int, total: int, progress: Progress | None) -> Callable[[Answer], Answer]:
    """What says after each step how many rules are done."""
    done = 0
    lock = threading.Lock()

    def step(answer: Answer) -> Answer:
        nonlocal done
        if progress is not None:
            with lock:
                done += 1
                progress(done * rules // total, rules)
        return answer

    return step


def _joined(found: Sequence[Answer], n: int) -> Answer:
    """What a rule says of all pieces; a failure in one is a failure of the rule."""
    if len(found) == 1:
        return found[0]
    whole = Tally(n)
    for part in found:
        if isinstance(part, RuleResult):
            return part
        whole.join(part)
    return whole
