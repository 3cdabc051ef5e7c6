"""The tables of codes by fiscal year: which exist, what they are called, and how sure that is."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, get_args

import attrs

from budgetreview.codes.names import same_name, spellings
from budgetreview.codes.text import class_of, clean, level
from budgetreview.errors import IntakeError, Problem, Text

System = Literal["function", "revenue", "department_economic", "government_economic"]
SYSTEMS: Final[tuple[System, ...]] = get_args(System)

Mark = Literal["S", "K", "K?"]
"""How sure: ``S`` read in a document, ``K`` general knowledge, ``K?`` weak, may be outdated."""

_RANK: Final[dict[Mark, int]] = {"S": 0, "K": 1, "K?": 2}
_FIRST_DIGIT: Final[dict[System, str]] = {
    "function": "2",
    "revenue": "1",
    "department_economic": "3",
    "government_economic": "5",
}
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
        if not level(code) or not code.startswith(_FIRST_DIGIT[self.system]):
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


@cache
def load_tables() -> Mapping[System, CodeTable]:
    """The tables shipped with the program, read at the first call."""
    complete: dict[System, list[Complete]] = {}
    for row in shipped("complete.csv"):
        system = _system(row["system"])
        scope: Literal["classes", "all"] = "all" if row["scope"] == "all" else "classes"
        part = Complete(scope, _year(row["valid_from"]), _year(row["valid_to"]), _mark(row["mark"]))
        complete.setdefault(system, []).append(part)
    return MappingProxyType(
        {
            system: CodeTable(
                system,
                tuple(
                    Entry(
                        r["code"],
                        r["name"],
                        _year(r["valid_from"]),
                        _year(r["valid_to"]),
                        _mark(r["mark"]),
                        r["note"],
                    )
                    for r in shipped(f"{system}.csv")
                ),
                tuple(complete.get(system, ())),
            )
            for system in SYSTEMS
        }
    )


def shipped(name: str) -> list[dict[str, str]]:
    """The rows of a data file of this package."""
    text = (files("budgetreview") / "data" / "codes" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def tables_from_file(path: str | Path, *, complete: bool = True) -> Mapping[System, CodeTable]:
    """Read the code tables of a user: CSV, or TOML with ``[[code]]`` entries.

    Columns: ``system`` (function, revenue, department_economic, government_economic; blank: by the first digit),
    ``code``, ``name``, and the fiscal years ``valid_from``, ``valid_to`` (blank: open). CSV is UTF-8 or GB18030.

    Args:
        path: The file.
        complete: Whether the file lacks no code of the systems it names, in the years from its first to its last;
            a TOML file may say ``complete = false`` itself.

    Raises:
        IntakeError: The file cannot be read as such a table; every problem is listed.
    """
    path = Path(path)
    rows, complete = _read_rows(path, complete=complete)
    problems: list[Problem] = []
    entries: dict[System, list[Entry]] = {}
    for number, row in enumerate(rows, start=2):
        place = f"row {number}" if path.suffix.lower() != ".toml" else f"code #{number - 1}"
        found = _user_entry(row, path.name, place, problems)
        if found:
            entries.setdefault(found[0], []).append(found[1])
    if not rows and not problems:
        problems.append(_problem(path.name, "", "文件中没有科目代码。", "The file holds no codes."))
    if problems:
        raise IntakeError(problems)
    return MappingProxyType(
        {
            system: CodeTable(system, tuple(found), (_span(found),) if complete else ())
            for system, found in entries.items()
        }
    )


def _read_rows(path: Path, *, complete: bool) -> tuple[list[dict[str, Any]], bool]:
    try:
        raw = path.read_bytes()
        if path.suffix.lower() == ".toml":
            content = tomllib.loads(raw.decode("utf-8"))
            rows = content.get("code", [])
            if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
                rows = []
            return rows, bool(content.get("complete", complete))
        reader = csv.DictReader(io.StringIO(_decode(raw)))
        missing = {"code", "name"} - set(reader.fieldnames or ())
        if missing:
            names = ", ".join(sorted(missing))
            raise IntakeError([_problem(path.name, "", f"缺少列：{names}。", f"These columns are missing: {names}.")])
        return list(reader), complete
    except (OSError, UnicodeDecodeError, csv.Error, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        text_en = f"The code table cannot be read ({reason}); expected CSV or TOML."
        raise IntakeError(
            [_problem(path.name, "", f"科目代码表无法读取（{reason}），应为 CSV 或 TOML。", text_en)]
        ) from error


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _user_entry(
    row: Mapping[str, object], file: str, place: str, problems: list[Problem]
) -> tuple[System, Entry] | None:
    def text(column: str) -> str:
        value = row.get(column)
        return "" if value is None else str(value).strip()

    code, name = clean(text("code")), text("name")
    by_digit = {digit: system for system, digit in _FIRST_DIGIT.items()}
    system = text("system") or by_digit.get(code[:1], "")
    found: list[tuple[str, str]] = []
    if not level(code):
        found.append(
            (f"代码“{text('code')}”应为 3、5、7 或 9 位数字。", f"Code {text('code')!r}: expected 3, 5, 7 or 9 digits.")
        )
    elif system not in SYSTEMS:
        known = ", ".join(SYSTEMS)
        found.append((f"分类“{system}”应为 {known} 之一。", f"System {system!r}: expected one of {known}."))
    elif not code.startswith(_FIRST_DIGIT[system]):
        found.append((f"代码 {code} 不属于 {system}。", f"Code {code} does not belong to {system}."))
    if not name:
        found.append((f"代码 {code} 没有名称。", f"Code {code} has no name."))
    years: list[int | None] = []
    for column in ("valid_from", "valid_to"):
        value = clean(text(column))
        if value and not (value.isascii() and value.isdigit() and len(value) == 4):  # noqa: PLR2004 - a year
            found.append((f"{column}“{value}”应为四位年度。", f"{column} {value!r}: expected a four-digit year."))
            value = ""
        years.append(_year(value))
    problems += [_problem(file, place, zh, en) for zh, en in found]
    if found:
        return None
    return _system(system), Entry(code, name, years[0], years[1], "S", file)


def _span(entries: Sequence[Entry]) -> Complete:
    """The years from the first to the last that a user's table speaks of; a blank leaves that end open."""
    firsts = [e.valid_from for e in entries if e.valid_from is not None]
    lasts = [e.valid_to for e in entries if e.valid_to is not None]
    return Complete(
        "all",
        min(firsts) if len(firsts) == len(entries) else None,
        max(lasts) if len(lasts) == len(entries) else None,
        "S",
    )


def _problem(file: str, place: str, zh: str, en: str) -> Problem:
    return Problem("bad-code-table", Text(zh, en), name=file, cell=place or None)


def _within(year: int, first: int | None, last: int | None) -> bool:
    return (first is None or first <= year) and (last is None or year <= last)


def _year(text: str) -> int | None:
    return int(text) if text else None


def _system(text: str) -> System:
    return SYSTEMS[SYSTEMS.index(text)]


def _mark(text: str) -> Mark:
    return "S" if text == "S" else "K" if text == "K" else "K?"
