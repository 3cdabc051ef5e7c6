"""What a published budget or final account says: its tables, its sentences, and where each of them stands.

Readers (PDF, Word, workbook) make a :class:`Document`; checks read nothing else. Amounts are whole 分; a cell that
holds no amount, or one that could not be read, has none, which is never zero.
"""

from __future__ import annotations

from typing import Literal

import attrs

Stage = Literal["budget", "final_accounts"]


@attrs.frozen
class Place:
    """Where something stands: a page and a box in points from the page's upper left, or a sheet and a cell.

    Attributes:
        page: From 1; None in a workbook. A Word file has no pages: there it is None, too.
        box: ``(x0, top, x1, bottom)`` in points.
        sheet: Sheet of a workbook, ``表3`` (the third table) or ``段12`` (the twelfth paragraph) of a Word file.
        cell: A1 reference inside the sheet or table.
    """

    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    sheet: str | None = None
    cell: str | None = None


@attrs.frozen
class Cell:
    """One cell as printed.

    Attributes:
        text: As printed, line breaks inside taken out.
        place: Where it stands.
        fen: The amount in 分 with the table's unit applied; None where the cell holds none or it cannot be read.
        step: One unit of the last printed digit, in 分: what rounding may hide is half of it.
    """

    text: str
    place: Place
    fen: int | None = None
    step: int = 1


@attrs.frozen
class Column:
    """A column of a panel.

    Attributes:
        role: What it holds (see ``roles.py``): ``label``, ``code``, ``total``, ``basic``, ``project`` …; None where
            the header is not understood.
        header: The header's texts from the top row down, joined by ``/``.
        place: The lowest header cell.
        basis: Which figure of it, where the header says so: ``budget``, ``adjusted`` (全年预算数), ``actual`` (决算数),
            ``prior_budget``, ``prior_actual``, ``change``, ``rate``.
        year: The fiscal year that the header names.
    """

    role: str | None
    header: str
    place: Place
    basis: str | None = None
    year: int | None = None


@attrs.frozen
class Row:
    """A printed row of a panel.

    Attributes:
        label: The name as printed without blanks inside; empty where there is none.
        code: The classification code as one string of digits, None where there is none.
        scheme: Which classification the code or label is of.
        depth: Indentation or ordinal depth where the print shows it (一、 = 0, 其中 = 1 …); None: not known.
        cells: By column number of the panel.
        group: The name in the column before the label that covers several rows, e.g. 一般公共预算资金 over 小计.
    """

    label: str
    code: str | None
    cells: tuple[Cell, ...]
    scheme: Literal["function", "economic", "agency"] | None = None
    depth: int | None = None
    group: str = ""


@attrs.frozen
class Panel:
    """One grid of rows under one header; a table printed as 收入 | 支出 side by side has two.

    Attributes:
        side: ``revenue`` or ``expenditure`` where the panel is one half of a balance sheet; else None.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    side: Literal["revenue", "expenditure"] | None = None


@attrs.frozen
class PrintedTable:
    """One table of the document, put together over its page breaks.

    Attributes:
        kind: Which table of the disclosure forms it is (see ``titles.py``); None where the title is not understood.
        title: As printed.
        panels: Its grids.
        unit: 分 in one printed unit (万元: 1,000,000); None where the document does not say it.
        place: Of the title.
        pages: First and last page.
        year: The fiscal year that the title or its heading names.
        unit_name: The unit (单位) or department that the table names, where it does.
        remark: What is printed about an empty table, e.g. 本部门无政府性基金预算, else empty.
        unit_assumed: The table names no unit; ``unit`` is that of all other tables of the document.
        doubts: Why the reading is not sure, in Chinese; empty where it is. No check may rest on a table with doubts.
    """

    kind: str | None
    title: str
    panels: tuple[Panel, ...]
    unit: int | None
    place: Place
    pages: tuple[int, int] | None = None
    year: int | None = None
    unit_name: str | None = None
    remark: str = ""
    doubts: tuple[str, ...] = ()
    unit_assumed: bool = False


@attrs.frozen
class Paragraph:
    """A paragraph of the narrative, without its line breaks.

    Attributes:
        heading: The headings it stands under, outermost first.
        lines: Of a PDF: the start of each printed line in ``text`` and its place, for boxes of single sentences.
    """

    text: str
    place: Place
    heading: tuple[str, ...] = ()
    lines: tuple[tuple[int, Place], ...] = ()


@attrs.frozen
class Unread:
    """Something that could not be read, and why."""

    what: str
    why: str
    place: Place


@attrs.frozen
class Document:
    """A department's published budget or final account.

    Attributes:
        name: File name as given.
        sha256: Of the file's bytes.
        stage: Budget or final account; None where it does not say.
        year: Its fiscal year; None where it does not say.
        department: The department that publishes it; None where it does not say.
        pages: Number of pages; None for a workbook or Word file.
    """

    name: str
    sha256: str
    stage: Stage | None
    year: int | None
    department: str | None
    pages: int | None
    tables: tuple[PrintedTable, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    unread: tuple[Unread, ...] = ()
