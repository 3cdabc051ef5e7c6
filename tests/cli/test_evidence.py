"""``ledger evidence`` and the links that ``ledger show`` prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run

AUDIT = """审计年度,被审计单位,单位代码,审计查出的主要问题,整改情况
2024,示例局,{agency},资金拨付不及时,正在整改
"""


def test_evidence_is_read_by_its_layout_listed_and_shown_with_the_case(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: Path
) -> None:
    monkeypatch.setenv("BUDGETREVIEW_LEDGER", str(tmp_path / "ledger.db"))
    monkeypatch.setenv("BUDGETREVIEW_BY", "主任")
    run("ledger", "init", "--name", "示例县", "--on", "2026-01-01")
    run("check", lines, "--select", "Z01,Z13", "--fail-on", "never", "--output", tmp_path / "review.json")
    run("ledger", "add", tmp_path / "review.json")
    case = json.loads(run("ledger", "show", "1", "--format", "json").stdout)
    assert case["links"] == []
    sheet = tmp_path / "审计整改清单.csv"
    sheet.write_text(AUDIT.format(agency=case["case"]["agency"]), "utf-8")
    added = run("ledger", "evidence", "add", sheet, "--layout", "audit-rectification", "--entity", case["case"]["entity"],
                "--on", "2026-02-01", "--lang", "zh")  # fmt: skip
    assert added.exit_code == 0, added.stderr
    assert "新增1项" in added.stderr
    shown = run("ledger", "show", "1", "--lang", "zh").stdout
    assert "同一单位 · 审计 · 2024 · 资金拨付不及时 · 整改到位 否" in shown
    assert "资金拨付不及时" in run("ledger", "evidence", "list", "--kind", "audit", "--lang", "zh").stdout
    assert run("ledger", "verify").exit_code == 0


def test_check_with_a_ledger_hands_its_evidence_to_the_rules(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUDGETREVIEW_BY", "主任")
    book, sheet, budget = tmp_path / "ledger.db", tmp_path / "清单.csv", tmp_path / "预算.csv"
    run("ledger", "init", "--name", "示例县", "--on", "2026-01-01", "--ledger", book)
    sheet.write_text(AUDIT.format(agency="101"), "utf-8")
    run("ledger", "evidence", "add", sheet, "--layout", "audit-rectification", "--entity", "430702",
        "--on", "2026-01-05", "--ledger", book)  # fmt: skip
    budget.write_text(
        "财政区划代码,预算年度,单位代码,上年预算数（元）,预算数（元）\n430702,2026,101,100,200\n", "utf-8"
    )
    for day, flagged in (("2026-01-10", 1), ("2026-01-04", 0)):
        out = tmp_path / f"{day}.json"
        run("check", budget, "--select", "N01", "--as-of", day, "--ledger", book, "--fail-on", "never", "--output", out)
        assert [f["agency"] for f in json.loads(out.read_text("utf-8"))["findings"]] == ["101"] * flagged
