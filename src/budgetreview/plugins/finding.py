"""Find the packages: those installed, also those that cannot be imported, and rule files that stand for one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from budgetreview import hookspecs, intact
from budgetreview.layering import CORE, refusal
from budgetreview.layers import Pack
from budgetreview.report import ENGINE
from budgetreview.rules import core


def installed(*, without: Collection[str] = ()) -> tuple[Pack, ...]:
    """Every installed package, the core first, also those that cannot be imported.

    Args:
        without: Packages that are named in the list but not imported.
    """
    packs = [Pack(CORE, _version("budgetreview"), core, module="budgetreview")]
    for point in sorted(metadata.entry_points(group=hookspecs.GROUP), key=lambda p: (p.name, p.value)):
        if point.name in without:
            version = point.dist.version if point.dist is not None else "0"
            packs.append(Pack(point.name, version, None, module=_module(point)))
        else:
            packs.append(_imported(point))
    return tuple(packs)


def _imported(point: metadata.EntryPoint) -> Pack:
    """A package by its entry point; what is wrong with it goes along.

    A package that replaces a part of this program while it is imported is as unfit as one that cannot be.
    """
    version = point.dist.version if point.dist is not None else "0"
    before = intact.parts()
    try:
        plugin = point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a broken package may raise anything on import
        what = f"{type(error).__name__}: {error}"
        return Pack(point.name, version, None, refusal(
            point.name, "pack-broken",
            f"规则包无法导入（{what}）；请修复、卸载，或用 --without {point.name} 明确排除",
            f"the package cannot be imported ({what}); mend it, uninstall it, or leave it out with "
            f"--without {point.name}",
        ))  # fmt: skip
    patched = intact.replaced(before)
    misfit = refusal(
        point.name, "pack-patches-program",
        f"规则包导入时替换了本程序的 {patched[0]}；请卸载，或用 --without {point.name} 明确排除",
        f"on import the package replaces {patched[0]} of this program; uninstall it, or leave it out with "
        f"--without {point.name}",
    ) if patched else None  # fmt: skip
    return Pack(point.name, version, plugin, misfit, module=_module(point))


def _module(point: metadata.EntryPoint) -> str:
    return point.value.partition(":")[0].strip()


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:  # run from its source, not installed
        return ENGINE


def from_file(path: str | Path) -> Pack:
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
