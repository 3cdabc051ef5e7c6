"""A quarter, half-year or year of the ledger: what was open, came, went and is open adds up, and unknown is not zero."""

from __future__ import annotations

from datetime import date

import pytest

from budgetreview.errors import UsageError
from budgetreview.ledger import Decision, Ledger, past
from budgetreview.ledger.summary import Flow, Summary, last_turn, period_of, summary, turn_named
from budgetreview.mechanism import Profile

from .reports import ENTITY, finding, report

CADENCE = {c.period: c for c in Profile.shipped("changde-12345").cadence}
QUARTER, HALF, WHOLE = CADENCE["quarter"], CADENCE["half"], CADENCE["year"]
LATER = date(2027, 6, 30)


def of(book: Ledger, said: str, as_of: date = LATER) -> Summary:
    kind = period_of(said)
    assert kind is not None
    return summary(past.read(book), CADENCE[kind], turn_named(said, CADENCE[kind]), as_of)


def decide(book: Ledger, case: int, to: str, day: str, **more: object) -> None:
    book.move(case, Decision(to, reason="已核对", **more), by="主任", on=date.fromisoformat(day))  # type: ignore[arg-type]


@pytest.fixture
def played(book: Ledger) -> Ledger:
    """First quarter: four found, one dismissed. Second: one gone, one found, the dismissed one is back with other figures."""
    b = finding("b", amount=None, agency=None)
    d = finding("d", rule="Z01", agency="102", amount="5.00")
    book.add(report("2026-01-10", finding("a"), b, finding("c"), d), by="小李")
    decide(book, 1, "dismissed", "2026-01-20")
    decide(book, 2, "confirmed", "2026-01-20")
    decide(book, 2, "assigned", "2026-01-20", department="101", due=date(2026, 4, 30))
    e = finding("e", rule="Z01", agency="102", amount="7.00")
    book.add(report("2026-05-10", finding("a", "other"), b, d, e), by="小李")
    return book


def test_open_new_reopened_settled_and_open_again_add_up_for_the_whole_and_every_part(played: Ledger) -> None:
    assert of(played, "2026Q1").whole == Flow(start=0, new=4, settled=1, open=3, undated=2, overdue=0, amount=120_500, unpriced=1)
    found = of(played, "2026Q2")
    assert found.whole == Flow(start=3, new=1, reopened=1, settled=1, open=4, undated=3, overdue=1, amount=121_200, unpriced=1)
    for one in (found, of(played, "2026H1"), of(played, "2026"), of(played, "2026Q4")):
        for parts in ({(): one.whole}, *one.parts.values()):
            for f in parts.values():
                assert f.start + f.new + f.reopened - f.settled == f.open
        for parts in one.parts.values():
            assert sum(f.open for f in parts.values()) == one.whole.open
    assert of(played, "2026H1").whole == Flow(
        start=0, new=5, reopened=1, settled=2, open=4, undated=3, overdue=1, amount=121_200, unpriced=1
    )
    assert of(played, "2026H1").settled_as == {"dismissed": 1, "gone": 1}


def test_a_case_without_agency_or_amount_has_a_row_of_its_own_and_no_sum(played: Ledger) -> None:
    found = of(played, "2026Q2").parts["agency"]
    assert list(found) == [(ENTITY, "101"), (ENTITY, "102"), (ENTITY, None)]
    assert found[ENTITY, None] == Flow(start=1, open=1, overdue=1, unpriced=1)
    assert found[ENTITY, None].known_amount is None  # unknown, not zero
    assert Flow().known_amount == 0  # nothing open: that is known


def test_overdue_is_what_is_open_past_its_deadline_on_the_last_day(played: Ledger) -> None:
    assert [c["no"] for c in of(played, "2026Q2").late] == [2]
    assert of(played, "2026Q2", date(2026, 4, 30)).whole.overdue == 0  # on the day itself there is still time
    assert of(played, "2026Q2", date(2026, 5, 1)).whole.overdue == 1


def test_a_period_that_is_not_over_is_counted_up_to_the_day_and_one_to_come_is_refused(played: Ledger) -> None:
    found = of(played, "2026Q2", date(2026, 5, 9))
    assert (found.until, found.whole.new, found.reviews) == (date(2026, 5, 9), 0, ())
    with pytest.raises(UsageError, match="尚未开始"):
        of(played, "2026Q3", date(2026, 6, 30))


def test_the_summary_of_a_past_period_is_the_same_whenever_it_is_made(played: Ledger) -> None:
    before = of(played, "2026Q1")
    played.add(report("2026-08-10", finding("z")), by="小李")
    decide(played, 3, "reopened", "2026-08-12")
    assert of(played, "2026Q1") == before


def test_the_last_state_is_that_of_the_ledger_whatever_the_order_of_days(played: Ledger) -> None:
    """A decision of June and then a report of May: the summary ends where the ledger's own tables are."""
    decide(played, 4, "confirmed", "2026-06-10")
    decide(played, 1, "dismissed", "2026-06-10")
    played.add(report("2026-05-20", finding("a", "third"), finding("d", "other", rule="Z01", agency="102")), by="小李")
    walk = past.read(played).walk()
    walk.to(LATER)
    assert sorted(walk.cases, key=lambda c: c["no"]) == played.cases()
    found = of(played, "2026Q2")
    assert found.whole.open == sum(c["closed"] is None for c in played.cases())
    assert found.whole.start + found.whole.new + found.whole.reopened - found.whole.settled == found.whole.open


def test_periods_over_time_go_back_to_the_first_review_and_no_further(played: Ledger) -> None:
    assert [t.title.zh for t, _ in of(played, "2026Q3").turns] == ["2026年第一季度", "2026年第二季度", "2026年第三季度"]
    assert len(of(played, "2031Q1", date(2031, 3, 31)).turns) == 8


def test_an_empty_ledger_and_one_that_begins_later_have_nothing_to_count(book: Ledger) -> None:
    assert (of(book, "2026Q1").first, of(book, "2026Q1").whole) == (None, Flow())
    book.add(report("2026-05-10", finding("a")), by="小李")
    assert of(book, "2026Q1").whole == Flow()
    assert of(book, "2026Q1").first == date(2026, 5, 10)


def test_periods_are_named_as_people_write_them() -> None:
    for said in ("2026Q2", "2026q2", "2026-Q2", "2026年第二季度", "second quarter of 2026", " 2026Q2 "):
        assert turn_named(said, QUARTER).start == date(2026, 4, 1)
    assert turn_named("2026H2", HALF).end == date(2026, 12, 31)
    assert turn_named("2026", WHOLE).start == date(2026, 1, 1)
    for said, cadence in (("2026Q5", QUARTER), ("2026H1", QUARTER), ("2026", QUARTER), ("第二季度", QUARTER), ("9999Q4", QUARTER)):
        with pytest.raises(UsageError, match="2026Q1"):
            turn_named(said, cadence)
    assert [period_of(s) for s in ("2026Q1", "2026年上半年", "2026", "x")] == ["quarter", "half", "year", None]


def test_the_last_period_that_is_over_ends_on_the_day_or_before() -> None:
    assert last_turn(QUARTER, date(2026, 6, 30)).title.zh == "2026年第二季度"
    assert last_turn(QUARTER, date(2026, 6, 29)).title.zh == "2026年第一季度"
    assert last_turn(WHOLE, date(2026, 6, 29)).title.zh == "2025年全年"


def test_a_ledger_younger_than_its_first_review_still_knows_its_cases_of_an_earlier_day(book: Ledger) -> None:
    book.add(report("2025-12-10", finding("a")), by="小李")  # the ledger was made on 1 January 2026
    assert [c["no"] for c in book.cases(on=date(2025, 12, 31))] == [1]
    assert book.cases(on=date(2025, 12, 9)) == []
