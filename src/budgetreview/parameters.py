"""Figures of the law and of practice: dated values, each with its authority, apart from the code that uses them.

A rule asks for a parameter; which value it gets depends on the review's as-of date and on the entity: its territory
and its level. A value of a smaller territory wins over one of a larger, a later layer over an earlier one, and what
the user sets wins over all. A value outside the limits that the rule set is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal

import attrs

from budgetreview.authority import Authority, read_authority
from budgetreview.errors import ParameterError, Text
from budgetreview.money import FEN, read_number, to_fen, yuan

Unit = Literal["share", "money", "count", "days", "months", "years", "score", "codes", "words"]
Status = Literal["statutory", "policy", "local", "arithmetic", "heuristic"]
Value = Fraction | int | tuple[str, ...]

_MONEY = re.compile(rf"(.+?)\s*({'|'.join(sorted(FEN, key=len, reverse=True))})")


def held(start: date | None, end: date | None, as_of: date) -> bool:
    """Whether a day lies between the first and the last; None is open."""
    return (start is None or start <= as_of) and (end is None or as_of <= end)


@attrs.frozen
class DatedValue:
    """One value of a parameter: from when to when, where, for which level, on whose authority."""

    value: Value
    start: date | None = None
    end: date | None = None
    territory: str | None = None
    level: str | None = None
    status: Status = "heuristic"
    authority: tuple[Authority, ...] = ()
    origin: str = "core"

    def holds(self, as_of: date, entity: str | None, level: str | None) -> bool:
        """Whether this value is in force on the day for the entity."""
        return (
            held(self.start, self.end, as_of)
            and (self.territory is None or (entity is not None and entity.startswith(self.territory)))
            and (self.level is None or level == self.level)
        )


@attrs.frozen
class Limit:
    """Within what a layer lets the layers below move a parameter: where, from when to when, on whose authority."""

    least: Value | None = None
    most: Value | None = None
    start: date | None = None
    end: date | None = None
    territory: str | None = None
    authority: tuple[Authority, ...] = ()
    origin: str = "core"

    def holds(self, as_of: date, entity: str | None) -> bool:
        """Whether the limit binds the entity on the day."""
        here = not self.territory or (entity is not None and entity.startswith(self.territory))
        return here and held(self.start, self.end, as_of)

    def excludes(self, value: Value) -> bool:
        """Whether the value lies outside the limit."""
        if isinstance(value, tuple):
            return False
        low = self.least is not None and not isinstance(self.least, tuple) and value < self.least
        high = self.most is not None and not isinstance(self.most, tuple) and value > self.most
        return low or high

    def span(self, unit: Unit) -> str:
        """The limits as people read them: ``[0.0, 0.05]``."""
        least, most = (show(v, unit) if v is not None else "…" for v in (self.least, self.most))
        return f"[{least}, {most}]"


@attrs.frozen
class Bounds:
    """The limits that hold for an entity on a day; ``least_by`` and ``most_by`` name who set them, None: the rule."""

    least: Value | None
    least_by: str | None
    most: Value | None
    most_by: str | None

    def tightened(self, limit: Limit) -> Bounds:
        """These limits and one more."""
        out = self
        if limit.least is not None and (self.least is None or _number(limit.least) > _number(self.least)):
            out = attrs.evolve(out, least=limit.least, least_by=limit.origin)
        if limit.most is not None and (self.most is None or _number(limit.most) < _number(self.most)):
            out = attrs.evolve(out, most=limit.most, most_by=limit.origin)
        return out


@attrs.frozen
class Parameter:
    """One figure that a rule uses.

    Attributes:
        name: The attribute name in the rule's parameter record.
        unit: What the value is; money is held in 分, shares as fractions of small integers.
        help: What it means, in both languages.
        values: Dated values of all layers, later layers last.
        least: The smallest value allowed, or None.
        most: The largest value allowed, or None.
        limits: What packages set within these, in the order of their layers.
    """

    name: str
    unit: Unit
    help: Text
    values: tuple[DatedValue, ...] = ()
    least: Value | None = None
    most: Value | None = None
    limits: tuple[Limit, ...] = ()

    @property
    def own(self) -> Limit:
        """The limits that the rule itself set."""
        return Limit(self.least, self.most)

    def checked(self, value: Value, where: str, limits: Iterable[Limit] = ()) -> Value:
        """The value, if it lies within the rule's limits and those given.

        Raises:
            ParameterError: It does not.
        """
        for limit in (self.own, *limits):
            if limit.excludes(value):
                span = limit.span(self.unit)
                zh = "" if limit == self.own else f"（由规则包 {limit.origin} 设定）"
                en = "" if limit == self.own else f" (set by the package {limit.origin})"
                shown = show(value, self.unit)
                raise ParameterError(
                    Text(f"{where}：{shown} 不在允许范围 {span} 之内{zh}", f"{where}: {shown} is outside {span}{en}")
                )
        return value

    def at(self, as_of: date, entity: str | None, level: str | None) -> DatedValue | None:
        """The value in force on the day for the entity; None if none is set.

        The user's setting wins, then the smallest territory, then the later package, then a value for a level over
        one for all, then the later start.
        """
        best: DatedValue | None = None
        rank: tuple[int, int, int, int, date] = (-1, -1, -1, -1, date.min)
        layer, origin = 0, ""
        for v in self.values:  # those of one package stand together, lower layers last
            layer, origin = layer + (v.origin != origin), v.origin
            if v.holds(as_of, entity, level):
                setting = 1 if v.origin == "setting" else 0
                mine = (setting, len(v.territory or ""), layer, 1 if v.level else 0, v.start or date.min)
                if mine >= rank:
                    best, rank = v, mine
        return best

    def within(self, as_of: date, entity: str | None) -> Bounds:
        """The tightest limits that bind the entity on the day, and who set each."""
        bounds = Bounds(self.least, None, self.most, None)
        for limit in self.limits:
            if limit.holds(as_of, entity):
                bounds = bounds.tightened(limit)
        return bounds


def _number(value: Value) -> Fraction:
    return Fraction(0) if isinstance(value, tuple) else Fraction(value)


_WHOLE: Final = ("整数，如 3", "a whole number such as 3")
_WRITTEN: Final[Mapping[Unit, tuple[str, str]]] = {
    "share": ("比率，如 0.05、5% 或 1/20", "a share such as 0.05, 5% or 1/20"),
    "score": ("分数，如 60", "a score such as 60"),
    "money": ("金额，如 5000 或 500万元", "an amount such as 5000 or 500万元"),
    "count": _WHOLE, "days": _WHOLE, "months": _WHOLE, "years": _WHOLE,
    "codes": ("以逗号隔开的代码，如 301,302", "codes with commas between them, such as 301,302"),
    "words": ("以逗号隔开的词语", "words with commas between them"),
}  # fmt: skip
"""How a value of each kind is written."""


def read_value(raw: object, unit: Unit) -> Value:
    """Read a value from TOML or the command line.

    Shares are ``"0.02"``, ``"2%"`` or ``"1/50"``; money is in 元 or names its unit (``"500万元"``).

    Raises:
        ParameterError: It is not of the unit's kind.
    """
    value: Value | None = None
    if unit in {"codes", "words"}:
        value = _read_list(raw)
    elif isinstance(raw, int | str) and not isinstance(raw, bool):
        text = str(raw).strip()
        if unit in {"share", "score"}:
            value = _read_fraction(text)
        elif unit == "money":
            value = _read_money(text)
        elif re.fullmatch(r"-?\d+", text):
            value = int(text)
    if value is None:
        zh, en = _WRITTEN[unit]
        raise ParameterError(Text(f"“{raw}”读不懂；应写成{zh}", f"{str(raw)!r} is not understood; write {en}"))
    return value


def _read_list(raw: object) -> tuple[str, ...] | None:
    items = raw.split(",") if isinstance(raw, str) else raw
    if isinstance(items, Sequence) and all(isinstance(i, str) for i in items):
        return tuple(str(i).strip() for i in items)
    return None


def _read_fraction(text: str) -> Fraction | None:
    if re.fullmatch(r"-?\d+/0*[1-9]\d*", text):
        return Fraction(text)
    number = read_number(text.removesuffix("%"))
    return None if number is None else Fraction(number) / (100 if text.endswith("%") else 1)


def _read_money(text: str) -> int | None:
    named = _MONEY.fullmatch(text)
    number = read_number(named[1] if named else text)
    if number is None:
        return None
    fen, exact = to_fen(number, named[2] if named else "元")
    return fen if exact else None


def show(value: Value, unit: Unit) -> object:
    """A value as JSON shows it: money as a string in 元, a share as a number, lists as lists."""
    if isinstance(value, tuple):
        return list(value)
    if unit == "money":
        return yuan(int(value))
    return float(value) if isinstance(value, Fraction) else value


_STATUSES: Final = frozenset({"statutory", "policy", "local", "arithmetic", "heuristic"})


def read_dated(
    raw: Mapping[str, Any], unit: Unit, laws: Mapping[str, Authority], *, status: Status, origin: str
) -> DatedValue:
    """A dated value from TOML.

    Raises:
        ParameterError: The value, status or authority is not understood.
    """
    own = raw.get("status", status)
    if own not in _STATUSES:
        msg = f"unknown status {own!r}; expected one of {', '.join(sorted(_STATUSES))}"
        raise ParameterError(msg)
    return DatedValue(
        read_value(raw["value"], unit),
        raw.get("from"),
        raw.get("until"),
        raw.get("territory"),
        raw.get("level"),
        own,
        tuple(read_authority(a, laws) for a in raw.get("authority", ())),
        origin,
    )


def read_parameter(
    name: str, raw: Mapping[str, Any], laws: Mapping[str, Authority], *, status: Status, origin: str
) -> Parameter:
    """A parameter from TOML: ``value = …`` for one undated value, or a list ``values`` of dated ones."""
    unit: Unit = raw["unit"]
    listed = raw.get("values", [raw] if "value" in raw else [])
    parameter = Parameter(
        name,
        unit,
        Text(**raw["help"]),
        tuple(read_dated(v, unit, laws, status=status, origin=origin) for v in listed),
        read_value(raw["least"], unit) if "least" in raw else None,
        read_value(raw["most"], unit) if "most" in raw else None,
    )
    for v in parameter.values:
        parameter.checked(v.value, f"{origin}.{name}")
    return parameter
