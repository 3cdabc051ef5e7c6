"""What every way of doing the yardstick hands over, in one form, so that results can be held against each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

LINE_RULES: Final = (
    "B02", "Z01", "Z02", "Z03", "Z04", "Z05", "Z06", "Z08", "Z09", "Z10", "Z12", "Z13", "Z14", "Z16", "Z17", "Z18", "Z23",
)  # fmt: skip
"""Each line is judged by itself."""

GROUP_RULES: Final = ("K04", "Q04", "Q05", "Z07", "Z22")
"""Projects that outgrow their total, repeated lines, outliers among peers, uniform growth, round amounts."""

YARDSTICK: Final = tuple(sorted((*LINE_RULES, *GROUP_RULES)))

COLUMNS: Final = (
    "line_id", "entity", "fiscal_year", "book", "agency", "project", "project_name", "project_kind", "basic",
    "function_code", "dept_economic_code", "gov_economic_code", "requested", "prior_approved", "prior_current",
    "prior_executed", "carryover", "carryover_year", "standard_value", "quantity", "unit_price", "basis",
    "basis_expires", "life", "start_year", "end_year", "targets", "targets_numeric", "evaluated_before",
    "evaluation_score", "debt_funded", "total_amount", "spent_to_date", "fund_source",
)  # fmt: skip
"""What the rules of the yardstick read."""

OF_LINE_RULES: Final = tuple(c for c in COLUMNS if c not in {
    "entity", "book", "agency", "project", "total_amount", "spent_to_date", "fund_source",
})  # fmt: skip
"""What the rules on single lines read."""


@attrs.frozen
class Answer:
    """What one rule found.

    Attributes:
        found: The flagged units, in whatever form is natural where they were found: ids of lines, or groups (entity,
            year, agency or project, number of lines concerned).
        flagged: How many.
        clear: Units that are in order.
        not_assessed: Units that lack an input.
        not_applicable: Units that the rule does not speak of.
    """

    found: Iterable[Any]
    flagged: int
    clear: int
    not_assessed: int
    not_applicable: int

    @classmethod
    def of(cls, found: Any, clear: int, not_applicable: int, n: int, flagged: int | None = None) -> Answer:
        """The answer where the units that are left over of ``n`` could not be assessed."""
        count = len(found) if flagged is None else flagged
        return cls(found, count, clear, n - count - clear - not_applicable, not_applicable)

    def told(self) -> tuple[tuple[str, ...], int, int, int, int]:
        """The same in one form: flagged units as sorted texts."""
        units = sorted("|".join(map(str, u)) if isinstance(u, tuple | list) else str(u) for u in self.found)
        return tuple(units), self.flagged, self.clear, self.not_assessed, self.not_applicable


Answers = Mapping[str, Answer]


def fingerprint(answers: Answers, rules: Iterable[str] = YARDSTICK) -> str:
    """A hash of all flagged units and counts."""
    told = [(code, answers[code].told()) for code in sorted(rules)]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
