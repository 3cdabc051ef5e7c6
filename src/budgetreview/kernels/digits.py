"""How often amounts begin with each digit, held against Benford's law; numpy in, numpy out.

Frank Benford's law: in figures that grow freely over several orders of magnitude, 1 leads in 30 % of them and 9 in
less than 5 %. Planned and rounded figures need not follow it, so a deviation is a hint and never more.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Place = Literal["first", "second", "first_two"]
Conformity = Literal["close", "acceptable", "marginal", "nonconforming"]

_POWERS: Final = 10 ** np.arange(19, dtype=np.int64)
_NAMES: Final[tuple[Conformity, ...]] = ("close", "acceptable", "marginal", "nonconforming")

LIMITS: Final = MappingProxyType(
    {"first": (0.006, 0.012, 0.015), "second": (0.008, 0.010, 0.012), "first_two": (0.0012, 0.0018, 0.0022)}
)
"""Mean absolute deviations up to which figures conform closely, acceptably, marginally (Nigrini)."""


def categories(place: Place) -> Ints:
    """The digits, or pairs of digits, that can stand in a place."""
    return {"first": np.arange(1, 10), "second": np.arange(10), "first_two": np.arange(10, 100)}[place]


def expected(place: Place) -> Floats:
    """The share of figures that Benford's law expects for each of the categories; they add up to 1."""
    pairs = np.log10(1 + 1 / np.arange(10, 100))
    table = pairs.reshape(9, 10)
    shares: dict[Place, Floats] = {"first": table.sum(axis=1), "second": table.sum(axis=0), "first_two": pairs}
    return shares[place]


def leading(values: Ints, place: Place) -> Ints:
    """The digits of each figure in a place, as numbers of categories; -1 for figures that are not above zero.

    Args:
        values: Whole numbers; a figure of one digit counts as if a zero followed it (5 reads as 50).
        place: Which digits.
    """
    positive = values > 0
    x = np.where(positive, values, 1)
    length = np.searchsorted(_POWERS, x, side="right")
    pair = np.where(length >= 2, x // _POWERS[np.maximum(length - 2, 0)], x * 10)  # noqa: PLR2004 - two digits
    digits = {"first": pair // 10 - 1, "second": pair % 10, "first_two": pair - 10}[place]
    return np.where(positive, digits, -1).astype(np.int64)


def frequencies(values: Ints, group: Ints, n: int, place: Place) -> Ints:
    """How many figures of each group fall into each category: one row a group.

    Args:
        values: Whole numbers; those not above zero are left out.
        group: For each its group, -1: left out.
        n: The number of groups.
        place: Which digits.
    """
    digit = leading(values, place)
    width = len(expected(place))
    inside = (digit >= 0) & (group >= 0)
    flat = np.bincount(group[inside] * width + digit[inside], minlength=n * width)
    return flat.reshape(n, width).astype(np.int64)


def mean_deviation(counts: Ints, place: Place) -> Floats:
    """The mean absolute deviation (MAD) of each row's shares from Benford's; NaN for a row without figures."""
    total = counts.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.abs(counts / total - expected(place)).mean(axis=1), np.float64)


def by_chance(n: Ints, place: Place) -> Floats:
    """The mean absolute deviation that ``n`` figures which do follow the law show on average; NaN for none.

    Below some 250, 400 and 1,300 figures (first, second, first two digits) it lies above the last of the limits.
    """
    share = expected(place)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.sqrt(2 * share * (1 - share) / (np.pi * n[:, None])).mean(axis=1), np.float64)


def conformity(deviation: float, place: Place) -> Conformity:
    """Nigrini's word for a mean absolute deviation."""
    return _NAMES[int(np.searchsorted(LIMITS[place], deviation, side="left"))]
