"""Layouts that add rows up, cut codes short, and name what they make: nothing is lost, and the report says so."""

from __future__ import annotations

from budgetreview import Submission
from budgetreview.intake import read
from budgetreview.layout import parse_layout

HEAD = 'key = "x"\ntitle = { zh = "甲", en = "x" }\n[[tables]]\ntable = "lines"\nunit = "元"\n'


def lines_of(tmp_path, text, layout):
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    made = read(path, layout=parse_layout(HEAD + layout))
    return made.table("lines"), made


def test_rows_alike_in_all_but_money_are_one_line_with_the_cells_of_the_first(tmp_path):
    lines, made = lines_of(tmp_path, "unit,account,sum\nA,1,5\nB,1,2\nA,2,7\n",
        'only = true\nadd_up = true\ncolumns = { unit = "agency", sum = "proposed" }\n')  # fmt: skip
    assert [lines.key("agency").text(i) for i in range(2)] == ["A", "B"]
    assert lines.money("proposed").values.tolist() == [1200, 200]
    assert lines.record.tolist() == [2, 3]
    assert [n.text.en for n in made.notices if n.kind == "rows-added"] == [
        "3 rows, those alike in all but money added up as the layout says: 2 lines"
    ]


def test_a_sum_with_an_unknown_amount_is_unknown(tmp_path):
    lines, _ = lines_of(tmp_path, "unit,sum\nA,5\nA,\nB,2\n",
        'only = true\nadd_up = true\ncolumns = { unit = "agency", sum = "proposed" }\n')  # fmt: skip
    assert lines.money("proposed").known.tolist() == [False, True]


def test_rows_that_differ_in_any_known_column_stay_apart_and_nothing_is_said(tmp_path):
    lines, made = lines_of(tmp_path, "unit,year,sum\nA,2025,5\nA,2026,7\n",
        'only = true\nadd_up = true\ncolumns = { unit = "agency", year = "fiscal_year", sum = "proposed" }\n')  # fmt: skip
    assert len(lines) == 2
    assert "rows-added" not in {n.kind for n in made.notices}


def test_a_made_column_is_known_also_where_the_layout_names_all_columns_and_may_be_cut_and_used_again(tmp_path):
    lines, made = lines_of(tmp_path, "body,programme,project,sum\n1, 23270,x,5\n1,91216,y,6\n",
        'only = true\ncolumns = { sum = "proposed" }\n'
        'derived = [{ column = "department", join = "programme", first = 1 }, '
        '{ column = "line_id", join = ["body", "department"], separator = "-" }]\n')  # fmt: skip
    assert [lines.key("line_id").text(i) for i in range(2)] == ["1-2", "1-9"]
    assert not lines.has("project")
    said = [n.text.en for n in made.notices if n.kind == "repeated-column"]
    assert said == ["the column 'project' is, by the layout, not the known column of that name and reads project#2"]


def test_of_two_items_alike_but_for_the_ordinal_the_one_written_in_the_layout_is_meant(tmp_path):
    path = tmp_path / "b.csv"
    path.write_text("y,item,v\n2015,十七、援助支出,5\n2015,援助支出,3\n2015,一、税收,9\n", "utf-8")
    made = read(path, layout=parse_layout(
        HEAD.replace("lines", "totals") + 'only = true\ncolumns = { y = "fiscal_year" }\nconstants = { book = "general" }\n'
        'pivot = { item = "item", value = "v", keep = ["y"], columns = { "援助支出" = "transfers_general", "税收" = "tax" } }'))  # fmt: skip
    totals = made.table("totals")
    assert totals.money("transfers_general").values.tolist() == [300]
    assert totals.money("tax").values.tolist() == [900]
    assert "item-twice" not in {n.kind for n in made.notices}


def test_a_frame_whose_money_headers_all_name_a_unit_is_presented_in_that_unit():
    def unit(**frame):
        return Submission(lines=frame).table("lines").sources[0].unit

    assert unit(**{"金额（万元）": ["12.34"]}) == 10_000
    assert unit(**{"金额（万元）": ["12.34"], "执行数": ["1.25"]}) == 1
