"""The page on rules without Python is played in both languages, its errors are those that are said, no field is left out."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import openpyxl
import pytest
from tests.docs.player import DOCS, blocks, play

from budgetreview import rules_from_file
from budgetreview.rulefile import RuleFileError
from budgetreview.rulefile.fields import CHANGE, EXAMPLE, RULE
from budgetreview.rulefile.template import write_rules_template

LANGUAGES = ("zh", "en")
PAGES = {lang: DOCS / lang / "how-to" / "rules-without-python.md" for lang in LANGUAGES}
TEXT = {lang: page.read_text(encoding="utf-8") for lang, page in PAGES.items()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_runs_from_top_to_bottom(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play(PAGES[lang], tmp_path)
    write_rules_template(tmp_path / "budgetreview_somecounty" / "rules.xlsx", lang)
    monkeypatch.syspath_prepend(tmp_path)
    package = importlib.import_module("budgetreview_somecounty")
    try:
        assert [(r.code, r.pack) for r in package.budgetreview_rules()] == [
            ("SL1", "somecounty"),
            ("SL2", "somecounty"),
        ]
    finally:
        sys.modules.pop("budgetreview_somecounty")


def test_the_toml_on_the_page_is_the_same_in_both_languages_and_holds_in_a_package(tmp_path: Path) -> None:
    zh, en = ([b.content for b in blocks(TEXT[lang]) if b.kind == "toml"] for lang in LANGUAGES)
    assert zh == en
    path = tmp_path / "page.toml"
    path.write_text(zh[0], encoding="utf-8")
    assert all(o.met for o in rules_from_file(path, pack="somecounty").outcomes)


def test_every_field_stands_on_the_page_in_both_languages() -> None:
    for field in (*RULE, *EXAMPLE, *CHANGE):
        star = "*" if field.needed else ""
        assert f"| {field.zh[0]}{star} | `{field.key}` | {field.help.zh}" in TEXT["zh"], field.key
        assert f"| `{field.key}`{star} | {field.help.en}" in TEXT["en"], field.key


def test_every_picture_is_there_and_small() -> None:
    for text in TEXT.values():
        shown = re.findall(r"\]\(../../pictures/how-to/([^)]+)\)", text)
        assert len(shown) == 4
        for name in shown:
            assert 0 < (DOCS / "pictures" / "how-to" / name).stat().st_size < 150_000


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_errors_on_the_page_are_those_that_are_said(lang: str, tmp_path: Path) -> None:
    """What the left column says is written where the right one says it was read, and the program says the right one."""
    rows = re.findall(r"^\| (.+?) \| `((?:规则|样例|rules|examples)!(\w+): .+?)` \|$", TEXT[lang], re.MULTILINE)
    assert len(rows) == 7
    for written, error, cell in rows:
        path = tmp_path / "rules.xlsx"
        write_rules_template(path, lang)
        book = openpyxl.load_workbook(path)
        sheet = book[error.partition("!")[0]]
        quoted = re.search(r"`(.+)`", written)
        other = {"应提示": "不应提示", "不应提示": "应提示", "flagged": "clear", "clear": "flagged"}
        sheet[cell] = quoted[1] if quoted else other[str(sheet[cell].value)]
        book.save(path)
        with pytest.raises(RuleFileError) as caught:
            rules_from_file(path)
        (problem,) = caught.value.problems
        assert f"{problem.sheet}!{problem.cell}: {getattr(problem.text, lang)}" == error
