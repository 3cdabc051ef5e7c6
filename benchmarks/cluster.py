"""What a dataset of any size would take, projected from a fresh measurement on one core.

    python -m benchmarks.cluster [LINES] [COUNTIES] [LINES_OF_A_COUNTY] [YEARS]

Only the first figures are measured; the rest multiplies them. Processor seconds are counted, not time of day, so that
others on the machine disturb little. docs/zh/how-to/cluster.md tells how to read them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.export import Export, written
from budgetreview.dataset import together
from budgetreview.dataset.part import write_findings
from budgetreview.dataset.plan import MEMORY, planned
from budgetreview.dataset.reading import read_part
from budgetreview.dataset.request import Chosen, Request, rules_of
from budgetreview.dataset.store import files_of
from budgetreview.dataset.survey import Asked, survey
from budgetreview.engine import review

_STAGE = "preliminary"


class _Clock:
    """Processor seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def of(self, step: str, work: Callable[[], Any]) -> Any:
        """Do something and count it."""
        start = time.process_time()
        made = work()
        self.seconds[step] = self.seconds.get(step, 0.0) + time.process_time() - start
        return made


def main(lines: int = 1_000_000, counties: int = 3_000, each: int = 300_000, years: int = 5) -> None:
    """Measure, and print the projection."""
    path = written(Path(tempfile.gettempdir()) / "budgetreview-benchmarks", Export(lines))
    rules = rules_of(Chosen())
    together.refuse_across(rules, _STAGE)
    clock = _Clock()
    found = bytes_ = 0
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "findings").mkdir()
        request = Request(Chosen(), _STAGE, date(2026, 1, 10), None, (), None, None, folder)
        files = clock.of("survey", lambda: [survey(Asked(f, _STAGE, None)) for f in files_of(str(path))])
        for part in planned(files, _STAGE, MEMORY).parts:
            read = clock.of("read", lambda part=part: read_part(part, request))
            report = clock.of("judge", lambda read=read, part=part: review(
                read.submission, rules, stage=_STAGE, as_of=request.as_of,
                amounts={(o.name, None): o.amount for o in part.origins if o.amount is not None},
            ))  # fmt: skip
            clock.of("findings", lambda part=part, report=report: write_findings(folder, part.number, report.findings))
            found += len(report.findings)
        bytes_ = sum(p.stat().st_size for p in (Path(folder) / "findings").iterdir())
    print(f"measured on one core, {lines:,} lines, {len(rules.rules)} rules, {found:,} findings:")
    for step, seconds in clock.seconds.items():
        print(f"  {step:<10}{seconds:8.1f} s")
    a_line = sum(s for step, s in clock.seconds.items() if step != "findings") / lines
    a_finding = clock.seconds["findings"] / max(found, 1)
    print(f"  {1 / a_line:,.0f} lines/s/core read and judged; {1 / a_finding:,.0f} findings/s/core written")
    print(f"  {path.stat().st_size / lines:.0f} bytes a line in, {bytes_ / max(found, 1):.0f} bytes a finding out")
    whole = counties * each * years
    print(f"projected to {counties:,} counties x {each:,} lines x {years} years = {whole:,} lines:")
    for share in (0.01, 0.1, found / lines):
        hours = whole * (a_line + share * a_finding) / 3600
        gb = (whole * path.stat().st_size / lines + whole * share * bytes_ / max(found, 1)) / 1e9
        print(f"  {share:6.2f} findings a line: {hours:8.1f} core hours, {hours / 64:6.2f} h on 64 cores, {gb:,.0f} GB")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
