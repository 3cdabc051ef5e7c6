"""Phrases that several formats share, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from budgetreview.authority import CERTAINTY, Authority
from budgetreview.money import FEN
from budgetreview.render import summary, words
from budgetreview.render.summary.ranking import Question, Topic
from budgetreview.render.words.entity import named, with_level
from budgetreview.render.words.figures import shown, with_unit
from budgetreview.render.words.labels import PAGE
from budgetreview.render.words.names import Pair
from budgetreview.report import Finding, Report, RuleResult
from budgetreview.rule import Rule
from budgetreview.wording import Figure, percent, word

_PERIODS: Final[Mapping[str, Pair]] = {
    "days": ("天", "days"), "months": ("个月", "months"), "years": ("年", "years"),
}  # fmt: skip


def joined(items: Iterable[str], lang: str) -> str:
    """A list in a sentence."""
    return ("、" if lang == "zh" else ", ").join(items)


def colon(lang: str) -> str:
    """What stands between a label and what it labels."""
    return "：" if lang == "zh" else ": "


def note(text: str, beside: str, lang: str) -> str:
    """A text with another one in brackets; the text alone where there is nothing to add."""
    if not beside:
        return text
    return f"{text}（{beside}）" if lang == "zh" else f"{text} ({beside})"


def place(report: Report, code: str, lang: str) -> str:
    """``430702 武陵区（县级）``."""
    level = report.levels.get(code)
    return with_level(code, word(level, lang) if level else "", lang)


def places(report: Report, lang: str, most: int) -> str:
    """The entities reviewed, at most so many by name and then how many there are; a level they share is said once."""
    codes = summary.entities(report)
    levels = {report.levels.get(c) for c in codes}
    shared = levels.pop() if len(codes) > 1 and len(levels) == 1 else None
    said = joined((named(c, lang) if shared else place(report, c, lang) for c in codes[:most]), lang)
    if len(codes) > most:
        said += f" 等 {len(codes)} 个地区" if lang == "zh" else f" and {len(codes) - most} more"
    if shared is None:
        return said
    return note(said, f"均为{word(shared, lang)}" if lang == "zh" else f"each a {word(shared, lang)}", lang)


def profile(report: Report, lang: str) -> str:
    """The mechanism and what it is: a reading of ours is always said to be one."""
    status = report.profile.get("status", "")
    return note(report.profile.get("key", ""), words.say(words.STATUS, status, lang), lang)


def packs(report: Report, lang: str) -> str:
    """Rule packages with their versions."""
    return joined((f"{p} {v}" for p, v in sorted(report.packs.items())), lang)


def laws(rule: Rule, lang: str, *, numbers: bool = False) -> str:
    """The authorities of a rule, with the numbers of the documents if asked for."""
    return joined((note(a.cite(lang), _beside(a, lang, numbers=numbers), lang) for a in rule.authority), lang)


def authorities(rule: Rule, lang: str) -> tuple[str, ...]:
    """The authorities of a rule one by one, each with how certain we are of it and what it gives."""
    return tuple(cited(a, lang, full=True) for a in rule.authority)


def cited(a: Authority, lang: str, *, full: bool = False) -> str:
    """An authority with how certain we are of it, and for a local one that it binds its own place only.

    ``full``: with the document's number and what it gives.
    """
    dash = "；" if lang == "zh" else "; "
    said = (_beside(a, lang, numbers=full), CERTAINTY[a.mark][lang], a.note[lang] if a.note and full else "")
    return note(a.cite(lang), dash.join(p for p in said if p), lang)


def _beside(a: Authority, lang: str, *, numbers: bool) -> str:
    """The document's number, and for a local one that it binds its own place only."""
    local = ("地方规定，他地仅供参照" if lang == "zh" else "local, elsewhere a yardstick") if a.territory else ""
    number = (a.number or "") if numbers else ""
    if lang != "zh":
        number = number.replace("修正", "amended").replace("修订", "revised")
    return ("，" if lang == "zh" else ", ").join(p for p in (number, local) if p)


def size(topic: Topic, lang: str, unit: str) -> str:
    """How many open findings and how much money: ``3 项，涉及 1,200.00 元（另 1 项金额未知）``."""
    n = topic.open
    if not n:
        return "全部豁免" if lang == "zh" else "all waived"
    said = f"{n} 项" if lang == "zh" else f"{n} finding{'' if n == 1 else 's'}"
    if topic.amount is None:
        return said
    said += ("，涉及 " if lang == "zh" else ", ") + with_unit(topic.amount, lang, unit)
    if not topic.unpriced:
        return said
    more = topic.unpriced
    return note(said, f"另 {more} 项金额未知" if lang == "zh" else f"amount unknown for {more} more", lang)


def example(topic: Topic, lang: str, *, entity: bool) -> str:
    """The largest open case of a topic: ``例：单位 101 · 项目 校舍维修``; its place where there is only one."""
    said = summary.about(topic.example, lang, entity=entity)
    if topic.open == 1:
        return said
    return f"例：{said}" if lang == "zh" else f"e.g. {said}"


def besides(q: Question, lang: str) -> str:
    """What else there is of a question: more of the same rule, and other rules that point at the very cell."""
    said = [words.pick(PAGE["more_same"], lang).format(n=f"{q.more:,}")] if q.more else []
    if q.also:
        others = joined((f"{t.result.rule.code} {t.result.rule.title[lang]}" for t in q.also), lang)
        said.append(words.pick(PAGE["same_place"], lang) + colon(lang) + others)
    return ("；" if lang == "zh" else "; ").join(said)


def helps(key: str, rules: int, lang: str) -> str:
    """What a missing input would do."""
    kind, colon, rest = key.partition(":")
    if colon and kind == "parameter":
        zh, en = f"设定参数 {rest} 可帮助 {rules} 条规则", f"setting the parameter {rest} would help {rules} rule"
        return zh if lang == "zh" else en + ("" if rules == 1 else "s")
    if lang == "zh":
        return f"补上 {words.input_name(key, lang)} 可帮助 {rules} 条规则"
    return f"{words.input_name(key, lang)} would help {rules} rule{'' if rules == 1 else 's'}"


def figures(f: Finding, rule: Rule, lang: str, unit: str) -> tuple[tuple[str, str], ...]:
    """Names and values of all figures of a finding: those used, measured and held against, and the parameters."""
    said = [(words.name(n, lang), shown(v, lang, unit)) for n, v in f.values.items()]
    for key, figure in (("measure", f.measure), ("limit", f.limit)):
        if figure is not None and figure not in f.values.values():
            said.append((words.say(words.REPORT, key, lang), shown(figure, lang, unit)))
    for n, v in f.parameters.items():
        parameter = rule.parameters.get(n)
        said.append((n if parameter is None else parameter.help[lang], set_to(v, lang, unit)))
    return tuple(said)


def set_to(parameter: Figure, lang: str, unit: str) -> str:
    """The value of a parameter; a list of codes or words is joined as the reader's language does."""
    said = shown(parameter, lang, unit)
    return said.replace("、", ", ") if lang != "zh" and parameter.kind == "text" else said


def settings(result: RuleResult, lang: str, unit: str) -> tuple[tuple[str, str], ...]:
    """The parameters that a rule ran with, each with its unit: ``least``, ``100,000.00 元``."""
    return tuple((n, _setting(result.rule, n, v, lang, unit)) for n, v in sorted(result.parameters.items()))


def _setting(rule: Rule, name: str, value: object, lang: str, unit: str) -> str:
    parameter = rule.parameters.get(name)
    kind = "" if parameter is None else parameter.unit
    if value is None:
        return "未设定" if lang == "zh" else "not set"
    if isinstance(value, list | tuple):
        return joined(map(str, value), lang)
    if kind == "money":
        return with_unit(int(Decimal(str(value)) * FEN["元"]), lang, unit)
    if kind == "share":
        return percent(float(str(value)))
    if kind in _PERIODS:
        return f"{value} {words.pick(_PERIODS[kind], lang)}"
    return str(value)


def lines(f: Finding, lang: str) -> str:
    """The lines that a finding about a group names, and how many there are if it does not name all."""
    if not f.lines:
        return ""
    said = joined(f.lines, lang)
    total = f.lines_total or 0
    if total > len(f.lines):
        said += f" …（共 {total} 条）" if lang == "zh" else f" … ({total} in all)"
    return said
