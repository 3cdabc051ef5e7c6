"""A report is written whole or not at all, in the format named, and the same report gives the same bytes."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import IO

import pytest

from budgetreview import render
from budgetreview.errors import OutputError, UsageError
from budgetreview.render import files
from budgetreview.report import Report

from .sample import EVERYTHING, sample

ENDINGS = (".json", ".jsonl", ".csv", ".parquet", ".xlsx", ".html", ".sarif", ".md", ".txt")


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_report_gives_the_same_bytes(ending: str, tmp_path: Path) -> None:
    """Two runs of one review, written at different times, are equal byte for byte."""
    first = render.write(sample(codes=EVERYTHING, broken_input=True), tmp_path / f"a{ending}")
    second = render.write(sample(codes=EVERYTHING, broken_input=True), tmp_path / f"b{ending}")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    assert all(str(tmp_path).encode() not in p.read_bytes() for p in first)


def test_the_ending_names_the_format_and_format_wins(tmp_path: Path) -> None:
    """``review.html`` is a page; with ``format="json"`` the same name holds JSON."""
    render.write(sample(), tmp_path / "a.HTML")
    assert (tmp_path / "a.HTML").read_text(encoding="utf-8").startswith("<!doctype html>")
    render.write(sample(), tmp_path / "a.HTML", format="json")
    assert (tmp_path / "a.HTML").read_text(encoding="utf-8").startswith('{\n  "schema"')


def test_csv_and_parquet_write_coverage_beside(tmp_path: Path) -> None:
    """``review.csv`` comes with ``review.coverage.csv``."""
    assert render.write(sample(), tmp_path / "review.csv") == (
        tmp_path / "review.csv",
        tmp_path / "review.coverage.csv",
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["review.coverage.csv", "review.csv"]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.pdf", {}),
        ("noending", {}),
        ("a.json", {"format": "yaml"}),
        ("a.json", {"lang": "fr"}),
        ("a.html", {"unit": "美元"}),
    ],
)
def test_what_is_not_known_is_refused_in_both_languages(name: str, options: dict[str, str], tmp_path: Path) -> None:
    """An ending, format, language or unit that is not known is a usage error; nothing is written."""
    with pytest.raises(UsageError) as caught:
        render.write(sample(), tmp_path / name, **options)  # type: ignore[arg-type]
    assert caught.value.text.zh != caught.value.text.en
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_survives_a_failed_write(tmp_path: Path) -> None:
    """When writing fails half-way, the old report stands and no half file is left."""
    target = tmp_path / "review.json"
    target.write_text("old", encoding="utf-8")

    def broken(out: IO[bytes]) -> None:
        out.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match=r"原有文件未改动.*what was there is untouched"):
        files.save({target: broken})
    assert target.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["review.json"]


def test_of_two_files_neither_is_replaced_when_one_cannot_be_written(tmp_path: Path) -> None:
    """If the coverage cannot be written, the findings beside it stay the old ones."""
    first, second = tmp_path / "a.csv", tmp_path / "a.coverage.csv"
    first.write_text("old", encoding="utf-8")
    second.mkdir()
    with pytest.raises(OutputError, match="is not a regular file"):
        render.write(sample(), first)
    assert first.read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.coverage.csv", "a.csv"]


def test_a_program_error_leaves_nothing_behind(tmp_path: Path) -> None:
    """Whatever is raised while writing, no temporary file stays."""

    def broken(out: IO[bytes]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        files.save({tmp_path / "a.json": broken})
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The folder is not made in silence."""
    with pytest.raises(OutputError, match=r"不存在.*does not exist"):
        render.write(sample(), tmp_path / "reports" / "a.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="rights and links of POSIX")
def test_rights_and_links_are_kept(tmp_path: Path) -> None:
    """A file that only its owner may read stays so; behind a link the file itself is written."""
    target, link = tmp_path / "a.json", tmp_path / "link.json"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o600)
    link.symlink_to(target)
    render.write(sample(), link)
    assert link.is_symlink()
    assert target.read_bytes().startswith(b"{")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_rights_is_an_output_error(tmp_path: Path) -> None:
    """Without the right to write, the error says so in both languages."""
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match=r"没有写权限.*not allowed"):
        render.write(sample(), tmp_path / "a.json")
    tmp_path.chmod(0o700)


def test_reports_may_be_written_from_several_threads(tmp_path: Path) -> None:
    """Ten threads writing one report to one name leave one whole report."""
    from concurrent.futures import ThreadPoolExecutor

    report: Report = sample()
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: render.write(report, tmp_path / "a.json"), range(10)))
    render.write(report, tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.json", "b.json"]
