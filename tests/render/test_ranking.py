"""One order of questions and one way to count, in every report that people read."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import openpyxl
import pytest

from budgetreview import render
from budgetreview.engine import review
from budgetreview.example import DAYS, tables
from budgetreview.plugins import load_rules
from budgetreview.render.summary.ranking import WEIGHT, Scale, questions, ranked, topics
from budgetreview.report import Report
from budgetreview.rule import Severity
from budgetreview.submission import Submission

from .sample import sample

RED, BLUE = Severity.RED, Severity.BLUE


@pytest.fixture(scope="module")
def county() -> Report:
    return review(Submission(**tables()), load_rules(), stage="preliminary", as_of=DAYS["preliminary"])


def test_terminal_page_and_opinion_ask_in_one_order(county: Report, rendered: Callable[..., bytes]) -> None:
    """The first ten questions are the same, one after the other, in all three."""
    codes = [q.topic.result.rule.code for q in questions(county)][:10]
    text = render.text(county, verbose=True, width=400)
    asked = text[text.index("── 值得询问的问题") : text.index("── 红色")]
    assert re.findall(r"^   \S+ · (\w+) · ", asked, re.MULTILINE)[:10] == codes
    html = rendered(county, "html").decode()
    first = html[html.index('<ol class="questions" start="1">') :]
    assert re.findall(r"</span> (\w+) [^<]* · \d+ 项", first)[:10] == codes
    draft = rendered(county, "markdown").decode()
    said = draft[draft.index("## 三、主要问题") : draft.index("## 四、建议")]
    wanted = [q.topic.example.question.zh for q in questions(county)][:10]
    assert [re.sub(r"^### （.{1,2}）|\\", "", h) for h in said.splitlines() if h.startswith("### ")] == wanted


def test_what_is_not_known_counts_the_median() -> None:
    """Of three known sums the one in the middle, of two the larger; with none known only the severity counts."""
    assert Scale.of([100, None, -300, 200]).middle == 200
    assert Scale.of([100, 300]).middle == 300
    assert Scale.of([None]).weigh(RED, None) == WEIGHT[RED]
    assert Scale.of([100, 200, 300]).weigh(RED, None) == 1600
    assert Scale.of([100]).weigh(BLUE, -900) == 900


def test_equal_ones_stand_by_severity_then_rule(county: Report) -> None:
    """Nothing in the order depends on chance or on the order of the input."""
    found = list(county.findings)
    scale = Scale.of(f.amount for f in found)
    for order in (found, found[::-1]):
        keys = [(-scale.weigh(f.severity, f.amount), f.severity.rank, f.rule) for f in ranked(order)]
        assert keys == sorted(keys)


def test_within_a_severity_the_groups_follow_the_same_order(county: Report) -> None:
    """Terminal groups and the annex: severity by severity, in each what weighs most first."""
    scale = Scale.of(t.amount for t in topics(county) if t.open)
    keys = [(t.severity.rank, -scale.weigh(t.severity, t.amount)) for t in topics(county)]
    assert keys == sorted(keys)


def test_waived_findings_are_counted_apart_everywhere(rendered: Callable[..., bytes]) -> None:
    """Two orange findings, one of them waived: one is open and one is said beside it, in every report."""
    one = next(f for f in sample().findings if f.rule == "A02")
    report = sample(waived={one.fingerprint: "经主任会议同意"})
    assert "橙色 1  黄色 1  蓝色 1  另有已豁免 1" in render.text(report)
    assert "── 橙色（须附文件说明） 1（另有已豁免 1）" in render.text(report)
    html = rendered(report, "html").decode()
    assert '<b>1</b> <span class="chip orange">橙色</span>' in html
    assert "<b>1</b></span><small>另有已豁免</small>" in html
    draft = rendered(report, "markdown").decode()
    assert "4项（红色1项、橙色1项、黄色1项、蓝色1项）。另有1项已有豁免记录" in draft
    sheet = openpyxl.load_workbook(io.BytesIO(rendered(report, "xlsx")))["概况"]
    said = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    assert said["橙色（须附文件说明）"] == 1
    assert said["另有已豁免"] == 1
