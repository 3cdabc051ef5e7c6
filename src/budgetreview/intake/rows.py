"""Which rows of a table are lines and which are totals, notes, repeated headers or deleted."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import polars as pl

from budgetreview.intake.headers import label
from budgetreview.tables import TABLES, Kind

_TOTAL: Final = re.compile(
    r"(?:本年|本级|上年|当年)?(?:(?:财政)?拨款)?(?:收入|支出|基本支出|项目支出|单位|部门|本页|全部|各项)?(?:合计|总计|小计|共计|总合计)(?:数)?"
)
_WITHIN: Final = re.compile(r"其中(?:[:：].*)?")
_FIRST_SIEVE: Final = r"[合总小共]\s*计|其\s*中"
_LABELS: Final[frozenset[Kind]] = frozenset({"text", "code", "word"})
_NO_LABELS: Final = frozenset({
    "basis", "note", "value", "unit", "operator", "level1", "level2", "level3", "purpose", "payee", "kind", "parent_id",
})  # fmt: skip
_IDENTITIES: Final = ("line_id", "project", "function_code", "dept_economic_code", "gov_economic_code")
_WITHOUT_TOTALS: Final = frozenset({"targets", "calendar", "standards"})
_FOOT: Final = re.compile(r"(?:注|备注|说明|附注|填表|制表|填报|审核|单位负责人|财务负责人|打印|联系人|※)")


def is_total_label(text: str) -> bool:
    """Whether a cell is the label of a total row: 合计, 总计, 小计, 支出合计 and so on, or 其中：….

    The whole cell must be the label, blanks, ordinals and a colon aside: a project called 合计项目系统建设 or
    其中心小学改造 is a line.
    """
    plain = label(text)
    return bool(_TOTAL.fullmatch(plain) or _WITHIN.fullmatch(plain))


def total_rows(table: str, frame: pl.DataFrame) -> pl.Series:
    """Which rows are totals.

    A row is one where a cell of a column of names, codes or words holds a total's label, whatever else it holds
    (sheets repeat the code of a group beside its 小计). In an unknown column the label counts only where the row has
    no id, project, function or economic code of its own. Free texts (basis, note) never make a total.
    """
    spec = TABLES[table].columns
    nowhere = _nowhere(frame)
    if table in _WITHOUT_TOTALS:
        return nowhere
    named, other = nowhere, nowhere
    asked = [
        c for c, dtype in frame.schema.items()
        if dtype == pl.String and c not in _NO_LABELS and (c not in spec or spec[c].kind in _LABELS)
    ]  # fmt: skip
    sieved = frame.select(pl.col(asked).str.contains(_FIRST_SIEVE).fill_null(value=False))
    for maybe in sieved.get_columns():
        if not maybe.any():
            continue
        column, known = frame[maybe.name], spec.get(maybe.name)
        words = [w for w in column.filter(maybe).unique().to_list() if is_total_label(w)]
        hit = column.is_in(words).fill_null(value=False)
        if known:
            named |= hit
        else:
            other |= hit
    if other.any():
        own = [c for c in _IDENTITIES if c in frame.columns]
        coded = frame.select(pl.any_horizontal(pl.lit(value=False), *(
            pl.col(c).str.contains(r"[0-9A-Za-z]").fill_null(value=False) for c in own if frame.schema[c] == pl.String
        )).alias("coded")).to_series()  # fmt: skip
        if len(coded) != len(frame):
            coded = nowhere
        other &= ~coded
    return named | other


def deleted_rows(frame: pl.DataFrame) -> pl.Series:
    """Which rows the platform marks as deleted (``is_deleted`` = 1)."""
    if "is_deleted" not in frame.columns:
        return _nowhere(frame)
    text = frame["is_deleted"].cast(pl.String).str.strip_chars().str.to_lowercase()
    return text.is_in(["1", "1.0", "true", "是", "y", "yes"]).fill_null(value=False)


def blank_rows(frame: pl.DataFrame) -> pl.Series:
    """Which rows have no value at all."""
    if not frame.columns:
        return ~_nowhere(frame)
    if any(not column.null_count() for column in frame.iter_columns()):
        return _nowhere(frame)
    return frame.select(pl.all_horizontal(pl.all().is_null()).alias("blank")).to_series()


def _nowhere(frame: pl.DataFrame) -> pl.Series:
    return pl.Series(np.zeros(len(frame), bool))


def foot_rows(cells: pl.DataFrame) -> pl.Series:
    """Which rows are notes at the foot: one cell only, beginning with 注, 说明, 填表人 and the like."""
    filled = cells.select(pl.sum_horizontal(pl.all().is_not_null().cast(pl.Int32)).alias("n")).to_series()
    only = np.flatnonzero((filled == 1).to_numpy())
    texts = cells[only].select(pl.coalesce(pl.all()).alias("text")).to_series().to_list() if len(only) else []
    mask = np.zeros(len(cells), bool)
    mask[[int(i) for i, t in zip(only, texts, strict=True) if _FOOT.match(label(t))]] = True
    return pl.Series(mask)
