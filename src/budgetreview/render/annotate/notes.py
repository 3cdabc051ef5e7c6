"""The comments of one sheet: ours are added, those that are there stay, and a cell's own one gets ours below its text.

What we write stands between a first line and a last line with a check sum, so that a later review can take it out again
and leaves alone what people wrote before or after it, or changed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Final
from xml.sax.saxutils import unescape

from budgetreview.render.annotate.cells import Cell, address_of, cell_of
from budgetreview.render.annotate.package import MAIN
from budgetreview.render.annotate.splice import Edits, Element, parse, text

AUTHOR: Final = "budgetreview"
KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
FIRST: Final = {"zh": "【预算审查】", "en": "[Budget review]"}
_BLOCK: Final = re.compile(
    "\n*(?P<said>(?:" + "|".join(map(re.escape, FIRST.values())) + r").*?)\n〔budgetreview (?P<sum>[0-9a-f]{8})〕",
    re.DOTALL,
)
_ROOM: Final = 32_767 - 8 * 4 * 620
"""A comment holds 32,767 characters; ours takes at most the rest."""
_FONT: Final = {
    "zh": '<{p}rFont val="宋体"/><{p}family val="3"/><{p}charset val="134"/>',
    "en": '<{p}rFont val="Tahoma"/><{p}family val="2"/>',
}


def block(said: str, lang: str) -> str:
    """Our part of a comment, with its first and last line."""
    whole = f"{FIRST[lang]}{said}"
    return f"{whole}\n〔budgetreview {_sum(whole)}〕"


def _sum(said: str) -> str:
    return f"{zlib.crc32(' '.join(said.split()).encode()):08x}"


def without_ours(said: str) -> str:
    """A comment's text without what an earlier review wrote and nobody has changed."""
    return _BLOCK.sub(lambda m: "" if _sum(m["said"]) == m["sum"] else m[0], said)


def empty() -> bytes:
    """A part of comments without any."""
    return (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{MAIN}">'
            "<authors/><commentList/></comments>").encode()  # fmt: skip


def full(data: bytes, part: str) -> set[Cell]:
    """The cells whose own comments leave no room for ours."""
    return {cell for cell, pieces, _ in _comments(data, part) if len(_text(pieces)) > _ROOM}


def _comments(data: bytes, part: str) -> Iterable[tuple[Cell, list[tuple[Element, str]], Element]]:
    """Cell, the pieces of its text and the element of every comment."""
    root = parse(data, part)
    for listed in root.all("commentList"):
        for comment in listed.all("comment"):
            cell = cell_of(comment.get("ref"))
            if cell is not None:
                yield cell, [(t, _plain(data, t)) for t in _pieces(comment)], comment


def _pieces(comment: Element) -> list[Element]:
    whole = comment.first("text")
    if whole is None:
        return []
    return whole.all("t") + [t for r in _runs(comment) for t in r.all("t")]


def _runs(comment: Element) -> list[Element]:
    whole = comment.first("text")
    return whole.all("r") if whole is not None else []


def _plain(data: bytes, t: Element) -> str:
    said = unescape(data[t.head : t.tail].decode(), {"&quot;": '"', "&apos;": "'", "&#10;": "\n", "&#xA;": "\n"})
    return said.replace("\r\n", "\n")


def _text(pieces: Iterable[tuple[Element, str]]) -> str:
    return "".join(said for _, said in pieces)


def strip(data: bytes, part: str) -> tuple[bytes, set[Cell]]:
    """Take out what earlier reviews wrote.

    Returns:
        The part, and the cells that have no comment any more.
    """
    edits = Edits()
    emptied: set[Cell] = set()
    for cell, pieces, comment in _comments(data, part):
        said = _text(pieces)
        kept = without_ours(said)
        if kept == said:
            continue
        if not kept.strip():
            edits.replace(comment.start, comment.end, b"")
            emptied.add(cell)
            continue
        gone = [m.span() for m in _BLOCK.finditer(said) if _sum(m["said"]) == m["sum"]]
        at = 0
        for t, piece in pieces:
            inside = "".join(c for i, c in enumerate(piece, at) if not any(a <= i < b for a, b in gone))
            if inside != piece:
                run = next((r for r in _runs(comment) if t in r.children), None)
                if run is not None and not inside:
                    edits.replace(run.start, run.end, b"")
                else:
                    edits.replace(t.head, t.tail, text(inside).encode())
            at += len(piece)
    return edits.apply(data), emptied


def added(data: bytes, part: str, notes: Mapping[Cell, str], lang: str) -> bytes:
    """The part with a note for each cell, below the comment that the cell has."""
    root = parse(data, part)
    p = root.prefix
    edits = Edits()
    authors, listed = root.first("authors"), root.first("commentList")
    if authors is None or listed is None:
        return added(empty(), part, notes, lang)
    names = [data[a.head : a.tail].decode() for a in authors.all("author")]
    number = names.index(AUTHOR) if AUTHOR in names else len(names)
    if number == len(names):
        edits.append(authors, f"<{p}author>{AUTHOR}</{p}author>".encode())
    there = {cell: comment for cell, _, comment in _comments(data, part)}
    new: list[str] = []
    for cell in sorted(notes):
        comment = there.get(cell)
        whole = comment.first("text") if comment is not None else None
        if whole is None:
            said = f"<{p}text>{_run(notes[cell], lang, p)}</{p}text>"
            new.append(f'<{p}comment ref="{address_of(cell)}" authorId="{number}" shapeId="0">{said}</{p}comment>')
            continue
        if whole.head == whole.end:
            edits.append(whole, _run(notes[cell], lang, p).encode())
            continue
        bare = whole.first("t")
        if bare is not None:  # a text without runs becomes one, as runs cannot stand beside it
            edits.insert(bare.start, f"<{p}r>".encode())
            edits.insert(bare.end, f"</{p}r>".encode())
        last = max((c.end for c in whole.children if c.name in {"t", "r"}), default=whole.head)
        edits.insert(last, _run(f"\n\n{notes[cell]}", lang, p).encode())
    edits.append(listed, "".join(new).encode())
    return edits.apply(data)


def _run(said: str, lang: str, p: str) -> str:
    how = f'<{p}sz val="9"/><{p}color indexed="81"/>' + _FONT[lang].format(p=p)
    return f'<{p}r><{p}rPr>{how}</{p}rPr><{p}t xml:space="preserve">{text(said)}</{p}t></{p}r>'
