"""The whole contract of a rule package: seven hooks, each optional, each a plain function that returns values.

A package is an installed distribution with an entry point in the group ``budgetreview`` that names a module with
these functions, each marked ``@budgetreview.hookimpl``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import pluggy

if TYPE_CHECKING:
    from budgetreview.codes import CodeTable
    from budgetreview.layers import About
    from budgetreview.layout import Layout
    from budgetreview.mechanism import Profile
    from budgetreview.readers import Reader
    from budgetreview.rule import Override, Rule

GROUP: Final = "budgetreview"
hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


@hookspec
def budgetreview_about() -> About:  # type: ignore[empty-body]
    """Who the package speaks for: layer, place, what it builds on, which engines it fits.

    A package without this hook is taken as a county's that builds on the core and names its places itself.
    """


@hookspec
def budgetreview_rules() -> Iterable[Rule]:  # type: ignore[empty-body]
    """The rules of this package: an explicit list."""


@hookspec
def budgetreview_parameters() -> Iterable[Override]:  # type: ignore[empty-body]
    """Dated values, severities and retirements for rules of others, each with its authority."""


@hookspec
def budgetreview_profiles() -> Iterable[Profile]:  # type: ignore[empty-body]
    """Mechanisms of review: stages, bodies, deadlines, documents."""


@hookspec
def budgetreview_layouts() -> Iterable[Layout]:  # type: ignore[empty-body]
    """How tables of other systems are read."""


@hookspec
def budgetreview_codes() -> Iterable[CodeTable]:  # type: ignore[empty-body]
    """Classification tables by year; they complete or replace the shipped ones."""


@hookspec
def budgetreview_readers() -> Iterable[Reader]:  # type: ignore[empty-body]
    """Readers of files that the core does not read, such as published documents in PDF."""
