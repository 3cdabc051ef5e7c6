"""A report written as JSON is enough to make the same review again, byte for byte, or to name what differs."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from budgetreview import plugins
from budgetreview.layers import Pack
from budgetreview.plugins import CORE
from budgetreview.rules import core

from .conftest import LINES, Run


@pytest.fixture(autouse=True)
def _core_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "installed", lambda **_: (Pack(CORE, "0.1.0", core, module="budgetreview"),))


def written(run: Run, report: Path, *arguments: object) -> dict[str, object]:
    result = run("check", *arguments, "--output", report, "--fail-on", "never")
    assert report.exists(), result.output
    first = report.read_text(encoding="utf-8").partition("\n")[0]
    found: dict[str, object] = json.loads(first if report.suffix == ".jsonl" else report.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_a_report_of_a_folder_is_made_again_byte_for_byte(run: Run, county: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / "reports" / f"r.{ending}"
    out.parent.mkdir()
    written(run, out, county)
    result = run("replay", out, "--root", tmp_path, "--jobs", 3)
    assert result.exit_code == 0, result.output
    assert "byte by byte" in result.stderr


def test_the_time_zone_and_the_language_change_nothing(run: Run, lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "r.json"
    written(run, out, lines)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    try:
        result = run("replay", out, "--lang", "zh")
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert result.exit_code == 0
    assert "逐字节相同" in result.stderr


def test_options_beside_the_inputs_are_kept(run: Run, tmp_path: Path) -> None:
    bare = LINES.replace("区划代码,年度,", "").replace("430702,2026,", "").replace("（元）", "")
    (tmp_path / "bare.csv").write_text(bare, encoding="utf-8")
    rulebook = tmp_path / "rules.xlsx"
    assert run("rules", "new", "--output", rulebook).exit_code == 0
    out = tmp_path / "out.json"
    said = written(
        run, out, tmp_path / "bare.csv", "--entity", "430702", "--year", 2026, "--unit", "万元", "--set",
        "Z13.tolerance=0.005", "--select", "Z,SL", "--ignore", "Z02", "--level", "430702=city", "--rules", rulebook,
        "--stage", "pre",
    )  # fmt: skip
    assert said["levels"] == {"430702": "city"}
    assert run("replay", out).exit_code == 0


def test_the_report_holds_names_and_hashes_but_no_place_on_the_machine(run: Run, county: Path, tmp_path: Path) -> None:
    said = written(run, tmp_path / "r.json", county)
    asked = said["asked"]
    assert str(tmp_path) not in json.dumps(asked)
    assert county.name + "/" not in json.dumps(asked)


def test_a_copy_of_the_folder_elsewhere_under_another_name_gives_the_same_bytes(run: Run, county: Path, tmp_path: Path) -> None:
    written(run, tmp_path / "a.json", county)
    county.rename(tmp_path / "moved")
    written(run, tmp_path / "b.json", tmp_path / "moved")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_the_first_difference_is_named_by_its_place_in_the_report(run: Run, lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    said = written(run, out, lines)
    said["findings"][0]["amount"] = "1.00"  # type: ignore[index]
    out.write_text(json.dumps(said, ensure_ascii=False, indent=2), encoding="utf-8")
    result = run("replay", out)
    assert result.exit_code == 1
    assert '$.findings[0].amount: the report has "1.00"' in result.stderr


def test_another_writing_of_the_same_content_is_told_from_another_content(run: Run, lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    said = written(run, out, lines)
    out.write_text(json.dumps(said, ensure_ascii=True), encoding="utf-8")
    result = run("replay", out)
    assert (result.exit_code, "the content is the same" in result.stderr) == (1, True)


def test_a_package_that_is_another_now_is_named_before_anything_runs(run: Run, lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    said = written(run, out, lines)
    said["packs"]["core"] = "0.0.9"  # type: ignore[index]
    out.write_text(json.dumps(said), encoding="utf-8")
    result = run("replay", out)
    assert (result.exit_code, "$.packs.core" in result.stderr) == (1, True)


def test_an_input_that_changed_or_is_gone_is_named(run: Run, lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    written(run, out, lines)
    lines.write_text(LINES.replace("1000.00", "1001.00"), encoding="utf-8")
    changed = run("replay", out)
    assert (changed.exit_code, "lines.csv is not what was reviewed" in changed.stderr) == (2, True)
    lines.unlink()
    gone = run("replay", out)
    assert (gone.exit_code, "--root" in gone.stderr) == (2, True)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "budgetreview/1"}', "x"])
def test_what_is_no_report_is_a_wrong_option(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "r.json").write_text(text, encoding="utf-8")
    result = run("replay", tmp_path / "r.json")
    assert result.exit_code in {1, 2}
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_report_that_does_not_say_how_it_was_asked_for_is_not_guessed_at(run: Run, lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    said = written(run, out, lines)
    for asked in (None, {"inputs": []}):
        out.write_text(json.dumps({**said, "asked": asked}), encoding="utf-8")
        result = run("replay", out)
        assert (result.exit_code, "cannot be replayed" in result.stderr) == (2, True)
