"""Resolve the layers once: whose package comes first, how far each may reach, what it changes in the rules below.

Nothing is decided by chance: a package that reaches outside its place or its limits, that changes what it does not
build on, or that says something else than a package of equal rank is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import attrs

from budgetreview.errors import Text
from budgetreview.layering.agreement import check_agreed
from budgetreview.layering.layered import CORE, SILENT, Layered, refusal, wrong
from budgetreview.layering.limits import check_allowed, check_kept
from budgetreview.layering.order import in_order
from budgetreview.layering.placing import inside, placed
from budgetreview.layering.telling import new_rule, told
from budgetreview.layers import Change
from budgetreview.parameters import Limit
from budgetreview.rule import Override, Rule

__all__ = ["CORE", "SILENT", "Layered", "Resolved", "in_order", "refusal", "resolved"]


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
                layers.append(new_rule(rules[rule.code], pack))
    within = _reach(packs)
    settled: list[tuple[Layered, Override]] = []
    for pack in packs:
        mine = [placed(o, pack, rules, within[pack.name]) for o in pack.changes]
        mine.sort(key=lambda o: o.start or date.min)  # a later start wins within a package
        settled += [(pack, o) for o in mine]
    check_agreed(settled, within)
    limited: list[Override] = []
    for pack, o in settled:
        before = rules[o.rule]
        rules[o.rule] = _changed(before, o)
        layers += told(before, o, pack)
        if o.least is not None or o.most is not None:
            limited.append(o)
    for o in limited:
        check_kept(rules[o.rule], o)
    return Resolved(MappingProxyType(rules), tuple(layers))


def _reach(packs: Sequence[Layered]) -> dict[str, frozenset[str]]:
    """For each package those that it builds on, directly or through others."""
    out: dict[str, frozenset[str]] = {}
    for pack in packs:  # those it extends come earlier
        out[pack.name] = frozenset({CORE}.union(*({e} | out.get(e, frozenset()) for e in pack.about.extends)))
    return out


def _at_home(rule: Rule, pack: Layered) -> Rule:
    place = inside(rule.territory, pack, Text(f"规则 {rule.code}", f"rule {rule.code}"))
    return rule if place == rule.territory else attrs.evolve(rule, territory=place)


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
        check_allowed([v for v in (o.least, o.most) if v is not None], parameter, rule, o)
        limit = Limit(o.least, o.most, o.start, o.end, o.territory, o.authority, o.origin)
        parameter = attrs.evolve(parameter, limits=(*parameter.limits, limit))
        if o.least is not None and o.most is not None and limit.excludes(o.least):
            raise wrong(o, "下限大于上限；请对调或更正", "the smallest value is above the largest; mend them")
    if o.value is not None:
        check_allowed([o.value.value], parameter, rule, o)
        parameter = attrs.evolve(parameter, values=(*parameter.values, o.value))
    return attrs.evolve(rule, parameters=MappingProxyType({**rule.parameters, o.parameter: parameter}))
