"""Documents that a package's reader reads: all of them together, as one path, for checks hold one against another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from budgetreview.errors import Problem, Text
from budgetreview.intake.files import Found
from budgetreview.intake.limits import problem
from budgetreview.intake.part import DOCUMENTS, Part
from budgetreview.readers import PLACES, Claim, Given, Opened, Reader
from budgetreview.submission import Input
from budgetreview.tables import TABLES

PACKAGE: Final = "budgetreview-disclosure"
_SURE: Final[Sequence[Claim]] = ("no", "perhaps", "yes")


def claim(f: Found, readers: Sequence[Reader], *, workbooks: bool) -> tuple[Claim, Reader | None]:
    """How sure it is that a file is a document, and whose: a reader's by its ending, or by a look into the workbook.

    Args:
        f: The file.
        readers: Of the installed packages; the first that knows an ending reads it, the surest gets a workbook.
        workbooks: Whether a workbook may be a document at all; not where the caller said what is in it.
    """
    if f.kind == "document":
        return "yes", next((r for r in readers if f.path.suffix.lower() in r.suffixes), None)
    if f.kind != "workbook" or f.problems or not workbooks:
        return "no", None
    said = [(r.claims(f.path), r) for r in readers if r.claims is not None]
    return max(said, key=lambda one: _SURE.index(one[0]), default=("no", None))


def read_documents(found: Sequence[tuple[Found, Reader | None]], jobs: int) -> tuple[list[Part], list[Input]]:
    """The parts of all documents, and the inputs that are no part: those without rows, and those with problems.

    Args:
        found: The documents, each with the reader that reads it; None: no installed package does.
        jobs: Processes.
    """
    parts: list[Part] = []
    beside: list[Input] = []
    groups: dict[str, tuple[Reader, list[Found]]] = {}
    for f, reader in found:
        if f.problems:
            beside.append(Input(f.name, f.sha256 or None, problems=f.problems))
        elif reader is None:
            beside.append(Input(f.name, f.sha256, problems=(_needs(f.name, f.path.suffix.lower()),)))
        else:
            groups.setdefault(reader.key, (reader, []))[1].append(f)
    for reader, files in groups.values():
        opened = reader.read([Given(f.name, f.path, f.sha256) for f in files], jobs)
        for f, one in zip(files, opened, strict=True):
            own, others = _parts(f, one)
            parts += own
            beside += others
    return parts, beside


def _needs(name: str, suffix: str) -> Problem:
    return problem(
        "needs-reader",
        f"读取公开文件（{suffix}）需要安装规则包 {PACKAGE}：pip install {PACKAGE}；如已安装，请不要用 --without 排除。",
        f"reading published documents ({suffix}) needs the package {PACKAGE}: pip install {PACKAGE}; where it is "
        "installed, do not leave it out with --without.",
        name=name,
    )


def _parts(f: Found, opened: Opened) -> tuple[list[Part], list[Input]]:
    """The tables of one document; what it has to say stands with the first of them."""
    if opened.problems:
        return [], [Input(f.name, f.sha256, notices=opened.notices, problems=opened.problems)]
    notices = opened.notices
    parts = []
    for table, columns in opened.tables.items():
        if not columns or not len(next(iter(columns.values()))):
            continue
        parts.append(_part(f, table, columns, notices))
        notices = ()
    if parts:
        return parts, []
    nothing = Problem("no-rows", Text("没有读到可核对的内容", "nothing in it could be checked"), f.name)
    return [], [Input(f.name, f.sha256, notices=notices, problems=(nothing,))]


def _part(
    f: Found, table: str, columns: Mapping[str, Sequence[str | None]], notices: tuple[Problem, ...]
) -> Part:
    kept = [c for c in columns if c in TABLES[table].columns or c in PLACES]
    return Part(
        path=DOCUMENTS, name=f.name, table=table, sha256=f.sha256,
        frame=pl.DataFrame({c: list(columns[c]) for c in kept}, schema=dict.fromkeys(kept, pl.String)),
        totals=pl.DataFrame(schema=dict.fromkeys(kept, pl.String)), headers={c: c for c in kept}, notices=notices,
    )  # fmt: skip
