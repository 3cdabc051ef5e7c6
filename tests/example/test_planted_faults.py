"""Each rule finds the fault planted for it, and no rule finds what is not there."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from budgetreview.engine import review
from budgetreview.example import AS_OF, PLANTED, faults, write
from budgetreview.intake import read
from budgetreview.plugins import load_rules


def test_every_rule_has_one_planted_fault():
    planted, rules = [f.code for f in faults.FAULTS], sorted(r.code for r in load_rules(select=["all"]).rules)
    missing = sorted(set(rules) - set(planted))
    assert not missing, f"plant a fault for {', '.join(missing)} in src/budgetreview/example/faults/"
    assert planted == rules


@pytest.mark.parametrize("fault", faults.FAULTS, ids=lambda f: f.code)
def test_a_planted_fault_is_found_by_its_rule_and_by_no_others_than_must_follow(fault, judge):
    seen = faults.outcome(fault, judge)
    assert seen.found, f"{fault.code} missed: {fault.what.zh}"
    assert seen.beside == (), f"{fault.what.zh}: also found by {seen.beside}"
    assert seen.missed == ()


def test_every_fault_in_the_demonstration_workbook_is_found_in_it(tmp_path):
    write(tmp_path / "demo.xlsx")
    _, units = faults.planted("preliminary", PLANTED)
    report = review(read(tmp_path / "demo.xlsx"), load_rules(), stage="preliminary", as_of=AS_OF)
    found = {(f.rule, faults.unit_of(f)) for f in report.findings}
    assert set(units.items()) <= found
    expected = {f.code for f in PLANTED} | {c for f in PLANTED for c in f.also}
    assert {rule for rule, _ in found} == expected


def test_the_workbook_without_faults_gives_no_finding(tmp_path):
    write(tmp_path / "clean.xlsx", faults=False)
    report = review(read(tmp_path / "clean.xlsx"), load_rules(select=["all"]), stage="preliminary", as_of=AS_OF)
    assert [(f.rule, f.message.zh) for f in report.findings] == []


def test_the_table_of_planted_faults_says_what_was_found_and_what_was_not(judge):
    first = faults.outcome(faults.FAULTS[0], judge)
    text = faults.table([first, attrs.evolve(first, found=False, beside=("Z99",))], [])
    assert "植入 2 个错误" in text
    assert "找到 1 个，其中 1 个" in text
    assert "共报出 0 项" in text
    assert "| 否 |" in text
    assert "Z99" in text


DOCS = Path(__file__).resolve().parents[2] / "docs"
HEADS = {
    "zh": """# 植入错误的检验

示例县（种子2026）里每次只植入一个错误，运行全部规则，看对应的规则是否找到、别的规则是否误报。此页由
`pytest tests/example --update-golden` 写出，测试保证它与代码一致。

""",
    "en": """# Planted faults

Each fault is planted alone in the clean example county (seed 2026) and all rules are run: was it found by its rule, and does
another rule speak where it should not? The page is written by `pytest tests/example --update-golden` and kept in step by a test.

""",
}


@pytest.mark.slow
def test_the_page_on_planted_faults_says_what_the_rules_find_today(judge, request):
    seen, false = faults.outcomes(judge), faults.alarms(judge)
    for lang, head in HEADS.items():
        table = faults.table(seen, false, lang)
        page = DOCS / lang / "explanation" / "planted-faults.md"
        if request.config.getoption("--update-golden"):
            page.write_text(head + table, encoding="utf-8")
        assert page.read_text(encoding="utf-8") == head + table, "run pytest tests/example --update-golden and review"
