"""What every chapter of the opinion is written with: the report, the reader's language and unit, set phrases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from budgetreview.authority import Authority
from budgetreview.codes import place_name
from budgetreview.render import summary, words
from budgetreview.render.opinion.tree import Heading
from budgetreview.render.summary.ranking import Topic, questions, topics
from budgetreview.render.visible import one_line, shortened
from budgetreview.render.words import phrases
from budgetreview.render.words.figures import unit_name
from budgetreview.render.words.sentences import Sentences
from budgetreview.report import Finding, Report
from budgetreview.rule import Severity

LONGEST: Final = 400
"""Characters of one text from a budget."""
_DIGITS: Final = "零一二三四五六七八九"


def number(n: int, lang: str) -> str:
    """The number of a chapter: ``一`` to ``九十九`` in Chinese."""
    if lang != "zh":
        return str(n)
    tens, ones = divmod(n, 10)
    front = "" if not tens else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return front + (_DIGITS[ones] if ones or not tens else "")


def plain(text: str) -> str:
    """A text of the budget on one line, nothing hidden in it, not too long."""
    return shortened(one_line(text), LONGEST)


class Pen:
    """Says things about one report in one language."""

    def __init__(self, report: Report, lang: str, unit: str) -> None:
        self.report = report
        self.lang = lang
        self.unit = unit
        self.sentences = Sentences(report, lang, unit)
        self.topics = topics(report)
        self.open = [t for t in self.topics if t.open]
        self.questions = questions(report)
        self.entities = summary.entities(report)
        self.many = len(self.entities) > 1
        self._chapters = 0

    def say(self, zh: str, en: str) -> str:
        """Whichever of the two is in the reader's language."""
        return zh if self.lang == "zh" else en

    def word(self, key: str) -> str:
        """A word of reports."""
        return words.pick(words.REPORT[key], self.lang)

    def chapter(self, title: str) -> Heading:
        """The heading of the next chapter."""
        self._chapters += 1
        n = number(self._chapters, self.lang)
        return Heading(1, self.say(f"{n}、{title}", f"{n}. {title}"))

    def section(self, n: int, title: str) -> Heading:
        """The heading of a section of the present chapter."""
        return Heading(2, self.say(f"（{number(n, 'zh')}）{title}", f"{self._chapters}.{n} {title}"))

    def place(self) -> str:
        """The place, in a title."""
        if len(self.entities) == 1:
            code = self.entities[0]
            return place_name(code) or phrases.note(self.say("××", "____"), code, self.lang)
        if not self.entities:
            return self.say("（地区）", "(place)")
        return self.say(f"{len(self.entities)}个地区", f"{len(self.entities)} places")

    def year(self) -> str:
        """The fiscal year, a gap where there are several."""
        named = {p.fiscal_year for p in self.report.periods if p.fiscal_year is not None}
        return str(named.pop()) if len(named) == 1 else self.say("××××", "____")

    def size(self, topic: Topic) -> str:
        """How many and how much money."""
        return phrases.size(topic, self.lang, self.unit)

    def cited(self, authority: Iterable[Authority]) -> str:
        """Authorities with their certainty in words."""
        return phrases.joined((phrases.cited(a, self.lang) for a in authority), self.lang)

    def money_in(self, label: str) -> str:
        """A header with the unit of its figures."""
        return phrases.note(label, unit_name(self.unit, self.lang), self.lang)

    def severities(self, found: Mapping[Severity, int]) -> str:
        """``红色6项、橙色13项``."""
        said = [
            self.say(f"{words.say(words.SEVERITY, s.value, 'zh')}{found[s]}项", f"{found[s]} {s.value}")
            for s in Severity
            if found.get(s)
        ]
        return phrases.joined(said, self.lang)

    def about(self, f: Finding) -> str:
        """What a finding is about and where it stands."""
        said = plain(summary.about(f, self.lang, entity=self.many))
        place = plain(summary.where(f.source, self.lang))
        return self.say(f"（{said}；出处：{place}）", f"({said}; source: {place})")

    def message(self, f: Finding) -> str:
        """What a finding says."""
        return plain(self.sentences.message(f))

    def question(self, f: Finding) -> str:
        """What a finding asks."""
        return plain(self.sentences.question(f))
