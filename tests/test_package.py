"""What the package promises as a whole: a light import, public names that exist, no address of a download place."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import budgetreview

ROOT = Path(__file__).resolve().parents[1]
PROMISED = """
    PROJECT About Assessment Authority BudgetReviewError CodeTable Context DatedValue Entry Exact Finding Given
    Groups IntakeError Keys Layout LedgerError Note Numbers Opened OutputError Override PackError ParameterError
    Problem Profile Ratio Reader Report Rule RuleBook RuleError RuleFile RuleSet Severity Submission Table Text Truth
    UsageError annotate growth hookimpl is_project load_rules load_tables parse_layout read read_batch review
    rules_from_file write
"""
"""The public names of version 0.1. A name may be added; one is taken away with the next minor version only, after the
changelog has said so for one (docs/*/explanation/versions.md)."""


def test_importing_the_package_loads_no_frame_library() -> None:
    code = "import sys, budgetreview; print([m for m in ('polars', 'pandas', 'pandera', 'pyarrow') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_every_public_name_can_be_had_and_stays_what_it_is() -> None:
    for name in budgetreview.__all__:
        assert getattr(budgetreview, name) is not None
    assert callable(budgetreview.review)
    assert callable(budgetreview.read)
    assert callable(budgetreview.write)


def test_within_a_minor_version_no_public_name_goes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"].startswith("0.1."), "a new minor version: list its public names anew"
    assert set(PROMISED.split()) <= set(budgetreview.__all__)


def test_the_readmes_two_commands_do_all_their_own_set_up() -> None:
    commands = [
        line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("python3 -m venv")
    ]
    assert len(commands) == 2
    assert commands[0].endswith("budgetreview demo")
    assert "pytest" in commands[1]


def test_every_dependency_has_its_reason_written_down() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    reasons = (ROOT / "docs" / "zh" / "explanation" / "dependencies.md").read_text(encoding="utf-8")
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"], *project["optional-dependencies"]["dev"]]
    names = {d.split(">=")[0].split("[")[0] for d in wanted} - {"budgetreview"}
    assert not [n for n in sorted(names) if n not in reasons]


def test_the_calendar_library_is_loaded_only_for_a_calendar_file() -> None:
    code = "import sys, budgetreview.cli.ledger, budgetreview.ledger.ics; print('icalendar' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
