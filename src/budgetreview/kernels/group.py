"""Grouping by integer keys and exact sums over the groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_LOW_BITS = 26
"""Halves of an int64 this wide add up exactly in float64 for any array that fits into memory."""

_EXACT = 2**53
"""Whole numbers up to this one are exact in float64."""

_WIDEST = 2**62
"""Packed keys stay below this."""

_INT32 = 2**31

_DENSE = 16
"""Up to so many times the rows a table of all keys is cheaper than sorting them."""


def combine(keys: Sequence[npt.NDArray[Any]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Number the distinct combinations of several integer keys.

    Args:
        keys: Arrays of one length; a negative value anywhere leaves that row out.

    Returns:
        For each row its group (-1: left out), and for each group its first row. Groups are numbered by the
        order of their key values, not by where they stand, so that row order means nothing.
    """
    n = len(keys[0])
    rows: npt.NDArray[np.int64] | None = None
    if any(int(key.min(initial=0)) < 0 for key in keys):
        inside = np.ones(n, bool)
        for key in keys:
            inside &= key >= 0
        rows = np.flatnonzero(inside)
    packed, span = np.zeros(n if rows is None else len(rows), np.int64), 1
    for given in keys:
        key = (given if rows is None else given[rows]).astype(np.int64, copy=False)
        wide = int(key.max(initial=0)) + 1
        if wide == 1:  # zero everywhere
            continue
        if span * wide > _DENSE * n:  # fewer values occur than are numbered: then no sorting is needed
            if wide > 1 and wide <= _DENSE * n:
                key, first = number(key, wide)
                wide = len(first)
            if span > 1 and span <= _DENSE * n and span * wide > _DENSE * n:
                packed, first = number(packed, span)
                span = len(first)
        if span > _WIDEST // wide:
            packed, first = number(packed, span)
            span = len(first)
        if span > _WIDEST // wide:
            key, first = number(key, wide)
            wide = len(first)
        packed, span = packed * wide + key, span * wide
    inverse, first = number(packed, span)
    if rows is None:
        return inverse, first
    group = np.full(n, -1, np.int64)
    group[rows] = inverse
    return group, rows[first]


def number(keys: npt.NDArray[np.int64], span: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Number the distinct values of an array in their order.

    Args:
        keys: Values from 0 up to and without ``span``.
        span: Where it is not much larger than the array, values are marked in a table instead of sorted.

    Returns:
        For each element its number, and for each number the first element.
    """
    n = len(keys)
    starts = np.flatnonzero(keys[1:] != keys[:-1]) + 1 if n > _DENSE else np.zeros(0, np.int64)
    if n > _DENSE and len(starts) * _DENSE < n:
        # equal keys stand together: number the runs, not the rows
        starts = np.append(0, starts)
        of_run, first_run = number(keys[starts], span)
        return np.repeat(of_run, np.diff(np.append(starts, n))), starts[first_run]
    if not n or span > _DENSE * n:
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        return inverse.astype(np.int64, copy=False), first.astype(np.int64, copy=False)
    there = np.zeros(span, bool)
    there[keys] = True
    present = np.flatnonzero(there)
    place = np.empty(span, np.int32 if n < _INT32 else np.int64)
    place[present] = np.arange(len(present))
    inverse = place.take(keys).astype(np.int64)
    first = np.empty(len(present), np.int64)
    first[inverse[::-1]] = np.arange(n - 1, -1, -1)  # of several the last assignment stays: the first element
    return inverse, first


def sums(values: npt.NDArray[np.int64], group: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.int64]:
    """Exact sums of ``values`` by group; rows of group -1 are left out.

    Raises:
        OverflowError: A sum does not fit into int64.
    """
    if len(values) and max(int(values.max()), -int(values.min())) <= _EXACT // len(values):
        starts = _starts(group)
        if starts is not None:
            values, group = np.add.reduceat(values, starts), group[starts]
        values, group = _inside(values, group)
        return np.bincount(group, weights=values, minlength=n).astype(np.int64)
    values, group = _inside(values, group)
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
    held = int(np.count_nonzero(mask))
    if not held or held * _DENSE < len(mask):
        group = group.take(np.flatnonzero(mask))
        return np.bincount(group.compress(group >= 0), minlength=n).astype(np.int64)
    starts = _starts(group)
    if starts is not None:
        values, group = _inside(np.add.reduceat(mask, starts, dtype=np.int64), group[starts])
        return np.bincount(group, weights=values, minlength=n).astype(np.int64)
    if held == len(mask):
        return np.bincount(group if int(group.min()) >= 0 else group.compress(group >= 0), minlength=n).astype(np.int64)
    return np.bincount(group.compress(mask & (group >= 0)), minlength=n).astype(np.int64)


def _starts(group: npt.NDArray[np.int64]) -> npt.NDArray[np.int64] | None:
    """Where each run of rows of one group begins; None where few rows stand beside others of their group."""
    if len(group) < _DENSE:
        return None
    fresh = group[1:] != group[:-1]
    if int(np.count_nonzero(fresh)) * _DENSE > len(group):
        return None
    return np.append(0, np.flatnonzero(fresh) + 1)


def _inside(
    values: npt.NDArray[np.int64], group: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Without the rows that belong to no group."""
    inside = group >= 0
    return (values, group) if inside.all() else (values.compress(inside), group.compress(inside))
