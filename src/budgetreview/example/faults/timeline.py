"""Faults in the calendar, for the rules of ``rules/timeline.toml``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.planting import Fault, Hand

_ACCOUNTS: Final = ("accounts_submitted", "accounts_meeting", "audit_report", "accounts_departments_replied",
                    "accounts_units_replied", "accounts_published", "accounts_filed")  # fmt: skip


def _on(event: str, day: date, unit: str = "") -> Callable[[Hand], str]:
    """Put one event on another day."""

    def plant(hand: Hand) -> str:
        hand.move(event, day)
        return unit

    return plant


def _t06(hand: Hand) -> str:
    for row in hand.rows["transfers"]:
        if row["kind"] == "general":
            row["issued"] = date(2026, 3, 24)
    hand.move("transfers_general_issued", date(2026, 3, 24))
    return "transfers_general_issued"


def _t10(hand: Hand) -> str:
    hand.move("audit_report", date(2027, 6, 30))
    hand.move("rectification_report", date(2028, 1, 9))
    return ""


def _t11(hand: Hand) -> str:
    hand.later(_ACCOUNTS, -63)
    return ""


def _t15(hand: Hand) -> str:
    hand.drop("calendar", lambda r: r["event"] == "debt_report")
    return "debt_report"


FAULTS: Final = (
    Fault(
        "T01",
        "preliminary",
        Text("初步方案在大会前23日才提交", "the draft was handed in 23 days before the session"),
        _on("draft_submitted", date(2026, 1, 3)),
    ),
    Fault(
        "T02",
        "preliminary",
        Text("初审意见反馈距大会只有2日", "the answer came two days before the session"),
        _on("opinion_answered", date(2026, 1, 24), "opinion_answered"),
        settings=(("T02.opinion_before", "15"), ("T02.answer_before", "5")),
    ),
    Fault(
        "T03",
        "execution",
        Text("部门预算在批准后27日批复", "departments were replied after 27 days"),
        _on("departments_replied", date(2026, 2, 25), "departments_replied"),
    ),
    Fault(
        "T04",
        "execution",
        Text("单位预算在部门批复后22日批复", "units were replied after 22 days"),
        _on("units_replied", date(2026, 3, 4), "units_replied"),
    ),
    Fault(
        "T05",
        "execution",
        Text("政府预算在批准后29日公开", "the budget was published after 29 days"),
        _on("budget_published", date(2026, 2, 27), "budget_published"),
    ),
    Fault(
        "T06", "execution", Text("一般性转移支付在批准后54日下达", "general transfers were issued after 54 days"), _t06
    ),
    Fault(
        "T07",
        "adjustment",
        Text("调整方案在会议前21日提交", "the adjustment was handed in 21 days before the meeting"),
        _on("adjustment_meeting", date(2026, 8, 26)),
    ),
    Fault(
        "T08",
        "final",
        Text("决算草案在会议前19日提交", "the accounts were handed in 19 days before the meeting"),
        _on("accounts_submitted", date(2027, 7, 9)),
    ),
    Fault(
        "T09",
        "execution",
        Text("执行情况报告在10月听取", "the mid-year report was heard in October"),
        _on("midyear_report", date(2026, 10, 12)),
    ),
    Fault("T10", "rectify", Text("审计整改报告超过6个月", "the rectification report came after six months"), _t10),
    Fault("T11", "final", Text("决算草案在5月提请审批", "the accounts were brought in May"), _t11),
    Fault(
        "T12",
        "plenary",
        Text("初审意见在大会开幕后才反馈", "the opinion was answered after the session had opened"),
        _on("opinion_answered", date(2026, 1, 27)),
    ),
    Fault(
        "T13",
        "final",
        Text("审计工作报告晚于决算审议23日", "the audit report was heard 23 days after the accounts"),
        _on("audit_report", date(2027, 8, 20)),
    ),
    Fault(
        "T14",
        "final",
        Text("决算在批准后42日备案", "the accounts were filed after 42 days"),
        _on("accounts_filed", date(2027, 9, 8), "accounts_filed"),
    ),
    Fault("T15", "final", Text("当年没有政府债务报告", "there was no report on debt in the year"), _t15),
)
