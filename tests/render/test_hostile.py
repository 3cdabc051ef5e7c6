"""One hostile budget in every format: it is written, can be opened again, hides nothing and runs nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import attrs
import docx
import openpyxl
import polars as pl
import pytest

from budgetreview.report import Report

from .sample import EVERYTHING, HOSTILE, sample

Rendered = Callable[..., bytes]
BROKEN = ("甲\x00乙", "半个\ud800字", "\udcd4\udca4=1+1", "\ufffe\uffff", "+1", "-2+3", "@SUM(A1)", "＝1+1", "\t=1+1", "'=1+1")
"""NUL, halves of characters (a GBK file name on another system), noncharacters, and what a spreadsheet would run."""
HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.fixture(scope="module")
def evil() -> Report:
    report = sample(names=[n for n in (*HOSTILE, *BROKEN) for _ in range(4)], codes=EVERYTHING)
    name = "\udcd4\udca4=预算\u202e<b>.xlsx"
    return attrs.evolve(report, inputs=tuple(attrs.evolve(i, name=name) for i in report.inputs))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["text", "html", "markdown"])
def test_what_people_read_has_no_hidden_character(evil: Report, rendered: Rendered, name: str, lang: str) -> None:
    """Controls, direction marks and halves of characters are written out, in valid UTF-8."""
    assert not HIDDEN.search(rendered(evil, name, lang=lang).decode())


@pytest.mark.parametrize("name", ["json", "jsonl", "sarif"])
def test_programs_get_valid_json(evil: Report, rendered: Rendered, name: str) -> None:
    """Valid UTF-8 and valid JSON without half characters; a NUL travels as its escape."""
    text = rendered(evil, name).decode()
    assert "\x00" not in text
    assert r"甲\u0000乙" in text
    for line in text.splitlines() if name == "jsonl" else [text]:
        json.loads(line)
        assert not re.search(r"\\u[dD][89a-fA-F]", line)


def test_no_cell_of_csv_is_a_formula(evil: Report, rendered: Rendered) -> None:
    """Every cell of findings and coverage begins with something that no spreadsheet runs."""
    for suffix in ("", ".coverage"):
        rows = csv.reader(io.StringIO(rendered(evil, "csv", suffix=suffix).decode("utf-8-sig"), newline=""))
        for cell in (c for row in rows for c in row):
            assert not re.match(r"[=+@\t\r＝＋－＠]|-(?![\d.]+$)", cell), cell


def test_no_cell_of_the_workbook_is_a_formula_or_an_outside_link(evil: Report, rendered: Rendered) -> None:
    """All texts are texts, within Excel's length, and nothing hidden is in them."""
    book = openpyxl.load_workbook(io.BytesIO(rendered(evil, "xlsx")))
    for cell in (c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None):
        assert cell.data_type != "f"
        assert cell.hyperlink is None or cell.hyperlink.target is None
        if isinstance(cell.value, str):
            assert len(cell.value) <= 32_767
            assert not HIDDEN.search(cell.value)


def test_the_document_opens(evil: Report, rendered: Rendered) -> None:
    """Word's own library reads it, and nothing hidden is in its paragraphs."""
    document = docx.Document(io.BytesIO(rendered(evil, "docx")))
    paragraphs = [p.text for p in document.paragraphs]
    paragraphs += [c.text for t in document.tables for row in t.rows for c in row.cells]
    assert not HIDDEN.search("".join(paragraphs))
    assert not any("长" * 1_000 in p for p in paragraphs)


def test_parquet_opens(evil: Report, rendered: Rendered) -> None:
    """As many rows as findings."""
    assert pl.read_parquet(io.BytesIO(rendered(evil, "parquet"))).height == len(evil.findings)


@pytest.mark.parametrize("name", ["text", "html", "markdown"])
def test_a_cell_of_a_hundred_kilobytes_does_not_swell_a_report(evil: Report, rendered: Rendered, name: str) -> None:
    """Long texts are cut for people and say how long they were; programs get them whole."""
    assert "长" * 1_000 not in rendered(evil, name).decode()
