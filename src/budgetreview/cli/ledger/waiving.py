"""``ledger waiver``: exceptions asked for by one person and allowed by another."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from budgetreview.cli import language
from budgetreview.cli.ledger import register
from budgetreview.cli.options import inputs, settings
from budgetreview.cli.output.columns import table
from budgetreview.cli.output.written import deliver, ready
from budgetreview.errors import Text, UsageError
from budgetreview.plugins import load_rules
from budgetreview.render.visible import one_line, visible


@click.group()
def waiver() -> None:
    """豁免：一人申请，另一人批准 / exceptions, asked for by one person and allowed by another."""


@waiver.command("add")
@click.option("--case", type=int, help="案件 / the case")
@click.option("--scope", metavar="rule=…,entity=…,fiscal_year=…,agency=…,most=N",
              help="或一个窄的范围 / or a narrow scope")  # fmt: skip
@click.option("--code", required=True, help="理由代码 / code of the reason")
@click.option("--reason", required=True, help="理由 / why")
@click.option("--authority", required=True, help="依据 / what it rests on")
@click.option("--until", required=True, callback=settings.day, metavar="YYYY-MM-DD", help="截止日 / its last day")
@register.acting
def add(address: str | None, case: int | None, scope: str | None, by: str, on: date | None, **said: Any) -> None:
    """申请豁免 / ask for a waiver."""
    from budgetreview.ledger.waiving import Request

    never = {r.code for r in load_rules(select=("all",)) if not r.waivable}
    asked = Request(case=case, scope=None if scope is None else _scope(scope), **said)
    no = register.opened(address).request_waiver(asked, by=by, on=register.day(on), never=never)
    language.tell(f"豁免{no}已申请，待另一人批准：ledger waiver approve {no}",
                  f"waiver {no} asked for; another person allows it: ledger waiver approve {no}")  # fmt: skip


def _scope(said: str) -> Any:
    from budgetreview.waivers import Scope

    given = dict(part.partition("=")[::2] for part in said.replace("，", ",").split(","))
    given = {k.strip(): v.strip() for k, v in given.items()}
    numbers = {k: given.get(k, "") for k in ("fiscal_year", "most")}
    odd = set(given) - {"rule", "entity", "fiscal_year", "most", "agency", "project"}
    if odd or not all(v.isdecimal() for v in numbers.values()):
        raise UsageError(Text(
            f"--scope {said}：应如 rule=Z13,entity=430702,fiscal_year=2026,agency=101,most=3",
            f"--scope {said}: expected e.g. rule=Z13,entity=430702,fiscal_year=2026,agency=101,most=3",
        ))  # fmt: skip
    words: dict[str, Any] = {"rule": "", "entity": "", **given, **{k: int(v) for k, v in numbers.items()}}
    return Scope(**words)


@waiver.command("approve")
@click.argument("no", type=int)
@register.acting
def approve(address: str | None, no: int, by: str, on: date | None) -> None:
    """批准别人申请的豁免 / allow a waiver that somebody else asked for."""
    register.opened(address).approve_waiver(no, by=by, on=register.day(on))
    language.tell(f"豁免{no}已批准", f"waiver {no} is approved")


@waiver.command("end")
@click.argument("no", type=int)
@click.option("--reason", required=True, help="理由 / why")
@register.acting
def end(address: str | None, no: int, reason: str, by: str, on: date | None) -> None:
    """提前终止豁免 / end a waiver before its day."""
    register.opened(address).end_waiver(no, reason, by=by, on=register.day(on))
    language.tell(f"豁免{no}已终止", f"waiver {no} has ended")


@waiver.command("list")
@click.option("--as-of", callback=settings.day, metavar="YYYY-MM-DD", help="基准日，默认今天 / the day: today")
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True)
@register.at
def list_(address: str | None, as_of: date | None, format_: str) -> None:
    """豁免清单：有效、到期、无对应、过宽 / waivers and how they stand: expired, unused and too broad ones too."""
    from budgetreview.ledger.waiving import STANDINGS
    from budgetreview.waivers import Scope

    book = register.opened(address)
    found = book.waivers(register.day(as_of, ("基准日", "as of")))
    if format_ == "json":
        listed = [{**w, "standing": s} for w, s in found]
        click.echo(json.dumps({"waivers": listed}, ensure_ascii=False, indent=2))
        return
    lang = language.of_messages()
    header = ("豁免", "对象", "现有案件", "理由", "申请人", "批准人", "截止", "状态") if lang == "zh" else (
        "waiver", "about", "cases now", "reason", "requester", "approver", "until", "standing")  # fmt: skip
    codes = {r.key: r.title[lang] for r in book.loop.reasons}
    colon = "：" if lang == "zh" else ": "
    rows = [
        (str(w["no"]), w["fingerprint"] or one_line(Scope(**json.loads(w["scope"])).words[lang]),
         ",".join(map(str, w["cases"])) or "-", one_line(f"{codes.get(w['code'], w['code'])}{colon}{w['reason']}"),
         w["requester"], w["approver"] or "-", w["until"], STANDINGS[s][lang])
        for w, s in found
    ]  # fmt: skip
    click.echo(visible(table(header, rows)))


@waiver.command("export")
@click.option("--output", type=inputs.PATH, metavar="FILE.toml", help="文件，默认打印 / a file, else printed")
@register.at
def export(address: str | None, output: Path | None) -> None:
    """写出 check --waivers 读取的清单 / the approved waivers as check --waivers reads them."""
    ready(output, ())
    deliver(register.opened(address).waivers_toml(), output)
