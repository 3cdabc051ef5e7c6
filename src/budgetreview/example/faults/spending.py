"""Faults in spending of an agency and in standards, for the rules of ``rules/spending.toml``."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.figures import WAN, money
from budgetreview.example.planting import Fault, Hand, basic, called, of_agency, plain, raise_to, resize, set_prior


def _z07(hand: Hand) -> str:
    for row in hand.lines(lambda r: r["agency"] == "111001" and r["project_kind"] == "targeted"):
        left = row["prior_current"] - row["prior_executed"]
        set_prior(row, row["requested"] / Fraction(106, 100))
        row["prior_executed"] = row["prior_current"] - left
    return "111001"


def _z19(hand: Hand) -> str:
    row = hand.project(called("新型经营主体培育"))
    row["project_name"] = "特色水果产业集群补助资金"
    return str(row["line_id"])


def _z20(hand: Hand) -> str:
    row = hand.project(called("审计数据分析室"))
    row["project_name"] = "政务数据共享平台建设"
    return str(row["line_id"])


def _z21(hand: Hand) -> str:
    rows = hand.lines(lambda r: r.get("agency") == "118001" and plain(r))[:3]
    for row, part, amount in zip(rows, ("一", "二", "三"), (962_300, 957_800, 971_400), strict=True):
        row["project_name"] = f"机关院落维修改造第{part}标段"
        resize(row, amount)
    hand.rank("118001")
    return str(rows[0]["line_id"])


def _z22(hand: Hand) -> str:
    for row in hand.lines(lambda r: r["agency"] == "118001" and r["project_kind"] == "targeted"
                          and r.get("standard_code") is None):  # fmt: skip
        asked = -(-row["requested"] // (10 * WAN)) * 10 * WAN
        row["requested"] = asked
    return "118001"


def _z23(hand: Hand) -> str:
    row = hand.project(lambda r: plain(r) and r["unit_kind"] == "行政")
    row |= {"dept_economic_code": "30103", "gov_economic_code": "50101"}
    return str(row["line_id"])


def _z24(hand: Hand) -> str:
    row = hand.project(lambda r: plain(r) and r["unit_kind"] == "行政")
    row |= {"dept_economic_code": "30202", "gov_economic_code": "50201"}
    return str(row["project"])


def _swap_in(hand: Hand, more: int) -> str:
    """Reception rises, electricity falls by the same sum."""
    reception, power = (of_agency(hand, "109001", code) for code in ("30217", "30206"))
    raise_to(reception, reception["proposed"] + more)
    raise_to(power, power["proposed"] - more)
    return str(reception["dept_economic_code"])


def _z25(hand: Hand) -> str:
    _swap_in(hand, 31 * WAN)
    return ""


def _z26(hand: Hand) -> str:
    reception = next(r for r in hand.lines(basic("30217")) if r["agency"] == "109001")
    code = _swap_in(hand, reception["prior_approved"] - reception["proposed"] + 900)
    return f"109001/{code}"


def _z27(hand: Hand) -> str:
    training, power = (of_agency(hand, "109001", code) for code in ("30216", "30206"))
    less = training["prior_approved"] - money(training["proposed"] / Fraction(117, 100))
    set_prior(training, training["prior_approved"] - less)
    set_prior(power, power["prior_approved"] + less)
    return "109001"


def _z28(hand: Hand) -> str:
    for row in hand.lines(lambda r: r.get("agency") == "107001" and r["project_kind"] == "public"):
        set_prior(row, row["proposed"] / Fraction(98, 100))
    return "107001"


def _z29(hand: Hand) -> str:
    row = of_agency(hand, "118002", "30206")
    resize(row, row["proposed"] + 90 * WAN)
    return "118002"


def _z32(hand: Hand) -> str:
    row = hand.project(lambda r: r["is_asset"])
    row["asset_stock"] = row["asset_quota"] - 1
    return str(row["line_id"])


def _z33(hand: Hand) -> str:
    row = hand.project(lambda r: plain(r) and r["dept_economic_code"] == "31003" and r["proposed"] > 100 * WAN)
    row |= {"is_procurement": False, "procurement_amount": None}
    return str(row["line_id"])


def _z35(hand: Hand) -> str:
    row = next(r for r in hand.lines(lambda r: r["fund_source"] == "own") if r["agency"] == "115002")
    row |= {"requested": 0, "reviewed": 0, "proposed": 0, "procurement_amount": 0}
    return str(row["agency"])


def _z36(hand: Hand) -> str:
    for row in hand.lines(lambda r: r.get("agency") == "118001" and r["project_kind"] == "targeted"
                          and r.get("standard_code") is None)[:5]:  # fmt: skip
        resize(row, 31_200 + 1300 * int(hand.rng.integers(1, 9)))
    return "118001"


_I: Final = "preliminary"
FAULTS: Final = (
    Fault("Z07", "pre", Text("教育局项目一律增长6%", "all projects of an agency grow by 6 %"), _z07),
    Fault("Z19", _I, Text("同一单位两个项目内容重复", "two projects say the same"), _z19),
    Fault("Z20", _I, Text("两个单位建设同一类平台", "two agencies build the same platform"), _z20),
    Fault(
        "Z21",
        _I,
        Text("一项维修拆成三个标段，均略低于限额", "one repair in three parts, each just below the limit"),
        _z21,
        settings=(("Z21.limit", "100万元"),),
    ),
    Fault("Z22", "pre", Text("农业农村局项目多为10万元整数", "most requests of an agency are round"), _z22),
    Fault("Z23", _I, Text("特定目标类项目列支奖金", "a targeted project pays bonuses"), _z23),
    Fault("Z24", _I, Text("项目全部用于印刷费", "a project pays office cost only"), _z24),
    Fault(
        "Z25",
        _I,
        Text("公安局公务接待费增加31万元，总额上升", "reception rises and with it the three-public total"),
        _z25,
        also=("Z26",),
    ),
    Fault("Z26", _I, Text("公安局公务接待费略高于上年", "reception of an agency rises a little"), _z26),
    Fault("Z27", _I, Text("公安局培训费增长17%", "training of an agency grows by 17 %"), _z27),
    Fault("Z28", _I, Text("审计局公用经费只压减2%", "an agency's public cost falls by 2 % only"), _z28),
    Fault(
        "Z29",
        _I,
        Text("农技中心人均公用经费远高于同类", "an agency's public cost a head is far above its peers'"),
        _z29,
    ),
    Fault("Z32", _I, Text("新增资产与存量超过配置数", "assets beyond the quota"), _z32),
    Fault(
        "Z33",
        _I,
        Text("大额设备没有编制政府采购预算", "large equipment without a procurement budget"),
        _z33,
        settings=(("Z33.limit", "50万元"),),
    ),
    Fault("Z35", _I, Text("医院上年有单位资金，今年未编", "an agency leaves out its own funds"), _z35),
    Fault("Z36", "pre", Text("农业农村局一半项目不足5万元", "half of an agency's projects are tiny"), _z36),
)
