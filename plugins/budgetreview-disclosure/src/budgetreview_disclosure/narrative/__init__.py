"""The narrative of a published budget or final account: what its sentences say, and of which printed amount."""

from __future__ import annotations

import re
from typing import TypeVar

import attrs

from budgetreview_disclosure.document import Document, Paragraph
from budgetreview_disclosure.narrative.claim import Amount, Change, Claim, Count, Percent
from budgetreview_disclosure.narrative.flat import Flat, Item, flatten, items, place_of
from budgetreview_disclosure.narrative.sentences import Draft, Reading, read_item

__all__ = ["Amount", "Change", "Claim", "Count", "Percent", "read_claims", "read_paragraphs"]


_T = TypeVar("_T")


@attrs.frozen
class _Open:
    """A list that is being read: its whole, and the level its items are numbered with (None: not numbered)."""

    whole: Draft
    listed: str
    above: int | None
    level: int | None = None
    last: int = 0
    begun: bool = False


def read_claims(document: Document) -> tuple[Claim, ...]:
    """What the document's sentences say, in their order.

    Args:
        document: A document as read.

    Returns:
        One claim for every item that a sentence gives a figure of; nothing is guessed: a figure whose item is not
        certain is in none or in a claim that says it is not sure.
    """
    return read_paragraphs(document.paragraphs)


def read_paragraphs(paragraphs: tuple[Paragraph, ...]) -> tuple[Claim, ...]:
    """The claims of paragraphs that follow one another."""
    found: list[tuple[Draft, int, Flat, tuple[str, ...]]] = []
    headings: dict[int, str] = {}
    context: dict[int, tuple[tuple[str, str], ...]] = {}
    lists: list[_Open] = []
    for number, paragraph in enumerate(paragraphs):
        flat = flatten(paragraph.text)
        for item in items(flat):
            reading = read_item(flat, item)
            text = flat.text[item.start : item.end]
            if item.level is not None:
                _keep_above(headings, item.level)
                _keep_above(context, item.level)
                if not reading.drafts:
                    headings[item.level] = text[:80]
                if reading.named:
                    context[item.level] = reading.named
            lists = [one for one in (_step(one, item) for one in lists) if one is not None]
            for draft in reading.drafts:
                _complete(draft, context)
            if lists and reading.drafts:
                _join(lists[-1], reading, item)
            own = tuple(headings[level] for level in sorted(headings) if item.level is None or level < item.level)
            found.extend((draft, number, flat, (*paragraph.heading, *own)) for draft in reading.drafts)
            if lists and lists[-1].level is None and text.endswith("。") and reading.drafts:
                lists.pop()
            if reading.opens is not None:
                lists.append(_Open(reading.opens, reading.listed, item.level))
    order = {id(draft): position for position, (draft, *_) in enumerate(found)}
    return tuple(
        _finish(draft, paragraphs[number], number, flat, heading, order) for draft, number, flat, heading in found
    )


def _keep_above(levels: dict[int, _T], level: int) -> None:
    for other in [one for one in levels if one >= level]:
        del levels[other]


def _step(one: _Open, item: Item) -> _Open | None:
    """The list after the next item: still open, or None where the item stands outside of it."""
    if not one.begun:
        if item.level is not None and one.above is not None and item.level <= one.above:
            return None
        if item.ordinal > 1:
            return None
        return attrs.evolve(one, level=item.level, last=item.ordinal, begun=True)
    if one.level is None:
        return one if item.level is None else None
    if item.level == one.level:
        return attrs.evolve(one, last=item.ordinal) if item.ordinal == one.last + 1 else None
    return one if item.level is None or item.level > one.level else None


def _join(one: _Open, reading: Reading, item: Item) -> None:
    """Make the item's own claims parts of the open list's whole."""
    tops = [draft for draft in reading.drafts if draft.part_of is None and draft.amounts]
    if one.level is not None:
        tops = tops[:1] if item.level == one.level else []
    for draft in tops:
        draft.part_of, draft.listed = one.whole, one.listed


def _complete(draft: Draft, context: dict[int, tuple[tuple[str, str], ...]]) -> None:
    """Put the 类 and 款 of the headings above in front of a 款 or 项."""
    if draft.path:
        above = [one for level in sorted(context) for one in context[level]]
        rank = "类款项"
        draft.path = (*(one for one in above if rank.index(one[1]) < rank.index(draft.path[0][1])), *draft.path)


def _finish(
    draft: Draft, paragraph: Paragraph, number: int, flat: Flat, heading: tuple[str, ...], order: dict[int, int]
) -> Claim:  # fmt: skip
    start, end = draft.sentence
    year = draft.year
    if year is None:
        named = re.search(r"(?<![\d比较与同和])(20\d\d)年", flat.text[start:end])
        year = int(named[1]) if named and named.start() < 30 else None  # noqa: PLR2004 - the sentence's own beginning
    return Claim(
        subject=draft.subject,
        sentence=flat.text[start:end],
        quote=flat.text[start : max(end, draft.until)],
        place=place_of(paragraph, *flat.span(start, max(end, draft.until))),
        paragraph=number,
        path=draft.path,
        amounts=tuple(draft.amounts),
        changes=tuple(draft.changes),
        share=draft.share,
        share_of=draft.share_of,
        completion=draft.completion,
        counts=tuple(draft.counts),
        reason=draft.reason,
        year=year,
        heading=heading,
        part_of=order.get(id(draft.part_of)) if draft.part_of is not None else None,
        listed=draft.listed,
        sure=draft.sure,
    )
