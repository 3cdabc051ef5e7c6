"""Which rows a rule speaks about: by book, side, level of government and place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import attrs
import numpy as np

from budgetreview.mechanism import LEVELS, SIDES
from budgetreview.rule import ALL_BOOKS, Context, Rule
from budgetreview.table import Period, Table
from budgetreview.tables import TABLES
from budgetreview.values import Truth


@attrs.frozen
class Scope:
    """Which rows a rule speaks about, apart from its own conditions."""

    books: tuple[str, ...]
    sides: tuple[str, ...]
    levels: tuple[str, ...]
    places: tuple[bool | None, ...] = ()
    """For each entity and year whether the rule speaks of the place, None where it is not known; empty: of all."""

    @classmethod
    def of(cls, rule: Rule, periods: Sequence[Period], day: date) -> Scope:
        """The scope of a rule among some entities and years."""
        local = rule.territory is not None or any(c.retired is not None for c in rule.changes)
        local = local or rule.on_where_enabled
        places = tuple(rule.speaks_of(p.entity, day) for p in periods) if local else ()
        return cls(rule.books, rule.sides, rule.levels, () if all(places) else places)

    def rows(self, table: Table, context: Context) -> Truth | None:
        """In scope, out of scope or not known, for each row; None: every row is in scope."""
        truth: Truth | None = None
        parts: list[Truth] = []
        if self.books != ALL_BOOKS and "book" in TABLES[table.name].columns:
            parts.append(table.key("book").isin(self.books))
        if self.sides != SIDES and "side" in table.columns:  # expenditure where the column is absent (CONTRACT)
            parts.append(table.key("side").isin(self.sides))
        if self.levels != LEVELS:
            parts.append(context.level_is(table, *self.levels))
        if self.places:
            parts.append(answers(self.places).take(table.period))
        for part in parts:
            truth = part if truth is None else truth & part
        return None if truth is None or truth.yes.all() else truth


def answers(given: Sequence[bool | None]) -> Truth:
    """Yes, no and unknown as a condition."""
    return Truth(np.array([x is True for x in given], bool), np.array([x is False for x in given], bool))
