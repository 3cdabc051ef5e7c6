"""Which place and year a title names, and when it names none."""

from __future__ import annotations

import pytest

from budgetreview.intake.heading import table_named
from budgetreview.intake.rows import is_total_label
from budgetreview.intake.titles import entity_in, year_in


@pytest.mark.parametrize(
    ("title", "entity"),
    [("常德市武陵区2026年政府预算草案", "430702"), ("武陵区2026年预算", "430702"), ("常德市2026年市级预算", "430700"),
     ("湖南省2026年预算", "430000"), ("430702 2026年预算", "430702"), ("430702000 2026年预算", "430702"),
     ("鼓楼区2026年预算", None), ("南京市鼓楼区2026年预算", "320106"), ("某县2026年预算", None),
     ("武陵区与鼎城区2026年预算", None)],
)  # fmt: skip
def test_a_title_names_a_place_where_only_one_can_be_meant(title, entity):
    assert entity_in([title]) == entity


@pytest.mark.parametrize(
    ("titles", "year"),
    [(["2026年预算"], 2026), (["2026年", "２０２６年度"], 2026), (["2025年执行与2026年预算"], None), (["预算"], None)],
)
def test_a_title_names_a_year_where_it_names_one_only(titles, year):
    assert year_in(titles) == year


@pytest.mark.parametrize(
    "text",
    [
        "合计",
        "合  计",
        "合　计：",
        "总计",
        "小计",
        "一、小计",
        "（一）合计",
        "支出总计",
        "本年收入合计",
        "其中：办公费",
        "其中",
    ],
)
def test_the_labels_of_total_rows_are_known(text):
    assert is_total_label(text)


@pytest.mark.parametrize(
    "text", ["合计项目系统建设", "其中心小学改造", "会计培训", "统计调查", "小计划", "总计划编制", "计"]
)
def test_a_name_that_only_contains_such_a_word_is_no_total(text):
    assert not is_total_label(text)


@pytest.mark.parametrize(
    ("name", "table"),
    [("lines", "lines"), ("2.15项目支出明细表", "lines"), ("2.15 项目支出明细", "lines"), ("表3 绩效目标", "targets"), ("三、收支总表 ", "totals"),
     ("Totals", "totals"), ("预算明细(2)", "lines"), ("说明", None), ("上年", "prior")],
)  # fmt: skip
def test_a_sheet_is_known_by_its_name_numbers_aside(name, table):
    assert table_named(name) == table
