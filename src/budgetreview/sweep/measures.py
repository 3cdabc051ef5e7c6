"""All points from the measures of one run, where the threshold decides nothing but which measures lie beyond it.

Whether that is so is not believed but tried: :func:`foreseen` asks the rule itself at the value in force, at both ends
and between, and every unit's answer must be the one that its measure gives.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final

import attrs
import numpy as np

from budgetreview.judging import Judged
from budgetreview.report import RuleResult
from budgetreview.rule import Assessment, Severity
from budgetreview.sweep.asking import Asking
from budgetreview.sweep.curve import Number, Point
from budgetreview.values import Bools, Exact, Numbers, Ratio, Scaled, Truth

_COMPARED: Final = (Exact, Numbers, Ratio, Scaled)
_BEYOND: Final[Sequence[Callable[[Any, Any], Truth]]] = (operator.gt, operator.ge, operator.lt, operator.le)
_PROBES: Final = 5
"""Points at which the rule itself is asked, beside the present value, before its measures are relied on."""


@attrs.frozen(eq=False)
class Measures:
    """What one run measured, and which measures are flagged.

    Attributes:
        result: What the report says of that run.
        assessment: Its measures.
        judged: Its answers.
        beyond: How a measure is held against the threshold.
    """

    result: RuleResult
    assessment: Assessment
    judged: Judged
    beyond: Callable[[Any, Any], Truth]

    @property
    def decided(self) -> Bools:
        """Which units can be judged."""
        return self.judged.flagged | self.judged.clear

    def flagged(self, value: Number) -> Bools:
        """Which units are flagged at a value: of those that can be judged the ones whose measure lies beyond it."""
        return np.asarray(self.decided & self.beyond(self.assessment.measure, value).yes, bool)

    def point(self, asking: Asking, value: Number) -> Point:
        """The point that these measures give."""
        flagged = self.flagged(value)
        n = int(flagged.sum())
        amount = _amount(self.assessment)
        known = np.zeros(len(flagged), bool) if amount is None else flagged & amount.known
        priced = int(known.sum())
        return asking.point(
            value,
            self.result,
            counts={s: n if s is asking.rule.severity else 0 for s in Severity},
            clear=self.result.flagged + self.result.clear - n,
            amount=None if amount is None or not priced else sum(map(abs, amount.values[known].tolist())),
            unpriced=n - priced,
        )

    def agree(self, value: Number, said: tuple[Assessment, Judged]) -> bool:
        """Whether the rule's own answers at a value are, unit by unit, those that the measures give."""
        a, now = said
        if len(a.units) != len(self.assessment.units) or a.severity is not None:
            return False
        flagged, decided = self.flagged(value), self.decided
        return bool(
            _is(a.limit, value, decided)
            and _same(a.measure, self.assessment.measure, decided)
            and (now.flagged == flagged).all()
            and (now.clear == (decided & ~flagged)).all()
            and (now.not_assessed == self.judged.not_assessed).all()
            and (now.not_applicable == self.judged.not_applicable).all()
        )


def foreseen(asking: Asking, first: Number, values: Sequence[Number]) -> Measures | None:
    """The measures of one run, if they alone decide at every value; None if they do not, or if asking costs no more."""
    if len(values) <= _PROBES + 1 or any(c.severity is not None for c in asking.rule.changes):
        return None
    base = asking.units(first)
    if base is None or base[0].severity is not None or not isinstance(base[0].measure, _COMPARED):
        return None
    probes = sorted({values[round(k * (len(values) - 1) / (_PROBES - 1))] for k in range(_PROBES)} | {first})
    said = [(v, asking.units(v), asking.asked(v)) for v in probes]
    for beyond in _BEYOND:
        measures = Measures(asking.result(first), *base, beyond)
        if all(u is not None and measures.agree(v, u) and measures.point(asking, v) == p for v, u, p in said):
            return measures
    return None


def _amount(a: Assessment) -> Exact | None:
    """The money of each unit, as a finding shows it."""
    if a.amount is not None or a.units.table.name != "lines":
        return a.amount
    whole = a.units.table.columns.get("amount")
    if not isinstance(whole, Exact):
        return None
    return whole if a.units is a.units.table else a.units.sum(whole)  # type: ignore[union-attr]


def _is(limit: object, value: Number, decided: Bools) -> bool:
    """Whether the rule itself says that it held every unit against this value."""
    if isinstance(limit, int | Fraction):
        return limit == value
    if isinstance(limit, Exact):
        return bool((limit.values == value)[decided].all())
    return False


def _same(a: object, b: object, decided: Bools) -> bool:
    """Whether two columns of measures are the same where it matters."""
    if isinstance(a, Ratio) and isinstance(b, Ratio):
        return _same(a.num, b.num, decided) and _same(a.den, b.den, decided)
    if isinstance(a, Scaled) and isinstance(b, Scaled):
        return a.factor == b.factor and _same(a.exact, b.exact, decided)
    if (isinstance(a, Exact) and isinstance(b, Exact)) or (isinstance(a, Numbers) and isinstance(b, Numbers)):
        return bool((a.values == b.values)[decided].all() and (a.known == b.known)[decided].all())
    return False
