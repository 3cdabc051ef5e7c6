"""What a rule asks, and of whom: its rows or groups, the sums that it declares, its condition, scope and measure."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Final

import attrs

from budgetreview.errors import Problem
from budgetreview.expressions import Environment, ExpressionError, Typed, compile_condition, compile_value
from budgetreview.expressions.columns import AMOUNT, find, near, plain
from budgetreview.expressions.compiling import Blanks
from budgetreview.parameters import Parameter, Unit, Value
from budgetreview.rulefile.form import Form
from budgetreview.rulefile.judging import DeclaredSum, Judge
from budgetreview.rulefile.limits import LIMIT, limited, limits
from budgetreview.tables import TABLES

_SUM: Final = re.compile(
    r"\s*(?P<name>[^=＝]+?)\s*[=＝]\s*(?P<column>.+?)(?:\s+(?:当|where|其中)\s+(?P<where>.+))?\s*",
    re.DOTALL | re.IGNORECASE,
)
_ROWS: Final = frozenset({"行数", "笔数", "条数", "rows"})
_LIMIT_ZH: Final = "限额"
_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "agency": ("agency",),
    "department": ("department",),
    "project": ("project",),
    "book": ("book",),
    "fund": ("fund",),
    "entity": (),
}


@attrs.frozen
class Judged:
    """What a rule judges.

    Attributes:
        table: Rows of which table.
        by: The columns that they are grouped by; None: each row by itform.
        sums: The sums over the groups.
        about: The columns that the rule is about.
    """

    table: str
    by: tuple[str, ...] | None
    sums: tuple[DeclaredSum, ...]
    about: tuple[str, ...]

    def pointed(self, condition: Typed) -> str | None:
        """The column that a finding points at: what the rule is about, else the first that it reads or adds up."""
        if self.about:
            return self.about[0]
        if self.by is None:
            return next(iter(condition.columns), None)
        return next((s.column.columns[0] for s in self.sums if s.column is not None), None)

    def environment(self, unit: Unit | None) -> Environment:
        """What the names in its expressions mean, with a limit of a unit or without one."""
        kinds = None
        if self.by is not None:
            kinds = {s.name: s.column.kind if s.column is not None else "number" for s in self.sums}
        parameters = {} if unit is None else {LIMIT: unit}
        return Environment(self.table, parameters, kinds, self.by or (), self.about, {_LIMIT_ZH: LIMIT})


def judged(form: Form, table: str, per: str) -> Judged:
    """What the rule of an entry judges."""
    about = _about(form, table)
    by = None if per == "line" else _BY[per]
    for name in by or ():
        if name not in TABLES[table].columns:
            form.wrong(
                "per",
                "bad-per",
                f"表“{TABLES[table].zh[0]}”没有列“{name}”，不能按它分组",
                f"the table {table} has no column {name}",
            )
    if by is None:
        if form.entry.get("sums"):
            form.wrong(
                "sums",
                "sums-of-rows",
                "逐行判断的规则没有合计；“判断对象”请写 单位、项目 等",
                "a rule about rows has no sums; name a group in per",
            )
        return Judged(table, None, (), about)
    if not form.entry.get("sums"):
        form.wrong(
            "sums",
            "field-missing",
            "按组判断的规则须写合计，如 接待费 = 预算数 当 部门预算经济分类 形如 '30217%'",
            "a rule about groups needs its sums, e.g. reception = proposed where dept_economic_code like '30217%'",
        )
    there = tuple(name for name in by if name in TABLES[table].columns)  # what is said of the rest still helps
    return Judged(table, there, _sums(form, table), about)


def asked(form: Form, what: Judged) -> tuple[Judge, Parameter | None] | None:
    """The compiled rule and its limit; None where the entry has problems.

    A bare figure may be a count, a share or a score: the first unit in which everything makes sense is taken.
    """
    text = form.needed("condition")
    if any(p.cell == form.entry.where("sums")[1] for p in form.problems):
        text = ""  # what is wrong with the sums would only be said once more
    before = len(form.problems)
    choices: list[tuple[Unit, Value] | None] = [*limits(form)] or [None]
    if not text or len(form.problems) > before:
        return None
    first: list[Problem] = []
    for choice in choices:
        del form.problems[before:]
        judge = _compiled_rule(form, what, text, None if choice is None else choice[0])
        if judge is not None and len(form.problems) == before:
            if choice is None:
                return judge, None
            parameter = limited(form, judge.condition, *choice)
            return None if parameter is None else (judge, parameter)
        first = first or form.problems[before:]
    form.problems[before:] = first  # of the unit that the figure most likely has
    return None


def _compiled_rule(form: Form, what: Judged, text: str, unit: Unit | None) -> Judge | None:
    """The condition, scope and measure of an entry, with a limit of one unit."""
    environment = what.environment(unit)
    condition = compiled(form, "condition", text, environment, blanks="flag")
    scope_text, measure_text = form.entry.get("scope"), form.entry.get("measure")
    scope = compiled(form, "scope", scope_text, environment, blanks="any") if scope_text else None
    asked_for = compiled(form, "measure", measure_text, environment, value=True) if measure_text else None
    if condition is None:
        return None
    measure, limit = _held(condition, asked_for)
    amount = AMOUNT if what.by is None and what.table in {"transfers", "payments"} else None
    return Judge(what.table, what.by, what.sums, scope, condition, measure, limit, (), what.pointed(condition), amount)


def _held(condition: Typed, asked_for: Typed | None) -> tuple[Typed | None, Typed | None]:
    """What is shown as measured and what it was held against: the sides of the condition's comparison."""
    if condition.parts is None:
        return asked_for, None
    left, right = condition.parts
    if not left.columns and not left.shown:
        left, right = right, left
    if left.kind == "date" or not left.shown:
        return asked_for, None
    other = asked_for is not None and asked_for.formula != left.formula
    return asked_for or left, None if other else right


def _about(form: Form, table: str) -> tuple[str, ...]:
    """The columns that the rule is about."""
    found = []
    for said in (s.strip("[]【】") for s in re.split(r"[、，,;；\n]+", form.entry.get("about"))):
        if said.strip():
            column = find(table, said)
            if column is None:
                _unknown_column(form, "about", table, said)
            else:
                found.append(column.name)
    return tuple(found)


def _unknown_column(form: Form, key: str, table: str, said: str) -> None:
    """Note a column that is not there, with the nearest names."""
    close = near(table, said)
    zh = f"；相近的有：{'、'.join(close)}" if close else ""
    en = f"; near: {', '.join(close)}" if close else ""
    form.wrong(
        key,
        "unknown-column",
        f"表“{TABLES[table].zh[0]}”没有列“{said}”{zh}",
        f"the table {table} has no column {said!r}{en}",
    )


def _sums(form: Form, table: str) -> tuple[DeclaredSum, ...]:
    """The declared sums, each on a line of its own."""
    found: dict[str, DeclaredSum] = {}
    for text in re.split(r"[\n；;]+", form.entry.get("sums")):
        if text.strip():
            one = _sum(form, table, text.strip(), found)
            if one is not None:
                found[one.name] = one
    return tuple(found.values())


def _sum(form: Form, table: str, text: str, before: Container[str]) -> DeclaredSum | None:
    """One declared sum: ``name = column where condition``."""
    hit = _SUM.fullmatch(text)
    name = re.sub(r"\s", "", hit["name"]) if hit else ""
    if hit is None or not name.isidentifier() or name in before or name in {LIMIT, _LIMIT_ZH}:
        form.wrong(
            "sums",
            "bad-sum",
            f"读到“{text}”；应为 名称 = 列 当 条件，名称不重复，如 接待费 = 预算数 当 部门预算经济分类 形如 '30217%'",
            f"{text!r} was read; expected name = column where condition, each name once, "
            "e.g. reception = proposed where dept_economic_code like '30217%'",
        )
        return None
    rows = Environment(table)
    column: Typed | None = None
    if plain(hit["column"]) not in _ROWS:
        known = find(table, hit["column"].strip("[]【】 "))
        if known is None:
            _unknown_column(form, "sums", table, hit["column"].strip())
            return None
        if known.kind not in {"money", "count"}:
            form.wrong(
                "sums",
                "bad-sum",
                f"“{hit['column']}”不是金额或整数列，不能加总",
                f"{known.name} is no column of money or counts",
            )
            return None
        column = compiled(form, "sums", f"[{known.name}]", rows, value=True)
    if not hit["where"]:
        return DeclaredSum(name, column, None)
    where = compiled(form, "sums", hit["where"], rows)
    return None if where is None else DeclaredSum(name, column, where)


def compiled(
    form: Form, key: str, text: str, environment: Environment, *, blanks: Blanks = "no", value: bool = False
) -> Typed | None:
    """An expression of a field."""
    try:
        if value:
            return compile_value(text, environment)
        return compile_condition(text, environment, blanks=blanks)
    except ExpressionError as error:
        at = error.parameter if error.parameter is not None and form.has(error.parameter) else None
        said = f"“{form.entry.get(at)}”" if at is not None else ""
        form.wrong(at or key, "bad-expression", said + error.text.zh, f"{said} {error.text.en}".strip())
        return None
