# ruff: noqa: PLR2004 - byte values and digits
"""Read a csv or tsv file into a grid of text, counting the fields of every record ourselves.

Fast readers fill a short record with blanks without a word, so nothing is taken on trust here.

*Encoding.* A byte order mark decides; else strict UTF-8; else strict GB18030, unless what comes out is hardly
Chinese (Latin-1 text often decodes as GB18030, into rare characters). Every other encoding has to be named.

*Delimiter.* Comma, tab or semicolon: the one that cuts most of the first records into the same number of fields,
more fields before fewer, comma before tab before semicolon. ``.tsv`` is tab.

*Records.* End with LF, CRLF or CR (the first one outside quotation marks decides); a quoted field may hold line
ends, delimiters and doubled quotation marks. A quotation mark inside an unquoted field is itself.

*Field counts.* The header is, among the first 30 records that are not blank, the first with more than half as many
filled fields as the fullest of them. Records above it are titles and may have fewer fields. Every record below must
have the header's number of fields. Excepted are blank records (kept as empty rows, so that row numbers hold), surplus
fields that are all empty, and missing fields at the end where the header has only empty ones too.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np
import polars as pl

from budgetreview.errors import IntakeError
from budgetreview.intake import limits
from budgetreview.intake.grid import Grid
from budgetreview.intake.limits import human, problem
from budgetreview.intake.workbook import unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from budgetreview.errors import Problem

DELIMITERS: Final = (",", "\t", ";")
"""The delimiters looked for when none is named, in order of preference."""

_PIECE: Final = 16 * limits.MIB
_TOP: Final = 30


def read_delimited(
    path: Path, name: str, sha256: str | None = None, *, encoding: str | None = None, delimiter: str | None = None
) -> Grid:
    """One csv or tsv file as a grid; row 0 is record 1.

    Args:
        path: Where it lies.
        name: How the report names it.
        sha256: Of its bytes, handed through.
        encoding: Its encoding, when a layout or data package says it (any that Python knows); else found out.
        delimiter: Its delimiter, when named; else found out.

    Returns:
        The grid. Records with a wrong number of fields are among its problems; surplus fields are cut off.

    Raises:
        IntakeError: If the file as a whole cannot be read: encoding, NUL bytes, a quotation mark never closed.
    """
    try:
        if path.stat().st_size > limits.TEXT_BYTES:
            raise IntakeError([too_large(name, path.stat().st_size, limits.TEXT_BYTES)])
        data = path.read_bytes()
    except OSError as error:
        raise IntakeError([unreadable(name, error)]) from None
    data = to_utf8(data, name, encoding)
    if not data.strip():
        raise IntakeError([empty(name)])
    _refuse_nul(data, name)
    data = _line_ends(data)
    if delimiter is None:
        delimiter = "\t" if path.suffix.lower() in (".tsv", ".tab") else sniff(data)
    cuts = _cut(data, delimiter)
    if cuts is None:
        cells, problems = _slowly(data, delimiter, name)
    else:
        cells, problems = _quickly(data, delimiter, name, cuts)
    return Grid(name=name, sheet=None, cells=_tidy(cells), sha256=sha256, problems=tuple(problems))


def too_large(name: str, size: int, limit: int) -> Problem:
    """The problem of a file over its limit."""
    return problem(
        "too-large",
        f"文件 {human(size)}，超过上限 {human(limit)}，未读取；请按地区、年度或表拆分，或改用 .parquet。",
        f"the file has {human(size)}, over the limit of {human(limit)}, and was not read; split it by entity, year or "
        "table, or use .parquet.",
        name=name,
    )


def empty(name: str) -> Problem:
    """The problem of a file without content."""
    return problem(
        "empty-file", "文件是空的；应有表头和数据。", "the file is empty; expected a header and data.", name=name
    )


# ---------------------------------------------------------------- bytes to UTF-8


_UTF8: Final = ("utf-8", "utf-8-sig", "ascii")


def to_utf8(data: bytes, name: str, encoding: str | None = None) -> bytes:
    """The text as UTF-8 without byte order mark.

    Raises:
        IntakeError: If it is not in the encoding named, or, when none is named, neither UTF-8 nor GB18030.
    """
    if encoding is not None and codecs_name(encoding) not in _UTF8:
        return _from_named(data, name, encoding)
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise _not_read(
            name,
            "文件是 UTF-16 编码（Excel 的“Unicode 文本”）；请另存为“CSV UTF-8”。",
            'the file is UTF-16 (Excel\'s "Unicode text"); save it as "CSV UTF-8".',
        )
    data = data.removeprefix(codecs.BOM_UTF8)
    if data.isascii():
        return data
    text, at = _recode(data, "utf-8", keep=False)
    if text is not None:
        return data
    if encoding is None:
        return _from_chinese(data, name, at)
    raise _not_read(
        name,
        f"第 {at + 1} 个字节（第 {_record(data, at)} 行）不是 {encoding}；请另存为“CSV UTF-8”。",
        f"byte {at + 1} (line {_record(data, at)}) is not {encoding}; save it as UTF-8.",
    )


def _from_named(data: bytes, name: str, encoding: str) -> bytes:
    """The text out of an encoding that a layout names."""
    text, at = _recode(data, encoding)
    if text is None:
        raise _not_read(
            name,
            f"第 {at + 1} 个字节（第 {_record(data, at)} 行）不是指定的编码 {encoding}；请改用正确的编码。",
            f"byte {at + 1} (line {_record(data, at)}) is not {encoding}, the encoding named; name the right one.",
        )
    return text


def _from_chinese(data: bytes, name: str, at: int) -> bytes:
    """The text out of GB18030, if that is what it is: almost any bytes can be read as it."""
    text, chinese = _recode(data, "gb18030") if _looks_chinese(data) else (None, -1)
    if text is None:
        beside = "内容不像中文" if chinese < 0 else f"第 {chinese + 1} 个字节不是 GB18030"
        aside = "read as GB18030 it is hardly Chinese" if chinese < 0 else f"byte {chinese + 1} is not GB18030"
        raise _not_read(
            name,
            f"既不是 UTF-8（第 {at + 1} 个字节，第 {_record(data, at)} 行）也不是 GB18030（{beside}）；"
            "请另存为“CSV UTF-8”，或在 layout 中写明编码。",
            f"neither UTF-8 (byte {at + 1}, line {_record(data, at)}) nor GB18030 ({aside}); "
            "save it as UTF-8 or name its encoding in the layout.",
        )
    return text


def _not_read(name: str, zh: str, en: str) -> IntakeError:
    return IntakeError([problem("encoding", zh, en, name=name)])


def codecs_name(encoding: str) -> str:
    """The one name of an encoding, or the word itself in lower case when Python does not know it."""
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return encoding.lower()


def _recode(data: bytes, encoding: str, *, keep: bool = True) -> tuple[bytes | None, int]:
    """The text as UTF-8 (nothing if it is not to be kept), or None and the first byte that is not of this encoding."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
    except LookupError:
        return None, 0
    pieces: list[bytes] = []
    for start in range(0, len(data), _PIECE):
        held = len(decoder.getstate()[0])
        try:
            text = decoder.decode(data[start : start + _PIECE], start + _PIECE >= len(data))
        except UnicodeDecodeError as error:
            return None, min(max(0, start - held + error.start), len(data) - 1)
        except UnicodeError:
            return None, start
        if keep:
            pieces.append(text.encode())
    return b"".join(pieces).removeprefix(codecs.BOM_UTF8), 0


def _looks_chinese(data: bytes) -> bool:
    foreign = [c for c in data[: limits.MIB].decode("gb18030", "ignore") if ord(c) > 127]
    common = "".join(foreign).encode("gb2312", "ignore")
    return len(common) / 2 >= len(foreign) / 4


def _record(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _refuse_nul(data: bytes, name: str) -> None:
    at = data.find(b"\0")
    if at < 0:
        return
    raise IntakeError(
        [
            problem(
                "nul-byte",
                f"文件含有 {data.count(0)} 个 NUL 字节，第一个在第 {_record(data, at)} 行（第 {at + 1} 个字节），"
                "不是正常的文本；请重新导出。",
                f"the file holds {data.count(0)} NUL bytes, the first in line {_record(data, at)} (byte {at + 1}), "
                "so it is not "
                "plain text; export it again.",
                name=name,
                cell=str(_record(data, at)),
            )
        ]
    )


def _line_ends(data: bytes) -> bytes:
    """With old Mac line ends (CR alone) as LF; everything else as it is."""
    first = data.find(b"\r")
    if first < 0 or data[first : first + 2] == b"\r\n":
        return data
    feed = data.find(b"\n")
    while 0 <= feed < first and data.count(b'"', 0, feed) % 2:
        feed = data.find(b"\n", feed + 1)
    if 0 <= feed < first:
        return data
    while first >= 0 and data.count(b'"', 0, first) % 2:
        first = data.find(b"\r", first + 1)
    if first < 0 or data[first : first + 2] == b"\r\n":
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


# ---------------------------------------------------------------- delimiter


def sniff(data: bytes) -> str:
    """The delimiter of a file, by its first records (see the module's page for the rule)."""
    start = data[: 256 * 1024]
    text = (start if len(start) == len(data) else start[: start.rfind(b"\n") + 1] or start).decode("utf-8", "ignore")
    best, best_score = DELIMITERS[0], 0.0
    for delimiter in DELIMITERS:
        try:
            counts = Counter(
                len(r)
                for _, r in zip(range(50), csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), strict=False)
                if r
            )
        except csv.Error:
            continue
        if not counts:
            continue
        fields, times = max(counts.items(), key=lambda c: (c[1] * (c[0] - 1), c[0]))
        score = (fields - 1) * times / sum(counts.values())
        if score > best_score:
            best, best_score = delimiter, score
    return best


# ---------------------------------------------------------------- counting


@attrs.frozen
class _Cuts:
    """Where records start and end (without their line end), and how many fields each has."""

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    fields: npt.NDArray[np.int64]


def _cut(data: bytes, delimiter: str) -> _Cuts | None:
    """Find records and count their fields; None if quotation marks stand where no plain file has them."""
    a = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(a == 34) if b'"' in data else np.empty(0, np.int64)
    if len(quotes) and not _quotes_are_plain(a, quotes, ord(delimiter)):
        return None
    ends: list[npt.NDArray[np.int64]] = []
    counts: list[npt.NDArray[np.int64]] = []
    waiting = 0
    for start in range(0, len(a), _PIECE):
        piece = a[start : start + _PIECE]
        feeds = _outside(np.flatnonzero(piece == 10) + start, quotes)
        cuts = _outside(np.flatnonzero(piece == ord(delimiter)) + start, quotes)
        before = np.searchsorted(cuts, feeds)
        if len(feeds):
            per = np.diff(before, prepend=0)
            per[0] += waiting
            counts.append(per)
            ends.append(feeds)
            waiting = len(cuts) - int(before[-1])
        else:
            waiting += len(cuts)
    last = int(ends[-1][-1]) + 1 if ends else 0
    if last < len(a):
        ends.append(np.array([len(a)]))
        counts.append(np.array([waiting]))
    stop = np.concatenate(ends)
    begin = np.concatenate([[0], stop[:-1] + 1])
    return _Cuts(begin, stop, np.concatenate(counts) + 1)


def _outside(positions: npt.NDArray[np.int64], quotes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    if not len(quotes) or not len(positions):
        return positions
    low, high = np.searchsorted(quotes, (positions[0], positions[-1] + 1))
    inside: npt.NDArray[np.bool_] = (np.searchsorted(quotes[low:high], positions) + low) % 2 == 1
    return positions[~inside]


def _quotes_are_plain(a: npt.NDArray[np.uint8], quotes: npt.NDArray[np.int64], delimiter: int) -> bool:
    """Whether every quotation mark opens a field, closes one, or is one of a doubled pair inside."""
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    before = np.where(opening > 0, a[np.maximum(opening - 1, 0)], 10)
    after = np.where(closing + 1 < len(a), a[np.minimum(closing + 1, len(a) - 1)], 10)
    doubled = np.append(opening[1:] == closing[:-1] + 1, False)
    opened = (before == delimiter) | (before == 10) | np.concatenate([[False], doubled[:-1]])
    second = np.where(closing + 2 < len(a), a[np.minimum(closing + 2, len(a) - 1)], 10)
    closed = (after == delimiter) | (after == 10) | ((after == 13) & (second == 10)) | doubled
    return bool(opened.all() and closed.all())


# ---------------------------------------------------------------- the two ways to cells


def _quickly(data: bytes, delimiter: str, name: str, cuts: _Cuts) -> tuple[pl.DataFrame, list[Problem]]:
    def record(i: int) -> list[str]:
        text = data[cuts.starts[i] : cuts.ends[i]].decode()
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])

    top: list[tuple[int, list[str]]] = []
    for i in range(min(len(cuts.fields), 1000)):
        fields = record(i)
        if any(f.strip() for f in fields):
            top.append((i, fields))
        if len(top) == _TOP:
            break
    header, low, width = _header(top, name)
    odd = np.flatnonzero((cuts.fields < low) | (cuts.fields > width))
    problems = _Complaints(name, low, width)
    for i in odd.tolist():
        problems.look(i, int(cuts.fields[i]), record(i), above=i < header)
    if len(odd):
        width = max(width, max((len(f) for i, f in top if i < header), default=0))
    first = delimiter.join(f"c{i}" for i in range(width)).encode() + b"\n"
    cells = pl.read_csv(
        b"".join((first, data)),
        separator=delimiter,
        has_header=True,
        infer_schema=False,
        truncate_ragged_lines=True,
        schema={f"c{i}": pl.String for i in range(width)},
        raise_if_empty=False,
    )
    if cells.height != len(cuts.fields):
        # The counted records are the truth; if the quick reader sees other ones, the plain reader decides.
        return _slowly(data, delimiter, name)
    return cells, problems.all()


def _slowly(data: bytes, delimiter: str, name: str) -> tuple[pl.DataFrame, list[Problem]]:
    """Record by record, for files with quotation marks in odd places."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter, strict=True)
    try:
        rows.extend(reader)
    except csv.Error as error:
        at = len(rows) + 1
        raise IntakeError(
            [
                problem(
                    "bad-quote",
                    f"第 {at} 条记录的引号没有正确成对（从该记录开始到第 {reader.line_num} 行仍未正确结束）；"
                    "字段内的引号应写成两个，请改正后重新导出。",
                    f"record {at} has a quotation mark that is not closed properly up to line "
                    f"{reader.line_num} ({error}); "
                    "inside a field it must be doubled: correct it and export again.",
                    name=name,
                    cell=str(at),
                )
            ]
        ) from None
    top = [(i, r) for i, r in enumerate(rows[:1000]) if any(f.strip() for f in r)][:_TOP]
    header, low, width = _header(top, name)
    problems = _Complaints(name, low, width)
    for i, row in enumerate(rows):
        if not low <= len(row) <= width:
            problems.look(i, len(row), row, above=i < header)
    width = max(width, max((len(r) for r in rows[:header]), default=0))
    columns = [pl.Series(f"c{c}", [r[c] if c < len(r) else None for r in rows], dtype=pl.String) for c in range(width)]
    return pl.DataFrame(columns), problems.all()


def _header(top: Sequence[tuple[int, list[str]]], name: str) -> tuple[int, int, int]:
    """The header's record (0-based), the fewest fields that a record below needs, and the most it may have."""
    if not top:
        raise IntakeError([empty(name)])
    filled = [sum(1 for f in fields if f.strip()) for _, fields in top]
    at = next(i for i, count in enumerate(filled) if 2 * count > max(filled))
    index, fields = top[at]
    low = max(i for i, f in enumerate(fields) if f.strip()) + 1
    if len(fields) > limits.COLUMNS:
        raise IntakeError(
            [
                problem(
                    "too-wide",
                    f"第 {index + 1} 条记录有 {len(fields)} 个字段，超过上限 {limits.COLUMNS}；请检查分隔符和引号。",
                    f"record {index + 1} has {len(fields)} fields, over the limit of {limits.COLUMNS}; "
                    "check the delimiter and "
                    "the quotation marks.",
                    name=name,
                    cell=str(index + 1),
                )
            ]
        )
    return index, low, len(fields)


@attrs.define
class _Complaints:
    """Collects records with a wrong number of fields: the first ones named, the rest counted."""

    name: str
    low: int
    width: int
    named: list[Problem] = attrs.field(factory=list)
    more: int = 0

    def look(self, index: int, count: int, fields: Sequence[str], *, above: bool) -> None:
        """Judge a record whose number of fields is not the header's."""
        if not any(f.strip() for f in fields):
            return
        if count < self.low and above:
            return
        if count > self.width and not any(f.strip() for f in fields[self.width :]):
            return
        if len(self.named) == limits.NAMED:
            self.more += 1
            return
        self.named.append(
            problem(
                "field-count",
                f"第 {index + 1} 条记录有 {count} 个字段，表头有 {self.width} 个；"
                "请检查缺少或多余的分隔符、未加引号的内容。",
                f"record {index + 1} has {count} fields where the header has {self.width}; "
                "look for a missing or surplus "
                "delimiter, or text that needs quotation marks.",
                name=self.name,
                cell=str(index + 1),
            )
        )

    def all(self) -> list[Problem]:
        """The problems, with one more for those that were only counted."""
        if not self.more:
            return self.named
        return [
            *self.named,
            problem(
                "field-count",
                f"另有 {self.more} 条记录的字段数与表头（{self.width} 个）不符，未逐一列出。",
                f"{self.more} more records have another number of fields than the header ({self.width}), not listed.",
                name=self.name,
            ),
        ]


def _tidy(cells: pl.DataFrame) -> pl.DataFrame:
    """Blank cells as null; empty columns at the right end dropped."""
    cells = cells.select(pl.when(pl.all().str.strip_chars().str.len_bytes() > 0).then(pl.all()))
    last = max((i for i, s in enumerate(cells.get_columns()) if s.null_count() < cells.height), default=-1)
    cells = cells[:, : last + 1]
    return cells.rename({c: str(i) for i, c in enumerate(cells.columns)})
