"""Reshaping the cells of a sheet: codes in three columns, and what a layout asks for (rows, columns, pivots).

Cells are texts throughout; ``texts`` are the headers in the order of the columns, None for columns left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from budgetreview.codes import join_three
from budgetreview.intake.headers import label, look_up, plain, unit_of
from budgetreview.intake.heading import CODE_PARTS
from budgetreview.layout import Derived, Pivot, TableLayout
from budgetreview.tables import TABLES

Say = Callable[[str, str, str], None]
"""Takes a notice: its kind, its sentence in Chinese, in English."""
Headers = list[str | None]

_NAMED: Final = 8


def three_codes(cells: pl.DataFrame, texts: Headers, table: str) -> tuple[pl.DataFrame, Headers]:
    """Columns 类 | 款 | 项 put together to one code, under the heading above them or as the function code."""
    if "function_code" not in TABLES[table].columns:
        return cells, texts
    named = {c for t in texts if t for c in look_up(table, t).columns}
    for i in range(len(texts) - 2):
        three = [t or "" for t in texts[i : i + 3]]
        if tuple(plain(t).split("·")[-1] for t in three) != CODE_PARTS:
            continue
        above = three[0].rpartition("·")[0]
        head = above if above and look_up(table, above).columns else "功能分类科目编码"
        if set(look_up(table, head).columns) & named:
            continue
        joined = join_columns([cells.to_series(i + k) for k in range(3)])
        cells = cells.with_columns(joined.alias(cells.columns[i]))
        return cells, [*texts[:i], head, None, None, *texts[i + 3 :]]
    return cells, texts


def join_columns(columns: Sequence[pl.Series]) -> pl.Series:
    """类, 款, 项 in three columns as one code; what does not fit together stays visible as ``201|x|01``."""
    parts = pl.DataFrame([c.alias(f"part{k}") for k, c in enumerate(columns)])
    distinct = parts.unique()
    codes: list[str | None] = []
    for row in distinct.rows():
        given = ["" if v is None else v for v in row]
        try:
            codes.append(join_three(*given) or None)
        except ValueError:
            codes.append("|".join(given))
    table = distinct.with_columns(pl.Series("code", codes, dtype=pl.String))
    return parts.join(table, on=parts.columns, how="left", nulls_equal=True, maintain_order="left")["code"]


def find(texts: Sequence[str | None], head: str) -> int | None:
    """The place of a header that a layout names."""
    wanted = plain(head)
    for i, text in enumerate(texts):
        if text is not None and wanted in {plain(text), unit_of(plain(text))[0]}:
            return i
    return None


def derived(cells: pl.DataFrame, texts: Headers, one: TableLayout) -> tuple[pl.DataFrame, Headers]:
    """The cells with the columns that a layout makes of others, appended under their column names."""
    for made in one.derived:
        heads = (made.negate,) if made.negate else made.join
        places = [p for h in heads if (p := find(texts, h)) is not None]
        if len(places) == len(heads):
            new = _made(made, [cells.to_series(p) for p in places])
            cells = cells.with_columns(new.alias(f"made {made.column}"))
            texts = [*texts, made.column]
    return cells, texts


def _made(made: Derived, columns: list[pl.Series]) -> pl.Series:
    if made.as_code:
        return join_columns(columns)
    if made.negate:
        text = columns[0].str.strip_chars()
        turned = pl.when(text.str.starts_with("-")).then(text.str.slice(1)).otherwise(pl.concat_str(pl.lit("-"), text))
        return pl.select(turned).to_series()
    joined = pl.select(pl.concat_str(columns, separator=made.separator, ignore_nulls=True)).to_series()
    return joined if made.first is None else joined.str.strip_chars().str.slice(0, made.first)


def left_out(cells: pl.DataFrame, texts: Headers, one: TableLayout, say: Say) -> pl.Series:
    """The rows that a layout leaves out: those not ``where``, those to ``drop``."""
    gone = pl.repeat(value=False, n=len(cells), eager=True)
    blank = cells.select(pl.all_horizontal(pl.all().is_null()).alias("blank")).to_series()
    for keep, table in ((True, one.where), (False, one.drop)):
        for head, values in table.items():
            at = find(texts, head)
            if at is None:
                continue
            hit = cells.to_series(at).str.strip_chars().is_in(list(values)).fill_null(value=False)
            rows = (~hit if keep else hit) & ~blank
            if rows.any():
                n, said = rows.sum(), "、".join(values)
                no, no_en = ("不", "not ") if keep else ("", "")
                say("rows-left-out", f"依布局，“{head}”{no}为{said}的{n}行未读入",
                    f"{n} rows whose {head} is {no_en}{said} are left out as the layout says")  # fmt: skip
            gone |= rows
    return gone


def _meant(pivot: Pivot, items: Sequence[str]) -> dict[str, str]:
    """Items to the columns that a layout says they are; one written as the layout writes it wins over look-alikes."""
    exact = {plain(k): v for k, v in pivot.columns.items()}
    alike = {label(k): v for k, v in pivot.columns.items() if plain(k) not in {plain(t) for t in items}}
    return {t: column for t in items if (column := exact.get(plain(t)) or alike.get(label(t)))}


def pivoted(
    cells: pl.DataFrame, texts: Headers, one: TableLayout, pivot: Pivot, records: npt.NDArray[np.int64], say: Say
) -> tuple[pl.DataFrame, npt.NDArray[np.int64]]:
    """Items in rows to columns: a row for each group of ``keep``, placed where the group begins."""
    item, value = find(texts, pivot.item), find(texts, pivot.value)
    if item is None or value is None:
        return pl.DataFrame(), records[:0]
    said = cells.to_series(item)
    distinct = said.drop_nulls().unique().sort().to_list()
    meant = _meant(pivot, distinct)
    left = [t for t in distinct if t not in meant]
    if left:
        say("items-left-out", f"布局未对应的{len(left)}个项目未读入：{'、'.join(left[:_NAMED])}",
            f"{len(left)} items that the layout does not name are left out: {', '.join(left[:_NAMED])}")  # fmt: skip
    named = pl.Series([meant.get(t) for t in distinct], dtype=pl.String)
    known = pl.Series(distinct, dtype=pl.String)
    group: dict[str, pl.Series] = {}
    for head in pivot.keep:
        at = find(texts, head)
        if at is not None:
            column = one.columns.get(head) or next(iter(look_up(one.table, head).columns), head)
            group[column] = cells.to_series(at).alias(column)
    keys = list(group)
    long = pl.DataFrame([
        *group.values(),
        said.replace_strict(known, named, default=None, return_dtype=pl.String).alias("item"),
        cells.to_series(value).alias("value"), pl.Series("record", records),
    ])  # fmt: skip
    twice = long.drop_nulls("item").select(pl.struct([*keys, "item"]).is_duplicated().sum()).item()
    if twice:
        say(
            "item-twice",
            f"有{twice}行的项目在同一组中重复，取第一行",
            f"{twice} rows repeat an item of their group; the first is taken",
        )
    columns = dict.fromkeys(pivot.columns.values())
    wide = long.group_by(keys, maintain_order=True).agg(
        pl.col("record").first(),
        *(pl.col("value").filter(pl.col("item") == c).first().alias(c) for c in columns),
    )
    return wide.drop("record"), wide["record"].to_numpy()
