"""The workbook as it comes back: every row is checked before anything is recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import attrs

from budgetreview.errors import IntakeError, Notice, Problem, Text, UsageError
from budgetreview.fiscal import parse_date
from budgetreview.intake.limits import column_letter
from budgetreview.ledger.book import Ledger
from budgetreview.ledger.fold import Row
from budgetreview.ledger.matching import base
from budgetreview.ledger.moving import Decision
from budgetreview.ledger.schema import CASE
from budgetreview.ledger.transaction import Writer
from budgetreview.ledger.workbook.sheet import ABOUT, COLUMNS, EXACT, FILLED, IDENTITY, SHEET, cells_of, numbers, runs
from budgetreview.loop import Loop

_FIRST_ROW: Final = 2
_LONG: Final = 10
"""Digits that the number of no case has."""


@attrs.frozen
class Imported:
    """What became of a workbook: how many cases were moved, and what the reader should know."""

    moved: int
    notices: tuple[Notice, ...]


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
        return Problem(kind, Text(zh, en), self.name, self.sheet, f"{column_letter(self.at[key])}{self.row}")


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
    named = [int(no) for line in lines if (no := line.text("no")).isdecimal() and len(no) < _LONG]
    said = ledger.findings(named)
    problems: list[Problem] = []
    with ledger.writing() as w:
        w.load(CASE, [(no,) for no in named])
        seen: dict[int, int] = {}
        deciders: list[str] = []
        for line in lines:
            if _left_blank(line, seen):
                found = w.state.rows["case_file"].get(int(line.text("no")))
                if found is not None and line.text("version") == str(found["version"]):
                    problems += _edited(line, found, said, w.loop)  # an answer may stand in a grey cell
                continue
            case = _case(w, line, seen, problems)
            if case is not None:
                problems += _edited(line, case, said, w.loop)
            decision = _decision(w.loop, line, problems)
            if case is None or decision is None:
                continue
            who = line.text("person") or by
            try:
                w.decide(case, decision, who, on, entered=by)
                deciders.append(who)
            except UsageError as error:
                problems.append(line.problem("refused", "to", error.text.zh, error.text.en))
        if problems:
            raise IntakeError(problems)
    return Imported(len(deciders), tuple(_notices(path.name, by, deciders, listed - set(seen))))


def _left_blank(line: _Line, seen: dict[int, int]) -> bool:
    """Whether nothing is decided in a row, whatever became of its case; it counts as seen."""
    no = line.text("no")
    if not no.isdecimal() or int(no) in seen or any(line.text(k) for k in FILLED):
        return False
    seen[int(no)] = line.row
    return True


def _notices(name: str, by: str, deciders: Sequence[str], gone: Collection[int]) -> Iterable[Notice]:
    """Who decided without handing in, and which rows of the export did not come back."""
    for who, n in sorted(Counter(who for who in deciders if who != by).items()):
        yield Problem("entered-for", Text(
            f"代{who}录入{n}件，台账记明录入人为{by}",
            f"{n} entered for {who}; the ledger notes that {by} entered them",
        ), name)  # fmt: skip
    if gone:
        yield Problem("rows-deleted", Text(
            f"导出时的{len(gone)}行已被删除，这些案件未作处置：{runs(sorted(gone))}",
            f"{len(gone)} rows of the export are gone; these cases stay as they are: {runs(sorted(gone))}",
        ), name)  # fmt: skip


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
    lost = [COLUMNS[k] for k in (*IDENTITY, *FILLED) if k not in at]
    if lost:
        raise IntakeError([Problem("column-missing", Text(
            f"缺少列：{'、'.join(t.zh for t in lost)}", f"columns missing: {', '.join(t.en for t in lost)}"
        ), name, sheet)])  # fmt: skip
    lines = [
        _Line(name, sheet, r, {k: row[c] for k, c in at.items() if c < len(row)}, at)
        for r, row in enumerate(rows[sheet][1:], start=_FIRST_ROW)
        if any(str(row[c]).strip() for c in at.values() if c < len(row))
    ]
    about = next((rows[s] for s in (ABOUT.zh, ABOUT.en) if s in rows), [])
    listed = next((str(r[1]) for r in about if len(r) > 1 and r[0] in {"案件", "cases"}), "")
    return lines, numbers(listed)


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
        ), path.name, sheet, f"{column_letter(left)}{top + 1}:{column_letter(right)}{bottom + 1}")
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
    for key, went_out in cells_of(case, said.get(case["no"], {}), loop, lang).items():
        if key in IDENTITY or key in FILLED or key not in line.at:
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
        return amount is not None and abs(amount) < EXACT and round(float(there) * 100) == amount
    except (ValueError, OverflowError):
        return False


def _decision(loop: Loop, line: _Line, problems: list[Problem]) -> Decision | None:
    said = {k: line.text(k) for k in FILLED}
    if not said["to"]:
        filled = [COLUMNS[k] for k in FILLED if said[k]]
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
