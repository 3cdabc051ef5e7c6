"""Findings and coverage as data frames, csv and parquet: typed, exact, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal

import polars as pl
import pytest

from budgetreview.render import records
from budgetreview.render.visible import no_formula

from .sample import EVERYTHING, hostile, sample

Rendered = Callable[..., bytes]


def test_one_row_a_finding_with_typed_columns() -> None:
    """Money is an exact decimal, counts are whole numbers, nested values are JSON texts."""
    frame = sample().findings.to_polars()
    assert frame["rule"].to_list() == ["A01", "A02", "A02", "A03", "A04"]
    assert frame["amount"].to_list()[1] == Decimal("86000.50")
    assert frame.schema["row"] == pl.Int64
    assert json.loads(frame["values"][3]) == {"unit_price": "7000.00", "standard_value": "6000.00"}
    assert frame["measure"].to_list()[0] == "0.005"
    assert frame["line_id"][0] is None


def test_no_findings_give_an_empty_frame_with_the_same_columns() -> None:
    """Without findings the columns and their types are the same."""
    assert sample(codes=("A06",)).findings.to_polars().schema == sample().findings.to_polars().schema


def test_arrow_and_pandas_hold_the_same() -> None:
    """The Arrow table and the pandas frame have the same columns and values as the polars frame."""
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    findings = sample().findings
    expected = findings.to_polars()
    assert findings.to_arrow().column_names == expected.columns
    assert findings.to_arrow()["amount"].to_pylist() == expected["amount"].to_list()
    frame = findings.to_pandas()
    assert list(frame.columns) == expected.columns
    assert list(frame["message_zh"]) == expected["message_zh"].to_list()
    assert list(frame["amount"]) == expected["amount"].to_list()


def test_coverage_has_a_row_a_rule() -> None:
    """Coverage in Python tells what every rule did, with seconds; files leave the seconds out."""
    frame = sample(codes=EVERYTHING).coverage.to_polars()
    assert frame["code"].to_list() == list(EVERYTHING)
    assert frame.row(by_predicate=pl.col("code") == "A03", named=True)["missing"] == ["standard_value", "unit_price"]
    assert "seconds" in frame.columns


def test_csv_opens_in_a_spreadsheet(rendered: Rendered) -> None:
    """csv begins with a byte order mark, has a row a finding, and numbers are plain numbers."""
    raw = rendered(sample(), "csv")
    assert raw.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [r["amount"] for r in rows] == ["1000000.00", "86000.50", "35000.00", "35000.00", "1286000.50"]
    assert rows[0]["measure"] == "0.005"
    assert rows[0]["message_en"].startswith("The reserve 1,000,000.00 yuan")
    assert json.loads(rows[4]["lines"]) == ["L00000", "L00001"]


def test_coverage_stands_beside_csv_and_parquet(rendered: Rendered) -> None:
    """The second file says what was not judged, so that no findings and no data never look alike."""
    report = sample(codes=EVERYTHING)
    rows = list(csv.DictReader(io.StringIO(rendered(report, "csv", suffix=".coverage").decode("utf-8-sig"))))
    assert [(r["code"], r["outcome"], r["flagged"], r["not_assessed"]) for r in rows][2:6] == [
        ("A03", "ran", "1", "2"), ("A04", "ran", "1", "0"), ("A05", "failed", "0", "0"), ("A06", "no_data", "0", "1"),
    ]  # fmt: skip
    assert "seconds" not in rows[0]
    frame = pl.read_parquet(rendered(report, "parquet", suffix=".coverage"))
    assert frame["code"].to_list() == [r["code"] for r in rows]


def test_parquet_holds_the_texts_exactly(rendered: Rendered) -> None:
    """parquet is for programs: hostile text is kept as it is."""
    report = hostile()
    frame = pl.read_parquet(rendered(report, "parquet"))
    assert frame["message_zh"].to_list() == [records.finding(f)["message"]["zh"] for f in report.findings]


def test_no_csv_cell_is_a_formula(rendered: Rendered) -> None:
    """No cell of a hostile budget begins with what a spreadsheet would run."""
    report = sample(names=("=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'=1"))
    for suffix in ("", ".coverage"):
        text = rendered(report, "csv", suffix=suffix).decode("utf-8-sig")
        cells = [c for row in csv.reader(io.StringIO(text, newline="")) for c in row]
        assert [c for c in cells if c[:1] and c[0] in "=+@\t\r＝＋－＠"] == []
        assert [c for c in cells if c.startswith("-") and not _number(c)] == []


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("-cmd|'/C calc'!A0", "'-cmd|'/C calc'!A0"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("-1500.00", "-1500.00"),
        ("'quoted'", "'quoted'"),
        ("校舍维修", "校舍维修"),
        ("", ""),
    ],
)
def test_what_is_neutralised_and_how(text: str, cell: str) -> None:
    """An apostrophe goes before what would run, also before one that stands there; numbers stay numbers."""
    assert no_formula(text) == cell
