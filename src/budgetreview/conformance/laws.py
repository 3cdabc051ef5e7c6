"""What a package's rules do on data: never fail, keep the laws of all rules, recompute, and take their time only."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

import attrs

from budgetreview import testing
from budgetreview.conformance import batches
from budgetreview.engine import review
from budgetreview.errors import BudgetReviewError, Text
from budgetreview.mechanism import STAGES
from budgetreview.money import yuan
from budgetreview.recompute import FormulaError, evaluate
from budgetreview.render import records
from budgetreview.report import Report
from budgetreview.rule import Rule, RuleSet, split_column
from budgetreview.rulefile.judging import Judge
from budgetreview.submission import Submission
from budgetreview.tables import AMOUNT_ORDER, TABLES
from budgetreview.testing import Case
from budgetreview.testing.written import ENTITY

Breach = tuple[str, Text]
_SEEDS: Final = (1, 2)
_TRIED: Final = (("random", 1), ("dense", 2), ("round", 3))
_DENSE: Final = 3
_KEPT: Final = 64
_IDENTITY: Final = frozenset({
    "entity", "fiscal_year", "book", "side", "level", "line_id", "agency", "department", "project", "project_name",
    "function_code", "dept_economic_code", "gov_economic_code", "fund", "event", "code", "rule", *AMOUNT_ORDER,
    *(f"prior_{c}" for c in AMOUNT_ORDER),
})  # fmt: skip
"""Columns that every submission has, whatever the rules read: what a row is, and its amounts."""
_PLAIN: Final = re.compile(r"\d+(\.\d{1,2})?")
Words = tuple[tuple[str, tuple[str, ...]], ...]
_COPIES: Final = 20
_TIMES: Final = 3
_COMPLETING: Final = ("prior", "targets")


def home(territory: str | None) -> str:
    """A county's code in a territory: ``4307`` → ``430701``, none: the county of the example cases."""
    if not territory:
        return ENTITY
    whole = len(ENTITY)
    return territory if len(territory) >= whole else (territory + ENTITY[len(territory) :])


def places(home_: str) -> tuple[str, ...]:
    """Entities to try: the place, its city and province, a township of it, and one elsewhere."""
    six = home_[:6]
    return tuple(dict.fromkeys((f"{six[:2]}0000", f"{six[:4]}00", home_, f"{six}100", "110105")))


def day(rule: Rule) -> date:
    """A day on which the rule is in force."""
    start, end = rule.in_force
    chosen = batches.LATE if start is None or start <= batches.LATE else start
    return chosen if end is None or chosen <= end else end


@lru_cache(maxsize=_KEPT)
def data(what: str, place: str, needed: frozenset[str], words: Words, seed: int = _SEEDS[0]) -> Submission:
    """One of the submissions that rules are tried on; read-only, so that it is made once.

    Args:
        what: ``random``, ``dense`` (all lines at the place, expenditure of the general book), ``round`` (the same in
            whole 万元), each also ``-scaled`` (with money in 万元), ``large``, ``empty``, ``outside`` (no line in
            anybody's scope), ``one-line``, ``example`` or ``many``.
        place: The county.
        needed: The tables.
        words: Values of the package's own, by column.
        seed: Of the random ones.
    """

    def some(tables: batches.Tables) -> batches.Tables:
        return {
            name: {c: v for c, v in table.items() if what == "many" or c in _IDENTITY or f"{name}.{c}" in needed}
            for name, table in tables.items()
            if name in needed
        }

    if what in {"example", "many", "one-line"}:
        tables = some(batches.example_county(place, copies=_COPIES if what == "many" else 1))
        return Submission(**(batches.one_line(tables) if what == "one-line" else tables))
    kind, _, scaled = what.partition("-")
    own = {name: list(values) for name, values in words}
    amounts = (*batches.AMOUNTS, *own.pop("money", ()))
    if kind in {"dense", "round", "large"}:
        drawn = {"large": batches.LARGE, "round": batches.ROUND}.get(kind, amounts)
        tables = some(batches.inside(batches.county(seed, (place,), drawn, words=own, times=_DENSE)))
    else:
        tables = some(batches.county(seed, places(place), amounts, words=own))
    if scaled:
        return Submission(**(batches.in_ten_thousands(tables) or tables), unit="万元")
    return Submission(**({"empty": batches.empty, "outside": batches.outside}.get(what, dict)(tables)))


@attrs.define
class Trial:
    """The data that a package is tried on, made once.

    Attributes:
        rules: The package's own rules, all of them.
        place: A county where they hold.
        core: The rules that they are compared with.
        words: Values of the package's own, by column, from its cases and parameters.
    """

    rules: tuple[Rule, ...]
    place: str
    core: RuleSet
    words: Words = ()

    @property
    def needed(self) -> frozenset[str]:
        """The tables that the rules look at, those that complete the lines, and ``table.column`` for what is read."""
        read = {t for r in self.rules for t in (*r.tables, *r.optional_tables)}
        columns = {".".join(split_column(c)) for r in self.rules for c in (*r.reads, *r.uses)}
        return frozenset({"lines", *read, *(_COMPLETING if "lines" in read else ()), *columns})

    def _data(self, what: str, seed: int = _SEEDS[0]) -> Submission:
        return data(what, self.place, self.needed, self.words, seed)

    @property
    def tried(self) -> tuple[tuple[Submission, Submission], ...]:
        """Tables filled at random, each with money in 元 and in 万元."""
        return tuple((self._data(what, seed), self._data(f"{what}-scaled", seed)) for what, seed in _TRIED)

    @property
    def example(self) -> Submission:
        """The example county in the package's place."""
        return self._data("example")

    @property
    def many(self) -> Submission:
        """Some ten thousand lines."""
        return self._data("many")

    def hard(self) -> Iterator[tuple[str, Submission]]:
        """What rules stumble over: nothing, nothing in scope, one row, very large amounts; with the check's code."""
        yield "fails-on-empty", self._data("empty")
        yield "fails-on-empty", self._data("outside")
        yield "fails-on-one-line", self._data("one-line")
        yield "fails-on-large", self._data("large")

    def reports(self) -> Iterator[Report]:
        """The package's rules over random data at every stage, and over the example."""
        own = RuleSet(self.rules)
        for given, _ in self.tried:
            for stage in STAGES:
                yield review(given, own, stage=stage, as_of=self.day)
        yield review(self.example, own, as_of=self.day)

    @property
    def day(self) -> date:
        """The latest of the days on which the rules hold."""
        return max((day(r) for r in self.rules), default=batches.LATE)


def words_of(rules: Sequence[Rule], cases: Sequence[Case]) -> Words:
    """The codes, names and amounts of a package's cases, and the amounts at its limits."""
    found: dict[str, dict[str, None]] = {}
    for case in cases:
        for table, text in case.tables.items():
            for column, values in testing.columns(table, text).items():
                spec = TABLES[table].columns.get(column)
                if spec is None or spec.kind not in {"text", "code", "money"} or column in {"entity", "line_id"}:
                    continue
                money = spec.kind == "money"
                kept = [v for v in values if v and (not money or (case.unit == "元" and _PLAIN.fullmatch(v)))]
                found.setdefault("money" if money else f"{table}.{column}", {}).update(dict.fromkeys(kept))
    for rule in rules:
        for parameter in rule.parameters.values():
            if parameter.unit == "money":
                limits = [v.value for v in parameter.values if isinstance(v.value, int)]
                near = [yuan(n) for limit in limits for n in (limit - 1, limit, limit + 1) if n > 0]
                found.setdefault("money", {}).update(dict.fromkeys(near))
    return tuple((name, tuple(values)) for name, values in sorted(found.items()) if values)


def on_data(trial: Trial) -> Iterator[Breach]:
    """Rules that fail on some data, and formulas that do not come out true."""
    for code, submission in trial.hard():
        for rule in trial.rules:
            for stage in rule.stages[:1]:
                report = review(submission, RuleSet((rule,)), stage=stage, as_of=day(rule))
                yield from _failures(report, code)
                yield from _formulas(report)
    for rule in trial.rules:
        for given_ in (*(t for t, _ in trial.tried), trial.example):
            for stage in rule.stages:
                report = review(given_, RuleSet((rule,)), stage=stage, as_of=day(rule))
                yield from _failures(report, "fails-on-data")
                yield from _formulas(report)


def _failures(report: Report, code: str) -> Iterator[Breach]:
    for result in report.results:
        if result.outcome == "failed":
            yield code, Text(f"{result.rule.code}：{result.error}", f"{result.rule.code}: {result.error}")


def _formulas(report: Report) -> Iterator[Breach]:
    for f in report.findings:
        record = {n: v.json() for n, v in {**f.parameters, **f.values}.items()}
        try:
            true = evaluate(f.formula, record)
        except (FormulaError, TypeError, ZeroDivisionError) as error:
            yield (
                "formula-false",
                Text(f"{f.rule}：公式算不出（{error}）", f"{f.rule}: no answer from its formula ({error})"),
            )
            return
        if true is not True:
            seen = json.dumps(record, ensure_ascii=False)
            yield (
                "formula-false",
                Text(f"{f.rule}：{f.formula} 对 {seen} 不成立", f"{f.rule}: {f.formula} is not true of {seen}"),
            )
            return


def of_rules(trial: Trial) -> Iterator[Breach]:
    """The laws of all rules, on data made at random."""
    for rule in trial.rules:
        for seed, (given, scaled) in enumerate(trial.tried):
            try:
                yield from testing.broken_laws(rule, given, stage=rule.stages[0], as_of=day(rule), seed=seed)
            except Exception as error:  # noqa: BLE001 - a rule of anybody's package may raise anything
                yield "fails-on-data", _raised(rule, error)
            yield from _units(rule, given, scaled, rule.stages[0], day(rule))


def _raised(rule: Rule, error: Exception) -> Text:
    what = f"{type(error).__name__}: {error}"
    return Text(f"{rule.code}：{what}", f"{rule.code}: {what}")


def _units(
    rule: Rule, yuan: Submission, other: Submission, stage: str, as_of: date, level: str | None = None
) -> Iterator[Breach]:
    """The same money in 元 and in 万元."""
    seen = []
    for given in (yuan, other):
        report = review(given, RuleSet((rule,)), stage=stage, as_of=as_of, level=level)
        seen.append(sorted((f.fingerprint, f.facts) for f in report.findings))
    if seen[0] != seen[1]:
        yield (
            "unit-matters",
            Text(
                f"{rule.code} 以元为单位报出 {len(seen[0])} 项，以万元为单位报出 {len(seen[1])} 项，或事实不同",
                f"{rule.code} flags {len(seen[0])} units in 元 and {len(seen[1])} in 万元, or states other facts",
            ),
        )


def of_cases(trial: Trial, cases: Sequence[Case]) -> Iterator[Breach]:
    """Cases that are missing or do not hold, and the laws on their tables."""
    for rule in trial.rules:
        mine = [c for c in cases if c.rule == rule.code]
        if isinstance(rule.function, Judge):
            continue  # written without Python: it was refused on loading if its own examples failed
        for answer, zh, en in (("flagged", "应报", "must fire"), ("clear", "不应报", "must not fire")):
            if not any(c.expected[answer] for c in mine):
                yield "cases-missing", Text(f"{rule.code} 没有{zh}的案例", f"{rule.code} has no case that {en}")
        for case in mine:
            try:
                testing.run_case(rule, case)
            except AssertionError as error:
                first, *rest = str(error).splitlines()
                told = "; ".join([first, *(line.strip("! ") for line in rest if line.startswith("!"))])
                yield "case-fails", Text(told, told)
                continue
            except BudgetReviewError as error:
                yield "case-fails", Text(f"{rule.code} {case.name}：{error}", f"{rule.code} {case.name}: {error}")
                continue
            yield from _case(rule, case)


def _case(rule: Rule, case: Case) -> Iterator[Breach]:
    """The laws on the tables of a case that holds; blanking beside negative amounts may decide a sum."""
    given = testing.submission(case.tables, case.unit)
    stage = case.stage or rule.stages[0]
    ruled = review(
        given, RuleSet((rule,)), stage=stage, as_of=case.as_of, level=case.level, settings=case.settings
    ).results[0].rule  # fmt: skip
    tables = {n: testing.columns(n, t) for n, t in case.tables.items()}
    negative = any(str(v).startswith(("-", "(")) for t in tables.values() for c in t.values() for v in c if v)
    try:
        for code, said in testing.broken_laws(ruled, given, stage=stage, as_of=case.as_of, level=case.level):
            if not (negative and code == "blank-clears"):
                yield code, said
    except Exception as error:  # noqa: BLE001 - a rule of anybody's package may raise anything
        yield "fails-on-data", _raised(rule, error)
    other = batches.in_ten_thousands(tables) if case.unit == "元" else None
    if other is not None:
        yield from _units(ruled, given, Submission(**other, unit="万元"), stage, case.as_of, case.level)


def speed(trial: Trial) -> Iterator[Breach]:
    """Rules that take longer than all rules of the core together on the same lines."""
    stages = sorted({r.stages[0] for r in trial.rules})
    for stage in stages:
        ours = [r for r in trial.rules if r.stages[0] == stage]
        budget = _seconds(trial.many, trial.core.rules, stage, _TIMES)
        whole = sum(budget.values())
        for rule in ours:
            took = _seconds(trial.many, (rule,), stage, 1)[rule.code]
            if took > whole:
                took = min(took, _seconds(trial.many, (rule,), stage, _TIMES - 1)[rule.code])
            if took > whole:
                yield (
                    "too-slow",
                    Text(
                        f"{rule.code} 用时是全部 {len(budget)} 条核心规则之和的 {took / whole:.1f} 倍",
                        f"{rule.code} takes {took / whole:.1f} times as long as all {len(budget)} core rules together",
                    ),
                )


def _seconds(given: Submission, rules: Sequence[Rule], stage: str, times: int) -> dict[str, float]:
    """The least of a few measurements, by rule."""
    best: dict[str, float] = {}
    for _ in range(times):
        for r in review(given, RuleSet(tuple(rules)), stage=stage, as_of=day(rules[0])).results:
            best[r.rule.code] = min(best.get(r.rule.code, r.seconds), r.seconds)
    return best


def elsewhere(without: RuleSet, with_it: RuleSet, territory: str) -> Iterator[Breach]:
    """Findings of other packages' rules in a place outside the territory that change with the package."""
    away = "110105" if not territory.startswith("11") else "430702"
    given = Submission(**batches.example_county(away))
    theirs = {r.code for r in without}
    first, second = (_answered(review(given, rules, as_of=batches.LATE), theirs) for rules in (without, with_it))
    for code in sorted(c for c in theirs if first.get(c) != second.get(c)):
        yield "changes-elsewhere", Text(f"{away} 的 {code} 结果变了", f"{code} answers otherwise in {away}")


def _answered(report: Report, codes: set[str]) -> dict[str, tuple[object, ...]]:
    """By rule how many units got which answer, and every finding."""
    out: dict[str, tuple[object, ...]] = {
        r.rule.code: (r.flagged, r.clear, r.not_assessed, r.not_applicable)
        for r in report.results
        if r.rule.code in codes
    }
    for f in report.findings:
        if f.rule in codes:
            out[f.rule] = (*out[f.rule], f.fingerprint, f.facts, f.severity)
    return out


def digest(report: Report) -> str:
    """The bytes of a report, in short."""
    text = json.dumps(records.report(report), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def cases_in(folders: Sequence[Path]) -> list[Case]:
    """All cases of the case files in some folders."""
    return [c for folder in folders for path in sorted(folder.glob("*.toml")) for c in testing.cases(path)]
