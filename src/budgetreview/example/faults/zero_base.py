"""Faults in the base of single lines, for the rules of ``rules/zero_base.toml``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any, Final

from budgetreview.errors import Text
from budgetreview.example.figures import WAN, Row, money
from budgetreview.example.planting import Fault, Hand, basic, called, growing, plain, set_prior


def _set(wanted: Callable[[Row], object], **values: Any) -> Callable[[Hand], str]:
    """Set columns of one project."""

    def plant(hand: Hand) -> str:
        row = hand.project(wanted)
        row.update(values)
        return str(row["line_id"])

    return plant


def _z05(hand: Hand) -> str:
    row = hand.project(growing)
    row["start_year"] = 2017
    set_prior(row, row["proposed"] * Fraction(994, 1000))
    return str(row["line_id"])


def _z06(hand: Hand) -> str:
    row = hand.project(lambda r: growing(r) and r["start_year"] > 2021)  # noqa: PLR2004 - not fixed for years
    set_prior(row, row["requested"])
    return str(row["line_id"])


def _z08(hand: Hand) -> str:
    row = hand.project(growing)
    row["prior_executed"] = money(row["prior_current"] * Fraction(37, 100))
    return str(row["line_id"])


def _z09(hand: Hand) -> str:
    row = hand.project(lambda r: plain(r) and r["proposed"] > r["prior_approved"])
    row["prior_current"] = money(row["prior_approved"] * Fraction(15, 10))
    row["prior_executed"] = money(row["prior_current"] * Fraction(81, 100))
    row["carryover"] = money(row["proposed"] * Fraction(24, 100))
    row["carryover_year"] = 2025
    return str(row["line_id"])


def _z10(hand: Hand) -> str:
    row = hand.one(called("征地拆迁补偿安置"))
    row["carryover_year"] = 2023
    return str(row["line_id"])


def _z11(hand: Hand) -> str:
    row = hand.one(basic("30211"))
    row |= {"standard_code": None, "standard_value": None, "quantity": None, "periods": None}
    return str(row["line_id"])


def _z12(hand: Hand) -> str:
    row = hand.project(called("公益性岗位补贴"))
    row["quantity"] -= 42
    return str(row["line_id"])


def _z13(hand: Hand) -> str:
    row = hand.project(lambda r: r.get("unit_price") is not None)
    row["unit_price"] += 800
    return str(row["line_id"])


def _z14(hand: Hand) -> str:
    row = hand.project(plain)
    hand.drop("targets", lambda r: r["project"] == row["project"])
    return str(row["line_id"])


def _z15(hand: Hand) -> str:
    row = hand.project(plain)
    hand.drop("targets", lambda r: r["project"] == row["project"] and "满意度" in r["level1"])
    return str(row["line_id"])


def _z16(hand: Hand) -> str:
    row = hand.project(plain)
    for target in [t for t in hand.rows["targets"] if t["project"] == row["project"]][:4]:
        target |= {"operator": "定性", "value": "进一步提升", "unit": None}
    return str(row["line_id"])


def _z17(hand: Hand) -> str:
    row = hand.one(lambda r: r.get("basic") is False and not r["prior_approved"] and r["proposed"] > 600 * WAN)
    row["evaluated_before"] = False
    return str(row["line_id"])


def _z30(hand: Hand) -> str:
    row = hand.project(plain)
    row |= {"project": None, "targets": 6, "targets_output": 3, "targets_benefit": 2, "targets_satisfaction": 1,
            "targets_numeric": 5}  # fmt: skip
    return str(row["line_id"])


def _z31(hand: Hand) -> str:
    row = hand.project(called("特色水果产业集群"))
    row["start_year"], row["end_year"] = 2019, 2028
    if abs(Fraction(row["proposed"], row["prior_approved"]) - 1) <= Fraction(25, 1000):
        set_prior(row, row["proposed"] / Fraction(106, 100))
    return str(row["line_id"])


def _z34(hand: Hand) -> str:
    row = hand.project(lambda r: r.get("agency") == "103001" and r["priority"] == 1)
    row["requested"] = money(row["proposed"] / Fraction(7, 10))
    row["reviewed"] = row["proposed"]
    return str(row["agency"])


def _z37(hand: Hand) -> str:
    row = hand.project(lambda r: r.get("carryover") and r["proposed"] < r["prior_approved"])
    row["carryover"] = money((row["prior_current"] - row["prior_executed"]) * Fraction(19, 10))
    return str(row["project"])


_I: Final = "preliminary"
FAULTS: Final = (
    Fault("Z01", _I, Text("项目没有设立依据", "a project states no basis"), _set(plain, basis=None)),
    Fault(
        "Z02",
        _I,
        Text("依据在2024年到期", "a project's basis ran out in 2024"),
        _set(plain, basis_expires=date(2024, 12, 31)),
    ),
    Fault("Z03", _I, Text("项目应于2025年终止", "a project should have ended in 2025"), _set(plain, end_year=2025)),
    Fault(
        "Z04", _I, Text("一次性项目上年已安排", "a one-off project had money last year"), _set(plain, life="one_off")
    ),
    Fault("Z05", _I, Text("2017年设立的项目金额几乎不变", "a project of 2017 hardly changes"), _z05),
    Fault("Z06", "pre", Text("申报数与上年预算完全相同", "a project asks for last year's amount to the 分"), _z06),
    Fault("Z08", _I, Text("上年执行率37%而今年增加", "37 % of last year's money was used, and more is given"), _z08),
    Fault("Z09", _I, Text("结转达到今年预算的24%而预算增加", "a carry-over of 24 % is not netted"), _z09),
    Fault("Z10", _I, Text("2023年的资金仍在结转", "money of 2023 is carried over again"), _z10),
    Fault("Z11", _I, Text("差旅费没有套用标准", "travel cost without its standard"), _z11),
    Fault("Z12", _I, Text("标准乘数量少于预算数", "standard times quantity is less than the amount"), _z12),
    Fault("Z13", _I, Text("单价高于配置标准", "a price above the standard"), _z13),
    Fault("Z14", _I, Text("项目没有绩效目标", "a project without targets"), _z14, also=("Z15",)),
    Fault("Z15", _I, Text("项目没有满意度指标", "a project without a target of satisfaction"), _z15),
    Fault("Z16", _I, Text("项目指标多数没有数值", "most targets of a project have no number"), _z16),
    Fault("Z17", _I, Text("新增大额项目未作事前评估", "a large new project was not evaluated beforehand"), _z17),
    Fault(
        "Z18", _I, Text("评价55分的项目预算增加", "a project scored 55 gets more"), _set(growing, evaluation_score=55.0)
    ),
    Fault("Z30", _I, Text("项目没有项目库编码", "a project without a code of the library"), _z30),
    Fault("Z31", _I, Text("专项资金期限9年", "a special fund with a term of nine years"), _z31),
    Fault("Z34", _I, Text("排序第一的项目压减最多", "the project ranked first is cut most"), _z34),
    Fault("Z37", _I, Text("结转大于上年未用完数", "more is carried over than last year left"), _z37),
    Fault(
        "Z38",
        "final",
        Text("项目支出没有评价得分", "project spending was not evaluated"),
        _set(plain, evaluation_score=None),
    ),
)
