"""Load rule packages: find them, refuse what is broken, clashing or missing, and resolve one rule set.

Loading fails closed. A package that cannot be used is an error that names it; the only way round is to leave it out
by name, and the report then says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import attrs
import pluggy

from budgetreview import hookspecs, intact
from budgetreview.codes import CodeTable, load_tables, merged
from budgetreview.errors import BudgetReviewError, PackError, Text, UsageError
from budgetreview.layering import CORE, SILENT, Layered, in_order, refusal, resolved
from budgetreview.layers import About, Pack
from budgetreview.layout import Layout
from budgetreview.lock import Lock
from budgetreview.mechanism import Profile
from budgetreview.readers import Reader
from budgetreview.report import ENGINE
from budgetreview.rule import Override, Rule, RuleSet
from budgetreview.rules import core

__all__ = ["CORE", "Pack", "installed", "load_rules", "loaded", "matches", "merged_codes"]


def installed(*, without: Collection[str] = ()) -> tuple[Pack, ...]:
    """Every installed package, the core first, also those that cannot be imported.

    Args:
        without: Packages that are named in the list but not imported.
    """
    packs = [Pack(CORE, _version("budgetreview"), core, module="budgetreview")]
    for point in sorted(metadata.entry_points(group=hookspecs.GROUP), key=lambda p: (p.name, p.value)):
        version = point.dist.version if point.dist is not None else "0"
        module = point.value.partition(":")[0].strip()
        if point.name in without:
            packs.append(Pack(point.name, version, None, module=module))
            continue
        before = intact.parts()
        try:
            plugin = point.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a broken package may raise anything on import
            what = f"{type(error).__name__}: {error}"
            broken = refusal(
                point.name, "pack-broken",
                f"规则包无法导入（{what}）；请修复、卸载，或用 --without {point.name} 明确排除",
                f"the package cannot be imported ({what}); mend it, uninstall it, or leave it out with "
                f"--without {point.name}",
            )  # fmt: skip
            packs.append(Pack(point.name, version, None, broken))
            continue
        patched = intact.replaced(before)
        misfit = refusal(
            point.name, "pack-patches-program",
            f"规则包导入时替换了本程序的 {patched[0]}；请卸载，或用 --without {point.name} 明确排除",
            f"on import the package replaces {patched[0]} of this program; uninstall it, or leave it out with "
            f"--without {point.name}",
        ) if patched else None  # fmt: skip
        packs.append(Pack(point.name, version, plugin, misfit, module=module))
    return tuple(packs)


def loaded(*, without: Sequence[str] = (), files: Sequence[str | Path] = ()) -> tuple[Pack, ...]:
    """The packages that make up the rules, each sound and fitting the others.

    Args:
        without: Packages to leave out.
        files: Rule files beside the packages.

    Raises:
        PackError: One cannot be loaded.
    """
    packs = (*installed(without=without), *(_from_file(f) for f in files))
    names = load_rules(without=without, packs=packs).about
    return tuple(p for name in names for p in packs if p.name == name)


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
    files: Sequence[str | Path] = (),
    lock: Lock | Path | None = None,
    beside: Sequence[Path] = (),
) -> RuleSet:
    """Load the rules of all installed packages.

    Args:
        require: Packages that must be there and sound; ``core`` always is.
        select: Codes or prefixes that run, ``all`` for every rule; empty: those that are on by default.
        ignore: Codes or prefixes that do not run.
        without: Packages to leave out.
        codes: Further classification tables, e.g. from ``--codes``.
        packs: The packages, instead of those installed.
        files: Rule files beside the packages (:func:`budgetreview.rules_from_file`); each is a package of its own.
        lock: What the packages must be, or the file of ``budgetreview lock`` that says so.
        beside: Other files of the review that the lock must hold: profile, layout, tables of codes.

    Returns:
        The rule set, with the codes that do not run in ``off``.

    Raises:
        PackError: A package is missing, broken, clashes with another one, reaches too far, or is not what was locked.
        UsageError: The lock cannot be read.
        UsageError: A code given in ``select`` or ``ignore`` matches no rule, or a package given in ``without`` is not
            installed.
    """
    left_out = tuple(sorted(set(without)))
    everything = (*(installed(without=left_out) if packs is None else packs), *(_from_file(f) for f in files))
    _known(left_out, everything)
    found = [p for p in everything if p.name not in left_out]
    _present(found, require, left_out)
    if lock is not None:
        pinned = Lock.read(lock) if isinstance(lock, Path) else lock
        pinned.check(Lock.of(found, beside), left_out)
    manager = pluggy.PluginManager(hookspecs.GROUP)
    manager.add_hookspecs(hookspecs)
    for pack in found:
        if pack.error is not None:
            raise pack.error
        _register(manager, pack)
    about = {pack.name: _about(manager, pack) for pack in found}
    order = in_order({name: said or SILENT for name, said in about.items()}, left_out)
    by_name = {pack.name: pack for pack in found}
    brought = {name: _brought(manager, by_name[name]) for name in order}
    layered = [
        Layered(n, about[n] or SILENT, b.rules, b.overrides, spoke=about[n] is not None) for n, b in brought.items()
    ]
    layers = resolved(layered)
    chosen, off = _chosen(layers.rules, select, ignore)
    whose = {pack.name: pack.about for pack in layered}
    return RuleSet(
        rules=chosen,
        packs=MappingProxyType({p.name: p.version for p in found}),
        off=off,
        without=left_out,
        profiles=_by_key(brought, whose, "profiles"),
        layouts=_by_key(brought, whose, "layouts"),
        codes=merged_codes([t for b in brought.values() for t in b.codes] + list(codes)),
        about=MappingProxyType(whose),
        base=tuple(sorted((r for b in layered if b.name == CORE for r in b.rules if r.default), key=lambda r: r.code)),
        layers=layers.layers,
        readers=tuple(r for b in brought.values() for r in b.readers),
    )


def _from_file(path: str | Path) -> Pack:
    """A rule file as a package of its own; one that is refused is a broken package."""
    from budgetreview.rulefile import RuleFileError, rules_from_file  # only who has such a file pays for its reader

    try:
        read = rules_from_file(path)
    except RuleFileError as error:
        return Pack(error.pack, "0", None, error)
    module = ModuleType(read.pack)
    hooks: dict[str, Callable[[], Any]] = {
        "budgetreview_rules": lambda: read.rules,
        "budgetreview_parameters": lambda: read.changes,
    }
    for name, hook in hooks.items():
        setattr(module, name, hookspecs.hookimpl(hook))
    return Pack(read.pack, read.version, module, file=Path(path))


def _about(manager: pluggy.PluginManager, pack: Pack) -> About | None:
    """What the package says of itself, None if it does not.

    Raises:
        PackError: It says something else, or does not fit this engine.
    """
    said = _called(manager, pack, "budgetreview_about")
    if not said:
        return None
    about = said[0]
    if type(about) is not About:  # a subclass could say of itself that it fits any engine
        raise refusal(
            pack.name, "pack-bad-hook",
            f"budgetreview_about 应返回一个 About，却返回了 {type(about).__name__}；请改其返回值",
            f"budgetreview_about should return an About, it returned {type(about).__name__}; mend what it returns",
        )  # fmt: skip
    if not about.fits(ENGINE):
        raise refusal(
            pack.name, "pack-incompatible",
            f"它适用于 budgetreview {about.engine}，现为 {ENGINE}；请换用相配的版本，或用 --without {pack.name} 排除",
            f"it fits budgetreview {about.engine}, this is {ENGINE}; take versions that fit, or leave it out with "
            f"--without {pack.name}",
        )  # fmt: skip
    return about


def _called(manager: pluggy.PluginManager, pack: Pack, name: str) -> list[Any]:
    """What one package's hook returns: nothing where it has no such hook, else a list of one.

    Raises:
        PackError: The hook raised, or returned None.
    """
    others = [p for p in manager.get_plugins() if p is not pack.plugin]
    try:
        given: list[Any] = manager.subset_hook_caller(name, remove_plugins=others)()
    except (BudgetReviewError, Exception) as error:
        raise _raised(pack, name, error) from error
    if not given and name in _hooks_of(manager, pack):
        # pluggy passes over None: with a forgotten ``return`` a package would seem to have no rules.
        raise refusal(
            pack.name, "pack-bad-hook",
            f"{name} 没有返回值；没有内容时应返回空列表", f"{name} returned nothing; an empty list says none",
        )  # fmt: skip
    return given


def _raised(pack: Pack, name: str, error: Exception) -> PackError:
    said = getattr(error, "text", None)
    told = said if isinstance(said, Text) else Text(f"{error}" or "-", f"{error}" or "-")
    kind = type(error).__name__
    return refusal(
        pack.name, "pack-bad-hook",
        f"{name} 出错（{kind}: {told.zh}）；请修复、换用相配的版本，或用 --without {pack.name} 排除",
        f"{name} raised {kind}: {told.en}; mend it, take another version, or leave it out with "
        f"--without {pack.name}",
    )  # fmt: skip


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
                "pack-missing",
            )
    twice = sorted({p.name for p in found if sum(q.name == p.name for q in found) > 1})
    if twice:
        raise refusal(
            twice[0], "pack-twice",
            "两个规则包同名；请卸载或改名其中一个", "two packages have this name; uninstall or rename one",
        )  # fmt: skip


def _register(manager: pluggy.PluginManager, pack: Pack) -> None:
    known = sorted(n for n in vars(hookspecs) if n.startswith("budgetreview_"))
    try:
        manager.register(pack.plugin, name=pack.name)
        manager.check_pending()
    except (pluggy.PluginValidationError, ValueError) as error:
        # Its own sentence is English and names the module's file, a path of this machine.
        named = re.search(r"hook '(\w+)'", str(error))
        hook = named[1] if named else "?"
        if hook not in known:
            zh, en = f"没有 {hook} 这个挂钩；请改名或删去", f"there is no hook {hook}; rename or delete it"
        else:
            zh, en = (
                f"{hook} 的参数不对；挂钩都不带参数，请删去参数",
                f"{hook} has arguments; hooks take none, delete them",
            )
        raise _misfit(
            pack, f"{zh}。可用的挂钩：{'、'.join(known)}", f"{en}. The hooks are: {', '.join(known)}"
        ) from error
    marked = _hooks_of(manager, pack)
    unmarked = [n for n in known if n not in marked and hasattr(pack.plugin, n)]
    if unmarked:
        raise _misfit(
            pack,
            f"{'、'.join(unmarked)} 没有 @hookimpl 标记；请在函数前加上",
            f"{', '.join(unmarked)} not marked with @hookimpl; put it before the function",
        )
    if not marked:
        raise _misfit(
            pack,
            f"没有任何挂钩；请至少写一个，如 {known[0]}，并确认 entry point 指向写挂钩的模块",
            f"it has no hook at all; write one, such as {known[0]}, and let the entry point name its module",
        )


def _misfit(pack: Pack, zh: str, en: str) -> PackError:
    return refusal(
        pack.name, "pack-bad-hook",
        f"规则包的挂钩与本库约定不符：{zh}", f"a hook of the package does not fit the contract: {en}",
    )  # fmt: skip


def _hooks_of(manager: pluggy.PluginManager, pack: Pack) -> set[str]:
    return {caller.name for caller in manager.get_hookcallers(pack.plugin) or ()}


@attrs.frozen
class _Brought:
    rules: tuple[Rule, ...]
    overrides: tuple[Override, ...]
    profiles: tuple[Any, ...]
    layouts: tuple[Any, ...]
    codes: tuple[CodeTable, ...]
    readers: tuple[Reader, ...]


def _brought(manager: pluggy.PluginManager, pack: Pack) -> _Brought:
    """What one package brings; called hook by hook so that an error names the package.

    Raises:
        PackError: A hook raised or returned something that is not of its kind.
    """

    def call(name: str, kind: type) -> tuple[Any, ...]:
        given = _called(manager, pack, name)
        try:
            values = tuple(v for listed in given for v in listed)
        except Exception as error:  # a generator of anybody's package may raise anything
            raise _raised(pack, name, error) from error
        odd = [v for v in values if not isinstance(v, kind)]
        if odd:
            raise refusal(
                pack.name, "pack-bad-hook",
                f"{name} 应返回一列 {kind.__name__}，其中却有 {type(odd[0]).__name__}；请改其返回值",
                f"{name} should return a list of {kind.__name__}, it holds {type(odd[0]).__name__}; mend that",
            )  # fmt: skip
        return values

    rules = call("budgetreview_rules", Rule)
    foreign = sorted(r.code for r in rules if r.pack != pack.name)
    if foreign:
        raise refusal(
            pack.name, "pack-forged",
            f"规则 {'、'.join(foreign)} 自称属于别的规则包；pack 应为 {pack.name}",
            f"rules {', '.join(foreign)} claim another package; their pack must be {pack.name}",
        )  # fmt: skip
    changes = call("budgetreview_parameters", Override)
    forged = sorted({o.rule for o in changes if o.origin != pack.name})
    if forged:
        raise refusal(
            pack.name, "pack-forged",
            f"对规则 {'、'.join(forged)} 的修改自称来自别的规则包；origin 应为 {pack.name}",
            f"its changes to {', '.join(forged)} claim to come from another package; their origin must be {pack.name}",
        )  # fmt: skip
    return _Brought(
        rules,
        changes,
        call("budgetreview_profiles", Profile),
        call("budgetreview_layouts", Layout),
        call("budgetreview_codes", CodeTable),
        call("budgetreview_readers", Reader),
    )


def matches(code: str, wanted: Sequence[str]) -> bool:
    """Whether a code is named, by itself, by a prefix or by ``all``."""
    return any(w == "all" or code.startswith(w) for w in wanted)


def _chosen(
    rules: Mapping[str, Rule], select: Sequence[str], ignore: Sequence[str]
) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """The rules that run, and the codes of those that do not.

    A rule that is off by default and not named runs only where and while a package switched it on.
    """
    for wanted in (*select, *ignore):
        if wanted != "all" and not any(c.startswith(wanted) for c in rules):
            raise UsageError(Text(f"没有以 {wanted} 开头的规则", f"no rule has a code that starts with {wanted}"))
    on: dict[str, Rule] = {}
    for code, rule in rules.items():
        if matches(code, ignore):
            continue
        if matches(code, select) if select else rule.default:
            on[code] = rule
        elif not select and any(c.enabled for c in rule.changes):
            on[code] = attrs.evolve(rule, on_where_enabled=True)
    return tuple(on[c] for c in sorted(on)), tuple(sorted(set(rules) - set(on)))


def _by_key(brought: Mapping[str, _Brought], about: Mapping[str, About], what: str) -> Mapping[str, Any]:
    """Profiles or layouts by key; a lower layer replaces what an upper one brought under the same key.

    Raises:
        PackError: Two packages of one layer bring different ones under one key, and neither builds on the other.
    """
    found: dict[str, tuple[str, Any]] = {}
    for name, pack in brought.items():
        for value in getattr(pack, what):
            other, held = found.get(value.key, (CORE, value))
            related = other in {CORE, name} or other in about[name].extends
            if not related and about[other].layer == about[name].layer and held != value:
                raise refusal(
                    name, "pack-conflict",
                    f"{what} 中的 {value.key} 与同层的规则包 {other} 的不同；请改名，或在 extends 中写明以谁为基础",
                    f"{value.key} among its {what} is not that of the package {other} of the same layer; rename it, or "
                    "let one extend the other",
                )  # fmt: skip
            found[value.key] = (name, value)
    return MappingProxyType({key: value for key, (_, value) in found.items()})


def merged_codes(extra: Sequence[CodeTable]) -> Mapping[str, CodeTable]:
    """The shipped classification tables with those of packages and of the user on top, later ones first."""
    tables = load_tables()
    for table in extra:
        tables = merged(tables, {table.system: table})
    return {str(system): table for system, table in tables.items()}
