"""``mechanism``: who reviews what and when, which questions have rules, and what a submission lacks for them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import click

from budgetreview.agenda import PERIODS
from budgetreview.authority import CERTAINTY, Authority
from budgetreview.cli import exits, language
from budgetreview.cli.options import inputs, settings
from budgetreview.cli.output.columns import table
from budgetreview.cli.progress import Bar
from budgetreview.engine import review
from budgetreview.errors import Text
from budgetreview.matrix import STATE_NAMES, Cell, Evidence, for_submission, matrix
from budgetreview.mechanism import (
    FOCUS_NAMES,
    LEVEL_NAMES,
    SIDE_NAMES,
    STAGE_NAMES,
    STATUS_NAMES,
    Profile,
    Review,
)
from budgetreview.outline import rows
from budgetreview.report import Report

_SHORT: Final[Mapping[str, Text]] = {
    "general": Text("一般公共", "general"),
    "government_fund": Text("政府性基金", "gov. fund"),
    "state_capital": Text("国有资本", "state capital"),
    "social_insurance": Text("社保基金", "social ins."),
}
_MARKS: Final = {"no_rule": "·", "ran": "√", "lacks_data": "?", "not_reviewed": "-"}


@click.command()
@inputs.options
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True, help="格式 / format"
)
@language.option
@click.pass_context
def mechanism(ctx: click.Context, /, **said: Any) -> None:
    """审查机制的矩阵；给出输入时还列出缺少的数据 / the matrix of the mechanism, for a submission also with its data."""
    format_ = said["format_"]
    asked = inputs.Asked.of(said)
    rules = asked.rules()
    profile = inputs.profile(rules, asked.profile)
    cells = matrix(profile, rules)
    evidence: tuple[Evidence, ...] | None = None
    status = exits.FINE
    if asked.paths:
        language.tell(f"审查基准日 {asked.as_of}", f"as of {asked.as_of}")
        everywhere, named = settings.levels(ctx, asked.level)
        with Bar() as bar:
            submission = asked.submission(rules, bar)
            level = settings.level_for(everywhere, named, (p.entity for p in submission.periods))
            reports: list[Report] = []
            for done, step in enumerate(profile.reviews):
                bar.step(language.say_both("审查", "reviewing"), done, len(profile.reviews))
                reports.append(review(submission, rules, stage=step.stage, as_of=asked.as_of, level=level))
        evidence = for_submission(cells, reports, rows(submission))
        exits.listed(submission.problems, ("问题", "problem"))
        exits.listed(submission.notices, ("注意", "notice"))
        if submission.problems:
            status = exits.UNREADABLE
        elif any(r.outcome == "failed" for report in reports for r in report.results):
            status = exits.INCOMPLETE
    if format_ == "json":
        click.echo(json.dumps(document(profile, cells, evidence), ensure_ascii=False, indent=2))
    else:
        click.echo(text(profile, cells, evidence, language.of_messages()), nl=False)
    ctx.exit(status)


def document(profile: Profile, cells: Sequence[Cell], evidence: Sequence[Evidence] | None) -> dict[str, Any]:
    """The mechanism for programs."""
    said: dict[str, Any] = {"profile": _profile(profile), "cells": [attrs.asdict(c) for c in cells]}
    if evidence is not None:
        for cell, seen in zip(said["cells"], evidence, strict=True):
            cell |= {
                "state": seen.state, "ran": list(seen.ran), "lacking": list(seen.lacking), "failed": list(seen.failed),
                "missing": list(seen.missing),
            }  # fmt: skip
    return said


def _profile(profile: Profile) -> dict[str, Any]:
    said = attrs.asdict(profile)
    return {
        "key": said.pop("key"),
        "status": said.pop("status"),
        "says": attrs.asdict(STATUS_NAMES[profile.status]),
        **said,
    }


def text(profile: Profile, cells: Sequence[Cell], evidence: Sequence[Evidence] | None, lang: str) -> str:
    """The mechanism for people."""
    colon = "：" if lang == "zh" else ": "
    out = [profile.title[lang], STATUS_NAMES[profile.status][lang], ""]
    out += [f"* {note[lang]}" for note in profile.notes]
    if profile.parts:
        out.append("")
        for part in profile.parts:
            out.append(f"{part.digit}  {part.title[lang]}")
            out.append(f"   {part.ground[lang]} {_cited(part.authority, lang)}".rstrip())
    out += ["", language.say_both("闭环", "loop") + colon + " → ".join(s.title[lang] for s in profile.loop.steps)]
    for c in profile.cadence:
        out.append(f"{PERIODS[c.period][lang]}{colon}{c.title[lang]} {_cited(c.authority, lang)}".rstrip())
    if profile.links:
        out.append(language.say_both("贯通", "joined with") + colon + "、".join(x.title[lang] for x in profile.links))
    out += [f"{x.title[lang]}{colon}{x.address}" for x in profile.pages]
    for step in profile.reviews:
        out += ["", *_review(step, lang), ""]
        out.append(_grid(profile, step, cells, evidence, lang))
    out += ["", *_summary(cells, evidence, lang)]
    return "\n".join(out) + "\n"


def _cited(authority: Sequence[Authority], lang: str) -> str:
    left, right = ("〔", "〕") if lang == "zh" else (" [", "]")
    said = [f"{a.cite(lang)}{left}{CERTAINTY[a.mark][lang]}{right}" for a in authority]
    return ("、" if lang == "zh" else "; ").join(said)


def _review(step: Review, lang: str) -> list[str]:
    comma = "、" if lang == "zh" else ", "
    out = [f"== {step.title[lang]} ==", language.say_both(f"金额取自 {step.amount}", f"the amount is {step.amount}")]
    for body in step.bodies:
        levels = comma.join(LEVEL_NAMES[v][lang] for v in body.levels)
        out.append(f"{levels}  {body.title[lang]}  {_cited(body.authority, lang)}")
    for line in step.deadlines:
        levels = comma.join(LEVEL_NAMES[v][lang] for v in line.levels)
        days = "" if line.days is None else language.say_both(f"{line.days}日  ", f"{line.days} days  ")
        out.append(f"{levels}  {days}{line.title[lang]}  {_cited(line.authority, lang)}")
    out += [f"- {d[lang]}" for d in step.documents]
    return out


def _grid(profile: Profile, step: Review, cells: Sequence[Cell], evidence: Sequence[Evidence] | None, lang: str) -> str:
    """One review's part of the matrix: focuses down, books and sides across; how many rules there are, or ran."""
    shown: dict[tuple[str, str, str], str] = {}
    for i, c in enumerate(cells):
        if c.stage == step.stage:
            mark = str(len(c.rules)) if c.rules else _MARKS["no_rule"]
            if evidence is not None and c.rules:
                mark = f"{_MARKS[evidence[i].state]} {len(evidence[i].ran)}/{len(c.rules)}"
            shown[c.book, c.focus, c.side] = mark
    header = [STAGE_NAMES[step.stage][lang]]
    header += [f"{_SHORT[b][lang]}·{SIDE_NAMES[s][lang]}" for b in profile.books for s in profile.sides]
    return table(header, [
        [FOCUS_NAMES[f][lang], *(shown[b, f, s] for b in profile.books for s in profile.sides)] for f in profile.focuses
    ])  # fmt: skip


def _summary(cells: Sequence[Cell], evidence: Sequence[Evidence] | None, lang: str) -> list[str]:
    empty = sum(not c.rules for c in cells)
    out = [language.say_both(
        f"共{len(cells)}格，{len(cells) - empty}格有规则，{empty}格没有规则（·）",
        f"{len(cells)} cells: {len(cells) - empty} with rules, {empty} without (·)",
    )]  # fmt: skip
    if evidence is None:
        return out
    for state, mark in _MARKS.items():
        if state != "no_rule":
            n = sum(e.state == state for e in evidence)
            out.append(f"{mark}  {STATE_NAMES[state][lang]} {n}")
    missing = sorted({m for e in evidence if e.state == "lacks_data" for m in e.missing})
    if missing:
        out.append(language.say_both("缺少的数据：", "missing: ") + ("、" if lang == "zh" else ", ").join(missing))
    failed = sorted({c for e in evidence for c in e.failed})
    if failed:
        out.append(language.say_both("运行失败的规则：", "failed rules: ") + ", ".join(failed))
    return out
