"""What a cell says, and what is said about a cell that says nothing understandable."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from budgetreview.errors import IntakeError
from budgetreview.intake import read

CELL = "line_id,{}\nA,{}\n"


def one(tmp_path, column, text, **options):
    path = tmp_path / "lines.csv"
    path.write_text(f'line_id,{column}\nA,"{text}"\n', "utf-8")
    return read(path, entity="430702", year=2026, **options).table("lines")


def problems(tmp_path, column, text, **options):
    with pytest.raises(IntakeError) as caught:
        one(tmp_path, column, text, **options)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "fen"),
    [("1,234.50", 123450), ("(3,420)", -342000), ("（3,420）", -342000), ("１２．５", 1250), ("１２３", 12300), ("¥7", 700), ("-0.01", -1), ("0", 0),
     ("1000000000000000.00", 10**17), (" 5. ", 500), ("+.5", 50)],
)  # fmt: skip
def test_an_amount_is_read_exactly_however_it_is_written(tmp_path, text, fen):
    amount = one(tmp_path, "proposed", text).money("proposed")
    assert amount.values[0] == fen
    assert amount.known[0]


@pytest.mark.parametrize("text", ["12.345.6", "12,34", "1e5", "约5万", "5元", "1000000000000000.01", "NaN"])
def test_what_is_no_amount_is_a_problem_that_names_its_cell(tmp_path, text):
    (problem,) = problems(tmp_path, "proposed", text)
    assert (problem.kind, problem.name, problem.cell) == ("bad-cell", "lines.csv", "B2")
    assert text in problem.text.zh
    assert text in problem.text.en


@pytest.mark.parametrize("text", ["", "-", "－", "—", "  ", "　"])
@pytest.mark.parametrize("column", ["proposed", "is_it", "basis", "function_code", "quantity", "start_year", "side"])
def test_a_blank_or_a_lone_dash_is_unknown_and_never_zero_or_no(tmp_path, column, text):
    assert not one(tmp_path, column, text).known(column).any()


@pytest.mark.parametrize("text", ["是", "true", "TRUE", "1", "yes", "Y", "√"])
def test_every_way_of_saying_yes_is_yes(tmp_path, text):
    assert one(tmp_path, "is_it", text).mark("is_it").yes[0]


@pytest.mark.parametrize("text", ["否", "false", "0", "no", "N", "×"])
def test_every_way_of_saying_no_is_no(tmp_path, text):
    assert one(tmp_path, "is_it", text).mark("is_it").no[0]


def test_a_number_in_full_width_digits_is_that_number(tmp_path):
    assert one(tmp_path, "quantity", "１２").number("quantity").values[0] == 12


def test_a_basic_line_is_known_by_its_type_of_spending(tmp_path):
    assert one(tmp_path, "支出类型", "基本支出").mark("basic").yes[0]
    assert one(tmp_path, "支出类型", "项目支出").mark("basic").no[0]


@pytest.mark.parametrize("text", ["2010101", "2010101.0", "２０１０１０１", "201 01 01", "'2010101"])
def test_a_code_has_one_spelling(tmp_path, text):
    assert one(tmp_path, "function_code", text).key("function_code").text(0) == "2010101"


def test_leading_zeros_of_a_code_stay(tmp_path):
    assert one(tmp_path, "agency", "001").key("agency").text(0) == "001"


@pytest.mark.parametrize(("column", "text"), [("function_code", "20x"), ("project", "某某项目"), ("entity", "武陵区")])
def test_a_code_that_is_no_code_is_a_problem(tmp_path, column, text):
    (problem,) = problems(tmp_path, column, text)
    assert problem.kind == "bad-cell"
    assert text in problem.text.zh


@pytest.mark.parametrize("text", ["2026-01-10", "2026/1/10", "2026年1月10日", "20260110", "2026-01-10 00:00:00"])
def test_every_way_of_writing_a_date_is_the_same_day(tmp_path, text):
    days = one(tmp_path, "basis_expires", text).whole("basis_expires").values[0]
    assert dt.date(1970, 1, 1) + dt.timedelta(days=int(days)) == dt.date(2026, 1, 10)


@pytest.mark.parametrize("text", ["20266", "1948", "二〇二六", "2026.5"])
def test_a_year_outside_1949_to_2100_is_a_problem(tmp_path, text):
    (problem,) = problems(tmp_path, "start_year", text)
    assert (problem.cell, problem.kind) == ("B2", "bad-cell")
    assert "1949" in problem.text.en


def test_a_wrong_word_is_a_problem_that_names_the_nearest(tmp_path):
    (problem,) = problems(tmp_path, "存续状态", "一次姓")
    assert "一次性" in problem.text.zh
    assert "one_off" in problem.text.en


@pytest.mark.parametrize(
    ("text", "book", "source"),
    [("11", "general", "fiscal"), ("12", "government_fund", "fiscal"), ("111", "general", "fiscal"),
     ("政府性基金", "government_fund", "fiscal"), ("2", "none", "special_account"), ("单位资金", "none", "own"),
     ("财政拨款", None, "fiscal")],
)  # fmt: skip
def test_the_nature_of_money_says_both_its_book_and_its_source(tmp_path, text, book, source):
    lines = one(tmp_path, "资金性质", text)
    assert lines.key("book").text(0) == book
    assert lines.key("fund_source").text(0) == source


def test_an_amount_finer_than_fen_is_one_problem_a_column_with_its_count_and_first_cells(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("line_id,proposed,approved\nA,1.234,1\nB,2.345,2\nC,3,3\n", "utf-8")
    with pytest.raises(IntakeError) as caught:
        read(path)
    (problem,) = caught.value.problems
    assert problem.kind == "finer-than-fen"
    assert "2" in problem.text.zh
    assert "B2" in problem.text.zh
    assert "B3" in problem.text.zh
    assert "--round" in problem.text.en


@pytest.mark.parametrize(("text", "fen"), [("1.235", 124), ("-1.235", -124), ("1.2349", 123)])
def test_rounding_when_asked_goes_half_away_from_zero_with_a_notice_and_counts_as_rounded(tmp_path, text, fen):
    path = tmp_path / "lines.csv"
    path.write_text(f"line_id,proposed\nA,{text}\nB,2.00\n", "utf-8")
    made = read(path, round=True)
    assert made.table("lines").money("proposed").values.tolist() == [fen, 200]
    assert "rounded" in {n.kind for n in made.notices}
    assert made.table("lines").sources[0].unit > 1


def test_a_growth_rate_is_a_share_and_a_bare_number_above_one_a_problem(tmp_path):
    path = tmp_path / "totals.csv"
    path.write_text("book,gdp_growth\ngeneral,5.0%\n", "utf-8")
    assert read(path).table("totals").number("gdp_growth").values[0] == 0.05
    path.write_text("book,gdp_growth\ngeneral,5\n", "utf-8")
    with pytest.raises(IntakeError, match=r"5\.0%"):
        read(path)


def test_many_bad_cells_of_a_column_are_listed_up_to_twenty_and_then_counted(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("line_id,proposed\n" + "".join(f"L{i},x{i}\n" for i in range(50)), "utf-8")
    with pytest.raises(IntakeError) as caught:
        read(path)
    assert len(caught.value.problems) == 21
    assert "50" in caught.value.problems[-1].text.en


def test_every_problem_of_every_column_is_listed_at_once(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("line_id,proposed,start_year,is_it,function_code\nA,x,20266,也许,2O1\n", "utf-8")
    with pytest.raises(IntakeError) as caught:
        read(path)
    assert {p.cell for p in caught.value.problems} == {"B2", "C2", "D2", "E2"}


def test_the_arrays_of_a_submission_cannot_be_written(tmp_path):
    lines = one(tmp_path, "proposed", "5")
    for array in (
        lines.money("proposed").values,
        lines.period,
        lines.key("line_id").codes,
        lines.money("proposed").low,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_the_vocabulary_of_a_column_is_sorted_and_holds_only_words_that_occur(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text("line_id,agency\nA,102\nB,101\nC,\nD,102\n", "utf-8")
    agency = read(path).table("lines").key("agency")
    assert agency.words == ("101", "102")
    assert np.array_equal(agency.codes, [1, 0, -1, 1])
