"""Classification codes of the tables: known classes, the right classification, names of another code."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final

from budgetreview import CodeTable, load_tables
from budgetreview_disclosure.checks.figures import is_template, name_of, row_name
from budgetreview_disclosure.checks.statement import Statement
from budgetreview_disclosure.titles import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from budgetreview_disclosure.document import Document, Place, PrintedTable

NAME: Final = "code-name"
TWICE: Final = "code-two-names"
SCHEME: Final = "code-scheme"
ORPHAN: Final = "code-level-left-out"
_CLASS: Final = 3
_ENOUGH: Final = 3
_FUNCTION: Final = frozenset(
    {"general_spending", "grant_spending", "expenditure", "functional", "fund_spending"}
)
_ECONOMIC: Final = frozenset({"general_basic", "grant_basic", "operating"})


@cache
def _tables() -> Mapping[str, CodeTable]:
    return {str(k): v for k, v in load_tables().items()}


_SYSTEMS: Final = {"1": "revenue", "2": "function", "3": "department_economic", "5": "government_economic"}


def system_of(code: str) -> str:
    """The classification that a code's first digit names."""
    return _SYSTEMS.get(code[:1], "")


def check(document: Document) -> Iterator[Statement]:
    """All checks of codes."""
    seen: dict[str, list[tuple[str, Statement]]] = defaultdict(list)
    for table in document.tables:
        if table.doubts or is_template(table):
            continue
        yield from _orphans(table)
        for panel in table.panels:
            for row in panel.rows:
                if row.code is None or not row.label or row.scheme not in {"function", "economic"}:
                    continue
                place = row.cells[0].place if row.cells else table.place
                subject, quote = f"{name_of(table)}·{row_name(row)}", f"{row.code} {row.label}"
                yield from _scheme(document, table, row.code, subject, quote, place)
                yield from _name(row.code, row.label, subject, quote, place)
                seen[row.code].append((row.label, Statement(TWICE, subject, place, quote=quote)))
    yield from _two_names(seen)


def _scheme(
    document: Document, table: PrintedTable, code: str, subject: str, quote: str, place: Place
) -> Iterator[Statement]:
    if table.kind in _FUNCTION:
        lengths, first = {3, 5, 7}, {"1", "2"}
    elif table.kind in _ECONOMIC:
        lengths, first = {3, 5}, {"3", "5"}
    else:
        return
    good: bool | None = code[:1] in first and len(code) in lengths
    system = system_of(code)
    if good and document.year is not None and system in _tables():
        good = _tables()[system].exists_class(code, document.year) is not False
    yield Statement(SCHEME, subject, place, holds=good, quote=quote)


def _orphans(table: PrintedTable) -> Iterator[Statement]:
    """A code whose group or class is not in the table, or a group without items, where all others have them."""
    rows = [
        r for p in table.panels for r in p.rows if r.code and r.scheme == "function" and len(r.code) > _CLASS
    ]
    codes = {r.code for p in table.panels for r in p.rows if r.code}
    orphans = [r for r in rows if (r.code or "")[:-2] not in codes]
    # a parent that is lacking once is a slip; a form that leaves parents out lacks many
    if (
        not rows
        or len({(r.code or "")[:-2] for r in orphans}) > 1
        or len(rows) < _ENOUGH * max(len(orphans), 1)
    ):
        return
    groups = [r for r in rows if len(r.code or "") == _CLASS + 2]
    above = {(r.code or "")[:-2] for r in rows}
    bare = [r for r in groups if r.code not in above]
    childless = bare if len(bare) == 1 and len(groups) > _ENOUGH else []
    for row in rows:
        parent = (row.code or "")[:-2]
        place = row.cells[0].place if row.cells else table.place
        quote = f"{row.code} {row.label}（{'没有列到项' if row in childless else f'上级科目{parent}'}）"
        good = row not in orphans and row not in childless
        yield Statement(ORPHAN, f"{name_of(table)}·{row_name(row)}", place, holds=good, quote=quote)


def _name(code: str, label: str, subject: str, quote: str, place: Place) -> Iterator[Statement]:
    table = _tables().get(system_of(code))
    if table is None or table.name_conflict(code, label) is None:
        return
    wrong = table.name_conflict(code, label) is True and not any(_alike(label, n) for n in table.names(code))
    yield Statement(NAME, subject, place, holds=not wrong, quote=f"{quote}（{code}：{table.names(code)[0]}）")


def _alike(a: str, b: str) -> bool:
    """Whether two names share half of the shorter one's characters: names change in wording from year to year."""
    x, y = (plain(t).removesuffix("支出") for t in (a, b))
    return 2 * sum((Counter(x) & Counter(y)).values()) >= min(len(x), len(y))


def _two_names(seen: Mapping[str, list[tuple[str, Statement]]]) -> Iterator[Statement]:
    for (first, made), *others in seen.values():
        for name, other in others:
            alike = _alike(name, first)
            yield Statement(
                TWICE, other.subject, other.place, holds=alike, quote=f"{made.quote}；{other.quote}"
            )
