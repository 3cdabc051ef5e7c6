"""What is settled about a rule before any unit is looked at: stage and day, scope, inputs, parameter values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from budgetreview.judging.presence import Needed, Presence, needed
from budgetreview.judging.scope import Scope, answers
from budgetreview.judging.terms import Terms, terms_of
from budgetreview.parameters import show
from budgetreview.report import RuleResult
from budgetreview.rule import Context, Rule
from budgetreview.table import Period
from budgetreview.values import Bools


@attrs.frozen(eq=False)
class Plan:
    """How a rule is asked about some entities and years."""

    rule: Rule
    scope: Scope
    main: str
    """The table whose rows, or groups of rows, it judges."""
    needed: Needed
    lacking: Bools
    """The entities and years that lack an input."""
    missing: tuple[str, ...]
    """The names of those inputs."""
    spoken_of: Bools
    """Entities and years that the rule speaks of, or may speak of: by their level and their place."""
    with_rows: Bools
    """Entities and years with a row in the main table."""
    terms: tuple[tuple[Terms, Bools | None], ...]
    shown: Mapping[str, object]
    no_data: bool = False
    elsewhere: bool = False

    @property
    def unset_in(self) -> Bools:
        """The entities and years for which a parameter has no value."""
        found = np.zeros(len(self.spoken_of), bool)
        for terms, members in self.terms:
            if terms.unset(self.rule):
                found |= self.spoken_of & (members if members is not None else True)
        return found


def planned(rule: Rule, periods: Sequence[Period], context: Context, presence: Presence) -> Plan | RuleResult:
    """How a rule is asked, or its result if there is nothing to ask.

    Args:
        rule: The rule.
        periods: All entities and years.
        context: Stage, day and levels of government.
        presence: Which inputs they have.
    """
    if context.stage not in rule.stages:
        return RuleResult(rule, "not_in_stage", rule.severity, parameters=shown(rule, periods, context))
    if not rule.holds_on(context.as_of):
        return RuleResult(rule, "not_in_force", rule.severity, parameters=shown(rule, periods, context))
    return settled(rule, periods, context, presence)


def settled(rule: Rule, periods: Sequence[Period], context: Context, presence: Presence) -> Plan:
    """How a rule is asked, whatever stage and day are."""
    scope = Scope.of(rule, periods, context.as_of)
    wanted = needed(rule)
    lacking, missing = presence.lacking(wanted)
    main = rule.tables[0] if rule.tables else rule.optional_tables[0]
    spoken_of = np.array([lv is None or lv in rule.levels for lv in context.levels], bool)
    elsewhere = False
    if scope.places:
        away = answers(scope.places).no
        spoken_of = spoken_of & ~away
        lacking = lacking & ~away  # what other places lack is no gap of this rule
        missing = missing if lacking.any() else ()
        elsewhere = bool(away.all())
    no_data = not elsewhere and bool(lacking.all() or not periods)
    return Plan(
        rule, scope, main, wanted, lacking, missing, spoken_of, presence.rows(main),
        tuple(terms_of(rule, periods, context.levels, context.as_of)), shown(rule, periods, context),
        no_data, elsewhere,
    )  # fmt: skip


def shown(rule: Rule, periods: Sequence[Period], context: Context) -> dict[str, object]:
    """The parameter values as the report lists them: of the first entity."""
    entity = periods[0].entity if periods else None
    level = context.levels[0] if context.levels else None
    out: dict[str, object] = {}
    for name, p in sorted(rule.parameters.items()):
        value = p.at(context.as_of, entity, level)
        out[name] = None if value is None else show(value.value, p.unit)
    return out
