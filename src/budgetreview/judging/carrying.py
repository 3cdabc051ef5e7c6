"""What was found of places that do not differ, set upon the rows where they stand now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import attrs
import numpy as np

from budgetreview.judging.differences import Differences
from budgetreview.judging.figures import some
from budgetreview.judging.tally import Tally
from budgetreview.report import Flagged, Shown
from budgetreview.table import Groups, Period, Table
from budgetreview.values import Ints, Keys

T = TypeVar("T")

_MANY: Final = 1000
"""So many words may be kept that no unit has."""


@attrs.frozen(eq=False)
class Carrier:
    """Carries the tallies of an earlier review over to the present one.

    Nothing of the earlier tables is kept: who reviews again and again would keep all of them.
    """

    before: Callable[[str], Table]
    now: Callable[[str], Table]
    periods: tuple[Period, ...]
    found: Differences

    def tally(self, old: Tally) -> Tally | None:
        """What was counted and found of the places that do not differ; None where it cannot be carried over."""
        parts = self._parts(old.parts)
        greys = self._parts(old.greys)
        if parts is None or greys is None:
            return None
        made = Tally(len(self.periods))
        made.flagged = self._counts(old.flagged)
        made.clear = self._counts(old.clear)
        made.not_assessed = self._counts(old.not_assessed)
        made.not_applicable = self._counts(old.not_applicable)
        made.grey = self._counts(old.grey)
        made.seen = self._counts(old.seen.astype(np.int64)) > 0
        kept = self.found.number >= 0
        made.missing = {name: self._counts(where.astype(np.int64)) > 0 for name, where in old.missing.items()
                        if where[kept].any()}  # fmt: skip
        made.parts, made.greys = parts, greys
        return made

    def _counts(self, counts: Ints) -> Ints:
        out = np.zeros(len(self.periods), np.int64)
        kept = self.found.number >= 0
        out[self.found.number[kept]] = counts[kept]
        return out

    def _parts(self, parts: list[Flagged]) -> list[Flagged] | None:
        out: list[Flagged] = []
        for part in parts:
            ks = np.flatnonzero(self.found.number[part.units.period[part.at]] >= 0)
            if len(ks):
                moved = self._part(part, ks)
                if moved is None:
                    return None
                out.append(moved)
        return out

    def _part(self, part: Flagged, ks: Ints) -> Flagged | None:
        at, units = part.at[ks], part.units
        members: Ints | None = None
        moved: Table | Groups | None
        if isinstance(units, Groups):
            number = np.full(units.n + 1, -1, np.int64)  # the last is for rows of no group
            number[at] = np.arange(len(at))
            rows = np.zeros(0, np.int64) if part.members is None else part.members
            rows = rows[number[units.index[rows]] >= 0]
            first = units.first[at]
            inside = first < len(units.table)
            needed = np.unique(np.concatenate([rows, first[inside]]))
            table = self._table(units.table, needed)
            local = np.searchsorted(needed, rows)
            index = np.full(len(needed), -1, np.int64)
            index[local] = number[units.index[rows]]
            moved = None if table is None else Groups(
                table,
                units.names,
                index,
                np.where(inside, np.searchsorted(needed, first), len(needed)),
                self.found.number[units.period[at]],
                {name: _spare(keys.take(needed)) for name, keys in units.keys.items()},
            )  # fmt: skip
            members = None if part.members is None else local
        else:
            moved = self._table(units, at)
        if moved is None:
            return None
        return attrs.evolve(
            part,
            units=moved,
            at=np.arange(len(at)),
            ranks=part.ranks[ks],
            measure=_kept(part.measure, ks),
            limit=_kept(part.limit, ks),
            values={name: _kept(v, ks) for name, v in part.values.items()},
            about=_spare(part.about.take(ks)) if isinstance(part.about, Keys) else part.about,
            subject={name: _kept(v, ks) for name, v in part.subject.items()},
            amount=None if part.amount is None else part.amount.take(at),
            members=members,
        )

    def _table(self, table: Table, rows: Ints) -> Table | None:
        """Some rows as they stand now."""
        whole = self.before(table.name)
        places = table.places_in(whole, rows)
        if places is not None:
            now = self.found.rows[table.name]
            return self.now(table.name).at(places if now is None else now[places])
        if self.found.moved:  # rows that a rule made itself: nobody knows where they would stand now
            return None
        own = {name: _spare(table.columns[name].take(rows)) for name in table.columns}
        return attrs.evolve(
            table.at(rows),
            columns=own,
            period=self.found.number[table.period[rows]],
            periods=self.periods,
            sources=self.now(table.name).sources,
        )


def _kept(column: Shown, ks: Ints) -> Shown:
    return _spare(some(column, ks))


def _spare(data: T) -> T | Keys:
    """Texts without the many words that none of them has."""
    if not isinstance(data, Keys) or len(data.words) <= len(data) + _MANY:
        return data
    return data.spare()
