"""Columns of figures: what is made of a figure is made once for each distinct value of a block."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from budgetreview.recording.flagged import Shown
from budgetreview.recording.texts import in_json
from budgetreview.values import Exact, Ints, Keys, Numbers, Ratio, Scaled, Truth
from budgetreview.wording import Figure, figure, in_both, quotient

_EXACT_IN_FLOAT: Final = 2**53

T = TypeVar("T")


class Column:
    """Figures of one kind of a block of units: for each unit a token, for each distinct token its value."""

    def __init__(self, kind: str, tokens: Sequence[Hashable], values: Mapping[Any, Any]) -> None:
        self.kind = kind
        self._tokens = tokens
        self._values = values

    def each(self, form: Callable[[Any], T]) -> list[T]:
        """What ``form`` makes of each unit's value, made once for each distinct one."""
        if len(self._values) == len(self._tokens):  # all distinct, and in the order of the units
            return list(map(form, self._values.values()))
        made = {token: form(value) for token, value in self._values.items()}
        return [made[token] for token in self._tokens]

    @cached_property
    def figures(self) -> list[Figure]:
        """Each unit's figure."""
        return self.each(partial(Figure, self.kind))

    @cached_property
    def json(self) -> list[str]:
        """Each unit's figure as JSON has it.

        Raises:
            ValueError: One is no finite number.
        """
        return self.each(in_json(self.kind))

    @cached_property
    def texts(self) -> tuple[list[str], list[str]]:
        """Each unit's figure in a Chinese and in an English sentence."""
        said = self.each(partial(in_both, self.kind))
        return [zh for zh, _ in said], [en for _, en in said]


def column(shown: Shown, ks: Ints, kind: str = "count") -> Column | None:
    """The figures of the units ``ks``: what :func:`budgetreview.wording.figure` says of each of them."""
    if shown is None:
        return None
    if isinstance(shown, Scaled):
        tokens = _exact_tokens(shown.exact, ks)
        places = dict(zip(tokens, ks.tolist(), strict=True))
        return Column(shown.exact.kind, tokens, {token: figure(shown, k).value for token, k in places.items()})
    if isinstance(shown, Exact):
        tokens = _exact_tokens(shown, ks)
        return Column(shown.kind, tokens, {token: token for token in dict.fromkeys(tokens)})
    if isinstance(shown, Numbers):
        return _floats(shown.kind, shown.values[ks], shown.known[ks])
    if isinstance(shown, Ratio):
        return _floats("share", *_quotients(shown, ks))
    if isinstance(shown, Keys):
        codes = shown.codes[ks].tolist()
        words = shown.words
        return Column("text", codes, {c: words[c] if c >= 0 else None for c in dict.fromkeys(codes)})
    if isinstance(shown, Truth):
        answers = np.where(shown.yes[ks], 1, np.where(shown.no[ks], 0, -1)).tolist()
        said = {1: True, 0: False, -1: None}
        return Column("mark", answers, {t: said[t] for t in dict.fromkeys(answers)})
    one = figure(shown, 0, kind)
    return Column(one.kind, [0] * len(ks), {0: one.value})


def measured(shown: Shown, ks: Ints, kind: str) -> Column | None:
    """The same of a measure, limit or subject, where one number for all units is of the rule's own kind."""
    if isinstance(shown, Fraction) and kind in {"score", "number", "months"}:
        return Column(kind, [0] * len(ks), {0: float(shown)})
    return column(shown, ks, kind)


def _exact_tokens(x: Exact, ks: Ints) -> list[int | None]:
    known = x.low[ks] | x.high[ks]
    values: list[int | None] = x.values[ks].tolist()
    if not known.all():
        for i in np.flatnonzero(~known).tolist():
            values[i] = None
    return values


def _floats(kind: str, values: npt.NDArray[np.float64], known: npt.NDArray[np.bool_]) -> Column:
    """Tokens are the bits: 0.0 and -0.0 are equal, and written differently."""
    tokens: list[int | None] = values.view(np.int64).tolist()
    for i in np.flatnonzero(~known).tolist():
        tokens[i] = None
    of = dict(zip(tokens, values.tolist(), strict=True))
    return Column(kind, tokens, {t: None if t is None else x for t, x in of.items()})


def _quotients(ratio: Ratio, ks: Ints) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The shares, each divided once and rounded correctly, and where they are known."""
    num, den = ratio.num.values[ks], ratio.den.values[ks]
    known = ratio.num.known[ks] & ratio.den.known[ks] & np.asarray(den != 0, bool)
    out = np.zeros(len(ks))
    if object not in {num.dtype, den.dtype}:
        small = known & (np.abs(num) <= _EXACT_IN_FLOAT) & (np.abs(den) <= _EXACT_IN_FLOAT)
        sign = np.sign(den)
        np.divide((num * sign).astype(float), (den * sign).astype(float), out=out, where=small)
        rest = known & ~small
    else:
        rest = known
    for i in np.flatnonzero(rest).tolist():
        out[i] = quotient(int(num[i]), int(den[i]))
    return out, known
