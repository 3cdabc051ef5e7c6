"""``html``: one self-contained page that opens offline and prints; nothing in it is fetched.

Every text of the budget is escaped by the template engine and passes :func:`clean` on its way into the page; findings
travel to the script as data, and the script only ever sets text. The page's own security policy allows no address and
no script but those that ship with it (``page/vendor/VENDORED.md``).
"""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup

from budgetreview.mechanism import BOOK_NAMES, FOCUS_NAMES, STAGE_NAMES
from budgetreview.money import FEN
from budgetreview.render import summary, words
from budgetreview.render.page import pictures, sealed
from budgetreview.render.page.packed import figured, inline, packed
from budgetreview.render.summary.heat import heat
from budgetreview.render.summary.ranking import Question, Topic, questions
from budgetreview.render.words import phrases
from budgetreview.render.words.figures import unit_name, with_unit
from budgetreview.render.words.labels import PAGE
from budgetreview.render.words.sentences import Sentences
from budgetreview.report import Finding, Report, RuleResult
from budgetreview.rule import Severity
from budgetreview.submission import Input

TOP: Final = 10
"""Questions on the first screen; the others are one click away."""
PLACES: Final = 5
"""Entities that the title names; the number of the others is said."""
WITHOUT_SCRIPT: Final = 200
"""Findings that are listed for readers without script."""
_SCRIPTS: Final = ("vendor/echarts.common.min.js", "vendor/tabulator.min.js", "report.js")
_STYLES: Final = ("vendor/tabulator.min.css", "report.css")
LIBRARIES: Final = ("Apache ECharts 6.1.0 (Apache-2.0)", "Tabulator 6.5.3 (MIT)")


def html(report: Report, lang: str, unit: str) -> str:
    """The page."""
    view = _View(report, lang, unit)
    scripts, styles = [sealed.read(n) for n in _SCRIPTS], [sealed.read(n) for n in _STYLES]
    return sealed.template("report.html.jinja").render(
        v=view, w=view.word, l=view.label, b=sealed.bound,
        lang="zh-CN" if lang == "zh" else "en", colon=phrases.colon(lang),
        styles=sealed.own(styles), scripts=sealed.own(scripts),
        data=Markup(inline(view.data)),  # noqa: S704 - inline leaves nothing that could end the element
        style_hashes=sealed.hashes(styles), script_hashes=sealed.hashes(scripts),
    )  # fmt: skip


class _View:
    """What the template asks for, already in the reader's language and unit."""

    def __init__(self, report: Report, lang: str, unit: str) -> None:
        self.report = report
        self.lang = lang
        self.unit = unit
        self._say = Sentences(report, lang, unit)
        self.questions = questions(report)
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
        self._packed = packed(report, lang, unit, most_first=WITHOUT_SCRIPT)
        self.first = self._packed.first
        self.heat = heat(report, self._packed.by_book, lang)
        self.groups = pictures.spending(report, lang, unit)
        self.agencies = pictures.agencies(self._packed.by_agency, lang, unit)
        self.curves = pictures.curves(report, lang, unit)
        drawn = [p for g in self.groups for p in g.pictures] + ([self.agencies] if self.agencies else [])
        self.data: dict[str, Any] = {
            **self._packed.data, "lang": lang, "unit": unit, "moneyUnit": self.money_unit,
            "per": FEN[unit], "severities": [[s.value, self.colour(s)] for s in Severity],
            "charts": {p.key: p.chart for p in drawn}, "words": {k: words.pick(v, lang) for k, v in PAGE.items()},
            "books": {k: t[lang] for k, t in BOOK_NAMES.items()}, "names": {k: self.word(k) for k in _WORDS},
            "curves": [{"title": c.title, "label": c.label, "now": c.now, "code": c.code, "points": c.points}
                       for c in self.curves],
        }  # fmt: skip

    def word(self, key: str) -> str:
        return words.pick(words.REPORT[key], self.lang)

    def label(self, key: str, **given: object) -> str:
        return words.pick(PAGE[key], self.lang).format(**given) if given else words.pick(PAGE[key], self.lang)

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
    def money_said(self) -> str:
        """The unit of all money on the page, said once."""
        return self.label("one_unit_axes" if self.unit == "元" else "one_unit", unit=self.money_unit)

    @property
    def places(self) -> str:
        return phrases.places(self.report, self.lang, PLACES)

    @property
    def years(self) -> str:
        known = sorted({p.fiscal_year for p in self.report.periods if p.fiscal_year is not None})
        return phrases.joined(map(str, known[:TOP]), self.lang) + (" …" if len(known) > TOP else "")

    @property
    def files(self) -> list[tuple[str, int]]:
        """Each file with its rows."""
        rows: dict[str, int] = {}
        for i in self.report.inputs:
            rows[i.name] = rows.get(i.name, 0) + i.rows
        return list(rows.items())

    @property
    def parts(self) -> list[tuple[str, list[Input]]]:
        """The sheets read, file by file."""
        found: dict[str, list[Input]] = {}
        for i in self.report.inputs:
            found.setdefault(i.name, []).append(i)
        return list(found.items())

    @property
    def counts(self) -> list[tuple[str, str, str, int, str]]:
        """Of each severity the open findings and their money; waived ones have a tile of their own."""
        of = summary.money_by_severity(self.report)
        return [
            (s.value, self.colour(s), words.say(words.ASKED, s.value, self.lang), n, self._sum(of[s]))
            for s, n in summary.by_severity(self.report).items()
        ]

    def _sum(self, fen: int | None) -> str:
        return "" if fen is None else with_unit(fen, self.lang, self.unit)

    def colour(self, severity: Severity) -> str:
        return words.say(words.SEVERITY, severity.value, self.lang)

    def size(self, topic: Topic) -> str:
        return phrases.size(topic, self.lang, self.unit)

    def example(self, q: Question) -> str:
        return phrases.example(q.topic, self.lang, entity=self._many)

    @property
    def hints(self) -> list[tuple[RuleResult, str]]:
        found = ((r, summary.base_rate(r)) for r in self.report.results)
        return [(r, hint[self.lang]) for r, hint in found if hint is not None]

    def cite(self, result: RuleResult) -> str:
        return phrases.laws(result.rule, self.lang, numbers=True)

    def focus(self, result: RuleResult) -> str:
        return phrases.joined((FOCUS_NAMES[f][self.lang] for f in result.rule.focus), self.lang)

    def per(self, result: RuleResult) -> str:
        return words.say(words.PER, result.rule.per, self.lang)

    def outcome(self, result: RuleResult) -> str:
        return words.say(words.OUTCOME, result.outcome, self.lang)

    def why(self, result: RuleResult) -> str:
        return summary.why_unjudged(result, self.lang)

    def parameters(self, result: RuleResult) -> str:
        return "  ".join(f"{n} = {v}" for n, v in phrases.settings(result, self.lang, self.unit))

    def about(self, f: Finding) -> str:
        return summary.about(f, self.lang, entity=self._many)

    def message(self, f: Finding) -> str:
        return self._say.message(f)

    def question(self, f: Finding) -> str:
        return self._say.question(f)

    def where(self, f: Finding) -> str:
        return summary.where(f.source, self.lang)

    def amount(self, f: Finding) -> str:
        return with_unit(f.amount, self.lang, self.unit) if f.amount is not None else ""

    def figures(self, f: Finding, result: RuleResult) -> tuple[tuple[str, str], ...]:
        return phrases.figures(f, result.rule, self.lang, self.unit)

    def figured(self, f: Finding, result: RuleResult) -> str:
        return figured(f, result, self.lang, self.unit)

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

    @property
    def libraries(self) -> str:
        return phrases.joined(LIBRARIES, self.lang)

    def money_text(self, fen: int) -> str:
        return with_unit(fen, self.lang, self.unit)


_WORDS: Final = (
    "rule", "severity", "message", "amount", "source", "question", "figures", "formula", "authority", "lines", "waived",
    "fingerprint", "focus", "book", "status", "nature", "none", "unknown", "subject",
)  # fmt: skip
