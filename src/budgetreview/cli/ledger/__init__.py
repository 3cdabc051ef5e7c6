"""``ledger``: the closed loop from the command line; every finding followed until it is closed."""

from __future__ import annotations

import csv
import gc
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from budgetreview.cli import exits, inputs, language, settings
from budgetreview.cli.columns import table
from budgetreview.cli.ledger import register
from budgetreview.cli.ledger.calendar import calendar
from budgetreview.cli.ledger.economics import economics
from budgetreview.cli.ledger.evidence import evidence, links_of, told
from budgetreview.cli.ledger.joining import merge, parts
from budgetreview.cli.ledger.summary import summary
from budgetreview.cli.ledger.waiving import waiver
from budgetreview.cli.output import writable
from budgetreview.cli.progress import Bar
from budgetreview.cli.written import deliver, ready
from budgetreview.errors import IntakeError, Problem, Text, UsageError
from budgetreview.ledger.fold import Row
from budgetreview.loop import Loop
from budgetreview.money import readable, yuan
from budgetreview.plugins import load_rules
from budgetreview.render import files, words
from budgetreview.render.visible import no_formula, one_line, visible
from budgetreview.tables import EVENTS

if TYPE_CHECKING:
    from budgetreview.ledger import Ledger

_OUTCOMES: Final[Mapping[str, Text]] = {
    "new": Text("新发现", "new"),
    "persisting": Text("仍存在", "persisting"),
    "changed": Text("数值有变", "changed"),
    "reopened": Text("重新打开", "reopened"),
    "resolved": Text("已消除", "resolved"),
    "not_judged": Text("本次未能判断", "not judged this time"),
}
_WHY: Final[Mapping[str, Text]] = {
    "off": Text("规则未装载或未选用", "the rule was not among those run"),
    "not_run": Text("规则未运行（缺数据、不在阶段或失败）", "the rule did not run (no data, other stage, or failed)"),
    "stage": Text("阶段所看的金额不同", "the stage looks at another amount"),
    "grey": Text("规则对该处无法判断", "the rule could not judge there"),
    "measure": Text("规则版本或参数与上次不同", "the rule's version or parameters differ from last time"),
}
CASES: Final = ("entity", "fiscal_year", "rule", "agency", "project", "state", "found", "due", "closed")
"""The columns of the table ``cases``."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def ledger() -> None:
    """闭环台账：发现—认定—交办—整改—核验—销号 / the closed loop, kept in a ledger."""


ledger.add_command(waiver)
ledger.add_command(evidence)
ledger.add_command(economics)
ledger.add_command(summary)
ledger.add_command(merge)
ledger.add_command(parts)
ledger.add_command(calendar)


@ledger.command()
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


@ledger.command()
@click.argument("reports", nargs=-1, required=True, type=inputs.PATH, metavar="REPORT.json...")
@click.option("--by", envvar="BUDGETREVIEW_BY", metavar="PERSON", required=True, help="办理人 / who acts")
@register.at
def add(address: str | None, reports: tuple[Path, ...], by: str) -> None:
    """录入审查报告（JSON），按指纹对应 / let reviews flow in, matched by fingerprint."""
    from budgetreview.ledger import open as open_ledger

    book = open_ledger(register.address(address))
    for report in reports:
        with Bar() as bar, _without_collecting():
            bar.step(language.say_both("录入", "adding"))
            added = book.add(report, by=by)
        if added.again:
            language.tell(f"{report.name}：与第{added.review}次审查是同一份报告，已录入过，没有变化",
                          f"{report.name}: the same report as review {added.review}, added before; nothing "
                          "changed")  # fmt: skip
            continue
        said = " · ".join(f"{language.say(t)} {added.counts[k]}" for k, t in _OUTCOMES.items())
        colon = language.say_both("：", ": ")
        review = language.say_both(f"第{added.review}次审查", f"review {added.review}")
        click.echo(f"{report.name} → {review}{colon}{said}")
        for why, n in sorted(added.why.items()):
            click.echo(f"  {language.say(_OUTCOMES['not_judged'])}{colon}{language.say(_WHY[why])} {n}")


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


@ledger.command("list")
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
    from budgetreview.ledger import open as open_ledger

    book = open_ledger(register.address(address))
    loop = book.loop
    overdue = register.day(said["as_of"], ("基准日", "as of")) if said["overdue"] else None
    rows = book.cases(
        state=_state(loop, said["state"]), entity=said["entity"], fiscal_year=said["year"], rule=said["rule"],
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
    language.tell(f"共{len(rows)}件", _cases(len(rows)))


def _cases(n: int) -> str:
    return "1 case" if n == 1 else f"{n} cases"


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


def _state(loop: Loop, said: str | None) -> str | None:
    if said is None:
        return None
    found = loop.state_named(said)
    if found is None:
        raise UsageError(Text(f"没有状态 {said}；可用：{'、'.join(f'{s.title.zh}({s.key})' for s in loop.steps)}",
                              f"no state {said}; known: {', '.join(s.key for s in loop.steps)}"))  # fmt: skip
    return found


@ledger.command()
@click.argument("case", type=int)
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True)
@register.at
def show(address: str | None, case: int, format_: str) -> None:
    """一个案件的全部经过 / one case and everything that happened to it."""
    from budgetreview.ledger import open as open_ledger

    book = open_ledger(register.address(address))
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
        return f"{review}{'：' if lang == 'zh' else ': '}{_OUTCOMES[said['outcome']][lang]}{moved}"
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


@ledger.command()
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
    from budgetreview.ledger import open as open_ledger

    book = open_ledger(register.address(address))
    loop = book.loop
    day = register.day(on)
    row = book.move(case, Decision(_state(loop, state) or state, **said), by=by, on=day)
    lang = language.of_messages()
    due = f" · {language.say_both('期限', 'due')} {row['due']}" if row["due"] else ""
    if row["due"] and row["due"] < day.isoformat() and not loop.step(row["state"]).ends:
        due += language.say_both("（已过）", " (past)")
    click.echo(f"{language.say_both('案件', 'case')} {case} → {loop.step(row['state']).title[lang]}{due}")


@ledger.group()
def people() -> None:
    """办理人员 / people."""


@people.command("add")
@click.argument("name")
@click.argument("role")
@click.option("--department", help="所属单位 / of which unit")
@click.option("--inactive", is_flag=True, help="停用 / no longer acts")
@register.acting
def people_add(
    address: str | None, name: str, role: str, department: str | None, inactive: bool, by: str, on: date | None  # noqa: FBT001 - click's flag
) -> None:  # fmt: skip
    """登记人员，或改变其角色、单位、停用 / enrol a person, or change role, unit or standing."""
    from budgetreview.ledger import open as open_ledger

    book = open_ledger(register.address(address))
    book.enrol(name, role, by=by, on=register.day(on), department=department, active=not inactive)
    language.tell(f"已登记 {name}", f"enrolled {name}")


@people.command("list")
@register.at
def people_list(address: str | None) -> None:
    """人员清单 / everybody enrolled."""
    from budgetreview.ledger import open as open_ledger

    book = open_ledger(register.address(address))
    lang, loop = language.of_messages(), book.loop
    roles = {r.key: r.title[lang] for r in loop.roles}
    header = ("姓名", "角色", "单位", "状态") if lang == "zh" else ("name", "role", "department", "standing")
    standing = ("停用", "在任") if lang == "zh" else ("inactive", "active")
    rows = [
        (str(p["name"]), roles.get(p["role"], str(p["role"])), str(p["department"] or "-"), standing[bool(p["active"])])
        for p in book.people()
    ]
    click.echo(visible(table(header, rows)))


@ledger.command("date")
@click.argument("entity")
@click.argument("year", type=int)
@click.argument("event", type=click.Choice(tuple(EVENTS)), metavar="EVENT")
@click.argument("day", callback=settings.day, metavar="YYYY-MM-DD")
@register.acting
def date_(address: str | None, entity: str, year: int, event: str, day: date, by: str, on: date | None) -> None:
    """登记计算期限的日子，如 audit_report / note a day that deadlines count from."""
    from budgetreview.ledger import open as open_ledger

    open_ledger(register.address(address)).note_date(entity, year, event, day, by=by, on=register.day(on))
    language.tell(f"已登记 {entity} {year} {EVENTS[event]} {day}", f"noted {entity} {year} {event} {day}")


@ledger.command()
@click.option("--output", type=inputs.PATH, required=True, metavar="X.xlsx", help="新工作簿 / the new workbook")
@click.option("--state", multiple=True, metavar="STATE", help="只导出这些状态 / only these states")
@click.option("--all", "everything", is_flag=True, help="已结束的也导出 / also those that have ended")
@register.at
def export(address: str | None, output: Path, state: tuple[str, ...], everything: bool) -> None:  # noqa: FBT001 - click's flag
    """导出处置工作簿，一行一件 / a workbook to fill in, one row a case."""
    from budgetreview.ledger import open as open_ledger
    from budgetreview.ledger import workbook

    if output.suffix.lower() != ".xlsx" or output.exists():
        raise UsageError(Text(f"--output {output}：应为尚不存在的 .xlsx 文件（已有的可能填过，不会覆盖）",
                              f"--output {output}: an .xlsx that is not there yet (one that is may have been "
                              "filled in)"))  # fmt: skip
    writable(output)
    book = open_ledger(register.address(address))
    loop = book.loop
    wanted = {_state(loop, s) for s in state} or {s.key for s in loop.steps if everything or not s.ends}
    cases = [c for c in book.cases() if c["state"] in wanted]
    files.save({output: lambda out: workbook.write(book, cases, out, language.of_reports())})
    language.tell(f"已写入 {output}，{len(cases)}件", f"written: {output}, {_cases(len(cases))}")


@ledger.command("import")
@click.argument("workbook", type=inputs.PATH, metavar="X.xlsx")
@register.acting
def import_(address: str | None, workbook: Path, by: str, on: date | None) -> None:
    """录入填好的处置工作簿，全部录入或都不录入 / record a filled-in workbook, all of it or nothing."""
    from budgetreview.ledger import open as open_ledger
    from budgetreview.ledger import workbook as sheets

    book = open_ledger(register.address(address))
    _harmless(workbook)
    try:
        done = sheets.read(book, workbook, by=by, on=register.day(on))
    except IntakeError as error:
        n = len(error.problems)
        language.tell(
            f"{workbook.name} 有{n}处问题，全部未录入", f"{workbook.name}: {n} problems; nothing was recorded"
        )
        raise
    exits.listed(done.notices, ("提示", "notice"))
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


@ledger.command()
@click.option("--output", type=inputs.PATH, metavar="FILE.csv", help="文件，默认打印 / a file, else printed")
@click.option("--as-of", callback=settings.day, metavar="YYYY-MM-DD", help="台账在该日的情况 / as known on a day")
@register.at
def cases(address: str | None, output: Path | None, as_of: date | None) -> None:
    """导出为审查用的表 cases（供规则 C01、C02）/ the table that C01 and C02 read."""
    from budgetreview.ledger import open as open_ledger

    ready(output, ())
    book = open_ledger(register.address(address))
    rows = for_rules(book.cases(on=as_of))
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(CASES)
    sheet.writerows([no_formula("" if c[n] is None else str(c[n])) for n in CASES] for c in rows)
    deliver(("\ufeff" if output is not None else "") + out.getvalue(), output)


def for_rules(rows: list[Row]) -> list[Row]:
    """Cases about budgets; what the rules about the ledger itself found would be found for ever."""
    about_cases = {r.code for r in load_rules(select=("all",)) if "cases" in r.tables}
    return [c for c in rows if c["rule"] not in about_cases]


@ledger.command()
@click.option("--head", "noted", metavar="NUMBER:HASH", help="先前记下的链头 / a head noted down earlier")
@register.at
@click.pass_context
def verify(ctx: click.Context, address: str | None, noted: str | None) -> None:
    """核对台账从未被改动 / prove the past unchanged, or name the first edit; 1 where it was edited."""
    from budgetreview.ledger import open as open_ledger

    book = open_ledger(register.address(address))
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


@ledger.command()
@register.at
def head(address: str | None) -> None:
    """链头：请记在台账以外的地方 / number and hash of the last event, to be noted down elsewhere."""
    from budgetreview.ledger import open as open_ledger

    click.echo(str(open_ledger(register.address(address)).head()))


@ledger.command("loop")
@click.option("--profile", metavar="KEY|FILE", help="换成这个机制的办理规则 / replace the loop by that of a profile")
@click.option("--by", envvar="BUDGETREVIEW_BY", metavar="PERSON", help="办理人 / who acts")
@click.option("--on", callback=settings.day, metavar="YYYY-MM-DD", help="办理日，默认今天 / the day: today")
@register.at
def loop_(address: str | None, profile: str | None, by: str | None, on: date | None) -> None:
    """办理规则：谁能把案件改为什么、需要什么 / who may move what, and what a move needs."""
    from budgetreview.ledger import open as open_ledger
    from budgetreview.loop import NEEDS

    book = open_ledger(register.address(address))
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


@ledger.command()
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
