"""What comes round in a year: quarters, halves and the year, with their days."""

from __future__ import annotations

from budgetreview.agenda import Cadence
from budgetreview.errors import Text


def spans(period: str, days: int | None = None) -> list[tuple[str, str, str, str]]:
    cadence = Cadence("x", period, Text("调研", "study"), (), days)  # type: ignore[arg-type]
    return [(t.title.zh, str(t.start), str(t.end), str(t.due)) for t in cadence.turns(2028)]


def test_the_four_quarters_are_those_of_the_calendar_year() -> None:
    assert spans("quarter") == [
        ("2028年第一季度", "2028-01-01", "2028-03-31", "None"),
        ("2028年第二季度", "2028-04-01", "2028-06-30", "None"),
        ("2028年第三季度", "2028-07-01", "2028-09-30", "None"),
        ("2028年第四季度", "2028-10-01", "2028-12-31", "None"),
    ]


def test_halves_and_the_year_end_with_june_and_december() -> None:
    assert [s[2] for s in spans("half")] == ["2028-06-30", "2028-12-31"]
    assert spans("year") == [("2028年全年", "2028-01-01", "2028-12-31", "None")]


def test_only_a_place_that_sets_days_has_a_day_by_which_it_is_due() -> None:
    assert [s[3] for s in spans("half", 20)] == ["2028-07-20", "2029-01-20"]
