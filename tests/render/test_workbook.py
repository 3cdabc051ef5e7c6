"""The findings workbook: typed columns, frozen headers, filters, and nothing that a spreadsheet would run."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from budgetreview.money import FEN

from .sample import EVERYTHING, hostile, sample

openpyxl = pytest.importorskip("openpyxl")
Rendered = Callable[..., bytes]


@pytest.fixture
def book(rendered: Rendered) -> Callable[..., Any]:
    return lambda *args, **options: openpyxl.load_workbook(io.BytesIO(rendered(*args, "xlsx", **options)))


def _column(sheet: Any, header: str) -> list[Any]:
    at = next(c.column for c in sheet[1] if c.value == header)
    return [sheet.cell(row, at).value for row in range(2, sheet.max_row + 1)]


def test_six_sheets_in_the_readers_language(book: Callable[..., Any]) -> None:
    """Overview, findings, questions by agency, the mechanism's matrix, coverage, inputs."""
    assert book(sample()).sheetnames == ["概况", "发现", "按单位提问", "审查矩阵", "规则覆盖", "输入与注意事项"]
    english = book(sample(), lang="en")
    assert english.sheetnames == [
        "Overview", "Findings", "Questions by agency", "Matrix", "Coverage", "Inputs and notices",
    ]  # fmt: skip


def test_the_matrix_counts_the_findings_of_this_review(book: Callable[..., Any]) -> None:
    """Reviews and focuses down, books and sides across; a cell of this review says how many findings and rules."""
    sheet = book(sample())["审查矩阵"]
    rows = {(r[0].value, r[1].value): [c.value for c in r[2:]] for r in sheet.iter_rows(min_row=4)}
    assert len(rows) == 15  # 3 reviews, 5 focuses
    assert all(len(r) == 8 for r in rows.values())  # 4 books, 2 sides
    assert rows["初审", "总量与结构"][1] == "1\n1/1"  # the reserve


def test_the_day_of_the_review_is_a_date(book: Callable[..., Any]) -> None:
    """As-of is a date cell that a spreadsheet can reckon with, and so are measured dates."""
    sheet = book(sample())["概况"]
    dates = [row[1] for row in sheet.iter_rows() if row[0].value == "基准日"]
    assert dates[0].value == dt.datetime(2026, 1, 10)  # noqa: DTZ001 - a cell has no zone
    assert dates[0].is_date


def test_long_texts_get_high_rows_and_paper_gets_the_columns_people_read(book: Callable[..., Any]) -> None:
    """Programs that do not reckon the height of a row on opening still show its text; A4 across, header repeated."""
    sheet = book(sample(names=["短", "长" * 200], codes=("A02",)))["发现"]
    assert sheet.row_dimensions[2].height > 100
    assert sheet.print_area.startswith("'发现'!$A$1:$K$")
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"


def test_ten_thousand_findings_stand_in_their_rows(book: Callable[..., Any]) -> None:
    """Rows are written in blocks: none is lost or doubled between them, and equal texts are kept once."""
    sheet = book(sample(repeat=3000, codes=("A02",)))["发现"]
    assert sheet.max_row == 1 + 6000
    assert sheet.dimensions.endswith("6001")
    assert len(set(_column(sheet, "指纹"))) == 6000
    assert set(_column(sheet, "规则")) == {"A02"}


def test_amounts_are_numbers_in_the_unit_of_the_header(book: Callable[..., Any]) -> None:
    """In 元 or in 万元, as numbers that can be summed; shares as numbers too."""
    assert _column(book(sample())["发现"], "金额（元）") == [1000000, 86000.5, 35000, 35000, 1286000.5]
    assert _column(book(sample(), unit="万元")["发现"], "金额（万元）") == [100, 8.60005, 3.5, 3.5, 128.60005]
    assert _column(book(sample())["发现"], "测得值")[0] == 0.005


def test_codes_stay_texts(book: Callable[..., Any]) -> None:
    """Agency and entity codes are texts, so that leading zeros and long codes survive."""
    sheet = book(sample())["发现"]
    assert _column(sheet, "单位代码")[1:] == ["101", "102", "102", "101"]
    assert _column(sheet, "地区代码")[0] == "430702"
    assert _column(sheet, "年度")[0] == 2026


def test_headers_are_frozen_and_filters_set(book: Callable[..., Any]) -> None:
    """Every list can be filtered and keeps its header in sight."""
    wb = book(sample())
    assert wb["审查矩阵"].freeze_panes == "C4"
    for sheet in (s for s in wb.worksheets[1:] if s.title != "审查矩阵"):
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref.startswith("A1:")


def test_the_overview_says_incomplete_and_why(book: Callable[..., Any]) -> None:
    """The first sheet leads with the verdict and its reasons."""
    sheet = book(sample(codes=EVERYTHING, broken_input=True))["概况"]
    cells = [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]
    assert cells[1] == "审查不完整"
    assert cells[2] == "other.xlsx 未能读入：1 个问题"
    blind = [str(c.value) for row in book(sample(codes=("A06",)))["概况"].iter_rows() for c in row]
    assert "没有任何规则得出判断：未发现问题不等于没有问题" in blind


def test_questions_are_listed_by_agency(book: Callable[..., Any]) -> None:
    """Each agency gets its questions, what weighs most (severity × money) first; those of no single agency come last."""
    sheet = book(sample())["按单位提问"]
    assert list(zip(_column(sheet, "单位代码"), _column(sheet, "规则"), strict=True)) == [
        ("101", "A04"), ("101", "A02"), ("102", "A02"), ("102", "A03"), ("（不涉及单个单位）", "A01"),
    ]  # fmt: skip


def test_nothing_in_the_workbook_runs_or_links(rendered: Rendered) -> None:
    """No formula, no hyperlink and no external part, whatever the names are; the texts stand as texts."""
    archive = zipfile.ZipFile(io.BytesIO(rendered(hostile(), "xlsx")))
    parts = {n: archive.read(n).decode() for n in archive.namelist()}
    assert not [n for n, xml in parts.items() if "<f>" in xml or "<hyperlink" in xml or 'TargetMode="External"' in xml]
    assert '=HYPERLINK("http://example.org","点此")' in parts["xl/sharedStrings.xml"].replace("&quot;", '"')
    assert not set("\u202e\x1b\x07") & set(parts["xl/sharedStrings.xml"])
    longest = max(len(t) for t in re.findall(r"<t[^>]*>(.*?)</t>", parts["xl/sharedStrings.xml"], re.DOTALL))
    assert longest <= 32_767


def test_no_clock_in_the_file(rendered: Rendered) -> None:
    """The file's own dates are the day of the review."""
    archive = zipfile.ZipFile(io.BytesIO(rendered(sample(), "xlsx")))
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", archive.read("docProps/core.xml").decode())) == {
        "2026-01-10T00:00:00Z"
    }
    assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_amount_beyond_a_spreadsheets_precision_is_written_as_text(book: Callable[..., Any]) -> None:
    """A number cell holds 15 digits; beyond them the amount is text, exact to the 分."""
    from budgetreview.render.words.figures import money

    assert money(10**15 + 1, "元") == "10,000,000,000,000.01"
    assert all(money(123456789, u).replace(",", "").rstrip("0") for u in FEN)
