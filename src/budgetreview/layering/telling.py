"""What the layers added, removed and modified, for people."""

from __future__ import annotations

from datetime import date

from budgetreview.layering.layered import Layered
from budgetreview.layers import Change
from budgetreview.parameters import Limit, Unit, Value, show
from budgetreview.rule import Override, Rule


def new_rule(rule: Rule, pack: Layered) -> Change:
    """That a package brings a rule."""
    start, end = rule.in_force
    return Change(
        rule.code, "added", "rule", None, rule.severity.value, pack.name, pack.about.layer, rule.territory,
        start=start, end=end, authority=rule.authority,
    )  # fmt: skip


def told(rule: Rule, o: Override, pack: Layered) -> list[Change]:
    """What one change makes of the rule as it was before it; the day it starts decides what was before."""
    common = {
        "pack": pack.name, "layer": pack.about.layer, "territory": o.territory, "start": o.start, "end": o.end,
        "authority": o.authority,
    }  # fmt: skip
    day = o.start or o.end or date.max
    out: list[Change] = []
    graver = rule.severity_at(o.territory, day)
    severity = (graver.severity if graver is not None and graver.severity else rule.severity).value

    def add(what: str, aspect: str, before: object, after: object, **more: object) -> None:
        out.append(Change(o.rule, what, aspect, before, after, **common, **more))  # type: ignore[arg-type]

    if o.retired is not None:
        add("removed", "rule", severity, None, reason=o.retired)
    if o.enabled and not rule.default:
        add("added", "rule", None, severity)
    if o.severity is not None:
        add("modified", "severity", severity, o.severity.value)
    if o.parameter is not None:
        parameter = rule.parameters[o.parameter]
        if o.least is not None or o.most is not None:
            old = parameter.within(day, o.territory)
            new = old.tightened(Limit(o.least, o.most, origin=pack.name))
            spans = (_span(x.least, x.most, parameter.unit) for x in (old, new))
            add("modified", f"parameters.{o.parameter}.limits", *spans)
        if o.value is not None:
            held = parameter.at(day, o.territory, o.value.level)
            was, now = None if held is None else show(held.value, parameter.unit), show(o.value.value, parameter.unit)
            add("modified", f"parameters.{o.parameter}", was, now, level=o.value.level)
    return out


def _span(least: Value | None, most: Value | None, unit: Unit) -> list[object]:
    return [None if v is None else show(v, unit) for v in (least, most)]
