"""The empty workbook to fill in: a sheet a table, and a page that explains every column in both languages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from budgetreview.errors import OutputError
from budgetreview.intake.coerce import EXPECTED
from budgetreview.layout import Layout
from budgetreview.tables import NO_BOOK, TABLES, Column

_WIDTH: Final = 16
_MADE: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed day, so that the same template has the same bytes


def write_template(path: str | Path, layout: Layout | None = None, lang: str = "zh") -> None:
    """Write an empty workbook to fill in.

    Args:
        path: Where to; an existing file is replaced.
        layout: Whose tables and headers; None: all tables under their own names, money in 元.
        lang: ``zh`` for Chinese headers, ``en`` for canonical ones.

    Raises:
        OutputError: The file cannot be written.
    """
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"created": _MADE})
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    tables = [t.table for t in layout.tables] if layout else list(TABLES)
    own = {t.table: t for t in layout.tables} if layout else {}
    explained: list[tuple[str, str, Column]] = []
    for table in dict.fromkeys(tables):
        spec = TABLES[table]
        sheet = book.add_worksheet(spec.zh[0] if lang == "zh" else spec.name)
        sheet.freeze_panes(1, 0)
        said = {c: h for h, c in own[table].columns.items()} if table in own else {}
        for i, column in enumerate(spec.columns.values()):
            title = said.get(column.name) or _title(column, lang)
            sheet.write_string(0, i, title, head)
            sheet.set_column(i, i, _WIDTH, text if column.kind in {"code", "text"} else None)
            explained.append((spec.zh[0] if lang == "zh" else spec.name, title, column))
    page = book.add_worksheet("填写说明" if lang == "zh" else "explained")
    for i, title in enumerate(("工作表 sheet", "表头 header", "名称 name", "内容 kind", "可填 expected", "expected")):
        page.write_string(0, i, title, head)
    for r, (sheet_name, title, column) in enumerate(explained, 1):
        zh, en = _expected(column)
        for c, value in enumerate((sheet_name, title, column.name, column.kind, zh, en)):
            page.write_string(r, c, value, wrap)
    page.set_column(0, 3, 18)
    page.set_column(4, 5, 60)
    closed(book, Path(path))


def closed(book: Any, path: Path) -> None:
    """Write the workbook out.

    Raises:
        OutputError: The file cannot be written.
    """
    try:
        book.close()
    except (OSError, XlsxWriterException) as error:
        reason = getattr(error, "strerror", None) or str(error)
        msg = f"{path.name}: 无法写入 / cannot be written: {reason}"
        raise OutputError(msg) from None


def _title(column: Column, lang: str) -> str:
    if lang != "zh":
        return column.name
    # 预算数 beside 执行数 would read as approved
    said = "草案安排数" if column.name == "proposed" else column.label
    return f"{said}（元）" if column.kind == "money" else said


def _expected(column: Column) -> tuple[str, str]:
    if column.kind == "word":
        words = {w: s for w, s in column.words.items() if w != NO_BOOK}
        return "、".join(s[0] if s else w for w, s in words.items()), ", ".join(words)
    return EXPECTED[column.kind]
