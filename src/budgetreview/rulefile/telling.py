"""What a rule says: its message, its question and its page; what the file does not say is made from the condition."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from budgetreview.authority import Authority
from budgetreview.errors import Text
from budgetreview.expressions import Environment, Typed
from budgetreview.expressions.columns import columns_of, find
from budgetreview.rule import PAGE_PARTS
from budgetreview.rulefile.conditions import compiled
from budgetreview.rulefile.form import CHINESE_ONLY, Form
from budgetreview.rulefile.judging import Judge
from budgetreview.rulefile.limits import LIMIT
from budgetreview.rulefile.words import asks, guilt_in
from budgetreview.tables import TABLES

_PLACE: Final = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")
_GROUPS: Final[Mapping[tuple[str, ...], str]] = {
    ("agency",): "一个单位", ("department",): "一个部门", ("project",): "一个项目", ("book",): "一本预算",
    ("fund",): "一项基金", (): "一个地区一个年度",
}  # fmt: skip
_NAMES: Final[Mapping[str, str]] = {"agency": "agency_name", "project": "project_name"}
"""What people call the unit that rows are grouped by; a message may name it."""


@attrs.frozen
class Told:
    """The texts of a rule, and the rule itself, which now shows the columns that only its message names."""

    judge: Judge
    message: Text
    question: Text
    page: Mapping[str, Text]


def check_manners(form: Form) -> None:
    """Note words of guilt, and questions that ask nothing."""
    for key in ("title_zh", "title_en", "message_zh", "message_en", "question_zh", "question_en"):
        word = guilt_in(form.entry.get(key))
        if word is not None:
            form.wrong(
                key,
                "word-of-guilt",
                f"有“{word}”；规则只陈述事实并提问，不下结论，请改写",
                f"says {word!r}; a rule states facts and asks, it does not accuse; put it otherwise",
            )
    for key in ("question_zh", "question_en"):
        if form.entry.get(key) and not asks(form.entry.get(key)):
            form.wrong(
                key, "no-question", "应是问句（以？结尾）或以“请”开头", "should be a question or begin with Please"
            )


def told(form: Form, judge: Judge, title: str, authority: Sequence[Authority]) -> Told | None:
    """The texts of a rule; None where the entry has problems."""
    more: dict[str, Typed] = {}
    zh, en = (_placed(form, key, judge, more) for key in ("message_zh", "message_en"))
    if form.problems:
        return None
    judge = attrs.evolve(judge, more=tuple(more.values()))
    en_title = form.entry.get("title_en") or CHINESE_ONLY + title
    message = Text(
        zh or f"{title}：{_values(judge, 'zh')}",
        en or (CHINESE_ONLY + zh if zh else f"{en_title}: {_values(judge, 'en')}"),
    )
    if form.english and zh and not en:
        form.english_missing("message_en")
    if form.english and not form.entry.get("title_en"):
        form.english_missing("title_en")
    question = form.bilingual(
        "question",
        f"请问“{title}”的原因是什么？请提供依据文件。",
        f"What is the reason for this: {en_title}? Please give the document.",
    )
    return Told(judge, message, question, _page(form, judge, authority))


def _page(form: Form, judge: Judge, authority: Sequence[Authority]) -> dict[str, Text]:
    """The parts of the rule's page, each from the file or else from what the rule does."""
    condition, scope = form.entry.get("condition"), form.entry.get("scope")
    unit = TABLES[judge.table].row_zh if judge.by is None else _GROUPS[judge.by]
    within_zh, within_en = (f"（适用于：{scope}）", f" (where {scope})") if scope else ("", "")
    declared = "；".join(s.strip() for s in re.split(r"[\n；;]+", form.entry.get("sums")) if s.strip())
    sums_zh, sums_en = (f"，其中{declared}", f", where {declared}") if declared else ("", "")
    cite_zh, cite_en = "、".join(a.cite("zh") for a in authority), ", ".join(a.cite("en") for a in authority)
    inputs = "、".join(_label(judge.table, name) for name in judge.reads)
    made = {
        "flags": (
            f"{unit}满足条件“{condition}”{within_zh}{sums_zh}。",
            f"A unit for which this holds: {condition}{within_en}{sums_en}.",
        ),
        "why": (
            f"依据{cite_zh}。" if cite_zh else "由规则文件的编写单位设定。",
            f"Under {cite_en}." if cite_en else "Set by those who wrote the rule file.",
        ),
        "fine": (
            "条件不成立的；适用条件以外的不适用。",
            "Where the condition does not hold; outside its scope the rule does not apply.",
        ),
        "cannot": (
            f"{inputs}缺失或空白，因而条件真假不能确定的，不作判断。",
            "Not assessed where a column is absent or a blank leaves the condition open.",
        ),
    }
    return {part: form.bilingual(part, *made[part]) for part in PAGE_PARTS}


def _placed(form: Form, key: str, judge: Judge, more: dict[str, Typed]) -> str:
    """A message with its places under canonical names; columns that only it names are added to what is shown."""
    sums = {s.name for s in judge.sums}
    known = {*judge.condition.shown, *sums, LIMIT, "measure"}

    def place(hit: re.Match[str]) -> str:
        said = hit[1].strip()
        name = {"限额": LIMIT, "计量": "measure"}.get(said, said)
        if name == LIMIT and judge.limit is None and LIMIT not in judge.condition.parameters:
            form.wrong(key, "unknown-place", "用了 {限额}，但没有填写限额", "names {limit}, but there is none")
        elif name == "measure" and judge.measure is None:
            form.wrong(key, "unknown-place", "用了 {计量}，但没有计量", "names {measure}, but there is none")
        if name in known:
            return f"{{{name}}}"
        column = find(judge.table, said)
        grouped = judge.by is not None
        told = {*(judge.by or ()), "entity", "fiscal_year", *(_NAMES[b] for b in judge.by or () if b in _NAMES)}
        if column is not None and (not grouped or column.name in told):
            environment = Environment(judge.table, sums={} if grouped else None, per=tuple(told) if grouped else ())
            shown = compiled(form, key, f"[{said}] = [{said}]", environment)
            if shown is not None:
                more[column.name] = shown
            return f"{{{column.name}}}"
        near_ = "、".join(_label(judge.table, n) for n in judge.condition.shown)
        form.wrong(
            key,
            "unknown-place",
            f"“{{{said}}}”不是这条规则的列或合计；可用：{near_}、限额、计量",
            f"{{{said}}} is no column or sum of this rule; known: {', '.join(judge.condition.shown)}, limit, measure",
        )
        return hit[0]

    return _PLACE.sub(place, form.entry.get(key))


def _label(table: str, name: str) -> str:
    column = columns_of(table).get(name)
    return column.label if column is not None else name


def _values(judge: Judge, lang: str) -> str:
    """The values of a finding in a row, where no message was written."""
    limit = (LIMIT,) if LIMIT in judge.condition.parameters else ()
    names = [n for n in (*judge.condition.shown, *limit) if not n.startswith("matches_")]
    if lang == "zh":
        return "，".join(f"{'限额' if n == LIMIT else _label(judge.table, n)}{{{n}}}" for n in names)
    return ", ".join(f"{n} {{{n}}}" for n in names)
