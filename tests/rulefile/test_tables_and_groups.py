"""A rule may look at any table, row by row or by groups; each answers its examples and its findings recompute."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest

import budgetreview as br
from budgetreview.recompute import recheck
from budgetreview.render import writers
from budgetreview.rulefile import RuleFile, rules_from_file

RULES = """
[[rule]]
code = "T1"
title = "预备费偏低"
table = "totals"
condition = "占比(预备费, 本级支出) < 限额"
limit = "1%"
books = "一般公共预算"
severity = "red"
stages = "初审、大会"
example = [
  { expected = "flagged", reserve = "0.99", own_expenditure = "100" },
  { expected = "clear", reserve = "1", own_expenditure = "100" },
  { expected = "not_assessed", reserve = "1", own_expenditure = "" },
  { expected = "not_applicable", reserve = "1", own_expenditure = "500", book = "政府性基金预算" },
]

[[rule]]
code = "T2"
title = "专项转移支付下达偏晚"
table = "转移支付"
scope = "类型 = '专项'"
condition = "天数(2026-01-01, 下达日期) > 限额"
limit = "60天"
severity = "yellow"
example = [
  { expected = "flagged", kind = "专项", issued = 2026-03-03, amount = "1万元" },
  { expected = "clear", kind = "专项", issued = "2026年3月2日", amount = "1万元" },
  { expected = "not_applicable", kind = "一般性", issued = 2026-05-01, amount = "1万元" },
]

[[rule]]
code = "T3"
title = "现金支付较大"
table = "payments"
condition = "用途 匹配 '现金|备用金' 且 支付金额 >= 限额"
limit = "5000元"
severity = "blue"
territory = "110000"
levels = "省级"
example = [
  { expected = "应提示", purpose = "提取备用金", amount = "5000" },
  { expected = "不应提示", purpose = "提取备用金", amount = "4999.99" },
]

[[rule]]
code = "T4"
title = "人均车辆偏多"
table = "agencies"
scope = "单位性质 = '事业'"
condition = "车辆数 > 在职人数 * 10%"
severity = "blue"
example = [
  { expected = "应提示", agency = "1", unit_kind = "事业", vehicles = 2, staff = 19 },
  { expected = "不应提示", agency = "2", unit_kind = "事业", vehicles = 2, staff = 20 },
]

[[rule]]
code = "T5"
title = "一次性项目占比偏高"
per = "地区"
sums = ["一次性 = 本阶段金额 当 存续状态 = '一次性'", "全部 = 本阶段金额"]
condition = "占比(一次性, 全部) > 30%"
severity = "yellow"
from = 2026-01-01

[[rule.example]]
expected = "应提示"
rows = [{ proposed = "31", life = "一次性" }, { proposed = "69", life = "经常性" }]

[[rule.example]]
expected = "不应提示"
rows = [{ proposed = "30", life = "一次性" }, { proposed = "70", life = "经常性" }]

[[rule.example]]
expected = "无法判断"
rows = [{ proposed = "30", life = "一次性" }, { proposed = "70", life = "" }]

[[rule]]
code = "T6"
title = "基金收入下降"
table = "funds"
condition = "增幅(收入, 上年收入) < -20%"
severity = "yellow"
example = [
  { expected = "应提示", fund = "土地", revenue = "79.99", prior_revenue = "100" },
  { expected = "不应提示", fund = "土地", revenue = "80", prior_revenue = "100" },
]

[[rule]]
code = "T7"
title = "项目较多而单价较高"
per = "project"
sums = ["总额 = 预算数", "笔数 = 行数 当 单价 > 100元"]
condition = "笔数 >= 2 且 总额 > 限额"
limit = "1万元"
severity = "yellow"

[[rule.example]]
expected = "应提示"
rows = [{ project = "P1", proposed = "1万元", unit_price = "101" }, { project = "P1", proposed = "0.01", unit_price = "102" }]

[[rule.example]]
expected = "不应提示"
rows = [{ project = "P1", proposed = "1万元", unit_price = "101" }, { project = "P1", proposed = "0.00", unit_price = "102" }]
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleFile:
    path = tmp_path_factory.mktemp("rules") / "tables.toml"
    path.write_text(RULES, encoding="utf-8")
    return rules_from_file(path)


def test_every_rule_answers_its_examples(rules: RuleFile) -> None:
    assert len(rules.rules) == 7
    assert len(rules.outcomes) == 18
    assert all(o.met for o in rules.outcomes)


def test_what_a_finding_shows_is_enough_to_compute_it_again(rules: RuleFile) -> None:
    place = {"entity": ["430702"], "fiscal_year": ["2026"]}
    given = br.Submission(
        totals={**place, "book": ["一般公共预算"], "reserve": ["0.99"], "own_expenditure": ["100"]},
        transfers={**place, "kind": ["专项"], "issued": ["2026-05-01"], "amount": ["5"], "project": ["甲"]},
        agencies={**place, "agency": ["101"], "unit_kind": ["事业"], "vehicles": ["2"], "staff": ["19"]},
        funds={**place, "book": ["政府性基金预算"], "fund": ["土地"], "revenue": ["79.99"], "prior_revenue": ["100"]},
        lines={
            "entity": ["430702"] * 2, "fiscal_year": ["2026"] * 2, "project": ["P1", "P1"], "life": ["一次性", "经常性"],
            "proposed": ["10000", "0.01"], "unit_price": ["101", "102"],
        },
        payments={"entity": ["110000"], "fiscal_year": ["2026"], "purpose": ["备用金"], "amount": ["5000"], "agency": ["1"]},
    )  # fmt: skip
    report = br.review(given, br.RuleSet(rules.rules), stage="preliminary", as_of=date(2026, 1, 10))
    out = io.BytesIO()
    writers("json")[""](report, out)
    written = json.loads(out.getvalue())
    assert recheck(written) == []
    found = {f["rule"]: f for f in written["findings"]}
    assert sorted(found) == [r.code for r in rules.rules]
    assert found["T1"]["measure"] == 0.0099
    assert (found["T2"]["measure"], found["T2"]["limit"], found["T2"]["amount"]) == (120, 60, "5.00")
    assert (found["T4"]["measure"], found["T4"]["limit"]) == (2, 1.9)
    assert (found["T5"]["measure"], found["T5"]["subject"], found["T5"]["amount"]) == (
        1000000 / 1000001, {"fiscal_year": 2026}, "10000.00",
    )  # fmt: skip
    assert (found["T7"]["subject"], found["T7"]["values"]) == ({"project": "P1"}, {"总额": "10000.01", "笔数": 2})
    assert (found["T7"]["measure"], found["T7"]["limit"]) == ("10000.01", "10000.00")


def test_a_rule_is_silent_where_and_when_it_does_not_hold(rules: RuleFile) -> None:
    by_code = {r.code: r for r in rules.rules}
    assert by_code["T3"].speaks_of("430702", date(2026, 1, 10)) is False
    assert not by_code["T5"].holds_on(date(2025, 12, 31))
    assert by_code["T1"].books == ("general",)
