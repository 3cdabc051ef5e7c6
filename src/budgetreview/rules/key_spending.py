"""Family K: key spending and large investment projects (domain.md 8.5)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.rule import Assessment, Context, Severity
from budgetreview.rules.adjusting import adjustment_approved
from budgetreview.rules.joining import (
    PROJECT_KEY,
    at_least_zero,
    by_project,
    fetched,
    may_be_project,
    of_period,
    row_of,
    surely_whole,
)
from budgetreview.rules.laws import family
from budgetreview.rules.pace import behind, months_passed
from budgetreview.rules.readings import PROJECT, is_new, is_project
from budgetreview.table import Table
from budgetreview.values import Exact, Numbers, Ratio, Truth

book: Final = family("key_spending")
_PROJECT: Final = tuple(dict.fromkeys((*PROJECT, *PROJECT_KEY)))


@attrs.frozen
class MajorProject:
    """From which share of the year's investment, and down to which rank, a project is a major one."""

    share: Fraction
    rank: int


@book.rule("K01", reads=("amount", "is_investment", "is_key"), uses=PROJECT_KEY, per="project", parameters=MajorProject)
def major_project_not_listed(lines: Table, p: MajorProject) -> Assessment:
    """A large investment project that is not singled out as key spending."""
    project = by_project(lines)
    amount, invested = lines.money("amount"), lines.mark("is_investment")
    mine = project.sum(amount, invested)
    total = of_period(project, lines.by().sum(amount, invested))
    invests = project.any(invested)
    share = Ratio(mine, total)
    rank = project.rank(mine, invests)
    return Assessment.of(
        project,
        applies=invests & ~mine.equals(0),
        condition=(((share >= p.share) | (rank <= p.rank)) & ~project.any(lines.mark("is_key"))).only(
            surely_whole(lines, project, ~invested.no)
        ),
        measure=share,
        limit=p.share,
        values={"project_investment": mine, "total_investment": total, "rank_in_year": rank},
        members=invested,
        amount=mine,
        about="is_key",
    )


@attrs.frozen
class MajorChange:
    """Which change of a project's total has to be reported: a share, or a rise by a share and a sum."""

    change: Fraction | None
    rise: Fraction | None
    rise_money: int | None


@book.rule(
    "K02",
    reads=("total_amount", "is_investment", "prior.total_amount"),
    uses=(*PROJECT_KEY, *(f"prior.{c}" for c in PROJECT_KEY)),
    per="project",
    parameters=MajorChange,
)
def major_project_changed(lines: Table, prior: Table, p: MajorChange) -> Assessment:
    """The total of a large project differs much from last year's."""
    project, last = by_project(lines), by_project(prior)
    at = row_of(project, "project", last)
    totals, earlier = lines.money("total_amount"), prior.money("total_amount")
    largest, smallest = project.most(totals), project.least(totals)
    most, least = fetched(last.most(earlier), at), fetched(last.least(earlier), at)
    fell = _fell(largest, least, p)
    now, before = _chosen(fell, largest, smallest), _chosen(fell, least, most)
    n = len(project)
    absent = {name: np.full(n, getattr(p, name) is None) for name in ("change", "rise", "rise_money")}
    unset = all(a.all() for a in absent.values())
    return Assessment.of(
        project,
        applies=project.any(lines.mark("is_investment")) & ~before.equals(0) & Truth(at >= 0, at < 0),
        condition=(fell | _rose(smallest, most, p)).only(surely_whole(lines, project, ~lines.mark("is_investment").no)),
        measure=now - before,
        values={
            "total_amount": now,
            "prior_total_amount": before,
            "change_allowed": _share(p.change, n),
            "rise_allowed": _share(p.rise, n),
            "rise_sum_allowed": Exact.of(np.full(n, p.rise_money or 0), np.full(n, p.rise_money is not None)),
        },
        amount=now,
        about="total_amount",
        lacks={f"parameter:{name}": mask for name, mask in absent.items()} if unset else {},
    )


def _fell(now: Exact, before: Exact, p: MajorChange) -> Truth:
    """Whether the total fell by more than the place lets pass; unknown where it sets no measure at all."""
    if p.change is not None:
        return before - now > before * p.change
    return (
        Truth.unknown(len(now)) if p.rise is None else Truth.known(np.zeros(len(now), bool)).only((now - before).known)
    )


def _rose(now: Exact, before: Exact, p: MajorChange) -> Truth:
    """Whether the total rose by more than the place lets pass; unknown where it sets no measure at all."""
    far = None if p.change is None else now - before > before * p.change
    if p.rise is None or p.rise_money is None:
        return far if far is not None else Truth.unknown(len(now))
    high = (now > before * (1 + p.rise)) & (now - before > p.rise_money)
    return high if far is None else far | high


def _chosen(where: Truth, one: Exact, other: Exact) -> Exact:
    known = np.where(where.yes, one.known, other.known)
    return Exact.of(np.where(where.yes, one.values, other.values), known)


def _share(value: Fraction | None, n: int) -> Numbers:
    return Numbers(np.full(n, float(value or 0)), np.full(n, value is not None), "share")


@attrs.frozen
class LargeProject:
    """From which total on a project is large."""

    least: int


@book.rule(
    "K03",
    reads=("total_amount", "prior_approved", "in_plan"),
    uses=("without_prior", *_PROJECT),
    per="project",
    parameters=LargeProject,
)
def new_project_outside_plan(lines: Table, p: LargeProject) -> Assessment:
    """A new large project that is not in the plan."""
    project = by_project(lines)
    total = project.least(lines.money("total_amount"))
    whole = surely_whole(lines, project, may_be_project(lines))
    return Assessment.of(
        project,
        applies=project.all(is_new(lines)).only(whole),
        condition=(~project.any(lines.mark("in_plan")) & (total >= p.least)).only(whole),
        measure=total,
        limit=Exact.of(np.full(len(project), p.least)),
        values={"total_amount": total, "in_plan": project.any(lines.mark("in_plan"))},
        amount=total,
        about="total_amount",
    )


@attrs.frozen
class Beyond:
    """How far beyond its total a project may go."""

    tolerance: Fraction


@book.rule(
    "K04",
    reads=("total_amount", "spent_to_date", "amount"),
    uses=_PROJECT,
    per="project",
    parameters=Beyond,
)
def more_than_what_is_left(lines: Table, p: Beyond) -> Assessment:
    """What was spent and this year's money together exceed a project's total."""
    project = by_project(lines)
    total, spent = project.most(lines.money("total_amount")), project.least(lines.money("spent_to_date"))
    now = project.sum(lines.money("amount"), is_project(lines))
    together = spent + now
    return Assessment.of(
        project,
        applies=total > 0,
        condition=(together > total * (1 + p.tolerance)).only(surely_whole(lines, project, may_be_project(lines))),
        measure=together,
        limit=total * (1 + p.tolerance),
        values={"spent_to_date": spent, "amount": now, "total_amount": total},
        amount=now,
        about="amount",
    )


@book.rule(
    "K05",
    reads=("total_amount", "funding_fiscal", "funding_debt", "funding_other", "is_investment"),
    uses=PROJECT_KEY,
    per="project",
)
def sources_do_not_cover(lines: Table) -> Assessment:
    """The sources of an investment project's money add up to less than its total."""
    project = by_project(lines)
    total = project.least(lines.money("total_amount"))
    fiscal, debt, other = (
        at_least_zero(project.most(lines.money(c))) for c in ("funding_fiscal", "funding_debt", "funding_other")
    )
    sources = fiscal + debt + other
    return Assessment.of(
        project,
        applies=project.any(lines.mark("is_investment")),
        condition=(sources < total).only(surely_whole(lines, project, ~lines.mark("is_investment").no)),
        measure=sources,
        limit=total,
        values={"funding_fiscal": fiscal, "funding_debt": debt, "funding_other": other, "total_amount": total},
        amount=total - sources,
        about="total_amount",
    )


@book.rule("K06", reads=("is_key", "targets"))
def key_item_without_targets(lines: Table) -> Assessment:
    """A key item without a single performance target."""
    targets = lines.whole("targets")
    return Assessment.of(
        lines,
        applies=lines.mark("is_key"),
        condition=targets.equals(0),
        values={"targets": targets},
        about="targets",
    )


@attrs.frozen
class Buildings:
    """Codes of buying and building houses, and words of offices, guest houses and training centres."""

    codes: tuple[str, ...]
    words: tuple[str, ...]


@book.rule(
    "K07",
    reads=("dept_economic_code", "project_name"),
    uses=("unit_price", "standard_value", "amount"),
    parameters=Buildings,
)
def office_building(lines: Table, p: Buildings) -> Assessment:
    """Money for building what the name suggests to be an office, guest house or training centre."""
    code, name = lines.key("dept_economic_code"), lines.key("project_name")
    price, standard = lines.money("unit_price"), lines.money("standard_value")
    suspected = code.isin(p.codes) & name.containing(*p.words)
    return Assessment.of(
        lines,
        steps=[(suspected & (price > standard), Severity.RED), (suspected, Severity.ORANGE)],
        values={"dept_economic_code": code, "name": name, "unit_price": price, "standard_value": standard},
        about="project_name",
    )


@book.rule("K08", reads=("is_key", "approved", "current", "calendar.event", "calendar.date"))
def key_spending_cut(lines: Table, calendar: Table, context: Context) -> Assessment:
    """Key spending was cut below what was approved, and no adjustment was approved."""
    approved, current = lines.money("approved"), lines.money("current")
    allowed = adjustment_approved(calendar, context)
    return Assessment.of(
        lines,
        applies=lines.mark("is_key"),
        condition=(current < approved) & ~allowed.take(lines.period),
        measure=approved - current,
        values={"approved": approved, "current": current},
        amount=approved - current,
        about="current",
    )


@attrs.frozen
class Lag:
    """How many points behind the calendar a project may lie."""

    slow: Fraction
    very_slow: Fraction


@book.rule(
    "K09",
    reads=("current", "executed"),
    uses=("is_key", "is_investment", "payments.month", "payments.date"),
    optional=("payments",),
    parameters=Lag,
)
def major_project_slow(lines: Table, payments: Table, context: Context, p: Lag) -> Assessment:
    """Key spending or an investment project is paid out far more slowly than the year passes."""
    current, executed = lines.money("current"), lines.money("executed")
    months = months_passed(lines, payments, context)
    return Assessment.of(
        lines,
        applies=(lines.mark("is_key") | lines.mark("is_investment")) & (current > 0) & (months[1] > 0),
        steps=[
            (behind(executed, current, months, p.very_slow), Severity.ORANGE),
            (behind(executed, current, months, p.slow), Severity.YELLOW),
        ],
        measure=Ratio(executed, current),
        values={"executed": executed, "current": current, "months": months[0]},
        amount=current - executed,
        about="executed",
    )
