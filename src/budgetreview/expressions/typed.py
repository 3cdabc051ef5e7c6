"""What an expression is once it is compiled: its kind, how it is worked out, its formula, and what it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final
from typing import Literal as OneOf

import attrs
import numpy as np

from budgetreview.errors import Text
from budgetreview.expressions.nodes import Among, Between, Compare, Logic, Node, Not
from budgetreview.expressions.refusal import ExpressionError
from budgetreview.parameters import Unit
from budgetreview.table import Groups, Table
from budgetreview.values import Exact, Numbers, Scaled, Values

Kind = OneOf["money", "number", "share", "year", "date", "text", "mark"]
SAID: Final[Mapping[Kind, tuple[str, str]]] = MappingProxyType(
    {
        "money": ("金额", "money"),
        "number": ("数", "a number"),
        "share": ("比率", "a share"),
        "year": ("年度", "a year"),
        "date": ("日期", "a date"),
        "text": ("文字", "a text"),
        "mark": ("是否（条件）", "yes or no"),
    }
)
_TOO_LARGE: Final = 2**63


@attrs.frozen
class Environment:
    """What the names in an expression may mean.

    Attributes:
        table: Whose columns they are.
        parameters: Named figures and their units.
        sums: Declared sums and their kinds; None: the expression is about rows.
        per: The columns grouped by, where it is about groups.
        about: The columns of which it may be asked whether they are blank.
        aliases: Other names of parameters.
    """

    table: str
    parameters: Mapping[str, Unit] = attrs.field(factory=dict)
    sums: Mapping[str, Kind] | None = None
    per: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    aliases: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen(eq=False)
class Scope:
    """What an expression is evaluated over: rows or groups, the rule's figures, and the sums over the groups."""

    units: Table | Groups
    figures: Mapping[str, Fraction | int] = attrs.field(factory=dict)
    sums: Mapping[str, Exact] = attrs.field(factory=dict)

    @property
    def n(self) -> int:
        """How many units."""
        return len(self.units)


Run = Callable[[Scope], Any]
_NOWHERE: Final = Scope(Table.empty("lines"))


@attrs.frozen(eq=False)
class Typed:
    """A compiled expression.

    Attributes:
        kind: What it is.
        run: Its value for every unit of a scope: a condition as :class:`Truth`, numbers as columns or one fraction.
        formula: The same in the language of :mod:`budgetreview.recompute`.
        columns: The columns of the table that it reads.
        uses: More columns that it reads where they are there.
        shown: The values that its formula names, and how each is taken from a scope.
        parameters: The figures that it names.
        top: The node that it was made from.
        parts: The two sides of its comparison; of several joined with "and" those of the one with a figure of the rule.
    """

    kind: Kind
    run: Run
    formula: str
    columns: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    shown: Mapping[str, Callable[[Scope], Values]] = attrs.field(factory=dict)
    parameters: tuple[str, ...] = ()
    top: Node | None = None
    parts: tuple[Typed, Typed] | None = None

    def measured(self, scope: Scope) -> Values | Fraction | int | None:
        """Its value as a report shows a measure: money rounded to 分, a number divided once."""
        value = self.run(scope)
        if isinstance(value, Fraction):
            return int(value) if self.kind == "money" and value.denominator == 1 else value
        if isinstance(value, Scaled):
            if self.kind == "money":
                _holds(value)
            if value.factor == 1:
                return value.exact
            if self.kind == "money":
                return value
            known = value.exact.known
            floats = np.array([float(int(v) * value.factor) for v in value.exact.values])
            return Numbers(floats, known, "share" if self.kind == "share" else "number")
        return value  # type: ignore[no-any-return]

    def fixed(self) -> Any:
        """Its value where it names nothing: the same over any rows."""
        return self.run(_NOWHERE)

    def bracketed(self) -> str:
        """Its formula as a part of a larger one."""
        joined = isinstance(self.top, Logic | Not | Compare | Among | Between)
        return f"({self.formula})" if joined else self.formula


def _holds(money: Scaled) -> None:
    """Whether a report can hold the amounts; the bound is asked before each of them.

    Raises:
        ExpressionError: Some are larger.
    """
    exact, factor = money.exact, abs(money.factor)
    if exact.bound * factor < _TOO_LARGE:
        return
    if max((abs(int(v)) for v in exact.values[exact.known]), default=0) * factor >= _TOO_LARGE:
        raise ExpressionError(
            Text("计量的金额超出可表示的范围；单位是否正确？", "the measure is too large an amount; is the unit right?")
        )


def made_of(kind: Kind, run: Run, formula: str, *below: Typed) -> Typed:
    """An expression of others: it names what they name."""
    shown: dict[str, Callable[[Scope], Values]] = {}
    for part in below:
        shown.update(part.shown)
    columns = tuple(dict.fromkeys(c for part in below for c in part.columns))
    parameters = tuple(dict.fromkeys(p for part in below for p in part.parameters))
    uses = tuple(dict.fromkeys(c for part in below for c in part.uses))
    return Typed(kind, run, formula, columns, uses, shown, parameters)
