"""The calendar of a year: deadlines from the rules' figures, what is late, and what cannot be dated for want of a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import attrs
import icalendar
import pytest

import budgetreview as br
from budgetreview import testing
from budgetreview.agenda import Duty
from budgetreview.authority import Authority
from budgetreview.errors import Text, UsageError
from budgetreview.ledger.calendar import Calendar, Entry, calendar
from budgetreview.ledger.ics import to_ics
from budgetreview.mechanism import Profile
from budgetreview.parameters import DatedValue
from budgetreview.plugins import load_rules
from budgetreview.rule import Override, Rule

PROFILE = Profile.shipped("changde-12345")
RULES = tuple(load_rules(select=("all",)))
SESSION, APPROVED = date(2026, 1, 20), date(2026, 1, 23)
Given = Mapping[str, Sequence[date]]


def year(
    dates: Given | None = None, *, as_of: str = "2026-02-20", level: str = "county", entity: str = "430702",
    rules: Sequence[Rule] = RULES, profile: Profile = PROFILE,
) -> Calendar:  # fmt: skip
    known = {"session_opened": [SESSION], "budget_approved": [APPROVED]} if dates is None else dates
    return calendar(profile, rules, entity=entity, fiscal_year=2026, level=level, as_of=date.fromisoformat(as_of),
                    dates=known)  # fmt: skip


def entry(found: Calendar, key: str) -> Entry:
    return next(e for e in found.entries if e.key == key)


def said(found: Calendar, key: str) -> tuple[str, str]:
    e = entry(found, key)
    return e.state, str(e.due)


def test_the_draft_is_due_thirty_days_before_the_session_by_article_44() -> None:
    e = entry(year(), "draft")
    assert (e.due, e.counted.zh) == (date(2025, 12, 21), "大会开幕前30日")
    assert [(a.document, a.article, a.mark) for a in e.authority] == [("预算法", "44", "S")]
    assert [b.title.zh for b in e.bodies] == ["政府提交常务委员会"]


@pytest.mark.parametrize(
    ("done", "state"), [("2025-12-21", "done"), ("2025-12-22", "done_late")], ids=["last day", "a day later"]
)
def test_the_last_day_is_in_time_and_the_day_after_it_is_late(done: str, state: str) -> None:
    dates = {"session_opened": [SESSION], "draft_submitted": [date.fromisoformat(done)]}
    assert entry(year(dates), "draft").state == state


@pytest.mark.parametrize(("as_of", "state"), [("2026-02-12", "due"), ("2026-02-13", "late")])
def test_what_has_no_date_is_late_from_the_day_after_its_last(as_of: str, state: str) -> None:
    assert said(year(as_of=as_of), "departments") == (state, "2026-02-12")


def test_nothing_is_dated_without_the_date_that_it_counts_from_and_that_date_is_named() -> None:
    found = year({})
    assert entry(found, "draft").due is None
    assert [e.key for e in found.missing["session_opened"]] == ["draft", "answer"]
    assert entry(found, "answer").missing == ("session_opened", "opinion_issued"), "no answer without an opinion"
    assert said(found, "midyear") == ("due", "2026-09-30"), "months of the law need no other date"


def test_a_date_to_come_is_a_plan_and_a_plan_after_the_last_day_is_said() -> None:
    soon, late = date(2026, 9, 20), date(2026, 10, 8)
    assert entry(year({"midyear_report": [soon]}), "midyear").state == "planned"
    assert entry(year({"midyear_report": [late]}), "midyear").state == "planned_late"
    assert entry(year({"midyear_report": [date(2026, 5, 31)]}, as_of="2026-07-01"), "midyear").state == "done_early"


def test_where_the_base_has_a_last_day_of_its_own_the_next_one_is_tentative_for_one_step_only() -> None:
    found = year()
    assert said(found, "accounts") == ("tentative", "2027-08-31")
    assert said(found, "accounts_departments") == ("tentative", "2027-10-20")
    assert entry(found, "accounts_units").due is None
    assert entry(found, "rectification").due is None
    assert entry(found, "audit").due is None, "our own measure of one meeting gives no date by itself"


def test_what_follows_something_late_is_not_guessed() -> None:
    assert said(year(as_of="2026-02-12"), "units") == ("tentative", "2026-02-27")
    assert said(year(as_of="2026-02-13"), "units") == ("undated", "None")


def test_what_must_come_before_the_last_possible_meeting_is_late_once_that_cannot_be_kept() -> None:
    assert entry(year(as_of="2027-08-31"), "accounts").state == "tentative"
    assert said(year(as_of="2027-09-01"), "accounts") == ("late", "2027-08-31")


def test_rectification_is_six_months_after_the_audit_report_to_the_end_of_february() -> None:
    assert said(year({"audit_report": [date(2027, 8, 31)]}), "rectification") == ("due", "2028-02-29")


def test_a_township_has_no_days_for_its_draft_and_nothing_that_the_law_asks_of_counties_only() -> None:
    found = year(entity="430702001", level="township")
    assert {e.key for e in found.entries if e.state == "unset"} >= {"draft", "adjustment", "accounts"}
    assert not {"midyear", "rectification", "audit", "accounts_meeting", "answer"} & {e.key for e in found.entries}
    assert said(found, "departments") == ("late", "2026-02-12")


def test_a_places_own_days_win_there_and_only_there() -> None:
    local = DatedValue(45, territory="430702", level="county", status="local", origin="ours",
                       authority=(Authority("本县办法", "3", mark="K"),))  # fmt: skip

    def longer(rule: Rule) -> Rule:
        days = rule.parameters["days"]
        return attrs.evolve(rule, parameters={"days": attrs.evolve(days, values=(*days.values, local))})

    rules = tuple(longer(r) if r.code == "T01" else r for r in RULES)
    here, elsewhere = entry(year(rules=rules), "draft"), entry(year(rules=rules, entity="430703"), "draft")
    assert (here.due, here.counted.zh, here.authority[0].document) == (date(2025, 12, 6), "大会开幕前45日", "本县办法")
    assert (elsewhere.due, elsewhere.authority[0].document) == (date(2025, 12, 21), "预算法")


def test_no_figure_of_the_calendar_stands_in_the_profile() -> None:
    """Every duty of the shipped profile takes all of its figures from parameters of a rule of the core."""
    by_code = {r.code: r for r in RULES}
    for duty in PROFILE.duties:
        assert set(duty.parameters) <= set(by_code[duty.rule].parameters), duty.key
        assert duty.parameters or duty.rule == "T12"


def flagged(dates: Given, duty: Duty) -> bool:
    """Whether the duty's rule, in a review on these dates, flags the duty's event."""
    rows = "\n".join(f"430702  2026  {event}  {days[0]}" for event, days in dates.items())
    given = testing.submission({"calendar": f"entity  fiscal_year  event  date\n{rows}"})
    found = br.review(given, [r for r in RULES if r.code == duty.rule], stage=duty.stage, as_of=date(2029, 1, 1))
    assert [r.outcome for r in found.results] == ["ran"], duty.key
    return any(f.subject.get("event", duty.event) == duty.event for f in found.findings)


IN_TIME: dict[str, list[date]] = {
    "session_opened": [SESSION], "budget_approved": [APPROVED], "opinion_issued": [date(2026, 1, 5)],
    "adjustment_meeting": [date(2026, 10, 30)],
}  # fmt: skip
for _ in range(4):  # each round dates what counts from the round before: everything on its very last day
    IN_TIME = {e.duty.event: [e.due] for e in year(IN_TIME).entries if e.due is not None} | IN_TIME


@pytest.mark.parametrize("duty", [d for d in PROFILE.duties if d.rule != "T02"], ids=lambda d: d.key)
def test_calendar_and_rule_agree_to_the_day(duty: Duty) -> None:
    """What happens on the last day of the calendar is in order for the rule; a day later the rule flags it."""
    late = {**IN_TIME, duty.event: [IN_TIME[duty.event][0] + timedelta(days=1)]}
    for dates, is_late in ((IN_TIME, False), (late, True)):
        assert flagged(dates, duty) is is_late
        assert (entry(year(dates, as_of="2029-01-01"), duty.key).state in {"late", "done_late"}) is is_late


def test_a_duty_holds_whether_or_not_a_package_switched_its_rule_on_elsewhere() -> None:
    """With a package of another place loaded, the law's months for the report on execution hold here all the same."""
    rules = tuple(attrs.evolve(r, on_where_enabled=r.code == "T09") for r in RULES)
    assert said(year(rules=rules), "midyear") == ("due", "2026-09-30")


def test_a_rule_that_a_place_retired_gives_no_duty_there() -> None:
    gone = Override("T05", "ours", retired=Text("本地另有规定", "another rule here"), territory="430702")
    rules = tuple(attrs.evolve(r, changes=(gone,)) if r.code == "T05" else r for r in RULES)
    assert "budget_published" not in {e.key for e in year(rules=rules).entries}
    assert "budget_published" in {e.key for e in year(rules=rules, entity="430703").entries}


def test_two_adjustments_pair_with_their_meetings_in_order_of_date() -> None:
    found = year({
        "adjustment_meeting": [date(2026, 6, 30), date(2026, 11, 30)], "adjustment_submitted": [date(2026, 5, 20)],
    }, as_of="2026-12-01")  # fmt: skip
    assert said(found, "adjustment") == ("done", "2026-05-31")
    assert said(found, "adjustment-2") == ("late", "2026-10-31")


def test_a_rule_that_is_not_loaded_is_named_and_gives_no_day() -> None:
    found = year(rules=[r for r in RULES if r.code != "T01"])
    assert (entry(found, "draft").state, entry(found, "draft").counted.zh) == ("unset", "规则 T01 未装载")


def test_what_comes_round_is_that_of_the_place_and_has_no_day_that_nobody_set() -> None:
    found = year()
    assert [c.title.zh for c, _ in found.cadence] == ["季度专项调研", "半年分析通报", "年度综合评价"]
    (quarters, *_) = [turns for _, turns in found.cadence]
    assert [(t.title.zh, str(t.end), t.due) for t in quarters][1] == ("2026年第二季度", "2026-06-30", None)
    assert year(entity="370202").cadence == (), "Changde's rhythm is not Qingdao's"


@pytest.mark.parametrize(
    "dates", [{"session_opened": [date(2062, 1, 20)]}, {"session_opened": [date(2027, 1, 20)]}, {"meeting": [SESSION]}]
)
def test_a_date_far_from_the_year_and_an_unknown_event_are_refused(dates: Given) -> None:
    with pytest.raises(UsageError):
        year(dates)


@pytest.mark.parametrize(
    "changed", ['[duties.draft]\ndays = "weeks"', '[duties.transfers_general]\ndays = "apart"'],
    ids=["no such parameter", "no number"],
)  # fmt: skip
def test_a_duty_must_name_a_parameter_that_is_a_whole_number(changed: str) -> None:
    with pytest.raises(UsageError, match=r"T0[16]"):
        year(profile=PROFILE.evolved(changed))


# --- the file


FULL = {"session_opened": [SESSION], "budget_approved": [APPROVED], "accounts_meeting": [date(2027, 8, 28)]}


def test_the_file_reads_back_with_every_dated_entry_as_a_whole_day() -> None:
    found = year(FULL)
    read = icalendar.Calendar.from_ical(to_ics(found))
    events = {str(e["uid"]): e for e in read.walk("VEVENT")}
    assert len(events) == len(read.walk("VEVENT")), "no UID twice"
    draft = events["draft.2026.430702@budgetreview"]
    assert (draft.decoded("dtstart"), draft.decoded("dtend")) == (date(2025, 12, 21), date(2025, 12, 22))
    assert str(draft["summary"]) == "武陵区 提交预算草案初步方案（最后一天）"
    assert "《预算法》第44条〔原文已查阅〕" in str(draft["description"])
    dated = [e for e in found.entries if e.due is not None]
    turns = sum(len(t) for _, t in found.cadence)
    assert len(events) == len(dated) + turns + 3, "and session, approval and meeting, from which they count"
    assert events["date-accounts_meeting.2026.430702@budgetreview"].decoded("dtstart") == date(2027, 8, 28)
    assert read.errors == []
    for e in read.walk("VEVENT"):
        assert not e.errors
        assert {"UID", "DTSTAMP", "DTSTART"} <= set(e)


def test_the_file_follows_rfc_5545_in_line_ends_and_line_lengths() -> None:
    content = to_ics(year(FULL))
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75


def test_the_same_calendar_is_the_same_bytes_and_a_later_one_keeps_its_uids() -> None:
    assert to_ics(year(FULL)) == to_ics(year(dict(reversed(FULL.items()))))
    later = {**FULL, "session_opened": [date(2026, 2, 3)]}
    uids = [{str(e["uid"]) for e in icalendar.Calendar.from_ical(to_ics(c)).walk("VEVENT")}
            for c in (year(FULL), year(later, as_of="2026-03-01"))]  # fmt: skip
    assert uids[0] == uids[1]


def test_a_tentative_day_is_marked_so_in_the_file() -> None:
    read = icalendar.Calendar.from_ical(to_ics(year()))
    states = {str(e["uid"]).partition(".")[0]: str(e["status"]) for e in read.walk("VEVENT")}
    assert (states["accounts"], states["draft"]) == ("TENTATIVE", "CONFIRMED")
