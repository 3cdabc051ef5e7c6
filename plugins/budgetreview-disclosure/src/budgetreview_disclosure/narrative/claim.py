"""What one stretch of a narrative says about one item: its amounts, how they moved, what they are a share of.

A claim is a reading of print, no judgement: whether it is true is the business of the checks.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import attrs

from budgetreview_disclosure.document import Place

Role = Literal["now", "budget", "opening", "adjusted", "outturn", "prior"]
"""Which figure of the item an amount is: ``opening`` 年初预算, ``adjusted`` 调整预算, ``budget`` 预算数,
``outturn`` 决算数, ``prior`` the year before, ``now`` the year's own figure where the sentence gives it no name."""

Base = Literal["prior", "prior_budget", "prior_outturn", "opening", "adjusted", "budget"]
Direction = Literal[1, -1, 0]


@attrs.frozen
class Amount:
    """An amount of money as printed in a sentence.

    Attributes:
        fen: In 分, with the printed unit applied.
        step: One unit of the last printed digit, in 分.
        text: As printed, blanks taken out.
        role: Which figure of the item it is.
        span: From and to in the paragraph's text.
    """

    fen: int
    step: int
    text: str
    role: Role
    span: tuple[int, int]


@attrs.frozen
class Percent:
    """A percentage as printed: ``value`` 11.11 and ``step`` 0.01 for 11.11%."""

    value: Decimal
    step: Decimal
    text: str
    span: tuple[int, int]


@attrs.frozen
class Change:
    """How an item moved against a base.

    Attributes:
        direction: 1 up, -1 down, 0 unchanged; None where the print leaves it open, as 增加（减少） does.
        words: The direction words as printed.
        amount: By how much, where said.
        rate: By how many per cent, where said; its sign is the direction's.
        base: What it is compared with; None where not said.
        base_year: The year of the base, where it is printed as a number.
    """

    direction: Direction | None
    words: str
    amount: Amount | None = None
    rate: Percent | None = None
    base: Base | None = None
    base_year: int | None = None


@attrs.frozen
class Count:
    """A number of things: 公务用车保有量 12 辆, 国内公务接待 30 批次."""

    what: str
    number: int
    unit: str
    span: tuple[int, int]


@attrs.frozen
class Claim:
    """What a sentence says about one item.

    Attributes:
        subject: The item as printed, without its number, year and the words that only say which figure it is.
        path: Its names with their level (类 款 项) where printed, outermost first.
        amounts: Its amounts.
        changes: How it moved.
        share: Its part of ``share_of`` in per cent.
        share_of: As printed; empty: the whole of which it is a part.
        completion: Outturn in per cent of the budget.
        counts: Numbers of vehicles, delegations, receptions and guests.
        reason: The reason given, as printed.
        year: The year the sentence names for it.
        sentence: The sentence as printed, blanks taken out.
        quote: The sentence with those behind it that go on about the item, as printed.
        place: Where they stand.
        paragraph: Number of the paragraph in the document, from 0.
        heading: The headings it stands under, outermost first.
        part_of: Which claim (its number) is the whole; None where it is no part.
        listed: How the whole introduces its parts: ``其中`` or ``包括``.
        sure: False where the sentence can be read in two ways; such a claim is checked against nothing.
    """

    subject: str
    sentence: str
    place: Place
    paragraph: int
    path: tuple[tuple[str, str], ...] = ()
    amounts: tuple[Amount, ...] = ()
    changes: tuple[Change, ...] = ()
    share: Percent | None = None
    share_of: str = ""
    completion: Percent | None = None
    counts: tuple[Count, ...] = ()
    reason: str = ""
    year: int | None = None
    heading: tuple[str, ...] = ()
    part_of: int | None = None
    listed: str = ""
    sure: bool = True
    quote: str = ""

    def amount(self, *roles: Role) -> Amount | None:
        """The first of its amounts in the order of the roles asked for."""
        return next((one for role in roles for one in self.amounts if one.role == role), None)
