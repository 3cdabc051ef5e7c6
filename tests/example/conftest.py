"""All rules at once, and a review of the example's tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from budgetreview.engine import review
from budgetreview.example import DAYS
from budgetreview.example.figures import Tables
from budgetreview.plugins import load_rules
from budgetreview.report import Finding
from budgetreview.submission import Submission

Judge = Callable[[Tables, str, Mapping[str, str]], Sequence[Finding]]


@pytest.fixture(scope="session")
def judge() -> Judge:
    rules = load_rules(select=["all"])

    def findings(tables: Tables, stage: str, settings: Mapping[str, str]) -> Sequence[Finding]:
        report = review(Submission(**tables), rules, stage=stage, as_of=DAYS[stage], settings=settings)
        failed = {r.rule.code: r.error for r in report.results if r.outcome == "failed"}
        assert not failed
        return list(report.findings)

    return findings
