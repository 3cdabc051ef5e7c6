"""Data frames, and parquet files, to coded tables: columns that have types already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs
import polars as pl

from budgetreview.codes import entity_named
from budgetreview.errors import IntakeError, Problem, Text, UsageError
from budgetreview.intake.adding import added_up
from budgetreview.intake.assemble import Read, assemble
from budgetreview.intake.coerce import coerce
from budgetreview.intake.columns import assign
from budgetreview.intake.part import Options, Part
from budgetreview.intake.rows import blank_rows, deleted_rows, total_rows
from budgetreview.intake.schemas import validate
from budgetreview.layout import Layout
from budgetreview.money import FEN
from budgetreview.submission import Input
from budgetreview.tables import TABLES

_OPTIONS: Final = frozenset({"unit", "entity", "year", "layout", "round"})


def read_frames(**frames: Any) -> Read:
    """Read data frames into coded tables.

    Args:
        **frames: A frame by table name: polars, pandas, pyarrow or anything with the Arrow C stream (a mapping of
            columns too). And the options ``unit`` (default 元), ``entity``, ``year``, ``layout``, ``round``.

    Raises:
        IntakeError: With every problem of every frame.
        UsageError: A name is no table, or an option is wrong.
    """
    options = {k: frames.pop(k) for k in _OPTIONS & frames.keys()}
    layout = options.pop("layout", None)
    unknown = sorted(frames.keys() - TABLES.keys())
    if unknown:
        known = ", ".join(TABLES)
        raise UsageError(
            Text(
                f"没有这样的表：{'、'.join(unknown)}；可用：{known}",
                f"no such tables: {', '.join(unknown)}; known: {known}",
            )
        )
    said = checked_options(**options)
    parts: list[Part] = []
    beside: list[Input] = []
    for table, given in frames.items():
        frame = _polars(given)
        if isinstance(frame, str):
            problem = Problem(
                "frame-unreadable", Text(f"不是可读的数据框：{frame}", f"not a readable data frame: {frame}"), table
            )
            beside.append(Input(table, problems=(problem,)))
            continue
        parts.append(typed_part(frame, path="", name=table, table=table, options=said, layout=layout))
    read = finish(parts, beside, said)
    problems = [p for i in read.inputs for p in i.problems]
    if problems:
        raise IntakeError(problems)
    return read


def checked_options(
    unit: str | None = None,
    entity: object = None,
    year: object = None,
    *,
    round: bool = False,  # noqa: A002 - the option's name
) -> Options:
    """The options of a call, checked.

    Raises:
        UsageError: A unit that does not exist, a year that is none, a place that is not in the table or more than one.
    """
    if unit is not None and unit not in FEN:
        raise UsageError(
            Text(f"没有单位“{unit}”；可用：{'、'.join(FEN)}", f"no unit {unit!r}; known: {', '.join(FEN)}")
        )
    if year is not None and not (isinstance(year, int | str) and str(year).isdigit() and 1949 <= int(year) <= 2100):  # noqa: PLR2004
        raise UsageError(Text(f"年度“{year}”应在1949至2100之间", f"year {year!r}: expected 1949 to 2100"))
    return Options(
        unit,
        entity_named(str(entity)) if entity is not None else None,
        int(str(year)) if year is not None else None,
        bool(round),
    )


def _polars(given: Any) -> pl.DataFrame | str:
    """Any frame as a polars frame; a text says why not."""
    try:
        if isinstance(given, pl.LazyFrame):
            return given.collect()
        frame = given if isinstance(given, pl.DataFrame) else pl.DataFrame(given)
    except Exception as error:  # noqa: BLE001 - whatever a foreign frame raises, the reader gets it as a problem
        return str(error).splitlines()[0] if str(error) else type(error).__name__
    beside = [c for c in frame.columns if c.startswith("__index_level_")]
    return frame.drop(beside) if beside else frame


def typed_part(
    frame: pl.DataFrame, *, path: str, name: str, table: str, options: Options,
    layout: Layout | None = None, sha256: str | None = None,
) -> Part:  # fmt: skip
    """A frame whose column names are its headers, as a part; money is in 元 unless said otherwise."""
    whole = layout
    one = next((t for t in layout.tables if t.table == table), None) if layout else None
    found = assign(table, frame.columns, name=name, layout=one, holds_marks=lambda i: holds_marks(frame.to_series(i)))
    body = frame.select([frame.to_series(i).alias(c) for c, i in found.feeds.items()])
    notices = list(found.notices)
    body, totals, _ = keep_lines(table, body, lambda kind, zh, en: notices.append(Problem(kind, Text(zh, en), name)))
    spec = TABLES[table].columns
    money = [c for c in body.columns if c in spec and spec[c].kind == "money"]
    unit = options.unit or (one.unit if one else None) or sole_unit(money, found.units)
    return Part(
        path=path, name=name, table=table, frame=body, sha256=sha256, totals=totals, headers=found.headers,
        units=found.units, sheet_unit=unit, entity=whole.entity if whole else None, year=whole.year if whole else None,
        layout=one, notices=tuple(notices), problems=found.problems,
    )  # fmt: skip


def sole_unit(money: Sequence[str], units: Mapping[str, str]) -> str:
    """The unit that all money headers of a frame name between them; 元 where any of them names none."""
    named = sorted(units[c] for c in money if c in units)
    return max(named, key=named.count) if named and len(named) == len(money) else "元"


def holds_marks(column: pl.Series) -> bool:
    """Whether the values of 债务资金 are marks and not amounts; one without values is a mark."""
    if column.dtype == pl.Boolean:
        return True
    text = column.drop_nulls().cast(pl.String).str.strip_chars().str.to_lowercase().unique()
    marks = ["是", "否", "true", "false", "1", "0", "1.0", "0.0", "yes", "no", "y", "n", "√", "×", "-", "－", "—", ""]
    return bool(text.is_in(marks).all())


def keep_lines(
    table: str, body: pl.DataFrame, notice: Callable[[str, str, str], object]
) -> tuple[pl.DataFrame, pl.DataFrame, tuple[pl.Series, pl.Series]]:
    """Split a table into its lines and its total rows; blank and deleted rows go.

    Returns:
        The lines, the total rows, and the masks of both in ``body``.
    """
    gone = blank_rows(body)
    deleted = deleted_rows(body)
    totals = total_rows(table, body) & ~gone & ~deleted
    if deleted.any():
        notice(
            "deleted-rows",
            f"有{deleted.sum()}行标记为已删除（is_deleted），未读入",
            f"{deleted.sum()} rows are marked as deleted (is_deleted) and left out",
        )
    if totals.any():
        notice(
            "total-rows",
            f"有{totals.sum()}行合计、小计或其中行，不计入明细",
            f"{totals.sum()} total rows (合计, 小计, 其中) are kept out of the lines",
        )
    lines = ~(gone | deleted | totals)
    if lines.all():
        return body, body.clear(), (lines, totals)
    return body.filter(lines), body.filter(totals), (lines, totals)


def finish(parts: list[Part], beside: list[Input], options: Options, stopped: frozenset[str] = frozenset()) -> Read:
    """Coerce, validate and assemble parts."""
    coerced = [coerce(part, options) for part in parts]
    found = validate(coerced)
    typed = [attrs.evolve(t, problems=(*t.problems, *f)) if f else t for t, f in zip(coerced, found, strict=True)]
    return assemble([added_up(t) for t in typed], beside, options, stopped)
