"""The matrix of a mechanism: which of its questions have rules, and which of them a submission let the rules judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

import attrs

from budgetreview.errors import Text
from budgetreview.mechanism import Profile
from budgetreview.report import Report, RuleResult
from budgetreview.rule import Rule


@attrs.frozen
class Cell:
    """One question of the mechanism: a review's look at one focus of one side of one book."""

    stage: str
    book: str
    focus: str
    side: str
    rules: tuple[str, ...]


State = Literal["no_rule", "ran", "lacks_data", "not_reviewed"]
STATE_NAMES: Final[Mapping[str, Text]] = {
    "no_rule": Text("没有规则", "no rule"),
    "ran": Text("已审查", "reviewed"),
    "lacks_data": Text("缺少数据", "data lacking"),
    "not_reviewed": Text("本次未审查", "not reviewed"),
}


@attrs.frozen
class Evidence:
    """A cell for one submission: which of its rules had rows to look at, which lacked data, and what was missing."""

    cell: Cell
    state: State
    ran: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def matrix(profile: Profile, rules: Iterable[Rule]) -> tuple[Cell, ...]:
    """All cells of a profile, in its order, with the codes of the rules that look there."""
    ordered = sorted(rules, key=lambda r: r.code)
    return tuple(
        Cell(review.stage, book, focus, side, tuple(
            r.code for r in ordered
            if review.stage in r.stages and book in r.books and focus in r.focus and side in r.sides
        ))
        for review in profile.reviews
        for book in profile.books
        for focus in profile.focuses
        for side in profile.sides
    )  # fmt: skip


Rows = Mapping[str, frozenset[tuple[str | None, str | None]]]
"""For each table with a book: which books and sides its rows are of; None where a row does not say."""


def for_submission(cells: Iterable[Cell], reports: Iterable[Report], rows: Rows) -> tuple[Evidence, ...]:
    """Which cells were reviewed, which lacked data, and which have no rule.

    Args:
        cells: Of :func:`matrix`.
        reports: One for each stage that was reviewed.
        rows: Which books and sides the submission has rows of. A rule that ran over another book has seen nothing of
            this one.
    """
    by_stage = {r.stage: {x.rule.code: x for x in r.results} for r in reports}
    return tuple(_evidence(cell, by_stage.get(cell.stage), rows) for cell in cells)


def _evidence(cell: Cell, results: Mapping[str, RuleResult] | None, rows: Rows) -> Evidence:
    if not cell.rules:
        return Evidence(cell, "no_rule")
    own = [results[c] for c in cell.rules if c in results] if results is not None else []
    own = [r for r in own if r.outcome not in {"not_in_stage", "not_in_force"}]
    if not own:
        return Evidence(cell, "not_reviewed")
    failed = tuple(r.rule.code for r in own if r.outcome == "failed")
    ran = tuple(r.rule.code for r in own if r.outcome == "ran" and r.looked_at and _has_rows(r.rule, cell, rows))
    lacking = [r for r in own if r.rule.code not in {*failed, *ran}]
    missing = {m for r in own for m in r.missing}
    missing |= {f"{t}[{cell.book}]" for r in lacking if r.outcome == "ran" for t in r.rule.tables if t in rows}
    return Evidence(
        cell, "ran" if ran else "lacks_data", ran, tuple(r.rule.code for r in lacking), failed, tuple(sorted(missing))
    )


def _has_rows(rule: Rule, cell: Cell, rows: Rows) -> bool:
    """Whether the tables of a rule have rows of the cell's book and side; tables without books always do."""
    told = [rows[t] for t in rule.tables if t in rows]
    return not told or any(
        book in {cell.book, None} and side in {cell.side, None} for pairs in told for book, side in pairs
    )
