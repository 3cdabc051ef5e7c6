"""Amounts of a printed table by row and column, added up with what rounding may hide.

A blank cell or a lone dash adds nothing to a sum, and is no amount where an amount is asked for. Figures of a table are
printed to one step (100 元 in a table in 万元 with two decimals); each figure of a sum may hide half of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from budgetreview_disclosure.checks.statement import Relation, Statement
from budgetreview_disclosure.document import Cell, Column, Document, Panel, Place, PrintedTable, Row
from budgetreview_disclosure.roles import MONEY
from budgetreview_disclosure.titles import KINDS, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BLANK: Final = re.compile(r"^[\s\-－—–_/]*$")
_TOTAL: Final = re.compile(r"^(?:收入|支出|预算|决算|本表|全部)?(?:总计|合计|总合计|总额)(?:数)?$")
_BEFORE: Final = frozenset({"prior_budget", "prior_actual"})
_COMPARED: Final = frozenset({"change", "rate"})
_LIST: Final = 15
"""Per cent that a flat list may differ from its total; more is another structure than a slip."""
UNSURE: Final = "读表有疑问：{}"


@attrs.frozen
class Sum:
    """Amounts added up.

    Attributes:
        fen: The sum; None where a cell could not be read.
        slack: Twice what rounding may hide.
        printed: How many of the cells hold an amount.
        text: The amounts as printed.
    """

    fen: int | None
    slack: int
    printed: int
    text: str = ""

    def plus(self, other: Sum) -> Sum:
        """Both together."""
        whole = None if self.fen is None or other.fen is None else self.fen + other.fen
        text = " + ".join(t for t in (self.text, other.text) if t)
        return Sum(whole, self.slack + other.slack, self.printed + other.printed, text)


NOTHING: Final = Sum(0, 0, 0)


def is_blank(cell: Cell) -> bool:
    """Whether nothing is printed in a cell; a lone dash is nothing."""
    return cell.fen is None and _BLANK.match(cell.text) is not None


def step_of(table: PrintedTable) -> int:
    """The step that the amounts of a table are printed to, in 分: the finest of its cells that are not zero."""
    steps = [c.step for p in table.panels for r in p.rows for c in r.cells if c.fen]
    return min(steps, default=1)


def sum_of(cells: Iterable[Cell], step: int) -> Sum:
    """Cells of one table added up."""
    fen, printed, known = 0, 0, True
    texts: list[str] = []
    for cell in cells:
        if is_blank(cell):
            continue
        printed += 1
        texts.append(cell.text)
        if cell.fen is None:
            known = False
        else:
            fen += cell.fen
    return Sum(fen if known else None, step * printed, printed, " + ".join(texts))


def near(total: Sum, parts: Sum) -> bool:
    """Whether a list may be flat: one with subtotals in it adds up to far more than its total."""
    if not total.fen or not parts.fen:
        return False
    return abs(total.fen - parts.fen) * 100 <= _LIST * abs(total.fen)


def compared(
    check: str, subject: str, place: Place, left_name: str, left: Sum, right_name: str, right: Sum,
    relation: Relation = "equal",
) -> Statement | None:  # fmt: skip
    """The check that two amounts are equal (or one no less than the other); None where one of them is not printed."""
    if not left.printed or not right.printed:
        return None
    reason = "" if left.fen is not None and right.fen is not None else "有单元格的金额读不出来"
    quote = f"{left_name} {left.text}；{right_name} {right.text}"
    return Statement(
        check, subject, place, left_name, left.fen, right_name, right.fen, (left.slack + right.slack) // 2,
        quote=quote if len(quote) < 400 else quote[:400] + "…", relation=relation, reason=reason,  # noqa: PLR2004
    )  # fmt: skip


def undone(check: str, subject: str, place: Place, reason: str) -> Statement:
    """A check that could not be made, and why."""
    return Statement(check, subject, place, reason=reason)


def doubtful(check: str, table: PrintedTable) -> Statement:
    """A check that could not be made as the table was not read for sure."""
    return undone(check, name_of(table), table.place, UNSURE.format("；".join(table.doubts)))


def name_of(table: PrintedTable) -> str:
    """The table's title as printed, else the name of its kind."""
    return table.title or (KINDS[table.kind].zh if table.kind else "无标题的表")


def row_name(row: Row) -> str:
    """How a row is called in a sentence."""
    said = " ".join(t for t in (row.group, row.code or "", row.label) if t)
    return said or next((plain(c.text) for c in row.cells if c.fen is None and not is_blank(c)), "") or "本行"


def is_total(row: Row) -> bool:
    """Whether a row is the table's grand total."""
    if row.code is not None or row.group:
        return False
    if row.label:
        return _TOTAL.match(plain(row.label)) is not None
    return any(c.fen is None and _TOTAL.match(plain(c.text)) for c in row.cells)


def total_row(panel: Panel) -> Row | None:
    """The grand total of a panel: the row that says so, or the only row of a table that has no names."""
    found = [r for r in panel.rows if is_total(r)]
    if found:
        return found[-1] if len(found) == 1 or not is_balance(panel) else None
    if len(panel.rows) == 1 and not panel.rows[0].code and not panel.rows[0].label:
        return panel.rows[0]
    return None


def is_balance(panel: Panel) -> bool:
    """Whether the panel is one half of a table of revenue against expenditure."""
    return panel.side is not None


def money_columns(panel: Panel) -> list[int]:
    """Columns that hold amounts, by their header or, where it is not understood, by their cells."""
    out = []
    for i, column in enumerate(panel.columns):
        if column.basis in _COMPARED or column.role == "price":
            continue
        if column.role in MONEY or (
            column.role is None and any(i < len(r.cells) and r.cells[i].fen for r in panel.rows)
        ):
            out.append(i)
    return out


def is_template(table: PrintedTable) -> bool:
    """Whether a table is a blank form: rows of dots stand for repeats."""
    return any(re.match(r"^[…。.·\s]{1,}$", r.label) for p in table.panels for r in p.rows if r.label)


def basis_of(column: Column, document: Document) -> str | None:
    """Which figure a column holds; one that names an earlier year than the document's is last year's."""
    basis = column.basis
    if column.year is not None and document.year is not None and column.year < document.year:
        return {
            "budget": "prior_budget",
            "adjusted": "prior_budget",
            "actual": "prior_actual",
            None: "prior_budget",
        }.get(basis, basis)
    return basis


def pick(panel: Panel, role: str, document: Document, basis: str | None = None) -> int | None:
    """The column of this year's figure of a role; None where there is none, or more than one could be meant.

    Args:
        panel: The panel.
        role: See ``roles.py``.
        document: Whose stage says which figure is this year's.
        basis: That figure of it only.
    """
    own = [i for i in money_columns(panel) if panel.columns[i].role == role]
    if basis is not None:
        own = [i for i in own if basis_of(panel.columns[i], document) == basis]
        return own[0] if len(own) == 1 else None
    own = [i for i in own if basis_of(panel.columns[i], document) not in _BEFORE]
    wanted = (
        ("actual", None, "adjusted", "budget")
        if document.stage == "final_accounts"
        else (None, "budget", "adjusted")
    )
    for one in wanted:
        named = [i for i in own if basis_of(panel.columns[i], document) == one]
        if named:
            return named[0] if len(named) == 1 else None
    return None


def cell_of(row: Row, column: int) -> Cell:
    """The cell of a row; a row that is shorter than its header has a blank one."""
    return row.cells[column] if column < len(row.cells) else Cell("", Place())


def column_name(column: Column) -> str:
    """The header without the lines it is broken into."""
    return column.header or "金额"


def tables_of(document: Document, *kinds: str) -> list[PrintedTable]:
    """The tables of some kinds that are no blank forms, in the document's order."""
    return [t for t in document.tables if t.kind in kinds and t.panels and not is_template(t)]


def only(document: Document, *kinds: str) -> PrintedTable | None:
    """The one table of the first kind that is there; None where it is there twice or nowhere."""
    for kind in kinds:
        found = tables_of(document, kind)
        if found:
            return found[0] if len(found) == 1 else None
    return None


def places(cells: Sequence[Cell], otherwise: Place) -> Place:
    """Where the first of some cells stands."""
    return next((c.place for c in cells if c.place.page is not None or c.place.cell), otherwise)
