"""The functions that a condition may call: what each is called, what it takes, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final
from typing import Literal as OneOf

import attrs
import numpy as np

from budgetreview.errors import Text
from budgetreview.expressions import exact, texts
from budgetreview.expressions.columns import find
from budgetreview.expressions.leaves import as_day, is_day
from budgetreview.expressions.meeting import alike
from budgetreview.expressions.nodes import Call, Literal
from budgetreview.expressions.refusal import ExpressionError
from budgetreview.expressions.typed import SAID, Kind, Scope, Typed, made_of
from budgetreview.values import Exact, Ratio, Scaled, growth


@attrs.frozen
class Called:
    """A function as somebody wrote it: under which name, over which table, with what in its brackets."""

    name: str
    table: str
    arguments: tuple[Typed, ...]


@attrs.frozen
class Function:
    """A function of the language.

    Attributes:
        zh: How it is written in Chinese, with what it takes.
        en: The same in English.
        takes: How many arguments.
        made: The expression of one call.
    """

    zh: str
    en: str
    takes: int
    made: Callable[[Called], Typed]

    def of(self, called: Called) -> Typed:
        """The expression of a call.

        Raises:
            ExpressionError: It names no column, or takes another kind.
        """
        if all(isinstance(a.top, Literal) for a in called.arguments):
            raise ExpressionError(Text(f"{self.zh} 里应有列名", f"{self.en} should name a column"))
        return self.made(called)


def function_of(node: Call, table: str) -> Function:
    """The function that a call names.

    Raises:
        ExpressionError: There is none of that name, or it takes another number of arguments.
    """
    found = _NAMED.get(node.function.casefold())
    if found is None:
        if find(table, node.function) is not None:
            raise ExpressionError(
                Text(
                    f"“{node.function}”是列名，后面不跟括号；单位写在数后面，如 50万元",
                    f"{node.function!r} is a column and takes no brackets",
                )
            )
        raise ExpressionError(
            Text(
                f"没有函数“{node.function}”；可用：{'、'.join(f.zh for f in FUNCTIONS)}",
                f"no function {node.function!r}; known: {', '.join(f.en for f in FUNCTIONS)}",
            )
        )
    if len(node.arguments) != found.takes:
        raise ExpressionError(
            Text(
                f"{found.zh} 有{found.takes}个参数，这里是{len(node.arguments)}个",
                f"{found.en} takes {found.takes} arguments, not {len(node.arguments)}",
            )
        )
    return found


def _share(called: Called) -> Typed:
    a, b = _countable(called)
    return made_of("share", lambda s: _ratio(a.run(s), b.run(s), s.n), f"share({a.formula}, {b.formula})", a, b)


def _growth(called: Called) -> Typed:
    a, b = _countable(called)

    def run(scope: Scope) -> Ratio:
        both = _ratio(a.run(scope), b.run(scope), scope.n)
        return growth(both.num, both.den)

    return made_of("share", run, f"growth({a.formula}, {b.formula})", a, b)


def _year(called: Called) -> Typed:
    (day,) = _days_in(called)
    return made_of("year", lambda s: _calendar(day.run(s), "Y"), f"year({day.formula})", day)


def _month(called: Called) -> Typed:
    (day,) = _days_in(called)
    return made_of("number", lambda s: _calendar(day.run(s), "M"), f"month({day.formula})", day)


def _days(called: Called) -> Typed:
    a, b = _days_in(called)

    def run(scope: Scope) -> Any:
        found = exact.add(b.run(scope), a.run(scope), -1)
        return exact.counted(found) if isinstance(found, Scaled) else found

    return made_of("number", run, f"({b.formula} - {a.formula})", a, b)


def _length(called: Called) -> Typed:
    (text,) = called.arguments
    if text.kind != "text":
        raise ExpressionError(Text(f"{called.name}(…) 用于文字", f"{called.name}(…) takes a text"))
    return made_of("number", lambda s: exact.of(texts.length(text.run(s))), f"len({text.formula})", text)


def _abs(called: Called) -> Typed:
    (inner,) = called.arguments
    if inner.kind not in _COUNTABLE:
        raise ExpressionError(Text(f"{called.name}(…) 用于金额或数", f"{called.name}(…) takes money or a number"))
    return made_of(inner.kind, lambda s: exact.size(inner.run(s)), f"abs({inner.formula})", inner)


FUNCTIONS: Final = (
    Function("占比(部分, 全部)", "share(part, whole)", 2, _share),
    Function("增幅(本年, 上年)", "growth(now, before)", 2, _growth),
    Function("年份(日期)", "year(date)", 1, _year),
    Function("月份(日期)", "month(date)", 1, _month),
    Function("天数(起, 止)", "days(from, to)", 2, _days),
    Function("字数(文字)", "length(text)", 1, _length),
    Function("绝对值(数)", "abs(number)", 1, _abs),
)
_NAMED: Final[Mapping[str, Function]] = MappingProxyType(
    {said.partition("(")[0]: f for f in FUNCTIONS for said in (f.zh, f.en)}
)
_COUNTABLE: Final[frozenset[Kind]] = frozenset({"money", "number"})


def _countable(called: Called) -> tuple[Typed, Typed]:
    """Two amounts or two numbers."""
    a, b = alike(called.table, *called.arguments)
    if a.kind not in _COUNTABLE:
        zh, en = SAID[a.kind]
        raise ExpressionError(
            Text(f"{called.name}(…) 用于金额或数，这里是{zh}", f"{called.name}(…) takes money or numbers, not {en}")
        )
    return a, b


def _days_in(called: Called) -> Sequence[Typed]:
    """Dates, also those written as a text."""
    for one in called.arguments:
        if one.kind != "date" and not is_day(one):
            zh, en = SAID[one.kind]
            raise ExpressionError(
                Text(f"{called.name}(…) 用于日期，这里是{zh}", f"{called.name}(…) takes dates, not {en}")
            )
    return [as_day(one) for one in called.arguments]


def _ratio(a: Any, b: Any, n: int) -> Ratio:
    if isinstance(a, Fraction) and isinstance(b, Fraction):  # both are figures of the rule
        everywhere = np.ones(n, bool)
        a = exact.of(Exact(np.full(n, a.numerator * b.denominator), everywhere, everywhere, "count"))
        b = Fraction(b.numerator)
    return exact.ratio(a, b)


def _calendar(day: Any, part: OneOf["Y", "M"]) -> Any:
    days = day.exact
    months = days.values.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    values = months // 12 + 1970 if part == "Y" else months % 12 + 1
    return exact.of(Exact.of(values, days.known, "year" if part == "Y" else "count"))
