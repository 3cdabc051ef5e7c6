"""Rule packages are loaded whole or refused by name; nothing is ever skipped in silence."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from importlib import metadata
from types import ModuleType, SimpleNamespace
from typing import Any

import attrs
import pytest

from budgetreview.authority import Authority
from budgetreview.errors import PackError, Text, UsageError
from budgetreview.hookspecs import hookimpl
from budgetreview.layers import About
from budgetreview.mechanism import Profile
from budgetreview.parameters import DatedValue
from budgetreview.plugins import CORE, Pack, load_rules
from budgetreview.rule import Override, Rule, Severity
from budgetreview.rules import core

THE_CORE = Pack(CORE, "0.1.0", core)
SAMPLE = next(r for r in load_rules(select=("all",), packs=(THE_CORE,)) if r.code == "L10")


def package(name: str = "changde", **hooks: Callable[..., Any]) -> Pack:
    """A package made of the hooks given."""
    module = ModuleType(name)
    for hook, function in hooks.items():
        function.__name__ = hook
        setattr(module, hook, hookimpl(function))
    return Pack(name, "1.0", module)


def county_rule(code: str = "CD1", pack: str = "changde") -> Rule:
    return attrs.evolve(SAMPLE, code=code, pack=pack)


def refused(*packs: Pack, **options: Any) -> PackError:
    with pytest.raises(PackError) as caught:
        load_rules(packs=(THE_CORE, *packs), **options)
    return caught.value


def test_a_sound_package_adds_its_rules_and_is_named_with_its_version() -> None:
    rules = load_rules(packs=(THE_CORE, package(budgetreview_rules=lambda: [county_rule()])))
    assert "CD1" in {r.code for r in rules}
    assert rules.packs["changde"] == "1.0"


def test_a_required_package_that_is_not_there_is_named() -> None:
    error = refused(require=("changde",))
    assert error.pack == "changde"
    assert "not installed" in error.text.en


def test_a_required_package_that_was_left_out_is_named() -> None:
    here = package(budgetreview_rules=lambda: [county_rule()])
    assert "--without" in refused(here, require=("changde",), without=("changde",)).text.zh


def test_what_is_left_out_on_request_is_said_in_the_rule_set() -> None:
    here = package(budgetreview_rules=lambda: [county_rule()])
    rules = load_rules(packs=(THE_CORE, here), without=("changde",))
    assert rules.without == ("changde",)
    assert "CD1" not in {r.code for r in rules}


@pytest.mark.parametrize("failure", [ImportError("no module named x"), SyntaxError("bad"), SystemExit(0)])
def test_a_package_that_breaks_on_import_is_an_error_and_not_a_gap(
    failure: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load() -> None:
        raise failure

    point = SimpleNamespace(name="changde", value="changde_rules", dist=SimpleNamespace(version="2.0"), load=load)
    monkeypatch.setattr(metadata, "entry_points", lambda group: [point])
    with pytest.raises(PackError) as caught:
        load_rules()
    assert caught.value.pack == "changde"
    assert type(failure).__name__ in caught.value.text.en
    assert load_rules(without=("changde",)).without == ("changde",)


def test_a_package_left_out_is_not_even_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> None:
        pytest.fail("it was imported")

    point = SimpleNamespace(name="changde", value="changde_rules", dist=SimpleNamespace(version="2.0"), load=load)
    monkeypatch.setattr(metadata, "entry_points", lambda group: [point])
    assert load_rules(without=("changde",)).without == ("changde",)


def test_a_package_that_replaces_a_part_of_the_program_on_import_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> SimpleNamespace:
        monkeypatch.setattr(Text, "__getitem__", lambda self, _: self.zh)
        return SimpleNamespace()

    point = SimpleNamespace(name="changde", value="changde_rules", dist=SimpleNamespace(version="2.0"), load=load)
    monkeypatch.setattr(metadata, "entry_points", lambda group: [point])
    with pytest.raises(PackError, match="__getitem__") as caught:
        load_rules()
    assert caught.value.code == "pack-patches-program"


def test_two_packages_may_not_use_one_code() -> None:
    a = package("a", budgetreview_rules=lambda: [county_rule("X1", "a")])
    b = package("b", budgetreview_rules=lambda: [county_rule("X1", "b")])
    error = refused(a, b)
    assert error.pack == "b"
    assert "X1" in error.text.zh
    assert "a" in error.text.en


def test_a_package_may_not_take_a_code_of_the_core() -> None:
    assert "L10" in refused(package(budgetreview_rules=lambda: [county_rule("L10")])).text.en


def test_two_packages_of_one_name_are_refused() -> None:
    a = package(budgetreview_rules=lambda: [county_rule("X1")])
    b = package(budgetreview_rules=lambda: [county_rule("X2")])
    assert refused(a, b).pack == "changde"


def test_a_hook_that_asks_for_arguments_nobody_gives_is_refused() -> None:
    assert refused(package(budgetreview_rules=lambda year: [])).pack == "changde"


def test_a_hook_that_does_not_exist_is_refused() -> None:
    assert "budgetreview_rule" in refused(package(budgetreview_rule=lambda: ())).text.en


def test_a_hook_without_its_mark_is_refused_and_not_overlooked() -> None:
    module = ModuleType("changde")
    module.budgetreview_rules = lambda: [county_rule()]  # type: ignore[attr-defined]
    assert "@hookimpl" in refused(Pack("changde", "1.0", module)).text.en


def test_a_package_without_any_hook_is_refused() -> None:
    assert "no hook" in refused(Pack("changde", "1.0", ModuleType("changde"))).text.en


def test_a_hook_that_raises_names_its_package() -> None:
    def boom() -> list[Rule]:
        msg = "the table of rules is missing"
        raise FileNotFoundError(msg)

    error = refused(package(budgetreview_rules=boom))
    assert error.pack == "changde"
    assert "the table of rules is missing" in error.text.en


@pytest.mark.parametrize("value", [None, 5, ["L10"], [{"code": "L10"}]])
def test_a_hook_that_returns_something_else_than_rules_is_refused(value: object) -> None:
    assert refused(package(budgetreview_rules=lambda: value)).pack == "changde"


def test_a_rule_that_claims_another_package_is_refused() -> None:
    assert "CD1" in refused(package(budgetreview_rules=lambda: [county_rule("CD1", "core")])).text.en


def test_a_change_to_a_rule_that_does_not_exist_is_refused() -> None:
    change = Override("NOPE", "changde", severity=Severity.BLUE)
    error = refused(package(budgetreview_parameters=lambda: [change]))
    assert error.pack == "changde"
    assert "NOPE" in error.text.zh


def test_a_change_to_a_parameter_that_does_not_exist_is_refused() -> None:
    change = Override("L10", "changde", parameter="nope", value=DatedValue(Fraction(1, 50)))
    assert "nope" in refused(package(budgetreview_parameters=lambda: [change])).text.en


def test_a_package_sets_a_dated_value_for_its_territory_and_the_rule_keeps_its_own() -> None:
    value = DatedValue(
        Fraction(1, 50), start=date(2025, 1, 1), territory="4307", status="local",
        authority=(Authority("常德市办法", mark="K"),), origin="changde",
    )  # fmt: skip
    change = Override("L10", "changde", parameter="least", value=value)
    rules = load_rules(packs=(THE_CORE, package(budgetreview_parameters=lambda: [change])))
    least = next(r for r in rules if r.code == "L10").parameters["least"]
    here, elsewhere = least.at(date(2026, 1, 1), "430702", "county"), least.at(date(2026, 1, 1), "320100", "city")
    assert here is not None
    assert elsewhere is not None
    assert (here.value, elsewhere.value) == (Fraction(1, 50), Fraction(1, 100))


def test_a_package_switches_a_rule_on_that_is_off_by_default() -> None:
    quiet = attrs.evolve(county_rule(), default=False)
    changde = package(budgetreview_rules=lambda: [quiet])
    local = package("local", budgetreview_parameters=lambda: [Override("CD1", "local", enabled=True)])
    assert "CD1" in load_rules(packs=(THE_CORE, changde)).off
    assert "CD1" in {r.code for r in load_rules(packs=(THE_CORE, changde, local))}


def test_a_package_brings_a_mechanism_of_its_own() -> None:
    own = attrs.evolve(Profile.shipped("changde-12345"), key="county", title=Text("县级机制", "county"))
    rules = load_rules(packs=(THE_CORE, package(budgetreview_profiles=lambda: [own])))
    assert set(rules.profiles) == {"changde-12345", "county"}


def test_a_code_that_no_rule_has_is_a_wrong_option() -> None:
    for option in ("select", "ignore"):
        with pytest.raises(UsageError, match="QQ"):
            load_rules(packs=(THE_CORE,), **{option: ("QQ",)})  # type: ignore[arg-type]


def test_loading_the_rules_loads_no_frame_library() -> None:
    import subprocess

    code = (
        "import sys; from budgetreview.plugins import load_rules; load_rules();"
        "print([m for m in ('polars', 'pandas', 'pandera') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_a_package_left_out_that_is_not_installed_is_a_wrong_option_and_names_those_that_are() -> None:
    here = package(budgetreview_rules=lambda: [county_rule()])
    with pytest.raises(UsageError, match=r"nope.*changde.*core"):
        load_rules(packs=(THE_CORE, here), without=("nope",))


def test_a_hook_that_does_not_exist_is_named_without_the_path_of_the_module() -> None:
    """The sentence says what to do, and shows nothing of the machine it was found on."""
    odd = package(budgetreview_rulez=lambda: [county_rule()])
    with pytest.raises(PackError) as refused:
        load_rules(packs=(THE_CORE, odd))
    assert refused.value.code == "pack-bad-hook"
    assert "没有 budgetreview_rulez 这个挂钩；请改名或删去" in refused.value.text.zh
    assert "<module" not in str(refused.value)


def test_a_package_cannot_say_of_itself_that_it_fits_any_engine() -> None:
    """What a package says of itself is an About and nothing derived from it."""

    class Anything(About):
        def fits(self, engine: str) -> bool:
            return bool(engine)

    said = Anything(title=Text("常德", "Changde"), layer="city", territory="4307", engine=">=9")
    with pytest.raises(PackError) as refused:
        load_rules(packs=(THE_CORE, package(budgetreview_about=lambda: said)))
    assert refused.value.code == "pack-bad-hook"
