"""Evidence from outside goes through the same chain of events and is shown with the cases that it touches."""

from __future__ import annotations

from datetime import date

import pytest

from budgetreview import Submission
from budgetreview.errors import UsageError
from budgetreview.ledger import Ledger, linkage

from .reports import ENTITY, finding, report

D = date(2026, 2, 1)


def outside(rectified: bool = False) -> Submission:
    """An audit finding on unit 101 and its project P1, one on unit 101, one on 102, and the region's product."""
    return Submission(
        evidence={
            "entity": [ENTITY] * 4, "fiscal_year": [2024] * 4, "kind": ["audit", "inspection", "audit", "judicial"],
            "agency": ["101", "101", "102", "101"], "project": ["P1", None, None, "P9"],
            "title": ["拨付不及时", "凭证不全", "结存未用", "检察建议"], "amount": [1200.5, None, None, None],
            "rectified": [rectified, None, None, None],
        },
        statistics={"entity": [ENTITY], "fiscal_year": [2026], "indicator": ["gdp"], "value": [431.25], "unit": ["亿元"]},
    )  # fmt: skip


def test_evidence_is_linked_to_a_case_by_project_then_agency_then_year(book: Ledger) -> None:
    book.add(report("2026-01-10", finding("a")), by="小李")
    assert linkage.keep(book, outside(), "清单.xlsx", by="小李", on=D) == linkage.Kept(5, 0, 0)
    links = linkage.linked(book.case(1)[0], linkage.evidence(book))
    assert [(how, r.get("title") or r.get("indicator")) for how, r in links] == [
        ("project", "拨付不及时"), ("agency", "凭证不全"), ("year", "gdp"),
    ]  # fmt: skip
    assert links[0][1]["amount"] == "1200.50"


def test_the_same_file_again_changes_nothing_and_a_new_standing_replaces_the_old_one(book: Ledger) -> None:
    linkage.keep(book, outside(), "清单.xlsx", by="小李", on=D)
    head = book.head()
    assert linkage.keep(book, outside(), "清单.xlsx", by="小李", on=D) == linkage.Kept(0, 0, 5)
    assert book.head() == head
    assert linkage.keep(book, outside(rectified=True), "新清单.xlsx", by="主任", on=D) == linkage.Kept(0, 1, 4)
    audit = linkage.evidence(book, kind="audit")
    assert [(r["title"], r["rectified"]) for r in audit] == [("拨付不及时", True), ("结存未用", None)]
    assert not book.verify().problems


def test_who_may_not_add_reviews_may_not_add_evidence_and_rows_need_an_entity(book: Ledger) -> None:
    head = book.head()
    with pytest.raises(UsageError, match="老王"):
        linkage.keep(book, outside(), "清单.xlsx", by="老王", on=D)
    with pytest.raises(UsageError, match="--entity"):
        linkage.keep(book, Submission(evidence={"kind": ["audit"], "agency": ["101"]}), "清单.xlsx", by="小李", on=D)
    with pytest.raises(UsageError, match="evidence"):
        linkage.keep(book, Submission(agencies={"entity": [ENTITY], "agency": ["1"]}), "x", by="小李", on=D)
    assert book.head() == head
