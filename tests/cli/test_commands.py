"""The commands beside ``check``: the rule book, the mechanism, packages, layouts, the empty workbook."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import click
import openpyxl
import pytest

from budgetreview.cli import language, program
from budgetreview.cli.output.columns import table
from budgetreview.cli.progress import Bar
from budgetreview.plugins import load_rules
from budgetreview.render.pages import page

from .conftest import Run

HOMES = program.list_commands(click.Context(program))
FIELDS = [
    "code", "pack", "title", "severity", "status", "authority", "stages", "books", "sides", "focus", "levels", "reads",
    "parameters", "in_force", "default",
]  # fmt: skip


# rules


def test_the_rule_book_as_json_has_exactly_the_promised_fields(run: Run) -> None:
    listed = json.loads(run("rules", "--format", "json").stdout)
    assert list(listed) == ["rules"]
    assert all(list(r) == FIELDS for r in listed["rules"])
    assert [r["code"] for r in listed["rules"]] == sorted(r.code for r in load_rules(select=("all",)))


def test_the_rule_book_says_which_rules_run_by_default(run: Run) -> None:
    listed = json.loads(run("rules", "--format", "json").stdout)["rules"]
    assert {r["code"] for r in listed if r["default"]} == {r.code for r in load_rules()}


def test_a_parameter_is_listed_with_its_unit_and_its_dated_values(run: Run) -> None:
    listed = {r["code"]: r for r in json.loads(run("rules", "--format", "json").stdout)["rules"]}
    least = listed["L10"]["parameters"]["least"]
    assert (least["unit"], least["values"][0]["value"]) == ("share", 0.01)
    assert set(least["values"][0]) >= {"value", "from", "until", "territory", "level", "status", "authority", "origin"}


def test_the_rule_book_as_a_table_has_a_row_a_rule_in_the_language_asked_for(run: Run) -> None:
    chinese = run("rules", "--lang", "zh").stdout
    assert len(chinese.splitlines()) == len(load_rules(select=("all",))) + 2
    assert "红色" in chinese
    assert "red" in run("rules", "--lang", "en").stdout


def test_the_rule_book_starts_within_four_times_the_libraries_it_stands_on(tmp_path: Path) -> None:
    """Measured with compiled modules, which every installed package has; the first of three runs compiles them."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    kept["PYTHONPYCACHEPREFIX"] = str(tmp_path)

    def seconds(*arguments: str) -> float:
        taken = []
        for _ in range(3):
            before = sum(os.times()[2:4])
            subprocess.run([sys.executable, *arguments], capture_output=True, check=True, env=kept)
            taken.append(sum(os.times()[2:4]) - before)
        return min(taken)

    assert seconds("-m", "budgetreview", "rules") < 4 * seconds("-c", "import numpy, attrs, pluggy") + 0.1


# explain


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rule_has_a_whole_page_in_both_languages(lang: str) -> None:
    for rule in load_rules(select=("all",)):
        text = page(rule, lang)
        assert text.startswith(f"# {rule.code} {rule.title[lang]}")
        assert rule.formula in text
        assert rule.question[lang] in text
        for part in ("flags", "why", "fine", "cannot"):
            assert rule.page[part][lang] in text
        for parameter in rule.parameters:
            assert f"`{parameter}`" in text


def test_a_page_says_in_words_how_certain_its_authority_is(run: Run) -> None:
    assert "《预算法》第40条" in run("explain", "L10", "--lang", "zh").stdout
    assert "原文已查阅" in run("explain", "L10", "--lang", "zh").stdout
    assert "the text was read" in run("explain", "l10", "--lang", "en").stdout


def test_an_unknown_code_is_wrong_usage_and_names_near_ones(run: Run) -> None:
    result = run("explain", "L010")
    assert result.exit_code == 2
    assert "L10" in result.stderr


# mechanism


def test_the_mechanism_says_that_the_reading_is_ours(run: Run) -> None:
    assert "本程序的解读" in run("mechanism", "--lang", "zh").stdout
    assert "our reading" in run("mechanism", "--lang", "en").stdout
    said = json.loads(run("mechanism", "--format", "json").stdout)
    assert said["profile"]["status"] == "reading"
    assert "not public" in said["profile"]["says"]["en"]


def test_the_matrix_as_json_has_120_cells_with_their_rules(run: Run) -> None:
    cells = json.loads(run("mechanism", "--format", "json").stdout)["cells"]
    assert len(cells) == 120
    assert all(set(c) == {"stage", "book", "focus", "side", "rules"} for c in cells)
    assert any(c["rules"] for c in cells)


def test_the_matrix_of_a_submission_says_what_was_reviewed_and_what_lacked_data(run: Run, lines: Path) -> None:
    result = run("mechanism", lines, "--format", "json")
    assert result.exit_code == 0
    cells = {(c["stage"], c["book"], c["focus"], c["side"]): c for c in json.loads(result.stdout)["cells"]}
    assert cells["preliminary", "general", "departmental", "expenditure"]["state"] == "ran"
    fund = cells["preliminary", "government_fund", "departmental", "expenditure"]
    assert (fund["state"], fund["ran"]) == ("lacks_data", [])
    assert "lines[government_fund]" in fund["missing"]
    totals = cells["preliminary", "general", "totals", "expenditure"]
    assert totals["state"] == "lacks_data"


def test_the_matrix_in_the_terminal_counts_its_cells(run: Run, lines: Path) -> None:
    assert "共120格" in run("mechanism", "--lang", "zh").stdout
    assert "data lacking" in run("mechanism", lines, "--lang", "en").stdout


def test_an_unreadable_input_of_the_mechanism_ends_with_3(run: Run, tmp_path: Path) -> None:
    result = run("mechanism", tmp_path / "none.csv")
    assert result.exit_code == 3
    assert "none.csv" in result.stderr


# packs


def test_the_packages_are_listed_with_their_number_of_rules(run: Run) -> None:
    said = json.loads(run("packs", "--format", "json").stdout)["packs"]
    core = next(p for p in said if p["name"] == "core")
    assert core["error"] is None
    assert "L10" in core["rules"]


def test_a_broken_package_is_listed_with_what_is_wrong_beside_the_sound_ones(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load() -> None:
        msg = "no module named changde_rules"
        raise ImportError(msg)

    point = SimpleNamespace(name="changde", value="changde_rules", dist=SimpleNamespace(version="2.0"), load=load)
    monkeypatch.setattr(metadata, "entry_points", lambda group: [point])
    result = run("packs")
    assert result.exit_code == 4
    assert "changde_rules" in result.stdout
    assert "core" in result.stdout
    assert run("rules").exit_code == 4
    assert run("rules", "--without", "changde").exit_code == 0


# layouts and the empty workbook


def test_the_layouts_are_listed(run: Run) -> None:
    keys = [f["key"] for f in json.loads(run("layouts", "--format", "json").stdout)["layouts"]]
    assert {"platform", "template"} <= set(keys)
    assert "platform" in run("layouts").stdout


def test_the_empty_workbook_has_a_sheet_a_table_and_is_not_written_over(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "new.xlsx"
    assert run("template", "--output", target).exit_code == 0
    assert len(openpyxl.load_workbook(io.BytesIO(target.read_bytes())).sheetnames) >= 9
    before = target.read_bytes()
    assert run("template", "--output", target).exit_code == 2
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    "arguments", [(), ("--output", "new.csv"), ("--output", "no/new.xlsx"), ("--layout", "nowhere")]
)
def test_a_template_asked_for_wrongly_ends_with_2(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    said = list(arguments)
    if "--layout" in said:
        said += ["--output", str(tmp_path / "new.xlsx")]
    elif said:
        said[1] = str(tmp_path / said[1])
    assert run("template", *said).exit_code == 2
    assert not list(tmp_path.rglob("new.*"))


# Everything


def test_every_command_explains_itself_in_both_languages(run: Run) -> None:
    for name in HOMES:
        said = run(name, "--help")
        assert said.exit_code == 0
        assert "/" in said.stdout.splitlines()[2]


def test_the_commands_are_those_promised_so_far(run: Run) -> None:
    assert set(HOMES) >= {"check", "rules", "explain", "mechanism", "packs", "layouts", "template", "demo"}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"), ({"LANG": "en_US.UTF-8"}, "en"), ({"LC_ALL": "en_US", "LANG": "zh_CN"}, "en"),
        ({"LC_MESSAGES": "zh_CN", "LANG": "en_US"}, "zh"), ({"LC_ALL": "", "LANG": "zh_TW"}, "zh"), ({"LANG": "C"}, "en"),
    ],
)  # fmt: skip
def test_the_locale_decides_the_language_of_messages(
    names: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    assert language.of_locale() == expected


def test_a_table_counts_chinese_characters_as_two_columns() -> None:
    assert table(("a", "b"), [("预算", "1"), ("x", "2")]) == "a     b\n----  -\n预算  1\nx     2"


def test_no_bar_in_a_pipe_and_none_for_short_work(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe(io.StringIO):
        terminal = False

        def isatty(self) -> bool:
            return self.terminal

    pipe = Pipe()
    monkeypatch.setattr(sys, "stderr", pipe)
    with Bar(patience=0) as bar:
        bar.step("reading")
        time.sleep(0.05)
    assert pipe.getvalue() == ""
    pipe.terminal = True
    with Bar(patience=60) as bar:
        bar.step("reading")
    assert pipe.getvalue() == ""


def test_a_bar_appears_when_the_work_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    with Bar(patience=0.01) as bar:
        bar.step("reviewing", 3, 10)
        deadline = time.monotonic() + 20
        while "3/10" not in terminal.getvalue() and time.monotonic() < deadline:  # its library takes time to load
            time.sleep(0.05)
    assert "reviewing" in terminal.getvalue()
    assert "3/10" in terminal.getvalue()


def test_a_reader_that_goes_away_ends_the_program_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "budgetreview", "rules", "--format", "json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as going:  # fmt: skip
        assert going.stdout is not None
        assert going.stderr is not None
        going.stdout.read(1)
        going.stdout.close()
        said = going.stderr.read().decode()
    assert "Traceback" not in said


def test_a_terminal_that_knows_no_chinese_gets_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "budgetreview", "rules", "--lang", "zh"],
        capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii:strict"},
    )  # fmt: skip
    assert done.returncode == 0
    assert b"L10" in done.stdout
