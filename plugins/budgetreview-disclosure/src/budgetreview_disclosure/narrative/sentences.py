"""Sentences into claims: every figure is given to the item that the words in front of it name, or to none.

The reading goes through the figures in their order. The words between two figures decide what the second one is: a
direction word in front of it makes it a change, 占 a share, 完成 a completion, anything else the amount of an item.
Where words can be read in two ways the claim is marked unsure. Reasons and uses (主要原因是…, 主要用于…) are no claims:
they are blotted out before the reading starts.
"""

from __future__ import annotations

import re

import attrs

from budgetreview_disclosure.narrative.claim import Amount, Base, Change, Count, Direction, Percent
from budgetreview_disclosure.narrative.figures import DIRECTION, Figure, direction, figures, meaning
from budgetreview_disclosure.narrative.flat import Flat, Item
from budgetreview_disclosure.narrative.subjects import (
    Subject,
    base_of,
    compared_with,
    is_comparison,
    levels,
    read_subject,
    without_comparison,
)

Turned = tuple[Direction | None, str]
_BLOT = "\x00"
_LONGEST_NAME = 40
_REASON = re.compile(
    r"(?:主要|具体|减少|增加|变动|变化|增长|下降)*的?(?:主要)?原因(?:分析)?(?:是|为|：|:|系|如下|在于)*"
    r"|[，。；]?主要是?(?:由于|因为|因|系)|(?:^|[，。；])(?:主要)?(?:是|系)?(?:由于|因为)"
    r"|(?:^|[，。；])主要是|(?:^|[，；])因(?!公)"
)
_REASON_ENDS = re.compile(r"，(?=完成[^，。；]{0,8}预算)|；(?![一二三四五六七八九十]是|另|同时|（?\d[）、.．]|[①-⑨])|$")
_USE = re.compile(r"(?:主要|全部|其中)?用于(?!以下|如下)|主要(?:包括|反映|支出|为|是指|指)")
_USE_ENDS = re.compile(r"；|[，](?=(?:与|比|较)(?:上|去|20\d\d|年初|预算|调整)|同比|占|完成|增|减)|$")
_WHOLE = re.compile(
    r"(?P<side>收入|支出)?(?P<how>其中|包括[：:]?(?=[^，。]*\Z)|具体(?:情况)?(?:为|如下)[：，]"
    r"|分别(?:为|是)：|(?:以|如)下[^：。]{0,6}：)"
)
_SHARE = re.compile(r"占(?P<of>[^，；。]*?)(?:的?(?:比例|比重))?(?:的|为|约|约为|是|：)*$")
_COMPLETION = re.compile(
    r"(?:完成|为|占|达到|达)(?:了)?(?:当年|全年|本年|年初|调整后?)?(?:部门|年初|财政拨款|支出|收入|的)*"
    r"预算(?:数|安排|总额|支出|收入)*的?(?:约|为)*$|(?:执行率|完成率|完成比例|执行进度)(?:为|达到|达|约|：)*$"
)
_QUANTITY = re.compile(
    r"(?P<what>保有量|购置|更新|团组|国内公务接待|外事接待|接待|出国（境）|累计|来宾|车辆|用车)[^，；。]*$"
)
_NOUNS_WITH_DIRECTIONS = re.compile(r"增值税|多少|少数|少年|多种|减税|减免|减灾|多媒体|提高|增殖|增收|减排")
_BASE_OF_ROLE: dict[str, Base] = {"opening": "opening", "adjusted": "adjusted", "prior": "prior"}
_FILLER = re.compile(r"[，、]?(?:分别|同比|相应|各|均|同时)*")
_AND = re.compile(r"[、和及与，]*")


@attrs.define
class Draft:
    """A claim in the making; see :class:`~budgetreview_disclosure.narrative.claim.Claim`."""

    subject: str
    sentence: tuple[int, int]
    path: tuple[tuple[str, str], ...] = ()
    amounts: list[Amount] = attrs.field(factory=list)
    changes: list[Change] = attrs.field(factory=list)
    share: Percent | None = None
    share_of: str = ""
    completion: Percent | None = None
    counts: list[Count] = attrs.field(factory=list)
    reason: str = ""
    year: int | None = None
    part_of: Draft | None = None
    listed: str = ""
    sure: bool = True
    until: int = 0


@attrs.frozen
class Reading:
    """The claims of one item and what it leaves open for the next.

    Attributes:
        opens: The claim that a list behind this item is part of, where the item ends by announcing one.
        listed: How it announces it.
        named: The levelled names (类 款 项) of an item that is only a name.
    """

    drafts: tuple[Draft, ...]
    opens: Draft | None
    listed: str
    named: tuple[tuple[str, str], ...]


def read_item(flat: Flat, item: Item) -> Reading:
    """Read the sentences of one item."""
    reader = _Reader(flat)
    start = item.start
    for stop in [*(hit.end() for hit in re.finditer("。", flat.text[item.start : item.end])), item.end - item.start]:
        if item.start + stop > start:
            reader.sentence(start, item.start + stop)
            start = item.start + stop
    text = flat.text[item.start : item.end]
    opened = re.search(r"(?P<how>其中|包括|如下)[：，]?。?$", text)
    named = levels(text) if not reader.drafts else ()
    return Reading(tuple(reader.drafts), reader.main if opened else None, opened["how"] if opened else "", named)


def blot(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Blot out reasons and uses, the length kept; with the stretches of the reasons."""
    reasons = []
    for hit in _REASON.finditer(text):
        if hit.start() and text[hit.start() - 1] == _BLOT:
            continue
        ends = _REASON_ENDS.search(text, hit.end())
        stop = ends.start() if ends else len(text)
        reasons.append((hit.end(), stop))
        text = text[: hit.start()] + _BLOT * (stop - hit.start()) + text[stop:]
    for hit in _USE.finditer(text):
        ends = _USE_ENDS.search(text, hit.end())
        stop = ends.start() if ends else len(text)
        text = text[: hit.start()] + _BLOT * (stop - hit.start()) + text[stop:]
    return text, reasons


class _Reader:
    """Where the reading of an item stands.

    ``main`` is the one item that the last sentence with amounts was about, ``current`` the one that a figure without a
    name of its own belongs to, ``whole`` the one that the running list divides.
    """

    def __init__(self, flat: Flat) -> None:
        self.flat = flat
        self.drafts: list[Draft] = []
        self.main: Draft | None = None
        self.current: Draft | None = None
        self.whole: Draft | None = None
        self.listed = ""
        self.named: tuple[tuple[str, str], ...] = ()
        self.title = ""
        self.span = (0, 0)

    def sentence(self, start: int, end: int) -> None:
        self.span, self.current, self.whole, self.listed = (start, end), self.main, None, ""
        before = len(self.drafts)
        text, reasons = blot(self.flat.text[start:end])
        marks = figures(text)
        last = 0
        owners: list[tuple[int, Draft]] = []
        for mark in marks:
            self._figure(mark, text, last)
            last = mark.end
            if self.current is not None:
                owners.append((mark.end, self.current))
                self.current.until = end
        self._unfigured(text[last:])
        for begin, stop in reasons:
            owner = next((draft for at, draft in reversed(owners) if at <= begin), self.main)
            if owner is not None and not owner.reason:
                owner.reason = self.flat.text[start + begin : start + stop].strip("，。；：是")
        if not marks:
            self.named = levels(text) or self.named
            if not self.drafts and len(text) < _LONGEST_NAME and not re.search(r"[，；：\x00]", text):
                self.title = read_subject(text.rstrip("。")).name
        tops = [draft for draft in self.drafts[before:] if draft.part_of is None and draft.amounts]
        if tops:
            self.main = tops[0] if len(tops) == 1 else None

    def _figure(self, mark: Figure, text: str, last: int) -> None:
        lead = text[last : mark.start].replace(_BLOT, "")
        *closed, lead = lead.split("；")
        if closed and not is_comparison(lead.split("，", 1)[0]):
            self.current = None
            if self.whole is not None and self.whole.part_of is not None:
                self.whole = self.whole.part_of
        opening = _WHOLE.search(lead)
        if opening:
            self.whole = self.current or (self.main if self.main in self.drafts else None)
            self.listed = (opening["side"] or "") + ("包括" if "包括" in opening["how"] else "其中")
            lead = lead[opening.end() :].lstrip("：，")
            self.current = None if self.whole is not None else self.current
        sure = mark.whole and "分别" not in text[:last].rsplit("；", 1)[-1] + lead
        span = self.flat.span(self.span[0] + mark.start, self.span[0] + mark.end)
        turned = direction(lead)
        if mark.kind == "percent":
            self._percent(Percent(mark.value, mark.step, mark.text, span), lead, turned, sure=sure)
        elif mark.kind == "count":
            self._count(mark, span, lead)
        elif mark.kind == "money" and turned is not None:
            self._change(mark, span, lead, turned, text, sure=sure)
        elif mark.kind == "money":
            self._amount(mark, span, lead, sure=sure)

    def _count(self, mark: Figure, span: tuple[int, int], lead: str) -> None:
        if self.current is not None:
            hit = _QUANTITY.search(lead)
            known = self.current.counts[-1].what if self.current.counts and lead in {"，", "、"} else ""
            if hit or known:
                self.current.counts.append(Count(hit["what"] if hit else known, int(mark.value), mark.unit, span))

    def _amount(self, mark: Figure, span: tuple[int, int], lead: str, *, sure: bool) -> None:
        said = self._said(lead)
        other = compared_with(lead.rsplit("，", 1)[-1])
        if other is not None:
            if self.current is None or not alike(other.name, self.current.subject):
                return
            said = attrs.evolve(other, name="")
        amount = Amount(mark.fen, mark.fen_step, mark.text, said.role, span)
        current = self.current
        if current is not None and _AND.fullmatch(lead):
            current.sure = False  # 甲和乙 A、B: which is whose is not printed beside the figure
        elif current is not None and (not said.name or (said.name == current.subject and said.role != "now")):
            twice = any(one.role == said.role for one in current.amounts)
            current.amounts.append(amount)
            current.sure = current.sure and sure and not twice
        elif said.name:
            draft = self._new(said, sure=sure)
            draft.amounts.append(amount)

    def _said(self, lead: str) -> Subject:
        """What the words in front of an amount name; the last piece that is a name, as 行政运行（项），年初预算为."""
        *earlier, piece = lead.split("，")
        said = read_subject(piece)
        if said.name or self.current is not None:
            return said
        for other in reversed(earlier):
            if not is_comparison(other) and DIRECTION.search(other) is None:
                named = read_subject(other)
                if named.name:
                    return attrs.evolve(said, name=named.name, path=named.path, year=said.year or named.year)
        if self.named:
            return attrs.evolve(said, name=self.named[-1][0], path=self.named)
        return attrs.evolve(said, name=self.title or said.side)

    def _new(self, said: Subject, *, sure: bool) -> Draft:
        path = said.path
        if path and self.named:
            path = (*(one for one in self.named if one[1] not in {level for _, level in path}), *path)
        draft = Draft(said.name, self.span, path, year=said.year, part_of=self.whole)
        draft.listed = self.listed if self.whole is not None else ""
        draft.sure = sure and DIRECTION.search(_NOUNS_WITH_DIRECTIONS.sub("", said.name)) is None
        self.drafts.append(draft)
        self.current = draft
        return draft

    def _change(
        self, mark: Figure, span: tuple[int, int], lead: str, turned: Turned, text: str, *, sure: bool
    ) -> None:
        way, words = turned
        draft = self._compared(lead[: len(lead) - len(words)])
        if draft is None:
            return
        base, year = self._base(lead, text[: mark.start])
        if lead == words and draft.amounts:  # 比年初预算15万元减少3万元: the figure just before is the base
            base = _BASE_OF_ROLE.get(draft.amounts[-1].role, base)
        amount = Amount(mark.fen, mark.fen_step, mark.text, "now", span)
        draft.changes.append(Change(way, words, amount, None, base, year))
        draft.sure = draft.sure and sure

    def _compared(self, words: str) -> Draft | None:
        """The claim that a change belongs to; None where that is not certain."""
        said = [
            subject
            for piece in words.split("，")
            if piece and not is_comparison(piece)
            for subject in [read_subject(without_comparison(piece))]
            if subject.name
        ]
        current = self.current
        if current is not None:
            if not said and self._after_a_list(current):
                return None
            if all(alike(one.name, current.subject) for one in said):
                return current
        return self._new(said[-1], sure=True) if said else None

    def _after_a_list(self, current: Draft) -> bool:
        """Whether a change stands behind a list without changes: is it the whole's or the last part's?"""
        parts = [one for one in self.drafts if current.part_of is not None and one.part_of is current.part_of]
        quiet = not current.changes and not any(one.changes for one in parts[:-1])
        return len(parts) > 1 and parts[-1] is current and quiet and current.sentence == self.span

    @staticmethod
    def _base(lead: str, head: str) -> tuple[Base | None, int | None]:
        base, year = base_of(lead)
        return (base, year) if base is not None else base_of(head.rsplit("；", 1)[-1].replace(_BLOT, ""))

    def _percent(
        self, percent: Percent, lead: str, turned: Turned | None, *, sure: bool
    ) -> None:
        current = self.current
        if current is None:
            return
        share = _SHARE.search(lead)
        if _COMPLETION.search(lead):
            current.completion = current.completion or percent
        elif share:
            if current.share is None:
                current.share, current.share_of = percent, share["of"]
        elif turned is not None:
            self._rate(percent, lead, turned)
        current.sure = current.sure and sure

    def _rate(self, percent: Percent, lead: str, turned: Turned) -> None:
        way, words = turned
        current = self.current
        front = lead[: len(lead) - len(words)]
        if current is not None and current.changes and current.changes[-1].rate is None and _FILLER.fullmatch(front):
            last = current.changes[-1]
            if last.direction == way:
                current.changes[-1] = attrs.evolve(last, rate=percent)
            else:
                current.changes.append(Change(way, words, None, percent, last.base, last.base_year))
            return
        base, year = base_of(lead)
        if base is not None:
            draft = self._compared(front)
            if draft is not None:
                draft.changes.append(Change(way, words, None, percent, base, year))

    def _unfigured(self, rest: str) -> None:
        """与上年持平, 决算数大于预算数的主要原因: a direction that no figure follows."""
        if self.current is None:
            return
        for piece in re.split(r"[，；。]", rest.replace(_BLOT, "")):
            hit = DIRECTION.search(piece)
            if hit is None or "基本" in piece:
                continue
            base, year = base_of(piece)
            if base is None and not (hit["same"] and re.search("上年|预算|决算|去年", piece)):
                continue
            own = read_subject(without_comparison(piece[: hit.start()])).name
            if self.current.sentence == self.span or not own or alike(own, self.current.subject):
                self.current.until = self.span[1]
                self.current.changes.append(Change(meaning(hit), hit.group(), None, None, base or "prior", year))


def alike(one: str, other: str) -> bool:
    """Whether two names mean one item: the same words, or the shorter of them within the longer."""
    fold = re.compile(r"20\d\d年(?:度)?|本年(?:度)?|支出|收入|预算|决算|总计|合计|总额|各|均|数|额|、|的|年")
    short, long = sorted((fold.sub("", one), fold.sub("", other)), key=len)
    return short in {"", "收", "支", "收支"} or (len(short) > 1 and short in long)
