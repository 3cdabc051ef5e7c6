"""Bringing together what belongs to one project, one agency or one name, across lines and tables."""

from __future__ import annotations

from typing import Final

import numpy as np

from budgetreview.kernels import group as kernel
from budgetreview.rules.readings import is_project
from budgetreview.table import Groups, Table
from budgetreview.values import Bools, Exact, Ints, Keys, LateWords, Numbers, Truth

PROJECT_KEY: Final = ("project", "project_name", "agency")
"""What :func:`by_project` reads; a rule that calls it declares these."""


def by_project(lines: Table) -> Groups:
    """The lines of each project: by project code, without one by agency and project name.

    A line without code takes the one code that the same agency's lines of the same name have. Lines that name no
    project belong to no group.
    """
    return lines.by_keys(("each project",), lambda: {"project": _project_keys(lines)})


def _project_keys(lines: Table) -> Keys:
    """The project of each line under its code, or under its agency's and its own name."""
    code, name, agency = lines.key("project"), lines.key("project_name"), lines.key("agency")
    if not (~code.known & name.known).any():
        return code
    lent, _ = _lent(lines)
    codes = np.where(code.known, code.codes, lent)
    bare = np.flatnonzero((codes < 0) & name.known)
    if not len(bare):
        return Keys(codes.astype(np.int32), code.words)
    called = name.take(bare)
    pairs = agency.codes[bare].astype(np.int64) * (len(called.words) + 1) + called.codes
    _, first, inverse = np.unique(pairs, return_index=True, return_inverse=True)
    words = [f"{agency.text(int(bare[i])) or '-'}：{called.text(int(i))}" for i in first]
    order = sorted(range(len(words)), key=words.__getitem__)
    place = np.empty(len(words), np.int64)
    place[order] = np.arange(len(words))
    keys = codes.astype(np.int32)
    coded, names = len(code.words), tuple(words[i] for i in order)  # names after codes, both in order
    keys[bare] = coded + place[inverse]
    together = LateWords(
        coded + len(names),
        lambda i: code.words[i] if i < coded else names[i - coded],
        lambda: (*code.words, *names),
    )
    return Keys(keys, together)


def _lent(lines: Table) -> tuple[Ints, Bools]:
    """The code that a line without one takes from its agency's lines of the same name (-1: none or several).

    And lines without code for which there are several.
    """
    found: tuple[Ints, Bools] = lines.once("lent project codes", lambda: _lending(lines))
    return found


def _lending(lines: Table) -> tuple[Ints, Bools]:
    code, name, agency = lines.key("project"), lines.key("project_name"), lines.key("agency")
    lent, several = np.full(len(lines), -1, np.int64), np.zeros(len(lines), bool)
    bare = ~code.known & name.known
    if not bare.any():
        return lent, several
    # only the agencies that have such lines are looked at
    place, first = kernel.combine([lines.period, agency.codes.astype(np.int64) + 1])
    asked = kernel.counts(bare, place, len(first)) > 0
    rows = np.flatnonzero(asked[place] & name.known)
    same, first = kernel.combine([place[rows], name.take(rows).codes.astype(np.int64)])
    codes, mine = code.codes[rows], bare[rows]
    low, high = np.full(len(first), np.iinfo(np.int64).max), np.full(len(first), -1, np.int64)
    np.minimum.at(low, same[~mine], codes[~mine])
    np.maximum.at(high, same[~mine], codes[~mine])
    lent[rows[mine]] = np.where(low == high, high, -1)[same[mine]]
    several[rows[mine]] = (low < high)[same[mine]]
    return lent, several


def surely_whole(lines: Table, project: Groups, wanted: Bools) -> Bools:
    """Which projects are surely complete: none of the lines wanted in their agencies may belong to them unsaid.

    A line says where it belongs with its code or its name. It does not where both are blank, where its code is blank
    and its agency has several projects of its name, or where it has a name only and a line with a code has none.
    """
    code, name, agency = lines.key("project"), lines.key("project_name"), lines.key("agency")
    if not (wanted & ~code.known).any():
        return np.ones(len(project), bool)
    _, several = _lent(lines)
    place, first = kernel.combine([lines.period, agency.codes.astype(np.int64) + 1])
    nameless = kernel.counts(code.known & ~name.known, place, len(first)) > 0
    loose = wanted & ~code.known & (~name.known | several | nameless[place])
    if not loose.any():
        return np.ones(len(project), bool)
    shaken = np.zeros(len(first), bool)
    shaken[place[loose]] = True
    everywhere = np.zeros(len(lines.periods), bool)
    everywhere[lines.period[loose & ~agency.known]] = True
    return ~project.any(Truth.known(shaken[place] | everywhere[lines.period])).yes


def may_be_project(lines: Table) -> Bools:
    """Lines that are or may be project lines; where the column ``basic`` is absent, only those that name a project."""
    ours, absent = is_project(lines), lines.absent("basic")
    return ours.yes if absent is not None and absent.all() else ~ours.no


def row_of(units: Table | Groups, name: str, other: Table | Groups) -> Ints:
    """For each unit the row (or group) of another table with the same entity, year and text in ``name``; -1: none."""
    mine, theirs = units.key(name), other.key(name)
    place = {w: i for i, w in enumerate(mine.words)}
    translated = np.array([place.get(w, -1) for w in theirs.words] + [-1], np.int64)[theirs.codes]
    rows = np.flatnonzero(translated >= 0)
    span = len(mine.words) + 1
    keys = other.period[rows] * span + translated[rows]
    order = np.argsort(keys, kind="stable")
    wanted = units.period * span + mine.codes
    at = np.searchsorted(keys[order], wanted)
    inside = at < len(order)
    at = np.where(inside, at, 0)
    if not len(order):
        return np.full(len(wanted), -1, np.int64)
    hit = inside & (keys[order][at] == wanted) & mine.known
    return np.where(hit, rows[order][at], -1)


def fetched(x: Exact, at: Ints) -> Exact:
    """Values at the rows named; unknown where a row is -1."""
    there = at >= 0
    if not len(x):
        return Exact(np.zeros(len(at), np.int64), there, there, x.kind, 0)
    return Exact(x.values[at], x.low[at] & there, x.high[at] & there, x.kind, x.bound)


def fetched_number(x: Numbers, at: Ints) -> Numbers:
    """Numbers at the rows named; unknown where a row is -1."""
    there = at >= 0
    return Numbers(x.values[at], x.known[at] & there, x.kind) if len(x) else Numbers(np.zeros(len(at)), there, x.kind)


def fetched_key(x: Keys, at: Ints) -> Keys:
    """Texts at the rows named; unknown where a row is -1."""
    return Keys(np.where(at >= 0, x.codes[at], np.int32(-1)) if len(x) else np.full(len(at), -1, np.int32), x.words)


def of_period(units: Table | Groups, entity: Exact) -> Exact:
    """A value of each entity and year, handed to its units."""
    return fetched(entity, units.period)


def at_least_zero(x: Exact) -> Exact:
    """Unknown amounts as "0 or more": a sum of them decides wherever its known part is enough (READINGS)."""
    known = x.known
    if (x.values[known] < 0).any():
        return x
    return Exact(np.where(known, x.values, 0), np.ones(len(x), bool), x.high & known, x.kind, x.bound)
