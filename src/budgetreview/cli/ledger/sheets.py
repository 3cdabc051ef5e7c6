"""Cases on sheets: a workbook to fill in and its way back, and the table that rules about cases read."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import click

from budgetreview.cli import exits, language
from budgetreview.cli.ledger import register
from budgetreview.cli.ledger.casebook import CASES, for_rules
from budgetreview.cli.ledger.names import count_of, state_of
from budgetreview.cli.options import inputs, settings
from budgetreview.cli.output.destination import writable
from budgetreview.cli.output.written import deliver, ready
from budgetreview.errors import IntakeError, Problem, Text, UsageError
from budgetreview.render import files
from budgetreview.render.visible import no_formula


@click.command()
@click.option("--output", type=inputs.PATH, required=True, metavar="X.xlsx", help="新工作簿 / the new workbook")
@click.option("--state", multiple=True, metavar="STATE", help="只导出这些状态 / only these states")
@click.option("--all", "everything", is_flag=True, help="已结束的也导出 / also those that have ended")
@register.at
def export(address: str | None, output: Path, state: tuple[str, ...], everything: bool) -> None:  # noqa: FBT001 - click's flag
    """导出处置工作簿，一行一件 / a workbook to fill in, one row a case."""
    from budgetreview.ledger import workbook

    if output.suffix.lower() != ".xlsx" or output.exists():
        raise UsageError(Text(f"--output {output}：应为尚不存在的 .xlsx 文件（已有的可能填过，不会覆盖）",
                              f"--output {output}: an .xlsx that is not there yet (one that is may have been "
                              "filled in)"))  # fmt: skip
    writable(output)
    book = register.opened(address)
    loop = book.loop
    wanted = {state_of(loop, s) for s in state} or {s.key for s in loop.steps if everything or not s.ends}
    cases = [c for c in book.cases() if c["state"] in wanted]
    files.save({output: lambda out: workbook.write(book, cases, out, language.of_reports())})
    language.tell(f"已写入 {output}，{len(cases)}件", f"written: {output}, {count_of(len(cases))}")


@click.command("import")
@click.argument("workbook", type=inputs.PATH, metavar="X.xlsx")
@register.acting
def import_(address: str | None, workbook: Path, by: str, on: date | None) -> None:
    """录入填好的处置工作簿，全部录入或都不录入 / record a filled-in workbook, all of it or nothing."""
    from budgetreview.ledger import workbook as sheets

    book = register.opened(address)
    _harmless(workbook)
    try:
        done = sheets.read(book, workbook, by=by, on=register.day(on))
    except IntakeError as error:
        n = len(error.problems)
        language.tell(
            f"{workbook.name} 有{n}处问题，全部未录入", f"{workbook.name}: {n} problems; nothing was recorded"
        )
        raise
    exits.listed(done.notices, ("注意", "notice"))
    language.tell(f"已录入{done.moved}件处置", f"recorded {done.moved} decisions")


def _harmless(workbook: Path) -> None:
    """Refuse a workbook that must not reach the reader, as intake does: bombs, damage, something else by that name."""
    from budgetreview.intake.guard import RefusedError, measure_xlsx, open_package

    try:
        with workbook.open("rb") as file:
            measure_xlsx(open_package(file, workbook.name), workbook.name)
    except RefusedError as refused:
        raise IntakeError([refused.problem]) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise IntakeError([
            Problem("unreadable", Text(f"无法读取：{why}", f"cannot be read: {why}"), workbook.name)
        ]) from None  # fmt: skip


@click.command()
@click.option("--output", type=inputs.PATH, metavar="FILE.csv", help="文件，默认打印 / a file, else printed")
@click.option("--as-of", callback=settings.day, metavar="YYYY-MM-DD", help="台账在该日的情况 / as known on a day")
@register.at
def cases(address: str | None, output: Path | None, as_of: date | None) -> None:
    """导出为审查用的表 cases（供规则 C01、C02）/ the table that C01 and C02 read."""
    ready(output, ())
    book = register.opened(address)
    rows = for_rules(book.cases(on=as_of))
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(CASES)
    sheet.writerows([no_formula("" if c[n] is None else str(c[n])) for n in CASES] for c in rows)
    deliver(("\ufeff" if output is not None else "") + out.getvalue(), output)
