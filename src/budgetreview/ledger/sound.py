"""What a database may have let pass although no ledger holds it: broken pages, values of another kind, a lost guard.

SQLite keeps whatever is written into a column, a text in a column of numbers or bytes in one of texts; such a value
must be named before events are followed, for what follows from it cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa

from budgetreview.errors import Text
from budgetreview.ledger.schema import DERIVED, EVENT

_STORED: Final = {int: "integer", bool: "integer", str: "text"}
_GUARDS: Final = {"sqlite": ("event_no_update", "event_no_delete"), "postgresql": ("event_no_change",)}


def damage(connection: sa.Connection) -> Iterator[Text]:
    """What keeps the tables from being read: what SQLite finds wrong with its file, and values of the wrong kind."""
    if connection.dialect.name != "sqlite":
        return
    for said in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
        if said != "ok":
            yield Text(f"文件损坏：{said}", f"the file is damaged: {said}")
            return
    for table in (EVENT, *DERIVED.values()):
        yield from _of_another_kind(connection, table)


def _of_another_kind(connection: sa.Connection, table: sa.Table) -> Iterator[Text]:
    """The first row of a table that holds a value of another kind than its column."""
    odd: list[str] = []
    for column in table.columns:
        kind = column.type.python_type
        allowed = f"typeof(\"{column.name}\") IN ('{_STORED[kind]}'{', ' + repr('null') if column.nullable else ''})"
        odd.append(f'NOT ({allowed} AND "{column.name}" IN (0, 1))' if kind is bool else f"NOT ({allowed})")
    keys = ", ".join(f'CAST("{c.name}" AS TEXT)' for c in table.primary_key)
    wanted = f'SELECT {keys}, {", ".join(odd)} FROM "{table.name}" WHERE {" OR ".join(odd)} ORDER BY rowid'  # noqa: S608 - our own names
    found = connection.exec_driver_sql(wanted).first()
    if found is None:
        return
    n = len(table.primary_key)
    key = " ".join(str(v) for v in found[:n])
    names = [c.name for c, bad in zip(table.columns, found[n:], strict=True) if bad]
    yield Text(
        f"表 {table.name} 的 {key}：{'、'.join(names)} 存的不是这一列该有的值（类型不对，或“是/否”既非 0 也非 1）",
        f"the row {key} of {table.name}: {', '.join(names)} holds a value of another kind than its column "
        "(or a yes/no that is neither 0 nor 1)",
    )


def unguarded(connection: sa.Connection) -> Iterator[Text]:
    """The triggers that keep events from being changed and that are gone, or switched off."""
    wanted = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgrelid = 'event'::regclass AND tgenabled IN ('O', 'A')"
    )
    there = set(connection.exec_driver_sql(wanted).scalars())
    for name in _GUARDS[connection.dialect.name]:
        if name not in there:
            yield Text(
                f"事件表的只增不改保护（触发器 {name}）已被去掉：有人曾直接打开数据库",
                f"the guard that keeps events from being changed (trigger {name}) is gone: somebody opened the "
                "database itself",
            )
