"""What an expression begins with: a name (a column, a sum, a figure of the rule) or a fixed value."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

import attrs
import numpy as np

from budgetreview.errors import Text
from budgetreview.expressions import exact
from budgetreview.expressions.columns import PROJECT_LINE, columns_of, find, near
from budgetreview.expressions.nodes import Literal, Name
from budgetreview.expressions.refusal import ExpressionError
from budgetreview.expressions.typed import Environment, Kind, Scope, Typed
from budgetreview.fiscal import parse_date
from budgetreview.money import yuan
from budgetreview.rules.readings import PROJECT, fiscal_year, is_project
from budgetreview.table import Groups, Table
from budgetreview.tables import TABLES, Column
from budgetreview.values import Exact, Keys, Numbers, Truth, Values
from budgetreview.wording import EPOCH

_KIND_OF: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "text": "text",
        "code": "text",
        "word": "text",
        "year": "year",
        "date": "date",
        "money": "money",
        "share": "share",
        "number": "number",
        "count": "number",
        "mark": "mark",
    }
)
_OF_UNIT: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "money": "money",
        "share": "share",
        "count": "number",
        "days": "number",
        "months": "number",
        "years": "number",
        "score": "number",
    }
)
_JOINED: Final = (
    "大于", "小于", "等于", "超过", "低于", "高于", "不足", "形如", "匹配", "属于", "介于", "且", "或者", "为空",
)  # fmt: skip
"""Words that are only understood apart; somebody who writes without blanks is told so."""
PERIOD: Final = frozenset({"entity", "fiscal_year"})
"""What stands beside every row, and of which every group has one."""


def leaf(node: Name | Literal, env: Environment) -> Typed:
    """The expression of a leaf of the tree."""
    return literal(node) if isinstance(node, Literal) else _named(node.said, env)


def _named(said: str, env: Environment) -> Typed:
    """What a name means: a figure of the rule before a declared sum, a sum before a column.

    Raises:
        ExpressionError: Nothing of that name is known, or it is a column of rows where groups are judged.
    """
    parameter = env.aliases.get(said, said)
    if parameter in env.parameters:
        return Typed(
            _OF_UNIT[env.parameters[parameter]],
            lambda s: Fraction(s.figures[parameter]),
            parameter,
            parameters=(parameter,),
        )
    if env.sums is not None and said in env.sums:
        return Typed(env.sums[said], lambda s: exact.of(s.sums[said]), said, shown={said: lambda s: s.sums[said]})
    column = find(env.table, said)
    if column is None:
        raise unknown(said, env)
    if env.sums is not None and column.name not in {*env.per, *PERIOD}:
        keys = [columns_of(env.table)[k].label for k in env.per]
        names = ", ".join((*env.per, *env.sums)) or "none"
        raise ExpressionError(
            Text(
                f"“{said}”是每一行的列；按组判断时只能用“合计”里的名称和分组的列：{'、'.join((*env.sums, *keys))}",
                f"{said!r} is a column of each row; of a group only its sums and its key can be asked: {names}",
            )
        )
    return column_of(env.table, column)


def unknown(said: str, env: Environment) -> ExpressionError:
    """That there is no such column, with the nearest names or the likeliest reason."""
    close = near(env.table, said, (*env.aliases, *env.parameters, *(env.sums or ())))
    zh = f"；相近的有：{'、'.join(close)}" if close else "；可用的列见“列名”工作表"
    en = f"; near: {', '.join(close)}" if close else "; the sheet of columns lists what there is"
    joined = next((w for w in _JOINED if w in said), None)
    if joined is not None:
        zh, en = f"；“{joined}”前后请留空格", f"; leave blanks around {joined}"
    if said in {"limit", "限额"}:
        zh, en = "；“限额”一栏是空的，请填写，如 50万元", "; the limit is empty, fill it in, e.g. 50万元"
    return ExpressionError(
        Text(f"表“{TABLES[env.table].zh[0]}”没有列“{said}”{zh}", f"the table {env.table} has no column {said!r}{en}")
    )


def column_of(table: str, column: Column) -> Typed:
    """A column of a table; entity and year stand beside every row whatever its sheet says."""
    name = column.name
    kind = _KIND_OF[column.kind]
    if name == "fiscal_year":
        return Typed(kind, lambda s: exact.of(fiscal_year(s.units)), name, shown={name: lambda s: fiscal_year(s.units)})
    if name == "entity":
        return Typed(kind, lambda s: _entity(s.units), name, shown={name: lambda s: _entity(s.units)})
    if name == PROJECT_LINE and table == "lines":

        def projects(scope: Scope) -> Truth:
            return is_project(scope.units.table)

        return Typed("mark", projects, name, uses=PROJECT, shown={name: projects})

    def raw(scope: Scope) -> Values:
        units = scope.units
        if isinstance(units, Groups) or kind == "text":
            return units.key(name)
        if kind == "mark":
            return units.mark(name)
        return units.number(name) if column.kind in {"number", "share"} else units.whole(name)

    def run(scope: Scope) -> Any:
        value = raw(scope)
        if isinstance(value, Numbers):
            return exact.decimals(value)
        return exact.of(value) if isinstance(value, Exact) else value

    return Typed(kind, run, name, (name,), shown={name: raw})


def _entity(units: Table | Groups) -> Keys:
    codes = Keys.of([p.entity for p in units.table.periods])
    return Keys(np.append(codes.codes, np.int32(-1))[units.period], codes.words)


def _figure(kind: Kind, value: Fraction) -> Typed:
    if kind == "money":
        fen = int(value)
        formula = str(fen // 100) if fen % 100 == 0 else f"'{yuan(fen)}'"
    elif kind == "date":
        formula = f"'{np.datetime64(int(value), 'D')}'"
    else:
        formula = str(value.numerator) if value.denominator == 1 else f"({value.numerator} / {value.denominator})"
    return Typed(kind, lambda _: value, formula)


def is_day(one: Typed) -> bool:
    """Whether it is a text that can be read as a date."""
    return isinstance(one.top, Literal) and one.top.kind == "text" and parse_date(str(one.top.value)) is not None


def as_day(one: Typed) -> Typed:
    """A text that can be read as a date, as that date; anything else as it is."""
    if one.kind == "date" or not isinstance(one.top, Literal):
        return one
    day = parse_date(str(one.top.value))
    days = Fraction((day - EPOCH).days) if day is not None else Fraction(0)
    return attrs.evolve(_figure("date", days), top=one.top)


def literal(node: Literal) -> Typed:
    """A fixed value as it was written."""
    if node.kind == "text":
        value = str(node.value)
        return Typed("text", lambda _: value, repr(value))
    if node.kind == "mark":
        answer = bool(node.value)
        return Typed("mark", lambda s: Truth.always(s.n) if answer else ~Truth.always(s.n), str(answer))
    return _figure(node.kind, Fraction(node.value))
