"""What a layout is: how the export of another system is read into the tables of a submission. Data, kept in TOML.

A layout does not add anything to an input; it only says where things are and what they are called. Amounts in
another currency are read with unit ``元``: exact to the hundredth, whatever the hundredth is called.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import attrs

from budgetreview.errors import Text, UsageError
from budgetreview.money import FEN
from budgetreview.tables import TABLES

Blank = Literal["zero", "no"]


def _texts(given: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(given))


def _pair(given: Sequence[str]) -> tuple[str, str]:
    first, last = given
    return first, last


def _listed(given: Mapping[str, str | Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({k: _strings(v) for k, v in given.items()})


def _blanks(given: Mapping[str, Blank]) -> Mapping[str, Blank]:
    return MappingProxyType(dict(given))


def _nested(given: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
    return MappingProxyType({k: _texts(v) for k, v in given.items()})


def _strings(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(v) for v in value)


@attrs.frozen
class Derived:
    """A column made from others.

    Attributes:
        column: The column made.
        join: Headers whose texts are put together; three of them are 类, 款, 项 where ``as_code``.
        separator: Between the texts joined.
        as_code: The three headers of ``join`` are the parts of one classification code (款 may be ``1``).
        first: How many characters are kept, e.g. the first digit of a code; None: all.
        negate: Header of an amount to be taken with the other sign.
    """

    column: str
    join: tuple[str, ...] = attrs.field(default=(), converter=_strings)
    separator: str = ""
    as_code: bool = False
    first: int | None = None
    negate: str | None = None


@attrs.frozen
class Pivot:
    """Items in rows, to become columns: one row an entity, year and book in the end.

    Attributes:
        item: Header of the column with the items' names.
        value: Header of the column with the amounts.
        columns: Item, without blanks and ordinals, to the money column that it is; others are left out with a notice.
            Of two items alike but for their ordinals (十七、援助 and 援助), the one written as here is meant.
        keep: Headers that tell the resulting rows apart.
    """

    item: str
    value: str
    columns: Mapping[str, str] = attrs.field(converter=_texts)
    keep: tuple[str, ...] = attrs.field(default=(), converter=_strings)


@attrs.frozen
class Panel:
    """One half of a twin table (收入 | 支出 side by side).

    Attributes:
        columns: First and last column as letters, e.g. ``("A", "C")``.
        constants: What holds for every row of this half, e.g. ``side = "revenue"``.
    """

    columns: tuple[str, str] = attrs.field(converter=_pair)
    constants: Mapping[str, str] = attrs.field(factory=dict, converter=_texts)


@attrs.frozen
class TableLayout:
    """How one kind of sheet or file is read.

    Attributes:
        table: The table that it becomes.
        files: Glob patterns of file names it applies to; empty: any.
        sheets: Glob patterns of sheet names it applies to; empty: any.
        requires: Headers that must all be there for it to apply.
        header_row: Row number of the (last) header row; None: found by itself.
        unit: Unit of money where header and corner name none.
        round: Whether money finer than 分 is rounded, with a notice.
        decimal: ``,`` where 1.234,56 is written.
        columns: Header to column. Headers not named are looked up as usual unless ``only``.
        only: Whether headers not named in ``columns`` stay unknown columns.
        words: Column to (text in the file to what it means), e.g. the name of a place to its code.
        blank: Column to what a blank cell means; published tables leave zero blank.
        constants: Column to the value of every row.
        where: Header to the values of the rows that are read; others are left out with a notice.
        drop: Header to values whose rows are left out with a notice.
        derived: Columns made from others.
        add_up: Whether rows that agree in every known column except money are one line, their money added.
        pivot: For items in rows.
        panels: For twin tables.
        year_from: Regular expression with one group, looked for in the file's name (and title): the fiscal year.
    """

    table: str
    files: tuple[str, ...] = attrs.field(default=(), converter=_strings)
    sheets: tuple[str, ...] = attrs.field(default=(), converter=_strings)
    requires: tuple[str, ...] = attrs.field(default=(), converter=_strings)
    header_row: int | None = None
    unit: str | None = None
    round: bool = False
    decimal: Literal[".", ","] = "."
    columns: Mapping[str, str] = attrs.field(factory=dict, converter=_texts)
    only: bool = False
    words: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict, converter=_nested)
    blank: Mapping[str, Blank] = attrs.field(factory=dict, converter=_blanks)
    constants: Mapping[str, str] = attrs.field(factory=dict, converter=_texts)
    where: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_listed)
    drop: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_listed)
    derived: tuple[Derived, ...] = ()
    add_up: bool = False
    pivot: Pivot | None = None
    panels: tuple[Panel, ...] = ()
    year_from: str | None = None


@attrs.frozen
class Layout:
    """A named way of reading inputs.

    Attributes:
        key: The name for ``--layout``.
        title: What it reads, for people.
        tables: One entry a kind of sheet or file; the first that applies is used.
        encoding: Of text files; None: found by itself.
        delimiter: Of text files; None: by the file's ending.
        entity: Entity of every row that names none.
        year: Fiscal year of every row that names none.
        automatic: Whether it is used without being asked for, where its ``requires`` are met.
    """

    key: str
    title: Text
    tables: tuple[TableLayout, ...]
    encoding: str | None = None
    delimiter: str | None = None
    entity: str | None = None
    year: int | None = None
    automatic: bool = False


_TABLE_KEYS: Final = frozenset(attrs.fields_dict(TableLayout))
_KEYS: Final = frozenset({"key", "title", "tables", "encoding", "delimiter", "entity", "year", "automatic"})


def parse_layout(text: str, origin: str = "layout") -> Layout:
    """Read a layout from TOML.

    Args:
        text: The TOML.
        origin: What it was read from, for messages.

    Raises:
        UsageError: The TOML is broken, or names a table, column, unit or key that does not exist.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(origin, f"TOML 语法错误：{error}", f"broken TOML: {error}") from None
    unknown = sorted(data.keys() - _KEYS)
    if unknown:
        raise _wrong(
            origin, f"没有这样的键 {unknown}；可用 {sorted(_KEYS)}", f"no keys {unknown}; known: {sorted(_KEYS)}"
        )
    for key in ("key", "title", "tables"):
        if key not in data:
            raise _wrong(origin, f"缺少 {key}", f"{key} is missing")
    title = data["title"]
    if not isinstance(title, dict) or not {"zh", "en"} <= title.keys():
        raise _wrong(origin, "title 应有 zh 与 en", "title needs zh and en")
    return Layout(
        key=str(data["key"]),
        title=Text(str(title["zh"]), str(title["en"])),
        tables=tuple(_table(t, f"{origin} tables[{i}]") for i, t in enumerate(data["tables"])),
        encoding=data.get("encoding"),
        delimiter=data.get("delimiter"),
        entity=str(data["entity"]) if "entity" in data else None,
        year=data.get("year"),
        automatic=bool(data.get("automatic", False)),
    )


def _table(data: dict[str, Any], origin: str) -> TableLayout:
    unknown = sorted(data.keys() - _TABLE_KEYS)
    if unknown:
        raise _wrong(origin, f"没有这样的键 {unknown}；可用 {sorted(_TABLE_KEYS)}",
                     f"no keys {unknown}; known: {sorted(_TABLE_KEYS)}")  # fmt: skip
    table = str(data.get("table"))
    if table not in TABLES:
        raise _wrong(origin, f"没有表 {table!r}；可用 {list(TABLES)}", f"no table {table!r}; known: {list(TABLES)}")
    unit = data.get("unit")
    if unit is not None and unit not in FEN:
        raise _wrong(origin, f"没有单位 {unit!r}；可用 {list(FEN)}", f"no unit {unit!r}; known: {list(FEN)}")
    known = TABLES[table].columns
    pivot, derived = data.get("pivot"), data.get("derived", [])
    named = [
        *data.get("columns", {}).values(),
        *data.get("words", {}),
        *data.get("blank", {}),
        *data.get("constants", {}),
    ]
    named += [d.get("column") for d in derived] + list((pivot or {}).get("columns", {}).values())
    for name in named:
        if name not in known:
            raise _wrong(origin, f"表 {table} 没有列 {name!r}", f"table {table} has no column {name!r}")
    for column, meaning in data.get("blank", {}).items():
        fitting = "no" if known[column].kind == "mark" else "zero"
        if meaning != fitting:
            raise _wrong(origin, f"blank.{column} 应为 {fitting!r}", f"blank.{column} should be {fitting!r}")
    if "year_from" in data and re.compile(data["year_from"]).groups != 1:
        raise _wrong(origin, "year_from 应有一个括号组", "year_from needs exactly one group")
    return TableLayout(
        **{k: v for k, v in data.items() if k not in {"pivot", "derived", "panels", "constants"}},
        constants={k: str(v) for k, v in data.get("constants", {}).items()},
        derived=tuple(Derived(**d) for d in derived),
        pivot=Pivot(**pivot) if pivot else None,
        panels=tuple(Panel(**p) for p in data.get("panels", [])),
    )


def _wrong(origin: str, zh: str, en: str) -> UsageError:
    return UsageError(Text(f"布局 {origin}：{zh}", f"layout {origin}: {en}"))


@cache
def shipped_layouts() -> tuple[Layout, ...]:
    """The layouts that come with this package, by key."""
    folder = resources.files("budgetreview") / "data" / "layouts"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(parse_layout(f.read_text("utf-8"), f.name) for f in files)


def find_layout(said: str | Path | Layout, layouts: Sequence[Layout]) -> Layout:
    """The layout that a caller means: a layout, the key of a known one, or the path of a TOML file.

    Raises:
        UsageError: There is none, or the file is no layout.
    """
    if isinstance(said, Layout):
        return said
    known = {one.key: one for one in layouts}
    if isinstance(said, str) and said in known:
        return known[said]
    path = Path(said)
    if path.suffix == ".toml":
        try:
            return parse_layout(path.read_text("utf-8"), path.name)
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "UTF-8?"
            raise _wrong(path.name, f"无法读取：{reason}", f"cannot be read: {reason}") from None
    raise _wrong(
        str(said),
        f"没有这个布局；可用：{'、'.join(known)}，或一个 .toml 文件",
        f"no such layout; known: {', '.join(known)}, or a .toml file",
    )
