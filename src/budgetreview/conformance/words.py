"""What a package says: both languages, whole pages, questions instead of accusations, law under what it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from budgetreview.authority import Authority
from budgetreview.errors import Text
from budgetreview.layers import About
from budgetreview.parameters import DatedValue
from budgetreview.rule import PAGE_PARTS, Override, Rule
from budgetreview.rulefile.words import guilt_in
from budgetreview.wording import places

PLACEHOLDER: Final = "待填"
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_UNITS: Final = re.compile("[千百]?万?亿?[元分]")
"""Units of money keep their name in English texts."""
_ENGLISH: Final = re.compile(r"[A-Za-z]{2}")
_RESTS: Final = ("statutory", "policy", "local")
"""What rests on a document; arithmetic and experience rest on themselves."""

Breach = tuple[str, Text]


def about(said: About | None) -> Iterator[Breach]:
    """What a package says of itself."""
    if said is None:
        yield "about-missing", Text("没有 budgetreview_about", "there is no budgetreview_about")
        return
    if not said.engine:
        yield "engine-open", Text("About 没有写 engine", "About names no engine")
    yield from _languages("About.title", said.title)
    if said.summary is not None:
        yield from _languages("About.summary", said.summary)


def rule(r: Rule) -> Iterator[Breach]:
    """The words and the law of a rule."""
    texts = {"title": r.title, "message": r.message, "question": r.question}
    pages = {part: r.page[part] for part in PAGE_PARTS if part in r.page}
    for part in PAGE_PARTS:
        if part not in pages:
            yield "page-incomplete", Text(f"{r.code} 缺少 {part}", f"{r.code} lacks {part}")
    helps = {f"parameters.{n}.help": p.help for n, p in r.parameters.items()}
    for place, text in {**texts, **pages, **helps}.items():
        yield from _languages(f"{r.code}.{place}", text)
    for place, text in texts.items():
        for found in filter(None, map(guilt_in, (text.zh, text.en))):
            yield "guilt-word", Text(f"{r.code}.{place} 含有“{found}”", f"{r.code}.{place} says {found!r}")
    if places(r.message.zh) != places(r.message.en):
        yield "places-differ", Text(f"{r.code}.message 两种语言的 {{…}} 不同", f"{r.code}.message: the {{…}} differ")
    if "？" not in r.question.zh or not ("?" in r.question.en or r.question.en.startswith("Please")):
        yield "not-a-question", Text(f"{r.code}.question 不是问句", f"{r.code}.question is no question")
    yield from _law(r)


def _law(r: Rule) -> Iterator[Breach]:
    if r.status in _RESTS and not r.authority:
        yield "authority-missing", Text(f"{r.code} 没有依据", f"{r.code} names no authority")
    if r.status == "statutory" and not any(a.mark == "S" and a.article for a in r.authority):
        yield (
            "statutory-unread",
            Text(
                f"{r.code} 称为法定，却没有查阅过的条文",
                f"{r.code} is called statutory and names no article that was read",
            ),
        )
    values = [(n, v) for n, p in r.parameters.items() for v in p.values if v.origin == r.pack]
    for name, value in values:
        yield from _value(f"{r.code}.{name}", value, r.authority)
    said = [r.title.zh, *(t.zh for t in r.page.values()), *(a.document for a in r.authority)]
    if r.default and any(PLACEHOLDER in s for s in said):
        yield (
            "placeholder-left",
            Text(f"{r.code} 默认运行，却还留有“待填”", f"{r.code} runs by default and still says 待填"),
        )


def _value(place: str, value: DatedValue, beside: Iterable[Authority]) -> Iterator[Breach]:
    if value.status in _RESTS and not (value.authority or tuple(beside)):
        yield "authority-missing", Text(f"{place} 的取值没有依据", f"the value of {place} names no authority")
    if value.status == "statutory" and value.authority and not any(a.mark == "S" for a in value.authority):
        yield (
            "statutory-unread",
            Text(
                f"{place} 的取值称为法定，却没有查阅过的条文",
                f"the value of {place} is called statutory, and its text was not read",
            ),
        )


def change(o: Override) -> Iterator[Breach]:
    """The words and the law of a change to somebody else's rule."""
    if o.retired is not None:
        yield from _languages(f"Override({o.rule}).retired", o.retired)
    if o.value is not None:
        yield from _value(f"Override({o.rule}.{o.parameter})", o.value, o.authority)


def _languages(place: str, text: Text) -> Iterator[Breach]:
    if not _CHINESE.search(text.zh):
        yield "chinese-missing", Text(f"{place} 没有中文：{text.zh}", f"{place} has no Chinese: {text.zh}")
    if _CHINESE.search(_UNITS.sub("", text.en)) or not _ENGLISH.search(text.en):
        yield "english-missing", Text(f"{place} 没有英文：{text.en}", f"{place} has no English: {text.en}")
