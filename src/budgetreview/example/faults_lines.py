"""Faults in single lines and in the lines of an agency (families Z, K, Q, and L14, L15)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any, Final

from budgetreview.errors import Text
from budgetreview.example.figures import Row, money
from budgetreview.example.planting import Fault, Hand, growing, plain, raise_to, resize, set_prior

_WAN: Final = 10_000
_NEAREST: Final = 5
_UNCOMPARED: Final = ("30101", "30102", "30107", "30206", "30228")
"""Codes of basic expenditure under each agency's own function, where there are too few peers to compare with."""


def _set(wanted: Callable[[Row], object], **values: Any) -> Callable[[Hand], str]:
    """Set columns of one project."""

    def plant(hand: Hand) -> str:
        row = hand.project(wanted)
        row.update(values)
        return str(row["line_id"])

    return plant


def _basic(code: str) -> Callable[[Row], bool]:
    return lambda r: r.get("basic") is True and r["dept_economic_code"] == code


def _named(name: str) -> Callable[[Row], bool]:
    return lambda r: r.get("project_name") == name


def _of_agency(hand: Hand, agency: str, code: str) -> Row:
    return hand.one(lambda r: r.get("agency") == agency and _basic(code)(r))


def _l14(hand: Hand) -> str:
    row = hand.one(_basic("30228"))
    row["dept_economic_code"] = "302"
    return str(row["line_id"])


def _l15(hand: Hand) -> str:
    row = hand.project(lambda r: plain(r) and r["dept_economic_code"] == "30218")
    row["dept_economic_code"] = "302"
    return str(row["line_id"])


def _z05(hand: Hand) -> str:
    row = hand.project(growing)
    row["start_year"] = 2017
    set_prior(row, row["proposed"] * Fraction(994, 1000))
    return str(row["line_id"])


def _z06(hand: Hand) -> str:
    row = hand.project(lambda r: growing(r) and r["start_year"] > 2021)  # noqa: PLR2004 - not fixed for years
    set_prior(row, row["requested"])
    return str(row["line_id"])


def _z07(hand: Hand) -> str:
    for row in hand.lines(lambda r: r["agency"] == "111001" and r["project_kind"] == "targeted"):
        left = row["prior_current"] - row["prior_executed"]
        set_prior(row, row["requested"] / Fraction(106, 100))
        row["prior_executed"] = row["prior_current"] - left
    return "111001"


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
    row = hand.one(_named("征地拆迁补偿安置"))
    row["carryover_year"] = 2023
    return str(row["line_id"])


def _z11(hand: Hand) -> str:
    row = hand.one(_basic("30211"))
    row |= {"standard_code": None, "standard_value": None, "quantity": None, "periods": None}
    return str(row["line_id"])


def _z12(hand: Hand) -> str:
    row = hand.project(_named("公益性岗位补贴"))
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
    row = hand.one(lambda r: r.get("basic") is False and not r["prior_approved"] and r["proposed"] > 600 * _WAN)
    row["evaluated_before"] = False
    return str(row["line_id"])


def _z19(hand: Hand) -> str:
    row = hand.project(_named("新型经营主体培育"))
    row["project_name"] = "特色水果产业集群补助资金"
    return str(row["line_id"])


def _z20(hand: Hand) -> str:
    row = hand.project(_named("审计数据分析室"))
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
        asked = -(-row["requested"] // (10 * _WAN)) * 10 * _WAN
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
    reception, power = (_of_agency(hand, "109001", code) for code in ("30217", "30206"))
    raise_to(reception, reception["proposed"] + more)
    raise_to(power, power["proposed"] - more)
    return str(reception["dept_economic_code"])


def _z25(hand: Hand) -> str:
    _swap_in(hand, 31 * _WAN)
    return ""


def _z26(hand: Hand) -> str:
    reception = next(r for r in hand.lines(_basic("30217")) if r["agency"] == "109001")
    code = _swap_in(hand, reception["prior_approved"] - reception["proposed"] + 900)
    return f"109001/{code}"


def _z27(hand: Hand) -> str:
    training, power = (_of_agency(hand, "109001", code) for code in ("30216", "30206"))
    less = training["prior_approved"] - money(training["proposed"] / Fraction(117, 100))
    set_prior(training, training["prior_approved"] - less)
    set_prior(power, power["prior_approved"] + less)
    return "109001"


def _z28(hand: Hand) -> str:
    for row in hand.lines(lambda r: r.get("agency") == "107001" and r["project_kind"] == "public"):
        set_prior(row, row["proposed"] / Fraction(98, 100))
    return "107001"


def _z29(hand: Hand) -> str:
    row = _of_agency(hand, "118002", "30206")
    resize(row, row["proposed"] + 90 * _WAN)
    return "118002"


def _z30(hand: Hand) -> str:
    row = hand.project(plain)
    row |= {"project": None, "targets": 6, "targets_output": 3, "targets_benefit": 2, "targets_satisfaction": 1,
            "targets_numeric": 5}  # fmt: skip
    return str(row["line_id"])


def _z31(hand: Hand) -> str:
    row = hand.project(_named("特色水果产业集群"))
    row["start_year"], row["end_year"] = 2019, 2028
    if abs(Fraction(row["proposed"], row["prior_approved"]) - 1) <= Fraction(25, 1000):
        set_prior(row, row["proposed"] / Fraction(106, 100))
    return str(row["line_id"])


def _z32(hand: Hand) -> str:
    row = hand.project(lambda r: r["is_asset"])
    row["asset_stock"] = row["asset_quota"] - 1
    return str(row["line_id"])


def _z33(hand: Hand) -> str:
    row = hand.project(lambda r: plain(r) and r["dept_economic_code"] == "31003" and r["proposed"] > 100 * _WAN)
    row |= {"is_procurement": False, "procurement_amount": None}
    return str(row["line_id"])


def _z34(hand: Hand) -> str:
    row = hand.project(lambda r: r.get("agency") == "103001" and r["priority"] == 1)
    row["requested"] = money(row["proposed"] / Fraction(7, 10))
    row["reviewed"] = row["proposed"]
    return str(row["agency"])


def _z35(hand: Hand) -> str:
    row = next(r for r in hand.lines(lambda r: r["fund_source"] == "own") if r["agency"] == "115002")
    row |= {"requested": 0, "reviewed": 0, "proposed": 0, "procurement_amount": 0}
    return str(row["agency"])


def _z36(hand: Hand) -> str:
    for row in hand.lines(lambda r: r.get("agency") == "118001" and r["project_kind"] == "targeted"
                          and r.get("standard_code") is None)[:5]:  # fmt: skip
        resize(row, 31_200 + 1300 * int(hand.rng.integers(1, 9)))
    return "118001"


def _z37(hand: Hand) -> str:
    row = hand.project(lambda r: r.get("carryover") and r["proposed"] < r["prior_approved"])
    row["carryover"] = money((row["prior_current"] - row["prior_executed"]) * Fraction(19, 10))
    return str(row["project"])


def _k01(hand: Hand) -> str:
    row = hand.project(lambda r: r["is_investment"] and r["proposed"] > 1000 * _WAN)
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
    row["spent_to_date"] = row["total_amount"] - row["proposed"] + 84 * _WAN
    return str(row["project"])


def _k05(hand: Hand) -> str:
    row = hand.project(lambda r: r["is_investment"])
    row["funding_fiscal"] -= 150 * _WAN
    return str(row["project"])


def _k06(hand: Hand) -> str:
    row = hand.project(lambda r: r["is_key"] and not r["is_investment"])
    hand.drop("targets", lambda r: r["project"] == row["project"])
    return str(row["line_id"])


def _k07(hand: Hand) -> str:
    row = hand.project(lambda r: r["is_investment"] and r["unit_kind"] == "行政")
    row |= {"project_name": "综合业务用房新建", "dept_economic_code": "31001", "gov_economic_code": "50301"}
    return str(row["line_id"])


def _q01(hand: Hand) -> str:
    parent, child = hand.lines(lambda r: r.get("agency") == "110001" and r.get("basic") is False)[:2]
    child["parent_id"] = parent["line_id"]
    hand.used |= {parent["line_id"], child["line_id"]}
    return str(parent["line_id"])


def _q02(hand: Hand) -> str:
    row = hand.project(lambda r: plain(r) and r["unit_kind"] == "行政")
    row["gov_economic_code"] = "50502"
    return str(row["line_id"])


def _q03(hand: Hand) -> str:
    row = hand.project(growing)
    before = row["prior_approved"]
    resize(row, max(100, money(row["proposed"] / Fraction(9000))))
    set_prior(row, before)
    row["prior_executed"] = money(before * Fraction(96, 100))
    return str(row["line_id"])


def _q04(hand: Hand) -> str:
    row = hand.project(plain)
    again = dict(row, line_id="S9004")
    hand.rows["lines"].insert(hand.rows["lines"].index(row) + 1, again)
    return str(row["line_id"])


def _q05(hand: Hand) -> str:
    row = _of_agency(hand, "121002", "30108")
    resize(row, 2300)
    return str(row["line_id"])


def _q06(hand: Hand) -> str:
    for row, size in _leading(hand):
        resize(row, size * _NEAREST + row["requested"] % size)
    return ""


def _q07(hand: Hand) -> str:
    for row, size in _leading(hand):
        first = row["requested"] // size
        resize(row, size * first + size // 10 * _NEAREST + row["requested"] % (size // 10))
    return ""


def _leading(hand: Hand) -> list[tuple[Row, int]]:
    """Basic lines that no peers are compared with, each with the power of ten of its first digit."""
    rows = hand.lines(lambda r: r.get("basic") is True and r["dept_economic_code"] in _UNCOMPARED)
    return [(r, 10 ** (len(str(r["requested"])) - 1)) for r in rows]


_SECOND: Final = ("", "036", "149", "258", "457", "289", "157", "248", "578", "129")
"""Second digits in a short list of sums: each first digit has three, and all second digits are about as frequent."""
_SHARE: Final = 8
"""No part is larger than one in so many; the parts of agencies then stay alike in size, and none is far out."""


def _q08(hand: Hand) -> str:
    for row in hand.lines(lambda r: r.get("basic") is True and r["dept_economic_code"] in {"30101", "30102", "30107"}):
        most, rest, parts = row["proposed"] // _SHARE, row["proposed"], set[int]()
        while rest > most or rest in parts:
            first = int(10 ** hand.rng.random())
            second = int(_SECOND[first][int(hand.rng.integers(0, 3))])
            unit = 10 ** (len(str(most // (10 * first + second))) - 1)
            part = (10 * first + second) * unit + 100 * int(hand.rng.integers(0, max(1, unit // 100)))
            if part not in parts and part < rest:
                parts.add(part)
                rest -= part
        place = hand.rows["lines"].index(row)
        pieces = [dict(row, line_id=f"{row['line_id']}-{k}") for k in range(1, len(parts) + 1)]
        for piece, part in zip(pieces, sorted(parts), strict=True):
            resize(piece, part)
        resize(row, rest)
        hand.rows["lines"][place + 1 : place + 1] = pieces
    return ""


def _q09(hand: Hand) -> str:
    rows = hand.lines(lambda r: r.get("basic") is False and plain(r) and 60 * _WAN <= r["proposed"] < 180 * _WAN)
    for place, row in enumerate(rows):
        resize(row, 93 * _WAN + 3_700 * place)
    for agency in sorted({r["agency"] for r in rows}):
        hand.rank(agency)
    return ""


_I: Final = "preliminary"
FAULTS: Final = (
    Fault("L14", _I, Text("一条基本支出的经济分类只编到类", "a basic line's economic code stops at the class"), _l14),
    Fault("L15", _I, Text("一条项目支出的经济分类只编到类", "a project's economic code stops at the class"), _l15),
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
    Fault("Z07", "pre", Text("教育局项目一律增长6%", "all projects of an agency grow by 6 %"), _z07),
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
    Fault("Z30", _I, Text("项目没有项目库编码", "a project without a code of the library"), _z30),
    Fault("Z31", _I, Text("专项资金期限9年", "a special fund with a term of nine years"), _z31),
    Fault("Z32", _I, Text("新增资产与存量超过配置数", "assets beyond the quota"), _z32),
    Fault(
        "Z33",
        _I,
        Text("大额设备没有编制政府采购预算", "large equipment without a procurement budget"),
        _z33,
        settings=(("Z33.limit", "50万元"),),
    ),
    Fault("Z34", _I, Text("排序第一的项目压减最多", "the project ranked first is cut most"), _z34),
    Fault("Z35", _I, Text("医院上年有单位资金，今年未编", "an agency leaves out its own funds"), _z35),
    Fault("Z36", "pre", Text("农业农村局一半项目不足5万元", "half of an agency's projects are tiny"), _z36),
    Fault("Z37", _I, Text("结转大于上年未用完数", "more is carried over than last year left"), _z37),
    Fault(
        "Z38",
        "final",
        Text("项目支出没有评价得分", "project spending was not evaluated"),
        _set(plain, evaluation_score=None),
    ),
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
    Fault("Q01", _I, Text("上级明细与下级明细合计不符", "a parent line differs from its part"), _q01),
    Fault("Q02", _I, Text("行政单位使用事业单位经济分类", "an office under a code of institutions"), _q02),
    Fault("Q03", _I, Text("金额只有上年的万分之一左右", "an amount about ten thousand times too small"), _q03),
    Fault("Q04", _I, Text("一条明细重复录入", "a line entered twice"), _q04),
    Fault(
        "Q05",
        _I,
        Text("图书馆养老保险缴费远低于同类", "one agency's pension contributions lie far below its peers'"),
        _q05,
    ),
    Fault("Q06", "pre", Text("大量金额首位数字为5", "many amounts begin with 5"), _q06),
    Fault("Q07", "pre", Text("大量金额第二位数字为5", "the second digit of many amounts is 5"), _q07),
    Fault(
        "Q08",
        "pre",
        Text("工资支出拆成许多固定数额", "pay is parted into many sums from a short list"),
        _q08,
    ),
    Fault(
        "Q09",
        _I,
        Text("许多项目略低于100万元", "many projects lie just below a limit"),
        _q09,
        settings=(("Q09.limit", "100万元"),),
    ),
)
