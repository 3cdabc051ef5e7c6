"""A bureau's workbook with everything in it that programs lose when they write a workbook anew."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zlib
from pathlib import Path

import xlsxwriter

HEADERS = (
    "区划代码", "年度", "资金性质", "单位代码", "单位名称", "项目名称", "支出类型", "设立依据", "预算数（元）", "上年预算数（元）",
    "上年执行数（元）", "单价（元）", "支出标准（元）",
)  # fmt: skip
ROWS = (
    ("430702", 2026, "一般公共预算", "101", "教育局", "甲", "项目支出", "文件", 1000, 900, 300, 100, 99),
    ("430702", 2026, "一般公共预算", "101", "教育局", "乙", "项目支出", None, 2000, 2000, 2000, 50, 50),
    ("430702", 2026, "一般公共预算", "102", "民政局", "丙", "项目支出", "文件", 3000, 3000, None, 60, 60),
)
SHEET = "4.项目 '明细'表"
"""A name with a blank and apostrophes, as links must quote it."""
FLAGGED = ("H3", "I2", "L2")
"""No basis (an empty cell), spent a third of last year's budget, dearer than its standard."""


def write(path: Path, *, macros: bool = False) -> Path:
    """Three lines of a budget among pictures, buttons, sparklines, data bars and comments of the bureau's own."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": dt.datetime(2026, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)})
    money = book.add_format({"num_format": "#,##0.00", "border": 1, "bg_color": "#DDEBF7", "bold": True})
    cover = book.add_worksheet("封面")
    cover.write("A1", "预算草案")
    cover.insert_textbox("B3", "本表由财政局编制")
    sheet = book.add_worksheet(SHEET)
    for k, header in enumerate(HEADERS):
        sheet.write(0, k, header)
    for n, row in enumerate(ROWS, start=1):
        for k, value in enumerate(row):
            if value is not None:
                sheet.write(n, k, value, money if k >= 8 else None)
    sheet.write_rich_string("E2", "教", book.add_format({"bold": True}), "育", "局")
    sheet.write_formula("I2", "=500*2", money, 1000)
    sheet.write_comment("L2", "单价含税，见合同", {"author": "财政局"})
    sheet.write_comment("F4", "延续项目", {"author": "财政局"})
    sheet.set_column("K:K", 14, None, {"hidden": True})
    sheet.set_row(3, 30)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(ROWS), len(HEADERS) - 1)
    sheet.protect("", {"autofilter": True})
    sheet.data_validation("G2:G9", {"validate": "list", "source": ["项目支出", "基本支出"]})
    sheet.conditional_format("I2:I9", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("J2:J9", {"type": "cell", "criteria": ">", "value": 1, "format": book.add_format({"bold": True})})
    sheet.add_sparkline("O2", {"range": f"'{SHEET.replace(chr(39), chr(39) * 2)}'!I2:J2"})
    sheet.insert_textbox("P2", "说明：单位为元")
    sheet.insert_button("P9", {"caption": "汇总"})
    sheet.insert_image("P14", "a.png", {"image_data": io.BytesIO(_png())})
    sheet.set_header("&C&G", {"image_center": "h.png", "image_data_center": io.BytesIO(_png())})
    sheet.set_landscape()
    sheet.write_url("F2", "internal:'封面'!A1", string="甲")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": [SHEET, 1, 8, 3, 8]})
    sheet.insert_chart("P20", chart)
    notes = book.add_worksheet("口径")
    notes.add_table("A1:B3", {"columns": [{"header": "口径"}, {"header": "说明"}]})
    notes.merge_range("D1:E2", "合并")
    book.define_name("口径", "=口径!$A$1")
    if macros:
        book.add_vba_project(io.BytesIO(b"\xd0\xcf\x11\xe0 no real macros"), is_stream=True)
    book.close()
    return path


def _png() -> bytes:
    """One grey point."""

    def piece(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", head) + piece(b"IDAT", zlib.compress(b"\0\x80")) + piece(b"IEND", b"")
