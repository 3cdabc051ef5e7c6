"""Faults in execution, adjustment and accounts, for the rules of ``rules/execution.toml``."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.figures import WAN, money
from budgetreview.example.planting import Fault, Hand, no_adjustment, plain


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
    no_adjustment(hand)
    row = hand.book("general")
    for column in ("stabilisation_in", "total_in", "own_expenditure", "total_out"):
        row[column] += 460 * WAN
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


FAULTS: Final = (
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
)
