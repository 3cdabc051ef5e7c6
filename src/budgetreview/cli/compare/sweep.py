"""``sweep``: findings and money of one rule as one of its thresholds moves."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any, Final

import click

from budgetreview.cli import exits, language
from budgetreview.cli.compare import curve
from budgetreview.cli.options import inputs, settings
from budgetreview.cli.output import written
from budgetreview.cli.progress import Bar
from budgetreview.errors import Text, UsageError
from budgetreview.mechanism import STAGES
from budgetreview.sweep import STEPS, Sweep
from budgetreview.sweep import sweep as moved

_FORMATS: Final = ("text", "json", "csv", "html")
_ENDINGS: Final = {".txt": "text", ".json": "json", ".csv": "csv", ".html": "html", ".htm": "html"}


@click.command()
@click.argument("place", metavar="CODE.param")
@inputs.options
@click.option("--stage", type=click.Choice(STAGES), default="preliminary", show_default=True, help="阶段 / stage")
@click.option(
    "--set", "set_", multiple=True, metavar="CODE.param=value", help="规则参数的值 / value of a rule's parameter"
)
@click.option("--from", "start", metavar="VALUE", help="起点，如 0.5、2%、500万元 / first value")
@click.option("--to", "end", metavar="VALUE", help="终点 / last value")
@click.option("--steps", type=int, default=STEPS, show_default=True, help="点数 / how many values")
@click.option("--values", metavar="V1,V2…", help="逐个列出的值 / the values themselves")
@click.option("--format", "format_", type=click.Choice(_FORMATS), help="格式，优先于扩展名 / wins over the ending")
@click.option("--output", type=inputs.PATH, metavar="FILE", help="写入文件 / file to write")
@language.option
@click.pass_context
def sweep(ctx: click.Context, /, **said: Any) -> None:
    """界限分析：一个参数取不同值时的发现数和金额 / findings and money against one threshold."""
    asked = inputs.Asked.of(said)
    if not asked.paths:
        raise click.UsageError(
            language.say_both("缺少要审查的文件或文件夹", "name the files or folders to review"), ctx
        )
    path: Path | None = said["output"]
    format_ = said["format_"] or _format_of(path)
    if said["values"] is not None and (said["start"] is not None or said["end"] is not None):
        raise UsageError(Text("--values 与 --from、--to 不能同时使用", "--values excludes --from and --to"))
    written.ready(path, (*asked.files, *settings.file(ctx)))
    rules = asked.rules()
    everywhere, named = settings.levels(ctx, asked.level)
    language.tell(f"审查基准日 {asked.as_of}", f"as of {asked.as_of}")
    with Bar() as bar:
        submission = asked.submission(rules, bar)
        bar.step(language.say_both("审查", "reviewing"))
        exits.listed(submission.problems, ("问题", "problem"))
        if not submission.periods:
            ctx.exit(exits.UNREADABLE)
        values = (
            None if said["values"] is None else [v for v in said["values"].replace("，", ",").split(",") if v.strip()]
        )
        found = moved(
            submission,
            rules,
            said["place"],
            values,
            start=said["start"],
            end=said["end"],
            steps=said["steps"],
            stage=said["stage"],
            as_of=asked.as_of,
            settings=settings.values(ctx, said["set_"]),
            level=settings.level_for(everywhere, named, (p.entity for p in submission.periods)),
        )
    written.deliver(_shown(found, format_, path), path)
    ctx.exit(exits.UNREADABLE if submission.problems else exits.FINE)


def _format_of(path: Path | None) -> str:
    """The format that the ending of a file names; text for people where there is none."""
    if path is None:
        return "text"
    if path.suffix.lower() not in _ENDINGS:
        raise UsageError(
            Text(
                f"--output {path}：应以 .txt、.json、.csv 或 .html 结尾",
                f"--output {path}: the name must end in .txt, .json, .csv or .html",
            )
        )
    return _ENDINGS[path.suffix.lower()]


def _shown(found: Sweep, format_: str, path: Path | None) -> str:
    """The curve in a format."""
    if format_ == "json":
        return curve.as_json(found)
    if format_ == "csv":
        return curve.as_csv(found)
    lang = language.of_reports()
    if format_ == "html":
        return curve.as_html(found, lang)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() and path is None else 100
    return curve.text(found, lang, width)
