"""Project lines whose names say the same although they belong to different projects (Z19, Z20, Z21)."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.kernels import group as kernel
from budgetreview.kernels import names
from budgetreview.table import Table
from budgetreview.values import Bools, Exact, Ints, Truth

NAME_COLUMNS: Final = ("project_name", "agency_name", "agency", "project")
"""What this module reads of a line."""


@attrs.frozen(eq=False)
class Classes:
    """Lines with one plain name in one block.

    Attributes:
        of: For each line its class, -1: not compared.
        texts: The plain name of each class.
        block: For each class the block within which names are compared.
        short: Lines whose plain name is too short to tell anything.
        unsure: Lines that may belong to some class, but it is not known to which.
    """

    of: Ints
    texts: tuple[str, ...]
    block: Ints
    short: Truth
    unsure: Bools


def classes(lines: Table, wanted: Truth, within: Ints, shortest: int, *, numbered: bool) -> Classes:
    """Put lines into classes by their plain name.

    Args:
        lines: All lines.
        wanted: Which lines are compared at all.
        within: For each line what it is compared within, -1: not known.
        shortest: Plain names with fewer characters are left out.
        numbered: Whether names with different numbers are kept apart.
    """
    name, agency = lines.key("project_name"), lines.key("agency_name")
    absent = lines.absent("agency_name")
    named = name.known & (agency.known if absent is None else agency.known | absent)
    pair = name.codes.astype(np.int64) * (len(agency.words) + 1) + agency.codes + 1
    _, first, inverse = np.unique(np.where(named & ~wanted.no, pair, -1), return_index=True, return_inverse=True)
    called, held = (*name.words, ""), (*agency.words, "")  # code -1 is the last
    plain, carried = names.plain_names(
        [called[i] for i in name.codes[first].tolist()], [held[i] for i in agency.codes[first].tolist()]
    )
    text, words = _numbered(plain)
    number, _ = _numbered(carried)
    long = (np.fromiter(map(len, plain), np.int64, len(plain)) >= shortest)[inverse]
    short = Truth(named & ~long, named & long)
    sure = wanted.yes & named & (within >= 0)
    unsaid = lines.absent("basic")
    nothing = np.zeros(len(lines), bool) if unsaid is None else unsaid & wanted.open
    nothing &= ~name.known & ~lines.key("project").known
    of = np.full(len(lines), -1, np.int64)
    rows = np.flatnonzero(sure & long)
    keys = [lines.period[rows], within[rows], text[inverse][rows]]
    apart = number[inverse][rows] if numbered else np.zeros(len(rows), np.int64)
    of[rows], at = kernel.combine([*keys, apart]) if len(rows) else (of[rows], rows)
    block, _ = kernel.combine([keys[0][at], keys[1][at], apart[at]]) if len(rows) else (rows, rows)
    texts = tuple(words[c] for c in text[inverse][rows][at].tolist())
    return Classes(of, texts, block, short, ~wanted.no & ~sure & ~nothing)


def _numbered(texts: list[str]) -> tuple[Ints, list[str]]:
    """A number for each text, equal for equal ones, and the texts by number."""
    place = {t: i for i, t in enumerate(dict.fromkeys(texts))}
    return np.fromiter(map(place.__getitem__, texts), np.int64, len(texts)), list(place)


@attrs.frozen(eq=False)
class Lookalikes:
    """What each line resembles most.

    Attributes:
        found: Whether some line of another owner has a like name.
        partner: The line it resembles most, -1: none.
        common: Twice the characters that both names share in order.
        total: The characters of both names.
        short: Lines whose plain name is too short to tell anything.
    """

    found: Truth
    partner: Ints
    common: Exact
    total: Exact
    short: Truth


def lookalikes(
    lines: Table, wanted: Truth, within: Ints, owner: Ints, least: Fraction, shortest: int, doubtful: Bools
) -> Lookalikes:
    """The most similar line of another owner for each line.

    Args:
        lines: All lines.
        wanted: Which lines are compared.
        within: For each line what it is compared within, -1: not known.
        owner: For each line what it belongs to (its project, its agency); lines of one owner are not held against
            each other. -1: not known.
        least: The smallest likeness.
        shortest: Plain names with fewer characters are left out.
        doubtful: Lines that may belong to another owner than the one given.
    """
    n = len(lines)
    told = classes(lines, wanted, np.where(owner >= 0, within, -1), shortest, numbered=True)
    pairs = names.alike(told.texts, told.block, least)
    partner, common, total = _best(lines, told, owner, pairs)
    yes = partner >= 0
    unsure = told.unsure | (doubtful & ~wanted.no)
    nearby = np.zeros(n, bool)
    if unsure.any():
        periods = np.zeros(len(lines.periods), bool)
        periods[lines.period[unsure & (within < 0)]] = True
        place, _ = kernel.combine([lines.period, np.maximum(within, 0)])
        places = np.zeros(int(place.max(initial=-1)) + 1, bool)
        places[place[unsure & (within >= 0)]] = True
        nearby = periods[lines.period] | places[place]
    compared = told.of >= 0
    found = Truth(yes, ~yes & compared & ~nearby)
    return Lookalikes(found, partner, Exact.of(common, yes, "count"), Exact.of(total, yes, "count"), told.short)


def _best(lines: Table, told: Classes, owner: Ints, pairs: names.Pairs) -> tuple[Ints, Ints, Ints]:
    """For each line the line of another owner whose class is most like its own, and their likeness."""
    n = len(lines)
    partner, common, total = np.full(n, -1, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    rows = np.flatnonzero(told.of >= 0)
    if not len(rows):
        return partner, common, total
    holder, one = kernel.combine([told.of[rows], owner[rows]])
    of_class, of_owner = told.of[rows][one], owner[rows][one]
    shown = np.lexsort((lines.key("agency").codes[rows], lines.key("project_name").codes[rows], holder))
    line = rows[shown[np.unique(holder[shown], return_index=True)[1]]]
    k = len(told.texts)
    start = np.searchsorted(of_class, np.arange(k))
    several = np.searchsorted(of_class, np.arange(k), "right") - start > 1
    size = np.fromiter(map(len, told.texts), np.int64, k)
    source = np.concatenate([np.arange(k), pairs.left, pairs.right])
    target = np.concatenate([np.arange(k), pairs.right, pairs.left])
    twice = np.concatenate([2 * size, pairs.common, pairs.common])
    both = np.concatenate([2 * size, pairs.total, pairs.total])
    alike = np.unique(np.concatenate([pairs.left, pairs.right]))  # a class itself comes before all others anyway
    rank = np.array(sorted(alike.tolist(), key=told.texts.__getitem__), np.int64)  # of equal texts the first first
    place = np.zeros(k, np.int64)
    place[rank] = np.arange(len(rank))
    order = np.lexsort((place[target], -(twice / both), source))
    source, target, twice, both = source[order], target[order], twice[order], both[order]
    first, last = np.searchsorted(source, of_class), np.searchsorted(source, of_class, "right")
    count = last - first
    asked = np.repeat(np.arange(len(of_class)), count)
    edge = np.arange(len(asked)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    nearest = start[target[edge]]
    own = of_owner[nearest] == of_owner[asked]
    valid = ~own | several[target[edge]]
    nearest = np.where(own & valid, np.minimum(nearest + 1, len(of_class) - 1), nearest)
    asked, edge, nearest = asked[valid], edge[valid], nearest[valid]
    holders, at = np.unique(asked, return_index=True)
    best = np.full(len(of_class), -1, np.int64)
    best[holders] = at
    mine = best[holder]
    hit = mine >= 0
    partner[rows[hit]] = line[nearest[mine[hit]]]
    common[rows[hit]], total[rows[hit]] = twice[edge[mine[hit]]], both[edge[mine[hit]]]
    return partner, common, total


def owners(lines: Table) -> tuple[Ints, Bools]:
    """The project of each line, and lines whose project may be another one than it seems.

    A project is known by its code. A line without code takes the code of the same agency's lines of the same name;
    where those have none either, agency and name stand for it. A blank code beside such lines leaves doubt.
    """
    code, name, agency = lines.key("project"), lines.key("project_name"), lines.key("agency")
    same, first = kernel.combine([lines.period, agency.codes.astype(np.int64) + 1, name.codes.astype(np.int64) + 1])
    coded, _ = kernel.combine([lines.period, code.codes.astype(np.int64)])
    lent = np.full(len(first), np.iinfo(np.int64).max)
    np.minimum.at(lent, same[coded >= 0], coded[coded >= 0])
    base = int(coded.max(initial=-1)) + 1
    borrowed = np.where(lent < np.iinfo(np.int64).max, lent, base + np.arange(len(first)))
    absent = lines.absent("project")
    blank = ~code.known if absent is None else ~code.known & ~absent
    several = kernel.counts(np.ones(len(lines), bool), same, len(first)) > 1
    shared = several & (kernel.counts(blank, same, len(first)) > 0)
    return np.where(coded >= 0, coded, borrowed[same]), shared[same] & name.known
