"""The same review elsewhere gives the same bytes; rows in another order give the same fingerprints, facts and counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from .conftest import Run


def test_zone_locale_hash_seed_and_jobs_change_no_byte(county: Path, tmp_path: Path) -> None:
    """Two processes in different surroundings write the same report."""
    out = []
    for i, (zone, lang, seed, jobs) in enumerate(
        (("Asia/Shanghai", "zh_CN.UTF-8", "1", "1"), ("America/Lima", "C", "77", "2"))
    ):
        path = tmp_path / f"{i}.json"
        said = ["check", county, "--as-of", "2026-01-10", "--jobs", jobs, "--fail-on", "never", "--output", path]
        surroundings = {**os.environ, "TZ": zone, "LANG": lang, "LC_ALL": lang, "PYTHONHASHSEED": seed}
        subprocess.run(
            [sys.executable, "-m", "budgetreview", *map(str, said)], env=surroundings, check=False, capture_output=True
        )
        out.append(path.read_bytes())
    assert out[0] == out[1]


def test_the_order_of_rows_means_nothing(run: Run, county: Path, tmp_path: Path) -> None:
    """With the rows the other way round every finding and every count of a rule is the same."""
    seen = []
    for name in ("before", "after"):
        path = tmp_path / f"{name}.json"
        run("check", county, "--output", path)
        report = json.loads(path.read_text(encoding="utf-8"))
        counts = [
            [r[k] for k in ("code", "outcome", "flagged", "clear", "not_assessed", "not_applicable")]
            for r in report["rules"]
        ]
        seen.append((sorted((f["fingerprint"], f["facts"]) for f in report["findings"]), counts))
        header, *rows = (county / "lines.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        (county / "lines.csv").write_text(header + "".join(reversed(rows)), encoding="utf-8")
    assert seen[0][0]
    assert seen[0] == seen[1]
