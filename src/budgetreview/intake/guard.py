# ruff: noqa: PLR2004 - bytes and offsets of file formats
"""Measure a workbook before a native reader gets it.

Readers of workbooks keep a sheet as a full rectangle from its first to its furthest cell. A sheet of 5 kB with
one cell in XFD1048576 makes them ask for 512 GiB, and the process is gone without a word. So the package is
opened here first: every XML part is unpacked in pieces (what it *says* about its own size is not believed), the
furthest filled cell of every sheet is found, and formula cells without a stored result and error cells, which
the reader turns into blanks, are named.

What cannot be seen: a program that stores ``0`` beside a formula it never calculated (XlsxWriter does) looks
like one that calculated 0; the same holds for every formula in ``.xls``. Look-alike numbers cannot be told apart.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections import Counter
from functools import partial
from typing import IO, TYPE_CHECKING, Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

import attrs
import numpy as np

from budgetreview.intake import limits
from budgetreview.intake.abreast import ahead
from budgetreview.intake.limits import column_letter, human, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from budgetreview.errors import Problem

_PIECE: Final = limits.MIB
_PACKED: Final = limits.MIB // 4
_LOOK: Final = limits.MIB // 8
"""Bytes looked at together: so many that the processor's cache holds them and what is computed of them."""
_LARGE: Final = 8 * limits.MIB
"""A part of this size is unpacked on a second core while it is looked at."""
_LONGEST_CELL: Final = 16 * limits.MIB
_LOCAL_HEADER: Final = 30
_PAD: Final = bytes(24)
_TAG_END: Final = np.zeros(256, bool)
_TAG_END[list(b" \t\r\n/>")] = True


@attrs.define
class SheetMeasure:
    """What is known of one sheet before it is read.

    Attributes:
        rows: Rows from row 1 to the furthest filled cell.
        columns: Columns from A to the furthest filled cell.
        cells: Filled cells.
        furthest_row: Address of a cell in the furthest row; ``furthest_column`` likewise.
        bad: Kind, address and what was read, for every cell that cannot be taken (at most a few hundred).
        more: How many such cells were found beyond those in ``bad``, by kind.
    """

    rows: int = 0
    columns: int = 0
    cells: int = 0
    furthest_row: str = ""
    furthest_column: str = ""
    bad: list[tuple[str, str, str]] = attrs.field(factory=list)
    more: Counter[str] = attrs.field(factory=Counter)

    def see(self, row: int, column: int) -> None:
        """Note a filled cell, counted from 1."""
        if row > self.rows:
            self.rows, self.furthest_row = row, f"{column_letter(column - 1)}{row}"
        if column > self.columns:
            self.columns, self.furthest_column = column, f"{column_letter(column - 1)}{row}"

    def complain(self, kind: str, cell: str, read: str = "") -> None:
        """Note a cell that cannot be taken."""
        if sum(k == kind for k, _, _ in self.bad) < limits.NAMED:
            self.bad.append((kind, cell, read))
        else:
            self.more[kind] += 1


class RefusedError(Exception):
    """A workbook that must not reach the reader; carries the one problem that says why."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.text.en)
        self.problem = found


def broken(name: str, zh: str, en: str) -> RefusedError:
    """The refusal of a damaged workbook."""
    return RefusedError(
        problem(
            "broken-workbook",
            f"工作簿已损坏或不符合格式（{zh}）；请用 Excel 或 WPS 打开后另存为 .xlsx 再提交。",
            f"the workbook is damaged or against its format ({en}); open it in Excel or WPS and save it as .xlsx.",
            name=name,
        )
    )


def encrypted(name: str) -> RefusedError:
    """The refusal of a workbook under a password."""
    return RefusedError(
        problem(
            "encrypted",
            "工作簿已加密，无法读取；请去掉打开密码后另存再提交。",
            "the workbook is encrypted; remove its password, save it again and hand that over.",
            name=name,
        )
    )


# ---------------------------------------------------------------- the package


def open_package(file: IO[bytes], name: str) -> zipfile.ZipFile:
    """Open a workbook's zip and check its directory: sizes, ratio, number of parts, doubles.

    Raises:
        RefusedError: If it is no zip, or its directory already says that it must not be unpacked.
    """
    try:
        package = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise broken(name, "不是完整的压缩包", f"not a whole zip file: {error}") from None
    parts = package.infolist()
    if len(parts) > limits.PARTS:
        raise _bomb(name, f"{len(parts)} 个部件", f"{len(parts)} parts")
    names = Counter(p.filename.lower() for p in parts)
    twice = next((n for n, count in names.items() if count > 1), None)
    if twice:
        raise broken(name, f"部件 {twice} 出现两次", f"the part {twice} is there twice")
    for part in parts:
        if part.flag_bits & 0x1:
            raise encrypted(name)
    declared = sum(p.file_size for p in parts if _is_xml(p.filename))
    if declared > limits.UNPACKED_BYTES:
        raise _bomb(name, f"解压后 {human(declared)}", f"{human(declared)} unpacked")
    return package


def _is_xml(part: str) -> bool:
    return part.lower().endswith((".xml", ".rels", ".vml")) or part == "mimetype"


def _bomb(name: str, zh: str, en: str) -> RefusedError:
    return RefusedError(
        problem(
            "zip-bomb",
            f"工作簿解压后过大（{zh}，上限 {human(limits.UNPACKED_BYTES)}），未读取；"
            "请检查文件来源，或按表拆分后提交。",
            f"the workbook unpacks to too much ({en}; limit {human(limits.UNPACKED_BYTES)}) and was not read; "
            "check where it comes from, or split it.",
            name=name,
        )
    )


def unpack(package: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """The bytes of one part, piece by piece, unpacked here: the sizes written in the zip are only compared.

    Raises:
        RefusedError: If the part unpacks to more than it says or may, or is damaged.
    """
    pieces = _packed(package, part, name)
    if part.compress_type == zipfile.ZIP_DEFLATED:
        pieces = _inflated(pieces, part, name)
    elif part.compress_type != zipfile.ZIP_STORED:
        raise broken(name, f"{part.filename} 的压缩方式不支持", f"{part.filename} is packed in an unknown way")
    out = 0
    for piece in pieces:
        out += len(piece)
        if out > part.file_size:
            raise _bomb(name, f"{part.filename} 实际大于其声明的大小", f"{part.filename} is larger than it says")
        if out > limits.RATIO_FROM and out > limits.RATIO * max(1, part.compress_size):
            times = limits.RATIO
            raise _bomb(name, f"{part.filename} 膨胀 {times} 倍以上", f"{part.filename} grows over {times} times")
        yield piece
    if out != part.file_size:
        raise broken(name, f"{part.filename} 不完整", f"{part.filename} is not whole")


def _packed(package: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    file = package.fp
    if file is None:
        raise broken(name, "压缩包已关闭", "the zip file is closed")
    if part.header_offset < 0:  # a damaged directory can place a part before the file begins
        raise broken(name, f"{part.filename} 的位置", f"the place of {part.filename}")
    file.seek(part.header_offset)
    head = file.read(_LOCAL_HEADER)
    if len(head) < _LOCAL_HEADER or head[:4] != b"PK\x03\x04":
        raise broken(name, f"{part.filename} 的压缩头", f"the zip header of {part.filename}")
    file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
    left = part.compress_size
    while left > 0:
        piece = file.read(min(left, _PACKED))
        if not piece:
            raise broken(name, f"{part.filename} 不完整", f"{part.filename} ends too early")
        left -= len(piece)
        yield piece


def _inflated(packed: Iterator[bytes], part: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-15)
    for piece in packed:
        pending = piece
        while pending and not inflate.eof:
            try:
                unpacked = inflate.decompress(pending, _PIECE)
            except zlib.error:
                raise broken(name, f"{part.filename} 无法解压", f"{part.filename} cannot be unpacked") from None
            pending = inflate.unconsumed_tail
            if unpacked:
                yield unpacked
    while not inflate.eof and (unpacked := inflate.decompress(b"", _PIECE)):
        yield unpacked
    if not inflate.eof:
        raise broken(name, f"{part.filename} 不完整", f"{part.filename} is not whole")


def _small(package: zipfile.ZipFile, part: str, name: str) -> ET.Element | None:
    """A small XML part parsed, or None if the package has none of that name."""
    info = next((p for p in package.infolist() if p.filename.lower() == part.lower()), None)
    if info is None:
        return None
    if info.file_size > 16 * limits.MIB:
        raise broken(name, f"{part} 过大", f"{part} is too large")
    data = b"".join(unpack(package, info, name))
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise broken(name, f"{part} 含有 DTD", f"{part} has a DTD")
    try:
        return ET.fromstring(data)  # noqa: S314 - small, and without DTD or entities, as checked above
    except (ET.ParseError, LookupError, ValueError) as error:
        raise broken(name, f"{part} 不是有效的 XML", f"{part} is not valid XML: {error}") from None


# ---------------------------------------------------------------- .xlsx


def measure_xlsx(package: zipfile.ZipFile, name: str) -> dict[str, SheetMeasure]:
    """Unpack every XML part of an .xlsx once; measure its sheets, by sheet name in the workbook's order.

    Raises:
        RefusedError: If the workbook must not be handed to a reader.
    """
    titles = _sheet_titles(package, name)
    measures: dict[str, SheetMeasure] = {title: SheetMeasure() for title in titles.values()}
    total = 0
    for part in package.infolist():
        if not _is_xml(part.filename):
            continue
        title = titles.get(part.filename.lower())
        scan = _SheetScan(measures[title] if title else SheetMeasure(), name, title) if title is not None else None
        first = b""
        pieces = unpack(package, part, name)
        for piece in ahead(pieces) if part.file_size > _LARGE else pieces:
            total += len(piece)
            if total > limits.UNPACKED_BYTES:
                raise _bomb(name, f"解压超过 {human(total)}", f"over {human(total)} unpacked")
            if not first:
                first = piece[:4096]
                if b"<!DOCTYPE" in first or first[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in first:
                    raise broken(name, f"{part.filename} 的编码或 DTD", f"encoding or DTD of {part.filename}")
                if scan is None and re.search(rb"<(?:\w+:)?worksheet[\s>]", first):
                    scan = _SheetScan(SheetMeasure(), name, part.filename)
            if scan is not None:
                for start in range(0, len(piece), _LOOK):
                    scan.feed(piece[start : start + _LOOK])
        if scan is not None:
            scan.finish()
            within_bounds(scan.measure, name, scan.title)
    _book_within_bounds(measures, name)
    return measures


def _sheet_titles(package: zipfile.ZipFile, name: str) -> dict[str, str]:
    """The part (lower case) of every sheet, and the sheet's name, in the workbook's order."""
    root = _small(package, "_rels/.rels", name)
    book = "xl/workbook.xml"
    for link in root if root is not None else ():
        if link.get("Type", "").endswith("/officeDocument"):
            book = link.get("Target", book).lstrip("/")
    workbook = _small(package, book, name)
    if workbook is None:
        raise broken(name, "没有 workbook.xml", "it has no workbook.xml")
    folder = posixpath.dirname(book)
    links = _small(package, f"{folder}/_rels/{posixpath.basename(book)}.rels", name)
    targets = {r.get("Id"): r.get("Target", "") for r in (links if links is not None else ())}
    titles: dict[str, str] = {}
    for element in workbook.iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        key = next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == "id"), None)
        target = targets.get(key, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        titles[path.lower()] = element.get("name", "")
    return titles


def within_bounds(measure: SheetMeasure, name: str, sheet: str | None) -> None:
    """Check that a sheet fits in memory as a rectangle.

    Raises:
        RefusedError: If not.
    """
    box = measure.rows * measure.columns
    if measure.rows > limits.ROWS or measure.columns > limits.COLUMNS:
        raise broken(name, f"{sheet} 的单元格超出表格边界", f"a cell of {sheet} lies outside any sheet")
    if box > limits.BOX_CELLS or (box > limits.SPARSE_FROM and box > limits.SPARSE * max(1, measure.cells)):
        far = measure.furthest_column if measure.columns > 1000 or measure.rows < 1000 else measure.furthest_row
        raise RefusedError(
            problem(
                "far-cell",
                f"有内容的单元格 {measure.cells} 个，却散布在 {measure.rows} 行 × {measure.columns} 列的范围内"
                f"（最远处 {measure.furthest_row}、{measure.furthest_column}；上限 {limits.BOX_CELLS} 格），未读取；"
                "请删除表外多余的单元格、行、列后另存再提交。",
                f"{measure.cells} filled cells spread over {measure.rows} rows × {measure.columns} columns "
                f"(furthest {measure.furthest_row} and {measure.furthest_column}; "
                f"limit {limits.BOX_CELLS} cells), not read; "
                "delete the stray cells, rows and columns outside the table and save again.",
                name=name,
                sheet=sheet,
                cell=far,
            )
        )


def _book_within_bounds(measures: dict[str, SheetMeasure], name: str) -> None:
    total = sum(m.rows * m.columns for m in measures.values())
    if total > limits.BOOK_CELLS:
        raise RefusedError(
            problem(
                "far-cell",
                f"各表范围合计 {total} 格，超过上限 {limits.BOOK_CELLS}；请拆成几个工作簿。",
                f"the sheets together span {total} cells, over the limit of {limits.BOOK_CELLS}; split the workbook.",
                name=name,
            )
        )


_PREFIXED = re.compile(rb":(?:c|row|v|f|is)[\s/>]")
_PREFIX = re.compile(rb"<(/?)[^\s<>/:!?\"']+:")
_ATTRIBUTE_R = re.compile(rb"\sr\s*=\s*[\"']\s*([A-Za-z]+)(\d+)\s*[\"']")
_HAS_R = re.compile(rb"\sr\s*=")
_ROW_OR_CELL = re.compile(rb"<(row|c)(?=[\s/>])([^>]*)>")
_ROW_R = re.compile(rb"\sr\s*=\s*[\"'](\d+)[\"']")
_ERROR_CELL = re.compile(
    rb"<c\s[^>]*?\bt\s*=\s*[\"']e[\"'][^>]*>(?:(?!<c[\s>]|<v|</row).)*(?:<v[^>]*>([^<]*))?", re.DOTALL
)
_FILLED_VALUE = re.compile(rb"<v(?:\s[^>]*)?(?<!/)>[^<]")
_USUAL: Final = int.from_bytes(b' r="', "little")
_TEXT_FORMULA = re.compile(rb"\st\s*=\s*[\"']str[\"']")


def _four(a: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """At every byte, the four from there on as one number."""
    return np.ndarray((len(a) - 3,), "<u4", a, strides=(1,))


def _quoted_e(a: npt.NDArray[np.uint8]) -> bool:
    """Whether an ``e`` stands before a quotation mark, as in ``t="e"``; few other attributes end so."""
    after = a[1:]
    return bool(((a[:-1] == 101) & ((after == 34) | (after == 39))).any())


class _SheetScan:
    """Reads a sheet's XML in pieces and keeps the furthest cell and the cells that cannot be taken.

    Tags are found with array operations, never cell by cell, as long as cells carry their address as every
    common program writes it (``<c r="B7"``); others are walked one by one.
    """

    def __init__(self, measure: SheetMeasure, name: str, title: str | None) -> None:
        self.measure, self.name, self.title = measure, name, title
        self.held: list[bytes] = []
        self.size, self.enough = 0, 0
        self.row, self.column = 0, 0
        self.walking = False

    def feed(self, piece: bytes) -> None:
        """Take the next piece; the last, perhaps unfinished, cell is kept for the one after."""
        self.held.append(piece)
        self.size += len(piece)
        if self.size < self.enough:
            return
        data = b"".join(self.held)
        cut = data.rfind(b"<c")
        if b":" in data:  # cells under a prefix, or a text with a colon
            cut = max(cut, data.rfind(b":c", max(cut, 0)))
        cut = max(cut, data.rfind(b"</sheetData", max(cut, 0)))
        if cut > 0 and data[cut : cut + 1] == b":":
            cut = data.rfind(b"<", 0, cut)
        if cut <= 0 and len(data) > _LONGEST_CELL:
            cut = data.rfind(b"<")
            if cut <= 0 or b"</sheetData" not in data[:64]:
                raise broken(self.name, f"{self.title} 中有超长内容", f"an oversized element in {self.title}")
        # a long cell is not looked at with every piece of it, but each time it has doubled
        self.enough = min(2 * len(data), _LONGEST_CELL + 1) if cut <= 0 else 0
        self.held = [data[max(cut, 0) :]]
        self.size = len(self.held[0])
        if cut > 0:
            self._look(data[:cut])

    def finish(self) -> None:
        """Take what is left."""
        self._look(b"".join(self.held))
        self.held = []
        self.measure.bad.sort(key=lambda found: found[0])  # by kind, in whatever pieces the sheet came

    def _look(self, data: bytes) -> None:
        if b":" in data and _PREFIXED.search(data):
            data = _PREFIX.sub(rb"<\1", data)
        a = np.frombuffer(data + _PAD, dtype=np.uint8)
        tags = np.flatnonzero(a == 60)
        one = a[tags + 1]
        cells = np.flatnonzero(one == 99)
        cells = cells[_TAG_END[a[tags[cells] + 2]]]
        following = np.append(one[1:], np.uint8(0))[cells]
        starts = tags[cells[(following == 118) | (following == 105) | (following == 102)]]
        self.measure.cells += len(starts)
        usual = _four(a)[starts + 2] == _USUAL
        if self.walking or not usual.all():
            self._walk(data, needs_position=not self._addressed(data, starts[~usual]))
        else:
            self._extent(a, starts)
        if _quoted_e(a) and (b't="e"' in data or b"t='e'" in data):
            for found in _ERROR_CELL.finditer(data):
                self.measure.complain("error-cell", _address(found[0]), (found[1] or b"").decode("utf-8", "replace"))
        formulas = np.flatnonzero(one == 102)
        formulas = formulas[_TAG_END[a[tags[formulas] + 2]]]
        if len(formulas):
            self._formulas(data, tags, one, a[tags + 2], cells, formulas)

    def _extent(self, a: npt.NDArray[np.uint8], starts: npt.NDArray[np.intp]) -> None:
        if not len(starts):
            return
        at = starts + 6
        column = np.zeros(len(at), dtype=np.int64)
        for _ in range(4):
            letter = a[at]
            more = (letter >= 65) & (letter <= 90)
            if not more.any():
                break
            column = np.where(more, column * 26 + letter - 64, column)
            at = at + more
        row = np.zeros(len(at), dtype=np.int64)
        for _ in range(8):
            digit = a[at]
            more = (digit >= 48) & (digit <= 57)
            if not more.any():
                break
            row = np.where(more, row * 10 + digit - 48, row)
            at = at + more
        if not bool(((a[at] == 34) & (column > 0) & (row > 0)).all()):
            raise broken(self.name, f"{self.title} 中有无效的单元格地址", f"an invalid cell address in {self.title}")
        far_row, far_column = int(row.argmax()), int(column.argmax())
        self.measure.see(int(row[far_row]), int(column[far_row]))
        self.measure.see(int(row[far_column]), int(column[far_column]))

    def _addressed(self, data: bytes, starts: npt.NDArray[np.intp]) -> bool:
        """Whether every one of these cells has an address, only not as its first attribute."""
        if self.walking:
            return False
        return all(_HAS_R.search(data, s, data.find(b">", s) + 1) for s in starts.tolist())

    def _walk(self, data: bytes, *, needs_position: bool) -> None:
        """The slow way: every row and cell in turn, counting where one has no address of its own."""
        self.walking = self.walking or needs_position
        for found in _ROW_OR_CELL.finditer(data):
            attributes = b" " + found[2]
            if found[1] == b"row":
                number = _ROW_R.search(attributes)
                self.row, self.column = (int(number[1]) if number else self.row + 1), 0
                continue
            place = _ATTRIBUTE_R.search(attributes)
            if place is None and _HAS_R.search(attributes):
                raise broken(
                    self.name, f"{self.title} 中有无效的单元格地址", f"an invalid cell address in {self.title}"
                )
            if place is None:
                self.column += 1
            else:
                letters = place[1].upper()
                if len(letters) > 3 or len(place[2]) > 8:
                    raise broken(
                        self.name, f"{self.title} 中有无效的单元格地址", f"an invalid cell address in {self.title}"
                    )
                self.row = int(place[2])
                self.column = 0
                for letter in letters:
                    self.column = self.column * 26 + letter - 64
            if not attributes.endswith(b"/"):
                self.measure.see(max(self.row, 1), self.column)

    def _formulas(
        self,
        data: bytes,
        tags: npt.NDArray[np.intp],
        one: npt.NDArray[np.uint8],
        two: npt.NDArray[np.uint8],
        cells: npt.NDArray[np.intp],
        formulas: npt.NDArray[np.intp],
    ) -> None:
        """Find formulas whose ``<v>`` is missing or empty; an empty text result (t="str") is a result."""
        n = len(tags)
        tag = np.append(one, np.zeros(4, np.uint8))
        then = np.append(two, np.zeros(4, np.uint8))
        where = np.append(tags, np.full(4, len(data)))
        owners = np.searchsorted(cells, formulas, side="right") - 1
        value = formulas + 1
        value = value + ((tag[value] == 47) & (then[value] == 102))
        is_value = tag[value] == 118
        plain = is_value & (then[value] == 62) & (where[np.minimum(value + 1, n)] - where[value] > len("<v>"))
        for i in np.flatnonzero(~plain).tolist():
            if owners[i] < 0 or (is_value[i] and _FILLED_VALUE.match(data, int(where[value[i]]))):
                continue
            start = int(tags[cells[owners[i]]])
            head = data[start : data.find(b">", start) + 1]
            if is_value[i] and _TEXT_FORMULA.search(head):
                continue
            self.measure.complain("formula-no-value", _address(head))


def _address(head: bytes) -> str:
    place = _ATTRIBUTE_R.search(head)
    return (place[1] + place[2]).decode().upper() if place else "?"


# ---------------------------------------------------------------- .ods

_ODS_TOKEN = re.compile(
    rb"<(table:table|table:table-row|table:table-cell|table:covered-table-cell)(?=[\s/>])"
    rb"([^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*)>"
)
_ODS_COLUMNS = re.compile(rb"table:number-columns-repeated\s*=\s*[\"'](\d+)")
_ODS_ROWS = re.compile(rb"table:number-rows-repeated\s*=\s*[\"'](\d+)")
_ODS_NAME = re.compile(rb"table:name\s*=\s*\"([^\"]*)\"|table:name\s*=\s*'([^']*)'")
_ODS_ERROR = re.compile(rb"calcext:value-type\s*=\s*[\"']error")


def measure_ods(package: zipfile.ZipFile, name: str) -> dict[str, SheetMeasure]:
    """Unpack ``content.xml`` of an .ods once and measure its sheets.

    Repeated empty cells to the edge of the sheet are usual and cost nothing; filled cells repeated more than
    :data:`limits.REPEATS` times are refused. Error cells are seen where the program marks them as
    such (LibreOffice does); other programs write their text, which then is text.

    The XML is checked to be well-formed: on an element that is never closed the reader would not come back.

    Raises:
        RefusedError: If the workbook must not be handed to a reader.
    """
    by_name = {p.filename: p for p in package.infolist()}
    manifest = by_name.get("META-INF/manifest.xml")
    if manifest is not None and manifest.file_size <= 16 * limits.MIB:
        text = b"".join(unpack(package, manifest, name))
        if b"encryption-data" in text:
            raise encrypted(name)
    if "encrypted-package" in by_name:
        raise encrypted(name)
    content = by_name.get("content.xml")
    if content is None:
        raise broken(name, "没有 content.xml", "it has no content.xml")
    measures: dict[str, SheetMeasure] = {}
    scan = _OdsScan(measures, name)
    for part in package.infolist():
        if not part.filename.endswith((".xml", ".rdf")):
            continue
        well_formed = expat.ParserCreate()
        well_formed.StartDoctypeDeclHandler = partial(_no_dtd, name, part.filename)
        try:
            for piece in unpack(package, part, name):
                well_formed.Parse(piece, False)  # noqa: FBT003 - more follows
                if part is content:
                    scan.feed(piece)
            well_formed.Parse(b"", True)  # noqa: FBT003 - the end
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise broken(
                name, f"{part.filename} 不是有效的 XML", f"{part.filename} is not valid XML: {error}"
            ) from None
    scan.look(scan.tail)
    for title, measure in measures.items():
        within_bounds(measure, name, title)
    _book_within_bounds(measures, name)
    return measures


def _no_dtd(name: str, part: str, *_: object) -> None:
    raise broken(name, f"{part} 含有 DTD", f"{part} has a DTD")


class _OdsScan:
    def __init__(self, measures: dict[str, SheetMeasure], name: str) -> None:
        self.measures, self.name = measures, name
        self.measure = SheetMeasure()
        self.tail = b""
        self.row, self.repeated_rows, self.column = 0, 0, 0

    def feed(self, piece: bytes) -> None:
        data = self.tail + piece
        cut = data.rfind(b"<table:")
        if cut <= 0:
            if len(data) > _LONGEST_CELL:
                raise broken(self.name, "content.xml 中有超长内容", "an oversized element in content.xml")
            self.tail = data
            return
        self.tail = data[cut:]
        self.look(data[:cut])

    def look(self, data: bytes) -> None:
        for found in _ODS_TOKEN.finditer(data):
            tag, attributes = found[1], found[2]
            if tag == b"table:table":
                named = _ODS_NAME.search(attributes)
                title = _unescape(named[1] or named[2] or b"") if named else ""
                self.measure = self.measures.setdefault(title, SheetMeasure())
                self.row, self.repeated_rows, self.column = 0, 0, 0
            elif tag == b"table:table-row":
                self.row += self.repeated_rows
                self.repeated_rows, self.column = _repeat(_ODS_ROWS, attributes), 0
            else:
                times = _repeat(_ODS_COLUMNS, attributes)
                filled = (
                    b"office:value-type" in attributes
                    or b"table:formula" in attributes
                    or not attributes.endswith(b"/")
                )
                if filled:
                    self._filled(attributes, times)
                self.column += times

    def _filled(self, attributes: bytes, times: int) -> None:
        copies = times * max(1, self.repeated_rows)
        address = f"{column_letter(self.column)}{self.row + 1}"
        if copies > limits.REPEATS:
            raise RefusedError(
                problem(
                    "zip-bomb",
                    f"单元格被重复 {copies} 次（上限 {limits.REPEATS}），未读取；请删除多余的行、列后另存。",
                    f"one cell is repeated {copies} times (limit {limits.REPEATS}), not read; "
                    "delete the superfluous rows "
                    "and columns and save again.",
                    name=self.name,
                    cell=address,
                )
            )
        self.measure.cells += copies
        self.measure.see(self.row + max(1, self.repeated_rows), self.column + times)
        if _ODS_ERROR.search(attributes):
            self.measure.complain("error-cell", address)
        elif b"table:formula" in attributes and b"office:value" not in attributes:
            self.measure.complain("formula-no-value", address)


def _repeat(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return min(max(1, int(found[1][:12])), 1 << 40) if found else 1


def _unescape(text: bytes) -> str:
    plain = text.decode("utf-8", "replace")
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        plain = plain.replace(entity, character)
    return plain
