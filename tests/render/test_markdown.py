"""Markdown: short, and nothing in a name marks up, links or starts HTML."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from budgetreview.render.opinion.markdown import escaped

from .sample import EVERYTHING, hostile, sample

Rendered = Callable[..., bytes]


def test_the_opinion_in_markdown(rendered: Rendered) -> None:
    """The same chapters as the document; tables of what was raised, what was not judged, and what was read."""
    text = rendered(sample(codes=EVERYTHING, broken_input=True), "markdown").decode()
    headings = [line for line in text.splitlines() if line.startswith(("# ", "## "))]
    assert headings == [
        "# 关于武陵区2026年预算草案初步方案的初步审查意见",
        "## 一、概述", "## 二、按重点内容的审查情况", "## 三、主要问题", "## 四、建议",
        "## 五、尚无法判断的事项和需要补充的材料", "## 附件1 审查事项清单", "## 附件2 审查运行情况",
    ]  # fmt: skip
    assert "审查不完整：" in text
    assert "### （一）预备费为何不足1%？" in text
    assert "| A01 | 红色 |" in text
    assert "| A06 | 缺表的规则 | 无数据 | 1 | 支付（表 payments） |" in text


def test_findings_left_out_are_counted(rendered: Rendered) -> None:
    """Ten of forty are listed, and thirty are said to be left out."""
    assert "另有30项未列出" in rendered(sample(repeat=20), "markdown").decode()


def test_hostile_names_mark_nothing_up(rendered: Rendered) -> None:
    """No raw HTML, no link, no table cell broken by a name."""
    text = rendered(hostile(), "markdown").decode()
    assert not re.search(r"(?<!\\)<", text)
    assert not re.search(r"(?<!\\)\]\(", text)
    assert "http://" not in text
    width = 0
    for line in text.splitlines():
        bars = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not (bars and width) or bars == width, line[:80]
        width = bars


@pytest.mark.parametrize(
    ("text", "shown"),
    [("# 标题", r"\# 标题"), ("- 项", r"\- 项"), ("1. 项", r"1\. 项"), ("a|b", r"a\|b"), ("两\n行", "两 行")],
)
def test_how_text_is_escaped(text: str, shown: str) -> None:
    """A name that looks like a heading, list or table cell stays a name."""
    assert escaped(text) == shown
