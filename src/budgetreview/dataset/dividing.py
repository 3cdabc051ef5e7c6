"""Lines that lie about in no order of entities, divided into temporary files: one folder for each part.

Read once, batch by batch; what is not yet written never takes more than a quarter of the memory allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np

from budgetreview.dataset.plan import Part, Piece, Plan
from budgetreview.dataset.store import Stored, made, opened, parquet, writing
from budgetreview.dataset.survey import Surveyed

FILE: Final = "__budgetreview_file"
ROW: Final = "__budgetreview_row"
_BATCH: Final = 65_536
_SHARE: Final = 4


def divided(planned: Plan, files: Sequence[Surveyed], folder: str, memory: int) -> tuple[Part, ...]:
    """Divide the lines, and say where those of each part now are.

    Args:
        planned: The parts.
        files: The files of the dataset.
        folder: Where temporary files may be put; every worker must reach it.
        memory: Bytes that may be used.

    Raises:
        IntakeError: A file cannot be read.
        OutputError: The disk is full or may not be written to.
    """
    writer = _Writer(folder, planned, memory // _SHARE)
    before = 0
    for i, surveyed in enumerate(files):
        with parquet(surveyed.file) as whole:
            for batch in whole.iter_batches(batch_size=_BATCH):
                writer.add(_marked(batch, surveyed.file, i, before), surveyed.entity)
                before += len(batch)
    return writer.parts()


def _marked(batch: Any, file: Stored, number: int, before: int) -> Any:
    """A batch as a table with what its folders say, and the file and row of each line."""
    import pyarrow as pa

    n = len(batch)
    table = with_folders(pa.Table.from_batches([batch]), file)
    table = table.append_column(FILE, pa.array(np.full(n, number, np.int32)))
    return table.append_column(ROW, pa.array(np.arange(before + 1, before + n + 1)))


def with_folders(table: Any, file: Stored) -> Any:
    """A table with the columns that the names of its folders say."""
    import pyarrow as pa

    for key, value in file.folders:
        if key not in table.column_names:
            table = table.append_column(key, pa.array([value] * len(table), pa.string()))
    return table


class _Writer:
    """Holds lines back until there are enough for a file."""

    def __init__(self, folder: str, planned: Plan, most: int) -> None:
        self._folder = folder
        self._plan = planned
        self._most = most
        self._held: dict[int, list[Any]] = {}
        self._bytes = 0
        self._written: dict[int, list[Stored]] = {}

    def add(self, table: Any, entity: str) -> None:
        """Take lines in."""
        import pyarrow as pa
        import pyarrow.compute as pc

        spelt = sorted(self._plan.spelt)
        places = pc.index_in(table.column(entity).cast(pa.string()), value_set=pa.array(spelt)).to_numpy()
        part = np.array([self._plan.spelt[s] for s in spelt], np.int64)[places]
        order = np.argsort(part, kind="stable")
        ordered = part[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]).tolist()
        moved = table.take(pa.array(order))
        for a, b in zip(starts, [*starts[1:], len(ordered)], strict=True):
            self._held.setdefault(int(ordered[a]), []).append(moved.slice(a, b - a))
        self._bytes += moved.nbytes
        if self._bytes > self._most:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        for k in sorted(self._held):
            folder = f"{self._folder}/{k:05d}"
            fs, path = opened(folder)
            with writing(self._folder):
                fs.makedirs(path, exist_ok=True)
            name = f"{len(self._written.get(k, [])):05d}.parquet"
            with made(folder, name) as out:
                pq.write_table(pa.concat_tables(self._held[k], promote_options="permissive"), out, compression="zstd")
            self._written.setdefault(k, []).append(Stored(f"{folder}/{name}", f"{k:05d}/{name}"))
        self._held, self._bytes = {}, 0

    def parts(self) -> tuple[Part, ...]:
        """The parts, each with the files that now hold its lines."""
        self._flush()
        return tuple(
            attrs.evolve(p, pieces=tuple(Piece(f, None, ((0, 0),), None) for f in self._written[p.number]))
            for p in self._plan.parts
        )


