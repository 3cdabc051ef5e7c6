"""Whether the four books are there, balance, and add up: in themselves, with each other, with what is below them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from budgetreview.rule import ALL_BOOKS, Assessment, Context, Severity
from budgetreview.rules.legality.family import added, book
from budgetreview.rules.rounding import Comparison, compare, figure_span, presentation_unit
from budgetreview.table import Groups, Table
from budgetreview.values import Exact, ExactKind, Keys, Truth, magnitude

_ABOVE_TOWNSHIP: Final = ("province", "city", "county")


@book.rule("L01", reads=("totals.book",), per="entity")
def book_missing(totals: Table, context: Context) -> Assessment:
    """A budget book that the level of government must have is not in the draft."""
    entity = totals.by()
    words = totals.key("book")
    missing = {b: ~entity.any(words.is_(b)) for b in ALL_BOOKS}
    above = context.level_is(entity, *_ABOVE_TOWNSHIP)
    upper = context.level_is(entity, "province", "city")
    city, county = context.level_is(entity, "city"), context.level_is(entity, "county")
    insurance = missing["social_insurance"]
    expected = Exact.of(np.where(above.yes, len(ALL_BOOKS), 1), above.yes | above.no, "count")
    absent, names = _absent_books(missing, above)
    return Assessment.of(
        entity,
        steps=[
            (
                missing["general"]
                | (missing["government_fund"] & above)
                | (missing["state_capital"] & upper)
                | (insurance & context.level_is(entity, "province")),
                Severity.RED,
            ),
            (insurance & city, Severity.ORANGE),
            ((missing["state_capital"] | insurance) & county, Severity.BLUE),
        ],
        measure=expected - absent,
        limit=expected,
        values={"missing_books": names, "books_expected": expected, "books_present": expected - absent},
        about="book",
    )


def _absent_books(missing: dict[str, Truth], above: Truth) -> tuple[Exact, Keys]:
    """How many of the books that a level must have are absent, and their names."""
    n = len(above)
    due = {b: m.yes & (np.ones(n, bool) if b == "general" else above.yes) for b, m in missing.items()}
    texts = ["、".join(b for b in ALL_BOOKS if due[b][i]) or None for i in range(n)]
    return Exact.of(np.sum([*due.values()], axis=0), kind="count"), Keys.of(texts)


@book.rule("L02", reads=("totals.total_in", "totals.total_out"), per="book")
def totals_do_not_balance(totals: Table) -> Assessment:
    """Total revenue and total expenditure of a book differ by more than one presentation unit."""
    income, outlay = totals.money("total_in"), totals.money("total_out")
    gap, unit = income - outlay, presentation_unit(totals)
    return Assessment.of(
        totals,
        condition=(gap > unit) | (-gap > unit),
        measure=abs(gap),
        limit=unit,
        values={"total_in": income, "total_out": outlay, "tolerance": unit},
        amount=abs(gap),
        about="total_out",
    )


@book.rule(
    "L03",
    reads=("totals.total_in", "totals.total_out"),
    uses=("totals.budget_total_in", "totals.budget_total_out"),
    per="book",
)
def deficit_in_general_budget(totals: Table, context: Context) -> Assessment:
    """The general book spends more than it has."""
    income, outlay = totals.money("total_in"), totals.money("total_out")
    deficit = outlay - income
    approved = totals.money("budget_total_out") - totals.money("budget_total_in")
    later = context.stage in {"adjustment", "final"}
    spared = context.level_is(totals, "province") & (approved >= deficit) if later else ~Truth.always(len(totals))
    return Assessment.of(
        totals,
        condition=(deficit > 0) & ~spared,
        measure=deficit,
        limit=0,
        values={"total_in": income, "total_out": outlay},
        amount=deficit,
        about="total_out",
        lacks={"totals.budget_total_out": ~approved.known & np.full(len(totals), later)},
    )


@book.rule("L16", reads=("totals.book", "totals.moved_in", "totals.moved_out"), per="entity")
def moves_between_books_differ(totals: Table, context: Context) -> Assessment:
    """What leaves the fund and state-capital books does not arrive in the general book, or more arrives there."""
    entity, books = totals.by(), totals.key("book")
    unit = entity.most(presentation_unit(totals))
    arrived = entity.one(totals.money("moved_in"), books.is_("general"))
    moved = totals.money("moved_out")
    fund, capital = books.is_("government_fund"), books.is_("state_capital")
    left = entity.sum(moved, fund | capital)
    both = entity.any(fund) & (entity.any(capital) | context.level_is(entity, "county", "township"))
    left = Exact(left.values, left.low, left.high & both.yes, left.kind, left.bound)
    gap = left - arrived
    return Assessment.of(
        entity,
        applies=entity.any(fund | capital),
        steps=[(gap > unit, Severity.ORANGE), (-gap > unit, Severity.BLUE)],
        measure=abs(gap),
        limit=unit,
        values={
            "fund_moved_out": entity.one(moved, fund),
            "capital_moved_out": entity.one(moved, capital),
            "books_moved_out": left,
            "moved_in": arrived,
            "tolerance": unit,
        },
        amount=abs(gap),
        about="moved_in",
        lacks={"totals.moved_in": ~arrived.known, "totals.moved_out": ~left.known},
    )


@book.rule(
    "L19",
    reads=(
        "totals.book", "totals.own_revenue", "totals.own_expenditure",
        "funds.book", "funds.revenue", "funds.expenditure",
    ),
    per="book",
)  # fmt: skip
def book_not_broken_down(totals: Table, funds: Table) -> Assessment:
    """A fund or insurance book has money but no funds below it, or they do not add up to it."""
    revenue, spent = totals.money("own_revenue"), totals.money("own_expenditure")
    rows = _in_book(totals, funds, lambda below, ours: below.count(ours))
    listed_in, listed_out = _below(totals, funds, "revenue"), _below(totals, funds, "expenditure")
    spans = _in_book(totals, funds, lambda below, ours: below.sum(figure_span(funds), ours))
    span = spans.or_else(0) + figure_span(totals)
    income, outlay = compare(revenue, listed_in, span), compare(spent, listed_out, span)
    return Assessment.of(
        totals,
        steps=[
            (((revenue > 0) | (spent > 0)) & rows.equals(0), Severity.RED),
            ((rows > 0) & (income.different | outlay.different), Severity.ORANGE),
        ],
        measure=_larger(income, outlay),
        limit=income.tolerance,
        values={
            "own_revenue": revenue,
            "funds_revenue": listed_in,
            "own_expenditure": spent,
            "funds_expenditure": listed_out,
            "funds_listed": rows,
            "tolerance": income.tolerance,
        },
        about="own_revenue",
    )


def _larger(a: Comparison, b: Comparison) -> Exact:
    """The larger of two gaps, without sign, as far as they are known."""
    one, other = abs(a.gap), abs(b.gap)
    values = np.maximum(np.where(one.known, one.values, 0), np.where(other.known, other.values, 0))
    return Exact.of(values, one.known | other.known)


def _in_book(totals: Table, funds: Table, of: Callable[[Groups, Truth], Exact]) -> Exact:
    """For each row of ``totals`` a figure of the funds of the same entity, year and book."""
    below, books, own = funds.by(), funds.key("book"), totals.key("book")
    values, low, high = np.zeros(len(totals), np.int64), np.zeros(len(totals), bool), np.zeros(len(totals), bool)
    kind: ExactKind = "money"
    for name in ("government_fund", "social_insurance"):
        found, mine = of(below, books.is_(name)).take(totals.period), own.is_(name).yes
        values = np.where(mine, found.values, values)
        low, high, kind = low | (mine & found.low), high | (mine & found.high), found.kind
    return Exact(values, low, high, kind, magnitude(values))


def _below(totals: Table, funds: Table, column: str) -> Exact:
    """The sum of a column over the funds of each book."""
    return _in_book(totals, funds, lambda below, ours: below.sum(funds.money(column), ours))


_IN: Final = (
    "own_revenue", "upper_general", "upper_special", "carry_in", "moved_in", "stabilisation_in", "debt_in",
)  # fmt: skip
_OUT: Final = (
    "own_expenditure", "transfers_general", "transfers_special", "remitted_up",
    "stabilisation_out", "debt_repaid", "moved_out", "carry_out",
)  # fmt: skip


@book.rule(
    "L20",
    reads=tuple(f"totals.{c}" for c in ("total_in", *_IN, "total_out", *_OUT)),
    uses=("totals.remitted_from_below",),
    per="book",
)
def lines_do_not_make_up_the_total(totals: Table) -> Assessment:
    """The listed kinds of revenue or expenditure do not add up to the total of the book."""
    remitted = totals.money("remitted_from_below")
    # Not every level receives remittances; a blank one is at least nothing, so that a total too small is still seen.
    at_least = Exact(np.where(remitted.known, remitted.values, 0), np.ones(len(totals), bool), remitted.known, "money")
    parts_in, parts_out = added(totals, _IN) + at_least, added(totals, _OUT)
    income = compare(totals.money("total_in"), parts_in, figure_span(totals) * (len(_IN) + 2))
    outlay = compare(totals.money("total_out"), parts_out, figure_span(totals) * (len(_OUT) + 1))
    return Assessment.of(
        totals,
        condition=income.different | outlay.different,
        measure=_larger(income, outlay),
        limit=income.tolerance,
        values={
            "total_in": totals.money("total_in"),
            "parts_in": parts_in,
            "tolerance_in": income.tolerance,
            "total_out": totals.money("total_out"),
            "parts_out": parts_out,
            "tolerance_out": outlay.tolerance,
        },
        amount=_larger(income, outlay),
        about="total_in",
        lacks={"totals.remitted_from_below": ~remitted.known},
    )
