"""The rules answer as their cases say, and keep the laws of all rules."""

from __future__ import annotations

import importlib.util
import re
from datetime import date
from pathlib import Path

import pytest
from budgetreview_disclosure.rules import names

from budgetreview import testing

RULES = {rule.code: rule for rule in testing.rules_of("disclosure") if rule.pack == "disclosure"}
CASES = [case for path in sorted((Path(__file__).parent / "cases").glob("*.toml")) for case in testing.cases(path)]
CHECKS = Path(__file__).parent.parent / "src" / "budgetreview_disclosure" / "checks"
MANY = "check  agency_name  subject  left  right  tolerance  holds\n" + "\n".join(
    f"{name}  某局  {name}{k}  {left}  {right}  0.50  {holds}"
    for name in ("column-total", "code-name", "official-below-economic", "narrative-percent")
    for k, (left, right, holds) in enumerate(
        [("1.00", "1.51", "no"), ("1.00", "1.50", "yes"), ("-", "2.00", "-"), ("9.00", "1.00", "no")]
    )
)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.rule}: {c.name}")
def test_a_rule_answers_as_its_case_says(case: testing.Case) -> None:
    testing.run_case(RULES[case.rule], case)


@pytest.mark.parametrize("code", ["D05", "D21", "D22", "D35"])
def test_every_kind_of_rule_keeps_the_laws_of_all_rules(code: str) -> None:
    testing.check_rule(RULES[code], testing.submission({"statements": MANY}), as_of=date(2026, 7, 1), seed=1)


def test_every_check_has_a_rule_and_every_rule_a_check() -> None:
    made = {n for path in CHECKS.glob("*.py") for n in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', path.read_text("utf-8"))}
    assert made == set(names())


def test_nothing_is_called_law_that_was_not_read() -> None:
    assert {r.status for r in RULES.values()} <= {"arithmetic", "heuristic", "policy"}


def test_the_catalogue_says_what_the_rules_say() -> None:
    home = Path(__file__).parent.parent
    spec = importlib.util.spec_from_file_location("catalogue", home / "bench" / "catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page() == (home / "docs" / "catalogue.md").read_text(encoding="utf-8")
