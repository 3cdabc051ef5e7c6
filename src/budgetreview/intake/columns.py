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
    headers = settle(headers, {i: holds_marks(i) for i, h in enumerate(headers) if is_debt_header(h)})
    found = _Feeding(table, headers, _Place(name, sheet, address))
    for i, header in enumerate(headers):
        for column in header.columns:
            found.known(column, i)
    only = layout is not None and layout.only
    aside = []
    for i, (header, text) in enumerate(zip(headers, texts, strict=True)):
        if text is not None and not header.columns:
            kept = found.kept(i)
            if only:
                aside.append(kept)
            elif plain(header.text) not in _SILENT:
                found.unknown(i)
    if aside:
        found.set_aside(aside)
    return found.assigned()


@attrs.frozen
class _Place:
    """Where headers stand."""

    name: str
    sheet: str | None
    address: Callable[[int], str | None]

    def problem(self, kind: str, zh: str, en: str, at: int | None = None) -> Problem:
        return Problem(kind, Text(zh, en), self.name, self.sheet, None if at is None else self.address(at))


@attrs.define
class _Feeding:
    """Which header feeds which column, and what is to be said of it, header by header."""

    table: str
    headers: Sequence[Header]
    place: _Place
    feeds: dict[str, int] = attrs.field(factory=dict)
    problems: list[Problem] = attrs.field(factory=list)
    notices: list[Problem] = attrs.field(factory=list)

    def known(self, column: str, i: int) -> None:
        """A header means a column; the first one of two has it."""
        first = self.feeds.setdefault(column, i)
        if first == i:
            return
        address, label = self.place.address, TABLES[self.table].columns[column].label
        one, two = address(first) or f"第{first + 1}列", address(i) or f"第{i + 1}列"
        a, b = self.headers[first].text, self.headers[i].text
        self.problems.append(self.place.problem(
            "column-twice", f"{one}“{a}”与{two}“{b}”都是{column}列（{label}）；只能保留一个",
            f"{one} {a!r} and {two} {b!r} both mean {column}; keep one", i,
        ))  # fmt: skip

    def kept(self, i: int) -> str:
        """A header that means nothing keeps its own name, with a number where that is taken."""
        own = name = self.headers[i].text
        if own in self.feeds or own in TABLES[self.table].columns:
            k = 2
            while f"{own}#{k}" in self.feeds:
                k += 1
            name = f"{own}#{k}"
            zh, en = (
                ("重复，后一个", "is there again and")
                if own in self.feeds
                else ("依布局不是同名的已知列，", "is, by the layout, not the known column of that name and")
            )
            self.notices.append(self.place.problem(
                "repeated-column", f"列名“{own}”{zh}记为“{own}#{k}”", f"the column {own!r} {en} reads {own}#{k}", i
            ))  # fmt: skip
        self.feeds[name] = i
        return name

    def unknown(self, i: int) -> None:
        """Say so, with the nearest known name."""
        text = self.headers[i].text
        near = nearest(self.table, text)
        zh, en = (f"；最接近“{near}”", f"; nearest: {near}") if near else ("", "")
        self.notices.append(self.place.problem(
            "unknown-column", f"不认识的列“{text}”，保留原名{zh}",
            f"unknown column {text!r}, kept under its own name{en}", i,
        ))  # fmt: skip

    def set_aside(self, names: Sequence[str]) -> None:
        """Say which columns a layout leaves alone."""
        self.notices.append(self.place.problem(
            "unknown-column", f"依布局，{len(names)}列保留原名、不作已知列：{'、'.join(names)}",
            f"{len(names)} columns are kept under their own names as the layout says: {', '.join(names)}",
        ))  # fmt: skip

    def assigned(self) -> Assigned:
        """All of it, columns in the order of the source."""
        ordered = dict(sorted(self.feeds.items(), key=lambda item: item[1]))
        known = {c: (TABLES[self.table].columns[c], self.headers[i])
                 for c, i in ordered.items() if c in TABLES[self.table].columns}  # fmt: skip
        return Assigned(
            feeds=ordered,
            headers={c: self.headers[i].text for c, i in ordered.items()},
            units={c: h.unit for c, (column, h) in known.items() if column.kind == "money" and h.unit},
            how={c: h.how for c, (_, h) in known.items() if h.how},
            problems=tuple(self.problems),
            notices=tuple(self.notices),
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
