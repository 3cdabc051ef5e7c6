"""Laws that every rule keeps, on batches made at random from the columns of every table."""

from __future__ import annotations

import pytest

from budgetreview.conformance import batches
from budgetreview.engine import review
from budgetreview.recompute import evaluate
from budgetreview.rule import Rule, RuleSet
from budgetreview.rules.core import budgetreview_rules
from budgetreview.submission import Submission
from budgetreview.testing import check_rule

RULES = sorted(budgetreview_rules(), key=lambda r: r.code)


@pytest.fixture(scope="module")
def counties() -> list[Submission]:
    return [Submission(**batches.county(seed)) for seed in (1, 2)]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_every_rule_keeps_the_laws_of_rules(rule: Rule, counties: list[Submission]) -> None:
    for seed, given in enumerate(counties):
        check_rule(rule, given, as_of=batches.LATE, seed=seed)


@pytest.mark.parametrize("stage", ["pre", "preliminary", "plenary", "execution", "adjustment", "final", "rectify"])
def test_no_rule_fails_its_counts_add_up_and_every_finding_recomputes(stage: str, counties: list[Submission]) -> None:
    for given in counties:
        report = review(given, RuleSet(tuple(RULES)), stage=stage, as_of=batches.LATE)
        for result in report.results:
            assert result.outcome != "failed", f"{result.rule.code}: {result.error}"
            if result.outcome == "ran" and result.rule.per == "line" and result.rule.tables[0] == "lines":
                counted = result.flagged + result.clear + result.not_assessed + result.not_applicable
                assert counted == len(given.table("lines")), result.rule.code
        for f in report.findings:
            record = {n: v.json() for n, v in {**f.parameters, **f.values}.items()}
            assert evaluate(f.formula, record) is True, f"{f.rule}: {f.formula} for {record}"
            assert "{" not in f.message.zh + f.message.en + f.question.zh + f.question.en, f.message


def test_flagged_units_are_named_without_making_findings(counties: list[Submission]) -> None:
    report = review(counties[0], RuleSet(tuple(RULES)), stage="preliminary", as_of=batches.LATE)
    for rule in RULES:
        units, made = report.findings.units(rule.code), report.findings.of(rule.code)
        assert len(units) == len(made), rule.code
        for unit, finding in zip(units, made, strict=True):
            assert unit[:2] == (finding.entity, finding.fiscal_year), rule.code
            if finding.line_id is not None:
                assert unit[2:] == (finding.line_id,), rule.code
            else:
                assert set(finding.subject.values()) <= set(unit[2:]), rule.code
