"""``markdown``: the draft of the opinion as plain text, to paste into a document or a ticket."""

from __future__ import annotations

import re
from typing import Final

from budgetreview.render.opinion import opinion
from budgetreview.render.opinion.tree import Annex, Block, Heading, Paragraph, Table
from budgetreview.render.visible import one_line
from budgetreview.report import Report

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~&$!]|^[-+=])")
_ORDINAL: Final = re.compile(r"^(\d+)([.)])(?=\s|$)")
_LINK: Final = re.compile(r"(?i)\b(https?|ftp|mailto|www)([:.])")


def escaped(text: str) -> str:
    """A text that Markdown shows as it is: on one line, nothing in it marks up, links or starts HTML."""
    marked = _ORDINAL.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", one_line(text)))
    return _LINK.sub(r"\1" + "\u200b" + r"\2", marked)


def markdown(report: Report, lang: str, unit: str) -> str:
    """The same content as the ``docx``."""
    draft = opinion(report, lang, unit)
    lines = [f"# {escaped(draft.title)}", "", *(escaped(a) for a in draft.about)]
    for block in draft.blocks:
        lines += ["", *_block(block)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _block(block: Block) -> list[str]:
    if isinstance(block, Annex):
        return ["---", "", f"## {escaped(block.text)}"]
    if isinstance(block, Heading):
        return [f"{'#' * (block.level + 1)} {escaped(block.text)}"]
    if isinstance(block, Paragraph):
        return [f"> {escaped(block.text)}" if block.note else escaped(block.text)]
    return _table(block)


def _table(table: Table) -> list[str]:
    rule = ["---:" if k in table.right else "---" for k in range(len(table.head))]
    rows = [table.head, *table.rows]
    cells = ["| " + " | ".join(escaped(c) for c in row) + " |" for row in rows]
    return [cells[0], f"|{'|'.join(rule)}|", *cells[1:]]
