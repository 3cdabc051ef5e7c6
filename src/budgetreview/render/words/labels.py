"""Words that only the page uses, for its template and for its script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from budgetreview.render.words.names import Pair

PAGE: Final[Mapping[str, Pair]] = {
    "skip": ("跳到问题", "Skip to the questions"),
    "contents": ("目录", "Contents"),
    "ten": ("最值得问的 {n} 个问题", "The {n} questions most worth asking"),
    "one_unit": ("{unit}（全页相同）", "{unit}, on the whole page"),
    "one_unit_axes": (
        "{unit}（全页相同；图的数轴另标单位）",
        "{unit}, on the whole page; the axes of pictures name their own",
    ),
    "more_same": ("另有 {n} 条同类", "and {n} more of the same"),
    "same_place": ("同一处另有", "at the same cell also"),
    "see": ("查看", "see"),
    "other_questions": ("其余 {n} 个问题", "The other {n} questions"),
    "map": ("审查矩阵", "Map of the review"),
    "map_note": (
        ("行是审查环节与重点，列是四本预算的收与支。大字：发现数；小字：作出判断的规则／有关规则。"
         "一条发现可能属于几格；没有指明哪本预算的，在其规则涉及的各本中都计。"),
        ("Rows: reviews and focuses; columns: the two sides of the four books. Large: findings; small: rules "
         "that judged of those that look here. A finding may belong to several cells; one that names no book "
         "counts in every book of its rule."),
    ),
    "map_unknown": (
        "只知道本机制的名称，不知其内容，无法画出矩阵",
        "Only the name of this mechanism is known: its map cannot be drawn",
    ),
    "not_among": (
        "本次阶段不属该机制的各次审查，另列在前。",
        "The stage of this review is none of the mechanism's own and stands in front of them.",
    ),
    "found": ("有发现", "findings"),
    "ran": ("已审查，未标出", "judged, nothing flagged"),
    "lacks_data": ("缺少数据", "data lacking"),
    "not_reviewed": ("本次未审查", "not reviewed this time"),
    "no_rule": ("没有规则", "no rule"),
    "failed": ("规则运行失败", "rules failed"),
    "cells": ("{n} 格", "{n} cells"),
    "this_time": ("本次", "this time"),
    "pictures": ("图表", "Pictures"),
    "no_spending": (
        "没有支出图：明细没有功能科目、部门或单位代码，或没有可比的上年数、申报数、执行数，或一批地区过多。",
        ("No picture of spending: the lines have no code of function, department or agency, or no last year, "
         "request or outturn to compare, or the batch has too many entities."),
    ),
    "numbers": ("看数字", "The numbers"),
    "curve": ("如果界限更严", "If the threshold were stricter"),
    "curve_note": (
        "只由本报告的发现算出，因此只向更严的一侧；放宽后会多出多少，用 budgetreview sweep {code}.参数 从数据计算。",
        ("Computed from the findings of this report, so towards stricter thresholds only; what a looser "
        "one would add is told by budgetreview sweep {code}.PARAMETER."),
    ),
    "threshold": ("界限", "Threshold"),
    "left": ("仍标出", "Still flagged"),
    "money": ("涉及金额", "Money"),
    "now": ("现值", "now"),
    "list": ("全部发现", "All findings"),
    "search": ("搜索", "Search"),
    "search_hint": ("规则、单位、项目、说明中的任意文字", "any words of rule, agency, project or message"),
    "all": ("全部", "all"),
    "serves": ("规则适用阶段", "Stage of the rule"),
    "from": ("金额自", "Money from"),
    "to": ("至", "to"),
    "sort": ("排序", "Sort"),
    "sort_worth": ("严重程度，再按金额", "severity, then money"),
    "sort_amount": ("金额，大在前", "money, largest first"),
    "sort_rule": ("规则", "rule"),
    "sort_agency": ("单位", "agency"),
    "sort_order": ("输入中的次序", "order of the input"),
    "reset": ("清除筛选", "Clear filters"),
    "export": ("导出所筛为 CSV", "Export these as CSV"),
    "showing": ("显示 {n} / 共 {all} 条", "{n} of {all} shown"),
    "no_book": ("未指明预算", "no book named"),
    "nothing": ("没有符合筛选的发现", "No finding matches the filters"),
    "waived_besides": ("另有已豁免", "waived besides"),
    "waived_state": ("豁免", "Waivers"),
    "open_only": ("未豁免", "not waived"),
    "waived_only": ("已豁免", "waived"),
    "needs_script": (
        ("本页的筛选、排序、图和逐条查看需要浏览器运行脚本；脚本被禁用时，以下列出前 {n} 条，全部发现见同一命令写出的 "
        "xlsx 或 csv。"),
        ("Filters, sorting, pictures and opening each finding need scripts; without them the first {n} are "
        "listed here, and all of them are in the xlsx or csv of the same command."),
    ),
    "close": ("关闭", "Close"),
    "previous": ("上一条", "Previous"),
    "next": ("下一条", "Next"),
    "copy": ("复制链接", "Copy link"),
    "copied": ("已复制", "Copied"),
    "with_numbers": ("代入数字", "With the numbers"),
    "fine": ("什么情形属于正常", "When it is fine"),
    "of": ("第 {i} / {n} 条", "{i} of {n}"),
    "gone": ("本报告中没有指纹为 {id} 的发现", "this report has no finding {id}"),
    "entity": ("地区", "Entity"),
    "agency": ("单位", "Agency"),
    "finding": ("发现", "Finding"),
    "top": ("回到开头", "Back to the top"),
    "money_once": (
        "各级金额可能说到同一笔钱，不宜相加",
        "severities may speak of the same money: do not add them up",
    ),
    "reviewed_rows": ("{n} 行", "{n} rows"),
    "waived_list": ("已豁免的发现", "Waived findings"),
    "version": ("版", "v"),
    "source_code": ("本页内含的程序库", "Libraries in this page"),
}  # fmt: skip
