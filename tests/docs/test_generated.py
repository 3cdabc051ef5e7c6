"""The documentation says what the code does: generated pages are in step, both ways."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from budgetreview.rules import core

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_generated_page_is_in_step_with_the_code(generate: ModuleType) -> None:
    stale = [
        str(path.relative_to(DOCS))
        for path, text in generate.pages().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert not stale, f"run `python docs/generate.py`; out of step: {stale[:5]}"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rule_has_its_page_in_both_languages(lang: str) -> None:
    for rule in core.budgetreview_rules():
        page = (DOCS / lang / "reference" / "rules" / f"{rule.code}.md").read_text(encoding="utf-8")
        assert f"# {rule.code} {rule.title[lang]}\n" in page


def test_no_page_speaks_of_a_rule_that_is_gone(generate: ModuleType) -> None:
    made = set(generate.pages())
    assert not [p.name for p in DOCS.glob("*/reference/rules/*.md") if p not in made]


def test_the_page_on_writing_rules_names_examples_that_are_what_it_says(generate: ModuleType) -> None:
    page = (DOCS / "zh" / "how-to" / "write-a-rule.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+\| ([^|]+)\| [^|]+\| ([A-Z]\d\d) \|$", page, re.MULTILINE)
    rules = {r.code: r for r in generate.core_rules()}
    assert len(rows) == 7
    for arguments, code in rows:
        said = {a.strip(" `") for a in arguments.split(",")}
        assert said == {*rules[code].tables, *rules[code].optional_tables}, code
