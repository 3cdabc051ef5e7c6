"""Workbooks: a sheet is a table, several under their titles are several, and bad files are refused."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from budgetreview_disclosure import budgetreview_readers
from budgetreview_disclosure.document import Place
from budgetreview_disclosure.reading import read_document
from budgetreview_disclosure.reading.sheets import claimed, printed

from budgetreview import example, read
from budgetreview.errors import IntakeError

READER = next(iter(budgetreview_readers()))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    source = openpyxl.Workbook()
    sheet = source.active
    assert sheet is not None
    sheet.title = "表1"
    rows = (
        ("2024年某县水利局收支预算总表", None, None, None),
        (),
        ("部门：某县水利局", None, None, "单位：万元"),
        ("收入", None, "支出", None),
        ("项目", "预算数", "项目", "预算数"),
        ("一、财政拨款收入", 90.1, "一、农林水支出", 100.1),
        ("二、其他收入", 10, None, None),
        ("收入总计", 100.1, "支出总计", 100.1),
        (),
        ("2024年政府采购预算表", None, None, None),
        ("采购项目", "金额", None, None),
        ("合计", 5, None, None),
        ("办公设备", 5, None, None),
    )
    for row in rows:
        sheet.append(row)
    for span in ("A1:D1", "A4:B4", "C4:D4", "A10:D10"):
        sheet.merge_cells(span)
    words = source.create_sheet("说明")
    words["A1"] = "2024年度部门预算情况说明"
    words["A2"] = "某县水利局2024年收入、支出预算总计各100.10万元，与上年相比各增加10.00万元，增长11.10%。"
    hidden = source.create_sheet("草稿")
    hidden["A1"] = "收入总表"
    hidden.sheet_state = "hidden"
    path = tmp_path / "book.xlsx"
    source.save(path)
    return path


def test_a_sheet_is_a_table_and_a_second_title_opens_another(book: Path) -> None:
    """Both tables are found with their unit; numbers are the printed amounts, not binary fractions."""
    document = read_document(book)
    balance, procurement = document.tables
    assert (balance.kind, balance.unit, balance.year) == ("balance", 1_000_000, 2024)
    assert [panel.side for panel in balance.panels] == ["revenue", "expenditure"]
    total = balance.panels[1].rows[-1].cells[1]
    assert (total.text, total.fen, total.place) == ("100.1", 100_100_000, Place(sheet="表1", cell="D8"))
    assert procurement.kind == "procurement"


def test_text_in_a_sheet_is_narrative_and_a_hidden_sheet_is_not_read(book: Path) -> None:
    """Sentences keep the cell they stand in."""
    document = read_document(book)
    assert document.paragraphs[-1].place == Place(sheet="说明", cell="A2")
    assert not any(place.sheet == "草稿" for place in (table.place for table in document.tables))
    assert (document.year, document.department) == (2024, "某县水利局")


def test_the_blank_forms_of_a_region_are_understood(shared_data: Path) -> None:
    """The nine forms of a blank budget book: every one known, the 元 and the 万元 of the 三公 table kept apart."""
    document = read_document(shared_data / "cn_disclosure_templates" / "department_budget_template.xlsx")
    kinds = [table.kind for table in document.tables]
    assert kinds == [
        "balance", "revenue", "expenditure", "grant_balance", "general_spending", "fund_spending", "capital_spending",
        "general_basic", "official",
    ]  # fmt: skip
    assert {table.unit for table in document.tables if table.kind != "official"} == {100}
    assert document.tables[-1].unit == 1_000_000
    assert not document.unread


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1 + 0.2, "0.3"), (205.0, "205"), (None, ""), (True, ""), ("一般\n公共", "一般公共"), (12, "12")],
)
def test_a_cells_value_is_its_text(value: object, text: str) -> None:
    """A number without the noise of binary fractions; an empty cell is empty, never zero."""
    assert printed(value) == text


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    """Neither a torn old workbook nor a renamed text is read as one."""
    torn = tmp_path / "torn.xls"
    torn.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
    with pytest.raises(IntakeError, match="workbook"):
        read_document(torn)


def balanced(*forms: str) -> openpyxl.Workbook:
    """A workbook of some forms; the department's 财政拨款收支总表 with both its sides."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for form in forms:
        sheet = book.create_sheet(form[:20])
        head = ("收入", None, "支出", None), ("项目", "预算数", "项目", "预算数")
        rows = ("一、本年收入", 9, "一、农林水支出", 9), ("收入总计", 9, "支出总计", 9)
        if "收支" not in form:
            head, rows = (("单位名称", "合计"),), (("合计", 9), ("某县水利局", 4), ("某县教育局", 5))  # type: ignore[assignment]
        for row in (("2025年部门预算" + form,), ("部门：某县水利局", None, None, "单位：万元"), *head, *rows):
            sheet.append(row)
    return book


@pytest.mark.parametrize(("forms", "said"), [
    (("收支总表", "财政拨款收支总表", "支出总表"), "yes"),
    (("支出总表",), "perhaps"),
    (("收支总表", "支出总表", "收入总表"), "perhaps"),
    (("明细",), "no"),
])  # fmt: skip
def test_only_a_departments_own_forms_are_surely_a_document(tmp_path: Path, forms: tuple[str, ...], said: str) -> None:
    """A bureau's workbook has the same ending and some of the same names; it stays a submission."""
    path = tmp_path / "book.xlsx"
    balanced(*forms).save(path)
    assert claimed(path) == said


def test_the_example_of_the_core_is_no_document(tmp_path: Path) -> None:
    path = tmp_path / "county.xlsx"
    example.write(path)
    assert claimed(path) != "yes"
    assert len(read(path, readers=[READER]).table("lines"))


def test_a_published_workbook_is_read_as_a_document_and_a_blank_form_is_said_to_be_one(tmp_path: Path) -> None:
    path, blank = tmp_path / "局.xlsx", tmp_path / "空表.xlsx"
    book = balanced("收支总表", "财政拨款收支总表", "支出总表")
    book.save(path)
    assert len(read(path, readers=[READER]).table("statements"))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                cell.value = None if isinstance(cell.value, int) else cell.value
    book.save(blank)
    with pytest.raises(IntakeError, match="空白的公开表样"):
        read(blank, readers=[READER])
