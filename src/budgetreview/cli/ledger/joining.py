"""``ledger merge`` and ``ledger parts``: the ledgers of counties put together to one of the city."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from budgetreview.cli import language
from budgetreview.cli.ledger import register
from budgetreview.cli.options import inputs
from budgetreview.cli.output.columns import table
from budgetreview.cli.progress import Bar
from budgetreview.plugins import load_rules
from budgetreview.render.visible import one_line, visible


@click.command()
@click.argument("ledgers", nargs=-1, required=True, metavar="COUNTY.db...")
@click.option("--output", required=True, metavar="CITY.db|postgresql://…", help="新的汇总台账 / the new ledger")
@click.option("--name", required=True, help="谁的台账，如“常德市” / whose ledger it is")
@click.option("--role", default="committee", show_default=True, help="办理人的角色 / the person's role")
@click.option("--profile", default=inputs.PROFILE, show_default=True, metavar="KEY|FILE", help="机制 / mechanism")
@register.acting
def merge(
    address: str | None, ledgers: tuple[str, ...], output: str, name: str, role: str, profile: str, by: str,
    on: date | None,
) -> None:  # fmt: skip
    """把各县的台账合并成一个只供查询的汇总台账，各县的链仍可核对 / one ledger of several, for reading only."""
    from budgetreview.ledger import Address
    from budgetreview.ledger import open as open_ledger
    from budgetreview.ledger.joining import join

    del address  # the ledgers are named one by one
    mechanism, day = inputs.profile(load_rules(), profile), register.day(on)
    opened = {n: open_ledger(said) for n, said in zip(_names(ledgers), ledgers, strict=True)}
    with Bar() as bar:
        bar.step(language.say_both("核对并合并", "verifying and merging"))
        made = join(opened, Address.of(output), name=name, by=by, on=day, profile=mechanism, role=role)
    n, cases, head = len(opened), len(made.cases()), made.head()
    language.tell(f"已把{n}个台账合并为 {made.address}，{cases}件案件；链头 {head}",
                  f"merged {n} ledgers into {made.address}, {cases} cases; head {head}")  # fmt: skip


def _names(ledgers: tuple[str, ...]) -> list[str]:
    """What ledgers are called: never a folder, a host or a password; equal names get ``#2``, as inputs do."""
    out: list[str] = []
    for said in ledgers:
        name = said.partition("?")[0].rpartition("/")[2] if "://" in said else Path(said).name
        times = sum(n.partition("#")[0] == name for n in out) + 1
        out.append(name if times == 1 else f"{name}#{times}")
    return out


@click.command()
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True)
@register.at
def parts(address: str | None, format_: str) -> None:
    """汇总台账由哪些台账合并而成，各自的链头 / what a merged ledger was put together from, with their heads."""
    found = register.opened(address).parts()
    if format_ == "json":
        said = [{"name": p.name, "file": p.file, "head": str(p.head), "events": p.head.seq} for p in found]
        click.echo(json.dumps({"parts": said}, ensure_ascii=False, indent=2))
        return
    if not found:
        language.tell("不是合并而成的台账", "it was not put together from others")
        return
    header = language.say_both("台账 文件 事件 链头", "ledger file events head").split()
    rows = [(one_line(p.name), one_line(p.file), str(p.head.seq), str(p.head)) for p in found]
    click.echo(visible(table(header, rows)))
