"""All that happened to cases, read once, so that where everything stood can be told for any day.

The same fold that writes the ledger is applied here, up to a day. An event counts from its own day; where a case has
known a later day already (a report of January entered after a move of February), from that one, so that what a case
did can be told in the order in which it was recorded, and the last day gives what the tables of the ledger say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import attrs

from budgetreview.ledger.book import Ledger
from budgetreview.ledger.chain import Event, Head
from budgetreview.ledger.fold import Row, State
from budgetreview.ledger.schema import EVENT
from budgetreview.loop import Loop

_KINDS: Final = ("init", "review", "seen", "move", "request", "approve", "end")
_OF_A_FINDING: Final = ("rule", "severity", "entity", "fiscal_year", "book", "agency", "project", "amount")
_OF_A_REVIEW: Final = (
    "no", "sha256", "name", "stage", "as_of", "complete", "findings", "outcomes", "why", "periods", "measures",
)  # fmt: skip


@attrs.frozen
class Step:
    """One event and what it did to its case.

    Attributes:
        day: From which day it counts.
        kind: ``review``, ``seen``, ``move``, ``request``, ``approve`` or ``end``.
        said: What belongs to it.
        case: The row of its case, as it will go on to be; None for an event of no case.
        before: The case's state before, None where it made the case.
        was_closed: Whether the case was closed before.
        after: The case's state after.
        closed: Whether it is closed after.
    """

    day: str
    kind: str
    said: Mapping[str, Any]
    case: Row | None = None
    before: str | None = None
    was_closed: bool = False
    after: str | None = None
    closed: bool = False

    @property
    def ended(self) -> bool:
        """Whether this closed the case."""
        return self.closed and not self.was_closed

    @property
    def reopened(self) -> bool:
        """Whether this opened a closed case again."""
        return self.was_closed and not self.closed


@attrs.frozen
class Past:
    """What happened, in the order in which it counts.

    Attributes:
        name: Whose ledger it is.
        head: Its last event.
        profile: Whose loop that is.
        loop: The loop in force.
        first: The day of the first review or decision, None where there is none.
        events: Day from which it counts, event without its text, and what belongs to it.
    """

    name: str
    head: Head
    profile: str
    loop: Loop
    first: date | None
    events: tuple[tuple[str, Event, Mapping[str, Any]], ...] = attrs.field(repr=False)

    def walk(self) -> Walk:
        """Go through it from the beginning."""
        return Walk(self)


class Walk:
    """A way through the past, day by day and never back."""

    def __init__(self, past: Past) -> None:
        self._events = past.events
        self._at = 0
        self.state = State()

    def to(self, day: date) -> list[Step]:
        """Go on to the end of a day; the steps since the last stop."""
        until, out, cases = day.isoformat(), [], self.state.rows["case_file"]
        while self._at < len(self._events) and self._events[self._at][0] <= until:
            counted, event, said = self._events[self._at]
            self._at += 1
            known = cases.get(event.case_no)
            before, was = (None, False) if known is None else (known["state"], known["closed"] is not None)
            self.state.apply(event, said)
            if event.kind == "init":
                continue
            row = cases.get(event.case_no)
            if row is None:
                out.append(Step(counted, event.kind, said))
            else:
                out.append(Step(counted, event.kind, said, row, before, was, row["state"], row["closed"] is not None))
        return out

    @property
    def cases(self) -> Iterable[Row]:
        """The cases as they stand; the rows change when the walk goes on."""
        return self.state.rows["case_file"].values()

    @property
    def waivers(self) -> Iterable[Row]:
        """The waivers as they stand."""
        return self.state.rows["waiver"].values()


def read(ledger: Ledger) -> Past:
    """Read all that happened to the cases of a ledger.

    Raises:
        LedgerError: The ledger cannot be used.
    """
    found: list[tuple[str, Event, Mapping[str, Any]]] = []
    latest: dict[tuple[str, Any], str] = {}
    first: str | None = None
    with ledger.reading() as r:
        for e in r.events(EVENT.c.kind.in_(_KINDS)):
            said = _slim(e.kind, e.said)
            day = e.day
            if e.kind == "init":
                day = ""
            else:
                first = day if first is None else min(first, day)
                about = ("case", e.case_no) if e.kind in {"seen", "move"} else (e.kind, said["no"])
                about = ("waiver", said["no"]) if e.kind in {"request", "approve", "end"} else about
                day = latest[about] = max(day, latest.get(about, ""))
            found.append((day, Event(e.seq, e.day, e.kind, e.by, e.case_no, "", "", e.hash), said))
        found.sort(key=lambda x: x[0])
        return Past(
            str(r.head_row["name"]), Head(r.head_row["seq"], r.head_row["hash"]), str(r.head_row["profile"]), r.loop,
            None if first is None else date.fromisoformat(first), tuple(found),
        )  # fmt: skip


def _slim(kind: str, said: dict[str, Any]) -> dict[str, Any]:
    """Without the texts and figures that nothing here looks at: a ledger may hold a hundred thousand findings."""
    if kind == "review":
        return {n: said[n] for n in _OF_A_REVIEW if n in said}
    if "finding" in said:
        said["finding"] = {n: said["finding"][n] for n in _OF_A_FINDING}
    return said
