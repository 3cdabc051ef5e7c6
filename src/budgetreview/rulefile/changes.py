"""From an entry of 调整 (changes) to a change of somebody else's rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from budgetreview.errors import ParameterError, Text
from budgetreview.parameters import DatedValue, Unit, Value, read_value
from budgetreview.rule import Override, Rule, Severity
from budgetreview.rulefile.build import CHINESE_ONLY, Builder
from budgetreview.rulefile.fields import CHANGE, Field
from budgetreview.rulefile.written import Entry

FIELDS: Final[Mapping[str, Field]] = MappingProxyType({f.key: f for f in CHANGE})


@cache
def _core() -> Mapping[str, Rule]:
    from budgetreview.rules.core import budgetreview_rules

    return MappingProxyType({r.code: r for r in budgetreview_rules()})


def change(builder: Builder) -> Override | None:
    """The change of one entry; None where it has problems."""
    entry = builder.entry
    code = builder.needed("code")
    parameter = entry.get("parameter") or None
    rule = _core().get(code)
    if rule is not None and parameter is not None and parameter not in rule.parameters:
        known = "、".join(rule.parameters) or "（无）"
        builder.wrong(
            "parameter",
            "unknown-parameter",
            f"规则 {code} 没有参数“{parameter}”；有：{known}",
            f"the rule {code} has no parameter {parameter!r}; known: {', '.join(rule.parameters) or 'none'}",
        )
        return None
    unit = rule.parameters[parameter].unit if rule is not None and parameter is not None else None
    figures = {key: _figure(builder, key, unit) for key in ("value", "least", "most")}
    if parameter is None and any(entry.get(k) for k in ("value", "least", "most")):
        builder.wrong(
            "parameter",
            "field-missing",
            "写了取值或上下限，没有写参数名",
            "a value or limit without the parameter's name",
        )
    severity = builder.chosen("severity", ())
    retired = entry.get("retired")
    (enabled,) = builder.chosen("enabled", ("no",))
    if parameter is not None and not any(entry.get(k) for k in ("value", "least", "most")):
        builder.wrong("value", "field-missing", "写了参数，没有写取值", "a parameter without its value")
    if parameter is None and not severity and not retired and enabled == "no":
        builder.wrong(
            "code",
            "nothing-changed",
            "没有说明要调整什么：取值、等级、停用理由、启用至少写一项",
            "it does not say what is changed: a value, a severity, a retirement or switching on",
        )
    level = builder.chosen("level", ())
    (status,) = builder.chosen("status", ("local",))
    authority = builder.authority()
    if (parameter is not None or severity) and not authority:
        builder.wrong(
            "document", "field-missing", "调整取值或等级须写依据文件", "a value or severity needs its document"
        )
    start, end, territory = builder.day("from"), builder.day("until"), builder.territory()
    if builder.problems:
        return None
    value = figures["value"]
    dated = (
        None
        if value is None
        else DatedValue(
            value,
            start,
            end,
            territory,
            level[0] if level else None,
            status,  # type: ignore[arg-type]
            authority,
            builder.pack,
        )
    )
    reason = Text(retired, entry.get("retired_en") or CHINESE_ONLY + retired) if retired else None
    return Override(
        rule=code,
        origin=builder.pack,
        parameter=parameter,
        value=dated,
        severity=Severity(severity[0]) if severity else None,
        retired=reason,
        enabled=enabled == "yes",
        territory=territory,
        authority=authority,
        least=figures["least"],
        most=figures["most"],
        start=start,
        end=end,
    )


def _figure(builder: Builder, key: str, unit: Unit | None) -> Value | None:
    text = builder.entry.get(key).replace("％", "%")
    if not text:
        return None
    try:
        return read_value(_bare(text, unit), unit or _guessed(text))
    except ParameterError:
        said = unit or "带单位的数 / a figure with its unit"
        builder.wrong(
            key,
            "bad-value",
            f"读到“{text}”；应为 {said}，如 60万元、5%、30",
            f"{text!r} was read; expected {said}, e.g. 60万元, 5%, 30",
        )
        return None


def _bare(text: str, unit: Unit | None) -> str:
    """A figure without a unit that only people need: ``30天`` is ``30``."""
    return re.sub(r"(?<=\d)\s*(个?工作日|天|日|个月|月|年|个|人|次|项|条|辆)$", "", text) if unit != "money" else text


def _guessed(text: str) -> Unit:
    """What a figure is, for a rule that is not of the core."""
    if text.endswith("元"):
        return "money"
    if re.fullmatch(r"-?\d+", _bare(text, None)):
        return "count"
    return "share" if re.fullmatch(r"-?[\d.]+%?|-?\d+/\d+", text) else "words"


def builder_for(entry: Entry, name: str, pack: str) -> Builder:
    """What reads an entry of changes."""
    return Builder(entry, name, pack, english=False, fields=FIELDS)
