"""Last year's lines joined to this year's: which amounts a line had, and which lines are new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs
import polars as pl

from budgetreview.codes import comparable

AMOUNTS: Final[tuple[str, ...]] = ("requested", "reviewed", "proposed", "approved", "current", "executed")
_CODES: Final = ("agency", "function_code", "dept_economic_code", "gov_economic_code")
_PROJECT: Final = ("project",)
_BY_PROJECT: Final = (_PROJECT, (*_PROJECT, *_CODES), (*_PROJECT, "function_code", "dept_economic_code"), _PROJECT)
"""A project with one line this year takes all its lines of last year; of several, codes tell which takes what."""


@attrs.frozen(eq=False)
class Joined:
    """This year's lines with last year's amounts.

    Attributes:
        lines: With ``prior_…`` filled where they were unknown, and ``without_prior``.
        filled: The ``prior_…`` columns that the join provides.
        without: How many lines have no partner, in agencies that last year's lines cover.
        ambiguous: How many lines have a partner whose amounts cannot be told apart.
        unused: How many of last year's lines found no partner.
        differing: How many amounts of the lines' own ``prior_…`` columns differ from the joined ones.
    """

    lines: pl.DataFrame
    filled: tuple[str, ...]
    without: int
    ambiguous: int
    unused: int
    differing: int


@attrs.define(eq=False)
class _Match:
    """What is matched so far: amounts for lines, and what is left on both sides."""

    left: pl.DataFrame
    right: pl.DataFrame
    amounts: list[str]
    links: list[pl.DataFrame]
    unclear: list[int]

    def by(self, names: tuple[str, ...], here: pl.Expr, there: pl.Expr, *, last: bool) -> None:
        """Match what shares the named keys; where several lines do, a finer key had its chance before."""
        key = ["__period", *names]
        mine = self.left.filter(here).group_by(key).agg(pl.col("__i"))
        theirs = self.right.filter(there).group_by(key).agg(pl.col("__j"), *(_added(a) for a in self.amounts))
        pairs = mine.join(theirs, on=key, how="inner")
        single = pl.col("__i").list.len() == 1
        self.links.append(pairs.filter(single).select(pl.col("__i").list.first(), *self.amounts))
        done = pairs if last else pairs.filter(single)
        if last:
            self.unclear += pairs.filter(~single)["__i"].explode().to_list()
        self.left = self.left.join(done.select("__i").explode("__i"), on="__i", how="anti", maintain_order="left")
        self.right = self.right.join(done.select("__j").explode("__j"), on="__j", how="anti", maintain_order="left")


def join(lines: pl.DataFrame, prior: pl.DataFrame, years: Mapping[int, int | None]) -> Joined:
    """Join ``prior`` to ``lines`` within each entity and year.

    A line is joined by its project (code, else name) where both years name projects, and by agency, function and
    economic codes where one of them names none. Economic codes are compared as of both years. Last year's lines under
    one key are added, and the sum is unknown where one of them is. A project with one line takes all its lines of last
    year; where it has several the codes decide, and what they leave over falls to the line left over. Where several
    of this year's lines share even the finest key, they have a partner but no amount. A line's own ``prior_…`` cell
    wins over the joined amount.

    A line is without partner where its agency (without agencies: its entity and year) is covered by ``prior`` and
    neither its key nor its project is there. A line of an agency that ``prior`` does not cover is neither.

    Args:
        lines: With ``__period``.
        prior: With ``__period`` (of this year's entity and year).
        years: Period to fiscal year.
    """
    amounts = [a for a in AMOUNTS if a in prior.columns]
    now = _keyed(lines, years, "__i", 0)
    then = _keyed(prior, years, "__j", -1).with_columns(prior.select(amounts))
    now = now.join(_names_projects(then), on="__period", how="left", maintain_order="left")
    then = then.join(_names_projects(now), on="__period", how="left", maintain_order="left")
    match = _Match(now, then, amounts, [], [])
    given = pl.col("project").is_not_null()
    for step, names in enumerate(_BY_PROJECT, 1):
        match.by(names, given, given, last=step == len(_BY_PROJECT))
    by_code = (~given | ~pl.col("others").fill_null(value=False)) & (pl.col("agency") != "")
    match.by(_CODES, by_code, by_code, last=True)
    return _filled(lines, now, then, match)


def _added(name: str) -> pl.Expr:
    """A sum that is unknown if one of its members is."""
    return pl.when(pl.col(name).is_null().any()).then(None).otherwise(pl.col(name).sum()).alias(name)


def _names_projects(side: pl.DataFrame) -> pl.DataFrame:
    """For each entity and year, whether any line of this side names a project."""
    return side.group_by("__period").agg(pl.col("project").is_not_null().any().alias("others"))


def _among(side: pl.DataFrame, other: pl.DataFrame, name: str) -> pl.Series:
    """Which rows of ``side`` have their entity, year and ``name`` in ``other``."""
    there = other.select("__period", name).drop_nulls().unique().with_columns(pl.lit(value=True).alias("there"))
    joined = side.select("__period", name).join(there, on=["__period", name], how="left", maintain_order="left")
    return joined["there"].fill_null(value=False)


def _filled(lines: pl.DataFrame, now: pl.DataFrame, then: pl.DataFrame, match: _Match) -> Joined:
    links = pl.concat(match.links).with_columns(pl.lit(value=True).alias("linked"))
    found = now.select("__i").join(links, on="__i", how="left", maintain_order="left")
    partner = found["linked"].fill_null(value=False) | _among(now, then, "project")
    partner |= now["__i"].is_in(match.unclear)
    agencies = then.filter(pl.col("agency") != "")
    covered = (
        _among(now, agencies, "agency") if len(agencies) else now["__period"].is_in(then["__period"].unique().implode())
    )
    without = covered & ~partner
    columns, differing = [], 0
    for name in match.amounts:
        joined = found[name]
        own = lines[f"prior_{name}"] if f"prior_{name}" in lines.columns else None
        if own is not None:
            differing += int((own != joined).sum())
            joined = own.zip_with(own.is_not_null(), joined)
        columns.append(joined.alias(f"prior_{name}"))
    answer = without.to_frame("w").select(pl.when(partner | without).then("w").alias("without_prior")).to_series()
    return Joined(
        lines=lines.with_columns([*columns, answer]),
        filled=tuple(f"prior_{a}" for a in match.amounts),
        without=int(without.sum()),
        ambiguous=len(match.unclear),
        unused=len(match.right),
        differing=differing,
    )


def _keyed(frame: pl.DataFrame, years: Mapping[int, int | None], index: str, shift: int) -> pl.DataFrame:
    """The keys of a join; absent or blank codes are empty texts, an absent project is null."""
    nothing = pl.Series([None] * len(frame), dtype=pl.String)
    columns = [frame["__period"], pl.int_range(len(frame), dtype=pl.Int64, eager=True).alias(index)]
    for name in _CODES:
        column = (frame[name] if name in frame.columns else nothing).fill_null("").alias(name)
        columns.append(_comparable(column, frame["__period"], years, shift) if name == "dept_economic_code" else column)
    project = frame["project"] if "project" in frame.columns else nothing
    if "project_name" in frame.columns:
        project = project.zip_with(project.is_not_null(), frame["project_name"])
    return pl.DataFrame([*columns, project.alias("project")])


def _comparable(column: pl.Series, period: pl.Series, years: Mapping[int, int | None], shift: int) -> pl.Series:
    """Department economic codes under the keys by which this year and last year are compared."""
    both = pl.DataFrame([period, column])
    pairs = both.unique()
    mapped = []
    for number, code in pairs.rows():
        year = years.get(number)
        mapped.append(comparable(code, year + shift, year - 1 - shift) if year and code else code)
    table = pairs.with_columns(pl.Series("mapped", mapped, dtype=pl.String))
    joined = both.join(table, on=both.columns, how="left", maintain_order="left")
    return joined["mapped"].alias(column.name)
