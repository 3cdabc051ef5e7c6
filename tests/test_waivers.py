"""An exception is recorded with its reason and two people, ends on its day, and is never applied in silence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from budgetreview.errors import UsageError
from budgetreview.waivers import Waivable, Waiver, applied, read_waivers

DAY = date(2026, 1, 10)
GOOD = """
[[waiver]]
fingerprint = "58194b5b1ded904c"
reason = "已由主任会议同意"
requester = "甲"
approver = "乙"
until = 2026-12-31
"""


def file(folder: Path, text: str) -> Path:
    path = folder / "waivers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def waiver(**changed: object) -> Waiver:
    usual = {"fingerprint": "f1", "reason": "理由", "requester": "甲", "approver": "乙", "until": date(2026, 12, 31)}
    return Waiver(**{**usual, **changed})  # type: ignore[arg-type]


def kinds(given: Waiver, found: dict[str, Waivable]) -> tuple[dict[str, str], list[str]]:
    reasons, notices = applied([given], found, DAY)
    return reasons, [n.kind for n in notices]


def test_a_waiver_is_read_with_its_reason_and_its_two_people(tmp_path: Path) -> None:
    assert read_waivers(file(tmp_path, GOOD)) == (
        Waiver("58194b5b1ded904c", "已由主任会议同意", "甲", "乙", date(2026, 12, 31)),
    )


def test_nobody_approves_a_waiver_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="甲"):
        read_waivers(file(tmp_path, GOOD.replace('"乙"', '" 甲"')))


@pytest.mark.parametrize("lost", ["fingerprint", "reason", "requester", "approver", "until"])
def test_a_waiver_that_lacks_something_is_refused_with_its_name(tmp_path: Path, lost: str) -> None:
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith(lost))
    with pytest.raises(UsageError, match=lost):
        read_waivers(file(tmp_path, text))


def test_a_blank_reason_is_no_reason(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="reason"):
        read_waivers(file(tmp_path, GOOD.replace("已由主任会议同意", "  ")))


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_waivers(file(tmp_path, GOOD.replace("until = 2026-12-31", 'until = "soon"\nwho = "x"')))
    assert "until" in caught.value.text.en
    assert "who" in caught.value.text.en


def test_one_finding_has_one_waiver(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="58194b5b1ded904c"):
        read_waivers(file(tmp_path, GOOD + GOOD))


@pytest.mark.parametrize("text", ["[[waiver", "waiver = 5", "[[excuse]]\nx = 1", "\x00"])
def test_what_is_no_list_of_waivers_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"waivers\.toml"):
        read_waivers(file(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml"):
        read_waivers(tmp_path / "none.toml")


def test_a_waiver_holds_on_its_last_day_and_not_on_the_day_after() -> None:
    found = {"f1": Waivable("a", "L10")}
    assert kinds(waiver(until=DAY), found) == ({"f1": "理由"}, [])
    assert kinds(waiver(until=date(2026, 1, 9)), found) == ({}, ["waiver-expired"])


def test_a_waiver_that_meets_no_finding_is_said() -> None:
    assert kinds(waiver(), {}) == ({}, ["waiver-unused"])


def test_a_rule_that_admits_no_exception_has_none() -> None:
    assert kinds(waiver(), {"f1": Waivable("a", "L10", allowed=False)}) == ({}, ["waiver-refused"])


def test_a_waiver_for_certain_figures_ends_when_the_figures_change() -> None:
    found = {"f1": Waivable("new", "L10")}
    assert kinds(waiver(facts="new"), found) == ({"f1": "理由"}, [])
    assert kinds(waiver(facts="old"), found) == ({}, ["waiver-outdated"])


# Several findings at once, narrowly


SCOPED = GOOD.replace('fingerprint = "58194b5b1ded904c"', 'scope = { rule = "Z13", entity = "430702", fiscal_year = 2026, agency = "101", most = 2 }')


def test_a_scope_waives_the_findings_within_it(tmp_path: Path) -> None:
    place = ("430702", 2026, "101", "P1")
    found = {"a": Waivable("x", "Z13", place=place), "b": Waivable("x", "Z13", place=("430702", 2026, "102", "P1")),
             "c": Waivable("x", "Z14", place=place)}  # fmt: skip
    reasons, notices = applied(read_waivers(file(tmp_path, SCOPED)), found, DAY)
    assert (list(reasons), notices) == (["a"], ())


def test_a_scope_that_meets_more_than_it_was_approved_for_meets_none(tmp_path: Path) -> None:
    found = {f: Waivable("x", "Z13", place=("430702", 2026, "101", f)) for f in ("a", "b", "c")}
    reasons, notices = applied(read_waivers(file(tmp_path, SCOPED)), found, DAY)
    assert (reasons, [n.kind for n in notices]) == ({}, ["waiver-broad"])


@pytest.mark.parametrize(("old", "new", "said"), [
    (', agency = "101"', "", "过宽"), (", most = 2", "", "过宽"), ('rule = "Z13"', 'rule = ""', "过宽"),
    ("most = 2", 'most = "2"', "most"), ("agency", "unit", "agency"), ('reason = "', 'fingerprint = "x"\nreason = "', "fingerprint"),
])  # fmt: skip
def test_a_scope_that_is_not_narrow_or_not_clear_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_waivers(file(tmp_path, SCOPED.replace(old, new)))
