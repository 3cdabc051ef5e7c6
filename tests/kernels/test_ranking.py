"""Shares in exact order, and rows that contradict their rank, against slow obvious loops."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.kernels import ranking

SHARES = st.lists(st.tuples(st.integers(-(10**15), 10**15), st.integers(1, 10**15)), max_size=12)
CLOSE = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=12).map(
    lambda pairs: [(333_333_333_333_333 + a, 10**15 - 1 + b) for a, b in pairs]
)
ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), st.integers(0, 4)), max_size=12)


@given(SHARES | CLOSE)
def test_shares_are_numbered_in_their_exact_order(shares: list[tuple[int, int]]) -> None:
    exact = [Fraction(a, b) for a, b in shares]
    distinct = sorted(set(exact))
    num, den = (np.array([s[i] for s in shares], np.int64) for i in (0, 1))
    assert ranking.exact_order(num, den).tolist() == [distinct.index(x) for x in exact]


@given(ROWS)
def test_a_row_contradicts_its_rank_where_a_worse_one_has_less(rows: list[tuple[int, int, int]]) -> None:
    group, rank, value = (np.array([r[i] for r in rows], np.int64) for i in range(3))
    above, below = ranking.inversions(group, rank.astype(np.float64), value)
    pairs = [(i, j) for i, a in enumerate(rows) for j, b in enumerate(rows) if a[0] == b[0] and a[1] < b[1] and a[2] > b[2]]
    assert set(np.flatnonzero(above).tolist()) == {i for i, _ in pairs}
    assert set(np.flatnonzero(below).tolist()) == {j for _, j in pairs}


@given(ROWS)
def test_the_first_row_of_a_group_comes_first_by_the_keys_in_order(rows: list[tuple[int, int, int]]) -> None:
    group, rank, value = (np.array([r[i] for r in rows], np.int64) for i in range(3))
    found = ranking.first_of(group, 3, value > 0, rank, value)
    for g in range(3):
        mine = [i for i, r in enumerate(rows) if r[0] == g and r[2] > 0]
        first = min(mine, key=lambda i: rows[i][1:], default=-1)
        assert (found[g] == -1) == (first == -1)
        assert first == -1 or rows[int(found[g])] == rows[first]
