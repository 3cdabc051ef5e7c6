"""Sums, differences, products and comparisons of columns, exact at any size: nothing wraps, nothing is divided.

A number is a column of whole numbers times a fraction (:class:`~budgetreview.values.Scaled`), or one fraction for all
units. Where whole numbers outgrow ``int64`` they go on as Python integers.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.expressions.nodes import Comparison
from budgetreview.values import Exact, Numbers, Ratio, Scaled, Truth

Number = Scaled | Fraction
_MOST_DECIMALS: Final = 6
_WHOLE_IN_FLOAT: Final = 2**53


def decimals(x: Numbers) -> Scaled:
    """The decimals that the cells showed, exactly: whole numbers and the power of ten that they count."""
    values = np.where(x.known, x.values, 0.0)
    for places in range(_MOST_DECIMALS + 1):
        scale = 10**places
        whole = np.rint(values * scale)
        if (np.abs(whole) < _WHOLE_IN_FLOAT).all() and (whole / scale == values).all():
            return Scaled(Exact.of(whole.astype(np.int64), x.known, "count"), Fraction(1, scale))
    distinct, place = np.unique(values, return_inverse=True)
    shown = [Fraction(repr(float(v))) for v in distinct]
    scale = math.lcm(*(f.denominator for f in shown))
    table = np.array([int(f * scale) for f in shown], object)
    return Scaled(Exact.of(table[place], x.known, "count"), Fraction(1, scale))


def times(x: Exact, factor: int) -> Exact:
    """Whole numbers multiplied, in a type that holds them."""
    if factor == 1:
        return x
    bound = x.bound * abs(factor)
    low, high = (x.low, x.high) if factor >= 0 else (x.high, x.low)
    return Exact(x.wide(bound) * factor, low, high, x.kind, bound)


def add(a: Number, b: Number, sign: int = 1) -> Number:
    """``a + b``, or ``a - b`` where ``sign`` is -1."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + sign * b
    a, b = _columns(a, b)
    common = math.lcm(a.factor.denominator, b.factor.denominator)
    left = times(a.exact, int(a.factor * common))
    right = times(b.exact, sign * int(b.factor * common))
    return Scaled(left + right, Fraction(1, common))


def multiply(a: Number, b: Number) -> Number:
    """``a * b``; of two columns, both known."""
    if isinstance(a, Fraction):
        return a * b if isinstance(b, Fraction) else Scaled(b.exact, b.factor * a)
    if isinstance(b, Fraction):
        return Scaled(a.exact, a.factor * b)
    known = a.exact.known & b.exact.known
    bound = a.exact.bound * b.exact.bound
    kind = "money" if "money" in {a.exact.kind, b.exact.kind} else a.exact.kind
    values = a.exact.wide(bound) * b.exact.wide(bound)
    return Scaled(Exact(values, known, known, kind, bound), a.factor * b.factor)


def size(a: Number) -> Number:
    """Without its sign."""
    return abs(a) if isinstance(a, Fraction) else Scaled(abs(a.exact), abs(a.factor))


def ratio(num: Number, den: Number) -> Ratio:
    """``num / den``, not divided: compared by cross-multiplication, unknown where ``den`` is not above zero."""
    top, bottom = _columns(num, den)
    common = math.lcm(top.factor.denominator, bottom.factor.denominator)
    return Ratio(times(top.exact, int(top.factor * common)), times(bottom.exact, int(bottom.factor * common)))


def compare(op: Comparison, a: Number | Ratio, b: Number | Ratio, n: int) -> Truth:
    """Two values held against each other, unit by unit."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return _constant(_ordered(op, a, b), n)
    if isinstance(a, Ratio) or isinstance(b, Ratio):
        if isinstance(a, Fraction):
            return compare(_FLIPPED[op], b, a, n)
        left = a if isinstance(a, Ratio) else _as_ratio(a)
        right = b if isinstance(b, Ratio | Fraction) else _as_ratio(b)
        if op in {"=", "<>"}:
            equal = (left >= right) & (left <= right)
            return equal if op == "=" else ~equal
        return _truth(op, left, right)
    left_column, right_column = _columns(a, b)
    if op in {"=", "<>"}:
        equal = (left_column >= right_column) & (left_column <= right_column)
        return equal if op == "=" else ~equal
    return _truth(op, left_column, right_column)


_FLIPPED: Final[dict[Comparison, Comparison]] = {
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
    "=": "=",
    "<>": "<>",
}


def _truth(op: Comparison, a: Scaled | Ratio, b: Scaled | Ratio | Fraction) -> Truth:
    if op == "<":
        return a < b  # type: ignore[operator]
    if op == "<=":
        return a <= b  # type: ignore[operator]
    return a > b if op == ">" else a >= b  # type: ignore[operator]


def _ordered(op: Comparison, a: Fraction, b: Fraction) -> bool:
    return {"=": a == b, "<>": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]


def _constant(answer: bool, n: int) -> Truth:  # noqa: FBT001
    return Truth.always(n) if answer else ~Truth.always(n)


def _columns(a: Number, b: Number) -> tuple[Scaled, Scaled]:
    """Both as columns; a single figure is put beside the other one's units."""
    if isinstance(a, Fraction):
        if isinstance(b, Fraction):
            msg = "one of two figures must be a column"
            raise TypeError(msg)
        return _lifted(a, b), b
    return a, _lifted(b, a) if isinstance(b, Fraction) else b


def _lifted(figure: Fraction, beside: Scaled) -> Scaled:
    return Scaled(beside.exact.lifted(figure.numerator), Fraction(1, figure.denominator))


def _as_ratio(x: Scaled) -> Ratio:
    known = x.exact.known
    den = Exact(
        np.full(len(known), x.factor.denominator, object if x.factor.denominator >= _WHOLE_IN_FLOAT else np.int64),
        np.ones(len(known), bool),
        np.ones(len(known), bool),
        "count",
        x.factor.denominator,
    )
    return Ratio(times(x.exact, x.factor.numerator), den)


def of(exact: Exact) -> Scaled:
    """Whole numbers as a number of the language."""
    return Scaled(exact, Fraction(1))


def counted(x: Scaled) -> Scaled:
    """The same numbers as plain ones."""
    return Scaled(attrs.evolve(x.exact, kind="count"), x.factor)
