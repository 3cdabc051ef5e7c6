"""The chapters on what was found: by focus, the questions, what to suggest, what could not be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from budgetreview.errors import Text
from budgetreview.mechanism import FOCUS_NAMES, FOCUSES
from budgetreview.render import summary, words
from budgetreview.render.opinion.pen import Pen, plain
from budgetreview.render.opinion.tree import Block, Paragraph, Table
from budgetreview.render.summary.ranking import Topic
from budgetreview.render.visible import one_line
from budgetreview.render.words import phrases
from budgetreview.report import RuleResult
from budgetreview.rule import Severity

QUESTIONS: Final = 10
"""Questions that stand in the text; the others stand in the annex."""
_NOT_ASKED: Final = frozenset({"not_in_stage", "not_in_force"})
_ASK: Final[Mapping[Severity, Text]] = {
    Severity.RED: Text(
        "建议对照所引条款或勾稽关系逐项核对，书面说明情况；核对后确需更正的，更正后重新报送",
        "check each against the article or sum cited and explain in writing; where the check shows a figure to be "
        "amended, amend it and hand it in again",
    ),
    Severity.ORANGE: Text("建议逐项作出说明并附依据文件", "explain each and attach the document it rests on"),
    Severity.YELLOW: Text("建议作出说明", "explain each"),
    Severity.BLUE: Text("供了解，可结合其他材料说明", "for information, to be explained with other material"),
}
"""What is asked for at each severity."""


def review(pen: Pen) -> Iterator[Block]:
    """What each of the focuses came to."""
    yield pen.chapter(pen.say("按重点内容的审查情况", "The review by focus"))
    asked = {
        focus: [r for r in pen.report.results if focus in r.rule.focus and r.outcome not in _NOT_ASKED]
        for focus in FOCUSES
    }
    heard = [focus for focus in FOCUSES if asked[focus]]
    for n, focus in enumerate(heard, start=1):
        topics = [t for t in pen.open if focus in t.result.rule.focus]
        yield pen.section(n, FOCUS_NAMES[focus][pen.lang])
        yield Paragraph(_came_to(pen, asked[focus], topics))
        for k, topic in enumerate(topics, start=1):
            code, title = topic.result.rule.code, one_line(topic.result.rule.title[pen.lang])
            color = words.say(words.SEVERITY, topic.severity.value, pen.lang)
            yield Paragraph(
                pen.say(
                    f"{k}．{title}（{color}，{code}）：{pen.size(topic)}。",
                    f"({k}) {title} ({color}, {code}): {pen.size(topic)}.",
                )
            )
    if not heard:
        yield Paragraph(pen.say("本阶段没有适用的规则。", "No rule applies at this stage."))
    elif len(heard) < len(FOCUSES):
        silent = phrases.joined((FOCUS_NAMES[f][pen.lang] for f in FOCUSES if not asked[f]), pen.lang)
        yield Paragraph(
            pen.say(f"本阶段没有适用规则的重点：{silent}。", f"No rule applies at this stage to: {silent}.")
        )


def _came_to(pen: Pen, asked: Sequence[RuleResult], topics: Sequence[Topic]) -> str:
    """How many rules looked at a focus, how many could judge, and what they raise."""
    judged = sum(r.assessed > 0 for r in asked)
    said = pen.say(f"适用规则{len(asked)}条，{judged}条得出判断", f"{len(asked)} rules apply, {judged} could judge")
    if judged < len(asked):
        silent = len(asked) - judged
        said += pen.say(f"，{silent}条因缺少数据等原因未能判断", f", {silent} could not")
    if topics:
        counts: Counter[Severity] = Counter()
        for t in topics:
            counts[t.severity] += t.open
        return said + pen.say(
            f"；需要核对或了解的事项{counts.total()}项（{pen.severities(counts)}）。",
            f"; they raise {counts.total()} matters ({pen.severities(counts)}).",
        )
    if judged:
        return said + pen.say("；在能够判断的范围内没有标出事项。", "; among what could be judged nothing was raised.")
    return said + pen.say("。", ".")


def questions(pen: Pen) -> Iterator[Block]:
    """The questions most worth asking, the first in full."""
    yield pen.chapter(pen.say("主要问题", "Principal questions"))
    asked = pen.questions
    if not pen.open:
        yield Paragraph(
            pen.say("没有需要提出的问题；未能判断的部分见下文。", "None; what could not be judged follows.")
        )
        return
    yield Paragraph(
        pen.say(
            f"{pen.word('questions_order')}全部事项见附件1。",
            f"{pen.word('questions_order')} All matters are in annex 1.",
        )
    )
    for n, q in enumerate(asked[:QUESTIONS], start=1):
        topic = q.topic
        rule, f = topic.result.rule, topic.example
        yield pen.section(n, pen.question(f))
        stop = pen.say("。", ".")
        yield Paragraph(_ended(pen.message(f), stop) + pen.say("", " ") + pen.about(f))
        law = pen.cited(rule.authority)
        ground = words.say(words.STATUS, rule.status, pen.lang)
        basis = phrases.joined([ground, law], pen.lang) if law else ground
        yield Paragraph(
            pen.say(
                f"规模：{pen.size(topic)}。依据：{basis}。",
                f"Extent: {pen.size(topic)}. Ground: {basis}.",
            )
        )
        besides = phrases.besides(q, pen.lang)
        if besides:
            yield Paragraph(_ended(besides, stop))
        hint = summary.base_rate(topic.result)
        if hint is not None:
            yield Paragraph(_ended(hint[pen.lang], stop), note=True)
    left = len(asked) - QUESTIONS
    if left > 0:
        yield Paragraph(pen.say(f"另有{left}个问题见附件1。", f"{left} more questions are in annex 1."))


def suggestions(pen: Pen) -> Iterator[Block]:
    """What to ask of those who handed in the draft, severity by severity."""
    yield pen.chapter(pen.say("建议", "Suggestions"))
    if not pen.open:
        yield Paragraph(pen.say("没有由审查事项得出的建议。", "None follow from this review."))
        return
    found = [s for s in Severity if any(t.severity is s for t in pen.open)]
    for n, severity in enumerate(found, start=1):
        named = phrases.joined(
            (
                phrases.note(one_line(t.result.rule.title[pen.lang]), pen.say(f"{t.open}项", str(t.open)), pen.lang)
                for t in pen.open
                if t.severity is severity
            ),
            pen.lang,
        )
        ask = _ASK[severity][pen.lang]
        yield pen.section(n, words.severity(severity.value, pen.lang))
        yield Paragraph(pen.say(f"关于{named}：{ask}。", f"On {named}: {ask}."))
    if summary.unjudged(pen.report):
        yield pen.section(len(found) + 1, pen.say("补充材料", "Further material"))
        yield Paragraph(
            pen.say(
                "建议补报下一部分所列材料，补齐后再行审查。",
                "Hand in the material listed in the next chapter, for another review.",
            )
        )


def unjudged(pen: Pen) -> Iterator[Block]:
    """What could not be judged and what would help, never left out."""
    yield pen.chapter(pen.say("尚无法判断的事项和需要补充的材料", "What could not be judged, and material to ask for"))
    listed = summary.unjudged(pen.report)
    if not listed:
        yield Paragraph(pen.say("没有。", "Nothing."))
        return
    needed = [(key, n) for key, n in summary.lacking_most(pen.report)]
    if needed:
        yield Paragraph(
            pen.say("需要补充的材料（按可帮助的规则条数排列）：", "Material to ask for, the most helpful first:")
        )
        yield Table(
            (pen.say("材料", "material"), pen.say("可帮助的规则", "rules it helps")),
            tuple((plain(words.input_name(k, pen.lang)), str(n)) for k, n in needed),
            (75, 25),
            frozenset({1}),
        )
    yield Paragraph(
        pen.say(
            f"共有{len(listed)}条规则全部或部分未能判断；未能判断不等于没有问题：",
            f"{len(listed)} rules could not judge in whole or in part; that is not the same as nothing to ask:",
        )
    )
    grey = words.pick(words.ANSWER["not_assessed"], pen.lang)
    yield Table(
        (
            pen.word("rule"),
            pen.word("title_of"),
            pen.word("outcome"),
            grey,
            pen.say("原因", "because"),
        ),
        tuple(
            (
                r.rule.code,
                one_line(r.rule.title[pen.lang]),
                words.say(words.OUTCOME, r.outcome, pen.lang),
                str(r.not_assessed),
                plain(summary.why_unjudged(r, pen.lang)),
            )
            for r in listed
        ),
        (9, 29, 12, 12, 38),
        frozenset({3}),
    )


def closing(pen: Pen) -> Iterator[Block]:
    """What the office itself adds, and who signs."""
    if pen.report.stage == "plenary":
        yield Paragraph(
            pen.say(
                "（对上一年预算执行情况的评价、对是否批准预算草案的建议，由审查机关填写。）",
                "(The reviewing body fills in its view of last year's execution and its advice on approval.)",
            ),
            note=True,
        )
    yield Paragraph(pen.say("（审查机关名称）", "(name of the reviewing body)"))
    yield Paragraph(pen.say("　　　　年　　月　　日", "(date)"))


def _ended(text: str, stop: str) -> str:
    """A sentence with its full stop."""
    return text if text.endswith(("。", "？", ".", "?", "！", "!")) else text + stop
