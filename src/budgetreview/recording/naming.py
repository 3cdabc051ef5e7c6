"""What says which unit it is: the identity that makes its fingerprint, and what people call it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from budgetreview.table import Groups, Table
from budgetreview.tables import TABLES
from budgetreview.values import Ints, Keys

Texts = Sequence[str | None]

LINE_SUBJECT: Final = ("project", "project_name", "agency", "function_code", "line_id")
"""What a line is called by: the first of these that is known."""
_LINE_IDENTITY: Final = ("agency", "project", "function_code", "dept_economic_code", "gov_economic_code", "fund_source")
_ROW_IDENTITY: Final[Mapping[str, tuple[str, ...]]] = {
    "transfers": ("kind", "region", "project"),
    "payments": ("agency", "project", "payee", "purpose"),
    "targets": ("project", "level1", "level2", "level3"),
    "calendar": ("event",),
    "cases": ("rule", "agency", "project"),
    "evidence": ("kind", "agency", "agency_name", "project", "title"),
    "statistics": ("indicator",),
    "standards": ("code",),
    "statements": ("agency_name", "subject"),
}


def texts(data: object, rows: Ints) -> list[str | None] | None:
    """The texts of some rows; None where there is no such column of texts."""
    return data.texts(rows) if isinstance(data, Keys) else None


def _columns(table: Table, names: Iterable[str], rows: Ints) -> dict[str, Texts]:
    found = {n: texts(table.columns.get(n), rows) for n in names}
    return {n: t for n, t in found.items() if t is not None}


def row_identity(table: Table, rows: Ints) -> dict[str, Texts]:
    """What says which rows these are, whatever file, sheet or place they stand in."""
    if table.name != "lines":
        names = _ROW_IDENTITY.get(table.name) or tuple(
            k for k in TABLES[table.name].key if k not in {"entity", "fiscal_year"}
        )
        return _columns(table, names, rows)
    given = texts(table.columns.get("given_id"), rows)
    if given is not None and None not in given:
        return {"line_id": given}
    own = _columns(table, _LINE_IDENTITY, rows)
    nothing: Texts = [None] * len(rows)
    unnamed = texts(table.columns.get("project_name"), rows)
    if unnamed is not None:
        projects = own.get("project", nothing)
        own["project_name"] = [n if p is None else None for p, n in zip(projects, unnamed, strict=True)]
    if given is not None and any(g is not None for g in given):
        own = {n: [t if g is None else None for g, t in zip(given, said, strict=True)] for n, said in own.items()}
        own["line_id"] = given
    return own


def group_identity(units: Groups, at: Ints) -> dict[str, Texts]:
    """The keys of some groups."""
    found = {n: texts(units.key(n), at) for n in units.names}
    return {n: t for n, t in found.items() if t is not None}


def line_subject(table: Table, rows: Ints) -> dict[str, Texts]:
    """The first of project, its name, agency, function and line that is known, for each line."""
    out: dict[str, Texts] = {}
    taken = [False] * len(rows)
    for name in LINE_SUBJECT:
        found = texts(table.columns.get(name), rows)
        if found is None:
            continue
        if not out and None not in found:
            return {name: found}
        out[name] = [None if done else t for done, t in zip(taken, found, strict=True)]
        taken = [done or t is not None for done, t in zip(taken, found, strict=True)]
        if all(taken):
            break
    return out
