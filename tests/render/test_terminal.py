"""The text report: short, aligned, loud where something was not judged, honest about what it leaves out."""

from __future__ import annotations

import attrs
import pytest
from rich.cells import cell_len

from budgetreview import render
from budgetreview.engine import review
from budgetreview.example import DAYS, tables
from budgetreview.plugins import load_rules
from budgetreview.render.terminal import broken
from budgetreview.render.words.sentences import Sentences
from budgetreview.report import Report
from budgetreview.submission import Submission

from .sample import EVERYTHING, hostile, sample


def test_the_short_text() -> None:
    """What a clerk sees first: complete or not, counts, questions, findings, what is missing, notices."""
    assert (
        render.text(sample(), width=72)
        == """\
预算审查报告 · 初审 · 基准日 2026-01-10 · budgetreview 0.1.0
430702 武陵区（县级）
审查机制 changde-12345（据公开资料的解读，非官方文本）
审查完成，但有未能判断的部分：每个输入都已读入，没有规则运行失败
6 条规则中 4 条已运行，其中 1 条有部分内容无法判断，1 条因缺少数据没有判
断，1 条不属本阶段
红色 1  橙色 2  黄色 1  蓝色 1

── 值得询问的问题 ──────────────────────────────────────────────────────
1. 预备费为何不足1%？
   红色 · A01 · 1 项，涉及 1,000,000.00 元 · 预算 一般公共预算
2. 单位101增长的原因？
   蓝色 · A04 · 1 项，涉及 1,286,000.50 元 · 单位 101 县教育局
3. 项目“信息化平台”依据哪份文件设立？
   橙色 · A02 · 2 项，涉及 121,000.50 元 · 例：单位 101 县教育局 · 项目
   信息化平台 · 另有 1 条同类
4. 单价为何高于标准？
   黄色 · A03 · 1 项，涉及 35,000.00 元 · 单位 102 县农业农村局 · 项目
   办公设备购置

── 红色（禁止或拦截） 1 ────────────────────────────────────────────────
A01 预备费比例不合规 · 与所引条款不一致 · 1 项，涉及 1,000,000.00 元
  · 预备费1,000,000.00元，为本级支出200,000,000.00元的0.5%，不足1%
    预算 一般公共预算 [county-2026.xlsx 收支总表!B4]

── 橙色（须附文件说明） 2 ──────────────────────────────────────────────
A02 未填写设立依据 · 待了解事项 · 2 项，涉及 121,000.50 元
  · 项目“信息化平台”未填写设立依据
    单位 101 县教育局 · 项目 信息化平台 [county-2026.xlsx 项目!H5]
  · 项目“办公设备购置”未填写设立依据
    单位 102 县农业农村局 · 项目 办公设备购置 [county-2026.xlsx 项目!H6]

── 黄色（须作说明） 1 ──────────────────────────────────────────────────
A03 单价高于标准 · 待了解事项 · 1 项，涉及 35,000.00 元
  · 单价7,000.00元高于支出标准6,000.00元
    单位 102 县农业农村局 · 项目 办公设备购置 [county-2026.xlsx 项目!K6]

── 蓝色（提示） 1 ──────────────────────────────────────────────────────
A04 单位预算增长 · 参考信息 · 1 项，涉及 1,286,000.50 元
  · 单位101的预算增长18.4162%
    单位 101 县教育局 [county-2026.xlsx 项目!I4]

── 无法判断的部分 2 ────────────────────────────────────────────────────
补上 支付（表 payments） 可帮助 1 条规则
补上 支出标准（standard_value） 可帮助 1 条规则
补上 单价（unit_price） 可帮助 1 条规则

── 输入与注意事项 ──────────────────────────────────────────────────────
· county-2026.xlsx 项目!Z3: 不认识的列“备用”，已保留
"""
    )


def test_incomplete_is_said_first_with_its_reasons() -> None:
    """An unreadable input and a failed rule stand before any count."""
    lines = render.text(sample(codes=EVERYTHING, broken_input=True), "en").splitlines()
    assert lines[3:6] == [
        " Incomplete",
        "  ! other.xlsx could not be read: 1 problem",
        "  ! rule A05 A rule that fails failed: ZeroDivisionError: division by <b>zero</b>",
    ]


def test_nothing_looked_at_never_looks_like_nothing_found() -> None:
    """Without data the text says loudly that this is no clean result; with data and no findings it does not."""
    blind = render.text(sample(codes=("A06",)))
    clean = render.text(sample(names=("甲",), codes=("A02",)))
    assert "没有任何规则得出判断：未发现问题不等于没有问题" in blind
    assert "审查不完整" in blind
    assert "没有任何规则得出判断" not in clean
    assert "所有可判断的单元均未标出问题" in clean


def test_what_is_left_out_is_counted() -> None:
    """Forty findings of one rule are three examples and the number of the others; verbose lists all."""
    report = sample(repeat=20)
    assert "… 另有 37 项未列出，用 --verbose 查看全部" in render.text(report)
    verbose = render.text(report, verbose=True)
    assert verbose.count("”未填写设立依据\n") == 40
    assert "未列出" not in verbose


def test_a_rule_that_flags_most_of_what_it_sees_gets_a_hint() -> None:
    """More than half of at least twenty: a hint; exactly half, or fewer than twenty: none."""
    assert "可判断的 24 个中标出 24 个（100%）：比例过高" in render.text(_unfounded(24))
    assert "比例过高" not in render.text(_unfounded(19))
    assert "比例过高" not in render.text(sample(repeat=20, codes=("A02",)))


def _unfounded(n: int) -> render.Report:  # type: ignore[name-defined]
    from budgetreview.engine import review
    from budgetreview.rule import RuleSet
    from budgetreview.submission import Submission
    from budgetreview.table import Period
    from budgetreview.values import Keys

    from .sample import AS_OF, ENTITY, money, rules, table

    lines = table("lines", {"line_id": Keys.of([f"L{i}" for i in range(n)]), "basis": Keys.of([None] * n),
                            "side": Keys.of(["expenditure"] * n), "proposed": money(*[1.0] * n)})  # fmt: skip
    submission = Submission.of({"lines": lines}, (Period(ENTITY, 2026),))
    return review(submission, RuleSet(tuple(r for r in rules() if r.code == "A02")), as_of=AS_OF)


@pytest.mark.parametrize("width", [40, 72, 100])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_findings_fit_the_terminal(width: int, lang: str) -> None:
    """Sentences are broken by what they take on the screen, where a Chinese character is two columns wide."""
    lines = render.text(hostile(), lang, width=width).splitlines()
    assert [line for line in lines if line.startswith("  ") and cell_len(line) > width] == []


def test_tables_are_aligned() -> None:
    """The columns of the table of rules begin at the same place on the screen in every row."""
    text = render.text(sample(codes=EVERYTHING), verbose=True)
    rows = text[text.index("── 规则运行情况") : text.index("── 输入与注意事项")].splitlines()
    head = next(i for i, r in enumerate(rows) if r.startswith("规则  结果"))
    titles = ("名称", "预备费比例不合规", "未填写设立依据", "单价高于标准", "单位预算增长")
    starts = {cell_len(row[: row.index(title)]) for row, title in zip(rows[head:], titles, strict=False)}
    assert len(starts) == 1


def test_nothing_in_a_name_commands_the_terminal() -> None:
    """Escape sequences and direction marks of a hostile name are written out; long ones are cut and say so."""
    text = render.text(hostile(), verbose=True)
    assert not {c for c in text if c in "\x1b\x07\u202e\u202c\r"}
    assert "总额[U+202E]000,1[U+202C]元[U+001B][31m红" in text
    assert "100,0" in text
    assert len(text) < 20_000


def test_a_package_left_out_is_said_even_in_the_short_text() -> None:
    assert "local-law" in render.text(attrs.evolve(sample(), without=("local-law",)))


def test_colour_only_when_asked() -> None:
    """A pipe gets plain text; a terminal the same text with colours."""
    plain, coloured = render.text(sample()), render.text(sample(), color=True)
    assert "\x1b" not in plain
    assert "\x1b[" in coloured


def test_money_in_the_unit_chosen() -> None:
    """In 万元 the amounts keep every 分."""
    assert "2 项，涉及 12.10005 万元" in render.text(sample(), unit="万元")


def test_waived_findings_are_shown_as_such() -> None:
    """Waived findings are counted, marked and asked no more."""
    waived = {f.fingerprint: "经主任会议同意" for f in sample().findings.of("A02")}
    text = render.text(sample(waived=waived), verbose=True)
    assert "另有已豁免 2" in text
    assert "A02 未填写设立依据 · 待了解事项 · 全部豁免" in text
    assert "· [已豁免] 项目“信息化平台”未填写设立依据" in text
    assert "豁免理由：经主任会议同意" in text
    assert "2. 项目" not in text


def test_a_review_of_many_rules_stays_short(county: Report) -> None:
    """With more than eight rules one line and its place for each, cut with an ellipsis; how to see all is said."""
    short, verbose = render.text(county, width=60), render.text(county, width=60, verbose=True)
    assert len(short.splitlines()) < len(verbose.splitlines()) / 2 < 400
    assert f"用 --verbose 查看全部 {len(county.findings)} 项" in short.replace("\n  ", " ")
    assert "…" in short
    say = Sentences(county, "zh", "元")
    assert all(say.message(f)[:8] in verbose for f in county.findings)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(county: Report, lang: str, width: int) -> None:
    """Chinese counts as two columns; figures are never broken in two."""
    for verbose in (False, True):
        for line in render.text(county, lang, width=width, verbose=verbose).splitlines():
            assert cell_len(line) <= max(width, 40), line


@pytest.fixture(scope="module")
def county() -> Report:
    return review(Submission(**tables()), load_rules(), stage="preliminary", as_of=DAYS["preliminary"])


def test_lines_break_as_chinese_is_set() -> None:
    """No figure is torn, no line starts with a closing mark, nothing is lost."""
    text = "支出合计6,064.62万元，调入（含结转）5,264.62万元，相差800.00万元。"
    for width in range(12, 60):
        lines = broken(text, width)
        assert "".join(lines) == text
        assert not any(line[0] in "，。；：、）" for line in lines)
        for figure in ("6,064.62", "5,264.62", "800.00"):
            assert any(figure in line for line in lines)
