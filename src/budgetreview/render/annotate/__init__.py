"""The workbook back: the bureau's own file with a comment and a colour at every flagged cell, and a sheet of findings.

Everything else in it is as it was. Programs that read a workbook and write it anew lose sparklines, newer data bars,
text boxes, buttons, pictures in headers, rich text and stored results of formulas; so only these parts of the package
are changed, and in them only what must be: the flagged sheets (the format numbers of flagged cells), comments and
their boxes, the formats, the list of sheets with its links, and the list of content types. What is not changed is
copied with its packed bytes.

The workbook must be, byte for byte, the one that was reviewed: then it has passed the guards of intake.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

import attrs

from budgetreview.errors import Text, UsageError
from budgetreview.render import checked, files
from budgetreview.render.annotate import listing, marks, notes, shapes
from budgetreview.render.annotate.cells import Cell, Sheet, address_of, cell_of
from budgetreview.render.annotate.package import LINKS, MAIN, Package, child
from budgetreview.render.annotate.splice import Edits, attribute, parse
from budgetreview.render.annotate.styles import Styles
from budgetreview.render.words.sentences import Sentences
from budgetreview.report import Finding, Report
from budgetreview.tables import OWN_KIND

__all__ = ["ENDINGS", "Annotated", "annotate"]

ENDINGS: Final = (".xlsx", ".xlsm")
"""Workbooks that can be given back; the ending of the new file must be that of the old one."""
_NOTES: Final = 65_000
"""The most comments put into one workbook; cells beyond are coloured and listed."""
_SHEETS: Final = "http://purl.oclc.org/ooxml/"


@attrs.frozen
class Annotated:
    """What was written.

    Attributes:
        path: The new workbook.
        cells: Flagged cells that were coloured.
        findings: Findings in the new sheet.
        unplaced: Of these, findings without a cell in this workbook.
        elsewhere: Findings of the report that belong to other inputs and are not in it.
    """

    path: Path
    cells: int
    findings: int
    unplaced: int
    elsewhere: int


def annotate(
    report: Report,
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    lang: str = "zh",
    unit: str = "元",
    name: str | None = None,
) -> Annotated:
    """Give a reviewed workbook back with its findings at their cells.

    Args:
        report: From ``review``.
        source: The workbook that was reviewed, ``.xlsx`` or ``.xlsm``, unchanged since.
        out: The new workbook, with the same ending; never the old one itself.
        lang: ``zh`` or ``en``.
        unit: The unit of money in the sheet of findings (元 千元 万元 百万元 亿元).
        name: How the report names the input, where two inputs have the same bytes.

    Returns:
        What was written.

    Raises:
        UsageError: The workbook cannot be annotated: it is not what was reviewed, is of another kind, signed, or in
            the strict form of the format.
        OutputError: The new workbook could not be written; what was there before is untouched.
    """
    checked(lang, unit)
    path, target = Path(source), Path(out)
    _fitting(path, target)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(Text(
            f"{path} 无法读取（{error.strerror}）", f"{path} cannot be read ({error.strerror})"
        )) from None  # fmt: skip
    own = name if name is not None else _name(report, path, data)
    book = _Book(Package(data), report, own, lang)
    done = book.annotated(unit)

    def fill(file: IO[bytes]) -> None:
        book.package.save(file)

    files.save({target: fill})
    return attrs.evolve(done, path=target)


def _fitting(path: Path, target: Path) -> None:
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError(Text(
            f"{path.name}：只有 .xlsx、.xlsm 工作簿能原样加批注返还；{ending or '这种文件'} 请另存为 .xlsx，"
            "或用 --format xlsx 生成发现工作簿",
            f"{path.name}: only .xlsx and .xlsm workbooks can be given back with comments; save it as .xlsx, or write "
            "a findings workbook with --format xlsx",
        ))  # fmt: skip
    if target.suffix.lower() != ending:
        raise UsageError(Text(
            f"{target.name} 的扩展名应与原工作簿相同（{ending}），否则 Excel 打不开",
            f"{target.name} must have the same ending as the workbook ({ending}), else Excel does not open it",
        ))  # fmt: skip
    if target.exists() and path.exists() and target.samefile(path):
        raise UsageError(Text(
            f"{target} 就是被审查的工作簿，不会覆盖；请换一个文件名",
            f"{target} is the reviewed workbook itself and is not written over; name another file",
        ))  # fmt: skip


def _name(report: Report, path: Path, data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    same = [i for i in report.inputs if i.sha256 == digest]
    if not same:
        raise UsageError(Text(
            f"{path.name} 不是本次审查的输入，或审查之后改动过；请用被审查的那个文件",
            f"{path.name} is no input of this review, or has changed since; name the file that was reviewed",
        ))  # fmt: skip
    if any(i.problems for i in same):
        raise UsageError(Text(
            f"{path.name} 有问题未能读入，没有可批注的发现；请先改正所列问题",
            f"{path.name} could not be read, so there are no findings to write into it; mend its problems first",
        ))  # fmt: skip
    names = dict.fromkeys(i.name for i in same)
    own = [n for n in names if n.rpartition("/")[2].partition("#")[0] == path.name]
    return own[0] if own else next(iter(names))


class _Book:
    """One workbook on its way to be annotated."""

    def __init__(self, package: Package, report: Report, name: str, lang: str) -> None:
        self.package = package
        self.report = report
        self.name = name
        self.lang = lang
        self.main = package.main()
        _annotable(package, self.main, name)
        self.styles = Styles(package)
        self.sheets = self._sheets()
        self.free = 1 + max(
            (n for part in package.names if part.endswith(".vml") for n in shapes.clusters(package.read(part))),
            default=0,
        )
        self.talked: set[tuple[str, Cell]] = set()
        self.unnoted: set[tuple[str, Cell]] = set()
        self.moved: dict[tuple[str, Cell], Cell] = {}

    def _sheets(self) -> dict[str, str]:
        """The part of every sheet by its name."""
        data = self.package.read(self.main)
        targets = {link.id: link.part for link in self.package.links(self.main)}
        listed = child(parse(data, self.main), "sheets")
        named = listed.children if listed is not None else []
        return {s.get("name"): targets[s.get("id")] for s in named if s.get("id") in targets}

    def annotated(self, unit: str) -> Annotated:
        found, elsewhere = marks.of(self.report, self.name)
        found = [m if m.sheet in self.sheets else attrs.evolve(m, sheet=None, cell=None) for m in found]
        mine = (i for i in self.report.inputs if i.name == self.name and i.sheet in self.sheets)
        earlier = [i.sheet for i in mine if any(n.kind == OWN_KIND for n in i.notices)]
        self._strip()
        say = Sentences(self.report, self.lang, unit)
        by_sheet: dict[str, dict[Cell, list[Finding]]] = {}
        for m in found:
            if m.sheet is not None and m.cell is not None:
                by_sheet.setdefault(m.sheet, {}).setdefault(m.cell, []).append(m.finding)
        cells, left = 0, _NOTES
        for sheet, there in by_sheet.items():
            cells += self._mark(sheet, there, left, say)
            left -= min(left, len(there))
        new = listing.sheet(self.report, found, self.styles, self.lang, unit, self._remark)
        self._add_sheet(new, earlier[0] if earlier else None)
        self.styles.save()
        unplaced = sum(m.cell is None for m in found)
        return Annotated(Path(), cells, len(found), unplaced, elsewhere)

    # --- what an earlier review wrote

    def _strip(self) -> None:
        """Take out the comments and colours of an earlier review."""
        self.styles.strip()
        for part in self.sheets.values():
            comments, drawing = self._parts_of(part)
            if comments is None or notes.AUTHOR.encode() not in self.package.read(comments):
                continue
            data, emptied = notes.strip(self.package.read(comments), comments)
            self.package.write(comments, data)
            if drawing is not None and emptied:
                self.package.write(drawing, shapes.strip(self.package.read(drawing), emptied))

    def _parts_of(self, sheet: str) -> tuple[str | None, str | None]:
        """The comments of a sheet and the drawing of their boxes."""
        links = self.package.links(sheet)
        comments = next((link.part for link in links if link.kind == "comments"), None)
        if not any(link.kind == "vmlDrawing" for link in links):
            return comments, None
        wanted = Sheet(self.package.read(sheet), sheet).drawing
        return comments, next((link.part for link in links if link.id == wanted), None)

    # --- one sheet

    def _mark(self, title: str, there: Mapping[Cell, Sequence[Finding]], most: int, say: Sentences) -> int:
        part = self.sheets[title]
        package = self.package
        sheet = Sheet(package.read(part), part)
        corners = sheet.corner(there)
        shown: dict[Cell, list[Finding]] = {}
        for cell, found in there.items():
            shown.setdefault(corners[cell], []).extend(found)
            if corners[cell] != cell:
                self.moved[title, cell] = corners[cell]
        graver = sorted(shown, key=lambda c: min((f.waived is not None, f.severity.rank) for f in shown[c]))
        self.unnoted |= {(title, c) for c in graver[most:]}
        comments, drawing = self._parts_of(part)
        full = notes.full(package.read(comments), comments) if comments is not None else set()
        self.unnoted |= {(title, c) for c in full}
        said = {c: marks.note(shown[c], say, self.lang) for c in graver[:most] if c not in full}
        link = None
        if said:
            comments = comments or self._new_part(part, "xl/comments{}.xml", notes.KIND, "comments", notes.empty())
            self._talks(title, part)
            if drawing is None:
                drawing = package.free("xl/drawings/vmlDrawing{}.vml")
                package.write(drawing, shapes.empty())
                package.declare(drawing, shapes.KIND)
                link = package.link(part, "vmlDrawing", drawing)
            package.write(comments, notes.added(package.read(comments), comments, said, self.lang))
            self._boxes(drawing, said, sheet)
        colours = {c: marks.colour(f) for c, f in shown.items()}
        package.write(part, sheet.marked(colours, self.styles.coloured, link))
        return len(shown)

    def _new_part(self, sheet: str, pattern: str, kind: str, link: str, data: bytes) -> str:
        part = self.package.free(pattern)
        self.package.write(part, data)
        self.package.declare(part, kind)
        self.package.link(sheet, link, part)
        return part

    def _boxes(self, drawing: str, said: Mapping[Cell, str], sheet: Sheet) -> None:
        data = self.package.read(drawing)
        boxed = shapes.cells(data)
        measures = shapes.Measures(sheet.widths(), sheet.heights(), sheet.usual())
        data = shapes.grown(data, {c: s for c, s in said.items() if c in boxed}, measures)
        fresh = {c: s for c, s in said.items() if c not in boxed}
        data, self.free = shapes.added(data, drawing, fresh, measures, self.free)
        self.package.write(drawing, data)

    def _talks(self, title: str, part: str) -> None:
        """Note the cells that have a conversation: newer Excel shows it instead of the comment."""
        for link in self.package.links(part):
            if link.kind == "threadedComment":
                root = parse(self.package.read(link.part), link.part)
                talked = (cell_of(t.get("ref")) for t in root.children)
                self.talked |= {(title, c) for c in talked if c is not None}

    # --- the list

    def _remark(self, m: marks.Marked) -> str:
        """What is to be said about where a finding stands."""
        zh = self.lang == "zh"
        said: list[str] = []
        if m.finding.waived is not None:
            said.append(("豁免理由：" if zh else "waived because: ") + m.finding.waived)
        if m.cell is None or m.sheet is None:
            said.append("涉及整份预算或一组数据，没有对应的单元格" if zh
                        else "about the submission or a group of figures; no cell of its own")  # fmt: skip
        else:
            spot = (m.sheet, self.moved.get((m.sheet, m.cell), m.cell))
            if spot[1] != m.cell:
                at = address_of(spot[1])
                said.append(f"合并单元格，标在 {at}" if zh else f"merged; shown at {at}")
            if spot in self.unnoted:
                said.append("批注已满，此处只标颜色" if zh else "no room for more comments: coloured only")
            elif spot in self.talked:
                said.append(
                    "该单元格有对话批注，新版 Excel 只显示对话，询问见本行" if zh
                    else "the cell has a conversation, which newer Excel shows instead of the comment"
                )  # fmt: skip
        total = m.finding.lines_total or len(m.finding.lines or ())
        if m.finding.line_id is None and m.cell is not None and total > 1:
            said.append(f"涉及 {total} 条明细，标在其中第一条" if zh else f"about {total} lines; shown at the first")
        return "；".join(said) if zh else "; ".join(said)

    def _add_sheet(self, data: bytes, earlier: str | None) -> None:
        package = self.package
        if earlier is not None:
            part = self.sheets[earlier]
            rels = re.sub(r"([^/]+)$", r"_rels/\1.rels", part)
            if rels in package:
                package.drop(rels)
            package.write(part, data)
            return
        part = package.free("xl/worksheets/sheet{}.xml")
        package.write(part, data)
        package.declare(part, listing.KIND)
        link = package.link(self.main, "worksheet", part)
        book = package.read(self.main)
        root = parse(book, self.main)
        listed = child(root, "sheets")
        if listed is None:  # pragma: no cover - intake found its sheets here
            raise AssertionError
        taken = {s.get("name").casefold() for s in listed.children}
        title = next(t for n in range(1, len(taken) + 2)
                     if (t := listing.NAME[self.lang] + (str(n) if n > 1 else "")).casefold() not in taken)  # fmt: skip
        number = max((int(s.get("sheetId", "0")) for s in listed.children), default=0) + 1
        p = root.prefix
        edits = Edits()
        edits.append(listed, (
            f'<{p}sheet xmlns:r="{LINKS}" name="{attribute(title)}" sheetId="{number}" r:id="{link}"/>'
        ).encode())  # fmt: skip
        place = len(listed.children)
        head = f"'{title}'!${listing.HEAD}:${listing.HEAD}"
        defined = f'<{p}definedName name="_xlnm.Print_Titles" localSheetId="{place}">{head}</{p}definedName>'
        names = child(root, "definedNames")
        if names is not None:
            edits.append(names, defined.encode())
        else:
            before = [c.end for c in root.children if c.name in {"sheets", "functionGroups", "externalReferences"}]
            edits.insert(max(before), f"<{p}definedNames>{defined}</{p}definedNames>".encode())
        package.write(self.main, edits.apply(book))


def _annotable(package: Package, main: str, name: str) -> None:
    """Refuse what cannot be given back unharmed.

    Raises:
        UsageError: The workbook is signed, or in the strict form of the format.
    """
    kinds = {link.kind for link in package.links("")}
    if kinds & {"origin"} or any(part.startswith("_xmlsignatures/") for part in package.names):
        raise UsageError(Text(
            f"{name} 带有数字签名，批注会使签名失效，未生成；请对未签名的副本审查并批注",
            f"{name} is digitally signed and comments would break the signature; annotate a copy that is not signed",
        ))  # fmt: skip
    head = package.read(main)
    if _SHEETS.encode() in head[:4096] or MAIN.encode() not in head:
        raise UsageError(Text(
            f"{name} 是“Strict Open XML”格式，不能批注；请在 Excel 中另存为普通的 .xlsx",
            f"{name} is in the form “Strict Open XML” and cannot be annotated; save it as an ordinary .xlsx",
        ))  # fmt: skip
