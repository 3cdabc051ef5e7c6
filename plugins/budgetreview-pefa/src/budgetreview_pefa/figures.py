"""From budget lines to the figures of PEFA: totals and heads of every entity and year, exact, unknown where unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

import budgetreview as br

Mask = npt.NDArray[np.bool_]
ECONOMIC: Final = ("dept_economic_code", "gov_economic_code")
CODES: Final = ("function_code", *ECONOMIC)
MONEY: Final = ("approved", "executed")
REST: Final = "*"
"""The line that takes the heads beyond the largest."""


@attrs.frozen
class Reading:
    """How a place's classification is read. The defaults fit Chinese codes; all of it is our reading, not PEFA's.

    Attributes:
        books: Books that count as the budget.
        head: Column of the administrative or functional heads of PI-2.1.
        head_digits: Digits of it that make a head; 0: the whole code.
        economic: Column of the economic heads of PI-2.2; None: the department's, else the government's.
        economic_digits: Digits that make an economic head.
        revenue_digits: Digits of the revenue code that make a head of PI-3.2.
        contingency: Codes of the contingency reserve, in any of the three classifications.
        no_contingency: The budget has no such reserve, so that nothing was spent from it.
        interest: Codes of interest.
        outside: Codes that are no spending: transfers between governments and books, principal.
        not_revenue: Codes that are no revenue of one's own: borrowing, transfers.
        suspense: Codes of spending not yet allocated.
        heads: At least so many heads stand for themselves.
        share: And so many that they make this share of the budget.
    """

    books: tuple[str, ...] = ("general",)
    head: str = "function_code"
    head_digits: int = 3
    economic: str | None = None
    economic_digits: int = 3
    revenue_digits: int = 5
    contingency: tuple[str, ...] = ("227", "514")
    no_contingency: bool = False
    interest: tuple[str, ...] = ("232", "307", "511")
    outside: tuple[str, ...] = ("230", "231", "512", "513")
    not_revenue: tuple[str, ...] = ("105", "110")
    suspense: tuple[str, ...] = ()
    heads: int = 20
    share: Fraction = Fraction(3, 4)


@attrs.frozen
class Pair:
    """Original budget and outturn of something, in 分."""

    budget: int
    actual: int


@attrs.frozen
class Head:
    """One head of a composition: budget, budget scaled to the year's outturn, outturn, and how far they are apart."""

    key: str
    budget: int
    adjusted: Fraction
    actual: int

    @property
    def deviation(self) -> Fraction:
        """Outturn less scaled budget, without sign."""
        return abs(self.actual - self.adjusted)


@attrs.frozen
class Figure:
    """What one year says of one dimension: the figure with all that it was made of, or why there is none."""

    year: int
    value: Fraction | None = None
    total: Pair | None = None
    heads: tuple[Head, ...] = ()
    missing: tuple[br.Text, ...] = ()


@attrs.frozen
class Sums:
    """Budget and outturn of the lines of one entity and year, in all and by head, or what is missing for them."""

    total: Pair | None
    heads: Mapping[str, Pair]
    missing: tuple[br.Text, ...]


def outturn(year: int, sums: Sums) -> Figure:
    """PI-1 and PI-3.1: outturn over original budget."""
    if sums.total is None:
        return Figure(year, missing=sums.missing)
    if sums.total.budget <= 0:
        return Figure(year, total=sums.total, missing=(br.Text("预算数合计不大于零", "the budget is not above zero"),))
    return Figure(year, Fraction(sums.total.actual, sums.total.budget), sums.total)


def composition(year: int, sums: Sums, reading: Reading) -> Figure:
    """PI-2.1, 2.2 and 3.2: v = Σ|aᵢ - bᵢ′| / Σbᵢ′ with bᵢ′ = bᵢ · Σa / Σb."""
    if sums.total is None or sums.missing:
        return Figure(year, total=sums.total, missing=sums.missing)
    total = sums.total
    if total.budget <= 0 or total.actual <= 0:
        nothing = br.Text("预算数或执行数合计不大于零", "budget or outturn is not above zero")
        return Figure(year, total=total, missing=(nothing,))
    scale = Fraction(total.actual, total.budget)
    heads = tuple(Head(k, p.budget, p.budget * scale, p.actual) for k, p in _largest(sums.heads, total, reading))
    return Figure(year, sum((h.deviation for h in heads), Fraction(0)) / total.actual, total, heads)


def _largest(heads: Mapping[str, Pair], total: Pair, reading: Reading) -> list[tuple[str, Pair]]:
    """The largest heads by budget, at least so many and so much of it as asked; the others as one line."""
    ordered = sorted(heads.items(), key=lambda h: (-h[1].budget, h[0]))
    made, kept = 0, 0
    for kept, (_, pair) in enumerate(ordered, start=1):
        made += pair.budget
        if kept >= reading.heads and made >= reading.share * total.budget:
            break
    rest = [p for _, p in ordered[kept:]]
    own = ordered[:kept]
    return [*own, (REST, Pair(sum(p.budget for p in rest), sum(p.actual for p in rest)))] if rest else own


def contingency(year: int, all_: Sums, reserve: Sums, reading: Reading) -> Figure:
    """PI-2.3: what was spent from the contingency reserve over the original budget."""
    if all_.total is None:
        return Figure(year, missing=all_.missing)
    if all_.total.budget <= 0:
        return Figure(year, missing=(br.Text("预算数合计不大于零", "the budget is not above zero"),))
    spent = 0 if reading.no_contingency else None if reserve.total is None else reserve.total.actual
    if spent is None:
        return Figure(year, missing=reserve.missing)
    return Figure(year, Fraction(spent, all_.total.budget), Pair(all_.total.budget, spent))


NO_LINES: Final = br.Text("没有明细", "there are no lines")
NO_RESERVE: Final = br.Text(
    "没有预备费一行；预算确实没有预备费的，请注明（no_contingency）",
    "no line of a contingency reserve; if the budget has none, say so (no_contingency)",
)


def sums(lines: br.Table, key: br.Keys, where: Mask, nothing: br.Text = NO_LINES) -> list[Sums]:
    """Sums of the lines named, one a period of the table.

    Args:
        lines: Budget lines.
        key: The head of each line.
        where: Which lines count.
        nothing: What is said where there are none.
    """
    chosen = lines.subset(where)
    head = key.take(np.flatnonzero(where))
    entity, heads = chosen.by(), chosen.by_keys(("pefa",), {"head": head})
    money = {name: chosen.money(name) for name in MONEY}
    whole = {name: entity.sum(x) for name, x in money.items()}
    single = {name: heads.sum(x) for name, x in money.items()}
    rows = entity.size().values
    blank = {name: np.bincount(chosen.period[~x.known], minlength=len(rows)) for name, x in money.items()}
    headless = np.bincount(chosen.period[~head.known], minlength=len(rows))
    found: list[dict[str, Pair]] = [{} for _ in range(len(rows))]
    for i in range(len(heads)):
        pair = Pair(*(int(single[name].values[i]) for name in MONEY))
        found[int(heads.period[i])][heads.key("head").text(i) or ""] = pair
    return [
        Sums(
            Pair(*(int(whole[name].values[i]) for name in MONEY)) if rows[i] and not _any(blank, i) else None,
            found[i],
            (nothing,) if not rows[i] else (*_blanks(blank, i), *_headless(int(headless[i]))),
        )
        for i in range(len(rows))
    ]  # fmt: skip


def _any(blank: Mapping[str, npt.NDArray[np.int64]], i: int) -> bool:
    return any(n[i] for n in blank.values())


def _blanks(blank: Mapping[str, npt.NDArray[np.int64]], i: int) -> tuple[br.Text, ...]:
    names = {"approved": "年初批复数", "executed": "执行数"}
    return tuple(
        br.Text(f"{int(n[i])}行没有{names[name]}（{name}）", f"{int(n[i])} lines without {name}")
        for name, n in blank.items()
        if n[i]
    )


def _headless(n: int) -> tuple[br.Text, ...]:
    return (br.Text(f"{n}行没有科目代码", f"{n} lines without a code"),) if n else ()


def coded(lines: br.Table, prefixes: tuple[str, ...], reading: Reading) -> Mask:
    """Lines whose code in some classification, or in the economic column named, starts with one of the prefixes."""
    found = np.zeros(len(lines), bool)
    for name in dict.fromkeys((*CODES, reading.economic or CODES[0])):
        if prefixes and lines.has(name):
            found |= lines.key(name).startswith(*prefixes).yes
    return found


def head_of(digits: int) -> Callable[[str], str | None]:
    """What of a code makes its head; None: the code is shorter."""
    return lambda code: code if not digits else code[:digits] if len(code) >= digits else None
