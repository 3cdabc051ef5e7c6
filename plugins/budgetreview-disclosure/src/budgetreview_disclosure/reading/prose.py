"""Printed lines outside the tables into paragraphs with their headings."""

from __future__ import annotations

import re
from statistics import median
from typing import TYPE_CHECKING, Final

import attrs

from budgetreview_disclosure.document import Paragraph, Place
from budgetreview_disclosure.titles import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from budgetreview_disclosure.reading.lines import TextLine

_LEVELS: Final = (
    re.compile(r"第[一二三四五六七八九十\d]{1,3}(?:部分|章|节)"),
    re.compile(r"[一二三四五六七八九十]{1,3}、"),
    re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]"),
    re.compile(r"\d{1,2}[.、．](?!\d)"),
    re.compile(r"[（(]\d{1,2}[）)]"),
)
_LONGEST_HEADING: Final = 45
_PAGE_NUMBER = re.compile(
    r"[-—–－\s]*(?:第?\s*\d{1,4}\s*页?(?:[/,，]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4})[-—–－\s]*"
)
_UNBROKEN = re.compile(r"(?P<run>[!-~]+)(?P<mark>[，。；：、）”]*)")
_CONTENTS = re.compile(r"(?:[.．…·•・\-]\s*){4,}\d*\s*$")


@attrs.frozen
class Printed:
    """A line of the document outside its tables.

    Attributes:
        place: Where it stands.
        right: Right edge of the page's text: a line that ends well before it ends a paragraph.
        kept_apart: Nothing before it belongs to it (a table or another part came between).
    """

    line: TextLine
    place: Place
    page: int
    right: float
    kept_apart: bool = False
    contents: bool = False


def is_page_number(text: str) -> bool:
    """Whether a line is only a page number: ``- 3 -``, ``第 3 页 共 20 页``."""
    return _PAGE_NUMBER.fullmatch(text.strip()) is not None


def is_contents_entry(text: str) -> bool:
    """Whether a line leads with dots to a page number."""
    return _CONTENTS.search(text) is not None


def level_of(text: str) -> int | None:
    """How deep a line's numbering is (第一部分 0, 一、 1, （一） 2, 1. 3, （1） 4); None where it has none."""
    bare = plain(text)
    return next((i for i, words in enumerate(_LEVELS) if words.match(bare)), None)


def paragraphs_of(lines: Sequence[Printed]) -> tuple[Paragraph, ...]:
    """Puts lines together to paragraphs, each under its headings."""
    found: list[Paragraph] = []
    trail: list[tuple[int, str]] = []
    for group in _groups(lines):
        text, starts = _text(group)
        first = group[0]
        level = level_of(text)
        heading = tuple(t for _, t in trail)
        if first.contents:
            heading = ("目录",)
        elif level is not None:
            trail = [(n, t) for n, t in trail if n < level]
            heading = tuple(t for _, t in trail)
            title = _heading_text(text)
            if title:
                trail.append((level, title))
        found.append(Paragraph(text, first.place, heading, starts))
    return tuple(found)


def _heading_text(text: str) -> str:
    """A heading's text; of a paragraph that begins with its heading (``（一）总体情况。2024年…``), that beginning."""
    bare = text.strip()
    if len(bare) <= _LONGEST_HEADING and not re.search(r"[。；;]$", bare):
        return bare
    head = re.split(r"[。：:]", bare, maxsplit=1)[0]
    return head if len(head) <= _LONGEST_HEADING and not re.search(r"\d{3,}|[，,；;]", head) else ""


def _groups(lines: Sequence[Printed]) -> list[list[Printed]]:
    groups: list[list[Printed]] = []
    margins: dict[int, float] = {}
    for page in {p.page for p in lines}:
        lefts = sorted(p.line.box[0] for p in lines if p.page == page)
        margins[page] = lefts[len(lefts) // 10]
    for here in lines:
        before = groups[-1][-1] if groups else None
        if before is None or _begins(here, before, margins):
            groups.append([here])
        else:
            groups[-1].append(here)
    return groups


def _begins(here: Printed, before: Printed, margins: dict[int, float]) -> bool:
    if here.kept_apart or here.contents or before.contents:
        return True
    size = here.line.size
    if abs(size - before.line.size) > 0.25 * max(size, before.line.size):
        return True
    text = before.line.text.strip()
    ended = before.line.box[2] < before.right - max(2.5, _unbroken(here.line.text)) * size
    numbered = level_of(here.line.text) is not None
    indented = here.line.box[0] > margins[here.page] + 1.2 * size
    was_indented = before.line.box[0] > margins[before.page] + 1.2 * size
    if ended:
        return True
    if numbered and (indented or re.search(r"[。；;：:]$", text)):
        return True
    if indented and (re.search(r"[。；;：:！？]$", text) or not was_indented or numbered):
        return True
    if here.page == before.page:
        gap = here.line.box[1] - before.line.box[3]
        return gap > 2.2 * size
    return False


def _unbroken(text: str) -> float:
    """How wide the beginning is that no line breaks inside, in characters: ``50.0%；`` goes to the next line whole."""
    sign = _UNBROKEN.match(text.strip())
    return 0.6 * len(sign["run"]) + len(sign["mark"]) if sign is not None else 0.0


def _text(group: Sequence[Printed]) -> tuple[str, tuple[tuple[int, Place], ...]]:
    out = ""
    starts: list[tuple[int, Place]] = []
    for p in group:
        text = p.line.text.strip()
        if out and re.search(r"[A-Za-z]$", out) and re.match(r"[A-Za-z]", text):
            out += " "
        starts.append((len(out), p.place))
        out += text
    squeezed, moved = _squeezed(out)
    return squeezed, tuple((moved[n], place) for n, place in starts)


def _squeezed(text: str) -> tuple[str, list[int]]:
    """The text without blanks between Chinese characters and numbers, and where each character went."""
    out: list[str] = []
    moved: list[int] = []
    for i, c in enumerate(text):
        moved.append(len(out))
        if c.isspace():
            before = out[-1] if out else ""
            after = text[i + 1] if i + 1 < len(text) else ""
            if not (before.isascii() and after.isascii() and before.isalpha() and after.isalpha()):
                continue
        out.append(c)
    return "".join(out), moved


def text_right(lines: Sequence[TextLine]) -> float:
    """Right edge of a page's running text: where its long lines end."""
    if not lines:
        return 0.0
    long = sorted(lines, key=lambda ln: ln.box[2] - ln.box[0])[-max(1, len(lines) // 3) :]
    return median(ln.box[2] for ln in long)
