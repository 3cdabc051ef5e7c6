"""All faults that can be planted, those of the demonstration, and what the rules make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import attrs

from budgetreview.example.county import DAYS, clean
from budgetreview.example.faults import (
    closed_loop,
    debt,
    execution,
    key_spending,
    legality,
    linkage,
    quality,
    revenue,
    spending,
    structure,
    timeline,
    transfers,
    zero_base,
)
from budgetreview.example.figures import Tables
from budgetreview.example.planting import Fault, Hand
from budgetreview.mechanism import STAGE_NAMES
from budgetreview.report import Finding
from budgetreview.rule import Severity

_FAMILIES: Final = (
    closed_loop,
    debt,
    execution,
    key_spending,
    legality,
    linkage,
    quality,
    revenue,
    spending,
    structure,
    timeline,
    transfers,
    zero_base,
)
FAULTS: Final = tuple(sorted((f for family in _FAMILIES for f in family.FAULTS), key=lambda f: f.code))
"""One fault a rule, by the rule's code."""

DEMONSTRATED: Final = (
    "L10", "L16", "L17", "T01", "S05", "V05", "V06", "K04", "K06", "Z02", "Z08", "Z10", "Z13", "Z18", "Z19", "Z34",
    "Q04", "B01", "B02", "X06",
)  # fmt: skip
"""The faults that the demonstration plants together, all at the stage of preliminary review."""


def named(codes: Iterable[str]) -> tuple[Fault, ...]:
    """The faults of some rules."""
    wanted = set(codes)
    return tuple(f for f in FAULTS if f.code in wanted)


def planted(stage: str, faults: Sequence[Fault], seed: int = 2026) -> tuple[Tables, dict[str, str]]:
    """The county at a stage with faults in it.

    Returns:
        The tables, and for each rule's code the unit that it must flag: a line id, the values of the finding's
        subject joined by ``/``, or ``""`` for the whole entity.
    """
    hand = Hand.of(clean(seed, stage), seed)
    units = {fault.code: fault.plant(hand) for fault in faults}
    return hand.tables(), units


Judge = Callable[[Tables, str, Mapping[str, str]], Sequence[Finding]]
"""Reviews tables at a stage with some settings, all rules switched on: the engine, handed in by who runs it."""


@attrs.frozen
class Outcome:
    """What the rules made of one planted fault.

    Attributes:
        fault: What was planted.
        found: Whether its rule flagged the unit.
        beside: Rules that flagged something although they need not.
        missed: Rules that should have followed and did not.
    """

    fault: Fault
    found: bool
    beside: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether it was found by its rule, and by no others than must follow."""
        return self.found and not self.beside and not self.missed


def unit_of(finding: Finding) -> str:
    """The unit that a finding is about, as :class:`Fault` names it."""
    if finding.line_id is not None:
        return finding.line_id
    return "/".join(str(v) for name, v in finding.subject.items() if name != "fiscal_year")


def outcome(fault: Fault, judge: Judge, seed: int = 2026) -> Outcome:
    """Plant one fault in the clean county and look at what is found."""
    tables, units = planted(fault.stage, [fault], seed)
    findings = judge(tables, fault.stage, dict(fault.settings))
    codes = {f.rule for f in findings}
    return Outcome(
        fault,
        any(f.rule == fault.code and unit_of(f) == units[fault.code] for f in findings),
        tuple(sorted(codes - {fault.code, *fault.also})),
        tuple(c for c in fault.also if c not in codes),
    )


def outcomes(judge: Judge, seed: int = 2026) -> tuple[Outcome, ...]:
    """Plant every fault by itself and look at what is found."""
    return tuple(outcome(f, judge, seed) for f in FAULTS)


def alarms(judge: Judge, seed: int = 2026) -> tuple[Finding, ...]:
    """What the rules say about the clean county, at all stages: nothing of it is there."""
    return tuple(f for stage in DAYS for f in judge(clean(seed, stage), stage, {}))


def table(seen: Sequence[Outcome], false: Sequence[Finding], lang: str = "zh") -> str:
    """The planted faults and what the rules make of them, as Markdown for the documentation.

    Args:
        seen: From :func:`outcomes`.
        false: From :func:`alarms`.
        lang: ``zh`` or ``en``.
    """
    zh = lang == "zh"
    grave = sum(f.severity in {Severity.RED, Severity.ORANGE} for f in false)
    found, alone = sum(o.found for o in seen), sum(o.clean for o in seen)
    head = [
        f"植入 {len(seen)} 个错误，每条规则一个；找到 {found} 个，其中 {alone} 个除必然相随的规则外没有别的规则报出。",
        "",
        f"没有植入错误的示例县在{len(DAYS)}个阶段共报出 {len(false)} 项，其中红色和橙色 {grave} 项。",
        "",
        "| 规则 | 阶段 | 植入的错误 | 找到 | 必然相随 | 另外报出 |",
    ] if zh else [
        f"{len(seen)} faults are planted, one a rule; {found} are found, {alone} of them with no other rule speaking.",
        "",
        f"Without faults the county has {len(false)} findings at {len(DAYS)} stages, {grave} of them red or orange.",
        "",
        "| Rule | Stage | Fault planted | Found | Follows from it | Flagged besides |",
    ]  # fmt: skip
    between, yes, no = ("、", "是", "否") if zh else (", ", "yes", "no")
    rows = [
        f"| {o.fault.code} | {STAGE_NAMES[o.fault.stage][lang]} | {o.fault.what[lang]} | {yes if o.found else no} "
        f"| {between.join(o.fault.also)} | {between.join(o.beside)} |"
        for o in seen
    ]
    return "\n".join([*head, "|---|---|---|---|---|---|", *rows]) + "\n"
