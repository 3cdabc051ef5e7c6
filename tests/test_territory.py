"""A rule, a severity or a retirement that a place sets holds in that place only; where the place is unknown, nobody guesses."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import numpy as np
import pytest

from budgetreview.authority import Authority
from budgetreview.engine import review
from budgetreview.errors import PackError, Text
from budgetreview.parameters import DatedValue
from budgetreview.plugins import CORE, Pack, load_rules
from budgetreview.rule import Assessment, Override, Rule, Severity
from budgetreview.rules import core
from budgetreview.submission import Submission
from budgetreview.table import Period, Table
from budgetreview.values import Exact, Keys

from .tables_by_hand import submission, table
from .test_engine import Most, counts, made
from .test_plugins import package

DAY = date(2026, 1, 10)
HERE, THERE, NOWHERE = Period("430702", 2026), Period("110000", 2026), Period(None, 2026)
CIRCULAR = (Authority("示例县办法", "3", mark="K", territory="4307"),)
THE_CORE = Pack(CORE, "0.1.0", core)


def three_places(*amounts: int) -> Submission:
    """One line with each amount in each of: the territory, another place, an unknown place."""
    n = len(amounts)
    period = [i for i in range(3) for _ in range(n)]
    columns = {
        "line_id": Keys.of([f"{'HTN'[p]}{i}" for p in range(3) for i in range(n)]),
        "agency": Keys.of(["101"] * (3 * n)),
        "proposed": Exact.of(np.array([*amounts] * 3)),
    }
    return submission(table("lines", columns, (HERE, THERE, NOWHERE), period))


def ask(rule: Rule, *amounts: int) -> Any:
    return review(three_places(*amounts), [rule], as_of=DAY)


def changed(rule: Rule, **kw: Any) -> Rule:
    return attrs.evolve(rule, changes=(*rule.changes, Override(rule.code, "x", **kw)))


def per_entity(lines: Table, p: Most) -> Assessment:
    place = lines.by()
    total = place.sum(lines.money("amount"))
    return Assessment.of(place, condition=total > p.most, measure=total, values={"amount": total})


def per_agency(lines: Table, p: Most) -> Assessment:
    agency = lines.by("agency")
    total = agency.sum(lines.money("amount"))
    return Assessment.of(agency, condition=total > p.most, measure=total, values={"amount": total})


def test_a_rule_with_a_territory_speaks_of_no_other_place_and_assesses_no_unknown_one() -> None:
    report = ask(made(more='territory = "4307"'), 101, 100)
    assert counts(report.results[0]) == (1, 1, 2, 2)
    assert [f.line_id for f in report.findings] == ["H0"]


def test_a_rule_without_a_territory_speaks_of_every_place() -> None:
    assert counts(ask(made(), 101, 100).results[0]) == (3, 3, 0, 0)


def test_so_it_is_for_whole_entities() -> None:
    rule = made(function=per_entity, per="entity", more='territory = "4307"')
    assert counts(ask(rule, 101).results[0]) == (1, 0, 1, 1)


def test_a_place_elsewhere_counts_as_one_where_the_rule_would_have_looked_at_groups_of_its_lines() -> None:
    rule = made(function=per_agency, per="agency", reads=("amount", "agency"), more='territory = "4307"')
    assert counts(ask(rule, 101).results[0]) == (1, 0, 1, 1)


def test_what_other_places_lack_is_no_gap_of_a_rule_that_does_not_speak_of_them() -> None:
    given = submission(table("lines", {"line_id": Keys.of(["a", "b"])}, (THERE,), [0, 0]))
    result = review(given, [made(more='territory = "4307"')], as_of=DAY).results[0]
    assert (result.outcome, result.missing, counts(result)) == ("ran", (), (0, 0, 0, 2))


def test_a_rule_retired_in_a_territory_goes_on_elsewhere() -> None:
    rule = changed(made(), retired=Text("以本县办法为准", "the county's own rule applies"), territory="4307")
    assert [f.line_id for f in ask(rule, 101).findings] == ["T0"]
    assert counts(ask(rule, 101).results[0]) == (1, 0, 1, 1)


def test_a_rule_retired_everywhere_speaks_of_nobody() -> None:
    rule = changed(made(), retired=Text("已废止", "repealed"))
    assert counts(ask(rule, 101).results[0]) == (0, 0, 0, 3)


def test_a_severity_set_for_a_territory_holds_there_and_brings_its_authority() -> None:
    report = ask(changed(made(), severity=Severity.RED, territory="4307", authority=CIRCULAR), 101)
    assert {f.line_id: f.severity.value for f in report.findings} == {"H0": "red", "T0": "orange", "N0": "orange"}
    assert {f.line_id: f.authority for f in report.findings} == {"H0": CIRCULAR, "T0": (), "N0": ()}
    assert report.results[0].severity is Severity.RED


def test_the_severity_of_the_smallest_territory_wins_and_the_later_among_equals() -> None:
    rule = made()
    for severity, territory in ((Severity.YELLOW, "430702"), (Severity.RED, "43"), (Severity.BLUE, None)):
        rule = changed(rule, severity=severity, territory=territory, authority=CIRCULAR)
    rule = changed(rule, severity=Severity.YELLOW, authority=CIRCULAR)
    assert [f.severity.value for f in ask(rule, 101).findings] == ["yellow", "yellow", "yellow"]
    rule = changed(rule, severity=Severity.RED, territory="430702", authority=CIRCULAR)
    assert [f.severity.value for f in ask(rule, 101).findings] == ["red", "yellow", "yellow"]


def test_a_severity_that_a_package_sets_takes_the_place_of_all_steps() -> None:
    def graded(lines: Table, p: Most) -> Assessment:
        amount = lines.money("amount")
        steps = [(amount > 2 * p.most, Severity.ORANGE), (amount > p.most, Severity.BLUE)]
        return Assessment.of(lines, steps=steps, measure=amount, values={"amount": amount})

    rule = changed(made(function=graded), severity=Severity.RED, territory="4307", authority=CIRCULAR)
    severities = {f.line_id: f.severity.value for f in ask(rule, 201, 101).findings}
    assert (severities["H0"], severities["H1"], severities["T0"], severities["T1"]) == ("red", "red", "orange", "blue")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "what is changed"),
        ({"severity": Severity.RED}, "authority"),
        ({"parameter": "least"}, "belong together"),
        ({"parameter": "least", "value": DatedValue(1)}, "authority"),
        ({"parameter": "least", "value": DatedValue(9), "authority": CIRCULAR}, "outside"),
        ({"parameter": "least", "value": DatedValue(0, territory="11"), "territory": "43", "authority": CIRCULAR},
         "different territories"),
        ({"enabled": True, "territory": "常德"}, "first digits"),
        ({"severity": Severity.RED, "authority": CIRCULAR, "start": DAY, "end": date(2025, 1, 1)}, "before it starts"),
    ],
)  # fmt: skip
def test_a_change_that_would_be_ignored_in_part_is_refused(change: dict[str, Any], said: str) -> None:
    here = package(budgetreview_parameters=lambda: [Override("L10", "changde", **change)])
    with pytest.raises(PackError, match=said) as caught:
        load_rules(packs=(THE_CORE, here))
    assert caught.value.pack == "changde"


def test_a_change_that_claims_another_package_is_refused() -> None:
    here = package(budgetreview_parameters=lambda: [Override("L10", "core", retired=Text("无", "none"))])
    with pytest.raises(PackError, match="another package"):
        load_rules(packs=(THE_CORE, here))


def test_a_value_takes_the_territory_the_authority_and_the_name_of_its_change() -> None:
    change = Override("L10", "changde", "least", DatedValue(0, origin="setting"), territory="4307", authority=CIRCULAR)
    rules = load_rules(packs=(THE_CORE, package(budgetreview_parameters=lambda: [change])))
    value = next(r for r in rules if r.code == "L10").parameters["least"].values[-1]
    assert (value.territory, value.authority, value.origin) == ("4307", CIRCULAR, "changde")
