"""Each layout that ships reads its real files whole: no problem, the rows that are there, the sum to the hundredth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import budgetreview as br
from tests.real.real_files import fen, rows, total

TW, JP, MD = "tw_central_budget", "jp_mof_budget_items", "es_madrid_execution"
OAK, OKC, JS = "us_oakland", "us_oklahoma_city", "cn_jiangsu_dept_budgets"
TAIPEI = "tw_taipei_2016/歲出機關別預算表_g0v.csv"
ANY: Callable[[dict[str, str]], bool] = lambda _: True  # noqa: E731
SETTLED: Callable[[dict[str, str]], bool] = lambda r: r["budgetType"] == "決算"  # noqa: E731
INITIAL: Callable[[dict[str, str]], bool] = lambda r: r["budgetType"] == "当初予算"  # noqa: E731

WHOLE = [
    # layout, file, lines read, fiscal year, column, header in the file, rows of the file that count
    *(("taiwan-central", f"{TW}/proposed_{y}.csv", None, y, "proposed", "amount", ANY)
      for y in (2015, 2016, 2017, 2018, 2019, 2020, 2024, 2025)),
    *(("taiwan-central", f"{TW}/enacted_{y}.csv", None, y, "approved", "amount", ANY) for y in range(2015, 2020)),
    ("taiwan-central", f"{TW}/proposed_2018_truncated.csv", 611, 2018, "proposed", "amount", ANY),
    ("taipei", TAIPEI, 781, 2016, "proposed", "amount", ANY),
    ("taipei", TAIPEI.replace(".csv", "_2015.csv"), 781, 2015, "approved", "amount", ANY),
    *(("japan-initial", f"{JP}/mof_items_fy{y}.csv", None, y, "proposed", "amount", INITIAL) for y in range(2021, 2025)),
    *(("japan-items", f"{JP}/mof_items_fy{y}.csv", n, y, "executed", "spent", SETTLED)
      for y, n in ((2021, 1395), (2022, 1430), (2023, 1438), (2024, 1446))),
    ("oklahoma-city", f"{OKC}/okc_fy2014_budget_detail.csv", 4501, 2014, "current", "FY2014 Amended Budget", ANY),
]  # fmt: skip
"""One line a row; without a number, as many as the file has."""

ADDED = [
    # the same, but rows that repeat a key are one line
    *(("japan-settlement", f"{JP}/mof_items_fy{y}.csv", n, y, "current", "currentAmount", SETTLED)
      for y, n in ((2021, 935), (2022, 966), (2023, 975), (2024, 978))),
    ("oakland", f"{OAK}/oakland_16-17_adopted.csv", 9571, 2017, "approved", "Amount as number", ANY),
    ("oakland", f"{OAK}/oakland_16-17_adjusted.csv", 10277, 2017, "current", "Amount as number", ANY),
    ("oakland", f"{OAK}/flow_FY13-14__adopted.csv", 401, 2014, "approved", "amount", ANY),
    ("oakland", f"{OAK}/flow_FY14-15__adopted.csv", 400, 2015, "approved", "amount", ANY),
    ("oakland", f"{OAK}/flow_FY14-15__adjusted.csv", 419, 2015, "current", "amount", ANY),
    ("oakland", f"{OAK}/flow_FY16-17__proposed.csv", 391, 2017, "proposed", "amount", ANY),
    ("oakland", f"{OAK}/flow_FY16-17__adjusted.csv", 427, 2017, "current", "amount", ANY),
    ("oklahoma-city", f"{OKC}/okc_fy2015_budget_detail.csv", 4452, 2015, "approved", "FY2015 Budget", ANY),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "file", "n", "year", "column", "header", "counts"), [*WHOLE, *ADDED])
def test_a_layout_reads_every_row_and_the_exact_sum_of_its_file(
    shared_data: Path, layout: str, file: str, n: int | None, year: int, column: str, header: str, counts: Any
) -> None:
    lines = br.read(shared_data / file, layout=layout).table("lines")
    there = [r for r in rows(shared_data / file) if counts(r)]
    assert len(lines) == (len(there) if n is None else n)
    amounts = lines.money(column)
    assert amounts.known.all()
    assert int(amounts.values.sum()) == total(r[header] for r in there)
    assert {p.fiscal_year for p in lines.periods} == {year}


@pytest.mark.parametrize(
    ("layout", "year", "n"), [("madrid-lines", 2020, 7184), ("madrid-lines", 2021, 7811), ("madrid-execution", 2020, 56), ("madrid-execution", 2021, 61)]
)  # fmt: skip
def test_madrid_is_read_in_latin_1_with_semicolons_and_decimal_commas(
    shared_data: Path, layout: str, year: int, n: int
) -> None:
    path = shared_data / MD / f"{year}_ejecucion_gastos.csv"
    lines = br.read(path, layout=layout).table("lines")
    there = rows(path, encoding="latin-1", delimiter=";")
    assert len(lines) == n
    for column, header in (("approved", "CRED_INICIAL"), ("current", "C_DEFINITIVO"), ("executed", "OBL_RECONOC")):
        assert int(lines.money(column).values.sum()) == total((r[header] for r in there), comma=True)
    names = set(lines.key("agency_name").words)
    assert names <= {r["Descripcion Seccion"].strip() for r in there} | {r["Descripcion Centro"].strip() for r in there}
    assert any("Ó" in name or "Ñ" in name or "Ú" in name for name in names) or layout == "madrid-execution"


@pytest.mark.parametrize(("layout", "column", "n"), [("jiangsu-functions", "function_code", 191), ("jiangsu-basic", "dept_economic_code", 398)])  # fmt: skip
def test_the_jiangsu_tables_of_the_general_budget_are_read_once_and_not_their_twins(
    shared_data: Path, layout: str, column: str, n: int
) -> None:
    path = shared_data / JS / "line_items.csv"
    lines = br.read(path, layout=layout).table("lines")
    there = [r for r in rows(path) if r["table_title"].endswith(("一般公共预算支出预算表", "一般公共预算支出预算表（功能科目）")
             if layout == "jiangsu-functions" else ("一般公共预算基本支出预算表", "一般公共预算基本支出预算表（经济科目）"))
             and r["code_system"] == ("function" if layout == "jiangsu-functions" else "economic_department")]  # fmt: skip
    assert len(lines) == len(there) == n
    assert int(lines.money("proposed").values.sum()) == total((r["amount_1"] for r in there), unit=10_000)
    assert sorted(lines.key(column).text(i) for i in range(n)) == sorted(r["code"] for r in there)
    assert {(p.entity, p.fiscal_year) for p in lines.periods} <= {("320000", y) for y in (2017, 2018, 2019)}


def test_the_balance_of_thirty_provinces_in_three_years_becomes_ninety_rows_of_totals(shared_data: Path) -> None:
    path = shared_data / "cn_province_fiscal_2014_2017" / "balance_long_2014_2016.csv"
    totals = br.read(path, layout="province-balance").table("totals")
    there = rows(path)
    assert len(totals) == 90
    for column, item in (
        ("total_in", "收入总计"),
        ("own_revenue", "本年收入合计"),
        ("moved_out", "调出资金"),
        ("carry_out", "年终结余"),
    ):
        wanted = total((r["amount_yi_yuan"] for r in there if r["item"] == item), unit=10**8)
        assert int(totals.money(column).values.sum()) == wanted


def test_every_finding_about_a_foreign_file_points_at_the_cell_it_was_read_from(shared_data: Path) -> None:
    path = shared_data / MD / "2021_ejecucion_gastos.csv"
    report = br.review(br.read(path, layout="madrid-lines"), br.load_rules(select=("E02",)), stage="final", as_of=date(2022, 7, 1))  # fmt: skip
    first = next(iter(report.findings))
    there = rows(path, encoding="latin-1", delimiter=";")
    row = there[int(first.source.cell[1:]) - 2]
    assert first.source.cell[0] == "P"
    assert fen(row["OBL_RECONOC"], comma=True) - fen(row["C_DEFINITIVO"], comma=True) == first.measure.value
