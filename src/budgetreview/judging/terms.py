"""On what terms a rule judges each entity: its parameter values there and then, and the severity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import attrs
import numpy as np

from budgetreview.parameters import DatedValue, Parameter
from budgetreview.rule import Override, Rule
from budgetreview.table import Period
from budgetreview.values import Bools


@attrs.frozen
class Terms:
    """Parameter values that some entities share, and the severity that a package set for them."""

    values: Mapping[str, DatedValue | None]
    change: Override | None = None

    def unset(self, rule: Rule) -> list[str]:
        """Parameters that have no value here, and that the rule cannot do without."""
        return [n for n, v in self.values.items() if v is None and n not in _optional(rule)]

    def record(self, rule: Rule) -> Any:
        """The rule's parameter record."""
        if rule.record is None:
            return None
        return rule.record(**{n: None if v is None else v.value for n, v in self.values.items()})

    def rank(self, rule: Rule) -> int:
        """The severity that the rule states on these terms, as its rank."""
        changed = self.change.severity if self.change is not None else None
        return (changed or rule.severity).rank


def terms_of(
    rule: Rule, periods: Sequence[Period], levels: Sequence[str | None], as_of: date
) -> list[tuple[Terms, Bools | None]]:
    """The terms of a rule, each with the entities and years that share them; None stands for all of them.

    Args:
        rule: The rule.
        periods: The entities and years.
        levels: The level of government of each.
        as_of: The as-of date.
    """
    names = sorted(rule.parameters)
    ruled = [rule.parameters[n] for n in names]
    graded = any(c.severity is not None for c in rule.changes)
    if not graded and all(len(p.values) <= 1 and _plain(p) for p in ruled):
        return [(Terms({n: p.at(as_of, None, None) for n, p in zip(names, ruled, strict=True)}), None)]
    everyone: list[tuple[Terms, list[int]]] = []
    found: dict[tuple[str | None, str | None], Terms] = {}
    for i, (period, level) in enumerate(zip(periods, levels, strict=True)):
        place = (period.entity, level)
        if place not in found:
            values = {n: p.at(as_of, *place) for n, p in zip(names, ruled, strict=True)}
            found[place] = Terms(values, rule.severity_at(period.entity, as_of))
        for terms, members in everyone:
            if terms == found[place]:
                members.append(i)
                break
        else:
            everyone.append((found[place], [i]))
    if len(everyone) == 1:
        return [(everyone[0][0], None)]
    out: list[tuple[Terms, Bools | None]] = []
    for terms, members in everyone:
        mask = np.zeros(len(periods), bool)
        mask[members] = True
        out.append((terms, mask))
    return out


def _plain(parameter: Parameter) -> bool:
    return all(v.territory is None and v.level is None for v in parameter.values)


def _optional(rule: Rule) -> set[str]:
    """Parameters that the rule can do without: their attribute's type admits None."""
    return {f.name for f in attrs.fields(rule.record) if "None" in str(f.type)} if rule.record is not None else set()
