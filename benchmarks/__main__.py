"""Print how long things take on this machine: import, coding a frame, a review with every rule, the slowest rules."""

from __future__ import annotations

import argparse
import gc
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import TypeVar

import budgetreview as br
from benchmarks.county import DAY, lines, yardstick

SLOWEST = 15
_Result = TypeVar("_Result")


def timed(function: Callable[[], _Result], times: int) -> tuple[float, _Result]:
    """The median of so many runs, and the last result."""
    taken: list[float] = []
    for _ in range(times):
        gc.collect()
        started = time.perf_counter()
        result = function()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken), result


def importing(modules: str, times: int = 5) -> float:
    """Seconds that a fresh interpreter needs for the import, without its own start."""
    code = f"import time; t = time.perf_counter(); import {modules}; print(time.perf_counter() - t)"
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(times)
    ]
    return statistics.median(float(run.stdout) for run in runs)


def imports() -> None:
    """Import time of the library against that of its three plain dependencies."""
    plain, own = importing("numpy, attrs, pluggy"), importing("budgetreview")
    lazy = importing("budgetreview as br; br.load_rules")
    print(f"import numpy, attrs, pluggy    {plain * 1000:8.1f} ms")
    print(f"import budgetreview            {own * 1000:8.1f} ms   {own / plain:5.2f} ×")
    print(f"… and its loader of rules      {lazy * 1000:8.1f} ms   {lazy / plain:5.2f} ×\n")


def reviewing(n: int, times: int) -> br.Report:
    """One size: coding, review, findings as records, and a polars pass over the same frame."""
    frame = lines(n)
    rules = br.load_rules(select=["all"])
    coding, _ = timed(lambda: br.Submission(lines=frame), times)
    passing, _ = timed(lambda: yardstick(frame), times)
    # A table remembers groups; a review is measured with nothing remembered.
    taken: list[float] = []
    for _ in range(times):
        fresh = br.Submission(lines=frame)
        gc.collect()
        started = time.perf_counter()
        report = br.review(fresh, rules, as_of=DAY)
        taken.append(time.perf_counter() - started)
    whole = statistics.median(taken)
    ran = sum(r.outcome == "ran" for r in report.coverage)
    print(
        f"{n:>9,}  {coding:7.3f}  {whole:7.3f}  {passing:7.3f}  {whole / passing:8.1f} ×  {ran:>4} of {len(rules)}"
        f"  {sum(r.flagged for r in report.coverage):>9,}"
    )
    return report


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, once each")
    parser.add_argument("--lines", type=int, help="one size only")
    asked = parser.parse_args()
    named = ", ".join(f"{p} {version(p)}" for p in ("numpy", "polars"))
    print(
        f"{platform.machine()}, Python {platform.python_version()}, {named}; medians, seconds, one thread for rules\n"
    )
    if asked.lines is None:
        imports()
    print("    lines   coding   review   polars   rev/pol   rules ran    flagged")
    sizes = [asked.lines] if asked.lines else [1_000, 10_000, 100_000] + ([] if asked.quick else [1_000_000])
    for n in sizes:
        report = reviewing(n, 1 if asked.quick or n > 100_000 else 5)  # noqa: PLR2004 - a million lines once
    print(f"\nthe {SLOWEST} slowest rules at {sizes[-1]:,} lines")
    for row in sorted(report.coverage, key=lambda r: -r.seconds)[:SLOWEST]:
        print(f"  {row.code:6} {row.per:8} {row.outcome:8} {row.seconds:8.3f} s   flagged {row.flagged:,}")


if __name__ == "__main__":
    main()
