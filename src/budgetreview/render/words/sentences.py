"""What findings say and ask, with all money in the one unit that the reader chose.

A report's own sentences (JSON, csv, sarif) write small sums in 元 and large ones in 万元, each with its unit. For
people they are put together again from the same template and the same figures; one that cannot be is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from budgetreview.errors import Text
from budgetreview.render.words.figures import money
from budgetreview.report import Finding, Report
from budgetreview.rule import Rule
from budgetreview.wording import Figure, parsed, word


class Sentences:
    """The sentences of one report's findings in one language and unit."""

    def __init__(self, report: Report, lang: str, unit: str) -> None:
        self._rules: Mapping[str, Rule] = {r.rule.code: r.rule for r in report.results}
        self._lang = lang
        self._unit = unit

    def message(self, f: Finding) -> str:
        """What the finding says."""
        return self._said(f, f.message, "message")

    def question(self, f: Finding) -> str:
        """What it asks."""
        return self._said(f, f.question, "question")

    def _said(self, f: Finding, said: Text, which: Literal["message", "question"]) -> str:
        lang = self._lang
        rule = self._rules.get(f.rule)
        if rule is None:
            return said[lang]
        literals, names = parsed((rule.message if which == "message" else rule.question)[lang])
        figures = [_figure(f, n, lang) for n in names]
        if not any(isinstance(x, Figure) and x.kind == "money" and x.value is not None for x in figures):
            return said[lang]
        # Only a sentence that comes out to the last character the way it was written may be written in another unit.
        if _joined(literals, [x.text(lang) if isinstance(x, Figure) else x for x in figures]) != said[lang]:
            return said[lang]
        return _joined(literals, [self._text(x) for x in figures])

    def _text(self, x: Figure | str) -> str:
        if isinstance(x, str):
            return x
        if x.kind == "money" and x.value is not None:
            return in_unit(int(x.value), self._lang, self._unit)
        return x.text(self._lang)


def in_unit(fen: int, lang: str, unit: str) -> str:
    """Money inside a sentence: ``1,200.00元``, ``12.50万元``; English ``1,200.00 yuan``, ``12.50 万元``."""
    if lang == "zh":
        return f"{money(fen, unit)}{unit}"
    return f"{money(fen, unit)} {'yuan' if unit == '元' else unit}"


def _figure(f: Finding, name: str, lang: str) -> Figure | str:
    """What a name in a sentence stands for, looked up in the order in which the review does."""
    if name in f.values:
        return f.values[name]
    if name in f.parameters:
        return f.parameters[name]
    if name in f.subject:
        return word(str(f.subject[name]), lang)
    if name == "measure" and f.measure is not None:
        return f.measure
    if name == "limit" and f.limit is not None:
        return f.limit
    if name in f.labels:
        return word(f.labels[name], lang)
    return f"{{{name}}}"


def _joined(literals: tuple[str, ...], texts: list[str]) -> str:
    out = [literals[0]]
    for text, literal in zip(texts, literals[1:], strict=True):
        out += (text, literal)
    return "".join(out)
