"""Codes of two years, and the two economic classifications, are compared by what they hold (domain 4.5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.codes import (
    THREE_PUBLIC_DEPARTMENT,
    THREE_PUBLIC_GOVERNMENT,
    cofog,
    comparable,
    economic_conflict,
    government_for,
    load_tables,
    map_economic,
)

YEARS = st.integers(2010, 2030)
DEPARTMENT_CODES = sorted({e.code for e in load_tables()["department_economic"].entries})


def test_housing_fund_moved_in_2018() -> None:
    """30311 of 2017 is 30113 of 2018, and back."""
    assert map_economic("30311", 2017, 2018) == ("30113",)
    assert map_economic("30311", 2015, 2026) == ("30113",)
    assert "30311" in map_economic("30113", 2018, 2017)
    assert comparable("30311", 2017, 2018) == comparable("30113", 2018, 2017) == "30113"


def test_the_new_30311_is_not_the_old_one() -> None:
    """代缴社会保险费 of 2018 has no counterpart in 2017."""
    assert map_economic("30311", 2018, 2017) == ()
    assert comparable("30311", 2018, 2017) == "30311@2018"
    assert comparable("30311", 2018, 2017) != comparable("30311", 2017, 2018)


def test_social_insurance_was_split_in_2018() -> None:
    """30104 of 2017 compares with the sum of 30108 to 30112 of 2018."""
    parts = ("30108", "30109", "30110", "30111", "30112")
    assert map_economic("30104", 2017, 2018) == parts
    assert {comparable(c, 2018, 2017) for c in parts} == {comparable("30104", 2017, 2018)}


def test_nothing_is_coarser_than_needed() -> None:
    """Between 2023 and 2024 nothing changed, so 30108 and 30109 stay apart."""
    assert comparable("30108", 2024, 2023) == "30108"
    assert comparable("30109", 2023, 2024) == "30109"
    assert comparable("30104", 2016, 2017) == "30104"


@given(st.sampled_from(DEPARTMENT_CODES), YEARS)
def test_within_a_year_a_code_is_itself(code: str, year: int) -> None:
    """No change lies within a year."""
    assert map_economic(code, year, year) == (code,)
    assert comparable(code, year, year) == code


@given(st.sampled_from(DEPARTMENT_CODES), YEARS, YEARS)
def test_what_maps_compares(code: str, year: int, other: int) -> None:
    """A code and every code it maps to share one key, whichever way one looks."""
    for target in map_economic(code, year, other):
        assert comparable(target, other, year) == comparable(code, year, other)


@pytest.mark.parametrize(
    ("department", "kind", "government"),
    [
        ("30101", "行政", {"50101"}),
        ("30101", "事业", {"50501", "50599"}),
        ("30113", "行政", {"50103"}),
        ("30215", "行政", {"50202"}),
        ("31003", "行政", {"50306"}),
        ("31003", "事业", {"50601"}),
        ("30302", "行政", {"50905"}),
        ("30302", "事业", {"50905", "50599"}),
        ("313", "行政", {"510"}),
        ("30101", "其他", set()),
        ("30101", "", set()),
        ("30107", "行政", set()),
        ("", "行政", set()),
    ],
)
def test_the_kind_of_unit_decides_the_government_code(department: str, kind: str, government: set[str]) -> None:
    """The same 30101 stands under 50101 for an office and 50501 for an institution."""
    assert government_for(department, kind) == government


@pytest.mark.parametrize(
    ("government", "department", "kind", "answer"),
    [
        ("50101", "30101", "行政", False),
        ("50501", "30101", "行政", True),
        ("50501", "30101", "事业", False),
        ("50101", "30101", "事业", True),
        ("505", "", "行政", True),
        ("50901", "", "行政", None),
        ("50202", "30216", "行政", True),
        ("502", "30216", "行政", False),
        ("50202", "302", "行政", False),
        ("59908", "39908", "事业", False),
        ("50199", "30107", "行政", None),
        ("50101", "30101", "参公", False),
        ("50501", "30101", "参公", None),
        ("50901", "30215", "参公", True),
        ("50101", "30101", "", None),
        ("50901", "30215", "", True),
        ("50905", "30302", "", False),
        ("50901", "30215", "其他", None),
        ("", "30101", "行政", None),
        ("51401", "39999", "行政", None),
        ("51201", "30201", "行政", True),
    ],
)
def test_two_economic_codes_and_the_kind_of_unit(
    government: str, department: str, kind: str, answer: bool | None
) -> None:
    """A conflict is told only where the correspondence is known; 参公 and blank kinds only when sure either way."""
    assert economic_conflict(government, department, kind) is answer


def test_the_crosswalk_names_only_known_codes() -> None:
    """Every code that the correspondence uses is in the tables."""
    department, government = load_tables()["department_economic"], load_tables()["government_economic"]
    for code in DEPARTMENT_CODES:
        for kind in ("行政", "事业"):
            assert all(government.knows(g, 2024) for g in government_for(code, kind))
    assert all(department.knows(c, 2024) for c in THREE_PUBLIC_DEPARTMENT)
    assert all(government.knows(c, 2024) for c in THREE_PUBLIC_GOVERNMENT)


def test_the_three_public_sets_map_to_each_other() -> None:
    """The 三公 codes of an office lead to exactly the 三公 codes of the government side."""
    mapped = frozenset[str]().union(*(government_for(c, "行政") for c in THREE_PUBLIC_DEPARTMENT))
    assert mapped == set(THREE_PUBLIC_GOVERNMENT)


def test_functions_map_to_cofog() -> None:
    """Education is 09; science is 04 with basic research in 01.4; reserve and principal have no division."""
    education, science, reserve = cofog("2050202"), cofog("206"), cofog("227")
    assert education is not None
    assert education.default == "09"
    assert science is not None
    assert (science.default, science.also) == ("04", ("01.4",))
    assert reserve is not None
    assert reserve.default is None
    assert cofog("209") is None
