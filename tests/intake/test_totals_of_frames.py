"""Total rows in a frame of several counties belong to the county that they name, and to none where they name none."""

from __future__ import annotations

import polars as pl

from budgetreview.submission import Submission


def test_a_total_belongs_to_the_entity_that_it_names() -> None:
    frame = pl.DataFrame({
        "entity": ["430702", "430702", "430703", "430703", "430703", None],
        "fiscal_year": [2026] * 5 + [None],
        "project_name": ["甲", "合计", "乙", "丙", "合计", "总计"],
        "proposed": [100, 100, 50, 60, 110, 210],
    })
    totals = Submission(lines=frame).totals_rows["lines"]
    said = {totals.periods[p].entity: int(v) for p, v in zip(totals.period, totals.money("proposed").values, strict=True)}
    assert said == {"430702": 100_00, "430703": 110_00}


def test_without_entities_all_totals_are_of_the_one_there_is() -> None:
    frame = pl.DataFrame({"project_name": ["甲", "合计"], "proposed": [100, 100]})
    totals = Submission(lines=frame, entity="430702", year=2026).totals_rows["lines"]
    assert [totals.periods[p].entity for p in totals.period] == ["430702"]
