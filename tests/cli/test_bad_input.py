"""Bad input: every problem named in one run, exit status 3, no traceback, and nothing written over."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from .conftest import LINES, Run

HEADER, ROW = LINES.splitlines()[:2]


def csv(name: str, text: str, encoding: str = "utf-8") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(text.encode(encoding))
        return path

    return make


def raw(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def workbook(folder: Path, name: str, cells: dict[str, object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "lines"
    for i, header in enumerate(HEADER.split(","), start=1):
        sheet.cell(1, i, header)
    for i, value in enumerate(ROW.split(","), start=1):
        sheet.cell(2, i, value)
    for address, value in cells.items():
        sheet[address] = value
    book.save(folder / name)
    return folder / name


def far_corner(folder: Path) -> Path:
    return workbook(folder, "far.xlsx", {"XFD1048576": 1})


def without_stored_value(folder: Path) -> Path:
    return workbook(folder, "formula.xlsx", {"I2": "=1+1"})


def bomb(folder: Path) -> Path:
    """A workbook whose sheet unpacks to 400 MB of blanks."""
    path = workbook(folder, "bomb.xlsx", {})
    parts = {n: zipfile.ZipFile(path).read(n) for n in zipfile.ZipFile(path).namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            if name == "xl/worksheets/sheet1.xml":
                with out.open(name, "w") as part:
                    part.write(content[: content.index(b"<sheetData")])
                    for _ in range(400):
                        part.write(b" " * 1_000_000)
                    part.write(content[content.index(b"<sheetData") :])
            else:
                out.writestr(name, content)
    return path


def three_gigabytes(folder: Path) -> Path:
    path = folder / "huge.csv"
    with path.open("wb") as out:
        out.write(LINES.encode())
        out.truncate(3 * 1024**3)
    return path


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "not a workbook": (csv("note.xlsx", "dear colleagues"), "note.xlsx"),
    "an encrypted workbook": (raw("locked.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096)), "locked.xlsx"),
    "a zip bomb": (bomb, "bomb.xlsx"),
    "one cell in the far corner": (far_corner, "XFD1048576"),
    "a formula without a stored value": (without_stored_value, "I2"),
    "NUL bytes": (csv("nul.csv", LINES.replace("教育局", "教育\0局")), "nul.csv"),
    "a row with too few fields": (csv("short.csv", LINES + "430702,2026\n"), "short.csv"),
    "two columns of one name": (csv("twice.csv", LINES.replace("上年执行数（元）", "预算数（元）")), "twice.csv"),
    "no lines": (csv("empty.csv", HEADER + "\n"), "empty.csv"),
    "nothing at all": (csv("blank.csv", ""), "blank.csv"),
    "a year that is none": (csv("year.csv", LINES.replace(",2026,", ",20266,")), "20266"),
    "a code that is no code": (csv("code.csv", LINES.replace("430702,", "武陵?,")), "武陵?"),
    "an amount that is none": (csv("amount.csv", LINES.replace("3000.00,3000.00", "12.345.6,3000.00")), "12.345.6"),
    "no unit": (csv("unit.csv", LINES.replace("（元）", "")), "--unit"),
    "neither UTF-8 nor GB18030": (raw("bytes.csv", LINES.encode() + b"\xff\xff\xff"), "bytes.csv"),
    "three gigabytes": (three_gigabytes, "huge.csv"),
    "an ending nobody reads": (csv("draft.docx", "x"), "draft.docx"),
    "a folder without tables": (lambda folder: folder / ".", "no"),
}


def digests(folder: Path) -> dict[str, str]:
    return {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.iterdir()) if p.is_file() and p.stat().st_size < 10**8
    }  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_input_is_named_with_status_3(run: Run, tmp_path: Path, case: str) -> None:
    make, named = BAD[case]
    path = make(tmp_path)
    before = digests(tmp_path)
    result = run("check", path, "--lang", "en")
    assert result.exit_code == 3, result.stderr
    assert named in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert digests(tmp_path) == before


def test_all_bad_inputs_of_a_batch_are_named_in_one_run_and_the_good_one_is_reviewed(run: Run, tmp_path: Path) -> None:
    chosen = [c for c in BAD if c not in {"three gigabytes", "a zip bomb", "a folder without tables"}]
    paths = [BAD[c][0](tmp_path) for c in chosen]
    good = tmp_path / "good.csv"
    good.write_text(LINES, encoding="utf-8")
    result = run("check", *paths, good, "--lang", "en", "--select", "Z01,Z13")
    assert result.exit_code == 3
    for case in chosen:
        assert BAD[case][1] in result.stderr, case
    assert "good.csv" in result.stdout


def test_several_problems_of_one_file_are_told_in_one_run(run: Run, tmp_path: Path) -> None:
    text = LINES.replace("3000.00,3000.00", "12.345.6,3000.00").replace("2000.00,2000.00,2000.00", "2000.00,x1,2000.00")
    path = csv("several.csv", text)(tmp_path)
    said = run("check", path).stderr
    assert "12.345.6" in said
    assert "x1" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_report_that_does_not_fit_on_the_disk_is_no_finding(format_: str, tmp_path: Path) -> None:
    path = csv("lines.csv", LINES)(tmp_path)
    asked = [sys.executable, "-m", "budgetreview", "check", str(path), "--fail-on", "never", "--format", format_]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(asked, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_folder_without_rights_is_named_with_status_3(run: Run, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0)
    try:
        result = run("check", closed)
    finally:
        closed.chmod(0o700)
    assert result.exit_code == 3
    assert "closed" in result.stderr


def test_the_program_itself_ends_with_the_status_and_without_a_traceback(tmp_path: Path) -> None:
    far = far_corner(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "budgetreview", "check", str(far), "--as-of", "2026-01-10"],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "far.xlsx" in done.stderr
    assert "Traceback" not in done.stderr
