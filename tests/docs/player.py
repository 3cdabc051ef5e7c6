"""Plays a page of the handbook as printed: what it saves is saved, what it runs is run, what it shows must have come out.

A block ``csv NAME``, ``toml NAME`` or ``python NAME`` is a file; ``python`` alone is run in one namespace for the whole
page; ``sh`` is run line by line; each line of ``text`` stands in the output of the block just before it, in this order,
where ``…`` is whatever stands there: a number that changes with every rule is nothing that a page teaches.
``sh status=1`` says how the last line ends, ``sh status=1,0`` how each of two lines does. A block that cannot be
played has ``unplayed`` behind its kind, and its page says why in a comment just above.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
from click.testing import CliRunner

from budgetreview.cli import program

DOCS = Path(__file__).resolve().parents[2] / "docs"
FILES = frozenset({"csv", "toml", "python"})
KINDS = FILES | {"sh", "text", ""}
_BLOCK = re.compile(r"^(?:<!-- unplayed: (.+?) -->\n)?```(\w*)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LANG = {"zh": "zh_CN.UTF-8", "en": "en_GB.UTF-8"}


@attrs.frozen
class Block:
    """A fenced block: its kind, what stands behind it, what is in it, and why it is not played."""

    kind: str
    word: str
    content: str
    unplayed: str


def blocks(page: str) -> list[Block]:
    """The blocks of a page."""
    return [Block(kind, word, content, why) for why, kind, word, content in _BLOCK.findall(page)]


@contextlib.contextmanager
def _reading(lang: str, folder: Path) -> Iterator[None]:
    before, home = dict(os.environ), Path.cwd()
    for name in ("LC_ALL", "LC_MESSAGES"):
        os.environ.pop(name, None)
    os.environ["LANG"] = _LANG[lang]
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(home)
        os.environ.clear()
        os.environ.update(before)


def _run(line: str, status: int) -> str:
    words = shlex.split(line, comments=True)
    if words[0] == "cd":
        os.chdir(words[1])
        return ""
    if words[0] == "export":
        os.environ.update(pair.split("=", 1) for pair in words[1:])
        return ""
    if words[0] == "budgetreview":
        done = CliRunner().invoke(program, words[1:])
        code, output = done.exit_code, done.output
    elif words[0] in {"python", "pytest"}:
        command = [sys.executable, *(["-m", "pytest"] if words[0] == "pytest" else []), *words[1:]]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        code, output = ran.returncode, ran.stdout + ran.stderr
    else:
        msg = f"a page may run budgetreview, python, pytest, cd and export, not {line!r}"
        raise AssertionError(msg)
    assert code == status, (line, code, output)
    return output


def play(page: Path, folder: Path, by_hand: Mapping[str, Callable[[], None]] | None = None) -> None:
    """Play a page in a folder.

    Args:
        page: Under ``docs/zh`` or ``docs/en``: the language that its reader has set.
        folder: Empty.
        by_hand: What the reader is asked to do just before a line, by the beginning of the line.
    """
    known: dict[str, Any] = {"__name__": "page"}
    output = ""
    with _reading(page.relative_to(DOCS).parts[0], folder):
        for block in blocks(page.read_text(encoding="utf-8")):
            if block.unplayed:
                assert block.word == "unplayed", block
                output = ""
            elif block.kind == "text":
                at = 0
                for line in block.content.splitlines():
                    for part in line.split("…"):
                        found = output.find(part.strip(), at)
                        assert found >= 0, f"{page.name}: {line!r} is not (or not there) in\n{output}"
                        at = found + len(part.strip())
            elif block.kind in FILES and block.word:
                Path(block.word).parent.mkdir(parents=True, exist_ok=True)
                Path(block.word).write_text(block.content, encoding="utf-8")
            elif block.kind == "python":
                with contextlib.redirect_stdout(io.StringIO()) as said:
                    exec(compile(block.content, str(page), "exec"), known)  # noqa: S102 - our own page
                output = said.getvalue()
            elif block.kind == "sh":
                lines = block.content.splitlines()
                ends = [int(end) for end in block.word.partition("=")[2].split(",") if end]
                ends = [0] * (len(lines) - len(ends)) + ends
                output = ""
                for line, status in zip(lines, ends, strict=True):
                    for begins, act in (by_hand or {}).items():
                        if line.startswith(begins):
                            act()
                    output += _run(line, status)
