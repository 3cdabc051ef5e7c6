"""Limits that a package sets for those below it: what they allow, and that they never clamp what is in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from budgetreview.layering.layered import wrong
from budgetreview.parameters import DatedValue, Limit, Parameter, Value, show
from budgetreview.rule import Override, Rule


def check_allowed(values: Iterable[Value], parameter: Parameter, rule: Rule, o: Override) -> None:
    """Refuse a value outside any limit whose place and days it touches.

    Raises:
        PackError: naming both packages and the limits.
    """
    binding = [(rule.pack, parameter.own)]
    binding += [(x.origin, x) for x in parameter.limits if _touch(o.territory, x.territory) and meet(o, x)]
    for value in values:
        for by, limit in binding:
            if limit.excludes(value):
                where = f"（{limit.territory}）" if limit.territory else ""
                law = "、".join(a.cite("zh") for a in limit.authority)
                raise wrong(
                    o,
                    f"{show(value, parameter.unit)} 不在规则包 {by} 设定的范围 {limit.span(parameter.unit)}{where} 之内"
                    + (f"，依据{law}" if law else "")
                    + "；请改为范围之内的值，或删去这项修改",
                    f"{show(value, parameter.unit)} is outside the limits {limit.span(parameter.unit)} that the "
                    f"package {by} set"
                    + (f" for {limit.territory}" if limit.territory else "")
                    + "; give one inside, or delete the change",
                    "pack-outside-limits",
                )


def check_kept(rule: Rule, o: Override) -> None:
    """Refuse limits that leave outside what is in force under them: a value is never clamped, it has to be set.

    Raises:
        PackError: naming the value and who set it.
    """
    parameter = rule.parameters[o.parameter or ""]
    limit = Limit(o.least, o.most, o.start, o.end, o.territory, o.authority, o.origin)
    days = {o.start or date.min}
    days |= {v.start for v in parameter.values if v.start}
    days |= {v.end + timedelta(1) for v in parameter.values if v.end and v.end < date.max}
    places = {o.territory, *(v.territory for v in parameter.values)}
    levels = {None, *(v.level for v in parameter.values)}
    for day in sorted(days):
        for place in sorted(places, key=str):
            for level in sorted(levels, key=str):
                value = parameter.at(day, place, level)
                if value is not None and limit.holds(day, place) and limit.excludes(value.value):
                    raise wrong(
                        o,
                        f"规则包 {value.origin} 的取值 {show(value.value, parameter.unit)} 不在所设范围 "
                        f"{limit.span(parameter.unit)} 之内；请同时给出新的取值",
                        f"the value {show(value.value, parameter.unit)} of the package {value.origin} is outside the "
                        f"limits {limit.span(parameter.unit)}; give a new value with them",
                        "pack-outside-limits",
                    )


def _touch(a: str | None, b: str | None) -> bool:
    """Whether two territories have a place in common."""
    return not a or not b or a.startswith(b) or b.startswith(a)


def meet(a: Override | Limit | DatedValue, b: Override | Limit | DatedValue) -> bool:
    """Whether two spans of days have a day in common."""
    return (a.start or date.min) <= (b.end or date.max) and (b.start or date.min) <= (a.end or date.max)
