"""From tokens to a tree: a well-kept SQL parser reads operators and brackets, and only the allowed nodes pass.

The parser never sees what a user wrote between quotes or as a name: each such piece is handed over as its number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final
from typing import Literal as OneOf

from budgetreview.errors import Text
from budgetreview.expressions.nodes import (
    Among,
    Arithmetic,
    Between,
    Blank,
    Call,
    Compare,
    Comparison,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Pattern,
)
from budgetreview.expressions.refusal import ExpressionError
from budgetreview.expressions.spelling import MOST_NODES, Token, tokens, too_large

_COMPARE: Final[MappingProxyType[str, Comparison]] = MappingProxyType(
    {"EQ": "=", "NEQ": "<>", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
)
_ARITHMETIC: Final[MappingProxyType[str, OneOf["+", "-", "*"]]] = MappingProxyType({"Add": "+", "Sub": "-", "Mul": "*"})


def parse(text: str) -> Node:
    """Read an expression.

    Raises:
        ExpressionError: It is outside the language.
    """
    listed = tokens(text)
    sql, starts = "", []
    for token in listed:
        starts.append(len(sql))
        sql += token.sql + " "
    tree = _tree(sql, starts, listed)
    reader = _Reader(listed)
    try:
        node = reader.node(tree)
    except RecursionError:
        raise _deep() from None
    reader.whole()
    return node


def _deep() -> ExpressionError:
    return ExpressionError(
        Text("表达式嵌套太深；请拆成几条规则", "the expression is nested too deeply; make it several rules")
    )


def _tree(sql: str, starts: Sequence[int], listed: Sequence[Token]) -> Any:
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        found = sqlglot.parse(sql)
    except RecursionError:
        raise _deep() from None
    except SqlglotError as error:
        col = (getattr(error, "errors", None) or [{}])[0].get("col") or len(sql)
        i = max((i for i, start in enumerate(starts) if start < col), default=0)
        said = " ".join(t.said for t in listed[max(i - 2, 0) : i + 2])
        raise ExpressionError(
            Text(
                f"“{said}”处写法不对：缺少或多了运算符、括号或逗号；样子应如 预算数 > 50万元 且 项目名称 形如 '%培训%'",
                f"near {said!r}: an operator, a bracket or a comma is missing or too many; expected something like "
                "proposed > 50万元 and project_name like '%培训%'",
            )
        ) from None
    if len(found) != 1 or found[0] is None:
        raise ExpressionError(Text("一格只写一个条件", "a cell holds one condition"))
    return found[0]


class _Reader:
    """Nodes of the parser to nodes of the language; whatever is not named here is refused."""

    def __init__(self, listed: Sequence[Token]) -> None:
        self._tokens = listed
        self._count = 0
        self._used: list[int] = []
        self._ands = 0

    def whole(self) -> None:
        """Refuse what the parser forgave: each name, value and "and" that was written must stand in the tree once."""
        written = [i for i, token in enumerate(self._tokens) if token.kind != "sign"]
        ands = sum(token.sql == "and" for token in self._tokens)
        if sorted(self._used) != written or self._ands != ands:
            raise ExpressionError(
                Text(
                    "写法不对：缺少运算符，或“介于 … 且 …”不完整",
                    "an operator is missing, or between … and … is not complete",
                )
            )

    def _token(self, number: str) -> Token:
        self._used.append(int(number))
        return self._tokens[int(number)]

    def node(self, tree: Any) -> Node:
        """One node with all below it."""
        kind = type(tree).__name__
        if kind == "Paren":
            return self.node(tree.this)
        if kind not in _ALLOWED:
            raise self._refused(tree, kind)
        read, made = _ALLOWED[kind]
        # A parser that knows more than we do must not lose a word: what we would not read is refused.
        for name, value in tree.args.items():
            if name not in read and value not in (None, False, []):
                raise self._refused(tree, f"{kind} {name}")
        self._count += 1
        if self._count > MOST_NODES:
            raise too_large()
        return made(self, tree)

    def compare(self, tree: Any) -> Node:
        """Two values held against each other."""
        return Compare(_COMPARE[type(tree).__name__], self.node(tree.this), self.node(tree.expression))

    def arithmetic(self, tree: Any) -> Node:
        """A sum, a difference or a product."""
        return Arithmetic(_ARITHMETIC[type(tree).__name__], self.node(tree.this), self.node(tree.expression))

    def logic(self, tree: Any) -> Node:
        """A chain of the same word as one node, however the parser nests it."""
        kind = type(tree).__name__
        parts: list[Any] = []
        waiting = [tree]
        while waiting:
            one = waiting.pop()
            if type(one).__name__ == kind:
                waiting += [one.expression, one.this]
            else:
                parts.append(one)
        self._ands += len(parts) - 1 if kind == "And" else 0
        return Logic("and" if kind == "And" else "or", tuple(self.node(p) for p in parts))

    def denied(self, tree: Any) -> Node:
        """A condition denied."""
        return Not(self.node(tree.this))

    def negative(self, tree: Any) -> Node:
        """A value with the other sign."""
        return Negative(self.node(tree.this))

    def name(self, tree: Any) -> Node:
        """A name; the parser saw only its number."""
        name = tree.this.this if type(tree.this).__name__ == "Identifier" else None
        if name is None or tree.args.get("table") is not None or not str(name).isdigit():
            raise self._refused(tree, "Column")
        return Name(self._token(str(name)).said)

    def literal(self, tree: Any) -> Node:
        """A fixed value; the parser saw only its number."""
        literal = self._token(str(tree.this)).value if tree.is_string else None
        if literal is None:
            raise self._refused(tree, "Literal")
        return literal

    def call(self, tree: Any) -> Node:
        """A call of a function."""
        name = str(tree.this)
        if not name.startswith("fn_"):
            raise self._refused(tree, "Anonymous")
        token = self._token(name.removeprefix("fn_"))
        return Call(token.said, tuple(self.node(a) for a in tree.expressions))

    def among(self, tree: Any) -> Node:
        """One of several values."""
        if any(tree.args.get(a) is not None for a in ("query", "unnest", "field")) or not tree.expressions:
            raise ExpressionError(
                Text(
                    "“属于”后面是括号里的几个值，如 单位性质 属于 ('行政', '参公')",
                    "in is followed by values in brackets, e.g. unit_kind in ('行政', '参公')",
                )
            )
        return Among(self.node(tree.this), tuple(self.node(o) for o in tree.expressions))

    def between(self, tree: Any) -> Node:
        """From one value to another."""
        self._ands += 1
        return Between(self.node(tree.this), self.node(tree.args["low"]), self.node(tree.args["high"]))

    def like(self, tree: Any) -> Node:
        """A text with ``%`` and ``_``."""
        found = Pattern("like", self.node(tree.this), self.node(tree.expression))
        return Not(found) if tree.args.get("negate") else found

    def matches(self, tree: Any) -> Node:
        """A regular expression."""
        return Pattern("matches", self.node(tree.this), self.node(tree.expression))

    def blank(self, tree: Any) -> Node:
        """Whether a cell is blank."""
        if type(tree.expression).__name__ != "Null":
            raise ExpressionError(Text("is 后面只能是 null（空）", "is is only followed by null"))
        return Blank(self.node(tree.this))

    def _parts(self, tree: Any, usual: tuple[str, str]) -> tuple[str, str]:
        """The two names that were divided, as they were written; the usual ones where something else was."""
        both = [self.node(side) if type(side).__name__ == "Column" else None for side in (tree.this, tree.expression)]
        a, b = (side.said if isinstance(side, Name) else None for side in both)
        return (a, b) if a is not None and b is not None else usual

    def _refused(self, tree: Any, kind: str) -> ExpressionError:
        if kind in {"Div", "IntDiv"}:
            zh, en = self._parts(tree, ("执行数", "预算数")), self._parts(tree, ("executed", "approved"))
            return ExpressionError(
                Text(
                    f"不直接相除：比率写 占比({', '.join(zh)}) < 50%，它不做除法而精确比较",
                    f"nothing is divided: write share({', '.join(en)}) < 50%, which is compared exactly without "
                    "dividing",
                )
            )
        if kind == "Alias":
            said = self._tokens[int(tree.alias)].said if str(tree.alias).isdigit() else ""
            return ExpressionError(Text(f"“{said}”前面缺少运算符", f"an operator is missing before {said!r}"))
        if kind == "Concat":
            return ExpressionError(
                Text("两个值之间缺少运算符或逗号", "an operator or a comma is missing between two values")
            )
        if kind == "Null":
            return ExpressionError(Text("空白写作 关于列 为空", "a blank is asked for as column is null"))
        return ExpressionError(Text(f"条件里没有这种写法（{kind}）", f"a condition has no such thing ({kind})"))


_TWO: Final = frozenset({"this", "expression"})
_ALLOWED: Final[Mapping[str, tuple[frozenset[str], Callable[[_Reader, Any], Node]]]] = MappingProxyType(
    {
        **dict.fromkeys(_COMPARE, (_TWO, _Reader.compare)),
        **dict.fromkeys(_ARITHMETIC, (_TWO, _Reader.arithmetic)),
        "And": (_TWO, _Reader.logic),
        "Or": (_TWO, _Reader.logic),
        "Not": (frozenset({"this"}), _Reader.denied),
        "Neg": (frozenset({"this"}), _Reader.negative),
        "Column": (frozenset({"this"}), _Reader.name),
        "Literal": (frozenset({"this", "is_string"}), _Reader.literal),
        "Anonymous": (frozenset({"this", "expressions"}), _Reader.call),
        "In": (frozenset({"this", "expressions", "query", "unnest", "field"}), _Reader.among),
        "Between": (frozenset({"this", "low", "high"}), _Reader.between),
        "Like": (_TWO | {"negate"}, _Reader.like),
        "RegexpLike": (_TWO, _Reader.matches),
        "Is": (_TWO, _Reader.blank),
    }
)
"""The parser's nodes that pass, what of each is read, and what it becomes."""
