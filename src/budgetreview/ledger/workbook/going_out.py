"""The workbook as it goes out: grey what is known, white what is to be filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, Final

from budgetreview.errors import Text, UsageError
from budgetreview.ledger.book import Ledger
from budgetreview.ledger.fold import Row
from budgetreview.ledger.workbook.sheet import ABOUT, COLUMNS, EXACT, FILLED, MOST_ROWS, SHEET, cells_of, runs
from budgetreview.loop import Loop

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_WIDTHS: Final[Mapping[str, int]] = {
    "no": 6, "rule": 7, "severity": 9, "entity": 11, "fiscal_year": 7, "project": 24, "amount": 18, "message": 52,
    "question": 44, "reason": 30, "document": 24, "to": 16, "fingerprint": 19, "facts": 19, "version": 9,
}  # fmt: skip
_GREY: Final = {"bg_color": "#F2F2F2"}
_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "head": {"bold": True, "bg_color": "#DDE6EF", "text_wrap": True},
    "locked": _GREY,
    "wrapped": {**_GREY, "text_wrap": True},
    "money": {**_GREY, "num_format": "#,##0.00"},
    "open": {"locked": False, "text_wrap": True},
    "date": {"locked": False, "num_format": "yyyy-mm-dd"},
}
_LINE_HEIGHT: Final = 15
_WRAPPED: Final = frozenset({"message", "question", "reason", "document"})
_CREATED: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed mark, so that equal workbooks have equal bytes


def write(ledger: Ledger, cases: Sequence[Row], out: IO[bytes], lang: str = "zh") -> None:
    """Write cases for the office to decide.

    Args:
        ledger: The ledger.
        cases: Rows of :meth:`Ledger.cases`.
        out: Where to.
        lang: ``zh`` or ``en``.

    Raises:
        UsageError: There are more cases than a sheet has rows.
    """
    import xlsxwriter

    if len(cases) > MOST_ROWS:
        raise UsageError(
            Text(
                f"{len(cases)} 件多于一张工作表的行数，请缩小范围", f"{len(cases)} cases are more than a sheet has rows"
            )
        )
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _CREATED})
    look = {name: book.add_format({"border": 1, "valign": "top", **more}) for name, more in _LOOKS.items()}
    sheet = book.add_worksheet(SHEET[lang])
    for c, (key, title) in enumerate(COLUMNS.items()):
        sheet.write_string(0, c, title[lang], look["head"])
        sheet.set_column(c, c, _WIDTHS.get(key, 12))
    said = ledger.findings(c["no"] for c in cases)
    for r, case in enumerate(cases, start=1):
        _row(sheet, r, case, cells_of(case, said.get(case["no"], {}), ledger.loop, lang), look)
    _dropdowns(sheet, cases, ledger.loop, lang)
    _printed(sheet, len(cases))
    sheet.protect("", {"autofilter": True, "sort": False, "format_columns": True, "format_rows": True})
    about = book.add_worksheet(ABOUT[lang])
    about.set_column(0, 0, 16)
    about.set_column(1, 1, 90)
    for r, (name, value) in enumerate(_about(ledger, cases, lang)):
        about.write_string(r, 0, name, look["head"])
        about.write_string(r, 1, value, look["wrapped"])
    about.protect("")
    book.close()


def _row(
    sheet: Worksheet, r: int, case: Row, cells: Mapping[str, str | int | None], look: Mapping[str, Format]
) -> None:
    """A case: what is known locked and grey, what is to be filled in open."""
    tall = max(_lines_of(str(cells[k] or ""), _WIDTHS[k]) for k in ("message", "question"))
    sheet.set_row(r, _LINE_HEIGHT * tall)
    for c, (key, value) in enumerate(cells.items()):
        if key in FILLED:
            sheet.write_blank(r, c, None, look["date" if key == "due_new" else "open"])
        elif key == "amount" and case["amount"] is not None and abs(case["amount"]) < EXACT:
            sheet.write_number(r, c, case["amount"] / 100, look["money"])
        elif isinstance(value, int):
            sheet.write_number(r, c, value, look["locked"])
        else:
            sheet.write_string(r, c, value or "", look["wrapped" if key in _WRAPPED else "locked"])


def _printed(sheet: Worksheet, n: int) -> None:
    """How the sheet scrolls, filters and prints."""
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, max(n, 1), len(COLUMNS) - 1)


def _lines_of(text: str, width: int) -> int:
    """How many lines a text takes in a column; a Chinese character is two wide."""
    return 1 + sum(2 if ord(c) > 0x2E80 else 1 for c in text) // width  # noqa: PLR2004 - where wide characters begin


def _dropdowns(sheet: Worksheet, cases: Sequence[Row], loop: Loop, lang: str) -> None:
    """For each run of rows in one state the decisions that are possible from it."""
    column = list(COLUMNS).index("to")
    start = 0
    for i in range(1, len(cases) + 1):
        if i == len(cases) or cases[i]["state"] != cases[start]["state"]:
            moves = dict.fromkeys(m.to for m in loop.moves_from(cases[start]["state"]))
            titles = [loop.step(k).title[lang] for k in moves]
            if titles:
                wrong = "只能选择列表中的决定" if lang == "zh" else "choose one of the list"
                sheet.data_validation(start + 1, column, i, column,
                                      {"validate": "list", "source": titles, "error_message": wrong})  # fmt: skip
            start = i


def _about(ledger: Ledger, cases: Sequence[Row], lang: str) -> Iterable[tuple[str, str]]:
    zh = lang == "zh"
    yield ("台账" if zh else "ledger", ledger.name)
    yield ("链头" if zh else "head", str(ledger.head()))
    yield ("案件" if zh else "cases", runs([c["no"] for c in cases]))
    yield ("填写" if zh else "to fill in", (
        "只填白色的列：决定（下拉选择）、办理人、理由、文件、新期限、交办单位。不需处置的行留空即可，"
        "不要改动灰色的列。办理人空白时为导入人。"
        if zh else
        "Fill in the white columns only: decision (from the list), person, reason, document, new deadline, "
        "assign to. Leave rows without a decision empty and the grey columns as they are. Without a person, whoever "
        "imports the workbook decided."
    ))  # fmt: skip
