"""What-if: findings and money of one rule as one of its thresholds moves.

The input is read once and no other rule is run. Where the rule compares what it measured with the threshold and the
threshold decides nothing else, all points come from the measures of one run (``measures.py``); else the rule is asked
at every point (``asking.py``). The result says which way was taken, and either gives the counts and sums of a full
review with ``--set``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from budgetreview.engine import bench, unknown_parameter, with_settings
from budgetreview.errors import ParameterError, Text, UsageError
from budgetreview.judging import Bench
from budgetreview.parameters import Parameter
from budgetreview.rule import Rule, RuleSet
from budgetreview.submission import Submission
from budgetreview.sweep.asking import Asking
from budgetreview.sweep.curve import Number, Point, Sweep
from budgetreview.sweep.measures import foreseen
from budgetreview.sweep.span import STEPS, values_to_try

__all__ = ["STEPS", "Point", "Sweep", "sweep"]


def sweep(
    submission: Submission,
    rules: RuleSet,
    place: str,
    values: Iterable[str] | None = None,
    *,
    start: str | None = None,
    end: str | None = None,
    steps: int = STEPS,
    stage: str = "preliminary",
    as_of: date,
    level: str | Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
) -> Sweep:
    """Move one threshold and count.

    Args:
        submission: What was read.
        rules: From ``load_rules``.
        place: ``CODE.param``, e.g. ``Z08.low``.
        values: The values, as ``--set`` takes them; else ``steps`` values from ``start`` to ``end``, by default around
            the value in force.
        start: The first value.
        end: The last.
        steps: How many.
        stage: As of ``review``; so are ``as_of`` and ``level``.
        as_of: The as-of date.
        level: Level of government.
        settings: Values of other parameters.

    Returns:
        The curve; the value in force is always among its points.

    Raises:
        UsageError: The parameter is no number, or the rule does not run at this stage or without its data.
        ParameterError: There is no such parameter, or a value lies outside its limits.
    """
    rule, parameter = _chosen(rules, place, settings or {})
    table = bench(submission, rules, stage=stage, as_of=as_of, level=level)
    current = _current(parameter, submission, as_of, table)
    wanted = values_to_try(parameter, place, current, values, start, end, steps, as_of)
    first = wanted[0] if current is None else current
    asking = Asking(table, rule, parameter, current)
    asking.result(first)  # says why, where the rule does not run at all
    measures = foreseen(asking, first, wanted)
    points = [asking.asked(v) if measures is None else measures.point(asking, v) for v in wanted]
    return Sweep(
        rule,
        parameter,
        stage,
        as_of,
        current,
        tuple(points),
        way="asked" if measures is None else "measured",
        asked=asking.runs,
    )


def _chosen(rules: RuleSet, place: str, settings: Mapping[str, str]) -> tuple[Rule, Parameter]:
    """The rule of ``CODE.param``, its other parameters set, and the parameter."""
    code, _, name = place.partition(".")
    chosen = next((r for r in rules if r.code == code), None)
    if chosen is None or name not in chosen.parameters:
        raise ParameterError(unknown_parameter(place, {r.code: r for r in rules}))
    fixed = {k: v for k, v in settings.items() if k.partition(".")[0] == code and k != place}
    (rule,) = with_settings([chosen], fixed)
    parameter = rule.parameters[name]
    if parameter.unit in {"codes", "words"}:
        raise UsageError(Text(f"{place} 不是数值，不能做界限分析", f"{place} is no number and has no curve"))
    return rule, parameter


def _current(parameter: Parameter, submission: Submission, as_of: date, table: Bench) -> Number | None:
    """The value of the first entity."""
    entity = submission.periods[0].entity if submission.periods else None
    found = parameter.at(as_of, entity, table.levels[0] if table.levels else None)
    return None if found is None or isinstance(found.value, tuple) else found.value
