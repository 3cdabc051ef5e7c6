"""What the page draws: exact tables of sums, and the same numbers rounded for the eye of a chart.

A picture never holds a figure that its table does not. Blank cells are left out of sums and counted beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs

from budgetreview.codes import load_tables
from budgetreview.money import FEN
from budgetreview.outline import Spending
from budgetreview.render import words
from budgetreview.render.page.packed import Agency, clean
from budgetreview.render.words import phrases
from budgetreview.render.words.figures import money, shown, unit_name, with_unit
from budgetreview.report import Report, RuleResult
from budgetreview.rule import Severity
from budgetreview.tables import AMOUNT_BY_STAGE
from budgetreview.wording import Figure

MOST_BARS: Final = 15
MOST_POINTS: Final = 200
_LARGE: Final = FEN["亿元"] * 10
_BY: Final = {
    "function": ("功能分类", "function", "功能分类", "Function"),
    "department": ("部门", "department", "部门", "Department"),
    "agency": ("单位", "agency", "单位", "Agency"),
}
_FEWEST: Final = 3
"""A curve through fewer findings tells nothing that the list does not."""


@attrs.frozen
class Picture:
    """A chart and the table it is drawn from.

    Attributes:
        key: Its name in the page.
        title: What it shows.
        said: One sentence: what to see in it.
        notes: What is left out, and what must not be read into it.
        head: Names of the columns.
        rows: Cells as text; the first is the label.
        chart: For the script: kind, labels, series, unit.
    """

    key: str
    title: str
    said: str
    notes: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    chart: dict[str, Any]


@attrs.frozen
class Group:
    """The pictures of one entity and year."""

    title: str
    pictures: tuple[Picture, ...]


@attrs.frozen
class _Class:
    """One function's sums."""

    code: str | None
    name: str
    of: dict[str, int]


def spending(report: Report, lang: str, unit: str) -> tuple[Group, ...]:
    """Spending by function this year and last, and what was spent beside what is asked, for each entity and year."""
    groups: dict[tuple[str | None, int | None], list[Spending]] = {}
    for s in report.outline.spending:
        groups.setdefault((s.entity, s.fiscal_year), []).append(s)
    out = []
    for i, ((entity, year), mine) in enumerate(groups.items()):
        general = [s for s in mine if s.book == "general"]
        chosen = general or mine
        made = [p for p in (
            _pair(report, chosen, bool(general), year, key, lang, unit) for key in ("years", "execution")
        ) if p is not None]  # fmt: skip
        made = [attrs.evolve(p, key=f"{p.key}-{i}") for p in made]
        if made:
            where = phrases.place(report, entity, lang) if entity else ""
            out.append(Group(" ".join(p for p in (where, "" if year is None else str(year)) if p), tuple(made)))
    return tuple(out)


def _columns(report: Report, chosen: Sequence[Spending], key: str) -> tuple[str, str] | None:
    """Which two columns to put side by side, None where the budget has not both."""
    there = {c for s in chosen for c in s.sums}
    wanted = [("prior_approved", "amount"), ("prior_current", "amount"), ("prior_executed", "amount")]
    if key == "execution":
        wanted = [("current", "executed"), ("approved", "executed"), ("prior_executed", AMOUNT_BY_STAGE[report.stage]),
                  ("prior_executed", "requested"), ("requested", "amount")]  # fmt: skip
    return next(((a, b) for a, b in wanted if a != b and a in there and b in there), None)


def _pair(
    report: Report, chosen: Sequence[Spending], general: bool, year: int | None, key: str, lang: str, unit: str  # noqa: FBT001
) -> Picture | None:
    columns = _columns(report, chosen, key)
    if columns is None or not any(s.key for s in chosen):
        return None
    zh = lang == "zh"
    classes = _classes(chosen, columns, year, lang)
    names = [_column_name(c, report, lang) for c in columns]
    drawn, rest = classes[:MOST_BARS], classes[MOST_BARS:]
    if rest:
        other = _Class(None, f"其他 {len(rest)} 项" if zh else f"{len(rest)} others",
                       {c: sum(x.of.get(c, 0) for x in rest) for c in columns})  # fmt: skip
        drawn = [*drawn, other]
    big = _big([v for x in drawn for v in x.of.values()], unit)
    totals = [sum(x.of.get(c, 0) for x in classes) for c in columns]
    book = ("一般公共预算" if zh else "general budget") if general else ("全部预算" if zh else "all books")
    one, two = reversed(names) if key == "years" else names
    by, parts = _BY[chosen[0].by][0 if zh else 1], _BY[chosen[0].by][2 if zh else 3]
    title = f"{book}支出：{one}与{two}，按{by}" if zh else f"{one} beside {two}, {book}, by {by}"
    unknown = words.pick(words.REPORT["unknown"], lang)
    return Picture(
        key, title[:1].upper() + title[1:], _moved(drawn, columns, names, totals, lang, unit),
        tuple(_notes(chosen, columns, names, lang)),
        (parts, *names, "增减" if zh else "Change"),
        tuple(
            (clean(x.name), *(money(x.of[c], unit) if c in x.of else unknown for c in columns),
             _change(x.of.get(columns[0]), x.of.get(columns[1])))
            for x in drawn
        ),
        {
            "kind": "bars", "unit": unit_name(big, lang), "labels": [clean(x.name) for x in drawn],
            "series": [{"name": n, "data": [_big_number(x.of.get(c), big) for x in drawn],
                        "text": [with_unit(x.of[c], lang, unit) if c in x.of else "" for x in drawn]}
                       for n, c in zip(names, columns, strict=True)],
        },
    )  # fmt: skip


def _classes(chosen: Iterable[Spending], columns: tuple[str, str], year: int | None, lang: str) -> list[_Class]:
    table = load_tables()["function"]
    found: dict[str | None, _Class] = {}
    for s in chosen:
        name = s.name if s.by != "function" else table.name(s.key or "", year or 0)
        said = " ".join(dict.fromkeys(p for p in (s.key, name) if p))
        one = found.setdefault(s.key, _Class(s.key, said or ("未填代码" if lang == "zh" else "no code"), {}))
        for c in columns:
            if c in s.sums:
                one.of[c] = one.of.get(c, 0) + s.sums[c].fen
    return sorted((x for x in found.values() if x.of), key=lambda x: (-x.of.get(columns[1], 0), x.code or "~"))


def _column_name(column: str, report: Report, lang: str) -> str:
    if column == "amount":
        chosen = {i.amount_column for i in report.inputs if i.amount_column}
        named = next(iter(chosen)) if len(chosen) == 1 else "amount"
        return words.name(named, lang) if named != "amount" else ("本年数" if lang == "zh" else "this year")
    return words.name(column, lang)


def _moved(drawn: Sequence[_Class], columns: tuple[str, str], names: Sequence[str], totals: Sequence[int], lang: str,
           unit: str) -> str:  # fmt: skip
    """Both totals, and the function that differs most."""
    both = [x for x in drawn if x.code and all(c in x.of for c in columns)]
    a, b = (with_unit(t, lang, unit) for t in totals)
    said = f"合计：{names[0]} {a}，{names[1]} {b}。" if lang == "zh" else f"In all: {names[0]} {a}, {names[1]} {b}."
    if not both:
        return said
    most = max(both, key=lambda x: abs(x.of[columns[1]] - x.of[columns[0]]))
    gap = most.of[columns[1]] - most.of[columns[0]]
    if not gap:
        return said
    sign = "+" if gap > 0 else ""
    moved = sign + with_unit(gap, lang, unit)
    if lang == "zh":
        return said + f"相差最大的是{clean(most.name)}：{moved}。"
    return said + f" The largest difference: {clean(most.name)}, {moved}."


def _notes(chosen: Sequence[Spending], columns: tuple[str, str], names: Sequence[str], lang: str) -> Iterable[str]:
    zh = lang == "zh"
    for c, n in zip(columns, names, strict=True):
        lines = sum(s.lines for s in chosen)
        known = sum(s.sums[c].known for s in chosen if c in s.sums)
        if known < lines:
            yield (f"{n}有 {lines - known:,} 条明细空白，未计入" if zh
                   else f"{n} is blank in {lines - known:,} of {lines:,} lines; they are left out")  # fmt: skip
    if columns[0].startswith("prior_"):
        said = "last year's figures are those of this year's lines; lines that ended last year are not in them"
        yield "上年数取自本年明细所带的上年各列；上年有、本年没有的明细不在内" if zh else said


def _change(before: int | None, now: int | None) -> str:
    if before is None or now is None or before <= 0:
        return "—"
    return f"{(now - before) * 100 / before:+.1f}%"


def agencies(found: dict[str, Agency], lang: str, unit: str) -> Picture | None:
    """Open findings by agency: how many, and the money they speak of."""
    zh = lang == "zh"
    asked = [(k, a) for k, a in found.items() if a.counts]
    if not asked:
        return None
    asked.sort(key=lambda x: (-x[1].money, -sum(x[1].counts.values()), x[0]))
    drawn = asked[:MOST_BARS]
    big = _big([a.money for _, a in drawn], unit)
    labels = [clean(" ".join(p for p in (k, a.name) if p)) for k, a in drawn]
    shades = [s for s in Severity if any(s in a.counts for _, a in drawn)]
    notes = ["几条规则可能说到同一笔钱，金额用来比较轻重，不宜相加" if zh else
             "several rules may speak of the same money: these sums are for weighing, not for adding up"]  # fmt: skip
    if len(asked) > len(drawn):
        more = len(asked) - len(drawn)
        notes.append(f"另有 {more} 个单位未画出" if zh else f"{more} more agencies are not drawn")
    top, most = drawn[0][1], with_unit(drawn[0][1].money, lang, unit)
    n = sum(top.counts.values())
    what = "条" if zh else "findings"
    texts = [f"{with_unit(a.money, lang, unit)} · {sum(a.counts.values())} {what}" for _, a in drawn]
    shades_said = (words.say(words.SEVERITY, s.value, lang) for s in shades)
    return Picture(
        "agencies", "各单位的发现与涉及金额" if zh else "Findings and money by agency",
        (f"涉及金额最多的是{labels[0]}：{n} 条，{most}。" if zh else f"Most money: {labels[0]}, {n} findings, {most}."),
        tuple(notes),
        ("单位" if zh else "Agency", *shades_said, "涉及金额" if zh else "Money", "金额未知" if zh else "Unpriced"),
        tuple((label, *(str(a.counts.get(s, 0)) for s in shades), money(a.money, unit), str(a.unpriced))
              for label, (_, a) in zip(labels, drawn, strict=True)),
        {"kind": "bars", "unit": unit_name(big, lang), "labels": [clean(a.name or k) for k, a in drawn],
         "series": [{"name": "涉及金额" if zh else "Money", "data": [_big_number(a.money, big) for _, a in drawn],
                     "text": texts}]},
    )  # fmt: skip


@attrs.frozen
class Curve:
    """How many findings a rule would keep at stricter thresholds, and the money they speak of.

    Attributes:
        code: The rule.
        title: Code and title.
        label: The parameter in words.
        now: Its value, as text.
        points: Threshold as number and text, findings and money in 分 from there on.
    """

    code: str
    title: str
    label: str
    now: str
    points: tuple[tuple[float, str, int, int], ...]


def curves(report: Report, lang: str, unit: str) -> tuple[Curve, ...]:
    """The what-if curves that the findings alone can tell for certain.

    Only of rules that hold one measure against one parameter, and only towards stricter thresholds: what a looser one
    would add is not among the findings (``sweep`` tells it from the data).
    """
    return tuple(c for r in report.results if r.flagged >= _FEWEST and (c := _curve(report, r, lang, unit)) is not None)


def _curve(report: Report, result: RuleResult, lang: str, unit: str) -> Curve | None:
    rule = result.rule
    if re.search(r"\bor\b|\(", rule.formula):
        return None
    named = [n for n in rule.parameters if len(re.findall(rf"\b{n}\b", rule.formula)) == 1]
    found = [f for f in report.findings.of(rule.code) if f.waived is None]
    if len(named) != 1 or len(found) < _FEWEST or any(f.measure is None or f.limit is None for f in found):
        return None
    name = named[0]
    limits = {(f.limit.kind, f.limit.value) for f in found if f.limit}
    own = {(f.parameters[name].kind, f.parameters[name].value) for f in found if name in f.parameters}
    if len(limits) != 1 or limits != own:
        return None
    kind, limit = next(iter(limits))
    measured = [
        (f.measure.value, abs(f.amount or 0))
        for f in found
        if f.measure is not None and isinstance(f.measure.value, int | float)
    ]
    if len(measured) != len(found) or not isinstance(limit, int | float):
        return None
    up = all(m >= limit for m, _ in measured)
    if not up and not all(m <= limit for m, _ in measured):
        return None
    points = _steps(measured, float(limit), up=up)
    return Curve(
        rule.code, f"{rule.code} {rule.title[lang]}", rule.parameters[name].help[lang],
        shown(Figure(kind, limit), lang, unit),
        tuple((_axis(kind, t, unit), shown(Figure(kind, t), lang, unit), n, m) for t, n, m in points),
    )  # fmt: skip


def _steps(measured: list[tuple[Any, int]], limit: float, *, up: bool) -> list[tuple[Any, int, int]]:
    """Thresholds at which findings drop out, with those that are left at each: the strictest comes last."""
    ordered = sorted(measured, key=lambda x: x[0], reverse=not up)
    left, total = len(ordered), sum(m for _, m in ordered)
    out: list[tuple[Any, int, int]] = [(limit, left, total)]
    for i, (value, amount) in enumerate(ordered):
        if i == 0 or value != ordered[i - 1][0]:
            out.append((value, left, total))
        left, total = left - 1, total - amount
    step = max(1, len(out) // MOST_POINTS)
    return [p for i, p in enumerate(out) if i % step == 0 or i == len(out) - 1]


def _axis(kind: str, value: float, unit: str) -> float:
    return value / FEN[unit] if kind == "money" else value * 100 if kind == "share" else float(value)


def _big(fen: Iterable[int], unit: str) -> str:
    """The unit of an axis: the reader's; 元 would fill it with noughts, so 万元 or 亿元 stand for it."""
    if unit != "元":
        return unit
    return "亿元" if max((abs(v) for v in fen), default=0) >= _LARGE else "万元"


def _big_number(fen: int | None, unit: str) -> float | None:
    """For the length of a bar only."""
    return None if fen is None else round(fen / FEN[unit], 4)
