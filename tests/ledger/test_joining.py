"""Ledgers of counties put together equal one ledger kept for all; each county's chain stays; the rest is refused by name."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
import sqlalchemy as sa

from budgetreview import ledger
from budgetreview.errors import LedgerError, Text, UsageError
from budgetreview.ledger import Address, Decision, Ledger, linkage, past
from budgetreview.ledger.economics import economics
from budgetreview.ledger.joining import join
from budgetreview.ledger.summary import summary
from budgetreview.ledger.waiving import Request
from budgetreview.loop import Step
from budgetreview.mechanism import Profile
from budgetreview.submission import Submission

from .reports import finding, report

DAY, LATER = date(2026, 1, 1), date(2026, 12, 31)
PROFILE = Profile.shipped("changde-12345")
A, B = "430702", "430722"
Make = Callable[..., Ledger]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A ledger in a file, with 主任 of the committee and 小李 who reviews."""

    def made(name: str) -> Ledger:
        book = ledger.create(tmp_path / f"{name}.db", name=name, by="主任", on=DAY)
        book.enrol("小李", "reviewer", by="主任", on=DAY)
        return book

    return made


def of(entity: str, as_of: str, *names: str, **changed: Any) -> dict[str, Any]:
    """A report of one entity whose findings are called after it."""
    found = [finding(f"{entity}-{n}", entity=entity, agency=None if n == "b" else "101", amount="7.00") for n in names]
    return report(as_of, *found, **{"periods": [[entity, 2026]], **changed})


def first(book: Ledger, *entities: str) -> None:
    """January: two findings in each county, the first of them confirmed, a waiver asked for and allowed for the other."""
    for entity in entities:
        book.add(of(entity, "2026-01-10", "a", "b"), by="小李", name=f"{entity}.json")
    for entity in entities:
        no = next(c["no"] for c in book.cases(entity=entity))
        book.move(no, Decision("confirmed"), by="小李", on=date(2026, 1, 12))
        number = book.request_waiver(Request("law", "经批准", "纪要", LATER, case=no + 1), by="小李", on=date(2026, 1, 13))
        book.approve_waiver(number, by="主任", on=date(2026, 1, 14))
        book.note_date(entity, 2026, "audit_report", date(2026, 6, 30), by="主任", on=date(2026, 1, 15))
        evidence = {"evidence": {"entity": [entity], "fiscal_year": ["2026"], "kind": ["audit"], "agency": ["101"], "title": ["账实不符"]}}
        linkage.keep(book, Submission(**evidence), "审计.xlsx", by="小李", on=date(2026, 1, 16))


def second(book: Ledger, *entities: str) -> None:
    """May: the first is gone, a third is found."""
    for entity in entities:
        book.add(of(entity, "2026-05-10", "b", "c"), by="小李", name=f"{entity}.json")


@pytest.fixture
def counties(make: Make) -> dict[str, Ledger]:
    made = {"鼎城.db": make("鼎城区"), "汉寿.db": make("汉寿县")}
    for book, entity in zip(made.values(), (A, B), strict=True):
        first(book, entity)
        second(book, entity)
    return made


def city(parts: dict[str, Ledger], address: str | Path, **changed: Any) -> Ledger:
    usual = {"name": "常德市", "by": "市主任", "on": date(2026, 6, 1), "profile": PROFILE}
    return join(parts, Address.of(address), **{**usual, **changed})


def said(cases: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Cases without the numbers that each ledger gives."""
    return sorted((tuple((k, v) for k, v in c.items() if k not in {"no", "review", "version"}) for c in cases), key=str)


def test_the_parts_equal_the_whole(counties: dict[str, Ledger], make: Make, address: str) -> None:
    """Cases, findings, histories, reviews, waivers, evidence, dates, summaries and the economics of rules."""
    whole = make("全市")
    first(whole, A, B)
    second(whole, B, A)
    made = city(counties, address)
    assert said(made.cases()) == said(whole.cases())
    for day in (date(2026, 1, 11), date(2026, 1, 31), LATER):
        assert said(made.cases(on=day)) == said(whole.cases(on=day))
    for ours in made.cases():
        theirs = next(c for c in whole.cases() if c["fingerprint"] == ours["fingerprint"])
        assert made.findings([ours["no"]])[ours["no"]] == whole.findings([theirs["no"]])[theirs["no"]]
        assert [(e.day, e.kind, e.by) for e in made.case(ours["no"])[1]] == [
            (e.day, e.kind, e.by) for e in whole.case(theirs["no"])[1]
        ]
    with made.reading() as r, whole.reading() as w:
        ours, theirs = (Counter(e.kind for e in x.events() if e.kind not in {"init", "person", "part"}) for x in (r, w))
    assert ours == theirs
    assert sorted(r["sha256"] for r in made.reviews()) == sorted(r["sha256"] for r in whole.reviews())
    assert [s for _, s in made.waivers(LATER)] == [s for _, s in whole.waivers(LATER)] == ["in_force", "in_force"]
    assert made.dates() == whole.dates()
    assert len(linkage.evidence(made)) == len(linkage.evidence(whole)) == 2
    ours, theirs = past.read(made), past.read(whole)
    assert economics(ours, DAY, LATER) == economics(theirs, DAY, LATER)
    for cadence in PROFILE.cadence:
        turn = cadence.turns(2026)[0]
        one, other = (summary(p, cadence, turn, LATER) for p in (ours, theirs))
        assert (one.whole, one.parts, one.settled_as, one.states, one.turns) == (
            other.whole, other.parts, other.settled_as, other.states, other.turns
        )  # fmt: skip


def test_each_countys_chain_is_verified_inside_and_its_head_is_known(counties: dict[str, Ledger], address: str) -> None:
    made = city(counties, address)
    assert [(p.name, p.file, p.head) for p in made.parts()] == [
        (b.name, n, b.head()) for n, b in counties.items()
    ]  # fmt: skip
    for book in counties.values():
        assert made.verify(str(book.head())).problems == ()  # a head that the county noted down
    other = f"3:{'0' * 64}"
    assert "不在链中" in made.verify(other).problems[0].zh
    assert next(iter(counties.values())).parts() == []


def test_an_event_of_a_county_that_was_changed_in_the_citys_ledger_is_named(
    counties: dict[str, Ledger], tmp_path: Path
) -> None:
    """Even by somebody who makes the city's own chain whole again."""
    from budgetreview.ledger.chain import canonical, digest

    made = city(counties, tmp_path / "city.db")
    engine = Address.of(tmp_path / "city.db").engine()
    with engine.connect() as c, c.begin():
        c.execute(sa.text("DROP TRIGGER event_no_update"))
        previous, changed = "", None
        for row in c.execute(sa.text('SELECT seq, day, kind, "by", case_no, payload, previous, hash FROM event ORDER BY seq')).all():
            seq, day, kind, by, no, payload, was, own = row
            if changed is None and kind == "move":
                import json

                changed, payload = seq, canonical({**json.loads(payload), "reason": "另一个理由"})
            if changed is not None:
                was = previous or was
                own = digest(was, seq, day, kind, by, no, payload)
                c.execute(sa.text("UPDATE event SET payload=:p, previous=:w, hash=:h WHERE seq=:s"),
                          {"p": payload, "w": was, "h": own, "s": seq})  # fmt: skip
            previous = own
    problem, guard = made.verify().problems
    assert f"事件 {changed}" in problem.zh
    assert "鼎城区" in problem.zh
    assert "event_no_update" in guard.zh


def test_a_merged_ledger_records_nothing_more(counties: dict[str, Ledger], address: str) -> None:
    made = city(counties, address)
    for attempt in (
        lambda: made.move(1, Decision("confirmed"), by="市主任", on=LATER),
        lambda: made.add(of(A, "2026-08-10", "a"), by="市主任"),
        lambda: made.enrol("小张", "reviewer", by="市主任", on=LATER),
    ):
        with pytest.raises(UsageError, match="只供查询"):
            attempt()
    assert [p["name"] for p in made.people()] == ["市主任"]


def test_what_cannot_be_put_together_is_refused_by_name_and_nothing_is_written(
    counties: dict[str, Ledger], make: Make, tmp_path: Path
) -> None:
    one, two = counties.values()
    copy = tmp_path / "copy.db"
    shutil.copy(one.address.path or "", copy)  # and the county went on
    second(one, A)
    shared = make("同区划")
    first(shared, A)
    nowhere = make("无区划")
    nowhere.add({**report("2026-01-10"), "periods": [[None, 2026]]}, by="小李")
    (tmp_path / "again").mkdir()
    namesake = ledger.create(tmp_path / "again" / "x.db", name=two.name, by="另一人", on=DAY)
    merged = city(counties, tmp_path / "merged.db")
    before = sorted(p.name for p in tmp_path.iterdir())
    for parts, named in (
        ({"鼎城.db": one}, "至少需要两个"),
        ({"鼎城.db": one, "副本.db": ledger.open(copy)}, "鼎城.db（鼎城区）与 副本.db（鼎城区） 是同一个台账"),
        ({"汉寿.db": two, "x.db": namesake}, "名称相同"),
        ({"鼎城.db": one, "s.db": shared}, f"都有 {A} 的记录"),
        ({"鼎城.db": one, "n.db": nowhere}, "n.db 有未写明区划"),
        ({"全市.db": merged, "s.db": shared}, "全市.db 本身是合并而成的"),
    ):
        with pytest.raises(UsageError, match=named):
            city(parts, tmp_path / "city.db")
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_county_whose_past_was_edited_is_refused(counties: dict[str, Ledger], tmp_path: Path) -> None:
    two = counties["汉寿.db"]
    with Address.of(two.address.path or "").engine().connect() as c, c.begin():
        c.execute(sa.text("DROP TRIGGER event_no_update"))
        c.execute(sa.text("UPDATE event SET \"by\" = 'x' WHERE seq = 4"))
    with pytest.raises(LedgerError, match=r"汉寿\.db 核对不通过.*事件 4"):
        city(counties, tmp_path / "city.db")
    assert not (tmp_path / "city.db").exists()


def test_a_county_of_an_older_schema_is_asked_to_upgrade_first(counties: dict[str, Ledger], tmp_path: Path) -> None:
    with Address.of(counties["汉寿.db"].address.path or "").engine().connect() as c, c.begin():
        c.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(LedgerError, match="ledger upgrade"):
        city(counties, tmp_path / "city.db")


def test_states_that_the_citys_loop_takes_otherwise_are_named(counties: dict[str, Ledger], tmp_path: Path) -> None:
    steps = tuple(attrs.evolve(s, ends=True) if s.key == "confirmed" else s for s in PROFILE.loop.steps)
    other = attrs.evolve(PROFILE, key="ours", loop=attrs.evolve(PROFILE.loop, steps=steps))
    with pytest.raises(UsageError, match="confirmed"):
        city(counties, tmp_path / "city.db", profile=other)
    unused = (*PROFILE.loop.steps[:9], Step("carried_to_audit", Text("移送", "carried")))
    other = attrs.evolve(PROFILE, loop=attrs.evolve(PROFILE.loop, steps=unused))
    assert city(counties, tmp_path / "city.db", profile=other).cases()


def test_many_events_of_a_county_are_written_a_block_at_a_time(
    counties: dict[str, Ledger], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from budgetreview.ledger import joining

    monkeypatch.setattr(joining, "_AT_ONCE", 3)
    made = city(counties, tmp_path / "city.db")
    assert made.verify().problems == ()
    assert len(made.cases()) == 6
