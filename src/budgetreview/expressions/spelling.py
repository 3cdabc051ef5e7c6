"""From the text of a cell to tokens: full-width signs, Chinese words and units are simply understood.

Everything that may make a reading long or a meaning hidden is refused here, before anything is parsed: too much text,
too many tokens or brackets, comments, several statements, placeholders, words of queries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final
from typing import Literal as OneOf

import attrs

from budgetreview.errors import Text
from budgetreview.expressions.nodes import Literal
from budgetreview.expressions.refusal import ExpressionError
from budgetreview.money import FEN, LARGEST

LONGEST: Final = 2000
"""Characters of an expression."""
MOST_NODES: Final = 200
"""Columns, values, operators and functions of an expression."""
_MOST_TOKENS: Final = 600
_DEEPEST: Final = 20
_LONGEST_NUMBER: Final = 18
_EPOCH: Final = date(1970, 1, 1).toordinal()

_WIDE: Final = {
    **{c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)},
    **{ord(a): b for a, b in zip("\u3000\xa0“”„‘’‚、。−–—×÷【】≥≤≠", "  \"\"\"''',.---*/[]≥≤≠", strict=True)},
}
_TOKEN: Final = re.compile(
    r"""(?P<blank>\s+)
    |(?P<comment>--|/\*|\*/)
    |(?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
    |(?P<column>\[[^\[\]]+\]|`[^`]+`)
    |(?P<date>\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d{4}年\d{1,2}月\d{1,2}日)
    |(?P<money>(?:\d+(?:\.\d+)?|\.\d+)\s*(?:百万元|亿元|万元|千元|元|亿|万))
    |(?P<share>(?:\d+(?:\.\d+)?|\.\d+)\s*%)
    |(?P<number>\d+(?:\.\d+)?|\.\d+)
    |(?P<word>[^\W\d]\w*)
    |(?P<sign><=|>=|=<|=>|<>|!=|==|[<>=≥≤≠+\-*/(),])
    """,
    re.VERBOSE,
)
_SIGNS: Final = MappingProxyType({"=<": "<=", "=>": ">=", "!=": "<>", "≠": "<>", "==": "=", "≥": ">=", "≤": "<="})
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("and", "且", "并且"), "and"),
        **dict.fromkeys(("or", "或", "或者"), "or"),
        **dict.fromkeys(("not", "非"), "not"),
        "等于": "=",
        **dict.fromkeys(("不等于", "不是"), "<>"),
        **dict.fromkeys(("大于", "超过", "高于"), ">"),
        **dict.fromkeys(("小于", "低于", "不足"), "<"),
        **dict.fromkeys(("大于等于", "不小于", "不低于"), ">="),
        **dict.fromkeys(("小于等于", "不大于", "不超过", "不高于"), "<="),
        **dict.fromkeys(("in", "属于"), "in"),
        "不属于": "not in",
        **dict.fromkeys(("between", "介于"), "between"),
        **dict.fromkeys(("like", "形如"), "like"),
        "不形如": "not like",
        **dict.fromkeys(("matches", "rlike", "regexp", "匹配"), "rlike"),
        "不匹配": "not rlike",
        "is": "is",
        **dict.fromkeys(("null", "空"), "null"),
        **dict.fromkeys(("为空", "是空"), "is null"),
        "不为空": "is not null",
    }
)
MARKS: Final = MappingProxyType({"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False})
_QUERY: Final = frozenset(
    [
        "select",
        "from",
        "where",
        "union",
        "join",
        "exists",
        "case",
        "when",
        "then",
        "else",
        "end",
        "over",
        "partition",
        "order",
        "group",
        "having",
        "limit_",
        "cast",
        "try_cast",
        "convert",
        "unnest",
        "interval",
        "array",
        "struct",
        "row",
        "values",
        "insert",
        "update",
        "delete",
        "drop",
        "create",
        "alter",
        "attach",
        "copy",
        "pragma",
        "set",
        "with",
        "lateral",
        "distinct",
        "escape",
        "similar",
        "ilike",
        "glob",
        "div",
        "mod",
        "xor",
        "any",
        "all",
        "some",
        "collate",
    ]
)
_AGGREGATES: Final = frozenset(
    [
        "sum",
        "count",
        "avg",
        "mean",
        "min",
        "max",
        "median",
        "mode",
        "total",
        "first",
        "last",
        "list",
        "string_agg",
        "group_concat",
        "array_agg",
        "stddev",
        "variance",
        "row_number",
        "rank",
        "dense_rank",
        "ntile",
        "lag",
        "lead",
        "求和",
        "合计",
        "计数",
        "平均",
    ]
)


@attrs.frozen
class Token:
    """One piece of an expression.

    Attributes:
        kind: What it is; ``name`` a column, parameter or sum, ``call`` a function with its bracket behind it.
        said: As written.
        value: Of a literal.
        sql: As the parser is given it.
    """

    kind: OneOf["name", "literal", "call", "sign"]
    said: str
    sql: str
    value: Literal | None = None


def tokens(text: str) -> list[Token]:
    """Split an expression.

    Raises:
        ExpressionError: It is empty, too long, or has something that no condition has.
    """
    if len(text) > LONGEST:
        raise ExpressionError(
            Text(
                f"表达式有{len(text)}个字，最多{LONGEST}个；请拆成几条规则",
                f"the expression has {len(text)} characters, at most {LONGEST} are read; make it several rules",
            )
        )
    plain = text.translate(_WIDE)
    found: list[Token] = []
    at = 0
    while at < len(plain):
        hit = _TOKEN.match(plain, at)
        if hit is None or hit.lastgroup is None:
            raise _odd(text, plain, at)
        if hit.lastgroup != "blank":
            found += _read(hit.lastgroup, plain[at : hit.end()], text[at : hit.end()], plain[hit.end() :], len(found))
        if len(found) > _MOST_TOKENS:
            raise too_large()
        at = hit.end()
    if not found:
        raise ExpressionError(
            Text(
                "表达式是空的；应为条件，如 预算数 > 50万元",
                "the expression is empty; expected a condition such as proposed > 50万元",
            )
        )
    _brackets(found)
    return found


def too_large() -> ExpressionError:
    """What is said of too many parts."""
    return ExpressionError(
        Text(
            f"表达式太大：最多{MOST_NODES}个列、值和运算；请拆成几条规则",
            f"the expression is too large: at most {MOST_NODES} columns, values and operators; make it several rules",
        )
    )


def _brackets(found: list[Token]) -> None:
    depth = 0
    for token in found:
        depth += (token.said in "(（") - (token.said in ")）") if token.kind == "sign" else 0
        if depth > _DEEPEST:
            raise ExpressionError(Text(f"括号嵌套超过{_DEEPEST}层", f"brackets are nested more than {_DEEPEST} deep"))
        if depth < 0:
            break
    if depth:
        raise ExpressionError(Text("左右括号不成对", "the brackets do not match"))


def _odd(text: str, plain: str, at: int) -> ExpressionError:
    char = plain[at]
    if char in "'\"":
        return ExpressionError(
            Text(
                f"第{at + 1}个字：引号没有成对（{text[at : at + 12]}…）", f"character {at + 1}: a quote is never closed"
            )
        )
    if char == ";":
        return ExpressionError(
            Text("不能用分号：一格只写一个条件", "a semicolon: a cell holds one condition and nothing else")
        )
    if char in "?:@$#{":
        return ExpressionError(
            Text(
                f"第{at + 1}个字“{text[at]}”：没有占位符和注释；固定的数写进“限额”，条件里写 限额",
                f"character {at + 1} {text[at]!r}: there are no placeholders or comments; put the figure into the "
                "limit and "
                "write limit",
            )
        )
    name = unicodedata.name(char, f"U+{ord(char):04X}")
    return ExpressionError(
        Text(
            f"第{at + 1}个字“{text[at]}”（{name}）看不懂；可用 > >= < <= = <> + - * ( ) , 和列名、数、'文字'",
            f"character {at + 1} {text[at]!r} ({name}) is not understood; known are > >= < <= = <> + - * ( ) , and "
            "columns, "
            "numbers and 'texts'",
        )
    )


def _read(kind: str, plain: str, said: str, rest: str, place: int) -> list[Token]:
    if kind == "comment":
        raise ExpressionError(
            Text(
                f"“{said}”：条件里不能写注释；说明请写在别的格子里",
                f"{said!r}: no comments in a condition; put them elsewhere",
            )
        )
    if kind == "sign":
        sign = _SIGNS.get(plain, plain)
        return [Token("sign", said, sign)]
    if kind == "word":
        return _word(plain, rest, place)
    if kind == "column":
        return [Token("name", said[1:-1].strip(), f'"{place}"')]
    if kind == "number" and re.match(r"\w", rest):
        tail = re.match(r"\w+", rest)
        unit = tail.group() if tail else ""
        raise ExpressionError(
            Text(
                f"“{said}{unit}”：看不懂数后面的“{unit}”；金额写 元、万元、亿元，比率写 %，日期写 2026-01-10",
                f"{said + unit!r}: the unit {unit!r} is not understood; money is written in 元, 万元, 亿元, shares "
                "with %, dates "
                "as 2026-01-10",
            )
        )
    return [Token("literal", said, f"'{place}'", _literal(kind, plain, said))]


def _word(plain: str, rest: str, place: int) -> list[Token]:
    word = unicodedata.normalize("NFKC", plain)
    low = word.casefold()
    if low in _WORDS:
        return [Token("sign", plain, _WORDS[low])]
    for ending in ("不为空", "为空", "是空"):
        if low.endswith(ending):
            return [Token("name", word.removesuffix(ending), f'"{place}"'), Token("sign", ending, _WORDS[ending])]
    called = rest.lstrip().startswith("(")
    if low in _AGGREGATES and called:
        raise ExpressionError(
            Text(
                f"条件里不能用 {word}(…)：对多行的求和与计数写在“合计”栏，如 接待费 = 预算数 当 部门预算经济分类 "
                "形如 '30217%'",
                f"{word}(…) is an aggregate; sums over lines are declared apart, in sums: reception = proposed where "
                "dept_economic_code like '30217%'",
            )
        )
    if low in _QUERY:
        raise ExpressionError(
            Text(
                f"条件里不能用 {word}：没有查询、子查询、窗口、类型转换和 case；列名恰好如此时写成 [{word}]",
                f"{word} has no place in a condition: no queries, subqueries, windows, casts or case; a column of "
                "that name is "
                f"written [{word}]",
            )
        )
    if called:
        return [Token("call", word, f"fn_{place}")]
    if low in MARKS:
        return [Token("literal", plain, f"'{place}'", Literal("mark", MARKS[low], plain))]
    return [Token("name", word, f'"{place}"')]


def _literal(kind: str, plain: str, said: str) -> Literal:
    if kind == "text":
        quote = plain[0]
        inner = said[1:-1]
        return Literal("text", inner.replace(quote * 2, quote), said)
    if kind == "date":
        year, month, day = (int(n) for n in re.findall(r"\d+", plain))
        try:
            return Literal("date", Fraction(date(year, month, day).toordinal() - _EPOCH), said)
        except ValueError:
            raise ExpressionError(Text(f"没有 {said} 这一天", f"there is no day {said}")) from None
    digits = re.match(r"[\d.]+", plain)
    number = digits.group() if digits else ""
    if len(number) > _LONGEST_NUMBER:
        raise ExpressionError(
            Text(
                f"数 {said[:24]}… 太长，最多{_LONGEST_NUMBER}位；请换用万元、亿元，或核对位数",
                f"the number {said[:24]}… is too long, at most {_LONGEST_NUMBER} digits; take 亿元, or check it",
            )
        )
    value = Fraction(Decimal(number))
    if kind == "share":
        return Literal("share", value / 100, said)
    if kind == "number":
        return Literal("number", value, said)
    unit = plain[len(number) :].strip()
    fen = value * FEN[unit if unit.endswith("元") else unit + "元"]
    if fen.denominator != 1:
        raise ExpressionError(Text(f"{said} 比一分还细", f"{said} is finer than one 分"))
    if fen > LARGEST:
        raise ExpressionError(
            Text(f"{said} 大得不像金额；请检查单位", f"{said} is too large for an amount; is the unit right?")
        )
    return Literal("money", fen, said)
