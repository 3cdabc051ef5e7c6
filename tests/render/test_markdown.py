"""Markdown: short, and nothing in a name marks up, links or starts HTML."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from budgetreview.render.markdown import escaped

from .sample import EVERYTHING, hostile, sample

Rendered = Callable[..., bytes]


def test_the_report_in_markdown(rendered: Rendered) -> None:
    """Verdict, counts, findings by severity with their question, what was not judged, inputs."""
    text = rendered(sample(codes=EVERYTHING, broken_input=True), "markdown").decode()
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# 预算审查报告",
        "## 红色（禁止或拦截）", "### A01 预备费比例不合规",
        "## 橙色（须附文件说明）", "### A02 未填写设立依据",
        "## 黄色（须作说明）", "### A03 单价高于标准",
        "## 蓝色（提示）", "### A04 单位预算增长",
        "## 无法判断的部分", "## 输入与提示",
    ]  # fmt: skip
    assert "**审查不完整**" in text
    assert "> 预备费为何不足1%？" in text
    assert "与所引条款不一致 · 《预算法》第40条" in text
    assert "| A06 | 缺表的规则 | 无数据 | 1 | 支付（表 payments） |" in text


def test_findings_left_out_are_counted(rendered: Rendered) -> None:
    """Ten of forty are listed, and thirty are said to be left out."""
    assert "… 另有 30 项未列出" in rendered(sample(repeat=20), "markdown").decode()


def test_hostile_names_mark_nothing_up(rendered: Rendered) -> None:
    """No raw HTML, no link, no table cell broken by a name."""
    text = rendered(hostile(), "markdown").decode()
    assert not re.search(r"(?<!\\)<", text)
    assert not re.search(r"(?<!\\)\]\(", text)
    assert "http://" not in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", r)) for r in rows} <= {3, 6}


@pytest.mark.parametrize(
    ("text", "shown"),
    [("# 标题", r"\# 标题"), ("- 项", r"\- 项"), ("1. 项", r"1\. 项"), ("a|b", r"a\|b"), ("两\n行", "两 行")],
)
def test_how_text_is_escaped(text: str, shown: str) -> None:
    """A name that looks like a heading, list or table cell stays a name."""
    assert escaped(text) == shown
