"""The first chapter: what was looked at, what the books come to, and how much was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from budgetreview.errors import Text
from budgetreview.mechanism import BOOK_NAMES, STAGE_NAMES
from budgetreview.render import summary, words
from budgetreview.render.opinion.pen import Pen, plain
from budgetreview.render.opinion.titles import body
from budgetreview.render.opinion.tree import Block, Paragraph, Table
from budgetreview.render.visible import one_line
from budgetreview.render.words import phrases
from budgetreview.render.words.figures import money as figure
from budgetreview.rule import Severity
from budgetreview.wording import word

FEW: Final = 3
"""Files and places named in a sentence; the number of the others is said."""
_DRAFT: Final[Mapping[str, Text]] = {
    "pre": Text("预算草案", "draft budget"),
    "preliminary": Text("预算草案初步方案", "draft budget"),
    "plenary": Text("预算草案", "draft budget"),
    "execution": Text("预算执行情况", "execution of the budget"),
    "adjustment": Text("预算调整初步方案", "draft adjustment"),
    "final": Text("决算草案", "draft final accounts"),
    "rectify": Text("整改情况", "rectification"),
}


def overview(pen: Pen) -> Iterator[Block]:
    """What was looked at, by whom, what the books come to, how much was found, and how to read the draft."""
    yield pen.chapter(pen.say("概述", "Overview"))
    yield Paragraph(_looked_at(pen))
    by = body(pen)
    if by:
        yield Paragraph(by)
    yield from _figures(pen)
    yield from _books(pen)
    yield Paragraph(_found(pen))
    for reason in summary.incomplete_because(pen.report):
        yield Paragraph(pen.say("审查不完整：", "Incomplete: ") + plain(reason[pen.lang]) + pen.say("。", "."))
    grades = [phrases.joined((words.severity(s.value, lang) for s in Severity), lang) for lang in ("zh", "en")]
    yield Paragraph(
        pen.say(
            "说明：本稿由程序根据报送数据生成，供起草时参考；所列事项是需要核对或说明的问题，不是结论，须经人工核实后使用。"
            f"颜色表示事项的分级：{grades[0]}。",
            "Note: a program made this draft from the data handed in. It lists questions to check or explain, "
            f"not conclusions; verify before use. Colours are grades: {grades[1]}.",
        ),
        note=True,
    )


def _looked_at(pen: Pen) -> str:
    """Whose paper, at which stage and day, from which files."""
    r, lang = pen.report, pen.lang
    read = [i for i in r.inputs if i.table and not i.problems]
    names = list(dict.fromkeys(one_line(i.name) for i in read))
    files = phrases.joined(names[:FEW], lang)
    if len(names) > FEW:
        files += pen.say(f"等{len(names)}个文件", f" and {len(names) - FEW} more")
    rows = sum(i.rows for i in read if i.table == "lines")
    places, stage, draft = phrases.places(r, lang, FEW), STAGE_NAMES[r.stage][lang], _DRAFT[r.stage][lang]
    day = pen.say(f"{r.as_of.year}年{r.as_of.month}月{r.as_of.day}日", r.as_of.isoformat())
    return pen.say(
        f"本次对{places}报送的{draft}进行了审查（阶段：{stage}，基准日：{day}）。"
        f"审查所用数据为{files or '（未读入数据）'}，含预算明细{rows}条。",
        f"This review looked at the {draft} of {places} (stage: {stage}, as of {day}), "
        f"from {files or '(nothing was read)'} with {rows} budget lines.",
    )


def _found(pen: Pen) -> str:
    """How many rules ran and how much they raise."""
    results = pen.report.results
    counts = Counter({s: n for s, n in summary.by_severity(pen.report).items() if n})
    ran, found = sum(x.outcome == "ran" for x in results), counts.total()
    said = pen.say(f"共有{len(results)}条规则，其中{ran}条已运行；", f"Of {len(results)} rules {ran} ran; ")
    if found:
        said += pen.say(
            f"标出需要核对或了解的事项{found}项（{pen.severities(counts)}）。",
            f"they raise {found} matters ({pen.severities(counts)}).",
        )
    else:
        said += pen.say("没有标出事项。", "they raise nothing.")
    waived = summary.waived(pen.report)
    if waived:
        said += pen.say(
            f"另有{waived}项已有豁免记录，不再列为问题。", f" {waived} more are waived and not asked again."
        )
    if summary.judged_nothing(pen.report):
        said += pen.word("nothing_judged") + pen.say("。", ".")
    return said


def _figures(pen: Pen) -> Iterator[Block]:
    """Income and outgoings of the books, where the submission states them."""
    stated = pen.report.outline.wholes
    if not stated:
        return
    yield Paragraph(
        pen.say(
            "各本预算的收支总计如下（取自报送的收支总表）：",
            "Income and outgoings of the books, as the submission states them:",
        )
    )
    rows = [
        (
            *((phrases.place(pen.report, w.entity, pen.lang) if w.entity else "–",) if pen.many else ()),
            word(w.book, pen.lang) if w.book else "–",
            *(pen.word("unknown") if v is None else figure(v, pen.unit) for v in (w.total_in, w.total_out)),
        )
        for w in stated
    ]
    head = (
        pen.word("book"),
        pen.money_in(pen.say("收入总计", "income")),
        pen.money_in(pen.say("支出总计", "outgoings")),
    )
    if pen.many:
        yield Table((pen.word("entity"), *head), tuple(rows), (25, 25, 25, 25), frozenset({2, 3}))
    else:
        yield Table(head, tuple(rows), (34, 33, 33), frozenset({1, 2}))


def _books(pen: Pen) -> Iterator[Block]:
    """The matters by book; books that none concerns are said to be so."""
    found: dict[str | None, Counter[Severity]] = {}
    money: Counter[str | None] = Counter()
    severities, raised = tuple(Severity), pen.report.findings
    for code in (r.rule.code for r in pen.report.results if r.flagged):
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
        name = pen.say("不限于一本预算", "no single book") if key is None else word(key, pen.lang)
        rows.append(
            (
                name,
                *(str(counts[s]) for s in Severity),
                figure(money[key], pen.unit) if money[key] else "–",
            )
        )
    head = (
        pen.word("book"),
        *(words.say(words.SEVERITY, s.value, pen.lang) for s in Severity),
        pen.money_in(pen.say("涉及金额", "money concerned")),
    )
    yield Paragraph(
        pen.say(
            "按四本预算，需要核对或了解的事项如下（同一笔资金可能涉及几个事项，金额不宜相加）：",
            "The matters by book (the same money may be concerned by several, so do not add it up):",
        )
    )
    yield Table(head, tuple(rows), (30, 10, 10, 10, 10, 30), frozenset(range(1, 6)))
