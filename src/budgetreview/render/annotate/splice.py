"""XML of a workbook's parts changed in place: where elements stand in the bytes, and what to put there instead.

A part is never parsed and written anew: that would lose prefixes, extensions and the order that the program that made
it chose. Elements are found by their byte positions, and only the bytes that must change do.
"""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat

import attrs

from budgetreview.errors import Text, UsageError
from budgetreview.render.visible import visible

_HEAD: Final = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNFIT: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")


@attrs.define(eq=False)
class Element:
    """An element and where it stands.

    Attributes:
        tag: Its name as written, with its prefix.
        attributes: As written, values without entities.
        start: Of its start tag.
        head: After its start tag.
        tail: Before its end tag; equal to ``head`` and ``end`` in ``<a/>``.
        end: After its end tag.
        children: Elements directly inside.
    """

    tag: str
    attributes: dict[str, str]
    start: int
    head: int
    tail: int = 0
    end: int = 0
    children: list[Element] = attrs.field(factory=list)

    @property
    def name(self) -> str:
        """The name without its prefix."""
        return self.tag.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon, or nothing."""
        return self.tag[: -len(self.name)]

    def all(self, name: str) -> list[Element]:
        """The children of that name."""
        return [c for c in self.children if c.name == name]

    def first(self, name: str) -> Element | None:
        """The first child of that name."""
        return next((c for c in self.children if c.name == name), None)

    def get(self, name: str, default: str = "") -> str:
        """An attribute by its name without prefix."""
        return next((v for k, v in self.attributes.items() if k.rpartition(":")[2] == name), default)


def parse(data: bytes, part: str) -> Element:
    """The elements of a part.

    Raises:
        UsageError: It is not well-formed, or has a DTD.
    """
    stack: list[Element] = []
    roots: list[Element] = []
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        found = _HEAD.match(data, at)
        if found is None:
            raise _damaged(part)
        element = Element(tag, attributes, at, found.end())
        if stack:
            stack[-1].children.append(element)
        else:
            roots.append(element)
        stack.append(element)

    def end(_: str) -> None:
        element = stack.pop()
        if data[element.head - 2 : element.head] == b"/>":
            element.tail = element.end = element.head
        else:
            element.tail = parser.CurrentByteIndex
            element.end = data.index(b">", element.tail) + 1

    def refuse(*_: object) -> None:
        raise _damaged(part)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003 - the whole part at once
    except (expat.ExpatError, LookupError, ValueError):
        raise _damaged(part) from None
    return roots[0]


def _damaged(part: str) -> UsageError:
    return UsageError(Text(
        f"工作簿的部件 {part} 不是有效的 XML，不能批注；请用 Excel 或 WPS 打开后另存再试",
        f"the workbook's part {part} is not valid XML and cannot be annotated; save it again in Excel or WPS",
    ))  # fmt: skip


@attrs.define
class Edits:
    """Changes of one part, by position; applied together."""

    _changes: list[tuple[int, int, int, bytes]] = attrs.field(factory=list)

    def replace(self, start: int, end: int, new: bytes) -> None:
        """Put other bytes in the place of those from ``start`` to ``end``."""
        self._changes.append((start, end, len(self._changes), new))

    def insert(self, at: int, new: bytes) -> None:
        """Put bytes before position ``at``; of several at one place the first inserted comes first."""
        self.replace(at, at, new)

    def append(self, element: Element, new: bytes) -> None:
        """Put bytes at the end of an element, opening ``<a/>`` if need be."""
        if element.head == element.end:
            self.replace(element.head - 2, element.head, b">" + new + f"</{element.tag}>".encode())
        else:
            self.insert(element.tail, new)

    def count(self, data: bytes, element: Element, more: int) -> None:
        """Raise the ``count`` of an element that says how many children it has."""
        if "count" in element.attributes:
            number = int(element.attributes["count"]) + more
            head = data[element.start : element.head]
            at, end = _attribute(head, "count")
            self.replace(element.start + at, element.start + end, str(number).encode())

    def apply(self, data: bytes) -> bytes:
        """The part with all changes."""
        out: list[bytes] = []
        at = 0
        for start, end, _, new in sorted(self._changes, key=lambda c: c[:3]):
            out += (data[at:start], new)
            at = max(at, end)
        return b"".join((*out, data[at:]))

    def __len__(self) -> int:
        return len(self._changes)


def _attribute(head: bytes, name: str) -> tuple[int, int]:
    """Where the value of an attribute stands in a start tag; (-1, -1) where it has none."""
    found = re.search(rb"\s" + name.encode() + rb"\s*=\s*(\"[^\"]*\"|'[^']*')", head)
    return (-1, -1) if found is None else (found.start(1) + 1, found.end(1) - 1)


def with_attribute(head: bytes, name: str, value: str) -> bytes:
    """A start tag with an attribute set."""
    start, end = _attribute(head, name)
    if start >= 0:
        return head[:start] + value.encode() + head[end:]
    close = len(head) - (2 if head.endswith(b"/>") else 1)
    return head[:close].rstrip() + f' {name}="{value}"'.encode() + head[close:]


def text(said: str) -> str:
    """A text as the content of an element: visible, escaped, and no ``_x0041_`` in it becomes an ``A``."""
    fit = _ESCAPE.sub("_x005F_", _UNFIT.sub("\ufffd", visible(said)))
    return fit.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(said: str) -> str:
    """A text as the value of an attribute."""
    return text(said).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
