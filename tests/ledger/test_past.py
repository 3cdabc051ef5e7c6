"""The past cannot be changed unseen: every edit is named with the event or the row that it touched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from budgetreview import ledger
from budgetreview.errors import LedgerError, UsageError
from budgetreview.ledger import Address, Decision, Ledger
from budgetreview.ledger.chain import digest

from .reports import finding, report

Edit = Callable[..., None]


@pytest.fixture
def kept(book: Ledger) -> Ledger:
    """Six events of founding and enrolling, a review with two findings, a move: ten events."""
    book.add(report("2026-01-10", finding("a"), finding("b")), by="小李")
    book.move(1, Decision("confirmed"), by="小李", on=date(2026, 1, 12))
    assert book.verify().events == 10
    return book


@pytest.fixture
def edit(kept: Ledger) -> Edit:
    """Somebody with the right to do anything to the database, who takes the guard away first and puts it back."""

    def run(*statements: str) -> None:
        engine = Address.of(
            str(kept.address) if kept.address.path else kept.address.url.render_as_string(hide_password=False)
        ).engine()  # type: ignore[union-attr]
        with engine.connect() as connection, connection.begin():
            if engine.dialect.name == "postgresql":
                before, after = ["ALTER TABLE event DISABLE TRIGGER USER"], ["ALTER TABLE event ENABLE TRIGGER USER"]
            else:
                before = ["DROP TRIGGER event_no_update", "DROP TRIGGER event_no_delete"]
                after = list(connection.execute(sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")).scalars())
            for statement in (*before, *statements, *after):
                connection.exec_driver_sql(statement)

    return run


def found(book: Ledger) -> list[str]:
    """What a verification says, in English."""
    return [p.en for p in book.verify().problems]


@pytest.mark.parametrize("statement", [
    "UPDATE event SET by = '别人' WHERE seq = 10",
    "UPDATE event SET day = '2026-01-11' WHERE seq = 10",
    "UPDATE event SET kind = 'seen' WHERE seq = 10",
    "UPDATE event SET case_no = 2 WHERE seq = 10",
    "UPDATE event SET payload = replace(payload, 'confirmed', 'dismissed') WHERE seq = 10",
])  # fmt: skip
def test_an_edited_event_is_named_by_its_number(kept: Ledger, edit: Edit, statement: str) -> None:
    edit(statement)
    assert len(found(kept)) == 1
    assert found(kept)[0].startswith("event 10 ")


def test_the_first_of_several_edits_is_named(kept: Ledger, edit: Edit) -> None:
    edit("UPDATE event SET by = '别人' WHERE seq IN (4, 10)")
    assert "event 4" in found(kept)[0]


def test_a_deleted_event_is_named(kept: Ledger, edit: Edit) -> None:
    edit("DELETE FROM event WHERE seq = 7")
    assert found(kept) == ["event 7 is missing: event 8 comes next; what was between was deleted or renumbered"]


def test_two_events_that_changed_places_are_named(kept: Ledger, edit: Edit) -> None:
    edit(
        "UPDATE event SET seq = 100 WHERE seq = 7",
        "UPDATE event SET seq = 7 WHERE seq = 8",
        "UPDATE event SET seq = 8 WHERE seq = 100",
    )
    assert "event 7" in found(kept)[0]


def test_an_event_with_a_hash_made_anew_breaks_the_one_after_it(kept: Ledger, edit: Edit) -> None:
    events = kept.case(1)[1]
    first = events[0]
    other = digest(first.previous, first.seq, first.day, first.kind, "别人", first.case_no, first.payload)
    edit(f"UPDATE event SET by = '别人', hash = '{other}' WHERE seq = {first.seq}")  # noqa: S608 - our own
    assert found(kept) == [
        f"event {first.seq + 1} does not follow event {first.seq}: an earlier one was replaced, inserted or moved"
    ]


def test_events_cut_off_at_the_end_do_not_fit_the_tables(kept: Ledger, edit: Edit) -> None:
    edit("DELETE FROM event WHERE seq = 10")
    assert any("head" in p for p in found(kept))
    assert any("case_file" in p and "confirmed" in p for p in found(kept))


def test_an_end_cut_off_with_all_its_traces_shows_against_the_head_noted_down(kept: Ledger, edit: Edit) -> None:
    noted, before = str(kept.head()), kept.case(1)[1][0]
    ninth = kept.case(2)[1][0]
    edit(
        "DELETE FROM event WHERE seq = 10",
        f"UPDATE head SET seq = 9, hash = '{ninth.hash}'",  # noqa: S608 - our own
        f"UPDATE case_file SET state = 'found', since = '2026-01-10', version = {before.seq} WHERE no = 1",  # noqa: S608
    )
    assert found(kept) == []
    assert "is not in the chain" in kept.verify(noted).problems[0].en


def test_a_head_noted_earlier_is_part_of_the_chain_for_ever(kept: Ledger) -> None:
    noted = str(kept.head())
    kept.move(2, Decision("confirmed"), by="小李", on=date(2026, 1, 13))
    assert not kept.verify(noted).problems
    with pytest.raises(UsageError, match="--head"):
        kept.verify("nonsense")


@pytest.mark.parametrize(("statement", "said"), [
    ("UPDATE case_file SET state = 'closed' WHERE no = 1", "state is 'closed', by the events 'confirmed'"),
    ("UPDATE case_file SET due = '2030-01-01' WHERE no = 2", "due is '2030-01-01', by the events None"),
    ("DELETE FROM case_file WHERE no = 2", "the row 2 of case_file is missing"),
    ("INSERT INTO person (name, role, department, active) VALUES ('影', 'committee', NULL, true)", "the row 影 of person follows from no event"),
    ("UPDATE person SET role = 'committee' WHERE name = '小李'", "role is 'committee', by the events 'reviewer'"),
])  # fmt: skip
def test_a_row_that_does_not_follow_from_the_events_is_named(
    kept: Ledger, edit: Edit, statement: str, said: str
) -> None:
    edit(statement)
    assert any(said in p for p in found(kept)), found(kept)


@pytest.mark.parametrize(("statement", "said"), [
    ("UPDATE event SET payload = CAST(payload AS BLOB) WHERE seq = 10", "the row 10 of event: payload holds"),
    ("UPDATE case_file SET present = 2 WHERE no = 1", "the row 1 of case_file: present holds"),
    ("UPDATE person SET active = 'yes' WHERE name = '小李'", "the row 小李 of person: active holds"),
    ("UPDATE case_file SET amount = 1.5 WHERE no = 2", "the row 2 of case_file: amount holds"),
    ("UPDATE waiver SET until = 2026", None),
])  # fmt: skip
def test_a_value_of_another_kind_is_named_and_never_a_crash(
    kept: Ledger, edit: Edit, statement: str, said: str | None
) -> None:
    if kept.address.path is None:
        pytest.skip("PostgreSQL itself refuses a value of another kind than its column")
    edit(statement)
    assert found(kept) == [] if said is None else said in found(kept)[0]


def test_a_guard_taken_away_for_good_is_named(kept: Ledger) -> None:
    if kept.address.path is not None:
        statements, named = ["DROP TRIGGER event_no_delete"], "event_no_delete"
        engine = kept.address.engine()
    else:
        statements, named = ["ALTER TABLE event DISABLE TRIGGER event_no_change"], "event_no_change"
        engine = Address.of(kept.address.url.render_as_string(hide_password=False)).engine()  # type: ignore[union-attr]
    with engine.connect() as connection, connection.begin():
        for statement in statements:
            connection.exec_driver_sql(statement)
    (problem,) = found(kept)
    assert named in problem


@pytest.mark.parametrize("statement", ["UPDATE event SET by = '别人' WHERE seq = 5", "DELETE FROM event WHERE seq = 5"])
def test_the_database_itself_refuses_to_change_or_delete_an_event(kept: Ledger, statement: str) -> None:
    with pytest.raises(LedgerError, match="只能追加"), kept.writing() as w:
        w.connection.execute(sa.text(statement))
    assert found(kept) == []


def test_the_password_of_an_address_is_never_shown() -> None:
    assert "geheim" not in str(Address.of("postgresql://me:geheim@server/db"))
    with pytest.raises(LedgerError) as error:
        ledger.open("postgresql://me:geheim@127.0.0.1:1/db")
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize("text", ["", '{"a":"“引号” \\" \\\\"}', "制表\t换行\n\x1f\x7f\u2028", "😀 Ω"])
def test_the_hash_is_that_of_the_json_array_that_the_chain_describes(text: str) -> None:
    """Ten lines of any language check it: previous hash, line feed, the array without blanks."""
    said = json.dumps([7, "2026-01-10", "move", text, None, text], ensure_ascii=False, separators=(",", ":"))
    assert digest("0" * 64, 7, "2026-01-10", "move", text, None, text) == hashlib.sha256(f"{'0' * 64}\n{said}".encode()).hexdigest()
