"""The narrative against the tables: the same amount, the same unit, the same year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import attrs

from budgetreview_disclosure.checks.narrative_figures import completion_row
from budgetreview_disclosure.checks.statement import Statement
from budgetreview_disclosure.narrative.ties import Tie, kind_spoken_of, tie
from budgetreview_disclosure.titles import KINDS

if TYPE_CHECKING:
    from budgetreview_disclosure.document import Cell, Document, PrintedTable
    from budgetreview_disclosure.narrative.claim import Amount, Claim

_SLIPS = (10_000, 100_000_000)
_PEOPLE = frozenset({"301", "303"})
_OFFICE = frozenset({"302", "310"})


def check_tables(document: Document, claims: Sequence[Claim]) -> Iterator[Statement]:
    """Hold every amount of the narrative that is tied to a cell against the cell.

    Args:
        document: The document, with its tables.
        claims: Its claims, as ``read_claims`` gives them.

    Yields:
        ``narrative-table`` for every tied amount; ``narrative-unit`` instead where the two differ by exactly ten
        thousand times; ``narrative-year`` where a sentence names another year but gives this year's amount.
    """
    ties = tie(document, claims)
    groups: dict[tuple[int, tuple[int, int]], list[Tie]] = {}
    for one in ties:
        groups.setdefault((one.claim, one.amount.span), []).append(one)
    slipped = _tables_in_another_unit(document, ties)
    told: set[int] = set()
    for same in groups.values():
        cells = [cell_of(document, one) for one in same]
        at = next((place for place, cell in enumerate(cells) if _equal(same[0].amount, cell)), 0)
        one, cell = same[at], cells[at]
        table = document.tables[one.table]
        if one.table in slipped:
            if one.table not in told:
                told.add(one.table)
                yield _row(claims[one.claim], one.amount, table, cell, "narrative-unit", holds=False)
        elif _slip(one.amount, cell):
            yield _row(claims[one.claim], one.amount, table, cell, "narrative-unit", holds=False)
        else:
            yield _row(claims[one.claim], one.amount, table, cell, "narrative-table")
    yield from _people_and_office(document, claims)
    agreed = {(one.claim, one.table) for one in ties if _equal(one.amount, cell_of(document, one))}
    yield from _completion(document, claims, agreed)
    yield from _other_year(document, claims)


def cell_of(document: Document, one: Tie) -> Cell:
    """The cell that a tie leads to."""
    return document.tables[one.table].panels[one.panel].rows[one.row].cells[one.column]


def _row(
    claim: Claim, amount: Amount, table: PrintedTable, cell: Cell, check: str, *, holds: bool | None = None
) -> Statement:  # fmt: skip
    printed = f"{_name(table)}：{cell.text}"
    compared = holds is None
    return Statement(
        check, claim.subject, claim.place, f"文字：{amount.text}", amount.fen if compared else None, printed,
        cell.fen if compared else None, (amount.step + cell.step) // 2, holds, claim.quote,
    )  # fmt: skip


def _name(table: PrintedTable) -> str:
    return table.title or (KINDS[table.kind].zh if table.kind in KINDS else "")


def _equal(amount: Amount, cell: Cell) -> bool:
    return cell.fen is not None and abs(amount.fen - cell.fen) <= (amount.step + cell.step) // 2


def _slip(amount: Amount, cell: Cell) -> bool:
    """Whether the two are the same digits in another unit."""
    if not amount.fen or not cell.fen or _equal(amount, cell):
        return False
    return any(
        abs(small * times - large) <= step * times
        for times in _SLIPS
        for small, large, step in ((amount.fen, cell.fen, amount.step), (cell.fen, amount.fen, cell.step))
    )


def _tables_in_another_unit(document: Document, ties: Sequence[Tie]) -> set[int]:
    """Tables all of whose tied amounts are off by the same unit: one slip of the heading, told once."""
    found: dict[int, list[bool]] = {}
    for one in ties:
        cell = cell_of(document, one)
        if one.amount.fen and cell.fen:
            found.setdefault(one.table, []).append(_slip(one.amount, cell))
    return {table for table, slips in found.items() if len(slips) > 1 and all(slips)}


def _people_and_office(document: Document, claims: Sequence[Claim]) -> Iterator[Statement]:
    """人员经费 and 公用经费 of basic expenditure against the sums of their economic classes."""
    for number, claim in enumerate(claims):
        name = claim.subject.removesuffix("支出").removesuffix("合计")
        codes = _PEOPLE if name == "人员经费" else _OFFICE if name in {"公用经费", "日常公用经费"} else None
        kind = kind_spoken_of(claims, number) if codes and claim.sure else None
        amount = claim.amount("now", "outturn", "budget")
        if codes is None or kind not in {"general_basic", "grant_basic"} or amount is None:
            continue
        if claim.year not in {None, document.year}:
            continue
        tables = [one for one in document.tables if one.kind == kind]
        sums = {_sum(one, codes) for one in tables if not one.doubts}
        known = sums.pop() if len(sums) == 1 else None
        if known is not None:
            classes = "、".join(sorted(codes))
            yield Statement(
                "narrative-table", claim.subject, claim.place, f"文字：{amount.text}", amount.fen,
                f"{_name(tables[0])}：{classes}各类之和", known[0], (amount.step + known[1]) // 2, None, claim.quote,
            )  # fmt: skip


def _sum(table: PrintedTable, codes: frozenset[str]) -> tuple[int, int] | None:
    """The sum of some economic classes; None where the table prints a class of neither kind, or an unread amount."""
    classes: dict[str, Cell] = {}
    for panel in table.panels:
        wholes = [at for at, column in enumerate(panel.columns) if column.role == "total"]
        for row in panel.rows:
            if row.code is not None and len(row.code) == 3:  # noqa: PLR2004 - a class
                if len(wholes) != 1 or row.code in classes:
                    return None
                classes[row.code] = row.cells[wholes[0]]
    if not set(classes) or not set(classes) <= _PEOPLE | _OFFICE:
        return None
    cells = [cell for code, cell in classes.items() if code in codes]
    if not cells or any(cell.fen is None for cell in cells):
        return None
    return sum(cell.fen for cell in cells if cell.fen is not None), sum(cell.step for cell in cells)


def _completion(document: Document, claims: Sequence[Claim], agreed: set[tuple[int, int]]) -> Iterator[Statement]:
    """完成预算的 90.91% where the sentence gives no budget, but the table does (and agrees on the outturn)."""
    asked: list[Claim] = []
    for claim in claims:
        done = claim.amount("outturn", "now")
        bare = claim.completion is not None and done is not None and len(claim.amounts) == 1
        amounts = (attrs.evolve(done, role="budget"),) if bare and done is not None else ()
        asked.append(attrs.evolve(claim, amounts=amounts))
    for one in tie(document, asked):
        claim, cell = claims[one.claim], cell_of(document, one)
        done = claim.amount("outturn", "now")
        if claim.completion is not None and done is not None and cell.fen and (one.claim, one.table) in agreed:
            yield completion_row(claim, claim.completion, done, attrs.evolve(done, fen=cell.fen, step=cell.step))


def _other_year(document: Document, claims: Sequence[Claim]) -> Iterator[Statement]:
    """A sentence that names another year, yet gives this year's amount of the table."""
    if document.year is None:
        return
    late = [number for number, claim in enumerate(claims) if claim.year not in {None, document.year}]
    moved = list(claims)
    for number in late:
        moved[number] = attrs.evolve(claims[number], year=None)
    for one in tie(document, moved):
        amount = one.amount
        if one.claim in late and amount.fen and amount.role != "prior" and _equal(amount, cell_of(document, one)):
            claim = claims[one.claim]
            yield Statement(
                "narrative-year", claim.subject, claim.place, f"文字写作{claim.year}年", None,
                f"金额是{document.year}年的{amount.text}", None, holds=False, quote=claim.quote,
            )  # fmt: skip


