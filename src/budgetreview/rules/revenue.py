"""Family V: revenue estimates and what became of them (domain.md 8.4, 8.12)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.rule import Assessment, Context, Severity
from budgetreview.rules.laws import family
from budgetreview.table import Groups, Table
from budgetreview.tables import NO_BOOK
from budgetreview.values import Bools, Exact, Numbers, Ratio, Truth, growth

book: Final = family("revenue")

_BILLION: Final = 10**9


@attrs.frozen
class Gap:
    """How far two growths may lie apart."""

    gap: Fraction


def _ratio_of(share: Numbers) -> Ratio:
    """A share read from a file as a ratio of whole numbers, exact to nine decimals."""
    whole = np.rint(np.where(share.known, share.values, 0.0) * _BILLION).astype(np.int64)
    return Ratio(Exact.of(whole, share.known), Exact.of(np.full(len(share), _BILLION)))


@book.rule(
    "V01",
    reads=("totals.own_revenue", "totals.prior_own_revenue", "totals.gdp_growth"),
    per="book",
    parameters=Gap,
)
def growth_unlike_economy(totals: Table, p: Gap) -> Assessment:
    """Revenue is expected to grow much faster or slower than the economy."""
    now, before = totals.money("own_revenue"), totals.money("prior_own_revenue")
    economy = totals.number("gdp_growth")
    rate = growth(now, before)
    apart = abs(rate - _ratio_of(economy))
    return Assessment.of(
        totals,
        applies=before > 0,
        condition=apart > p.gap,
        measure=apart,
        limit=p.gap,
        values={
            "own_revenue": now,
            "prior_own_revenue": before,
            "gdp_growth": Numbers(economy.values, economy.known, "share"),
            "revenue_growth": rate,
        },
        amount=now - before,
        about="own_revenue",
    )


@attrs.frozen
class Band:
    """Between which shares of last year's outturn a forecast is ordinary."""

    least: Fraction
    most: Fraction


@book.rule("V02", reads=("totals.own_revenue", "totals.prior_own_revenue"), per="book", parameters=Band)
def forecast_off_outturn(totals: Table, p: Band) -> Assessment:
    """Revenue is budgeted far from last year's outturn."""
    now, before = totals.money("own_revenue"), totals.money("prior_own_revenue")
    rate = Ratio(now, before)
    return Assessment.of(
        totals,
        applies=before > 0,
        condition=(rate < p.least) | (rate > p.most),
        measure=rate,
        limit=p.most,
        values={"own_revenue": now, "prior_own_revenue": before},
        amount=now,
        about="own_revenue",
    )


@attrs.frozen
class NonTax:
    """Shares of non-tax revenue above which it is to be explained."""

    high: Fraction
    very_high: Fraction


@book.rule("V03", reads=("totals.non_tax", "totals.own_revenue"), per="book", parameters=NonTax)
def non_tax_share_high(totals: Table, p: NonTax) -> Assessment:
    """A large share of own revenue is no tax."""
    part, whole = totals.money("non_tax"), totals.money("own_revenue")
    share = Ratio(part, whole)
    return Assessment.of(
        totals,
        applies=whole > 0,
        steps=[(share > p.very_high, Severity.ORANGE), (share > p.high, Severity.YELLOW)],
        measure=share,
        limit=p.high,
        values={"non_tax": part, "own_revenue": whole},
        amount=part,
        about="non_tax",
    )


@book.rule(
    "V04",
    reads=("totals.non_tax", "totals.prior_non_tax", "totals.tax", "totals.prior_tax"),
    per="book",
    parameters=Gap,
)
def non_tax_outgrows_tax(totals: Table, p: Gap) -> Assessment:
    """Non-tax revenue grows much faster than taxes."""
    other, prior_other = totals.money("non_tax"), totals.money("prior_non_tax")
    tax, prior_tax = totals.money("tax"), totals.money("prior_tax")
    ahead = growth(other, prior_other) - growth(tax, prior_tax)
    return Assessment.of(
        totals,
        applies=(prior_other > 0) & (prior_tax > 0),
        condition=ahead > p.gap,
        measure=ahead,
        limit=p.gap,
        values={"non_tax": other, "prior_non_tax": prior_other, "tax": tax, "prior_tax": prior_tax},
        amount=other - prior_other,
        about="non_tax",
    )


@attrs.frozen
class Share:
    """A share that should not be passed."""

    share: Fraction


@book.rule("V05", reads=("totals.fines", "totals.prior_fines"), per="book", parameters=Share)
def fines_grow_fast(totals: Table, p: Share) -> Assessment:
    """Fines and confiscations grow fast."""
    now, before = totals.money("fines"), totals.money("prior_fines")
    rate = growth(now, before)
    return Assessment.of(
        totals,
        applies=before > 0,
        condition=rate > p.share,
        measure=rate,
        limit=p.share,
        values={"fines": now, "prior_fines": before},
        amount=now - before,
        about="fines",
    )


@attrs.frozen
class Least:
    """The smallest amount worth asking about."""

    amount: int


@book.rule("V06", reads=("book", "function_code", "amount", "prior_approved"), per="revenue code", parameters=Least)
def revenue_source_absent(lines: Table, p: Least) -> Assessment:
    """A source that brought revenue last year brings none this year."""
    units = lines.by("book", "function_code")
    # a line without book or code may be the source that seems to be gone
    elsewhere = lines.by().any(Truth.known(~(lines.known("book") & lines.known("function_code")))).yes
    now, before = units.sum(lines.money("amount")), units.sum(lines.money("prior_approved"))
    return Assessment.of(
        units,
        applies=~units.key("book").is_(NO_BOOK),
        condition=((before > p.amount) & now.equals(0)).only(~elsewhere[units.period]),
        measure=before,
        limit=p.amount,
        values={"revenue": now, "prior_revenue": before},
        amount=before,
        about="amount",
    )


_LAND: Final = "土地使用权出让"
_LAND_CODE: Final = "1030148"


@book.rule(
    "V07",
    uses=(
        "function_code", "function_name", "amount", "prior_executed", "funds.fund", "funds.revenue",
        "funds.prior_revenue",
    ),
    per="entity",
    optional=("lines", "funds"),
    parameters=Share,
)  # fmt: skip
def land_income_over_estimated(lines: Table, funds: Table, p: Share) -> Assessment:
    """Income from land is budgeted well above what it brought last year."""
    listed, summed = lines.by(), funds.by()
    named = lines.key("function_name").where(lambda n: _LAND in n)
    coded = lines.key("function_code").startswith(_LAND_CODE)
    ours = Truth(named.yes | coded.yes, ~(named.yes | coded.yes))
    fund = funds.key("fund").where(lambda n: _LAND in n)
    here = listed.any(ours).yes
    there = summed.any(fund).yes
    now = _first_known(listed.sum(lines.money("amount"), ours), here, summed.sum(funds.money("revenue"), fund), there)
    before = _first_known(
        listed.sum(lines.money("prior_executed"), ours), here, summed.sum(funds.money("prior_revenue"), fund), there
    )
    units: Groups = listed if len(lines) else summed
    nothing = _rows(listed) | _rows(summed)
    rise = growth(now, before)
    return Assessment.of(
        units,
        applies=Truth(here | there, nothing & ~here & ~there) & ~before.equals(0),
        condition=now > before * (1 + p.share),
        measure=rise,
        limit=p.share,
        values={"land_income": now, "prior_land_income": before},
        members=ours if len(lines) else None,
        amount=now,
        about="amount" if len(lines) else "revenue",
        lacks={"funds": ~(here | there), "prior_executed": here & ~before.known},
    )


def _rows(units: Groups) -> Bools:
    """Entities and years that have rows in the table."""
    return units.first < len(units.table)


def _first_known(a: Exact, here: Bools, b: Exact, there: Bools) -> Exact:
    return a.only(here).or_else(b.only(there))


@book.rule(
    "V08",
    reads=("totals.own_revenue", "totals.budget_own_revenue", "totals.stabilisation_out"),
    uses=("totals.total_in", "totals.total_out", "totals.budget_total_in", "totals.budget_total_out"),
    per="book",
)
def over_collection_spent(totals: Table, context: Context) -> Assessment:
    """Revenue above the budget neither filled the stabilisation fund nor cut an approved deficit."""
    revenue, planned = totals.money("own_revenue"), totals.money("budget_own_revenue")
    kept = totals.money("stabilisation_out")
    cut = _deficit_cut(totals, context)
    over = revenue - planned
    return Assessment.of(
        totals,
        condition=(over > 0) & (kept + cut < over),
        measure=over,
        limit=kept + cut,
        values={"own_revenue": revenue, "budget_own_revenue": planned, "stabilisation_out": kept, "deficit_cut": cut},
        amount=over - kept - cut,
        about="stabilisation_out",
    )


def _deficit_cut(totals: Table, context: Context) -> Exact:
    """By how much an approved deficit was cut; only a province can have one (BL 35, 66), elsewhere it is zero."""
    planned = _positive(totals.money("budget_total_out") - totals.money("budget_total_in"))
    actual = _positive(totals.money("total_out") - totals.money("total_in"))
    cut = _positive(planned - actual)
    province = context.level_is(totals, "province")
    return Exact.of(np.where(province.no, 0, cut.values), cut.known | province.no)


def _positive(x: Exact) -> Exact:
    return Exact.of(np.maximum(x.values, 0), x.known)


@book.rule(
    "V09",
    reads=(
        "totals.prior_own_revenue", "totals.prior_budget_own_revenue", "totals.prior_carry_out",
        "totals.prior_own_expenditure", "totals.prior_budget_own_expenditure",
    ),
    per="book",
)  # fmt: skip
def surplus_or_shortfall_not_handled(totals: Table) -> Assessment:
    """Last year's surplus of a fund or state-capital book was not kept, or its shortfall not met by spending less."""
    revenue, planned = totals.money("prior_own_revenue"), totals.money("prior_budget_own_revenue")
    carried = totals.money("prior_carry_out")
    spent, allowed = totals.money("prior_own_expenditure"), totals.money("prior_budget_own_expenditure")
    over = revenue - planned
    return Assessment.of(
        totals,
        condition=((over > 0) & (carried < over)) | ((over < 0) & (spent >= allowed)),
        measure=over,
        values={
            "prior_own_revenue": revenue,
            "prior_budget_own_revenue": planned,
            "prior_carry_out": carried,
            "prior_own_expenditure": spent,
            "prior_budget_own_expenditure": allowed,
        },
        amount=over,
        about="prior_own_revenue",
    )
