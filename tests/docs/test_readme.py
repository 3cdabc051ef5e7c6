"""The README's Python and its check command run as printed, on the example workbook."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from budgetreview import example
from budgetreview.cli import program

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example workbook under the name that the README uses."""
    example.write(tmp_path / "county-2026.xlsx")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_python_of_the_readme_runs_and_writes_its_report(county: Path, capsys: pytest.CaptureFixture[str]) -> None:
    block = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert block is not None
    exec(compile(block[1], "README.md", "exec"), {})  # noqa: S102 - the README's own words
    printed = capsys.readouterr().out
    assert "L10 red" in printed
    assert (county / "review.html").is_file()


def test_the_check_command_of_the_readme_runs(county: Path) -> None:
    command = next(line for line in README.splitlines() if "budgetreview check" in line)
    result = CliRunner().invoke(program, shlex.split(command)[1:])
    assert result.exit_code == 1, result.output
    assert (county / "review.html").is_file()
