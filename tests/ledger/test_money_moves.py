"""The money behind a finding may change while what its rule looked at stays the same; a ledger must not keep old money."""

from __future__ import annotations

from datetime import date

import pytest

from budgetreview.ledger import Decision, Ledger

from .reports import finding, report

FIRST, LATER = "2026-01-10", "2026-02-10"


@pytest.fixture
def settled(book: Ledger) -> Ledger:
    """A finding of 1200 yuan that the committee looked at and found to be in order."""
    book.add(report(FIRST, finding("a")), by="小李")
    book.move(1, Decision("dismissed", reason="金额较小"), by="主任", on=date(2026, 1, 12))
    return book


def test_a_case_has_the_amount_and_severity_of_the_last_review_that_found_it(book: Ledger) -> None:
    book.add(report(FIRST, finding("a")), by="小李")
    book.add(report(LATER, finding("a", amount="900000000.00", severity="red")), by="小李")
    (case,) = book.cases()
    assert (case["amount"], case["severity"]) == (90_000_000_000, "red")
    assert book.findings([1])[1]["amount"] == "900000000.00"
    assert not book.verify().problems


def test_what_was_settled_on_other_money_is_open_again(settled: Ledger) -> None:
    added = settled.add(report(LATER, finding("a", amount="900000000.00")), by="小李")
    assert added.counts["reopened"] == 1
    assert settled.cases()[0]["state"] == "reopened"
    assert not settled.verify().problems


def test_what_was_settled_on_the_same_money_stays_settled(settled: Ledger) -> None:
    added = settled.add(report(LATER, finding("a")), by="小李")
    assert (added.counts["persisting"], added.counts["reopened"]) == (1, 0)
    assert settled.cases()[0]["state"] == "dismissed"


def test_a_settled_finding_that_was_gone_and_comes_back_the_same_is_not_said_to_be_reopened(settled: Ledger) -> None:
    settled.add(report(LATER), by="小李")
    added = settled.add(report("2026-03-10", finding("a")), by="小李")
    assert (added.counts["persisting"], added.counts["reopened"]) == (1, 0)
    (case,) = settled.cases()
    assert (case["state"], case["present"]) == ("dismissed", True)


def test_another_measure_of_money_at_another_stage_opens_nothing_but_is_shown(settled: Ledger) -> None:
    """At the final accounts a line's amount is what was spent; that it differs from the budget is no news."""
    settled.add(report(LATER, finding("a", amount="900.00"), stage="final"), by="小李")
    (case,) = settled.cases()
    assert (case["state"], case["amount"]) == ("dismissed", 90_000)


def test_a_workbook_exported_before_the_money_moved_is_of_an_older_standing(book: Ledger) -> None:
    book.add(report(FIRST, finding("a")), by="小李")
    before = book.cases()[0]["version"]
    book.add(report(LATER, finding("a", amount="1300.00")), by="小李")
    assert book.cases()[0]["version"] > before
