"""Fiscal years are calendar years, and months count when they are over (READINGS, months elapsed)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.fiscal import add_months, months_elapsed, parse_date

DATES = st.dates(date(1950, 1, 1), date(2100, 12, 31))
MONTHS = st.integers(-300, 300)


@pytest.mark.parametrize(
    ("as_of", "months"),
    [
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 0),
        (date(2026, 1, 30), 0),
        (date(2026, 1, 31), 1),
        (date(2026, 2, 27), 1),
        (date(2026, 2, 28), 2),
        (date(2026, 6, 30), 6),
        (date(2026, 12, 30), 11),
        (date(2026, 12, 31), 12),
        (date(2027, 1, 1), 12),
    ],
)
def test_a_month_counts_from_its_last_day(as_of: date, months: int) -> None:
    """Full months ended on or before the as-of date; none before the year, twelve after it."""
    assert months_elapsed(2026, as_of) == months


def test_february_of_a_leap_year_ends_on_the_29th() -> None:
    """On 28 February 2028 one month has passed, on the 29th two."""
    assert months_elapsed(2028, date(2028, 2, 28)) == 1
    assert months_elapsed(2028, date(2028, 2, 29)) == 2


@given(st.integers(1960, 2090), DATES)
def test_months_elapsed_counts_month_ends(year: int, as_of: date) -> None:
    """It is the number of month ends of the year on or before the date, counted one by one."""
    ends = [date(year + m // 12, m % 12 + 1, 1) - timedelta(days=1) for m in range(1, 13)]
    assert months_elapsed(year, as_of) == sum(end <= as_of for end in ends)


@given(DATES, MONTHS)
def test_adding_months_lands_in_that_month(day: date, months: int) -> None:
    """The month moves by exactly so many, and the day never grows."""
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1


@given(DATES.filter(lambda d: d.day <= 28), MONTHS)
def test_adding_and_taking_away_months_is_nothing(day: date, months: int) -> None:
    """Up to the 28th no day is lost."""
    assert add_months(add_months(day, months), -months) == day


def test_adding_a_month_to_the_31st() -> None:
    """Where the month has no such day, its last day is taken."""
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-10",
        "2026/1/10",
        "2026年1月10日",
        "20260110",
        "2026.1.10",
        " 2026-1-10 ",
        "２０２６年１月１０日",
        "2026 年 1 月 10 日",
        "2026-01-10 00:00:00",
        "2026-01-10T00:00:00",
        "20260110.0",
    ],
)
def test_every_usual_form_of_a_date_is_read(text: str) -> None:
    """The forms of CONTRACT section 2, full width and blanks included."""
    assert parse_date(text) == date(2026, 1, 10)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-13-01",
        "2026-02-30",
        "20260230",
        "2026年1月",
        "1/10/2026",
        "2026-1/10",
        "待定",
        "2026-01-10 08:30:00",
        "202601101",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    """Impossible days, months alone, other orders and mixed signs are not guessed at."""
    assert parse_date(text) is None


@given(DATES)
def test_a_date_written_is_read_back(day: date) -> None:
    """ISO, slashed, Chinese and plain digits all give the date back."""
    for text in (
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        day.strftime("%Y%m%d"),
    ):
        assert parse_date(text) == day
