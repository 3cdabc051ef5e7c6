"""The page on rules without Python: its TOML works, its errors are those that are said, and no field is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from budgetreview import rules_from_file
from budgetreview.rulefile import RuleFileError
from budgetreview.rulefile.fields import CHANGE, EXAMPLE, RULE

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "zh" / "how-to" / "rules-without-python.md").read_text(encoding="utf-8")
ENGLISH = (Path(__file__).resolve().parents[2] / "docs" / "en" / "how-to" / "rules-without-python.md").read_text(encoding="utf-8")


def test_the_toml_on_the_page_is_a_rule_that_works(tmp_path: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "page.toml"
    path.write_text(text, encoding="utf-8")
    for pack in (None, "somecounty"):
        assert all(o.met for o in rules_from_file(path, pack=pack).outcomes)


def test_every_field_stands_on_the_page_in_both_languages() -> None:
    for field in (*RULE, *EXAMPLE, *CHANGE):
        assert f"| {field.zh[0]}{'*' if field.needed else ''} | `{field.key}` | {field.help.zh}" in PAGE, field.key
        assert f"| `{field.key}`{'*' if field.needed else ''} | {field.help.en}" in ENGLISH, field.key


def test_every_picture_is_there_and_small() -> None:
    for name in re.findall(r"\]\(../../pictures/how-to/([^)]+)\)", PAGE):
        assert 0 < (Path(__file__).resolve().parents[2] / "docs" / "pictures" / "how-to" / name).stat().st_size < 150_000


def test_the_errors_on_the_page_are_those_that_are_said(tmp_path: Path) -> None:
    rows = re.findall(r"^\| `(.+?)` \| `规则!G2: SL1 的“条件”：(.+?)` \|$", PAGE, re.MULTILINE)
    assert len(rows) == 3
    for condition, said in rows:
        path = tmp_path / "r.toml"
        path.write_text(
            f'[[rule]]\ncode = "SL1"\ntitle = "甲"\nseverity = "红"\nlimit = "5万元"\ncondition = "{condition}"\n', encoding="utf-8"
        )
        with pytest.raises(RuleFileError) as caught:
            rules_from_file(path)
        assert caught.value.problems[0].text.zh == f"SL1 的“条件”：{said}"
