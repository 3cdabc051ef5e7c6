"""Coerced sheets, files and frames to one submission: entities and years, keys, ids, last year, and the arrays.

Everything happens within a *path* (one argument of ``read``): a row that names no entity or year belongs to the
path it came from, ids and keys are counted in it, and a path with a problem contributes no rows at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs
import numpy as np
import polars as pl

from budgetreview.errors import Notice, Problem
from budgetreview.intake import lastyear
from budgetreview.intake.coerce import Typed
from budgetreview.intake.encode import encode, keys, lock
from budgetreview.intake.indicators import COUNTS, with_counts
from budgetreview.intake.part import DOCUMENTS, LISTED, Options, Part
from budgetreview.submission import Input
from budgetreview.table import Data, Period, Source, Table
from budgetreview.tables import TABLES, Column

_BESIDE: Final = frozenset({"prior", "standards"})
"""Tables whose rows do not bring an entity and year into a submission."""
_OWN: Final = ("__part", "__entity", "__year", "__path", "__row", "__record", "__at")


@attrs.frozen(eq=False)
class Read:
    """What was read: the fields of a submission."""

    tables: Mapping[str, Table]
    periods: tuple[Period, ...]
    inputs: tuple[Input, ...]
    totals_rows: Mapping[str, Table]


@attrs.define(eq=False)
class _Piece:
    """A part on its way: its rows with entity, year and place."""

    typed: Typed
    frame: pl.DataFrame
    notices: list[Notice]
    problems: list[Problem]

    @property
    def part(self) -> Part:
        return self.typed.part


def assemble(
    typed: Sequence[Typed], beside: Sequence[Input], options: Options, stopped: frozenset[str] = frozenset()
) -> Read:
    """Make a submission of coerced parts.

    Args:
        typed: The parts of all paths, in order.
        beside: Inputs that are no part: skipped sheets, files that could not be read.
        options: Of the caller.
        stopped: Paths that have problems elsewhere and so contribute no rows.

    Returns:
        The tables of the paths without problems, and all inputs with their problems and notices.
    """
    pieces = [_Piece(t, t.frame, list(t.part.notices + t.notices), list(t.part.problems + t.problems)) for t in typed]
    paths: dict[str, list[_Piece]] = {}
    for piece in pieces:
        paths.setdefault(piece.part.path, []).append(piece)
    for listed in paths.values():
        _place_rows(listed, options)
        _check_keys(listed)
        _name_lines(listed)
    _check_paths(paths)
    bad = stopped | {path for path, listed in paths.items() if any(p.problems for p in listed)}
    good = [p for path, listed in paths.items() if path not in bad for p in listed]
    periods = _periods(good)
    tables, totals = _tables(good, periods)
    inputs = [
        Input(p.part.name, p.part.sha256, p.part.sheet, p.part.table, len(p.frame) if p.part.path not in bad else 0,
              notices=tuple(p.notices), problems=tuple(p.problems))
        for p in pieces
    ]  # fmt: skip
    return Read(tables, periods, tuple(inputs) + tuple(beside), totals)


# Which entity and year a row speaks of


def _place_rows(pieces: list[_Piece], options: Options) -> None:
    """Give every row of a path its entity, year and place in its table."""
    current = [p for p in pieces if p.part.table not in _BESIDE]
    entity = _sole(_said(current, "entity", options.entity))
    year = _sole(_said(current, "fiscal_year", options.year))
    counted: dict[str, int] = {}
    for piece in pieces:
        part, frame = piece.part, piece.frame
        beside = part.table in _BESIDE
        of_entity = options.entity or part.entity or entity
        of_year = part.year if beside else options.year or part.year or year
        n, start = len(frame), counted.get(part.table, 0)
        counted[part.table] = start + n
        records = part.records if part.records is not None else np.zeros(n, np.int64)
        given_year = frame["fiscal_year"] if "fiscal_year" in frame.columns else pl.Series([None] * n, dtype=pl.Int64)
        given = frame["entity"] if "entity" in frame.columns else pl.Series([None] * n, dtype=pl.String)
        piece.frame = frame.with_columns(
            given.fill_null(of_entity).cast(pl.String).alias("__entity")
            if of_entity is not None
            else given.alias("__entity"),
            (given_year.fill_null(of_year) if of_year is not None else given_year).cast(pl.Int64).alias("__year"),
            pl.lit(part.path).alias("__path"),
            pl.int_range(start + 1, start + n + 1, dtype=pl.Int64, eager=True).alias("__row"),
            pl.Series("__record", records, dtype=pl.Int64),
            pl.int_range(n, dtype=pl.Int64, eager=True).alias("__at"),
        )
        if not beside and part.table != "calendar" and part.path != DOCUMENTS and n:
            _notice_unplaced(piece)


def _said(pieces: Iterable[_Piece], column: str, option: str | int | None) -> set[str | int]:
    said: set[str | int] = set() if option is None else {option}
    for piece in pieces:
        own = piece.part.entity if column == "entity" else piece.part.year
        if own is not None:
            said.add(own)
        if column in piece.frame.columns:
            said.update(word for word in piece.frame[column].unique().to_list() if word is not None)
    return said


def _sole(said: set[str | int]) -> str | int | None:
    return next(iter(said)) if len(said) == 1 else None


def _notice_unplaced(piece: _Piece) -> None:
    part = piece.part
    entity, year = piece.frame["__entity"].null_count(), piece.frame["__year"].null_count()
    if entity or year:
        zh = "、".join(w for w, n in (("财政区划（--entity）", entity), ("年度（--year）", year)) if n)
        en = " and ".join(w for w, n in (("entity (--entity)", entity), ("fiscal year (--year)", year)) if n)
        piece.notices.append(part.problem("no-entity-or-year", f"有{max(entity, year)}行没有写明{zh}，归入本输入",
            f"{max(entity, year)} rows name no {en}; they belong to this input"))  # fmt: skip


def _check_keys(pieces: list[_Piece]) -> None:
    """A key given twice within a path is a problem that names both cells."""
    for table in {p.part.table for p in pieces}:
        spec = TABLES[table]
        if not spec.key:
            continue
        own = [p for p in pieces if p.part.table == table and len(p.frame)]
        if not own:
            continue
        rest = [k for k in spec.key if k not in {"entity", "fiscal_year"}]
        key = ["__entity", "__year", *rest]
        listed = []
        for i, piece in enumerate(own):
            columns = [pl.col(k) if k in piece.frame.columns else pl.lit(None, pl.String).alias(k) for k in key]
            listed.append(piece.frame.select(*columns, pl.lit(i).alias("__part"), "__at"))
        together = pl.concat(listed)
        again = together.with_columns(
            pl.struct(key).is_first_distinct().alias("__first"),
            pl.col("__part").first().over(key).alias("__part0"), pl.col("__at").first().over(key).alias("__at0"),
        ).filter(~pl.col("__first"))  # fmt: skip
        for row in again.head(LISTED).iter_rows(named=True):
            piece, first = own[row["__part"]], own[row["__part0"]]
            column = next((c for c in (*rest[::-1], *spec.key) if c in piece.frame.columns), piece.frame.columns[0])
            said = " · ".join(str(row[k]) for k in key if row[k] is not None)
            there = first.part.place(column, row["__at0"])
            if first is not piece:
                there = f"{first.part.name} {first.part.sheet or ''} {there}".replace("  ", " ")
            here = piece.part.place(column, row["__at"])
            piece.problems.append(piece.part.problem("key-twice",
                f"同一主键出现两次（{said}）：{there} 与 {here}；每个{'、'.join(spec.key)}只能有一行",
                f"the same key twice ({said}): {there} and {here}; one row for each {', '.join(spec.key)}",
                piece.part.cell(column, row["__at"])))  # fmt: skip
        if len(again) > LISTED:
            own[0].problems.append(own[0].part.problem("key-twice", f"共有{len(again)}行主键重复，以上列出前{LISTED}行",
                f"{len(again)} rows repeat a key, the first {LISTED} are listed above"))  # fmt: skip


def _name_lines(pieces: list[_Piece]) -> None:
    """Give every line an id: its own, ``ID#2`` where it repeats within entity and year, else one by its place."""
    for table in ("lines", "prior"):
        own = [p for p in pieces if p.part.table == table]
        if not own:
            continue
        given = pl.concat([
            p.frame.select(
                (pl.col("line_id") if "line_id" in p.frame.columns else pl.lit(None, pl.String)).alias("line_id"),
                "__row", "__entity", "__year",
            ) for p in own
        ])  # fmt: skip
        made = pl.format("L{}", pl.col("__row").cast(pl.String).str.zfill(6))
        ids = given.with_columns(pl.coalesce(pl.col("line_id"), made).alias("__id"))
        group = ["__entity", "__year", "__id"]
        several = ids["__entity"].n_unique() > 1 or ids["__year"].n_unique() > 1
        twice = ids.select(pl.struct(group) if several else pl.col("__id")).to_series().is_duplicated()
        if twice.any():
            ids = _told_apart(ids.with_columns((pl.int_range(pl.len()).over(group) + 1).alias("__k")))
        start = 0
        for piece in own:
            part = ids[start : start + len(piece.frame)]
            if twice.any() and (again := int((part["__k"] > 1).sum())):
                row = int((part["__k"] > 1).arg_max() or 0)
                cell = piece.part.cell("line_id", row)
                first = part["__id"][row]
                piece.notices.append(piece.part.problem(
                    "repeated-id", f"有{again}个明细编号重复，改记为带序号的编号，如 {first}",
                    f"{again} line ids repeat and read as numbered ones, e.g. {first}", cell))  # fmt: skip
            start += len(piece.frame)
            piece.frame = piece.frame.with_columns(part["__id"].alias("line_id"), part["line_id"].alias("given_id"))


def _told_apart(ids: pl.DataFrame) -> pl.DataFrame:
    """``ID#2`` for the second of an id, or the next number where the file itself has an ``ID#2``."""
    place = ["__entity", "__year"]
    number = pl.col("__k")
    while True:
        name = pl.when(pl.col("__k") > 1).then(pl.format("{}#{}", "__id", number)).otherwise(pl.col("__id"))
        named = ids.with_columns(name.alias("__named"))
        taken = named.filter(pl.col("__k") == 1).select(*place, pl.col("__named"), pl.lit(value=True).alias("__taken"))
        named = named.join(taken, on=[*place, "__named"], how="left", nulls_equal=True, maintain_order="left")
        clash = (pl.col("__taken") & (pl.col("__k") > 1)).fill_null(value=False)
        if not named.select(clash.any()).item():
            return named.with_columns(pl.col("__named").alias("__id")).drop("__named", "__taken")
        ids = named.with_columns((pl.col("__k") + clash.any().over([*place, "__id"]).cast(pl.Int64)
                                  * (pl.col("__k") > 1)).alias("__k")).drop("__named", "__taken")  # fmt: skip


def _check_paths(paths: Mapping[str, list[_Piece]]) -> None:
    """One entity and year in two paths is a problem unless the tables differ."""
    if len(paths) < 2:  # noqa: PLR2004 - two paths
        return
    seen: dict[tuple[str, str, int], _Piece] = {}
    for path, pieces in paths.items():
        fresh: dict[tuple[str, str, int], _Piece] = {}
        told: set[tuple[str, str]] = set()
        for piece in pieces:
            if piece.part.table in _BESIDE or any(p.problems for p in pieces):
                continue
            found = piece.frame.select("__entity", "__year").drop_nulls().unique().sort("__entity", "__year")
            for entity, year in found.rows():
                place = (piece.part.table, entity, year)
                fresh[place] = piece
                first = seen.get(place)
                if first is not None and (path, piece.part.table) not in told:
                    told.add((path, piece.part.table))
                    table, there = piece.part.table, first.part.name
                    piece.problems.append(piece.part.problem(
                        "entity-year-twice",
                        f"{entity} {year}年的“{TABLES[table].zh[0]}”已在 {there} 中；"
                        "同一地区同一年度的同一张表只能在一个输入里",
                        f"{table} of {entity} {year} is already in {there}; "
                        "one entity and year may bring a table in one input only"))  # fmt: skip
        seen.update({k: v for k, v in fresh.items() if k not in seen})


# Tables

_Derived = dict[str, frozenset[int] | None]
"""Columns had from another table, and the periods of which that has rows; None: every period."""


def _periods(pieces: list[_Piece]) -> tuple[Period, ...]:
    bringing = [p for p in pieces if p.part.table not in _BESIDE] or pieces
    found: set[Period] = set()
    for piece in bringing:
        for entity, year in piece.frame.select("__entity", "__year").unique().rows():
            found.add(Period(entity, year, "" if entity is not None and year is not None else piece.part.path))
    return tuple(sorted(found, key=lambda p: (p.entity or "", p.fiscal_year or 0, p.path)))


def _tables(pieces: list[_Piece], periods: tuple[Period, ...]) -> tuple[dict[str, Table], dict[str, Table]]:
    by_table = {t: [p for p in pieces if p.part.table == t] for t in TABLES if any(p.part.table == t for p in pieces)}
    frames: dict[str, pl.DataFrame] = {}
    derived: dict[str, _Derived] = {}
    for table, own in by_table.items():
        for piece in own:
            if table in _BESIDE:
                _place_beside(piece, periods)
        joined = pl.concat([p.frame.with_columns(pl.lit(i, pl.Int32).alias("__part")) for i, p in enumerate(own)],
                           how="diagonal")  # fmt: skip
        frames[table] = _numbered(joined, periods, beside=table in _BESIDE)
        outside = int((frames[table]["__period"] < 0).sum())
        if outside and table == "prior":
            own[0].notices.append(own[0].part.problem(
                "prior-elsewhere", f"上年明细中有{outside}行的地区和年度与本次预算对不上，未使用",
                f"{outside} rows of last year's lines fit no entity and year of this submission and are not used",
            ))  # fmt: skip
            frames[table] = frames[table].filter(pl.col("__period") >= 0)
    if "lines" in frames:
        frames["lines"], derived["lines"] = _completed(frames, by_table, periods)
    tables = {t: _table(t, frames[t], by_table[t], periods, derived.get(t, {})) for t in frames}
    totals = {t: made for t, own in by_table.items() if (made := _totals(t, own, periods)) is not None}
    return tables, totals


def _place_beside(piece: _Piece, periods: tuple[Period, ...]) -> None:
    """Standards and last year's lines belong to this year's entity and year: no row of theirs makes one."""
    frame, part = piece.frame, piece.part
    entities = sorted({p.entity for p in periods if p.entity is not None})
    if len(entities) == 1:
        frame = frame.with_columns(pl.col("__entity").fill_null(entities[0]))
    shift = 1 if part.table == "prior" else 0
    frame = frame.with_columns(pl.col("__year") + shift)
    # an entity with one year only: rows that name no year are about that one
    listed = [p for p in periods if p.entity is not None and p.fiscal_year is not None]
    named = [p.entity for p in listed]
    sole = {p.entity: p.fiscal_year for p in listed if named.count(p.entity) == 1}
    if sole:
        year = pl.col("__entity").replace_strict(list(sole), list(sole.values()), default=None, return_dtype=pl.Int64)
        frame = frame.with_columns(pl.coalesce(pl.col("__year"), year).alias("__year"))
    piece.frame = frame


def _numbered(frame: pl.DataFrame, periods: tuple[Period, ...], *, beside: bool) -> pl.DataFrame:
    """The rows with the number of their entity and year; rows of tables beside that fit none get -1."""
    numbers = pl.DataFrame(
        {"__entity": [p.entity for p in periods], "__year": [p.fiscal_year for p in periods],
         "__path_of": [p.path for p in periods], "__period": list(range(len(periods)))},
        schema={"__entity": pl.String, "__year": pl.Int64, "__path_of": pl.String, "__period": pl.Int64},
    )  # fmt: skip
    known = pl.col("__entity").is_not_null() & pl.col("__year").is_not_null()
    if len(periods) == 1 and beside:
        entity, year = periods[0].entity, periods[0].fiscal_year
        other = pl.lit(value=False)
        if entity is not None:
            other |= (pl.col("__entity") != entity).fill_null(value=False)
        if year is not None:
            other |= (pl.col("__year") != year).fill_null(value=False)
        return frame.with_columns(pl.when(other).then(-1).otherwise(0).cast(pl.Int64).alias("__period"))
    if len(periods) == 1:
        return frame.with_columns(pl.lit(0, pl.Int64).alias("__period"))
    frame = frame.with_columns(pl.when(known).then(pl.lit("")).otherwise(pl.col("__path")).alias("__path_of"))
    joined = frame.join(
        numbers, on=["__entity", "__year", "__path_of"], how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.drop("__path_of").with_columns(pl.col("__period").fill_null(-1))


def _completed(
    frames: dict[str, pl.DataFrame], by_table: Mapping[str, list[_Piece]], periods: tuple[Period, ...]
) -> tuple[pl.DataFrame, _Derived]:
    """The lines with the counts of indicators and last year's amounts, and the columns so gained."""
    lines = frames["lines"]
    gained: _Derived = {"side": None}
    if "side" not in lines.columns:
        lines = lines.with_columns(pl.lit("expenditure").alias("side"))
    else:
        lacking = [i for i, p in enumerate(by_table["lines"]) if "side" not in p.typed.frame.columns]
        if lacking:
            lines = lines.with_columns(
                pl.when(pl.col("__part").is_in(lacking)).then(pl.lit("expenditure")).otherwise("side").alias("side")
            )
    if "targets" in frames and "project" in lines.columns and "project" in frames["targets"].columns:
        lines = with_counts(lines, frames["targets"])
        gained |= dict.fromkeys(COUNTS, _brought(frames["targets"]))
    if "prior" in frames:
        found = lastyear.join(lines, frames["prior"], {i: p.fiscal_year for i, p in enumerate(periods)})
        lines = found.lines
        gained |= dict.fromkeys((*found.filled, "without_prior"), _brought(frames["prior"]))
        _notice_joined(by_table["prior"][0], found)
    return lines, gained


def _brought(frame: pl.DataFrame) -> frozenset[int]:
    """The periods of which a table has rows."""
    return frozenset(frame["__period"].unique().to_list())


def _notice_joined(piece: _Piece, found: lastyear.Joined) -> None:
    for kind, n, zh, en in (
        ("without-prior", found.without, "条本年明细在上年明细中没有对应",
         "of this year's lines have no partner in last year's"),
        ("prior-unused", found.unused, "条上年明细在本年没有对应", "of last year's lines have no partner this year"),
        ("prior-ambiguous", found.ambiguous, "条明细与上年的对应不唯一，上年数按未知处理",
         "lines share a partner in last year's lines; their prior amounts stay unknown"),
        ("prior-differs", found.differing, "处明细自带的上年数与上年明细不同，以自带的为准",
         "prior amounts of the lines differ from last year's table; the lines' own win"),
    ):  # fmt: skip
        if n:
            piece.notices.append(piece.part.problem(kind, f"有{n}{zh}", f"{n} {en}"))


def _source(piece: _Piece, derived: Iterable[str]) -> Source:
    part = piece.part
    given = set(piece.typed.frame.columns) | set(derived)
    for column, filled in (("entity", "__entity"), ("fiscal_year", "__year")):
        # said by an option, a title or the rest of the path: no rule should call it absent
        if (
            column in TABLES[part.table].columns
            and len(piece.frame)
            and piece.frame[filled].null_count() < len(piece.frame)
        ):
            given.add(column)
    return Source(
        part.name, part.sheet, dict(part.letters), part.records is not None, piece.typed.unit, frozenset(given)
    )


def _gained(frame: pl.DataFrame, part: int, derived: _Derived) -> set[str]:
    """The columns that a piece has from other tables: one county's targets tell nothing of another's lines."""
    if not any(where is not None for where in derived.values()):
        return set(derived)
    here = _brought(frame.filter(pl.col("__part") == part))
    return {c for c, where in derived.items() if where is None or where & here}


def _table(
    table: str, frame: pl.DataFrame, pieces: list[_Piece], periods: tuple[Period, ...], derived: _Derived
) -> Table:
    if frame.columns and table == "standards":
        frame = frame.with_columns(pl.col("__period").clip(0))
    return Table(
        name=table,
        columns=_columns(table, frame),
        period=lock(frame["__period"].cast(pl.Int64).to_numpy()),
        periods=periods,
        source=lock(frame["__part"].cast(pl.Int32).to_numpy()),
        sources=tuple(_source(p, _gained(frame, i, derived)) for i, p in enumerate(pieces)),
        row=lock(frame["__row"].to_numpy()),
        record=lock(frame["__record"].to_numpy()),
    )


def _columns(table: str, frame: pl.DataFrame) -> dict[str, Data]:
    """The arrays of all columns; entity and year are those that the row was given."""
    spec = TABLES[table].columns
    out: dict[str, Data] = {}
    for name in frame.columns:
        if not name.startswith("__"):
            kind = "mark" if name == "without_prior" else (spec.get(name) or Column(name, "text")).kind
            out[name] = encode(frame[name], kind)
    if "entity" in spec:
        out["entity"] = keys(frame["__entity"])
    if "fiscal_year" in spec and table != "prior":
        out["fiscal_year"] = encode(frame["__year"], "year")
    return out


def _totals(table: str, pieces: list[_Piece], periods: tuple[Period, ...]) -> Table | None:
    """The total rows of a table; a row's place is its row in the sheet."""
    listed = []
    for i, piece in enumerate(pieces):
        rows = piece.typed.totals
        if not len(rows):
            continue
        n, part = len(rows), piece.part
        records = part.total_records if part.total_records is not None else np.zeros(n, np.int64)
        # a total speaks of the entity and year that it names, else of those of the line above it
        above = np.clip(np.searchsorted(piece.frame["__record"].to_numpy(), records) - 1, 0, None)
        inside = piece.frame["__entity", "__year"][above] if len(piece.frame) else None
        entity = inside["__entity"] if inside is not None else pl.Series([part.entity] * n, dtype=pl.String)
        year = inside["__year"] if inside is not None else pl.Series([part.year] * n, dtype=pl.Int64)
        if part.total_records is None and len(piece.frame.select("__entity", "__year").unique()) > 1:
            # rows of a frame have no places: a total that does not say whose it is belongs to nobody known
            entity, year = entity.clear(n), year.clear(n)
        if "entity" in rows.columns:
            entity = rows["entity"].fill_null(entity)
        if "fiscal_year" in rows.columns:
            year = rows["fiscal_year"].fill_null(year)
        listed.append(rows.with_columns(
            pl.lit(i, pl.Int32).alias("__part"), pl.Series("__record", records, dtype=pl.Int64),
            pl.Series("__row", records, dtype=pl.Int64), pl.lit(part.path).alias("__path"),
            entity.alias("__entity"), year.alias("__year"),
        ))  # fmt: skip
    if not listed:
        return None
    frame = _numbered(pl.concat(listed, how="diagonal"), periods, beside=False).filter(pl.col("__period") >= 0)
    return _table(table, frame, pieces, periods, {}) if len(frame) else None
