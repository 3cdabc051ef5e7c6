"""What comes before the budget: transfers that were announced for it, and money spent while it is not yet approved."""

from __future__ import annotations

from typing import Final

import numpy as np

from budgetreview.rule import Assessment, Context
from budgetreview.rules.legality.family import Share, book
from budgetreview.table import Groups, Table
from budgetreview.values import Exact, Keys, Truth

_KINDS: Final = ("general", "special")


@book.rule(
    "L17",
    uses=(
        *(f"totals.{c}" for c in ("upper_general", "upper_special", "notified_general", "notified_special")),
        "transfers.kind",
        "transfers.amount",
        "transfers.notified",
    ),
    per="transfer kind",
    optional=("totals", "transfers"),
    parameters=Share,
)
def notified_transfers_not_budgeted(totals: Table, transfers: Table, p: Share) -> Assessment:
    """Transfers that were announced in advance are budgeted with less than was announced."""
    units = _two_of_each(totals)
    general, special = (_of_kind(totals, transfers, kind) for kind in _KINDS)
    budgeted, notified = _in_turn(general[0], special[0]), _in_turn(general[1], special[1])
    turn = np.arange(len(units)) % len(_KINDS)
    return Assessment.of(
        units,
        condition=budgeted < notified * p.share,
        measure=budgeted,
        limit=notified * p.share,
        values={"budgeted": budgeted, "notified": notified, "shortfall": notified - budgeted},
        amount=notified - budgeted,
        about=Keys.of([f"upper_{k}" for k in _KINDS] * len(totals.periods)),
        subject={"kind": Keys.of([f"{k}_transfers" for k in _KINDS] * len(totals.periods))},
        lacks={
            **{f"totals.upper_{k}": ~budgeted.known & (turn == i) for i, k in enumerate(_KINDS)},
            **{f"totals.notified_{k}": ~notified.known & (turn == i) for i, k in enumerate(_KINDS)},
        },
    )


def _two_of_each(totals: Table) -> Groups:
    """Two units for every entity and year: its general and its special transfers."""
    entity = totals.by()
    n = len(totals)
    first = []
    for kind in _KINDS:  # the row that says it, else the first one
        said = totals.money(f"upper_{kind}").known
        row = np.full(len(entity), n, np.int64)
        row[entity.index[said][::-1]] = np.flatnonzero(said)[::-1]
        first.append(np.where(row < n, row, entity.first))
    return Groups(totals, (), entity.index * 2, np.column_stack(first).ravel(), np.repeat(entity.period, 2))


def _of_kind(totals: Table, transfers: Table, kind: str) -> tuple[Exact, Exact]:
    """Budgeted and announced transfers of a kind: from ``totals``, where it lacks them the sums of ``transfers``."""
    entity, below = totals.by(), transfers.by()
    columns = (f"upper_{kind}", f"notified_{kind}")
    general, ours = totals.key("book").is_("general"), transfers.key("kind").is_(kind)
    absent = np.logical_or.reduce([np.zeros(len(totals), bool), *(
        mask for c in columns if (mask := totals.absent(c)) is not None
    )])  # fmt: skip
    stated = entity.any(general & Truth.known(~absent)).yes
    given = below.any(ours).yes
    found = []
    for column, own in zip(columns, ("amount", "notified"), strict=True):
        one, sums = entity.one(totals.money(column), general), below.sum(transfers.money(own), ours).only(given)
        found.append(Exact.of(np.where(stated, one.values, sums.values), np.where(stated, one.known, sums.known)))
    return found[0], found[1]


def _in_turn(general: Exact, special: Exact) -> Exact:
    """General and special figures of each entity and year, one after the other."""
    values, known = (np.column_stack([a, b]).ravel() for a, b in (
        (general.values, special.values), (general.known, special.known)
    ))  # fmt: skip
    return Exact.of(values, known)


@book.rule(
    "L18",
    reads=("executed", "note"),
    uses=("calendar.event", "calendar.date"),
    optional=("calendar",),
)
def spending_before_approval_unexplained(lines: Table, calendar: Table, context: Context) -> Assessment:
    """Money was already spent under the draft before it was approved, and the line says nothing about it."""
    executed = lines.money("executed")
    approved = calendar.by().least(calendar.whole("date"), calendar.key("event").is_("budget_approved"))
    today = (np.datetime64(context.as_of) - np.datetime64("1970-01-01")).astype(np.int64)
    over = np.asarray(approved.known & (approved.values <= int(today)))[lines.period]
    return Assessment.of(
        lines,
        applies=Truth.known(~over),
        condition=(executed > 0) & lines.blank("note"),
        measure=executed,
        limit=0,
        values={"executed": executed, "note": lines.key("note")},
        amount=executed,
        about="executed",
    )
