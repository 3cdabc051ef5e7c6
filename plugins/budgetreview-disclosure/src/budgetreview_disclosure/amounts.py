"""A printed number as an amount in whole 分, with what its rounding may hide."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import attrs

UNITS: Final[dict[str, int]] = {
    "分": 1,
    "元": 100,
    "百元": 10_000,
    "千元": 100_000,
    "万元": 1_000_000,
    "十万元": 10_000_000,
    "百万元": 100_000_000,
    "亿元": 10_000_000_000,
}
"""分 in one of each printed unit."""

NOTHING: Final = frozenset(
    {"", "-", "--", "---", "—", "——", "–", "/", "\\", "―", "─", "一", "无", "空", "…", "……", "·"}
)
"""What is printed where there is no amount. Only a printed 0 is zero."""

_NUMBER = re.compile(r"(?P<sign>[-+△▲]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)?(?:\.(?P<part>\d+))?")
_SPACED = re.compile(r"[-(]?\d{1,3}(?: \d{3})+(?:\.\d+)?\)?")
_UNIT = re.compile(r"(?:金额)?(?:计量)?单位[:：]?(?:人民币)?[:：]?(?:[(（])?((?:亿|百万|十万|万|千|百)?元|分)")
_BARE_UNIT = re.compile(r"[(（](?:金额)?(?:单位)?[:：]?(?:人民币)?((?:亿|百万|十万|万|千|百)?元)[)）]")
_MOST_DIGITS: Final = 15


@attrs.frozen
class Number:
    """A number as printed.

    Attributes:
        digits: The value without its decimal point.
        decimals: How many digits stood after the point.
    """

    digits: int
    decimals: int

    def fen(self, unit: int) -> int:
        """The amount in 分, where one printed unit is ``unit`` 分; half a 分 and more rounds away from zero."""
        scaled = abs(self.digits) * unit
        base: int = 10**self.decimals
        whole = (2 * scaled + base) // (2 * base)
        return -whole if self.digits < 0 else whole

    def step(self, unit: int) -> int:
        """One unit of the last printed digit in 分, at least 1."""
        base: int = 10**self.decimals
        return max(1, unit // base)


def read_number(text: str) -> Number | None:
    """A printed number: ``24,169.74``, ``24169.74``, ``(1,200)``, ``-3.5``, ``△12``; full-width digits are the same.

    Args:
        text: The cell's text; a blank inside is taken only where it groups thousands.

    Returns:
        The number; None where the text is no number (a percentage, a name, two numbers run together, a comma that
        groups no thousands) or says that there is none (:data:`NOTHING`).
    """
    folded = unicodedata.normalize("NFKC", text).replace("−", "-").replace("﹣", "-").strip()
    if re.search(r"[\d.,]\s+[\d.,]", folded) and not _SPACED.fullmatch(folded):
        return None  # two numbers, or one that is torn: nobody can tell
    bare = re.sub(r"\s+", "", folded)
    bare = bare.lstrip("¥￥").replace("，", ",").replace("．", ".")
    negative = False
    if len(bare) > 2 and bare[0] == "(" and bare[-1] == ")":  # noqa: PLR2004 - two brackets around something
        negative, bare = True, bare[1:-1]
    if re.match(r"[-—–－]\d", bare):
        negative, bare = not negative, bare[1:]
    found = _NUMBER.fullmatch(bare)
    if not found or found["whole"] is None:
        return None
    whole, part = found["whole"].replace(",", ""), found["part"] or ""
    if len(whole) > _MOST_DIGITS:
        return None
    if found["sign"] in {"-", "△", "▲"}:
        negative = not negative
    digits = int(whole + part)
    return Number(-digits if negative else digits, len(part))


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is no amount: blank, or a dash."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("−", "-") in NOTHING


def read_unit(text: str) -> int | None:
    """分 in one unit of a line that names it (``单位：万元``, ``金额单位：元``, ``（万元）``), else None."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    found = _UNIT.search(bare) or _BARE_UNIT.search(bare)
    return UNITS[found.group(1)] if found else None
