"""Faults in key spending and investment, for the rules of ``rules/key_spending.toml``."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.figures import WAN, money
from budgetreview.example.planting import Fault, Hand, no_adjustment


def _k01(hand: Hand) -> str:
    row = hand.project(lambda r: r["is_investment"] and r["proposed"] > 1000 * WAN)
    row["is_key"] = False
    return str(row["project"])


def _k02(hand: Hand) -> str:
    row = hand.project(lambda r: r["is_investment"] and r["prior_approved"])
    last = next(r for r in hand.rows["prior"] if r["project"] == row["project"])
    last["total_amount"] = money(row["total_amount"] / Fraction(15, 10))
    return str(row["project"])


def _k03(hand: Hand) -> str:
    row = hand.one(lambda r: r["is_investment"] and not r["prior_approved"])
    row["in_plan"] = False
    return str(row["project"])


def _k04(hand: Hand) -> str:
    row = hand.project(lambda r: r["is_investment"])
    row["spent_to_date"] = row["total_amount"] - row["proposed"] + 84 * WAN
    return str(row["project"])


def _k05(hand: Hand) -> str:
    row = hand.project(lambda r: r["is_investment"])
    row["funding_fiscal"] -= 150 * WAN
    return str(row["project"])


def _k06(hand: Hand) -> str:
    row = hand.project(lambda r: r["is_key"] and not r["is_investment"])
    hand.drop("targets", lambda r: r["project"] == row["project"])
    return str(row["line_id"])


def _k07(hand: Hand) -> str:
    row = hand.project(lambda r: r["is_investment"] and r["unit_kind"] == "行政")
    row |= {"project_name": "综合业务用房新建", "dept_economic_code": "31001", "gov_economic_code": "50301"}
    return str(row["line_id"])


def _k08(hand: Hand) -> str:
    no_adjustment(hand)
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


_I: Final = "preliminary"
FAULTS: Final = (
    Fault("K01", _I, Text("大额投资项目未列重点", "a large investment is not singled out"), _k01),
    Fault(
        "K02",
        "execution",
        Text("项目总投资比上年增加一半", "a project's total rose by half"),
        _k02,
        settings=(("K02.change", "30%"),),
    ),
    Fault(
        "K03",
        "execution",
        Text("计划外新建大项目", "a large new project outside the plan"),
        _k03,
        settings=(("K03.least", "5000万元"),),
    ),
    Fault("K04", _I, Text("累计安排超过总投资84万元", "a project goes beyond its total"), _k04),
    Fault("K05", _I, Text("资金来源比总投资少150万元", "a project's sources do not cover its total"), _k05),
    Fault("K06", _I, Text("重点支出没有绩效目标", "a key item without targets"), _k06, also=("Z14", "Z15")),
    Fault("K07", _I, Text("项目为新建业务用房", "a project builds offices"), _k07),
    Fault("K08", "execution", Text("调减重点支出未报批", "key spending was cut without approval"), _k08, also=("E05",)),
    Fault(
        "K09",
        "execution",
        Text("重点项目九个月只执行30%", "30 % of a key item were paid after nine months"),
        _k09,
        also=("E03",),
    ),
)
