"""The draft of the opinion: what a committee's office starts from, as headings, paragraphs and tables of no format.

The draft states what the figures say and asks. Every figure in it is one of the report; where the report has none, the
draft leaves a gap that the office fills in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from budgetreview.errors import Text
from budgetreview.mechanism import BOOK_NAMES, FOCUS_NAMES, FOCUSES, LEVEL_NAMES, STAGE_NAMES, shipped_profiles
from budgetreview.render import phrases, summary, words
from budgetreview.render.figures import money as figure
from budgetreview.render.opinion.annexes import annexes
from budgetreview.render.opinion.pen import Pen, plain
from budgetreview.render.opinion.tree import Block, Heading, Opinion, Paragraph, Table
from budgetreview.render.visible import one_line
from budgetreview.report import Report
from budgetreview.rule import Severity
from budgetreview.wording import word

FEW: Final = 3
"""Files and places named in a sentence; the number of the others is said."""
QUESTIONS: Final = 10
"""Questions that stand in the text; the others stand in the annex."""


_TITLES: Final[Mapping[str, Text]] = {
    "pre": Text("关于{place}{year}年度预算编制情况的预审意见", "Pre-review of the {year} budget of {place}"),
    "preliminary": Text(
        "关于{place}{year}年预算草案初步方案的初步审查意见", "Preliminary review of the {year} draft budget of {place}"
    ),
    "plenary": Text(
        "关于{place}{year}年预算草案的审查结果报告", "Report on the results of reviewing the {year} budget of {place}"
    ),
    "execution": Text("关于{place}{year}年预算执行情况的审查意见", "Review of the {year} execution in {place}"),
    "adjustment": Text(
        "关于{place}{year}年预算调整初步方案的初步审查意见", "Preliminary review of the {year} adjustment in {place}"
    ),
    "final": Text(
        "关于{place}{year}年决算草案的初步审查意见", "Preliminary review of the {year} final accounts of {place}"
    ),
    "rectify": Text("关于{place}{year}年度整改情况的审查意见", "Review of the {year} rectification in {place}"),
}
_STUDIED: Final[Mapping[str, Text]] = {
    "adjustment": Text("关于{place}{year}年预算调整初步方案的意见", "Comments on the {year} adjustment in {place}"),
    "final": Text("关于{place}{year}年决算草案的意见", "Comments on the {year} final accounts of {place}"),
}
"""At the county level the standing committee's office studies these and comments (BL 22): no preliminary review."""
_REVIEWED: Final[Mapping[str, Text]] = {
    "preliminary": Text("关于{place}{year}年预算草案的审查意见", "Review of the {year} draft budget of {place}"),
    "adjustment": Text("关于{place}{year}年预算调整初步方案的审查意见", "Review of the {year} adjustment in {place}"),
    "final": Text("关于{place}{year}年决算草案的审查意见", "Review of the {year} final accounts of {place}"),
}
"""For townships, where the law names no body for a preliminary review, and for several levels together."""
_DRAFT: Final[Mapping[str, Text]] = {
    "pre": Text("预算草案", "draft budget"),
    "preliminary": Text("预算草案初步方案", "draft budget"),
    "plenary": Text("预算草案", "draft budget"),
    "execution": Text("预算执行情况", "execution of the budget"),
    "adjustment": Text("预算调整初步方案", "draft adjustment"),
    "final": Text("决算草案", "draft final accounts"),
    "rectify": Text("整改情况", "rectification"),
}
_BODIES: Final[Mapping[str, Text]] = {
    "province": Text("省人民代表大会有关专门委员会", "special committee of the provincial congress"),
    "city": Text(
        "市人民代表大会有关专门委员会；未设立的，由常委会有关工作机构研究提出意见",
        "special committee of the city congress; where there is none, the standing committee's office comments",
    ),
    "county": Text("县级人大常委会有关工作机构", "the office of the county congress's standing committee"),
}
"""Who looks first at adjustments and final accounts (BL 22); a profile has the reviews of a draft."""
_EARLY: Final = frozenset({"adjustment", "final"})
_DIGITS: Final = "零一二三四五六七八九"


def opinion(report: Report, lang: str, unit: str) -> Opinion:
    """The draft for the report's stage and level of government."""
    return _Draft(Pen(report, lang, unit)).made()


def number(n: int, lang: str) -> str:
    """The number of a chapter: ``一`` to ``九十九`` in Chinese."""
    if lang != "zh":
        return str(n)
    tens, ones = divmod(n, 10)
    front = "" if not tens else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return front + (_DIGITS[ones] if ones or not tens else "")


class _Draft:
    def __init__(self, pen: Pen) -> None:
        self.pen = pen
        self.report, self.lang, self.unit, self.many, self.open = pen.report, pen.lang, pen.unit, pen.many, pen.open
        self.used = 0

    def made(self) -> Opinion:
        title = self.title()[self.lang].format(place=self.pen.place(), year=self.pen.year())
        blocks = [
            *self.overview(),
            *self.review(),
            *self.questions(),
            *self.suggestions(),
            *self.unjudged(),
            *self.closing(),
            *annexes(self.pen),
        ]
        return Opinion(title, self.lang, (self.pen.say("（草稿）", "(draft)"),), tuple(blocks))

    def title(self) -> Text:
        """What the office's paper of this stage is called at the level of government."""
        stage, levels = self.report.stage, set(self.report.levels.values())
        if levels == {"county"} and stage in _STUDIED:
            return _STUDIED[stage]
        if stage in _REVIEWED and (len(levels) > 1 or levels == {"township"}):
            return _REVIEWED[stage]
        return _TITLES[stage]

    def chapter(self, title: str) -> Heading:
        self.used += 1
        n = number(self.used, self.lang)
        return Heading(1, self.pen.say(f"{n}、{title}", f"{n}. {title}"))

    def section(self, n: int, title: str) -> Heading:
        return Heading(2, self.pen.say(f"（{number(n, 'zh')}）{title}", f"{self.used}.{n} {title}"))

    # --- chapters

    def overview(self) -> Iterator[Block]:
        r, lang = self.report, self.lang
        yield self.chapter(self.pen.say("概述", "Overview"))
        read = [i for i in r.inputs if i.table and not i.problems]
        names = list(dict.fromkeys(one_line(i.name) for i in read))
        rows = sum(i.rows for i in read if i.table == "lines")
        files = phrases.joined(names[:FEW], lang) + (
            self.pen.say(f"等{len(names)}个文件", f" and {len(names) - FEW} more") if len(names) > FEW else ""
        )
        places, stage = phrases.places(r, lang, FEW), STAGE_NAMES[r.stage][lang]
        draft = _DRAFT[r.stage][lang]
        day = f"{r.as_of.year}年{r.as_of.month}月{r.as_of.day}日" if lang == "zh" else r.as_of.isoformat()
        yield Paragraph(
            self.pen.say(
                f"本次对{places}报送的{draft}进行了审查（阶段：{stage}，基准日：{day}）。"
                f"审查所用数据为{files or '（未读入数据）'}，含预算明细{rows}条。",
                f"This review looked at the {draft} of {places} (stage: {stage}, as of {day}), "
                f"from {files or '(nothing was read)'} with {rows} budget lines.",
            )
        )
        body = self.body()
        if body:
            yield Paragraph(body)
        yield from self.figures()
        yield from self.books()
        counts = Counter({s: n for s, n in summary.by_severity(r).items() if n})
        ran = sum(x.outcome == "ran" for x in r.results)
        found = sum(counts.values())
        said = self.pen.say(
            f"共有{len(r.results)}条规则，其中{ran}条已运行；"
            + (f"标出需要核对或了解的事项{found}项（{self.pen.severities(counts)}）。" if found else "没有标出事项。"),
            f"Of {len(r.results)} rules {ran} ran; "
            + (f"they raise {found} matters ({self.pen.severities(counts)})." if found else "they raise nothing."),
        )
        waived = summary.waived(r)
        if waived:
            said += self.pen.say(
                f"另有{waived}项已有豁免记录，不再列为问题。", f" {waived} more are waived and not asked again."
            )
        if summary.judged_nothing(r):
            said += self.pen.word("nothing_judged") + self.pen.say("。", ".")
        yield Paragraph(said)
        for reason in summary.incomplete_because(r):
            yield Paragraph(
                self.pen.say("审查不完整：", "Incomplete: ") + plain(reason[lang]) + self.pen.say("。", ".")
            )
        yield Paragraph(
            self.pen.say(
                "说明：本稿由程序根据报送数据生成，供起草时参考；所列事项是需要核对或说明的问题，不是结论，须经人工核实后使用。"
                "颜色表示事项的分级：" + "、".join(words.severity(s.value, "zh") for s in Severity) + "。",
                "Note: a program made this draft from the data handed in. It lists questions to check or explain, "
                "not conclusions; verify before use. Colours are grades: "
                + ", ".join(words.severity(s.value, "en") for s in Severity)
                + ".",
            ),
            note=True,
        )

    def body(self) -> str:
        """Who reviews at this stage, if all entities are of one level and the level has a body."""
        levels = set(self.report.levels.values())
        stage = self.report.stage
        if len(levels) != 1:
            return ""
        (level,) = levels
        named: list[str] = []
        if stage in _EARLY:
            named = [_BODIES[level][self.lang]] if level in _BODIES else []
            on = self.pen.say("《预算法》第22条", "article 22 of the Budget Law")
        else:
            key = self.report.profile.get("key")
            profile = self.report.mechanism or next((p for p in shipped_profiles() if p.key == key), None)
            step = profile.review(stage) if profile is not None else None
            on = self.pen.say("审查机制", "the mechanism ") + phrases.profile(self.report, self.lang)
            named = [b.title[self.lang] for b in step.bodies if level in b.levels] if step is not None else []
        if not named:
            return ""
        said = ("；" if self.lang == "zh" else "; ").join(named)
        return self.pen.say(
            f"按{on}，本阶段的审查主体（{LEVEL_NAMES[level].zh}）：{said}。",
            f"By {on}, the reviewing body of this stage ({LEVEL_NAMES[level].en}): {said}.",
        )

    def figures(self) -> Iterator[Block]:
        """Income and outgoings of the books, where the submission states them."""
        stated = self.report.outline.wholes
        if not stated:
            return
        yield Paragraph(
            self.pen.say(
                "各本预算的收支总计如下（取自报送的收支总表）：",
                "Income and outgoings of the books, as the submission states them:",
            )
        )
        rows = [
            (
                *((phrases.place(self.report, w.entity, self.lang) if w.entity else "–",) if self.many else ()),
                word(w.book, self.lang) if w.book else "–",
                *(self.pen.word("unknown") if v is None else figure(v, self.unit) for v in (w.total_in, w.total_out)),
            )
            for w in stated
        ]
        head = (
            self.pen.word("book"),
            self.pen.money_in(self.pen.say("收入总计", "income")),
            self.pen.money_in(self.pen.say("支出总计", "outgoings")),
        )
        if self.many:
            yield Table((self.pen.word("entity"), *head), tuple(rows), (25, 25, 25, 25), frozenset({2, 3}))
        else:
            yield Table(head, tuple(rows), (34, 33, 33), frozenset({1, 2}))

    def books(self) -> Iterator[Block]:
        """The matters by book; books that none concerns are said to be so."""
        found: dict[str | None, Counter[Severity]] = {}
        money: Counter[str | None] = Counter()
        severities, raised = tuple(Severity), self.report.findings
        for code in (r.rule.code for r in self.report.results if r.flagged):
            waivers = raised.waived(code).tolist()
            columns = raised.books(code), raised.ranks(code).tolist(), raised.amounts(code), waivers
            for book, rank, amount, waived in zip(*columns, strict=True):
                if not waived:
                    found.setdefault(book, Counter())[severities[rank]] += 1
                    money[book] += abs(amount or 0)
        if not found:
            return
        keys: list[str | None] = [*BOOK_NAMES, *sorted(k for k in found if k and k not in BOOK_NAMES), None]
        rows = []
        for key in keys:
            counts = found.get(key, Counter())
            if key is None and not counts:
                continue
            name = self.pen.say("不限于一本预算", "no single book") if key is None else word(key, self.lang)
            rows.append(
                (
                    name,
                    *(str(counts[s]) for s in Severity),
                    figure(money[key], self.unit) if money[key] else "–",
                )
            )
        head = (
            self.pen.word("book"),
            *(words.say(words.SEVERITY, s.value, self.lang) for s in Severity),
            self.pen.money_in(self.pen.say("涉及金额", "money concerned")),
        )
        yield Paragraph(
            self.pen.say(
                "按四本预算，需要核对或了解的事项如下（同一笔资金可能涉及几个事项，金额不宜相加）：",
                "The matters by book (the same money may be concerned by several, so do not add it up):",
            )
        )
        yield Table(head, tuple(rows), (30, 10, 10, 10, 10, 30), frozenset(range(1, 6)))

    def review(self) -> Iterator[Block]:
        yield self.chapter(self.pen.say("按重点内容的审查情况", "The review by focus"))
        n = 0
        silent_focuses: list[str] = []
        for focus in FOCUSES:
            results = [r for r in self.report.results if focus in r.rule.focus]
            mine = [t for t in self.open if focus in t.result.rule.focus]
            asked = [r for r in results if r.outcome not in {"not_in_stage", "not_in_force"}]
            if not asked:
                silent_focuses.append(FOCUS_NAMES[focus][self.lang])
                continue
            n += 1
            yield self.section(n, FOCUS_NAMES[focus][self.lang])
            judged = sum(r.assessed > 0 for r in asked)
            silent = len(asked) - judged
            counts: Counter[Severity] = Counter()
            for t in mine:
                counts[t.severity] += t.open
            said = self.pen.say(
                f"适用规则{len(asked)}条，{judged}条得出判断"
                + (f"，{silent}条因缺少数据等原因未能判断" if silent else "")
                + (
                    "；" + f"需要核对或了解的事项{counts.total()}项（{self.pen.severities(counts)}）。"
                    if mine
                    else "；在能够判断的范围内没有标出事项。"
                    if judged
                    else "。"
                ),
                f"{len(asked)} rules apply, {judged} could judge"
                + (f", {silent} could not" if silent else "")
                + (
                    f"; they raise {counts.total()} matters ({self.pen.severities(counts)})."
                    if mine
                    else "; among what could be judged nothing was raised."
                    if judged
                    else "."
                ),
            )
            yield Paragraph(said)
            for k, topic in enumerate(mine, start=1):
                color = words.say(words.SEVERITY, topic.severity.value, self.lang)
                title = one_line(topic.result.rule.title[self.lang])
                yield Paragraph(
                    self.pen.say(
                        f"{k}．{title}（{color}，{topic.result.rule.code}）：{self.pen.size(topic)}。",
                        f"({k}) {title} ({color}, {topic.result.rule.code}): {self.pen.size(topic)}.",
                    )
                )
        if not n:
            yield Paragraph(self.pen.say("本阶段没有适用的规则。", "No rule applies at this stage."))
        elif silent_focuses:
            named = phrases.joined(silent_focuses, self.lang)
            yield Paragraph(
                self.pen.say(f"本阶段没有适用规则的重点：{named}。", f"No rule applies at this stage to: {named}.")
            )

    def questions(self) -> Iterator[Block]:
        yield self.chapter(self.pen.say("主要问题", "Principal questions"))
        asked = self.pen.questions
        if not self.open:
            yield Paragraph(
                self.pen.say("没有需要提出的问题；未能判断的部分见下文。", "None; what could not be judged follows.")
            )
            return
        yield Paragraph(
            self.pen.say(
                f"{self.pen.word('questions_order')}全部事项见附件1。",
                f"{self.pen.word('questions_order')} All matters are in annex 1.",
            )
        )
        for n, q in enumerate(asked[:QUESTIONS], start=1):
            topic = q.topic
            rule, f = topic.result.rule, topic.example
            yield self.section(n, self.pen.question(f))
            stop = self.pen.say("。", ".")
            yield Paragraph(_ended(self.pen.message(f), stop) + self.pen.say("", " ") + self.pen.about(f))
            law = self.pen.cited(rule.authority)
            ground = words.say(words.STATUS, rule.status, self.lang)
            basis = phrases.joined([ground, law], self.lang) if law else ground
            yield Paragraph(
                self.pen.say(
                    f"规模：{self.pen.size(topic)}。依据：{basis}。",
                    f"Extent: {self.pen.size(topic)}. Ground: {basis}.",
                )
            )
            besides = phrases.besides(q, self.lang)
            if besides:
                yield Paragraph(_ended(besides, stop))
            hint = summary.base_rate(topic.result)
            if hint is not None:
                yield Paragraph(_ended(hint[self.lang], stop), note=True)
        left = len(asked) - QUESTIONS
        if left > 0:
            yield Paragraph(self.pen.say(f"另有{left}个问题见附件1。", f"{left} more questions are in annex 1."))

    def suggestions(self) -> Iterator[Block]:
        yield self.chapter(self.pen.say("建议", "Suggestions"))
        if not self.open:
            yield Paragraph(self.pen.say("没有由审查事项得出的建议。", "None follow from this review."))
            return
        n = 0
        asks = {
            Severity.RED: (
                "建议对照所引条款或勾稽关系逐项核对，书面说明情况；核对后确需更正的，更正后重新报送",
                (
                    "check each against the article or sum cited and explain in writing; where the check shows a "
                    "figure to be amended, amend it and hand it in again"
                ),
            ),
            Severity.ORANGE: ("建议逐项作出说明并附依据文件", "explain each and attach the document it rests on"),
            Severity.YELLOW: ("建议作出说明", "explain each"),
            Severity.BLUE: ("供了解，可结合其他材料说明", "for information, to be explained with other material"),
        }
        for severity in Severity:
            mine = [t for t in self.open if t.severity is severity]
            if not mine:
                continue
            n += 1
            named = phrases.joined(
                (
                    self.pen.say(
                        f"{one_line(t.result.rule.title.zh)}（{t.open}项）",
                        f"{one_line(t.result.rule.title.en)} ({t.open})",
                    )
                    for t in mine
                ),
                self.lang,
            )
            yield self.section(n, words.severity(severity.value, self.lang))
            yield Paragraph(self.pen.say(f"关于{named}：{asks[severity][0]}。", f"On {named}: {asks[severity][1]}."))
        if summary.unjudged(self.report):
            n += 1
            yield self.section(n, self.pen.say("补充材料", "Further material"))
            yield Paragraph(
                self.pen.say(
                    "建议补报下一部分所列材料，补齐后再行审查。",
                    "Hand in the material listed in the next chapter, for another review.",
                )
            )

    def unjudged(self) -> Iterator[Block]:
        yield self.chapter(
            self.pen.say("尚无法判断的事项和需要补充的材料", "What could not be judged, and material to ask for")
        )
        listed = summary.unjudged(self.report)
        if not listed:
            yield Paragraph(self.pen.say("没有。", "Nothing."))
            return
        needed = [(key, n) for key, n in summary.lacking_most(self.report)]
        if needed:
            yield Paragraph(
                self.pen.say(
                    "需要补充的材料（按可帮助的规则条数排列）：", "Material to ask for, the most helpful first:"
                )
            )
            yield Table(
                (self.pen.say("材料", "material"), self.pen.say("可帮助的规则", "rules it helps")),
                tuple((plain(words.input_name(k, self.lang)), str(n)) for k, n in needed),
                (75, 25),
                frozenset({1}),
            )
        yield Paragraph(
            self.pen.say(
                f"共有{len(listed)}条规则全部或部分未能判断；未能判断不等于没有问题：",
                f"{len(listed)} rules could not judge in whole or in part; that is not the same as nothing to ask:",
            )
        )
        grey = words.pick(words.ANSWER["not_assessed"], self.lang)
        yield Table(
            (
                self.pen.word("rule"),
                self.pen.word("title_of"),
                self.pen.word("outcome"),
                grey,
                self.pen.say("原因", "because"),
            ),
            tuple(
                (
                    r.rule.code,
                    one_line(r.rule.title[self.lang]),
                    words.say(words.OUTCOME, r.outcome, self.lang),
                    str(r.not_assessed),
                    plain(summary.why_unjudged(r, self.lang)),
                )
                for r in listed
            ),
            (9, 29, 12, 12, 38),
            frozenset({3}),
        )

    def closing(self) -> Iterator[Block]:
        if self.report.stage == "plenary":
            yield Paragraph(
                self.pen.say(
                    "（对上一年预算执行情况的评价、对是否批准预算草案的建议，由审查机关填写。）",
                    "(The reviewing body fills in its view of last year's execution and its advice on approval.)",
                ),
                note=True,
            )
        yield Paragraph(self.pen.say("（审查机关名称）", "(name of the reviewing body)"))
        yield Paragraph(self.pen.say("　　　　年　　月　　日", "(date)"))


def _ended(text: str, stop: str) -> str:
    return text if text.endswith(("。", "？", ".", "?", "！", "!")) else text + stop
