"""Exact order of shares, and rows whose value contradicts their rank; numpy in, numpy out."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_CLOSE: Final = 1e-14
"""Quotients in float64 of integers that float64 may have rounded are off by far less than this, relatively."""


def exact_order(num: Ints, den: Ints) -> Ints:
    """Number the distinct shares ``num / den`` in ascending order; equal shares get one number.

    Quotients in floating point settle all that is clearly apart; runs of near ties that are not equal as reduced
    fractions are settled with exact ones.

    Args:
        num: Numerators.
        den: Denominators, all above zero.
    """
    shared = np.gcd(num, den)
    p, q = num // shared, den // shared
    near = p / q
    order = np.lexsort((q, p, near))
    p, q, near = p[order], q[order], near[order]
    n = len(order)
    same = np.zeros(n, bool)
    apart = np.ones(n, bool)
    same[1:] = (p[1:] == p[:-1]) & (q[1:] == q[:-1])
    apart[1:] = ~same[1:] & (near[1:] - near[:-1] > _CLOSE * np.maximum(np.abs(near[1:]), np.abs(near[:-1])))
    starts = np.flatnonzero(apart)
    doubtful = np.flatnonzero(np.add.reduceat(~same & ~apart, starts)) if n else np.zeros(0, np.int64)
    ends = np.append(starts[1:], n)
    for run in doubtful:
        place = np.arange(starts[run], ends[run])
        exact = [Fraction(int(p[i]), int(q[i])) for i in place]
        turn = sorted(range(len(place)), key=lambda i: exact[i])
        order[place] = order[place][turn]
        same[place] = [k > 0 and exact[turn[k]] == exact[turn[k - 1]] for k in range(len(place))]
    ranks = np.empty(n, np.int64)
    ranks[order] = np.cumsum(~same) - 1
    return ranks


def inversions(group: Ints, rank: npt.NDArray[np.float64], value: Ints) -> tuple[Bools, Bools]:
    """Rows that contradict the ranking: a better rank (a smaller number) with a larger value than a worse rank.

    Args:
        group: Only rows of one group are compared.
        rank: 1 is best; rows of equal rank do not contradict each other.
        value: Whole numbers, not negative, e.g. from :func:`exact_order`.

    Returns:
        Rows whose value is above that of some row of a worse rank, and rows whose value is below that of some row of
        a better rank.
    """
    n = len(group)
    if not n:
        return np.zeros(0, bool), np.zeros(0, bool)
    order = np.lexsort((rank, group))
    g, r, v = group[order], rank[order], value[order]
    new_group = np.append(True, g[1:] != g[:-1])
    new_cell = new_group | np.append(True, r[1:] != r[:-1])
    cell = np.cumsum(new_cell) - 1
    starts = np.flatnonzero(new_cell)
    number = (np.cumsum(new_group) - 1)[starts]
    span = int(value.max()) + 1
    best_before = np.maximum.accumulate(number * span + np.maximum.reduceat(v, starts)) - number * span
    least_after = np.minimum.accumulate((number * span + np.minimum.reduceat(v, starts))[::-1])[::-1] - number * span
    before = np.full(len(starts), -1, np.int64)
    after = np.full(len(starts), span, np.int64)
    linked = number[1:] == number[:-1]
    before[1:][linked] = best_before[:-1][linked]
    after[:-1][linked] = least_after[1:][linked]
    above, below = np.zeros(n, bool), np.zeros(n, bool)
    above[order] = v > after[cell]
    below[order] = v < before[cell]
    return above, below


def first_of(group: Ints, n: int, where: Bools, *by: npt.NDArray[np.generic]) -> Ints:
    """For each of ``n`` groups the row that comes first by the keys (the most important one first); -1 for none."""
    rows = np.flatnonzero(where & (group >= 0))
    ordered = rows[np.lexsort((*(k[rows] for k in reversed(by)), group[rows]))]
    found = np.full(n, -1, np.int64)
    groups, at = np.unique(group[ordered], return_index=True)
    found[groups] = ordered[at]
    return found
