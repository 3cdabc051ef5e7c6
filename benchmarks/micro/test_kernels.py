"""The kernels that rules on groups stand on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from budgetreview.kernels import group, product, repeat, spread

LINES = 100_000
GROUPS = 400


@pytest.fixture(scope="module")
def random() -> np.random.Generator:
    """Drawn with one seed."""
    return np.random.default_rng(7)


@pytest.fixture(scope="module")
def groups(random: np.random.Generator) -> Any:
    """A group for each line, in random order."""
    return random.integers(0, GROUPS, LINES)


@pytest.fixture(scope="module")
def amounts(random: np.random.Generator) -> Any:
    """Amounts in 分 of very different sizes."""
    return np.exp(random.normal(14.0, 2.0, LINES)).astype(np.int64)


def test_keys_are_combined(benchmark: Any, groups: Any, random: np.random.Generator) -> None:
    """Two keys become one number for each pair that occurs."""
    other = random.integers(0, 50, LINES)
    index, first = benchmark(group.combine, [groups, other])
    assert len(index) == LINES
    assert len(first) == len(np.unique(groups * 50 + other))


def test_sums_by_group(benchmark: Any, groups: Any, amounts: Any) -> None:
    """Exact sums of amounts by group add up to the whole."""
    found = benchmark(group.sums, amounts, groups, GROUPS)
    assert found.sum() == amounts.sum()


def test_scores_within_groups(benchmark: Any, groups: Any, amounts: Any) -> None:
    """Robust scores of logarithms: medians of every group, twice."""
    scores, _, enough = benchmark(spread.robust_z, np.log(amounts), groups, GROUPS, 8)
    assert enough.all()
    assert np.isfinite(scores).all()


def test_densest_window(benchmark: Any, groups: Any, random: np.random.Generator) -> None:
    """The growth rate around which most lines of a group lie."""
    shares = spread.billionths(np.where(groups == 3, 0.06, random.normal(0.1, 0.3, LINES)))
    centre, alike, _ = benchmark(spread.densest, shares, groups, GROUPS, 5_000_000)
    assert centre[3] == 60_000_000
    assert alike[3] == (groups == 3).sum()


def test_repeated_lines(benchmark: Any, groups: Any, amounts: Any) -> None:
    """Lines that repeat others in several keys: one pair was put there."""
    keys = [
        np.append(groups, groups[0]),
        np.append(amounts % 1_000_003, amounts[0] % 1_000_003),
        np.append(np.arange(LINES), 0),
    ]
    same, _ = benchmark(repeat.repeated, keys)
    assert np.flatnonzero(same > 1).tolist() == [0, LINES]


def test_products_held_against_amounts(benchmark: Any, amounts: Any) -> None:
    """Standard times quantity against an amount, with a tolerance."""
    from fractions import Fraction

    ones = np.ones(LINES)
    misses = benchmark(product.misses, amounts, ones * 2, ones, amounts, Fraction(1, 100), 0)
    assert misses.all()
