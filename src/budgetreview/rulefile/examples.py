"""The examples of a rule: rows that it must flag, clear, not assess, or not speak of, and what it does say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from budgetreview.codes import entity_level
from budgetreview.errors import IntakeError, Problem, Text
from budgetreview.expressions.columns import columns_of, plain
from budgetreview.judging import Bench
from budgetreview.rule import Rule
from budgetreview.rulefile.fields import ANSWER_NAMES, ANSWERS
from budgetreview.rulefile.judging import Judge
from budgetreview.rulefile.samples import placed, submission, usual_day
from budgetreview.rulefile.written import Place, Sample, Samples, problem
from budgetreview.submission import Submission
from budgetreview.table import Groups


@attrs.frozen
class Outcome:
    """One example and what came of it.

    Attributes:
        rule: The rule's code.
        place: Where its expected answer stands.
        expected: What the rule must say.
        said: What it says.
    """

    rule: str
    place: str
    expected: str
    said: str

    @property
    def met(self) -> bool:
        """Whether the rule says what it must."""
        return self.expected == self.said


def tried(rule: Rule, samples: Sequence[Samples], name: str) -> tuple[list[Outcome], list[Problem]]:
    """Ask a rule about its examples.

    Returns:
        Every example's outcome, and what is wrong with them: unreadable cells, other answers than expected, none that
        must and none that must not be flagged.
    """
    outcomes: list[Outcome] = []
    problems: list[Problem] = []
    for listed in samples:
        mine = _grouped(rule, [s for s in listed.rows if plain(s.code.text) == plain(rule.code)])
        for case in dict.fromkeys(s.case for s in mine):
            got, wrong = _case(rule, listed, [s for s in mine if s.case == case], name)
            outcomes += got
            problems += wrong
    if not problems:
        for answer in ("flagged", "clear"):
            if not any(o.expected == answer for o in outcomes):
                said = ANSWER_NAMES[answer]
                problems.append(
                    Problem(
                        "example-missing",
                        Text(
                            f"规则 {rule.code} 没有“{said.zh}”的样例；每条规则至少各有一个“应提示”和“不应提示”的样例",
                            f"the rule {rule.code} has no example that must be {said.en}; each rule needs one that "
                            "must be flagged and one that must be clear",
                        ),
                        name,
                    )
                )
    return outcomes, problems


def _grouped(rule: Rule, rows: list[Sample]) -> list[Sample]:
    """Rows as cases: one that names no case begins one, those without an answer join it."""
    if rule.tables[0] == "lines" and isinstance(rule.function, Judge) and rule.function.by is None:
        return rows  # lines do not meet, so they are read at once
    out: list[Sample] = []
    current = ""
    for sample in rows:
        if sample.case:
            out.append(sample)
        else:
            current = f"#{sample.row}" if sample.expected is not None or not current else current
            out.append(attrs.evolve(sample, case=current))
    return out


def _case(rule: Rule, listed: Samples, rows: Sequence[Sample], name: str) -> tuple[list[Outcome], list[Problem]]:
    """One case: what each row must get, what the rule says, and where the two differ."""
    expected, problems = _expected(rows, name)
    if problems or not expected:
        return [], problems
    try:
        given = submission(rule, listed, rows, name)
    except IntakeError as error:
        return [], [placed(p, listed) for p in error.problems]
    said, lacking = _answers(rule, given)
    if lacking and any(want != "not_assessed" for want, _ in expected.values()):
        return [], [_lacking(rule, lacking, name, rows[0].code.place)]
    outcomes = []
    for row, (want, place) in expected.items():
        got = said.get(row, "not_assessed" if lacking else "not_applicable")
        outcomes.append(Outcome(rule.code, "!".join(p for p in place if p), want, got))
        if got != want:
            problems.append(
                problem(
                    "example-failed",
                    f"样例应为“{ANSWER_NAMES[want].zh}”，规则 {rule.code} 得出“{ANSWER_NAMES[got].zh}”；请改条件或样例",
                    f"the example must be {ANSWER_NAMES[want].en}, the rule {rule.code} says "
                    f"{ANSWER_NAMES[got].en}; mend the condition or the example",
                    name,
                    place,
                )
            )
    return outcomes, problems


def _expected(rows: Sequence[Sample], name: str) -> tuple[Mapping[int, tuple[str, Place]], list[Problem]]:
    """The answer that each row must get and where that is written, by the row's number."""
    expected: dict[int, tuple[str, Place]] = {}
    problems = []
    for sample in rows:
        if sample.expected is None:
            continue
        word = ANSWERS.get(plain(sample.expected.text))
        if word is not None:
            expected[sample.row] = (word, sample.expected.place)
            continue
        zh = "、".join(t.zh for t in ANSWER_NAMES.values())
        problems.append(
            problem(
                "bad-choice",
                f"应有结果：读到“{sample.expected.text}”；应为 {zh}",
                f"expected: {sample.expected.text!r} was read; expected one of {', '.join(ANSWER_NAMES)}",
                name,
                sample.expected.place,
            )
        )
    return expected, problems


def _lacking(rule: Rule, lacking: Sequence[str], name: str, place: Place) -> Problem:
    known = columns_of(rule.tables[0])
    zh = "、".join(f"{known[c].label}（{c}）" if c in known else c for c in lacking)
    return problem(
        "example-column",
        f"样例没有规则 {rule.code} 要用的列：{zh}；请在“样例”里加上这一列",
        f"the examples lack columns that the rule {rule.code} reads: {', '.join(lacking)}; add them",
        name,
        place,
    )


def _answers(rule: Rule, given: Submission) -> tuple[Mapping[int, str], tuple[str, ...]]:
    """What the rule says of the unit that each row belongs to, and the columns that it lacks."""
    levels = tuple(_level(p.entity, rule) for p in given.periods)
    bench = Bench.of(given, stage=rule.stages[0], as_of=usual_day(rule), levels=levels)
    lacking = bench.lacking(rule)
    said: dict[int, str] = {}
    if lacking:
        return said, lacking
    for a, judged in bench.assessments(rule):
        units = a.units
        table = units.table
        index = units.index if isinstance(units, Groups) else np.arange(len(table))
        for answer in ANSWER_NAMES:
            mask = getattr(judged, answer)
            for i in np.flatnonzero((index >= 0) & mask[index]):
                said[int(table.record[i])] = answer
    return said, ()


def _level(entity: str | None, rule: Rule) -> str | None:
    own = entity_level(entity) if entity is not None else None
    return own if own in rule.levels else rule.levels[0]
