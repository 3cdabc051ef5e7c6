"""Sums of rounded figures: equal, equal within rounding, or different (READINGS, "Tolerance").

A published table in 万元 with two decimals shows each figure to the nearest 100 元. A total and the sum of its parts
may then differ without any mistake: each part may be off by half a presentation unit, and the total shown by half a
unit more. Figures given to the 分 are exact and leave no room.

A rule adds up the *spans* of all figures that take part, the shown one and every addend, and compares::

    span = figure_span(totals) * 9               # one total, eight addends in the same row
    span = fund.sum(figure_span(funds)) + ...    # addends in the rows of a group
    result = compare(shown, summed, span)        # condition: result.different, measure: result.gap
"""

from __future__ import annotations

from fractions import Fraction

import attrs
import numpy as np

from budgetreview.table import Table
from budgetreview.values import Exact, Scaled, Truth


def presentation_unit(table: Table) -> Exact:
    """The presentation unit of each row's sheet, in 分: 1 where figures are given to the 分."""
    units = np.array([s.unit for s in table.sources], np.int64)
    return Exact.of(units[table.source] if len(units) else np.zeros(len(table), np.int64))


def figure_span(table: Table) -> Exact:
    """How wide the true value of one figure of each row may lie around the shown one, in 分.

    One presentation unit (half of it to either side); 0 where figures are given to the 分, because they are exact.
    """
    unit = presentation_unit(table)
    return Exact.of(np.where(unit.values > 1, unit.values, 0))


@attrs.frozen(eq=False)
class Comparison:
    """A figure held against the sum of its parts; exactly one of the three holds where both are known.

    Attributes:
        equal: They agree to the 分.
        within: They differ, but by no more than rounding explains.
        different: They differ by more than rounding explains.
        gap: The figure shown less the sum, in 分.
        tolerance: The largest difference that rounding explains: half of the spans added up.
    """

    equal: Truth
    within: Truth
    different: Truth
    gap: Exact
    tolerance: Scaled


def compare(shown: Exact, summed: Exact, span: Exact | Scaled) -> Comparison:
    """Hold a figure against the sum of its parts.

    Args:
        shown: The figure shown, in 分.
        summed: The sum of its parts; a sum bounded on one side decides where the bound is enough.
        span: The spans of all figures that take part, added up (see :func:`figure_span`).
    """
    gap = shown - summed
    half = Scaled(span, Fraction(1, 2)) if isinstance(span, Exact) else Scaled(span.exact, span.factor / 2)
    different = (gap > half) | (-gap > half)
    return Comparison(gap.equals(0), ~different & gap.differs(0), different, gap, half)
