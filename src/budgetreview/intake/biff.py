# ruff: noqa: PLR2004 - offsets and lengths of records of a file format
"""Look through an old ``.xls`` (OLE container, BIFF records) before a native reader gets it.

Seen here: a password, cells outside the sheet, counts that would make the reader ask for absurd memory, and error
cells, also as the result of a formula. Not to be seen: whether a formula's stored number was ever calculated.
"""

from __future__ import annotations

import struct
from functools import partial
from typing import Final

from budgetreview.intake.guard import SheetMeasure, broken, encrypted, within_bounds
from budgetreview.intake.limits import column_letter

OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END: Final = 0xFFFFFFFA
"""From here on a sector number is a mark (end of chain, free), not a sector."""

_WORKBOOK: Final = frozenset({"workbook", "book"})

_BOF, _SHEET, _PASSWORD, _STRINGS, _DIMENSIONS = 0x0809, 0x0085, 0x002F, 0x00FC, 0x0200
_TRUTH_OR_ERROR, _FORMULA, _SEVERAL = 0x0205, 0x0006, 0x00BD
_CELLS: Final = frozenset({0x0203, 0x0204, 0x027E, 0x00FD, 0x00D6, _TRUTH_OR_ERROR, _FORMULA, _SEVERAL})
_ERRORS: Final = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


class _Container:
    """The sectors of an OLE file and their chains."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data, self.name = data, name
        if len(data) < 512 or data[:8] != OLE_MAGIC:
            raise broken(name, "不是 OLE 文件", "not an OLE file")
        self.shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if self.shift not in {9, 12} or mini_shift != 6:
            raise broken(name, "OLE 文件头", "the OLE header")
        (self.directory,) = struct.unpack_from("<I", data, 48)
        self.cutoff, self.mini_fat = struct.unpack_from("<II", data, 56)
        self.fat: list[int] = []
        for number in self._fat_sectors():
            self.fat += self._numbers(number)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self.shift
        if start >= len(self.data):
            raise broken(self.name, "OLE 扇区越界", "an OLE sector outside the file")
        return self.data[start : start + (1 << self.shift)]

    def _numbers(self, number: int) -> tuple[int, ...]:
        size = 1 << self.shift
        return struct.unpack(f"<{size // 4}I", self._sector(number).ljust(size, b"\xff"))

    def _fat_sectors(self) -> list[int]:
        listed = list(struct.unpack_from("<109I", self.data, 76))
        (more,) = struct.unpack_from("<I", self.data, 68)
        seen: set[int] = set()
        while more < _END:
            if more in seen:
                raise broken(self.name, "OLE 扇区循环", "a loop of OLE sectors")
            seen.add(more)
            *numbers, more = self._numbers(more)
            listed += numbers
        sectors = [s for s in listed if s < _END]
        if len(sectors) != len(set(sectors)):
            raise broken(self.name, "OLE 扇区循环", "a loop of OLE sectors")
        return sectors

    def chain(self, start: int) -> bytes:
        """The bytes of a chain of sectors."""
        pieces: list[bytes] = []
        while start < _END:
            if start >= len(self.fat) or len(pieces) > len(self.fat):
                raise broken(self.name, "OLE 扇区链", "a chain of OLE sectors")
            pieces.append(self._sector(start))
            start = self.fat[start]
        return b"".join(pieces)

    def small(self, root: bytes, start: int) -> bytes:
        """The bytes of a stream kept in the small sectors of the root stream."""
        mini_fat = self.chain(self.mini_fat)
        table = struct.unpack(f"<{len(mini_fat) // 4}I", mini_fat)
        pieces: list[bytes] = []
        while start < _END:
            if start >= len(table) or len(pieces) > len(table):
                raise broken(self.name, "OLE 小扇区链", "a chain of small OLE sectors")
            pieces.append(root[start * 64 : start * 64 + 64])
            start = table[start]
        return b"".join(pieces)


def streams(data: bytes, name: str) -> dict[str, bytes | None]:
    """The streams of an OLE container; only that of the workbook is taken out, the others are None.

    Raises:
        RefusedError: If the container's own tables contradict each other.
    """
    container = _Container(data, name)
    listing = container.chain(container.directory)
    found: dict[str, bytes | None] = {}
    root = b""
    for offset in range(0, len(listing) - 127, 128):
        length, kind = struct.unpack_from("<HB", listing, offset + 64)
        title = listing[offset : offset + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", listing, offset + 116)
        if kind == 5:
            root = container.chain(start)
        elif kind == 2:
            wanted = title.lower() in _WORKBOOK
            stored = container.chain if size >= container.cutoff else partial(container.small, root)
            found[title] = stored(start)[:size] if wanted else None
    return found


def measure_xls(data: bytes, name: str) -> dict[str, SheetMeasure]:
    """Walk the records of an .xls and measure its sheets, by name.

    Raises:
        RefusedError: If it is encrypted, damaged, or must not be handed to a reader.
    """
    found = streams(data, name)
    if "EncryptedPackage" in found or "EncryptionInfo" in found:
        raise encrypted(name)
    stream = next((s for s in found.values() if s is not None), None)
    if stream is None:
        raise broken(name, "OLE 文件中没有工作簿", "the OLE file holds no workbook")
    sheets: dict[int, str] = {}
    measures: dict[str, SheetMeasure] = {}
    measure: SheetMeasure | None = None
    at, end, unpack = 0, len(stream), struct.unpack_from
    while at + 4 <= end:
        kind, length = unpack("<HH", stream, at)
        body = at + 4
        if body + length > end:
            raise broken(name, "记录不完整", "a record that is not whole")
        if kind in _CELLS and length >= 6:
            if measure is not None:
                _cell(measure, kind, stream[body : body + length], name)
        elif kind == _BOF:
            measure = measures.get(sheets.get(at, ""), measure)
        elif kind == _SHEET and length >= 8:
            title = _title(stream[body : body + length])
            (start,) = unpack("<I", stream, body)
            if stream[start : start + 2] != b"\x09\x08":
                raise broken(name, f"工作表 {title} 的位置", f"the place of the sheet {title}")
            sheets[start] = title
            measures[title] = SheetMeasure()
        elif kind == _PASSWORD:
            raise encrypted(name)
        else:
            _check_counts(kind, stream[body : body + length], end, name)
        at = body + length
    for title, measured in measures.items():
        within_bounds(measured, name, title)
    return measures


def _cell(measure: SheetMeasure, kind: int, record: bytes, name: str) -> None:
    row, column = struct.unpack_from("<HH", record)
    if kind == _SEVERAL:
        (column,) = struct.unpack_from("<H", record, len(record) - 2)
    if column >= 256:
        raise broken(name, "单元格超出表格边界", "a cell outside any .xls sheet")
    measure.cells += 1
    if row >= measure.rows or column >= measure.columns:
        measure.see(row + 1, column + 1)
    if kind == _TRUTH_OR_ERROR and len(record) >= 8 and record[7]:
        measure.complain("error-cell", f"{column_letter(column)}{row + 1}", _ERRORS.get(record[6], ""))
    elif kind == _FORMULA and record[12:14] == b"\xff\xff" and record[6] == 2:
        measure.complain("error-cell", f"{column_letter(column)}{row + 1}", _ERRORS.get(record[8], ""))


def _check_counts(kind: int, record: bytes, end: int, name: str) -> None:
    """Refuse counts for which a reader would set aside absurd memory before it looks at any cell."""
    if kind == _STRINGS and len(record) >= 8 and struct.unpack_from("<I", record, 4)[0] > end:
        raise broken(name, "共享字符串表", "the table of shared strings")
    if kind == _DIMENSIONS and len(record) >= 10:
        layout = "<IIHH" if len(record) >= 12 else "<HHHH"
        first_row, rows, first_column, columns = struct.unpack_from(layout, record)
        backwards = (rows and rows < first_row) or (columns and columns < first_column)
        if rows > 65_536 or columns > 256 or backwards:
            raise broken(name, "工作表尺寸", "the size of a sheet")


def _title(record: bytes) -> str:
    count, wide = record[6], record[7] & 1
    return record[8 : 8 + count * 2].decode("utf-16-le", "replace") if wide else record[8 : 8 + count].decode("latin-1")
