"""``text``: the report for a terminal, short by default and honest about what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.cells import cell_len, chop_cells
from rich.color import ColorSystem
from rich.style import Style

from budgetreview.mechanism import STAGE_NAMES
from budgetreview.render import summary, words
from budgetreview.render.summary.ranking import Topic, questions, topics
from budgetreview.render.visible import one_line, shortened
from budgetreview.render.words import phrases
from budgetreview.render.words.sentences import Sentences
from budgetreview.report import Finding, Report, RuleResult
from budgetreview.rule import Severity

EXAMPLES: Final = 3
"""Findings of one rule that are listed unless all are asked for."""
CROWDED: Final = 8
"""With more rules than this only the largest finding of each is listed, on a line or two, unless all are asked for."""
FEW: Final = 5
"""Questions, missing inputs and notices that are listed unless all are asked for."""
LONGEST: Final = 400
"""Characters of one text; what is longer is cut and says how long it was."""

_NARROWEST: Final = 14
"""Columns of a table that a text can still be read in."""
_PIECE: Final = re.compile(
    r"[“‘（《〔\[(]*(?:[\x21-\x27\x2a-\x5a\x5c\x5e-\x7e]+|[^\s])[，。；：、？！…）》〕”’\])%]*\s*"
)
"""What stays together on a line: a word or figure, or one Chinese character, with the marks around it."""

_STYLE: Final = {
    "red": Style(bold=True, color="red"),
    "orange": Style(bold=True, color="yellow"),
    "yellow": Style(color="yellow"),
    "blue": Style(color="blue"),
    "loud": Style(bold=True, reverse=True),
    "head": Style(bold=True),
    "dim": Style(dim=True),
}


def text(report: Report, lang: str, *, unit: str, verbose: bool, width: int, color: bool) -> str:
    """The whole text, with a line feed at its end."""
    page = _Page(report, lang, unit, verbose, width, color)
    lines: list[str] = []
    for part in (page.head(), page.questions(), page.findings(), page.unjudged(), page.rules(), page.inputs()):
        block = list(part)
        if block:
            lines += ["", *block] if lines else block
    return "\n".join(line.rstrip() for line in lines) + "\n"


class _Page:
    def __init__(self, report: Report, lang: str, unit: str, verbose: bool, width: int, color: bool) -> None:  # noqa: FBT001
        self.report = report
        self.lang = lang
        self.unit = unit
        self.verbose = verbose
        self.width = max(width, 40)
        self.color = color
        self.topics = topics(report)
        self.sentences = Sentences(report, lang, unit)
        self.book = {r.rule.code: r.rule for r in report.results}
        self.many = len(summary.entities(report)) > 1
        self.crowded = not verbose and len(self.topics) > CROWDED

    def word(self, key: str) -> str:
        return words.pick(words.REPORT[key], self.lang)

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def paint(self, text: str, style: str) -> str:
        return _STYLE[style].render(text, color_system=ColorSystem.STANDARD) if self.color else text

    def heading(self, text: str) -> str:
        return self.paint(f"── {text} " + "─" * max(0, self.width - cell_len(text) - 4), "head")

    def wrapped(self, text: str, indent: int, hanging: int | None = None) -> Iterator[str]:
        """A text broken at the width of the terminal; Chinese characters are two columns wide."""
        later = indent if hanging is None else hanging
        pad = indent
        for line in broken(shortened(one_line(text), LONGEST), self.width - max(indent, later)):
            yield " " * pad + line
            pad = later

    def cut(self, text: str, indent: int) -> str:
        """A text on one line, with ``…`` where it goes on."""
        said, room = one_line(text), self.width - indent
        if cell_len(said) > room:
            said = chop_cells(said, room - 1)[0] + "…"
        return " " * indent + said

    def led(self, front: str, style: str, rest: str, indent: int, hanging: int) -> Iterator[str]:
        """A wrapped text whose front is painted where it stands on one line."""
        for line in self.wrapped(front + rest, indent, hanging):
            yield line.replace(front, self.paint(front, style), 1)

    # --- what was reviewed, complete or not

    def head(self) -> Iterator[str]:
        r, lang = self.report, self.lang
        day = f"{self.word('as_of')} {r.as_of.isoformat()}"
        head = (self.word("title"), STAGE_NAMES[r.stage][lang], day, f"budgetreview {r.engine}")
        yield from (self.paint(line, "head") for line in self.wrapped(" · ".join(head), 0))
        yield from self.wrapped(phrases.places(r, lang, EXAMPLES), 0)
        yield from self.wrapped(f"{self.word('profile')} {phrases.profile(r, lang)}", 0)
        because = summary.incomplete_because(r)
        if because:
            yield self.paint(f" {self.word('incomplete')} ", "loud")
            for reason in because:
                yield from self.wrapped(f"! {reason[lang]}", 2, 4)
        else:
            heading = self.word(summary.outcome(r))
            yield from self.wrapped(f"{heading}{phrases.colon(lang)}{self.word('complete_means')}", 0)
        yield from self.wrapped(summary.verdict(r)[lang], 0)
        yield self.counts()
        if summary.judged_nothing(r):
            yield self.paint(f" {self.word('nothing_judged')} ", "loud")
        elif not len(r.findings):
            yield from self.wrapped(self.word("nothing_found"), 0)

    def counts(self) -> str:
        parts = [
            self.paint(f"{words.say(words.SEVERITY, s.value, self.lang)} {n}", s.value)
            for s, n in summary.by_severity(self.report).items()
        ]
        waived = summary.waived(self.report)
        if waived:
            parts.append(self.say(f"另有已豁免 {waived}", f"waived besides {waived}"))
        return "  ".join(parts)

    # --- questions

    def questions(self) -> Iterator[str]:
        asked = questions(self.report)
        if not asked:
            return
        most = len(asked) if self.verbose else FEW
        yield self.heading(self.word("questions"))
        if self.verbose:
            yield from (self.paint(line, "dim") for line in self.wrapped(self.word("questions_order"), 0))
        for n, q in enumerate(asked[:most], start=1):
            topic = q.topic
            yield from self.wrapped(f"{n}. {self.sentences.question(topic.example)}", 0, 3)
            label = words.say(words.SEVERITY, topic.severity.value, self.lang)
            case = phrases.example(topic, self.lang, entity=self.many)
            rest = f" · {topic.result.rule.code} · {self.size(topic)} · {case}"
            besides = phrases.besides(q, self.lang)
            yield from self.led(label, topic.severity.value, f"{rest} · {besides}" if besides else rest, 3, 3)
        if len(asked) > most:
            yield from self.left_out(len(asked) - most, "个问题", "questions")

    def size(self, topic: Topic) -> str:
        return phrases.size(topic, self.lang, self.unit)

    def left_out(self, n: int, zh: str, en: str) -> Iterator[str]:
        said = self.say(f"另有 {n} {zh}未列出，用 --verbose 查看全部", f"{n} more {en} not listed; --verbose shows all")
        yield from (self.paint(line, "dim") for line in self.wrapped(f"… {said}", 3))

    # --- findings

    def findings(self) -> Iterator[str]:
        for severity in Severity:
            topics = [t for t in self.topics if t.severity is severity]
            if not topics:
                continue
            if severity is not self.topics[0].severity:
                yield ""
            yield self.paint(self.heading_text(severity, topics), severity.value)
            for topic in topics:
                yield from self.topic(topic)
        if self.crowded:
            n = len(self.report.findings)
            said = self.say(
                f"以上每条规则只列金额最大的一项，长句已截短；用 --verbose 查看全部 {n} 项",
                f"only the largest finding of each rule, long sentences cut; --verbose shows all {n}",
            )
            yield ""
            yield from (self.paint(line, "dim") for line in self.wrapped(f"… {said}", 0, 2))

    def heading_text(self, severity: Severity, topics: Sequence[Topic]) -> str:
        title = f"{words.severity(severity.value, self.lang)} {sum(t.open for t in topics)}"
        waived = sum(len(t) - t.open for t in topics)
        if waived:
            title += self.say(f"（另有已豁免 {waived}）", f" (waived besides {waived})")
        return f"── {title} " + "─" * max(0, self.width - cell_len(title) - 4)

    def topic(self, topic: Topic) -> Iterator[str]:
        rule = topic.result.rule
        nature = words.say(words.NATURE, topic.nature, self.lang)
        law = phrases.laws(rule, self.lang)
        yield from self.led(
            one_line(f"{rule.code} {rule.title[self.lang]}"), "head", f" · {nature} · {self.size(topic)}", 0, 2
        )
        if law and self.verbose:
            yield from self.wrapped(f"{self.word('authority')}{phrases.colon(self.lang)}{law}", 2, 4)
        if self.verbose:
            yield from self.wrapped(f"{self.word('formula')}{phrases.colon(self.lang)}{rule.formula}", 2, 4)
        hint = summary.base_rate(topic.result)
        if hint is not None:
            yield from self.wrapped(f"! {hint[self.lang]}", 2, 4)
        most = len(topic) if self.verbose else 1 if self.crowded else EXAMPLES
        for f in topic.first(most):
            yield from self.finding(f)
        if len(topic) > most and not self.crowded:
            yield from self.left_out(len(topic) - most, "项", "findings")

    def finding(self, f: Finding) -> Iterator[str]:
        mark = self.say("[已豁免] ", "[waived] ") if f.waived is not None else ""
        about = summary.about(f, self.lang, entity=self.many)
        place = summary.where(f.source, self.lang)
        if self.crowded:
            yield self.cut(f"· {mark}{self.sentences.message(f)}", 2)
            spot = f"  [{place}]" if place else ""
            room = max(self.width - 4 - cell_len(spot), FEW)
            short = about if cell_len(about) <= room else chop_cells(about, room - 1)[0] + "…"
            yield self.paint(self.cut(short + spot, 4), "dim")
            return
        yield from self.wrapped(f"· {mark}{self.sentences.message(f)}", 2, 4)
        yield from (self.paint(line, "dim") for line in self.wrapped(f"{about}  [{place}]" if place else about, 4))
        if self.verbose:
            named = phrases.figures(f, self.book[f.rule], self.lang, self.unit)
            numbers = " · ".join(f"{name} {value}" for name, value in named)
            if numbers:
                yield from self.wrapped(numbers, 4)
            yield from self.wrapped(f"{self.word('question')}{phrases.colon(self.lang)}{self.sentences.question(f)}", 4)
            if f.waived is not None:
                yield from self.wrapped(f"{self.word('waived')}{phrases.colon(self.lang)}{f.waived}", 4)

    # --- what was not judged, what ran, what was read

    def unjudged(self) -> Iterator[str]:
        listed = summary.unjudged(self.report)
        if not listed:
            return
        yield self.heading(f"{self.word('unjudged')} {len(listed)}")
        if self.verbose:
            grey = words.pick(words.ANSWER["not_assessed"], self.lang)
            head = (self.word("rule"), self.word("outcome"), grey, self.word("title_of"), self.word("missing"))
            rows = [
                (r.rule.code, self.outcome(r), str(r.not_assessed), r.rule.title[self.lang],
                 summary.why_unjudged(r, self.lang))
                for r in listed
            ]  # fmt: skip
            yield from self.table(head, rows)
            return
        failed = [r for r in listed if r.outcome == "failed"]
        for r in failed:
            yield from self.wrapped(f"{r.rule.code} {r.rule.title[self.lang]}{phrases.colon(self.lang)}{r.error}", 0, 4)
        needed = summary.lacking_most(self.report)
        for key, n in needed[:FEW]:
            yield from self.wrapped(phrases.helps(key, n, self.lang), 0, 4)
        if len(needed) > FEW:
            yield from self.left_out(len(needed) - FEW, "项缺少的数据", "missing inputs")

    def rules(self) -> Iterator[str]:
        if not self.verbose:
            if self.report.without:  # whoever leaves a package out must see it (CONTRACT 6: never silently)
                yield self.heading(self.word("ran"))
                yield from self.wrapped(f"{self.word('without')} {' '.join(self.report.without)}", 0)
            return
        yield self.heading(self.word("ran"))
        yield from self.wrapped(f"{self.word('packs')} {phrases.packs(self.report, self.lang)}", 0)
        for key, listed in (("without", self.report.without), ("off", self.report.off)):
            if listed:
                yield from self.wrapped(f"{self.word(key)} {' '.join(listed)}", 0)
        answers = [words.pick(a, self.lang) for a in words.ANSWER.values()]
        head = (self.word("rule"), self.word("outcome"), *answers, self.word("title_of"))
        rows = [
            (r.rule.code, self.outcome(r), *(str(getattr(c, a)) for a in words.ANSWER), r.rule.title[self.lang])
            for c, r in zip(self.report.coverage, self.report.results, strict=True)
        ]
        yield from self.table(head, rows)

    def outcome(self, result: RuleResult) -> str:
        return words.say(words.OUTCOME, result.outcome, self.lang)

    def inputs(self) -> Iterator[str]:
        read = self.report.inputs
        everything = [n for i in read for n in (*i.problems, *i.notices)] + list(self.report.notices)
        if self.verbose and read:
            yield self.heading(self.word("inputs"))
            head = [self.word(k) for k in ("file", "sheet", "table", "rows", "amount_column")]
            rows = [(i.name, i.sheet or "", i.table or "", str(i.rows), i.amount_column or "") for i in read]
            yield from self.table(head, rows)
        elif everything:
            yield self.heading(self.word("inputs"))
        most = len(everything) if self.verbose else FEW
        for n in everything[:most]:
            yield from self.wrapped(f"· {n.line(self.lang)}", 0, 2)
        if len(everything) > most:
            yield from self.left_out(len(everything) - most, "条注意事项", "notices")

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
        """Columns aligned by what they take on the screen; numbers to the right, the widest columns wrap.

        Where a terminal is too narrow for that, each row is a paragraph that names its columns.
        """
        listed = [[*head], *([one_line(c) for c in row] for row in rows)]
        right = [all(r[k].isdigit() for r in listed[1:]) for k in range(len(head))]
        widths = _fitted([max(cell_len(r[k]) for r in listed) for k in range(len(head))], self.width)
        if widths is None:
            for row in listed[1:]:
                said = [f"{h} {c}" for h, c in zip(head[1:], row[1:], strict=True) if c and c != "0"]
                yield from self.wrapped(" · ".join([row[0], *said]), 0, 4)
            return
        for n, row in enumerate(listed):
            cells = [broken(shortened(c, LONGEST), w) or [""] for c, w in zip(row, widths, strict=True)]
            for k in range(max(map(len, cells))):
                parts = [c[k] if k < len(c) else "" for c in cells]
                padded = [_padded(c, w, right=r) for c, w, r in zip(parts, widths, right, strict=True)]
                line = "  ".join(padded).rstrip()
                yield self.paint(line, "dim") if n == 0 else line


def _fitted(widths: Sequence[int], room: int) -> list[int] | None:
    """Widths of columns that fit between them and two blanks each; the widest give way. None: they cannot fit."""
    out = list(widths)
    room -= 2 * (len(out) - 1)
    while sum(out) > room:
        widest = max(range(len(out)), key=out.__getitem__)
        if out[widest] <= _NARROWEST:
            return None
        out[widest] -= 1
    return out


def _padded(text: str, width: int, *, right: bool) -> str:
    gap = " " * (width - cell_len(text))
    return gap + text if right else text + gap


def broken(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` columns: broken between characters of Chinese, never inside a word or a figure.

    No line begins with a closing mark; a word longer than a line is cut.
    """
    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(text):
        if cell_len(line + piece.rstrip()) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        *whole, line = chop_cells(piece, width) if cell_len(piece.rstrip()) > width else [piece]
        lines += whole
    return [*lines, line.rstrip()] if line.strip() else lines
