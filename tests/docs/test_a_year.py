"""The tutorial of a full year, played as printed in both languages, and what then lies in its folder."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from tests.docs.player import DOCS, KINDS, blocks, play

from budgetreview.ledger import workbook

NAME = "tutorials/a-year.md"


def filled_in() -> None:
    """What the reader is asked to do by hand: choose 认定 in the column 决定 of every row."""
    opened = openpyxl.load_workbook("处置.xlsx")
    sheet = opened.worksheets[0]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, list(workbook.COLUMNS).index("to") + 1).value = "认定"
    opened.save("处置.xlsx")


@pytest.fixture(scope="module", params=["zh", "en"])
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the whole page was played."""
    folder = tmp_path_factory.mktemp("year")
    play(DOCS / request.param / NAME, folder, {"budgetreview ledger import": filled_in})
    return folder


def test_the_page_is_played_from_the_draft_to_the_rectification(played: Path) -> None:
    stages = [json.loads(p.read_text(encoding="utf-8"))["stage"] for p in played.glob("*.json")]
    assert set(stages) == {"pre", "preliminary", "plenary", "execution", "adjustment", "final", "rectify"}


def test_next_years_review_finds_the_same_fault_again(played: Path) -> None:
    found = json.loads((played / "屡审屡犯.json").read_text(encoding="utf-8"))["findings"]
    assert {"agency": "101", "rule": "Z13", "years_found": 2} in [f["values"] for f in found if f["rule"] == "C02"]


def test_what_was_not_rectified_in_time_is_found(played: Path) -> None:
    found = json.loads((played / "整改.json").read_text(encoding="utf-8"))["findings"]
    assert "2028-02-29" in [f["values"]["deadline"] for f in found if f["rule"] == "C01"]


def test_both_languages_have_the_same_tables_and_commands() -> None:
    zh, en = (
        [(b.kind, b.word, b.content) for b in blocks((DOCS / lang / NAME).read_text("utf-8")) if b.kind not in {"text", ""}]
        for lang in ("zh", "en")
    )  # fmt: skip
    assert zh == en
    assert {kind for kind, *_ in zh} <= KINDS
