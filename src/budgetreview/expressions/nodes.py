"""The nodes that a condition may have; there are no others."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal as OneOf

import attrs

Comparison = OneOf["=", "<>", "<", "<=", ">", ">="]


@attrs.frozen
class Name:
    """A column, a parameter or a declared sum, as written."""

    said: str


@attrs.frozen
class Literal:
    """A fixed value: money in 分, a date in days since 1970-01-01, a number or a share as a fraction."""

    kind: OneOf["money", "number", "share", "date", "text", "mark"]
    value: Fraction | str | bool
    said: str


@attrs.frozen
class Call:
    """One of the named functions."""

    function: str
    arguments: tuple[Node, ...]


@attrs.frozen
class Compare:
    """Two values held against each other."""

    op: Comparison
    left: Node
    right: Node


@attrs.frozen
class Logic:
    """Several conditions joined."""

    op: OneOf["and", "or"]
    parts: tuple[Node, ...]


@attrs.frozen
class Not:
    """A condition denied."""

    inner: Node


@attrs.frozen
class Arithmetic:
    """A sum, a difference or a product."""

    op: OneOf["+", "-", "*"]
    left: Node
    right: Node


@attrs.frozen
class Negative:
    """A value with the other sign."""

    inner: Node


@attrs.frozen
class Among:
    """One of several fixed values."""

    value: Node
    options: tuple[Node, ...]


@attrs.frozen
class Between:
    """From one value to another, both included."""

    value: Node
    low: Node
    high: Node


@attrs.frozen
class Pattern:
    """A text that looks like a pattern: with ``%`` and ``_``, or a regular expression."""

    how: OneOf["like", "matches"]
    value: Node
    pattern: Node


@attrs.frozen
class Blank:
    """Whether a cell is blank."""

    value: Node


Node = Name | Literal | Call | Compare | Logic | Not | Arithmetic | Negative | Among | Between | Pattern | Blank


def inside(node: Node) -> Iterator[Node]:
    """A node and all nodes below it."""
    yield node
    for field in attrs.fields(type(node)):
        value = getattr(node, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if attrs.has(type(one)):
                yield from inside(one)
