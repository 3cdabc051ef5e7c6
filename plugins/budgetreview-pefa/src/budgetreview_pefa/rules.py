"""A score of D as a finding, for reviews that hold three years; words and law are in ``rules.toml``."""

from __future__ import annotations

from fractions import Fraction
from importlib.resources import files
from typing import Final

import numpy as np

import budgetreview as br
from budgetreview_pefa import figures
from budgetreview_pefa.bands import DIMENSIONS
from budgetreview_pefa.figures import Figure, Reading
from budgetreview_pefa.scorecard import YEARS, Every, figures_of, years_of

PACK: Final = "pefa"
NEEDED: Final = 2
book: Final = br.RuleBook.from_toml(files(__package__) / "rules.toml", pack=PACK)
_USES: Final = ("function_code", *figures.ECONOMIC)
_READING: Final = Reading()


def _last_three(lines: br.Table, every: Every, code: str) -> list[tuple[Figure, ...]]:
    """For each entity and year the figures of that year and the two before; none where one is absent."""
    at = {(p.entity, p.fiscal_year): i for i, p in enumerate(lines.periods)}
    found: list[tuple[Figure, ...]] = []
    for p in lines.periods:
        last = p.fiscal_year or 0
        own = {y: at[p.entity, y] for y in range(last - YEARS + 1, last + 1) if (p.entity, y) in at}
        found.append(years_of(every, code, own, sorted(own), _READING) if len(own) == YEARS else ())
    return found


def _every(lines: br.Table, *, revenue: bool) -> Every:
    whole, none = np.ones(len(lines), bool), np.zeros(len(lines), bool)
    return figures_of(lines, none if revenue else whole, whole if revenue else none, _READING)


def _years(lines: br.Table) -> br.Exact:
    years = [p.fiscal_year for p in lines.periods]
    return br.Exact.of([y or 0 for y in years], np.array([y is not None for y in years], bool), "year")


def _in_bands(lines: br.Table, code: str, *, revenue: bool = False) -> br.Assessment:
    """Whether fewer than two of the last three years reach C."""
    dimension = DIMENSIONS[code]
    three = _last_three(lines, _every(lines, revenue=revenue), code)
    values = [[f.value for f in years] for years in three]
    reached = [sum(v is not None and dimension.letter(v) != "D" for v in vs) for vs in values]
    missed = [sum(v is not None and dimension.letter(v) == "D" for v in vs) for vs in values]
    good = np.array([r >= NEEDED for r in reached], bool)
    bad = np.array([m > YEARS - NEEDED for m in missed], bool)
    latest = [vs[-1] if vs else None for vs in values]
    return br.Assessment.of(
        lines.by(),
        condition=br.Truth(bad, good),
        measure=br.Numbers(
            np.array([float(v) if v is not None else 0.0 for v in latest]),
            np.array([v is not None for v in latest], bool),
            "share",
        ),
        limit=NEEDED,
        values={
            "years_in_band": br.Exact.of(reached, bad | good, "count"),
            "years_needed": br.Exact.of(np.full(len(three), NEEDED), kind="count"),
            "fiscal_year": _years(lines),
        },
        about="executed",
        lacks={"years": np.array([not years for years in three], bool)},
    )


_READS: Final = ("approved", "executed", "function_code")


@book.rule("PF01", reads=_READS, uses=figures.ECONOMIC, per="entity")
def expenditure_far_from_budget(lines: br.Table) -> br.Assessment:
    """PI-1 scores D."""
    return _in_bands(lines, "PI-1")


@book.rule("PF02", reads=_READS, uses=figures.ECONOMIC, per="entity")
def functions_far_from_budget(lines: br.Table) -> br.Assessment:
    """PI-2.1 scores D."""
    return _in_bands(lines, "PI-2.1")


@book.rule("PF03", reads=("approved", "executed"), uses=_USES, per="entity")
def economic_types_far_from_budget(lines: br.Table) -> br.Assessment:
    """PI-2.2 scores D."""
    return _in_bands(lines, "PI-2.2")


@book.rule("PF05", reads=_READS, uses=figures.ECONOMIC, per="entity")
def revenue_far_from_budget(lines: br.Table) -> br.Assessment:
    """PI-3.1 scores D."""
    return _in_bands(lines, "PI-3.1", revenue=True)


@book.rule("PF06", reads=_READS, uses=figures.ECONOMIC, per="entity")
def revenue_types_far_from_budget(lines: br.Table) -> br.Assessment:
    """PI-3.2 scores D."""
    return _in_bands(lines, "PI-3.2", revenue=True)


@book.rule("PF04", reads=_READS, uses=figures.ECONOMIC, per="entity")
def contingency_spent(lines: br.Table) -> br.Assessment:
    """PI-2.3 scores D."""
    dimension = DIMENSIONS["PI-2.3"]
    three = _last_three(lines, _every(lines, revenue=False), "PI-2.3")
    figures_ = [[f.value for f in years if f.value is not None] for years in three]
    means = [sum(vs, Fraction(0)) / YEARS if len(vs) == YEARS else None for vs in figures_]
    known = np.array([m is not None for m in means], bool)
    bad = np.array([m is not None and dimension.letter(m) == "D" for m in means], bool)
    totals = [[f.total for f in years] if k else [None] * YEARS for years, k in zip(three, known, strict=True)]
    shown: dict[str, br.Exact] = {}
    for k, place in enumerate(("first", "second", "third")):
        pairs = [t[k] for t in totals]
        shown[f"spent_{place}"] = br.Exact.of([p.actual if p else 0 for p in pairs], known)
        shown[f"budget_{place}"] = br.Exact.of([p.budget if p else 0 for p in pairs], known)
    return br.Assessment.of(
        lines.by(),
        condition=br.Truth(bad, known & ~bad),
        measure=br.Numbers(np.array([float(m) if m is not None else 0.0 for m in means]), known, "share"),
        values={**shown, "fiscal_year": _years(lines)},
        about="executed",
        lacks={"years": np.array([not years for years in three], bool)},
    )
