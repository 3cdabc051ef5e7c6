"""``markdown``: a short plain report to paste into a document or a ticket."""

from __future__ import annotations

import re
from typing import Final

from budgetreview.render import summary, words
from budgetreview.render.figures import with_unit
from budgetreview.render.summary import Topic
from budgetreview.render.visible import one_line, shortened
from budgetreview.report import Report
from budgetreview.rule import Severity

EXAMPLES: Final = 10
"""Findings listed of one rule; the number of the others is said."""
LONGEST: Final = 400
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~&$!]|^[-+=]|^\d+(?=[.)]))")
_LINK: Final = re.compile(r"(?i)\b(https?|ftp|mailto|www)([:.])")


def escaped(text: str) -> str:
    """A text that Markdown shows as it is: on one line, nothing in it marks up, links or starts HTML."""
    return _LINK.sub(r"\1​\2", _SPECIAL.sub(r"\\\1", shortened(one_line(text), LONGEST)))


def markdown(report: Report, lang: str, unit: str) -> str:
    """The report as Markdown."""

    def w(key: str) -> str:
        return words.pick(words.REPORT[key], lang)

    colon = "：" if lang == "zh" else ": "
    because = summary.incomplete_because(report)
    places = summary.entities(report)
    status = words.say(words.STATUS, report.profile.get("status", ""), lang)
    lines = [f"# {w('title')}", ""]
    lines += [
        f"- {w('entities')}{colon}{escaped(summary.entity_label(report, e, lang))}" for e in places[:EXAMPLES]
    ]
    if len(places) > EXAMPLES:
        lines.append(f"- … {len(places)}")
    lines += [
        f"- {w('stage')}{colon}{words.say(words.STAGE, report.stage, lang)}",
        f"- {w('as_of')}{colon}{report.as_of.isoformat()}",
        f"- {w('profile')}{colon}{escaped(report.profile.get('key', ''))} ({status})",
        f"- {w('engine')}{colon}budgetreview {report.engine} · "
        + " · ".join(escaped(f"{p} {v}") for p, v in sorted(report.packs.items())),
        "",
        f"**{w('incomplete') if because else w('complete')}** " + ("" if because else w("complete_means")),
        "",
    ]
    lines += [f"- {escaped(t[lang])}" for t in because]
    if summary.judged_nothing(report):
        lines.append(f"- **{w('nothing_judged')}**")
    elif not len(report.findings):
        lines.append(f"- {w('nothing_found')}")
    lines += [f"- {summary.verdict(report)[lang]}", ""]
    lines += [f"| {w('severity')} | {w('count')} |", "|---|---:|"]
    lines += [f"| {words.severity(s.value, lang)} | {n} |" for s, n in summary.by_severity(report).items()]
    topics = summary.topics(report)
    for severity in Severity:
        mine = [t for t in topics if t.severity is severity]
        if mine:
            lines += ["", f"## {words.severity(severity.value, lang)}"]
            for topic in mine:
                lines += _topic(topic, lang, unit)
    unjudged = summary.unjudged(report)
    lines += ["", f"## {w('unjudged')}", ""]
    if unjudged:
        lines += [f"| {w('rule')} | {w('title_of')} | {w('outcome')} | {words.pick(words.ANSWER['not_assessed'], lang)} | {w('missing')} |",
                  "|---|---|---|---:|---|"]  # fmt: skip
        lines += [
            f"| {escaped(r.rule.code)} | {escaped(r.rule.title[lang])} | {words.say(words.OUTCOME, r.outcome, lang)} | "
            f"{r.not_assessed} | {escaped(summary.why_unjudged(r, lang))} |"
            for r in unjudged
        ]
    else:
        lines.append(w("none"))
    lines += ["", f"## {w('inputs')}", ""]
    for i in report.inputs:
        digest = f" · SHA-256 {i.sha256}" if i.sha256 else ""
        sheet = f" {escaped(i.sheet)}" if i.sheet else ""
        lines.append(f"- {escaped(i.name)}{sheet} · {i.table or '–'} · {w('rows')} {i.rows}{digest}")
        lines += [f"  - {w('problem')}{colon}{escaped(p.line(lang))}" for p in i.problems]
        lines += [f"  - {escaped(n.line(lang))}" for n in i.notices]
    lines += [f"- {escaped(n.line(lang))}" for n in report.notices]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _topic(topic: Topic, lang: str, unit: str) -> list[str]:
    rule = topic.result.rule
    zh = lang == "zh"
    law = ("、" if zh else "; ").join(a.cite(lang) for a in rule.authority)
    nature = words.say(words.NATURE, topic.nature, lang)
    lines = ["", f"### {escaped(rule.code)} {escaped(rule.title[lang])}", "", f"{nature}" + (f" · {escaped(law)}" if law else ""), ""]
    hint = summary.base_rate(topic.result)
    if hint is not None:
        lines += [hint[lang], ""]
    if topic.open:
        lines += [f"> {escaped(topic.open[0].question[lang])}", ""]
    for f in topic.findings[:EXAMPLES]:
        amount = f" · {with_unit(f.amount, lang, unit)}" if f.amount is not None else ""
        waived = f" · {words.pick(words.REPORT['waived'], lang)} {escaped(f.waived)}" if f.waived is not None else ""
        lines.append(f"- {escaped(f.message[lang])} · {escaped(summary.about(f, lang, entity=True))} · {escaped(summary.where(f.source))}{amount}{waived}")
    left = len(topic.findings) - EXAMPLES
    if left > 0:
        lines.append(f"- … 另有 {left} 项未列出" if zh else f"- … {left} more not listed")
    return lines
