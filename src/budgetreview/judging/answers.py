"""One answer a unit: what a rule returned, its scope and the inputs that are absent, brought together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from budgetreview.judging.counts import spans
from budgetreview.judging.presence import Needed, label
from budgetreview.judging.scope import answers
from budgetreview.rule import Assessment
from budgetreview.table import Groups, Table
from budgetreview.values import Bools, Ints, Truth


@attrs.frozen(eq=False)
class Judged:
    """The four answers of a rule: for each unit one of the masks holds (none for units of other parameter values)."""

    flagged: Bools
    clear: Bools
    not_assessed: Bools
    not_applicable: Bools

    def within(self, period: Ints, spoken_of: Bools, places: Sequence[bool | None]) -> Judged:
        """The same answers, but no judgement of entities that the rule does not speak of, or may not speak of."""
        if not places and spoken_of.all():
            return self
        away = ~spoken_of[period]
        unsure = answers(places).open[period] & ~away if places else np.zeros(len(period), bool)
        if not (away.any() or unsure.any()):
            return self
        counted = self.flagged | self.clear | self.not_assessed | self.not_applicable
        judged = ~(away | unsure)
        return Judged(
            self.flagged & judged,
            self.clear & judged,
            (self.not_assessed & judged) | (unsure & counted),
            (self.not_applicable & judged) | (away & counted),
        )


def judge(a: Assessment, scope: Truth | None, lacking: Bools, members: Bools | None, needed: Needed) -> Judged:
    """Bring a rule's assessment, its scope and the inputs that are absent down to one answer a unit.

    Args:
        a: What the rule returned.
        scope: In scope, out of scope or not known, for each row of its table; None: all in scope.
        lacking: The entities and years that lack an input.
        members: The entities and years that are asked about; None: all.
        needed: The inputs that the rule cannot do without.
    """
    units, applies = a.units, a.applies
    if scope is not None and len(scope) != len(units.table):  # a table that holds its rows twice, see by_and_whole
        scope = scope.take(np.arange(len(units.table)) % len(scope))
    if scope is not None and not isinstance(units, Groups):
        applies = applies & scope
    grey = _absent(units, lacking, needed)
    if scope is not None and isinstance(units, Groups):
        unsure = units.any(Truth(scope.open, ~scope.open)).yes
        grey = unsure if grey is None else grey | unsure
    flagged, away = applies.yes & a.condition.yes, applies.no
    clear = a.condition.no & ~away
    if grey is not None:
        flagged, clear = flagged & ~grey, clear & ~grey
    unknown = ~(flagged | clear | away)
    if isinstance(units, Groups) and members is not None:
        mine = members[units.period]
        flagged, clear, unknown, away = flagged & mine, clear & mine, unknown & mine, away & mine
    return Judged(flagged, clear, unknown, away)


def _absent(units: Table | Groups, lacking: Bools, needed: Needed) -> Bools | None:
    """Units that cannot be judged because a needed table or column is absent for them."""
    mask = lacking[units.period] if lacking.any() else None
    if isinstance(units, Groups):
        return mask
    for name, column in needed:
        if name == units.name and column is not None:
            absent = units.absent(column)
            if absent is not None:
                mask = absent if mask is None else mask | absent
    return mask


def blamed(a: Assessment, unknown: Bools, needed: Needed, handed: Mapping[str, Any]) -> Iterator[tuple[str, Bools]]:
    """Which inputs were absent or blank where the answer is not known, each with its entities and years."""
    units, own = a.units, a.units.table
    for name, mask in a.lacks.items():
        lacking = mask & unknown
        if lacking.any():
            yield name, spans(units).count(lacking) > 0
    ours = np.append(unknown, False)[units.index] if isinstance(units, Groups) else unknown
    for name, column in needed:
        table: Table = handed[name]
        if column is None:
            continue
        rows = ours
        if table.name != own.name:
            touched = np.zeros(len(own.periods), bool)
            touched[units.period[unknown]] = True
            rows = touched[table.period]
        asked = own if table.name == own.name else table
        without = rows > asked.known(column)
        if without.any():
            yield label(name, column), spans(asked).count(without) > 0
