"""Lines that only sum up the lines below them: 201 above 20101 above 2010101 in one table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from budgetreview.kernels import group as kernel
from budgetreview.rules.rounding import compare, figure_span
from budgetreview.table import Table
from budgetreview.values import Exact, Ints, Keys, Truth

_CONTEXT: Final = ("book", "side", "agency", "project")
_ECONOMIC: Final = ("dept_economic_code", "gov_economic_code")
LEAF_COLUMNS: Final = ("amount", "agency", "project", "function_code", "dept_economic_code", "gov_economic_code")
"""What :func:`is_subtotal` reads; a rule that calls it declares these in ``reads`` or ``uses``."""
_STEPS: Final = ((3, 5), (3, 7), (5, 7))
"""Digits of a code and of the codes that may be its parts."""


def is_subtotal(lines: Table, column: str) -> Truth:
    """Whether a line only sums up lines whose code in ``column`` continues its own.

    The lines below must agree in book, side, agency, project and the other classification, and their amounts, at one
    level below, must add up to the line's amount within rounding. A line whose codes merely happen to begin other
    lines' codes is a line of its own. Where the amounts are blank it is not known; where no amount column was given,
    no line is read as a subtotal.
    """
    n = len(lines)
    code = lines.key(column)
    none = Truth.known(np.zeros(n, bool))
    if not n or not lines.known("amount").any():
        return none
    length = np.array([len(w) for w in code.words] + [0])[code.codes]
    others = ("function_code",) if column in _ECONOMIC else _ECONOMIC
    amount, span = lines.money("amount"), figure_span(lines)
    yes, unsure = np.zeros(n, bool), np.zeros(n, bool)
    for own, below in _STEPS:
        candidates = np.flatnonzero(length == own)
        parent = _begins(code, own) if len(candidates) else None
        if parent is None:
            continue
        context = [_keys(lines, c) for c in (*_CONTEXT, *others)]
        children = _alike(np.flatnonzero((length == below) & (parent >= 0)), candidates, context)
        if not len(children):
            continue
        rows = np.concatenate([candidates, children])
        heading = np.concatenate([code.codes[candidates].astype(np.int64), parent[children]])
        group, _ = kernel.combine([lines.period[rows], heading, *(key[rows] for key in context)])
        mine, theirs, size = group[: len(candidates)], group[len(candidates) :], int(group.max()) + 1
        count = kernel.counts(np.ones(len(children), bool), theirs, size)[mine]
        known = kernel.counts(~amount.known[children], theirs, size)[mine] == 0
        total = kernel.sums(np.where(amount.known[children], amount.values[children], 0), theirs, size)[mine]
        room = kernel.sums(span.values[children], theirs, size)[mine] + span.values[candidates]
        held = compare(amount.take(candidates), Exact.of(total, known), Exact.of(room))
        yes[candidates] |= (count > 0) & held.different.no
        unsure[candidates] |= (count > 0) & held.different.open
    return Truth(yes, ~yes & ~unsure)


def _alike(rows: Ints, candidates: Ints, context: Sequence[Ints]) -> Ints:
    """The rows that share each key of the context with some candidate; most lines are out after one look."""
    for key in context:
        wanted = np.zeros(int(key.max(initial=0)) + 1, bool)
        wanted[key[candidates]] = True
        rows = rows[wanted[key[rows]]]
    return rows


def _keys(lines: Table, name: str) -> Ints:
    data = lines.columns.get(name)
    return data.codes.astype(np.int64) + 1 if isinstance(data, Keys) else np.zeros(len(lines), np.int64)


def _begins(code: Keys, length: int) -> Ints:
    """For each line the number of the word that its code begins with, -1 where no line has that word."""
    place = {w: i for i, w in enumerate(code.words)}
    table = np.array([place.get(w[:length], -1) for w in code.words] + [-1], np.int64)
    return table[code.codes]
