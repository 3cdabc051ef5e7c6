"""The codes of places: which level of government an entity is, and what it is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from budgetreview.codes.table import shipped
from budgetreview.codes.text import clean

Level = Literal["province", "city", "county", "township"]

EVERYWHERE: Final = "*"
"""The key in ``overrides`` that stands for every entity (``--level LEVEL``)."""

_SIX: Final = re.compile(r"[0-9]{6}")
_NINE: Final = re.compile(r"[0-9]{9}")


def entity_code(code: str) -> str:
    """The one spelling of an entity: nine digits ending in 000 are read as the first six."""
    plain = clean(code)
    return plain[:6] if _NINE.fullmatch(plain) and plain.endswith("000") else plain


def entity_level(code: str, overrides: Mapping[str, Level] | None = None) -> Level | None:
    """The level of government of an entity, by the form of its code.

    Nine digits are a township, xx0000 a province, xxxx00 a city, other six digits a county (also a district of a
    municipality under the central government). The form decides; whether the place is known does not matter.

    Args:
        code: The code of the place, in any spelling.
        overrides: Levels said otherwise, by code; the key ``*`` stands for every entity, a code of its own wins.

    Returns:
        The level, or None when the code has none of these forms and no override names it.
    """
    entity = entity_code(code)
    if overrides:
        said = {entity_code(key): value for key, value in overrides.items()}
        if entity in said or EVERYWHERE in said:
            return said.get(entity) or said[EVERYWHERE]
    if _NINE.fullmatch(entity):
        return "township"
    if not _SIX.fullmatch(entity):
        return None
    return "province" if entity.endswith("0000") else "city" if entity.endswith("00") else "county"


@cache
def _places() -> Mapping[str, str]:
    return MappingProxyType({row["code"]: row["name"] for row in shipped("places.csv")})


def place_name(code: str) -> str | None:
    """The name of a province, city or county (2023); None for a township and for what is not in the table."""
    return _places().get(entity_code(code))


def known_place(code: str) -> bool:
    """Whether the place is in the table of 2023; a township is known through its county.

    False is no error: development zones and places abolished or founded since are not in it.
    """
    entity = entity_code(code)
    return (entity[:6] if _NINE.fullmatch(entity) else entity) in _places()
