"""One check of a document: what was compared, or whether something holds, and where it is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

if TYPE_CHECKING:
    from budgetreview_disclosure.document import Place

Relation = Literal["equal", "at_least"]


@attrs.frozen
class Statement:
    """One check made of one document; a rule flags the ones that do not hold.

    Attributes:
        check: Which check (the name of its rule, e.g. ``narrative-table``).
        subject: What it is about, as printed.
        left_name: What ``left`` is, in Chinese.
        left: An amount in 分; None where it is unknown, or where the check compares no amounts.
        right_name: What ``right`` is, in Chinese.
        right: The amount it should equal, or be no less than.
        tolerance: What rounding may hide, in 分: up to this difference the two are equal.
        holds: For a check that compares no amounts: whether it holds; None where that is not known.
        quote: The words or cells it rests on, as printed.
        place: Where they stand.
        relation: ``equal``, or ``at_least`` where ``left`` may be more than ``right``.
        reason: Why the check could not be made, in Chinese; empty where it was.
    """

    check: str
    subject: str
    place: Place
    left_name: str = ""
    left: int | None = None
    right_name: str = ""
    right: int | None = None
    tolerance: int = 0
    holds: bool | None = None
    quote: str = ""
    relation: Relation = "equal"
    reason: str = ""

    @property
    def made(self) -> bool:
        """Whether the check could be made."""
        return not self.reason and ((self.left is not None and self.right is not None) or self.holds is not None)

    @property
    def rounded_by(self) -> int:
        """By how much two amounts that rounding makes equal differ, in 分; 0 where they are the same or not equal."""
        if self.reason or self.left is None or self.right is None or self.relation != "equal" or self.faulty:
            return 0
        return abs(self.left - self.right)

    @property
    def faulty(self) -> bool:
        """Whether the check was made and does not hold."""
        if not self.made:
            return False
        if self.left is not None and self.right is not None:
            if self.relation == "at_least":
                return self.left + self.tolerance < self.right
            return abs(self.left - self.right) > self.tolerance
        return self.holds is False
