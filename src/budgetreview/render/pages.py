"""The page of a rule in Markdown, made from the rule: the same text for the terminal and for the handbook."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from budgetreview.authority import CERTAINTY, Authority
from budgetreview.mechanism import BOOK_NAMES, FOCUS_NAMES, LEVEL_NAMES, SIDE_NAMES, STAGE_NAMES
from budgetreview.parameters import DatedValue, Parameter, Unit, Value
from budgetreview.render import words
from budgetreview.render.words import pick, say
from budgetreview.rule import Override, Rule
from budgetreview.wording import Figure, percent

_HEADINGS: Final = {
    "flags": ("标出什么", "What it flags"),
    "why": ("为什么重要", "Why it matters"),
    "formula": ("计算式", "Formula"),
    "parameters": ("参数", "Parameters"),
    "changes": ("规则包的修改", "Changes by packages"),
    "fine": ("什么情形属于正常", "When it is fine"),
    "cannot": ("不能判断什么", "What it cannot judge"),
    "authority": ("依据", "Authority"),
    "question": ("可以这样询问", "The question to put"),
    "scope": ("适用范围", "Scope"),
    "reads": ("所需数据", "Data it needs"),
}
_WHOLE: Final = ("全国", "the whole country")


def page(rule: Rule, lang: str) -> str:
    """One rule's page.

    Args:
        rule: The rule, with the values of all packages.
        lang: ``zh`` or ``en``.
    """
    colon = "：" if lang == "zh" else ": "
    kind = [
        words.severity(rule.severity.value, lang),
        say(words.STATUS, rule.status, lang),
        f"{pick(('规则包', 'package'), lang)} {rule.pack}",
        pick(("默认运行", "on by default"), lang)
        if rule.default
        else pick(("默认不运行，须点名启用", "off by default, runs when named"), lang),
    ]
    if not rule.waivable:
        kind.append(pick(("不得豁免", "cannot be waived"), lang))
    parts = [f"# {rule.code} {rule.title[lang]}", " · ".join(kind)]
    parts += _section("flags", rule.page["flags"][lang], lang)
    parts += _section("why", rule.page["why"][lang], lang)
    parts += _section("formula", f"```\n{rule.formula}\n```", lang)
    if rule.parameters:
        parts += _section("parameters", _parameters(rule, lang), lang)
    if rule.changes:
        parts += _section("changes", "\n".join(f"- {_change(rule, c, lang)}" for c in rule.changes), lang)
    parts += _section("fine", rule.page["fine"][lang], lang)
    parts += _section("cannot", rule.page["cannot"][lang], lang)
    parts += _section("authority", "\n".join(f"- {_authority(a, lang)}" for a in rule.authority) or pick(
        ("- 无成文依据", "- none in writing"), lang), lang)  # fmt: skip
    parts += _section("question", f"> {rule.question[lang]}", lang)
    parts += _section("scope", "\n".join(f"- {k}{colon}{v}" for k, v in _scope(rule, lang)), lang)
    parts += _section("reads", _reads(rule, lang), lang)
    return "\n\n".join(parts) + "\n"


def _section(name: str, body: str, lang: str) -> list[str]:
    return [f"## {pick(_HEADINGS[name], lang)}", body]


def _authority(a: Authority, lang: str) -> str:
    said = [a.cite(lang)]
    if a.number:
        said.append(a.number)
    if a.territory:
        said.append(
            pick(
                (f"仅适用于区划代码以 {a.territory} 开头的地区", f"binds codes starting with {a.territory} only"), lang
            )
        )
    said.append(CERTAINTY[a.mark][lang])
    text = ("，" if lang == "zh" else ", ").join(said)
    return text + (f"{'：' if lang == 'zh' else ': '}{a.note[lang]}" if a.note else "")


def _parameters(rule: Rule, lang: str) -> str:
    head = pick(
        ("| 参数 | 含义 | 值 | 何时 | 何地 | 依据 |", "| parameter | meaning | value | when | where | authority |"),
        lang,
    )
    rows = [head, "|---|---|---|---|---|---|"]
    rows += [
        "| " + " | ".join(_cell(c) for c in _value_row(rule, p, v, lang)) + " |"
        for p in rule.parameters.values()
        for v in p.values or (None,)
    ]
    return "\n".join(rows)


def _value_row(rule: Rule, p: Parameter, v: DatedValue | None, lang: str) -> tuple[str, ...]:
    if v is None:
        return f"`{p.name}`", p.help[lang], pick(("未设定", "not set"), lang), "", "", ""
    when = f"{v.start or '…'} – {v.end or '…'}" if v.start or v.end else ""
    where = [v.territory or pick(_WHOLE, lang)]
    if v.level:
        where.append(LEVEL_NAMES[v.level][lang])
    grounds = v.authority or rule.authority
    cited = "；".join(
        f"{a.cite(lang)}（{CERTAINTY[a.mark][lang]}）"
        if lang == "zh"
        else f"{a.cite(lang)} ({CERTAINTY[a.mark][lang]})"
        for a in grounds
    )
    return (
        f"`{p.name}`",
        p.help[lang],
        shown(v.value, p.unit, lang),
        when,
        " ".join(where),
        f"{say(words.STATUS, v.status, lang)} {cited}".strip(),
    )


def _change(rule: Rule, c: Override, lang: str) -> str:
    """One package's change: who, where, when, what, on whose authority or for what reason."""
    comma, colon = ("，", "：") if lang == "zh" else (", ", ": ")
    where = [c.origin, c.territory or pick(_WHOLE, lang)]
    if c.start or c.end:
        where.append(f"{c.start or '…'} – {c.end or '…'}")
    said: list[str] = []
    if c.retired is not None:
        said.append(pick(("停用", "retired"), lang) + colon + c.retired[lang])
    if c.enabled:
        said.append(pick(("启用", "switched on"), lang))
    if c.severity is not None:
        said.append(pick(("严重程度改为", "severity "), lang) + say(words.SEVERITY, c.severity.value, lang))
    if c.parameter is not None:
        unit = rule.parameters[c.parameter].unit
        if c.least is not None or c.most is not None:
            span = "–".join("…" if v is None else shown(v, unit, lang) for v in (c.least, c.most))
            said.append(f"`{c.parameter}` " + pick(("只能在此范围内：", "only within "), lang) + span)
        if c.value is not None:
            said.append(f"`{c.parameter}` = {shown(c.value.value, unit, lang)}")
    grounds = pick(("；", "; "), lang).join(a.cite(lang) for a in c.authority)
    return comma.join(where) + colon + comma.join(said) + (f"（{grounds}）" if grounds and lang == "zh" else (
        f" ({grounds})" if grounds else ""))  # fmt: skip


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def shown(value: Value, unit: Unit, lang: str) -> str:
    """A parameter's value as people write it."""
    if isinstance(value, tuple):
        return ("、" if lang == "zh" else ", ").join(value)
    if unit == "money":
        return Figure("money", int(value)).text(lang)
    if unit == "share":
        return percent(float(value))
    number = f"{float(value):g}" if isinstance(value, Fraction) else str(value)
    units = {"days": ("天", " days"), "months": ("个月", " months"), "years": ("年", " years")}
    return number + (pick(units[unit], lang) if unit in units else "")


def _scope(rule: Rule, lang: str) -> list[tuple[str, str]]:
    comma = "、" if lang == "zh" else ", "
    start, end = rule.in_force
    scope = [
        (pick(("阶段", "stages"), lang), comma.join(STAGE_NAMES[s][lang] for s in rule.stages)),
        (pick(("预算", "books"), lang), comma.join(BOOK_NAMES[b][lang] for b in rule.books)),
        (pick(("收支", "sides"), lang), comma.join(SIDE_NAMES[s][lang] for s in rule.sides)),
        (pick(("审查重点", "focuses"), lang), comma.join(FOCUS_NAMES[f][lang] for f in rule.focus)),
        (pick(("级次", "levels"), lang), comma.join(LEVEL_NAMES[v][lang] for v in rule.levels)),
        (pick(("审查单元", "a unit is"), lang), say(words.PER, rule.per, lang)),
    ]
    if start or end:
        scope.append((pick(("有效期", "in force"), lang), f"{start or '…'} – {end or '…'}"))
    if rule.territory:
        scope.append((pick(("地区", "territory"), lang), rule.territory))
    if rule.points:
        numbers = comma.join(str(n) for n in rule.points)
        scope.append((pick(("预算法第48条审查内容", "points of art. 48, Budget Law"), lang), numbers))
    if rule.superseded_by:
        scope.append((pick(("已由其他规则取代", "superseded by"), lang), rule.superseded_by))
    return scope


def _reads(rule: Rule, lang: str) -> str:
    needed = [words.input_name(c, lang) for c in rule.reads] or [words.input_name(t, lang) for t in rule.tables]
    lines = [f"- {n}" for n in needed]
    helpful = [words.input_name(c, lang) for c in rule.uses]
    if helpful:
        lines.append(pick(("- 有则更准：", "- better with: "), lang) + ("、" if lang == "zh" else ", ").join(helpful))
    return "\n".join(lines)
