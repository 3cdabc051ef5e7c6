"""A review says of every unit one of four things, never loses a rule, and never depends on order or jobs."""

from __future__ import annotations

import tomllib
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import numpy as np
import pytest

from budgetreview.engine import review
from budgetreview.errors import ParameterError, RuleError, UsageError
from budgetreview.rule import Assessment, Rule, Severity
from budgetreview.rulebook import RuleBook
from budgetreview.submission import Submission
from budgetreview.table import Period, Source, Table
from budgetreview.values import Exact, Keys, Ratio, Truth

from .tables_by_hand import submission, table

DAY = date(2026, 1, 10)
ENTRY = """
[{code}]
name = "too-large"
title = {{ zh = "金额偏大", en = "Large amount" }}
severity = "orange"
status = "heuristic"
stages = ["preliminary"]
focus = ["departmental"]
formula = "amount > most"
message = {{ zh = "金额{{amount}}大于{{most}}", en = "The amount {{amount}} is above {{most}}" }}
question = {{ zh = "金额为何大于{{most}}？", en = "Why is the amount above {{most}}?" }}
flags = {{ zh = "大", en = "large" }}
why = {{ zh = "大", en = "large" }}
fine = {{ zh = "小", en = "small" }}
cannot = {{ zh = "无", en = "nothing" }}
{more}
[{code}.parameters.most]
unit = "money"
help = {{ zh = "上限", en = "limit" }}
most = "1000"
{values}
"""


@attrs.frozen
class Most:
    most: int


def made(code: str = "A01", function: Any = None, *, more: str = "", values: str = 'value = "1"', **kw: Any) -> Rule:
    book = RuleBook("test", tomllib.loads(ENTRY.format(code=code, more=more, values=values)), {}, "test.toml")

    def too_large(lines: Table, p: Most) -> Assessment:
        amount = lines.money("amount")
        return Assessment.of(lines, condition=amount > p.most, measure=amount, values={"amount": amount}, about="amount")

    kw.setdefault("reads", ("amount",))
    book.rule(code, parameters=Most, **kw)(function or too_large)
    return book.rules[0]


def money(*amounts: int | None) -> Exact:
    return Exact.of([a or 0 for a in amounts], np.array([a is not None for a in amounts]))


def lines(*amounts: int | None, **more: Any) -> Submission:
    n = len(amounts)
    return submission(table("lines", {"line_id": Keys.of([f"L{i}" for i in range(n)]), "side": Keys.of(["expenditure"] * n),
                                      "book": Keys.of(["general"] * n), "proposed": money(*amounts), **more}))  # fmt: skip


def counts(result: Any) -> tuple[int, int, int, int]:
    return result.flagged, result.clear, result.not_assessed, result.not_applicable


def test_a_rule_that_compares_entities_says_so_in_its_entry() -> None:
    assert made().across == ()
    assert made(more='across = ["entities"]').across == ("entities",)
    with pytest.raises(RuleError, match="across"):
        made(more='across = ["counties"]')


def test_each_line_gets_one_answer_and_the_counts_add_up() -> None:
    report = review(lines(101, 100, None), [made()], as_of=DAY)
    assert counts(report.results[0]) == (1, 1, 1, 0)
    assert report.results[0].missing == ("amount",)
    assert [f.line_id for f in report.findings] == ["L0"]
    assert report.complete


def test_a_finding_names_its_numbers_its_cell_and_asks_a_question_in_both_languages() -> None:
    finding = next(iter(review(lines(150), [made()], as_of=DAY).findings))
    assert finding.message.zh == "金额1.50元大于1.00元"
    assert finding.message.en == "The amount 1.50 yuan is above 1.00 yuan"
    assert (finding.source.name, finding.source.sheet, finding.source.cell) == ("county.xlsx", "项目", "D4")
    assert (finding.row, finding.amount, finding.unit) == (1, 150, "yuan")


def test_a_rule_whose_column_is_absent_judges_nothing_and_names_it() -> None:
    given = submission(table("lines", {"line_id": Keys.of(["a"]), "note": Keys.of(["x"])}))
    report = review(given, [made()], as_of=DAY)
    assert report.results[0].outcome == "no_data"
    assert report.results[0].missing == ("amount",)
    assert counts(report.results[0]) == (0, 0, 1, 0)
    assert not report.complete, "nothing found must not look like nothing looked at"


def test_lines_of_a_sheet_that_lacks_the_column_are_not_assessed() -> None:
    sources = (Source("a.xlsx", "1", given=frozenset({"note"})), Source("a.xlsx", "2"))
    given = submission(table("lines", {"note": Keys.of([None, None])}, source=[0, 1], sources=sources))

    def blank(lines: Table, p: Most) -> Assessment:
        del p
        return Assessment.of(lines, condition=lines.blank("note"))

    report = review(given, [made(function=blank, reads=("note",))], as_of=DAY)
    assert counts(report.results[0]) == (1, 0, 1, 0)


def test_a_rule_that_raises_is_recorded_and_loses_nobody_elses_findings() -> None:
    def broken(lines: Table, p: Most) -> Assessment:
        msg = f"{len(lines)} {p}"
        raise ZeroDivisionError(msg)

    report = review(lines(101), [made("A01", broken), made("A02")], as_of=DAY)
    assert [r.outcome for r in report.results] == ["failed", "ran"]
    assert "ZeroDivisionError" in (report.results[0].error or "")
    assert len(report.findings) == 1
    assert not report.complete


def test_a_rule_that_reads_an_undeclared_column_fails() -> None:
    def sly(lines: Table, p: Most) -> Assessment:
        return Assessment.of(lines, condition=lines.money("executed") > p.most)

    report = review(lines(101), [made(function=sly)], as_of=DAY)
    assert report.results[0].outcome == "failed"
    assert "executed" in (report.results[0].error or "")


def test_revenue_lines_are_not_applicable_to_a_rule_about_expenditure() -> None:
    given = lines(101, 101)
    changed = {**given.tables["lines"].columns, "side": Keys.of(["revenue", "expenditure"])}
    given = submission(attrs.evolve(given.tables["lines"], columns=changed))
    assert counts(review(given, [made()], as_of=DAY).results[0]) == (1, 0, 0, 1)


def test_a_rule_of_one_book_cannot_judge_a_line_whose_book_is_blank() -> None:
    given = lines(101, 101, 101)
    changed = {**given.tables["lines"].columns, "book": Keys.of(["general", None, "none"])}
    given = submission(attrs.evolve(given.tables["lines"], columns=changed))
    rule = made(more='books = ["general"]')
    result = review(given, [rule], as_of=DAY).results[0]
    assert counts(result) == (1, 0, 1, 1)
    assert result.missing == ("book",)


def test_a_rule_of_one_level_does_not_apply_to_the_others() -> None:
    rule = made(more='levels = ["province"]')
    assert counts(review(lines(101), [rule], as_of=DAY).results[0]) == (0, 0, 0, 1)
    assert counts(review(lines(101), [rule], as_of=DAY, level="province").results[0]) == (1, 0, 0, 0)
    assert counts(review(lines(101), [rule], as_of=DAY, level={"430702": "province"}).results[0]) == (1, 0, 0, 0)


def test_a_rule_outside_its_stage_or_its_dates_does_not_run_and_says_so() -> None:
    rule = made(more="in_force_from = 2026-02-01")
    assert review(lines(101), [rule], as_of=DAY).results[0].outcome == "not_in_force"
    assert review(lines(101), [rule], as_of=date(2026, 2, 1)).results[0].outcome == "ran"
    assert review(lines(101), [made()], as_of=DAY, stage="final").results[0].outcome == "not_in_stage"


def test_two_places_and_two_dates_get_four_limits() -> None:
    values = """values = [
      { value = "1" }, { value = "2", from = 2027-01-01 },
      { value = "3", territory = "11" }, { value = "4", territory = "11", from = 2027-01-01 }]"""
    rule = made(values=values)
    periods = (Period("110000", 2026), Period("430702", 2026))
    given = submission(table("lines", {"line_id": Keys.of(["a", "b"]), "proposed": money(1000, 1000)}, periods, [0, 1]))
    limits = [
        f.parameters["most"].json() for day in (DAY, date(2027, 1, 1)) for f in review(given, [rule], as_of=day).findings
    ]
    assert limits == ["3.00", "1.00", "4.00", "2.00"]


def test_a_limit_that_nobody_set_leaves_every_line_not_assessed() -> None:
    rule = made(values='values = [{ value = "3", territory = "11" }]')
    result = review(lines(101, 5), [rule], as_of=DAY).results[0]
    assert counts(result) == (0, 0, 2, 0)
    assert result.missing == ("parameter:most",)


def test_what_the_user_sets_wins_and_stays_within_the_limits() -> None:
    assert len(review(lines(101), [made()], as_of=DAY, settings={"A01.most": "2"}).findings) == 0
    with pytest.raises(ParameterError, match=r"A01\.most"):
        review(lines(101), [made()], as_of=DAY, settings={"A01.most": "1001"})
    with pytest.raises(ParameterError, match=r"A01\.least"):
        review(lines(101), [made()], as_of=DAY, settings={"A01.least": "1"})


def test_an_unknown_stage_or_level_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="preliminary"):
        review(lines(1), [made()], as_of=DAY, stage="first")
    with pytest.raises(UsageError, match="county"):
        review(lines(1), [made()], as_of=DAY, level="district")


def test_the_same_review_with_more_jobs_and_mixed_rows_gives_the_same_fingerprints_facts_and_counts() -> None:
    given = lines(*[50 * i for i in range(40)], agency=Keys.of([str(i % 3) for i in range(40)]))
    order = np.random.default_rng(3).permutation(40)
    whole = given.tables["lines"]
    mixed = submission(attrs.evolve(whole, columns={n: d.take(order) for n, d in whole.columns.items()}))
    rules = [made("A01"), made("A02")]
    one, many, other = (review(g, rules, as_of=DAY, jobs=j) for g, j in ((given, 1), (given, 4), (mixed, 1)))
    assert list(one.findings) == list(many.findings)
    assert sorted((f.fingerprint, f.facts) for f in one.findings) == sorted(
        (f.fingerprint, f.facts) for f in other.findings
    )
    assert [counts(r) for r in one.results] == [counts(r) for r in other.results]


def test_lines_that_nothing_tells_apart_are_numbered_in_order_of_their_facts() -> None:
    report = review(lines(300, 200, 400, agency=Keys.of(["101"] * 3)), [made()], as_of=DAY)
    prints = [f.fingerprint for f in report.findings]
    stem = min(prints, key=len)
    assert len(set(prints)) == 3
    assert all(p.startswith(stem) for p in prints)
    by_facts = sorted(report.findings, key=lambda f: f.facts)
    assert [f.fingerprint.removeprefix(stem) for f in by_facts] == ["", "#2", "#3"]


def test_steps_give_each_finding_its_own_severity_and_the_rule_its_gravest() -> None:
    def graded(lines: Table, p: Most) -> Assessment:
        amount = lines.money("amount")
        share = Ratio(amount, Exact.of([100] * len(lines)))
        return Assessment.of(
            lines, steps=[(share > 3, Severity.RED), (share > Fraction(3, 2), Severity.YELLOW)],
            measure=share, values={"amount": amount, "most": p.most},
        )  # fmt: skip

    report = review(lines(301, 151, 150, None), [made(function=graded)], as_of=DAY)
    assert [f.severity for f in report.findings] == [Severity.RED, Severity.YELLOW]
    assert report.results[0].severity is Severity.RED
    assert counts(report.results[0]) == (2, 1, 1, 0)


def test_the_severity_of_a_rule_is_its_gravest_step_even_where_only_a_lesser_one_was_found() -> None:
    def graded(lines: Table, p: Most) -> Assessment:
        amount = lines.money("amount")
        return Assessment.of(
            lines, steps=[(amount > 1000, Severity.ORANGE), (amount > 100, Severity.YELLOW)], values={"most": p.most}
        )

    report = review(lines(150), [made(function=graded)], as_of=DAY)
    assert [f.severity for f in report.findings] == [Severity.YELLOW]
    assert report.results[0].severity is Severity.ORANGE


def test_a_finding_about_a_group_names_its_lines_and_no_single_line() -> None:
    def by_agency(lines: Table, p: Most) -> Assessment:
        agency = lines.by("agency")
        total = agency.sum(lines.money("amount"))
        return Assessment.of(agency, condition=total > p.most, measure=total, values={"amount": total}, about="amount")

    rule = made(function=by_agency, reads=("amount", "agency"), per="agency")
    finding = next(iter(review(lines(60, 60, agency=Keys.of(["101", "101"])), [rule], as_of=DAY).findings))
    assert (finding.line_id, finding.row) == (None, None)
    assert finding.subject == {"agency": "101"}
    assert finding.lines == ("L0", "L1")
    assert (finding.lines_total, finding.amount) == (2, 120)


def test_an_entity_whose_table_is_missing_is_not_assessed_in_a_batch() -> None:
    periods = (Period("430702", 2026), Period("430703", 2026))
    totals = table("totals", {"book": Keys.of(["general"]), "reserve": money(500)}, periods, [0])
    both = table("lines", {"line_id": Keys.of(["a", "b"]), "proposed": money(1, 1)}, periods, [0, 1])

    def reserve(totals: Table, p: Most) -> Assessment:
        return Assessment.of(totals, condition=totals.money("reserve") > p.most, values={"amount": totals.money("reserve")})

    rule = made(function=reserve, reads=("totals.reserve",), per="book")
    result = review(submission(both, totals), [rule], as_of=DAY).results[0]
    assert counts(result) == (1, 0, 1, 0)
    assert result.missing == ("totals.reserve",)


def test_waived_findings_stay_in_the_report_and_are_counted() -> None:
    first = review(lines(101, 102), [made()], as_of=DAY)
    fingerprint = next(iter(first.findings)).fingerprint
    report = review(lines(101, 102), [made()], as_of=DAY, waived={fingerprint: "已说明"})
    assert len(report.findings) == 2
    assert report.coverage[0].waived == 1
    assert [f.waived for f in report.findings] == ["已说明", None]


def test_a_place_that_is_not_in_the_table_gets_the_level_of_its_form_and_a_notice() -> None:
    periods = (Period("439999", 2026),)
    given = submission(table("lines", {"proposed": money(1)}, periods, [0]))
    report = review(given, [made()], as_of=DAY)
    assert report.levels == {"439999": "county"}
    assert [n.kind for n in report.notices] == ["unknown-place"]


def test_a_rule_must_return_an_assessment() -> None:
    def wrong(lines: Table, p: Most) -> Truth:
        return lines.money("amount") > p.most

    assert review(lines(1), [made(function=wrong)], as_of=DAY).results[0].outcome == "failed"


def test_a_rule_whose_terms_cannot_be_settled_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong before any line is looked at is the rule's failure, too, and the others run."""
    from budgetreview.judging import plan

    whole = plan.settled

    def broken(rule: Rule, *beside: Any) -> Any:
        if rule.code == "A02":
            msg = "no such place"
            raise ValueError(msg)
        return whole(rule, *beside)

    monkeypatch.setattr(plan, "settled", broken)
    given = Submission(lines={"line_id": ["1"], "proposed": [5]})
    report = review(given, [made("A01"), made("A02")], as_of=DAY)
    assert {r.rule.code: r.outcome for r in report.results} == {"A01": "ran", "A02": "failed"}
