"""Packages of one rank that change the same rule must not contradict each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from budgetreview.layering.layered import Layered, refusal, wrong
from budgetreview.layering.limits import meet
from budgetreview.rule import Override


def check_agreed(placed: Sequence[tuple[Layered, Override]], within: Mapping[str, frozenset[str]]) -> None:
    """Refuse contradictions between packages of one layer, neither of which builds on the other, and within one.

    Raises:
        PackError: naming both packages, the rule and what they say of it.
    """
    groups: dict[tuple[str, str, str | None], list[tuple[Layered, Override]]] = {}
    for pack, o in placed:
        groups.setdefault((o.rule, pack.about.layer, o.territory), []).append((pack, o))
    for (code, layer, territory), said in groups.items():
        for (p, a), (q, b) in combinations(said, 2):
            if q.name in within[p.name] or p.name in within[q.name] or not meet(a, b):
                continue
            what = _contradiction(a, b)
            if what is None or (p is q and a.start != b.start):  # years of one package follow each other
                continue
            where_zh, where_en = territory or "全国", territory or "the whole country"
            if p is q:
                raise wrong(a, f"{what}：同一规则包对 {where_zh} 说了两次，且不一致",
                             f"{what}: the package says it twice for {where_en}, and differently")  # fmt: skip
            raise refusal(
                q.name, "pack-conflict",
                f"规则 {code} 的 {what}：与同为 {layer} 层、同一地区（{where_zh}）的规则包 {p.name} 说法不一；请统一，"
                f"或在 extends 中写明以谁为基础，或用 --without 排除一个",
                f"{what} of the rule {code}: the package {p.name}, of the same layer ({layer}) and place ({where_en}), "
                f"says otherwise; agree, or let one extend the other, or leave one out with --without",
            )  # fmt: skip


def _contradiction(a: Override, b: Override) -> str | None:
    """What two changes say differently, None if nothing."""
    if (a.retired is None) != (b.retired is None):
        return "retired"
    if a.severity is not None and b.severity is not None and a.severity != b.severity:
        return "severity"
    if a.parameter is None or a.parameter != b.parameter:
        return None
    if a.value is not None and b.value is not None:
        levels = {a.value.level, b.value.level}
        if a.value.value != b.value.value and (None in levels or len(levels) == 1):
            return a.parameter
    for mine, its, name in ((a.least, b.least, "least"), (a.most, b.most, "most")):
        if mine is not None and its is not None and mine != its:
            return f"{a.parameter} {name}"
    return None
