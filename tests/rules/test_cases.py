"""Every rule is proved by its case file: each answer, both sides of each threshold, the lawful look-alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetreview.rules.core import budgetreview_rules
from budgetreview.testing import Case, cases, run_case

FOLDER = Path(__file__).parent / "cases"
RULES = {rule.code: rule for rule in budgetreview_rules()}
CASES = [case for path in sorted(FOLDER.glob("*.toml")) for case in cases(path)]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.rule}: {c.name}")
def test_a_rule_answers_as_its_case_says(case: Case) -> None:
    run_case(RULES[case.rule], case)


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_has_cases_that_must_and_must_not_fire(code: str) -> None:
    mine = [c for c in CASES if c.rule == code]
    assert any(c.expected["flagged"] for c in mine), f"{code} has no case that fires"
    assert any(c.expected["clear"] for c in mine), f"{code} has no case that must not fire"
