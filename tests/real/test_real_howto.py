"""The page on layouts is true: its snippets stand in the layouts that ship, and its own example gives its figures."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import budgetreview as br
from budgetreview.layout import find_layout, parse_layout

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "zh" / "how-to" / "layouts.md"
SHIPPED = ROOT / "src" / "budgetreview" / "data" / "layouts"


def blocks() -> list[tuple[str, str]]:
    """The heading and text of every TOML block of the page."""
    found, heading = [], ""
    for part in re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE):
        heading = part.splitlines()[0]
        found += [(heading, text) for text in re.findall(r"```toml\n(.*?)```", part, flags=re.DOTALL)]
    return found


QUOTED = [(m.group(1), text) for heading, text in blocks() if (m := re.search(r"`([a-z-]+)`$", heading))]


@pytest.mark.parametrize(("key", "text"), QUOTED)
def test_what_the_page_quotes_of_a_shipped_layout_stands_in_it(key: str, text: str) -> None:
    assert text.strip() in (SHIPPED / f"{key}.toml").read_text("utf-8")


def test_every_whole_layout_of_the_page_parses() -> None:
    whole = [text for _, text in blocks() if text.startswith("key =")]
    assert [parse_layout(text).key for text in whole] == ["our-export", "japan-slow"]


def test_the_pages_own_layout_lets_z08_compare_a_budget_with_the_settlement_before(
    shared_data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "japan-slow.toml"
    path.write_text(next(text for _, text in blocks() if 'key = "japan-slow"' in text), "utf-8")
    folder = shared_data / "jp_mof_budget_items"
    made = br.read(folder / "mof_items_fy2023.csv", prior=folder / "mof_items_fy2022.csv", layout=find_layout(path, ()))
    report = br.review(made, br.load_rules(select=("Z08",)), stage="preliminary", as_of=date(2023, 1, 10))
    row = report.coverage.to_polars().to_dicts()[0]
    told = "1,289 条中列出 122 条，1,039 条没有问题，128 条没有上年决算可比"
    assert told in PAGE.read_text("utf-8")
    assert (row["flagged"], row["clear"], row["not_assessed"], row["not_applicable"]) == (122, 1039, 128, 0)
