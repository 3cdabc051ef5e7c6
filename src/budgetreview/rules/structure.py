"""Family S: totals and structure of the budget (domain.md 8.4)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.codes import class_of
from budgetreview.rule import Assessment
from budgetreview.rules.laws import family
from budgetreview.rules.readings import last_year
from budgetreview.table import Groups, Table
from budgetreview.tables import NO_BOOK
from budgetreview.values import Bools, Exact, Numbers, Ratio, Truth, growth

book: Final = family("structure")

_NOT_OWN: Final = ("230", "231")
"""Transfers and repayment of principal: outside own-level expenditure (READINGS, "Totals")."""


@attrs.frozen
class Gap:
    """By how much one growth or share may exceed another."""

    gap: Fraction


@book.rule(
    "S01",
    reads=(
        "totals.own_expenditure", "totals.prior_own_expenditure", "totals.total_in", "totals.prior_total_in",
        "totals.debt_in", "totals.prior_debt_in",
    ),
    per="book",
    parameters=Gap,
)  # fmt: skip
def spending_outgrows_resources(totals: Table, p: Gap) -> Assessment:
    """Own-level expenditure grows faster than the resources without debt."""
    spent, before = totals.money("own_expenditure"), totals.money("prior_own_expenditure")
    income, debt = totals.money("total_in"), totals.money("debt_in")
    prior_income, prior_debt = totals.money("prior_total_in"), totals.money("prior_debt_in")
    resources, prior_resources = income - debt, prior_income - prior_debt
    ahead = growth(spent, before) - growth(resources, prior_resources)
    return Assessment.of(
        totals,
        applies=(before > 0) & (prior_resources > 0),
        condition=ahead > p.gap,
        measure=ahead,
        limit=p.gap,
        values={
            "own_expenditure": spent,
            "prior_own_expenditure": before,
            "resources": resources,
            "prior_resources": prior_resources,
        },
        amount=spent - before,
        about="own_expenditure",
    )


def _own(lines: Table) -> Truth:
    """Own-level expenditure: neither transfers nor repayment of principal."""
    return ~lines.key("function_code").startswith(*_NOT_OWN)


def _shares(lines: Table, ours: Truth) -> tuple[Groups, Exact, Exact, Exact, Exact]:
    """For each entity: the part and the whole of own-level expenditure, this year's and last year's."""
    entity, own = lines.by(), _own(lines)
    now, before = lines.money("amount"), lines.money("prior_approved")
    part = ours & own
    return entity, entity.sum(now, part), entity.sum(now, own), entity.sum(before, part), entity.sum(before, own)


@book.rule("S02", reads=("function_code", "amount", "prior_approved"), per="entity", parameters=Gap)
def general_services_share_rises(lines: Table, p: Gap) -> Assessment:
    """General public services take a larger share of own-level expenditure than last year."""
    ours = lines.key("function_code").startswith("201")
    entity, part, whole, prior_part, prior_whole = _shares(lines, ours)
    rise = Ratio(part, whole) - Ratio(prior_part, prior_whole)
    return Assessment.of(
        entity,
        applies=(whole > 0) & (prior_whole > 0),
        condition=rise > p.gap,
        measure=rise,
        limit=p.gap,
        values={
            "general_services": part,
            "expenditure": whole,
            "prior_general_services": prior_part,
            "prior_expenditure": prior_whole,
        },
        members=ours,
        amount=part,
        about="amount",
    )


@attrs.frozen
class Livelihood:
    """Which classes serve people's livelihood, and by how much their share may fall."""

    gap: Fraction
    classes: tuple[str, ...]


@book.rule("S03", reads=("function_code", "amount", "prior_approved"), per="entity", parameters=Livelihood)
def livelihood_share_falls(lines: Table, p: Livelihood) -> Assessment:
    """Livelihood takes a smaller share of own-level expenditure than last year."""
    ours = lines.key("function_code").startswith(*p.classes)
    entity, part, whole, prior_part, prior_whole = _shares(lines, ours)
    fall = Ratio(prior_part, prior_whole) - Ratio(part, whole)
    return Assessment.of(
        entity,
        applies=(whole > 0) & (prior_whole > 0),
        condition=fall > p.gap,
        measure=fall,
        limit=p.gap,
        values={
            "livelihood": part,
            "expenditure": whole,
            "prior_livelihood": prior_part,
            "prior_expenditure": prior_whole,
        },
        members=ours,
        amount=part,
        about="amount",
    )


@book.rule(
    "S04",
    reads=("function_code", "amount", "prior_approved"),
    uses=("without_prior", "prior.function_code", "prior.approved"),
    optional=("prior",),
    per="entity",
)
def education_falls(lines: Table, prior: Table) -> Assessment:
    """Education gets less than last year."""
    entity, ours = lines.by(), lines.key("function_code").startswith("205")
    now, before = entity.sum(lines.money("amount"), ours), entity.sum(lines.money("prior_approved"), ours)
    if len(prior):
        listed = prior.by().sum(prior.money("approved"), prior.key("function_code").startswith("205"))
        before = last_year(lines, entity, before, listed)
    return Assessment.of(
        entity,
        condition=now < before,
        measure=before - now,
        values={"education": now, "prior_education": before},
        members=ours,
        amount=now,
        about="amount",
    )


@attrs.frozen
class Share:
    """A share that should not be passed, or fallen short of."""

    share: Fraction


@book.rule(
    "S05",
    reads=("totals.three_guarantees_budget", "totals.three_guarantees_need"),
    per="book",
    parameters=Share,
)
def three_guarantees_short(totals: Table, p: Share) -> Assessment:
    """The budget does not cover the need of the three guarantees."""
    budget, need = totals.money("three_guarantees_budget"), totals.money("three_guarantees_need")
    return Assessment.of(
        totals,
        applies=need > 0,
        condition=budget < need * p.share,
        measure=need - budget,
        values={"three_guarantees_budget": budget, "three_guarantees_need": need},
        amount=need - budget,
        about="three_guarantees_budget",
    )


def _sure(lines: Table, units: Groups, *columns: str) -> Bools:
    """Groups of entities and years where no line has a blank in a grouping column, so that none can be missing."""
    blank = np.zeros(len(lines), bool)
    for column in columns:
        blank |= ~lines.known(column)
    return ~lines.by().any(Truth.known(blank)).yes[units.period]


@attrs.frozen
class Composition:
    """How far the composition may move, and which classes do not count."""

    share: Fraction
    without: tuple[str, ...]


@book.rule("S06", reads=("book", "function_code", "amount", "prior_approved"), per="book", parameters=Composition)
def composition_jumps(lines: Table, p: Composition) -> Assessment:
    """The shares of the function classes differ much from last year's, growth of the whole aside."""
    counted = ~lines.key("function_code").startswith(*p.without)
    units = lines.by("book")
    classes = lines.by_keys(
        ("book", "function class"),
        {"book": lines.key("book"), "class": lines.mapped("function_code", "class", lambda c: class_of(c) or None)},
    )
    now, before = lines.money("amount"), lines.money("prior_approved")
    whole, prior_whole = units.sum(now, counted), units.sum(before, counted)
    a, b = (classes.sum(x, counted).values.astype(object) for x in (now, before))
    place = units.index[classes.first]
    total, prior_total = whole.values.astype(object), prior_whole.values.astype(object)
    moved = np.zeros(units.n, object)
    # b′ = b·Σa/Σb, so Σ|a − b′| / Σb′ = Σ|a·Σb − b·Σa| / (Σa·Σb), in whole numbers throughout
    np.add.at(moved, place, np.abs(a * prior_total[place] - b * total[place]))
    known = whole.known & prior_whole.known
    variance = Ratio(Exact.of(moved, known), Exact.of(total * prior_total, known))
    return Assessment.of(
        units,
        applies=(whole > 0) & (prior_whole > 0) & ~units.key("book").is_(NO_BOOK),
        condition=(variance > p.share).only(_sure(lines, units, "book", "function_code")),
        measure=variance,
        limit=p.share,
        values={"variance": variance, "expenditure": whole, "prior_expenditure": prior_whole},
        members=counted,
        amount=whole,
        about="amount",
    )


@attrs.frozen
class OtherShare:
    """How much of an agency's and of the whole budget may stand under "other"."""

    agency_share: Fraction
    total_share: Fraction


@book.rule(
    "S07",
    reads=("agency", "function_code", "amount"),
    uses=("dept_economic_code",),
    per="agency and entity",
    parameters=OtherShare,
)
def too_much_in_other(lines: Table, p: OtherShare) -> Assessment:
    """A large share of an agency's budget, or of the whole, stands under codes that only say "other"."""
    units = lines.by_and_whole("agency")
    table = units.table
    code = table.key("function_code")
    other = code.where(lambda c: c.endswith("99") or c.startswith("229"))
    if table.has("dept_economic_code"):
        economic = table.key("dept_economic_code").where(lambda c: c.endswith("99"))
        absent = table.absent("dept_economic_code")
        other = other | (economic if absent is None else Truth(economic.yes, economic.no | absent))
    part, whole = units.sum(table.money("amount"), other), units.sum(table.money("amount"))
    share, of_all = Ratio(part, whole), ~units.key("agency").known
    limit = np.where(of_all, float(p.total_share), float(p.agency_share))
    return Assessment.of(
        units,
        applies=whole > 0,
        condition=((share > p.total_share) & Truth.known(of_all)) | ((share > p.agency_share) & Truth.known(~of_all)),
        measure=share,
        limit=Numbers(limit, np.ones(len(units), bool), "share"),
        values={"other": part, "expenditure": whole, "whole_budget": Truth.known(of_all)},
        members=other,
        amount=part,
        about="function_code",
    )


@book.rule("S08", reads=("is_unallocated", "amount"), per="entity", parameters=Share)
def unplaced_budget_large(lines: Table, p: Share) -> Assessment:
    """A large share of the budget is held back, not yet placed with units or projects."""
    entity, held = lines.by(), lines.mark("is_unallocated")
    part, whole = entity.sum(lines.money("amount"), held), entity.sum(lines.money("amount"))
    share = Ratio(part, whole)
    return Assessment.of(
        entity,
        applies=whole > 0,
        condition=share > p.share,
        measure=share,
        limit=p.share,
        values={"unallocated": part, "expenditure": whole},
        members=held,
        amount=part,
        about="is_unallocated",
    )


@book.rule("S09", reads=("totals.placed", "totals.own_expenditure"), per="book", parameters=Share)
def placement_low(totals: Table, p: Share) -> Assessment:
    """Little of own-level expenditure is broken down to units and projects at the beginning of the year."""
    placed, whole = totals.money("placed"), totals.money("own_expenditure")
    rate = Ratio(placed, whole)
    return Assessment.of(
        totals,
        applies=whole > 0,
        condition=rate < p.share,
        measure=rate,
        limit=p.share,
        values={"placed": placed, "own_expenditure": whole},
        amount=whole - placed,
        about="placed",
    )


@book.rule("S10", reads=("totals.moved_in", "totals.stabilisation_in", "totals.total_in"), per="book", parameters=Share)
def one_off_resources(totals: Table, p: Share) -> Assessment:
    """Much of the income is moved in from elsewhere or drawn from the stabilisation fund."""
    moved, drawn, whole = (totals.money(c) for c in ("moved_in", "stabilisation_in", "total_in"))
    share = Ratio(moved + drawn, whole)
    return Assessment.of(
        totals,
        applies=whole > 0,
        condition=share > p.share,
        measure=share,
        limit=p.share,
        values={"moved_in": moved, "stabilisation_in": drawn, "total_in": whole},
        amount=moved + drawn,
        about="moved_in",
    )


@book.rule("S11", reads=("totals.carry_out", "totals.own_expenditure"), per="book", parameters=Share)
def carry_over_large(totals: Table, p: Share) -> Assessment:
    """Much of the year's money is carried over."""
    carried, spent = totals.money("carry_out"), totals.money("own_expenditure")
    whole = spent + carried
    share = Ratio(carried, whole)
    return Assessment.of(
        totals,
        applies=whole > 0,
        condition=share > p.share,
        measure=share,
        limit=p.share,
        values={"carry_out": carried, "own_expenditure": spent},
        amount=carried,
        about="carry_out",
    )


@book.rule("S12", reads=("funds.carry_out", "funds.revenue"), per="fund", parameters=Share)
def fund_carry_over_large(funds: Table, p: Share) -> Assessment:
    """A government fund carries over more than the share of its income that may stay with it."""
    carried, income = funds.money("carry_out"), funds.money("revenue")
    share = Ratio(carried, income)
    return Assessment.of(
        funds,
        applies=income > 0,
        condition=share > p.share,
        measure=share,
        limit=p.share,
        values={"carry_out": carried, "revenue": income},
        amount=carried,
        about="carry_out",
    )


@attrs.frozen
class Band:
    """How far an outturn may lie from the budget, either way."""

    band: Fraction


@book.rule("S13", reads=("book", "approved", "executed"), per="book", parameters=Band)
def outturn_far_from_budget(lines: Table, p: Band) -> Assessment:
    """A book's outturn lies far from the budget that was approved at the beginning of the year."""
    units = lines.by("book")
    spent, budget = units.sum(lines.money("executed")), units.sum(lines.money("approved"))
    rate = Ratio(spent, budget)
    far = (rate < 1 - p.band) | (rate > 1 + p.band)
    return Assessment.of(
        units,
        applies=(budget > 0) & ~units.key("book").is_(NO_BOOK),
        condition=far.only(_sure(lines, units, "book")),
        measure=rate,
        limit=1,
        values={"executed": spent, "approved": budget},
        amount=spent,
        about="executed",
    )
