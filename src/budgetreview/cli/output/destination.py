"""Where a report goes: to the terminal, to a pipe or to a file that is no input and can be written."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import attrs
import click

from budgetreview import render
from budgetreview.cli import language
from budgetreview.cli.progress import Bar
from budgetreview.errors import OutputError, Text, UsageError
from budgetreview.report import Report

_READ_IN_FOLDERS: Final = frozenset({".csv", ".tsv", ".txt", ".parquet", ".json", ".xlsx", ".xlsm", ".xls",
                                      ".ods"})  # fmt: skip
"""Endings that a folder's reader may take for a table; a report with one of them would be read next time."""


@attrs.frozen
class Destination:
    """A format, and a file or the standard output."""

    format: str
    path: Path | None
    unit: str = "元"

    @classmethod
    def of(
        cls, format: str | None, path: Path | None, inputs: Iterable[Path], unit: str = "元"  # noqa: A002
    ) -> Destination:
        """The destination, refused before any work is done if it cannot be.

        Raises:
            UsageError: The format is not known, needs a file, or the file is an input.
            OutputError: The file's folder is not there or cannot be written to.
        """
        chosen = format or (render.format_of(path) if path is not None else "text")
        suffixes = render.writers(chosen)
        if path is None:
            if chosen in render.BINARY:
                raise UsageError(Text(f"{chosen} 格式须用 --output 指定文件", f"the format {chosen} needs --output"))
            return cls(chosen, None, unit)
        for suffix in suffixes:
            target = path.with_name(f"{path.stem}{suffix}{path.suffix}") if suffix else path
            refuse_inputs("--output", target, list(inputs))
            writable(target)
        return cls(chosen, path, unit)

    def deliver(self, report: Report, *, verbose: bool) -> None:
        """Write or print the report; where a file cannot be written the text is printed, so that nothing is lost.

        Raises:
            OutputError: The file could not be written.
        """
        lang = language.of_reports()
        if self.path is not None:
            try:
                with Bar() as bar:
                    bar.step(language.say_both("写报告", "writing"))
                    written = render.write(report, self.path, self.format, lang, self.unit)
            except OutputError:
                self._print_text(report, lang, verbose=verbose)
                raise
            for one in written:
                language.tell(f"已写入 {one}", f"written: {one}")
        elif self.format == "text":
            self._print_text(report, lang, verbose=verbose)
        else:
            sys.stdout.flush()
            out = sys.stdout.buffer
            write: render.Writer = render.writers(self.format, lang, self.unit)[""]
            write(report, out)
            out.flush()

    def _print_text(self, report: Report, lang: str, *, verbose: bool) -> None:
        terminal = sys.stdout.isatty()
        width = shutil.get_terminal_size().columns if terminal else 100
        color = terminal and "NO_COLOR" not in os.environ
        with Bar() as bar:
            bar.step(language.say_both("写报告", "writing"))
            text = render.text(report, lang, unit=self.unit, verbose=verbose, width=width, color=color)
        click.echo(text, nl=False, color=color)


def refuse_inputs(option: str, target: Path, inputs: list[Path]) -> None:
    """Refuse a file that is an input, or would be read as one the next time.

    Raises:
        UsageError: naming the input.
    """
    for one in inputs:
        if _same(target, one) or (one.is_dir() and _inside(target, one) and target.suffix.lower() in _READ_IN_FOLDERS):
            raise UsageError(Text(
                f"{option} {target} 会覆盖或混入输入 {one}；请写到别处",
                f"{option} {target} would overwrite or join the input {one}; write somewhere else",
            ))  # fmt: skip


def writable(target: Path) -> None:
    """Refuse a file that certainly cannot be written.

    Raises:
        OutputError: saying why.
    """
    folder = target.parent
    if target.is_dir():
        raise OutputError(
            language.say_both(f"{target} 是文件夹，应为文件", f"{target} is a folder; a file is expected")
        )
    if not folder.is_dir():
        raise OutputError(
            language.say_both(f"文件夹 {folder} 不存在，请先建立", f"the folder {folder} does not exist; make it first")
        )
    if not os.access(folder, os.W_OK) or (target.exists() and not os.access(target, os.W_OK)):
        raise OutputError(language.say_both(f"没有写入 {target} 的权限", f"no right to write {target}"))


def _same(a: Path, b: Path) -> bool:
    if a.exists() and b.exists():
        return a.samefile(b)
    return os.path.normcase(a.resolve()) == os.path.normcase(b.resolve())


def _inside(a: Path, folder: Path) -> bool:
    return folder.resolve() in a.resolve().parents
