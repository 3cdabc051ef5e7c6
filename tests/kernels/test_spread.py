"""Robust scores and densest windows agree with slow, obvious loops."""

from __future__ import annotations

import statistics

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.kernels import spread

rows = st.lists(st.tuples(st.integers(-1, 3), st.integers(-5, 5) | st.integers(-1000, 1000)), max_size=40)


def slow_z(values: list[float]) -> list[float]:
    middle = statistics.median(values)
    away = [v - middle for v in values]
    mad = statistics.median(abs(a) for a in away)
    mean = sum(sorted(abs(a) for a in away)) / len(away)
    if mad > 0:
        return [0.6745 * a / mad for a in away]
    return [a / (1.2533 * mean) if mean > 0 else 0.0 for a in away]


@given(rows, st.integers(1, 5))
def test_robust_scores_equal_a_slow_loop(listed: list[tuple[int, int]], least: int) -> None:
    group = np.array([r[0] for r in listed], np.int64)
    x = np.array([r[1] / 8 for r in listed], np.float64)
    z, centre, enough = spread.robust_z(x, group, 4, least)
    for g in range(4):
        at = np.flatnonzero(group == g)
        assert enough[at].tolist() == [len(at) >= least] * len(at)
        if len(at) >= least:
            np.testing.assert_allclose(z[at], slow_z(x[at].tolist()), rtol=2e-8)
            assert set(centre[at]) == {statistics.median(x[at].tolist())}
    assert not enough[group < 0].any()


@given(rows, st.randoms())
def test_the_order_of_rows_changes_no_bit_of_a_score(listed: list[tuple[int, int]], random) -> None:
    mixed = list(range(len(listed)))
    random.shuffle(mixed)
    group = np.array([r[0] for r in listed], np.int64)
    x = np.array([r[1] / 7 for r in listed], np.float64)
    z, _, _ = spread.robust_z(x, group, 4, 2)
    again, _, _ = spread.robust_z(x[mixed], group[mixed], 4, 2)
    assert z[mixed].tobytes() == again.tobytes()


def test_a_single_outlier_among_equals_is_seen_although_the_median_deviation_is_zero() -> None:
    x = np.array([5.0] * 9 + [50.0])
    z, _, _ = spread.robust_z(x, np.zeros(10, np.int64), 1, 8)
    assert z[:9].tolist() == [0.0] * 9
    assert z[9] == float(f"{45 / (1.2533 * 4.5):.9g}")


def test_all_equal_values_do_not_deviate() -> None:
    z, _, enough = spread.robust_z(np.full(8, 0.1), np.zeros(8, np.int64), 1, 8)
    assert enough.all()
    assert z.tolist() == [0.0] * 8


def test_scores_are_rounded_to_nine_significant_digits() -> None:
    assert spread.significant(np.array([1 / 3, 2e9 / 3, 0.0])).tolist() == [0.333333333, 666666667.0, 0.0]


@given(rows, st.integers(0, 30))
def test_the_densest_window_equals_a_slow_loop(listed: list[tuple[int, int]], reach: int) -> None:
    group = np.array([r[0] for r in listed], np.int64)
    shares = np.array([r[1] for r in listed], np.int64)
    centre, most, zero = spread.densest(shares, group, 4, reach)
    for g in range(4):
        mine = shares[group == g].tolist()
        counted = {c: sum(abs(v - c) <= reach for v in mine) for c in mine}
        moved = {c: k for c, k in counted.items() if abs(c) > reach}
        assert most[g] == max(moved.values(), default=0)
        assert zero[g] == max((k for c, k in counted.items() if abs(c) <= reach), default=0)
        if moved:
            assert centre[g] == min(moved, key=lambda c: (-moved[c], abs(c), c))


def test_an_edge_of_the_window_belongs_to_it() -> None:
    shares = spread.billionths(np.array([0.05, 0.055, 0.0550000011]))
    centre, most, _ = spread.densest(shares, np.zeros(3, np.int64), 1, 5_000_000)
    assert most[0] == 3, "around 5.5 % all three lie within half a point"
    assert centre[0] == 55_000_000


@given(st.lists(st.tuples(st.integers(-1, 3), st.floats(-1e6, 1e6) | st.just(2.5)), max_size=200))
def test_medians_equal_those_of_a_slow_loop(listed: list[tuple[int, float]]) -> None:
    group = np.array([r[0] for r in listed], np.int64)
    x = np.array([r[1] for r in listed], np.float64)
    found = spread.medians(x, group, 4).tolist()
    for g in range(4):
        mine = x[group == g].tolist()
        assert found[g] == statistics.median(mine) if mine else np.isnan(found[g])


@given(rows, st.floats(0, 5))
def test_scores_too_small_to_be_looked_at_may_stay_unrounded(listed: list[tuple[int, int]], least: float) -> None:
    group = np.array([r[0] for r in listed], np.int64)
    x = np.array([r[1] / 7 for r in listed], np.float64)
    z, _, _ = spread.robust_z(x, group, 4, 2)
    some, _, _ = spread.robust_z(x, group, 4, 2, rounded_from=least)
    np.testing.assert_allclose(some, z, rtol=1e-8)
    assert some[np.abs(z) > least * 1.01].tobytes() == z[np.abs(z) > least * 1.01].tobytes()


@given(rows, st.integers(0, 30), st.lists(st.integers(0, 12), min_size=4, max_size=4))
def test_windows_that_hold_as_many_as_wanted_are_never_passed_over(
    listed: list[tuple[int, int]], reach: int, wanted: list[int]
) -> None:
    group = np.array([r[0] for r in listed], np.int64)
    shares = np.array([r[1] for r in listed], np.int64)
    centre, most, zero = spread.densest(shares, group, 4, reach)
    found = spread.densest(shares, group, 4, reach, np.array(wanted))
    for g in range(4):
        if most[g] >= wanted[g]:
            assert (found[0][g], found[1][g], found[2][g]) == (centre[g], most[g], zero[g])
        else:
            assert found[1][g] < max(wanted[g], 1)
