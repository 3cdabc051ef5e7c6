"""For authors of rules: cases as data, and laws that every rule keeps.

A case file (TOML) names a rule and lists cases. Each case gives small tables as text, columns separated by two or more
blanks, ``-`` for a blank cell, money in 元, and which units the rule must flag, clear, not assess, or not apply to::

    rule = "Z13"

    [[case]]
    name = "one 分 above the standard"
    lines = '''
    line  unit_price  standard_value
    A-1      1200.01         1200.00
    A-2      1200.00         1200.00
    '''
    flagged = ["A-1"]
    clear = ["A-2"]

Units are named by their line id, the values of their group or row key joined by ``/`` (``101``,
``general/土地基金``), or, for a whole entity and year, by the entity's code. Where a table has no column for them,
the entity is 430702, the year 2026 and the book general.

With ``budgetreview_pack = "NAME"`` in pytest's settings every case under ``tests/cases`` is a test of its own
(:mod:`budgetreview.pytest_plugin`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from budgetreview.engine import review
from budgetreview.report import Report
from budgetreview.rule import Rule, RuleSet
from budgetreview.testing.asking import answers
from budgetreview.testing.case_files import AS_OF, Case, CaseError, cases, run_case
from budgetreview.testing.laws import broken_laws, check_rule
from budgetreview.testing.packages import packs_of, rules_of
from budgetreview.testing.written import columns, submission


def reviewed(tables: Mapping[str, str], rules: Sequence[Rule], **options: Any) -> Report:
    """A review of tables written as text."""
    return review(submission(tables), RuleSet(tuple(rules)), **{"as_of": AS_OF, **options})


__all__ = [
    "Case",
    "CaseError",
    "answers",
    "broken_laws",
    "cases",
    "check_rule",
    "columns",
    "packs_of",
    "reviewed",
    "rules_of",
    "run_case",
    "submission",
]
