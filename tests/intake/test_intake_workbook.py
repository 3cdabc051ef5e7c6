"""A workbook is measured before it is read, and its cells arrive as exact text."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import re
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook

from budgetreview.errors import IntakeError
from budgetreview.intake import guard, limits
from budgetreview.intake.files import find, grids
from budgetreview.intake.workbook import number_text, read_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def hand_made(path: Path, rows: str, *, before: str = "", extra: dict[str, bytes] | None = None) -> Path:
    """An .xlsx with one sheet 表 whose XML is written by hand."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>'
        '<sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>',
        **(extra or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def refusal(path: Path) -> tuple[str, str | None]:
    """Kind and cell of the one problem for which a workbook is refused."""
    with pytest.raises(IntakeError) as raised:
        read_workbook(path, path.name)
    (problem,) = raised.value.problems
    assert problem.name == path.name
    assert problem.text.zh
    assert problem.text.en
    return problem.kind, problem.cell


# ---- what cells become


def test_cells_of_every_kind_become_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("预算明细")
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet.write_row(0, 0, [2010101, 12.5, 0.1 + 0.2, 1e16, 1e-7, -0.0, "  ", "文字", True, 1442725.09])
    sheet.write_datetime(1, 0, dt.datetime(2026, 1, 10), day)  # noqa: DTZ001 - a sheet knows no zone
    sheet.write_datetime(1, 1, dt.datetime(2026, 1, 10, 8, 30), moment)  # noqa: DTZ001
    book.close()
    (grid,) = read_workbook(path, "a.xlsx")
    assert grid.sheet == "预算明细"
    assert grid.cells.row(0) == (
        "2010101", "12.5", "0.3", "10000000000000000", "0.0000001", "0", None, "文字", "TRUE", "1442725.09",
    )  # fmt: skip
    assert grid.cells.row(1)[:2] == ("2026-01-10", "2026-01-10 08:30:00")
    assert grid.problems == ()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_fifteen_digits_and_no_exponent(value: float) -> None:
    text = number_text(value)
    assert "e" not in text.lower()
    assert float(text) == float(f"{value:.15g}")


def test_a_column_of_numbers_reads_like_its_numbers_one_by_one(tmp_path: Path) -> None:
    values = [0.1 + 0.2, 1 / 3, 1e15, 123456789012345678.0, 5e-324, 1.7e308, 100.0, -2.50, 99999999999.99, 0.0]
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("s").write_column(0, 0, values)
    book.close()
    (grid,) = read_workbook(path, "a.xlsx")
    # XlsxWriter itself stores 16 digits, the reader's own rounding decides from there.
    assert grid.cells["0"].to_list() == [number_text(float(f"{v:.16G}")) for v in values]


@pytest.mark.parametrize("rows", [3, 3_000])
def test_minus_zero_is_zero_beside_any_other_number(tmp_path: Path, rows: int) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    book.add_worksheet("s").write_column(0, 0, [0.0, -0.0, 0.5] * rows)
    book.close()
    (grid,) = read_workbook(tmp_path / "a.xlsx", "a.xlsx")
    assert grid.cells["0"].to_list() == ["0", "0", "0.5"] * rows


def test_a_long_column_of_cells_of_all_kinds_reads_like_its_cells_one_by_one(tmp_path: Path) -> None:
    told = [
        (7, "7"), (12.25, "12.25"), ("0101", "0101"), ("", None), (" ", None), (True, "TRUE"), (False, "FALSE"),
        (1, "1"), (0, "0"), ("合计", "合计"), (dt.date(2026, 1, 10), "2026-01-10"), (-3.5, "-3.5"), (1e16, "1" + "0" * 16),
        (dt.time(8, 30), "08:30:00"), (dt.datetime(2026, 1, 10, 8, 30), "2026-01-10 08:30:00"),  # noqa: DTZ001
    ]  # fmt: skip
    columns = {  # which of these cells stand in the column, and how often
        "numbers": ([0, 1, 7, 8], 1_500), "marks": ([5, 6], 3_000), "words": ([2, 9], 3_000), "all": (range(15), 400),
        "numbers and blanks": ([3, 0, 1, 4, 12], 1_200), "days and blanks": ([10, 3], 3_000), "blank": ([3], 6_000),
        "words at first, then numbers": ([2] * 3_000 + [7] * 3_000, 1), "one day far down": ([1] * 5_999 + [10], 1),
    }  # fmt: skip
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("s")
    formats = {
        dt.date: book.add_format({"num_format": "yyyy-mm-dd"}), dt.time: book.add_format({"num_format": "hh:mm:ss"}),
        dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }  # fmt: skip
    for i, (which, times) in enumerate(columns.values()):
        for row, at in enumerate([*which] * times):
            sheet.write(row, i, told[at][0], formats.get(type(told[at][0])))
    book.close()
    (grid,) = read_workbook(tmp_path / "a.xlsx", "a.xlsx")
    assert len(grid.cells) == 6_000
    for i, (which, times) in enumerate(columns.values()):
        assert grid.cells[str(i)].to_list() == [told[at][1] for at in [*which] * times]


def test_cells_of_blanks_only_are_unknown_and_blanks_around_words_stay(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    for row, cells in enumerate([("列", "数", "\u3000"), (" 名 ", 1.5, " "), ("\u3000", "  ", "\t"), ("", 2.0, "")]):
        sheet.write_row(row, 0, cells)
    book.close()
    (grid,) = read_workbook(tmp_path / "a.xlsx", "a.xlsx")
    assert grid.cells.rows() == [("列", "数", None), (" 名 ", "1.5", None), (None, None, None), (None, "2", None)]


def test_rows_and_columns_keep_their_addresses_when_the_sheet_starts_late(tmp_path: Path) -> None:
    path = hand_made(tmp_path / "a.xlsx", '<row r="3"><c r="C3"><v>7</v></c></row>')
    (grid,) = read_workbook(path, "a.xlsx")
    assert grid.cells.shape == (3, 3)
    assert grid.cells.row(2) == (None, None, "7")


def test_sheets_come_in_order_with_hidden_marked_and_merged_ranges(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = Workbook()
    first = book.active
    first.title = "乙"
    first["A1"] = "标题"
    first.merge_cells("A1:C2")
    first["A3"], first["B3"] = 1, 2
    first.row_dimensions[3].hidden = True
    for title, state in (("甲", "hidden"), ("丙", "veryHidden")):
        sheet = book.create_sheet(title)
        sheet["A1"] = 1
        sheet.sheet_state = state
    book.create_chartsheet("图")
    book.save(path)
    read = read_workbook(path, "a.xlsx")
    assert [(g.sheet, g.hidden) for g in read] == [("乙", False), ("甲", True), ("丙", True)]
    assert read[0].merged == ((0, 0, 1, 2),)
    assert read[0].cells.row(2)[:2] == ("1", "2")


def test_an_empty_sheet_is_an_empty_grid(tmp_path: Path) -> None:
    (grid,) = read_workbook(hand_made(tmp_path / "a.xlsx", ""), "a.xlsx")
    assert grid.cells.height == 0


# ---- cells that the reader would turn into blanks


def test_a_formula_without_result_and_an_error_cell_are_named(tmp_path: Path) -> None:
    path = hand_made(
        tmp_path / "a.xlsx",
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>A2</f></c><c r="C2"><f>A2</f><v></v></c>'
        '<c r="D2"><f t="shared" si="0"/></c><c r="E2"><f>A2</f><v/></c>'
        '<c r="F2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="G2" s="1" t="e"><v>#REF!</v></c>'
        '<c r="H2"><f>A2</f><v>1</v></c><c r="I2"><f t="shared" si="0"/><v>2</v></c>'
        '<c r="J2" t="str"><f>""</f><v></v></c></row>',
    )
    (grid,) = read_workbook(path, "a.xlsx")
    found = {(p.kind, p.sheet, p.cell) for p in grid.problems}
    missing = {("formula-no-value", "表", c) for c in ("B2", "C2", "D2", "E2")}
    assert found == missing | {("error-cell", "表", "F2"), ("error-cell", "表", "G2")}
    assert "#REF!" in next(p.text.zh for p in grid.problems if p.cell == "G2")
    assert grid.cells.row(1)[7:] == ("1", "2", None)


def test_many_bad_cells_are_named_up_to_a_limit_and_then_counted(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{r}"><c r="A{r}"><f>B{r}</f></c><c r="B{r}"><v>1</v></c></row>' for r in range(1, 501))
    (grid,) = read_workbook(hand_made(tmp_path / "a.xlsx", rows), "a.xlsx")
    assert len(grid.problems) == limits.NAMED + 1
    assert str(500 - limits.NAMED) in grid.problems[-1].text.en


def test_openpyxl_formulas_never_calculated_are_problems(tmp_path: Path) -> None:
    book = Workbook()
    book.active["B3"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    (grid,) = read_workbook(tmp_path / "a.xlsx", "a.xlsx")
    assert [(p.kind, p.cell) for p in grid.problems] == [("formula-no-value", "B3")]


def test_bad_cells_are_found_across_the_pieces_a_large_sheet_is_unpacked_in(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{r}"><c r="A{r}"><v>{r}</v></c><c r="B{r}" t="inlineStr"><is><t>{"文" * 120}</t></is></c></row>'
        if r % 10_000
        else f'<row r="{r}"><c r="A{r}"><f>B{r}</f></c><c r="B{r}" t="e"><v>#N/A</v></c></row>'
        for r in range(1, 60_001)
    )
    (grid,) = read_workbook(hand_made(tmp_path / "a.xlsx", rows), "a.xlsx")
    wanted = {f"{c}{r}" for r in range(10_000, 60_001, 10_000) for c in "AB"}
    assert {p.cell for p in grid.problems} == wanted
    assert grid.cells.shape == (60_000, 2)


@pytest.mark.parametrize("size", [64, 100, 1_000, 100_000])
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_what_is_found_in_a_sheet_does_not_depend_on_the_pieces_it_comes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, prefix: str
) -> None:
    rows = (
        '<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><f>A1</f></c><c s="1" r="C1"><v>1</v></c></row>'
        f'<row r="2"><c r="A2" t="inlineStr"><is><t>说明:column c:{"长" * 500}"e"</t></is></c><c r="E2" s="1"/></row>'
        "<row r='3'><c r='A3' t='e'><v>#N/A</v></c><c r=\"B3\"><f>A1</f><v>2</v></c><c r='D3' t='b'><v>1</v></c></row>"
        '<row r="4"><c r="A4" t="str"><f>A1</f><v></v></c><c r="B4"><f>A1</f><v/></c><c r="C4" t="e"><v>#N/A</v></c></row>'
    )
    rows = re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}", rows)
    path = hand_made(tmp_path / "a.xlsx", rows)
    monkeypatch.setattr(guard, "_PIECE", size)
    monkeypatch.setattr(guard, "_LOOK", size)
    monkeypatch.setattr(guard, "_PACKED", size)
    with path.open("rb") as file:
        measure = guard.measure_xlsx(guard.open_package(file, "a.xlsx"), "a.xlsx")["表"]
    assert (measure.rows, measure.columns, measure.cells) == (4, 4, 10)
    assert [(kind, cell) for kind, cell, _ in measure.bad] == [
        ("error-cell", "A1"), ("error-cell", "A3"), ("error-cell", "C4"),
        ("formula-no-value", "B1"), ("formula-no-value", "B4"),
    ]  # fmt: skip


def test_an_element_longer_than_any_cell_is_refused(tmp_path: Path) -> None:
    path = hand_made(tmp_path / "a.xlsx", f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"长" * 6_000_000}')
    with path.open("rb") as file, pytest.raises(guard.RefusedError, match="an oversized element"):
        guard.measure_xlsx(guard.open_package(file, "a.xlsx"), "a.xlsx")


# ---- cells too far out


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="XFD1048576"><v>1</v></c>',
        "<c s='0' r='XFD1048576'><v>1</v></c>",
        '<c\tr="XFD1048576"\n><v>1</v></c>',
        '<c r="A1"><v>1</v></c></row><row r="1048576"><c r="Z1048576" t="inlineStr"><is><t>x</t></is></c>',
        f'<c r="A1"><v>1</v></c></row><row r="1048570">{"<c><v>1</v></c>" * 5}',
    ],
)
def test_one_cell_in_the_far_corner_is_refused_before_the_reader_sees_it(tmp_path: Path, cells: str) -> None:
    kind, cell = refusal(hand_made(tmp_path / "a.xlsx", f'<row r="1">{cells}</row>'))
    assert kind == "far-cell"
    assert cell


def test_a_far_cell_behind_a_namespace_prefix_is_refused_too(tmp_path: Path) -> None:
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    path = hand_made(tmp_path / "a.xlsx", "", extra={"xl/worksheets/sheet1.xml": sheet.encode()})
    assert refusal(path)[0] == "far-cell"


def test_formatted_but_empty_cells_far_out_and_a_false_dimension_are_harmless(tmp_path: Path) -> None:
    path = hand_made(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>',
        before='<dimension ref="A1:XFD1048576"/>',
    )
    (grid,) = read_workbook(path, "a.xlsx")
    assert grid.cells.shape == (1, 1)


@pytest.mark.parametrize("address", ["ZZZZZZZZ99999999999", "AAAA1", "XFE1", "A1048577", "1", "A"])
def test_an_address_that_no_sheet_has_is_refused(tmp_path: Path, address: str) -> None:
    path = hand_made(tmp_path / "a.xlsx", f'<row r="1"><c r="{address}"><v>1</v></c></row>')
    assert refusal(path)[0] == "broken-workbook"


# ---- packages that must not be unpacked


def test_a_part_that_unpacks_to_hundreds_of_times_its_size_is_a_bomb(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    hand_made(path, "", extra={"xl/sharedStrings.xml": b"<sst>" + b" " * (80 * limits.MIB) + b"</sst>"})
    assert path.stat().st_size < limits.MIB
    assert refusal(path)[0] == "zip-bomb"


def test_a_part_larger_than_it_says_is_a_bomb(tmp_path: Path) -> None:
    path = hand_made(tmp_path / "a.xlsx", "", extra={"xl/sharedStrings.xml": b"<sst>" + b" " * 100_000 + b"</sst>"})
    data = bytearray(path.read_bytes())
    entry = data.rfind(b"xl/sharedStrings.xml") - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, entry + 24, 100)
    path.write_bytes(data)
    assert refusal(path)[0] == "zip-bomb"


def test_too_many_parts_are_a_bomb(tmp_path: Path) -> None:
    path = hand_made(tmp_path / "a.xlsx", "", extra={f"x/{i}.bin": b"" for i in range(limits.PARTS)})
    assert refusal(path)[0] == "zip-bomb"


def test_a_workbook_with_a_dtd_is_refused(tmp_path: Path) -> None:
    dtd = b'<!DOCTYPE x [<!ENTITY a "b">]><sst/>'
    assert refusal(hand_made(tmp_path / "a.xlsx", "", extra={"xl/sharedStrings.xml": dtd}))[0] == "broken-workbook"


# ---- files that are no workbook


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.xlsx", b"not a workbook at all", "not-a-workbook"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "not-a-workbook"),
        ("a.xlsx", b"PK\x03\x04" + bytes(100), "broken-workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "broken-workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000, "broken-workbook"),
    ],
)
def test_what_is_no_workbook_is_refused_with_its_reason(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert refusal(tmp_path / name)[0] == kind


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    path = hand_made(tmp_path / "a.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row>')
    path.write_bytes(path.read_bytes()[:-200])
    assert refusal(path)[0] == "broken-workbook"


def ole(*names: str) -> bytes:
    """An OLE container with empty streams of these names."""
    fat = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    entries = b""
    for kind, name in ((5, "Root Entry"), *((2, n) for n in names)):
        wide = name.encode("utf-16-le")
        entry = bytearray(128)
        entry[: len(wide)] = wide
        struct.pack_into("<HB", entry, 64, len(wide) + 2, kind)
        struct.pack_into("<I", entry, 116, 0xFFFFFFFE)
        entries += entry
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", head, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    struct.pack_into("<109I", head, 76, 0, *[0xFFFFFFFF] * 108)
    return bytes(head) + fat + entries.ljust(512, b"\0")


def test_an_encrypted_workbook_asks_for_its_password_to_be_removed(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(ole("EncryptedPackage", "EncryptionInfo"))
    assert refusal(tmp_path / "a.xlsx")[0] == "encrypted"


# ---- .xls


def old_book(path: Path) -> xlwt.Worksheet:
    book = xlwt.Workbook()
    sheet = book.add_sheet("旧表")
    sheet.write(1, 1, 5)
    sheet.write(1, 2, 2.5)
    sheet.write(1, 3, "文")
    sheet.write(1, 4, dt.date(2026, 1, 10), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.row(1).set_cell_error(5, "#DIV/0!")
    book.add_sheet("藏").visibility = 1
    book.save(str(path))
    return sheet


def test_an_xls_is_read_and_its_error_cells_are_named(tmp_path: Path) -> None:
    old_book(tmp_path / "a.xls")
    first, second = read_workbook(tmp_path / "a.xls", "a.xls")
    assert first.cells.row(1)[:5] == (None, "5", "2.5", "文", "2026-01-10")
    assert [(p.kind, p.sheet, p.cell) for p in first.problems] == [("error-cell", "旧表", "F2")]
    assert second.hidden


def test_an_xls_named_xlsx_is_read_all_the_same(tmp_path: Path) -> None:
    old_book(tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "a.xlsx", "a.xlsx")[0].cells.row(1)[1] == "5"


def test_an_xls_under_a_password_is_refused(tmp_path: Path) -> None:
    old_book(tmp_path / "a.xls")
    data = bytearray((tmp_path / "a.xls").read_bytes())
    record = data.find(struct.pack("<HH", 0x0042, 2))  # CODEPAGE, early in the globals
    struct.pack_into("<H", data, record, 0x002F)
    (tmp_path / "a.xls").write_bytes(data)
    assert refusal(tmp_path / "a.xls")[0] == "encrypted"


@pytest.mark.parametrize("size", [(0, 0xFFFFFFF0, 0, 0xFFFF), (10_000, 5, 0, 8)])
def test_an_xls_that_claims_an_absurd_size_is_refused(tmp_path: Path, size: tuple[int, ...]) -> None:
    old_book(tmp_path / "a.xls")
    data = bytearray((tmp_path / "a.xls").read_bytes())
    record = data.find(struct.pack("<HH", 0x0200, 14))
    struct.pack_into("<IIHH", data, record + 4, *size)
    (tmp_path / "a.xls").write_bytes(data)
    assert refusal(tmp_path / "a.xls")[0] == "broken-workbook"


# ---- .ods


def ods(path: Path, *rows: tuple[dict[str, object], list[dict[str, object]]]) -> Path:
    book, table = OpenDocumentSpreadsheet(), Table(name="表")
    for row_options, cells in rows:
        row = TableRow(**row_options)
        for options in cells:
            cell = TableCell(**options)
            if "valuetype" in options:
                cell.addElement(P(text="x"))
            row.addElement(cell)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    book.save(str(path))
    return path


def test_an_ods_is_read_with_its_usual_empty_repeats(tmp_path: Path) -> None:
    path = ods(
        tmp_path / "a.ods",
        ({}, [{"valuetype": "float", "value": "12.5"}, {"numbercolumnsrepeated": 16383}]),
        ({"numberrowsrepeated": 3}, [{"valuetype": "date", "datevalue": "2026-01-10", "numbercolumnsrepeated": 2}]),
        ({"numberrowsrepeated": 1048572}, [{"numbercolumnsrepeated": 16384}]),
    )
    (grid,) = read_workbook(path, "a.ods")
    assert grid.cells.rows() == [("12.5", None)] + [("2026-01-10", "2026-01-10")] * 3


@pytest.mark.parametrize(
    "row",
    [
        ({"numberrowsrepeated": 1048576}, [{"valuetype": "float", "value": "1", "numbercolumnsrepeated": 16384}]),
        ({"numberrowsrepeated": 1000}, [{"valuetype": "float", "value": "1", "numbercolumnsrepeated": 16384}]),
    ],
)
def test_a_filled_cell_repeated_over_the_whole_ods_sheet_is_refused(tmp_path: Path, row: object) -> None:
    assert refusal(ods(tmp_path / "a.ods", row))[0] == "zip-bomb"  # type: ignore[arg-type]


def test_a_far_cell_in_an_ods_is_refused(tmp_path: Path) -> None:
    one: dict[str, object] = {"valuetype": "float", "value": "1"}
    path = ods(
        tmp_path / "a.ods", ({"numberrowsrepeated": 1048575}, [{}]), ({}, [{"numbercolumnsrepeated": 16383}, one])
    )
    assert refusal(path) == ("far-cell", "XFD1048576")


def test_error_cells_and_bare_formulas_of_an_ods_are_named(tmp_path: Path) -> None:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="表"><table:table-row><table:table-cell table:formula="of:=IF(1>0;1/0;2)" '
        'office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p>'
        '</table:table-cell><table:table-cell table:formula="of:=1"/>'
        '<table:table-cell table:formula="of:=1" office:value-type="float" office:value="1"/></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
    (grid,) = read_workbook(tmp_path / "a.ods", "a.ods")
    assert [(p.kind, p.cell) for p in grid.problems] == [("error-cell", "A1"), ("formula-no-value", "B1")]


def test_an_ods_with_an_element_never_closed_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as package:
        package.writestr("content.xml", '<office:body xmlns:office="o" xmlns:table="t"><table:table table:name="a">')
        package.writestr("META-INF/manifest.xml", "<manifest/>")
    assert refusal(tmp_path / "a.ods")[0] == "broken-workbook"


def test_an_encrypted_ods_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as package:
        package.writestr("content.xml", b"\x01\x02")
        package.writestr("META-INF/manifest.xml", "<manifest><encryption-data/></manifest>")
    assert refusal(tmp_path / "a.ods")[0] == "encrypted"


# ---- whatever the bytes


def test_a_workbook_from_which_no_sheet_of_cells_comes_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.create_chartsheet("图")
    book.remove(book.active)
    book.save(tmp_path / "a.xlsx")
    assert refusal(tmp_path / "a.xlsx")[0] == "no-sheet"


@given(st.data())
def test_a_workbook_with_flipped_bytes_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("flip") / "a.xlsx"
    hand_made(path, '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><v>#N/A</v></c></row>')
    content = bytearray(path.read_bytes())
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with contextlib.suppress(IntakeError):
        assert len(read_workbook(path, "a.xlsx")) == 1


def test_the_disclosure_templates_are_read(shared_data: Path) -> None:
    found = find([shared_data / "cn_disclosure_templates"])
    assert [f.name for f in found] == ["department_budget_template.xlsx", "unit_budget_template.xlsx"]
    assert all(len(grids(f)) > 5 for f in found)


def test_a_stream_is_not_needed_for_reading(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    book = Workbook()
    book.active["A1"] = 1
    book.save(buffer)
    (tmp_path / "a.xlsm").write_bytes(buffer.getvalue())
    assert grids(find([tmp_path / "a.xlsm"])[0])[0].cells.item() == "1"
