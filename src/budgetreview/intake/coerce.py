"""Cells to exact values: text and typed columns alike, with a problem for every cell that is not of its kind.

Everything works on whole columns. What the fast patterns do not understand (full-width digits, brackets for
negative amounts) is read once a distinct text by the slow and exact readers of ``money``, ``codes`` and ``fiscal``.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from budgetreview.codes import clean, entity_code
from budgetreview.errors import Problem
from budgetreview.fiscal import parse_date
from budgetreview.intake.abreast import abreast
from budgetreview.intake.headers import plain
from budgetreview.intake.part import LISTED, Options, Part
from budgetreview.money import FEN, LARGEST, read_number, to_fen
from budgetreview.tables import FUND_SOURCES, NO_BOOK, TABLES, Column, Kind

_BLANKS: Final = ("", "-", "－", "—", "–", "−", "――", "——", "--")
_NUMBER: Final = r"^[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?$"  # \d would mean full-width digits too
_DIGITS: Final = {unit: len(str(fen)) - 1 for unit, fen in FEN.items()}
_YES: Final = frozenset({"是", "true", "1", "1.0", "yes", "y", "√", "✓", "✔"})
_NO: Final = frozenset({"否", "false", "0", "0.0", "no", "n", "×", "✗", "✘"})
_BASIC: Final = MappingProxyType({"基本支出": True, "基本": True, "项目支出": False, "项目": False})
_PURE_CODES: Final = frozenset({"function_code", "dept_economic_code", "gov_economic_code", "entity"})
CODE_PATTERN: Final = r"^[0-9A-Za-z][0-9A-Za-z._/#()\-]*$"
DIGITS_PATTERN: Final = r"^[0-9]+$"
_SHORT: Final = 1_000
"""Columns up to this length are read in Python, which takes less time than one call of the frame library."""
_EPOCH: Final = date(1970, 1, 1).toordinal()
ROUNDED_UNIT: Final = 2
"""The presentation unit, in 分, of a sheet with rounded money: 1 would say "exact to the 分"."""

STORED: Final[Mapping[Kind, Any]] = MappingProxyType({
    "text": pl.String, "code": pl.String, "word": pl.String, "year": pl.Int64, "date": pl.Int64, "money": pl.Int64,
    "share": pl.Float64, "number": pl.Float64, "count": pl.Int64, "mark": pl.Boolean,
})  # fmt: skip
"""The column type of each kind after coercion; dates are days since 1970-01-01, money is 分."""

EXPECTED: Final[Mapping[Kind, tuple[str, str]]] = MappingProxyType({
    "money": ("金额，如 1234.50、1,234.50 或 (3,420)", "an amount such as 1234.50, 1,234.50 or (3,420)"),
    "number": ("数字", "a number"),
    "share": ("比率，如 5.0% 或 0.05", "a share such as 5.0% or 0.05"),
    "count": ("不小于零的整数", "a whole number, not negative"),
    "year": ("1949至2100年的年度", "a year from 1949 to 2100"),
    "date": ("日期，如 2026-01-10、2026年1月10日", "a date such as 2026-01-10 or 2026年1月10日"),
    "mark": ("是或否", "yes or no"),
    "code": ("代码", "a code"),
    "word": ("固定用词", "one of the fixed words"),
    "text": ("文字", "text"),
})  # fmt: skip


@attrs.frozen(eq=False)
class Typed:
    """A part with exact values; columns are of the types in :data:`STORED`, unknown columns are text."""

    part: Part
    frame: pl.DataFrame
    totals: pl.DataFrame
    unit: int
    notices: tuple[Problem, ...]
    problems: tuple[Problem, ...]


@attrs.frozen(eq=False)
class _Read:
    """A column read: its values, where a cell was not of its kind, and where money was finer than 分."""

    values: pl.Series
    bad: pl.Series | None = None
    finer: pl.Series | None = None
    decimals: int = 0


def coerce(part: Part, options: Options) -> Typed:
    """Read all cells of a part.

    Args:
        part: A sheet, file or frame whose columns are known.
        options: Of the caller; ``round`` lets money finer than 分 pass, rounded.

    Returns:
        The values, with every problem of every cell.
    """
    spec = TABLES[part.table].columns
    rounding = options.round or (part.layout is not None and part.layout.round)
    columns: list[pl.Series] = []
    totals: list[pl.Series] = []
    problems: list[Problem] = []
    notices: list[Problem] = []
    decimals, rounded = 0, False
    texts = _stripped(part.frame)

    def one(name: str) -> tuple[Column, str, _Read]:
        column, unit = spec.get(name) or Column(name, "text"), part.units.get(name, part.sheet_unit)
        return column, unit, coerce_column(part.frame[name], column, part, unit, texts.pop(name, None))

    names = part.frame.columns
    for name, (column, unit, read) in zip(names, abreast(one, names, len(part.frame)), strict=True):
        raw = part.frame[name]
        filled = read.values
        if read.bad is not None and read.bad.any():
            problems += _bad_cells(part, column, raw, read.bad)
        if read.finer is not None and read.finer.any():
            found = _finer(part, name, raw, read.finer, unit, rounded=rounding)
            (notices if rounding else problems).append(found)
            rounded = True
        if column.kind == "money" and unit == part.sheet_unit:
            decimals = max(decimals, read.decimals)
        meaning = part.layout.blank.get(name) if part.layout else None
        if meaning is not None:
            blanks = int((filled.is_null() & _blank(raw)).sum())
            filled = filled.fill_null(value=False if column.kind == "mark" else 0)
            head, said = part.headers.get(name, name), "否" if meaning == "no" else "零"
            notices.append(part.problem("blank-filled", f"“{head}”列空白按{said}处理（{blanks}格），依布局声明",
                f"blanks of {name} read as {meaning} as the layout says ({blanks} cells)"))  # fmt: skip
        columns.append(filled.alias(name))
        if part.totals is not None and len(part.totals):
            totals.append(coerce_column(part.totals[name], column, part, unit).values.alias(name))
    named = FEN[part.sheet_unit]
    presented = max(named // 10**decimals, 1)
    return Typed(
        part=part,
        frame=pl.DataFrame(columns),
        totals=pl.DataFrame(totals),
        unit=max(presented, ROUNDED_UNIT) if rounded else presented,
        notices=tuple(notices),
        problems=tuple(problems),
    )


def _blank(raw: pl.Series) -> pl.Series:
    return _stripped(raw.to_frame())[raw.name].is_null() if raw.dtype == pl.String else raw.is_null()


def _stripped(cells: pl.DataFrame) -> dict[str, pl.Series]:
    """Texts without blanks around them; empty cells and lone dashes become null (unknown). All columns in one go."""
    texts = cells.select(pl.col(pl.String).str.strip_chars())
    blank = texts.select(pl.all().is_in(_BLANKS).fill_null(value=False))
    return {t.name: t.set(b, None) if b.any() else t for t, b in zip(texts, blank, strict=True)}


def coerce_column(raw: pl.Series, column: Column, part: Part, unit: str, stripped: pl.Series | None = None) -> _Read:
    """One column of cells, or of the distinct words of one, as exact values; ``stripped``: its texts, if at hand."""
    if raw.dtype == pl.Null:
        return _Read(pl.Series(raw.name, [None] * len(raw), dtype=STORED[column.kind]))
    if raw.dtype in (pl.Float32, pl.Float64):
        raw = raw.fill_nan(None)
    if raw.dtype in (pl.Categorical, pl.Enum):
        raw = raw.cast(pl.String)
    if raw.dtype == pl.String:
        text = _stripped(raw.to_frame())[raw.name] if stripped is None else stripped
        if column.kind in {"money", "number", "share"} and part.layout is not None and part.layout.decimal == ",":
            text = text.str.replace_all(".", "", literal=True).str.replace_all(",", ".", literal=True)
        if part.layout is not None and column.name in part.layout.words:
            text = _said(text, part.layout.words[column.name])
        return _text(text, column, unit)
    return _typed(raw, column, unit)


def _said(text: pl.Series, words: Mapping[str, str]) -> pl.Series:
    """Texts replaced as a layout says, blanks and width aside."""
    known = {plain(k): v for k, v in words.items()}
    distinct = text.drop_nulls().unique().to_list()
    return text.replace({t: known[plain(t)] for t in distinct if plain(t) in known})


# Texts


def _text(text: pl.Series, column: Column, unit: str) -> _Read:
    """A column of texts, blanks already null."""
    match column.kind:
        case "text":
            return _Read(text)
        case "money":
            return _money(text, unit)
        case "number":
            return _number(text)
        case "code":
            return _code(text, column.name)
        case "share":
            return _each(text, _share, pl.Float64)
        case "count":
            return _each(text, _count, pl.Int64)
        case "year":
            return _each(text, _year, pl.Int64)
        case "date":
            return _each(text, _date, pl.Int64)
        case "mark":
            return _each(text, _basic if column.name == "basic" else _mark, pl.Boolean)
        case "word":
            return _each(text, lambda t: read_word(column, t), pl.String)


def _each(text: pl.Series, reader: Callable[[str], Any], dtype: Any) -> _Read:
    """Read each distinct text once; a reader gives None for what it does not understand, ``...`` for unknown."""
    if len(text) <= _SHORT:
        return _each_of_few(text, reader, dtype)
    distinct = text.drop_nulls().unique()
    found = [reader(t) for t in distinct.to_list()]
    values = pl.Series([None if v is ... else v for v in found], dtype=dtype)
    if not len(distinct):
        return _Read(pl.Series(text.name, [None] * len(text), dtype=dtype))
    read = text.replace_strict(distinct, values, default=None, return_dtype=dtype)
    wrong = distinct.filter(pl.Series([v is None for v in found], dtype=pl.Boolean))
    return _Read(read, text.is_in(wrong.implode()).fill_null(value=False) if len(wrong) else None)


def _each_of_few(text: pl.Series, reader: Callable[[str], Any], dtype: Any) -> _Read:
    listed = text.to_list()
    found = {t: reader(t) for t in dict.fromkeys(listed) if t is not None}
    known = {t: None if v is ... else v for t, v in found.items()}
    values = pl.Series(text.name, [known.get(t) for t in listed], dtype)
    if None not in found.values():
        return _Read(values)
    return _Read(values, pl.Series([t is not None and found[t] is None for t in listed], dtype=pl.Boolean))


def _money(text: pl.Series, unit: str) -> _Read:
    """Amounts in ``unit`` to 分, through decimals."""
    digits = _DIGITS[unit]
    simple = text.str.contains(_NUMBER)
    bare = text.str.replace_all(",", "", literal=True) if text.str.contains(",", literal=True).any() else text
    long = bare.str.contains(rf"\.[0-9]{{{digits + 1},}}|[0-9]{{19}}")
    direct = simple & ~long
    fen = _int64(bare.set(~direct, None).cast(pl.Decimal(38, digits), strict=False))
    decimals = int(bare.filter(simple).str.extract(r"\.([0-9]+)$").str.len_chars().max() or 0)  # type: ignore[arg-type]
    odd = (~direct).fill_null(value=False)
    bad = finer = None
    if odd.any():
        distinct = text.filter(odd).unique()
        numbers = [read_number(t) for t in distinct.to_list()]
        exact = [to_fen(n, unit) if n is not None else None for n in numbers]
        fits = [e if e is not None and abs(e[0]) <= LARGEST else None for e in exact]
        slow = text.replace_strict(distinct, pl.Series([e[0] if e else None for e in fits], dtype=pl.Int64),
                                   default=None, return_dtype=pl.Int64)  # fmt: skip
        fen = fen.zip_with(~odd, slow)
        bad = odd & fen.is_null() & text.is_not_null()
        rough = distinct.filter(pl.Series([e is not None and not e[1] for e in fits], dtype=pl.Boolean))
        finer = odd & text.is_in(rough.implode()).fill_null(value=False)
        decimals = max([decimals, *(_places(n) for n in numbers if n is not None)])
    large = (fen.abs() > LARGEST).fill_null(value=False)
    if large.any():
        bad = large if bad is None else bad | large
        fen = fen.set(large, None)
    return _Read(fen, bad, finer, decimals)


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _int64(decimal: pl.Series) -> pl.Series:
    """The unscaled whole numbers of a decimal column; what does not fit becomes null."""
    return decimal.to_physical().cast(pl.Int64, strict=False)


def _number(text: pl.Series) -> _Read:
    simple = text.str.contains(_NUMBER)
    values = text.str.replace_all(",", "", literal=True).set(~simple, None).cast(pl.Float64, strict=False)
    odd = (~simple).fill_null(value=False)
    if not odd.any():
        return _Read(values)
    slow = _each(text.set(~odd, None), lambda t: None if (n := read_number(t)) is None else float(n), pl.Float64)
    return _Read(values.zip_with(~odd, slow.values), slow.bad)


def _code(text: pl.Series, name: str) -> _Read:
    """Codes in their one spelling; whether they are of the right shape is the schema's question."""
    odd = text.str.contains(r"[^0-9A-Za-z]")
    if name == "entity":
        odd |= text.str.len_chars() == len("430702000")
    if not odd.any():
        return _Read(text)
    odd = odd.fill_null(value=False)
    reader = entity_code if name == "entity" else clean
    slow = _each(text.set(~odd, None), lambda t: reader(t) or None, pl.String)
    return _Read(text.zip_with(~odd, slow.values), slow.bad)


def _share(text: str) -> float | None:
    compact = text.replace("％", "%").strip()
    percent = compact.endswith("%")
    number = read_number(compact.rstrip("%"))
    if number is None or (not percent and abs(number) > 1):
        return None
    return float(number / 100 if percent else number)


def _count(text: str) -> int | None:
    number = read_number(text)
    return int(number) if number is not None and number == int(number) and 0 <= number <= LARGEST else None


def _year(text: str) -> int | None:
    digits = clean(text)
    for ending in ("年度", "年"):
        digits = digits.removesuffix(ending)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < len(str(LARGEST)) else None


def _date(text: str) -> int | None:
    day = parse_date(text)
    return day.toordinal() - _EPOCH if day else None


def _mark(text: str) -> bool | None:
    word = plain(text)
    return True if word in _YES else False if word in _NO else None


def _basic(text: str) -> bool | None:
    """支出类型: 基本支出 is basic, 项目支出 is not."""
    word = plain(text)
    return _BASIC[word] if word in _BASIC else _mark(text)


@cache
def _spellings(name: str, words: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for word, ways in words:
        for way in (word, *ways):
            found.setdefault(plain(way), word)
    if name == "book":
        # the field fund_type_code and 资金性质 name all money: 财政专户 and 单位资金 have no book,
        # 财政拨款 alone does not say which
        for source in ("special_account", "own"):
            found.update(dict.fromkeys((plain(w) for w in (source, *FUND_SOURCES[source])), NO_BOOK))
        found.update(dict.fromkeys(("财政拨款", "财政拨款资金", "fiscal", "1"), ...))
    return MappingProxyType(found)


def read_word(column: Column, text: str) -> Any:
    """The canonical word for a spelling: None if there is none, ``...`` where it leaves the word unknown."""
    known = _spellings(column.name, tuple(column.words.items()))
    word = plain(text)
    word = word.removesuffix(".0")
    if word in known:
        return known[word]
    if column.name in {"book", "fund_source"} and word.isdigit():
        # longer fund type codes: 111 is a kind of 11
        return next((known[word[:n]] for n in (2, 1) if word[:n] in known), None)
    return None


# Typed columns of parquet files and frames


def _typed(raw: pl.Series, column: Column, unit: str) -> _Read:
    kind, dtype = column.kind, raw.dtype
    if dtype == pl.Boolean:
        if kind == "mark":
            return _Read(raw)
        return _text(raw.cast(pl.String), column, unit)
    if dtype in (pl.Date, pl.Datetime) or isinstance(dtype, pl.Datetime):
        if kind == "date":
            return _Read(raw.cast(pl.Date).cast(pl.Int32).cast(pl.Int64))
        return _text(raw.cast(pl.Date).cast(pl.String), column, unit)
    if isinstance(dtype, pl.Decimal):
        return _decimals(raw, column, unit)
    if dtype.is_integer():
        return _integers(raw, column, unit)
    if dtype.is_float():
        return _floats(raw.cast(pl.Float64), column, unit)
    return _text(raw.cast(pl.String, strict=False), column, unit)


def _integers(raw: pl.Series, column: Column, unit: str) -> _Read:
    kind = column.kind
    if kind == "money":
        fen = FEN[unit]
        values = raw.cast(pl.Int64, strict=False)
        low, high = raw.min(), raw.max()
        if low is None or (-LARGEST // fen < int(str(low)) and int(str(high)) <= LARGEST // fen):
            return _Read(values * fen)
        bad = (raw.cast(pl.Float64).abs() > LARGEST // fen).fill_null(value=False)
        return _Read((values.set(bad, None) if bad.any() else values) * fen, bad)
    if kind in {"year", "count"}:
        return _Read(raw.cast(pl.Int64, strict=False))
    if kind == "number":
        return _Read(raw.cast(pl.Float64))
    return _text(raw.cast(pl.String), column, unit)


def _floats(raw: pl.Series, column: Column, unit: str) -> _Read:
    kind = column.kind
    endless = raw.is_infinite().fill_null(value=False)
    if kind == "number":
        return _Read(raw.set(endless, None), endless)
    if kind == "share":
        bad = endless | (raw.abs() > 1).fill_null(value=False)
        return _Read(raw.set(bad, None), bad)
    if kind == "money":
        fen = FEN[unit]
        given = raw.to_numpy()
        with np.errstate(invalid="ignore", over="ignore"):
            whole = np.rint(given * fen)
            large = np.isfinite(given) & (np.abs(whole) > LARGEST) | np.isinf(given)
            # a float stands for the shortest decimal that gives it back, and at most for 15 digits
            exact = (whole / fen == given) | (np.abs(given * fen - whole) <= np.abs(whole) * 1e-15)
        lost = np.isnan(given) | large
        finer = ~exact & ~lost
        fen_values = np.where(lost, 0.0, whole).astype(np.int64)
        for i in np.flatnonzero(finer):
            fen_values[i] = to_fen(Decimal(f"{given[i]:.15g}"), unit)[0]
        values = pl.Series(raw.name, fen_values)
        return _Read(
            values.set(pl.Series(lost), None), pl.Series(large), pl.Series(finer), _decimals_used(fen_values, unit)
        )
    whole_numbers = ((raw == raw.floor()) & (raw.abs() < 2**53)).fill_null(value=True)
    text = raw.cast(pl.String)
    if whole_numbers.any():
        text = raw.set(~whole_numbers, None).cast(pl.Int64).cast(pl.String).zip_with(whole_numbers, text)
    return _text(text, column, unit)


def _decimals_used(fen: npt.NDArray[np.int64], unit: str) -> int:
    """How many decimals of the unit these amounts need."""
    digits = _DIGITS[unit]
    return next(k for k in range(digits + 1) if not (fen % 10 ** (digits - k)).any())


def _decimals(raw: pl.Series, column: Column, unit: str) -> _Read:
    if column.kind == "money":
        digits, scale = _DIGITS[unit], raw.dtype.scale  # type: ignore[attr-defined]
        large = (raw.cast(pl.Float64).abs() > LARGEST // FEN[unit]).fill_null(value=False)
        if scale <= digits:
            values = _int64(raw.set(large, None) if large.any() else raw)
            fen = values * 10 ** (digits - scale)
            return _Read(fen, large, None, _decimals_used(fen.fill_null(0).to_numpy(), unit))
    if column.kind == "number":
        return _Read(raw.cast(pl.Float64))
    text = raw.cast(pl.String)
    if column.kind in {"code", "text", "word"}:
        text = text.str.replace(r"\.0+$", "")
    return _text(text, column, unit)


# What is said about cells


def _bad_cells(part: Part, column: Column, raw: pl.Series, bad: pl.Series) -> list[Problem]:
    rows = np.flatnonzero(bad.to_numpy())
    found = [bad_cell(part, column, raw[int(row)], int(row)) for row in rows[:LISTED]]
    return found + ([more_cells(part, column.name, len(rows))] if len(rows) > LISTED else [])


def more_cells(part: Part, name: str, n: int) -> Problem:
    """How many cells of a column are wrong, after the first ones were listed."""
    head = part.headers.get(name, name)
    return part.problem("bad-cell", f"“{head}”列共有{n}个这样的单元格，以上列出前{LISTED}个",
                        f"{n} such cells in the column {name}, the first {LISTED} are listed above")  # fmt: skip


def bad_cell(part: Part, column: Column, value: Any, row: int) -> Problem:
    """A cell that is not of the kind of its column: what was read, what was expected, the nearest word."""
    zh, en = EXPECTED[column.kind]
    if column.kind == "code" and column.name in _PURE_CODES:
        zh, en = "数字代码", "a code of digits"
    if column.kind == "word":
        spellings = [w for word, ways in column.words.items() for w in (word, *ways) if not w.isdigit()]
        close = difflib.get_close_matches(str(value), spellings, 1, 0.4)
        ways = "、".join((spell[0] if spell else word) for word, spell in column.words.items() if word != NO_BOOK)
        zh, en = f"其中之一：{ways}", f"one of: {', '.join(w for w in column.words if w != NO_BOOK)}"
        if close:
            zh, en = f"{zh}；最接近“{close[0]}”", f"{en}; nearest: {close[0]}"
    shown = str(value) if len(str(value)) <= 60 else str(value)[:57] + "…"  # noqa: PLR2004
    head = part.headers.get(column.name, column.name)
    cell = part.cell(column.name, row)
    where_zh = "" if cell else f"第{row + 1}行"
    where_en = "" if cell else f" in row {row + 1}"
    return part.problem("bad-cell", f"“{head}”列{where_zh}读到“{shown}”，应为{zh}",
                        f"column {column.name}{where_en}: read {shown!r}, expected {en}", cell)  # fmt: skip


def _finer(part: Part, name: str, raw: pl.Series, finer: pl.Series, unit: str, *, rounded: bool) -> Problem:
    rows = np.flatnonzero(finer.to_numpy())
    n, first, head = len(rows), str(raw[int(rows[0])]), part.headers.get(name, name)
    cells = [part.place(name, int(r)) for r in rows[:5]]
    zh, en = "、".join(cells), ", ".join(cells)
    cell = part.cell(name, int(rows[0]))
    if rounded:
        return part.problem("rounded", f"“{head}”列有{n}个金额细于分（{zh}），已四舍五入到分",
            f"{n} amounts of {name} are finer than 分 ({en}); rounded half away from zero", cell)  # fmt: skip
    return part.problem("finer-than-fen",
        f"“{head}”列有{n}个金额细于分（{zh}；如读到“{first}”，单位{unit}）；请更正，或用 --round 四舍五入",
        f"{n} amounts of {name} are finer than 分 ({en}; e.g. {first!r} in {unit}); correct them, or use --round",
        cell)  # fmt: skip
