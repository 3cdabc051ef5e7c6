"""Work on many columns at once, where there are enough cells for a second processor core to be worth its start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Final, TypeVar

import polars as pl

_WORTH_IT: Final = 500_000
"""Cells; fewer are done before threads have begun."""

_In = TypeVar("_In")
_Out = TypeVar("_Out")


def abreast(work: Callable[[_In], _Out], columns: Sequence[_In], rows: int) -> list[_Out]:
    """The work done on each of the columns, in their order; of many rows on all cores that the frame library uses."""
    threads = min(pl.thread_pool_size(), len(columns))
    if threads < 2 or rows * len(columns) < _WORTH_IT:  # noqa: PLR2004 - two make a company
        return [work(column) for column in columns]
    with ThreadPoolExecutor(threads, "columns") as pool:
        return list(pool.map(work, columns))


def ahead(pieces: Iterable[_In]) -> Iterator[_In]:
    """The same pieces in the same order, the next one made while this one is looked at; errors come in their place."""
    source = iter(pieces)
    with ThreadPoolExecutor(1, "ahead") as pool:
        coming = pool.submit(tuple, islice(source, 1))
        while one := coming.result():
            coming = pool.submit(tuple, islice(source, 1))
            yield one[0]
