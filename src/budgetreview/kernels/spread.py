"""How far values lie from their peers, and where most of them lie; numpy in, numpy out, one pass over all groups."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MAD_SCALE: Final = 0.6745
"""The median absolute deviation of a normal distribution with standard deviation 1."""

MEAN_SCALE: Final = 1.2533
"""Standard deviation over mean absolute deviation of a normal distribution."""

SIGNIFICANT: Final = 9
"""Statistics are rounded to this many significant digits before they are compared or shown."""

_SMALLEST: Final = 1e-12
_LARGEST: Final = 1e7
"""Between these the power of ten that makes nine digits is exact in float64."""

_TENS: Final = np.array([float(f"1e{k}") for k in range(23)])

_MIDDLE: Final = 1e-6
"""Nine digits times a power of ten are off by far less than this share of the last one."""

_DRAWERS: Final = np.iinfo(np.uint16).max
_NARROW: Final = 1e-300
_WIDE: Final = 1e300
"""Between these a range of values divides into drawers without leaving float64."""

NANO: Final = 10**9
"""Shares are compared in whole billionths."""

_FARTHEST: Final = 4_000 * NANO
"""Shares beyond 4,000 times count as 4,000 times, so that group and share fit into one int64."""


def significant(x: Floats) -> Floats:
    """Values rounded to nine significant digits, so that platforms and row orders agree.

    Each is what ``float(f"{v:.9g}")`` gives: a whole number of nine digits and an exact power of ten, divided once.
    What lies too near the middle between two such numbers, or outside those powers, is rounded as text.
    """
    size = np.abs(x)
    usual = (size > _SMALLEST) & (size < _LARGEST)
    held = np.where(usual, size, 1.0)
    shift = (SIGNIFICANT - 1 - np.floor(np.log10(held))).astype(np.int64)
    digits = held * _TENS[shift]
    shift = shift + (digits < _TENS[SIGNIFICANT - 1]) - (digits >= _TENS[SIGNIFICANT])
    digits = held * _TENS[shift]
    whole = np.rint(digits)
    out: Floats = np.copysign(whole / _TENS[shift], x)
    out[x == 0] = 0.0
    for i in np.flatnonzero((~usual & (x != 0)) | (np.abs(np.abs(digits - whole) - 0.5) < _MIDDLE)):
        out[i] = float(f"{x[i]:.{SIGNIFICANT}g}")
    return out


def medians(x: Floats, group: Ints, n: int) -> Floats:
    """The median of each group; NaN for a group without rows. Rows of group -1 are left out."""
    rows = np.flatnonzero(group >= 0)
    return _medians(x[rows][_order(x[rows], group[rows], n)], group[rows], n)


def _medians(ordered: Floats, group: Ints, n: int) -> Floats:
    """The medians of values that stand in the order of their groups, ascending within each."""
    size = np.bincount(group, minlength=n)
    start = np.cumsum(size) - size
    out = np.full(n, np.nan)
    some = size > 0
    low, high = start + (size - 1) // 2, start + size // 2
    out[some] = (ordered[low[some]] + ordered[high[some]]) / 2
    return out


def _order(x: Floats, group: Ints, n: int) -> Ints:
    """The order by group, then value; equal values of a group in any order.

    Values are put into 65,536 drawers of equal width first, which needs no comparing; what is then left to sort is
    nearly in order.
    """
    low, high = float(x.min(initial=0.0)), float(x.max(initial=0.0))
    even = _NARROW < high - low < _WIDE
    drawer = ((x - low) * (_DRAWERS / (high - low))).astype(np.uint16) if even else np.zeros(len(x), np.uint16)
    by_value = np.argsort(drawer, kind="stable")
    by_value = by_value[np.argsort(x[by_value], kind="stable")]
    narrow = group.astype(np.uint16 if n <= np.iinfo(np.uint16).max else np.int64)
    return by_value[np.argsort(narrow[by_value], kind="stable")]


def robust_z(x: Floats, group: Ints, n: int, least: int) -> tuple[Floats, Floats, Bools]:
    """How far each value lies above the median of its group, on a scale that single outliers do not move.

    ``0.6745 · (x − median) / MAD``, MAD being the median absolute deviation. Where more than half of a group are equal
    its MAD is 0; then ``(x − median) / (1.2533 · mean absolute deviation)``. Where all are equal nothing deviates: 0.

    Args:
        x: Finite values.
        group: For each value its group, -1: left out.
        n: The number of groups.
        least: Groups with fewer values than this say nothing.

    Returns:
        For each row its score, rounded to nine significant digits, the median of its group, and whether the group
        is large enough.
    """
    size = np.bincount(group[group >= 0], minlength=n)
    enough = np.append(size >= max(least, 1), False)[group]
    rows = np.flatnonzero(enough)
    of, value = group[rows], x[rows]
    middle = _medians(value[_order(value, of, n)], of, n)
    off = value - middle[of]
    far = np.abs(off)
    order = _order(far, of, n)
    ordered = far[order]
    mad = _medians(ordered, of, n)
    mean = np.bincount(of[order], weights=ordered, minlength=n) / np.maximum(size, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_unit = np.where(mad > 0, MAD_SCALE / mad, np.where(mean > 0, 1 / (MEAN_SCALE * mean), 0.0))
    z, centre = np.zeros(len(x)), np.zeros(len(x))
    z[rows] = significant(off * per_unit[of])
    centre[rows] = middle[of]
    return z, centre, enough


def billionths(shares: Floats) -> Ints:
    """Shares in whole billionths, so that windows around them have exact edges."""
    return np.rint(np.clip(shares * NANO, -float(_FARTHEST), float(_FARTHEST))).astype(np.int64)


def densest(shares: Ints, group: Ints, n: int, reach: int) -> tuple[Ints, Ints, Ints]:
    """The value of each group with most values within ``reach`` of it, apart for values near zero and others.

    Args:
        shares: Values in billionths (see :func:`billionths`).
        group: For each value its group, -1: left out.
        n: The number of groups.
        reach: Half the width of the window, edges included.

    Returns:
        For each group the centre, farther than ``reach`` from zero, that has most values around it (of equals the one
        nearest zero, then the smaller one; 0 where there is none); how many values lie in its window; and how many lie
        in the fullest window whose centre is at most ``reach`` from zero.
    """
    rows = np.flatnonzero(group >= 0)
    span = 2 * _FARTHEST + 2 * reach + 2
    keys = group[rows] * span + (shares[rows] + _FARTHEST + reach)
    ordered = np.sort(keys)
    owner, value = np.divmod(ordered, span)
    value -= _FARTHEST + reach
    ends = np.searchsorted(ordered, ordered + reach, "right")
    # a window starts behind all values whose own window ends before this one
    count = ends - np.cumsum(np.bincount(ends, minlength=len(ends) + 1))[: len(ends)]
    flat = np.abs(value) <= reach
    most, zero = np.zeros(n, np.int64), np.zeros(n, np.int64)
    np.maximum.at(zero, owner[flat], count[flat])
    np.maximum.at(most, owner[~flat], count[~flat])
    best = np.flatnonzero(~flat & (count == most[owner]))
    farthest = np.iinfo(np.int64).max
    near, centre = np.full(n, farthest), np.full(n, farthest)
    np.minimum.at(near, owner[best], np.abs(value[best]))
    best = best[np.abs(value[best]) == near[owner[best]]]
    np.minimum.at(centre, owner[best], value[best])
    return np.where(centre == farthest, 0, centre), most, zero
