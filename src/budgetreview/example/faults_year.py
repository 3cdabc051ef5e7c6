"""Faults in the calendar, in execution, adjustment and accounts (families T, E, and K08, K09)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.figures import money
from budgetreview.example.planting import Fault, Hand, plain

_WAN: Final = 10_000
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


def _case(hand: Hand, **values: object) -> None:
    first = hand.rows["lines"][0]
    row = {"entity": first["entity"], "fiscal_year": first["fiscal_year"], "rule": "Z13", "agency": "109001",
           "state": "rectifying", "found": date(2026, 1, 10), "due": date(2026, 7, 10), "closed": None}  # fmt: skip
    hand.rows.setdefault("cases", []).append(row | values)


def _c01(hand: Hand) -> str:
    _case(hand)
    return "Z13/109001"


def _c02(hand: Hand) -> str:
    _case(hand, fiscal_year=2025, state="closed", found=date(2025, 1, 9), closed=date(2025, 5, 30))
    _case(hand, state="assigned")
    return "Z13/109001"


def _evidence(hand: Hand, **values: object) -> None:
    first = hand.rows["lines"][0]
    row = {"entity": first["entity"], "fiscal_year": first["fiscal_year"] - 2, "kind": "audit", "agency": None,
           "project": None, "title": "专项资金拨付不及时", "rectified": False, "rectified_on": None}  # fmt: skip
    hand.rows.setdefault("evidence", []).append(row | values)


def _n01(hand: Hand) -> str:
    sums: dict[str, list[int]] = {}
    for row in hand.lines(lambda r: r.get("agency")):
        both = sums.setdefault(row["agency"], [0, 0])
        both[0] += row["proposed"]
        both[1] += row["prior_approved"] or 0
    agency = max(sums, key=lambda a: Fraction(sums[a][0], sums[a][1]))
    _evidence(hand, agency=agency)
    return agency


def _n02(hand: Hand) -> str:
    first = hand.rows["lines"][0]
    place, year = first["entity"], first["fiscal_year"]
    hand.rows["statistics"] = [
        {"entity": place, "fiscal_year": year - back, "indicator": "gdp", "value": value, "unit": "亿元"}
        for back, value in ((2, 400.0), (1, 360.0))
    ]
    return "general"


def _n03(hand: Hand) -> str:
    row = hand.project(plain)
    _evidence(hand, agency=row["agency"], project=row["project"], rectified=True, rectified_on=date(2025, 6, 30))
    _case(hand, agency=row["agency"], project=row["project"], found=date(2026, 1, 8), due=None)
    return f"audit/{row['agency']}/{row['project']}/专项资金拨付不及时"


def _no_adjustment(hand: Hand) -> None:
    hand.drop("calendar", lambda r: r["event"].startswith("adjustment"))


def _e01(hand: Hand) -> str:
    row = hand.project(lambda r: plain(r) and r["agency"] in {"109001", "118001"} and r["current"] == r["approved"])
    row["executed"] = money(row["approved"] * Fraction(1, 4))
    row["current"] = 0
    return str(row["line_id"])


def _e02(hand: Hand) -> str:
    row = hand.project(plain)
    row["executed"] = money(row["current"] * Fraction(106, 100))
    return str(row["line_id"])


def _e03(hand: Hand) -> str:
    row = hand.project(plain)
    row["executed"] = money(row["current"] * Fraction(38, 100))
    return str(row["line_id"])


def _e04(hand: Hand) -> str:
    ours = [r for r in hand.rows["payments"] if r["agency"] == "120001"]
    for row in ours[:-1]:
        moved = money(row["amount"] * Fraction(5, 10))
        row["amount"] -= moved
        ours[-1]["amount"] += moved
    return "120001"


def _e05(hand: Hand) -> str:
    _no_adjustment(hand)
    row = hand.book("general")
    for column in ("stabilisation_in", "total_in", "own_expenditure", "total_out"):
        row[column] += 460 * _WAN
    return ""


def _e06(hand: Hand) -> str:
    one, other = hand.lines(lambda r: r.get("agency") == "110001" and r.get("basic") is True)[:2]
    moved = money(one["current"] * Fraction(45, 100))
    one["current"] -= moved
    other["current"] += moved
    one["executed"] = money(one["current"] * Fraction(75, 100))
    other["executed"] = money(other["current"] * Fraction(75, 100))
    one["note"] = other["note"] = "部门内调剂，按规定程序办理"
    return "110001"


def _e07(hand: Hand) -> str:
    row = next(r for r in hand.rows["payments"] if r["agency"] == "119001" and r["month"] == 6)  # noqa: PLR2004
    row["payee"] = "示例县水利局"
    return "119001/示例县水利局/按合同支付"


def _e08(hand: Hand) -> str:
    for row in hand.rows["lines"]:
        del row["current"]
    return ""


def _e09(hand: Hand) -> str:
    row = hand.one(lambda r: r.get("note") and r["current"] != r["approved"])
    row["note"] = None
    return str(row["line_id"])


def _k08(hand: Hand) -> str:
    _no_adjustment(hand)
    row = hand.project(lambda r: r["is_key"] and r["current"] == r["approved"])
    less = money(row["current"] * Fraction(8, 100))
    other = hand.project(lambda r: r["is_key"] is False and r["agency"] == row["agency"])
    row["current"] -= less
    other["current"] += less
    for line in (row, other):
        line["note"], line["executed"] = "部门内调剂，按规定程序办理", money(line["current"] * Fraction(3, 4))
    return str(row["line_id"])


def _k09(hand: Hand) -> str:
    row = hand.project(lambda r: r["is_key"] and r["current"] == r["approved"])
    row["executed"] = money(row["current"] * Fraction(30, 100))
    return str(row["line_id"])


FAULTS: Final = (
    Fault(
        "C01", "rectify", Text("一个问题超过期限一年半未办结", "a case is a year and a half past its deadline"), _c01
    ),
    Fault("C02", "preliminary", Text("公安局连续两年单价超标准", "the same fault was found in two years"), _c02),
    Fault(
        "N01",
        "preliminary",
        Text("安排增长最快的单位两年前有审计查出问题", "the audit had a finding on the agency that grows most"),
        _n01,
    ),
    Fault(
        "N02",
        "preliminary",
        Text("统计的地区生产总值下降一成而收入增长", "the region's product fell by a tenth while revenue grows"),
        _n02,
    ),
    Fault(
        "N03",
        "preliminary",
        Text("已报整改到位的项目又被提出问题", "a project reported as put right was flagged again"),
        _n03,
    ),
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
    Fault("E01", "execution", Text("没有预算而有支出", "money was paid without a budget"), _e01, also=("E02",)),
    Fault("E02", "execution", Text("支出超过预算6%", "more was paid than the budget has"), _e02),
    Fault("E03", "execution", Text("九个月只执行38%", "38 % were paid after nine months"), _e03),
    Fault("E04", "final", Text("交通运输局半数支出在12月", "half of an agency's payments fall in December"), _e04),
    Fault(
        "E05",
        "execution",
        Text("增加动用稳定调节基金未报批", "more was drawn from the stabilisation fund without approval"),
        _e05,
    ),
    Fault(
        "E06", "execution", Text("司法局调剂超过预算的10%", "an agency shifted more than a tenth of its budget"), _e06
    ),
    Fault("E07", "execution", Text("款项付给本单位账户", "a payment went to the agency itself"), _e07),
    Fault("E08", "final", Text("决算没有调整预算数", "the accounts lack the adjusted budget"), _e08),
    Fault("E09", "adjustment", Text("调整没有说明理由", "an adjusted line gives no reason"), _e09),
    Fault("K08", "execution", Text("调减重点支出未报批", "key spending was cut without approval"), _k08, also=("E05",)),
    Fault(
        "K09",
        "execution",
        Text("重点项目九个月只执行30%", "30 % of a key item were paid after nine months"),
        _k09,
        also=("E03",),
    ),
)
