"""What the page draws, and how its questions are ranked: checked against sums made another way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from budgetreview import example
from budgetreview.engine import review
from budgetreview.intake import read
from budgetreview.plugins import load_rules
from budgetreview.render import summary
from budgetreview.render.page import pictures
from budgetreview.render.page.packed import packed
from budgetreview.render.summary import ranking
from budgetreview.render.summary.heat import heat
from budgetreview.report import Report
from budgetreview.rule import Severity
from budgetreview.submission import Submission

from .sample import sample


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Path]:
    """The example county, reviewed."""
    path = tmp_path_factory.mktemp("county") / "county.xlsx"
    example.write(path)
    return review(read(path), load_rules(), stage="preliminary", as_of=example.AS_OF), path


def test_a_picture_of_spending_adds_up_to_the_lines(county: tuple[Report, Path]) -> None:
    """The bars of this year are all expenditure lines of the general budget, added up line by line."""
    report, path = county
    (group,) = pictures.spending(report, "zh", "元")
    years = group.pictures[0]
    lines = read(path).table("lines")
    amount, book, side = lines.money("proposed"), lines.key("book"), lines.key("side")
    expected = sum(
        int(amount.values[i]) for i in range(len(lines))
        if amount.known[i] and book.text(i) == "general" and side.text(i) != "revenue"
    )  # fmt: skip
    shown = sum(round(float(row[2].replace(",", "")) * 100) for row in years.rows)
    assert shown == expected
    assert years.title == "一般公共预算支出：本年安排与上年预算数，按功能分类"
    assert group.pictures[1].title == "一般公共预算支出：上年执行数与本年安排，按功能分类"


def test_questions_are_ranked_by_severity_times_money() -> None:
    """Red counts eight times its money, orange four, yellow two, blue one; without money the median of the others."""
    asked = ranking.questions(sample(repeat=3))
    worth = [(q.topic.result.rule.code, ranking.WEIGHT[q.topic.severity] * (q.topic.amount or 0)) for q in asked]
    assert worth == sorted(worth, key=lambda w: -w[1])
    assert [c for c, _ in worth] == ["A01", "A04", "A02", "A03"]
    assert [q.more for q in asked] == [0, 0, 5, 2]


def test_rules_that_point_at_one_cell_are_one_question(county: tuple[Report, Path]) -> None:
    """A project without targets is asked about once, though three rules speak of it."""
    asked = ranking.questions(county[0])
    first = next(q for q in asked if q.topic.result.rule.code == "K06")
    assert [t.result.rule.code for t in first.also] == ["Z14", "Z15"]
    assert not {"Z14", "Z15"} & {q.topic.result.rule.code for q in asked}


def test_waived_findings_are_no_questions() -> None:
    """What the committee has settled is not asked again, nor weighed."""
    found = sample().findings.of("A01")
    report = sample(waived={found[0].fingerprint: "县人大财经委同意"})
    assert "A01" not in {q.topic.result.rule.code for q in ranking.questions(report)}
    assert summary.money_by_severity(report)[Severity.RED] is None


def test_money_by_agency_is_that_of_its_open_findings() -> None:
    """The bars of agencies are the sums of the findings that name them."""
    report = sample(repeat=3)
    drawn = pictures.agencies(packed(report, "zh", "元", most_first=0).by_agency, "zh", "元")
    assert drawn is not None
    expected: dict[str, int] = {}
    for f in report.findings:
        if f.agency is not None:
            expected[f.agency] = expected.get(f.agency, 0) + abs(f.amount or 0)
    shown = {row[0].split()[0]: round(float(row[-2].replace(",", "")) * 100) for row in drawn.rows}
    assert shown == expected


def test_each_point_of_a_curve_is_a_full_review_at_that_threshold() -> None:
    """Carry-overs two to eight years old: what the curve says of a stricter limit is what a review with it finds."""
    years = [2024, 2023, 2023, 2022, 2020, 2018, 2018]
    submission = Submission(
        lines=pl.DataFrame({
            "line_id": [f"L{i}" for i in range(len(years))], "entity": ["430702"] * len(years),
            "fiscal_year": [2026] * len(years), "book": ["general"] * len(years),
            "project_name": [f"项目{i}" for i in range(len(years))], "proposed": [1000.0 + i for i in range(len(years))],
            "carryover": [100.0 * (i + 1) for i in range(len(years))], "carryover_year": years,
        })
    )  # fmt: skip

    def at(**settings: str) -> Report:
        return review(submission, load_rules(select=["Z10"]), as_of=dt.date(2026, 1, 10), settings=settings)

    (curve,) = pictures.curves(at(), "zh", "元")
    assert curve.now == "2"
    assert [p[2] for p in curve.points] == [7, 7, 6, 4, 3, 2]
    for threshold, _, n, fen in curve.points:
        found = at(**{"Z10.years": str(int(threshold))}).findings
        assert len(found) == n
        assert sum(abs(f.amount or 0) for f in found) == fen


def test_an_execution_review_is_mapped_in_front_of_the_mechanisms_own() -> None:
    """A stage that the mechanism does not have gets its own rows, and they are said to be outside it."""
    report = sample()
    shown = heat(report, packed(report, "zh", "元", most_first=0).by_book, "zh")
    assert shown is not None
    assert not shown.outside
    assert len(shown.rows) == 15
    final = review_at("final")
    seen = heat(final, {}, "zh")
    assert seen is not None
    assert seen.outside
    assert (len(seen.rows), seen.rows[0].stage, seen.rows[0].now) == (20, "决算", True)


def review_at(stage: str) -> Report:
    """An empty review at a stage."""
    return review(Submission.of({}, ()), load_rules(), stage=stage, as_of=dt.date(2026, 1, 10))
