"""The tables of a ledger: what happened, in order, and where everything stands now because of it.

``event`` is the ledger; every other table follows from it (see :mod:`budgetreview.ledger.fold`) and is there so that
questions are answered fast. Days are ISO texts, money is 分 as whole numbers, nested data canonical JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text

NEWEST: Final = "0002"
"""The migration that this program reads and writes."""

METADATA: Final = MetaData()

EVENT: Final = Table(
    "event",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("day", String(10), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("by", String(200), nullable=False),
    Column("case_no", Integer),
    Column("payload", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("event_case", "case_no"),
)
HEAD: Final = Table(
    "head",
    METADATA,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("loop_seq", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
REVIEW: Final = Table(
    "review",
    METADATA,
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("findings", Integer, nullable=False),
    *(
        Column(n, Integer, nullable=False)
        for n in ("new", "persisting", "changed", "reopened", "resolved", "not_judged")
    ),
)
CASE: Final = Table(
    "case_file",
    METADATA,
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("base", String(80), nullable=False),
    Column("fingerprint", String(90), nullable=False),
    Column("facts", String(80), nullable=False),
    Column("rule", String(40), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("entity", String(20)),
    Column("fiscal_year", Integer),
    Column("book", String(20)),
    Column("agency", Text),
    Column("project", Text),
    Column("amount", BigInteger),
    Column("stage", String(16), nullable=False),
    Column("found", String(10), nullable=False),
    Column("state", String(20), nullable=False),
    Column("since", String(10), nullable=False),
    Column("department", Text),
    Column("due", String(10)),
    Column("closed", String(10)),
    Column("present", Boolean, nullable=False),
    Column("review", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Index("case_base", "base"),
    Index("case_place", "entity", "fiscal_year"),
    Index("case_state", "state"),
)
FINDING: Final = Table(
    "finding",
    METADATA,
    Column("case_no", Integer, primary_key=True, autoincrement=False),
    Column("facts", String(80), primary_key=True),
    Column("fingerprint", String(90), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("first_review", Integer, nullable=False),
)
PERSON: Final = Table(
    "person",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("role", String(40), nullable=False),
    Column("department", Text),
    Column("active", Boolean, nullable=False),
)
WAIVER: Final = Table(
    "waiver",
    METADATA,
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", String(90)),
    Column("facts", String(80)),
    Column("scope", Text),
    Column("code", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("until", String(10), nullable=False),
    Column("requester", String(200), nullable=False),
    Column("requested", String(10), nullable=False),
    Column("approver", String(200)),
    Column("approved", String(10)),
    Column("ended", String(10)),
)
DOCUMENT: Final = Table(
    "document",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("case_no", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Index("document_case", "case_no"),
)
DATE: Final = Table(
    "calendar_date",
    METADATA,
    Column("entity", String(20), primary_key=True),
    Column("fiscal_year", Integer, primary_key=True, autoincrement=False),
    Column("event", String(40), primary_key=True),
    Column("date", String(10), nullable=False),
)

DERIVED: Final[Mapping[str, Table]] = MappingProxyType(
    {t.name: t for t in (HEAD, REVIEW, CASE, FINDING, PERSON, WAIVER, DOCUMENT, DATE)}
)
"""The tables that follow from the events."""
