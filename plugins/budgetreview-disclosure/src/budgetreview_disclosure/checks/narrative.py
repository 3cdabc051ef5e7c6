"""Sentences of the narrative: their own figures, their figures against the tables, and slips of the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetreview_disclosure.checks.narrative_figures import check_figures
from budgetreview_disclosure.checks.narrative_tables import check_tables
from budgetreview_disclosure.checks.narrative_words import check_words
from budgetreview_disclosure.narrative import read_claims

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetreview_disclosure.checks.statement import Statement
    from budgetreview_disclosure.document import Document


def check(document: Document) -> Iterator[Statement]:
    """All checks of sentences.

    Args:
        document: The document; where text and tables are two files, the paragraphs of the one and the tables of the
            other.

    Yields:
        A statement for every check made.
    """
    claims = read_claims(document)
    yield from check_figures(claims)
    yield from check_tables(document, claims)
    yield from check_words(document, claims)
