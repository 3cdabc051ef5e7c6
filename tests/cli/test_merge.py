"""``merge``: reports of counties put together equal the review of all of them at once; the rest is refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import LINES, Run


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture
def counties(tmp_path: Path) -> tuple[Path, Path]:
    """The lines of two counties; one price of the second is dearer."""
    a, b = tmp_path / "dingcheng.csv", tmp_path / "hanshou.csv"
    a.write_text(LINES, encoding="utf-8")
    b.write_text(LINES.replace("430702", "430722").replace("60.00,60.00", "61.00,60.00"), encoding="utf-8")
    return a, b


def test_the_parts_equal_the_whole(run: Run, counties: tuple[Path, Path], tmp_path: Path) -> None:
    """Findings, counts, coverage, levels, periods and inputs are those of one review over both counties."""
    parts = [tmp_path / "a.json", tmp_path / "b.json"]
    for county, part in zip(counties, parts, strict=True):
        run("check", county, "--output", part)
    run("check", *counties, "--output", tmp_path / "whole.json")
    result = run("merge", *parts, "--output", tmp_path / "city.json")
    assert result.exit_code == 0, result.output
    whole, city = _read(tmp_path / "whole.json"), _read(tmp_path / "city.json")
    assert whole["findings"]
    assert json.dumps(city["findings"]) == json.dumps(whole["findings"])
    for key in set(whole) - {"asked"}:
        assert city[key] == whole[key], key


def test_what_was_not_made_alike_is_refused(run: Run, counties: tuple[Path, Path], tmp_path: Path) -> None:
    """Another stage, another threshold or the same county twice is named, and nothing is written."""
    one, stage, limit, again = (tmp_path / n for n in ("one.json", "stage.json", "limit.json", "again.json"))
    run("check", counties[0], "--select", "Z13", "--output", one)
    run("check", counties[1], "--select", "Z13", "--stage", "plenary", "--output", stage)
    run("check", counties[1], "--select", "Z13", "--set", "Z13.tolerance=0.1", "--output", limit)
    run("check", counties[0], "--select", "Z13", "--output", again)
    for other, named in ((stage, "stage"), (limit, "Z13.parameters"), (again, "430702 2026")):
        result = run("merge", one, other, "--output", tmp_path / "city.json")
        assert result.exit_code == 2
        assert named in result.output
        assert not (tmp_path / "city.json").exists()


def test_a_table_that_one_county_lacks_is_said(
    run: Run, counties: tuple[Path, Path], county: Path, tmp_path: Path
) -> None:
    """Counts and findings still equal the whole; the rules without data in a part are named, its place stays grey."""
    parts = [tmp_path / "a.json", tmp_path / "b.json"]
    for given, part in zip((county, counties[1]), parts, strict=True):
        run("check", given, "--output", part)
    run("check", county, counties[1], "--output", tmp_path / "whole.json")
    assert run("merge", *parts, "--output", tmp_path / "city.json").exit_code == 0
    whole, city = _read(tmp_path / "whole.json"), _read(tmp_path / "city.json")
    assert city["findings"] == whole["findings"]
    assert city["no_data_in"]["L10"] == ["b.json"]
    for a, b in zip(city["rules"], whole["rules"], strict=True):
        same = ("code", "outcome", "flagged", "waived", "clear", "not_assessed", "not_applicable", "severity")
        assert [a[k] for k in same] == [b[k] for k in same]
        assert set(b["not_assessed_in"]) <= set(a["not_assessed_in"])
