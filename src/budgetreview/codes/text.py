"""Reading a classification code: its one spelling, its depth, and the codes above it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, get_args

System = Literal["function", "revenue", "department_economic", "government_economic"]
SYSTEMS: Final[tuple[System, ...]] = get_args(System)
SYSTEM_OF: Final[Mapping[str, System]] = MappingProxyType(
    {"1": "revenue", "2": "function", "3": "department_economic", "5": "government_economic"}
)
"""The first digit of a code to its classification."""

_NARROW: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Full-width ASCII to ASCII."""

_BLANK: Final = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")
_NUMBER_CELL: Final = re.compile(r"(\d+)\.0+")
_DIGITS: Final = re.compile(r"[0-9]+")
_SHAPE: Final = {3: 1, 5: 2, 7: 3, 9: 4}
_CLASS_LENGTH: Final = 3
_STEP: Final = 2


def clean(text: str) -> str:
    """The one spelling of a code: ``２０１ 01 01`` and ``2010101.0`` are both ``2010101``.

    Full-width characters become ASCII, every blank goes (also inner and invisible ones), and so do the apostrophe
    that spreadsheets put before text and the ``.0`` of a number cell. Nothing else changes: leading zeros stay.
    """
    plain = _BLANK.sub("", text).translate(_NARROW).lstrip("'")
    number = _NUMBER_CELL.fullmatch(plain)
    return number[1] if number else plain


def join_three(cls: str, item: str, sub: str) -> str:
    """Join the three columns 类, 款, 项: ``201 | 1 | 01`` is ``2010101``, ``201 | 01 |`` is ``20101``.

    A column that already holds the longer code (``201 | 20101 | 2010101``) is understood.

    Raises:
        ValueError: A part is missing before a given one, or is not of the length of its column.
    """
    code = clean(cls)
    if code and not (_DIGITS.fullmatch(code) and len(code) == _CLASS_LENGTH):
        msg = f"类 {cls!r}: expected three digits / 类应为三位数字"
        raise ValueError(msg)
    for column, given in (("款", clean(item)), ("项", clean(sub))):
        depth = _CLASS_LENGTH + _STEP * ("款", "项").index(column)
        if not given:
            continue
        if _DIGITS.fullmatch(given) and code and len(given) == depth + _STEP and given.startswith(code):
            code = given
        elif _DIGITS.fullmatch(given) and len(code) == depth and len(given) <= _STEP:
            code += given.zfill(_STEP)
        else:
            msg = f"{column} {given!r} after {code!r}: expected one or two digits / {column}应为一至两位数字"
            raise ValueError(msg)
    return code


def level(code: str) -> int:
    """How deep a code goes: 1 类, 2 款, 3 项, 4 目; 0 when it has none of these shapes.

    Functions and revenue have 3, 5, 7 (revenue also 9) digits, economic codes 3 or 5.
    """
    return _SHAPE.get(len(code), 0) if _DIGITS.fullmatch(code) else 0


def parent(code: str) -> str:
    """The code one step up; empty for a class and for what is not a code."""
    return code[:-_STEP] if level(code) > 1 else ""


def ancestors(code: str) -> tuple[str, ...]:
    """All codes above this one, the class first."""
    return tuple(code[:n] for n in range(_CLASS_LENGTH, len(code), _STEP)) if level(code) else ()


def class_of(code: str) -> str:
    """The 类 of a code, its first three digits; empty for what is not a code."""
    return code[:_CLASS_LENGTH] if level(code) else ""


def system_of(code: str) -> System | None:
    """Which classification a code belongs to by its first digit: 1 revenue, 2 function, 3 and 5 economic."""
    return SYSTEM_OF.get(code[:1]) if level(code) else None
