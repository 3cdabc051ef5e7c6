"""An empty ledger, once as a file and once on a server; the same tests run on both."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from budgetreview import ledger
from budgetreview.ledger import Ledger

DAY = date(2026, 1, 1)
Addressed = Callable[[], str]


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a new ledger may be: a file that is not there yet, or an empty database."""
    if request.param == "sqlite":
        yield str(tmp_path / "ledger.db")
        return
    server = os.environ.get("BUDGETREVIEW_TEST_POSTGRES")
    if not server:
        pytest.skip("no PostgreSQL server: BUDGETREVIEW_TEST_POSTGRES is not set (.ci/postgres start sets it)")
    name = f"t{uuid.uuid4().hex}"
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def book(address: str) -> Ledger:
    """A new ledger: 主任 of the committee, 小李 who reviews, 老王 of unit 101, 审计 of the audit."""
    made = ledger.create(address, name="示例县", by="主任", on=DAY)
    for name, role, department in (("小李", "reviewer", None), ("老王", "department", "101"), ("老赵", "department", "102"),
                                   ("审计", "auditor", None)):  # fmt: skip
        made.enrol(name, role, by="主任", on=DAY, department=department)
    return made
