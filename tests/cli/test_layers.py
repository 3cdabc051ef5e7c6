"""``layers``, ``lock`` and ``impact`` as a clerk runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from budgetreview import plugins
from budgetreview.authority import Authority
from budgetreview.errors import Text
from budgetreview.layers import About, Pack
from budgetreview.parameters import DatedValue
from budgetreview.plugins import CORE
from budgetreview.rule import Override, Severity
from budgetreview.rules import core
from tests.test_plugins import package

from .conftest import Run

LAW = (Authority("示例县办法", "12", mark="K", territory="430702"),)


def _county() -> Pack:
    def about() -> About:
        return About(Text("示例县规则", "example county"), "county", "430702", ("core",), ">=0.1,<0.2")

    def changes() -> list[Override]:
        return [
            Override("Z01", "county", retired=Text("以本县办法为准", "the county's own rules apply")),
            Override("Z13", "county", severity=Severity.RED, authority=LAW),
            Override("Z13", "county", parameter="tolerance", authority=LAW, start=date(2026, 1, 1),
                     value=DatedValue(Fraction(5, 100), status="local")),
        ]  # fmt: skip

    hooks: dict[str, Callable[..., Any]] = {"budgetreview_about": about, "budgetreview_parameters": changes}
    return package("county", **hooks)


@pytest.fixture
def with_county(monkeypatch: pytest.MonkeyPatch) -> None:
    """The core and one county's package are installed, and nothing else."""
    packs = (Pack(CORE, "0.1.0", core, module="budgetreview"), _county())
    monkeypatch.setattr(plugins, "installed", lambda **_: packs)
    monkeypatch.setattr("budgetreview.cli.compare.impact.installed", lambda: packs)


@pytest.fixture
def core_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the core is installed."""
    monkeypatch.setattr(plugins, "installed", lambda **_: (Pack(CORE, "0.1.0", core, module="budgetreview"),))


HERE = ("--entity", "430702", "--as-of", "2026-01-10")


@pytest.mark.usefixtures("with_county")
def test_layers_say_who_changed_what_here_on_whose_authority(run: Run) -> None:
    said = json.loads(run("layers", *HERE, "--format", "json").stdout)
    assert [(p["name"], p["layer"], p["territory"]) for p in said["packs"]] == [
        ("core", "national", None), ("county", "county", "430702")
    ]  # fmt: skip
    assert [(c["what"], c["rule"], c["aspect"], c["from"], c["to"], c["pack"]) for c in said["changes"]] == [
        ("removed", "Z01", "rule", "orange", None, "county"), ("modified", "Z13", "severity", "orange", "red", "county"),
        ("modified", "Z13", "parameters.tolerance", 0.0, 0.05, "county"),
    ]  # fmt: skip
    assert said["running"] == said["base"] - 1
    tolerance = next(r for r in said["rules"] if r["code"] == "Z13")["parameters"]["tolerance"]
    assert (tolerance["value"], tolerance["by"], tolerance["most_by"]) == (0.05, "county", "core")


@pytest.mark.usefixtures("with_county")
def test_layers_in_chinese_name_the_place_the_sum_and_the_reason(run: Run) -> None:
    said = run("layers", *HERE, "--lang", "zh").stdout
    assert "430702" in said
    assert "以本县办法为准" in said
    assert "《示例县办法》第12条" in said
    assert "新增 0 − 停用 1 ± 修改 2" in said


@pytest.mark.usefixtures("with_county")
def test_layers_since_last_year_are_the_years_change_log(run: Run) -> None:
    said = json.loads(run("layers", *HERE, "--since", "2025-12-31", "--format", "json").stdout)
    county = [c for c in said["since"]["changes"] if c["pack"] == "county"]
    assert [(c["aspect"], c["from"], c["to"], c["start"]) for c in county] == [("parameters.tolerance", 0.0, 0.05, "2026-01-01")]


@pytest.mark.usefixtures("with_county")
def test_layers_elsewhere_list_the_county_apart_and_without_it_not_at_all(run: Run) -> None:
    elsewhere = run("layers", "--entity", "110101", "--as-of", "2026-01-10").stdout
    assert "not in force here and then" in elsewhere
    alone = json.loads(run("layers", *HERE, "--without", "county", "--format", "json").stdout)
    assert (alone["without"], alone["changes"]) == (["county"], [])


@pytest.mark.usefixtures("with_county")
def test_the_page_of_a_rule_names_what_packages_changed(run: Run) -> None:
    said = run("explain", "Z13", "--lang", "zh").stdout
    assert "## 规则包的修改" in said
    assert "`tolerance` = 5%" in said
    assert "停用：以本县办法为准" in run("explain", "Z01", "--lang", "zh").stdout
    assert "规则包的修改" not in run("explain", "Z03", "--lang", "zh").stdout


@pytest.mark.usefixtures("core_only")
def test_a_review_under_a_lock_runs_and_another_engine_is_refused_by_name(run: Run, lines: Path, tmp_path: Path) -> None:
    file = tmp_path / "budgetreview.lock"
    assert run("lock", "--output", file).exit_code == 0
    first = file.read_bytes()
    assert run("lock", "--output", file).exit_code == 0
    assert file.read_bytes() == first
    assert str(tmp_path).encode() not in first
    assert run("check", lines, "--lock", file, "--fail-on", "never").exit_code == 0
    file.write_text(first.decode().replace("engine = ", 'engine = "0.0.1" # '), encoding="utf-8")
    refused = run("check", lines, "--lock", file)
    assert refused.exit_code == 4
    assert "lock-engine" in refused.stderr


@pytest.mark.usefixtures("with_county")
def test_a_package_that_was_not_locked_stops_the_review(run: Run, lines: Path, tmp_path: Path) -> None:
    file = tmp_path / "core.lock"
    assert run("lock", "--output", file, "--without", "county").exit_code == 0
    assert run("check", lines, "--lock", file, "--without", "county", "--fail-on", "never").exit_code == 0


def test_a_lock_that_is_none_is_a_wrong_option(run: Run, lines: Path) -> None:
    assert run("check", lines, "--lock", lines).exit_code == 2


@pytest.mark.usefixtures("with_county")
def test_impact_lists_what_the_package_takes_away_and_changes(run: Run, lines: Path) -> None:
    result = run("impact", lines, "--with", "county", "--as-of", "2026-01-10", "--format", "json")
    said = json.loads(result.stdout)
    assert [(f["state"], f["rule"]) for f in said["findings"]] == [("lost", "Z01"), ("lost", "Z13")]
    assert said["total"]["lost"] == 2
    assert said["total"]["money_lost"] == "3000.00"
    assert [e["entity"] for e in said["entities"]] == ["430702"]
    assert (said["before"]["complete"], said["after"]["complete"]) == (True, True)
    assert "county" in said["after"]["packs"]
    assert "county" not in said["before"]["packs"]
    assert result.exit_code == 0


@pytest.mark.usefixtures("with_county")
def test_impact_in_chinese_reads_as_sentences(run: Run, lines: Path) -> None:
    said = run("impact", lines, "--with", "county", "--as-of", "2026-01-10", "--lang", "zh").stdout
    assert "采用 county 的影响" in said
    assert "消失2条（3000.00元）" in said


@pytest.mark.usefixtures("with_county")
@pytest.mark.parametrize("new", ["nobody", "core"])
def test_impact_of_what_is_not_there_is_a_wrong_option(run: Run, lines: Path, new: str) -> None:
    assert run("impact", lines, "--with", new, "--as-of", "2026-01-10").exit_code == 2


@pytest.mark.usefixtures("core_only")
def test_impact_of_a_rule_file_that_a_clerk_wrote(run: Run, lines: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "rules.xlsx"
    assert run("rules", "new", "--output", sheet).exit_code == 0
    result = run("impact", lines, "--with", sheet, "--as-of", "2026-01-10", "--format", "json", "--fail-on", "never")
    said = json.loads(result.stdout)
    assert said["with"] == ["rules.xlsx"]
    assert len(said["after"]["packs"]) == len(said["before"]["packs"]) + 1
    assert said["rules"]
