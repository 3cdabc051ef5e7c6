"""Group sums are exact and do not depend on the order of rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.kernels import group

rows = st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 3), st.integers(-(10**17), 10**17)), max_size=40)


@given(rows)
def test_sums_by_two_keys_equal_a_slow_loop(listed: list[tuple[int, int, int]]) -> None:
    a, b, v = (np.array([r[i] for r in listed], np.int64) for i in range(3))
    index, first = group.combine([a, b])
    slow: dict[tuple[int, int], int] = {}
    for x, y, amount in listed:
        if x >= 0 and y >= 0:
            slow[x, y] = slow.get((x, y), 0) + amount
    sums = group.sums(v, index, len(first))
    found = {(int(a[f]), int(b[f])): int(s) for f, s in zip(first, sums, strict=True)}
    assert found == slow


@given(rows, st.randoms())
def test_groups_are_numbered_by_their_keys_not_by_their_place(listed: list[tuple[int, int, int]], random) -> None:
    mixed = list(listed)
    random.shuffle(mixed)

    def keys(rs: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
        a, b = (np.array([r[i] for r in rs], np.int64) for i in range(2))
        _, first = group.combine([a, b])
        return [(int(a[f]), int(b[f])) for f in first]

    assert keys(listed) == keys(mixed)


def test_a_sum_too_large_for_int64_is_refused() -> None:
    with pytest.raises(OverflowError, match="int64"):
        group.sums(np.full(3, 2**62, np.int64), np.zeros(3, np.int64), 1)


def test_many_wide_keys_do_not_overflow_the_packing() -> None:
    wide = np.arange(1000, dtype=np.int64) * 2**50
    index, first = group.combine([wide, wide, wide])
    assert len(first) == 1000
    assert (np.sort(index) == np.arange(1000)).all()


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(1, 60), st.integers(-(10**9), 10**9)), max_size=8))
def test_rows_that_stand_together_add_up_as_rows_that_do_not(runs: list[tuple[int, int, int]]) -> None:
    index = np.array([g for g, size, _ in runs for _ in range(size)], np.int64)
    value = np.array([v + i for _, size, v in runs for i in range(size)], np.int64)
    mask = value % 3 > 0
    slow = [int(value[index == g].sum()) for g in range(4)]
    assert group.sums(value, index, 4).tolist() == slow
    for some in (mask, ~mask, np.ones(len(index), bool), np.zeros(len(index), bool)):
        assert group.counts(some, index, 4).tolist() == [int((some & (index == g)).sum()) for g in range(4)]
