"""What conditions mean: every spelling, and three values and exact numbers against a slow evaluator of each row."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgetreview import Submission
from budgetreview.expressions import Environment, Scope, compile_condition
from budgetreview.money import yuan
from budgetreview.recompute import evaluate
from budgetreview.table import Table
from budgetreview.values import Truth
from budgetreview.wording import figure

LINES = Environment("lines", {"limit": "money"}, about=("basis", "targets"), aliases={"限额": "limit"})
Row = dict[str, Any]


def table(**columns: list[str | None]) -> Table:
    n = len(next(iter(columns.values())))
    return Submission(lines={"entity": ["430702"] * n, "fiscal_year": ["2026"] * n, **columns}).table("lines")


def answers(text: str, lines: Table, **figures: Fraction | int) -> list[bool | None]:
    compiled = compile_condition(text, LINES, blanks="any")
    truth: Truth = compiled.run(Scope(lines, figures))
    said = [True if y else False if n else None for y, n in zip(truth.yes, truth.no, strict=True)]
    for i, answer in enumerate(said):  # the separate program says the same of the values that a finding would show
        record = {name: figure(take(Scope(lines, figures)), i).json() for name, take in compiled.shown.items()}
        record |= {name: yuan(int(value)) for name, value in figures.items()}
        assert evaluate(compiled.formula, record) is answer, (compiled.formula, record)
    return said


AMOUNTS = table(proposed=["500000.00", "500000.01", None, "-3"], executed=["250000", "250000.01", "1", "1"])


@pytest.mark.parametrize(
    "text",
    [
        "预算数 > 50万元", "预算数＞５０万元", "proposed > 500000元", "[预算数] > 50万元", "`预算数` > 500千元", "【预算数】 > 0.5百万元",
        "预算数 大于 50万元", "（预算数＞50万元）", "50万元 < 预算数", "非 预算数 <= 50万元", "预算数 超过 50万", "预算数 > 限额",
        "草案安排数 > 限额 且 预算数 > 限额", "预算数 > limit or 预算数 > limit", "预算数 不 > 50万元".replace("不 ", ""),
        "预算数 - 50万元 > 0", "预算数 * 2 > 100万元", "2 * 预算数 - 预算数 > 50万元", "预算数 > 100万元 * 50%",
        "预算数 介于 50.000001万元 且 1亿元", "预算数 不介于 -1亿元 且 50万元".replace("不介于", "not between"),
        "预算数 不属于 (50万元, -3元)", "预算数 <> 50万元 且 预算数 > 0元", "预算数 ≠ 50万元 且 预算数 ≥ 0",
    ],
)  # fmt: skip
def test_one_condition_in_its_many_spellings(text: str) -> None:
    assert answers(text, AMOUNTS, limit=50_000_000) == [False, True, None, False]


def test_shares_are_compared_without_dividing_and_have_no_meaning_without_a_base() -> None:
    lines = table(executed=["50", "50.01", None, "1", "1"], proposed=["100", "100", "100", "0", "-5"])
    assert answers("占比(执行数, 预算数) > 50%", lines) == [False, True, None, None, None]
    assert answers("share(executed, proposed) = 0.5", lines) == [True, False, None, None, None]
    assert answers("50% < 占比(执行数, 预算数)", lines) == [False, True, None, None, None]


def test_growth_is_the_change_as_a_share_of_what_was_before() -> None:
    lines = table(proposed=["110", "110.01", "5"], prior_approved=["100", "100", "0"])
    assert answers("增幅(预算数, 上年预算数) > 10%", lines) == [False, True, None]


def test_dates_years_days_and_months() -> None:
    lines = table(basis_expires=["2025-12-31", "2026-01-01", None], start_year=["2020", "2026", None])
    assert answers("依据有效期至 < 2026-01-01", lines) == [True, False, None]
    assert answers("依据有效期至 < '2026年1月1日'", lines) == [True, False, None]
    assert answers("年份(依据有效期至) < 预算年度", lines) == [True, False, None]
    assert answers("月份(依据有效期至) = 12", lines) == [True, False, None]
    assert answers("天数(依据有效期至, 2026-01-10) >= 10", lines) == [True, False, None]
    assert answers("预算年度 - 起始年度 >= 6", lines) == [True, False, None]
    assert answers("起始年度 + 5 < 2026", lines) == [True, False, None]


def test_texts_codes_words_and_marks() -> None:
    lines = table(
        project_name=["业务培训费", "培训", None, "差旅"], dept_economic_code=["30216", "302", "30216", None],
        unit_kind=["行政单位", "事业", None, "参公"], is_procurement=["是", "否", None, "√"], basis=["x", None, "", "依据"],
    )  # fmt: skip
    assert answers("项目名称 形如 '%培训%'", lines) == [True, True, None, False]
    assert answers("项目名称 形如 '业务％'", lines) == [True, False, None, False]
    assert answers("项目名称 形如 '_培训' or 项目名称 形如 '差_'", lines) == [False, False, None, True]
    assert answers("项目名称 不形如 '%培训%'", lines) == [False, False, None, True]
    assert answers("项目名称 匹配 '培训(费|班)$'", lines) == [True, False, None, False]
    assert answers("部门预算经济分类 = 30216", lines) == [True, False, True, None]
    assert answers("部门预算经济分类 属于 ('30216', 302)", lines) == [True, True, True, None]
    assert answers("单位性质 属于 ('行政', '参公事业单位')", lines) == [True, False, None, True]
    assert answers("单位性质 不是 '行政'", lines) == [False, True, None, True]
    assert answers("政府采购", lines) == [True, False, None, True]
    assert answers("政府采购 = 否", lines) == [False, True, None, False]
    assert answers("政府采购 = '否'", lines) == [False, True, None, False]
    assert answers("设立依据 为空", lines) == [False, True, True, False]
    assert answers("字数(设立依据) < 2", lines) == [True, None, None, False]
    assert answers("设立依据为空 或 字数(设立依据) < 2", lines) == [True, True, True, False]
    assert answers("区划代码 = '430702' 且 项目名称 = 备注", lines) == [None, None, None, None]


def test_whether_a_line_is_a_project_line_is_a_word_of_the_language() -> None:
    lines = table(basic=["项目支出", "基本支出", None], project_name=["a", "b", "c"], proposed=["1", "1", "1"])
    assert answers("项目支出 且 预算数 > 0", lines) == [True, False, None]
    assert answers("支出类型 = '基本支出'", lines) == [False, True, None]


def test_a_known_part_decides_where_it_can() -> None:
    lines = table(proposed=["5", None], is_procurement=[None, "否"])
    assert answers("预算数 > 1元 or 政府采购", lines) == [True, None]
    assert answers("预算数 > 9元 and 政府采购", lines) == [False, False]


def test_the_largest_amounts_neither_wrap_nor_lose_a_fen() -> None:
    huge = "999999999999999.99"  # 10^17 分 less one
    lines = table(proposed=[huge, huge], prior_approved=[huge, "999999999999999.98"], quantity=["1000000.5", "3"])
    assert answers("预算数 * 1000000 * 1000000 > 上年预算数 * 1000000 * 1000000", lines) == [False, True]
    assert answers("预算数 * 数量 * 数量 > 上年预算数 * 数量 * 数量", lines) == [False, True]
    assert answers("占比(预算数 * 数量, 上年预算数 * 数量) > 100%", lines) == [False, True]
    assert answers("预算数 + 预算数 + 预算数 + 预算数 > 0元", lines) == [True, True]


def test_ten_to_the_fifteenth_fen_times_a_price_list_is_exact() -> None:
    lines = table(standard_value=["10000000000000.00"] * 2, quantity=["1.1", "1.1"], proposed=["11000000000000.00", "11000000000000.01"])
    assert answers("支出标准 * 数量 < 预算数", lines) == [False, True]


def test_decimals_are_those_that_the_cells_showed() -> None:
    lines = table(quantity=["0.1", "0.333333333333333", "1234567.5"], periods=["0.2", "0", "0"])
    assert answers("数量 + 期数 = 0.3", lines) == [True, False, False]
    assert answers("数量 * 3 < 1", lines) == [True, True, False]


# --- against a slow evaluator, row by row

Slow = Callable[[Row], Any]
Piece = tuple[str, Slow]
_CELLS = {
    "proposed": st.sampled_from([None, "0", "0.01", "1", "500000", "-3.50", "999999999999999.99"]),
    "executed": st.sampled_from([None, "0", "0.01", "2", "250000", "999999999999999.98"]),
    "quantity": st.sampled_from([None, "0", "0.1", "0.3", "1.5", "100000"]),
    "targets": st.sampled_from([None, "0", "1", "7"]),
    "project_name": st.sampled_from([None, "培训", "业务培训费", "a_b", "2026-01-10", "100.00"]),
    "is_procurement": st.sampled_from([None, "是", "否"]),
}
ROWS = st.lists(st.fixed_dictionaries(_CELLS), min_size=1, max_size=5)


def column(name: str) -> Piece:
    return name, lambda row: row[name]


def fixed(text: str, value: Fraction) -> Piece:
    return text, lambda _: value


def joined(op: str, a: Piece, b: Piece) -> Piece:
    work = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}[op]

    def slow(row: Row) -> Any:
        x, y = a[1](row), b[1](row)
        return None if x is None or y is None else work(x, y)

    return f"({a[0]} {op} {b[0]})", slow


NUMBERS = st.recursive(
    st.sampled_from([column("quantity"), column("targets"), fixed("3", Fraction(3)), fixed("0.1", Fraction(1, 10))]),
    lambda inner: st.builds(joined, st.sampled_from("+-*"), inner, inner),
    max_leaves=3,
)
MONEY = st.recursive(
    st.sampled_from([column("proposed"), column("executed"), fixed("50万元", Fraction(500000)), fixed("0.01元", Fraction(1, 100))]),
    lambda inner: st.one_of(
        st.builds(joined, st.sampled_from("+-"), inner, inner), st.builds(lambda m, n: joined("*", m, n), inner, NUMBERS)
    ),
    max_leaves=4,
)  # fmt: skip
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda x, y: x == y, "<>": lambda x, y: x != y, "<": lambda x, y: x < y, "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y, ">=": lambda x, y: x >= y,
}  # fmt: skip


def compared(op: str, a: Piece, b: Piece) -> Piece:
    def slow(row: Row) -> bool | None:
        x, y = a[1](row), b[1](row)
        return None if x is None or y is None else _TESTS[op](x, y)

    return f"{a[0]} {op} {b[0]}", slow


def share(op: str, a: Piece, b: Piece, percent: int) -> Piece:
    def slow(row: Row) -> bool | None:
        x, y = a[1](row), b[1](row)
        return None if x is None or y is None or y <= 0 else _TESTS[op](Fraction(x, 1) / y, Fraction(percent, 100))

    return f"share({a[0]}, {b[0]}) {op} {percent}%", slow


def named(op: str, text: str) -> Piece:
    def slow(row: Row) -> bool | None:
        said = row["project_name"]
        if said is None:
            return None
        return {"=": said == text, "<>": said != text, "like": said.startswith(text)}[op]

    return f"project_name {op} '{text}{'%' if op == 'like' else ''}'", slow


def both(op: str, a: Piece, b: Piece) -> Piece:
    decisive = op == "or"

    def slow(row: Row) -> bool | None:
        said = (a[1](row), b[1](row))
        return decisive if decisive in said else None if None in said else not decisive

    return f"({a[0]}) {op} ({b[0]})", slow


def denied(a: Piece) -> Piece:
    return f"not ({a[0]})", lambda row: None if a[1](row) is None else not a[1](row)


COMPARISONS = st.one_of(
    st.builds(compared, st.sampled_from(list(_TESTS)), MONEY, MONEY).filter(lambda p: "proposed" in p[0] or "executed" in p[0]),
    st.builds(compared, st.sampled_from(list(_TESTS)), st.just(column("quantity")), NUMBERS),
    st.builds(share, st.sampled_from(list(_TESTS)), st.just(column("executed")), MONEY, st.integers(0, 300)),
    st.builds(named, st.sampled_from(["=", "<>", "like"]), st.sampled_from(["培训", "业务", "a_b", "2026-01-10"])),
    st.just(column("is_procurement")),
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(st.builds(both, st.sampled_from(["and", "or"]), inner, inner), st.builds(denied, inner)),
    max_leaves=5,
)


def plain(name: str, cell: str | None) -> Any:
    if cell is None:
        return None
    if name == "project_name":
        return cell
    return cell == "是" if name == "is_procurement" else Fraction(cell)


@settings(max_examples=150, deadline=None)
@given(CONDITIONS, ROWS)
def test_whole_columns_say_what_a_slow_evaluator_says_of_each_row(condition: Piece, rows: list[dict[str, str | None]]) -> None:
    text, slow = condition
    lines = table(**{name: [row[name] for row in rows] for name in _CELLS})
    expected = [slow({name: plain(name, cell) for name, cell in row.items()}) for row in rows]
    assert answers(text, lines) == expected, text


def test_numbers_of_any_size_and_shape_keep_their_order() -> None:
    shown = ["0.1", "0.10000000000001", "99999999999999", "0.000000000000001", "3"]
    lines = table(quantity=shown)
    for i, low in enumerate(shown):
        mine = [Fraction(s) > Fraction(low) for s in shown]
        assert answers(f"数量 > {low}", lines) == mine, i
    assert np.isfinite(lines.number("quantity").values).all()
