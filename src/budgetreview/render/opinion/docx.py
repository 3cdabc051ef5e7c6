"""``docx``: the draft of the opinion as a document that a committee's office can edit.

Styles and page follow the habit of official documents (GB/T 9704 as generally known, the standard was not read again):
A4, margins 37, 35, 28 and 26 mm, the title in 小标宋, chapters in 黑体, sections in 楷体, text in 仿宋, three 号 with a
first line indented by two characters. Where a computer lacks these fonts, the substitutes named in the document's font
table are used. Numbers of headings are text, as offices write them; the headings themselves are Word's own styles, so
that a table of contents and the navigation work.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime, time
from typing import IO, TYPE_CHECKING, Any, Final

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from budgetreview.render.opinion import opinion
from budgetreview.render.opinion.tree import Annex, Heading, Opinion, Paragraph, Table
from budgetreview.report import Report

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.styles.style import ParagraphStyle

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LATIN: Final = "Times New Roman"
_TITLE, _BLACK, _KAI, _SONG = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
_SUBSTITUTES: Final = {
    _TITLE: "小标宋体,华文中宋,宋体,SimSun,Noto Serif CJK SC",
    _BLACK: "SimHei,Noto Sans CJK SC",
    _KAI: "楷体,KaiTi,Noto Serif CJK SC",
    _SONG: "仿宋,FangSong,Noto Serif CJK SC",
}
_THREE: Final = 16
"""三号, in points."""
_SMALL: Final = 10.5
_LINE: Final = 28
"""Between lines of text, in points: 22 lines a page."""
_NOTE: Final = "Opinion Note"
_CELL: Final = "Opinion Cell"
_HEAD: Final = "Opinion Table Head"


def docx_opinion(report: Report, out: IO[bytes], lang: str, unit: str) -> None:
    """Write the draft; the same report gives the same bytes."""
    draft = opinion(report, lang, unit)
    document = docx.Document()
    _styles(document, lang)
    _page(document.sections[0], wide=False)
    _properties(document, draft, report)
    _say(document, draft.title, "Title")
    for line in draft.about:
        _say(document, line, "Subtitle")
    for block in draft.blocks:
        if isinstance(block, Annex):
            _page(document.add_section(WD_SECTION.NEW_PAGE), wide=block.wide)
            _say(document, block.text, "Heading 1")
        elif isinstance(block, Heading):
            _say(document, block.text, f"Heading {block.level}")
        elif isinstance(block, Paragraph):
            _say(document, block.text, _NOTE if block.note else "Normal")
        else:
            _table(document, block)
    raw = io.BytesIO()
    document.save(raw)
    _fixed(raw, out)


def _say(document: Document, text: str, style: str) -> None:
    document.add_paragraph(_clean(text), style)


def _clean(text: str) -> str:
    """What XML can hold."""
    return _NO_XML.sub("\ufffd", text)


# --- styles


def _styles(document: Document, lang: str) -> None:
    zh = lang == "zh"
    styles = document.styles
    for name in (_NOTE, _CELL, _HEAD):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    # style: font, points, bold, alignment, line in points, indent of the first line in characters, before and after
    # Set to the left: justified, a line with a long code or file name is torn apart.
    middle, left = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
    look: dict[str, tuple[str, float, bool, Any, float, int, float]] = {
        "Normal": (_SONG, _THREE, False, left, _LINE, 2 if zh else 0, 0),
        "Title": (_TITLE, 22, not zh, middle, 36, 0, 12),
        "Subtitle": (_KAI, _THREE, False, middle, _LINE, 0, 12),
        "Heading 1": (_BLACK, _THREE, not zh, left, _LINE, 2 if zh else 0, 6),
        "Heading 2": (_KAI, _THREE, not zh, left, _LINE, 2 if zh else 0, 3),
        "Heading 3": (_SONG, _THREE, True, left, _LINE, 2 if zh else 0, 0),
        _NOTE: (_KAI, 12, False, left, 20, 2 if zh else 0, 3),
        _CELL: (_SONG, _SMALL, False, left, 14, 0, 0),
        _HEAD: (_BLACK, _SMALL, not zh, middle, 14, 0, 0),
        "Footer": (_SONG, 14, False, middle, 18, 0, 0),
    }
    if not zh:  # Latin text of 三号 is large
        look = {
            n: (
                f,
                min(p, 12) if n not in {"Title", "Heading 1", "Heading 2"} else p - 2,
                b,
                a,
                min(s, 18) if n not in {"Title", "Heading 1", "Heading 2"} else s,
                i,
                g + (4 if n == "Normal" else 0),
            )
            for n, (f, p, b, a, s, i, g) in look.items()
        }
    for name, (font, points, bold, where, line, indent, gap) in look.items():
        _style(styles[name], font, points, bold=bold)
        form = styles[name].paragraph_format
        form.alignment = where
        form.line_spacing_rule = WD_LINE_SPACING.EXACTLY if name not in {_CELL, _HEAD} else WD_LINE_SPACING.AT_LEAST
        form.line_spacing = Pt(line)
        form.space_before = form.space_after = Pt(gap)
        form.first_line_indent = Pt(points * indent)
        if name.startswith("Heading"):
            form.keep_with_next = True
    _fonts(document)


def _style(style: ParagraphStyle, font: str, points: float, *, bold: bool) -> None:
    style.font.name = _LATIN
    style.font.size = Pt(points)
    style.font.bold = bold
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:cs"), _LATIN)
    border = style.element.pPr.find(qn("w:pBdr")) if style.element.pPr is not None else None
    if border is not None:  # the template draws a line below titles
        style.element.pPr.remove(border)


def _fonts(document: Document) -> None:
    """Name what to take where a computer lacks a font."""
    listed = "".join(
        f'<w:font w:name="{n}"><w:altName w:val="{s}"/><w:charset w:val="86"/></w:font>'
        for n, s in _SUBSTITUTES.items()
    )
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = part.blob.replace(b"</w:fonts>", listed.encode() + b"</w:fonts>")  # noqa: SLF001 - no public way


# --- page


def _page(section: Section, *, wide: bool) -> None:
    top, bottom, left, right = Mm(37), Mm(35), Mm(28), Mm(26)
    width, height = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (height, width) if wide else (width, height)
    section.top_margin, section.bottom_margin = (left, right) if wide else (top, bottom)
    section.left_margin, section.right_margin = (bottom, top) if wide else (left, right)
    section.footer_distance = Mm(18 if wide else 28)
    section.footer.is_linked_to_previous = False
    at = section.footer.paragraphs[0]
    at.style = "Footer"
    at.add_run("— ")
    at._p.append(  # noqa: SLF001 - python-docx has no fields
        parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        )
    )
    at.add_run(" —")


def _properties(document: Document, draft: Opinion, report: Report) -> None:
    """Fixed properties: nothing of the computer or the hour."""
    day = datetime.combine(report.as_of, time(), UTC).replace(tzinfo=None)
    core = document.core_properties
    core.title = _clean(draft.title)
    core.author = core.last_modified_by = f"budgetreview {report.engine}"
    core.created = core.modified = day
    core.revision = 1
    core.language = "zh-CN" if draft.lang == "zh" else "en"
    core.comments = core.keywords = core.subject = core.category = ""


# --- tables


def _table(document: Document, table: Table) -> None:
    section = document.sections[-1]
    room = int((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0))
    whole = sum(table.widths)
    widths = [room * w // whole for w in table.widths]
    made = document.add_table(rows=1 + len(table.rows), cols=len(table.head), style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    for column, width in zip(made._tbl.tblGrid.gridCol_lst, widths, strict=True):  # noqa: SLF001 - columns are slow
        column.w = width
    for n, (row, said) in enumerate(zip(made._tbl.tr_lst, (table.head, *table.rows), strict=True)):  # noqa: SLF001
        properties = row.get_or_add_trPr()
        properties.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
        if n == 0:
            properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
        for k, (cell, text) in enumerate(zip(row.tc_lst, said, strict=True)):
            cell.width = widths[k]
            paragraph = cell.p_lst[0]
            paragraph.style = document.styles[_HEAD if n == 0 else _CELL].style_id
            if n and k in table.right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.add_r().text = _clean(text)
    document.add_paragraph(style=_CELL)


def _fixed(raw: IO[bytes], out: IO[bytes]) -> None:
    """The package again with one date for all parts."""
    with zipfile.ZipFile(raw) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            made.writestr(zipfile.ZipInfo(name, _EPOCH), given.read(name), zipfile.ZIP_DEFLATED)
