"""A budget in a few exact sums, for a report's pictures: spending by function or agency, and its books.

Never lines, never an average. A sum leaves blank cells out, and says how many they are: unknown is not zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import attrs
import numpy as np

from budgetreview.kernels import group as kernel
from budgetreview.submission import Submission
from budgetreview.table import Table
from budgetreview.values import Bools, Exact, Ints, Keys

COLUMNS: Final = (
    "amount", "requested", "reviewed", "proposed", "approved", "current", "executed",
    "prior_approved", "prior_current", "prior_executed",
)  # fmt: skip
MOST: Final = 12
"""A batch of more entities and years gets no pictures of spending: nobody looks at a thousand of them."""
CLASS: Final = 3
"""Digits of a function code that name its 类."""


@attrs.frozen
class Sum:
    """Money of several lines.

    Attributes:
        fen: The sum in 分 of the cells that hold a figure.
        known: How many cells do.
        blank: How many do not.
    """

    fen: int
    known: int
    blank: int


@attrs.frozen
class Spending:
    """The expenditure lines of one entity, year, book and function; of an agency where no line has a function code.

    Attributes:
        entity: The place; None where the files do not say it.
        fiscal_year: The year, likewise.
        book: A word of CONTRACT section 1, None where the lines have none.
        by: ``function``, or ``department`` or ``agency`` where no line has a function code.
        key: The 类, the first three digits of the function code, or the agency's code; None for lines without one.
        name: What the lines call the agency; None for functions, whose names are in the tables of codes.
        lines: How many lines.
        sums: By column of ``lines``; a column that no line has a figure in is left out.
    """

    entity: str | None
    fiscal_year: int | None
    book: str | None
    by: str
    key: str | None
    name: str | None
    lines: int
    sums: Mapping[str, Sum]


@attrs.frozen
class Whole:
    """Income and outgoings of one book as its table ``totals`` states them, in 分; None where a cell is blank."""

    entity: str | None
    fiscal_year: int | None
    book: str | None
    total_in: int | None
    total_out: int | None


@attrs.frozen
class Outline:
    """What a report knows of the budget apart from its findings.

    Attributes:
        spending: By entity, year, book and function; empty for a batch of more than :data:`MOST`.
        rows: For each table with a book, the books and sides that its rows are of; None where a row does not say.
        wholes: The totals of the books; empty for a batch of more than :data:`MOST`.
    """

    spending: tuple[Spending, ...] = ()
    rows: Mapping[str, frozenset[tuple[str | None, str | None]]] = attrs.field(factory=dict)
    wholes: tuple[Whole, ...] = ()


def outline(submission: Submission, lines: Table, subtotal: Callable[[], Bools]) -> Outline:
    """The outline of a submission.

    Args:
        submission: What was read.
        lines: Its lines with the column ``amount``.
        subtotal: Tells which lines only sum up others, and stay out.
    """
    few = len(submission.periods) <= MOST
    return Outline(
        spending(lines, ~subtotal()) if few else (), rows(submission), wholes(submission.table("totals")) if few else ()
    )


def wholes(totals: Table) -> tuple[Whole, ...]:
    """What the table ``totals`` states of each book, in the order of its rows."""
    book, books = _coded(totals, "book")
    stated: list[list[int | None]] = []
    for name in ("total_in", "total_out"):
        column = totals.columns.get(name)
        if isinstance(column, Exact):
            pairs = zip(column.values.tolist(), column.known.tolist(), strict=True)
            stated.append([value if known else None for value, known in pairs])
        else:
            stated.append([None] * len(totals))
    places = [totals.periods[p] for p in totals.period.tolist()]
    return tuple(
        Whole(p.entity, p.fiscal_year, _word(books, int(b)), i, o)
        for p, b, i, o in zip(places, book, *stated, strict=True)
        if i is not None or o is not None
    )


def spending(lines: Table, counted: Bools) -> tuple[Spending, ...]:
    """The expenditure lines added up by entity, year, book and function, else agency or department."""
    if not len(lines):
        return ()
    book, books = _coded(lines, "book")
    by = _divided_by(lines)
    part, parts = _classes(lines) if by == "function_code" else _coded(lines, by)
    named, names = _coded(lines, "agency_name") if by == "agency" else (np.full(len(lines), -1, np.int64), ())
    side = lines.columns.get("side")
    spent = ~side.is_("revenue").yes if isinstance(side, Keys) else np.ones(len(lines), bool)
    period = np.where(spent & counted, lines.period, -1)
    group, first = kernel.combine([period, book + 1, part + 1])
    n = len(first)
    size = kernel.counts(np.ones(len(lines), bool), group, n)
    sums: list[dict[str, Sum]] = [{} for _ in range(n)]
    for name in COLUMNS:
        column = lines.columns.get(name)
        if not isinstance(column, Exact):
            continue
        try:
            fen = kernel.sums(np.where(column.known, column.values, 0).astype(np.int64), group, n)
        except OverflowError:  # a wrong unit; the rules say so, a picture has nothing to add
            continue
        known = kernel.counts(column.known, group, n)
        for i in np.flatnonzero(known).tolist():
            sums[i][name] = Sum(int(fen[i]), int(known[i]), int(size[i] - known[i]))
    return tuple(
        Spending(
            lines.periods[lines.period[at]].entity, lines.periods[lines.period[at]].fiscal_year,
            _word(books, int(book[at])), by.removesuffix("_code"), _word(parts, int(part[at])),
            _word(names, int(named[at])), int(size[i]), sums[i],
        )
        for i, at in enumerate(first.tolist())
    )  # fmt: skip


def _divided_by(lines: Table) -> str:
    """The column that tells best where the money goes: functions, else agencies with names, else codes."""
    if not _known(lines, "function_code") and _known(lines, "agency") and _known(lines, "agency_name"):
        return "agency"
    return next((n for n in ("function_code", "department", "agency") if _known(lines, n)), "function_code")


def _known(lines: Table, name: str) -> bool:
    column = lines.columns.get(name)
    return isinstance(column, Keys) and bool(column.known.any())


def _classes(lines: Table) -> tuple[Ints, Sequence[str]]:
    """For each line the number of its function's 类 (-1: none), and their codes in order."""
    codes, words = _coded(lines, "function_code")
    classes = sorted({w[:CLASS] for w in words})
    place = {c: i for i, c in enumerate(classes)}
    table = np.array([*(place[w[:CLASS]] for w in words), -1], np.int64)
    return table[codes], classes


def rows(submission: Submission) -> Mapping[str, frozenset[tuple[str | None, str | None]]]:
    """Which books and sides the tables of a submission have rows of."""
    return {n: _pairs(submission.table(n)) for n in ("lines", "totals", "funds")}


def _pairs(given: Table) -> frozenset[tuple[str | None, str | None]]:
    (book, books), (side, sides) = _coded(given, "book"), _coded(given, "side")
    if not len(given):
        return frozenset()
    there = np.zeros((len(books) + 1, len(sides) + 1), bool)
    there[book, side] = True  # -1, of no word, is the last
    last = (len(books), len(sides))
    return frozenset(
        (None if b == last[0] else books[b], None if s == last[1] else sides[s]) for b, s in np.argwhere(there).tolist()
    )


def _coded(given: Table, name: str) -> tuple[Ints, Sequence[str]]:
    column = given.columns.get(name)
    if isinstance(column, Keys):
        return column.codes.astype(np.int64), column.words
    return np.full(len(given), -1, np.int64), ()


def _word(words: Sequence[str], code: int) -> str | None:
    return words[code] if code >= 0 else None
