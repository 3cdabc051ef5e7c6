"""Published budgets and final accounts of departments, read from PDF or Word and checked.

    budgetreview check 某局2025年部门预算.pdf 某局2024年部门决算.pdf --format html --output 核对.html

    from budgetreview_disclosure import read_document, examine
    document = read_document("某局2025年部门预算.pdf")
    [c.statement for c in examine([document]) if c.statement.faulty]

The reader is handed to the core by the hook ``budgetreview_readers``; what each check says is a rule ``D…``.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import budgetreview as br
from budgetreview import Given, Note, Opened, Reader

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from budgetreview.readers import Claim
    from budgetreview_disclosure.checks import Checked, Statement, examine
    from budgetreview_disclosure.document import Document
    from budgetreview_disclosure.reading import read_document, read_documents

__all__ = ["PACK", "Checked", "Document", "Statement", "examine", "read_document", "read_documents"]

PACK = "disclosure"
_HOME = {
    "Checked": "checks", "Statement": "checks", "examine": "checks", "Document": "document", "read_document": "reading",
    "read_documents": "reading",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


@br.hookimpl
def budgetreview_about() -> br.About:
    """What departments of the whole country publish, in the forms of any region."""
    return br.About(
        title=br.Text("部门预算、决算公开文件", "Published budgets and final accounts of departments"),
        layer="national",
        engine=">=0.1",
        summary=br.Text(
            "读取部门公开的预算、决算文件，核对表内、表间、文字与表、本年与上年是否一致，每项发现指到页和位置。",
            "Reads published budgets and final accounts and checks tables, text and years against each other; "
            "every finding points at a page and a box.",
        ),
    )


@br.hookimpl
def budgetreview_rules() -> Iterable[br.Rule]:
    """One rule a check."""
    from budgetreview_disclosure.rules import book  # reading a file needs no rules

    return book.rules


def _read(files: Sequence[Given], jobs: int) -> Sequence[Opened]:
    from budgetreview_disclosure.opening import read  # the PDF library is loaded with the first document

    return read(files, jobs)


def _claims(path: Path) -> Claim:
    from budgetreview_disclosure.reading.sheets import claimed

    return claimed(path)


def _annotate(path: Path, notes: Sequence[Note], copy: Path) -> None:
    from budgetreview_disclosure.opening import annotate

    annotate(path, notes, copy)


@br.hookimpl
def budgetreview_readers() -> Iterable[Reader]:
    """The reader of PDF and Word, and of workbooks in the forms of publication."""
    title = br.Text("部门公开的预算、决算文件", "published budgets and final accounts of departments")
    return [Reader("disclosure", title, (".pdf", ".docx"), _read, _annotate, _claims)]
