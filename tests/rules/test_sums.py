"""Totals and their parts: by code, by place in the sheet, and on the real tables of five departments."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

import budgetreview as br
from budgetreview.engine import review
from budgetreview.errors import IntakeError
from budgetreview.rule import RuleSet
from budgetreview.rules.quality import book

Q01 = {r.code: r for r in book.rules}["Q01"]
HEADER = ["单位代码", "功能分类科目编码", "部门预算经济分类", "功能分类科目名称", "预算数"]


def checked(path: Path, rows: list[list[str]], unit: str = "元", year: int = 2026) -> br.Report:
    """Write rows under the usual headers and ask Q01 alone."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    submission = br.read(path, unit=unit, entity="430702", year=year)
    return review(submission, RuleSet((Q01,)), as_of=date(2026, 1, 10))


def test_subtotals_sum_up_the_rows_above_them_and_the_total_all_rows(tmp_path: Path) -> None:
    rows = [
        ["101", "2010101", "", "行政运行", "100.00"], ["101", "2010102", "", "一般行政管理事务", "50.00"],
        ["", "", "", "小计", "150.00"],
        ["102", "2050201", "", "学前教育", "70.00"],
        ["", "", "", "小计", "70.01"],
        ["", "", "", "合计", "220.00"],
    ]  # fmt: skip
    report = checked(tmp_path / "lines.csv", rows)
    assert [(f.source.cell, f.subject["sum"]) for f in report.findings] == [("E6", "小计")]
    assert report.results[0].clear == 2


def test_subtotals_may_stand_on_top_of_their_rows(tmp_path: Path) -> None:
    rows = [
        ["", "", "", "合计", "220.01"],
        ["101", "", "", "小计", "150.00"],
        ["101", "2010101", "", "行政运行", "100.00"], ["101", "2010102", "", "一般行政管理事务", "50.00"],
        ["102", "", "", "小计", "70.00"],
        ["102", "2050201", "", "学前教育", "70.00"],
    ]  # fmt: skip
    report = checked(tmp_path / "lines.csv", rows)
    assert [(f.source.cell, f.subject["sum"]) for f in report.findings] == [("E2", "合计")]


def test_a_subtotal_may_stand_for_the_last_agency_only_where_the_one_before_has_none(tmp_path: Path) -> None:
    rows = [
        ["101", "2010101", "", "行政运行", "30.00"],
        ["102", "2010101", "", "行政运行", "100.00"], ["102", "2010102", "", "一般行政管理事务", "50.00"],
        ["", "", "", "小计", "150.00"],
        ["103", "2050201", "", "学前教育", "70.00"], ["103", "2050202", "", "小学教育", "5.00"],
        ["", "", "", "小计", "75.01"],
        ["", "", "", "合计", "255.00"],
    ]  # fmt: skip
    report = checked(tmp_path / "lines.csv", rows)
    assert [f.source.cell for f in report.findings] == ["E8"]


def test_rows_of_which_take_no_part(tmp_path: Path) -> None:
    rows = [
        ["101", "2010101", "", "行政运行", "100.00"],
        ["", "", "", "其中：工资", "80.00"],
        ["", "", "", "合计", "100.00"],
    ]
    report = checked(tmp_path / "lines.csv", rows)
    assert (report.results[0].flagged, report.results[0].clear) == (0, 1)


def test_a_total_over_parents_and_children_counts_each_amount_once(tmp_path: Path) -> None:
    rows = [
        ["", "", "", "合计", "300.00"],
        ["", "201", "", "一般公共服务支出", "300.00"], ["", "20101", "", "人大事务", "300.00"],
        ["", "2010101", "", "行政运行", "100.00"], ["", "2010102", "", "一般行政管理事务", "200.00"],
    ]  # fmt: skip
    report = checked(tmp_path / "lines.csv", rows)
    assert (report.results[0].flagged, report.results[0].clear) == (0, 3)


def test_a_blank_part_leaves_a_total_open_unless_the_known_part_is_already_more(tmp_path: Path) -> None:
    rows = [
        ["101", "2010101", "", "行政运行", ""], ["101", "2010102", "", "一般行政管理事务", "200.00"],
        ["", "", "", "合计", "300.00"],
    ]  # fmt: skip
    assert checked(tmp_path / "a.csv", rows).results[0].not_assessed == 1
    rows[-1][-1] = "199.99"
    assert checked(tmp_path / "b.csv", rows).results[0].flagged == 1


def test_tables_of_five_departments_add_up_but_for_the_mixed_up_ones(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "cn_jiangsu_dept_budgets" / "line_items.csv"
    tables: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            tables[row["doc_id"], row["table_title"]].append(row)
    clear, flagged = 0, []
    for i, ((doc, _), rows) in enumerate(tables.items()):
        cells = [
            ["", r["code"] if r["code_system"] == "function" else "",
             r["code"] if r["code_system"] == "economic_department" else "", r["name"], r["amount_1"].replace(",", "")]
            for r in rows
        ]  # fmt: skip
        try:
            report = checked(tmp_path / f"{i}.csv", cells, unit="万元", year=int(rows[0]["year"]))
        except IntakeError:  # a table of procurement, which has no line with a code
            continue
        clear += report.results[0].clear
        flagged += [(doc, str(f.subject["sum"])) for f in report.findings]
    assert clear > 290
    assert len(flagged) <= 4
    assert {doc for doc, _ in flagged} == {"js_npc_2017"}
    assert {kind for _, kind in flagged} == {"dept_economic_code"}


@pytest.mark.parametrize("unit", ["元", "万元"])
def test_amounts_up_to_ten_trillion_are_added_exactly(tmp_path: Path, unit: str) -> None:
    big = "1000000000.00" if unit == "万元" else "10000000000000.00"
    less = "999999999.98" if unit == "万元" else "9999999999999.99"
    rows = [["101", "2010101", "", "行政运行", big], ["", "", "", "合计", less]]
    report = checked(tmp_path / "lines.csv", rows, unit=unit)
    assert report.results[0].flagged == 1
