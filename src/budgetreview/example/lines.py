"""The lines of the example county: basic expenditure, projects of all books, revenue."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from budgetreview.codes import government_for, load_tables
from budgetreview.example.figures import Row, around, money, share

_PERSONNEL: Final = {"30101": 5.2, "30102": 3.6, "30108": 1.54, "30110": 0.82, "30113": 1.17}
"""万元 a head and year; an institution pays 绩效工资 (30107) where an office pays 津贴补贴 (30102)."""
_OWN_FUNCTION: Final = {"30108": "2080505", "30113": "2210201"}
_STANDARD_COST: Final = {"30201": ("办公费定额", 2400), "30211": ("差旅费定额", 2600)}
_TRAINING: Final = 450
"""元 a person and day."""
_VEHICLE: Final = 28_000
_RISES: Final = tuple(Fraction(x, 1000) for x in (-164, 58, -83, 91, -42, 127, -121, 33, -62, 74))
_SCHOOL_RISES: Final = tuple(Fraction(x, 1000) for x in (36, 92, 54, 71, -28, 113, 27, 45, 128, 62))
_FALLS: Final = tuple(Fraction(-x, 1000) for x in (72, 94, 118, 83, 106))
_CUTS: Final = tuple(Fraction(x, 1000) for x in (16, 31, 46, 62, 77, 93, 108, 124, 139, 155))
_TYPES: Final = ("管理办法", "实施方案", "三年行动计划", "实施细则", "专项规划")


@cache
def description() -> Mapping[str, Any]:
    """The county as it is written down in ``county.toml``."""
    text = (files("budgetreview") / "example" / "county.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def function_name(code: str) -> str | None:
    """What a function code is called, without the name of its class that old lists add."""
    system = "revenue" if code.startswith("1") else "function"
    name = load_tables()[system].name(code, int(description()["year"]))  # type: ignore[index]
    return name if name is None or system == "revenue" or len(code) < len("2010101") else name.split("（")[0]


def government(code: str, kind: str) -> str:
    """The government economic code beside a department economic code."""
    found = min(government_for(code, kind), key=lambda c: (c.endswith("99"), c))
    return found if len(found) > len("501") else f"{found}01"


def basic_lines(agency: Mapping[str, Any], rng: np.random.Generator) -> list[Row]:
    """Personnel and public cost of one agency, code by code."""
    staff, office = int(agency["staff"]), agency["kind"] == "行政"
    rows = []
    for code, head in _PERSONNEL.items():
        economic = "30107" if code == "30102" and not office else code
        amount = around(head * staff, 0.08, rng)
        row = _line(agency, economic, _function(agency, code))
        row |= {"project_kind": "personnel", **_asked(amount, amount, Fraction(int(rng.integers(21, 44)), 1000))}
        rows.append(row)
    for code, amount, calculation in _public_cost(agency, rng):
        row = _line(agency, code, agency["function"]) | calculation
        row |= {"project_kind": "public", **_asked(amount, amount, Fraction(-int(rng.integers(58, 81)), 1000))}
        rows.append(row)
    for row in rows:
        row["basic"] = True
        row["prior_executed"] = share(row["prior_current"], Fraction(int(rng.integers(968, 996)), 1000))
    return rows


def _function(agency: Mapping[str, Any], code: str) -> str:
    if code == "30110":
        return "2101101" if agency["kind"] == "行政" else "2101102"
    return _OWN_FUNCTION.get(code, str(agency["function"]))


def _public_cost(agency: Mapping[str, Any], rng: np.random.Generator) -> list[tuple[str, int, Row]]:
    """Public cost by economic code: the amount, and its calculation where a standard exists."""
    staff = int(agency["staff"])
    found: list[tuple[str, int, Row]] = []
    for code, (_, value) in _STANDARD_COST.items():
        found.append((code, value * staff, _calculated(code, value, staff, 1)))
    days = 2 * (staff * 3 // 4)
    found.append(("30216", _TRAINING * days, _calculated("30216", _TRAINING, days, 1)))
    found.append(("30206", around(0.24 * staff, 0.6, rng), {}))
    found.append(("30228", around(0.14 * staff, 0.05, rng), {}))
    if agency["kind"] == "行政":
        found.append(("30217", around(0.024 * staff, 0.2, rng), {}))
    vehicles = int(agency["vehicles"])
    if vehicles:
        found.append(("30231", _VEHICLE * vehicles, _calculated("30231", _VEHICLE, vehicles, 1)))
    return found


def _calculated(code: str, value: int, quantity: int, times: int) -> Row:
    return {"standard_code": standard_code(code, value), "standard_value": value, "quantity": quantity,
            "periods": times}  # fmt: skip


def standard_code(code: str, value: int) -> str:
    """The code of a spending standard of the county."""
    return f"{description()['entity']}{code}{value:06d}"


def _line(agency: Mapping[str, Any], economic: str, function: str) -> Row:
    return {
        "entity": description()["entity"],
        "fiscal_year": description()["year"],
        "book": "general",
        "side": "expenditure",
        "department": agency["code"][:3],
        "agency": agency["code"],
        "agency_name": agency["name"],
        "unit_kind": agency["kind"],
        "function_code": function,
        "function_name": function_name(function),
        "dept_economic_code": economic,
        "gov_economic_code": government(economic, agency["kind"]),
        "fund_source": "fiscal",
    }


def _asked(requested: int, proposed: int, growth: Fraction) -> Row:
    """What was asked, reviewed and proposed, beside last year's budget and its outturn."""
    before = money(Fraction(proposed) / (1 + growth))
    before += 100 * (before in {requested, proposed})
    return {"requested": requested, "reviewed": proposed, "proposed": proposed, "prior_approved": before,
            "prior_current": before}  # fmt: skip


def project_lines(agency: Mapping[str, Any], projects: Sequence[Sequence[Any]], book: str,
                  rng: np.random.Generator) -> list[Row]:  # fmt: skip
    """The projects of one agency in one book, ranked in the order of their cuts."""
    rows = []
    turn = int(rng.integers(0, len(_RISES)))
    for j, (name, function, economic, wan, flags) in enumerate(projects):
        row = _line(agency, economic, function)
        said = set(str(flags).split())
        row |= {"book": book, "basic": False, "project_name": name}
        row |= _amounts(agency, int(wan), said, turn + j, rng)
        row |= _life(row, said, rng) | _marks(row, said) | _money_of_the_whole(row, said)
        rows.append(row)
    ranked = sorted(rows, key=lambda r: Fraction(r["requested"] - r["proposed"], r["requested"]))
    for place, row in enumerate(ranked, 1):
        row["priority"] = place
    return rows


def _amounts(agency: Mapping[str, Any], wan: int, said: set[str], turn: int, rng: np.random.Generator) -> Row:
    """What a project gets: quantity times standard where there is one, else what was cut from what was asked."""
    running = "op" in said
    school = agency["code"].startswith("111")
    growth = (_FALLS if running else _SCHOOL_RISES if school else _RISES)[turn % (len(_FALLS) if running else 10)]
    counted = next((f.removeprefix("asset:") for f in said if "×" in f), None)
    row: Row = {"project_kind": "operating" if running else "targeted"}
    if counted is not None:
        quantity, value = (int(x) for x in counted.split("×"))
        amount = asked = quantity * value
        row["standard_value"], row["quantity"], row["periods"] = value, quantity, 1
    else:
        amount = around(wan, 0.06, rng)
        cut = Fraction(4, 1000) if running else _CUTS[turn % len(_CUTS)]
        asked = money(Fraction(amount) / (1 - cut))
    row |= _asked(asked, amount, growth)
    if "new" in said:
        row |= {"prior_approved": 0, "prior_current": 0, "prior_executed": 0}
    else:
        spent = Fraction(int(rng.integers(905, 992)), 1000)
        row["prior_executed"] = share(row["prior_current"], spent)
    row["carryover"] = 0
    if "carry" in said:
        left = row["prior_current"] - row["prior_executed"]
        row |= {"carryover": share(left, Fraction(7, 10)), "carryover_year": description()["year"] - 1}
    return row


def _life(row: Row, said: set[str], rng: np.random.Generator) -> Row:
    """Basis, term, evaluation."""
    year = int(description()["year"])
    moved = [abs(Fraction(row[c], row["prior_approved"]) - 1) > Fraction(25, 1000) for c in ("requested", "proposed")
             if row["prior_approved"]]  # fmt: skip
    old = bool(moved) and all(moved) and "special" not in said
    start = year if "new" in said else year - int(rng.integers(1, 8 if old else 3))
    kind = _TYPES[int(rng.integers(0, len(_TYPES)))]
    found: Row = {
        "life": "one_off" if "once" in said else "phased" if "inv" in said or "special" in said else "recurrent",
        "start_year": start,
        "end_year": year if "once" in said else year + 2 if "inv" in said or "special" in said else None,
        "basis": f"《示例县{row['project_name'].split('（')[0]}{kind}》",
        "basis_expires": date(year + int(rng.integers(1, 4)), 12, 31),
        "evaluated_before": "eval" in said or "inv" in said,
        "evaluation_score": None if "new" in said else float(rng.integers(82, 97)),
    }
    return found


def _marks(row: Row, said: set[str]) -> Row:
    """Marks, procurement and assets."""
    economic, amount = row["dept_economic_code"], row["proposed"]
    built = economic.startswith(("309", "310")) and economic != "31009"
    bought = built or economic in {"30203", "30213", "30214", "30218"}
    asset = next((f.removeprefix("asset:").split("×")[0] for f in said if f.startswith("asset:")), None)
    own = "own" in said
    found: Row = {
        "is_key": "key" in said,
        "is_investment": "inv" in said,
        "is_it": "it" in said,
        "is_asset": asset is not None,
        "is_procurement": bought,
        "is_unallocated": False,
        "is_special_fund": "special" in said,
        "debt_funded": "debt" in said,
        "in_plan": "inv" in said or None,
        "procurement_amount": amount if bought else None,
        "book": "none" if own else row["book"],
        "fund_source": "own" if own else "fiscal",
        "region": "县本级",
    }
    if asset is not None:
        found |= {"quantity": int(asset), "asset_stock": 2 * int(asset), "asset_quota": 4 * int(asset)}
    if row.get("standard_value") is not None:
        found["standard_code"] = standard_code(economic, row["standard_value"])
        found["unit_price"] = row["standard_value"] if asset is not None else None
    return found


def _money_of_the_whole(row: Row, said: set[str]) -> Row:
    """Total, sources, income and debt service of an investment project."""
    if "inv" not in said:
        return {}
    spent = row["prior_executed"]
    whole = spent + row["requested"] + share(row["proposed"], Fraction(4, 10))
    lent = share(whole, Fraction(1, 2)) if "debt" in said else 0
    found: Row = {"total_amount": whole, "spent_to_date": spent, "funding_debt": lent, "funding_other": 0,
                  "funding_fiscal": whole - lent}  # fmt: skip
    if lent:
        found |= {"debt_service": share(lent, Fraction(13, 10)), "project_income": share(lent, Fraction(17, 10))}
    return found


def revenue_line(code: str, name: str, amount: int, before: int, book: str = "general") -> Row:
    """A revenue line of a book, with last year's budget and outturn."""
    return {
        "entity": description()["entity"], "fiscal_year": description()["year"], "book": book, "side": "revenue",
        "function_code": code, "function_name": name, "fund_source": "fiscal", "debt_funded": False,
        "requested": amount,
        "reviewed": amount, "proposed": amount, "prior_approved": before, "prior_current": before,
        "prior_executed": before,
    }  # fmt: skip


def special_line(book: str, function: str, economic: tuple[str, str], amount: int, before: int, name: str) -> Row:
    """A line that no agency ranks among its projects: benefits of an insurance, debt repaid, a transfer down."""
    year = int(description()["year"])
    return {
        "entity": description()["entity"], "fiscal_year": year, "book": book, "side": "expenditure",
        "function_code": function, "function_name": function_name(function), "dept_economic_code": economic[0],
        "gov_economic_code": economic[1], "fund_source": "fiscal", "basic": False, "project_kind": "targeted",
        "project_name": name, "requested": amount, "reviewed": amount, "proposed": amount, "prior_approved": before,
        "prior_current": before, "prior_executed": share(before, Fraction(985, 1000)), "carryover": 0,
        "basis": f"《{name}管理办法》", "basis_expires": date(year + 3, 12, 31), "life": "recurrent",
        "start_year": year - 2, "evaluated_before": False, "evaluation_score": 88.0, "region": "县本级",
    }  # fmt: skip
