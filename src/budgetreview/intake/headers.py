"""Which known column a header means: one dictionary a table, built from the one statement of all columns."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final, Literal

import attrs

from budgetreview.tables import TABLES, TableSpec

How = Literal["canonical", "platform", "zh", "layout"]

UNITS: Final = ("百万元", "亿元", "千元", "万元", "元")
SPLIT: Final = ("book", "fund_source")
"""资金性质 and ``fund_type_code`` feed both columns of ``lines``."""

_SPLIT_HEADERS = frozenset({"资金性质", "资金性质代码", "资金性质/来源", "fund_type_code"})
_DRAFT = frozenset({"预算数", "本年预算数"})
_DEBT = "债务资金"
_NEUTRAL = frozenset({"", "本年", "本年度", "本年预算", "预算", "预算安排", "本年预算安排", "支出预算", "金额", "资金"})
"""Headings that leave the meaning of an amount below them as it is."""
_PRICES = frozenset({"unit_price", "standard_value"})
"""Money that is the same whatever heading stands above it: 测算依据·单价 is the price."""
_QUOTES = str.maketrans("", "", "“”\"'‘’「」『』*★#﹡\ufeff")
_UNIT_BRACKET = re.compile(r"\((?:金额)?(?:单位)?:?(?:人民币)?(百万元|亿元|千元|万元|元)\)")
_UNIT_TAIL = re.compile(r"[/:_](百万元|亿元|千元|万元|元)$")
_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d{1,2}[.、])")
_YEAR = re.compile(r"((?:19|20)\d\d)(?:年度|年)")


@lru_cache(maxsize=16_384)
def plain(text: str) -> str:
    """A header without anything that does not change its meaning: width, blanks, line breaks, quotes, case."""
    half = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return re.sub(r"\s+", "", half).casefold()


def label(text: str) -> str:
    """A row label without blanks, ordinal (一、 （一） 1.) and closing colon: ``一、合  计：`` is ``合计``."""
    return _ORDINAL.sub("", plain(text)).rstrip(":")


@attrs.frozen
class Header:
    """What a header says.

    Attributes:
        text: As written, several rows joined with ``·``.
        columns: The known columns that it feeds; empty if it means none.
        unit: The unit of money that it names.
        how: As what it was known.
    """

    text: str
    columns: tuple[str, ...] = ()
    unit: str | None = None
    how: How | None = None


@cache
def dictionary(table: str) -> Mapping[str, tuple[tuple[str, ...], How]]:
    """Plain header to the columns of ``table`` that it feeds; an earlier column wins over a later one."""
    spec: TableSpec = TABLES[table]
    found: dict[str, tuple[tuple[str, ...], How]] = {}
    for name in spec.columns:
        found[name] = ((name,), "canonical")
    for column in spec.columns.values():
        for text in column.zh:
            found.setdefault(plain(text), ((column.name,), "zh"))
        for text in column.platform:
            found.setdefault(plain(text), ((column.name,), "platform"))
    if set(SPLIT) <= set(spec.columns):
        for text in _SPLIT_HEADERS:
            found[text] = (SPLIT, "platform" if text.isascii() else "zh")
    elif "book" in spec.columns:
        found.setdefault("资金性质", (("book",), "zh"))
    if table == "prior":
        # last year's 预算数 is what was approved: the header 上年预算数 of lines means prior_approved too
        for text in (*_DRAFT, "金额"):
            found[text] = (("approved",), "zh")
    return MappingProxyType(found)


def unit_of(text: str) -> tuple[str, str | None]:
    """A plain header without its unit, and the unit: ``预算数(万元)`` is ``预算数`` in 万元."""
    for pattern in (_UNIT_BRACKET, _UNIT_TAIL):
        hit = pattern.search(text)
        if hit:
            return text[: hit.start()] + text[hit.end() :], hit.group(1)
    return text, None


def _spellings(text: str, year: int | None) -> list[str]:
    """The ways a plain header may be looked up, the closest first."""
    bare = _ORDINAL.sub("", text)
    ways = [text, bare]

    def relative(hit: re.Match[str]) -> str:
        named = int(hit.group(1))
        return "" if named == year else "上年" if year is not None and named == year - 1 else hit.group(0)

    dated = _YEAR.sub(relative, bare)
    ways.append(dated)
    for old, new in (("上年度", "上年"), ("去年", "上年"), ("本年度", ""), ("本年", "")):
        if dated.startswith(old):
            ways.append(new + dated[len(old) :])
    return ways


@lru_cache(maxsize=8192)
def look_up(table: str, text: str, year: int | None = None) -> Header:
    """What one header (rows joined with ``·``) means in ``table``.

    Args:
        table: The table.
        text: As written.
        year: The sheet's fiscal year if a title names it; ``2025年执行数`` is then 上年执行数 in a sheet of 2026.
    """
    known = dictionary(table)
    joined = plain(text)
    bare, unit = unit_of(joined)
    parts = bare.split("·")
    tries = [bare]
    if len(parts) > 1:
        when = [p for p in parts if _YEAR.fullmatch(p) or p in {"上年", "上年度", "去年", "本年", "本年度"}]
        tries += ["".join(parts), "".join([*when, *(p for p in parts if p not in when)])]
        # under a neutral heading the last row decides; other headings may change what an amount means
        below = look_up(table, parts[-1], year)
        neutral = all(p in _NEUTRAL for p in parts[:-1])
        amounts = any(TABLES[table].columns[c].kind == "money" and c not in _PRICES for c in below.columns)
        if neutral or not amounts:
            tries.append(parts[-1])
    for one in tries:
        for way in _spellings(one, year):
            if way in known:
                columns, how = known[way]
                return Header(text, columns, unit, how)
    return Header(text, (), unit, None)


def settle(headers: Sequence[Header], marks: Mapping[int, bool]) -> list[Header]:
    """Decide the headers whose meaning depends on the rest of the sheet.

    预算数 beside 调整预算数, 决算数 or 执行数 is ``approved``; 债务资金 is ``funding_debt`` where it holds money;
    资金性质 feeds only those of ``book`` and ``fund_source`` that no other header feeds.

    Args:
        headers: Of one sheet, in order.
        marks: For the place of each header 债务资金: whether its cells are marks.
    """
    fed = {c for h in headers for c in h.columns if len(h.columns) == 1}
    out = []
    for i, header in enumerate(headers):
        h = header
        bare = unit_of(plain(h.text))[0].split("·")[-1]
        draft = h.columns == ("proposed",) and h.how == "zh" and _YEAR.sub("", bare) in _DRAFT
        if draft and {"current", "executed"} & fed:
            h = attrs.evolve(h, columns=("approved",))
        elif h.columns == ("debt_funded",) and bare == _DEBT and not marks.get(i, True):
            h = attrs.evolve(h, columns=("funding_debt",))
        elif h.columns == SPLIT:
            h = attrs.evolve(h, columns=tuple(c for c in SPLIT if c not in fed))
        out.append(h)
    return out


def is_debt_header(header: Header) -> bool:
    """Whether this is 债务资金, a mark or an amount depending on its cells."""
    return unit_of(plain(header.text))[0].split("·")[-1] == _DEBT and header.columns == ("debt_funded",)


def nearest(table: str, text: str) -> str | None:
    """The known header or column that looks most like ``text``, or None."""
    bare = unit_of(plain(text))[0]
    known = dictionary(table)
    close = difflib.get_close_matches(bare, known, 1, 0.6)
    if not close:
        return None
    columns = known[close[0]][0]
    return f"{close[0]} ({columns[0]})" if close[0] != columns[0] else close[0]
