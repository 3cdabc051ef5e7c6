"""Data that rules are tried on: every table, filled at random from a seed, and the example county under another code.

Amounts are not negative: READINGS lets an unknown amount count as at least zero only where the column has no negative
value, so that blanking the one negative cell of a group may decide a sum.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from budgetreview import example
from budgetreview.tables import TABLES, Column

Tables = dict[str, dict[str, list[Any]]]
LATE: Final = date(2027, 3, 1)
"""A day on which the year 2026 can be looked at at every stage."""

PLACES: Final = ("430000", "430700", "430702", "430702100")
_ROWS: Final[Mapping[str, int]] = {
    "lines": 70,
    "prior": 40,
    "totals": 0,
    "funds": 25,
    "targets": 20,
    "standards": 6,
    "agencies": 0,
    "calendar": 90,
    "transfers": 12,
    "payments": 30,
    "cases": 12,
}
_CODES: Final[Mapping[str, Sequence[str]]] = {
    "agency": ["101", "102", "103"],
    "department": ["1"],
    "project": ["P1", "P2", "P3", "P4"],
    "check": ["D05", "D31"],
    "function_code": [
        "201",
        "20101",
        "2010101",
        "2010108",
        "2050201",
        "2050299",
        "227",
        "2300308",
        "101010101",
        "1050401",
    ],
    "dept_economic_code": [
        "301",
        "30101",
        "30201",
        "30216",
        "30217",
        "30226",
        "30227",
        "30231",
        "31001",
        "31002",
        "30901",
    ],
    "gov_economic_code": ["501", "50101", "50201", "50299", "50501"],
    "standard_code": ["B1", "B2"],
    "code": ["B1", "B2"],
    "rule": ["Z13", "Z01"],
}
_TEXTS: Final[Mapping[str, Sequence[str]]] = {
    "project_name": ["办公楼维修", "信息系统运维", "信息系统运行维护", "联络站建设", "专项资金补助"],
    "agency_name": ["县教育局", "县水利局"],
    "fund": ["国有土地使用权出让", "彩票公益金"],
    "note": ["冲减上年", "按进度支付", "经批准"],
    "region": ["A县", "B县"],
    "payee": ["县财政局", "某建设公司"],
    "value": ["95", "较好"],
    "operator": ["≥"],
    "level1": ["产出指标", "效益指标", "满意度指标"],
}
AMOUNTS: Final = ("0.00", "100.00", "100.01", "99.99", "5000000.00", "49.99", "110.00", "100000.00")
ROUND: Final = ("0.00", "10000.00", "20000.00", "50000.00", "60000.00", "300000.00", "5000000.00")
LARGE: Final = ("10000000000000.00", "9999999999999.99", "0.00", "100.00")
"""Ten million million 元, which is 10^15 分."""
_BLANK: Final = 0.12
_THERE: Final = 0.9
_OWN: Final = 0.5
_BOOKS: Final = ("general", "government_fund", "state_capital", "social_insurance")


Words = Mapping[str, Sequence[str]]
"""Further values by ``table.column``, for data in which a package's own codes occur; of ``money``: amounts."""


def _cell(column: Column, rnd: random.Random, amounts: Sequence[str], own: Sequence[str]) -> str | None:
    if rnd.random() < _BLANK:
        return None
    if own and rnd.random() < _OWN:
        return rnd.choice(own)
    if column.kind == "date":
        return date(2026, rnd.randint(1, 12), rnd.randint(1, 28)).isoformat()
    if column.kind in {"number", "count"}:
        return str(rnd.randint(1, 12))
    some: Sequence[str] = (
        {
            "money": amounts,
            "year": ("2019", "2023", "2024", "2025", "2026"),
            "word": tuple(w for w in column.words if w != "none"),
            "mark": ("是", "否"),
            "share": ("0.05",),
        }.get(column.kind)
        or _CODES.get(column.name)
        or _TEXTS.get(column.name)
        or ("甲", "乙")
    )
    return rnd.choice(some)


def county(
    seed: int,
    places: Sequence[str] = PLACES,
    amounts: Sequence[str] = AMOUNTS,
    *,
    words: Words | None = None,
    times: int = 1,
) -> Tables:
    """Every table of a few entities in 2026 (``prior``: 2025), ready for ``Submission(**tables)``; texts, money in 元.

    Args:
        seed: The same seed gives the same tables.
        places: Codes of the entities.
        amounts: What money cells are drawn from.
        words: Values that half of the cells of a column are drawn from.
        times: How many times the usual number of rows.
    """
    rnd = random.Random(seed)  # noqa: S311 - data, no secret
    tables: Tables = {}
    for name, spec in TABLES.items():
        keys: list[dict[str, str]] = [{} for _ in range(_ROWS.get(name, 20) * times)]
        own = {c: (words or {}).get(f"{name}.{c}", ()) for c in spec.columns}
        if name == "totals":
            keys = [{"entity": e, "book": b} for e in places for b in _BOOKS if rnd.random() < _THERE]
        if name == "agencies":
            keys = [{"entity": e, "agency": a} for e in places for a in _CODES["agency"]]
        if name == "funds":
            books = ("government_fund", "social_insurance")
            keys = [{"entity": e, "book": b, "fund": f} for e in places for b in books for f in _TEXTS["fund"]]
        if name == "statements":
            # one check of one subject stands once; the names of the checks are the package's own words
            checks = own["check"] or tuple(_CODES["check"])
            keys = [{"entity": e, "check": c, "subject": f"{c}{k}"} for e in places for c in checks for k in range(2)]
        rows = []
        for i, key in enumerate(keys):
            row = {c: _cell(spec.columns[c], rnd, amounts, own[c]) for c in spec.columns}
            row |= {"entity": rnd.choice(places)} if "entity" in spec.columns else {}
            row |= {"fiscal_year": "2025" if name == "prior" else "2026"} if "fiscal_year" in spec.columns else {}
            row |= {"line_id": f"{name}{i}"} if "line_id" in spec.columns else {}
            if row.get("basic"):  # a blank falls back to the kind of project, which must not contradict it
                kinds = ["personnel", "public"] if row["basic"] == "是" else ["operating", "targeted"]
                row["project_kind"] = rnd.choice(kinds)
            if name == "payments" and row["date"] and row["month"]:  # a blank month falls back to the date's
                row["month"] = str(date.fromisoformat(row["date"]).month)
            rows.append(row | key | ({"level": None} if name == "totals" else {}))
        used = [c for c in spec.columns if not (name == "prior" and c.startswith("prior_"))]
        tables[name] = {c: [r[c] for r in rows] for c in used}
    return tables


def one_line(tables: Tables) -> Tables:
    """One row of each table: of lines the first expenditure of the general book."""
    out: Tables = {}
    for name, table in tables.items():
        rows = range(len(next(iter(table.values()))))
        general = (
            i
            for i in rows
            if table.get("book", ["general"] * len(rows))[i] in {"general", None}
            and table.get("side", ["expenditure"] * len(rows))[i] in {"expenditure", None}
        )
        at = next(general, 0)
        out[name] = {c: values[at : at + 1] for c, values in table.items()}
    return out


def empty(tables: Tables) -> Tables:
    """The lines without a row, and no other table."""
    return {"lines": {c: [] for c in tables["lines"]}}


def inside(tables: Tables) -> Tables:
    """Every line is expenditure of the general book: most rules speak of all of them."""
    lines = tables["lines"]
    n = len(lines["entity"])
    return {**tables, "lines": {**lines, "book": ["general"] * n, "side": ["expenditure"] * n}}


def outside(tables: Tables) -> Tables:
    """Every line is revenue of the social insurance: most rules are handed none of them."""
    lines = tables["lines"]
    n = len(lines["entity"])
    return {**tables, "lines": {**lines, "book": ["social_insurance"] * n, "side": ["revenue"] * n}}


def in_ten_thousands(tables: Mapping[str, Mapping[str, Sequence[Any]]]) -> Tables | None:
    """The same tables with money in 万元; None where a money cell is no plain number."""
    out: Tables = {}
    for name, table in tables.items():
        out[name] = {}
        for column, values in table.items():
            spec = TABLES[name].columns.get(column)
            if spec is None or spec.kind != "money":
                out[name][column] = list(values)
                continue
            try:
                out[name][column] = [None if v is None else format(Decimal(v) / 10_000, "f") for v in values]
            except ArithmeticError:
                return None
    return out


def example_county(place: str, stage: str = "preliminary", copies: int = 1) -> Tables:
    """The shipped example with the faults of the demonstration, under another code.

    Args:
        place: The code.
        stage: The review whose data are wanted.
        copies: How often the lines are repeated, each copy with line ids of its own.
    """
    tables = example.tables(stage=stage)
    lines = {c: list(values) * copies for c, values in tables["lines"].items()}
    if copies > 1:
        lines["line_id"] = [f"{i}" for i in range(len(lines["line_id"]))]
    moved: Tables = {**{n: {c: list(v) for c, v in t.items()} for n, t in tables.items()}, "lines": lines}
    for table in moved.values():
        if "entity" in table:
            table["entity"] = [place] * len(table["entity"])
    return moved
