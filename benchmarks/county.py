"""Seeded budget lines of many counties, column by column: nulls in places, about one line in a hundred odd."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

YEAR: Final = 2026
DAY: Final = date(2026, 1, 10)
LINES_OF_A_COUNTY: Final = 10_000
_FUNCTIONS: Final = tuple(f"{c}{i:02d}" for c in (
    "20101", "20103", "20105", "20106", "20111", "20129", "20402", "20406", "20501", "20502", "20503", "20601", "20701",
    "20703", "20801", "20805", "20808", "20811", "20820", "21001", "21003", "21004", "21011", "21101", "21103", "21201",
    "21203", "21205", "21301", "21302", "21303", "21305", "21307", "21401", "21501", "21602", "22001", "22101", "22401",
) for i in (1, 2, 99))  # fmt: skip
_SYLLABLES: Final = tuple(
    "白石青龙大河小桥长岭双溪黄土金沙玉泉红旗东山西湖南坪北坡中洲新田老屋高峰清水洞庭柳叶芦荻花岩草坪"
)
_ECONOMIC: Final = ("30101", "30102", "30201", "30202", "30211", "30213", "30215", "30217", "30226", "31002", "31003")
_WHERE: Final = (
    "城区",
    "乡镇",
    "全县",
    "开发区",
    "库区",
    "山区",
    "老旧小区",
    "农村",
    "园区",
    "沿江",
    "边远",
    "中心城区",
)
_WHAT: Final = (
    "道路养护", "学校食堂改造", "河道清淤", "图书购置", "森林防火", "饮水安全", "信息系统运维", "基层卫生室",
    "垃圾清运", "防汛物资", "职业技能培训", "文物保护", "公共厕所", "治安巡防", "困难群众救助", "农田水利",
    "安全生产监管", "公园绿化", "养老服务", "桥梁检测", "统计调查", "档案数字化", "执法装备", "人才引进",
    "招商推介", "法律援助", "疾病预防", "残疾人康复", "校车运行", "路灯照明",
)  # fmt: skip
_HOW: Final = ("经费", "补助资金", "专项", "项目", "工作经费", "提质工程", "奖补", "购买服务")
_BASES: Final = ("县政府常务会议纪要", "省财政厅文件", "部门三定方案", "中央专项资金管理办法")

Strings = npt.NDArray[np.str_]


class Draw:
    """Columns drawn with one seed."""

    def __init__(self, n: int, seed: int) -> None:
        self.n = n
        self._random = np.random.default_rng(seed)

    def whole(self, low: int, high: int) -> npt.NDArray[np.int64]:
        """Whole numbers from ``low`` up to and without ``high``."""
        return self._random.integers(low, high, self.n)

    def share(self, of: float) -> npt.NDArray[np.bool_]:
        """A mask that holds for about this share of the lines."""
        return self._random.random(self.n) < of

    def words(self, *words: str) -> pl.Series:
        """One of the words for each line."""
        return pl.Series(words, dtype=pl.String).gather(self.whole(0, len(words)))

    def named(self, stem: str, count: int) -> pl.Series:
        """One of ``count`` names that begin with ``stem`` for each line."""
        return pl.Series([f"{stem}{i:05d}" for i in range(count)], dtype=pl.String).gather(self.whole(0, count))

    def yuan(self, high: int) -> npt.NDArray[np.int64]:
        """Amounts in whole 元 with an uneven end, as prices have."""
        return self.whole(1_000, high) * 10 + self.whole(1, 10)

    def some(self, values: pl.Series, known: float) -> pl.Series:
        """The values, blank in all but about the share ``known`` of the lines."""
        return values.zip_with(
            pl.Series(self.share(known)), pl.Series([None], dtype=values.dtype).new_from_index(0, self.n)
        )


def lines(n: int, seed: int = 7) -> pl.DataFrame:
    """``n`` lines of 2026 with 40 columns, money in 元."""
    d = Draw(n, seed)
    counties = max(1, n // LINES_OF_A_COUNTY)
    codes = pl.Series(
        [f"43{c // 12 % 14 + 1:02d}{c % 12 + 21:02d}" for c in range(min(counties, 168))], dtype=pl.String
    )
    prior = d.yuan(200_000)
    odd = d.share(0.01)
    proposed = prior + d.whole(-500, 500) * np.where(odd, 1_000, 10)
    proposed = np.where(d.share(0.2), prior, np.abs(proposed) + 1)
    spent = (prior * np.where(d.share(0.02), 0.4, 0.97)).astype(np.int64)
    standard = d.yuan(3_000)
    price = np.where(d.share(0.01), standard * 11 // 10, standard)
    quantity = d.whole(1, 40)
    amount = np.where(d.share(0.5), np.where(d.share(0.01), proposed, standard * quantity), proposed)
    return pl.DataFrame(
        {
            "line_id": pl.int_range(n, eager=True).cast(pl.String),
            "entity": codes.gather(np.arange(n) // LINES_OF_A_COUNTY % len(codes)),
            "fiscal_year": pl.Series(np.full(n, YEAR)),
            "book": pl.Series(["general"]).new_from_index(0, n),
            "side": pl.Series(["expenditure"]).new_from_index(0, n),
            "agency": d.named("1", 120),
            "agency_name": d.named("单位", 120),
            "unit_kind": d.words("行政", "事业", "参公"),
            "project": d.named("P", max(10, n * 9 // 10)),
            "project_name": d.words(*_SYLLABLES)
            + d.words(*_SYLLABLES)
            + d.words(*_WHERE)
            + d.words(*_WHAT)
            + d.words(*_HOW),
            "project_kind": d.words("operating", "targeted", "targeted"),
            "basic": pl.Series(np.where(d.share(0.2), "基本支出", "项目支出")),
            "function_code": d.words(*_FUNCTIONS),
            "dept_economic_code": d.words(*_ECONOMIC),
            "requested": pl.Series(amount + d.whole(0, 1_000)),
            "reviewed": pl.Series(amount),
            "proposed": d.some(pl.Series(amount), 0.995),
            "prior_approved": d.some(pl.Series(np.where(d.share(0.05), 0, prior)), 0.97),
            "prior_current": d.some(pl.Series(prior), 0.97),
            "prior_executed": d.some(pl.Series(spent), 0.95),
            "carryover": d.some(pl.Series(np.where(d.share(0.1), prior - spent, 0)), 0.9),
            "carryover_year": d.some(pl.Series(np.where(d.share(0.02), YEAR - 3, YEAR - 1)), 0.3),
            "standard_value": d.some(pl.Series(standard), 0.6),
            "quantity": d.some(pl.Series(np.where(amount == standard * quantity, quantity, 0)).replace(0, None), 0.95),
            "unit_price": d.some(pl.Series(price), 0.7),
            "basis": d.some(d.words(*_BASES), 0.99),
            "basis_expires": d.some(
                pl.Series(np.where(d.share(0.01), np.datetime64("2024-12-31"), np.datetime64("2028-12-31"))), 0.6
            ),
            "life": d.some(d.words("recurrent", "recurrent", "one_off"), 0.9),
            "start_year": d.some(pl.Series(d.whole(2019, YEAR + 1)), 0.9),
            "end_year": d.some(pl.Series(np.where(d.share(0.01), YEAR - 1, YEAR + 2)), 0.6),
            "total_amount": d.some(pl.Series(prior * 8), 0.6),
            "spent_to_date": d.some(pl.Series(prior * np.where(d.share(0.01), 9, 3)), 0.6),
            "targets": d.some(pl.Series(np.where(d.share(0.01), 0, 5)), 0.9),
            "targets_numeric": d.some(pl.Series(np.where(d.share(0.01), 0, 3)), 0.9),
            "evaluated_before": d.some(pl.Series(~d.share(0.02)), 0.8),
            "evaluation_score": d.some(pl.Series(np.where(d.share(0.01), 55.0, 88.5)), 0.7),
            "priority": d.some(pl.Series(d.whole(1, 60)), 0.5),
            "is_it": d.some(pl.Series(d.share(0.05)), 0.9),
            "is_procurement": d.some(pl.Series(d.share(0.1)), 0.9),
            "debt_funded": d.some(pl.Series(d.share(0.01)), 0.9),
            "fund_source": pl.Series(["fiscal"]).new_from_index(0, n),
        }
    )


def yardstick(frame: pl.DataFrame) -> int:
    """A plain polars pass over the same lines: twelve single-row checks, counted. What a review is held against."""
    project = pl.col("basic") == "项目支出"
    checks = {
        "basis": project & pl.col("basis").is_null(),
        "expired": project & (pl.col("basis_expires") < date(YEAR, 1, 1)),
        "ended": project & (pl.col("end_year") < YEAR),
        "half": pl.col("prior_executed") * 2 < pl.col("prior_current"),
        "stale": (pl.col("carryover") > 0) & (YEAR - pl.col("carryover_year") > 1),
        "price": pl.col("unit_price") > pl.col("standard_value"),
        "product": pl.col("quantity") * pl.col("unit_price") != pl.col("proposed"),
        "targets": project & (pl.col("targets") == 0),
        "evaluated": (pl.col("prior_approved") == 0) & ~pl.col("evaluated_before"),
        "score": pl.col("evaluation_score") < 60,  # noqa: PLR2004 - the pass mark
        "total": pl.col("spent_to_date") > pl.col("total_amount"),
        "debt": pl.col("debt_funded") & pl.col("dept_economic_code").str.starts_with("301"),
    }
    return int(frame.select([c.sum().alias(n) for n, c in checks.items()]).sum_horizontal().item())
