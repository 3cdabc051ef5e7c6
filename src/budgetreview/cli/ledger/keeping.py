"""The ledger itself: made, fed with reports, verified, brought up to date."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

import click

from budgetreview.cli import exits, language
from budgetreview.cli.ledger import register
from budgetreview.cli.ledger.names import OUTCOMES
from budgetreview.cli.options import inputs, settings
from budgetreview.cli.output.columns import table
from budgetreview.cli.progress import Bar
from budgetreview.errors import Text
from budgetreview.loop import Loop
from budgetreview.plugins import load_rules
from budgetreview.render.visible import visible
from budgetreview.tables import EVENTS

_WHY: Final[Mapping[str, Text]] = {
    "off": Text("规则未装载或未选用", "the rule was not among those run"),
    "not_run": Text("规则未运行（缺数据、不在阶段或失败）", "the rule did not run (no data, other stage, or failed)"),
    "stage": Text("阶段所看的金额不同", "the stage looks at another amount"),
    "grey": Text("规则对该处无法判断", "the rule could not judge there"),
    "measure": Text("规则版本或参数与上次不同", "the rule's version or parameters differ from last time"),
}


@click.command()
@click.option("--name", required=True, help="谁的台账，如“常德市本级” / whose ledger it is")
@click.option("--role", default="committee", show_default=True, help="办理人的角色 / the person's role")
@click.option("--profile", default=inputs.PROFILE, show_default=True, metavar="KEY|FILE", help="机制 / mechanism")
@register.acting
def init(address: str | None, name: str, role: str, profile: str, by: str, on: date | None) -> None:
    """新建台账，登记第一个人 / make a ledger and enrol the first person."""
    from budgetreview.ledger import create

    mechanism = inputs.profile(load_rules(), profile)
    made = create(register.address(address), name=name, by=by, on=register.day(on), profile=mechanism, role=role)
    language.tell(
        f"已建立台账 {made.address}；链头 {made.head()}", f"made the ledger {made.address}; head {made.head()}"
    )


@click.command()
@click.argument("reports", nargs=-1, required=True, type=inputs.PATH, metavar="REPORT.json...")
@click.option("--by", envvar="BUDGETREVIEW_BY", metavar="PERSON", required=True, help="办理人 / who acts")
@register.at
def add(address: str | None, reports: tuple[Path, ...], by: str) -> None:
    """录入审查报告（JSON），按指纹对应 / let reviews flow in, matched by fingerprint."""
    book = register.opened(address)
    for report in reports:
        with Bar() as bar, _without_collecting():
            bar.step(language.say_both("录入", "adding"))
            added = book.add(report, by=by)
        if added.again:
            language.tell(f"{report.name}：与第{added.review}次审查是同一份报告，已录入过，没有变化",
                          f"{report.name}: the same report as review {added.review}, added before; nothing "
                          "changed")  # fmt: skip
            continue
        said = " · ".join(f"{language.say(t)} {added.counts[k]}" for k, t in OUTCOMES.items())
        colon = language.say_both("：", ": ")
        review = language.say_both(f"第{added.review}次审查", f"review {added.review}")
        click.echo(f"{report.name} → {review}{colon}{said}")
        for why, n in sorted(added.why.items()):
            click.echo(f"  {language.say(OUTCOMES['not_judged'])}{colon}{language.say(_WHY[why])} {n}")


@contextmanager
def _without_collecting() -> Iterator[None]:
    """A large report makes millions of objects that all live until it is recorded; no garbage to look for."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@click.command("date")
@click.argument("entity")
@click.argument("year", type=int)
@click.argument("event", type=click.Choice(tuple(EVENTS)), metavar="EVENT")
@click.argument("day", callback=settings.day, metavar="YYYY-MM-DD")
@register.acting
def date_(address: str | None, entity: str, year: int, event: str, day: date, by: str, on: date | None) -> None:
    """登记计算期限的日子，如 audit_report / note a day that deadlines count from."""
    register.opened(address).note_date(entity, year, event, day, by=by, on=register.day(on))
    language.tell(f"已登记 {entity} {year} {EVENTS[event]} {day}", f"noted {entity} {year} {event} {day}")


@click.command()
@click.option("--head", "noted", metavar="NUMBER:HASH", help="先前记下的链头 / a head noted down earlier")
@register.at
@click.pass_context
def verify(ctx: click.Context, address: str | None, noted: str | None) -> None:
    """核对台账从未被改动 / prove the past unchanged, or name the first edit; 1 where it was edited."""
    book = register.opened(address)
    with Bar() as bar:
        bar.step(language.say_both("核对", "verifying"))
        found = book.verify(noted)
    for problem in found.problems:
        language.tell(f"改动：{problem.zh}", f"edited: {problem.en}")
    if found.problems:
        ctx.exit(exits.FOUND)
    language.tell(f"{found.events}个事件前后衔接，各表与事件一致；链头 {found.head}",
                  f"{found.events} events follow each other and all tables follow from them; head "
                  f"{found.head}")  # fmt: skip
    if noted is None:
        language.tell("末尾是否被截去，须用先前记下的链头核对：ledger verify --head",
                      "whether the end was cut off shows only against a head noted earlier: ledger verify "
                      "--head")  # fmt: skip


@click.command()
@register.at
def head(address: str | None) -> None:
    """链头：请记在台账以外的地方 / number and hash of the last event, to be noted down elsewhere."""
    click.echo(str(register.opened(address).head()))


@click.command("loop")
@click.option("--profile", metavar="KEY|FILE", help="换成这个机制的办理规则 / replace the loop by that of a profile")
@click.option("--by", envvar="BUDGETREVIEW_BY", metavar="PERSON", help="办理人 / who acts")
@click.option("--on", callback=settings.day, metavar="YYYY-MM-DD", help="办理日，默认今天 / the day: today")
@register.at
def loop_(address: str | None, profile: str | None, by: str | None, on: date | None) -> None:
    """办理规则：谁能把案件改为什么、需要什么 / who may move what, and what a move needs."""
    from budgetreview.loop import NEEDS

    book = register.opened(address)
    if profile is not None:
        book.adopt(inputs.profile(load_rules(), profile), by=by or "", on=register.day(on))
        language.tell("已更换办理规则", "the loop was replaced")
    lang, found = language.of_messages(), book.loop
    between = "、" if lang == "zh" else ", "
    header = ("从", "到", "由", "需要") if lang == "zh" else ("from", "to", "by", "needs")
    rows = [
        (
            between.join(found.step(s).title[lang] for s in m.sources), _step(found, m.to, lang),
            between.join(r.title[lang] for r in found.roles if r.key in m.by),
            between.join(NEEDS[n][lang] for n in m.needs) or "-",
        )
        for m in found.moves
    ]  # fmt: skip
    click.echo(visible(table(header, rows)))
    for term in found.deadlines:
        cited = between.join(a.cite(lang) if a.mark != "I" else a.document for a in term.authority)
        said = f"期限：{term.title.zh}（{cited}）" if lang == "zh" else f"deadline: {term.title.en} ({cited})"
        click.echo(visible(said))


def _step(loop: Loop, key: str, lang: str) -> str:
    """A state with the word to type, where that is another."""
    title = loop.step(key).title[lang]
    return title if title == key else f"{title}({key})"


@click.command()
@click.option("--i-have-a-backup", "backed_up", is_flag=True, help="已用 pg_dump 备份 / a server's backup was made")
@register.at
def upgrade(address: str | None, backed_up: bool) -> None:  # noqa: FBT001 - click's flag
    """把旧版本台账升级到现行结构，先备份 / bring an older ledger up to date, with a backup first."""
    from budgetreview.ledger import Address
    from budgetreview.ledger import upgrade as bring_up

    before, now, copy = bring_up(Address.of(register.address(address)), backed_up=backed_up)
    if before == now:
        language.tell(f"已是现行结构 {now}", f"the schema is the present one, {now}")
        return
    if copy is not None:
        language.tell(f"备份：{copy}", f"backup: {copy}")
    language.tell(f"已由 {before} 升级到 {now}", f"migrated from {before} to {now}")
