"""Many cases decided at once: a workbook goes out, the office fills it in, and it comes back whole or not at all.

What says which case a row is (number, fingerprint, figures, version) is locked; the rest of a row is to be filled in.
On the way back every row is checked before anything is recorded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Final

import attrs

from budgetreview.errors import IntakeError, Notice, Problem, Text, UsageError
from budgetreview.fiscal import parse_date
from budgetreview.ledger.book import Ledger
from budgetreview.ledger.fold import Row
from budgetreview.ledger.matching import base
from budgetreview.ledger.moving import Decision
from budgetreview.ledger.schema import CASE
from budgetreview.ledger.transaction import Writer
from budgetreview.loop import Loop
from budgetreview.money import yuan

SHEET: Final = Text("处置", "cases")
_ABOUT: Final = Text("说明", "about")
_IDENTITY: Final = ("no", "fingerprint", "facts", "version")
_FILLED: Final = ("to", "person", "reason", "document", "due_new", "department_new")
COLUMNS: Final[Mapping[str, Text]] = {
    "no": Text("案件", "case"),
    "rule": Text("规则", "rule"),
    "severity": Text("严重程度", "severity"),
    "entity": Text("区划", "entity"),
    "fiscal_year": Text("年度", "year"),
    "agency": Text("单位", "agency"),
    "project": Text("项目", "project"),
    "amount": Text("金额（元）", "amount (yuan)"),
    "message": Text("内容", "finding"),
    "question": Text("问题", "question"),
    "state": Text("状态", "state"),
    "due": Text("期限", "due"),
    "department": Text("责任单位", "department"),
    "to": Text("决定", "decision"),
    "person": Text("办理人", "person"),
    "reason": Text("理由", "reason"),
    "document": Text("文件", "document"),
    "due_new": Text("新期限", "new deadline"),
    "department_new": Text("交办单位", "assign to"),
    "fingerprint": Text("指纹", "fingerprint"),
    "facts": Text("数值校验", "facts"),
    "version": Text("版本", "version"),
}
_SEVERITY: Final[Mapping[str, Text]] = {
    "red": Text("红", "red"),
    "orange": Text("橙", "orange"),
    "yellow": Text("黄", "yellow"),
    "blue": Text("蓝", "blue"),
}
_WIDTHS: Final[Mapping[str, int]] = {
    "no": 6, "rule": 7, "severity": 9, "entity": 11, "fiscal_year": 7, "project": 24, "amount": 18, "message": 52,
    "question": 44, "reason": 30, "document": 24, "to": 16, "fingerprint": 19, "facts": 19, "version": 9,
}  # fmt: skip
_LINE_HEIGHT: Final = 15
_EXACT: Final = 10**15
"""Below so many 分 a number cell shows every digit."""
_WRAPPED: Final = frozenset({"message", "question", "reason", "document"})
_MOST_ROWS: Final = 1_000_000
_FIRST_ROW: Final = 2
_LONG: Final = 10
"""Digits that the number of no case has."""
_CREATED: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed mark, so that equal workbooks have equal bytes


@attrs.frozen
class Imported:
    """What became of a workbook: how many cases were moved, and what the reader should know."""

    moved: int
    notices: tuple[Notice, ...]


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

    if len(cases) > _MOST_ROWS:
        raise UsageError(
            Text(
                f"{len(cases)} 件多于一张工作表的行数，请缩小范围", f"{len(cases)} cases are more than a sheet has rows"
            )
        )
    loop, said = ledger.loop, ledger.findings(c["no"] for c in cases)
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _CREATED})
    look = {
        "head": book.add_format({"bold": True, "bg_color": "#DDE6EF", "border": 1, "text_wrap": True, "valign": "top"}),
        "locked": book.add_format({"bg_color": "#F2F2F2", "border": 1, "valign": "top"}),
        "wrapped": book.add_format({"bg_color": "#F2F2F2", "border": 1, "valign": "top", "text_wrap": True}),
        "money": book.add_format({"bg_color": "#F2F2F2", "border": 1, "valign": "top", "num_format": "#,##0.00"}),
        "open": book.add_format({"locked": False, "border": 1, "valign": "top", "text_wrap": True}),
        "date": book.add_format({"locked": False, "border": 1, "valign": "top", "num_format": "yyyy-mm-dd"}),
    }
    sheet = book.add_worksheet(SHEET[lang])
    for c, (key, title) in enumerate(COLUMNS.items()):
        sheet.write_string(0, c, title[lang], look["head"])
        sheet.set_column(c, c, _WIDTHS.get(key, 12))
    for r, case in enumerate(cases, start=1):
        cells = _cells(case, said.get(case["no"], {}), loop, lang)
        sheet.set_row(
            r, _LINE_HEIGHT * max(_lines_of(str(cells[k] or ""), _WIDTHS[k]) for k in ("message", "question"))
        )
        for c, (key, value) in enumerate(cells.items()):
            if key in _FILLED:
                sheet.write_blank(r, c, None, look["date" if key == "due_new" else "open"])
            elif key == "amount" and case["amount"] is not None and abs(case["amount"]) < _EXACT:
                sheet.write_number(r, c, case["amount"] / 100, look["money"])
            elif isinstance(value, int):
                sheet.write_number(r, c, value, look["locked"])
            else:
                sheet.write_string(r, c, value or "", look["wrapped" if key in _WRAPPED else "locked"])
    _dropdowns(sheet, cases, loop, lang)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, max(len(cases), 1), len(COLUMNS) - 1)
    sheet.protect("", {"autofilter": True, "sort": False, "format_columns": True, "format_rows": True})
    about = book.add_worksheet(_ABOUT[lang])
    about.set_column(0, 0, 16)
    about.set_column(1, 1, 90)
    for r, (name, value) in enumerate(_about(ledger, cases, lang)):
        about.write_string(r, 0, name, look["head"])
        about.write_string(r, 1, value, look["wrapped"])
    about.protect("")
    book.close()


def _lines_of(text: str, width: int) -> int:
    """How many lines a text takes in a column; a Chinese character is two wide."""
    return 1 + sum(2 if ord(c) > 0x2E80 else 1 for c in text) // width  # noqa: PLR2004 - where wide characters begin


def _cells(case: Row, finding: Mapping[str, Any], loop: Loop, lang: str) -> dict[str, str | int | None]:
    said: dict[str, Any] = {n: case.get(n) for n in COLUMNS}
    said["amount"] = None if case["amount"] is None else yuan(case["amount"])
    said["severity"] = _SEVERITY[case["severity"]][lang]
    said["state"] = loop.step(case["state"]).title[lang]
    for name in ("message", "question"):
        said[name] = (finding.get(name) or {}).get(lang)
    return said


def _dropdowns(sheet: Any, cases: Sequence[Row], loop: Loop, lang: str) -> None:
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
    yield ("案件" if zh else "cases", _runs([c["no"] for c in cases]))
    yield ("填写" if zh else "to fill in", (
        "只填白色的列：决定（下拉选择）、办理人、理由、文件、新期限、交办单位。不需处置的行留空即可，"
        "不要改动灰色的列。办理人空白时为导入人。"
        if zh else
        "Fill in the white columns only: decision (from the list), person, reason, document, new deadline, "
        "assign to. Leave rows "
        "without a decision empty and the grey columns as they are. Without a person, whoever imports the "
        "workbook decided."
    ))  # fmt: skip


def _runs(numbers: Sequence[int]) -> str:
    """``1-24,27`` for the numbers 1 to 24 and 27."""
    out: list[list[int]] = []
    for n in sorted(numbers):
        if out and n == out[-1][1] + 1:
            out[-1][1] = n
        else:
            out.append([n, n])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in out)


def _numbers(runs: str) -> set[int]:
    out: set[int] = set()
    for part in filter(None, runs.split(",")):
        a, _, b = part.partition("-")
        if not a.isdecimal() or not (b or a).isdecimal() or int(b or a) - int(a) > _MOST_ROWS:
            return set()
        out |= set(range(int(a), int(b or a) + 1))
    return out


@attrs.frozen
class _Line:
    """A row of the workbook with its place."""

    name: str
    sheet: str
    row: int
    cells: Mapping[str, Any]
    at: Mapping[str, int]

    def text(self, key: str) -> str:
        """A cell as text."""
        value = self.cells.get(key)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else str(value).strip()

    def problem(self, kind: str, key: str, zh: str, en: str) -> Problem:
        """What is wrong with a cell."""
        return Problem(kind, Text(zh, en), self.name, self.sheet, f"{_letters(self.at[key])}{self.row}")


def _letters(column: int) -> str:
    out = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def read(ledger: Ledger, path: Path, *, by: str, on: date) -> Imported:
    """Record the decisions of a workbook: all of them, or none if a single row is wrong.

    Args:
        ledger: The ledger.
        path: The workbook as it came back.
        by: Who hands it in; also who decided, where a row names nobody.
        on: The day of the decisions.

    Raises:
        IntakeError: With every row that cannot be recorded, its cell and why; nothing was recorded.
    """
    lines, listed = _lines(path)
    said = ledger.findings(int(x) for line in lines if (x := line.text("no")).isdecimal() and len(x) < _LONG)
    notices: list[Notice] = []
    problems: list[Problem] = []
    with ledger.writing() as w:
        w.load(CASE, [(int(x),) for line in lines if (x := line.text("no")).isdecimal() and len(x) < _LONG])
        seen: dict[int, int] = {}
        moved = 0
        others: Counter[str] = Counter()
        for line in lines:
            no = line.text("no")
            if no.isdecimal() and int(no) not in seen and not any(line.text(k) for k in _FILLED):
                seen[int(no)] = line.row  # left blank: nothing is decided, whatever became of the case
                found = w.state.rows["case_file"].get(int(no))
                if found is not None and line.text("version") == str(found["version"]):
                    problems += _edited(line, found, said, w.loop)  # an answer may stand in a grey cell
                continue
            case = _case(w, line, seen, problems)
            if case is not None:
                problems += _edited(line, case, said, w.loop)
            decision = _decision(w.loop, line, problems)
            if case is None or decision is None:
                continue
            try:
                who = line.text("person") or by
                w.decide(case, decision, who, on, entered=by)
                moved += 1
                others[who] += who != by
            except UsageError as error:
                problems.append(line.problem("refused", "to", error.text.zh, error.text.en))
        if problems:
            raise IntakeError(problems)
    notices += [
        Problem("entered-for", Text(
            f"代{who}录入{n}件，台账记明录入人为{by}",
            f"{n} entered for {who}; the ledger notes that {by} entered them",
        ), path.name)
        for who, n in sorted(others.items()) if n
    ]  # fmt: skip
    gone = sorted(listed - set(seen))
    if gone:
        notices.append(Problem("rows-deleted", Text(
            f"导出时的{len(gone)}行已被删除，这些案件未作处置：{_runs(gone)}",
            f"{len(gone)} rows of the export are gone; these cases stay as they are: {_runs(gone)}",
        ), path.name))  # fmt: skip
    return Imported(moved, tuple(notices))


def _lines(path: Path) -> tuple[list[_Line], set[int]]:
    from python_calamine import CalamineError, CalamineWorkbook

    name = path.name
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        rows = {n: book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in names}
    except (CalamineError, OSError, ValueError) as error:
        raise IntakeError(
            [Problem("unreadable", Text(f"无法读取：{error}", f"cannot be read: {error}"), name)]
        ) from None
    sheet = next((s for s in (SHEET.zh, SHEET.en) if s in rows), None)
    if sheet is None:
        raise IntakeError([Problem("no-table", Text(
            f"没有工作表“{SHEET.zh}”；应为 ledger export 导出的工作簿",
            f"no sheet '{SHEET.en}'; a workbook of ledger export is expected",
        ), name)])  # fmt: skip
    _sound(path, sheet)
    titles = {t: k for k, text in COLUMNS.items() for t in (text.zh, text.en)}
    head = rows[sheet][0] if rows[sheet] else []
    at = {titles[str(t).strip()]: c for c, t in reversed(list(enumerate(head))) if str(t).strip() in titles}
    lost = [COLUMNS[k] for k in (*_IDENTITY, *_FILLED) if k not in at]
    if lost:
        raise IntakeError([Problem("column-missing", Text(
            f"缺少列：{'、'.join(t.zh for t in lost)}", f"columns missing: {', '.join(t.en for t in lost)}"
        ), name, sheet)])  # fmt: skip
    lines = [
        _Line(name, sheet, r, {k: row[c] for k, c in at.items() if c < len(row)}, at)
        for r, row in enumerate(rows[sheet][1:], start=_FIRST_ROW)
        if any(str(row[c]).strip() for c in at.values() if c < len(row))
    ]
    about = next((rows[s] for s in (_ABOUT.zh, _ABOUT.en) if s in rows), [])
    listed = next((str(r[1]) for r in about if len(r) > 1 and r[0] in {"案件", "cases"}), "")
    return lines, _numbers(listed)


def _sound(path: Path, sheet: str) -> None:
    """Make sure that every cell of the sheet says something and speaks of its own row.

    Raises:
        IntakeError: A formula without a stored result, an error, or cells merged over several cases.
    """
    from budgetreview.intake.workbook import read_workbook  # the reader of budgets knows such cells

    grid = next(g for g in read_workbook(path, path.name) if g.sheet == sheet)
    merged = [
        Problem("merged-cells", Text(
            "单元格合并到了多行，看不出是哪个案件的；请取消合并，逐行填写",
            "cells are merged over several rows, so that it is not known which case is meant; unmerge and fill in each",
        ), path.name, sheet, f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}")
        for top, left, bottom, right in grid.merged
        if bottom > top and bottom + 1 >= _FIRST_ROW
    ]  # fmt: skip
    if grid.problems or merged:
        raise IntakeError((*grid.problems, *merged))


def _case(w: Writer, line: _Line, seen: dict[int, int], problems: list[Problem]) -> Row | None:
    """The case that a row is about, if it is still the one that went out."""
    no = line.text("no")
    case = w.state.rows["case_file"].get(int(no)) if no.isdecimal() else None
    if case is None:
        problems.append(
            line.problem("no-case", "no", f"没有案件 {no or '（空）'}", f"there is no case {no or '(blank)'}")
        )
        return None
    if case["no"] in seen:
        problems.append(line.problem("case-twice", "no", f"案件 {no} 与第{seen[case['no']]}行重复",
                                     f"case {no} stands in row {seen[case['no']]} too"))  # fmt: skip
        return None
    seen[case["no"]] = line.row
    if base(line.text("fingerprint")) != case["base"] and line.text("version") == str(case["version"]):
        problems.append(line.problem("id-edited", "fingerprint",
                                     f"案件号与指纹不符（应为 {case['fingerprint']}），编号被改动",
                                     "number and fingerprint do not belong together (expected "
                                     f"{case['fingerprint']})"))  # fmt: skip
        return None
    if (line.text("facts"), line.text("version")) != (case["facts"], str(case["version"])):
        problems.append(line.problem(
            "stale", "version",
            f"案件 {no} 自导出后已有变化（现为事件 {case['version']}，导出时 {line.text('version')}），"
            "或指纹、数值校验、版本被改动；请重新导出",
            f"case {no} has changed since it was exported (now event {case['version']}, then "
            f"{line.text('version')}), or its fingerprint, facts or version was edited; export again",
        ))  # fmt: skip
        return None
    return case


def _edited(line: _Line, case: Row, said: Mapping[int, Mapping[str, Any]], loop: Loop) -> Iterable[Problem]:
    """The grey cells of a row that do not say what went out: sorted alone, or an answer in the wrong place."""
    lang = "zh" if line.sheet == SHEET.zh else "en"
    for key, went_out in _cells(case, said.get(case["no"], {}), loop, lang).items():
        if key in _IDENTITY or key in _FILLED or key not in line.at:
            continue
        wanted, there = " ".join(str(went_out or "").split()), " ".join(line.text(key).split())
        if there == wanted or (key == "amount" and _same_money(there, case["amount"])):
            continue
        title = COLUMNS[key]
        yield line.problem(
            "grey-edited", key,
            f"灰色的“{title.zh}”与台账不符：台账为“{wanted or '（空）'}”，此处为“{there or '（空）'}”；"
            "请改回或重新导出，要写的话填在白色的列里",
            f"the grey cell '{title.en}' is not what the ledger says: there '{wanted or '(blank)'}', here "
            f"'{there or '(blank)'}'; put it back or export again, and write into the white columns",
        )  # fmt: skip


def _same_money(there: str, amount: int | None) -> bool:
    """Whether a number cell, which shows up to fifteen digits, is an amount in 分."""
    try:
        return amount is not None and abs(amount) < _EXACT and round(float(there) * 100) == amount
    except (ValueError, OverflowError):
        return False


def _decision(loop: Loop, line: _Line, problems: list[Problem]) -> Decision | None:
    said = {k: line.text(k) for k in _FILLED}
    if not said["to"]:
        filled = [COLUMNS[k] for k in _FILLED if said[k]]
        if filled:
            problems.append(line.problem(
                "no-decision", "to", f"填了{'、'.join(t.zh for t in filled)}，没有填决定",
                f"{', '.join(t.en for t in filled)} filled in without a decision",
            ))  # fmt: skip
        return None
    to = loop.state_named(said["to"])
    if to is None:
        known = loop.steps
        problems.append(line.problem(
            "no-state", "to", f"没有“{said['to']}”这个决定；可用：{'、'.join(s.title.zh for s in known)}",
            f"no decision '{said['to']}'; known: {', '.join(s.title.en for s in known)}",
        ))  # fmt: skip
        return None
    due: date | None = None
    if said["due_new"]:
        given = line.cells["due_new"]
        due = (
            given.date()
            if isinstance(given, datetime)
            else given
            if isinstance(given, date)
            else parse_date(said["due_new"])
        )
        if due is None:
            problems.append(line.problem("bad-cell", "due_new", f"“{said['due_new']}”不是日期，应如 2026-06-30",
                                         f"'{said['due_new']}' is no date such as 2026-06-30"))  # fmt: skip
            return None
    return Decision(to, said["reason"] or None, said["document"] or None, due, said["department_new"] or None)
