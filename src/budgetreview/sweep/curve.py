"""The curve itself: findings and money at each value of one parameter, and how that was found out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Literal

import attrs

from budgetreview.parameters import Parameter
from budgetreview.rule import Rule, Severity

Number = Fraction | int
"""A value of a parameter: 分 for money."""
Way = Literal["measured", "asked"]


@attrs.frozen
class Point:
    """The findings at one value of the parameter.

    Attributes:
        value: The value: 分 for money.
        setting: The same as ``--set`` takes it.
        counts: Findings by severity.
        clear: Units that could be judged and are not flagged.
        not_assessed: Units that could not be judged.
        amount: Money of the findings in 分, as far as it is known, signs left out; None if it is known of none.
        unpriced: How many findings have no amount.
        current: Whether this is the value now in force.
    """

    value: Number
    setting: str
    counts: Mapping[Severity, int]
    clear: int
    not_assessed: int
    amount: int | None
    unpriced: int
    current: bool = False

    @property
    def flagged(self) -> int:
        """All findings."""
        return sum(self.counts.values())


@attrs.frozen(eq=False)
class Sweep:
    """The curve.

    Attributes:
        rule: The rule.
        parameter: Its parameter.
        stage: The stage of the review.
        as_of: Its day.
        current: The value in force there, None if none is set.
        points: By value.
        way: ``measured``: from the measures of one run, checked at ``asked`` points; ``asked``: the rule was asked at
            every point.
        asked: How often the rule was run.
    """

    rule: Rule
    parameter: Parameter
    stage: str
    as_of: date
    current: Number | None
    points: tuple[Point, ...]
    way: Way
    asked: int
