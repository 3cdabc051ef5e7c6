"""Family E: the budget in execution, its adjustment, and the final accounts (domain.md 8.8)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.rule import Assessment, Context, Severity
from budgetreview.rules.adjusting import adjustment_approved, not_yet_approved, sure_part
from budgetreview.rules.joining import fetched_key, row_of
from budgetreview.rules.laws import family
from budgetreview.rules.pace import behind, months_passed, payment_month
from budgetreview.table import Table
from budgetreview.tables import NO_BOOK
from budgetreview.values import Bools, Exact, Keys, Ratio, Truth

book: Final = family("execution")
_DECEMBER: Final = 12


@attrs.frozen
class Exceptions:
    """Words in a line's note that state a lawful case of paying before the budget has it."""

    exceptions: tuple[str, ...]


def _stated(lines: Table, words: tuple[str, ...]) -> Truth:
    """Whether a lawful exception is stated in the note; a blank note states none."""
    return Truth.known(lines.key("note").containing(*words).yes)


@book.rule(
    "E01",
    reads=("executed", "current"),
    uses=("note", "carryover", "calendar.event", "calendar.date"),
    optional=("calendar",),
    parameters=Exceptions,
)
def paid_without_budget(lines: Table, calendar: Table, context: Context, p: Exceptions) -> Assessment:
    """Money was paid where the budget has none."""
    executed, current = lines.money("executed"), lines.money("current")
    carried = sure_part(lines.money("carryover"))
    return Assessment.of(
        lines,
        applies=~not_yet_approved(calendar, context).take(lines.period),
        condition=current.equals(0) & (executed > 0) & (executed > carried) & ~_stated(lines, p.exceptions),
        measure=executed,
        values={"executed": executed, "current": current},
        amount=executed,
        about="executed",
    )


@book.rule("E02", reads=("executed", "current"), uses=("note", "carryover"), parameters=Exceptions)
def paid_above_budget(lines: Table, p: Exceptions) -> Assessment:
    """More was paid than the budget has."""
    executed, current = lines.money("executed"), lines.money("current")
    lawful = _stated(lines, p.exceptions) | (executed <= sure_part(lines.money("carryover")))
    return Assessment.of(
        lines,
        condition=(executed > current) & ~(current.equals(0) & lawful),
        measure=executed - current,
        values={"executed": executed, "current": current},
        amount=executed - current,
        about="executed",
    )


@attrs.frozen
class Lag:
    """How many points behind the calendar a line may lie."""

    slow: Fraction
    very_slow: Fraction


@book.rule(
    "E03",
    reads=("executed", "current"),
    uses=("payments.month", "payments.date"),
    optional=("payments",),
    parameters=Lag,
)
def behind_the_calendar(lines: Table, payments: Table, context: Context, p: Lag) -> Assessment:
    """A line is paid out more slowly than the year passes."""
    executed, current = lines.money("executed"), lines.money("current")
    months = months_passed(lines, payments, context)
    return Assessment.of(
        lines,
        applies=(current > 0) & (months[1] > 0),
        steps=[
            (behind(executed, current, months, p.very_slow), Severity.ORANGE),
            (behind(executed, current, months, p.slow), Severity.YELLOW),
        ],
        measure=Ratio(executed, current),
        values={"executed": executed, "current": current, "months": months[0]},
        amount=current - executed,
        about="executed",
    )


@attrs.frozen
class Rush:
    """Which share of the year's payments in December is much, and from which amount on."""

    share: Fraction
    least: int


@book.rule(
    "E04",
    reads=("payments.agency", "payments.amount"),
    uses=("payments.month", "payments.date"),
    per="agency",
    parameters=Rush,
)
def december_rush(payments: Table, p: Rush) -> Assessment:
    """An agency pays out a large part of its money in December."""
    agency = payments.by("agency")
    amount, month = payments.money("amount"), payment_month(payments)
    late, year = agency.sum(amount, month.equals(_DECEMBER)), agency.sum(amount)
    share = Ratio(late, year)
    return Assessment.of(
        agency,
        applies=year > 0,
        condition=(share > p.share) & (late > p.least),
        measure=share,
        limit=p.share,
        values={"december": late, "year_paid": year},
        amount=late,
        about="amount",
        lacks={"payments.month": ~agency.all(Truth(month.known, ~month.known)).yes},
    )


_TOTALS: Final = ("debt_in", "budget_debt_in", "stabilisation_in", "budget_stabilisation_in",
                  "upper_special", "budget_upper_special", "upper_general", "budget_upper_general")  # fmt: skip


@book.rule(
    "E05",
    reads=("calendar.event", "calendar.date"),
    uses=("approved", "current", "is_key", *(f"totals.{c}" for c in _TOTALS)),
    optional=("lines", "totals"),
    per="entity",
)
def adjusted_without_approval(calendar: Table, lines: Table, totals: Table, context: Context) -> Assessment:
    """The budget was changed in a way that the standing committee has to approve, and it did not."""
    entity = calendar.by()
    ours = Truth.known(~lines.key("book").is_(NO_BOOK).yes)
    approved, current = lines.money("approved"), lines.money("current")
    before, now = lines.by().sum(approved, ours), lines.by().sum(current, ours)
    lent = _rise(totals, "upper_special") + _rise(totals, "upper_general")
    key = lines.mark("is_key") & ours
    key_before, key_now = lines.by().sum(approved, key), lines.by().sum(current, key)
    cut = lines.by().any(key & (current < approved))
    more_debt, drawn = _rise(totals, "debt_in") > 0, _rise(totals, "stabilisation_in") > 0
    raised = (now > before) & (now - before > lent)
    return Assessment.of(
        entity,
        condition=((now < before) | raised | cut | more_debt | drawn) & ~adjustment_approved(calendar, context),
        measure=now - before,
        values={
            "approved": before,
            "current": now,
            "more_transfers": lent,
            "key_approved": key_before,
            "key_current": key_now,
            "key_cut": cut,
            "more_debt": _rise(totals, "debt_in"),
            "more_drawn": _rise(totals, "stabilisation_in"),
        },
        amount=abs(now - before),
        about="event",
        lacks={
            "approved": ~before.known, "current": ~now.known, "is_key": cut.open,
            "totals.budget_debt_in": more_debt.open, "totals.budget_stabilisation_in": drawn.open,
            "totals.budget_upper_special": (now > before).yes & ~lent.known,
        },
    )  # fmt: skip


def _rise(totals: Table, column: str) -> Exact:
    """How much a figure of all books lies above the budget last approved, for each entity and year."""
    entity = totals.by()
    return entity.sum(totals.money(column)) - entity.sum(totals.money(f"budget_{column}"))


@attrs.frozen
class Shifting:
    """Which share of an agency's budget may be shifted."""

    share: Fraction


@book.rule("E06", reads=("agency", "approved", "current"), per="agency", parameters=Shifting)
def much_shifting(lines: Table, p: Shifting) -> Assessment:
    """Much of an agency's budget was moved between lines."""
    agency = lines.by("agency")
    approved, current = lines.money("approved"), lines.money("current")
    moved, whole = agency.sum(abs(current - approved)), agency.sum(approved)
    share = Ratio(moved, whole)
    return Assessment.of(
        agency,
        applies=whole > 0,
        condition=share > p.share,
        measure=share,
        limit=p.share,
        values={"shifted": moved, "approved": whole},
        members=current.differs(approved),
        amount=moved,
        about="current",
    )


@attrs.frozen
class OwnAccounts:
    """Words of accounts kept by finance, and endings that name an agency's own account."""

    finance: tuple[str, ...]
    endings: tuple[str, ...]


@book.rule(
    "E07",
    reads=("payments.payee",),
    uses=("payments.agency", "payments.amount", "agencies.agency", "agencies.agency_name"),
    optional=("agencies",),
    per="payment",
    parameters=OwnAccounts,
)
def paid_to_own_account(payments: Table, agencies: Table, p: OwnAccounts) -> Assessment:
    """A payment goes to an account of the paying agency itself, or to one that finance keeps."""
    payee = payments.key("payee")
    at = row_of(payments, "agency", agencies)
    own = fetched_key(agencies.key("agency_name"), at)
    finance = payee.where(lambda w: any(x in _bare(w) for x in p.finance))
    same = _same_holder(payee, own, p.endings)
    both = payee.known & own.known
    mine = Truth(same & both, ~same & both)
    return Assessment.of(
        payments,
        condition=finance | mine,
        values={"payee": payee, "payer": own, "own_account": mine, "finance_account": finance},
        amount=payments.money("amount"),
        about="payee",
        lacks={"agencies.agency_name": ~own.known},
    )


_SIGNS: Final = re.compile(r"[\W_]+")


def _bare(name: str) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", name))


def _same_holder(payee: Keys, own: Keys, endings: Iterable[str]) -> Bools:
    """Whether a payee is the agency itself, its name alone or followed by the word for an account."""
    pair = payee.codes.astype(np.int64) * (len(own.words) + 1) + own.codes
    distinct, first, inverse = np.unique(pair, return_index=True, return_inverse=True)
    tails = {"", *(_bare(e) for e in endings)}
    same = np.zeros(len(distinct), bool)
    for i, row in enumerate(first):
        name, holder = own.text(int(row)), payee.text(int(row))
        if name and holder and _bare(holder).startswith(_bare(name)):
            same[i] = _bare(holder)[len(_bare(name)) :] in tails
    return same[inverse]


@book.rule("E08", uses=("approved", "current", "executed"), per="entity")
def columns_missing(lines: Table) -> Assessment:
    """The final accounts lack one of the three columns that the law asks for."""
    entity = lines.by()
    there = {name: _given(lines, name) for name in ("approved", "current", "executed")}
    return Assessment.of(
        entity,
        condition=Truth.known(~np.logical_and.reduce(list(there.values()))),
        values={f"has_{name}": Truth.known(given) for name, given in there.items()},
        about="executed",
    )


def _given(lines: Table, column: str) -> Bools:
    """For each entity and year, whether any line has a figure in the column."""
    given = np.zeros(len(lines.periods), bool)
    given[lines.period[lines.money(column).known]] = True
    return given


@book.rule("E09", reads=("approved", "current", "note"))
def adjusted_without_reason(lines: Table) -> Assessment:
    """A line was adjusted and no reason is given."""
    approved, current = lines.money("approved"), lines.money("current")
    return Assessment.of(
        lines,
        condition=current.differs(approved) & lines.blank("note"),
        measure=current - approved,
        values={"approved": approved, "current": current, "note": lines.key("note")},
        amount=abs(current - approved),
        about="note",
    )


