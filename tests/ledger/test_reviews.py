"""Reviews flow in: new, persisting, changed, resolved, reopened, and never resolved by a rule that could not judge."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from budgetreview.errors import IntakeError, UsageError
from budgetreview.ledger import Decision, Ledger

from .reports import ENTITY, YEAR, finding, report, rule


def add(book: Ledger, *args: Any, **kwargs: Any) -> dict[str, int]:
    """Add a report; the outcomes that there are any of."""
    return {k: n for k, n in book.add(report(*args, **kwargs), by="小李").counts.items() if n}


def test_a_first_review_makes_a_case_of_every_finding(book: Ledger) -> None:
    assert add(book, "2026-01-10", finding("a"), finding("b")) == {"new": 2}
    cases = book.cases()
    assert [(c["no"], c["fingerprint"], c["state"], c["found"], c["amount"]) for c in cases] == [
        (1, "a", "found", "2026-01-10", 120_000), (2, "b", "found", "2026-01-10", 120_000)
    ]  # fmt: skip
    assert book.findings([1])[1]["message"]["zh"] == "发现 a"
    assert not book.verify().problems


def test_the_same_finding_again_is_persisting_and_changes_no_state(book: Ledger) -> None:
    add(book, "2026-01-10", finding("a"))
    book.move(1, Decision("confirmed"), by="小李", on=date(2026, 1, 12))
    assert add(book, "2026-01-20", finding("a")) == {"persisting": 1}
    assert book.cases()[0]["state"] == "confirmed"


def test_other_figures_are_a_change_and_the_new_ones_are_kept(book: Ledger) -> None:
    add(book, "2026-01-10", finding("a"))
    assert add(book, "2026-01-20", finding("a", "other", amount="5.00")) == {"changed": 1}
    assert (book.cases()[0]["facts"], book.cases()[0]["amount"]) == ("other", 500)
    assert book.findings([1])[1]["facts"] == "other"


def test_a_finding_that_is_gone_is_resolved_and_one_nobody_confirmed_is_closed(book: Ledger) -> None:
    add(book, "2026-01-10", finding("a"), finding("b"))
    book.move(2, Decision("confirmed"), by="小李", on=date(2026, 1, 12))
    assert add(book, "2026-01-20") == {"resolved": 2}
    assert [(c["state"], c["present"], c["closed"]) for c in book.cases()] == [
        ("closed", False, "2026-01-20"), ("confirmed", False, None)
    ]  # fmt: skip


def test_what_was_closed_and_is_found_again_is_reopened(book: Ledger) -> None:
    add(book, "2026-01-10", finding("a"))
    add(book, "2026-01-20")
    assert add(book, "2026-01-30", finding("a")) == {"reopened": 1}
    assert book.cases()[0]["state"] == "reopened"
    assert book.cases()[0]["closed"] is None


def test_other_figures_reopen_what_was_dismissed_on_the_old_ones_and_the_same_figures_do_not(book: Ledger) -> None:
    add(book, "2026-01-10", finding("a"), finding("b"))
    for no in (1, 2):
        book.move(no, Decision("dismissed", reason="有批复"), by="主任", on=date(2026, 1, 12))
    assert add(book, "2026-01-20", finding("a"), finding("b", "other")) == {"persisting": 1, "reopened": 1}
    assert [c["state"] for c in book.cases()] == ["dismissed", "reopened"]


def test_a_review_of_an_earlier_day_than_the_closing_does_not_reopen(book: Ledger) -> None:
    add(book, "2026-01-10", finding("a"))
    for to, by in (("confirmed", "小李"), ("assigned", "主任")):
        book.move(1, Decision(to, department="101"), by=by, on=date(2026, 1, 12))
    book.move(1, Decision("reported", document="整改报告"), by="老王", on=date(2026, 2, 1))
    book.move(1, Decision("verified", reason="已核对"), by="主任", on=date(2026, 2, 2))
    book.move(1, Decision("closed"), by="主任", on=date(2026, 2, 3))
    assert add(book, "2026-01-31", finding("a")) == {"persisting": 1}
    assert book.cases()[0]["state"] == "closed"
    assert add(book, "2026-02-10", finding("a")) == {"reopened": 1}


NOT_JUDGED = {
    "the rule was not among those run": (report, {"rules": []}, "off"),
    "the rule had no data": (report, {"rules": [rule(outcome="no_data")]}, "not_run"),
    "the rule failed": (report, {"rules": [rule(outcome="failed")]}, "not_run"),
    "the rule is not of the stage": (report, {"rules": [rule(outcome="not_in_stage")]}, "not_run"),
    "the stage looks at another amount": (report, {"stage": "final"}, "stage"),
    "this very unit is grey": (report, {"rules": [rule(not_assessed_units=["a"])]}, "grey"),
    "units of the entity and year are grey and not named": (report, {"rules": [rule(not_assessed_in=[0])]}, "grey"),
    "a threshold was moved": (report, {"rules": [rule(parameters={"tolerance": 0.5})]}, "measure"),
    "the rule is another version": (report, {"rules": [rule(version=2)]}, "measure"),
}


@pytest.mark.parametrize("why", NOT_JUDGED)
def test_a_finding_is_not_resolved_where_it_could_not_be_judged(book: Ledger, why: str) -> None:
    _, changed, reason = NOT_JUDGED[why]
    add(book, "2026-01-10", finding("a"))
    added = book.add(report("2026-01-20", **changed), by="小李")
    assert {k: n for k, n in added.counts.items() if n} == {"not_judged": 1}
    assert added.why == {reason: 1}
    assert (book.cases()[0]["state"], book.cases()[0]["present"]) == ("found", True)


def test_grey_units_elsewhere_do_not_stand_in_the_way(book: Ledger) -> None:
    add(book, "2026-01-10", finding("a"))
    assert add(book, "2026-01-20", rules=[rule(not_assessed_units=["b"])]) == {"resolved": 1}


def test_a_review_of_another_year_or_entity_says_nothing(book: Ledger) -> None:
    add(book, "2026-01-10", finding("a"))
    assert add(book, "2027-01-10", finding("c", fiscal_year=2027), periods=[[ENTITY, 2027]]) == {"new": 1}
    assert book.cases()[0]["present"]


def test_the_plenary_review_of_the_mended_draft_resolves_what_the_preliminary_found(book: Ledger) -> None:
    add(book, "2026-01-10", finding("a"))
    assert add(book, "2026-01-25", stage="plenary") == {"resolved": 1}


def test_the_same_report_twice_is_recorded_once(book: Ledger, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    file.write_text(json.dumps(report("2026-01-10", finding("a"))), encoding="utf-8")
    first, head = book.add(file, by="小李"), book.head()
    again = book.add(file, by="小李")
    assert (again.again, again.review) == (True, first.review)
    assert book.head() == head


def test_a_report_of_an_earlier_day_is_refused_with_the_review_it_precedes(book: Ledger) -> None:
    add(book, "2026-01-20", finding("a"))
    head = book.head()
    with pytest.raises(UsageError, match="第1次审查"):
        add(book, "2026-01-10", finding("b"))
    assert book.head() == head


def test_of_equal_findings_the_one_that_stays_stays_itself_when_another_is_deleted(book: Ledger) -> None:
    """Two alike lines are ``a`` and ``a#2``; when the first is deleted the second becomes ``a`` and keeps its case."""
    add(book, "2026-01-10", finding("a", "f1"), finding("a#2", "f2"))
    book.move(2, Decision("confirmed"), by="小李", on=date(2026, 1, 12))
    assert add(book, "2026-01-20", finding("a", "f2")) == {"persisting": 1, "resolved": 1}
    assert [(c["no"], c["state"], c["present"], c["fingerprint"]) for c in book.cases()] == [
        (1, "closed", False, "a"), (2, "confirmed", True, "a")
    ]  # fmt: skip
    assert add(book, "2026-01-30", finding("a", "f0"), finding("a#2", "f2")) == {"persisting": 1, "reopened": 1}
    assert book.cases()[1]["state"] == "confirmed"
    assert not book.verify().problems


@pytest.mark.parametrize("seed", range(8))
def test_reordering_inserting_and_deleting_findings_changes_no_state_of_the_others(book: Ledger, seed: int) -> None:
    rng = random.Random(seed)
    first = [finding(f"f{i}", f"seen {i}") for i in range(12)]
    add(book, "2026-01-10", *first)
    for no in rng.sample(range(1, 13), 6):
        book.move(no, Decision("dismissed", reason="正常"), by="主任", on=date(2026, 1, 12))
    before = {c["fingerprint"]: (c["no"], c["state"]) for c in book.cases()}
    kept = rng.sample(first, 8)
    second = [*kept, *(finding(f"n{i}") for i in range(3))]
    rng.shuffle(second)
    add(book, "2026-01-20", *second)
    after = {c["fingerprint"]: (c["no"], c["state"]) for c in book.cases()}
    assert {f["fingerprint"]: before[f["fingerprint"]] for f in kept} == {
        f["fingerprint"]: after[f["fingerprint"]] for f in kept
    }
    assert not book.verify().problems


def test_what_the_ledger_knew_on_an_earlier_day_can_be_asked(book: Ledger) -> None:
    add(book, "2026-01-10", finding("a"))
    book.move(1, Decision("confirmed"), by="小李", on=date(2026, 1, 12))
    assert [c["state"] for c in book.cases(on=date(2026, 1, 11))] == ["found"]
    assert [c["state"] for c in book.cases(on=date(2026, 1, 12))] == ["confirmed"]
    assert book.cases(on=date(2026, 1, 9)) == []


BROKEN: dict[str, tuple[Any, str]] = {
    "no json": ("{", "JSON"),
    "something else": ("[1, 2]", "budgetreview/1"),
    "an older report without periods": (json.dumps({k: v for k, v in report("2026-01-10").items() if k != "periods"}), "periods"),
    "a finding without facts": (json.dumps(report("2026-01-10", {k: v for k, v in finding("a").items() if k != "facts"})), "facts"),
    "a fingerprint twice": (json.dumps(report("2026-01-10", finding("a"), finding("a"))), "两次"),
    "a finding of another year": (json.dumps(report("2026-01-10", finding("a", fiscal_year=2025), periods=[[ENTITY, YEAR]])), "periods"),
    "a day that is none": (json.dumps(report("2026-02-30")), "2026-02-30"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_whole_report_is_refused_with_a_reason_and_nothing_is_recorded(
    book: Ledger, tmp_path: Path, what: str
) -> None:
    text, said = BROKEN[what]
    file = tmp_path / "r.json"
    file.write_text(text, encoding="utf-8")
    head = book.head()
    with pytest.raises(IntakeError, match=said):
        book.add(file, by="小李")
    assert book.head() == head
