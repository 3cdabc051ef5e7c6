"""The tables of a submission: which columns each has, of what kind, under which headers.

This is the one statement of CONTRACT's columns. Intake builds its validation schemas, the template
workbook and the column reference from it; a rule names columns by the names given here.

Kinds (:data:`Kind`): ``text`` and ``code`` (text keys), ``word`` (one of a fixed set), ``year``,
``date``, ``money`` (int64 分), ``share`` (a fraction, ``5.0%`` understood), ``number``, ``count``
(whole number, not negative), ``mark`` (yes or no).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import attrs

Kind = Literal["text", "code", "word", "year", "date", "money", "share", "number", "count", "mark"]

OWN_SHEET = "〔budgetreview〕"
"""What the first cell of the findings sheet in an annotated workbook ends with; such a sheet is no table."""

OWN_KIND = "findings-sheet"
"""The kind of the notice that says so."""

NO_BOOK = "none"
"""The word of ``book`` for money of 财政专户 and 单位资金: known to belong to none of the four books."""


@attrs.frozen
class Column:
    """One column of a table.

    Attributes:
        name: The canonical name.
        kind: What a cell holds.
        zh: Chinese headers understood; the first is the one printed.
        platform: Field names of the 预算管理一体化 platform.
        words: For kind ``word``: canonical word to the spellings understood.
    """

    name: str
    kind: Kind
    zh: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)

    @property
    def label(self) -> str:
        """The Chinese header printed in reports, else the canonical name."""
        return self.zh[0] if self.zh else self.name


@attrs.frozen
class TableSpec:
    """One table: its names in both languages, what a row is, its columns and its key."""

    name: str
    zh: tuple[str, ...]
    row_zh: str
    row_en: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()


def _table(
    name: str, zh: tuple[str, ...], row_zh: str, row_en: str, columns: list[Column], key: tuple[str, ...] = ()
) -> TableSpec:
    return TableSpec(name, zh, row_zh, row_en, MappingProxyType({c.name: c for c in columns}), key)


BOOKS = {
    "general": ("一般公共预算", "一般公共预算资金", "一般公共预算拨款", "公共财政预算", "11"),
    "government_fund": ("政府性基金预算", "政府性基金", "政府性基金预算资金", "政府性基金预算拨款", "12"),
    "state_capital": ("国有资本经营预算", "国有资本经营", "国有资本经营预算资金", "国有资本经营预算拨款", "13"),
    "social_insurance": ("社会保险基金预算", "社会保险基金", "社会保险基金预算资金", "14"),
    NO_BOOK: (),
}
FUND_SOURCES = {
    "fiscal": ("财政拨款", "财政拨款资金", "1", *(z for b in BOOKS.values() for z in b)),
    "special_account": ("财政专户", "财政专户管理资金", "财政专户资金", "2"),
    "own": ("单位资金", "自有资金", "事业收入", "3"),
}
SIDES = {
    "revenue": ("收", "收入", "收入方"),
    "expenditure": ("支", "支出", "支出方"),
}
UNIT_KINDS = {
    "行政": ("行政单位", "行政", "administrative"),
    "参公": ("参公单位", "参公事业单位", "参公", "参照公务员法管理事业单位"),
    "事业": ("事业单位", "事业", "institution"),
    "其他": ("其他", "其他单位", "企业", "other"),
}
PROJECT_KINDS = {
    "personnel": ("人员类", "人员类项目", "人员经费"),
    "public": ("公用经费", "公用经费项目", "公用经费类"),
    "operating": ("其他运转类", "其他运转类项目", "其它运转类项目", "运转类"),
    "targeted": ("特定目标类", "特定目标类项目", "其他特定目标类项目", "其它特定目标类项目", "专项资金项目"),
}
LIVES = {
    "one_off": ("一次性", "一次性项目"),
    "recurrent": ("经常性", "经常性项目", "延续性"),
    "phased": ("阶段性", "阶段性项目"),
}

ENTITY = Column("entity", "code", ("财政区划代码", "区划代码", "行政区划代码"), ("mof_div_code",))
YEAR = Column("fiscal_year", "year", ("预算年度", "年度", "业务年度"), ("fiscal_year",))
BOOK = Column("book", "word", ("预算类型", "预算账本"), ("fund_type_code",), BOOKS)
"""A header 资金性质 feeds both ``book`` and ``fund_source``; intake splits it."""


def _money(name: str, *zh: str, platform: tuple[str, ...] = ()) -> Column:
    return Column(name, "money", zh, platform)


def _mark(name: str, *zh: str, platform: tuple[str, ...] = ()) -> Column:
    return Column(name, "mark", zh, platform)


LINES = _table(
    "lines",
    ("预算明细", "预算项目明细", "项目", "项目支出明细", "预算明细表", "项目明细", "支出明细", "收支明细"),
    "一条预算明细",
    "one budget line",
    [
        Column("line_id", "text", ("明细编号",), ("bgt_id",)),
        ENTITY,
        YEAR,
        BOOK,
        Column("side", "word", ("收支方向",), (), SIDES),
        Column("department", "code", ("主管部门代码", "部门代码"), ("dept_code",)),
        Column("agency", "code", ("单位代码", "预算单位代码", "单位编码"), ("agency_code",)),
        Column("agency_name", "text", ("单位名称", "预算单位名称", "预算单位"), ("agency_name",)),
        Column("unit_kind", "word", ("单位性质",), (), UNIT_KINDS),
        Column("project", "code", ("项目代码", "项目编码"), ("pro_code",)),
        Column("project_name", "text", ("项目名称",), ("pro_name",)),
        Column("project_kind", "word", ("项目类别",), ("pro_cat_code", "pro_kind_code"), PROJECT_KINDS),
        Column("basic", "mark", ("支出类型",)),
        Column(
            "function_code",
            "code",
            ("功能分类科目编码", "功能分类科目代码", "支出功能分类科目编码", "功能科目编码", "科目编码"),
            ("exp_func_code",),
        ),
        Column("function_name", "text", ("功能分类科目名称", "支出功能分类科目名称", "功能科目名称", "科目名称")),
        Column(
            "dept_economic_code",
            "code",
            (
                "部门预算经济分类",
                "部门预算经济分类科目编码",
                "部门预算经济分类编码",
                "部门经济分类编码",
                "部门经济分类",
                "部门预算支出经济分类科目编码",
            ),
            ("dep_bgt_eco_code",),
        ),
        Column(
            "gov_economic_code",
            "code",
            (
                "政府预算经济分类",
                "政府预算经济分类科目编码",
                "政府预算经济分类编码",
                "政府经济分类编码",
                "政府经济分类",
                "政府预算支出经济分类科目编码",
            ),
            ("gov_bgt_eco_code",),
        ),
        _money("requested", "申报数", "申报金额", "申请数", platform=("apply_up",)),
        _money("reviewed", "财政审核数", "审核数", platform=("fin_audit_money",)),
        _money("proposed", "预算数", "草案安排数", "金额", "本年预算数", "安排数", "预算金额"),
        _money("approved", "年初批复数", "批准数", "年初预算数", "批复数", platform=("reply_amt",)),
        _money("current", "调整预算数", "变动后预算数", "调整后预算数", platform=("cur_amt",)),
        _money("executed", "执行数", "决算数", "支出数", "实际支出数", platform=("xpay_amt",)),
        _money("prior_requested", "上年申报数"),
        _money("prior_reviewed", "上年财政审核数"),
        _money("prior_proposed", "上年草案安排数"),
        _money("prior_approved", "上年预算数", "上年批复数", "上年年初预算数"),
        _money("prior_current", "上年调整预算数", "上年变动后预算数"),
        _money("prior_executed", "上年执行数", "上年决算数", "上年支出数"),
        _money("carryover", "上年结转", "结转资金", "上年结转数", platform=("carryovers_amt",)),
        Column("carryover_year", "year", ("结转资金年度", "结转年度")),
        Column("standard_code", "code", ("支出标准编码", "标准编码"), ("exp_cri_code",)),
        _money("standard_value", "支出标准", "标准值", platform=("exp_cri_val",)),
        Column("quantity", "number", ("数量",), ("num",)),
        Column("periods", "number", ("期数", "月数", "次数")),
        _money("unit_price", "单价", platform=("price",)),
        Column("basis", "text", ("设立依据", "立项依据", "政策依据")),
        Column("basis_expires", "date", ("依据有效期至", "依据有效期")),
        Column("life", "word", ("存续状态",), ("exist_statue_code",), LIVES),
        Column("start_year", "year", ("起始年度",), ("pro_start_year",)),
        Column("end_year", "year", ("终止年度",), ("end_year",)),
        _money("total_amount", "项目总金额", "项目总投资", "总投资", platform=("pro_total_amt",)),
        _money("spent_to_date", "累计已安排", "累计已安排数"),
        Column("targets", "count", ("绩效指标数",)),
        Column("targets_output", "count", ("产出指标数",)),
        Column("targets_benefit", "count", ("效益指标数",)),
        Column("targets_satisfaction", "count", ("满意度指标数",)),
        Column("targets_numeric", "count", ("量化指标数", "定量指标数")),
        _mark("evaluated_before", "事前绩效评估"),
        Column("evaluation_score", "number", ("绩效评价得分", "评价得分")),
        Column("priority", "number", ("优先次序", "优先级")),
        _mark("is_key", "重点支出", "是否重点支出"),
        _mark("is_investment", "基建投资", "是否基建投资", platform=("is_construction", "is_captial_cons_pro")),
        _mark("is_it", "信息化", "是否信息化", platform=("is_gov_info_server",)),
        _mark("is_asset", "新增资产", "是否新增资产", platform=("is_asset",)),
        _mark("is_procurement", "政府采购", "是否政府采购", platform=("is_gov", "is_gov_pur")),
        _mark("is_unallocated", "待分配", "代编", "待分配/代编", "是否待分配", platform=("is_assigned",)),
        _mark("debt_funded", "债务资金", "是否债务资金"),
        _mark("in_plan", "已列入计划", "列入计划"),
        _money("procurement_amount", "采购金额", "政府采购金额", platform=("pur_amt",)),
        Column("asset_quota", "number", ("资产配置标准数", "配置标准数")),
        Column("asset_stock", "number", ("现有存量", "资产存量")),
        _money("funding_fiscal", "项目财政拨款", "总投资财政拨款", "财政拨款", platform=("support_amount",)),
        _money("funding_debt", "项目债务资金"),
        _money("funding_other", "其他资金", "项目其他资金", platform=("scoi_invest_fund",)),
        _money("project_income", "项目收益"),
        _money("debt_service", "本息", "项目本息"),
        Column("fund_source", "word", ("资金来源",), ("fund_type_code",), FUND_SOURCES),
        _mark("is_special_fund", "专项资金", "是否专项资金"),
        Column("parent_id", "text", ("上级编号", "上级明细编号")),
        Column("region", "text", ("地区",), ("sub_mof_div_code",)),
        Column("note", "text", ("备注", "说明", "备注/说明")),
    ],
)

_TOTALS_MONEY = {
    "own_revenue": ("本级收入", "本年收入", "本级收入合计"),
    "tax": ("税收收入",),
    "non_tax": ("非税收入",),
    "fines": ("罚没收入",),
    "upper_general": ("上级一般性转移支付收入", "一般性转移支付收入"),
    "upper_special": ("上级专项转移支付收入", "专项转移支付收入"),
    "carry_in": ("上年结转收入", "上年结余收入", "上年结转"),
    "moved_in": ("调入资金",),
    "stabilisation_in": ("动用预算稳定调节基金", "调入预算稳定调节基金"),
    "debt_in": ("债务收入", "债务(转贷)收入", "债务转贷收入"),
    "remitted_from_below": ("下级上解收入",),
    "total_in": ("收入总计", "收入总量"),
    "own_expenditure": ("本级支出", "本年支出", "本级支出合计"),
    "transfers_general": ("对下一般性转移支付", "一般性转移支付支出"),
    "transfers_special": ("对下专项转移支付", "专项转移支付支出"),
    "remitted_up": ("上解支出", "上解上级支出"),
    "stabilisation_out": ("安排预算稳定调节基金", "补充预算稳定调节基金"),
    "debt_repaid": ("债务还本支出",),
    "moved_out": ("调出资金",),
    "carry_out": ("年终结转", "年终结余", "结转下年"),
    "total_out": ("支出总计", "支出总量"),
    "reserve": ("预备费",),
    "working_capital": ("预算周转金",),
    "stabilisation_balance": ("预算稳定调节基金余额",),
    "debt_limit_general": ("一般债务限额",),
    "debt_balance_general": ("一般债务余额",),
    "debt_limit_special": ("专项债务限额",),
    "debt_balance_special": ("专项债务余额",),
    "interest_general": ("一般债务付息支出", "一般债务付息"),
    "interest_special": ("专项债务付息支出", "专项债务付息"),
    "debt_service_due": ("到期债务本息", "应还本付息"),
    "comprehensive_resources": ("综合财力",),
    "three_guarantees_need": ("三保需求", "“三保”需求", "三保支出需求"),
    "three_guarantees_budget": ("三保预算", "“三保”预算", "三保预算安排"),
    "notified_general": ("提前下达一般性转移支付",),
    "notified_special": ("提前下达专项转移支付",),
    "expected_general": ("上年预计执行一般性转移支付", "预计执行一般性转移支付"),
    "expected_special": ("上年预计执行专项转移支付", "预计执行专项转移支付"),
    "placed": ("已落实到单位和项目数", "到位数", "已细化数"),
}
_TOTALS_PREFIXES = {"": "", "prior_": "上年", "prior_budget_": "上年预算", "budget_": "预算"}
"""``prior_`` last year's outturn, ``prior_budget_`` last year's budget, ``budget_`` this year's as last approved."""


def _totals_columns() -> list[Column]:
    columns = [
        ENTITY,
        YEAR,
        BOOK,
        Column(
            "level",
            "word",
            ("级次", "预算级次"),
            (),
            {
                "province": ("省级", "省", "省本级"),
                "city": ("市级", "市", "市本级"),
                "county": ("县级", "县", "区级", "县本级"),
                "township": ("乡级", "乡", "镇", "乡镇级"),
            },
        ),
    ]
    for prefix, zh_prefix in _TOTALS_PREFIXES.items():
        columns += [_money(prefix + name, *(zh_prefix + z for z in zh)) for name, zh in _TOTALS_MONEY.items()]
    columns += [
        Column("gdp_growth", "share", ("GDP增速", "地区生产总值增速", "国内生产总值增速")),
        Column("prior_gdp_growth", "share", ("上年GDP增速",)),
    ]
    return columns


TOTALS = _table(
    "totals",
    ("收支总表", "预算收支总表", "总表", "收支汇总", "四本预算总表"),
    "一个地区一个年度的一本预算",
    "one book of one entity and year",
    _totals_columns(),
    ("entity", "fiscal_year", "book"),
)

_FUNDS_MONEY = {
    "revenue": ("收入", "本年收入", "基金收入"),
    "carry_in": ("上年结转", "上年结余"),
    "transfers_in": ("转移支付收入", "上级补助收入", "补助收入"),
    "bonds": ("专项债券收入", "债务收入", "债券收入"),
    "expenditure": ("支出", "本年支出", "基金支出"),
    "moved_out": ("调出资金",),
    "carry_out": ("年终结转", "年终结余", "结转下年"),
    "balance": ("累计结余", "滚存结余"),
}
FUNDS = _table(
    "funds",
    ("基金明细", "政府性基金明细", "基金险种明细", "政府性基金项目表"),
    "一项政府性基金、国资或险种",
    "one government fund, state-capital item or insurance",
    [ENTITY, YEAR, BOOK, Column("fund", "text", ("基金名称", "基金项目", "险种", "基金"))]
    + [
        _money(p + n, *(z_p + z for z in zh))
        for p, z_p in (("", ""), ("prior_", "上年"))
        for n, zh in _FUNDS_MONEY.items()
    ],
    ("entity", "fiscal_year", "book", "fund"),
)

TARGETS = _table(
    "targets",
    ("绩效目标", "绩效目标表", "项目支出绩效目标表", "绩效指标"),
    "一个绩效指标",
    "one performance indicator",
    [
        ENTITY,
        YEAR,
        Column("project", "code", ("项目代码", "项目编码"), ("pro_code",)),
        Column("level1", "text", ("一级指标",)),
        Column("level2", "text", ("二级指标",)),
        Column("level3", "text", ("三级指标",)),
        Column("operator", "text", ("运算符", "指标性质")),
        Column("value", "text", ("指标值",)),
        Column("unit", "text", ("计量单位", "单位")),
    ],
)

STANDARDS = _table(
    "standards",
    ("支出标准", "支出标准表", "标准库"),
    "一条支出标准",
    "one spending standard",
    [
        Column("code", "code", ("标准编码", "支出标准编码"), ("exp_cri_code",)),
        Column("name", "text", ("标准名称",), ("exp_cri_name",)),
        Column("dept_economic_code", "code", ("部门预算经济分类", "部门经济分类编码"), ("dep_bgt_eco_code",)),
        _money("value", "标准值", "支出标准", platform=("exp_cri_val",)),
        Column("unit", "text", ("计量单位", "单位")),
        Column("kind", "text", ("标准类别", "标准形式")),
        Column("valid_from", "date", ("生效日期",)),
        Column("valid_to", "date", ("失效日期",)),
        Column("region", "text", ("适用地区", "地区")),
    ],
)

AGENCIES = _table(
    "agencies",
    ("预算单位", "单位信息", "单位表", "单位基本情况"),
    "一个预算单位",
    "one budget unit",
    [
        ENTITY,
        YEAR,
        Column("agency", "code", ("单位代码", "单位编码"), ("agency_code",)),
        Column("agency_name", "text", ("单位名称",), ("agency_name",)),
        Column("department", "code", ("主管部门代码", "部门代码"), ("dept_code",)),
        Column("unit_kind", "word", ("单位性质",), (), UNIT_KINDS),
        Column("staff", "number", ("在职人数", "编制内人数", "人数")),
        Column("vehicles", "number", ("车辆数", "公务用车数")),
    ],
    ("entity", "fiscal_year", "agency"),
)

EVENTS = {
    "draft_submitted": "预算草案初步方案提交",
    "opinion_issued": "初审意见印发",
    "opinion_answered": "初审意见反馈",
    "session_opened": "大会开幕",
    "budget_approved": "预算批准",
    "departments_replied": "批复部门预算",
    "units_replied": "批复单位预算",
    "budget_published": "政府预算公开",
    "department_published": "部门预算公开",
    "transfers_general_issued": "一般性转移支付下达",
    "transfers_special_issued": "专项转移支付下达",
    "adjustment_submitted": "预算调整方案提交",
    "adjustment_meeting": "预算调整审查会议",
    "accounts_submitted": "决算草案提交",
    "accounts_meeting": "决算审查会议",
    "midyear_report": "预算执行情况报告",
    "audit_report": "审计工作报告",
    "rectification_report": "审计整改报告",
    "adjustment_published": "预算调整公开",
    "accounts_departments_replied": "批复部门决算",
    "accounts_units_replied": "批复单位决算",
    "accounts_published": "决算公开",
    "accounts_filed": "决算备案",
    "debt_report": "政府债务报告",
    "assets_report": "国有资产报告",
    "opinions_heard": "听取意见",
    "budget_briefing": "预算编制情况通报",
    "budget_filed": "预算备案",
    "adjustment_filed": "预算调整备案",
}

CALENDAR = _table(
    "calendar",
    ("日程", "时间节点", "预算日程", "审查日程"),
    "一个带日期的事项",
    "one dated event",
    [
        ENTITY,
        YEAR,
        Column("event", "word", ("事项", "节点"), (), {k: (v,) for k, v in EVENTS.items()}),
        Column("date", "date", ("日期", "时间")),
    ],
)

TRANSFERS = _table(
    "transfers",
    ("转移支付", "对下转移支付", "转移支付表", "对下转移支付表"),
    "一笔对下转移支付",
    "one transfer down",
    [
        ENTITY,
        YEAR,
        Column(
            "kind",
            "word",
            ("转移支付类型", "类型"),
            ("tra_type",),
            {"general": ("一般性", "一般性转移支付", "一般"), "special": ("专项", "专项转移支付")},
        ),
        Column("region", "text", ("地区", "接收地区", "下级地区"), ("sub_mof_div_code", "rec_div_code")),
        Column("project", "text", ("项目", "项目名称", "项目代码")),
        _money("amount", "金额", "预算数"),
        _money("notified", "提前下达数"),
        _money("expected", "上年预计执行数", "预计执行数"),
        Column("issued", "date", ("下达日期",)),
        _mark("matching_required", "要求配套", "是否要求配套"),
        Column("basis", "text", ("依据", "设立依据")),
    ],
)

PAYMENTS = _table(
    "payments",
    ("支付", "支付明细", "月度支出"),
    "一笔支付或一个月",
    "one payment or month",
    [
        ENTITY,
        YEAR,
        Column("agency", "code", ("单位代码",), ("agency_code",)),
        Column("project", "code", ("项目代码", "项目编码"), ("pro_code",)),
        Column("month", "count", ("月份",)),
        Column("date", "date", ("支付日期", "日期")),
        _money("amount", "支付金额", "金额", platform=("xpay_amt", "pay_app_amt")),
        Column("payee", "text", ("收款人",), ("payee_acct_name",)),
        Column("purpose", "text", ("用途",), ("use_des",)),
    ],
)

LOOP_STATES = {
    "found": ("已发现", "未处理", "疑点信息"),
    "confirmed": ("已确认", "认定"),
    "dismissed": ("已排除", "认定正常", "不成立"),
    "assigned": ("已交办", "交办"),
    "rectifying": ("整改中",),
    "reported": ("已报告", "已反馈"),
    "verified": ("已核实", "已整改"),
    "closed": ("已办结", "办结", "销号"),
    "reopened": ("重新打开", "反弹"),
    "carried_to_audit": ("转审计", "移送审计"),
}
CASES = _table(
    "cases",
    ("问题台账", "整改台账", "问题清单"),
    "闭环中的一个问题",
    "one case of the closed loop",
    [
        ENTITY,
        YEAR,
        Column("rule", "code", ("规则编号", "规则代码")),
        Column("agency", "code", ("单位代码", "单位编码"), ("agency_code",)),
        Column("project", "code", ("项目代码", "项目编码"), ("pro_code",)),
        Column("state", "word", ("办理状态", "整改状态"), (), LOOP_STATES),
        Column("found", "date", ("发现日期",)),
        Column("due", "date", ("整改期限", "办结期限")),
        Column("closed", "date", ("办结日期",)),
    ],
)

EVIDENCE_KINDS = {
    "audit": ("审计", "审计监督", "审计查出问题"),
    "inspection": ("财会监督", "财会监督检查", "财政检查", "会计信息质量检查"),
    "enforcement": ("执法", "执法监督", "行政执法", "行政处罚"),
    "judicial": ("司法", "司法监督", "法院", "检察", "检察建议", "司法建议"),
}
EVIDENCE = _table(
    "evidence",
    ("外部监督事项", "审计整改清单", "审计查出问题清单", "财会监督检查情况", "执法司法事项"),
    "其他监督主体提出的一个事项",
    "one matter that another kind of supervision raised",
    [
        ENTITY,
        YEAR,
        Column("kind", "word", ("监督类别", "监督类型"), (), EVIDENCE_KINDS),
        Column("agency", "code", ("单位代码", "单位编码"), ("agency_code",)),
        Column("agency_name", "text", ("单位名称", "责任单位", "被审计单位", "被检查单位", "整改责任单位")),
        Column("project", "code", ("项目代码", "项目编码"), ("pro_code",)),
        Column("title", "text", ("问题", "问题摘要", "事项", "主要问题", "审计查出问题")),
        Column("document", "text", ("文号", "来源文件", "报告名称", "文书编号")),
        Column("found", "date", ("提出日期", "发现日期", "报告日期")),
        _money("amount", "涉及金额", "问题金额", "金额"),
        _mark("rectified", "是否整改到位", "整改到位"),
        Column("rectified_on", "date", ("整改完成日期", "整改到位日期")),
        Column("due", "date", ("整改期限", "办结期限")),
    ],
)

STATISTICS = _table(
    "statistics",
    ("统计数据", "统计公报数据", "主要统计指标"),
    "一个统计指标的一个年度数",
    "one statistical indicator of one year",
    [
        ENTITY,
        YEAR,
        Column("indicator", "text", ("统计指标", "指标名称", "指标")),
        Column("value", "number", ("指标数值", "数值", "绝对数")),
        Column("unit", "text", ("计量单位", "单位")),
    ],
)

STATEMENTS = _table(
    "statements",
    ("文件核对", "公开文件核对"),
    "对一份公开文件的一项核对",
    "one check of a published document",
    [
        ENTITY,
        YEAR,
        Column("document", "text", ("文件",)),
        Column("agency_name", "text", ("单位名称", "部门名称")),
        Column("check", "code", ("核对项目",)),
        Column("subject", "text", ("核对对象",)),
        Column("left_name", "text", ("左方名称",)),
        _money("left", "左方金额"),
        Column("right_name", "text", ("右方名称",)),
        _money("right", "右方金额"),
        _money("tolerance", "舍入差额"),
        _mark("holds", "是否相符"),
        Column("reason", "text", ("未核对原因",)),
        Column("quote", "text", ("原文",)),
        Column("page", "text", ("页码",)),
        Column("box", "text", ("页面位置",)),
        Column("sheet", "text", ("工作表",)),
        Column("cell", "text", ("单元格",)),
    ],
    ("entity", "fiscal_year", "agency_name", "check", "subject"),
)

PRIOR = attrs.evolve(
    LINES,
    name="prior",
    zh=("上年预算明细", "上年明细", "上年"),
    row_zh="上年的一条预算明细",
    row_en="last year's budget line",
)

TABLES: Mapping[str, TableSpec] = MappingProxyType(
    {
        t.name: t
        for t in (
            *(LINES, TOTALS, FUNDS, TARGETS, STANDARDS, AGENCIES, CALENDAR, TRANSFERS, PAYMENTS),
            *(CASES, EVIDENCE, STATISTICS, STATEMENTS, PRIOR),
        )
    }
)

ACROSS_YEARS = frozenset({"cases", "evidence", "statistics"})
"""Tables whose rows stand in years of their own: a rule about another table finds those of every year of an entity."""

AMOUNT_ORDER = ("requested", "reviewed", "proposed", "approved", "current", "executed")
AMOUNT_BY_STAGE: Mapping[str, str] = MappingProxyType(
    {
        "pre": "requested",
        "preliminary": "proposed",
        "plenary": "proposed",
        "execution": "current",
        "adjustment": "current",
        "final": "executed",
        "rectify": "executed",
    }
)
