"""``merge``: county reports put together to one for the city."""

from __future__ import annotations

import json
from pathlib import Path

import click

from budgetreview.cli import exits, language
from budgetreview.cli.options import inputs
from budgetreview.cli.output import written
from budgetreview.errors import Text, UsageError
from budgetreview.merging import merge as merged
from budgetreview.readback import load


@click.command()
@click.argument("reports", nargs=-1, required=True, type=inputs.PATH, metavar="REPORT.json...")
@click.option("--output", type=inputs.PATH, required=True, metavar="CITY.json", help="写入文件 / file to write")
@language.option
@click.pass_context
def merge(ctx: click.Context, /, reports: tuple[Path, ...], output: Path) -> None:
    """把各县区的 JSON 报告合并为一份，不需要明细 / one report of several counties' reports, without the lines.

    \b
    退出状态 / exit status:
      0  已合并 / merged
      2  不能合并，指出原因 / they cannot be merged; the reason is named
      3  有报告无法读取 / a report could not be read
      4  已合并，但有报告不完整 / merged, but a part is incomplete
    """  # noqa: D301 - click wants the control character itself
    written.ready(output, reports)
    if len({p.name for p in reports}) < len(reports):
        raise UsageError(Text("各报告的文件名应不同", "the reports must have different file names"))
    whole = merged({p.name: load(p) for p in reports})
    written.deliver(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", output)
    language.tell(f"已合并{len(reports)}份报告，发现{len(whole['findings'])}项：{output.name}",
                  f"merged {len(reports)} reports, {len(whole['findings'])} findings: {output.name}")  # fmt: skip
    own = whole["own_standards"]
    if own:
        language.tell(f"各县的支出标准表不同，规则 {'、'.join(own)} 按各县自己的标准判断",
                      f"the standards differ: the rules {', '.join(own)} judged each county by its own")  # fmt: skip
    ctx.exit(exits.FINE if whole["complete"] else exits.INCOMPLETE)
