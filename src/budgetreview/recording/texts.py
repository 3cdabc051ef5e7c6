"""Canonical texts: the bytes of ``json.dumps(…, ensure_ascii=False, sort_keys=True, separators=(",", ":"))``.

Fingerprints and facts are hashes of such texts (CONTRACT section 5), and the formats for programs write the same forms.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import repeat
from json.encoder import encode_basestring
from typing import Any, Final

from budgetreview import wording
from budgetreview.money import yuan

encoded: Final[Callable[[Any], str]] = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode
quoted: Final[Callable[[str], str]] = encode_basestring
"""The same for a text."""


def digest(text: str) -> str:
    """Sixteen hexadecimal digits of a canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def in_json(kind: str) -> Callable[[Any], str]:
    """What writes a value of some kind as :meth:`budgetreview.wording.Figure.json` has it."""
    if kind == "money":
        return _money
    return _text if kind == "text" else partial(_other, kind)


def _money(fen: int | None) -> str:
    return "null" if fen is None else f'"{yuan(fen)}"'


def _text(text: str | None) -> str:
    return "null" if text is None else quoted(text)


def _other(kind: str, value: Any) -> str:
    return encoded(wording.in_json(kind, value))


def each(texts: Sequence[str | int | None]) -> list[str | None]:
    """The JSON of each text, None where it is not known; made once for each distinct one."""
    distinct = dict.fromkeys(texts)
    if 2 * len(distinct) > len(texts) or not all(t is None or type(t) is str for t in distinct):
        # A mark is an int that equals 1 or 0 and is written differently, so what is no text is written one by one.
        return [None if t is None else quoted(t) if type(t) is str else encoded(t) for t in texts]
    made = {t: None if t is None else encoded(t) for t in distinct}
    return [made[t] for t in texts]


def members(name: str, texts: Sequence[str | int | None]) -> list[str]:
    """``"name":"text",`` for each unit, nothing where it is not known."""
    front = f"{quoted(name)}:"
    return ["" if t is None else f"{front}{t}," for t in each(texts)]


def joined(columns: Iterable[Sequence[str]], n: int) -> Iterable[str]:
    """The members of each unit in a row, without the last comma."""
    rows = list(columns)
    if not rows:
        return repeat("", n)
    return ["".join(row)[:-1] for row in zip(*rows, strict=True)]
