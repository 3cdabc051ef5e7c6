"""Which kinds may meet: money meets only money, dates dates, texts texts; and what is said where they may not."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import attrs

from budgetreview.errors import Text
from budgetreview.expressions.columns import find, word_of, words_of
from budgetreview.expressions.leaves import as_day, is_day, literal
from budgetreview.expressions.nodes import Call, Literal, Name
from budgetreview.expressions.refusal import ExpressionError
from budgetreview.expressions.spelling import MARKS
from budgetreview.expressions.typed import SAID, Kind, Typed

_BASIC: Final = MappingProxyType({"基本支出": True, "项目支出": False})


def alike(table: str, left: Typed, right: Typed) -> tuple[Typed, Typed]:
    """Two sides of one kind; a plain number or text takes the other side's where that cannot mislead."""
    if left.kind == right.kind:
        return _worded(table, left, right)
    first = _adapted(left, right.kind)
    if first is not None:
        return _worded(table, first, right)
    second = _adapted(right, left.kind)
    if second is not None:
        return _worded(table, left, second)
    for mark, other in ((left, right), (right, left)):
        meant = _marked(table, mark, other)
        if meant is not None:
            return (mark, meant) if mark is left else (meant, mark)
    plain = next((one for one in (left, right) if isinstance(one.top, Literal) and one.kind == "number"), None)
    if plain is not None and "money" in {left.kind, right.kind}:
        said = plain.top.said if isinstance(plain.top, Literal) else plain.formula
        raise ExpressionError(
            Text(
                f"“{said}”没有写单位；金额请写成 {said}元 或 {said}万元",
                f"{said!r} has no unit; write {said}元 or {said}万元 to hold it against money",
            )
        )
    figure = next((one for one in (left, right) if one.kind == "number" and isinstance(one.top, Name)), None)
    if figure is not None and figure.parameters and not figure.columns and "money" in {left.kind, right.kind}:
        raise ExpressionError(
            Text(
                "没有写单位，与金额比较时应写成如 50万元",
                "has no unit; held against money it is written like 50万元",
            ),
            figure.parameters[0],
        )
    raise _misfit(left, right)


def _marked(table: str, mark: Typed, said: Typed) -> Typed | None:
    """A text in quotes beside a column of yes and no: ``政府采购 = '是'``, ``支出类型 = '基本支出'``."""
    if mark.kind != "mark" or not isinstance(mark.top, Name) or not isinstance(said.top, Literal):
        return None
    column = find(table, mark.top.said)
    known = {**MARKS, **(_BASIC if column is not None and column.name == "basic" else {})}
    answer = known.get(str(said.top.value).strip().casefold())
    return None if answer is None else literal(Literal("mark", answer, said.top.said))


def _worded(table: str, left: Typed, right: Typed) -> tuple[Typed, Typed]:
    """Fixed words in their canonical spelling."""
    if isinstance(left.top, Name) and isinstance(right.top, Literal):
        return left, _word(table, left.top, right)
    if isinstance(right.top, Name) and isinstance(left.top, Literal):
        return _word(table, right.top, left), right
    return left, right


def _word(table: str, name: Name, given: Typed) -> Typed:
    """A text as the word that it means in a column of fixed words; in any other column as it is."""
    column = find(table, name.said)
    if given.kind != "text" or column is None or not column.words:
        return given
    said = str(given.top.value) if isinstance(given.top, Literal) else given.formula
    word = word_of(column, said)
    if word is None:
        raise ExpressionError(
            Text(
                f"“{column.label}”没有“{said}”这个值；可用：{words_of(column)}",
                f"{column.name} is never {said!r}; known: {', '.join(column.words)}",
            )
        )
    return attrs.evolve(given, run=lambda _: word, formula=repr(word))


def _adapted(one: Typed, kind: Kind) -> Typed | None:
    """A fixed value read as another kind, where that is what was meant; None where it is not."""
    top = one.top
    if not isinstance(top, Literal):
        if {one.kind, kind} == {"year", "number"}:
            return attrs.evolve(one, kind=kind) if one.kind == "number" and one.parameters and not one.columns else None
        return None
    if top.kind == "number":
        value = one.fixed()
        if kind == "share" or (kind == "money" and value == 0):
            return attrs.evolve(one, kind=kind)
        if kind == "year" and value.denominator == 1:
            return attrs.evolve(one, kind=kind)
        if kind == "text" and top.said.isdigit():
            return attrs.evolve(
                one,
                kind="text",
                run=lambda _: top.said,
                formula=repr(top.said),
                top=Literal("text", top.said, top.said),
            )
    if top.kind == "share" and kind == "number":
        return None
    return as_day(one) if kind == "date" and is_day(one) else None


def multiplied(left: Typed, right: Typed) -> Kind:
    """The kind of a product: something counted, or a part of something."""
    kinds = {left.kind, right.kind}
    if kinds & {"text", "mark", "date", "year"}:
        raise _cannot(left, right, "*")
    _no_quotient(left, right)
    if kinds == {"money"}:
        raise ExpressionError(
            Text(
                "金额不能乘以金额；一边应是数、数量或比率",
                "money is not multiplied by money; one side is a number or a share",
            )
        )
    return "money" if "money" in kinds else "share" if kinds == {"share"} else "number"


def added(table: str, op: str, left: Typed, right: Typed) -> tuple[Kind, Typed, Typed]:
    """The kind of a sum or difference, and its two sides; a year moves by a number, two years lie a number apart."""
    _no_quotient(left, right)
    kinds = {left.kind, right.kind}
    if "year" in kinds and kinds <= {"year", "number"}:
        if kinds == {"year"} and op != "-":
            raise _cannot(left, right, op)
        return "number" if kinds == {"year"} else "year", left, right
    if kinds & {"text", "mark", "date"}:
        raise _cannot(left, right, op)
    left, right = alike(table, left, right)
    return left.kind, left, right


def _no_quotient(*sides: Typed) -> None:
    """``share()`` and ``growth()`` are never divided, so nothing can be added to them.

    Raises:
        ExpressionError: One of the sides is such a call.
    """
    if any(one.kind == "share" and isinstance(one.top, Call) for one in sides):
        raise ExpressionError(Text("占比、增幅只能拿来比较，不能再运算", "share() and growth() are only compared"))


def _misfit(left: Typed, right: Typed) -> ExpressionError:
    a, b = SAID[left.kind], SAID[right.kind]
    return ExpressionError(
        Text(
            f"{_said(left)}是{a[0]}，{_said(right)}是{b[0]}，不能放在一起",
            f"{_said(left)} is {a[1]} and {_said(right)} is {b[1]}; they do not meet",
        )
    )


def _cannot(left: Typed, right: Typed, op: str) -> ExpressionError:
    a, b = SAID[left.kind], SAID[right.kind]
    return ExpressionError(Text(f"{a[0]}与{b[0]}之间没有 {op} 运算", f"there is no {op} between {a[1]} and {b[1]}"))


def _said(one: Typed) -> str:
    return f"“{one.top.said}”" if isinstance(one.top, Name | Literal) else one.formula
