"""A small review made by hand: every severity, outcome and kind of finding once, none of it from the core rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from budgetreview.engine import review
from budgetreview.errors import Notice, Problem, Text
from budgetreview.parameters import Authority
from budgetreview.report import Report
from budgetreview.rule import Assessment, Rule, RuleSet
from budgetreview.rulebook import RuleBook
from budgetreview.submission import Input, Submission
from budgetreview.table import Period, Source, Table
from budgetreview.values import Exact, Keys, Numbers, Truth, growth

LAW = Authority("预算法", "40", "2018-12-29 修正", "S")
AS_OF = dt.date(2026, 1, 10)
ENTITY = "430702"


def _entry(title: tuple[str, str], severity: str, status: str, **more: Any) -> dict[str, Any]:
    text = {"zh": title[0], "en": title[1]}
    return {
        "name": title[1].lower().replace(" ", "-"), "title": text, "severity": severity, "status": status,
        "stages": ["preliminary", "plenary"], "focus": ["departmental"], "formula": "amount > 0",
        "message": {"zh": title[0] + "：{project_name}", "en": title[1] + ": {project_name}"},
        "question": {"zh": "为什么？", "en": "Why?"},
        "flags": text, "why": text, "fine": text, "cannot": text, **more,
    }  # fmt: skip


ENTRIES: Mapping[str, Mapping[str, Any]] = {
    "A01": _entry(
        ("预备费比例不合规", "Reserve outside its range"), "red", "statutory", authority=[{"law": "BL", "article": "40"}],
        formula="reserve < least * own_expenditure", books=["general"], focus=["totals"],
        parameters={"least": {"unit": "share", "value": "1/100", "help": {"zh": "法定下限", "en": "statutory minimum"}}},
        message={"zh": "预备费{reserve}，为本级支出{own_expenditure}的{measure}，不足{least}", "en": "The reserve {reserve} is {measure} of {own_expenditure}, below {least}"},
        question={"zh": "预备费为何不足{least}？", "en": "Why is the reserve below {least}?"},
    ),
    "A02": _entry(
        ("未填写设立依据", "No basis given"), "orange", "policy",
        message={"zh": "项目“{project_name}”未填写设立依据", "en": "Project “{project_name}” gives no basis"},
        question={"zh": "项目“{project_name}”依据哪份文件设立？", "en": "Which document is “{project_name}” based on?"},
    ),
    "A03": _entry(
        ("单价高于标准", "Price above standard"), "yellow", "heuristic", formula="unit_price > standard_value",
        message={"zh": "单价{unit_price}高于支出标准{standard_value}", "en": "Price {unit_price} is above the standard {standard_value}"},
        question={"zh": "单价为何高于标准？", "en": "Why is the price above the standard?"},
    ),
    "A04": _entry(
        ("单位预算增长", "Agency's budget grew"), "blue", "heuristic", formula="growth of proposed",
        message={"zh": "单位{agency}的预算增长{measure}", "en": "The budget of agency {agency} grew by {measure}"},
        question={"zh": "单位{agency}增长的原因？", "en": "Why did agency {agency} grow?"},
    ),
    "A05": _entry(("会失败的规则", "A rule that fails"), "orange", "heuristic"),
    "A06": _entry(("缺表的规则", "A rule without data"), "orange", "heuristic"),
    "A07": _entry(("决算的规则", "A rule for final accounts"), "orange", "heuristic", stages=["final"]),
}  # fmt: skip


@attrs.frozen
class _Least:
    least: Any


def rules() -> tuple[Rule, ...]:
    book = RuleBook("sample", ENTRIES, {"BL": LAW}, "sample.py")

    @book.rule("A01", reads=("totals.reserve", "totals.own_expenditure"), per="book", parameters=_Least)
    def _reserve(totals: Table, p: _Least) -> Assessment:
        reserve, whole = totals.money("reserve"), totals.money("own_expenditure")
        share = growth(reserve + whole, whole)
        return Assessment.of(
            totals, condition=share < p.least, measure=share, limit=p.least, about="reserve", amount=reserve,
            values={"reserve": reserve, "own_expenditure": whole},
        )  # fmt: skip

    @book.rule("A02", reads=("basis",), uses=("project_name",))
    def _basis(lines: Table) -> Assessment:
        return Assessment.of(
            lines, condition=~_given(lines.key("basis")), about="basis", values={"basis": lines.key("basis")}
        )

    @book.rule("A03", reads=("unit_price", "standard_value"), uses=("project_name",))
    def _price(lines: Table) -> Assessment:
        price, standard = lines.money("unit_price"), lines.money("standard_value")
        return Assessment.of(
            lines, condition=price > standard, measure=price, limit=standard, about="unit_price",
            values={"unit_price": price, "standard_value": standard},
        )  # fmt: skip

    @book.rule("A04", reads=("proposed", "prior_approved", "agency"), per="agency")
    def _growth(lines: Table) -> Assessment:
        groups = lines.by("agency")
        now, before = groups.sum(lines.money("proposed")), groups.sum(lines.money("prior_approved"))
        return Assessment.of(
            groups, condition=now > before, measure=growth(now, before), about="proposed",
            values={"proposed": now, "prior_approved": before},
        )  # fmt: skip

    @book.rule("A05", reads=("proposed",))
    def _fails(lines: Table) -> Assessment:
        msg = "division by <b>zero</b>"
        raise ZeroDivisionError(msg)

    @book.rule("A06", reads=("payments.amount",), per="entity")
    def _no_data(payments: Table) -> Assessment:
        raise AssertionError

    @book.rule("A07", reads=("proposed",))
    def _final(lines: Table) -> Assessment:
        raise AssertionError

    return book.rules


def _given(keys: Keys) -> Truth:
    return Truth.known(keys.known)


def table(name: str, columns: dict[str, Any], source: str = "county-2026.xlsx", sheet: str = "项目") -> Table:
    n = len(next(iter(columns.values())))
    letters = {c: chr(ord("A") + i % 26) for i, c in enumerate(columns)}
    return Table(
        name, columns, np.zeros(n, np.int64), (Period(ENTITY, 2026),), np.zeros(n, np.int32),
        (Source(source, sheet, letters, given=frozenset(columns)),), np.arange(n) + 1, np.arange(n) + 4,
    )  # fmt: skip


def money(*yuan: float | None) -> Exact:
    known = np.array([y is not None for y in yuan])
    return Exact.of([round((y or 0) * 100) for y in yuan], known)


def sample(
    *,
    names: Sequence[str | None] = ("校舍维修", "信息化平台", "办公设备购置", "下乡补助"),
    codes: Sequence[str] = ("A01", "A02", "A03", "A04", "A06", "A07"),
    waived: Mapping[str, str] | None = None,
    broken_input: bool = False,
    repeat: int = 1,
) -> Report:
    """A review of four lines (times ``repeat``) and one total."""
    names = list(names) * repeat
    n = len(names)

    def cycle(*values: Any) -> list[Any]:
        return [values[i % len(values)] for i in range(n)]

    lines = table("lines", {
        "line_id": Keys.of([f"L{i:05}" for i in range(n)]),
        "given_id": Keys.of([f"L{i:05}" for i in range(n)]),
        "agency": Keys.of(cycle("101", "101", "102", "102")),
        "agency_name": Keys.of(cycle("县教育局", "县教育局", "县农业农村局", "县农业农村局")),
        "book": Keys.of(["general"] * n),
        "side": Keys.of(["expenditure"] * n),
        "project_name": Keys.of(names),
        "basis": Keys.of(cycle("县政办发〔2025〕8号", None, None, "县政办发〔2025〕9号")),
        "proposed": money(*cycle(1_200_000, 86_000.5, 35_000, 400_000)),
        "prior_approved": money(*cycle(1_000_000, 86_000.5, 35_000, 400_000)),
        "unit_price": money(*cycle(None, None, 7_000, 300)),
        "standard_value": money(*cycle(None, None, 6_000, 300)),
    })  # fmt: skip
    totals = table("totals", {
        "book": Keys.of(["general"]), "reserve": money(1_000_000), "own_expenditure": money(200_000_000),
        "gdp_growth": Numbers(np.array([0.05]), np.array([True]), "share"),
    }, sheet="收支总表")  # fmt: skip
    inputs = [
        Input("county-2026.xlsx", "ab" * 32, "项目", "lines", n, notices=(
            Notice("unknown-column", Text("不认识的列“备用”，已保留", "unknown column “备用”, kept"), "county-2026.xlsx", "项目", "Z3"),
        )),
        Input("county-2026.xlsx", "ab" * 32, "收支总表", "totals", 1),
    ]  # fmt: skip
    if broken_input:
        problem = Problem("bad-cell", Text("“12.345.6”不是金额", "“12.345.6” is no amount"), "other.xlsx", "项目", "C9")
        inputs.append(Input("other.xlsx", "cd" * 32, problems=(problem,)))
    submission = Submission.of({"lines": lines, "totals": totals}, (Period(ENTITY, 2026),), tuple(inputs))
    chosen = tuple(r for r in rules() if r.code in codes)
    return review(submission, RuleSet(chosen, {"sample": "1.0"}, off=("A99",)), as_of=AS_OF, waived=waived)


EVERYTHING = ("A01", "A02", "A03", "A04", "A05", "A06", "A07")
HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "总额\u202e000,1\u202c元\x1b[31m红\x1b[0m\x07",
    '=HYPERLINK("http://example.org","点此")',
    "http://example.org/ [点此](javascript:alert(1)) {{ 7*7 }} {0} | * # `",
    "长" * 100_000,
)
"""Names that projects of a hostile submission may have: script, quotes, direction marks, formula, link, 100 kB."""


def hostile() -> Report:
    """A review of projects with hostile names."""
    return sample(names=[name for name in HOSTILE for _ in range(4)], codes=EVERYTHING)
