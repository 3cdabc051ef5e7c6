"""From an entry to a rule, field by field; what is asked and what is said are rooms of their own."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import attrs

from budgetreview.authority import Authority
from budgetreview.mechanism import FOCUSES, LEVELS, SIDES, STAGES
from budgetreview.parameters import Parameter, Status
from budgetreview.rule import ALL_BOOKS, Rule, Severity
from budgetreview.rulefile.conditions import asked, judged
from budgetreview.rulefile.form import Form
from budgetreview.rulefile.judging import PER_ROW
from budgetreview.rulefile.limits import LIMIT
from budgetreview.rulefile.telling import Told, check_manners, told

_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*")
_LONGEST_CODE: Final = 24
_FOCUS: Final = {
    "totals": "totals",
    "funds": "totals",
    "transfers": "transfers",
    "calendar": "process",
    "cases": "process",
    "evidence": "process",
    "statistics": "revenue",
}


@attrs.frozen
class _Limited:
    """The figure of a rule that has one."""

    limit: Fraction | int


@attrs.frozen
class _Said:
    """What an entry says of its rule beside the condition and the texts, in the words of :class:`Rule`."""

    code: str
    table: str
    per: str
    title: str
    severity: Severity
    in_force: tuple[date | None, date | None]
    authority: tuple[Authority, ...]
    status: Status
    stages: tuple[str, ...]
    books: tuple[str, ...]
    sides: tuple[str, ...]
    levels: tuple[str, ...]
    focus: tuple[str, ...]
    territory: str | None
    default: bool


def rule_of(form: Form) -> Rule | None:
    """The rule of an entry; None where it has problems."""
    code = _code(form)
    (table,) = form.chosen("table", ("lines",))
    (per,) = form.chosen("per", ("line",))
    title = form.needed("title_zh")
    form.needed("severity")
    (severity,) = form.chosen("severity", ("yellow",))
    parts = asked(form, judged(form, table, per))
    in_force = _in_force(form)
    said = _Said(
        code,
        table,
        PER_ROW[table] if per == "line" else per,
        title,
        Severity(severity),
        in_force,
        *_basis(form),
        stages=form.chosen("stages", ("pre", "preliminary"), STAGES),
        books=form.chosen("books", ALL_BOOKS, ALL_BOOKS),
        sides=form.chosen("sides", ("expenditure",), SIDES),
        levels=form.chosen("levels", LEVELS, LEVELS),
        focus=form.chosen("focus", (_FOCUS.get(table, "departmental"),), FOCUSES),
        territory=form.territory(),
        default=form.chosen("default", ("yes",)) == ("yes",),
    )
    check_manners(form)
    if parts is None:
        return None
    judge, parameter = parts
    texts = told(form, judge, said.title, said.authority)
    if texts is None or form.problems:
        return None
    return _rule(form, said, parameter, texts)


def _rule(form: Form, said: _Said, parameter: Parameter | None, texts: Told) -> Rule:
    """The rule of an entry that has no problems."""
    own = "" if said.table == "lines" else f"{said.table}."
    return Rule(
        code=said.code,
        pack=form.pack,
        name=said.code.lower(),
        title=form.bilingual("title"),
        severity=said.severity,
        status=said.status,
        authority=said.authority,
        per=said.per,
        tables=(said.table,),
        optional_tables=(),
        stages=said.stages,
        books=said.books,
        sides=said.sides,
        levels=said.levels,
        focus=said.focus,
        reads=tuple(own + c for c in texts.judge.reads),
        uses=tuple(own + c for c in texts.judge.uses),
        parameters=MappingProxyType({} if parameter is None else {LIMIT: _resting(parameter, said)}),
        record=None if parameter is None else _Limited,
        function=texts.judge,
        takes=(said.table,) if parameter is None else (said.table, "p"),
        formula=texts.judge.condition.formula,
        message=texts.message,
        question=texts.question,
        page=MappingProxyType(texts.page),
        in_force=said.in_force,
        territory=said.territory,
        default=said.default,
    )


def _code(form: Form) -> str:
    """The code of the rule."""
    code = form.needed("code")
    if code and (not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE):
        form.wrong(
            "code",
            "bad-code",
            f"读到“{code}”；应为字母和数字，如 CD-JD1",
            f"{code!r} was read; expected letters and digits, e.g. CD-JD1",
        )
    return code


def _in_force(form: Form) -> tuple[date | None, date | None]:
    """From which day until which."""
    start, end = form.day("from"), form.day("until")
    if start is not None and end is not None and end < start:
        form.wrong(
            "until",
            "bad-date",
            f"废止日期 {end} 早于施行日期 {start}",
            f"ends on {end}, before it starts on {start}",
        )
    return start, end


def _basis(form: Form) -> tuple[tuple[Authority, ...], Status]:
    """What the rule rests on, and what kind of ground that is."""
    authority = form.authority()
    (status,) = form.chosen("status", ("local" if authority else "heuristic",))
    if status == "statutory" and not any(a.mark == "S" for a in authority):
        form.wrong(
            "status",
            "not-read",
            "“法律法规”须写依据文件，且“核对”为“已查原文”",
            "statutory needs a document that was read (mark S)",
        )
    if status in {"policy", "local"} and not authority:
        form.wrong(
            "status",
            "field-missing",
            "须写依据文件；没有文件的写“经验判断”",
            "needs its document; without one it is heuristic",
        )
    return authority, status  # type: ignore[return-value]


def _resting(parameter: Parameter, said: _Said) -> Parameter:
    """The limit with the rule's own ground."""
    value = attrs.evolve(parameter.values[0], authority=said.authority, status=said.status)
    return attrs.evolve(parameter, values=(value,))
