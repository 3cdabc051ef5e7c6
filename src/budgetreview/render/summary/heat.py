"""The map of the mechanism: for each review, focus, book and side, what was judged, found, lacked, or has no rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from budgetreview.matrix import Evidence, for_submission, matrix
from budgetreview.mechanism import (
    BOOK_NAMES,
    FOCUS_NAMES,
    SIDE_NAMES,
    STAGE_NAMES,
    Profile,
    Review,
    shipped_profiles,
)
from budgetreview.render.words import input_name
from budgetreview.report import Report
from budgetreview.tables import AMOUNT_BY_STAGE

Counts = Mapping[tuple[str, str | None], int]
"""Open findings by rule and book; book None where a finding speaks of none."""
SHADES: Final = (1, 3, 10)
"""Findings from which a cell is shaded light, middle and dark."""
_MARKS: Final = {"no_rule": "·", "lacks_data": "?", "not_reviewed": "–", "ran": "✓", "failed": "✕"}
_MOST_NAMED: Final = 6


@attrs.frozen
class Square:
    """One cell as the page shows it.

    Attributes:
        state: ``found`` where there are findings, ``failed`` where every rule failed, else the cell's state.
        mark: What is printed large: the number of findings, or a sign.
        small: Rules that judged of those that look here.
        said: The same in a sentence.
        shade: 0 to 3.
        rules: The codes of the rules that look here.
        book: The cell's book.
    """

    state: str
    mark: str
    small: str
    said: str
    shade: int
    rules: tuple[str, ...]
    book: str


@attrs.frozen
class Row:
    """One focus of one review."""

    stage: str
    focus: str
    now: bool
    squares: tuple[Square, ...]


@attrs.frozen
class Heat:
    """The whole map, and how many cells are in which state."""

    books: tuple[str, ...]
    sides: tuple[str, ...]
    rows: tuple[Row, ...]
    per_review: int
    states: Mapping[str, int]
    outside: bool
    """Whether the stage reviewed is none of the mechanism's own."""


def profile_of(report: Report) -> Profile | None:
    """The mechanism of a report; None where only its name is known and it is not one that ships with the program."""
    if report.mechanism is not None:
        return report.mechanism
    return next((p for p in shipped_profiles() if p.key == report.profile.get("key")), None)


def heat(report: Report, counts: Counts, lang: str) -> Heat | None:
    """The map of a report; None where its mechanism is not known as a whole.

    A stage that is none of the mechanism's reviews (execution, final accounts) is mapped in front of them.

    Args:
        report: From ``review``.
        counts: Open findings by rule and book. One that names no book counts in every book its rule looks at.
        lang: ``zh`` or ``en``.
    """
    profile = profile_of(report)
    if profile is None:
        return None
    outside = profile.review(report.stage) is None
    if outside:
        own = Review(report.stage, STAGE_NAMES[report.stage], AMOUNT_BY_STAGE[report.stage])
        profile = attrs.evolve(profile, reviews=(own, *profile.reviews))
    cells = matrix(profile, (r.rule for r in report.results))
    evidence = for_submission(cells, [report], report.outline.rows)
    rows = []
    states: dict[str, int] = {}
    place = {(e.cell.stage, e.cell.focus, e.cell.book, e.cell.side): e for e in evidence}
    for review in profile.reviews:
        for focus in profile.focuses:
            squares = tuple(
                _square(place[review.stage, focus, book, side], report, counts, lang)
                for book in profile.books
                for side in profile.sides
            )
            for s in squares:
                states[s.state] = states.get(s.state, 0) + 1
            rows.append(Row(STAGE_NAMES[review.stage][lang], FOCUS_NAMES[focus][lang], review.stage == report.stage,
                            squares))  # fmt: skip
    return Heat(
        tuple(BOOK_NAMES[b][lang] for b in profile.books), tuple(SIDE_NAMES[s][lang] for s in profile.sides),
        tuple(rows), len(profile.focuses), states, outside,
    )  # fmt: skip


def _square(seen: Evidence, report: Report, counts: Counts, lang: str) -> Square:
    cell = seen.cell
    n = 0
    if cell.stage == report.stage:
        n = sum(counts.get((code, book), 0) for code in cell.rules for book in (cell.book, None))
    state = "found" if n else "failed" if seen.failed and not seen.ran else seen.state
    small = "" if not cell.rules else f"{len(seen.ran)}/{len(cell.rules)}"
    if state == "not_reviewed":
        small = str(len(cell.rules))
    where = " · ".join((STAGE_NAMES[cell.stage][lang], FOCUS_NAMES[cell.focus][lang], BOOK_NAMES[cell.book][lang],
                        SIDE_NAMES[cell.side][lang]))  # fmt: skip
    said = f"{where}{'：' if lang == 'zh' else ': '}{_said(state, n, seen, lang)}"
    return Square(
        state, str(n) if n else _MARKS[state], small, said,
        sum(n >= s for s in SHADES), cell.rules, cell.book,
    )  # fmt: skip


def _said(state: str, n: int, seen: Evidence, lang: str) -> str:
    rules, ran = len(seen.cell.rules), len(seen.ran)
    missing = [input_name(m, lang) for m in seen.missing]
    lacking = ("、" if lang == "zh" else ", ").join(missing[:_MOST_NAMED]) + ("…" if len(missing) > _MOST_NAMED else "")
    if lang == "zh":
        return {
            "no_rule": "没有规则", "not_reviewed": f"有 {rules} 条规则，本次未审查",
            "failed": f"{rules} 条规则中 {len(seen.failed)} 条运行失败",
            "lacks_data": f"{rules} 条规则缺少数据" + (f"：{lacking}" if lacking else ""),
            "ran": f"{rules} 条规则中 {ran} 条作出判断，未标出",
            "found": f"{n} 条发现，{rules} 条规则中 {ran} 条作出判断",
        }[state]  # fmt: skip
    return {
        "no_rule": "no rule", "not_reviewed": f"{rules} rules, not reviewed this time",
        "failed": f"{len(seen.failed)} of {rules} rules failed",
        "lacks_data": f"{rules} rules lack data" + (f": {lacking}" if lacking else ""),
        "ran": f"{ran} of {rules} rules judged, nothing flagged",
        "found": f"{n} findings, {ran} of {rules} rules judged",
    }[state]  # fmt: skip
