"""Asked for a day of the past, the ledger answers as it knew things then: one answer everywhere."""

from __future__ import annotations

from datetime import date

import pytest

from budgetreview.ledger import Decision, Ledger
from budgetreview.ledger.waiving import Request

from .reports import finding, report

JANUARY = date(2026, 1, 10)


@pytest.fixture
def done(book: Ledger) -> Ledger:
    """Assigned with a deadline of 20 December, reported, verified and closed in February."""
    book.add(report("2025-12-01", finding("a")), by="小李")
    for to, by, on, more in (
        ("confirmed", "小李", date(2025, 12, 1), {}),
        ("assigned", "主任", date(2025, 12, 2), {"department": "101", "due": date(2025, 12, 20)}),
        ("rectifying", "老王", date(2025, 12, 3), {}),
        ("reported", "老王", date(2026, 1, 30), {"document": "整改报告"}),
        ("verified", "主任", date(2026, 2, 1), {"document": "核查意见", "reason": "已核查"}),
        ("closed", "主任", date(2026, 2, 2), {"reason": "已办结"}),
    ):
        book.move(1, Decision(to, **more), by=by, on=on)  # type: ignore[arg-type]
    return book


def test_what_was_overdue_on_a_day_is_so_although_it_was_closed_later(done: Ledger) -> None:
    assert [c["no"] for c in done.cases(overdue=JANUARY)] == [1]
    assert [c["state"] for c in done.cases(overdue=JANUARY)] == ["rectifying"]
    assert done.cases(overdue=date(2025, 12, 20)) == []
    assert done.cases(overdue=date(2026, 3, 1)) == []


def test_the_other_conditions_hold_beside_the_day(done: Ledger) -> None:
    assert done.cases(overdue=JANUARY, department="102") == []
    assert len(done.cases(overdue=JANUARY, department="101", rule="Z")) == 1
    assert done.cases(overdue=JANUARY, rule="K") == []


def test_a_waiver_stands_on_a_day_as_it_did_then(book: Ledger) -> None:
    book.add(report("2026-01-10", finding("a")), by="小李")
    book.request_waiver(
        Request(code="law", reason="另有规定", authority="会议纪要", until=date(2026, 12, 31), case=1),
        by="小李", on=date(2026, 1, 12),
    )  # fmt: skip
    book.approve_waiver(1, by="主任", on=date(2026, 1, 20))
    book.end_waiver(1, "情况已变", by="主任", on=date(2026, 2, 7))
    told = {day: [s for _, s in book.waivers(date.fromisoformat(day))]
            for day in ("2026-01-11", "2026-01-15", "2026-01-20", "2026-02-06", "2026-02-07")}  # fmt: skip
    assert told == {
        "2026-01-11": [], "2026-01-15": ["requested"], "2026-01-20": ["in_force"], "2026-02-06": ["in_force"],
        "2026-02-07": ["ended"],
    }  # fmt: skip
