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
from budgetreview.rulefile.form import CHINESE_ONLY, Form

_FIGURES: Final = ("value", "least", "most")


@cache
def _core() -> Mapping[str, Rule]:
    from budgetreview.rules.core import budgetreview_rules

    return MappingProxyType({r.code: r for r in budgetreview_rules()})


def change_of(form: Form) -> Override | None:
    """The change of an entry; None where it has problems."""
    entry = form.entry
    code = form.needed("code")
    name = entry.get("parameter") or None
    rule = _core().get(code)
    if rule is not None and name is not None and name not in rule.parameters:
        _unknown_parameter(form, rule, name)
        return None
    unit = rule.parameters[name].unit if rule is not None and name is not None else None
    value, least, most = (_figure(form, key, unit) for key in _FIGURES)
    if name is None and any(entry.get(key) for key in _FIGURES):
        form.wrong(
            "parameter",
            "field-missing",
            "写了取值或上下限，没有写参数名",
            "a value or limit without the parameter's name",
        )
    severity = form.chosen("severity", ())
    retired = _retired(form)
    enabled = form.chosen("enabled", ("no",)) == ("yes",)
    _check_whole(form, changes_something=bool(name or severity or retired or enabled))
    level = form.chosen("level", ())
    (status,) = form.chosen("status", ("local",))
    authority = form.authority()
    if (name is not None or severity) and not authority:
        zh, en = "调整取值或严重程度须写依据文件", "a value or severity needs its document"
        form.wrong("document", "field-missing", zh, en)
    start, end, territory = form.day("from"), form.day("until"), form.territory()
    if form.problems:
        return None
    place = (territory, level[0] if level else None)
    return Override(
        rule=code,
        origin=form.pack,
        parameter=name,
        value=None if value is None else DatedValue(value, start, end, *place, status, authority, form.pack),  # type: ignore[arg-type]
        severity=Severity(severity[0]) if severity else None,
        retired=retired,
        enabled=enabled,
        territory=territory,
        authority=authority,
        least=least,
        most=most,
        start=start,
        end=end,
    )


def _unknown_parameter(form: Form, rule: Rule, name: str) -> None:
    """Note a parameter that the rule does not have, and those that it has."""
    known = "、".join(rule.parameters) or "（无）"
    form.wrong(
        "parameter",
        "unknown-parameter",
        f"规则 {rule.code} 没有参数“{name}”；有：{known}",
        f"the rule {rule.code} has no parameter {name!r}; known: {', '.join(rule.parameters) or 'none'}",
    )


def _retired(form: Form) -> Text | None:
    """Why the rule is no longer asked; None where it is."""
    reason = form.entry.get("retired")
    return Text(reason, form.entry.get("retired_en") or CHINESE_ONLY + reason) if reason else None


def _check_whole(form: Form, *, changes_something: bool) -> None:
    """Note a parameter without a figure, and a change of nothing."""
    if form.entry.get("parameter") and not any(form.entry.get(key) for key in _FIGURES):
        form.wrong("value", "field-missing", "写了参数，没有写取值", "a parameter without its value")
    if not changes_something:
        form.wrong(
            "code",
            "nothing-changed",
            "没有说明要调整什么：取值、严重程度、停用理由、启用至少写一项",
            "it does not say what is changed: a value, a severity, a retirement or switching on",
        )


def _figure(form: Form, key: str, unit: Unit | None) -> Value | None:
    text = form.entry.get(key).replace("％", "%")
    if not text:
        return None
    try:
        return read_value(_bare(text, unit), unit or _guessed(text))
    except ParameterError:
        said = unit or "带单位的数 / a figure with its unit"
        form.wrong(
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
