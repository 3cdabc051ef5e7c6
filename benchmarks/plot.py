"""Draw the README's picture from stored results: ``python -m benchmarks.plot results.json speed.svg``.

One bar a way of doing the yardstick, file to findings: the median of the runs over that of the best polars form, with the fastest
and the slowest run as a line. Nothing is left out that was measured, whether it flatters the library or not.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

_OURS: Final = "#9c2b23"
_THEIRS: Final = "#8a8f98"
_FLOOR: Final = "#d5d8dd"
_TABLE: Final = "files"
_FLOORS: Final = frozenset({"bare polars read"})


def draw(record: dict[str, Any], path: Path, table: str = _TABLE) -> None:
    """Draw one table of a record as bars, a panel for each number of lines.

    Args:
        record: What ``python -m benchmarks --output`` stored.
        path: The picture; its ending says the format.
        table: Which table.

    Raises:
        ValueError: The record does not have the table.
    """
    from matplotlib.figure import Figure

    if table not in record["tables"]:
        msg = f"the results have no table {table!r}; they have {', '.join(record['tables'])}"
        raise ValueError(msg)
    rows = record["tables"][table]["rows"]
    sizes = sorted({r["lines"] for r in rows})
    figure = Figure(figsize=(8, 0.9 + 2.3 * len(sizes)), layout="constrained")
    for axes, lines in zip(figure.subplots(len(sizes), 1, squeeze=False)[:, 0], sizes, strict=True):
        _bars(axes, [r for r in rows if r["lines"] == lines], lines)
    about = record["machine"]
    figure.suptitle("File to findings, 22 rules: time over the best polars form", fontsize=11)
    said = (
        f"{about['processor']}, {about['cores']} cores; {', '.join(f'{k} {v}' for k, v in _named(about['versions']))}"
    )
    figure.supxlabel(
        f"{said}\nmedian of {record['times']} interleaved runs; the line spans the fastest and the slowest", fontsize=7
    )
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def _named(versions: dict[str, str]) -> list[tuple[str, str]]:
    return [(k, v) for k, v in versions.items() if k in {"numpy", "polars", "duckdb", "pandas"}]


def _bars(axes: Any, rows: Sequence[dict[str, Any]], lines: int) -> None:
    best = min(r["median"] for r in rows if r["title"].startswith("polars"))
    ordered = sorted(rows, key=lambda r: -r["median"])
    for place, row in enumerate(ordered):
        ratio = row["median"] / best
        colour = _OURS if row["title"] == "budgetreview" else _FLOOR if row["title"] in _FLOORS else _THEIRS
        axes.barh(place, ratio, color=colour, height=0.7)
        low, high = min(row["seconds"]) / best, max(row["seconds"]) / best
        axes.plot([low, high], [place, place], color="black", linewidth=1)
        axes.text(max(ratio, high), place, f"  {ratio:.2f}   {row['median']:.2f} s", va="center", fontsize=8)
    axes.set_yticks(range(len(ordered)), [r["title"] for r in ordered], fontsize=8)
    axes.axvline(1.0, color="black", linewidth=0.6, linestyle=":")
    axes.set_title(f"{lines:,} lines", fontsize=9, loc="left")
    axes.margins(x=0.18)
    axes.set_xlim(left=0)
    axes.tick_params(axis="x", labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)


def main() -> None:
    """Draw the stored results named first into the file named second."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    draw(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]))


if __name__ == "__main__":
    main()
