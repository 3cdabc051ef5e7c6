"""The codes of places: which level of government an entity is, and what it is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from budgetreview.codes.shipped import shipped
from budgetreview.codes.text import clean
from budgetreview.errors import Text, UsageError

Level = Literal["province", "city", "county", "township"]

EVERYWHERE: Final = "*"
"""The key in ``overrides`` that stands for every entity (``--level LEVEL``)."""

_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_PEOPLES: Final = (
    "土家 仡佬 布依 哈尼 拉祜 傈僳 纳西 景颇 朝鲜 蒙古 柯尔克孜 哈萨克 维吾尔 塔吉克 锡伯 达斡尔 "
    "鄂温克 鄂伦春 裕固 保安 东乡 撒拉 布朗 普米 仫佬 毛南 满 苗 侗 瑶 壮 藏 羌 彝 傣 白 佤 怒 水 黎 畲 回 土 独龙"
).replace(" ", "|")
_KINDS: Final = re.compile(
    rf"(?<=..)(?:(?:(?:{_PEOPLES})族?|各族)*自治[区州县旗]|特别行政区|地区|林区|特区|省|市|区|县|旗|盟)$"
)
"""What a place is called besides its own name; two characters at least are left."""
_STANDS_FOR_NONE: Final = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""Rows of the table that are no place."""
_SHOWN: Final = 10

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


def entity_named(said: str) -> str:
    """The code of an entity that a person names, by its code or by the name of a province, city or county.

    ``北京``, ``青岛市`` and ``湖南省常德市武陵区`` are understood. A text without Chinese characters is a code.

    Args:
        said: What was said.

    Returns:
        The code, six digits where it was a name.

    Raises:
        UsageError: No place of the table has the name, or several have; the message lists them.
    """
    if not _CHINESE.search(said):
        return entity_code(said)
    wanted = "".join(said.split())
    found = _by_name().get(wanted, ())
    if not found:
        found = tuple(dict.fromkeys(c for name in _ways(wanted) for c in _by_name().get(name, ())))
    if len(found) == 1 or (found and all(_is_within_its_namesake(c, found[0]) for c in found[1:])):
        return found[0]
    listed = [f"{c} {_full_name(c)}" for c in found[:_SHOWN]]
    if found:
        more = len(found) - _SHOWN
        raise UsageError(Text(
            f"“{said}”不止一处：{'、'.join(listed)}{f'，另有{more}处' if more > 0 else ''}；请写区划代码或加上省、市",
            f"{said!r} is more than one place: {', '.join(listed)}{f' and {more} more' if more > 0 else ''}; "
            "give the code, or the province and city before the name",
        ))  # fmt: skip
    near = [c for c in _places() if wanted[:2] in _places()[c] and _places()[c] not in _STANDS_FOR_NONE][:_SHOWN]
    hint = [f"{c} {_full_name(c)}" for c in near]
    raise UsageError(Text(
        f"区划表（2023年）里没有“{said}”{'；相近的有：' + '、'.join(hint) if hint else ''}；乡镇、开发区请写区划代码",
        f"the table of places (2023) has no {said!r}{'; near it: ' + ', '.join(hint) if hint else ''}; "
        "give the code of a township or development zone",
    ))  # fmt: skip


def _is_within_its_namesake(code: str, above: str) -> bool:
    """Whether a place lies in one of the same name, as the table says of 嘉峪关市, which has no districts."""
    return _places()[code] == _places()[above] and above in _above(code)


def _full_name(code: str) -> str:
    """The place with its province and city before it."""
    return "".join(_places()[c] for c in (*_above(code), code))


def _above(code: str) -> tuple[str, ...]:
    """The province and city of a place, those that are places."""
    return tuple(
        c
        for c in dict.fromkeys((f"{code[:2]}0000", f"{code[:4]}00"))
        if c != code and c in _places() and _places()[c] not in _STANDS_FOR_NONE
    )


def _ways(name: str) -> tuple[str, ...]:
    """A name and the same without the word for what kind of place it is: 北京市 and 北京."""
    short = _KINDS.sub("", name)
    return tuple(dict.fromkeys((name, short)))


@cache
def _by_name() -> Mapping[str, tuple[str, ...]]:
    """Places by what they may be called: their full names with nothing, province, city or both before, and short ones.

    A full name wins over the short name of another place: 朝阳区 is no 朝阳.
    """
    full: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    for code, name in _places().items():
        if name in _STANDS_FOR_NONE:
            continue
        fronts = [""]
        for above in _above(code):
            fronts += [front + way for front in fronts for way in _ways(_places()[above])]
        for front in fronts:
            full.setdefault(front + name, []).append(code)
            for way in _ways(name)[1:]:
                short.setdefault(front + way, []).append(code)
    return MappingProxyType({k: tuple(v) for k, v in {**short, **full}.items()})
