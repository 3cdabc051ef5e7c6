"""The empty rule book to fill in: drop-down lists, explanations, two rules that work at once, and all columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from budgetreview.expressions.columns import columns_of, words_of
from budgetreview.rulefile.fields import CHANGE, EXAMPLE, RULE, Field, choices
from budgetreview.tables import TABLES

_ROWS: Final = 500
_TALL: Final = 32
_MADE: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed day, so that the same template has the same bytes
_SHEETS: Final = {
    "zh": ("规则", "样例", "调整", "填写说明", "列名"),
    "en": ("rules", "examples", "changes", "help", "columns"),
}
_RULES: Final[Sequence[Mapping[str, str]]] = (
    {
        "code": "SL1",
        "title_zh": "（示例）培训费较大而未写依据",
        "title_en": "(Example) A large training line without a basis",
        "table": "lines",
        "per": "line",
        "scope": "部门预算经济分类 形如 '30216%'",
        "condition": "预算数 > 限额 且 设立依据 为空",
        "limit": "20万元",
        "severity": "yellow",
        "status": "heuristic",
        "about": "设立依据",
        "message_zh": "该项培训费{预算数}，超过{限额}，未写设立依据",
        "message_en": "Training of {proposed}, above {limit}, states no basis",
        "question_zh": "请问该项培训依据哪份文件安排？",
        "question_en": "Under which document is this training planned?",
    },
    {
        "code": "SL2",
        "title_zh": "（示例）单位公务接待费合计超过限额",
        "title_en": "(Example) An agency's receptions above the limit",
        "table": "lines",
        "per": "agency",
        "sums": "接待费 = 预算数 当 部门预算经济分类 形如 '30217%'",
        "condition": "接待费 > 限额",
        "limit": "5万元",
        "severity": "orange",
        "status": "heuristic",
        "message_zh": "该单位公务接待费合计{接待费}，超过{限额}",
        "message_en": "Receptions of this agency add up to {接待费}, above {limit}",
        "question_zh": "请问公务接待费超过限额的理由是什么？",
        "question_en": "Why are receptions above the limit?",
    },
)
"""Figures of the examples are examples; they rest on nothing and say so."""
_IN_ENGLISH: Final[Mapping[str, str]] = {
    "部门预算经济分类 形如 '30216%'": "dept_economic_code like '30216%'",
    "预算数 > 限额 且 设立依据 为空": "proposed > limit and basis is null",
    "设立依据": "basis",
    "接待费 = 预算数 当 部门预算经济分类 形如 '30217%'": "receptions = proposed where dept_economic_code like '30217%'",
    "接待费 > 限额": "receptions > limit",
    "该单位公务接待费合计{接待费}，超过{限额}": "该单位公务接待费合计{receptions}，超过{限额}",
    "Receptions of this agency add up to {接待费}, above {limit}": (
        "Receptions of this agency add up to {receptions}, above {limit}"
    ),
}
_COLUMNS: Final = ("agency", "dept_economic_code", "proposed", "basis")
_EXAMPLES: Final[Sequence[tuple[str, str, str, str, tuple[str, str, str, str]]]] = (
    ("SL1", "flagged", "", "超过限额一分、未写依据", ("101", "30216", "200000.01", "")),
    ("SL1", "clear", "", "恰为限额", ("101", "30216", "200000", "")),
    ("SL1", "clear", "", "写了依据", ("101", "30216", "300000", "年度培训计划")),
    ("SL1", "not_applicable", "", "不是培训费", ("101", "30201", "300000", "")),
    ("SL2", "flagged", "", "两笔合计超过限额", ("101", "30217", "30000", "")),
    ("SL2", "", "", "", ("101", "30217", "20000.01", "")),
    ("SL2", "clear", "", "合计恰为限额", ("102", "30217", "50000", "")),
    ("SL2", "", "", "差旅费不算在内", ("102", "30211", "90000", "")),
)
_HELP_ZH: Final = (
    ("怎样填", "一行一条规则，带 * 的必须填。示例规则 SL1、SL2 看懂后删去（样例也删）。"),
    ("样例", "每条规则在“样例”里至少各有一个“应提示”和“不应提示”；答错的规则不采用。"),
    ("检验", "budgetreview rules test 本文件.xlsx"),
    ("使用", "budgetreview check 预算.xlsx --rules 本文件.xlsx"),
    (
        "条件",
        "列名 比较 数值，用 且、或、非 连接，括号分组。全角、半角都可以。例：预算数 > 限额 且 项目名称 形如 '%培训%'",
    ),
    (
        "比较",
        (
            "= <> > >= < <=；介于 10万元 且 20万元；属于 ('行政', '参公')；形如 '%培训%'（% 任意多个字，_ 一个字）；"
            "匹配 '正则表达式'；"
            "关于列 为空"
        ),
    ),
    (
        "数值",
        (
            "金额须写单位：500元、50万元、3亿元；比率 20%；日期 2026-01-10 或 2026年1月10日；文字和代码加引号 '30217'；"
            "是否列直接写列名或 = 是"
        ),
    ),
    ("运算", "+ - *。金额只与金额相加减、比较；金额可乘数或比率；不直接相除，用 占比(执行数, 预算数) < 50%"),
    ("函数", "占比(部分, 全部)、增幅(本年, 上年)、年份(日期)、月份(日期)、天数(起, 止)、字数(文字)、绝对值(数)"),
    (
        "合计",
        (
            "判断对象不是逐行时填：名称 = 列 当 条件。几个合计各写一行（Alt+Enter）。样例里，"
            "没写应有结果的行并入上一行，一起加总。列写 行数 即计数。"
            "条件里用合计的名称。"
        ),
    ),
    ("空白", "空白是未知：含未知而真假不定的，答“无法判断”，不提示也不放过。只有“关于列”可以问“为空”。"),
    ("限额", "写在“限额”栏，条件里写 限额；以后可用 --set 编号.limit=60万元 改，或由下级在“调整”里改。"),
)
_HELP_EN: Final = (
    (
        "How",
        (
            "One rule a row; what is marked * must be there. Each rule needs an example that must be flagged and one "
            "that must "
            "be clear. Then: budgetreview rules test THIS.xlsx, and budgetreview check BUDGET.xlsx --rules THIS.xlsx. "
            "Delete the "
            "rules SL1 and SL2 once you have read them."
        ),
    ),
    (
        "Condition",
        (
            "column, comparison, value; joined with and, or, not and brackets: proposed > limit and project_name like "
            "'%培训%'"
        ),
    ),
    (
        "Compare",
        (
            "= <> > >= < <=, between 10万元 and 20万元, in ('行政', '参公'), like '%x%' (% any characters, _ one), "
            "matches "
            "'regular expression', column is null"
        ),
    ),
    (
        "Values",
        (
            "Money with its unit: 500元, 50万元, 3亿元; shares 20%; dates 2026-01-10; texts and codes in quotes; "
            "marks as "
            "the column itself or = yes"
        ),
    ),
    (
        "Compute",
        (
            "+ - *. Money meets only money, and may be multiplied by a number or a share; nothing is divided: "
            "share(executed, approved) < 50%"
        ),
    ),
    (
        "Functions",
        "share(part, whole), growth(now, before), year(date), month(date), days(from, to), length(text), abs(number)",
    ),
    ("Sums", "For rules about groups: name = column where condition, one a line; rows counts rows."),
    ("Blanks", "A blank is unknown; what stays open is not assessed. Only the columns in about may be asked is null."),
    ("Limit", "Written in limit and used as limit in the condition; changed with --set CODE.limit=60万元."),
)


def write_rules_template(path: str | Path, lang: str = "zh") -> None:
    """Write a rule book to fill in.

    Args:
        path: Where to; an existing file is replaced.
        lang: ``zh`` for Chinese headers and words, ``en`` for English ones.

    Raises:
        OutputError: The file cannot be written.
    """
    import xlsxwriter

    from budgetreview.intake.template import closed

    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"created": _MADE})
    formats = {
        "head": book.add_format(
            {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "vcenter"}
        ),
        "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
        "money": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        "bold": book.add_format({"bold": True, "valign": "top"}),
    }
    names = _SHEETS[lang]
    _rules(book.add_worksheet(names[0]), formats, lang)
    _examples(book.add_worksheet(names[1]), formats, lang)
    _head(book.add_worksheet(names[2]), [f for f in CHANGE if f.width], formats, lang)
    _help(book.add_worksheet(names[3]), formats, lang)
    _list(book.add_worksheet(names[4]), formats, lang)
    closed(book, Path(path))


def title(field: Field, lang: str) -> str:
    """The header of a field, with a star where it must be filled in."""
    return (field.zh[0] if lang == "zh" else field.key) + ("*" if field.needed else "")


def _head(sheet: Any, fields: Sequence[Field], formats: Mapping[str, Any], lang: str) -> None:
    """Headers, widths, drop-down lists and what is written where."""
    sheet.freeze_panes(1, 2)
    sheet.set_row(0, 30)
    for c, field in enumerate(fields):
        sheet.write_string(0, c, title(field, lang), formats["head"])
        sheet.set_column(c, c, field.width, formats["text"])
        said: dict[str, Any] = {"input_title": title(field, lang)[:32], "input_message": field.help[lang][:255]}
        offered = choices(field, lang)
        if offered:
            said |= {
                "validate": "list",
                "source": list(offered),
                "error_type": "information" if field.several else "stop",
            }
        else:
            said |= {"validate": "any"}
        sheet.data_validation(1, c, _ROWS, c, said)


def _rules(sheet: Any, formats: Mapping[str, Any], lang: str) -> None:
    fields = [f for f in RULE if f.width]
    _head(sheet, fields, formats, lang)
    for r, rule in enumerate(_RULES, 1):
        sheet.set_row(r, _TALL)
        for c, field in enumerate(fields):
            if field.key in rule:
                sheet.write_string(r, c, _word(field, rule[field.key], lang), formats["text"])


def _word(field: Field, said: str, lang: str) -> str:
    """A choice in the template's language; a Chinese sheet says 橙, an English one orange."""
    if lang == "en":
        return _IN_ENGLISH.get(said, said)
    if not field.words:
        return said
    return next((p for p in field.printed if field.words.get(p) == said), said)


def _examples(sheet: Any, formats: Mapping[str, Any], lang: str) -> None:
    _head(sheet, EXAMPLE, formats, lang)
    known = TABLES["lines"].columns
    for i, name in enumerate(_COLUMNS):
        column = known[name]
        c = len(EXAMPLE) + i
        head = (f"{column.label}（元）" if column.kind == "money" else column.label) if lang == "zh" else name
        sheet.write_string(0, c, head, formats["head"])
        sheet.set_column(c, c, 16, formats["money" if column.kind == "money" else "text"])
    for r, (code, expected, case, remark, cells) in enumerate(_EXAMPLES, 1):
        answer = _word(EXAMPLE[1], expected, lang) if expected else ""
        for c, text in enumerate((code, answer, case, remark)):
            if text:
                sheet.write_string(r, c, text, formats["text"])
        for c, (name, text) in enumerate(zip(_COLUMNS, cells, strict=True), len(EXAMPLE)):
            if text and known[name].kind == "money":
                sheet.write_number(r, c, float(text), formats["money"])
            elif text:
                sheet.write_string(r, c, text, formats["text"])


def _help(sheet: Any, formats: Mapping[str, Any], lang: str) -> None:
    sheet.set_column(0, 0, 14, formats["bold"])
    sheet.set_column(1, 1, 110, formats["text"])
    rows = [*(_HELP_ZH if lang == "zh" else _HELP_EN)]
    for name, fields in zip(_SHEETS[lang], (RULE, EXAMPLE, CHANGE), strict=False):
        rows += [("", ""), (name, ""), *((title(f, lang), _about(f, lang)) for f in fields)]
    for r, (what, said) in enumerate(rows):
        sheet.write_string(r, 0, what, formats["bold"])
        sheet.write_string(r, 1, said, formats["text"])


def _about(field: Field, lang: str) -> str:
    offered = choices(field, lang)
    joined = ("、" if lang == "zh" else ", ").join(offered)
    return f"{field.help[lang]}{'：' if lang == 'zh' else ': '}{joined}" if offered else field.help[lang]


def _list(sheet: Any, formats: Mapping[str, Any], lang: str) -> None:
    """Every column of every table that a condition may name."""
    heads = (
        ("表", "列名", "英文名", "内容", "固定用词") if lang == "zh" else ("table", "header", "name", "kind", "words")
    )
    kinds = {
        "text": "文字",
        "code": "代码",
        "word": "固定用词",
        "year": "年度",
        "date": "日期",
        "money": "金额",
        "share": "比率",
        "number": "数",
        "count": "整数",
        "mark": "是否",
    }
    sheet.freeze_panes(1, 0)
    for c, (head, width) in enumerate(zip(heads, (16, 26, 24, 10, 60), strict=True)):
        sheet.write_string(0, c, head, formats["head"])
        sheet.set_column(c, c, width, formats["text"])
    r = 1
    for spec in TABLES.values():
        if spec.name == "prior":
            continue
        for column in columns_of(spec.name).values():
            kind = kinds[column.kind] if lang == "zh" else column.kind
            words = words_of(column) if lang == "zh" else ", ".join(column.words)
            for c, text in enumerate(
                (spec.zh[0] if lang == "zh" else spec.name, column.label, column.name, kind, words)
            ):
                sheet.write_string(r, c, text, formats["text"])
            r += 1
    sheet.autofilter(0, 0, r - 1, len(heads) - 1)
