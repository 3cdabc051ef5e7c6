"""Where the cases of a ledger went in a quarter, a half-year or a year: opened, settled, overdue, money.

Open at the start + new + reopened - settled = open at the end, for the whole and for every part. An amount or an
agency that a finding does not name is unknown: counted as such, never as zero.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import attrs

from budgetreview.agenda import PERIODS, Cadence, Period, Turn
from budgetreview.errors import Text, UsageError
from budgetreview.ledger.fold import Row
from budgetreview.ledger.past import Past, Step, Walk

MOST_TURNS: Final = 8
"""Periods in the picture over time."""
_YEAR: Final = re.compile(r"(?:19|20|21)\d\d")
_SAID: Final = re.compile(rf"({_YEAR.pattern})(?:-?(Q[1-4]|H[12]))?", re.IGNORECASE)
_OF: Final[Mapping[str, Period]] = {"Q": "quarter", "H": "half", "": "year"}
GONE: Final = "gone"
"""Settled because a review that could judge no longer found it, by nobody's decision."""
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "entity": ("entity",), "agency": ("entity", "agency"), "rule": ("rule",), "fiscal_year": ("fiscal_year",),
    "severity": ("severity",),
}  # fmt: skip
DIMENSIONS: Final = tuple(_KEYS)

Key = tuple[str | int | None, ...]


@attrs.frozen
class Flow:
    """What came and went in a period.

    Attributes:
        start: Open cases when it began.
        new: Cases that reviews made.
        reopened: Settled cases that were opened again.
        settled: Cases that ended: in order, closed, gone or carried to the audit.
        open: Open cases when it ended.
        overdue: Of these, past their deadline.
        undated: Of these, without any deadline.
        amount: The money of these, in 分, as far as it is known; several may speak of the same money.
        unpriced: Of these, the cases whose money is unknown.
    """

    start: int = 0
    new: int = 0
    reopened: int = 0
    settled: int = 0
    open: int = 0
    overdue: int = 0
    undated: int = 0
    amount: int = 0
    unpriced: int = 0

    @property
    def known_amount(self) -> int | None:
        """The money, None where no open case says any."""
        return None if self.open and self.unpriced == self.open else self.amount


@attrs.frozen
class Summary:
    """A period.

    Attributes:
        cadence: What comes round with this period.
        turn: The period.
        until: The last day that counted: the period's, or the as-of date where it is not over.
        first: The day of the ledger's first review or decision, None where there is none.
        whole: All cases.
        parts: For each of :data:`DIMENSIONS` the same by key; the agency with its entity.
        settled_as: How cases ended, by state, and ``gone``.
        states: Cases open at the end, by state.
        late: The cases past their deadline, longest first.
        reviews: The reviews of the period.
        turns: The periods up to this one, oldest first.
    """

    cadence: Cadence
    turn: Turn
    until: date
    first: date | None
    whole: Flow
    parts: Mapping[str, Mapping[Key, Flow]]
    settled_as: Mapping[str, int]
    states: Mapping[str, int]
    late: tuple[Row, ...]
    reviews: tuple[Mapping[str, Any], ...]
    turns: tuple[tuple[Turn, Flow], ...]


def turn_named(said: str, cadence: Cadence) -> Turn:
    """The period that a text names, such as ``2026Q1``, ``2026H2``, ``2026`` or ``2026年第一季度``.

    Raises:
        UsageError: There is no such period, or not one of the cadence.
    """
    found = _named(said.strip(), cadence)
    if found is None:
        form = {"quarter": "2026Q1", "half": "2026H1", "year": "2026"}[cadence.period]
        raise UsageError(Text(f"没有期间 {said}；{cadence.title.zh}的期间写作 {form}",
                              f"no period {said}; periods of '{cadence.title.en}' are written {form}"))  # fmt: skip
    return found


def _named(said: str, cadence: Cadence) -> Turn | None:
    year, short = _YEAR.search(said), _SAID.fullmatch(said)
    if year is None:
        return None
    turns = cadence.turns(int(year[0]))
    if short is not None and _OF[(short[2] or "")[:1].upper()] == cadence.period:
        return turns[int((short[2] or "Y1")[1]) - 1]
    return next((t for t in turns if said in {t.title.zh, t.title.en}), None)


def period_of(said: str) -> Period | None:
    """What kind of period a text such as ``2026Q1`` names; None: it does not say."""
    return next((p for p in _OF.values() if _named(said.strip(), Cadence("", p, PERIODS[p])) is not None), None)


def last_turn(cadence: Cadence, as_of: date) -> Turn:
    """The last period that is over."""
    return next(t for y in (as_of.year, as_of.year - 1) for t in reversed(cadence.turns(y)) if t.end <= as_of)


def summary(past: Past, cadence: Cadence, turn: Turn, as_of: date) -> Summary:
    """What happened in a period.

    Args:
        past: The ledger's past.
        cadence: What comes round with the period.
        turn: The period.
        as_of: The day; later events do not count.

    Raises:
        UsageError: The period has not begun.
    """
    if turn.start > as_of:
        raise UsageError(Text(f"{turn.title.zh}（{turn.start}起）在基准日{as_of}之后，尚未开始",
                              f"the {turn.title.en} begins on {turn.start}, after {as_of}"))  # fmt: skip
    walk, turns = past.walk(), _turns(cadence, turn, past.first)
    walk.to(turns[0].start - timedelta(days=1))
    over_time: list[tuple[Turn, Flow]] = []
    for t in turns:
        before = [c for c in walk.cases if c["closed"] is None]
        until = min(t.end, as_of)
        steps = walk.to(until)
        over_time.append((t, _flows(before, steps, walk, until, lambda _: ()).get((), Flow())))
    still = [c for c in walk.cases if c["closed"] is None]
    late = [c for c in still if c["due"] is not None and c["due"] < until.isoformat()]
    return Summary(
        cadence, turn, until, past.first, over_time[-1][1],
        {d: _flows(before, steps, walk, until, _key(names)) for d, names in _KEYS.items()},
        Counter(_how(s) for s in steps if s.ended), Counter(c["state"] for c in still),
        tuple(sorted(late, key=lambda c: (c["due"], c["no"]))),
        tuple(s.said for s in steps if s.kind == "review"), tuple(over_time),
    )  # fmt: skip


def _turns(cadence: Cadence, turn: Turn, first: date | None) -> list[Turn]:
    """The period and those before it, as far back as the ledger goes and the picture has room."""
    years = range(max(1, turn.start.year - MOST_TURNS), turn.start.year + 1)
    upto = [t for y in years for t in cadence.turns(y) if t.start <= turn.start]
    return [t for t in upto[-MOST_TURNS:] if t == turn or (first is not None and t.end >= first)]


def _key(names: tuple[str, ...]) -> Callable[[Row], Key]:
    return lambda case: tuple(case[n] for n in names)


def _how(step: Step) -> str:
    return GONE if step.kind == "seen" else str(step.after)


def _flows(
    before: Sequence[Row], steps: Iterable[Step], walk: Walk, until: date, key: Callable[[Row], Key]
) -> dict[Key, Flow]:
    counts: dict[Key, Counter[str]] = {}

    def add(case: Row, what: str, n: int = 1) -> None:
        counts.setdefault(key(case), Counter())[what] += n

    for case in before:
        add(case, "start")
    for s in steps:
        if s.case is None:
            continue
        if s.before is None:
            add(s.case, "new")
        if s.ended:
            add(s.case, "settled")
        elif s.reopened:
            add(s.case, "reopened")
    for case in walk.cases:
        if case["closed"] is None:
            add(case, "open")
            add(case, "undated", int(case["due"] is None))
            add(case, "overdue", int(case["due"] is not None and case["due"] < until.isoformat()))
            add(case, "unpriced", int(case["amount"] is None))
            add(case, "amount", case["amount"] or 0)
    return {k: Flow(**counts[k]) for k in sorted(counts, key=_order)}


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    """Unknown last."""
    return tuple((part is None, "" if part is None else str(part)) for part in key)
