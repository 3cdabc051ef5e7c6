"""Whole places of a review, looked at in one go.

Hardly a rule compares one place with another, so a large batch is judged piece by piece: what a piece needs stays near
the processor, and several threads work at several pieces. Rules that do compare entities (``across``) look at all of
them at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final

import attrs
import numpy as np

from budgetreview.judging.counts import spans
from budgetreview.judging.scope import Scope
from budgetreview.rule import Context
from budgetreview.table import Period, Table
from budgetreview.tables import TABLES
from budgetreview.values import Bools, Ints, Truth

PIECE: Final = 1 << 18
"""Lines that are judged in one go."""
EVERYBODYS: Final = frozenset({"standards"})
"""Tables whose rows hold for all entities."""


@attrs.frozen(eq=False)
class View:
    """A table cut to a scope, with what was cut off."""

    table: Table
    scope: Truth | None
    outside: Ints | None
    """How many rows of each entity and year were cut off; None: none."""


class Piece:
    """Some places, and everything that the rules share about them."""

    def __init__(self, tables: Callable[[str], Table], context: Context, mine: Bools | None) -> None:
        """A piece of tables.

        Args:
            tables: Gives each table, cut to the places.
            context: What rules may know besides.
            mine: Which entities and years it is about; None: all.
        """
        self.table = tables
        self.context = context
        self.mine = mine
        self._views: dict[tuple[str, Scope], View] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Let go of columns and groups once all rules have looked at them; findings ask anew for what they show."""
        for view in self._views.values():
            view.table.forget()
        self._views.clear()

    def view(self, name: str, scope: Scope) -> View:
        """A table cut to a scope, cut once for all rules that share the scope."""
        with self._lock:
            found = self._views.get((name, scope))
            if found is None:
                whole = self.table(name)
                truth = scope.rows(whole, self.context) if len(whole) else None
                if truth is None:
                    found = View(whole, None, None)
                else:
                    keep = ~truth.no
                    cut = whole if keep.all() else whole.subset(keep)
                    outside = None if cut is whole else spans(whole).count(truth.no)
                    found = View(cut, truth.take(np.flatnonzero(keep)), outside)
                self._views[name, scope] = found
            return found


def divided(lines: Table, periods: Sequence[Period], most: int, among: Bools | None = None) -> list[Bools]:
    """The entities and years of each piece, in order; the years of an entity are never divided.

    Args:
        lines: The lines of all of them.
        periods: The entities and years.
        most: Lines of a piece, unless one entity has more; up to twice as many are not divided.
        among: Only these entities and years; None: all.
    """
    among = np.ones(len(periods), bool) if among is None else among
    sizes = np.bincount(lines.period, minlength=len(periods)) * among
    if int(sizes.sum()) <= 2 * most:
        return [among]
    number, held = 0, 0
    of_piece = np.zeros(len(periods), np.int64)
    for i, size in enumerate(sizes.tolist()):
        fresh = i > 0 and place(periods[i]) != place(periods[i - 1])
        if fresh and held and held + size > most:
            number, held = number + 1, 0
        of_piece[i] = number
        held += size
    return [among & (of_piece == k) for k in range(number + 1)]


def place(period: Period) -> tuple[str | None, str]:
    """Whose period it is: the entity, or the file where the entity is not known."""
    return period.entity, period.path


class Cutter:
    """Cuts pieces out of all tables of a review."""

    def __init__(self, tables: Callable[[str], Table], context: Context, periods: Sequence[Period]) -> None:
        """Put the rows of each table in the order of their entities and years, once for all pieces.

        Args:
            tables: Gives each whole table.
            context: What rules may know besides.
            periods: All entities and years.
        """
        self._tables = tables
        self._context = context
        self._order: dict[str, Ints | None] = {}
        self._starts: dict[str, Ints] = {}
        everybody = np.arange(len(periods) + 1)
        for name in TABLES:
            whole = tables(name)
            sorted_already = bool((whole.period[1:] >= whole.period[:-1]).all())
            order = self._order[name] = None if sorted_already else np.argsort(whole.period, kind="stable")
            self._starts[name] = np.searchsorted(whole.period if order is None else whole.period[order], everybody)

    def piece(self, mine: Bools) -> Piece:
        """The piece of some entities and years."""
        made: dict[str, Table] = {}
        lock = threading.Lock()

        def table(name: str) -> Table:
            whole = self._tables(name)
            if name in EVERYBODYS or not len(whole):
                return whole
            with lock:
                if name not in made:
                    made[name] = whole.at(self._rows(name, mine))
                return made[name]

        totals = self._context.total_rows
        context = self._context
        if totals is not None:
            context = attrs.evolve(context, total_rows=totals.subset(mine[totals.period]))
        return Piece(table, context, mine)

    def _rows(self, name: str, mine: Bools) -> Ints | slice:
        starts, order = self._starts[name], self._order[name]
        edges = np.flatnonzero(np.diff(np.concatenate(([False], mine, [False]))))  # of each run: begin, end, begin, ...
        spans = [slice(int(starts[a]), int(starts[b])) for a, b in zip(edges[::2], edges[1::2], strict=True)]
        if order is not None:
            return np.concatenate([order[span] for span in spans])
        if len(spans) == 1:
            return spans[0]
        return np.concatenate([np.arange(span.start, span.stop) for span in spans])
