"""A finding can be recomputed from its record alone, in exact fractions."""

from __future__ import annotations

import pytest

from budgetreview.recompute import FormulaError, evaluate


@pytest.mark.parametrize(
    ("formula", "answer"),
    [
        ("price > standard * (1 + tolerance)", True),
        ("price > standard * 2", False),
        ("opened - submitted < 30", True),
        ("blank == null", True),
        ("price == null", False),
        ("blank > 5", None),
        ("blank > 5 or price > 1", True),
        ("blank > 5 and price < 1", False),
        ("not (price > 1)", False),
        ("code in ['30217', '30231']", True),
        ("len(code) < 7", True),
        ("abs(price - standard) <= 0.01", True),
        ("1 < price < 2000", True),
        ("month(opened) == 1", True),
    ],
)
def test_formulas_are_true_false_or_unknown(formula: str, answer: bool | None) -> None:
    record = {
        "price": "1200.01", "standard": "1200.00", "tolerance": 0.0, "blank": None, "code": "30217",
        "submitted": "2025-12-20", "opened": "2026-01-15",
    }  # fmt: skip
    assert evaluate(formula, record) is answer


def test_a_tenth_and_two_tenths_make_three_tenths() -> None:
    assert evaluate("a + b == c", {"a": 0.1, "b": 0.2, "c": 0.3}) is True


@pytest.mark.parametrize("formula", ["__import__('os')", "a.b", "a[0]", "unknown > 1", "(lambda: 1)()", "1 +", "a"])
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(FormulaError):
        evaluate(formula, {"a": 1})
