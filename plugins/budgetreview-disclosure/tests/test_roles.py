"""Column headers as regions print them, read from the top row down."""

from __future__ import annotations

import pytest
from budgetreview_disclosure.roles import MONEY, ROLES, TEXTS, official_item, read_header

HEADERS = [
    ("", "收入/项目", "label", None),
    ("", "收入/行次", "line_number", None),
    ("", "收入/决算数", "total", "actual"),
    ("revenue", "本年收入合计", "total", None),
    ("revenue", "财政拨款收入/小计", "grant", None),
    ("revenue", "本年收入/事业单位经营收入", "operating_income", None),
    ("revenue", "附属单位上缴收入", "affiliates", None),
    ("revenue", "上年结转结余/小计", "carry_over", None),
    ("revenue", "上年结转结余/一般公共预算", "carry_over_general", None),
    ("revenue", "用事业基金弥补收支差额", "reserve_use", None),
    ("expenditure", "对附属单位补助支出", "affiliate_subsidy", None),
    ("expenditure", "单位预留机动经费", "reserve", None),
    ("expenditure", "基本支出/小计", "basic", None),
    ("expenditure", "基本支出/日常公用经费", "public", None),
    ("grant_balance", "支出/国有资本经营预算财政拨款", "capital", None),
    ("general_spending", "一般公共预算支出/合计", "total", None),
    ("general_spending", "2024年执行数", "total", "prior_actual"),
    ("general_spending", "2025年预算数/基本支出", "basic", "budget"),
    ("general_spending", "2025年预算数比2024年执行数/增减额", "total", "change"),
    ("general_spending", "2025年预算数比2024年执行数/增减%", "total", "rate"),
    ("fund_spending", "年末结转和结余", "closing", None),
    ("fund_spending", "年末结转和结余/项目支出结转和结余", "closing_project", None),
    ("fund_spending", "本年支出/小计", "spending", None),
    ("official", "“三公”经费/合计", "official", None),
    ("official", "预算数/公务用车购置及运行维护费/小计", "vehicles", "budget"),
    ("official", "公务用车购置及运行费/购置费/决算数", "vehicle_purchase", "actual"),
    ("official", "2024年预算数/因公出国(境)费", "abroad", "prior_budget"),
    ("official", "机关运行经费", "operating", None),
    ("official", "公务用车购置数（辆）", "quantity", None),
    ("", "功能分类科目编码/类", "code_class", None),
    ("", "部门（单位）代码", "unit_code", None),
    ("projects", "项目名称", "project_name", None),
    ("", "金额（万元）", "total", None),
    ("", "基本支出/甲类特别栏", None, None),
]


@pytest.mark.parametrize(("kind", "header", "role", "basis"), HEADERS)
def test_a_header_says_what_its_column_holds_and_which_figure_of_it(
    kind: str, header: str, role: str | None, basis: str | None
) -> None:
    found = read_header(header.split("/"), year=2025, kind=kind)
    assert (found.role, found.basis) == (role, basis)


def test_every_role_is_a_text_or_an_amount() -> None:
    assert set(ROLES) == TEXTS | MONEY
    assert not TEXTS & MONEY


@pytest.mark.parametrize(
    ("label", "item"),
    [
        ("1.因公出国（境）费", "abroad"),
        ("（2）公务用车运行维护费", "vehicle_running"),
        ("2.公务用车购置及运行维护费", "vehicles"),
        ("其中：公务用车购置费", "vehicle_purchase"),
        ("合计", "total"),
        ("公务用车保有量（辆）", None),
        ("国内公务接待批次（个）", None),
    ],
)
def test_an_item_of_official_spending_printed_as_a_row(label: str, item: str | None) -> None:
    assert official_item(label) == item
