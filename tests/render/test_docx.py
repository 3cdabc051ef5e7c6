"""The opinion as a Word document: styles an office can edit, the same bytes, nothing that breaks it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from .sample import EVERYTHING, hostile, sample

Rendered = Callable[..., bytes]


def opened(raw: bytes) -> Any:
    return docx.Document(io.BytesIO(raw))


def test_the_document_has_real_headings_and_page(rendered: Rendered) -> None:
    """Title and headings are Word's own styles with Chinese fonts; A4 with the margins of official documents."""
    document = opened(rendered(sample(), "docx"))
    assert document.paragraphs[0].style.name == "Title"
    assert document.paragraphs[0].text == "关于武陵区2026年预算草案初步方案的初步审查意见"
    styles = {p.style.name for p in document.paragraphs}
    assert {"Title", "Subtitle", "Heading 1", "Heading 2", "Normal", "Opinion Note"} <= styles
    fonts = {n: document.styles[n].element.rPr.rFonts.get(qn("w:eastAsia")) for n in ("Title", "Heading 1", "Heading 2", "Normal")}
    assert fonts == {"Title": "方正小标宋简体", "Heading 1": "黑体", "Heading 2": "楷体_GB2312", "Normal": "仿宋_GB2312"}
    first, *annexes = document.sections
    page = (first.page_width, first.page_height, first.top_margin, first.left_margin)
    assert page == pytest.approx((Mm(210), Mm(297), Mm(37), Mm(28)), abs=Mm(0.1))
    assert [s.page_width > s.page_height for s in annexes] == [True, True]


def test_headers_of_tables_repeat_and_pages_are_numbered(rendered: Rendered) -> None:
    """Each table's first row is a header row, no row breaks over pages, each section counts its pages."""
    document = opened(rendered(sample(codes=EVERYTHING), "docx"))
    assert len(document.tables) > 4
    for table in document.tables:
        first, *rest = table._tbl.tr_lst
        assert first.trPr.find(qn("w:tblHeader")) is not None
        assert all(r.trPr.find(qn("w:tblHeader")) is None and r.trPr.find(qn("w:cantSplit")) is not None for r in rest)
    assert all("PAGE" in s.footer._element.xml for s in document.sections)


def test_the_same_report_gives_the_same_bytes(rendered: Rendered) -> None:
    """Nothing of the clock or the computer is in the package."""
    first = rendered(sample(), "docx")
    assert first == rendered(sample(), "docx")
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {i.date_time for i in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = opened(first).core_properties
    assert core.created.isoformat() == "2026-01-10T00:00:00+00:00" or core.created.isoformat() == "2026-01-10T00:00:00"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_names_do_not_break_the_document(rendered: Rendered, lang: str) -> None:
    """Control characters, direction marks, tags and 100 kB names: it opens, and shows them as text."""
    document = opened(rendered(hostile(), "docx", lang=lang))
    cells = "".join(t.text or "" for table in document.tables for t in table._tbl.iter(qn("w:t")))
    assert "<script>alert(1)</script>" in cells
    assert "[U+202E]" in cells
    assert "\x1b" not in cells
    assert not any("hyperlink" in rel.reltype for rel in document.part.rels.values())


def test_what_xml_cannot_hold_is_written_out(rendered: Rendered) -> None:
    """Half a surrogate pair and non-characters."""
    raw = rendered(sample(names=["戊", "甲\ufffe乙", "丙\ud800丁", "己"]), "docx")
    text = "".join(t.text or "" for table in opened(raw).tables for t in table._tbl.iter(qn("w:t")))
    assert "甲[U+FFFE]乙" in text
    assert "丙[U+D800]丁" in text
