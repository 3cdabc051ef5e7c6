"""What a rule costs and brings: how many of its findings people confirmed, and how many they found to be in order.

A decision counts in the year in which it was made, whenever the case was found; of several on one case in one span of
time the last one counts. A finding that nobody decided on is neither right nor wrong, so a rule without decisions has
no precision: that is unknown, not zero and not one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal

import attrs

from budgetreview.errors import Text, UsageError
from budgetreview.ledger import waiving
from budgetreview.ledger.past import Past, Step, Walk

LEAST_DECIDED: Final = 10
"""So many decisions at least before a hint is given, unless said otherwise: a convention of this program."""
LEAST_PRECISION: Final = 0.2
"""A precision below this brings the hint, unless said otherwise: a convention of this program."""
_CONFIRMING: Final = frozenset({"confirmed", "assigned", "rectifying", "reported", "verified", "carried_to_audit"})

Hint = Literal["look", "keep", "few"]
HINTS: Final[Mapping[Hint, Text]] = {
    "look": Text("可考虑停用或修订", "consider retiring or mending"),
    "keep": Text("保留", "keep"),
    "few": Text("已判断的太少，不作提示", "too few decided for a hint"),
}


@attrs.frozen
class Tally:
    """A rule over a span of time.

    Attributes:
        reviews: In how many reviews it ran; 0: it was not used, which is not the same as nothing found.
        found: Cases that it made.
        confirmed: Cases whose last decision in the span was to take them up.
        dismissed: Cases whose last decision in the span was that they are in order.
        waived: Cases left aside by a waiver in force on the last day.
        undecided: Cases on which nobody had decided on the last day.
        open: Cases not settled on the last day, undecided ones among them.
    """

    reviews: int = 0
    found: int = 0
    confirmed: int = 0
    dismissed: int = 0
    waived: int = 0
    undecided: int = 0
    open: int = 0

    @property
    def decided(self) -> int:
        """Cases that somebody decided on."""
        return self.confirmed + self.dismissed

    @property
    def precision(self) -> float | None:
        """The share of the decided ones that were confirmed; None where nobody decided."""
        return self.confirmed / self.decided if self.decided else None


@attrs.frozen
class Line:
    """One rule.

    Attributes:
        rule: Its code.
        whole: Over the whole span.
        years: Over each calendar year of it.
        seconds: What it cost to run, as handed in; None where nobody measured.
        hint: What the figures say, by the measure that was given.
    """

    rule: str
    whole: Tally
    years: Mapping[int, Tally]
    seconds: float | None
    hint: Hint


@attrs.frozen
class Economics:
    """All rules of a ledger.

    Attributes:
        start: The first day.
        end: The last day.
        least: How many decisions a hint takes.
        below: The precision below which a rule gets one.
        lines: By code.
    """

    start: date
    end: date
    least: int
    below: float
    lines: tuple[Line, ...]


def economics(
    past: Past, start: date, end: date, *, least: int = LEAST_DECIDED, below: float = LEAST_PRECISION,
    seconds: Mapping[str, float] | None = None,
) -> Economics:  # fmt: skip
    """What each rule brought in a span of time.

    Args:
        past: The ledger's past.
        start: The first day that counts.
        end: The last day that counts; what was recorded of later days is not looked at.
        least: How many decisions it takes before a hint is given.
        below: A precision below this brings the hint.
        seconds: For rules that somebody measured, how long they ran; reports do not say.

    Raises:
        UsageError: The span ends before it starts, or a measure makes no sense.
    """
    if end < start:
        raise UsageError(Text(f"期间的末日{end}早于首日{start}", f"the span ends on {end}, before it starts on "
                                                        f"{start}"))
    if least < 1 or not 0 <= below <= 1:
        raise UsageError(Text(f"提示口径应为：至少1件、界限在0和1之间（现为{least}件、{below}）",
                              f"a hint takes at least 1 decision and a share from 0 to 1, not {least} and {below}"))
    walk, verdicts = past.walk(), _Verdicts()
    verdicts.over(walk.to(_before(start)))
    spans = [(y, min(date(y, 12, 31), end)) for y in range(start.year, end.year + 1)]
    steps: list[Step] = []
    years: dict[int, dict[str, Tally]] = {}
    for year, last in spans:
        mine = walk.to(last)
        years[year] = _tallies(mine, verdicts.over(mine), walk, last)
        steps += mine
    whole = _tallies(steps, [d for y in verdicts.decided[1:] for d in y], walk, end)
    times = seconds or {}
    codes = sorted(set(whole).union(times, *years.values()))
    lines = []
    for code in codes:
        one = whole.get(code, Tally())
        of_years = {y: found[code] for y, found in years.items() if code in found}
        lines.append(Line(code, one, of_years, times.get(code), _hint(one, least, below)))
    return Economics(start, end, least, below, tuple(lines))


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1) if day > date.min else day


def _hint(one: Tally, least: int, below: float) -> Hint:
    if one.decided < least or one.precision is None:
        return "few"
    return "look" if one.precision < below else "keep"


Decision = tuple[int, str, bool]
"""Case, rule, and whether it was confirmed."""


class _Verdicts:
    """Who decided what: a case that is moved on after it was confirmed is not decided again."""

    def __init__(self) -> None:
        self._now: dict[int, bool] = {}
        self.decided: list[list[Decision]] = []

    def over(self, steps: Iterable[Step]) -> list[Decision]:
        """The decisions made in some steps."""
        out: list[Decision] = []
        for s in steps:
            if s.case is None or s.after == s.before:
                continue
            no = s.case["no"]
            if s.after == "reopened":
                self._now.pop(no, None)
            elif s.kind == "move" and (s.after == "dismissed" or s.after in _CONFIRMING):
                yes = s.after != "dismissed"
                if self._now.get(no) is not yes:
                    out.append((no, s.case["rule"], yes))
                self._now[no] = yes
        self.decided.append(out)
        return out


def _tallies(steps: Iterable[Step], decided: Iterable[Decision], walk: Walk, last: date) -> dict[str, Tally]:
    counts: dict[str, dict[str, int]] = {}

    def add(rule: str, what: str) -> None:
        row = counts.setdefault(rule, {})
        row[what] = row.get(what, 0) + 1

    for s in steps:
        if s.kind == "review":
            for code in s.said["measures"]:
                add(code, "reviews")
        elif s.kind == "seen" and s.said["outcome"] == "new" and s.case is not None:
            add(s.case["rule"], "found")
    for rule, yes in {no: (rule, yes) for no, rule, yes in decided}.values():
        add(rule, "confirmed" if yes else "dismissed")
    aside = waiving.covered(walk.waivers, walk.cases, last)
    for case in walk.cases:
        if case["closed"] is None:
            add(case["rule"], "open")
            if case["state"] in {"found", "reopened"}:
                add(case["rule"], "undecided")
        if case["no"] in aside:
            add(case["rule"], "waived")
    return {rule: Tally(**row) for rule, row in counts.items()}
