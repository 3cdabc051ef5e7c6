"""Lines and grids in their order into a document: the way of Word files and workbooks, which need no page geometry."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Final

import attrs

from budgetreview import IntakeError, Problem, Text
from budgetreview_disclosure.document import Document, Paragraph, Place, PrintedTable, Unread
from budgetreview_disclosure.reading.cover import identify
from budgetreview_disclosure.reading.grid import Grid
from budgetreview_disclosure.reading.prose import is_contents_entry, level_of
from budgetreview_disclosure.reading.tables import (
    Heading,
    header_rows,
    is_caption,
    read_preamble,
    read_table,
    says_empty,
)
from budgetreview_disclosure.titles import plain, read_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_REACH: Final = 6
_LONGEST_HEADING: Final = 45
_MOST_UNPACKED: Final = 300_000_000
_MOST_TIMES: Final = 200


@attrs.frozen
class Line:
    """A paragraph of text and where it stands."""

    text: str
    place: Place


@attrs.frozen
class Block:
    """A grid and where it begins."""

    grid: Grid
    place: Place


def refuse_bombs(path: Path) -> None:
    """Refuse an Office file that unpacks to far more than a document holds.

    Raises:
        IntakeError: It is no intact zip file, or would unpack to more than 300 MB, or a part to 200 times its size.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = [(one.file_size, one.compress_size) for one in archive.infolist()]
    except (zipfile.BadZipFile, OSError) as exc:
        text = Text(f"文件已损坏，打不开：{exc}", f"The file is broken and cannot be opened: {exc}")
        raise IntakeError([Problem("office-broken", text, path.name)]) from exc
    large = [full for full, packed in sizes if full > _MOST_TIMES * max(packed, 1) and full > 10_000_000]  # noqa: PLR2004
    if sum(full for full, _ in sizes) > _MOST_UNPACKED or large:
        text = Text(
            "文件解压后过大，未读；请另存后再试",
            "The file unpacks to far too much and was not read; save it anew and try again",
        )
        raise IntakeError([Problem("office-too-large", text, path.name)])


def document_of(blocks: Sequence[Line | Block], name: str, sha256: str) -> Document:
    """Put lines and grids together.

    Args:
        blocks: In the order of the file.
        name: File name as given.
        sha256: Of the file's bytes.

    Returns:
        The document: each grid a table under the title that stands over it (or inside its first rows), the other lines
        its narrative.
    """
    found: list[tuple[Grid | None, Heading]] = []
    prose: list[Line] = []
    pending: list[Line] = []
    for block in blocks:
        if isinstance(block, Line):
            pending.append(block)
            continue
        heading, rest = _heading(pending, block)
        prose += _flush(rest, found)
        found.append((block.grid, heading))
        pending = []
    prose += _flush(pending, found)
    years = Counter(heading.table_year for _, heading in found if heading.table_year is not None)
    units = {heading.unit for grid, heading in found if heading.unit is not None and grid is not None}
    units |= {unit for grid, _ in found if grid is not None for unit in [_unit_inside(grid)] if unit is not None}
    fallback = units.pop() if len(units) == 1 else None
    year = years.most_common(1)[0][0] if years else None
    tables: list[PrintedTable] = []
    unread: list[Unread] = []
    for grid, heading in found:
        known = attrs.evolve(heading, year=year, fallback_unit=fallback)
        if grid is None:
            tables.append(PrintedTable(known.kind, known.title, (), known.unit, known.place, year=known.table_year,
                                       unit_name=known.unit_name, remark=known.remark))  # fmt: skip
            continue
        table, more = read_table(grid, known)
        tables.append(table)
        unread += more
    paragraphs = _paragraphs(prose)
    who = identify([line.text for line in prose[:12]], tables, paragraphs)
    return Document(name, sha256, who.stage, who.year, who.department, None, tuple(tables), paragraphs, tuple(unread))


def _unit_inside(grid: Grid) -> int | None:
    lead, _ = header_rows(grid)
    return read_preamble((cell.text, cell.place) for cell in grid.cells if cell.row < lead and cell.text).unit


def _heading(pending: Sequence[Line], block: Block) -> tuple[Heading, list[Line]]:
    """The title over a grid, and the lines before it that are narrative."""
    first = max(0, len(pending) - _REACH)
    for at in range(len(pending) - 1, first - 1, -1):
        line = pending[at]
        title = read_title(line.text)
        if title is None and is_caption(line.text):
            continue
        if title is None:
            break
        named = read_preamble((one.text, one.place) for one in pending[at + 1 :])
        heading = Heading(
            line.text.strip(), title.kind, line.place, named.unit, named.unit_name, title.year or named.year
        )  # fmt: skip
        return heading, list(pending[:at])
    captions = [one for one in pending[first:] if is_caption(one.text)]
    named = read_preamble((one.text, one.place) for one in captions)
    heading = Heading("", None, block.place, named.unit, named.unit_name, named.year)
    return heading, [one for one in pending if one not in captions]


def _flush(lines: Sequence[Line], found: list[tuple[Grid | None, Heading]]) -> list[Line]:
    """Narrative lines; a title with only 本部门无… under it is an empty table, such a note its table's remark."""
    kept: list[Line] = []
    skip = False
    for at, line in enumerate(lines):
        if skip:
            skip = False
            continue
        following = lines[at + 1].text if at + 1 < len(lines) else ""
        title = read_title(line.text)
        note = len(plain(line.text)) < 120 and says_empty(line.text)  # noqa: PLR2004 - a note, no paragraph
        named = title is not None and title.kind is not None and "表" in line.text
        if title is not None and named and following and says_empty(following):
            found.append((None, Heading(line.text, title.kind, line.place, table_year=title.year, remark=following)))
            skip = True
        elif at == 0 and note and found and found[-1][0] is not None and not found[-1][1].remark:
            grid, heading = found[-1]
            found[-1] = (grid, attrs.evolve(heading, remark=line.text.strip()))
            kept.append(line)
        else:
            kept.append(line)
    return kept


def _paragraphs(lines: Iterable[Line]) -> tuple[Paragraph, ...]:
    found: list[Paragraph] = []
    trail: list[tuple[int, str]] = []
    for line in lines:
        text = line.text.strip()
        if not text or is_contents_entry(text):
            continue
        level = level_of(text)
        if level is not None:
            trail = [(depth, name) for depth, name in trail if depth < level]
        found.append(Paragraph(text, line.place, tuple(name for _, name in trail)))
        if level is not None and len(text) <= _LONGEST_HEADING and not re.search(r"[。；;]$", text):
            trail.append((level, text))
    return tuple(found)
