"""Rows that repeat each other in several keys, some of which may be blank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from budgetreview.kernels.group import combine, counts

_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
"""2^64 over the golden ratio: multiplying by it moves what differs in low bits to high ones."""
_TURNS: Final = 3
_WORTH: Final = 0.9
"""A sieve is shaken again while it holds back more than a tenth."""
_PAIRS: Final = 1_000_000
"""Up to so many pairs are compared one by one."""

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
    n = len(keys[0])
    if not n:
        return np.zeros(0, np.int64), np.zeros(0, bool)
    same, maybe = np.ones(n, np.int64), np.zeros(n, bool)
    rows = _partnered(keys)
    here = [k[rows] for k in keys]
    sure = suspects(here)
    whole, first = combine([k[sure] + 1 for k in here])
    same[rows[sure]] = counts(np.ones(len(sure), bool), whole, len(first))[whole]
    full = [k for k in here if not (k < 0).any()]
    some = [k for k in here if (k < 0).any()]
    group = combine([k.astype(np.int64) for k in full])[0] if full else np.zeros(len(rows), np.int64)
    size = np.bincount(group) if len(group) else np.zeros(0, np.int64)
    if int((size * size).sum()) <= _PAIRS:
        maybe[rows[_compatible(some, group, size)]] = True
    else:
        _by_patterns(full, some, rows, maybe)
    return same, maybe & (same == 1)


def _compatible(keys: Sequence[Ints], group: Ints, size: Ints) -> Ints:
    """Rows that agree with another row of their group in all keys, a blank agreeing with anything: pair by pair."""
    order = np.argsort(group, kind="stable")
    of = size[group[order]]
    start = (np.cumsum(size) - size)[group[order]]
    one = np.repeat(np.arange(len(order)), of)
    step = np.arange(len(one)) - np.repeat(np.cumsum(of) - of, of)
    other = np.repeat(start, of) + step
    pair = one != other
    one, other = order[one[pair]], order[other[pair]]
    alike = np.ones(len(one), bool)
    for k in keys:
        a, b = k[one], k[other]
        alike &= (a == b) | (a < 0) | (b < 0)
    return np.unique(one[alike])


def _by_patterns(full: Sequence[Ints], some: Sequence[Ints], rows: Ints, maybe: Bools) -> None:
    """The same for many rows: those blank in one set of keys against those blank in another."""
    given = np.zeros(len(rows), np.int64)
    for i, k in enumerate(some):
        given |= (k >= 0).astype(np.int64) << i
    patterns = np.unique(given).tolist()
    for i, a in enumerate(patterns):
        for b in patterns[i + 1 :]:
            mine = np.flatnonzero((given == a) | (given == b))
            shared = [*full, *(k for j, k in enumerate(some) if (a & b) >> j & 1)]
            mine = mine[suspects([k[mine] for k in shared])] if shared else mine
            group = combine([k[mine] for k in shared])[0] if shared else np.zeros(len(mine), np.int64)
            size = int(group.max(initial=-1)) + 1
            both = (counts(given[mine] == a, group, size) > 0) & (counts(given[mine] == b, group, size) > 0)
            maybe[rows[mine[both[group]]]] = True


def _partnered(keys: Sequence[npt.NDArray[Any]]) -> Ints:
    """Rows that may agree with another row in all keys, a blank agreeing with anything; few others.

    Two such rows agree in the keys that no row leaves blank, and for each other key either in its value too, or one of
    them is blank there. Each key so leaves few rows for the next.
    """
    blanks = [np.count_nonzero(k < 0) for k in keys]
    full = [k for k, some in zip(keys, blanks, strict=True) if not some]
    partly = [keys[i] for i in np.argsort(blanks, kind="stable").tolist() if blanks[i]]
    if not partly:
        return suspects(full)
    rows = np.arange(len(keys[0]))
    base = _mixed(full, len(rows))
    before = len(rows) * 2
    while len(rows) < _WORTH * before:  # another turn pays
        before = len(rows)
        for whole in partly:
            key = whole[rows]
            blank = key < 0
            exact, size = _buckets(_mixed([key], len(rows), base))
            keep = (np.bincount(exact, minlength=size) > 1)[exact]
            if blank.any():
                place, _ = _buckets(base)
                beside = np.zeros(size, bool)
                beside[place[blank]] = True
                keep = (keep & ~blank) | (beside & (np.bincount(place, minlength=size) > 1))[place]
            rows, base = rows[keep], base[keep]
    return rows


def suspects(keys: Sequence[npt.NDArray[Any]]) -> Ints:
    """Rows that may agree with another row in all keys: every row that does, and few others.

    Each row's keys are mixed to one number, and only rows that share it with another are left; nothing is sorted.
    """
    rows = np.arange(len(keys[0]))
    mixed = _mixed(keys, len(rows))
    for turn in range(_TURNS):
        if not len(rows):
            break
        mixed = mixed * _ODD + np.uint64(turn)
        bucket, size = _buckets(mixed)
        shared = (np.bincount(bucket, minlength=size) > 1)[bucket]
        if shared.all():
            break
        rows, mixed = rows[shared], mixed[shared]
    return rows


def _mixed(
    keys: Sequence[npt.NDArray[Any]], n: int, start: npt.NDArray[np.uint64] | None = None
) -> npt.NDArray[np.uint64]:
    """One number a row, the same where all keys are the same."""
    mixed = np.zeros(n, np.uint64) if start is None else start.copy()
    for key in keys:
        mixed ^= key.astype(np.int64, copy=False).view(np.uint64)
        mixed *= _ODD
        mixed ^= mixed >> np.uint64(29)
    return mixed * _ODD


def _buckets(mixed: npt.NDArray[np.uint64]) -> tuple[Ints, int]:
    """The top bits of mixed keys: some four buckets a row."""
    bits = max(len(mixed).bit_length() + 1, 8)
    return (mixed >> np.uint64(64 - bits)).astype(np.int64), 1 << bits
