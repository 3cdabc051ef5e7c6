"""Several documents at once: last year's figures as this year repeats them, and budget against final account.

Documents of one department are told by its name. A figure is compared only where both documents print it for the same
table, code and year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from budgetreview_disclosure.checks.balances import halves, outline
from budgetreview_disclosure.checks.between import bare, by_code
from budgetreview_disclosure.checks.figures import (
    Sum,
    basis_of,
    cell_of,
    compared,
    is_blank,
    is_total,
    money_columns,
    name_of,
    only,
    step_of,
    sum_of,
    undone,
)
from budgetreview_disclosure.checks.official import figures, this_year
from budgetreview_disclosure.checks.presence import same_body
from budgetreview_disclosure.roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from budgetreview_disclosure.checks.statement import Statement
    from budgetreview_disclosure.document import Cell, Document, PrintedTable

PRIOR: Final = "prior-year-figures"
OPENING: Final = "opening-balance"
BUDGET: Final = "budget-in-final-accounts"
_CODED: Final = (
    "general_spending",
    "grant_spending",
    "expenditure",
    "general_basic",
    "grant_basic",
    "fund_spending",
    "revenue",
)


def check(documents: Sequence[Document]) -> Iterator[tuple[Document, Statement]]:
    """All comparisons of documents; each statement belongs to the later document."""
    for document in documents:
        for other in documents:
            if other is document or document.year is None or other.year is None or not _same(document, other):
                continue
            if other.year == document.year - 1 and other.stage == document.stage:
                for one in (*_repeated(document, other), *_opening(document, other)):
                    yield document, one
            if other.year == document.year and (document.stage, other.stage) == ("final_accounts", "budget"):
                for one in _budget(document, other):
                    yield document, one


def _same(a: Document, b: Document) -> bool:
    return a.department is not None and b.department is not None and same_body(a.department, b.department)


def _ready(*tables: PrintedTable | None) -> bool:
    return all(t is not None and not t.doubts and not t.unit_assumed for t in tables)


def _repeated(document: Document, before: Document) -> Iterator[Statement]:
    """Columns of last year's figures against last year's document."""
    basis = "prior_actual" if document.stage == "final_accounts" else "prior_budget"
    for kind in _CODED:
        own, other = only(document, kind), only(before, kind)
        if own is None or other is None or not _ready(own, other):
            continue
        printed = by_code(before, other)
        for panel in own.panels:
            columns = [
                i
                for i in money_columns(panel)
                if (panel.columns[i].role, basis_of(panel.columns[i], document)) == ("total", basis)
            ]
            if len(columns) != 1:
                continue
            for row in panel.rows:
                key = row.code or ("合计" if is_total(row) else "")
                cell = cell_of(row, columns[0])
                if key not in printed or is_blank(cell):
                    continue
                yield from _equal(
                    PRIOR,
                    f"{name_of(own)}·{key}",
                    cell,
                    own,
                    f"上年文件的{name_of(other)}{key}",
                    printed[key],
                    other,
                )
    own, other = only(document, "official"), only(before, "official")
    last = this_year(before)
    if own is None or other is None or last is None or not _ready(own, other):
        return
    for (given, _, _), roles in figures(own, document).items():
        if given == basis:
            for role in sorted(roles.keys() & last.keys()):
                if not is_blank(roles[role]) and not is_blank(last[role]):
                    yield from _equal(PRIOR, f"{name_of(own)}·{ROLES[role].zh}", roles[role], own,
                                      f"上年文件的{ROLES[role].zh}", last[role], other)  # fmt: skip


def _equal(
    check_: str,
    subject: str,
    cell: Cell,
    table: PrintedTable,
    right_name: str,
    right: Cell,
    other: PrintedTable,
) -> Iterator[Statement]:
    made = compared(
        check_, subject, cell.place, f"本文件{subject}", sum_of([cell], step_of(table)), right_name,
        sum_of([right], step_of(other)),
    )  # fmt: skip
    if made is not None:
        yield made


def _carried(document: Document, kind: str, side: str, word: str) -> tuple[Sum, Cell, PrintedTable] | None:
    table = only(document, kind)
    if table is None or not _ready(table):
        return None
    found = []
    for panel, column in halves(document, table, side):
        for item in outline(panel):
            cell = cell_of(item.row, column)
            if item.kind == "item" and bare(item.row.label).startswith(word) and not is_blank(cell):
                found.append((sum_of([cell], step_of(table)), cell, table))
    return found[0] if len(found) == 1 else None


def _opening(document: Document, before: Document) -> Iterator[Statement]:
    """年初结转和结余 is last year's 年末结转和结余."""
    if document.stage != "final_accounts":
        return
    for kind in ("balance", "grant_balance"):
        now, then = _carried(document, kind, "revenue", "年初"), _carried(before, kind, "expenditure", "年末")
        if now is None or then is None:
            continue
        made = compared(
            OPENING,
            f"{name_of(now[2])}·年初结转和结余",
            now[1].place,
            "年初结转和结余",
            now[0],
            "上年文件的年末结转和结余",
            then[0],
        )
        if made is not None:
            yield made


def _budget(document: Document, budget: Document) -> Iterator[Statement]:
    """三公 figures called 年初预算数 in the final account against the budget's."""
    own, other, printed = only(document, "official"), only(budget, "official"), this_year(budget)
    if own is None or other is None or printed is None or not _ready(own, other):
        return
    opening = any("年初" in c.header for p in own.panels for c in p.columns)
    for (basis, _, _), roles in figures(own, document).items():
        if basis != "budget":
            continue
        if not opening:
            yield undone(BUDGET, name_of(own), own.place, "决算表的预算数可能是调整后的全年预算数")
            return
        for role in sorted(roles.keys() & printed.keys()):
            if not is_blank(roles[role]) and not is_blank(printed[role]):
                yield from _equal(BUDGET, f"{name_of(own)}·{ROLES[role].zh}", roles[role], own,
                                  f"预算文件的{ROLES[role].zh}", printed[role], other)  # fmt: skip
