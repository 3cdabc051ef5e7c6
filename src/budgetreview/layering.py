"""Resolve the layers once: whose package comes first, how far each may reach, what it changes in the rules below.

Nothing is decided by chance: a package that reaches outside its place or its limits, that changes what it does not
build on, or that says something else than a package of equal rank is refused by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from itertools import combinations
from types import MappingProxyType
from typing import Final

import attrs

from budgetreview.errors import PackError, Text
from budgetreview.layers import LAYERS, About, Change
from budgetreview.mechanism import LEVELS
from budgetreview.parameters import DatedValue, Limit, Parameter, Unit, Value, show
from budgetreview.rule import Override, Rule

CORE: Final = "core"
SILENT: Final = About(Text("未说明的规则包", "a package that says nothing of itself"), "county")
"""What a package without the hook ``budgetreview_about`` is taken for."""


def refusal(pack: str, code: str, zh: str, en: str) -> PackError:
    """The error that refuses a package."""
    return PackError(pack, Text(zh, en), code)


def in_order(packs: Mapping[str, About], left_out: Sequence[str] = ()) -> tuple[str, ...]:
    """The packages in the order in which they are applied: the core, then layer by layer from the top, then by name.

    Within a layer a package comes after those that it extends.

    Raises:
        PackError: One extends a package that is not there, one of a lower layer, or, in a circle, itself.
    """
    for name in sorted(packs):
        for base in packs[name].extends:
            _there(name, base, packs, left_out)
    graph = {name: set(packs[name].extends) for name in packs}
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = [str(n) for n in error.args[1]]
        name = min(circle)
        around = " → ".join(_from(circle[:-1], name))
        raise refusal(
            name, "pack-circular",
            f"规则包互为基础（{around}），无法确定先后；请改正其中一个的 extends",
            f"the packages build on each other in a circle ({around}); correct the extends of one of them",
        ) from None  # fmt: skip
    for name in sorted(packs):
        for base in sorted(packs[name].extends):
            if base != CORE and _rank(packs[base]) > _rank(packs[name]):
                raise refusal(
                    name, "pack-upside-down",
                    f"上层规则包不能建立在下层规则包 {base} 之上（{packs[name].layer} 在 {packs[base].layer} 之上）",
                    f"it is of the layer {packs[name].layer} and cannot build on {base}, which is of the lower layer "
                    f"{packs[base].layer}",
                )  # fmt: skip
    out: list[str] = []
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=lambda n: (n != CORE, _rank(packs[n]), n))
        first = ready.pop(0)
        out.append(first)
        sorter.done(first)
    return tuple(out)


def _there(name: str, base: str, packs: Mapping[str, About], left_out: Sequence[str]) -> None:
    if base in packs:
        return
    if base in left_out:
        raise refusal(
            name, "pack-extends-missing",
            f"它建立在已用 --without 排除的规则包 {base} 之上；请把 {name} 也排除，或保留 {base}",
            f"it builds on the package {base}, which was left out with --without; leave {name} out too, or keep {base}",
        )  # fmt: skip
    raise refusal(
        name, "pack-extends-missing",
        f"它建立在没有安装的规则包 {base} 之上；请安装 {base}，或用 --without {name} 排除",
        f"it builds on the package {base}, which is not installed; install {base}, or leave it out with "
        f"--without {name}",
    )  # fmt: skip


def _from(circle: list[str], name: str) -> list[str]:
    """The circle as a reader follows it, from ``name`` back to itself."""
    forwards = circle[::-1]  # graphlib lists each package after the one that builds on it
    at = forwards.index(name)
    return [*forwards[at:], *forwards[:at], name]


def _rank(about: About) -> int:
    return LAYERS.index(about.layer)


@attrs.frozen(eq=False)
class Layered:
    """What one package brings that is layered: its rules, and its changes to those of others."""

    name: str
    about: About
    rules: tuple[Rule, ...]
    changes: tuple[Override, ...]
    spoke: bool = True
    """Whether the package said what it is; one that did not need not name what it extends."""


@attrs.frozen(eq=False)
class Resolved:
    """All rules with the changes of all packages, and the list of what was added, removed and modified."""

    rules: Mapping[str, Rule]
    layers: tuple[Change, ...]


def resolved(packs: Sequence[Layered]) -> Resolved:
    """Put the layers on top of each other.

    Args:
        packs: In the order of :func:`in_order`.

    Raises:
        PackError: Two packages use one code, one reaches outside its place or limits, changes what it may not or what
            is not there, or two of equal rank contradict each other.
    """
    rules: dict[str, Rule] = {}
    layers: list[Change] = []
    for pack in packs:
        for rule in pack.rules:
            if rule.code in rules:
                other = rules[rule.code].pack
                raise refusal(
                    pack.name, "pack-code-clash",
                    f"规则编号 {rule.code} 与规则包 {other} 的重复；编号不得重复使用，请换一个编号",
                    f"the code {rule.code} is already taken by the package {other}; codes are never reused, take "
                    "another one",
                )  # fmt: skip
            rules[rule.code] = _at_home(rule, pack)
            if pack.name != CORE:
                layers.append(_new(rules[rule.code], pack))
    within = _reach(packs)
    placed: list[tuple[Layered, Override]] = []
    for pack in packs:
        mine = [_placed(o, pack, rules, within[pack.name]) for o in pack.changes]
        mine.sort(key=lambda o: o.start or date.min)  # a later start wins within a package
        placed += [(pack, o) for o in mine]
    _agreed(placed, within)
    limited: list[Override] = []
    for pack, o in placed:
        before = rules[o.rule]
        rules[o.rule] = _changed(before, o)
        layers += _said(before, o, pack)
        if o.least is not None or o.most is not None:
            limited.append(o)
    for o in limited:
        _kept(rules[o.rule], o)
    return Resolved(MappingProxyType(rules), tuple(layers))


def _reach(packs: Sequence[Layered]) -> dict[str, frozenset[str]]:
    """For each package those that it builds on, directly or through others."""
    out: dict[str, frozenset[str]] = {}
    for pack in packs:  # those it extends come earlier
        out[pack.name] = frozenset({CORE}.union(*({e} | out.get(e, frozenset()) for e in pack.about.extends)))
    return out


def _inside(territory: str | None, pack: Layered, what: Text) -> str | None:
    """The territory, or the package's where none is named.

    Raises:
        PackError: It is no prefix of division codes, or reaches outside that of the package.
    """
    home = pack.about.territory
    if not territory:
        return home
    if not (territory.isascii() and territory.isdigit()):
        raise refusal(
            pack.name, "pack-outside-territory",
            f"{what.zh}：地区 {territory!r} 应为区划代码的前几位数字",
            f"{what.en}: the territory {territory!r} should be the first digits of division codes",
        )  # fmt: skip
    if home is not None and not territory.startswith(home):
        raise refusal(
            pack.name, "pack-outside-territory",
            f"{what.zh}：地区 {territory} 不在本规则包的地区 {home} 之内；请改正，或另立一个规则包",
            f"{what.en}: the territory {territory} is not inside the package's own, {home}; correct it, or make a "
            "package for that place",
        )  # fmt: skip
    return territory


def _at_home(rule: Rule, pack: Layered) -> Rule:
    place = _inside(rule.territory, pack, Text(f"规则 {rule.code}", f"rule {rule.code}"))
    return rule if place == rule.territory else attrs.evolve(rule, territory=place)


def _placed(o: Override, pack: Layered, rules: Mapping[str, Rule], reach: frozenset[str]) -> Override:
    """The change with its territory, its days and its authority settled, if it is sound.

    Raises:
        PackError: It is not.
    """
    rule = rules.get(o.rule)
    if rule is None:
        raise refusal(
            pack.name, "pack-unknown-rule",
            f"要修改的规则 {o.rule} 不存在；请核对编号，或在 extends 中写明并安装它所在的规则包",
            f"it changes a rule {o.rule} that is not there; check the code, or install the package that has it",
        )  # fmt: skip
    if pack.spoke and rule.pack != pack.name and rule.pack not in reach:
        raise refusal(
            pack.name, "pack-not-extended",
            f"要修改的规则 {o.rule} 属于规则包 {rule.pack}，但 extends 中没有 {rule.pack}；请补上",
            f"it changes the rule {o.rule} of the package {rule.pack} without extending it; add {rule.pack} to extends",
        )  # fmt: skip
    _sound(o, rule, pack)
    place = _inside(o.territory, pack, Text(f"对规则 {o.rule} 的修改", f"the change to the rule {o.rule}"))
    if o.value is None:
        return attrs.evolve(o, territory=place)
    value = o.value
    own = _inside(value.territory, pack, Text(f"{o.rule}.{o.parameter} 的取值", f"the value of {o.rule}.{o.parameter}"))
    if o.territory and value.territory and value.territory != o.territory:
        both = f"{value.territory} ≠ {o.territory}"
        raise _wrong(
            o,
            f"取值与修改的地区不一致（{both}）；请只写一处",
            f"the value and the change name different territories ({both}); name it once",
        )
    place = place if o.territory else own
    for mine, its in ((o.start, value.start), (o.end, value.end)):
        if mine and its and mine != its:
            raise _wrong(o, f"取值与修改的日期不一致（{its} ≠ {mine}）；请只写一处",
                         f"the value and the change name different days ({its} ≠ {mine}); name them once")  # fmt: skip
    start, end = o.start or value.start, o.end or value.end
    authority = o.authority or value.authority
    value = attrs.evolve(
        value, start=start, end=end, territory=place, authority=value.authority or authority, origin=pack.name
    )
    return attrs.evolve(o, value=value, territory=place, start=start, end=end, authority=authority)


def _wrong(o: Override, zh: str, en: str, code: str = "pack-bad-change") -> PackError:
    place = f"{o.rule}.{o.parameter}" if o.parameter else o.rule
    return refusal(o.origin, code, f"对规则 {place} 的修改：{zh}", f"the change to the rule {place}: {en}")


def _sound(o: Override, rule: Rule, pack: Layered) -> None:
    """Refuse a change that would be ignored in part, that rests on nothing, or that loosens what must hold.

    Raises:
        PackError: saying which.
    """
    figure = o.value is not None or o.least is not None or o.most is not None
    wrong: tuple[str, str] | None = None
    if (o.parameter is None) == figure:
        wrong = (
            "参数与参数值（或上下限）须同时给出；请补全",
            "a parameter and its value or limits belong together; give both",
        )
    elif o.parameter is None and o.severity is None and o.retired is None and not o.enabled:
        wrong = (
            "没有说明要修改什么；请写参数、严重程度、停用理由或启用",
            "it does not say what is changed; give a value, a severity, a reason, or enable it",
        )
    elif o.retired is not None and (figure or o.severity is not None or o.enabled):
        wrong = (
            "停用规则不能同时作其他修改；请删去其他修改",
            "a rule that is retired cannot be changed at the same time; drop one",
        )
    elif o.severity is not None and not o.authority:
        wrong = "修改严重程度须有依据；请写 authority", "a change of severity needs its authority; give one"
    elif figure and not (o.authority or (o.value is not None and o.value.authority)):
        wrong = "取值和上下限须有依据；请写 authority", "a value or a limit needs its authority; give one"
    elif (o.start and o.end and o.start > o.end) or _reversed(o.value):
        wrong = "开始日期晚于结束日期；请改日期", "it ends before it starts; mend the days"
    elif not rule.waivable and pack.about.layer != "national" and pack.name != rule.pack and _looser(o, rule):
        wrong = (
            "该规则不得豁免，下层不能停用它或降低其严重程度；请删去这项修改",
            "the rule cannot be waived, so no lower layer may retire it or make it less grave; delete the change",
        )
        raise _wrong(o, *wrong, code="pack-outside-limits")
    if wrong is not None:
        raise _wrong(o, *wrong)
    if o.parameter is not None:
        _figures(o, rule)


def _reversed(value: DatedValue | None) -> bool:
    return value is not None and value.start is not None and value.end is not None and value.start > value.end


def _looser(o: Override, rule: Rule) -> bool:
    return o.retired is not None or (o.severity is not None and o.severity.rank > rule.severity.rank)


def _figures(o: Override, rule: Rule) -> None:
    """Refuse a value or limits for a parameter that is not there, or of another kind than the parameter.

    Raises:
        PackError: saying which.
    """
    parameter = rule.parameters.get(o.parameter or "")
    if parameter is None:
        known = "、".join(rule.parameters) or "-"
        raise _wrong(
            o, f"规则 {rule.code} 没有参数 {o.parameter}，有：{known}",
            f"the rule {rule.code} has no parameter {o.parameter}, it has: {known}", "pack-unknown-rule",
        )  # fmt: skip
    words = parameter.unit in {"codes", "words"}
    if words and not (o.least is None and o.most is None):
        raise _wrong(
            o, "词语和代码的清单没有上下限；请只写取值", "a list of words or codes has no limits; give a value only"
        )
    for given in (o.value.value if o.value is not None else None, o.least, o.most):
        if given is not None and not _of_kind(given, parameter.unit):
            wanted = "tuple[str, ...]" if words else "int, Fraction" if parameter.unit in {"share", "score"} else "int"
            raise _wrong(o, f"{given!r} 不是 {parameter.unit} 类型的值（应为 {wanted}）",
                         f"{given!r} is no value of the kind {parameter.unit} (expected {wanted})")  # fmt: skip
    if o.value is not None and o.value.level is not None and o.value.level not in LEVELS:
        raise _wrong(o, f"没有 {o.value.level!r} 这个级次；应为 {'、'.join(LEVELS)}",
                     f"there is no level {o.value.level!r}; expected {', '.join(LEVELS)}")  # fmt: skip


def _of_kind(value: object, unit: Unit) -> bool:
    if unit in {"codes", "words"}:
        return isinstance(value, tuple) and all(isinstance(v, str) for v in value)
    wanted = (int, Fraction) if unit in {"share", "score"} else int
    return isinstance(value, wanted) and not isinstance(value, bool)


def _changed(rule: Rule, o: Override) -> Rule:
    """The rule with one more change.

    Raises:
        PackError: A value or a limit lies outside the limits that the rule or an earlier package set.
    """
    rule = attrs.evolve(rule, changes=(*rule.changes, o))
    if o.severity is not None and not (o.territory or o.start or o.end):
        rule = attrs.evolve(rule, severity=o.severity)
    if o.parameter is None:
        return rule
    parameter = rule.parameters[o.parameter]
    if o.least is not None or o.most is not None:
        _allowed([v for v in (o.least, o.most) if v is not None], parameter, rule, o)
        limit = Limit(o.least, o.most, o.start, o.end, o.territory, o.authority, o.origin)
        parameter = attrs.evolve(parameter, limits=(*parameter.limits, limit))
        if o.least is not None and o.most is not None and limit.excludes(o.least):
            raise _wrong(o, "下限大于上限；请对调或更正", "the smallest value is above the largest; mend them")
    if o.value is not None:
        _allowed([o.value.value], parameter, rule, o)
        parameter = attrs.evolve(parameter, values=(*parameter.values, o.value))
    return attrs.evolve(rule, parameters=MappingProxyType({**rule.parameters, o.parameter: parameter}))


def _allowed(values: Iterable[Value], parameter: Parameter, rule: Rule, o: Override) -> None:
    """Refuse a value outside any limit whose place and days it touches.

    Raises:
        PackError: naming both packages and the limits.
    """
    binding = [(rule.pack, parameter.own)]
    binding += [(x.origin, x) for x in parameter.limits if _touch(o.territory, x.territory) and _meet(o, x)]
    for value in values:
        for by, limit in binding:
            if limit.excludes(value):
                where = f"（{limit.territory}）" if limit.territory else ""
                law = "、".join(a.cite("zh") for a in limit.authority)
                raise _wrong(
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


def _touch(a: str | None, b: str | None) -> bool:
    """Whether two territories have a place in common."""
    return not a or not b or a.startswith(b) or b.startswith(a)


def _meet(a: Override | Limit | DatedValue, b: Override | Limit | DatedValue) -> bool:
    """Whether two spans of days have a day in common."""
    return (a.start or date.min) <= (b.end or date.max) and (b.start or date.min) <= (a.end or date.max)


def _kept(rule: Rule, o: Override) -> None:
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
                    raise _wrong(
                        o,
                        f"规则包 {value.origin} 的取值 {show(value.value, parameter.unit)} 不在所设范围 "
                        f"{limit.span(parameter.unit)} 之内；请同时给出新的取值",
                        f"the value {show(value.value, parameter.unit)} of the package {value.origin} is outside the "
                        f"limits {limit.span(parameter.unit)}; give a new value with them",
                        "pack-outside-limits",
                    )


def _agreed(placed: Sequence[tuple[Layered, Override]], within: Mapping[str, frozenset[str]]) -> None:
    """Refuse contradictions between packages of one layer, neither of which builds on the other, and within one.

    Raises:
        PackError: naming both packages, the rule and what they say of it.
    """
    groups: dict[tuple[str, str, str | None], list[tuple[Layered, Override]]] = {}
    for pack, o in placed:
        groups.setdefault((o.rule, pack.about.layer, o.territory), []).append((pack, o))
    for (code, layer, territory), said in groups.items():
        for (p, a), (q, b) in combinations(said, 2):
            if q.name in within[p.name] or p.name in within[q.name] or not _meet(a, b):
                continue
            what = _contradiction(a, b)
            if what is None or (p is q and a.start != b.start):  # years of one package follow each other
                continue
            where_zh, where_en = territory or "全国", territory or "the whole country"
            if p is q:
                raise _wrong(a, f"{what}：同一规则包对 {where_zh} 说了两次，且不一致",
                             f"{what}: the package says it twice for {where_en}, and differently")  # fmt: skip
            raise refusal(
                q.name, "pack-conflict",
                f"规则 {code} 的 {what}：与同为 {layer} 层、同一地区（{where_zh}）的规则包 {p.name} 说法不一；请统一，"
                f"或在 extends 中写明以谁为基础，或用 --without 排除一个",
                f"{what} of the rule {code}: the package {p.name}, of the same layer ({layer}) and place ({where_en}), "
                f"says otherwise; agree, or let one extend the other, or leave one out with --without",
            )  # fmt: skip


def _contradiction(a: Override, b: Override) -> str | None:
    """What two changes say differently, None if nothing."""
    if (a.retired is None) != (b.retired is None):
        return "retired"
    if a.severity is not None and b.severity is not None and a.severity != b.severity:
        return "severity"
    if a.parameter is None or a.parameter != b.parameter:
        return None
    if a.value is not None and b.value is not None:
        levels = {a.value.level, b.value.level}
        if a.value.value != b.value.value and (None in levels or len(levels) == 1):
            return a.parameter
    for mine, its, name in ((a.least, b.least, "least"), (a.most, b.most, "most")):
        if mine is not None and its is not None and mine != its:
            return f"{a.parameter} {name}"
    return None


def _new(rule: Rule, pack: Layered) -> Change:
    start, end = rule.in_force
    return Change(
        rule.code, "added", "rule", None, rule.severity.value, pack.name, pack.about.layer, rule.territory,
        start=start, end=end, authority=rule.authority,
    )  # fmt: skip


def _said(rule: Rule, o: Override, pack: Layered) -> list[Change]:
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
