"""What a condition may not be: every refusal says what was read and what to write instead, and none takes long."""

from __future__ import annotations

import time

import pytest

from budgetreview.expressions import Environment, ExpressionError, compile_condition, compile_value

LINES = Environment("lines", {"limit": "money", "days_limit": "count"}, about=("basis",), aliases={"限额": "limit"})


def refused(text: str, environment: Environment = LINES) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        compile_condition(text, environment, blanks="flag")
    return caught.value


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("sum(预算数) > 1元", "合计"),
        ("count(预算数) > 1", "合计"),
        ("max(预算数) over (partition by 单位代码) > 1元", "合计"),
        ("预算数 > 1元 over ()", "over"),
        ("预算数 > (select 1)", "select"),
        ("预算数 in (select 预算数 from lines)", "select"),
        ("exists (select 1)", "exists"),
        ("cast(预算数 as int) > 1", "cast"),
        ("try_cast(预算数 as int) > 1", "try_cast"),
        ("unnest(预算数) > 1元", "unnest"),
        ("case when 政府采购 then 信息化 end", "case"),
        ("预算数 > 1元 union select 1", "union"),
        ("预算数 > 1元; drop table lines", "分号"),
        ("预算数 > 1元 -- 其余不看", "注释"),
        ("预算数 > 1元 /* 其余不看 */", "注释"),
        ("预算数 > 1元 # 其余不看", "占位符"),
        ("预算数 > ?", "占位符"),
        ("预算数 > :x", "占位符"),
        ("预算数 > $1", "占位符"),
        ("预算数 > @x", "占位符"),
        ("预算数 > {{x}}", "占位符"),
        ("预算数::int > 1", "占位符"),
        ("预算数[1] > 1元", "写法不对"),
        ("项目名称 || '元' = 'x'", "看不懂"),
        ("数量 % 2 = 1", "看不懂"),
        ("数量 & 1 = 1", "看不懂"),
        ("lines.预算数 > 1元", "看不懂"),
        ("项目名称 like any ('x')", "any"),
        ("项目名称 like 'x' escape '!'", "escape"),
        ("项目名称 形如 'x' 'y'", "缺少"),
        ("预算数 between symmetric 1元 and 2元", "写法不对"),
        ("预算数 between 1元 2元", "写法不对"),
        ("预算数 between 执行数 1元 and 政府采购", "写法不对"),
        ("share(distinct 预算数, 执行数) > 1", "distinct"),
        ("read_csv('/etc/passwd') = 'x'", "没有函数"),
        ("[预算数](1)", "没有这种写法"),
        ("", "空的"),
        ("   ", "空的"),
        ("null", "空白"),
        ("预算数 = null", "空白"),
        ("预算数 is true", "null"),
        ("* > 1元", "写法"),
        ("预算数 > 1元)", "括号"),
        ("(预算数 > 1元", "括号"),
        ("项目名称 = '培训", "引号"),
    ],
)
def test_queries_comments_and_what_hides_something_are_refused(text: str, word: str) -> None:
    assert word in refused(text).text.zh


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("预算数 > 50", "“50”没有写单位；金额请写成 50元 或 50万元"),
        ("预算数 > 数量", "“预算数”是金额，“数量”是数，不能放在一起"),
        ("预算数 + 数量 > 1元", "“预算数”是金额，“数量”是数，不能放在一起"),
        ("预算数 > '50万元'", "“预算数”是金额，“'50万元'”是文字，不能放在一起"),
        ("预算数 * 执行数 > 1元", "金额不能乘以金额；一边应是数、数量或比率"),
        ("预算数 > days_limit", "没有写单位，与金额比较时应写成如 50万元"),
        ("执行数 / 预算数 < 0.5", "不直接相除：比率写 占比(执行数, 预算数) < 50%，它不做除法而精确比较"),
        ("执行数 / 去年预算数 < 0.5", "不直接相除：比率写 占比(执行数, 去年预算数) < 50%，它不做除法而精确比较"),
        ("数量 / 0 > 1", "不直接相除：比率写 占比(执行数, 预算数) < 50%，它不做除法而精确比较"),
        ("占比(执行数, 数量) > 1", "“执行数”是金额，“数量”是数，不能放在一起"),
        ("占比(执行数, 预算数) + 10% > 1", "占比、增幅只能拿来比较，不能再运算"),
        ("占比(执行数) > 1", "占比(部分, 全部) 有2个参数，这里是1个"),
        ("项目名称 > '培'", "文字只能用 = 或 <> 比较；代码的范围用 形如 '30217%'"),
        ("单位性质 = '军队'", "“单位性质”没有“军队”这个值；可用：行政单位、参公单位、事业单位、其他"),
        ("预算数 形如 '5%'", "形如、匹配 前面应为文字或代码列"),
        ("项目名称 形如 备注", "形如、匹配 后面应为引号里的文字，如 '%培训%'"),
        ("依据有效期至 > 2026", "“依据有效期至”是日期，“2026”是数，不能放在一起"),
        ("依据有效期至 - 2026-01-01 > 1", "日期与日期之间没有 - 运算"),
        ("依据有效期至 > 2026-02-30", "没有 2026-02-30 这一天"),
        ("预算数 > 50人", "“50人”：看不懂数后面的“人”；金额写 元、万元、亿元，比率写 %，日期写 2026-01-10"),
        ("预算数 > 0.001元", "0.001元 比一分还细"),
        ("预算数 > 99999999亿元", "99999999亿元 大得不像金额；请检查单位"),
        ("预算数", "应为条件（是或否），这里是金额；请加上比较，如 > 50万元"),
        ("预算数 且 政府采购", "“预算数”是金额，这里应为条件；请加上比较"),
        ("预算书 > 1元", "表“预算明细”没有列“预算书”；相近的有：预算数（proposed）、预算类型（book）"),
        ("预算数大于50万元", "表“预算明细”没有列“预算数大于50万元”；“大于”前后请留空格"),
        ("预算数(万元) > 5元", "“预算数”是列名，后面不跟括号；单位写在数后面，如 50万元"),
    ],
)
def test_kinds_that_do_not_meet_are_refused_with_what_to_write(text: str, zh: str) -> None:
    assert refused(text).text.zh == zh


def test_every_refusal_speaks_english_too() -> None:
    assert refused("预算数 > 50").text.en == "'50' has no unit; write 50元 or 50万元 to hold it against money"


def test_a_blank_is_only_asked_of_the_columns_that_the_rule_is_about() -> None:
    assert compile_condition("设立依据 为空", LINES, blanks="flag").formula == "basis == null"
    assert "关于列" in refused("预算数 为空").text.zh


@pytest.mark.parametrize("text", ["设立依据 不为空", "非 (设立依据 为空)", "非 (预算数 > 1元 且 设立依据 为空)", "(设立依据 为空) = 否"])
def test_no_condition_may_be_cleared_by_blanking_a_cell(text: str) -> None:
    assert "条件里不能写“不为空”" in refused(text).text.zh or "关于列" in refused(text).text.zh


def test_in_the_scope_a_cell_may_be_asked_to_be_filled_in() -> None:
    assert compile_condition("设立依据 不为空", LINES, blanks="any").formula == "not basis == null"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "预算数 > 1元 " * 10_000,
        "(" * 10_000 + "政府采购" + ")" * 10_000,
        "(" * 900 + "政府采购" + ")" * 900,
        "非 " * 900 + "政府采购",
        "- " * 590 + "1元 > 预算数",
        " or ".join(["政府采购"] * 300),
        " + ".join(["1元"] * 300) + " > 预算数",
        "预算数 in (" + ", ".join(["1元"] * 290) + ")",
        "9" * 1900 + "元 > 预算数",
        "预算数 > 1元" + "，" * 1900,
    ],
    ids=range(11),
)
def test_long_and_deep_input_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    refused(text)
    assert time.perf_counter() - started < 2


def test_two_hundred_parts_are_enough_and_no_more_are_read() -> None:
    assert compile_condition(" or ".join(["政府采购"] * 100), LINES).kind == "mark"
    assert "最多200个" in refused(" or ".join(["政府采购"] * 201)).text.zh


@pytest.mark.parametrize(
    "pattern", ["(?=培训)", r"(培)\1", "((a{100}){100}){100}", "(a", "a" * 201, "[", "(?<x>a)(?P=x)"], ids=range(7)
)
def test_regular_expressions_that_cannot_be_matched_in_linear_time_are_refused(pattern: str) -> None:
    assert "正则表达式" in refused(f"项目名称 匹配 '{pattern}'").text.zh


def test_a_pattern_made_to_hang_does_not() -> None:
    started = time.perf_counter()
    condition = compile_condition("项目名称 匹配 '(a*)*(a|a)*b$'", LINES)
    assert condition.columns == ("project_name",)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("char", ["\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\\", "\0", "^", "~", "\u0338"])
def test_hidden_and_strange_characters_are_named(char: str) -> None:
    assert "看不懂" in refused(f"预算数{char} > 1元").text.zh


def test_look_alikes_of_column_names_are_unknown_columns() -> None:
    assert "没有列" in refused("prоposed > 1元").text.zh  # a Cyrillic о


def test_what_stands_in_quotes_is_never_read_as_anything_else() -> None:
    condition = compile_condition("项目名称 = '1'' or 1=1; drop table x --'", LINES)
    assert condition.formula == "project_name == \"1' or 1=1; drop table x --\""


def test_a_measure_is_money_a_number_or_a_share() -> None:
    assert compile_value("预算数 - 上年预算数", LINES).kind == "money"
    with pytest.raises(ExpressionError, match="计量应为金额、数或比率"):
        compile_value("项目名称", LINES)
    with pytest.raises(ExpressionError, match="计量应含有列名"):
        compile_value("50万元", LINES)
