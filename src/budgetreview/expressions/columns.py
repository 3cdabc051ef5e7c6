"""Which column a name means: the canonical name, a Chinese header or a field of the platform, of one table."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

from budgetreview.tables import NO_BOOK, TABLES, Column

AMOUNT: Final = "amount"
PROJECT_LINE: Final = "is_project"
_BESIDE: Final = {
    "lines": (
        Column(AMOUNT, "money", ("本阶段金额", "审查金额")),
        Column(PROJECT_LINE, "mark", ("项目支出", "是项目支出")),
    )
}
"""Columns that no sheet has: what a rule means by "the amount", and whether a line is a project line."""
_QUOTES: Final = str.maketrans("", "", "“”\"'‘’「」『』*")
_UNIT: Final = re.compile(r"\((?:金额)?(?:单位)?:?(?:人民币)?(百万元|亿元|千元|万元|元)\)$")


def plain(text: str) -> str:
    """A name without what does not change its meaning: width, blanks, quotes, case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).translate(_QUOTES)).casefold()


def columns_of(table: str) -> Mapping[str, Column]:
    """All columns that a condition over a table may name."""
    return MappingProxyType({**TABLES[table].columns, **{c.name: c for c in _BESIDE.get(table, ())}})


@cache
def _names(table: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    known = columns_of(table)
    for name in known:
        found[plain(name)] = name
    for column in known.values():
        for said in column.zh:
            found.setdefault(plain(said), column.name)
    for column in known.values():
        for said in column.platform:
            found.setdefault(plain(said), column.name)
    return MappingProxyType(found)


def find(table: str, said: str) -> Column | None:
    """The column that a name means, None if there is none."""
    name = _names(table).get(_UNIT.sub("", plain(said)))
    return None if name is None else columns_of(table)[name]


def near(table: str, said: str, others: Sequence[str] = ()) -> tuple[str, ...]:
    """The names that look most like one that is not known, as they are printed."""
    names = {**dict.fromkeys(others, ""), **_names(table)}
    own = {plain(o): o for o in others}
    close = difflib.get_close_matches(plain(said), [plain(n) for n in names], 3, 0.5)
    shown = []
    for one in close:
        if one in own:
            shown.append(own[one])
        else:
            column = columns_of(table)[names[one]]
            shown.append(column.label if column.label == column.name else f"{column.label}（{column.name}）")
    return tuple(dict.fromkeys(shown))


def table_named(said: str) -> str | None:
    """The table of that name in either language."""
    wanted = plain(said)
    for spec in TABLES.values():
        if wanted in {spec.name, *(plain(z) for z in spec.zh)}:
            return spec.name
    return None


def word_of(column: Column, said: str) -> str | None:
    """The canonical word of a column of fixed words for one of its spellings."""
    wanted = plain(said)
    for word, ways in column.words.items():
        if wanted in {plain(w) for w in (word, *ways)}:
            return word
    return None


def words_of(column: Column) -> str:
    """The words that a column may hold, for a sentence."""
    return "、".join(ways[0] if ways else word for word, ways in column.words.items() if word != NO_BOOK)
