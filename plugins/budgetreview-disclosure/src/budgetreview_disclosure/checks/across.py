"""Do the columns of a row add up: 合计 = 基本支出 + 项目支出, 财政拨款 = the three budgets.

Which columns are parts of which is told by the header's rows, and where those are flat, by what the columns are. Where
most rows contradict that reading, the reading is wrong and nothing is said about the rows.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import attrs

from budgetreview_disclosure.checks.figures import (
    basis_of,
    cell_of,
    column_name,
    compared,
    is_blank,
    is_template,
    money_columns,
    name_of,
    pick,
    row_name,
    step_of,
    sum_of,
    undone,
)
from budgetreview_disclosure.checks.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from budgetreview_disclosure.document import Cell, Document, Panel, PrintedTable

CHECK: Final = "row-sum"
_SKIPPED: Final = frozenset(
    {"official", "targets", "staff", "assets", "units", "procurement", "service_purchases"}
)
_SUBTOTAL: Final = re.compile(
    r"^(?:总计|合计|小计|总额|金额|(?:本年|当年)?(?:收入|支出)?(?:合计|总计|小计)|资金总额|计)$"
)
_PARTIAL: Final = re.compile(r"^其中")
_PARTS: Final[Mapping[str, tuple[frozenset[str], bool]]] = {
    "grant": (frozenset({"general", "fund", "capital"}), False),
    "basic": (frozenset({"staff", "public"}), True),
    "own": (frozenset({"business", "operating_income", "upper_subsidy", "affiliates", "other"}), False),
    "carry_over": (
        frozenset({f"carry_over_{k}" for k in ("general", "fund", "capital", "special_account", "own")}), False,
    ),
}  # fmt: skip
"""Roles that are parts of another; True: together they are the whole of it."""
_FLOW: Final = frozenset({
    *("opening", "closing", "revenue", "spending", "opening_basic", "opening_project", "closing_basic"),
    *("closing_project", "revenue_basic", "revenue_project"),
})  # fmt: skip
_ENOUGH: Final = 3
CHANGE: Final = "change-column"
_LAST: Final = ("prior_budget", "prior_actual")


@attrs.frozen
class Identity:
    """One column that is the sum of others; ``sure``: every header in it is understood."""

    whole: int
    parts: tuple[int, ...]
    sure: bool


def check(document: Document) -> Iterator[Statement]:
    """All sums of columns."""
    for table in document.tables:
        if table.kind in _SKIPPED or table.doubts or is_template(table):
            continue
        for panel in table.panels:
            for identity in identities(panel):
                yield from _rows(table, panel, identity)
            yield from _change(document, table, panel)
            if table.kind in {"fund_spending", "capital_spending", "general_spending", "grant_spending"}:
                yield from _flow(table, panel)


def identities(panel: Panel) -> tuple[Identity, ...]:
    """The columns of a panel that are sums of others."""
    found: list[Identity] = []
    by_basis: dict[object, list[int]] = {}
    for i in money_columns(panel):
        column = panel.columns[i]
        by_basis.setdefault((column.basis, column.year), []).append(i)
    for own in by_basis.values():
        found += _of_headers(panel, own)
    return tuple(dict.fromkeys(found))


def _path(panel: Panel, i: int) -> tuple[str, ...]:
    parts = [re.sub(r"[\s（(].*?元[）)]|\s+", "", p) for p in panel.columns[i].header.split("/")]
    return tuple(p for k, p in enumerate(parts) if p and (k == 0 or p != parts[k - 1]))


def _of_headers(panel: Panel, own: Sequence[int]) -> Iterator[Identity]:
    paths = {i: _path(panel, i) for i in own}
    for whole in own:
        path = paths[whole]
        if not path or not _SUBTOTAL.match(path[-1]):
            continue
        above = path[:-1]
        members = [i for i in own if i != whole and paths[i][: len(above)] == above]
        parts = _children(members, paths, len(above))
        if parts is None or len(parts) < 2:  # noqa: PLR2004 - a sum has two parts
            continue
        yield from _flat(panel, whole, parts)
    yield from _nested_roles(panel, own)


def _children(members: Sequence[int], paths: Mapping[int, tuple[str, ...]], depth: int) -> list[int] | None:
    """The columns directly under a header; None where another total of the same header stands among them."""
    groups: dict[str, list[int]] = {}
    for i in members:
        if len(paths[i]) <= depth:
            return None
        groups.setdefault(paths[i][depth], []).append(i)
    out: list[int] = []
    for name, inside in groups.items():
        if _PARTIAL.match(name):
            continue
        if len(inside) == 1:
            if len(paths[inside[0]]) == depth + 1 and _SUBTOTAL.match(name):
                return None
            out += inside
            continue
        subs = [i for i in inside if len(paths[i]) == depth + 2 and _SUBTOTAL.match(paths[i][-1])]
        if len(subs) == 1:
            out += subs
            continue
        deeper = _children(inside, paths, depth + 1)
        if deeper is None:
            return None
        out += deeper
    return out


def _flat(panel: Panel, whole: int, parts: Sequence[int]) -> Iterator[Identity]:
    roles = [panel.columns[i].role for i in parts]
    if _FLOW & {r for r in roles if r}:
        return
    kept = list(parts)
    for over, (under, _) in _PARTS.items():
        if over in roles:
            kept = [i for i in kept if panel.columns[i].role not in under]
    own = [panel.columns[i].role for i in kept]
    if len(set(own)) < len(own) and None not in own:
        return
    if len(kept) > 1:
        yield Identity(whole, tuple(kept), None not in own and panel.columns[whole].role is not None)


def _nested_roles(panel: Panel, own: Sequence[int]) -> Iterator[Identity]:
    """Parts told by their role where the header says nothing: 基本支出 | 人员经费 | 公用经费."""
    at: dict[str, list[int]] = {}
    for i in own:
        at.setdefault(panel.columns[i].role or "", []).append(i)
    for over, (under, whole) in _PARTS.items():
        parts = [at[u][0] for u in sorted(under) if len(at.get(u, ())) == 1]
        if whole and len(at.get(over, ())) == 1 and len(parts) == len(under):
            yield Identity(at[over][0], tuple(sorted(parts)), sure=True)
    staffed = [at[u][0] for u in ("staff", "public") if len(at.get(u, ())) == 1]
    if len(staffed) == 2 and len(at.get("total", ())) == 1 and "basic" not in at and "project" not in at:  # noqa: PLR2004
        yield Identity(at["total"][0], tuple(sorted(staffed)), sure=True)


def _rows(table: PrintedTable, panel: Panel, identity: Identity) -> Iterator[Statement]:
    step = step_of(table)
    whole = column_name(panel.columns[identity.whole])
    names = " + ".join(column_name(panel.columns[i]) for i in identity.parts)
    made: list[Statement] = []
    for row in panel.rows:
        cell = cell_of(row, identity.whole)
        parts = sum_of([cell_of(row, i) for i in identity.parts], step)
        one = compared(
            CHECK,
            f"{name_of(table)}·{row_name(row)}·{whole}",
            cell.place,
            whole,
            sum_of([cell], step),
            names,
            parts,
        )
        if one is not None:
            made.append(one)
    wrong = sum(s.faulty for s in made)
    if wrong and (2 * wrong > len(made) if len(made) >= _ENOUGH else not identity.sure):
        yield undone(
            CHECK,
            f"{name_of(table)}·{whole}",
            panel.columns[identity.whole].place,
            f"多数行不符合“{whole} = {names}”，表头的层次可能不是这样",
        )
        return
    yield from made


def _flow(table: PrintedTable, panel: Panel) -> Iterator[Statement]:
    """年初结转和结余 + 本年收入 = 本年支出 + 年末结转和结余."""
    at: dict[str, list[int]] = {}
    for i in money_columns(panel):
        at.setdefault(panel.columns[i].role or "", []).append(i)
    spent = at.get("spending") or at.get("total") or []
    ends = [at.get(r, []) for r in ("opening", "revenue", "closing")]
    if any(len(x) != 1 for x in (*ends, spent)):
        return
    (opening,), (revenue,), (closing,) = ends
    step = step_of(table)
    made = []
    for row in panel.rows:
        left = sum_of([cell_of(row, opening), cell_of(row, revenue)], step)
        right = sum_of([cell_of(row, spent[0]), cell_of(row, closing)], step)
        one = compared(
            "year-flow", f"{name_of(table)}·{row_name(row)}", cell_of(row, spent[0]).place,
            "年初结转和结余 + 本年收入", left,
            "本年支出 + 年末结转和结余", right,
        )  # fmt: skip
        if one is not None:
            made.append(one)
    if len(made) >= _ENOUGH and 2 * sum(s.faulty for s in made) > len(made):
        yield undone("year-flow", name_of(table), table.place, "多数行不平，表头的层次可能不是这样")
        return
    yield from made


def _change(document: Document, table: PrintedTable, panel: Panel) -> Iterator[Statement]:
    """比上年增减 is this year's figure less last year's, and its percentage is of last year's."""
    at: dict[str, list[int]] = {}
    for i, column in enumerate(panel.columns):
        if column.role == "total":
            at.setdefault(basis_of(column, document) or "budget", []).append(i)
    now, before = pick(panel, "total", document), [i for b in _LAST for i in at.get(b, ())]
    if now is None or len(before) != 1:
        return
    step = step_of(table)
    made: list[Statement] = []
    for row in panel.rows:
        this, last = (cell_of(row, i) for i in (now, before[0]))
        name = f"{name_of(table)}·{row_name(row)}"
        if len(at.get("change", ())) == 1:
            moved = cell_of(row, at["change"][0])
            both = sum_of([last, moved], step)
            one = compared(CHANGE, name, moved.place, "本年数", sum_of([this], step), "上年数与增减额之和", both)
            if one is not None and not is_blank(moved):
                made.append(one)
        if len(at.get("rate", ())) == 1:
            rate = cell_of(row, at["rate"][0])
            good = _rate(rate.text, this, last, step)
            if good is not None:
                quote = f"本年{this.text}，上年{last.text}，增减{rate.text}"
                made.append(Statement(CHANGE, f"{name}·增减幅度", rate.place, holds=good, quote=quote))
    if len(made) >= _ENOUGH and 2 * sum(s.faulty for s in made) > len(made):
        yield undone(CHANGE, name_of(table), table.place, "多数行不符，增减栏可能是与另一个数比较")
        return
    yield from made


def _rate(text: str, this: Cell, last: Cell, step: int) -> bool | None:
    """Whether a printed percentage is right, rounded or cut off; None where it cannot be told."""
    found = re.fullmatch(r"(-?[\d,]+(?:\.\d+)?)\s*[%％]?", text.strip())
    if found is None or this.fen is None or not last.fen or last.fen <= step:
        return None
    given = Fraction(found.group(1).replace(",", ""))
    digit = Fraction(1, 10 ** len(found.group(1).partition(".")[2]))
    half = Fraction(step, 2)
    ends = [
        Fraction(100) * (Fraction(this.fen) + a * half - (last.fen + b * half)) / (last.fen + b * half)
        for a in (-1, 1) for b in (-1, 1)
    ]  # fmt: skip
    return min(ends) - digit < given < max(ends) + digit
