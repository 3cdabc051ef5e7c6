"""The clean county is lawful: what any rule says about it is a false alarm."""

from __future__ import annotations

import pytest

from budgetreview.example import DAYS, clean


@pytest.mark.parametrize("stage", list(DAYS))
def test_no_rule_finds_anything_in_the_clean_county(stage, judge):
    assert [(f.rule, f.message.zh) for f in judge(clean(2026, stage), stage, {})] == []


@pytest.mark.parametrize("seed", [1, 7, 430])
@pytest.mark.parametrize("stage", list(DAYS))
def test_a_county_of_another_seed_gives_nothing_red_or_orange(stage, seed, judge):
    found = judge(clean(seed, stage), stage, {})
    assert [(f.rule, f.message.zh) for f in found if f.severity.value in {"red", "orange"}] == []


def test_the_same_seed_gives_the_same_county():
    assert clean(5, "final") == clean(5, "final")
    assert clean(5) != clean(6)


@pytest.mark.parametrize("stage", ["preliminary", "final"])
def test_every_book_of_the_county_balances(stage):
    totals = clean(2026, stage)["totals"]
    assert totals["total_in"] == totals["total_out"]


def test_the_lines_and_the_reserve_add_up_to_own_level_expenditure():
    tables = clean(2026)
    lines, totals = tables["lines"], tables["totals"]
    for book, spent, reserve in zip(totals["book"], totals["own_expenditure"], totals["reserve"], strict=True):
        listed = sum(
            amount
            for amount, b, side, code in zip(
                lines["proposed"], lines["book"], lines["side"], lines["function_code"], strict=True
            )
            if b == book and side == "expenditure" and not code.startswith("231")
        )
        assert listed + (reserve or 0) == spent, book
