"""Exact money: whole 分 in ``int64``, read through decimals and never through binary floats."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

FEN: Final = {"元": 100, "千元": 100_000, "万元": 1_000_000, "百万元": 100_000_000, "亿元": 10_000_000_000}
"""How many 分 one of each presentation unit has."""

LARGEST: Final = 10**17
"""The largest amount accepted, in 分 (1,000 万亿元): beyond it a unit must be wrong, and sums stay in int64."""

_PLAIN = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+")
_WIDE = str.maketrans("０１２３４５６７８９．，－＋（）¥￥\u3000\xa0−", "0123456789.,-+()    -")


def read_number(text: str) -> Decimal | None:
    """Read ``1,234.50``, ``(3,420)``, ``－12`` or full-width digits; None if it is not a number.

    Thousands separators must stand where thousands are, so ``12,34`` and ``12.345.6`` are not numbers.
    """
    plain = text.translate(_WIDE).strip()
    negative = plain.startswith("(") and plain.endswith(")")
    if negative:
        plain = plain[1:-1].strip()
    if not _PLAIN.fullmatch(plain):
        return None
    try:
        value = Decimal(plain.replace(",", ""))
    except InvalidOperation:  # pragma: no cover - the pattern admits only decimals
        return None
    return -value if negative else value


def to_fen(value: Decimal, unit: str) -> tuple[int, bool]:
    """Convert an amount in ``unit`` to 分.

    Returns:
        The amount rounded half away from zero, and whether it was exact.
    """
    scaled = value * FEN[unit]
    whole = int(scaled.to_integral_value(rounding="ROUND_HALF_UP"))
    return whole, scaled == whole


def yuan(fen: int) -> str:
    """分 as 元 with two decimals, the form of every report: ``-120050`` → ``-1200.50``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def readable(fen: int, lang: str) -> str:
    """分 for a sentence: ``1,200.50元``, from 1万元 on ``12.50万元`` to the last digit; English ``1,200.50 yuan``."""
    zh, en = readable_in_both(fen)
    return zh if lang == "zh" else en


def readable_in_both(fen: int) -> tuple[str, str]:
    """The same in Chinese and in English, for sentences made by the million."""
    size, sign = (-fen, "-") if fen < 0 else (fen, "")
    text = f"{sign}{size // 100:,}.{size % 100:02d}"
    wan = FEN["万元"]
    if size < wan:
        return f"{text}元", f"{text} yuan"
    decimals = f"{size % wan:06d}"
    while len(decimals) > 2 and decimals.endswith("0"):  # noqa: PLR2004 - two decimals, as published tables have
        decimals = decimals[:-1]
    return f"{sign}{size // wan:,}.{decimals}万元", f"{text} yuan"
