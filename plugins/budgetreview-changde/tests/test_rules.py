"""The city's rules answer as their cases say, and keep the laws that every rule keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetreview import testing

RULES = {rule.code: rule for rule in testing.rules_of("changde") if rule.pack == "changde"}
CASES = [case for path in sorted((Path(__file__).parent / "cases").glob("*.toml")) for case in testing.cases(path)]
MANY = """
entity  line  function_code  project_name   proposed
430721  A-1   2010108        代表活动        5.00
430721  A-2   2010399        民生实事票决     7.00
430721  A-3   2050201        小学            9.00
430722  B-1   2050201        小学            9.00
430722  B-2   2010107        履职           0.00
"""


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.rule}: {c.name}")
def test_a_rule_answers_as_its_case_says(case: testing.Case) -> None:
    testing.run_case(RULES[case.rule], case)


@pytest.mark.parametrize("code", ["G01", "G02"])
@pytest.mark.parametrize("seed", range(3))
def test_every_rule_keeps_the_laws_of_all_rules(code: str, seed: int) -> None:
    testing.check_rule(RULES[code], testing.submission({"lines": MANY}), seed=seed)
