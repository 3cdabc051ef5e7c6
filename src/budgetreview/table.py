"""One table of a submission, column by column and read-only, and groups of its rows.

A table keeps, for each row, where it came from, so that a finding can name its cell; and for each column, which
sources had it at all, so that "the column is absent" and "the cell is blank" never look alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from budgetreview.errors import RuleError
from budgetreview.kernels import group as kernel
from budgetreview.tables import TABLES, Kind
from budgetreview.values import Bools, Exact, Ints, Keys, Numbers, Truth

Data = Exact | Numbers | Keys | Truth
AFTER: Final = 1 << 40
"""Added to the row of a whole that a rule looks at beside its parts: it comes after all rows."""
KIND_OF: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "text": "keys",
        "code": "keys",
        "word": "keys",
        "year": "exact",
        "date": "exact",
        "money": "exact",
        "share": "numbers",
        "number": "numbers",
        "count": "exact",
        "mark": "truth",
    }
)
"""In which form the values of each kind of column are held."""


@attrs.frozen
class Source:
    """Where rows were read: one sheet or file.

    Attributes:
        name: The input as the report names it.
        sheet: The sheet, None for a file without sheets.
        columns: Column name to the A1 letters of its column in the sheet.
        addressed: Whether rows have a place in a sheet or csv (False: parquet and frames; cells are null).
        unit: Money of one presentation unit, in 分, of this sheet (READINGS, "Tolerance").
        given: Known columns that the sheet has, and others that it has under their own headers.
    """

    name: str
    sheet: str | None = None
    columns: Mapping[str, str] = attrs.field(factory=dict)
    addressed: bool = True
    unit: int = 1
    given: frozenset[str] = frozenset()


@attrs.frozen
class Period:
    """One entity and fiscal year; either is None where the files do not say it."""

    entity: str | None
    fiscal_year: int | None
    path: str = ""


@attrs.frozen(eq=False)
class Table:
    """Rows of one kind, e.g. the budget lines of a submission.

    Attributes:
        name: The table's name in CONTRACT, e.g. ``lines``.
        columns: Data by column name; every array has one element a row.
        period: For each row the number of its entity and year in ``periods``.
        periods: All entities and years of the submission, sorted; shared by its tables.
        source: For each row the number of its source in ``sources``.
        row: For each row its place in its table as read, from 1, total rows not counted.
        record: For each row its row (or csv record) number in the sheet, 0 where there is none.
    """

    name: str
    columns: Mapping[str, Data]
    period: npt.NDArray[np.int64]
    periods: tuple[Period, ...]
    source: npt.NDArray[np.int32]
    sources: tuple[Source, ...]
    row: Ints
    record: Ints
    _allowed: frozenset[str] | None = None
    _groups: dict[tuple[str, ...], Groups] = attrs.field(factory=dict, repr=False)
    _mapped: dict[tuple[str, str], Keys] = attrs.field(factory=dict, repr=False)
    _told: dict[str, Any] = attrs.field(factory=dict, repr=False)

    @classmethod
    def empty(cls, name: str, periods: tuple[Period, ...] = ()) -> Table:
        """A table without rows, as a submission has it that does not bring this table."""
        none = np.zeros(0, np.int64)
        return cls(name, {}, none, periods, none.astype(np.int32), (), none, none)

    def __len__(self) -> int:
        return len(self.period)

    @property
    def n(self) -> int:
        """How many rows."""
        return len(self.period)

    @property
    def table(self) -> Table:
        """The table itself (see :class:`Groups`)."""
        return self

    @property
    def first(self) -> Ints:
        """The rows themselves, in order (see :class:`Groups`)."""
        return np.arange(len(self.period))

    def subset(self, keep: Bools) -> Table:
        """The rows that ``keep`` names, in order; columns are taken only when a rule reads them."""
        return self.at(np.flatnonzero(keep))

    def at(self, rows: Ints | slice) -> Table:
        """Some rows; columns are taken only when a rule reads them, and those of a slice are not copied."""
        return attrs.evolve(
            self,
            columns=_Taken(self.columns, rows),
            period=self.period[rows],
            source=self.source[rows],
            row=self.row[rows],
            record=self.record[rows],
            groups={},
            mapped={},
            told={},
        )

    def places_in(self, whole: Table, rows: Ints) -> Ints | None:
        """The rows of ``whole`` that some rows of this table are; None where it is not cut out of it alone."""
        columns = self.columns
        while columns is not whole.columns:
            if not isinstance(columns, _Taken):
                return None
            rows, columns = columns.places(rows), columns.whole
        return rows

    def forget(self) -> None:
        """Let go of what rules were handed of some rows of a table; whoever asks again gets the same again."""
        if isinstance(self.columns, _Taken):
            self.columns.forget()
            for remembered in (self._groups, self._mapped, self._told):
                remembered.clear()

    def restricted(self, columns: Iterable[str]) -> Table:
        """The same table showing only the columns that a rule declared."""
        return attrs.evolve(self, allowed=frozenset(columns))

    def with_column(self, name: str, data: Data, given: Mapping[int, str] | None = None) -> Table:
        """The same table with one more column.

        Args:
            name: The new column.
            data: Its values.
            given: Source number to the column of that source that the values come from; sources left out
                do not have the new column. None: every source has it, without a cell.
        """
        sources = []
        for i, s in enumerate(self.sources):
            if given is None:
                sources.append(attrs.evolve(s, given=s.given | {name}))
            elif i in given:
                letters = {**s.columns, name: s.columns[given[i]]} if given[i] in s.columns else s.columns
                sources.append(attrs.evolve(s, given=s.given | {name}, columns=letters))
            else:
                sources.append(s)
        columns = _With(self.columns, name, data)
        return attrs.evolve(self, columns=columns, sources=tuple(sources), groups={}, mapped={}, told={})

    def _checked(self, name: str) -> None:
        if self._allowed is not None and name not in self._allowed:
            msg = f"the rule asks for {self.name}.{name} without declaring it in reads= or uses="
            raise RuleError(msg)

    def _unknown(self, form: str, kind: str) -> Data:
        n = len(self)
        nowhere = np.zeros(n, bool)
        if form == "exact":
            return Exact(np.zeros(n, np.int64), nowhere, nowhere, kind, 0)  # type: ignore[arg-type]
        if form == "numbers":
            return Numbers(np.zeros(n), nowhere)
        return Keys(np.full(n, -1, np.int32), ()) if form == "keys" else Truth(nowhere, nowhere)

    def _get(self, name: str, form: str) -> Data:
        self._checked(name)
        if name in self.columns:
            return self.columns[name]
        spec = TABLES[self.name].columns.get(name) if self.name in TABLES else None
        kind = spec.kind if spec and spec.kind in {"money", "count", "year", "date"} else "money"
        return self._unknown(form, kind)

    def money(self, name: str) -> Exact:
        """Amounts in 分; unknown where the cell is blank or the column absent."""
        return self.whole(name)

    def whole(self, name: str) -> Exact:
        """Whole numbers of any kind: amounts in 分, counts, years, dates as days since 1970-01-01."""
        data = self._get(name, "exact")
        if not isinstance(data, Exact):
            msg = f"{self.name}.{name} is no column of whole numbers"
            raise RuleError(msg)
        return data

    def number(self, name: str) -> Numbers:
        """Numbers that are no money, e.g. quantities and scores."""
        data = self._get(name, "numbers")
        if not isinstance(data, Numbers):
            msg = f"{self.name}.{name} is no column of numbers"
            raise RuleError(msg)
        return data

    def key(self, name: str) -> Keys:
        """Codes, words and texts as integer keys."""
        data = self._get(name, "keys")
        if not isinstance(data, Keys):
            msg = f"{self.name}.{name} is no column of codes or texts"
            raise RuleError(msg)
        return data

    def mark(self, name: str) -> Truth:
        """A column of yes and no as a condition."""
        data = self._get(name, "truth")
        if not isinstance(data, Truth):
            msg = f"{self.name}.{name} is no column of marks"
            raise RuleError(msg)
        return data

    def mapped(self, name: str, label: str, function: Callable[[str], str | None]) -> Keys:
        """``key(name).map(function)``, remembered under ``label`` for all rules of a review."""
        self._checked(name)
        place = (name, label)
        found = self._mapped.get(place)
        if found is None:
            found = self._mapped[place] = self.key(name).map(function)
        return found

    def once(self, label: str, make: Callable[[], Any]) -> Any:
        """What several rules ask for, made by the first and remembered under ``label`` for a review."""
        found = self._told.get(label)
        if found is None:
            found = self._told[label] = make()
        return found

    def known(self, name: str) -> Bools:
        """Where the column has a value, whatever its kind."""
        data = self.columns.get(name)
        if data is None:
            return np.zeros(len(self), bool)
        return data.yes | data.no if isinstance(data, Truth) else data.known

    def has(self, name: str) -> bool:
        """Whether any source of this table has the column."""
        return any(name in s.given for s in self.sources)

    def absent(self, name: str) -> Bools | None:
        """Rows whose source lacks the column; None where no source lacks it."""
        lacking = np.array([name not in s.given for s in self.sources], bool)
        if not lacking.any():
            return None
        return lacking[self.source]

    def blank(self, name: str) -> Truth:
        """Where the cell is blank in a column that is there; unknown where the column is absent."""
        self._checked(name)
        known = self.known(name)
        absent = self.absent(name)
        return Truth(~known if absent is None else ~known & ~absent, known)

    def by(self, *names: str) -> Groups:
        """Groups of rows of one entity and year with equal values in the named columns.

        Without names: one group for every entity and year of the submission, also for those without rows here.
        Rows with a blank in a named column belong to no group. Cached for all rules of a review.
        """
        for name in names:
            self._checked(name)
        found = self._groups.get(names)
        if found is None:
            found = self._groups[names] = self._grouped(names)
        return found

    def _grouped(self, names: tuple[str, ...]) -> Groups:
        if not names:
            first = np.full(len(self.periods), len(self), np.int64)
            np.minimum.at(first, self.period, np.arange(len(self)))
            return Groups(self, (), self.period, first, np.arange(len(self.periods)))
        keys: list[npt.NDArray[np.int64]] = [self.period]
        for name in names:
            data = self.columns.get(name)
            if isinstance(data, Keys):
                keys.append(data.codes.astype(np.int64))
            elif isinstance(data, Exact):
                shifted = data.values - data.values.min(initial=0)
                keys.append(np.where(data.known, shifted, -1).astype(np.int64))
            elif isinstance(data, Truth):
                keys.append(np.where(data.yes, 1, np.where(data.no, 0, -1)).astype(np.int64))
            else:
                keys.append(np.full(len(self), -1, np.int64))
        index, first = kernel.combine(keys)
        return Groups(self, names, index, first, self.period[first])

    def by_and_whole(self, name: str) -> Groups:
        """Groups by one column, and after them all rows of each entity and year as one more group, its key blank.

        The groups are those of a table that holds the rows twice; read every column of it from ``groups.table``.
        """
        self._checked(name)
        n = len(self)
        twice = attrs.evolve(
            self,
            columns=_Taken(self.columns, np.tile(np.arange(n), 2)),
            period=np.tile(self.period, 2),
            source=np.tile(self.source, 2),
            row=np.concatenate([self.row, self.row + AFTER]),
            record=np.tile(self.record, 2),
            groups={},
            mapped={},
            told={},
        )
        words = self.key(name)
        doubled = Keys(np.concatenate([words.codes, np.full(n, -1, np.int32)]), words.words)
        twice = attrs.evolve(twice, columns=_With(twice.columns, name, doubled))
        single = self.by(name)
        present, first, place = np.unique(self.period, return_index=True, return_inverse=True)
        return Groups(
            twice,
            (name,),
            np.concatenate([single.index, single.n + place]),
            np.concatenate([single.first, n + first]),
            np.concatenate([single.period, present]),
        )

    def by_keys(self, label: tuple[str, ...], keys: Mapping[str, Keys] | Callable[[], Mapping[str, Keys]]) -> Groups:
        """Groups by derived keys, e.g. the class of a code, remembered under ``label``.

        Args:
            label: Names the groups for all rules of a review.
            keys: The keys by name, or what makes them if nobody has yet.
        """
        found = self._groups.get(label)
        if found is None:
            keys = keys() if callable(keys) else keys
            arrays = [self.period, *(k.codes.astype(np.int64) for k in keys.values())]
            index, first = kernel.combine(arrays)
            found = Groups(self, tuple(keys), index, first, self.period[first], keys)
            self._groups[label] = found
        return found


@attrs.frozen(eq=False)
class Groups:
    """Groups of rows of a table, never mixing entities or years.

    Attributes:
        table: The table grouped.
        names: The columns grouped by.
        index: For each row its group, -1 for rows of no group.
        first: For each group its first row (``len(table)`` for an entity and year without rows).
        period: For each group its entity and year.
        keys: Derived keys by name, for groups not made from columns of the table.
    """

    table: Table
    names: tuple[str, ...]
    index: npt.NDArray[np.int64]
    first: Ints
    period: npt.NDArray[np.int64]
    keys: Mapping[str, Keys] = attrs.field(factory=dict)

    @property
    def n(self) -> int:
        """How many groups."""
        return len(self.first)

    def __len__(self) -> int:
        return len(self.first)

    def key(self, name: str) -> Keys:
        """The value of a grouping column (or of any column, at the first row) for each group."""
        data = self.keys[name] if name in self.keys else self.table.columns.get(name)
        if not isinstance(data, Keys):
            return Keys(np.full(self.n, -1, np.int32), ())
        inside = self.first < len(self.table)
        codes = np.full(self.n, -1, np.int32)
        codes[inside] = data.codes[self.first[inside]]
        return Keys(codes, data.words)

    def size(self) -> Exact:
        """How many rows each group has."""
        return Exact.of(self._sizes, kind="count")

    @cached_property
    def _sizes(self) -> Ints:
        return kernel.counts(np.ones(len(self.table), bool), self.index, self.n)

    def sum(self, x: Exact, where: Truth | None = None) -> Exact:
        """Exact sums over the groups.

        A sum with an unknown member is bounded from below by its known part where the column has no negative
        value within the entity and year, else unknown; so is one whose membership (``where``) is unknown. A group
        without any row in this table is unknown, never zero.
        """
        known = x.known
        inside = np.ones(len(x), bool) if where is None else where.yes
        maybe = ~known & inside if where is None else (~known & ~where.no) | (where.open & known & (x.values != 0))
        counted = inside & known
        values = kernel.sums(np.where(counted, x.values, 0), self.index, self.n)
        unsure = kernel.counts(maybe, self.index, self.n) > 0
        rows = self._sizes > 0
        negative = np.zeros(len(self.table.periods), bool)
        if unsure.any():
            negative[self.table.period[known & (x.values < 0)]] = True
        floor = rows & (~unsure | ~negative[self.period])
        return Exact(values, floor, rows & ~unsure, x.kind, _bound(values))

    def count(self, where: Truth) -> Exact:
        """How many rows of each group hold; a lower bound where some are unknown."""
        sure = kernel.counts(where.yes, self.index, self.n)
        unsure = kernel.counts(where.open, self.index, self.n) > 0
        return Exact(sure, np.ones(self.n, bool), ~unsure, "count", len(self.table))

    def any(self, where: Truth) -> Truth:
        """Whether some row of the group holds."""
        yes = kernel.counts(where.yes, self.index, self.n) > 0
        maybe = kernel.counts(where.open, self.index, self.n) > 0
        return Truth(yes, ~yes & ~maybe)

    def all(self, where: Truth) -> Truth:
        """Whether every row of the group holds."""
        return ~self.any(~where)

    def one(self, x: Exact, where: Truth | None = None) -> Exact:
        """The value of the one row (of those that hold) in each group; unknown where there is none.

        Raises:
            RuleError: A group has several such rows.
        """
        held = np.ones(len(x), bool) if where is None else where.yes
        rows = np.flatnonzero(held & (self.index >= 0))
        groups = self.index[rows]
        if len(np.unique(groups)) != len(groups):
            msg = f"several rows of {self.table.name} where one was expected"
            raise RuleError(msg)
        values = np.zeros(self.n, x.values.dtype)
        known = np.zeros(self.n, bool)
        values[groups] = x.values[rows]
        known[groups] = x.known[rows]
        return Exact(values, known, known, x.kind, x.bound)

    def least(self, x: Exact, where: Truth | None = None) -> Exact:
        """The smallest known value of each group; unknown where there is none."""
        return self._extreme(x, where, np.minimum, np.iinfo(np.int64).max)

    def most(self, x: Exact, where: Truth | None = None) -> Exact:
        """The largest known value of each group; unknown where there is none."""
        return self._extreme(x, where, np.maximum, np.iinfo(np.int64).min)

    def _extreme(self, x: Exact, where: Truth | None, pick: np.ufunc, start: int) -> Exact:
        held = x.known & (self.index >= 0)
        if where is not None:
            held &= where.yes
        rows = np.flatnonzero(held)
        values = np.full(self.n, start, np.int64)
        pick.at(values, self.index.take(rows), x.values.take(rows))
        known = kernel.counts(held, self.index, self.n) > 0
        return Exact(np.where(known, values, 0), known, known, x.kind, x.bound)

    def rank(self, x: Exact, among: Truth) -> Exact:
        """The place of each group among those of its entity and year, 1 the largest; equal values share a place.

        Unknown for groups not among them, and in an entity and year where a value, or whether a group is among them,
        is not known.
        """
        value = np.where(among.yes, x.values, np.iinfo(np.int64).min)
        order = np.lexsort((value, self.period))[::-1]
        period, value = self.period[order], value[order]
        first = np.append(True, period[1:] != period[:-1])[: len(order)]
        fresh = first | np.append(True, value[1:] != value[:-1])[: len(order)]
        at = np.arange(len(order))
        place = np.zeros(len(order), np.int64)
        place[order] = np.maximum.accumulate(np.where(fresh, at, 0)) - np.maximum.accumulate(np.where(first, at, 0)) + 1
        unsure = (~among.no & ~x.known) | among.open
        doubt = kernel.counts(unsure, self.period, len(self.table.periods)) > 0
        return Exact.of(place, among.yes & ~doubt[self.period], "count")

    def back(self, x: Exact) -> Exact:
        """A value of each group, handed back to its rows; unknown for rows of no group."""
        return Exact(self._spread(x.values), self._spread(x.low), self._spread(x.high), x.kind, x.bound)

    def _spread(self, of_groups: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """An array of the groups as an array of the rows, zero (False) for rows of no group."""
        return np.append(of_groups, np.zeros(1, of_groups.dtype)).take(self.index, mode="wrap")  # -1 is the last


def unmade_unlike(columns: Mapping[str, Data], others: Mapping[str, Data], name: str) -> Bools | None:
    """Which rows of a column differ from those of another, as many; None: only the columns once made can tell."""
    told: Bools | None = columns.unlike(name, others) if hasattr(columns, "unlike") else None
    return told


class _With(Mapping[str, Data]):
    """Columns of which one is another."""

    def __init__(self, whole: Mapping[str, Data], name: str, data: Data) -> None:
        self._whole = whole
        self._own = {name: data}

    def __getitem__(self, name: str) -> Data:
        return self._own[name] if name in self._own else self._whole[name]

    def unlike(self, name: str, other: Mapping[str, Data]) -> Bools | None:
        """Which rows of a column differ from another's, where that can be told without making it."""
        whole = other.beside(name) if isinstance(other, _With) else None
        return None if whole is None or name in self._own else unmade_unlike(self._whole, whole, name)

    def beside(self, name: str) -> Mapping[str, Data] | None:
        """The other columns, None if the one that is asked for is not among them."""
        return None if name in self._own else self._whole

    def taken(self, name: str, at: Ints | slice) -> Data:
        """Some rows of a column."""
        return self._own[name].take(at) if name in self._own else _some(self._whole, name, at)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._whole, *self._own)))

    def __len__(self) -> int:
        return len(dict.fromkeys((*self._whole, *self._own)))

    def __contains__(self, name: object) -> bool:
        return name in self._own or name in self._whole


def _some(columns: Mapping[str, Data], name: str, at: Ints | slice) -> Data:
    """Some rows of a column, which need not be made as a whole for them where it is not made yet."""
    made: Data = columns.taken(name, at) if hasattr(columns, "taken") else columns[name].take(at)
    return made


class _Taken(Mapping[str, Data]):
    """Some rows of each column, taken on first use."""

    def __init__(self, whole: Mapping[str, Data], at: Ints | slice) -> None:
        self._whole = whole
        self._at = at
        self._taken: dict[str, Data] = {}

    def __getitem__(self, name: str) -> Data:
        taken = self._taken
        if name not in taken:
            taken[name] = _some(self._whole, name, self._at)
        return taken[name]

    @property
    def whole(self) -> Mapping[str, Data]:
        """The columns that these rows are taken of."""
        return self._whole

    def places(self, rows: Ints) -> Ints:
        """Which rows of those columns some rows are."""
        return rows + (self._at.start or 0) if isinstance(self._at, slice) else self._at[rows]

    def forget(self) -> None:
        """Take the columns anew when they are asked for again."""
        self._taken = {}
        if isinstance(self._whole, _Taken):
            self._whole.forget()

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole)

    def __len__(self) -> int:
        return len(self._whole)

    def __contains__(self, name: object) -> bool:
        return name in self._whole


def _bound(values: Ints) -> int:
    return max(abs(int(values.max())), abs(int(values.min()))) if len(values) else 0
