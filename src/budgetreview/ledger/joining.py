"""Ledgers of counties put together to one of the city, from the ledgers alone: no line of any budget is needed.

Cases, events, reviews, waivers, evidence and dates are those of one ledger that had been kept for all; only the numbers
differ, which are moved up county by county. People and loops of the counties stay in their chains and act nowhere. What
cannot be put together is refused by name, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import attrs
import sqlalchemy as sa

from budgetreview.errors import LedgerError, Text, UsageError
from budgetreview.ledger import book
from budgetreview.ledger.address import Address
from budgetreview.ledger.book import Ledger
from budgetreview.ledger.chain import Head
from budgetreview.ledger.parts import Part
from budgetreview.ledger.schema import CASE, DATE, EVENT, REVIEW, WAIVER
from budgetreview.ledger.transaction import Reader, Writer
from budgetreview.mechanism import Profile

_MOST_NAMED: Final = 5
_AT_ONCE: Final = 20_000
"""Events held before they are written."""


@attrs.frozen
class _County:
    """A ledger that was looked at.

    Attributes:
        ledger: Itself.
        file: What to call it.
        name: Whose it is.
        head: Its last event.
        first: The hash of its first.
        entities: Of its cases, reviews, dates and evidence.
        highest: Its highest numbers of cases, reviews and waivers.
    """

    ledger: Ledger
    file: str
    name: str
    head: Head
    first: str
    entities: frozenset[str]
    highest: tuple[int, int, int]


def join(
    ledgers: Mapping[str, Ledger], address: Address, *, name: str, by: str, on: date, profile: Profile,
    role: str = "committee",
) -> Ledger:  # fmt: skip
    """Make the ledger of a city from those of its counties.

    Args:
        ledgers: The ledgers by what to call them; their order is kept.
        address: Where the city's is to be: a file that is not there yet, or an empty database.
        name: Whose ledger it is.
        by: Who does it; the only person of the new ledger.
        on: The day.
        profile: The mechanism whose loop says what the states mean.
        role: The person's role.

    Returns:
        The city's ledger. It can be asked everything and records nothing more: what happens is recorded in the
        counties, whose ledgers are then merged anew.

    Raises:
        UsageError: Fewer than two, the same one twice, an entity in two of them, one that was merged itself, cases
            of no entity, or states that the loop does not have.
        LedgerError: A part cannot be used or its past does not verify, or the new one cannot be written.
    """
    if len(ledgers) < 2:  # noqa: PLR2004 - one ledger is whole already
        raise UsageError(Text("至少需要两个台账才能合并", "merging takes at least two ledgers"))
    counties = [_looked_at(file, one, profile) for file, one in ledgers.items()]
    _check(counties)

    def fill(w: Writer) -> None:
        moved = (0, 0, 0)
        for number, county in enumerate(counties, start=1):
            _copy(w, county, Part(number, county.name, county.file, county.head, *moved), by, on)
            moved = tuple(a + b for a, b in zip(moved, county.highest, strict=True))  # type: ignore[assignment]

    return book.create(address, profile, name, by, role, on, fill)


def _looked_at(file: str, ledger: Ledger, profile: Profile) -> _County:
    """The ledger as a part.

    Raises:
        UsageError: It cannot be one.
        LedgerError: Its past does not verify.
    """
    found = ledger.verify()
    if found.problems:
        first = found.problems[0]
        raise LedgerError(Text(f"{file} 核对不通过，不能合并：{first.zh}（ledger verify 列出全部）",
                               f"{file} does not verify and cannot be merged: {first.en} (ledger verify lists "
                               "all)"))  # fmt: skip
    with ledger.reading() as r:
        if r.joined:
            raise UsageError(Text(f"{file} 本身是合并而成的，请直接合并各县的台账",
                                  f"{file} was merged itself; merge the ledgers of the counties"))  # fmt: skip
        _check_states(file, r, profile)
        start = r.first(sa.select(EVENT.c.hash).where(EVENT.c.seq == 1)) or {}
        return _County(
            ledger, file, str(r.head_row["name"]), found.head, str(start["hash"]), frozenset(_entities(file, r)),
            (r.highest(CASE.c.no), r.highest(REVIEW.c.no), r.highest(WAIVER.c.no)),
        )  # fmt: skip


def _check_states(file: str, r: Reader, profile: Profile) -> None:
    known = {s.key: s.ends for s in profile.loop.steps}
    used = {row["state"] for row in r.rows(sa.select(CASE.c.state).distinct())}
    odd = sorted(s.key for s in r.loop.steps if s.key in used and known.get(s.key) is not s.ends)
    if odd:
        raise UsageError(Text(
            f"{file} 的案件处于状态 {'、'.join(odd)}，合并所用机制 {profile.key} 没有这些状态或对其是否办结规定不同，"
            "不能合并；请用 --profile 指明相符的机制",
            f"cases of {file} are in the states {', '.join(odd)}, which the profile {profile.key} lacks or of which it "
            "says otherwise whether they end a case; name a profile that agrees with --profile",
        ))  # fmt: skip


def _entities(file: str, r: Reader) -> Iterator[str]:
    """The entities that a ledger speaks of.

    Raises:
        UsageError: Something is of no entity.
    """
    found = {row["entity"] for row in r.rows(sa.select(CASE.c.entity).distinct())}
    found |= {row["entity"] for row in r.rows(sa.select(DATE.c.entity).distinct())}
    for e in r.events(EVENT.c.kind.in_(("review", "evidence"))):
        said = e.said
        found |= {p[0] for p in said["periods"]} if e.kind == "review" else {said["row"]["entity"]}
    if None in found:
        raise UsageError(Text(
            f"{file} 有未写明区划的审查或案件，不能合并；审查时请用 --entity 指明",
            f"{file} has reviews or cases without an entity and cannot be merged; name it with --entity when reviewing",
        ))  # fmt: skip
    yield from found


def _check(counties: Sequence[_County]) -> None:
    for i, one in enumerate(counties):
        for other in counties[:i]:
            both = Text(f"{other.file}（{other.name}）与 {one.file}（{one.name}）",
                        f"{other.file} ({other.name}) and {one.file} ({one.name})")  # fmt: skip
            if one.first == other.first:
                raise UsageError(Text(f"{both.zh} 是同一个台账或其副本，不能合并",
                                      f"{both.en} are one ledger, or a copy of it, and cannot be merged"))  # fmt: skip
            if one.name == other.name:
                raise UsageError(Text(f"{both.zh} 名称相同，分不清是哪个县的，不能合并",
                                      f"{both.en} have one name and cannot be told apart"))  # fmt: skip
            shared = sorted(one.entities & other.entities)
            if shared:
                more = len(shared) - _MOST_NAMED
                named = "、".join(shared[:_MOST_NAMED]) + (f" 等{len(shared)}个" if more > 0 else "")
                raise UsageError(Text(f"{both.zh} 都有 {named} 的记录，不能合并",
                                      f"{both.en} both speak of {', '.join(shared[:_MOST_NAMED])}: they cannot be "
                                      "merged"))  # fmt: skip


def _copy(w: Writer, county: _County, part: Part, by: str, on: date) -> None:
    """Let the events of a county flow in, each as it was but for its numbers.

    Raises:
        LedgerError: The ledger was written to while it was being merged.
    """
    w.append("part", on.isoformat(), by, None, part.said())
    with county.ledger.reading() as r, r.replay() as events:
        if (r.head_row["seq"], r.head_row["hash"]) != (county.head.seq, county.head.hash):
            raise LedgerError(Text(f"{county.file} 在合并期间有新的登记，请重新合并",
                                   f"{county.file} was written to while it was merged; merge again"))  # fmt: skip
        for n, e in enumerate(events, start=1):
            kind, no, said = part.moved_in(e)
            w.append(kind, e.day, e.by, no, said)
            if n % _AT_ONCE == 0:
                w.spill()
    w.forget()
