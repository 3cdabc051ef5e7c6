"""What is layered, and the error that refuses a package."""

from __future__ import annotations

from typing import Final

import attrs

from budgetreview.errors import PackError, Text
from budgetreview.layers import About
from budgetreview.rule import Override, Rule

CORE: Final = "core"
SILENT: Final = About(Text("未说明的规则包", "a package that says nothing of itself"), "county")
"""What a package without the hook ``budgetreview_about`` is taken for."""


@attrs.frozen(eq=False)
class Layered:
    """What one package brings that is layered: its rules, and its changes to those of others."""

    name: str
    about: About
    rules: tuple[Rule, ...]
    changes: tuple[Override, ...]
    spoke: bool = True
    """Whether the package said what it is; one that did not need not name what it extends."""


def refusal(pack: str, code: str, zh: str, en: str) -> PackError:
    """The error that refuses a package."""
    return PackError(pack, Text(zh, en), code)


def wrong(o: Override, zh: str, en: str, code: str = "pack-bad-change") -> PackError:
    """The error that refuses one change."""
    place = f"{o.rule}.{o.parameter}" if o.parameter else o.rule
    return refusal(o.origin, code, f"对规则 {place} 的修改：{zh}", f"the change to the rule {place}: {en}")
