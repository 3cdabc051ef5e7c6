"""The tutorial of a full year is played as printed: its tables are saved, its commands run, its output is looked for.

A block ``csv NAME`` is a file, ``sh`` is run line by line, and each line of ``text`` stands in the output of the
commands just before it, in this order.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from budgetreview.cli import program
from budgetreview.ledger import workbook

PAGE = Path(__file__).resolve().parents[2] / "docs" / "zh" / "tutorials" / "a-year.md"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def filled_in(path: str) -> None:
    """What the reader is asked to do by hand: choose 认定 in the column 决定 of every row."""
    opened = openpyxl.load_workbook(path)
    sheet = opened.worksheets[0]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, list(workbook.COLUMNS).index("to") + 1).value = "认定"
    opened.save(path)


def ran(line: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a line of the page prints; it must end well."""
    words = shlex.split(line)
    if words[0] == "export":
        for pair in words[1:]:
            monkeypatch.setenv(*pair.split("=", 1))
        return ""
    assert words[0] == "budgetreview", line
    if words[1:3] == ["ledger", "import"]:
        filled_in(words[3])
    done = CliRunner().invoke(program, words[1:])
    assert done.exit_code == 0, (line, done.output)
    return done.output


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the whole page was played."""
    folder = tmp_path_factory.mktemp("year")
    output = ""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.chdir(folder)
        monkeypatch.setenv("LANG", "zh_CN.UTF-8")
        for name in ("LC_ALL", "LC_MESSAGES"):
            monkeypatch.delenv(name, raising=False)
        for language, name, content in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
            if language == "csv":
                (folder / name).parent.mkdir(exist_ok=True)
                (folder / name).write_text(content, encoding="utf-8")
            elif language == "sh":
                output = "".join(ran(line, monkeypatch) for line in content.splitlines())
            elif language == "text":
                at = 0
                for line in content.splitlines():
                    found = output.find(line, at)
                    assert found >= 0, f"{line!r} is not (or not there) in\n{output}"
                    at = found + len(line)
    return folder


def test_the_page_is_played_from_the_draft_to_the_rectification(played: Path) -> None:
    stages = [json.loads(p.read_text(encoding="utf-8"))["stage"] for p in played.glob("*.json")]
    assert set(stages) == {"pre", "preliminary", "plenary", "execution", "adjustment", "final", "rectify"}


def test_next_years_review_finds_the_same_fault_again(played: Path) -> None:
    found = json.loads((played / "屡审屡犯.json").read_text(encoding="utf-8"))["findings"]
    assert {"agency": "101", "rule": "Z13", "years_found": 2} in [f["values"] for f in found if f["rule"] == "C02"]


def test_what_was_not_rectified_in_time_is_found(played: Path) -> None:
    found = json.loads((played / "整改.json").read_text(encoding="utf-8"))["findings"]
    assert "2028-02-29" in [f["values"]["deadline"] for f in found if f["rule"] == "C01"]


def test_every_block_of_the_page_is_of_a_kind_that_is_played() -> None:
    kinds = re.findall(r"^```(\w*)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(kinds) == {"", "csv", "sh", "text"}
