"""The glossary: one word for one thing, taken from where the program itself takes its words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from budgetreview.authority import CERTAINTY
from budgetreview.ledger.waiving import STANDINGS
from budgetreview.mechanism import BOOK_NAMES, FOCUS_NAMES, LEVEL_NAMES, SIDE_NAMES, STAGE_NAMES, Profile
from budgetreview.render import words

Entry = tuple[str, str, str, str]
"""Chinese, English, the name in code, and the law that has the word."""

_LAW: Final[Mapping[str, str]] = {
    **dict.fromkeys(("general", "government_fund", "state_capital", "social_insurance"), "《预算法》第5条"),
    "preliminary": "《预算法》第22、44条",
    "plenary": "《预算法》第43条",
    "adjustment": "《预算法》第69条",
    "final": "《预算法》第78条",
    "rectify": "《监督法》第27条",
}
VOCABULARY: Final[Mapping[str, list[dict[str, Any]]]] = tomllib.loads(
    (Path(__file__).parent / "vocabulary.toml").read_text(encoding="utf-8")
)


def _groups() -> Iterator[tuple[str, str, list[Entry]]]:
    """Each group of words, with its two headings."""
    for zh, en, known in (
        ("阶段", "Stages", STAGE_NAMES),
        ("预算", "Books", BOOK_NAMES),
        ("收支", "Sides", SIDE_NAMES),
        ("审查重点", "Focuses", FOCUS_NAMES),
        ("级次", "Levels of government", LEVEL_NAMES),
    ):
        yield zh, en, [(t.zh, t.en, key, _LAW.get(key, "")) for key, t in known.items()]
    for zh, en, pairs in (
        ("回答", "Answers", words.ANSWER),
        ("严重程度", "Severities", words.SEVERITY),
        ("疑问的性质", "Nature of a finding", words.NATURE),
        ("规则怎样了", "What became of a rule", words.OUTCOME),
    ):
        yield zh, en, [(a, b, key, "") for key, (a, b) in pairs.items()]
    yield "把握程度", "Certainty", [(t.zh, t.en, key, "") for key, t in CERTAINTY.items()]
    yield "豁免的状态", "Standing of a waiver", [(t.zh, t.en, key, "") for key, t in STANDINGS.items()]


def page(lang: str, profile: Profile) -> str:
    """The page of one language.

    Args:
        lang: ``zh`` or ``en``.
        profile: Whose states of a case are listed.
    """
    zh = lang == "zh"
    out = [
        "# 词汇\n\n一件事物只有一个词，报告、命令、列、规则和文档都用它；一项测试照此检查。"
        "写明出处的是条文自己的词，其余是本库的。\n"
        if zh
        else "# Glossary\n\nOne word for one thing in reports, commands, columns, rules and pages; "
        "a test holds them to it. Where an article is named the word is the law's own, elsewhere it is ours.\n",
    ]
    for key, name, title in (("word", "事物", "Things"), ("budget", "预算里的", "In a budget")):
        heads = ("中文", "English", "程序中", "法律", "意思", "不写作")
        heads = heads if zh else ("English", "中文", "in code", "law", "meaning", "not called")
        out.append(_head(name if zh else title, heads))
        for entry in VOCABULARY[key]:
            given_up = ("、" if zh else ", ").join(entry.get(f"not_{lang}", ()))
            first, second = ("zh", "en") if zh else ("en", "zh")
            cells = (entry[first], entry[second], f"`{entry['code']}`", entry.get("law", ""), entry["means"][lang])
            out.append(f"| {' | '.join(cells)} | {given_up} |\n")
    states = [(s.title.zh, s.title.en, s.key, "") for s in profile.loop.steps]
    for name, title, entries in [*_groups(), ("案件的状态", "States of a case", states)]:
        heads = ("中文", "English", "程序中", "法律") if zh else ("English", "中文", "in code", "law")
        out.append(_head(name if zh else title, heads))
        for a, b, code, law in entries:
            first, second = (a, b) if zh else (b, a)
            out.append(f"| {first} | {second} | `{code}` | {law} |\n")
    return "".join(out)


def _head(title: str, heads: tuple[str, ...]) -> str:
    return f"\n## {title}\n\n| {' | '.join(heads)} |\n{'|---' * len(heads)}|\n"
