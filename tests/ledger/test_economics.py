"""What a rule brings: each number is of events that happened, each case counts once, and what nobody decided is unknown."""

from __future__ import annotations

from datetime import date

import pytest

from budgetreview.errors import UsageError
from budgetreview.ledger import Decision, Ledger, past
from budgetreview.ledger.economics import Economics, Tally, economics
from budgetreview.ledger.waiving import Request

from .reports import finding, report, rule

START, END = date(2026, 1, 1), date(2026, 12, 31)


def decide(book: Ledger, case: int, to: str, day: str, **more: object) -> None:
    book.move(case, Decision(to, reason="已核对", **more), by="主任", on=date.fromisoformat(day))  # type: ignore[arg-type]


def over(book: Ledger, start: date = START, end: date = END, **more: object) -> Economics:
    return economics(past.read(book), start, end, **more)  # type: ignore[arg-type]


def whole(book: Ledger, start: date = START, end: date = END, code: str = "Z13") -> Tally:
    return next(x.whole for x in over(book, start, end).lines if x.rule == code)


def test_each_case_is_counted_by_what_was_decided_on_it(book: Ledger) -> None:
    """Of four findings two are taken up, one is in order, nobody looked at the last: precision is two of three."""
    book.add(report("2026-01-10", *(finding(n) for n in "abcd")), by="小李")
    decide(book, 1, "confirmed", "2026-01-12")
    decide(book, 2, "confirmed", "2026-01-12")
    decide(book, 3, "dismissed", "2026-01-12")
    found = whole(book)
    assert found == Tally(reviews=1, found=4, confirmed=2, dismissed=1, waived=0, undecided=1, open=3)
    assert found.precision == 2 / 3


def test_a_rule_that_nobody_decided_on_has_no_precision_and_one_that_found_nothing_is_there(book: Ledger) -> None:
    book.add(report("2026-01-10", finding("a"), rules=[rule(), rule("Z01"), rule("L10", outcome="no_data")]), by="小李")
    lines = {x.rule: x for x in over(book).lines}
    assert sorted(lines) == ["Z01", "Z13"]  # L10 did not run: it is not among those that found nothing
    assert lines["Z13"].whole.precision is None
    assert lines["Z01"].whole == Tally(reviews=1)
    assert {x.hint for x in lines.values()} == {"few"}


def test_the_last_decision_of_a_span_counts_and_going_on_with_a_case_is_no_further_decision(book: Ledger) -> None:
    """Confirmed in 2026 and closed in 2027 is one decision of 2026; one that is dismissed in 2027 after all counts there."""
    book.add(report("2026-01-10", finding("a"), finding("b")), by="小李")
    for case in (1, 2):
        decide(book, case, "confirmed", "2026-06-01")
    decide(book, 1, "verified", "2027-02-01", document="核验表")
    decide(book, 1, "closed", "2027-02-01")
    decide(book, 2, "dismissed", "2027-02-01")
    line = over(book, START, date(2027, 12, 31)).lines[0]
    assert [(y, t.confirmed, t.dismissed, t.open) for y, t in line.years.items()] == [(2026, 2, 0, 2), (2027, 0, 1, 0)]
    assert (line.whole.confirmed, line.whole.dismissed) == (1, 1)


def test_what_was_found_or_decided_before_the_span_is_not_counted_but_what_is_open_is(book: Ledger) -> None:
    book.add(report("2026-01-10", finding("a"), finding("b")), by="小李")
    decide(book, 1, "confirmed", "2026-01-12")
    decide(book, 2, "dismissed", "2026-03-01")
    assert whole(book, date(2026, 2, 1)) == Tally(dismissed=1, open=1)
    assert whole(book, end=date(2026, 2, 1)) == Tally(reviews=1, found=2, confirmed=1, undecided=1, open=2)


def test_a_reopened_case_can_be_decided_again(book: Ledger) -> None:
    book.add(report("2026-01-10", finding("a")), by="小李")
    decide(book, 1, "dismissed", "2026-01-12")
    book.add(report("2026-02-10", finding("a", "other")), by="小李")
    assert whole(book) == Tally(reviews=2, found=1, dismissed=1, undecided=1, open=1)
    decide(book, 1, "dismissed", "2026-02-12")
    assert whole(book, date(2026, 2, 1)) == Tally(reviews=1, dismissed=1)
    assert whole(book).dismissed == 1


def test_waived_are_the_cases_that_a_waiver_covers_on_the_last_day(book: Ledger) -> None:
    book.add(report("2026-01-10", finding("a"), finding("b")), by="小李")
    asked = Request("law", "经批准", "纪要", date(2026, 6, 30), case=1)
    book.approve_waiver(book.request_waiver(asked, by="小李", on=date(2026, 1, 12)), by="主任", on=date(2026, 1, 13))
    assert [whole(book, end=date(2026, m, d)).waived for m, d in ((1, 12), (1, 13), (6, 30), (7, 1))] == [0, 1, 1, 0]


def test_the_hint_follows_the_measure_that_is_given(book: Ledger) -> None:
    """One of five confirmed is 20 %: not below 20 %, below 21 %; with six decisions needed there is no hint."""
    book.add(report("2026-01-10", *(finding(n) for n in "abcde")), by="小李")
    for case in range(1, 6):
        decide(book, case, "confirmed" if case == 1 else "dismissed", "2026-01-12")

    def hint(**measure: float) -> str:
        return over(book, **measure).lines[0].hint

    assert hint(least=5, below=0.2) == "keep"
    assert hint(least=5, below=0.21) == "look"
    assert hint(least=6, below=0.21) == "few"


def test_seconds_are_unknown_unless_somebody_measured_them(book: Ledger) -> None:
    book.add(report("2026-01-10", finding("a")), by="小李")
    assert over(book).lines[0].seconds is None
    assert [(x.rule, x.seconds) for x in over(book, seconds={"Z13": 1.5, "X1": 2.0}).lines] == [("X1", 2.0), ("Z13", 1.5)]


def test_an_empty_ledger_has_no_rules_and_a_span_must_end_after_it_starts(book: Ledger) -> None:
    assert over(book).lines == ()
    with pytest.raises(UsageError, match="早于首日"):
        over(book, END, START)
    with pytest.raises(UsageError, match="0和1之间"):
        over(book, below=1.5)
