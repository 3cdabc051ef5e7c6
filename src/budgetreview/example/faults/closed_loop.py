"""Faults in the closed loop, for the rules of ``rules/closed_loop.toml``."""

from __future__ import annotations

from datetime import date
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.planting import Fault, Hand, case


def _c01(hand: Hand) -> str:
    case(hand)
    return "Z13/109001"


def _c02(hand: Hand) -> str:
    case(hand, fiscal_year=2025, state="closed", found=date(2025, 1, 9), closed=date(2025, 5, 30))
    case(hand, state="assigned")
    return "Z13/109001"


FAULTS: Final = (
    Fault(
        "C01", "rectify", Text("一个问题超过期限一年半未办结", "a case is a year and a half past its deadline"), _c01
    ),
    Fault("C02", "preliminary", Text("公安局连续两年单价超标准", "the same fault was found in two years"), _c02),
)
