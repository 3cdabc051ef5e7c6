"""The closed loop is data: what a profile may say, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from budgetreview.errors import UsageError
from budgetreview.loop import Loop
from budgetreview.mechanism import Profile
from budgetreview.tables import LOOP_STATES

LOOP = Profile.shipped("changde-12345").loop


def test_the_shipped_loop_has_every_state_and_a_way_out_of_each_that_has_not_ended() -> None:
    assert [s.key for s in LOOP.steps] == list(LOOP_STATES)
    assert [s.key for s in LOOP.steps if s.ends] == ["dismissed", "closed", "carried_to_audit"]
    for step in LOOP.steps:
        assert LOOP.moves_from(step.key), step.key


def test_from_every_state_a_case_can_be_closed() -> None:
    reached = {"closed"}
    while more := {s for m in LOOP.moves if m.to in reached for s in m.sources} - reached:
        reached |= more
    assert reached == {s.key for s in LOOP.steps}


def test_nobody_both_reports_and_verifies_the_same_case() -> None:
    reports = {k for m in LOOP.moves if m.to == "reported" for k in m.by}
    assert not reports & {k for m in LOOP.moves if m.to in {"verified", "closed"} for k in m.by}


def test_a_loop_written_out_is_read_back_the_same() -> None:
    assert Loop.of(LOOP.plain(), {}) == LOOP


@pytest.mark.parametrize(("base", "due"), [
    (date(2026, 8, 31), date(2027, 2, 28)), (date(2027, 8, 31), date(2028, 2, 29)), (date(2026, 6, 30), date(2026, 12, 30)),
])  # fmt: skip
def test_six_months_end_on_the_last_of_a_month_that_is_too_short(base: date, due: date) -> None:
    found = LOOP.due("assigned", "final", {"audit_report": base, "found": date(2026, 1, 1)})
    assert found is not None
    assert found[0] == due


def test_a_deadline_whose_day_is_not_known_gives_way_to_the_next() -> None:
    found = LOOP.due("assigned", "final", {"found": date(2026, 1, 1)})
    assert found is not None
    assert found[1].after == "found"
    assert LOOP.due("confirmed", "final", {"found": date(2026, 1, 1)}) is None


@pytest.mark.parametrize(("text", "said"), [
    ('[[loop.steps]]\nkey = "limbo"\nzh = "x"\nen = "x"', "limbo"),
    ('[[loop.moves]]\nfrom = ["found"]\nto = "nowhere"\nby = ["committee"]', "nowhere"),
    ('[[loop.moves]]\nfrom = ["found"]\nto = "closed"\nby = ["king"]', "king"),
    ('[[loop.moves]]\nfrom = ["found"]\nto = "closed"\nby = ["committee"]\nneeds = ["luck"]', "luck"),
    ('[[loop.deadlines]]\nto = ["assigned"]\nafter = "someday"\nmonths = 1\ntitle = {zh = "x", en = "x"}', "someday"),
    ('[[loop.deadlines]]\nto = ["assigned"]\nafter = "found"\ntitle = {zh = "x", en = "x"}', "months or days"),
    ('[[loop.deadlines]]\nto = ["assigned"]\nafter = "found"\nmonths = 1.5\ntitle = {zh = "x", en = "x"}', "whole number"),
    ("[loop]\nstates = []", "states"),
    ('[loop.rights]\nfly = ["committee"]', "fly"),
])  # fmt: skip
def test_a_word_that_does_not_exist_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Profile.from_toml(f'based_on = "changde-12345"\nkey = "x"\n{text}\n')
