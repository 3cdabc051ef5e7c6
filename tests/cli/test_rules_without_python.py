"""The clerk's ten minutes on the command line: a new rule book, its examples tried, and a review with it."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from budgetreview.cli import program


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, [*arguments, "--lang", "zh"])


def test_a_new_rule_book_passes_its_own_examples(folder: Path) -> None:
    written = run("rules", "new")
    assert written.exit_code == 0
    assert (folder / "我们的规则.xlsx").is_file()
    tried = run("rules", "test", "我们的规则.xlsx")
    assert tried.exit_code == 0
    assert "2条规则、6个样例全部符合" in tried.stderr
    assert "样例!B2  应提示" in tried.stdout


def test_a_filled_in_rule_book_is_never_written_over(folder: Path) -> None:
    run("rules", "new")
    again = run("rules", "new")
    assert again.exit_code == 2
    assert "不会覆盖" in again.stderr


def test_the_name_of_the_new_rule_book_needs_no_option(folder: Path) -> None:
    assert run("rules", "new", "c.xlsx").exit_code == 0
    assert (folder / "c.xlsx").is_file()
    assert run("rules", "new", "d.xlsx", "--output", "e.xlsx").exit_code == 2


def test_a_limit_finer_than_a_fen_is_said_to_be(folder: Path) -> None:
    run("rules", "new")
    book = openpyxl.load_workbook("我们的规则.xlsx")
    book["规则"]["I2"] = "0.001元"
    book.save("我们的规则.xlsx")
    assert "读到“0.001元”；金额须写到分为止" in run("rules", "test", "我们的规则.xlsx").stderr


def test_a_review_uses_the_rule_file_and_names_it(folder: Path, lines: Path) -> None:
    run("rules", "new")
    done = run("check", str(lines), "--rules", "我们的规则.xlsx", "--select", "SL", "--as-of", "2026-01-10",
               "--format", "json")  # fmt: skip
    report = json.loads(done.stdout)
    assert "我们的规则" in report["packs"]
    assert {r["code"] for r in report["rules"]} == {"SL1", "SL2"}


def test_a_wrong_rule_file_stops_the_review_before_anything_is_read(folder: Path, lines: Path) -> None:
    run("rules", "new")
    book = openpyxl.load_workbook("我们的规则.xlsx")
    book["规则"]["G2"] = "预算书 > 限额"
    book.save("我们的规则.xlsx")
    for command in (("rules", "test", "我们的规则.xlsx"), ("check", str(lines), "--rules", "我们的规则.xlsx")):
        done = run(*command)
        assert done.exit_code == 4
        assert "规则!G2: SL1 的“条件”：表“预算明细”没有列“预算书”" in done.stderr
        assert not done.stdout


def test_the_list_of_rules_takes_a_rule_file_and_is_otherwise_as_before(folder: Path) -> None:
    run("rules", "new")
    plain = json.loads(run("rules", "--format", "json").stdout)["rules"]
    more = json.loads(run("rules", "--format", "json", "--rules", "我们的规则.xlsx").stdout)["rules"]
    added = [r for r in more if r["code"] not in {p["code"] for p in plain}]
    assert [(r["code"], r["pack"], r["default"]) for r in added] == [("SL1", "我们的规则", True), ("SL2", "我们的规则", True)]
    page = run("explain", "sl2", "--rules", "我们的规则.xlsx")
    assert "接待费 > 限额" in page.stdout


def test_codes_that_clash_are_refused(folder: Path, lines: Path) -> None:
    run("rules", "new")
    run("rules", "new", "--output", "b.xlsx")
    done = run("check", str(lines), "--rules", "我们的规则.xlsx", "--rules", "b.xlsx")
    assert done.exit_code == 4
    assert "SL1" in done.stderr
