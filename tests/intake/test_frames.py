"""Data frames from Python, and parquet files."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from budgetreview.errors import IntakeError, UsageError
from budgetreview.intake import read
from budgetreview.submission import Submission

COLUMNS = {
    "line_id": ["A", "B"], "entity": ["430702", "430702"], "fiscal_year": [2026, 2026],
    "function_code": [2010101, 2010102], "proposed": [0.29, None], "is_it": [True, None],
    "basis_expires": [date(2026, 1, 10), None], "quantity": [3, None],
}  # fmt: skip


def check(lines):
    assert lines.money("proposed").values[0] == 29
    assert lines.money("proposed").known.tolist() == [True, False]
    assert lines.key("function_code").words == ("2010101", "2010102")
    assert lines.mark("is_it").yes.tolist() == [True, False]
    assert lines.mark("is_it").open.tolist() == [False, True]
    assert lines.whole("basis_expires").values[0] == (date(2026, 1, 10) - date(1970, 1, 1)).days
    assert lines.number("quantity").values[0] == 3
    assert lines.sources[0].unit == 1
    assert not lines.sources[0].addressed


def test_polars_pandas_and_pyarrow_frames_and_mappings_read_the_same():
    pd = pytest.importorskip("pandas")
    frame = pl.DataFrame(COLUMNS)
    for given in (frame, frame.lazy(), COLUMNS, frame.to_arrow(), pd.DataFrame(COLUMNS)):
        check(Submission(lines=given).table("lines"))


def test_a_parquet_file_reads_like_the_frame(tmp_path):
    pl.DataFrame(COLUMNS).write_parquet(tmp_path / "lines.parquet")
    check(read(tmp_path / "lines.parquet").table("lines"))


def test_categories_and_decimals_keep_their_values():
    frame = pl.DataFrame({
        "agency": pl.Series(["101", "102"], dtype=pl.Categorical),
        "proposed": pl.Series([Decimal("1.20"), Decimal("-3.45")], dtype=pl.Decimal(18, 2)),
        "side": pl.Series(["revenue", None], dtype=pl.Enum(["revenue", "expenditure"])),
    })  # fmt: skip
    lines = Submission(lines=frame, unit="万元").table("lines")
    assert lines.money("proposed").values.tolist() == [1_200_000, -3_450_000]
    assert lines.key("agency").words == ("101", "102")
    assert lines.key("side").text(1) is None


def test_floats_stand_for_the_decimal_they_show_and_what_is_finer_than_fen_is_a_problem():
    fine = [0.1 + 0.2, 1234567.89, 1e13 + 0.25, -0.07]
    lines = Submission(lines={"proposed": fine}).table("lines")
    assert lines.money("proposed").values.tolist() == [30, 123456789, 10**15 + 25, -7]
    with pytest.raises(IntakeError, match="finer"):
        Submission(lines={"proposed": [0.125]})
    assert Submission(lines={"proposed": [0.125, -0.125]}, round=True).table("lines").money(
        "proposed"
    ).values.tolist() == [13, -13]


def test_not_a_number_is_unknown_and_infinity_a_problem():
    lines = Submission(lines={"proposed": [float("nan"), 1.0]}).table("lines")
    assert lines.money("proposed").known.tolist() == [False, True]
    with pytest.raises(IntakeError):
        Submission(lines={"proposed": [float("inf")]})


def test_every_problem_of_every_frame_is_listed_at_once():
    with pytest.raises(IntakeError) as caught:
        Submission(
            lines={"fiscal_year": [20266], "proposed": ["x"]},
            totals={"book": ["general", "general"], "own_revenue": [1, 2]},
        )
    assert [(p.name, p.kind) for p in caught.value.problems] == [
        ("lines", "bad-cell"), ("lines", "bad-cell"), ("totals", "key-twice"),
    ]  # fmt: skip


def test_a_name_that_is_no_table_is_wrong_usage():
    with pytest.raises(UsageError, match="linse"):
        Submission(linse={"proposed": [1]})


def test_the_frame_handed_over_is_left_as_it_was():
    frame = pl.DataFrame(COLUMNS)
    before = frame.clone()
    Submission(lines=frame)
    assert frame.equals(before)


def test_a_thousand_rows_code_the_same_as_one_by_one():
    rng = np.random.default_rng(7)
    agencies = [f"{a:03}" for a in rng.integers(0, 50, 1000)]
    lines = Submission(lines={"agency": agencies, "proposed": rng.integers(-(10**6), 10**6, 1000) / 100}).table("lines")
    assert [lines.key("agency").text(i) for i in range(1000)] == agencies


@pytest.mark.parametrize(
    ("name", "value"), [("PANDERA_VALIDATION_ENABLED", "False"), ("PANDERA_VALIDATION_DEPTH", "SCHEMA_ONLY")]
)
def test_no_environment_variable_switches_validation_off(name, value):
    program = (
        "from budgetreview.submission import Submission\nfrom budgetreview.errors import IntakeError\n"
        "try:\n    Submission(lines={'fiscal_year': [20266], 'proposed': [1]})\n"
        "except IntakeError:\n    print('stopped')\n"
    )
    run = subprocess.run([sys.executable, "-c", program], env={**os.environ, name: value, "PYTHONPATH": os.pathsep.join(sys.path)},
                         capture_output=True, text=True, check=True)  # fmt: skip
    assert run.stdout.strip() == "stopped"
