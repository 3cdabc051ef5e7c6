"""Rows that repeat each other in several keys, some of which may be blank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from budgetreview.kernels.group import combine, counts

_ODD: Final = np.int64(0x9E3779B97F4A7C15 - 2**64)
"""2^64 over the golden ratio: multiplying by it moves what differs in low bits to high ones."""
_HALF: Final = np.uint64(29)
_WORTH: Final = 0.9
"""A sieve is shaken again while it holds back more than a tenth."""
_PAIRS: Final = 1_000_000
"""Up to so many pairs are compared one by one."""

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def repeated(keys: Sequence[npt.NDArray[Any]]) -> tuple[Ints, Bools]:
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


def _compatible(keys: Sequence[npt.NDArray[Any]], group: Ints, size: Ints) -> Ints:
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


def _by_patterns(
    full: Sequence[npt.NDArray[Any]], some: Sequence[npt.NDArray[Any]], rows: Ints, maybe: Bools
) -> None:
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

    Two rows without a blank agree in one number mixed of all keys. A row with a blank agrees with its partners at least
    in the keys that no row leaves blank: the rows near it are looked at key by key.
    """
    n = len(keys[0])
    blank = [k < 0 for k in keys]
    full = [k for k, b in zip(keys, blank, strict=True) if not b.any()]
    partly = [(k, b) for k, b in zip(keys, blank, strict=True) if b.any() and not b.all()]
    base = _mixed(full, np.zeros(n, np.int64))
    found = np.zeros(n, bool)
    found[_shared(_mixed([k for k, _ in partly], base.copy()))] = True
    if partly:
        place, size = _buckets(base)
        beside = np.zeros(size, bool)
        beside[place[np.logical_or.reduce([b for _, b in partly])]] = True
        near = np.flatnonzero(beside[place])
        found[near[_sifted([k[near] for k, _ in partly], base[near])]] = True
    return np.flatnonzero(found)


def _sifted(keys: Sequence[npt.NDArray[Any]], base: Ints) -> Ints:
    """Rows of one base that may agree in all keys with another: each key leaves fewer for the next.

    In each key two such rows either have the same value, or one of them is blank.
    """
    rows = np.arange(len(base))
    keys = sorted(keys, key=lambda k: -int(k.max(initial=0)))  # those that tell most apart come first
    before = len(rows) * 2
    while len(rows) < _WORTH * before:  # another turn pays
        before = len(rows)
        for whole in keys:
            key = whole.take(rows)
            blank = key < 0
            exact, size = _buckets(_mixed([key], base.copy()))
            keep = (np.bincount(exact, minlength=size) > 1)[exact]
            if blank.any():
                place, _ = _buckets(base)
                beside = np.zeros(size, bool)
                beside[place[blank]] = True
                keep = (keep & ~blank) | (beside & (np.bincount(place, minlength=size) > 1))[place]
            rows, base = rows.compress(keep), base.compress(keep)
    return rows


def suspects(keys: Sequence[npt.NDArray[Any]]) -> Ints:
    """Rows that may agree with another row in all keys: every row that does, and few others.

    Each row's keys are mixed to one number, and only rows that share it with another are left; nothing is sorted.
    """
    return _shared(_mixed(keys, np.zeros(len(keys[0]), np.int64)))


def _shared(mixed: Ints) -> Ints:
    """Rows that share their number with another row, in order.

    Of the rows of a bucket the last one stands in it; the others have its number, or wait for the next turn's buckets.
    """
    found = np.zeros(len(mixed), bool)
    rows = np.arange(len(mixed))
    while len(rows):
        bucket, size = _buckets(mixed)
        table = np.empty(size, np.int64)
        table[bucket] = np.arange(len(rows))
        last = table.take(bucket)
        behind = np.flatnonzero(last != np.arange(len(rows)))
        last = last.take(behind)
        same = mixed.take(behind) == mixed.take(last)
        found[rows[behind[same]]] = found[rows[last[same]]] = True
        waiting = behind[~same]
        rows, mixed = rows.take(waiting), mixed.take(waiting) * _ODD + 1
    return np.flatnonzero(found)


def _mixed(keys: Sequence[npt.NDArray[Any]], mixed: Ints) -> Ints:
    """One number a row, the same where all keys are the same and the number begun with is; made in its place."""
    for key in keys:
        mixed ^= key
        mixed *= _ODD
    mixed ^= (mixed.view(np.uint64) >> _HALF).view(np.int64)
    mixed *= _ODD
    return mixed


def _buckets(mixed: Ints) -> tuple[Ints, int]:
    """The top bits of mixed keys: some four buckets a row."""
    bits = max(len(mixed).bit_length() + 1, 8)
    return (mixed.view(np.uint64) >> np.uint64(64 - bits)).view(np.int64), 1 << bits
