"""Reports by hand, as small as they may be."""

from __future__ import annotations

from typing import Any

ENTITY, YEAR = "430702", 2026


def finding(fingerprint: str, facts: str = "seen", **changed: Any) -> dict[str, Any]:
    """What a review found: rule Z13 at unit 101, unless said otherwise."""
    usual = {
        "fingerprint": fingerprint, "facts": facts, "rule": "Z13", "severity": "orange", "table": "lines", "line_id": None,
        "entity": ENTITY, "fiscal_year": YEAR, "book": "general", "agency": "101", "project": "P1", "subject": {},
        "amount": "1200.00", "measure": None, "limit": None, "unit": None, "values": {"x": facts},
        "message": {"zh": f"发现 {fingerprint}", "en": f"found {fingerprint}"},
        "question": {"zh": "为什么？", "en": "why?"}, "authority": [], "source": {"name": "a.xlsx"}, "waived": None,
    }  # fmt: skip
    return {**usual, **changed}


def rule(code: str = "Z13", **changed: Any) -> dict[str, Any]:
    """What a rule says of itself in a report: it ran and could judge everything."""
    usual = {"code": code, "version": 1, "outcome": "ran", "parameters": {"tolerance": 0.0},
             "not_assessed_in": [], "not_assessed_units": []}  # fmt: skip
    return {**usual, **changed}


def report(
    as_of: str, *findings: dict[str, Any], rules: list[dict[str, Any]] | None = None, **changed: Any
) -> dict[str, Any]:
    """A report of one entity and year with the rules of its findings (Z13 at least)."""
    periods = sorted({(ENTITY, YEAR), *((f["entity"], f["fiscal_year"]) for f in findings)})
    codes = sorted({"Z13", *(f["rule"] for f in findings)})
    usual = {
        "schema": "budgetreview/1", "engine": "0.1.0", "packs": {"core": "0.1.0"},
        "profile": {"key": "changde-12345", "status": "reading"}, "stage": "preliminary", "as_of": as_of, "levels": {},
        "periods": [list(p) for p in periods], "inputs": [], "complete": True,
        "rules": [rule(c) for c in codes] if rules is None else rules, "findings": list(findings),
    }  # fmt: skip
    return {**usual, **changed}
