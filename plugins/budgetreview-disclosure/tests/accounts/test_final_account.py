"""A final account in the national forms: the correct one gets nothing, and each slip is found and named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from budgetreview_disclosure import examine, read_document
from budgetreview_disclosure.checks import Statement

Printed = Callable[..., Path]


def made(path: Path) -> list[Statement]:
    return [c.statement for c in examine([read_document(path)])]


def faults(path: Path) -> set[str]:
    return {s.check for s in made(path) if s.faulty}


def test_a_correct_final_account_gets_no_finding_and_every_form_is_checked(
    paper: Printed,
) -> None:
    statements = made(paper())
    assert [s.subject for s in statements if s.faulty] == []
    held = {s.check for s in statements if s.made}
    assert {
        "table-missing", "column-total", "parent-sum", "row-sum",
        "balance-sum", "revenue-equals-expenditure", "year-flow",
        "revenue-tables", "expenditure-tables", "grant-tables", "book-tables", "basic-tables", "class-tables",
        "official-total", "official-vehicles", "official-below-economic", "code-name", "narrative-table",
    } <= held  # fmt: skip


SLIPS: dict[str, tuple[dict[str, Any], str]] = {
    "a class of the balance sheet": ({"changes": {"balance": ("九、", "60.25", "66.28")}}, "balance-sum"),
    "its total": ({"changes": {"balance": ("总计", "1,876.50", "2,064.15")}}, "balance-sum"),
    "an item of the revenue table": ({"changes": {"revenue": ("2101102", "20.25", "22.28")}}, "parent-sum"),
    "the total of the revenue table": ({"changes": {"revenue": ("合计", "1,791.50", "1,970.65")}}, "revenue-tables"),
    "a basic amount of the expenditure table": ({"changes": {"expenditure": ("2101101", "40.00", "44.00")}}, "row-sum"),
    "revenue of the sheet of grants": ({"changes": {"grants": ("二、政府", "50.00", "55.00")}}, "grant-tables"),
    "its opening balance": ({"changes": {"grants": ("年初财政", "60.00", "66.00")}}, "balance-sum"),
    "the total of the general budget": ({"changes": {"general": ("合计", "1,726.50", "1,899.15")}}, "book-tables"),
    "an economic code": ({"changes": {"basic": ("30211", "60.00", "66.00")}}, "parent-sum"),
    "the sum of running costs": ({"changes": {"basic": ("公用经费合计", "151.00", "166.10")}}, "basic-tables"),
    "receptions": ({"changes": {"official": ("", "8.00", "8.80")}}, "official-total"),
    "revenue of a government fund": ({"changes": {"fund": ("2120899", "50.00", "55.00")}}, "year-flow"),
    "a sentence": ({"sentence": "2023年度收入总计1,976.50万元，支出总计1,976.50万元。"}, "narrative-table"),
    "a whole table": ({"without": ("official",)}, "table-missing"),
    "the year of a title": (
        {"titles": {"revenue": "2022年度收入决算表", "expenditure": "2023年度支出决算表"}}, "table-of-another-year",
    ),
    "the unit of a table": ({"units": {"general": "元"}}, "unit-slip"),
    "a name": ({"changes": {"expenditure": ("2210201", "住房公积金", "高中教育")}}, "code-name"),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in(slip: str, paper: Printed) -> None:
    changes, check = SLIPS[slip]
    assert check in faults(paper(**changes))


def test_a_difference_that_rounding_explains_is_equal(paper: Printed) -> None:
    """0.01 万元 in a sum of four figures printed to 0.01."""
    assert faults(paper(changes={"basic": ("30211", "60.00", "60.01")})) == set()
