"""In what order to ask: one order, severity × money, for every report that people read.

A severity counts :data:`WEIGHT` times the money in 分. Money that is not known is neither nothing nor everything: it
counts the median of what is known (the larger of the two in the middle), or 1 where nothing is known. Equal ones stand
by severity, then by rule, then as in the input.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs
import numpy as np

from budgetreview.render.words import nature
from budgetreview.report import Finding, Report, RuleResult
from budgetreview.rule import Severity

WEIGHT: Final = {Severity.RED: 8, Severity.ORANGE: 4, Severity.YELLOW: 2, Severity.BLUE: 1}
"""What a severity counts against money; each page that ranks says so."""


@attrs.frozen
class Scale:
    """Weighs a severity and its money against others of the same report.

    Attributes:
        middle: What money in 分 counts where it is not known.
    """

    middle: int

    @classmethod
    def of(cls, amounts: Iterable[int | None]) -> Scale:
        """The scale of these amounts."""
        known = sorted(abs(a) for a in amounts if a is not None)
        return cls(known[len(known) // 2] if known else 1)

    def weigh(self, severity: Severity, amount: int | None) -> int:
        """What they weigh together."""
        return WEIGHT[severity] * (self.middle if amount is None else abs(amount))


@attrs.frozen(eq=False)
class Topic:
    """The findings of one rule at one severity: open ones first, then the largest amount.

    Attributes:
        result: The rule's result.
        severity: The severity of all of them.
        nature: What they are, a key of ``words.NATURE``.
        open: How many are not waived.
        amount: Money of the open ones in 分 as far as it is known; None if it is known of none.
        unpriced: How many open ones have no amount.
    """

    result: RuleResult
    severity: Severity
    nature: str
    open: int
    amount: int | None
    unpriced: int
    _places: Sequence[int]
    _report: Report

    def __len__(self) -> int:
        return len(self._places)

    def first(self, most: int) -> list[Finding]:
        """The first so many, made for this call alone."""
        return self._report.findings.shown(self.result.rule.code, self._places[:most])

    @property
    def example(self) -> Finding:
        """The largest case."""
        return self.first(1)[0]

    @property
    def findings(self) -> list[Finding]:
        """All of them."""
        return self._report.findings.at(self.result.rule.code, self._places)


def topics(report: Report) -> tuple[Topic, ...]:
    """All findings by severity and rule: severity by severity, in each the rule that weighs most first."""
    found = [t for result in report.results if result.flagged for t in _topics_of(result, report)]
    scale = Scale.of(t.amount for t in found if t.open)
    found.sort(key=lambda t: (t.severity.rank, -scale.weigh(t.severity, t.amount), t.result.rule.code))
    return tuple(found)


def _topics_of(result: RuleResult, report: Report) -> Iterator[Topic]:
    code = result.rule.code
    found = report.findings
    ranks, amounts, waived = found.ranks(code), found.amounts(code), found.waived(code)
    for severity in Severity:
        mine = np.flatnonzero(ranks == severity.rank).tolist()
        if not mine:
            continue
        mine.sort(key=lambda i: (waived[i], amounts[i] is None, -abs(amounts[i] or 0)))
        still = [amounts[i] for i in mine if not waived[i]]
        known = [abs(a) for a in still if a is not None]
        money = sum(known) if known else None
        kind = nature(result.rule, severity)
        yield Topic(result, severity, kind, len(still), money, len(still) - len(known), mine, report)


@attrs.frozen(eq=False)
class Question:
    """What to ask about one rule: its weightiest topic, and how much more of the same there is.

    Attributes:
        topic: The topic whose largest case is asked about.
        more: Other open findings of the rule, at any severity.
        also: Rules whose only open finding points at the very cell of this question's case.
    """

    topic: Topic
    more: int
    also: tuple[Topic, ...] = ()


def questions(report: Report) -> tuple[Question, ...]:
    """One question a rule, the one that weighs most first.

    A topic weighs its severity times the money of its open findings. Rules whose only open finding points at one and
    the same cell are one question.
    """
    asked = [t for t in topics(report) if t.open]
    scale = Scale.of(t.amount for t in asked)
    best: dict[str, Topic] = {}
    order = sorted(asked, key=lambda t: (-scale.weigh(t.severity, t.amount), t.severity.rank, t.result.rule.code))
    for t in order:
        best.setdefault(t.result.rule.code, t)
    opened: Counter[str] = Counter()
    for t in asked:
        opened[t.result.rule.code] += t.open
    cells: dict[tuple[str, str | None, str], str] = {}
    also: dict[str, list[Topic]] = {}
    for code, t in best.items():
        place = t.example.source
        at = (place.name, place.sheet, place.cell) if place.cell is not None else None
        if at is not None and opened[code] == 1 and at in cells:
            also[cells[at]].append(t)
            continue
        also[code] = []
        if at is not None:
            cells.setdefault(at, code)
    return tuple(Question(best[code], opened[code] - 1, tuple(others)) for code, others in also.items())


def ranked(found: Sequence[Finding]) -> list[Finding]:
    """Findings one by one in the same order: what weighs most first."""
    scale = Scale.of(f.amount for f in found)
    return sorted(found, key=lambda f: (-scale.weigh(f.severity, f.amount), f.severity.rank, f.rule))
