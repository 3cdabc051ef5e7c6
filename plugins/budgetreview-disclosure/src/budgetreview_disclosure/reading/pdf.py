"""A PDF as a document: its pages one by one, tables put together over page breaks, the narrative between them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

import attrs
from pypdfium2 import PdfDocument

from budgetreview_disclosure.document import Document, Place, PrintedTable, Unread
from budgetreview_disclosure.reading.aligned import grid_of, table_rows
from budgetreview_disclosure.reading.cover import identify
from budgetreview_disclosure.reading.grids import ruled_areas
from budgetreview_disclosure.reading.lines import TextLine, lines_of
from budgetreview_disclosure.reading.page import TooDenseError, read_sheet
from budgetreview_disclosure.reading.prose import (
    Printed,
    is_contents_entry,
    is_page_number,
    paragraphs_of,
    text_right,
)
from budgetreview_disclosure.reading.tables import (
    Heading,
    beside,
    header_rows,
    is_caption,
    joined,
    read_preamble,
    read_table,
    says_empty,
)
from budgetreview_disclosure.titles import plain, read_title

if TYPE_CHECKING:
    from budgetreview_disclosure.reading.grid import Grid
    from budgetreview_disclosure.reading.grids import Ruled
    from budgetreview_disclosure.reading.page import Box, Sheet

_EDGE: Final = 0.09
"""Share of a page's height at its top and foot where running headers and page numbers stand."""
_FEWEST: Final = 4
"""An untitled ruled area with fewer texts is no table."""
_TITLE_REACH: Final = 8
"""Lines between a title and its table: the form's number, the unit, the department."""


@attrs.frozen
class _Leaf:
    """A page, read: lines outside its tables, and its ruled areas."""

    number: int
    height: float
    lines: tuple[TextLine, ...]
    places: tuple[Place, ...]
    areas: tuple[Ruled, ...]
    area_places: tuple[Place, ...]
    right: float


@attrs.define
class _Open:
    """A table that may go on."""

    grid: Grid
    heading: Heading
    last_page: int
    box: Box
    levels: tuple[float, ...]


class ScannedError(Exception):
    """No page holds text: the file is pictures."""


def read_pdf(pdf: PdfDocument, name: str, sha256: str) -> Document:
    """Reads an open PDF.

    Args:
        pdf: The open file.
        name: As given.
        sha256: Of its bytes.

    Raises:
        ScannedError: It holds pictures of pages, but no text.
    """
    unread: list[Unread] = []
    leaves: list[_Leaf] = []
    blank = pictures = 0
    for index in range(len(pdf)):
        try:
            sheet = read_sheet(pdf, index)
        except TooDenseError:
            unread.append(Unread(f"第{index + 1}页", "本页图文对象过多，未读", Place(page=index + 1)))
            continue
        except Exception as exc:  # noqa: BLE001 - the library answers a broken page in many ways; the others are read
            unread.append(Unread(f"第{index + 1}页", f"本页损坏，未读（{type(exc).__name__}）", Place(page=index + 1)))
            continue
        if not sheet.chars:
            blank += 1
            if sheet.pictures > 0.3:  # noqa: PLR2004 - a third of the page is a picture and nothing else stands there
                pictures += 1
                unread.append(Unread(f"第{index + 1}页", "本页是图片，没有文字，未读", Place(page=index + 1)))
        elif sheet.unmapped * 20 > len(sheet.chars):
            unread.append(Unread(f"第{index + 1}页", "本页字体没有文字编码，部分文字无法识别", Place(page=index + 1)))
        leaves.append(_leaf(sheet))
    if blank == len(leaves) and leaves:
        raise ScannedError
    tables, prose, more = _assemble(_without_margins(leaves))
    paragraphs = paragraphs_of(prose)
    front = [p for p in prose if p.page <= 2 and not p.contents]  # noqa: PLR2004 - the cover and what is behind it
    front.sort(key=lambda p: -p.line.size)
    who = identify([p.line.text for p in front[:12]], tables, paragraphs)
    return Document(name, sha256, who.stage, who.year, who.department, len(pdf), tables, paragraphs, (*unread, *more))


def _leaf(sheet: Sheet) -> _Leaf:
    areas = ruled_areas(sheet)
    outside = [
        c for c in sheet.chars if not any(_holds(a.box, (c.x0 + c.x1) / 2, (c.top + c.bottom) / 2) for a in areas)
    ]
    lines = lines_of(outside)
    return _Leaf(
        sheet.number,
        sheet.height,
        tuple(lines),
        tuple(sheet.place(ln.box) for ln in lines),
        tuple(areas),
        tuple(sheet.place(a.box) for a in areas),
        text_right(lines),
    )


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def _without_margins(leaves: list[_Leaf]) -> list[_Leaf]:
    """Page numbers and the headers and footers that repeat are no text of the document."""
    seen: Counter[str] = Counter()
    for leaf in leaves:
        seen.update({_shape(ln.text) for ln in leaf.lines if _at_edge(leaf, ln)})
    often = {t for t, n in seen.items() if n >= max(3, len(leaves) * 0.3)}
    kept = []
    for leaf in leaves:
        keep = [
            i
            for i, ln in enumerate(leaf.lines)
            if not (
                _at_edge(leaf, ln)
                and (
                    is_page_number(ln.text)
                    or (_shape(ln.text) in often and read_title(ln.text) is None and not is_caption(ln.text))
                )
            )
        ]
        kept.append(
            attrs.evolve(leaf, lines=tuple(leaf.lines[i] for i in keep), places=tuple(leaf.places[i] for i in keep))
        )
    return kept


def _at_edge(leaf: _Leaf, line: TextLine) -> bool:
    return line.box[1] > leaf.height * (1 - _EDGE) or line.box[3] < leaf.height * _EDGE


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", plain(text))


class _Assembly:
    """Walks through the pages, keeps what stands before the next table, and closes each table when it ends."""

    def __init__(self) -> None:
        self.open: _Open | None = None
        self.done: list[tuple[Grid | None, Heading]] = []
        self.pending: list[Printed] = []
        self.prose: list[Printed] = []
        self.apart = False

    def line(self, printed: Printed) -> None:
        self.pending.append(attrs.evolve(printed, kept_apart=printed.kept_apart or self.apart))
        self.apart = False

    def area(self, leaf: _Leaf, area: Ruled, place: Place) -> None:
        if self._beside(leaf, area):
            return
        found = self._title(leaf.number)
        if found is None and self._goes_on(leaf, area):
            self._continue(leaf, area)
            return
        if found is not None and self._repeats(found, leaf, area):
            del self.pending[found[0] :]
            self._flush()
            self._continue(leaf, area)
            return
        self._doubt_rest(leaf, found)
        if found is None and sum(1 for c in area.grid.cells if c.text) < _FEWEST:
            return  # the frame of a picture or a chart
        if found is None:
            captions = [p for p in self.pending if is_caption(p.line.text) and p.page == leaf.number]
            self._flush()
            heading = self._heading("", None, place, captions, leaf.number, None)
        else:
            start, count, text = found
            title = read_title(text)
            after = self.pending[start + count :]
            before = [p for p in self.pending[max(0, start - 3) : start] if is_caption(p.line.text)]
            spot = self.pending[start].place
            del self.pending[start:]
            self._flush()
            kind = title.kind if title else None
            heading = self._heading(text, kind, spot, [*before, *after], leaf.number, title.year if title else None)
        self._close()
        self.open = _Open(area.grid, heading, leaf.number, area.box, area.levels)
        self.apart = True

    @staticmethod
    def _heading(
        text: str, kind: str | None, place: Place, captions: list[Printed], page: int, year: int | None
    ) -> Heading:
        named = read_preamble(_captioned(captions))
        return Heading(text, kind, place, named.unit, named.unit_name, year or named.year, pages=(page, page))

    def _title(self, page: int) -> tuple[int, int, str] | None:
        """The title of the table that follows: where it is among the pending lines, its lines, its text."""
        others = 0
        for i in range(len(self.pending) - 1, max(-1, len(self.pending) - 1 - _TITLE_REACH), -1):
            p = self.pending[i]
            if p.page < page - 1 or p.contents:
                break
            if is_caption(p.line.text) and read_title(p.line.text) is None:
                continue
            whole = self._two_lines(i)
            if whole is not None:
                return whole
            if _is_title(p.line):
                return i, 1, p.line.text
            joined_text = p.line.text
            if i > 0 and _broken(self.pending[i - 1], p):
                joined_text = self.pending[i - 1].line.text + p.line.text
                if read_title(joined_text) is not None:
                    return i - 1, 2, joined_text
            others += 1
            if others > 2 or len(p.line.text) > 45:  # noqa: PLR2004 - running text: what stands above is not its title
                break
        return None

    def _two_lines(self, i: int) -> tuple[int, int, str] | None:
        """A title whose first half stands on the line before."""
        if i == 0:
            return None
        over, here = self.pending[i - 1], self.pending[i]
        if not _broken(over, here) or read_title(here.line.text) is None:
            return None
        if read_title(over.line.text) is not None or is_caption(over.line.text):
            return None
        text = over.line.text + here.line.text
        return (i - 1, 2, text) if read_title(text) is not None else None

    def _goes_on(self, leaf: _Leaf, area: Ruled) -> bool:
        if self.open is None or leaf.number - self.open.last_page > 1:
            return False
        if any(not is_caption(p.line.text) for p in self.pending):
            return False
        return _same_columns(self.open.grid, area.grid) or self._only_header(area)

    def _only_header(self, area: Ruled) -> bool:
        """Whether the table so far is a header cut off from its body by the page break."""
        if self.open is None:
            return False
        _, start = header_rows(self.open.grid)
        before, here = self.open.box, area.box
        return start == self.open.grid.count and abs((before[2] - before[0]) - (here[2] - here[0])) <= 16  # noqa: PLR2004

    def _doubt_rest(self, leaf: _Leaf, found: tuple[int, int, str] | None) -> None:
        """An area at the head of the next page that has no title of its own may be the rest of the table before it."""
        table = self.open
        if table is None or leaf.number - table.last_page != 1 or table.heading.kind is None:
            return
        if found is not None:
            tail = plain(found[2])
            if tail == plain(table.heading.title) or not plain(table.heading.title).endswith(tail):
                return
        elif any(not is_caption(p.line.text) for p in self.pending):
            return
        doubt = f"第{leaf.number}页开头有一块没有标题的表，可能是本表没有接上的部分"
        table.heading = attrs.evolve(table.heading, doubts=(*table.heading.doubts, doubt))

    def _beside(self, leaf: _Leaf, area: Ruled) -> bool:
        """Takes an area with the further columns of a table too wide for its page: the same rows, no new title."""
        table = self.open
        if table is None or leaf.number != table.last_page + 1 or len(table.levels) != table.grid.count + 1:
            return False
        rows = [_level(y, table.levels) for y in area.levels]
        known = [r for r in rows if r is not None]
        if len(known) < max(4, len(rows), len(table.levels) * 0.7) or _same_columns(table.grid, area.grid):
            return False
        if known[0] != 0 or known[-1] != table.grid.count:
            return False
        title = plain(table.heading.title)
        if any(not is_caption(p.line.text) and plain(p.line.text) not in title for p in self.pending):
            return False
        named = read_preamble(_captioned([p for p in self.pending if is_caption(p.line.text)]))
        heading = table.heading
        table.heading = attrs.evolve(
            heading,
            unit=heading.unit or named.unit,
            unit_name=heading.unit_name or named.unit_name,
            pages=((heading.pages or (leaf.number, 0))[0], leaf.number),
        )
        table.grid = beside(table.grid, area.grid, known)
        table.last_page = leaf.number
        self.pending.clear()
        self.apart = True
        return True

    def _repeats(self, found: tuple[int, int, str], leaf: _Leaf, area: Ruled) -> bool:
        """Whether a title only repeats that of the table that goes on here."""
        if self.open is None or leaf.number - self.open.last_page != 1 or not _same_columns(self.open.grid, area.grid):
            return False
        bare = re.sub(r"[（(]?续表?(?:[一二三四五六七八九十\d])?[）)]?", "", plain(found[2]))
        if bare != plain(self.open.heading.title):
            return False
        named = read_preamble(_captioned(self.pending[found[0] + found[1] :]))
        if named.unit_name and self.open.heading.unit_name and named.unit_name != self.open.heading.unit_name:
            return False
        return not (_opens(self.open.grid) and _opens(area.grid))

    def _continue(self, leaf: _Leaf, area: Ruled) -> None:
        self.pending.clear()
        table = self.open
        if table is None:
            return
        _, head = header_rows(table.grid)
        table.grid = joined(table.grid, area.grid, head)
        pages = table.heading.pages or (leaf.number, leaf.number)
        table.heading = attrs.evolve(table.heading, pages=(pages[0], leaf.number))
        table.last_page = leaf.number
        self.apart = True

    def _flush(self) -> None:
        """Lines before a table are the narrative; a note right under the last table is its remark."""
        lines, self.pending = self.pending, []
        if self.open is not None:
            note = _note(lines)
            if note:
                self.open.heading = attrs.evolve(self.open.heading, remark=note)
        i = 0
        while i < len(lines):
            p = lines[i]
            if not p.contents and _is_title(p.line):
                if self._empty_table(lines, i):
                    i += 1
                    continue
                taken = self._aligned_table(lines, i)
                if taken:
                    i += taken
                    continue
            if not (is_caption(p.line.text) and read_title(p.line.text) is None and len(p.line.text) < 60):  # noqa: PLR2004
                self.prose.append(p)
            i += 1

    def _empty_table(self, lines: list[Printed], i: int) -> bool:
        """A title with no table under it but a sentence that there is nothing to show."""
        title = read_title(lines[i].line.text)
        if title is None or title.kind is None or "表" not in lines[i].line.text:
            return False
        following = [p for p in lines[i + 1 : i + 6] if not is_caption(p.line.text)]
        sentence = ""
        for p in following:
            if _is_title(p.line):
                break
            sentence += p.line.text
            if re.search(r"[。）)]$", p.line.text.strip()):
                break
        if not sentence or not says_empty(sentence) or len(sentence) > 120:  # noqa: PLR2004
            return False
        self._close()
        page = lines[i].page
        heading = self._heading(
            lines[i].line.text,
            title.kind,
            lines[i].place,
            [p for p in lines[i + 1 : i + 4] if is_caption(p.line.text)],
            page,
            title.year,
        )
        self.done.append((None, attrs.evolve(heading, remark=sentence.strip())))
        return True

    def _aligned_table(self, lines: list[Printed], i: int) -> int:
        """A table without ruling lines under a title: how many lines it takes, 0 where there is none."""
        title = read_title(lines[i].line.text)
        if title is None or title.kind is None or "表" not in lines[i].line.text:
            return 0
        end = next((k for k in range(i + 1, len(lines)) if _is_title(lines[k].line)), len(lines))
        count = table_rows(lines[i + 1 : end])
        grid = grid_of(lines[i + 1 : i + 1 + count]) if count else None
        if grid is None:
            return 0
        self._close()
        captions = [p for p in lines[max(0, i - 2) : i + 1 + min(count, 4)] if is_caption(p.line.text)]
        heading = self._heading(
            lines[i].line.text, title.kind, lines[i].place, captions, lines[i].page, title.year
        )  # fmt: skip
        last = lines[i + count].page
        self.done.append((grid, attrs.evolve(heading, pages=(lines[i].page, last))))
        return count + 1

    def _close(self) -> None:
        if self.open is not None:
            self.done.append((self.open.grid, self.open.heading))
            self.open = None

    def end(self) -> None:
        self._flush()
        self._close()


def _level(y: float, levels: tuple[float, ...]) -> int | None:
    """Which of a table's row edges stands at a height."""
    return next((i for i, at in enumerate(levels) if abs(at - y) <= 1.5), None)  # noqa: PLR2004 - points


def _captioned(captions: list[Printed]) -> list[tuple[str, Place]]:
    """The pieces of lines over a table: ``部门：`` with what follows, ``单位：万`` with its 元 from the next line."""
    pieces = [(q.text, p.place) for p in captions for q in p.line.pieces]
    loose = [t for t, _ in pieces if plain(t) == "元"]
    out: list[tuple[str, Place]] = []
    for text, place in pieces:
        if out and re.search(r"[:：]$", out[-1][0].strip()):
            out[-1] = (out[-1][0] + text, out[-1][1])
        elif loose and re.search(r"单位[:：][亿万千百]$", plain(text)):
            out.append((text + loose.pop(), place))
        elif plain(text) != "元":
            out.append((text, place))
    return out


def _is_title(line: TextLine) -> bool:
    title = read_title(line.text)
    if title is None or is_contents_entry(line.text):
        return False
    titles = sum(read_title(p.text) is not None for p in line.pieces)
    return len(line.pieces) == 1 or (titles == 1 and len(line.pieces) < 4)  # noqa: PLR2004 - unit and department beside


def _broken(over: Printed, here: Printed) -> bool:
    """Whether two lines can be one broken title: one type size, close together, on one page."""
    a, b = over.line, here.line
    if over.page != here.page or abs(a.size - b.size) > 0.15 * max(a.size, b.size) or len(a.pieces) > 2:  # noqa: PLR2004
        return False
    middle = abs((a.box[0] + a.box[2]) / 2 - (b.box[0] + b.box[2]) / 2)
    beside = abs(a.box[0] - b.box[0]) < 2 * a.size and a.box[2] >= b.box[2]
    return b.box[1] - a.box[3] < 1.2 * a.size and (middle < 6 * a.size or beside)


def _same_columns(first: Grid, following: Grid) -> bool:
    """Whether two grids have the same column edges, up to one shift of the page."""
    a = _body_edges(first)
    b = _body_edges(following)
    if not a or not b:
        return False
    shift = b[0] - a[0]
    near = sum(1 for x in b if any(abs(x - shift - y) <= 8 for y in a))  # noqa: PLR2004 - points
    return near * 10 >= len(b) * 9 and abs((b[-1] - b[0]) - (a[-1] - a[0])) <= 16 and len(b) * 3 >= len(a) * 2  # noqa: PLR2004


def _body_edges(grid: Grid) -> list[float]:
    edges: list[float] = []
    for x in sorted({c.x0 for c in grid.cells} | {c.x1 for c in grid.cells}):
        if not edges or x - edges[-1] > grid.snap:
            edges.append(x)
    return edges


def _opens(grid: Grid) -> bool:
    """Whether the first row under the header is a table's first: 合计, or 一、."""
    _, start = header_rows(grid)
    first = [plain(c.text) for c in grid.cells if c.row == start and c.text]
    return any(re.match(r"(?:合计|总计|一、|收入总计)", t) for t in first)


def _note(lines: list[Printed]) -> str:
    """What stands right under a table about its being empty."""
    text = ""
    for p in lines[:4]:
        if _is_title(p.line) or p.line.size <= 0:
            break
        text += p.line.text
        if re.search(r"[。）)]$", p.line.text.strip()) and says_empty(text):
            return text.strip()
    return text.strip() if lines and len(lines) < 4 and says_empty(text) and len(text) < 120 else ""  # noqa: PLR2004


def _assemble(leaves: list[_Leaf]) -> tuple[tuple[PrintedTable, ...], list[Printed], tuple[Unread, ...]]:
    walk = _Assembly()
    entries: set[str] = set()
    in_contents = False
    contents_page = 0
    for leaf in leaves:
        items: list[tuple[float, int, bool]] = [(ln.box[1], i, False) for i, ln in enumerate(leaf.lines)]
        items += [(a.box[1], i, True) for i, a in enumerate(leaf.areas)]
        leaders = sum(is_contents_entry(ln.text) for ln in leaf.lines)
        for _, i, ruled in sorted(items):
            if ruled:
                in_contents = False
                walk.area(leaf, leaf.areas[i], leaf.area_places[i])
                continue
            line = leaf.lines[i]
            bare = plain(line.text)
            if contents_page != leaf.number and in_contents:
                in_contents = not leaf.areas and leaf.number - contents_page == 1
                contents_page = leaf.number
            if bare in {"目录", "目次"}:
                in_contents, entries, contents_page = True, set(), leaf.number
            elif in_contents:
                entry = re.sub(r"[.．…·•・\-]*\d*$", "", bare)
                entry = re.sub(r"^[一二三四五六七八九十]{1,3}、", "", entry)
                if (entry in entries and len(entry) > 5) or (len(bare) > 40 and bare.endswith("。")):  # noqa: PLR2004 - the text begins
                    in_contents = False
                entries.add(entry)
            contents = in_contents or (is_contents_entry(line.text) and leaders > 2)  # noqa: PLR2004
            walk.line(Printed(line, leaf.places[i], leaf.number, leaf.right, contents=contents))
    walk.end()
    year = _most(h.table_year for _, h in walk.done)
    units = {h.unit for g, h in walk.done if h.unit is not None and g is not None}
    fallback = units.pop() if len(units) == 1 else None
    tables: list[PrintedTable] = []
    unread: list[Unread] = []
    for grid, heading in walk.done:
        known = attrs.evolve(heading, year=year, fallback_unit=fallback)
        if grid is None:
            tables.append(
                PrintedTable(
                    known.kind,
                    known.title,
                    (),
                    known.unit,
                    known.place,
                    known.pages,
                    known.table_year,
                    known.unit_name,
                    known.remark,
                )
            )
            continue
        table, more = read_table(grid, known)
        tables.append(table)
        unread += more
    return tuple(_whole_names(tables)), walk.prose, tuple(unread)


def _whole_names(tables: list[PrintedTable]) -> list[PrintedTable]:
    """A department's name that a line break cut off, as the other tables print it."""
    names = Counter(t.unit_name for t in tables if t.unit_name)
    whole = {
        name: max((n for n in names if n.startswith(name) and names[n] > names[name]), key=len, default=name)
        for name in names
    }
    return [attrs.evolve(t, unit_name=whole[t.unit_name]) if t.unit_name else t for t in tables]


def _most(values: object) -> int | None:
    counts = Counter(v for v in values if v is not None)  # type: ignore[attr-defined]
    return counts.most_common(1)[0][0] if counts else None
