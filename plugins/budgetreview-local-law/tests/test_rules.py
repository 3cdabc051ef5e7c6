"""The rules of the package, and those of the core with its values, answer as their cases say."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetreview import testing

RULES = {rule.code: rule for rule in testing.rules_of("local-law")}
OWN = sorted(code for code, rule in RULES.items() if rule.pack == "local-law")
CASES = [case for path in sorted((Path(__file__).parent / "cases").glob("*.toml")) for case in testing.cases(path)]
CALENDAR = """
entity  event                 date
{0}     budget_briefing       2025-09-30
{0}     budget_briefing       2025-11-30
{0}     session_opened        2026-04-15
{0}     budget_approved       2026-01-20
{0}     budget_filed          2026-03-20
{0}     adjustment_submitted  2026-11-02
{0}     adjustment_meeting    2026-08-20
{0}     adjustment_filed      2026-08-30
"""
LINES = """
entity  line  basic  project  project_name      basis       is_investment  prior_approved  is_key  proposed
{0}     A-1   no     P1       产业发展专项资金   按增幅挂钩   是             0.00            否      100.00
{0}     A-2   no     P2       道路养护          会议纪要     是             0.00            是      300.00
{0}     A-3   no     P3       产业引导专项资金   会议纪要     是             5.00            否      200.00
{0}     A-4   no     P4       桥梁             会议纪要     否             0.00            否      900.00
{0}     A-5   no     P1       产业发展专项资金   会议纪要     是             0.00            否      100.00
"""


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.rule}: {c.name}")
def test_a_rule_answers_as_its_case_says(case: testing.Case) -> None:
    testing.run_case(RULES[case.rule], case)


@pytest.mark.parametrize("code", OWN)
def test_every_rule_has_cases_that_must_and_must_not_fire(code: str) -> None:
    mine = [c for c in CASES if c.rule == code]
    assert any(c.expected["flagged"] for c in mine)
    assert any(c.expected["clear"] for c in mine)


@pytest.mark.parametrize("code", OWN)
@pytest.mark.parametrize("seed", range(3))
def test_every_rule_keeps_the_laws_of_all_rules(code: str, seed: int) -> None:
    home = (RULES[code].territory or "").ljust(6, "0")
    given = testing.submission({"lines": LINES.format(home), "calendar": CALENDAR.format(home)})
    testing.check_rule(RULES[code], given, seed=seed)
