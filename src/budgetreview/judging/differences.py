"""Which places of a submission differ from those of an earlier one, as far as rules can see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from budgetreview.judging.counts import spans
from budgetreview.judging.pieces import EVERYBODYS, place
from budgetreview.rule import Context
from budgetreview.table import Data, Period, Table, unmade_unlike
from budgetreview.tables import TABLES
from budgetreview.values import Bools, Exact, Ints, Keys, Numbers, Truth


@attrs.frozen(eq=False)
class Given:
    """What a review hands to its rules."""

    table: Callable[[str], Table]
    periods: tuple[Period, ...]
    context: Context

    @property
    def tables(self) -> dict[str, Table]:
        """All tables by name, the total rows that stood among the lines with them."""
        found = {name: self.table(name) for name in TABLES}
        totals = self.context.total_rows
        return found if totals is None else {**found, _TOTALS: totals}


_TOTALS = "total rows"


@attrs.frozen(eq=False)
class Differences:
    """How a submission differs from an earlier one.

    Attributes:
        changed: The entities and years that are new or differ; always all years of an entity.
        number: For each earlier entity and year its number now, -1 where it is gone or differs.
        rows: For each table the present row of each earlier row, -1 where it is gone or its place differs; None: the
            same row everywhere.
        moved: Whether rows of places that do not differ have moved in their sheets.
    """

    changed: Bools
    number: Ints
    rows: Mapping[str, Ints | None]
    moved: bool


def differences(before: Given, now: Given, columns: Mapping[str, Iterable[str]], jobs: int = 1) -> Differences | None:
    """How a submission differs from an earlier one; None where no place can be compared.

    Args:
        before: The earlier one.
        now: The present one.
        columns: By table what rules read of it; nothing else is compared.
        jobs: Threads.
    """
    if not _comparable(before, now, columns):
        return None
    number = _numbers(before, now)
    then, today = before.tables, now.tables
    pairs = [pair for name in then if (pair := _Aligned.of(name, then[name], today[name], number)) is not None]
    if len(pairs) < len(then):
        return None
    asked = [
        (pair, column)
        for pair in pairs
        for column in (sorted(pair.after.columns) if pair.name == _TOTALS else sorted(columns.get(pair.name, ())))
    ]
    with ThreadPoolExecutor(jobs) as pool:
        unlike = list((pool.map if jobs > 1 else map)(lambda one: one[0].unlike(one[1]), asked))
    changed = ~np.isin(np.arange(len(now.periods)), number)
    for pair, there in [
        *((pair, pair.other_size) for pair in pairs),
        *((pair, pair.disturbed()) for pair in pairs),
        *((pair, there) for (pair, _), there in zip(asked, unlike, strict=True)),
    ]:
        if pair.name in EVERYBODYS and (there.any() or len(pair.before) != len(pair.after)):
            return None  # what holds for all places has changed for all of them
        changed |= there
    changed = _whole_places(now.periods, changed)
    kept = np.where(changed[number], -1, number)
    rows = {pair.name: pair.rows(changed) for pair in pairs}
    return Differences(changed, kept, rows, any(pair.moved(changed) for pair in pairs))


def _comparable(before: Given, now: Given, columns: Mapping[str, Iterable[str]]) -> bool:
    """Whether nothing that all places share differs: day, stage, code tables, which tables and columns there are."""
    a, b = before.context, now.context
    if (a.stage, a.as_of) != (b.stage, b.as_of) or dict(a.codes) != dict(b.codes):
        return False
    old, new = before.tables, now.tables
    return set(old) == set(new) and all(
        old[name].has(column) == new[name].has(column) for name, read in columns.items() for column in read
    )


def _numbers(before: Given, now: Given) -> Ints:
    """For each earlier entity and year its number now; -1 where it is gone, or its level is another."""
    there = {period: i for i, period in enumerate(now.periods)}
    number = np.array([there.get(period, -1) for period in before.periods], np.int64)
    same = [i < 0 or before.context.levels[k] == now.context.levels[i] for k, i in enumerate(number.tolist())]
    return np.where(same, number, -1)


def _whole_places(periods: Sequence[Period], changed: Bools) -> Bools:
    """All years of an entity of which one year differs."""
    differing = {place(periods[i]) for i in np.flatnonzero(changed).tolist()}
    return np.array([place(p) in differing for p in periods], bool)


@attrs.frozen(eq=False)
class _Aligned:
    """A table then and now, row by row for the entities and years that have as many rows in both."""

    name: str
    before: Table
    after: Table
    then: Ints | None
    """Earlier rows that are compared; None: all, with the present row of the same number."""
    now: Ints | None
    other_size: Bools
    """Entities and years that have another number of rows."""

    @classmethod
    def of(cls, name: str, before: Table, after: Table, number: Ints) -> _Aligned | None:
        """Line up a table, or None where its sources stand in another order."""
        old, new = spans(before).sizes(), spans(after).sizes()
        expected = np.zeros(len(new), np.int64)
        found = number >= 0
        expected[number[found]] = old[found]
        other = expected != new
        same = found & ~other[number]
        numbered = np.where(same, number, -1)
        if same.all() and len(number) == len(new) and _in_order(number) and np.array_equal(before.period, after.period):
            pair = cls(name, before, after, None, None, other)
        else:
            then = np.flatnonzero(same[before.period]) if len(before) else np.zeros(0, np.int64)
            then = then[np.argsort(numbered[before.period[then]], kind="stable")]
            now = np.flatnonzero(np.isin(after.period, number[same]))
            now = now[np.argsort(after.period[now], kind="stable")]
            pair = cls(name, before, after, then, now, other)
        return pair if pair._same_sources() else None

    def _same_sources(self) -> bool:
        """Whether the sources of rows now are those of then, each another or none, in the same order."""
        then, now = self._source
        if len(self.before.sources) == len(self.after.sources) == 1 or not len(then):
            return True
        follows = np.full(len(self.before.sources), -1, np.int64)
        follows[then] = now
        used = follows[follows >= 0]
        return bool((follows[then] == now).all()) and _in_order(used)

    @property
    def _source(self) -> tuple[Ints, Ints]:
        return _some(self.before.source, self.then), _some(self.after.source, self.now)

    def _periods(self, differs: Bools | None) -> Bools:
        out = np.zeros(len(self.after.periods), bool)
        if differs is not None and differs.any():
            out[_some(self.after.period, self.now)[differs]] = True
        return out

    def unlike(self, column: str) -> Bools:
        """The entities and years in which a column differs: its values, or whether it is there."""
        before, after = self.before.columns, self.after.columns
        differs = unmade_unlike(before, after, column) if self.then is None else None
        if differs is None:
            differs = _unlike(_taken(before.get(column), self.then), _taken(after.get(column), self.now))
        found = self._periods(differs)
        then, now = ([column in s.given for s in table.sources] for table in (self.before, self.after))
        if len(then) == len(now) == 1:
            return found if then == now else np.ones(len(found), bool)
        if not (all(then) and all(now)):
            old, new = self._source
            found |= self._periods(np.array(then, bool)[old] != np.array(now, bool)[new])
        return found

    def disturbed(self) -> Bools:
        """The entities and years whose rows are in another unit, or no longer stand as they did beside each other."""
        then, now = self._source
        n = len(self.after.periods)
        out = np.zeros(n, bool)
        units = [np.array([s.unit for s in table.sources], np.int64) for table in (self.before, self.after)]
        if any((u != 1).any() for u in units):
            out |= self._periods(units[0][then] != units[1][now])
        moved = self._moved()
        if moved is not None:
            period = _some(self.after.period, self.now)
            lowest, highest = np.full(n, np.iinfo(np.int64).max), np.full(n, np.iinfo(np.int64).min)
            np.minimum.at(lowest, period, moved)
            np.maximum.at(highest, period, moved)
            out |= lowest < highest
        return out

    def _moved(self) -> Ints | None:
        """By how many rows of its sheet each row has moved; None: none has."""
        by = _some(self.after.record, self.now) - _some(self.before.record, self.then)
        return by if by.any() else None

    def moved(self, changed: Bools) -> bool:
        """Whether a row of a place that does not differ stands elsewhere in its sheet or table."""
        kept = ~changed[_some(self.after.period, self.now)]
        return any(
            bool((_some(a, self.now) != _some(b, self.then))[kept].any())
            for a, b in ((self.after.record, self.before.record), (self.after.row, self.before.row),
                         (self.after.source, self.before.source))
        )  # fmt: skip

    def rows(self, changed: Bools) -> Ints | None:
        """For each earlier row the present one, -1 for rows of places that are gone or differ."""
        if self.then is None or self.now is None:
            return None
        out = np.full(len(self.before), -1, np.int64)
        out[self.then] = np.where(changed[self.after.period[self.now]], -1, self.now)
        return out


def _in_order(numbers: Ints) -> bool:
    return bool((numbers[1:] > numbers[:-1]).all())


def _some(array: npt.NDArray[Any], rows: Ints | None) -> npt.NDArray[Any]:
    return array if rows is None else array[rows]


def _taken(data: Data | None, rows: Ints | None) -> Data | None:
    return data if data is None or rows is None else data.take(rows)


def _unlike(a: Data | None, b: Data | None) -> Bools | None:
    """Which rows have another value, or one where they had none; None: no row."""
    if a is None and b is None:
        return None
    if isinstance(a, Keys) and isinstance(b, Keys):
        return a.unlike(b)
    if isinstance(a, Truth) and isinstance(b, Truth):
        return np.asarray((a.yes != b.yes) | (a.no != b.no), bool)
    if isinstance(a, Exact) and isinstance(b, Exact) and a.kind == b.kind:
        known = a.low | a.high
        return np.asarray(((a.values != b.values) & known) | (a.low != b.low) | (a.high != b.high), bool)
    if isinstance(a, Numbers) and isinstance(b, Numbers) and a.kind == b.kind:
        return np.asarray(((a.values != b.values) & a.known) | (a.known != b.known), bool)
    return _known(a, b) | _known(b, a)


def _known(data: Data | None, other: Data | None) -> Bools:
    """Where there is a value; a column that is of another form now has changed wherever it has one."""
    if data is None:
        return np.zeros(len(other) if other is not None else 0, bool)
    return data.yes | data.no if isinstance(data, Truth) else data.known
