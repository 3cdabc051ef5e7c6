"""A package may consist of a rule file and a module of three lines; what is wrong with the file is still named by cell."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

import budgetreview as br
from budgetreview.plugins import Pack, load_rules
from budgetreview.rules import core

from .sheets import template

THE_CORE = Pack("core", "0.1.0", core)
MODULE = """
from importlib.resources import files
import budgetreview as br

@br.hookimpl
def budgetreview_rules():
    return br.rules_from_file(files(__name__) / "rules.xlsx", pack="somecounty").rules
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "budgetreview_somecounty"
    folder.mkdir()
    (folder / "__init__.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


def imported() -> ModuleType:
    import importlib
    import sys

    sys.modules.pop("budgetreview_somecounty", None)
    return importlib.import_module("budgetreview_somecounty")


def test_three_lines_make_a_rule_file_a_package(package: Path) -> None:
    template(package / "rules.xlsx")
    rules = load_rules(packs=(THE_CORE, Pack("somecounty", "1.0", imported())), require=("somecounty",))
    assert {r.code for r in rules if r.pack == "somecounty"} == {"SL1", "SL2"}
    assert rules.packs["somecounty"] == "1.0"
    assert files("budgetreview_somecounty").joinpath("rules.xlsx").is_file()


def test_a_package_with_a_wrong_file_is_refused_with_the_cell(package: Path) -> None:
    template(package / "rules.xlsx", {(2, "条件"): "预算书 > 限额"})
    with pytest.raises(br.PackError, match="规则!G2"):
        load_rules(packs=(THE_CORE, Pack("somecounty", "1.0", imported())))
