"""The draft of the opinion: what a committee's office starts from, as headings, paragraphs and tables of no format.

The draft states what the figures say and asks. Every figure in it is one of the report; where the report has none, the
draft leaves a gap that the office fills in.
"""

from __future__ import annotations

from budgetreview.render.opinion.annexes import annexes
from budgetreview.render.opinion.chapters import closing, questions, review, suggestions, unjudged
from budgetreview.render.opinion.overview import overview
from budgetreview.render.opinion.pen import Pen
from budgetreview.render.opinion.titles import title
from budgetreview.render.opinion.tree import Opinion
from budgetreview.report import Report


def opinion(report: Report, lang: str, unit: str) -> Opinion:
    """The draft for the report's stage and level of government."""
    pen = Pen(report, lang, unit)
    chapters = (overview, review, questions, suggestions, unjudged, closing, annexes)
    return Opinion(
        title(report)[lang].format(place=pen.place(), year=pen.year()),
        lang,
        (pen.say("（草稿）", "(draft)"),),
        tuple(block for chapter in chapters for block in chapter(pen)),
    )
