"""What the findings of one workbook say about its cells: the gravest colour, one note, and the rows of the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from budgetreview.render import words
from budgetreview.render.annotate.cells import Cell, cell_of
from budgetreview.render.annotate.notes import block
from budgetreview.render.visible import one_line, shortened
from budgetreview.render.words.sentences import Sentences
from budgetreview.report import Finding, Report
from budgetreview.rule import Severity

_LISTED: Final = 8
"""Findings of one cell that its note spells out; the others are in the list."""
_LONGEST: Final = 600
"""Characters of one sentence in a note."""


@attrs.frozen(eq=False)
class Marked:
    """A finding, and the cell that shows it (None where it has none)."""

    finding: Finding
    sheet: str | None
    cell: Cell | None


def of(report: Report, name: str) -> tuple[list[Marked], int]:
    """The findings that belong to one workbook, gravest first and waived ones last.

    Those about the submission as a whole belong to it where it is the only input with a table.

    Returns:
        The findings, and how many belong to other inputs.
    """
    alone = {i.name for i in report.inputs if i.table} <= {name}
    mine: list[Marked] = []
    others = 0
    for finding in report.findings:
        place = finding.source
        if place.name != name and not alone:
            others += 1
            continue
        cell = cell_of(place.cell) if place.cell is not None and place.name == name else None
        mine.append(Marked(finding, place.sheet if cell else None, cell))
    mine.sort(key=lambda m: (m.finding.waived is not None, m.finding.severity.rank))
    return mine, others


def colour(found: Sequence[Finding]) -> str:
    """The colour of a cell: of its gravest finding that is not waived."""
    still = [f.severity for f in found if f.waived is None]
    return min(still, key=lambda s: s.rank).value if still else "waived"


def note(found: Sequence[Finding], say: Sentences, lang: str) -> str:
    """The comment of a cell: each finding with its severity, code, title, message and question."""
    said = "\n\n".join(_one(f, say, lang) for f in found[:_LISTED])
    more = len(found) - _LISTED
    if more > 0:
        said += f"\n\n另有 {more} 项，见发现页" if lang == "zh" else f"\n\n{more} more: see the sheet of findings"
    return block(("\n" if len(found) > 1 else " " if lang == "en" else "") + said, lang)


def _one(f: Finding, say: Sentences, lang: str) -> str:
    zh = lang == "zh"
    state = ("已豁免" if zh else "waived") if f.waived is not None else said_severity(f.severity, lang)
    title, message = (shortened(one_line(t), _LONGEST) for t in (f.title[lang], say.message(f)))
    lines = [f"{state} {f.rule} {title}", message]
    if f.waived is not None:
        lines.append(("豁免理由：" if zh else "Waived because: ") + shortened(one_line(f.waived), _LONGEST))
    else:
        lines.append(("询问：" if zh else "Question: ") + shortened(one_line(say.question(f)), _LONGEST))
    return "\n".join(lines)


def said_severity(severity: Severity, lang: str) -> str:
    """``红色（禁止或拦截）``."""
    return words.severity(severity.value, lang)
