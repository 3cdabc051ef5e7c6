"""``layers``: which package says what for an entity on a day, and what a new year changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import attrs
import click

from budgetreview.authority import Authority
from budgetreview.cli import language
from budgetreview.cli.options import inputs, settings
from budgetreview.cli.output.columns import table
from budgetreview.codes import entity_level
from budgetreview.codes.places import entity_named
from budgetreview.layering import CORE
from budgetreview.layers import LAYER_NAMES, About, Change
from budgetreview.mechanism import LEVEL_NAMES
from budgetreview.parameters import held
from budgetreview.plugins import load_rules
from budgetreview.render import words
from budgetreview.render.words.entity import with_level
from budgetreview.rule import RuleSet, covers
from budgetreview.standing import KINDS, SIGNS, Figure, Layers, Standing, since
from budgetreview.standing import layers as resolved

_WORDS: Final = 5
"""How many words of a long list the table shows; ``--format json`` has all of them."""


@click.command()
@click.option("--entity", metavar="CODE|地名", help="区划代码或地名，默认全国 / entity; the whole country by default")
@click.option("--as-of", callback=settings.day, metavar="YYYY-MM-DD", help="哪一天，默认今天 / day; today by default")
@click.option("--since", "since_", callback=settings.day, metavar="YYYY-MM-DD",
              help="与这一天相比的变化 / what has changed since that day")  # fmt: skip
@click.option("--without", multiple=True, callback=settings.codes, metavar="PACK",
              help="不装载的规则包 / package to leave out")  # fmt: skip
@click.option("--rules", "rule_files", type=inputs.PATH, multiple=True, metavar="FILE",
              help="规则文件（工作簿或 TOML）/ rules written without Python")  # fmt: skip
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True, help="格式 / format"
)
@language.option
def layers(
    entity: str | None,
    as_of: date | None,
    since_: date | None,
    without: tuple[str, ...],
    rule_files: tuple[Path, ...],
    format_: str,
) -> None:
    """各层规则包对规则的增加、停用和修改 / what each layer adds to, removes from and modifies in the rules."""
    day = as_of or datetime.now().astimezone().date()
    code = None if entity is None else entity_named(entity)
    rules = load_rules(without=without, files=rule_files)
    here = resolved(rules, as_of=day, entity=code, level=None if code is None else entity_level(code))
    then = None if since_ is None else since(rules, since_, here)
    if format_ == "json":
        click.echo(json.dumps(_record(rules, here, since_, then), ensure_ascii=False, indent=2))
    else:
        click.echo(_text(rules, here, since_, then, language.of_messages()))


def _record(
    rules: RuleSet, here: Layers, since_: date | None, then: tuple[Layers, tuple[Change, ...]] | None
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "as_of": here.as_of.isoformat(),
        "entity": here.entity,
        "level": here.level,
        "packs": [_pack(name, about, rules) for name, about in rules.about.items()],
        "without": list(rules.without),
        "base": here.base,
        "running": here.running,
        "changes": [_change(c) for c in here.changes],
        "declared": [_change(c) for c in rules.layers],
        "rules": [_rule(s) for s in here.rules.values()],
    }
    if since_ is not None and then is not None:
        said["since"] = {
            "day": since_.isoformat(), "running": then[0].running, "changes": [_change(c) for c in then[1]],
        }  # fmt: skip
    return said


def _pack(name: str, about: About, rules: RuleSet) -> dict[str, Any]:
    return {
        "name": name, "version": rules.packs[name], "layer": about.layer, "territory": about.territory,
        "extends": list(about.extends), "engine": about.engine or None, "title": attrs.asdict(about.title),
    }  # fmt: skip


def _change(c: Change) -> dict[str, Any]:
    return {
        "rule": c.rule, "what": c.what, "aspect": c.aspect, "from": c.before, "to": c.after, "pack": c.pack,
        "layer": c.layer, "territory": c.territory, "level": c.level,
        "start": c.start.isoformat() if c.start else None, "end": c.end.isoformat() if c.end else None,
        "authority": [{"document": a.document, "article": a.article, "mark": a.mark} for a in c.authority],
        "reason": attrs.asdict(c.reason) if c.reason else None,
    }  # fmt: skip


def _rule(s: Standing) -> dict[str, Any]:
    return {
        "code": s.rule.code, "pack": s.rule.pack, "speaks": s.runs, "severity": s.severity.value,
        "severity_by": s.graded.origin if s.graded is not None else s.rule.pack,
        "parameters": {
            name: {
                "value": f.shown, "by": f.value.origin if f.value is not None else None,
                "territory": f.value.territory if f.value is not None else None,
                "least": f.limits[0], "least_by": _by(s, f.bounds.least_by, f.limits[0]),
                "most": f.limits[1], "most_by": _by(s, f.bounds.most_by, f.limits[1]),
            }
            for name, f in s.figures.items()
        },
    }  # fmt: skip


def _by(s: Standing, package: str | None, limit: object) -> str | None:
    return None if limit is None else package or s.rule.pack


def _text(
    rules: RuleSet, here: Layers, since_: date | None, then: tuple[Layers, tuple[Change, ...]] | None, lang: str
) -> str:
    zh = lang == "zh"
    place = _place(here, lang)
    parts = [f"基准日 {here.as_of} · {place}" if zh else f"as of {here.as_of} · {place}"]
    head = ("规则包", "版本", "层", "地区", "以谁为基础") if zh else ("package", "version", "layer", "place", "extends")
    parts.append(table(head, [
        (name, rules.packs[name], LAYER_NAMES[a.layer][lang], a.territory or "-", ", ".join(a.extends) or "-")
        for name, a in rules.about.items()
    ]))  # fmt: skip
    if rules.without:
        left = ("、" if zh else ", ").join(rules.without)
        parts.append(f"已用 --without 排除：{left}" if zh else f"left out with --without: {left}")
    parts.append(_sum(CORE, here.base, here.running, here.changes, lang))
    parts.append(_changes(rules, here.changes, lang))
    away = [c for c in rules.layers if not _holds(c, here) and not any(_same(c, x) for x in here.changes)]
    if away:
        title = "规则包另有、此时此地不生效或须点名启用的" if zh else (
            "what packages say besides, not in force here and then, or only when named")
        parts.append(f"{title}：" if zh else f"{title}:")
        parts.append(_changes(rules, away, lang))
    if since_ is not None and then is not None:
        before, changes = then
        parts.append(_sum(str(since_), before.running, here.running, changes, lang))
        parts.append(_changes(rules, changes, lang))
    parts.append(_parameters(here, lang))
    return "\n\n".join(parts)


def _place(here: Layers, lang: str) -> str:
    if here.entity is None:
        return "全国（未指定 --entity，只限于一地的规定不计）" if lang == "zh" else (
            "the whole country (no --entity: what holds for one place only is not counted)")  # fmt: skip
    return with_level(here.entity, LEVEL_NAMES[here.level][lang] if here.level else "?", lang)


def _sum(start: str, before: int, after: int, changes: Sequence[Change], lang: str) -> str:
    """``107 + 3 − 1 = 109 rules, ± 4``: what the change log below it adds up to."""
    n = {what: sum(c.what == what for c in changes) for what in KINDS}
    said = " ".join(f"{SIGNS[what]} {KINDS[what][lang]} {n[what]}" for what in KINDS)
    return f"{start} {before} {said} = {after}" + (" 条规则" if lang == "zh" else " rules")


def _holds(c: Change, here: Layers) -> bool:
    """Whether a declared change is in force here, also where a smaller place's goes before it."""
    if c.aspect == "rule" and c.what == "added":
        return c.rule in here.rules and here.rules[c.rule].runs is True
    fits = c.level is None or c.level == here.level
    return fits and covers(c.territory, here.entity) is True and held(c.start, c.end, here.as_of)


def _same(a: Change, b: Change) -> bool:
    return (a.rule, a.what, a.aspect, a.pack, a.territory, a.level, a.start, a.end) == (
        b.rule, b.what, b.aspect, b.pack, b.territory, b.level, b.start, b.end)  # fmt: skip


def _changes(rules: RuleSet, changes: Sequence[Change], lang: str) -> str:
    if not changes:
        return "（无）" if lang == "zh" else "(none)"
    by_code = {r.code: r for r in rules}
    head = ("", "规则", "内容", "原为", "现为", "规则包", "层", "地区", "日期", "依据或理由") if lang == "zh" else (
        "", "rule", "what", "was", "is", "package", "layer", "place", "days", "authority or reason")  # fmt: skip
    rows = []
    for c in changes:
        rule = by_code.get(c.rule)
        name = c.aspect.removeprefix("parameters.")
        parameter = None if rule is None or name == c.aspect else rule.parameters.get(name.removesuffix(".limits"))
        unit = None if parameter is None else parameter.unit
        what = {"rule": ("规则", "rule"), "severity": ("严重程度", "severity")}.get(c.aspect)
        rows.append((
            SIGNS[c.what], c.rule, words.pick(what, lang) if what else name, told(c.before, unit, lang),
            told(c.after, unit, lang), c.pack, LAYER_NAMES[c.layer][lang], " ".join(filter(None, (
                c.territory, LEVEL_NAMES[c.level][lang] if c.level else None))) or "-",
            f"{c.start or '…'} – {c.end or '…'}" if c.start or c.end else "-",
            c.reason[lang] if c.reason else _cited(c.authority, lang),
        ))  # fmt: skip
    return table(head, rows)


def _cited(authority: Sequence[Authority], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(a.cite(lang) for a in authority) or "-"


def told(value: object, unit: str | None, lang: str) -> str:
    """A value of a change as people read it: a share as a percentage, money in 元, a severity by its name."""
    if value is None:
        return "-"
    if isinstance(value, list | tuple) and unit in {"codes", "words"}:
        comma = "、" if lang == "zh" else ", "
        more = f"……共{len(value)}项" if lang == "zh" else f" … ({len(value)} in all)"
        return comma.join(map(str, value[:_WORDS])) + (more if len(value) > _WORDS else "")
    if isinstance(value, list | tuple):
        return "–".join("…" if v is None else told(v, unit, lang) for v in value)
    if unit == "share" and isinstance(value, int | float):
        return f"{value * 100:.6g}%"
    if unit == "money":
        return f"{value}元" if lang == "zh" else f"{value} yuan"
    return words.say(words.SEVERITY, str(value), lang) if unit is None else str(value)


def _parameters(here: Layers, lang: str) -> str:
    head = ("规则", "参数", "取值", "允许范围", "取值来自", "范围来自", "严重程度") if lang == "zh" else (
        "rule", "parameter", "value", "limits", "value by", "limits by", "severity")  # fmt: skip
    rows = [
        (s.rule.code, name, told(f.shown, f.unit, lang), _span(f, lang), _origin(f), _setters(s, f),
         words.say(words.SEVERITY, s.severity.value, lang))
        for s in here.rules.values() if s.runs is True
        for name, f in s.figures.items()
    ]  # fmt: skip
    return table(head, rows)


def _span(f: Figure, lang: str) -> str:
    return "-" if f.limits == (None, None) else told(list(f.limits), f.unit, lang)


def _origin(f: Figure) -> str:
    if f.value is None:
        return "-"
    return f.value.origin + (f" {f.value.territory}" if f.value.territory else "")


def _setters(s: Standing, f: Figure) -> str:
    named = [_by(s, f.bounds.least_by, f.limits[0]), _by(s, f.bounds.most_by, f.limits[1])]
    return ", ".join(dict.fromkeys(n for n in named if n)) or "-"
