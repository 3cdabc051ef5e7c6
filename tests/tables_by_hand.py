"""Small tables made by hand, for tests of the core that need no files."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from budgetreview.submission import Input, Submission
from budgetreview.table import Data, Period, Source, Table

WULING = Period("430702", 2026)


def table(name: str, columns: Mapping[str, Data], periods: tuple[Period, ...] = (WULING,), period: list[int] | None = None,
          source: list[int] | None = None, sources: tuple[Source, ...] | None = None) -> Table:  # fmt: skip
    n = len(next(iter(columns.values())))
    letters = {c: chr(65 + i) for i, c in enumerate(columns)}
    home = sources or (Source("county.xlsx", "项目", letters, given=frozenset(columns)),)
    return Table(
        name,
        dict(columns),
        np.array(period or [0] * n, np.int64),
        periods,
        np.array(source or [0] * n, np.int32),
        home,
        np.arange(1, n + 1),
        np.arange(4, n + 4),
    )


def submission(*tables: Table) -> Submission:
    return Submission.of({t.name: t for t in tables}, tables[0].periods, (Input("county.xlsx", sheet="项目", table="lines"),))
