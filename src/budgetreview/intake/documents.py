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


def read_documents(
    found: Sequence[Found], readers: Sequence[Reader], jobs: int
) -> tuple[list[Part], list[Input]]:
    """The parts of all documents, and the inputs that are no part: those without rows, and those with problems.

    Args:
        found: The documents.
        readers: Of the installed packages; the first that knows an ending reads it.
        jobs: Processes.
    """
    parts: list[Part] = []
    beside: list[Input] = []
    groups: dict[str, tuple[Reader, list[Found]]] = {}
    for f in found:
        if f.problems:
            beside.append(Input(f.name, f.sha256 or None, problems=f.problems))
            continue
        reader = next((r for r in readers if f.path.suffix.lower() in r.suffixes or claimed(f, [r]) != "no"), None)
        if reader is None:
            beside.append(Input(f.name, f.sha256, problems=(_needs(f.name, f.path.suffix.lower()),)))
            continue
        groups.setdefault(reader.key, (reader, []))[1].append(f)
    for reader, files in groups.values():
        opened = reader.read([Given(f.name, f.path, f.sha256) for f in files], jobs)
        for f, one in zip(files, opened, strict=True):
            own, others = _parts(f, one)
            parts += own
            beside += others
    return parts, beside


def claimed(f: Found, readers: Sequence[Reader]) -> Claim:
    """What the readers say of a workbook: the surest answer of any."""
    if f.kind != "workbook" or f.problems:
        return "no"
    said = {r.claims(f.path) for r in readers if r.claims is not None}
    return "yes" if "yes" in said else "perhaps" if "perhaps" in said else "no"


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
