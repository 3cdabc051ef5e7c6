"""Where each unit of a block stands: input, sheet and cell, or page and box."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Final

import attrs

from budgetreview.finding import Place
from budgetreview.readers import PLACES
from budgetreview.table import Source, Table
from budgetreview.values import Bools, Ints, Keys

_NAMING: Final = ("project_name", "project", "agency_name", "agency", "function_code", "line_id")
"""Columns whose cell names a row, where the column that a finding is about is not in its sheet."""


@attrs.frozen(eq=False, slots=False)
class Places:
    """For each unit a place that it shares with others, and its own cell there, if it has one of its own."""

    shared: list[Place]
    cells: list[str | None]

    @cached_property
    def each(self) -> list[Place]:
        """The place of each unit."""
        return [
            place if cell is None else Place(place.name, place.sheet, cell)
            for place, cell in zip(self.shared, self.cells, strict=True)
        ]


def places(table: Table, about: list[str | None], rows: Ints, inside: Bools, period: list[int]) -> Places:
    """The cell of each unit, or its input where the cell has no address or the unit no row.

    Args:
        table: Where the units stand.
        about: The column that each unit is about.
        rows: The row of each unit.
        inside: Which units have a row; the others stand at row 0.
        period: The entity and year of each unit.
    """
    spots = {a: [_spot(s, a) for s in table.sources] for a in dict.fromkeys(about)}
    found = Places([], [])
    if len(table):
        where = [spots[a][s] for a, s in zip(about, table.source[rows].tolist(), strict=True)]
        records = table.record[rows].tolist()
        cells = [None if at is None else f"{at}{n}" for (_, at), n in zip(where, records, strict=True)]
        found = _on_pages(table, rows, Places([place for place, _ in where], cells))
    if inside.all():
        return found
    outside = [Place(table.periods[p].path) for p in period]
    if not len(table):
        return Places(outside, [None] * len(outside))
    has_row = inside.tolist()
    return Places(
        [a if i else b for a, b, i in zip(found.shared, outside, has_row, strict=True)],
        [c if i else None for c, i in zip(found.cells, has_row, strict=True)],
    )


def _spot(source: Source, about: str | None) -> tuple[Place, str | None]:
    """The place of all rows of a source; where rows have cells of their own, also the letters of their column.

    Where the sheet does not have the column (counts taken from another table), the cell that names the row stands in.
    """
    letters = next((source.columns[c] for c in (about, *_NAMING) if c in source.columns), None) if about else None
    column = None if about is None or source.addressed else about
    return Place(source.name, source.sheet, None, column), letters if source.addressed else None


def _on_pages(table: Table, rows: Ints, found: Places) -> Places:
    """The same places with page and box, where the rows come from a document."""
    columns: Mapping[str, Keys] = {name: keys for name in PLACES if isinstance(keys := table.columns.get(name), Keys)}
    if "page" not in columns or all(s.addressed for s in table.sources):
        return found
    texts = {name: keys.texts(rows) for name, keys in columns.items()}
    nothing: list[str | None] = [None] * len(found.shared)
    each = [
        attrs.evolve(
            place, sheet=sheet or place.sheet, cell=cell or place.cell, page=_page(page), box=_box(box),
            column=None if page or cell else place.column,
        )
        for place, page, box, sheet, cell in zip(
            found.each, *(texts.get(name, nothing) for name in PLACES), strict=True
        )
    ]  # fmt: skip
    return Places(each, nothing)


def _page(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


def _box(text: str | None) -> tuple[float, float, float, float] | None:
    parts = (text or "").split()
    if len(parts) != 4 or not all(re.fullmatch(r"-?\d+(\.\d+)?", p) for p in parts):  # noqa: PLR2004 - four sides
        return None
    x0, top, x1, bottom = (float(p) for p in parts)
    return x0, top, x1, bottom
