"""A clean parquet file of budget lines straight to the coded table, without spelling out its texts.

A parquet file stores a column of codes as a list of its words and a number a row. Everything intake asks of a text
(is it blank, is it a total's label, which code does it spell) is asked here once a word. A file that is not clean in
some way (a bad cell, a total row, a repeated id, a line without entity or year) is not read here at all: the ordinary
reader takes it and says what is wrong. Both make the same table of a clean file; a test holds them to that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from budgetreview.intake.schemas import DIGIT_CODES, Allowed, accepts, allowed
from budgetreview.kernels import group as kernel
from budgetreview.money import FEN
from budgetreview.submission import Input
from budgetreview.table import Data, Period, Source, Table
from budgetreview.tables import TABLES, Column
from budgetreview.values import Bools, Exact, Ints, Keys, Late, LateKeys

_SMALL: Final = 10_000
"""Shorter files gain nothing."""
_STORED: Final = 5
"""A column with more stored bytes a row than this spells its texts out somewhere."""
_LOOK: Final = 2_048
"""So many rows tell whether a column of texts repeats its words."""
_TEXTS: Final = frozenset({"text", "code", "word"})


_PART: Final = 4
"""Less than one in so many texts are searched by themselves; else all are, once for everybody."""
_Maker = Callable[[slice | None], Data]
"""Makes some rows of a column, or all."""


class _NotCleanError(Exception):
    """The ordinary reader must look at this file."""


@attrs.frozen(eq=False)
class _Stored:
    """A text column as numbers (-1: null) into words, which may repeat.

    Attributes:
        codes: For each row the number of its word.
        words: The words.
        runs: The words are those of runs of rows with one text, in the order of the rows; one may be null.
    """

    codes: npt.NDArray[np.int32]
    words: pl.Series
    runs: bool = False

    @property
    def blank(self) -> Bools:
        """Rows without a text."""
        return self.words.is_null().to_numpy()[self.codes] if self.runs else self.codes < 0


class _Columns(Mapping[str, Data]):
    """Columns by name, each made when it is first asked for; several threads may ask."""

    def __init__(self, made: Mapping[str, Data], makers: Mapping[str, _Maker]) -> None:
        self._names = (*made, *makers)
        self._made = dict(made)
        self._makers = dict(makers)
        self._locks = {name: threading.Lock() for name in makers}

    def __getitem__(self, name: str) -> Data:
        if name not in self._made:
            with self._locks[name]:
                if name not in self._made:
                    self._made[name] = self._makers[name](None)
                    del self._makers[name]  # what it was made of may go
        return self._made[name]

    def taken(self, name: str, at: Ints | slice) -> Data:
        """Some rows of a column; those that stand together are made by themselves."""
        maker = self._makers.get(name)
        return self[name].take(at) if maker is None or not isinstance(at, slice) else maker(at)

    def unlike(self, name: str, other: Mapping[str, Data]) -> Bools | None:
        """Which rows of a column another file reads otherwise, told without making it; None: it must be made."""
        maker = self._makers.get(name)
        return maker.unlike(other.maker(name)) if isinstance(other, _Columns) and isinstance(maker, _Encoder) else None

    def maker(self, name: str) -> object:
        """What will make a column; None if it is made already."""
        return self._makers.get(name)

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
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        cleaned = dict(zip(found.feeds, pool.map(
            lambda c: _clean(stored[c].words if c in stored else rest[c], spec.get(c) or Column(c, "text"), part),
            found.feeds,
        ), strict=True))  # fmt: skip
    values = {c: read.values for c, read in cleaned.items()}
    decimals = max(read.decimals for read in cleaned.values())
    if not accepts("lines", {c: v for c, v in values.items() if not cleaned[c].allowed}):
        raise _NotCleanError
    _no_blank_row(values, stored, n)
    given = Input(name, sha256, None, "lines", n, notices=found.notices)
    return _made(cleaned, stored, n, given, max(FEN[unit] // 10**decimals, 1), options)


@attrs.frozen(eq=False)
class _Clean:
    """The exact values of a column, or of its words.

    Attributes:
        values: What its cells say.
        decimals: How many its money needs.
        allowed: It is known to hold only what it may.
        times: What its whole numbers are multiplied by when somebody reads them.
        bound: The largest magnitude among them; None: not looked for.
    """

    values: pl.Series
    decimals: int = 0
    allowed: bool = False
    times: int = 1
    bound: int | None = None


def _clean(raw: pl.Series, about: Column, part: Part) -> _Clean:
    """The exact values of cells, or of the words of a column.

    Raises:
        _NotCleanError: One is not of its kind, or the label of a total.
    """
    if about.kind in {"text", "code"} and about.name not in DIGIT_CODES and _is_plain(raw):
        return _Clean(raw, allowed=True)
    unit = part.units.get(about.name, part.sheet_unit)
    if raw.dtype.is_integer() and about.kind in {"money", "year", "count"}:
        return _whole(raw, allowed(about), FEN[unit] if about.kind == "money" else 1)
    read = coerce_column(raw, about, part, unit)
    if (read.bad is not None and read.bad.any()) or (read.finer is not None and read.finer.any()):
        raise _NotCleanError
    if raw.dtype == pl.String and total_rows("lines", pl.DataFrame([raw.alias(about.name)])).any():
        raise _NotCleanError
    return _Clean(read.values, read.decimals if about.kind == "money" and unit == part.sheet_unit else 0)


def _whole(raw: pl.Series, may: Allowed, times: int) -> _Clean:
    """Whole numbers that become amounts in 分, years or counts when somebody reads them.

    Raises:
        _NotCleanError: One lies outside what the column may hold.
    """
    low, high = (0 if x is None else int(str(x)) * times for x in (raw.min(), raw.max()))
    if raw.null_count() < len(raw) and not (may.low <= low and high <= may.high):  # type: ignore[operator]
        raise _NotCleanError
    return _Clean(raw, allowed=True, times=times, bound=max(abs(low), abs(high)))


def _is_plain(raw: pl.Series) -> bool:
    """Whether all texts are of ASCII letters and digits: nothing to strip, no total's label, the shape of any code."""
    if raw.dtype != pl.String:
        return False
    return all(bool(some.str.contains("^[0-9A-Za-z]+$").all()) for some in (raw.head(_LOOK), raw))


def _made(
    cleaned: Mapping[str, _Clean], stored: dict[str, _Stored], n: int, given: Input, unit: int, options: Options
) -> Straight:
    """The table of clean columns; what was read of them is let go on the way."""
    listed = "line_id" in stored
    spec = TABLES["lines"].columns
    made: dict[str, Data] = {}
    makers: dict[str, _Maker] = {}
    for column, clean in cleaned.items():
        read = clean.values
        kind = (spec.get(column) or Column(column, "text")).kind
        held = stored.pop(column, None)
        if kind in _TEXTS and (held is None or held.runs):
            made[column] = _late(read, None if held is None else held.codes)
        elif held is not None:
            made[column] = _of_words(read, held.codes, kind)
        else:
            makers[column] = _Encoder(clean, kind)
    entity = _complete(made, makers, "entity", options.entity, n)
    year = _complete(made, makers, "fiscal_year", options.year, n)
    first_year = int(year.min())
    period, first = kernel.combine([entity.astype(np.int64), year - first_year])
    words = made["entity"].words if isinstance(made.get("entity"), Keys) else (str(options.entity),)  # type: ignore[union-attr]
    periods = tuple(Period(words[int(entity[i])], int(year[i])) for i in first.tolist())
    if "line_id" in cleaned:
        _unique_within(made["line_id"], None if listed else cleaned["line_id"].values, period)  # type: ignore[arg-type]
        made["given_id"] = made["line_id"]
    else:
        numbers = pl.int_range(1, n + 1, dtype=pl.Int64, eager=True).cast(pl.String).str.zfill(6)
        made["line_id"] = _late(pl.select(pl.format("L{}", numbers)).to_series())
        made["given_id"] = Keys(_everywhere(-1, n, np.int32), ())
    if "side" not in cleaned:
        made["side"] = Keys(_everywhere(0, n, np.int32), ("expenditure",))
    given_columns = frozenset({*cleaned, "side", "entity", "fiscal_year"})
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
    made: dict[str, Data], makers: dict[str, _Maker], name: str, said: Any, n: int
) -> npt.NDArray[Any]:
    """The numbers of entity or year of every row.

    Raises:
        _NotCleanError: Some row does not say it.
    """
    if name in makers:
        made[name] = makers.pop(name)(None)
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
        return Keys(lock(table.take(codes, mode="wrap")), tuple(place))
    return encode(pl.concat([read, read.clear(1)]), kind).take(codes.astype(np.int64))


def _late(texts: pl.Series, runs: npt.NDArray[np.int32] | None = None) -> LateKeys:
    """Texts left as they are until somebody compares them.

    Args:
        texts: Of all rows, or of runs of rows.
        runs: For each row its run.
    """
    hashed: list[Ints] = []
    found: dict[tuple[str, ...], Bools] = {}

    def of_rows(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return lock(array if runs is None else array[runs])

    known = of_rows(texts.is_not_null().to_numpy())

    def marks() -> Ints:
        if not hashed:
            numbers = (texts.hash() // 2).cast(pl.Int64)
            hashed.append(of_rows((numbers.set(texts.is_null(), -1) if texts.null_count() else numbers).to_numpy()))
        return hashed[0]

    def made(rows: Ints | None) -> Keys:
        if rows is not None and not len(rows):
            return keys(texts.clear())
        wanted = rows if runs is None else runs if rows is None else runs[rows]
        if wanted is None:
            return keys(texts)
        first, last = int(wanted.min()), int(wanted.max())
        if last - first < len(wanted):  # they stand together
            some = keys(texts.slice(first, last - first + 1))
            return Keys(lock(some.codes[wanted - first]), some.words)
        return keys(texts.gather(wanted))

    def search(parts: Sequence[str], rows: Ints | None) -> Bools:
        key = tuple(parts)
        if key not in found and rows is not None and len(rows) * _PART < len(known):
            wanted = rows if runs is None else runs[rows]
            return _having(texts.gather(wanted), key)
        if key not in found:
            found[key] = of_rows(_having(texts, key))
        return found[key] if rows is None else found[key][rows]

    def read(at: Ints) -> list[str | None]:
        return texts.gather(at if runs is None else runs[at]).to_list()

    return LateKeys(Late(known, read, made, marks, search, (texts, runs)))


def _having(texts: pl.Series, parts: Sequence[str]) -> Bools:
    """Which texts have one of some parts in them."""
    return np.asarray(texts.str.contains_any(list(parts)).fill_null(value=False).to_numpy(), bool)


@attrs.frozen(eq=False)
class _Encoder:
    """Makes some rows of a column of what was read of it, or all."""

    clean: _Clean
    kind: Any

    def __call__(self, rows: slice | None) -> Data:
        clean = self.clean
        raw = clean.values if rows is None else clean.values[rows]
        if clean.bound is None:
            return encode(raw, self.kind)
        known = lock(raw.is_not_null().to_numpy())
        filled = raw.fill_null(0) if raw.null_count() else raw
        whole = np.multiply(filled.to_numpy(), clean.times, dtype=np.int64)
        return Exact(lock(whole), known, known, self.kind, clean.bound)

    def unlike(self, other: object) -> Bools | None:
        """Which rows another column reads otherwise, told by what was read; None: what is made of it must tell."""
        if not isinstance(other, _Encoder):
            return None
        a, b = self.clean, other.clean
        forms = [(one.kind, c.times, c.bound is None, c.values.dtype) for one, c in ((self, a), (other, b))]
        if forms[0] != forms[1]:
            return None
        return np.asarray(a.values.ne_missing(b.values).to_numpy(), bool)


def _no_blank_row(values: Mapping[str, pl.Series], stored: Mapping[str, _Stored], n: int) -> None:
    """Make sure that every row has a value somewhere.

    Raises:
        _NotCleanError: A row has none, and so is no line.
    """
    if any(name not in stored and not v.null_count() for name, v in values.items()):
        return
    blank: Bools = np.ones(n, bool)
    for name, v in values.items():
        blank &= stored[name].blank if name in stored else v.is_null().to_numpy()
    if blank.any():
        raise _NotCleanError


# Reading


def _columns(
    path: Path, named: Mapping[str, str], schema: Mapping[str, Any]
) -> tuple[dict[str, _Stored], pl.DataFrame]:
    """The columns by their known names: those stored as words and numbers, and all others as a frame."""
    texts = {c: h for c, h in named.items() if schema[h] == pl.String}
    own = _kept_as_words(path, texts)
    others = {c: h for c, h in named.items() if c not in own}
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        words = pool.submit(_stored_words, path, own)
        read = pl.read_parquet(path, columns=list(others.values()))
        rest = pl.DataFrame([read[h].alias(c) for c, h in others.items()])
        spelt = [c for c in texts if c not in own]
        numbered = dict(zip(spelt, pool.map(lambda c: _factorised(rest[c]) or _in_runs(rest[c]), spelt), strict=True))
        found = {c: stored for c, stored in numbered.items() if stored is not None}
        return words.result() | found, rest.drop(found)


def _kept_as_words(path: Path, texts: Mapping[str, str]) -> dict[str, str]:
    """The text columns that the file stores as words and numbers throughout; none without pyarrow."""
    try:
        import pyarrow.parquet as pq
    except ImportError:
        return {}
    with pq.ParquetFile(path) as file:
        said = file.metadata
        place = {said.schema.column(i).path: i for i in range(len(said.schema))}
        groups = [said.row_group(g) for g in range(said.num_row_groups)]
        return {c: h for c, h in texts.items() if h in place and all(_few(g.column(place[h])) for g in groups)}


def _stored_words(path: Path, own: Mapping[str, str]) -> dict[str, _Stored]:
    """Columns read as the words and numbers that the file stores, row group by row group."""
    if not own:
        return {}
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, read_dictionary=list(own.values())) as file:
        codes = {c: np.empty(file.metadata.num_rows, np.int32) for c in own}
        words: dict[str, dict[str | None, int]] = {c: {} for c in own}
        start = 0
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, columns=list(own.values()))
            for column, header in own.items():
                numbers = [_numbered(chunk, words[column]) for chunk in table.column(header).chunks]
                codes[column][start : start + len(table)] = np.concatenate([*numbers, np.zeros(0, np.int32)])
            start += len(table)
            del table
    pa.default_memory_pool().release_unused()
    return {c: _Stored(codes[c], pl.Series(c, list(words[c]), dtype=pl.String)) for c in own}


def _few(chunk: Any) -> bool:
    return "RLE_DICTIONARY" in chunk.encodings and chunk.total_uncompressed_size < _STORED * chunk.num_values


def _numbered(chunk: Any, place: dict[str | None, int]) -> npt.NDArray[np.int32]:
    """The number of the word of each row of a part, -1 for none; new words are numbered after those known."""
    told = [place.setdefault(w, len(place)) for w in chunk.dictionary.to_pylist()]
    stored = chunk.indices
    numbers: npt.NDArray[np.int32] = (stored.fill_null(-1) if stored.null_count else stored).to_numpy(
        zero_copy_only=False
    )
    if told == list(range(len(told))):
        return numbers
    return np.array([*told, -1], np.int32).take(numbers, mode="wrap")  # -1, no word, is the last


def _factorised(texts: pl.Series) -> _Stored | None:
    """A column of texts as words and numbers, where it repeats them."""
    look = texts.gather_every(max(len(texts) // _LOOK, 1))
    if look.n_unique() * 4 > len(look):
        return None
    words = texts.unique().drop_nulls().sort()
    numbers = texts.cast(pl.Enum(words)).to_physical().cast(pl.Int32)
    return _Stored((numbers.fill_null(-1) if texts.null_count() else numbers).to_numpy(), words)


def _in_runs(texts: pl.Series) -> _Stored | None:
    """A column of texts as runs of rows with one text, where neighbours mostly share it."""
    for some in (texts.head(_LOOK), texts):
        fresh = pl.concat([pl.Series([True]), some.tail(-1).ne_missing(some.head(-1))])
        if len(some) < 2 * int(fresh.sum()):
            return None
    runs = np.cumsum(fresh.to_numpy(), dtype=np.int32)
    runs -= 1
    return _Stored(runs, texts.filter(fresh), runs=True)
