"""One thing to ask about, as every report has it, and where it points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from budgetreview.authority import Authority
from budgetreview.errors import Text
from budgetreview.rule import Severity
from budgetreview.wording import Figure

UNIT_OF: Final[Mapping[str, str]] = {
    "money": "yuan",
    "share": "share",
    "days": "days",
    "months": "months",
    "count": "count",
    "year": "count",
    "score": "score",
    "number": "score",
}


@attrs.frozen
class Place:
    """Where a finding points: input, sheet and cell, or the column where cells have no address.

    In a document it is a page (from 1) and a box on it: left, top, right and bottom in points from the upper left.
    """

    name: str
    sheet: str | None = None
    cell: str | None = None
    column: str | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


@attrs.frozen
class Finding:
    """One thing to ask about, with its numbers, its authority and its cell (CONTRACT section 5)."""

    fingerprint: str
    facts: str
    rule: str
    severity: Severity
    table: str
    line_id: str | None
    row: int | None
    entity: str | None
    fiscal_year: int | None
    book: str | None
    agency: str | None
    project: str | None
    subject: Mapping[str, str | int]
    amount: int | None
    measure: Figure | None
    limit: Figure | None
    values: Mapping[str, Figure]
    parameters: Mapping[str, Figure]
    formula: str
    message: Text
    question: Text
    source: Place
    title: Text
    lines: tuple[str, ...] | None = None
    lines_total: int | None = None
    waived: str | None = None
    authority: tuple[Authority, ...] = ()
    labels: Mapping[str, str] = attrs.field(factory=dict)
    """Names for people: agency_name, project_name; they enter neither fingerprint nor facts."""

    @property
    def unit(self) -> str | None:
        """The unit of measure and limit in CONTRACT's words."""
        figure = self.measure or self.limit
        return None if figure is None else UNIT_OF.get(figure.kind)
