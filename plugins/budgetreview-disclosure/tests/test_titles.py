"""Titles as regions print them: each means one form, or none."""

from __future__ import annotations

import pytest
from budgetreview_disclosure.titles import read_title, stage_of, year_of

SAME = {
    "balance": [
        "收支总表",
        "部门收支总体情况表",
        "收入支出决算总表",
        "2026年部门财务收支预算总表",
        "附件2-1部门收支总表",
    ],
    "revenue": ["收入总表", "部门收入总体情况表", "收入决算表", "公开02表 收入预算总表"],
    "expenditure": [
        "支出总表",
        "三、2017年度某省高级人民法院部门支出预算总表",
        "支出决算表",
        "部门公开表3 部门支出总表",
    ],
    "grant_balance": ["财政拨款收支总表", "财政拨款收入支出决算总表", "部门财政拨款收支预算总表"],
    "grant_spending": ["财政拨款支出预算表（功能科目）"],
    "general_spending": [
        "一般公共预算支出表",
        "一般公共预算财政拨款支出决算表",
        "2026年部门一般公共预算支出功能分类预算表",
        "一般公共预算支出情况表",
    ],
    "general_basic": [
        "一般公共预算基本支出表",
        "一般公共预算财政拨款基本支出决算明细表",
        "2026年部门一般公共预算基本支出部门预算经济分类预算表",
        "表8：一般公共预算基本支出表",
    ],
    "official": [
        "一般公共预算“三公”经费支出表",
        "财政拨款“三公”经费支出决算表",
        "2026年部门“三公”经费和机关运行经费预算表",
        "财政拨款“三公”经费、行政参公单位机关运行经费情况表",
    ],
    "operating": ["一般公共预算机关运行经费支出预算表"],
    "fund_spending": ["政府性基金预算支出表", "政府性基金预算财政拨款收入支出决算表", "财政拨款政府性基金支出预算表"],
    "capital_spending": ["国有资本经营预算支出表", "国有资本经营预算财政拨款收入支出决算表"],
    "procurement": ["2018年政府采购预算表"],
    "projects": ["项目支出表", "本级项目支出预算表"],
    "targets": ["项目支出绩效目标表", "部门整体支出绩效目标表"],
    "economic": ["支出总表（按部门预算经济科目分类）"],
}


@pytest.mark.parametrize(("kind", "title"), [(k, t) for k, titles in SAME.items() for t in titles])
def test_one_form_under_its_many_titles(kind: str, title: str) -> None:
    found = read_title(title)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "公开01表",
        "公开表十二",
        "收支总表 .............. 5",
        "一、收支预算总体情况说明",
        "本表反映部门本年度的总收支情况",
        "详见附表",
        "根据收支总表，本年收入增加。",
        "部门预算公开表",
    ],
)
def test_a_form_number_an_entry_of_the_contents_and_a_sentence_are_no_titles(text: str) -> None:
    assert read_title(text) is None


def test_a_table_of_no_known_form_keeps_its_title_without_a_kind() -> None:
    found = read_title("上级专项资金支出预算表")
    assert found is not None
    assert found.kind is None


def test_a_title_gives_year_stage_and_the_agency_before_the_forms_name() -> None:
    found = read_title("九、2018年度江苏省高级人民法院“三公”经费、会议费、培训费支出预算表")
    assert found is not None
    assert (found.year, found.stage, found.agency) == (2018, "budget", "江苏省高级人民法院")


@pytest.mark.parametrize(
    ("text", "year"),
    [("2022年度部门决算", 2022), ("二〇二四年部门预算", 2024), ("金额2024.50万元", None), ("第三部分", None)],
)
def test_a_year_is_told_from_an_amount(text: str, year: int | None) -> None:
    assert year_of(text) == year


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("某局2022年度部门决算", "final_accounts"),
        ("某局2025年部门预算", "budget"),
        ("一般公共预算财政拨款支出决算表", "final_accounts"),
        ("一般公共预算支出表", None),
    ],
)
def test_the_name_of_a_book_says_no_stage(text: str, stage: str | None) -> None:
    assert stage_of(text) == stage
