"""The county's rules answer as their cases say, and keep the laws that every rule keeps."""

from __future__ import annotations

from pathlib import Path

import budgetreview_example as county
import pytest

from budgetreview import testing

RULES = {rule.code: rule for rule in county.budgetreview_rules()}
CASES = [case for path in sorted((Path(__file__).parent / "cases").glob("*.toml")) for case in testing.cases(path)]
MANY = """
line  entity   agency  basic      dept_economic_code   proposed  basis
A-1   430798      101  项目支出                30216  300000.00  -
A-2   430798      101  项目支出                30217   60000.00  会议纪要
B-1   430798      102  项目支出                30216  150000.00  -
B-2   430798      102  基本支出                30217   20000.00  -
C-1   430702      103  项目支出                30216  900000.00  -
C-2   430702      103  项目支出                30217  900000.00  -
"""


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.rule}: {c.name}")
def test_a_rule_answers_as_its_case_says(case: testing.Case) -> None:
    testing.run_case(RULES[case.rule], case)


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_has_cases_that_must_and_must_not_fire(code: str) -> None:
    mine = [c for c in CASES if c.rule == code]
    assert any(c.expected["flagged"] for c in mine)
    assert any(c.expected["clear"] for c in mine)


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_keeps_the_laws_of_all_rules(code: str) -> None:
    testing.check_rule(RULES[code], testing.submission({"lines": MANY}))
