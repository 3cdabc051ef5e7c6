"""Faults in what the law asks of a budget, for the rules of ``rules/legality.toml``."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.figures import WAN, money
from budgetreview.example.planting import Fault, Hand, basic, of_own, plain

_SEWAGE: Final = "污水处理费收入"
_PENSION: Final = "城乡居民基本养老保险基金"


def _l01(hand: Hand) -> str:
    hand.drop("totals", lambda r: r["book"] == "social_insurance")
    return ""


def _l02(hand: Hand) -> str:
    hand.book("social_insurance")["total_in"] += 50 * WAN
    return "social_insurance"


def _l03(hand: Hand) -> str:
    row = hand.book("general")
    row["own_expenditure"] += 320 * WAN
    row["total_out"] += 320 * WAN
    return "general"


def _l04(hand: Hand) -> str:
    hand.fund(_SEWAGE)["bonds"] -= 1000 * WAN
    return f"government_fund/{_SEWAGE}"


def _l05(hand: Hand) -> str:
    row = hand.book("state_capital")
    row["own_expenditure"] += 60 * WAN
    row["total_out"] += 60 * WAN
    return "state_capital"


def _less_moved(hand: Hand, amount: int) -> str:
    """The state-capital book moves so much less; the general book gets it from above."""
    capital, general = hand.book("state_capital"), hand.book("general")
    capital["moved_out"] -= amount
    capital["carry_out"] += amount
    general["moved_in"] -= amount
    general["upper_general"] += amount
    return "state_capital"


def _l06(hand: Hand) -> str:
    return _less_moved(hand, hand.book("state_capital")["moved_out"])


def _l07(hand: Hand) -> str:
    row = hand.book("state_capital")
    return _less_moved(hand, row["moved_out"] - money(row["own_revenue"] * Fraction(12, 100)))


def _l08(hand: Hand) -> str:
    fund, row = hand.fund(_PENSION), hand.book("social_insurance")
    short = fund["revenue"] - fund["expenditure"] + 430 * WAN
    fund["revenue"] -= short
    for column in ("own_revenue", "total_in", "carry_out", "total_out"):
        row[column] -= short
    return f"social_insurance/{_PENSION}"


def _l09(hand: Hand) -> str:
    fund = hand.fund(_PENSION)
    fund["balance"] = money(Fraction(fund["expenditure"] * 5, 24))
    return f"social_insurance/{_PENSION}"


def _l16(hand: Hand) -> str:
    row = hand.book("general")
    row["moved_in"] -= 800 * WAN
    row["upper_general"] += 800 * WAN
    return ""


def _l17(hand: Hand) -> str:
    row = hand.book("general")
    row["notified_special"] = row["upper_special"] + 260 * WAN
    row["expected_special"] = row["upper_special"] + 300 * WAN
    return "special_transfers"


def _l18(hand: Hand) -> str:
    for line in hand.rows["lines"]:
        line["note"] = None
    row = hand.project(plain)
    row["executed"] = money(row["proposed"] * Fraction(1, 5))
    return str(row["line_id"])


def _l19(hand: Hand) -> str:
    hand.drop("funds", lambda r: r["book"] == "social_insurance")
    return "social_insurance"


def _l20(hand: Hand) -> str:
    hand.book("general")["upper_special"] -= 120 * WAN
    return "general"


def _l21(hand: Hand) -> str:
    row = hand.book("general")
    row["carry_in"] += 640 * WAN
    row["upper_general"] -= 640 * WAN
    return "general"


def _l22(hand: Hand) -> str:
    row = hand.project(plain)
    row["function_code"], row["function_name"] = row["function_code"][:5], None
    return str(row["line_id"])


def _l14(hand: Hand) -> str:
    row = hand.one(basic("30228"))
    row["dept_economic_code"] = "302"
    return str(row["line_id"])


def _l15(hand: Hand) -> str:
    row = hand.project(lambda r: plain(r) and r["dept_economic_code"] == "30218")
    row["dept_economic_code"] = "302"
    return str(row["line_id"])


_I: Final = "preliminary"
FAULTS: Final = (
    Fault("L01", _I, Text("总表中缺少社会保险基金预算", "the social insurance book is missing"), _l01),
    Fault(
        "L02",
        _I,
        Text("社会保险基金收入总计多列50万元", "the total income of the insurance book is 500,000 yuan too high"),
        _l02,
    ),
    Fault(
        "L03",
        _I,
        Text("一般公共预算支出总计比收入总计多320万元", "the general book spends 3.2 million yuan more than it has"),
        _l03,
        also=("L02",),
    ),
    Fault("L04", _I, Text("污水处理费支出大于其收入与债券资金", "the sewage fund pays more than it takes in"), _l04),
    Fault(
        "L05",
        _I,
        Text("国有资本经营支出与调出大于收入总计", "the state-capital book spends and moves out more than it has"),
        _l05,
        also=("L02",),
    ),
    Fault("L06", _I, Text("国有资本经营预算没有调出", "the state-capital book moves nothing"), _l06, also=("L07",)),
    Fault(
        "L07",
        _I,
        Text("国有资本经营预算只调出收入的12%", "the state-capital book moves only 12 % of its revenue"),
        _l07,
    ),
    Fault("L08", _I, Text("居民养老保险当年收不抵支", "an insurance pays out more than its income of the year"), _l08),
    Fault(
        "L09",
        _I,
        Text("居民养老保险累计结余只够两个半月", "an insurance has two and a half months of benefits left"),
        _l09,
    ),
    Fault(
        "L10",
        _I,
        Text("预备费只有本级支出的0.6%", "the reserve is only 0.6 % of own-level expenditure"),
        of_own("reserve", Fraction(6, 1000)),
    ),
    Fault(
        "L11",
        _I,
        Text("预算周转金达到本级支出的1.7%", "the working capital is 1.7 % of own-level expenditure"),
        of_own("working_capital", Fraction(17, 1000)),
    ),
    Fault(
        "L12",
        _I,
        Text("预算稳定调节基金达到本级支出的8%", "the stabilisation fund is 8 % of own-level expenditure"),
        of_own("stabilisation_balance", Fraction(8, 100)),
    ),
    Fault("L13", _I, Text("一条项目支出的功能科目只编到款", "a line's function code stops at the 款"), _l22),
    Fault("L14", _I, Text("一条基本支出的经济分类只编到类", "a basic line's economic code stops at the class"), _l14),
    Fault("L15", _I, Text("一条项目支出的经济分类只编到类", "a project's economic code stops at the class"), _l15),
    Fault(
        "L16",
        _I,
        Text("基金和国资调出的800万元没有列入一般公共预算", "8 million yuan that left other books do not arrive"),
        _l16,
    ),
    Fault(
        "L17",
        _I,
        Text("提前下达的专项转移支付少编260万元", "announced special transfers are budgeted 2.6 million yuan short"),
        _l17,
    ),
    Fault("L18", _I, Text("草案批准前已支出且没有说明", "money was spent before approval without a word"), _l18),
    Fault("L19", _I, Text("社会保险基金预算没有险种明细", "the insurance book is not broken down"), _l19),
    Fault(
        "L20",
        _I,
        Text("收入各项合计比收入总计少120万元", "the listed income is 1.2 million yuan less than its total"),
        _l20,
    ),
    Fault(
        "L21",
        _I,
        Text("上年结转收入比项目结转多640万元", "6.4 million yuan are carried in that no line carries over"),
        _l21,
    ),
    Fault("L22", "final", Text("决算一条支出只编到款", "a line of the accounts stops at the 款"), _l22),
)
