"""The same figure in two tables: totals, books, basic and project expenditure, classes.

Only tables of a kind that stands once in the document, that name their unit and were read for sure are compared. Where
a total may or may not include what was carried over, it must equal one of the two.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from budgetreview_disclosure.checks.balances import YEAR, halves, outline, total_of
from budgetreview_disclosure.checks.figures import (
    UNSURE,
    Sum,
    cell_of,
    compared,
    is_blank,
    is_total,
    name_of,
    only,
    pick,
    places,
    step_of,
    sum_of,
    tables_of,
    total_row,
    undone,
)
from budgetreview_disclosure.roles import ROLES
from budgetreview_disclosure.titles import KINDS, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from budgetreview_disclosure.checks.statement import Statement
    from budgetreview_disclosure.document import Cell, Document, Panel, Place, PrintedTable

REVENUE: Final = "revenue-tables"
EXPENDITURE: Final = "expenditure-tables"
GRANTS: Final = "grant-tables"
BOOKS: Final = "book-tables"
BASIC: Final = "basic-tables"
CLASSES: Final = "class-tables"
UNIT: Final = "unit-slip"
_SLIPS: Final = (10**3, 10**4, 10**8)
_CARRIED: Final = re.compile(r"上年|年初|结转|结余|使用|动用")
_ITEM: Final = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.．]|\d+[、.．]|[（(][一二三四五六七八九十\d]+[）)][、.．]?)"
)


@attrs.frozen
class Figure:
    """An amount with its place and what it is called."""

    sum: Sum
    place: Place
    name: str
    table: PrintedTable


def check(document: Document) -> Iterator[Statement]:
    """All equalities between tables."""
    for statement in _all(document):
        yield _slip(statement)


def _slip(statement: Statement) -> Statement:
    """An inequality by a factor of ten thousand is a slip of the unit."""
    if not statement.faulty or not statement.left or not statement.right:
        return statement
    large, small = max(statement.left, statement.right), min(statement.left, statement.right)
    if small > 0 and any(abs(large - small * k) * 200 <= large for k in _SLIPS):
        return attrs.evolve(statement, check=UNIT)
    return statement


def _all(document: Document) -> Iterator[Statement]:
    yield from _totals(document, "revenue", REVENUE)
    yield from _totals(document, "expenditure", EXPENDITURE)
    yield from _kinds_of_spending(document)
    yield from _grants(document)
    yield from _books(document)
    yield from _basic(document)
    yield from _classes(document)


def _pairs(
    document: Document, check_: str, kinds: Sequence[tuple[str, str]]
) -> tuple[list[tuple[PrintedTable, PrintedTable]], list[Statement]]:
    """The pairs of tables ready to compare, and a statement for each that is there but cannot be."""
    pairs: list[tuple[PrintedTable, PrintedTable]] = []
    not_made: list[Statement] = []
    for a, b in kinds:
        own, other = only(document, a), only(document, b)
        if own is None or other is None:
            continue
        ready, why = _usable(own, other)
        if ready:
            pairs.append((own, other))
        else:
            not_made.append(undone(check_, name_of(own), own.place, why))
    return pairs, not_made


def _usable(*tables: PrintedTable | None) -> tuple[bool, str]:
    if any(t is None for t in tables):
        return False, ""
    for table in tables:
        if table is not None and table.doubts:
            return False, UNSURE.format(f"{name_of(table)}：{'；'.join(table.doubts)}")
        if table is not None and (table.unit_assumed or table.unit is None):
            return False, f"{name_of(table)}没有写明金额单位，不与别的表比较"
    return True, ""


def grand(document: Document, table: PrintedTable, role: str = "total") -> Figure | None:
    """The grand total of a table's column; None where the table has none, or more than one."""
    found: list[Figure] = []
    for panel in table.panels:
        row, column = total_row(panel), pick(panel, role, document)
        if row is None or column is None:
            continue
        cell = cell_of(row, column)
        if not is_blank(cell):
            found.append(Figure(sum_of([cell], step_of(table)), cell.place, f"{name_of(table)}合计", table))
    return found[0] if len(found) == 1 else None


def _half(document: Document, table: PrintedTable, side: str, *, year: bool) -> Figure | None:
    found = []
    for panel, column in halves(document, table, side):
        total = total_of(panel, column, table, year=year)
        if total is None:
            continue
        wanted = "year" if year else "total"
        cells = [cell_of(x.row, column) for x in outline(panel) if x.kind == wanted]
        what = (
            ("本年收入合计" if side == "revenue" else "本年支出合计")
            if year
            else ("收入总计" if side == "revenue" else "支出总计")
        )
        found.append(Figure(total, places(cells, table.place), f"{name_of(table)}{what}", table))
    sums = {f.sum.fen for f in found}
    return found[0] if len(sums) == 1 else None


def _one_of(check_: str, subject: str, left: Figure, right: Sequence[Figure | None]) -> Iterator[Statement]:
    """The left figure equals one of the right ones: the nearest is shown."""
    known = [r for r in right if r is not None and r.sum.fen is not None]
    if left.sum.fen is None or not known:
        return
    near = min(known, key=lambda r: abs((r.sum.fen or 0) - (left.sum.fen or 0)))
    made = compared(check_, subject, left.place, left.name, left.sum, near.name, near.sum)
    if made is not None:
        yield made


def _totals(document: Document, side: str, check_: str) -> Iterator[Statement]:
    balance, own = only(document, "balance"), only(document, side)
    ready, why = _usable(balance, own)
    if balance is None or own is None:
        return
    if not ready:
        yield undone(check_, name_of(own), own.place, why)
        return
    left = grand(document, own)
    if left is None:
        yield undone(check_, name_of(own), own.place, "没有读到合计行")
        return
    year, whole = (_half(document, balance, side, year=y) for y in (True, False))
    right = [year] if document.stage == "final_accounts" and year is not None else [year, whole]
    if not any(right):
        yield undone(check_, name_of(balance), balance.place, "没有读到收支总表的合计")
        return
    yield from _one_of(check_, f"{name_of(own)}·{name_of(balance)}", left, right)


def _items(document: Document, table: PrintedTable, side: str) -> dict[str, Figure]:
    """The items of one side by their bare names; a name that stands twice is left out."""
    found: dict[str, list[Figure]] = {}
    step = step_of(table)
    for panel, column in halves(document, table, side):
        for item in outline(panel):
            cell = cell_of(item.row, column)
            if item.kind != "item" or item.partial or is_blank(cell):
                continue
            name = bare(item.row.label)
            found.setdefault(name, []).append(
                Figure(sum_of([cell], step), cell.place, f"{name_of(table)}{name}", table)
            )
    return {k: v[0] for k, v in found.items() if len(v) == 1}


def bare(label: str) -> str:
    """An item's name without its number."""
    text = plain(label)
    while (shorter := _ITEM.sub("", text)) != text and shorter:
        text = shorter
    return text


def _kinds_of_spending(document: Document) -> Iterator[Statement]:
    """基本支出 and 项目支出 of the balance sheet against the table of expenditure."""
    balance, own = only(document, "balance"), only(document, "expenditure")
    ready, _ = _usable(balance, own)
    if balance is None or own is None or not ready:
        return
    items = _items(document, balance, "expenditure")
    for name, role in (("基本支出", "basic"), ("项目支出", "project"), ("单位预留机动经费", "reserve")):
        left = grand(document, own, role)
        if name in items and left is not None:
            left = attrs.evolve(left, name=f"{name_of(own)}{name}")
            yield from _one_of(EXPENDITURE, f"{name_of(own)}·{name_of(balance)}·{name}", left, [items[name]])


_BOOK_WORDS: Final = (
    ("general", "一般公共预算|公共财政预算"),
    ("fund", "政府性基金"),
    ("capital", "国有资本经营"),
)
_SOURCES: Final = (
    *_BOOK_WORDS, ("special_account", "财政专户管理资金"), ("business", "事业收入"), ("upper_subsidy", "上级补助收入"),
    ("affiliates", "附属单位上缴收入"),
)  # fmt: skip


def _book_of(label: str, known: Sequence[tuple[str, str]]) -> str | None:
    text = bare(label)
    if _CARRIED.search(text):
        return None
    for book, words in known:
        if re.match(rf"^(?:{words})", text):
            return book
    return None


def _incomes(
    document: Document, table: PrintedTable, known: Sequence[tuple[str, str]] = _BOOK_WORDS
) -> dict[str, Figure]:
    """This year's treasury grants by book, or revenue by source; a book that stands twice is left out."""
    found: dict[str, list[Figure]] = {}
    step = step_of(table)
    for panel, column in halves(document, table, "revenue"):
        carried = False
        for item in outline(panel):
            text = bare(item.row.label)
            if item.kind == "year":
                carried = True  # what follows is carried over
            if item.kind != "item" or item.partial:
                continue
            if _CARRIED.match(text):
                carried = True
                continue
            book = _book_of(item.row.label, known)
            cell = cell_of(item.row, column)
            if book is None or carried or is_blank(cell):
                continue
            found.setdefault(book, []).append(
                Figure(sum_of([cell], step), cell.place, f"{name_of(table)}{text}", table)
            )
    return {k: v[0] for k, v in found.items() if len(v) == 1}


def _grants(document: Document) -> Iterator[Statement]:
    """Grants in the sheet of all money, in the sheet of grants, and in the table of revenue."""
    balance, grants = only(document, "balance"), only(document, "grant_balance")
    ready, why = _usable(balance, grants)
    if balance is not None and grants is not None:
        if ready:
            left, right = _incomes(document, grants), _incomes(document, balance)
            for book in sorted(left.keys() & right.keys()):
                yield from _one_of(
                    GRANTS,
                    f"{name_of(grants)}·{name_of(balance)}·{left[book].name}",
                    left[book],
                    [right[book]],
                )
        else:
            yield undone(GRANTS, name_of(grants), grants.place, why)
    revenue = only(document, "revenue")
    ready, _ = _usable(revenue, grants)
    if revenue is not None and grants is not None and ready:
        own = grand(document, revenue, "grant")
        year = _half(document, grants, "revenue", year=True)
        if own is not None and year is not None and document.stage == "final_accounts":
            own = attrs.evolve(own, name=f"{name_of(revenue)}财政拨款收入")
            yield from _one_of(GRANTS, f"{name_of(revenue)}·{name_of(grants)}", own, [year])
    ready, _ = _usable(revenue, balance)
    if revenue is not None and balance is not None and ready:
        incomes = _incomes(document, balance, _SOURCES)
        for role in sorted(incomes):
            own = grand(document, revenue, role)
            if own is not None:
                own = attrs.evolve(own, name=f"{name_of(revenue)}{ROLES[role].zh}")
                yield from _one_of(
                    GRANTS, f"{name_of(revenue)}·{name_of(balance)}·{ROLES[role].zh}", own, [incomes[role]]
                )
    spending = only(document, "grant_spending")
    ready, _ = _usable(spending, grants)
    if spending is not None and grants is not None and ready:
        own = grand(document, spending)
        sides = [_half(document, grants, "expenditure", year=y) for y in (True, False)]
        if own is not None:
            yield from _one_of(GRANTS, f"{name_of(spending)}·{name_of(grants)}", own, sides)


def _books(document: Document) -> Iterator[Statement]:
    """The columns of the sheet of grants by book against the tables of the three books."""
    grants = only(document, "grant_balance")
    if grants is None:
        return
    yield from _three_books(document, grants)
    for role, kind in (
        ("general", "general_spending"),
        ("fund", "fund_spending"),
        ("capital", "capital_spending"),
    ):
        own = only(document, kind)
        ready, why = _usable(grants, own)
        if own is None:
            continue
        if not ready:
            yield undone(BOOKS, name_of(own), own.place, why)
            continue
        left = grand(document, own)
        if left is None and role != "general":
            left = grand(document, own, "spending")
        if left is None:
            continue
        right = _book_column(document, grants, role)
        if right:
            yield from _one_of(BOOKS, f"{name_of(own)}·{name_of(grants)}", left, right)
            continue
        incomes = _incomes(document, grants)
        carried = any(
            _CARRIED.search(bare(x.row.label)) and not is_blank(cell_of(x.row, c)) and cell_of(x.row, c).fen
            for p, c in halves(document, grants, "revenue") for x in outline(p)
        )  # fmt: skip
        left_over = any(
            re.search(r"结转|结余", bare(x.row.label)) and cell_of(x.row, c).fen
            for p, c in halves(document, grants, "expenditure") for x in outline(p)
        )  # fmt: skip
        if role in incomes and not carried and not left_over and document.stage == "budget":
            yield from _one_of(BOOKS, f"{name_of(own)}·{name_of(grants)}", left, [incomes[role]])


def _three_books(document: Document, grants: PrintedTable) -> Iterator[Statement]:
    """Where the sheet of grants has no columns by book: the three books' tables together are its expenditure."""
    if any(_book_column(document, grants, role) for role in ("general", "fund", "capital")):
        return
    parts: list[Figure] = []
    for kind in ("general_spending", "fund_spending", "capital_spending"):
        own = only(document, kind)
        if own is None:
            if kind == "capital_spending" and not any(t.kind == kind for t in document.tables):
                continue
            return
        ready, _ = _usable(own, grants)
        empty = not any(c.fen for p in own.panels for r in p.rows for c in r.cells)
        if empty:
            continue
        found = grand(document, own)
        if not ready or found is None:
            return
        parts.append(found)
    if not parts:
        return
    whole = parts[0].sum
    for one in parts[1:]:
        whole = whole.plus(one.sum)
    left = Figure(whole, parts[0].place, " + ".join(p.name for p in parts), parts[0].table)
    items = _items(document, grants, "expenditure")
    right = [_half(document, grants, "expenditure", year=y) for y in (True, False)]
    yield from _one_of(BOOKS, f"各本预算支出表·{name_of(grants)}", left, [*right, items.get("本年支出")])


def _book_column(document: Document, table: PrintedTable, role: str) -> list[Figure]:
    out: list[Figure] = []
    for panel in table.panels:
        if panel.side != "expenditure":
            continue
        column = pick(panel, role, document)
        if column is None:
            continue
        for item in outline(panel):
            cell = cell_of(item.row, column)
            named = item.kind in {"year", "total"} or re.fullmatch("本年支出", bare(item.row.label))
            if named and not is_blank(cell):
                name = f"{name_of(table)}{bare(item.row.label)}"
                out.append(Figure(sum_of([cell], step_of(table)), cell.place, name, table))
    return out


def _basic(document: Document) -> Iterator[Statement]:
    """Basic expenditure by economic code is the column 基本支出 of the same money by function."""
    pairs, not_made = _pairs(
        document, BASIC, (("general_basic", "general_spending"), ("grant_basic", "grant_spending"))
    )
    yield from not_made
    for own, other in pairs:
        left = _whole(document, own)
        right = grand(document, other, "basic")
        if left is not None and right is not None:
            right = attrs.evolve(right, name=f"{name_of(other)}基本支出")
            yield from _one_of(BASIC, f"{name_of(own)}·{name_of(other)}", left, [right])
    for own, grants in _pairs(document, BASIC, (("grant_basic", "grant_balance"),))[0]:
        left, items = _whole(document, own), _items(document, grants, "expenditure")
        if left is not None and "基本支出" in items:
            yield from _one_of(BASIC, f"{name_of(own)}·{name_of(grants)}", left, [items["基本支出"]])
    yield from _twins(document)


def _twins(document: Document) -> Iterator[Statement]:
    """Without government funds, treasury grants are the general public budget: code by code."""
    fund = only(document, "fund_spending")
    none = fund is None or not any(c.fen for p in fund.panels for r in p.rows for c in r.cells)
    if not none:
        return
    pairs, not_made = _pairs(
        document, BASIC, (("general_basic", "grant_basic"), ("general_spending", "grant_spending"))
    )
    yield from not_made
    for own, other in pairs:
        left, right = by_code(document, own), by_code(document, other)
        for code in sorted(left.keys() & right.keys()):
            made = compared(
                BASIC, f"{name_of(own)}·{name_of(other)}·{code}", left[code].place, f"{name_of(own)}{code}",
                sum_of([left[code]], step_of(own)), f"{name_of(other)}{code}", sum_of([right[code]], step_of(other)),
            )  # fmt: skip
            if made is not None:
                yield made


def by_code(document: Document, table: PrintedTable, role: str = "total") -> dict[str, Cell]:
    """This year's amount of each code of a table, ``合计`` for its total; empty where a code stands twice."""
    out: dict[str, Cell] = {}
    for panel in table.panels:
        column = _amount_column(document, panel, role)
        if column is None:
            continue
        for row in panel.rows:
            key = row.code or ("合计" if is_total(row) else None)
            if key is None:
                continue
            if key in out:
                return {}
            out[key] = cell_of(row, column)
    return {k: c for k, c in out.items() if not is_blank(c)}


def _amount_column(document: Document, panel: Panel, role: str) -> int | None:
    column = pick(panel, role, document)
    return pick(panel, "basic", document) if column is None and role == "total" else column


def _whole(document: Document, table: PrintedTable) -> Figure | None:
    """The total of a table by economic code; where no row says 合计, 人员经费 and 公用经费 together."""
    for role in ("total", "basic"):
        found = grand(document, table, role)
        if found is not None:
            return found
    halves_: list[Cell] = []
    for panel in table.panels:
        column = _amount_column(document, panel, "total")
        rows = [
            r for r in panel.rows if re.fullmatch(r"(?:人员|公用)(?:支出|经费)?(?:合计|小计)", plain(r.label))
        ]
        if column is not None:
            halves_ += [cell_of(r, column) for r in rows]
    if len(halves_) == 2 and not any(is_blank(c) for c in halves_):  # noqa: PLR2004 - people and running costs
        return Figure(
            sum_of(halves_, step_of(table)),
            halves_[0].place,
            f"{name_of(table)}人员经费与公用经费合计",
            table,
        )
    return None


def _classes(document: Document) -> Iterator[Statement]:
    """Classes of the balance sheets against the classes of the tables by function."""
    for sheet, kind, role in (
        ("balance", "expenditure", None), ("grant_balance", "general_spending", "general"),
        ("grant_balance", "grant_spending", None),
    ):  # fmt: skip
        balance, own = only(document, sheet), only(document, kind)
        ready, why = _usable(balance, own)
        if balance is None or own is None:
            continue
        if not ready:
            yield undone(CLASSES, name_of(own), own.place, why)
            continue
        yield from _same_classes(document, balance, own, role)
    balance, own = only(document, "balance"), only(document, "general_spending", "grant_spending")
    ready, _ = _usable(balance, own)
    if balance is not None and own is not None and ready and only(document, "expenditure") is not None:
        whole, all_money = grand(document, own), _half(document, balance, "expenditure", year=False)
        if whole is not None and all_money is not None and whole.sum.fen == all_money.sum.fen:
            # all money of the department is this money, so its classes are the sheet's
            yield from _same_classes(document, balance, own, None)


def _same_classes(
    document: Document, balance: PrintedTable, own: PrintedTable, role: str | None
) -> Iterator[Statement]:
    items: dict[str, Figure] = {}
    for panel in balance.panels:
        column = pick(panel, role or "total", document) if panel.side == "expenditure" else None
        if column is None:
            continue
        for item in outline(panel):
            cell = cell_of(item.row, column)
            name = bare(item.row.label)
            if item.kind == "item" and not is_blank(cell) and not YEAR.match(name):
                if name in items:
                    return
                items[name] = Figure(
                    sum_of([cell], step_of(balance)), cell.place, f"{name_of(balance)}{name}", balance
                )
    seen: dict[str, Cell] = {}
    for panel in own.panels:
        column = pick(panel, "total", document)
        for row in panel.rows:
            if column is None or row.code is None or len(row.code) != 3 or row.scheme == "economic":  # noqa: PLR2004
                continue
            name = plain(row.label)
            if name in seen:
                return
            seen[name] = cell_of(row, column)
    for name in sorted(items.keys() & seen.keys()):
        if is_blank(seen[name]):
            continue
        left = Figure(sum_of([seen[name]], step_of(own)), seen[name].place, f"{name_of(own)}{name}", own)
        yield from _one_of(CLASSES, f"{name_of(own)}·{name_of(balance)}·{name}", left, [items[name]])


__all__ = ["KINDS", "bare", "by_code", "check", "grand", "tables_of"]
