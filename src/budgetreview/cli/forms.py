"""``layouts`` and ``template``: what can be read, and an empty workbook to fill in."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import click

from budgetreview.cli import language
from budgetreview.cli.options import inputs
from budgetreview.cli.output.columns import table
from budgetreview.cli.output.destination import writable
from budgetreview.errors import Text, UsageError
from budgetreview.layout import find_layout
from budgetreview.plugins import load_rules
from budgetreview.tables import TABLES


@click.command()
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True, help="格式 / format"
)
@language.option
def layouts(format_: str) -> None:
    """可以读取的格式 / what can be read."""
    found = load_rules().layouts.values()
    tables = {f.key: [t for t in TABLES if any(x.table == t for x in f.tables)] for f in found}
    if format_ == "json":
        listed = [
            {"key": f.key, "title": attrs.asdict(f.title), "tables": tables[f.key], "automatic": f.automatic}
            for f in found
        ]
        click.echo(json.dumps({"layouts": listed}, ensure_ascii=False, indent=2))
        return
    lang = language.of_messages()
    header = ("布局", "自动识别", "名称", "表") if lang == "zh" else ("layout", "automatic", "title", "tables")
    yes, no = ("是", "否") if lang == "zh" else ("yes", "no")
    rows = [(f.key, yes if f.automatic else no, f.title[lang], " ".join(tables[f.key])) for f in found]
    click.echo(table(header, rows))


@click.command()
@click.option("--layout", metavar="KEY|FILE", help="按哪个布局的列名 / whose headers")
@click.option("--output", type=inputs.PATH, required=True, metavar="FILE", help="新工作簿 .xlsx / the new workbook")
@language.option
def template(layout: str | None, output: Path) -> None:
    """空白工作簿，附列说明 / an empty workbook to fill in, with the columns explained."""
    if output.suffix.lower() != ".xlsx":
        raise UsageError(Text(f"--output {output}：应以 .xlsx 结尾", f"--output {output}: the name must end in .xlsx"))
    if output.exists():
        raise UsageError(Text(
            f"{output} 已存在，不会覆盖（里面可能已有填好的数据）；请换一个文件名",
            f"{output} is there and is not written over (it may have been filled in); name another file",
        ))  # fmt: skip
    writable(output)
    chosen = find_layout(layout, tuple(load_rules().layouts.values())) if layout is not None else None
    from budgetreview.intake import write_template

    write_template(output, chosen, language.of_reports())
    language.tell(f"已写入 {output}", f"written: {output}")
