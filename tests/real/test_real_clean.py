"""The sets that are known to be clean give no red finding, and what is known to be wrong in them is found."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import budgetreview as br
from tests.real.real_files import fen, rows

LATER = date(2026, 1, 10)
BALANCE = "cn_province_fiscal_2014_2017/balance_long_2014_2016.csv"
TAIPEI = "tw_taipei_2016/歲出機關別預算表_g0v.csv"
TW, JP, MD = "tw_central_budget", "jp_mof_budget_items", "es_madrid_execution"


def reviewed(submission: br.Submission, stage: str, *codes: str) -> br.Report:
    """The review with the rules named, else with those that run by default."""
    return br.review(submission, br.load_rules(select=codes), stage=stage, as_of=LATER)


def counts(report: br.Report, code: str) -> dict[str, int]:
    """What one rule answered."""
    row = next(r for r in report.coverage.to_polars().to_dicts() if r["code"] == code)
    return {k: row[k] for k in ("flagged", "clear", "not_assessed", "not_applicable")}


CLEAN = [
    ("taiwan-central", f"{TW}/proposed_2019.csv", f"{TW}/enacted_2018.csv", ("pre", "preliminary", "plenary")),
    ("taiwan-central", f"{TW}/proposed_2025.csv", f"{TW}/proposed_2024.csv", ("pre", "preliminary", "plenary")),
    ("taipei", TAIPEI, TAIPEI.replace(".csv", "_2015.csv"), ("pre", "preliminary", "plenary")),
    *(("japan-initial", f"{JP}/mof_items_fy{y}.csv", None, ("pre", "preliminary", "plenary")) for y in range(2021, 2025)),
    *(("japan-settlement", f"{JP}/mof_items_fy{y}.csv", None, ("final",)) for y in range(2021, 2025)),
    *(("madrid-execution", f"{MD}/{y}_ejecucion_gastos.csv", None, ("final",)) for y in (2020, 2021)),
    ("oakland", "us_oakland/oakland_16-17_adopted.csv", None, ("execution",)),
    ("oakland", "us_oakland/oakland_16-17_adjusted.csv", None, ("adjustment",)),
    ("oklahoma-city", "us_oklahoma_city/okc_fy2014_budget_detail.csv", None, ("adjustment",)),
    ("oklahoma-city", "us_oklahoma_city/okc_fy2015_budget_detail.csv", "us_oklahoma_city/okc_fy2014_budget_detail.csv", ("execution",)),
    ("jiangsu-functions", "cn_jiangsu_dept_budgets/line_items.csv", None, ("pre", "preliminary", "plenary")),
    ("province-balance", BALANCE, None, ("final",)),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "file", "prior", "stages"), CLEAN)
def test_a_clean_set_gives_no_red_finding_and_no_rule_fails(
    shared_data: Path, layout: str, file: str, prior: str | None, stages: tuple[str, ...]
) -> None:
    submission = br.read(shared_data / file, layout=layout, prior=shared_data / prior if prior else None)
    for stage in stages:
        report = reviewed(submission, stage)
        assert [f"{f.rule} {f.line_id}" for f in report.findings if f.severity.value == "red"] == []
        assert report.complete


def test_lines_that_are_new_have_no_amount_of_last_year_to_be_far_from_and_others_without_one_stay_open(
    shared_data: Path,
) -> None:
    submission = br.read(shared_data / TW / "proposed_2019.csv", layout="taiwan-central", prior=shared_data / TW / "enacted_2018.csv")  # fmt: skip
    # 43 lines are new in agencies of last year; 27 are of agencies that last year does not have
    assert counts(reviewed(submission, "preliminary", "Q03"), "Q03")["not_assessed"] == 27


def test_revenue_and_expenditure_of_all_ninety_province_years_balance(shared_data: Path) -> None:
    report = reviewed(br.read(shared_data / BALANCE, layout="province-balance"), "final")
    assert counts(report, "L02") == {"flagged": 0, "clear": 90, "not_assessed": 0, "not_applicable": 0}


CAPITAL = "增设预算周转金"
INCOME = {
    "own_revenue": ("本年收入合计",),
    "upper_general": ("中央补助收入", "省补助计划单列市收入", "接受其他地区援助收入"),
    "carry_in": ("上年结余", "国债转贷资金上年结余", "待偿债置换一般债券上年结余"),
    "moved_in": ("调入资金",),
    "stabilisation_in": ("调入预算稳定调节基金",),
    "debt_in": ("地方政府一般债务收入", "国债转贷收入"),
    "total_in": ("收入总计",),
}
OUTLAY = {
    "own_expenditure": ("本年支出合计",),
    "remitted_up": ("上解中央支出", "计划单列市上解省支出"),
    "transfers_general": ("援助其他地区支出",),
    "stabilisation_out": ("安排预算稳定调节基金",),
    "debt_repaid": ("地方政府一般债务还本", "拨付国债转贷资金数"),
    "moved_out": ("调出资金", CAPITAL),
    "carry_out": ("年终结余", "国债转贷资金结余", "待偿债置换一般债券结余"),
    "total_out": ("支出总计",),
}


def balance(
    shared_data: Path, turned: frozenset[tuple[str, int]] = frozenset()
) -> tuple[dict[str, list[str | int]], list[tuple[str, int]]]:
    """The balance as one row a province and year, and which they are; small items stand with their kind, blanks are zero.

    Grants from the centre are one figure: which part of them is special does not matter to the sum. Where the year is
    among ``turned``, money put to the working capital counts with the other sign.
    """
    items: dict[tuple[str, int], dict[str, Decimal]] = defaultdict(dict)
    for row in rows(shared_data / BALANCE):
        items[row["province"], int(row["year"])][row["item"]] = Decimal(row["amount_yi_yuan"] or 0)
    for place in turned:
        items[place][CAPITAL] *= -1
    codes = {name: f"{i}0000" for i, name in enumerate(sorted({p for p, _ in items}), 11)}
    n = len(items)
    frame: dict[str, list[str | int]] = {
        "entity": [codes[p] for p, _ in items], "fiscal_year": [y for _, y in items], "book": ["general"] * n,
    }  # fmt: skip
    for column, parts in (INCOME | OUTLAY).items():
        frame[f"{column}（亿元）"] = [str(sum(own[p] for p in parts)) for own in items.values()]
    for column in ("upper_special", "transfers_special", "remitted_from_below"):
        frame[f"{column}（亿元）"] = ["0.00"] * n
    return frame, list(items)


def test_the_parts_of_76_province_years_make_up_their_totals_and_14_of_2015_but_for_one_sign(shared_data: Path) -> None:
    frame, places = balance(shared_data)
    report = reviewed(br.Submission(totals=frame), "final", "L20")
    assert counts(report, "L20") == {"flagged": 14, "clear": 76, "not_assessed": 0, "not_applicable": 0}
    assert {f.severity.value for f in report.findings} == {"orange"}
    found = frozenset(places[f.row - 1] for f in report.findings)
    assert {year for _, year in found} == {2015}
    turned, _ = balance(shared_data, found)
    again = reviewed(br.Submission(totals=turned), "final", "L20")
    assert counts(again, "L20") == {"flagged": 0, "clear": 90, "not_assessed": 0, "not_applicable": 0}


JIANGSU = "cn_jiangsu_dept_budgets/line_items.csv"
MIXED_UP = {
    ("js_npc_2017", "一般公共预算基本支出预算表", "302"),
    ("js_npc_2017", "一般公共预算基本支出预算表#2", "302"),
    ("js_npc_2017", "财政拨款基本支出预算表#2", "303"),
}


@pytest.mark.slow
def test_of_293_sums_in_the_jiangsu_tables_290_hold_exactly_and_only_the_mixed_up_titles_are_found(
    shared_data: Path,
) -> None:
    # The README counts 294 groups and four exceptions. The fourth, 30312 alone in 财政拨款政府性基金支出预算表 of the same
    # document, shows no sum to hold it against. Each table stands by itself, in the order of its codes.
    tables: dict[tuple[str, str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows(shared_data / JIANGSU):
        if row["code_system"] != "total":
            tables[row["doc_id"], row["table_title"], row["code_system"]].append(row)
    rule = br.load_rules(select=("Q01",))
    looked_at, found = 0, set()
    for (document, title, system), own in tables.items():
        own.sort(key=lambda r: r["code"])
        column = "function_code" if system == "function" else "dept_economic_code"
        frame = {"entity": ["320000"] * len(own), "fiscal_year": [int(r["year"]) for r in own],
                 column: [r["code"] for r in own], "金额（万元）": [r["amount_1"] for r in own]}  # fmt: skip
        report = br.review(br.Submission(lines=frame), rule, stage="preliminary", as_of=LATER)
        answers = counts(report, "Q01")
        assert answers["not_assessed"] == 0
        looked_at += answers["flagged"] + answers["clear"]
        found |= {(document, title, own[f.row - 1]["code"]) for f in report.findings}
    assert looked_at == 293
    assert found == MIXED_UP


def test_of_the_jiangsu_tables_by_economic_item_only_the_mixed_up_one_is_red(shared_data: Path) -> None:
    report = reviewed(br.read(shared_data / JIANGSU, layout="jiangsu-basic"), "preliminary")
    assert {(f.rule, f.source.cell) for f in report.findings if f.severity.value == "red"} == {("L14", "I71"), ("Q01", "M71")}  # fmt: skip


@pytest.mark.parametrize(("year", "above", "without"), [(2020, 938, 399), (2021, 1009, 418)])
def test_line_by_line_madrid_pays_above_its_credit_on_a_thousand_rows_which_is_lawful_there(
    shared_data: Path, year: int, above: int, without: int
) -> None:
    path = shared_data / MD / f"{year}_ejecucion_gastos.csv"
    report = reviewed(br.read(path, layout="madrid-lines"), "final")
    there = rows(path, encoding="latin-1", delimiter=";")
    paid = [(fen(r["OBL_RECONOC"], comma=True), fen(r["C_DEFINITIVO"], comma=True)) for r in there]
    assert counts(report, "E02")["flagged"] == sum(a > b for a, b in paid) == above
    assert counts(report, "E01")["flagged"] == sum(a > 0 and b == 0 for a, b in paid) == without


def test_a_file_that_stops_half_way_is_read_and_last_year_tells_what_is_missing(shared_data: Path) -> None:
    def left_over(file: str) -> int:
        submission = br.read(shared_data / TW / file, layout="taiwan-central", prior=shared_data / TW / "enacted_2017.csv")  # fmt: skip
        notices = [n for i in submission.inputs for n in i.notices if n.kind == "prior-unused"]
        return int(notices[0].text.en.split()[0])

    whole, half = left_over("proposed_2018.csv"), left_over("proposed_2018_truncated.csv")
    assert half > 500
    assert whole < 150
