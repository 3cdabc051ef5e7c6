"""Faults in debt, for the rules of ``rules/debt.toml``."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.figures import WAN, money
from budgetreview.example.planting import Fault, Hand, no_adjustment


def _b01(hand: Hand) -> str:
    row = hand.book("general")
    row["debt_balance_general"] = row["debt_limit_general"] + 640 * WAN
    return "general"


def _b02(hand: Hand) -> str:
    row = hand.one(lambda r: r["project_name"] == "城南污水处理厂扩建")
    row |= {"dept_economic_code": "30214", "gov_economic_code": "50201", "is_investment": False, "is_key": False}
    return str(row["line_id"])


def _b03(hand: Hand) -> str:
    row = hand.revenue("11011")
    row["function_code"], row["function_name"] = "10504", "地方政府债务收入"
    return str(row["line_id"])


def _b04(hand: Hand) -> str:
    no_adjustment(hand)
    row = hand.book("general")
    for column in ("debt_in", "total_in", "carry_out", "total_out"):
        row[column] += 700 * WAN
    return "general"


def _b05(hand: Hand) -> str:
    hand.book("general")["debt_service_due"] += 230 * WAN
    return "general"


def _b06(hand: Hand) -> str:
    row = hand.book("government_fund")
    row["interest_special"] = money(row["own_expenditure"] * Fraction(12, 100))
    return "government_fund"


def _b07(hand: Hand) -> str:
    row = hand.book("general")
    debt = row["debt_balance_general"] + hand.book("government_fund")["debt_balance_special"]
    row["comprehensive_resources"] = money(debt / Fraction(134, 100))
    return ""


def _b08(hand: Hand) -> str:
    row = hand.one(lambda r: r["debt_funded"])
    row["project_income"] = money(row["debt_service"] * Fraction(102, 100))
    return str(row["project"])


def _b09(hand: Hand) -> str:
    row = hand.one(lambda r: r["debt_funded"])
    row["executed"] = money(row["current"] * Fraction(35, 100))
    return str(row["line_id"])


def _b10(hand: Hand) -> str:
    hand.one(lambda r: r["project_name"] == "国有企业资本金注入")["debt_funded"] = True
    return ""


_I: Final = "preliminary"
FAULTS: Final = (
    Fault("B01", _I, Text("一般债务余额超过限额640万元", "general debt is 6.4 million yuan above its limit"), _b01),
    Fault("B02", _I, Text("专项债券资金用于租赁费", "bond money pays rent"), _b02),
    Fault("B03", _I, Text("县级列有直接举借的债务收入", "the county lists revenue from debt of its own"), _b03),
    Fault(
        "B04",
        "final",
        Text("新增债务700万元没有调整方案", "7 million yuan of new debt without an adjustment plan"),
        _b04,
    ),
    Fault("B05", _I, Text("还本付息预算比到期数少230万元", "debt service is budgeted 2.3 million yuan short"), _b05),
    Fault("B06", _I, Text("专项债务付息占基金支出的12%", "interest takes 12 % of fund expenditure"), _b06),
    Fault("B07", _I, Text("债务率达到134%", "debt is 134 % of the comprehensive resources"), _b07),
    Fault(
        "B08",
        _I,
        Text("专项债券项目收益只有本息的1.02倍", "a bond project's income is 1.02 times its debt service"),
        _b08,
    ),
    Fault(
        "B09",
        "execution",
        Text("债券资金执行率只有35%", "only 35 % of the bond money are spent"),
        _b09,
        also=("E03", "K09"),
    ),
    Fault("B10", _I, Text("国有资本经营预算列有债务资金", "the state-capital book has money from debt"), _b10),
)
