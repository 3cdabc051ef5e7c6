"""Word files: paragraphs and tables in their order, merged cells, titles over tables, and bad files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest
from budgetreview_disclosure.document import Place
from budgetreview_disclosure.reading import read_document

from budgetreview.errors import IntakeError

ROWS = (
    ("科目编码", "<", "<", "科目名称", "本年支出", "<", "<"),
    ("类", "款", "项", "^", "合计", "基本支出", "项目支出"),
    ("", "", "", "合计", "30.00", "10.00", "20.00"),
    ("205", "", "", "教育支出", "30.00", "10.00", "20.00"),
    ("205", "02", "", "普通教育", "30.00", "10.00", "20.00"),
    ("205", "02", "05", "高等教育", "30.00", "10.00", "20.00"),
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    source = docx.Document()
    source.add_paragraph("某学院2024年度部门预算")
    source.add_paragraph("一、部门职责")
    source.add_paragraph("本学院负责教学。")
    source.add_paragraph("一般公共预算支出表")
    source.add_paragraph("部门：某学院    单位：万元")
    table = source.add_table(len(ROWS), 7)
    for number, row in enumerate(ROWS):
        for column, text in enumerate(row):
            if text == "<":
                table.cell(number, column - 1).merge(table.cell(number, column))
            elif text == "^":
                table.cell(number - 1, column).merge(table.cell(number, column))
            else:
                table.cell(number, column).text = text
    source.add_paragraph("政府性基金预算支出表")
    source.add_paragraph("本部门无政府性基金预算支出。")
    source.add_paragraph("二、情况说明")
    source.add_paragraph("2024年一般公共预算财政拨款支出30.00万元。")
    path = tmp_path / "book.docx"
    source.save(str(path))
    return path


def test_a_table_keeps_its_title_its_unit_and_its_merged_header(book: Path) -> None:
    """Three code columns under one header are one code; each value knows its table and cell."""
    document = read_document(book)
    (table, empty) = document.tables
    assert (table.kind, table.unit, table.unit_name, table.doubts) == ("general_spending", 1_000_000, "某学院", ())
    (panel,) = table.panels
    assert [column.role for column in panel.columns] == [
        "code_class", "code_group", "code_item", "label", "total", "basic", "project",
    ]  # fmt: skip
    assert [row.code for row in panel.rows] == [None, "205", "20502", "2050205"]
    assert panel.rows[3].cells[6].fen == 20_000_000
    assert panel.rows[3].cells[6].place == Place(sheet="表1", cell="G6")
    assert (empty.kind, empty.panels, empty.remark) == ("fund_spending", (), "本部门无政府性基金预算支出。")


def test_the_other_paragraphs_are_the_narrative_under_their_headings(book: Path) -> None:
    """A title over a table is no narrative; a paragraph knows its number and its headings."""
    document = read_document(book)
    texts = {one.text: one for one in document.paragraphs}
    assert "一般公共预算支出表" not in texts
    said = texts["2024年一般公共预算财政拨款支出30.00万元。"]
    assert said.heading == ("二、情况说明",)
    assert said.place == Place(sheet="段9")
    assert (document.year, document.stage, document.department, document.pages) == (2024, "budget", "某学院", None)


def test_the_same_file_is_read_alike_every_time(book: Path) -> None:
    """Same bytes, same document."""
    assert read_document(book) == read_document(book)


def test_a_broken_word_file_is_refused(tmp_path: Path) -> None:
    """Half a zip file, and a zip file that is no Word file, are refused with a reason."""
    half = tmp_path / "half.docx"
    half.write_bytes(b"PK\x03\x04 no more")
    with pytest.raises(IntakeError, match="broken"):
        read_document(half)
    other = tmp_path / "other.docx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<not><closed>")
    with pytest.raises(IntakeError, match="Word"):
        read_document(other)


@pytest.mark.parametrize("name", ["bomb.docx", "bomb.xlsx"])
def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path, name: str) -> None:
    """Twenty megabytes of nothing in a few kilobytes are not unpacked."""
    bomb = tmp_path / name
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 20_000_000)
    with pytest.raises(IntakeError, match="too much"):
        read_document(bomb)
