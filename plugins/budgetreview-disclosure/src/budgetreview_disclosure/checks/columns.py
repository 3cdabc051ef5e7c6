"""Does each column of a table add up: rows to the total, items to their group, groups to their class.

Parents are told by code (204 → 20405 → 2040501), by the name that covers several rows with its 小计, and by the unit
whose codes follow it. Where one code stands twice under the same unit the table is not checked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from budgetreview_disclosure.checks.figures import (
    cell_of,
    column_name,
    compared,
    doubtful,
    is_template,
    is_total,
    money_columns,
    name_of,
    near,
    row_name,
    step_of,
    sum_of,
    undone,
)
from budgetreview_disclosure.titles import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from budgetreview_disclosure.checks.statement import Statement
    from budgetreview_disclosure.document import Document, Panel, PrintedTable, Row

    Line = tuple[Row, int, Panel]
    Total = Callable[[Row, int, str, Sequence[Line], str], Iterator[Statement]]

TOTAL: Final = "column-total"
PARENT: Final = "parent-sum"
_OUTLINED: Final = frozenset(
    {"balance", "grant_balance", "official", "procurement", "targets", "staff", "assets", "units"}
)
_STAFF: Final = frozenset({"301", "303"})
_SUB: Final = re.compile(r"^(?:小计|合计|计)$")
_PARTIAL: Final = re.compile(r"^其?中[:：]|^其中")


def check(document: Document) -> Iterator[Statement]:
    """All sums of rows."""
    for table in document.tables:
        if table.kind in _OUTLINED or not table.panels or is_template(table):
            continue
        if table.doubts:
            yield doubtful(TOTAL, table)
            continue
        yield from _table(table)


def _table(table: PrintedTable) -> Iterator[Statement]:
    wide: dict[tuple[object, ...], list[tuple[Panel, int]]] = {}
    for panel in table.panels:
        same: dict[tuple[object, ...], int] = {}
        for i in money_columns(panel):
            column = panel.columns[i]
            key = (column.role, column.basis, column.year, column.header if column.role is None else None)
            same[key] = same.get(key, 0) + 1
            wide.setdefault((*key, same[key]), []).append((panel, i))
    for columns in wide.values():
        yield from _column(table, columns)


def _column(table: PrintedTable, columns: Sequence[tuple[Panel, int]]) -> Iterator[Statement]:
    rows = [(row, i, panel) for panel, i in columns for row in panel.rows]
    step = step_of(table)
    header = column_name(columns[0][0].columns[columns[0][1]])
    title = name_of(table)

    def subject(row: Row) -> str:
        return f"{title}·{row_name(row)}·{header}"

    def total(
        row: Row, i: int, right: str, parts: Sequence[Line], rule: str
    ) -> Iterator[Statement]:
        cell = cell_of(row, i)
        own = sum_of([cell], step)
        added = sum_of([cell_of(r, k) for r, k, _ in parts], step)
        made = compared(rule, subject(row), cell.place, f"{row_name(row)}", own, right, added)
        if made is not None:
            yield made

    grand = [x for x in rows if is_total(x[0])]
    rest = [x for x in rows if not is_total(x[0])]
    coded = [x for x in rest if x[0].code]
    if not coded and any(c.role == "unit_code" for p, _ in columns for c in p.columns):
        yield from _units(rest, grand, total)
        return
    if coded:
        yield from _coded(table, rows, coded, grand, total)
        return
    if any(re.fullmatch(r"\d{3,9}", plain(c.text)) for r, _, _ in rest for c in r.cells if c.fen is None):
        return  # codes that were not read as codes: what is under what is not known
    grouped = [x for x in rest if x[0].group]
    if grouped:
        yield from _grouped(rest, grand, total)
        return
    flat = [x for x in rest if not _PARTIAL.match(plain(x[0].label)) and not _SUB.match(plain(x[0].label))]
    if len(grand) == 1 and len(flat) > 1 and len(flat) == len(rest) and not _nested(flat):
        row, i, _ = grand[0]
        own, parts = sum_of([cell_of(row, i)], step), sum_of([cell_of(r, k) for r, k, _ in flat], step)
        if not near(own, parts):
            return
        yield from total(row, i, "各行之和", flat, TOTAL)


def _units(rest: Sequence[Line], grand: Sequence[Line], total: Total) -> Iterator[Statement]:
    """Rows of units by their codes: 101 over 101001 and 101002."""
    by_code = {}
    for x in rest:
        row, _, panel = x
        at = next(k for k, c in enumerate(panel.columns) if c.role == "unit_code")
        code = plain(cell_of(row, at).text)
        if not re.fullmatch(r"\d{3,12}", code) or code in by_code:
            return
        by_code[code] = x
    above = {c: next((c[:n] for n in range(len(c) - 1, 2, -1) if c[:n] in by_code), None) for c in by_code}
    for code, (row, i, _) in by_code.items():
        parts = [by_code[c] for c, parent in above.items() if parent == code]
        if parts:
            yield from total(row, i, "所属单位之和", parts, PARENT)
    tops = [by_code[c] for c, parent in above.items() if parent is None]
    if len(grand) == 1 and tops:
        yield from total(grand[0][0], grand[0][1], "各单位之和", tops, TOTAL)


def _nested(rows: Sequence[Line]) -> bool:
    return len({r.depth for r, _, _ in rows}) > 1


def _coded(
    table: PrintedTable, rows: Sequence[Line], coded: Sequence[Line], grand: Sequence[Line], total: Total
) -> Iterator[Statement]:
    title = name_of(table)
    units: list[tuple[Line | None, list[Line]]] = [(None, [])]
    several = len({x[0].code for x in coded}) < len(coded)
    whole = re.compile(r"(?:人员|公用)(?:支出|经费)?(?:合计|小计)")
    for x in rows:
        row = x[0]
        if row.code:
            units[-1][1].append(x)
        elif several and not is_total(row) and row.label and not whole.search(row.label):
            units.append((x, []))
    for unit, own in units:
        codes = [x[0].code or "" for x in own]
        if len(set(codes)) < len(codes):
            yield undone(PARENT, title, table.place, "同一科目编码出现多次，不能确定上下级")
            return
        yield from _parents(own, total)
        if unit is not None and own:
            yield from total(unit[0], unit[1], "所属各类之和", _tops(own), PARENT)
    headed = [u for u, own in units if u is not None]
    if len(grand) == 1:
        row, i, _ = grand[0]
        if headed and not units[0][1]:
            yield from total(row, i, "各单位之和", headed, TOTAL)
        elif not headed:
            yield from total(row, i, "各类之和", _tops(coded), TOTAL)
    if not several:
        yield from _staff_and_public(rows, coded, grand, total)


def _staff_and_public(
    rows: Sequence[Line], coded: Sequence[Line], grand: Sequence[Line], total: Total
) -> Iterator[Statement]:
    tops = _tops(coded)
    halves = {}
    for x in rows:
        label = plain(x[0].label)
        if x[0].code is None and re.fullmatch(r"(?:人员|公用)(?:支出|经费)?(?:合计|小计)", label):
            halves["staff" if label.startswith("人员") else "public"] = x
    for name, x in halves.items():
        parts = [t for t in tops if ((t[0].code or "")[:3] in _STAFF) is (name == "staff")]
        if parts and all((t[0].code or "").startswith("3") for t in tops):
            yield from total(x[0], x[1], "所属各类之和", parts, PARENT)
    if len(halves) == len(("staff", "public")) and len(grand) == 1:
        yield from total(grand[0][0], grand[0][1], "人员经费与公用经费之和", list(halves.values()), TOTAL)


def _tops(rows: Sequence[Line]) -> list[Line]:
    codes = {x[0].code for x in rows}
    return [x for x in rows if not any((x[0].code or "")[:n] in codes for n in range(1, len(x[0].code or "")))]


def _parents(rows: Sequence[Line], total: Total) -> Iterator[Statement]:
    codes = {x[0].code for x in rows}
    children: dict[str, list[Line]] = {}
    for x in rows:
        code = x[0].code or ""
        above = next((code[:n] for n in range(len(code) - 1, 0, -1) if code[:n] in codes), None)
        if above is not None:
            children.setdefault(above, []).append(x)
    for row, i, _ in rows:
        if row.code and row.code in children:
            yield from total(row, i, "下级科目之和", children[row.code], PARENT)


def _grouped(rest: Sequence[Line], grand: Sequence[Line], total: Total) -> Iterator[Statement]:
    groups: dict[str, list[Line]] = {}
    for x in rest:
        groups.setdefault(x[0].group or f" {plain(x[0].label)}", []).append(x)
    tops = []
    for own in groups.values():
        subs = [x for x in own if _SUB.match(plain(x[0].label))]
        parts = [x for x in own if x not in subs and not _PARTIAL.match(plain(x[0].label))]
        partial = any(_PARTIAL.match(plain(x[0].label)) for x in own)
        if len(subs) == 1:
            tops.append(subs[0])
            if len(parts) > 1 and not partial:
                yield from total(subs[0][0], subs[0][1], "所属各项之和", parts, PARENT)
        else:
            tops += parts
    if len(grand) == 1 and len(tops) > 1:
        yield from total(grand[0][0], grand[0][1], "各类小计之和", tops, TOTAL)
