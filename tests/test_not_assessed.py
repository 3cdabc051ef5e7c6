"""A report names what a rule could not judge, so that a ledger never takes silence for an answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

import budgetreview as br
from budgetreview.judging import tally
from budgetreview.render import records

CODES = {"entity": ["430702"], "fiscal_year": [2026], "book": ["general"]}


def reviewed(*rows: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The report of some lines and what it says of rule Z13 (unit price above the standard)."""
    lines = pl.DataFrame([{"entity": "430702", "fiscal_year": 2026, "book": "一般公共预算", "agency": "101", **r} for r in rows])
    made = br.review(br.Submission(lines=lines), br.load_rules(select=["Z13"]), as_of=date(2026, 1, 10))
    said = records.report(made)
    return said, said["rules"][0]


def line(project: str, price: str | None, standard: str | None, **more: Any) -> dict[str, Any]:
    return {"project": project, "basic": "项目支出", "proposed": "100", "unit_price": price, "standard_value": standard, **more}


def test_a_grey_line_is_named_by_the_fingerprint_that_it_would_have_as_a_finding() -> None:
    flagged, _ = reviewed(line("P1", "100", "99"), line("P2", "10", "99"))
    grey, rule = reviewed(line("P1", "100", None), line("P2", "10", "99"))
    assert [f["fingerprint"] for f in flagged["findings"]] == rule["not_assessed_units"]
    assert rule["not_assessed_in"] == []
    assert grey["periods"] == [["430702", 2026]]


def test_where_everything_could_be_judged_nothing_is_named() -> None:
    _, rule = reviewed(line("P1", "100", "99"))
    assert (rule["not_assessed_units"], rule["not_assessed_in"]) == ([], [])


def test_too_many_grey_lines_are_told_by_entity_and_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_GREY", 2)
    rows = [line(f"P{i}", "100", None) for i in range(3)] + [line("Q", "100", None, fiscal_year=2027), line("R", "100", "99")]
    said, rule = reviewed(*rows)
    assert said["periods"] == [["430702", 2026], ["430702", 2027]]
    assert rule["not_assessed_in"] == [0]
    assert len(rule["not_assessed_units"]) == 1
