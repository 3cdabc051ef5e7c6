"""The core as a package: the hooks through which its rules, mechanism, layouts and codes are loaded."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Final

from budgetreview.errors import Text
from budgetreview.hookspecs import hookimpl
from budgetreview.layers import About
from budgetreview.layout import Layout, shipped_layouts
from budgetreview.mechanism import Profile, shipped_profiles
from budgetreview.rule import Rule

FAMILIES: Final = (
    "closed_loop",
    "debt",
    "execution",
    "key_spending",
    "legality",
    "linkage",
    "quality",
    "revenue",
    "spending",
    "structure",
    "timeline",
    "transfers",
    "zero_base",
)


@hookimpl
def budgetreview_about() -> About:
    """The base of all layers."""
    return About(Text("核心规则", "the core"), "national")


@hookimpl
def budgetreview_rules() -> Iterable[Rule]:
    """All rules of the catalogue's families."""
    return [rule for name in FAMILIES for rule in import_module(f"budgetreview.rules.{name}").book.rules]


@hookimpl
def budgetreview_profiles() -> Iterable[Profile]:
    """The mechanisms that come with the program."""
    return shipped_profiles()


@hookimpl
def budgetreview_layouts() -> Iterable[Layout]:
    """The layouts that come with the program: one TOML file each."""
    return shipped_layouts()
