"""Sheets as bureaus send them: titles, merged headers, units in corners, total rows, several sheets."""

from __future__ import annotations

import pytest
import xlsxwriter

from budgetreview.errors import IntakeError
from budgetreview.intake import read


def workbook(path, sheets, merges=None, hidden=()):
    """Write sheets given as lists of rows; ``merges`` by sheet as (first row, first column, last row, last column)."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if value is not None:
                        sheet.write(r, c, value)
            for r0, c0, r1, c1 in (merges or {}).get(name, ()):
                sheet.merge_range(r0, c0, r1, c1, rows[r0][c0])
            if name in hidden:
                sheet.hide()
    return path


COUNTY = [
    ["常德市武陵区2026年政府预算草案", None, None, None, None, None],
    [None, None, None, None, None, "单位：万元"],
    ["序号", "单位代码", "项目名称", "功能分类\n科目编码", "预 算 数", "上年预算数"],
    [1, "101", "合计系统建设", 2010101, 12.5, 10],
    [2, "101", "其中心小学改造", 2010102, "1,234.50", "(3,420)"],
    ["合  计", None, None, None, 1247, -3410],
    [None, None, "一、小计", 2010101, 5, 5],
    [None, None, "其中：人员", None, 5, 5],
    [None, None, None, None, None, None],
    ["注：本表不含上级专项", None, None, None, None, None],
]


def test_a_sheet_with_title_rows_corner_unit_and_totals_is_read_as_lines(tmp_path):
    made = read(workbook(tmp_path / "c.xlsx", {"表2 项目支出明细": COUNTY}))
    lines = made.table("lines")
    assert lines.n == 2
    assert lines.money("proposed").values.tolist() == [12_500_000, 1_234_500_000]
    assert lines.money("prior_approved").values.tolist() == [10_000_000, -3_420_000_000]
    assert lines.record.tolist() == [4, 5]
    assert lines.row.tolist() == [1, 2]
    assert lines.sources[0].columns["proposed"] == "E"
    assert lines.sources[0].sheet == "表2 项目支出明细"


def test_the_title_says_place_and_year_where_no_column_does(tmp_path):
    (period,) = read(workbook(tmp_path / "c.xlsx", {"预算明细": COUNTY})).periods
    assert (period.entity, period.fiscal_year) == ("430702", 2026)


def test_total_rows_are_kept_beside_the_table_and_a_project_that_only_contains_the_word_stays(tmp_path):
    made = read(workbook(tmp_path / "c.xlsx", {"预算明细": COUNTY}))
    assert set(made.table("lines").key("project_name").words) == {"合计系统建设", "其中心小学改造"}
    totals = made.totals_rows["lines"]
    assert totals.record.tolist() == [6, 7, 8]
    assert totals.money("proposed").values.tolist() == [1_247_000_000, 5_000_000, 5_000_000]
    assert "total-rows" in {n.kind for n in made.notices}


def test_the_presentation_unit_is_the_named_unit_by_ten_for_each_decimal_used(tmp_path):
    rows = [["单位：万元"], ["项目名称", "预算数"], ["甲", 12.5], ["乙", 3]]
    assert read(workbook(tmp_path / "a.xlsx", {"预算明细": rows})).table("lines").sources[0].unit == 100_000
    rows = [["项目名称", "预算数（元）"], ["甲", 12], ["乙", 3]]
    assert read(workbook(tmp_path / "b.xlsx", {"预算明细": rows})).table("lines").sources[0].unit == 100
    rows = [["项目名称", "预算数（元）"], ["甲", 12.25], ["乙", 3]]
    assert read(workbook(tmp_path / "c.xlsx", {"预算明细": rows})).table("lines").sources[0].unit == 1


def test_a_header_of_two_merged_rows_is_joined(tmp_path):
    rows = [
        ["单位代码", "三公", None, "预算数（万元）", None],
        [None, "小计", "接待", "2026年", "2025年"],
        ["101", 3, 1, 10, 8],
    ]
    merges = {"预算明细": [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4)]}
    title = [["2026年预算", None, None, None, None]]
    shifted = {"预算明细": [(r0 + 1, c0, r1 + 1, c1) for r0, c0, r1, c1 in merges["预算明细"]]}
    lines = read(workbook(tmp_path / "m.xlsx", {"预算明细": title + rows}, shifted)).table("lines")
    assert lines.money("proposed").values.tolist() == [10_000_000]
    assert lines.money("prior_approved").values.tolist() == [8_000_000]
    assert lines.key("三公·小计").text(0) == "3"
    assert lines.sources[0].columns["三公·接待"] == "C"


def test_a_header_of_two_rows_in_a_csv_is_joined_without_merged_cells(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("单位：元,,,\n单位代码,功能分类科目,,预算数\n,编码,名称,\n101,2010101,行政运行,5\n", "utf-8")
    made = read(path)
    assert made.table("lines").key("agency").text(0) == "101"
    assert made.table("lines").money("proposed").values.tolist() == [500]


@pytest.mark.parametrize("middle", ["01", "1"])
def test_a_code_in_three_columns_is_one_code(tmp_path, middle):
    path = tmp_path / "lines.csv"
    path.write_text(f"类,款,项,项目名称,预算数（元）\n201,{middle},01,甲,5\n201,,,乙,5\n", "utf-8")
    lines = read(path).table("lines")
    assert [lines.key("function_code").text(i) for i in range(2)] == ["2010101", "201"]


def test_a_unit_nobody_named_is_a_problem_that_asks_for_it(tmp_path):
    path = workbook(tmp_path / "u.xlsx", {"预算明细": [["项目名称", "预算数"], ["甲", 5]]})
    with pytest.raises(IntakeError, match="--unit"):
        read(path)
    assert read(path, unit="万元").table("lines").money("proposed").values.tolist() == [5_000_000]


def test_a_unit_that_contradicts_the_sheet_is_a_problem(tmp_path):
    path = workbook(tmp_path / "u.xlsx", {"预算明细": [["单位：万元"], ["项目名称", "预算数"], ["甲", 5]]})
    with pytest.raises(IntakeError) as caught:
        read(path, unit="元")
    assert [p.kind for p in caught.value.problems] == ["unit-contradiction"]
    assert read(path, unit="万元").table("lines").money("proposed").values.tolist() == [5_000_000]


def test_a_price_in_yuan_in_a_sheet_of_ten_thousands_says_so_in_its_header(tmp_path):
    rows = [["单位：万元"], ["项目名称", "预算数", "单价（元）"], ["甲", 5, 1200]]
    lines = read(workbook(tmp_path / "u.xlsx", {"预算明细": rows})).table("lines")
    assert lines.money("proposed").values.tolist() == [5_000_000]
    assert lines.money("unit_price").values.tolist() == [120_000]
    assert lines.sources[0].unit == 1_000_000


@pytest.mark.parametrize(("unit", "fine"), [("万元", True), ("元", False), ("亿元", False)])
def test_an_option_that_contradicts_the_units_of_the_headers_is_a_problem_but_prices_in_yuan_are_none(
    tmp_path, unit, fine
):
    rows = [["项目名称", "预算数（万元）", "上年预算数（万元）", "单价（元）"], ["甲", 5, 4, 1200]]
    path = workbook(tmp_path / "u.xlsx", {"预算明细": rows})
    if fine:
        assert read(path, unit=unit).table("lines").money("unit_price").values.tolist() == [120_000]
        return
    with pytest.raises(IntakeError) as caught:
        read(path, unit=unit)
    assert [p.kind for p in caught.value.problems] == ["unit-contradiction"]


def test_a_price_means_the_same_under_any_heading_and_an_amount_only_under_a_neutral_one(tmp_path):
    rows = [
        ["单位：元", None, None, None, None],
        ["项目名称", "预算", "测算", None, "上级安排"],
        [None, "预算数", "单价", "数量", "申报数"],
        ["甲", 5, 3, 2, 9],
    ]
    merges = {"预算明细": [(1, 0, 2, 0), (1, 2, 1, 3)]}
    lines = read(workbook(tmp_path / "h.xlsx", {"预算明细": rows}, merges)).table("lines")
    assert lines.money("proposed").values.tolist() == [500]
    assert lines.money("unit_price").values.tolist() == [300]
    assert "requested" not in lines.columns


@pytest.mark.parametrize("merges", [[], [(1, 0, 1, 2)], [(1, 0, 1, 2), (1, 3, 2, 3), (1, 4, 2, 4)]])
def test_a_code_in_three_columns_under_one_heading_is_one_code_merged_or_not(tmp_path, merges):
    rows = [
        ["单位：元", None, None, None, None],
        ["科目编码", None, None, "科目名称", "预算数"],
        ["类", "款", "项", None, None],
        ["201", "01", "01", "行政运行", 5],
        ["201", 1, None, "人大事务", 6],
    ]
    lines = read(workbook(tmp_path / "k.xlsx", {"预算明细": rows}, {"预算明细": merges})).table("lines")
    assert [lines.key("function_code").text(i) for i in range(2)] == ["2010101", "20101"]


def test_two_headers_of_one_column_are_a_problem_naming_both_cells(tmp_path):
    path = workbook(tmp_path / "t.xlsx", {"预算明细": [["单位：元"], ["项目名称", "预算数", "金额"], ["甲", 5, 6]]})
    with pytest.raises(IntakeError) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert problem.kind == "column-twice"
    assert "B2" in problem.text.zh
    assert "C2" in problem.text.zh


def test_an_unknown_column_is_kept_with_a_notice_and_a_repeated_one_is_numbered(tmp_path):
    rows = [["单位：元"], ["项目名称", "预算数", "经办人", "经办人", "设立依椐"], ["甲", 5, "张", "李", "无"]]
    made = read(workbook(tmp_path / "k.xlsx", {"预算明细": rows}))
    assert made.table("lines").key("经办人").text(0) == "张"
    assert made.table("lines").key("经办人#2").text(0) == "李"
    kinds = [n.kind for n in made.notices]
    assert kinds.count("unknown-column") == 3
    assert "repeated-column" in kinds
    assert any("basis" in n.text.en for n in made.notices)


def test_a_draft_amount_beside_an_outturn_is_the_approved_amount(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("项目名称,预算数（元）,执行数（元）\n甲,5,4\n", "utf-8")
    lines = read(path).table("lines")
    assert lines.has("approved")
    assert not lines.has("proposed")


@pytest.mark.parametrize(("cell", "column"), [("是", "debt_funded"), ("500", "funding_debt")])
def test_debt_money_is_a_mark_or_an_amount_by_what_it_holds(tmp_path, cell, column):
    path = tmp_path / "lines.csv"
    path.write_text(f"单位：元,,\n项目名称,预算数,债务资金\n甲,5,{cell}\n", "utf-8")
    assert read(path).table("lines").known(column).all()


def test_hidden_and_foreign_sheets_are_skipped_with_a_notice(tmp_path):
    sheets = {"预算明细": COUNTY, "底稿": COUNTY, "说明": [["本表由财政局编制"]]}
    made = read(workbook(tmp_path / "h.xlsx", sheets, hidden=("底稿",)))
    assert made.table("lines").n == 2
    assert {n.sheet: n.kind for n in made.notices if n.sheet != "预算明细"} == {
        "底稿": "hidden-sheet", "说明": "sheet-not-recognised",
    }  # fmt: skip


def test_lines_over_several_sheets_are_one_table_with_a_place_in_each(tmp_path):
    other = [["单位：元"], ["单位代码", "项目名称", "预算数"], ["102", "丙", 7]]
    lines = read(workbook(tmp_path / "s.xlsx", {"预算明细": COUNTY, "教育局": other})).table("lines")
    assert lines.n == 3
    assert lines.row.tolist() == [1, 2, 3]
    assert lines.source.tolist() == [0, 0, 1]
    assert lines.sources[1].sheet == "教育局"
    # a column that only one sheet has is absent, not blank, in the other
    assert lines.absent("function_code").tolist() == [False, False, True]


def test_tables_are_known_by_sheet_name_in_either_language_or_by_their_headers(tmp_path):
    sheets = {
        "totals": [["单位：万元"], ["预算类型", "本级收入", "收入总计"], ["一般公共预算", 5, 6]],
        "3.1 绩效目标表": [["项目代码", "一级指标", "指标值"], ["P1", "产出指标", "≥5"]],
        "附件": [["日期", "事项"], ["2026年1月10日", "预算批准"]],
    }
    made = read(workbook(tmp_path / "n.xlsx", sheets), entity="430702", year=2026)
    assert {i.sheet: i.table for i in made.inputs} == {
        "totals": "totals",
        "3.1 绩效目标表": "targets",
        "附件": "calendar",
    }
    assert made.table("calendar").key("event").text(0) == "budget_approved"


def test_a_workbook_without_any_table_is_a_problem_that_names_what_is_there(tmp_path):
    path = workbook(tmp_path / "x.xlsx", {"说明": [["你好"]], "附录": [["再见"]]})
    with pytest.raises(IntakeError) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert problem.kind == "no-table"
    assert "附录" in problem.text.zh


def test_a_table_without_rows_alone_is_a_problem(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("line_id,proposed\n", "utf-8")
    with pytest.raises(IntakeError) as caught:
        read(path)
    assert {p.kind for p in caught.value.problems} == {"no-rows"}


def test_a_row_that_numbers_the_columns_is_no_line_and_the_report_says_so(tmp_path):
    rows = [["单位：元", None, None], ["项目名称", "预算数", "上年预算数"], ["栏次", 1, 2, 3], ["甲", 5, 6]]
    rows[1].append("执行数")
    made = read(workbook(tmp_path / "r.xlsx", {"预算明细": rows}))
    assert made.table("lines").key("project_name").words == ("甲",)
    assert "column-numbers" in {n.kind for n in made.notices}


def test_deleted_rows_of_the_platform_are_left_out_with_a_notice(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(
        "bgt_id,mof_div_code,fiscal_year,agency_code,fund_type_code,exp_func_code,apply_up,is_gov_pur,is_deleted\n"
        "a,430702000,2026,101,11,2010101,1200.00,1,0\nb,430702000,2026,101,2,2010101,oops,0,1\n", "utf-8")  # fmt: skip
    made = read(path)
    lines = made.table("lines")
    assert lines.n == 1
    assert lines.money("requested").values.tolist() == [120_000]
    assert lines.mark("is_procurement").yes[0]
    assert made.periods[0].entity == "430702"
    assert "deleted-rows" in {n.kind for n in made.notices}


def test_a_sheet_with_a_header_and_no_rows_brings_no_table(tmp_path):
    sheets = {"预算明细": COUNTY, "funds": [["entity", "fiscal_year", "book", "fund", "revenue"]]}
    made = read(workbook(tmp_path / "e.xlsx", sheets))
    assert "funds" not in made.tables
    assert ("funds", "no-rows") in {(n.sheet, n.kind) for n in made.notices}


def test_totals_speak_of_the_entity_and_year_of_the_line_above_them(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text(
        "entity,fiscal_year,项目名称,proposed\n430703,2026,甲,5\n,,合计,5\n430702,2026,乙,6\n,,合计,6\n", "utf-8"
    )
    made = read(path)
    totals = made.totals_rows["lines"]
    assert [made.periods[p].entity for p in totals.period] == ["430703", "430702"]


def test_an_outturn_of_the_year_before_the_titles_year_is_last_years(tmp_path):
    rows = [
        ["武陵区2026年预算草案"],
        ["单位：元"],
        ["项目名称", "2026年预算数", "2025年执行数", "2024年执行数"],
        ["甲", 5, 4, 3],
    ]
    made = read(workbook(tmp_path / "y.xlsx", {"预算明细": rows}))
    lines = made.table("lines")
    assert lines.money("proposed").values.tolist() == [500]
    assert lines.money("prior_executed").values.tolist() == [400]
    assert not lines.has("executed")
    assert "unknown-column" in {n.kind for n in made.notices}
