"""A clean parquet file is read without spelling out its texts: the table is the one that the ordinary way makes."""

from __future__ import annotations

import sys
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from budgetreview import intake
from budgetreview.conformance import batches
from budgetreview.errors import IntakeError
from budgetreview.intake import straight
from budgetreview.submission import Submission
from budgetreview.table import Data
from budgetreview.values import Exact, Keys, Numbers, Truth

N = 600


def plain(**changed: Any) -> pl.DataFrame:
    """Lines of two counties and years as a platform exports them."""
    columns: dict[str, Any] = {
        "line_id": [f"{i:06d}" for i in range(N)],
        "entity": ["430702000" if i < N // 2 else "430703" for i in range(N)],
        "fiscal_year": [2025 if i % 200 < 100 else 2026 for i in range(N)],
        "agency": [f"{100 + i % 7}" for i in range(N)],
        "project": [f"P{i}" if i % 5 else None for i in range(N)],
        "project_name": [" 桥梁检测 " if i % 3 else "－" for i in range(N)],
        "basic": ["基本支出" if i % 4 == 0 else "项目支出" for i in range(N)],
        "function_code": ["2010101" if i % 2 else "2010108" for i in range(N)],
        "proposed": [float(i) + 0.25 if i % 9 else None for i in range(N)],
        "prior_approved": [Decimal(i) / 4 for i in range(N)],
        "requested": [i * 10 for i in range(N)],
        "reviewed": [f"{i},000.50" if i % 6 else "-" for i in range(N)],
        "basis_expires": [date(2027, 1, 1 + i % 28) if i % 2 else None for i in range(N)],
        "evaluated_before": [bool(i % 2) if i % 3 else None for i in range(N)],
        "quantity": [i % 12 if i % 4 else None for i in range(N)],
        "evaluation_score": [i / 7 if i % 4 else None for i in range(N)],
        "自有说明": ["甲" if i % 2 else None for i in range(N)],
    }
    columns |= changed
    return pl.DataFrame({k: v for k, v in columns.items() if v is not None}, strict=False)


CLEAN = {
    "a platform's export": plain(),
    "no ids": plain(line_id=None),
    "ids counted anew in each county": plain(line_id=[f"{i % (N // 2)}" for i in range(N)]),
    "rows of the counties mixed": plain().sample(N, shuffle=True, seed=3),
    "amounts as text": plain(proposed=["1,234.50"] * N),
    "codes with decimals": plain(function_code=["2010101.0"] * N),
    "columns of other names": plain().rename({"proposed": "本年预算数（万元）", "agency_name": "单位名称"}, strict=False),
    "blank columns": plain(note=[None] * (N - 1) + [""]),
    "lines of a project together": plain(
        project=[f"P{i // 3}" if i // 3 % 5 else None for i in range(N)],
        project_name=[f" 桥梁{i // 3}号 " if i // 3 % 7 else "－" for i in range(N)],
    ),
    "narrow numbers": plain().with_columns(pl.col("fiscal_year").cast(pl.Int16), pl.col("requested").cast(pl.UInt32)),
}
NOT_CLEAN = {
    "a total row": plain(project_name=["合计"] + ["桥梁"] * (N - 1)),
    "an id that repeats": plain(line_id=["1", "1", *(f"{i}" for i in range(2, N))]),
    "a line without entity": plain(entity=[None] + ["430702"] * (N - 1)),
    "a deleted row": plain(is_deleted=[1] + [0] * (N - 1)),
}
WRONG = {
    "a bad amount": plain(proposed=["甲"] + ["1"] * (N - 1)),
    "a code of letters": plain(function_code=["二零一"] + ["2010101"] * (N - 1)),
    "an amount beyond all budgets": plain(requested=[10**16] + [1] * (N - 1)),
    "a year out of range": plain(fiscal_year=[1800] + [2026] * (N - 1)),
    "money finer than 分": plain(proposed=[0.001] + [1.0] * (N - 1)),
}


@pytest.fixture(autouse=True)
def short_files_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(straight, "_SMALL", 1)


def both_ways(frame: pl.DataFrame, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Submission | None, Submission]:
    """The file read straight (None: refused), and the ordinary way."""
    file = folder / "lines.parquet"
    frame.write_parquet(file, row_group_size=250)
    quick: list[Submission | None] = []
    ordinary = intake._straight

    def watched(*given: Any) -> Submission | None:
        quick.append(ordinary(*given))
        return None

    monkeypatch.setattr(intake, "_straight", watched)
    read = intake.read(file)
    return quick[0], read


def assert_alike(quick: Submission, read: Submission) -> None:
    assert quick.periods == read.periods
    assert quick.inputs == read.inputs
    a, b = quick.table("lines"), read.table("lines")
    assert a.sources == b.sources
    for field in ("period", "source", "row", "record"):
        assert np.array_equal(getattr(a, field), getattr(b, field)), field
    assert set(a.columns) == set(b.columns)
    middle = slice(N // 6, N // 2)
    for name in b.columns:  # some rows first, which are made without the others
        assert_same(name, a.at(middle).columns[name], b.columns[name].take(middle))
    for name, there in b.columns.items():
        here = a.columns[name]
        assert_same(name, here, there)
        if isinstance(here, Keys) and isinstance(there, Keys):
            assert here.words == there.words, name
            assert np.array_equal(here.codes, there.codes), name
            assert len({*zip(here.marks.tolist(), there.codes.tolist(), strict=True)}) == len({*there.codes.tolist()})


def assert_same(name: str, here: Data, there: Data) -> None:
    """The same value in every row."""
    assert len(here) == len(there), name
    if isinstance(there, Keys):
        assert isinstance(here, Keys)
        rows = np.arange(len(there))
        assert here.texts(rows) == there.texts(rows), name
        assert [here.text(i) for i in rows] == there.texts(rows), name
        assert np.array_equal(here.known, there.known), name
    elif isinstance(there, Truth):
        assert isinstance(here, Truth)
        assert np.array_equal(here.yes, there.yes), name
        assert np.array_equal(here.no, there.no), name
    else:
        assert isinstance(here, Exact | Numbers)
        assert np.array_equal(here.values, there.values), name
        assert np.array_equal(here.known, there.known), name
        assert here.kind == there.kind, name


@pytest.mark.parametrize("what", CLEAN)
def test_a_clean_file_makes_the_same_table_either_way(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick, read = both_ways(CLEAN[what], tmp_path, monkeypatch)
    assert quick is not None
    assert_alike(quick, read)


@pytest.mark.parametrize("what", CLEAN)
def test_so_it_does_where_pyarrow_is_not_installed(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    quick, read = both_ways(CLEAN[what], tmp_path, monkeypatch)
    assert quick is not None
    assert_alike(quick, read)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_file_with_every_column_makes_the_same_table_either_way(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pl.DataFrame(batches.county(seed, times=3)["lines"], strict=False)
    quick, read = both_ways(frame, tmp_path, monkeypatch)
    assert quick is not None
    assert_alike(quick, read)


@pytest.mark.parametrize("what", NOT_CLEAN)
def test_what_is_not_clean_is_left_to_the_ordinary_reader(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick, _ = both_ways(NOT_CLEAN[what], tmp_path, monkeypatch)
    assert quick is None


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_left_to_the_ordinary_reader_who_says_so(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(IntakeError):
        both_ways(WRONG[what], tmp_path, monkeypatch)


def test_a_column_that_one_thread_is_making_is_there_for_the_others() -> None:
    started, done = threading.Event(), threading.Event()

    def slow(_rows: slice | None) -> Keys:
        started.set()
        done.wait(10)
        return Keys.of(["甲"])

    columns = straight._Columns({}, {"note": slow})
    maker = threading.Thread(target=lambda: columns["note"])
    maker.start()
    started.wait(10)
    there = ("note" in columns, list(columns), len(columns))
    done.set()
    maker.join()
    assert there == (True, ["note"], 1)
    assert columns["note"].text(0) == "甲"
