"""A paragraph without its blanks, every character still knowing where it stood."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

import attrs

from budgetreview_disclosure.document import Paragraph, Place

WIDE = {ord("０") + i: str(i) for i in range(10)} | str.maketrans("％．﹪－−–—()[]:;", "%.%----（）〔〕：；")


@attrs.frozen
class Flat:
    """Text without blanks; ``at[i]`` is where its character ``i`` stands in the paragraph's text."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the paragraph's text that a stretch of the flat text came from."""
        return (self.at[start], self.at[end - 1] + 1)


@lru_cache(maxsize=4096)  # each check of sentences looks at the same paragraphs again
def flatten(text: str) -> Flat:
    """Take the blanks out; a blank between two digits stays, for nobody can say that they are one number."""
    signs: list[str] = []
    at: list[int] = []
    for start, sign in enumerate(text.translate(WIDE)):
        if not sign.isspace():
            if signs and signs[-1].isdigit() and sign.isdigit() and at[-1] + 1 != start:
                signs.append(" ")
                at.append(start - 1)
            signs.append("，" if sign == "," and not (signs and signs[-1].isdigit()) else sign)
            at.append(start)
    return Flat("".join(signs), tuple(at))


def place_of(paragraph: Paragraph, start: int, end: int) -> Place:
    """The box around the printed lines of a stretch of a paragraph, as far as they stand on its first page."""
    if not paragraph.lines:
        return paragraph.place
    begins = [begin for begin, _ in paragraph.lines]
    hit = [
        place
        for (begin, place), stop in zip(paragraph.lines, [*begins[1:], len(paragraph.text)], strict=True)
        if begin < end and stop > start and place.box is not None
    ]
    if not hit:
        return paragraph.place
    boxes = [place.box for place in hit if place.page == hit[0].page and place.box is not None]
    low, high = [min(side) for side in zip(*boxes, strict=True)], [max(side) for side in zip(*boxes, strict=True)]
    return Place(page=hit[0].page, box=(low[0], low[1], high[2], high[3]))


_ORDINAL = re.compile(
    r"(?:(?P<one>[一二三四五六七八九十]{1,3})、|第[一二三四五六七八九十]+部分|"
    r"（(?P<two>[一二三四五六七八九十]{1,3})）|(?P<three>\d{1,2})(?:[．、]|\.(?!\d))|（(?P<four>\d{1,2})）[．.、]?|"
    r"(?P<five>[①-⑳]))"
)
_START = re.compile(r"(?<=[。；：])(?=" + _ORDINAL.pattern.replace("?P<", "?P<s_") + ")")


@attrs.frozen
class Item:
    """A numbered or plain piece of a paragraph.

    Attributes:
        level: 1 for 一、, 2 for （一）, 3 for 1., 4 for （1）, 5 for ①; None where it has no number.
        ordinal: The number itself; 0 where it has none.
        start: Where its text (behind the number) begins in the flat text.
    """

    level: int | None
    ordinal: int
    start: int
    end: int


def items(flat: Flat) -> list[Item]:
    """Cut a flat paragraph where a new number begins behind a full stop, semicolon or colon."""
    cuts = [0, *(found.start() for found in _START.finditer(flat.text) if found.start()), len(flat.text)]
    found: list[Item] = []
    for start, end in pairwise(cuts):
        number = _ORDINAL.match(flat.text, start, end)
        level, ordinal, begin = None, 0, start
        if number is not None:
            named = [name for name, value in number.groupdict().items() if value is not None]
            level = ("one", "two", "three", "four", "five").index(named[0]) + 1 if named else 0
            ordinal = _value(number[named[0]]) if named else 0
            begin = number.end()
        if end > begin:
            found.append(Item(level, ordinal, begin, end))
    return found


def _value(printed: str) -> int:
    if printed.isdigit() and printed.isascii():
        return int(printed)
    if printed[0] in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳":
        return ord(printed[0]) - ord("①") + 1
    tens, _, ones = printed.rpartition("十")
    digits = "零一二三四五六七八九"
    return (digits.index(tens or "一") * 10 if "十" in printed else 0) + (digits.index(ones) if ones else 0)
