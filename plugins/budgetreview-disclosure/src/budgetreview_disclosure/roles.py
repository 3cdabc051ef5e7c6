"""What a column holds, told from its header read from the top row down.

A column has a role (what is counted: ``basic``, ``vehicles``) and, where the print says it, a basis (which figure of
it: the budget, the final account, last year's). Only what the header says is used; a header that says nothing known has
no role, and nothing is guessed from the numbers under it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

import attrs

from budgetreview import Text
from budgetreview_disclosure.titles import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

Basis = Literal["budget", "adjusted", "actual", "prior_budget", "prior_actual", "change", "rate"]
"""Which figure: this year's budget, the adjusted (whole-year) budget, the final account, last year's budget or final
account, the difference, a percentage."""

ROLES: Final[dict[str, Text]] = {
    # what a row is
    "label": Text("科目名称或项目", "name of the row"),
    "code": Text("科目编码", "classification code"),
    "code_class": Text("类", "code, class"),
    "code_group": Text("款", "code, group"),
    "code_item": Text("项", "code, item"),
    "line_number": Text("行次", "line number of the form"),
    "serial": Text("序号", "running number"),
    "unit_code": Text("单位编码", "code of the unit"),
    "unit_name": Text("单位名称", "name of the unit"),
    "project_name": Text("项目名称", "name of the project"),
    "project_code": Text("项目编码", "code of the project"),
    "remark": Text("备注", "remark"),
    # the row's whole amount, and its parts by kind of spending
    "total": Text("合计、金额、预算数、决算数", "the row's whole amount"),
    "basic": Text("基本支出", "basic expenditure"),
    "staff": Text("人员经费", "cost of people"),
    "public": Text("公用经费", "running cost"),
    "wages": Text("工资福利支出", "wages and benefits"),
    "goods": Text("商品和服务支出", "goods and services"),
    "households": Text("对个人和家庭的补助", "subsidies to people and households"),
    "capital_items": Text("资本性支出", "capital items"),
    "project": Text("项目支出", "project expenditure"),
    "reserve": Text("单位预留机动经费", "the unit's own reserve"),
    "upper_payment": Text("上缴上级支出", "paid to the superior unit"),
    "operating_spending": Text("经营支出", "operating expenditure"),
    "affiliate_subsidy": Text("对附属单位补助支出", "subsidies to affiliates"),
    "carry_over_out": Text("结转下年", "carried to next year"),
    # by source of the money
    "grant": Text("财政拨款", "treasury grants"),
    "general": Text("一般公共预算", "general public budget"),
    "fund": Text("政府性基金预算", "government funds"),
    "capital": Text("国有资本经营预算", "state capital operating budget"),
    "special_account": Text("财政专户管理资金", "special accounts of the treasury"),
    "own": Text("单位资金", "the unit's own money"),
    "upper_subsidy": Text("上级补助收入", "subsidies from the superior unit"),
    "business": Text("事业收入", "income of public institutions"),
    "operating_income": Text("经营收入", "operating income"),
    "affiliates": Text("附属单位上缴收入", "paid by affiliates"),
    "other": Text("其他收入、其他资金", "other"),
    "reserve_use": Text("使用非财政拨款结余", "use of surpluses other than grants"),
    "carry_over": Text("上年结转结余", "carried from last year"),
    "carry_over_general": Text("上年结转：一般公共预算", "carried over, general public budget"),
    "carry_over_fund": Text("上年结转：政府性基金预算", "carried over, government funds"),
    "carry_over_capital": Text("上年结转：国有资本经营预算", "carried over, state capital"),
    "carry_over_special_account": Text("上年结转：财政专户管理资金", "carried over, special accounts"),
    "carry_over_own": Text("上年结转：单位资金", "carried over, own money"),
    # the year's way from opening to closing balance
    "opening": Text("年初结转和结余", "opening balance"),
    "opening_basic": Text("年初基本支出结转", "opening balance, basic"),
    "opening_project": Text("年初项目支出结转和结余", "opening balance, project"),
    "revenue": Text("本年收入", "this year's revenue"),
    "revenue_basic": Text("本年收入：基本支出", "this year's revenue for basic expenditure"),
    "revenue_project": Text("本年收入：项目支出", "this year's revenue for projects"),
    "spending": Text("本年支出", "this year's expenditure"),
    "closing": Text("年末结转和结余", "closing balance"),
    "closing_basic": Text("年末基本支出结转", "closing balance, basic"),
    "closing_project": Text("年末项目支出结转和结余", "closing balance, project"),
    # 三公 and what is printed beside it
    "official": Text("“三公”经费", "the three together, where meetings or running costs stand beside them"),
    "abroad": Text("因公出国（境）费", "travel abroad"),
    "vehicles": Text("公务用车购置及运行维护费", "official vehicles"),
    "vehicle_purchase": Text("公务用车购置费", "vehicles bought"),
    "vehicle_running": Text("公务用车运行维护费", "vehicles kept running"),
    "reception": Text("公务接待费", "receptions"),
    "meetings": Text("会议费", "meetings"),
    "training": Text("培训费", "training"),
    "operating": Text("机关运行经费", "running costs of the offices"),
    # procurement and targets
    "procurement_kind": Text("采购类型", "goods, works or services"),
    "procurement_item": Text("采购品目", "catalogue item"),
    "procurement_form": Text("采购组织形式", "central, departmental or dispersed"),
    "economic_item": Text("经济科目", "economic item, as a name"),
    "quantity": Text("数量", "quantity"),
    "price": Text("单价", "unit price"),
    "objective": Text("绩效目标", "objective in words"),
    "indicator_1": Text("一级指标", "indicator, first level"),
    "indicator_2": Text("二级指标", "indicator, second level"),
    "indicator_3": Text("三级指标", "indicator, third level"),
    "indicator_value": Text("指标值", "value to be reached"),
}
"""Every role, with its name. Amounts are those of :data:`MONEY`."""

TEXTS: Final = frozenset({
    "label", "code", "code_class", "code_group", "code_item", "line_number", "serial", "unit_code", "unit_name",
    "project_name", "project_code", "remark", "procurement_kind", "procurement_item", "procurement_form",
    "economic_item", "quantity", "objective", "indicator_1", "indicator_2", "indicator_3", "indicator_value",
})  # fmt: skip
"""Roles whose cells are texts, codes or counts, never money."""

MONEY: Final = frozenset(ROLES) - TEXTS
"""Roles whose cells are amounts."""


@attrs.frozen
class ColumnRole:
    """What a header says.

    Attributes:
        role: One of :data:`ROLES`; None where the header is not understood.
        basis: Which figure of it, where the header says so.
        year: The fiscal year that the header names.
    """

    role: str | None
    basis: Basis | None = None
    year: int | None = None


_TEXT_LEAVES: Final[tuple[tuple[str, str], ...]] = (
    ("line_number", r"^行次$|^栏次$"),
    ("serial", r"^序号$|^编号$"),
    ("remark", r"^备注|^说明$|^增减变化原因|原因$|^备\s*注"),
    ("code_class", r"^类$|^类级$"),
    ("code_group", r"^款$|^款级$"),
    ("code_item", r"^项$|^项级$"),
    ("unit_code", r"^(?:预算)?(?:单位|部门)(?:[(（](?:单位|部门)[)）])?(?:编码|代码)$"),
    (
        "unit_name",
        r"^(?:预算|用款|填报|主管|项目|实施)?(?:单位|部门)(?:[(（](?:单位|部门)[)）])?(?:名称.*科目|名称)?(?:[(（].*[)）])?$",
    ),
    ("project_code", r"^项目(?:编码|代码|编号)$"),
    ("code", r"(?:科目|分类|功能|经济|支出)?(?:编码|代码|编号)$|^科目(?:编码|代码)|^编码"),
    ("indicator_1", r"^一级指标"),
    ("indicator_2", r"^二级指标"),
    ("indicator_3", r"^三级指标|^指标(?:名称|内容)"),
    ("indicator_value", r"指标值|目标值|^指标性质"),
    ("objective", r"绩效目标|年度目标|总体目标"),
    ("procurement_kind", r"^采购(?:类型|类别|种类)$|^(?:货物|工程|服务)类?型?$"),
    ("procurement_form", r"组织形式|采购(?:方式|形式)"),
    ("procurement_item", r"采购(?:品目|目录|物品|项目|内容)|品目"),
    ("economic_item", r"^(?:支出)?经济(?:分类)?科目$|^(?:部门|政府)?(?:预算)?(?:支出)?经济分类(?:科目)?$"),
    ("quantity", r"数量$|^计量单位$|^数量|人数|[(（](?:人|辆|台|套|个|次|批)[)）]|辆数|次数|批次|保有量|购置数$"),
    ("price", r"^单价"),
)

_LABELS: Final = (
    r"(?:科目|功能|经济|支出|分类|指标)?名称$|^(?:支出)?(?:项目|科目)(?:名称)?(?:[(（].*[)）])?$|^功能(?:分类|科目)|"
    r"^支出(?:用途|功能)|^项\s*目|^按?(?:支出)?(?:功能|性质|经济)(?:分类|科目)|^按支出|^收入项目|^支出项目|^来源|^内容$|^统计数$"
)

_MEASURES: Final[tuple[tuple[str, str], ...]] = (
    ("vehicles", r"购置(?:费)?(?:和|及|与|、)(?:更新及)?运行"),
    (
        "vehicle_purchase",
        r"(?:公务用?车|车辆)(?:辆)?(?:购置|更新)(?:费|支出|数)?$|^(?:其中)?[:：、]?购置(?:费|支出)?$|^购车费|用车购置费",
    ),
    (
        "vehicle_running",
        r"车(?:辆)?运行(?:维护|和维护)?(?:费|经费|支出)?用?$|^运行(?:维护|和维护)?(?:费|支出)用?$|用车运行|^运维费$",
    ),
    ("vehicles", r"公务用?车"),
    ("abroad", r"因公出国|出国.*费|因公临时出国"),
    ("reception", r"接待"),
    ("meetings", r"会议"),
    ("training", r"培训"),
    ("operating", r"机关运行经费|机构运行经费|机关运行"),
    ("official", r"三公"),
    ("carry_over_out", r"结转(?:到|至)?下年|结转下一?年"),
    ("reserve_use", r"使用非财政拨款|(?:用|动用|使用)事业基金|弥补收支差额|非财政拨款结余|动用(?:上年)?结余"),
    ("opening", r"年初.*结|期初|年初余额"),
    ("closing", r"年末.*结|期末|年末余额"),
    ("carry_over", r"上年.*结|上年结余|上年结转|结转(?:资金|结余|和结余|收入)|历年结余|^结转"),
    ("upper_payment", r"上缴上级|上交上级|上缴财政专户"),
    ("affiliate_subsidy", r"附属单位(?:的)?补助|对附属单位|补助附属"),
    ("affiliates", r"附属单位(?:上缴|上交|缴款)|下属单位上缴|附属单位"),
    ("upper_subsidy", r"上级(?:财政)?补助|上级(?:部门|单位)补助"),
    ("special_account", r"财政专户|专户(?:管理|核拨|资金)|教育收费"),
    ("capital", r"国有资本|国资"),
    ("fund", r"政府性基金|基金预算|基金(?:收入|支出)?$"),
    ("general", r"一般公共预算|公共财政|一般预算|公共预算|经费拨款"),
    ("operating_income", r"经营(?:性)?收入"),
    ("operating_spending", r"经营(?:性)?支出"),
    ("business", r"事业收入|事业单位收入"),
    ("own", r"单位资金|自有资金|单位自筹"),
    ("wages", r"工资福利"),
    ("goods", r"商品和服务"),
    ("households", r"对个人和家庭"),
    ("capital_items", r"资本性支出"),
    ("reserve", r"机动经费|预留机动"),
    ("staff", r"人员(?:经费|支出|类)"),
    ("public", r"(?:日常)?公用(?:经费|支出)|^公用"),
    ("basic", r"基本支出"),
    ("project", r"项目支出|^项目经费|项目(?:小计|合计)"),
    ("grant", r"财政(?:补助)?拨款|财政补助|财政性资金|财政资金"),
    ("other", r"其他收入|其他资金|其它(?:收入|资金)|^其[他它]$|其他来源"),
)

_WHOLE: Final = (
    r"^(?:总计|合计|小计|总额|金额|总金额|预算(?:数|金额|额)?|决算(?:数|金额|额)?|执行数|发生额|支出(?:数|金额|额)?|收入(?:数|金额|额)?|年度?预算|"
    r"本年(?:收入|支出)?(?:合计|小计)|(?:收入|支出|预算|资金|项目)?(?:总计|合计|总额|总金额|总预算)(?:数)?|资金总额|"
    r"(?:收入|支出)?(?:年初)?(?:预算|决算)?(?:总计|合计)(?:数)?|采购(?:预算)?(?:金额|总额|预算)|安排(?:数|金额)|(?:收入|支出)(?:预算|决算)(?:数|额)?|全年数)$"
)

_BASES: Final[tuple[tuple[Basis, str], ...]] = (
    ("rate", r"[%％]|百分比|增长率|增幅|比率|比例|占比|完成率"),
    ("change", r"增减|增加额|减少额|变动|差额$|^增长|比上年|较上年|相比|比.{2,12}[增减]"),
    ("prior_actual", r"上年(?:度)?(?:决算|执行|实际|支出)|去年(?:决算|执行)"),
    ("prior_budget", r"上年(?:度)?(?:年初)?预算|去年预算|^上年(?:度)?(?:数|金额)?$"),
    ("adjusted", r"全年预算|调整(?:后)?预算|调整预算|预算调整"),
    ("actual", r"决算|执行数|实际(?:支出|发生|执行)|预计执行"),
    ("budget", r"预算(?:数|金额|额)?$|年初预算|当年预算|本年预算|预算安排|^预算"),
)

_BOOKS: Final = re.compile(r"弥补收支差额|一般公共预算|公共财政预算|政府性基金预算|国有资本经营预算|公共预算|基金预算")
_ONLY_BASIS: Final = re.compile(
    r"^(?:(?:19|20)\d{2}年?度?)?(?:本年|当年|上年|去年|年初|全年|调整|年度)*(?:后)?(?:度|年度)?(?:预算|决算|执行|实际|预计执行|增减|统计)"
    r"(?:数|额|金额|变动|情况|比例|率|支出)*(?:[(（].*[)）])?[%％]?$"
)


def read_header(path: Sequence[str], *, year: int | None = None, kind: str | None = None) -> ColumnRole:
    """Reads a column's header.

    Args:
        path: The header's texts from the top row down, e.g. ``("本年支出", "基本支出", "小计")``.
        year: The document's fiscal year: a header naming an earlier one is last year's.
        kind: The table's kind (see ``titles.py``): in a table of the general budget, 一般公共预算支出 is the whole.

    Returns:
        Its role, basis and year; role None where the header is not understood.
    """
    texts = [_squeeze(t) for t in path]
    texts = [t for i, t in enumerate(texts) if t and (i == 0 or t != texts[i - 1])]
    if not texts:
        return ColumnRole(None)
    if len(texts) > 1 and re.search(_WHOLE, texts[-1]) and re.search(r"(?:名称|编码|代码)$", texts[-2]):
        texts.pop()  # a first row 合计 printed inside the header
    for name, words in _TEXT_LEAVES:
        if re.search(words, texts[-1]):
            return ColumnRole(name if name != "unit_name" or not _is_money_unit(texts[-1]) else None)
    basis, named = _basis(texts, year)
    while len(texts) > 1 and _ONLY_BASIS.match(texts[-1]):
        texts.pop()
    role = _measure(texts)
    if role is None and len(texts) > 1 and not re.search(_LABELS, texts[-1]):
        role = _leaf(texts[-2] + texts[-1])  # a header that runs over the line between two rows
        if role is not None and role == _leaf(texts[-2]):
            role = None  # a part of what stands above, which nobody knows
    if role is not None and role == _WHOLE_OF.get(kind or ""):
        role = "total"
    if role is None and re.search(_LABELS, texts[-1]):
        return ColumnRole("project_name" if kind in _PROJECT_TABLES and texts[-1] == "项目名称" else "label")
    if role is None and basis in {"change", "rate"}:
        role = "total"
    return ColumnRole(role, basis, named)


_PROJECT_TABLES: Final = frozenset({"projects", "general_project", "procurement", "targets", "service_purchases"})
_WHOLE_OF: Final = {
    "general_spending": "general",
    "general_basic": "general",
    "general_project": "general",
    "general_economic": "general",
    "fund_spending": "fund",
    "capital_spending": "capital",
    "grant_balance": "grant",
    "grant_spending": "grant",
    "grant_basic": "grant",
    "operating": "operating",
    "special_account": "special_account",
}


def official_item(label: str) -> str | None:
    """The role that a row's label would have as a column of a 三公 table printed with its items downwards.

    Args:
        label: E.g. ``1.因公出国（境）费`` or ``（2）公务用车运行维护费``.

    Returns:
        ``abroad``, ``vehicles``, ``vehicle_purchase``, ``vehicle_running``, ``reception``, ``meetings``, ``training``,
        ``operating``, ``official`` or ``total``; None for anything else, counts of people and cars included.
    """
    bare = re.sub(
        r"^(?:其中[:：]?)?(?:[(（]?[一二三四五六七八九十\d]+[)）]?[、.．]?)*(?:其中[:：]?)?", "", plain(label)
    )
    if re.search(r"数量|人数|[(（](?:人|辆|台|个|次|批)[)）]|辆数|次数|批次|团组|保有量|购置数|数[(（]", bare):
        return None
    role = _leaf(bare)
    allowed = {"abroad", "vehicles", "vehicle_purchase", "vehicle_running", "reception", "meetings", "training"}
    if role in allowed | {"operating", "official"}:
        return role
    return "total" if re.search(_WHOLE, bare) else None


def _squeeze(text: str) -> str:
    bare = re.sub(r"^(?:其中|其他?中)[:：、]?(?=.)", "", plain(text))
    bare = re.sub(r"[(（](?:单位[:：]?)?(?:人民币)?(?:亿|万|千)?元[)）]", "", bare)
    return re.sub(r"^(?:\d{1,2}|[一二三四五六七八九十]+)[.、．](?=[^\d])", "", bare)


def _is_money_unit(text: str) -> bool:
    return re.search(r"元", text) is not None


def _basis(texts: Sequence[str], year: int | None) -> tuple[Basis | None, int | None]:
    named: int | None = None
    basis: Basis | None = None
    for text in texts:
        found = re.search(r"((?:19|20)\d{2})(?=年|预算|决算|执行)", text)
        compared = re.search(r"(?:比|较|与).*?(?:19|20)\d{2}", text)
        if found and not compared:
            named = int(found.group(1))
        bare = _BOOKS.sub("", text)
        here = next((name for name, words in _BASES if re.search(words, bare)), None)
        if (
            (here is not None and basis not in {"change", "rate"})
            or here == "rate"
            or (here == "change" and basis != "rate")
        ):
            basis = here
    if year is not None and named is not None and named < year and basis in {"budget", "adjusted", "actual"}:
        basis = "prior_actual" if basis == "actual" else "prior_budget"
    return basis, named


def _measure(texts: Sequence[str]) -> str | None:
    leaf, parents = texts[-1], texts[:-1]
    role = _leaf(leaf)
    if role is None and (re.search(_WHOLE, leaf) or _ONLY_BASIS.match(leaf)):
        for parent in reversed(parents):
            over = _stem(parent) or _leaf(parent)
            if over is not None:
                return _under(over, parents[: parents.index(parent)])
        return "total"
    if role is None:
        return _stem(leaf)
    return _under(role, parents)


def _under(role: str, parents: Sequence[str]) -> str:
    """The role of a part under a header that says when: 年初结转 / 基本支出 is no expenditure."""
    for parent in parents:
        over = _stem(parent) or _leaf(parent)
        if over in {"opening", "closing"} and role in {"basic", "project"}:
            return f"{over}_{role}"
        if over == "revenue" and role in {"basic", "project"}:
            return f"revenue_{role}"
        if over == "carry_over" and role in {"general", "fund", "capital", "special_account", "own"}:
            return f"carry_over_{role}"
        if over in {"opening", "closing"} and role in {"opening", "closing", "carry_over"}:
            return over
        if over in {"general", "fund", "capital"} and role == "grant":
            return over
    return role


def _stem(text: str) -> str | None:
    """本年收入 and 本年支出 stand over parts (of a balance, or of the year's way) and are totals only by their leaf."""
    if re.search(r"^本年收入$|^本年收入(?:合计|小计)?$", text):
        return "revenue"
    if re.search(r"^本年支出$|^本年支出(?:合计|小计)?$", text):
        return "spending"
    return None


def _leaf(text: str) -> str | None:
    if re.search(r"基本支出", text) and re.search(r"结转", text):
        return "opening_basic" if "年初" in text else "closing_basic" if "年末" in text else "basic"
    if re.search(r"项目支出", text) and re.search(r"结转|结余", text):
        return "opening_project" if "年初" in text else "closing_project" if "年末" in text else "project"
    if re.search(_WHOLE, text):
        return None
    bare = re.sub(r"(?:19|20)\d{2}年?度?", "", text)
    return next((role for role, words in _MEASURES if re.search(words, bare)), None)
