"""What a place is called: the same in every report."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest

from budgetreview import render
from budgetreview.render.words.entity import named, with_level

from .sample import sample


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("430702", "430702 武陵区", "430702 武陵区"),
        ("430000", "430000 湖南省", "430000 湖南省"),
        ("430799", "430799（常德市所辖）", "430799 (in 常德市)"),
        ("430702101", "430702101（武陵区所辖）", "430702101 (in 武陵区)"),
        ("110199", "110199（北京市所辖）", "110199 (in 北京市)"),
        ("990000", "990000", "990000"),
        ("甲乡", "甲乡", "甲乡"),
    ],
)
def test_a_code_is_said_with_the_name_the_table_knows(code: str, zh: str, en: str) -> None:
    """Its own name, else that of the place it lies in, else the code alone; never a heading of the table."""
    assert (named(code, "zh"), named(code, "en")) == (zh, en)


def test_the_level_stands_in_the_same_brackets() -> None:
    """One pair of brackets, whatever is in it."""
    assert with_level("430702", "县级", "zh") == "430702 武陵区（县级）"
    assert with_level("430799", "county", "en") == "430799 (in 常德市, county)"


@pytest.mark.parametrize("name", ["text", "html", "markdown"])
def test_every_report_names_the_place(rendered: Callable[..., bytes], name: str) -> None:
    """Nobody has to know codes by heart."""
    assert "430702 武陵区" in rendered(sample(), name).decode()


def test_the_workbook_has_the_name_beside_the_code(rendered: Callable[..., bytes]) -> None:
    """The code stays in a column of its own, for joining with other tables."""
    sheet = openpyxl.load_workbook(io.BytesIO(rendered(sample(), "xlsx")))["发现"]
    head = [c.value for c in sheet[1]]
    row = [c.value for c in sheet[2]]
    assert (row[head.index("地区")], row[head.index("地区代码")]) == ("430702 武陵区", "430702")


def test_json_keeps_the_code() -> None:
    """Programs read codes."""
    assert {f.entity for f in sample().findings} == {"430702"}
    assert "430702 武陵区（县级）" in render.text(sample())
