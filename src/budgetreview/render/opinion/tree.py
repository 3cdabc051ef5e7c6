"""The parts of a document without any format: headings, paragraphs, tables and annexes."""

from __future__ import annotations

import attrs


@attrs.frozen
class Heading:
    """A heading with its number in front; level 1 is the uppermost below the title."""

    level: int
    text: str


@attrs.frozen
class Paragraph:
    """A paragraph; a ``note`` is set apart from the text proper."""

    text: str
    note: bool = False


@attrs.frozen
class Table:
    """A table with its header.

    Attributes:
        head: The header, one cell a column.
        rows: Cells as text.
        widths: Shares of the width, one a column.
        right: Columns set to the right, from 0.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    right: frozenset[int] = frozenset()


@attrs.frozen
class Annex:
    """An annex begins here, on a page of its own; ``wide``: across the page."""

    text: str
    wide: bool = False


Block = Heading | Paragraph | Table | Annex


@attrs.frozen
class Opinion:
    """The draft: its title, what stands below the title, and its blocks."""

    title: str
    lang: str
    about: tuple[str, ...]
    blocks: tuple[Block, ...]
