"""What every command on the ledger shares: where it is, who acts, on which day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from budgetreview.cli import language
from budgetreview.cli.options import settings
from budgetreview.errors import Text, UsageError

if TYPE_CHECKING:
    from budgetreview.ledger import Ledger

F = TypeVar("F", bound=Callable[..., Any])
_ADDRESS: Final = "BUDGETREVIEW_LEDGER"
_PERSON: Final = "BUDGETREVIEW_BY"


def at(command: F) -> F:
    """``--ledger`` and ``--lang``."""
    named = click.option(
        "--ledger", "address", envvar=_ADDRESS, metavar="FILE|postgresql://…",
        help=f"台账的文件或地址，也可用环境变量 {_ADDRESS} / the ledger, or that variable",
    )(command)  # fmt: skip
    return language.option(named)


def acting(command: F) -> F:
    """``--by`` and ``--on``, besides :func:`at`."""
    by = click.option("--by", envvar=_PERSON, metavar="PERSON", required=True,
                      help=f"办理人，也可用环境变量 {_PERSON} / who acts, or that variable")  # fmt: skip
    on = click.option("--on", callback=settings.day, metavar="YYYY-MM-DD", help="办理日，默认今天 / the day: today")
    return at(by(on(command)))


def address(said: str | None) -> str:
    """The address of the ledger.

    Raises:
        UsageError: None is named.
    """
    if not said:
        raise UsageError(Text(
            f"未指明台账：用 --ledger 文件 或 环境变量 {_ADDRESS}；新建用 ledger init",
            f"name the ledger with --ledger FILE or {_ADDRESS}; make one with ledger init",
        ))  # fmt: skip
    return said


def opened(said: str | None) -> Ledger:
    """The ledger at an address.

    Raises:
        UsageError: None is named.
        LedgerError: It cannot be used.
    """
    from budgetreview.ledger import open as open_ledger  # its libraries are loaded by who has a ledger

    return open_ledger(address(said))


def day(said: date | None, label: tuple[str, str] = ("办理日", "on")) -> date:
    """The day named, else today, which is said aloud."""
    if said is not None:
        return said
    today = datetime.now().astimezone().date()
    language.tell(f"{label[0]} {today}", f"{label[1]} {today}")
    return today
