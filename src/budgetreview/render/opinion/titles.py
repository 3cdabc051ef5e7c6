"""What the paper of a stage is called at a level of government, and who reviews there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from budgetreview.errors import Text
from budgetreview.mechanism import LEVEL_NAMES, shipped_profiles
from budgetreview.render.opinion.pen import Pen
from budgetreview.render.words import phrases
from budgetreview.report import Report

_TITLES: Final[Mapping[str, Text]] = {
    "pre": Text("关于{place}{year}年度预算编制情况的预审意见", "Pre-review of the {year} budget of {place}"),
    "preliminary": Text(
        "关于{place}{year}年预算草案初步方案的初步审查意见", "Preliminary review of the {year} draft budget of {place}"
    ),
    "plenary": Text(
        "关于{place}{year}年预算草案的审查结果报告", "Report on the results of reviewing the {year} budget of {place}"
    ),
    "execution": Text("关于{place}{year}年预算执行情况的审查意见", "Review of the {year} execution in {place}"),
    "adjustment": Text(
        "关于{place}{year}年预算调整初步方案的初步审查意见", "Preliminary review of the {year} adjustment in {place}"
    ),
    "final": Text(
        "关于{place}{year}年决算草案的初步审查意见", "Preliminary review of the {year} final accounts of {place}"
    ),
    "rectify": Text("关于{place}{year}年度整改情况的审查意见", "Review of the {year} rectification in {place}"),
}
_STUDIED: Final[Mapping[str, Text]] = {
    "adjustment": Text("关于{place}{year}年预算调整初步方案的意见", "Comments on the {year} adjustment in {place}"),
    "final": Text("关于{place}{year}年决算草案的意见", "Comments on the {year} final accounts of {place}"),
}
"""At the county level the standing committee's office studies these and comments (BL 22): no preliminary review."""
_REVIEWED: Final[Mapping[str, Text]] = {
    "preliminary": Text("关于{place}{year}年预算草案的审查意见", "Review of the {year} draft budget of {place}"),
    "adjustment": Text("关于{place}{year}年预算调整初步方案的审查意见", "Review of the {year} adjustment in {place}"),
    "final": Text("关于{place}{year}年决算草案的审查意见", "Review of the {year} final accounts of {place}"),
}
"""For townships, where the law names no body for a preliminary review, and for several levels together."""
_BODIES: Final[Mapping[str, Text]] = {
    "province": Text("省人民代表大会有关专门委员会", "special committee of the provincial congress"),
    "city": Text(
        "市人民代表大会有关专门委员会；未设立的，由常委会有关工作机构研究提出意见",
        "special committee of the city congress; where there is none, the standing committee's office comments",
    ),
    "county": Text("县级人大常委会有关工作机构", "the office of the county congress's standing committee"),
}
"""Who looks first at adjustments and final accounts (BL 22); a profile has the reviews of a draft."""
_EARLY: Final = frozenset({"adjustment", "final"})


def title(report: Report) -> Text:
    """What the office's paper of this stage is called at the level of government."""
    stage, levels = report.stage, set(report.levels.values())
    if levels == {"county"} and stage in _STUDIED:
        return _STUDIED[stage]
    if stage in _REVIEWED and (len(levels) > 1 or levels == {"township"}):
        return _REVIEWED[stage]
    return _TITLES[stage]


def body(pen: Pen) -> str:
    """Who reviews at this stage, if all entities are of one level and the level has a body."""
    levels = set(pen.report.levels.values())
    stage = pen.report.stage
    if len(levels) != 1:
        return ""
    (level,) = levels
    named: list[str] = []
    if stage in _EARLY:
        named = [_BODIES[level][pen.lang]] if level in _BODIES else []
        on = pen.say("《预算法》第22条", "article 22 of the Budget Law")
    else:
        key = pen.report.profile.get("key")
        profile = pen.report.mechanism or next((p for p in shipped_profiles() if p.key == key), None)
        step = profile.review(stage) if profile is not None else None
        on = pen.say("审查机制", "the mechanism ") + phrases.profile(pen.report, pen.lang)
        named = [b.title[pen.lang] for b in step.bodies if level in b.levels] if step is not None else []
    if not named:
        return ""
    said = ("；" if pen.lang == "zh" else "; ").join(named)
    return pen.say(
        f"按{on}，本阶段的审查主体（{LEVEL_NAMES[level].zh}）：{said}。",
        f"By {on}, the reviewing body of this stage ({LEVEL_NAMES[level].en}): {said}.",
    )
