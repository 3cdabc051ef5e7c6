"""``rules new`` and ``rules test``: a rule book to fill in with Excel, and its examples tried."""

from __future__ import annotations

from pathlib import Path

import click

from budgetreview.cli import exits, language
from budgetreview.cli.output.columns import table
from budgetreview.cli.output.destination import writable
from budgetreview.errors import Text, UsageError
from budgetreview.render.visible import visible


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE",
              help="新工作簿 .xlsx，默认 我们的规则.xlsx / the new workbook, by default our-rules.xlsx")  # fmt: skip
@language.option
def new(file: Path | None, output: Path | None) -> None:
    """空白规则表，附下拉选项、说明和示例 / a rule book to fill in, with lists, explanations and examples."""
    lang = language.of_reports()
    if file is not None and output is not None:
        raise UsageError(Text("文件名只需写一次：FILE 或 --output", "name the file once: as FILE or with --output"))
    target = file or output or Path("我们的规则.xlsx" if lang == "zh" else "our-rules.xlsx")
    if target.suffix.lower() != ".xlsx":
        raise UsageError(Text(f"{target}：应以 .xlsx 结尾", f"{target}: the name must end in .xlsx"))
    if target.exists():
        raise UsageError(Text(
            f"{target} 已存在，不会覆盖（里面可能已有填好的规则）；请换一个文件名",
            f"{target} is there and is not written over (it may have been filled in); name another",
        ))  # fmt: skip
    writable(target)
    from budgetreview.rulefile.template import write_rules_template

    write_rules_template(target, lang)
    language.tell(
        f"已写入 {target}；填好后用 budgetreview rules test {target} 检验",
        f"written: {target}; fill it in and try it with budgetreview rules test {target}",
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@language.option
@click.pass_context
def test(ctx: click.Context, file: Path) -> None:
    """单独检验一个规则文件：逐条给出样例的结果 / try a rule file alone: what came of each example."""
    from budgetreview.rulefile import RuleFileError, rules_from_file  # what reads rule files takes time to load
    from budgetreview.rulefile.fields import ANSWER_NAMES

    lang = language.of_messages()
    try:
        read = rules_from_file(file)
    except RuleFileError as error:
        exits.listed(error.problems, ("问题", "problem"))
        n = len(error.problems)
        language.tell(f"有{n}处问题，未采用；改好后再试", f"refused for {n} problems; mend them and try again")
        ctx.exit(exits.INCOMPLETE)
    exits.listed(read.notices, ("注意", "notice"))
    header = ("编号", "样例", "应为", "得出") if lang == "zh" else ("code", "example", "expected", "said")
    click.echo(visible(table(header, [
        (o.rule, o.place, ANSWER_NAMES[o.expected][lang], ANSWER_NAMES[o.said][lang]) for o in read.outcomes
    ])))  # fmt: skip
    rules, examples, changes = len(read.rules), len(read.outcomes), len(read.changes)
    language.tell(
        f"{rules}条规则、{examples}个样例全部符合，{changes}项调整；用于审查：budgetreview check 预算.xlsx --rules "
        f"{file}",
        f"{rules} rules, all {examples} examples as expected, {changes} changes; use it: "
        f"budgetreview check BUDGET.xlsx --rules {file}",
    )
