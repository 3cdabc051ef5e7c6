"""Every command and the Python of the page on summaries run, in the order in which they stand there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.docs.player import DOCS, play

from budgetreview import ledger
from budgetreview.cli import program


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_runs_from_top_to_bottom(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(program, ["demo"]).exit_code == 0
    book = ledger.create("台账.db", name="示例县", by="主任", on=date(2026, 1, 1))
    checked = ["check", "budgetreview-demo.xlsx", "--as-of", "2026-01-10", "--fail-on", "never", "--output", "初审.json"]
    assert CliRunner().invoke(program, checked).exit_code == 0
    book.add(Path("初审.json"), by="主任")
    play(DOCS / lang / "how-to" / "ledger-summary.md", tmp_path)
    assert {p.name for p in tmp_path.iterdir()} >= {"半年分析通报.html", "季度.xlsx", "规则得失.xlsx", "耗时.csv"}
