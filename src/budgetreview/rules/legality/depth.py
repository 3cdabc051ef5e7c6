"""Whether budget and accounts are drawn up down to the function 项 and the economic 款."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from budgetreview.rule import Assessment
from budgetreview.rules.leaves import LEAF_COLUMNS, is_subtotal
from budgetreview.rules.legality.family import book
from budgetreview.rules.readings import PROJECT, is_project
from budgetreview.rules.sums import is_parent
from budgetreview.table import Table
from budgetreview.values import Exact, Keys, Truth

_SUM_COLUMNS: Final = tuple(dict.fromkeys((*LEAF_COLUMNS, "project_name", "basic", "fund_source")))
_ECONOMIC: Final = ("dept_economic_code", "gov_economic_code")


@attrs.frozen
class FunctionDepth:
    """How many digits a function code must have, and the classes that have no 项."""

    digits: int
    exempt: tuple[str, ...]


@book.rule("L13", reads=("function_code",), uses=_SUM_COLUMNS, parameters=FunctionDepth)
def function_not_down_to_item(lines: Table, p: FunctionDepth) -> Assessment:
    """An expenditure line whose function code stops above the 项."""
    code = lines.key("function_code")
    return Assessment.of(
        lines,
        applies=~code.startswith(*p.exempt) & ~_is_sum(lines),
        condition=_shorter(code, p.digits),
        measure=_digits(code),
        limit=p.digits,
        values={"function_code": code, "code_length": _digits(code)},
        about="function_code",
    )


@attrs.frozen
class EconomicDepth:
    """How many digits an economic code must have."""

    digits: int


@book.rule("L14", reads=("basic",), uses=(*_ECONOMIC, *LEAF_COLUMNS), parameters=EconomicDepth)
def basic_not_down_to_heading(lines: Table, p: EconomicDepth) -> Assessment:
    """A basic line whose economic code stops above the 款."""
    given = [c for c in _ECONOMIC if lines.has(c)]
    condition = ~Truth.always(len(lines)) if given else Truth.unknown(len(lines))
    applies = lines.mark("basic")
    for column in given:
        condition = condition | (_shorter(lines.key(column), p.digits) & ~_without(lines, column))
        applies = applies & ~is_subtotal(lines, column)
    return Assessment.of(
        lines,
        applies=applies,
        condition=_nowhere_absent(condition, lines, given),
        measure=_shortest(lines, given),
        limit=p.digits,
        values={**{c: lines.key(c) for c in _ECONOMIC}, "code_length": _shortest(lines, given)},
        about=given[0] if given else "basic",
        lacks={c: ~lines.known(c) & (lines.has(c) or not given) for c in _ECONOMIC},
    )


@book.rule(
    "L15",
    reads=("dept_economic_code",),
    uses=tuple(dict.fromkeys((*PROJECT, *LEAF_COLUMNS))),
    parameters=EconomicDepth,
)
def project_not_down_to_heading(lines: Table, p: EconomicDepth) -> Assessment:
    """A department's project line whose economic code stops above the 款."""
    code = lines.key("dept_economic_code")
    return Assessment.of(
        lines,
        applies=is_project(lines) & ~is_subtotal(lines, "dept_economic_code"),
        condition=_shorter(code, p.digits),
        measure=_digits(code),
        limit=p.digits,
        values={"dept_economic_code": code, "code_length": _digits(code)},
        about="dept_economic_code",
    )


@attrs.frozen
class AccountsDepth:
    """How many digits the codes of the final accounts must have, and the classes that have no 项."""

    function_digits: int
    economic_digits: int
    exempt: tuple[str, ...]


@book.rule("L22", reads=("function_code",), uses=_SUM_COLUMNS, parameters=AccountsDepth)
def accounts_not_detailed(lines: Table, p: AccountsDepth) -> Assessment:
    """A line of the final accounts without a function 项 or without an economic 款."""
    function = lines.key("function_code")
    given = [c for c in _ECONOMIC if lines.has(c)]
    shallow = Truth.always(len(lines)) if given else Truth.unknown(len(lines))
    sums = _is_sum(lines)
    for column in given:
        shallow = shallow & (_shorter(lines.key(column), p.economic_digits) | _without(lines, column))
        sums = sums | is_subtotal(lines, column)
    return Assessment.of(
        lines,
        applies=~function.startswith(*p.exempt) & ~sums,
        condition=_shorter(function, p.function_digits) | _nowhere_absent(shallow, lines, given),
        measure=_digits(function),
        limit=p.function_digits,
        values={
            "function_code": function,
            **{c: lines.key(c) for c in _ECONOMIC},
            "function_length": _digits(function),
            "economic_length": _longest(lines, given),
        },
        about="function_code",
        lacks={c: ~lines.known(c) & (lines.has(c) or not given) for c in _ECONOMIC},
    )


def _is_sum(lines: Table) -> Truth:
    """Whether a line only sums up lower function codes: its figures say so, or its place above them does."""
    return is_subtotal(lines, "function_code") | is_parent(lines, "function_code")


def _shorter(code: Keys, digits: int) -> Truth:
    return code.where(lambda w: len(w) < digits)


def _digits(code: Keys) -> Exact:
    lengths = np.array([len(w) for w in code.words] + [0], np.int64)
    return Exact.of(lengths[code.codes], code.known, "count")


def _without(lines: Table, column: str) -> Truth:
    """Lines of a sheet that does not have the column: it says nothing of them."""
    absent = lines.absent(column)
    return Truth.known(np.zeros(len(lines), bool) if absent is None else absent)


def _nowhere_absent(condition: Truth, lines: Table, given: list[str]) -> Truth:
    """The condition, unknown for lines of sheets that have none of the columns."""
    some = np.zeros(len(lines), bool)
    for column in given:
        absent = lines.absent(column)
        some |= True if absent is None else ~absent
    return condition.only(some)


def _shortest(lines: Table, columns: list[str]) -> Exact:
    """The length of the shortest code given in the columns."""
    n = len(lines)
    least, known = np.full(n, np.iinfo(np.int64).max), np.zeros(n, bool)
    for column in columns:
        length = _digits(lines.key(column))
        least = np.where(length.known, np.minimum(least, length.values), least)
        known |= length.known
    return Exact.of(np.where(known, least, 0), known, "count")


def _longest(lines: Table, columns: list[str]) -> Exact:
    """The length of the longest code given in the columns, 0 where none is given."""
    longest = np.zeros(len(lines), np.int64)
    for column in columns:
        length = _digits(lines.key(column))
        longest = np.maximum(longest, np.where(length.known, length.values, 0))
    return Exact.of(longest, kind="count")
