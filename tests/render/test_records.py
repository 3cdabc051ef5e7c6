"""JSON tells the whole review, exactly as the contract and the published schema say."""

from __future__ import annotations

import json
from collections.abc import Callable

from budgetreview.render import records

from .sample import EVERYTHING, hostile, sample

Rendered = Callable[..., bytes]


def test_the_members_stand_in_the_order_of_the_contract(rendered: Rendered) -> None:
    """The report and its findings begin and go on as CONTRACT section 5 writes them."""
    document = json.loads(rendered(sample(), "json"))
    assert [k for k in document if k != "notices"] == [
        "schema", "engine", "packs", "profile", "stage", "as_of", "levels", "periods", "inputs", "without", "off",
        "complete", "rules", "findings",
    ]  # fmt: skip
    assert [k for k in document["findings"][0] if k not in {"formula", "parameters", "waived"}] == [
        "fingerprint", "facts", "rule", "severity", "table", "line_id", "row", "entity", "fiscal_year", "book", "agency",
        "project", "subject", "amount", "measure", "limit", "unit", "values", "message", "question", "authority", "source",
    ]  # fmt: skip


def test_a_finding_about_a_line() -> None:
    """A line's finding has its numbers as exact texts, its law, its cell and null for what is not known."""
    found = next(f for f in sample().findings if f.rule == "A03")
    record = records.finding(found)
    assert {k: record[k] for k in ("line_id", "row", "entity", "fiscal_year", "book", "agency", "project")} == {
        "line_id": "L00002", "row": 3, "entity": "430702", "fiscal_year": 2026, "book": "general", "agency": "102",
        "project": None,
    }  # fmt: skip
    assert record["amount"] == "35000.00"
    assert (record["measure"], record["limit"], record["unit"]) == ("7000.00", "6000.00", "yuan")
    assert record["values"] == {"unit_price": "7000.00", "standard_value": "6000.00"}
    assert record["source"] == {"name": "county-2026.xlsx", "sheet": "项目", "cell": "K6"}
    assert "lines" not in record


def test_a_finding_about_a_book_and_one_about_an_agency() -> None:
    """A share is a number, the authority is named, a group's finding names its lines and how many there are."""
    of = {f.rule: records.finding(f) for f in sample().findings}
    assert (of["A01"]["measure"], of["A01"]["limit"], of["A01"]["unit"]) == (0.005, 0.01, "share")
    assert of["A01"]["authority"] == [{"document": "预算法", "article": "40"}]
    assert of["A01"]["parameters"] == {"least": 0.01}
    assert of["A04"]["line_id"] is None
    assert of["A04"]["subject"] == {"agency": "101"}
    assert (of["A04"]["lines"], of["A04"]["lines_total"]) == (["L00000", "L00001"], 2)


def test_at_most_a_hundred_lines_are_named() -> None:
    """A finding about 400 lines names the first hundred and says that there are 400."""
    found = next(f for f in sample(repeat=200).findings if f.rule == "A04")
    assert (len(records.finding(found)["lines"]), records.finding(found)["lines_total"]) == (100, 400)


def test_the_rules_say_what_they_did() -> None:
    """Each rule has its outcome; counts add up; what was missing is named; a failure carries its error."""
    report = sample(codes=EVERYTHING)
    of = {r["code"]: r for r in records.rules(report)}
    assert {c: r["outcome"] for c, r in of.items()} == {
        "A01": "ran", "A02": "ran", "A03": "ran", "A04": "ran", "A05": "failed", "A06": "no_data", "A07": "not_in_stage",
    }  # fmt: skip
    assert (of["A03"]["flagged"], of["A03"]["clear"], of["A03"]["not_assessed"]) == (1, 1, 2)
    assert of["A03"]["missing"] == ["standard_value", "unit_price"]
    assert of["A05"]["error"] == "ZeroDivisionError: division by <b>zero</b>"
    assert records.head(report)["complete"] is False


def test_waived_findings_stay_and_are_counted() -> None:
    """A waived finding stays in the report with its reason and counts among the flagged."""
    first = next(f for f in sample().findings if f.rule == "A02")
    report = sample(waived={first.fingerprint: "经主任会议同意"})
    rule = next(r for r in records.rules(report) if r["code"] == "A02")
    assert (rule["flagged"], rule["waived"]) == (2, 1)
    assert [records.finding(f)["waived"] for f in report.findings.of("A02")] == ["经主任会议同意", None]


def test_json_is_written_as_the_contract_says(rendered: Rendered) -> None:
    """Two spaces a level, Chinese as Chinese, one line feed at the end, the same as the records."""
    report = sample(codes=EVERYTHING, broken_input=True)
    expected = json.dumps(records.report(report), ensure_ascii=False, indent=2) + "\n"
    assert rendered(report, "json").decode() == expected
    nothing = sample(codes=("A06",))
    assert (
        rendered(nothing, "json").decode() == json.dumps(records.report(nothing), ensure_ascii=False, indent=2) + "\n"
    )


def test_json_lines_begin_with_the_report_without_findings(rendered: Rendered) -> None:
    """The first record is the report without findings; then one record a finding."""
    report = sample()
    lines = [json.loads(line) for line in rendered(report, "jsonl").decode().splitlines()]
    assert lines[0] == records.head(report)
    assert lines[1:] == [records.finding(f) for f in report.findings]


def test_hostile_text_is_kept_exactly_in_json(rendered: Rendered) -> None:
    """For programs the text of the budget is not changed by one character."""
    names = {
        f["subject"]["project_name"] for f in json.loads(rendered(hostile(), "json"))["findings"] if f["rule"] == "A02"
    }
    assert "总额\u202e000,1\u202c元\x1b[31m红\x1b[0m\x07" in names
