"""Faults in revenue, for the rules of ``rules/revenue.toml``."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.figures import WAN, money
from budgetreview.example.planting import Fault, Hand


def _v01(hand: Hand) -> str:
    hand.book("general")["gdp_growth"] = -0.021
    return "general"


def _v02(hand: Hand) -> str:
    row = hand.book("general")
    row["prior_own_revenue"] = money(row["own_revenue"] / Fraction(108, 100))
    return "general"


def _v03(hand: Hand) -> str:
    row = hand.book("general")
    for prefix in ("", "prior_"):
        more = money(row[f"{prefix}own_revenue"] * Fraction(35, 100)) - row[f"{prefix}non_tax"]
        row[f"{prefix}non_tax"] += more
        row[f"{prefix}tax"] -= more
    return "general"


def _v04(hand: Hand) -> str:
    row = hand.book("general")
    row["prior_non_tax"] = money(row["non_tax"] / Fraction(121, 100))
    return "general"


def _v05(hand: Hand) -> str:
    row = hand.book("general")
    row["prior_fines"] = money(row["fines"] / Fraction(126, 100))
    return "general"


def _v06(hand: Hand) -> str:
    row = hand.revenue("10114")
    row["requested"] = row["reviewed"] = row["proposed"] = 0
    return "general/10114"


def _v07(hand: Hand) -> str:
    row = hand.revenue("1030148", "government_fund")
    row["prior_executed"] = money(row["proposed"] / Fraction(124, 100))
    return ""


def _v08(hand: Hand) -> str:
    row = hand.book("general")
    row["carry_out"] += row["stabilisation_out"]
    row["stabilisation_out"] = 0
    return "general"


def _v09(hand: Hand) -> str:
    row = hand.book("government_fund")
    row["prior_budget_own_revenue"] = row["prior_own_revenue"] - row["prior_carry_out"] - 900 * WAN
    return "government_fund"


_I: Final = "preliminary"
FAULTS: Final = (
    Fault("V01", _I, Text("经济预期下降而收入预期增长", "revenue grows although the economy shrinks"), _v01),
    Fault("V02", _I, Text("收入预算比上年执行高8%", "revenue is budgeted 8 % above last year's outturn"), _v02),
    Fault("V03", _I, Text("非税收入占35%", "non-tax revenue makes up 35 %"), _v03),
    Fault("V04", _I, Text("非税收入增长21%", "non-tax revenue grows by 21 %"), _v04),
    Fault("V05", _I, Text("罚没收入增长26%", "fines grow by 26 %"), _v05),
    Fault("V06", _I, Text("车船税上年有收入，今年未列", "a tax of last year brings nothing this year"), _v06),
    Fault(
        "V07",
        _I,
        Text("土地出让收入预算比上年执行高24%", "land income is budgeted 24 % above last year's outturn"),
        _v07,
    ),
    Fault(
        "V08",
        "final",
        Text("超收没有补充预算稳定调节基金", "over-collection did not fill the stabilisation fund"),
        _v08,
    ),
    Fault("V09", _I, Text("上年基金超收没有结转使用", "last year's over-collection of the funds was not kept"), _v09),
)
