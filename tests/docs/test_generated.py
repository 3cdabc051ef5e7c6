"""The documentation says what the code does: generated pages are in step, both ways."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

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


def test_no_page_speaks_of_a_rule_that_is_gone(generate: ModuleType) -> None:
    made = set(generate.pages())
    assert not [p.name for p in (DOCS / "reference" / "rules").glob("*.md") if p not in made]
