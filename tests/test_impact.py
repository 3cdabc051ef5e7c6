"""Before a package is adopted the same lines are reviewed with and without it, and every difference is named."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest

from budgetreview.authority import Authority
from budgetreview.errors import ParameterError, Text
from budgetreview.impact import Impact, impact
from budgetreview.parameters import DatedValue
from budgetreview.rule import Assessment, Override, Rule, RuleSet, Severity
from budgetreview.table import Table

from .test_engine import Most, made
from .test_territory import three_places

DAY = date(2026, 1, 10)
LAW = (Authority("示例办法", "3", mark="K"),)


def what(before: list[Rule], after: list[Rule], *amounts: int, **how: Any) -> Impact:
    return impact(three_places(*amounts), RuleSet(tuple(before)), RuleSet(tuple(after)), as_of=DAY, **how)


def with_most(rule: Rule, fen: int, territory: str | None = None) -> Rule:
    most = rule.parameters["most"]
    value = DatedValue(fen, territory=territory, origin="x")
    return attrs.evolve(rule, parameters={"most": attrs.evolve(most, values=(*most.values, value))})


def changed(rule: Rule, **kw: Any) -> Rule:
    return attrs.evolve(rule, changes=(*rule.changes, Override(rule.code, "x", **kw)))


def states(found: Impact) -> list[tuple[str, str, str | None]]:
    return [(d.state, d.finding.rule, d.finding.line_id) for d in found.differences]


def test_the_same_rules_change_nothing() -> None:
    found = what([made()], [made()], 101, 100)
    assert (found.rules, found.differences, dict(found.entities)) == ((), (), {})
    assert (found.before.findings, found.after.findings) == (3, 3)


def test_a_new_rule_brings_new_findings_with_their_money_by_rule_and_entity() -> None:
    found = what([], [made()], 150, 100)
    assert states(found) == [("new", "A01", "H0"), ("new", "A01", "T0"), ("new", "A01", "N0")]
    assert (found.tally.new, found.tally.money_new) == (3, 450)
    assert {e: (t.new, t.money_new) for e, t in found.entities.items()} == {
        "110000": (1, 150), "430702": (1, 150), None: (1, 150)
    }  # fmt: skip
    assert [(r.code, r.before) for r in found.rules] == [("A01", None)]


def test_a_retired_rule_shows_as_lost_findings_in_its_place_and_as_changed_coverage() -> None:
    retired = changed(made(), retired=Text("以本县办法为准", "the county's own rule applies"), territory="4307")
    found = what([made()], [retired], 101)
    assert ("lost", "A01", "H0") in states(found)
    assert ("lost", "A01", "T0") not in states(found)
    assert found.rules[0].coverage_changed
    assert (found.rules[0].tally.lost, found.tally.money_lost) == (2, 202)  # the unknown place is grey now


def test_a_higher_limit_of_one_place_loses_what_lies_between_there_and_nothing_else() -> None:
    found = what([made()], [with_most(made(), 150, "4307")], 120, 200)
    assert states(found) == [("lost", "A01", "H0")]


def test_another_severity_is_a_change_and_a_graver_one_counts_as_new_for_the_exit_status() -> None:
    red = changed(made(), severity=Severity.RED, authority=LAW)
    found = what([made()], [red], 101)
    assert {s for s, _, _ in states(found)} == {"changed"}
    assert {(d.before.severity.value, d.finding.severity.value) for d in found.differences if d.before} == {("orange", "red")}
    assert found.gravest_new() is Severity.RED
    assert what([red], [made()], 101).gravest_new() is None


def test_a_rule_that_can_no_longer_judge_is_shown_though_no_finding_differs() -> None:
    needy = made(reads=("amount", "standard_value"))
    found = what([made()], [needy], 100)
    assert (found.differences, [r.code for r in found.rules]) == ((), ["A01"])
    after = found.rules[0].after
    assert after is not None
    assert (after["outcome"], after["missing"]) == ("no_data", ["standard_value"])


def test_a_review_that_fails_with_the_package_is_incomplete_on_that_side_only() -> None:
    def broken(lines: Table, p: Most) -> Assessment:
        msg = f"{len(lines)} {p}"
        raise ZeroDivisionError(msg)

    found = what([made()], [made(), made("B01", broken)], 101)
    assert (found.before.complete, found.after.complete) == (True, False)


def test_a_setting_goes_to_the_rules_that_have_it() -> None:
    found = what([], [made()], 150, settings={"A01.most": "1.60"})
    assert found.tally.new == 0
    with pytest.raises(ParameterError, match=r"A09\.most"):
        what([], [made()], 150, settings={"A09.most": "1"})


def test_both_sides_say_their_money_and_their_seconds() -> None:
    found = what([made()], [made(), made("B01")], 150)
    assert (found.before.money, found.after.money) == (450, 900)
    assert min(found.before.seconds, found.after.seconds) >= 0
