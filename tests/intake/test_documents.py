"""Documents: read by the reader that an installed package brings, and named as needing one where none is there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

import budgetreview as br
from budgetreview.errors import Problem
from budgetreview.intake import read_batch
from budgetreview.readers import Claim

ROWS = {
    "fiscal_year": ["2025", "2025"],
    "document": ["局.pdf", "局.pdf"],
    "agency_name": ["某县教育局", "某县教育局"],
    "check": ["column-total", "column-total"],
    "subject": ["支出总表·合计", "收入总表·合计"],
    "left": ["100.00", "100.00"],
    "right": ["90.00", None],
    "page": ["8", "9"],
    "box": ["10.0 20.5 30.0 40.0", None],
}


def reader(problems: dict[str, Problem] | None = None) -> br.Reader:
    def read(files: Sequence[br.Given], jobs: int) -> list[br.Opened]:
        assert jobs == 1
        bad = problems or {}
        return [br.Opened(problems=(bad[f.name],)) if f.name in bad else br.Opened({"statements": ROWS}) for f in files]

    return br.Reader("stub", br.Text("文件", "documents"), (".pdf",), read)


def pdf(folder: Path, name: str = "局.pdf") -> Path:
    path = folder / name
    path.write_bytes(b"%PDF-1.7 " + name.encode())
    return path


def test_the_rows_of_a_reader_are_tables_of_the_submission_with_their_places(tmp_path: Path) -> None:
    read = br.read(pdf(tmp_path), readers=[reader()])
    table = read.table("statements")
    assert len(table) == 2
    assert [table.money("left").values[0], table.money("right").known.tolist()] == [10000, [True, False]]
    assert table.key("page").texts([0, 1]) == ["8", "9"]


def test_without_the_package_the_problem_names_the_package_to_install(tmp_path: Path) -> None:
    with pytest.raises(br.IntakeError) as refused:
        br.read(pdf(tmp_path))
    (problem,) = refused.value.problems
    assert problem.kind == "needs-reader"
    assert "pip install budgetreview-disclosure" in problem.text.zh
    assert "pip install budgetreview-disclosure" in problem.text.en


def test_a_document_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    broken = Problem("pdf-broken", br.Text("文件损坏", "the file is broken"), "坏.pdf")
    read = read_batch([pdf(tmp_path), pdf(tmp_path, "坏.pdf")], readers=[reader({"坏.pdf": broken})])
    assert len(read.table("statements")) == 2
    assert [p.kind for p in read.problems] == ["pdf-broken"]


def test_documents_beside_tables_in_a_folder_are_their_papers_and_are_passed_over(tmp_path: Path) -> None:
    pdf(tmp_path)
    (tmp_path / "lines.csv").write_text("明细编号,预算数\nA-1,1.00\n", encoding="utf-8")
    read = read_batch([tmp_path], unit="元")
    assert [i.table for i in read.inputs] == ["lines"]
    assert not read.problems


def test_a_folder_of_documents_alone_is_read(tmp_path: Path) -> None:
    pdf(tmp_path)
    assert len(br.read(tmp_path, readers=[reader()]).table("statements")) == 2


def workbook(folder: Path, sheet: str, header: str) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    own = book.worksheets[0]
    own.title = sheet
    own.append([header, "预算数（元）"])
    own.append(["A-1", 1])
    path = folder / "局.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(("sheet", "header", "claim", "read_by_it"), [
    ("预算明细", "明细编号", "no", False),
    ("预算明细", "明细编号", "perhaps", False),  # the core knows the table: it stays a submission
    ("预算明细", "明细编号", "yes", True),
    ("某表", "某列", "perhaps", True),
])  # fmt: skip
def test_a_workbook_is_the_readers_where_it_says_so_surely_or_nothing_else_reads_it(
    tmp_path: Path, sheet: str, header: str, claim: Claim, read_by_it: bool
) -> None:
    one = attrs.evolve(reader(), claims=lambda _: claim)
    read = br.read(workbook(tmp_path, sheet, header), readers=[one])
    assert (len(read.table("statements")) > 0) == read_by_it
    assert (len(read.table("lines")) > 0) != read_by_it


def test_a_workbook_that_nobody_knows_keeps_its_problem(tmp_path: Path) -> None:
    one = attrs.evolve(reader(), claims=lambda _: "no")
    with pytest.raises(br.IntakeError) as refused:
        br.read(workbook(tmp_path, "某表", "某列"), readers=[one])
    assert [p.kind for p in refused.value.problems] == ["no-table"]
