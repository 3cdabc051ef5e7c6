"""The lines that a group is about, by their ids."""

from __future__ import annotations

from typing import Final

import numpy as np

from budgetreview.recording.flagged import Flagged
from budgetreview.table import Groups
from budgetreview.values import Ints, Keys

MOST_LINES: Final = 100
"""A finding about a group names at most this many of its lines."""


def named_lines(part: Flagged, at: Ints) -> list[tuple[tuple[str, ...], int] | None] | None:
    """The ids of the first lines that each group is about, and how many lines those are."""
    if part.members is None or not isinstance(part.units, Groups):
        return None
    ids = part.units.table.columns.get("line_id")
    if not isinstance(ids, Keys):
        return None
    rows, groups = part.sorted_members()
    starts, ends = np.searchsorted(groups, at, "left"), np.searchsorted(groups, at, "right")
    known = np.flatnonzero(ids.known[rows])
    first, last = np.searchsorted(known, starts), np.searchsorted(known, ends)
    total = last - first
    named = np.minimum(total, MOST_LINES)
    ends_in = np.cumsum(named)
    # for all groups at once: the known ones of each, from its first on
    places = np.arange(int(named.sum())) + np.repeat(first - (ends_in - named), named)
    texts = [t for t in ids.texts(rows[known[places]]) if t is not None]
    spans = zip((ends - starts).tolist(), ends_in.tolist(), named.tolist(), total.tolist(), strict=True)
    return [(tuple(texts[e - n : e]), t) if size else None for size, e, n, t in spans]
