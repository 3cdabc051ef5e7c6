"""The table of the page on real data says what the program finds today; when a rule changes, so must the page."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import budgetreview as br

PAGE = Path(__file__).resolve().parents[2] / "docs" / "zh" / "explanation" / "real-data.md"
ROWS = [
    [cell.strip().strip("`") for cell in line.strip("|").split("|")]
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| `") and line.count("|") == 7
]


def test_the_page_has_its_table() -> None:
    assert len(ROWS) == 21


@pytest.mark.slow
@pytest.mark.parametrize(("layout", "file", "prior", "stage", "lines", "findings"), ROWS)
def test_a_row_of_the_page_is_what_the_program_finds(
    shared_data: Path, layout: str, file: str, prior: str, stage: str, lines: str, findings: str
) -> None:
    made = br.read(shared_data / file, layout=layout, prior=None if prior == "—" else shared_data / prior)
    report = br.review(made, br.load_rules(), stage=stage, as_of=date(2026, 1, 10))
    assert len(made.table("totals" if layout == "province-balance" else "lines")) == int(lines)
    found = Counter(f"{f.rule} {f.severity.value}" for f in report.findings)
    assert ", ".join(f"{k} {n}" for k, n in sorted(found.items())) == ("" if findings == "—" else findings)
    assert report.complete
