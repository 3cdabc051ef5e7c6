"""What every report for people says first: complete or not and why, how many, what to ask, what was not judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Final, Literal

import attrs

from budgetreview.errors import Text
from budgetreview.render.summary.ranking import ranked, topics
from budgetreview.render.visible import one_line
from budgetreview.render.words import input_name, name
from budgetreview.render.words.entity import named
from budgetreview.report import Finding, Place, Report, RuleResult
from budgetreview.rule import Severity
from budgetreview.wording import percent, word

OFTEN: Final = Fraction(1, 2)
AT_LEAST: Final = 20
"""A rule that flags more than half of at least twenty units it could judge gets a hint about its base rate."""


def by_severity(report: Report) -> dict[Severity, int]:
    """How many open findings of each severity; waived ones are counted apart, everywhere."""
    counts = dict.fromkeys(Severity, 0)
    for t in topics(report):
        counts[t.severity] += t.open
    return counts


def waived(report: Report) -> int:
    """How many findings are waived."""
    return sum(report.waived_of(r.rule.code) for r in report.results) if report.waived else 0


def incomplete_because(report: Report) -> tuple[Text, ...]:
    """Why the review is incomplete, one sentence a reason; empty if it is complete."""
    reasons: list[Text] = []
    for i in report.inputs:
        if i.problems:
            n = len(i.problems)
            reasons.append(Text(f"{i.name} 未能读入：{n} 个问题", f"{i.name} could not be read: {_n(n, 'problem')}"))
    reasons += [
        Text(
            f"规则 {r.rule.code} {r.rule.title.zh} 运行失败：{r.error}",
            f"rule {r.rule.code} {r.rule.title.en} failed: {r.error}",
        )
        for r in report.results
        if r.outcome == "failed"
    ]
    if not any(r.outcome == "ran" for r in report.results):
        reasons.append(Text("没有一条规则有数据可判断", "no rule had data to judge"))
    return tuple(reasons)


def outcome(report: Report) -> Literal["complete", "gaps", "incomplete"]:
    """What to head a report with: a complete review in which rules lacked data is not headed like one without gaps."""
    if not report.complete:
        return "incomplete"
    return "gaps" if unjudged(report) else "complete"


def judged_nothing(report: Report) -> bool:
    """Whether not one unit was judged by any rule: then "no findings" says nothing."""
    return not any(r.assessed for r in report.results)


def verdict(report: Report) -> Text:
    """One sentence on what the counts mean: how many rules judged, how many had no data."""
    outcomes: Counter[str] = Counter(r.outcome for r in report.results)
    grey = sum(r.outcome == "ran" and r.not_assessed > 0 for r in report.results)
    ran, total = outcomes["ran"], len(report.results)
    zh = [f"{total} 条规则中 {ran} 条已运行"]
    en = [f"{ran} of {_n(total, 'rule')} ran"]
    if grey:
        zh.append(f"其中 {grey} 条有部分内容无法判断")
        en.append(f"{grey} of them could not judge everything")
    for outcome, said_zh, said_en in (
        ("no_data", "条因缺少数据没有判断", "had no data"),
        ("failed", "条运行失败", "failed"),
        ("not_in_stage", "条不属本阶段", "not in this stage"),
        ("not_in_force", "条当日未生效", "not in force on the day"),
    ):
        if outcomes[outcome]:
            zh.append(f"{outcomes[outcome]} {said_zh}")
            en.append(f"{outcomes[outcome]} {said_en}")
    return Text("，".join(zh), ", ".join(en))


def base_rate(result: RuleResult) -> Text | None:
    """A hint when a rule flags more than half of at least twenty units that it could judge."""
    if result.assessed < AT_LEAST or Fraction(result.flagged, result.assessed) <= OFTEN:
        return None
    share = percent(round(result.flagged / result.assessed, 3))
    return Text(
        f"可判断的 {result.assessed} 个中标出 {result.flagged} 个（{share}）：比例过高，"
        "请先核对数据、参数和规则是否适用",
        f"flags {result.flagged} of the {result.assessed} it could judge ({share}): check data, parameters and whether "
        "the rule suits before asking each one",
    )


def unjudged(report: Report) -> tuple[RuleResult, ...]:
    """Rules that could not judge everything: failed, without data, or grey somewhere."""
    return tuple(r for r in report.results if r.outcome in {"failed", "no_data"} or r.not_assessed)


def why_unjudged(result: RuleResult, lang: str) -> str:
    """What a rule lacked, in the clerk's words."""
    if result.outcome == "failed":
        return str(result.error)
    if not result.missing:
        return "输入有空白或不确定" if lang == "zh" else "inputs blank or uncertain"
    return ("、" if lang == "zh" else ", ").join(input_name(m, lang) for m in result.missing)


def lacking_most(report: Report) -> tuple[tuple[str, int], ...]:
    """Missing inputs with the number of rules that each would help, the most helpful first."""
    counts = Counter(m for r in report.results for m in r.missing)
    return tuple(sorted(counts.items(), key=lambda c: (-c[1], c[0])))


def entities(report: Report) -> tuple[str, ...]:
    """The entities that the report speaks of, from its levels and findings."""
    return tuple(sorted({*report.levels, *report.findings.entities()}))


@attrs.frozen
class AgencyQuestions:
    """What to ask one agency of one entity; ``agency`` is None for findings of no single agency."""

    entity: str | None
    agency: str | None
    name: str | None
    findings: tuple[Finding, ...]


def by_agency(report: Report, made: Iterable[Finding] | None = None) -> tuple[AgencyQuestions, ...]:
    """Open findings by entity and agency, in each those that weigh most first; those of no single agency come last.

    ``made``: the report's findings, where the caller has made them already.
    """
    groups: dict[tuple[str | None, str | None], list[Finding]] = {}
    for f in ranked([f for f in (report.findings if made is None else made) if f.waived is None]):
        groups.setdefault((f.entity, f.agency), []).append(f)
    order = sorted(groups, key=lambda g: (g[0] or "", g[1] is None, g[1] or ""))
    return tuple(
        AgencyQuestions(
            entity, agency,
            next((f.labels["agency_name"] for f in groups[entity, agency] if "agency_name" in f.labels), None)
            if agency is not None else None,
            tuple(groups[entity, agency]),
        )
        for entity, agency in order
    )  # fmt: skip


def about(finding: Finding, lang: str, *, entity: bool = False) -> str:
    """What a finding is about, with names for people: ``单位 101 县教育局 · 项目 P9 校舍维修``.

    ``entity``: with the entity in front, for reports of more than one.
    """
    subject: dict[str, object] = dict(finding.subject)
    if finding.agency is not None and "agency" not in subject:
        subject = {"agency": finding.agency, **subject}
    if entity and finding.entity is not None:
        subject = {"entity": finding.entity, **subject}
    parts = []
    for key, value in subject.items():
        label = finding.labels.get(f"{key}_name", "")
        # "general" alone is the name of a book
        text = f"{value}_transfers" if key == "kind" and finding.table == "transfers" else str(value)
        if key == "entity":
            text = named(text, lang)
        parts.append(f"{name(key, lang)} {word(text, lang)} {label}".strip())
    return one_line(" · ".join(parts))


def where(place: Place, lang: str = "zh") -> str:
    """Where the figure stands: ``county.xlsx 项目!H18``, in a document ``budget.pdf 第8页``."""
    spot = "!".join(p for p in (place.sheet, place.cell or place.column) if p)
    return one_line(f"{place.name} {spot or page(place, lang) or ''}")


def page(place: Place, lang: str = "zh") -> str | None:
    """The page of a document, None elsewhere."""
    if place.page is None:
        return None
    return f"第{place.page}页" if lang == "zh" else f"page {place.page}"


def _n(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def money_by_severity(report: Report) -> dict[Severity, int | None]:
    """Money of the open findings of each severity in 分, None where none of them has any.

    Two rules may speak of the same money: these sums are for weighing, not for adding up.
    """
    out: dict[Severity, int | None] = dict.fromkeys(Severity)
    for t in topics(report):
        if t.amount is not None:
            out[t.severity] = (out[t.severity] or 0) + t.amount
    return out
