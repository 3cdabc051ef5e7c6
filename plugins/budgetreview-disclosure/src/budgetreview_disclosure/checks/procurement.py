"""Procurement tables: 合计 over 货物, 工程 and 服务, and those over their items.

How deep a row stands is told by the last of its text columns that is filled; a flat list adds up to its total.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from budgetreview_disclosure.checks.figures import (
    cell_of,
    column_name,
    compared,
    doubtful,
    is_blank,
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
from budgetreview_disclosure.roles import TEXTS
from budgetreview_disclosure.titles import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from budgetreview_disclosure.checks.statement import Statement
    from budgetreview_disclosure.document import Document, Panel, PrintedTable, Row

CHECK: Final = "procurement-sum"
_CLASS: Final = re.compile(
    r"^[一二三四五六七八九十]+、|^(?:货物|工程|服务)(?:类)?[A-CＡ-Ｃ]?$|^[ABC][、.]?(?:货物|工程|服务)"
)
_FORM: Final = frozenset({"procurement_form", "quantity", "remark", "serial", "price"})


def check(document: Document) -> Iterator[Statement]:
    """All sums of procurement tables."""
    for table in document.tables:
        if table.kind != "procurement" or is_template(table):
            continue
        if table.doubts:
            yield doubtful(CHECK, table)
            continue
        for panel in table.panels:
            for i in money_columns(panel):
                yield from _column(table, panel, i)


def _texts(panel: Panel, row: Row) -> list[int]:
    return [
        i for i, column in enumerate(panel.columns)
        if column.role in TEXTS and column.role not in _FORM and not is_blank(cell_of(row, i))
    ]  # fmt: skip


def _column(table: PrintedTable, panel: Panel, i: int) -> Iterator[Statement]:
    """Sums of one column: classes over items where the table prints classes, else the flat list."""
    step = step_of(table)
    rows = [r for r in panel.rows if not is_blank(cell_of(r, i))]
    totals = [r for r in rows if is_total(r)]
    classes = [
        r for r in rows if _texts(panel, r) and _CLASS.match(plain(cell_of(r, _texts(panel, r)[0]).text))
    ]
    title, header = name_of(table), column_name(panel.columns[i])

    def over(row: Row, parts: list[Row], what: str) -> Iterator[Statement]:
        left, right = sum_of([cell_of(row, i)], step), sum_of([cell_of(r, i) for r in parts], step)
        name = row_name(row)
        made = compared(CHECK, f"{title}·{name}·{header}", cell_of(row, i).place, name, left, what, right)
        if made is not None:
            yield made

    if len(totals) != 1:
        return
    if not classes:
        flat = [r for r in rows if r not in totals]
        left, right = sum_of([cell_of(totals[0], i)], step), sum_of([cell_of(r, i) for r in flat], step)
        if len(flat) > 1 and near(left, right):
            yield from over(totals[0], flat, "各行之和")
        return
    yield from over(totals[0], classes, "货物、工程、服务之和")
    made = list(_outline(panel, rows, classes, over))
    if len(made) > 2 and 2 * sum(s.faulty for s in made) > len(made):  # noqa: PLR2004
        yield undone(CHECK, title, table.place, "多数小计与其明细不符，明细的层次可能不是这样")
        return
    yield from made


def _outline(
    panel: Panel, rows: list[Row], classes: list[Row], over: Callable[[Row, list[Row], str], Iterator[Statement]]
) -> Iterator[Statement]:
    stack: list[tuple[int, Row]] = []
    children: dict[int, tuple[Row, list[Row]]] = {}
    last_item = len(panel.columns)
    for row in rows:
        if is_total(row):
            continue
        filled = _texts(panel, row)
        level = 0 if any(row is c for c in classes) else (max(filled) if filled else last_item)
        if not filled and stack:
            level = stack[-1][0]  # a further line of the item above
        while stack and stack[-1][0] >= level:
            stack.pop()
        if stack:
            children.setdefault(id(stack[-1][1]), (stack[-1][1], []))[1].append(row)
        stack.append((level, row))
    for row, parts in children.values():
        yield from over(row, parts, "所属各行之和")
