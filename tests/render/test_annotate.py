"""The workbook back: colours, comments and a sheet of findings are added, and nothing else changes."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import shutil
import subprocess
import time
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import budgetreview as br
from budgetreview.errors import OutputError, UsageError
from budgetreview.render import files
from budgetreview.render.annotate import Annotated, annotate
from budgetreview.render.annotate.cells import cell_of
from budgetreview.render.annotate.colours import COLOURS
from budgetreview.report import Findings, Report

from . import rich_workbook
from .rich_workbook import FLAGGED, SHEET

openpyxl = pytest.importorskip("openpyxl")

AS_OF = dt.date(2026, 1, 10)
ORDER = tuple(re.findall(
    r"\w+",
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter "
    "sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions "
    "pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing "
    "legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst",
))  # fmt: skip
"""What stands in a sheet, in the order of the schema (ECMA-376, CT_Worksheet)."""


@pytest.fixture(scope="module")
def rules() -> Any:
    return br.load_rules(select=["Z01", "Z08", "Z13"])


@pytest.fixture
def reviewed(rules: Any) -> Callable[[Path], Report]:
    return lambda path: br.review(br.read(path), rules, stage="preliminary", as_of=AS_OF)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return rich_workbook.write(tmp_path / "county.xlsx")


def _open(path: Path, *, data_only: bool = False) -> Any:
    """The workbook as openpyxl reads it, which says aloud what it would lose."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=data_only)


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {n: archive.read(n) for n in archive.namelist()}


def _packed(path: Path) -> dict[str, bytes]:
    data = path.read_bytes()
    out = {}
    for info in zipfile.ZipFile(path).infolist():
        head = data[info.header_offset : info.header_offset + 30]
        start = info.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        out[info.filename] = data[start : start + info.compress_size]
    return out


def _notes(path: Path, sheet: str = SHEET) -> dict[str, str]:
    cells = (c for row in _open(path)[sheet].iter_rows() for c in row)
    return {c.coordinate: c.comment.text for c in cells if c.comment is not None}


def _colours(path: Path, sheet: str = SHEET) -> dict[str, str]:
    cells = (c for row in _open(path)[sheet].iter_rows() for c in row)
    return {c.coordinate: c.fill.fgColor.rgb for c in cells if c.fill.fgColor.rgb in COLOURS.values()}


def _facts(report: Report) -> list[tuple[str, str]]:
    return [(f.fingerprint, f.facts) for f in report.findings]


def test_every_flagged_cell_has_a_colour_and_a_comment(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """The cell that is empty, the one with a formula and the one with a comment of the bureau's own, and no other."""
    out = tmp_path / "out.xlsx"
    done = annotate(reviewed(book), book, out)
    assert done == Annotated(out, cells=3, findings=3, unplaced=0, elsewhere=0)
    assert _colours(out) == dict.fromkeys(FLAGGED, COLOURS["orange"])
    notes = _notes(out)
    assert set(notes) == {*FLAGGED, "F4"}
    assert notes["H3"].startswith("【预算审查】橙色（须附文件说明） Z01 ")
    assert "询问：" in notes["H3"]


def test_what_the_bureau_wrote_in_its_comments_stays(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """A cell's own comment keeps its author and text and gets ours below; other comments are as they were."""
    out = tmp_path / "out.xlsx"
    annotate(reviewed(book), book, out)
    sheet = _open(out)[SHEET]
    assert sheet["L2"].comment.text.startswith("单价含税，见合同\n\n【预算审查】橙色（须附文件说明） Z13 ")
    assert sheet["L2"].comment.author == "财政局"
    assert sheet["F4"].comment.text == "延续项目"
    assert sheet["H3"].comment.author == "budgetreview"


def test_a_coloured_cell_keeps_all_else_of_its_format(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """Number format, border, font and value stay, also the formula with its stored result."""
    out = tmp_path / "out.xlsx"
    annotate(reviewed(book), book, out)
    old, new = (_open(p)[SHEET]["I2"] for p in (book, out))
    for what in ("number_format", "border", "font", "alignment", "protection", "value"):
        assert repr(getattr(old, what)) == repr(getattr(new, what))
    assert _open(out, data_only=True)[SHEET]["I2"].value == 1000
    assert b"<f>500*2</f><v>1000</v>" in _parts(out)["xl/worksheets/sheet2.xml"]


@pytest.mark.parametrize("macros", [False, True])
def test_every_other_part_is_the_same_byte_for_byte(macros: bool, reviewed: Any, tmp_path: Path) -> None:
    """Pictures, charts, text boxes, header pictures, tables, texts and macros are copied, packed bytes and all."""
    ending = ".xlsm" if macros else ".xlsx"
    book = rich_workbook.write(tmp_path / f"county{ending}", macros=macros)
    out = tmp_path / f"out{ending}"
    annotate(reviewed(book), book, out)
    old, new = _packed(book), _packed(out)
    changed = {n for n in old if old[n] != new.get(n)}
    assert changed == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet2.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml",
    }  # fmt: skip
    assert set(new) - set(old) == {"xl/worksheets/sheet4.xml"}
    kept = {"xl/media/image1.png", "xl/charts/chart1.xml", "xl/tables/table1.xml", "xl/sharedStrings.xml"}
    assert kept < set(old)
    assert ("xl/vbaProject.bin" in old) is macros


def test_in_the_flagged_sheet_only_the_flagged_cells_change(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """Sparklines, data bars, validation, filter, protection and page setup stand there as they were written."""
    out = tmp_path / "out.xlsx"
    annotate(reviewed(book), book, out)
    old, new = (_parts(p)["xl/worksheets/sheet2.xml"].decode() for p in (book, out))
    assert "sparklineGroup" in old
    assert "x14:dataBar" in old
    plain = re.sub(r'<c r="H3" s="\d+"/>', "", new)
    for cell in ("I2", "L2"):
        style = re.search(rf'<c r="{cell}" s="(\d+)"', old)
        assert style is not None
        plain = re.sub(rf'<c r="{cell}" s="\d+"', f'<c r="{cell}" s="{style[1]}"', plain)
    assert plain == old


def test_boxes_of_comments_join_the_buttons_that_are_there(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """The drawing of a sheet's buttons and comments keeps them all; new boxes get numbers that no drawing uses."""
    out = tmp_path / "out.xlsx"
    annotate(reviewed(book), book, out)
    old, new = (_parts(p) for p in (book, out))
    before, after = (p["xl/drawings/vmlDrawing1.vml"].decode() for p in (old, new))
    assert (before.count('ObjectType="Note"'), after.count('ObjectType="Note"')) == (2, 4)
    assert after.count('ObjectType="Button"') == before.count('ObjectType="Button"') == 1
    taken = {n for part, x in old.items() if part.endswith(".vml") for n in re.findall(rb"_x0000_s(\d+)", x)}
    numbers = [n for n in re.findall(rb'id="_x0000_s(\d+)"', new["xl/drawings/vmlDrawing1.vml"]) if n not in taken]
    assert len(set(numbers)) == 2
    ET.fromstring(after)  # noqa: S314 - our own


def test_the_new_sheet_lists_every_finding_with_a_link_to_its_cell(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """Links stay inside the file and quote the sheet's name; the colours are explained; the header is frozen."""
    out = tmp_path / "out.xlsx"
    annotate(reviewed(book), book, out)
    wb = _open(out)
    assert wb.sheetnames == ["封面", SHEET, "口径", "预算审查发现"]
    sheet = wb["预算审查发现"]
    assert [c.value for c in sheet[4]][:4] == ["单元格", "严重程度", "规则", "名称"]
    assert [sheet.cell(r, 3).value for r in (5, 6, 7)] == ["Z01", "Z08", "Z13"]
    assert sheet["A5"].value == f"{SHEET}!H3"
    links = [sheet.cell(r, 1).hyperlink for r in (5, 6, 7)]
    assert [h.location for h in links] == [f"'4.项目 ''明细''表'!{c}" for c in FLAGGED]
    assert all(h.target is None for h in links)
    assert "红色（禁止或拦截）" in [c.value for c in sheet[3]]
    assert sheet.freeze_panes == "A5"
    assert sheet.auto_filter.ref == "A4:J7"
    assert isinstance(sheet["F6"].value, int | float)


def test_in_english_too(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """``lang="en"`` speaks English in comments and sheet; money in the unit asked for."""
    out = tmp_path / "out.xlsx"
    annotate(reviewed(book), book, out, lang="en", unit="万元")
    sheet = _open(out)["Budget review findings"]
    assert sheet["F4"].value == "Amount (万元 = 10,000 yuan)"
    assert sheet["F6"].value == pytest.approx(0.1)
    assert _notes(out)["H3"].startswith("[Budget review] orange (explain with a document) Z01 ")


def test_a_review_of_the_annotated_workbook_finds_the_same(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """The new sheet is no budget data: same fingerprints, same facts, and a notice that names the sheet."""
    out = tmp_path / "county2.xlsx"
    first = reviewed(book)
    annotate(first, book, out)
    again = reviewed(out)
    assert _facts(again) == _facts(first)
    assert [(n.kind, n.sheet) for i in again.inputs for n in i.notices if i.sheet == "预算审查发现"] == [
        ("findings-sheet", "预算审查发现")
    ]


def test_annotating_an_annotated_workbook_replaces_what_was_written(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """No second sheet and no second text; a cell that is mended loses colour and comment and gets its own fill back."""
    once, twice, mended, last = (tmp_path / f"{n}.xlsx" for n in ("a", "b", "c", "d"))
    annotate(reviewed(book), book, once)
    annotate(reviewed(once), once, twice)
    assert _notes(twice) == _notes(once)
    assert _colours(twice) == _colours(once)
    assert _open(twice).sheetnames == _open(once).sheetnames
    assert set(_parts(twice)) == set(_parts(once))
    assert _parts(twice)["xl/comments1.xml"] == _parts(once)["xl/comments1.xml"]
    wb = zipfile.ZipFile(twice)
    with zipfile.ZipFile(mended, "w") as copy:  # the bureau lowers the price to its standard
        for info in wb.infolist():
            data = wb.read(info)
            if info.filename == "xl/worksheets/sheet2.xml":
                data = re.sub(rb'(<c r="L2"[^>]*><v>)100<', rb"\g<1>99<", data)
            copy.writestr(info, data)
    annotate(reviewed(mended), mended, last)
    assert set(_colours(last)) == {"H3", "I2"}
    assert _notes(last)["L2"] == "单价含税，见合同"
    assert _open(last)[SHEET]["L2"].fill.fgColor.rgb == "FFDDEBF7"
    assert _open(last)[SHEET]["L2"].fill.fill_type == "solid"


def test_an_answer_below_our_comment_is_kept(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """What the bureau writes into our comment, under it or in the midst of it, is still there the next time."""
    once, answered, twice = (tmp_path / f"{n}.xlsx" for n in ("a", "b", "c"))
    annotate(reviewed(book), book, once)
    parts = _parts(once)
    xml = parts["xl/comments1.xml"].decode()
    at = xml.index("〕", xml.index('ref="H3"'))
    parts["xl/comments1.xml"] = (xml[: at + 1] + "\n答：文件正在报批" + xml[at + 1 :]).replace(
        "询问：上年", "（已改）询问：上年"
    ).encode()  # fmt: skip
    _zip(answered, parts)
    annotate(reviewed(answered), answered, twice)
    notes = _notes(twice)
    assert notes["H3"].startswith("\n答：文件正在报批\n\n【预算审查】")
    assert notes["H3"].count("【预算审查】") == 1
    assert notes["I2"].count("（已改）") == ("询问：上年" in xml)


def _zip(path: Path, parts: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
        for name, data in parts.items():
            copy.writestr(name, data)
    return path


def _changed(book: Path, path: Path, change: Mapping[str, Callable[[str], str]], more: Mapping[str, bytes] | None = None) -> Path:
    parts = _parts(book)
    for name, how in change.items():
        new = how(parts[name].decode())
        assert new.encode() != parts[name]
        parts[name] = new.encode()
    return _zip(path, {**parts, **(more or {})})


def test_several_findings_at_one_cell_share_one_comment(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """One comment lists them all; the colour is that of the gravest; a waived one is said to be waived."""
    report = reviewed(book)
    flagged = {f.rule: f for f in report.findings}
    place = flagged["Z13"].source
    moved = [
        attrs.evolve(flagged["Z13"], severity=br.Severity.YELLOW),
        attrs.evolve(flagged["Z01"], source=place, severity=br.Severity.RED),
        attrs.evolve(flagged["Z08"], waived="国务院已批准"),
    ]
    out = tmp_path / "out.xlsx"
    annotate(_with(report, moved), book, out)
    assert _colours(out) == {"L2": COLOURS["red"], "I2": COLOURS["waived"]}
    notes = _notes(out)
    assert notes["L2"].index("红色（禁止或拦截） Z01") < notes["L2"].index("黄色（须作说明） Z13")
    assert "已豁免 Z08" in notes["I2"]
    assert "豁免理由：国务院已批准" in notes["I2"]


def _with(report: Report, findings: list[Any]) -> Report:
    """The report with other findings."""

    class Listed(Findings):
        def __iter__(self) -> Any:
            return iter(findings)

    return attrs.evolve(report, findings=Listed(report.results))


def test_findings_without_a_cell_are_listed_with_the_reason(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """A finding about the whole submission stands in the sheet, without a link."""
    report = reviewed(book)
    whole = [attrs.evolve(f, source=attrs.evolve(f.source, cell=None, sheet=None)) for f in report.findings]
    out = tmp_path / "out.xlsx"
    assert annotate(_with(report, whole), book, out) == Annotated(out, cells=0, findings=3, unplaced=3, elsewhere=0)
    sheet = _open(out)["预算审查发现"]
    assert sheet["A5"].value == "—"
    assert sheet["J5"].value == "涉及整份预算或一组数据，没有对应的单元格"
    assert sheet["A5"].hyperlink is None


def test_in_merged_cells_the_top_left_one_is_marked(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """A merged range shows its first cell: colour and comment go there, and the list says so."""
    merged = _changed(book, tmp_path / "m.xlsx", {
        "xl/worksheets/sheet2.xml": lambda x: x.replace(
            "<conditionalFormatting", '<mergeCells count="1"><mergeCell ref="L1:L2"/></mergeCells><conditionalFormatting', 1
        ),
    })  # fmt: skip
    report = attrs.evolve(reviewed(book), inputs=reviewed_inputs(reviewed(book), merged))
    out = tmp_path / "out.xlsx"
    annotate(report, merged, out)
    assert "L1" in _colours(out)
    sheet = _open(out)["预算审查发现"]
    assert sheet["J7"].value == "合并单元格，标在 L1"


def reviewed_inputs(report: Report, path: Path) -> Any:
    """The inputs as if this file had been read."""
    import hashlib

    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return tuple(attrs.evolve(i, sha256=digest) for i in report.inputs)


def test_a_prefixed_sheet_without_styles_is_handled(reviewed: Any, tmp_path: Path) -> None:
    """Other programs write ``<x:row>``, rows without cells, no formats: the new elements are written the same way."""
    plain = tmp_path / "plain.xlsx"
    wb = openpyxl.Workbook()
    ws = wb.active
    ws.title = "预算明细"
    ws.append(rich_workbook.HEADERS)
    for row in rich_workbook.ROWS:
        ws.append(row)
    wb.save(plain)
    parts = _parts(plain)
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    sheet = re.sub(r"<(/?)(\w)", r"<\1x:\2", sheet).replace('xmlns="', 'xmlns:x="')
    sheet = re.sub(r'<x:c r="H3"[^>]*/>', "", sheet)
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    del parts["xl/styles.xml"]
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        parts[name] = re.sub(rb"<(?:Override|Relationship)[^>]*styles[^>]*/>", b"", parts[name])
    parts["xl/worksheets/sheet1.xml"] = re.sub(rb' s="\d+"', b"", parts["xl/worksheets/sheet1.xml"])
    book = _zip(tmp_path / "prefixed.xlsx", parts)
    out = tmp_path / "out.xlsx"
    assert annotate(reviewed(book), book, out).cells == 3
    assert set(_colours(out, "预算明细")) == set(FLAGGED)
    assert b'<x:legacyDrawing xmlns:r="' in _parts(out)["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize("after", ["pageMargins", "headerFooter", "drawing", "tableParts", "extLst"])
def test_the_drawing_of_comments_stands_where_the_schema_wants_it(after: str) -> None:
    """``legacyDrawing`` comes after ``drawing`` and before ``tableParts`` and extensions, whatever else there is."""
    from budgetreview.render.annotate.cells import Sheet

    others = [n for n in ORDER if n not in {"legacyDrawing", "sheetData"}]
    kept = others[: others.index(after) + 1]
    body = "".join(f"<{n}/>" if n != "sheetData" else "<sheetData/>" for n in ORDER if n in {*kept, "sheetData"})
    ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = f'<worksheet xmlns="{ns}">{body}</worksheet>'.encode()
    made = Sheet(data, "s").marked({(7, 2): "red"}, lambda *_: 5, "rId9")
    tags = [e.tag.rpartition("}")[2] for e in ET.fromstring(made)]  # noqa: S314 - our own
    assert tags == [n for n in ORDER if n in {*kept, "sheetData", "legacyDrawing"}]
    assert b'<row r="7"><c r="B7" s="5"/></row>' in made


def test_new_cells_stand_in_their_place_in_the_row() -> None:
    """Cells that are missing go between their neighbours, in the row's or column's own format; hints of width go."""
    from budgetreview.render.annotate.cells import Sheet

    data = (
        b'<worksheet><cols><col min="4" max="6" style="8"/></cols><sheetData><row r="2" spans="1:3"><c r="A2"/>'
        b'<c r="C2" s="1" t="s"><v>0</v></c></row><row r="5" s="7" customFormat="1"/></sheetData></worksheet>'
    )
    asked: list[tuple[int, str]] = []

    def coloured(style: int, colour: str) -> int:
        asked.append((style, colour))
        return 100 + style

    cells = {(2, 2): "red", (2, 3): "blue", (2, 4): "red", (3, 1): "red", (5, 9): "red", (9, 1): "red"}
    made = Sheet(data, "s").marked(cells, coloured, None)
    assert made == (
        b'<worksheet><cols><col min="4" max="6" style="8"/></cols><sheetData><row r="2"><c r="A2"/><c r="B2" s="100"/>'
        b'<c r="C2" s="101" t="s"><v>0</v></c><c r="D2" s="108"/></row><row r="3"><c r="A3" s="100"/></row>'
        b'<row r="5" s="7" customFormat="1"><c r="I5" s="107"/></row><row r="9"><c r="A9" s="100"/></row></sheetData></worksheet>'
    )


def test_tags_in_comments_and_cdata_are_no_tags() -> None:
    """What only looks like a cell (in a comment or in CDATA) is left alone."""
    from budgetreview.render.annotate.cells import Sheet

    data = (
        b'<worksheet><!-- <sheetData> --><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[<row r="2"><c r="A2"/>'
        b"</row></sheetData>]]></t></is></c></row></sheetData></worksheet>"
    )
    made = Sheet(data, "s").marked({(2, 1): "red"}, lambda *_: 3, None)
    assert made == data.replace(b"</sheetData></worksheet>", b'<row r="2"><c r="A2" s="3"/></row></sheetData></worksheet>')


def test_hostile_text_stays_text(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """Formulas, escapes of the format, control and direction marks and 100 kB: read back, they are the text shown."""
    texts = ('=cmd|"/c calc"!A1', "_x0041_ & <b>\"'", "总额\u202e000,1\x07\x00\ufffe", "长" * 100_000)
    report = reviewed(book)
    found = list(report.findings)
    hostile = [
        attrs.evolve(found[i % 3], message=br.Text(t, t), question=br.Text(t, t), title=br.Text(t, t))
        for i, t in enumerate(texts)
    ]
    out = tmp_path / "out.xlsx"
    annotate(_with(report, hostile), book, out)
    xml = "".join(_parts(out)[n].decode() for n in ("xl/worksheets/sheet4.xml", "xl/comments1.xml"))
    assert not set("\u202e\x07\x00\ufffe") & set(xml)
    assert "<f>" not in xml
    assert "_x005F_x0041_ &amp; &lt;b&gt;" in xml
    sheet = _open(out)["预算审查发现"]
    shown = [sheet.cell(r, 7) for r in range(5, 9)]
    assert [c.data_type for c in shown] == ["s"] * 4  # openpyxl's word for any text, inline ones too
    assert {c.value.replace("_x005F_", "_")[:9] for c in shown} == {'=cmd|"/c ', "_x0041_ &", "总额[U+202E]"[:9], "长" * 9}
    assert max(len(c.value) for c in shown) <= 32_767
    assert max(map(len, _notes(out).values())) <= 32_767


def test_conversations_are_kept(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """Threaded comments stay byte for byte; the list says where newer Excel shows the conversation alone."""
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    thread = b'<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><threadedComment ref="L2"/></ThreadedComments>'
    talked = _changed(book, tmp_path / "t.xlsx", {
        "xl/worksheets/_rels/sheet2.xml.rels": lambda x: x.replace(
            "</Relationships>",
            f'<Relationship Id="rId99" Type="{kind}" Target="../threadedComments/threadedComment1.xml"/></Relationships>',
        ),
    }, {"xl/threadedComments/threadedComment1.xml": thread})  # fmt: skip
    out = tmp_path / "out.xlsx"
    annotate(reviewed(talked), talked, out)
    assert _parts(out)["xl/threadedComments/threadedComment1.xml"] == thread
    assert _open(out)["预算审查发现"]["J7"].value.startswith("该单元格有对话批注")


def test_a_sheet_of_that_name_is_not_touched(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """Where the bureau has a sheet of the same name, ours gets a number."""
    taken = _changed(book, tmp_path / "t.xlsx", {"xl/workbook.xml": lambda x: x.replace('name="口径"', 'name="预算审查发现"', 1)})
    out = tmp_path / "out.xlsx"
    annotate(reviewed(taken), taken, out)
    assert _open(out).sheetnames[-2:] == ["预算审查发现", "预算审查发现2"]


def test_what_cannot_be_given_back_is_refused(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """Another file, another ending, the input itself, signed, strict: a sentence in both languages, nothing written."""
    report = reviewed(book)
    signed = _changed(book, tmp_path / "signed.xlsx", {"docProps/core.xml": lambda x: x + " "}, {"_xmlsignatures/sig1.xml": b"<Signature/>"})
    strict = _changed(book, tmp_path / "strict.xlsx", {
        "xl/workbook.xml": lambda x: x.replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    })  # fmt: skip
    other = tmp_path / "other.xlsx"
    shutil.copy(book, other)
    with zipfile.ZipFile(other, "a") as archive:
        archive.writestr("more.txt", "x")
    out = tmp_path / "out.xlsx"
    for source, target, why in (
        (other, out, "改动过"), (book, tmp_path / "out.xlsm", "扩展名"), (book, book, "不会覆盖"), (tmp_path / "a.xls", out, "另存为"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=why):
            annotate(report, source, target)
    for path, why in ((signed, "签名"), (strict, "Strict")):
        with pytest.raises(UsageError, match=why):
            annotate(attrs.evolve(report, inputs=reviewed_inputs(report, path)), path, out)
    assert not out.exists()


def test_a_failed_write_leaves_the_old_file(book: Path, reviewed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the file of last time is still there."""
    out = tmp_path / "out.xlsx"
    out.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OutputError, match="原有文件未改动"):
        annotate(reviewed(book), book, out)
    assert out.read_bytes() == b"old"


def test_the_same_review_gives_the_same_bytes(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """No clock and no chance in what is written."""
    one, two = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    annotate(reviewed(book), book, one)
    annotate(reviewed(book), book, two)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.slow
def test_twenty_thousand_flagged_cells(reviewed: Any, tmp_path: Path) -> None:
    """A sheet of 20,000 dear items gets 20,000 comments, and more than one cluster of shape numbers."""
    import xlsxwriter

    book = tmp_path / "large.xlsx"
    wb = xlsxwriter.Workbook(book)
    sheet = wb.add_worksheet("预算明细")
    sheet.write_row(0, 0, rich_workbook.HEADERS)
    for n in range(20_000):
        row = ("430702", 2026, "一般公共预算", "101", "教育局", f"项目{n}", "项目支出", "文件", 1000, 1000, 1000, 100 + n % 7, 99)
        sheet.write_row(n + 1, 0, row)
    wb.close()
    report = reviewed(book)
    out = tmp_path / "out.xlsx"
    started = time.perf_counter()
    assert annotate(report, book, out).cells == 20_000
    assert time.perf_counter() - started < 60  # about 3 s on an idle machine; here only against falling off a cliff
    parts = _parts(out)
    assert parts["xl/comments1.xml"].count(b"<comment ") == 20_000
    shapes = re.findall(rb'id="_x0000_s(\d+)"', parts["xl/drawings/vmlDrawing1.vml"])
    clusters = re.search(rb'idmap v:ext="edit" data="([\d,]+)"', parts["xl/drawings/vmlDrawing1.vml"])
    assert clusters is not None
    assert {int(s) // 1024 for s in shapes} == {int(c) for c in clusters[1].split(b",")}
    assert len(set(shapes)) == 20_000


@pytest.mark.slow
def test_libreoffice_opens_it(book: Path, reviewed: Any, tmp_path: Path) -> None:
    """LibreOffice reads the workbook back with all sheets, comments and colours."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    out = tmp_path / "out.xlsx"
    annotate(reviewed(book), book, out)
    made = tmp_path / "made"
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", str(made), str(out)],
        check=True, capture_output=True, timeout=240, env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    again = made / "out.xlsx"
    assert _open(again).sheetnames == _open(out).sheetnames
    assert set(_notes(again)) == set(_notes(out))
    assert _colours(again) == _colours(out)


def test_real_forms_survive(shared_data: Path, tmp_path: Path, reviewed: Any, book: Path) -> None:
    """A department's form made in WPS: findings put on its sheets change nothing else, and it still opens."""
    for form in sorted((shared_data / "cn_disclosure_templates").glob("*.xlsx")):
        report = reviewed(book)
        titles = _open(form).sheetnames
        found = list(report.findings)
        moved = [
            attrs.evolve(found[i % 3], source=attrs.evolve(found[i % 3].source, sheet=t, cell=f"C{i + 1}"))
            for i, t in enumerate(titles)
        ]
        out = tmp_path / form.name
        done = annotate(attrs.evolve(_with(report, moved), inputs=reviewed_inputs(report, form)), form, out, name="county.xlsx")
        assert done.cells == len(titles)
        old, new = _parts(form), _parts(out)
        assert [n for n in old if "sheet" not in n and old[n] != new[n]] == [
            "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/workbook.xml",
        ]  # fmt: skip
        again = _open(out)
        assert again.sheetnames == [*titles, "预算审查发现"]
        assert sum(c.comment is not None for ws in again for row in ws.iter_rows() for c in row) == len(titles)


ROWS = st.dictionaries(
    st.integers(1, 12), st.tuples(st.sets(st.integers(1, 30), max_size=8), st.booleans()), max_size=8
)  # fmt: skip


@given(rows=ROWS, wanted=st.dictionaries(st.tuples(st.integers(1, 14), st.integers(1, 32)), st.sampled_from(sorted(COLOURS)), min_size=1))
def test_whatever_the_sheet_the_cells_stay_in_order_and_keep_their_values(rows: Any, wanted: Any) -> None:
    """For any sheet and any cells: exactly those get a colour, none is doubled, all stand in order, values stay."""
    from budgetreview.render.annotate.cells import Sheet, address_of

    def xml(number: int, columns: set[int], *, closed: bool) -> str:
        cells = "".join(f'<c r="{address_of((number, c))}" s="{c % 3}"><v>{number * 100 + c}</v></c>' for c in sorted(columns))
        return f'<row r="{number}"/>' if closed and not cells else f'<row r="{number}" spans="1:30">{cells}</row>'

    body = "".join(xml(n, rows[n][0], closed=rows[n][1]) for n in sorted(rows))
    data = f"<worksheet><sheetData>{body}</sheetData></worksheet>" if body else "<worksheet><sheetData/></worksheet>"
    made = Sheet(data.encode(), "s").marked(wanted, lambda style, colour: 10 + style, None)
    root = ET.fromstring(made)  # noqa: S314 - our own
    numbers = [int(r.get("r") or 0) for r in root.iter("row")]
    assert numbers == sorted(set(numbers))
    seen: dict[tuple[int, int], tuple[int, str | None]] = {}
    for row in root.iter("row"):
        columns = [cell_of(c.get("r") or "") for c in row]
        assert columns == sorted(set(columns))  # type: ignore[type-var]
        for c, cell in zip(row, columns, strict=True):
            assert cell is not None
            assert cell[0] == int(row.get("r") or 0)
            seen[cell] = (int(c.get("s") or 0), c.findtext("v"))
    there = {(n, c) for n, (columns, _) in rows.items() for c in columns}
    assert set(seen) == there | set(wanted)
    for cell, (style, value) in seen.items():
        own = cell[1] % 3 if cell in there else 0
        assert style == (10 + own if cell in wanted else own)
        assert value == (str(cell[0] * 100 + cell[1]) if cell in there else None)
