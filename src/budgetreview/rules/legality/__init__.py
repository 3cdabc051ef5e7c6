"""Family L: legality and balance of the four books (domain.md 8.2, 8.12)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.rule import ALL_BOOKS, Assessment, Context, Severity
from budgetreview.rules.laws import family
from budgetreview.rules.leaves import LEAF_COLUMNS, is_subtotal
from budgetreview.rules.readings import PROJECT, age, is_project
from budgetreview.rules.rounding import Comparison, compare, figure_span, presentation_unit
from budgetreview.rules.sums import is_parent
from budgetreview.table import Groups, Table
from budgetreview.values import Exact, ExactKind, Keys, Numbers, Ratio, Truth, magnitude

book: Final = family("legality")

_ABOVE_TOWNSHIP: Final = ("province", "city", "county")
_MONTHS: Final = 12
_ITEM: Final = 7
"""Digits of a function 项."""
_HEADING: Final = 5
"""Digits of an economic 款."""


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


_FUND_INCOME: Final = ("revenue", "carry_in", "transfers_in", "bonds")
_FUND_OUTLAY: Final = ("expenditure", "moved_out")


@book.rule("L04", reads=tuple(f"funds.{c}" for c in (*_FUND_INCOME, *_FUND_OUTLAY)), per="fund")
def fund_spends_more_than_it_has(funds: Table) -> Assessment:
    """A government fund pays out and moves out more than it takes in and carries in."""
    income, outlay = _added(funds, _FUND_INCOME), _added(funds, _FUND_OUTLAY)
    figures = len(_FUND_INCOME) + len(_FUND_OUTLAY)
    room = figure_span(funds) * Fraction(figures, 2)
    return Assessment.of(
        funds,
        condition=outlay - income > room,
        measure=outlay,
        limit=income,
        values={
            **{c: funds.money(c) for c in (*_FUND_INCOME, *_FUND_OUTLAY)},
            "tolerance": room,
        },
        amount=outlay - income,
        about="expenditure",
    )


def _added(table: Table, names: tuple[str, ...]) -> Exact:
    total = table.money(names[0])
    for name in names[1:]:
        total = total + table.money(name)
    return total


@book.rule("L05", reads=("totals.own_expenditure", "totals.moved_out", "totals.total_in"), per="book")
def state_capital_in_deficit(totals: Table) -> Assessment:
    """The state-capital book spends and moves out more than its total income."""
    spent, moved, income = totals.money("own_expenditure"), totals.money("moved_out"), totals.money("total_in")
    return Assessment.of(
        totals,
        condition=spent + moved > income,
        measure=spent + moved,
        limit=income,
        values={"own_expenditure": spent, "moved_out": moved, "total_in": income},
        amount=spent + moved - income,
        about="own_expenditure",
    )


@book.rule("L06", reads=("totals.own_revenue", "totals.moved_out"), per="book")
def state_capital_moves_nothing(totals: Table) -> Assessment:
    """The state-capital book has revenue and moves none of it to the general book."""
    revenue, moved = totals.money("own_revenue"), totals.money("moved_out")
    return Assessment.of(
        totals,
        applies=revenue > 0,
        condition=moved.equals(0),
        measure=moved,
        limit=0,
        values={"own_revenue": revenue, "moved_out": moved},
        amount=revenue,
        about="moved_out",
    )


@attrs.frozen
class Share:
    """One share that a figure is held against."""

    share: Fraction


@book.rule("L07", reads=("totals.own_revenue", "totals.moved_out"), per="book", parameters=Share)
def state_capital_moves_little(totals: Table, p: Share) -> Assessment:
    """The state-capital book moves a smaller share of its revenue to the general book than policy asks."""
    revenue, moved = totals.money("own_revenue"), totals.money("moved_out")
    ratio = Ratio(moved, revenue)
    return Assessment.of(
        totals,
        applies=revenue > 0,
        condition=ratio < p.share,
        measure=ratio,
        limit=p.share,
        values={"own_revenue": revenue, "moved_out": moved},
        amount=moved,
        about="moved_out",
    )


@book.rule("L08", reads=("funds.revenue", "funds.expenditure"), per="fund")
def insurance_gap_in_the_year(funds: Table) -> Assessment:
    """An insurance spends more in the year than its income of the year, subsidies included."""
    revenue, spent = funds.money("revenue"), funds.money("expenditure")
    return Assessment.of(
        funds,
        condition=spent > revenue,
        measure=spent,
        limit=revenue,
        values={"revenue": revenue, "expenditure": spent},
        amount=spent - revenue,
        about="expenditure",
    )


@attrs.frozen
class MonthsLeft:
    """Months of benefits that a balance should cover."""

    low: int
    fair: int


@book.rule("L09", reads=("funds.balance", "funds.expenditure"), per="fund", parameters=MonthsLeft)
def insurance_balance_short(funds: Table, p: MonthsLeft) -> Assessment:
    """The accumulated balance of an insurance pays for too few months of benefits."""
    balance, spent = funds.money("balance"), funds.money("expenditure")
    months = Ratio(Exact.of(balance.values.astype(object) * _MONTHS, balance.known), spent)
    shown, known = months.floats()
    return Assessment.of(
        funds,
        applies=spent > 0,
        steps=[(months < p.low, Severity.ORANGE), (months < p.fair, Severity.YELLOW)],
        measure=Numbers(shown, known, "months"),
        limit=p.fair,
        values={"balance": balance, "expenditure": spent},
        amount=balance,
        about="balance",
    )


@attrs.frozen
class ReserveRange:
    """Least and largest lawful share of the reserve."""

    least: Fraction
    most: Fraction


@book.rule("L10", reads=("totals.reserve", "totals.own_expenditure"), per="book", parameters=ReserveRange)
def reserve_outside_range(totals: Table, p: ReserveRange) -> Assessment:
    """The reserve lies outside its lawful share of own-level general expenditure."""
    reserve, base = totals.money("reserve"), totals.money("own_expenditure")
    share = Ratio(reserve, base)
    above = share > p.most
    return Assessment.of(
        totals,
        applies=base > 0,
        condition=(share < p.least) | above,
        measure=share,
        limit=Numbers(np.where(above.yes, float(p.most), float(p.least)), np.ones(len(totals), bool), "share"),
        values={"reserve": reserve, "own_expenditure": base},
        amount=reserve,
        about="reserve",
    )


@book.rule("L11", reads=("totals.working_capital", "totals.own_expenditure"), per="book", parameters=Share)
def working_capital_above_limit(totals: Table, p: Share) -> Assessment:
    """The budget working capital is above its lawful share of own-level general expenditure."""
    capital, base = totals.money("working_capital"), totals.money("own_expenditure")
    ratio = Ratio(capital, base)
    return Assessment.of(
        totals,
        applies=base > 0,
        condition=ratio > p.share,
        measure=ratio,
        limit=p.share,
        values={"working_capital": capital, "own_expenditure": base},
        amount=capital,
        about="working_capital",
    )


_STABILISATION_BASE: Final = ("own_expenditure", "transfers_general", "transfers_special")


@book.rule(
    "L12",
    reads=("totals.stabilisation_balance", *(f"totals.{c}" for c in _STABILISATION_BASE)),
    per="book",
    parameters=Share,
)
def stabilisation_fund_large(totals: Table, p: Share) -> Assessment:
    """The stabilisation fund is large beside own-level expenditure with transfers down."""
    balance, base = totals.money("stabilisation_balance"), _added(totals, _STABILISATION_BASE)
    ratio = Ratio(balance, base)
    return Assessment.of(
        totals,
        applies=base > 0,
        condition=ratio > p.share,
        measure=ratio,
        limit=p.share,
        values={"stabilisation_balance": balance, **{c: totals.money(c) for c in _STABILISATION_BASE}},
        amount=balance,
        about="stabilisation_balance",
    )


_SUM_COLUMNS: Final = tuple(dict.fromkeys((*LEAF_COLUMNS, "project_name", "basic", "fund_source")))


def _is_sum(lines: Table) -> Truth:
    """Whether a line only sums up lower function codes: its figures say so, or its place above them does."""
    return is_subtotal(lines, "function_code") | is_parent(lines, "function_code")


@attrs.frozen
class FunctionDepth:
    """How many digits a function code must have, and the classes that have no 项."""

    digits: int
    exempt: tuple[str, ...]


@book.rule("L13", reads=("function_code",), uses=_SUM_COLUMNS, parameters=FunctionDepth)
def function_not_down_to_item(lines: Table, p: FunctionDepth) -> Assessment:
    """An expenditure line whose function code stops above the 项."""
    code = lines.key("function_code")
    return Assessment.of(
        lines,
        applies=~code.startswith(*p.exempt) & ~_is_sum(lines),
        condition=_shorter(code, p.digits),
        measure=_digits(code),
        limit=p.digits,
        values={"function_code": code, "code_length": _digits(code)},
        about="function_code",
    )


def _shorter(code: Keys, digits: int) -> Truth:
    return code.where(lambda w: len(w) < digits)


def _digits(code: Keys) -> Exact:
    lengths = np.array([len(w) for w in code.words] + [0], np.int64)
    return Exact.of(lengths[code.codes], code.known, "count")


@attrs.frozen
class EconomicDepth:
    """How many digits an economic code must have."""

    digits: int


_ECONOMIC: Final = ("dept_economic_code", "gov_economic_code")


@book.rule("L14", reads=("basic",), uses=(*_ECONOMIC, *LEAF_COLUMNS), parameters=EconomicDepth)
def basic_not_down_to_heading(lines: Table, p: EconomicDepth) -> Assessment:
    """A basic line whose economic code stops above the 款."""
    given = [c for c in _ECONOMIC if lines.has(c)]
    condition = ~Truth.always(len(lines)) if given else Truth.unknown(len(lines))
    applies = lines.mark("basic")
    for column in given:
        condition = condition | (_shorter(lines.key(column), p.digits) & ~_without(lines, column))
        applies = applies & ~is_subtotal(lines, column)
    return Assessment.of(
        lines,
        applies=applies,
        condition=_nowhere_absent(condition, lines, given),
        measure=_shortest(lines, given),
        limit=p.digits,
        values={**{c: lines.key(c) for c in _ECONOMIC}, "code_length": _shortest(lines, given)},
        about=given[0] if given else "basic",
        lacks={c: ~lines.known(c) & (lines.has(c) or not given) for c in _ECONOMIC},
    )


def _without(lines: Table, column: str) -> Truth:
    """Lines of a sheet that does not have the column: it says nothing of them."""
    absent = lines.absent(column)
    return Truth.known(np.zeros(len(lines), bool) if absent is None else absent)


def _nowhere_absent(condition: Truth, lines: Table, given: list[str]) -> Truth:
    """The condition, unknown for lines of sheets that have none of the columns."""
    some = np.zeros(len(lines), bool)
    for column in given:
        absent = lines.absent(column)
        some |= True if absent is None else ~absent
    return condition.only(some)


def _shortest(lines: Table, columns: list[str]) -> Exact:
    """The length of the shortest code given in the columns."""
    n = len(lines)
    least, known = np.full(n, np.iinfo(np.int64).max), np.zeros(n, bool)
    for column in columns:
        length = _digits(lines.key(column))
        least = np.where(length.known, np.minimum(least, length.values), least)
        known |= length.known
    return Exact.of(np.where(known, least, 0), known, "count")


@book.rule(
    "L15",
    reads=("dept_economic_code",),
    uses=tuple(dict.fromkeys((*PROJECT, *LEAF_COLUMNS))),
    parameters=EconomicDepth,
)
def project_not_down_to_heading(lines: Table, p: EconomicDepth) -> Assessment:
    """A department's project line whose economic code stops above the 款."""
    code = lines.key("dept_economic_code")
    return Assessment.of(
        lines,
        applies=is_project(lines) & ~is_subtotal(lines, "dept_economic_code"),
        condition=_shorter(code, p.digits),
        measure=_digits(code),
        limit=p.digits,
        values={"dept_economic_code": code, "code_length": _digits(code)},
        about="dept_economic_code",
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


_KINDS: Final = ("general", "special")


@book.rule(
    "L17",
    uses=(
        *(f"totals.{c}" for c in ("upper_general", "upper_special", "notified_general", "notified_special")),
        "transfers.kind",
        "transfers.amount",
        "transfers.notified",
    ),
    per="transfer kind",
    optional=("totals", "transfers"),
    parameters=Share,
)
def notified_transfers_not_budgeted(totals: Table, transfers: Table, p: Share) -> Assessment:
    """Transfers that were announced in advance are budgeted with less than was announced."""
    units = _two_of_each(totals)
    general, special = (_of_kind(totals, transfers, kind) for kind in _KINDS)
    budgeted, notified = _in_turn(general[0], special[0]), _in_turn(general[1], special[1])
    turn = np.arange(len(units)) % len(_KINDS)
    return Assessment.of(
        units,
        condition=budgeted < notified * p.share,
        measure=budgeted,
        limit=notified * p.share,
        values={"budgeted": budgeted, "notified": notified, "shortfall": notified - budgeted},
        amount=notified - budgeted,
        about=Keys.of([f"upper_{k}" for k in _KINDS] * len(totals.periods)),
        subject={"kind": Keys.of([f"{k}_transfers" for k in _KINDS] * len(totals.periods))},
        lacks={
            **{f"totals.upper_{k}": ~budgeted.known & (turn == i) for i, k in enumerate(_KINDS)},
            **{f"totals.notified_{k}": ~notified.known & (turn == i) for i, k in enumerate(_KINDS)},
        },
    )


def _two_of_each(totals: Table) -> Groups:
    """Two units for every entity and year: its general and its special transfers."""
    entity = totals.by()
    n = len(totals)
    first = []
    for kind in _KINDS:  # the row that says it, else the first one
        said = totals.money(f"upper_{kind}").known
        row = np.full(len(entity), n, np.int64)
        row[entity.index[said][::-1]] = np.flatnonzero(said)[::-1]
        first.append(np.where(row < n, row, entity.first))
    return Groups(totals, (), entity.index * 2, np.column_stack(first).ravel(), np.repeat(entity.period, 2))


def _of_kind(totals: Table, transfers: Table, kind: str) -> tuple[Exact, Exact]:
    """Budgeted and announced transfers of a kind: from ``totals``, where it lacks them the sums of ``transfers``."""
    entity, below = totals.by(), transfers.by()
    columns = (f"upper_{kind}", f"notified_{kind}")
    general, ours = totals.key("book").is_("general"), transfers.key("kind").is_(kind)
    absent = np.logical_or.reduce([np.zeros(len(totals), bool), *(
        mask for c in columns if (mask := totals.absent(c)) is not None
    )])  # fmt: skip
    stated = entity.any(general & Truth.known(~absent)).yes
    given = below.any(ours).yes
    found = []
    for column, own in zip(columns, ("amount", "notified"), strict=True):
        one, sums = entity.one(totals.money(column), general), below.sum(transfers.money(own), ours).only(given)
        found.append(Exact.of(np.where(stated, one.values, sums.values), np.where(stated, one.known, sums.known)))
    return found[0], found[1]


def _in_turn(general: Exact, special: Exact) -> Exact:
    """General and special figures of each entity and year, one after the other."""
    values, known = (np.column_stack([a, b]).ravel() for a, b in (
        (general.values, special.values), (general.known, special.known)
    ))  # fmt: skip
    return Exact.of(values, known)


@book.rule(
    "L18",
    reads=("executed", "note"),
    uses=("calendar.event", "calendar.date"),
    optional=("calendar",),
)
def spending_before_approval_unexplained(lines: Table, calendar: Table, context: Context) -> Assessment:
    """Money was already spent under the draft before it was approved, and the line says nothing about it."""
    executed = lines.money("executed")
    approved = calendar.by().least(calendar.whole("date"), calendar.key("event").is_("budget_approved"))
    today = (np.datetime64(context.as_of) - np.datetime64("1970-01-01")).astype(np.int64)
    over = np.asarray(approved.known & (approved.values <= int(today)))[lines.period]
    return Assessment.of(
        lines,
        applies=Truth.known(~over),
        condition=(executed > 0) & lines.blank("note"),
        measure=executed,
        limit=0,
        values={"executed": executed, "note": lines.key("note")},
        amount=executed,
        about="executed",
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
    parts_in, parts_out = _added(totals, _IN) + at_least, _added(totals, _OUT)
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


@attrs.frozen
class CarryAge:
    """The age up to which money carried over still counts as carry-over."""

    age: int


@book.rule(
    "L21",
    reads=("totals.carry_in", "carryover", "carryover_year"),
    per="book",
    parameters=CarryAge,
)
def surplus_carried_on(totals: Table, lines: Table, p: CarryAge) -> Assessment:
    """More is carried in than the lines carry over for their projects: the rest looks like a surplus."""
    carried = totals.money("carry_in")
    young = age(lines, "carryover_year") <= p.age
    entity = lines.by()
    explained = entity.sum(lines.money("carryover"), young).take(totals.period)
    span = entity.sum(figure_span(lines), young).take(totals.period).or_else(0) + figure_span(totals)
    held = compare(carried, explained, span)
    return Assessment.of(
        totals,
        applies=carried > 0,
        condition=held.gap > held.tolerance,
        measure=held.gap,
        limit=held.tolerance,
        values={"carry_in": carried, "carried_by_lines": explained, "tolerance": held.tolerance},
        amount=held.gap,
        about="carry_in",
    )


@attrs.frozen
class AccountsDepth:
    """How many digits the codes of the final accounts must have, and the classes that have no 项."""

    function_digits: int
    economic_digits: int
    exempt: tuple[str, ...]


@book.rule("L22", reads=("function_code",), uses=_SUM_COLUMNS, parameters=AccountsDepth)
def accounts_not_detailed(lines: Table, p: AccountsDepth) -> Assessment:
    """A line of the final accounts without a function 项 or without an economic 款."""
    function = lines.key("function_code")
    given = [c for c in _ECONOMIC if lines.has(c)]
    shallow = Truth.always(len(lines)) if given else Truth.unknown(len(lines))
    sums = _is_sum(lines)
    for column in given:
        shallow = shallow & (_shorter(lines.key(column), p.economic_digits) | _without(lines, column))
        sums = sums | is_subtotal(lines, column)
    return Assessment.of(
        lines,
        applies=~function.startswith(*p.exempt) & ~sums,
        condition=_shorter(function, p.function_digits) | _nowhere_absent(shallow, lines, given),
        measure=_digits(function),
        limit=p.function_digits,
        values={
            "function_code": function,
            **{c: lines.key(c) for c in _ECONOMIC},
            "function_length": _digits(function),
            "economic_length": _longest(lines, given),
        },
        about="function_code",
        lacks={c: ~lines.known(c) & (lines.has(c) or not given) for c in _ECONOMIC},
    )


def _longest(lines: Table, columns: list[str]) -> Exact:
    """The length of the longest code given in the columns, 0 where none is given."""
    longest = np.zeros(len(lines), np.int64)
    for column in columns:
        length = _digits(lines.key(column))
        longest = np.maximum(longest, np.where(length.known, length.values, 0))
    return Exact.of(longest, kind="count")
