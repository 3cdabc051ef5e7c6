"""What is to be known of every file before any part is reviewed: its entities, and what is chosen once for an input.

Read from the names of folders and the statistics of row groups where these tell it; else one column is read, never all.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import polars as pl

from budgetreview.dataset.store import Stored, parquet, problem, reading
from budgetreview.errors import IntakeError, Problem
from budgetreview.intake.coerce import coerce_column
from budgetreview.intake.columns import Assigned, assign
from budgetreview.intake.frames import holds_marks, sole_unit
from budgetreview.intake.part import Part
from budgetreview.money import FEN
from budgetreview.tables import AMOUNT_BY_STAGE, AMOUNT_ORDER, TABLES, Column

_CHUNK: Final = 1 << 22
_SAMPLE: Final = 16_384
"""Lines that tell how wide the lines of a file are."""


@attrs.frozen
class Asked:
    """One file to look at."""

    file: Stored
    stage: str
    unit: str | None


@attrs.frozen
class Surveyed:
    """What a file told.

    Attributes:
        file: The file.
        sha256: Of its bytes.
        columns: Headers and kinds of its columns, sorted.
        groups: For each row group the lines of each entity, spelt as in the file; None: lines that name none.
        starts: For each row group the rows of the file before it.
        amounts: The amount columns of the stage that hold a value, in the order of choice.
        decimals: Decimals that its money needs in the unit of the file.
        unit: That unit.
        marks: For the headers that may mean marks or money whether they hold marks here.
        width: Bytes of a line, decoded.
        entity: The header of the entity.
        notices: About its headers.
    """

    file: Stored
    sha256: str
    columns: tuple[tuple[str, str], ...]
    groups: tuple[Mapping[str | None, int], ...]
    starts: tuple[int, ...]
    amounts: tuple[str, ...]
    decimals: int
    unit: str
    marks: Mapping[str, bool]
    width: float
    entity: str
    notices: tuple[Problem, ...]

    @property
    def lines(self) -> int:
        """Rows of the file."""
        return sum(sum(g.values()) for g in self.groups)


def survey(asked: Asked) -> Surveyed:
    """Look at one file.

    Raises:
        IntakeError: It cannot be read, names no entity, or two headers mean one column.
    """
    file = asked.file
    with parquet(file) as whole:
        headers = [*whole.schema_arrow.names, *(k for k, _ in file.folders)]
        marks: dict[str, bool] = {}

        def marked(i: int) -> bool:
            marks[headers[i]] = all(holds_marks(s) for s in _columns(whole, headers[i]))
            return marks[headers[i]]

        found = assign("lines", headers, name=file.name, holds_marks=marked)
        if found.problems:
            raise IntakeError(found.problems)
        if "entity" not in found.feeds:
            raise IntakeError([problem(
                "no-entity", f"没有财政区划列（entity），分区文件夹也没有写明；现有列：{'、'.join(headers[:12])}…",
                f"there is no column of the entity, nor do the folders name it; there is: {', '.join(headers[:12])}…",
                file.name,
            )])  # fmt: skip
        entity = headers[found.feeds["entity"]]
        spec = TABLES["lines"].columns
        money = [c for c in found.feeds if c in spec and spec[c].kind == "money"]
        unit = asked.unit or sole_unit(money, found.units)
        looked = _Money(whole, headers, found, unit, file.name)
        starts = [0]
        for g in range(whole.num_row_groups):
            starts.append(starts[-1] + whole.metadata.row_group(g).num_rows)
        return Surveyed(
            file=file,
            sha256=_digest(file),
            columns=tuple(sorted((f.name, _kind(f.type)) for f in whole.schema_arrow)),
            groups=tuple(_entities(whole, dict(file.folders).get(entity), entity)),
            starts=tuple(starts[:-1]),
            amounts=tuple(c for c in candidates(asked.stage) if c in found.feeds and looked.has_value(c)),
            decimals=looked.decimals(money),
            unit=unit,
            marks=marks,
            width=_width(whole),
            entity=entity,
            notices=found.notices,
        )


def candidates(stage: str) -> tuple[str, ...]:
    """The columns that may be "the amount" at a stage, in the order of choice (CONTRACT, ``lines``)."""
    own = AMOUNT_BY_STAGE[stage]
    return ("requested", "proposed") if own == "requested" else tuple(AMOUNT_ORDER[AMOUNT_ORDER.index(own) :: -1])


class _Money:
    """The money columns of a file, read row group by row group only as far as needed."""

    def __init__(self, whole: Any, headers: Sequence[str], found: Assigned, unit: str, name: str) -> None:
        self._whole = whole
        self._header = {c: headers[i] for c, i in found.feeds.items()}
        self._units = found.units
        self._unit = unit
        self._part = Part(path="", name=name, table="lines", frame=pl.DataFrame(), units=found.units, sheet_unit=unit)

    def _read(self, column: str) -> Iterator[Any]:
        about = TABLES["lines"].columns.get(column) or Column(column, "text")
        for raw in _columns(self._whole, self._header[column]):
            yield coerce_column(raw, about, self._part, self._units.get(column, self._unit))

    def has_value(self, column: str) -> bool:
        """Whether any cell of the column holds a figure."""
        if _exact(self._whole, self._header[column]):
            chunks = list(_chunks(self._whole, self._header[column]))
            stated = [c.statistics for c in chunks]
            if all(s is not None and s.has_null_count for s in stated):
                return any(s.null_count < c.num_values for s, c in zip(stated, chunks, strict=True))
        return any(read.values.null_count() < len(read.values) for read in self._read(column))

    def decimals(self, money: Sequence[str]) -> int:
        """The most decimals of any amount in the unit of the file; 分 needs no more."""
        most = len(str(FEN[self._unit])) - 1
        used = 0
        for column in money:
            if self._units.get(column, self._unit) != self._unit or _whole_numbers(self._whole, self._header[column]):
                continue
            for read in self._read(column):
                used = max(used, read.decimals)
                if used >= most:
                    return most
        return used


def _type(whole: Any, header: str) -> Any:
    return whole.schema_arrow.field(header).type


def _whole_numbers(whole: Any, header: str) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(_type(whole, header)) or pa.types.is_null(_type(whole, header)))


def _exact(whole: Any, header: str) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(_type(whole, header)) or pa.types.is_decimal(_type(whole, header)))


def _kind(type_: Any) -> str:
    """What kind of values a column holds; widths of numbers and encodings of texts do not matter."""
    import pyarrow.types as t

    if t.is_dictionary(type_):
        return _kind(type_.value_type)
    kinds: tuple[tuple[str, Callable[[Any], bool]], ...] = (
        ("null", t.is_null), ("boolean", t.is_boolean), ("integer", t.is_integer), ("float", t.is_floating),
        ("decimal", t.is_decimal), ("date", t.is_date), ("timestamp", t.is_timestamp),
    )  # fmt: skip
    texts = t.is_string(type_) or t.is_large_string(type_) or t.is_string_view(type_)
    return "text" if texts else next((name for name, holds in kinds if holds(type_)), str(type_))


def _chunks(whole: Any, header: str) -> Iterator[Any]:
    place = {whole.metadata.schema.column(i).path: i for i in range(len(whole.metadata.schema))}
    for g in range(whole.num_row_groups):
        yield whole.metadata.row_group(g).column(place[header])


def _columns(whole: Any, header: str) -> Iterator[pl.Series]:
    """A column, row group by row group."""
    for g in range(whole.num_row_groups):
        made = pl.from_arrow(whole.read_row_group(g, columns=[header]))
        if isinstance(made, pl.DataFrame):
            yield made.to_series()


def _entities(whole: Any, folder: str | None, header: str) -> Iterator[Mapping[str | None, int]]:
    """The lines of each entity in each row group."""
    if folder is not None and header not in whole.schema_arrow.names:
        for g in range(whole.num_row_groups):
            yield {folder: whole.metadata.row_group(g).num_rows}
        return
    for g, chunk in enumerate(_chunks(whole, header)):
        said = chunk.statistics
        complete = said is not None and said.has_min_max and said.has_null_count and not said.null_count
        if complete and said.min == said.max:
            yield {str(said.min): chunk.num_values}
            continue
        made = pl.from_arrow(whole.read_row_group(g, columns=[header]))
        texts = made.to_series().cast(pl.String) if isinstance(made, pl.DataFrame) else pl.Series([], dtype=pl.String)
        counted = texts.value_counts()
        yield Counter(dict(zip(counted.to_series(0).to_list(), counted.to_series(1).to_list(), strict=True)))


def _width(whole: Any) -> float:
    for batch in whole.iter_batches(batch_size=_SAMPLE):
        return float(batch.nbytes / max(len(batch), 1))
    return 0.0


def _digest(file: Stored) -> str:
    digest = hashlib.sha256()
    with reading(file.url) as raw:
        while piece := raw.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()
