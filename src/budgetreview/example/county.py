"""One made-up county and year: every table that a review reads, consistent, lawful, the same for the same seed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from budgetreview.example import accounts, lines
from budgetreview.example.figures import Row, Tables, columns
from budgetreview.example.years import in_execution, settled

AS_OF: Final = date(2026, 1, 10)
"""The day of the preliminary review of the example."""

DAYS: Final[Mapping[str, date]] = MappingProxyType({
    "pre": date(2025, 12, 1),
    "preliminary": AS_OF,
    "plenary": date(2026, 1, 27),
    "execution": date(2026, 10, 15),
    "adjustment": date(2026, 8, 20),
    "final": date(2027, 9, 10),
    "rectify": date(2028, 1, 10),
})  # fmt: skip
"""The day of each review of the example."""

_MARKS: Final = ("is_key", "is_investment", "is_it", "is_asset", "is_procurement", "is_unallocated", "debt_funded",
                 "is_special_fund")  # fmt: skip
_EVENTS: Final = (
    ("opinions_heard", date(2025, 11, 20)), ("draft_submitted", date(2025, 12, 12)),
    ("opinion_issued", date(2026, 1, 6)), ("opinion_answered", date(2026, 1, 9)),
    ("session_opened", date(2026, 1, 26)), ("budget_approved", date(2026, 1, 29)),
    ("departments_replied", date(2026, 2, 10)), ("budget_published", date(2026, 2, 12)),
    ("units_replied", date(2026, 2, 20)), ("transfers_general_issued", date(2026, 2, 20)),
    ("department_published", date(2026, 2, 26)), ("transfers_special_issued", date(2026, 3, 20)),
    ("midyear_report", date(2026, 7, 28)), ("debt_report", date(2026, 7, 28)),
    ("adjustment_submitted", date(2026, 8, 5)), ("adjustment_meeting", date(2026, 9, 10)),
    ("adjustment_published", date(2026, 9, 22)), ("assets_report", date(2026, 9, 25)),
    ("accounts_submitted", date(2027, 6, 18)), ("accounts_meeting", date(2027, 7, 28)),
    ("audit_report", date(2027, 7, 28)), ("accounts_departments_replied", date(2027, 8, 11)),
    ("accounts_published", date(2027, 8, 12)), ("accounts_units_replied", date(2027, 8, 20)),
    ("accounts_filed", date(2027, 8, 20)), ("rectification_report", date(2027, 12, 22)),
)  # fmt: skip
_ANNOUNCED: Final = {"session_opened": 60, "adjustment_meeting": 40}
"""Days before an event from which on its date is known."""
_INDICATORS: Final = (
    ("产出指标", "数量指标", "{}完成数量", "≥", "count", "项"),
    ("产出指标", "质量指标", "{}验收合格率", "≥", "95", "%"),
    ("产出指标", "时效指标", "{}按期完成率", "≥", "90", "%"),
    ("效益指标", "社会效益指标", "{}受益人数", "≥", "people", "人"),
    ("效益指标", "可持续影响指标", "{}长效管理机制", "定性", "健全", None),
    ("满意度指标", "服务对象满意度指标", "{}服务对象满意度", "≥", "90", "%"),
)
_STANDARDS: Final = {
    "30201": "办公费定额", "30211": "差旅费定额", "30216": "培训费综合定额", "30231": "公务用车运行维护费定额",
    "30305": "生活补助标准", "30306": "救济费标准", "30308": "助学金标准", "30310": "农业生产补贴标准",
    "31002": "通用办公设备配置标准",
}  # fmt: skip


def clean(seed: int = 2026, stage: str = "preliminary") -> Tables:
    """The county without any planted fault, as it stands at a stage.

    Args:
        seed: Of its generator; the same seed gives the same county on every machine.
        stage: The review: ``pre`` to ``plenary`` hold the draft, ``execution`` and ``adjustment`` the year so far,
            ``final`` and ``rectify`` the accounts.

    Returns:
        Tables by name, columns by canonical name; money in 元, None for a blank.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    spent = _expenditure(rng)
    for number, row in enumerate((r for r in spent if r.get("basic") is False), 1):
        row["project"] = f"{lines.description()['entity']}26P{number:06d}"
    taken = accounts.own_revenue_lines()
    fund_rows, down = accounts.funds(spent), accounts.transfers()
    summed = accounts.totals(spent, taken, fund_rows, down)
    taken += accounts.passed_on_lines(summed[0])
    listed = [*taken, *spent]
    for number, row in enumerate(listed, 1):
        row["line_id"] = f"S{number:04d}"
    targets = _targets([r for r in spent if r.get("project")], rng)
    rows = {
        "lines": listed, "totals": summed, "funds": fund_rows, "targets": targets, "standards": _standards(spent),
        "agencies": _agencies(), "calendar": _calendar(stage), "transfers": down,
    }  # fmt: skip
    if stage in {"execution", "adjustment"}:
        in_execution(rows, 9 if stage == "execution" else 7, rng)
    elif stage in {"final", "rectify"}:
        settled(rows, rng)
    if stage == "rectify":
        rows["cases"] = _cases()
    return {name: columns(table) for name, table in rows.items()}


def _expenditure(rng: np.random.Generator) -> list[Row]:
    """Expenditure lines of all books, in the order of agencies."""
    rows: list[Row] = []
    others: dict[str, list[tuple[str, list[Any]]]] = {}
    for block in lines.description()["other"]:
        for agency, *project in block["lines"]:
            others.setdefault(agency, []).append((block["book"], project))
    for agency in lines.description()["agencies"]:
        rows += lines.basic_lines(agency, rng)
        rows += lines.project_lines(agency, agency["projects"], "general", rng)
        for book in ("government_fund", "state_capital"):
            ours = [p for b, p in others.get(agency["code"], []) if b == book]
            if ours:
                rows += lines.project_lines(agency, ours, book, rng)
    rows += accounts.insurance_lines()
    _one_ranking(rows)
    rows += accounts.repayment_lines()
    for row in rows:
        for mark in _MARKS:
            row.setdefault(mark, False)
        row.setdefault("carryover", 0)
    return rows


def _one_ranking(rows: list[Row]) -> None:
    """An agency ranks the projects of all its books in one list, those cut least first."""
    for agency in {r["agency"] for r in rows}:
        ours = [r for r in rows if r["agency"] == agency and r["basic"] is False]
        ours.sort(key=lambda r: ((r["requested"] - r["proposed"]) / r["requested"], r["project_name"]))
        for place, row in enumerate(ours, 1):
            row["priority"] = place


def _targets(projects: list[Row], rng: np.random.Generator) -> list[Row]:
    """Six indicators for each project, five of them with a number."""
    rows = []
    for project in projects:
        name = project["project_name"].split("（")[0]
        counts = {"count": str(int(rng.integers(3, 240))), "people": str(100 * int(rng.integers(4, 900)))}
        for level1, level2, level3, operator, value, unit in _INDICATORS:
            rows.append({
                "entity": project["entity"], "fiscal_year": project["fiscal_year"], "project": project["project"],
                "level1": level1, "level2": level2, "level3": level3.format(name), "operator": operator,
                "value": counts.get(value, value), "unit": unit,
            })  # fmt: skip
    return rows


def _standards(spent: list[Row]) -> list[Row]:
    """The standards that the lines are calculated by."""
    found: dict[str, Row] = {}
    for row in spent:
        economic, code = row["dept_economic_code"], row.get("standard_code")
        if code is not None and economic in _STANDARDS:
            found.setdefault(code, {
                "code": code, "name": _STANDARDS[economic], "dept_economic_code": economic,
                "value": row["standard_value"], "unit": "元", "kind": "定额", "valid_from": date(2025, 1, 1),
                "valid_to": None, "region": "全县",
            })  # fmt: skip
    return [found[code] for code in sorted(found)]


def _agencies() -> list[Row]:
    county = lines.description()
    return [
        {"entity": county["entity"], "fiscal_year": county["year"], "agency": a["code"], "agency_name": a["name"],
         "department": a["code"][:3], "unit_kind": a["kind"], "staff": a["staff"], "vehicles": a["vehicles"]}
        for a in county["agencies"]
    ]  # fmt: skip


def _cases() -> list[Row]:
    """What the reviews of the year found, mended in time or still within its deadline."""
    county = lines.description()
    found = (("Z09", "118001", "closed", date(2026, 1, 10), date(2026, 7, 10), date(2026, 5, 20)),
             ("E03", "117001", "closed", date(2026, 10, 15), date(2027, 4, 15), date(2027, 3, 2)),
             ("Z38", "111001", "rectifying", date(2027, 9, 10), date(2028, 3, 10), None))  # fmt: skip
    return [
        {"entity": county["entity"], "fiscal_year": county["year"], "rule": rule, "agency": agency, "state": state,
         "found": day, "due": due, "closed": closed}
        for rule, agency, state, day, due, closed in found
    ]  # fmt: skip


def _calendar(stage: str) -> list[Row]:
    """The events whose dates are known on the as-of date."""
    county, today = lines.description(), DAYS[stage]
    return [
        {"entity": county["entity"], "fiscal_year": county["year"], "event": event, "date": day}
        for event, day in _EVENTS
        if (day - today).days <= _ANNOUNCED.get(event, 0)
    ]
