"""What-if: findings and money of one rule as one of its thresholds moves.

The input is read once and no other rule is run. Where the rule compares what it measured with the threshold and the
threshold decides nothing else, all points come from the measures of one run; whether that is so is not believed but
tried: the rule itself is asked at both ends and at points between, it must say there that this value was its limit,
and every unit's answer must be the one foreseen. Else the rule is asked at every point. The result says which way was
taken, and either gives the counts and sums of a full review with ``--set``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal

import attrs
import numpy as np

from budgetreview.engine import bench, unknown_parameter, with_settings
from budgetreview.errors import ParameterError, Text, UsageError
from budgetreview.judging import Bench, Judged
from budgetreview.money import yuan
from budgetreview.parameters import Parameter, Value, read_value
from budgetreview.report import Findings, RuleResult
from budgetreview.rule import Assessment, Rule, RuleSet, Severity
from budgetreview.submission import Submission
from budgetreview.values import Bools, Exact, Numbers, Ratio, Scaled, Truth

Way = Literal["measured", "asked"]
STEPS: Final = 21
"""Points unless another number is asked for."""
_MOST_STEPS: Final = 1000
_PROBES: Final = 5
"""Points at which the rule itself is asked, beside the present value, before its measures are relied on."""
_COARSE: Final = 10_000
"""Denominator up to which points between are made."""


@attrs.frozen
class Point:
    """The findings at one value of the parameter.

    Attributes:
        value: The value: 分 for money.
        setting: The same as ``--set`` takes it.
        counts: Findings by severity.
        clear: Units that could be judged and are not flagged.
        not_assessed: Units that could not be judged.
        amount: Money of the findings in 分, as far as it is known, signs left out; None if it is known of none.
        unpriced: How many findings have no amount.
        current: Whether this is the value now in force.
    """

    value: Fraction | int
    setting: str
    counts: Mapping[Severity, int]
    clear: int
    not_assessed: int
    amount: int | None
    unpriced: int
    current: bool = False

    @property
    def flagged(self) -> int:
        """All findings."""
        return sum(self.counts.values())


@attrs.frozen(eq=False)
class Sweep:
    """The curve.

    Attributes:
        rule: The rule.
        parameter: Its parameter.
        stage: The stage of the review.
        as_of: Its day.
        current: The value in force there, None if none is set.
        points: By value.
        way: ``measured``: from the measures of one run, checked at ``asked`` points; ``asked``: the rule was asked at
            every point.
        asked: How often the rule was run.
    """

    rule: Rule
    parameter: Parameter
    stage: str
    as_of: date
    current: Fraction | int | None
    points: tuple[Point, ...]
    way: Way
    asked: int


def sweep(
    submission: Submission,
    rules: RuleSet,
    place: str,
    values: Iterable[str] | None = None,
    *,
    start: str | None = None,
    end: str | None = None,
    steps: int = STEPS,
    stage: str = "preliminary",
    as_of: date,
    level: str | Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
) -> Sweep:
    """Move one threshold and count.

    Args:
        submission: What was read.
        rules: From ``load_rules``.
        place: ``CODE.param``, e.g. ``Z08.low``.
        values: The values, as ``--set`` takes them; else ``steps`` values from ``start`` to ``end``, by default around
            the value in force.
        start: The first value.
        end: The last.
        steps: How many.
        stage: As of ``review``; so are ``as_of`` and ``level``.
        as_of: The as-of date.
        level: Level of government.
        settings: Values of other parameters.

    Returns:
        The curve; the value in force is always among its points.

    Raises:
        UsageError: The parameter is no number, or the rule does not run at this stage or without its data.
        ParameterError: There is no such parameter, or a value lies outside its limits.
    """
    code, _, name = place.partition(".")
    fixed = {k: v for k, v in (settings or {}).items() if k.partition(".")[0] == code and k != place}
    chosen = next((r for r in rules if r.code == code), None)
    if chosen is None or name not in chosen.parameters:
        raise ParameterError(unknown_parameter(place, {r.code: r for r in rules}))
    (rule,) = with_settings([chosen], fixed)
    parameter = rule.parameters[name]
    if parameter.unit in {"codes", "words"}:
        raise UsageError(Text(f"{place} 不是数值，不能做界限分析", f"{place} is no number and has no curve"))
    table = bench(submission, rules, stage=stage, as_of=as_of, level=level)
    current = _current(parameter, submission, as_of, table)
    wanted = _values(parameter, place, current, values, start, end, steps, as_of)
    return _Curve(table, rule, parameter, stage, as_of, current).made(wanted)


def _current(parameter: Parameter, submission: Submission, as_of: date, table: Bench) -> Fraction | int | None:
    """The value of the first entity."""
    entity = submission.periods[0].entity if submission.periods else None
    found = parameter.at(as_of, entity, table.levels[0] if table.levels else None)
    return None if found is None or isinstance(found.value, tuple) else found.value


def _values(
    parameter: Parameter,
    place: str,
    current: Fraction | int | None,
    values: Iterable[str] | None,
    start: str | None,
    end: str | None,
    steps: int,
    as_of: date,
) -> list[Fraction | int]:
    """The values to try, in order, each once, all within the limits of the parameter."""
    if values is not None:
        chosen = [_number(read_value(v, parameter.unit)) for v in values]
    else:
        if not 2 <= steps <= _MOST_STEPS:  # noqa: PLR2004 - two points make a line
            raise UsageError(Text(f"--steps 应为 2 至 {_MOST_STEPS}", f"--steps must be 2 to {_MOST_STEPS}"))
        low, high = _ends(parameter, place, current, start, end, as_of)
        chosen = [_between(low, high, k, steps - 1, parameter) for k in range(steps)]
    for value in chosen:
        parameter.checked(value, place)
    return sorted({*chosen, *(() if current is None else (current,))})


def _ends(
    parameter: Parameter, place: str, current: Fraction | int | None, start: str | None, end: str | None, as_of: date
) -> tuple[Fraction, Fraction]:
    """From half to one and a half times the value in force, within the limits, where no ends are named."""
    limit = parameter.within(as_of, None)
    least = None if limit.least is None else Fraction(_number(limit.least))
    most = None if limit.most is None else Fraction(_number(limit.most))
    if current is None and (start is None or end is None):
        raise UsageError(
            Text(
                f"{place} 没有现行值，请用 --from 和 --to 给出范围",
                f"{place} has no value in force; name a range with --from and --to",
            )
        )
    about = Fraction(current or 0)
    span = abs(about) / 2 or (Fraction(1, 10) if parameter.unit == "share" else Fraction(10))
    low, high = about - span, about + span
    low = low if least is None else max(low, least)
    high = high if most is None else min(high, most)
    low = Fraction(_number(read_value(start, parameter.unit))) if start is not None else low
    high = Fraction(_number(read_value(end, parameter.unit))) if end is not None else high
    if low >= high:
        raise UsageError(Text("--from 应小于 --to", "--from must be less than --to"))
    return low, high


def _between(low: Fraction, high: Fraction, k: int, n: int, parameter: Parameter) -> Fraction | int:
    value = low + (high - low) * k / n
    if parameter.unit in {"share", "score"}:
        return value if k in {0, n} else value.limit_denominator(_COARSE)
    return round(value)


def _number(value: Value) -> Fraction | int:
    return 0 if isinstance(value, tuple) else value


def setting(value: Fraction | int, parameter: Parameter) -> str:
    """A value as ``--set`` takes it."""
    return yuan(int(value)) if parameter.unit == "money" else str(value)


@attrs.frozen(eq=False)
class _Asked:
    """What the rule itself answers at one value."""

    result: RuleResult
    assessment: Assessment | None
    judged: Judged | None


class _Curve:
    def __init__(
        self, table: Bench, rule: Rule, parameter: Parameter, stage: str, as_of: date, current: Fraction | int | None
    ) -> None:
        self._table = table
        self._rule = rule
        self._parameter = parameter
        self._stage = stage
        self._as_of = as_of
        self._current = current
        self._known: dict[Fraction | int, RuleResult] = {}

    def made(self, values: Sequence[Fraction | int]) -> Sweep:
        first = values[0] if self._current is None else self._current
        base = self.ask(first)
        if base.outcome != "ran":
            raise self._silent(base)
        foreseen = self.foresee(first, values)
        if foreseen is None:
            points = [self.point(v, self.ask(v)) for v in values]
        else:
            points = [self.from_measure(v, base, *foreseen) for v in values]
        return Sweep(
            self._rule,
            self._parameter,
            self._stage,
            self._as_of,
            self._current,
            tuple(points),
            "asked" if foreseen is None else "measured",
            len(self._known),
        )

    def _silent(self, base: RuleResult) -> UsageError:
        code = self._rule.code
        if base.outcome == "not_in_stage":
            stages = ", ".join(self._rule.stages)
            return UsageError(
                Text(
                    f"规则 {code} 不属阶段 {self._stage}；可用 --stage {stages}",
                    f"rule {code} is not of the stage {self._stage}; use --stage {stages}",
                )
            )
        if base.outcome == "no_data":
            lacks = "、".join(base.missing)
            return UsageError(Text(f"规则 {code} 没有数据，缺少 {lacks}", f"rule {code} has no data; missing: {lacks}"))
        if base.outcome == "failed":
            return UsageError(Text(f"规则 {code} 运行失败：{base.error}", f"rule {code} failed: {base.error}"))
        return UsageError(Text(f"规则 {code} 在 {self._as_of} 未生效", f"rule {code} is not in force on {self._as_of}"))

    def at(self, value: Fraction | int) -> Rule:
        """The rule with that value of the parameter, as ``--set`` would have it."""
        place = f"{self._rule.code}.{self._parameter.name}"
        (rule,) = with_settings([self._rule], {place: setting(value, self._parameter)})
        return rule

    def ask(self, value: Fraction | int) -> RuleResult:
        """The rule's own answer."""
        if value not in self._known:
            self._known[value] = self._table.run(self.at(value))
            if self._known[value].outcome == "failed":
                raise self._silent(self._known[value])
        return self._known[value]

    def point(self, value: Fraction | int, result: RuleResult) -> Point:
        """A point of the rule's own answer."""
        found = Findings([result])
        ranks, amounts = found.ranks(self._rule.code), found.amounts(self._rule.code)
        known = [abs(a) for a in amounts if a is not None]
        return Point(
            value,
            setting(value, self._parameter),
            {s: int((ranks == s.rank).sum()) for s in Severity},
            result.clear,
            result.not_assessed,
            sum(known) if known else None,
            len(amounts) - len(known),
            value == self._current,
        )

    # --- all points from one run

    def answers(self, value: Fraction | int) -> tuple[Assessment, Judged] | None:
        """The rule's answers unit by unit; None where entities are judged on several terms."""
        found = list(self._table.assessments(self.at(value)))
        return found[0] if len(found) == 1 else None

    def foresee(self, first: Fraction | int, values: Sequence[Fraction | int]) -> _Foreseen | None:
        """How the measures decide, if they alone do; None if they do not."""
        if len(values) <= _PROBES + 1 or any(c.severity is not None for c in self._rule.changes):
            return None
        base = self.answers(first)
        if base is None or base[0].severity is not None or not isinstance(base[0].measure, _COMPARED):
            return None
        probes = sorted({values[round(k * (len(values) - 1) / (_PROBES - 1))] for k in range(_PROBES)} | {first})
        asked = [(v, self.answers(v), self.ask(v)) for v in probes]
        for compared in (operator.gt, operator.ge, operator.lt, operator.le):
            foreseen = (base[0], base[1], compared)
            if all(
                a is not None and _as_foreseen(v, a, foreseen) and self._counts_agree(v, r, foreseen)
                for v, a, r in asked
            ):
                return foreseen
        return None

    def _counts_agree(self, value: Fraction | int, result: RuleResult, foreseen: _Foreseen) -> bool:
        base = next(iter(self._known.values()))
        return self.point(value, result) == self.from_measure(value, base, *foreseen)

    def from_measure(
        self, value: Fraction | int, base: RuleResult, a: Assessment, judged: Judged, compared: _Compared
    ) -> Point:
        """A point of the measures."""
        flagged = _flagged_at(value, a, judged, compared)
        n = int(flagged.sum())
        amount = self._amount(a)
        money: int | None = None
        priced = 0
        if amount is not None:
            known = flagged & amount.known
            priced = int(known.sum())
            money = sum(map(abs, amount.values[known].tolist())) if priced else None
        counts = {s: n if s is self._rule.severity else 0 for s in Severity}
        return Point(
            value,
            setting(value, self._parameter),
            counts,
            base.flagged + base.clear - n,
            base.not_assessed,
            money,
            n - priced,
            value == self._current,
        )

    def _amount(self, a: Assessment) -> Exact | None:
        """The money of each unit, as a finding shows it."""
        if a.amount is not None or a.units.table.name != "lines":
            return a.amount
        whole = a.units.table.columns.get("amount")
        if not isinstance(whole, Exact):
            return None
        return whole if a.units is a.units.table else a.units.sum(whole)  # type: ignore[union-attr]


_COMPARED: Final = (Exact, Numbers, Ratio, Scaled)
_Compared = Callable[[Any, Any], Truth]
_Foreseen = tuple[Assessment, Judged, _Compared]


def _flagged_at(value: Fraction | int, a: Assessment, judged: Judged, compared: _Compared) -> Bools:
    """Which units are flagged at a value: of those that can be judged the ones whose measure lies beyond it."""
    return np.asarray((judged.flagged | judged.clear) & compared(a.measure, value).yes, bool)


def _as_foreseen(value: Fraction | int, actual: tuple[Assessment, Judged], foreseen: _Foreseen) -> bool:
    """Whether the rule's own answers at a value are, unit by unit, those that the measures give."""
    base, judged, compared = foreseen
    a, now = actual
    if len(a.units) != len(base.units) or a.severity is not None:
        return False
    flagged = _flagged_at(value, base, judged, compared)
    decided = judged.flagged | judged.clear
    return bool(
        _is(a.limit, value, decided)
        and _same(a.measure, base.measure, decided)
        and (now.flagged == flagged).all()
        and (now.clear == (decided & ~flagged)).all()
        and (now.not_assessed == judged.not_assessed).all()
        and (now.not_applicable == judged.not_applicable).all()
    )


def _is(limit: object, value: Fraction | int, decided: Bools) -> bool:
    """Whether the rule itself says that it held every unit against this value."""
    if isinstance(limit, int | Fraction):
        return limit == value
    if isinstance(limit, Exact):
        return bool((limit.values == value)[decided].all())
    return False


def _same(a: object, b: object, decided: Bools) -> bool:
    """Whether two columns of measures are the same where it matters."""
    if isinstance(a, Ratio) and isinstance(b, Ratio):
        return _same(a.num, b.num, decided) and _same(a.den, b.den, decided)
    if isinstance(a, Scaled) and isinstance(b, Scaled):
        return a.factor == b.factor and _same(a.exact, b.exact, decided)
    if (isinstance(a, Exact) and isinstance(b, Exact)) or (isinstance(a, Numbers) and isinstance(b, Numbers)):
        return bool((a.values == b.values)[decided].all() and (a.known == b.known)[decided].all())
    return False
