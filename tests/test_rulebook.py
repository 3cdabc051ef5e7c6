"""An entry of a rule is refused where it is wrong, by name: nothing that its author wrote is ignored."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetreview.errors import RuleError
from budgetreview.render.pages import page
from budgetreview.rule import Assessment
from budgetreview.rulebook import RuleBook
from budgetreview.table import Table

ENTRY = """
[XX01]
name = "no-basis"
title = { zh = "缺少设立依据", en = "No basis stated" }
severity = "yellow"
status = "heuristic"
stages = ["preliminary"]
focus = ["departmental"]
formula = "basis == null"
message = { zh = "未填写设立依据", en = "No basis is stated" }
question = { zh = "依据是什么？", en = "What is the basis?" }
flags = { zh = "设立依据空白。", en = "The basis is blank." }
why = { zh = "没有依据无从审查。", en = "Nothing to hold it against." }
fine = { zh = "基本支出。", en = "Basic expenditure." }
cannot = { zh = "依据是否充分。", en = "Whether the basis is a good one." }
"""


def _build(text: str, folder: Path) -> RuleBook:
    path = folder / "some.toml"
    path.write_text(text, encoding="utf-8")
    book = RuleBook.from_toml(path, pack="some")

    @book.rule("XX01", reads=("basis",))
    def no_basis(lines: Table) -> Assessment:
        return Assessment.of(lines, condition=lines.blank("basis"))

    assert book.rules
    return book


def test_a_rule_that_another_takes_the_place_of_says_so_on_its_page(tmp_path: Path) -> None:
    rule = _build(ENTRY + 'superseded_by = "XX02"\n', tmp_path).rules[0]
    for lang, said in (("zh", "已由其他规则取代：XX02"), ("en", "superseded by: XX02")):
        assert said in page(rule, lang)


def test_a_whole_entry_is_a_rule(tmp_path: Path) -> None:
    _build(ENTRY, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY + "in_force_form = 2027-01-01\n", r"\[XX01\]: unknown key 'in_force_form', meant is 'in_force_from'\?"),
        (ENTRY + "colour = 1\n", r"\[XX01\]: unknown key 'colour'$"),
        (
            "\n".join(line for line in ENTRY.splitlines() if not line.startswith(("question", "why"))),
            r"\[XX01\]: lacks question, why$",
        ),
        (ENTRY.replace('"heuristic"', '"law"'), r"\[XX01\]: status = .*expected some of statutory, policy, local"),
        (ENTRY + ENTRY, r"^some\.toml: .*XX01"),
    ],
    ids=["misspelt", "unknown", "lacking", "status", "twice"],
)
def test_an_entry_that_would_be_read_otherwise_than_written_is_refused(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=said):
        _build(text, tmp_path)
