"""Budget lines as a platform exports them to Parquet: seeded, of any length, with about one finding in a hundred lines.

Forty columns under the names of CONTRACT, of which the yardstick's rules read 34: codes and words as text, money as whole
元 in ``int64``, marks as booleans, nulls in more than a third of the columns. Lines stand in the order of an export: by
entity, agency and project. Agencies and codes are skewed as real ones are. A project is one to six lines long, and what
belongs to a project (its basis, life, total) repeats on them.

Every row group is drawn with a seed of its own, so that a file needs little memory to write.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

YEAR: Final = 2026
ROW_GROUP: Final = 262_144
LINES_OF_AN_ENTITY: Final = 25_000
_LINES_OF_AN_AGENCY: Final = 250
_VERSION: Final = 3
"""Counts changes of this module, so that older files in a data folder are not mistaken for new ones."""

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_TOWNS: Final = tuple(f"{a}{b}" for a in "白青大桥双黄金沙玉红东" for b in "石龙河岭溪土泉旗山湖坪")
_WHERE: Final = (
    "城区", "乡镇", "全县", "开发区", "库区", "山区", "老旧小区", "农村", "园区", "沿江", "边远", "中心城区",
)  # fmt: skip
_WHAT: Final = (
    "道路养护", "学校食堂改造", "河道清淤", "图书购置", "森林防火", "饮水安全", "信息系统运维", "基层卫生室",
    "垃圾清运", "防汛物资", "职业技能培训", "文物保护", "公共厕所", "治安巡防", "困难群众救助", "农田水利",
    "安全生产监管", "公园绿化", "养老服务", "桥梁检测", "统计调查", "档案数字化", "执法装备", "人才引进",
    "招商推介", "法律援助", "疾病预防", "残疾人康复", "校车运行", "科研仪器",
)  # fmt: skip
_HOW: Final = ("经费", "补助资金", "专项", "项目", "工作经费", "提质工程", "奖补", "购买服务")
_BASES: Final = ("县政府常务会议纪要", "省财政厅文件", "部门三定方案", "中央专项资金管理办法", "县委常委会会议纪要")
_BOOKS: Final = ("一般公共预算", "政府性基金预算")
_SOURCES: Final = ("财政拨款", "财政专户", "单位资金")
_KINDS: Final = ("特定目标类", "其他运转类", "公用经费", "人员类")
_LIVES: Final = ("经常性", "阶段性", "一次性")
_NOTES: Final = ("分两期实施", "据实结算", "与上级资金配套")
_PUBLIC, _PERSONNEL, _ONE_OFF = 2, 3, 2


@attrs.frozen
class Export:
    """Which lines to draw.

    Attributes:
        lines: How many.
        entities: Of how many counties; None: one for every 25,000 lines.
        seed: Another seed, other lines.
        shuffled: Random row order instead of an export's.
        blanks: Every so many lines lacks its amount or one of its codes, in every 13th county (and where there is one
            county only, nowhere); tests use more.
        apart: Every project has a name with a number of its own, so that Z19 (alike names) flags hardly a line; else the
            few words that names are drawn from make it flag nearly every fourth.
    """

    lines: int
    entities: int | None = None
    seed: int = 7
    shuffled: bool = False
    blanks: int = 2_000
    apart: bool = False

    @property
    def counties(self) -> int:
        """How many counties."""
        return self.entities or max(1, self.lines // LINES_OF_AN_ENTITY)

    @property
    def per_county(self) -> int:
        """Lines of each county, of the last one perhaps fewer."""
        return -(-self.lines // self.counties)

    @property
    def name(self) -> str:
        """A file name that tells the lines."""
        parts = [f"v{_VERSION}", str(self.lines), f"e{self.counties}", f"s{self.seed}", f"b{self.blanks}"]
        return "-".join([*parts, *(["shuffled"] if self.shuffled else []), *(["apart"] if self.apart else [])]) + ".parquet"


def written(folder: Path, export: Export) -> Path:
    """The Parquet file of an export; made the first time, then found in the folder."""
    path = folder / export.name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        _write(part, export, folder)
        part.rename(path)
    return path


def frame(export: Export) -> pl.DataFrame:
    """The same lines in memory."""
    parts = [_drawn(export, a, min(a + ROW_GROUP, export.lines)) for a in range(0, export.lines, ROW_GROUP)]
    whole = pl.concat(parts)
    return whole.sample(fraction=1, shuffle=True, seed=export.seed) if export.shuffled else whole


def _write(path: Path, export: Export, folder: Path) -> None:
    if export.shuffled:
        ordered = pl.read_parquet(written(folder, attrs.evolve(export, shuffled=False)))
        mixed = ordered.sample(fraction=1, shuffle=True, seed=export.seed)
        pq.write_table(mixed.to_arrow(), path, row_group_size=ROW_GROUP)
        return
    writer: Any = None
    for start in range(0, export.lines, ROW_GROUP):
        table: pa.Table = _drawn(export, start, min(start + ROW_GROUP, export.lines)).to_arrow()
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table, row_group_size=ROW_GROUP)
    writer.close()


@cache
def _codes() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str | None, ...], tuple[str, ...], tuple[str, ...]]:
    """Function codes with their names, economic codes of both kinds, codes of counties."""
    from budgetreview.codes import entity_level, government_for, load_tables
    from budgetreview.codes.places import _places  # the whole list has no public name

    tables: dict[str, Any] = {str(k): v for k, v in load_tables().items()}
    items, classes = 7, ("201", "204", "205", "206", "207", "208", "210", "211", "212", "213", "214", "215", "220", "224")
    names = {e.code: e.name for e in tables["function"].all_entries() if e.valid_to is None}
    functions = sorted(c for c in names if len(c) == items and c.startswith(classes))
    economic = sorted(
        {e.code for e in tables["department_economic"].all_entries() if e.valid_to is None}
    )  # fmt: skip
    economic = [c for c in economic if len(c) > 3 and c.startswith(("301", "302", "303", "309", "310", "312"))]
    government = tuple(min(government_for(c, "行政"), default=None) for c in economic)
    places = sorted(c for c in _places() if entity_level(c) == "county")
    places += sorted(c for c in _places() if entity_level(c) == "city")
    return tuple(functions), tuple(economic), government, tuple(places), tuple(names[c] for c in functions)


class _Draw:
    """Random columns of one row group."""

    def __init__(self, n: int, *seed: int) -> None:
        self.n = n
        self._random = np.random.default_rng(seed)

    def unit(self) -> Floats:
        """Evenly spread between 0 and 1."""
        return self._random.random(self.n)

    def share(self, of: float) -> Bools:
        """A mask that holds for about this share."""
        return self.unit() < of

    def skewed(self, n: int) -> Ints:
        """Numbers below ``n``, the small ones far more often."""
        return (n * self.unit() ** 3).astype(np.int64)

    def whole(self, low: int, high: int) -> Ints:
        """Evenly spread whole numbers from ``low`` up to and without ``high``."""
        return self._random.integers(low, high, self.n)

    def normal(self, scale: float) -> Floats:
        """Normally spread around 0."""
        return self._random.normal(0.0, scale, self.n)


def _words(vocabulary: tuple[str, ...] | tuple[str | None, ...], at: Ints) -> pl.Series:
    return pl.Series(vocabulary, dtype=pl.String).gather(at)


def _known(values: pl.Series | npt.NDArray[Any], known: Bools) -> pl.Series:
    """The values, null where ``known`` does not hold."""
    series = pl.Series(values)
    return series.zip_with(pl.Series(known), pl.Series([None], dtype=series.dtype).new_from_index(0, len(series)))


def _numbered(stem: pl.Series, number: Ints, width: int) -> pl.Series:
    parts = pl.DataFrame({"stem": stem, "number": pl.Series(number).cast(pl.String).str.zfill(width)})
    return parts.select(pl.concat_str("stem", "number").alias("code")).to_series()


@attrs.frozen
class _Layout:
    """Where the lines of one row group stand: their row, county, agency and project."""

    row: Ints
    county: Ints
    agency: Ints
    first: Ints
    """For each project of the row group the place of its first line."""
    project: Ints
    """For each line its project in the row group."""

    @classmethod
    def of(cls, export: Export, start: int, stop: int, d: _Draw) -> _Layout:
        row = np.arange(start, stop)
        county, within = row // export.per_county, row % export.per_county
        begins = d.share(0.4) | (within == 0)
        begins[0] = True
        first = np.flatnonzero(begins)
        project = np.cumsum(begins) - 1
        agencies = max(20, export.per_county // _LINES_OF_AN_AGENCY)
        at = within[first] / export.per_county
        return cls(row, county, (agencies * at**2).astype(np.int64)[project], first, project)

    def agency_draw(self, seed: int, share: float) -> Bools:
        """A mask that holds for all lines of about this share of the agencies, whatever row group they stand in."""
        key = (self.county * 1_000_003 + self.agency * 7_919 + seed * 104_729).astype(np.uint64)
        mixed = (key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)
        return np.asarray(mixed % np.uint64(10_000) < share * 10_000, bool)


def _drawn(export: Export, start: int, stop: int) -> pl.DataFrame:
    """The lines of one row group."""
    functions, economic, government, places, names = _codes()
    d = _Draw(stop - start, export.seed, start)
    at = _Layout.of(export, start, stop, d)
    p = _Draw(len(at.first), export.seed, start, 1)
    of = at.project
    entity = _words(places, at.county % len(places))
    pay = np.array([c.startswith(("301", "303")) for c in economic])
    running = np.array([c.startswith("302") for c in economic])
    # what a project is
    kind = np.where(p.share(0.15), _PERSONNEL, np.where(p.share(0.12), _PUBLIC, np.where(p.share(0.3), 1, 0)))
    basic = kind >= _PUBLIC
    fund = p.share(0.06) & ~basic
    debt = p.share(0.01) & ~basic
    function = p.skewed(len(functions))
    life = np.where(p.share(0.5), 0, 1)
    fresh = p.share(0.04)
    life = np.where((fresh & p.share(0.5)) | p.share(0.0005), _ONE_OFF, life)
    # what a line is
    of_kind = [np.flatnonzero(x) for x in (~pay & ~running, ~pay, running, pay)]
    code = np.zeros(len(of), np.int64)
    for k, choices in enumerate(of_kind):
        code = np.where(kind[of] == k, choices[d.skewed(len(choices))], code)
    code = np.where(debt[of] & ~d.share(0.02), of_kind[0][d.skewed(len(of_kind[0]))], code)
    code = np.where(d.share(0.0005) & (kind[of] == 0), of_kind[_PERSONNEL][0], code)
    typical = 9.5 + (code * 37 % 23) / 10 + (function[of] // 9 * 13 % 11) / 10
    amount = np.exp(typical + d.normal(1.0) + np.where(d.share(0.0005), 6.5, 0.0))
    amount = np.rint(amount / 100) * 100
    standard, quantity = d.whole(20, 4_000) * 10, d.whole(1, 60)
    counted = d.share(0.35) & (amount < 1e5)
    requested = np.where(counted, standard * quantity, amount + 100).astype(np.int64)
    requested = np.where(counted & d.share(0.002), requested * 5 // 4 + 500, requested)
    large = fresh & p.share(0.02)
    requested = np.where(large[of], requested + 6_000_000, requested)
    round_agency = at.agency_draw(1, 0.015)
    counted &= ~round_agency
    requested = np.where(round_agency, np.maximum(amount // 100_000, 1).astype(np.int64) * 100_000, requested)
    rise = np.where(at.agency_draw(2, 0.015) & ~d.share(0.1), 0.06, 0.08 + d.normal(0.12))
    before = np.rint(requested / np.maximum(1 + rise, 0.2)).astype(np.int64)
    before = np.where(d.share(0.0005), requested, np.where(before == requested, requested + 100, before))
    prior = np.where(fresh[of], 0, before)
    adjusted = np.where(d.share(0.2), prior * 21 // 20, prior)
    executed = (adjusted * np.where(d.share(0.0005), 0.4, 0.83 + 0.17 * d.unit())).astype(np.int64)
    carried = np.where(d.share(0.1), (requested * np.where(d.share(0.006), 0.6, 0.15 * d.unit())).astype(np.int64), 0)
    project_sum = np.add.reduceat(requested, at.first)
    total = project_sum * p.whole(4, 9)
    spent = np.where(p.share(0.001), total, (total * 0.6 * p.unit()).astype(np.int64))
    targets = p.whole(3, 12)
    odd = export.blanks and (at.county % 13 == 5)
    blank = [d.whole(0, max(export.blanks, 1)) == 0 for _ in range(3)]
    lost = [b & odd if export.blanks else np.zeros(len(of), bool) for b in blank]
    return _doubled(
        pl.DataFrame({
            "line_id": _numbered(entity + str(YEAR)[2:], at.row, 10),
            "entity": entity,
            "fiscal_year": pl.Series(np.full(len(of), YEAR), dtype=pl.Int32),
            "book": _words(_BOOKS, fund[of].astype(np.int64)),
            "agency": _numbered(_words(("1",), of * 0), at.agency, 5),
            "agency_name": _numbered(_words(("单位",), of * 0), at.agency, 5),
            "project": _numbered(entity + "26T", at.row[at.first][of], 10),
            "project_name": (
                _words(_TOWNS, p.whole(0, len(_TOWNS))) + _words(_WHERE, p.skewed(len(_WHERE)))
                + ("第" + pl.Series(at.row[at.first]).cast(pl.String) + "号" if export.apart else "")
                + _words(_WHAT, p.skewed(len(_WHAT))) + _words(_HOW, p.skewed(len(_HOW)))
            ).gather(of),
            "project_kind": _known(_words(_KINDS, kind), ~p.share(0.02)).gather(of),
            "basic": _known(basic, ~p.share(0.003)).gather(of),
            "function_code": _known(_words(functions, function[of]), ~lost[0]),
            "function_name": _words(names, function[of]),
            "dept_economic_code": _known(_words(economic, code), ~lost[1]),
            "gov_economic_code": _known(_words(government, code), ~d.share(0.05)),
            "requested": _known(requested, ~lost[2]),
            "reviewed": _known(requested * 19 // 20, d.share(0.6)),
            "proposed": requested * 9 // 10,
            "prior_approved": _known(prior, ~(d.share(0.02) & at.agency_draw(3, 0.4))),
            "prior_current": _known(adjusted, ~d.share(0.03)),
            "prior_executed": _known(executed, ~d.share(0.04)),
            "carryover": _known(carried, ~d.share(0.08)),
            "carryover_year": _known(
                pl.Series(np.where(d.share(0.005), YEAR - 3, YEAR - 1), dtype=pl.Int32), carried > 0
            ),
            "standard_value": _known(standard, counted),
            "quantity": _known(quantity.astype(np.float64), counted | d.share(0.02)),
            "unit_price": _known(np.where(d.share(0.002), standard * 11 // 10, standard), counted & ~d.share(0.1)),
            "basis": _known(_words(_BASES, p.whole(0, len(_BASES))), ~p.share(0.0006)).gather(of),
            "basis_expires": _known(
                pl.Series(np.where(p.share(0.001), np.datetime64("2024-12-31"), np.datetime64("2028-12-31"))),
                p.share(0.6),
            ).gather(of),
            "life": _known(_words(_LIVES, life), ~p.share(0.05)).gather(of),
            "start_year": _known(
                pl.Series(np.where(fresh, YEAR, np.where(p.share(0.01), YEAR - 8, YEAR - p.whole(1, 5))), dtype=pl.Int32),
                ~p.share(0.05),
            ).gather(of),
            "end_year": _known(
                pl.Series(np.where(p.share(0.001), YEAR - 1, YEAR + p.whole(0, 4)), dtype=pl.Int32), p.share(0.6)
            ).gather(of),
            "targets": _known(pl.Series(np.where(p.share(0.0005), 0, targets), dtype=pl.Int32), ~basic).gather(of),
            "targets_numeric": _known(
                pl.Series(np.where(p.share(0.0006), 1, targets * 3 // 4), dtype=pl.Int32), ~basic & ~p.share(0.05)
            ).gather(of),
            "evaluated_before": _known(~p.share(0.3), ~p.share(0.2)).gather(of),
            "evaluation_score": _known(
                np.where(p.share(0.0015), 55.5, 80 + np.rint(p.unit() * 200) / 10), p.share(0.5) & ~fresh
            ).gather(of),
            "debt_funded": _known(debt, ~p.share(0.05)).gather(of),
            "total_amount": _known(total, p.share(0.5)).gather(of),
            "spent_to_date": _known(spent, ~p.share(0.05)).gather(of),
            "fund_source": _known(_words(_SOURCES, p.skewed(len(_SOURCES))), ~p.share(0.01)).gather(of),
            "is_procurement": _known(d.share(0.1), ~d.share(0.1)),
            "note": _known(_words(_NOTES, d.whole(0, len(_NOTES))), d.share(0.05)),
        }),
        d,
        at,
    )  # fmt: skip


def _doubled(lines: pl.DataFrame, d: _Draw, at: _Layout) -> pl.DataFrame:
    """The lines, of which one in a thousand repeats the line above it in everything but its id; some lack a code then."""
    again = d.share(0.001)
    again[at.first] = False
    source = np.arange(len(lines)) - again
    copied = lines.select(pl.exclude("line_id").gather(source))
    hidden = pl.Series(again & d.share(0.1))
    copied = copied.with_columns(
        pl.when(hidden).then(None).otherwise(pl.col("gov_economic_code")).alias("gov_economic_code")
    )
    return copied.insert_column(0, lines["line_id"])
