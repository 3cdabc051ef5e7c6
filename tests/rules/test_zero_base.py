"""What the case files of the zero-base rules cannot say: rounding of sheets, places of standards."""

from __future__ import annotations

import attrs
import pytest

from budgetreview.rules import zero_base
from budgetreview.rules.standards import holds_in
from budgetreview.submission import Submission
from budgetreview.testing import AS_OF, answers, submission

RULES = {rule.code: rule for rule in zero_base.book.rules}


def shown_in_hundreds(given: Submission) -> Submission:
    """The same lines, from a sheet in 万元 with two decimals."""
    lines = given.table("lines")
    rounded = attrs.evolve(lines, sources=tuple(attrs.evolve(s, unit=10_000) for s in lines.sources), groups={}, mapped={})
    return Submission.of({"lines": rounded}, given.periods, given.inputs)


def test_a_carryover_above_the_rest_by_no_more_than_rounding_explains_is_fine() -> None:
    """Three figures of 万元 with two decimals may be off by 150 元 together."""
    given = submission({"lines": """
        line  project  carryover  carryover_year  prior_current  prior_executed
        A-1   P1       4100.00    2025            10000.00       6000.00
        B-1   P2       4200.00    2025            10000.00       6000.00
    """})
    assert answers(RULES["Z37"], given, stage="pre", as_of=AS_OF) == {"P1": "flagged", "P2": "flagged"}
    assert answers(RULES["Z37"], shown_in_hundreds(given), stage="pre", as_of=AS_OF) == {"P1": "clear", "P2": "flagged"}


@pytest.mark.parametrize(("region", "entity", "own"), [
    ("430000", "430702", True), ("430700", "430702", True), ("430702", "430702", True), ("430703", "430702", False),
    ("430702000", "430702", True), ("110000", "430702", False), ("湖南省", "430702", True), ("常德", "430702", True), ("市", "430702", None),
    ("常德市", "430702", True), ("全国", None, True), ("430000", None, None), ("省直单位", "430702", None),
])  # fmt: skip
def test_a_standard_holds_where_its_region_takes_in_the_county(region: str, entity: str | None, own: bool | None) -> None:
    assert holds_in(region, entity) is own
