"""``--annotate`` for documents: a copy of each with notes, made by the package that reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from budgetreview.cli import language
from budgetreview.cli.output.destination import refuse_inputs, writable
from budgetreview.errors import Text, UsageError
from budgetreview.readers import Note, Reader

if TYPE_CHECKING:
    from budgetreview.intake.files import Found
    from budgetreview.report import Report

ENDINGS: Final = (".pdf",)
"""Documents that notes can be put into."""


def deliver(
    report: Report, found: Sequence[Found], readers: Sequence[Any], path: Path, taken: Sequence[Path]
) -> bool:
    """Write the copies.

    Args:
        report: The review.
        found: All inputs.
        readers: Of the installed packages.
        path: A file for one document, an existing folder for several.
        taken: Everything that must not be written over.

    Returns:
        Whether there was a document to write a copy of.

    Raises:
        UsageError: Several documents and one file, or a copy would replace an input.
        OutputError: A copy cannot be written.
    """
    names = {i.name for i in report.inputs if not i.problems and i.table}
    papers = [f for f in found if f.path.suffix.lower() in ENDINGS and f.name in names]
    folder = path.is_dir()
    if not papers or (not folder and path.suffix.lower() not in ENDINGS):
        return False
    if not folder and len(papers) > 1:
        raise UsageError(Text(
            f"读入了 {len(papers)} 个文件，--annotate 应为一个已有的文件夹",
            f"{len(papers)} documents were read: --annotate must name a folder that exists",
        ))  # fmt: skip
    for f in papers:
        reader = next(
            (r for r in readers if isinstance(r, Reader) and f.path.suffix.lower() in r.suffixes), None
        )
        if reader is None or reader.annotate is None:
            continue
        out = path / f.name.replace("#", "-") if folder else path
        refuse_inputs("--annotate", out, [*taken, f.path])
        out.parent.mkdir(parents=True, exist_ok=True)
        writable(out)
        notes = _notes(report, f.name)
        reader.annotate(f.path, notes, out)
        language.tell(
            f"已写入 {out}：{len(notes)} 条批注，原文件未改动",
            f"written: {out}: {len(notes)} notes; the document is unchanged",
        )
    return True


def _notes(report: Report, name: str) -> list[Note]:
    lang = language.of_reports()
    return [
        Note(
            f.source.page,
            f.source.box,
            f.severity.value,
            f"{f.rule} {f.title[lang]}\n{f.message[lang]}\n{f.question[lang]}",
        )
        for f in report.findings
        if f.source.name == name and f.source.page is not None and f.waived is None
    ]
