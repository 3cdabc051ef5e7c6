"""The chain of events: each carries the hash of the one before, so that an edit of the past shows.

The hash of an event is the SHA-256 of ``PREVIOUS`` + line feed + the JSON array
``[seq, day, kind, by, case, payload]`` (UTF-8, no blanks, ``payload`` as the text that is stored). Before the first
event stand 64 zeros. Whoever rewrites an event and every later hash leaves a chain that is whole again: that shows only
against a head (number and hash of the last event) that was noted down outside the ledger.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

from budgetreview.errors import Text

FIRST: Final = "0" * 64
"""What stands before the first event."""

canonical: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode
"""Data as text, the same text for the same data."""

_quoted: Final = json.encoder.encode_basestring
"""A text as JSON has it, without the way through an encoder: a review may bring a hundred thousand events."""


@attrs.frozen
class Event:
    """One thing that happened.

    Attributes:
        seq: Its number, from 1 without gaps.
        day: The day, as ISO text.
        kind: A word of :mod:`budgetreview.ledger.fold`.
        by: Who did it; empty for what the ledger itself concluded.
        case_no: The case it is about, or None.
        payload: What else belongs to it, as canonical JSON.
        previous: The hash of the event before.
        hash: Its own.
    """

    seq: int
    day: str
    kind: str
    by: str
    case_no: int | None
    payload: str
    previous: str
    hash: str

    @property
    def said(self) -> dict[str, Any]:
        """The payload as data."""
        return dict(json.loads(self.payload))


@attrs.frozen
class Head:
    """Number and hash of the last event: what a committee notes down to know later that nothing was cut off."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def digest(previous: str, seq: int, day: str, kind: str, by: str, case_no: int | None, payload: str) -> str:
    """The hash of an event."""
    case = "null" if case_no is None else case_no
    said = f"[{seq},{_quoted(day)},{_quoted(kind)},{_quoted(by)},{case},{_quoted(payload)}]"
    return hashlib.sha256(f"{previous}\n{said}".encode()).hexdigest()


def follow(events: Iterable[Event], broken: list[Text]) -> Iterator[Event]:
    """Pass on events as long as the chain holds; the first break ends it and is said in ``broken``."""
    previous, expected = FIRST, 1
    for e in events:
        wrong = _break(e, previous, expected)
        if wrong is not None:
            broken.append(wrong)
            return
        yield e
        previous, expected = e.hash, expected + 1


def _break(e: Event, previous: str, expected: int) -> Text | None:
    if e.seq != expected:
        return Text(
            f"缺少事件 {expected}：其后直接是事件 {e.seq}，中间的记录被删除或改号",
            f"event {expected} is missing: event {e.seq} comes next; what was between was deleted or renumbered",
        )
    own = digest(e.previous, e.seq, e.day, e.kind, e.by, e.case_no, e.payload)
    if own != e.hash:
        return Text(
            f"事件 {e.seq}（{e.day} {e.kind}）的内容与其校验值不符：日期、类型、人员、案件号、内容或校验值被改动",
            f"event {e.seq} ({e.day} {e.kind}) does not fit its hash: its day, kind, person, case, content or "
            "hash was edited",
        )
    if e.previous != previous:
        return Text(
            f"事件 {e.seq} 与事件 {expected - 1} 不衔接：前面的记录被替换、插入或调换次序",
            f"event {e.seq} does not follow event {expected - 1}: an earlier one was replaced, inserted or moved",
        )
    return None
