"""The rules of one installed package, whatever else is installed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from budgetreview.plugins import CORE, Pack, installed, load_rules
from budgetreview.rule import RuleSet


def rules_of(name: str, *, select: Sequence[str] = ("all",), **options: Any) -> RuleSet:
    """The rules of one installed package beside the core and what it extends; whatever else is installed is left out.

    Args:
        name: The package's entry point.
        select: Codes or prefixes that run, by default every rule; empty: those that are on by default.
        **options: Further options of ``load_rules``.

    Raises:
        PackError: The package is missing or broken.
    """
    return load_rules(packs=packs_of(name), require=(name,), select=select, **options)


def packs_of(name: str) -> tuple[Pack, ...]:
    """One installed package, the core, and what the package extends."""
    found = installed()
    wanted, more = {CORE}, [name]
    while more:
        wanted.add(more.pop())
        more += [e for p in found if p.name in wanted for e in _extends(p) if e not in wanted]
    return tuple(p for p in found if p.name in wanted)


def _extends(pack: Pack) -> tuple[str, ...]:
    hook = getattr(pack.plugin, "budgetreview_about", None)
    try:
        return tuple(hook().extends) if callable(hook) else ()
    except Exception:  # noqa: BLE001 - loading says what is wrong with it
        return ()
