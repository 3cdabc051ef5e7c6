"""Ledgers of counties inside the ledger of their city, each with its own chain still there to be checked.

A city's ledger made by :mod:`budgetreview.ledger.joining` has a chain of its own. For each county it holds an event
``part`` that says whose ledger it was, its head, and by how much its numbers of cases, reviews and waivers were moved
up; then all of that county's events in their order. What is about cases, waivers, evidence and dates keeps its kind and
has its effect; who was enrolled and which loop held (``init``, ``loop``, ``person``) stands in further events ``part``
without effect. Every one of them carries ``origin``: the part, its number there, and its hash there. With the numbers
moved back and ``origin`` taken away it is the county's event again, byte for byte, so the county's chain is verified
from the city's ledger alone, up to the head that the county may have noted down itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from budgetreview.errors import Text
from budgetreview.ledger.chain import FIRST, Event, Head, canonical, digest

KIND: Final = "part"
WITHOUT_EFFECT: Final = frozenset({"init", "loop", "person"})
"""Kinds of events of a county that say nothing of the city."""


@attrs.frozen
class Part:
    """A county's ledger in that of its city.

    Attributes:
        number: Its place, from 1.
        name: Whose ledger it is.
        file: What it was called when it was merged.
        head: Its last event then.
        cases: What was added to its numbers of cases.
        reviews: What was added to its numbers of reviews.
        waivers: What was added to its numbers of waivers.
    """

    number: int
    name: str
    file: str
    head: Head
    cases: int
    reviews: int
    waivers: int

    def said(self) -> dict[str, Any]:
        """The payload of the event that opens it."""
        return {**attrs.asdict(self, recurse=False), "head": str(self.head)}

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Part:
        """Read that payload."""
        seq, _, value = said["head"].partition(":")
        return cls(**{**said, "head": Head(int(seq), value)})

    def moved_in(self, e: Event) -> tuple[str, int | None, dict[str, Any]]:
        """Kind, case and payload that an event of the county has in the city's ledger."""
        said = e.said
        origin = {"part": self.number, "seq": e.seq, "hash": e.hash}
        if e.kind in WITHOUT_EFFECT:
            return KIND, None, {"kind": e.kind, "said": said, "origin": origin}
        no = None if e.case_no is None else e.case_no + self.cases
        return e.kind, no, {**self._renumbered(e.kind, said, 1), "origin": origin}

    def moved_back(self, e: Event, said: Mapping[str, Any]) -> tuple[str, int | None, str]:
        """Kind, case and payload that such an event had in the county's."""
        if e.kind == KIND:
            return said["kind"], None, canonical(said["said"])
        plain = {k: v for k, v in said.items() if k != "origin"}
        no = None if e.case_no is None else e.case_no - self.cases
        return e.kind, no, canonical(self._renumbered(e.kind, plain, -1))

    def _renumbered(self, kind: str, said: Mapping[str, Any], sign: int) -> dict[str, Any]:
        out = dict(said)
        if kind == "seen":
            out["review"] += sign * self.reviews
        elif kind == "review":
            out["no"] += sign * self.reviews
        elif kind in {"request", "approve", "end"}:
            out["no"] += sign * self.waivers
        return out


class Chains:
    """The chains of the parts, followed while the city's events go by."""

    def __init__(self, noted: Head | None = None) -> None:
        self._noted = noted
        self._parts: dict[int, Part] = {}
        self._last: dict[int, Head] = {}
        self.met = False

    def follow(self, e: Event, said: Mapping[str, Any]) -> Text | None:
        """Look at one event of the city's ledger; what is wrong with it, if anything is."""
        origin = said.get("origin")
        if origin is None:
            if e.kind == KIND:
                part = Part.of(said)
                self._parts[part.number], self._last[part.number] = part, Head(0, FIRST)
            return None
        part, last = self._parts[origin["part"]], self._last[origin["part"]]
        kind, no, payload = part.moved_back(e, said)
        own = digest(last.hash, last.seq + 1, e.day, kind, e.by, no, payload)
        if (origin["seq"], origin["hash"]) != (last.seq + 1, own):
            return Text(f"事件 {e.seq}：与{part.name}台账的事件 {last.seq + 1} 不符，不是照原样汇入的",
                        f"event {e.seq} is not event {last.seq + 1} as {part.name} has it")  # fmt: skip
        self._last[part.number] = Head(last.seq + 1, own)
        self.met = self.met or self._last[part.number] == self._noted
        return None

    def ends(self) -> list[Text]:
        """What is wrong at the end: a part that is not there up to its head."""
        short = (p for p in self._parts.values() if self._last[p.number] != p.head)
        return [
            Text(f"{p.name}的台账没有汇入到其链头 {p.head.seq}", f"the ledger of {p.name} ends before {p.head.seq}")
            for p in short
        ]
