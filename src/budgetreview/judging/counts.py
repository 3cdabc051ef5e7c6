"""How many units of each entity and year an answer holds for."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import attrs
import numpy as np

from budgetreview.kernels import group as kernel
from budgetreview.table import Groups, Table
from budgetreview.values import Bools, Ints

_FEW: Final = 64
"""Up to so many entities and years are counted one by one."""


@attrs.frozen(eq=False)
class Spans:
    """Where the units of each entity and year lie."""

    period: Ints
    n: int
    """Entities and years of the review."""
    present: Ints | None
    """The entities and years that have units, where the units of each stand together in order; else None."""
    edges: tuple[int, ...] = ()

    @classmethod
    def of(cls, period: Ints, n: int) -> Spans:
        """The spans of units by the number of their entity and year."""
        fresh = np.flatnonzero(period[1:] != period[:-1]) + 1
        starts = np.concatenate([np.zeros(min(1, len(period)), np.int64), fresh])
        present = period[starts]
        if not (present[1:] > present[:-1]).all():
            return cls(period, n, None)
        return cls(period, n, present, (*starts.tolist(), len(period)))

    def count(self, mask: Bools) -> Ints:
        """How many units of each entity and year hold in ``mask``."""
        if self.present is None:
            return kernel.counts(mask, self.period, self.n)
        out = np.zeros(self.n, np.int64)
        if len(self.present) <= _FEW:
            out[self.present] = [np.count_nonzero(mask[a:b]) for a, b in pairwise(self.edges)]
        elif mask.any():
            out[self.present] = np.add.reduceat(mask.view(np.uint8), self.edges[:-1], dtype=np.int32)
        return out

    def sizes(self) -> Ints:
        """How many units each entity and year has."""
        if self.present is None:
            return np.bincount(self.period, minlength=self.n).astype(np.int64)
        out = np.zeros(self.n, np.int64)
        out[self.present] = np.diff(self.edges)
        return out


def spans(units: Table | Groups) -> Spans:
    """The spans of some rows, found once for all rules, or of some groups."""
    n = len(units.table.periods)
    if isinstance(units, Groups):
        return Spans.of(units.period, n)
    found: Spans = units.once("judging.spans", lambda: Spans.of(units.period, n))
    # a table that a rule made of another may remember what was found of that one
    return found if found.period is units.period else Spans.of(units.period, n)
