"""The examples of a rule: rows that it must flag, clear, not assess, or not speak of, read like any other input."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import attrs
import numpy as np

from budgetreview.amount import totals_with_amount, with_amount
from budgetreview.codes import entity_level, load_tables
from budgetreview.errors import IntakeError, Problem, Text
from budgetreview.expressions.columns import columns_of, find, plain
from budgetreview.judging import Bench
from budgetreview.money import FEN, read_number
from budgetreview.rule import Context, Rule
from budgetreview.rulefile.fields import ANSWER_NAMES, ANSWERS
from budgetreview.rulefile.judging import Judge
from budgetreview.rulefile.written import Sample, Samples, problem
from budgetreview.submission import Submission
from budgetreview.table import Groups
from budgetreview.tables import TABLES

_ENTITY: Final = "430702"
_YEAR: Final = 2026
_AMOUNT: Final = re.compile(rf"(.+?)\s*({'|'.join(sorted(FEN, key=len, reverse=True))}|万|亿)")
_UNIT: Final = re.compile(rf"[(（](?:单位[:：]?)?({'|'.join(sorted(FEN, key=len, reverse=True))})[)）]")
_CELL: Final = re.compile(r"([A-Z]+)(\d+)")


@attrs.frozen
class Outcome:
    """One example and what came of it.

    Attributes:
        rule: The rule's code.
        place: Where its expected answer stands.
        expected: What the rule must say.
        said: What it says.
    """

    rule: str
    place: str
    expected: str
    said: str

    @property
    def met(self) -> bool:
        """Whether the rule says what it must."""
        return self.expected == self.said


def tried(rule: Rule, samples: Sequence[Samples], name: str) -> tuple[list[Outcome], list[Problem]]:
    """Ask a rule about its examples.

    Returns:
        Every example's outcome, and what is wrong with them: unreadable cells, other answers than expected, none that
        must and none that must not be flagged.
    """
    outcomes: list[Outcome] = []
    problems: list[Problem] = []
    for listed in samples:
        mine = _grouped(rule, [s for s in listed.rows if plain(s.code.text) == plain(rule.code)])
        for case in dict.fromkeys(s.case for s in mine):
            got, wrong = _case(rule, listed, [s for s in mine if s.case == case], name)
            outcomes += got
            problems += wrong
    if not problems:
        for answer in ("flagged", "clear"):
            if not any(o.expected == answer for o in outcomes):
                said = ANSWER_NAMES[answer]
                problems.append(
                    Problem(
                        "example-missing",
                        Text(
                            f"规则 {rule.code} 没有“{said.zh}”的样例；每条规则至少各有一个“应提示”和“不应提示”的样例",
                            f"the rule {rule.code} has no example that must be {said.en}; each rule needs one that "
                            "must be "
                            "flagged and one that must be clear",
                        ),
                        name,
                    )
                )
    return outcomes, problems


def _grouped(rule: Rule, rows: list[Sample]) -> list[Sample]:
    """Rows as cases: one that names no case begins one, those without an answer join it."""
    if rule.tables[0] == "lines" and isinstance(rule.function, Judge) and rule.function.by is None:
        return rows  # lines do not meet, so they are read at once
    out: list[Sample] = []
    current = ""
    for sample in rows:
        if sample.case:
            out.append(sample)
        else:
            current = f"#{sample.row}" if sample.expected is not None or not current else current
            out.append(attrs.evolve(sample, case=current))
    return out


def _case(rule: Rule, listed: Samples, rows: Sequence[Sample], name: str) -> tuple[list[Outcome], list[Problem]]:
    problems = []
    expected: dict[int, str] = {}
    for sample in rows:
        if sample.expected is None:
            continue
        word = ANSWERS.get(plain(sample.expected.text))
        if word is None:
            zh = "、".join(t.zh for t in ANSWER_NAMES.values())
            problems.append(
                problem(
                    "bad-choice",
                    f"应有结果：读到“{sample.expected.text}”；应为 {zh}",
                    f"expected: {sample.expected.text!r} was read; expected one of {', '.join(ANSWER_NAMES)}",
                    name,
                    sample.expected.place,
                )
            )
        else:
            expected[sample.row] = word
    if problems or not expected:
        return [], problems
    try:
        given = _submission(rule, listed, rows, name)
    except IntakeError as error:
        return [], [_placed(p, listed) for p in error.problems]
    said, lacking = _answers(rule, given)
    if lacking and any(want != "not_assessed" for want in expected.values()):
        known = columns_of(rule.tables[0])
        zh = "、".join(f"{known[c].label}（{c}）" if c in known else c for c in lacking)
        return [], [
            problem(
                "example-column",
                f"样例没有规则 {rule.code} 要用的列：{zh}；请在“样例”里加上这一列",
                f"the examples lack columns that the rule {rule.code} reads: {', '.join(lacking)}; add them",
                name,
                rows[0].code.place,
            )
        ]
    outcomes = []
    for sample in rows:
        if sample.row not in expected or sample.expected is None:
            continue
        want = expected[sample.row]
        got = said.get(sample.row, "not_assessed" if lacking else "not_applicable")
        place = "!".join(p for p in sample.expected.place if p)
        outcomes.append(Outcome(rule.code, place, want, got))
        if got != want:
            problems.append(
                problem(
                    "example-failed",
                    f"样例应为“{ANSWER_NAMES[want].zh}”，规则 {rule.code} 得出“{ANSWER_NAMES[got].zh}”；请改条件或样例",
                    f"the example must be {ANSWER_NAMES[want].en}, the rule {rule.code} says "
                    f"{ANSWER_NAMES[got].en}; mend "
                    "the condition or the example",
                    name,
                    sample.expected.place,
                )
            )
    return outcomes, problems


def _placed(found: Problem, listed: Samples) -> Problem:
    """A problem of a cell under the place that the file has for it."""
    hit = _CELL.fullmatch(found.cell or "")
    if hit is None:
        return attrs.evolve(found, sheet=None) if listed.where(0, 0)[0] is None else found
    column = 0
    for letter in hit[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    sheet, cell = listed.where(int(hit[2]), column - 1)
    return attrs.evolve(found, sheet=sheet, cell=cell)


def _day(rule: Rule) -> date:
    """A day on which the rule is in force, in January of the usual year where that is one."""
    start, end = rule.in_force
    day = date(_YEAR, 1, 10)
    if start is not None and day < start:
        return start
    return end if end is not None and day > end else day


def _submission(rule: Rule, listed: Samples, rows: Iterable[Sample], name: str) -> Submission:
    import polars as pl

    from budgetreview.intake.frames import checked_options, finish
    from budgetreview.intake.grid import Grid
    from budgetreview.intake.part import Part
    from budgetreview.intake.recognise import recognise

    table = rule.tables[0]
    rows = list(rows)
    headers = dict(listed.headers)
    known = {c: find(table, h) for c, h in headers.items()}
    # what the rule does not look at may be another table's column, or a remark
    fixed: dict[str, str] = {}
    if len(rule.books) == 1 or "general" not in rule.books:
        fixed["book"] = rule.books[0]
    elif table in {"lines", "totals"}:
        fixed["book"] = "general"
    if rule.sides == ("revenue",) and table == "lines":
        fixed["side"] = "revenue"
    read = set(rule.columns_of(table)[0])  # of what the rule needs a blank cell is blank; of others it is not there
    there = {c.name for i, c in known.items() if c is not None and (c.name in read or any(i in s.cells for s in rows))}
    width = max(headers, default=-1) + 1
    extra = [k for k in fixed if k not in there]
    columns: list[dict[int, str]] = [{} for _ in range(width + len(extra))]
    for c, header in headers.items():
        column = known[c]
        if column is None or column.name not in there or column.name not in TABLES[table].columns:
            continue
        # beside 执行数 a sheet's 预算数 is what was approved; here it is the column that the condition names
        beside = column.name == "proposed" and bool(there & {"current", "executed"})
        columns[c][1] = "草案安排数" if beside else _UNIT.sub("（元）", header)
        for sample in rows:
            if c in sample.cells:
                columns[c][sample.row] = _amount(sample.cells[c], header) if column.kind == "money" else sample.cells[c]
    for i, key in enumerate(extra):
        columns[width + i] = {1: key, **{s.row: fixed[key] for s in rows}}
    height = max(s.row for s in rows)
    frame = pl.DataFrame(
        {str(i): pl.Series([c.get(r) for r in range(1, height + 1)], dtype=pl.String) for i, c in enumerate(columns)}
    )
    entity = ((rule.territory or _ENTITY) + _ENTITY[len(rule.territory or _ENTITY) :])[:9]
    options = checked_options(unit="元", entity=entity, year=_day(rule).year)
    got: Any = recognise(Grid(name, listed.where(0, 0)[0], frame), path="", hint=table, options=options)
    if not isinstance(got, list):
        raise IntakeError(got.problems or got.notices)
    parts: list[Part] = [p for p in got if isinstance(p, Part)]
    made = finish(parts, [], options)
    wrong = [p for i in made.inputs for p in i.problems]
    if wrong:
        raise IntakeError(wrong)
    return Submission.of(made.tables, made.periods, made.inputs, made.totals_rows)


def _amount(text: str, header: str) -> str:
    """An amount in 元: in the unit that it names itself, else that of its header; what is no amount stays as it is."""
    hit = _AMOUNT.fullmatch(text.strip())
    number = read_number(hit[1] if hit else text)
    if number is None:
        return text
    named = _UNIT.search(header)
    unit = hit[2] if hit else named[1] if named else "元"
    return format(number * FEN[unit if unit.endswith("元") else unit + "元"] / FEN["元"], "f")


def _answers(rule: Rule, given: Submission) -> tuple[Mapping[int, str], tuple[str, ...]]:
    """What the rule says of the unit that each row belongs to, and the columns that it lacks."""
    stage = rule.stages[0]
    lines, chosen = with_amount(given.table("lines"), stage)
    beside = given.totals_rows.get("lines")
    levels = tuple(_level(p.entity, rule) for p in given.periods)
    tables = {str(k): v for k, v in load_tables().items()}
    context = Context(stage, _day(rule), levels, tables, None if beside is None else totals_with_amount(beside, chosen))
    bench = Bench(given, lines, context)
    main = bench.table(rule.tables[0])
    lacking = tuple(
        sorted(
            c
            for t, c in bench.needed(rule)
            if c is not None and t == main.name and not (main.has(c) or c in {"entity", "fiscal_year"})
        )
    )
    said: dict[int, str] = {}
    if lacking:
        return said, lacking
    for a, judged in bench.assessments(rule):
        units = a.units
        table = units.table
        index = units.index if isinstance(units, Groups) else np.arange(len(table))
        for answer in ANSWER_NAMES:
            mask = getattr(judged, answer)
            for i in np.flatnonzero((index >= 0) & mask[index]):
                said[int(table.record[i])] = answer
    return said, ()


def _level(entity: str | None, rule: Rule) -> str | None:
    own = entity_level(entity) if entity is not None else None
    return own if own in rule.levels else rule.levels[0]
