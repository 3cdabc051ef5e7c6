"""Which table of the disclosure forms a printed title means.

Regions print the same form under many titles: 收支总表, 部门收支总体情况表, 某局收入支出决算总表. A title is read by
what it is about, never looked up in a list: first whose money (the scope), then what of it (the subject). A budget's
form and the final account's form of the same table share one kind.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

import attrs

from budgetreview import Text

KINDS: Final[dict[str, Text]] = {
    "balance": Text("收支总表", "all revenue against all expenditure"),
    "revenue": Text("收入总表", "revenue by source"),
    "expenditure": Text("支出总表", "expenditure by basic and project"),
    "grant_balance": Text("财政拨款收支总表", "treasury grants received and spent"),
    "grant_spending": Text("财政拨款支出表", "treasury grants by function"),
    "grant_basic": Text("财政拨款基本支出表", "basic expenditure from treasury grants, by economic code"),
    "general_spending": Text("一般公共预算支出表", "general public budget by function"),
    "general_basic": Text("一般公共预算基本支出表", "basic expenditure of the general public budget, by economic code"),
    "general_project": Text("一般公共预算项目支出表", "project expenditure of the general public budget"),
    "general_economic": Text("一般公共预算支出经济分类表", "general public budget by economic code"),
    "fund_spending": Text("政府性基金预算支出表", "government funds"),
    "capital_spending": Text("国有资本经营预算支出表", "state capital operating budget"),
    "special_account": Text("财政专户管理资金支出表", "money of the treasury's special accounts"),
    "official": Text("“三公”经费表", "travel abroad, vehicles, receptions (with meetings and training where printed)"),
    "operating": Text("机关运行经费表", "running costs of the offices"),
    "procurement": Text("政府采购表", "government procurement"),
    "service_purchases": Text("政府购买服务表", "services bought by the government"),
    "economic": Text("支出经济分类表", "expenditure by economic code, all money"),
    "functional": Text("支出功能分类表", "expenditure by function code, all money"),
    "basic": Text("基本支出表", "basic expenditure, all money"),
    "projects": Text("项目支出表", "project expenditure"),
    "targets": Text("绩效目标表", "performance targets"),
    "transfers": Text("对下转移支付表", "transfers to lower governments"),
    "assets": Text("国有资产表", "assets held or to be bought"),
    "staff": Text("人员情况表", "posts and people"),
    "units": Text("预算单位构成表", "the units that the department's figures include"),
}
"""Every kind that :func:`read_title` may answer, with its name."""

REQUIRED_BUDGET: Final = (
    "balance",
    "revenue",
    "expenditure",
    "grant_balance",
    "general_spending",
    "general_basic",
    "official",
    "fund_spending",
)
"""The eight forms that a department's budget is published in; later years add state capital and performance."""

REQUIRED_FINAL: Final = (
    "balance",
    "revenue",
    "expenditure",
    "grant_balance",
    "general_spending",
    "general_basic",
    "official",
    "fund_spending",
    "capital_spending",
)
"""The nine forms of the final accounts of a department (财决公开01 to 09)."""

_QUOTES = str.maketrans(dict.fromkeys("“”\"'‘’＂「」『』〝〞《》<>〈〉*＊#", ""))
_CN_DIGITS: Final = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "０": "0",
    "Ｏ": "0",
}
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)(?:\s*[-—－~至]\s*(?:20)?\d{2,4})?\s*年?")
_CN_YEAR = re.compile(r"([二][〇○零Ｏ０O][〇○零一二三四五六七八九]{2})年")
_NUMBERING = re.compile(
    r"^(?:"
    r"(?:财决|预决算|决算|预算)?公开(?:表)?\d{1,2}(?:-\d+)?表?|"
    r"(?:公开)?(?:附件?|附表|表格?|续表)[-—]?(?:[一二三四五六七八九十]+|\d{1,2})(?:[-—.]\d+)?(?:表)?|"
    r"[（(](?:[一二三四五六七八九十]+|\d{1,2})[）)]|"
    r"(?:[一二三四五六七八九十]+|\d{1,2}(?:[-—.]\d+)?)[、.．:：]"
    r")[:：、.．\s]*"
)
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_SENTENCE = re.compile(r"[。；;！？?!]|，|,|…|\.{3,}|·{3,}|本表|此表|该表|见附|详见|如下表|下表|上表|空表")
_END = re.compile(
    r"(?:表(?:格)?|表[一二三四五六七八九十\d]+|一览|情况|明细|汇总)(?:[（(][^（）()]*[）)]|[-—－]+.{1,20})*$"
)
_BODY = re.compile(
    r"[局厅委院办室会处部署站所校学队社团馆园组区市县省乡镇关庭台库场厂司]$|中心$|政府$|街道$|机构$|公司$|本级$|机关$"
)
_OTHER_MONEY = re.compile(r"专项|债|重点|工资福利|商品和服务|对个人|人员类|公用经费|资金")
_BASIC = "基本支出|人员经费和?、?公用经费|人员、公用"

_SUBJECTS: Final[tuple[tuple[str, str], ...]] = (
    ("targets", r"绩效|目标表|目标申报"),
    ("official", r"三公|3公|因公出国.*公务接待|公务接待.*公务用车|会议费.*培训费"),
    ("service_purchases", r"购买服务"),
    ("procurement", r"采购"),
    ("operating", r"机关运行(?:经)?费|机构运行(?:经)?费|行政运行经费|日常公用经费"),
    ("transfers", r"转移支付"),
    ("assets", r"资产"),
    ("staff", r"人员(?:情况|编制|机构|基本)|编制(?:人数|情况)|基本数字|机构人员"),
    ("units", r"预算单位(?:构成|情况|名单|一览)|单位构成|机构设置"),
    ("special_account", r"财政专户|专户管理|专户资金"),
)
"""Tables that are known by their subject whatever money they speak of; the first that fits."""

_SCOPES: Final[tuple[tuple[str, str], ...]] = (
    ("capital", r"国有资本|国资预算|国资经营"),
    ("fund", r"政府性基金|政府基金|基金预算|^基金"),
    ("general", r"一般公共预算|公共财政预算|公共财政|一般预算|公共预算"),
    ("grant", r"财政拨款|财政补助|财政性资金|预算拨款"),
)
"""Whose money; the first that fits, so that 一般公共预算财政拨款 is the general public budget's."""


@attrs.frozen
class Title:
    """What a printed title says.

    Attributes:
        kind: One of :data:`KINDS`; None where the title is a table's but of no known form.
        year: The fiscal year named, if one is.
        stage: ``final_accounts`` where it says 决算, ``budget`` where it says 预算 as the form's name; else None.
        agency: What stands before the form's name, e.g. 江苏省高级人民法院; empty where nothing does.
        scheme: ``function`` or ``economic`` where the title says by which classification; else None.
    """

    kind: str | None
    year: int | None = None
    stage: Literal["budget", "final_accounts"] | None = None
    agency: str = ""
    scheme: Literal["function", "economic"] | None = None


def plain(text: str) -> str:
    """A text without blanks and quotation marks, full-width letters and brackets made ordinary."""
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return re.sub(r"\s+", "", folded)


def year_of(text: str) -> int | None:
    """The first year a text names, as 2024年, 2024年度 or 二〇二四年; None where it names none."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    found = _YEAR.search(folded)
    if found and ("年" in found.group() or not re.search(r"\d[.,]\d|万元|亿元", folded)):
        return int(found.group(1))
    chinese = _CN_YEAR.search(folded)
    if chinese:
        return int("".join(_CN_DIGITS.get(c, "0" if c == "O" else c) for c in chinese.group(1)))
    return None


def stage_of(text: str) -> Literal["budget", "final_accounts"] | None:
    """Whether a title or cover names a final account (决算) or a budget (预算).

    一般公共预算 and 政府性基金预算 are names of books, 预算单位 and 部门预算管理 are no stage: they decide nothing.
    """
    folded = plain(text)
    if re.search(r"决算", folded):
        return "final_accounts"
    rest = re.sub(
        r"一般公共预算|公共财政预算|政府性基金预算|国有资本经营预算|社会保险基金预算|预算单位|预算主管|财政预算",
        "",
        folded,
    )
    return "budget" if "预算" in rest else None


def read_title(text: str) -> Title | None:
    """Reads a line as the title of a table.

    Args:
        text: One printed line (or two joined, where a title is broken).

    Returns:
        What it says; None where the line cannot be a table's title (a sentence, an entry of the contents with its
        page number, a heading ending in 说明).
    """
    folded = plain(text)
    if not 3 <= len(folded) <= 80 or _SENTENCE.search(folded):  # noqa: PLR2004 - shorter is no title, longer is prose
        return None
    bare = folded
    while (stripped := _NUMBERING.sub("", bare)) != bare and len(stripped) > 2:  # noqa: PLR2004
        bare = stripped
    if not _END.search(bare) or re.search(r"(?:说明|目录|分析|公开表)$", _BRACKETS.sub("", bare)):
        return None
    if re.search(
        r"(?:本|该|各|以下|上述|相关)表$|^(?:预算|决算|公开)?(?:附)?表格?$|^(?:部门)?(?:预算|决算)(?:公开)?表$", bare
    ):
        return None
    if re.fullmatch(
        r"[^表]{0,6}\d{1,2}(?:[-—.]\d+)?表?|(?:部门|预算|决算|财决|公开|附)*表[一二三四五六七八九十\d]{1,3}(?:[-—.]\d+)?",
        bare,
    ):
        return None  # a form's number, 公开01表
    form = re.search(r"表", _BRACKETS.sub("", bare)) is not None
    kind = kind_of(bare)
    if not form and kind is None:
        return None
    return Title(kind, year_of(bare), stage_of(bare), _agency(bare), _scheme(bare))


def kind_of(title: str) -> str | None:
    """The kind of table that a title names, by its subject and whose money it is; None where it names none."""
    bare = _BRACKETS.sub("", plain(title)) if not re.search(r"表", _BRACKETS.sub("", plain(title))) else plain(title)
    bare = re.sub(r"(?:含|不含|包括)[^表]*?(?=[）)])", "", bare)
    core = _BRACKETS.sub("", bare)
    for kind, words in _SUBJECTS:
        if re.search(words, core):
            return kind
    scope = next((name for name, words in _SCOPES if re.search(words, core)), None)
    if scope == "capital":
        return "capital_spending"
    if scope == "fund":
        return "fund_spending"
    basic = re.search(_BASIC, bare) is not None
    balance = re.search(r"收支|收入支出|收、支|收入和支出|收入、支出|收入与支出", core) is not None
    project = re.search(r"项目", core) is not None and not basic
    economic = re.search(r"经济(?:分类|科目)|按经济", bare) is not None
    return _of_scope(scope, core, basic=basic, balance=balance, project=project, economic=economic)


def _of_scope(scope: str | None, core: str, *, basic: bool, balance: bool, project: bool, economic: bool) -> str | None:
    if scope == "general":
        return _general(core, basic=basic, balance=balance, project=project, economic=economic)
    if scope == "grant":
        return _grant(core, basic=basic, balance=balance, project=project, economic=economic)
    if balance or basic:
        return "balance" if balance else "basic"
    if project and re.search(r"支出|项目(?:表|明细|情况|汇总|清单|预算)|预算项目", core):
        return "projects"
    if "支出" not in core:
        return "revenue" if "收入" in core else None
    if economic:
        return "economic"
    if re.search(r"功能分类|功能科目", core) and "总" not in core:
        return "functional"
    return None if _OTHER_MONEY.search(core) else "expenditure"


def _general(core: str, *, basic: bool, balance: bool, project: bool, economic: bool) -> str | None:
    if basic or project:
        return "general_basic" if basic else "general_project"
    if economic:
        return "general_economic"
    return "general_spending" if balance or "支出" in core or "拨款" in core else None


def _grant(core: str, *, basic: bool, balance: bool, project: bool, economic: bool) -> str | None:
    if basic:
        return "grant_basic"
    if balance or "支出" not in core:
        return "grant_balance" if "收" in core or "总表" in core else None
    if project:
        return "projects"
    return "grant_basic" if economic else "grant_spending"


def _agency(bare: str) -> str:
    head, *rest = re.split(
        r"一般公共预算|公共财政|政府性基金|国有资本经营|财政拨款|财政专户|财务收支|收支|收入|支出|项目|基本支出|三公|政府采购|机关运行|绩效",
        bare,
        maxsplit=1,
    )
    head = re.sub(r"(?:19|20)\d{2}年?度?|预算|决算|[（(].*", "", head)
    head = re.sub(r"^\d+年?度?|(?:部门|单位|年度|整体|本级|年)$", "", head)
    return head if rest and len(head) > 2 and _BODY.search(head) else ""  # noqa: PLR2004 - 部门, 单位 name nobody


def _scheme(bare: str) -> Literal["function", "economic"] | None:
    if re.search(r"功能(?:分类|科目)|按功能", bare):
        return "function"
    return "economic" if re.search(r"经济(?:分类|科目)|按经济", bare) else None
