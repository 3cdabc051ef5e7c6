"""The figures of the units that a rule flagged, taken out of its columns."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from budgetreview.authority import Authority
from budgetreview.errors import RuleError
from budgetreview.judging.terms import Terms
from budgetreview.kernels import group as kernel
from budgetreview.report import Flagged, Shown
from budgetreview.rule import Assessment, Rule, Severity
from budgetreview.table import Groups
from budgetreview.values import Exact, Ints, Keys, Numbers
from budgetreview.wording import Figure

_SEVERITIES = tuple(Severity)


def flagged(rule: Rule, a: Assessment, at: Ints, terms: Terms) -> Flagged:
    """The flagged units of a rule with their figures.

    Args:
        rule: The rule.
        a: What it returned.
        at: The flagged units.
        terms: On what terms they were judged.
    """
    units = a.units
    ranks = np.full(len(at), rule.severity.rank, np.int8)
    if a.severity is not None:
        ranks = np.minimum(a.severity[at], len(_SEVERITIES) - 1).astype(np.int8)
    if terms.change is not None and terms.change.severity is not None:
        ranks = np.full(len(at), terms.change.severity.rank, np.int8)
    table = units.table
    members: npt.NDArray[np.int64] | None = None
    if isinstance(units, Groups) and table.name == "lines":
        chosen = np.zeros(units.n + 1, bool)
        chosen[at] = True
        inside = chosen[units.index]  # -1, of no group, is the last
        members = np.flatnonzero(inside if a.members is None else inside & a.members.yes)
    amount = a.amount
    if amount is None and table.name == "lines":
        whole = table.columns.get("amount")
        if isinstance(whole, Exact):
            amount = _summed(units, np.flatnonzero(inside), whole) if isinstance(units, Groups) else whole
    return Flagged(
        units=units,
        at=at,
        ranks=ranks,
        measure=_taken(a.measure, at),
        limit=_taken(a.limit, at),
        kind=a.measure.kind if a.measure is not None and hasattr(a.measure, "kind") else "count",
        values={name: _taken(v, at) for name, v in a.values.items()},
        parameters={
            name: Figure(_kind(rule.parameters[name].unit), _scalar(v.value))
            for name, v in sorted(terms.values.items())
            if v is not None
        },
        about=a.about.take(at) if isinstance(a.about, Keys) else a.about,
        subject={name: _taken(v, at) for name, v in a.subject.items()},
        amount=amount,
        members=members,
        authority=_changed_by(rule, terms),
    )


def unjudged(a: Assessment, at: Ints) -> Flagged:
    """What says which units could not be judged: enough for their fingerprints, without figures."""
    return Flagged(
        units=a.units, at=at, ranks=np.zeros(len(at), np.int8), measure=None, limit=None, kind="count", values={},
        parameters={}, about=None, subject={n: some(v, at) for n, v in a.subject.items()}, amount=None, members=None,
    )  # fmt: skip


def some(column: Shown, at: Ints) -> Shown:
    """Some units of a column; a figure that is the same for all units as it is."""
    return column if column is None or isinstance(column, int | Fraction | str) else column.take(at)


def _taken(column: Shown, at: Ints) -> Shown:
    """The flagged units of a column.

    Raises:
        RuleError: A number that the rule calls known is no finite number.
    """
    if isinstance(column, Numbers) and not np.isfinite(column.values[at])[column.known[at]].all():
        msg = "the rule shows a number that is not finite (nan or inf) as a known figure"
        raise RuleError(msg)
    return some(column, at)


def _summed(groups: Groups, rows: Ints, whole: Exact) -> Exact:
    """Sums of groups, made of all their rows; unknown where one is, or a group holds revenue and expenditure.

    The sum of both sides means nothing.
    """
    index, n, known = groups.index[rows], groups.n, whole.known[rows]
    held = (kernel.counts(known, index, n) > 0) & (kernel.counts(~known, index, n) == 0)
    side = groups.table.columns.get("side")
    if isinstance(side, Keys) and len(side.words) > 1:
        income = side.take(rows).is_("revenue")
        held &= (kernel.counts(income.yes, index, n) == 0) | (kernel.counts(income.no, index, n) == 0)
    return Exact.of(kernel.sums(np.where(known, whole.values[rows], 0), index, n), held)


def _changed_by(rule: Rule, terms: Terms) -> tuple[Authority, ...]:
    """What a package's severity and values rest on: a finding against a place's own figure names the place's law."""
    said = [a for v in terms.values.values() if v is not None and v.origin != rule.pack for a in v.authority]
    if terms.change is not None:
        said += terms.change.authority
    own = {(a.document, a.article) for a in rule.authority}
    return tuple(dict.fromkeys(a for a in said if (a.document, a.article) not in own))


def _kind(unit: str) -> str:
    return {"codes": "text", "words": "text", "years": "count"}.get(unit, unit)


def _scalar(value: Fraction | int | tuple[str, ...]) -> int | float | str:
    if isinstance(value, tuple):
        return "、".join(value)
    return float(value) if isinstance(value, Fraction) else value
