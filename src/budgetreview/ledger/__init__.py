"""The ledger of a congress's office: every finding followed until it is closed, with persons, deadlines and law.

    from budgetreview import ledger

    book = ledger.open("changde.db")
    book.add(Path("review.json"), by="张三")
    book.move(12, ledger.Decision("confirmed"), by="张三", on=date(2026, 1, 12))
    for case in book.cases(overdue=date(2026, 9, 1)): ...

One file (SQLite), or a database on a server (``postgresql://…``). Nothing here prints, reads a clock or a setting of
the environment; days are handed in.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from budgetreview.ledger import book
from budgetreview.ledger.address import Address, guarded
from budgetreview.ledger.book import Added, Ledger, Verified
from budgetreview.ledger.chain import Event, Head
from budgetreview.ledger.migrating import upgrade
from budgetreview.ledger.moving import Decision
from budgetreview.mechanism import Profile

__all__ = ["Added", "Address", "Decision", "Event", "Head", "Ledger", "Verified", "create", "open", "upgrade"]


def open(address: str | Path) -> Ledger:  # noqa: A001 - what one does with a ledger
    """Open a ledger.

    Args:
        address: A file, or ``postgresql://user@host/database``.

    Raises:
        UsageError: It is no address.
        LedgerError: There is no ledger, or one that cannot be used.
    """
    place = Address.of(address)
    with guarded(place):
        found = Ledger(place, place.engine())
        with found.reading():
            return found


def create(
    address: str | Path, *, name: str, by: str, on: date, profile: Profile | None = None, role: str = "committee"
) -> Ledger:
    """Make a new ledger.

    Args:
        address: A file that is not there yet, or an empty database on a server.
        name: Whose ledger it is, such as ``常德市本级``.
        by: The first person, who may enrol the others.
        on: The day.
        profile: The mechanism whose loop holds, else the one shipped.
        role: The first person's role.

    Raises:
        UsageError: An option is wrong.
        LedgerError: Something is there already, or it cannot be written.
    """
    return book.create(Address.of(address), profile or Profile.shipped("changde-12345"), name, by, role, on)
