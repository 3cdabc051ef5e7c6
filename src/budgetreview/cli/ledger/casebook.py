"""The ledger's cases as a table that rules can read, beside a submission with ``check --ledger``."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Final

import attrs
import numpy as np

from budgetreview.errors import Text, UsageError
from budgetreview.ledger.fold import Row
from budgetreview.plugins import load_rules
from budgetreview.submission import Submission
from budgetreview.table import Period, Table
from budgetreview.tables import EVIDENCE, STATISTICS

CASES: Final = ("entity", "fiscal_year", "rule", "agency", "project", "state", "found", "due", "closed")
"""The columns of the table ``cases``."""


def for_rules(rows: list[Row]) -> list[Row]:
    """Cases about budgets; what the rules about the ledger itself found would be found for ever."""
    about_cases = {r.code for r in load_rules(select=("all",)) if "cases" in r.tables}
    return [c for c in rows if c["rule"] not in about_cases]


def with_cases(submission: Submission, address: str, as_of: date) -> Submission:
    """The submission with the table ``cases``: those of its entities, as the ledger knew them on the day.

    Evidence and statistics that were stored by that day come along, unless the submission brings such a table itself.

    Raises:
        UsageError: The submission brings such a table itself.
        LedgerError: The ledger cannot be used.
    """
    from budgetreview.ledger import linkage
    from budgetreview.ledger import open as open_ledger

    if len(submission.table("cases")):
        raise UsageError(
            Text(
                "输入里已有问题台账（cases），不能再用 --ledger", "the input brings the table cases; leave out --ledger"
            )
        )
    entities = {p.entity for p in submission.periods} - {None}
    book = open_ledger(address)
    rows = [c for c in for_rules(book.cases(on=as_of)) if c["entity"] in entities and c["fiscal_year"] is not None]
    brought = {"cases": {n: [None if c[n] is None else str(c[n]) for c in rows] for n in CASES}} if rows else {}
    kept = [r for r in linkage.evidence(book, until=as_of) if r["entity"] in entities and r["fiscal_year"] is not None]
    for spec in (EVIDENCE, STATISTICS):
        ours = [r for r in kept if r["table"] == spec.name]
        if ours and not len(submission.table(spec.name)):
            brought[spec.name] = {n: [_cell(r[n]) for r in ours] for n in spec.columns}
    return _joined(submission, Submission(**brought)) if brought else submission


def _cell(value: object) -> str | None:
    """A value as a cell of a sheet."""
    if value is None or isinstance(value, bool):
        return {None: None, True: "yes", False: "no"}[value]
    return str(value)


def _joined(a: Submission, b: Submission) -> Submission:
    """Both submissions' tables over the entities and years of both."""
    periods = tuple(sorted({*a.periods, *b.periods}, key=lambda p: (p.entity or "", p.fiscal_year or 0, p.path)))
    place = {p: i for i, p in enumerate(periods)}

    def over(table: Table, own: tuple[Period, ...]) -> Table:
        numbers = np.array([place[p] for p in own], np.int64)
        return attrs.evolve(table, period=numbers[table.period], periods=periods, groups={}, mapped={})

    tables = {n: over(t, a.periods) for n, t in a.tables.items()} | {n: over(t, b.periods) for n, t in b.tables.items()}
    totals = {n: over(t, a.periods) for n, t in a.totals_rows.items()}
    return Submission.of(MappingProxyType(tables), periods, (*a.inputs, *b.inputs), totals)
