"""``batch``: review a Parquet dataset that may be larger than memory, part by part, here or on a cluster."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from budgetreview.cli import exits, language
from budgetreview.cli.options import inputs, settings
from budgetreview.cli.progress import Bar
from budgetreview.errors import Notice, Problem, Text, UsageError
from budgetreview.mechanism import STAGES
from budgetreview.money import FEN
from budgetreview.render import words
from budgetreview.rule import Severity

_MOST_NOTICES = 30


def _listed(name: str, metavar: str, help_: str) -> Callable[[inputs.F], inputs.F]:
    return click.option(name, multiple=True, callback=settings.codes, metavar=metavar, help=help_)


@click.command()
@click.argument("dataset", metavar="DATASET")
@click.option("--output", required=True, metavar="FOLDER", help="结果文件夹，应为空 / empty folder for results")
@click.option("--stage", type=click.Choice(STAGES), default="preliminary", show_default=True, help="阶段 / stage")
@click.option("--as-of", callback=settings.day, metavar="YYYY-MM-DD",
              help="审查基准日，默认今天 / as-of date: today")  # fmt: skip
@click.option("--memory", default="2GiB", show_default=True, metavar="SIZE",
              help="每个进程的内存上限 / memory that one process may use")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="并行进程 / processes")
@click.option("--scheduler", metavar="tcp://…", help="Dask 集群的调度器 / scheduler of a Dask cluster")
@click.option("--year", type=int, help="预算年度，明细未写明时用 / fiscal year where the lines name none")
@click.option("--unit", type=click.Choice(tuple(FEN)), help="金额单位，默认元 / unit where no header names one")
@click.option("--profile", default=inputs.PROFILE, show_default=True, metavar="KEY|FILE", help="审查机制 / mechanism")
@click.option("--level", multiple=True, metavar="LEVEL|CODE=LEVEL", help="政府级次 / level of government")
@click.option("--set", "set_", multiple=True, metavar="CODE.param=value", help="规则参数的值 / a rule's parameter")
@click.option("--codes", type=inputs.PATH, metavar="FILE", help="完整的科目代码表 / complete tables of codes")
@click.option("--rules", "rule_files", type=inputs.PATH, multiple=True, metavar="FILE",
              help="规则文件（工作簿或 TOML）/ rules written without Python")  # fmt: skip
@_listed("--require", "PACK", "必须有的规则包 / package that must be there")
@_listed("--without", "PACK", "不装载的规则包 / package to leave out")
@_listed("--select", "CODES", "只运行这些规则，或 all / rules to run, or all")
@_listed("--ignore", "CODES", "不运行这些规则 / rules not to run")
@click.option("--fail-on", type=click.Choice([*(s.value for s in Severity), exits.NEVER]), default="red",
              show_default=True, help="达到此严重程度即退出 1 / severity from which the status is 1")  # fmt: skip
@language.option
@click.pass_context
def batch(ctx: click.Context, /, dataset: str, **said: Any) -> None:
    """分部分审查大于内存的 Parquet 数据集 / review a Parquet dataset larger than memory."""
    from budgetreview.dataset import Chosen, review_dataset
    from budgetreview.dataset.request import rules_of

    as_of: date = said["as_of"] or datetime.now().astimezone().date()
    codes: Path | None = said["codes"]
    chosen = Chosen(
        said["require"], said["without"], said["select"], said["ignore"],
        tuple(str(p.resolve()) for p in said["rule_files"]), None if codes is None else str(codes.resolve()),
    )  # fmt: skip
    everywhere, named = settings.levels(ctx, said["level"])
    if everywhere is not None and named:
        raise UsageError(Text(
            "--level 请只给一个级次，或只按区划代码给出", "give --level one level for all, or levels by code, not both"
        ))  # fmt: skip
    language.tell(f"审查基准日 {as_of}", f"as of {as_of}")
    with Bar() as bar, _client(said["scheduler"]) as client:
        label = language.say_both("审查", "reviewing")
        done = review_dataset(
            dataset, said["output"], as_of=as_of, stage=said["stage"], chosen=chosen,
            profile=inputs.profile(rules_of(chosen), said["profile"]), level=dict(named) or everywhere,
            settings=settings.values(ctx, said["set_"]), unit=said["unit"], year=said["year"], memory=said["memory"],
            jobs=said["jobs"], client=client, progress=lambda n, total: bar.step(label, n, total),
        )  # fmt: skip
    problems: list[Problem] = [p for i in done.report.inputs for p in i.problems]
    exits.listed(problems, ("问题", "problem"))
    notices: list[Notice] = [n for i in done.report.inputs for n in i.notices] + list(done.report.notices)
    exits.listed(notices[:_MOST_NOTICES], ("注意", "notice"))
    if len(notices) > _MOST_NOTICES:
        more = len(notices) - _MOST_NOTICES
        language.tell(f"另有{more}条注意事项，见 coverage.json", f"{more} more notices; see coverage.json")
    for r in done.report.results:
        if r.outcome == "failed":
            language.tell(f"规则 {r.rule.code} 运行失败（不影响其他规则的结果）：{r.error}",
                          f"rule {r.rule.code} failed (the results of the others stand): {r.error}")  # fmt: skip
    lang = language.of_messages()
    counts = " · ".join(f"{words.say(words.SEVERITY, s.value, lang)} {done.found[s]}" for s in Severity)
    complete = done.report.complete
    click.echo(counts + ("" if complete else language.say_both(" · 审查不完整", " · incomplete")), err=True)
    parts = done.parts
    language.tell(f"{done.lines}行明细分{parts}部分审查，结果在 {said['output']}",
                  f"{done.lines} lines reviewed in {parts} parts; the results are in {said['output']}")  # fmt: skip
    ctx.exit(_status(unread=bool(problems), complete=complete, found=done.found, fail_on=said["fail_on"]))


def _status(*, unread: bool, complete: bool, found: Any, fail_on: str) -> int:
    if unread:
        return exits.UNREADABLE
    if not complete:
        return exits.INCOMPLETE
    grave = fail_on != exits.NEVER and any(n for s, n in found.items() if s.rank <= Severity(fail_on).rank)
    return exits.FOUND if grave else exits.FINE


def _client(scheduler: str | None) -> Any:
    """The cluster, or nothing.

    Raises:
        UsageError: It cannot be reached, or Dask is not installed.
    """
    if scheduler is None:
        return nullcontext()
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(Text(
            "--scheduler 需要 Dask：pip install 'budgetreview[dask]'",
            "--scheduler needs Dask: pip install 'budgetreview[dask]'",
        )) from None  # fmt: skip
    try:
        return Client(scheduler, timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UsageError(Text(
            f"连不上调度器 {scheduler}：{error}", f"the scheduler {scheduler} cannot be reached: {error}"
        )) from None  # fmt: skip
