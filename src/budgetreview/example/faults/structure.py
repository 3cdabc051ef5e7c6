"""Faults in totals and structure, for the rules of ``rules/structure.toml``."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.figures import WAN, money, total
from budgetreview.example.planting import Fault, Hand, growing, of_own, raise_to, set_prior

_PAVING: Final = "城市基础设施配套费收入"


def _s01(hand: Hand) -> str:
    row = hand.book("general")
    row["prior_own_expenditure"] = money(row["own_expenditure"] * Fraction(92, 100))
    return "general"


def _s02(hand: Hand) -> str:
    row = hand.project(lambda r: growing(r) and r["function_code"].startswith("201"))
    raise_to(row, row["proposed"] + 640 * WAN)
    return ""


def _s03(hand: Hand) -> str:
    row = hand.project(lambda r: r["project_name"] == "社会治安立体防控")
    raise_to(row, row["proposed"] + 3600 * WAN)
    return ""


def _s04(hand: Hand) -> str:
    ours = hand.lines(lambda r: r["function_code"].startswith("205"))
    row = hand.project(lambda r: r["project_name"] == "校园安防升级")
    more = total(ours, "proposed") - total(ours, "prior_approved") + 30 * WAN
    set_prior(row, row["prior_approved"] + more)
    return ""


def _s05(hand: Hand) -> str:
    row = hand.book("general")
    row["three_guarantees_need"] = row["three_guarantees_budget"] + 750 * WAN
    return "general"


def _s06(hand: Hand) -> str:
    row = hand.one(lambda r: r["project_name"] == "城南污水处理厂扩建")
    row["function_code"], row["function_name"] = "2136902", "三峡后续工作"
    return "government_fund"


def _s07(hand: Hand) -> str:
    row = hand.project(lambda r: r["project_name"] == "县级人民代表大会会议")
    row["function_code"], row["function_name"] = "2010199", "其他人大事务支出"
    return str(row["agency"])


def _s08(hand: Hand) -> str:
    whole = total(hand.lines(bool), "proposed")
    held = 0
    for row in sorted(hand.lines(lambda r: r.get("project")), key=lambda r: -r["proposed"]):
        if held > whole * Fraction(12, 100):
            break
        row["is_unallocated"] = True
        held += row["proposed"]
    return ""


def _s10(hand: Hand) -> str:
    row = hand.book("general")
    more = money(row["total_in"] * Fraction(12, 100))
    row["stabilisation_in"] += more
    for column in ("upper_general", "notified_general", "expected_general"):
        row[column] -= more
    return "general"


def _s11(hand: Hand) -> str:
    row = hand.book("general")
    less = money(row["own_expenditure"] * Fraction(11, 100))
    row["own_expenditure"] -= less
    row["carry_out"] += less
    return "general"


def _s12(hand: Hand) -> str:
    fund = hand.fund(_PAVING)
    fund["carry_out"] = money(fund["revenue"] * Fraction(42, 100))
    return f"government_fund/{_PAVING}"


def _s13(hand: Hand) -> str:
    row = hand.one(lambda r: r["project_name"] == "国有企业资本金注入")
    row["executed"] = money(row["approved"] * Fraction(6, 10))
    return "state_capital"


_I: Final = "preliminary"
FAULTS: Final = (
    Fault(
        "S01", _I, Text("上年本级支出较低，支出增幅超过财力增幅", "expenditure grows faster than the resources"), _s01
    ),
    Fault(
        "S02", _I, Text("一项一般公共服务支出增加640万元", "a line of general services rises by 6.4 million yuan"), _s02
    ),
    Fault(
        "S03",
        _I,
        Text(
            "公共安全支出增加3600万元，民生占比下降",
            "public safety rises by 36 million yuan and livelihood's share falls",
        ),
        _s03,
    ),
    Fault("S04", _I, Text("教育支出比上年少30万元", "education gets 300,000 yuan less than last year"), _s04),
    Fault("S05", _I, Text("“三保”预算少于需求750万元", "the three guarantees are 7.5 million yuan short"), _s05),
    Fault(
        "S06", _I, Text("基金预算支出改列其他科目类，结构突变", "a large fund project stands under another class"), _s06
    ),
    Fault("S07", _I, Text("人大机关一项主要支出列入其他支出", "a main item of an agency stands under other"), _s07),
    Fault("S08", _I, Text("代编未分配支出超过总额的10%", "more than a tenth of the budget is not placed"), _s08),
    Fault(
        "S09",
        _I,
        Text("年初已落实到单位和项目的只有70%", "only 70 % of the budget are placed"),
        of_own("placed", Fraction(70, 100)),
    ),
    Fault("S10", _I, Text("大量动用预算稳定调节基金", "much is drawn from the stabilisation fund"), _s10),
    Fault("S11", "final", Text("一般公共预算年末结转过大", "much of the general book is carried over"), _s11),
    Fault("S12", _I, Text("城市基础设施配套费结转超过收入的30%", "a fund carries over 42 % of its income"), _s12),
    Fault(
        "S13",
        "final",
        Text("国有资本经营支出执行率过低", "the outturn of the state-capital book lies far below its budget"),
        _s13,
    ),
)
