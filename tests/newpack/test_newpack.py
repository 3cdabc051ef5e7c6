"""``new-pack`` makes a package that is right at once, and the example is made of the same template."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from budgetreview.cli import program
from budgetreview.errors import OutputError, UsageError
from budgetreview.newpack import EXAMPLE, Answers, made, write

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "plugins" / "budgetreview-example"
BUILT = {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", "build", "dist"}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(program, ["new-pack", *arguments, "--lang", "zh"])


def test_the_example_is_what_new_pack_makes_with_the_answers_of_the_example() -> None:
    there = {
        p.relative_to(PACKAGE).as_posix(): p.read_text(encoding="utf-8")
        for p in PACKAGE.rglob("*")
        if p.is_file() and not BUILT & set(p.parts) and not any(part.endswith(".egg-info") for part in p.parts)
    }
    assert there == made(Answers.of(**EXAMPLE))


def test_it_names_every_file_and_the_next_steps(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("qingshi", "--territory", "430798", "--title", "青石县")
    assert result.exit_code == 0, result.output
    folder = tmp_path / "budgetreview-qingshi"
    assert sorted(result.stdout.split()) == sorted(
        str(p.relative_to(tmp_path)) for p in folder.rglob("*") if p.is_file()
    )
    assert "pytest" in result.stderr
    assert "默认不运行" in result.stderr


@pytest.mark.parametrize(
    "name", ["Qingshi", "青石", "1county", "a b", "-x", "core", "../up", "budgetreview-qingshi", "x" * 60]
)
def test_a_name_that_cannot_be_used_is_refused(run: Callable[..., Result], tmp_path: Path, name: str) -> None:
    result = run("--", name) if name.startswith("-") else run(name)
    assert result.exit_code == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("code", ["青石", "43079", "4307981", "43.07", "000000", ""])
def test_a_territory_that_is_no_code_is_refused_with_an_example_of_one(run: Callable[..., Result], code: str) -> None:
    result = run("qingshi", "--territory", code)
    assert result.exit_code == 2
    assert "430702" in result.stderr


@pytest.mark.parametrize(
    ("code", "digits", "layer"),
    [("430000", "43", "province"), ("430700", "4307", "city"), ("430702", "430702", "county"), ("43", "43", "province"),
     ("4307", "4307", "city"), ("430702100", "430702100", "county")],
)  # fmt: skip
def test_the_layer_follows_from_the_code(code: str, digits: str, layer: str) -> None:
    answers = Answers.of("place", territory=code)
    assert (answers.territory, answers.layer) == (digits, layer)


def test_a_layer_that_contradicts_the_code_is_refused() -> None:
    with pytest.raises(UsageError, match="city"):
        Answers.of("place", territory="430702", layer="city")


def test_a_prefix_of_the_core_is_refused() -> None:
    with pytest.raises(UsageError, match="L1"):
        Answers.of("place", prefix="L1")


def test_text_that_would_break_a_file_is_refused() -> None:
    with pytest.raises(UsageError):
        Answers.of("place", title='青石" + x')


def test_an_existing_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="here"):
        write(Answers.of("qingshi"), tmp_path / "here")
    assert [p.name for p in (tmp_path / "here").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("answers", [{}, {"territory": "43"}, {"territory": "430700"}, {"layer": "national"}])
def test_every_toml_file_can_be_read_wherever_the_package_is_for(answers: dict[str, str]) -> None:
    for place, text in made(Answers.of("long-name-of-a-place", **answers)).items():  # type: ignore[arg-type]
        if place.endswith(".toml"):
            tomllib.loads(text)
        if place.endswith(".py"):
            compile(text, place, "exec")


def test_nothing_that_was_made_up_runs_before_somebody_filled_it_in() -> None:
    texts = made(Answers.of("qingshi", territory="430798"))
    rules = tomllib.loads(texts["src/budgetreview_qingshi/rules.toml"])
    listed = tomllib.loads(texts["src/budgetreview_qingshi/no_python.toml"])["rule"]
    own = [v for k, v in rules.items() if k != "laws"]
    assert own
    assert [r["default"] for r in (*own, *listed)] == [False] * (len(own) + len(listed))
    assert "待填" in rules["laws"]["OWN"]["document"]


@pytest.mark.parametrize(
    ("name", "answers"), [("qingshi", {"territory": "430798", "title": "青石县"}), ("anywhere", {})]
)
def test_lint_passes_with_the_settings_it_ships(tmp_path: Path, name: str, answers: dict[str, str]) -> None:
    write(Answers.of(name, **answers), tmp_path / "pack")  # type: ignore[arg-type]
    pytest.importorskip("ruff")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "."],
        cwd=tmp_path / "pack",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_a_new_package_is_built_installed_tested_typed_checked_and_used_in_a_review(tmp_path: Path) -> None:
    folder, site = tmp_path / "budgetreview-qingshi", tmp_path / "site"
    write(Answers.of("qingshi", territory="430798", title="青石县"), folder)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(ROOT / "src")]), "PYTHONDONTWRITEBYTECODE": "1",
                   "MYPYPATH": os.pathsep.join([str(site), str(ROOT / "src")]), "LANG": "zh_CN.UTF-8"}  # fmt: skip
    environment.pop("LC_ALL", None)

    def run(*arguments: str, cwd: Path = folder) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", *arguments], cwd=cwd, env=environment, capture_output=True, text=True,
                              encoding="utf-8", check=False)  # fmt: skip

    built = run(
        "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(site), "."
    )
    assert built.returncode == 0, built.stderr
    assert (site / "budgetreview_qingshi" / "cases" / "QI01.toml").is_file(), "the cases go with the package"

    tested = run("pytest", "-q", "-p", "budgetreview.pytest_plugin", "-p", "no:cacheprovider")
    assert tested.returncode == 0, tested.stdout
    assert " passed" in tested.stdout

    typed = run("mypy", "--cache-dir", str(tmp_path / "mypy"))
    assert typed.returncode == 0, typed.stdout

    checked = run("budgetreview", "packs", "check", "qingshi", "--format", "json", cwd=tmp_path)
    said = json.loads(checked.stdout)
    assert said["passed"], [c for c in said["checks"] if not c["passed"]]
    assert checked.returncode == 0

    lines = "区划代码,年度,资金性质,单位代码,部门预算经济分类,预算数（元）\n430798,2026,一般公共预算,101,30217,60000\n"
    (tmp_path / "lines.csv").write_text(lines, encoding="utf-8")
    used = run("budgetreview", "check", "lines.csv", "--as-of", "2026-01-10", "--require", "qingshi", "--select", "QI", "--format", "json",
               cwd=tmp_path)  # fmt: skip
    report = json.loads(used.stdout)
    assert report["packs"]["qingshi"] == "0.1.0"
    assert [(f["rule"], f["subject"]) for f in report["findings"]] == [("QI01", {"agency": "101"})]
