"""A body's own document against the row that the document above it has for it.

A government lists its departments in the tables of its budget, a department its units in its own: what a body
publishes itself must be what stands in that row. Bodies are told by their names, letter by letter; a name that stands
in two rows, or in none, is not compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from budgetreview_disclosure.checks.between import by_code
from budgetreview_disclosure.checks.figures import (
    cell_of,
    compared,
    is_blank,
    is_total,
    name_of,
    only,
    pick,
    step_of,
    sum_of,
)
from budgetreview_disclosure.checks.official import this_year

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from budgetreview_disclosure.checks.statement import Statement
    from budgetreview_disclosure.document import Cell, Document, PrintedTable

ABOVE: Final = "row-of-the-body-above"
_LISTED: Final[Mapping[str, str]] = {"revenue": "total", "expenditure": "total", "official": "official"}
"""Tables that may list bodies by row, and the column that holds a body's whole."""
_LEAST: Final = 2
"""Bodies that a table lists besides its total; one alone is the publisher itself."""


def check(documents: Sequence[Document]) -> Iterator[tuple[Document, Statement]]:
    """All comparisons; each statement belongs to the document that lists the body."""
    for document in documents:
        for kind in _LISTED:
            table = only(document, kind)
            if table is None or table.doubts or table.unit_assumed:
                continue
            listed = _bodies(document, table, _LISTED[kind])
            if len(listed) < _LEAST:
                continue
            for other in documents:
                if other is document or (other.year, other.stage) != (document.year, document.stage):
                    continue
                row = listed.get(_name(other.department or ""))
                own = _whole(other, kind)
                if row is None or own is None or document.year is None:
                    continue
                made = compared(
                    ABOVE, f"{name_of(table)}·{other.department}", row.place, f"所列{other.department}",
                    sum_of([row], step_of(table)), f"{other.department}自己的{name_of(own[1])}",
                    sum_of([own[0]], step_of(own[1])),
                )  # fmt: skip
                if made is not None:
                    yield document, made


def _name(text: str) -> str:
    return "".join(text.split())


def _bodies(document: Document, table: PrintedTable, role: str) -> dict[str, Cell]:
    """The whole of each body that a table lists; a name that stands twice is left out."""
    found: dict[str, list[Cell]] = {}
    for panel in table.panels:
        column = pick(panel, role, document)
        if column is None:
            return {}
        for row in panel.rows:
            if row.label and not is_total(row) and row.scheme in {None, "agency"}:
                found.setdefault(_name(row.label), []).append(cell_of(row, column))
    return {name: cells[0] for name, cells in found.items() if len(cells) == 1 and not is_blank(cells[0])}


def _whole(document: Document, kind: str) -> tuple[Cell, PrintedTable] | None:
    """A body's own total in the same table."""
    table = only(document, kind)
    if table is None or table.doubts or table.unit_assumed:
        return None
    if kind == "official":
        printed = this_year(document) or {}
        cell = printed.get("official") or printed.get("total")
    else:
        cell = by_code(document, table).get("合计")
    return None if cell is None or is_blank(cell) else (cell, table)
