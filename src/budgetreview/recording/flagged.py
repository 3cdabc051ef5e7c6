"""The flagged units of one rule, as columns."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from budgetreview.authority import Authority
from budgetreview.rule import Severity
from budgetreview.table import Groups, Table
from budgetreview.values import Exact, Ints, Keys, Values
from budgetreview.wording import Figure

SEVERITIES: Final = tuple(Severity)
_SOURCE: Final = 42
"""Rows of a source, wholes beside their parts counted (``table.AFTER``), stay below two to this power."""

Shown = Values | Fraction | int | str | None
"""A column of figures, one for each flagged unit, or one figure for all of them."""


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
    about: str | Keys | None
    subject: Mapping[str, Shown]
    amount: Exact | None
    members: Ints | None
    """Rows of the grouped table that belong to flagged groups and are named, in order."""
    authority: tuple[Authority, ...] = ()
    """What a package's change of severity rests on, besides the rule's own authority."""
    _sorted: list[tuple[Ints, Ints]] = attrs.field(factory=list, init=False, repr=False)
    _rows: list[Ints] = attrs.field(factory=list, init=False, repr=False)

    @property
    def severity(self) -> tuple[Severity, ...]:
        """The severity of each flagged unit."""
        return tuple(SEVERITIES[r] for r in self.ranks)

    @property
    def amounts(self) -> Exact:
        """The money of each flagged unit, unknown where the rule speaks of none."""
        if self.amount is None:
            nowhere = np.zeros(len(self.at), bool)
            return Exact(np.zeros(len(self.at), np.int64), nowhere, nowhere, "money", 0)
        known = self.amount.known[self.at]
        return Exact(self.amount.values[self.at], known, known, "money", self.amount.bound)

    @property
    def rows(self) -> Ints:
        """The row that each flagged unit stands at: of a group the first that is named; beyond the table for none."""
        if not self._rows:
            self._rows.append(self._first_named())
        return self._rows[0]

    def _first_named(self) -> Ints:
        first = self.units.first[self.at]
        if self.members is None or not isinstance(self.units, Groups):
            return first
        n = len(self.units.table)
        named = np.full(self.units.n, n, np.int64)
        named[self.units.index[self.members][::-1]] = self.members[::-1]  # of several the last assignment stays
        return np.where(named[self.at] < n, named[self.at], first)

    @property
    def places(self) -> Ints:
        """Where each flagged unit stands in the input, -1 if at no row; findings come in the order of these."""
        table, first = self.units.table, self.rows
        if not len(table):
            return np.full(len(first), -1, np.int64)
        inside = first < len(table)
        rows = np.where(inside, first, 0)
        return np.where(inside, (table.source[rows].astype(np.int64) << _SOURCE) + table.row[rows], -1)

    def sorted_members(self) -> tuple[Ints, Ints]:
        """The named rows of all flagged groups, group by group, and the group of each."""
        if not self._sorted:
            rows = np.zeros(0, np.int64) if self.members is None else self.members
            index = self.units.index[rows] if isinstance(self.units, Groups) else rows
            order = np.argsort(index, kind="stable")
            self._sorted.append((rows[order], index[order]))
        return self._sorted[0]
