"""Laws that every rule keeps, on batches made at random from the columns of every table.

Amounts are not negative here: READINGS lets an unknown amount count as at least zero only where the column has no negative
value, so that blanking the one negative cell of a group may decide a sum.
"""

from __future__ import annotations

import random
from datetime import date

import pytest

from budgetreview.engine import review
from budgetreview.recompute import evaluate
from budgetreview.rule import Rule, RuleSet
from budgetreview.rules.core import budgetreview_rules
from budgetreview.submission import Submission
from budgetreview.tables import TABLES, Column
from budgetreview.testing import check_rule

RULES = sorted(budgetreview_rules(), key=lambda r: r.code)
ENTITIES = ["430000", "430700", "430702", "430702100"]
LATE = date(2027, 3, 1)
ROWS = {"lines": 70, "prior": 40, "totals": 0, "funds": 25, "targets": 20, "standards": 6, "agencies": 0, "calendar": 90,
        "transfers": 12, "payments": 30, "cases": 12}  # fmt: skip
CODES = {
    "agency": ["101", "102", "103"], "department": ["1"], "project": ["P1", "P2", "P3", "P4"],
    "function_code": ["201", "20101", "2010101", "2010108", "2050201", "2050299", "227", "2300308", "101010101", "1050401"],
    "dept_economic_code": ["301", "30101", "30201", "30216", "30217", "30226", "30227", "30231", "31001", "31002", "30901"],
    "gov_economic_code": ["501", "50101", "50201", "50299", "50501"], "standard_code": ["B1", "B2"], "code": ["B1", "B2"],
    "rule": ["Z13", "Z01"],
}  # fmt: skip
TEXTS = {
    "project_name": ["办公楼维修", "信息系统运维", "信息系统运行维护", "联络站建设", "专项资金补助"], "agency_name": ["县教育局", "县水利局"],
    "fund": ["国有土地使用权出让", "彩票公益金"], "note": ["冲减上年", "按进度支付", "经批准"], "region": ["A县", "B县"],
    "payee": ["县财政局", "某建设公司"], "value": ["95", "较好"], "operator": ["≥"], "level1": ["产出指标", "效益指标", "满意度指标"],
}  # fmt: skip


def cell(column: Column, rnd: random.Random) -> str | None:
    if rnd.random() < 0.12:
        return None
    if column.kind == "money":
        return rnd.choice(["0.00", "100.00", "100.01", "99.99", "5000000.00", "49.99", "110.00", "100000.00"])
    if column.kind == "year":
        return rnd.choice(["2019", "2023", "2024", "2025", "2026"])
    if column.kind == "date":
        return date(2026, rnd.randint(1, 12), rnd.randint(1, 28)).isoformat()
    if column.kind == "word":
        return rnd.choice([w for w in column.words if w != "none"])
    if column.kind == "mark":
        return rnd.choice(["是", "否"])
    if column.kind in {"number", "count"}:
        return str(rnd.randint(1, 12))
    if column.kind == "share":
        return "0.05"
    return rnd.choice(CODES.get(column.name) or TEXTS.get(column.name) or ["甲", "乙"])


def county(seed: int) -> Submission:
    rnd = random.Random(seed)
    tables: dict[str, dict[str, list[str | None]]] = {}
    for name, spec in TABLES.items():
        keys: list[dict[str, str]] = [{} for _ in range(ROWS[name])]
        if name == "totals":
            books = ["general", "government_fund", "state_capital", "social_insurance"]
            keys = [{"entity": e, "book": b, "level": ""} for e in ENTITIES for b in books if rnd.random() < 0.9]
        if name == "agencies":
            keys = [{"entity": e, "agency": a} for e in ENTITIES for a in CODES["agency"]]
        if name == "funds":
            keys = [{"entity": e, "book": b, "fund": f} for e in ENTITIES for b in ("government_fund", "social_insurance")
                    for f in TEXTS["fund"]]  # fmt: skip
        rows = []
        for i, key in enumerate(keys):
            row = {c: cell(spec.columns[c], rnd) for c in spec.columns}
            row |= {"entity": rnd.choice(ENTITIES)} if "entity" in spec.columns else {}
            row |= {"fiscal_year": "2025" if name == "prior" else "2026"} if "fiscal_year" in spec.columns else {}
            row |= {"line_id": f"{name}{i}"} if "line_id" in spec.columns else {}
            if row.get("basic"):  # a blank falls back to the kind of project, which must not contradict it
                row["project_kind"] = rnd.choice(["personnel", "public"] if row["basic"] == "是" else ["operating", "targeted"])
            rows.append(row | key | ({"level": None} if name == "totals" else {}))
        tables[name] = {c: [r[c] for r in rows] for c in spec.columns if not (name == "prior" and c.startswith("prior_"))}
    return Submission(**tables)


@pytest.fixture(scope="module")
def counties() -> list[Submission]:
    return [county(seed) for seed in (1, 2)]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_every_rule_keeps_the_laws_of_rules(rule: Rule, counties: list[Submission]) -> None:
    for seed, given in enumerate(counties):
        check_rule(rule, given, as_of=LATE, seed=seed)


@pytest.mark.parametrize("stage", ["pre", "preliminary", "plenary", "execution", "adjustment", "final", "rectify"])
def test_no_rule_fails_its_counts_add_up_and_every_finding_recomputes(stage: str, counties: list[Submission]) -> None:
    for given in counties:
        report = review(given, RuleSet(tuple(RULES)), stage=stage, as_of=LATE)
        for result in report.results:
            assert result.outcome != "failed", f"{result.rule.code}: {result.error}"
            if result.outcome == "ran" and result.rule.per == "line" and result.rule.tables[0] == "lines":
                counted = result.flagged + result.clear + result.not_assessed + result.not_applicable
                assert counted == len(given.table("lines")), result.rule.code
        for f in report.findings:
            record = {n: v.json() for n, v in {**f.parameters, **f.values}.items()}
            assert evaluate(f.formula, record) is True, f"{f.rule}: {f.formula} for {record}"
            assert "{" not in f.message.zh + f.message.en + f.question.zh + f.question.en, f.message
