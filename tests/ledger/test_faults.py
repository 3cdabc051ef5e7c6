"""What may befall a ledger: a killed writer, two at once, a full disk, a file cut off, foreign, older, newer, read-only."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from budgetreview import ledger
from budgetreview.errors import LedgerError, UsageError
from budgetreview.ledger import Address, Decision, Ledger, migrating, schema

from .reports import finding, report

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 1, 1)


def script(*arguments: object, code: str | None = None) -> subprocess.CompletedProcess[str]:
    """Another process with the program in it."""
    how = [sys.executable, *(("-c", code) if code else ()), *map(str, arguments)]
    path = os.pathsep.join([str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    env = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(how, capture_output=True, text=True, env=env, check=False, timeout=900)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A ledger in a file with two cases, closed properly."""
    path = tmp_path / "ledger.db"
    made = ledger.create(path, name="示例县", by="主任", on=DAY)
    made.add(report("2026-01-10", finding("a"), finding("b")), by="主任")
    return path


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks")
def test_a_writer_killed_at_any_moment_leaves_all_that_was_acknowledged_and_nothing_half_done(
    address: str, tmp_path: Path
) -> None:
    """200 times on a file, 20 times on a server: add and import, killed with signal 9."""
    server = address.startswith("postgresql")
    if server:
        ledger.create(address, name="示例县", by="主任", on=DAY)
    times = 20 if server else 200
    done = script(ROOT / "tests" / "ledger" / "killed.py", address, tmp_path, times)
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout) > times // 10  # enough of them were acknowledged before the end


TWO = """
import sys
from datetime import date
from budgetreview import ledger
from tests.ledger.reports import finding, report
book = ledger.open(sys.argv[1])
for i in range(15):
    book.add(report("2026-01-10", finding(f"{sys.argv[2]}-{i}"), rules=[]), by="主任")
"""


def test_two_writers_at_once_lose_nothing(address: str) -> None:
    book = ledger.create(address, name="示例县", by="主任", on=DAY)
    path = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    env = {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"}
    writers = [subprocess.Popen([sys.executable, "-c", TWO, address, name], env=env) for name in ("甲", "乙")]
    assert [w.wait(timeout=120) for w in writers] == [0, 0]
    assert sorted(c["fingerprint"] for c in book.cases()) == sorted(f"{n}-{i}" for n in "甲乙" for i in range(15))
    assert [c["no"] for c in book.cases()] == list(range(1, 31))
    assert not book.verify().problems


FULL = """
import resource, signal, sys
from budgetreview import ledger
from budgetreview.errors import LedgerError
from tests.ledger.reports import finding, report
book = ledger.open(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    book.add(report("2026-01-20", *(finding(f"f{i}") for i in range(2000))), by="主任")
except LedgerError as error:
    print(error.text.zh)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are POSIX")
def test_a_full_disk_is_said_and_nothing_is_lost_or_half_written(file: Path) -> None:
    head = ledger.open(file).head()
    done = script(file, code=FULL)
    assert "磁盘" in done.stdout, done.stderr
    assert "没有登记任何内容" in done.stdout
    book = ledger.open(file)
    assert book.head() == head
    assert not book.verify().problems
    book.add(report("2026-01-20", finding("a")), by="主任")


def test_a_database_that_may_not_grow_is_said_to_be_full(file: Path) -> None:
    book = ledger.open(file)

    def fill() -> None:
        with book.writing() as w:
            w.connection.exec_driver_sql("PRAGMA max_page_count = 1")
            for i in range(3000):
                said = {"entity": str(i), "fiscal_year": 1, "event": "x", "date": "2026-01-01"}
                w.append("date", "2026-01-01", "主任", None, said)

    with pytest.raises(LedgerError, match="磁盘已满"):
        fill()
    assert not book.verify().problems


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_that_was_cut_off_is_named_as_such(file: Path, share: float) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(LedgerError, match=r"不完整|损坏"):
        ledger.open(file).verify()


@pytest.mark.parametrize(("content", "said"), [
    (b"", "不是台账"), (b"hello, this is no database at all", "不是台账"), (b"SQLite format 3\x00", "不完整"),
])  # fmt: skip
def test_what_is_no_database_is_named_as_such_and_left_alone(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    with pytest.raises(LedgerError, match=said):
        ledger.open(path)
    assert path.read_bytes() == content


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE event (seq INTEGER)")
    other.close()
    with pytest.raises(LedgerError, match="不是本程序的台账"):
        ledger.open(path)


def test_a_damaged_page_is_found(file: Path) -> None:
    with sqlite3.connect(file) as c:
        c.execute("PRAGMA journal_mode=DELETE")
    c.close()
    whole = bytearray(file.read_bytes())
    page = int.from_bytes(whole[16:18], "big")
    at = whole.rindex(b"2026-01-10", page)
    whole[at - at % page : at - at % page + 64] = b"\xff" * 64
    file.write_bytes(whole)
    try:
        found = ledger.open(file).verify().problems
    except LedgerError as error:
        assert "损坏" in error.text.zh  # noqa: PT017 - either way is right
    else:
        assert found


def test_there_is_no_ledger_where_none_was_made(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="ledger init"):
        ledger.open(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_a_ledger_is_never_made_over_another_file(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(LedgerError, match="已存在"):
        ledger.create(file, name="x", by="y", on=DAY)
    assert file.read_bytes() == before


def test_a_ledger_that_could_not_be_made_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="角色"):
        ledger.create(tmp_path / "x.db", name="x", by="y", on=DAY, role="king")
    assert list(tmp_path.iterdir()) == []


def test_a_read_only_file_can_be_read_and_says_that_nothing_can_be_recorded(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever runs the tests may be root, who may write anything
    book = ledger.open(file)
    assert [c["fingerprint"] for c in book.cases()] == ["a", "b"]
    assert not book.verify().problems
    with pytest.raises(LedgerError, match="只读"):
        book.move(1, Decision("confirmed"), by="主任", on=date(2026, 1, 12))


# versions of the schema


def older(address: str) -> Address:
    """A ledger as the first version made it, with its first event."""
    place = Address.of(address)
    book = ledger.create(address, name="示例县", by="主任", on=DAY)
    book.add(report("2026-01-10", finding("a")), by="主任")
    with place.engine().connect() as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            for trigger in ("event_no_update", "event_no_delete"):
                connection.execute(sa.text(f"DROP TRIGGER {trigger}"))
        else:
            connection.execute(sa.text("DROP FUNCTION event_append_only CASCADE"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    return place


def test_an_older_ledger_says_what_to_do_and_is_upgraded_after_a_backup(address: str) -> None:
    place = older(address)
    with pytest.raises(LedgerError, match="ledger upgrade"):
        ledger.open(address)
    if place.path is None:
        with pytest.raises(UsageError, match="pg_dump"):
            ledger.upgrade(place)
    before, now, copy = ledger.upgrade(place, backed_up=place.path is None)
    assert (before, now) == ("0001", schema.NEWEST)
    book = ledger.open(address)
    assert not book.verify().problems
    with pytest.raises(LedgerError, match="只能追加"), book.writing() as w:
        w.connection.execute(sa.text("DELETE FROM event"))
    if place.path is not None:
        assert copy is not None
        with sqlite3.connect(copy) as c:
            assert c.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
            assert c.execute("SELECT count(*) FROM event").fetchone() == (4,)
        c.close()
    assert ledger.upgrade(place)[2] is None


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = older(str(tmp_path / "l.db"))

    def fails(connection: sa.Connection, to: str = "") -> None:
        connection.execute(sa.text("DROP TABLE finding"))
        connection.execute(sa.text("DROP TABLE no_such_table"))

    monkeypatch.setattr(migrating, "migrate", fails)
    with pytest.raises(LedgerError):
        ledger.upgrade(place)
    monkeypatch.undo()
    ledger.upgrade(place)
    assert not ledger.open(tmp_path / "l.db").verify().problems


def test_a_newer_ledger_is_not_touched(address: str) -> None:
    place = Address.of(address)
    ledger.create(address, name="示例县", by="主任", on=DAY)
    with place.engine().connect() as connection, connection.begin():
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="更新版本"):
        ledger.open(address)
    with pytest.raises(LedgerError, match="更新版本"):
        ledger.upgrade(place)


def test_the_migrations_make_exactly_the_tables_that_the_program_speaks_of(book: Ledger) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with book.reading() as r:
        assert compare_metadata(MigrationContext.configure(r.connection), schema.METADATA) == []


def test_a_copy_of_the_file_is_a_whole_ledger(file: Path, tmp_path: Path) -> None:
    assert not Path(f"{file}-wal").exists()  # one file when nobody is writing
    copy = shutil.copy(file, tmp_path / "copy.db")
    assert not ledger.open(copy).verify().problems


def test_many_findings_are_added_at_once(file: Path) -> None:
    """20,000 here, so that the suite stays quick; docs/zh/how-to/ledger.md has the time for 100,000."""
    book = ledger.open(file)
    added = book.add(report("2026-01-20", *(finding(f"f{i}", f"s{i}") for i in range(20_000))), by="主任")
    assert added.counts["new"] == 20_000
    assert not book.verify().problems
