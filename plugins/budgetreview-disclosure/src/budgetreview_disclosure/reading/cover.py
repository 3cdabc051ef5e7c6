"""Who publishes a document, for which year, and whether it is a budget or a final account."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeVar

import attrs

from budgetreview_disclosure.titles import plain, read_title, stage_of, year_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from budgetreview_disclosure.document import Paragraph, PrintedTable

_NAME = re.compile(
    r"(?P<before>.*?)[（(]?(?P<year>(?:19|20)\d{2}|二[〇○零O0][〇○零一二三四五六七八九]{2})年?度?[）)]?(?P<after>.*?)"
    r"(?:区级|县级|市级|省级|本级)?(?:部门|单位)?(?:收支|财政)?(?:预算|决算)"
)
_DROP = re.compile(
    r"(?:部门|单位|本级|信息|公开|的|关于|附件\d*[:：]?|目录|区级|市级|省级|县级|中央|年度|第[一二三四五六七八九十]+部分)+$|^(?:附件\d*[:：]?|关于|第[一二三四五六七八九十]+部分)+"
)
_PART = re.compile(r"第一部分[:：]?(.*?)(?:部门|单位)?(?:基本)?(?:概况|情况|简介|职责)")
_INSTITUTION = re.compile(
    r"[局厅委院办室会处部署站所校学队社团馆园组府道台库场厂司庭联协]$|中心$|机关$|法院$|银行$|街道$|[乡镇区]$|医院$"
)
_SUBJECT = re.compile(
    r"(?:[（(]?[一二三四五六七八九十\d]{1,3}[、.）)])?([^，。、；：0-9]{4,30}?)(?:部门|单位|本级)?(?:19|20)\d{2}年度?"
)
_NAMED = re.compile(r"(?:编制|预算|主管|公开|填报)*(?:部门|单位)(?:名称)?[:：](.{3,40})$")


_T = TypeVar("_T")


@attrs.frozen
class Identity:
    """What a document says of itself."""

    department: str | None
    year: int | None
    stage: Literal["budget", "final_accounts"] | None


def identify(cover: Sequence[str], tables: Sequence[PrintedTable], paragraphs: Sequence[Paragraph]) -> Identity:
    """Department, year and stage from the cover, the tables' titles, and the headings, in this order.

    Args:
        cover: The lines of the first pages, largest type first.
        tables: The tables read.
        paragraphs: The narrative.
    """
    names: Counter[str] = Counter()
    years: Counter[int] = Counter()
    stages: Counter[Literal["budget", "final_accounts"]] = Counter()
    joined = [plain(t) for t in cover]
    pairs = [a + b for a, b in pairwise(joined)]
    for weight, texts in ((40, joined), (4, pairs)):
        for text in texts:
            _from_cover(text, weight, names, years, stages)
    for table in tables:
        title = read_title(table.title)
        year = table.year or (title.year if title else None)
        if year is not None:
            years[year] += 3
        if title and title.stage:
            stages[title.stage] += 3
        if title and title.agency:
            names[title.agency] += 3
        if table.unit_name and table.unit_name not in {"万元", "元"}:
            names[_bare(table.unit_name)] += 2
    for paragraph in paragraphs:
        _from_text(paragraph, names, years, stages)
    names.pop("", None)
    return Identity(_first(names), _first(years), _first(stages))


def _from_cover(
    text: str,
    weight: int,
    names: Counter[str],
    years: Counter[int],
    stages: Counter[Literal["budget", "final_accounts"]],
) -> None:
    found = _NAME.search(text)
    if found is None:
        named = _NAMED.search(text)
        if named:
            names[_bare(named.group(1))] += weight + weight // 2
        elif (
            len(text) > 2  # noqa: PLR2004
            and _INSTITUTION.search(_bare(text))
            and not re.search(r"[，。、:：]|^第|目录|概况|职责|职能", text)
        ):
            names[_bare(text)] += weight // 4
        stage = stage_of(text)
        if stage and len(text) < 20:  # noqa: PLR2004
            stages[stage] += weight // 4
        return
    year = year_of(text)
    if year:
        years[year] += weight
    stage = stage_of(text)
    if stage:
        stages[stage] += weight
    for part in (found["before"], found["after"]):
        name = _bare(part)
        if len(name) > 2 and _INSTITUTION.search(name):  # noqa: PLR2004
            names[name] += weight // 4 if name[-1] in "省市县区" else weight


def _from_text(
    paragraph: Paragraph,
    names: Counter[str],
    years: Counter[int],
    stages: Counter[Literal["budget", "final_accounts"]],
) -> None:
    text = plain(paragraph.text)
    part = _PART.search(text)
    if part and len(text) < 60:  # noqa: PLR2004
        names[_bare(part.group(1))] += 5
    subject = _SUBJECT.match(text)
    if subject:
        name = _bare(subject.group(1))
        if len(name) > 3 and _INSTITUTION.search(name):  # noqa: PLR2004
            names[name] += 1
    if len(text) < 60 and re.match(r"第[二三]部分", text):  # noqa: PLR2004
        year = year_of(text)
        if year:
            years[year] += 3
        stage = stage_of(text)
        if stage:
            stages[stage] += 2
        found = _NAME.search(text)
        if found:
            names[_bare(found["before"])] += 3


def _bare(text: str) -> str:
    bare = plain(text)
    while (shorter := _DROP.sub("", bare)) != bare:
        bare = shorter
    return re.sub(r"^[-—:：]+|[-—:：]+$", "", bare)


def _first(votes: Counter[_T]) -> _T | None:
    """The most voted; the first seen among equals."""
    best = max(votes.values(), default=0)
    return next((k for k, n in votes.items() if n == best), None) if best > 0 else None
