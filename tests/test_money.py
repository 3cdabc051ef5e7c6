"""Money is exact: read through decimals, kept in 分, written as 元 with two decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.money import FEN, read_number, readable, to_fen, yuan


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.50", "1234.50"),
        ("(3,420)", "-3420"),
        ("（3,420）", "-3420"),
        ("－12.5", "-12.5"),
        ("１２３．４５", "123.45"),
        (" 156,432 ", "156432"),
        ("0.1", "0.1"),
        (".5", "0.5"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["12.345.6", "12,34", "1,2345", "", "-", "abc", "1e5", "(5", "5)", "１２万", "--5"])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert read_number(text) is None


def test_a_tenth_of_a_yuan_is_ten_fen_exactly() -> None:
    assert to_fen(Decimal("0.1"), "元") == (10, True)
    assert to_fen(Decimal("1234.56"), "万元") == (1_234_560_000, True)


def test_half_a_fen_is_rounded_away_from_zero_and_said_to_be_inexact() -> None:
    assert to_fen(Decimal("0.005"), "元") == (1, False)
    assert to_fen(Decimal("-0.005"), "元") == (-1, False)


@given(st.integers(-(10**17), 10**17), st.sampled_from(sorted(FEN)))
def test_an_amount_written_in_any_unit_comes_back_as_the_same_fen(fen: int, unit: str) -> None:
    assert to_fen(Decimal(fen) / FEN[unit], unit) == (fen, True)


@given(st.integers(-(10**17), 10**17))
def test_yuan_text_reads_back_as_the_same_fen(fen: int) -> None:
    number = read_number(yuan(fen))
    assert number is not None
    assert to_fen(number, "元") == (fen, True)


def test_sentences_show_yuan_and_from_ten_thousand_on_wan_exactly() -> None:
    assert readable(120_050, "zh") == "1,200.50元"
    assert readable(120_050, "en") == "1,200.50 yuan"
    assert readable(2_000_000_000, "zh") == "2,000.00万元"
    assert readable(12_500_000, "zh") == "12.50万元"
    assert readable(12_500_100, "zh") == "12.5001万元"
    assert readable(191_656_946_501, "zh") == "191,656.946501万元"
    assert readable(999_999, "zh") == "9,999.99元"
    assert readable(-5, "zh") == "-0.05元"
