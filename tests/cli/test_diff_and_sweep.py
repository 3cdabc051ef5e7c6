"""``diff`` and ``sweep`` on the command line: what they print, write and end with."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from .conftest import LINES, Run


@pytest.fixture
def reports(run: Run, lines: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A report, and one of the same lines with the price mended and the second line dearer than its standard."""
    a, b = tmp_path / "a.json", tmp_path / "b.jsonl"
    run("check", lines, "--output", a, "--select", "Z01,Z13")
    lines.write_text(LINES.replace("100.00,99.00", "99.00,99.00").replace("50.00,50.00", "<b>,50.00").replace("<b>", "51.00"), encoding="utf-8")
    run("check", lines, "--output", b, "--select", "Z01,Z13")
    return a, b


def test_diff_prints_what_changed(run: Run, reports: tuple[Path, Path]) -> None:
    """Counts first, then new, changed and resolved findings with their places."""
    result = run("diff", *reports)
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == "初审 2026-01-10 → 初审 2026-01-10"
    assert "新增 1  数字有变 0  本次未能判断 0  已消除 1  仍存在 1" in result.output
    assert "输入 lines.csv 的内容已改变" in result.output


def test_diff_ends_with_a_status(run: Run, reports: tuple[Path, Path]) -> None:
    """1 where something new reaches --fail-on, 3 where a report cannot be read, 2 for a wrong ending."""
    assert run("diff", *reports, "--fail-on", "orange").exit_code == 1
    assert run("diff", *reports, "--fail-on", "never").exit_code == 0
    assert run("diff", reports[1], reports[1], "--fail-on", "blue").exit_code == 0
    assert run("diff", reports[0], reports[0].with_name("none.json")).exit_code == 3
    assert run("diff", *reports, "--output", reports[0].with_name("d.pdf")).exit_code == 2
    refused = run("diff", *reports, "--output", reports[0])
    assert refused.exit_code == 2
    assert "overwrite" in refused.output


def test_an_incomplete_later_report_is_said(run: Run, reports: tuple[Path, Path]) -> None:
    """Status 4, and the reader is told."""
    document = json.loads(reports[0].read_text(encoding="utf-8"))
    document["complete"] = False
    later = reports[0].with_name("later.json")
    later.write_text(json.dumps(document), encoding="utf-8")
    result = run("diff", reports[0], later)
    assert result.exit_code == 4
    assert "前一份完整，后一份不完整" in result.output


def test_diff_for_programs_and_as_a_page(run: Run, reports: tuple[Path, Path], tmp_path: Path) -> None:
    """JSON with every finding and its state; a page that fetches and runs nothing, with every text escaped."""
    document = json.loads(run("diff", *reports, "--format", "json").stdout)
    assert document["schema"] == "budgetreview-diff/1"
    assert {f["state"] for f in document["findings"]} == {"new", "resolved", "persisting"}
    page = tmp_path / "d.html"
    reports[0].write_text(reports[0].read_text(encoding="utf-8").replace("甲", "<script>alert(1)</script>"), encoding="utf-8")
    assert run("diff", *reports, "--output", page).exit_code == 0
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html
    assert "http" not in html.replace("http-equiv", "")


def test_sweep_prints_a_curve(run: Run, lines: Path) -> None:
    """A row a value, the value in force marked, and how the points were had."""
    result = run("sweep", "Z13.tolerance", lines, "--from", "0", "--to", "0.02", "--steps", "3", "--as-of", "2026-01-10")
    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines() if line.lstrip().startswith(("0%", "1%", "2%"))]
    assert [r[:2] for r in rows] == [["0%", "1"], ["1%", "1"], ["2%", "0"]]
    assert "← 现行" in result.stdout
    assert "规则" in result.stdout.splitlines()[-1]


def test_sweep_for_programs(run: Run, lines: Path, tmp_path: Path) -> None:
    """JSON, csv and a page hold the same points."""
    asked = ("sweep", "Z13.tolerance", lines, "--values", "0,0.005,0.02", "--as-of", "2026-01-10")
    document = json.loads(run(*asked, "--format", "json").stdout)
    assert [p["flagged"] for p in document["points"]] == [1, 1, 0]
    assert document["points"][0]["amount"] == "1000.00"
    out = tmp_path / "c.csv"
    assert run(*asked, "--output", out).exit_code == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert [int(r["flagged"]) for r in csv.DictReader(file)] == [1, 1, 0]
    page = tmp_path / "c.html"
    assert run(*asked, "--output", page).exit_code == 0
    assert "<svg" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "wrong",
    [("Z13.none",), ("Z13.tolerance", "--values", "2"), ("Z13.tolerance", "--values", "1%", "--from", "0"),
     ("Z13.tolerance", "--output", "x.pdf"), ("L10.least",)],
)  # fmt: skip
def test_sweep_refuses_in_a_sentence(run: Run, lines: Path, wrong: tuple[str, ...]) -> None:
    """No such parameter, outside its limits, two ways at once, an unknown ending, a rule without data: status 2."""
    result = run("sweep", wrong[0], lines, *wrong[1:], "--as-of", "2026-01-10")
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_sweep_of_nothing_readable(run: Run, tmp_path: Path) -> None:
    """Status 3 and the problem."""
    assert run("sweep", "Z13.tolerance", tmp_path / "none.xlsx", "--as-of", "2026-01-10").exit_code == 3
