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

_DRAWERS: Final = np.iinfo(np.uint16).max + 1
_MOST_DRAWERS: Final = 256
_A_ROW: Final = 2
"""Drawers a row, in all groups together, where no sorting but only counting is done with them."""
_NARROW: Final = 1e-300
_WIDE: Final = 1e300
"""Between these a range of values divides into drawers without leaving float64."""

_COUNTS: Final = 1 << 17
_APART: Final = 7_919
"""Moves the drawers of one group away from those of the next."""

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
    """The median of each group; NaN for a group without rows. Rows of group -1 are left out.

    Values are put into some drawers of equal width first; only those of the drawers that hold a middle are sorted.
    """
    if len(group) and int(group.min()) < 0:
        rows = np.flatnonzero(group >= 0)
        x, group = x[rows], group[rows]
    drawers = min(max(_A_ROW * len(x) // max(n, 1), 1), _MOST_DRAWERS)
    place = group * drawers + _drawers(x, drawers)
    upto = np.cumsum(np.bincount(place, minlength=n * drawers))
    size = np.diff(upto[drawers - 1 :: drawers], prepend=0)
    start = np.cumsum(size) - size
    low, high = start + (size - 1) // 2, start + size // 2
    first, last = np.searchsorted(upto, low, "right"), np.searchsorted(upto, high, "right")
    near = np.flatnonzero((place >= first.take(group)) & (place <= last.take(group)))
    value, of = x[near], group[near]
    ordered = value[_order(value, of, n)]
    inside = np.bincount(of, minlength=n)
    # ranks among all become ranks among those near the middle: what lies in lower drawers of the group is left out
    shift = np.cumsum(inside) - inside - np.append(0, upto)[first]
    out = np.full(n, np.nan)
    some = size > 0
    out[some] = (ordered[(low + shift)[some]] + ordered[(high + shift)[some]]) / 2
    return out


def _order(x: Floats, group: Ints, n: int) -> Ints:
    """The order by group, then value; equal values of a group in any order.

    Values are put into 65,536 drawers of equal width first, which needs no comparing; what is then left to sort is
    nearly in order.
    """
    by_value = np.argsort(_drawers(x, _DRAWERS).astype(np.uint16), kind="stable")
    by_value = by_value[np.argsort(x[by_value], kind="stable")]
    narrow = group.astype(np.uint16 if n <= np.iinfo(np.uint16).max else np.int64)
    return by_value[np.argsort(narrow[by_value], kind="stable")]


def _drawers(x: Floats, number: int) -> Ints:
    """For each value its drawer of so many of equal width, from 0; all in one where their range is not usual."""
    low, high = float(x.min(initial=0.0)), float(x.max(initial=0.0))
    if not _NARROW < high - low < _WIDE:
        return np.zeros(len(x), np.int64)
    return ((x - low) * ((number - 1) / (high - low))).astype(np.int64)


def robust_z(
    x: Floats, group: Ints, n: int, least: int, rounded_from: float = 0.0
) -> tuple[Floats, Floats, Bools]:
    """How far each value lies above the median of its group, on a scale that single outliers do not move.

    ``0.6745 · (x − median) / MAD``, MAD being the median absolute deviation. Where more than half of a group are equal
    its MAD is 0; then ``(x − median) / (1.2533 · mean absolute deviation)``. Where all are equal nothing deviates: 0.

    Args:
        x: Finite values.
        group: For each value its group, -1: left out.
        n: The number of groups.
        least: Groups with fewer values than this say nothing.
        rounded_from: Scores smaller than this are not rounded, because nobody looks at them.

    Returns:
        For each row its score, rounded to nine significant digits, the median of its group, and whether the group
        is large enough.
    """
    size = np.bincount(group.compress(group >= 0), minlength=n)
    large = size >= max(least, 1)
    enough = np.append(large, False).take(group, mode="wrap")  # -1, of no group, is the last
    rows = np.flatnonzero(enough)
    place = np.cumsum(large) - 1  # only large groups are numbered
    of, value, size, n = place.take(group.take(rows)), x.take(rows), size[large], int(np.count_nonzero(large))
    middle = medians(value, of, n)
    off = value - middle.take(of)
    far = np.abs(off)
    mad = medians(far, of, n)
    mean = np.zeros(n)
    even = np.flatnonzero((mad == 0)[of])
    if len(even):
        order = even[_order(far[even], of[even], n)]
        mean = np.bincount(of[order], weights=far[order], minlength=n) / np.maximum(size, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_unit = np.where(mad > 0, MAD_SCALE / mad, np.where(mean > 0, 1 / (MEAN_SCALE * mean), 0.0))
    z, centre = np.zeros(len(x)), np.zeros(len(x))
    score = off * per_unit.take(of)
    far_off = np.flatnonzero(np.abs(score) >= rounded_from)
    score[far_off] = significant(score[far_off])
    z[rows] = score
    centre[rows] = middle[of]
    return z, centre, enough


def billionths(shares: Floats) -> Ints:
    """Shares in whole billionths, so that windows around them have exact edges."""
    return np.rint(np.clip(shares * NANO, -float(_FARTHEST), float(_FARTHEST))).astype(np.int64)


def densest(
    shares: Ints, group: Ints, n: int, reach: int, wanted: Ints | None = None
) -> tuple[Ints, Ints, Ints]:
    """The value of each group with most values within ``reach`` of it, apart for values near zero and others.

    Args:
        shares: Values in billionths (see :func:`billionths`).
        group: For each value its group, -1: left out.
        n: The number of groups.
        reach: Half the width of the window, edges included.
        wanted: For each group how many values must lie in one window for anybody to ask; groups that surely have no
            such window may be passed over as if they had no values.

    Returns:
        For each group the centre, farther than ``reach`` from zero, that has most values around it (of equals the one
        nearest zero, then the smaller one; 0 where there is none); how many values lie in its window; and how many lie
        in the fullest window whose centre is at most ``reach`` from zero.
    """
    rows = np.flatnonzero(group >= 0) if wanted is None else _crowded(shares, group, reach, wanted)
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


def _crowded(shares: Ints, group: Ints, reach: int, wanted: Ints) -> Ints:
    """The rows of groups that may have so many values in one window as are wanted, and of few others.

    A window covers parts of two neighbouring drawers of its width. Drawers of different groups may share a count,
    which then is only too high.
    """
    rows = np.flatnonzero(group >= 0)
    of = group.take(rows)
    place = (of * _APART + (shares.take(rows) + _FARTHEST) // (2 * reach + 1)) & (_COUNTS - 1)
    count = np.bincount(place, minlength=_COUNTS)
    two = count + np.roll(count, -1)
    hopeful = np.zeros(len(wanted), bool)
    hopeful[of.compress(two.take(place) >= wanted.take(of))] = True
    return rows.compress(hopeful.take(of))
