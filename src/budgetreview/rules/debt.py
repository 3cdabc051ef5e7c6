"""Family B: government debt (domain.md 8.7, 8.12)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.fiscal import months_elapsed
from budgetreview.rule import Assessment, Context, Severity
from budgetreview.rules.laws import family
from budgetreview.table import Groups, Table
from budgetreview.values import Bools, Exact, Ratio, Truth

book: Final = family("debt")


def _of_book(totals: Table, general: str, special: str) -> Exact:
    """The figure for general debt in the row of the general book, that for special debt in the fund row."""
    ours = totals.key("book").is_("general").yes
    a, b = totals.money(general), totals.money(special)
    return Exact.of(np.where(ours, a.values, b.values), np.where(ours, a.known, b.known))


@book.rule(
    "B01",
    uses=(
        "totals.debt_balance_general", "totals.debt_limit_general", "totals.debt_balance_special",
        "totals.debt_limit_special",
    ),
    per="book",
)  # fmt: skip
def debt_above_limit(totals: Table) -> Assessment:
    """General or special debt lies above its approved limit."""
    balance = _of_book(totals, "debt_balance_general", "debt_balance_special")
    limit = _of_book(totals, "debt_limit_general", "debt_limit_special")
    return Assessment.of(
        totals,
        condition=balance > limit,
        measure=balance,
        limit=limit,
        values={"debt_balance": balance, "debt_limit": limit},
        amount=balance - limit,
        about="debt_balance_general",
        lacks=_lacks(totals, "debt_balance", balance) | _lacks(totals, "debt_limit", limit),
    )


def _lacks(totals: Table, name: str, figure: Exact) -> dict[str, Bools]:
    ours = totals.key("book").is_("general").yes
    return {f"totals.{name}_general": ours & ~figure.known, f"totals.{name}_special": ~ours & ~figure.known}


@attrs.frozen
class CurrentCost:
    """Economic classes of current cost."""

    department: tuple[str, ...]
    government: tuple[str, ...]


@book.rule(
    "B02",
    reads=("debt_funded",),
    uses=("dept_economic_code", "gov_economic_code"),
    parameters=CurrentCost,
)
def debt_pays_current_cost(lines: Table, p: CurrentCost) -> Assessment:
    """Money from debt pays wages, running cost or subsidies to persons."""
    department, government = lines.key("dept_economic_code"), lines.key("gov_economic_code")
    current = _given([
        (department.startswith(*p.department), lines.absent("dept_economic_code")),
        (government.startswith(*p.government), lines.absent("gov_economic_code")),
    ])  # fmt: skip
    return Assessment.of(
        lines,
        condition=lines.mark("debt_funded") & current,
        values={
            "debt_funded": lines.mark("debt_funded"),
            "current_cost": current,
            "dept_economic_code": department,
            "gov_economic_code": government,
        },
        about="debt_funded",
        lacks={
            "dept_economic_code": ~(lines.known("dept_economic_code") | lines.known("gov_economic_code"))
            & lines.mark("debt_funded").yes
        },
    )


def _given(parts: list[tuple[Truth, Bools | None]]) -> Truth:
    """Whether one of several conditions holds; those whose column is absent do not count unless all are."""
    n = len(parts[0][0])
    found, somewhere = Truth(np.zeros(n, bool), np.ones(n, bool)), np.zeros(n, bool)
    for truth, absent in parts:
        missing = np.zeros(n, bool) if absent is None else absent
        found = found | Truth(truth.yes, truth.no | missing)
        somewhere |= ~missing
    return Truth(found.yes, found.no & somewhere)


@attrs.frozen
class DirectDebt:
    """Revenue codes of direct borrowing, and the cities that have a debt limit of their own."""

    codes: tuple[str, ...]
    planned_cities: tuple[str, ...]


@book.rule("B03", reads=("function_code", "amount"), parameters=DirectDebt)
def direct_borrowing_below_province(lines: Table, p: DirectDebt) -> Assessment:
    """A government below the province lists revenue from debt of its own, not passed on to it."""
    spared = np.array([_six(x.entity) in p.planned_cities for x in lines.periods] + [False])[lines.period]
    code, amount = lines.key("function_code"), lines.money("amount")
    direct = code.startswith(*p.codes)
    return Assessment.of(
        lines,
        applies=Truth.known(~spared),
        condition=direct & (amount > 0),
        measure=amount,
        values={"function_code": code, "direct_debt": direct, "amount": amount},
        about="function_code",
    )


def _six(entity: str | None) -> str | None:
    return entity if entity is None else entity[:6]


@book.rule(
    "B04",
    reads=("totals.debt_in", "totals.budget_debt_in"),
    uses=("calendar.event", "calendar.date"),
    per="book",
    optional=("calendar",),
)
def new_debt_not_in_adjustment(totals: Table, calendar: Table, context: Context) -> Assessment:
    """More was borrowed than the budget has, and no adjustment plan was put forward for it."""
    debt, planned = totals.money("debt_in"), totals.money("budget_debt_in")
    events = ("adjustment_meeting",) if context.stage == "final" else ("adjustment_submitted", "adjustment_meeting")
    days = calendar.by()
    listed = np.append(days.any(calendar.key("event").isin(events)).yes, False)
    there = np.append(days.first < len(calendar), False)
    put_forward = Truth(listed, there & ~listed).take(totals.period)
    return Assessment.of(
        totals,
        condition=(debt > planned) & ~put_forward,
        measure=debt - planned,
        limit=0,
        values={"debt_in": debt, "budget_debt_in": planned, "adjustment_plan": put_forward},
        amount=debt - planned,
        about="debt_in",
        lacks={"calendar": (debt > planned).yes & put_forward.open},
    )


@book.rule(
    "B05",
    reads=("totals.debt_service_due",),
    uses=(
        "totals.debt_repaid", "totals.interest_general", "totals.interest_special", "function_code", "amount", "book",
    ),
    per="book",
    optional=("lines",),
)  # fmt: skip
def debt_service_under_budgeted(totals: Table, lines: Table) -> Assessment:
    """Repayment and interest in the budget are less than what falls due."""
    due = totals.money("debt_service_due")
    service = _service(totals, lines)
    return Assessment.of(
        totals,
        applies=due > 0,
        condition=service < due,
        measure=service,
        limit=due,
        values={"debt_service": service, "debt_service_due": due},
        amount=due - service,
        about="debt_service_due",
        lacks={"totals.debt_repaid": ~service.known},
    )


def _service(totals: Table, lines: Table) -> Exact:
    """Repayment and interest of each row's book: of the lines (231, 232), of the totals where they have none."""
    repaid = _listed(totals, lines, "231", totals.money("debt_repaid"))
    return repaid + _listed(totals, lines, "232", _of_book(totals, "interest_general", "interest_special"))


def _listed(totals: Table, lines: Table, kind: str, own: Exact) -> Exact:
    """What the lines of a class add up to in each row's book; ``own`` where they list none."""
    entity, code, word = lines.by(), lines.key("function_code"), lines.key("book")
    values, low, high = own.values, own.low, own.high
    for name in ("general", "government_fund"):
        ours = code.startswith(kind) & word.is_(name)
        total, none = entity.sum(lines.money("amount"), ours), ~entity.any(ours)
        rows = totals.key("book").is_(name).yes & ~none.yes[totals.period]
        values = np.where(rows, total.values[totals.period], values)
        low, high = (np.where(rows, side[totals.period], was) for side, was in ((total.low, low), (total.high, high)))
    return Exact(values, low, high, "money")


@attrs.frozen
class InterestShare:
    """Shares of interest in expenditure from which it is a burden."""

    watch: Fraction
    line: Fraction


@book.rule(
    "B06",
    reads=("totals.own_expenditure",),
    uses=("totals.interest_general", "totals.interest_special"),
    per="book",
    parameters=InterestShare,
)
def interest_share_high(totals: Table, p: InterestShare) -> Assessment:
    """Interest takes a share of expenditure near or above the line of fiscal restructuring."""
    interest = _of_book(totals, "interest_general", "interest_special")
    spent = totals.money("own_expenditure")
    share = Ratio(interest, spent)
    return Assessment.of(
        totals,
        applies=spent > 0,
        steps=[(share > p.line, Severity.RED), (share > p.watch, Severity.YELLOW)],
        measure=share,
        limit=p.line,
        values={"interest": interest, "own_expenditure": spent},
        amount=interest,
        about="own_expenditure",
        lacks=_lacks(totals, "interest", interest),
    )


@attrs.frozen
class DebtBands:
    """Debt over resources from which each colour begins."""

    yellow: Fraction
    orange: Fraction
    red: Fraction


@book.rule(
    "B07",
    reads=("totals.debt_balance_general", "totals.debt_balance_special", "totals.comprehensive_resources"),
    per="entity",
    parameters=DebtBands,
)
def debt_ratio_in_warning_band(totals: Table, p: DebtBands) -> Assessment:
    """General and special debt together are large beside the comprehensive resources."""
    entity, word = totals.by(), totals.key("book")
    general = entity.one(totals.money("debt_balance_general"), word.is_("general"))
    special = entity.one(totals.money("debt_balance_special"), word.is_("government_fund"))
    resources = entity.one(totals.money("comprehensive_resources"), word.is_("general"))
    rate = Ratio(general + special, resources)
    return Assessment.of(
        entity,
        applies=~(resources <= 0),
        steps=[(rate >= p.red, Severity.RED), (rate >= p.orange, Severity.ORANGE), (rate >= p.yellow, Severity.YELLOW)],
        measure=rate,
        limit=p.yellow,
        values={
            "debt_balance_general": general,
            "debt_balance_special": special,
            "comprehensive_resources": resources,
        },
        amount=general + special,
        about="comprehensive_resources",
    )


@attrs.frozen
class Cover:
    """How many times income should cover principal and interest."""

    times: Fraction


@book.rule("B08", reads=("project", "project_income", "debt_service"), per="project", parameters=Cover)
def income_does_not_cover_debt(lines: Table, p: Cover) -> Assessment:
    """A project's income does not cover the principal and interest of its special debt by the margin."""
    units = lines.by("project")
    income, service = units.most(lines.money("project_income")), units.least(lines.money("debt_service"))
    cover = Ratio(income, service)
    return Assessment.of(
        units,
        applies=service > 0,
        condition=cover < p.times,
        measure=cover,
        limit=p.times,
        values={"project_income": income, "debt_service": service},
        amount=service,
        about="project_income",
    )


@attrs.frozen
class Idle:
    """After how many months which share should be spent."""

    months: int
    share: Fraction


@book.rule("B09", reads=("debt_funded", "current", "executed"), parameters=Idle)
def bond_money_idle(lines: Table, context: Context, p: Idle) -> Assessment:
    """Much of a line's bond money is unspent late in the year."""
    current, executed = lines.money("current"), lines.money("executed")
    years = [x.fiscal_year for x in lines.periods]
    passed = np.array([0 if y is None else months_elapsed(y, context.as_of) for y in years] + [0])[lines.period]
    dated = np.array([y is not None for y in years] + [False])[lines.period]
    months = Exact.of(passed, dated, "months")
    rate = Ratio(executed, current)
    return Assessment.of(
        lines,
        applies=lines.mark("debt_funded") & (current > 0),
        condition=(months > p.months) & (rate < p.share),
        measure=rate,
        limit=p.share,
        values={"current": current, "executed": executed, "months_passed": months},
        amount=current - executed,
        about="executed",
    )


@book.rule("B10", uses=("book", "debt_funded", "totals.debt_in"), per="entity", optional=("lines", "totals"))
def debt_in_another_book(lines: Table, totals: Table) -> Assessment:
    """The state-capital or the social insurance book has money from debt."""
    listed, summed = lines.by(), totals.by()
    marked, income = lines.mark("debt_funded"), totals.money("debt_in") > 0
    absent = lines.absent("debt_funded")
    rows, sums = listed.first < len(lines), summed.first < len(totals)
    asked = rows if absent is None else listed.any(Truth.known(~absent)).yes
    funded = listed.any(marked if absent is None else Truth(marked.yes, marked.no | absent))
    taken = summed.any(income)
    found = Truth(funded.yes, funded.no | ~asked) | Truth(taken.yes, taken.no | ~sums)
    debt = summed.sum(totals.money("debt_in"))
    units: Groups = listed if len(lines) else summed
    return Assessment.of(
        units,
        applies=Truth.known(rows | sums),
        condition=Truth(found.yes, found.no & (asked | sums)),
        values={"funded_lines": listed.count(marked), "debt_in": debt, "lines_funded": funded},
        members=marked if len(lines) else None,
        about="debt_funded" if len(lines) else "debt_in",
        lacks={"debt_funded": rows & ~asked & ~found.yes, "totals.debt_in": sums & taken.open},
    )
