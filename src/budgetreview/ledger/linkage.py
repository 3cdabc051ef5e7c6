"""Evidence from outside, kept in the ledger and shown with the cases that it touches (六贯通).

A row of the tables ``evidence`` and ``statistics`` becomes an event of its own (kind ``evidence``) in the same chain;
no other table follows from it, so nothing needs migrating. The same matter given again with other words or another
standing replaces the earlier row; the past stays in the chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final, Literal

import attrs

from budgetreview.errors import Text, UsageError
from budgetreview.ledger import moving
from budgetreview.ledger.book import Ledger
from budgetreview.ledger.fold import Row
from budgetreview.ledger.schema import EVENT
from budgetreview.money import yuan
from budgetreview.submission import Submission
from budgetreview.table import Table
from budgetreview.tables import EVIDENCE, STATISTICS
from budgetreview.values import Exact, Keys, Numbers, Truth
from budgetreview.wording import EPOCH

KIND: Final = "evidence"
"""The kind of the events."""

Link = Literal["project", "agency", "year"]
_IDENTITY: Final = {
    "evidence": ("entity", "fiscal_year", "kind", "agency", "agency_name", "project", "title", "document"),
    "statistics": ("entity", "fiscal_year", "indicator"),
}


@attrs.frozen
class Kept:
    """What became of the rows of a submission: new, replaced by newer words, and known already.

    Attributes:
        new: Matters that the ledger did not know.
        changed: Matters whose words or standing are other now.
        again: Matters known already.
        nameless: Of all, those with a name of the agency alone: without its code they are shown with no case.
    """

    new: int
    changed: int
    again: int
    nameless: int = 0


def keep(ledger: Ledger, submission: Submission, name: str, *, by: str, on: date) -> Kept:
    """Store the evidence of a submission, all of it or nothing.

    Args:
        ledger: The ledger.
        submission: With the table ``evidence``, ``statistics`` or both.
        name: Where it came from, for the record.
        by: Who adds it; a person who may add reviews.
        on: The day.

    Raises:
        UsageError: There is no such table, a row names no entity, or the person may not.
        LedgerError: The ledger cannot be written.
    """
    rows = [row for spec in (EVIDENCE, STATISTICS) for row in _rows(submission.table(spec.name))]
    if not rows:
        raise UsageError(Text(f"{name}：没有外部监督事项（evidence）或统计数据（statistics）的行",
                              f"{name}: no rows of the tables evidence or statistics"))  # fmt: skip
    nowhere = sum(row["entity"] is None for row in rows)
    if nowhere:
        raise UsageError(Text(f"{name}：{nowhere}行没有财政区划代码；请用 --entity 指明",
                              f"{name}: {nowhere} rows name no entity; say it with --entity"))  # fmt: skip
    counts = {"new": 0, "changed": 0, "again": 0}
    with ledger.writing() as w:
        moving.entitled(w.people(), w.loop, by, "review")
        known = {_identity(e.said["row"]): e.said["row"] for e in w.events(EVENT.c.kind == KIND)}
        for row in rows:
            before = known.get(_identity(row))
            counts["new" if before is None else "again" if before == row else "changed"] += 1
            if before != row:
                w.append(KIND, on.isoformat(), by, None, {"source": name, "row": row})
                known[_identity(row)] = row
    nameless = sum(r["table"] == "evidence" and not (r["agency"] or r["project"]) for r in rows)
    return Kept(**counts, nameless=nameless)


def evidence(
    ledger: Ledger, *, entity: str | None = None, kind: str | None = None, until: date | None = None
) -> list[Row]:
    """The evidence as it stands: each matter once, in the order in which it first came.

    Args:
        ledger: The ledger.
        entity: Of this entity only.
        kind: ``audit``, ``inspection``, ``enforcement``, ``judicial`` or ``statistics``.
        until: As the ledger knew it at the end of this day.

    Returns:
        Rows with the columns of their table, besides ``seq`` (the event), ``day``, ``by`` and ``source``.
    """
    found: dict[tuple[Any, ...], Row] = {}
    with ledger.reading() as r:
        for e in r.events(EVENT.c.kind == KIND, *([] if until is None else [EVENT.c.day <= until.isoformat()])):
            said = e.said
            found[_identity(said["row"])] = {
                "seq": e.seq, "day": e.day, "by": e.by, "source": said["source"], **said["row"],
            }  # fmt: skip
    return [
        row for row in found.values()
        if (entity is None or row["entity"] == entity) and (kind is None or row["kind"] == kind)
    ]  # fmt: skip


def linked(case: Row, rows: list[Row]) -> list[tuple[Link, Row]]:
    """The evidence that touches a case: of its project, else of its agency, and the statistics of its year.

    Agencies and projects are matched by code, over all years of the entity; a matter that names a project is linked
    by the project alone where the case names one too.
    """
    out: list[tuple[Link, Row]] = []
    for row in rows:
        if case["entity"] is None or row["entity"] != case["entity"]:
            continue
        project, agency = row.get("project"), row.get("agency")
        if project is not None and project == case["project"]:
            out.append(("project", row))
        elif agency is not None and agency == case["agency"] and (project is None or case["project"] is None):
            out.append(("agency", row))
        elif row["table"] == "statistics" and row["fiscal_year"] == case["fiscal_year"]:
            out.append(("year", row))
    order = ("project", "agency", "year")
    return sorted(out, key=lambda pair: (order.index(pair[0]), pair[1]["seq"]))


def _identity(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (row["table"], *(row.get(n) for n in _IDENTITY[row["table"]]))


def _rows(table: Table) -> Iterator[Row]:
    """The rows of a table as plain data: money as yuan, days as ISO texts, None for unknown."""
    for i in range(len(table)):
        period = table.periods[int(table.period[i])]
        row: Row = {"table": table.name, "entity": period.entity, "fiscal_year": period.fiscal_year}
        if table.name == "statistics":
            row["kind"] = "statistics"
        spec = {"evidence": EVIDENCE, "statistics": STATISTICS}[table.name]
        for name in spec.columns:
            if name not in row or (name == "kind" and table.name == "evidence"):
                row[name] = _plain(table, name, i)
        yield row


def _plain(table: Table, name: str, i: int) -> Any:
    data = table.columns.get(name)
    if isinstance(data, Keys):
        return data.text(i)
    if isinstance(data, Exact) and data.known[i]:
        value = int(data.values[i])
        return (EPOCH + timedelta(days=value)).isoformat() if data.kind == "date" else yuan(value)
    if isinstance(data, Truth) and (data.yes[i] or data.no[i]):
        return bool(data.yes[i])
    if isinstance(data, Numbers) and data.known[i]:
        return f"{data.values[i]:.15g}"
    return None
