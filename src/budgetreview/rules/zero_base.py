"""Family Z: zero-based budgeting, where every line justifies itself anew (domain.md 8.6 and 8.12).

Basis and life of a project, last year's execution and carry-over, standards, targets and evaluation, ranking. The
rules about kinds of spending (Z07, Z19 to Z29, Z32, Z33, Z35, Z36) are in ``spending``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final, TypeVar

import attrs
import numpy as np

from budgetreview.kernels import product, ranking
from budgetreview.rule import Assessment, Severity
from budgetreview.rules.laws import family
from budgetreview.rules.readings import (
    PROJECT,
    age,
    first_day,
    fiscal_year,
    is_new,
    is_project,
    is_special_fund,
    periods,
    prior_current,
    still_funded,
)
from budgetreview.rules.rounding import compare, figure_span
from budgetreview.rules.standards import standard_exists
from budgetreview.table import Groups, Table
from budgetreview.values import Bools, Exact, Ints, Numbers, Ratio, Truth, growth

book: Final = family("zero_base")
_Figures = TypeVar("_Figures", Exact, Numbers)


@book.rule("Z01", reads=("basis",), uses=PROJECT)
def basis_missing(lines: Table) -> Assessment:
    """A project line that states no basis."""
    return Assessment.of(
        lines,
        applies=is_project(lines),
        condition=lines.blank("basis"),
        values={"basis": lines.key("basis")},
        about="basis",
    )


@book.rule("Z02", reads=("basis_expires",), uses=("amount", *PROJECT))
def basis_expired(lines: Table) -> Assessment:
    """The basis of a project line ran out before the budget year began."""
    expires = lines.whole("basis_expires")
    return Assessment.of(
        lines,
        applies=is_project(lines) & ~lines.blank("basis_expires"),
        condition=(expires < first_day(lines)) & still_funded(lines),
        values={"basis_expires": expires, "fiscal_year": fiscal_year(lines)},
        about="basis_expires",
    )


@book.rule("Z03", reads=("end_year",), uses=("amount", *PROJECT))
def past_end_year(lines: Table) -> Assessment:
    """A project that should have ended before the budget year is still in the budget."""
    end, year = lines.whole("end_year"), fiscal_year(lines)
    return Assessment.of(
        lines,
        applies=is_project(lines) & ~lines.blank("end_year"),
        condition=(end < year) & still_funded(lines),
        measure=end,
        limit=year,
        values={"end_year": end, "fiscal_year": year},
        about="end_year",
    )


@book.rule("Z04", reads=("life", "prior_approved"), uses=("amount", *PROJECT))
def one_off_repeated(lines: Table) -> Assessment:
    """A project called one-off had money last year and has money again."""
    before = lines.money("prior_approved")
    return Assessment.of(
        lines,
        applies=is_project(lines),
        condition=lines.key("life").is_("one_off") & (before > 0) & still_funded(lines),
        measure=before,
        limit=0,
        values={"life": lines.key("life"), "prior_approved": before},
        about="life",
    )


@attrs.frozen
class HardlyChanging:
    """From what age on, and up to what change, a project counts as fixed."""

    years: int
    change: Fraction


@book.rule("Z05", reads=("start_year", "amount", "prior_approved"), uses=PROJECT, parameters=HardlyChanging)
def fixed_for_years(lines: Table, p: HardlyChanging) -> Assessment:
    """An old project keeps nearly the same amount."""
    amount, before = lines.money("amount"), lines.money("prior_approved")
    years, moved = age(lines, "start_year"), growth(amount, before)
    return Assessment.of(
        lines,
        applies=is_project(lines) & (before > 0),
        condition=(years >= p.years) & (abs(moved) <= p.change),
        measure=moved,
        limit=p.change,
        values={"age": years, "start_year": lines.whole("start_year"), "amount": amount, "prior_approved": before},
        about="start_year",
    )


@book.rule("Z06", reads=("amount", "prior_approved"), uses=PROJECT)
def same_as_last_year(lines: Table) -> Assessment:
    """A project asks for last year's amount to the last 分."""
    amount, before = lines.money("amount"), lines.money("prior_approved")
    return Assessment.of(
        lines,
        applies=is_project(lines),
        condition=amount.equals(before) & (amount > 0),
        measure=amount,
        limit=before,
        values={"amount": amount, "prior_approved": before},
        about="amount",
    )


@attrs.frozen
class SlowExecution:
    """Shares of execution below which money should be cut."""

    low: Fraction
    fair: Fraction


@book.rule(
    "Z08",
    reads=("amount", "prior_approved", "prior_executed"),
    uses=("prior_current", *PROJECT),
    parameters=SlowExecution,
)
def slow_execution_not_cut(lines: Table, p: SlowExecution) -> Assessment:
    """Last year's money was hardly used, and this year's is not cut."""
    amount, before = lines.money("amount"), lines.money("prior_approved")
    current, executed = prior_current(lines), lines.money("prior_executed")
    rate = Ratio(executed, current)
    not_cut = (rate < p.low) & (amount >= before) & (amount > 0)
    return Assessment.of(
        lines,
        applies=is_project(lines) & (current > 0),
        steps=[
            (not_cut, Severity.ORANGE),
            ((rate < p.fair) & (amount > before) & (amount > 0), Severity.YELLOW),
        ],
        measure=rate,
        limit=_limit(not_cut, p.low, p.fair),
        values={"amount": amount, "prior_approved": before, "prior_current": current, "prior_executed": executed},
        about="amount",
    )


def _limit(graver: Truth, first: Fraction, second: Fraction) -> Ratio:
    """The limit of the step that each line is flagged under: the first one's where the graver step holds."""
    num = np.where(graver.yes, first.numerator, second.numerator)
    return Ratio(Exact.of(num), Exact.of(np.where(graver.yes, first.denominator, second.denominator)))


@attrs.frozen
class CarryoverNotNetted:
    """How large a carry-over, as a share of the amount, should reduce the request."""

    share: Fraction


@book.rule("Z09", reads=("carryover", "amount", "prior_approved"), parameters=CarryoverNotNetted)
def carryover_not_netted(lines: Table, p: CarryoverNotNetted) -> Assessment:
    """A large carry-over is at hand, and the new money is not reduced."""
    carried, amount, before = lines.money("carryover"), lines.money("amount"), lines.money("prior_approved")
    return Assessment.of(
        lines,
        condition=(carried > amount * p.share) & (amount >= before) & (amount > 0),
        measure=Ratio(carried, amount),
        limit=p.share,
        values={"carryover": carried, "amount": amount, "prior_approved": before},
        about="carryover",
    )


@attrs.frozen
class OldCarryover:
    """From what age on a carry-over is no longer one."""

    years: int


@book.rule("Z10", reads=("carryover", "carryover_year"), parameters=OldCarryover)
def old_carryover_kept(lines: Table, p: OldCarryover) -> Assessment:
    """Money first budgeted two or more years ago is carried over once more."""
    carried, years = lines.money("carryover"), age(lines, "carryover_year")
    return Assessment.of(
        lines,
        condition=(carried > 0) & (years >= p.years),
        measure=years,
        limit=p.years,
        values={"carryover": carried, "carryover_year": lines.whole("carryover_year"), "age": years},
        amount=carried,
        about="carryover",
    )


@book.rule(
    "Z11",
    reads=("standard_code", "dept_economic_code", "standards.dept_economic_code"),
    uses=("standards.valid_from", "standards.valid_to", "standards.region"),
)
def standard_not_applied(lines: Table, standards: Table) -> Assessment:
    """A line names no spending standard although one exists for its economic code."""
    return Assessment.of(
        lines,
        applies=standard_exists(lines, standards),
        condition=lines.blank("standard_code"),
        values={"standard_code": lines.key("standard_code"), "dept_economic_code": lines.key("dept_economic_code")},
        about="standard_code",
    )


@attrs.frozen
class Calculation:
    """How far an amount may lie from its calculation: the larger of a share of it and a sum of money."""

    share: Fraction
    floor: int


@book.rule("Z12", reads=("standard_value", "quantity", "amount"), uses=("periods",), parameters=Calculation)
def calculation_differs(lines: Table, p: Calculation) -> Assessment:
    """Standard times quantity times periods is not the amount."""
    standard, amount = lines.money("standard_value"), lines.money("amount")
    quantity, times = lines.number("quantity"), periods(lines)
    known = standard.known & amount.known & quantity.known & times.known
    rows = np.flatnonzero(known)
    factors = standard.values.take(rows), quantity.values.take(rows), times.values.take(rows)
    far = np.flatnonzero(product.misses(*factors, amount.values.take(rows), p.share, p.floor))
    at = rows.take(far)
    found = product.products(factors[0].take(far), factors[1].take(far), factors[2].take(far))
    off = np.zeros(len(lines), bool)
    off[at] = True
    computed = np.zeros(len(lines), found.dtype)
    computed[at] = found
    return Assessment.of(
        lines,
        condition=Truth.known(off).only(known),
        measure=Exact.of(computed),
        limit=amount,
        values={"standard_value": standard, "quantity": quantity, "periods": times, "amount": amount},
        about="amount",
    )


@attrs.frozen
class PriceAboveStandard:
    """How far above the standard a price may lie."""

    tolerance: Fraction


@book.rule("Z13", reads=("unit_price", "standard_value"), parameters=PriceAboveStandard)
def price_above_standard(lines: Table, p: PriceAboveStandard) -> Assessment:
    """A unit price above the spending standard of its line."""
    price, standard = lines.money("unit_price"), lines.money("standard_value")
    return Assessment.of(
        lines,
        condition=price > standard * (1 + p.tolerance),
        measure=price,
        limit=standard * (1 + p.tolerance),
        values={"unit_price": price, "standard_value": standard},
        about="unit_price",
    )


def _none_given(lines: Table, column: str) -> Truth:
    """A count of zero, or a blank one, which is the same as none (READINGS, "Blank and missing")."""
    return lines.blank(column) | lines.whole(column).equals(0)


@book.rule("Z14", reads=("targets",), uses=PROJECT)
def no_targets(lines: Table) -> Assessment:
    """A project without any performance target."""
    return Assessment.of(
        lines,
        applies=is_project(lines),
        condition=_none_given(lines, "targets"),
        measure=lines.whole("targets").or_else(0),
        limit=1,
        values={"targets": lines.whole("targets")},
        about="targets",
    )


_KINDS_OF_TARGET: Final = ("targets_output", "targets_benefit", "targets_satisfaction")


@book.rule("Z15", reads=_KINDS_OF_TARGET, uses=PROJECT)
def targets_incomplete(lines: Table) -> Assessment:
    """A project lacks targets of output, of benefit or of satisfaction."""
    output, benefit, satisfaction = (_none_given(lines, column) for column in _KINDS_OF_TARGET)
    return Assessment.of(
        lines,
        applies=is_project(lines),
        condition=output | benefit | satisfaction,
        values={column: lines.whole(column) for column in _KINDS_OF_TARGET},
        about="targets_output",
    )


@attrs.frozen
class NumericTargets:
    """The least share of targets that should have a number."""

    least: Fraction


@book.rule("Z16", reads=("targets_numeric", "targets"), uses=PROJECT, parameters=NumericTargets)
def targets_not_measurable(lines: Table, p: NumericTargets) -> Assessment:
    """Too few of a project's targets have a number."""
    numeric, targets = lines.whole("targets_numeric"), lines.whole("targets")
    share = Ratio(numeric, targets)
    return Assessment.of(
        lines,
        applies=is_project(lines) & (targets > 0),
        condition=share < p.least,
        measure=share,
        limit=p.least,
        values={"targets_numeric": numeric, "targets": targets},
        about="targets_numeric",
    )


@attrs.frozen
class LargeNewProject:
    """From what amount on a new project needs an evaluation beforehand."""

    threshold: int


@book.rule(
    "Z17",
    reads=("amount", "prior_approved", "evaluated_before"),
    uses=("without_prior", *PROJECT),
    parameters=LargeNewProject,
)
def new_without_evaluation(lines: Table, p: LargeNewProject) -> Assessment:
    """A large new project was not evaluated beforehand."""
    amount, evaluated = lines.money("amount"), lines.mark("evaluated_before")
    return Assessment.of(
        lines,
        applies=is_project(lines),
        condition=is_new(lines) & (amount >= p.threshold) & ~evaluated,
        measure=amount,
        limit=p.threshold,
        values={"amount": amount, "prior_approved": lines.money("prior_approved"), "evaluated_before": evaluated},
        about="evaluated_before",
    )


@attrs.frozen
class PoorEvaluation:
    """Scores below which money should fall, or should at least not rise."""

    poor: Fraction
    fair: Fraction


@book.rule(
    "Z18", reads=("evaluation_score", "amount", "prior_approved"), uses=PROJECT, parameters=PoorEvaluation
)
def poor_evaluation_not_cut(lines: Table, p: PoorEvaluation) -> Assessment:
    """A poorly evaluated project gets as much as last year, or more."""
    score = attrs.evolve(lines.number("evaluation_score"), kind="score")
    amount, before = lines.money("amount"), lines.money("prior_approved")
    not_cut = (score < p.poor) & (amount >= before) & (amount > 0)
    line_drawn = np.where(not_cut.yes, float(p.poor), float(p.fair))
    return Assessment.of(
        lines,
        applies=is_project(lines),
        steps=[
            (not_cut, Severity.ORANGE),
            ((score < p.fair) & (amount > before) & (amount > 0), Severity.YELLOW),
        ],
        measure=score,
        limit=Numbers(line_drawn, np.ones(len(lines), bool), "score"),
        values={"evaluation_score": score, "amount": amount, "prior_approved": before},
        about="evaluation_score",
    )


@book.rule("Z30", reads=("project",), uses=PROJECT)
def not_in_project_library(lines: Table) -> Assessment:
    """A project line without a code of the project library."""
    return Assessment.of(
        lines,
        applies=is_project(lines),
        condition=lines.blank("project"),
        values={"project": lines.key("project")},
        about="project",
    )


@attrs.frozen
class SpecialFundTerm:
    """The longest term of a special fund, from when on it needs an evaluation, and how grave a finding is there."""

    most: int
    review_after: int
    severity: tuple[str, ...]


@book.rule(
    "Z31",
    reads=("start_year",),
    uses=("end_year", "evaluated_before", "evaluation_score", "is_special_fund", "amount", *PROJECT),
    parameters=SpecialFundTerm,
)
def special_fund_too_old(lines: Table, p: SpecialFundTerm) -> Assessment:
    """A special fund runs too long, or has run for years without an evaluation."""
    start, end = lines.whole("start_year"), lines.whole("end_year")
    term = attrs.evolve((end - start).or_else(age(lines, "start_year")), kind="count")
    evaluated = lines.mark("evaluated_before") | ~lines.blank("evaluation_score")
    too_long = term > p.most
    found = (too_long | ((term > p.review_after) & ~evaluated)) & still_funded(lines)
    return Assessment.of(
        lines,
        applies=is_project(lines) & is_special_fund(lines),
        steps=[(found, Severity(p.severity[0]))],
        measure=term,
        limit=Exact.of(np.where(too_long.yes, p.most, p.review_after), kind="count"),
        values={
            "term": term,
            "start_year": start,
            "end_year": end,
            "evaluated": evaluated,
        },
        about="start_year",
        lacks={"evaluation_score": evaluated.open},
    )


@book.rule("Z34", reads=("agency", "priority"), uses=("requested", "amount", *PROJECT), per="agency")
def ranking_missing_or_contradicted(lines: Table) -> Assessment:
    """Projects of an agency have no rank, or a better ranked one was cut by a larger share than a worse ranked one."""
    agency, project = lines.by("agency"), is_project(lines)
    rank, requested, amount = lines.number("priority"), lines.money("requested"), lines.money("amount")
    asked = ~(requested <= 0).yes & rank.known & (agency.index >= 0)
    held = project.yes & asked & requested.known & amount.known
    several = _of_group(agency, (agency.count(Truth.known(asked & ~project.no)) > 1).yes)
    doubtful = asked & ~project.no & ~held & several
    cut = np.zeros(len(lines), np.int64)
    cut[held] = ranking.exact_order((requested.values - amount.values)[held], requested.values[held])
    above, below = np.zeros(len(lines), bool), np.zeros(len(lines), bool)
    above[held], below[held] = ranking.inversions(agency.index[held], rank.values[held], cut[held])
    better, worse = _widest(agency, rank, cut, above, below, requested, amount)
    unranked = agency.count(project & lines.blank("priority"))
    inverted = agency.count(Truth(above, ~above & ~doubtful))
    asked_better, asked_worse = _picked(requested, better), _picked(requested, worse)
    got_better, got_worse = _picked(amount, better), _picked(amount, worse)
    named = Truth.known((project & lines.blank("priority")).yes | above | below)
    return Assessment.of(
        agency,
        applies=agency.any(project),
        condition=(unranked > 0) | (inverted > 0),
        measure=Ratio(asked_better - got_better, asked_better),
        limit=Ratio(asked_worse - got_worse, asked_worse),
        values={
            "unranked": unranked,
            "inverted": inverted,
            "better_priority": _picked(rank, better),
            "better_requested": asked_better,
            "better_amount": got_better,
            "worse_priority": _picked(rank, worse),
            "worse_requested": asked_worse,
            "worse_amount": got_worse,
        },
        members=named,
        amount=agency.sum(amount, named),
        about="priority",
        lacks={
            "requested": agency.any(Truth.known(doubtful & ~requested.known)).yes,
            "amount": agency.any(Truth.known(doubtful & ~amount.known)).yes,
        },
    )


def _widest(
    agency: Groups, rank: Numbers, cut: Ints, above: Bools, below: Bools, requested: Exact, amount: Exact
) -> tuple[Ints, Ints]:
    """For each agency the line of a better rank cut most, and the line of a worse rank cut least; -1 for none."""
    tie = (rank.values, requested.values, amount.values)
    worse = ranking.first_of(agency.index, len(agency), below, cut, *tie)
    rival = _of_group(agency, worse)
    better_than = above & (rank.values < rank.values[rival]) & (cut > cut[rival])
    return ranking.first_of(agency.index, len(agency), better_than, -cut, *tie), worse


_Array = TypeVar("_Array", Bools, Ints)


def _of_group(groups: Groups, values: _Array) -> _Array:
    """The value of each row's group; that of the last place, which stands for none, for rows of no group."""
    return np.append(values, values.dtype.type(0))[groups.index]


def _picked(values: _Figures, rows: Ints) -> _Figures:
    """The values of the given rows, unknown for row -1."""
    return values.take(np.maximum(rows, 0)).only(rows >= 0)


@book.rule(
    "Z37",
    reads=("project", "carryover", "carryover_year", "prior_executed"),
    uses=("prior_current", "prior_approved"),
    per="project",
)
def carryover_above_rest(lines: Table) -> Assessment:
    """More is carried over from last year than last year left unused."""
    project = lines.by("project")
    last_year = lines.whole("carryover_year").equals(fiscal_year(lines) - 1)
    carried = project.sum(lines.money("carryover"), last_year)
    current, executed = project.sum(prior_current(lines)), project.sum(lines.money("prior_executed"))
    span = figure_span(lines)
    both = project.sum(span)
    held = compare(carried, current - executed, project.sum(span, Truth.known(last_year.yes)) + both + both)
    return Assessment.of(
        project,
        condition=(carried > 0) & (held.gap > held.tolerance),
        measure=held.gap,
        limit=held.tolerance,
        values={
            "carryover": carried,
            "prior_current": current,
            "prior_executed": executed,
            "tolerance": held.tolerance,
        },
        members=last_year,
        amount=carried,
        about="carryover",
        lacks={"prior_current": ~current.known},
    )


@book.rule("Z38", reads=("executed", "evaluation_score"), uses=PROJECT)
def spending_not_evaluated(lines: Table) -> Assessment:
    """A project spent money and has no evaluation."""
    executed = lines.money("executed")
    return Assessment.of(
        lines,
        applies=is_project(lines),
        condition=(executed > 0) & lines.blank("evaluation_score"),
        measure=executed,
        limit=0,
        values={"executed": executed, "evaluation_score": lines.number("evaluation_score")},
        amount=executed,
        about="evaluation_score",
    )
