"""Review one part: read its lines, ask the rules, write the findings, and hand back only counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np

from budgetreview.dataset.plan import Part
from budgetreview.dataset.reading import read_part
from budgetreview.dataset.request import Identity, Request, identity, rules_of
from budgetreview.dataset.store import made
from budgetreview.engine import review
from budgetreview.errors import Notice, Problem
from budgetreview.render.records import frames
from budgetreview.report import Findings, Report, RuleResult
from budgetreview.rule import Severity
from budgetreview.table import Period


@attrs.frozen
class Counted:
    """What one rule did in a part.

    Attributes:
        outcome: As of :class:`budgetreview.report.RuleResult`, and so are the next five.
        severity: The gravest.
        counts: Flagged, clear, not assessed, not applicable.
        missing: Inputs that were absent or blank.
        parameters: As the report lists them.
        error: Why it failed.
        found: Its findings by severity.
        grey: Numbers of the part's entities and years where units could not be judged.
    """

    outcome: str
    severity: Severity
    counts: tuple[int, int, int, int]
    missing: tuple[str, ...]
    parameters: Mapping[str, object]
    error: str | None
    found: Mapping[Severity, int]
    grey: tuple[int, ...]


@attrs.frozen
class Done:
    """What came of a part.

    Attributes:
        number: Of the part.
        periods: Its entities and years.
        levels: Their levels of government.
        rows: Lines of each input.
        rules: By code.
        notices: Of the lines.
        about: Of the review, of no single input.
        problems: Why it could not be read; then nothing of it was reviewed.
    """

    number: int
    periods: tuple[Period, ...] = ()
    levels: Mapping[str, str] = attrs.field(factory=dict)
    rows: Mapping[str, int] = attrs.field(factory=dict)
    rules: Mapping[str, Counted] = attrs.field(factory=dict)
    notices: tuple[Notice, ...] = ()
    about: tuple[Notice, ...] = ()
    problems: tuple[Problem, ...] = ()


@attrs.frozen
class Task:
    """One part to review, and what whoever reviews it must be."""

    part: Part
    request: Request
    identity: Identity


def review_part(task: Task) -> Done:
    """Review a part and write its findings.

    Raises:
        PackError: This process has other packages or libraries than the one that asked.
        OutputError: The findings could not be written.
    """
    part, request = task.part, task.request
    task.identity.refuse(identity(request.chosen), worker_name())
    rules = rules_of(request.chosen)
    lines = read_part(part, request)
    if lines.problems:
        return Done(part.number, problems=lines.problems)
    level = request.level if isinstance(request.level, str) or request.level is None else dict(request.level)
    report = review(
        lines.submission, rules, stage=request.stage, as_of=request.as_of, settings=dict(request.settings),
        level=level, amounts={(o.name, None): o.amount for o in part.origins if o.amount is not None},
    )  # fmt: skip
    write_findings(request.output, part.number, report.findings)
    return Done(
        part.number,
        report.periods,
        report.levels,
        lines.rows,
        {r.rule.code: _counted(report, r) for r in report.results},
        lines.notices,
        report.notices,
    )


def write_findings(output: str, number: int, found: Findings) -> None:
    """Write the findings of a part.

    Raises:
        OutputError: They could not be written.
    """
    import polars as pl
    import pyarrow.parquet as pq

    schema = pl.DataFrame(schema=frames.FINDINGS).to_arrow().schema
    with made(f"{output}/findings", name_of(number)) as out, pq.ParquetWriter(out, schema, compression="zstd") as file:
        for block in frames.blocks(found):
            file.write_table(block.to_arrow())


def name_of(number: int) -> str:
    """The file of a part's findings."""
    return f"part-{number:05d}.parquet"


def worker_name() -> str:
    """What this process is called by those who look after it: its address in a cluster, else nothing in particular."""
    import sys

    if "distributed" in sys.modules:
        from distributed import get_worker

        try:
            return str(get_worker().address)
        except ValueError:
            pass
    return "local"


def _counted(report: Report, r: RuleResult) -> Counted:
    grey: set[int] = set(r.not_assessed_in)
    for unit in r.greys:
        grey.update(np.unique(unit.units.period[unit.at]).tolist())
    ranks: Any = report.findings.ranks(r.rule.code)
    return Counted(
        r.outcome, r.severity, (r.flagged, r.clear, r.not_assessed, r.not_applicable), r.missing, dict(r.parameters),
        r.error, {s: int((ranks == s.rank).sum()) for s in Severity}, tuple(sorted(grey)),
    )  # fmt: skip
