"""``demo`` does the main job on the shipped example and leaves a workbook and a report one can open."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run


def test_the_demo_writes_a_workbook_and_a_report_and_ends_with_0(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("demo")
    assert result.exit_code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["budgetreview-demo.html", "budgetreview-demo.xlsx"]
    assert (tmp_path / "budgetreview-demo.xlsx").read_bytes().startswith(b"PK")
    assert "L10" in (tmp_path / "budgetreview-demo.html").read_text(encoding="utf-8")
    assert "budgetreview-demo.html" in result.stderr


def test_the_workbook_of_the_demo_can_be_checked_again_with_the_same_findings(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    demo = run("demo")
    again = run("check", "budgetreview-demo.xlsx", "--as-of", "2026-01-10", "--fail-on", "never")
    assert again.exit_code == 0
    assert again.stdout == demo.stdout


def test_a_demo_in_a_folder_that_cannot_be_written_is_wrong_usage(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "budgetreview-demo.html").mkdir()
    assert run("demo").exit_code == 2
