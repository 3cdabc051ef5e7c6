"""One rule asked at any value of one of its parameters, as a full review with ``--set`` would ask it."""

from __future__ import annotations

from collections.abc import Mapping

from budgetreview.engine import with_settings
from budgetreview.errors import Text, UsageError
from budgetreview.judging import Bench, Judged
from budgetreview.money import yuan
from budgetreview.parameters import Parameter
from budgetreview.report import Findings, RuleResult
from budgetreview.rule import Assessment, Rule, Severity
from budgetreview.sweep.curve import Number, Point


class Asking:
    """A rule on the tables of one review; no value is asked twice."""

    def __init__(self, bench: Bench, rule: Rule, parameter: Parameter, current: Number | None) -> None:
        self._bench = bench
        self.rule = rule
        self._parameter = parameter
        self._current = current
        self._said: dict[Number, RuleResult] = {}

    @property
    def runs(self) -> int:
        """At how many values the rule was asked."""
        return len(self._said)

    def result(self, value: Number) -> RuleResult:
        """What the report would say of the rule.

        Raises:
            UsageError: The rule says nothing here: of another stage, not in force, without its data, or failed.
        """
        if value not in self._said:
            self._said[value] = self._bench.run(self._with(value))
        said = self._said[value]
        if said.outcome != "ran":
            raise self._silent(said)
        return said

    def units(self, value: Number) -> tuple[Assessment, Judged] | None:
        """The rule's answers unit by unit; None where entities are judged on several terms."""
        found = list(self._bench.assessments(self._with(value)))
        return found[0] if len(found) == 1 else None

    def asked(self, value: Number) -> Point:
        """The point that the rule's own answer gives."""
        result = self.result(value)
        found = Findings([result])
        ranks, amounts = found.ranks(self.rule.code), found.amounts(self.rule.code)
        known = [abs(a) for a in amounts if a is not None]
        return self.point(
            value,
            result,
            counts={s: int((ranks == s.rank).sum()) for s in Severity},
            clear=result.clear,
            amount=sum(known) if known else None,
            unpriced=len(amounts) - len(known),
        )

    def point(
        self,
        value: Number,
        result: RuleResult,
        *,
        counts: Mapping[Severity, int],
        clear: int,
        amount: int | None,
        unpriced: int,
    ) -> Point:
        """A point with these counts; what could not be judged is the same at every value as in ``result``."""
        return Point(
            value,
            self._setting(value),
            counts,
            clear,
            result.not_assessed,
            amount,
            unpriced,
            current=value == self._current,
        )

    def _with(self, value: Number) -> Rule:
        """The rule with that value of the parameter."""
        (rule,) = with_settings([self.rule], {f"{self.rule.code}.{self._parameter.name}": self._setting(value)})
        return rule

    def _setting(self, value: Number) -> str:
        """A value as ``--set`` takes it."""
        return yuan(int(value)) if self._parameter.unit == "money" else str(value)

    def _silent(self, said: RuleResult) -> UsageError:
        """Why the rule says nothing here."""
        code, asked = self.rule.code, self._bench.context
        if said.outcome == "not_in_stage":
            stages = ", ".join(self.rule.stages)
            return UsageError(
                Text(
                    f"规则 {code} 不属阶段 {asked.stage}；可用 --stage {stages}",
                    f"rule {code} is not of the stage {asked.stage}; use --stage {stages}",
                )
            )
        if said.outcome == "no_data":
            lacks = "、".join(said.missing)
            return UsageError(Text(f"规则 {code} 没有数据，缺少 {lacks}", f"rule {code} has no data; missing: {lacks}"))
        if said.outcome == "failed":
            return UsageError(Text(f"规则 {code} 运行失败：{said.error}", f"rule {code} failed: {said.error}"))
        return UsageError(Text(f"规则 {code} 在 {asked.as_of} 未生效", f"rule {code} is not in force on {asked.as_of}"))
