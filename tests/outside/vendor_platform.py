"""A vendor's platform, as its engineers would write it: only public names, and every type said aloud.

It is checked, not run: what it calls is run by the tests of each part.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl

import budgetreview as br
from budgetreview.dataset import Reviewed, review_dataset

RULES: br.RuleSet = br.load_rules(require=("core",))
DAY = date(2026, 1, 10)


def asked_of_each_agency(path: Path) -> dict[str, int]:
    """Money, in 分, that the findings of a workbook speak of."""
    submission: br.Submission = br.read(path, unit="万元", entity="430702", year=2026)
    report: br.Report = br.review(
        submission, RULES, stage="preliminary", as_of=DAY, jobs=2, settings={"Z01.months": "3"},
        progress=told,
    )  # fmt: skip
    money: Counter[str] = Counter()
    for finding in report.findings:
        amount: int | None = finding.amount
        money[finding.agency or ""] += amount or 0
    if report.complete:
        br.write(report, path.with_suffix(".html"))
    return dict(money)


def told(done: int, total: int) -> None:
    """Rules done, for the platform's own bar."""


def rows(report: br.Report) -> list[tuple[str, br.Severity, str, str | None, str]]:
    """What our own table of findings holds."""
    return [(f.rule, f.severity, f.message.zh, f.source.cell, f.fingerprint) for f in report.findings]


def coverage(report: br.Report) -> list[tuple[str, str, int, int]]:
    """What each rule did."""
    table: pl.DataFrame = report.findings.to_polars()
    gravest: br.Severity | None = report.gravest() if table.height else None
    return [(r.rule.code, r.outcome, r.flagged, r.not_assessed) for r in report.results if r.severity == gravest]


def from_our_own_tables(lines: pl.DataFrame, targets: pl.DataFrame) -> br.Report:
    """A review of frames that the platform holds already."""
    return br.review(br.Submission(lines=lines, targets=targets), RULES, stage="pre", as_of=DAY)


def overnight(folder: str, output: str) -> int:
    """All counties of a city; how many findings there were."""
    done: Reviewed = review_dataset(folder, output, as_of=DAY, memory="2GiB", jobs=2)
    return sum(done.found.values())


def what_to_mend(path: Path) -> list[str]:
    """What the user is told where a file cannot be read."""
    try:
        br.read(path)
    except br.IntakeError as error:
        problems: tuple[br.Problem, ...] = tuple(error.problems)
        return [f"{p.kind} {p.sheet} {p.cell} {p.text.zh}" for p in problems]
    return []


@br.hookimpl
def budgetreview_tables() -> list[br.CodeTable]:
    """A hook of the platform's own package."""
    return []
