"""Every command, the profile and the Python of the page on the calendar run, in the order in which they stand there."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path

import icalendar
import pytest
from click.testing import CliRunner

from budgetreview.cli import program
from budgetreview.ledger.calendar import STATES
from budgetreview.mechanism import Profile

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "zh" / "how-to" / "calendar.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_runs_from_top_to_bottom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("BUDGETREVIEW_LEDGER", "BUDGETREVIEW_BY"):
        monkeypatch.setenv(name, "")
    for line in "".join(blocks("sh")).splitlines():
        words = shlex.split(line)
        if words[0] == "export":
            for pair in words[1:]:
                monkeypatch.setenv(*pair.split("=", 1))
            continue
        done = CliRunner().invoke(program, words[1:])
        assert done.exit_code == 0, (line, done.output)
    assert len(icalendar.Calendar.from_ical((tmp_path / "日程.ics").read_bytes()).walk("VEVENT")) > 20
    for code in blocks("python"):
        exec(compile(code, "calendar.md", "exec"), {})  # noqa: S102 - the page's own
    assert "2025-12-21 提交预算草案初步方案 大会开幕前30日" in capsys.readouterr().out


def test_the_profile_of_the_page_is_one() -> None:
    (text,) = blocks("toml")
    profile = Profile.from_toml(text)
    assert profile.duties[-1].key == "adjustment_filed"
    assert profile.cadence[0].turns(2026)[0].due == date(2026, 4, 20)


def test_every_state_that_the_program_says_is_explained() -> None:
    for state in STATES.values():
        assert state.zh in PAGE
