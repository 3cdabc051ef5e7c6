"""Which entity and fiscal year a title names: ``常德市武陵区2026年政府预算草案`` is 430702 and 2026."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from budgetreview.codes import entity_code, known_place
from budgetreview.codes.shipped import shipped
from budgetreview.intake.headers import plain

_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
_CODE: Final = re.compile(r"(?<!\d)(\d{9}|\d{6})(?!\d)")
_LEAST: Final = 2
"""Characters of the shortest name of a place looked for."""


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    """Names of places to their codes; several places share a name."""
    found: dict[str, list[str]] = {}
    for row in shipped("places.csv"):
        if len(row["name"]) > _LEAST:
            found.setdefault(row["name"], []).append(row["code"])
    return MappingProxyType({name: tuple(codes) for name, codes in found.items()})


def year_in(texts: Iterable[str]) -> int | None:
    """The fiscal year that titles name; None if they name none or several."""
    years = {int(y) for t in texts for y in _YEAR.findall(plain(t))}
    return next(iter(years)) if len(years) == 1 else None


def entity_in(texts: Iterable[str]) -> str | None:
    """The place that titles name, by code or by name.

    A name that several places share counts only where the province or city named beside it leaves one of them.
    None if no place is named, or several that do not contain each other.
    """
    said = list(texts)
    codes = {entity_code(c) for t in said for c in _CODE.findall(unicodedata.normalize("NFKC", t))}
    known = {c for c in codes if known_place(c)}
    if len(known) == 1:
        return next(iter(known))
    whole = " ".join(plain(t) for t in said)
    named = [n for n in _names() if n in whole]
    named = [n for n in named if not any(n != other and n in other for other in named)]
    if not named:
        return None
    fitting: set[str] = set()
    for name in named:
        for code in _names()[name]:
            above = [c for other in named if other != name for c in _names()[other]]
            others = all(any(_within(code, c) for c in _names()[other]) for other in named if other != name)
            if others or not above:
                fitting.add(code)
    return next(iter(fitting)) if len(fitting) == 1 else None


def _within(code: str, upper: str) -> bool:
    """Whether ``upper`` is a province or city that contains the place ``code``."""
    return (
        upper != code
        and upper.endswith("00")
        and code.startswith(upper.rstrip("0") if upper.endswith("0000") else upper[:4])
    )
