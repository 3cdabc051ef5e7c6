"""PDF forms as regions print them: what is on the paper is what is read, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Amounts, Press

WAN = 1_000_000
HEAD = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]
WIDTHS = [70, 170, 85, 85, 85]
ROWS = [
    ["", "合 计", "1,250.30", "800.10", "450.20"],
    ["213", "农林水支出", "1,250.30", "800.10", "450.20"],
    ["21303", "水利", "1,250.30", "800.10", "450.20"],
    ["2130301", "行政运行", "800.10", "800.10", ""],
    ["2130305", "水利工程建设", "450.20", "", "450.20"],
]


def test_a_form_is_read_with_its_title_unit_agency_columns_rows_and_amounts(press: Press, amounts: Amounts) -> None:
    press.title(60, "2022年度支出决算表")
    press.table(110, WIDTHS, [HEAD, *ROWS])
    (table,) = press.read().tables
    assert (table.kind, table.unit, table.unit_name, table.year) == ("expenditure", WAN, "某县水利局", 2022)
    (panel,) = table.panels
    assert [c.role for c in panel.columns] == ["code", "label", "total", "basic", "project"]
    assert [(r.code, r.label, r.scheme, r.depth) for r in panel.rows] == [
        (None, "合计", None, 0),
        ("213", "农林水支出", "function", 0),
        ("21303", "水利", "function", 1),
        ("2130301", "行政运行", "function", 2),
        ("2130305", "水利工程建设", "function", 2),
    ]
    assert amounts(panel.rows[3]) == [None, None, 80010 * 10000, 80010 * 10000, None]
    assert table.doubts == ()


def test_every_amount_keeps_the_page_and_the_box_where_it_is_printed(press: Press) -> None:
    press.page()
    press.title(60, "支出决算表")
    press.table(110, WIDTHS, [HEAD, *ROWS])
    cell = press.read().tables[0].panels[0].rows[0].cells[2]
    assert cell.text == "1,250.30"
    assert cell.place.page == 2
    x0, top, x1, bottom = cell.place.box
    assert 50 + 70 + 170 < x0 < x1 < 50 + 70 + 170 + 85
    assert 110 + 18 <= top < bottom <= 110 + 36


def test_a_title_at_the_foot_of_a_page_belongs_to_the_table_on_the_next(press: Press) -> None:
    press.title(740, "支出决算表")
    press.page()
    press.table(60, WIDTHS, [HEAD, *ROWS])
    (table,) = press.read().tables
    assert (table.kind, table.unit, table.place.page) == ("expenditure", WAN, 1)


def test_a_table_over_a_page_break_is_one_table_its_repeated_header_left_out(press: Press) -> None:
    press.title(640, "支出决算表")
    press.table(700, WIDTHS, [HEAD, *ROWS[:3]])
    press.page()
    press.table(60, WIDTHS, [HEAD, *ROWS[3:]])
    (table,) = press.read().tables
    assert table.pages == (1, 2)
    assert [r.label for r in table.panels[0].rows] == ["合计", "农林水支出", "水利", "行政运行", "水利工程建设"]


def test_a_title_printed_on_every_page_of_a_long_table_makes_no_second_table(press: Press) -> None:
    for part in (ROWS[:3], ROWS[3:]):
        press.title(60, "支出决算表")
        press.table(110, WIDTHS, [HEAD, *part])
        press.page()
    (table,) = press.read().tables
    assert len(table.panels[0].rows) == 5


def test_the_same_form_of_the_department_and_of_its_unit_are_two_tables(press: Press) -> None:
    for agency in ("某县水利局", "某县水文站"):
        press.title(60, "支出决算表", agency=agency)
        press.table(110, WIDTHS, [HEAD, *ROWS])
        press.page()
    tables = press.read().tables
    assert [t.unit_name for t in tables] == ["某县水利局", "某县水文站"]
    assert [len(t.panels[0].rows) for t in tables] == [5, 5]


def test_a_row_that_the_page_break_cuts_is_put_together(press: Press) -> None:
    press.title(640, "收入支出决算总表")
    head = [["收入", "<", "支出", "<"], ["项目", "决算数", "项目", "决算数"]]
    press.table(
        700, [90, 90, 65, 90], [*head, ["一、财政拨款收入", "12.00", "七、文化旅游体", "3.00"]], left=50, height=20
    )
    press.page()
    press.table(60, [90, 90, 65, 90], [["", "", "育与传媒支出", ""], ["二、事业收入", "", "八、其他支出", "9.00"]])
    table = press.read().tables[0]
    assert [r.label for r in table.panels[1].rows] == ["七、文化旅游体育与传媒支出", "八、其他支出"]


def test_revenue_and_expenditure_side_by_side_are_two_panels_without_line_numbers(
    press: Press, amounts: Amounts
) -> None:
    press.title(60, "收入支出决算总表")
    press.table(
        110,
        [130, 30, 80, 140, 30, 80],
        [
            ["收     入", "<", "<", "支     出", "<", "<"],
            ["项目", "行次", "金额", "项目", "行次", "金额"],
            ["栏次", "", "1", "栏次", "", "2"],
            ["一、财政拨款收入", "1", "1,250.30", "一、一般公共服务支出", "31", ""],
            ["", "2", "", "十二、农林水支出", "32", "1,250.30"],
            ["总计", "3", "1,250.30", "总计", "33", "1,250.30"],
        ],
    )
    (table,) = press.read().tables
    assert [p.side for p in table.panels] == ["revenue", "expenditure"]
    assert [r.label for r in table.panels[0].rows] == ["一、财政拨款收入", "总计"]
    assert [r.label for r in table.panels[1].rows] == ["一、一般公共服务支出", "十二、农林水支出", "总计"]
    assert amounts(table.panels[1].rows[1])[-1] == 125030 * 10000


def test_basic_expenditure_printed_in_three_code_panels_is_three_panels(press: Press, amounts: Amounts) -> None:
    press.title(60, "一般公共预算财政拨款基本支出决算表")
    press.table(
        110,
        [45, 75, 50] * 3,
        [
            ["人员经费", "<", "<", "公用经费", "<", "<", "<", "<", "<"],
            ["科目编码", "科目名称", "决算数"] * 3,
            ["301", "工资福利支出", "600.00", "302", "商品和服务支出", "150.10", "310", "资本性支出", "50.00"],
            ["30101", "基本工资", "600.00", "30201", "办公费", "150.10", "31002", "办公设备购置", "50.00"],
            ["人员经费合计", "<", "600.00", "公用经费合计", "<", "<", "<", "<", "200.10"],
        ],
    )
    (table,) = press.read().tables
    assert [[c.role for c in p.columns] for p in table.panels] == [["code", "label", "total"]] * 3
    assert [[r.code or r.label for r in p.rows] for p in table.panels] == [
        ["301", "30101", "人员经费合计"],
        ["302", "30201"],
        ["310", "31002", "公用经费合计"],
    ]
    assert amounts(table.panels[2].rows[-1])[-1] == 20010 * 10000


def test_codes_in_three_columns_are_joined_and_a_group_printed_2_is_02(press: Press) -> None:
    press.title(60, "支出决算表")
    press.table(
        110,
        [35, 30, 30, 150, 80, 80, 80],
        [
            ["项目", "<", "<", "<", "合计", "基本支出", "项目支出"],
            ["功能分类科目编码", "<", "<", "科目名称", "^", "^", "^"],
            ["类", "款", "项", "栏次", "1", "2", "3"],
            ["^", "^", "^", "合计", "10.00", "4.00", "6.00"],
            ["205", "", "", "教育支出", "10.00", "4.00", "6.00"],
            ["205", "2", "", "普通教育", "10.00", "4.00", "6.00"],
            ["", "", "05", "高等教育", "10.00", "4.00", "6.00"],
        ],
        height=20,
    )
    (table,) = press.read().tables
    assert [(r.code, r.label) for r in table.panels[0].rows] == [
        (None, "合计"),
        ("205", "教育支出"),
        ("20502", "普通教育"),
        ("2050205", "高等教育"),
    ]


def test_a_code_glued_to_its_name_is_taken_off(press: Press) -> None:
    press.title(60, "支出决算表")
    press.table(
        110, [200, 85, 85, 85], [["科目", "合计", "基本支出", "项目支出"], ["2130301行政运行", "8.00", "8.00", ""]]
    )
    row = press.read().tables[0].panels[0].rows[0]
    assert (row.code, row.label) == ("2130301", "行政运行")


def test_each_table_has_its_own_unit(press: Press, amounts: Amounts) -> None:
    for title, unit in (("收入决算表", "元"), ("支出决算表", "万元")):
        press.title(60, title, unit=unit)
        press.table(110, WIDTHS, [HEAD, *ROWS])
        press.page()
    first, second = press.read().tables
    assert [t.unit for t in (first, second)] == [100, WAN]
    assert amounts(first.panels[0].rows[0])[2] == 125030
    assert (first.unit_assumed, second.unit_assumed) == (False, False)


def test_a_table_that_names_no_unit_takes_that_of_the_others_and_says_so(press: Press) -> None:
    for title, unit in (("收入决算表", "千元"), ("支出决算表", None)):
        press.title(60, title, unit=unit)
        press.table(110, WIDTHS, [HEAD, *ROWS])
        press.page()
    first, second = press.read().tables
    assert [(t.unit, t.unit_assumed) for t in (first, second)] == [(100_000, False), (100_000, True)]


def test_negative_numbers_in_brackets_and_numbers_without_separators(press: Press, amounts: Amounts) -> None:
    press.title(60, "支出决算表")
    press.table(110, WIDTHS, [HEAD, ["", "合计", "24169.74", "24,175.04", "(5.30)"]])
    row = press.read().tables[0].panels[0].rows[0]
    assert amounts(row)[2:] == [2416974 * 10000, 2417504 * 10000, -530 * 10000]


def test_a_zero_left_out_at_the_end_does_not_make_the_number_coarser(press: Press) -> None:
    press.title(60, "支出决算表")
    press.table(110, WIDTHS, [HEAD, ["", "合计", "4335.3", "4,335.35", "12.25"]])
    row = press.read().tables[0].panels[0].rows[0]
    assert [c.step for c in row.cells[2:]] == [10000, 10000, 10000]


def test_a_number_broken_over_two_lines_of_a_narrow_cell_is_one_number(press: Press, amounts: Amounts) -> None:
    press.title(60, "支出决算表")
    rows = [HEAD, ["", "合计", "123,456,7\n89.10", "1.00", "2.00"]]
    press.table(110, [70, 170, 44, 85, 85], rows, height=30)
    table = press.read().tables[0]
    assert amounts(table.panels[0].rows[0])[2] == 12345678910 * 10000
    assert table.doubts == ()


def test_two_numbers_in_one_cell_are_no_amount_and_the_table_says_its_doubt(press: Press, amounts: Amounts) -> None:
    press.title(60, "支出决算表")
    press.table(110, WIDTHS, [HEAD, ["", "合计", "3\n4", "1.00", "2.00"]], height=30)
    document = press.read()
    (table,) = document.tables
    assert amounts(table.panels[0].rows[0])[2] is None
    assert table.doubts
    assert [u.what for u in document.unread] == ["34"]


def test_rows_without_lines_between_them_are_taken_apart(press: Press, amounts: Amounts) -> None:
    press.title(60, "支出决算表")
    press.table(110, WIDTHS, [HEAD], inner=True)
    press.table(128, WIDTHS, ROWS, inner=False)
    (table,) = press.read().tables
    assert [r.code for r in table.panels[0].rows] == [None, "213", "21303", "2130301", "2130305"]
    assert amounts(table.panels[0].rows[4]) == [None, None, 45020 * 10000, None, 45020 * 10000]


def test_an_empty_form_keeps_the_remark_that_explains_it(press: Press) -> None:
    press.title(60, "政府性基金预算财政拨款支出决算表")
    end = press.table(110, WIDTHS, [HEAD, ["", "合计", "", "", ""]])
    press.text(50, end + 10, "注：本部门2022年度没有政府性基金预算财政拨款支出，故本表为空表。")
    (table,) = press.read().tables
    assert table.kind == "fund_spending"
    assert table.remark == "注：本部门2022年度没有政府性基金预算财政拨款支出，故本表为空表。"


def test_a_title_with_a_sentence_in_place_of_its_table_is_an_empty_table(press: Press) -> None:
    press.centred(60, "国有资本经营预算支出表")
    press.text(50, 100, "本单位无国有资本经营预算支出，故本表无数据。")
    (table,) = press.read().tables
    assert (table.kind, table.panels, table.remark) == (
        "capital_spending",
        (),
        "本单位无国有资本经营预算支出，故本表无数据。",
    )


def test_a_table_without_ruling_lines_is_read_by_the_blanks_between_its_columns(press: Press, amounts: Amounts) -> None:
    press.title(60, "支出决算表")
    press.table(110, WIDTHS, [HEAD, *ROWS], lines=False)
    (table,) = press.read().tables
    assert [c.role for c in table.panels[0].columns] == ["code", "label", "total", "basic", "project"]
    assert amounts(table.panels[0].rows[4]) == [None, None, 45020 * 10000, None, 45020 * 10000]
    assert table.panels[0].rows[0].cells[2].place.box is not None


def test_merged_headers_give_each_column_its_whole_path_and_its_figure(press: Press) -> None:
    press.title(60, "一般公共预算财政拨款“三公”经费支出决算表")
    parts = ["合计", "因公出\n国（境）\n费", "公务用车购置及\n运行费", "<", "<", "公务\n接待费"]
    press.table(
        110,
        [45, 45, 40, 40, 40, 40] * 2,
        [
            ["预算数", *["<"] * 5, "决算数", *["<"] * 5],
            parts * 2,
            ["^", "^", "小计", "公务用\n车购置\n费", "公务用\n车运行\n费", "^"] * 2,
            [str(n) for n in range(1, 13)],
            ["3.50", "", "2.50", "", "2.50", "1.00", "3.10", "", "2.20", "", "2.20", "0.90"],
        ],
        height=40,
        left=20,
    )
    (panel,) = press.read().tables[0].panels
    roles = ["total", "abroad", "vehicles", "vehicle_purchase", "vehicle_running", "reception"]
    assert [(c.role, c.basis) for c in panel.columns] == [(r, b) for b in ("budget", "actual") for r in roles]
    assert [c.fen for c in panel.rows[0].cells][6:] == [31000000 // 10, None, 2200000, None, 2200000, 900000]


def test_a_header_printed_upright_is_read_along_its_own_direction(press: Press) -> None:
    press.title(60, "支出决算表")
    rows = [["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"], ["^"] * 5, ["^"] * 5, ["^"] * 5, ROWS[0]]
    press.table(110, WIDTHS, rows, height=20, upright=("本年支出合计", "基本支出", "项目支出"))
    assert [c.role for c in press.read().tables[0].panels[0].columns][2:] == ["total", "basic", "project"]


def test_a_page_shown_turned_is_read_as_it_is_seen(press: Press, amounts: Amounts) -> None:
    canvas = press.canvas
    canvas.setPageRotation(90)
    canvas.translate(0, 842)  # draws on the page as it is seen: 842 wide, 595 high
    canvas.rotate(-90)
    press.size = (842, 842)
    canvas.translate(0, -247)
    press.title(300, "支出决算表")
    press.table(350, WIDTHS, [HEAD, *ROWS])
    (table,) = press.read().tables
    assert amounts(table.panels[0].rows[0])[2:] == [125030 * 10000, 80010 * 10000, 45020 * 10000]


def test_a_table_drawn_sideways_is_read_and_its_boxes_are_those_of_the_page_as_seen(
    press: Press, amounts: Amounts
) -> None:
    canvas = press.canvas
    canvas.translate(595, 0)  # text runs upwards along the page
    canvas.rotate(90)
    press.size = (842, 595)
    press.title(60, "支出决算表")
    press.table(110, WIDTHS, [HEAD, *ROWS])
    (table,) = press.read().tables
    cell = table.panels[0].rows[0].cells[2]
    assert amounts(table.panels[0].rows[0])[2:] == [125030 * 10000, 80010 * 10000, 45020 * 10000]
    x0, top, x1, bottom = cell.place.box
    assert 110 + 18 <= x0 < x1 <= 110 + 36  # what is below on the table is to the right on the page
    assert 842 - (50 + 70 + 170 + 85) < top < bottom < 842 - (50 + 70 + 170)


def test_numbers_under_a_header_nobody_understands_are_said_to_be_unread(press: Press) -> None:
    press.title(60, "支出决算表")
    press.table(110, WIDTHS, [[*HEAD[:4], "甲类特别栏"], *ROWS])
    document = press.read()
    assert [c.role for c in document.tables[0].panels[0].columns][-1] is None
    assert [u.what for u in document.unread] == ["甲类特别栏"]


def test_two_columns_that_read_alike_are_a_doubt(press: Press) -> None:
    press.title(60, "支出决算表")
    press.table(110, WIDTHS, [[*HEAD[:4], "基本支出"], *ROWS])
    assert press.read().tables[0].doubts


def test_department_year_and_stage_come_from_the_cover(press: Press) -> None:
    press.centred(200, "某县水利局2022年度部门决算", 26)
    press.page()
    press.title(60, "支出决算表", agency=None)
    press.table(110, WIDTHS, [HEAD, *ROWS])
    document = press.read()
    assert (document.department, document.year, document.stage) == ("某县水利局", 2022, "final_accounts")


def test_the_file_name_alone_says_nothing(press: Press) -> None:
    press.text(50, 100, "说明文字。")
    document = press.read()
    assert (document.department, document.year, document.stage) == (None, None, None)


def test_the_narrative_is_paragraphs_under_their_headings_without_tables_and_page_numbers(press: Press) -> None:
    press.text(60, 80, "第三部分 2022年度部门决算情况说明", 14)
    press.text(84, 110, "一、支出决算情况说明", 12)
    press.text(84, 130, "2022年度支出合计1,250.30万元，其中：基本支出800.10万元，占", 12)
    press.text(60, 150, "64%；项目支出450.20万元。", 12)
    press.text(290, 810, "- 1 -")
    press.page()
    press.title(60, "支出决算表")
    press.table(110, WIDTHS, [HEAD, *ROWS])
    press.text(290, 810, "- 2 -")
    paragraphs = press.read().paragraphs
    last = paragraphs[-1]
    assert last.text == "2022年度支出合计1,250.30万元，其中：基本支出800.10万元，占64%；项目支出450.20万元。"
    assert last.heading == ("第三部分2022年度部门决算情况说明", "一、支出决算情况说明")
    assert [n for n, _ in last.lines] == [0, last.text.index("64%")]
    assert last.lines[1][1].box[1] > last.lines[0][1].box[1]
    assert not any("- " in p.text or p.text == "1,250.30" for p in paragraphs)


@pytest.mark.parametrize(("second", "paragraphs"), [("100.00%；项目支出0万元。", 1), ("项目支出0万元。", 2)])
def test_a_line_left_short_before_a_number_that_no_line_may_break_goes_on(
    press: Press, second: str, paragraphs: int
) -> None:
    """``100.00%；`` did not fit and went to the next line whole; words would have filled the line, so it had ended."""
    press.text(84, 130, "二〇二二年度部门支出合计一千二百五十万元，与上年度相比没有增加也没有减少。", 12)
    press.text(60, 150, "全年支出合计一千二百五十万元，其中用于基本支出的是一千二百五十万元，占", 12)
    press.text(60, 170, second, 12)
    read = press.read().paragraphs[-paragraphs:]
    assert read[0].text.startswith("二〇二二")
    assert read[-1].text.endswith(second)


def test_the_list_of_contents_makes_no_tables(press: Press) -> None:
    press.centred(60, "目 录")
    for k, title in enumerate(("收支总表", "收入总表", "支出总表", "政府性基金预算支出表")):
        press.text(60, 100 + 20 * k, f"{'一二三四'[k]}、{title}")
    press.page()
    press.title(60, "支出总表")
    press.table(110, WIDTHS, [HEAD, *ROWS])
    assert [t.kind for t in press.read().tables] == ["expenditure"]


def test_a_title_and_a_unit_printed_inside_the_frame_are_read_and_the_note_is_no_row(press: Press) -> None:
    press.text(50, 40, "第二部分 2022年度部门决算表", 14)
    inside = [["支出决算表", *["<"] * 4], ["部门：某县水利局", "<", "<", "<", "单位：万元"]]
    note = ["注：本表反映部门本年度各项支出情况。", *["<"] * 4]
    press.table(80, WIDTHS, [*inside, HEAD, *ROWS, note])
    (table,) = press.read().tables
    assert (table.kind, table.title, table.unit, table.unit_name) == ("expenditure", "支出决算表", WAN, "某县水利局")
    assert len(table.panels[0].rows) == 5


def test_a_table_too_wide_for_its_page_goes_on_beside_on_the_next(press: Press, amounts: Amounts) -> None:
    press.title(60, "支出决算表")
    press.table(110, WIDTHS[:3], [r[:3] for r in (HEAD, *ROWS)])
    press.page()
    press.table(110, WIDTHS[3:], [r[3:] for r in (HEAD, *ROWS)])
    (table,) = press.read().tables
    assert table.pages == (1, 2)
    assert [c.role for c in table.panels[0].columns] == ["code", "label", "total", "basic", "project"]
    row = table.panels[0].rows[0]
    assert amounts(row)[2:] == [125030 * 10000, 80010 * 10000, 45020 * 10000]
    assert [c.place.page for c in row.cells[2:]] == [1, 2, 2]


def test_an_untitled_rest_that_cannot_be_joined_is_a_doubt_of_the_table_before_it(press: Press) -> None:
    press.title(60, "支出决算表")
    press.table(110, WIDTHS[:4], [r[:4] for r in (HEAD, *ROWS)])
    press.page()
    press.table(60, [85, 85], [["项目支出", "经营支出"], ["450.20", "1.00"], ["450.20", "1.00"]])
    assert press.read().tables[0].doubts


def test_rows_by_unit_have_the_units_code(press: Press) -> None:
    press.title(60, "收入总表")
    head = ["单位代码", "单位名称", "合计", "财政拨款收入", "其他收入"]
    press.table(110, WIDTHS, [head, ["101", "某县水利局", "12.00", "11.00", "1.00"]])
    row = press.read().tables[0].panels[0].rows[0]
    assert (row.code, row.scheme, row.label) == ("101", "agency", "某县水利局")


def test_official_spending_printed_downwards_has_one_column_for_each_figure(press: Press) -> None:
    press.title(60, "2025年“三公”经费预算表")
    press.table(
        110,
        [200, 90, 90, 90],
        [
            ["项目", "2024年预算数", "2025年预算数", "增减额"],
            ["合计", "30.50", "28.00", "-2.50"],
            ["1.因公出国（境）费", "30.50", "28.00", "-2.50"],
        ],
    )
    columns = press.read().tables[0].panels[0].columns
    assert [(c.role, c.basis) for c in columns[1:]] == [
        ("total", "prior_budget"),
        ("total", "budget"),
        ("total", "change"),
    ]


def test_text_outside_the_visible_page_is_not_read(press: Press) -> None:
    press.title(60, "支出决算表")
    press.table(110, WIDTHS, [HEAD, *ROWS])
    press.table(860, WIDTHS, [HEAD, *ROWS])
    (table,) = press.read().tables
    assert len(table.panels[0].rows) == 5


def test_a_number_torn_by_the_page_break_is_one_number_again(press: Press, amounts: Amounts) -> None:
    widths = [70, 170, 48, 85, 85]
    press.title(640, "支出决算表")
    press.table(700, widths, [HEAD, ["", "合计", "1,061,461.", "1.00", "2.00"]])
    press.page()
    press.table(60, widths, [HEAD, ["", "", "92", "", ""], ["213", "农林水支出", "3.00", "1.00", "2.00"]])
    (table,) = press.read().tables
    assert [amounts(r)[2] for r in table.panels[0].rows] == [106146192 * 10000, 300 * 10000]
    assert table.doubts == ()


def test_column_numbers_under_the_header_are_never_amounts(press: Press) -> None:
    press.title(60, "支出决算表")
    numbers = ["栏次", "<", "1", "2", "3"]
    press.table(110, WIDTHS, [HEAD, numbers, *ROWS])
    (table,) = press.read().tables
    assert [r.label for r in table.panels[0].rows] == ["合计", "农林水支出", "水利", "行政运行", "水利工程建设"]
