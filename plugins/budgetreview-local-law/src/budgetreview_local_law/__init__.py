"""Local budget law of six places as dated values and rules, each in its own territory.

One TOML file a place says what it changes in rules of the core; ``rules.toml`` and :mod:`.rules` hold what it asks
beyond them; ``profiles/`` says who reviews what and when. Every entry names its document and article.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

import budgetreview as br
from budgetreview_local_law.rules import PACK, book

PLACES: Final = ("beijing", "qingdao", "shanghai", "henan", "chongqing", "zhejiang")
"""The places, each with ``NAME.toml`` and a mechanism of that name for ``--profile``."""

_FOLDER: Final = files(__name__)

__all__ = ["PACK", "PLACES", "articles"]


@cache
def _place(name: str) -> br.RuleFile:
    """What one place says, read and checked once."""
    return br.rules_from_file(_FOLDER / f"{name}.toml", pack=PACK)


def articles() -> list[tuple[str, str, str]]:
    """Document, article and rule: which article is looked at by which rule, sorted."""
    changed = [(a, c.rule) for name in PLACES for c in _place(name).changes for a in c.authority]
    own = [(a, r.code) for r in budgetreview_rules() for a in r.authority]
    return sorted({(a.document, a.article or "", code) for a, code in (*changed, *own)})


@br.hookimpl
def budgetreview_about() -> br.About:
    """Whose law this is: of provinces, one city among them; every entry names its place."""
    return br.About(
        title=br.Text("地方预算法规（六地）", "local budget law of six places"),
        layer="province",
        engine=">=0.1",
        summary=br.Text(
            "北京、青岛、上海、河南、重庆、浙江的预算审查监督条例和青岛市预算绩效管理条例中可以核对的期限和数额，各在当地有效。",
            "Deadlines and sums of the budget regulations of Beijing, Qingdao, Shanghai, Henan, Chongqing and "
            "Zhejiang, each in its own territory.",
        ),
    )


@br.hookimpl
def budgetreview_rules() -> Iterable[br.Rule]:
    """Rules of this package: those with a function, and those that a place's file writes without."""
    return [*book.rules, *(rule for name in PLACES for rule in _place(name).rules)]


@br.hookimpl
def budgetreview_parameters() -> Iterable[br.Override]:
    """What the places change in rules of the core."""
    return [change for name in PLACES for change in _place(name).changes]


@br.hookimpl
def budgetreview_profiles() -> Iterable[br.Profile]:
    """Who reviews what and when, in each place."""
    folder = _FOLDER / "profiles"
    return [br.Profile.from_toml((folder / f"{n}.toml").read_text(encoding="utf-8"), f"{n}.toml") for n in PLACES]
