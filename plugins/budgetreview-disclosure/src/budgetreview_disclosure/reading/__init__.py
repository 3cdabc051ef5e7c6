"""Reads published documents (PDF, Word, workbook), each into a :class:`~budgetreview_disclosure.document.Document`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from budgetreview import IntakeError, Problem, Text
from budgetreview_disclosure.reading.guard import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from budgetreview_disclosure.document import Document

__all__ = ["SUFFIXES", "Limits", "read_document", "read_documents"]

SUFFIXES: Final = (".pdf", ".docx", ".xlsx", ".xlsm", ".xls")
"""What :func:`read_document` reads."""


def read_document(path: str | PathLike[str], *, limits: Limits | None = None) -> Document:
    """Reads one document; what it is, is told by its first bytes, not by its name.

    Args:
        path: The file.
        limits: What reading a PDF may cost; None: the usual limits.

    Returns:
        The document; what of it could not be read is in its ``unread``.

    Raises:
        IntakeError: The file as a whole cannot be read: missing, of another format, encrypted, broken, scanned, or past
            a limit.
    """
    file = Path(path)
    try:
        with file.open("rb") as handle:
            head = handle.read(1024)
    except OSError as exc:
        text = Text(f"文件打不开：{exc.strerror}", f"The file cannot be opened: {exc.strerror}")
        raise IntakeError([Problem("file-unreadable", text, file.name)]) from exc
    kind = _kind(file, head)
    if kind == "pdf":
        from budgetreview_disclosure.reading.guard import read_guarded

        return read_guarded(file, file.name, limits or Limits())
    if kind == "word":
        from budgetreview_disclosure.reading.word import read_word

        return read_word(file)
    if kind == "sheets":
        from budgetreview_disclosure.reading.sheets import read_sheets

        return read_sheets(file)
    text = Text(
        f"不是能读的格式：应为 PDF、Word（.docx）或工作簿（.xlsx、.xls）。{_old_word(head)[0]}",
        f"Not a format that can be read; PDF, Word (.docx) or a workbook is expected. {_old_word(head)[1]}".strip(),
    )
    raise IntakeError([Problem("format-unknown", text, file.name)])


def read_documents(
    paths: Sequence[str | PathLike[str]], *, jobs: int = 1, limits: Limits | None = None
) -> tuple[Document | IntakeError, ...]:
    """Reads several documents, ``jobs`` at a time, each PDF in a process of its own.

    Args:
        paths: The files.
        jobs: How many at a time.
        limits: What reading one PDF may cost.

    Returns:
        In the order given: the document, or the error that says why it could not be read.
    """

    def one(path: str | PathLike[str]) -> Document | IntakeError:
        try:
            return read_document(path, limits=limits)
        except IntakeError as exc:
            return exc

    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        return tuple(pool.map(one, paths))


def _kind(file: Path, head: bytes) -> str | None:
    if b"%PDF-" in head or (file.suffix.lower() == ".pdf" and not head.startswith(b"PK")):
        return "pdf"
    if head.startswith(b"PK"):
        return {".docx": "word", ".xlsx": "sheets", ".xlsm": "sheets"}.get(file.suffix.lower()) or _inside(file)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "sheets" if file.suffix.lower() != ".doc" else None
    return None


def _inside(file: Path) -> str | None:
    import zipfile

    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return None
    return "word" if "word/document.xml" in names else "sheets" if "xl/workbook.xml" in names else None


def _old_word(head: bytes) -> tuple[str, str]:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "旧版 Word（.doc）请另存为 .docx。", "Save an old Word file (.doc) as .docx."
    return "", ""
