"""Benford's law: the published figures, and single digits by hand."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.kernels.digits import (
    LIMITS,
    Place,
    by_chance,
    categories,
    conformity,
    expected,
    frequencies,
    leading,
    mean_deviation,
)

PLACES: tuple[Place, ...] = ("first", "second", "first_two")


def cents(path: Path, column: str) -> npt.NDArray[np.int64]:
    """A column of decimals in hundredths; blanks and text are left out."""
    with path.open(encoding="utf-8") as file:
        texts = [row[column] for row in csv.DictReader(file)]
    return np.array([int((Decimal(t) * 100).to_integral_value()) for t in texts if t not in {"", "NA"}], np.int64)


def one_group(values: npt.NDArray[np.int64], place: Place) -> npt.NDArray[np.int64]:
    return frequencies(values, np.zeros(len(values), np.int64), 1, place)


@pytest.mark.parametrize("place", PLACES)
def test_expected_shares_add_up_to_one(place: Place) -> None:
    assert len(expected(place)) == len(categories(place))
    assert expected(place).sum() == pytest.approx(1)


def test_one_leads_in_thirty_percent_and_nine_in_less_than_five() -> None:
    assert expected("first")[0] == pytest.approx(0.30103, abs=1e-5)
    assert expected("first")[8] == pytest.approx(0.04576, abs=1e-5)


@given(st.integers(1, 10**15))
def test_leading_digits_are_those_of_the_written_number(value: int) -> None:
    text = f"{value}0"
    array = np.array([value], np.int64)
    assert categories("first")[leading(array, "first")[0]] == int(text[0])
    assert categories("second")[leading(array, "second")[0]] == int(text[1])
    assert categories("first_two")[leading(array, "first_two")[0]] == int(text[:2])


def test_figures_not_above_zero_have_no_leading_digit() -> None:
    assert leading(np.array([0, -5], np.int64), "first").tolist() == [-1, -1]


def test_corporate_payments_deviate_as_published(shared_data: Path) -> None:
    payments = cents(shared_data / "benford_reference" / "corporate_payments_2010.csv", "Amount")
    counts = one_group(payments, "first_two")
    assert counts.sum() == 185_083
    assert mean_deviation(counts, "first_two")[0] == pytest.approx(0.002336614, abs=5e-10)
    assert conformity(float(mean_deviation(counts, "first_two")[0]), "first_two") == "nonconforming"


def test_census_towns_conform_as_published(shared_data: Path) -> None:
    path = shared_data / "benford_reference" / "census_2009_towns.csv"
    with path.open(encoding="utf-8") as file:
        column = next(c for c in csv.DictReader(file).fieldnames or [] if "pop" in c.lower())
    counts = one_group(cents(path, column), "first_two")
    assert mean_deviation(counts, "first_two")[0] == pytest.approx(0.000613414, abs=5e-10)
    assert conformity(float(mean_deviation(counts, "first_two")[0]), "first_two") == "close"


def test_a_deviation_equal_to_a_limit_still_has_its_better_name() -> None:
    assert [conformity(x, "first") for x in LIMITS["first"]] == ["close", "acceptable", "marginal"]
    assert conformity(0.0151, "first") == "nonconforming"


def test_groups_are_counted_each_for_itself() -> None:
    counts = frequencies(np.array([10, 25, 30, 19], np.int64), np.array([0, 0, 1, -1], np.int64), 2, "first")
    assert counts[0].tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert counts[1].tolist() == [0, 0, 1, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("place", PLACES)
def test_figures_that_follow_the_law_deviate_by_chance_as_said(place: Place) -> None:
    drawn = np.random.default_rng(12345).multinomial(1000, expected(place), size=2000)
    said = by_chance(np.array([1000], np.int64), place)[0]
    assert mean_deviation(drawn, place).mean() == pytest.approx(said, rel=0.02)
