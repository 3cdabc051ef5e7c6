"""``check --annotate``: the workbook back, and what is said where it cannot be."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .conftest import LINES

openpyxl = pytest.importorskip("openpyxl")


def _workbook(path: Path, entity: str = "430702") -> Path:
    wb = openpyxl.Workbook()
    ws = wb.active
    ws.title = "预算明细"
    head, *rows = (line.split(",") for line in LINES.splitlines())
    ws.append(head)
    for row in rows:
        ws.append([entity, *row[1:8], *(float(v) if v else None for v in row[8:])])
    wb.save(path)
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return _workbook(tmp_path / "county.xlsx")


def _notes(path: Path) -> int:
    return sum(c.comment is not None for ws in openpyxl.load_workbook(path) for row in ws.iter_rows() for c in row)


def test_the_workbook_comes_back(run: Any, book: Path, tmp_path: Path) -> None:
    """One workbook, one file; the report is printed as ever, the exit status is that of the review."""
    out = tmp_path / "back.xlsx"
    before = book.read_bytes()
    done = run("check", book, "--annotate", out)
    assert done.exit_code == 0
    assert "written: " in done.stderr
    assert "3 cells with colour and comment, 3 findings in its new sheet" in done.stderr
    assert "Budget review" in done.stdout or "预算审查报告" in done.stdout
    assert _notes(out) == 3
    assert book.read_bytes() == before


def test_it_can_be_reviewed_again(run: Any, book: Path, tmp_path: Path) -> None:
    """The annotated workbook is an input like the first: same findings, annotated once more."""
    once, twice = tmp_path / "once.xlsx", tmp_path / "twice.xlsx"
    run("check", book, "--annotate", once)
    done = run("check", once, "--annotate", twice, "--format", "json")
    assert '"flagged": 1' in done.stdout
    assert "the findings of an earlier review, no budget data, skipped" in done.stderr
    assert _notes(twice) == 3


def test_several_workbooks_go_into_a_folder(run: Any, book: Path, tmp_path: Path) -> None:
    """A batch names a folder that exists; each workbook keeps its name and has its own findings alone."""
    other = _workbook(tmp_path / "other.xlsx", "430703")
    refused = run("check", book, other, "--annotate", tmp_path / "x.xlsx")
    assert refused.exit_code == 2
    assert "there are 2 workbooks: --annotate must name a folder" in refused.stderr
    folder = tmp_path / "back"
    folder.mkdir()
    done = run("check", book, other, "--annotate", folder)
    assert done.exit_code == 0
    assert sorted(p.name for p in folder.iterdir()) == ["county.xlsx", "other.xlsx"]
    assert "3 findings of other inputs are in the report alone" in done.stderr
    assert [_notes(folder / n) for n in ("county.xlsx", "other.xlsx")] == [3, 3]


def test_two_workbooks_of_one_name_do_not_meet(run: Any, tmp_path: Path) -> None:
    """The second ``county.xlsx`` comes back as ``county-2.xlsx``, each with its own findings."""
    for folder, entity in (("a", "430702"), ("b", "430703")):
        (tmp_path / folder).mkdir()
        _workbook(tmp_path / folder / "county.xlsx", entity)
    out = tmp_path / "back"
    out.mkdir()
    done = run("check", tmp_path / "a" / "county.xlsx", tmp_path / "b" / "county.xlsx", "--annotate", out)
    assert done.exit_code == 0
    assert {p.name: _notes(p) for p in out.iterdir()} == {"county.xlsx": 3, "county-2.xlsx": 3}


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("county.xlsx", "would overwrite or join the input"),
        ("x.xlsm", "the ending must be .xlsx"),
        ("x.pdf", "an .xlsx or .xlsm file is expected"),
        ("no/x.xlsx", "does not exist; make it first"),
    ],
)
def test_a_place_that_will_not_do_is_refused_before_any_work(out: str, why: str, run: Any, book: Path, tmp_path: Path) -> None:
    """Over the input, another ending, no workbook's name, no folder: status 2 and nothing is reviewed."""
    done = run("check", book, "--annotate", tmp_path / out)
    assert done.exit_code == 2
    assert why in done.stderr
    assert "as of 2026" not in done.stderr


def test_without_a_workbook_it_says_what_to_do_instead(run: Any, lines: Path, tmp_path: Path) -> None:
    """A csv has no cells to colour: the report is printed, and the way to a findings workbook named."""
    done = run("check", lines, "--annotate", tmp_path / "x.xlsx", "--lang", "zh")
    assert done.exit_code == 2
    assert "--annotate 需要工作簿" in done.stderr
    assert not (tmp_path / "x.xlsx").exists()


def test_an_unread_workbook_is_not_given_back(run: Any, book: Path, tmp_path: Path) -> None:
    """Status 3 stays 3, and it is said that nothing was annotated."""
    wb = openpyxl.load_workbook(book)
    wb["预算明细"]["I2"] = "一千"
    wb.save(book)
    done = run("check", book, "--annotate", tmp_path / "x.xlsx")
    assert done.exit_code == 3
    assert "county.xlsx: no table of it was read; not annotated" in done.stderr
    assert not (tmp_path / "x.xlsx").exists()


@pytest.mark.parametrize("ending", [".xls", pytest.param(".ods", marks=pytest.mark.slow)])
def test_older_workbooks_come_back_as_a_findings_workbook(ending: str, run: Any, book: Path, tmp_path: Path) -> None:
    """``.xls`` and ``.ods`` cannot be annotated: the findings come in a workbook beside, and that is said."""
    old = tmp_path / f"old{ending}"
    if ending == ".xls":
        xlwt = pytest.importorskip("xlwt")
        wb = xlwt.Workbook()
        sheet = wb.add_sheet("预算明细")
        for r, row in enumerate(openpyxl.load_workbook(book).active.iter_rows(values_only=True)):
            for c, value in enumerate(row):
                sheet.write(r, c, value)
        wb.save(str(old))
    else:
        office = shutil.which("soffice")
        if office is None:
            pytest.skip("LibreOffice (soffice) makes the .ods and is not installed")
        subprocess.run([office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "ods",
                        "--outdir", str(tmp_path), str(book)], check=True, capture_output=True, timeout=240)  # fmt: skip
        (tmp_path / "county.ods").rename(old)
    done = run("check", old, "--annotate", tmp_path / "back.xlsx", "--lang", "zh")
    assert f"old{ending} 不是 .xlsx，不能原样加批注；发现另写入" in done.stderr
    assert openpyxl.load_workbook(tmp_path / "back.xlsx").sheetnames[1] == "发现"


def test_money_in_reports_for_people_is_in_the_unit_asked_for(run: Any, book: Path, tmp_path: Path) -> None:
    """``--report-unit 万元`` changes text and sheets, never the records for programs."""
    run("check", book, "--report-unit", "万元", "--output", tmp_path / "f.xlsx", "--annotate", tmp_path / "back.xlsx")
    heads = [c.value for c in openpyxl.load_workbook(tmp_path / "f.xlsx")["发现"][1]]
    assert "金额（万元）" in heads
    assert openpyxl.load_workbook(tmp_path / "back.xlsx")["预算审查发现"]["F4"].value == "金额（万元）"
    plain, other = (run("check", book, "--format", "json", *more).stdout for more in ([], ["--report-unit", "万元"]))
    assert plain == other
