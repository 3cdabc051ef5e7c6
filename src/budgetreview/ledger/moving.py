"""Whether a person may do something with a case; a refusal says why and what would be allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

import attrs

from budgetreview.errors import Text, UsageError
from budgetreview.ledger.fold import Row
from budgetreview.loop import NEEDS, RIGHTS, Loop, Move, Role, Term

LONGEST: Final = 200
"""Characters of a person's name."""


@attrs.frozen
class Decision:
    """What somebody wants done with a case.

    Attributes:
        to: The state.
        reason: Why, in words.
        document: The document that it rests on, as it is cited.
        due: The deadline, where it is not the one of the loop.
        department: Who has to act.
    """

    to: str
    reason: str | None = None
    document: str | None = None
    due: date | None = None
    department: str | None = None


def actor(people: Mapping[str, Row], loop: Loop, by: str) -> tuple[Row, Role]:
    """The person and the role.

    Raises:
        UsageError: Nobody of that name is enrolled, or not any more.
    """
    person = people.get(by)
    if person is None or not person["active"]:
        known = [n for n, p in sorted(people.items()) if p["active"]]
        raise UsageError(Text(
            f"人员 {by or '（空）'} 未登记或已停用；已登记：{'、'.join(known)}。登记用 ledger people add",
            f"nobody called {by!r} is enrolled; enrolled: {', '.join(known)}. Enrol with ledger people add",
        ))  # fmt: skip
    role = loop.role(person["role"])
    if role is None:
        raise UsageError(
            Text(
                f"{by} 的角色 {person['role']} 在现行办理规则中不存在",
                f"{by} has the role {person['role']}, which the present loop does not have",
            )
        )
    return person, role


def entitled(people: Mapping[str, Row], loop: Loop, by: str, right: str) -> None:
    """Refuse what a person's role does not allow.

    Raises:
        UsageError: saying which roles may.
    """
    _, role = actor(people, loop, by)
    allowed = loop.rights.get(right, ())
    if role.key not in allowed:
        raise UsageError(Text(
            f"{by}（{role.title.zh}）不能{RIGHTS[right].zh}；可以的是：{_roles(loop, allowed, 'zh')}",
            f"{by} ({role.title.en}) may not {RIGHTS[right].en}; allowed: {_roles(loop, allowed, 'en')}",
        ))  # fmt: skip


def move(loop: Loop, case: Row, person: Row, role: Role, decision: Decision, day: date, due: date | None) -> Move:
    """The move that a decision is.

    Args:
        loop: The loop in force.
        case: The case as it stands.
        person: Who decides.
        role: In which role.
        decision: What.
        day: On which day.
        due: The deadline that the case would have, from the decision or from the loop.

    Raises:
        UsageError: It is not allowed, or lacks something.
    """
    at = loop.step(case["state"])
    fitting = [m for m in loop.moves_from(case["state"]) if m.to == decision.to]
    if not fitting:
        raise _refused(
            case,
            f"从“{at.title.zh}”不能到“{_state(loop, decision.to, 'zh')}”；{_options(loop, case, role, 'zh')}",
            f"no way from '{at.title.en}' to '{_state(loop, decision.to, 'en')}'; {_options(loop, case, role, 'en')}",
        )
    allowed = [m for m in fitting if role.key in m.by]
    if not allowed:
        roles = tuple(k for m in fitting for k in m.by)
        raise _refused(
            case,
            f"{person['name']}（{role.title.zh}）不能把案件改为“{_state(loop, decision.to, 'zh')}”，"
            f"须由{_roles(loop, roles, 'zh')}办理；"
            f"{_options(loop, case, role, 'zh')}",
            f"{person['name']} ({role.title.en}) may not make it '{_state(loop, decision.to, 'en')}', which is for "
            f"{_roles(loop, roles, 'en')}; {_options(loop, case, role, 'en')}",
        )  # fmt: skip
    if role.own and person["department"] != case["department"]:
        raise _refused(
            case,
            f"案件交办给{case['department'] or '（未交办）'}，{person['name']}属于{person['department'] or '（未填）'}",
            f"it is assigned to {case['department'] or 'nobody'}, {person['name']} is of "
            f"{person['department'] or 'nobody'}",
        )
    said = {
        "reason": decision.reason,
        "document": decision.document,
        "due": due,
        "department": decision.department or case["department"],
    }
    chosen = min(allowed, key=lambda m: sum(not said[n] for n in m.needs))
    lacking = [n for n in chosen.needs if not said[n]]
    if lacking:
        raise _refused(
            case,
            f"改为“{_state(loop, decision.to, 'zh')}”还需要{'、'.join(NEEDS[n].zh for n in lacking)}",
            f"'{_state(loop, decision.to, 'en')}' also needs {', '.join(NEEDS[n].en for n in lacking)}",
        )
    if day.isoformat() < case["since"]:
        raise _refused(
            case,
            f"{day}早于现状态的日期{case['since']}",
            f"{day} is before {case['since']}, since when it is in its state",
        )
    if decision.due is not None and decision.due < day:
        raise _refused(case, f"期限{decision.due}早于办理日{day}", f"the deadline {decision.due} is before {day}")
    return chosen


def too_late(case: Row, due: date, latest: date, term: Term) -> UsageError:
    """The refusal of a deadline that the law does not leave to anybody."""
    cited_zh, cited_en = (
        "、".join(a.cite("zh") for a in term.authority),
        ", ".join(a.cite("en") for a in term.authority),
    )
    return _refused(
        case,
        f"期限{due}晚于{latest}（{term.title.zh}，{cited_zh}）",
        f"the deadline {due} is later than {latest} ({term.title.en}; {cited_en})",
    )


def past(case: Row, due: date, term: Term) -> UsageError:
    """The refusal of a deadline that was over before the move; one that the law sets is over all the same."""
    return _refused(
        case,
        f"缺省期限{due}（{term.title.zh}）已过；请写明新的期限（--due，工作簿中填“新期限”）",
        f"the usual deadline {due} ({term.title.en}) is past; name a new one (--due, or 'new deadline' in a workbook)",
    )


def _refused(case: Row, zh: str, en: str) -> UsageError:
    return UsageError(Text(f"案件{case['no']}：{zh}", f"case {case['no']}: {en}"))


def _state(loop: Loop, key: str, lang: str) -> str:
    return next((s.title[lang] for s in loop.steps if s.key == key), key)


def _roles(loop: Loop, keys: Iterable[str], lang: str) -> str:
    named = [r.title[lang] for r in loop.roles if r.key in set(keys)]
    return ("、" if lang == "zh" else ", ").join(named) or ("（无）" if lang == "zh" else "nobody")


def _options(loop: Loop, case: Row, role: Role, lang: str) -> str:
    """What the role could do instead."""
    open_ = [m.to for m in loop.moves_from(case["state"]) if role.key in m.by]
    if not open_:
        return "该角色现在没有可办的" if lang == "zh" else "this role can do nothing with it now"
    names = ("、" if lang == "zh" else ", ").join(f"{_state(loop, k, lang)}({k})" for k in dict.fromkeys(open_))
    return f"可改为：{names}" if lang == "zh" else f"possible: {names}"


def name_of(said: str) -> str:
    """A person's name as it is kept.

    Raises:
        UsageError: It is empty, too long, or has characters that cannot be seen.
    """
    name = said.strip()
    if not name or len(name) > LONGEST or not name.isprintable():
        raise UsageError(Text(f"姓名不能为空、不能超过{LONGEST}字、不能含不可见字符：{said!r}",
                              f"a name must be visible text of at most {LONGEST} characters: {said!r}"))  # fmt: skip
    return name
