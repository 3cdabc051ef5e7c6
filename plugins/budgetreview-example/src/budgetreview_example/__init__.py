"""Qingshi (fictional) as a rule package.

Every hook is used once, and everything is limited to its territory. Words, law and figures are in ``rules.toml``, rules
without Python in ``no_python.toml``; this module holds what decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from importlib.resources import files

import attrs
import budgetreview as br

PACK = "example"
"""The name of the entry point in ``pyproject.toml``."""

HOME = "430798"
"""The division code that everything here is limited to."""

_FOLDER = files(__name__)
_CIRCULAR = br.Authority(
    "青石县本级部门预算编制办法（虚构）",
    article="12",
    number="2025-11-01",
    mark="K",
    territory=HOME,
)

book = br.RuleBook.from_toml(_FOLDER / "rules.toml", pack=PACK)


@attrs.frozen
class Ceiling:
    """The most that an agency may plan for receptions, in 分."""

    ceiling: int


@book.rule("EX01", reads=("agency", "dept_economic_code", "amount"), per="agency", parameters=Ceiling)
def hospitality_above_ceiling(lines: br.Table, p: Ceiling) -> br.Assessment:
    """An agency's receptions (30217) add up to more than the circular allows."""
    agency = lines.by("agency")
    receptions = lines.key("dept_economic_code").startswith("30217")
    planned = agency.sum(lines.money("amount"), receptions)
    return br.Assessment.of(
        agency,
        applies=agency.any(receptions),
        condition=planned > p.ceiling,
        measure=planned,
        limit=p.ceiling,
        values={"hospitality": planned},
        members=receptions,
        amount=planned,
        about="amount",
    )


@attrs.frozen
class Training:
    """From which amount on a training line must name its plan, in 分."""

    limit: int


@book.rule("EX02", reads=("dept_economic_code", "amount", "basis"), uses=br.PROJECT, parameters=Training)
def training_without_plan(lines: br.Table, p: Training) -> br.Assessment:
    """A project line for training (30216) at or above the limit that names no training plan as its basis."""
    amount = lines.money("amount")
    training = lines.key("dept_economic_code").startswith("30216")
    return br.Assessment.of(
        lines,
        applies=br.is_project(lines) & training,
        condition=(amount >= p.limit) & lines.blank("basis"),
        measure=amount,
        limit=p.limit,
        values={"amount": amount, "basis": lines.key("basis")},
        about="basis",
    )


@br.hookimpl
def budgetreview_about() -> br.About:
    """Whose rules these are, and which engines they fit."""
    return br.About(
        title=br.Text(
            "青石县（虚构）预算审查规则",
            "Budget review rules of Qingshi (fictional)",
        ),
        layer="county",
        territory="430798",
        engine=">=0.1,<0.2",
    )


@br.hookimpl
def budgetreview_rules() -> Iterable[br.Rule]:
    """The rules of this package: those decided here, then those written without Python."""
    return [*book.rules, *br.rules_from_file(_FOLDER / "no_python.toml", pack=PACK).rules]


@br.hookimpl
def budgetreview_parameters() -> Iterable[br.Override]:
    """What the circular changes in rules of the core, here only and on its own authority."""
    return [
        # Article 12: up to 5 % above the standard passes; of 2026 and later budgets.
        br.Override(
            "Z13",
            PACK,
            parameter="tolerance",
            value=br.DatedValue(Fraction(5, 100), start=date(2026, 1, 1), status="local"),
            territory=HOME,
            authority=(_CIRCULAR,),
        ),
        # Article 12 forbids projects without a basis: the finding is graver here than elsewhere.
        br.Override("Z01", PACK, severity=br.Severity.RED, territory=HOME, authority=(_CIRCULAR,)),
    ]


@br.hookimpl
def budgetreview_profiles() -> Iterable[br.Profile]:
    """The county's mechanism: the shipped one with a few things said otherwise."""
    changed = (_FOLDER / "profile.toml").read_text(encoding="utf-8")
    return [br.Profile.shipped("changde-12345").evolved(changed, "profile.toml")]


@br.hookimpl
def budgetreview_layouts() -> Iterable[br.Layout]:
    """How the county's own export is read."""
    return [br.parse_layout((_FOLDER / "layout.toml").read_text(encoding="utf-8"), "layout.toml")]


@br.hookimpl
def budgetreview_codes() -> Iterable[br.CodeTable]:
    """A code that the county uses besides the national ones; it completes the shipped table."""
    own = br.Entry("2299988", "青石县特色产业扶持（虚构）", valid_from=2026, mark="K", note="示例 / example")
    return [br.CodeTable("function", (own,))]
