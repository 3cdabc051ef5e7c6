"""Make the notebook for analysts, once in each language, and run it: ``python docs/notebooks.py`` (needs ``.[docs]``).

The stored notebooks are what the site shows and what a reader opens; a test runs them again and compares what they print.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

import nbformat
from nbclient import NotebookClient

DOCS: Final = Path(__file__).resolve().parent
LANGUAGES: Final = ("zh", "en")

#: Chinese words or English ones, then the code below them; what differs between languages in code is in ``WORDS``.
CELLS: Final = [
    (
        "# 给分析人员的图\n\n从一份预算到几张图：发现在哪里，执行率和界限差多少，哪些规则**没有**判断。"
        "数据是随程序附带的示例县，不是真实的县。本页是一个 Jupyter 笔记本：装好 `budgetreview` 和 matplotlib 就能打开、改写、重跑；"
        "测试会重跑一遍，核对每行输出。",
        "# Pictures for analysts\n\nFrom a budget to a few pictures: where the findings are, how far execution is from its limit, and which "
        "rules did **not** judge. The data is the example county that comes with the program, not a real one. This page is a Jupyter "
        "notebook: with `budgetreview` and matplotlib installed it can be opened, changed and run again; a test does so and compares each line.",
        """from datetime import date
from pathlib import Path

import matplotlib.pyplot as plt
import polars as pl
from matplotlib import font_manager

import budgetreview as br
from budgetreview import example

wanted = ["Noto Sans CJK SC", "Noto Sans CJK JP", "Microsoft YaHei", "PingFang SC", "DejaVu Sans"]
plt.rcParams["font.family"] = [name for name in wanted if name in font_manager.get_font_names()]
plt.rcParams["axes.spines.top"] = plt.rcParams["axes.spines.right"] = False
plt.rcParams["figure.figsize"] = (8, 4)
plt.rcParams["figure.constrained_layout.use"] = True

example.write(Path("county.xlsx"))
submission = br.read("county.xlsx")
rules = br.load_rules(require=("core",))
report = br.review(submission, rules, stage="preliminary", as_of=date(2026, 1, 10))
titles = {rule.code: rule.title.LANG for rule in rules}
print(report.complete, len(report.findings))""",
    ),
    (
        "## 发现是一张表\n\n一行一项发现，金额是精确的小数。`agency` 为空的是针对整本预算或全县的，不属于哪个单位。",
        "## Findings are a table\n\nA row a finding; money is exact decimals. Where `agency` is empty, the finding is about a whole book "
        "or the county and about no one agency.",
        """found = report.findings.to_polars()
with pl.Config(tbl_formatting="ASCII_MARKDOWN", tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
    print(found.select("rule", "severity", "agency", "line_id", "amount").head(6))
print(found["severity"].value_counts().sort("severity").rows())""",
    ),
    (
        "## 哪些规则，哪些单位\n\n颜色是严重程度，条长是项数。项数多不等于问题大：先看颜色，再看金额。",
        "## Which rules, which agencies\n\nThe colour is the severity, the length the number of findings. Many findings are not a grave "
        "one: look at the colour first, then at the money.",
        """GRAVITY = {
    "red": ("#b3261e", "RED"),
    "orange": ("#e07b00", "ORANGE"),
    "yellow": ("#d9b400", "YELLOW"),
    "blue": ("#3b6fb6", "BLUE"),
}


def bars(axes, column, label):
    counts = found.group_by(column, "severity").len()
    keys = counts.group_by(column).agg(pl.col("len").sum()).sort("len", column, nulls_last=True)[column].to_list()
    left = dict.fromkeys(keys, 0)
    for severity, (colour, name) in GRAVITY.items():
        mine = dict(counts.filter(severity=severity).select(column, "len").iter_rows())
        widths = [mine.get(k, 0) for k in keys]
        axes.barh(range(len(keys)), widths, left=list(left.values()), color=colour, label=name)
        left = {k: left[k] + w for k, w in zip(keys, widths, strict=True)}
    axes.set_yticks(range(len(keys)), [label(k) for k in keys], fontsize=8)
    axes.xaxis.get_major_locator().set_params(integer=True)


figure, (by_rule, by_agency) = plt.subplots(1, 2, figsize=(10, 5.5))
bars(by_rule, "rule", lambda code: f"{code} {titles[code]}")
bars(by_agency, "agency", lambda code: code or "WHOLE")
by_rule.set_title("BY_RULE", loc="left")
by_agency.set_title("BY_AGENCY", loc="left")
by_agency.legend(frameon=False)
plt.show()""",
    ),
    (
        "## 上年执行率，和界限放在一起\n\n界限从规则 Z08 的参数取，不是写在图里的；只看项目支出。调整预算数或执行数空白的行不参加计算，也不当作零；"
        "参加计算的行数印在下面。Z08 逐行判断，还要看今年压减了没有：这里是单位合计，低于虚线只说明值得细看。",
        "## Last year's execution beside the limit\n\nThe limits are the parameters of rule Z08, not figures written into the picture; only projects are drawn. "
        "Lines whose budget or outturn is blank take no part and are not zero; how many do take part is printed. Z08 judges line by line "
        "and asks whether this year was cut: these are sums by agency, and to be below the dashed line only says: look closer.",
        """lines = submission.tables["lines"]
budget, spent, names = lines.money("prior_current"), lines.money("prior_executed"), lines.columns["agency_name"]
table = pl.DataFrame(
    {
        "agency": [names.words[i] if i >= 0 else None for i in names.codes],
        "budget": budget.values.tolist(),
        "spent": spent.values.tolist(),
        "known": (budget.known & spent.known).tolist(),
        "project": lines.columns["project"].known.tolist(),
    }
).filter("project")
print(table["known"].sum(), len(table))
rates = (
    table.filter(pl.col("known") & pl.col("agency").is_not_null())
    .group_by("agency")
    .agg(pl.col("budget", "spent").sum())
    .filter(pl.col("budget") > 0)
    .with_columns(rate=pl.col("spent") / pl.col("budget"))
    .sort("rate", "agency")
    .head(20)
)
[slow] = [rule for rule in rules if rule.code == "Z08"]
low, fair = (float(slow.parameters[name].values[0].value) for name in ("low", "fair"))

figure, axes = plt.subplots(figsize=(8, 5.5))
axes.barh(rates["agency"], rates["rate"], color=["#e07b00" if r < fair else "#8a9aa9" for r in rates["rate"]])
for limit in (low, fair):
    axes.axvline(limit, color="#333333", linestyle="--", linewidth=1)
    axes.text(limit, len(rates) - 0.3, f"{limit:.0%}", ha="center", fontsize=8)
axes.tick_params(axis="y", labelsize=8)
axes.xaxis.set_major_formatter("{x:.0%}")
axes.set_title("RATES", loc="left", pad=14)
plt.show()
print(rates.filter(pl.col("rate") < fair).height)""",
    ),
    (
        "## 哪些没有判断\n\n这张图最要紧。**没有判断不是通过**：它有自己的颜色和斜线。本阶段不适用的规则不画。\n\n"
        "- 有发现：至少标出一处；有斜线的还有一部分没有判断\n- 全部判断、没有标出\n- 部分未判断：有的行缺数据\n- 未判断：整列或整张表没有报",
        "## What was not judged\n\nThis is the picture that matters most. **Not judged is not passed**: it has a colour and a hatching of "
        "its own. Rules of other stages are not drawn.\n\n- flagged: something was; where hatched, some lines lacked data besides\n- clear: all was judged and nothing flagged\n"
        "- partly: some lines lacked data\n- not judged: a whole column or table was not submitted",
        """coverage = report.coverage.to_polars().filter(pl.col("outcome") != "not_in_stage")
state = (
    pl.when(pl.col("outcome") != "ran")
    .then(pl.lit("not judged"))
    .when((pl.col("flagged") > 0) & (pl.col("not_assessed") > 0))
    .then(pl.lit("flagged, partly"))
    .when(pl.col("flagged") > 0)
    .then(pl.lit("flagged"))
    .when((pl.col("not_assessed") > 0) & (pl.col("clear") == 0))
    .then(pl.lit("not judged"))
    .when(pl.col("not_assessed") > 0)
    .then(pl.lit("partly"))
    .when(pl.col("clear") > 0)
    .then(pl.lit("clear"))
    .otherwise(pl.lit("does not apply"))
)
states = coverage.with_columns(state=state, family=pl.col("code").str.slice(0, 1))
print(states["state"].value_counts().sort("state").rows())

LOOKS = {
    "flagged": ("#b3261e", "", "FLAGGED"),
    "flagged, partly": ("#b3261e", "//", "BOTH"),
    "clear": ("#4c8c6b", "", "CLEAR"),
    "partly": ("#cfcfcf", "//", "PARTLY"),
    "not judged": ("#8c8c8c", "xx", "NOT_JUDGED"),
    "does not apply": ("#dfe7f3", "", "APART"),
}
families = sorted(states["family"].unique())
figure, axes = plt.subplots(figsize=(9.5, 4.5))
bottom = [0] * len(families)
for name, (colour, hatch, label) in LOOKS.items():
    counts = [states.filter(family=f, state=name).height for f in families]
    axes.bar(families, counts, bottom=bottom, color=colour, hatch=hatch, edgecolor="white", label=label)
    bottom = [b + c for b, c in zip(bottom, counts, strict=True)]
axes.set_title("COVERAGE", loc="left")
axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()
for row in states.filter(state="not judged").sort("code").iter_rows(named=True):
    print(row["code"], titles[row["code"]], ", ".join(row["missing"]))""",
    ),
    (
        "## 零基：今年和去年一样的有多少\n\n每点是一行，横轴上年批复数，纵轴今年安排数，都用对数。斜线上的与上年一分不差；"
        "被任何逐行规则标出的涂成橙色。未报上年数的行没有位置，不画，数目印出来。",
        "## Zero-based: how much is as it was\n\nEach point is a line: last year's budget across, this year's up, both on a log scale. On the "
        "diagonal nothing changed by a fen; orange is what any rule about lines flagged. Lines without last year's figure have no place: "
        "they are not drawn, and how many they are is printed.",
        """before, now = lines.money("prior_approved"), lines.money("proposed")
drawn = before.known & now.known & (before.values > 0) & (now.values > 0)
print(int(drawn.sum()), int((~drawn).sum()), int((drawn & (before.values == now.values)).sum()))
flagged = set(found["line_id"].drop_nulls())
ids = lines.columns["line_id"]
orange = [ids.words[i] in flagged for i in ids.codes]
figure, axes = plt.subplots(figsize=(6, 5.5))
for chosen, colour, size in ((False, "#8a9aa9", 10), (True, "#e07b00", 36)):
    at = [i for i in range(lines.n) if drawn[i] and orange[i] is chosen]
    axes.scatter([before.values[i] / 1e6 for i in at], [now.values[i] / 1e6 for i in at], s=size, color=colour)
axes.set_xscale("log")
axes.set_yscale("log")
axes.axline((1, 1), (10, 10), color="#333333", linewidth=1, linestyle="--")
axes.set_xlabel("BEFORE")
axes.set_ylabel("NOW")
plt.show()""",
    ),
    (
        "## 然后\n\n换成自己的文件，只改第一格的一行：`br.read(…)`。界限该定在哪里，见[阈值分析](../how-to/what-if.md)；"
        "几百个县一起看，见[一夜审完全市各县](overnight.md)。",
        "## Then\n\nFor a file of your own change one line of the first cell: `br.read(…)`. Where a limit should lie: "
        "[what if the threshold were another](../how-to/what-if.md); hundreds of counties: [a city overnight](overnight.md).",
        "",
    ),
]  # fmt: skip

WORDS: Final = {
    '"RED"': ('"红"', '"red"'),
    '"ORANGE"': ('"橙"', '"orange"'),
    '"YELLOW"': ('"黄"', '"yellow"'),
    '"BLUE"': ('"蓝"', '"blue"'),
    "title.LANG": ("title.zh", "title.en"),
    "WHOLE": ("整本预算或全县", "a whole book or the county"),
    "BY_RULE": ("按规则", "By rule"),
    "BY_AGENCY": ("按单位", "By agency"),
    "RATES": ("上年执行率最低的二十个单位", "The twenty agencies with the lowest execution"),
    "FLAGGED": ("有发现", "flagged"),
    "BOTH": ("有发现，部分未判断", "flagged, partly not judged"),
    "CLEAR": ("全部判断、没有标出", "clear"),
    "PARTLY": ("没有标出，部分未判断", "nothing flagged, partly not judged"),
    "NOT_JUDGED": ("未判断", "not judged"),
    "APART": ("不适用", "does not apply"),
    "COVERAGE": ("每族规则判断了多少", "How much each family of rules judged"),
    "BEFORE": ("上年批复数（万元）", "last year (10,000 yuan)"),
    "NOW": ("今年安排数（万元）", "this year (10,000 yuan)"),
}


def made(lang: str) -> nbformat.NotebookNode:
    """The notebook of one language, not yet run."""
    book = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})
    for zh, en, code in CELLS:
        book.cells.append(nbformat.v4.new_markdown_cell(zh if lang == "zh" else en))
        for word, (in_zh, in_en) in WORDS.items():
            code = code.replace(word, in_zh if lang == "zh" else in_en)  # noqa: PLW2901 - word by word
        if code:
            book.cells.append(nbformat.v4.new_code_cell(code))
    for i, cell in enumerate(book.cells):
        cell["id"] = f"cell-{i}"
    return book


def run(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Run a notebook in an empty folder; no time of day stays in it."""
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(book, timeout=120, resources={"metadata": {"path": folder}}, record_timing=False).execute()
    book.metadata.pop("language_info", None)
    return book


def main() -> None:
    """Write both notebooks, run."""
    for lang in LANGUAGES:
        nbformat.write(run(made(lang)), DOCS / lang / "tutorials" / "analysts.ipynb")


if __name__ == "__main__":
    sys.exit(main())
