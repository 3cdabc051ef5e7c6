"""What is wrong with a rule file is said at once, each with its sheet and cell, what was read and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

import budgetreview as br
from budgetreview import rules_from_file
from budgetreview.rulefile import RuleFileError
from budgetreview.rulefile.fields import CHANGE, EXAMPLE, RULE, Field

from .sheets import book, problems, template

MISTAKES: dict[str, tuple[dict[tuple[int, str], object], dict[tuple[int, str], object], list[str]]] = {
    "a figure without its unit": (
        {(2, "限额"): 20}, {},
        ["规则!I2: SL1 的“限额”：“20”没有写单位，与金额比较时应写成如 50万元"],
    ),
    "an amount without its unit in the condition": (
        {(2, "条件"): "预算数 > 20 且 设立依据 为空", (2, "限额"): None}, {},
        ["规则!G2: SL1 的“条件”：“20”没有写单位；金额请写成 20元 或 20万元"],
    ),
    "a column of another name": (
        {(2, "条件"): "预算书 > 限额"}, {},
        ["规则!G2: SL1 的“条件”：表“预算明细”没有列“预算书”；相近的有：预算数（proposed）、预算类型（book）"],
    ),
    "words where an amount should stand": (
        {}, {(2, "预算数（元）"): "二十万"},
        ["样例!G2: “预算数（元）”列读到“二十万”，应为金额，如 1234.50、1,234.50 或 (3,420)"],
    ),
    "one code twice": (
        {(3, "编号"): "SL1"}, {},
        ["规则!A3: SL1 的“编号”：编号“SL1”已在 规则!A2 用过；请另取编号"],
    ),
    "an example that the rule answers otherwise": (
        {(2, "限额"): "30万元"}, {},
        ["样例!B2: 样例应为“应提示”，规则 SL1 得出“不应提示”；请改条件或样例"],
    ),
    "a severity that does not exist": (
        {(2, "严重程度"): "紫"}, {},
        ["规则!J2: SL1 的“严重程度”：读到“紫”；应为 红、橙、黄、蓝"],
    ),
    "a word of guilt": (
        {(2, "名称"): "培训费违规列支", (2, "英文提示语"): "illegal training"}, {},
        ["规则!B2: SL1 的“名称”：有“违规”；规则只陈述事实并提问，不下结论，请改写",
         "规则!AA2: SL1 的“英文提示语”：有“illegal”；规则只陈述事实并提问，不下结论，请改写"],
    ),
    "an order instead of a question": (
        {(2, "询问语"): "说明理由。"}, {},
        ["规则!Y2: SL1 的“询问语”：应是问句（以？结尾）或以“请”开头"],
    ),
    "a place in the message that nothing fills": (
        {(2, "提示语"): "该项{预算金}"}, {},
        ["规则!X2: SL1 的“提示语”：“{预算金}”不是这条规则的列或合计；可用：预算数、设立依据、限额、计量"],
    ),
    "a limit that the condition does not use": (
        {(3, "条件"): "接待费 > 6万元"}, {},
        ["规则!I3: SL2 的“限额”：条件里没有用到；请在条件里写 限额"],
    ),
    "a sum that is none": (
        {(3, "合计"): "接待费 预算数"}, {},
        ["规则!E3: SL2 的“合计”：读到“接待费 预算数”；应为 名称 = 列 当 条件，名称不重复，如 接待费 = 预算数 当 部门预算经济分类 形如 '30217%'"],
    ),
    "a column of rows asked of an agency": (
        {(3, "条件"): "预算数 > 限额"}, {},
        ["规则!G3: SL2 的“条件”：“预算数”是每一行的列；按组判断时只能用“合计”里的名称和分组的列：接待费、单位代码"],
    ),
    "groups that the table does not have": (
        {(3, "判断对象"): "基金", (3, "条件"): "预算数 > 限额"}, {},
        ["规则!D3: SL2 的“判断对象”：表“预算明细”没有列“fund”，不能按它分组",
         "规则!G3: SL2 的“条件”：“预算数”是每一行的列；按组判断时只能用“合计”里的名称和分组的列：接待费"],
    ),
    "a blank asked of an agency": (
        {(3, "条件"): "接待费 > 限额 或 单位代码 为空", (3, "关于列"): "单位代码"}, {},
        ["规则!G3: SL2 的“条件”：按组判断时没有“为空”；空白要另写一条逐行的规则"],
    ),
    "law that nobody read": (
        {(2, "性质"): "法律法规", (2, "依据文件"): "预算法", (2, "条款"): "32"}, {},
        ["规则!P2: SL1 的“性质”：“法律法规”须写依据文件，且“核对”为“已查原文”"],
    ),
    "a day that is none": (
        {(2, "施行日期"): "2026.13.1"}, {},
        ["规则!U2: SL1 的“施行日期”：读到“2026.13.1”；应为日期，如 2026-01-01"],
    ),
    "an end before the start": (
        {(2, "施行日期"): "2026-01-01", (2, "废止日期"): "2025-12-31"}, {},
        ["规则!V2: SL1 的“废止日期”：废止日期 2025-12-31 早于施行日期 2026-01-01"],
    ),
    "a rule without its code and title": (
        {(2, "编号"): None, (2, "名称"): None}, {},
        ["规则!A2: “编号”：没有填写；应为 字母和数字，全省不重复，如 CD-JD1", "规则!A2: “名称”：没有填写；应为 说出看到的情形"],
    ),
    "an answer that does not exist": (
        {}, {(2, "应有结果"): "是"},
        ["样例!B2: 应有结果：读到“是”；应为 应提示、不应提示、无法判断、不适用"],
    ),
    "a column that the examples lack": (
        {(2, "条件"): "预算数 > 上年预算数 且 预算数 > 限额"}, {},
        ["样例!A2: 样例没有规则 SL1 要用的列：上年预算数（prior_approved）；请在“样例”里加上这一列"],
    ),
    "an example of a rule that is not there": (
        {}, {(2, "编号"): "SL9"},
        ["规则!A2: 规则 SL1 没有“应提示”的样例；每条规则至少各有一个“应提示”和“不应提示”的样例",
         "样例!A2: 样例的规则编号“SL9”不在“规则”里"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_typical_mistakes_are_named_with_their_cell_and_what_to_write(mistake: str, tmp_path: Path) -> None:
    rules, examples, expected = MISTAKES[mistake]
    assert problems(template(tmp_path / "规则表.xlsx", rules, examples)) == expected


@pytest.mark.parametrize(
    "condition",
    ["（预算数＞限额）且（设立依据　为空）", "预算数 ＞限额 AND 设立依据为空", "预算数 大于 limit 并且 basis IS NULL"],
)
def test_full_width_signs_and_chinese_words_are_simply_understood(condition: str, tmp_path: Path) -> None:
    assert problems(template(tmp_path / "规则表.xlsx", {(2, "条件"): condition})) == []


def test_a_rule_without_an_example_that_must_fire_is_refused(tmp_path: Path) -> None:
    assert problems(template(tmp_path / "规则表.xlsx", without=2)) == [
        "规则!A2: 规则 SL1 没有“应提示”的样例；每条规则至少各有一个“应提示”和“不应提示”的样例"
    ]


def test_all_problems_of_all_rules_are_listed_at_once(tmp_path: Path) -> None:
    found = problems(template(tmp_path / "规则表.xlsx", {
        (2, "严重程度"): "紫", (2, "条件"): "预算书 > 限额", (3, "合计"): "接待费 = 预算书", (3, "阶段"): "开会",
    }))  # fmt: skip
    assert [f.split(":")[0] for f in found] == ["规则!J2", "规则!G2", "规则!E3", "规则!K3"]


def test_a_package_needs_both_languages(tmp_path: Path) -> None:
    path = template(tmp_path / "规则表.xlsx", {(2, "英文名称"): None})
    assert problems(path) == []
    assert problems(path, pack="somecounty") == ["规则!A2: SL1 的“英文名称”：规则包的文字须有中英文，这里缺英文"]


def test_an_english_reader_is_told_the_same(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError) as caught:
        rules_from_file(template(tmp_path / "rules.xlsx", {(2, "严重程度"): "purple"}))
    assert caught.value.problems[0].line("en") == (
        "rules.xlsx 规则!J2: SL1 severity: 'purple' was read; expected one of red, orange, yellow, blue"
    )
    assert caught.value.code == "rule-file"


def test_clashing_codes_are_refused_when_the_rules_are_loaded(tmp_path: Path) -> None:
    rows = {"规则": (("编号", "名称", "条件", "等级"), ("Z13", "金额为负", "预算数 < 0", "黄")),
            "样例": (("编号", "应有结果", "预算数"), ("Z13", "应提示", "-1"), ("Z13", "不应提示", "0"))}  # fmt: skip
    path = book(tmp_path / "county.xlsx", rows)
    with pytest.raises(br.PackError, match="Z13"):
        br.load_rules(files=[path])
    with pytest.raises(br.PackError):
        br.load_rules(files=[template(tmp_path / "a.xlsx"), template(tmp_path / "b.xlsx")])


@pytest.mark.parametrize(
    ("name", "content", "zh"),
    [
        ("none.toml", None, "找不到这个文件"),
        ("rules.docx", b"x", "应以 .toml、.xlsx、.xlsm、.xls、.ods 结尾"),
        ("bad.toml", b"[[rule]", "TOML 语法错误"),
        ("bad.toml", "规则 = 1".encode("gb18030"), "不是 UTF-8"),
        ("bad.xlsx", b"hello", "不是 .xlsx、.xls 或 .ods 工作簿"),
        ("empty.toml", b"", "没有 [[rule]]"),
        ("key.toml", b"[[rule]]\ncode = 'A1'\ncolour = 'red'\n", "没有这个键"),
        ("rule.toml", b"rule = 1\n", "应写作 [[rule]]"),
        ("rows.toml", b"[[rule]]\n[[rule.example]]\nrows = 5\n", "rule[0].example[0].rows: 应为"),
        ("deep.toml", b"[[rule]]\ncondition = [[1]]\n", "rule[0].condition: 应为文字"),
    ],
)
def test_files_that_are_no_rule_files_say_why(name: str, content: bytes | None, zh: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert zh in "\n".join(problems(tmp_path / name))


def test_a_header_that_means_nothing_is_a_problem_and_a_remark_is_none(tmp_path: Path) -> None:
    def rows(header: str, column: str) -> dict[str, tuple[tuple[str, ...], ...]]:
        return {"规则": (("编号", "名称", "条件", "等级", "限额", header), ("CD1", "甲", "预算数 > 限额", "黄", "1元", "9元")),
                "样例": (("编号", "应有结果", "预算数", column), ("CD1", "应提示", "2", "x"), ("CD1", "不应提示", "1", "y"))}  # fmt: skip

    assert problems(book(tmp_path / "a.xlsx", rows("限额下线", "单位名成"))) == [
        "规则!F1: 表头“限额下线”不认识；相近的有：限额下限、限额、限额上限；自己用的列请把表头写作“备注”",
        "样例!D1: 表头“单位名成”不认识；相近的有：单位名称、单位性质、单位代码；自己用的列请把表头写作“备注”",
    ]
    assert problems(book(tmp_path / "b.xlsx", rows("备注", "单位名称"))) == []
    assert "相近的有：要求配套" in problems(book(tmp_path / "c.xlsx", rows("备注", "要求配套资")))[0]


def test_a_workbook_without_the_sheet_of_rules_names_the_sheets_it_has(tmp_path: Path) -> None:
    path = book(tmp_path / "other.xlsx", {"项目": (("项目名称", "预算数"), ("甲", 1))})
    assert "没有名为“规则”的工作表（有：项目）" in problems(path)[0]


def test_in_toml_the_place_is_the_path_of_the_key(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(
        "[[rule]]\ncode = 'A1'\ntitle = '甲'\ncondition = '预算书 > 1元'\nseverity = '紫'\n"
        "[[rule]]\ncode = 'A2'\ntitle = '乙'\ncondition = '预算数 > 1元'\nseverity = 'red'\n"
        "[[rule.example]]\nexpected = 'flagged'\n'预算数' = '一元'\n",
        encoding="utf-8",
    )
    assert [p.split("：")[0].split(": ")[0] for p in problems(tmp_path / "r.toml")] == [
        "rule[0].severity", "rule[0].condition", "rule[1].example[0].预算数",
    ]  # fmt: skip


def test_changes_are_checked_against_the_rules_of_the_core(tmp_path: Path) -> None:
    rows = (
        ("编号", "参数", "取值", "等级", "停用理由", "依据文件"),
        ("Z13", "tolerence", "5%", None, None, "某通知"),
        ("Z13", "tolerance", "很多", None, None, "某通知"),
        ("Z13", "tolerance", "5%", None, None, None),
        ("Z13", None, None, None, None, "某通知"),
    )
    assert problems(book(tmp_path / "c.xlsx", {"调整": rows})) == [
        "调整!B2: Z13 的“参数”：规则 Z13 没有参数“tolerence”；有：tolerance",
        "调整!C3: Z13 的“取值”：读到“很多”；应为 share，如 60万元、5%、30",
        "调整!A4: Z13 的“依据文件”：调整取值或严重程度须写依据文件",
        "调整!A5: Z13 的“编号”：没有说明要调整什么：取值、严重程度、停用理由、启用至少写一项",
    ]


def test_a_change_outside_the_rules_own_limits_is_refused_when_loaded(tmp_path: Path) -> None:
    rows = (("编号", "参数", "取值", "依据文件"), ("Z13", "tolerance", "500%", "某通知"))
    with pytest.raises(br.PackError, match="tolerance"):
        br.load_rules(files=[book(tmp_path / "c.xlsx", {"调整": rows})])


@pytest.mark.parametrize("fields", [RULE, EXAMPLE, CHANGE], ids=["rule", "example", "change"])
def test_no_two_fields_share_a_header_and_every_choice_is_understood(fields: tuple[Field, ...]) -> None:
    seen: set[str] = set()
    for field in fields:
        assert not seen & {field.key, field.zh[0]}, field.key
        seen |= {field.key, field.zh[0]}
        assert all(p in field.words for p in field.printed), field.key
