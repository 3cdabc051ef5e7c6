"""What a rule without Python does when it is asked: its expressions over the table that it is handed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import attrs

from budgetreview.expressions import Scope, Typed
from budgetreview.rule import Assessment
from budgetreview.table import Table
from budgetreview.values import Exact, Truth

PER_ROW: Final[Mapping[str, str]] = {
    "lines": "line", "totals": "book", "funds": "fund", "targets": "target", "standards": "standard",
    "agencies": "agency", "calendar": "event", "transfers": "transfer", "payments": "payment", "cases": "case",
    "evidence": "evidence", "statistics": "statistic",
}  # fmt: skip
"""What one row of a table is, as a report counts it."""


@attrs.frozen
class DeclaredSum:
    """A sum over the rows of a group.

    Attributes:
        name: Under which expressions and findings name it.
        column: What is added up; None: rows are counted.
        where: The rows that belong to it, None: all.
    """

    name: str
    column: Typed | None
    where: Typed | None


@attrs.frozen(eq=False)
class Judge:
    """The function of one rule.

    Attributes:
        table: The table it reads.
        by: The columns that rows are grouped by; None: each row is a unit.
        sums: The sums over the groups.
        scope: Where it does not hold the rule does not apply.
        condition: Where it holds the unit is flagged.
        measure: What is shown as measured.
        limit: What it was held against.
        more: Columns that only the message names.
        about: The column that a finding points at.
        amount: The column of the money at stake, where the table has no line's amount.
    """

    table: str
    by: tuple[str, ...] | None
    sums: tuple[DeclaredSum, ...]
    scope: Typed | None
    condition: Typed
    measure: Typed | None
    limit: Typed | None
    more: tuple[Typed, ...] = ()
    about: str | None = None
    amount: str | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns without which it cannot answer."""
        return tuple(dict.fromkeys((*(c for part in self._parts for c in part.columns), *(self.by or ()))))

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns that it can do without."""
        named = [c for part in (*self._parts, *self.more) for c in (*part.uses, *part.columns)]
        if self.amount is not None:
            named.append(self.amount)
        return tuple(dict.fromkeys(c for c in named if c not in self.reads))

    @property
    def _parts(self) -> list[Typed]:
        listed = [self.condition, self.scope, self.measure, self.limit]
        return [t for t in (*listed, *(t for s in self.sums for t in (s.column, s.where))) if t is not None]

    def __call__(self, p: Any = None, **tables: Table) -> Assessment:
        """Judge every unit of the table."""
        table = tables[self.table]
        figures = {} if p is None else {k: v for k, v in attrs.asdict(p).items() if isinstance(v, int | Fraction)}
        rows = Scope(table, figures)
        if self.by is None:
            given = table.money(self.amount) if self.amount is not None else None
            return self._assessed(rows, given, None)
        groups = table.by(*self.by)
        sums: dict[str, Exact] = {}
        members: Truth | None = None
        for one in self.sums:
            where = one.where.run(rows) if one.where is not None else None
            if one.column is None:
                sums[one.name] = groups.count(where) if where is not None else groups.size()
            else:
                sums[one.name] = groups.sum(one.column.shown[one.column.columns[0]](rows), where)  # type: ignore[arg-type]
            here = where if where is not None else Truth.always(len(table))
            members = here if members is None else members | here
        scope = Scope(groups, figures, sums)
        money = next((sums[s.name] for s in self.sums if s.column is not None and s.column.kind == "money"), None)
        return self._assessed(scope, money, members)

    def _assessed(self, scope: Scope, amount: Exact | None, members: Truth | None) -> Assessment:
        shown = {n: take for one in (self.condition, *self.more) for n, take in one.shown.items()}
        return Assessment.of(
            scope.units,
            applies=self.scope.run(scope) if self.scope is not None else None,
            condition=self.condition.run(scope),
            measure=self.measure.measured(scope) if self.measure is not None else None,
            limit=self.limit.measured(scope) if self.limit is not None else None,
            values={name: take(scope) for name, take in shown.items()},
            about=self.about,
            amount=amount,
            members=members,
        )
