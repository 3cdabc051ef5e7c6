"""The tables of codes by fiscal year: which exist, what they are called, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

import attrs

from budgetreview.codes.names import same_name, spellings
from budgetreview.codes.text import System, class_of, system_of

Mark = Literal["S", "K", "K?"]
"""How sure: ``S`` read in a document, ``K`` general knowledge, ``K?`` weak, may be outdated."""

_RANK: Final[dict[Mark, int]] = {"S": 0, "K": 1, "K?": 2}
_COMMON: Final = 3
"""A name that more codes than this bear (行政运行) says nothing about which code was meant."""


class Entry(NamedTuple):
    """One name of one code in some fiscal years.

    Attributes:
        code: Digits only.
        name: As the classification prints it.
        valid_from: First fiscal year; None: not limited, or the start is not known.
        valid_to: Last fiscal year; None: still in use, or the end is not known.
        mark: How sure that is.
        note: Where it comes from, in a few words.
    """

    code: str
    name: str
    valid_from: int | None = None
    valid_to: int | None = None
    mark: Mark = "K"
    note: str = ""

    def holds(self, year: int) -> bool:
        """Whether the entry is for this fiscal year."""
        return _within(year, self.valid_from, self.valid_to)


class Complete(NamedTuple):
    """A part of a table that lacks nothing in some years: ``scope`` is ``classes`` or ``all``."""

    scope: Literal["classes", "all"]
    valid_from: int | None = None
    valid_to: int | None = None
    mark: Mark = "K"

    def holds(self, year: int) -> bool:
        """Whether it lacks nothing in this fiscal year."""
        return _within(year, self.valid_from, self.valid_to)


@attrs.frozen
class CodeTable:
    """The codes of one classification over the years.

    ``exists`` is the question for a check of codes: True, False, or None where the table is not complete enough to
    tell. All methods take one code; over a column use them through its distinct values (``Keys.where``).

    Attributes:
        system: Which classification.
        entries: One a name and period; of names equally good, the first listed is the one in use.
        complete: Which parts lack nothing, and when.
        fallback: Asked for the years in which this table is not complete itself.
    """

    system: System
    entries: tuple[Entry, ...]
    complete: tuple[Complete, ...] = ()
    fallback: CodeTable | None = attrs.field(default=None, repr=False)

    @cached_property
    def _by_code(self) -> dict[str, tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.code, []).append(entry)
        return {code: tuple(entries) for code, entries in found.items()}

    @cached_property
    def _bearers(self) -> dict[str, frozenset[str]]:
        """Spelling of a name to the codes that bear or bore it."""
        found: dict[str, set[str]] = {}
        for entry in self.all_entries():
            for spelling in spellings(entry.name):
                found.setdefault(spelling, set()).add(entry.code)
        return {spelling: frozenset(codes) for spelling, codes in found.items()}

    def all_entries(self) -> tuple[Entry, ...]:
        """Every entry, those of the fallback last."""
        return self.entries + (self.fallback.all_entries() if self.fallback else ())

    def history(self, code: str) -> tuple[Entry, ...]:
        """The entries of a code in any year."""
        return self._by_code.get(code, ()) + (self.fallback.history(code) if self.fallback else ())

    def _whole(self, year: int, scope: Literal["classes", "all"]) -> bool:
        return any(c.holds(year) and c.scope in ("all", scope) for c in self.complete)

    def entries_of(self, code: str, year: int) -> tuple[Entry, ...]:
        """The entries of a code that hold in a fiscal year, the surest first."""
        found = [e for e in self._by_code.get(code, ()) if e.holds(year)]
        if self.fallback and not self._whole(year, "all"):
            found += self.fallback.entries_of(code, year)
        return tuple(sorted(found, key=lambda e: _RANK[e.mark]))

    def name(self, code: str, year: int) -> str | None:
        """What a code is called in a fiscal year; None when the table does not say."""
        found = self.entries_of(code, year)
        return found[0].name if found else None

    def names(self, code: str) -> tuple[str, ...]:
        """All names a code is known to bear or to have borne, in any year."""
        return tuple(dict.fromkeys(e.name for e in self.history(code)))

    def mark(self, code: str, year: int) -> Mark | None:
        """How sure the table is of a code in a fiscal year; None when it is not in it."""
        found = self.entries_of(code, year)
        return found[0].mark if found else None

    def knows(self, code: str, year: int) -> bool:
        """Whether the table has a code for a fiscal year; False proves nothing where the table is incomplete."""
        return bool(self.entries_of(code, year))

    def exists_class(self, code: str, year: int) -> bool | None:
        """Whether the 类 of a code exists in a fiscal year; None where the list of classes is not complete.

        A class that no year knows exists in none; one known in other years only cannot be told before the list is
        complete.
        """
        top = code[:3]
        if self.knows(top, year):
            return True
        if self._whole(year, "classes"):
            return False
        if self.fallback:
            return self.fallback.exists_class(code, year)
        return False if self.complete and not self.history(top) else None

    def exists(self, code: str, year: int) -> bool | None:
        """Whether a code exists in a fiscal year; None where the table cannot tell.

        False: the text is not a code of this classification, its class does not exist, the table is complete and
        lacks it, or it is known to have ended before or to begin after that year. A 款 or 项 that an incomplete
        table lacks is None.
        """
        if system_of(code) != self.system:
            return False
        if self.knows(code, year):
            return True
        if self._whole(year, "all") or self.exists_class(code, year) is False:
            return False
        return False if any(e.mark != "K?" for e in self.dated_entries(code)) else None

    def dated_entries(self, code: str) -> tuple[Entry, ...]:
        """The entries whose years say when a code began and ended.

        The years of a table that is complete say for which years it was made, not how old a code is.
        """
        own = () if any(c.scope == "all" for c in self.complete) else self._by_code.get(code, ())
        return own + (self.fallback.dated_entries(code) if self.fallback else ())

    def name_conflict(self, code: str, name: str) -> bool | None:
        """Whether a name contradicts a code; None where the names known do not suffice to say so.

        It does when none of the names of the code, in any year, is that name in some spelling (``same_name``). Where
        only weak names are known (the list of about 2009), codes may have got another meaning since; then only a
        name that belongs to another class is a contradiction.
        """
        entries = self.history(code)
        if not entries or not name.strip():
            return None
        if any(same_name(name, e.name) for e in entries):
            return False
        if any(e.mark != "K?" for e in entries):
            return True
        bearers = frozenset[str]().union(*(self._bearers.get(s, frozenset()) for s in spellings(name)))
        elsewhere = 0 < len(bearers) <= _COMMON and class_of(code) not in {class_of(c) for c in bearers}
        return True if elsewhere else None


def merged(base: Mapping[System, CodeTable], extra: Mapping[System, CodeTable]) -> Mapping[System, CodeTable]:
    """The tables of ``extra`` before those of ``base``.

    Where an extra table is complete, only it says what exists; in other years, and for names of any year, the base
    is asked as well.
    """
    tables = dict(base)
    for system, table in extra.items():
        below = base.get(system)
        tables[system] = attrs.evolve(table, fallback=_before(table.fallback, below)) if below else table
    return MappingProxyType(tables)


def _before(upper: CodeTable | None, lower: CodeTable) -> CodeTable:
    """One table before another of the same classification."""
    return attrs.evolve(upper, fallback=_before(upper.fallback, lower)) if upper else lower


def _within(year: int, first: int | None, last: int | None) -> bool:
    return (first is None or first <= year) and (last is None or year <= last)
