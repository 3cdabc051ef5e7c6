"""Where a ledger lives: a file of its own (SQLite) or a database on a server (PostgreSQL).

A file is looked at before SQLite sees it, so that a truncated or foreign one is named as what it is. Passwords in an
address are never printed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs
import sqlalchemy as sa
from sqlalchemy import event, exc

from budgetreview.errors import LedgerError, Text, UsageError

APPLICATION: Final = 0x42524C47
"""The mark ``BRLG`` in the head of an SQLite file that says what it is for."""

_MAGIC: Final = b"SQLite format 3\x00"
_WAIT_SECONDS: Final = 60
_POSTGRES: Final = ("postgresql://", "postgres://", "postgresql+psycopg://")
_LOCK: Final = 0x6275646765740001
"""The advisory lock under which events are appended to a ledger on a server."""


@attrs.frozen
class Address:
    """A file, or a server's address; exactly one of them."""

    path: Path | None = None
    url: sa.URL | None = None

    @classmethod
    def of(cls, said: str | Path) -> Address:
        """Read an address.

        Raises:
            UsageError: It is neither a file name nor ``postgresql://…``.
        """
        text = str(said)
        if text.startswith(_POSTGRES):
            try:
                url = sa.make_url(text).set(drivername="postgresql+psycopg")
            except (exc.ArgumentError, ValueError):
                raise UsageError(Text(
                    "数据库地址不合规定；应为 postgresql://用户@主机:端口/库名",
                    "the address of the database is not as expected: postgresql://user@host:port/database",
                )) from None  # fmt: skip
            return cls(url=url)
        if "://" in text:
            scheme = text.partition("://")[0]
            raise UsageError(
                Text(
                    f"不支持 {scheme}:// 地址；应为文件名，或 postgresql://…",
                    f"no ledger can be at {scheme}://; expected a file, or postgresql://…",
                )
            )
        return cls(path=Path(text))

    def __str__(self) -> str:
        if self.url is None:
            return str(self.path)
        return self.url.set(drivername="postgresql").render_as_string(hide_password=True)

    @property
    def writable(self) -> bool:
        """Whether a file may be written; a server decides for itself."""
        if self.path is None:
            return True
        return os.access(self.path, os.W_OK) and os.access(self.path.resolve().parent, os.W_OK)

    def engine(self) -> sa.Engine:
        """A way in.

        Raises:
            LedgerError: The file is missing, cut off, or something else.
        """
        if self.path is None:
            return self._server()
        inspect(self.path)
        return _file(self.path, read_only=not self.writable)

    def fresh(self) -> sa.Engine:
        """A way in to a ledger that is not there yet.

        Raises:
            LedgerError: Something is there already.
        """
        if self.path is None:
            return self._server()
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
        except FileExistsError:
            raise LedgerError(Text(
                f"{self.path} 已存在，不会覆盖；请换一个文件名",
                f"{self.path} is there and is not written over; name another file",
            )) from None  # fmt: skip
        except OSError as error:
            why = error.strerror or str(error)
            raise LedgerError(Text(f"无法建立 {self.path}：{why}", f"{self.path} cannot be made: {why}")) from None
        return _file(self.path, read_only=False)

    def _server(self) -> sa.Engine:
        try:
            import psycopg  # noqa: F401 - only to say early that it is missing
        except ImportError:
            raise LedgerError(Text(
                '使用 PostgreSQL 须另装驱动：pip install "budgetreview[postgres]"',
                'PostgreSQL needs its driver: pip install "budgetreview[postgres]"',
            )) from None  # fmt: skip
        if self.url is None:  # pragma: no cover - an address has one of the two
            msg = "neither a file nor a server"
            raise ValueError(msg)
        engine = sa.create_engine(
            self.url, poolclass=sa.NullPool, hide_parameters=True, connect_args={"connect_timeout": 10}
        )

        @event.listens_for(engine, "begin")
        def begin(connection: sa.Connection) -> None:
            if connection.get_execution_options().get("budgetreview_writes"):
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")

        return engine


def _file(path: Path, *, read_only: bool) -> sa.Engine:
    """A way in to a file. Every commit is on the disk before it is acknowledged."""
    uri = f"file:{_quoted(path)}?mode=" + ("ro" if read_only else "rw")
    if read_only and not Path(f"{path}-wal").exists():
        uri += "&immutable=1"  # a medium that cannot be written has no room for the files beside it

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)
        try:
            if not read_only:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("budgetreview_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path.resolve()))


def inspect(path: Path) -> None:
    """Refuse a file that cannot be a whole ledger, from its head alone.

    Raises:
        LedgerError: saying what it is instead.
    """
    try:
        with path.open("rb") as f:
            head = f.read(100)
            size = f.seek(0, os.SEEK_END)
    except FileNotFoundError:
        raise LedgerError(
            Text(
                f"没有台账 {path}；新建用 budgetreview ledger init",
                f"there is no ledger {path}; make one with budgetreview ledger init",
            )
        ) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise LedgerError(Text(f"{path} 无法读取：{why}", f"{path} cannot be read: {why}")) from None
    if not head.startswith(_MAGIC):
        raise LedgerError(Text(f"{path} 不是台账（不是 SQLite 数据库文件）",
                               f"{path} is no ledger (not an SQLite database)"))  # fmt: skip
    if len(head) < 100:  # noqa: PLR2004 - the length of SQLite's head
        raise _cut(path, 100, size)
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page
    pages = int.from_bytes(head[28:32], "big")
    counted = head[24:28] == head[92:96]
    if counted and size < page * pages and not Path(f"{path}-wal").exists():
        raise _cut(path, page * pages, size)
    if int.from_bytes(head[68:72], "big") not in {APPLICATION, 0} or (not pages and not size):
        raise foreign(path)


def _cut(path: Path, wanted: int, there: int) -> LedgerError:
    return LedgerError(Text(
        f"{path} 不完整：应有 {wanted:,} 字节，只有 {there:,} 字节。文件可能在复制或传输时被截断；请用备份恢复，"
        "不要在此文件上继续登记",
        f"{path} is cut off: {wanted:,} bytes expected, {there:,} there. It may have been truncated in copying; "
        "restore a "
        "backup and do not go on with this file",
    ))  # fmt: skip


def foreign(path: object) -> LedgerError:
    """The error for a database that is something else."""
    return LedgerError(
        Text(f"{path} 是数据库，但不是本程序的台账", f"{path} is a database, but no ledger of this program")
    )


@contextmanager
def guarded(address: Address) -> Iterator[None]:
    """Turn what a database driver raises into a sentence; whatever was under way has been rolled back.

    Raises:
        LedgerError: saying what happened and that nothing was recorded.
    """
    try:
        yield
    except exc.DBAPIError as error:
        raise LedgerError(_sentence(address, error.orig)) from error
    except sqlite3.Error as error:
        raise LedgerError(_sentence(address, error)) from error
    except exc.SQLAlchemyError as error:
        raise LedgerError(_sentence(address, error)) from error


_SAID: Final = (
    ("database or disk is full", "磁盘已满", "the disk is full"),
    ("no space left", "服务器磁盘已满", "the server's disk is full"),
    (
        "disk i/o error",
        "磁盘读写失败（磁盘已满或设备出错）",
        "the disk could not be read or written (full, or failing)",
    ),
    ("readonly database", "文件或文件夹只读，不能登记", "the file or its folder is read-only"),
    ("read-only", "数据库只读，不能登记", "the database is read-only"),
    (
        "database is locked",
        "另一个程序长时间占用台账，请稍后再试",
        "another program has held the ledger too long; try again",
    ),
    ("malformed", "文件已损坏；请用备份恢复", "the file is damaged; restore a backup"),
    ("not a database", "不是数据库文件，或文件已损坏", "not a database, or damaged"),
    ("append-only", "事件只能追加，不能改动或删除", "events are append-only"),
    ("unable to open", "无法打开文件", "the file cannot be opened"),
)


def _sentence(address: Address, error: Any) -> Text:
    said = str(error)
    for word, zh, en in _SAID:
        if word in said.lower():
            return Text(
                f"台账 {address}：{zh}；本次操作没有登记任何内容", f"ledger {address}: {en}; nothing was recorded"
            )
    first = " ".join(said.split()) or type(error).__name__
    return Text(f"台账 {address}：数据库出错（{first}）；本次操作没有登记任何内容",
                f"ledger {address}: the database failed ({first}); nothing was recorded")  # fmt: skip
