"""The annexes of the opinion: the list of what was raised, and what ran with which parameters on which inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from budgetreview.render import summary, words
from budgetreview.render.opinion.pen import Pen, number, plain
from budgetreview.render.opinion.tree import Annex, Block, Heading, Paragraph, Table
from budgetreview.render.summary.ranking import Topic
from budgetreview.render.visible import one_line
from budgetreview.render.words import phrases
from budgetreview.render.words.figures import money, unit_name

EXAMPLES: Final = 10
"""Findings of one rule that the annex lists; the number of the others is said."""


def annexes(pen: Pen) -> Iterator[Block]:
    """Both annexes."""
    yield Annex(pen.say("附件1　审查事项清单", "Annex 1. List of matters"), wide=True)
    yield from _matters_raised(pen)
    yield Annex(pen.say("附件2　审查运行情况", "Annex 2. What ran"), wide=True)
    yield _facts(pen)
    yield from _inputs(pen)
    yield from _parameters(pen)


def _matters_raised(pen: Pen) -> Iterator[Block]:
    """What rests on an article of law before what does not."""
    if not pen.topics:
        yield Paragraph(pen.say("没有标出事项。", "Nothing was raised."))
        return
    yield Paragraph(
        pen.say(
            f"每条规则至多列{EXAMPLES}项，按金额由大到小；“–”为无金额或金额未知。“依据”后括号内为该依据的可靠程度。",
            f"At most {EXAMPLES} of each rule are listed, the largest first; “–”: none, or not known. How certain "
            "an authority is stands after it.",
        ),
        note=True,
    )
    law = pen.say("有法律法规条文依据的事项", "Matters with an article of law")
    other = pen.say(
        "依据勾稽关系、政策、地方规定或经验判断的事项",
        "Matters resting on arithmetic, policy, local provisions or experience",
    )
    parts = [
        (law, [t for t in pen.topics if t.result.rule.status == "statutory"]),
        (other, [t for t in pen.topics if t.result.rule.status != "statutory"]),
    ]
    for n, (title, topics) in enumerate(((title, mine) for title, mine in parts if mine), start=1):
        yield Heading(2, pen.say(f"（{number(n, 'zh')}）{title}", f"({n}) {title}"))
        yield _matters(pen, topics)


def _matters(pen: Pen, topics: Sequence[Topic]) -> Table:
    head = (
        *map(pen.word, ("rule", "severity")),
        pen.say("事项", "matter"),
        *map(pen.word, ("subject", "authority")),
        pen.money_in(pen.word("amount")),
        pen.word("source"),
    )
    rows = tuple(row for t in topics for row in _matters_of(pen, t))
    return Table(head, rows, (5, 5, 29, 17, 22, 11, 11), frozenset({5}))


def _matters_of(pen: Pen, topic: Topic) -> Iterator[tuple[str, ...]]:
    """The first findings of a rule; its authority is said once."""
    rule = topic.result.rule
    ground, law = words.say(words.STATUS, rule.status, pen.lang), pen.cited(rule.authority)
    basis = f"{ground}{phrases.colon(pen.lang)}{law}" if law else ground
    for f in topic.first(EXAMPLES):
        said = pen.message(f)
        if f.waived is not None:
            said += pen.say(f"（豁免理由：{plain(f.waived)}）", f" (waived because: {plain(f.waived)})")
        yield (
            rule.code,
            words.say(words.SEVERITY, f.severity.value, pen.lang),
            said,
            plain(summary.about(f, pen.lang, entity=pen.many)),
            basis,
            money(f.amount, pen.unit) if f.amount is not None else "–",
            plain(summary.where(f.source, pen.lang)),
        )
        basis = pen.say("同上", "as above")
    left = len(topic) - EXAMPLES
    if left > 0:
        more = pen.say(f"……另有{left}项未列出", f"… {left} more not listed")
        yield rule.code, words.say(words.SEVERITY, topic.severity.value, pen.lang), more, "", "", "", ""


def _facts(pen: Pen) -> Table:
    """With what the review was made."""
    r, lang = pen.report, pen.lang
    outcomes: Counter[str] = Counter(x.outcome for x in r.results)
    ran = (f"{words.say(words.OUTCOME, o, lang)} {outcomes[o]}" for o in words.OUTCOME if outcomes[o])
    facts = {
        "engine": f"budgetreview {r.engine}",
        "packs": plain(phrases.packs(r, lang)),
        "profile": plain(phrases.profile(r, lang)),
        "as_of": r.as_of.isoformat(),
        "money_unit": unit_name(pen.unit, lang),
        "without": " ".join(r.without),
        "off": " ".join(r.off),
        "ran": phrases.joined(ran, lang),
    }
    rows = tuple((pen.word(k), v) for k, v in facts.items() if v or k not in {"without", "off"})
    return Table((pen.word("item"), pen.word("value")), rows, (22, 78))


def _inputs(pen: Pen) -> Iterator[Block]:
    """What was read, and what was said of it."""
    r = pen.report
    yield Heading(2, pen.word("inputs"))
    yield Table(
        tuple(map(pen.word, ("file", "sheet", "table", "rows", "sha256"))),
        tuple((plain(i.name), plain(i.sheet or ""), i.table or "–", str(i.rows), i.sha256 or "–") for i in r.inputs),
        (25, 17, 10, 8, 40),
        frozenset({3}),
    )
    said = [("problem", p) for i in r.inputs for p in i.problems]
    said += [("notice", n) for i in r.inputs for n in i.notices] + [("notice", n) for n in r.notices]
    for label, one in said:
        yield Paragraph(f"{pen.word(label)}{phrases.colon(pen.lang)}{plain(one.line(pen.lang))}", note=True)


def _parameters(pen: Pen) -> Iterator[Block]:
    """The values that the rules used which ran."""
    rows = [
        (
            x.rule.code,
            one_line(x.rule.title[pen.lang]),
            one_line(x.rule.parameters[n].help[pen.lang]),
            f"{x.rule.code}.{n}",
            plain(value),
        )
        for x in pen.report.results
        if x.outcome == "ran"
        for n, value in phrases.settings(x, pen.lang, pen.unit)
    ]
    if rows:
        yield Heading(2, pen.word("parameters"))
        meaning = pen.say("含义", "meaning")
        head = (pen.word("rule"), pen.word("title_of"), meaning, pen.word("parameters"), pen.word("value"))
        yield Table(head, tuple(rows), (6, 25, 30, 12, 27))
