"""Tables of revenue against expenditure: their items, their subtotals, and the two totals.

The rows of each half are an outline: 一、 over （一） over 1.; 本年收入合计 closes the items above it; what follows
up to 总计 is added to it; rows that name a book under what is carried over are its breakdown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from budgetreview_disclosure.checks.figures import (
    UNSURE,
    Sum,
    cell_of,
    column_name,
    compared,
    doubtful,
    is_blank,
    is_template,
    money_columns,
    name_of,
    pick,
    row_name,
    step_of,
    sum_of,
    undone,
)
from budgetreview_disclosure.titles import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from budgetreview_disclosure.checks.statement import Statement
    from budgetreview_disclosure.document import Document, Panel, PrintedTable, Row

CHECK: Final = "balance-sum"
BREAKDOWN: Final = "balance-parts"
BALANCE: Final = "revenue-equals-expenditure"
KINDS: Final = ("balance", "grant_balance", "fund_spending", "capital_spending")
YEAR: Final = re.compile(r"^(?:本年|当年)(?:度)?(?:收入|支出|财政拨款收入|财政拨款支出)?(?:合计|小计|总计)$")
TOTAL: Final = re.compile(r"^(?:收入|支出|本年收支)?(?:总计|合计|总合计|总额)$")
_LEVELS: Final = (
    re.compile(r"^[一二三四五六七八九十]+[、.．]"),
    re.compile(r"^[（(][一二三四五六七八九十]+[）)]"),
    re.compile(r"^\d+[、.．](?!\d)"),
    re.compile(r"^[（(]\d+[）)]"),
)
_PARTIAL: Final = re.compile(r"^其中|^#|^其中[:：]")
_CARRIED: Final = re.compile(r"结转|结余|使用|动用|弥补|分配|基金弥补|上缴|调入|调出")
_ORDINAL: Final = re.compile(r"[一二三四五六七八九十]+[、.．]")


@attrs.frozen
class Item:
    """A row of an outline: its level, what it closes, and the numbers of the rows under it."""

    row: Row
    level: int | None
    kind: str
    partial: bool


def check(document: Document) -> Iterator[Statement]:
    """All sums of balance sheets, and the two sides against each other."""
    for table in document.tables:
        sides = {p.side for p in table.panels}
        if table.kind not in KINDS or is_template(table) or not {"revenue", "expenditure"} <= sides:
            continue
        if table.doubts:
            yield doubtful(CHECK, table)
            continue
        for panel in table.panels:
            if panel.side is not None:
                yield from _panel(table, panel)
        yield from _sides(document, table)


def outline(panel: Panel) -> list[Item]:
    """The rows of a panel as an outline; rows without a name are left out."""
    out: list[Item] = []
    for row in panel.rows:
        label = plain(row.label)
        if not label:
            continue
        partial = bool(_PARTIAL.match(label))
        if YEAR.match(label):
            out.append(Item(row, None, "year", partial))
        elif TOTAL.match(label):
            out.append(Item(row, None, "total", partial))
        else:
            level = next((k for k, pattern in enumerate(_LEVELS) if pattern.match(label)), None)
            out.append(Item(row, level, "item", partial))
    return out


def _tree(items: Sequence[Item], *, after: bool = False) -> tuple[list[int], dict[int, list[int]], set[int]]:
    """Top items, and for each item the ones under it; items whose parts are only some of them are in the last.

    After 本年合计 a row is what is carried over, and rows that name a book are its breakdown, numbered or not.
    """
    tops: list[int] = []
    under: dict[int, list[int]] = {}
    partial: set[int] = set()
    stack: list[tuple[int, int]] = []
    base: int | None = None
    carried: int | None = None
    for k, item in enumerate(items):
        above = stack[-1][1] if stack else carried
        if item.partial:
            if above is not None:
                partial.add(above)
            continue
        if after and carried is not None and not _CARRIED.search(plain(item.row.label)):
            under.setdefault(carried, []).append(k)
            continue
        if item.level is None:
            tops.append(k)
            stack, carried = [], k
            continue
        if carried is not None and not stack and base is None and _ORDINAL.match(plain(item.row.label)):
            under.setdefault(carried, []).append(k)
            continue
        while stack and stack[-1][0] >= item.level:
            stack.pop()
        if stack:
            under.setdefault(stack[-1][1], []).append(k)
        elif carried is not None and base is not None and item.level > base:
            under.setdefault(carried, []).append(k)
        else:
            tops.append(k)
            base = item.level if base is None else min(base, item.level)
            if after:
                carried = k
        stack.append((item.level, k))
    return tops, under, partial


def _panel(table: PrintedTable, panel: Panel) -> Iterator[Statement]:
    items = outline(panel)
    years = [k for k, x in enumerate(items) if x.kind == "year"]
    totals = [k for k, x in enumerate(items) if x.kind == "total"]
    if len(totals) > 1 and not years:
        years, totals = totals[:1], totals[1:]
    if len(years) > 1 or len(totals) > 1:
        yield undone(CHECK, name_of(table), table.place, "一栏中有几个合计行，不能确定各自的范围")
        return
    first = years[0] if years else totals[0] if totals else None
    if first is None:
        return
    before = items[:first]
    after = items[first + 1 : totals[0]] if years and totals and totals[0] > years[0] else []
    if years and totals and totals[0] < years[0]:
        yield undone(CHECK, name_of(table), table.place, "总计行在本年合计行之前，不能确定范围")
        return
    trailing = items[(totals[0] if totals else first) + 1 :]
    del trailing  # notes of which under the total: not part of any sum
    columns = money_columns(panel)
    for i in columns:
        yield from _sums(table, panel, i, items, before, after, years, totals)


def _sums(
    table: PrintedTable, panel: Panel, i: int, items: Sequence[Item], before: Sequence[Item], after: Sequence[Item],
    years: Sequence[int], totals: Sequence[int],
) -> Iterator[Statement]:  # fmt: skip
    step = step_of(table)
    header = column_name(panel.columns[i])
    title = name_of(table)

    def cell(item: Item) -> Sum:
        return sum_of([cell_of(item.row, i)], step)

    def add(group: Sequence[Item], at: Sequence[int]) -> Sum:
        return sum_of([cell_of(group[k].row, i) for k in at], step)

    def whole(item: Item, right_name: str, right: Sum, check: str = CHECK) -> Iterator[Statement]:
        made = compared(
            check, f"{title}·{row_name(item.row)}·{header}", cell_of(item.row, i).place, row_name(item.row), cell(item),
            right_name, right,
        )  # fmt: skip
        if made is not None:
            yield made

    tops, under, partial = _tree(before)
    closing = items[years[0]] if years else items[totals[0]]
    parts = add(before, tops)
    yield from whole(closing, "各项之和", parts)
    for group, (tops_of, under_of, partial_of) in (
        (before, (tops, under, partial)),
        (after, _tree(after, after=True)),
    ):
        del tops_of
        for k, below in under_of.items():
            if k in partial_of or len(below) < 2:  # noqa: PLR2004 - one line under an item is of which
                continue
            yield from whole(group[k], "所属各项之和", add(group, below), BREAKDOWN)
    if years and totals:
        more, _, _ = _tree(after, after=True)
        year = cell(closing)
        if not year.printed:
            year = parts
        right = year.plus(add(after, more))
        yield from whole(items[totals[0]], "本年合计与结转、结余各项之和", right)


def total_of(panel: Panel, column: int, table: PrintedTable, *, year: bool = False) -> Sum | None:
    """The total of one half, or its 本年合计; None where it is not printed."""
    items = outline(panel)
    wanted = [x for x in items if x.kind == ("year" if year else "total")]
    if not wanted and year:
        return None
    if len(wanted) != 1:
        return None
    found = cell_of(wanted[0].row, column)
    return None if is_blank(found) else sum_of([found], step_of(table))


def halves(document: Document, table: PrintedTable, side: str) -> list[tuple[Panel, int]]:
    """Panels of one side with the column of this year's figures."""
    out = []
    for panel in table.panels:
        column = pick(panel, "total", document) if panel.side == side else None
        if column is not None:
            out.append((panel, column))
    return out


def _sides(document: Document, table: PrintedTable) -> Iterator[Statement]:
    income = [
        (p, c, s) for p, c in halves(document, table, "revenue") if (s := total_of(p, c, table)) is not None
    ]
    outlay = [
        (p, c, s)
        for p, c in halves(document, table, "expenditure")
        if (s := total_of(p, c, table)) is not None
    ]
    if len(income) != 1 or not outlay:
        if not income and not outlay:
            return
        yield undone(
            BALANCE,
            name_of(table),
            table.place,
            "没有读到收入总计或支出总计" if not income or not outlay else UNSURE.format("收入总计不止一个"),
        )
        return
    for panel, column, spent in outlay:
        place = next((cell_of(x.row, column).place for x in outline(panel) if x.kind == "total"), table.place)
        made = compared(
            BALANCE,
            f"{name_of(table)}·{column_name(panel.columns[column])}",
            place,
            "支出总计",
            spent,
            "收入总计",
            income[0][2],
        )
        if made is not None:
            yield made
