"""Slips of the words: placeholders, missing amounts, wrong years, another department's name, no reason given."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from budgetreview_disclosure.checks.statement import Statement
from budgetreview_disclosure.narrative.flat import flatten, place_of

if TYPE_CHECKING:
    from budgetreview_disclosure.document import Document, Paragraph
    from budgetreview_disclosure.narrative.claim import Claim

_PLACEHOLDER = re.compile(
    r"(?:[XxＸｘ×╳✕＊*○〇][XxＸｘ×╳✕＊*○〇.]*|_{2,}|\.{4,}|…+)(?=亿元|万元|元(?!素)|%|个百分点|辆|人次|批次|个项目|平方米)"
    r"|(?:20[XxＸ×]{2}|[XxＸ×]{2,4})年|某(?:单位|部门|局|厅|委)(?!门)"
    r"|(?:^|[^A-Za-z张李王赵刘陈])[XxＸ×]{2,}(?=[（(](?:类|款|项)[）)]|单位|部门|局|厅|委员会|项目|支出|收入|原因|年度|等)"
    r"|(?<![A-Za-z0-9])[XxＸ×╳✕]{2,}(?=[\u4e00-\u9fff]{0,6}(?:省|市|县|区|镇|乡|街道|局|委|厅|办公室|医院|学校|中心))"
    r"|(?<![A-Za-z0-9张李王赵刘陈])(?:[XＸ×╳✕]{3,})(?![A-Za-z0-9])"
    r"|[（(](?:请|按|此处|注：|根据)[^（）()]{0,60}(?:填写|填列|补充|修改|删除|说明)[^（）()]{0,10}[）)]|此处填写|请填写|待填写|待补充"
)
_BLANK = re.compile(
    r"(?:(?:支出|收入|预算|决算|总计|合计|总额|金额|各|为|增加|减少|计)(?=万元|元(?![素件旦宵月])))|经费(?=万元[，。；、])"
    r"|(?:增长|下降|占|的|为)(?=%)"
)
_UNIT_TALK = re.compile(r"单位(?:为|：)?(?:万)?元|以万?元为|计量")
_OPTION = re.compile(r"(?:增加|增长|上升|大于|高于)(?:（(?:减少|下降|降低|小于|低于)）|/(?:减少|下降|降低|小于|低于))")
_HEADING_YEAR = re.compile(r"(?<!\d)(20\d\d)年(?:度)?[^，。；]{0,14}?(?:预算|决算)[^，。；]{0,10}(?:情况|公开|说明|表)")
_OTHER_YEARS = re.compile("上年|财政规划|执行|绩效|调整")
_REFLECTS = re.compile(
    r"(?:本表|^)反映[^，。]{0,30}?(20\d\d)年(?:度)?[^，。]{0,24}(?:预算|决算|收入|支出|收支)[^，。]{0,8}情况"
)
_WITHIN = re.compile(r"纳入(?:\S{0,12}?)(20\d\d)年(?:度)?部门(?:预算|决算)(?:编制|汇编|公开)?范围")
_AS_OF = re.compile(r"截至(20\d\d)年12月31日")
_BODY = (
    r"(?:人民政府|人民法院|人民检察院|委员会办公室|办公厅|办公室|委员会|总工会|联合会|管理局|监督局|研究院|研究所|管理处|服务中心|中心|"
    r"小学|中学|大学|学院|学校|幼儿园|医院|卫生院|[^，。；、]局|[^，。；、]厅)"
)
_SPEAKER = re.compile(
    rf"^(?:20\d\d年(?:度)?|本年度?)?，?(?P<name>[\u4e00-\u9fff]{{2,18}}?{_BODY})(?:（本级）|本级|机关|部门)*"
    r"(?=20\d\d年|本年|财政拨款|一般公共预算|政府性基金|“?三公|机关运行|政府采购|收入|支出|收、支|收支|部门预算|部门决算"
    r"|所有支出|所有项目|整体支出|绩效目标|国有资产)"
)
_NUMBERED = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[）)、.．]\s*[^：:。]{0,20}[：:]")
"""（四）预算绩效目标说明：, before the sentence itself."""
_FLEET = re.compile(r"共有(?:公务用?)?车辆?(?P<count>\d+)辆[，。；：]*其中[，：]*(?P<kinds>[^。]*)")
_KIND = re.compile(r"[\u4e00-\u9fff）]车(\d+)辆")
_LARGE = Decimal(30)


def check_words(document: Document, claims: Sequence[Claim]) -> Iterator[Statement]:
    """Look for slips that need no second figure.

    Args:
        document: The document.
        claims: Its claims, as ``read_claims`` gives them.

    Yields:
        One statement for every slip found, and one that holds for every check of a sentence that found none.
    """
    yield from _placeholders(document)
    yield from _years(document, claims)
    yield from _departments(document)
    yield from _vehicles(document)
    yield from _unexplained(claims)
    yield from _opposite(claims)


def _said(check: str, paragraph: Paragraph, found: tuple[int, int], text: str, name: str) -> Statement:
    start = max(text.rfind("。", 0, found[0]), text.rfind("；", 0, found[0])) + 1
    stop = text.find("。", found[1])
    quote = text[start : stop + 1 if stop >= 0 else len(text)]
    flat = flatten(paragraph.text)
    place = place_of(paragraph, *flat.span(*found))
    return Statement(check, quote[:40], place, name, holds=False, quote=quote[:300])


def _placeholders(document: Document) -> Iterator[Statement]:
    for paragraph in document.paragraphs:
        text = flatten(paragraph.text).text
        if "名词解释" in "".join(paragraph.heading) or not text:
            continue
        for hit in list(_PLACEHOLDER.finditer(text))[:1]:
            yield _said("narrative-placeholder", paragraph, hit.span(), text, f"占位符“{hit.group()}”没有换成实际内容")
        blank = None if _UNIT_TALK.search(text) else _BLANK.search(text)
        if blank is not None:
            yield _said("narrative-blank-amount", paragraph, blank.span(), text, f"“{blank.group()}”之后没有数字")
    options = [
        (paragraph, hit, text)
        for paragraph in document.paragraphs
        for text in [flatten(paragraph.text).text]
        for hit in _OPTION.finditer(text)
    ]
    if options:
        paragraph, hit, text = options[0]
        name = f"“{hit.group()}”没有选定一个方向（全文{len(options)}处）"
        yield _said("narrative-option", paragraph, hit.span(), text, name)


def _years(document: Document, claims: Sequence[Claim]) -> Iterator[Statement]:
    year = document.year
    if year is None:
        return
    for paragraph in document.paragraphs:
        text = flatten(paragraph.text).text
        if len(text) < 50 and "。" not in text:  # noqa: PLR2004 - a heading
            hit = _HEADING_YEAR.search(text)
            if hit and int(hit[1]) != year and not _OTHER_YEARS.search(text) and str(year) not in text:
                yield _said("narrative-year", paragraph, hit.span(), text, f"标题写作{hit[1]}年，文件是{year}年的")
        shown = _REFLECTS.search(text)
        if shown is not None and int(shown[1]) != year and not _OTHER_YEARS.search(shown.group()):
            name = f"写作反映{shown[1]}年，文件是{year}年的"
            yield _said("narrative-year", paragraph, shown.span(), text, name)
        within = _WITHIN.search(text)
        if within is not None and int(within[1]) != year:
            name = f"范围写作{within[1]}年，文件是{year}年的"
            yield _said("narrative-year", paragraph, within.span(), text, name)
        for hit in _AS_OF.finditer(text):
            if document.stage == "final_accounts" and int(hit[1]) != year:
                name = f"时点写作{hit[1]}年12月31日，文件是{year}年的决算"
                yield _said("narrative-year", paragraph, hit.span(), text, name)
    for claim in claims:
        bases = {one.base_year for one in claim.changes if one.base_year is not None and one.base != "opening"}
        own = claim.year if claim.year is not None else year
        if len(bases) == 1 and claim.sure and own == year:
            named = bases.pop()
            planned = any(one.base in {"budget", "adjusted"} for one in claim.changes)
            if not planned or named > year:
                right = named == year - 1
                yield Statement(
                    "narrative-year", claim.subject, claim.place, f"写作与{named}年相比", None,
                    f"上年是{year - 1}年", None, holds=right, quote=claim.quote,
                )  # fmt: skip


def _departments(document: Document) -> Iterator[Statement]:
    if not document.department:
        return
    spoken: list[tuple[Paragraph, re.Match[str], str]] = []
    for paragraph in document.paragraphs:
        flat = flatten(paragraph.text).text
        for sentence in re.split("(?<=。)", flat):
            part = _NUMBERED.sub("", sentence)
            hit = _SPEAKER.match(part) if re.search(r"\d(?:万|亿)?元|绩效", part) else None
            if hit is not None and not re.search("财政|^主要|^根据|^按|部分", hit["name"]):
                spoken.append((paragraph, hit, part))
    counts = Counter(hit["name"] for _, hit, _ in spoken)
    whole = "".join(flatten(one.text).text for one in document.paragraphs)
    known = [document.department, *(table.unit_name for table in document.tables if table.unit_name)]
    for paragraph, hit, part in spoken:
        name = hit["name"]
        ours = any(_same_body(name, one) for one in known)
        if ours or counts[name] > 2 or whole.count(name) > counts[name]:  # noqa: PLR2004 - a leftover is rare
            continue
        flat = flatten(paragraph.text).text
        at = flat.find(part) + hit.start("name")
        words = f"“{name}”不是本文件的部门{document.department}"
        yield _said("narrative-department", paragraph, (at, at + len(name)), flat, words)


def _same_body(one: str, other: str) -> bool:
    """Whether one name is the other's, or its short form: 省检察院 is in 江苏省人民检察院, letter by letter."""
    short, long = sorted((re.sub("部门|本级|机关", "", one), other), key=len)
    rest = iter(long)
    return all(sign in rest for sign in short) or long[-4:] == short[-4:]


def _opposite(claims: Sequence[Claim]) -> Iterator[Statement]:
    """The whole revenue and the whole expenditure, equal now and changed by the same amount, in opposite directions.

    Both are equal last year too, so that one of the two words is wrong.
    """
    wholes = {
        side: [c for c in claims if c.sure and c.part_of is None and re.fullmatch(pattern, c.subject)]
        for side, pattern in (("收入", "(?:.*[：])?(?:收入|本年收入)(?:预算|总计|合计|总额)?"),
                              ("支出", "(?:.*[：])?(?:支出|本年支出)(?:预算|总计|合计|总额)?"))
    }  # fmt: skip
    for first in wholes["收入"]:
        for second in wholes["支出"]:
            now, then = (
                first.amount("now", "opening", "budget", "outturn"),
                second.amount("now", "opening", "budget", "outturn"),
            )
            if now is None or then is None or now.fen != then.fen or not (first.changes and second.changes):
                continue
            one, other = first.changes[0], second.changes[0]
            same = one.amount is not None and other.amount is not None and one.amount.fen == other.amount.fen != 0
            if same and one.base == other.base and one.direction and other.direction:
                yield Statement(
                    "narrative-direction", first.subject, first.place, f"{first.subject}{one.words}", None,
                    f"{second.subject}{other.words}，二者本年和增减的数相同", None,
                    holds=one.direction == other.direction, quote=first.quote,
                )  # fmt: skip


def _vehicles(document: Document) -> Iterator[Statement]:
    """共有车辆 N 辆 against the kinds listed behind it, where the list ends with the others and so is whole."""
    for paragraph in document.paragraphs:
        text = flatten(paragraph.text).text
        hit = _FLEET.search(text)
        kinds = [int(one[1]) for one in _KIND.finditer(hit["kinds"])] if hit else []
        if hit is None or "其他用车" not in hit["kinds"] or len(kinds) < 2:  # noqa: PLR2004 - a list
            continue
        name = f"写作共有车辆{hit['count']}辆"
        made = _said("narrative-parts", paragraph, hit.span(), text, name)
        yield attrs.evolve(made, right_name=f"所列各类之和{sum(kinds)}辆", holds=sum(kinds) == int(hit["count"]))


def _unexplained(claims: Sequence[Claim]) -> Iterator[Statement]:
    """A change by 30 per cent or more without a reason in its paragraph; a whole's reason stands for its parts."""
    reasoned = {claim.paragraph for claim in claims if claim.reason}
    for number, claim in enumerate(claims):
        for change in claim.changes:
            if not claim.sure or change.rate is None or change.base not in {"prior", "prior_budget", "prior_outturn"}:
                continue
            if abs(change.rate.value) < _LARGE or (change.amount is not None and not change.amount.fen):
                continue
            above = claim.part_of is not None and claims[claim.part_of].reason
            below = any(one.part_of == number and one.changes for one in claims)
            yield Statement(
                "narrative-unexplained", claim.subject, claim.place, f"{change.words}{change.rate.text}", None,
                "应写明原因", None, holds=claim.paragraph in reasoned or bool(above) or below, quote=claim.quote,
            )  # fmt: skip
