"""Layers are resolved once, from the country down to the county, and nobody reaches further than their place and limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest

from budgetreview.authority import Authority
from budgetreview.engine import review
from budgetreview.errors import PackError, ParameterError, RuleError, Text
from budgetreview.layers import About, Pack
from budgetreview.parameters import DatedValue
from budgetreview.plugins import CORE, load_rules
from budgetreview.rule import Override, Rule, RuleSet, Severity
from budgetreview.rules import core
from budgetreview.standing import layers, since
from budgetreview.submission import Submission

from .test_engine import counts, made
from .test_plugins import county_rule, package, refused
from .test_territory import three_places

THE_CORE = Pack(CORE, "0.1.0", core)
DAY = date(2026, 1, 10)
LAW = (Authority("示例办法", "3", mark="K"),)
BRIEF = Text("示例", "example")


def of(layer: Any, territory: str | None = None, *extends: str, **more: Any) -> About:
    return About(BRIEF, layer, territory, extends, **more)


def pack(name: str, about: About | None, *changes: Override, rules: tuple[Rule, ...] = ()) -> Pack:
    hooks: dict[str, Callable[..., Any]] = {"budgetreview_rules": lambda: rules, "budgetreview_parameters": lambda: changes}
    if about is not None:
        hooks["budgetreview_about"] = lambda: about
    return package(name, **hooks)


def tolerance(origin: str, value: Fraction | int | None = None, **more: Any) -> Override:
    """A change to how far above the standard a price may lie (Z13, between 0 and 100 %)."""
    dated = None if value is None else DatedValue(Fraction(value), status="local")
    return Override("Z13", origin, parameter="tolerance", value=dated, authority=LAW, **more)


def loaded(*packs: Pack, **options: Any) -> RuleSet:
    return load_rules(packs=(THE_CORE, *packs), **options)


def at(rules: RuleSet, entity: str | None, day: date = DAY, code: str = "Z13", name: str = "tolerance") -> object:
    value = next(r for r in rules if r.code == code).parameters[name].at(day, entity, "county")
    return value.value if value is not None else None


# --- order and place


def test_packages_are_applied_from_the_country_down_whatever_their_names() -> None:
    rules = loaded(
        pack("a", of("county", "430702")), pack("b", of("city", "4307")), pack("c", of("province", "43")),
        pack("d", of("national")),
    )  # fmt: skip
    assert list(rules.about) == ["core", "d", "c", "b", "a"]


def test_within_a_layer_a_package_comes_after_those_it_extends_and_else_by_name() -> None:
    rules = loaded(pack("a", of("county", None, "z")), pack("z", of("county")), pack("b", of("county")))
    assert list(rules.about) == ["core", "b", "z", "a"]


def test_a_package_that_says_nothing_of_itself_is_taken_as_a_countys() -> None:
    assert loaded(pack("a", None)).about["a"].layer == "county"


def test_the_value_of_the_smallest_place_wins_and_the_lower_layer_among_equals() -> None:
    rules = loaded(
        pack("national", of("national"), tolerance("national", Fraction(1, 100))),
        pack("province", of("province", "43"), tolerance("province", Fraction(2, 100))),
        pack("county", of("county", "430702"), tolerance("county", Fraction(3, 100))),
    )
    assert [at(rules, e) for e in ("430702", "430703", "110101", None)] == [
        Fraction(3, 100), Fraction(2, 100), Fraction(1, 100), Fraction(1, 100)
    ]  # fmt: skip


def test_a_lower_layers_undated_value_is_not_lost_behind_a_dated_one_of_an_upper_layer() -> None:
    rules = loaded(
        pack("a", of("national"), tolerance("a", Fraction(1, 100), start=date(2025, 1, 1))),
        pack("b", of("province"), tolerance("b", Fraction(2, 100))),
    )
    assert at(rules, "430702") == Fraction(2, 100)


def test_changes_and_rules_take_the_territory_of_their_package() -> None:
    rule = county_rule("CD1", "a")
    rules = loaded(pack("a", of("city", "4307"), tolerance("a", Fraction(1, 10)), rules=(rule,)))
    assert (at(rules, "430702"), at(rules, "430102")) == (Fraction(1, 10), 0)
    assert next(r for r in rules if r.code == "CD1").territory == "4307"


# --- years


def test_a_value_holds_from_its_first_day_to_its_last() -> None:
    rules = loaded(pack("a", of("national"), tolerance("a", Fraction(1, 10), start=date(2026, 1, 1), end=date(2026, 12, 31))))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [at(rules, None, d) for d in days] == [0, Fraction(1, 10), Fraction(1, 10), 0]


def test_the_years_of_one_package_follow_each_other_whatever_the_order_of_its_list() -> None:
    later, earlier = (tolerance("a", Fraction(n, 100), start=date(2024 + n, 1, 1)) for n in (2, 1))
    rules = loaded(pack("a", of("national"), later, earlier))
    assert [at(rules, None, date(y, 6, 1)) for y in (2024, 2025, 2026)] == [0, Fraction(1, 100), Fraction(2, 100)]


def ran(rule: Rule, day: date) -> tuple[int, int, int, int]:
    return counts(review(three_places(101), [rule], as_of=day).results[0])


def test_a_retirement_and_a_severity_may_be_dated() -> None:
    gone = Override("A01", "x", retired=Text("废止", "repealed"), start=date(2027, 1, 1))
    red = Override("A01", "x", severity=Severity.RED, authority=LAW, start=date(2026, 1, 1), end=date(2026, 12, 31))
    rule = attrs.evolve(made(), changes=(gone, red))
    assert (ran(rule, date(2026, 12, 31)), ran(rule, date(2027, 1, 1))) == ((3, 0, 0, 0), (0, 0, 0, 3))
    found = [review(three_places(101), [rule], as_of=date(y, 1, 1)).findings[0].severity for y in (2025, 2026)]
    assert found == [Severity.ORANGE, Severity.RED]


def test_a_rule_switched_on_by_a_county_runs_in_that_county_only_and_only_as_long() -> None:
    quiet = attrs.evolve(made(), pack="core2", default=False)
    on = Override("A01", "a", enabled=True, end=date(2026, 12, 31))
    rules = loaded(pack("core2", of("national"), rules=(quiet,)), pack("a", of("city", "4307", "core2"), on))
    rule = next(r for r in rules if r.code == "A01")
    assert ran(rule, DAY) == (1, 0, 1, 1)  # the unknown place is grey, the other place not concerned
    assert review(three_places(101), [rule], as_of=date(2027, 1, 1)).results[0].outcome == "not_in_force"


def test_a_rule_that_the_user_names_runs_everywhere_whoever_switched_it_on() -> None:
    quiet = attrs.evolve(made(), pack="core2", default=False)
    rules = loaded(
        pack("core2", of("national"), rules=(quiet,)),
        pack("a", of("city", "4307", "core2"), Override("A01", "a", enabled=True)), select=("A01",),
    )  # fmt: skip
    assert ran(rules.rules[0], DAY) == (3, 0, 0, 0)


# --- limits


def test_a_lower_layer_moves_a_parameter_inside_the_limits_of_the_upper_one_and_not_beyond() -> None:
    upper = pack("province", of("province", "43"), tolerance("province", least=Fraction(0), most=Fraction(5, 100)))
    assert at(loaded(upper, pack("a", of("county", "430702"), tolerance("a", Fraction(5, 100)))), "430702") == Fraction(5, 100)
    error = refused(upper, pack("a", of("county", "430702"), tolerance("a", Fraction(6, 100))))
    assert (error.pack, error.code) == ("a", "pack-outside-limits")
    for said in ("province", "0.06", "0.05"):
        assert said in error.text.zh
        assert said in error.text.en


def test_limits_bind_their_own_place_only() -> None:
    upper = pack("province", of("province", "11"), tolerance("province", most=Fraction(5, 100)))
    assert at(loaded(upper, pack("a", of("county", "430702"), tolerance("a", Fraction(6, 100)))), "430702") == Fraction(6, 100)


def test_nobody_widens_the_limits_of_the_layer_above() -> None:
    upper = pack("province", of("province", "43"), tolerance("province", most=Fraction(5, 100)))
    wider = pack("a", of("county", "430702"), tolerance("a", most=Fraction(10, 100)))
    assert refused(upper, wider).code == "pack-outside-limits"


def test_limits_that_leave_outside_what_holds_under_them_need_a_new_value() -> None:
    high = tolerance("a", least=Fraction(1, 100), most=Fraction(5, 100))
    assert "core" in refused(pack("a", of("national"), high)).text.en
    sound = attrs.evolve(high, value=DatedValue(Fraction(1, 100), status="local"))
    assert at(loaded(pack("a", of("national"), sound)), None) == Fraction(1, 100)


def test_the_user_is_held_to_the_limits_of_the_packages_too() -> None:
    rules = loaded(pack("province", of("province", "43"), tolerance("province", most=Fraction(5, 100))))
    given = {"settings": {"Z13.tolerance": "0.06"}, "as_of": DAY}
    with pytest.raises(ParameterError, match="province"):
        review(three_places(1), rules, **given)  # type: ignore[arg-type]
    assert review(Submission.of({}, ()), rules, **given)  # type: ignore[arg-type]  # nobody of that place is there


def test_a_rule_that_cannot_be_waived_is_not_disarmed_by_a_lower_layer() -> None:
    hard = attrs.evolve(county_rule("N1", "n"), waivable=False, severity=Severity.RED)
    base = pack("n", of("national"), rules=(hard,))
    for change in ({"retired": BRIEF}, {"severity": Severity.BLUE, "authority": LAW}):
        lower = pack("a", of("county", "430702", "n"), Override("N1", "a", **change))  # type: ignore[arg-type]
        assert refused(base, lower).code == "pack-outside-limits"


# --- refusals


def _cycle() -> tuple[Pack, ...]:
    return pack("a", of("county", None, "b")), pack("b", of("county", None, "c")), pack("c", of("county", None, "a"))


def _broken() -> Pack:
    return Pack("a", "1", None, PackError("a", BRIEF, "pack-broken"))


REFUSALS: dict[str, tuple[tuple[Pack, ...], str]] = {
    "pack-broken": ((_broken(),), ""),
    "pack-twice": ((pack("a", None), pack("a", None)), "uninstall"),
    "pack-bad-hook": ((package("a", budgetreview_about=lambda: "county"),), "About"),
    "pack-forged": ((pack("a", None, rules=(county_rule("X1", "b"),)),), "X1"),
    "pack-incompatible": ((pack("a", of("county", engine=">=9")),), ">=9"),
    "pack-extends-missing": ((pack("a", of("county", None, "nobody")),), "nobody"),
    "pack-circular": (_cycle(), "a → b → c → a"),
    "pack-upside-down": ((pack("a", of("national", None, "b")), pack("b", of("county"))), "county"),
    "pack-code-clash": ((pack("a", None, rules=(county_rule("X1", "a"),)), pack("b", None, rules=(county_rule("X1", "b"),))), "X1"),
    "pack-unknown-rule": ((pack("a", None, Override("NOPE", "a", retired=BRIEF)),), "NOPE"),
    "pack-not-extended": ((pack("a", None, rules=(county_rule("X1", "a"),)),
                           pack("b", of("county"), Override("X1", "b", retired=BRIEF))), "extends"),
    "pack-outside-territory": ((pack("a", of("city", "4307"), tolerance("a", Fraction(0), territory="4301")),), "4301"),
    "pack-outside-limits": ((pack("a", None, tolerance("a", 2)),), "1.0"),
    "pack-bad-change": ((pack("a", None, Override("Z13", "a", severity=Severity.RED)),), "authority"),
    "pack-conflict": ((pack("a", of("city", "4307"), tolerance("a", Fraction(1, 10))),
                       pack("b", of("city", "4307"), tolerance("b", Fraction(2, 10)))), "tolerance"),
}  # fmt: skip


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_has_its_own_word_names_the_package_and_says_why(code: str) -> None:
    packs, said = REFUSALS[code]
    error = refused(*packs)
    assert error.code == code
    assert error.pack in {p.name for p in packs}
    assert said in error.text.en
    assert re.search(r"[一-鿿]|示例", error.text.zh)


def test_a_required_package_that_is_missing_has_its_word_too() -> None:
    assert refused(require=("changde",)).code == "pack-missing"


def test_every_word_of_refusal_in_the_source_stands_in_the_handbook() -> None:
    root = Path(__file__).parents[1]
    home = root / "src" / "budgetreview"
    sources = [home / "lock.py", home / "errors.py", *(home / "layering").glob("*.py"), *(home / "plugins").glob("*.py")]
    used = {w for s in sources for w in re.findall(r'"((?:pack|lock)-[a-z-]+)"', s.read_text(encoding="utf-8"))}
    page = (root / "docs" / "zh" / "how-to" / "layers.md").read_text(encoding="utf-8")
    assert used >= set(REFUSALS)
    assert sorted(w for w in used if f"`{w}`" not in page) == []


def test_leaving_out_a_package_that_another_builds_on_says_which() -> None:
    error = refused(pack("a", of("county", None, "b")), pack("b", of("county")), without=("b",))
    assert (error.pack, error.code) == ("a", "pack-extends-missing")
    assert "--without" in error.text.zh


def test_two_packages_that_say_the_same_agree_and_one_that_extends_the_other_may_differ() -> None:
    a = pack("a", of("city", "4307"), tolerance("a", Fraction(1, 10)))
    assert loaded(a, pack("b", of("city", "4307"), tolerance("b", Fraction(1, 10))))
    after = pack("b", of("city", "4307", "a"), tolerance("b", Fraction(2, 10)))
    assert at(loaded(a, after), "430702") == Fraction(2, 10)


def test_packages_of_different_years_do_not_clash() -> None:
    a = pack("a", of("city", "4307"), tolerance("a", Fraction(1, 10), end=date(2025, 12, 31)))
    b = pack("b", of("city", "4307"), tolerance("b", Fraction(2, 10), start=date(2026, 1, 1)))
    assert at(loaded(a, b), "430702") == Fraction(2, 10)


def test_retiring_a_rule_that_an_equal_package_changes_is_a_clash() -> None:
    a = pack("a", of("city", "4307"), tolerance("a", Fraction(1, 10)))
    assert refused(a, pack("b", of("city", "4307"), Override("Z13", "b", retired=BRIEF))).code == "pack-conflict"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (tolerance("a", Fraction(0), start=date(2026, 1, 1), end=date(2025, 1, 1)), "before it starts"),
        (Override("Z13", "a", parameter="tolerance", value=DatedValue(5), severity=None), "authority"),
        (Override("Z13", "a", parameter="tolerance", value=DatedValue(0.05), authority=LAW), "kind share"),  # type: ignore[arg-type]
        (Override("Z13", "a", retired=BRIEF, severity=Severity.RED, authority=LAW), "at the same time"),
        (Override("Z13", "a", least=Fraction(0), authority=LAW), "belong together"),
        (tolerance("a", least=Fraction(1, 2), most=Fraction(1, 3)), "above the largest"),
        (tolerance("a", Fraction(0), territory="常德"), "first digits"),
    ],
)
def test_a_change_that_is_not_sound_is_refused(change: Override, said: str) -> None:
    assert said in refused(pack("a", None, change)).text.en


@pytest.mark.parametrize(
    "wrong",
    [
        {"layer": "village"}, {"layer": "national", "territory": "43"}, {"layer": "county", "territory": "43"},
        {"layer": "city", "territory": "常德"}, {"layer": "county", "extends": "core"},
        {"layer": "county", "engine": "about one"},
    ],
)  # fmt: skip
def test_a_package_that_describes_itself_wrongly_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(RuleError):
        About(BRIEF, **wrong)


# --- the layers as a value


def _three() -> RuleSet:
    retired = Override("Z02", "city", retired=Text("以本市办法为准", "the city's own rules apply"))
    graver = Override("Z01", "city", severity=Severity.RED, authority=LAW)
    later = tolerance("city", Fraction(5, 100), start=date(2027, 1, 1))
    limits = tolerance("province", most=Fraction(10, 100))
    return loaded(
        pack("province", of("province", "43"), limits),
        pack("city", of("city", "4307"), retired, graver, later, rules=(county_rule("CD1", "city"),)),
    )


def test_base_plus_added_minus_removed_is_what_runs_and_each_change_says_who_and_why() -> None:
    here = layers(_three(), as_of=DAY, entity="430702", level="county")
    by = {(c.what, c.rule, c.aspect): c for c in here.changes}
    assert set(by) == {
        ("added", "CD1", "rule"), ("removed", "Z02", "rule"), ("modified", "Z01", "severity"),
        ("modified", "Z13", "parameters.tolerance.limits"),
    }  # fmt: skip
    assert here.running == here.base + 1 - 1
    graver = by["modified", "Z01", "severity"]
    assert (graver.before, graver.after, graver.pack, graver.layer, graver.territory) == ("orange", "red", "city", "city", "4307")
    gone = by["removed", "Z02", "rule"]
    assert gone.reason is not None
    assert gone.reason.en == "the city's own rules apply"
    assert here.rules["Z13"].figures["tolerance"].bounds.most_by == "province"


def test_another_place_sees_the_base_and_nothing_else() -> None:
    elsewhere = layers(_three(), as_of=DAY, entity="110101", level="county")
    assert (elsewhere.changes, elsewhere.running) == ((), elsewhere.base)


def test_the_next_year_is_this_year_and_what_changes() -> None:
    rules = _three()
    here = layers(rules, as_of=date(2027, 1, 10), entity="430702", level="county")
    then, changes = since(rules, DAY, here)
    assert [(c.what, c.rule, c.aspect, c.before, c.after, c.pack) for c in changes if c.pack != "core"] == [
        ("modified", "Z13", "parameters.tolerance", 0.0, 0.05, "city")
    ]
    added, removed = (sum(c.what == w for c in changes) for w in ("added", "removed"))
    assert here.running == then.running + added - removed


def test_the_rule_set_lists_what_each_package_declared() -> None:
    said = [(c.pack, c.what, c.rule, c.aspect) for c in _three().layers]
    assert said == [
        ("city", "added", "CD1", "rule"), ("province", "modified", "Z13", "parameters.tolerance.limits"),
        ("city", "removed", "Z02", "rule"), ("city", "modified", "Z01", "severity"),
        ("city", "modified", "Z13", "parameters.tolerance"),
    ]  # fmt: skip


def test_without_packages_nothing_differs_from_the_base() -> None:
    assert layers(loaded(), as_of=DAY, entity="430702", level="county").changes == ()


def test_a_rule_switched_on_is_added_with_the_figures_that_it_runs_with() -> None:
    quiet = attrs.evolve(made(), pack="core2", default=False)
    value = DatedValue(50, status="local")
    rules = loaded(
        pack("core2", of("national"), rules=(quiet,)),
        pack("a", of("city", "4307", "core2"), Override("A01", "a", enabled=True),
             Override("A01", "a", parameter="most", value=value, authority=LAW)),
    )  # fmt: skip
    here = layers(rules, as_of=DAY, entity="430702", level="county")
    assert [(c.what, c.aspect, c.after, c.pack) for c in here.changes] == [
        ("added", "rule", "orange", "a"), ("modified", "parameters.most", "0.50", "a")
    ]  # fmt: skip
