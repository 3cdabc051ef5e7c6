"""A rule of the core, written again without Python, finds the same on any data; and it keeps the laws of all rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import budgetreview as br
from budgetreview import Submission
from budgetreview.report import Report
from budgetreview.rule import Rule
from budgetreview.rulefile import built
from budgetreview.rulefile.written import Entry, Said, Sample, Samples, Written
from budgetreview.testing import check_rule

AS_OF = date(2026, 1, 10)
CORE = {r.code: r for r in br.load_rules(select=("all",)) if r.pack == "core"}


def rule(samples: Sequence[tuple[str, Mapping[str, str]]], **fields: str) -> Rule:
    """A rule of some fields and examples, as a file would give it."""
    said = {k: Said(v, (None, k)) for k, v in {"code": "CD1", "title_zh": "示例", "severity": "orange", **fields}.items()}
    headers: dict[str, int] = {}
    rows = []
    for i, (expected, cells) in enumerate(samples, 2):
        row = {headers.setdefault(k, len(headers)): v for k, v in cells.items()}
        rows.append(Sample(Said("CD1", (None, "x")), Said(expected, (None, "x")), str(i), i, row))
    listed = Samples({c: h for h, c in headers.items()}, tuple(rows), lambda r, c: (None, f"{r}.{c}"))
    return built(Written("file", "file", "0", (Entry(said, (None, "rule")),), samples=(listed,)), None).rules[0]


PAIRS = {
    "Z13": rule(
        [("flagged", {"unit_price": "1200.01", "standard_value": "1200"}), ("clear", {"unit_price": "1", "standard_value": "1"})],
        condition="单价 > 支出标准",
    ),
    "Z01": rule(
        [("flagged", {"basis": "", "basic": "否"}), ("clear", {"basis": "x", "basic": "否"})],
        scope="项目支出", condition="设立依据 为空", about="设立依据", stages="预审、初审",
    ),
    "Z15": rule(
        [("flagged", {"targets_output": "0", "targets_benefit": "1", "targets_satisfaction": "1", "basic": "否"}),
         ("clear", {"targets_output": "2", "targets_benefit": "1", "targets_satisfaction": "1", "basic": "否"})],
        scope="项目支出",
        condition="产出指标数 为空 或 产出指标数 = 0 或 效益指标数 为空 或 效益指标数 = 0 或 满意度指标数 为空 或 满意度指标数 = 0",
        about="产出指标数、效益指标数、满意度指标数",
    ),
    "Z16": rule(
        [("flagged", {"targets_numeric": "0", "targets": "3", "basic": "否"}), ("clear", {"targets_numeric": "3", "targets": "3", "basic": "否"})],
        scope="项目支出 且 绩效指标数 > 0", condition="占比(量化指标数, 绩效指标数) < 限额", limit="50%", about="量化指标数",
    ),
}  # fmt: skip
"""Core rules and the same in the language of conditions."""

MONEY = st.sampled_from([None, "0", "0.01", "1200", "1200.01", "999999999999999.99"])
COUNT = st.sampled_from([None, "0", "1", "3"])
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "agency": st.sampled_from(["101", "102", None]), "project_name": st.sampled_from(["甲", None]),
    "basic": st.sampled_from(["是", "否", None]), "function_code": st.sampled_from(["2010101", "2320301", None]),
    "dept_economic_code": st.sampled_from(["30217", "30216", "302", None]),
    "basis": st.sampled_from(["文件", None]), "end_year": st.sampled_from(["2025", "2026", None]),
    "proposed": MONEY, "unit_price": MONEY, "standard_value": MONEY, "targets": COUNT, "targets_output": COUNT,
    "targets_benefit": COUNT, "targets_satisfaction": COUNT, "targets_numeric": COUNT,
}  # fmt: skip
LINES = st.lists(st.fixed_dictionaries(COLUMNS), min_size=1, max_size=8)


def submission(rows: list[dict[str, str | None]], *, without: str | None = None) -> Submission:
    columns = {name: [row[name] for row in rows] for name in COLUMNS if name != without}
    return Submission(lines={"entity": ["430702"] * len(rows), "fiscal_year": ["2026"] * len(rows), **columns})


def seen(report: Report) -> tuple[Any, ...]:
    (result,) = report.results
    rows = [(f.row, f.line_id, f.subject, f.amount, f.source.column) for f in report.findings]
    return (result.outcome, result.flagged, result.clear, result.not_assessed, result.not_applicable, result.missing, rows)


@pytest.mark.parametrize("code", PAIRS)
@settings(max_examples=12)
@given(rows=LINES, without=st.sampled_from([None, "basis", "basic", "end_year", "unit_price", "targets"]))
def test_the_same_rule_with_and_without_python_gives_the_same_answers(
    code: str, rows: list[dict[str, str | None]], without: str | None
) -> None:
    given_ = submission(rows, without=without)
    ours, theirs = (
        seen(br.review(given_, br.RuleSet((one,)), stage="preliminary", as_of=AS_OF)) for one in (PAIRS[code], CORE[code])
    )
    assert ours == theirs


def test_the_figures_shown_are_those_of_the_python_rule() -> None:
    given_ = submission([{**dict.fromkeys(COLUMNS), "unit_price": "1200.01", "standard_value": "1200"}])
    ours, theirs = (
        next(iter(br.review(given_, br.RuleSet((one,)), stage="preliminary", as_of=AS_OF).findings))
        for one in (PAIRS["Z13"], CORE["Z13"])
    )
    assert ours.facts == theirs.facts
    assert (ours.measure, ours.limit, ours.values) == (theirs.measure, theirs.limit, theirs.values)


RECEPTIONS = rule(
    [("flagged", {"agency": "101", "dept_economic_code": "30217", "proposed": "50000.01"}),
     ("clear", {"agency": "101", "dept_economic_code": "30217", "proposed": "50000"})],
    per="agency", sums="接待费 = 预算数 当 部门预算经济分类 形如 '30217%'\n笔数 = 行数 当 部门预算经济分类 形如 '30217%'",
    condition="接待费 > 限额 或 笔数 >= 5", limit="5万元",
)  # fmt: skip


@settings(max_examples=25)
@given(rows=LINES)
def test_sums_over_agencies_are_those_of_a_loop_over_the_lines(rows: list[dict[str, str | None]]) -> None:
    report = br.review(submission(rows), br.RuleSet((RECEPTIONS,)), stage="preliminary", as_of=AS_OF)
    sure, maybe = set(), set()
    for agency in {r["agency"] for r in rows if r["agency"]}:
        mine = [r for r in rows if r["agency"] == agency]
        inside = [r for r in mine if (r["dept_economic_code"] or "").startswith("30217")]
        known = sum(round(float(r["proposed"]) * 100) for r in inside if r["proposed"] is not None)
        open_ = any(r["proposed"] is None for r in inside) or any(
            r["dept_economic_code"] is None and r["proposed"] != "0" for r in mine
        )
        if known > 5_000_000 or len(inside) >= 5:
            sure.add(agency)
        elif open_ or any(r["dept_economic_code"] is None for r in mine):
            maybe.add(agency)
    flagged = {f.subject["agency"] for f in report.findings}
    assert flagged == sure
    (result,) = report.results
    assert result.clear == len({r["agency"] for r in rows if r["agency"]} - sure - maybe)


@pytest.mark.parametrize("one", [*PAIRS.values(), RECEPTIONS], ids=[*PAIRS, "receptions"])
@settings(max_examples=4)
@given(rows=LINES, seed=st.integers(0, 1000))
def test_rules_without_python_keep_the_laws_of_all_rules(one: Rule, rows: list[dict[str, str | None]], seed: int) -> None:
    numbered = [{**row, "line_id": f"A-{i}"} for i, row in enumerate(rows)]
    given_ = Submission(lines={
        "entity": ["430702"] * len(rows), "fiscal_year": ["2026"] * len(rows),
        **{name: [row[name] for row in numbered] for name in (*COLUMNS, "line_id")},
    })  # fmt: skip
    check_rule(one, given_, seed=seed)
