"""Typed columns to the read-only arrays that rules see."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from budgetreview.table import Data
from budgetreview.tables import Kind
from budgetreview.values import Exact, Keys, LateWords, Numbers, Truth

_FEW: Final = 50_000
"""Up to so many distinct texts a lookup is faster than sorting all of them."""
_SHORT: Final = 1_000
"""Columns up to this length are done in Python, which takes less time than one call of the frame library."""


def lock(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The array, read-only; arrays handed out by polars without a copy are so already."""
    if array.flags.writeable:
        array.setflags(write=False)
    return array


def keys(texts: pl.Series) -> Keys:
    """Texts as integer keys into the sorted tuple of the words that occur."""
    n = len(texts)
    if texts.null_count() == n:
        return Keys(lock(np.full(n, -1, np.int32)), ())
    if n <= _SHORT:
        short = Keys.of(texts.to_list())
        return Keys(lock(short.codes), short.words)
    if not texts.null_count() and texts.is_sorted():
        fresh = (texts.tail(-1) != texts.head(-1)).to_numpy()
        codes = np.append(np.int32(0), np.cumsum(fresh, dtype=np.int32))
        return Keys(lock(codes), _late(texts.gather(np.append(0, np.flatnonzero(fresh) + 1))))
    if int(str(texts.approx_n_unique())) <= _FEW:
        words = texts.drop_nulls().unique().sort()
        codes = texts.cast(pl.Enum(words)).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
        return Keys(lock(codes), tuple(words.to_list()))
    numbered = texts.cast(pl.Categorical(pl.Categories.random()))
    words = numbered.unique().drop_nulls()
    spelled = words.cast(pl.String)
    order = spelled.arg_sort().to_numpy()
    place = np.full(int(str(words.to_physical().max())) + 2, -1, np.int32)
    place[words.to_physical().to_numpy()[order]] = np.arange(len(order))
    codes = place[numbered.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()]
    return Keys(lock(codes), _late(spelled[order]))


def _late(words: pl.Series) -> LateWords:
    return LateWords(
        len(words), words.__getitem__, lambda: tuple(words.to_list()), lambda at: words.gather(at).to_list()
    )


def encode(column: pl.Series, kind: Kind) -> Data:
    """One column after coercion, in the form that its kind is held in."""
    if kind in {"text", "code", "word"}:
        return keys(column)
    if kind == "mark":
        known, values = _filled(column, value=False)
        return Truth(lock(values & known), lock(~values & known))
    if kind in {"number", "share"}:
        known, values = _filled(column, 0.0)
        return Numbers(values, known, "share" if kind == "share" else "number")
    known, values = _filled(column.cast(pl.Int64), 0)
    return Exact.of(values, known, kind)  # type: ignore[arg-type]


def _filled(column: pl.Series, value: float) -> tuple[npt.NDArray[np.bool_], npt.NDArray[Any]]:
    """Where a column has values, and the values, ``value`` where it has none."""
    if not column.null_count():
        return lock(np.ones(len(column), bool)), lock(column.to_numpy())
    if len(column) <= _SHORT:
        listed = column.to_list()
        known = np.array([v is not None for v in listed], bool)
        return lock(known), lock(np.array([value if v is None else v for v in listed], type(value)))
    return lock(column.is_not_null().to_numpy()), lock(column.fill_null(value).to_numpy())
