"""Figures that are shown as the sum of others: parents by code or by number, and total rows by their place (Q01)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import Final, Literal

import attrs
import numpy as np

from budgetreview.codes import ancestors, class_of
from budgetreview.kernels import group as kernel
from budgetreview.rules.rounding import figure_span
from budgetreview.table import Data, Table
from budgetreview.values import Bools, Exact, Ints, Keys, Truth

COLUMNS: Final = (
    "amount", "line_id", "parent_id", "agency", "agency_name", "department", "project", "project_name", "function_code",
    "function_name", "dept_economic_code", "gov_economic_code", "basic", "fund_source",
)  # fmt: skip
"""Columns of the lines that are looked at."""

_TREES: Final = ("function_code", "dept_economic_code", "gov_economic_code")
_ECONOMIC: Final = ("dept_economic_code", "gov_economic_code")
_NAMED_GROUPS: Final = ("agency", "agency_name", "department", "function_code")
_DEEPEST: Final = 3
_SUB, _ALL = re.compile("小计"), re.compile("合计|总计|共计")


@attrs.frozen(eq=False)
class Sums:
    """Rows that show a sum, each with the sum of its parts.

    Attributes:
        rows: The rows; lines first, then total rows. A table of its own, shaped like the lines.
        total: What the parts add up to, bounded where parts are blank.
        parts: How many parts.
        span: The spans of the shown figure and all parts, added up (see ``rounding.compare``).
        fits: Rows that another sensible reading of their place explains.
        open: Rows whose parts cannot be told.
        kind: What makes the row a sum: a column, or the label of a total row.
    """

    rows: Table
    total: Exact
    parts: Ints
    span: Ints
    fits: Bools
    open: Bools
    kind: Keys


@attrs.frozen
class _Sum:
    """One row that shows a sum, on its way."""

    row: int
    total: int
    low: bool
    high: bool
    parts: int
    span: int
    kind: str
    fits: bool = False
    open: bool = False


def sums_of(lines: Table, totals: Table | None) -> Sums:
    """All rows of the lines, and of the total rows kept beside them, that show a sum of lines.

    A line is the parent of others by code when, in one sheet, book, agency and kind of fund, it has neither project nor
    (for functions) economic code, stands before them, its code begins theirs, and every code listed there has its class
    listed too. It is a parent by number when other lines name it in ``parent_id``.
    """
    span = figure_span(lines).values
    below = np.zeros(len(lines), bool)
    found: dict[int, _Sum] = {}
    for column in _TREES:
        for one in _by_code(lines, column, span, below):
            found[one.row] = one
    for one in _by_number(lines, span, below):
        found[one.row] = one
    listed = [found[row] for row in sorted(found)]
    placed = list(_by_place(lines, totals, span, ~below)) if totals is not None and len(totals) else []
    return _together(lines, listed, totals, placed)


def is_parent(lines: Table, column: str) -> Truth:
    """Lines that stand as sums above lower codes of one column, whether or not their figures add up.

    That a parent's figure is wrong is Q01's finding; the rules about codes leave it alone.
    """
    parents, below = np.zeros(len(lines), bool), np.zeros(len(lines), bool)
    for one in _by_code(lines, column, figure_span(lines).values, below):
        parents[one.row] = True
    return Truth.known(parents)


def _codes(lines: Table, column: str) -> Ints:
    data = lines.columns.get(column)
    return data.codes.astype(np.int64) if isinstance(data, Keys) else np.full(len(lines), -1, np.int64)


def _by_code(lines: Table, column: str, span: Ints, below: Bools) -> Iterator[_Sum]:
    """Parents by code; marks in ``below`` the lines that stand below one."""
    code = lines.columns.get(column)
    if not isinstance(code, Keys):
        return
    pure = (_codes(lines, "project") < 0) & (_codes(lines, "project_name") < 0)
    context = [lines.period, lines.source.astype(np.int64)]
    context += [_codes(lines, c) + 1 for c in ("book", "side", "agency", "fund_source")]
    basic = lines.mark("basic")
    context.append(np.where(basic.yes, 2, np.where(basic.no, 1, 0)))
    if column == "function_code":
        for other in _ECONOMIC:
            pure &= _codes(lines, other) < 0
    else:
        context.append(_codes(lines, "function_code") + 1)
    places, first_of_place = kernel.combine(context)
    uncoded = kernel.counts(pure & ~code.known, places, len(first_of_place)) > 0
    uncoded &= column == "function_code"  # economic codes may be blank where a function is listed as a whole
    rows = np.flatnonzero(pure & code.known)
    if not len(rows):
        return
    place = places[rows]
    own = code.codes[rows].astype(np.int64)
    width = len(code.words)
    keys, first, group = np.unique(place * width + own, return_index=True, return_inverse=True)
    many = np.bincount(group, minlength=len(keys))
    number = {w: i for i, w in enumerate(code.words)}
    tops = np.array([number.get(class_of(w), -1) for w in code.words])[own]
    whole = np.ones(int(place.max()) + 1, bool)
    whole[place[~_listed(keys, place, tops, width)]] = False
    parent = np.full(len(rows), -1, np.int64)
    for step in range(1, _DEEPEST + 1):
        upper = np.array([number.get(_above(w, step), -1) for w in code.words])[own]
        there = _listed(keys, place, upper, width) & (parent < 0) & whole[place]
        parent[there] = np.searchsorted(keys, place[there] * width + upper[there])
    first_at = np.full(len(keys), np.iinfo(np.int64).max)
    order = lines.record[rows] if lines.record[rows].any() else lines.row[rows]
    inside = parent >= 0
    np.minimum.at(first_at, parent[inside], order[inside])
    late = np.append(order[first] > first_at, False)
    inside &= ~late[parent]
    parent = np.where(inside, parent, -1)
    below[rows[inside]] = True
    figures = _added(lines, rows, parent, len(keys), span)
    for i, k in enumerate((figures.parts > 0)[group].tolist()):
        if k:
            g = int(group[i])
            yield figures.one(g, int(rows[i]), int(span[rows[i]]), column, open=bool(many[g] > 1 or uncoded[place[i]]))


def _above(code: str, step: int) -> str:
    above = ancestors(code)
    return above[-step] if len(above) >= step else ""


def _listed(keys: Ints, place: Ints, word: Ints, width: int) -> Bools:
    wanted = place * width + word
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.asarray((keys[at] == wanted) & (word >= 0))


@attrs.frozen(eq=False)
class _Figures:
    """Sums of parts by group."""

    total: Ints
    parts: Ints
    blank: Ints
    span: Ints
    negative: bool

    def one(self, g: int, row: int, own_span: int, kind: str, *, open: bool = False) -> _Sum:  # noqa: A002
        sure = not self.blank[g]
        return _Sum(row, int(self.total[g]), sure or not self.negative, sure, int(self.parts[g]),
                    int(self.span[g]) + own_span, kind, open=open)  # fmt: skip


def _added(lines: Table, rows: Ints, group: Ints, n: int, span: Ints) -> _Figures:
    amount = lines.money("amount")
    known = amount.known[rows]
    values = np.where(known, amount.values[rows], 0)
    return _Figures(
        kernel.sums(values, group, n),
        kernel.counts(np.ones(len(rows), bool), group, n),
        kernel.counts(~known, group, n),
        kernel.sums(span[rows], group, n),
        bool((values < 0).any()),
    )


def _by_number(lines: Table, span: Ints, below: Bools) -> Iterator[_Sum]:
    """Parents that other lines name in ``parent_id``."""
    named, ids = lines.columns.get("parent_id"), lines.columns.get("line_id")
    if not isinstance(named, Keys) or not isinstance(ids, Keys) or not named.known.any():
        return
    number = {w: i for i, w in enumerate(ids.words)}
    wanted = np.array([number.get(w, -1) for w in named.words] + [-1], np.int64)[named.codes]
    own = ids.codes.astype(np.int64)
    wanted = np.where(wanted == own, -1, wanted)
    width = len(ids.words)
    keys, first = np.unique(lines.period * width + own, return_index=True)
    there = _listed(keys, lines.period, wanted, width)
    parent = np.where(there, np.searchsorted(keys, lines.period * width + wanted), -1)
    below[there] = True
    figures = _added(lines, np.arange(len(lines)), parent, len(keys), span)
    for g in np.flatnonzero(figures.parts > 0).tolist():
        row = int(first[g])
        yield figures.one(g, row, int(span[row]), "parent_id")


# Total rows


Label = Literal["sub", "all", "revenue", "expenditure"]


def _labels(totals: Table) -> list[tuple[Label, str] | None]:
    """What each total row sums up, by its label; None for 其中 rows, which sum up nothing."""
    found: list[tuple[Label, str] | None] = [None] * len(totals)
    for name in sorted(totals.columns):
        data = totals.columns[name]
        if not isinstance(data, Keys):
            continue
        read = [_label(w) for w in data.words]
        for i in np.flatnonzero(data.known).tolist():
            said = read[data.codes[i]]
            if said is not None and (found[i] is None or said[0] != "sub"):
                found[i] = said
    return found


def _label(text: str) -> tuple[Label, str] | None:
    plain = re.sub(r"\s|[:：]", "", text)
    if len(plain) > 12 or "其中" in plain:  # noqa: PLR2004 - longer texts are names that happen to hold the word
        return None
    if _SUB.search(plain):
        return "sub", plain
    if _ALL.search(plain):
        return ("revenue" if "收入" in plain else "expenditure" if "支出" in plain else "all"), plain
    return None


@attrs.frozen(eq=False)
class _Sheet:
    """The lines of one sheet in order of place, with running sums: sums wrap around and so stay exact."""

    record: Ints
    amount: Ints
    blank: Ints
    span: Ints
    negative: bool
    placed: bool

    def between(self, after: int, before: int) -> tuple[int, int, int, int]:
        """Sum, number of lines, blanks and span of the lines in rows strictly between two rows of the sheet."""
        a = int(np.searchsorted(self.record, after, side="right"))
        b = int(np.searchsorted(self.record, before, side="left"))
        if b <= a:
            return 0, 0, 0, 0
        total = int(np.int64(self.amount[b] - self.amount[a]))
        return total, b - a, int(self.blank[b] - self.blank[a]), int(self.span[b] - self.span[a])


def _sheet(lines: Table, rows: Ints, span: Ints) -> _Sheet:
    rows = rows[np.argsort(lines.record[rows], kind="stable")]
    amount = lines.money("amount")
    known = amount.known[rows]
    values = np.where(known, amount.values[rows], 0)
    amounts, blanks, spans = (
        np.concatenate([np.zeros(1, np.int64), np.cumsum(x)]) for x in (values, (~known).astype(np.int64), span[rows])
    )
    record = lines.record[rows]
    negative, placed = bool((values < 0).any()), bool(len(record) and record.all())
    return _Sheet(record, amounts, blanks, spans, negative, placed)


_FAR: Final = np.iinfo(np.int64).max


def _by_place(lines: Table, totals: Table, span: Ints, top: Bools) -> Iterator[_Sum]:
    """The total rows of each sheet with the lines that they stand for.

    A 合计 sums up the sheet, one named after income or spending that side of it; a 小计 the rows from the total row
    before it, or where totals stand on top, to the next. Lines that stand below a parent count through the parent.
    """
    labels = _labels(totals)
    shown = totals.money("amount")
    own_span = figure_span(attrs.evolve(totals, sources=lines.sources)).values
    side = lines.key("side")
    for source in np.unique(totals.source).tolist():
        mine = [i for i in np.flatnonzero(totals.source == source).tolist() if labels[i] is not None]
        mine.sort(key=lambda i: int(totals.record[i]))
        rows = np.flatnonzero((lines.source == source) & top)
        if not len(rows):
            continue
        sheets = {
            "all": _sheet(lines, rows, span),
            **{s: _sheet(lines, rows[side.is_(s).yes[rows]], span) for s in ("revenue", "expenditure")},
        }
        groups = _group_sums(lines, rows, span)
        runs = _Runs(lines, rows).before
        marks = [int(totals.record[i]) for i in mine]
        grand = [int(totals.record[i]) for i in mine if labels[i][0] != "sub"]  # type: ignore[index]
        made: list[_Sum] = []
        for i in mine:
            label, text = labels[i]  # type: ignore[misc]
            sheet = sheets["all" if label == "sub" else label]
            here = int(totals.record[i])
            before, after = _around(marks, here)
            whole = sheet.between(-1, _FAR)
            readings = [whole]
            if sheet.placed and here:
                last, following = _around(grand, here)
                readings = [
                    sheet.between(before, here), sheet.between(here, after), sheet.between(last, here),
                    sheet.between(-1, here), sheet.between(here, following), whole,
                ]  # fmt: skip
                if label != "sub":
                    readings = [whole, *readings[:-1]]
                else:
                    readings[2:2] = [sheet.between(first - 1, here) for first in runs(here)]
            elif label == "sub" or len(grand) > 1:  # no place: only a single total of the whole sheet can be told
                readings = []
            readings = [*_named(totals, i, groups), *readings]
            readings = [r for r in readings if r[1]]
            made.append(_judged(readings, i, shown, int(own_span[i]), text, negative=sheets["all"].negative))
        # Where one row holds the whole sheet, another 合计 that fits nothing belongs to something not listed here.
        told = any(s.fits and s.parts == len(rows) for s in made)
        for i, one in zip(mine, made, strict=True):
            other = told and not one.fits and labels[i][0] != "sub"  # type: ignore[index]
            yield attrs.evolve(one, open=True) if other else one


class _Runs:
    """Neighbouring lines of one agency, department or function: a 小计 may stand for those right above it only."""

    def __init__(self, lines: Table, rows: Ints) -> None:
        order = rows[np.argsort(lines.record[rows], kind="stable")]
        self._records = lines.record[order]
        self._starts = []
        for column in _NAMED_GROUPS:
            codes = _codes(lines, column)[order]
            new = np.append(True, codes[1:] != codes[:-1])
            first = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
            if (codes >= 0).any():
                self._starts.append(self._records[first])

    def before(self, here: int) -> list[int]:
        """For each column the record of the first line of the run that ends right above ``here``."""
        j = int(np.searchsorted(self._records, here)) - 1
        return sorted({int(s[j]) for s in self._starts}) if j >= 0 else []


def _around(marks: list[int], here: int) -> tuple[int, int]:
    """The nearest of the sorted row numbers before and after a row."""
    i, j = bisect_left(marks, here), bisect_right(marks, here)
    return (marks[i - 1] if i else -1), (marks[j] if j < len(marks) else _FAR)


def _judged(
    readings: list[tuple[int, int, int, int]], i: int, shown: Exact, own_span: int, text: str, *, negative: bool
) -> _Sum:
    """A total row under its first reading; it fits where any reading explains it, also lines listed at two depths."""
    if not readings:
        return _Sum(i, 0, low=False, high=False, parts=0, span=0, kind=text, open=True)
    value, known = int(shown.values[i]), bool(shown.known[i])
    fits = known and any(
        not blank and any(2 * abs(value * depth - total) <= span + own_span for depth in (1, 2, 3))
        for total, _, blank, span in readings
    )
    unsure = any(blank and (negative or total <= value) for total, _, blank, _ in readings)
    total, parts, blank, span = readings[0]
    return _Sum(i, total, low=not blank or not negative, high=not blank, parts=parts, span=span + own_span, kind=text,
                fits=fits, open=unsure and not fits)  # fmt: skip


Groups = Mapping[tuple[str, str], tuple[int, int, int, int]]


def _group_sums(lines: Table, rows: Ints, span: Ints) -> Groups:
    """Sums of a sheet's lines by the value of each column that a 小计 row may name."""
    out: dict[tuple[str, str], tuple[int, int, int, int]] = {}
    for column in _NAMED_GROUPS:
        data = lines.columns.get(column)
        if not isinstance(data, Keys):
            continue
        n = len(data.words)
        figures = _added(lines, rows, data.codes[rows].astype(np.int64), n, span)
        for g in np.flatnonzero(figures.parts > 0).tolist():
            out[column, data.words[g]] = (
                int(figures.total[g]), int(figures.parts[g]), int(figures.blank[g]), int(figures.span[g])
            )  # fmt: skip
    return out


def _named(totals: Table, i: int, groups: Groups) -> Iterator[tuple[int, int, int, int]]:
    for column in _NAMED_GROUPS:
        data = totals.columns.get(column)
        text = data.text(i) if isinstance(data, Keys) else None
        if text is not None and (column, text) in groups:
            yield groups[column, text]


def _together(lines: Table, listed: list[_Sum], totals: Table | None, placed: list[_Sum]) -> Sums:
    own = np.array([s.row for s in listed], np.int64)
    rows = _taken(lines, own)
    if totals is not None and placed:
        more = _taken(totals, np.array([s.row for s in placed], np.int64))
        rows = attrs.evolve(
            rows,
            columns={c: _joined(data, more.columns.get(c), len(more)) for c, data in rows.columns.items()},
            period=np.concatenate([rows.period, more.period]),
            source=np.concatenate([rows.source, more.source]),
            row=np.concatenate([rows.row, more.row]),
            record=np.concatenate([rows.record, more.record]),
            groups={},
            mapped={},
        )
    every = [*listed, *placed]
    low, high = (np.array([getattr(s, side) for s in every], bool) for side in ("low", "high"))
    totalled = np.array([s.total for s in every], np.int64)
    return Sums(
        rows,
        Exact(totalled, low, high, "money"),
        np.array([s.parts for s in every], np.int64),
        np.array([s.span for s in every], np.int64),
        np.array([s.fits for s in every], bool),
        np.array([s.open for s in every], bool),
        Keys.of([s.kind for s in every]),
    )


_SHOWN: Final = (*COLUMNS, "given_id", "book", "side")


def _taken(table: Table, at: Ints) -> Table:
    return attrs.evolve(
        table,
        columns={c: table.columns[c].take(at) for c in _SHOWN if c in table.columns},
        period=table.period[at],
        source=table.source[at],
        row=table.row[at],
        record=table.record[at],
        groups={},
        mapped={},
    )


def _joined(first: Data, second: Data | None, n: int) -> Data:
    """A column of one table and then of the other; where the other lacks it, it is blank there."""
    if isinstance(first, Keys):
        tail = second if isinstance(second, Keys) else Keys(np.full(n, -1, np.int32), ())
        words = tuple(sorted({*first.words, *tail.words}))
        number = {w: i for i, w in enumerate(words)}
        codes = [np.array([number[w] for w in k.words] + [-1], np.int32)[k.codes] for k in (first, tail)]
        return Keys(np.concatenate(codes), words)
    if isinstance(first, Exact):
        more = second if isinstance(second, Exact) else Exact.of(np.zeros(n, np.int64), np.zeros(n, bool), first.kind)
        return Exact.of(
            np.concatenate([first.values, more.values]), np.concatenate([first.known, more.known]), first.kind
        )
    return Keys(np.full(len(first) + n, -1, np.int32), ())
