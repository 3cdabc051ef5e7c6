"""One transaction over a ledger: what can be asked in it, and what can be appended.

A writer keeps the rows that its events touch, and writes events and rows together when the transaction ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from operator import itemgetter
from typing import Any, Final

import sqlalchemy as sa

from budgetreview.errors import LedgerError, Text, UsageError
from budgetreview.ledger import moving, parts, reports
from budgetreview.ledger.chain import Event, Head, canonical, digest
from budgetreview.ledger.fold import Row, State
from budgetreview.ledger.moving import Decision
from budgetreview.ledger.schema import CASE, DATE, DERIVED, EVENT, FINDING, HEAD, PERSON
from budgetreview.loop import Loop

_AT_ONCE: Final = 5000
"""Rows read or written at a time."""
_FIRST_PART: Final = 3
_STREAMED: Final[Mapping[str, Any]] = {"yield_per": _AT_ONCE}
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {n: tuple(c.name for c in t.primary_key) for n, t in DERIVED.items()}
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {n: tuple(c.name for c in t.columns) for n, t in DERIVED.items()}


class Reader:
    """What can be asked inside a transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        found = self.first(sa.select(HEAD))
        if found is None:
            raise LedgerError(Text("台账没有表头记录，可能未建成；请用备份恢复或重新建立",
                                   "the ledger has no head; it was not finished, or was edited"))  # fmt: skip
        self.head_row = found
        said = self.first(sa.select(EVENT.c.payload).where(EVENT.c.seq == found["loop_seq"]))
        try:
            self.loop = Loop.of(json.loads(said["payload"])["loop"] if said is not None else {}, {})
        except (ValueError, KeyError, TypeError):
            raise LedgerError(
                Text(
                    f"事件 {found['loop_seq']} 的办理规则无法读取，台账被改动过；请用备份恢复",
                    f"the loop in event {found['loop_seq']} cannot be read: the ledger was edited",
                )
            ) from None

    def rows(self, wanted: sa.Select[Any]) -> list[Row]:
        """All rows of a query."""
        return [dict(row) for row in self.connection.execute(wanted).mappings()]

    def first(self, wanted: sa.Select[Any]) -> Row | None:
        """The first row of a query, None if there is none."""
        found = self.connection.execute(wanted).mappings().first()
        return None if found is None else dict(found)

    def highest(self, column: sa.Column[int]) -> int:
        """The highest number given, 0 for none."""
        return int(self.connection.execute(sa.select(sa.func.max(column))).scalar() or 0)

    def events(self, *where: sa.ColumnElement[bool]) -> Iterator[Event]:
        """Events in order, a block at a time."""
        wanted = sa.select(EVENT).where(*where).order_by(EVENT.c.seq)
        with self.connection.execute(wanted, execution_options=_STREAMED) as found:
            for row in found:
                yield Event(*row)

    @contextmanager
    def replay(self) -> Iterator[Iterator[Event]]:
        """All events in order; what reads them may stop before the last."""
        with self.connection.execute(sa.select(EVENT).order_by(EVENT.c.seq), execution_options=_STREAMED) as found:
            yield (Event(*row) for row in found)

    @property
    def joined(self) -> bool:
        """Whether the ledger was put together from others: then its third event opens the first of them."""
        third = self.first(sa.select(EVENT.c.kind).where(EVENT.c.seq == _FIRST_PART))
        return third is not None and third["kind"] == parts.KIND

    def people(self) -> dict[str, Row]:
        """Everybody enrolled, by name."""
        return {p["name"]: p for p in self.rows(sa.select(PERSON))}

    def cases(self, day: date | None = None, alike: Mapping[str, Any] | None = None) -> list[Row]:
        """Cases by number as the ledger knew them at the end of a day (None: now), from the events up to it.

        Args:
            day: The day.
            alike: What a case then had to be, by column.
        """
        alike = alike or {}
        past = sa.select(EVENT.c.seq).where(EVENT.c.day > ("" if day is None else day.isoformat())).limit(1)
        if day is None or self.first(past) is None:
            return self.rows(sa.select(CASE).where(*(CASE.c[n] == v for n, v in alike.items())).order_by(CASE.c.no))
        state = State()
        known = sa.and_(EVENT.c.kind.in_(("seen", "move")), EVENT.c.day <= day.isoformat())
        for e in self.events(sa.or_(EVENT.c.kind == "init", known)):  # a ledger may be younger than its first review
            state.apply(e)
        return [c for _, c in sorted(state.rows[CASE.name].items()) if all(c[n] == v for n, v in alike.items())]

    def findings(self, cases: Iterable[int]) -> dict[int, Mapping[str, Any]]:
        """What the reviews said of some cases, as it stands now."""
        out: dict[int, Mapping[str, Any]] = {}
        for block in _blocks(list(cases)):
            wanted = (
                sa.select(FINDING.c.case_no, EVENT.c.payload)
                .join(CASE, (CASE.c.no == FINDING.c.case_no) & (CASE.c.facts == FINDING.c.facts))
                .join(EVENT, EVENT.c.seq == FINDING.c.seq)
                .where(FINDING.c.case_no.in_(block))
            )
            out |= {no: json.loads(payload)["finding"] for no, payload in self.connection.execute(wanted)}
        return out

    def deviations(self, state: State) -> Iterator[Text]:
        """Rows that do not follow from the events: the first of each table."""
        for name, table in DERIVED.items():
            keys = _KEYS[name]
            expected = dict(state.rows[name])
            with self.connection.execute(sa.select(table), execution_options=_STREAMED) as found:
                wrong = _first_odd(name, found.mappings(), keys, expected)
            if wrong is None and expected:
                key = min(expected, key=str)
                wrong = Text(f"表 {name} 缺少 {key}", f"the row {key} of {name} is missing")
            if wrong is not None:
                yield wrong


def _first_odd(name: str, found: Iterable[Any], keys: tuple[str, ...], expected: dict[Any, Row]) -> Text | None:
    """The first row that is not as expected; those that are leave ``expected``."""
    for row in found:
        key = tuple(row[k] for k in keys) if len(keys) > 1 else row[keys[0]]
        wanted = expected.pop(key, None)
        if wanted is None:
            return Text(f"表 {name} 的 {key} 没有对应的事件", f"the row {key} of {name} follows from no event")
        odd = next((c for c in _COLUMNS[name] if row[c] != wanted[c]), None)
        if odd is not None:
            return Text(
                f"表 {name} 的 {key}：{odd} 为 {row[odd]!r}，按事件应为 {wanted[odd]!r}",
                f"the row {key} of {name}: {odd} is {row[odd]!r}, by the events {wanted[odd]!r}",
            )
    return None


def _blocks(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


class Writer(Reader):
    """A transaction that appends."""

    def __init__(self, connection: sa.Connection) -> None:
        super().__init__(connection)
        self.state = State()
        self._loaded: dict[str, dict[Any, Row]] = {n: {} for n in DERIVED}
        self.remember(HEAD, [self.head_row])
        self._events: list[Event] = []
        self._last = Head(self.head_row["seq"], self.head_row["hash"])

    def append(self, kind: str, day: str, by: str, case_no: int | None, said: Mapping[str, Any]) -> Event:
        """Add an event and let it have its effect on the rows that are loaded."""
        payload = canonical(said)
        seq = self._last.seq + 1
        value = digest(self._last.hash, seq, day, kind, by, case_no, payload)
        made = Event(seq, day, kind, by, case_no, payload, self._last.hash, value)
        self.state.apply(made, said)
        self._events.append(made)
        self._last = Head(seq, value)
        return made

    def load(self, table: sa.Table, keys: Sequence[tuple[Any, ...]]) -> list[Row]:
        """Rows by key, ready to be touched by events."""
        columns = list(table.primary_key)
        out: list[Row] = []
        for block in _blocks(list(keys)):
            one = len(columns) == 1
            where = columns[0].in_([k[0] for k in block]) if one else sa.tuple_(*columns).in_(block)
            out += self.remember(table, self.rows(sa.select(table).where(where)))
        return out

    def remember(self, table: sa.Table, rows: list[Row]) -> list[Row]:
        """Make rows that were read known to the state; a row that is known already stays as it is there."""
        names = _KEYS[table.name]
        known = self.state.rows[table.name]
        out: list[Row] = []
        for row in rows:
            key = tuple(row[n] for n in names) if len(names) > 1 else row[names[0]]
            if key not in known:
                known[key] = row
                self._loaded[table.name][key] = dict(row)
            out.append(known[key])
        return out

    def spill(self) -> None:
        """Write the events appended so far, so that they need not be held; what follows from them is still to come."""
        self._insert(EVENT, [
            (e.seq, e.day, e.kind, e.by, e.case_no, e.payload, e.previous, e.hash) for e in self._events
        ])  # fmt: skip
        self._events = []

    def forget(self) -> None:
        """Write everything and hold no row any more; for what is too much to be held to the end."""
        self.flush()
        head = self.state.rows[HEAD.name][1]
        self.state = State()
        self._loaded = {n: {} for n in DERIVED}
        self.remember(HEAD, [head])

    def flush(self) -> None:
        """Write what was appended and what follows from it."""
        if not self.state.touched:
            return
        self.spill()
        for name, keys in self.state.touched.items():
            rows, before = self.state.rows[name], self._loaded[name]
            in_order = itemgetter(*_COLUMNS[name])
            self._insert(DERIVED[name], [in_order(rows[k]) for k in keys if k not in before])
            self._update(DERIVED[name], {k: rows[k] for k in keys if k in before}, before)

    def _insert(self, table: sa.Table, rows: list[tuple[Any, ...]]) -> None:
        """Rows as tuples, straight to the driver: a review may bring a hundred thousand."""
        mark = "?" if self.connection.dialect.name == "sqlite" else "%s"
        columns = ", ".join(f'"{c.name}"' for c in table.columns)
        marks = ", ".join([mark] * len(table.columns))
        for block in _blocks(rows):
            self.connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', block)  # noqa: S608

    def _update(self, table: sa.Table, rows: Mapping[Any, Row], before: Mapping[Any, Row]) -> None:
        """Only what changed, rows that change alike together."""
        alike: dict[tuple[tuple[str, Any], ...], list[Any]] = {}
        for key, row in rows.items():
            was = before[key]
            change = tuple((n, v) for n, v in row.items() if was[n] != v)
            if change:
                alike.setdefault(change, []).append(key)
        keys = list(table.primary_key)
        for change, at in alike.items():
            for block in _blocks(at):
                where = keys[0].in_(block) if len(keys) == 1 else sa.tuple_(*keys).in_(block)
                self.connection.execute(table.update().where(where).values(dict(change)))

    # --- what the kinds of events need

    def person(self, name: str, role: str, department: str | None, by: str, on: date, *, active: bool) -> None:
        """Enrol somebody."""
        if self.loop.role(role) is None:
            known = [r.key for r in self.loop.roles]
            raise UsageError(
                Text(f"没有角色 {role}；可用：{'、'.join(known)}", f"no role {role}; known: {', '.join(known)}")
            )
        self.load(PERSON, [(name,)])
        said = {"name": name, "role": role, "department": department, "active": active}
        self.append("person", on.isoformat(), by, None, said)

    def earlier(self, reading: reports.Reading) -> dict[int, Mapping[str, str]]:
        """For each earlier review how its rules judged.

        Raises:
            UsageError: One of the same entity and year looked at a later day.
        """
        measures: dict[int, Mapping[str, str]] = {}
        for e in list(self.events(EVENT.c.kind == "review")):
            said = e.said
            measures[said["no"]] = said["measures"]
            if said["as_of"] > reading.as_of.isoformat():
                shared = {(p[0], p[1]) for p in said["periods"]} & reading.periods
                if shared:
                    where = "、".join(f"{a} {y}" for a, y in sorted(shared, key=str)[:5])
                    raise UsageError(Text(
                        f"{reading.name}（{reading.as_of}）早于台账中的第{said['no']}次审查（{said['as_of']}），"
                        f"同为 {where}；"
                        "报告须按基准日先后录入",
                        f"{reading.name} ({reading.as_of}) is earlier than review {said['no']} ({said['as_of']}) "
                        "of the same "
                        f"{where}; reports are added in the order of their days",
                    ))  # fmt: skip
        return measures

    def cases_of(self, reading: reports.Reading) -> list[Row]:
        """The cases that a review could speak of, loaded."""
        entities = {p[0] for p in reading.periods}
        found: list[Row] = []
        for block in _blocks(sorted(e for e in entities if e is not None)):
            found += self.rows(sa.select(CASE).where(CASE.c.entity.in_(block)))
        if None in entities:
            found += self.rows(sa.select(CASE).where(CASE.c.entity.is_(None)))
        return self.remember(CASE, [c for c in found if (c["entity"], c["fiscal_year"]) in reading.periods])

    def decide(self, case: Row, decision: Decision, by: str, on: date, entered: str | None = None) -> Row:
        """Move a case that is loaded.

        Raises:
            UsageError: The move is not allowed.
        """
        people = self.people()
        person, role = moving.actor(people, self.loop, by)
        if entered is not None and entered != by:
            moving.entitled(people, self.loop, entered, "enter")
        days = {"found": date.fromisoformat(case["found"]), "move": on}
        noted = sa.select(DATE).where(DATE.c.entity == case["entity"], DATE.c.fiscal_year == case["fiscal_year"])
        days |= {d["event"]: date.fromisoformat(d["date"]) for d in self.rows(noted)}
        term = self.loop.due(decision.to, case["stage"], days)
        due = decision.due or (term[0] if term is not None else None)
        chosen = moving.move(self.loop, case, person, role, decision, on, due)
        if term is not None and term[1].limit and decision.due is not None and decision.due > term[0]:
            raise moving.too_late(case, decision.due, *term)
        if term is not None and decision.due is None and term[0] < on and not term[1].limit:
            raise moving.past(case, *term)  # nobody is late on the day the matter reaches them
        said: dict[str, Any] = {"from": case["state"], "to": chosen.to, "ends": self.loop.step(chosen.to).ends}
        if due is not None:
            said["due"] = due.isoformat()
        for name in ("reason", "document", "department"):
            value = getattr(decision, name)
            if value:
                said[name] = value
        if entered is not None and entered != by:
            said["entered"] = entered
        self.append("move", on.isoformat(), by, case["no"], said)
        return case
