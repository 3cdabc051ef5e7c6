"""Look through an old ``.xls`` (OLE container, BIFF records) before a native reader gets it.

Seen here: a password, cells outside the sheet, counts that would make the reader ask for absurd memory, and error
cells, also as the result of a formula. Not to be seen: whether a formula's stored number was ever calculated.
"""

from __future__ import annotations

import struct
from typing import Final

from budgetreview.intake.guard import SheetMeasure, broken, encrypted, within_bounds
from budgetreview.intake.limits import column_letter

OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END: Final = 0xFFFFFFFA
"""From here on a sector number is a mark (end of chain, free), not a sector."""

_CELLS: Final = frozenset({0x0203, 0x0204, 0x0205, 0x027E, 0x00BD, 0x00FD, 0x0006, 0x00D6})
_ERRORS: Final = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def streams(data: bytes, name: str) -> dict[str, bytes | None]:
    """The streams of an OLE container; only that of the workbook is taken out, the others are None.

    Raises:
        RefusedError: If the container's own tables contradict each other.
    """
    if len(data) < 512 or data[:8] != OLE_MAGIC:
        raise broken(name, "不是 OLE 文件", "not an OLE file")
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise broken(name, "OLE 文件头", "the OLE header")
    size = 1 << shift
    (directory,) = struct.unpack_from("<I", data, 48)
    cutoff, mini_fat_start = struct.unpack_from("<II", data, 56)
    (double,) = struct.unpack_from("<I", data, 68)

    def sector(number: int) -> bytes:
        start = (number + 1) << shift
        if start >= len(data):
            raise broken(name, "OLE 扇区越界", "an OLE sector outside the file")
        return data[start : start + size]

    fat_sectors = [s for s in struct.unpack_from("<109I", data, 76) if s < _END]
    seen: set[int] = set()
    while double < _END:
        if double in seen:
            raise broken(name, "OLE 扇区循环", "a loop of OLE sectors")
        seen.add(double)
        entries = struct.unpack(f"<{size // 4}I", sector(double).ljust(size, b"\xff"))
        fat_sectors += [s for s in entries[:-1] if s < _END]
        double = entries[-1]
    fat: list[int] = []
    for s in fat_sectors:
        fat += struct.unpack(f"<{size // 4}I", sector(s).ljust(size, b"\xff"))

    def chain(start: int) -> bytes:
        pieces: list[bytes] = []
        while start < _END:
            if start >= len(fat) or len(pieces) > len(fat):
                raise broken(name, "OLE 扇区链", "a chain of OLE sectors")
            pieces.append(sector(start))
            start = fat[start]
        return b"".join(pieces)

    listing = chain(directory)
    found: dict[str, bytes | None] = {}
    root: bytes | None = None
    for offset in range(0, len(listing) - 127, 128):
        length, kind = struct.unpack_from("<HB", listing, offset + 64)
        title = listing[offset : offset + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        start, stream_size = struct.unpack_from("<II", listing, offset + 116)
        if kind == 5:
            root = chain(start)
        elif kind == 2:
            found[title] = None
            if title.lower() in ("workbook", "book"):
                if stream_size >= cutoff:
                    found[title] = chain(start)[:stream_size]
                elif root is not None:
                    found[title] = _mini(root, chain(mini_fat_start), start, name)[:stream_size]
    return found


def _mini(root: bytes, mini_fat: bytes, start: int, name: str) -> bytes:
    table = struct.unpack(f"<{len(mini_fat) // 4}I", mini_fat)
    pieces: list[bytes] = []
    while start < _END:
        if start >= len(table) or len(pieces) > len(table):
            raise broken(name, "OLE 小扇区链", "a chain of small OLE sectors")
        pieces.append(root[start * 64 : start * 64 + 64])
        start = table[start]
    return b"".join(pieces)


def measure_xls(data: bytes, name: str) -> dict[str, SheetMeasure]:
    """Walk the records of an .xls and measure its sheets, by name.

    Raises:
        RefusedError: If it is encrypted, damaged, or must not be handed to a reader.
    """
    found = streams(data, name)
    if any(s in found for s in ("EncryptedPackage", "EncryptionInfo")):
        raise encrypted(name)
    stream = next((s for t, s in found.items() if t.lower() in ("workbook", "book") and s is not None), None)
    if stream is None:
        raise broken(name, "OLE 文件中没有工作簿", "the OLE file holds no workbook")
    sheets: dict[int, str] = {}
    measures: dict[str, SheetMeasure] = {}
    measure: SheetMeasure | None = None
    at, end, unpack = 0, len(stream), struct.unpack_from
    while at + 4 <= end:
        kind, length = unpack("<HH", stream, at)
        body = at + 4
        if kind in _CELLS and measure is not None and length >= 6:
            row, column = unpack("<HH", stream, body)
            if kind == 0x00BD:
                (column,) = unpack("<H", stream, body + length - 2)
            if column >= 256:
                raise broken(name, "单元格超出表格边界", "a cell outside any .xls sheet")
            measure.cells += 1
            if row >= measure.rows or column >= measure.columns:
                measure.see(row + 1, column + 1)
            if kind == 0x0205 and length >= 8 and stream[body + 7]:
                measure.complain("error-cell", f"{column_letter(column)}{row + 1}", _ERRORS.get(stream[body + 6], ""))
            elif (
                kind == 0x0006
                and length >= 14
                and stream[body + 12 : body + 14] == b"\xff\xff"
                and stream[body + 6] == 2
            ):
                measure.complain("error-cell", f"{column_letter(column)}{row + 1}", _ERRORS.get(stream[body + 8], ""))
        elif kind == 0x0809:
            measure = measures.get(sheets.get(at, ""), measure)
        elif kind == 0x0085 and length >= 8:
            title = _title(stream[body : body + length])
            sheets[unpack("<I", stream, body)[0]] = title
            measures[title] = SheetMeasure()
        elif kind == 0x002F:
            raise encrypted(name)
        elif kind == 0x00FC and length >= 8 and unpack("<I", stream, body + 4)[0] > end:
            raise broken(name, "共享字符串表", "the table of shared strings")
        elif kind == 0x0200 and length >= 12:
            rows, _, columns = unpack("<IHH", stream, body + 4)
            if rows > 65_536 or columns > 256:
                raise broken(name, "工作表尺寸", "the size of a sheet")
        at = body + length
    for title, measured in measures.items():
        within_bounds(measured, name, title)
    return measures


def _title(record: bytes) -> str:
    count, wide = record[6], record[7] & 1
    return record[8 : 8 + count * 2].decode("utf-16-le", "replace") if wide else record[8 : 8 + count].decode("latin-1")
