"""One change by itself: whether it is sound, and in which place and days it holds."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import attrs

from budgetreview.errors import Text
from budgetreview.layering.layered import Layered, refusal, wrong
from budgetreview.mechanism import LEVELS
from budgetreview.parameters import DatedValue, Unit
from budgetreview.rule import Override, Rule


def placed(o: Override, pack: Layered, rules: Mapping[str, Rule], reach: frozenset[str]) -> Override:
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
    place = inside(o.territory, pack, Text(f"对规则 {o.rule} 的修改", f"the change to the rule {o.rule}"))
    if o.value is None:
        return attrs.evolve(o, territory=place)
    value = o.value
    own = inside(value.territory, pack, Text(f"{o.rule}.{o.parameter} 的取值", f"the value of {o.rule}.{o.parameter}"))
    if o.territory and value.territory and value.territory != o.territory:
        both = f"{value.territory} ≠ {o.territory}"
        raise wrong(
            o,
            f"取值与修改的地区不一致（{both}）；请只写一处",
            f"the value and the change name different territories ({both}); name it once",
        )
    place = place if o.territory else own
    for mine, its in ((o.start, value.start), (o.end, value.end)):
        if mine and its and mine != its:
            raise wrong(o, f"取值与修改的日期不一致（{its} ≠ {mine}）；请只写一处",
                         f"the value and the change name different days ({its} ≠ {mine}); name them once")  # fmt: skip
    start, end = o.start or value.start, o.end or value.end
    authority = o.authority or value.authority
    value = attrs.evolve(
        value, start=start, end=end, territory=place, authority=value.authority or authority, origin=pack.name
    )
    return attrs.evolve(o, value=value, territory=place, start=start, end=end, authority=authority)


def inside(territory: str | None, pack: Layered, what: Text) -> str | None:
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


def _sound(o: Override, rule: Rule, pack: Layered) -> None:
    """Refuse a change that would be ignored in part, that rests on nothing, or that loosens what must hold.

    Raises:
        PackError: saying which.
    """
    figure = o.value is not None or o.least is not None or o.most is not None
    fault: tuple[str, str] | None = None
    if (o.parameter is None) == figure:
        fault = (
            "参数与参数值（或上下限）须同时给出；请补全",
            "a parameter and its value or limits belong together; give both",
        )
    elif o.parameter is None and o.severity is None and o.retired is None and not o.enabled:
        fault = (
            "没有说明要修改什么；请写参数、严重程度、停用理由或启用",
            "it does not say what is changed; give a value, a severity, a reason, or enable it",
        )
    elif o.retired is not None and (figure or o.severity is not None or o.enabled):
        fault = (
            "停用规则不能同时作其他修改；请删去其他修改",
            "a rule that is retired cannot be changed at the same time; drop one",
        )
    elif o.severity is not None and not o.authority:
        fault = "修改严重程度须有依据；请写 authority", "a change of severity needs its authority; give one"
    elif figure and not (o.authority or (o.value is not None and o.value.authority)):
        fault = "取值和上下限须有依据；请写 authority", "a value or a limit needs its authority; give one"
    elif (o.start and o.end and o.start > o.end) or _reversed(o.value):
        fault = "开始日期晚于结束日期；请改日期", "it ends before it starts; mend the days"
    elif not rule.waivable and pack.about.layer != "national" and pack.name != rule.pack and _looser(o, rule):
        fault = (
            "该规则不得豁免，下层不能停用它或降低其严重程度；请删去这项修改",
            "the rule cannot be waived, so no lower layer may retire it or make it less grave; delete the change",
        )
        raise wrong(o, *fault, code="pack-outside-limits")
    if fault is not None:
        raise wrong(o, *fault)
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
        raise wrong(
            o, f"规则 {rule.code} 没有参数 {o.parameter}，有：{known}",
            f"the rule {rule.code} has no parameter {o.parameter}, it has: {known}", "pack-unknown-rule",
        )  # fmt: skip
    words = parameter.unit in {"codes", "words"}
    if words and not (o.least is None and o.most is None):
        raise wrong(
            o, "词语和代码的清单没有上下限；请只写取值", "a list of words or codes has no limits; give a value only"
        )
    for given in (o.value.value if o.value is not None else None, o.least, o.most):
        if given is not None and not _of_kind(given, parameter.unit):
            wanted = "tuple[str, ...]" if words else "int, Fraction" if parameter.unit in {"share", "score"} else "int"
            raise wrong(o, f"{given!r} 不是 {parameter.unit} 类型的值（应为 {wanted}）",
                         f"{given!r} is no value of the kind {parameter.unit} (expected {wanted})")  # fmt: skip
    if o.value is not None and o.value.level is not None and o.value.level not in LEVELS:
        raise wrong(o, f"没有 {o.value.level!r} 这个级次；应为 {'、'.join(LEVELS)}",
                     f"there is no level {o.value.level!r}; expected {', '.join(LEVELS)}")  # fmt: skip


def _of_kind(value: object, unit: Unit) -> bool:
    if unit in {"codes", "words"}:
        return isinstance(value, tuple) and all(isinstance(v, str) for v in value)
    wanted = (int, Fraction) if unit in {"share", "score"} else int
    return isinstance(value, wanted) and not isinstance(value, bool)
