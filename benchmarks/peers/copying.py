"""What no way of doing the yardstick can beat: copying its columns once in memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from benchmarks.answers import COLUMNS, OF_LINE_RULES

_WIDTHS: Final[Mapping[str, Any]] = {"String": np.int32, "Boolean": np.int8, "Date": np.int32}
"""Texts as numbers of words, marks as bytes, days as numbers; the rest as wide as the file has it."""

Arrays = list[npt.NDArray[Any]]


def coded(path: Path, *, groups: bool = True) -> Arrays:
    """Arrays as long and as wide as the coded columns; ids of lines, which no rule reads, are left out."""
    schema = pl.read_parquet_schema(path)
    n = pq.ParquetFile(path).metadata.num_rows
    wanted = [c for c in (COLUMNS if groups else OF_LINE_RULES) if c != "line_id"]
    kinds = [_WIDTHS.get(str(schema[c])) or np.dtype(str(schema[c]).lower()) for c in wanted]
    return [np.ones(n, kind) for kind in kinds]


def targets(columns: Arrays) -> Arrays:
    """Where to copy to, every page touched once."""
    return [np.zeros_like(c) + 1 for c in columns]


def memcpy(columns: Arrays, to: Arrays) -> None:
    """Copy all columns, one after the other, in one thread."""
    for source, target in zip(columns, to, strict=True):
        np.copyto(target, source)
