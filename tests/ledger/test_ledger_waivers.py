"""Exceptions: one person asks and another allows, for a reason, on an authority, until a day; nothing is waived unseen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from budgetreview.errors import UsageError
from budgetreview.ledger import Ledger
from budgetreview.ledger.waiving import Request
from budgetreview.waivers import Scope, Waivable, applied, read_waivers

from .reports import ENTITY, YEAR, finding, report

D = date(2026, 1, 12)
LATER = date(2026, 2, 1)


def asked(**changed: Any) -> Request:
    usual = {
        "code": "law",
        "reason": "已由主任会议同意",
        "authority": "会议纪要〔2026〕3号",
        "until": date(2026, 12, 31),
        "case": 1,
    }
    return Request(**{**usual, **changed})


@pytest.fixture
def one(book: Ledger) -> Ledger:
    book.add(report("2026-01-10", finding("a"), finding("b", project="P2"), finding("c", agency="102")), by="小李")
    return book


def standing(book: Ledger, on: date = D) -> list[str]:
    return [s for _, s in book.waivers(on)]


def test_a_waiver_holds_once_another_person_allowed_it_until_its_day(one: Ledger) -> None:
    no = one.request_waiver(asked(), by="小李", on=D)
    assert standing(one) == ["requested"]
    assert standing(one, date(2027, 1, 1)) == ["lapsed"]
    assert [w["cases"] for w, _ in one.waivers(D)] == [[1]]
    one.approve_waiver(no, by="主任", on=D)
    assert standing(one) == ["in_force"]
    assert standing(one, date(2026, 12, 31)) == ["in_force"]
    assert standing(one, date(2027, 1, 1)) == ["expired"]
    one.end_waiver(no, "情况已变", by="主任", on=D)
    assert standing(one) == ["ended"]
    assert not one.verify().problems


def test_nobody_allows_what_they_asked_for_themselves(one: Ledger) -> None:
    no = one.request_waiver(asked(), by="小李", on=D)
    one.enrol("小李", "committee", by="主任", on=D)  # promoted in between
    with pytest.raises(UsageError, match="不得为同一人"):
        one.approve_waiver(no, by="小李", on=D)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a reason code that the place does not have": ({"code": "mood"}, "mood"),
    "a blank reason": ({"reason": " "}, "reason"),
    "no authority": ({"authority": ""}, "authority"),
    "an end before the day": ({"until": date(2026, 1, 1)}, "早于"),
    "no case and no scope": ({"case": None}, "一个案件"),
    "a case that is not there": ({"case": 9}, "没有案件"),
    "a scope without unit or project": ({"case": None, "scope": Scope("Z13", ENTITY, YEAR, 3)}, "过宽"),
    "a scope without a number of findings": ({"case": None, "scope": Scope("Z13", ENTITY, YEAR, 0, "101")}, "过宽"),
    "a scope for more findings than there are": (
        {"case": None, "scope": Scope("Z13", ENTITY, YEAR, 3, "101")}, "most=2",
    ),
    "a scope that meets nothing": ({"case": None, "scope": Scope("Z99", ENTITY, YEAR, 1, "101")}, "没有对应"),
    "a rule that admits no exceptions": ({}, "不得豁免"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_complete_or_too_broad_cannot_be_asked_for(one: Ledger, what: str) -> None:
    changed, said = REFUSED[what]
    with pytest.raises(UsageError, match=said):
        one.request_waiver(asked(**changed), by="小李", on=D, never={"Z13"} if "admits" in what else ())
    assert one.waivers(D) == []


def test_roles_that_may_not_ask_or_allow_are_told_who_may(one: Ledger) -> None:
    with pytest.raises(UsageError, match="审查人员"):
        one.request_waiver(asked(), by="审计", on=D)
    no = one.request_waiver(asked(), by="小李", on=D)
    with pytest.raises(UsageError, match="委员会"):
        one.approve_waiver(no, by="老王", on=D)


def test_a_waiver_is_outdated_when_the_figures_change_and_unused_when_the_finding_is_gone(one: Ledger) -> None:
    one.approve_waiver(one.request_waiver(asked(), by="小李", on=D), by="主任", on=D)
    one.add(
        report("2026-01-20", finding("a", "other"), finding("b", project="P2"), finding("c", agency="102")), by="小李"
    )
    assert standing(one, LATER) == ["outdated"]
    assert standing(one) == ["in_force"]  # as it was known then
    one.add(report("2026-01-30", finding("b", project="P2"), finding("c", agency="102")), by="小李")
    assert standing(one, LATER) == ["unused"]


def test_a_scope_that_meets_more_than_was_allowed_is_too_broad(one: Ledger) -> None:
    scope = Scope("Z13", ENTITY, YEAR, 2, agency="101")
    one.approve_waiver(one.request_waiver(asked(case=None, scope=scope), by="小李", on=D), by="主任", on=D)
    assert standing(one) == ["in_force"]
    one.add(report("2026-01-20", finding("a"), finding("b", project="P2"), finding("d", project="P3")), by="小李")
    assert standing(one, LATER) == ["broad"]


def test_what_the_ledger_writes_out_is_what_check_reads(one: Ledger, tmp_path: Path) -> None:
    one.approve_waiver(one.request_waiver(asked(reason='“引号" 与\n换行'), by="小李", on=D), by="主任", on=D)
    scope = Scope("Z13", ENTITY, YEAR, 1, agency="102")
    one.approve_waiver(one.request_waiver(asked(case=None, scope=scope), by="小李", on=D), by="主任", on=D)
    one.request_waiver(asked(case=2), by="小李", on=D)  # nobody has allowed this one
    file = tmp_path / "waivers.toml"
    file.write_text(one.waivers_toml(), encoding="utf-8")
    found = read_waivers(file)
    assert [(w.fingerprint, w.scope, w.requester, w.approver, w.until) for w in found] == [
        ("a", None, "小李", "主任", date(2026, 12, 31)), ("", scope, "小李", "主任", date(2026, 12, 31))
    ]  # fmt: skip
    assert found[0].reason == '法律法规另有规定：“引号" 与\n换行'
    met = {
        "a": Waivable("seen", "Z13"),
        "c": Waivable("x", "Z13", place=(ENTITY, YEAR, "102", "P1")),
        "e": Waivable("x", "Z13"),
    }
    reasons, notices = applied(found, met, D)
    assert sorted(reasons) == ["a", "c"]
    assert notices == ()


def test_a_waiver_whose_last_day_is_past_is_not_approved(one: Ledger) -> None:
    no = one.request_waiver(asked(), by="小李", on=D)
    with pytest.raises(UsageError, match="已过"):
        one.approve_waiver(no, by="主任", on=date(2030, 1, 1))
