"""A large batch is judged entity by entity: that must change no answer, no finding and no fingerprint."""

from __future__ import annotations

import pytest

from budgetreview.conformance import batches
from budgetreview.judging import Bench
from budgetreview.report import Findings, RuleResult
from budgetreview.rules.core import budgetreview_rules
from budgetreview.submission import Submission

RULES = sorted(budgetreview_rules(), key=lambda r: r.code)
_COUNTED = ("outcome", "severity", "flagged", "clear", "not_assessed", "not_applicable", "missing", "not_assessed_in")


def several_counties(seed: int, *, in_order: bool) -> Submission:
    """Every table of four places, whose rows stand mixed, or place by place."""
    tables = batches.county(seed, times=2)
    if in_order:
        for name, columns in tables.items():
            if "entity" in columns:
                order = sorted(range(len(columns["entity"])), key=columns["entity"].__getitem__)
                tables[name] = {c: [v[i] for i in order] for c, v in columns.items()}
    return Submission(**tables)


def results(given: Submission, stage: str, most: int, jobs: int = 1) -> tuple[RuleResult, ...]:
    levels = ("county",) * len(given.periods)
    return Bench.of(given, stage=stage, as_of=batches.LATE, levels=levels, most=most).run_all(RULES, jobs)


@pytest.mark.parametrize("in_order", [True, False], ids=["one after the other", "mixed"])
@pytest.mark.parametrize(("stage", "seed"), [("pre", 4), ("preliminary", 1), ("execution", 2), ("final", 3)])
def test_counties_judged_one_by_one_answer_as_all_together(stage: str, seed: int, *, in_order: bool) -> None:
    given = several_counties(seed, in_order=in_order)
    whole, pieces = results(given, stage, 1 << 40), results(given, stage, 1, jobs=2)
    assert len({p.entity for p in given.periods}) > 2
    for together, apart in zip(whole, pieces, strict=True):
        code = together.rule.code
        for field in _COUNTED:
            assert getattr(together, field) == getattr(apart, field), f"{code}: {field}"
        assert together.grey_prints() == apart.grey_prints(), code
    assert list(Findings(whole)) == list(Findings(pieces))
