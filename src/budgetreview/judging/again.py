"""A submission judged again after a few places of it changed: the others are not asked a second time.

No rule's answer for a place depends on another place, unless the rule says that it compares entities; the laws of rules
test that. So the answers for places that do not differ are those of the earlier review, and only their rows may stand
elsewhere now. What cannot be carried over for certain is asked in full.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from budgetreview.judging.bench import Bench, Judgement, Progress
from budgetreview.judging.carrying import Carrier
from budgetreview.judging.differences import Differences, Given, differences
from budgetreview.judging.plan import Plan
from budgetreview.judging.tally import Tally
from budgetreview.report import RuleResult
from budgetreview.rule import Rule


@attrs.frozen(eq=False)
class Earlier:
    """An earlier review: its tables, and what its rules said."""

    bench: Bench
    judgements: Mapping[str, Judgement]

    @classmethod
    def of(cls, bench: Bench, judgements: Sequence[Judgement]) -> Earlier:
        """An earlier review of which nothing is kept but what a later one may need."""
        bench.forget()
        return cls(bench, {j.rule.code: j for j in judgements})


@attrs.frozen(eq=False)
class Again:
    """What a review found with an earlier one at hand."""

    judgements: list[Judgement]
    taken_over: int
    """Entities and years whose answers are those of the earlier review."""


def judged_again(
    earlier: Earlier, bench: Bench, rules: Sequence[Rule], jobs: int = 1, progress: Progress | None = None
) -> Again:
    """What several rules say, each place that does not differ from the earlier review taken over from there.

    Args:
        earlier: The earlier review.
        bench: The present tables.
        rules: In the order of the judgements.
        jobs: Threads.
        progress: Called with rules done and rules in all.
    """
    found: dict[str, Judgement] = {}
    same = [rule for rule in rules if _same(earlier.judgements.get(rule.code), rule)]
    seen = differences(_given(earlier.bench), _given(bench), _read(same), jobs) if same else None
    if seen is not None and _worth_it(bench, seen):
        found = _taken_over(earlier, bench, same, seen, jobs, _from(0, len(rules), progress))
    rest = [rule for rule in rules if rule.code not in found]
    done = len(rules) - len(rest)
    found.update({j.rule.code: j for j in bench.judge(rest, jobs, _from(done, len(rules), progress))})
    kept = int(np.count_nonzero(~seen.changed)) if seen is not None and done else 0
    return Again([found[rule.code] for rule in rules], kept)


def _given(bench: Bench) -> Given:
    return Given(bench.table, bench.periods, bench.context)


def _same(old: Judgement | None, rule: Rule) -> bool:
    """Whether the earlier review asked the same rule, and it answered, place by place."""
    if old is None or not isinstance(old.plan, Plan) or not isinstance(old.tally, Tally):
        return False
    if "entities" in rule.across:
        return False
    return old.rule is rule or all(
        getattr(old.rule, field.name) == getattr(rule, field.name) for field in attrs.fields(Rule)
    )


def _read(rules: Sequence[Rule]) -> dict[str, set[str]]:
    """What rules read of each table, and what is read of lines for every finding."""
    read: dict[str, set[str]] = {}
    for rule in rules:
        for name in (*rule.tables, *rule.optional_tables):
            needed, used = rule.columns_of(name)
            read.setdefault(name, {"book", "side"}).update(needed, used)
    if "lines" in read:
        read["lines"].add("amount")
    return read


def _worth_it(bench: Bench, seen: Differences) -> bool:
    """Whether fewer than half of the lines are to be looked at again."""
    changed = int(np.count_nonzero(seen.changed[bench.lines.period]))
    return 2 * changed < len(bench.lines)


def _taken_over(
    earlier: Earlier, bench: Bench, rules: Sequence[Rule], seen: Differences, jobs: int, progress: Progress | None
) -> dict[str, Judgement]:
    """What rules say that could be taken over, and asked of the changed places."""
    carrier = Carrier(earlier.bench.table, bench.table, bench.periods, seen)
    olds = [earlier.judgements[rule.code] for rule in rules]
    fresh = bench.judge(rules, jobs, progress, seen.changed) if seen.changed.any() else _nothing(bench, rules)
    joined: dict[str, Judgement] = {}
    for old, new in zip(olds, fresh, strict=True):
        if isinstance(old.tally, Tally) and isinstance(new.tally, Tally) and _alike(old.plan, new.plan, seen):
            tally = carrier.tally(old.tally)
            if tally is not None:
                tally.join(new.tally)
                joined[new.rule.code] = Judgement(new.rule, new.plan, tally)
    return joined


def _nothing(bench: Bench, rules: Sequence[Rule]) -> list[Judgement]:
    """What rules say of no place."""
    return [Judgement(rule, bench.plan(rule), Tally(len(bench.periods))) for rule in rules]


def _alike(old: Plan | RuleResult, new: Plan | RuleResult, seen: Differences) -> bool:
    """Whether a rule was asked in the same way of the places that do not differ."""
    if not (isinstance(old, Plan) and isinstance(new, Plan)):
        return False
    kept = seen.number >= 0
    now = seen.number[kept]
    return (
        (old.no_data, old.elsewhere) == (new.no_data, new.elsewhere)
        and bool((old.lacking[kept] == new.lacking[now]).all())
        and bool((old.spoken_of[kept] == new.spoken_of[now]).all())
    )


def _from(done: int, total: int, progress: Progress | None) -> Progress | None:
    """Progress of some rules, of which others are done already."""
    return None if progress is None else lambda k, _: progress(done + k, total)
