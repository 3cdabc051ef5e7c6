"""What a package says when its hooks are called, one package at a time, so that whatever is wrong names it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import attrs
import pluggy

from budgetreview import hookspecs
from budgetreview.codes import CodeTable
from budgetreview.errors import BudgetReviewError, PackError, Text
from budgetreview.layering import refusal
from budgetreview.layers import About, Pack
from budgetreview.layout import Layout
from budgetreview.mechanism import Profile
from budgetreview.readers import Reader
from budgetreview.report import ENGINE
from budgetreview.rule import Override, Rule


@attrs.frozen
class Brought:
    """What one package brings."""

    rules: tuple[Rule, ...]
    overrides: tuple[Override, ...]
    profiles: tuple[Any, ...]
    layouts: tuple[Any, ...]
    codes: tuple[CodeTable, ...]
    readers: tuple[Reader, ...]


class Hooks:
    """The hooks of packages that were registered, one after the other."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._manager = pluggy.PluginManager(hookspecs.GROUP)
        self._manager.add_hookspecs(hookspecs)
        for pack in packs:
            if pack.error is not None:
                raise pack.error
            self._register(pack)

    def about(self, pack: Pack) -> About | None:
        """What the package says of itself, None if it does not.

        Raises:
            PackError: It says something else, or does not fit this engine.
        """
        said = self._called(pack, "budgetreview_about")
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
                f"它适用于 budgetreview {about.engine}，现为 {ENGINE}；"
                f"请换用相配的版本，或用 --without {pack.name} 排除",
                f"it fits budgetreview {about.engine}, this is {ENGINE}; take versions that fit, or leave it out with "
                f"--without {pack.name}",
            )  # fmt: skip
        return about

    def brought(self, pack: Pack) -> Brought:
        """What one package brings; called hook by hook so that an error names the package.

        Raises:
            PackError: A hook raised or returned something that is not of its kind.
        """

        def call(name: str, kind: type) -> tuple[Any, ...]:
            given = self._called(pack, name)
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
                f"its changes to {', '.join(forged)} claim to come from another package; "
                f"their origin must be {pack.name}",
            )  # fmt: skip
        return Brought(
            rules,
            changes,
            call("budgetreview_profiles", Profile),
            call("budgetreview_layouts", Layout),
            call("budgetreview_codes", CodeTable),
            call("budgetreview_readers", Reader),
        )

    def _called(self, pack: Pack, name: str) -> list[Any]:
        """What one package's hook returns: nothing where it has no such hook, else a list of one.

        Raises:
            PackError: The hook raised, or returned None.
        """
        others = [p for p in self._manager.get_plugins() if p is not pack.plugin]
        try:
            given: list[Any] = self._manager.subset_hook_caller(name, remove_plugins=others)()
        except (BudgetReviewError, Exception) as error:
            raise _raised(pack, name, error) from error
        if not given and name in self._hooks_of(pack):
            # pluggy passes over None: with a forgotten ``return`` a package would seem to have no rules.
            raise refusal(
                pack.name, "pack-bad-hook",
                f"{name} 没有返回值；没有内容时应返回空列表", f"{name} returned nothing; an empty list says none",
            )  # fmt: skip
        return given

    def _register(self, pack: Pack) -> None:
        known = sorted(n for n in vars(hookspecs) if n.startswith("budgetreview_"))
        try:
            self._manager.register(pack.plugin, name=pack.name)
            self._manager.check_pending()
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
        marked = self._hooks_of(pack)
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

    def _hooks_of(self, pack: Pack) -> set[str]:
        return {caller.name for caller in self._manager.get_hookcallers(pack.plugin) or ()}


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


def _misfit(pack: Pack, zh: str, en: str) -> PackError:
    return refusal(
        pack.name, "pack-bad-hook",
        f"规则包的挂钩与本库约定不符：{zh}", f"a hook of the package does not fit the contract: {en}",
    )  # fmt: skip
