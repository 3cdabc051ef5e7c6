"""Waivers in the ledger: one person asks, another allows, for a reason, on an authority, until a day.

They are written out as the TOML that ``check --waivers`` reads; what is waived stays in reports and totals.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal

import attrs

from budgetreview.errors import Text, UsageError
from budgetreview.ledger import moving
from budgetreview.ledger.chain import canonical
from budgetreview.ledger.fold import Row
from budgetreview.ledger.schema import CASE, WAIVER
from budgetreview.ledger.transaction import Writer
from budgetreview.waivers import Scope

Standing = Literal["requested", "lapsed", "in_force", "expired", "ended", "outdated", "unused", "broad"]
STANDINGS: Final[Mapping[str, Text]] = {
    "requested": Text("待批准", "not approved yet"),
    "lapsed": Text("未批准，截止日已过", "never approved, and its last day is past"),
    "in_force": Text("有效", "in force"),
    "expired": Text("已到期", "expired"),
    "ended": Text("已终止", "ended"),
    "outdated": Text("数值已变化，不再适用", "the figures have changed"),
    "unused": Text("没有对应的发现", "meets no finding"),
    "broad": Text("对应的发现多于批准的条数，不适用", "meets more findings than it was approved for"),
}


@attrs.frozen
class Request:
    """What somebody asks to have left aside: one case, or a narrow scope.

    Attributes:
        code: A reason code of the loop.
        reason: Why, in words.
        authority: What it rests on.
        until: The last day on which it holds.
        case: The case, or None.
        scope: Where there is no case: which findings.
    """

    code: str
    reason: str
    authority: str
    until: date
    case: int | None = None
    scope: Scope | None = None


def request(w: Writer, asked: Request, by: str, on: date, never: Collection[str]) -> int:
    """Record a request; its number.

    Args:
        w: The transaction.
        asked: What.
        by: Who asks.
        on: The day.
        never: Codes of rules whose findings cannot be waived.

    Raises:
        UsageError: Something is missing, or the rule admits no exceptions.
    """
    moving.entitled(w.people(), w.loop, by, "request")
    codes = [r.key for r in w.loop.reasons]
    if asked.code not in codes:
        raise UsageError(Text(f"没有理由代码 {asked.code}；可用：{'、'.join(codes)}",
                              f"no reason code {asked.code}; known: {', '.join(codes)}"))  # fmt: skip
    for name, value in (("reason", asked.reason), ("authority", asked.authority)):
        if not value.strip():
            raise UsageError(Text(f"豁免申请缺少 {name}", f"the request lacks {name}"))
    if asked.until < on:
        raise UsageError(Text(f"截止日{asked.until}早于申请日{on}", f"it would end on {asked.until}, before {on}"))
    if (asked.case is None) == (asked.scope is None):
        raise UsageError(Text("豁免须写明一个案件，或一个范围", "name one case, or one scope"))
    fingerprint = facts = None
    if asked.case is not None:
        found = w.load(CASE, [(asked.case,)])
        if not found:
            raise UsageError(Text(f"没有案件 {asked.case}", f"there is no case {asked.case}"))
        fingerprint, facts, rule = found[0]["fingerprint"], found[0]["facts"], found[0]["rule"]
    elif asked.scope is not None:
        asked.scope.check()
        rule = asked.scope.rule
        _narrow(w, asked.scope)
    if rule in never:
        raise UsageError(Text(f"规则 {rule} 的发现不得豁免", f"findings of {rule} cannot be waived"))
    no = w.highest(WAIVER.c.no) + 1
    w.append("request", on.isoformat(), by, asked.case, {
        "no": no, "fingerprint": fingerprint, "facts": facts,
        "scope": None if asked.scope is None else canonical(asked.scope.plain()),
        "code": asked.code, "reason": asked.reason.strip(), "authority": asked.authority.strip(),
        "until": asked.until.isoformat(),
    })  # fmt: skip
    return no


def _narrow(w: Writer, scope: Scope) -> None:
    """Refuse a scope for more findings than there are: those to come were looked at by nobody.

    Raises:
        UsageError: saying how many it meets.
    """
    import sqlalchemy as sa

    there = sa.select(CASE).where(CASE.c.rule == scope.rule, CASE.c.entity == scope.entity)
    met = _met({"scope": canonical(scope.plain())}, _present(w.rows(there)))
    if not met:
        raise UsageError(Text(
            f"范围“{scope.words.zh}”现在没有对应的发现；请核对规则、区划、年度和单位",
            f"the scope '{scope.words.en}' meets no finding now; check rule, entity, year and unit",
        ))  # fmt: skip
    if scope.most > len(met):
        raise UsageError(Text(
            f"范围现在对应{len(met)}条发现，most={scope.most} 多于现有；以后新出现的没有人看过，请写 most={len(met)}",
            f"the scope meets {len(met)} findings now and most={scope.most} is more; nobody has looked at those to "
            f"come: write most={len(met)}",
        ))  # fmt: skip


def approve(w: Writer, no: int, by: str, on: date) -> None:
    """Allow a waiver that somebody else asked for.

    Raises:
        UsageError: The same person asked, or it is not waiting for approval.
    """
    moving.entitled(w.people(), w.loop, by, "approve")
    row = _open(w, no)
    if row["approved"] is not None:
        raise UsageError(Text(f"豁免{no}已于{row['approved']}批准", f"waiver {no} was approved on {row['approved']}"))
    if on.isoformat() < row["requested"]:
        raise UsageError(Text(f"批准日{on}早于申请日{row['requested']}",
                              f"{on} is before it was asked for, {row['requested']}"))  # fmt: skip
    if row["until"] is not None and row["until"] < on.isoformat():
        raise UsageError(Text(f"豁免{no}的截止日{row['until']}已过，不能再批准；请重新申请",
                              f"the last day of waiver {no}, {row['until']}, is past; ask for a new one"))  # fmt: skip
    if row["requester"].casefold() == by.casefold():
        raise UsageError(
            Text(f"申请人与批准人不得为同一人（{by}）", f"requester and approver must not be the same person ({by})")
        )
    w.append("approve", on.isoformat(), by, _case_of(w, row), {"no": no})


def end(w: Writer, no: int, by: str, on: date, reason: str) -> None:
    """End a waiver before its day.

    Raises:
        UsageError: It has ended, there is none, or no reason is given.
    """
    moving.entitled(w.people(), w.loop, by, "approve")
    row = _open(w, no)
    if not reason.strip():
        raise UsageError(Text("终止豁免须写明理由", "ending a waiver needs a reason"))
    w.append("end", on.isoformat(), by, _case_of(w, row), {"no": no, "reason": reason.strip()})


def _case_of(w: Writer, row: Row) -> int | None:
    """The case that a waiver was asked for, so that its history tells all of it."""
    import sqlalchemy as sa

    if row["fingerprint"] is None:
        return None
    found = w.first(sa.select(CASE.c.no).where(CASE.c.fingerprint == row["fingerprint"]).order_by(CASE.c.no))
    return None if found is None else int(found["no"])


def _open(w: Writer, no: int) -> Row:
    found = w.load(WAIVER, [(no,)])
    if not found:
        raise UsageError(Text(f"没有豁免 {no}", f"there is no waiver {no}"))
    if found[0]["ended"] is not None:
        raise UsageError(Text(f"豁免{no}已于{found[0]['ended']}终止", f"waiver {no} ended on {found[0]['ended']}"))
    return found[0]


def standing(waivers: Iterable[Row], cases: Iterable[Row], on: date) -> list[tuple[Row, Standing]]:
    """How each waiver that was asked for by a day stood on it; under ``cases`` the numbers of those it speaks of.

    Args:
        waivers: As they stand now.
        cases: As the ledger knew them at the end of that day.
        on: The day.
    """
    present = _present(cases)
    day = on.isoformat()
    out: list[tuple[Row, Standing]] = []
    for w in waivers:
        if w["requested"] > day:
            continue
        then = w | {n: None for n in ("approved", "ended") if w[n] is not None and w[n] > day}
        met = _met(then, present)
        out.append(({**then, "cases": [c["no"] for c in met]}, _standing(then, met, on)))
    return out


Present = Mapping[tuple[Any, ...], Sequence[Row]]
"""Cases that the last review found, by fingerprint and by rule, entity and year."""


def _present(cases: Iterable[Row]) -> Present:
    out: dict[tuple[Any, ...], list[Row]] = {}
    for c in cases:
        if c["present"]:
            out.setdefault((c["fingerprint"],), []).append(c)
            out.setdefault((c["rule"], c["entity"], c["fiscal_year"]), []).append(c)
    return out


def _met(w: Row, present: Present) -> list[Row]:
    """The cases that a waiver speaks of, whether or not it holds."""
    if w["scope"] is None:
        return list(present.get((w["fingerprint"],), ()))
    scope = Scope(**json.loads(w["scope"]))
    there = present.get((scope.rule, scope.entity, scope.fiscal_year), ())
    return [c for c in there if scope.meets(c["rule"], c["entity"], c["fiscal_year"], c["agency"], c["project"])]


def _standing(w: Row, met: Sequence[Row], on: date) -> Standing:
    if w["ended"] is not None:
        return "ended"
    if w["approved"] is None:
        return "lapsed" if w["until"] < on.isoformat() else "requested"
    if w["until"] < on.isoformat():
        return "expired"
    if not met:
        return "unused"
    if w["scope"] is None:
        return "in_force" if any(c["facts"] == w["facts"] for c in met) else "outdated"
    return "broad" if len(met) > json.loads(w["scope"])["most"] else "in_force"


def covered(waivers: Iterable[Row], cases: Iterable[Row], on: date) -> set[int]:
    """The numbers of the cases that a waiver in force on a day leaves aside.

    Args:
        waivers: As they stood at the end of that day.
        cases: As they stood then.
        on: The day.
    """
    holding = [
        w for w in waivers if w["approved"] is not None and w["ended"] is None and w["until"] >= on.isoformat()
    ]
    if not holding:
        return set()
    present = _present(cases)
    out: set[int] = set()
    for w in holding:
        met = _met(w, present)
        if w["scope"] is None:
            out |= {c["no"] for c in met if c["facts"] == w["facts"]}
        elif len(met) <= json.loads(w["scope"])["most"]:
            out |= {c["no"] for c in met}
    return out


def toml(waivers: Iterable[Row], names: Mapping[str, str]) -> str:
    """Approved waivers that nobody ended, as ``check --waivers`` reads them.

    Args:
        waivers: Rows of the ledger.
        names: What the reason codes are called.
    """
    out: list[str] = []
    for w in waivers:
        if w["approved"] is None or w["ended"] is not None:
            continue
        out.append("[[waiver]]")
        if w["scope"] is None:
            out += [f"fingerprint = {_text(w['fingerprint'])}", f"facts = {_text(w['facts'])}"]
        else:
            scope = json.loads(w["scope"])
            inside = ", ".join(f"{k} = {v if isinstance(v, int) else _text(v)}" for k, v in scope.items())
            out.append(f"scope = {{ {inside} }}")
        reason = f"{names.get(w['code'], w['code'])}：{w['reason']}"
        out += [
            f"code = {_text(w['code'])}",
            f"reason = {_text(reason)}",
            f"authority = {_text(w['authority'])}",
            f"requester = {_text(w['requester'])}",
            f"approver = {_text(w['approver'])}",
            f"until = {w['until']}",
            "",
        ]
    return "\n".join(out)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
