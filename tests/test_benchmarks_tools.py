"""The benchmarks' own parts work: single kernels and rules run, results are refused when they differ, the picture is drawn."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.answers import Answer, fingerprint
from benchmarks.measuring import DifferentResultsError, Row, Table, agree
from benchmarks.plot import draw

REPOSITORY = Path(__file__).resolve().parents[1]


def test_the_micro_benchmarks_of_kernels_and_rules_run() -> None:
    pytest.importorskip("pytest_benchmark", reason="pytest-benchmark comes with the extra bench")
    arguments = ["-m", "pytest", "benchmarks/micro", "--benchmark-disable", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_the_peak_of_memory_is_that_of_the_process_alone_whatever_its_parent_held() -> None:
    held = bytearray(500_000_000)
    held[::4096] = b"x" * len(held[::4096])
    code = "from benchmarks.ways import peak_memory; print(peak_memory())"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert 1_000_000 < int(done.stdout) < len(held)


def test_two_ways_that_found_different_lines_are_not_compared() -> None:
    one, other = ({"Z01": Answer([line], 1, 0, 0, 0)} for line in ("A-1", "A-2"))
    rows = [
        Row(title, 10, (1.0,), fingerprint=fingerprint(found, ["Z01"])) for title, found in (("a", one), ("b", other))
    ]
    agree([rows[0], rows[0]])
    with pytest.raises(DifferentResultsError, match="10 lines"):
        agree(rows)


def test_a_ratio_is_of_medians_on_the_same_number_of_lines() -> None:
    rows = (Row("theirs", 10, (1.0, 3.0, 2.0)), Row("theirs", 20, (8.0,)), Row("ours", 10, (1.0,), beside="theirs"))
    assert Table("", rows).ratio(rows[2]) == 0.5


def test_stored_results_become_a_picture_with_every_way_that_was_measured(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib comes with the extra bench")
    rows = (
        Row("budgetreview", 1_000, (1.0, 1.5)),
        Row("polars, eager", 1_000, (2.0,)),
        Row("bare polars read", 1_000, (0.5,)),
    )
    record = {
        "machine": {"processor": "X", "cores": 2, "versions": {"numpy": "2"}},
        "times": 2,
        "tables": {"files": Table("", rows).record()},
    }
    stored = tmp_path / "results.json"
    stored.write_text(json.dumps(record), encoding="utf-8")
    path = tmp_path / "speed.svg"
    draw(json.loads(stored.read_text(encoding="utf-8")), path)
    drawn = path.read_text(encoding="utf-8")
    assert drawn.count("<!--") >= len(rows)
    assert all(f"<!-- {r.title} -->" in drawn for r in rows)
    with pytest.raises(ValueError, match="no table 'memory'"):
        draw(record, path, "memory")
