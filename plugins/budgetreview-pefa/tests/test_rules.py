"""The rules answer as their cases say, keep the laws of all rules, and agree with the scorecard."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import budgetreview_pefa as pefa
import pytest

import budgetreview as br
from budgetreview import testing

RULES = {rule.code: rule for rule in testing.rules_of("pefa") if rule.pack == "pefa"}
CASES = [case for path in sorted((Path(__file__).parent / "cases").glob("*.toml")) for case in testing.cases(path)]
DAY = date(2026, 7, 1)
MANY = "fiscal_year  line  side  function_code  dept_economic_code  approved  executed\n" + "\n".join(
    f"{y}  {y}-{i}  {side}  {f}  {e}  {b}.00  {b + (y % 3 - 1) * i * 20}.00"
    for y in (2023, 2024, 2025)
    for i, (side, f, e, b) in enumerate(
        [
            ("expenditure", "2050201", "30101", 600), ("expenditure", "2100201", "30201", 300),
            ("expenditure", "227", "-", 80), ("revenue", "1010101", "-", 500), ("revenue", "1030201", "-", 400),
        ]
    )
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.rule}: {c.name}")
def test_a_rule_answers_as_its_case_says(case: testing.Case) -> None:
    testing.run_case(RULES[case.rule], case)


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_has_cases_that_must_and_must_not_fire(code: str) -> None:
    mine = [c for c in CASES if c.rule == code]
    assert any(c.expected["flagged"] for c in mine)
    assert any(c.expected["clear"] for c in mine)


@pytest.mark.parametrize("code", sorted(RULES))
@pytest.mark.parametrize("seed", range(3))
def test_every_rule_keeps_the_laws_of_all_rules(code: str, seed: int) -> None:
    testing.check_rule(RULES[code], testing.submission({"lines": MANY}), as_of=DAY, seed=seed)


def test_a_finding_is_a_d_of_the_scorecard_and_no_finding_is_none() -> None:
    given = testing.submission({"lines": MANY})
    report = br.review(given, testing.rules_of("pefa", select=("PF",)), stage="final", as_of=DAY)
    dimensions = dict(zip(sorted(RULES), ("PI-1", "PI-2.1", "PI-2.2", "PI-2.3", "PI-3.1", "PI-3.2"), strict=True))
    card = pefa.scorecard(given)
    assert {dimensions[f.rule] for f in report.findings} == {c for c in dimensions.values() if card[c].score == "D"}
    assert all(f.fiscal_year == 2025 for f in report.findings)


def test_the_rules_are_off_until_named_and_call_nothing_law() -> None:
    rules = testing.rules_of("pefa", select=())
    assert [r.code for r in rules if r.pack == "pefa"] == []
    assert {r.status for r in RULES.values()} == {"heuristic"}
