"""Grouping by integer keys and exact sums over the groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_LOW_BITS = 26
"""Halves of an int64 this wide add up exactly in float64 for any array that fits into memory."""


def combine(keys: Sequence[npt.NDArray[Any]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Number the distinct combinations of several integer keys.

    Args:
        keys: Arrays of one length; a negative value anywhere leaves that row out.

    Returns:
        For each row its group (-1: left out), and for each group its first row. Groups are numbered by the
        order of their key values, not by where they stand, so that row order means nothing.
    """
    n = len(keys[0])
    inside = np.ones(n, bool)
    packed = np.zeros(n, np.int64)
    for key in keys:
        inside &= key >= 0
        span = int(key.max(initial=-1)) + 1
        if span and int(packed.max(initial=0)) > (2**62) // max(span, 1):
            packed = np.unique(packed, return_inverse=True)[1].astype(np.int64)
        packed = packed * max(span, 1) + key
    group = np.full(n, -1, np.int64)
    rows = np.flatnonzero(inside)
    _, first, inverse = np.unique(packed[rows], return_index=True, return_inverse=True)
    group[rows] = inverse
    return group, rows[first]


def sums(values: npt.NDArray[np.int64], group: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.int64]:
    """Exact sums of ``values`` by group; rows of group -1 are left out.

    Raises:
        OverflowError: A sum does not fit into int64.
    """
    inside = group >= 0
    if not inside.all():
        values, group = values[inside], group[inside]
    low = values & ((1 << _LOW_BITS) - 1)
    high = values >> _LOW_BITS
    low_sum = np.bincount(group, weights=low, minlength=n).astype(np.int64)
    high_sum = np.bincount(group, weights=high, minlength=n)
    if len(high_sum) and np.abs(high_sum).max() >= 2.0 ** (62 - _LOW_BITS):
        msg = "a sum of amounts is too large for int64 分; is the unit right?"
        raise OverflowError(msg)
    return (high_sum.astype(np.int64) << _LOW_BITS) + low_sum


def counts(mask: npt.NDArray[np.bool_], group: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.int64]:
    """How many rows of each group hold in ``mask``."""
    return np.bincount(group[mask & (group >= 0)], minlength=n).astype(np.int64)
