"""Print how fast the library is, and how fast the best hand-written code of others, on this machine."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.measuring import machine
from benchmarks.sections import SECTIONS, Settings

_SIZES: Final = (1_000_000, 10_000_000)
_QUICK: Final = (100_000,)


def main() -> None:
    """Measure the sections asked for and print their tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"some of {', '.join(SECTIONS)}; none: all")
    parser.add_argument("--quick", action="store_true", help="100,000 lines, once each: about a minute")
    parser.add_argument("--lines", type=int, nargs="+", help="sizes, default 1,000,000 and 10,000,000")
    parser.add_argument("--times", type=int, help="runs of each, default 5")
    parser.add_argument("--data", type=Path, help="folder for the files, default one in the system's temporary folder")
    parser.add_argument("--output", type=Path, help="JSON file for the results")
    asked = parser.parse_args()
    unknown = sorted(set(asked.sections) - SECTIONS.keys())
    if unknown:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    settings = Settings(
        folder=asked.data or Path(tempfile.gettempdir()) / "budgetreview-benchmarks",
        sizes=tuple(asked.lines) if asked.lines else _QUICK if asked.quick else _SIZES,
        times=asked.times or (1 if asked.quick else 5),
        sheet_rows=2_000 if asked.quick else 100_000,
    )
    about = machine()
    said = ", ".join(f"{k} {v}" for k, v in about["versions"].items())
    print(f"{about['processor']}, {about['cores']} cores, Python {about['python']}\n{said}\n")
    tables = {}
    for name in asked.sections or SECTIONS:
        print(name, file=sys.stderr)
        table = SECTIONS[name](settings)
        tables[name] = table.record()
        print(f"{table}\n", flush=True)
    if asked.output:
        record = {"machine": about, "times": settings.times, "tables": tables}
        asked.output.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
