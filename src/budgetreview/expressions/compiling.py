"""From a tree to an expression of known kinds: money meets only money, dates dates, texts texts.

A compiled expression works on whole columns of a table, or on declared sums over groups of its rows. Beside what it
computes it knows its formula, which :mod:`budgetreview.recompute` evaluates over a finding's own values, and the
names of those values.
"""

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
from budgetreview.expressions.columns import AMOUNT, PROJECT_LINE, columns_of, find, near, word_of, words_of
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
from budgetreview.expressions.spelling import MARKS
from budgetreview.fiscal import parse_date
from budgetreview.money import yuan
from budgetreview.parameters import Unit
from budgetreview.rules.readings import PROJECT, fiscal_year, is_project
from budgetreview.table import Groups, Table
from budgetreview.tables import TABLES, Column
from budgetreview.values import Exact, Keys, Numbers, Ratio, Scaled, Truth, Values, growth
from budgetreview.wording import EPOCH

Kind = OneOf["money", "number", "share", "year", "date", "text", "mark"]
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
_FUNCTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "share": "share",
        "占比": "share",
        "growth": "growth",
        "增幅": "growth",
        "year": "year",
        "年份": "year",
        "month": "month",
        "月份": "month",
        "days": "days",
        "天数": "days",
        "length": "length",
        "字数": "length",
        "abs": "abs",
        "绝对值": "abs",
    }
)
_TAKES: Final = MappingProxyType(
    {
        "share": ("占比(部分, 全部)", "share(part, whole)", 2),
        "growth": ("增幅(本年, 上年)", "growth(now, before)", 2),
        "year": ("年份(日期)", "year(date)", 1),
        "month": ("月份(日期)", "month(date)", 1),
        "days": ("天数(起, 止)", "days(from, to)", 2),
        "length": ("字数(文字)", "length(text)", 1),
        "abs": ("绝对值(数)", "abs(number)", 1),
    }
)
_JOINED: Final = (
    "大于",
    "小于",
    "等于",
    "超过",
    "低于",
    "高于",
    "不足",
    "形如",
    "匹配",
    "属于",
    "介于",
    "且",
    "或者",
    "为空",
)
"""Words that are only understood apart; somebody who writes without blanks is told so."""
_BASIC: Final = MappingProxyType({"基本支出": True, "项目支出": False})
_PERIOD: Final = frozenset({"entity", "fiscal_year"})
_FORMULA: Final[Mapping[Comparison, str]] = MappingProxyType(
    {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
)


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
            largest = value.exact.bound * abs(value.factor)
            if self.kind == "money" and largest >= _TOO_LARGE:
                value = _checked(value)
            if value.factor == 1:
                return value.exact
            if self.kind == "money":
                return value
            known = value.exact.known
            floats = np.array([float(int(v) * value.factor) for v in value.exact.values])
            return Numbers(floats, known, "share" if self.kind == "share" else "number")
        return value  # type: ignore[no-any-return]


_TOO_LARGE: Final = 2**63


def _checked(value: Scaled) -> Scaled:
    """An amount that a report can hold.

    Raises:
        ExpressionError: Some are larger.
    """
    known = value.exact.known
    largest = max((abs(int(v)) for v in value.exact.values[known]), default=0) * abs(value.factor)
    if largest >= _TOO_LARGE:
        raise ExpressionError(
            Text("计量的金额超出可表示的范围；单位是否正确？", "the measure is too large an amount; is the unit right?")
        )
    return value


def compile_condition(text: str, environment: Environment, *, blanks: OneOf["no", "flag", "any"] = "no") -> Typed:
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

    def __init__(self, environment: Environment, blanks: str) -> None:
        self._env = environment
        self._blanks = blanks
        self._denied = False
        self._patterns = 0

    def typed(self, node: Node) -> Typed:
        found: Typed = getattr(self, f"_{type(node).__name__.lower()}")(node)
        return found if found.top is not None else attrs.evolve(found, top=node)

    # names

    def _name(self, node: Name) -> Typed:
        said = node.said
        env = self._env
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
            raise self._unknown(said)
        if env.sums is not None and column.name not in {*env.per, *_PERIOD}:
            keys = [columns_of(env.table)[k].label for k in env.per]
            names = ", ".join((*env.per, *env.sums)) or "none"
            raise ExpressionError(
                Text(
                    f"“{said}”是每一行的列；按组判断时只能用“合计”里的名称和分组的列：{'、'.join((*env.sums, *keys))}",
                    f"{said!r} is a column of each row; of a group only its sums and its key can be asked: {names}",
                )
            )
        return _column(env.table, column)

    def _unknown(self, said: str) -> ExpressionError:
        env = self._env
        close = near(env.table, said, (*env.aliases, *env.parameters, *(env.sums or ())))
        zh = f"；相近的有：{'、'.join(close)}" if close else "；可用的列见“列名”工作表"
        en = f"; near: {', '.join(close)}" if close else "; the sheet of columns lists what there is"
        joined = next((w for w in _JOINED if w in said), None)
        if joined is not None:
            zh, en = f"；“{joined}”前后请留空格", f"; leave blanks around {joined}"
        if said in {"limit", "限额"}:
            zh, en = "；“限额”一栏是空的，请填写，如 50万元", "; the limit is empty, fill it in, e.g. 50万元"
        return ExpressionError(
            Text(
                f"表“{TABLES[env.table].zh[0]}”没有列“{said}”{zh}", f"the table {env.table} has no column {said!r}{en}"
            )
        )

    # literals

    def _literal(self, node: Literal) -> Typed:
        if node.kind == "text":
            value = str(node.value)
            return Typed("text", lambda _: value, _quoted(value))
        if node.kind == "mark":
            answer = bool(node.value)
            return Typed("mark", lambda s: Truth.always(s.n) if answer else ~Truth.always(s.n), str(answer))
        return _figure(node.kind, Fraction(node.value))

    # logic

    def _logic(self, node: Logic) -> Typed:
        parts = [self._condition(p) for p in node.parts]
        join = node.op

        def run(scope: Scope) -> Truth:
            answer: Truth = parts[0].run(scope)
            for part in parts[1:]:
                answer = answer & part.run(scope) if join == "and" else answer | part.run(scope)
            return answer

        found = _of("mark", run, f" {join} ".join(_bracketed(p) for p in parts), *parts)
        sides = [p.parts for p in parts if p.parts is not None] if join == "and" else []
        held = next((s for s in sides if s[0].parameters or s[1].parameters), sides[0] if sides else None)
        return attrs.evolve(found, parts=held)

    def _not(self, node: Not) -> Typed:
        self._denied = not self._denied
        inner = self._condition(node.inner)
        self._denied = not self._denied
        return _of("mark", lambda s: ~inner.run(s), f"not {_bracketed(inner)}", inner)

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
        left, right = self._alike(self._in_question(node.left), self._in_question(node.right))
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
            return self._same(op, left, right)
        formula = f"{left.formula} {_FORMULA[op]} {right.formula}"
        found = _of("mark", lambda s: exact.compare(op, left.run(s), right.run(s), s.n), formula, left, right)
        return attrs.evolve(found, parts=(left, right))

    def _in_question(self, node: Node) -> Typed:
        """A side of a comparison: a blank inside it is asked in either direction."""
        before, self._blanks = self._blanks, "no" if self._blanks == "flag" else self._blanks
        found = self.typed(node)
        self._blanks = before
        return found

    @staticmethod
    def _same(op: str, left: Typed, right: Typed) -> Typed:
        if left.kind == "mark":

            def run(scope: Scope) -> Truth:
                a, b = left.run(scope), right.run(scope)
                both: Truth = (a & b) | (~a & ~b)
                return both
        else:

            def run(scope: Scope) -> Truth:
                a, b = left.run(scope), right.run(scope)
                if isinstance(a, str) and isinstance(b, str):
                    return Truth.always(scope.n) if a == b else ~Truth.always(scope.n)
                if isinstance(a, str):
                    a, b = b, a
                found: Truth = a.is_(b) if isinstance(b, str) else texts.equal(a, b)
                return found

        formula = f"{_bracketed(left)} {'==' if op == '=' else '!='} {_bracketed(right)}"
        return _of("mark", run if op == "=" else lambda s: ~run(s), formula, left, right)

    def _between(self, node: Between) -> Typed:
        whole = Logic("and", (Compare(">=", node.value, node.low), Compare("<=", node.value, node.high)))
        return attrs.evolve(self.typed(whole), top=node)

    def _among(self, node: Among) -> Typed:
        value = self._in_question(node.value)
        options = []
        for option in node.options:
            if not isinstance(option, Literal | Negative):
                raise ExpressionError(Text("“属于”的括号里只能是固定的值", "in takes fixed values only"))
            options.append(self._alike(value, self.typed(option))[1])
        if value.kind == "mark":
            raise ExpressionError(
                Text("是否列不用“属于”，直接写列名或 = 是", "for yes or no write the column itself, or = yes")
            )
        formula = f"{value.formula} in [{', '.join(o.formula for o in options)}]"
        if value.kind == "text":
            words = [str(o.run(_NOWHERE)) for o in options]
            return _of("mark", lambda s: value.run(s).isin(words), formula, value)

        def run(scope: Scope) -> Truth:
            mine = value.run(scope)
            answer = exact.compare("=", mine, options[0].run(scope), scope.n)
            for option in options[1:]:
                answer = answer | exact.compare("=", mine, option.run(scope), scope.n)
            return answer

        return _of("mark", run, formula, value)

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
            formula = f"like({value.formula}, {_quoted(pattern)})"
            return _of("mark", lambda s: texts.like(value.run(s), pattern), formula, value)
        texts.checked_pattern(pattern)
        self._patterns += 1
        name = f"matches_{self._patterns}"

        def run(scope: Scope) -> Truth:
            return texts.matches(value.run(scope), pattern)

        return attrs.evolve(_of("mark", run, name, value), shown={**value.shown, name: run})

    def _blank(self, node: Blank) -> Typed:
        column = find(self._env.table, node.value.said) if isinstance(node.value, Name) else None
        if column is None:
            if isinstance(node.value, Name):
                raise self._unknown(node.value.said)
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
                    "a condition cannot ask for a cell that is not blank: blanking it would clear the finding; put "
                    "it into the "
                    "scope",
                )
            )
        name = column.name
        if name in {*_PERIOD, AMOUNT, PROJECT_LINE}:
            raise ExpressionError(Text(f"“{name}”没有空白可言", f"{name} has no blanks"))
        inner = _column(self._env.table, column)
        return attrs.evolve(_of("mark", lambda s: s.units.table.blank(name), f"{name} == null", inner), kind="mark")

    def _about(self) -> str:
        known = columns_of(self._env.table)
        return "、".join(known[a].label if a in known else a for a in self._env.about)

    # figures

    def _arithmetic(self, node: Arithmetic) -> Typed:
        left, right = self.typed(node.left), self.typed(node.right)
        kind = self._product(left, right) if node.op == "*" else self._sum(left, right, node)
        if kind != "year" and node.op != "*":
            left, right = self._alike(left, right)
        op = node.op

        def run(scope: Scope) -> Any:
            a, b = left.run(scope), right.run(scope)
            return exact.multiply(a, b) if op == "*" else exact.add(a, b, 1 if op == "+" else -1)

        return _of(kind, run, f"({left.formula} {op} {right.formula})", left, right)

    def _product(self, left: Typed, right: Typed) -> Kind:
        kinds = {left.kind, right.kind}
        if kinds & {"text", "mark", "date", "year"}:
            times = "*"
            raise _cannot(times, left, right)
        for one in (left, right):
            if one.kind == "share" and isinstance(one.top, Call):
                raise _only_compared()
        if left.kind == right.kind == "money":
            raise ExpressionError(
                Text(
                    "金额不能乘以金额；一边应是数、数量或比率",
                    "money is not multiplied by money; one side is a number or a share",
                )
            )
        return "money" if "money" in kinds else "share" if kinds == {"share"} else "number"

    def _sum(self, left: Typed, right: Typed, node: Arithmetic) -> Kind:
        for one in (left, right):
            if one.kind == "share" and isinstance(one.top, Call):
                raise _only_compared()
        if "year" in {left.kind, right.kind} and {left.kind, right.kind} <= {"year", "number"}:
            if left.kind == right.kind:
                if node.op == "-":
                    return "number"
                raise _cannot(node.op, left, right)
            return "year"
        if {left.kind, right.kind} & {"text", "mark", "date"}:
            raise _cannot(node.op, left, right)
        return self._alike(left, right)[0].kind

    def _negative(self, node: Negative) -> Typed:
        inner = self.typed(node.inner)
        if inner.kind not in {"money", "number", "share"} or isinstance(inner.top, Call):
            zh, en = SAID[inner.kind]
            raise ExpressionError(Text(f"{zh}前面不能有负号", f"there is no negative of {en}"))
        found = _of(inner.kind, lambda s: exact.multiply(inner.run(s), Fraction(-1)), f"(-{inner.formula})", inner)
        return attrs.evolve(found, top=node.inner if isinstance(node.inner, Literal) else node)

    def _call(self, node: Call) -> Typed:
        function = _FUNCTIONS.get(node.function.casefold())
        if function is None:
            if find(self._env.table, node.function) is not None:
                raise ExpressionError(
                    Text(
                        f"“{node.function}”是列名，后面不跟括号；单位写在数后面，如 50万元",
                        f"{node.function!r} is a column and takes no brackets",
                    )
                )
            known = "、".join(zh for zh, _, _ in _TAKES.values())
            raise ExpressionError(
                Text(
                    f"没有函数“{node.function}”；可用：{known}",
                    f"no function {node.function!r}; known: {', '.join(en for _, en, _ in _TAKES.values())}",
                )
            )
        zh, en, count = _TAKES[function]
        if len(node.arguments) != count:
            raise ExpressionError(
                Text(
                    f"{zh} 有{count}个参数，这里是{len(node.arguments)}个",
                    f"{en} takes {count} arguments, not {len(node.arguments)}",
                )
            )
        arguments = [self.typed(a) for a in node.arguments]
        if all(isinstance(a.top, Literal) for a in arguments):
            raise ExpressionError(Text(f"{zh} 里应有列名", f"{en} should name a column"))
        found: Typed = getattr(self, f"_{function}")(node, arguments)
        return found

    def _share(self, node: Call, given: Sequence[Typed]) -> Typed:
        a, b = self._comparable(node, given)
        return _of("share", lambda s: _ratio(a.run(s), b.run(s), s.n), f"share({a.formula}, {b.formula})", a, b)

    def _growth(self, node: Call, given: Sequence[Typed]) -> Typed:
        a, b = self._comparable(node, given)

        def run(scope: Scope) -> Ratio:
            both = _ratio(a.run(scope), b.run(scope), scope.n)
            return growth(both.num, both.den)

        return _of("share", run, f"growth({a.formula}, {b.formula})", a, b)

    def _comparable(self, node: Call, given: Sequence[Typed]) -> tuple[Typed, Typed]:
        a, b = self._alike(given[0], given[1])
        if a.kind not in {"money", "number"}:
            zh, en = SAID[a.kind]
            raise ExpressionError(
                Text(
                    f"{node.function}(…) 用于金额或数，这里是{zh}",
                    f"{node.function}(…) takes money or numbers, not {en}",
                )
            )
        return a, b

    def _day(self, node: Call, given: Sequence[Typed]) -> tuple[Typed, ...]:
        for one in given:
            if one.kind != "date" and not _is_day(one):
                zh, en = SAID[one.kind]
                raise ExpressionError(
                    Text(f"{node.function}(…) 用于日期，这里是{zh}", f"{node.function}(…) takes dates, not {en}")
                )
        return tuple(_as_day(one) for one in given)

    def _year(self, node: Call, given: Sequence[Typed]) -> Typed:
        (day,) = self._day(node, given)
        return _of("year", lambda s: _calendar(day.run(s), "Y"), f"year({day.formula})", day)

    def _month(self, node: Call, given: Sequence[Typed]) -> Typed:
        (day,) = self._day(node, given)
        return _of("number", lambda s: _calendar(day.run(s), "M"), f"month({day.formula})", day)

    def _days(self, node: Call, given: Sequence[Typed]) -> Typed:
        a, b = self._day(node, given)

        def run(scope: Scope) -> Any:
            found = exact.add(b.run(scope), a.run(scope), -1)
            return exact.counted(found) if isinstance(found, Scaled) else found

        return _of("number", run, f"({b.formula} - {a.formula})", a, b)

    def _length(self, node: Call, given: Sequence[Typed]) -> Typed:
        (text,) = given
        if text.kind != "text":
            raise ExpressionError(Text(f"{node.function}(…) 用于文字", f"{node.function}(…) takes a text"))
        return _of("number", lambda s: exact.of(texts.length(text.run(s))), f"len({text.formula})", text)

    def _abs(self, node: Call, given: Sequence[Typed]) -> Typed:
        (inner,) = given
        if inner.kind not in {"money", "number"}:
            raise ExpressionError(
                Text(f"{node.function}(…) 用于金额或数", f"{node.function}(…) takes money or a number")
            )
        return _of(inner.kind, lambda s: exact.size(inner.run(s)), f"abs({inner.formula})", inner)

    def _alike(self, left: Typed, right: Typed) -> tuple[Typed, Typed]:
        """Two sides of one kind; a plain number or text takes the other side's where that cannot mislead."""
        if left.kind == right.kind:
            return self._worded(left, right)
        first = _adapted(left, right.kind)
        if first is not None:
            return self._worded(first, right)
        second = _adapted(right, left.kind)
        if second is not None:
            return self._worded(left, second)
        for mark, other in ((left, right), (right, left)):
            meant = self._marked(mark, other)
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

    def _marked(self, mark: Typed, said: Typed) -> Typed | None:
        """A text in quotes beside a column of yes and no: ``政府采购 = '是'``, ``支出类型 = '基本支出'``."""
        if mark.kind != "mark" or not isinstance(mark.top, Name) or not isinstance(said.top, Literal):
            return None
        column = find(self._env.table, mark.top.said)
        known = {**MARKS, **(_BASIC if column is not None and column.name == "basic" else {})}
        answer = known.get(str(said.top.value).strip().casefold())
        return None if answer is None else self._literal(Literal("mark", answer, said.top.said))

    def _worded(self, left: Typed, right: Typed) -> tuple[Typed, Typed]:
        """Fixed words in their canonical spelling."""
        if left.kind != "text":
            return left, right
        for one, other in ((left, right), (right, left)):
            if isinstance(one.top, Name) and isinstance(other.top, Literal):
                column = find(self._env.table, one.top.said)
                if column is not None and column.words:
                    said = str(other.top.value)
                    word = word_of(column, said)
                    if word is None:
                        raise ExpressionError(
                            Text(
                                f"“{column.label}”没有“{said}”这个值；可用：{words_of(column)}",
                                f"{column.name} is never {said!r}; known: {', '.join(column.words)}",
                            )
                        )
                    found = attrs.evolve(other, run=_always(word), formula=_quoted(word))
                    return (left, found) if other is right else (found, right)
        return left, right


def _always(word: str) -> Run:
    return lambda _: word


_NOWHERE: Final = Scope(Table.empty("lines"))


def _of(kind: Kind, run: Run, formula: str, *below: Typed) -> Typed:
    shown: dict[str, Callable[[Scope], Values]] = {}
    for part in below:
        shown.update(part.shown)
    columns = tuple(dict.fromkeys(c for part in below for c in part.columns))
    parameters = tuple(dict.fromkeys(p for part in below for p in part.parameters))
    uses = tuple(dict.fromkeys(c for part in below for c in part.uses))
    return Typed(kind, run, formula, columns, uses, shown, parameters)


def _bracketed(part: Typed) -> str:
    return f"({part.formula})" if isinstance(part.top, Logic | Not | Compare | Among | Between) else part.formula


def _quoted(text: str) -> str:
    return repr(text)


def _figure(kind: Kind, value: Fraction) -> Typed:
    if kind == "money":
        fen = int(value)
        formula = str(fen // 100) if fen % 100 == 0 else f"'{yuan(fen)}'"
    elif kind == "date":
        formula = f"'{np.datetime64(int(value), 'D')}'"
    else:
        formula = str(value.numerator) if value.denominator == 1 else f"({value.numerator} / {value.denominator})"
    return Typed(kind, lambda _: value, formula)


def _adapted(one: Typed, kind: Kind) -> Typed | None:
    """A fixed value read as another kind, where that is what was meant; None where it is not."""
    top = one.top
    if not isinstance(top, Literal):
        if {one.kind, kind} == {"year", "number"}:
            return attrs.evolve(one, kind=kind) if one.kind == "number" and one.parameters and not one.columns else None
        return None
    if top.kind == "number":
        value = one.run(_NOWHERE)
        if kind == "share" or (kind == "money" and value == 0):
            return attrs.evolve(one, kind=kind)
        if kind == "year" and value.denominator == 1:
            return attrs.evolve(one, kind=kind)
        if kind == "text" and top.said.isdigit():
            return attrs.evolve(
                one,
                kind="text",
                run=lambda _: top.said,
                formula=_quoted(top.said),
                top=Literal("text", top.said, top.said),
            )
    if top.kind == "share" and kind == "number":
        return None
    return _as_day(one) if kind == "date" and _is_day(one) else None


def _is_day(one: Typed) -> bool:
    return isinstance(one.top, Literal) and one.top.kind == "text" and parse_date(str(one.top.value)) is not None


def _as_day(one: Typed) -> Typed:
    if one.kind == "date" or not isinstance(one.top, Literal):
        return one
    day = parse_date(str(one.top.value))
    days = Fraction((day - EPOCH).days) if day is not None else Fraction(0)
    return attrs.evolve(_figure("date", days), top=one.top)


def _only_compared() -> ExpressionError:
    return ExpressionError(Text("占比、增幅只能拿来比较，不能再运算", "share() and growth() are only compared"))


def _misfit(left: Typed, right: Typed) -> ExpressionError:
    a, b = SAID[left.kind], SAID[right.kind]
    return ExpressionError(
        Text(
            f"{_said(left)}是{a[0]}，{_said(right)}是{b[0]}，不能放在一起",
            f"{_said(left)} is {a[1]} and {_said(right)} is {b[1]}; they do not meet",
        )
    )


def _cannot(op: str, left: Typed, right: Typed) -> ExpressionError:
    a, b = SAID[left.kind], SAID[right.kind]
    return ExpressionError(Text(f"{a[0]}与{b[0]}之间没有 {op} 运算", f"there is no {op} between {a[1]} and {b[1]}"))


def _said(one: Typed) -> str:
    return f"“{one.top.said}”" if isinstance(one.top, Name | Literal) else one.formula


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


def _column(table: str, column: Column) -> Typed:
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
        if isinstance(units, Groups):
            return units.key(name)
        if kind == "text":
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
