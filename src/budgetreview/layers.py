"""Layers: who a rule package speaks for, what it builds on, what it adds, removes and modifies."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import attrs

from budgetreview.authority import Authority
from budgetreview.errors import PackError, RuleError, Text

Layer = Literal["national", "province", "city", "county"]
LAYERS: Final[tuple[Layer, ...]] = ("national", "province", "city", "county")
"""From the top down; a lower layer completes and changes what the upper ones say."""

LAYER_NAMES: Final = {
    "national": Text("全国", "national"),
    "province": Text("省级", "province"),
    "city": Text("市级", "city"),
    "county": Text("县级", "county"),
}
_DIGITS: Final = {"province": (2,), "city": (4,), "county": (6, 9)}
"""How many digits of a division code name a place of each layer; nine: a development zone."""


@attrs.frozen
class About:
    """What a package says of itself.

    Attributes:
        title: Its name for people.
        layer: Whose rules it brings: of the country, a province, a city or a county.
        territory: The digits that the codes of its place start with (``"43"``, ``"4307"``, ``"430702"``): nothing in
            the package reaches further. None: it names the place change by change and rule by rule.
        extends: Packages whose rules it builds on or changes; they are loaded before it. The core always is.
        engine: The versions of budgetreview that it fits, such as ``">=0.1,<0.2"`` (PEP 440).
        summary: What it is for, in a sentence or two.

    Raises:
        RuleError: The layer, the territory or the range of engines is none, or they do not fit together.
    """

    title: Text
    layer: Layer = attrs.field()
    territory: str | None = None
    extends: tuple[str, ...] = ()
    engine: str = ""
    summary: Text | None = None

    def __attrs_post_init__(self) -> None:
        if self.layer not in LAYERS:
            msg = f"layer = {self.layer!r}：应为 {'、'.join(LAYERS)} 之一 / expected one of {', '.join(LAYERS)}"
            raise RuleError(msg)
        if isinstance(self.territory, str):
            self._check_territory(self.territory)
        listed = isinstance(self.extends, tuple | list)
        if not listed or any(not isinstance(e, str) or not e.strip() for e in self.extends):
            msg = f"extends = {self.extends!r}：应为规则包名称的列表 / expected names of packages"
            raise RuleError(msg)
        if self.engine:
            self._check_engine()

    def _check_engine(self) -> None:
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        try:
            SpecifierSet(self.engine)
        except InvalidSpecifier:
            msg = f"engine = {self.engine!r}：应为版本范围，如 '>=0.1,<0.2' / expected a range such as '>=0.1,<0.2'"
            raise RuleError(msg) from None

    def _check_territory(self, territory: str) -> None:
        if self.layer == "national":
            msg = f"territory = {territory!r}：全国层不能限于一地 / a national package has no territory"
            raise RuleError(msg)
        lengths = _DIGITS[self.layer]
        if not (territory.isascii() and territory.isdigit() and len(territory) in lengths):
            zh, en = (f"{word}".join(map(str, lengths)) for word in (" 或 ", " or "))
            msg = (
                f"territory = {territory!r}：{LAYER_NAMES[self.layer].zh}规则包的地区应为区划代码的前 {zh} 位数字 / "
                f"a package of the layer {self.layer} names its place by the first {en} digits of its code"
            )
            raise RuleError(msg)

    def fits(self, engine: str) -> bool:
        """Whether the package fits an engine of that version."""
        if not self.engine:
            return True
        from packaging.specifiers import SpecifierSet

        return SpecifierSet(self.engine).contains(engine, prereleases=True)


What = Literal["added", "removed", "modified"]


@attrs.frozen
class Change:
    """One difference that a package, or the passing of the years, makes to the rules: who says so, where, when, why.

    Attributes:
        rule: The rule's code.
        what: ``added`` (a new rule, or one switched on), ``removed`` (retired, or no longer in force), ``modified``.
        aspect: What of the rule: ``rule`` itself, ``severity``, a parameter
            ``parameters.tolerance``, or its limits ``parameters.tolerance.limits``.
        before: What held before, as JSON shows it; None: nothing. In the list of a rule set this is what the packages
            loaded earlier said for the place on the change's first day.
        after: What holds now.
        pack: The package that says so; that of the rule where nobody changed it.
        layer: The layer of that package.
        territory: Where it holds; None: everywhere.
        level: The only level of government that it is for; None: all.
        start: The first day; None: ever since.
        end: The last day; None: for good.
        authority: What it rests on.
        reason: Why a rule was retired.
    """

    rule: str
    what: What
    aspect: str
    before: object
    after: object
    pack: str
    layer: str
    territory: str | None = None
    level: str | None = None
    start: date | None = None
    end: date | None = None
    authority: tuple[Authority, ...] = ()
    reason: Text | None = None


@attrs.frozen
class Pack:
    """An installed package of rules.

    Attributes:
        name: Its entry point's name.
        version: Its distribution's version.
        plugin: The module with the hooks; None where it could not be imported.
        error: What is wrong with it, None if nothing.
        module: The module that its entry point names; "": that of ``plugin``.
        file: The rule file that it is, None for an installed package.
    """

    name: str
    version: str
    plugin: Any
    error: PackError | None = None
    module: str = ""
    file: Path | None = None
