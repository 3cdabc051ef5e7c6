"""What is asked of texts, once for each distinct one: patterns, regular expressions, lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from budgetreview.errors import Text
from budgetreview.expressions.refusal import ExpressionError
from budgetreview.values import Exact, Keys, Truth

LONGEST_PATTERN: Final = 200


def like(words: Keys, pattern: str) -> Truth:
    """Whether texts look like a pattern: ``%`` any characters, ``_`` one character."""
    inner = pattern.strip("%")
    if "%" not in inner and "_" not in pattern:
        before, after = pattern.startswith("%"), pattern.endswith("%")
        if not inner and pattern:
            return words.where(lambda _: True)
        if before and after:
            return words.containing(inner)
        if after:
            return words.startswith(inner)
        return words.where(lambda w: w.endswith(inner)) if before else words.is_(inner)
    return words.where(wildcard(pattern))


def wildcard(pattern: str) -> Callable[[str], bool]:
    """A test of whole texts against ``%`` and ``_``; its time grows with text times pattern and no faster."""

    def test(text: str) -> bool:
        t = p = 0
        star, mark = -1, 0
        while t < len(text):
            if p < len(pattern) and pattern[p] == "%":
                star, mark, p = p, t, p + 1
            elif p < len(pattern) and pattern[p] in ("_", text[t]):
                t, p = t + 1, p + 1
            elif star >= 0:
                mark += 1
                t, p = mark, star + 1
            else:
                return False
        return not pattern[p:].strip("%")

    return test


def checked_pattern(pattern: str) -> str:
    """A regular expression that can be used: short, and of those that a text is matched against in linear time.

    Raises:
        ExpressionError: It is not.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ExpressionError(
            Text(
                f"正则表达式有{len(pattern)}个字，最多{LONGEST_PATTERN}个",
                f"the regular expression has {len(pattern)} characters, at most {LONGEST_PATTERN} are read",
            )
        )
    _found((), pattern)
    return pattern


def matches(words: Keys, pattern: str) -> Truth:
    """Whether a regular expression is found in texts."""
    mask = np.append(_found(words.words, pattern), False)[words.codes]
    known = words.known
    return Truth(mask & known, ~mask & known)


def _found(words: Sequence[str], pattern: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    # The engine of polars is Rust's regex: automata, no backtracking, and a limit to the size of what is compiled.
    import polars as pl

    try:
        found = pl.Series(list(words) or [""], dtype=pl.String).str.contains(pattern)
    except pl.exceptions.PolarsError as error:
        said = str(error).splitlines()
        reason = next((s for s in said if s.startswith("error: ")), said[0] if said else "?")
        reason = reason.removeprefix("regex error: ").removeprefix("error: ")
        raise ExpressionError(
            Text(
                f"正则表达式“{pattern}”不能用（{reason}）；不支持环视和反向引用，重复次数不能过大",
                f"the regular expression {pattern!r} cannot be used ({reason}); there is no look-around and no "
                "reference back, "
                "and repetitions may not grow too large",
            )
        ) from None
    return found.to_numpy()[: len(words)]


def equal(a: Keys, b: Keys) -> Truth:
    """Whether two columns have the same text."""
    place = {w: i for i, w in enumerate(a.words)}
    table = np.array([place.get(w, -2) for w in b.words] + [-2], np.int64)
    same = a.codes == table[b.codes]
    known = a.known & b.known
    return Truth(same & known, ~same & known)


def length(words: Keys) -> Exact:
    """How many characters texts have."""
    table = np.array([len(w) for w in words.words] + [0], np.int64)
    return Exact.of(table[words.codes], words.known, "count")
