"""The table of 三公 expenditure: its parts, its totals, and the same spending by economic code.

The table is printed with its items across or downwards, once for the budget and once more for the final account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from budgetreview_disclosure.checks.figures import (
    Sum,
    basis_of,
    cell_of,
    compared,
    doubtful,
    is_blank,
    money_columns,
    name_of,
    only,
    pick,
    step_of,
    sum_of,
    tables_of,
    undone,
)
from budgetreview_disclosure.roles import ROLES, official_item

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from budgetreview_disclosure.checks.statement import Statement
    from budgetreview_disclosure.document import Cell, Document, Place, PrintedTable

VEHICLES: Final = "official-vehicles"
WHOLE: Final = "official-total"
BY_CODE: Final = "official-below-economic"
_BASES: Final = {
    None: "", "budget": "预算数", "adjusted": "全年预算数", "actual": "决算数", "prior_budget": "上年预算数",
    "prior_actual": "上年决算数",
}  # fmt: skip
_THREE: Final = ("abroad", "vehicles", "reception")
_BESIDE: Final = frozenset({"meetings", "training", "operating"})
_CODES: Final = {
    "30212": "abroad", "30217": "reception", "30231": "vehicle_running", "30913": "vehicle_purchase",
    "31013": "vehicle_purchase",
}  # fmt: skip

Key = tuple[str | None, int | None, str]
"""Basis, year, and the row's name where the table has a row for each unit."""


def figures(table: PrintedTable, document: Document) -> dict[Key, dict[str, Cell]]:
    """The amounts of a 三公 table by figure and role; a role printed twice is left out."""
    found: dict[Key, dict[str, list[Cell]]] = {}
    for panel in table.panels:
        money = money_columns(panel)
        across = {panel.columns[i].role for i in money} & set(_THREE)
        for row in panel.rows:
            item = official_item(row.label) if row.label else None
            for i in money:
                column = panel.columns[i]
                role = (
                    column.role if across else (item if column.role in {"total", "official", None} else None)
                )
                if role is None:
                    continue
                key = (basis_of(column, document), column.year, row.label if across else "")
                found.setdefault(key, {}).setdefault(role, []).append(cell_of(row, i))
    return {k: {r: c[0] for r, c in roles.items() if len(c) == 1} for k, roles in found.items()}


def this_year(document: Document) -> dict[str, Cell] | None:
    """This year's figures of the only 三公 table; None where it has several rows or more than one could be meant."""
    table = only(document, "official")
    if table is None or table.doubts:
        return None
    every = figures(table, document)
    wanted = ("actual", None) if document.stage == "final_accounts" else (None, "budget", "adjusted")
    for basis in wanted:
        own = [roles for (b, _, _), roles in every.items() if b == basis]
        if own:
            return own[0] if len(own) == 1 else None
    return None


def check(document: Document) -> Iterator[Statement]:
    """Parts and totals of 三公 tables, and their figures against the economic codes."""
    for table in tables_of(document, "official"):
        if table.doubts:
            yield doubtful(WHOLE, table)
            continue
        for (basis, year, label), roles in figures(table, document).items():
            where = "·".join(
                t for t in (name_of(table), label, _BASES.get(basis, ""), f"{year}年" if year else "") if t
            )
            yield from _parts(table, where, roles)
    yield from _by_code(document)


def _parts(table: PrintedTable, where: str, roles: Mapping[str, Cell]) -> Iterator[Statement]:
    step = step_of(table)

    def one(role: str) -> Sum:
        return sum_of([roles[role]] if role in roles else [], step)

    def equal(check_: str, whole: str, parts: tuple[str, ...]) -> Iterator[Statement]:
        if whole not in roles or not all(p in roles for p in parts):
            return
        right = sum_of([roles[p] for p in parts], step)
        name = " + ".join(ROLES[p].zh for p in parts)
        made = compared(
            check_, f"{where}·{ROLES[whole].zh}", roles[whole].place, ROLES[whole].zh, one(whole), name, right
        )
        if made is not None:
            yield made

    yield from equal(VEHICLES, "vehicles", ("vehicle_purchase", "vehicle_running"))
    three = _THREE if "vehicles" in roles else ("abroad", "vehicle_purchase", "vehicle_running", "reception")
    beside = tuple(r for r in ("meetings", "training", "operating") if r in roles)
    if "official" in roles:
        yield from equal(WHOLE, "official", three)
        if beside:
            yield from equal(WHOLE, "total", ("official", *beside))
        else:
            yield from equal(WHOLE, "total", ("official",))
    elif not beside:
        yield from equal(WHOLE, "total", three)
    elif "total" in roles and all(t in roles for t in three):
        # 合计 beside 会议费: of the three only, or of all; either is a form in use
        whole = one("total")
        narrow, wide = (sum_of([roles[p] for p in (*three, *more)], step) for more in ((), beside))
        if whole.fen is not None and narrow.fen is not None and wide.fen is not None:
            near = min((narrow, wide), key=lambda s: abs((s.fen or 0) - (whole.fen or 0)))
            made = compared(WHOLE, f"{where}·合计", roles["total"].place, "合计", whole, "各项之和", near)
            if made is not None:
                yield made


def by_economic_code(document: Document, *kinds: str) -> dict[str, tuple[Cell, PrintedTable]]:
    """This year's amount of each economic code in the only table of a kind."""
    table = only(document, *kinds)
    out: dict[str, tuple[Cell, PrintedTable]] = {}
    if table is None or table.doubts:
        return out
    for panel in table.panels:
        column = pick(panel, "total", document)
        if column is None:
            column = pick(panel, "basic", document)
        if column is None:
            continue
        for row in panel.rows:
            if row.code and row.scheme == "economic":
                if row.code in out:
                    return {}
                out[row.code] = (cell_of(row, column), table)
    return out


def _by_code(document: Document) -> Iterator[Statement]:
    """三公 of the year covers basic and project expenditure, so it is no less than the codes of basic expenditure."""
    table = only(document, "official")
    codes = by_economic_code(document, "general_basic")
    if table is None or table.doubts or not codes:
        return
    own = this_year(document)
    if own is None:
        yield undone(BY_CODE, name_of(table), table.place, "“三公”经费表中不能确定哪一列是本年数")
        return
    basic = next(iter(codes.values()))[1]
    if table.unit_assumed or basic.unit_assumed:
        yield undone(BY_CODE, name_of(table), table.place, "有表没有写明金额单位，不与别的表比较")
        return
    found: dict[str, list[tuple[str, Cell]]] = {}
    for code, role in _CODES.items():
        if code in codes:
            found.setdefault(role, []).append((code, codes[code][0]))
    for role, cells in found.items():
        if role not in own or is_blank(own[role]):
            continue
        left = sum_of([own[role]], step_of(table))
        right = sum_of([c for _, c in cells], step_of(basic))
        place: Place = own[role].place
        made = compared(
            BY_CODE, f"{name_of(table)}·{ROLES[role].zh}", place, f"“三公”表的{ROLES[role].zh}", left,
            f"基本支出表的{'、'.join(c for c, _ in cells)}", right, "at_least",
        )  # fmt: skip
        if made is not None:
            yield made
