"""The headers of one sheet, file or frame, put to columns: who feeds what, twice-fed columns, unknown ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import attrs

from budgetreview.errors import Problem, Text
from budgetreview.intake.headers import SPLIT, Header, How, is_debt_header, look_up, nearest, plain, settle, unit_of
from budgetreview.layout import TableLayout
from budgetreview.tables import TABLES

_SILENT: Final = frozenset({"序号", "行次", "no.", "no", "编号序号", "is_deleted"})
"""Columns that are no surprise: row numbers, never an identity, and the platform's mark of deleted rows."""


@attrs.frozen
class Assigned:
    """Columns of a table and what feeds them.

    Attributes:
        feeds: Column to the number of the source column that feeds it, in the order of the source.
        headers: Column to the header as written.
        units: Money column to the unit that its header names.
        how: Column to how its header was known; unknown columns are left out.
    """

    feeds: Mapping[str, int]
    headers: Mapping[str, str]
    units: Mapping[str, str]
    how: Mapping[str, How]
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]


def assign(
    table: str,
    texts: Sequence[str | None],
    *,
    name: str,
    sheet: str | None = None,
    address: Callable[[int], str | None] = lambda _: None,
    year: int | None = None,
    layout: TableLayout | None = None,
    holds_marks: Callable[[int], bool] = lambda _: True,
    made: int | None = None,
) -> Assigned:
    """Put headers to columns.

    Args:
        table: The table that the sheet is.
        texts: Headers in order; None for a column to be left out.
        name: The input.
        sheet: Its sheet.
        address: Place of a header to the address of its cell.
        year: The fiscal year that a title names.
        layout: What a layout says about headers.
        holds_marks: Whether the cells below a header are marks (for 债务资金).
        made: The place from which on columns are made by the layout, under the names of the columns that they are.
    """
    own_end = len(texts) if made is None else made
    headers = [_header(table, t, year, layout) if t is not None else Header("") for t in texts[:own_end]]
    headers += [Header(t or "", (t,) if t else (), None, "layout") for t in texts[own_end:]]
    marks = {i: holds_marks(i) for i, h in enumerate(headers) if is_debt_header(h)}
    headers = settle(headers, marks)
    feeds: dict[str, int] = {}
    problems: list[Problem] = []
    notices: list[Problem] = []
    aside: list[str] = []

    def say(into: list[Problem], kind: str, zh: str, en: str, at: int) -> None:
        into.append(Problem(kind, Text(zh, en), name, sheet, address(at)))

    for i, header in enumerate(headers):
        for column in header.columns:
            if column in feeds:
                first = feeds[column]
                one, two = address(first) or f"第{first + 1}列", address(i) or f"第{i + 1}列"
                label = TABLES[table].columns[column].label
                say(problems, "column-twice",
                    f"{one}“{headers[first].text}”与{two}“{header.text}”都是{column}列（{label}）；只能保留一个",
                    f"{one} {headers[first].text!r} and {two} {header.text!r} both mean {column}; keep one",
                    i)  # fmt: skip
            else:
                feeds[column] = i
    for i, (header, text) in enumerate(zip(headers, texts, strict=True)):
        if text is None or header.columns:
            continue
        own = header.text
        if own in feeds or own in TABLES[table].columns:
            k = 2
            while f"{own}#{k}" in feeds:
                k += 1
            again = own in feeds
            zh, en = (
                ("重复，后一个", "is there again and")
                if again
                else ("依布局不是同名的已知列，", "is, by the layout, not the known column of that name and")
            )
            say(notices, "repeated-column", f"列名“{own}”{zh}记为“{own}#{k}”",
                f"the column {own!r} {en} reads {own}#{k}", i)  # fmt: skip
            own = f"{own}#{k}"
        feeds[own] = i
        if layout is not None and layout.only:
            aside.append(own)
        elif plain(header.text) not in _SILENT:
            near = nearest(table, header.text)
            zh, en = (f"；最接近“{near}”", f"; nearest: {near}") if near else ("", "")
            say(notices, "unknown-column", f"不认识的列“{header.text}”，保留原名{zh}",
                f"unknown column {header.text!r}, kept under its own name{en}", i)  # fmt: skip
    if aside:
        zh, en = "、".join(aside), ", ".join(aside)
        notices.append(Problem("unknown-column", Text(
            f"依布局，{len(aside)}列保留原名、不作已知列：{zh}",
            f"{len(aside)} columns are kept under their own names as the layout says: {en}"), name, sheet))  # fmt: skip
    ordered = dict(sorted(feeds.items(), key=lambda item: item[1]))
    known = TABLES[table].columns
    return Assigned(
        feeds=ordered,
        headers={c: headers[i].text for c, i in ordered.items()},
        units={c: u for c, i in ordered.items() if c in known and known[c].kind == "money" and (u := headers[i].unit)},
        how={c: h for c, i in ordered.items() if c in known and (h := headers[i].how)},
        problems=tuple(problems),
        notices=tuple(notices),
    )


def _header(table: str, text: str, year: int | None, layout: TableLayout | None) -> Header:
    if layout is not None:
        bare, unit = unit_of(plain(text))
        for said, column in layout.columns.items():
            if plain(said) in {plain(text), bare}:
                columns = SPLIT if column == "book" and plain(said) == "fund_type_code" else (column,)
                return Header(text.strip(), columns, unit, "layout")
        if layout.only:
            return Header(text.strip(), (), unit, None)
    return look_up(table, text.strip(), year)
