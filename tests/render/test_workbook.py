"""The findings workbook: typed columns, frozen headers, filters, and nothing that a spreadsheet would run."""

from __future__ import annotations

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


def test_five_sheets_in_the_readers_language(book: Callable[..., Any]) -> None:
    """Overview, findings, questions by agency, coverage, inputs."""
    assert book(sample()).sheetnames == ["概况", "发现", "按单位提问", "规则覆盖", "输入与提示"]
    english = book(sample(), lang="en")
    assert english.sheetnames == ["Overview", "Findings", "Questions by agency", "Coverage", "Inputs and notices"]


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
    for sheet in book(sample()).worksheets[1:]:
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
    """Each agency gets its questions, gravest first; those of no single agency come last."""
    sheet = book(sample())["按单位提问"]
    assert list(zip(_column(sheet, "单位代码"), _column(sheet, "规则"), strict=True)) == [
        ("101", "A02"), ("101", "A04"), ("102", "A02"), ("102", "A03"), ("（不涉及单个单位）", "A01"),
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
    from budgetreview.render.figures import money

    assert money(10**15 + 1, "元") == "10,000,000,000,000.01"
    assert all(money(123456789, u).replace(",", "").rstrip("0") for u in FEN)
