"""Where the findings of the example county point: at a cell of what they are about."""

from __future__ import annotations

import re

import pytest

from budgetreview.engine import review
from budgetreview.example import AS_OF, write
from budgetreview.intake import read
from budgetreview.plugins import load_rules
from budgetreview.report import Report
from budgetreview.submission import Submission


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Submission:
    file = tmp_path_factory.mktemp("example") / "county.xlsx"
    write(file)
    return read(file)


@pytest.fixture(scope="module")
def report(county: Submission) -> Report:
    return review(county, load_rules(), stage="preliminary", as_of=AS_OF)


def test_a_group_of_lines_points_at_the_first_line_that_it_names(county: Submission, report: Report) -> None:
    lines = county.table("lines")
    ids = lines.key("line_id").texts(lines.first)
    stands = {line: (lines.sources[s].sheet, int(r)) for line, s, r in zip(ids, lines.source, lines.record, strict=True)}
    grouped = [f for f in report.findings if f.lines and f.line_id is None and f.source.cell is not None]
    assert {"Z34", "Z28"} & {f.rule for f in grouped}
    for f in grouped:
        row = int(re.sub("[A-Z]", "", f.source.cell))
        assert (f.source.sheet, row) == stands[f.lines[0]], f.rule


def test_transfers_point_at_the_cell_of_their_own_kind(report: Report) -> None:
    cells = {f.subject["kind"]: f.source.cell for f in report.findings.of("L17")}
    assert cells
    assert None not in cells.values()
    assert len(set(cells.values())) == len(cells)
