"""Amounts, percentages, numbers of things and direction words in a flat sentence."""

from __future__ import annotations

import re
from decimal import Decimal

import attrs

from budgetreview_disclosure.narrative.claim import Direction

FEN = {
    "亿元": 10_000_000_000, "千万元": 1_000_000_000, "百万元": 100_000_000, "万元": 1_000_000,
    "千元": 100_000, "元": 100,
}  # fmt: skip

_NUMBER = r"(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?"
_FIGURE = re.compile(
    rf"(?<![\d.,，])(?P<sign>-?)(?P<number>{_NUMBER})"
    rf"(?:(?P<unit>亿元|千万元|百万元|万元|千元|元)(?!/)|(?P<percent>%)|(?P<points>个百分点)|(?P<times>倍)|"
    rf"(?P<of>辆|台（套）|台|批次|人次|批|人|个|次))"
)
_ZERO = re.compile(r"(?<=为)0(?=[，。；])")
_BOUND = re.compile(r"^(?:（含[^）]*）|（不含[^）]*）|元)?(?:以上|以下|以内)|^（含）|^/|^的(?:设备|项目|资产|货物)")

_UP = "增加|增长|上升|提高|上涨|增幅|调增|大于|高于|超出|增|多"
_DOWN = "减少|下降|降低|下调|压减|压缩|降幅|调减|小于|低于|减|少"
_SAME = "持平|一致|相同|无变化|没有变化|未发生变化|无增减变化|无增减|不变|等于|零增长"
_EITHER = rf"(?:{_UP})(?:（(?:{_DOWN})）|/(?:{_DOWN})|或(?:者)?(?:{_DOWN}))|(?:{_DOWN})(?:（(?:{_UP})）|/(?:{_UP}))"
DIRECTION = re.compile(rf"(?P<either>{_EITHER})|(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<same>{_SAME})")
_LEVEL = (
    r"(?:(?P<above>大于|高于|超过|超出|多于)|(?P<below>小于|低于|少于))"
    r"(?:上一?年|去年|20\d\d年|年初|全年|调整后?的?)?(?:度)?(?:年初)?(?:预算|决算)(?:数|额)?(?:约|各)*$"
)
_ENDING = re.compile(rf"(?:{DIRECTION.pattern})(?:了|约|为|额为|额|数为|共|共计|合计|各|幅度为|幅度|率为|率|：)*$")


@attrs.frozen
class Figure:
    """A number in a sentence.

    Attributes:
        kind: ``money``, ``percent``, ``count`` or ``other`` (points, times, a bound such as 20万元以上).
        value: Printed number; an amount of money in ``fen``.
        whole: False where the digits may be only the end of a number that a blank cuts.
    """

    kind: str
    start: int
    end: int
    text: str
    value: Decimal
    step: Decimal
    fen: int = 0
    fen_step: int = 1
    unit: str = ""
    whole: bool = True


def figures(text: str) -> list[Figure]:
    """The numbers of a flat text in their order, those inside brackets left out."""
    depth, inside = 0, [False] * len(text)
    for at, sign in enumerate(text):
        depth = max(0, depth + (sign == "（") - (sign == "）"))
        inside[at] = depth > 0
    found = []
    for hit in _FIGURE.finditer(text):
        if inside[hit.start()]:
            continue
        number = Decimal(hit["sign"] + hit["number"].replace(",", "").replace("，", ""))
        step = Decimal(1).scaleb(int(number.as_tuple().exponent))
        whole = not re.search(r"\d [\d,.]*$", text[: hit.start("number")])
        kind = "money" if hit["unit"] else "percent" if hit["percent"] else "count" if hit["of"] else "other"
        if kind == "money" and _BOUND.match(text[hit.end() :]):
            kind = "other"
        scale = FEN.get(hit["unit"] or "", 1)
        found.append(
            Figure(
                kind, hit.start(), hit.end(), hit.group(), number, step,
                int(number * scale) if kind == "money" else 0,
                max(1, int(step * scale)), hit["unit"] or hit["of"] or "", whole,
            )
        )  # fmt: skip
    found.extend(
        Figure("money", hit.start(), hit.end(), "0", Decimal(0), Decimal(1), 0, 1)
        for hit in _ZERO.finditer(text)
        if not inside[hit.start()]
    )
    return sorted(found, key=lambda figure: figure.start)


def direction(words: str) -> tuple[Direction | None, str] | None:
    """The direction that a stretch of text ends with, or None where it ends with none."""
    level = re.search(_LEVEL, words)
    if level is not None:
        return (1 if level["above"] else -1), level.group()
    hit = _ENDING.search(words)
    return None if hit is None else (meaning(hit), hit.group())


def meaning(hit: re.Match[str]) -> Direction | None:
    """Which way a match of :data:`DIRECTION` points; None where it leaves it open."""
    return None if hit["either"] else 1 if hit["up"] else -1 if hit["down"] else 0
