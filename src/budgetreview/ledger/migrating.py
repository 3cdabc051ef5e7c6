"""Making a ledger's tables and bringing older ones up to date, step by step, with a backup first."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from budgetreview.errors import LedgerError, Text, UsageError
from budgetreview.ledger.address import APPLICATION, Address, foreign, guarded
from budgetreview.ledger.schema import NEWEST

_HERE: Final = Path(__file__).parent / "migrations"


def migrate(connection: sa.Connection, to: str = NEWEST) -> None:
    """Bring the tables to a step, inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION}")


def step_of(connection: sa.Connection, address: Address) -> str:
    """The step that a ledger's tables are at.

    Raises:
        LedgerError: It is no ledger.
    """
    tables = set(sa.inspect(connection).get_table_names())
    if not {"alembic_version", "event", "head"} <= tables:
        raise foreign(address)
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all()
    if len(found) != 1:
        raise foreign(address)
    return str(found[0])


def check(connection: sa.Connection, address: Address) -> None:
    """Refuse a ledger that another version of the program made.

    Raises:
        LedgerError: saying which, and what to do.
    """
    found = step_of(connection, address)
    if found > NEWEST:
        raise LedgerError(Text(
            f"台账 {address} 由更新版本的程序建立（结构 {found}，本程序识别到 {NEWEST}）；请升级本程序，"
            "不要用旧版本登记",
            f"the ledger {address} was made by a newer version of the program (schema {found}, known up to {NEWEST}); "
            "upgrade the program",
        ))  # fmt: skip
    if found < NEWEST:
        raise LedgerError(Text(
            f"台账 {address} 的结构是旧版本（{found}，现为 {NEWEST}）；请先运行 budgetreview ledger upgrade，会先备份",
            f"the ledger {address} has an older schema ({found}, now {NEWEST}); run budgetreview ledger upgrade, which "
            "makes a backup first",
        ))  # fmt: skip


def upgrade(address: Address, *, backed_up: bool = False) -> tuple[str, str, Path | None]:
    """Bring an older ledger up to date.

    Args:
        address: The ledger.
        backed_up: For a server: a backup has been made by its own means (``pg_dump``).

    Returns:
        The step before, the step now, and the backup that was made of a file.

    Raises:
        UsageError: The ledger is on a server and nobody says that there is a backup.
        LedgerError: It is no ledger, a newer one, or could not be migrated; it is then as it was.
    """
    with guarded(address):
        engine = address.engine()
        with engine.connect() as connection:
            before = step_of(connection, address)
        if before > NEWEST:
            with engine.connect() as connection:
                check(connection, address)
        if before == NEWEST:
            return before, before, None
        if address.path is None and not backed_up:
            raise UsageError(Text(
                "PostgreSQL 上的台账请先用 pg_dump 备份，再加 --i-have-a-backup 运行",
                "back up a ledger on PostgreSQL with pg_dump first, then run again with --i-have-a-backup",
            ))  # fmt: skip
        copy = _copy(address.path, before) if address.path is not None else None
        with engine.connect().execution_options(budgetreview_writes=True) as connection, connection.begin():
            migrate(connection)
        return before, NEWEST, copy


def _copy(path: Path, step: str) -> Path:
    """A copy of a file beside it, whole and on the disk, under a name that is free."""
    number = 1
    while True:
        target = path.with_name(f"{path.name}.before-{NEWEST}-{number}.bak")
        if not target.exists():
            break
        number += 1
    source = sqlite3.connect(path)
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)
        found = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        if found != (step,) or copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise LedgerError(
                Text(f"备份 {target} 校验不通过，未升级", f"the backup {target} is not sound; nothing was migrated")
            )
    finally:
        copy.close()
        source.close()
    return target
