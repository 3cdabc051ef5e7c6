"""The rows of an example as a submission: read like any other input, in the usual place and year."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import attrs

from budgetreview.errors import IntakeError, Problem
from budgetreview.expressions.columns import find
from budgetreview.money import FEN, read_number
from budgetreview.rule import Rule
from budgetreview.rulefile.written import Sample, Samples
from budgetreview.submission import Submission
from budgetreview.tables import TABLES

_ENTITY: Final = "430702"
_YEAR: Final = 2026
_AMOUNT: Final = re.compile(rf"(.+?)\s*({'|'.join(sorted(FEN, key=len, reverse=True))}|万|亿)")
_UNIT: Final = re.compile(rf"[(（](?:单位[:：]?)?({'|'.join(sorted(FEN, key=len, reverse=True))})[)）]")
_CELL: Final = re.compile(r"([A-Z]+)(\d+)")

Columns = list[dict[int, str]]
"""What stands in each column, by the number of the row; the header in row 1."""


def submission(rule: Rule, listed: Samples, rows: Sequence[Sample], name: str) -> Submission:
    """The submission of the rows of one case.

    Raises:
        IntakeError: Some of them cannot be read.
    """
    import polars as pl

    from budgetreview.intake.frames import checked_options, finish
    from budgetreview.intake.grid import Grid
    from budgetreview.intake.part import Part
    from budgetreview.intake.recognise import recognise

    height = max(s.row for s in rows)
    columns = _columns(rule, listed, rows)
    frame = pl.DataFrame(
        {str(i): pl.Series([c.get(r) for r in range(1, height + 1)], dtype=pl.String) for i, c in enumerate(columns)}
    )
    entity = ((rule.territory or _ENTITY) + _ENTITY[len(rule.territory or _ENTITY) :])[:9]
    options = checked_options(unit="元", entity=entity, year=usual_day(rule).year)
    grid = Grid(name, listed.where(0, 0)[0], frame)
    got: Any = recognise(grid, path="", hint=rule.tables[0], options=options)
    if not isinstance(got, list):
        raise IntakeError(got.problems or got.notices)
    parts: list[Part] = [p for p in got if isinstance(p, Part)]
    made = finish(parts, [], options)
    wrong = [p for i in made.inputs for p in i.problems]
    if wrong:
        raise IntakeError(wrong)
    return Submission.of(made.tables, made.periods, made.inputs, made.totals_rows)


def _columns(rule: Rule, listed: Samples, rows: Sequence[Sample]) -> Columns:
    """The columns of the sheet that a rule looks at; what it does not may be another table's, or a remark."""
    table = rule.tables[0]
    known = {c: find(table, h) for c, h in listed.headers.items()}
    read = set(rule.columns_of(table)[0])  # of what the rule needs a blank cell is blank; of others it is not there
    there = {c.name for i, c in known.items() if c is not None and (c.name in read or any(i in s.cells for s in rows))}
    columns: Columns = [{} for _ in range(max(known, default=-1) + 1)]
    for c, column in known.items():
        if column is None or column.name not in there or column.name not in TABLES[table].columns:
            continue
        header = listed.headers[c]
        # beside 执行数 a sheet's 预算数 is what was approved; here it is the column that the condition names
        beside = column.name == "proposed" and bool(there & {"current", "executed"})
        columns[c][1] = "草案安排数" if beside else _UNIT.sub("（元）", header)
        for sample in rows:
            if c in sample.cells:
                columns[c][sample.row] = _amount(sample.cells[c], header) if column.kind == "money" else sample.cells[c]
    usual = {k: v for k, v in _usual(rule).items() if k not in there}
    return columns + [{1: key, **{s.row: value for s in rows}} for key, value in usual.items()]


def _usual(rule: Rule) -> Mapping[str, str]:
    """The book and side of a row that names none: those that the rule speaks of."""
    fixed: dict[str, str] = {}
    if len(rule.books) == 1 or "general" not in rule.books:
        fixed["book"] = rule.books[0]
    elif rule.tables[0] in {"lines", "totals"}:
        fixed["book"] = "general"
    if rule.sides == ("revenue",) and rule.tables[0] == "lines":
        fixed["side"] = "revenue"
    return fixed


def _amount(text: str, header: str) -> str:
    """An amount in 元: in the unit that it names itself, else that of its header; what is no amount stays as it is."""
    hit = _AMOUNT.fullmatch(text.strip())
    number = read_number(hit[1] if hit else text)
    if number is None:
        return text
    named = _UNIT.search(header)
    unit = hit[2] if hit else named[1] if named else "元"
    return format(number * FEN[unit if unit.endswith("元") else unit + "元"] / FEN["元"], "f")


def usual_day(rule: Rule) -> date:
    """A day on which the rule is in force, in January of the usual year where that is one."""
    start, end = rule.in_force
    day = date(_YEAR, 1, 10)
    if start is not None and day < start:
        return start
    return end if end is not None and day > end else day


def placed(found: Problem, listed: Samples) -> Problem:
    """A problem of a cell under the place that the file has for it."""
    hit = _CELL.fullmatch(found.cell or "")
    if hit is None:
        return attrs.evolve(found, sheet=None) if listed.where(0, 0)[0] is None else found
    column = 0
    for letter in hit[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    sheet, cell = listed.where(int(hit[2]), column - 1)
    return attrs.evolve(found, sheet=sheet, cell=cell)
