"""``--annotate``: the workbooks back, to one file or into a folder, checked before any work is done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from budgetreview import render
from budgetreview.cli import language
from budgetreview.cli.output.destination import refuse_inputs, writable
from budgetreview.cli.review import papers
from budgetreview.errors import Text, UsageError

if TYPE_CHECKING:
    from budgetreview.render.annotate import Annotated
    from budgetreview.report import Report

_ENDINGS: Final = (".xlsx", ".xlsm")
_OLDER: Final = (".xls", ".ods")
_BESIDE: Final = "budgetreview-findings.xlsx"
_TWIN: Final = re.compile(r"(\.xls[xm])#(\d+)$", re.IGNORECASE)
"""The second input of one name is called ``a.xlsx#2``; its file is ``a-2.xlsx``."""


@attrs.frozen
class Return:
    """Where the reviewed workbooks go with their findings: a file for one, a folder for several."""

    path: Path
    paths: tuple[Path, ...]
    taken: tuple[Path, ...]
    unit: str = "元"

    @classmethod
    def of(cls, path: Path, paths: tuple[Path, ...], taken: Sequence[Path], unit: str = "元") -> Return:
        """The place, refused before any work is done if it cannot be.

        Args:
            path: What ``--annotate`` names.
            paths: The inputs.
            taken: Everything that must not be written over.
            unit: Of money in the new sheets.

        Raises:
            UsageError: The name fits no workbook, or is an input.
            OutputError: It certainly cannot be written.
        """
        found = cls(path, paths, tuple(taken), unit)
        if path.is_dir():
            return found
        ending = path.suffix.lower()
        if ending in papers.ENDINGS and any(p.is_dir() or p.suffix.lower() == ending for p in paths):
            refuse_inputs("--annotate", path, list(taken))
            writable(path)
            return found
        if ending not in _ENDINGS:
            raise UsageError(Text(
                f"--annotate {path}：应为 .xlsx、.xlsm 文件（PDF 为 .pdf），或一个已有的文件夹（有几个输入时）",
                f"--annotate {path}: an .xlsx or .xlsm file is expected (.pdf for a PDF), or (for several) a folder",
            ))  # fmt: skip
        books = [p for p in paths if p.suffix.lower() in (*_ENDINGS, *_OLDER)]
        if len(books) > 1:
            raise UsageError(Text(
                f"有 {len(books)} 个工作簿，--annotate 应为一个已有的文件夹，每个工作簿以原名写入",
                f"there are {len(books)} workbooks: --annotate must name a folder that exists; each keeps its name",
            ))  # fmt: skip
        _same_ending(path, books)
        refuse_inputs("--annotate", path, list(taken))
        writable(path)
        return found

    def deliver(self, report: Report, readers: Sequence[object] = ()) -> None:
        """Write the workbooks; what cannot be given back is said, and refused at the end.

        Args:
            report: The review.
            readers: Of the installed packages; they put notes into copies of documents.

        Raises:
            UsageError: A workbook could not be annotated; the others were.
            OutputError: A file could not be written.
        """
        from budgetreview.intake.files import find

        every = [f for f in find(self.paths) if not f.problems]
        given_back = papers.deliver(report, every, readers, self.path, self.taken)
        books = [f for f in every if f.kind == "workbook"]
        if given_back and not books:
            return
        names = {i.name for i in report.inputs if not i.problems and i.table}
        unread = [f.name for f in books if f.name not in names]
        books = [f for f in books if f.name in names]
        for name in unread:
            language.tell(f"{name} 没有读入的表，未生成批注工作簿", f"{name}: no table of it was read; not annotated")
        newer = [f for f in books if f.path.suffix.lower() in _ENDINGS]
        older = [f for f in books if f not in newer]
        if not books:
            if unread:
                return
            raise UsageError(Text(
                "--annotate 需要工作簿（.xlsx、.xlsm）；输入中没有，可用 --format xlsx --output 生成发现工作簿",
                "--annotate needs a workbook (.xlsx, .xlsm); the inputs have none: --format xlsx writes the findings",
            ))  # fmt: skip
        folder = self.path.is_dir()
        if not folder and len(books) > 1:
            raise UsageError(Text(
                f"读入了 {len(books)} 个工作簿，--annotate 应为一个已有的文件夹",
                f"{len(books)} workbooks were read: --annotate must name a folder that exists",
            ))  # fmt: skip
        refused: list[UsageError] = []
        for f in newer:
            out = self.path / _TWIN.sub(r"-\2\1", f.name) if folder else self.path
            try:
                self._one(report, f.path, out, f.name)
            except UsageError as error:
                refused.append(error)
        if older:
            self._older(report, [f.name for f in older], self.path / _BESIDE if folder else self.path)
        for one in refused[:-1]:
            language.tell(one.text.zh, one.text.en)
        if refused:
            raise refused[-1]

    def _one(self, report: Report, source: Path, out: Path, name: str) -> None:
        from budgetreview.render.annotate import annotate

        _same_ending(out, [source])
        refuse_inputs("--annotate", out, list(self.taken))
        if out.parent != self.path:
            out.parent.mkdir(parents=True, exist_ok=True)
        _tell(annotate(report, source, out, lang=language.of_reports(), unit=self.unit, name=name))

    def _older(self, report: Report, names: list[str], out: Path) -> None:
        """``.xls`` and ``.ods``: the findings in a workbook of their own."""
        refuse_inputs("--annotate", out, list(self.taken))
        render.write(report, out, "xlsx", language.of_reports(), self.unit)
        zh, en = "、".join(names), ", ".join(names)
        language.tell(
            f"{zh} 不是 .xlsx，不能原样加批注；发现另写入 {out}，原文件未改动。要在原表上批注，请先另存为 .xlsx 再审查",
            f"{en}: no .xlsx, so comments cannot be put into it; the findings are in {out} beside it. To have them at "
            "the cells, save it as .xlsx and review that",
        )


def _same_ending(out: Path, books: Sequence[Path]) -> None:
    for book in books:
        ending = book.suffix.lower()
        wanted = ending if ending in _ENDINGS else ".xlsx"
        if out.suffix.lower() != wanted:
            raise UsageError(Text(
                f"--annotate {out}：扩展名应为 {wanted}（原工作簿 {book.name}），否则 Excel 打不开",
                f"--annotate {out}: the ending must be {wanted} (as of {book.name}), else Excel does not open it",
            ))  # fmt: skip


def _tell(done: Annotated) -> None:
    zh = f"已写入 {done.path}：{done.cells} 个单元格有颜色和批注，发现页 {done.findings} 项"
    en = f"written: {done.path}: {done.cells} cells with colour and comment, {done.findings} findings in its new sheet"
    if done.unplaced:
        zh += f"，其中 {done.unplaced} 项没有对应的单元格"
        en += f", {done.unplaced} of them without a cell"
    if done.elsewhere:
        zh += f"；另有 {done.elsewhere} 项属于其他输入，见报告"
        en += f"; {done.elsewhere} findings of other inputs are in the report alone"
    language.tell(zh, en)
