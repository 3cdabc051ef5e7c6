"""Every rule of the yardstick alone, on coded columns."""

from __future__ import annotations

from typing import Any

import pytest

import budgetreview as br
from benchmarks import ours
from benchmarks.answers import YARDSTICK
from benchmarks.export import Export, frame

LINES = 50_000


@pytest.fixture(scope="module", params=YARDSTICK)
def rule(request: pytest.FixtureRequest) -> br.RuleSet:
    """One rule of the yardstick."""
    return br.load_rules(select=[request.param])


@pytest.fixture(scope="module")
def submission() -> br.Submission:
    """Lines of an export as coded columns."""
    return br.Submission(lines=frame(Export(LINES)))


def test_rule(benchmark: Any, submission: br.Submission, rule: br.RuleSet) -> None:
    """A rule answers every unit; a review remembers nothing of the one before."""
    report = benchmark(br.review, submission, rule, stage=ours.STAGE, as_of=ours.DAY)
    (row,) = report.coverage
    assert row.outcome == "ran"
    assert row.clear
