"""A what-if curve for people and programs: text with bars, JSON, csv, and a page with a picture."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any, Final

from rich.cells import cell_len

from budgetreview.mechanism import STAGE_NAMES
from budgetreview.money import yuan
from budgetreview.parameters import show
from budgetreview.render import words
from budgetreview.render.page import sealed
from budgetreview.render.visible import one_line, visible
from budgetreview.render.words.figures import with_unit
from budgetreview.rule import Severity
from budgetreview.sweep import Point, Sweep
from budgetreview.wording import percent

SCHEMA: Final = "budgetreview-sweep/1"
_LEAST_BAR: Final = 8
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"


def shown(curve: Sweep, point: Point, lang: str) -> str:
    """A value of the parameter for people."""
    unit = curve.parameter.unit
    if unit == "money":
        return with_unit(int(point.value), lang, "元")
    if unit == "share":
        return percent(float(point.value))
    value = point.value
    return str(int(value)) if value == int(value) else f"{float(value):.6g}"


def way(curve: Sweep, lang: str) -> str:
    """How the points were had."""
    n, asked = len(curve.points), curve.asked
    if curve.way == "measured":
        return (
            f"{n} 个点由一次运行的测得值得出；规则本身在 {asked} 个值上运行核对，逐项一致。"
            if lang == "zh"
            else f"{n} points from the measures of one run; the rule itself was run at {asked} values and agreed in "
            "every unit."
        )
    return (
        f"该参数不只是测得值的界限，故在 {asked} 个值上各运行一次这条规则（未重读输入，未运行其他规则）。"
        if lang == "zh"
        else f"The parameter is not just a limit of the measure: this rule was run at {asked} values (the input was "
        "not read again, no other rule was run)."
    )


def text(curve: Sweep, lang: str, width: int) -> str:
    """The curve as a table with bars of the width of the terminal."""
    zh = lang == "zh"
    out = _head(curve, lang)
    found = [s for s in Severity if any(p.counts[s] for p in curve.points)]
    head = [curve.parameter.name, "标出" if zh else "flagged"]
    if len(found) > 1:
        head += [words.say(words.SEVERITY, s.value, lang) for s in found]
    head.append("涉及金额（元）" if zh else "money (yuan)")
    rows = [
        [
            shown(curve, p, lang),
            str(p.flagged),
            *([str(p.counts[s]) for s in found] if len(found) > 1 else []),
            _money(p),
        ]
        for p in curve.points
    ]
    widths = [max(cell_len(r[k]) for r in [head, *rows]) for k in range(len(head))]
    mark = "← 现行" if zh else "← now"
    room = width - sum(widths) - 2 * len(widths) - cell_len(mark) - 1
    most = max((p.flagged for p in curve.points), default=0)
    out.append(_row(head, widths))
    for p, row in zip(curve.points, rows, strict=True):
        bar = _bar(p.flagged, most, room) if room >= _LEAST_BAR else ""
        out.append(f"{_row(row, widths)}  {bar}{' ' if bar else ''}{mark if p.current else ''}".rstrip())
    out += ["", way(curve, lang)]
    if any(p.unpriced for p in curve.points):
        out.append(
            "部分标出项金额未知，未计入金额。" if zh else "Some findings have no amount; they are not in the money."
        )
    return "\n".join(out) + "\n"


def _head(curve: Sweep, lang: str) -> list[str]:
    rule = curve.rule
    parts = (f"{rule.code}.{curve.parameter.name}", STAGE_NAMES[curve.stage][lang], curve.as_of.isoformat())
    return [f"{' · '.join(parts)}", f"{one_line(rule.title[lang])} · {one_line(curve.parameter.help[lang])}", ""]


def _money(point: Point) -> str:
    return "–" if point.amount is None else f"{point.amount // 100:,}.{point.amount % 100:02}"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(" " * (w - cell_len(c)) + c for c, w in zip(cells, widths, strict=True))


def _bar(n: int, most: int, room: int) -> str:
    eighths = 0 if not most else max(round(8 * room * n / most), 1 if n else 0)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def document(curve: Sweep) -> dict[str, Any]:
    """The curve for programs: money in 元 as text, as in a report."""
    unit = curve.parameter.unit
    return {
        "schema": SCHEMA,
        "rule": curve.rule.code,
        "parameter": curve.parameter.name,
        "unit": unit,
        "stage": curve.stage,
        "as_of": curve.as_of.isoformat(),
        "current": None if curve.current is None else show(curve.current, unit),
        "way": curve.way,
        "rule_runs": curve.asked,
        "points": [
            {
                "value": show(p.value, unit),
                "setting": p.setting,
                "flagged": p.flagged,
                "counts": {s.value: p.counts[s] for s in Severity},
                "clear": p.clear,
                "not_assessed": p.not_assessed,
                "amount": None if p.amount is None else yuan(p.amount),
                "amount_unknown": p.unpriced,
                "current": p.current,
            }
            for p in curve.points
        ],
    }


def as_json(curve: Sweep) -> str:
    """The document as text."""
    return json.dumps(document(curve), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def as_csv(curve: Sweep) -> str:
    """A row a point; UTF-8 with BOM."""
    out = io.StringIO()
    out.write("\ufeff")
    made = csv.writer(out, lineterminator="\n")
    made.writerow(
        [
            "value",
            "setting",
            "flagged",
            *(s.value for s in Severity),
            "clear",
            "not_assessed",
            "amount",
            "amount_unknown",
            "current",
        ]
    )
    for p in document(curve)["points"]:
        made.writerow(
            [
                p["value"],
                p["setting"],
                p["flagged"],
                *p["counts"].values(),
                p["clear"],
                p["not_assessed"],
                "" if p["amount"] is None else p["amount"],
                p["amount_unknown"],
                int(p["current"]),
            ]
        )
    return out.getvalue()


_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _LOW = 720, 240, 110, 20, 16, 34


def as_html(curve: Sweep, lang: str) -> str:
    """One page that opens offline: findings and money against the threshold, and the numbers below."""
    zh = lang == "zh"
    head = _head(curve, lang)
    severities = [words.say(words.SEVERITY, s.value, lang) for s in Severity]
    labels = (("标出" if zh else "flagged"), ("涉及金额（元）" if zh else "money (yuan)"))
    charts = [_chart(curve, lang, labels[0], [p.flagged for p in curve.points])]
    # A picture would draw what is not known as nothing.
    if any(p.amount for p in curve.points) and all(p.amount is not None or not p.flagged for p in curve.points):
        charts.append(_chart(curve, lang, labels[1], [(p.amount or 0) // 100 for p in curve.points]))
    return sealed.template("sweep.html.jinja", visible).render(
        lang="zh-CN" if zh else "en",
        title=head[0],
        about=head[1],
        charts=charts,
        wide=_WIDE,
        high=_HIGH,
        left=_LEFT,
        end=_WIDE - _RIGHT,
        top=_TOP,
        low=_HIGH - _LOW,
        now="现行值" if zh else "now",
        head=[
            curve.parameter.name,
            labels[0],
            *severities,
            "未见问题" if zh else "clear",
            "无法判断" if zh else "not assessed",
            labels[1],
        ],
        rows=[
            (
                p.current,
                [
                    shown(curve, p, lang),
                    p.flagged,
                    *(p.counts[s] for s in Severity),
                    p.clear,
                    p.not_assessed,
                    _money(p),
                ],
            )
            for p in curve.points
        ],
        way=way(curve, lang),
    )


def _chart(curve: Sweep, lang: str, title: str, heights: Sequence[int]) -> dict[str, Any]:
    points = curve.points
    low, high = points[0].value, points[-1].value
    span = high - low or 1
    most = max(*heights, 1)

    def x(p: Point) -> float:
        return round(float(_LEFT + (_WIDE - _LEFT - _RIGHT) * (p.value - low) / span), 1)

    def y(value: float) -> float:
        return round(_HIGH - _LOW - (_HIGH - _LOW - _TOP) * value / most, 1)

    at = [(x(p), y(h), f"{shown(curve, p, lang)}: {h:,}") for p, h in zip(points, heights, strict=True)]
    every = max(1, len(points) // 6)
    return {
        "title": title,
        "grid": [(y(v), f"{v:,}") for v in sorted({0, most // 2, most})],
        "ticks": [(x(p), shown(curve, p, lang)) for p in points[::every]],
        "now": next((x(p) for p in points if p.current), None),
        "line": " ".join(f"{a},{b}" for a, b, _ in at),
        "dots": at,
    }
