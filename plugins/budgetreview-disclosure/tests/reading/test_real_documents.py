"""The 22 published PDFs of five departments of Jiangsu, against what was extracted from them by other means."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest
from budgetreview_disclosure.amounts import read_number
from budgetreview_disclosure.document import Document
from budgetreview_disclosure.reading import read_documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FOLDER = "cn_jiangsu_dept_budgets"
WAN = 1_000_000
FORMS = {
    "balance", "revenue", "expenditure", "grant_balance", "grant_spending", "grant_basic", "general_spending",
    "general_basic", "operating", "official", "fund_spending", "procurement",
}  # fmt: skip
# Where the two differ, somebody looked at the page: docs/reading.md says what is printed.
MORE_THAN_EXTRACTED = {"js_court_2017": 3, "js_court_2018": 5, "js_court_2019": 1, "js_proc_2019": 3}
LESS_THAN_EXTRACTED = {"js_npc_2017": 2, "js_proc_2018": 1}
LINES_EXTRACTED_TWICE = {"js_npc_2017": 24}


@cache
def _read(folder: Path) -> Mapping[str, Document]:
    paths = sorted((folder / "pdf").glob("*.pdf"))
    found = {p.stem: d for p, d in zip(paths, read_documents(paths, jobs=2), strict=True)}
    return {name: d for name, d in found.items() if isinstance(d, Document)}


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    found = shared_data / FOLDER
    if not found.is_dir():
        pytest.skip(f"{FOLDER} is not among the real data")
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def _fen(text: str) -> int | None:
    number = read_number(text.replace("\n", ""))
    return None if number is None else number.fen(WAN)


def test_all_22_are_read_and_every_form_of_the_tables_is_found(folder: Path) -> None:
    documents = _read(folder)
    assert len(documents) == 22
    with_tables = {n: d for n, d in documents.items() if not n.endswith("_text")}
    assert {n: {t.kind for t in d.tables} for n, d in with_tables.items()} == dict.fromkeys(with_tables, FORMS)
    assert all(not t.doubts for d in documents.values() for t in d.tables)
    assert all(d.unread == () for d in documents.values())


def test_department_year_and_stage_are_those_of_the_list(folder: Path) -> None:
    listed = {r["doc_id"]: r for r in _rows(folder / "documents.csv")}
    for name, document in _read(folder).items():
        assert document.year == int(listed[name]["year"])
        assert document.stage == "budget"
        assert document.pages == int(listed[name]["pages"])
        assert document.department is not None
        assert document.department.endswith(("办公厅", "法院", "检察院"))


def test_every_value_extracted_before_is_read_and_none_besides(folder: Path) -> None:
    extracted: dict[str, Counter[int]] = {}
    for row in _rows(folder / "tables_long.csv"):
        values = extracted.setdefault(row["doc_id"], Counter())
        for name, text in row.items():
            amount = _fen(text) if re.fullmatch(r"c\d+", name) and text else None
            if amount is not None and not re.fullmatch(r"\d{3}(?:\d\d){0,2}", text.strip()):
                values[amount] += 1
    more: dict[str, int] = {}
    less: dict[str, int] = {}
    for name, document in _read(folder).items():
        cells = (c for t in document.tables for p in t.panels for r in p.rows for c in r.cells)
        read = Counter(c.fen for c in cells if c.fen is not None)
        known = extracted.get(name, Counter())
        more[name], less[name] = (read - known).total(), (known - read).total()
    assert {n: k for n, k in more.items() if k} == MORE_THAN_EXTRACTED
    assert {n: k for n, k in less.items() if k} == LESS_THAN_EXTRACTED


def test_every_coded_line_extracted_before_is_read_with_its_code_name_and_amount(folder: Path) -> None:
    missing: Counter[str] = Counter()
    compared = 0
    read = {
        name: Counter((r.code, r.label, c.fen) for t in d.tables for p in t.panels for r in p.rows for c in r.cells)
        for name, d in _read(folder).items()
    }
    for row in _rows(folder / "line_items.csv"):
        for k in range(1, 6):
            if not row[f"amount_{k}"]:
                continue
            key = (row["code"] or None, re.sub(r"\s", "", row["name"]), _fen(row[f"amount_{k}"]))
            compared += 1
            if read[row["doc_id"]][key]:
                read[row["doc_id"]][key] -= 1
            else:
                missing[row["doc_id"]] += 1
    assert compared == 1646
    assert dict(missing) == LINES_EXTRACTED_TWICE


def test_every_amount_has_a_page_and_a_box_on_it(folder: Path) -> None:
    for document in _read(folder).values():
        for cell in (
            c for t in document.tables for p in t.panels for r in p.rows for c in r.cells if c.fen is not None
        ):
            assert cell.place.page is not None
            assert document.pages is not None
            assert 1 <= cell.place.page <= document.pages
            assert cell.place.box is not None
            assert cell.place.box[0] < cell.place.box[2]
            assert cell.place.box[1] < cell.place.box[3]
