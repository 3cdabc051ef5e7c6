"""The lines of one part as a submission: the rows, ids and presentation units are those of the whole dataset."""

from __future__ import annotations

import tempfile
from collections import ChainMap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import polars as pl

from budgetreview.dataset.dividing import FILE, ROW, with_folders
from budgetreview.dataset.plan import Origin, Part, Piece
from budgetreview.dataset.request import Request
from budgetreview.dataset.store import parquet, problem, unreadable
from budgetreview.errors import IntakeError, Notice, Problem, Text
from budgetreview.intake.columns import assign
from budgetreview.intake.encode import keys
from budgetreview.intake.frames import finish, keep_lines, sole_unit
from budgetreview.intake.part import Options
from budgetreview.intake.part import Part as Sheet
from budgetreview.intake.straight import read_straight
from budgetreview.submission import Submission
from budgetreview.table import Data, Period, Source, Table
from budgetreview.tables import TABLES
from budgetreview.values import Ints, Keys

_STRAIGHT: Final = 10_000
"""From so many lines on, clean lines are read without spelling out their texts."""
_ROW_GROUP: Final = 1 << 18
_FRESH: Final = {True: "debt_funded", False: "funding_debt"}


@attrs.frozen(eq=False)
class Lines:
    """What was read.

    Attributes:
        submission: The lines; empty where there are problems.
        rows: Lines of each input.
        notices: Of these lines.
        problems: Why they could not be read.
    """

    submission: Submission
    rows: Mapping[str, int]
    notices: tuple[Notice, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_part(part: Part, request: Request) -> Lines:
    """Read the lines of a part.

    Args:
        part: The part.
        request: The options.
    """
    options = Options(request.unit, None, request.year)
    try:
        table, origin, rows = _gathered(part)
    except IntakeError as error:
        return Lines(Submission.of({}, ()), {}, (), error.problems)
    numbers = {o.number: o for o in part.origins}
    if len(rows) >= _STRAIGHT:
        with tempfile.TemporaryDirectory(prefix="budgetreview-") as folder:
            import pyarrow.parquet as pq

            path = Path(folder) / "lines.parquet"
            pq.write_table(table, path, compression="none", row_group_size=_ROW_GROUP)
            del table
            straight = read_straight(path, part.origins[0].name, None, options, "lines")
            if straight is not None:
                lines = straight.lines
                given = lines.sources[0].given
                places = {n: k for k, n in enumerate(sorted(numbers))}
                sources = tuple(_source(numbers[n], given) for n in places)
                source = np.array([places.get(n, 0) for n in range(max(places) + 1)], np.int32)[origin]
                counted = np.bincount(source, minlength=len(sources)).tolist()
                return _made(
                    attrs.evolve(lines, source=source, sources=sources), straight.periods, rows,
                    {s.name: n for s, n in zip(sources, counted, strict=True)}, (),
                )  # fmt: skip
            frame = pl.read_parquet(path)
    else:
        made = pl.from_arrow(table)
        frame = made if isinstance(made, pl.DataFrame) else made.to_frame()
    return _ordinary(frame, origin, rows, numbers, options)


def _gathered(part: Part) -> tuple[Any, Ints, Ints]:
    """The lines of a part as an Arrow table, with file and row of each."""
    import pyarrow as pa

    tables, origins, rows = [], [], []
    for piece in part.pieces:
        with parquet(piece.file) as whole:
            for group, before in piece.groups:
                try:
                    table, row = _of_group(whole.read_row_group(group), piece, before, part.header)
                except (pa.ArrowException, OSError) as error:
                    raise IntakeError([unreadable(piece.file.name, error)]) from None
                if piece.origin is None:
                    origins.append(table.column(FILE).to_numpy())
                    rows.append(table.column(ROW).to_numpy())
                    table = table.drop_columns([FILE, ROW])
                else:
                    origins.append(np.full(len(table), piece.origin, np.int64))
                    rows.append(row)
                tables.append(table)
    if len({t.schema for t in tables}) > 1:
        tables = [_plain(t) for t in tables]
    named = {h: _FRESH[holds] for h, holds in part.marks}
    joined = pa.concat_tables(tables, promote_options="permissive")
    joined = joined.rename_columns([named.get(n, n) for n in joined.column_names])
    return joined, np.concatenate(origins).astype(np.int64), np.concatenate(rows)


def _of_group(table: Any, piece: Piece, before: int, header: str) -> tuple[Any, Ints]:
    import pyarrow as pa
    import pyarrow.compute as pc

    row = np.arange(before + 1, before + len(table) + 1)
    table = with_folders(table, piece.file)
    if piece.entities is not None:
        keep = pc.is_in(table.column(header).cast(pa.string()), value_set=pa.array(piece.entities, pa.string()))
        table, row = table.filter(keep), row[keep.to_numpy()]
    return table, row


def _plain(table: Any) -> Any:
    """A table whose texts are all of one type, so that those of several files can be joined."""
    import pyarrow as pa

    fields = []
    for field in table.schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        text = pa.types.is_string(kind) or pa.types.is_string_view(kind)
        fields.append(pa.field(field.name, pa.large_string() if text else kind))
    return table.cast(pa.schema(fields))


def _ordinary(
    frame: pl.DataFrame, origin: Ints, rows: Ints, numbers: Mapping[int, Origin], options: Options
) -> Lines:
    """The lines read cell by cell: what is not clean is told, or said to be wrong, by file, column and row."""
    sheets: list[Sheet] = []
    kept: list[Ints] = []
    notices: list[Notice] = []
    spec = TABLES["lines"].columns
    for number in sorted(numbers):
        name = numbers[number].name
        mine = np.flatnonzero(origin == number)
        own = frame[mine.tolist()] if len(mine) < len(frame) else frame
        found = assign("lines", own.columns, name=name)
        body = own.select([own.to_series(i).alias(c) for c, i in found.feeds.items()])
        body, _, masks = keep_lines("lines", body, lambda k, zh, en, n=name: notices.append(Notice(k, Text(zh, en), n)))  # type: ignore[misc]
        where = rows[mine]
        if len(body) < len(own):
            where = where[masks[0].to_numpy()]
        kept.append(where)
        money = [c for c in body.columns if c in spec and spec[c].kind == "money"]
        sheets.append(Sheet(
            path="", name=name, table="lines", frame=body, headers=found.headers, units=found.units,
            sheet_unit=options.unit or sole_unit(money, found.units), records=where,
            letters={c: f"{h} #" for c, h in found.headers.items()}, problems=found.problems,
        ))  # fmt: skip
    read = finish(sheets, [], options)
    counted = {i.name: i.rows for i in read.inputs}
    notices += [n for i in read.inputs for n in i.notices]
    problems = tuple(p for i in read.inputs for p in i.problems)
    if problems:
        return Lines(Submission.of({}, ()), {}, (), problems)
    lines = read.tables["lines"]
    sources = tuple(_source(numbers[n], s.given) for n, s in zip(sorted(numbers), lines.sources, strict=True))
    return _made(
        attrs.evolve(lines, sources=sources, record=np.zeros(len(lines), np.int64)), read.periods,
        np.concatenate(kept), counted, tuple(notices),
    )  # fmt: skip


def _source(origin: Origin, given: frozenset[str]) -> Source:
    return Source(origin.name, None, {}, addressed=False, unit=origin.presented, given=given)


def _made(
    lines: Table, periods: tuple[Period, ...], rows: Ints, counted: Mapping[str, int], notices: tuple[Notice, ...]
) -> Lines:
    """The lines with the rows and made-up ids of the whole."""
    blank = int(sum(np.count_nonzero(lines.period == i) for i, p in enumerate(periods) if p.fiscal_year is None))
    if blank:
        name = lines.sources[0].name
        return Lines(Submission.of({}, ()), {}, (), (problem(
            "no-year", f"有{blank}行没有写明年度（fiscal_year）；请补上，或用 --year 指明",
            f"{blank} rows name no fiscal year; name it there, or with --year", name,
        ),))  # fmt: skip
    columns: Mapping[str, Data] = lines.columns
    given = columns.get("given_id")
    if isinstance(given, Keys) and not given.known.all():
        made = np.flatnonzero(~given.known)
        texts = np.array(given.texts(np.arange(len(lines))), object)
        texts[made] = [f"L{row:06d}" for row in rows[made].tolist()]
        own = columns["line_id"]
        if isinstance(own, Keys) and len(made) < len(lines):
            told = np.array(own.texts(np.arange(len(lines))), object)
            texts[given.known] = told[given.known]
        columns = ChainMap({"line_id": keys(pl.Series("line_id", texts.tolist(), dtype=pl.String))}, columns)  # type: ignore[arg-type]
    lines = attrs.evolve(lines, columns=columns, row=rows)
    return Lines(Submission.of({"lines": lines}, periods), counted, notices)
