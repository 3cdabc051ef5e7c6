"""Where everything stands, from what happened: one function applied event by event.

The same function writes (to the rows that an event touches) and verifies (to all events from the first), so the tables
can be checked against the events at any time.

Kinds of events: ``init`` ``loop`` ``person`` ``date`` ``review`` ``seen`` ``move`` ``request`` ``approve`` ``end``
``evidence`` ``part``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from budgetreview.ledger.chain import Event
from budgetreview.money import read_number, to_fen

Row = dict[str, Any]
Key = Any


@attrs.define
class State:
    """Rows by table and key, and which of them were touched since they were loaded."""

    rows: dict[str, dict[Key, Row]] = attrs.field(
        factory=lambda: {
            n: {} for n in ("head", "review", "case_file", "finding", "person", "waiver", "document", "calendar_date")
        }
    )
    touched: dict[str, set[Key]] = attrs.field(factory=lambda: defaultdict(set))

    def put(self, table: str, key: Key, row: Row) -> None:
        """Write a row."""
        self.rows[table][key] = row
        self.touch(table, key)

    def touch(self, table: str, key: Key) -> None:
        """Remember that a row is not what was loaded."""
        self.touched[table].add(key)

    def apply(self, event: Event, said: Mapping[str, Any] | None = None) -> None:
        """Let an event have its effect.

        Args:
            event: The event.
            said: Its payload as data, where the caller has it.
        """
        _EFFECTS[event.kind](self, event, event.said if said is None else said)
        head = self.rows["head"][1]
        head["seq"], head["hash"] = event.seq, event.hash
        self.touch("head", 1)


def _init(state: State, e: Event, said: Mapping[str, Any]) -> None:
    state.put("head", 1, {"one": 1, "name": said["name"], "profile": said["profile"], "loop_seq": e.seq, "seq": e.seq,
                          "hash": e.hash})  # fmt: skip


def _loop(state: State, e: Event, said: Mapping[str, Any]) -> None:
    state.rows["head"][1] |= {"profile": said["profile"], "loop_seq": e.seq}


def _person(state: State, _: Event, said: Mapping[str, Any]) -> None:
    state.put("person", said["name"], {n: said[n] for n in ("name", "role", "department", "active")})


def _date(state: State, _: Event, said: Mapping[str, Any]) -> None:
    row = {n: said[n] for n in ("entity", "fiscal_year", "event", "date")}
    state.put("calendar_date", (row["entity"], row["fiscal_year"], row["event"]), row)


_COUNTS: Final = ("new", "persisting", "changed", "reopened", "resolved", "not_judged")


def _review(state: State, e: Event, said: Mapping[str, Any]) -> None:
    row = {n: said[n] for n in ("no", "sha256", "name", "stage", "as_of", "complete", "findings")}
    state.put("review", said["no"], {**row, "seq": e.seq, **{n: said["outcomes"][n] for n in _COUNTS}})


def _seen(state: State, e: Event, said: Mapping[str, Any]) -> None:
    no, review, outcome = e.case_no, said["review"], said["outcome"]
    if outcome == "new":
        state.put("case_file", no, _new_case(e, said))
    case = state.rows["case_file"][no]
    state.touch("case_file", no)
    if outcome == "resolved":
        case |= {"present": False, "version": e.seq}
    else:
        if not case["present"]:
            case["version"] = e.seq
        finding = said.get("finding")
        if finding is not None:
            if outcome != "new":
                case |= {"facts": said["facts"], "severity": finding["severity"], "amount": fen_of(finding["amount"])}
                case["version"] = e.seq
            key = (no, said["facts"])
            first = state.rows["finding"].get(key, {}).get("first_review", review)
            state.put("finding", key, {"case_no": no, "facts": said["facts"], "fingerprint": said["fingerprint"],
                                       "seq": e.seq, "first_review": first})  # fmt: skip
        case |= {"fingerprint": said["fingerprint"], "present": True, "stage": said["stage"]}
    case["review"] = review
    if "to" in said:
        _enter(case, e, said["to"], ends=said["ends"])


def _new_case(e: Event, said: Mapping[str, Any]) -> Row:
    f = said["finding"]
    return {
        "no": e.case_no, "base": said["fingerprint"].partition("#")[0], "fingerprint": said["fingerprint"],
        "facts": said["facts"], "rule": f["rule"], "severity": f["severity"], "entity": f["entity"],
        "fiscal_year": f["fiscal_year"], "book": f["book"], "agency": f["agency"], "project": f["project"],
        "amount": fen_of(f["amount"]), "stage": said["stage"], "found": e.day, "state": "found", "since": e.day,
        "department": None, "due": None, "closed": None, "present": True, "review": said["review"], "version": e.seq,
    }  # fmt: skip


def fen_of(yuan: str | None) -> int | None:
    """An amount of a report, in 分."""
    value = None if yuan is None else read_number(yuan)
    return None if value is None else to_fen(value, "元")[0]


def _enter(case: Row, e: Event, to: str, *, ends: bool) -> None:
    case |= {"state": to, "since": e.day, "version": e.seq, "closed": e.day if ends else None}


def _move(state: State, e: Event, said: Mapping[str, Any]) -> None:
    case = state.rows["case_file"][e.case_no]
    _enter(case, e, said["to"], ends=said["ends"])
    case |= {n: said[n] for n in ("due", "department") if n in said}
    state.touch("case_file", e.case_no)
    if "document" in said:
        state.put("document", e.seq, {"seq": e.seq, "case_no": e.case_no, "title": said["document"]})


def _request(state: State, e: Event, said: Mapping[str, Any]) -> None:
    row = {n: said[n] for n in ("no", "fingerprint", "facts", "scope", "code", "reason", "authority", "until")}
    state.put("waiver", said["no"], {**row, "requester": e.by, "requested": e.day, "approver": None, "approved": None,
                                     "ended": None})  # fmt: skip


def _approve(state: State, e: Event, said: Mapping[str, Any]) -> None:
    state.rows["waiver"][said["no"]] |= {"approver": e.by, "approved": e.day}
    state.touch("waiver", said["no"])


def _end(state: State, e: Event, said: Mapping[str, Any]) -> None:
    state.rows["waiver"][said["no"]]["ended"] = e.day
    state.touch("waiver", said["no"])


def _evidence(_: State, __: Event, said: Mapping[str, Any]) -> None:
    """Nothing follows from it but the head; it must name what it holds."""
    said["row"]["table"], said["row"]["entity"]


def _part(_: State, __: Event, said: Mapping[str, Any]) -> None:
    """Nothing follows from it but the head; see :mod:`budgetreview.ledger.parts`."""
    said["origin"] if "kind" in said else said["head"]


_EFFECTS: Final[Mapping[str, Callable[[State, Event, Mapping[str, Any]], None]]] = MappingProxyType({
    "init": _init, "loop": _loop, "person": _person, "date": _date, "review": _review, "seen": _seen, "move": _move,
    "request": _request, "approve": _approve, "end": _end,
    "evidence": _evidence, "part": _part,
})  # fmt: skip
