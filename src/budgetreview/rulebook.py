"""A family of rules: words, law and figures in a TOML file, the functions beside it, put together and checked."""

from __future__ import annotations

import difflib
import inspect
import tomllib
from collections.abc import Callable, Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar, get_args

import attrs

from budgetreview.authority import Authority, read_authority
from budgetreview.errors import ParameterError, RuleError, Text
from budgetreview.mechanism import FOCUSES, LEVELS, SIDES, STAGES
from budgetreview.parameters import Status, read_parameter
from budgetreview.rule import ACROSS, ALL_BOOKS, PAGE_PARTS, Function, Rule, Severity, split_column
from budgetreview.tables import TABLES

_ALL: Final = "all"
_NEEDED: Final = (
    "name", "title", "severity", "status", "stages", "focus", "formula", "message", "question", *PAGE_PARTS,
)  # fmt: skip
_OPTIONAL: Final = (
    "authority", "books", "sides", "levels", "parameters", "in_force_from", "in_force_until", "territory", "default",
    "since", "version", "points", "superseded_by", "waivable", "across",
)  # fmt: skip
F = TypeVar("F", bound=Function)


@attrs.frozen
class _Declared:
    """What the decorator of a function says of it; see :meth:`RuleBook.rule`."""

    reads: tuple[str, ...]
    uses: tuple[str, ...]
    per: str
    optional: tuple[str, ...]
    parameters: type | None


class RuleBook:
    """The rules of one family: a TOML file with words, law and figures, and functions registered under its codes."""

    def __init__(self, pack: str, entries: Mapping[str, Any], laws: Mapping[str, Authority], place: str) -> None:
        self.pack = pack
        self._entries = entries
        self._laws = laws
        self._place = place
        self._rules: dict[str, Rule] = {}

    @classmethod
    def from_toml(cls, path: Path | Traversable, *, pack: str, laws: Mapping[str, Authority] | None = None) -> RuleBook:
        """Read a family's TOML file.

        Args:
            path: The file beside the module.
            pack: The package that owns the rules.
            laws: Documents that ``{law = "BL"}`` may name; a file may add its own under ``[laws]``.

        Raises:
            RuleError: The file is no TOML, or has a code twice.
        """
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            msg = f"{path.name}: {error}"
            raise RuleError(msg) from error
        own = {k: Authority(**v) for k, v in data.pop("laws", {}).items()}
        return cls(pack, data, {**(laws or {}), **own}, path.name)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules of the file, sorted by code.

        Raises:
            RuleError: An entry has no function.
        """
        missing = sorted(set(self._entries) - set(self._rules))
        if missing:
            msg = f"{self._place}: no function for {', '.join(missing)}"
            raise RuleError(msg)
        return tuple(self._rules[c] for c in sorted(self._rules))

    def rule(
        self,
        code: str,
        *,
        reads: Sequence[str] = (),
        uses: Sequence[str] = (),
        per: str = "line",
        optional: Sequence[str] = (),
        parameters: type | None = None,
    ) -> Callable[[F], F]:
        """Register the function of the entry ``code``.

        Args:
            code: The TOML entry.
            reads: Columns it needs, ``column`` of lines or ``table.column``; where one is absent the rule says so
                and judges nothing.
            uses: Columns it can do without.
            per: What a unit is: ``line``, ``agency``, ``book``, ``fund``, ``entity`` …
            optional: Tables it can do without.
            parameters: An attrs class with one attribute for each parameter of the entry.
        """
        declared = _Declared(tuple(reads), tuple(uses), per, tuple(optional), parameters)

        def register(function: F) -> F:
            where = f"{self._place} [{code}]"
            if code not in self._entries:
                msg = f"{self._place} has no entry [{code}]"
                raise RuleError(msg)
            if code in self._rules:
                msg = f"{where}: two functions for one code"
                raise RuleError(msg)
            _check_keys(self._entries[code], where)
            try:
                rule = self._read(code, function, declared)
            except (KeyError, TypeError, ValueError, ParameterError) as error:
                msg = f"{where}: {type(error).__name__}: {error}"
                raise RuleError(msg) from error
            _check(rule, where)
            self._rules[code] = rule
            return function

        return register

    def _read(self, code: str, function: Function, declared: _Declared) -> Rule:
        """The rule of an entry and its function."""
        raw = self._entries[code]
        takes = tuple(inspect.signature(function).parameters)
        tables = [t for t in takes if t in TABLES]
        status = raw["status"]
        parameters = {
            n: read_parameter(n, p, self._laws, status=status, origin=self.pack)
            for n, p in raw.get("parameters", {}).items()
        }
        return Rule(
            code=code,
            pack=self.pack,
            name=raw["name"],
            title=Text(**raw["title"]),
            severity=Severity(raw["severity"]),
            status=status,
            authority=tuple(read_authority(a, self._laws) for a in raw.get("authority", ())),
            stages=tuple(raw["stages"]),
            books=_scope(raw.get("books", _ALL), ALL_BOOKS),
            sides=_scope(raw.get("sides", ["expenditure"]), SIDES),
            focus=tuple(raw["focus"]),
            levels=_scope(raw.get("levels", _ALL), LEVELS),
            per=declared.per,
            tables=tuple(t for t in tables if t not in declared.optional),
            optional_tables=tuple(t for t in tables if t in declared.optional),
            reads=declared.reads,
            uses=declared.uses,
            parameters=MappingProxyType(parameters),
            record=declared.parameters,
            function=function,
            takes=takes,
            formula=raw["formula"],
            message=Text(**raw["message"]),
            question=Text(**raw["question"]),
            page=MappingProxyType({part: Text(**raw[part]) for part in PAGE_PARTS}),
            in_force=(raw.get("in_force_from"), raw.get("in_force_until")),
            territory=raw.get("territory"),
            default=raw.get("default", True),
            since=raw.get("since", "0.1.0"),
            version=raw.get("version", 1),
            points=tuple(raw.get("points", ())),
            superseded_by=raw.get("superseded_by"),
            waivable=raw.get("waivable", True),
            across=tuple(raw.get("across", ())),
        )


def _scope(raw: str | Sequence[str], everything: tuple[str, ...]) -> tuple[str, ...]:
    return everything if raw == _ALL else tuple(raw)


def _check_keys(raw: Mapping[str, Any], where: str) -> None:
    """Refuse an entry with a key that means nothing, which would be ignored, or without one that every rule has.

    Raises:
        RuleError: naming the entry and all such keys.
    """
    lacking = [key for key in _NEEDED if key not in raw]
    odd = sorted(set(raw) - {*_NEEDED, *_OPTIONAL})
    told = [f"lacks {', '.join(lacking)}"] if lacking else []
    for key in odd:
        near = difflib.get_close_matches(key, (*_NEEDED, *_OPTIONAL), 1)
        told.append(f"unknown key {key!r}" + (f", meant is {near[0]!r}?" if near else ""))
    if told:
        msg = f"{where}: {'; '.join(told)}"
        raise RuleError(msg)


def _check(rule: Rule, where: str) -> None:
    """Refuse a rule whose parts do not fit together.

    Raises:
        RuleError: naming the entry and the part.
    """
    allowed: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
        ("status", (rule.status,), get_args(Status)),
        ("stages", rule.stages, STAGES),
        ("books", rule.books, ALL_BOOKS),
        ("sides", rule.sides, SIDES),
        ("focus", rule.focus, FOCUSES),
        ("levels", rule.levels, LEVELS),
    )
    for label, given, known in allowed:
        odd = [g for g in given if g not in known]
        if odd or not given:
            msg = f"{where}: {label} = {given!r}; expected some of {', '.join(known)}"
            raise RuleError(msg)
    if not {*rule.across} <= {*ACROSS}:
        msg = f"{where}: across = {rule.across!r}; expected some of {', '.join(ACROSS)}"
        raise RuleError(msg)
    if rule.status == "statutory" and not any(a.mark == "S" for a in rule.authority):
        msg = f"{where}: 'statutory' needs an authority that was read (mark S)"
        raise RuleError(msg)
    fields = {f.name for f in attrs.fields(rule.record)} if rule.record else set()
    if fields != set(rule.parameters):
        msg = f"{where}: the parameter record has {sorted(fields)}, the entry has {sorted(rule.parameters)}"
        raise RuleError(msg)
    for name in (*rule.reads, *rule.uses):
        table, _ = split_column(name)
        if table not in (*rule.tables, *rule.optional_tables):
            msg = f"{where}: {name} is read, but the function does not take the table {table!r}"
            raise RuleError(msg)
