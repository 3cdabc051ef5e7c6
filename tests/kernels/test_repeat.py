"""Rows that repeat each other: against the slow obvious loop."""

from __future__ import annotations

from unittest import mock

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.kernels import repeat
from budgetreview.kernels.repeat import repeated

ROWS = st.integers(1, 4).flatmap(lambda k: st.lists(st.tuples(*[st.integers(-1, 2)] * k), min_size=1, max_size=12))


@given(ROWS, st.sampled_from([0, 10**6]))
def test_rows_repeat_each_other_as_a_slow_comparison_of_all_pairs_says(rows: list[tuple[int, ...]], pairs: int) -> None:
    with mock.patch.object(repeat, "_PAIRS", pairs):  # both ways of comparing
        same, maybe = repeated([np.array(k, np.int64) for k in zip(*rows, strict=True)])
    for i, row in enumerate(rows):
        alike = [other for other in rows if other == row]
        possible = [
            other for j, other in enumerate(rows)
            if j != i and all(a == b or -1 in (a, b) for a, b in zip(row, other, strict=True))
        ]  # fmt: skip
        assert same[i] == len(alike)
        assert bool(maybe[i]) == (len(alike) == 1 and bool(possible))


def test_no_rows_repeat_nothing() -> None:
    same, maybe = repeated([np.zeros(0, np.int64)])
    assert not len(same)
    assert not len(maybe)
