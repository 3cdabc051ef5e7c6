"""All findings of a report in little room, for the page's script: columns, and texts cut into parts stored once.

A sentence is cut at its figures and quotation marks, and each distinct part is kept once; put together again the parts
give the sentence to the last character, so that no wording is made anew in the browser. Every text has passed
:func:`visible` and is shortened before it is cut.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

import attrs

from budgetreview.mechanism import BOOK_NAMES, FOCUS_NAMES, STAGE_NAMES
from budgetreview.render import summary, words
from budgetreview.render.records.layout import dump
from budgetreview.render.visible import shortened, visible
from budgetreview.render.words import phrases
from budgetreview.render.words.figures import shown, with_unit
from budgetreview.render.words.sentences import Sentences
from budgetreview.report import Finding, Report, RuleResult
from budgetreview.rule import Severity

LONGEST: Final = 500
"""Characters of one text; what is longer is cut and says how long it was."""
_PART: Final = re.compile(r"[0-9][0-9,.%]*|[“”]|[^0-9“”]+")


def clean(text: str) -> str:
    """A text as the page may show it."""
    return shortened(visible(text), LONGEST)


class _Texts:
    """Texts and their parts, each stored once, in the order in which they first come."""

    def __init__(self) -> None:
        self.parts: dict[str, int] = {}
        self.texts: dict[str, int] = {}
        self.cut: list[list[int] | int] = []

    def add(self, text: str) -> int:
        """The number of a text."""
        found = self.texts.get(text)
        if found is None:
            found = self.texts[text] = len(self.texts)
            parts = [self.parts.setdefault(p, len(self.parts)) for p in _PART.findall(clean(text))]
            self.cut.append(parts[0] if len(parts) == 1 else parts)
        return found


@attrs.define(eq=False)
class Packed:
    """What one walk over all findings gives.

    Attributes:
        data: For the page's script.
        by_book: Open findings by rule and book.
        by_agency: Open findings and their money by agency: name, count by severity, money in 分, without money.
        first: The first findings, for readers without script.
    """

    data: dict[str, Any]
    by_book: Counter[tuple[str, str | None]]
    by_agency: dict[str, Agency]
    first: list[tuple[Finding, RuleResult]]


@attrs.define
class Agency:
    """The open findings of one agency."""

    name: str
    counts: dict[Severity, int]
    money: int = 0
    unpriced: int = 0


def packed(report: Report, lang: str, unit: str, *, most_first: int) -> Packed:
    """The findings of a report for the page.

    Args:
        report: From ``review``.
        lang: ``zh`` or ``en``.
        unit: The unit of money shown.
        most_first: How many findings to keep as they are.
    """
    texts = _Texts()
    say = Sentences(report, lang, unit)
    several = len(summary.entities(report)) > 1
    columns: dict[str, list[Any]] = {k: [] for k in _COLUMNS}
    schemas: dict[tuple[tuple[str, str], ...], int] = {}
    keys: dict[str, dict[Any, int]] = {k: {} for k in ("agency", "book", "entity")}
    rules: list[dict[str, Any]] = []
    out = Packed({}, Counter(), {}, [])
    for result in report.results:
        if not result.flagged:
            continue
        rules.append(_rule(result, lang))
        code = result.rule.code
        places: Any = range(result.flagged)
        for start in range(0, result.flagged, _BLOCK):
            for f in report.findings.at(code, places[start : start + _BLOCK]):
                _tally(out, f, several=several)
                if len(out.first) < most_first:
                    out.first.append((f, result))
                named = _figures(f, result, lang, unit)
                schema = tuple((k, clean(label)) for k, label, _ in named)
                row = {
                    "id": f.fingerprint, "rule": len(rules) - 1, "rank": f.severity.rank,
                    "amount": None if f.amount is None else f.amount,
                    "message": texts.add(say.message(f)), "question": texts.add(say.question(f)),
                    "about": texts.add(summary.about(f, lang, entity=several)),
                    "where": texts.add(summary.where(f.source, lang)),
                    "agency": _key(keys["agency"], None if f.agency is None else _who(f, several=several)),
                    "book": _key(keys["book"], f.book),
                    "entity": _key(keys["entity"], f.entity),
                    "schema": schemas.setdefault(schema, len(schemas)),
                    "figures": [texts.add(v) for _, _, v in named],
                    "lines": texts.add(phrases.lines(f, lang)) if f.lines else None,
                    "waived": None if f.waived is None else texts.add(f.waived),
                }  # fmt: skip
                for k, column in columns.items():
                    column.append(row[k])
    slim = {k: c for k, c in columns.items() if k not in _RARE or any(v is not None for v in c)}
    slim["rule"], slim["schema"] = _runs(columns["rule"]), _runs(columns["schema"])
    slim["rank"] = _runs(columns["rank"])
    out.data = {
        "n": len(columns["id"]), "parts": list(texts.parts), "texts": texts.cut, "schemas": list(schemas),
        "rules": rules, "columns": slim,
        "agency": [[clean(a), clean(out.by_agency[a].name if a in out.by_agency else "")] for a in keys["agency"]],
        "book": [[b, BOOK_NAMES[b][lang] if b in BOOK_NAMES else str(b)] for b in keys["book"]],
        "entity": [[e, phrases.place(report, e, lang)] for e in keys["entity"]],
    }  # fmt: skip
    return out


_BLOCK: Final = 2048
_RARE: Final = ("lines", "waived")
_COLUMNS: Final = (
    "id", "rule", "rank", "amount", "message", "question", "about", "where", "agency", "book", "entity", "schema",
    "figures", "lines", "waived",
)  # fmt: skip


def _key(known: dict[Any, int], value: Any) -> int:
    return -1 if value is None else known.setdefault(value, len(known))


def _who(f: Finding, *, several: bool) -> str:
    """An agency's code, with its entity's in front where there are several: 101 of two counties is two agencies."""
    return f"{f.entity or ''}/{f.agency}" if several else str(f.agency)


def _runs(column: list[int]) -> list[list[int]]:
    """Equal neighbours as value and length."""
    out: list[list[int]] = []
    for value in column:
        if out and out[-1][0] == value:
            out[-1][1] += 1
        else:
            out.append([value, 1])
    return out


def _tally(out: Packed, f: Finding, *, several: bool) -> None:
    if f.agency is not None:
        who = _who(f, several=several)
        found = out.by_agency.setdefault(who, Agency("", {}))
        found.name = found.name or f.labels.get("agency_name", "")
        if f.waived is None:
            found.counts[f.severity] = found.counts.get(f.severity, 0) + 1
            if f.amount is None:
                found.unpriced += 1
            else:
                found.money += abs(f.amount)
    if f.waived is None:
        out.by_book[f.rule, f.book] += 1


def _rule(result: RuleResult, lang: str) -> dict[str, Any]:
    """What all findings of a rule share."""
    rule = result.rule
    return {
        "code": rule.code, "title": clean(rule.title[lang]), "formula": rule.formula,
        "status": words.say(words.STATUS, rule.status, lang),
        "nature": [words.say(words.NATURE, words.nature(rule, s), lang) for s in Severity],
        "authority": [clean(a) for a in phrases.authorities(rule, lang)],
        "why": clean(rule.page["why"][lang]) if "why" in rule.page else "",
        "fine": clean(rule.page["fine"][lang]) if "fine" in rule.page else "",
        "focus": [[f, FOCUS_NAMES[f][lang]] for f in rule.focus],
        "stages": [[s, STAGE_NAMES[s][lang]] for s in rule.stages],
    }  # fmt: skip


def _figures(f: Finding, result: RuleResult, lang: str, unit: str) -> list[tuple[str, str, str]]:
    """Key, name and value of all figures of a finding; the keys are the names of the formula."""
    said = [(n, words.name(n, lang), shown(v, lang, unit)) for n, v in f.values.items()]
    if f.amount is not None and "amount" not in f.values:
        said.append(("amount", words.name("amount", lang), with_unit(f.amount, lang, unit)))
    for key, figure in (("measure", f.measure), ("limit", f.limit)):
        if figure is not None and figure not in f.values.values():
            said.append((key, words.say(words.REPORT, key, lang), shown(figure, lang, unit)))
    for n, v in f.parameters.items():
        parameter = result.rule.parameters.get(n)
        said.append((n, n if parameter is None else parameter.help[lang], phrases.set_to(v, lang, unit)))
    return said


def figured(f: Finding, result: RuleResult, lang: str, unit: str) -> str:
    """The formula with the numbers put in."""
    values = {k: v for k, _, v in _figures(f, result, lang, unit)}
    return re.sub(r"[A-Za-z_][A-Za-z_0-9]*", lambda m: values.get(m[0], m[0]), result.rule.formula)


def inline(value: Any) -> str:
    """JSON that may stand inside a script element: nothing in it can end the element or open a comment."""
    return (
        dump(value).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
        .replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    )  # fmt: skip
