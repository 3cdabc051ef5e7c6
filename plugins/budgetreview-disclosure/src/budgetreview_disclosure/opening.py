"""Documents as the core's tables: the checks made of them, and the lines of the budget that were read for sure.

A line is a leaf of a table by function code; where the row tells basic from project expenditure it is two lines. No
amount is brought twice: a table that repeats another's money brings nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from budgetreview import Given, Opened, Problem, Text
from budgetreview_disclosure.checks import examine
from budgetreview_disclosure.checks.figures import cell_of, is_blank, is_template, name_of, only, pick
from budgetreview_disclosure.document import Document
from budgetreview_disclosure.reading import read_documents
from budgetreview_disclosure.rules import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from budgetreview import Note
    from budgetreview_disclosure.checks import Checked
    from budgetreview_disclosure.document import Place, PrintedTable, Row

_BOOKS: Final = (
    ("general_spending", "general"), ("fund_spending", "government_fund"), ("capital_spending", "state_capital"),
)  # fmt: skip
_LEAF: Final = 7
_FORMS: Final = 3
_BLANK: Final = Text(
    "这是空白的公开表样，各表都没有填写金额；请核对填好的文件",
    "this is the blank form, no table has an amount in it; check the file that was filled in",
)
STATEMENT_COLUMNS: Final = (
    "fiscal_year", "document", "agency_name", "check", "subject", "left_name", "left", "right_name", "right",
    "tolerance",
    "holds", "reason", "quote", "page", "box", "sheet", "cell",
)  # fmt: skip
_LINE_COLUMNS: Final = (
    "fiscal_year", "book", "fund_source", "side", "agency_name", "basic", "function_code", "function_name", "proposed",
    "executed", "page", "box", "sheet", "cell",
)  # fmt: skip


def read(files: Sequence[Given], jobs: int) -> list[Opened]:
    """Read documents, check them, and give the core its tables.

    Args:
        files: All documents of a batch.
        jobs: Processes.

    Returns:
        What each file brings, in their order.
    """
    got = read_documents([f.path for f in files], jobs=jobs)
    documents = [d for d in got if isinstance(d, Document)]
    by_document: dict[int, list[Checked]] = {id(d): [] for d in documents}
    for checked in examine(documents):
        by_document[id(checked.document)].append(checked)
    subjects: Counter[tuple[object, ...]] = Counter()
    out: list[Opened] = []
    for file, one in zip(files, got, strict=True):
        if isinstance(one, Document) and _is_blank_form(one):
            out.append(Opened(problems=(Problem("blank-form", _BLANK, file.name),)))
        elif isinstance(one, Document):
            out.append(opened(one, by_document[id(one)], file.name, subjects))
        else:
            problems = getattr(one, "problems", ()) or (
                Problem("unreadable", Text(str(one), str(one)), file.name),
            )
            named = tuple(Problem(p.kind, p.text, file.name, p.sheet, p.cell) for p in problems)
            out.append(Opened(problems=named))
    return out


def _is_blank_form(document: Document) -> bool:
    """Whether the forms are there and nobody has written a single amount into them."""
    forms = [t for t in document.tables if t.kind is not None and t.panels]
    cells = (c for t in forms for p in t.panels for r in p.rows for c in r.cells)
    return len(forms) >= _FORMS and not any(c.fen is not None for c in cells)


def opened(
    document: Document, checks: Iterable[Checked], name: str, subjects: Counter[tuple[object, ...]]
) -> Opened:
    """One document as tables.

    Args:
        document: As read.
        checks: Those made of it.
        name: As the report names the file.
        subjects: What checks of earlier documents were about: equal ones are numbered, so that each has its own name.
    """
    codes = names()
    statements: dict[str, list[str | None]] = {c: [] for c in STATEMENT_COLUMNS}
    undone: dict[tuple[str, str], int] = {}
    made: set[str] = set()
    rounded: dict[str, list[int]] = {}
    for checked in checks:
        s = checked.statement
        key = (document.department, document.year, s.check, s.subject)
        subjects[key] += 1
        subject = s.subject if subjects[key] == 1 else f"{s.subject}#{subjects[key]}"
        reason = s.reason or ("" if s.made else "有金额读不出来")
        if not reason:
            made.add(codes.get(s.check, s.check))
            if s.rounded_by:
                rounded.setdefault(codes.get(s.check, s.check), []).append(s.rounded_by)
        if reason:
            undone[codes.get(s.check, s.check), reason] = (
                undone.get((codes.get(s.check, s.check), reason), 0) + 1
            )
        row: dict[str, str | None] = {
            "fiscal_year": _text(document.year), "document": name, "agency_name": document.department, "check": s.check,
            "subject": subject, "left_name": s.left_name or None, "left": None if reason else yuan(s.left),
            "right_name": s.right_name or None,
            "right": None if reason else yuan(s.right), "tolerance": yuan(s.tolerance),
            "holds": None if reason else _mark(not s.faulty), "reason": reason or None,
            "quote": _evidence(s) or None, **_place(s.place),
        }  # fmt: skip
        for column in STATEMENT_COLUMNS:
            statements[column].append(row[column])
    tables: dict[str, dict[str, list[str | None]]] = {"statements": statements}
    lines = _lines(document)
    if lines["fiscal_year"]:
        tables["lines"] = lines
    return Opened(tables, tuple(_notices(document, name, undone, made, rounded)))


def _evidence(s: object) -> str:
    quote: str = getattr(s, "quote", "")
    if not str(getattr(s, "check", "")).startswith("narrative-"):
        return quote
    sides = []
    for side in ("left", "right"):
        said, fen = getattr(s, f"{side}_name"), getattr(s, side)
        if said:
            sides.append(said + (f"（{yuan(fen)}元）" if fen is not None else ""))
    text = "，".join(sides)
    return f"{text}。原文：{quote}" if text and quote else text or quote


def yuan(fen: int | None) -> str | None:
    """An amount in 元 with two decimals, never through a float."""
    if fen is None:
        return None
    sign, rest = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{rest // 100}.{rest % 100:02d}"


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _mark(holds: bool | None) -> str | None:  # noqa: FBT001 - one cell of a column
    return None if holds is None else "yes" if holds else "no"


def _place(place: Place) -> dict[str, str | None]:
    box = None if place.box is None else " ".join(f"{x:.1f}" for x in place.box)
    return {"page": _text(place.page), "box": box, "sheet": place.sheet, "cell": place.cell}


def _lines(document: Document) -> dict[str, list[str | None]]:
    out: dict[str, list[str | None]] = {c: [] for c in _LINE_COLUMNS}
    for kind, book in _BOOKS:
        table = only(document, kind)
        if table is None or table.doubts or is_template(table) or table.unit_assumed or table.unit is None:
            continue
        rows = list(_leaves(document, table))
        if len({code for code, *_ in rows}) < len(rows):
            continue  # units one after the other: whose line is whose is not sure
        for code, row, total, basic, project in rows:
            for amount, mark in (
                ((total, None),) if basic is None or project is None else ((basic, "yes"), (project, "no"))
            ):
                cell = cell_of(row, amount)
                if is_blank(cell) or cell.fen is None or cell.fen == 0:
                    continue
                final = document.stage == "final_accounts"
                line: dict[str, str | None] = {
                    "fiscal_year": _text(document.year), "book": book, "fund_source": "fiscal", "side": "expenditure",
                    "agency_name": document.department, "basic": mark, "function_code": code,
                    "function_name": row.label,
                    "proposed": None if final else yuan(cell.fen), "executed": yuan(cell.fen) if final else None,
                    **_place(cell.place),
                }  # fmt: skip
                for column in _LINE_COLUMNS:
                    out[column].append(line[column])
    return {c: v for c, v in out.items() if any(x is not None for x in v) or c == "fiscal_year"}


def _leaves(
    document: Document, table: PrintedTable
) -> Iterable[tuple[str, Row, int, int | None, int | None]]:
    """Rows of the lowest level, with the columns of their whole, basic and project amounts."""
    for panel in table.panels:
        total = pick(panel, "total", document)
        if total is None:
            total = pick(panel, "spending", document)
        if total is None:
            continue
        for row in panel.rows:
            if row.code is not None and row.scheme == "function" and len(row.code) == _LEAF:
                yield row.code, row, total, pick(panel, "basic", document), pick(panel, "project", document)


def _notices(
    document: Document,
    name: str,
    undone: dict[tuple[str, str], int],
    made: set[str],
    rounded: dict[str, list[int]],
) -> Iterable[Problem]:
    """What was read, what could not be, what is equal within rounding, and every check that could not be made."""
    stage = {"budget": ("预算", "budget"), "final_accounts": ("决算", "final account")}.get(
        document.stage or "", ("文件", "document")
    )
    tables = [t for t in document.tables if t.kind is not None]
    who, year = document.department, document.year
    zh = f"读作{who or '（未写明部门）'}{year or '（未写明年度）'}年{stage[0]}"
    zh += f"：公开表{len(tables)}张，文字{len(document.paragraphs)}段"
    en = f"read as {year or 'an unknown year'}'s {stage[1]} of {who or 'an unnamed department'}"
    en += f": {len(tables)} tables of the forms, {len(document.paragraphs)} paragraphs"
    yield Problem("document-read", Text(zh, en), name)
    for table in document.tables:
        if table.doubts:
            why = "；".join(table.doubts)
            yield Problem(
                "table-in-doubt",
                Text(
                    f"{name_of(table)}：{why}，相关核对未做",
                    f"{name_of(table)}: {why}; its checks were not made",
                ),
                name,
            )
    for unread in document.unread:
        at = f"第{unread.place.page}页" if unread.place.page else unread.place.sheet or ""
        yield Problem(
            "unread",
            Text(
                f"{at}未读出：{unread.what}（{unread.why}）", f"not read, {at}: {unread.what} ({unread.why})"
            ),
            name,
        )
    for code, differences in sorted(rounded.items()):
        count, most = len(differences), yuan(max(differences))
        yield Problem(
            "equal-within-rounding",
            Text(
                f"{code}有{count}项在舍入范围内相等，最多相差{most}元",
                f"{count} checks of {code} are equal within rounding, at most {most} yuan apart",
            ),
            name,
        )
    nothing = sorted(set(names().values()) - made - {code for code, _ in undone})
    if nothing:
        yield Problem(
            "check-had-nothing",
            Text(
                f"本文件中没有可供核对的内容：{'、'.join(nothing)}",
                f"nothing in it to check: {', '.join(nothing)}",
            ),
            name,
        )
    for (code, reason), count in sorted(undone.items()):
        yield Problem(
            "check-not-made",
            Text(f"{code}有{count}项未核对：{reason}", f"{count} checks of {code} were not made: {reason}"),
            name,
        )


def annotate(path: Path, notes: Sequence[Note], copy: Path) -> None:
    """Write a copy of a document with a note at the place of each finding."""
    from budgetreview_disclosure.annotate import annotate as write
    from budgetreview_disclosure.document import Place as At

    write(path, [(At(page=n.page, box=n.box), n.text) for n in notes], copy)
