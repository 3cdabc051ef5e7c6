"""Cases: listed, looked at, moved to another state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from budgetreview.cli import language
from budgetreview.cli.ledger import register
from budgetreview.cli.ledger.evidence import links_of, told
from budgetreview.cli.ledger.names import OUTCOMES, count_of, state_of
from budgetreview.cli.options import settings
from budgetreview.cli.output.columns import table
from budgetreview.ledger.fold import Row
from budgetreview.loop import Loop
from budgetreview.money import readable, yuan
from budgetreview.render import words
from budgetreview.render.visible import one_line, visible

if TYPE_CHECKING:
    from budgetreview.ledger import Ledger


@click.command("list")
@click.option("--state", metavar="STATE", help="状态 / state")
@click.option("--entity", metavar="CODE", help="区划 / entity")
@click.option("--year", type=int, help="年度 / fiscal year")
@click.option("--rule", metavar="CODE", help="规则代码或开头 / a rule's code or its beginning")
@click.option("--agency", metavar="CODE", help="单位 / unit")
@click.option("--department", help="责任单位 / to whom they are assigned")
@click.option("--overdue", is_flag=True, help="只列逾期 / past their deadline only")
@click.option("--gone/--present", default=None, help="最近一次审查已不见的／仍在的 / no longer found, or still")
@click.option("--as-of", callback=settings.day, metavar="YYYY-MM-DD", help="逾期的基准日，默认今天 / day for --overdue")
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True)
@register.at
def list_(address: str | None, format_: str, **said: Any) -> None:
    """案件清单 / cases."""
    book = register.opened(address)
    loop = book.loop
    overdue = register.day(said["as_of"], ("基准日", "as of")) if said["overdue"] else None
    rows = book.cases(
        state=state_of(loop, said["state"]), entity=said["entity"], fiscal_year=said["year"], rule=said["rule"],
        agency=said["agency"], department=said["department"], overdue=overdue,
        present=None if said["gone"] is None else not said["gone"],
    )  # fmt: skip
    if format_ == "json":
        click.echo(json.dumps({"cases": [_plain(c) for c in rows]}, ensure_ascii=False, indent=2))
        return
    lang = language.of_messages()
    header = ("案件", "规则", "程度", "区划", "年度", "单位", "状态", "期限", "责任单位", "金额") if lang == "zh" else (
        "case", "rule", "severity", "entity", "year", "agency", "state", "due", "department", "amount")  # fmt: skip
    click.echo(visible(table(header, [_row(c, loop, lang) for c in rows])))
    language.tell(f"共{len(rows)}件", count_of(len(rows)))


def _plain(c: Row) -> Row:
    """A case for programs: money in 元 with two decimals as text, as in every report."""
    return {**c, "amount": None if c["amount"] is None else yuan(c["amount"])}


def _row(c: Row, loop: Loop, lang: str) -> tuple[str, ...]:
    gone = "" if c["present"] else ("（已不见）" if lang == "zh" else " (gone)")
    said = (
        c["no"], c["rule"], words.say(words.SEVERITY, c["severity"], lang), c["entity"], c["fiscal_year"], c["agency"],
        loop.step(c["state"]).title[lang] + gone, c["due"], c["department"],
        None if c["amount"] is None else readable(c["amount"], lang),
    )  # fmt: skip
    return tuple("-" if x is None else one_line(str(x)) for x in said)


@click.command()
@click.argument("case", type=int)
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True)
@register.at
def show(address: str | None, case: int, format_: str) -> None:
    """一个案件的全部经过 / one case and everything that happened to it."""
    book = register.opened(address)
    row, events = book.case(case)
    finding = book.findings([case])[case]
    if format_ == "json":
        history = [{"seq": e.seq, "day": e.day, "kind": e.kind, "by": e.by, **e.said} for e in events]
        click.echo(
            json.dumps(
                {"case": _plain(row), "finding": finding, "history": history, "links": links_of(book, row)},
                ensure_ascii=False,
                indent=2,
            )
        )
        return
    lang, loop = language.of_messages(), book.loop
    severity = words.say(words.SEVERITY, row["severity"], lang)
    place = f"{row['entity'] or '-'} {row['fiscal_year'] or '-'}"
    head = (
        language.say_both("案件", "case"),
        str(case),
        row["rule"],
        severity,
        place,
        loop.step(row["state"]).title[lang],
    )
    facts = [
        (language.say_both("指纹", "fingerprint"), row["fingerprint"]),
        (language.say_both("期限", "due"), row["due"] or "-"),
        (language.say_both("责任单位", "department"), row["department"] or "-"),
    ]
    out = [" · ".join([" ".join(head[:2]), *head[2:]]), f"  {finding['message'][lang]}"]
    out += [f"  {finding['question'][lang]}"] if finding.get("question") else []
    out += ["  " + " · ".join(f"{name} {value}" for name, value in facts)]
    out += [f"  {said}" for said in _waivers(book, case, lang)] + [""]
    out += [f"{e.seq:>6}  {e.day}  {_told(e.kind, e.said, loop, lang)}{f'  {e.by}' if e.by else ''}" for e in events]
    out += told(links_of(book, row), lang)
    click.echo(visible("\n".join(out)))


def _told(kind: str, said: Mapping[str, Any], loop: Loop, lang: str) -> str:
    """An event of a case in a few words."""
    if kind == "seen":
        review = f"第{said['review']}次审查" if lang == "zh" else f"review {said['review']}"
        moved = f" → {loop.step(said['to']).title[lang]}" if "to" in said else ""
        money = said["finding"]["amount"] if "finding" in said and said["outcome"] != "new" else None
        moved += "" if money is None else f"（金额{money}元）" if lang == "zh" else f" (amount {money} yuan)"
        return f"{review}{'：' if lang == 'zh' else ': '}{OUTCOMES[said['outcome']][lang]}{moved}"
    if kind == "move":
        names = {"reason": ("理由", "reason"), "document": ("文件", "document"),
                 "department": ("责任单位", "department"),
                 "due": ("期限", "due"), "entered": ("录入人", "entered by")}  # fmt: skip
        more = [f"{zh if lang == 'zh' else en} {said[k]}" for k, (zh, en) in names.items() if k in said]
        step = f"{loop.step(said['from']).title[lang]} → {loop.step(said['to']).title[lang]}"
        if not more:
            return step
        return f"{step}（{'；'.join(more)}）" if lang == "zh" else f"{step} ({'; '.join(more)})"
    no, why = said["no"], f"{'：' if lang == 'zh' else ': '}{said['reason']}" if "reason" in said else ""
    words = {"request": ("申请豁免", "asked for"), "approve": ("批准豁免", "allowed"), "end": ("终止豁免", "ended")}
    zh, en = words[kind]
    return f"{zh}{no}{why}" if lang == "zh" else f"waiver {no} {en}{why}"


def _waivers(book: Ledger, case: int, lang: str) -> list[str]:
    """The waivers that speak of a case, also those of a scope that meets it."""
    out = []
    for w in (w for w, _ in book.waivers(date.max) if case in w["cases"]):
        how = ("已终止", "ended") if w["ended"] else ("已批准", "allowed") if w["approved"] else ("待批准", "asked for")
        zh, en = f"豁免{w['no']}：{how[0]}，至{w['until']}", f"waiver {w['no']}: {how[1]}, until {w['until']}"
        out.append(zh if lang == "zh" else en)
    return out


@click.command()
@click.argument("case", type=int)
@click.argument("state")
@click.option("--reason", help="理由 / why")
@click.option("--document", help="依据的文件 / the document it rests on")
@click.option("--due", callback=settings.day, metavar="YYYY-MM-DD", help="期限，默认按办理规则 / deadline")
@click.option("--department", help="责任单位 / who has to act")
@register.acting
def move(address: str | None, case: int, state: str, by: str, on: date | None, **said: Any) -> None:
    """改变一个案件的状态 / move a case to another state."""
    from budgetreview.ledger import Decision

    book = register.opened(address)
    loop = book.loop
    day = register.day(on)
    row = book.move(case, Decision(state_of(loop, state) or state, **said), by=by, on=day)
    lang = language.of_messages()
    due = f" · {language.say_both('期限', 'due')} {row['due']}" if row["due"] else ""
    if row["due"] and row["due"] < day.isoformat() and not loop.step(row["state"]).ends:
        due += language.say_both("（已过）", " (past)")
    click.echo(f"{language.say_both('案件', 'case')} {case} → {loop.step(row['state']).title[lang]}{due}")
