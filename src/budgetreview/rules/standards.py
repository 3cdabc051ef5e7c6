"""Whether a spending standard exists for a line: for its economic code, in its year, at its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from budgetreview.codes import place_name
from budgetreview.table import Table
from budgetreview.values import Truth
from budgetreview.wording import EPOCH

_EVERYWHERE: Final = frozenset({"全国", "全省", "全市", "全县", "全区"})
_ITEM: Final = 5
"""Digits of an economic 款; standards are set for 款, a line's code may go on below it."""


def standard_exists(lines: Table, standards: Table) -> Truth:
    """Whether some standard is set for the line's economic code (款) and holds in its fiscal year and place.

    A standard without dates holds in every year, one without region everywhere. Where a region cannot be told to be
    the entity's, it is not known whether the standard is its own.
    """
    code = standards.key("dept_economic_code")
    start, end, region = standards.whole("valid_from"), standards.whole("valid_to"), standards.key("region")
    words = [None if code.codes[i] < 0 else code.text(i) for i in range(len(code))]
    yes, no = np.zeros(len(lines), bool), np.zeros(len(lines), bool)
    own = lines.key("dept_economic_code")
    for (year, fits), members in _circumstances(lines, region.words).items():
        first, last = (None, None) if year is None else ((date(year, m, d) - EPOCH).days for m, d in ((1, 1), (12, 31)))
        sure: set[str] = set()
        possible: set[str] = set()
        for i, word in enumerate(words):
            if word is None:
                continue
            fit = True if region.codes[i] < 0 else fits[region.codes[i]]
            begun = not start.known[i] or (None if last is None else int(start.values[i]) <= last)
            lasting = not end.known[i] or (None if first is None else int(end.values[i]) >= first)
            parts = (fit, begun, lasting)
            if False in parts:
                continue
            (possible if None in parts else sure).add(word)
        here = np.isin(lines.period, members)
        found = own.where(lambda w, sure=sure: w in sure or w[:_ITEM] in sure)  # type: ignore[misc]
        maybe = own.where(lambda w, possible=possible: w in possible or w[:_ITEM] in possible)  # type: ignore[misc]
        yes |= here & found.yes
        no |= here & (found.no & maybe.no if sure or possible else True)
    return Truth(yes, no)


def _circumstances(
    lines: Table, regions: Sequence[str]
) -> dict[tuple[int | None, tuple[bool | None, ...]], list[int]]:
    """Entities and years for which the same standards hold."""
    fits: dict[str | None, tuple[bool | None, ...]] = {}
    found: dict[tuple[int | None, tuple[bool | None, ...]], list[int]] = {}
    for i, period in enumerate(lines.periods):
        if period.entity not in fits:
            fits[period.entity] = tuple(holds_in(r, period.entity) for r in regions)
        found.setdefault((period.fiscal_year, fits[period.entity]), []).append(i)
    return found


def holds_in(region: str, entity: str | None) -> bool | None:
    """Whether a region, named by code or by name, takes in the entity; None where it cannot be told."""
    if region in _EVERYWHERE:
        return True
    if entity is None:
        return None
    if region.isdigit():
        stem = region[:6]
        while stem.endswith("00") and len(stem) > 2:  # noqa: PLR2004 - a province has two digits
            stem = stem[:-2]
        return entity.startswith(stem)
    for code in (entity[:6], entity[:4] + "00", entity[:2] + "0000"):
        name = place_name(code)
        if name is not None and (region.endswith(name) or (len(region) > 1 and name.startswith(region))):
            return True
    return None
