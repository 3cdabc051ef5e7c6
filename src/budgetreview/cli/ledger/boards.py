"""A board from the command line: the format from ``--format`` or the ending, to the terminal or to a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from budgetreview.cli import language
from budgetreview.cli.options import inputs
from budgetreview.cli.output.columns import table
from budgetreview.cli.output.written import deliver, ready
from budgetreview.errors import Text, UsageError
from budgetreview.render import board, files
from budgetreview.render.board import Board, Sheet
from budgetreview.render.visible import visible

F = TypeVar("F", bound=Callable[..., Any])
FORMATS: Final = ("text", "markdown", "json", "csv", "xlsx", "html")
_ENDINGS: Final = {".txt": "text", ".md": "markdown", ".json": "json", ".csv": "csv", ".xlsx": "xlsx", ".html": "html",
                   ".htm": "html"}  # fmt: skip
_MOST: Final = 40
"""Rows of a table in a terminal, where the command gives no other number."""


def options(command: F) -> F:
    """``--format`` and ``--output``."""
    output = click.option("--output", type=inputs.PATH, metavar="FILE", help="写入文件 / file to write")
    chosen = click.option(
        "--format", "format_", type=click.Choice(FORMATS), help="格式，优先于扩展名 / wins over the ending"
    )
    return chosen(output(command))


def format_of(said: str | None, path: Path | None) -> str:
    """The format, refused before any work is done if it cannot be.

    Raises:
        UsageError: The ending tells none, or a workbook is to go to the terminal.
        OutputError: The file cannot be written.
    """
    ready(path, ())
    chosen = said or ("text" if path is None else _ENDINGS.get(path.suffix.lower()))
    if chosen is None:
        raise UsageError(Text(f"--output {path}：应以 {'、'.join(_ENDINGS)} 结尾，或写 --format",
                              f"--output {path}: must end in {', '.join(_ENDINGS)}, or say --format"))  # fmt: skip
    if chosen == "xlsx" and path is None:
        raise UsageError(Text("xlsx 格式须用 --output 指定文件", "the format xlsx needs --output"))
    return chosen


def send(
    made: Board, data: Mapping[str, Any], format_: str, path: Path | None, day: date, *, rows: Sheet | None = None
) -> None:
    """Print it, or write it.

    Args:
        made: The board for people.
        data: The same for programs.
        format_: One of :data:`FORMATS`.
        path: The file, None for the terminal.
        day: The date of a workbook.
        rows: The table that csv has, where it is not the board's first.

    Raises:
        OutputError: The file could not be written; what was there is untouched.
    """
    if format_ == "xlsx" and path is not None:
        files.save({path: lambda out: board.xlsx(made, out, day)})
        language.tell(f"已写入 {path}", f"written: {path}")
        return
    if format_ == "json":
        said = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    elif format_ == "csv":
        said = ("\ufeff" if path is not None else "") + board.as_csv(rows or made.sheets[0])
    elif format_ == "html":
        said = board.html(made)
    else:
        said = board.markdown(made) if format_ == "markdown" else _text(made)
    deliver(said, path)


def _text(made: Board) -> str:
    lang, colon = made.lang, "：" if made.lang == "zh" else ": "
    out = [made.title, "", *(f"{label}{colon}{value}" for label, value in made.facts)]
    out += [f"! {w}" for w in made.warnings]
    if made.tiles:
        out += ["", *(f"{label} {figure}" + (f"  {note}" if note else "") for label, figure, note in made.tiles)]
    for sheet in made.sheets:
        out += ["", sheet.title]
        if sheet.said:
            out.append(sheet.said)
        if sheet.rows:
            listed = [
                tuple(board.shown(v, c.kind, lang) for v, c in zip(row, sheet.columns, strict=True))
                for row in sheet.rows[:_MOST]
            ]
            out.append(table(tuple(board.head(c, lang) for c in sheet.columns), listed))
            more = len(sheet.rows) - _MOST
            if more > 0:
                said = f"另有{more}行，见其他格式" if lang == "zh" else f"{more} more rows are in the other formats"
                out.append(said)
        out += sheet.notes
    if made.notes:
        out += ["", "口径" if lang == "zh" else "How it was counted", *(f"- {n}" for n in made.notes)]
    return visible("\n".join(out) + "\n")
