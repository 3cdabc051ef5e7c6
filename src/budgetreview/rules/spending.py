"""Family Z, second part: patterns across the lines of a department, and its running costs (domain.md 8.6)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.codes import THREE_PUBLIC_DEPARTMENT
from budgetreview.kernels import group as kernel
from budgetreview.kernels import names, spread
from budgetreview.rule import Assessment
from budgetreview.rules.joining import (
    PROJECT_KEY,
    by_project,
    fetched,
    fetched_key,
    fetched_number,
    may_be_project,
    row_of,
    surely_whole,
)
from budgetreview.rules.laws import family
from budgetreview.rules.lookalikes import NAME_COLUMNS, classes, lookalikes, owners
from budgetreview.rules.readings import PROJECT, is_project, last_year, still_funded
from budgetreview.table import Groups, Table
from budgetreview.values import Bools, Exact, Ints, Keys, Numbers, Ratio, Truth, growth

book: Final = family("spending")
_ALL_WORDS: Final = tuple(dict.fromkeys((*PROJECT, *PROJECT_KEY, *NAME_COLUMNS)))


@attrs.frozen
class UniformGrowth:
    """How many lines of an agency may grow by the same rate."""

    reach: Fraction
    items: int
    share: Fraction


@book.rule(
    "Z07",
    reads=("agency", "amount", "prior_approved", "dept_economic_code"),
    uses=PROJECT,
    per="agency",
    parameters=UniformGrowth,
)
def uniform_growth(lines: Table, p: UniformGrowth) -> Assessment:
    """Most project lines of an agency grow by one and the same rate."""
    agency = lines.by("agency")
    amount, before = lines.money("amount"), lines.money("prior_approved")
    pay = lines.key("dept_economic_code").startswith("301", "303")
    eligible = is_project(lines) & ~pay & (before > 0)
    rate, known = growth(amount, before).floats()
    counted = eligible.yes & known
    shares = spread.billionths(rate)
    reach = int(p.reach * spread.NANO)
    inside = np.where(counted, agency.index, -1)
    lines_known = kernel.counts(counted, agency.index, agency.n)
    unsure = kernel.counts(~eligible.no & ~counted, agency.index, agency.n)
    share = -(-(lines_known + unsure) * p.share.numerator // p.share.denominator)  # rounded up
    enough_alike = np.maximum(np.maximum(share, p.items), unsure + 1)
    centre, alike, flat = spread.densest(shares, inside, agency.n, reach, enough_alike)
    enough = (alike >= enough_alike) & (alike > flat + unsure)
    too_few = lines_known + unsure < p.items
    mode = Numbers(centre / spread.NANO, alike > 0, "share")
    ours = np.abs(shares - np.append(centre, 0)[agency.index]) <= reach
    return Assessment.of(
        agency,
        applies=Truth(lines_known > 0, lines_known + unsure == 0),
        condition=Truth(enough, ~enough & ((unsure == 0) | too_few)),
        measure=mode,
        limit=p.reach,
        values={
            "mode": mode,
            "alike": Exact.of(alike, kind="count"),
            "lines": Exact.of(lines_known + unsure, kind="count"),
        },
        members=Truth.known(ours & counted),
        about="amount",
    )


def _titled(lines: Table, at: Ints) -> dict[str, Keys]:
    """Name and agency of the lines that were found alike."""
    agency, code = lines.key("agency_name"), lines.key("agency")
    words = tuple(sorted({*agency.words, *code.words}))
    place = {w: i for i, w in enumerate(words)}
    of_name = np.array([place[w] for w in agency.words] + [-1], np.int32)[agency.codes]
    of_code = np.array([place[w] for w in code.words] + [-1], np.int32)[code.codes]
    return {
        "similar_name": fetched_key(lines.key("project_name"), at),
        "similar_agency": fetched_key(Keys(np.where(of_name >= 0, of_name, of_code), words), at),
    }


@attrs.frozen
class Likeness:
    """From which likeness on two names are asked about."""

    least: Fraction
    shortest: int


@book.rule("Z19", reads=("project_name", "function_code"), uses=_ALL_WORDS, parameters=Likeness)
def overlapping_projects(lines: Table, p: Likeness) -> Assessment:
    """A project whose name says the same as another project's under the same 款."""
    wanted = is_project(lines)
    within = lines.mapped("function_code", "款", lambda w: w[:5] if len(w) >= 5 else None).codes.astype(np.int64)  # noqa: PLR2004
    owner, doubtful = owners(lines)
    found = lookalikes(lines, wanted, within, owner, p.least, p.shortest, doubtful)
    likeness = Ratio(found.common, found.total)
    return Assessment.of(
        lines,
        applies=wanted & ~found.short,
        condition=found.found,
        measure=likeness,
        limit=p.least,
        values={"likeness": likeness, "name": lines.key("project_name"), **_titled(lines, found.partner)},
        about="project_name",
    )


_NETWORKS_AND_SOFTWARE: Final = ("30907", "31007")


def _is_it(lines: Table) -> Truth:
    """Marked as information technology, or under 信息网络及软件购置更新; without the mark's column the code decides."""
    marked, absent = lines.mark("is_it"), lines.absent("is_it")
    coded = lines.key("dept_economic_code").isin(_NETWORKS_AND_SOFTWARE)
    uncoded = lines.absent("dept_economic_code")
    no_mark = marked.no if absent is None else marked.no | (absent & coded.no)
    no_code = coded.no if uncoded is None else coded.no | (uncoded & marked.no)
    return Truth(marked.yes | coded.yes, no_mark & no_code)


@book.rule(
    "Z20", reads=("project_name", "agency"), uses=(*_ALL_WORDS, "is_it", "dept_economic_code"), parameters=Likeness
)
def duplicated_systems(lines: Table, p: Likeness) -> Assessment:
    """An information system whose name says the same as one of another agency."""
    wanted = is_project(lines) & _is_it(lines)
    owner, _ = kernel.combine([lines.period, lines.key("agency").codes.astype(np.int64)])
    nowhere = np.zeros(len(lines), bool)
    found = lookalikes(lines, wanted, np.zeros(len(lines), np.int64), owner, p.least, p.shortest, nowhere)
    likeness = Ratio(found.common, found.total)
    return Assessment.of(
        lines,
        applies=wanted & ~found.short,
        condition=found.found,
        measure=likeness,
        limit=p.least,
        values={"likeness": likeness, "name": lines.key("project_name"), **_titled(lines, found.partner)},
        about="project_name",
    )


@attrs.frozen
class Splitting:
    """A limit, and how close below it several alike lines may lie."""

    limit: int
    near: Fraction
    items: int
    least: Fraction
    shortest: int


@book.rule("Z21", reads=("project_name", "agency", "amount"), uses=_ALL_WORDS, parameters=Splitting)
def splitting(lines: Table, p: Splitting) -> Assessment:
    """Several alike lines of one agency, each just below a limit that they pass together."""
    amount = lines.money("amount")
    wanted = is_project(lines) & (amount * p.near.denominator >= p.near.numerator * p.limit)
    wanted &= amount < p.limit
    agency = lines.key("agency").codes.astype(np.int64)
    told = classes(lines, wanted, agency, p.shortest, numbered=False)
    pairs = names.alike(told.texts, told.block, p.least)
    tied = np.append(names.components(len(told.texts), pairs.left, pairs.right), -1)[told.of]
    n = int(tied.max(initial=-1)) + 1
    count = np.append(kernel.counts(tied >= 0, tied, n), 0)[tied]
    total = np.append(kernel.sums(amount.values, tied, n), 0)[tied]
    several = (tied >= 0) & (count >= p.items) & (total > p.limit)
    place, _ = kernel.combine([lines.period, agency + 1])
    doubt = np.zeros(int(place.max(initial=-1)) + 1, bool)
    doubt[place[told.unsure]] = True
    somewhere = np.zeros(len(lines.periods), bool)
    somewhere[lines.period[told.unsure & (agency < 0)]] = True
    nearby = doubt[place] | somewhere[lines.period]
    known = tied >= 0
    together = Exact.of(total, known)
    return Assessment.of(
        lines,
        applies=is_project(lines) & ~(told.short & wanted),
        condition=Truth(several, ~several & ((known & ~nearby) | wanted.no)),
        measure=together,
        limit=Exact.of(np.full(len(lines), p.limit)),
        values={"amount": amount, "alike": Exact.of(count, known, "count"), "together": together},
        amount=amount,
        about="amount",
    )


@attrs.frozen
class RoundAmounts:
    """What counts as round, how many lines are needed, and which share is much."""

    step: int
    items: int
    share: Fraction


@book.rule("Z22", reads=("agency", "amount"), uses=PROJECT, per="agency", parameters=RoundAmounts)
def round_amounts(lines: Table, p: RoundAmounts) -> Assessment:
    """Most project amounts of an agency are round."""
    agency = lines.by("agency")
    amount = lines.money("amount")
    counted = is_project(lines) & (amount > 0)
    even = Truth.known(amount.values % p.step == 0).only(amount.known)
    size, whole = agency.count(counted), agency.count(counted & even)
    share = Ratio(whole, size)
    return Assessment.of(
        agency,
        applies=size >= p.items,
        condition=share > p.share,
        measure=share,
        limit=p.share,
        values={"round": whole, "lines": size},
        members=counted & even,
        about="amount",
    )


@attrs.frozen
class Exempt:
    """Words of project names where staff cost is lawful."""

    exempt: tuple[str, ...]


@book.rule("Z23", reads=("dept_economic_code", "project_kind"), uses=(*PROJECT, "amount"), parameters=Exempt)
def personnel_cost_in_project(lines: Table, p: Exempt) -> Assessment:
    """A project for a set target that pays wages and benefits."""
    code, kind = lines.key("dept_economic_code"), lines.key("project_kind")
    exempt = lines.key("project_name").containing(*p.exempt).yes
    return Assessment.of(
        lines,
        applies=is_project(lines) & Truth.known(~exempt) & still_funded(lines),
        condition=code.startswith("301") & kind.is_("targeted"),
        values={"dept_economic_code": code, "project_kind": kind},
        about="dept_economic_code",
    )


@attrs.frozen
class OfficeCost:
    """Codes of office costs, and the share of a project that they may take."""

    codes: tuple[str, ...]
    share: Fraction


@book.rule(
    "Z24",
    reads=("dept_economic_code", "amount"),
    uses=tuple(dict.fromkeys((*PROJECT, *PROJECT_KEY))),
    per="project",
    parameters=OfficeCost,
)
def office_cost_in_project(lines: Table, p: OfficeCost) -> Assessment:
    """Office costs take much of a project."""
    project = by_project(lines)
    amount, ours = lines.money("amount"), is_project(lines)
    office = ours & lines.key("dept_economic_code").isin(p.codes)
    cost, whole = project.sum(amount, office), project.sum(amount, ours)
    share = Ratio(cost, whole)
    return Assessment.of(
        project,
        applies=project.any(ours) & (whole > 0),
        condition=(share > p.share).only(surely_whole(lines, project, may_be_project(lines))),
        measure=share,
        limit=p.share,
        values={"office_cost": cost, "project_amount": whole},
        members=office,
        amount=cost,
        about="dept_economic_code",
    )


@book.rule(
    "Z25",
    reads=("dept_economic_code", "amount", "prior_approved"),
    uses=("without_prior", "prior.dept_economic_code", "prior.approved"),
    optional=("prior",),
    per="entity",
)
def three_public_rises(lines: Table, prior: Table) -> Assessment:
    """The entity's three-public expenses add up to more than last year."""
    entity = lines.by()
    ours = lines.key("dept_economic_code").isin(THREE_PUBLIC_DEPARTMENT)
    now, before = entity.sum(lines.money("amount"), ours), entity.sum(lines.money("prior_approved"), ours)
    if len(prior):
        theirs = prior.key("dept_economic_code").isin(THREE_PUBLIC_DEPARTMENT)
        before = last_year(lines, entity, before, prior.by().sum(prior.money("approved"), theirs))
    return Assessment.of(
        entity,
        condition=now > before,
        measure=now - before,
        values={"three_public": now, "prior_three_public": before},
        members=ours,
        amount=now,
        about="amount",
    )


@attrs.frozen
class Growth:
    """The growth that is let pass."""

    growth: Fraction


@book.rule(
    "Z26",
    reads=("agency", "dept_economic_code", "amount", "prior_approved"),
    per="agency",
    parameters=Growth,
)
def three_public_item_rises(lines: Table, p: Growth) -> Assessment:
    """One three-public item of an agency rises."""
    item = lines.by("agency", "dept_economic_code")
    now, before = item.sum(lines.money("amount")), item.sum(lines.money("prior_approved"))
    coded = ~lines.by("agency").any(lines.blank("dept_economic_code")).yes
    whole = coded[lines.by("agency").index[item.first]]
    return Assessment.of(
        item,
        applies=item.key("dept_economic_code").isin(THREE_PUBLIC_DEPARTMENT),
        condition=(now > before * (1 + p.growth)).only(whole),
        measure=now - before,
        values={"item": now, "prior_item": before},
        amount=now,
        about="amount",
    )


@attrs.frozen
class Meetings:
    """Codes of meetings, training, labour and entrusted business; their growth and their share of class 302."""

    codes: tuple[str, ...]
    growth: Fraction
    share: Fraction


@book.rule(
    "Z27",
    reads=("agency", "dept_economic_code", "amount", "prior_approved"),
    per="agency",
    parameters=Meetings,
)
def meetings_rise(lines: Table, p: Meetings) -> Assessment:
    """Meetings, training, labour and entrusted business grow fast, or take much of goods and services."""
    agency = lines.by("agency")
    amount, code = lines.money("amount"), lines.key("dept_economic_code")
    ours = code.isin(p.codes)
    now, before = agency.sum(amount, ours), agency.sum(lines.money("prior_approved"), ours)
    goods = agency.sum(amount, code.startswith("302"))
    share = Ratio(now, goods)
    rises = (before > 0) & (growth(now, before) > p.growth)
    return Assessment.of(
        agency,
        applies=agency.any(ours),
        condition=rises | ((goods > 0) & (share > p.share)),
        measure=share,
        limit=p.share,
        values={"cost": now, "prior_cost": before, "goods_and_services": goods},
        members=ours,
        amount=now,
        about="amount",
    )


@attrs.frozen
class Cut:
    """The cut that is expected."""

    cut: Fraction


@book.rule("Z28", reads=("agency", "amount", "prior_approved", "project_kind"), per="agency", parameters=Cut)
def general_spending_not_cut(lines: Table, p: Cut) -> Assessment:
    """Public cost and other running projects of an agency are not cut as policy asks."""
    agency = lines.by("agency")
    ours = lines.key("project_kind").isin(("public", "operating"))
    now, before = agency.sum(lines.money("amount"), ours), agency.sum(lines.money("prior_approved"), ours)
    change = growth(now, before)
    return Assessment.of(
        agency,
        applies=before > 0,
        condition=change > -p.cut,
        measure=change,
        limit=-p.cut,
        values={"general_spending": now, "prior_general_spending": before},
        members=ours,
        amount=now,
        about="amount",
    )


@attrs.frozen
class Outlier:
    """How far above its peers an agency may lie, and how many peers are needed."""

    score: Fraction
    sample: int


@book.rule(
    "Z29",
    reads=("agency", "amount", "agencies.agency", "agencies.staff", "agencies.unit_kind"),
    uses=("project_kind", "basic", "dept_economic_code"),
    per="agency",
    parameters=Outlier,
)
def public_cost_per_head(lines: Table, agencies: Table, p: Outlier) -> Assessment:
    """An agency's public cost per head lies far above that of its peers."""
    agency = lines.by("agency")
    cost = agency.sum(lines.money("amount"), _public_cost(lines))
    at = row_of(agency, "agency", agencies)
    staff, kind = fetched_number(agencies.number("staff"), at), fetched_key(agencies.key("unit_kind"), at)
    applies = (cost > 0) & (staff > 0)
    ready = applies.yes & cost.known & kind.known
    per_head = np.zeros(len(agency))
    per_head[ready] = np.asarray(cost.values[ready], np.float64) / 100 / staff.values[ready]
    peers, n = _peers(agency.period, kind.codes.astype(np.int64), ready)
    score, centre, enough = spread.robust_z(per_head, peers, n, p.sample)
    unsure = ~applies.no & ~ready
    doubt = _doubted(agency, kind, unsure, ready)
    shown = ready & enough & ~doubt
    small = _too_small(agency, kind, applies, p.sample)
    z = Numbers(score, shown, "score")
    return Assessment.of(
        agency,
        applies=applies & ~small,
        condition=z > p.score,
        measure=z,
        limit=p.score,
        values={
            "public_cost": cost,
            "staff": staff,
            "per_head": Exact.of(np.rint(per_head * 100).astype(np.int64), shown),
            "typical": Exact.of(np.rint(centre * 100).astype(np.int64), shown),
            "z": z,
        },
        amount=cost,
        about="amount",
        lacks={"agencies.staff": ~staff.known, "agencies.unit_kind": ~kind.known},
    )


def _public_cost(lines: Table) -> Truth:
    """公用经费 by the kind of project; where no kind is given, basic expenditure on goods and services."""
    kind, absent = lines.key("project_kind"), lines.absent("project_kind")
    stated = kind.is_("public")
    if absent is None:
        return stated
    basic = lines.mark("basic") & lines.key("dept_economic_code").startswith("302")
    return Truth(stated.yes | (absent & basic.yes), stated.no | (absent & basic.no))


def _peers(period: Ints, kind: Ints, ready: Bools) -> tuple[Ints, int]:
    """Agencies of one entity, year and kind."""
    peers, first = kernel.combine([period, np.where(ready, kind, -1)])
    return peers, len(first)


def _doubted(agency: Groups, kind: Keys, unsure: Bools, ready: Bools) -> Bools:
    """Where some agency that may be a peer lacks a figure, so that the peers' centre is not known."""
    place, first = kernel.combine([agency.period, kind.codes.astype(np.int64) + 1])
    shaken = np.zeros(len(first), bool)
    shaken[place[unsure]] = True
    everyone = np.zeros(len(agency.table.periods), bool)
    everyone[agency.period[unsure & ~kind.known]] = True
    return (shaken[place] | everyone[agency.period]) & ready


def _too_small(agency: Groups, kind: Keys, applies: Truth, sample: int) -> Truth:
    """Whether too few agencies of the kind are there for a comparison, even if all that is unknown counted."""
    place, first = kernel.combine([agency.period, kind.codes.astype(np.int64) + 1])
    may = ~applies.no
    count = kernel.counts(may, place, len(first))[place]
    loose = kernel.counts(may & ~kind.known, agency.period, len(agency.table.periods))[agency.period]
    small = np.where(kind.known, count + loose, 0) < sample
    return Truth(small & kind.known, ~small & kind.known)


@book.rule("Z32", reads=("is_asset", "quantity", "asset_quota", "asset_stock"))
def assets_beyond_quota(lines: Table) -> Assessment:
    """Assets in stock and new ones together exceed the quota."""
    stock, new, quota = lines.number("asset_stock"), lines.number("quantity"), lines.number("asset_quota")
    return Assessment.of(
        lines,
        applies=lines.mark("is_asset"),
        condition=stock + new > quota,
        measure=stock + new,
        limit=quota,
        values={"asset_stock": stock, "quantity": new, "asset_quota": quota},
        about="quantity",
    )


@attrs.frozen
class Procurement:
    """From which amount on, and under which codes, buying goes through government procurement."""

    limit: int
    codes: tuple[str, ...]


@book.rule(
    "Z33",
    reads=("dept_economic_code", "amount", "is_procurement"),
    uses=("procurement_amount",),
    parameters=Procurement,
)
def procurement_not_budgeted(lines: Table, p: Procurement) -> Assessment:
    """Goods, works or services above the limit without a procurement budget."""
    amount, marked = lines.money("amount"), lines.mark("is_procurement")
    counted = (lines.money("procurement_amount") > 0).yes
    bought = Truth(marked.yes | counted, marked.no & ~counted)
    return Assessment.of(
        lines,
        applies=lines.key("dept_economic_code").startswith(*p.codes),
        condition=(amount >= p.limit) & ~bought,
        measure=amount,
        limit=Exact.of(np.full(len(lines), p.limit)),
        values={"amount": amount, "dept_economic_code": lines.key("dept_economic_code")},
        about="amount",
    )


@attrs.frozen
class OwnFunds:
    """From which amount last year on the question is asked."""

    least: int


@book.rule(
    "Z35",
    reads=("agency", "amount", "fund_source"),
    uses=("prior_approved", "prior.agency", "prior.approved", "prior.fund_source"),
    optional=("prior",),
    per="agency",
    parameters=OwnFunds,
)
def own_funds_left_out(lines: Table, prior: Table, p: OwnFunds) -> Assessment:
    """An agency budgeted own funds last year and none this year."""
    agency = lines.by("agency")
    own = lines.key("fund_source").is_("own")
    now = agency.sum(lines.money("amount"), own)
    before = agency.sum(lines.money("prior_approved"), own)
    if len(prior):
        last = prior.by("agency")
        listed = last.sum(prior.money("approved"), prior.key("fund_source").is_("own"))
        whole = fetched(listed, row_of(agency, "agency", last))
        use = whole.low & ((whole.values > before.values) | ~before.low)
        before = Exact(
            np.where(use, whole.values, before.values),
            np.where(use, whole.low, before.low),
            # Where last year's table is known in part only, what this year's lines say of it is not the whole either.
            np.where(use, whole.high, before.high & (whole.high | ~whole.low)),
        )
    return Assessment.of(
        agency,
        condition=(before > p.least) & now.equals(0),
        measure=before,
        limit=Exact.of(np.full(len(agency), p.least)),
        values={"own_funds": now, "prior_own_funds": before},
        members=own,
        amount=before,
        about="fund_source",
    )


@attrs.frozen
class TinyLines:
    """What counts as tiny, how many lines are needed, and which share is much."""

    tiny: int
    items: int
    share: Fraction


@book.rule("Z36", reads=("agency", "amount"), uses=PROJECT, per="agency", parameters=TinyLines)
def many_tiny_lines(lines: Table, p: TinyLines) -> Assessment:
    """Many project lines of an agency are tiny."""
    agency = lines.by("agency")
    amount = lines.money("amount")
    counted = is_project(lines) & (amount > 0)
    small = counted & (amount < p.tiny)
    size, few = agency.count(counted), agency.count(small)
    share = Ratio(few, size)
    return Assessment.of(
        agency,
        applies=size >= p.items,
        condition=share > p.share,
        measure=share,
        limit=p.share,
        values={"tiny_lines": few, "lines": size},
        members=small,
        amount=agency.sum(amount, small),
        about="amount",
    )
