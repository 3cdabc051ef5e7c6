"""Faults between submissions, evidence and statistics, for the rules of ``rules/linkage.toml``."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

from budgetreview.errors import Text
from budgetreview.example.planting import Fault, Hand, case, plain


def _evidence(hand: Hand, **values: object) -> None:
    first = hand.rows["lines"][0]
    row = {"entity": first["entity"], "fiscal_year": first["fiscal_year"] - 2, "kind": "audit", "agency": None,
           "project": None, "title": "专项资金拨付不及时", "rectified": False, "rectified_on": None}  # fmt: skip
    hand.rows.setdefault("evidence", []).append(row | values)


def _n01(hand: Hand) -> str:
    sums: dict[str, list[int]] = {}
    for row in hand.lines(lambda r: r.get("agency")):
        both = sums.setdefault(row["agency"], [0, 0])
        both[0] += row["proposed"]
        both[1] += row["prior_approved"] or 0
    agency = max(sums, key=lambda a: Fraction(sums[a][0], sums[a][1]))
    _evidence(hand, agency=agency)
    return agency


def _n02(hand: Hand) -> str:
    first = hand.rows["lines"][0]
    place, year = first["entity"], first["fiscal_year"]
    hand.rows["statistics"] = [
        {"entity": place, "fiscal_year": year - back, "indicator": "gdp", "value": value, "unit": "亿元"}
        for back, value in ((2, 400.0), (1, 360.0))
    ]
    return "general"


def _n03(hand: Hand) -> str:
    row = hand.project(plain)
    _evidence(hand, agency=row["agency"], project=row["project"], rectified=True, rectified_on=date(2025, 6, 30))
    case(hand, agency=row["agency"], project=row["project"], found=date(2026, 1, 8), due=None)
    return f"audit/{row['agency']}/{row['project']}/专项资金拨付不及时"


FAULTS: Final = (
    Fault(
        "N01",
        "preliminary",
        Text("安排增长最快的单位两年前有审计查出问题", "the audit had a finding on the agency that grows most"),
        _n01,
    ),
    Fault(
        "N02",
        "preliminary",
        Text("统计的地区生产总值下降一成而收入增长", "the region's product fell by a tenth while revenue grows"),
        _n02,
    ),
    Fault(
        "N03",
        "preliminary",
        Text("已报整改到位的项目又被提出问题", "a project reported as put right was flagged again"),
        _n03,
    ),
)
