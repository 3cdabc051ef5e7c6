"""Both READMEs' Python prints what they show, and their check command runs, on the example workbook."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from budgetreview import example
from budgetreview.cli import program

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("README.md", "README.en.md")


def readme(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example workbook under the name that the READMEs use."""
    example.write(tmp_path / "county-2026.xlsx")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_the_python_of_the_readme_prints_what_it_shows_and_writes_its_report(
    name: str, county: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    block = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", readme(name), re.DOTALL)
    assert block is not None
    exec(compile(block[1], name, "exec"), {})  # noqa: S102 - the README's own words
    assert capsys.readouterr().out == block[2]
    assert (county / "review.html").is_file()


@pytest.mark.parametrize("name", NAMES)
def test_the_check_command_of_the_readme_runs(name: str, county: Path) -> None:
    command = next(line for line in readme(name).splitlines() if "budgetreview check" in line)
    result = CliRunner().invoke(program, shlex.split(command)[1:])
    assert result.exit_code == 1, result.output
    assert (county / "review.html").is_file()


@pytest.mark.parametrize("name", NAMES)
def test_links_and_pictures_of_the_readme_are_there(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", readme(name)):
        assert (ROOT / target).is_file(), target


def test_both_readmes_give_the_same_commands() -> None:
    zh, en = (re.findall(r"```bash\n(.*?)```", readme(n), re.DOTALL) for n in NAMES)
    assert zh == en
