"""The yardstick in pandas: masked arrays, whose ``&``, ``|`` and ``~`` are three-valued as the rules are.

Text columns come as categories, so that what is asked of a text is asked once a word; keys of groups are whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.answers import COLUMNS, OF_LINE_RULES, Answer, Answers

_NANO: Final = 1_000_000_000
_REACH: Final = 5_000_000
_FARTHEST: Final = 4_000 * _NANO
_SPAN: Final = 2 * _FARTHEST + 2 * _REACH + 2
_TEXTS: Final = frozenset({
    "entity", "book", "agency", "project", "project_name", "project_kind", "function_code", "dept_economic_code",
    "gov_economic_code", "basis", "life", "fund_source",
})  # fmt: skip
_MASKED: Final[Mapping[Any, Any]] = {
    pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype(), pa.bool_(): pd.BooleanDtype(),
    pa.large_string(): pd.StringDtype("pyarrow"),
}  # fmt: skip
_SURE: Final = ("place", "agency", "project", "project_name", "book", "requested")
_BLANKABLE: Final = ("basic", "function_code", "dept_economic_code", "gov_economic_code", "fund_source")
Frame = pd.DataFrame
Column = Any


def read(path: Path, columns: Sequence[str] = COLUMNS) -> Frame:
    """Columns of the file in memory."""
    table = pq.read_table(path, columns=list(columns), read_dictionary=sorted(_TEXTS & set(columns)))
    frame: Frame = table.to_pandas(types_mapper=_MASKED.get, date_as_object=False, self_destruct=True)
    return frame


def _per_word(texts: Column, values: Column) -> Column:
    """A value for each word, handed to the lines; unknown where the line has none."""
    codes = texts.cat.codes.to_numpy()
    return pd.Series(pd.array(values.take(codes), dtype="boolean" if values.dtype == bool else "Int64")).mask(codes < 0)


def _begins(codes: Column, *classes: str) -> Column:
    """Whether a code begins with one of several classes."""
    return _per_word(codes, codes.cat.categories.str.startswith(classes))


def _is(words: Column, *wanted: str) -> Column:
    return _per_word(words, words.cat.categories.isin(wanted))


def _number(codes: Column, digits: int | None = None) -> Column:
    """Codes, or how they begin, as whole numbers."""
    words = codes.cat.categories
    return _per_word(codes, words.str[:digits].astype("int64").to_numpy())


def share(lines: Frame) -> dict[str, Column]:
    """What several rules ask, made once."""
    stated = (~lines["basic"]).fillna(~_is(lines["project_kind"], "人员类", "公用经费"))
    apart = _begins(lines["function_code"], "227", "230", "231", "232", "233").fillna(value=False)
    amount, before = lines["requested"], lines["prior_approved"]
    some = amount > 0
    return {
        "project": stated & ~apart,
        "kept": (amount >= before) & some,
        "raised": (amount > before) & some,
        "funded": (amount != 0).fillna(value=True),
        "adjusted": lines["prior_current"].fillna(before),
    }


def tests(x: Frame, s: Mapping[str, Column]) -> dict[str, tuple[Column | None, Column]]:
    """Whom each rule on single lines speaks of and what it asks."""
    project, amount, before, year = s["project"], x["requested"], x["prior_approved"], x["fiscal_year"]
    running = _begins(x["dept_economic_code"], "301", "302", "303")
    running = running | _begins(x["gov_economic_code"], "501", "502", "505", "509")
    executed, adjusted, score = x["prior_executed"], s["adjusted"], x["evaluation_score"]
    size = amount.abs()
    return {
        "B02": (None, x["debt_funded"] & running),
        "Z01": (project, x["basis"].isna().astype("boolean")),
        "Z02": (
            project & x["basis_expires"].notna(),
            (x["basis_expires"].dt.year.astype("Int32") < year) & s["funded"],
        ),
        "Z03": (project & x["end_year"].notna(), (x["end_year"] < year) & s["funded"]),
        "Z04": (project, _is(x["life"], "一次性") & (before > 0) & s["funded"]),
        "Z05": (project & (before > 0), (year - x["start_year"] >= 5) & ((amount - before).abs() * 50 <= before)),
        "Z06": (project, (amount == before) & (amount > 0)),
        "Z08": (
            project & (adjusted > 0),
            ((executed * 2 < adjusted) & s["kept"]) | ((executed * 5 < adjusted * 4) & s["raised"]),
        ),
        "Z09": (None, (x["carryover"] * 5 > amount) & s["kept"]),
        "Z10": (None, (x["carryover"] > 0) & (year - x["carryover_year"] >= 2)),
        "Z12": (
            None,
            (x["standard_value"] * x["quantity"] - amount).abs() * 100 > size.mask((size < 10_000).fillna(value=False), 10_000),
        ),
        "Z13": (None, x["unit_price"] > x["standard_value"]),
        "Z14": (project, x["targets"].fillna(0) == 0),
        "Z16": (project & (x["targets"] > 0), x["targets_numeric"] * 2 < x["targets"]),
        "Z17": (project, (before == 0) & (amount >= 5_000_000) & ~x["evaluated_before"]),
        "Z18": (project, ((score < 60) & s["kept"]) | ((score < 80) & s["raised"])),
        "Z23": (
            project & ~_research(x["project_name"]) & s["funded"],
            _begins(x["dept_economic_code"], "301") & _is(x["project_kind"], "特定目标类"),
        ),
    }  # fmt: skip


def _research(names: Column) -> Column:
    return _per_word(names, names.cat.categories.str.contains("科研", regex=False)).fillna(value=False)


def _answered(found: Column, applies: Column | None, condition: Column, flagged: Column, n: int) -> Answer:
    clear = ~condition if applies is None else ~condition & applies.fillna(value=True)
    away = 0 if applies is None else int((~applies).sum())
    return Answer.of(found, int(clear.sum()), away, n, int(flagged.sum()))


def line_rules(lines: Frame, shared: Mapping[str, Column] | None = None) -> dict[str, Answer]:
    """The rules on single lines on columns in memory."""
    out = {}
    for code, (applies, condition) in tests(lines, shared or share(lines)).items():
        flagged = (condition if applies is None else applies & condition).fillna(value=False)
        out[code] = _answered(lines["line_id"][flagged], applies, condition, flagged, len(lines))
    return out


def _of_groups(units: Frame, key: str) -> Answer:
    """Groups with ``applies`` and ``condition`` brought down to an answer."""
    flagged = (units["applies"] & units["condition"]).fillna(value=False)
    found = units[flagged]
    rows = list(zip(*_entity_and_year(found["place"]), found[key], found["lines"], strict=True))
    return _answered(rows, units["applies"], units["condition"], flagged, len(units))


def _entity_and_year(place: Column) -> tuple[Column, Column]:
    return (place // 100).astype("string"), place % 100 + 2000


def beyond_total(lines: Frame, s: Mapping[str, Column], place: Column) -> Answer:
    """K04: an unknown amount counts as nothing or more where no amount of the entity and year is negative."""
    amount, project = lines["requested"], s["project"]
    doubt = (amount.isna() & project.fillna(value=True)) | (project.isna() & (amount != 0).fillna(value=False))
    codes = lines["project"].cat.codes.astype("int64")
    places, number = place.factorize()[0], len(lines["project"].cat.categories)
    parts = pd.DataFrame({
        "unit": places * number + codes, "total": lines["total_amount"], "spent": lines["spent_to_date"],
        "now": amount.where(project.fillna(value=False)).fillna(0), "doubt": doubt, "place": place, "code": codes,
    })  # fmt: skip
    grouped = parts.groupby("unit", sort=False)
    units = grouped.agg(
        total=("total", "max"), spent=("spent", "min"), now=("now", "sum"), doubt=("doubt", "any"),
        place=("place", "first"), code=("code", "first"), lines=("code", "size"),
    )  # fmt: skip
    negative = place[(amount < 0).fillna(value=False)].unique()
    above, doubtful = units["spent"] + units["now"] > units["total"], units["doubt"].astype("boolean")
    low = ~doubtful | ~units["place"].isin(negative)
    units["applies"] = units["total"] > 0
    units["condition"] = above.mask((above & ~low) | (~above & doubtful))
    units["project"] = lines["project"].cat.categories.take(units["code"].to_numpy())
    return _of_groups(units, "project")


def repeated(lines: Frame, place: Column) -> Answer:
    """Q04: first what may repeat at all (one project, one amount), then all keys on the few that are left."""
    amount = lines["requested"]
    some = (amount != 0).fillna(value=False)
    pair = pd.DataFrame({"p": lines["project"].cat.codes, "a": amount})
    mine = pair.duplicated(keep=False) & some
    whole = [*_SURE, *_BLANKABLE]
    wanted = ["line_id", *_SURE[1:], *_BLANKABLE]
    few = lines.loc[mine, wanted].assign(place=place[mine])
    few["same"] = few.groupby(whole, dropna=False, observed=True)["line_id"].transform("size")
    found = few.loc[few["same"] > 1, "line_id"]
    grey = set(_like(few[few["same"] == 1], few, [*_SURE]))
    empty = amount.isna()
    if empty.any():
        blank = lines.loc[empty, wanted].assign(place=place[empty])
        named = some & lines["project"].isin(blank["project"].unique())
        near = lines.loc[named, wanted].assign(place=place[named])
        grey |= set(_like(near, blank, [*_SURE[:-1]])) - set(found)
    zero = int((amount == 0).sum())
    unknown = len(grey) + int(empty.sum())
    return Answer(found, len(found), len(lines) - len(found) - zero - unknown, unknown, zero)


def _like(some: Frame, others: Frame, keys: list[str]) -> Column:
    """Lines that agree with another in some keys, and in the others where neither is blank."""
    pairs = some.merge(others, on=keys, suffixes=("", "_right"))
    alike = pairs["line_id"] != pairs["line_id_right"]
    for column in _BLANKABLE:
        here, there = pairs[column].astype("object"), pairs[f"{column}_right"].astype("object")
        alike &= (here == there) | here.isna() | there.isna()
    return pairs.loc[alike.fillna(value=False).astype(bool), "line_id"]


def outliers(lines: Frame, place: Column) -> Answer:
    """Q05: robust scores of logarithms within function 款 and economic code."""
    amount = lines["requested"]
    words = lines["function_code"].cat
    heading = _number(lines["function_code"], 5).mask(
        _per_word(lines["function_code"], words.categories.str.len().to_numpy() < 5).fillna(value=False)
    )
    table = pd.DataFrame({"place": place, "heading": heading, "economic": _number(lines["dept_economic_code"])})
    table["peers"] = (table["place"] * 100_000 + table["heading"]) * 100_000 + table["economic"]
    odd = table[amount.isna() | table["peers"].isna()].assign(unsure=amount.isna())
    counted = (amount > 0).fillna(value=False) & table["peers"].notna()
    peers = table.loc[counted, "peers"].astype("int64")
    log = amount[counted].astype("float64").transform("log")
    sizes = log.groupby(peers).agg(["median", "size"])
    key = sizes.index.to_series()
    shaken = _shaken(odd, key)
    sure = sizes[~shaken]
    large = sure[sure["size"] >= 8]
    kept = peers.isin(large.index)
    peers, log = peers[kept], log[kept]
    away = (log - peers.map(large["median"])).abs()
    scale = away.groupby(peers).agg(["median", "mean"])
    limit = 3.5 * (scale["median"] / 0.6745).where(scale["median"] > 0, scale["mean"] * 1.2533)
    found = lines["line_id"][away.index[away > peers.map(limit)]]
    nothing = int((amount <= 0).sum()) + int(sure["size"].sum()) - len(away)
    return Answer.of(found, len(away) - len(found), nothing, len(lines))


def _shaken(odd: Frame, peers: Column) -> Column:
    """Which peers are not all known: those of the same codes, of the same code that is known, or all of the entity."""
    coded, headed, spent = odd["peers"].notna(), odd["heading"].notna(), odd["economic"].notna()
    first, second = odd[headed & ~spent], odd[~headed & spent]
    return (
        peers.isin(odd.loc[coded, "peers"])
        | (peers // 10**5).isin(first["place"] * 10**5 + first["heading"])
        | (peers // 10**10 * 10**5 + peers % 10**5).isin(second["place"] * 10**5 + second["economic"])
        | (peers // 10**10).isin(odd.loc[~headed & ~spent, "place"])
    )


def _agency(lines: Frame, place: Column) -> Column:
    return place * 1_000_000 + _number(lines["agency"]).astype("int64")


def _of_agency(unit: Column) -> tuple[Column, Column, Column]:
    return (*_entity_and_year(unit // 1_000_000), (unit % 1_000_000).astype("string").str.zfill(6))


def uniform(lines: Frame, s: Mapping[str, Column], unit: Column) -> Answer:
    """Z07: agencies without half of their rates within two reaches of their median are passed over first."""
    amount, before = lines["requested"], lines["prior_approved"]
    eligible = s["project"] & ~_begins(lines["dept_economic_code"], "301", "303") & (before > 0)
    may = eligible.fillna(value=True)
    rate = ((amount - before) / before).where(eligible.fillna(value=False)) * _NANO
    rates = pd.DataFrame({"unit": unit, "share": rate.clip(-_FARTHEST, _FARTHEST).round()})[may]
    agencies = rates.groupby("unit")["share"].agg(["median", "count", "size"])
    rates = rates.dropna().astype("int64").join(agencies, on="unit")
    half = rates["count"] * 2 >= rates["size"]
    rates = rates[half & (rates["count"] >= 5)]
    close = ((rates["share"] - rates["median"]).abs() <= 2 * _REACH).groupby(rates["unit"]).sum()
    hopeful = agencies.loc[close.index]
    hopeful = hopeful[(close >= 5) & (close * 2 >= hopeful["size"])]
    rates = rates[rates["unit"].isin(hopeful.index)]
    place = pd.Series(range(len(hopeful)), hopeful.index)
    key = (rates["unit"].map(place) * _SPAN + rates["share"] + (_FARTHEST + _REACH)).sort_values()
    rates = rates.loc[key.index]
    inside = pd.Series(key.searchsorted(key + _REACH, "right") - key.searchsorted(key - _REACH, "left"), key.index)
    flat = rates["share"].abs() <= _REACH
    alike = inside[~flat].groupby(rates["unit"]).max().reindex(hopeful.index, fill_value=0)
    still = inside[flat].groupby(rates["unit"]).max().reindex(hopeful.index, fill_value=0)
    enough = (alike >= 5) & (alike * 2 >= hopeful["size"])
    found = alike[enough & (alike > still + hopeful["size"] - hopeful["count"])]
    kept = agencies[~agencies.index.isin(found.index)]
    clear = int(((kept["size"] == kept["count"]) | (kept["size"] < 5)).sum())
    n = unit.nunique()
    return Answer.of(list(zip(*_of_agency(found.index), found, strict=True)), clear, n - len(agencies), n)


def round_amounts(lines: Frame, s: Mapping[str, Column], unit: Column) -> Answer:
    """Z22: agencies most of whose project amounts are whole 100,000 元."""
    amount = lines["requested"]
    counted = s["project"] & (amount > 0)
    even = counted & (amount % 100_000 == 0)
    parts = pd.DataFrame({
        "size": counted.fillna(value=False), "even": even.fillna(value=False), "doubt": counted.isna(),
        "doubt_even": even.isna(),
    }).astype("int64")  # fmt: skip
    units = parts.groupby(unit).sum()
    doubt, doubt_even = units["doubt"] > 0, units["doubt_even"] > 0
    above = units["even"] * 5 > units["size"] * 3
    many = units["size"] >= 10
    applies = many.astype("boolean").mask(~many & doubt)
    condition = above.astype("boolean").mask((above & doubt) | (~above & doubt_even))
    flagged = (applies & condition).fillna(value=False)
    found = units[flagged]
    return _answered(
        list(zip(*_of_agency(found.index), found["even"], strict=True)), applies, condition, flagged, len(units)
    )


def rules(lines: Frame) -> Answers:
    """The whole yardstick on columns in memory."""
    shared = share(lines)
    place = (_number(lines["entity"]) * 100 + lines["fiscal_year"] - 2000).astype("int64")
    unit = _agency(lines, place)
    return {
        **line_rules(lines, shared),
        "K04": beyond_total(lines, shared, place),
        "Q04": repeated(lines, place),
        "Q05": outliers(lines, place),
        "Z07": uniform(lines, shared, unit),
        "Z22": round_amounts(lines, shared, unit),
    }


def all_rules(path: Path) -> Answers:
    """File to findings."""
    return rules(read(path))


def only_lines(path: Path) -> Answers:
    """File to findings of the rules on single lines."""
    return line_rules(read(path, OF_LINE_RULES))
