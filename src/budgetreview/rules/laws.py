"""The documents that the core rules cite, by their short names."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Final

from budgetreview.authority import Authority
from budgetreview.rulebook import RuleBook

_HERE = files("budgetreview.rules")
LAWS: Final = {k: Authority(**v) for k, v in tomllib.loads((_HERE / "laws.toml").read_text(encoding="utf-8")).items()}


def family(name: str) -> RuleBook:
    """The rule book of one family of the core, read from the TOML file of that name."""
    return RuleBook.from_toml(_HERE / f"{name}.toml", pack="core", laws=LAWS)
