"""Timings in fresh processes, interleaved, and tables of them."""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import attrs

_PACKAGES: Final = (
    "budgetreview", "numpy", "polars", "pyarrow", "duckdb", "pandas", "pandera", "python-calamine", "xlsxwriter",
)  # fmt: skip


class DifferentResultsError(Exception):
    """Two ways of doing the same work did not find the same."""


@attrs.frozen
class Row:
    """One line of a table.

    Attributes:
        title: What was measured.
        lines: On how many budget lines.
        seconds: Of each run.
        peak: The largest peak of memory of the runs, in bytes; None where it says nothing.
        beside: The title that it is held against in the same table; None: nothing.
        goal: The ratio aimed at, at most.
        fingerprint: A hash of what was found.
    """

    title: str
    lines: int
    seconds: tuple[float, ...]
    peak: int | None = None
    beside: str | None = None
    goal: float | None = None
    fingerprint: str | None = None

    @property
    def median(self) -> float:
        """The middle one of the runs."""
        return statistics.median(self.seconds)


@attrs.frozen
class Table:
    """Rows under a heading."""

    heading: str
    rows: tuple[Row, ...]

    def ratio(self, row: Row) -> float | None:
        """The median over that of the row it is held against."""
        other = next((r for r in self.rows if r.title == row.beside and r.lines == row.lines), None)
        other = other or next((r for r in self.rows if r.title == row.beside), None)
        return None if other is None else row.median / other.median

    def __str__(self) -> str:
        wide = max(len(r.title) for r in self.rows)
        out = [self.heading, f"{'':{wide}}  {'lines':>10}  {'median s':>9}  {'least':>8}  {'ratio':>6}  {'peak MB':>8}"]
        for row in self.rows:
            ratio = self.ratio(row)
            said = "" if ratio is None else f"{ratio:.2f}"
            peak = "" if row.peak is None else f"{row.peak / 1e6:,.0f}"
            line = f"{row.title:{wide}}  {row.lines:>10,}  {row.median:>9.4f}  {min(row.seconds):>8.4f}  {said:>6}  {peak:>8}"
            beside = f"  of {row.beside}" if ratio is not None else ""
            goal = f", goal {row.goal:g}" if ratio is not None and row.goal is not None else ""
            out.append(f"{line}{beside}{goal}".rstrip())
        return "\n".join(out)

    def record(self) -> dict[str, Any]:
        """The table as it is stored."""
        return {
            "heading": self.heading,
            "rows": [{**attrs.asdict(r), "median": r.median, "ratio": self.ratio(r)} for r in self.rows],
        }


Run = Callable[[], Mapping[str, Any]]


def child(*arguments: str) -> dict[str, Any]:
    """What a Python process of its own prints as one line of JSON."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        msg = f"{' '.join(arguments)}\n{done.stderr}"
        raise RuntimeError(msg)
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def way(name: str, path: Path) -> Run:
    """A way of the yardstick on a file."""
    return lambda: child("-m", "benchmarks.ways", name, str(path))


def interleaved(runs: Mapping[str, Run], times: int) -> dict[str, list[Mapping[str, Any]]]:
    """Run each so many times, in turn, so that a slow moment of the machine meets all of them."""
    out: dict[str, list[Mapping[str, Any]]] = {name: [] for name in runs}
    for i in range(times):
        for name, run in runs.items():
            print(f"  {i + 1}/{times} {name}", file=sys.stderr)
            out[name].append(run())
    return out


def row(title: str, lines: int, runs: Sequence[Mapping[str, Any]], beside: str | None = None, goal: float | None = None) -> Row:
    """The runs of one way as a row.

    Raises:
        DifferentResultsError: Two runs did not find the same.
    """
    found = {r["fingerprint"] for r in runs if r.get("fingerprint")}
    if len(found) > 1:
        msg = f"{title}: two runs found different things"
        raise DifferentResultsError(msg)
    peaks = [r["peak"] for r in runs if r.get("peak")]
    return Row(
        title, lines, tuple(r["seconds"] for r in runs), max(peaks, default=None), beside, goal, next(iter(found), None)
    )


def agree(rows: Sequence[Row]) -> None:
    """All rows that found something on the same lines found the same.

    Raises:
        DifferentResultsError: They did not.
    """
    for lines in {r.lines for r in rows}:
        found = {r.title: r.fingerprint for r in rows if r.fingerprint and r.lines == lines}
        if len(set(found.values())) > 1:
            msg = f"results differ on {lines:,} lines: {found}"
            raise DifferentResultsError(msg)


def machine() -> dict[str, Any]:
    """What ran, on what."""
    import os

    model = next(
        (line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.processor()
    )
    versions = {}
    for name in _PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "machine": platform.machine(), "processor": model, "cores": os.cpu_count(), "system": platform.system(),
        "python": platform.python_version(), "versions": versions,
    }  # fmt: skip


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
