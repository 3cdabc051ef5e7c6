"""Family S beside its case files: one group for each agency and one for the whole, whatever the scope cuts away."""

from __future__ import annotations

from budgetreview.rules.structure import book
from budgetreview.testing import reviewed

S07 = {r.code: r for r in book.rules}["S07"]

LINES = """
line  agency  side         function_code  proposed
A-1      101  expenditure        2010199    100.00
A-2      102  expenditure        2010101    900.00
A-3      103  revenue            1039900   5000.00
A-4      104  -                  2010101      1.00
"""


def test_revenue_is_outside_and_the_whole_budget_names_all_its_lines() -> None:
    report = reviewed({"lines": LINES}, [S07])
    result = report.results[0]
    assert result.error is None
    found = {f.agency: f for f in report.findings}
    assert set(found) == {"101"}
    assert found["101"].lines == ("A-1",)
    assert result.not_assessed == 2, "the agency and the whole that a line of unknown side belongs to"


def test_the_finding_about_the_whole_stands_for_the_entity() -> None:
    report = reviewed({"lines": LINES.replace("A-4      104  -          ", "A-4      104  expenditure")}, [S07])
    whole = next(f for f in report.findings if f.agency is None)
    assert whole.lines == ("A-1",)
    assert str(whole.values["other"].json()) == "100.00"
    assert str(whole.values["expenditure"].json()) == "1001.00"
