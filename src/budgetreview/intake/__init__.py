"""Letting data in: workbooks, text files, parquet, data packages and frames to a :class:`Submission`.

A path becomes files (``files``), a file grids of text (``workbook``, ``delimited``), a grid a part whose columns are
known (``recognise``), a part exact values (``coerce``, ``schemas``), and all parts one submission (``assemble``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs
import polars as pl

from budgetreview.errors import IntakeError, Problem, Text
from budgetreview.intake.documents import claim, read_documents
from budgetreview.intake.files import Found, find, grids
from budgetreview.intake.frames import checked_options, finish, typed_part
from budgetreview.intake.heading import best_table, table_named
from budgetreview.intake.part import Options, Part
from budgetreview.intake.recognise import recognise
from budgetreview.intake.straight import read_straight
from budgetreview.intake.template import write_template
from budgetreview.layout import Layout, find_layout, shipped_layouts
from budgetreview.readers import Reader
from budgetreview.submission import Input, Submission
from budgetreview.tables import TABLES

__all__ = ["read", "read_batch", "write_template"]


def read(
    *paths: str | Path,
    unit: str | None = None,
    entity: str | None = None,
    year: int | None = None,
    prior: str | Path | None = None,
    layout: str | Path | Layout | None = None,
    layouts: Iterable[Layout] = (),
    readers: Iterable[Reader] = (),
    round: bool = False,  # noqa: A002 - the option's name in CONTRACT
) -> Submission:
    """Read a submission.

    Args:
        *paths: Workbooks, text or parquet files, folders of them, data packages. Several are one submission.
        unit: Unit of money (元 千元 万元 百万元 亿元) where the sheets name none.
        entity: Entity of rows that name none: its code, or the name of a province, city or county (``青岛市``).
        year: Fiscal year of rows that name none.
        prior: Last year's lines, when they come apart.
        layout: How to read another system's export: a key, a TOML file or a layout.
        layouts: Layouts beside the shipped ones, as packages bring them.
        readers: Readers of documents, as packages bring them (``rules.readers``).
        round: Round money finer than 分 half away from zero, with a notice.

    Raises:
        IntakeError: With every problem of every input.
        UsageError: An option is wrong.
    """
    submission = read_batch(
        paths, unit=unit, entity=entity, year=year, prior=prior, layout=layout, layouts=layouts, readers=readers,
        round=round,
    )
    if submission.problems:
        raise IntakeError(submission.problems)
    return submission


def read_batch(
    paths: Sequence[str | Path],
    *,
    unit: str | None = None,
    entity: str | None = None,
    year: int | None = None,
    prior: str | Path | None = None,
    layout: str | Path | Layout | None = None,
    layouts: Iterable[Layout] = (),
    readers: Iterable[Reader] = (),
    jobs: int = 1,
    round: bool = False,  # noqa: A002
) -> Submission:
    """Read several submissions as one batch; a bad one does not stop the others.

    Args: as of :func:`read`, and ``jobs``: processes that read documents.

    Returns:
        All rows of the paths without problems. Each input with problems is in ``inputs`` and contributes no rows.

    Raises:
        UsageError: An option is wrong.
    """
    options = checked_options(unit, entity, year, round=round)
    known = tuple({one.key: one for one in (*shipped_layouts(), *layouts)}.values())  # a package may replace one
    chosen = find_layout(layout, known) if layout is not None else None
    parts: list[Part] = []
    beside: list[Input] = []
    stopped: set[str] = set()
    files: list[tuple[str, str | None, list[Found]]] = [(str(i), None, find([p])) for i, p in enumerate(paths)]
    if prior is not None:
        files.append(("prior", "prior", find([prior])))
    numbered = _numbered(files)
    if chosen is None and len(numbered) == 1 and len(numbered[0][2]) == 1:
        straight = _straight(numbered[0][2][0], options)
        if straight is not None:
            return straight
    able = tuple(readers)
    papers: list[tuple[Found, Reader | None]] = []
    for path, table, every in numbered:
        claims = [(f, *claim(f, able, workbooks=chosen is None and table is None)) for f in every]
        papers += [(f, reader) for f, sure, reader in claims if sure == "yes"]
        rest = [(f, sure, reader) for f, sure, reader in claims if sure != "yes"]
        if every and not rest:
            continue
        own, others = _read_path(path, table, [f for f, _, _ in rest], options, chosen, known)
        if not own and len(rest) == 1 and rest[0][1] == "perhaps" and _unknown(others):
            papers += [(f, reader) for f, _, reader in rest]
            continue
        parts += own
        beside += others
        if any(i.problems for i in others):
            stopped.add(path)
    if papers:
        own, others = read_documents(papers, jobs)
        parts, beside = own + parts, others + beside
    if "prior" in stopped:
        stopped |= {path for path, _, _ in files}
    made = finish(parts, beside, options, frozenset(stopped))
    return Submission.of(made.tables, made.periods, made.inputs, made.totals_rows)


def _unknown(inputs: Sequence[Input]) -> bool:
    """Whether nothing is wrong but that no table was recognised."""
    return {p.kind for i in inputs for p in i.problems} == {"no-table"}


def _straight(f: Found, options: Options) -> Submission | None:
    """The submission of one clean parquet file of lines; None where the ordinary way must be gone."""
    if f.problems or f.kind != "parquet":
        return None
    read = read_straight(f.path, f.name, f.sha256, options, f.table)
    return Submission.of({"lines": read.lines}, read.periods, (read.input,)) if read is not None else None


def _numbered(files: list[tuple[str, str | None, list[Found]]]) -> list[tuple[str, str | None, list[Found]]]:
    """Equal names of different paths get ``#2``."""
    seen: dict[str, int] = {}
    out = []
    for path, table, found in files:
        named = []
        for f in found:
            seen[f.name] = seen.get(f.name, 0) + 1
            if seen[f.name] > 1:
                name = f"{f.name}#{seen[f.name]}"
                f = attrs.evolve(f, name=name, problems=tuple(attrs.evolve(p, name=name) for p in f.problems))  # noqa: PLW2901
            named.append(f)
        out.append((path, table, named))
    return out


def _read_path(
    path: str, table: str | None, found: list[Found], options: Options, chosen: Layout | None, known: Sequence[Layout]
) -> tuple[list[Part], list[Input]]:
    """All parts of one path, and what was no part. A path without any table has a problem that names what is there."""
    parts: list[Part] = []
    beside: list[Input] = []
    for f in found:
        hint = table or f.table
        if f.problems:
            beside.append(Input(f.name, f.sha256 or None, problems=f.problems))
            continue
        try:
            got = (
                _parquet(f, path, hint, options, chosen)
                if f.kind == "parquet"
                else _grids(f, path, hint, options, chosen, known)
            )
        except IntakeError as error:
            beside.append(Input(f.name, f.sha256 or None, problems=error.problems))
            continue
        if not isinstance(got, list):
            got = [got]
        parts += [g for g in got if isinstance(g, Part)]
        beside += [g for g in got if isinstance(g, Input)]
    if (
        len(found) == 1
        and not parts
        and not table
        and len(beside) == 1
        and not beside[0].problems
        and found[0].kind != "workbook"
    ):
        # one text file is the table lines
        again = _grids(found[0], path, "lines", options, chosen, known) if found[0].kind == "delimited" else [beside[0]]
        if isinstance(again[0], Part) and any(TABLES["lines"].columns[c].kind == "money" for c in again[0].units):
            return [again[0]], []
    if table:
        parts = [attrs.evolve(p, table=table) for p in parts if p.table in {table, "lines"}]
    if not any(len(p.frame) for p in parts) and not any(i.problems for i in beside):
        return [], _nothing(parts, beside, found)
    # a sheet with a header and no rows brings no table: the rules that need it say so instead of finding nothing
    beside += [_empty(p) for p in parts if not len(p.frame)]
    return [p for p in parts if len(p.frame)], beside


def _empty(part: Part) -> Input:
    notice = part.problem(
        "no-rows", "只有表头，没有数据，视为未提供", "a header without rows; the table counts as not brought"
    )
    return Input(part.name, part.sha256, part.sheet, notices=(*part.notices, notice), problems=part.problems)


def _nothing(parts: list[Part], beside: list[Input], found: list[Found]) -> list[Input]:
    """The problem of a path without any row of any table."""
    inputs = [
        *(Input(p.name, p.sha256, p.sheet, p.table, notices=p.notices, problems=p.problems) for p in parts),
        *beside,
    ]
    seen = [f"{i.name}{'!' + i.sheet if i.sheet else ''}" for i in inputs] or [f.name for f in found]
    if parts:
        text = Text(f"没有任何一行数据（{'、'.join(seen[:8])}）", f"there is no row of data ({', '.join(seen[:8])})")
        kind = "no-rows"
    else:
        tables = "、".join(t.zh[0] for t in TABLES.values())
        text = Text(
            f"没有认出任何表（有：{'、'.join(seen[:8])}）；工作表或文件应以表名命名（{tables}），或使用认识的列名",
            f"no table recognised (there is: {', '.join(seen[:8])}); name sheets or files after tables "
            f"({', '.join(TABLES)}), or use known headers",
        )
        kind = "no-table"
    first = inputs[0] if inputs else Input(found[0].name if found else "")
    problem = Problem(kind, text, first.name)
    return [attrs.evolve(first, problems=(*first.problems, problem)), *inputs[1:]]


def _parquet(f: Found, path: str, hint: str | None, options: Options, chosen: Layout | None) -> Part | Input:
    try:
        frame = pl.read_parquet(f.path)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        reason = reason.replace(str(f.path), f.name)
        return Input(
            f.name,
            f.sha256,
            problems=(
                Problem(
                    "unreadable",
                    Text(f"不是可读的 parquet 文件：{reason}", f"not a readable parquet file: {reason}"),
                    f.name,
                ),
            ),
        )
    table = hint or table_named(Path(f.name).stem) or best_table(frame.columns)
    if table is None:
        notice = Problem(
            "sheet-not-recognised", Text("没有认出是哪张表，未读入", "not recognised as any table and skipped"), f.name
        )
        return Input(f.name, f.sha256, notices=(notice,))
    return typed_part(frame, path=path, name=f.name, table=table, options=options, layout=chosen, sha256=f.sha256)


def _grids(
    f: Found, path: str, hint: str | None, options: Options, chosen: Layout | None, known: Sequence[Layout]
) -> list[Part | Input]:
    """The sheets of a workbook, or the one of a text file."""
    out: list[Any] = []
    wanted = [chosen] if chosen else known
    for grid in grids(f, encoding=chosen.encoding if chosen else None, delimiter=chosen.delimiter if chosen else None):
        named = hint or (table_named(Path(f.name).stem) if grid.sheet is None else None)
        if hint == "prior" and grid.sheet is not None:
            # a whole workbook of last year: only its lines are wanted
            named = {"lines": "prior"}.get(table_named(grid.sheet) or "", table_named(grid.sheet))
        got = recognise(grid, path=path, hint=named, options=options, layouts=wanted, asked=chosen is not None)
        out += got if isinstance(got, list) else [got]
    return out
