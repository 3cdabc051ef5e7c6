"""A clean parquet file of budget lines straight to the coded table, without spelling out its texts.

A parquet file stores a column of codes as a list of its words and a number a row. Everything intake asks of a text
(is it blank, is it a total's label, which code does it spell) is asked here once a word. A file that is not clean in
some way (a bad cell, a total row, a repeated id, a line without entity or year) is not read here at all: the ordinary
reader takes it and says what is wrong. Both make the same table of a clean file; a test holds them to that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from budgetreview.intake.coerce import coerce_column
from budgetreview.intake.columns import assign
from budgetreview.intake.encode import encode, keys, lock
from budgetreview.intake.frames import holds_marks, sole_unit
from budgetreview.intake.heading import best_table, table_named
from budgetreview.intake.part import Options, Part
from budgetreview.intake.rows import deleted_rows, total_rows
from budgetreview.intake.schemas import DIGIT_CODES, accepts
from budgetreview.kernels import group as kernel
from budgetreview.money import FEN
from budgetreview.submission import Input
from budgetreview.table import Data, Period, Source, Table
from budgetreview.tables import TABLES, Column
from budgetreview.values import Bools, Ints, Keys, Late, LateKeys

_SMALL: Final = 10_000
"""Shorter files gain nothing."""
_STORED: Final = 5
"""A column with more stored bytes a row than this spells its texts out somewhere."""
_LOOK: Final = 2_048
"""So many rows tell whether a column of texts repeats its words."""
_TEXTS: Final = frozenset({"text", "code", "word"})


class _NotCleanError(Exception):
    """The ordinary reader must look at this file."""


@attrs.frozen(eq=False)
class _Stored:
    """A text column as stored: numbers (-1: null) into words, which may repeat."""

    codes: npt.NDArray[np.int32]
    words: pl.Series


class _Columns(Mapping[str, Data]):
    """Columns by name, each made when it is first asked for; several threads may ask."""

    def __init__(self, made: Mapping[str, Data], makers: Mapping[str, Callable[[], Data]]) -> None:
        self._names = (*made, *makers)
        self._made = dict(made)
        self._makers = dict(makers)
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Data:
        if name not in self._made:
            with self._lock:
                if name not in self._made:
                    self._made[name] = self._makers[name]()
                    del self._makers[name]  # what it was made of may go
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names


@attrs.frozen(eq=False)
class Straight:
    """The lines of one clean file."""

    lines: Table
    periods: tuple[Period, ...]
    input: Input


def read_straight(path: Path, name: str, sha256: str | None, options: Options, hint: str | None) -> Straight | None:
    """Read a parquet file of lines.

    Args:
        path: The file.
        name: The input as the report names it.
        sha256: Of the file's bytes.
        options: Of the caller.
        hint: The table that the file is said to be.

    Returns:
        The lines; None where the ordinary reader must look.
    """
    try:
        return _read(path, name, sha256, options, hint)
    except (_NotCleanError, pl.exceptions.PolarsError, OSError, ValueError):
        return None


def _read(path: Path, name: str, sha256: str | None, options: Options, hint: str | None) -> Straight:
    schema = pl.read_parquet_schema(path)
    headers = list(schema)
    if (hint or table_named(Path(name).stem) or best_table(headers)) != "lines":
        raise _NotCleanError

    def marks(column: int) -> bool:
        return holds_marks(pl.read_parquet(path, columns=[headers[column]]).to_series())

    found = assign("lines", headers, name=name, holds_marks=marks)
    if found.problems:
        raise _NotCleanError
    spec = TABLES["lines"].columns
    unit = options.unit or sole_unit([c for c in found.feeds if c in spec and spec[c].kind == "money"], found.units)
    part = Part(path="", name=name, table="lines", frame=pl.DataFrame(), units=found.units, sheet_unit=unit)
    stored, rest = _columns(path, {c: headers[i] for c, i in found.feeds.items()}, schema)
    n = len(rest) if rest.width else len(next(iter(stored.values())).codes) if stored else 0
    if n < _SMALL or "is_deleted" in stored or deleted_rows(rest).any():
        raise _NotCleanError
    values: dict[str, pl.Series] = {}
    plain: set[str] = set()
    decimals = 0
    for column in found.feeds:
        about = spec.get(column) or Column(column, "text")
        if column in stored:
            values[column], used = _clean(stored[column].words, about, part)
        elif about.kind in {"text", "code"} and column not in DIGIT_CODES and _is_plain(rest[column]):
            values[column], used = rest[column], 0
            plain.add(column)
        else:
            values[column], used = _clean(rest[column], about, part)
        decimals = max(decimals, used)
    if not accepts("lines", {c: v for c, v in values.items() if c not in plain}):
        raise _NotCleanError
    _no_blank_row(values, stored, n)
    given = Input(name, sha256, None, "lines", n, notices=found.notices)
    return _made(values, stored, n, given, max(FEN[unit] // 10**decimals, 1), options)


def _clean(raw: pl.Series, about: Column, part: Part) -> tuple[pl.Series, int]:
    """The exact values of cells, or of the distinct words of a column, and the decimals that its money needs.

    Raises:
        _NotCleanError: One is not of its kind, or the label of a total.
    """
    unit = part.units.get(about.name, part.sheet_unit)
    read = coerce_column(raw, about, part, unit)
    if (read.bad is not None and read.bad.any()) or (read.finer is not None and read.finer.any()):
        raise _NotCleanError
    if raw.dtype == pl.String and total_rows("lines", pl.DataFrame([raw.alias(about.name)])).any():
        raise _NotCleanError
    return read.values, read.decimals if about.kind == "money" and unit == part.sheet_unit else 0


def _is_plain(raw: pl.Series) -> bool:
    """Whether all texts are of ASCII letters and digits: nothing to strip, no total's label, the shape of any code."""
    return raw.dtype == pl.String and not raw.str.contains(r"[^0-9A-Za-z]|^$").any()


def _made(
    values: Mapping[str, pl.Series], stored: Mapping[str, _Stored], n: int, given: Input, unit: int, options: Options
) -> Straight:
    """The table of clean columns."""
    spec = TABLES["lines"].columns
    made: dict[str, Data] = {}
    makers: dict[str, Callable[[], Data]] = {}
    for column, read in values.items():
        kind = (spec.get(column) or Column(column, "text")).kind
        if column in stored:
            made[column] = _of_words(read, stored[column].codes, kind)
        elif kind in _TEXTS:
            made[column] = _late(read)
        else:
            makers[column] = _encoder(read, kind)
    entity = _complete(made, makers, "entity", options.entity, n)
    year = _complete(made, makers, "fiscal_year", options.year, n)
    first_year = int(year.min())
    period, first = kernel.combine([entity.astype(np.int64), year - first_year])
    words = made["entity"].words if isinstance(made.get("entity"), Keys) else (str(options.entity),)  # type: ignore[union-attr]
    periods = tuple(Period(words[int(entity[i])], int(year[i])) for i in first.tolist())
    if "line_id" in values:
        _unique_within(made["line_id"], values["line_id"] if "line_id" not in stored else None, period)  # type: ignore[arg-type]
        made["given_id"] = made["line_id"]
    else:
        numbers = pl.int_range(1, n + 1, dtype=pl.Int64, eager=True).cast(pl.String).str.zfill(6)
        made["line_id"] = _late(pl.select(pl.format("L{}", numbers)).to_series())
        made["given_id"] = Keys(_everywhere(-1, n, np.int32), ())
    if "side" not in values:
        made["side"] = Keys(_everywhere(0, n, np.int32), ("expenditure",))
    given_columns = frozenset({*values, "side", "entity", "fiscal_year"})
    lines = Table(
        name="lines",
        columns=_Columns(made, makers),
        period=lock(period),
        periods=periods,
        source=_everywhere(0, n, np.int32),
        sources=(Source(given.name, None, {}, addressed=False, unit=unit, given=given_columns),),
        row=lock(np.arange(1, n + 1)),
        record=_everywhere(0, n, np.int64),
    )
    return Straight(lines, periods, given)


def _everywhere(value: int, n: int, dtype: Any) -> npt.NDArray[Any]:
    """One number for every row, held once."""
    return np.broadcast_to(np.array(value, dtype), (n,))


def _complete(
    made: dict[str, Data], makers: dict[str, Callable[[], Data]], name: str, said: Any, n: int
) -> npt.NDArray[Any]:
    """The numbers of entity or year of every row.

    Raises:
        _NotCleanError: Some row does not say it.
    """
    if name in makers:
        made[name] = makers.pop(name)()
    data = made.get(name)
    if data is None:
        if said is None:
            raise _NotCleanError
        if name == "entity":
            made[name] = Keys(_everywhere(0, n, np.int32), (str(said),))
            return _everywhere(0, n, np.int32)
        made[name] = encode(pl.Series(name, [int(said)]).new_from_index(0, n), "year")
        return made[name].values  # type: ignore[union-attr]
    if isinstance(data, Keys):
        if (data.codes < 0).any():
            raise _NotCleanError
        return data.codes
    if not data.known.all():  # type: ignore[union-attr]
        raise _NotCleanError
    return data.values  # type: ignore[union-attr]


def _unique_within(ids: Keys, texts: pl.Series | None, period: Ints) -> None:
    """Hold ids against each other within their entity and year.

    Raises:
        _NotCleanError: One is blank or repeats.
    """
    if texts is None:
        if not ids.known.all() or len(kernel.combine([period, ids.codes.astype(np.int64)])[1]) < len(period):
            raise _NotCleanError
        return
    if texts.null_count():
        raise _NotCleanError
    starts = period[1:] != period[:-1]
    together = int(starts.sum()) + 1 == int(period.max()) + 1
    rising = (texts.tail(-1) > texts.head(-1)).to_numpy()
    if together and (rising | starts).all():
        return
    if texts.n_unique() < len(texts) and pl.DataFrame({"p": period, "t": texts}).is_duplicated().any():
        raise _NotCleanError


def _of_words(read: pl.Series, codes: npt.NDArray[np.int32], kind: Any) -> Data:
    """What was read of the words, for every row."""
    if kind in _TEXTS:
        known = read.drop_nulls().unique().sort()
        if len(known) == len(read) and known.equals(read):
            return Keys(lock(codes), tuple(known.to_list()))
        place = {w: i for i, w in enumerate(known.to_list())}
        table = np.array([*(place[w] if w is not None else -1 for w in read.to_list()), -1], np.int32)
        return Keys(lock(table[codes]), tuple(place))
    return encode(pl.concat([read, read.clear(1)]), kind).take(codes.astype(np.int64))


def _late(texts: pl.Series) -> LateKeys:
    """Texts left as they are until somebody compares them."""
    hashed: list[Ints] = []

    def marks() -> Ints:
        if not hashed:
            numbers = (texts.hash() // 2).cast(pl.Int64)
            hashed.append(lock((numbers.set(texts.is_null(), -1) if texts.null_count() else numbers).to_numpy()))
        return hashed[0]

    found: dict[tuple[str, ...], Bools] = {}

    def made(rows: Ints | None) -> Keys:
        if rows is None or not len(rows):
            return keys(texts if rows is None else texts.clear())
        together = len(rows) > 1 and bool((np.diff(rows) == 1).all())
        return keys(texts.slice(int(rows[0]), len(rows)) if together else texts.gather(rows))

    def search(parts: Sequence[str]) -> Bools:
        key = tuple(parts)
        if key not in found:
            hits = texts.str.contains_any(list(key)).fill_null(value=False)
            found[key] = lock(hits.to_numpy())
        return found[key]

    known = lock(texts.is_not_null().to_numpy())
    return LateKeys(Late(known, lambda at: texts.gather(at).to_list(), made, marks, search))


def _encoder(values: pl.Series, kind: Any) -> Callable[[], Data]:
    return lambda: encode(values, kind)


def _no_blank_row(values: Mapping[str, pl.Series], stored: Mapping[str, _Stored], n: int) -> None:
    """Make sure that every row has a value somewhere.

    Raises:
        _NotCleanError: A row has none, and so is no line.
    """
    if any(name not in stored and not v.null_count() for name, v in values.items()):
        return
    blank: Bools = np.ones(n, bool)
    for name, v in values.items():
        blank &= stored[name].codes < 0 if name in stored else v.is_null().to_numpy()
    if blank.any():
        raise _NotCleanError


# Reading


def _columns(
    path: Path, named: Mapping[str, str], schema: Mapping[str, Any]
) -> tuple[dict[str, _Stored], pl.DataFrame]:
    """The columns by their known names: those stored as words and numbers, and all others as a frame."""
    texts = {c: h for c, h in named.items() if schema[h] == pl.String}
    stored = _stored_words(path, texts)
    others = {c: h for c, h in named.items() if c not in stored}
    read = pl.read_parquet(path, columns=list(others.values()))
    rest = pl.DataFrame([read[h].alias(c) for c, h in others.items()])
    for c in set(texts) - stored.keys():
        if (found := _factorised(rest[c])) is not None:
            stored[c] = found
            rest = rest.drop(c)
    return stored, rest


def _stored_words(path: Path, texts: Mapping[str, str]) -> dict[str, _Stored]:
    """The text columns that the file stores as words and numbers throughout; none without pyarrow."""
    try:
        import pyarrow.parquet as pq
    except ImportError:
        return {}
    with pq.ParquetFile(path) as file:
        said = file.metadata
        place = {said.schema.column(i).path: i for i in range(len(said.schema))}
        groups = [said.row_group(g) for g in range(said.num_row_groups)]
        own = {c: h for c, h in texts.items() if h in place and all(_few(g.column(place[h])) for g in groups)}
    if not own:
        return {}
    with pq.ParquetFile(path, read_dictionary=list(own.values())) as file:
        table = file.read(columns=list(own.values())).unify_dictionaries()
    out: dict[str, _Stored] = {}
    for column, header in own.items():
        chunks = table.column(header).chunks
        codes = np.concatenate([_codes(c.indices) for c in chunks])
        out[column] = _Stored(codes, pl.Series(column, chunks[0].dictionary, dtype=pl.String))
    return out


def _few(chunk: Any) -> bool:
    return "RLE_DICTIONARY" in chunk.encodings and chunk.total_uncompressed_size < _STORED * chunk.num_values


def _codes(indices: Any) -> npt.NDArray[np.int32]:
    return np.asarray((indices.fill_null(-1) if indices.null_count else indices).to_numpy(), np.int32)


def _factorised(texts: pl.Series) -> _Stored | None:
    """A column of texts as words and numbers, where it repeats them."""
    look = texts.gather_every(max(len(texts) // _LOOK, 1))
    if look.n_unique() * 4 > len(look):
        return None
    words = texts.unique().drop_nulls().sort()
    numbers = texts.cast(pl.Enum(words)).to_physical().cast(pl.Int32)
    return _Stored((numbers.fill_null(-1) if texts.null_count() else numbers).to_numpy(), words)
