"""The four books of the example: totals and funds that the lines add up to."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from budgetreview.example.figures import WAN, Row, money, share, total
from budgetreview.example.lines import description, revenue_line, special_line

BOOKS: Final = ("general", "government_fund", "state_capital", "social_insurance")
INCOME: Final = ("own_revenue", "upper_general", "upper_special", "carry_in", "moved_in", "stabilisation_in", "debt_in",
                 "remitted_from_below")  # fmt: skip
OUTLAY: Final = ("own_expenditure", "transfers_general", "transfers_special", "remitted_up", "stabilisation_out",
                 "debt_repaid", "moved_out", "carry_out")  # fmt: skip

RESERVE: Final = Fraction(18, 1000)
"""The reserve as a share of own-level general expenditure (1 % to 3 %, BL 40)."""
_TRANSFERS: Final = {"general": 8460, "special": 3120}
_REMITTED: Final = 1240
_UPPER_SPECIAL: Final = 12_600
_REPAID: Final = {"general": 820, "government_fund": 1960}
_DRAWN: Final = 1500
_LAND_CARRIED: Final = Fraction(2, 100)
_DEBT: Final = {"general": (48_300, 51_000), "government_fund": (61_200, 66_000)}
_CAPITAL: Final = 1180
_INSURANCE_GROWTH: Final = Fraction(104, 100)
_FUND_CODES: Final = {
    "国有土地使用权出让收入": "1030148",
    "城市基础设施配套费收入": "1030156",
    "污水处理费收入": "1030178",
}
_TOWN_PARTS: Final = (19, 15, 14, 13, 12, 10, 9, 8)


def reserve(spent: list[Row], column: str) -> int:
    """The reserve of the general book beside its lines; no department holds it, so no line shows it."""
    own = sum(r[column] for r in spent if r["book"] == "general" and not r["function_code"].startswith("231"))
    return money(own * RESERVE / (1 - RESERVE))


def repayment_lines() -> list[Row]:
    """The repayment of principal, which the finance department plans for the government."""
    codes = (("general", "2310301", "地方政府一般债券还本"),
             ("government_fund", "2310411", "国有土地使用权出让金债务还本"))  # fmt: skip
    return [
        special_line(book, code, ("39999", "51201"), _REPAID[book] * WAN, _REPAID[book] * WAN * 9 // 10, name)
        for book, code, name in codes
    ]


def insurance_lines() -> list[Row]:
    """The payments of the insurance funds."""
    rows = []
    for one in description()["insurance"]:
        amount = one["expenditure"] * WAN
        row = special_line("social_insurance", one["function"], ("30302", "50905"), amount,
                           money(amount / _INSURANCE_GROWTH), f"{one['fund'].removesuffix('基金')}待遇")  # fmt: skip
        rows.append(row | {"department": "114", "agency": "114002", "agency_name": "示例县社会保险服务中心",
                           "unit_kind": "事业"})  # fmt: skip
    return rows


def own_revenue_lines() -> list[Row]:
    """Revenue of the year in all four books."""
    rows = []
    for code, name, wan, rise in description()["revenue"]["lines"]:
        before = money(Fraction(wan * WAN * 1000, 1000 + rise))
        rows.append(revenue_line(code, name, wan * WAN, before))
    others = [
        (_FUND_CODES[fund["name"]], fund["name"], fund["revenue"] * WAN, Fraction(103, 100), "government_fund")
        for fund in description()["funds"]
    ]
    others.append(("10306", "国有资本经营收入", _CAPITAL * WAN, Fraction(102, 100), "state_capital"))
    others += [
        (code, f"{one['fund']}收入", one["revenue"] * WAN, _INSURANCE_GROWTH, "social_insurance")
        for code, one in zip(("10210", "10211"), description()["insurance"], strict=True)
    ]
    rows += [revenue_line(code, name, now, money(now / rise), book) for code, name, now, rise, book in others]
    return rows


def funds(spent: list[Row]) -> list[Row]:
    """Government funds, the state-capital item and the insurances, each with what it takes in and pays."""
    rows = [_government_fund(one, spent) for one in description()["funds"]]
    capital = total([r for r in spent if r["book"] == "state_capital"], "proposed")
    rows.append(_fund("state_capital", "国有企业利润收入", _CAPITAL * WAN, capital, moved_out=_CAPITAL * WAN - capital))
    for one in description()["insurance"]:
        revenue, paid, balance = (one[c] * WAN for c in ("revenue", "expenditure", "balance"))
        row = _fund("social_insurance", one["fund"], revenue, paid, carry_in=balance - revenue + paid,
                    carry_out=balance)  # fmt: skip
        rows.append(row | {"balance": balance})
    return rows


def _government_fund(one: dict[str, Any], spent: list[Row]) -> Row:
    ours = [r for r in spent if r["book"] == "government_fund" and r["function_code"][:5] in one["functions"]]
    paid, carried, revenue = total(ours, "proposed"), total(ours, "carryover"), one["revenue"] * WAN
    bonds = total([r for r in ours if r["debt_funded"]], "proposed")
    land = "21208" in one["functions"]
    repaid = _REPAID["government_fund"] * WAN if land else 0
    rest = revenue + carried + bonds - paid - repaid
    kept = share(revenue, _LAND_CARRIED) if land else rest
    return _fund("government_fund", one["name"], revenue, paid, carry_in=carried, bonds=bonds,
                 moved_out=rest - kept, carry_out=kept)  # fmt: skip


def _fund(book: str, name: str, revenue: int, paid: int, **others: int) -> Row:
    before = Fraction(97, 100)
    return {
        "entity": description()["entity"], "fiscal_year": description()["year"], "book": book, "fund": name,
        "revenue": revenue, "carry_in": 0, "transfers_in": 0, "bonds": 0, "expenditure": paid, "moved_out": 0,
        "carry_out": 0, "prior_revenue": share(revenue, before), "prior_expenditure": share(paid, before),
    } | others  # fmt: skip


def transfers() -> list[Row]:
    """Transfers to the towns, general and special."""
    rows = []
    for kind, wan in _TRANSFERS.items():
        for town, part in zip(description()["towns"], _TOWN_PARTS, strict=True):
            amount = money(wan * WAN * Fraction(part, 100))
            rows.append({
                "entity": description()["entity"], "fiscal_year": description()["year"], "kind": kind, "region": town,
                "project": "乡镇财力性补助" if kind == "general" else "村级公共服务运行维护", "amount": amount,
                "notified": share(amount, Fraction(96, 100)), "expected": share(amount, Fraction(98, 100)),
                "matching_required": False, "basis": "《示例县乡镇财政体制实施办法》",
            })  # fmt: skip
    return rows


def totals(spent: list[Row], taken: list[Row], fund_rows: list[Row], down: list[Row]) -> list[Row]:
    """The four rows of the general table, this year's and last year's; each book balances."""
    rows = {book: _row(book) for book in BOOKS}
    for book, row in rows.items():
        own = [r for r in spent if r["book"] == book and not r["function_code"].startswith("231")]
        ours = [r for r in taken if r["book"] == book]
        row["own_expenditure"], row["prior_own_expenditure"] = total(own, "proposed"), total(own, "prior_approved")
        if book == "general":
            row["reserve"] = reserve(spent, "proposed")
            row["own_expenditure"] += row["reserve"]
            row["prior_own_expenditure"] += reserve(spent, "prior_approved")
        row["own_revenue"], row["prior_own_revenue"] = total(ours, "proposed"), total(ours, "prior_executed")
        row["placed"] = share(row["own_expenditure"], Fraction(96, 100))
        below = [f for f in fund_rows if f["book"] == book]
        for column, fund_column in (("carry_in", "carry_in"), ("moved_out", "moved_out"), ("carry_out", "carry_out"),
                                    ("debt_in", "bonds")):  # fmt: skip
            row[column] = total(below, fund_column)
            row[f"prior_{column}"] = share(row[column], Fraction(97, 100))
    _debts(rows, spent)
    for book in ("government_fund", "state_capital"):
        _last_years(rows[book])
    _general(rows, spent, taken, down)
    insured = rows["social_insurance"]
    insured["prior_carry_out"] = insured["carry_in"]
    insured["prior_carry_in"] = insured["carry_in"] + insured["prior_own_expenditure"] - insured["prior_own_revenue"]
    for row in rows.values():
        for prefix in ("", "prior_"):
            row[f"{prefix}total_in"] = sum(row[prefix + c] for c in INCOME)
            row[f"{prefix}total_out"] = sum(row[prefix + c] for c in OUTLAY)
        over = min(share(row["prior_own_revenue"], Fraction(4, 1000)), row["carry_in"])
        row["prior_budget_own_revenue"] = row["prior_own_revenue"] - over
        row["prior_budget_own_expenditure"] = share(row["prior_own_expenditure"], Fraction(1012, 1000))
    return list(rows.values())


def _last_years(row: Row) -> None:
    """Last year of a fund or state-capital book: what this year carries in was left, the rest had been moved out."""
    row["prior_debt_in"], row["prior_carry_out"] = 0, max(row["carry_in"], 0)
    row["prior_moved_out"] = (
        row["prior_own_revenue"] + row["prior_carry_in"] - row["prior_own_expenditure"] - row["prior_debt_repaid"]
        - row["prior_carry_out"]
    )  # fmt: skip


def _row(book: str) -> Row:
    return {
        "entity": description()["entity"], "fiscal_year": description()["year"], "book": book, "level": "county",
        **{p + c: 0 for p in ("", "prior_") for c in (*INCOME, *OUTLAY)},
    }  # fmt: skip


def _general(rows: dict[str, Row], spent: list[Row], taken: list[Row], down: list[Row]) -> None:
    """The general book: what comes from above is what it lacks."""
    row, general = rows["general"], [r for r in taken if r["book"] == "general"]
    for prefix, column in (("", "proposed"), ("prior_", "prior_executed")):
        row[f"{prefix}tax"] = total([r for r in general if r["function_code"].startswith("101")], column)
        row[f"{prefix}non_tax"] = total([r for r in general if r["function_code"].startswith("103")], column)
        row[f"{prefix}fines"] = total([r for r in general if r["function_code"].startswith("10305")], column)
        scale = Fraction(1) if not prefix else Fraction(97, 100)
        row[f"{prefix}carry_in"] = share(total([r for r in spent if r["book"] == "general"], "carryover"), scale)
        row[f"{prefix}moved_in"] = rows["government_fund"][f"{prefix}moved_out"] + rows["state_capital"][
            f"{prefix}moved_out"]  # fmt: skip
        row[f"{prefix}stabilisation_in"] = share(_DRAWN * WAN, scale)
        row[f"{prefix}debt_in"] = share(_REPAID["general"] * WAN, scale)
        row[f"{prefix}upper_special"] = share(_UPPER_SPECIAL * WAN, scale)
        row[f"{prefix}remitted_up"] = share(_REMITTED * WAN, scale)
        row[f"{prefix}debt_repaid"] = share(_REPAID["general"] * WAN, scale)
        for kind in ("general", "special"):
            amount = total([t for t in down if t["kind"] == kind], "amount")
            row[f"{prefix}transfers_{kind}"] = share(amount, scale)
        row[f"{prefix}upper_general"] = sum(row[prefix + c] for c in OUTLAY) - sum(row[prefix + c] for c in INCOME)
    for kind in ("general", "special"):
        row[f"notified_{kind}"] = share(row[f"upper_{kind}"], Fraction(95, 100))
        row[f"expected_{kind}"] = share(row[f"upper_{kind}"], Fraction(98, 100))
    row["working_capital"] = share(row["own_expenditure"], Fraction(7, 1000))
    row["stabilisation_balance"] = share(row["own_expenditure"], Fraction(34, 1000))
    row["three_guarantees_budget"] = share(row["own_expenditure"], Fraction(62, 100))
    row["three_guarantees_need"] = share(row["own_expenditure"], Fraction(60, 100))
    row["comprehensive_resources"] = (
        row["own_revenue"] + row["upper_general"] + rows["government_fund"]["own_revenue"] + row["moved_in"]
    )
    row["gdp_growth"], row["prior_gdp_growth"] = 0.05, 0.048


def _debts(rows: dict[str, Row], spent: list[Row]) -> None:
    """Balances, limits, interest and what falls due, general debt in one row and special debt in the other."""
    for book, word in (("general", "general"), ("government_fund", "special")):
        row = rows[book]
        row[f"debt_balance_{word}"], row[f"debt_limit_{word}"] = (x * WAN for x in _DEBT[book])
        row["debt_repaid"] = _REPAID[book] * WAN
        row["prior_debt_repaid"] = share(row["debt_repaid"], Fraction(97, 100))
        ours = [r for r in spent if r["book"] == book and r["function_code"].startswith("232")]
        row[f"interest_{word}"] = total(ours, "proposed")
        row["debt_service_due"] = row["debt_repaid"] + row[f"interest_{word}"]


def passed_on_lines(row: Row) -> list[Row]:
    """Revenue lines of the general book for what comes from above, from last year and from other books."""
    kinds = (("11002", "一般性转移支付收入", "upper_general"), ("11003", "专项转移支付收入", "upper_special"),
             ("11008", "上年结余收入", "carry_in"), ("11009", "调入资金", "moved_in"),
             ("11011", "债务转贷收入", "debt_in"), ("11015", "动用预算稳定调节基金", "stabilisation_in"))  # fmt: skip
    return [revenue_line(code, name, row[c], row[f"prior_{c}"]) for code, name, c in kinds]
