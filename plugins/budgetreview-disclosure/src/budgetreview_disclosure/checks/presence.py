"""Which tables are there, whether empty ones are explained, whose they are and of which year."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from budgetreview_disclosure.checks.figures import is_template, name_of, undone
from budgetreview_disclosure.checks.statement import Statement
from budgetreview_disclosure.document import Place
from budgetreview_disclosure.titles import KINDS, REQUIRED_BUDGET, REQUIRED_FINAL, plain, read_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetreview_disclosure.document import Document, PrintedTable

MISSING: Final = "table-missing"
EMPTY: Final = "empty-table-unexplained"
YEAR: Final = "table-of-another-year"
OWNER: Final = "table-of-another-department"
_MOST: Final = 4
"""A document with fewer tables of the forms is not the one that holds them (text and tables are often two files)."""
_LIST: Final = 3
"""A page where titles of so many kinds of table stand as lines is a list of contents."""
_INSTEAD: Final = {
    "general_spending": ("grant_spending", "functional"),
    "general_basic": ("grant_basic", "basic", "general_economic", "economic"),
    "expenditure": ("functional",),
}
_CAPITAL_SINCE: Final = 2020
_LISTED: Final = frozenset(
    {"grant_spending", "grant_basic", "general_project", "procurement", "projects", "targets", "operating"}
)
"""Tables that no form asks for everywhere: missing only where the document's own contents name them."""
_SUBJECT: Final = {
    "fund_spending": r"基金",
    "capital_spending": r"国有资本|国资",
    "official": r"三公|因公出国|公务接待|公务用车",
    "grant_balance": r"财政拨款",
    "general_spending": r"一般公共预算|财政拨款",
    "general_basic": r"基本支出",
    "revenue": r"收入",
    "expenditure": r"支出",
    "balance": r"收支|收入支出",
}
_NONE: Final = re.compile(
    r"没有|无|未|不|零|为空|空表|[^\d.,]0(?:\.0+)?(?:万?元|。|，|；)|[^\d.,]0(?:\.0+)?$"
)


def check(document: Document) -> Iterator[Statement]:
    """All checks of whole tables."""
    yield from _missing(document)
    yield from _empty(document)
    yield from _year(document)
    yield from _owner(document)


def _said(document: Document, kind: str) -> bool:
    """Whether a sentence says that there is nothing of this kind."""
    words = _SUBJECT.get(kind)
    if words is None:
        return False
    return any(
        re.search(words, sentence) and _NONE.search(sentence)
        for p in document.paragraphs for sentence in re.split(r"[。；;]", plain(p.text))
    )  # fmt: skip


def _titles(document: Document) -> tuple[dict[str, str], set[str]]:
    """Kinds that a list of contents names, with the title there; and kinds named by a line elsewhere.

    A line elsewhere that reads as a title may be that of a table that was not read as one.
    """
    pages: dict[int | None, list[tuple[str, str]]] = {}
    for paragraph in document.paragraphs:
        if len(paragraph.text) > 60:  # noqa: PLR2004 - a sentence, no title
            continue
        title = read_title(re.sub(r"[.…·\s]*\d*$", "", paragraph.text))
        if title is not None and title.kind is not None:
            pages.setdefault(paragraph.place.page, []).append((title.kind, plain(paragraph.text)))
    listed: dict[str, str] = {}
    alone: set[str] = set()
    for found in pages.values():
        if len({kind for kind, _ in found}) >= _LIST:
            for kind, text in found:
                if "表" in text:  # headings of the narrative stand together on a page, too, and promise no table
                    listed.setdefault(kind, text)
        else:
            alone |= {kind for kind, _ in found}
    return listed, alone - listed.keys()


def _missing(document: Document) -> Iterator[Statement]:
    if document.stage is None:
        return
    required = REQUIRED_FINAL if document.stage == "final_accounts" else REQUIRED_BUDGET
    kinds = {t.kind for t in document.tables if t.kind}
    there = [k for k in required if k in kinds]
    first = Place(page=1 if document.pages else None)
    if len(there) < _MOST:
        yield undone(MISSING, "应公开的表格", first, "本文件中的公开表不到四张，表格可能在另一文件")
        return
    unknown = [
        t
        for t in document.tables
        if t.kind is None and any(c.fen for p in t.panels for r in p.rows for c in r.cells)
    ]
    listed, alone = _titles(document)
    for kind in dict.fromkeys((*required, *sorted(listed.keys() & _LISTED))):
        if kind == "capital_spending" and (document.year is None or document.year < _CAPITAL_SINCE):
            continue
        name = KINDS[kind].zh
        if kind in kinds or (kind not in listed and any(k in kinds for k in _INSTEAD.get(kind, ()))):
            yield Statement(MISSING, name, first, holds=True)
        elif kind in {"fund_spending", "capital_spending"} and kind not in listed and _said(document, kind):
            yield Statement(MISSING, name, first, holds=True, quote="文字说明中已写明没有")
        elif kind in alone:
            yield undone(MISSING, name, first, "读到了表名，没有读到表格")
        elif any(u.what for u in document.unread if re.search(r"页|图|扫描|page", u.why + u.what)):
            yield undone(MISSING, name, first, "有页面没有读出来，不能确定")
        elif unknown:
            yield undone(MISSING, name, first, f"有{len(unknown)}张表没有认出名称，不能确定")
        else:
            said = (
                f"目录列有“{listed[kind]}”，文件中没有这张表"
                if kind in listed
                else "文件中有" + "、".join(KINDS[k].zh for k in there)
            )
            yield Statement(MISSING, name, first, holds=False, quote=said)


def _amounts(table: PrintedTable) -> bool:
    return any(c.fen is not None for p in table.panels for r in p.rows for c in r.cells)


def _empty(document: Document) -> Iterator[Statement]:
    wanted = {*REQUIRED_FINAL, *REQUIRED_BUDGET, "general_project", "projects"}
    for table in document.tables:
        if table.kind not in wanted or is_template(table) or table.doubts:
            continue
        if _amounts(table):
            continue
        if not table.panels:
            continue
        if table.remark or _said(document, table.kind or ""):
            yield Statement(EMPTY, name_of(table), table.place, holds=True, quote=table.remark)
        elif len(document.paragraphs) < 20:  # noqa: PLR2004 - the tables alone: the narrative is another file
            yield undone(EMPTY, name_of(table), table.place, "本文件没有文字说明，说明可能在另一文件")
        else:
            yield Statement(EMPTY, name_of(table), table.place, holds=False, quote=table.title)


def _year(document: Document) -> Iterator[Statement]:
    named = [t for t in document.tables if t.year is not None]
    if document.year is None:
        if named:
            yield undone(YEAR, "各表的年度", named[0].place, "没有读到文件的预算（决算）年度")
        return
    years = Counter(t.year for t in named)
    if named and years.most_common(1)[0][0] != document.year and len(years) == 1 and len(named) > 1:
        yield undone(
            YEAR,
            "各表的年度",
            named[0].place,
            f"各表都写{named[0].year}年，封面读作{document.year}年，不能确定哪个不对",
        )
        return
    for table in named:
        yield Statement(
            YEAR, name_of(table), table.place, holds=table.year == document.year,
            quote=f"{table.title}：{table.year}年，本文件为{document.year}年",
        )  # fmt: skip


def _bare(name: str) -> str:
    text = re.sub(r"[（(].*?[）)]|中国共产党|中共|委员会|本级|机关|部门|单位|元$|\s", "", name)
    return text.replace("省委省", "省")


def same_body(a: str, b: str) -> bool:
    """Whether two names may be of one department: one in the other, or most of their characters shared."""
    x, y = _bare(a), _bare(b)
    if not x or not y or x in y or y in x:
        return True
    shared = sum((Counter(x) & Counter(y)).values())
    return shared * 2 > min(len(x), len(y)) * 1 + max(len(x), len(y)) * 0.4


def _owner(document: Document) -> Iterator[Statement]:
    named = [t for t in document.tables if t.unit_name and len(t.unit_name) > 3]  # noqa: PLR2004 - 某局 names nobody
    if document.department is None or len(named) < _MOST:
        return
    own = [t for t in named if same_body(t.unit_name or "", document.department)]
    if len(own) * 4 < len(named) * 3:
        yield undone(
            OWNER, "各表的单位名称", named[0].place, "各表的单位名称多数与部门名称不同，可能是所属单位的表"
        )
        return
    for table in named:
        good = table in own
        alone = sum(t.unit_name == table.unit_name for t in named) == 1
        if not good and not alone:
            yield undone(
                OWNER, name_of(table), table.place, f"另有几张表也写{table.unit_name}，可能是所属单位的表"
            )
            continue
        yield Statement(
            OWNER,
            name_of(table),
            table.place,
            holds=good,
            quote=f"单位：{table.unit_name}；本部门：{document.department}",
        )
