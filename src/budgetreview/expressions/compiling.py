"""From a tree to an expression of known kinds, node by node.

A compiled expression works on whole columns of a table, or on declared sums over groups of its rows. Beside what it
computes it knows its formula, which :mod:`budgetreview.recompute` evaluates over a finding's own values, and the
names of those values.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final
from typing import Literal as OneOf

import attrs

from budgetreview.errors import Text
from budgetreview.expressions import exact, leaves, meeting, texts
from budgetreview.expressions.columns import AMOUNT, PROJECT_LINE, columns_of, find
from budgetreview.expressions.functions import Called, function_of
from budgetreview.expressions.nodes import (
    Among,
    Arithmetic,
    Between,
    Blank,
    Call,
    Compare,
    Comparison,
    Literal,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Pattern,
)
from budgetreview.expressions.parsing import parse
from budgetreview.expressions.refusal import ExpressionError
from budgetreview.expressions.typed import SAID, Environment, Scope, Typed, made_of
from budgetreview.values import Truth

Blanks = OneOf["no", "flag", "any"]
_FORMULA: Final[Mapping[Comparison, str]] = MappingProxyType(
    {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
)


def compile_condition(text: str, environment: Environment, *, blanks: Blanks = "no") -> Typed:
    """Compile a condition.

    Args:
        text: As written.
        environment: What its names mean.
        blanks: Whether ``is null`` may be asked of the columns the rule is about: not at all, only where a blank makes
            the condition hold (so that blanking a cell never clears anything), or anyhow.

    Raises:
        ExpressionError: It is outside the language, its parts do not fit together, or it is no condition.
    """
    node = parse(text)
    found = _Compiler(environment, blanks).typed(node)
    if found.kind != "mark":
        zh, en = SAID[found.kind]
        raise ExpressionError(
            Text(
                f"应为条件（是或否），这里是{zh}；请加上比较，如 > 50万元",
                f"expected a condition, this is {en}; compare it with something, e.g. > 50万元",
            )
        )
    return found


def compile_value(text: str, environment: Environment) -> Typed:
    """Compile a value that is measured.

    Raises:
        ExpressionError: It is outside the language, or is a text or a condition.
    """
    found = _Compiler(environment, "no").typed(parse(text))
    if found.kind in {"text", "mark", "date"}:
        zh, en = SAID[found.kind]
        raise ExpressionError(
            Text(f"计量应为金额、数或比率，这里是{zh}", f"a measure is money, a number or a share, this is {en}")
        )
    if isinstance(found.top, Literal):
        raise ExpressionError(Text("计量应含有列名", "a measure names a column"))
    return found


class _Compiler:
    """One node at a time, with the kinds of what lies below it checked first."""

    def __init__(self, environment: Environment, blanks: Blanks) -> None:
        self._env = environment
        self._blanks = blanks
        self._denied = False
        self._patterns = 0

    def typed(self, node: Node) -> Typed:
        """An expression and all that is below it."""
        found = self._made(node)
        return found if found.top is not None else attrs.evolve(found, top=node)

    def _made(self, node: Node) -> Typed:
        match node:
            case Name() | Literal():
                return leaves.leaf(node, self._env)
            case Logic():
                return self._logic(node)
            case Not():
                return self._not(node)
            case Compare():
                return self._compare(node)
            case Between():
                return self._between(node)
            case Among():
                return self._among(node)
            case Pattern():
                return self._pattern(node)
            case Blank():
                return self._blank(node)
            case Arithmetic():
                return self._arithmetic(node)
            case Negative():
                return self._negative(node)
            case Call():
                return self._call(node)

    # logic

    def _logic(self, node: Logic) -> Typed:
        parts = [self._condition(p) for p in node.parts]
        join = node.op

        def run(scope: Scope) -> Truth:
            answer: Truth = parts[0].run(scope)
            for part in parts[1:]:
                answer = answer & part.run(scope) if join == "and" else answer | part.run(scope)
            return answer

        found = made_of("mark", run, f" {join} ".join(p.bracketed() for p in parts), *parts)
        sides = [p.parts for p in parts if p.parts is not None] if join == "and" else []
        held = next((s for s in sides if s[0].parameters or s[1].parameters), sides[0] if sides else None)
        return attrs.evolve(found, parts=held)

    def _not(self, node: Not) -> Typed:
        self._denied = not self._denied
        inner = self._condition(node.inner)
        self._denied = not self._denied
        return made_of("mark", lambda s: ~inner.run(s), f"not {inner.bracketed()}", inner)

    def _condition(self, node: Node) -> Typed:
        found = self.typed(node)
        if found.kind != "mark":
            zh, en = SAID[found.kind]
            said = node.said if isinstance(node, Name | Literal) else found.formula
            raise ExpressionError(
                Text(f"“{said}”是{zh}，这里应为条件；请加上比较", f"{said!r} is {en}, expected a condition")
            )
        return found

    def _compare(self, node: Compare) -> Typed:
        left, right = meeting.alike(self._env.table, self._in_question(node.left), self._in_question(node.right))
        op = node.op
        if left.kind in {"text", "mark"}:
            if op not in {"=", "<>"}:
                zh, en = SAID[left.kind]
                raise ExpressionError(
                    Text(
                        f"{zh}只能用 = 或 <> 比较；代码的范围用 形如 '30217%'",
                        f"{en} is compared with = or <> only; for ranges of codes use like '30217%'",
                    )
                )
            return _same(op, left, right)
        formula = f"{left.formula} {_FORMULA[op]} {right.formula}"
        found = made_of("mark", lambda s: exact.compare(op, left.run(s), right.run(s), s.n), formula, left, right)
        return attrs.evolve(found, parts=(left, right))

    def _in_question(self, node: Node) -> Typed:
        """A side of a comparison: a blank inside it is asked in either direction."""
        before, self._blanks = self._blanks, "no" if self._blanks == "flag" else self._blanks
        found = self.typed(node)
        self._blanks = before
        return found

    def _between(self, node: Between) -> Typed:
        whole = Logic("and", (Compare(">=", node.value, node.low), Compare("<=", node.value, node.high)))
        return attrs.evolve(self.typed(whole), top=node)

    def _among(self, node: Among) -> Typed:
        value = self._in_question(node.value)
        options = []
        for option in node.options:
            if not isinstance(option, Literal | Negative):
                raise ExpressionError(Text("“属于”的括号里只能是固定的值", "in takes fixed values only"))
            options.append(meeting.alike(self._env.table, value, self.typed(option))[1])
        if value.kind == "mark":
            raise ExpressionError(
                Text("是否列不用“属于”，直接写列名或 = 是", "for yes or no write the column itself, or = yes")
            )
        formula = f"{value.formula} in [{', '.join(o.formula for o in options)}]"
        if value.kind == "text":
            words = [str(o.fixed()) for o in options]
            return made_of("mark", lambda s: value.run(s).isin(words), formula, value)

        def run(scope: Scope) -> Truth:
            mine = value.run(scope)
            answer = exact.compare("=", mine, options[0].run(scope), scope.n)
            for option in options[1:]:
                answer = answer | exact.compare("=", mine, option.run(scope), scope.n)
            return answer

        return made_of("mark", run, formula, value)

    def _pattern(self, node: Pattern) -> Typed:
        value = self.typed(node.value)
        if value.kind != "text" or isinstance(value.top, Literal):
            raise ExpressionError(
                Text("形如、匹配 前面应为文字或代码列", "like and matches are asked of columns of texts or codes")
            )
        if not isinstance(node.pattern, Literal) or node.pattern.kind != "text":
            raise ExpressionError(
                Text(
                    "形如、匹配 后面应为引号里的文字，如 '%培训%'",
                    "like and matches are followed by a text in quotes, e.g. '%培训%'",
                )
            )
        pattern = str(node.pattern.value)
        if node.how == "like":
            pattern = pattern.replace("％", "%").replace("＿", "_")
            formula = f"like({value.formula}, {pattern!r})"
            return made_of("mark", lambda s: texts.like(value.run(s), pattern), formula, value)
        texts.checked_pattern(pattern)
        self._patterns += 1
        name = f"matches_{self._patterns}"

        def run(scope: Scope) -> Truth:
            return texts.matches(value.run(scope), pattern)

        return attrs.evolve(made_of("mark", run, name, value), shown={**value.shown, name: run})

    def _blank(self, node: Blank) -> Typed:
        column = find(self._env.table, node.value.said) if isinstance(node.value, Name) else None
        if column is None:
            if isinstance(node.value, Name):
                raise leaves.unknown(node.value.said, self._env)
            raise ExpressionError(Text("“为空”前面应为列名", "is null is asked of a column"))
        if self._env.sums is not None:
            raise ExpressionError(
                Text(
                    "按组判断时没有“为空”；空白要另写一条逐行的规则",
                    "a group has no blank cells; ask for them in a rule about rows",
                )
            )
        if column.name not in self._env.about or self._blanks == "no":
            raise ExpressionError(
                Text(
                    f"“{column.label} 为空”只能用于本规则“关于列”所写的列（{self._about() or '未填写'}）；其他列"
                    "空白就是未知，无法判断",
                    "is null is only asked of the columns that the rule is about "
                    f"({', '.join(self._env.about) or 'none named'});"
                    f" a blank {column.name} is unknown and not assessed",
                )
            )
        if self._blanks == "flag" and self._denied:
            raise ExpressionError(
                Text(
                    "条件里不能写“不为空”：抹去一格就会使发现消失；请写进“适用条件”",
                    "a condition cannot ask for a cell that is not blank: blanking it would clear the finding; "
                    "put it into the scope",
                )
            )
        name = column.name
        if name in {*leaves.PERIOD, AMOUNT, PROJECT_LINE}:
            raise ExpressionError(Text(f"“{name}”没有空白可言", f"{name} has no blanks"))
        inner = leaves.column_of(self._env.table, column)
        return attrs.evolve(made_of("mark", lambda s: s.units.table.blank(name), f"{name} == null", inner), kind="mark")

    def _about(self) -> str:
        known = columns_of(self._env.table)
        return "、".join(known[a].label if a in known else a for a in self._env.about)

    # figures

    def _arithmetic(self, node: Arithmetic) -> Typed:
        left, right, op = self.typed(node.left), self.typed(node.right), node.op
        if op == "*":
            kind = meeting.multiplied(left, right)
        else:
            kind, left, right = meeting.added(self._env.table, op, left, right)

        def run(scope: Scope) -> Any:
            a, b = left.run(scope), right.run(scope)
            return exact.multiply(a, b) if op == "*" else exact.add(a, b, 1 if op == "+" else -1)

        return made_of(kind, run, f"({left.formula} {op} {right.formula})", left, right)

    def _negative(self, node: Negative) -> Typed:
        inner = self.typed(node.inner)
        if inner.kind not in {"money", "number", "share"} or isinstance(inner.top, Call):
            zh, en = SAID[inner.kind]
            raise ExpressionError(Text(f"{zh}前面不能有负号", f"there is no negative of {en}"))
        found = made_of(inner.kind, lambda s: exact.multiply(inner.run(s), Fraction(-1)), f"(-{inner.formula})", inner)
        return attrs.evolve(found, top=node.inner if isinstance(node.inner, Literal) else node)

    def _call(self, node: Call) -> Typed:
        function = function_of(node, self._env.table)
        return function.of(Called(node.function, self._env.table, tuple(self.typed(a) for a in node.arguments)))


def _same(op: str, left: Typed, right: Typed) -> Typed:
    """Whether two answers or two texts are the same."""
    equal = _both_or_neither if left.kind == "mark" else _same_text

    def run(scope: Scope) -> Truth:
        found = equal(left.run(scope), right.run(scope), scope.n)
        return found if op == "=" else ~found

    formula = f"{left.bracketed()} {_FORMULA['=' if op == '=' else '<>']} {right.bracketed()}"
    return made_of("mark", run, formula, left, right)


def _both_or_neither(a: Truth, b: Truth, _: int) -> Truth:
    return (a & b) | (~a & ~b)


def _same_text(a: Any, b: Any, n: int) -> Truth:
    """Columns of texts, or one text for all units."""
    if isinstance(a, str) and isinstance(b, str):
        return Truth.always(n) if a == b else ~Truth.always(n)
    if isinstance(a, str):
        a, b = b, a
    found: Truth = a.is_(b) if isinstance(b, str) else texts.equal(a, b)
    return found
