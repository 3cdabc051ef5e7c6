"""How JSON is laid out: on one line, or two spaces a level."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, Final

import attrs

_compact: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_STEP: Final = "  "


def dump(value: Any) -> str:
    """A nested value on one line, as other formats put it into a cell."""
    return _compact(value)


@attrs.frozen
class Form:
    """A layout of records that stand in a list.

    Attributes:
        start: What stands before a record's last brace.
        record: What stands before each of its fields.
        colon: Between a field's name and its value.
        step: What each level stands in by.
    """

    start: str = ""
    record: str = ""
    colon: str = ":"
    step: str = ""

    def value(self, value: Any, depth: int) -> str:
        """A value that stands so many levels below the record."""
        return indented(value, self.start + depth * self.step) if self.step else _compact(value)

    def objects(self, columns: Mapping[str, Sequence[str | None]], n: int) -> list[str]:
        """For each of ``n`` findings an object, one level down, of the members that it has.

        Args:
            columns: By name, for each finding the member's JSON text, None where it has no such member.
            n: How many findings.
        """
        inner = self.record + self.step
        comma = f",{inner}"
        parts = [
            ["" if t is None else f"{front}{t}{comma}" for t in texts]
            for front, texts in ((f"{encode_basestring(name)}{self.colon}", t) for name, t in columns.items())
        ]
        if not parts:
            return ["{}"] * n
        rows = parts[0] if len(parts) == 1 else map("".join, zip(*parts, strict=True))
        last = -len(comma)
        return [f"{{{inner}{row[:last]}{self.record}}}" if row else "{}" for row in rows]


COMPACT: Final = Form()
INDENTED: Final = Form("\n    ", "\n    " + _STEP, ": ", _STEP)
"""The findings of a document: the report is the first level, their list the second."""


def indented(value: Any, margin: str) -> str:
    """What ``json.dumps`` with an indent of two spaces gives, several times faster: that one is written in Python."""
    if isinstance(value, str):
        return encode_basestring(value)
    inner = margin + _STEP
    if isinstance(value, dict):
        if not value:
            return "{}"
        pairs = [f"{encode_basestring(k)}: {indented(v, inner)}" for k, v in value.items()]
        return f"{{{inner}{f',{inner}'.join(pairs)}{margin}}}"
    if isinstance(value, list):
        return f"[{inner}{f',{inner}'.join([indented(v, inner) for v in value])}{margin}]" if value else "[]"
    return "null" if value is None else _compact(value)
