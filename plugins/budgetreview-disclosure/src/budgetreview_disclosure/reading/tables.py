"""A grid of texts into a table of the disclosure forms: header, columns, panels, rows, amounts.

The same step serves PDF, Word and workbook. What is not understood is kept as text and said; an amount is only what
stands under a header that says money.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, Literal

import attrs

from budgetreview_disclosure.amounts import is_nothing, read_number, read_unit
from budgetreview_disclosure.document import Cell, Column, Panel, Place, PrintedTable, Row, Unread
from budgetreview_disclosure.reading.grid import Grid, GridCell
from budgetreview_disclosure.roles import MONEY, TEXTS, ColumnRole, read_header
from budgetreview_disclosure.titles import plain, read_title, year_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_HEADER_ROWS: Final = 7
_CODE = re.compile(r"\d{3}(?:\d{2}){0,2}")
_GLUED = re.compile(r"[\[［(（]?(\d{3}(?:\d{2}){0,2})[\]］)）]?[-—:：]?(?=[^\d.,，%年月日个项、．\s])(.+)")
_START = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．](?!\d)|其中[:：]|"
    r"(?:合计|总计|收入(?:总计|合计)|支出(?:总计|合计)|本年(?:收入|支出)(?:合计|小计)|当年(?:收入|支出)(?:合计|小计))$)"
)
_NUMBERED: Final = r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.、．](?!\d)"
_BY_CODE: Final = frozenset({"general_basic", "grant_basic", "basic", "general_economic", "economic", "operating"})
_FREE: Final = frozenset(
    {None, "projects", "general_project", "procurement", "targets", "assets", "staff", "units", "service_purchases"}
)
"""Forms without a fixed header."""
_LINE_NUMBERS = re.compile(r"^(?:栏次|行次|栏目|栏号|项次|\*\*|合计栏)$")
_NOTE = re.compile(r"^(?:备?注|说明|附注)\d?[:：]|^[*※]|^本表|^(?:备?注)[\d一]")
_EMPTY = re.compile(
    r"(?:无|没有|未(?:安排|发生|涉及|编制|使用|列)|不涉及|空表|不存在|无数据|为零|为空|为0)(?!偿|法|线|形|故障|障碍|人机|纸|害)"
)
_NAMED = re.compile(
    r"^(?:编制|填报|预算|公开|部门|填表|编报|主管|决算|单位|公开部门|部门预算|所属)*(?:部门|单位)(?:名称|全称)?(?:[（(]公章[）)])?[:：](.+)$"
)
_FORM_NUMBER = re.compile(
    r"^(?:[财预决算部门公开附件表]{0,8})[-—]?\d{1,2}(?:-\d+)?表?$|^(?:部门|预算|决算|公开)*(?:附件|附表|表)[一二三四五六七八九十\d]{1,3}(?:-\d+)?[:：]?$"
)


@attrs.frozen
class Heading:
    """What stands over (and under) a table.

    Attributes:
        fallback_unit: The unit of the document's other tables, for a table that names none.
        year: The document's year, for headers that name another.
    """

    title: str
    kind: str | None
    place: Place
    unit: int | None = None
    unit_name: str | None = None
    table_year: int | None = None
    year: int | None = None
    remark: str = ""
    pages: tuple[int, int] | None = None
    fallback_unit: int | None = None
    doubts: tuple[str, ...] = ()


@attrs.frozen
class Preamble:
    """Lines over a table, or leading rows inside its frame, that name it."""

    title: str | None = None
    place: Place | None = None
    unit: int | None = None
    unit_name: str | None = None
    year: int | None = None


def read_preamble(texts: Iterable[tuple[str, Place]]) -> Preamble:
    """Reads the unit, the unit's name and the year from lines such as ``部门：某局  单位：万元``."""
    unit = name = year = None
    for text, _ in texts:
        for piece in re.split(r"\s{1,}(?=\S*[:：])|[ 　]{2,}", text):
            unit = read_unit(piece) or unit
            found = _NAMED.match(re.sub(r"\s+", "", piece))
            if found and read_unit(piece) is None and not re.search(r"[:：]", found.group(1)):
                name = found.group(1)
            elif found and read_unit(found.group(1)) and not read_unit(piece.split(":")[0]):
                name = re.split(r"(?:金额)?单位", found.group(1))[0] or name
        year = year_of(text) or year if re.search(r"\d{4}\s*年", text) else year
    return Preamble(unit=unit, unit_name=name, year=year)


def is_caption(text: str) -> bool:
    """Whether a line only numbers a form, names the unit, the department, the date or the year of a table."""
    bare = plain(text)
    return bool(
        _FORM_NUMBER.match(bare)
        or read_unit(text) is not None
        or _NAMED.match(bare)
        or re.fullmatch(r"(?:(?:19|20)\d{2}年?度?|[（(]?续表?[）)]?|[-—]?\d{1,3}[-—]?)", bare)
        or re.match(r"^(?:编制|填报|编报)?(?:日期|时间)[:：]", bare)
        or re.fullmatch(r"(?:部门|单位|编制单位|预算单位|部门名称|单位名称)[:：]?", bare)
    )


def says_empty(text: str) -> bool:
    """Whether a remark says that a table has nothing to show."""
    return _EMPTY.search(plain(text)) is not None


def joined(first: Grid, following: Grid, header_rows: int) -> Grid:
    """A grid and its continuation on the next page: the repeated header left out, a cut row whole again."""
    known = {t for r in range(header_rows) for t in _row_texts(first, r)}
    skip = 0
    for row in range(min(following.count, header_rows + 1)):
        texts = _row_texts(following, row)
        if _repeats(texts, known):
            skip = row + 1
        elif texts:
            break
    cells = list(first.cells)
    shift = first.count - skip
    rest = [c for c in following.cells if c.row >= skip]
    cut = _cut(first, rest, skip)
    if cut:
        below = {_strip(c): c for c in rest if c.row == skip}
        for i, c in enumerate(cells):
            other = below.get(_strip(c)) if c.row + c.rows == first.count else None
            if other is not None and other.text:
                cells[i] = attrs.evolve(c, text=c.text + other.text, torn=(c.torn or other.torn), full=other.full)
        rest = [c for c in rest if c.row > skip]
        shift -= 1
    cells += [attrs.evolve(c, row=c.row + shift) for c in rest]
    return Grid(tuple(cells), following.count + shift, first.snap, (*first.doubts, *following.doubts))


def beside(first: Grid, following: Grid, rows: Sequence[int]) -> Grid:
    """A grid too wide for its page and the rest of it on the next: the same rows, further columns.

    Args:
        first: The grid so far.
        following: Its further columns.
        rows: For each row of the following grid and its end, the row of the first.
    """
    shift = max(c.x1 for c in first.cells) - min(c.x0 for c in following.cells)
    moved = [
        attrs.evolve(c, x0=c.x0 + shift, x1=c.x1 + shift, row=rows[c.row], rows=rows[c.row + c.rows] - rows[c.row])
        for c in following.cells
    ]
    return Grid((*first.cells, *moved), first.count, first.snap, (*first.doubts, *following.doubts))


def _repeats(texts: tuple[str, ...], known: set[str]) -> bool:
    """Whether a row only says what the header says."""
    if not texts or any(re.search(r"\d\.\d", t) for t in texts):
        return False
    same = sum(1 for t in texts if t in known)
    counted = sum(1 for t in texts if re.fullmatch(r"\d{1,2}", t))
    return same > 0 and same + counted >= 0.7 * len(texts)


def _cut(first: Grid, rest: Sequence[GridCell], row: int) -> bool:
    """Whether the first row of a page is the rest of the row that the page break cut.

    Names that go on stand under names that filled their column; numbers that go on stand under numbers, in a row that
    has no name and no code of its own.
    """
    above = {_strip(c): c for c in first.cells if c.row + c.rows == first.count and c.text}
    here = [c for c in rest if c.row == row and c.text]
    if not here or any(c.rows > 1 for c in here):
        return False
    names = [c for c in here if not _digits(c.text)]
    numbers = [c for c in here if _digits(c.text)]
    for c in names:
        over = above.get(_strip(c))
        unfinished = over is not None and re.fullmatch(r"[一二三四五六七八九十（(]+、?", plain(over.text)) is not None
        if over is None or not (over.full or unfinished) or (_START.match(plain(c.text)) and not unfinished):
            return False
    if any(_CODE.fullmatch(plain(c.text)) and _strip(c) not in above for c in numbers):
        return False
    if names:
        return all(_strip(c) not in above or _torn(above[_strip(c)].text, c.text) for c in numbers)
    return all(_strip(c) in above and _torn(above[_strip(c)].text, c.text) for c in numbers)


def _torn(above: str, below: str) -> bool:
    """Whether two pieces of digits can be one number that a line break tore: neither is whole beside the other."""
    if not _digits(above):
        return False
    whole = read_number(above + below)
    if whole is None:
        return False
    return "." not in above or "." not in below


def _digits(text: str) -> bool:
    return re.fullmatch(r"[\d.,\s()（）-]+", text) is not None


def _strip(c: GridCell) -> tuple[int, int]:
    return round(c.x0 / 6), round(c.x1 / 6)


def _row_texts(grid: Grid, row: int) -> tuple[str, ...]:
    return tuple(plain(c.text) for c in sorted(grid.cells, key=lambda c: c.x0) if c.row == row and c.text)


def header_rows(grid: Grid) -> tuple[int, int]:
    """How many leading rows only name the table, and the row at which the header ends (the first row of the body)."""
    lead = 0
    width = max((c.x1 for c in grid.cells), default=0.0) - min((c.x0 for c in grid.cells), default=0.0)
    while lead < min(grid.count, 5) and _is_preamble(grid, lead, width):
        lead += 1
    covered = lead
    row = lead
    while row < min(grid.count, lead + _MOST_HEADER_ROWS):
        cells = [c for c in grid.cells if c.row == row and c.text]
        if not _is_line_numbers(cells):
            if _opens_body(grid, cells, lead, row):
                break
            if row >= covered and row > lead and not (cells and all(_is_header(c) for c in cells)):
                break
        spans = [c.row + c.rows for c in cells if c.rows <= _MOST_HEADER_ROWS]
        covered = max([covered, row + 1, *spans])
        row += 1
    return lead, max(row, lead)


def _opens_body(grid: Grid, cells: Sequence[GridCell], lead: int, row: int) -> bool:
    if not cells:
        return False
    if _starts_body(cells):
        return True
    texts = [plain(c.text) for c in cells]
    if row == lead or not any(_START.match(t) for t in texts) or len(texts) > 2:  # noqa: PLR2004
        return False
    # 合计 alone in its row: the first row of an empty form where it stands under the names, else a header
    total = next(c for c in cells if _START.match(plain(c.text)))
    over = [
        c
        for c in grid.cells
        if lead <= c.row < row and c.text and min(c.x1, total.x1) - max(c.x0, total.x0) > grid.snap
    ]
    return any(_LINE_NUMBERS.match(plain(c.text)) or read_header([c.text]).role in {"label", "code"} for c in over)


def _is_preamble(grid: Grid, row: int, width: float) -> bool:
    cells = [c for c in grid.cells if c.row == row and c.text]
    if not cells:
        return row == 0 and grid.count > 3  # noqa: PLR2004 - an empty row over the header
    if any(_is_amount(c.text) for c in cells):
        return False
    wide = len(cells) == 1 and cells[0].x1 - cells[0].x0 > 0.8 * width and read_title(cells[0].text) is not None
    return (
        wide
        or all(is_caption(c.text) or (read_title(c.text) is not None and len(cells) == 1) for c in cells)
        or (
            any(is_caption(c.text) for c in cells)
            and all(is_caption(c.text) or read_header([c.text]).role is None for c in cells)
        )
    )


def _is_amount(text: str) -> bool:
    number = read_number(text)
    return number is not None and not (
        number.decimals == 0 and re.fullmatch(r"(?:19|20)\d\d|\d{1,2}", text.strip()) is not None
    )


def _is_line_numbers(cells: Sequence[GridCell]) -> bool:
    texts = [plain(c.text) for c in sorted(cells, key=lambda c: c.x0)]
    if any(_LINE_NUMBERS.match(t) for t in texts):
        others = [t for t in texts if not _LINE_NUMBERS.match(t)]
        counted = sum(1 for t in others if re.fullmatch(r"\d{1,3}|[类款项甲乙]|[—\-]+", t))
        return counted * 2 >= len(others) and not any("." in t for t in others)
    numbers = [t for t in texts if re.fullmatch(r"\d{1,2}", t)]
    if len(numbers) < 3 or len(numbers) < len(texts) - 2:  # noqa: PLR2004 - 1 2 3 at least
        return False
    values = [int(n) for n in numbers]
    return values == list(range(values[0], values[0] + len(values))) and values[0] <= 2  # noqa: PLR2004


def _starts_body(cells: Sequence[GridCell]) -> bool:
    texts = [plain(c.text) for c in sorted(cells, key=lambda c: c.x0)]
    if any(_is_amount(t) for t in texts) and not all(read_header([t]).role for t in texts if not _is_amount(t)):
        return True
    if _CODE.fullmatch(texts[0]):
        return True
    if any(re.match(_NUMBERED, t) for t in texts):
        return True
    return _START.match(texts[0]) is not None and not (len(texts) > 1 and all(read_header([t]).role for t in texts))


def _is_header(cell: GridCell) -> bool:
    text = plain(cell.text)
    return (
        read_header([cell.text]).role is not None
        or re.fullmatch(
            r"(?:本年|当年|年度|部门|财政拨款|全年|按?)*(?:收入|支出|项目|来源|资金来源|资金性质|功能分类|经济分类|科目|指标|预算|决算|支出用途|分类)+"
            r"(?:科目)?(?:情况|部分|类别)?|.*(?:年|预算|决算|其中|类型|名称|编码|内容|方式|数|额)[:：]?",
            text,
        )
        is not None
    )


def read_table(grid: Grid, heading: Heading) -> tuple[PrintedTable, tuple[Unread, ...]]:
    """Makes a table of the forms of a grid (all its pages joined).

    Args:
        grid: Its cells.
        heading: What stands over and under it.

    Returns:
        The table, and what of it could not be read.
    """
    lead, start = header_rows(grid)
    inside = read_preamble((c.text, c.place) for c in grid.cells if c.row < lead and c.text)
    title, kind, place = heading.title, heading.kind, heading.place
    table_year = heading.table_year or inside.year
    if kind is None:
        for c in grid.cells:
            found = read_title(c.text) if c.row < lead else None
            if found is not None and (found.kind is not None or not title):
                title, kind, place, table_year = c.text, found.kind, c.place, found.year or table_year
    notes = [c for c in grid.cells if c.row >= start and _NOTE.match(plain(c.text))]
    noted = {c.row for c in notes}
    edges = _edges(grid, start, noted)
    unit = heading.unit or inside.unit or _header_unit(grid, lead, start)
    maker = _Maker(grid, edges, lead, start, noted, kind, unit or heading.fallback_unit, heading.year)
    panels = maker.panels()
    remark = heading.remark or "".join(c.text for c in notes if says_empty(c.text))
    doubts = tuple(dict.fromkeys((*heading.doubts, *grid.doubts, *maker.doubts)))
    table = PrintedTable(
        kind, title, panels, unit or heading.fallback_unit, place, heading.pages, table_year,
        heading.unit_name or inside.unit_name, remark, doubts, unit is None and heading.fallback_unit is not None,
    )  # fmt: skip
    return table, tuple(maker.unread)


def _header_unit(grid: Grid, lead: int, start: int) -> int | None:
    units = {u for c in grid.cells if lead <= c.row < start and (u := read_unit(c.text)) is not None}
    return units.pop() if len(units) == 1 else None


def _edges(grid: Grid, start: int, noted: set[int]) -> list[float]:
    """Where columns begin and end: edges that some row of the body has, or the header where there is no body."""
    places = sorted({c.x0 for c in grid.cells} | {c.x1 for c in grid.cells})
    groups: list[list[float]] = []
    for at in places:
        if groups and at - groups[-1][-1] <= grid.snap:
            groups[-1].append(at)
        else:
            groups.append([at])
    edges = [sum(g) / len(g) for g in groups]
    body = [c for c in grid.cells if c.row >= start and c.row not in noted]
    rows = {c.row for c in body}
    filled = {c.row for c in body if c.text}
    if not filled:
        body, rows = [c for c in grid.cells if c.row < start], set(range(start))
    votes: Counter[int] = Counter()
    meets: Counter[int] = Counter()
    for row in rows:
        ends = {_nearest(edges, c.x1): bool(c.text) for c in body if c.row <= row < c.row + c.rows}
        begins = {_nearest(edges, c.x0): bool(c.text) for c in body if c.row <= row < c.row + c.rows}
        for k in set(ends) | set(begins):
            votes[k] += 1
            meets[k] += ends.get(k, False) and begins.get(k, False)
    last = len(edges) - 1
    return [e for k, e in enumerate(edges) if k in {0, last} or meets[k] or votes[k] * 2 >= len(rows) > 0]


def _nearest(edges: Sequence[float], at: float) -> int:
    return min(range(len(edges)), key=lambda k: abs(edges[k] - at))


class _Maker:
    """Puts one table together; holds what its steps share."""

    def __init__(
        self,
        grid: Grid,
        edges: list[float],
        lead: int,
        start: int,
        noted: set[int],
        kind: str | None,
        unit: int | None,
        year: int | None,
    ) -> None:
        self.grid, self.edges, self.lead, self.start, self.noted = grid, edges, lead, start, noted
        self.kind, self.unit, self.year = kind, unit, year
        self.doubts: list[str] = []
        self.unread: list[Unread] = []
        self.width = len(edges) - 1
        self.blank = Place()
        self.at: dict[tuple[int, int], GridCell] = {}
        self.bracketed = any(
            re.match(r"[（(][一二三四五六七八九十]", plain(c.text)) for c in grid.cells if c.row >= start
        )
        self.counted = {
            r for r in range(lead + 1, start) if _is_line_numbers([c for c in grid.cells if c.row == r and c.text])
        }
        self._settle()

    def _settle(self) -> None:
        """Which cell covers which row and column; a cell belongs where it overlaps at least half of the column."""
        for c in self.grid.cells:
            for j in range(self.width):
                a, b = self.edges[j], self.edges[j + 1]
                if min(b, c.x1) - max(a, c.x0) >= 0.5 * min(b - a, max(c.x1 - c.x0, 1e-9)):
                    for r in range(c.row, c.row + c.rows):
                        before = self.at.get((r, j))
                        if before is None or not before.text or (c.text and _overlap(c, a, b) > _overlap(before, a, b)):
                            self.at[r, j] = c

    def panels(self) -> tuple[Panel, ...]:
        heads = [self._head(j) for j in range(self.width)]
        roles = [read_header(path, year=self.year, kind=self.kind) for path, _ in heads]
        roles = self._codes_by_content(roles)
        roles = _one_basis(roles)
        groups = self._split(roles, heads)
        places = [
            Column(r.role, "/".join(path), place, r.basis, r.year)
            for r, (path, place) in zip(roles, heads, strict=True)
        ]
        decimals = self._decimals(places)
        made = []
        for group in groups:
            columns = self._alone(tuple(places[j] for j in group))
            self._doubt_twins(columns)
            rows = self._rows(group, columns, decimals)
            made.append(Panel(columns, rows, self._side(group, heads)))
        for j in (j for group in groups for j in group):
            column = places[j]
            if column.role is None and self._has_numbers(j):
                self.unread.append(Unread(column.header or "（无表头）", "表头不明，本列数字未采用", column.place))
        return tuple(made)

    def _alone(self, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        """The only amount of a panel headed 人员经费, and 本年支出 without balances beside it, are the row's whole."""
        roles = {c.role for c in columns}
        for name in ("spending", "revenue"):
            if name in roles and not roles & {
                "total",
                "opening",
                "closing",
                "revenue" if name == "spending" else "spending",
            }:
                return tuple(attrs.evolve(c, role="total") if c.role == name else c for c in columns)
        money = [c for c in columns if c.role in MONEY and c.basis not in {"rate", "change"}]
        if self.kind not in _BY_CODE or len(money) != 1 or money[0].role not in {"staff", "public", "basic"}:
            return columns
        return tuple(attrs.evolve(c, role="total") if c is money[0] else c for c in columns)

    def _doubt_twins(self, columns: tuple[Column, ...]) -> None:
        seen: dict[tuple[str | None, str | None, int | None], str] = {}
        for c in columns:
            if c.role not in MONEY:
                continue
            key = (c.role, c.basis, c.year)
            if key in seen and self.kind not in _FREE:
                self.doubts.append(f"两列的表头读作同一含义：“{seen[key]}”与“{c.header}”")
            seen[key] = c.header

    def _head(self, j: int) -> tuple[list[str], Place]:
        path: list[str] = []
        place = self.blank
        seen: set[int] = set()
        for r in range(self.lead, self.start):
            c = self.at.get((r, j))
            if c is None or not c.text or id(c) in seen:
                continue
            seen.add(id(c))
            if re.fullmatch(r"\d{1,2}", plain(c.text)) or (
                c.row in self.counted and _LINE_NUMBERS.match(plain(c.text))
            ):
                continue  # a number of the form's columns
            path.append(re.sub(r"\s+", "", c.text))
            place = c.place
        return path, place

    def _body(self) -> range:
        return range(self.start, self.grid.count)

    def _column_texts(self, j: int) -> list[str]:
        texts = []
        for r in self._body():
            c = self.at.get((r, j))
            if c is not None and c.text and c.row == r and r not in self.noted and self._starts(c, j):
                texts.append(c.text)
        return texts

    def _starts(self, cell: GridCell, j: int) -> bool:
        return j == 0 or self.at.get((cell.row, j - 1)) is not cell

    def _codes_by_content(self, roles: list[ColumnRole]) -> list[ColumnRole]:
        """A column of codes under a header that only says 项目 or 科目; code columns without 类 款 项 over them."""
        out = list(roles)
        for j, role in enumerate(roles):
            texts = [plain(t) for t in self._column_texts(j)]
            codes = sum(1 for t in texts if _CODE.fullmatch(t) or re.fullmatch(r"\d{2}", t))
            if role.role in {"label", None} and len(texts) > 1 and codes * 5 >= len(texts) * 4 and role.basis is None:
                full = sum(1 for t in texts if _CODE.fullmatch(t))
                if role.role == "label" or full * 2 > len(texts):
                    out[j] = ColumnRole("code")
        run: list[int] = []
        for j in range(len(out) + 1):
            if j < len(out) and out[j].role == "code":
                run.append(j)
                continue
            if len(run) in {2, 3} and not any(len(plain(t)) > 3 for k in run[1:] for t in self._column_texts(k)):  # noqa: PLR2004
                for k, name in zip(run, ("code_class", "code_group", "code_item"), strict=False):
                    out[k] = ColumnRole(name)
            run = []
        return out

    def _split(self, roles: list[ColumnRole], heads: list[tuple[list[str], Place]]) -> list[list[int]]:
        groups: list[list[int]] = [[]]
        money = False
        for j, role in enumerate(roles):
            starts = role.role in {"label", "code", "code_class"} and money
            if starts and groups[-1]:
                groups.append([])
                money = False
            groups[-1].append(j)
            money = money or (role.role in MONEY) or (role.role is None and bool(heads[j][0]) and self._has_numbers(j))
        if len(groups) > 1 and not any(roles[j].role in MONEY for j in groups[-1]):
            tail = groups.pop()  # texts after the amounts are no panel of their own
            groups[-1] += tail
        return groups

    def _has_numbers(self, j: int) -> bool:
        return any(_is_amount(t) for t in self._column_texts(j))

    def _side(self, group: list[int], heads: list[tuple[list[str], Place]]) -> Literal["revenue", "expenditure"] | None:
        if self.kind not in {"balance", "grant_balance", "fund_spending", "capital_spending", "general_spending", None}:
            return None
        words = Counter(_side_word(heads[j][0][0]) for j in group if heads[j][0])
        words.pop(None, None)
        if len(words) != 1:
            return None
        side = next(iter(words))
        return "revenue" if side == "revenue" else "expenditure"

    def _decimals(self, columns: list[Column]) -> int:
        """Decimals that the table is kept in: zeros at the end are often not printed (4335.3 for 4335.30)."""
        counts: Counter[int] = Counter()
        for j, column in enumerate(columns):
            if column.role in MONEY and column.basis != "rate":
                counts.update(n.decimals for t in self._column_texts(j) if (n := read_number(t)) is not None)
        total = sum(counts.values())
        usual = [d for d, n in counts.items() if n > 1 and n * 10 >= total]
        return max(usual, default=0)

    def _rows(self, group: list[int], columns: tuple[Column, ...], decimals: int) -> tuple[Row, ...]:
        rows: list[Row] = []
        codes = _Codes(self.kind)
        for r in self._body():
            if r in self.noted:
                continue
            found = [c if c is not None and c.row >= self.start else None for c in (self.at.get((r, j)) for j in group)]
            if all(c is None or not c.text or c.row != r for c in found):
                continue
            texts = [c for c in found if c is not None and c.text]
            unlike = list({id(c): c for c in texts}.values())
            if _is_line_numbers(unlike) and (not rows or any(_LINE_NUMBERS.match(plain(c.text)) for c in unlike)):
                continue
            if self._reaches_over(found, columns, group):
                continue
            cells = tuple(
                self._cell(c, column, r, j, decimals) for c, column, j in zip(found, columns, group, strict=True)
            )
            label, above = _label(columns, cells, found)
            if not label and _LINE_NUMBERS.match(cells[0].text):
                continue
            code, label = codes.read(columns, cells, label)
            unit = _unit_code(columns, cells)
            if not (
                label or code or any(c.text for c, k in zip(cells, columns, strict=True) if k.role != "line_number")
            ):
                continue
            depth = self._depth(label, code)
            if code is None and unit is not None:
                rows.append(Row(label, unit, cells, "agency", None, above))
            else:
                rows.append(Row(label, code, cells, codes.scheme(code), depth, above))
        return tuple(rows)

    def _reaches_over(self, found: Sequence[GridCell | None], columns: tuple[Column, ...], group: list[int]) -> bool:
        """Whether a name reaches over this panel's amounts into the next panel, where its amount stands."""
        edge = self.edges[group[-1] + 1]
        return any(
            c is not None and c.text and column.role not in MONEY and c.x1 > edge + self.grid.snap
            for c, column in zip(found, columns, strict=True)
        )

    def _depth(self, label: str, code: str | None) -> int | None:
        if code is not None and _CODE.fullmatch(code):
            return (len(code) - 3) // 2
        extra = 1 if re.match(r"其中", label) else 0
        bare = re.sub(r"^其中[:：]?", "", label)
        if re.match(r"[一二三四五六七八九十]{1,3}、", bare):
            return extra
        if re.match(r"[（(][一二三四五六七八九十]{1,3}[）)]", bare):
            return 1 + extra
        if re.match(r"\d{1,2}[.、．]", bare):
            return 2 if self.bracketed else 1
        if extra:
            return 1
        return 0 if re.search(r"^(?:合计|总计)$|(?:收入|支出)(?:总计|合计)$", label) else None

    def _cell(self, cell: GridCell | None, column: Column, row: int, j: int, decimals: int) -> Cell:
        if cell is None:
            return Cell("", self.blank)
        text = re.sub(r"\s+", " ", cell.text).strip()
        if column.role not in MONEY or cell.row != row or not self._starts(cell, j):
            covered = column.role in MONEY
            return Cell("" if covered else text, cell.place)
        if is_nothing(text):
            return Cell(text, cell.place)
        number = read_number(text)
        if number is None:
            # 总计 spanning into the amounts, or a remark, is a text; digits that are no number are a loss
            if (
                re.search(r"\d", text)
                and not re.search(r"[一-鿿A-Za-z%％]", text)
                and not re.fullmatch(r"[Xx×]+.*", text)
            ):
                self.doubts.append(f"“{text}”不能确定是哪个数")
                self.unread.append(Unread(text, "不能读作一个数", cell.place))
            elif column.basis != "rate" and re.search(r"\d", text):
                self.unread.append(Unread(text, "金额列里不是数", cell.place))
            return Cell(text, cell.place)
        if cell.torn:
            self.doubts.append(f"“{text}”可能是两个数印在一格")
            self.unread.append(Unread(text, "一格里可能有两个数", cell.place))
            return Cell(text, cell.place)
        if column.basis == "rate":
            return Cell(text, cell.place)
        unit = read_unit(column.header) or self.unit
        if unit is None:
            return Cell(text, cell.place)
        step = min(number.step(unit), max(1, unit // 10**decimals))
        return Cell(text, cell.place, number.fen(unit), step)


def _one_basis(roles: list[ColumnRole]) -> list[ColumnRole]:
    """Where only some headers say 预算 (or 决算) and none another figure, all amounts are that figure."""
    said = {r.basis for r in roles if r.role in MONEY and r.basis is not None}
    if len(said) != 1 or not said <= {"budget", "actual"}:
        return roles
    return [attrs.evolve(r, basis=next(iter(said))) if r.role in MONEY and r.basis is None else r for r in roles]


def _overlap(c: GridCell, a: float, b: float) -> float:
    return min(b, c.x1) - max(a, c.x0)


def _side_word(text: str) -> str | None:
    bare = plain(text)
    if re.search(r"收入", bare) and not re.search(r"支出", bare):
        return "revenue"
    return "expenditure" if re.search(r"支出", bare) and not re.search(r"收入", bare) else None


def _label(columns: tuple[Column, ...], cells: tuple[Cell, ...], found: Sequence[GridCell | None]) -> tuple[str, str]:
    """The row's name, and the name of the group that it stands in where two columns name it."""
    names = {"label", "project_name", "unit_name"}
    texts: list[str] = []
    seen: set[int] = set()
    for column, cell, source in zip(columns, cells, found, strict=True):
        if column.role in names and source is not None and id(source) not in seen and cell.text:
            seen.add(id(source))
            texts.append(plain_name(cell.text))
    if not texts:
        for column, cell in zip(columns, cells, strict=True):
            if column.role in {"code", "code_class"} and cell.text and not re.match(r"\d", cell.text):
                return plain_name(cell.text), ""  # 合计 in a merged cell that begins at the codes
        for column, cell in zip(columns, cells, strict=True):
            if column.role in TEXTS and column.role not in {"code_group", "code_item", "line_number"} and cell.text:
                return ("", "") if re.fullmatch(r"[\d.]+", cell.text) else (plain_name(cell.text), "")
        return "", ""
    return texts[-1], texts[-2] if len(texts) > 1 else ""


def plain_name(text: str) -> str:
    """A name without the blanks that justify it (``合 计``)."""
    return re.sub(r"\s+", "", text)


def _unit_code(columns: tuple[Column, ...], cells: tuple[Cell, ...]) -> str | None:
    """The code of the unit that a row is of, where no classification code stands beside it."""
    if any(c.role in {"code", "code_class"} for c in columns):
        return None
    texts = (v.text.strip() for c, v in zip(columns, cells, strict=True) if c.role == "unit_code")
    return next((t for t in texts if re.fullmatch(r"\d{3,}", t)), None)


class _Codes:
    """Joins the codes of 类 款 项 columns, each row inheriting from those above."""

    def __init__(self, kind: str | None) -> None:
        self.kind = kind
        self.above: dict[str, str] = {}

    def read(self, columns: tuple[Column, ...], cells: tuple[Cell, ...], label: str) -> tuple[str | None, str]:
        """The row's code, and its name without a code glued to it."""
        parts = {c.role: re.sub(r"\s+", "", v.text) for c, v in zip(columns, cells, strict=True) if c.role}
        if "code_class" in parts:
            code = self._parts(parts)
            return code, label
        whole = re.sub(r"[\s.\-]+", "", parts.get("code", ""))
        if whole:
            glued = _GLUED.fullmatch(whole)
            if glued:
                return glued.group(1), label if label and label != whole else glued.group(2)
            return (whole, label) if re.fullmatch(r"\d{2,}", whole) else (None, label or whole)
        glued = _GLUED.fullmatch(label)
        if glued and not re.match(r"\d", glued.group(2)):
            return glued.group(1), glued.group(2)
        return None, label

    def _parts(self, parts: dict[str, str]) -> str | None:
        own = {k: parts.get(k, "") for k in ("code_class", "code_group", "code_item")}
        digits = {k: v for k, v in own.items() if re.fullmatch(r"\d+", v)}
        if not digits:
            return None
        if "code_class" in digits and digits["code_class"] != self.above.get("code_class"):
            self.above = {}
        self.above |= {"code_class": digits["code_class"]} if "code_class" in digits else {}
        if "code_group" in digits and digits["code_group"] != self.above.get("code_group"):
            self.above.pop("code_item", None)
            self.above["code_group"] = digits["code_group"]
        head = self.above.get("code_class", "")
        if "code_item" in digits:
            return _longer(_longer(head, self.above.get("code_group", "")), digits["code_item"])
        if "code_group" in digits:
            return _longer(head, digits["code_group"])
        return head or None

    def scheme(self, code: str | None) -> Literal["function", "economic", "agency"] | None:
        """Which classification a code is of, told by its shape."""
        if code is None:
            return None
        if _CODE.fullmatch(code):
            if code[0] in "12" and self.kind != "general_economic":
                return "function"
            if code[0] in "35":
                return "economic"
        return "agency" if len(code) >= 6 or self.kind in {"units", "revenue", "expenditure"} else None  # noqa: PLR2004


def _longer(head: str, part: str) -> str:
    """A code one level down: ``201`` and ``2`` or ``02`` or ``20102`` are all 20102."""
    if not part:
        return head
    return part if len(part) > 2 and part.startswith(head) else head + part.zfill(2)  # noqa: PLR2004
