"""What a rule file says of a rule, a change and an example: one statement of all fields.

The reader, the template workbook and the reference in the documentation are made from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import attrs

from budgetreview.authority import CERTAINTY
from budgetreview.errors import Text
from budgetreview.expressions.columns import plain
from budgetreview.mechanism import BOOK_NAMES, FOCUS_NAMES, LEVEL_NAMES, STAGE_NAMES
from budgetreview.tables import TABLES

Words = Mapping[str, str]


def _words(*pairs: tuple[str, Iterable[str]]) -> Words:
    """Plain spelling to the word meant; the first spelling is the one printed."""
    found: dict[str, str] = {}
    for word, ways in pairs:
        for way in (*ways, word):
            found.setdefault(plain(way), word)
    return MappingProxyType(found)


@attrs.frozen
class Field:
    """One field.

    Attributes:
        key: Its key in TOML, and its English header.
        zh: Its Chinese headers; the first is printed.
        help: What is written there.
        words: For a choice the spellings understood, each with what it means.
        several: Whether several of them may be named, separated by 、 or a comma.
        printed: The choices as the template offers them.
        needed: Whether it must be there.
        width: Of its column in the template; 0: not in the template.
    """

    key: str
    zh: tuple[str, ...]
    help: Text
    words: Words = attrs.field(factory=dict)
    several: bool = False
    printed: tuple[str, ...] = ()
    needed: bool = False
    width: int = 14


ALL: Final = "all"
_EVERY: Final = (ALL, ("全部", "所有"))
_TABLES: Final = {n: t for n, t in TABLES.items() if n != "prior"}
SEVERITIES: Final = _words(
    ("red", ("红", "红色")), ("orange", ("橙", "橙色")), ("yellow", ("黄", "黄色")), ("blue", ("蓝", "蓝色"))
)
STATUSES: Final = _words(
    ("statutory", ("法律法规", "法定")),
    ("policy", ("政策文件", "政策")),
    ("local", ("地方规定", "地方")),
    ("arithmetic", ("勾稽关系", "勾稽")),
    ("heuristic", ("经验判断", "经验")),
)
MARKS: Final = _words(
    ("S", ("已查原文", CERTAINTY["S"].zh)),
    ("K", ("未再核对", CERTAINTY["K"].zh)),
    ("K?", ("来源较弱", CERTAINTY["K?"].zh)),
    ("I", ("本单位理解", CERTAINTY["I"].zh)),
)
PER: Final = _words(
    ("line", ("逐行", "每行", "逐条", "行", "明细")),
    ("agency", ("单位", "预算单位")),
    ("department", ("部门", "主管部门")),
    ("project", ("项目",)),
    ("book", ("预算类型", "账本")),
    ("fund", ("基金",)),
    ("entity", ("地区", "整本", "地区年度")),
)
LEVEL_WORDS: Final = _words(
    _EVERY, *((k, (v.zh, v.zh.removesuffix("级"))) for k, v in LEVEL_NAMES.items()), ("county", ("区级", "县区级"))
)
ANSWERS: Final = _words(
    ("flagged", ("应提示", "提示", "报")),
    ("clear", ("不应提示", "不提示", "不报")),
    ("not_assessed", ("无法判断",)),
    ("not_applicable", ("不适用",)),
)
ANSWER_NAMES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "flagged": Text("应提示", "flagged"),
        "clear": Text("不应提示", "clear"),
        "not_assessed": Text("无法判断", "not assessed"),
        "not_applicable": Text("不适用", "not applicable"),
    }
)
YES_NO: Final = _words(("yes", ("是", "true", "1")), ("no", ("否", "false", "0")))

CODE: Final = Field(
    "code",
    ("编号", "规则编号"),
    Text("字母和数字，全省不重复，如 CD-JD1", "letters and digits, e.g. CD-JD1"),
    needed=True,
    width=11,
)
_DOCUMENT: Final = (
    Field("document", ("依据文件", "依据"), Text("文件名称，不加书名号", "the document's name"), width=24),
    Field("article", ("条款",), Text("第几条，如 5 或 10(3)", "the article, e.g. 5"), width=7),
    Field("number", ("文号",), Text("发文字号", "its number"), width=16),
    Field(
        "mark",
        ("核对", "核对情况"),
        Text("是否查阅过原文；“法律法规”须已查原文", "whether the text was read"),
        MARKS,
        printed=("已查原文", "未再核对", "来源较弱", "本单位理解"),
        width=11,
    ),
)
_REMARK: Final = Field("remark", ("备注",), Text("给人看的，不读", "for people, not read"), width=0)
_DATES: Final = (
    Field("from", ("施行日期", "自"), Text("自哪天起，如 2026-01-01", "in force from"), width=12),
    Field("until", ("废止日期", "至"), Text("到哪天止（含当天）", "in force until"), width=12),
)
_TERRITORY: Final = Field(
    "territory",
    ("地区", "适用地区"),
    Text("区划代码或其前几位，空白为各地", "division code prefix; blank: everywhere"),
    width=9,
)

RULE: Final = (
    CODE,
    Field("title_zh", ("名称", "规则名称"), Text("说出看到的情形", "the title in Chinese"), needed=True, width=24),
    Field(
        "table",
        ("表", "数据表"),
        Text("看哪张表", "the table looked at"),
        _words(*((n, t.zh) for n, t in _TABLES.items())),
        printed=tuple(t.zh[0] for t in _TABLES.values()),
        width=11,
    ),
    Field(
        "per",
        ("判断对象", "逐个"),
        Text("逐行判断，还是先按单位等加总（见“合计”）", "each row, or the sums over a group of rows"),
        PER,
        printed=("逐行", "单位", "部门", "项目", "预算类型", "地区"),
        width=9,
    ),
    Field(
        "sums",
        ("合计", "加总"),
        Text("按组判断时：名称 = 列 当 条件；几个合计各写一行", "name = column where condition, one a line"),
        width=40,
    ),
    Field(
        "scope",
        ("适用条件", "适用范围"),
        Text("不满足的为“不适用”；可空", "rows outside it are not applicable"),
        width=24,
    ),
    Field(
        "condition",
        ("条件", "提示条件"),
        Text("成立即提示，如 预算数 > 限额", "where it holds the row is flagged"),
        needed=True,
        width=40,
    ),
    Field(
        "measure",
        ("计量",),
        Text("显示的数；空白时取条件里的比较", "the figure shown; by default that of the condition"),
        width=12,
    ),
    Field(
        "limit",
        ("限额", "标准"),
        Text("带单位：50万元、20%、30天；条件里写 限额", "with its unit: 50万元, 20%, 30天"),
        width=10,
    ),
    Field("least", ("限额下限",), Text("下级调整限额时不得低于", "the least that others may set"), width=0),
    Field("most", ("限额上限",), Text("下级调整限额时不得高于", "the most that others may set"), width=0),
    Field(
        "severity",
        ("严重程度", "等级"),
        Text(
            "红 禁止或拦截，橙 附文件说明，黄 说明，蓝 提示",
            "red to be blocked, orange a document, yellow explain, blue hint",
        ),
        SEVERITIES,
        printed=("红", "橙", "黄", "蓝"),
        needed=True,
        width=11,
    ),
    Field(
        "stages",
        ("阶段", "审查阶段"),
        Text("空白为 预审、初审", "blank: pre and preliminary"),
        _words(_EVERY, *((k, (v.zh,)) for k, v in STAGE_NAMES.items()), ("plenary", ("大会",))),
        several=True,
        printed=tuple(v.zh for v in STAGE_NAMES.values()),
        width=12,
    ),
    Field(
        "books",
        ("账本", "预算类型"),
        Text("空白为全部四本", "blank: all four"),
        _words(_EVERY, *((k, (v.zh, v.zh.removesuffix("预算"))) for k, v in BOOK_NAMES.items())),
        several=True,
        printed=("全部", *(v.zh for v in BOOK_NAMES.values())),
        width=14,
    ),
    Field(
        "sides",
        ("收支", "收支方向"),
        Text("空白为支出", "blank: expenditure"),
        _words(_EVERY, ("revenue", ("收入", "收")), ("expenditure", ("支出", "支"))),
        several=True,
        printed=("支出", "收入", "全部"),
        width=6,
    ),
    Field(
        "levels",
        ("级次",),
        Text("空白为全部", "blank: all"),
        LEVEL_WORDS,
        several=True,
        printed=("全部", *(v.zh for v in LEVEL_NAMES.values())),
        width=8,
    ),
    _TERRITORY,
    Field(
        "focus",
        ("重点内容",),
        Text("空白时按表确定", "by default from the table"),
        _words(*((k, (v.zh,)) for k, v in FOCUS_NAMES.items())),
        several=True,
        printed=tuple(v.zh for v in FOCUS_NAMES.values()),
        width=0,
    ),
    Field(
        "status",
        ("性质", "依据性质"),
        Text("空白：有依据文件为“地方规定”，否则“经验判断”", "blank: local with a document, else heuristic"),
        STATUSES,
        printed=("法律法规", "政策文件", "地方规定", "勾稽关系", "经验判断"),
        width=10,
    ),
    *_DOCUMENT,
    *_DATES,
    Field(
        "about",
        ("关于列",),
        Text("发现指向的列；只有它可以问“为空”", "the column pointed at; only it may be asked for blanks"),
        several=True,
        width=12,
    ),
    Field(
        "message_zh",
        ("提示语", "提示"),
        Text("用 {列名} 代入数值；空白时自动写", "{column} is replaced by its value"),
        width=40,
    ),
    Field("question_zh", ("询问语", "询问"), Text("向单位提的问题；空白时自动写", "the question asked"), width=32),
    Field("why_zh", ("理由",), Text("为什么要看", "why it matters"), width=0),
    Field("fine_zh", ("例外",), Text("什么情形是正当的", "when it is fine"), width=0),
    Field("flags_zh", ("提示情形",), Text("提示什么", "what it flags"), width=0),
    Field("cannot_zh", ("局限",), Text("看不出什么", "what it cannot judge"), width=0),
    Field("title_en", ("英文名称",), Text("可空", "the title in English"), width=18),
    Field("message_en", ("英文提示语",), Text("可空", "the message in English"), width=24),
    Field("question_en", ("英文询问语",), Text("可空", "the question in English"), width=24),
    *(
        Field(f"{part}_en", (f"英文{zh}",), Text("可空", f"{part} in English"), width=0)
        for part, zh in (("why", "理由"), ("fine", "例外"), ("flags", "提示情形"), ("cannot", "局限"))
    ),
    Field("default", ("默认运行",), Text("空白为是", "blank: yes"), YES_NO, printed=("是", "否"), width=0),
    _REMARK,
)

EXAMPLE: Final = (
    CODE,
    Field(
        "expected",
        ("应有结果", "预期"),
        Text("应提示、不应提示、无法判断、不适用", "flagged, clear, not_assessed, not_applicable"),
        ANSWERS,
        printed=("应提示", "不应提示", "无法判断", "不适用"),
        width=11,
    ),
    Field(
        "case",
        ("样例组",),
        Text(
            "可空：按组判断的规则，没有写应有结果的行并入上一行",
            "may be blank: of rules about groups, rows without an answer join the row above",
        ),
        width=8,
    ),
    Field("remark", ("样例说明", "备注"), Text("给人看的", "for people"), width=18),
)

CHANGE: Final = (
    attrs.evolve(CODE, help=Text("要调整的规则，如 Z13", "the rule changed, e.g. Z13")),
    Field("parameter", ("参数",), Text("规则的参数名，见 budgetreview explain 编号", "its parameter"), width=14),
    Field("value", ("取值",), Text("带单位，如 60万元、5%", "its value, with unit"), width=12),
    Field(
        "severity",
        ("严重程度", "等级"),
        Text("改为", "another severity"),
        SEVERITIES,
        printed=("红", "橙", "黄", "蓝"),
        width=11,
    ),
    Field("retired", ("停用理由",), Text("写了理由即停用", "the reason why it is retired"), width=24),
    Field("retired_en", ("英文停用理由",), Text("可空", "the same in English"), width=0),
    Field("enabled", ("启用",), Text("启用默认不运行的规则", "switch it on"), YES_NO, printed=("是",), width=6),
    _TERRITORY,
    Field(
        "level",
        ("级次",),
        Text("取值只用于", "the value's level"),
        LEVEL_WORDS,
        printed=tuple(v.zh for v in LEVEL_NAMES.values()),
        width=8,
    ),
    Field("least", ("下限",), Text("下级取值不得低于", "the least that lower layers may set"), width=9),
    Field("most", ("上限",), Text("下级取值不得高于", "the most that lower layers may set"), width=9),
    *_DATES,
    Field(
        "status",
        ("性质",),
        Text("空白为地方规定", "blank: local"),
        STATUSES,
        printed=("法律法规", "政策文件", "地方规定", "经验判断"),
        width=10,
    ),
    *_DOCUMENT,
    _REMARK,
)

SHEETS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "rules": ("规则", "rules", "rule"),
        "examples": ("样例", "examples", "example"),
        "changes": ("调整", "changes", "change"),
    }
)


def field_named(fields: Iterable[Field], said: str) -> Field | None:
    """The field that a header or key means."""
    wanted = plain(said).rstrip("*")
    for ways in (lambda f: (f.key, f.zh[0]), lambda f: f.zh):
        for field in fields:
            if wanted in {plain(w) for w in ways(field)}:
                return field
    return None


def choices(field: Field, lang: str) -> tuple[str, ...]:
    """What the template offers."""
    if lang == "zh":
        return field.printed
    return tuple(dict.fromkeys(field.words[plain(p)] for p in field.printed))
