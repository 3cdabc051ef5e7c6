"""Findings written column by column are the records of the same findings, to the byte."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import attrs
import pytest

from budgetreview.conformance import batches
from budgetreview.judging import Bench
from budgetreview.render import records
from budgetreview.render.records import fields
from budgetreview.render.records.layout import COMPACT, INDENTED, dump
from budgetreview.report import Findings
from budgetreview.rules.core import budgetreview_rules
from budgetreview.submission import Submission
from budgetreview.table import Table
from budgetreview.values import Keys
from tests.test_recording import mixed

from .sample import EVERYTHING, hostile, sample


def four_places(stage: str, seed: int) -> Findings:
    """Every rule over four places whose rows stand mixed, judged place by place: findings of one rule from many parts."""
    given = Submission(**batches.county(seed, times=2))
    bench = Bench.of(given, stage=stage, as_of=batches.LATE, levels=("county",) * len(given.periods), most=1)
    results = bench.run_all(sorted(budgetreview_rules(), key=lambda r: r.code))
    assert any(len(r.parts) > 1 for r in results)
    found = Findings(results)
    return Findings(
        results, dict.fromkeys([p for r in results for p in found.prints(r.rule.code)][::3], "已说明“原因”")
    )


def on_pages() -> Findings:
    """The same lines as if half of them had been read off the pages of a document."""
    result = mixed(700).results[0]
    (part,) = result.parts
    assert isinstance(part.units, Table)
    n = len(part.units)
    pages = {
        "page": Keys.of([None if i % 3 == 0 else str(i) for i in range(n)]),
        "box": Keys.of([None if i % 2 else "10.5 20 30 40.25" for i in range(n)]),
        "sheet": Keys.of(["表二" if i % 5 == 0 else None for i in range(n)]),
    }
    table = attrs.evolve(part.units, columns={**part.units.columns, **pages})
    found = Findings([attrs.evolve(result, parts=(attrs.evolve(part, units=table),))])
    assert {(f.source.page is None, f.source.box is None) for f in found} == {(a, b) for a in (0, 1) for b in (0, 1)}
    return found


REVIEWS = {
    "every kind of figure": lambda: mixed(700).findings,
    "with more names for a line": lambda: mixed(701).findings,
    "many blocks": lambda: mixed(6000).findings,
    "every outcome": lambda: sample(codes=EVERYTHING).findings,
    "a hundred lines and more": lambda: sample(repeat=200).findings,
    "hostile texts": lambda: hostile().findings,
    "pages of a document": on_pages,
    "mixed places": lambda: four_places("pre", 4),
    "mixed places, stage of execution": lambda: four_places("execution", 2),
}


@pytest.fixture(params=list(REVIEWS))
def found(request: pytest.FixtureRequest) -> Findings:
    review: Findings = REVIEWS[request.param]()
    assert len(review)
    return review


def test_on_one_line_and_indented_as_the_plain_way_writes_them(found: Findings) -> None:
    """Each finding, written with the others, is what ``json.dumps`` makes of its own record."""
    one_line = [text for run in found.runs() for text in fields.written(run, found.waivers, COMPACT)]
    indented = [text for run in found.runs() for text in fields.written(run, found.waivers, INDENTED)]
    wanted = [records.finding(f) for f in found]
    assert one_line == [dump(r) for r in wanted]
    margin = "\n    "
    assert indented == [
        json.dumps(r, ensure_ascii=False, allow_nan=False, indent=2).replace("\n", margin) for r in wanted
    ]


def test_a_row_of_the_frame_is_the_record_of_its_finding(found: Findings) -> None:
    """Sentences stand in a column for each language, money is a decimal, what is nested is JSON."""
    frame = found.to_polars()
    for row, finding in zip(frame.iter_rows(named=True), found, strict=True):
        assert row == flat(records.finding(finding))


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """A record as a row of a frame, one field after the other."""
    out: dict[str, Any] = {"lines": None, "lines_total": None}
    for name, value in record.items():
        if name in {"message", "question"}:
            out |= {f"{name}_zh": value["zh"], f"{name}_en": value["en"]}
        elif name == "amount":
            out[name] = None if value is None else Decimal(value)
        elif isinstance(value, dict | list) or (name in {"measure", "limit"} and not isinstance(value, str | None)):
            out[name] = dump(value)
        else:
            out[name] = value
    return {k: v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for k, v in out.items()}
