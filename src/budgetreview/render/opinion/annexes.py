"""The annexes of the opinion: the list of what was raised, and what ran with which parameters on which inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from budgetreview.render import phrases, summary, words
from budgetreview.render.figures import money, unit_name
from budgetreview.render.opinion.pen import Pen, plain
from budgetreview.render.opinion.tree import Annex, Block, Heading, Paragraph, Table
from budgetreview.render.ranking import Topic
from budgetreview.render.visible import one_line

EXAMPLES: Final = 10
"""Findings of one rule that the annex lists; the number of the others is said."""


def annexes(pen: Pen) -> Iterator[Block]:
    """Both annexes."""
    made = _Annexes(pen)
    yield from made.matters_raised()
    yield from made.what_ran()


class _Annexes:
    def __init__(self, pen: Pen) -> None:
        self.pen = pen
        self.report, self.lang, self.unit, self.many, self.topics = pen.report, pen.lang, pen.unit, pen.many, pen.topics

    def matters_raised(self) -> Iterator[Block]:
        yield Annex(self.pen.say("附件1　审查事项清单", "Annex 1. List of matters"), wide=True)
        if not self.topics:
            yield Paragraph(self.pen.say("没有标出事项。", "Nothing was raised."))
            return
        yield Paragraph(
            self.pen.say(
                f"每条规则至多列{EXAMPLES}项，按金额由大到小；“–”为无金额或金额未知。“依据”后括号内为该依据的可靠程度。",
                f"At most {EXAMPLES} of each rule are listed, the largest first; “–”: none, or not known. How certain "
                "an authority is stands after it.",
            ),
            note=True,
        )
        stated = [t for t in self.topics if t.result.rule.status == "statutory"]
        others = [t for t in self.topics if t.result.rule.status != "statutory"]
        n = 0
        for title, mine in (
            (self.pen.say("有法律法规条文依据的事项", "Matters with an article of law"), stated),
            (
                self.pen.say(
                    "依据勾稽关系、政策、地方规定或经验判断的事项",
                    "Matters resting on arithmetic, policy, local provisions or experience",
                ),
                others,
            ),
        ):
            if mine:
                n += 1
                yield Heading(2, self.pen.say(f"（{'零一二'[n]}）{title}", f"({n}) {title}"))
                yield self.matters(mine)

    def matters(self, topics: Sequence[Topic]) -> Table:
        rows: list[tuple[str, ...]] = []
        for t in topics:
            rule = t.result.rule
            ground = words.say(words.STATUS, rule.status, self.lang)
            law = self.pen.cited(rule.authority)
            basis = f"{ground}{phrases.colon(self.lang)}{law}" if law else ground
            for k, f in enumerate(t.first(EXAMPLES)):
                said = self.pen.message(f)
                if f.waived is not None:
                    said += self.pen.say(f"（豁免理由：{plain(f.waived)}）", f" (waived because: {plain(f.waived)})")
                rows.append(
                    (
                        rule.code,
                        words.say(words.SEVERITY, f.severity.value, self.lang),
                        said,
                        plain(summary.about(f, self.lang, entity=self.many)),
                        basis if k == 0 else self.pen.say("同上", "as above"),
                        money(f.amount, self.unit) if f.amount is not None else "–",
                        plain(summary.where(f.source, self.lang)),
                    )
                )
            left = len(t) - EXAMPLES
            if left > 0:
                rows.append(
                    (
                        rule.code,
                        words.say(words.SEVERITY, t.severity.value, self.lang),
                        self.pen.say(f"……另有{left}项未列出", f"… {left} more not listed"),
                        "",
                        "",
                        "",
                        "",
                    )
                )
        head = (
            self.pen.word("rule"),
            self.pen.word("severity"),
            self.pen.say("事项", "matter"),
            self.pen.word("subject"),
            self.pen.word("authority"),
            self.pen.money_in(self.pen.word("amount")),
            self.pen.word("source"),
        )
        return Table(head, tuple(rows), (5, 5, 29, 17, 22, 11, 11), frozenset({5}))

    def what_ran(self) -> Iterator[Block]:
        r, lang, colon = self.report, self.lang, phrases.colon(self.lang)
        yield Annex(self.pen.say("附件2　审查运行情况", "Annex 2. What ran"), wide=True)
        facts = [
            (self.pen.word("engine"), f"budgetreview {r.engine}"),
            (self.pen.word("packs"), plain(phrases.packs(r, lang))),
            (self.pen.word("profile"), plain(phrases.profile(r, lang))),
            (self.pen.word("as_of"), r.as_of.isoformat()),
            (self.pen.word("money_unit"), unit_name(self.unit, lang)),
        ]
        for key, listed in (("without", r.without), ("off", r.off)):
            if listed:
                facts.append((self.pen.word(key), " ".join(listed)))
        outcomes: Counter[str] = Counter(x.outcome for x in r.results)
        facts.append(
            (
                self.pen.word("ran"),
                phrases.joined(
                    (f"{words.say(words.OUTCOME, o, lang)} {outcomes[o]}" for o in words.OUTCOME if outcomes[o]), lang
                ),
            )
        )
        yield Table((self.pen.word("item"), self.pen.word("value")), tuple(facts), (22, 78))
        yield Heading(2, self.pen.word("inputs"))
        yield Table(
            (
                self.pen.word("file"),
                self.pen.word("sheet"),
                self.pen.word("table"),
                self.pen.word("rows"),
                self.pen.word("sha256"),
            ),
            tuple(
                (plain(i.name), plain(i.sheet or ""), i.table or "–", str(i.rows), i.sha256 or "–") for i in r.inputs
            ),
            (25, 17, 10, 8, 40),
            frozenset({3}),
        )
        for label, said in (
            ("problem", [p for i in r.inputs for p in i.problems]),
            ("notice", [n for i in r.inputs for n in i.notices] + list(r.notices)),
        ):
            for p in said:
                yield Paragraph(f"{self.pen.word(label)}{colon}{plain(p.line(lang))}", note=True)
        rows = [
            (
                x.rule.code,
                one_line(x.rule.title[lang]),
                one_line(x.rule.parameters[n].help[lang]),
                f"{x.rule.code}.{n}",
                plain(value),
            )
            for x in r.results
            if x.outcome == "ran"
            for n, value in phrases.settings(x, lang, self.unit)
        ]
        if rows:
            yield Heading(2, self.pen.word("parameters"))
            yield Table(
                (
                    self.pen.word("rule"),
                    self.pen.word("title_of"),
                    self.pen.say("含义", "meaning"),
                    self.pen.word("parameters"),
                    self.pen.word("value"),
                ),
                tuple(rows),
                (6, 25, 30, 12, 27),
            )
