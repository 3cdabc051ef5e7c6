"""Figures put into sentences: one typed value, written for people in two languages and for programs in JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Final

import attrs

from budgetreview.mechanism import BOOK_NAMES, LEVEL_NAMES
from budgetreview.money import readable_in_both, yuan
from budgetreview.tables import EVENTS, LOOP_STATES, NO_BOOK
from budgetreview.values import Exact, Keys, Numbers, Ratio, Scaled, Truth, Values

EPOCH: Final = date(1970, 1, 1)
SIGNIFICANT: Final = 9
"""Statistics on logs or deviations are rounded to this many significant digits before they are written."""


@attrs.frozen
class Figure:
    """One value and what it is: ``money`` in 分, ``share``, ``date`` (days since 1970), ``number`` or ``text``."""

    kind: str
    value: int | float | str | bool | None

    def json(self) -> object:
        """The form of CONTRACT: money as a string in 元, dates as ISO, unknown as None.

        Raises:
            ValueError: The value is no finite number; such a thing is never written.
        """
        return in_json(self.kind, self.value)

    def text(self, lang: str) -> str:
        """The form of a sentence."""
        zh, en = in_both(self.kind, self.value)
        return zh if lang == "zh" else en


def in_json(kind: str, value: float | str | bool | None) -> object:  # noqa: FBT001 - a mark is a value too
    """A value of some kind as JSON has it.

    Raises:
        ValueError: The value is no finite number.
    """
    if value is None:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        msg = f"{kind} {value}：不是有限的数，不能写入报告 / is no finite number and cannot be reported"
        raise ValueError(msg)
    if kind == "money":
        return yuan(int(value))
    if kind == "date":
        return (EPOCH + timedelta(days=int(value))).isoformat()
    if isinstance(value, float) and value == int(value) and abs(value) < 2**53:
        return float(value) if kind == "share" else int(value)
    return value


def in_both(kind: str, value: float | str | bool | None) -> tuple[str, str]:  # noqa: FBT001 - a mark is a value too
    """A value of some kind in a Chinese and in an English sentence."""
    if value is None:
        return "未知", "unknown"
    if kind == "money":
        return readable_in_both(int(value))
    if kind == "text":
        return word_in_both(str(value))
    if kind == "mark":
        return ("是", "yes") if value else ("否", "no")
    if kind == "date":
        day = EPOCH + timedelta(days=int(value))
        return f"{day.year}年{day.month}月{day.day}日", day.isoformat()
    text = percent(float(value)) if kind == "share" else f"{value:.10g}" if isinstance(value, float) else str(value)
    return text, text


def percent(share: float) -> str:
    """A share as a percentage with at most four decimals: ``0.5`` → ``50%``, ``0.49996`` → ``49.996%``."""
    text = f"{share * 100:.4f}".rstrip("0").rstrip(".")
    return f"{text if text != '-0' else '0'}%"


_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    **{k: (t.zh, t.en) for k, t in (*BOOK_NAMES.items(), *LEVEL_NAMES.items())},
    **{k: (v, k.replace("_", " ")) for k, v in EVENTS.items()},
    **{k: (v[0], k.replace("_", " ")) for k, v in LOOP_STATES.items()},
    NO_BOOK: ("不属于四本预算", "none of the four books"),
    "revenue": ("收入", "revenue"),
    "expenditure": ("支出", "expenditure"),
    "general_transfers": ("一般性转移支付", "general transfers"),
    "special_transfers": ("专项转移支付", "special transfers"),
    "received_general": ("上级对本级的一般性转移支付", "general transfers from the level above"),
    "received_special": ("上级对本级的专项转移支付", "special transfers from the level above"),
    "given_general": ("本级对下的一般性转移支付", "general transfers to the levels below"),
    "given_special": ("本级对下的专项转移支付", "special transfers to the levels below"),
}


def word(text: str, lang: str) -> str:
    """A word of CONTRACT, or several joined by ``、``, in the reader's language; any other text as it is."""
    zh, en = word_in_both(text)
    return zh if lang == "zh" else en


def word_in_both(text: str) -> tuple[str, str]:
    """The same in Chinese and in English, for sentences made by the million."""
    if "、" not in text:
        return _WORDS.get(text, (text, text))
    found = [_WORDS.get(part) for part in text.split("、")]
    pairs = [pair for pair in found if pair is not None]
    if len(pairs) < len(found):
        return text, text
    return "、".join(zh for zh, _ in pairs), ", ".join(en for _, en in pairs)


def figure(values: Values | Fraction | float | str, i: int, scalar_kind: str = "count") -> Figure:
    """The value of unit ``i`` of a column, or a figure that is the same for all units."""
    if isinstance(values, Exact):
        known = bool(values.low[i]) or bool(values.high[i])
        return Figure(values.kind, int(values.values[i]) if known else None)
    if isinstance(values, Numbers):
        return Figure(values.kind, float(values.values[i]) if values.known[i] else None)
    if isinstance(values, Keys):
        return Figure("text", values.text(i))
    if isinstance(values, Truth):
        return Figure("mark", True if values.yes[i] else False if values.no[i] else None)
    if isinstance(values, Ratio):
        num, den = int(values.num.values[i]), int(values.den.values[i])
        known = bool(values.num.known[i] and values.den.known[i]) and den != 0
        return Figure("share", quotient(num, den) if known else None)
    if isinstance(values, Scaled):
        whole = figure(values.exact, i)
        return Figure(whole.kind, None if whole.value is None else _rounded(int(whole.value) * values.factor))
    if isinstance(values, Fraction):
        return Figure("share", float(values))
    if isinstance(values, str):
        return Figure("text", values)
    return Figure(scalar_kind, values)


def quotient(num: int, den: int) -> float:
    """A share divided once, from whole numbers."""
    return float(Fraction(num, den))


def _rounded(x: Fraction) -> int:
    """Half away from zero, in whole 分."""
    whole = (2 * abs(x.numerator) + x.denominator) // (2 * x.denominator)
    return whole if x >= 0 else -whole


def significant(x: float) -> float:
    """A statistic rounded to nine significant digits, so that platforms agree on its bytes."""
    return float(f"{x:.{SIGNIFICANT}g}")


_PLACE = re.compile(r"\{(\w+)\}")


def fill(template: str, figures: Mapping[str, Figure], lang: str) -> str:
    """Put figures into a sentence; a name without a figure stays visible as ``{name}``."""
    return _PLACE.sub(lambda m: figures[m[1]].text(lang) if m[1] in figures else m[0], template)


@cache
def parsed(template: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a sentence between its figures, and the names of the figures in order."""
    pieces = _PLACE.split(template)
    return tuple(pieces[::2]), tuple(pieces[1::2])


def places(template: str) -> frozenset[str]:
    """The names that a sentence asks for."""
    return frozenset(_PLACE.findall(template))
