"""``diff``: what changed between two reports."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any, Final

import click

from budgetreview.cli import exits, language
from budgetreview.cli.compare import difference
from budgetreview.cli.options import inputs
from budgetreview.cli.output import written
from budgetreview.diff import compare, load
from budgetreview.errors import Text, UsageError
from budgetreview.rule import Severity

_FORMATS: Final = ("text", "json", "html")
_ENDINGS: Final = {".txt": "text", ".json": "json", ".html": "html", ".htm": "html"}


@click.command()
@click.argument("before", metavar="A", type=inputs.PATH)
@click.argument("after", metavar="B", type=inputs.PATH)
@click.option(
    "--fail-on",
    type=click.Choice([*(s.value for s in Severity), exits.NEVER]),
    default="red",
    show_default=True,
    help="新增或加重达到此严重程度即退出 1 / severity of what is new from which the status is 1",
)
@click.option("--format", "format_", type=click.Choice(_FORMATS), help="格式，优先于扩展名 / wins over the ending")
@click.option("--output", type=inputs.PATH, metavar="FILE", help="写入文件 / file to write")
@click.option("--verbose", is_flag=True, help="列出全部 / list everything")
@language.option
@click.pass_context
def diff(ctx: click.Context, /, **said: Any) -> None:
    """比较两份 JSON 或 JSON Lines 报告：新增、变化、已消除、未能判断 / what changed from report A to report B.

    \b
    退出状态 / exit status:
      0  没有达到 --fail-on 的新增或加重 / nothing new or graver at or above --fail-on
      1  有 / there is
      2  用法有误 / wrong usage
      3  有报告无法读取 / a report could not be read
      4  后一份报告不完整 / the later report is incomplete
    """  # noqa: D301 - click wants the control character itself
    path: Path | None = said["output"]
    format_ = said["format_"] or ("text" if path is None else _ENDINGS.get(path.suffix.lower()))
    if format_ is None:
        raise UsageError(
            Text(
                f"--output {path}：应以 .txt、.json 或 .html 结尾",
                f"--output {path}: the name must end in .txt, .json or .html",
            )
        )
    written.ready(path, (said["before"], said["after"]))
    found = compare(load(said["before"]), load(said["after"]))
    lang = language.of_reports()
    if format_ == "text":
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() and path is None else 100
        out = difference.text(found, lang, width, verbose=said["verbose"])
    else:
        out = difference.as_json(found) if format_ == "json" else difference.as_html(found, lang)
    written.deliver(out, path)
    gravest = found.gravest_new()
    fails = said["fail_on"] != exits.NEVER and gravest is not None and gravest.rank <= Severity(said["fail_on"]).rank
    if not found.after["complete"]:
        ctx.exit(exits.INCOMPLETE)
    ctx.exit(exits.FOUND if fails else exits.FINE)
