"""Family N: what other kinds of supervision and statistics say, held against the budget (六贯通, domain.md 1.1).

Evidence comes as the tables ``evidence`` and ``statistics``. It stands in years of its own, so it is matched over
all years of an entity: by the agency's code (else its exact name) or by the project's code, never by likeness.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.kernels import group as kernel
from budgetreview.rule import Assessment, Context
from budgetreview.rules.laws import family
from budgetreview.rules.readings import fiscal_year
from budgetreview.table import Groups, Table
from budgetreview.values import Bools, Exact, Ints, Keys, Numbers, Truth, growth

book: Final = family("linkage")

_SPAN: Final = 10_000
"""Wider than any year."""
_GDP: Final = ("gdp", "GDP", "地区生产总值", "地区生产总值（GDP）", "地区生产总值(GDP)", "生产总值")
_EXACT: Final = 10_000


@attrs.frozen
class Audited:
    """How many audit findings of the last years, and what growth of the request, make the question.

    Attributes:
        years: How far back findings count, this year not counted.
        findings: Least number of them.
        growth: Growth let pass.
    """

    years: int
    findings: int
    growth: Fraction


@book.rule(
    "N01",
    reads=("amount", "agency", "prior_approved", "evidence.kind"),
    uses=("agency_name", "evidence.agency", "evidence.agency_name", "evidence.found"),
    per="agency",
    parameters=Audited,
)
def grows_after_audit(lines: Table, evidence: Table, p: Audited) -> Assessment:
    """An agency that the audit had something to say about asks for clearly more than last year."""
    agency = lines.by("agency")
    now, before = agency.sum(lines.money("amount")), agency.sum(lines.money("prior_approved"))
    rate = growth(now, before)
    found, possible, covered = _audit_findings(agency, evidence, p.years)
    enough = Truth((found >= p.findings) & covered, (possible < p.findings) & covered)
    counted = Exact.of(found, covered, "count")
    return Assessment.of(
        agency,
        applies=before > 0,
        condition=enough & (rate > p.growth),
        measure=rate,
        limit=p.growth,
        values={"amount": now, "prior_approved": before, "audit_findings": counted},
        amount=now - before,
        about="amount",
        lacks={"evidence.agency": ~covered},
    )


def _audit_findings(agency: Groups, evidence: Table, years: int) -> tuple[Ints, Ints, Bools]:
    """Audit findings about each agency in the years looked at: surely, at most, and whether any audit was read."""
    lines = agency.table
    ours, theirs = _entities(lines, agency.period), _entities(evidence, evidence.period)
    year, dated = _year(evidence)
    code, unit = _units(agency, evidence, ours, theirs)
    kind = evidence.key("kind")
    audit, maybe = kind.is_("audit"), ~kind.is_("audit").no
    last = fiscal_year(agency).values
    sure = audit.yes & dated & (code >= 0)
    loose = maybe & ~sure & (code != _ANOTHER)

    def within(rows: Bools, of_rows: Ints, of_groups: Ints, whole: Ints) -> Ints:
        place = np.sort(of_rows[rows] * _SPAN + year[rows])
        low = np.searchsorted(place, of_groups * _SPAN + whole - years, "left")
        return np.asarray(np.searchsorted(place, of_groups * _SPAN + whole, "right") - low, np.int64)

    found = within(sure, code, unit, last)
    open_year = np.bincount(theirs[loose & ~dated], minlength=int(max(ours.max(initial=0), theirs.max(initial=0))) + 1)
    unsure = within(loose & dated, theirs, ours, last) + open_year[ours]
    any_audit = within(audit.yes & dated, theirs, ours, last)
    return found, found + unsure, any_audit > 0


_NOBODY: Final = -1
"""The evidence names no unit: it may be about any."""
_ANOTHER: Final = -2
"""It names one that is none of the budget's units."""


def _units(agency: Groups, evidence: Table, ours: Ints, theirs: Ints) -> tuple[Ints, Ints]:
    """For each row of evidence the unit it is about (or why none), and for each agency its number."""
    codes = _common(evidence.key("agency"), agency.key("agency"))
    names = _common(evidence.key("agency_name"), agency.key("agency_name"))
    unit, _ = kernel.combine([ours, codes[1]])
    by_code = _found(theirs, codes[0], ours, codes[1], unit)
    by_name = _found(theirs, names[0], ours, names[1], unit)
    coded, named = codes[0] >= 0, names[0] >= 0
    at = np.where(coded, by_code, np.where(named, by_name, _NOBODY))
    return at, unit


def _found(entity: Ints, key: Ints, entities: Ints, keys: Ints, number: Ints) -> Ints:
    """The one number under the same entity and key; ``_ANOTHER`` for none, ``_NOBODY`` where several could be meant."""
    there = keys >= 0
    wide = int(max(key.max(initial=0), keys.max(initial=0))) + 1
    pairs = np.unique(np.stack([entities[there] * wide + keys[there], number[there]]), axis=1)
    place, wanted = pairs[0], entity * wide + key
    low, high = np.searchsorted(place, wanted, "left"), np.searchsorted(place, wanted, "right")
    out = np.where(high - low > 1, _NOBODY, _ANOTHER)
    one = np.flatnonzero((high - low == 1) & (key >= 0))
    out[one] = pairs[1][low[one]]
    return out


def _common(a: Keys, b: Keys) -> tuple[Ints, Ints]:
    """Two columns of texts as numbers of one vocabulary; -1 is unknown."""
    words = sorted({*a.words, *b.words})
    place = {w: i for i, w in enumerate(words)}

    def over(keys: Keys) -> Ints:
        return np.array([*(place[w] for w in keys.words), -1], np.int64)[keys.codes]

    return over(a), over(b)


def _entities(table: Table, period: Ints) -> Ints:
    """The number of the entity, whatever the year."""
    places: Sequence[str] = [p.entity or p.path for p in table.periods]
    names = {n: i for i, n in enumerate(sorted(set(places)))}
    return np.array([*(names[n] for n in places), -1], np.int64)[period]


def _year(evidence: Table) -> tuple[Ints, Bools]:
    """The year of each row: as stated, else that of the day on which it was raised."""
    stated = fiscal_year(evidence)
    day = evidence.whole("found")
    raised = day.values.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    year = stated.or_else(Exact.of(raised, day.known, "year"))
    return np.where(year.known, year.values, 0), year.known


@attrs.frozen
class Gap:
    """How far two growths may lie apart."""

    gap: Fraction


@book.rule(
    "N02",
    reads=(
        "totals.own_revenue", "totals.prior_own_revenue", "statistics.indicator", "statistics.value",
    ),
    uses=("statistics.unit",),
    per="book",
    parameters=Gap,
)  # fmt: skip
def revenue_against_statistics(totals: Table, statistics: Table, context: Context, p: Gap) -> Assessment:
    """Revenue grows much faster or slower than the region's product did, by the statistics of the last two years."""
    now, before = totals.money("own_revenue"), totals.money("prior_own_revenue")
    back = 0 if context.stage == "final" else 1
    later, unit = _gdp(totals, statistics, back)
    earlier, same = _gdp(totals, statistics, back + 1)
    agree = (unit == same) | ~later.known | ~earlier.known
    later, earlier = later.only(agree), earlier.only(agree)
    economy = growth(_whole(later), _whole(earlier))
    apart = abs(growth(now, before) - economy)
    return Assessment.of(
        totals,
        applies=before > 0,
        condition=apart > p.gap,
        measure=apart,
        limit=p.gap,
        values={
            "own_revenue": now,
            "prior_own_revenue": before,
            "gdp": later,
            "gdp_before": earlier,
            "revenue_growth": growth(now, before),
            "gdp_growth": economy,
        },
        amount=now - before,
        about="own_revenue",
        lacks={"statistics.value": ~(later.known & earlier.known)},
    )


def _gdp(totals: Table, statistics: Table, back: int) -> tuple[Numbers, Ints]:
    """The product of the region so many years before, and its unit; unknown where two figures contradict."""
    ours, theirs = _entities(totals, totals.period), _entities(statistics, statistics.period)
    year, wanted = fiscal_year(statistics), fiscal_year(totals)
    value, unit = statistics.number("value"), statistics.key("unit")
    named = statistics.key("indicator").isin(_GDP).yes & value.known & year.known
    rows = np.flatnonzero(named)
    rows = rows[np.lexsort((value.values[rows], year.values[rows], theirs[rows]))]
    place = theirs[rows] * _SPAN + year.values[rows]
    at = ours * _SPAN + wanted.values - back
    low, high = np.searchsorted(place, at, "left"), np.searchsorted(place, at, "right")
    there = (high > low) & wanted.known
    first = rows[np.where(there, low, 0)] if len(rows) else np.zeros(len(at), np.int64)
    last = rows[np.where(there, high - 1, 0)] if len(rows) else first
    if not len(rows):
        return Numbers(np.zeros(len(at)), there), np.full(len(at), -1, np.int64)
    same = (value.values[first] == value.values[last]) & (unit.codes[first] == unit.codes[last])
    return Numbers(value.values[first], there & same), unit.codes[first].astype(np.int64)


def _whole(x: Numbers) -> Exact:
    """A statistic as a whole number, exact to four decimals."""
    return Exact.of(np.rint(np.where(x.known, x.values, 0.0) * _EXACT).astype(np.int64), x.known)


@book.rule(
    "N03",
    reads=("evidence.rectified", "evidence.project", "cases.project", "cases.found"),
    uses=("evidence.rectified_on", "evidence.agency", "evidence.kind", "evidence.amount", "cases.state"),
    per="evidence",
)
def found_again(evidence: Table, cases: Table) -> Assessment:
    """What is said to be rectified was flagged again afterwards, for the same project."""
    mine, theirs = _common(evidence.key("project"), cases.key("project"))
    entity, others = _entities(evidence, evidence.period), _entities(cases, cases.period)
    wide = int(max(mine.max(initial=0), theirs.max(initial=0))) + 1
    wanted = np.where(mine >= 0, entity * wide + mine, -1)
    there = np.where(theirs >= 0, others * wide + theirs, -1)
    number = np.unique(np.concatenate([wanted, there]), return_inverse=True)[1]
    at, of_cases = number[: len(evidence)], number[len(evidence) :]
    n = int(number.max(initial=0)) + 1
    day = cases.whole("found")
    out = cases.key("state").is_("dismissed")
    held = (theirs >= 0) & ~out.yes
    sure = held & out.no & day.known
    last = np.full(n, np.iinfo(np.int64).min)
    np.maximum.at(last, of_cases[sure], day.values[sure])
    some = (kernel.counts(sure, of_cases, n) > 0)[at] & (mine >= 0)
    unsure = (kernel.counts(held & ~sure, of_cases, n) > 0)[at]
    loose = np.isin(entity, others[(theirs < 0) & ~out.yes])
    read = np.isin(entity, others)
    latest = Exact.of(np.where(some, last[at], 0), some, "date")
    done = evidence.whole("rectified_on")
    later = latest > done
    nothing = ~some & ~unsure & ~loose & read & (mine >= 0)
    again = Truth(later.yes, nothing | (later.no & ~unsure & ~loose))
    return Assessment.of(
        evidence,
        applies=evidence.mark("rectified"),
        condition=again,
        measure=attrs.evolve(latest - done, kind="days"),
        values={"last_found": latest, "rectified_on": done, "project": evidence.key("project")},
        amount=evidence.money("amount"),
        about="rectified",
        lacks={"evidence.rectified_on": some & ~done.known, "evidence.project": mine < 0},
    )
