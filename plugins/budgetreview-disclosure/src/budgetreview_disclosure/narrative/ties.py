"""Which printed amount a claim speaks of: the table by heading and name, the row and column by sure rules.

A claim is tied only where everything is certain: one table of the kind (or several that print the same amount there),
read without doubt; one row whose label is the item's name; one column of the figure spoken of. Everything else stays
untied, and :func:`untied` says why. Nothing is ever tied because the amounts are alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

import attrs

from budgetreview_disclosure.roles import official_item, read_header
from budgetreview_disclosure.titles import kind_of, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from budgetreview_disclosure.document import Cell, Column, Document, Panel, PrintedTable, Row
    from budgetreview_disclosure.narrative.claim import Amount, Claim, Role

_DIGITS = {"类": 3, "款": 5, "项": 7}
_SCOPED = re.compile(r"财政拨款|一般公共预算|政府性基金|国有资本经营|三公|采购|机关运行|公共财政")
_ORDINAL = re.compile(
    r"^(?:其中[：:]?)?(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)]?[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)])?"
)
_BOTH = re.compile(r"(?:收入[、和与及]?支出|收[、和与及]?支)(?:预算|决算)?(?:总计|合计|总额|总)?$")
_GRAND = {
    "revenue": re.compile(r"^(?:收入)?总计$|^收入合计$|^收入总(?:额|计)$"),
    "expenditure": re.compile(r"^(?:支出)?总计$|^支出合计$|^支出总(?:额|计)$"),
}
_TOTAL = re.compile(r"^(?:(?:本年)?(?:收入|支出)?(?:总计|合计)|总额|合计金额)$")
_OFFICIAL = frozenset({
    "official", "abroad", "vehicles", "vehicle_purchase", "vehicle_running", "reception", "meetings", "training",
})  # fmt: skip
_OFFICIAL_NAMES = re.compile(
    r"(?:^|[的款算门位局院厅委会])(?:(?:因公)?(?:临时)?出国[(（]境[)）]|公务用车(?:购置(?:费?[及和与、]运行(?:和?维护)?)?"
    r"|运行(?:和?维护)?)|公务接待|会议|培训)(?:经费|费用|费)?$"
)
_CLOSING = re.compile(r"(收入|支出)(?:[（(][类款项][）)]|预算|决算|总计|合计)*$")
_STAFF = re.compile(r"^人员经费(?:合计|小计)?$")
_PUBLIC = re.compile(r"^(?:日常)?公用经费(?:合计|小计)?$")
Side = Literal["revenue", "expenditure"]


@attrs.frozen
class Tie:
    """An amount of a claim and the cell it speaks of; the numbers count from 0 in the document's tables."""

    claim: int
    amount: Amount
    table: int
    panel: int
    row: int
    column: int


def tie(document: Document, claims: Sequence[Claim]) -> tuple[Tie, ...]:
    """Tie what can be tied with certainty.

    Args:
        document: The document.
        claims: Its claims.

    Returns:
        The ties in the order of the claims; an amount that speaks of two cells (收、支总计) has two.
    """
    return tuple(one for number in range(len(claims)) for one in _ties(document, claims, number)[0])


def untied(document: Document, claims: Sequence[Claim]) -> tuple[str, ...]:
    """Why each claim is tied to nothing, in Chinese; empty for one that is tied."""
    return tuple(_ties(document, claims, number)[1] for number in range(len(claims)))


def kind_spoken_of(claims: Sequence[Claim], number: int) -> str | None:
    """The kind of table that a claim is about: by its own name, its whole's, or the headings, innermost first."""
    claim = claims[number]
    chain = [claim.subject]
    whole = claim.part_of
    while whole is not None:
        chain.append(claims[whole].subject)
        whole = claims[whole].part_of
    named = claim.subject if not claim.path else ""
    if _official(named) in _OFFICIAL:
        return "official"
    headed = next((kind for kind in map(_kind_of_heading, reversed(claim.heading)) if kind is not None), None)
    if named and claim.part_of is not None and headed in {"revenue", "expenditure"}:
        return headed
    if _SCOPED.search(named) and kind_of(named) is not None:
        return kind_of(_with_basic(named))
    for text in chain[1:]:
        if _SCOPED.search(text) and kind_of(text) is not None:
            return kind_of(_with_basic(text))
    return headed


def _kind_of_heading(heading: str) -> str | None:
    """The table that a heading announces; 住房保障支出（类） and a heading that is itself a claim announce none."""
    if re.search(r"[（(](?:类|款|项)[）)]|\d(?:亿|万)?元", heading):
        return None
    kind = kind_of(re.sub(r"情况说明|(?:总体)?(?:情况|说明)$", "", heading))
    if kind in {"revenue", "expenditure", "balance"} and not re.search(r"预算|决算|总|本年|情况|收支", heading):
        return None
    return kind


def _official(name: str) -> str | None:
    """The 三公 item that a name is, whole: 国内接待费 and 公务用车加油 are parts of one, no item of the table."""
    bare = re.sub(r"(?:预算|决算|支出|金额|总额|合计|数|额)+$", "", plain(name)) or name
    return official_item(bare) if _OFFICIAL_NAMES.search(bare) else None


def _with_basic(text: str) -> str:
    return re.sub(r"收[、]支", "收支", text)


def _ties(document: Document, claims: Sequence[Claim], number: int) -> tuple[tuple[Tie, ...], str]:
    claim = claims[number]
    if not claim.sure:
        return (), "这句话可以有两种读法"
    if not claim.amounts:
        return (), "这句话没有写该项目的金额"
    if claim.year is not None and document.year is not None and claim.year != document.year:
        return (), "这句话说的是别的年度"
    kind = kind_spoken_of(claims, number)
    if kind is None:
        return (), "看不出说的是哪一张表"
    tables = [place for place, table in enumerate(document.tables) if table.kind == kind]
    if not tables:
        return (), "没有读到这张表"
    if any(document.tables[place].doubts for place in tables):
        return (), "这张表读得不确切"
    found: list[Tie] = []
    why = "表中没有同名的一行或一列"
    for amount in claim.amounts:
        spots = [list(_spots(document, place, claim, amount.role)) for place in tables]
        values = {tuple(_cell(document, spot).fen for spot in each) for each in spots}
        if len(values) > 1:
            why = "同类表有几张，金额不同"
        elif spots and spots[0]:
            found.extend(Tie(number, amount, *spot) for spot in spots[0])
    return tuple(found), "" if found else why


Spot = tuple[int, int, int, int]


def _cell(document: Document, spot: Spot) -> Cell:
    table, panel, row, column = spot
    return document.tables[table].panels[panel].rows[row].cells[column]


def _spots(document: Document, place: int, claim: Claim, role: Role) -> Iterator[Spot]:
    """The cells of one table that an amount speaks of; none unless each is the only one."""
    table = document.tables[place]
    for rows, measure, side in _sought(table, claim):
        hits = [
            (place, number, row, column)
            for number, panel in enumerate(table.panels)
            if side is None or panel.side == side
            for row in _rows(panel, rows)
            for column in _columns(panel, measure, role, document)
            if column < len(panel.rows[row].cells) and panel.rows[row].cells[column].fen is not None
        ]
        if len(hits) == 1:
            yield hits[0]


@attrs.frozen
class _Rows:
    """Which rows: by name with a code length, by pattern, or the only row there is."""

    name: str = ""
    digits: int | None = None
    under: str = ""
    pattern: re.Pattern[str] | None = None
    only: bool = False
    item: str = ""


Sought = tuple[_Rows, str, Side | None]
"""Which rows, which column by its role, and which side of a balance."""


def _sought(table: PrintedTable, claim: Claim) -> Iterator[Sought]:
    """Rows, column role and side of what a claim speaks of in a table of its kind."""
    name = plain(claim.subject)
    if claim.path:
        last, level = claim.path[-1]
        above = claim.path[-2][0] if len(claim.path) > 1 and level == "项" and claim.path[-2][1] == "款" else ""
        side: Side | None = "expenditure" if table.kind in {"balance", "grant_balance"} else None
        yield _Rows(last, _DIGITS[level] if side is None else None, fold(above)), "total", side
        return
    how = _BY_KIND.get(table.kind or "")
    if how is not None:
        yield from how(table, name)


def _of_balance(table: PrintedTable, name: str) -> Iterator[Sought]:
    if _BOTH.search(name):
        yield _Rows(pattern=_GRAND["revenue"]), "total", "revenue"
        yield _Rows(pattern=_GRAND["expenditure"]), "total", "expenditure"
        return
    side: Side = "revenue" if "收入" in name[-4:] else "expenditure"
    grants = table.kind == "grant_balance" and re.search(r"财政拨款(?:收入|支出)(?:总计|合计|总额)$", name)
    whole = r"(?:^|[^年款金算他])(?:收入|支出)(?:预算|决算)?(?:总计|合计|总额)$|^总(?:收入|支出)$"
    if grants or re.search(whole, name):
        own = re.compile(f"^本年{'收入' if side == 'revenue' else '支出'}合计$")
        yield _Rows(pattern=own if "本年" in name else _GRAND[side]), "total", side
    else:
        yield _Rows(name), "total", None


def _of_flow(table: PrintedTable, name: str) -> Iterator[Sought]:
    """收入总表 and 支出总表: the total, a column by its role, or a row by its name."""
    role = _column_role(name, table.kind)
    if role is None and re.search(r"(?:收入|支出)(?:预算|决算)?(?:总计|合计|总额)?$", name):
        if not ("本年" in name and _carries_over(table)):
            yield _Rows(pattern=_TOTAL), "total", None
        return
    if role is not None:
        yield _Rows(pattern=_TOTAL), role, None
        if any(column.role == role for panel in table.panels for column in panel.columns):
            return  # the column is the item; where it is blank the table prints no figure, and no row stands in for it
    yield _Rows(name), "total", None


def _carries_over(table: PrintedTable) -> bool:
    """Whether a budget's total may hold last year's money, so that it is not 本年收入."""
    rows = [row for panel in table.panels for row in panel.rows if "结转" in row.label or "结余" in row.label]
    columns = [
        row.cells[at] for panel in table.panels for at, column in enumerate(panel.columns)
        if column.role is not None and column.role.startswith("carry_over") for row in panel.rows if at < len(row.cells)
    ]  # fmt: skip
    return any(cell.fen for cell in (*columns, *(cell for row in rows for cell in row.cells)))


def _of_spending(table: PrintedTable, name: str) -> Iterator[Sought]:
    own = re.search("本年(收入|支出)$", name)
    if own is not None and table.kind == "fund_spending":  # its form goes from the opening to the closing balance
        yield _Rows(pattern=_TOTAL), "revenue" if own[1] == "收入" else "spending", None
        return
    role = _column_role(name, table.kind)
    if role in {"basic", "project", "staff", "public"} and not _SCOPED.search(name):
        yield _Rows(pattern=_TOTAL), role, None
    elif _SCOPED.search(name) and re.search(r"支出(?:总额|总计|合计)?$|总额$", name) and "基本" not in name:
        yield _Rows(pattern=_TOTAL), "total", None
        if table.kind == "fund_spending":  # its form goes from the opening to the closing balance
            yield _Rows(pattern=_TOTAL), "spending", None
    elif not _SCOPED.search(name):
        yield _Rows(name, 3), "total", None


def _of_basic(_: PrintedTable, name: str) -> Iterator[Sought]:
    bare = name.removesuffix("支出").removesuffix("合计")
    if bare in {"人员经费", "公用经费", "日常公用经费"}:
        people = bare == "人员经费"
        yield _Rows(pattern=_TOTAL), "staff" if people else "public", None
        yield _Rows(pattern=_STAFF if people else _PUBLIC), "total", None
    elif name.endswith("基本支出"):
        yield _Rows(pattern=_TOTAL), "total", None


def _of_operating(_: PrintedTable, name: str) -> Iterator[Sought]:
    if re.search(r"(?:机关|机构)运行经费(?:支出|总额|合计)*$", name):
        yield _Rows(pattern=_TOTAL), "total", None


def _of_procurement(_: PrintedTable, name: str) -> Iterator[Sought]:
    kind = re.search("(货物|工程|服务)(?:类|支出|金额|预算|采购)*$", name)
    if kind is not None:
        part = kind[1]
        words = re.compile(rf"^(?:[一二三四][、.．])?(?:政府采购)?{part}(?:类|支出|采购|[A-C])*$")
        yield _Rows(pattern=words), "total", None
    elif re.search(r"采购.*(?:总额|总金额|合计|总计)$", name):
        yield _Rows(pattern=_TOTAL), "total", None


def _sought_official(table: PrintedTable, name: str) -> Iterator[Sought]:
    item = _official(name)
    if item in {None, "total"} and re.search(r"三公经费(?:财政拨款)?(?:支出)?(?:总额|合计|总计)?$", name):
        item = "official"
    if item is None or item == "total":
        return
    across = {column.role for panel in table.panels for column in panel.columns}
    if across & {"abroad", "vehicles", "reception"}:
        wider = across & {"meetings", "training", "operating"}
        role = "total" if item == "official" and "official" not in across and not wider else item
        yield _Rows(only=True), role, None
    else:
        yield _Rows(item=item), "total", None


_BY_KIND: dict[str, Callable[[PrintedTable, str], Iterator[Sought]]] = {
    "balance": _of_balance, "grant_balance": _of_balance,
    "revenue": _of_flow, "expenditure": _of_flow,
    "general_spending": _of_spending, "grant_spending": _of_spending,
    "fund_spending": _of_spending, "capital_spending": _of_spending,
    "general_basic": _of_basic, "grant_basic": _of_basic,
    "official": _sought_official, "operating": _of_operating, "procurement": _of_procurement,
}  # fmt: skip


def _column_role(name: str, kind: str | None) -> str | None:
    if re.fullmatch(r"(?:收入|支出)(?:预算|决算)?(?:总计|合计|总额)?", name) or re.search("本年(?:收入|支出)", name):
        return None
    role = read_header((name,), kind=kind).role
    return None if role in {"total", "label"} else role


def _rows(panel: Panel, rows: _Rows) -> list[int]:
    if rows.only:
        totals = [at for at, row in enumerate(panel.rows) if _TOTAL.match(plain(row.label))]
        return totals or ([0] if len(panel.rows) == 1 else [])
    if rows.item:
        return [at for at, row in enumerate(panel.rows) if official_item(row.label) == rows.item or (
            rows.item == "official" and official_item(row.label) == "total")]  # fmt: skip
    if rows.pattern is not None:
        hits = [at for at, row in enumerate(panel.rows) if row.code is None and rows.pattern.match(_bare(row.label))]
        grand = [at for at in hits if "总计" in panel.rows[at].label]
        alone = [0] if rows.pattern is _TOTAL and len(panel.rows) == 1 and not panel.rows[0].label else []
        return grand or hits or alone
    hits = [at for at, row in enumerate(panel.rows) if _named(row.label, rows.name) and _fits(row, rows.digits)]
    if rows.under and len(hits) > 1:
        groups = {row.code for row in panel.rows if row.code and fold(row.label) == rows.under}
        hits = [at for at in hits if (panel.rows[at].code or "")[:5] in groups]
    return hits


def _fits(row: Row, digits: int | None) -> bool:
    return digits is None or row.code is None or len(row.code) == digits


def _columns(panel: Panel, measure: str, role: Role, document: Document) -> list[int]:
    hits = [at for at, column in enumerate(panel.columns) if column.role == measure]
    hits = [at for at in hits if _speaks(panel.columns[at], role, document)]
    exact = [at for at in hits if panel.columns[at].basis is not None]
    return exact or hits


def _speaks(column: Column, role: Role, document: Document) -> bool:
    """Whether a column prints the figure that an amount's role names."""
    basis = column.basis
    if role == "prior":
        return basis in {"prior_budget", "prior_actual"}
    if column.year is not None and document.year is not None and column.year != document.year:
        return False
    if role == "adjusted":
        return basis == "adjusted"
    if document.stage == "final_accounts":
        return basis == "budget" if role in {"budget", "opening"} else basis in {"actual", None}
    if document.stage == "budget":
        return basis in {"budget", None} if role != "outturn" else basis == "actual"
    return basis is None and role == "now"


def _bare(label: str) -> str:
    return _ORDINAL.sub("", plain(label))


def _named(label: str, name: str) -> bool:
    """Whether a row is named so: 教育（类） names 教育支出, but 其他收入 does not name 其他支出."""
    sides = {hit[1] for hit in map(_CLOSING.search, (_bare(label), _bare(name))) if hit is not None}
    return len(sides) < 2 and fold(label) == fold(name)  # noqa: PLR2004 - both sides


def fold(name: str) -> str:
    """A name without its number, its level mark and a closing 支出 or 收入: 一、教育支出 is 教育（类）."""
    bare = re.sub(r"[（(](?:类|款|项)[）)]", "", _bare(name))
    bare = re.sub(r"^(?:用于|安排|本部门|本单位)", "", bare)
    short = re.sub(r"(?:支出|收入|预算|决算|总计|合计)+$", "", bare)
    return short or bare
