"""Family X: transfers between governments (domain.md 8.7, 8.12)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.rule import Assessment
from budgetreview.rules.laws import family
from budgetreview.rules.readings import first_day
from budgetreview.table import Groups, Table
from budgetreview.values import Bools, Exact, Keys, Ratio, Truth

book: Final = family("transfers")

_SPECIAL: Final = "23003"
"""Special transfers in the function classification."""


@attrs.frozen
class Share:
    """A share that should be reached."""

    share: Fraction


@book.rule("X01", reads=("totals.transfers_general", "totals.transfers_special"), per="book", parameters=Share)
def general_transfers_not_main(totals: Table, p: Share) -> Assessment:
    """General transfers are not the main part of transfers down."""
    general, special = totals.money("transfers_general"), totals.money("transfers_special")
    whole = general + special
    share = Ratio(general, whole)
    return Assessment.of(
        totals,
        applies=whole > 0,
        condition=share < p.share,
        measure=share,
        limit=p.share,
        values={"transfers_general": general, "transfers_special": special},
        amount=special,
        about="transfers_general",
    )


@book.rule("X02", reads=("function_code", "region", "project"))
def special_transfer_unplaced(lines: Table) -> Assessment:
    """A special transfer that names no region or no project."""
    return Assessment.of(
        lines,
        applies=lines.key("function_code").startswith(_SPECIAL),
        condition=lines.blank("region") | lines.blank("project"),
        values={"region": lines.key("region"), "project": lines.key("project")},
        about="region",
    )


_KINDS: Final = ("general", "special")
_NOTICES: Final = ("received_general", "received_special", "given_general", "given_special")
"""The units of X03 in each entity and year: what was announced to it, and what it announced below."""


@attrs.frozen
class Notice:
    """Shares of the expected outturn that should be announced in advance."""

    general: Fraction
    special: Fraction


@book.rule(
    "X03",
    uses=(
        *(f"totals.{f}_{k}" for f in ("notified", "expected") for k in _KINDS),
        "transfers.kind",
        "transfers.notified",
        "transfers.expected",
    ),
    per="advance notice",
    optional=("totals", "transfers"),
    parameters=Notice,
)
def advance_notice_low(totals: Table, transfers: Table, p: Notice) -> Assessment:
    """Less of the transfers was announced in advance than the regulations ask of the giving level."""
    entity, below = totals.by(), transfers.by()
    general, kind = totals.key("book").is_("general"), transfers.key("kind")
    ours = [kind.is_(k) for k in _KINDS]
    received = [
        (entity.one(totals.money(f"notified_{k}"), general), entity.one(totals.money(f"expected_{k}"), general))
        for k in _KINDS
    ]
    given = [(below.sum(transfers.money("notified"), o), below.sum(transfers.money("expected"), o)) for o in ours]
    somewhere = [entity.any(general).yes] * 2 + [below.any(o).yes for o in ours]
    notified, expected = (_woven([pair[i] for pair in (*received, *given)]) for i in (0, 1))
    units = Groups(
        totals, (), entity.index * len(_NOTICES), np.repeat(entity.first, len(_NOTICES)),
        np.repeat(entity.period, len(_NOTICES)),
    )  # fmt: skip
    special = np.tile([False, True], 2 * len(totals.periods))
    share = Ratio(notified, expected)
    low = (Truth.known(~special) & (share < p.general)) | (Truth.known(special) & (share < p.special))
    return Assessment.of(
        units,
        applies=Truth.known(np.column_stack(somewhere).ravel()) & ~(expected <= 0),
        condition=low,
        measure=share,
        limit=_limits(special, p),
        values={"notified": notified, "expected": expected, "is_special": Truth.known(special)},
        amount=expected - notified,
        subject={"transfers": Keys.of(list(_NOTICES) * len(totals.periods))},
        lacks={"notified": ~notified.known, "expected": ~expected.known},
    )


def _woven(parts: list[Exact]) -> Exact:
    """Several figures of each entity as one column, the figures of one entity next to each other."""
    values = np.column_stack([x.values for x in parts]).ravel()
    low, high = (np.column_stack([getattr(x, side) for x in parts]).ravel() for side in ("low", "high"))
    return Exact(values, low, high, "money", max(x.bound for x in parts))


def _limits(special: Bools, p: Notice) -> Ratio:
    num = np.where(special, p.special.numerator, p.general.numerator)
    den = np.where(special, p.special.denominator, p.general.denominator)
    return Ratio(Exact.of(num), Exact.of(den))


@attrs.frozen
class Matching:
    """Words that show a basis of the State Council."""

    words: tuple[str, ...]


@book.rule("X04", reads=("transfers.matching_required", "transfers.basis"), per="transfer", parameters=Matching)
def matching_demanded(transfers: Table, p: Matching) -> Assessment:
    """A transfer asks the level below to add money of its own, on no basis of the State Council."""
    wanted = transfers.mark("matching_required")
    allowed = transfers.key("basis").where(lambda b: any(w in b for w in p.words))
    return Assessment.of(
        transfers,
        condition=wanted & ~allowed,
        values={"matching_required": wanted, "basis": transfers.key("basis"), "state_council": allowed},
        about="matching_required",
    )


@attrs.frozen
class Score:
    """The score below which a result is poor."""

    score: Fraction


@book.rule(
    "X05",
    reads=("function_code", "amount"),
    uses=("basis_expires", "evaluation_score"),
    parameters=Score,
)
def special_transfer_not_ended(lines: Table, p: Score) -> Assessment:
    """A special transfer goes on although its term has ended or its result was poor."""
    expires, new_year = lines.whole("basis_expires"), first_day(lines)
    score = lines.number("evaluation_score")
    expired = expires < new_year
    expired = Truth(expired.yes, expired.no | lines.blank("basis_expires").yes)  # blank: no stated limit
    poor = score < p.score
    parts = [(expired, lines.absent("basis_expires")), (poor, lines.absent("evaluation_score"))]
    found, somewhere = ~Truth.always(len(lines)), np.zeros(len(lines), bool)
    for truth, absent in parts:
        missing = np.zeros(len(lines), bool) if absent is None else absent
        found = found | Truth(truth.yes, truth.no | missing)
        somewhere |= ~missing
    return Assessment.of(
        lines,
        applies=lines.key("function_code").startswith(_SPECIAL),
        condition=Truth(found.yes, found.no & somewhere) & (lines.money("amount") > 0),
        measure=score,
        limit=p.score,
        values={
            "amount": lines.money("amount"),
            "basis_expires": expires,
            "evaluation_score": score,
            "new_year": new_year,
            "expired": expired,
            "poor": poor,
        },
        about="amount",
        lacks={"basis_expires": ~somewhere, "evaluation_score": ~somewhere | (poor.open & ~expired.yes)},
    )


@book.rule("X06", reads=("transfers.kind", "transfers.region", "transfers.project"), per="transfer")
def transfer_unplaced(transfers: Table) -> Assessment:
    """A transfer down that names no region, or a special one that names no project."""
    special = transfers.key("kind").is_("special")
    return Assessment.of(
        transfers,
        condition=transfers.blank("region") | (special & transfers.blank("project")),
        values={
            "kind": transfers.key("kind"),
            "region": transfers.key("region"),
            "project": transfers.key("project"),
        },
        about="region",
    )
