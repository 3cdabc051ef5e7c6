"""Counts of performance indicators a project, from the table ``targets`` to the lines."""

from __future__ import annotations

from typing import Final

import polars as pl

COUNTS: Final = ("targets", "targets_output", "targets_benefit", "targets_satisfaction", "targets_numeric")


def with_counts(lines: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """The lines with ``targets…`` counted from the table ``targets`` by entity, year and project.

    Every row of ``targets`` that names a project is one indicator. It is one of satisfaction where the first or
    second level says 满意; else one of benefit where the first level says 效益; else one of output where the first
    level says 产出. It is numeric where its value has a digit. A line with a project in an entity and year that
    brought the table has zero where no row names its project; a line without project keeps what it had.

    Args:
        lines: With ``__period`` and ``project``.
        targets: With ``__period``, ``project`` and what it has of the levels and the value.
    """
    if "project" not in targets.columns or "project" not in lines.columns:
        return lines
    levels = [c for c in ("level1", "level2") if c in targets.columns]
    satisfied = pl.any_horizontal(
        pl.lit(value=False), *(pl.col(c).str.contains("满意", literal=True).fill_null(value=False) for c in levels)
    )
    first = pl.col("level1").fill_null("") if "level1" in targets.columns else pl.lit("")
    benefit = first.str.contains("效益", literal=True) & ~satisfied
    output = first.str.contains("产出", literal=True) & ~satisfied & ~benefit
    numeric = pl.col("value").fill_null("").str.contains(r"\d") if "value" in targets.columns else pl.lit(value=False)
    counted = targets.filter(pl.col("project").is_not_null()).group_by("__period", "project").agg(
        pl.len().cast(pl.Int64).alias("targets"),
        output.sum().cast(pl.Int64).alias("targets_output"),
        benefit.sum().cast(pl.Int64).alias("targets_benefit"),
        satisfied.sum().cast(pl.Int64).alias("targets_satisfaction"),
        numeric.sum().cast(pl.Int64).alias("targets_numeric"),
    )  # fmt: skip
    brought = targets["__period"].unique().implode()
    joined = lines.join(counted, on=["__period", "project"], how="left", suffix="__new", maintain_order="left")
    covered = pl.col("project").is_not_null() & pl.col("__period").is_in(brought)
    unknown = [c for c in (("level1", *COUNTS[1:4]) if not levels else ()) if c in COUNTS]
    out = []
    for name in COUNTS:
        new = name + "__new" if name in lines.columns else name
        had = pl.col(name) if name in lines.columns else pl.lit(None, pl.Int64)
        told = name not in unknown and (name != "targets_numeric" or "value" in targets.columns)
        out.append(pl.when(covered & told).then(pl.col(new).fill_null(0)).otherwise(had).alias(name))
    return joined.with_columns(out).drop([c for c in joined.columns if c.endswith("__new")])
