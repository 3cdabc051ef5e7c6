"""Reports for people and programs: one report, many formats, the same bytes for the same report."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from budgetreview.errors import OutputError, Text, UsageError
from budgetreview.money import FEN

if TYPE_CHECKING:
    from budgetreview.report import Report

Writer = Callable[["Report", IO[bytes]], None]
"""Writes one file of a report."""

FORMATS: Final = ("text", "json", "jsonl", "csv", "parquet", "xlsx", "html", "sarif", "docx", "markdown")
BINARY: Final = frozenset({"parquet", "xlsx", "docx"})
"""Formats that cannot be printed on a terminal."""

ENDINGS: Final[Mapping[str, str]] = {
    ".txt": "text", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet",
    ".xlsx": "xlsx", ".html": "html", ".htm": "html", ".sarif": "sarif", ".docx": "docx", ".md": "markdown",
    ".markdown": "markdown",
}  # fmt: skip
LANGUAGES: Final = ("zh", "en")


def write(
    report: Report,
    path: str | os.PathLike[str],
    format: str | None = None,  # noqa: A002 - CONTRACT's name
    lang: str = "zh",
    unit: str = "元",
) -> tuple[Path, ...]:
    """Write a report to a file.

    Args:
        report: From ``review``.
        path: The file. ``csv`` and ``parquet`` also write ``STEM.coverage.EXT`` beside it.
        format: One of :data:`FORMATS`; by default read off the ending.
        lang: ``zh`` or ``en``, for formats that people read.
        unit: The unit of money shown to people (元 千元 万元 百万元 亿元); formats for programs always use 元.

    Returns:
        The files written.

    Raises:
        UsageError: The ending or an option is not known.
        OutputError: A file could not be written; what was there before is untouched.
    """
    target = Path(path)
    parts = writers(format or format_of(target), lang, unit)
    named = {_beside(target, suffix): writer for suffix, writer in parts.items()}
    from budgetreview.render import files

    return files.save({p: _bound(writer, report) for p, writer in named.items()})


def _bound(writer: Writer, report: Report) -> Callable[[IO[bytes]], None]:
    return lambda out: writer(report, out)


def format_of(path: Path) -> str:
    """The format that a file's ending names.

    Raises:
        UsageError: It names none.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        known = " ".join(ENDINGS)
        raise UsageError(Text(
            f"无法从文件名 {path.name} 判断格式；可用的扩展名：{known}，或用 --format 指定",
            f"the ending of {path.name} names no format; known: {known}, or name one with --format",
        ))  # fmt: skip
    return ENDINGS[ending]


def writers(format: str, lang: str = "zh", unit: str = "元") -> Mapping[str, Writer]:  # noqa: A002
    """The files that a format consists of: what to put before the ending (``""``, ``".coverage"``), and its writer.

    Raises:
        UsageError: The format, language or unit is not known.
    """
    checked(lang, unit)
    # Each branch loads only the libraries of its own format.
    if format in {"json", "jsonl"}:
        from budgetreview.render.records import json

        return {"": json.json_document if format == "json" else json.json_lines}
    if format in {"csv", "parquet"}:
        from budgetreview.render.records import delimited

        if format == "csv":
            return {"": delimited.csv_findings, ".coverage": delimited.csv_coverage}
        return {"": delimited.parquet_findings, ".coverage": delimited.parquet_coverage}
    if format == "xlsx":
        from budgetreview.render import workbook

        return {"": lambda report, out: workbook.xlsx(report, out, lang, unit)}
    if format == "html":
        from budgetreview.render.page import html

        return {"": lambda report, out: _utf8(out, html.html(report, lang, unit))}
    if format == "sarif":
        from budgetreview.render.records import sarif

        return {"": lambda report, out: sarif.sarif(report, out, lang)}
    if format == "markdown":
        from budgetreview.render.opinion import markdown

        return {"": lambda report, out: _utf8(out, markdown.markdown(report, lang, unit))}
    if format == "docx":
        from budgetreview.render.opinion import docx

        return {"": lambda report, out: docx.docx_opinion(report, out, lang, unit)}
    if format == "text":
        return {"": lambda report, out: _utf8(out, text(report, lang, unit=unit, verbose=True))}
    known = " ".join(FORMATS)
    raise UsageError(Text(f"没有 {format!r} 这种格式；可用：{known}", f"no format {format!r}; known: {known}"))


def checked(lang: str, unit: str) -> None:
    """Refuse a language or unit that is not known.

    Raises:
        UsageError: naming what is known.
    """
    if lang not in LANGUAGES:
        raise UsageError(Text(f"没有 {lang!r} 这种语言；可用：zh、en", f"no language {lang!r}; known: zh, en"))
    if unit not in FEN:
        known = " ".join(FEN)
        raise UsageError(Text(f"没有 {unit!r} 这种单位；可用：{known}", f"no unit {unit!r}; known: {known}"))


def text(
    report: Report, lang: str = "zh", *, unit: str = "元", verbose: bool = False, width: int = 100, color: bool = False
) -> str:
    """The report as text for a terminal.

    Args:
        report: From ``review``.
        lang: ``zh`` or ``en``.
        unit: The unit of money shown.
        verbose: Every finding with its question, formula and authority, every rule; else the most important ones,
            with the number of those left out.
        width: Columns of the terminal.
        color: With ANSI colours.

    Raises:
        UsageError: The language or unit is not known.
    """
    checked(lang, unit)
    from budgetreview.render import terminal

    return terminal.text(report, lang, unit=unit, verbose=verbose, width=width, color=color)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(f"{path.stem}{suffix}{path.suffix}") if suffix else path


def _utf8(out: IO[bytes], document: str) -> None:
    from budgetreview.render.visible import utf8

    out.write(utf8(document))


__all__ = ["BINARY", "ENDINGS", "FORMATS", "OutputError", "format_of", "text", "write", "writers"]
