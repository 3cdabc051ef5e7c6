"""Faults in totals, funds, transfers and debt (families L, S, V, X, B)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.figures import money, total
from budgetreview.example.lines import special_line
from budgetreview.example.planting import Fault, Hand, growing, plain, raise_to, set_prior

_WAN: Final = 10_000
_LAND: Final = "国有土地使用权出让收入"
_SEWAGE: Final = "污水处理费收入"
_PAVING: Final = "城市基础设施配套费收入"
_PENSION: Final = "城乡居民基本养老保险基金"


def _l01(hand: Hand) -> str:
    hand.drop("totals", lambda r: r["book"] == "social_insurance")
    return ""


def _l02(hand: Hand) -> str:
    hand.book("social_insurance")["total_in"] += 50 * _WAN
    return "social_insurance"


def _l03(hand: Hand) -> str:
    row = hand.book("general")
    row["own_expenditure"] += 320 * _WAN
    row["total_out"] += 320 * _WAN
    return "general"


def _l04(hand: Hand) -> str:
    hand.fund(_SEWAGE)["bonds"] -= 1000 * _WAN
    return f"government_fund/{_SEWAGE}"


def _l05(hand: Hand) -> str:
    row = hand.book("state_capital")
    row["own_expenditure"] += 60 * _WAN
    row["total_out"] += 60 * _WAN
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
    short = fund["revenue"] - fund["expenditure"] + 430 * _WAN
    fund["revenue"] -= short
    for column in ("own_revenue", "total_in", "carry_out", "total_out"):
        row[column] -= short
    return f"social_insurance/{_PENSION}"


def _l09(hand: Hand) -> str:
    fund = hand.fund(_PENSION)
    fund["balance"] = money(Fraction(fund["expenditure"] * 5, 24))
    return f"social_insurance/{_PENSION}"


def _of_own(column: str, part: Fraction, book: str = "general") -> Callable[[Hand], str]:
    def plant(hand: Hand) -> str:
        row = hand.book(book)
        row[column] = money(row["own_expenditure"] * part)
        return book

    return plant


def _l16(hand: Hand) -> str:
    row = hand.book("general")
    row["moved_in"] -= 800 * _WAN
    row["upper_general"] += 800 * _WAN
    return ""


def _l17(hand: Hand) -> str:
    row = hand.book("general")
    row["notified_special"] = row["upper_special"] + 260 * _WAN
    row["expected_special"] = row["upper_special"] + 300 * _WAN
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
    hand.book("general")["upper_special"] -= 120 * _WAN
    return "general"


def _l21(hand: Hand) -> str:
    row = hand.book("general")
    row["carry_in"] += 640 * _WAN
    row["upper_general"] -= 640 * _WAN
    return "general"


def _l22(hand: Hand) -> str:
    row = hand.project(plain)
    row["function_code"], row["function_name"] = row["function_code"][:5], None
    return str(row["line_id"])


def _s01(hand: Hand) -> str:
    row = hand.book("general")
    row["prior_own_expenditure"] = money(row["own_expenditure"] * Fraction(92, 100))
    return "general"


def _s02(hand: Hand) -> str:
    row = hand.project(lambda r: growing(r) and r["function_code"].startswith("201"))
    raise_to(row, row["proposed"] + 640 * _WAN)
    return ""


def _s03(hand: Hand) -> str:
    row = hand.project(lambda r: r["project_name"] == "社会治安立体防控")
    raise_to(row, row["proposed"] + 3600 * _WAN)
    return ""


def _s04(hand: Hand) -> str:
    ours = hand.lines(lambda r: r["function_code"].startswith("205"))
    row = hand.project(lambda r: r["project_name"] == "校园安防升级")
    more = total(ours, "proposed") - total(ours, "prior_approved") + 30 * _WAN
    set_prior(row, row["prior_approved"] + more)
    return ""


def _s05(hand: Hand) -> str:
    row = hand.book("general")
    row["three_guarantees_need"] = row["three_guarantees_budget"] + 750 * _WAN
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
    row["prior_budget_own_revenue"] = row["prior_own_revenue"] - row["prior_carry_out"] - 900 * _WAN
    return "government_fund"


def _x01(hand: Hand) -> str:
    row = hand.book("general")
    row["transfers_general"], row["transfers_special"] = row["transfers_special"], row["transfers_general"]
    return "general"


def _transfer_line(hand: Hand) -> str:
    row = special_line("general", "2300313", ("39999", "51301"), 38 * _WAN, 41 * _WAN, "村级公共服务运行维护")
    row |= {"line_id": "S9001", "project": "43079926P900001", "region": "青竹乡"}
    row |= {"is_unallocated": False, "debt_funded": False}
    hand.rows["lines"].append(row)
    first = hand.rows["targets"][0]["project"]
    hand.rows["targets"] += [dict(t, project=row["project"]) for t in hand.rows["targets"] if t["project"] == first]
    return "S9001"


def _x02(hand: Hand) -> str:
    line = _transfer_line(hand)
    hand.rows["lines"][-1]["region"] = None
    return line


def _x03(hand: Hand) -> str:
    for row in hand.rows["transfers"]:
        if row["kind"] == "special":
            row["notified"] = money(row["expected"] * Fraction(58, 100))
    return "given_special"


def _transfer(kind: str, hand: Hand) -> int:
    return next(i for i, r in enumerate(hand.rows["transfers"]) if r["kind"] == kind and r["region"] == "双龙乡")


def _x04(hand: Hand) -> str:
    row = hand.rows["transfers"][_transfer("special", hand)]
    row["matching_required"] = True
    return "special/双龙乡/村级公共服务运行维护"


def _x05(hand: Hand) -> str:
    line = _transfer_line(hand)
    hand.rows["lines"][-1]["evaluation_score"] = 52.0
    return line


def _x06(hand: Hand) -> str:
    row = hand.rows["transfers"][_transfer("special", hand)]
    row["project"] = None
    return "special/双龙乡"


def _b01(hand: Hand) -> str:
    row = hand.book("general")
    row["debt_balance_general"] = row["debt_limit_general"] + 640 * _WAN
    return "general"


def _b02(hand: Hand) -> str:
    row = hand.one(lambda r: r["project_name"] == "城南污水处理厂扩建")
    row |= {"dept_economic_code": "30214", "gov_economic_code": "50201", "is_investment": False, "is_key": False}
    return str(row["line_id"])


def _b03(hand: Hand) -> str:
    row = hand.revenue("11011")
    row["function_code"], row["function_name"] = "10504", "地方政府债务收入"
    return str(row["line_id"])


def _no_adjustment(hand: Hand) -> None:
    hand.drop("calendar", lambda r: r["event"].startswith("adjustment"))


def _b04(hand: Hand) -> str:
    _no_adjustment(hand)
    row = hand.book("general")
    for column in ("debt_in", "total_in", "carry_out", "total_out"):
        row[column] += 700 * _WAN
    return "general"


def _b05(hand: Hand) -> str:
    hand.book("general")["debt_service_due"] += 230 * _WAN
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
        _of_own("reserve", Fraction(6, 1000)),
    ),
    Fault(
        "L11",
        _I,
        Text("预算周转金达到本级支出的1.7%", "the working capital is 1.7 % of own-level expenditure"),
        _of_own("working_capital", Fraction(17, 1000)),
    ),
    Fault(
        "L12",
        _I,
        Text("预算稳定调节基金达到本级支出的8%", "the stabilisation fund is 8 % of own-level expenditure"),
        _of_own("stabilisation_balance", Fraction(8, 100)),
    ),
    Fault("L13", _I, Text("一条项目支出的功能科目只编到款", "a line's function code stops at the 款"), _l22),
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
        _of_own("placed", Fraction(70, 100)),
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
    Fault("X01", _I, Text("对下专项转移支付多于一般性转移支付", "special transfers exceed general ones"), _x01),
    Fault("X02", _I, Text("一条专项转移支付没有地区", "a special transfer names no region"), _x02),
    Fault(
        "X03", _I, Text("专项转移支付提前下达只有58%", "only 58 % of special transfers were announced in advance"), _x03
    ),
    Fault("X04", _I, Text("一笔专项转移支付要求乡镇配套", "a transfer asks the town for matching money"), _x04),
    Fault("X05", _I, Text("绩效差的专项转移支付继续安排", "a special transfer with a poor result goes on"), _x05),
    Fault("X06", _I, Text("一笔专项转移支付没有项目", "a special transfer names no project"), _x06),
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
