"""Findings state facts and ask; a rule's words accuse nobody, in either language."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from budgetreview.engine import review
from budgetreview.rule import PAGE_PARTS, Rule
from budgetreview.rulefile.words import GUILT_EN, GUILT_ZH
from budgetreview.rules.core import budgetreview_rules
from budgetreview.testing import cases, submission
from budgetreview.wording import places

RULES = sorted(budgetreview_rules(), key=lambda r: r.code)
WRITTEN_APART = {"money", "date", "share", "mark", "text"}
"""Kinds of figures that a report writes each in its own way; all others are plain numbers."""


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_messages_titles_and_questions_hold_no_word_of_guilt(rule: Rule) -> None:
    for text in (rule.title, rule.message, rule.question):
        assert not GUILT_ZH.search(text.zh), f"{rule.code}: {text.zh}"
        assert not GUILT_EN.search(text.en), f"{rule.code}: {text.en}"


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_every_finding_is_put_as_a_question(rule: Rule) -> None:
    assert "？" in rule.question.zh, rule.question.zh
    assert "?" in rule.question.en or rule.question.en.startswith("Please"), rule.question.en


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_both_languages_use_the_same_figures_and_say_something(rule: Rule) -> None:
    assert places(rule.message.zh) == places(rule.message.en), rule.code
    for part in PAGE_PARTS:
        assert re.search(r"[\u4e00-\u9fff]", rule.page[part].zh), f"{rule.code}: {part} has no Chinese"
        assert re.search(r"[A-Za-z]{3}", rule.page[part].en), f"{rule.code}: {part} has no English"


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_only_what_was_read_is_called_statutory(rule: Rule) -> None:
    if rule.status == "statutory":
        assert any(a.mark == "S" and a.article for a in rule.authority), rule.code


def test_a_figure_of_one_name_is_written_in_one_form_by_all_rules() -> None:
    """Who sorts or adds up a figure by its name never finds money in one finding, and a share or a word in the next."""
    forms: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for rule in RULES:
        for case in cases(Path(__file__).parent / "cases" / f"{rule.code}.toml"):
            given, stage = submission(case.tables, case.unit), case.stage or rule.stages[0]
            report = review(given, [rule], stage=stage, as_of=case.as_of, level=case.level, settings=case.settings)
            for finding in report.findings:
                for name, figure in finding.values.items():
                    forms[name][figure.kind if figure.kind in WRITTEN_APART else "number"].add(rule.code)
    assert len(forms) > 200
    of_two = {name: {f: sorted(codes) for f, codes in by.items()} for name, by in forms.items() if len(by) > 1}
    assert of_two == {}, "give the new figure a name of its own, or one that has this form already (render/words/names.py)"
