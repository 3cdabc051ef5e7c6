"""``impact``: what a package or a rule file would change, on submissions that are at hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import click

from budgetreview.cli import exits, language
from budgetreview.cli.options import inputs, settings
from budgetreview.cli.output import written
from budgetreview.cli.output.columns import table
from budgetreview.cli.progress import Bar
from budgetreview.errors import Text, UsageError
from budgetreview.impact import COUNTS, STATES, Difference, Impact, RuleImpact, Side, Tally
from budgetreview.impact import impact as measured
from budgetreview.mechanism import STAGES
from budgetreview.money import yuan
from budgetreview.plugins import CORE, installed, matches
from budgetreview.render import words
from budgetreview.render.words.entity import named
from budgetreview.rule import RuleSet, Severity
from budgetreview.submission import Submission

_SHOWN: Final = 20
_FILE_ENDINGS: Final = frozenset({".toml", ".xlsx", ".xlsm", ".xls", ".ods"})


@click.command()
@inputs.options
@click.option("--with", "new", multiple=True, required=True, callback=settings.codes, metavar="PACK|FILE",
              help="要采用的规则包或规则文件 / package or rule file to be adopted")  # fmt: skip
@click.option("--stage", type=click.Choice(STAGES), default="preliminary", show_default=True, help="阶段 / stage")
@click.option(
    "--set", "set_", multiple=True, metavar="CODE.param=value", help="规则参数的值 / value of a rule's parameter"
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="并行线程 / threads")
@click.option("--fail-on", type=click.Choice([*(s.value for s in Severity), exits.NEVER]), default="red",
              show_default=True, help="新增或加重达到此严重程度即退出 1 / new severity from which it is 1")  # fmt: skip
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True, help="格式 / format"
)
@click.option("--output", type=inputs.PATH, metavar="FILE", help="写入文件 / file to write")
@language.option
@click.pass_context
def impact(ctx: click.Context, /, **said: Any) -> None:
    """采用规则包之前先看影响：新增、消失、变化的发现 / what a package would change before it is adopted."""
    asked = inputs.Asked.of(said)
    if not asked.paths:
        raise click.UsageError(
            language.say_both("缺少要审查的文件或文件夹", "name the files or folders to review"), ctx
        )
    packs, files = _sorted(said["new"], asked)
    written.ready(said["output"], (*asked.files, *files, *settings.file(ctx)))
    everywhere, named = settings.levels(ctx, asked.level)
    after = attrs.evolve(asked, rule_files=(*asked.rule_files, *files), lock=None).rules()
    before = _without(attrs.evolve(asked, without=(*asked.without, *packs)))
    how = {
        "stage": said["stage"], "as_of": asked.as_of, "settings": settings.values(ctx, said["set_"]),
        "profile": inputs.profile(after, asked.profile),
    }  # fmt: skip
    measured(Submission.of({}, ()), before, after, **how)  # a mistyped parameter must not cost the reading
    language.tell(f"审查基准日 {asked.as_of}", f"as of {asked.as_of}")
    with Bar() as bar:
        submission = asked.submission(after, bar)
        bar.step(language.say_both("审查两次", "reviewing twice"))
        level = settings.level_for(everywhere, named, (p.entity for p in submission.periods))
        found = measured(submission, before, after, **how, jobs=said["jobs"], level=level)
    exits.listed(submission.problems, ("问题", "problem"))
    if said["format_"] == "json":
        out = json.dumps(_record(found, said["new"]), ensure_ascii=False, indent=2) + "\n"
    else:
        out = _text(found, [Path(n).name for n in said["new"]], language.of_reports())
    written.deliver(out, said["output"])
    ctx.exit(_status(found, submission, said["fail_on"]))


def _sorted(said: Sequence[str], asked: inputs.Asked) -> tuple[tuple[str, ...], tuple[Path, ...]]:
    """Names of installed packages, and rule files.

    Raises:
        UsageError: A name is neither, or is left out at the same time.
    """
    there = {p.name for p in installed()}
    files = tuple(Path(n) for n in said if n not in there and Path(n).suffix.lower() in _FILE_ENDINGS)
    for name in said:
        if name == CORE or name in asked.without or Path(name) in asked.rule_files:
            raise UsageError(Text(f"--with {name}：不能同时是基础、被排除或已给出的规则",
                                  f"--with {name}: it cannot be the core, left out, or given already"))  # fmt: skip
        if name not in there and Path(name) not in files:
            known = sorted(there - {CORE})
            raise UsageError(Text(
                f"--with {name}：没有安装这个规则包，也不是规则文件；已安装：{'、'.join(known) or '无'}",
                f"--with {name}: no such package is installed and it is no rule file; installed: "
                f"{', '.join(known) or 'none'}",
            ))  # fmt: skip
    return tuple(n for n in said if n in there), files


def _without(asked: inputs.Asked) -> RuleSet:
    """The rules before; codes chosen that only the new package has choose nothing here."""
    codes = [r.code for r in attrs.evolve(asked, select=("all",), ignore=()).rules()]

    def known(wanted: Sequence[str]) -> tuple[str, ...]:
        return tuple(w for w in wanted if any(matches(c, (w,)) for c in codes))

    select, ignore = known(asked.select), known(asked.ignore)
    if asked.select and not select:
        select, ignore = ("all",), ("all",)
    return attrs.evolve(asked, select=select, ignore=ignore).rules()


def _status(found: Impact, submission: Submission, fail_on: str) -> int:
    if submission.problems:
        return exits.UNREADABLE
    if not (found.before.complete and found.after.complete):
        return exits.INCOMPLETE
    gravest = found.gravest_new()
    fails = fail_on != exits.NEVER and gravest is not None and gravest.rank <= Severity(fail_on).rank
    return exits.FOUND if fails else exits.FINE


def _record(found: Impact, new: Sequence[str]) -> dict[str, Any]:
    return {
        "schema": "budgetreview-impact/1",
        "with": [Path(n).name for n in new],
        "before": _side(found.before),
        "after": _side(found.after),
        "total": _tally(found.tally),
        "rules": [
            {"code": r.code, "pack": r.pack, "title": attrs.asdict(r.title), **_tally(r.tally),
             "coverage": {"before": r.before, "after": r.after}}
            for r in found.rules
        ],
        "entities": [{"entity": e, **_tally(t)} for e, t in found.entities.items()],
        "findings": [_difference(d) for d in found.differences],
    }  # fmt: skip


def _side(s: Side) -> dict[str, Any]:
    return {
        "packs": dict(s.packs), "complete": s.complete, "findings": s.findings, "money": yuan(s.money),
        "seconds": round(s.seconds, 3),
    }  # fmt: skip


def _tally(t: Tally) -> dict[str, Any]:
    return {
        "new": t.new, "lost": t.lost, "changed": t.changed, "money_new": yuan(t.money_new),
        "money_lost": yuan(t.money_lost), "without_amount": t.unknown,
    }  # fmt: skip


def _difference(d: Difference) -> dict[str, Any]:
    f, b = d.finding, d.before
    return {
        "state": d.state, "fingerprint": f.fingerprint, "facts": f.facts, "rule": f.rule, "entity": f.entity,
        "fiscal_year": f.fiscal_year, "severity": f.severity.value,
        "severity_before": None if b is None else b.severity.value, "subject": dict(f.subject), "line_id": f.line_id,
        "amount": None if f.amount is None else yuan(f.amount), "message": attrs.asdict(f.message),
        "message_before": None if b is None else attrs.asdict(b.message),
    }  # fmt: skip


_STATE: Final = {"new": ("新增", "new"), "lost": ("消失", "lost"), "changed": ("变化", "changed")}
_YES: Final = {True: ("完整", "complete"), False: ("不完整", "incomplete")}


def _text(found: Impact, new: Sequence[str], lang: str) -> str:
    zh = lang == "zh"
    t = found.tally
    names = ("、" if zh else ", ").join(new)
    parts = [f"采用 {names} 的影响" if zh else f"What {names} would change"]
    head = ("", "发现", "金额（元）", "审查", "用时（秒）") if zh else ("", "findings", "yuan", "review", "seconds")
    parts.append(table(head, [
        (label, str(s.findings), yuan(s.money), words.pick(_YES[s.complete], lang), f"{s.seconds:.3f}")
        for label, s in ((("采用前", "采用后")[i] if zh else ("without", "with")[i], s)
                         for i, s in enumerate((found.before, found.after)))
    ]))  # fmt: skip
    parts.append(
        f"新增{t.new}条（{yuan(t.money_new)}元），消失{t.lost}条（{yuan(t.money_lost)}元），变化{t.changed}条"
        + (f"；其中{t.unknown}条没有金额" if t.unknown else "")
        if zh
        else f"{t.new} new ({yuan(t.money_new)} yuan), {t.lost} lost ({yuan(t.money_lost)} yuan), {t.changed} changed"
        + (f"; {t.unknown} without an amount" if t.unknown else "")
    )
    if not found.rules:
        return "\n\n".join([*parts, "没有差别" if zh else "nothing differs"]) + "\n"
    counts = ("新增", "消失", "变化", "新增金额（元）", "消失金额（元）") if zh else (
        "new", "lost", "changed", "yuan new", "yuan lost")  # fmt: skip
    grey = ("覆盖：标出/未见问题/无法判断/不适用", "coverage: flagged/clear/not assessed/not applicable")
    parts.append(table(
        ("规则", "规则包", *counts, grey[0]) if zh else ("rule", "package", *counts, grey[1]),
        [(r.code, r.pack, *_row(r.tally), _coverage(r, lang)) for r in found.rules],
    ))  # fmt: skip
    if found.entities:
        parts.append(table(
            ("地区" if zh else "entity", *counts), [(e or "?", *_row(x)) for e, x in found.entities.items()]
        ))  # fmt: skip
    for state in STATES:
        listed = [d for d in found.differences if d.state == state]
        if listed:
            parts.append(_listed(state, listed, lang))
    return "\n\n".join(parts) + "\n"


def _row(t: Tally) -> tuple[str, ...]:
    return str(t.new), str(t.lost), str(t.changed), yuan(t.money_new), yuan(t.money_lost)


def _coverage(r: RuleImpact, lang: str) -> str:
    if not r.coverage_changed:
        return words.pick(("未变", "the same"), lang)
    none = words.pick(("不运行", "does not run"), lang)
    before, after = (none if c is None else _counts(c) for c in (r.before, r.after))
    return f"{before} → {after}"


def _counts(coverage: Any) -> str:
    counts = "/".join(str(coverage[n]) for n in COUNTS)
    return counts if coverage["outcome"] == "ran" else f"{coverage['outcome']} {counts}"


def _listed(state: str, listed: Sequence[Difference], lang: str) -> str:
    title = words.pick(_STATE[state], lang)
    lines = [f"{title}：" if lang == "zh" else f"{title}:"]
    for d in listed[:_SHOWN]:
        f = d.finding
        colour = words.say(words.SEVERITY, f.severity.value, lang)
        if d.before is not None and d.before.severity is not f.severity:
            colour = f"{words.say(words.SEVERITY, d.before.severity.value, lang)} → {colour}"
        place = " ".join(filter(None, (f.entity and named(f.entity, lang), str(f.fiscal_year or ""), f.line_id)))
        lines.append(f"  {f.rule} {colour} {place}: {f.message[lang]}")
        if d.before is not None and d.before.message != f.message:
            lines.append(f"      {words.pick(('原为', 'was'), lang)}: {d.before.message[lang]}")
        elif d.before is not None and d.before.limit != f.limit:
            was, now = (x.text(lang) if x is not None else "-" for x in (d.before.limit, f.limit))
            lines.append(f"      {words.pick(('限值', 'limit'), lang)}: {was} → {now}")
    if len(listed) > _SHOWN:
        more = len(listed) - _SHOWN
        lines.append(f"  另有{more}条，见 --format json" if lang == "zh" else f"  {more} more, see --format json")
    return "\n".join(lines)
