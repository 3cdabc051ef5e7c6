"""Readings of a line that several rules share, as READINGS fixes them."""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs
import numpy as np

from budgetreview.table import Groups, Table
from budgetreview.values import Exact, Keys, Numbers, Truth
from budgetreview.wording import EPOCH

PROJECT: Final = ("basic", "project_kind", "project", "project_name", "function_code")
"""The columns by which :func:`is_project` knows a project line; a rule that asks it names them in ``uses``."""

_BASIC_KINDS: Final = ("personnel", "public")
_NO_PROJECTS: Final = ("227", "230", "231", "232", "233")
"""Reserve, transfers, repayment, interest and issuing cost: neither basic nor any department's project."""


def is_project(lines: Table) -> Truth:
    """A project line: not basic expenditure. Basic lines are outside the project rules (READINGS, "Revenue lines").

    Where ``basic`` does not say it the project's kind does (basic expenditure is personnel and public cost, BR 5);
    and where the column ``basic`` is absent, a line that names a project is a project line. The reserve, transfers to
    other governments and the service of debt are nobody's project, whatever ``basic`` says.
    """
    ours: Truth = lines.once("is_project", lambda: _is_project(lines))
    return ours


def _is_project(lines: Table) -> Truth:
    stated = _not_basic(lines)
    apart = lines.key("function_code").startswith(*_NO_PROJECTS).yes
    return Truth(stated.yes & ~apart, stated.no | apart)


def _not_basic(lines: Table) -> Truth:
    stated = ~lines.mark("basic")
    kind = lines.columns.get("project_kind")
    if isinstance(kind, Keys):
        by_kind = ~kind.isin(_BASIC_KINDS)
        stated = Truth(stated.yes | (by_kind.yes & stated.open), stated.no | (by_kind.no & stated.open))
    absent = lines.absent("basic")
    if absent is None and lines.has("basic"):
        return stated
    named = lines.known("project") | lines.known("project_name")
    where = np.ones(len(lines), bool) if absent is None else absent
    return Truth(stated.yes | (where & named & stated.open), stated.no)


def is_new(lines: Table) -> Truth:
    """``prior_approved`` is 0, or the line has no partner in a ``prior`` table that covers its agency.

    A blank ``prior_approved`` is unknown, not new (READINGS, "New").
    """
    new: Truth = lines.once("is_new", lambda: _is_new(lines))
    return new


def _is_new(lines: Table) -> Truth:
    without = lines.mark("without_prior")
    prior = lines.money("prior_approved")
    none = prior.equals(0)
    return Truth(none.yes | (without.yes & ~prior.known), none.no)


def is_special_fund(lines: Table) -> Truth:
    """Marked as a special fund; where the mark is absent or blank, 专项资金 in the project's name."""
    marked = lines.mark("is_special_fund")
    named = lines.key("project_name").containing("专项资金")
    return Truth(marked.yes | (marked.open & named.yes), marked.no | (marked.open & named.no))


def still_funded(lines: Table) -> Truth:
    """Not a line that is listed with an amount of zero: what gets no money any more has ended or was cut to nothing.

    Looks only at what is known: a blank amount may well be money.
    """
    return Truth.known(~lines.money("amount").equals(0).yes)


def prior_current(lines: Table) -> Exact:
    """Last year's adjusted budget; a blank one falls back to last year's approved budget."""
    return lines.money("prior_current").or_else(lines.money("prior_approved"))


def last_year(lines: Table, units: Groups, of_lines: Exact, of_prior: Exact) -> Exact:
    """Last year's sums as this year's lines tell them; where they do not, those of the table ``prior``.

    They do not where a line is new: what it replaces stands only in ``prior``. The table stands in only where it
    covers the agencies of all lines that do not tell.
    """
    silent = ~lines.money("prior_approved").known & ~lines.mark("without_prior").yes
    use = ~of_lines.known & of_prior.known & ~units.any(Truth.known(silent)).yes
    return Exact(
        np.where(use, of_prior.values, of_lines.values), of_lines.low | use, of_lines.high | use, of_lines.kind,
        max(of_lines.bound, of_prior.bound),
    )  # fmt: skip


def periods(lines: Table) -> Numbers:
    """Number of periods; 1 where the column is absent or blank."""
    return lines.number("periods").or_else(1.0)


def fiscal_year(units: Table | Groups) -> Exact:
    """The fiscal year of each unit."""
    return _by_period(units, [p.fiscal_year for p in units.table.periods], "year")


def first_day(units: Table | Groups) -> Exact:
    """1 January of the fiscal year of each unit."""
    years = [p.fiscal_year for p in units.table.periods]
    return _by_period(units, [None if y is None else (date(y, 1, 1) - EPOCH).days for y in years], "date")


def _by_period(units: Table | Groups, values: list[int | None], kind: str) -> Exact:
    known = np.array([v is not None for v in values] + [False])
    filled = np.array([v or 0 for v in values] + [0], np.int64)
    return Exact.of(filled.take(units.period), known.take(units.period), kind)  # type: ignore[arg-type]


def age(lines: Table, column: str) -> Exact:
    """Years from the year named in ``column`` to the fiscal year: ``fiscal_year`` less that year (READINGS, "Age")."""
    return attrs.evolve(fiscal_year(lines) - lines.whole(column), kind="count")
