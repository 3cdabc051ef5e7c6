"""The yardstick by this library, through its public functions."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs

import budgetreview as br
from benchmarks.answers import YARDSTICK, Answer, Answers

DAY: Final = date(2026, 1, 10)
STAGE: Final = "pre"
JOBS: Final = 2


def read(path: Path) -> br.Submission:
    """The file as coded columns."""
    return br.read(path)


def review(submission: br.Submission, rules: Sequence[str] = YARDSTICK) -> br.Report:
    """The rules on coded columns; a submission remembers groups, so hand over a fresh one to measure."""
    return br.review(submission, br.load_rules(select=rules), stage=STAGE, as_of=DAY, jobs=JOBS)


def findings(path: Path, rules: Sequence[str] = YARDSTICK) -> Answers:
    """File to findings."""
    return answers(review(read(path), rules))


def answers(report: br.Report) -> Answers:
    """Flagged units and counts of each rule; no finding is made for them."""
    lines = {r.rule.code for r in report.results if r.rule.per == "line"}
    return {
        row.code: Answer(
            [unit[2] if row.code in lines else unit for unit in report.findings.units(row.code)],
            row.flagged, row.clear, row.not_assessed, row.not_applicable,
        )
        for row in report.coverage
    }  # fmt: skip


def core(path: Path) -> int:
    """File to findings of all line rules of the rule book, written out with messages and computation records."""
    rules = [r.code for r in br.load_rules() if r.per == "line" and set(r.tables) == {"lines"}]
    report = br.review(br.read(path), br.load_rules(select=rules), stage=STAGE, as_of=DAY, jobs=JOBS)
    return len(report.findings.to_polars())


@attrs.frozen(eq=False)
class Whole:
    """A review by all rules, and the seconds that it took."""

    report: br.Report
    seconds: float


def whole(submission: br.Submission, rules: br.RuleSet, previous: br.Report | None = None) -> Whole:
    """A review by all rules; ``previous``: with an earlier one at hand."""
    started = time.perf_counter()
    report = br.review(submission, rules, stage=STAGE, as_of=DAY, jobs=JOBS, previous=previous)
    return Whole(report, time.perf_counter() - started)


def counts(report: br.Report) -> list[tuple[object, ...]]:
    """The coverage of every rule, but for the time it took."""
    return [
        (r.code, r.outcome, r.flagged, r.clear, r.not_assessed, r.not_applicable, r.missing) for r in report.coverage
    ]


def small(rows: Any, rules: br.RuleSet | None = None) -> int:
    """A small submission, all rules on, from a data frame to findings as records; a service loads its rules once."""
    report = br.review(br.Submission(lines=rows), rules or br.load_rules(), as_of=DAY)
    return len(list(report.findings))


def workbook(path: Path) -> int:
    """A workbook to findings of the yardstick."""
    report = br.review(br.read(path), br.load_rules(select=YARDSTICK), stage=STAGE, as_of=DAY)
    return sum(a.flagged for a in answers(report).values())
