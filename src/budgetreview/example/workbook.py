"""The example as the workbook that a finance bureau would send: titles, corners, two-row headers, totals, 万元."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from budgetreview.example.figures import WAN, Row, Tables
from budgetreview.example.lines import description
from budgetreview.tables import BOOKS, TABLES, Column

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_CREATED: Final = datetime(2025, 12, 12, 9, 0, 0)  # noqa: DTZ001 - a workbook knows no time zone
_GROUPS: Final = {"prior_budget_": "上年预算", "prior_": "上年", "budget_": "预算"}
"""Columns with these prefixes stand under a common heading, in two rows of header."""
_IN_YUAN: Final = frozenset({"standard_value", "unit_price", "value"})
"""Prices are given in 元, and their headers say so."""
_SUMMED: Final = ("requested", "reviewed", "proposed", "approved", "current", "executed", "prior_approved",
                  "prior_current", "prior_executed", "carryover")  # fmt: skip
_SILENT: Final = frozenset({"entity", "fiscal_year"})
"""Only the table of totals and the titles say these."""
_MONEY_TEXT, _DASH, _NUMBER_CODE, _DATE_TEXT = 23, 29, 3, 4
"""Every so many cells a number is stored as text, a blank is a dash, a code is a number, a date is a text."""
_LONG: Final = 10
"""Codes with so many digits are texts everywhere."""
_NOTES: Final = (
    "填报说明",
    "一、本套表由财政部门汇总编制，供人大预算审查使用。",
    "二、除标准、单价以元列示外，金额单位均为万元。",
    "三、基本支出与项目支出分表列示，合计、小计行由系统生成。",
    "四、示例县为虚构，所列单位、项目和金额均不对应任何真实地区。",
)


@attrs.frozen
class _Sheet:
    """One sheet: its name, title, table, and which of the table's rows and groups of rows it shows."""

    name: str
    title: str
    table: str
    rows: Sequence[Row]
    by_agency: bool = False


def write(tables: Tables, path: Path) -> None:
    """Write tables as a bureau's workbook; the same tables give the same bytes."""
    path.write_bytes(as_bytes(tables))


def as_bytes(tables: Tables) -> bytes:
    """The bytes of the workbook."""
    import xlsxwriter

    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        book.set_properties({"title": f"{description()['name']}预算草案", "author": "示例", "created": _CREATED})
        style = _Style.of(book)
        notes = book.add_worksheet("填报说明")
        for row, text in enumerate(_NOTES):
            notes.write_string(row, 0, text)
        for number, sheet in enumerate(_sheets(tables), 1):
            _fill(book.add_worksheet(f"{number}.{sheet.name}"), sheet, style)
        hidden = book.add_worksheet("代码对照")
        hidden.write_row(0, 0, ["单位代码", "单位名称", "预算数"])
        hidden.write_row(1, 0, ["999001", "停用单位", 1])
        hidden.hide()
    return held.getvalue()


@attrs.frozen
class _Style:
    title: Format
    head: Format
    money: Format
    day: Format
    bold: Format

    @classmethod
    def of(cls, book: Any) -> _Style:
        return cls(
            book.add_format({"bold": True, "font_size": 16, "align": "center"}),
            book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True}),
            book.add_format({"num_format": "#,##0.00", "border": 1}),
            book.add_format({"num_format": "yyyy-mm-dd", "border": 1}),
            book.add_format({"bold": True, "num_format": "#,##0.00", "border": 1}),
        )


def _sheets(tables: Tables) -> list[_Sheet]:
    """The sheets in the order of a budget: totals, revenue, basic, projects, then what explains them."""
    lines = _rows(tables["lines"])
    revenue = [r for r in lines if r["side"] == "revenue"]
    spent = [r for r in lines if r["side"] != "revenue"]
    projects = [r for r in spent if r.get("basic") is not True]
    found = [
        _Sheet("收支总表", "四本预算收支总表", "totals", _rows(tables["totals"])),
        _Sheet("收入预算明细表", "收入预算明细表", "lines", revenue),
        _Sheet("基本支出预算表", "基本支出预算表（按经济分类）", "lines", [r for r in spent if r.get("basic") is True]),
        _Sheet("项目支出明细表", "项目支出明细表", "lines", projects, by_agency=True),
        _Sheet("政府性基金明细表", "政府性基金、国有资本经营和社会保险基金明细表", "funds", _rows(tables["funds"])),
        _Sheet("项目支出绩效目标表", "项目支出绩效目标表", "targets", _rows(tables["targets"])),
        _Sheet("支出标准表", "支出标准表", "standards", _rows(tables["standards"])),
        _Sheet("单位基本情况", "预算单位基本情况表", "agencies", _rows(tables["agencies"])),
        _Sheet("预算日程", "预算审查日程", "calendar", _rows(tables["calendar"])),
        _Sheet("对下转移支付表", "对乡镇转移支付表", "transfers", _rows(tables["transfers"])),
    ]
    if "payments" in tables:
        found.append(_Sheet("支付明细", "支付明细", "payments", _rows(tables["payments"])))
    if "cases" in tables:
        found.append(_Sheet("问题台账", "人大审查问题台账", "cases", _rows(tables["cases"])))
    if "prior" in tables:
        found.append(_Sheet("上年预算明细表", "项目支出明细表", "prior", _rows(tables["prior"])))
    return [s for s in found if s.rows]


def _rows(table: Mapping[str, Sequence[Any]]) -> list[Row]:
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]


def _fill(sheet: Worksheet, shown: _Sheet, style: _Style) -> None:
    """Title, corner, header in one or two rows, the rows, their totals."""
    spec = TABLES[shown.table].columns
    columns = [c for c in _columns(shown) if c in spec]
    width = len(columns)
    year = description()["year"] - (shown.table == "prior")
    sheet.merge_range(0, 0, 0, width, f"{year}年{description()['name']}{shown.title}", style.title)
    money = any(spec[c].kind == "money" and c not in _IN_YUAN for c in columns)
    if money:
        sheet.write_string(1, width, "单位：万元")
    body = _header(sheet, [spec[c] for c in columns], style)
    sheet.freeze_panes(body, 2)
    sheet.set_column(1, width, 14)
    at, number = body, 0
    for group in _grouped(shown):
        for row in group:
            number += 1
            sheet.write_number(at, 0, number)
            for place, name in enumerate(columns, 1):
                _cell(sheet, at, place, spec[name], _shown(row, name), style)
            at += 1
        if shown.by_agency:
            at = _total(sheet, at, "小计", columns, group, style)
    if shown.table == "lines":
        _total(sheet, at, "合计", columns, shown.rows, style)


def _columns(shown: _Sheet) -> list[str]:
    """Columns that hold something, in the order of the table; 资金性质 stands for book and source of funds."""
    filled = {c for row in shown.rows for c, value in row.items() if value is not None}
    if shown.table != "totals":
        filled -= _SILENT
    else:
        filled -= {"fiscal_year"}
    if shown.table in {"lines", "prior"}:
        filled.discard("fund_source")
    return [c for c in TABLES[shown.table].columns if c in filled]


def _shown(row: Row, name: str) -> Any:
    """The value of a cell: money of 财政专户 and 单位资金 is named where the book would stand."""
    if name == "book" and row.get("fund_source") == "own":
        return "单位资金"
    if name == "book":
        return BOOKS[row["book"]][0]
    return row.get(name)


def _header(sheet: Worksheet, columns: Sequence[Column], style: _Style) -> int:
    """Write the header, in two rows where columns of last year or of the budget stand together."""
    groups = [next((g for g in _GROUPS if c.name.startswith(g)), "") for c in columns]
    deep = sum(map(bool, groups)) > 1
    top, last = 2, 3 if deep else 2
    _heading(sheet, (top, last, 0, 0), "序号", style)
    place = 0
    while place < len(columns):
        group = groups[place]
        end = place
        while group and end + 1 < len(columns) and groups[end + 1] == group:
            end += 1
        if deep and group and end > place:
            _heading(sheet, (top, top, place + 1, end + 1), _GROUPS[group], style)
            for i in range(place, end + 1):
                sheet.write_string(last, i + 1, _label(columns[i]).removeprefix(_GROUPS[group]), style.head)
        else:
            end = place
            _heading(sheet, (top, last, place + 1, place + 1), _label(columns[place], columns), style)
        place = end + 1
    return last + 1


def _label(column: Column, beside: Sequence[Column] = ()) -> str:
    """The heading of a column; 预算数 beside 调整预算数 would mean what was approved, so the draft gets another."""
    if column.name == "proposed" and any(c.name == "approved" for c in beside):
        return column.zh[1]
    if column.name == "book" and "资金性质" not in column.zh and column.platform:
        return "资金性质"
    return f"{column.label}（元）" if column.name in _IN_YUAN and column.kind == "money" else column.label


def _heading(sheet: Worksheet, where: tuple[int, int, int, int], text: str, style: _Style) -> None:
    top, last, left, right = where
    if (top, left) == (last, right):
        sheet.write_string(top, left, text, style.head)
    else:
        sheet.merge_range(top, left, last, right, text, style.head)


def _grouped(shown: _Sheet) -> list[list[Row]]:
    """Rows agency by agency where the sheet shows 小计, else all at once."""
    if not shown.by_agency:
        return [list(shown.rows)]
    found: dict[Any, list[Row]] = {}
    for row in shown.rows:
        found.setdefault(row.get("agency"), []).append(row)
    return list(found.values())


def _total(sheet: Worksheet, at: int, text: str, columns: list[str], rows: Sequence[Row], style: _Style) -> int:
    """A row of sums."""
    named = next((c for c in ("project_name", "agency_name", "function_name") if c in columns), columns[0])
    sheet.write_string(at, columns.index(named) + 1, text, style.bold)
    for place, name in enumerate(columns, 1):
        if name in _SUMMED:
            sheet.write_number(at, place, sum(r.get(name) or 0 for r in rows) / WAN, style.bold)
    return at + 1


def _cell(sheet: Worksheet, at: int, place: int, column: Column, value: Any, style: _Style) -> None:
    """One cell, as untidily as it comes: numbers as text, codes as numbers, dashes for blanks."""
    turn = at * 7 + place
    if value is None:
        if turn % _DASH == 0 and column.kind in {"money", "text", "number"}:
            sheet.write_string(at, place, "—")
        return
    match column.kind:
        case "money":
            amount = value if column.name in _IN_YUAN else value / WAN
            if turn % _MONEY_TEXT == 0:
                sheet.write_string(at, place, f"{amount:,.2f}")
            else:
                sheet.write_number(at, place, amount, style.money)
        case "date" if turn % _DATE_TEXT:
            sheet.write_datetime(at, place, datetime(value.year, value.month, value.day), style.day)  # noqa: DTZ001
        case "code" if turn % _NUMBER_CODE == 0 and str(value).isdigit() and len(str(value)) < _LONG:
            sheet.write_number(at, place, int(value))
        case "number" | "count" | "year":
            sheet.write_number(at, place, value)
        case _:
            sheet.write_string(at, place, _text(column, value))


def _text(column: Column, value: Any) -> str:
    """A value as a bureau writes it."""
    match column.kind:
        case "date":
            return f"{value.year}年{value.month}月{value.day}日"
        case "mark":
            yes, no = ("基本支出", "项目支出") if column.name == "basic" else ("是", "否")
            return yes if value else no
        case "share":
            return f"{value:.1%}"
        case "word":
            return next(iter(column.words.get(value, ())), str(value))
        case _:
            return str(value)
