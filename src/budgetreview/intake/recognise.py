"""Sheets and text files to parts: their rows under known columns, the unit of their money, what their titles say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

import attrs
import numpy as np
import polars as pl

from budgetreview.errors import Notice, Problem, Text
from budgetreview.intake.columns import Assigned, assign
from budgetreview.intake.frames import holds_marks, keep_lines
from budgetreview.intake.grid import Grid
from budgetreview.intake.headers import plain, unit_of
from budgetreview.intake.heading import CORNER, LEAST, SCANNED, Found, enough, find_header, table_named
from budgetreview.intake.part import Options, Part
from budgetreview.intake.reshape import derived, left_out, pivoted, three_codes
from budgetreview.intake.rows import foot_rows
from budgetreview.intake.titles import entity_in, year_in
from budgetreview.layout import Layout, TableLayout
from budgetreview.submission import Input
from budgetreview.tables import OWN_KIND, OWN_SHEET, TABLES

_BARE_CORNER: Final = re.compile(r"\(?(?:人民币)?(百万元|亿元|千元|万元|元)\)?")
_COUNTED: Final = re.compile(r"栏次|行次|甲|乙|丙|\d+(?:=[\d+\-]+)?")
_CENTURY: Final = 100
_LETTERS: Final = 26


@attrs.frozen
class Context:
    """Where a grid comes from and how it is to be read."""

    path: str
    options: Options
    layout: Layout | None = None
    one: TableLayout | None = None


def letters(index: int) -> str:
    """The A1 letters of a column by its place from 0."""
    out = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, _LETTERS)
        out = chr(ord("A") + rest) + out
    return out


def _place(text: str) -> int:
    out = 0
    for letter in text.upper():
        out = out * _LETTERS + ord(letter) - ord("A") + 1
    return out - 1


def recognise(
    grid: Grid, *, path: str, hint: str | None, options: Options, layouts: Sequence[Layout] = (), asked: bool = False
) -> list[Part] | Input:
    """Read a sheet or text file as a table.

    Args:
        grid: Its cells.
        path: The argument that it came from.
        hint: The table that the file's name or a descriptor says.
        options: Of the caller.
        layouts: Layouts that may apply.
        asked: Whether the caller asked for the layout (else only automatic ones are used).

    Returns:
        Its parts (several for a twin table), or why it was skipped.
    """
    if len(grid.cells) and grid.cells.columns and str(grid.cells.item(0, 0)).endswith(OWN_SHEET):
        return _skipped(grid, OWN_KIND, "本程序写入的发现页，不是预算数据，未读入",
                        "the findings of an earlier review, no budget data, skipped")  # fmt: skip
    if grid.hidden:
        return _skipped(grid, "hidden-sheet", "隐藏的工作表未读入", "a hidden sheet is skipped")
    if not len(grid.cells) or not grid.cells.columns:
        return _skipped(grid, "empty-sheet", "空白工作表", "an empty sheet")
    context = Context(path, options)
    for layout in layouts:
        one = _applying(grid, layout) if asked or layout.automatic else None
        if one is not None:
            context = Context(path, options, layout, one)
            break
    if context.one is None:
        return _one(grid, hint or table_named(grid.sheet or ""), context)
    if not context.one.panels:
        return _one(grid, context.one.table, context)
    halves = [_panel(grid, i, context) for i in range(len(context.one.panels))]
    bad = next((h for h in halves if isinstance(h, Input)), None)
    return bad or [h for h in halves if isinstance(h, Part)]


def _skipped(grid: Grid, kind: str, zh: str, en: str) -> Input:
    notice = Problem(kind, Text(zh, en), grid.name, grid.sheet)
    return Input(grid.name, grid.sha256, grid.sheet, notices=(notice,), problems=grid.problems)


def _lost(grid: Grid, zh: str, en: str) -> Input:
    problem = Problem("no-header", Text(zh, en), grid.name, grid.sheet)
    return Input(grid.name, grid.sha256, grid.sheet, problems=(*grid.problems, problem))


def _applying(grid: Grid, layout: Layout) -> TableLayout | None:
    """The entry of a layout that applies to a sheet: by file name, sheet name and headers."""
    stem = grid.name.rsplit("/", 1)[-1].split("#")[0]
    heads = {plain(v) for row in grid.cells.head(SCANNED).rows() for v in row if v}
    heads |= {unit_of(h)[0] for h in heads}
    for one in layout.tables:
        named = not one.files or any(fnmatchcase(stem, p) for p in one.files)
        shown = not one.sheets or grid.sheet is None or any(fnmatchcase(grid.sheet, p) for p in one.sheets)
        if named and shown and all(plain(r) in heads for r in one.requires):
            return one
    return None


def _one(grid: Grid, named: str | None, context: Context) -> list[Part] | Input:
    """A sheet as one table: the one that its name says, else the one that its headers fit best."""
    found = find_header(grid, [named], context.one, least=1) if named else None
    if found is None and context.one is None:
        found = find_header(grid, [t for t in TABLES if t != "prior"], None, least=LEAST)
        if found is not None and not enough(found):
            found = None
    if found is not None:
        return [_part(grid, found, context)]
    if named is not None:
        return _lost(grid, f"应为“{TABLES[named].zh[0]}”（{named}），但没有找到认识的列名；请检查表头",
                     f"should be the table {named}, but no known header was found; check the header")  # fmt: skip
    return _skipped(grid, "sheet-not-recognised", "没有认出是哪张表，未读入", "not recognised as any table and skipped")


def _panel(grid: Grid, i: int, context: Context) -> Part | Input:
    """One half of a twin table, read as a sheet of its own with the letters of the whole."""
    one = context.one
    panel = one.panels[i] if one else None
    if one is None or panel is None:  # pragma: no cover - only called for layouts with panels
        return _lost(grid, "没有分栏", "no panels")
    first, last = (_place(p) for p in panel.columns)
    merged = tuple(
        (r0, max(c0, first) - first, r1, min(c1, last) - first)
        for r0, c0, r1, c1 in grid.merged
        if c0 <= last and c1 >= first
    )
    half = attrs.evolve(grid, cells=grid.cells[:, first : last + 1], merged=merged)
    own = attrs.evolve(one, panels=(), constants={**one.constants, **panel.constants})
    found = find_header(half, [one.table], own, least=1)
    if found is None:
        span = f"{panel.columns[0]}–{panel.columns[1]}"
        return _lost(grid, f"{span}列没有找到列名", f"no header in the columns {span}")
    return _part(half, found, attrs.evolve(context, one=own), shift=first, whole=grid)


def _part(grid: Grid, found: Found, context: Context, *, shift: int = 0, whole: Grid | None = None) -> Part:
    """The rows below a header as a part.

    Args:
        grid: The cells.
        found: Where the header is.
        context: How they are read.
        shift: How many columns stand before them in the sheet.
        whole: The whole sheet, whose titles count.
    """
    one, layout = context.one, context.layout
    notices: list[Notice] = []

    def say(kind: str, zh: str, en: str) -> None:
        notices.append(Problem(kind, Text(zh, en), grid.name, grid.sheet))

    head = (whole or grid).cells.head(found.last + 1).rows()
    above = [v for row in head[: found.top] for v in row if v]
    year = _year(one, grid, above)
    width = len(found.texts)
    cells = grid.cells.slice(found.last + 1)
    records = np.arange(found.last + 2, len(grid.cells) + 1, dtype=np.int64)
    texts = list(found.texts)
    for c in range(width):
        if texts[c] is None and cells.to_series(c).null_count() < len(cells):
            texts[c] = f"列{letters(c + shift)}"
    cells, texts = three_codes(cells, texts, found.table)
    gone = _no_lines(cells, found)
    if len(cells) and _counts_columns([v.strip() for v in cells.row(0) if v]):
        gone |= pl.Series([True]).extend_constant(value=False, n=len(cells) - 1)
        say("column-numbers", f"第{found.last + 2}行是栏次，不是数据", f"row {found.last + 2} numbers the columns")
    if one is not None:
        cells, texts = derived(cells, texts, one)
        gone |= left_out(cells, texts, one, say)
        used = {plain(h) for h in (one.pivot.item, one.pivot.value)} if one.pivot else set()
        named = [None if t is not None and plain(t) in used else t for t in texts]
    else:
        named = texts
    assigned = assign(
        found.table, named, name=grid.name, sheet=grid.sheet, year=year, layout=one,
        address=lambda i: f"{letters(i + shift)}{found.last + 1}" if i < width else None,
        holds_marks=lambda i: holds_marks(cells.to_series(i)), made=width,
    )  # fmt: skip
    if gone.any():
        cells, records = cells.filter(~gone), records[~gone.to_numpy()]
    if one is not None and one.pivot is not None:
        body, records = pivoted(cells, texts, one, one.pivot, records, say)
    else:
        body = cells.select([cells.to_series(i).alias(c) for c, i in assigned.feeds.items()])
    if one is not None:
        body = body.with_columns([pl.lit(v).alias(k) for k, v in one.constants.items() if k not in body.columns])
    body, totals, (kept, aside) = keep_lines(found.table, body, say)
    units, sheet_unit, problems = _units(grid, body, assigned, _corner(head, found), found.table, context)
    return Part(
        path=context.path, name=grid.name, table=found.table, frame=body, sheet=grid.sheet, sha256=grid.sha256,
        totals=totals, headers=assigned.headers,
        letters={c: letters(i + shift) for c, i in assigned.feeds.items() if i < width and c in body.columns},
        records=records[kept.to_numpy()], total_records=records[aside.to_numpy()], units=units, sheet_unit=sheet_unit,
        entity=(layout.entity if layout else None) or entity_in(above), year=(layout.year if layout else None) or year,
        layout=one, notices=(*assigned.notices, *notices), problems=(*grid.problems, *assigned.problems, *problems),
    )  # fmt: skip


def _year(one: TableLayout | None, grid: Grid, above: list[str]) -> int | None:
    """The fiscal year that a layout finds in the file's name or a title, else the one that a title names."""
    for text in (grid.name, *above) if one is not None and one.year_from else ():
        hit = re.search(one.year_from, text) if one is not None and one.year_from else None
        if hit:
            year = int(hit.group(1))
            return year if year >= _CENTURY else 2000 + year
    return year_in(above)


# Units


def _units(
    grid: Grid, body: pl.DataFrame, assigned: Assigned, corner: str | None, table: str, context: Context
) -> tuple[Mapping[str, str], str, list[Problem]]:
    """The unit of every money column and of the sheet: header, corner, layout, option, 元 for canonical headers."""
    spec, one, option = TABLES[table].columns, context.one, context.options.unit
    money = [c for c in body.columns if c in spec and spec[c].kind == "money"]
    own = assigned.units
    rest = [c for c in money if c not in own]
    said = corner or (one.unit if one else None)
    problems: list[Problem] = []
    if option is not None:
        other = said if rest else _differing(option, list(own.values()))
        if other is not None and other != option:
            problems.append(Problem("unit-contradiction", Text(
                f"--unit 为{option}，但表中写明{other}；请去掉 --unit 或更正表",
                f"--unit says {option}, the sheet says {other}; drop --unit or correct the sheet"),
                grid.name, grid.sheet))  # fmt: skip
    unit = said or option
    if unit is None:
        silent = [c for c in rest if assigned.how.get(c) != "canonical" and body[c].null_count() < len(body)]
        if silent:
            heads = "、".join(assigned.headers.get(c, c) for c in silent[:5])
            problems.append(Problem("unit-missing", Text(
                f"没有写明金额单位（{heads}）；请在表头或表角写明，或用 --unit 指明（元、千元、万元、百万元、亿元）",
                f"no unit of money is named ({', '.join(silent[:5])}); name it in the header or the corner, or say "
                "--unit (元 千元 万元 百万元 亿元)"), grid.name, grid.sheet))  # fmt: skip
        named = sorted(own[c] for c in money if c in own)
        unit = max(named, key=named.count) if named and not rest else "元"
    return {c: own.get(c, unit) for c in money}, unit, problems


def _differing(option: str, named: Sequence[str]) -> str | None:
    """The unit that the headers name and ``--unit`` contradicts; prices in 元 beside 万元 contradict nothing."""
    others = [u for u in named if u != option]
    if option in named:
        others = [u for u in others if u != "元"]
    return others[0] if others else None


def _corner(head: Sequence[tuple[str | None, ...]], found: Found) -> str | None:
    """The unit that a cell above the header names (单位：万元); the last such cell wins."""
    said = None
    for row in head[: found.top]:
        for text in row:
            bare = plain(text) if text else ""
            hit = CORNER.search(bare) or _BARE_CORNER.fullmatch(bare)
            if hit:
                said = hit.group(1)
    return said


# Rows


def _no_lines(cells: pl.DataFrame, found: Found) -> pl.Series:
    """Rows that are no data: notes at the foot, the header repeated."""
    gone = foot_rows(cells)
    heads = [(i, t.split("·")[-1]) for i, t in enumerate(found.texts) if t is not None][:4]
    if len(heads) >= LEAST:
        again = pl.all_horizontal(*(cells.to_series(i).str.strip_chars() == t for i, t in heads))
        gone |= pl.select(again.fill_null(value=False)).to_series()
    return gone


def _counts_columns(texts: list[str]) -> bool:
    """Whether a row only numbers the columns: 栏次 | 1 | 2 | 3."""
    numbers = [int(t) for t in texts if t.isdigit()]
    if len(numbers) <= LEAST or not all(_COUNTED.fullmatch(plain(t)) for t in texts):
        return False
    return numbers[0] in {1, 2} and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
