"""What an entity is called wherever a person reads it: the code always, and the name that the table of places knows."""

from __future__ import annotations

from functools import cache
from typing import Final

from budgetreview.codes import place_name

_COUNTY: Final = 6
"""Digits of a code; a longer one is of a township."""
_NO_PLACE: Final = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""Rows of the table that gather places and are none."""


@cache
def named(code: str, lang: str) -> str:
    """``430702 武陵区``; ``430799（常德市所辖）`` where only the place above is known; else the code alone.

    Townships, development zones and places founded or abolished since 2023 are not in the table: for them the county,
    city or province is named that the code lies in, so that nobody has to know codes by heart.
    """
    return _beside(*parts(code, lang), lang=lang)


def with_level(code: str, level: str, lang: str) -> str:
    """The same with its level of government: ``430702 武陵区（县级）``, ``430799（常德市所辖，县级）``."""
    said, within = parts(code, lang)
    return _beside(said, ("，" if lang == "zh" else ", ").join(p for p in (within, level) if p), lang=lang)


@cache
def parts(code: str, lang: str) -> tuple[str, str]:
    """The code with its own name, and the place that it lies in where it has no name of its own."""
    own = place_name(code)
    if own is not None:
        return f"{code} {own}", ""
    above = _above(code)
    if above is None:
        return code, ""
    return code, f"{above}所辖" if lang == "zh" else f"in {above}"


def _beside(said: str, note: str, *, lang: str) -> str:
    if not note:
        return said
    return f"{said}（{note}）" if lang == "zh" else f"{said} ({note})"


def _above(code: str) -> str | None:
    """The lowest known place that a code lies in."""
    if not (code.isascii() and code.isdigit() and len(code) >= _COUNTY):
        return None
    for upper in (code[:_COUNTY], f"{code[:4]}00", f"{code[:2]}0000"):
        name = place_name(upper) if upper != code else None
        if name is not None and name not in _NO_PLACE:
            return name
    return None
