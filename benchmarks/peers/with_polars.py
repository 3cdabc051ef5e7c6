"""The yardstick in polars, eager (the best form) and as one lazy scan.

Nulls do the work of "not known": ``&``, ``|`` and ``~`` of polars are three-valued as the rules are. What made it faster, each
measured: what many rules ask is a column made once (polars finds only part of it by itself); prefixes of codes are
compared as ranges of texts; codes of digits become whole-number keys before groups are made; what may repeat is
narrowed by a hash of two columns before all keys are held against each other; rates are only sorted where half of an
agency's lie near their median. All frames that are as long as the file come from one ``collect_all``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import polars as pl

from benchmarks.answers import COLUMNS, OF_LINE_RULES, Answer, Answers

_NANO: Final = 1_000_000_000
_REACH: Final = 5_000_000
"""Half a percentage point in billionths."""
_FARTHEST: Final = 4_000 * _NANO
_SPAN: Final = 2 * _FARTHEST + 2 * _REACH + 2
_SURE: Final = ("place", "agency", "project", "project_name", "book", "requested")
_BLANKABLE: Final = ("basic", "function_code", "dept_economic_code", "gov_economic_code", "fund_source")
_AMOUNT: Final = pl.col("requested")
_BEFORE: Final = pl.col("prior_approved")
_YES, _NO = pl.lit(value=True), pl.lit(value=False)


@attrs.frozen
class Test:
    """Whom a rule speaks of and what it asks; each true, false or null where it is not known."""

    applies: pl.Expr | None
    condition: pl.Expr


def _between(column: str, low: str, high: str) -> pl.Expr:
    """Whether a code begins with one of the classes from ``low`` up to and without ``high``."""
    return (pl.col(column) >= low) & (pl.col(column) < high)


_APART: Final = _between("function_code", "227", "228") | _between("function_code", "230", "234")
SHARED: Final[Mapping[str, pl.Expr]] = {
    "project_line": pl.coalesce(~pl.col("basic"), ~pl.col("project_kind").is_in(["人员类", "公用经费"]))
    & ~_APART.fill_null(value=False),
    "kept": (_AMOUNT >= _BEFORE) & (_AMOUNT > 0),
    "raised": (_AMOUNT > _BEFORE) & (_AMOUNT > 0),
    "funded": _AMOUNT.ne(0).fill_null(value=True),
    "adjusted": pl.coalesce("prior_current", "prior_approved"),
}
_PLACE: Final = pl.col("entity").cast(pl.Int64) * 100 + pl.col("fiscal_year") - 2000
"""Entity and year as a number of eight digits."""
_PROJECT: Final = pl.col("project_line")
_KEPT: Final = pl.col("kept")
_RAISED: Final = pl.col("raised")
_FUNDED: Final = pl.col("funded")
_ADJUSTED: Final = pl.col("adjusted")
_RUNNING: Final = _between("dept_economic_code", "301", "304")
_RUNNING_GOV: Final = (
    _between("gov_economic_code", "501", "503")
    | _between("gov_economic_code", "505", "506")
    | _between("gov_economic_code", "509", "51")
)

LINES: Final[Mapping[str, Test]] = {
    "B02": Test(None, pl.col("debt_funded") & (_RUNNING | _RUNNING_GOV)),
    "Z01": Test(_PROJECT, pl.col("basis").is_null()),
    "Z02": Test(
        _PROJECT & pl.col("basis_expires").is_not_null(),
        (pl.col("basis_expires").dt.year() < pl.col("fiscal_year")) & _FUNDED,
    ),
    "Z03": Test(_PROJECT & pl.col("end_year").is_not_null(), (pl.col("end_year") < pl.col("fiscal_year")) & _FUNDED),
    "Z04": Test(_PROJECT, (pl.col("life") == "一次性") & (_BEFORE > 0) & _FUNDED),
    "Z05": Test(
        _PROJECT & (_BEFORE > 0),
        (pl.col("fiscal_year") - pl.col("start_year") >= 5) & ((_AMOUNT - _BEFORE).abs() * 50 <= _BEFORE),
    ),
    "Z06": Test(_PROJECT, (_AMOUNT == _BEFORE) & (_AMOUNT > 0)),
    "Z08": Test(
        _PROJECT & (_ADJUSTED > 0),
        ((pl.col("prior_executed") * 2 < _ADJUSTED) & _KEPT)
        | ((pl.col("prior_executed") * 5 < _ADJUSTED * 4) & _RAISED),
    ),
    "Z09": Test(None, (pl.col("carryover") * 5 > _AMOUNT) & _KEPT),
    "Z10": Test(None, (pl.col("carryover") > 0) & (pl.col("fiscal_year") - pl.col("carryover_year") >= 2)),
    "Z12": Test(
        None,
        (pl.col("standard_value") * pl.col("quantity") - _AMOUNT).abs() * 100
        > pl.when(_AMOUNT.abs() > 10_000).then(_AMOUNT.abs()).when(_AMOUNT.is_not_null()).then(10_000),
    ),
    "Z13": Test(None, pl.col("unit_price") > pl.col("standard_value")),
    "Z14": Test(_PROJECT, pl.col("targets").fill_null(0) == 0),
    "Z16": Test(_PROJECT & (pl.col("targets") > 0), pl.col("targets_numeric") * 2 < pl.col("targets")),
    "Z17": Test(_PROJECT, (_BEFORE == 0) & (_AMOUNT >= 5_000_000) & ~pl.col("evaluated_before")),
    "Z18": Test(
        _PROJECT, ((pl.col("evaluation_score") < 60) & _KEPT) | ((pl.col("evaluation_score") < 80) & _RAISED)
    ),
    "Z23": Test(
        _PROJECT & ~pl.col("project_name").str.contains("科研", literal=True).fill_null(value=False) & _FUNDED,
        _between("dept_economic_code", "301", "302") & (pl.col("project_kind") == "特定目标类"),
    ),
}  # fmt: skip


def _masks(code: str, test: Test) -> Iterator[pl.Expr]:
    yield test.condition.alias(f"{code} condition")
    if test.applies is not None:
        yield test.applies.alias(f"{code} applies")


def _asked(code: str, test: Test) -> Iterator[pl.Expr]:
    """The flagged ids of a rule and its counts, from its masks."""
    condition, applies = pl.col(f"{code} condition"), pl.col(f"{code} applies")
    within = None if test.applies is None else applies.fill_null(value=True)
    flagged = condition if within is None else applies & condition
    yield pl.col("line_id").filter(flagged).implode().alias(f"{code} found")
    yield (~condition if within is None else ~condition & within).sum().alias(f"{code} clear")
    yield (pl.lit(0) if within is None else (~applies).sum()).alias(f"{code} away")


def _on_lines(lines: pl.LazyFrame) -> pl.LazyFrame:
    """All rules on single lines, and two counts that others need: masks first, which polars does not share by itself."""
    masks = lines.select("line_id", "requested", *(m for c, t in LINES.items() for m in _masks(c, t)))
    return masks.select(
        pl.len().alias("n"), (_AMOUNT == 0).sum().alias("zero"), (_AMOUNT <= 0).sum().alias("nothing"),
        *(e for c, t in LINES.items() for e in _asked(c, t)),
    )  # fmt: skip


def _lines_answered(asked: pl.DataFrame) -> dict[str, Answer]:
    said = asked.select(pl.exclude("^.* found$")).row(0, named=True)
    return {
        c: Answer.of(asked[f"{c} found"][0], said[f"{c} clear"], said[f"{c} away"], said["n"]) for c in LINES
    }  # fmt: skip


def _of_group(units: pl.DataFrame, n: int, *key: pl.Expr) -> Answer:
    """Groups with ``applies`` and ``condition`` brought down to an answer."""
    clear, away = units.select(
        clear=(~pl.col("condition") & pl.col("applies").fill_null(value=True)).sum(), away=(~pl.col("applies")).sum()
    ).row(0)
    found = units.filter(pl.col("applies") & pl.col("condition")).select(*_entity_and_year(), *key, "lines")
    return Answer.of(found.rows(), clear, away, n)


def _entity_and_year(place: pl.Expr | None = None) -> tuple[pl.Expr, pl.Expr]:
    held = pl.col("place") if place is None else place
    return (held // 100).cast(pl.String).alias("entity"), (held % 100 + 2000).alias("fiscal_year")


# K04


def _projects(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Each project's total, what was spent and this year's money, and whether they are known."""
    doubt = (_AMOUNT.is_null() & _PROJECT.fill_null(value=True)) | (_PROJECT.is_null() & (_AMOUNT != 0))
    return lines.select(
        "place", "project", "total_amount", "spent_to_date", "requested",
        now=pl.when(_PROJECT).then(_AMOUNT), doubt=doubt,
    ).group_by("place", "project").agg(
        total=pl.col("total_amount").max(), spent=pl.col("spent_to_date").min(), now=pl.col("now").sum(),
        doubt=pl.col("doubt").any(), least=_AMOUNT.min(), lines=pl.len(),
    )  # fmt: skip


def _beyond_total(projects: pl.DataFrame) -> Answer:
    """An unknown amount counts as nothing or more where no amount of the entity and year is negative."""
    negative = projects.filter(pl.col("least") < 0)["place"].unique().implode()
    above = pl.col("spent") + pl.col("now") > pl.col("total")
    low = ~pl.col("doubt") | ~pl.col("place").is_in(negative)
    units = projects.select(
        "place", "project", "lines",
        applies=pl.col("total") > 0,
        condition=pl.when(above & low).then(_YES).when(~above & ~pl.col("doubt")).then(_NO),
    )  # fmt: skip
    return _of_group(units, len(units), pl.col("project"))


# Q04


def _perhaps_repeated(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Lines that may repeat another at all: one project and one amount; and those without an amount."""
    both = pl.col("project").hash() + _AMOUNT.cast(pl.UInt64, wrap_numerical=True)
    keep = _AMOUNT.is_null() | (both.is_duplicated() & (_AMOUNT != 0))
    return lines.select("line_id", *_SURE, *_BLANKABLE).filter(keep)


def _repeated(few: pl.DataFrame, lines: pl.DataFrame, n: int, zero: int) -> Answer:
    keys = [*_SURE, *_BLANKABLE]
    blank, few = few.filter(_AMOUNT.is_null()), few.filter(_AMOUNT.is_not_null())
    few = few.with_columns(same=pl.len().over(keys))
    found = few.filter(pl.col("same") > 1)["line_id"]
    likes = pl.all_horizontal(
        (pl.col(c) == pl.col(f"{c}_right")).fill_null(value=True) for c in _BLANKABLE
    ) & (pl.col("line_id") != pl.col("line_id_right"))  # fmt: skip
    unsure = few.filter(pl.col("same") == 1).join(few, on=_SURE).filter(likes).select("line_id")
    if len(blank):
        named = lines.filter(pl.col("project").is_in(blank["project"].implode()), _AMOUNT != 0)
        near = named.join(blank.drop("requested"), on=_SURE[:-1]).filter(likes).select("line_id")
        unsure = pl.concat([unsure, near.join(found.to_frame(), on="line_id", how="anti")])
    grey = unsure["line_id"].n_unique() + len(blank)
    return Answer(found, len(found), n - len(found) - zero - grey, grey, zero)


# Q05


_HEADING: Final = pl.when(pl.col("function_code").str.len_bytes() >= 5).then(
    pl.col("function_code").str.head(5).cast(pl.Int64)
)
_PEERS: Final = ("requested", "heading", "economic")


def _coded(lines: pl.LazyFrame) -> pl.LazyFrame:
    return lines.select(
        "line_id", "place", "requested", heading=_HEADING, economic=pl.col("dept_economic_code").cast(pl.Int64)
    )


def _key(place: pl.Expr, heading: pl.Expr | int, economic: pl.Expr | int) -> pl.Expr:
    return (place * 100_000 + heading) * 100_000 + economic


def _logs(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Logarithms of the amounts under the number of their peers."""
    peers = _key(pl.col("place"), pl.col("heading"), pl.col("economic"))
    return _coded(lines).filter(_AMOUNT > 0).select(
        "line_id", peers=peers, log=_AMOUNT.cast(pl.Float64).log()
    ).drop_nulls("peers")  # fmt: skip


def _shaking(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Lines that may belong to the peers of others, but it is not known to whose, or with what amount."""
    code = pl.col("function_code")
    short = code.is_null() | (code.str.len_bytes() < 5)
    return _coded(lines.filter(_AMOUNT.is_null() | short | pl.col("dept_economic_code").is_null())).drop("line_id")


def _shaken(odd: pl.DataFrame, peers: pl.Expr) -> Iterator[pl.Expr]:
    """Which peers are not all known: those of the same codes, of the same code that is known, or all of the entity."""
    amount, heading, economic = (pl.col(c).is_not_null() for c in _PEERS)
    place, first, second = peers // 10**10, peers // 10**5 % 10**5, peers % 10**5
    for which, key, same in (
        (~amount & heading & economic, _key(pl.col("place"), pl.col("heading"), pl.col("economic")), peers),
        (heading & ~economic, _key(pl.col("place"), pl.col("heading"), 0), _key(place, first, 0)),
        (~heading & economic, _key(pl.col("place"), 0, pl.col("economic")), _key(place, 0, second)),
        (~heading & ~economic, pl.col("place"), place),
    ):
        yield same.is_in(odd.filter(which).select(key.alias("key"))["key"].unique().implode())


def _outliers(logs: pl.DataFrame, odd: pl.DataFrame, n: int, nothing: int) -> Answer:
    """Robust scores of logarithms within function 款 and economic code."""
    sizes = logs.group_by("peers").agg(centre=pl.col("log").median(), size=pl.len())
    sure = sizes.filter(~pl.any_horizontal(*_shaken(odd, pl.col("peers"))))
    large = sure.filter(pl.col("size") >= 8).select("peers", "centre")
    near = logs.join(large, on="peers").select(
        "line_id", "peers", away=(pl.col("log") - pl.col("centre")).abs()
    )  # fmt: skip
    scale = near.group_by("peers").agg(mad=pl.col("away").median(), mean=pl.col("away").mean())
    unit = pl.when(pl.col("mad") > 0).then(pl.col("mad") / 0.6745).otherwise(pl.col("mean") * 1.2533)
    found = near.join(scale.select("peers", limit=unit * 3.5), on="peers").filter(pl.col("away") > pl.col("limit"))
    small = int(sure["size"].sum()) - len(near)
    return Answer.of(found["line_id"], len(near) - len(found), nothing + small, n)


# Z07 and Z22


_AGENCY: Final = pl.col("place") * 1_000_000 + pl.col("agency").cast(pl.Int64)
_OF_AGENCY: Final = (
    *_entity_and_year(pl.col("unit") // 1_000_000),
    (pl.col("unit") % 1_000_000).cast(pl.String).str.zfill(6).alias("agency"),
)


def _rates(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Growth rates in billionths of lines that may count, null where it is not known whether or how they do."""
    pay = _between("dept_economic_code", "301", "302") | _between("dept_economic_code", "303", "304")
    eligible = _PROJECT & ~pay & (_BEFORE > 0)
    rate = ((_AMOUNT - _BEFORE) / _BEFORE * _NANO).clip(-_FARTHEST, _FARTHEST).round().cast(pl.Int64)
    return lines.select(
        unit=_AGENCY, may=eligible.fill_null(value=True), share=pl.when(eligible).then(rate)
    ).filter("may").drop("may")  # fmt: skip


def _uniform(table: pl.DataFrame, agencies: int) -> Answer:
    """Agencies half of whose project lines lie within half a point of one growth rate.

    A window that holds half of an agency's rates holds their median: agencies without half of their rates within two
    reaches of it are passed over before rates are sorted.
    """
    share, whole, known = pl.col("share"), pl.col("whole"), pl.col("known")
    of_agency = table.group_by("unit").agg(middle=share.median(), known=share.count(), whole=pl.len())
    rates = table.drop_nulls("share").join(of_agency, on="unit").filter((known >= 5) & (known * 2 >= whole))
    close = ((share - pl.col("middle")).abs() <= 2 * _REACH).sum()
    hopeful = rates.group_by("unit").agg(close=close, whole=pl.first("whole"), known=pl.first("known"))
    hopeful = hopeful.filter((pl.col("close") >= 5) & (pl.col("close") * 2 >= whole)).with_row_index("number")
    rates = rates.select("unit", "share").join(hopeful.select("unit", "number"), on="unit").sort("number", "share")
    key = rates["number"].cast(pl.Int64) * _SPAN + rates["share"] + (_FARTHEST + _REACH)
    inside = key.search_sorted(key + _REACH, "right").cast(pl.Int64) - key.search_sorted(key - _REACH, "left")
    rates = rates.with_columns(inside=inside, flat=share.abs() <= _REACH)
    still = rates.group_by("number").agg(still=pl.col("inside").filter("flat").max().fill_null(0))
    best = rates.filter(~pl.col("flat")).group_by("number").agg(alike=pl.col("inside").max())
    found = best.join(still, on="number").join(hopeful, on="number").filter(
        (pl.col("alike") >= 5)
        & (pl.col("alike") > pl.col("still") + whole - known)
        & (pl.col("alike") * 2 >= whole)
    )  # fmt: skip
    kept = of_agency.join(found, on="unit", how="anti")
    clear = kept.filter((whole == known) | (whole < 5)).height
    return Answer.of(found.select(*_OF_AGENCY, "alike").rows(), clear, agencies - len(of_agency), agencies)


def _even_amounts(lines: pl.LazyFrame) -> pl.LazyFrame:
    counted = _PROJECT & (_AMOUNT > 0)
    even = counted & (_AMOUNT % 100_000 == 0)
    return lines.select(unit=_AGENCY, counted=counted, even=even).group_by("unit").agg(
        size=pl.col("counted").sum(), even=pl.col("even").sum(),
        doubt=pl.col("counted").is_null().any(), doubt_even=pl.col("even").is_null().any(),
    )  # fmt: skip


def _round(units: pl.DataFrame) -> Answer:
    """Agencies most of whose project amounts are whole 100,000 元."""
    above = pl.col("even") * 5 > pl.col("size") * 3
    judged = units.select(
        "unit", lines="even",
        applies=pl.when(pl.col("size") >= 10).then(_YES).when(~pl.col("doubt")).then(_NO),
        condition=pl.when(above & ~pl.col("doubt")).then(_YES).when(~above & ~pl.col("doubt_even")).then(_NO),
    )  # fmt: skip
    clear, away = judged.select(
        clear=(~pl.col("condition") & pl.col("applies").fill_null(value=True)).sum(), away=(~pl.col("applies")).sum()
    ).row(0)
    found = judged.filter(pl.col("applies") & pl.col("condition")).select(*_OF_AGENCY, "lines")
    return Answer.of(found.rows(), clear, away, len(units))


# All of it


def _rules(lines: pl.LazyFrame, engine: Any) -> Answers:
    parts = (_on_lines, _projects, _perhaps_repeated, _logs, _shaking, _rates, _even_amounts)
    frames = pl.collect_all([part(lines) for part in parts], engine=engine)
    asked, projects, few, logs, odd, rates, even = frames
    n, zero, nothing = asked.select("n", "zero", "nothing").row(0)
    blank = few.filter(_AMOUNT.is_null())["project"]
    again = lines.filter(pl.col("project").is_in(blank.implode())).select("line_id", *_SURE, *_BLANKABLE).collect()
    return {
        **_lines_answered(asked),
        "K04": _beyond_total(projects),
        "Q04": _repeated(few, again, n, zero),
        "Q05": _outliers(logs, odd, n, nothing),
        "Z07": _uniform(rates, len(even)),
        "Z22": _round(even),
    }


def read(path: Path, columns: Sequence[str] = COLUMNS) -> pl.DataFrame:
    """Columns of the file in memory."""
    return pl.read_parquet(path, columns=list(columns))


def rules(lines: pl.DataFrame) -> Answers:
    """The whole yardstick on columns in memory."""
    return _rules(lines.with_columns(place=_PLACE, **SHARED).lazy(), "in-memory")


def line_rules(lines: pl.DataFrame) -> Answers:
    """The rules on single lines on columns in memory."""
    shared = lines.lazy().with_columns(**SHARED)
    return _lines_answered(_on_lines(shared).collect())


def eager(path: Path) -> Answers:
    """File to findings, the columns read first."""
    return rules(read(path))


def lazy(path: Path) -> Answers:
    """File to findings in one lazy scan, by the streaming engine."""
    return _rules(pl.scan_parquet(path).with_columns(place=_PLACE, **SHARED), "streaming")


def only_lines(path: Path) -> Answers:
    """File to findings of the rules on single lines."""
    return line_rules(read(path, OF_LINE_RULES))
