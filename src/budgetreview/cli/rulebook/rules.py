"""``rules`` and ``explain``: what can be reviewed, and on what authority."""

from __future__ import annotations

import difflib
import json
import sys
from pathlib import Path
from typing import Any, Final

import attrs
import click

from budgetreview.authority import Authority
from budgetreview.cli import language
from budgetreview.cli.options import settings
from budgetreview.cli.output.columns import table
from budgetreview.cli.rulebook import rulefiles
from budgetreview.errors import Text, UsageError
from budgetreview.mechanism import STAGE_NAMES
from budgetreview.parameters import Parameter, show
from budgetreview.plugins import load_rules
from budgetreview.render import words
from budgetreview.rule import Rule

_FORMAT = click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True,
                       help="格式 / format")  # fmt: skip
_WITHOUT = click.option("--without", multiple=True, callback=settings.codes, metavar="PACK",
                        help="不装载的规则包 / package to leave out")  # fmt: skip
_FILES = click.option("--rules", "rule_files", type=click.Path(path_type=Path), multiple=True, metavar="FILE",
                      help="规则文件（工作簿或 TOML）/ rules written without Python")  # fmt: skip
_NEAR: Final = 3


@click.group(invoke_without_command=True)
@_FORMAT
@_WITHOUT
@_FILES
@language.option
@click.pass_context
def rules(ctx: click.Context, format_: str, without: tuple[str, ...], rule_files: tuple[Path, ...]) -> None:
    """全部规则 / the rule book; with ``new`` and ``test``: rules without Python."""
    if ctx.invoked_subcommand is not None:
        return
    everything = load_rules(select=("all",), without=without, files=rule_files)
    on = {r.code for r in everything if r.default or any(c.enabled for c in r.changes)}
    if format_ == "json":
        said = {"rules": [record(r, default=r.code in on) for r in everything]}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    lang = language.of_messages()
    header = ("编号", "严重程度", "依据类别", "默认", "阶段", "名称") if lang == "zh" else (
        "code", "severity", "status", "default", "stages", "title")  # fmt: skip
    yes, no = ("是", "否") if lang == "zh" else ("yes", "no")
    rows = [
        (
            r.code, words.say(words.SEVERITY, r.severity.value, lang), words.say(words.STATUS, r.status, lang),
            yes if r.code in on else no, ("、" if lang == "zh" else ", ").join(STAGE_NAMES[s][lang] for s in r.stages),
            r.title[lang],
        )
        for r in everything
    ]  # fmt: skip
    click.echo(table(header, rows))
    click.echo(
        language.say_both(f"共{len(rows)}条规则，默认运行{len(on)}条", f"{len(rows)} rules, {len(on)} on by default"),
        err=True,
    )


rules.add_command(rulefiles.new)
rules.add_command(rulefiles.test)


def record(rule: Rule, *, default: bool) -> dict[str, Any]:
    """A rule as ``rules --format json`` lists it (CONTRACT section 4)."""
    start, end = rule.in_force
    return {
        "code": rule.code,
        "pack": rule.pack,
        "title": attrs.asdict(rule.title),
        "severity": rule.severity.value,
        "status": rule.status,
        "authority": [_authority(a) for a in rule.authority],
        "stages": list(rule.stages),
        "books": list(rule.books),
        "sides": list(rule.sides),
        "focus": list(rule.focus),
        "levels": list(rule.levels),
        "reads": list(rule.reads),
        "parameters": {n: _parameter(p) for n, p in sorted(rule.parameters.items())},
        "in_force": {"from": start.isoformat() if start else None, "until": end.isoformat() if end else None},
        "default": default,
    }


def _authority(a: Authority) -> dict[str, Any]:
    return {
        "document": a.document, "article": a.article, "number": a.number, "mark": a.mark, "territory": a.territory,
        "note": attrs.asdict(a.note) if a.note else None,
    }  # fmt: skip


def _parameter(p: Parameter) -> dict[str, Any]:
    return {
        "unit": p.unit,
        "help": attrs.asdict(p.help),
        "least": None if p.least is None else show(p.least, p.unit),
        "most": None if p.most is None else show(p.most, p.unit),
        "values": [
            {
                "value": show(v.value, p.unit),
                "from": v.start.isoformat() if v.start else None,
                "until": v.end.isoformat() if v.end else None,
                "territory": v.territory,
                "level": v.level,
                "status": v.status,
                "authority": [_authority(a) for a in v.authority],
                "origin": v.origin,
            }
            for v in p.values
        ],
    }


@click.command()
@click.argument("code")
@_WITHOUT
@_FILES
@language.option
def explain(code: str, without: tuple[str, ...], rule_files: tuple[Path, ...]) -> None:
    """一条规则的说明 / the page of one rule."""
    from budgetreview.render.pages import page

    found = {r.code.casefold(): r for r in load_rules(select=("all",), without=without, files=rule_files)}
    rule = found.get(code.strip().casefold())
    if rule is None:
        near = [found[c].code for c in difflib.get_close_matches(code.casefold(), found, n=_NEAR, cutoff=0.3)]
        raise UsageError(Text(
            f"没有规则 {code}" + (f"；相近的有 {'、'.join(near)}" if near else ""),
            f"no rule {code}" + (f"; near: {', '.join(near)}" if near else ""),
        ))  # fmt: skip
    text = page(rule, language.of_messages())
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(text))
    else:
        click.echo(text, nl=False)
