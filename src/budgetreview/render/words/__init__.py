"""The words of reports in both languages: one word for one thing, the same in every format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from budgetreview.render.words.names import BEFORE, FIGURES, Pair
from budgetreview.rule import Rule, Severity
from budgetreview.tables import EVENTS, TABLES
from budgetreview.wording import word

SEVERITY: Final[Mapping[str, Pair]] = {
    "red": ("红色", "red"),
    "orange": ("橙色", "orange"),
    "yellow": ("黄色", "yellow"),
    "blue": ("蓝色", "blue"),
}
ASKED: Final[Mapping[str, Pair]] = {
    "red": ("禁止或拦截", "forbidden or to be blocked"),
    "orange": ("须附文件说明", "explain with a document"),
    "yellow": ("须作说明", "explain"),
    "blue": ("提示", "hint"),
}
"""What a severity asks of the one who drew up the budget."""

NATURE: Final[Mapping[str, Pair]] = {
    "error": ("数字不符", "figures disagree"),
    "breach": ("与所引条款不一致", "departs from the cited article"),
    "lead": ("待了解事项", "to ask about"),
    "information": ("参考信息", "for information"),
}
"""What a finding is. Only the first two state something; a lead is a question, never a charge."""

STATUS: Final[Mapping[str, Pair]] = {
    "statutory": ("法律法规", "statutory"),
    "policy": ("政策文件", "policy"),
    "local": ("地方规定", "local"),
    "arithmetic": ("勾稽关系", "arithmetic"),
    "heuristic": ("经验判断", "heuristic"),
    "reading": ("据公开资料的解读，非官方文本", "our reading, not an official text"),
}
OUTCOME: Final[Mapping[str, Pair]] = {
    "ran": ("已运行", "ran"),
    "no_data": ("无数据", "no data"),
    "not_in_stage": ("不属本阶段", "not in this stage"),
    "not_in_force": ("当日未生效", "not in force"),
    "failed": ("运行失败", "failed"),
}
ANSWER: Final[Mapping[str, Pair]] = {
    "flagged": ("标出", "flagged"),
    "waived": ("其中豁免", "of which waived"),
    "clear": ("未见问题", "clear"),
    "not_assessed": ("无法判断", "not assessed"),
    "not_applicable": ("不适用", "not applicable"),
}
PER: Final[Mapping[str, Pair]] = {
    "line": ("预算明细", "budget line"),
    "agency": ("单位", "agency"),
    "department": ("部门", "department"),
    "project": ("项目", "project"),
    "book": ("一本预算", "book"),
    "fund": ("基金", "fund"),
    "entity": ("地区年度", "entity and year"),
    "event": ("事项", "event"),
    "case": ("一个问题", "case"),
    "evidence": ("一个外部监督事项", "matter raised outside"),
    "statistic": ("一个统计指标", "statistic"),
    "fault": ("单位的一类问题", "kind of fault of an agency"),
    "duty": ("一项时限要求", "duty"),
    "transfer kind": ("一类转移支付", "kind of transfer"),
    "advance notice": ("一类提前下达", "advance notice"),
    "agency and entity": ("单位和地区年度", "agency and entity"),
    "sum": ("一个合计", "sum"),
    "revenue code": ("收入科目", "revenue code"),
    "function": ("功能科目", "function"),
    "economic": ("经济科目", "economic code"),
    "target": ("绩效指标", "indicator"),
    "transfer": ("转移支付", "transfer"),
    "payment": ("支付", "payment"),
    "standard": ("支出标准", "standard"),
}
NAME: Final[Mapping[str, Pair]] = {
    "amount": ("金额", "amount"),
    "measure": ("测得值", "measured"),
    "limit": ("界限", "limit"),
    "entity": ("地区", "entity"),
    "fiscal_year": ("年度", "fiscal year"),
    "book": ("预算", "book"),
    "side": ("收支", "side"),
    "agency": ("单位", "agency"),
    "project": ("项目", "project"),
    "project_name": ("项目", "project"),
    "line_id": ("明细编号", "line"),
    "event": ("事项", "event"),
    "kind": ("转移支付类型", "kind of transfer"),
    "fund": ("基金", "fund"),
    "month": ("月份", "month"),
    "basic": ("基本支出", "basic expenditure"),
    "proposed": ("本年安排", "proposed"),
}
"""Names of figures and subjects that read better than the header of their column."""

REPORT: Final[Mapping[str, Pair]] = {
    "title": ("预算审查报告", "Budget review"),
    "complete": ("审查完整", "Complete"),
    "gaps": ("审查完成，但有未能判断的部分", "Complete, but not everything could be judged"),
    "incomplete": ("审查不完整", "Incomplete"),
    "complete_means": ("每个输入都已读入，没有规则运行失败", "every input was read and no rule failed"),
    "nothing_found": ("所有可判断的单元均未标出问题", "Nothing was flagged among what could be judged"),
    "nothing_judged": ("没有任何规则得出判断：未发现问题不等于没有问题",
                       "No rule could judge anything: this is not a clean result"),
    "stage": ("阶段", "Stage"),
    "as_of": ("基准日", "As of"),
    "profile": ("审查机制", "Mechanism"),
    "entities": ("地区和年度", "Entities and years"),
    "engine": ("程序版本", "Engine"),
    "packs": ("规则包", "Rule packages"),
    "without": ("应要求未装载的规则包", "Packages left out on request"),
    "off": ("未启用的规则", "Rules switched off"),
    "findings": ("发现", "Findings"),
    "questions": ("值得询问的问题", "Questions worth asking"),
    "questions_order": (
        ("次序＝严重程度×金额：红色按8、橙色按4、黄色按2、蓝色按1乘以涉及金额；没有金额的按其他问题金额的中位数计。"
         "同一规则的发现合为一问，举金额最大的一处为例；同一单元格的几条规则合为一问。"),
        ("Order: severity × money. Red counts 8, orange 4, yellow 2, blue 1 times the money; a question "
         "without money counts the median of the others. Findings of one rule are one question, with its "
         "largest case; so are rules that point at one cell."),
    ),
    "by_agency": ("按单位提问", "Questions by agency"),
    "no_agency": ("（不涉及单个单位）", "(no single agency)"),
    "unjudged": ("无法判断的部分", "What could not be judged"),
    "ran": ("规则运行情况", "What ran"),
    "inputs": ("输入与注意事项", "Inputs and notices"),
    "overview": ("概况", "Overview"),
    "coverage": ("规则覆盖", "Coverage"),
    "rule": ("规则", "Rule"),
    "title_of": ("名称", "Title"),
    "severity": ("严重程度", "Severity"),
    "nature": ("性质", "Nature"),
    "status": ("依据类别", "Status"),
    "authority": ("依据", "Authority"),
    "outcome": ("结果", "Outcome"),
    "per": ("审查单元", "Per"),
    "missing": ("缺少的数据", "Missing"),
    "parameters": ("参数", "Parameters"),
    "error": ("错误", "Error"),
    "formula": ("计算式", "Formula"),
    "figures": ("数值", "Figures"),
    "message": ("说明", "Message"),
    "question": ("询问", "Question"),
    "subject": ("对象", "Subject"),
    "agency_name": ("单位名称", "Agency name"),
    "project_name": ("项目名称", "Project name"),
    "amount": ("金额", "Amount"),
    "measure": ("测得值", "Measured"),
    "limit": ("界限", "Limit"),
    "unit": ("计量单位", "Unit"),
    "money_unit": ("金额单位", "Money in"),
    "lines": ("涉及明细", "Lines"),
    "waived": ("豁免理由", "Waived because"),
    "fingerprint": ("指纹", "Fingerprint"),
    "facts": ("事实摘要", "Facts"),
    "table": ("表", "Table"),
    "row": ("行", "Row"),
    "source": ("出处", "Source"),
    "file": ("文件", "File"),
    "sheet": ("工作表", "Sheet"),
    "cell": ("单元格", "Cell"),
    "rows": ("行数", "Rows"),
    "amount_column": ("金额取自", "Amount from"),
    "notice": ("注意", "Notice"),
    "problem": ("问题", "Problem"),
    "kind": ("类别", "Kind"),
    "count": ("数目", "Count"),
    "item": ("项目", "Item"),
    "value": ("内容", "Value"),
    "focus": ("审查重点", "Focus"),
    "agency": ("单位代码", "Agency"),
    "project": ("项目代码", "Project"),
    "entity": ("地区", "Entity"),
    "entity_code": ("地区代码", "Entity code"),
    "fiscal_year": ("年度", "Fiscal year"),
    "book": ("预算类型", "Book"),
    "line_id": ("明细编号", "Line"),
    "sha256": ("SHA-256", "SHA-256"),
    "filter": ("筛选：输入规则、单位、项目或任意文字", "Filter: a rule, agency, project or any words"),
    "open_all": ("全部展开", "Open all"),
    "close_all": ("全部收起", "Close all"),
    "none": ("无", "none"),
    "shown": ("显示", "shown"),
    "unknown": ("未知", "unknown"),
}  # fmt: skip

UNITS: Final[Mapping[str, Pair]] = {
    "yuan": ("元", "yuan"),
    "share": ("比例", "share"),
    "days": ("天", "days"),
    "months": ("月", "months"),
    "count": ("个", "count"),
    "score": ("数值", "number"),
}


def pick(pair: Pair, lang: str) -> str:
    """The Chinese or the English one."""
    return pair[0] if lang == "zh" else pair[1]


def say(words: Mapping[str, Pair], key: str, lang: str) -> str:
    """A word from one of the lists above; a key that is in none (a county package may bring one) as it is."""
    pair = words.get(key)
    return key if pair is None else pick(pair, lang)


def severity(key: str, lang: str) -> str:
    """``红色（禁止或拦截）``: the colour is always said in words too."""
    name, asks = say(SEVERITY, key, lang), say(ASKED, key, lang)
    return f"{name}（{asks}）" if lang == "zh" else f"{name} ({asks})"


def nature(rule: Rule, found: Severity) -> str:
    """What a finding of the rule is: an error, a breach of a cited article, a lead to ask about, or information."""
    if found is Severity.BLUE:
        return "information"
    if rule.status == "arithmetic":
        return "error"
    if rule.status == "statutory" and any(a.mark == "S" for a in rule.authority):
        return "breach"
    return "lead"


def name(key: str, lang: str) -> str:
    """The name of a figure or subject: a column by its header, anything else as the rule names it."""
    known = _name(key, lang)
    return key.replace("_", " ") if known is None else known


def has_name(key: str) -> bool:
    """Whether a figure has a Chinese name."""
    return _name(key, "zh") is not None


def _name(key: str, lang: str) -> str | None:
    pair = NAME.get(key) or FIGURES.get(key)
    if pair is not None:
        return pick(pair, lang)
    for table in TABLES.values():
        column = table.columns.get(key)
        if column is not None and column.zh:
            return column.label if lang == "zh" else key.replace("_", " ")
    if key in EVENTS:
        return word(key, lang)
    for prefix, front in BEFORE.items():
        if key.startswith(prefix):
            rest = _name(key.removeprefix(prefix), lang)
            return None if rest is None else pick(front, lang) + rest
    return None


def input_name(key: str, lang: str) -> str:
    """A missing input as the clerk knows it: ``支出标准（standard_value）``, ``收支总表·预备费（totals.reserve）``."""
    kind, colon, rest = key.partition(":")
    if colon and kind == "parameter":
        return f"参数 {rest} 未设定" if lang == "zh" else f"parameter {rest} is not set"
    if key == "codes":
        return "完整的科目代码表（--codes）" if lang == "zh" else "complete code tables (--codes)"
    table, dot, column = key.partition(".")
    if not dot:
        table, column = ("", key) if key not in TABLES or key in TABLES["lines"].columns else (key, "")
    if lang != "zh":
        return f"table {key}" if not column else key
    spec = TABLES.get(table or "lines")
    if spec is None:
        return key
    if not column:
        return f"{spec.zh[0]}（表 {key}）"
    own = spec.columns.get(column)
    header = own.label if own is not None else name(column, lang)
    if table:
        return f"{spec.zh[0]}·{header}（{key}）"
    return f"{header}（{key}）" if own is not None or has_name(column) else key
