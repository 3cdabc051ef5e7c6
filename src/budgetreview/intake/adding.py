"""Rows that a layout says are one line: alike in every known column except money, their money is added."""

from __future__ import annotations

import attrs
import polars as pl

from budgetreview.intake.coerce import Typed
from budgetreview.tables import TABLES


def added_up(typed: Typed) -> Typed:
    """Rows put together where the layout says ``add_up``; a line has the cells of its first row.

    A sum is unknown where one of its amounts is. Columns that the table does not know are those of the first row.
    """
    part = typed.part
    if part.layout is None or not part.layout.add_up or not len(typed.frame):
        return typed
    spec = TABLES[part.table].columns
    money = [c for c in typed.frame.columns if c in spec and spec[c].kind == "money"]
    key = [c for c in typed.frame.columns if c in spec and c not in money]
    rest = [c for c in typed.frame.columns if c not in spec]
    frame = typed.frame.with_row_index("first row")
    made = frame.group_by(key, maintain_order=True).agg(
        pl.col("first row").first(),
        *(pl.when(pl.col(c).is_null().any()).then(None).otherwise(pl.col(c).sum()).alias(c) for c in money),
        *(pl.col(c).first() for c in rest),
    )
    if len(made) == len(frame):
        return typed
    first = made["first row"].to_numpy()
    notice = part.problem("rows-added", f"依布局，{len(frame)}行中其余各列相同的并为一行、金额相加，共{len(made)}行",
        f"{len(frame)} rows, those alike in all but money added up as the layout says: {len(made)} lines")  # fmt: skip
    records = part.records[first] if part.records is not None else None
    return attrs.evolve(
        typed,
        part=attrs.evolve(part, records=records),
        frame=made.select(typed.frame.columns),
        notices=(*typed.notices, notice),
    )
