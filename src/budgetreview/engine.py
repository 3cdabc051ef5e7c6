"""Run rules over a submission and put the results together.

The review is handed its rules; it never looks for packages. It reads no clock for its results, opens no file and
prints nothing; several threads may review at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

import attrs
import numpy as np

from budgetreview import codes as code_tables
from budgetreview.errors import Notice, ParameterError, Text, UsageError
from budgetreview.judging import Bench, Earlier, judged_again
from budgetreview.mechanism import LEVEL_NAMES, LEVELS, STAGES, Profile
from budgetreview.outline import outline
from budgetreview.parameters import DatedValue, read_value
from budgetreview.report import ENGINE, Findings, Report
from budgetreview.rule import Rule, RuleSet
from budgetreview.rules.leaves import is_subtotal
from budgetreview.submission import Submission
from budgetreview.values import Keys

Progress = Callable[[int, int], None]


def review(
    submission: Submission,
    rules: RuleSet | Iterable[Rule],
    *,
    stage: str = "preliminary",
    as_of: date,
    profile: Profile | Mapping[str, str] | None = None,
    level: str | Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
    waived: Mapping[str, str] | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
    amounts: Mapping[tuple[str, str | None], str] | None = None,
    previous: Report | None = None,
) -> Report:
    """Review a submission.

    Args:
        submission: One county and year or thousands.
        rules: From ``load_rules``, or any rules.
        stage: A word of CONTRACT section 1.
        as_of: The as-of date; rules and values in force on it are used.
        profile: The mechanism, or only its key and status as the report names it.
        level: Level of government, for all entities or by code; else from ``totals.level`` or the code.
        settings: Parameter values set by the user, ``{"Z13.tolerance": "0.05"}``.
        waived: Fingerprints with the reason of their waiver.
        jobs: Threads.
        progress: Called with rules done and rules in all.
        amounts: The amount column of each input and sheet, where this is a part of a larger whole that settled it.
        previous: The report of an earlier review, made in this process, of nearly the same submission. Entities whose
            tables do not differ from then are not asked again by the same rules; other rules, another day or stage are
            asked in full. The report is the same with it and without it.

    Returns:
        The report; the same submission, rules and day give the same report whatever ``jobs`` and ``previous``.

    Raises:
        UsageError: An unknown stage or level.
        ParameterError: A setting names no parameter or lies outside its limits.
    """
    if stage not in STAGES:
        raise UsageError(_unknown("阶段", "stage", stage, STAGES))
    given = rules if isinstance(rules, RuleSet) else RuleSet(tuple(rules))
    ordered = sorted(with_settings(given.rules, settings or {}), key=lambda r: r.code)
    _within_limits(ordered, settings or {}, as_of, submission)
    levels, notices = _levels(submission, level)
    bench = Bench.of(submission, stage=stage, as_of=as_of, levels=levels, codes=given.codes, amounts=amounts)
    if previous is not None and isinstance(previous.judged, Earlier):
        again = judged_again(previous.judged, bench, ordered, jobs, progress)
        judgements, taken_over = again.judgements, again.taken_over
    else:
        judgements, taken_over = bench.judge(ordered, jobs, progress), 0
    results = tuple(j.result for j in judgements)
    inputs = tuple(
        attrs.evolve(i, amount_column=bench.amounts.get((i.name, i.sheet))) if i.table == "lines" else i
        for i in submission.inputs
    )
    return Report(
        engine=ENGINE,
        packs=dict(sorted(given.packs.items())),
        profile=_named(profile),
        stage=stage,
        as_of=as_of,
        levels={p.entity: lv for p, lv in zip(submission.periods, levels, strict=True) if p.entity and lv},
        inputs=inputs,
        results=results,
        findings=Findings(results, waived),
        without=given.without,
        off=given.off,
        notices=notices,
        waived=dict(waived or {}),
        periods=submission.periods,
        outline=outline(submission, bench.lines, lambda: is_subtotal(bench.lines, "function_code").yes),
        mechanism=profile if isinstance(profile, Profile) else None,
        taken_over=taken_over,
        judged=Earlier.of(bench, judgements),
    )


def bench(
    submission: Submission,
    rules: RuleSet,
    *,
    stage: str,
    as_of: date,
    level: str | Mapping[str, str] | None = None,
) -> Bench:
    """The tables of a review made ready once, for asking single rules again and again."""
    levels, _ = _levels(submission, level)
    return Bench.of(submission, stage=stage, as_of=as_of, levels=levels, codes=rules.codes)


def _named(profile: Profile | Mapping[str, str] | None) -> dict[str, str]:
    if isinstance(profile, Profile):
        return {"key": profile.key, "status": profile.status}
    return dict(profile or {"key": "changde-12345", "status": "reading"})


def _unknown(zh: str, en: str, word: str, known: Sequence[str]) -> Text:
    return Text(f"没有 {word!r} 这个{zh}，可用：{'、'.join(known)}", f"no {en} {word!r}; known: {', '.join(known)}")


def with_settings(rules: Sequence[Rule], settings: Mapping[str, str]) -> list[Rule]:
    """Rules with the user's values on top.

    Raises:
        ParameterError: A setting names no rule or parameter, or lies outside the limits.
    """
    by_code = {r.code: r for r in rules}
    for place, raw in settings.items():
        code, _, name = place.partition(".")
        rule = by_code.get(code)
        parameter = rule.parameters.get(name) if rule else None
        if rule is None or parameter is None:
            raise ParameterError(unknown_parameter(place, by_code))
        value = parameter.checked(read_value(raw, parameter.unit), place)
        top = attrs.evolve(parameter, values=(*parameter.values, DatedValue(value, origin="setting")))
        by_code[code] = attrs.evolve(rule, parameters=MappingProxyType({**rule.parameters, name: top}))
    return list(by_code.values())


def unknown_parameter(place: str, rules: Mapping[str, Rule]) -> Text:
    """What to say of a parameter that does not exist: the rule is unknown, or which parameters it has."""
    code, _, _ = place.partition(".")
    rule = rules.get(code)
    if rule is None:
        near = difflib.get_close_matches(code, list(rules), 3, 0.5)
        zh, en = (f"；相近的有：{'、'.join(near)}", f"; near: {', '.join(near)}") if near else ("", "")
        return Text(
            f"{place}：没有规则 {code} 或它未启用{zh}；用 rules 命令查看全部规则",
            f"{place}: there is no rule {code}, or it is switched off{en}; the command rules lists all",
        )
    names = [f"{code}.{p}" for p in rule.parameters]
    if not names:
        return Text(f"{place}：规则 {code} 没有参数", f"{place}: the rule {code} has no parameters")
    return Text(
        f"{place}：没有这个参数；规则 {code} 的参数：{'、'.join(names)}",
        f"{place}: no such parameter; those of the rule {code}: {', '.join(names)}",
    )


def _within_limits(rules: Sequence[Rule], settings: Mapping[str, str], as_of: date, submission: Submission) -> None:
    """Refuse a user's value outside the limits that packages set for any of the entities.

    Raises:
        ParameterError: naming the limits and the package.
    """
    entities = [None, *dict.fromkeys(p.entity for p in submission.periods)]
    for rule in rules:
        for name, parameter in rule.parameters.items():
            place = f"{rule.code}.{name}"
            if place in settings and parameter.limits:
                binding = [x for x in parameter.limits if any(x.holds(as_of, e) for e in entities)]
                parameter.checked(read_value(settings[place], parameter.unit), place, binding)


def _levels(
    submission: Submission, given: str | Mapping[str, str] | None
) -> tuple[tuple[str | None, ...], tuple[Notice, ...]]:
    """The level of government of each entity and year, and notices about unknown places."""
    named = given if isinstance(given, Mapping) else {}
    for level in (*named.values(), *([given] if isinstance(given, str) else [])):
        if level not in LEVELS:
            raise UsageError(_unknown("级次", "level", level, LEVELS))
    stated = _stated_levels(submission)
    out: list[str | None] = []
    notices: dict[str, Notice] = {}
    for i, period in enumerate(submission.periods):
        code = period.entity
        if code is not None and code in named:
            out.append(named[code])
        elif isinstance(given, str) or i in stated:
            out.append(given if isinstance(given, str) else stated[i])
        else:
            out.append(code_tables.entity_level(code) if code is not None else None)
            if code is not None and not code_tables.known_place(code):
                notices[code] = _unknown_place(code, out[-1], period.path)
    return tuple(out), tuple(notices[c] for c in sorted(notices))


def _stated_levels(submission: Submission) -> dict[int, str]:
    """Levels that the column ``totals.level`` gives, by entity and year."""
    totals = submission.table("totals")
    column = totals.columns.get("level")
    if not isinstance(column, Keys):
        return {}
    return {int(totals.period[row]): column.words[column.codes[row]] for row in np.flatnonzero(column.known)}


def _unknown_place(code: str, level: str | None, path: str) -> Notice:
    taken = LEVEL_NAMES[level] if level else Text("未知", "unknown")
    zh = f"区划代码 {code} 不在区划表中，按代码形式判定级次为{taken.zh}；可用 --level {code}=… 指定"
    en = f"{code} is not in the table of places; by its form its level is {taken.en}; set it with --level {code}=…"
    return Notice("unknown-place", Text(zh, en), path)
