"""``ledger calendar`` from the command line: with and without a ledger, as text, sheet, JSON and calendar file."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import icalendar
import pytest

from .conftest import Run

COUNTY = ("ledger", "calendar", "--entity", "430702", "--year", "2026", "--as-of", "2026-02-20")
SESSION = ("--session-date", "2026-01-20")


@pytest.fixture(autouse=True)
def _no_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BUDGETREVIEW_LEDGER", raising=False)


@pytest.fixture
def noted(run: Run, tmp_path: Path) -> Path:
    """A ledger that knows the session and the approval."""
    path = tmp_path / "ledger.db"
    by = ("--ledger", path, "--by", "主任", "--on", "2026-01-25")
    assert run("ledger", "init", "--name", "武陵区", *by).exit_code == 0
    for event, day in (("session_opened", "2026-01-20"), ("budget_approved", "2026-01-23")):
        assert run("ledger", "date", "430702", "2026", event, day, *by).exit_code == 0
    return path


def entries(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {e["key"]: e for s in said["stages"] for e in s["entries"]}


def test_without_a_ledger_the_session_date_is_enough_for_the_draft(run: Run) -> None:
    done = run(*COUNTY, *SESSION, "--lang", "zh")
    assert done.exit_code == 0, done.output
    assert "430702 武陵区（县级） 2026年度审查日程，截至 2026-02-20" in done.stdout
    assert "2025-12-21  提交预算草案初步方案  大会开幕前30日  政府提交常务委员会" in done.stdout
    assert "缺预算批准（budget_approved）：批复部门预算、公开政府预算" in done.stdout
    assert "本程序的解读" in done.stdout, "the mechanism is a reading, and the calendar says so"


def test_the_ledgers_own_dates_are_taken_and_its_overdue_cases_counted(run: Run, noted: Path) -> None:
    said = json.loads(run(*COUNTY, "--ledger", noted, "--format", "json").stdout)
    assert said["dates"] == {"session_opened": ["2026-01-20"], "budget_approved": ["2026-01-23"]}
    assert entries(said)["departments"]["due"] == "2026-02-12"
    assert "departments" in said["late"]
    assert said["cases_due"] == []
    assert json.loads(run(*COUNTY, "--format", "json").stdout)["cases_due"] is None, "unknown is not none"


def test_the_last_days_of_open_cases_stand_in_the_calendar_and_its_file(
    run: Run, noted: Path, tmp_path: Path, lines: Path
) -> None:
    by = ("--ledger", noted, "--by", "主任", "--on", "2026-02-01")
    report = tmp_path / "review.json"
    run("check", lines, "--select", "Z01,Z13", "--fail-on", "never", "--output", report)
    assert run("ledger", "add", report, *by[:4]).exit_code == 0
    for case, due in ((1, "2026-02-10"), (2, "2026-05-20")):
        assert run("ledger", "move", case, "认定", *by).exit_code == 0
        assert run("ledger", "move", case, "交办", "--department", "101", "--due", due, *by).exit_code == 0
    done = run(*COUNTY, "--ledger", noted, "--ics", tmp_path / "a.ics", "--lang", "zh")
    assert "台账中本年度逾期未办结的案件1件\n案件将到期：2026-05-20（1件）" in done.stdout
    read = icalendar.Calendar.from_ical((tmp_path / "a.ics").read_bytes())
    due = [e.decoded("dtstart") for e in read.walk("VEVENT") if str(e["summary"]).endswith("1件案件到期")]
    assert due == [date(2026, 2, 10), date(2026, 5, 20)]


def test_a_date_on_the_command_line_wins_over_the_ledgers_and_that_is_said(run: Run, noted: Path) -> None:
    done = run(*COUNTY, "--ledger", noted, "--session-date", "2026-02-03", "--format", "json", "--lang", "zh")
    assert json.loads(done.stdout)["dates"]["session_opened"] == ["2026-02-03"]
    assert "台账登记为 2026-01-20" in done.stderr


def test_an_event_may_be_named_in_chinese(run: Run) -> None:
    said = json.loads(run(*COUNTY, "--date", "预算批准=2026年1月23日", "--format", "json").stdout)
    assert said["dates"] == {"budget_approved": ["2026-01-23"]}


def test_the_sheet_has_a_row_for_everything_awaited(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "calendar.csv"
    assert run(*COUNTY, *SESSION, "--format", "csv", "--output", out).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    said = json.loads(run(*COUNTY, *SESSION, "--format", "json").stdout)
    assert len(rows) == len(entries(said)) + sum(len(c["turns"]) for c in said["cadence"])
    assert {r["阶段"] for r in rows} >= {"初步审查", "执行", "决算", "整改", "周期"}


def test_days_that_no_law_sets_say_so_in_every_format(run: Run) -> None:
    meeting = ("--date", "accounts_meeting=2027-07-20")
    said = json.loads(run(*COUNTY, *SESSION, *meeting, "--format", "json").stdout)
    ours = {e["title"]["zh"] for e in entries(said).values() if e["status"] == "heuristic" and e["due"]}
    assert ours
    sheet = list(csv.DictReader(io.StringIO(run(*COUNTY, *SESSION, *meeting, "--format", "csv").stdout)))
    assert {r["事项"] for r in sheet if "天数为本程序判断口径" in r["依据"]} >= ours
    text = run(*COUNTY, *SESSION, *meeting).stdout.splitlines()
    for title in ours:
        assert all("天数为本程序判断口径" in line for line in text if title in line and line.lstrip()[:4].isdecimal()), title


def test_the_calendar_file_is_written_whole_and_the_same_each_time(run: Run, tmp_path: Path) -> None:
    files = [tmp_path / "a.ics", tmp_path / "b.ics"]
    for path in files:
        assert run(*COUNTY, *SESSION, "--ics", path).exit_code == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    read = icalendar.Calendar.from_ical(files[0].read_bytes())
    assert any(str(e["summary"]).startswith("武陵区 提交预算草案") for e in read.walk("VEVENT"))


def test_a_level_that_the_code_does_not_tell_is_asked_for(run: Run) -> None:
    odd = ("ledger", "calendar", "--entity", "4307", "--year", "2026", "--as-of", "2026-02-20")
    assert run(*odd).exit_code == 2
    assert run(*odd, "--level", "county").exit_code == 0


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        (("--session-date", "2062-01-20"), 2, "不像 2026 年度的日期"),
        (("--session-date", "2026-02-30"), 2, "应为日期"),
        (("--date", "budget_approved"), 2, "应为 事项=日期"),
        (("--date", "开会=2026-01-20"), 2, "没有事项 开会"),
        ((*SESSION, "--date", "大会开幕=2026-01-21"), 2, "不止一个"),
        (("--profile", "nowhere"), 2, "没有机制"),
        (("--ics", "calendar.txt"), 2, "应以 .ics 结尾"),
        (("--ics", "nowhere/calendar.ics"), 2, "不存在"),
        (("--ledger", "nowhere.db"), 3, "没有台账"),
    ],
)
def test_bad_input_is_refused_with_what_to_do(
    run: Run, more: tuple[str, ...], status: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*COUNTY, *more, "--lang", "zh")
    assert (done.exit_code, said in done.stderr) == (status, True), done.stderr
    assert not list(tmp_path.iterdir())


def test_a_broken_ledger_is_an_error_and_no_calendar(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_text("nothing", encoding="utf-8")
    done = run(*COUNTY, "--ledger", broken)
    assert (done.exit_code, done.stdout) == (3, "")


def test_places_unknown_by_name_are_refused_and_unknown_by_code_are_noticed(run: Run) -> None:
    assert run("ledger", "calendar", "--entity", "无此县", "--year", "2026", "--as-of", "2026-02-20").exit_code == 2
    done = run("ledger", "calendar", "--entity", "999999", "--year", "2026", "--as-of", "2026-02-20", "--lang", "zh")
    assert done.exit_code == 0
    assert "区划表（2023年）里没有 999999" in done.stderr


def test_the_ledger_is_not_written_over(run: Run, noted: Path) -> None:
    before = noted.read_bytes()
    assert run(*COUNTY, "--ledger", noted, "--output", noted).exit_code == 2
    assert noted.read_bytes() == before


def test_days_of_a_rule_file_count_in_its_own_place(run: Run, tmp_path: Path) -> None:
    ours = tmp_path / "ours.toml"
    ours.write_text(
        """
        [[change]]
        code = "T01"
        parameter = "days"
        value = "45天"
        territory = "430702"
        level = "county"
        document = "武陵区人大常委会议事规则"
        article = "9"
        mark = "K"
        """,
        encoding="utf-8",
    )
    said = json.loads(run(*COUNTY, *SESSION, "--rules", ours, "--format", "json").stdout)
    draft = entries(said)["draft"]
    assert (draft["due"], draft["counted"]["zh"]) == ("2025-12-06", "大会开幕前45日")
    assert [a["document"] for a in draft["authority"]] == ["武陵区人大常委会议事规则"]
