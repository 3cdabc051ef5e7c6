"""``html``: one self-contained page that opens offline and prints; nothing in it is fetched, nothing in it can run.

Every text of the budget is escaped by the template engine and passes :func:`visible` on its way into the page, and the
page's own security policy allows only the one style sheet and the one script that ship with it.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Any, Final

import jinja2
from markupsafe import Markup

from budgetreview.mechanism import FOCUS_NAMES, STAGE_NAMES
from budgetreview.render import phrases, summary, words
from budgetreview.render.figures import unit_name, with_unit
from budgetreview.render.json import dump
from budgetreview.render.summary import Topic
from budgetreview.render.visible import shortened, visible
from budgetreview.report import Finding, Report, RuleResult
from budgetreview.rule import Severity
from budgetreview.submission import Input

TOP: Final = 10
"""Questions on the first screen; the others are one click away."""
LONGEST: Final = 500
"""Characters of one text; what is longer is cut and says how long it was."""
_PAGE: Final = "page"


def html(report: Report, lang: str, unit: str) -> str:
    """The page."""
    folder = files("budgetreview.render") / _PAGE
    style, script = ((folder / n).read_text(encoding="utf-8") for n in ("report.css", "report.js"))
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_safe
    )
    template = environment.from_string((folder / "report.html.jinja").read_text(encoding="utf-8"))
    view = _View(report, lang, unit)
    return template.render(
        v=view, w=view.word, lang="zh-CN" if lang == "zh" else "en", colon=phrases.colon(lang),
        style=Markup(style), script=Markup(script), style_hash=_hash(style), script_hash=_hash(script),  # noqa: S704 - our own files
    )  # fmt: skip


def _safe(value: Any) -> Any:
    return shortened(visible(value), LONGEST) if isinstance(value, str) and not isinstance(value, Markup) else value


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class _View:
    """What the template asks for, already in the reader's language and unit."""

    def __init__(self, report: Report, lang: str, unit: str) -> None:
        self.report = report
        self.lang = lang
        self.unit = unit
        self.topics = summary.topics(report)
        self.questions = tuple(t for t in self.topics if t.open)
        self.top = self.questions[:TOP]
        self.rest = self.questions[TOP:]
        self.because = tuple(t[lang] for t in summary.incomplete_because(report))
        self.verdict = summary.verdict(report)[lang]
        self.outcome_of_review = summary.outcome(report)
        self.nothing = summary.judged_nothing(report)
        self.waived = summary.waived(report)
        self.unjudged = summary.unjudged(report)
        self.total = len(report.findings)
        self._many = len(summary.entities(report)) > 1

    def word(self, key: str) -> str:
        return words.pick(words.REPORT[key], self.lang)

    def answer(self, key: str) -> str:
        return words.pick(words.ANSWER[key], self.lang)

    @property
    def stage(self) -> str:
        return STAGE_NAMES[self.report.stage][self.lang]

    @property
    def profile(self) -> str:
        return phrases.profile(self.report, self.lang)

    @property
    def money_unit(self) -> str:
        return unit_name(self.unit, self.lang)

    @property
    def places(self) -> str:
        return phrases.places(self.report, self.lang, TOP)

    @property
    def counts(self) -> list[tuple[str, str, str, int]]:
        return [
            (s.value, words.say(words.SEVERITY, s.value, self.lang), words.say(words.ASKED, s.value, self.lang), n)
            for s, n in summary.by_severity(self.report).items()
        ]

    @property
    def sections(self) -> list[tuple[Severity, list[Topic], int]]:
        out = []
        for severity in Severity:
            mine = [t for t in self.topics if t.severity is severity]
            if mine:
                out.append((severity, mine, sum(len(t) for t in mine)))
        return out

    def severity(self, severity: Severity) -> str:
        return words.severity(severity.value, self.lang)

    def colour(self, severity: Severity) -> str:
        return words.say(words.SEVERITY, severity.value, self.lang)

    def nature(self, topic: Topic) -> str:
        return words.say(words.NATURE, topic.nature, self.lang)

    def size(self, topic: Topic) -> str:
        return phrases.size(topic, self.lang, self.unit)

    def example(self, topic: Topic) -> str:
        return phrases.example(topic, self.lang, entity=self._many)

    def hint(self, topic: Topic) -> str | None:
        found = summary.base_rate(topic.result)
        return None if found is None else found[self.lang]

    def cite(self, result: RuleResult) -> str:
        return phrases.laws(result.rule, self.lang, numbers=True)

    def status(self, result: RuleResult) -> str:
        return words.say(words.STATUS, result.rule.status, self.lang)

    def focus(self, result: RuleResult) -> str:
        return phrases.joined((FOCUS_NAMES[f][self.lang] for f in result.rule.focus), self.lang)

    def per(self, result: RuleResult) -> str:
        return words.say(words.PER, result.rule.per, self.lang)

    def outcome(self, result: RuleResult) -> str:
        return words.say(words.OUTCOME, result.outcome, self.lang)

    def why(self, result: RuleResult) -> str:
        return summary.why_unjudged(result, self.lang)

    def parameters(self, result: RuleResult) -> str:
        return "  ".join(f"{n} = {v if isinstance(v, str) else dump(v)}" for n, v in sorted(result.parameters.items()))

    def about(self, f: Finding) -> str:
        return summary.about(f, self.lang, entity=self._many)

    def where(self, f: Finding) -> str:
        return summary.where(f.source)

    def amount(self, f: Finding) -> str:
        return with_unit(f.amount, self.lang, self.unit) if f.amount is not None else ""

    def figures(self, f: Finding, topic: Topic) -> tuple[tuple[str, str], ...]:
        return phrases.figures(f, topic.result.rule, self.lang, self.unit)

    def lines(self, f: Finding) -> str:
        return phrases.lines(f, self.lang)

    @property
    def helpful(self) -> list[str]:
        return [phrases.helps(k, n, self.lang) for k, n in summary.lacking_most(self.report)[:TOP]]

    def waived_of(self, result: RuleResult) -> int:
        return self.report.waived_of(result.rule.code)

    def notices(self, i: Input) -> list[str]:
        return [n.line(self.lang) for n in i.notices]

    def problems(self, i: Input) -> list[str]:
        return [p.line(self.lang) for p in i.problems]

    @property
    def beside(self) -> list[str]:
        return [n.line(self.lang) for n in self.report.notices]
