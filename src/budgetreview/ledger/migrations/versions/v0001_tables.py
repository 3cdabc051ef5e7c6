"""The tables of a ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("case_no", sa.Integer),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("event_case", "event", ["case_no"])
    op.create_table(
        "head",
        sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("loop_seq", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "review",
        sa.Column("no", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("findings", sa.Integer, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("persisting", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("reopened", sa.Integer, nullable=False),
        sa.Column("resolved", sa.Integer, nullable=False),
        sa.Column("not_judged", sa.Integer, nullable=False),
    )
    op.create_table(
        "case_file",
        sa.Column("no", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("base", sa.String(80), nullable=False),
        sa.Column("fingerprint", sa.String(90), nullable=False),
        sa.Column("facts", sa.String(80), nullable=False),
        sa.Column("rule", sa.String(40), nullable=False),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("entity", sa.String(20)),
        sa.Column("fiscal_year", sa.Integer),
        sa.Column("book", sa.String(20)),
        sa.Column("agency", sa.Text),
        sa.Column("project", sa.Text),
        sa.Column("amount", sa.BigInteger),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("found", sa.String(10), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("since", sa.String(10), nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("due", sa.String(10)),
        sa.Column("closed", sa.String(10)),
        sa.Column("present", sa.Boolean, nullable=False),
        sa.Column("review", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("case_base", "case_file", ["base"])
    op.create_index("case_place", "case_file", ["entity", "fiscal_year"])
    op.create_index("case_state", "case_file", ["state"])
    op.create_table(
        "finding",
        sa.Column("case_no", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("facts", sa.String(80), primary_key=True),
        sa.Column("fingerprint", sa.String(90), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("first_review", sa.Integer, nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("department", sa.Text),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_table(
        "waiver",
        sa.Column("no", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("fingerprint", sa.String(90)),
        sa.Column("facts", sa.String(80)),
        sa.Column("scope", sa.Text),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("until", sa.String(10), nullable=False),
        sa.Column("requester", sa.String(200), nullable=False),
        sa.Column("requested", sa.String(10), nullable=False),
        sa.Column("approver", sa.String(200)),
        sa.Column("approved", sa.String(10)),
        sa.Column("ended", sa.String(10)),
    )
    op.create_table(
        "document",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case_no", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
    )
    op.create_index("document_case", "document", ["case_no"])
    op.create_table(
        "calendar_date",
        sa.Column("entity", sa.String(20), primary_key=True),
        sa.Column("fiscal_year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("event", sa.String(40), primary_key=True),
        sa.Column("date", sa.String(10), nullable=False),
    )
