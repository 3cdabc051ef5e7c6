"""Every command and the Python of the page on the ledger run, in the order in which they stand there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from budgetreview.cli import program
from budgetreview.ledger import workbook
from budgetreview.mechanism import Profile

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "zh" / "how-to" / "ledger.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(program, ["demo"]).exit_code == 0
    for line in "".join(blocks("sh")).splitlines():
        words = shlex.split(line)
        if words[0] == "export":
            for pair in words[1:]:
                monkeypatch.setenv(*pair.split("=", 1))
            continue
        if words[1:3] == ["ledger", "import"]:  # the office fills in one decision
            opened = openpyxl.load_workbook(words[3])
            opened.worksheets[0].cell(2, list(workbook.COLUMNS).index("to") + 1).value = "认定"
            opened.save(words[3])
        done = CliRunner().invoke(program, words[1:])
        assert done.exit_code == 0, (line, done.output)
    for code in blocks("python"):
        exec(compile(code, "ledger.md", "exec"), {})  # noqa: S102 - the page's own


def test_the_profile_of_the_page_is_one() -> None:
    (text,) = blocks("toml")
    loop = Profile.from_toml(text).loop
    assert [(t.after, t.days) for t in loop.deadlines] == [("move", 60)]
    assert loop.moves == Profile.shipped("changde-12345").loop.moves
