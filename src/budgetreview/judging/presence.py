"""Which entities and years have which tables and columns: what lacks an input cannot be judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from budgetreview.rule import ALL_BOOKS, Rule, split_column
from budgetreview.table import Period, Table
from budgetreview.tables import ACROSS_YEARS
from budgetreview.values import Bools

Needed = tuple[tuple[str, str | None], ...]
"""Tables, and columns of tables (None: the table as such), by name."""
Names = tuple[str, ...]


def needed(rule: Rule) -> Needed:
    """Tables and columns that the rule cannot do without; a rule of some books needs the column book."""
    return _needed(rule.reads, rule.tables, rule.optional_tables, rule.books != ALL_BOOKS)


@lru_cache(maxsize=4096)
def _needed(reads: Names, tables: Names, optional: Names, some_books: bool) -> Needed:  # noqa: FBT001
    columns: list[tuple[str, str | None]] = [split_column(c) for c in reads]
    columns = [(t, c) for t, c in columns if t not in optional]
    named = {t for t, _ in columns}
    columns += [(t, None) for t in tables if t not in named]
    if some_books and "lines" in tables:
        columns.append(("lines", "book"))
    return tuple(dict.fromkeys(columns))


def label(table: str, column: str | None) -> str:
    """How a report names an input: a column of lines by its name, others as ``table.column``."""
    if column is None:
        return table
    return column if table == "lines" else f"{table}.{column}"


class Presence:
    """Which entities and years have which inputs, found once for all rules."""

    def __init__(self, tables: Callable[[str], Table], periods: Sequence[Period]) -> None:
        """What is there in some tables.

        Args:
            tables: Gives each whole table.
            periods: All entities and years.
        """
        self._tables = tables
        self._periods = periods
        self._rows: dict[str, Bools] = {}
        self._given: dict[tuple[str, str | None], Bools | None] = {}

    def rows(self, name: str) -> Bools:
        """Which entities and years have a row in a table."""
        if name not in self._rows:
            present = np.zeros(len(self._periods), bool)
            present[self._tables(name).period] = True
            self._rows[name] = present
        return self._rows[name]

    def lacking(self, wanted: Needed) -> tuple[Bools, tuple[str, ...]]:
        """For each entity and year whether a needed table or column is absent there, and the names of those."""
        lacking = np.zeros(len(self._periods), bool)
        missing: list[str] = []
        for name, column in wanted:
            present = self._with(name, column)
            if present is not None and name in ACROSS_YEARS and any(t != name for t, _ in wanted):
                present = self._any_year(present)
            if present is not None and not present.all():
                lacking |= ~present
                missing.append(label(name, column if len(self._tables(name)) else None))
        return lacking, tuple(sorted(set(missing)))

    def _with(self, name: str, column: str | None) -> Bools | None:
        """Which entities and years have a table, or a column of one, None if all; standards hold for all of them."""
        if (name, column) not in self._given:
            table = self._tables(name)
            present = self.rows(name)
            if name == "standards" and len(table):
                present = np.ones(len(present), bool)
            elif column is not None and len(table) and (absent := table.absent(column)) is not None:
                present = np.zeros(len(present), bool)
                present[table.period[~absent]] = True
            self._given[name, column] = None if present.all() else present
        return self._given[name, column]

    def _any_year(self, present: Bools) -> Bools:
        """The same for all years of an entity."""
        places = [p.entity or p.path for p in self._periods]
        there = {places[i] for i in np.flatnonzero(present)}
        return np.array([p in there for p in places], bool)
