"""What maps to what: codes between years, the two economic classifications, and functions to COFOG."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from budgetreview.codes.shipped import shipped

UnitKind = Literal["行政", "事业"]

THREE_PUBLIC_DEPARTMENT: Final = ("30212", "30217", "30231", "30913", "31013")
"""三公经费 in the department classification: going abroad, reception, running and buying official cars."""

THREE_PUBLIC_GOVERNMENT: Final = ("50206", "50207", "50208", "50303", "50403")
"""三公经费 in the government classification."""

GOVERNMENT_ECONOMIC_SINCE: Final = 2018
"""The first fiscal year of the government economic classification; before it nothing maps to it."""

_ONLY_GOVERNMENT: Final = ("512", "513", "514")
"""Repayment, transfers and reserve stand in government budgets only; no department class maps to them."""

_OTHER_SPENDING: Final = "399"


class Change(NamedTuple):
    """From ``year`` on, money of code ``old`` stands under ``new``; ``old`` empty: ``new`` got another meaning."""

    year: int
    old: str
    new: str


@cache
def _economic_changes() -> tuple[Change, ...]:
    rows = shipped("changes.csv")
    return tuple(Change(int(r["year"]), r["old"], r["new"]) for r in rows if r["system"] == "department_economic")


def map_economic(code: str, from_year: int, to_year: int) -> tuple[str, ...]:
    """Where the money of a department economic code of one fiscal year stands in another.

    30311 of 2017 is 30113 in 2018; 30104 of 2017 is any of 30108 to 30112 in 2018, so several codes may come back
    (then compare groups, see ``comparable``). A code that no known change touches maps to itself. No code comes
    back for one without a counterpart: 30311 of 2024 (代缴社会保险费) is not the 30311 of 2017.
    """
    codes = {code}
    for year in _boundaries(from_year, to_year):
        codes = {target for c in codes for target in _step(c, year, forward=from_year < to_year)}
    return tuple(sorted(codes))


def _step(code: str, year: int, *, forward: bool) -> set[str]:
    """Where a code stands on the other side of the beginning of ``year``."""
    changes = [c for c in _economic_changes() if c.year == year]
    found = {c.new if forward else c.old for c in changes if code == (c.old if forward else c.new) and c.old}
    reused = any(not c.old and c.new == code for c in changes)
    return found if found or reused else {code}


def _boundaries(from_year: int, to_year: int) -> list[int]:
    """The years of changes after the earlier and up to the later year, in the order of the way."""
    low, high = min(from_year, to_year), max(from_year, to_year)
    years = sorted({c.year for c in _economic_changes() if low < c.year <= high})
    return years if from_year < to_year else years[::-1]


def comparable(code: str, year: int, other_year: int) -> str:
    """The key under which a department economic code of ``year`` is compared with lines of ``other_year``.

    Codes of both years that hold the same money get the same key, all codes of the later year joined by ``+``:
    between 2017 and 2018, 30104 and each of 30108 to 30112 get ``30104+30108+30109+30110+30111+30112``, 30311 of
    2017 and 30113 of 2018 get ``30113``. Where no change lies between the years each code is its own key, so nothing
    is coarser than it must be. A code that got another meaning has no counterpart, its key names the year:
    ``30311@2018``.
    """
    return _keys(min(year, other_year), max(year, other_year))[year >= other_year].get(code, code)


@cache
def _keys(low: int, high: int) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Keys of the codes that changes between two years touch: for the earlier year, for the later one."""
    boundaries = _boundaries(low, high)
    touched = {code for c in _economic_changes() if c.year in boundaries for code in (c.old, c.new) if code}
    links = [({code}, set(map_economic(code, low, high))) for code in sorted(touched)]
    links += [(set(map_economic(code, high, low)), {code}) for code in sorted(touched)]
    groups: list[tuple[set[str], set[str]]] = []
    for link in links:
        early, late = link
        for group in [g for g in groups if g[0] & early or g[1] & late]:
            groups.remove(group)
            early, late = early | group[0], late | group[1]
        groups.append((early, late))
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for early, late in groups:
        # Only one side: a code that was given another meaning, or ended without a successor.
        key = "+".join(sorted(late)) if early and late else f"{min(early | late)}@{boundaries[-1] if late else low}"
        before.update(dict.fromkeys(early, key))
        after.update(dict.fromkeys(late, key))
    return MappingProxyType(before), MappingProxyType(after)


@cache
def _pairs(kind: UnitKind) -> tuple[tuple[str, str], ...]:
    return tuple((r["department"], r["government"]) for r in shipped("crosswalk.csv") if r["unit_kind"] == kind)


@cache
def government_for(department: str, unit_kind: str) -> frozenset[str]:
    """The government economic codes that a department economic code of a kind of unit may stand under.

    From 2018 on (annex of the 2017 reform for 501 to 50204, general knowledge for the rest). Given a class (302),
    the codes of all its 款. A code returned may be a class (599), then any 款 of it will do.

    Args:
        department: A code of three or five digits.
        unit_kind: 行政 or 事业; for another kind nothing is known.

    Returns:
        The codes; empty means not known, not forbidden.
    """
    kind: UnitKind | None = "行政" if unit_kind == "行政" else "事业" if unit_kind == "事业" else None
    if kind is None or not department:
        return frozenset()
    return frozenset(g for d, g in _pairs(kind) if department.startswith(d) or d.startswith(department))


def economic_conflict(government: str, department: str, unit_kind: str) -> bool | None:
    """Whether the two economic codes of a line and its kind of unit contradict each other.

    A 行政 unit stands in 501 to 504, not in 505 or 506, a 事业 unit the other way round; beyond that the
    correspondence of the 款 decides. 参公 units are as a rule treated like 行政 units, but not everywhere, and the
    kind may be blank: then only what contradicts either way is a conflict.

    Args:
        government: Government economic code, or empty.
        department: Department economic code, or empty.
        unit_kind: 行政, 参公, 事业, 其他, or empty when it is not known.

    Returns:
        True, False, or None where it cannot be told.
    """
    if unit_kind in ("行政", "事业"):
        return _conflict(government, department, unit_kind)
    if unit_kind == "其他":
        return None
    as_office, as_institution = (_conflict(government, department, kind) for kind in ("行政", "事业"))
    if as_office == as_institution:
        return as_office
    return False if unit_kind == "参公" and as_office is False else None


def _conflict(government: str, department: str, unit_kind: str) -> bool | None:
    if government[:3] in (("505", "506") if unit_kind == "行政" else ("501", "502", "503", "504")):
        return True
    if not government or not department:
        return None
    if government.startswith(_ONLY_GOVERNMENT) and department.startswith(_OTHER_SPENDING):
        return None  # a finance office that holds the reserve has no department code of its own for it
    allowed = government_for(department, unit_kind)
    if not allowed:
        return None
    return not any(government.startswith(a) or a.startswith(government) for a in allowed)


class Cofog(NamedTuple):
    """The COFOG division of a 类 of function, one-to-many noted.

    Attributes:
        default: Where the class is counted; None for what has none (reserve, repayment of principal).
        also: Where a part of it belongs, not counted apart.
        note: What that part is.
    """

    default: str | None
    also: tuple[str, ...] = ()
    note: str = ""


@cache
def _cofog() -> Mapping[str, Cofog]:
    return MappingProxyType(
        {r["class"]: Cofog(r["cofog"] or None, tuple(r["also"].split()), r["note"]) for r in shipped("cofog.csv")}
    )


def cofog(function_code: str) -> Cofog | None:
    """The COFOG division of a function code by its 类 (general knowledge); None where no mapping is known."""
    return _cofog().get(function_code[:3])
