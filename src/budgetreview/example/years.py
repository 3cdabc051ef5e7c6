"""The example county in the course of its year, and when the year is over."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np

from budgetreview.example.accounts import INCOME, OUTLAY
from budgetreview.example.figures import Row, money, share, total

Rows = dict[str, list[Row]]
_PAYEES: Final = (
    "示例县诚信印务有限公司",
    "示例县鼎新建筑工程有限公司",
    "示例县通达设备有限公司",
    "示例县青禾农资有限公司",
    "示例县明远咨询服务有限公司",
    "示例县安泰物业服务有限公司",
)
_SHIFTED: Final = Fraction(3, 100)
_REASON: Final = "部门内调剂，按规定程序办理"
_OVER: Final = Fraction(6, 1000)
_FUND_OVER: Final = Fraction(8, 1000)


def in_execution(rows: Rows, months: int, rng: np.random.Generator) -> None:
    """The year after so many months: approved, shifted a little within agencies, paid as time passes."""
    spent = _approve(rows)
    for row in spent:
        pace = Fraction(months, 12) + Fraction(int(rng.integers(-40, 60)), 1000)
        row["executed"] = share(row["current"], pace)
    for row in rows["lines"]:
        if row["side"] == "revenue":
            row["executed"] = share(row["current"], Fraction(months, 12))
    for row in rows["totals"]:
        _as_budgeted(row)
    _pay(rows, spent, months, rng)
    _issue(rows)
    _last_year(rows)


def settled(rows: Rows, rng: np.random.Generator) -> None:
    """The final accounts: what was paid, what came in, and what was carried on or put into the stabilisation fund."""
    spent = _approve(rows)
    for row in spent:
        least = 985 if row["book"] == "government_fund" else 962
        row["executed"] = share(row["current"], Fraction(int(rng.integers(least, 999)), 1000))
    for row in rows["lines"]:
        if row["side"] == "revenue":
            over = {"general": _OVER, "government_fund": _FUND_OVER}.get(row["book"], Fraction(0))
            own = row["function_code"].startswith(("101", "103"))
            row["executed"] = share(row["current"], 1 + over) if own else row["current"]
    for row in spent:
        if row.get("basic") is False and row.get("evaluation_score") is None:
            row["evaluation_score"] = float(rng.integers(82, 97))
    for fund in rows["funds"]:
        _settle_fund(fund, rows["lines"])
    for row in rows["totals"]:
        _as_budgeted(row)
        _settle_book(row, rows)
    _pay(rows, spent, 12, rng)
    _issue(rows)


def _approve(rows: Rows) -> list[Row]:
    """The draft becomes the budget; two lines of each large agency give and take a little."""
    spent = [r for r in rows["lines"] if r["side"] == "expenditure"]
    for row in rows["lines"]:
        row["approved"] = row["current"] = row["proposed"]
    for agency in sorted({r["agency"] for r in spent if r.get("agency")}):
        ours = [r for r in spent if r.get("agency") == agency and r.get("basic") is False and not r["is_key"]
                and r["book"] == "general"]  # fmt: skip
        if len(ours) > 2:  # noqa: PLR2004 - one gives, one takes, the rest stay
            moved = share(min(ours[0]["approved"], ours[1]["approved"]), _SHIFTED)
            ours[0]["current"] -= moved
            ours[1]["current"] += moved
            ours[0]["note"] = ours[1]["note"] = _REASON
    return spent


def _as_budgeted(row: Row) -> None:
    """What the totals show is the budget as last approved."""
    for column in (*INCOME, *OUTLAY, "total_in", "total_out", "tax", "non_tax", "fines"):
        if column in row:
            row[f"budget_{column}"] = row[column]


def _settle_fund(fund: Row, lines: list[Row]) -> None:
    over = _FUND_OVER if fund["book"] == "government_fund" else Fraction(0)
    before = fund["revenue"]
    fund["revenue"] = share(before, 1 + over)
    paid = fund["expenditure"]
    book = [r for r in lines if r["book"] == fund["book"] and r["side"] == "expenditure"
            and not r["function_code"].startswith("231")]  # fmt: skip
    whole = total(book, "current")
    fund["expenditure"] = money(Fraction(paid) * total(book, "executed") / whole)
    rest = fund["revenue"] - before + paid - fund["expenditure"]
    fund["carry_out"] += rest
    if fund["book"] == "social_insurance":
        fund["balance"] += rest


def _settle_book(row: Row, rows: Rows) -> None:
    """What came in above the general budget fills the stabilisation fund; the rest is carried on."""
    book = row["book"]
    ours = [r for r in rows["lines"] if r["book"] == book]
    taken = [r for r in ours if r["side"] == "revenue" and r["function_code"].startswith(("101", "102", "103"))]
    below = [f for f in rows["funds"] if f["book"] == book]
    if below:
        row["own_revenue"], row["own_expenditure"] = total(below, "revenue"), total(below, "expenditure")
        row["carry_out"] = total(below, "carry_out")
    else:
        spent = [r for r in ours if r["side"] == "expenditure" and not r["function_code"].startswith("231")]
        row["own_revenue"] = total(taken, "executed")
        row["own_expenditure"] = total(spent, "executed") + row["reserve"]
        for column, code in (("tax", "101"), ("non_tax", "103"), ("fines", "10305")):
            row[column] = total([r for r in taken if r["function_code"].startswith(code)], "executed")
        row["stabilisation_out"] = max(0, row["own_revenue"] - row["budget_own_revenue"])
        row["stabilisation_balance"] += row["stabilisation_out"]
    row["total_in"] = sum(row[c] for c in INCOME)
    if book == "general":
        row["carry_out"] = row["total_in"] - sum(row[c] for c in OUTLAY if c != "carry_out")
    row["total_out"] = sum(row[c] for c in OUTLAY)


def _pay(rows: Rows, spent: list[Row], months: int, rng: np.random.Generator) -> None:
    """One payment an agency and month; they add up to what the agency's lines have paid."""
    payments = []
    for agency in sorted({r["agency"] for r in spent if r.get("agency")}):
        left = total([r for r in spent if r.get("agency") == agency], "executed")
        for month in range(1, months + 1):
            part = Fraction(int(rng.integers(940, 1060)), 1000 * (months + 1 - month))
            amount = left if month == months else share(left, part)
            left -= amount
            payments.append({
                "entity": rows["lines"][0]["entity"], "fiscal_year": rows["lines"][0]["fiscal_year"],
                "agency": agency, "month": month, "amount": amount,
                "payee": _PAYEES[int(rng.integers(0, len(_PAYEES)))], "purpose": "按合同支付",
            })  # fmt: skip
    rows["payments"] = payments


def _issue(rows: Rows) -> None:
    """Transfers were issued on the days that the calendar gives."""
    days = {r["event"]: r["date"] for r in rows["calendar"]}
    for row in rows["transfers"]:
        row["issued"] = days[f"transfers_{row['kind']}_issued"]


def _last_year(rows: Rows) -> None:
    """Last year's lines of the projects that had money then."""
    named = ("entity", "book", "department", "agency", "agency_name", "unit_kind", "project", "project_name",
             "project_kind", "basic", "function_code", "dept_economic_code", "gov_economic_code", "total_amount",
             "fund_source")  # fmt: skip
    rows["prior"] = [
        {**{c: r.get(c) for c in named}, "fiscal_year": r["fiscal_year"] - 1, "approved": r["prior_approved"],
         "current": r["prior_current"], "executed": r["prior_executed"]}
        for r in rows["lines"]
        if r.get("basic") is False and r["prior_approved"]
    ]  # fmt: skip
