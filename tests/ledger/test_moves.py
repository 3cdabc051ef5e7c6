"""Who may move a case where, and what a move needs; a refusal says why and what would be allowed."""

from __future__ import annotations

from datetime import date

import pytest

from budgetreview.errors import UsageError
from budgetreview.ledger import Decision, Ledger
from budgetreview.mechanism import Profile

from .reports import ENTITY, YEAR, finding, report

D = date(2026, 1, 12)


@pytest.fixture
def one(book: Ledger) -> Ledger:
    """A ledger with one case, just found."""
    book.add(report("2026-01-10", finding("a")), by="小李")
    return book


def go(book: Ledger, *steps: tuple[str, str], on: date = D) -> None:
    """Walk a case along, each step by somebody, with everything a step may need."""
    for to, by in steps:
        book.move(
            1,
            Decision(to, reason="理由", document="文件", department="101" if to == "assigned" else None),
            by=by,
            on=on,
        )


def test_the_whole_way_from_found_to_closed(one: Ledger) -> None:
    go(one, ("confirmed", "小李"), ("assigned", "主任"), ("rectifying", "老王"), ("reported", "老王"), ("verified", "审计"), ("closed", "主任"))  # fmt: skip
    row, events = one.case(1)
    assert (row["state"], row["closed"]) == ("closed", "2026-01-12")
    assert [e.kind for e in events] == ["seen"] + ["move"] * 6
    assert [e.by for e in events[1:]] == ["小李", "主任", "老王", "老王", "审计", "主任"]
    assert not one.verify().problems


REFUSED = {
    "a state that cannot follow, with those that can": (Decision("closed"), "小李", "可改为：认定"),
    "a role that may not, with those that may": (Decision("dismissed", reason="x"), "小李", "须由委员会"),
    "nobody of that name": (Decision("confirmed"), "路人", "路人"),
    "a dismissal without a reason": (Decision("dismissed"), "主任", "还需要理由"),
    "a day before the case was found": (Decision("confirmed"), "小李", "早于"),
    "a state that does not exist": (Decision("nowhere"), "主任", "nowhere"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refused_move_says_why_and_changes_nothing(one: Ledger, what: str) -> None:
    decision, by, said = REFUSED[what]
    head = one.head()
    with pytest.raises(UsageError, match=said):
        one.move(1, decision, by=by, on=date(2026, 1, 9) if "day before" in what else D)
    assert one.head() == head


def test_a_department_acts_on_its_own_cases_only(one: Ledger) -> None:
    go(one, ("confirmed", "小李"), ("assigned", "主任"))
    with pytest.raises(UsageError, match="101"):
        one.move(1, Decision("rectifying"), by="老赵", on=D)
    one.move(1, Decision("rectifying"), by="老王", on=D)


def test_somebody_who_left_acts_no_more(one: Ledger) -> None:
    one.enrol("小李", "reviewer", by="主任", on=D, active=False)
    with pytest.raises(UsageError, match="停用"):
        one.move(1, Decision("confirmed"), by="小李", on=D)


def test_only_the_committee_enrols(one: Ledger) -> None:
    with pytest.raises(UsageError, match="委员会"):
        one.enrol("新人", "reviewer", by="小李", on=D)


# deadlines


def test_without_another_deadline_a_case_is_due_six_months_after_it_was_found(one: Ledger) -> None:
    go(one, ("confirmed", "小李"), ("assigned", "主任"))
    assert one.case(1)[0]["due"] == "2026-07-10"


def test_what_the_audit_found_is_due_six_months_after_the_audit_report(book: Ledger) -> None:
    """SL 27; from 31 August the sixth month ends on the last of February."""
    book.add(report("2026-08-01", finding("a"), stage="final"), by="小李")
    book.note_date(ENTITY, YEAR, "audit_report", date(2026, 8, 31), by="审计", on=date(2026, 8, 31))
    go(book, ("confirmed", "小李"), ("assigned", "主任"), on=date(2026, 9, 1))
    assert book.case(1)[0]["due"] == "2027-02-28"


def test_nobody_sets_a_later_deadline_than_the_law_for_what_the_audit_found(book: Ledger) -> None:
    book.add(report("2026-08-01", finding("a"), stage="final"), by="小李")
    book.note_date(ENTITY, YEAR, "audit_report", date(2026, 8, 31), by="审计", on=date(2026, 8, 31))
    go(book, ("confirmed", "小李"), on=date(2026, 9, 1))
    with pytest.raises(UsageError, match="第27条"):
        book.move(1, Decision("assigned", due=date(2027, 3, 1), department="101"), by="主任", on=date(2026, 9, 1))
    book.move(1, Decision("assigned", due=date(2027, 2, 28), department="101"), by="主任", on=date(2026, 9, 1))


def test_a_person_may_set_the_deadline_and_set_it_anew(one: Ledger) -> None:
    go(one, ("confirmed", "小李"))
    one.move(1, Decision("assigned", due=date(2026, 3, 31), department="101"), by="主任", on=D)
    assert one.case(1)[0]["due"] == "2026-03-31"
    one.move(1, Decision("assigned", due=date(2026, 4, 30)), by="主任", on=D)
    assert (one.case(1)[0]["due"], one.case(1)[0]["department"]) == ("2026-04-30", "101")
    with pytest.raises(UsageError, match="早于办理日"):
        one.move(1, Decision("assigned", due=date(2026, 1, 1)), by="主任", on=D)


def test_a_case_is_overdue_on_the_day_after_its_deadline_until_it_ends(one: Ledger) -> None:
    go(one, ("confirmed", "小李"), ("assigned", "主任"))
    assert one.cases(overdue=date(2026, 7, 10)) == []
    assert [c["no"] for c in one.cases(overdue=date(2026, 7, 11))] == [1]
    go(one, ("reported", "老王"), ("verified", "主任"), ("closed", "主任"))
    assert one.cases(overdue=date(2026, 7, 11)) == []


# the loop is data


STRICT = """
based_on = "changde-12345"
key = "strict"

[[loop.moves]]
from = ["found", "reopened"]
to = "confirmed"
by = ["committee"]
needs = ["document"]
"""


def test_a_place_replaces_the_moves_and_the_ledger_follows_from_then_on(one: Ledger) -> None:
    one.adopt(Profile.from_toml(STRICT), by="主任", on=D)
    with pytest.raises(UsageError, match="委员会"):
        one.move(1, Decision("confirmed"), by="小李", on=D)
    with pytest.raises(UsageError, match="文件"):
        one.move(1, Decision("confirmed"), by="主任", on=D)
    one.move(1, Decision("confirmed", document="会议纪要1号"), by="主任", on=D)
    assert not one.verify().problems


def test_a_loop_that_lacks_a_state_in_use_is_not_adopted(one: Ledger) -> None:
    fewer = STRICT + '\n[[loop.steps]]\nkey = "confirmed"\nzh = "认定"\nen = "confirmed"\n'
    with pytest.raises(UsageError, match=r"found|committee|moves"):
        one.adopt(Profile.from_toml(fewer), by="主任", on=D)


def test_nobody_is_late_on_the_day_a_matter_reaches_them(one: Ledger) -> None:
    one.move(1, Decision("confirmed"), by="小李", on=D)
    late = date(2026, 9, 1)  # six months after it was found are over
    with pytest.raises(UsageError, match="已过"):
        one.move(1, Decision("assigned", department="101"), by="主任", on=late)
    row = one.move(1, Decision("assigned", department="101", due=date(2026, 12, 1)), by="主任", on=late)
    assert row["due"] == "2026-12-01"
