"""Evidence from outside, in the shapes in which it is published, becomes the tables evidence and statistics.

The sheets are made up, of a fictional county.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetreview.errors import IntakeError
from budgetreview.intake import read
from budgetreview.submission import Submission

AUDIT = """序号,审计年度,被审计单位,项目代码,审计查出的主要问题,审计报告文号,报告日期,涉及金额（万元）,整改情况,整改完成日期
1,2024,示例县教育局,P1,校舍维修项目资金拨付不及时,示审报〔2025〕3号,2025-06-20,120.5,已整改,2025年9月30日
2,2024,示例县水利局,,项目资金结存未使用,示审报〔2025〕3号,2025-06-20,86,正在整改,
"""
INSPECTION = """序号,检查年度,被检查单位,检查发现问题,处理决定文号,检查日期,涉及金额（万元）,是否整改到位
1,2025,示例县林业局,会计凭证附件不全,示财监〔2025〕7号,2025-08-11,3.2,是
"""
MATTERS = """通报机关,通报年度,涉及单位,通报事项,文书编号,通报日期,涉及金额（万元）,是否办结
人民检察院,2025,示例县民政局,救助资金发放管理的检察建议,示检建〔2025〕2号,2025-05-06,,否
市场监督管理局,2025,示例县医院,收费公示,示市监〔2025〕9号,2025-04-01,1.5,是
"""
BULLETIN = """年份,指标,单位,绝对数,比上年增长
2024,地区生产总值,亿元,412.6,4.8%
2025,地区生产总值（GDP）,亿元,431.25,5.0%
2025,年末常住人口,万人,53.2,-0.3%
2025,社会消费品零售总额,亿元,150.1,6%
"""


def sheet(folder: Path, text: str, layout: str) -> Submission:
    """The sheet as a file, read by its layout."""
    path = folder / "表.csv"
    path.write_text(text, "utf-8")
    return read(path, layout=layout, entity="430702")


def test_an_audit_list_says_who_what_how_much_and_whether_it_was_put_right(tmp_path: Path) -> None:
    table = sheet(tmp_path, AUDIT, "audit-rectification").table("evidence")
    assert [table.key("kind").text(i) for i in range(2)] == ["audit", "audit"]
    assert [table.key("agency_name").text(i) for i in range(2)] == ["示例县教育局", "示例县水利局"]
    assert [table.key("project").text(i) for i in range(2)] == ["P1", None]
    assert table.money("amount").values.tolist() == [1_205_000_00, 860_000_00]
    assert table.mark("rectified").yes.tolist() == [True, False]
    assert table.mark("rectified").no.tolist() == [False, True]
    assert table.known("rectified_on").tolist() == [True, False]
    assert {p.fiscal_year for p in table.periods} == {2024}


def test_an_inspection_and_notified_matters_keep_their_kind(tmp_path: Path) -> None:
    inspected = sheet(tmp_path, INSPECTION, "finance-inspection").table("evidence")
    assert inspected.key("kind").words == ("inspection",)
    assert inspected.key("title").text(0) == "会计凭证附件不全"
    matters = sheet(tmp_path, MATTERS, "enforcement-judicial").table("evidence")
    assert [matters.key("kind").text(i) for i in range(2)] == ["judicial", "enforcement"]
    assert matters.known("amount").tolist() == [False, True]


def test_a_communique_gives_product_and_population_under_one_name_and_keeps_other_indicators(tmp_path: Path) -> None:
    table = sheet(tmp_path, BULLETIN, "statistics-bulletin").table("statistics")
    assert sorted(
        (table.key("indicator").text(i), float(table.number("value").values[i]), table.key("unit").text(i))
        for i in range(len(table))
    ) == [("gdp", 412.6, "亿元"), ("gdp", 431.25, "亿元"), ("population", 53.2, "万人"), ("社会消费品零售总额", 150.1, "亿元")]  # fmt: skip
    assert [p.fiscal_year for p in table.periods] == [2024, 2025]


def test_a_word_on_rectification_that_nobody_listed_is_a_problem_and_no_guess(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="大体完成"):
        sheet(tmp_path, AUDIT.replace("正在整改", "大体完成"), "audit-rectification")
