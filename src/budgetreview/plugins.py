"""Load rule packages: find them, refuse what is broken, clashing or missing, and resolve one rule set.

Loading fails closed. A package that cannot be used is an error that names it; the only way round is to leave it out
by name, and the report then says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from types import MappingProxyType
from typing import Any, Final

import attrs
import pluggy

from budgetreview import hookspecs
from budgetreview.codes import CodeTable, load_tables, merged
from budgetreview.errors import BudgetReviewError, PackError, Text, UsageError
from budgetreview.layout import Layout
from budgetreview.mechanism import Profile
from budgetreview.parameters import DatedValue
from budgetreview.report import ENGINE
from budgetreview.rule import Override, Rule, RuleSet
from budgetreview.rules import core

CORE: Final = "core"


@attrs.frozen
class Pack:
    """An installed package of rules.

    Attributes:
        name: Its entry point's name.
        version: Its distribution's version.
        plugin: The module with the hooks; None where it could not be imported.
        error: What is wrong with it, None if nothing.
    """

    name: str
    version: str
    plugin: Any
    error: PackError | None = None


def installed() -> tuple[Pack, ...]:
    """Every installed package, the core first, also those that cannot be imported."""
    packs = [Pack(CORE, _version("budgetreview"), core)]
    for point in sorted(metadata.entry_points(group=hookspecs.GROUP), key=lambda p: (p.name, p.value)):
        version = point.dist.version if point.dist is not None else "0"
        try:
            plugin = point.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a broken package may raise anything on import
            what = f"{type(error).__name__}: {error}"
            broken = PackError(
                point.name,
                Text(
                    f"规则包无法导入（{what}）；请修复、卸载，或用 --without {point.name} 明确排除",
                    f"the package cannot be imported ({what}); mend it, uninstall it, or leave it out with "
                    f"--without {point.name}",
                ),
            )
            packs.append(Pack(point.name, version, None, broken))
        else:
            packs.append(Pack(point.name, version, plugin))
    return tuple(packs)


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:  # run from its source, not installed
        return ENGINE


def load_rules(
    *,
    require: Iterable[str] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    without: Sequence[str] = (),
    codes: Sequence[CodeTable] = (),
    packs: Sequence[Pack] | None = None,
) -> RuleSet:
    """Load the rules of all installed packages.

    Args:
        require: Packages that must be there and sound; ``core`` always is.
        select: Codes or prefixes that run, ``all`` for every rule; empty: those that are on by default.
        ignore: Codes or prefixes that do not run.
        without: Packages to leave out.
        codes: Further classification tables, e.g. from ``--codes``.
        packs: The packages, instead of those installed.

    Returns:
        The rule set, with the codes that do not run in ``off``.

    Raises:
        PackError: A package is missing, broken, or clashes with another one.
        UsageError: A code given in ``select`` or ``ignore`` matches no rule, or a package given in ``without`` is not
            installed.
    """
    left_out = tuple(sorted(set(without)))
    everything = installed() if packs is None else packs
    _known(left_out, everything)
    found = [p for p in everything if p.name not in left_out]
    _present(found, require, left_out)
    manager = pluggy.PluginManager(hookspecs.GROUP)
    manager.add_hookspecs(hookspecs)
    for pack in found:
        if pack.error is not None:
            raise pack.error
        _register(manager, pack)
    brought = {pack.name: _brought(manager, pack) for pack in found}
    rules = _unique(brought)
    changed, enabled = _with_overrides(rules, [o for b in brought.values() for o in b.overrides])
    chosen, off = _chosen(changed, enabled, select, ignore)
    return RuleSet(
        rules=chosen,
        packs=MappingProxyType({p.name: p.version for p in found}),
        off=off,
        without=left_out,
        profiles=_by_key(brought, "profiles"),
        layouts=_by_key(brought, "layouts"),
        codes=merged_codes([t for b in brought.values() for t in b.codes] + list(codes)),
    )


def _known(left_out: Sequence[str], packs: Sequence[Pack]) -> None:
    """A name that is left out must be there: a slip of the pen would leave the package in.

    Raises:
        UsageError: It is not installed.
    """
    names = sorted({p.name for p in packs})
    for name in left_out:
        if name not in names:
            raise UsageError(Text(
                f"--without {name}：没有安装这个规则包；已安装：{'、'.join(names)}",
                f"--without {name}: no such package is installed; installed: {', '.join(names)}",
            ))  # fmt: skip


def _present(found: Sequence[Pack], require: Iterable[str], left_out: Sequence[str]) -> None:
    names = {p.name for p in found}
    for name in require:
        if name not in names:
            why_zh = "已用 --without 排除" if name in left_out else "没有安装"
            why_en = "was left out with --without" if name in left_out else "is not installed"
            raise PackError(
                name,
                Text(
                    f"需要的规则包{why_zh}；已有：{'、'.join(sorted(names))}",
                    f"the required package {why_en}; there are: {', '.join(sorted(names))}",
                ),
            )
    twice = sorted({p.name for p in found if sum(q.name == p.name for q in found) > 1})
    if twice:
        raise PackError(twice[0], Text("两个已安装的规则包同名", "two installed packages have this name"))


def _register(manager: pluggy.PluginManager, pack: Pack) -> None:
    try:
        manager.register(pack.plugin, name=pack.name)
        manager.check_pending()
    except (pluggy.PluginValidationError, ValueError) as error:
        raise PackError(
            pack.name,
            Text(f"规则包的挂钩与本库约定不符：{error}", f"a hook of the package does not fit the contract: {error}"),
        ) from error
    marked = _hooks_of(manager, pack)
    known = {n for n in vars(hookspecs) if n.startswith("budgetreview_")}
    unmarked = sorted(n for n in known - marked if hasattr(pack.plugin, n))
    if unmarked or not marked:
        zh = f"{'、'.join(unmarked)} 没有 @hookimpl 标记" if unmarked else "没有任何挂钩"
        en = f"{', '.join(unmarked)} not marked with @hookimpl" if unmarked else "it has no hook at all"
        misfit = Text(f"规则包的挂钩与本库约定不符：{zh}", f"a hook of the package does not fit the contract: {en}")
        raise PackError(pack.name, misfit)


def _hooks_of(manager: pluggy.PluginManager, pack: Pack) -> set[str]:
    return {caller.name for caller in manager.get_hookcallers(pack.plugin) or ()}


@attrs.frozen
class _Brought:
    rules: tuple[Rule, ...]
    overrides: tuple[Override, ...]
    profiles: tuple[Any, ...]
    layouts: tuple[Any, ...]
    codes: tuple[CodeTable, ...]


def _brought(manager: pluggy.PluginManager, pack: Pack) -> _Brought:
    """What one package brings; called hook by hook so that an error names the package.

    Raises:
        PackError: A hook raised or returned something that is not of its kind.
    """
    others = [p for p in manager.get_plugins() if p is not pack.plugin]

    def call(name: str, kind: type | tuple[type, ...]) -> tuple[Any, ...]:
        hook = manager.subset_hook_caller(name, remove_plugins=others)
        try:
            given = hook()
            values = tuple(v for listed in given for v in listed)
        except (BudgetReviewError, Exception) as error:
            raise PackError(
                pack.name,
                Text(
                    f"{name} 出错（{type(error).__name__}: {error}）", f"{name} raised {type(error).__name__}: {error}"
                ),
            ) from error
        if not given and name in _hooks_of(manager, pack):
            # pluggy passes over None: with a forgotten ``return`` a package would seem to have no rules.
            nothing = Text(
                f"{name} 没有返回值；没有内容时应返回空列表", f"{name} returned nothing; an empty list says none"
            )
            raise PackError(pack.name, nothing)
        odd = [v for v in values if not isinstance(v, kind)]
        if odd:
            wanted = kind.__name__ if isinstance(kind, type) else " / ".join(k.__name__ for k in kind)
            raise PackError(
                pack.name,
                Text(
                    f"{name} 应返回 {wanted}，却返回了 {type(odd[0]).__name__}",
                    f"{name} should return {wanted}, it returned {type(odd[0]).__name__}",
                ),
            )
        return values

    rules = call("budgetreview_rules", Rule)
    foreign = sorted(r.code for r in rules if r.pack != pack.name)
    if foreign:
        raise PackError(
            pack.name,
            Text(f"规则 {'、'.join(foreign)} 自称属于别的规则包", f"rules {', '.join(foreign)} claim another package"),
        )
    changes = call("budgetreview_parameters", Override)
    forged = sorted({o.rule for o in changes if o.origin != pack.name})
    if forged:
        raise PackError(
            pack.name,
            Text(
                f"对规则 {'、'.join(forged)} 的修改自称来自别的规则包",
                f"its changes to {', '.join(forged)} claim to come from another package",
            ),
        )
    return _Brought(
        rules,
        changes,
        call("budgetreview_profiles", Profile),
        call("budgetreview_layouts", Layout),
        call("budgetreview_codes", CodeTable),
    )


def _unique(brought: Mapping[str, _Brought]) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for name, pack in brought.items():
        for rule in pack.rules:
            other = rules.get(rule.code)
            if other is not None:
                raise PackError(
                    name,
                    Text(
                        f"规则编号 {rule.code} 与规则包 {other.pack} 的重复；编号不得重复使用",
                        f"the code {rule.code} is already taken by the package {other.pack}; codes are never reused",
                    ),
                )
            rules[rule.code] = rule
    return rules


def _with_overrides(rules: Mapping[str, Rule], overrides: Sequence[Override]) -> tuple[dict[str, Rule], set[str]]:
    """Rules with the values, severities and retirements that packages set, and the codes that packages switched on."""
    changed = dict(rules)
    enabled: set[str] = set()
    for o in overrides:
        rule = changed.get(o.rule)
        if rule is None:
            raise PackError(
                o.origin, Text(f"要修改的规则 {o.rule} 不存在", f"it changes a rule {o.rule} that is not there")
            )
        _sound(o)
        if o.enabled:
            enabled.add(o.rule)
        if o.parameter is not None and o.value is not None:
            rule = _with_value(rule, o.parameter, o.value, o)
        if o.severity is not None or o.retired is not None:
            rule = attrs.evolve(rule, changes=(*rule.changes, o))
        if o.severity is not None and not o.territory:
            rule = attrs.evolve(rule, severity=o.severity)
        changed[o.rule] = rule
    return changed, enabled


def _sound(o: Override) -> None:
    """Refuse a change that would be ignored in part.

    Raises:
        PackError: It says nothing, half of something, something without its authority, or what cannot be limited.
    """
    wrong: Text | None = None
    if (o.parameter is None) != (o.value is None):
        wrong = Text("参数与参数值须同时给出", "a parameter and its value belong together")
    elif o.parameter is None and o.severity is None and o.retired is None and not o.enabled:
        wrong = Text("没有说明要修改什么", "it does not say what is changed")
    elif o.severity is not None and not o.authority:
        wrong = Text("修改等级须有依据", "a change of severity needs its authority")
    elif o.enabled and o.territory:
        wrong = Text("启用规则不能只限于某一地区", "a rule cannot be switched on for one territory only")
    if wrong is not None:
        raise PackError(
            o.origin, Text(f"对规则 {o.rule} 的修改：{wrong.zh}", f"the change to the rule {o.rule}: {wrong.en}")
        )


def _with_value(rule: Rule, name: str, value: DatedValue, o: Override) -> Rule:
    """The rule with one more dated value, marked as its package's own.

    Raises:
        PackError: There is no such parameter, the value is outside its limits, rests on nothing, or names another
            territory than the change.
    """
    parameter = rule.parameters.get(name)
    if parameter is None:
        raise PackError(
            o.origin, Text(f"规则 {rule.code} 没有参数 {name}", f"the rule {rule.code} has no parameter {name}")
        )
    if not (value.authority or o.authority):
        raise PackError(
            o.origin, Text(f"{rule.code}.{name} 的取值须有依据", f"a value of {rule.code}.{name} needs its authority")
        )
    if o.territory and value.territory and value.territory != o.territory:
        where = f"{value.territory} ≠ {o.territory}"
        raise PackError(
            o.origin,
            Text(f"{rule.code}.{name} 的取值与修改的地区不一致（{where}）",
                 f"{rule.code}.{name}: the value and the change name different territories ({where})"),
        )  # fmt: skip
    try:
        parameter.checked(value.value, f"{rule.code}.{name}")
    except BudgetReviewError as error:
        raise PackError(o.origin, Text(str(error), str(error))) from error
    own = attrs.evolve(
        value, territory=value.territory or o.territory, authority=value.authority or o.authority, origin=o.origin
    )
    more = attrs.evolve(parameter, values=(*parameter.values, own))
    return attrs.evolve(rule, parameters=MappingProxyType({**rule.parameters, name: more}))


def matches(code: str, wanted: Sequence[str]) -> bool:
    """Whether a code is named, by itself, by a prefix or by ``all``."""
    return any(w == "all" or code.startswith(w) for w in wanted)


def _chosen(
    rules: Mapping[str, Rule], enabled: set[str], select: Sequence[str], ignore: Sequence[str]
) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    for wanted in (*select, *ignore):
        if wanted != "all" and not any(c.startswith(wanted) for c in rules):
            raise UsageError(Text(f"没有以 {wanted} 开头的规则", f"no rule has a code that starts with {wanted}"))
    on = {
        c
        for c, r in rules.items()
        if (matches(c, select) if select else r.default or c in enabled) and not matches(c, ignore)
    }
    return tuple(rules[c] for c in sorted(on)), tuple(sorted(set(rules) - on))


def _by_key(brought: Mapping[str, _Brought], what: str) -> Mapping[str, Any]:
    """Profiles or layouts by key; a later package replaces what an earlier one shipped under the same key."""
    found: dict[str, Any] = {}
    for pack in brought.values():
        for value in getattr(pack, what):
            found[value.key] = value
    return MappingProxyType(found)


def merged_codes(extra: Sequence[CodeTable]) -> Mapping[str, CodeTable]:
    """The shipped classification tables with those of packages and of the user on top, later ones first."""
    tables = load_tables()
    for table in extra:
        tables = merged(tables, {table.system: table})
    return {str(system): table for system, table in tables.items()}
