"""A text or bytes for people or programs: to the standard output, or to a file written whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import click

from budgetreview.cli import language
from budgetreview.cli.output.destination import refuse_inputs, writable
from budgetreview.render import files


def ready(path: Path | None, inputs: Iterable[Path]) -> None:
    """Refuse a file that is an input or cannot be written, before any work is done.

    Raises:
        UsageError: It is an input.
        OutputError: It cannot be written.
    """
    if path is not None:
        refuse_inputs("--output", path, list(inputs))
        writable(path)


def deliver(text: str, path: Path | None) -> None:
    """Print the text, or write it in UTF-8.

    Raises:
        OutputError: The file could not be written; what was there is untouched.
    """
    if path is None:
        sys.stdout.flush()
        click.echo(text, nl=False)
        return

    def fill(out: IO[bytes]) -> None:
        out.write(text.encode())

    files.save({path: fill})
    language.tell(f"已写入 {path}", f"written: {path}")
