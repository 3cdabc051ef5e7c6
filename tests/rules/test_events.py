"""Dates of a calendar: rounds in order of date, last dates, and what half a calendar leaves open."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tables_by_hand import table

from budgetreview.fiscal import add_months
from budgetreview.rules.events import first_date, last_date, months_later, rounds, year_and_month
from budgetreview.values import Exact, Keys
from budgetreview.wording import EPOCH


def day(text: str | None) -> int:
    return 0 if text is None else (date.fromisoformat(text) - EPOCH).days


def calendar(*rows: tuple[str | None, str | None]):
    dates = Exact.of([day(d) for _, d in rows], np.array([d is not None for _, d in rows]), "date")
    return table("calendar", {"event": Keys.of([e for e, _ in rows]), "date": dates})


TWO = (
    ("adjustment_meeting", "2026-11-20"), ("adjustment_submitted", "2026-05-01"),
    ("adjustment_submitted", "2026-11-01"), ("adjustment_meeting", "2026-06-20"),
)  # fmt: skip


def test_the_first_submission_belongs_to_the_first_meeting_and_the_closest_pair_is_shown() -> None:
    found = rounds(calendar(*TWO), "adjustment_submitted", "adjustment_meeting")
    assert found.begun.values.tolist() == [day("2026-11-01")]
    assert found.ended.values.tolist() == [day("2026-11-20")]
    assert found.whole.all()


def test_the_pair_farthest_apart_can_be_asked_for() -> None:
    found = rounds(calendar(*TWO), "adjustment_submitted", "adjustment_meeting", longest=True)
    assert found.begun.values.tolist() == [day("2026-05-01")]


def test_a_meeting_without_its_submission_leaves_the_year_incomplete() -> None:
    found = rounds(calendar(*TWO, ("adjustment_meeting", "2026-12-20")), "adjustment_submitted", "adjustment_meeting")
    assert found.begun.known.all()
    assert not found.whole.any()


@pytest.mark.parametrize("odd", [("adjustment_meeting", None), (None, "2026-01-01"), (None, None)])
def test_a_row_without_date_or_event_may_shift_every_pair(odd: tuple[str | None, str | None]) -> None:
    found = rounds(calendar(*TWO, odd), "adjustment_submitted", "adjustment_meeting")
    assert not found.begun.known.any()


def test_the_same_date_given_twice_is_one_event() -> None:
    assert rounds(calendar(*TWO, TWO[0]), "adjustment_submitted", "adjustment_meeting").whole.all()


def test_the_last_date_is_at_least_the_last_one_known() -> None:
    rows = [("departments_replied", "2026-02-01"), ("departments_replied", "2026-02-10")]
    found = last_date(calendar(*rows), "departments_replied")
    assert (found.values[0], found.known[0]) == (day("2026-02-10"), True)
    more = last_date(calendar(*rows, ("departments_replied", None)), "departments_replied")
    assert (more.values[0], more.low[0], more.high[0]) == (day("2026-02-10"), True, False)
    first = first_date(calendar(*rows, ("departments_replied", None)), "departments_replied")
    assert (first.values[0], first.low[0], first.high[0]) == (day("2026-02-01"), False, True)


@given(st.dates(date(1980, 1, 1), date(2100, 12, 31)), st.integers(1, 14))
def test_months_later_is_the_calendar_s_own_reckoning(start: date, months: int) -> None:
    dates = Exact.of([(start - EPOCH).days], kind="date")
    assert months_later(dates, months).values[0] == (add_months(start, months) - EPOCH).days
    year, month = year_and_month(dates)
    assert (year[0], month[0]) == (start.year, start.month)
