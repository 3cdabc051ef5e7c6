"""The results of all parts put together: the coverage that one review of everything would have had."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final

import attrs

from budgetreview.dataset.part import Counted, Done, name_of
from budgetreview.dataset.request import Request
from budgetreview.dataset.store import made, opened, writing
from budgetreview.dataset.survey import Surveyed
from budgetreview.errors import Notice, Problem, Text, UsageError
from budgetreview.mechanism import Profile
from budgetreview.render import records
from budgetreview.render.records import frames
from budgetreview.render.records.layout import dump
from budgetreview.report import ENGINE, Findings, Report, RuleResult
from budgetreview.rule import Rule, RuleSet, Severity
from budgetreview.submission import Input

_COUNTED: Final = frozenset({"deleted-rows", "total-rows", "repeated-id", "rounded"})
"""Notices that count rows: those of the parts of one input are one notice."""
_NUMBER: Final = re.compile(r"\d+")


def refuse_across(rules: RuleSet, stage: str) -> None:
    """Refuse rules whose answers for parts are not those for the whole.

    Raises:
        UsageError: naming them.
    """
    over = sorted(r.code for r in rules.rules if "entities" in r.across and stage in r.stages)
    if over:
        codes = ",".join(over)
        raise UsageError(Text(
            f"规则 {'、'.join(over)} 跨地区比较，不能分部分审查；请用 check 一次审查全部数据，或用 --ignore {codes}",
            f"the rules {', '.join(over)} compare entities and cannot be asked part by part; review all the data at "
            f"once with check, or use --ignore {codes}",
        ))  # fmt: skip


def together(
    done: Iterable[Done],
    files: Sequence[Surveyed],
    rules: Sequence[Rule],
    given: RuleSet,
    request: Request,
    amounts: Mapping[str, str | None],
    profile: Profile,
) -> tuple[Report, Mapping[Severity, int]]:
    """One report of all parts, without its findings, and how many findings of which severity there are.

    Args:
        done: What came of the parts, in any order.
        files: What is known of the files.
        rules: The rules with the user's values, by code.
        given: The rules as loaded.
        request: What was asked for.
        amounts: The amount column of each input.
        profile: The mechanism.
    """
    ordered = sorted(done, key=lambda d: d.number)
    read = [d for d in ordered if not d.problems]
    before = list(accumulate((len(d.periods) for d in read), initial=0))[:-1]
    results = tuple(_result(rule, [d.rules[rule.code] for d in read], before) for rule in rules) if read else tuple(
        RuleResult(rule, "no_data", rule.severity) for rule in rules
    )  # fmt: skip
    report = Report(
        engine=ENGINE,
        packs=dict(sorted(given.packs.items())),
        profile={"key": profile.key, "status": profile.status},
        stage=request.stage,
        as_of=request.as_of,
        levels={e: level for d in read for e, level in d.levels.items()},
        inputs=_inputs(files, ordered, amounts),
        results=results,
        findings=Findings(results),
        without=given.without,
        off=given.off,
        notices=tuple(sorted(dict.fromkeys(n for d in read for n in d.about), key=lambda n: n.text.zh)),
        periods=tuple(p for d in read for p in d.periods),
        mechanism=profile,
    )
    failed = {r.rule.code for r in results if r.outcome == "failed"}
    counts = {
        s: sum(c.found[s] for d in read for code, c in d.rules.items() if code not in failed) for s in Severity
    }
    return report, counts


def _result(rule: Rule, parts: Sequence[Counted], before: Sequence[int]) -> RuleResult:
    first = parts[0]
    failed = next((p for p in parts if p.outcome == "failed"), None)
    if failed is not None:
        return RuleResult(rule, "failed", rule.severity, error=failed.error, parameters=first.parameters)
    outcome: Any = "ran" if any(p.outcome == "ran" for p in parts) else first.outcome
    flagged, clear, grey, away = (sum(p.counts[i] for p in parts) for i in range(4))
    return RuleResult(
        rule, outcome, min((p.severity for p in parts), key=lambda s: s.rank), flagged, clear, grey, away,
        tuple(sorted({m for p in parts for m in p.missing})), first.parameters,
        not_assessed_in=tuple(b + i for b, p in zip(before, parts, strict=True) for i in p.grey),
    )  # fmt: skip


def _inputs(files: Sequence[Surveyed], done: Sequence[Done], amounts: Mapping[str, str | None]) -> tuple[Input, ...]:
    rows: dict[str, int] = {}
    notices: dict[str, list[Notice]] = {f.file.name: list(f.notices) for f in files}
    problems: dict[str, list[Problem]] = {}
    for d in done:
        for name, n in d.rows.items():
            rows[name] = rows.get(name, 0) + n
        for notice in d.notices:
            notices.setdefault(notice.name, []).append(notice)
        for problem in d.problems:
            problems.setdefault(problem.name, []).append(problem)
    return tuple(
        Input(
            f.file.name, f.sha256, None, "lines", rows.get(f.file.name, 0), amounts[f.file.name],
            tuple(_merged(notices[f.file.name])), tuple(problems.get(f.file.name, ())),
        )
        for f in files
    )  # fmt: skip


def _merged(notices: Sequence[Notice]) -> list[Notice]:
    """Each notice once; those that count rows with the rows of all parts."""
    out: dict[object, Notice] = {}
    for n in notices:
        key = n.kind if n.kind in _COUNTED else n
        if key in out and key is not n:
            a, b = out[key], n
            out[key] = attrs.evolve(a, text=Text(_added(a.text.zh, b.text.zh), _added(a.text.en, b.text.en)))
        else:
            out.setdefault(key, n)
    return list(out.values())


def _added(one: str, other: str) -> str:
    """A sentence with the sum of what two of its kind count."""
    more = _NUMBER.search(other)
    return one if more is None else _NUMBER.sub(lambda m: str(int(m[0]) + int(more[0])), one, count=1)


def write(report: Report, output: str, parts: int) -> None:
    """Write the coverage, once all findings are there; and take out of these what a rule found that failed elsewhere.

    Raises:
        OutputError: It could not be written.
    """
    import polars as pl
    import pyarrow.parquet as pq

    failed = [r.rule.code for r in report.results if r.outcome == "failed"]
    for number in range(parts) if failed else ():
        fs, path = opened(f"{output}/findings/{name_of(number)}")
        if not fs.exists(path):
            continue
        with writing(output), fs.open(path, "rb") as file:
            kept = pl.read_parquet(file).filter(~pl.col("rule").is_in(failed))
        with made(f"{output}/findings", name_of(number)) as out:
            pq.write_table(kept.to_arrow(), out, compression="zstd")
    with made(output, "coverage.parquet") as out:
        pq.write_table(frames.rules(report).to_arrow(), out, compression="zstd")
    with made(output, "coverage.json") as out:
        out.write((dump(records.head(report)) + "\n").encode())
