"""The ledger itself: one place where reviews flow in, people decide, and nothing of the past changes.

Every write is one transaction: it takes the lock, reads the head, lets events have their effect, and is on the disk
when it returns, or nothing of it ever was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import sqlalchemy as sa

from budgetreview.errors import LedgerError, Text, UsageError
from budgetreview.ledger import migrating, moving, reports, sound, waiving
from budgetreview.ledger.address import Address, guarded
from budgetreview.ledger.calendar import plausible
from budgetreview.ledger.chain import FIRST, Event, Head, canonical, digest, follow
from budgetreview.ledger.fold import Row, State
from budgetreview.ledger.matching import OUTCOMES, Outcome, differs, match
from budgetreview.ledger.moving import Decision
from budgetreview.ledger.parts import KIND, Chains, Part
from budgetreview.ledger.schema import CASE, DATE, EVENT, FINDING, HEAD, PERSON, REVIEW, WAIVER
from budgetreview.ledger.transaction import Reader, Writer
from budgetreview.loop import Loop
from budgetreview.mechanism import Profile


@attrs.frozen
class Added:
    """What became of a report.

    Attributes:
        review: Its number in the ledger.
        again: It had been added before, and nothing was recorded.
        counts: How many findings or cases there are of each outcome.
        why: Of those not judged this time, how many for which reason.
    """

    review: int
    again: bool
    counts: Mapping[str, int]
    why: Mapping[str, int] = attrs.field(factory=dict)


@attrs.frozen
class Verified:
    """What a verification found: how many events, and every deviation (none: the past is as it was written)."""

    events: int
    head: Head
    problems: tuple[Text, ...]


class Ledger:
    """A ledger that is open; made by :func:`budgetreview.ledger.open` and :func:`budgetreview.ledger.create`.

    Days are handed in; nothing here reads a clock. Safe to use from several threads and processes.
    """

    def __init__(self, address: Address, engine: sa.Engine) -> None:
        self.address = address
        self._engine = engine

    def __repr__(self) -> str:
        return f"Ledger({self.address})"

    # --- transactions

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One unchanging view of the ledger."""
        with guarded(self.address), self._engine.connect() as plain:
            if plain.dialect.name == "postgresql":
                plain = plain.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901
            with plain.begin():
                migrating.check(plain, self.address)
                yield Reader(plain)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """One writer at a time; what it appends is kept when the block ends, and nothing of it if it raises."""
        if not self.address.writable:
            raise LedgerError(Text(f"台账 {self.address} 只读，不能登记", f"the ledger {self.address} is read-only"))
        with guarded(self.address), self._engine.connect() as plain:
            connection = plain.execution_options(budgetreview_writes=True)
            with connection.begin():
                migrating.check(connection, self.address)
                writer = Writer(connection)
                if writer.joined:
                    raise UsageError(Text(
                        f"{self.address} 是由各县台账合并而成的，只供查询，不能登记；请在各县的台账登记后重新合并",
                        f"{self.address} was put together from ledgers of counties and records nothing more; "
                        "record it in theirs and merge again",
                    ))  # fmt: skip
                yield writer
                writer.flush()

    # --- reviews

    def add(self, report: Path | Mapping[str, Any], *, by: str, name: str = "") -> Added:
        """Let a review flow in.

        Args:
            report: A file of ``--format json``, or the same as data.
            by: Who adds it.
            name: What to call it; a file has its own name.

        Raises:
            IntakeError: It is no report.
            UsageError: The person may not, or the ledger knows a later review of the same entity and year.
            LedgerError: The ledger cannot be written.
        """
        reading = reports.read(report, name)
        with self.writing() as w:
            moving.entitled(w.people(), w.loop, by, "review")
            before = w.first(sa.select(REVIEW).where(REVIEW.c.sha256 == reading.sha256))
            if before is not None:
                return Added(before["no"], True, dict.fromkeys(OUTCOMES, 0))  # noqa: FBT003 - the field says it
            measures = w.earlier(reading)
            outcomes = match(reading, w.cases_of(reading), w.loop, measures)
            no = w.highest(REVIEW.c.no) + 1
            counts: dict[str, int] = dict.fromkeys(OUTCOMES, 0)
            why: dict[str, int] = {}
            for o in outcomes:
                counts[o.word] += 1
                if o.why is not None:
                    why[o.why] = why.get(o.why, 0) + 1
            day = reading.as_of.isoformat()
            w.append("review", day, by, None, {**reading.head, "no": no, "outcomes": counts, "why": why})
            self._see(w, outcomes, no, reading)
        return Added(no, False, counts, why)  # noqa: FBT003

    def _see(self, w: Writer, outcomes: Sequence[Outcome], review: int, reading: reports.Reading) -> None:
        """One event for each case that the review speaks of."""
        day, stage = reading.as_of.isoformat(), reading.stage
        ends = {s.key: s.ends for s in w.loop.steps}
        number = w.highest(CASE.c.no)
        other = [(o.case["no"], o.finding["facts"]) for o in outcomes
                 if o.case is not None and o.finding is not None and differs(o.case, o.finding)]  # fmt: skip
        w.load(FINDING, other)
        for o in outcomes:
            if o.word == "not_judged":
                continue
            if o.case is None:
                number += 1
            no = number if o.case is None else o.case["no"]
            said: dict[str, Any] = {"review": review, "outcome": o.word, "stage": stage}
            if o.finding is not None:
                said |= {"fingerprint": o.finding["fingerprint"], "facts": o.finding["facts"]}
                if o.case is None or differs(o.case, o.finding):
                    said["finding"] = o.finding
            if o.to is not None:
                said |= {"to": o.to, "ends": ends[o.to]}
            w.append("seen", day, "", no, said)

    # --- people and dates

    def enrol(
        self, name: str, role: str, *, by: str, on: date, department: str | None = None, active: bool = True
    ) -> None:
        """Enrol a person, or change the role, department or standing of one.

        Raises:
            UsageError: The role is not of the loop, or ``by`` may not.
        """
        with self.writing() as w:
            moving.entitled(w.people(), w.loop, by, "person")
            w.person(moving.name_of(name), role, department, by, on, active=active)

    def people(self) -> list[Row]:
        """Everybody enrolled, by name."""
        with self.reading() as r:
            return r.rows(sa.select(PERSON).order_by(PERSON.c.name))

    def note_date(self, entity: str, fiscal_year: int, event: str, day: date, *, by: str, on: date) -> None:
        """Note a day of the calendar that deadlines count from, such as ``audit_report``.

        Raises:
            UsageError: No such event, a day far from the year, or ``by`` may not.
        """
        plausible(event, [day], fiscal_year)
        with self.writing() as w:
            moving.entitled(w.people(), w.loop, by, "date")
            w.load(DATE, [(entity, fiscal_year, event)])
            said = {"entity": entity, "fiscal_year": fiscal_year, "event": event, "date": day.isoformat()}
            w.append("date", on.isoformat(), by, None, said)

    def dates(self) -> list[Row]:
        """The days noted."""
        with self.reading() as r:
            return r.rows(sa.select(DATE).order_by(DATE.c.entity, DATE.c.fiscal_year, DATE.c.event))

    # --- cases

    def move(self, case: int, decision: Decision, *, by: str, on: date) -> Row:
        """Move a case; the row as it stands afterwards.

        Raises:
            UsageError: There is no such case, or the move is not allowed: why, and what would be.
        """
        with self.writing() as w:
            found = w.load(CASE, [(case,)])
            if not found:
                raise UsageError(Text(f"没有案件 {case}", f"there is no case {case}"))
            return dict(w.decide(found[0], decision, by, on))

    def cases(
        self, *, state: str | None = None, entity: str | None = None, fiscal_year: int | None = None,
        rule: str | None = None, agency: str | None = None, department: str | None = None,
        overdue: date | None = None, present: bool | None = None, on: date | None = None,
    ) -> list[Row]:  # fmt: skip
        """Cases by number; every condition that is given holds.

        Args:
            state: Their state.
            entity: Of this entity; agency and department likewise.
            fiscal_year: Of this year.
            rule: A rule's code, or the beginning of one.
            agency: The unit that the finding is about.
            department: To whom they are assigned.
            overdue: Past their deadline on that day, and something was awaited then.
            present: Whether the last review that could judge found it.
            on: As the ledger knew them at the end of that day; that of ``overdue``, else now.
        """
        day = on or overdue
        given = {
            "state": state, "entity": entity, "fiscal_year": fiscal_year, "agency": agency, "department": department,
            "present": present,
        }  # fmt: skip
        alike = {n: value for n, value in given.items() if value is not None}
        with self.reading() as r:
            ended = {s.key for s in r.loop.steps if s.ends}
            rows = r.cases(day, alike)
        if overdue is not None:
            late = overdue.isoformat()
            rows = [c for c in rows if c["due"] is not None and c["due"] < late and c["state"] not in ended]
        return [c for c in rows if rule is None or c["rule"].startswith(rule)]

    def case(self, no: int) -> tuple[Row, list[Event]]:
        """A case and everything that happened to it.

        Raises:
            UsageError: There is none of that number.
        """
        with self.reading() as r:
            row = r.first(sa.select(CASE).where(CASE.c.no == no))
            if row is None:
                raise UsageError(Text(f"没有案件 {no}", f"there is no case {no}"))
            return row, list(r.events(EVENT.c.case_no == no))

    def findings(self, cases: Iterable[int]) -> dict[int, Mapping[str, Any]]:
        """What the reviews said of some cases, as it stands now, by number."""
        with self.reading() as r:
            return r.findings(cases)

    def reviews(self) -> list[Row]:
        """The reports that were added."""
        with self.reading() as r:
            return r.rows(sa.select(REVIEW).order_by(REVIEW.c.no))

    # --- waivers

    def request_waiver(self, asked: waiving.Request, *, by: str, on: date, never: Collection[str] = ()) -> int:
        """Ask for a finding to be left aside; the number of the request.

        Args:
            asked: Which findings, why, on what authority, until when.
            by: Who asks.
            on: The day.
            never: Codes of rules whose findings cannot be waived.

        Raises:
            UsageError: It is not complete, too broad, or not allowed.
        """
        with self.writing() as w:
            return waiving.request(w, asked, by, on, never)

    def approve_waiver(self, no: int, *, by: str, on: date) -> None:
        """Allow a waiver that somebody else asked for.

        Raises:
            UsageError: The same person asked, or it is not waiting for approval.
        """
        with self.writing() as w:
            waiving.approve(w, no, by, on)

    def end_waiver(self, no: int, reason: str, *, by: str, on: date) -> None:
        """End a waiver before its day.

        Raises:
            UsageError: There is none that holds, or no reason is given.
        """
        with self.writing() as w:
            waiving.end(w, no, by, on, reason)

    def waivers(self, on: date) -> list[tuple[Row, waiving.Standing]]:
        """All waivers, and how each stands on a day: also those expired, outdated, unused or too broad."""
        with self.reading() as r:
            asked = r.rows(sa.select(WAIVER).order_by(WAIVER.c.no))
            return waiving.standing(asked, r.cases(on), on) if asked else []

    def waivers_toml(self) -> str:
        """The approved waivers as ``check --waivers`` reads them."""
        with self.reading() as r:
            names = {x.key: x.title.zh for x in r.loop.reasons}
            return waiving.toml(r.rows(sa.select(WAIVER).order_by(WAIVER.c.no)), names)

    # --- the loop and the chain

    @property
    def loop(self) -> Loop:
        """The loop in force: states, roles, moves, deadlines."""
        with self.reading() as r:
            return r.loop

    @property
    def name(self) -> str:
        """Whose ledger it is."""
        with self.reading() as r:
            return str(r.head_row["name"])

    def adopt(self, profile: Profile, *, by: str, on: date) -> None:
        """Replace the loop by that of a profile.

        Raises:
            UsageError: Cases are in states, or people in roles, that it does not have; or ``by`` may not.
        """
        with self.writing() as w:
            moving.entitled(w.people(), w.loop, by, "loop")
            states, roles = {s.key for s in profile.loop.steps}, {r.key for r in profile.loop.roles}
            used = {r["state"] for r in w.rows(sa.select(CASE.c.state).distinct())} - states
            held = {p["role"] for p in w.people().values() if p["active"]} - roles
            if used or held:
                odd = "、".join(sorted(used | held))
                raise UsageError(
                    Text(f"新规则没有正在使用的状态或角色：{odd}", f"the new loop lacks states or roles in use: {odd}")
                )
            w.append("loop", on.isoformat(), by, None, {"profile": profile.key, "loop": profile.loop.plain()})

    def parts(self) -> list[Part]:
        """The ledgers that this one was put together from; none where it was not."""
        with self.reading() as r:
            said = (e.said for e in r.events(EVENT.c.kind == KIND)) if r.joined else iter(())
            return [Part.of(s) for s in said if "origin" not in s]

    def head(self) -> Head:
        """Number and hash of the last event."""
        with self.reading() as r:
            return Head(r.head_row["seq"], r.head_row["hash"])

    def verify(self, noted: str | None = None) -> Verified:
        """Go through all events from the first, and check everything that follows from them.

        Args:
            noted: A head that was noted down earlier (``17:3f…``); it must be part of the chain, or of that of a
                county whose ledger was merged into this one.

        Raises:
            UsageError: ``noted`` is no head.
        """
        wanted = _noted(noted)
        with self.reading() as r:
            broken = list(sound.damage(r.connection))
            state, last, met, chains = State(), Head(0, FIRST), False, Chains(wanted)
            if not broken:
                with r.replay() as events:
                    for e in follow(events, broken):
                        try:
                            said = e.said
                            odd = chains.follow(e, said)
                            state.apply(e, said)
                        except (KeyError, ValueError, TypeError) as error:
                            broken.append(
                                Text(
                                    f"事件 {e.seq} 的内容不完整（{error!r}）", f"event {e.seq} is not whole ({error!r})"
                                )
                            )
                            break
                        if odd is not None:
                            broken.append(odd)
                            break
                        last = Head(e.seq, e.hash)
                        met = met or last == wanted
            if not broken:
                broken += [*r.deviations(state), *chains.ends()]
                if wanted is not None and not met and not chains.met:
                    broken.append(Text(
                        f"记下的链头 {wanted.seq}:{wanted.hash[:12]}… 不在链中：其后的记录被截去，或整条链被重写",
                        f"the head noted, {wanted.seq}:{wanted.hash[:12]}…, is not in the chain: what came after "
                        "was cut off, "
                        "or the chain was written anew",
                    ))  # fmt: skip
            broken += sound.unguarded(r.connection)
            return Verified(last.seq, last, tuple(broken))


def _noted(said: str | None) -> Head | None:
    if said is None:
        return None
    seq, _, value = said.strip().partition(":")
    if not seq.isdecimal() or len(value) != len(FIRST) or set(value) - set("0123456789abcdef"):
        raise UsageError(
            Text(
                f"--head {said}：应为 ledger head 打印的“序号:校验值”",
                f"--head {said}: expected NUMBER:HASH of ledger head",
            )
        )
    return Head(int(seq), value)


def create(
    address: Address, profile: Profile, name: str, first: str, role: str, on: date,
    fill: Callable[[Writer], None] | None = None,
) -> Ledger:  # fmt: skip
    """Make a ledger; see :func:`budgetreview.ledger.create`. What ``fill`` appends is there with it, or nothing is."""
    if not profile.loop.moves or not profile.loop.roles:
        raise UsageError(Text(f"机制 {profile.key} 没有写明办理规则（[loop] 的 roles、moves）",
                              f"the profile {profile.key} says nothing of roles and moves ([loop])"))  # fmt: skip
    if profile.loop.role(role) is None:
        known = [r.key for r in profile.loop.roles]
        raise UsageError(
            Text(f"没有角色 {role}；可用：{'、'.join(known)}", f"no role {role}; known: {', '.join(known)}")
        )
    person = moving.name_of(first)
    with guarded(address):
        engine = address.fresh()
        done = False
        try:
            with engine.connect().execution_options(budgetreview_writes=True) as connection, connection.begin():
                if address.path is None and sa.inspect(connection).get_table_names():
                    raise LedgerError(
                        Text(
                            f"{address} 里已有表；台账须建在空的数据库（模式）中",
                            f"{address} has tables already; a ledger needs an empty database (or schema)",
                        )
                    )
                migrating.migrate(connection)
                _begin(connection, profile, name, on, person, role)
                if fill is not None:
                    writer = Writer(connection)
                    fill(writer)
                    writer.flush()
            done = True
        finally:
            if not done and address.path is not None:
                engine.dispose()
                for part in ("", "-wal", "-shm"):
                    Path(f"{address.path}{part}").unlink(missing_ok=True)
    return Ledger(address, engine)


def _begin(connection: sa.Connection, profile: Profile, name: str, on: date, person: str, role: str) -> None:
    """The first two events: the ledger, and the person who may enrol others."""
    state = State()
    said = {"name": name, "profile": profile.key, "loop": profile.loop.plain()}
    day, previous = on.isoformat(), FIRST
    who = {"name": person, "role": role, "department": None, "active": True}
    for seq, (kind, payload) in enumerate((("init", said), ("person", who)), start=1):
        text = canonical(payload)
        made = Event(seq, day, kind, person, None, text, previous, digest(previous, seq, day, kind, person, None, text))
        state.apply(made)
        connection.execute(EVENT.insert(), attrs.asdict(made))
        previous = made.hash
    for table in (HEAD, PERSON):
        connection.execute(table.insert(), list(state.rows[table.name].values()))
