"""The glossary: one word for one thing, taken from where the program itself takes its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from budgetreview.authority import CERTAINTY
from budgetreview.errors import Text
from budgetreview.ledger.waiving import STANDINGS
from budgetreview.mechanism import BOOK_NAMES, FOCUS_NAMES, LEVEL_NAMES, SIDE_NAMES, STAGE_NAMES, Profile
from budgetreview.render import words

Entry = tuple[str, str, str, str]
"""Chinese, English, the name in code, and what it rests on or means."""

_LAW: Final[Mapping[str, str]] = {
    **dict.fromkeys(("general", "government_fund", "state_capital", "social_insurance"), "《预算法》第5条"),
    "preliminary": "《预算法》第22、44条",
    "plenary": "《预算法》第43条",
    "adjustment": "《预算法》第69条",
    "final": "《预算法》第78条",
    "rectify": "《监督法》第27条",
}
_THINGS: Final[tuple[tuple[str, str, str, Text], ...]] = (
    (
        "疑问",
        "finding",
        "Finding",
        Text(
            "规则标出的一项，带数字、依据、问题和单元格；是问题，不是结论",
            "what a rule flagged, with figures, authority, question and cell; no verdict",
        ),
    ),
    (
        "规则",
        "rule",
        "Rule",
        Text("一个判断：何时有疑问，凭什么", "one decision: when something is to be asked about, and on what ground"),
    ),
    (
        "规则包",
        "rule package",
        "pack",
        Text("一组规则和一地的参数，单独安装", "rules and a place's figures, installed by themselves"),
    ),
    (
        "机制",
        "mechanism",
        "Profile",
        Text("谁在何时审查什么，闭环怎样走", "who reviews what and when, and how the loop goes"),
    ),
    ("明细", "budget line", "lines", Text("预算里最细的一行", "the finest row of a budget")),
    (
        "参数",
        "parameter",
        "Parameter",
        Text("规则里的数，有依据、地区和日期", "a figure of a rule, with authority, place and days"),
    ),
    (
        "基准日",
        "as-of day",
        "as_of",
        Text(
            "审查所站的那一天，规则和参数按它取",
            "the day that a review stands on; rules and figures are those of that day",
        ),
    ),
    ("指纹", "fingerprint", "fingerprint", Text("说是哪一项的短码", "the code that says which matter it is")),
    ("数值校验", "facts", "facts", Text("说看到了什么数的短码", "the code that says which figures were seen")),
    ("依据", "authority", "Authority", Text("文件、条款和把握程度", "document, article and how certain we are")),
    ("布局", "layout", "Layout", Text("别的系统导出的表怎样读", "how another system's table is read")),
    (
        "台账",
        "ledger",
        "Ledger",
        Text("疑问的全部经过，只增不改", "everything that happened to findings; added to, never changed"),
    ),
    ("案件", "case", "case", Text("台账里的一项疑问", "a finding in the ledger")),
    (
        "豁免",
        "waiver",
        "waiver",
        Text(
            "经另一人批准、有期限地不再追问；仍留在报告里",
            "not asked about for a time, allowed by another person; it stays in reports",
        ),
    ),
    (
        "锁定文件",
        "lock file",
        "lock",
        Text("固定引擎、规则包和文件的内容", "pins engine, packages and files by content"),
    ),
)


def _groups() -> Iterator[tuple[str, str, list[Entry]]]:
    """Each group of words, with its two headings."""
    yield "事物", "Things", [(zh, en, code, "") for zh, en, code, _ in _THINGS]
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
    meaning = {code: text[lang] for _, _, code, text in _THINGS}
    heads = ("中文", "English", "程序中", "依据或意思") if zh else ("English", "中文", "in code", "ground or meaning")
    out = [
        "# 词汇\n\n一件事物只有一个词，报告、命令、文档都用它；下表取自程序自己用的词。\n"
        if zh
        else "# Glossary\n\nOne word for one thing, in reports, commands and pages, as the program has it.\n",
    ]
    states = [(s.title.zh, s.title.en, s.key, "") for s in profile.loop.steps]
    for name, title, entries in [*_groups(), ("案件的状态", "States of a case", states)]:
        out.append(f"\n## {name if zh else title}\n\n| {' | '.join(heads)} |\n|---|---|---|---|\n")
        for a, b, code, law in entries:
            first, second = (a, b) if zh else (b, a)
            out.append(f"| {first} | {second} | `{code}` | {law or meaning.get(code, '')} |\n")
    return "".join(out)
