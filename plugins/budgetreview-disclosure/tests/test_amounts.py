"""Printed numbers as amounts in 分."""

from __future__ import annotations

import pytest
from budgetreview_disclosure.amounts import is_nothing, read_number, read_unit


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("24,169.74", 24_169_740_000),
        ("24169.74", 24_169_740_000),
        ("4335.3", 4_335_300_000),
        ("１２３．４５", 123_450_000),
        ("（1,200）", -1_200_000_000),
        ("-3.5", -3_500_000),
        ("—3", -3_000_000),
        ("1 234.5", 1_234_500_000),
        ("0.00", 0),
    ],
)
def test_a_number_in_wan_yuan_is_an_amount_in_fen(text: str, fen: int) -> None:
    number = read_number(text)
    assert number is not None
    assert number.fen(1_000_000) == fen


@pytest.mark.parametrize("text", ["", "—", "12%", "1,23", "123.4567.80", "12.5 13.5", "合计", "XXX", "12辆", ".5"])
def test_what_is_no_single_number_is_none(text: str) -> None:
    assert read_number(text) is None


def test_the_step_is_one_unit_of_the_last_printed_digit() -> None:
    assert [n.step(1_000_000) for t in ("12", "12.3", "12.34") if (n := read_number(t))] == [1_000_000, 100_000, 10_000]
    assert [n.step(100) for t in ("12", "12.34", "12.345") if (n := read_number(t))] == [100, 1, 1]


def test_a_dash_or_a_blank_says_that_there_is_nothing_and_a_zero_does_not() -> None:
    assert [is_nothing(t) for t in ("", " ", "—", "-", "/", "0", "0.00")] == [
        True,
        True,
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：万元", 1_000_000),
        ("金额单位: 元", 100),
        ("单  位：千元", 100_000),
        ("决算数（万元）", 1_000_000),
        ("单位名称：某局", None),
    ],
)
def test_the_unit_is_read_from_the_line_that_names_it(line: str, unit: int | None) -> None:
    assert read_unit(line) == unit
