"""The closed loop as data: the states of a case, who may move it where, what a move needs, and when it is due.

All of it stands in a mechanism's profile under ``[loop]`` and may be replaced list by list. Nothing here asks for
today's date.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import attrs

from budgetreview.authority import Authority, read_authority
from budgetreview.errors import Text
from budgetreview.fiscal import add_months
from budgetreview.tables import EVENTS, LOOP_STATES

NEEDS: Final[Mapping[str, Text]] = {
    "reason": Text("理由", "a reason"),
    "document": Text("文件", "a document"),
    "due": Text("期限", "a deadline"),
    "department": Text("责任单位", "a department"),
}
"""What a move may need."""

RIGHTS: Final[Mapping[str, Text]] = {
    "review": Text("录入审查报告和外部监督事项", "add reports and evidence"),
    "person": Text("登记人员", "enrol people"),
    "date": Text("登记日程", "note dates"),
    "loop": Text("更换办理规则", "replace the loop"),
    "request": Text("申请豁免", "ask for a waiver"),
    "approve": Text("批准豁免", "approve a waiver"),
    "enter": Text("代录他人的决定", "enter what others decided"),
}
"""What a role may be allowed besides moves."""


@attrs.frozen
class Step:
    """A state of a case, and where a review itself takes it.

    Attributes:
        key: A word of CONTRACT's loop states.
        title: Its name.
        ends: Nothing is awaited any more.
        gone: The state it goes to when a review that could judge no longer finds it; None: it stays.
        again: The state it goes to when a later review finds it with the same figures.
        changed: The state it goes to when a review finds it with other figures.
    """

    key: str
    title: Text
    ends: bool = False
    gone: str | None = None
    again: str | None = None
    changed: str | None = None


@attrs.frozen
class Role:
    """Who acts. ``own``: only on cases assigned to the person's own department."""

    key: str
    title: Text
    own: bool = False


@attrs.frozen
class Move:
    """From which states to which, by which roles, with what."""

    sources: tuple[str, ...]
    to: str
    by: tuple[str, ...]
    needs: tuple[str, ...] = ()


@attrs.frozen
class Term:
    """A deadline that a case gets when it enters a state.

    Attributes:
        to: The states.
        after: ``found``, ``move`` (the day of the move) or an event of the table ``calendar``.
        title: What it is.
        months: Calendar months after that day, the last of the month where it has no such day.
        days: Days after it, instead of months.
        stages: Only for cases found in these stages; empty: all.
        authority: What it rests on.
        limit: Nobody may set a later one.
    """

    to: tuple[str, ...]
    after: str
    title: Text
    months: int | None = None
    days: int | None = None
    stages: tuple[str, ...] = ()
    authority: tuple[Authority, ...] = ()
    limit: bool = False

    def day(self, base: date) -> date:
        """The deadline counted from a day."""
        return add_months(base, self.months) if self.months is not None else base + timedelta(days=self.days or 0)


@attrs.frozen
class Reason:
    """Why something may be left aside."""

    key: str
    title: Text


@attrs.frozen
class Loop:
    """All of it.

    Attributes:
        steps: The states, in order.
        roles: Who acts.
        moves: What may be done.
        deadlines: The first that fits and whose day is known gives a case its deadline.
        reasons: Codes of reasons for a waiver.
        rights: For each word of :data:`RIGHTS` the roles allowed.
    """

    steps: tuple[Step, ...] = ()
    roles: tuple[Role, ...] = ()
    moves: tuple[Move, ...] = ()
    deadlines: tuple[Term, ...] = ()
    reasons: tuple[Reason, ...] = ()
    rights: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, Any], laws: Mapping[str, Authority], base: Loop | None = None) -> Loop:
        """Read it from TOML or JSON data; lists that are not there are those of ``base``.

        Raises:
            ValueError: An unknown word, or one that the loop does not define.
            KeyError: Something needed is missing.
            TypeError: Something is of the wrong kind.
        """
        _known("loop", data, attrs.fields_dict(cls))
        given: dict[str, Any] = {}
        if "steps" in data:
            given["steps"] = tuple(_step(s) for s in data["steps"])
        if "roles" in data:
            given["roles"] = tuple(Role(r["key"], Text(r["zh"], r["en"]), bool(r.get("own", False)))
                                   for r in map(_only("roles", "key", "zh", "en", "own"), data["roles"]))  # fmt: skip
        if "moves" in data:
            given["moves"] = tuple(
                Move(tuple(m["from"]), m["to"], tuple(m["by"]), tuple(m.get("needs", ())))
                for m in map(_only("moves", "from", "to", "by", "needs"), data["moves"])
            )
        if "deadlines" in data:
            given["deadlines"] = tuple(_term(t, laws) for t in data["deadlines"])
        if "reasons" in data:
            given["reasons"] = tuple(Reason(r["key"], Text(r["zh"], r["en"]))
                                     for r in map(_only("reasons", "key", "zh", "en"), data["reasons"]))  # fmt: skip
        if "rights" in data:
            given["rights"] = {k: tuple(v) for k, v in data["rights"].items()}
        made = attrs.evolve(base or cls(), **given)
        made.check()
        return made

    def plain(self) -> dict[str, Any]:
        """The same as data that :meth:`of` reads."""
        return {
            "steps": [
                {"key": s.key, "zh": s.title.zh, "en": s.title.en, "ends": s.ends}
                | {n: v for n in _TURNS if (v := getattr(s, n)) is not None}
                for s in self.steps
            ],
            "roles": [{"key": r.key, "zh": r.title.zh, "en": r.title.en, "own": r.own} for r in self.roles],
            "moves": [
                {"from": list(m.sources), "to": m.to, "by": list(m.by), "needs": list(m.needs)} for m in self.moves
            ],
            "deadlines": [_plain_term(t) for t in self.deadlines],
            "reasons": [{"key": r.key, "zh": r.title.zh, "en": r.title.en} for r in self.reasons],
            "rights": {k: list(v) for k, v in self.rights.items()},
        }

    def check(self) -> None:
        """Refuse a loop that names what it does not define.

        Raises:
            ValueError: naming the word and those known.
        """
        states, roles = [s.key for s in self.steps], [r.key for r in self.roles]
        turns = [v for s in self.steps for n in _TURNS if (v := getattr(s, n)) is not None]
        for what, said, known in (
            ("steps", states, list(LOOP_STATES)),
            ("gone, again, changed", turns, states),
            ("moves.from, moves.to", [k for m in self.moves for k in (*m.sources, m.to)], states),
            ("moves.by", [k for m in self.moves for k in m.by], roles),
            ("moves.needs", [k for m in self.moves for k in m.needs], list(NEEDS)),
            ("deadlines.to", [k for t in self.deadlines for k in t.to], states),
            ("deadlines.after", [t.after for t in self.deadlines], ["found", "move", *EVENTS]),
            ("rights", list(self.rights), list(RIGHTS)),
            ("rights", [k for v in self.rights.values() for k in v], roles),
        ):
            odd = sorted(set(said) - set(known))
            if odd:
                msg = f"{what}: {', '.join(odd)} (known: {', '.join(known)})"
                raise ValueError(msg)
        for what, keys in (("steps", states), ("roles", roles), ("reasons", [r.key for r in self.reasons])):
            if len(set(keys)) < len(keys):
                msg = f"{what}: a key stands twice"
                raise ValueError(msg)

    def step(self, key: str) -> Step:
        """The state of that name."""
        return next(s for s in self.steps if s.key == key)

    def role(self, key: str) -> Role | None:
        """The role of that name, None if the loop has none."""
        return next((r for r in self.roles if r.key == key), None)

    def moves_from(self, state: str) -> tuple[Move, ...]:
        """What may be done with a case in a state."""
        return tuple(m for m in self.moves if state in m.sources)

    def state_named(self, said: str) -> str | None:
        """The state that a word means: its key or its name in either language."""
        plain = said.strip().casefold()
        return next((s.key for s in self.steps if plain in {s.key, s.title.zh.casefold(), s.title.en.casefold()}), None)

    def due(self, to: str, stage: str, days: Mapping[str, date]) -> tuple[date, Term] | None:
        """The deadline of a case that enters a state, and the term that gives it.

        Args:
            to: The state.
            stage: The stage in which the case was found.
            days: The days known: ``found``, ``move`` and events of the calendar.
        """
        for term in self.deadlines:
            if to in term.to and (not term.stages or stage in term.stages) and term.after in days:
                return term.day(days[term.after]), term
        return None


_TURNS: Final = ("gone", "again", "changed")


def _known(where: str, data: Mapping[str, Any], known: Any) -> None:
    odd = sorted(set(data) - set(known))
    if odd:
        msg = f"{where}: no keys {', '.join(odd)} (known: {', '.join(known)})"
        raise ValueError(msg)


def _only(where: str, *known: str) -> Any:
    def checked(raw: Mapping[str, Any]) -> Mapping[str, Any]:
        _known(where, raw, known)
        return raw

    return checked


def _step(raw: Mapping[str, Any]) -> Step:
    _known("steps", raw, ("key", "zh", "en", "ends", *_TURNS))
    turns = {n: raw[n] for n in _TURNS if n in raw}
    return Step(raw["key"], Text(raw["zh"], raw["en"]), bool(raw.get("ends", False)), **turns)


def _term(raw: Mapping[str, Any], laws: Mapping[str, Authority]) -> Term:
    _known("deadlines", raw, ("to", "after", "months", "days", "stages", "title", "authority", "limit"))
    if ("months" in raw) == ("days" in raw) or not all(isinstance(raw.get(n, 1), int) for n in ("months", "days")):
        msg = "deadlines: give months or days, a whole number"
        raise ValueError(msg)
    return Term(
        tuple(raw["to"]), raw["after"], Text(**raw["title"]), raw.get("months"), raw.get("days"),
        tuple(raw.get("stages", ())), tuple(read_authority(a, laws) for a in raw.get("authority", ())),
        bool(raw.get("limit", False)),
    )  # fmt: skip


def _plain_term(term: Term) -> dict[str, Any]:
    out: dict[str, Any] = {"to": list(term.to), "after": term.after, "title": attrs.asdict(term.title)}
    out |= {n: v for n in ("months", "days") if (v := getattr(term, n)) is not None}
    if term.stages:
        out["stages"] = list(term.stages)
    if term.limit:
        out["limit"] = True
    out["authority"] = [attrs.asdict(a, filter=lambda _, v: v is not None) for a in term.authority]
    return out
