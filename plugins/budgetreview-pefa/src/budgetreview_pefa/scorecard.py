"""The scorecard: three completed years of one entity, by dimension, with bands, scores and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import attrs
import numpy as np

import budgetreview as br
from budgetreview_pefa import figures
from budgetreview_pefa.bands import DIMENSIONS, INDICATORS, Letter, averaged, weakest
from budgetreview_pefa.figures import Figure, Mask, Pair, Reading, Sums

YEARS: Final = 3
_SUSPENSE: Final = Fraction(1, 10)


@attrs.frozen
class Scored:
    """One dimension.

    Attributes:
        code: Its number, e.g. ``PI-2.1``.
        title: Its name.
        years: The figures, year by year.
        mean: For PI-2.3 the mean of the years.
        score: A to D, None where it is not scored.
        why: Why there is no score, or what decided it besides the figures.
        marks: How certain formula and bands are.
        page: Where the formula was read.
    """

    code: str
    title: br.Text
    years: tuple[Figure, ...]
    mean: Fraction | None
    score: Letter | None
    why: tuple[br.Text, ...]
    marks: str
    page: str | None


@attrs.frozen
class Indicator:
    """One indicator: the score that its dimensions make, None where one of them is not scored."""

    code: str
    title: br.Text
    dimensions: tuple[Scored, ...]
    score: str | None


@attrs.frozen
class Scorecard:
    """PI-1, PI-2 and PI-3 of one entity.

    Attributes:
        entity: Its code, None where the files name none.
        years: The completed years looked at.
        indicators: The three.
        reading: How the classification was read.
    """

    entity: str | None
    years: tuple[int, ...]
    indicators: tuple[Indicator, ...]
    reading: Reading

    def __getitem__(self, code: str) -> Scored:
        return next(d for i in self.indicators for d in i.dimensions if d.code == code)


def scorecard(
    submission: br.Submission,
    *,
    entity: str | None = None,
    years: Sequence[int] | None = None,
    reading: Reading | None = None,
) -> Scorecard:
    """The scorecard of one entity.

    Args:
        submission: With lines of three years: ``approved`` is the original budget, ``executed`` the outturn.
        entity: Its code, where the submission holds several.
        years: The completed years, the last three that have an outturn if none are named.
        reading: How the classification is read; by default Chinese codes.

    Returns:
        The scorecard; what cannot be scored says why, and is never a D.

    Raises:
        UsageError: The submission holds several entities and none is named, or not the one that is.
    """
    own = reading or Reading()
    found = sorted({p.entity for p in submission.periods}, key=lambda e: e or "")
    if entity is not None and entity not in found:
        raise br.UsageError(br.Text(
            f"输入里没有地区 {entity}；有：{'、'.join(str(e) for e in found)}",
            f"the submission has no entity {entity}; it has: {', '.join(str(e) for e in found)}",
        ))  # fmt: skip
    if entity is None and len(found) > 1:
        raise br.UsageError(br.Text(
            f"输入里有多个地区，请指明一个（entity）：{'、'.join(str(e) for e in found)}",
            f"the submission holds several entities, name one (entity): {', '.join(str(e) for e in found)}",
        ))  # fmt: skip
    who = entity if entity is not None else found[0] if found else None
    by_year = _years_of(submission, who)
    lines = submission.table("lines")
    every = figures_of(lines, _side(lines, own, "expenditure"), _side(lines, own, "revenue"), own)
    asked = sorted(set(years)) if years is not None else _completed(lines, by_year)
    return _made(who, tuple(asked), _with_totals(every, submission.table("totals"), own), by_year, own)


def _years_of(submission: br.Submission, who: str | None) -> dict[int, int]:
    """Fiscal year to period of one entity.

    Raises:
        UsageError: Two inputs without an entity bring the same year.
    """
    found: dict[int, int] = {}
    for i, p in enumerate(submission.periods):
        if p.entity == who and p.fiscal_year is not None:
            if p.fiscal_year in found:
                raise br.UsageError(br.Text(
                    f"{p.fiscal_year}年来自两个没有写明地区的输入；读入时请指明地区（entity）",
                    f"{p.fiscal_year} comes from two inputs that name no entity; name it when reading (entity)",
                ))  # fmt: skip
            found[p.fiscal_year] = i
    return found


def _side(lines: br.Table, reading: Reading, side: str) -> Mask:
    """Lines of one side in the books that count; a table without books or sides is taken whole, as spending."""
    inside = lines.key("book").isin(reading.books).yes if lines.has("book") else np.ones(len(lines), bool)
    if not lines.has("side"):
        return inside & (side == "expenditure")
    return np.asarray(inside & lines.key("side").is_(side).yes)


def _completed(lines: br.Table, by_year: Mapping[int, int]) -> list[int]:
    """The last three years with an outturn."""
    done = set(lines.period[lines.money("executed").known].tolist())
    return [y for y in sorted(by_year) if by_year[y] in done][-YEARS:]


@attrs.frozen
class Every:
    """The sums of every entity and year: spending, functions, economic heads, reserve, suspense, revenue."""

    spending: list[Sums]
    functions: list[Sums]
    economic: list[Sums]
    reserve: list[Sums]
    suspense: list[Sums]
    revenue: list[Sums]


def figures_of(lines: br.Table, spending: Mask, revenue: Mask, reading: Reading) -> Every:
    """All sums that the dimensions need, for every period of the table."""
    outside, reserve = (figures.coded(lines, p, reading) for p in (reading.outside, reading.contingency))
    interest = figures.coded(lines, reading.interest, reading)
    counted = spending & ~outside
    economic = reading.economic or next((c for c in figures.ECONOMIC if lines.has(c)), figures.ECONOMIC[0])
    function = lines.key(reading.head).map(figures.head_of(reading.head_digits))
    kind = lines.key(economic).map(figures.head_of(reading.economic_digits))
    source = lines.key("function_code").map(figures.head_of(reading.revenue_digits))
    own = revenue & ~lines.key("function_code").startswith(*reading.not_revenue).yes
    no_revenue = br.Text("没有收入明细", "there are no revenue lines")
    return Every(
        figures.sums(lines, function, counted),
        figures.sums(lines, function, counted & ~reserve & ~interest),
        figures.sums(lines, kind, counted & ~reserve),
        figures.sums(lines, function, counted & reserve, figures.NO_RESERVE),
        figures.sums(lines, function, counted & figures.coded(lines, reading.suspense, reading)),
        figures.sums(lines, source, own, no_revenue),
    )


_FROM_TOTALS: Final = br.Text(
    "取自收支总表，预算数为最近一次批准数", "from the table totals, against the budget last approved"
)


def _with_totals(every: Every, totals: br.Table, reading: Reading) -> Every:
    """Totals of spending and revenue where a year has no lines of that side: this year's of the table ``totals``."""
    if not len(totals):
        return every
    inside = totals.key("book").isin(reading.books).yes
    chosen = totals.subset(inside)

    def filled(found: list[Sums], name: str) -> list[Sums]:
        money = [chosen.by().sum(chosen.money(c)) for c in (f"budget_{name}", name)]
        known = [s.known for s in money]
        return [
            Sums(Pair(*(int(m.values[i]) for m in money)), {}, (_FROM_TOTALS,))
            if s.total is None and not s.heads and all(k[i] for k in known)
            else s
            for i, s in enumerate(found)
        ]

    return attrs.evolve(
        every, spending=filled(every.spending, "own_expenditure"), revenue=filled(every.revenue, "own_revenue")
    )


def years_of(
    every: Every, code: str, at: Mapping[int, int], years: Sequence[int], reading: Reading
) -> tuple[Figure, ...]:
    """The figures of one dimension, year by year."""
    absent = Sums(None, {}, (br.Text("输入里没有这一年", "the submission does not have this year"),))

    def of(found: list[Sums], year: int) -> Sums:
        return found[at[year]] if year in at else absent

    if code == "PI-2.3":
        return tuple(figures.contingency(y, of(every.spending, y), of(every.reserve, y), reading) for y in years)
    if code in {"PI-1", "PI-3.1"}:
        kept = every.spending if code == "PI-1" else every.revenue
        made = [(y, of(kept, y)) for y in years]
        return tuple(attrs.evolve(figures.outturn(y, s), missing=_said(s)) for y, s in made)
    kept = {"PI-2.1": every.functions, "PI-2.2": every.economic, "PI-3.2": every.revenue}[code]
    return tuple(figures.composition(y, of(kept, y), reading) for y in years)


def _said(sums: Sums) -> tuple[br.Text, ...]:
    """What is said of a total: why it is missing, or where it comes from."""
    return sums.missing if sums.total is None else tuple(t for t in sums.missing if t is _FROM_TOTALS)


def scored(every: Every, code: str, at: Mapping[int, int], years: Sequence[int], reading: Reading) -> Scored:
    """One dimension of one entity."""
    dimension = DIMENSIONS[code]
    figures_ = years_of(every, code, at, years, reading)
    values = [f.value for f in figures_ if f.value is not None]
    why: list[br.Text] = []
    if len(years) != YEARS:
        why.append(br.Text(
            f"需要三个已完成的年度，现有{len(years)}个", f"three completed years are needed, there are {len(years)}"
        ))  # fmt: skip
    lacking = [str(f.year) for f in figures_ if f.value is None]
    if lacking:
        why.append(br.Text(f"{'、'.join(lacking)}年没有数值", f"no figure for {', '.join(lacking)}"))
    score: Letter | None = None
    mean = None
    if not why:
        score = dimension.score(values)
        mean = sum(values, Fraction(0)) / YEARS if dimension.averaged else None
        if code in {"PI-2.1", "PI-2.2"} and _unallocated(every, at, years):
            score = "D"
            why.append(br.Text("未分配的暂付款项超过支出的10%", "unallocated suspense is above 10 % of expenditure"))
    return Scored(code, dimension.title, figures_, mean, score, tuple(why), dimension.marks, dimension.page)


def _unallocated(every: Every, at: Mapping[int, int], years: Sequence[int]) -> bool:
    """Whether suspense is above a tenth of the outturn of the three years together."""
    held = sum(s.total.actual for y in years if (s := every.suspense[at[y]]).total is not None)
    whole = sum(s.total.actual for y in years if (s := every.spending[at[y]]).total is not None)
    return held > _SUSPENSE * whole


def _made(who: str | None, years: tuple[int, ...], every: Every, at: Mapping[int, int], reading: Reading) -> Scorecard:
    indicators = []
    for code, (title, parts) in INDICATORS.items():
        dimensions = tuple(scored(every, part, at, years, reading) for part in parts)
        letters = [d.score for d in dimensions if d.score is not None]
        score: str | None = None
        if len(letters) == len(parts):
            score = letters[0] if len(parts) == 1 else averaged(*letters) if code == "PI-3" else weakest(letters)
        indicators.append(Indicator(code, title, dimensions, score))
    return Scorecard(who, years, tuple(indicators), reading)
