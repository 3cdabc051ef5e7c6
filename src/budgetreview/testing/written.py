"""Tables written as text: a submission that a person can read in the test itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from budgetreview.submission import Submission
from budgetreview.tables import TABLES

ENTITY: Final = "430702"
YEAR: Final = 2026


def columns(name: str, text: str) -> dict[str, list[str | None]]:
    """A table written as text, column by column, with the usual entity, year and book filled in.

    Raises:
        ValueError: A row has more or fewer cells than the header.
    """
    rows = [re.split(r"\s{2,}|\t", line.strip()) for line in text.strip().splitlines() if line.strip()]
    header = [{"line": "line_id"}.get(h, h) for h in rows[0]]
    for row in rows[1:]:
        if len(row) != len(header):
            msg = f"{name}: {row} has {len(row)} cells, the header {header} has {len(header)}"
            raise ValueError(msg)
    found: dict[str, list[str | None]] = {
        h: [None if row[i] == "-" else row[i] for row in rows[1:]] for i, h in enumerate(header)
    }
    n = len(rows) - 1
    usual = {"entity": ENTITY, "fiscal_year": str(YEAR), **({"book": "general"} if name in {"lines", "totals"} else {})}
    for column, value in usual.items():
        if column in TABLES[name].columns and column not in found:
            found[column] = [value] * n
    return found


def submission(tables: Mapping[str, str], unit: str = "元") -> Submission:
    """A submission of tables written as text."""
    return Submission(**{n: columns(n, t) for n, t in tables.items()}, unit=unit)
