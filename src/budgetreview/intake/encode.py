"""Typed columns to the read-only arrays that rules see."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from budgetreview.table import Data
from budgetreview.tables import Kind
from budgetreview.values import Exact, Keys, Numbers, Truth

_FEW: Final = 50_000
"""Up to so many distinct texts a lookup is faster than sorting all of them."""


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
    return Keys(lock(codes), tuple(spelled[order].to_list()))


def encode(column: pl.Series, kind: Kind) -> Data:
    """One column after coercion, in the form that its kind is held in."""
    if kind in {"text", "code", "word"}:
        return keys(column)
    known = lock(column.is_not_null().to_numpy())
    if kind == "mark":
        values = column.fill_null(value=False).to_numpy()
        return Truth(lock(values & known), lock(~values & known))
    if kind in {"number", "share"}:
        return Numbers(lock(column.fill_null(0.0).to_numpy()), known, "share" if kind == "share" else "number")
    whole = lock(column.fill_null(0).cast(pl.Int64).to_numpy())
    return Exact.of(whole, known, kind)  # type: ignore[arg-type]
