"""The county package to copy works from its source folder: it loads, its cases hold, and it is silent elsewhere."""

from __future__ import annotations

import ast
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import budgetreview as br
from budgetreview import hookspecs, testing
from budgetreview.plugins import CORE, Pack, load_rules
from budgetreview.rules import core

PACKAGE = Path(__file__).resolve().parents[1] / "plugins" / "budgetreview-example"
CASES = [case for path in sorted((PACKAGE / "tests" / "cases").glob("*.toml")) for case in testing.cases(path)]
DAY = date(2026, 1, 10)


@pytest.fixture
def county(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PACKAGE / "src"))
    monkeypatch.delitem(sys.modules, "budgetreview_example", raising=False)
    return import_module("budgetreview_example")


def loaded(county: ModuleType, **options: object) -> br.RuleSet:
    packs = (Pack(CORE, "0.1.0", core), Pack("example", "0.1.0", county))
    return load_rules(packs=packs, require=("example",), **options)  # type: ignore[arg-type]


def test_it_uses_every_hook_once(county: ModuleType) -> None:
    # readers of documents are budgetreview-disclosure's; a county has no need of its own
    hooks = [name for name in vars(hookspecs) if name.startswith("budgetreview_") and name != "budgetreview_readers"]
    assert hooks == [name for name in hooks if callable(getattr(county, name, None))]
    rules = loaded(county)
    assert {"EX01", "EX02", "EX11"} <= {r.code for r in rules}
    assert "example-12345" in rules.profiles
    assert "example-export" in rules.layouts
    assert rules.codes["function"].knows("2299988", 2026)


def test_it_imports_public_names_only() -> None:
    tree = ast.parse((PACKAGE / "src" / "budgetreview_example" / "__init__.py").read_text(encoding="utf-8"))
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom | ast.Import)]
    named = {a.name for n in imports if isinstance(n, ast.Import) for a in n.names if a.name.startswith("budgetreview")}
    assert named == {"budgetreview"}
    assert not [
        n.module for n in imports if isinstance(n, ast.ImportFrom) and (n.module or "").startswith("budgetreview")
    ]
    used = {
        n.attr
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "br"
    }
    assert used <= set(br.__all__)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.rule}: {c.name}")
def test_its_rules_answer_as_their_cases_say(county: ModuleType, case: testing.Case) -> None:
    rules = {r.code: r for r in loaded(county)}
    testing.run_case(rules[case.rule], case)


def test_a_review_of_another_county_says_the_same_with_it_as_without_it(county: ModuleType) -> None:
    given = testing.submission({
        "lines": """
        line  agency  basic      unit_price  standard_value  dept_economic_code   proposed  basis
        A-1      101  项目支出      1050.00         1000.00               30217  900000.00  -
        A-2      101  项目支出       999.00         1000.00               30216  900000.00  -
        """
    })  # fmt: skip
    alone = br.review(given, load_rules(packs=(Pack(CORE, "0.1.0", core),)), as_of=DAY)
    together = br.review(given, loaded(county), as_of=DAY)
    assert list(together.findings) == list(alone.findings)
    own = [r for r in together.results if r.rule.pack == "example"]
    assert [(r.flagged, r.clear, r.not_assessed) for r in own] == [(0, 0, 0)] * 3
