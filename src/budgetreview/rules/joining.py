"""Bringing together what belongs to one project, one agency or one name, across lines and tables."""

from __future__ import annotations

from typing import Final

import numpy as np

from budgetreview.table import Groups, Table
from budgetreview.values import Exact, Ints, Keys, Numbers

PROJECT_KEY: Final = ("project", "project_name", "agency")
"""What :func:`by_project` reads; a rule that calls it declares these."""


def by_project(lines: Table) -> Groups:
    """The lines of each project: by project code, without one by agency and project name.

    Lines that name no project belong to no group.
    """
    code, name, agency = lines.key("project"), lines.key("project_name"), lines.key("agency")
    bare = np.flatnonzero(~code.known & name.known)
    pairs = agency.codes[bare].astype(np.int64) * (len(name.words) + 1) + name.codes[bare]
    _, first, inverse = np.unique(pairs, return_index=True, return_inverse=True)
    words = [f"{agency.text(int(r)) or '-'}：{name.text(int(r))}" for r in bare[first]]
    vocabulary = sorted({*code.words, *words})
    place = {w: i for i, w in enumerate(vocabulary)}
    coded = np.array([place[w] for w in code.words] + [-1], np.int32)
    keys = coded[code.codes]
    if len(bare):
        keys[bare] = np.array([place[w] for w in words], np.int32)[inverse]
    return lines.by_keys(("each project",), {"project": Keys(keys, tuple(vocabulary))})


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
