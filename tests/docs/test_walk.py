"""The page that follows a cell through the house names files and functions that are there, and what they do to it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import budgetreview as br
from budgetreview.example import write

DOCS = Path(__file__).resolve().parents[2] / "docs"
HOUSE = Path(br.__file__).parent


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_file_named_is_there(lang: str) -> None:
    page = (DOCS / lang / "explanation" / "walk.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_]+)*(?:\.py|/))`", page)) - {"src/budgetreview/"}
    assert len(named) > 25
    assert [f for f in sorted(named) if not (HOUSE / f).exists()] == []


def test_every_function_named_is_in_the_file_named_with_it() -> None:
    chinese = (DOCS / "zh" / "explanation" / "walk.md").read_text(encoding="utf-8")
    english = (DOCS / "en" / "explanation" / "walk.md").read_text(encoding="utf-8")
    pairs = set(re.findall(r"`([a-z_/]+\.py)` 的 `(\w+)`", chinese))
    assert pairs == {(f, name) for name, f in re.findall(r"`(\w+)` in `([a-z_/]+\.py)`", english)}
    assert len(pairs) > 12
    lost = [
        (file, name)
        for file, name in sorted(pairs)
        if not re.search(rf"^(def|class) {name}\b", (HOUSE / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert lost == []


def test_the_cell_of_the_example_ends_where_the_page_says(tmp_path: Path) -> None:
    path = tmp_path / "example.xlsx"
    write(path)
    review = br.review(br.read(path), br.load_rules(require=("core",)), as_of=date(2026, 1, 10))
    [found] = review.findings.of("Z08")
    assert (found.source.sheet, found.source.cell, found.amount) == ("4.项目支出明细表", "S16", 308_960_000)
    assert {k: v.value for k, v in found.values.items() if k.startswith("prior")} == {
        "prior_approved": 274_140_000, "prior_current": 274_140_000, "prior_executed": 101_430_000,
    }  # fmt: skip
