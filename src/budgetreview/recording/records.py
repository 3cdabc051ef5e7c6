"""Findings as records, and what names the units of a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np

from budgetreview.errors import Text
from budgetreview.finding import Finding
from budgetreview.recording.block import Block
from budgetreview.recording.columns import Column
from budgetreview.recording.flagged import SEVERITIES
from budgetreview.recording.naming import LINE_SUBJECT
from budgetreview.recording.sentences import Sentences
from budgetreview.table import Groups
from budgetreview.wording import Figure


def units(block: Block) -> list[tuple[str | int | None, ...]]:
    """What names some flagged units: entity, year and a line's id, or what its subject says and its number of lines."""
    part = block.part
    places = [(block.table.periods[p].entity, block.table.periods[p].fiscal_year) for p in block.period]
    if block.of_lines:
        return [(*place, line) for place, line in zip(places, block.line_ids, strict=True)]
    said = zip(*block.subject.values(), strict=True)
    if part.members is None or not isinstance(part.units, Groups):
        return [(*place, *row) for place, row in zip(places, said, strict=True)]
    sizes = np.bincount(part.units.index[part.members], minlength=part.units.n)[block.at].tolist()
    return [(*place, *row, size) for place, row, size in zip(places, said, sizes, strict=True)]


def findings(block: Block, waived: Mapping[str, str]) -> Iterator[Finding]:
    """The findings of a block.

    Args:
        block: Some flagged units.
        waived: Reasons by fingerprint.
    """
    n = len(block)
    table, rule, part = block.table, block.rule, block.part
    columns = zip(
        block.fingerprints,
        block.facts,
        block.ranks,
        block.line_ids,
        block.rows,
        block.period,
        block.books,
        block.agencies,
        block.projects,
        _subjects(block),
        block.amounts,
        _each(block.measure, n),
        _each(block.limit, n),
        _rows({name: c.figures for name, c in block.values.items()}, n, whole=True),
        _texts(block.messages, n),
        _texts(block.questions, n),
        block.places.each,
        block.lines,
        _rows(block.labels, n),
        strict=True,
    )
    authority = (*rule.authority, *part.authority)
    for (
        fingerprint, facts, rank, line_id, row, p, book, agency, project, about, amount, seen, limit, values, message,
        question, source, of_group, label,
    ) in columns:  # fmt: skip
        period = table.periods[p]
        yield Finding(
            fingerprint=fingerprint,
            facts=facts,
            rule=rule.code,
            severity=SEVERITIES[rank],
            table=table.name,
            line_id=line_id,
            row=row,
            entity=period.entity,
            fiscal_year=period.fiscal_year,
            book=book,
            agency=agency,
            project=project,
            subject=about,
            amount=amount,
            measure=seen,
            limit=limit,
            values=values,
            parameters=part.parameters,
            formula=rule.formula,
            message=message,
            question=question,
            source=source,
            title=rule.title,
            lines=None if of_group is None else of_group[0],
            lines_total=None if of_group is None else of_group[1],
            waived=waived.get(fingerprint),
            authority=authority,
            labels=label,
        )


def _texts(sentences: Sentences, n: int) -> Iterable[Text]:
    return repeat(sentences, n) if isinstance(sentences, Text) else map(Text, *sentences)


def _each(column: Column | None, n: int) -> Iterable[Figure | None]:
    return repeat(None, n) if column is None else column.figures


def _rows(columns: Mapping[str, Sequence[Any]], n: int, *, whole: bool = False) -> Iterable[dict[str, Any]]:
    """A record for each unit of what is known of it; ``whole``: there is nothing that is not known."""
    if not columns:
        return ({} for _ in range(n))
    names = list(columns)
    rows = zip(*columns.values(), strict=True)
    if whole or not any(None in texts for texts in columns.values()):
        return (dict(zip(names, row, strict=True)) for row in rows)
    return ({name: t for name, t in zip(names, row, strict=True) if t is not None} for row in rows)


def _subjects(block: Block) -> Iterable[dict[str, Any]]:
    """The subject of each unit; a line is called by one name, so its others need not be looked at one by one."""
    n = len(block)
    if not block.of_lines or set(block.extra) & set(LINE_SUBJECT):
        return _rows(block.subject, n)
    rows: list[dict[str, Any]] = [{}] * n
    for name, texts in block.subject.items():
        if name not in block.extra:
            rows = [row if t is None else {name: t} for row, t in zip(rows, texts, strict=True)]
    if block.extra:
        return ({**row, **more} for row, more in zip(rows, _rows(block.extra, n, whole=True), strict=True))
    return rows
