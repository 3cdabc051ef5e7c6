"""Load rule packages: find them, refuse what is broken, clashing or missing, and resolve one rule set.

Loading fails closed. A package that cannot be used is an error that names it; the only way round is to leave it out
by name, and the report then says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import attrs

from budgetreview.codes import CodeTable, load_tables, merged
from budgetreview.errors import PackError, Text, UsageError
from budgetreview.layering import CORE, SILENT, Layered, in_order, refusal, resolved
from budgetreview.layers import About, Pack
from budgetreview.lock import Lock
from budgetreview.plugins.finding import from_file, installed
from budgetreview.plugins.hooks import Brought, Hooks
from budgetreview.rule import Rule, RuleSet

__all__ = ["CORE", "Pack", "installed", "load_rules", "loaded", "matches", "merged_codes"]


def loaded(*, without: Sequence[str] = (), files: Sequence[str | Path] = ()) -> tuple[Pack, ...]:
    """The packages that make up the rules, each sound and fitting the others.

    Args:
        without: Packages to leave out.
        files: Rule files beside the packages.

    Raises:
        PackError: One cannot be loaded.
    """
    packs = (*installed(without=without), *(from_file(f) for f in files))
    names = load_rules(without=without, packs=packs).about
    return tuple(p for name in names for p in packs if p.name == name)


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
    everything = (*(installed(without=left_out) if packs is None else packs), *(from_file(f) for f in files))
    _known(left_out, everything)
    found = [p for p in everything if p.name not in left_out]
    _present(found, require, left_out)
    if lock is not None:
        pinned = Lock.read(lock) if isinstance(lock, Path) else lock
        pinned.check(Lock.of(found, beside), left_out)
    hooks = Hooks(found)
    about = {pack.name: hooks.about(pack) for pack in found}
    order = in_order({name: said or SILENT for name, said in about.items()}, left_out)
    by_name = {pack.name: pack for pack in found}
    brought = {name: hooks.brought(by_name[name]) for name in order}
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


def _by_key(brought: Mapping[str, Brought], about: Mapping[str, About], what: str) -> Mapping[str, Any]:
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
