"""From the PDF to the report: the ordinary command reviews a document, and its findings point at page and box."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from budgetreview_disclosure.rules import names
from click.testing import CliRunner

from budgetreview.cli import program
from budgetreview.recompute import evaluate

Printed = Callable[..., Path]


def reviewed(path: Path, *options: str) -> dict[str, object]:
    out = path.with_name("report.json")
    arguments = ["check", str(path), "--as-of", "2026-01-10", "--require", "disclosure", "--output", str(out), *options]
    done = CliRunner().invoke(program, arguments)
    assert done.exit_code in {0, 1}, done.output
    report: dict[str, object] = json.loads(out.read_text(encoding="utf-8"))
    return report


def test_a_finding_names_its_page_and_box_and_bears_recomputing(paper: Printed) -> None:
    report = reviewed(paper(changes={"fund": ("2120899", "50.00", "55.00")}))
    found = [f for f in report["findings"] if f["rule"] == names()["year-flow"]]  # type: ignore[attr-defined]
    assert [f["source"]["page"] for f in found] == [10]
    left, top, right, bottom = found[0]["source"]["box"]
    assert 0 < left < right < 595
    assert 0 < top < bottom < 842
    assert found[0]["measure"] == "50000.00"
    assert evaluate(found[0]["formula"], {**found[0]["values"], **found[0]["parameters"]}) is True


def test_a_correct_document_gives_no_finding_of_any_package_and_names_what_it_could_not_check(paper: Printed) -> None:
    report = reviewed(paper())
    assert [f["rule"] for f in report["findings"] if f["severity"] in {"red", "orange"}] == []  # type: ignore[attr-defined]
    notices = {n["kind"] for i in report["inputs"] for n in i["notices"]}  # type: ignore[attr-defined]
    assert {"document-read", "check-had-nothing"} <= notices


def test_its_lines_are_reviewed_too_and_no_amount_is_brought_twice(paper: Printed) -> None:
    report = reviewed(paper(), "--stage", "final")
    rows = {i["table"]: i["rows"] for i in report["inputs"]}  # type: ignore[attr-defined]
    # six items of the general budget, basic or project, and one of the government funds
    assert rows["lines"] == 7
    assert rows["statements"] > 200


def test_the_copy_has_a_note_for_each_finding_and_the_document_is_unchanged(paper: Printed) -> None:
    path = paper(changes={"basic": ("30211", "60.00", "66.00")})
    before = path.read_bytes()
    copy = path.with_name("copy.pdf")
    report = reviewed(path, "--annotate", str(copy))
    assert path.read_bytes() == before
    assert copy.stat().st_size > len(before)
    from pypdf import PdfReader

    notes = [a for page in PdfReader(copy).pages for a in page.get("/Annots") or []]
    assert len(notes) >= len({str(f["source"].get("box")) for f in report["findings"]})  # type: ignore[attr-defined]


def test_the_same_document_gives_the_same_bytes(paper: Printed) -> None:
    path = paper(changes={"basic": ("30211", "60.00", "66.00")})
    assert reviewed(path) == reviewed(path)


def test_what_rounding_explains_is_no_finding_and_is_said(paper: Printed) -> None:
    report = reviewed(paper(changes={"basic": ("30211", "60.00", "60.01")}))
    assert [f["rule"] for f in report["findings"] if f["severity"] in {"red", "orange"}] == []  # type: ignore[attr-defined]
    said = [str(n) for i in report["inputs"] for n in i["notices"] if n["kind"] == "equal-within-rounding"]  # type: ignore[attr-defined]
    assert said
    assert all("在舍入范围内相等，最多相差100.00元" in one for one in said), said
