"""``markdown``: a short plain report to paste into a document or a ticket."""

from __future__ import annotations

import re
from typing import Final

from budgetreview.mechanism import STAGE_NAMES
from budgetreview.render import phrases, summary, words
from budgetreview.render.figures import with_unit
from budgetreview.render.summary import Topic
from budgetreview.render.visible import one_line, shortened
from budgetreview.report import Report
from budgetreview.rule import Severity

EXAMPLES: Final = 10
"""Findings listed of one rule; the number of the others is said."""
LONGEST: Final = 400
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~&$!]|^[-+=])")
_ORDINAL: Final = re.compile(r"^(\d+)([.)])")
_LINK: Final = re.compile(r"(?i)\b(https?|ftp|mailto|www)([:.])")


def escaped(text: str) -> str:
    """A text that Markdown shows as it is: on one line, nothing in it marks up, links or starts HTML."""
    plain = shortened(one_line(text), LONGEST)
    marked = _ORDINAL.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", plain))
    return _LINK.sub(r"\1" + "\u200b" + r"\2", marked)


def markdown(report: Report, lang: str, unit: str) -> str:
    """The report as Markdown."""

    def w(key: str) -> str:
        return words.pick(words.REPORT[key], lang)

    colon = phrases.colon(lang)
    because = summary.incomplete_because(report)
    lines = [
        f"# {w('title')}",
        "",
        f"- {w('entities')}{colon}{escaped(phrases.places(report, lang, EXAMPLES))}",
        f"- {w('stage')}{colon}{STAGE_NAMES[report.stage][lang]}",
        f"- {w('as_of')}{colon}{report.as_of.isoformat()}",
        f"- {w('profile')}{colon}{escaped(phrases.profile(report, lang))}",
        f"- {w('engine')}{colon}budgetreview {report.engine}",
        f"- {w('packs')}{colon}{escaped(phrases.packs(report, lang))}",
        "",
        f"**{w(summary.outcome(report))}** " + ("" if because else w("complete_means")),
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
        grey = words.pick(words.ANSWER["not_assessed"], lang)
        lines.append(f"| {w('rule')} | {w('title_of')} | {w('outcome')} | {grey} | {w('missing')} |")
        lines.append("|---|---|---|---:|---|")
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
    about = " · ".join(s for s in (words.say(words.NATURE, topic.nature, lang), phrases.laws(rule, lang)) if s)
    lines = ["", f"### {escaped(rule.code)} {escaped(rule.title[lang])}", "", escaped(about), ""]
    hint = summary.base_rate(topic.result)
    if hint is not None:
        lines += [escaped(hint[lang]), ""]
    if topic.open:
        lines += [f"> {escaped(topic.example.question[lang])}", ""]
    for f in topic.first(EXAMPLES):
        said = [f.message[lang], summary.about(f, lang, entity=True), summary.where(f.source)]
        if f.amount is not None:
            said.append(with_unit(f.amount, lang, unit))
        if f.waived is not None:
            said.append(words.pick(words.REPORT["waived"], lang) + phrases.colon(lang) + f.waived)
        lines.append("- " + " · ".join(escaped(s) for s in said))
    left = len(topic) - EXAMPLES
    if left > 0:
        lines.append(f"- … 另有 {left} 项未列出" if lang == "zh" else f"- … {left} more not listed")
    return lines
