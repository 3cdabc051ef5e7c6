"""Columns are read-only, absent is not blank, and sums never take unknown as zero."""

from __future__ import annotations

import numpy as np
import pytest

from budgetreview.errors import RuleError
from budgetreview.table import Period, Source
from budgetreview.values import Exact, Keys, Truth

from .tables_by_hand import table


def money(*amounts: int | None) -> Exact:
    return Exact.of([a or 0 for a in amounts], np.array([a is not None for a in amounts]))


def test_a_blank_cell_and_an_absent_column_are_told_apart() -> None:
    lines = table("lines", {"basis": Keys.of(["文件", None])})
    assert lines.blank("basis").yes.tolist() == [False, True]
    absent = lines.blank("note")
    assert not absent.yes.any()
    assert not absent.no.any()


def test_a_column_that_one_sheet_lacks_is_absent_only_for_its_rows() -> None:
    sources = (Source("a.xlsx", "1", given=frozenset({"basis"})), Source("a.xlsx", "2"))
    lines = table("lines", {"basis": Keys.of([None, None])}, source=[0, 1], sources=sources)
    assert lines.blank("basis").yes.tolist() == [True, False]
    absent = lines.absent("basis")
    assert absent is not None
    assert absent.tolist() == [False, True]


def test_a_rule_sees_only_the_columns_it_declared() -> None:
    lines = table("lines", {"proposed": money(1), "note": Keys.of(["x"])}).restricted(["proposed"])
    assert int(lines.money("proposed").values[0]) == 1
    with pytest.raises(RuleError, match=r"lines\.note without declaring"):
        lines.key("note")


def test_a_sum_with_an_unknown_member_is_at_least_its_known_part() -> None:
    lines = table("lines", {"agency": Keys.of(["101", "101", "102"]), "proposed": money(100, None, 50)})
    total = lines.by("agency").sum(lines.money("proposed"))
    above = total > 99
    assert above.yes.tolist() == [True, False]
    assert (total > 100).yes.tolist() == [False, False]
    assert (total > 100).no.tolist() == [False, True]


def test_where_amounts_may_be_negative_an_unknown_member_leaves_the_sum_unknown() -> None:
    lines = table("lines", {"agency": Keys.of(["101", "101", "102"]), "proposed": money(100, None, -1)})
    total = lines.by("agency").sum(lines.money("proposed"))
    assert (total > 0).yes.tolist() == [False, False]
    assert (total > 0).no.tolist() == [False, True]


def test_an_unknown_condition_makes_membership_unknown_not_zero() -> None:
    lines = table("lines", {"agency": Keys.of(["101", "101"]), "proposed": money(100, 50)})
    part = lines.by("agency").sum(lines.money("proposed"), Truth(np.array([True, False]), np.array([False, False])))
    assert (part >= 100).yes.tolist() == [True]
    assert (part <= 100).yes.tolist() == [False]
    assert (part <= 100).no.tolist() == [False]


def test_groups_never_mix_entities_or_years() -> None:
    periods = (Period("430702", 2026), Period("430703", 2026))
    lines = table("lines", {"agency": Keys.of(["101", "101", "101"])}, periods, [0, 1, 1])
    assert lines.by("agency").size().values.tolist() == [1, 2]


def test_an_entity_without_rows_has_an_unknown_sum_never_zero() -> None:
    periods = (Period("430702", 2026), Period("430703", 2026))
    lines = table("lines", {"proposed": money(7)}, periods, [0])
    total = lines.by().sum(lines.money("proposed"))
    assert total.known.tolist() == [True, False]


def test_a_group_of_blank_keys_is_no_group() -> None:
    lines = table("lines", {"agency": Keys.of([None, "101"])})
    assert lines.by("agency").index.tolist() == [-1, 0]


def test_groups_are_made_once_for_all_rules() -> None:
    lines = table("lines", {"agency": Keys.of(["101"])})
    assert lines.restricted(["agency"]).by("agency") is lines.by("agency")


def test_one_row_is_expected_where_a_table_has_a_key() -> None:
    totals = table("totals", {"book": Keys.of(["general", "general"]), "reserve": money(1, 2)})
    with pytest.raises(RuleError, match="several rows of totals"):
        totals.by().one(totals.money("reserve"))


def test_a_subset_takes_columns_only_when_they_are_read() -> None:
    lines = table("lines", {"proposed": money(1, 2, None), "note": Keys.of(["a", "b", "c"])})
    part = lines.subset(np.array([False, True, True]))
    assert part.money("proposed").values.tolist() == [2, 0]
    assert part.row.tolist() == [2, 3]
    assert part.first.tolist() == [0, 1]


def test_group_values_handed_back_to_rows_are_unknown_for_rows_of_no_group() -> None:
    lines = table("lines", {"agency": Keys.of([None, "101"]), "note": Keys.of([None, None])})
    sizes = lines.by("agency")
    assert sizes.back(sizes.size()).known.tolist() == [False, True]
    nobody = lines.by("note")
    assert nobody.back(nobody.size()).known.tolist() == [False, False]


def test_what_was_let_go_is_handed_out_again_the_same() -> None:
    whole = table("lines", {"proposed": money(1, 2, None, 4), "agency": Keys.of(["甲", "乙", "乙", "甲"])})
    some = whole.at(slice(1, 4))
    before = some.money("proposed"), some.by("agency")
    some.forget()
    after = some.money("proposed"), some.by("agency")
    assert after[0] is not before[0]
    assert after[0].values.tolist() == before[0].values.tolist()
    assert after[0].known.tolist() == [True, False, True]
    assert after[1].index.tolist() == before[1].index.tolist()
    whole.forget()  # nothing was cut from the whole: it keeps what it holds
    assert whole.money("proposed").values.tolist() == [1, 2, 0, 4]
