"""The process that runs a package's code.

``python -m budgetreview.conformance.worker checks|digests NAME ANSWER [CASES…]``
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from budgetreview.conformance import batches, laws
from budgetreview.conformance.examine import examine, loader, project_cases, record, refused
from budgetreview.errors import PackError
from budgetreview.submission import Submission


def main(arguments: list[str]) -> None:
    """Check a package and write what was found as JSON."""
    what, name, answer, *folders = arguments
    # What the program itself imports on first use is imported before anybody watches.
    Submission(**batches.one_line(batches.county(1, laws.places(laws.home(None)))))
    load, folder = loader(name)
    cases = [Path(f) for f in folders] or project_cases(name)
    try:
        said = record(examine(load, name, folder=folder, cases=cases, only_digests=what == "digests"))
    except PackError as error:
        said = refused(error)
    Path(answer).write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
