"""``packs check`` asks two processes, believes neither what is printed nor an early end, and says what to do."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from budgetreview import conformance
from budgetreview.cli import program
from budgetreview.conformance import batches, imports
from budgetreview.conformance.watch import Watch
from budgetreview.newpack import Answers, made
from budgetreview.submission import Submission
from tests.packs.bad_packages import installed

ROOT = Path(__file__).resolve().parents[2]
FILES = made(Answers.of("bad", territory="430798", title="坏包", prefix="BD"))
MODULE = "src/budgetreview_bad/__init__.py"
Check = Callable[..., Result]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """The command, on a package with something put at the end of its module."""

    def call(more: str = "", *options: str) -> Result:
        site = tmp_path / "site"
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), str(ROOT / "src")]))
        with installed({**FILES, MODULE: FILES[MODULE] + more}, site):
            return CliRunner().invoke(program, ["packs", "check", "bad", *options])

    return call


def test_a_sound_package_passes_every_check_and_ends_with_0(check: Check) -> None:
    result = check("", "--format", "json")
    said = json.loads(result.stdout)
    assert result.exit_code == 0, [c for c in said["checks"] if not c["passed"]]
    assert said["pack"] == "bad"
    assert [c["code"] for c in said["checks"]] == [c.code for c in conformance.CHECKS]
    assert all(c["title"]["zh"] and c["title"]["en"] and c["remedy"] is None for c in said["checks"])


def test_what_is_wrong_is_listed_with_what_to_do_and_ends_with_4(check: Check) -> None:
    result = check("\n\nprint('made at', TIME := __import__('time').time())\n", "--lang", "zh")
    assert result.exit_code == 4
    failed = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("未过")]
    assert {"prints", "reads-clock"} <= set(failed)
    assert "怎么办：去掉 print" in result.stdout


def test_a_hash_seed_that_shows_in_the_report_is_noticed(check: Check) -> None:
    more = """

@br.hookimpl
def budgetreview_rules() -> Iterable[br.Rule]:
    word = sorted({"甲", "乙", "丙", "丁", "戊"}, key=hash)[0]
    return [attrs.evolve(r, title=br.Text(word, "one of five")) for r in book.rules]
"""
    assert "not-deterministic" in failing(check(more, "--format", "json"))


def test_a_package_that_ends_the_process_is_refused(check: Check) -> None:
    assert failing(check("\n\nimport os\nos._exit(0)\n", "--format", "json")) == ["pack-broken"]


def test_a_package_that_hangs_is_refused_when_patience_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), str(ROOT / "src")]))
    with installed({**FILES, MODULE: FILES[MODULE] + "\n\nwhile True:\n    pass\n"}, site):
        found = conformance.check("bad", patience=4)
    assert [r.code for r in found] == ["too-slow"]


@pytest.mark.parametrize("name", ["core", "nowhere"])
def test_only_an_installed_package_can_be_checked(name: str) -> None:
    result = CliRunner().invoke(program, ["packs", "check", name])
    assert result.exit_code == 2
    assert name in result.stderr


def test_packs_alone_still_lists_what_is_installed() -> None:
    said = json.loads(CliRunner().invoke(program, ["packs", "--format", "json"]).stdout)["packs"]
    assert [p["error"] for p in said if p["name"] == "core"] == [None]


def failing(result: Result) -> list[str]:
    assert result.exit_code == 4, result.output
    return [c["code"] for c in json.loads(result.stdout)["checks"] if not c["passed"]]


def test_the_same_seed_gives_the_same_tables_and_another_one_others() -> None:
    assert batches.county(1) == batches.county(1)
    assert batches.county(1) != batches.county(2)


def test_amounts_in_ten_thousands_are_the_same_money() -> None:
    tables = {"lines": {"entity": ["430702"], "fiscal_year": ["2026"], "proposed": ["1200.01"]}}
    scaled = batches.in_ten_thousands(tables)
    assert scaled is not None
    assert scaled["lines"]["proposed"] == ["0.120001"]
    both = [Submission(**tables), Submission(**scaled, unit="万元")]
    assert [s.table("lines").money("proposed").values.tolist() for s in both] == [[120001], [120001]]


def test_nobody_is_watched_before_and_after() -> None:
    watch = Watch((str(Path(__file__).parent),))
    Path(os.devnull).write_text("x", encoding="utf-8")
    with watch.watching():
        pass
    sys.stdout.write("said outside")
    assert not list(watch.breaches())


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("import budgetreview as br\nbr.Rule\n", []),
        ("from budgetreview import testing\ntesting.cases\n", []),
        ("from budgetreview.testing import Case\n", []),
        ("from budgetreview.rule import Rule\n", ["budgetreview.rule.Rule"]),
        ("import budgetreview.plugins\n", ["budgetreview.plugins"]),
        ("import budgetreview as br\nbr.plugins.installed()\n", ["budgetreview.plugins"]),
        ("from budgetreview import testing as t\nt._only\n", ["budgetreview.testing._only"]),
        ("import budgetreview_other\n", []),
    ],
)
def test_private_names_are_told_from_public_ones(tmp_path: Path, source: str, named: list[str]) -> None:
    (tmp_path / "m.py").write_text(source, encoding="utf-8")
    assert [t.en.split()[2].strip(",") for _, t in imports.private((tmp_path / "m.py",))] == named
