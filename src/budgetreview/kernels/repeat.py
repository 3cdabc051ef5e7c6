"""Rows that repeat each other in several keys, some of which may be blank."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from budgetreview.kernels.group import combine, counts

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def repeated(keys: Sequence[Ints]) -> tuple[Ints, Bools]:
    """Which rows repeat another row.

    Two rows repeat each other when every key is the same, a blank being the same as a blank. Where one row has a
    blank and the other a value, they may or may not.

    Args:
        keys: Arrays of one length; -1 is a blank.

    Returns:
        For each row how many rows are the same, itself counted; and which rows without a sure partner may have one
        but for a blank.
    """
    whole, first = combine([k + 1 for k in keys])
    same = counts(np.ones(len(whole), bool), whole, len(first))[whole]
    maybe = np.zeros(len(whole), bool)
    partly = [bool((k < 0).any()) for k in keys]
    if not any(partly):
        return same, maybe
    rows = _alike([k for k, p in zip(keys, partly, strict=True) if not p], len(whole))
    given = np.zeros(len(rows), np.int64)
    some = [k[rows] for k, p in zip(keys, partly, strict=True) if p]
    for i, k in enumerate(some):
        given |= (k >= 0).astype(np.int64) << i
    full = [k[rows] for k, p in zip(keys, partly, strict=True) if not p]
    patterns = np.unique(given).tolist()
    for i, a in enumerate(patterns):
        for b in patterns[i + 1 :]:
            mine = np.flatnonzero((given == a) | (given == b))
            shared = [k[mine] for k in full] + [k[mine] for j, k in enumerate(some) if (a & b) >> j & 1]
            group = combine(shared)[0] if shared else np.zeros(len(mine), np.int64)
            n = int(group.max(initial=-1)) + 1
            both = (counts(given[mine] == a, group, n) > 0) & (counts(given[mine] == b, group, n) > 0)
            maybe[rows[mine[both[group]]]] = True
    return same, maybe & (same == 1)


def _alike(keys: Sequence[Ints], n: int) -> Ints:
    """Rows that agree with some other row in keys without blanks: only they can repeat one."""
    if not keys:
        return np.arange(n)
    group, first = combine(keys)
    return np.flatnonzero(counts(np.ones(n, bool), group, len(first))[group] > 1)
