"""All checks of published documents: what each says, whether it could be made, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from budgetreview_disclosure.checks import (
    above,
    across,
    balances,
    between,
    codes,
    columns,
    official,
    presence,
    procurement,
    targets,
    years,
)
from budgetreview_disclosure.checks import narrative as sentences
from budgetreview_disclosure.checks.presence import same_body
from budgetreview_disclosure.checks.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from budgetreview_disclosure.document import Document

__all__ = ["Checked", "Statement", "examine"]

_OF_TABLES: Final[tuple[Callable[[Document], Iterator[Statement]], ...]] = (
    columns.check, across.check, balances.check, official.check, between.check, codes.check,
    procurement.check, targets.check,
)  # fmt: skip


@attrs.frozen
class Checked:
    """A check with the document that it was made of."""

    document: Document
    statement: Statement


def examine(documents: Sequence[Document]) -> tuple[Checked, ...]:
    """Make every check of some documents, each by itself and those of one department together.

    Args:
        documents: As read. Where a department publishes its tables and its text as two files, both together are one
            disclosure: the text is held against the tables.

    Returns:
        Every check made, in the order of the documents, and every check that could not be made with its reason.
    """
    out: list[Checked] = []
    partners = _partners(documents)
    for document in documents:
        other = partners.get(id(document))
        if document.tables and other is not None and _is_tables(document):
            whole = attrs.evolve(document, paragraphs=other.paragraphs)
        else:
            whole = document
        out += (Checked(document, s) for s in presence.check(whole))
        for part in _sections(whole):
            for check in _OF_TABLES:
                out += (Checked(document, s) for s in check(part))
        spoken = document
        if other is not None and not _is_tables(document):
            spoken = attrs.evolve(document, tables=other.tables)
        if not (other is not None and _is_tables(document)):
            out += (Checked(document, s) for s in sentences.check(spoken))
    out += (Checked(document, s) for document, s in years.check(documents))
    out += (Checked(document, s) for document, s in above.check(documents))
    once = {(id(c.document), c.statement): c for c in out}  # a sentence may be read from two sides
    return tuple(once.values())


def _sections(document: Document) -> tuple[Document, ...]:
    """A department's own tables and those of each of its units, where one file holds several sets of the forms."""
    starts = [i for i, t in enumerate(document.tables) if t.kind == "balance"]
    if len(starts) < 2:  # noqa: PLR2004 - one set
        return (document,)
    ends = [*starts[1:], len(document.tables)]
    parts = [
        document.tables[0 if k == 0 else start : end]
        for k, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
    if any(sum(t.kind is not None for t in part) < _FORMS for part in parts):
        return (document,)
    return tuple(attrs.evolve(document, tables=part) for part in parts)


_FORMS: Final = 4


def _is_tables(document: Document) -> bool:
    return sum(t.kind is not None and bool(t.panels) for t in document.tables) >= _FORMS


def _partners(documents: Sequence[Document]) -> dict[int, Document]:
    """For each file of tables alone its file of text, and the other way round; only where there is one of each."""
    out: dict[int, Document] = {}
    groups: dict[tuple[object, object], list[Document]] = {}
    for document in documents:
        if document.year is not None and document.department is not None:
            groups.setdefault((document.year, document.stage), []).append(document)
    for group in groups.values():
        for document in group:
            own = [d for d in group if same_body(d.department or "", document.department or "")]
            tables, texts = (
                [d for d in own if _is_tables(d)],
                [d for d in own if not _is_tables(d) and d.paragraphs],
            )
            if len(own) == len(("tables", "text")) and len(tables) == len(texts) == 1:
                out[id(document)] = texts[0] if document is tables[0] else tables[0]
    return out
