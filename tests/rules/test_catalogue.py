"""The rule book against the catalogue: a rule cannot change its gravity, its stages or its place unnoticed.

The table below was taken from the catalogue of rules (domain.md 8.2 to 8.9 and 8.12) and the readings that correct it,
by somebody who did not write the rules. To change a row here is to change what a place was promised: it needs a
changelog entry of kind ``rule``.

Columns: code · severity, where a rule has steps its gravest or its first · stages P 预审 I 初审 M 大会 E 执行 A 调整
F 决算 L 整改 · books G general F fund C state capital S insurance · focus T totals K key D departmental X transfers
B debt V revenue Q data C process · runs by default · status · levels (above the township, below the province) · title.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from budgetreview.rules.core import budgetreview_rules

CATALOGUE: Final = """
B01  red     IMAF     GF    B   on   statutory   all    债务余额超限额
B02  red     PIE      GFCS  B   on   statutory   all    债务资金用于经常性支出
B03  red     IA       GFCS  B   on   statutory   below  非省级政府直接举债
B04  red     AF       GF    B   on   statutory   all    新增债务未列调整方案
B05  orange  IM       GF    B   on   policy      all    还本付息预算不足
B06  red     IF       GF    B   on   policy      all    付息占比触及重整线
B07  red     IF       GF    B   off  policy      all    债务率处于预警区间
B08  orange  PI       F     B   off  heuristic   all    专项债项目收益不覆盖
B09  orange  EF       GFCS  B   on   heuristic   all    债券资金闲置
B10  red     PIMEA    CS    B   on   statutory   above  债务列错预算本
C01  orange  L        GFCS  C   on   policy      above  整改逾期未办结
C02  orange  PIL      GFCS  C   on   heuristic   all    屡审屡犯
E01  red     EF       GFCS  D   on   statutory   all    无预算支出
E02  red     EF       GFCS  D   on   statutory   all    超预算支出
E03  yellow  E        GFCS  D   on   heuristic   all    支出进度低于序时
E04  yellow  F        GFCS  D   on   heuristic   all    年底突击花钱
E05  red     EA       GFCS  C   on   statutory   all    应报批的预算调整未报批
E06  yellow  EF       GFCS  D   on   heuristic   all    预算调剂幅度过大
E07  orange  EF       GFCS  D   on   heuristic   all    疑似以拨代支、虚列支出
E08  orange  F        GFCS  Q   on   statutory   all    决算缺三栏对照
E09  orange  A        GFCS  C   on   statutory   all    预算调整未说明理由
K01  orange  PI       GFCS  K   off  local       all    重大投资项目未单列
K02  orange  EA       GFCS  K   off  local       all    重大项目变更未报
K03  orange  EA       GFCS  K   off  local       all    计划外新建大项目
K04  orange  PI       GFCS  K   on   statutory   all    年度安排超过剩余投资
K05  orange  PI       GFCS  K   off  statutory   all    投资项目资金来源不足
K06  orange  PI       GFCS  K   on   statutory   all    重点支出无绩效目标
K07  orange  PI       GFCS  K   on   statutory   all    疑似楼堂馆所建设
K08  red     EA       GFCS  K   on   statutory   all    调减重点支出未报批
K09  yellow  E        GFCS  K   off  heuristic   all    重大项目支出进度滞后
L01  red     IM       GFCS  T   on   statutory   all    四本预算不齐全
L02  red     IMAF     GFCS  T   on   statutory   all    收支总量不平衡
L03  red     IMAF     G     T   on   statutory   all    一般公共预算列赤字
L04  red     IM       F     T   on   statutory   all    基金未以收定支
L05  red     IM       C     T   on   statutory   all    国资预算列赤字
L06  orange  IM       C     T   on   statutory   all    国资未调入一般公共预算
L07  yellow  IM       C     T   on   policy      all    国资调出比例偏低
L08  orange  IMF      S     T   on   policy      all    社保基金当期缺口
L09  orange  IMF      S     T   off  heuristic   all    社保基金支付能力不足
L10  red     IM       G     T   on   statutory   all    预备费比例不合规
L11  red     IMF      G     T   on   statutory   all    预算周转金超限
L12  yellow  IF       G     T   off  heuristic   all    稳定调节基金规模偏大
L13  red     IM       GFCS  D   on   statutory   all    功能分类未编列到项
L14  red     IM       G     D   on   statutory   all    基本支出经济分类未到款
L15  orange  PI       GFCS  D   on   statutory   all    部门项目支出未编到款
L16  orange  IMF      GFCS  T   on   arithmetic  all    跨预算调入调出不一致
L17  orange  IM       G     X   on   statutory   all    未足额编入提前下达转移支付
L18  yellow  IM       GFCS  C   off  policy      all    草案批准前支出未说明
L19  red     IMF      FS    T   on   statutory   above  基金、社保未按项目险种编列
L20  orange  IMAF     GFC   T   on   arithmetic  above  收支构成与总计不闭合
L21  yellow  IM       G     T   on   arithmetic  above  净结余未补充稳定调节基金
L22  red     F        G     D   on   statutory   above  决算编列深度不足
Q01  red     PIMEAFL  GFCS  Q   on   arithmetic  all    明细与合计不符
Q02  orange  PIMEAFL  GFCS  Q   on   statutory   all    科目代码无效或与名称、预算本不符
Q03  orange  PIMEAFL  GFCS  Q   on   heuristic   all    金额缺失、为负或单位疑似错误
Q04  orange  PIMEAFL  GFCS  Q   on   heuristic   all    重复行
Q05  blue    PI       GFCS  Q   on   heuristic   all    同类项目金额离群
Q06  blue    PF       GFCS  Q   off  heuristic   all    首位数字分布异常
S01  yellow  IM       G     T   on   heuristic   all    支出增幅超过财力增幅
S02  yellow  IM       G     T   on   heuristic   all    一般公共服务占比上升
S03  yellow  IM       G     T   on   heuristic   all    民生支出占比下降
S04  orange  IM       G     TK  on   policy      all    教育支出下降
S05  red     IME      G     T   on   policy      all    “三保”预算有缺口
S06  blue    IM       GFCS  T   off  heuristic   all    支出结构突变
S07  yellow  IM       GFCS  D   on   heuristic   all    “其他支出”占比过高
S08  orange  PI       GFCS  T   on   heuristic   all    代编（待分配）预算占比过高
S09  orange  IE       GFCS  T   on   heuristic   all    年初预算到位率偏低
S10  yellow  IM       G     TV  off  heuristic   all    一次性财力依赖
S11  yellow  F        G     T   off  policy      all    年末结转占比过高
S12  orange  IF       F     T   off  policy      all    基金结转超收入30%
S13  yellow  F        GFCS  T   on   heuristic   all    预决算偏离度过大
T01  red     PI       GFCS  C   on   statutory   all    初步方案提交不足30日
T02  yellow  I        GFCS  C   off  local       all    初审意见或反馈逾期
T03  red     E        GFCS  C   on   statutory   all    部门预算批复逾期
T04  red     E        GFCS  C   on   statutory   all    单位预算批复逾期
T05  red     EF       GFCS  C   on   statutory   all    预算公开逾期
T06  red     E        G     X   on   statutory   above  转移支付下达逾期
T07  red     A        GFCS  C   on   statutory   all    预算调整方案提交不足30日
T08  red     F        GFCS  C   on   statutory   all    决算草案提交不足30日
T09  orange  E        GFCS  C   off  statutory   above  年中报告不在6至9月
T10  orange  L        GFCS  C   on   statutory   above  审计整改报告超6个月
T11  orange  F        GFCS  C   on   statutory   above  决算草案未在6至9月提请审批
T12  orange  IM       GFCS  C   on   statutory   above  初审意见未反馈即开会
T13  orange  F        GFCS  C   on   statutory   above  审计工作报告未与决算一并审议
T14  red     AF       GFCS  C   on   statutory   all    决算批复、备案或决算、调整公开逾期
T15  orange  EF       GFCS  CB  on   statutory   above  年度债务或国有资产报告缺失
V01  yellow  PI       G     V   on   heuristic   all    收入增幅与经济不相适应
V02  blue    I        G     V   off  heuristic   all    收入预测偏离
V03  yellow  IMF      G     V   on   heuristic   all    非税占比过高
V04  yellow  IE       G     V   off  heuristic   all    非税增幅异常
V05  yellow  IEF      G     V   on   heuristic   all    罚没收入增长异常
V06  orange  I        GFCS  V   on   heuristic   all    上年有收入今年未列
V07  orange  IM       F     V   on   heuristic   all    土地出让收入高估
V08  red     F        G     V   on   statutory   all    超收用于当年支出
V09  orange  IM       FC    V   on   statutory   above  基金、国资超收短收处理不当
X01  yellow  IM       G     X   on   heuristic   all    一般性转移支付占比偏低
X02  orange  IM       G     X   on   statutory   all    专项未分地区分项目
X03  orange  PI       G     X   on   statutory   above  提前下达比例不足
X04  orange  I        G     X   off  statutory   all    要求下级配套
X05  orange  PI       G     X   on   heuristic   all    专项转移支付应退出未退出
X06  orange  PIME     G     X   on   statutory   above  转移支付未明确地区或项目
Z01  orange  PI       GFCS  D   on   policy      all    缺少设立依据
Z02  orange  PI       GFCS  D   on   policy      all    依据已失效或到期
Z03  orange  PI       GFCS  D   on   policy      all    项目到期未退出
Z04  orange  PI       GFCS  D   on   heuristic   all    一次性项目连年安排
Z05  yellow  PI       GFCS  D   on   heuristic   all    项目长期固化
Z06  blue    P        GFCS  D   on   heuristic   all    与上年金额完全相同
Z07  yellow  P        GFCS  D   on   heuristic   all    疑似“基数+增长”编制
Z08  orange  PI       GFCS  D   on   heuristic   all    上年执行率低仍未压减
Z09  yellow  PI       GFCS  D   on   heuristic   all    存量未抵减新增预算
Z10  red     PIF      GFCS  D   on   statutory   all    结转超过两年未收回
Z11  yellow  PI       GFCS  D   on   statutory   all    未套用支出标准
Z12  orange  PI       GFCS  D   on   arithmetic  all    标准乘数量与金额不符
Z13  orange  PI       GFCS  D   on   statutory   all    单价超过支出标准
Z14  orange  PI       GFCS  D   on   statutory   all    未设绩效目标
Z15  yellow  PI       GFCS  D   on   policy      all    绩效目标不完整
Z16  yellow  PI       GFCS  D   on   heuristic   all    绩效目标不可衡量
Z17  orange  PI       GFCS  D   on   policy      all    新增项目未作事前绩效评估
Z18  orange  PI       GFCS  D   on   policy      all    评价差仍增加或持平
Z19  yellow  PI       GFCS  D   on   heuristic   all    项目交叉重复
Z20  yellow  PI       GFCS  D   off  heuristic   all    信息化重复建设
Z21  yellow  PI       GFCS  D   on   heuristic   all    疑似拆分项目
Z22  blue    P        GFCS  D   on   heuristic   all    项目金额过于整齐
Z23  orange  PI       GFCS  D   on   statutory   all    基本支出列入项目
Z24  yellow  PI       GFCS  D   on   heuristic   all    公用经费挤入项目
Z25  orange  PIM      G     D   on   policy      all    “三公”经费总额增长
Z26  yellow  PI       G     D   off  policy      all    “三公”单项增长
Z27  yellow  PI       GFCS  D   off  heuristic   all    会议培训委托劳务费增长异常
Z28  yellow  PI       G     D   on   policy      all    一般性支出未压减
Z29  yellow  PI       G     D   off  heuristic   all    人均公用经费离群
Z30  orange  PI       GFCS  D   on   statutory   all    未入项目库
Z31  orange  PI       GFCS  DX  on   local       all    专项资金超期或未评估
Z32  orange  PI       GFCS  D   on   statutory   all    新增资产超配置标准
Z33  orange  PI       GFCS  D   off  policy      all    应采购未编采购预算
Z34  yellow  PI       GFCS  D   on   heuristic   all    优先次序缺失或倒挂
Z35  orange  PI       GFCS  DV  on   statutory   all    单位资金未编入预算
Z36  blue    P        GFCS  D   off  heuristic   all    项目碎片化
Z37  orange  PIM      GFCS  D   on   arithmetic  above  结转大于上年未用完数
Z38  yellow  F        GFCS  D   on   statutory   above  项目支出未开展绩效评价
"""

DELIBERATE: Final = {
    "L03": "final accounts too, because the readings spare a province's approved deficit in that stage",
    "B01": "general debt stands in the general row, special debt in the fund row: no other book has any",
    "B04": "as B01",
    "B05": "as B01",
    "B06": "as B01",
    "B07": "as B01",
    "K01": "off: the measure is local",
    "K02": "off: the measure is local",
}
"""Where a row differs from the catalogue's own table, and why; the rule's page says it too."""

OFF_IN_THE_CATALOGUE: Final = """
    L09 L12 L18 T02 T09 S06 S10 S11 S12 V02 V04 K03 K05 K09 Z20 Z26 Z27 Z29 Z33 Z36 X04 B07 B08 Q06
"""

EXTRAS: Final = """
Q07  blue    PF       GFCS  Q   off  heuristic   all    第二位数字分布异常
Q08  blue    PF       GFCS  Q   off  heuristic   all    前两位数字分布异常
Q09  blue    PI       GFCS  Q   off  heuristic   all    金额集中在限额之下
N01  yellow  PI       GFCS  D   on   heuristic   all    审计查出问题的单位申请增长
N02  blue    PIF      G     V   on   heuristic   all    收入增幅与统计数据差距较大
N03  yellow  PIL      GFCS  C   on   heuristic   all    已报整改的项目又被提出
"""
"""Not of the catalogue's table: the extras that its section 8.10 names and the tables can carry, and the rules that
read evidence from outside (六贯通), which say nothing unless somebody hands such tables over."""

ROWS: Final = [line.split() for line in (CATALOGUE.strip() + EXTRAS.rstrip()).splitlines()]
DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
RULES: Final = {rule.code: rule for rule in budgetreview_rules()}
LETTERS: Final = {
    "pre": "P", "preliminary": "I", "plenary": "M", "execution": "E", "adjustment": "A", "final": "F", "rectify": "L",
    "general": "G", "government_fund": "F", "state_capital": "C", "social_insurance": "S",
}  # fmt: skip
FOCUS: Final = {
    "totals": "T", "key": "K", "departmental": "D", "transfers": "X", "debt": "B", "revenue": "V", "data": "Q",
    "process": "C",
}  # fmt: skip
LEVELS: Final = {
    "all": {"province", "city", "county", "township"},
    "above": {"province", "city", "county"},
    "below": {"city", "county", "township"},
}
NOT_STATUTORY: Final = """
    L08 L09 L16 S01 S02 S03 S07 S08 S10 V05 V07 K09 Z01 Z03 Z19 Z25 Z27 Z29 B05 E03 E07 Q01
"""
"""Rules whose article gives the idea but not the measure (the readings, "Severities")."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_rule_is_what_the_catalogue_says(row: list[str]) -> None:
    code, severity, stages, books, focus, default, status, levels, title = row
    rule = RULES[code]
    assert rule.severity.value == severity
    assert {LETTERS[s] for s in rule.stages} == set(stages)
    assert {LETTERS[b] for b in rule.books} == set(books)
    assert {FOCUS[f] for f in rule.focus} == set(focus)
    assert rule.default == (default == "on")
    assert rule.status == status
    assert set(rule.levels) == LEVELS[levels]
    assert rule.title.zh == title


def test_every_rule_of_the_catalogue_and_its_extras_is_there_and_no_other() -> None:
    listed = [row[0] for row in ROWS]
    new, gone = sorted(set(RULES) - set(listed)), sorted(set(listed) - set(RULES))
    assert not new, f"not in the tables of this file: {', '.join(new)}; the catalogue is complete, so a row in EXTRAS"
    assert not gone, f"promised in the tables of this file and no longer in the book: {', '.join(gone)}"
    assert len(listed) == len(set(listed)) == 139 + len(EXTRAS.split("\n")[1:-1])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_on_the_rule_book_counts_and_names_the_rules_of_today(lang: str) -> None:
    page = (DOCS / lang / "explanation" / "rule-book.md").read_text(encoding="utf-8")
    figures = re.findall(r"\d+", page)
    for what, count in (("rules", len(RULES)), ("rules off", sum(not rule.default for rule in RULES.values()))):
        assert str(count) in figures, f"docs/{lang}/explanation/rule-book.md should say that there are {count} {what}"
    unnamed = [line.split()[0] for line in EXTRAS.strip().splitlines() if line.split()[0] not in page]
    assert not unnamed, f"docs/{lang}/explanation/rule-book.md does not name {', '.join(unnamed)}"


def test_only_what_the_catalogue_leaves_out_and_what_is_local_is_off() -> None:
    assert {code for code, rule in RULES.items() if not rule.default} == set(OFF_IN_THE_CATALOGUE.split()) | {
        "K01",
        "K02",
        "Q07",
        "Q08",
        "Q09",
    }


@pytest.mark.parametrize("code", NOT_STATUTORY.split())
def test_an_idea_without_a_measure_is_not_called_statutory(code: str) -> None:
    assert RULES[code].status in {"policy", "arithmetic", "heuristic"}


@pytest.mark.parametrize("code", sorted(RULES))
def test_what_is_called_statutory_names_an_article_that_was_read(code: str) -> None:
    rule = RULES[code]
    named = [a for a in rule.authority if a.mark == "S" and a.article]
    assert named or rule.status != "statutory"
