"""The ledger from the command line: what it prints, in which language, and with which exit status."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from .conftest import Run

Do = Callable[..., Result]


@pytest.fixture
def do(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: Path) -> Do:
    """A ledger with the findings of three lines, and commands on it by 主任."""
    monkeypatch.setenv("BUDGETREVIEW_LEDGER", str(tmp_path / "ledger.db"))
    monkeypatch.setenv("BUDGETREVIEW_BY", "主任")
    assert run("ledger", "init", "--name", "示例县", "--on", "2026-01-01").exit_code == 0
    report = tmp_path / "review.json"
    run("check", lines, "--select", "Z01,Z13", "--fail-on", "never", "--output", report)
    assert run("ledger", "add", report).exit_code == 0
    return run


def test_adding_says_how_many_are_new_and_adding_again_says_that_nothing_changed(do: Do, tmp_path: Path) -> None:
    again = do("ledger", "add", tmp_path / "review.json", "--lang", "zh")
    assert again.exit_code == 0
    assert "同一份报告" in again.stderr
    assert [c["rule"] for c in json.loads(do("ledger", "list", "--format", "json").stdout)["cases"]] == ["Z01", "Z13"]


def test_a_refused_move_is_wrong_usage_and_says_what_is_possible(do: Do) -> None:
    refused = do("ledger", "move", "1", "closed", "--on", "2026-01-12", "--lang", "zh")
    assert refused.exit_code == 2
    assert "可改为：认定(confirmed)、认定正常(dismissed)" in refused.stderr


def test_a_case_is_shown_with_its_question_and_its_history(do: Do) -> None:
    do("ledger", "move", "1", "认定", "--on", "2026-01-12")
    shown = do("ledger", "show", "1", "--lang", "zh").stdout
    assert "第1次审查：新发现" in shown
    assert "发现 → 认定" in shown
    assert "主任" in shown
    history = json.loads(do("ledger", "show", "1", "--format", "json").stdout)["history"]
    assert [e["kind"] for e in history] == ["seen", "move"]


def test_lists_can_be_narrowed_and_an_unknown_state_is_refused(do: Do) -> None:
    assert len(json.loads(do("ledger", "list", "--rule", "Z1", "--format", "json").stdout)["cases"]) == 1
    assert json.loads(do("ledger", "list", "--state", "closed", "--format", "json").stdout)["cases"] == []
    assert do("ledger", "list", "--state", "nowhere").exit_code == 2


def test_verify_ends_with_one_where_somebody_edited_the_past(do: Do, tmp_path: Path) -> None:
    head = do("ledger", "head").stdout.strip()
    assert do("ledger", "verify", "--head", head).exit_code == 0
    with sqlite3.connect(tmp_path / "ledger.db") as other:
        other.execute("DROP TRIGGER event_no_update")
        other.execute("UPDATE event SET by = 'x' WHERE seq = 3")
    other.close()
    found = do("ledger", "verify")
    assert found.exit_code == 1
    assert "event 3" in found.stderr


def test_what_cannot_be_read_is_status_three(do: Do, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}")
    assert do("ledger", "add", tmp_path / "bad.json").exit_code == 3
    assert do("ledger", "list", "--ledger", tmp_path / "none.db").exit_code == 3
    (tmp_path / "text.db").write_text("text")
    assert do("ledger", "verify", "--ledger", tmp_path / "text.db").exit_code == 3


def test_without_an_address_the_command_says_how_to_name_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BUDGETREVIEW_LEDGER", raising=False)
    refused = run("ledger", "list")
    assert refused.exit_code == 2
    assert "--ledger" in refused.stderr


def test_a_waiver_goes_from_request_to_a_check_that_respects_it(do: Do, tmp_path: Path, lines: Path) -> None:
    do("ledger", "people", "add", "小李", "reviewer", "--on", "2026-01-01")
    asked = ("--code", "law", "--reason", "经批准", "--authority", "纪要", "--until", "2026-12-31", "--on", "2026-01-12")
    assert do("ledger", "waiver", "add", "--case", "1", *asked, "--by", "小李").exit_code == 0
    assert do("ledger", "waiver", "approve", "1", "--on", "2026-01-12", "--by", "小李").exit_code == 2
    assert do("ledger", "waiver", "approve", "1", "--on", "2026-01-12").exit_code == 0
    assert "in force" in do("ledger", "waiver", "list", "--as-of", "2026-06-01").stdout
    file = tmp_path / "waivers.toml"
    assert do("ledger", "waiver", "export", "--output", file).exit_code == 0
    out = tmp_path / "again.json"
    do("check", lines, "--select", "Z01,Z13", "--waivers", file, "--fail-on", "never", "--output", out)
    found = json.loads(out.read_text(encoding="utf-8"))["findings"]
    assert [(f["rule"], f["waived"]) for f in found] == [("Z01", "法律法规另有规定：经批准"), ("Z13", None)]


def test_a_narrow_scope_waives_what_it_was_allowed_for(do: Do, tmp_path: Path, lines: Path) -> None:
    do("ledger", "people", "add", "小李", "reviewer", "--on", "2026-01-01")
    asked = ("--code", "law", "--reason", "经批准", "--authority", "纪要", "--until", "2026-12-31", "--on", "2026-01-12", "--by", "小李")
    assert do("ledger", "waiver", "add", "--scope", "rule=Z13,entity=430702,fiscal_year=2026,most=1", *asked).exit_code == 2
    scope = "rule=Z13,entity=430702,fiscal_year=2026,agency=101,most=1"
    assert do("ledger", "waiver", "add", "--scope", scope, *asked).exit_code == 0
    late = do("ledger", "waiver", "list", "--as-of", "2027-01-01").stdout
    assert "Z13, 430702, 2026, agency 101, at most 1  2 " in late
    assert "never approved, and its last day is past" in late
    do("ledger", "waiver", "approve", "1", "--on", "2026-01-12")
    file, out = tmp_path / "waivers.toml", tmp_path / "again.json"
    do("ledger", "waiver", "export", "--output", file)
    do("check", lines, "--select", "Z01,Z13", "--waivers", file, "--fail-on", "never", "--output", out)
    found = json.loads(out.read_text(encoding="utf-8"))
    assert {f["rule"]: f["waived"] is not None for f in found["findings"]} == {"Z01": False, "Z13": True}
    assert found["notices"] == []


def test_export_never_writes_over_a_workbook_that_may_have_been_filled_in(do: Do, tmp_path: Path) -> None:
    sheet = tmp_path / "处置.xlsx"
    assert do("ledger", "export", "--output", sheet).exit_code == 0
    assert do("ledger", "export", "--output", sheet).exit_code == 2
    assert do("ledger", "import", tmp_path / "review.json", "--on", "2026-01-12").exit_code == 3


def test_the_rules_of_handling_can_be_read(do: Do) -> None:
    said = do("ledger", "loop", "--lang", "zh").stdout
    assert "已核验(verified)" in said
    assert "第27条" in said


def test_the_present_schema_needs_no_upgrade(do: Do) -> None:
    assert "0002" in do("ledger", "upgrade").stderr


def test_people_are_listed_with_their_roles(do: Do) -> None:
    do("ledger", "people", "add", "老王", "department", "--department", "101", "--on", "2026-01-01")
    assert "责任单位" in do("ledger", "people", "list", "--lang", "zh").stdout


def test_a_workbook_that_is_none_is_refused_before_it_is_read(do: Do, tmp_path: Path) -> None:
    for content in (b"PK\x03\x04 broken", b"<html>", b""):
        (tmp_path / "x.xlsx").write_bytes(content)
        refused = do("ledger", "import", tmp_path / "x.xlsx", "--on", "2026-01-12")
        assert refused.exit_code == 3, content
        assert "x.xlsx" in refused.stderr
    assert do("ledger", "import", tmp_path / "none.xlsx", "--on", "2026-01-12").exit_code == 3


def test_a_submission_with_cases_of_its_own_takes_no_ledger_besides(do: Do, tmp_path: Path, county: Path) -> None:
    (county / "cases.csv").write_text("entity,fiscal_year,rule,agency,state\n430702,2026,Z13,101,已发现\n", encoding="utf-8")
    refused = do("check", county, "--ledger", tmp_path / "ledger.db", "--select", "C01,L10")
    assert refused.exit_code == 2
    assert "cases" in refused.stderr


def test_a_configuration_file_may_name_the_ledger_beside_it(do: Do, tmp_path: Path, lines: Path) -> None:
    config = tmp_path / "review.toml"
    config.write_text('ledger = "ledger.db"\nselect = ["Z13", "C02"]\nfail-on = "never"\nas-of = "2026-01-10"\n', encoding="utf-8")
    out = tmp_path / "with.json"
    assert do("check", lines, "--config", config, "--output", out).exit_code == 0
    assert "cases" in {i["table"] for i in json.loads(out.read_text(encoding="utf-8"))["inputs"]}


def test_money_for_programs_is_yuan_with_two_decimals_as_in_every_report(do: Do) -> None:
    cases = json.loads(do("ledger", "list", "--format", "json").stdout)["cases"]
    shown = json.loads(do("ledger", "show", "1", "--format", "json").stdout)
    assert shown["case"]["amount"] == shown["finding"]["amount"] == cases[0]["amount"]
    assert cases[0]["amount"].endswith(".00")


def test_the_history_of_a_case_tells_who_asked_for_a_waiver_and_who_allowed_it(do: Do) -> None:
    do("ledger", "people", "add", "小李", "reviewer", "--on", "2026-01-01")
    asked = ("--code", "law", "--reason", "经批准", "--authority", "纪要", "--until", "2026-12-31", "--on", "2026-01-12")
    do("ledger", "waiver", "add", "--case", "1", *asked, "--by", "小李")
    do("ledger", "waiver", "approve", "1", "--on", "2026-01-13")
    shown = do("ledger", "show", "1").stdout
    assert "waiver 1: allowed, until 2026-12-31" in shown
    assert "2026-01-12  waiver 1 asked for: 经批准  小李" in shown
    assert "2026-01-13  waiver 1 allowed  主任" in shown


def test_a_day_far_from_its_year_is_most_likely_mistyped(do: Do) -> None:
    refused = do("ledger", "date", "430702", "2026", "audit_report", "2024-08-31", "--on", "2026-01-12")
    assert refused.exit_code == 2
    assert "fiscal year 2026" in refused.stderr
