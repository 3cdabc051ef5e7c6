"""Figures for the reader's eye: money in the unit chosen, exact to the last 分."""

from __future__ import annotations

import math
from typing import Final

from budgetreview.money import FEN
from budgetreview.render.visible import visible
from budgetreview.render.words import REPORT, UNITS, pick
from budgetreview.wording import Figure

DECIMALS: Final = 2
"""Money is shown with at least two decimals."""


def money(fen: int, unit: str) -> str:
    """分 in the unit, with thousands and without loss: 123456789 in 万元 is ``123.456789``."""
    one = FEN[unit]
    whole, rest = divmod(abs(fen), one)
    digits = len(str(one)) - 1
    fraction = f"{rest:0{digits}d}".rstrip("0").ljust(DECIMALS, "0")
    return f"{'-' if fen < 0 else ''}{whole:,}.{fraction}"


def shown(figure: Figure | None, lang: str, unit: str) -> str:
    """A figure with its unit, as the reader sees it beside its name."""
    if figure is None or figure.value is None or (isinstance(figure.value, float) and not math.isfinite(figure.value)):
        return pick(REPORT["unknown"], lang)
    if figure.kind == "money":
        return with_unit(int(figure.value), lang, unit)
    if figure.kind in {"days", "months"}:
        return f"{figure.text(lang)} {pick(UNITS[figure.kind], lang)}"
    return visible(figure.text(lang))


def with_unit(fen: int, lang: str, unit: str) -> str:
    """Money and its unit: ``1,200.00 元``, ``1,200.00 yuan``, ``12.50 万元``."""
    return f"{money(fen, unit)} {'yuan' if lang == 'en' and unit == '元' else unit}"


def unit_name(unit: str, lang: str) -> str:
    """The unit of money in the reader's language, explained where English has no word for it."""
    return unit if lang == "zh" else ("yuan" if unit == "元" else f"{unit} = {FEN[unit] // FEN['元']:,} yuan")
