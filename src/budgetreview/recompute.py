"""A small separate program: recompute every finding of a report from its own record alone.

It takes nothing from the rest of the package. Each finding of a JSON report carries a ``formula``, the ``values`` and
the ``parameters`` that it used; the formula, evaluated in exact fractions, must come out true. Run it as
``python -m budgetreview.recompute report.json``.

The language of formulas: names of values and parameters, numbers, ``null``, ``+ - * /``, comparisons, ``and or not``,
``in``, lists, and the functions ``abs min max len year month``; ``share(part, whole)`` and ``growth(now, before)``,
unknown where what they divide by is not above zero; ``like(text, pattern)`` with ``%`` and ``_``. Money is in 元, a
difference of dates is in days.
Whatever is compared with ``null`` is unknown, except in ``x == null``; unknown follows three-valued logic.
"""

from __future__ import annotations

import ast
import json
import operator
import re
import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

_MONEY: Final = re.compile(r"-?\d+\.\d{2}")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_COMPARE: Final[Mapping[type, Callable[[Any, Any], bool]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_ARITHMETIC: Final[Mapping[type, Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "year": lambda d: Fraction(d.year),
    "month": lambda d: Fraction(d.month),
}

_SHARES: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "share": lambda part, whole: part / whole if whole > 0 else None,
    "growth": lambda now, before: (now - before) / before if before > 0 else None,
}


class FormulaError(ValueError):
    """A formula asks for a name that the record lacks, or for something outside the language."""


def plain(value: object) -> Any:
    """A value of the record as an exact fraction, date, text or None."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return Fraction(str(value))
    if isinstance(value, str) and _MONEY.fullmatch(value):
        return Fraction(value)
    if isinstance(value, str) and _DATE.fullmatch(value):
        return date.fromisoformat(value)
    return value


def evaluate(formula: str, names: Mapping[str, object]) -> bool | None:
    """The truth of a formula over a record; None where it cannot be known.

    Raises:
        FormulaError: The formula is outside the language or names something that the record lacks.
    """
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except SyntaxError as error:
        msg = f"{formula!r}: {error.msg}"
        raise FormulaError(msg) from error
    result = _value(tree.body, names)
    if result is not None and not isinstance(result, bool):
        msg = f"{formula!r} is no condition"
        raise FormulaError(msg)
    return result


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.BoolOp):
        return _logic(node, names)
    if isinstance(node, ast.Compare):
        return _compare(node, names)
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        left, right = _value(node.left, names), _value(node.right, names)
        if left is None or right is None:
            return None
        result = _ARITHMETIC[type(node.op)](left, right)
        return Fraction(result.days) if isinstance(result, timedelta) else result
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand, names)
        if inner is None:
            return None
        return not inner if isinstance(node.op, ast.Not) else -inner
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node.func.id, node.args, names)
    return _leaf(node, names)


def _call(function: str, given: list[ast.expr], names: Mapping[str, Any]) -> Any:
    if function in {"like", "len"}:  # asked of texts as they stand, also of those that look like amounts or days
        said = [names.get(a.id) if isinstance(a, ast.Name) else getattr(a, "value", None) for a in given]
        texts = [str(t) for t in said if t is not None]
        if len(texts) < len(said):
            return None
        return Fraction(len(texts[0])) if function == "len" else _like(*texts)
    arguments = [_value(a, names) for a in given]
    known = _FUNCTIONS.get(function) or _SHARES.get(function)
    if known is None:
        msg = f"{function}() is outside the language of formulas"
        raise FormulaError(msg)
    if any(a is None for a in arguments):
        return None
    result = known(*arguments)
    return Fraction(result) if isinstance(result, int) else result


def _like(text: str, pattern: str) -> bool:
    """Whether a text looks like a pattern, tried piece by piece between its ``%``."""
    first, *rest = (re.compile("".join("." if c == "_" else re.escape(c) for c in p), re.DOTALL) for p in
                    pattern.split("%"))  # fmt: skip
    start = first.match(text)
    if not rest:
        return first.fullmatch(text) is not None
    at = start.end() if start else -1
    for piece in rest[:-1]:
        found = piece.search(text, at) if at >= 0 else None
        at = found.end() if found else -1
    last = len(text) - len(pattern.rsplit("%", 1)[1])
    return 0 <= at <= last and rest[-1].fullmatch(text, last) is not None


def _leaf(node: ast.expr, names: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Constant):
        return plain(node.value)
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(e, names) for e in node.elts]
    if isinstance(node, ast.Name):
        if node.id == "null":
            return None
        if node.id in names:
            return plain(names[node.id])
        msg = f"the record has no {node.id!r}; it has {', '.join(sorted(names))}"
        raise FormulaError(msg)
    msg = f"{ast.dump(node)[:60]} is outside the language of formulas"
    raise FormulaError(msg)


def _logic(node: ast.BoolOp, names: Mapping[str, Any]) -> bool | None:
    answers = [_value(v, names) for v in node.values]
    decisive = isinstance(node.op, ast.Or)
    if decisive in answers:
        return decisive
    return None if None in answers else not decisive


def _compare(node: ast.Compare, names: Mapping[str, Any]) -> bool | None:
    sides = [node.left, *node.comparators]
    values = [_value(s, names) for s in sides]
    answer: bool | None = True
    for i, op in enumerate(node.ops):
        if type(op) not in _COMPARE:
            msg = f"{type(op).__name__} is outside the language of formulas"
            raise FormulaError(msg)
        about_null = any(isinstance(s, ast.Name) and s.id == "null" for s in sides[i : i + 2])
        if not about_null and (values[i] is None or values[i + 1] is None):
            answer = None if answer else answer
        elif not _COMPARE[type(op)](values[i], values[i + 1]):
            return False
    return answer


def recheck(report: Mapping[str, Any]) -> list[str]:
    """Recompute every finding of a report in its JSON form; a line for each that does not come out true."""
    wrong = []
    for finding in report["findings"]:
        names = {**finding["parameters"], **finding["values"]}
        try:
            answer = evaluate(finding["formula"], names)
        except (FormulaError, TypeError, ZeroDivisionError) as error:
            wrong.append(f"{finding['rule']} {finding['fingerprint']}: {error}")
            continue
        if answer is not True:
            wrong.append(f"{finding['rule']} {finding['fingerprint']}: {finding['formula']} is {answer} for {names}")
    return wrong


def main(arguments: list[str]) -> int:
    """Recheck the reports named; 0 if every finding comes out true."""
    wrong = [line for path in arguments for line in recheck(json.loads(Path(path).read_text(encoding="utf-8")))]
    sys.stdout.write("".join(line + "\n" for line in wrong) or "every finding comes out true\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
