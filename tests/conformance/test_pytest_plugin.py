"""Case files are tests of their own, told in words that an author understands; nobody else notices the plugin."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from budgetreview.newpack import Answers, made

ROOT = Path(__file__).resolve().parents[2]
CASE = '''
rule = "BD01"

[[case]]
name = "the ceiling itself passes"
lines = """
line  entity  agency  dept_economic_code  proposed
A-1   430798     101               30217  50000.00
B-1   430798     102               30217  50000.01
"""
clear = ["101"]
flagged = ["102"]
'''
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Pytest in a project whose package is installed and named in the settings."""
    site = pytester.path / "site"
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), str(ROOT / "src")]))
    for place, text in made(Answers.of("bad", territory="430798", title="坏包", prefix="BD")).items():
        if place.startswith("src/"):
            target = site / place.removeprefix("src/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    about = site / "budgetreview_bad-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: budgetreview-bad\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[budgetreview]\nbad = budgetreview_bad\n", encoding="utf-8")
    pytester.makeini("[pytest]\nbudgetreview_pack = bad\nfilterwarnings = error\n")

    def call(*arguments: str) -> pytest.RunResult:
        return pytester.runpytest_subprocess("-p", "budgetreview.pytest_plugin", "-p", "no:cacheprovider", *arguments)

    return call


def case(pytester: pytest.Pytester, text: str, folder: str = "tests/cases") -> None:
    place = pytester.path / folder
    place.mkdir(parents=True, exist_ok=True)
    (place / "BD01.toml").write_text(text, encoding="utf-8")


def test_every_case_is_a_test_named_after_it(run: Run, pytester: pytest.Pytester) -> None:
    case(pytester, CASE)
    result = run("-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*BD01.toml::the ceiling itself passes*PASSED*"])


def test_a_case_that_fails_is_told_as_a_table_in_both_languages(run: Run, pytester: pytest.Pytester) -> None:
    case(pytester, CASE.replace('clear = ["101"]\nflagged = ["102"]', 'flagged = ["101"]\nclear = ["102"]'))
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "BD01: the ceiling itself passes",
            "*单位 unit*应为 expected*实为 got*",
            "!*101*标出 flagged*未见问题 clear*",
            "!*102*未见问题 clear*标出 flagged*",
        ]
    )
    result.stdout.no_fnmatch_line("*case_files.py*")


def test_a_rule_that_is_not_there_is_named_with_those_that_are(run: Run, pytester: pytest.Pytester) -> None:
    case(pytester, CASE.replace('"BD01"', '"BD07"'))
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no rule BD07; bad: BD01, BD11*"])


@pytest.mark.parametrize(
    "text", ["rule = ", CASE.replace("clear =", "cleer ="), 'rule = "BD01"\n', CASE.replace("50000.01", "")]
)
def test_a_file_that_is_no_case_file_is_said_to_be_none(run: Run, pytester: pytest.Pytester, text: str) -> None:
    case(pytester, text)
    result = run()
    assert result.ret != 0
    assert "Traceback" not in result.stdout.str()
    assert "BD01.toml" in result.stdout.str()


def test_another_folder_may_hold_the_cases(run: Run, pytester: pytest.Pytester) -> None:
    case(pytester, CASE, "proof")
    run("-o", "budgetreview_cases=proof").assert_outcomes(passed=1)
    assert run().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_package_that_does_not_load_is_told_as_its_sentence(run: Run, pytester: pytest.Pytester) -> None:
    case(pytester, CASE)
    result = run("-o", "budgetreview_pack=nowhere")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*pack-missing: nowhere*"])


def test_fixtures_give_the_rules_of_the_package_and_leave_other_packages_out(
    run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile("""
        def test_rules(pack_rules, load_pack, budgetreview_pack):
            assert budgetreview_pack == "bad"
            assert {r.pack for r in pack_rules} == {"core", "bad"}
            assert "BD01" in {r.code for r in pack_rules}
            assert {r.code for r in load_pack(select=("BD",))} == {"BD01", "BD11"}
            assert "BD01" not in {r.code for r in load_pack()}, "it is off by default"
    """)
    run().assert_outcomes(passed=1)


def test_a_run_that_does_not_ask_for_it_collects_nothing_and_imports_nothing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    case(pytester, "this is no TOML")
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = --strict-config --strict-markers\n")
    pytester.makepyfile("""
        import sys

        def test_nothing_heavy():
            loaded = {m for m in sys.modules if m.split(".")[0] == "budgetreview"}
            assert loaded == {"budgetreview", "budgetreview.pytest_plugin"}
            assert not {"numpy", "polars", "attrs"} & set(sys.modules)
    """)
    result = pytester.runpytest_subprocess("-p", "budgetreview.pytest_plugin", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
