"""The published JSON Schema says exactly what reports look like."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from tests.render.sample import EVERYTHING, hostile, rules, sample

from budgetreview import render
from budgetreview.cli import program
from budgetreview.engine import review
from budgetreview.example import DAYS, tables
from budgetreview.plugins import load_rules
from budgetreview.report import Report
from budgetreview.rule import RuleSet
from budgetreview.submission import Submission

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"


def schema(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))


@cache
def validator(name: str) -> Draft202012Validator:
    registry: Registry[Any] = Registry().with_resources(
        [(schema(n)["$id"], Resource.from_contents(schema(n))) for n in ("report", "report-line")]
    )
    Draft202012Validator.check_schema(schema(name))
    return Draft202012Validator(schema(name), registry=registry)


def written(report: Report, name: str) -> str:
    out = io.BytesIO()
    render.writers(name)[""](report, out)
    return out.getvalue().decode()


def errors(name: str, value: Any) -> list[str]:
    return [f"{'/'.join(map(str, e.path))}: {e.message[:200]}" for e in validator(name).iter_errors(value)]


def samples() -> dict[str, Report]:
    first = sample().findings.of("A02")[0]
    return {
        "plain": sample(),
        "everything": sample(codes=EVERYTHING, broken_input=True),
        "waived": sample(waived={first.fingerprint: "经同意"}),
        "hostile": hostile(),
        "many": sample(repeat=60),
        "nothing judged": sample(codes=("A06",)),
        "empty": review(Submission.of({}, ()), RuleSet(rules()), as_of=DAYS["preliminary"]),
    }


@pytest.mark.parametrize("which", ["plain", "everything", "waived", "hostile", "many", "nothing judged", "empty"])
def test_every_kind_of_report_fits(which: str) -> None:
    """json as a whole, jsonl line by line: its first line is the report, all others are findings."""
    report = samples()[which]
    assert errors("report", json.loads(written(report, "json"))) == []
    first, *rest = [json.loads(line) for line in written(report, "jsonl").splitlines()]
    assert errors("report-line", first) == []
    assert "schema" in first
    assert all("schema" not in f and not errors("report-line", f) for f in rest)


@pytest.mark.parametrize("stage", sorted(DAYS))
def test_the_example_fits_at_every_stage(stage: str) -> None:
    """All rules of the core over the example county."""
    report = review(Submission(**tables(stage=stage)), load_rules(select=["all"]), stage=stage, as_of=DAYS[stage])
    assert errors("report", json.loads(written(report, "json"))) == []


@pytest.mark.parametrize(
    ("where", "change"),
    [
        ((), ("surprise", 1)),
        (("findings", 0), ("surprise", 1)),
        (("findings", 0), ("severity", "purple")),
        (("findings", 0), ("amount", 12.5)),
        (("findings", 0), ("amount", "1,200.00")),
        (("findings", 0), ("unit", "万元")),
        (("findings", 0), ("lines", ["A"] * 101)),
        (("findings", 0, "message"), ("en", None)),
        (("rules", 0), ("outcome", "fine")),
        (("rules", 0), ("flagged", -1)),
        ((), ("schema", "budgetreview/2")),
    ],
)
def test_what_is_no_report_is_refused(where: tuple[Any, ...], change: tuple[str, Any]) -> None:
    """A field nobody promised, a word that is none, money as a number, a missing language."""
    document = json.loads(written(sample(), "json"))
    at = document
    for step in where:
        at = at[step]
    at[change[0]] = change[1]
    assert errors("report", document)


def test_every_promised_field_is_required() -> None:
    """Leaving out any field of a finding or a rule that is not said to be optional is an error."""
    document = json.loads(written(sample(), "json"))
    for part in ("findings", "rules"):
        for name in [*document[part][0]]:
            if name in {"lines", "lines_total"}:
                continue
            short = {k: v for k, v in document[part][0].items() if k != name}
            assert errors("report", {**document, part: [short]}), name


def test_what_the_commands_write_fits(tmp_path: Path) -> None:
    """``check`` adds what it was asked for, ``merge`` which reports it put together."""
    lines = "区划代码,年度,单位代码,项目名称,预算数（元）\n{},2026,101,道路养护,1000.00\n"
    parts = []
    for code in ("430702", "430722"):
        county, part = tmp_path / f"{code}.csv", tmp_path / f"{code}.json"
        county.write_text(lines.format(code), encoding="utf-8")
        asked = ["check", str(county), "--fail-on", "never", "--set", "Z13.tolerance=1%", "--output", str(part)]
        assert CliRunner().invoke(program, asked).exit_code == 0
        parts.append(part)
    city = tmp_path / "city.json"
    assert CliRunner().invoke(program, ["merge", *map(str, parts), "--output", str(city)]).exit_code == 0
    for path in (*parts, city):
        assert errors("report", json.loads(path.read_text(encoding="utf-8"))) == []
    assert "asked" in json.loads(parts[0].read_text(encoding="utf-8"))
