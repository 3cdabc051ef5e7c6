"""A sweep says at every point what a full review with ``--set`` says there."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from budgetreview.engine import review
from budgetreview.errors import ParameterError, UsageError
from budgetreview.example import DAYS, tables
from budgetreview.plugins import load_rules
from budgetreview.rule import Rule, RuleSet, Severity
from budgetreview.submission import Submission
from budgetreview.sweep import Point, Sweep, sweep
from budgetreview.testing import cases, submission

CASES = Path(__file__).resolve().parent / "rules" / "cases"
RULES = load_rules(select=["all"])
NUMERIC = {
    (r.code, p.name): r for r in RULES for p in r.parameters.values() if p.unit not in {"codes", "words"}
}  # fmt: skip
# A span for the parameters that have no value of their own.
SPANS = {
    "money": ("1000", "50000000"), "share": ("0.05", "0.6"), "days": ("5", "40"), "months": ("1", "10"), "years": ("1", "8"),
    "count": ("2", "10"), "score": ("2", "60"),
}  # fmt: skip


def span(rule: Rule, name: str, day: date) -> tuple[str | None, str | None]:
    """The ends to sweep between: by default around the value in force."""
    parameter = rule.parameters[name]
    return SPANS[parameter.unit] if parameter.at(day, None, None) is None and not parameter.values else (None, None)


def full(given: Submission, rule: Rule, place: str, setting: str, stage: str, as_of: date, fixed: Mapping[str, str],
         level: Any) -> dict[str, Any]:  # fmt: skip
    """Counts by severity and money of a full review with the value set."""
    report = review(given, RuleSet((rule,), codes=RULES.codes), stage=stage, as_of=as_of, level=level,
                    settings={**fixed, place: setting})  # fmt: skip
    (result,) = report.results
    assert result.outcome == "ran", result.error
    found = list(report.findings)
    known = [abs(f.amount) for f in found if f.amount is not None]
    return {
        "counts": {s: sum(f.severity is s for f in found) for s in Severity},
        "clear": result.clear, "not_assessed": result.not_assessed,
        "amount": sum(known) if known else None, "unpriced": len(found) - len(known),
    }  # fmt: skip


def said(point: Point) -> dict[str, Any]:
    return {n: getattr(point, n) for n in ("counts", "clear", "not_assessed", "amount", "unpriced")}


def same_as_full(curve: Sweep, given: Submission, fixed: Mapping[str, str] | None = None, level: Any = None) -> None:
    place = f"{curve.rule.code}.{curve.parameter.name}"
    for point in curve.points:
        asked = full(given, curve.rule, place, point.setting, curve.stage, curve.as_of, fixed or {}, level)
        assert said(point) == asked, (place, point.setting)


@pytest.mark.parametrize(("code", "name"), sorted(NUMERIC))
def test_every_numeric_parameter_gives_the_points_of_full_reviews(code: str, name: str) -> None:
    """On the rule's own cases, every point has the counts, the clear and grey units and the money of a full review."""
    rule, place = NUMERIC[code, name], f"{code}.{name}"
    tried = 0
    for case in cases(CASES / f"{code}.toml")[:4]:
        start, end = span(rule, name, case.as_of)
        given = submission(case.tables, case.unit)
        stage = case.stage or rule.stages[0]
        fixed = {k: v for k, v in (case.settings or {}).items() if k != place}
        try:
            curve = sweep(given, RULES, place, start=start, end=end, steps=9, stage=stage, as_of=case.as_of, level=case.level, settings=fixed)
        except UsageError as error:
            if "no data" in str(error) or "not in force" in str(error):
                continue
            raise
        same_as_full(curve, given, fixed, case.level)
        tried += 1
    if not tried:
        pytest.skip("none of the rule's first cases has data for it at their stage")


ONE = sorted(
    (r.code, p.name) for r in RULES for p in r.parameters.values()
    if p.unit not in {"codes", "words"} and "preliminary" in r.stages
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_random_counties_give_the_points_of_full_reviews(seed: int) -> None:
    """On generated counties whose money is shaken at random, every rule of the stage, many points."""
    shaken = _shaken(seed)
    for code, name in ONE:
        place = f"{code}.{name}"
        start, end = span(NUMERIC[code, name], name, DAYS["preliminary"])
        try:
            curve = sweep(shaken, RULES, place, start=start, end=end, steps=11, as_of=DAYS["preliminary"])
        except UsageError as error:
            if "no data" in str(error):
                continue
            raise
        same_as_full(curve, shaken)


def _shaken(seed: int) -> Submission:
    chance = random.Random(seed)
    made = tables(seed)
    lines = made["lines"]
    for name in ("proposed", "prior_approved", "prior_executed", "unit_price", "carryover"):
        if name in lines:
            lines[name] = [None if v is None or chance.random() < 0.03 else round(float(v) * chance.uniform(0.3, 1.8), 2) for v in lines[name]]
    return Submission(**made)


def test_the_measures_of_one_run_give_a_simple_threshold() -> None:
    """Reserve not broken down: one run and a few checks, not one run a point; the value in force is among them."""
    given = _shaken(3)
    curve = sweep(given, RULES, "S09.share", start="0", end="1", steps=101, as_of=DAYS["preliminary"])
    assert (curve.way, curve.asked < 10) == ("measured", True)
    assert [p.value for p in curve.points if p.current] == [curve.current]
    same_as_full(attrs.evolve(curve, points=curve.points[::25]), given)


def test_a_threshold_that_does_more_than_compare_is_asked() -> None:
    """Z08 has two steps: its findings change severity, so the rule is asked at every point."""
    curve = sweep(_shaken(3), RULES, "Z08.fair", as_of=DAYS["preliminary"])
    assert (curve.way, curve.asked) == ("asked", len(curve.points))


def test_values_by_name() -> None:
    """Values can be listed as ``--set`` takes them; each stands once and in order."""
    curve = sweep(Submission(**tables()), RULES, "L10.least", ["2%", "0.5%", "2%"], as_of=DAYS["preliminary"])
    assert [p.setting for p in curve.points] == ["1/200", "1/100", "1/50"]
    assert [p.current for p in curve.points] == [False, True, False]


@pytest.mark.parametrize(
    ("place", "how", "error"),
    [
        ("Z13.nothing", {}, ParameterError),
        ("XX1.least", {}, ParameterError),
        ("Z23.exempt", {}, UsageError),
        ("Z08.low", {"values": ["1.5"]}, ParameterError),
        ("Z08.low", {"start": "0.6", "end": "0.5"}, UsageError),
        ("Z21.limit", {}, UsageError),
        ("Z08.low", {"stage": "final"}, UsageError),
        ("Z08.low", {"steps": 1}, UsageError),
    ],
)
def test_what_cannot_be_swept_is_refused(place: str, how: dict[str, Any], error: type[Exception]) -> None:
    """No such parameter, a list of words, a value outside the limits, an empty range, no value, another stage."""
    with pytest.raises(error):
        sweep(Submission(**tables()), RULES, place, as_of=DAYS["preliminary"], **how)
