"""Findings made column by column: the same, to the byte, as if each had been made by itself, however many there are."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import pytest

from budgetreview import recording
from budgetreview.engine import review
from budgetreview.recording.columns import column
from budgetreview.report import Finding, Report
from budgetreview.rule import Assessment
from budgetreview.rulebook import RuleBook
from budgetreview.submission import Submission
from budgetreview.table import Period, Source, Table
from budgetreview.values import Exact, Keys, Numbers, Ratio, Truth
from budgetreview.wording import Figure, figure, fill

from .render.sample import ENTRIES, LAW, hostile, sample
from .tables_by_hand import submission

DAY = date(2026, 1, 10)


def many(n: int) -> Submission:
    """Lines of two counties of which many share everything but a figure, some have an id of their own, some nothing."""
    rng = np.random.default_rng(7)

    def keys(*words: str | None) -> Keys:
        return Keys.of([words[i] for i in rng.integers(0, len(words), n)])

    def money() -> Exact:
        return Exact.of(rng.integers(-(10**7), 10**12, n), rng.random(n) < 0.9)

    columns = {
        "line_id": Keys.of([f"L{i}" for i in range(n)]),
        "given_id": Keys.of([f"L{i}" if i % 3 == 0 else None for i in range(n)]),
        "agency": keys("101", "102", None), "agency_name": keys("县教育局", None),
        "project": keys("P1", None), "project_name": keys("校舍“维修”", "100%\\完成", None),
        "book": keys("general", "none", None), "function_code": keys("2010101", None),
        "proposed": money(), "prior_approved": money(), "unit_price": money(),
        "evaluation_score": Numbers(rng.choice([0.0, -0.0, 1.5, 60.25], n), rng.random(n) < 0.9, "score"),
        "is_key": Truth(rng.random(n) < 0.3, rng.random(n) < 0.0),
    }  # fmt: skip
    period = np.sort(rng.integers(0, 2, n))
    letters = {c: chr(ord("A") + i) for i, c in enumerate(columns)}
    sources = (
        Source("a.xlsx", "项目", letters, given=frozenset(columns)),
        Source("b.parquet", None, {}, addressed=False, given=frozenset(columns)),
    )
    periods = (Period("430702", 2026, "0"), Period("430703", 2026, "1"))
    return submission(
        Table(
            "lines",
            columns,
            period,
            periods,
            period.astype(np.int32),
            sources,
            np.arange(1, n + 1),
            np.arange(4, n + 4),
        )
    )


def mixed(n: int = 700, **options: Any) -> Report:
    """Findings of lines, of agencies and of whole counties, with every kind of figure, and alike ones among them."""
    book = RuleBook("mixed", dict.fromkeys(("M01", "M02", "M03"), ENTRIES["A02"]), {"BL": LAW}, "m")
    said = "{project_name}：{measure}，{limit}，{proposed}，{score}，{marked}，{agency}，{kind}，{nothing} 100%"

    @book.rule(
        "M01", reads=("proposed",), uses=("prior_approved", "evaluation_score", "is_key", "unit_price", "agency_name")
    )
    def _line(lines: Table) -> Assessment:
        now, before = lines.money("proposed"), lines.money("prior_approved")
        return Assessment.of(
            lines, condition=now > 10**8, measure=Ratio(now - before, before), limit=Fraction(1, 3), about="proposed",
            values={"proposed": now, "score": lines.number("evaluation_score"), "marked": lines.mark("is_key"),
                    "price": lines.money("unit_price") * Fraction(1, 7), "who": lines.key("agency_name"), "all": 5},
            subject={"marked": lines.mark("is_key"), "kind": "general"} if n % 2 else {},
        )  # fmt: skip

    @book.rule("M02", reads=("proposed", "agency"), uses=("is_key",), per="agency")
    def _agency(lines: Table) -> Assessment:
        groups = lines.by("agency")
        total = groups.sum(lines.money("proposed"))
        return Assessment.of(
            groups, condition=groups.count(lines.mark("is_key")) > 0, measure=total, values={"proposed": total}
        )

    @book.rule("M03", reads=("proposed",), per="entity")
    def _county(lines: Table) -> Assessment:
        groups = lines.by()
        return Assessment.of(groups, condition=groups.size() > 0, measure=groups.size(), values={})

    rules = [attrs.evolve(r, message=attrs.evolve(r.message, zh=said, en=said)) for r in book.rules]
    report = review(many(n), rules, as_of=DAY, **options)
    assert [r.outcome for r in report.results] == ["ran"] * 3
    return report


def digest(payload: object) -> str:
    """CONTRACT section 5, Identity, in the plainest way: a hash of canonical JSON."""
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.mark.parametrize("report", [mixed(), mixed(701), sample(repeat=30), hostile()])
def test_facts_are_a_hash_of_values_and_limit_and_sentences_are_filled_from_the_finding_itself(report: Report) -> None:
    """Each finding, looked at alone, has the facts and the sentences that its own figures make."""
    rules = {r.rule.code: r.rule for r in report.results}
    for f in report.findings:
        limit = None if f.limit is None else f.limit.json()
        assert f.facts == digest([{n: v.json() for n, v in f.values.items()}, limit])
        figures = {**f.parameters, **f.values}
        more = {**f.subject, "measure": f.measure, "limit": f.limit, **f.labels}
        for name, value in more.items():
            if value is not None:
                figures.setdefault(name, value if isinstance(value, Figure) else Figure("text", str(value)))
        for lang in ("zh", "en"):
            assert f.message[lang] == fill(rules[f.rule].message[lang], figures, lang)
            assert f.question[lang] == fill(rules[f.rule].question[lang], figures, lang)


@pytest.mark.parametrize("n", [700, 701])
def test_a_line_is_known_by_its_own_id_or_else_by_everything_that_describes_it(n: int) -> None:
    """Rule, entity, year, book and subject make the fingerprint; equal ones are numbered in order of their facts."""
    table, found = many(n).table("lines"), mixed(n).findings.of("M01")
    stems = [digest(["M01", f.entity, 2026, f.book, {**described(table, f), **added_by_the_rule(f)}]) for f in found]
    times: dict[str, int] = {}
    for stem, f in sorted(zip(stems, found, strict=True), key=lambda pair: (pair[0], pair[1].facts)):
        times[stem] = times.get(stem, 0) + 1
        assert f.fingerprint == (stem if times[stem] == 1 else f"{stem}#{times[stem]}")
    assert max(times.values()) > 1


def added_by_the_rule(f: Finding) -> dict[str, Any]:
    """What M01 itself says a finding is about, besides the line."""
    return {k: v for k, v in f.subject.items() if k in {"marked", "kind"}}


def described(table: Table, f: Finding) -> dict[str, str]:
    """What describes the line of a finding: the id that its file gave, else unit, project and codes, as far as known."""
    assert f.row is not None
    row = f.row - 1

    def text(name: str) -> str | None:
        data = table.columns[name]
        return data.text(row) if isinstance(data, Keys) else None

    given = text("given_id")
    if given is not None:
        return {"line_id": given}
    names = ("agency", "project" if text("project") else "project_name", "function_code")
    return {n: t for n in names if (t := text(n)) is not None}


def test_the_figures_of_a_finding_are_those_of_its_own_unit() -> None:
    """What a column shows of one unit by itself is what its finding has."""
    report = mixed()
    (part,) = report.results[0].parts
    for k, f in enumerate(report.findings.of("M01")):
        assert {n: repr(v) for n, v in f.values.items()} == {
            n: repr(figure(v, k)) for n, v in part.values.items() if v is not None
        }


def test_the_prints_of_a_small_review_never_change() -> None:
    """Waivers and comparisons rest on these; a change of engine may not change them."""
    assert [(f.rule, f.fingerprint, f.facts) for f in sample().findings] == [
        ("A01", "ca4e3c10f71d39d7", "1b971bc109f7460b"),
        ("A02", "90ca1c8e8e1a1a99", "969b78852e4e5491"),
        ("A02", "790b03ecf0b904cf", "969b78852e4e5491"),
        ("A03", "d24862e6daa611e1", "27fd5af13e17a4d7"),
        ("A04", "892a4f39a25865ed", "83985e846e0f0de8"),
    ]


def test_the_findings_are_a_sequence_whatever_is_asked_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Length, order, single findings, slices and blocks of any size all speak of the same list."""
    report = mixed()
    listed = list(report.findings)
    assert len(report.findings) == len(listed)
    assert report.findings[0] == listed[0]
    assert report.findings[-1] == listed[-1]
    assert report.findings[3:400:7] == listed[3:400:7]
    assert [f for c in ("M01", "M02", "M03") for f in report.findings.of(c)] == listed
    with pytest.raises(IndexError):
        report.findings[len(listed)]
    monkeypatch.setattr("budgetreview.report.BLOCK", 11)
    assert list(mixed().findings) == listed


def test_waived_findings_are_counted_without_making_them() -> None:
    """The fingerprints alone say which are waived."""
    reasons = {f.fingerprint: "已说明" for f in list(mixed().findings)[::5]}
    report = mixed(waived=reasons)
    assert sum(report.waived_of(r.rule.code) for r in report.results) == len(reasons)
    assert {f.fingerprint for f in report.findings if f.waived == "已说明"} == set(reasons)


def test_the_short_text_makes_only_the_findings_that_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts, money and severities come from the columns, so that a million findings are summed up at once."""
    from budgetreview import render

    made: list[Finding] = []
    whole = recording.findings

    def counted(*given: Any) -> list[Finding]:
        some = list(whole(*given))
        made.extend(some)
        return some

    report = mixed(5000)
    monkeypatch.setattr(recording, "findings", counted)
    assert "M01" in render.text(report)
    assert len(report.findings) > 2000
    assert len(made) < 40


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_finite_number_is_never_written(value: float) -> None:
    """A rule that shows such a number has failed; the budget has not."""
    with pytest.raises(ValueError, match="finite"):
        Figure("share", value).json()
    book = RuleBook("odd", {"N01": ENTRIES["A02"]}, {"BL": LAW}, "n")

    @book.rule("N01", reads=("proposed",))
    def _odd(lines: Table) -> Assessment:
        n = len(lines)
        return Assessment.of(
            lines, condition=Truth.always(n), values={"odd": Numbers(np.full(n, value), np.ones(n, bool))}
        )

    (result,) = review(many(3), book.rules, as_of=DAY).results
    assert result.outcome == "failed"
    assert "finite" in str(result.error)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_marks_shown_with_a_few_findings_are_those_of_each_line(n: int) -> None:
    part = column(Truth(np.ones(n, bool), np.zeros(n, bool)), np.arange(n))
    assert part is not None
    assert [f.value for f in part.figures] == [True] * n
    assert part.each(lambda value: value) == [True] * n
