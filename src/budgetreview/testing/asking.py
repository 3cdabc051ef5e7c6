"""A rule asked about a submission: the answer for each unit, by the name that a case file has for the unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np

from budgetreview.engine import bench
from budgetreview.errors import Text
from budgetreview.rule import Assessment, Rule, RuleSet
from budgetreview.submission import Submission
from budgetreview.table import Groups, Table
from budgetreview.tables import TABLES
from budgetreview.values import Exact, Keys

ANSWERS: Final = ("flagged", "clear", "not_assessed", "not_applicable")
SAID: Final[Mapping[str | None, Text]] = {
    "flagged": Text("标出", "flagged"),
    "clear": Text("未见问题", "clear"),
    "not_assessed": Text("无法判断", "not assessed"),
    "not_applicable": Text("不适用", "not applicable"),
    None: Text("—", "-"),
}
"""What people call an answer; None: there is no such unit."""
_ROW_KEY: Final[Mapping[str, tuple[str, ...]]] = {
    "transfers": ("kind", "region", "project"),
    "targets": ("project", "level3"),
    "calendar": ("event",),
    "payments": ("agency", "project", "month"),
    "cases": ("rule", "agency"),
    "evidence": ("agency", "project"),
    "statistics": ("indicator",),
    "standards": ("code",),
}


def answers(rule: Rule, given: Submission, *, stage: str, as_of: date, level: str | None = None) -> dict[str, str]:
    """What a rule says of each unit: its name to one of the four answers."""
    said: dict[str, str] = {}
    for a, judged in bench(given, RuleSet(()), stage=stage, as_of=as_of, level=level).assessments(rule):
        for answer in ANSWERS:
            for i in np.flatnonzero(getattr(judged, answer)):
                said[unit_name(a, int(i), given)] = answer
    return said


def unit_name(a: Assessment, i: int, given: Submission) -> str:
    """How a case file names a unit."""
    table = a.units.table
    period = given.periods[int(a.units.period[i])]
    many_years = len({p.fiscal_year for p in given.periods}) > 1
    many_entities = len({p.entity for p in given.periods}) > 1
    if isinstance(a.units, Groups):
        parts = [a.units.key(n).text(i) or "-" for n in a.units.names]
    elif table.name == "lines":
        return _cell(table, "line_id", i)
    else:
        key = TABLES[table.name].key or _ROW_KEY.get(table.name, ())
        parts = [_cell(table, k, i) for k in key if k not in {"entity", "fiscal_year"}]
    for extra in a.subject.values():
        parts.append(extra if isinstance(extra, str) else (extra.text(i) or "-") if isinstance(extra, Keys) else "?")
    place = [str(period.entity)] if many_entities or not parts else []
    return "/".join([*place, *([str(period.fiscal_year)] if many_years else []), *parts])


def _cell(table: Table, name: str, i: int) -> str:
    data = table.columns.get(name)
    if isinstance(data, Keys):
        return data.text(i) or "-"
    return str(int(data.values[i])) if isinstance(data, Exact) and data.known[i] else "-"
